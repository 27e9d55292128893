// Package trainer drives practice conversations: it puts together reading,
// the coworker's mind, an actor, the scorecard and the debrief, and journals
// every decision before it is acted upon. The state of a conversation is a
// fold over its journal; nothing that matters lives only in this process.
package trainer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// Code says what sort of thing went wrong, for programs.
type Code string

// The codes of errors.
const (
	CodeInvalid     Code = "invalid"     // the request makes no sense as it stands; saying it again will not help
	CodeNotFound    Code = "not-found"   // there is no such conversation, scenario, framework or person
	CodeConflict    Code = "conflict"    // somebody else, perhaps at another server, was faster; look at what came and try again
	CodeBusy        Code = "busy"        // the coworker is still answering; say it again after that
	CodeEnded       Code = "ended"       // the conversation has ended, or the role was dropped
	CodeNotEnded    Code = "not-ended"   // that comes after the end
	CodeTooLong     Code = "too-long"    // the words are more than a turn can hold
	CodeTooMany     Code = "too-many"    // a limit is reached; try later
	CodeNotYours    Code = "not-yours"   // it belongs to somebody else
	CodeUnavailable Code = "unavailable" // the program is closing down, or the disk does not take the words; try again
	CodeInternal    Code = "internal"    // a mistake of ours, or a foreign error
)

// Codes lists every code.
var Codes = []Code{
	CodeInvalid, CodeNotFound, CodeConflict, CodeBusy, CodeEnded, CodeNotEnded, CodeTooLong, CodeTooMany, CodeNotYours, CodeUnavailable, CodeInternal,
}

// Error is what every method of this room returns when something goes wrong.
// Message is for people: it says what happened and what to do, and never
// repeats words that somebody typed.
type Error struct {
	Code    Code
	Message string
	// Err is the cause, for the log; it may be nil and is never shown to people.
	Err error
}

// Error gives code and message, and the cause where there is one.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Message, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Message)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error without a cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrorCode gives the code of err: that of the first *Error in its chain,
// CodeInternal for any other error, "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// ErrorMessage gives what may be shown to people: the message of the first
// *Error in err's chain, and one fixed sentence for any other error, so that
// nothing internal gets out. It is "" for nil.
func ErrorMessage(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Message
	}
	return "Something went wrong inside the program. Nothing that was acknowledged is lost; please try again."
}

// Limits of what comes in.
const (
	// MaxTurnRunes and MaxTurnBytes bound the words of one turn, in characters and in bytes.
	MaxTurnRunes = 4000
	MaxTurnBytes = 16 << 10
	// MaxClientID bounds a client's own id of a message, in bytes.
	MaxClientID = 64
	// MaxExtend bounds what one Extend may add, in minutes.
	MaxExtend = 60
	// MaxBox bounds the time box with all that was added to it.
	MaxBox = 8 * time.Hour
	// MaxTurns bounds a conversation, in turns of both sides.
	MaxTurns = 2000
	// MaxRatedNote bounds the sentence of one's own view, in characters.
	MaxRatedNote = 1000
)

// Begin asks for a new conversation.
type Begin struct {
	// Person is the owner's id.
	Person string
	// ScenarioID names a scenario of the library.
	ScenarioID string
	// Practise lists the skills to practise today; empty means those of the scenario, else of its kind.
	Practise []talk.Skill
	// KeepNothing has the conversation deleted once its debrief was left.
	KeepNothing bool
	// Seed fixes all chance; nil takes a random one.
	Seed *uint64
}

// Conversation is what is known of a conversation without reading its journal.
type Conversation struct {
	// ID is unguessable: 26 characters of lower-case base32.
	ID string `json:"id"`
	// Person is the owner's id.
	Person       string       `json:"person"`
	ScenarioID   string       `json:"scenario_id"`
	ScenarioHash string       `json:"scenario_hash"`
	Kind         talk.Kind    `json:"kind"`
	Practise     []talk.Skill `json:"practise,omitempty"`
	KeepNothing  bool         `json:"keep_nothing,omitempty"`
	// Seed is the source of all chance. It never goes to a browser before the end.
	Seed uint64 `json:"seed"`
	// Begun and Changed are the times of the first and the last event; Ended is zero while it goes on. All in UTC, to the millisecond.
	Begun   time.Time `json:"begun"`
	Changed time.Time `json:"changed"`
	Ended   time.Time `json:"ended,omitzero"`
	// EndedBy is who ended it: "organizer", "coworker", "time" or "host"; "" while it goes on.
	EndedBy string `json:"ended_by,omitempty"`
	// SteppedOut is set once the role was dropped.
	SteppedOut bool `json:"stepped_out,omitempty"`
	// LastSeq is the sequence number of the last event.
	LastSeq int64 `json:"last_seq"`
	// Turns counts the turns of both sides, those of the opening included.
	Turns int `json:"turns"`
}

// HasEnded says whether the conversation is over.
func (c Conversation) HasEnded() bool { return !c.Ended.IsZero() }

