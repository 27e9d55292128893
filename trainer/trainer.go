package trainer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// Options are what a Trainer is made from. Store and Library are needed.
type Options struct {
	Store   Store
	Library Library
	// Actor says the coworker's turns; nil means the built-in one, which also stands in wherever another fails.
	Actor coworker.Actor
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Random is the source of ids, tokens and seeds; nil means crypto/rand.Reader.
	Random io.Reader
	// Idle is called when the last conversation has left memory, a while after anything happened. It may be nil.
	Idle func()
	Log  zerolog.Logger
}

// Times after which things are let go.
const (
	// IdleAfter is how long a conversation stays in memory after the last thing that happened in it.
	IdleAfter = 10 * time.Second
	// ForgetEnded is how long after its end a conversation that was to leave nothing behind is kept at the most.
	ForgetEnded = 2 * time.Hour
	// ForgetIdle is the same for one that was never ended, from the last thing that happened in it.
	ForgetIdle = 24 * time.Hour
	// AnswerAlone is how long an answer goes on after the last of those who watched it went away. It is broken off
	// then, and begun again when somebody comes.
	AnswerAlone = 30 * time.Second

	sweepEvery  = time.Second
	forgetEvery = time.Minute
	forgetMost  = 100
	listMost    = 500
	closeGrace  = 5 * time.Second
)

// Trainer drives conversations. Its methods may be called from many goroutines.
type Trainer struct {
	store   Store
	library Library
	actor   coworker.Actor
	now     func() time.Time
	idle    func()
	log     zerolog.Logger

	randomMu sync.Mutex
	random   io.Reader

	scripts scripts

	mu     sync.Mutex
	lives  map[string]*live
	loaded map[*live]time.Time // when it was last used; an entry holds a reference
	used   time.Time           // when any was; zero once Idle was told
	closed bool

	// answers counts the goroutines that speak. It is added to under mu while closed is false.
	answers  sync.WaitGroup
	stopping atomic.Bool // answers stop at the next sentence
	deleted  atomic.Pointer[func(id string)]
	ctx      context.Context
	cancel   context.CancelFunc
	sweeper  chan struct{}
	forgot   time.Time // when KeepNothing was last looked after; the sweeper's own
}

// New makes a Trainer. Close ends it; the Store is closed by whoever opened it, after that.
func New(o Options) (*Trainer, error) {
	if o.Store == nil || o.Library == nil {
		return nil, Errorf(CodeInvalid, "A trainer needs a store and a library.")
	}
	t := newTrainer(o)
	go t.sweepNowAndThen()
	return t, nil
}

func newTrainer(o Options) *Trainer {
	t := &Trainer{
		store: o.Store, library: o.Library, actor: o.Actor, now: o.Now, random: o.Random, idle: o.Idle, log: o.Log,
		lives: map[string]*live{}, loaded: map[*live]time.Time{}, sweeper: make(chan struct{}),
	}
	if t.actor == nil {
		t.actor = coworker.Embedded{}
	}
	if t.now == nil {
		t.now = time.Now
	}
	if t.random == nil {
		t.random = rand.Reader
	}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	return t
}

var errClosed = &Error{Code: CodeUnavailable, Message: "The program is closing down. Nothing that was acknowledged is lost; come back in a moment."}

// nowMS is the time in UTC milliseconds.
func (t *Trainer) nowMS() int64 { return t.now().UnixMilli() }

var spelling = base32.StdEncoding.WithPadding(base32.NoPadding)

// newID gives n random bytes in lower-case base32.
func (t *Trainer) newID(n int) (string, error) {
	data := make([]byte, n)
	t.randomMu.Lock()
	_, err := io.ReadFull(t.random, data)
	t.randomMu.Unlock()
	if err != nil {
		return "", &Error{Code: CodeInternal, Message: "The computer gave no random numbers.", Err: err}
	}
	return strings.ToLower(spelling.EncodeToString(data)), nil
}

const (
	idBytes    = 16 // 26 characters
	tokenBytes = 32 // 52 characters
)

// NewPerson makes a person and the token by which they are known again; the token is not kept and cannot be found out later.
func (t *Trainer) NewPerson(ctx context.Context) (person, token string, err error) {
	if person, err = t.newID(idBytes); err != nil {
		return "", "", err
	}
	if token, err = t.newID(tokenBytes); err != nil {
		return "", "", err
	}
	if err := t.store.NewPerson(ctx, person, sha256.Sum256([]byte(token)), t.now()); err != nil {
		return "", "", err
	}
	return person, token, nil
}

// PersonByToken finds the person of a token; CodeNotFound for any other token.
func (t *Trainer) PersonByToken(ctx context.Context, token string) (string, error) {
	return t.store.PersonByToken(ctx, sha256.Sum256([]byte(token)))
}

