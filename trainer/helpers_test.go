package trainer_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/store/storetest"
	"breakroom/trainer/talk"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// library is a fixed list of scenarios.
type library []*scenarios.Scenario

func (l library) Heads() (out []scenarios.Head) {
	for _, s := range l {
		out = append(out, s.Head())
	}
	return out
}

func (l library) Scenario(id string) (*scenarios.Scenario, bool) {
	for _, s := range l {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

func loadLibrary(t testing.TB) library {
	t.Helper()
	var l library
	for _, name := range []string{"dock.toml"} {
		data, err := os.ReadFile(filepath.Join("testdata", "scenarios", name))
		if err != nil {
			t.Fatal(err)
		}
		s, err := scenarios.Parse(name, data)
		if err != nil {
			t.Fatal(err)
		}
		l = append(l, s)
	}
	return l
}

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: storetest.Noon} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// table is a trainer with what a test needs around it.
type table struct {
	*trainer.Trainer
	store  trainer.Store
	memory *storetest.Memory
	path   string // of a store on disk
	clock  *clock
	random io.Reader
	lib    library
	actor  coworker.Actor
	log    *safeBuffer
	idle   func()
	person string
}

type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// set makes a trainer on a store in memory, with a person.
func set(t testing.TB, actor coworker.Actor) *table {
	t.Helper()
	m := storetest.NewMemory()
	tb := setOn(t, m, actor)
	tb.memory = m
	return tb
}

// setOn makes a trainer on a store, with a person.
func setOn(t testing.TB, store trainer.Store, actor coworker.Actor) *table {
	t.Helper()
	tb := &table{store: store, clock: newClock(), random: rand.NewChaCha8([32]byte{7}), lib: loadLibrary(t), actor: actor, log: &safeBuffer{}}
	tb.start(t)
	var err error
	if tb.person, _, err = tb.NewPerson(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tb.Close(context.Background()); err != nil {
			t.Errorf("closing: %v", err)
		}
		if t.Failed() {
			t.Logf("the log:\n%s", tb.log)
		}
	})
	return tb
}

// start starts a process on the table's store.
func (tb *table) start(testing.TB) {
	tb.Trainer = trainer.NewQuiet(trainer.Options{
		Store: tb.store, Library: tb.lib, Actor: tb.actor, Now: tb.clock.Now, Random: tb.random, Idle: tb.idle, Log: zerolog.New(tb.log),
	})
}

// crash kills the process and starts another.
func (tb *table) crash(t testing.TB) {
	t.Helper()
	tb.Crash()
	tb.start(t)
}

func seed(n uint64) *uint64 { return &n }

func (tb *table) begin(t testing.TB) string {
	t.Helper()
	return tb.beginWith(t, trainer.Begin{})
}