// Receipt acknowledges an organizer's turn: it is on disk, with the decision how it will be answered.
type Receipt struct {
	// Seq is the turn's event.
	Seq int64 `json:"seq"`
	// Turn is the turn's number in the conversation.
	Turn int `json:"turn"`
	// Resent is set where the same client id had been acknowledged before; Seq and Turn are those of the first time.
	Resent bool `json:"resent,omitempty"`
}

// Sink takes the notices of a conversation, one at a time and in order.
// Notify must not block and must not call back into the Trainer: a sink that cannot keep up drops its connection
// and resumes after the last sequence number that it saw.
type Sink interface {
	Notify(Notice)
}

// Notice is something that happened in a conversation, told to those who watch it.
type Notice interface{ notice() }

// The notices. Those with a Seq stand for a journaled event and are replayed
// by Watch; a client resumes after the last Seq it has seen. None holds
// anything that the trainee has not been told.
type (
	// NoticeBegan is the first event: the turns that the scenario begins with.
	NoticeBegan struct {
		Seq     int64
		Opening []talk.Turn
	}
	// NoticeHeard is an organizer's turn, on disk.
	NoticeHeard struct {
		Seq      int64
		Turn     int
		ClientID string
		Text     string
	}
	// NoticePiece is a piece of the coworker's answer. The pieces of a turn since its beginning or since the last
	// NoticeAgain, one after the other, are what was said. N counts them from 1; in a replay several come as one, under the number of the last.
	NoticePiece struct {
		Turn, N int
		Text    string
	}
	// NoticeAgain says that the answer begins again: drop the pieces of this turn.
	NoticeAgain struct{ Turn int }
	// NoticeSaid says that the answer is complete and on disk.
	NoticeSaid struct {
		Seq  int64
		Turn int
		// By names who spoke: "actor", a model's name, or "person".
		By string
		// Mended says why a guard replaced or cut what the actor said, "" where none did.
		Mended string
		// Cut is set where the conversation's end broke the answer off.
		Cut bool
	}
	// NoticeMeters is what the page may show during the talk, after each answer: words of both sides, the organizer's
	// share of them in percent, and how many of the organizer's turns asked openly or reflected.
	NoticeMeters struct {
		Turn                            int
		Share                           int
		OrganizerWords, CoworkerWords   int
		OpenQuestions, Reflections      int
		OrganizerTurns, ClosedQuestions int
	}
	// NoticeClock is the time box, sent when somebody begins to watch and whenever it changes.
	NoticeClock struct {
		// Box is the whole time box with what was added; Left what is left of it now, negative when the time is up.
		Box, Left time.Duration
		// Running is false before the first turn, while paused and after the end.
		Running bool
		// Paused is set from a pause to the trainee's next doing.
		Paused bool
		// Up is set once the time is up. Nobody is cut off: one may add time, go on, or end.
		Up bool
	}
	// NoticeHelp is a hint that was asked for, by its step on the ladder (1 stage, 2 kind of question, 3 example).
	NoticeHelp struct {
		Seq  int64
		Step int
		Text string
	}
	// NoticePaused says that the clock stands until the trainee's next doing.
	NoticePaused struct{ Seq int64 }
	// NoticeExtended says that the time box grew.
	NoticeExtended struct {
		Seq     int64
		Minutes int
	}
	// NoticeSteppedOut says that the role was dropped and scoring has stopped.
	NoticeSteppedOut struct{ Seq int64 }
	// NoticeLeft says that the coworker got up and left; NoticeEnded follows.
	NoticeLeft struct{ Seq int64 }
	// NoticeEnded says that the conversation is over.
	NoticeEnded struct {
		Seq int64
		By  string
	}
	// NoticeRated says that one's own view was kept.
	NoticeRated struct{ Seq int64 }
	// NoticeAgreed says that the trainee has agreed to a model's host; Host is "" where they took it back.
	NoticeAgreed struct {
		Seq  int64
		Host string
	}
	// NoticeQueue says that the model is busy: the place in the queue, from 1; 0 when it is one's turn.
	NoticeQueue struct{ Place int }
	// NoticeCaughtUp ends the replay with which Watch begins; Seq is the last event's.
	NoticeCaughtUp struct{ Seq int64 }
	// NoticeTrouble says that something failed and the conversation lives: what, and what to do.
	NoticeTrouble struct {
		Code    Code
		Message string
	}
	// NoticeDeleted says that the conversation is gone. Nothing follows.
	NoticeDeleted struct{}
)

func (NoticeBegan) notice()      {}
func (NoticeHeard) notice()      {}
func (NoticePiece) notice()      {}
func (NoticeAgain) notice()      {}
func (NoticeSaid) notice()       {}
func (NoticeMeters) notice()     {}
func (NoticeClock) notice()      {}
func (NoticeHelp) notice()       {}
func (NoticePaused) notice()     {}
func (NoticeExtended) notice()   {}
func (NoticeSteppedOut) notice() {}
func (NoticeLeft) notice()       {}
func (NoticeEnded) notice()      {}
func (NoticeRated) notice()      {}
func (NoticeAgreed) notice()     {}
func (NoticeQueue) notice()      {}
func (NoticeCaughtUp) notice()   {}
func (NoticeTrouble) notice()    {}
func (NoticeDeleted) notice()    {}