// NewToken makes a token that lets its holder into one conversation, for clients that have no cookie.
func (t *Trainer) NewToken(ctx context.Context, id string) (string, error) {
	token, err := t.newID(tokenBytes)
	if err != nil {
		return "", err
	}
	if err := t.store.NewToken(ctx, id, sha256.Sum256([]byte(token)), t.now()); err != nil {
		return "", err
	}
	return token, nil
}

// ConversationByToken finds the conversation of a token; CodeNotFound for any other token.
func (t *Trainer) ConversationByToken(ctx context.Context, token string) (string, error) {
	return t.store.ConversationByToken(ctx, sha256.Sum256([]byte(token)))
}

// Begin begins a conversation.
func (t *Trainer) Begin(ctx context.Context, b Begin) (Conversation, error) {
	if t.isClosed() {
		return Conversation{}, errClosed
	}
	if builtIn, ok := t.actor.(coworker.Embedded); ok {
		builtIn.Prepare()
	}
	s, ok := t.library.Scenario(b.ScenarioID)
	if !ok {
		return Conversation{}, Errorf(CodeNotFound, "There is no such scenario. It may have been renamed; look at the list again.")
	}
	practise := b.Practise
	if len(practise) == 0 {
		practise = s.About.Practise
	}
	for i, skill := range practise {
		if !isSkill(skill) {
			return Conversation{}, Errorf(CodeInvalid, "One of the skills to practise is not one of the rubric's.")
		}
		for _, before := range practise[:i] {
			if before == skill {
				return Conversation{}, Errorf(CodeInvalid, "The skill %s stands twice among those to practise.", skill)
			}
		}
	}
	id, err := t.newID(idBytes)
	if err != nil {
		return Conversation{}, err
	}
	seed, err := t.seed(b.Seed)
	if err != nil {
		return Conversation{}, err
	}
	var opening []talk.Turn
	for i, line := range s.Opening {
		opening = append(opening, talk.Turn{N: i + 1, Speaker: line.Speaker, Text: line.Text})
	}
	at := t.now().UTC().Truncate(time.Millisecond)
	c := Conversation{
		ID: id, Person: b.Person, ScenarioID: s.ID, ScenarioHash: s.Hash, Kind: s.About.Kind,
		Practise: append([]talk.Skill(nil), practise...), KeepNothing: b.KeepNothing, Seed: seed,
		Begun: at, Changed: at, LastSeq: 1, Turns: len(opening),
	}
	created := talk.Event{Seq: 1, At: at.UnixMilli(), Body: talk.Created{
		ConversationKind: c.Kind, ScenarioHash: c.ScenarioHash, ScenarioID: c.ScenarioID, Seed: seed,
		Versions: map[string]int{"mind": coworker.Version, "reading": reading.Version, "scorecard": scorecard.Version},
		Practise: c.Practise, KeepNothing: c.KeepNothing, Opening: opening, Mind: coworker.New(s, seed).State(),
	}}
	if err := t.store.Create(ctx, c, s.Text, created); err != nil {
		return Conversation{}, err
	}
	return c, nil
}

func isSkill(skill talk.Skill) bool {
	for _, s := range talk.Skills {
		if s == skill {
			return true
		}
	}
	return false
}

// seed gives the seed that was asked for, else a random one small enough for every JSON reader (53 bits).
func (t *Trainer) seed(wanted *uint64) (uint64, error) {
	if wanted != nil {
		return *wanted, nil
	}
	var data [8]byte
	t.randomMu.Lock()
	_, err := io.ReadFull(t.random, data[:])
	t.randomMu.Unlock()
	if err != nil {
		return 0, &Error{Code: CodeInternal, Message: "The computer gave no random numbers.", Err: err}
	}
	return binary.BigEndian.Uint64(data[:]) >> 11, nil
}

// Conversation gives one; CodeNotFound where there is none.
func (t *Trainer) Conversation(ctx context.Context, id string) (Conversation, error) {
	return t.store.Conversation(ctx, id)
}

// Conversations lists a person's conversations, the newest first.
func (t *Trainer) Conversations(ctx context.Context, person string) ([]Conversation, error) {
	return t.store.Conversations(ctx, person, listMost)
}

