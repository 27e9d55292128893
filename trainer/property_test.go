package trainer_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/reading"
	"breakroom/trainer/store/storetest"
	"breakroom/trainer/talk"
)

// mood is how the machine's actor behaves from now on.
type mood int

const (
	built mood = iota
	fails
	breaksOff
	panics
	hangs
)

// moody is an actor with moods. A hanging answer waits until it is let go on or broken off.
type moody struct {
	mood    mood
	entered chan struct{}
	goOn    chan struct{}
}

func (m *moody) Speak(ctx context.Context, s coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
	switch m.mood {
	case fails:
		return coworker.Spoken{}, errOfTheTest
	case breaksOff:
		return coworker.Spoken{}, errors.Join(emit("I was going "), errOfTheTest)
	case panics:
		panic("a panic of the test's making")
	case hangs:
		first, rest := "Let me think. ", "No."
		if err := emit(first); err != nil {
			return coworker.Spoken{}, err
		}
		m.entered <- struct{}{}
		select {
		case <-ctx.Done():
			return coworker.Spoken{}, ctx.Err()
		case <-m.goOn:
		}
		return coworker.Spoken{Text: first + rest, By: "moody"}, emit(rest)
	}
	return coworker.Embedded{}.Speak(ctx, s, emit)
}

// machine is one conversation under everything that can happen to it, with what must be true of it.
type machine struct {
	*table
	id       string
	actor    *moody
	heard    map[string]string // the words by client id, as they were sent
	receipts map[string]trainer.Receipt
	hanging  bool // an answer waits
	watchers []*watching
	over     bool // ended, stepped out or deleted
	deleted  bool
	clients  int
}

type watching struct {
	*sink
	page *page
	told int // notices taken in by page
}