func (tb *table) beginWith(t testing.TB, b trainer.Begin) string {
	t.Helper()
	b.Person = tb.person
	if b.ScenarioID == "" {
		b.ScenarioID = "dock"
	}
	if b.Seed == nil {
		b.Seed = seed(4711)
	}
	c, err := tb.Begin(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// say says something and waits for the answer's end.
func (tb *table) say(t testing.TB, id, client, text string) trainer.Receipt {
	t.Helper()
	r, err := tb.Say(context.Background(), id, client, text)
	if err != nil {
		t.Fatal(err)
	}
	tb.Settle()
	return r
}

// grow makes a conversation longer by turns and answers that are written straight into its journal, as another process
// might have done, and gives their receipts. The mind stands still meanwhile. edit, where set, changes each pair.
func (tb *table) grow(t testing.TB, id string, pairs int, edit func(i int, h *talk.Heard, s *talk.Said)) []trainer.Receipt {
	t.Helper()
	journal := tb.journal(t, id)
	last := journal[len(journal)-1]
	var turn int
	var mind []byte
	switch b := last.Body.(type) {
	case talk.Created:
		turn, mind = len(b.Opening), b.Mind
	case talk.Said:
		turn, mind = b.Turn.N, b.Mind
	default:
		t.Fatalf("cannot grow behind %s", b.Kind())
	}
	var receipts []trainer.Receipt
	var events []talk.Event
	for i := range pairs {
		h := talk.Heard{
			Turn: talk.Turn{N: turn + 1, Speaker: talk.Organizer, Text: goodTalk[i%len(goodTalk)]}, ClientID: fmt.Sprintf("grown-%d", turn+1),
			Read: talk.Read{Turn: turn + 1, Speaker: talk.Organizer, Words: 9, Moves: []talk.Move{talk.OpenQuestion}},
			Cue:  talk.Cue{Act: talk.ActAnswer, Mood: talk.MoodEven, Least: 3, Most: 20}, Mind: mind,
		}
		s := talk.Said{
			Turn: talk.Turn{N: turn + 2, Speaker: talk.Coworker, Text: fmt.Sprintf("It was the %dth time this week, I guess.", i)}, By: "actor",
			Read: talk.Read{Turn: turn + 2, Speaker: talk.Coworker, Words: 9}, Mind: mind,
		}
		if edit != nil {
			edit(i, &h, &s)
		}
		seq := last.Seq + int64(2*i)
		events = append(events, talk.Event{Seq: seq + 1, At: last.At, Body: h}, talk.Event{Seq: seq + 2, At: last.At, Body: s})
		receipts = append(receipts, trainer.Receipt{Seq: seq + 1, Turn: turn + 1})
		turn += 2
	}
	if err := tb.store.Append(context.Background(), id, last.Seq, events...); err != nil {
		t.Fatal(err)
	}
	tb.crash(t)
	return receipts
}

func (tb *table) journal(t testing.TB, id string) []talk.Event {
	t.Helper()
	events, err := tb.store.Events(context.Background(), id, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func kinds(events []talk.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, string(e.Body.Kind()))
	}
	return strings.Join(out, " ")
}

// watch watches from a sequence number on; the test's end stops it.
func (tb *table) watch(t testing.TB, id string, after int64) *sink {
	t.Helper()
	s := newSink()
	stop, err := tb.Watch(context.Background(), id, after, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.stop = stop
	return s
}

// sink keeps notices.
type sink struct {
	mu      sync.Mutex
	got     []trainer.Notice
	arrived chan struct{}
	stop    func()
}

func newSink() *sink { return &sink{arrived: make(chan struct{}, 1)} }

func (s *sink) Notify(n trainer.Notice) {
	s.mu.Lock()
	s.got = append(s.got, n)
	s.mu.Unlock()
	select {
	case s.arrived <- struct{}{}:
	default:
	}
}

func (s *sink) notices() []trainer.Notice {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// await waits for a notice that fits, among all that have come.
func await[N trainer.Notice](t testing.TB, s *sink, fits func(N) bool) N {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		for _, n := range s.notices() {
			if n, ok := n.(N); ok && fits(n) {
				return n
			}
		}
		select {
		case <-s.arrived:
		case <-deadline:
			t.Fatalf("it was not told; it was told: %s", spell(s.notices()))
		}
	}
}

// some gives the notices of one type.
func some[N trainer.Notice](s *sink) []N {
	var out []N
	for _, n := range s.notices() {
		if n, ok := n.(N); ok {
			out = append(out, n)
		}
	}
	return out
}

// spell spells notices shortly.
func spell(notices []trainer.Notice) string {
	var out []string
	for _, n := range notices {
		switch n := n.(type) {
		case trainer.NoticeBegan:
			out = append(out, fmt.Sprintf("began#%d", n.Seq))
		case trainer.NoticeHeard:
			out = append(out, fmt.Sprintf("heard#%d", n.Seq))
		case trainer.NoticePiece:
			if len(out) == 0 || out[len(out)-1] != "pieces" {
				out = append(out, "pieces")
			}
		case trainer.NoticeAgain:
			out = append(out, "again")
		case trainer.NoticeSaid:
			out = append(out, fmt.Sprintf("said#%d", n.Seq))
		case trainer.NoticeCaughtUp:
			out = append(out, fmt.Sprintf("caught-up#%d", n.Seq))
		case trainer.NoticeEnded:
			out = append(out, fmt.Sprintf("ended#%d", n.Seq))
		default:
			out = append(out, strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", n), "trainer.Notice")))
		}
	}
	return strings.Join(out, " ")
}

// page is what a browser would show: it follows the protocol's rules and nothing else.
type page struct {
	seq   int64
	turns map[int]string
	live  map[int]bool // pieces have come and said has not
}

func newPage() *page { return &page{turns: map[int]string{}, live: map[int]bool{}} }

// take takes in a notice and says what is wrong with it.
func (p *page) take(n trainer.Notice) error {
	seq := int64(0)
	switch n := n.(type) {
	case trainer.NoticeBegan:
		seq = n.Seq
		for _, turn := range n.Opening {
			p.turns[turn.N] = turn.Text
		}
	case trainer.NoticeHeard:
		seq = n.Seq
		if _, ok := p.turns[n.Turn]; ok {
			return fmt.Errorf("turn %d was heard twice", n.Turn)
		}
		p.turns[n.Turn] = n.Text
	case trainer.NoticeAgain:
		if _, ok := p.turns[n.Turn]; ok && !p.live[n.Turn] {
			return fmt.Errorf("turn %d begins again after it was said", n.Turn)
		}
		delete(p.turns, n.Turn)
		p.live[n.Turn] = true
	case trainer.NoticePiece:
		if _, ok := p.turns[n.Turn]; ok && !p.live[n.Turn] {
			return fmt.Errorf("a piece of turn %d came after it was said", n.Turn)
		}
		p.live[n.Turn] = true
		p.turns[n.Turn] += n.Text
	case trainer.NoticeSaid:
		seq = n.Seq
		if _, ok := p.turns[n.Turn]; !ok {
			p.turns[n.Turn] = ""
		}
		delete(p.live, n.Turn)
	case trainer.NoticeEnded:
		seq = n.Seq
		for turn := range p.live {
			// What was begun and not kept was never said.
			delete(p.turns, turn)
			delete(p.live, turn)
		}
	case trainer.NoticeSteppedOut:
		seq = n.Seq
		for turn := range p.live {
			delete(p.turns, turn)
			delete(p.live, turn)
		}
	case trainer.NoticeHelp:
		seq = n.Seq
	case trainer.NoticePaused:
		seq = n.Seq
	case trainer.NoticeExtended:
		seq = n.Seq
	case trainer.NoticeLeft:
		seq = n.Seq
	case trainer.NoticeRated:
		seq = n.Seq
	case trainer.NoticeAgreed:
		seq = n.Seq
	case trainer.NoticeCaughtUp:
		if n.Seq != p.seq {
			return fmt.Errorf("caught up with %d at %d", n.Seq, p.seq)
		}
	}
	if seq == 0 {
		return nil
	}
	if seq != p.seq+1 {
		return fmt.Errorf("event %d came after %d", seq, p.seq)
	}
	p.seq = seq
	return nil
}

// transcript gives the turns that the page shows as said.
func (p *page) transcript() []string {
	var out []string
	for n := 1; ; n++ {
		text, ok := p.turns[n]
		if !ok || p.live[n] {
			return out
		}
		out = append(out, text)
	}
}

// texts gives the texts of turns.
func texts(turns []talk.Turn) []string {
	var out []string
	for _, turn := range turns {
		out = append(out, turn.Text)
	}
	return out
}

// scripted is an actor that does as a test says.
type scripted func(ctx context.Context, s coworker.Scene, emit func(string) error) (coworker.Spoken, error)

func (f scripted) Speak(ctx context.Context, s coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
	return f(ctx, s, emit)
}

// says is an actor that says pieces.
func says(pieces ...string) scripted {
	return func(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		for _, p := range pieces {
			if err := emit(p); err != nil {
				return coworker.Spoken{}, err
			}
		}
		return coworker.Spoken{Text: strings.Join(pieces, ""), By: "parrot"}, nil
	}
}

// hanging is an actor that says a first piece and then waits for its end, or to be let go on.
type hanging struct {
	first   string
	rest    string
	entered chan struct{}
	goOn    chan struct{}
}

func newHanging(first, rest string) *hanging {
	return &hanging{first: first, rest: rest, entered: make(chan struct{}, 16), goOn: make(chan struct{}, 16)}
}

func (h *hanging) Speak(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
	if h.first != "" {
		if err := emit(h.first); err != nil {
			return coworker.Spoken{}, err
		}
	}
	h.entered <- struct{}{}
	select {
	case <-ctx.Done():
		return coworker.Spoken{}, ctx.Err()
	case <-h.goOn:
	}
	if err := emit(h.rest); err != nil {
		return coworker.Spoken{}, err
	}
	return coworker.Spoken{Text: h.first + h.rest, By: "parrot"}, nil
}

var errOfTheTest = errors.New("a failure of the test's making: canary-hoopoe")