// Transcript gives the turns, those of the opening first.
func (t *Trainer) Transcript(ctx context.Context, id string) ([]talk.Turn, error) {
	if _, err := t.store.Conversation(ctx, id); err != nil {
		return nil, err
	}
	var turns []talk.Turn
	err := t.eachEvent(ctx, id, 0, func(e talk.Event) error {
		switch b := e.Body.(type) {
		case talk.Created:
			turns = append(turns, b.Opening...)
		case talk.Heard:
			turns = append(turns, b.Turn)
		case talk.Said:
			turns = append(turns, b.Turn)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return turns, nil
}

// page is how many events are read at once.
const page = 200

// eachEvent goes through the events after a sequence number, page by page.
func (t *Trainer) eachEvent(ctx context.Context, id string, after int64, take func(talk.Event) error) error {
	for {
		events, err := t.store.Events(ctx, id, after, page)
		if err != nil {
			return refused(err)
		}
		for _, e := range events {
			if err := take(e); err != nil {
				return err
			}
			after = e.Seq
		}
		if len(events) < page {
			return nil
		}
	}
}

// refused words the refusal of a journal that a newer program wrote.
func refused(err error) error {
	var unknown *talk.UnknownEventError
	if errors.As(err, &unknown) {
		return &Error{
			Code:    CodeInvalid,
			Message: fmt.Sprintf("This conversation cannot be opened here: %v. Nothing of it was changed, and other conversations go on.", unknown),
			Err:     err,
		}
	}
	return err
}

// scripts finds scenarios by hash and keeps the last ones used.
type scripts struct {
	mu    sync.Mutex
	known map[string]*script
	order []string // the least recently found first
}

const scriptsMost = 64

// script finds the scenario with a hash: among those used lately, in the library, or in the text that was kept.
func (t *Trainer) script(ctx context.Context, id, hash string) (*script, error) {
	t.scripts.mu.Lock()
	defer t.scripts.mu.Unlock()
	if s, ok := t.scripts.known[hash]; ok {
		for i, h := range t.scripts.order {
			if h == hash {
				copy(t.scripts.order[i:], t.scripts.order[i+1:])
				t.scripts.order[len(t.scripts.order)-1] = hash
				break
			}
		}
		return s, nil
	}
	found, ok := t.library.Scenario(id)
	if !ok || found.Hash != hash {
		text, err := t.store.ScenarioText(ctx, hash)
		if err != nil {
			return nil, err
		}
		if found, err = scenarios.Parse(id+".toml", []byte(text)); err != nil {
			return nil, &Error{Code: CodeInvalid, Message: "The text of this conversation's scenario cannot be read by this program: open it with the Breakroom that began it.", Err: err}
		}
	}
	s := &script{scenario: found, open: found.Open()}
	if t.scripts.known == nil {
		t.scripts.known = map[string]*script{}
	}
	if len(t.scripts.order) >= scriptsMost {
		delete(t.scripts.known, t.scripts.order[0])
		t.scripts.order = append([]string(nil), t.scripts.order[1:]...)
	}
	t.scripts.known[hash] = s
	t.scripts.order = append(t.scripts.order, hash)
	return s, nil
}

// OnDeleted has the id of each conversation told that is deleted from now on, by whomever. It must not block.
func (t *Trainer) OnDeleted(tell func(id string)) { t.deleted.Store(&tell) }

// Delete removes a conversation for good; those who watch get NoticeDeleted.
func (t *Trainer) Delete(ctx context.Context, id string) error {
	return t.with(ctx, id, false, func(l *live) error {
		if err := t.store.Delete(context.WithoutCancel(ctx), id); err != nil {
			return err
		}
		l.abandonAnswer()
		l.fold, l.deleted = nil, true
		l.tell(NoticeDeleted{})
		t.dropSinks(l)
		if tell := t.deleted.Load(); tell != nil {
			(*tell)(id)
		}
		return nil
	})
}

// LeaveDebrief says that the debrief was left: a conversation that was to leave nothing behind is deleted, any other stays.
func (t *Trainer) LeaveDebrief(ctx context.Context, id string) error {
	c, err := t.store.Conversation(ctx, id)
	if err != nil {
		return err
	}
	if !c.KeepNothing || !c.HasEnded() && !c.SteppedOut {
		return nil
	}
	return t.Delete(ctx, id)
}

func (t *Trainer) isClosed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
}

// Close lets answers come to the end of a sentence, journals them, and ends. When ctx is done first, the answers that
// still run are broken off unjournaled; they are begun again by the next process. After Close everything is CodeUnavailable.
func (t *Trainer) Close(ctx context.Context) error {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return nil
	}
	t.stopping.Store(true)
	t.closed = true
	t.mu.Unlock()
	close(t.sweeper)
	done := make(chan struct{})
	go func() { t.answers.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
		t.cancel()
		select {
		case <-done:
		case <-time.After(closeGrace):
			return Errorf(CodeInternal, "An actor did not stop when it was told to.")
		}
	}
	t.cancel()
	return err
}