// Library gives the scenarios that may be begun now. A scenario in it never changes; a new version is a new value with another hash.
type Library interface {
	// Heads lists them in the order in which they are shown.
	Heads() []scenarios.Head
	// Scenario finds one by its id.
	Scenario(id string) (*scenarios.Scenario, bool)
}

// Snapshot is the state of a conversation after the event Seq, from which folding can go on. It can always be made
// again from the journal; a snapshot whose Versions are not those of the program is not used.
type Snapshot struct {
	Seq      int64
	Versions string
	State    []byte
}

// Counts are the sizes of a store.
type Counts struct {
	People        int64 `json:"people"`
	Conversations int64 `json:"conversations"`
	Running       int64 `json:"running"`
	Events        int64 `json:"events"`
	Scenarios     int64 `json:"scenarios"`
	// Bytes is what the store takes on disk.
	Bytes int64 `json:"bytes"`
}

// Store keeps conversations. Its methods may be called from many goroutines. What a method that writes has
// acknowledged by returning nil is on disk. The errors that callers decide by are *Error with the codes named here;
// trainer/store/storetest holds an implementation to all of it.
type Store interface {
	// NewPerson keeps a person under an id, with the hash of the token by which they are known again; CodeConflict where either is taken.
	NewPerson(ctx context.Context, id string, token TokenHash, at time.Time) error
	// PersonByToken finds a person; CodeNotFound where nobody has the token.
	PersonByToken(ctx context.Context, token TokenHash) (string, error)
	// NewToken lets the holder of another token into a conversation; CodeNotFound where there is no such conversation.
	NewToken(ctx context.Context, id string, token TokenHash, at time.Time) error
	// ConversationByToken finds the conversation of a token; CodeNotFound where there is none.
	ConversationByToken(ctx context.Context, token TokenHash) (string, error)

	// Create keeps a new conversation, the text of its scenario (asked for once for each hash) and its first event, all or
	// nothing. CodeConflict where the id is taken, CodeNotFound where there is no such person.
	Create(ctx context.Context, c Conversation, scenarioText func() string, created talk.Event) error
	// Conversation gives one; CodeNotFound where there is none.
	Conversation(ctx context.Context, id string) (Conversation, error)
	// Conversations lists a person's, the newest first, at most limit.
	Conversations(ctx context.Context, person string, limit int) ([]Conversation, error)
	// ScenarioText gives the text with this SHA-256 (hex); CodeNotFound where no conversation holds it.
	ScenarioText(ctx context.Context, hash string) (string, error)

	// Append adds events to a journal, all or nothing. The first must be the event expect+1 and each next one higher;
	// CodeConflict where the journal does not end at expect, CodeNotFound where there is no such conversation,
	// CodeEnded where it has ended (only what AfterEnd names is taken then). A Heard whose ClientID the journal holds already is an ErrResent.
	Append(ctx context.Context, id string, expect int64, events ...talk.Event) error
	// Events gives the events after a sequence number, in order, at most limit. An event that this program does not
	// know gives a *talk.UnknownEventError in the chain.
	Events(ctx context.Context, id string, after int64, limit int) ([]talk.Event, error)
	// HeardByClient finds the Heard with a client's id; CodeNotFound where there is none.
	HeardByClient(ctx context.Context, id, clientID string) (talk.Event, error)
	// SaveSnapshot keeps a snapshot in place of an older one; a newer one stays. It is no part of the journal and need not be on disk at return.
	SaveSnapshot(ctx context.Context, id string, s Snapshot) error
	// Snapshot gives the newest snapshot; the zero Snapshot where there is none.
	Snapshot(ctx context.Context, id string) (Snapshot, error)

	// Delete removes a conversation, its journal, snapshot and tokens, and the scenario's text if no other needs it,
	// from the files and not only from sight. CodeNotFound where there is none.
	Delete(ctx context.Context, id string) error
	// KeepNothing lists at most limit conversations that were to leave nothing behind and ended before one time, or
	// were last changed before the other.
	KeepNothing(ctx context.Context, endedBefore, changedBefore time.Time, limit int) ([]string, error)
	// Counts gives the sizes.
	Counts(ctx context.Context) (Counts, error)
	// Backup writes a consistent copy to a file that must not exist yet, while others read and write.
	Backup(ctx context.Context, path string) error
	// Close ends the store; what was acknowledged is on disk before and after.
	Close() error
}

// AfterEnd says whether an event may follow a conversation's end: one's own view, and the word on where the
// transcript may be sent.
func AfterEnd(kind talk.EventKind) bool { return kind == talk.KindRated || kind == talk.KindAgreed }

// TokenHash is the SHA-256 of a token; the token itself is never kept.
type TokenHash [32]byte

// ErrResent says that the journal holds a Heard with this client id already.
var ErrResent = &Error{Code: CodeConflict, Message: "These words were heard already."}