func newMachine(t *rapid.T) *machine {
	m := &machine{actor: &moody{entered: make(chan struct{}, 8), goOn: make(chan struct{}, 8)}, heard: map[string]string{}, receipts: map[string]trainer.Receipt{}}
	memory := storetest.NewMemory()
	m.table = &table{
		store: memory, memory: memory, clock: newClock(), random: rand.NewChaCha8([32]byte{1}), lib: theLibrary,
		log: &safeBuffer{}, actor: m.actor,
	}
	m.start(nil)
	person, _, err := m.NewPerson(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m.person = person
	c, err := m.Begin(context.Background(), trainer.Begin{Person: person, ScenarioID: "dock", Seed: seed(rapid.Uint64().Draw(t, "seed"))})
	if err != nil {
		t.Fatal(err)
	}
	m.id = c.ID
	return m
}

// theLibrary is read once for all runs of the machine.
var theLibrary library

var words = []string{
	"", "Hey, how has your week been?", "What happened last time?", "So it all lands on you.", "How is that for you?",
	"We should all sign the petition!", "Don't worry about it.", "Will you come on Sunday at three?", "asdf jkl", "You are so smart.",
	"What would fix it?", "Do you have papers?", "Thanks. I'll see you Friday.",
}

// settle waits for the answer that was begun, unless it hangs, and notes what became of it.
func (m *machine) settle(t *rapid.T) {
	if m.over {
		m.Settle()
		m.hanging = false
		return
	}
	if m.actor.mood == hangs && m.lastIs(t, talk.KindHeard) {
		if !m.hanging {
			<-m.actor.entered
		}
		m.hanging = true
		return
	}
	m.Settle()
	m.hanging = false
	m.over = m.over || m.ended(t)
}

func (m *machine) events(t *rapid.T) []talk.Event {
	events, err := m.memory.Events(context.Background(), m.id, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func (m *machine) lastIs(t *rapid.T, kind talk.EventKind) bool {
	last := talk.EventKind("")
	for _, e := range m.events(t) {
		if k := e.Body.Kind(); k == talk.KindHeard || k == talk.KindSaid || k == talk.KindEnded || k == talk.KindSteppedOut {
			last = k
		}
	}
	return last == kind
}

func (m *machine) ended(t *rapid.T) bool {
	c, err := m.Conversation(context.Background(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	return c.HasEnded() || c.SteppedOut
}

func (m *machine) newWords(t *rapid.T) {
	m.clients++
	client := fmt.Sprint("c", m.clients)
	text := rapid.SampledFrom(words).Draw(t, "words")
	m.send(t, client, text)
}

func (m *machine) send(t *rapid.T, client, text string) {
	_, known := m.receipts[client]
	waiting := m.lastIs(t, talk.KindHeard)
	r, err := m.Say(context.Background(), m.id, client, text)
	code := trainer.ErrorCode(err)
	switch {
	case m.deleted:
		if code != trainer.CodeNotFound {
			t.Fatalf("after the deletion: %+v, %v", r, err)
		}
	case known:
		if want := m.receipts[client]; err != nil || !r.Resent || r.Seq != want.Seq || r.Turn != want.Turn {
			t.Fatalf("the resend of %s: %+v, %v; the first time it was %+v", client, r, err, want)
		}
	case m.over:
		if code != trainer.CodeEnded {
			t.Fatalf("after the end: %+v, %v", r, err)
		}
	case waiting:
		if code != trainer.CodeBusy {
			t.Fatalf("before the answer: %+v, %v", r, err)
		}
	case err != nil:
		t.Fatalf("%s: %v", client, err)
	default:
		m.receipts[client], m.heard[client] = r, text
	}
	if !m.deleted {
		m.settle(t)
	}
}

func (m *machine) resend(t *rapid.T) {
	if len(m.receipts) == 0 {
		t.Skip("nothing was said yet")
	}
	clients := make([]string, 0, len(m.receipts))
	for c := range m.receipts {
		clients = append(clients, c)
	}
	slices.Sort(clients)
	client := rapid.SampledFrom(clients).Draw(t, "client")
	m.send(t, client, m.heard[client])
}

// failingSay has the store fail at the words, at the answer, or after the fact.
func (m *machine) failingSay(t *rapid.T) {
	if m.over || m.hanging || m.lastIs(t, talk.KindHeard) {
		t.Skip("nothing can be said now")
	}
	kind := rapid.SampledFrom([]talk.EventKind{talk.KindHeard, talk.KindSaid}).Draw(t, "kind")
	lost := rapid.Bool().Draw(t, "lost")
	failed := false
	m.memory.Fail = func(_ string, events []talk.Event) (error, bool) {
		if failed || events[0].Body.Kind() != kind {
			return nil, false
		}
		failed = true
		return &trainer.Error{Code: trainer.CodeUnavailable, Message: "The disk failed."}, lost
	}
	m.actor.mood = built
	m.clients++
	client := fmt.Sprint("c", m.clients)
	text := rapid.SampledFrom(words).Draw(t, "words")
	r, err := m.Say(context.Background(), m.id, client, text)
	m.Settle()
	m.memory.Fail = nil
	if kind == talk.KindHeard && trainer.ErrorCode(err) != trainer.CodeUnavailable {
		t.Fatalf("the disk failed, and Say gave %+v, %v", r, err)
	}
	if err == nil {
		m.receipts[client], m.heard[client] = r, text
	}
	// Whoever was not acknowledged sends again.
	again, err := m.Say(context.Background(), m.id, client, text)
	if err != nil && !(trainer.ErrorCode(err) == trainer.CodeEnded) {
		t.Fatalf("after the disk had failed: %v", err)
	}
	if err == nil {
		m.receipts[client], m.heard[client] = again, text
	}
	m.settle(t)
}

func (m *machine) changeMood(t *rapid.T) {
	if m.hanging {
		t.Skip("an answer waits")
	}
	m.actor.mood = mood(rapid.IntRange(int(built), int(hangs)).Draw(t, "mood"))
}

func (m *machine) goOn(t *rapid.T) {
	if !m.hanging {
		t.Skip("no answer waits")
	}
	m.actor.goOn <- struct{}{}
	m.Settle()
	m.hanging = false
	m.over = m.over || m.ended(t)
}

func (m *machine) crashes(t *rapid.T) {
	m.Crash()
	m.start(nil)
	m.hanging = false
	for _, w := range m.watchers {
		// The connections broke; each comes back after the last event that it saw.
		if err := w.catchUp(); err != nil {
			t.Fatal(err)
		}
		w.stop()
	}
	old := m.watchers
	m.watchers = nil
	if m.deleted {
		return
	}
	for _, w := range old {
		if rapid.Bool().Draw(t, "comes back") {
			m.join(t, w.page)
		}
	}
}

func (w *watching) catchUp() error {
	all := w.notices()
	for ; w.told < len(all); w.told++ {
		if err := w.page.take(all[w.told]); err != nil {
			return fmt.Errorf("%w; it was told: %s", err, spell(all))
		}
	}
	return nil
}

func (m *machine) watches(t *rapid.T) {
	if m.deleted || len(m.watchers) >= 4 {
		t.Skip("nobody more can watch")
	}
	m.join(t, newPage())
}

func (m *machine) join(t *rapid.T, p *page) {
	w := &watching{sink: newSink(), page: p}
	stop, err := m.Watch(context.Background(), m.id, p.seq, w.sink)
	if err != nil {
		t.Fatal(err)
	}
	w.stop = stop
	m.watchers = append(m.watchers, w)
	m.settle(t)
}

func (m *machine) leaves(t *rapid.T) {
	if len(m.watchers) == 0 {
		t.Skip("nobody watches")
	}
	m.watchers[0].stop()
	m.watchers = m.watchers[1:]
}

func (m *machine) idles(*rapid.T) {
	m.clock.Add(trainer.IdleAfter)
	m.Sweep()
}

func (m *machine) timePasses(t *rapid.T) {
	m.clock.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "seconds")) * time.Second)
}

func (m *machine) small(t *rapid.T) {
	var err error
	what := rapid.SampledFrom([]string{"help", "pause", "extend", "agree"}).Draw(t, "what")
	switch what {
	case "help":
		_, err = m.Help(context.Background(), m.id)
	case "pause":
		err = m.Pause(context.Background(), m.id)
	case "extend":
		err = m.Extend(context.Background(), m.id, 5)
	case "agree":
		err = m.Agree(context.Background(), m.id, rapid.SampledFrom([]string{"", "model.example"}).Draw(t, "host"))
	}
	want := []trainer.Code{""}
	switch {
	case m.deleted:
		want = []trainer.Code{trainer.CodeNotFound}
	case what == "agree":
	case m.over:
		want = []trainer.Code{trainer.CodeEnded}
	case what == "help", what == "extend":
		want = append(want, trainer.CodeTooMany)
	}
	if !slices.Contains(want, trainer.ErrorCode(err)) {
		t.Fatalf("%s: %v, want %v", what, err, want)
	}
}

func (m *machine) ends(t *rapid.T) {
	if m.deleted || rapid.IntRange(0, 3).Draw(t, "dice") > 0 {
		t.Skip("not yet")
	}
	do, name := m.End, "end"
	if rapid.Bool().Draw(t, "steps out") {
		do, name = m.StepOut, "step out"
	}
	over := m.over
	err := do(context.Background(), m.id)
	if err != nil && !(over && trainer.ErrorCode(err) == trainer.CodeEnded) {
		t.Fatalf("%s: %v", name, err)
	}
	m.over = true
	m.settle(t)
}

func (m *machine) deletes(t *rapid.T) {
	if m.deleted || rapid.IntRange(0, 9).Draw(t, "dice") > 0 {
		t.Skip("not yet")
	}
	if err := m.Delete(context.Background(), m.id); err != nil {
		t.Fatal(err)
	}
	m.deleted, m.over = true, true
	m.settle(t)
}

// check holds what must be true at any time.
func (m *machine) check(t *rapid.T) {
	if m.deleted {
		if n := len(m.events(t)); n > 0 {
			t.Fatalf("%d events outlived the deletion", n)
		}
		for _, w := range m.watchers {
			if all := w.notices(); len(all) == 0 || all[len(all)-1] != (trainer.NoticeDeleted{}) {
				t.Fatalf("after the deletion somebody was told %s", spell(all))
			}
		}
		return
	}
	events := m.events(t)
	seen := map[string]int{}
	heard := 0
	for i, e := range events {
		if e.Seq != int64(i)+1 {
			t.Fatalf("event %d has the number %d", i+1, e.Seq)
		}
		switch b := e.Body.(type) {
		case talk.Heard:
			if heard%2 != 0 {
				t.Fatalf("two turns in a row were heard: %s", kinds(events))
			}
			heard++
			seen[b.ClientID]++
			if r, ok := m.receipts[b.ClientID]; ok && (r.Seq != e.Seq || r.Turn != b.Turn.N || m.heard[b.ClientID] != b.Turn.Text) {
				t.Fatalf("%s was acknowledged as %+v and stands as %d", b.ClientID, r, e.Seq)
			}
		case talk.Said:
			if heard%2 != 1 {
				t.Fatalf("an answer without a turn: %s", kinds(events))
			}
			heard++
		}
	}
	for client := range m.receipts {
		if seen[client] != 1 {
			t.Fatalf("%s was acknowledged and stands %d times in the journal", client, seen[client])
		}
	}
	folded, err := m.StateFolded(events)
	if err != nil {
		t.Fatal(err)
	}
	if now, err := m.StateNow(m.id); err != nil || now != "" && now != folded {
		t.Fatalf("the state in memory is not the journal's (%v):\n%s", err, cmp.Diff(folded, now))
	}
	if snap, _ := m.memory.Snapshot(context.Background(), m.id); snap.Seq > 0 {
		if then, err := m.StateFolded(events[:snap.Seq]); err != nil || then != string(snap.State) {
			t.Fatalf("the snapshot of event %d is not the state of its time (%v):\n%s", snap.Seq, err, cmp.Diff(then, string(snap.State)))
		}
	}
	transcript, err := m.Transcript(context.Background(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range m.watchers {
		if err := w.catchUp(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(texts(transcript), w.page.transcript()); diff != "" {
			t.Fatalf("a page shows another talk than the journal: -journal +page:\n%s\nit was told: %s", diff, spell(w.notices()))
		}
	}
}

// decidedAgain has a fresh mind hear the journal again: it decides the same.
func (m *machine) decidedAgain(t *rapid.T) {
	if m.deleted {
		return
	}
	var mind *coworker.Mind
	reader := reading.New()
	var cue talk.Cue
	for _, e := range m.events(t) {
		switch b := e.Body.(type) {
		case talk.Created:
			mind = coworker.New(theLibrary[0], b.Seed)
			for _, turn := range b.Opening {
				reader.Read(turn, nil)
			}
		case talk.Heard:
			cue = mind.Hear(b.Turn, reader.Read(b.Turn, nil))
			same(t, e.Seq, "cue", b.Cue, cue)
			same(t, e.Seq, "mind", b.Mind, mind.State())
		case talk.Said:
			under := &cue
			if len(cue.Lines) > 0 && len(b.Voiced) == 0 {
				under = nil
			}
			same(t, e.Seq, "reading", b.Read, reader.Read(b.Turn, under))
			mind.Said(b.Turn, b.Voiced)
			same(t, e.Seq, "mind", b.Mind, mind.State())
		}
	}
}

func same(t *rapid.T, seq int64, what string, journaled, now any) {
	a, err1 := json.Marshal(journaled)
	b, err2 := json.Marshal(now)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if string(a) != string(b) {
		t.Fatalf("at event %d the %s is another when decided again:\n%s", seq, what, cmp.Diff(string(a), string(b)))
	}
}

// TestWhateverHappens puts a conversation through everything that can happen to it, in any order.
func TestWhateverHappens(t *testing.T) {
	theLibrary = loadLibrary(t)
	rapid.Check(t, func(t *rapid.T) {
		m := newMachine(t)
		defer func() {
			for _, w := range m.watchers {
				w.stop()
			}
			m.Crash()
		}()
		t.Repeat(map[string]func(*rapid.T){
			"":        m.check,
			"say":     m.newWords,
			"say2":    m.newWords,
			"resend":  m.resend,
			"disk":    m.failingSay,
			"mood":    m.changeMood,
			"go on":   m.goOn,
			"crash":   m.crashes,
			"watch":   m.watches,
			"unwatch": m.leaves,
			"idle":    m.idles,
			"time":    m.timePasses,
			"small":   m.small,
			"end":     m.ends,
			"delete":  m.deletes,
		})
		m.decidedAgain(t)
	})
}
