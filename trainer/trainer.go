package trainer

import (
	"context"
	"io"
	"time"

	"github.com/rs/zerolog"

	"breakroom/trainer/talk"
)

// Options are what a Trainer is made from. Store and Library are needed.
type Options struct {
	Store   Store
	Library Library
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Random is the source of ids, tokens and seeds; nil means crypto/rand.Reader.
	Random io.Reader
	Log    zerolog.Logger
}

// Trainer drives conversations. Its methods may be called from many goroutines.
type Trainer struct{ opts Options }

// New makes a Trainer.
func New(o Options) (*Trainer, error) { return &Trainer{opts: o}, nil }

var errClosed = &Error{Code: CodeUnavailable, Message: "The program is closing down. Nothing that was acknowledged is lost; come back in a moment."}

// NewPerson makes a person and the token by which they are known again; the token is not kept and cannot be found out later.
func (t *Trainer) NewPerson(ctx context.Context) (person, token string, err error) {
	return "", "", errClosed
}

// PersonByToken finds the person of a token; CodeNotFound for any other token.
func (t *Trainer) PersonByToken(ctx context.Context, token string) (string, error) {
	return "", errClosed
}

// NewToken makes a token that lets its holder into one conversation, for clients that have no cookie.
func (t *Trainer) NewToken(ctx context.Context, id string) (string, error) { return "", errClosed }

// ConversationByToken finds the conversation of a token; CodeNotFound for any other token.
func (t *Trainer) ConversationByToken(ctx context.Context, token string) (string, error) {
	return "", errClosed
}

// Begin begins a conversation.
func (t *Trainer) Begin(ctx context.Context, b Begin) (Conversation, error) {
	return Conversation{}, errClosed
}

// Conversation gives one; CodeNotFound where there is none.
func (t *Trainer) Conversation(ctx context.Context, id string) (Conversation, error) {
	return Conversation{}, errClosed
}

// Conversations lists a person's conversations, the newest first.
func (t *Trainer) Conversations(ctx context.Context, person string) ([]Conversation, error) {
	return nil, errClosed
}

// Say takes an organizer's turn and returns after the journal's commit; the answer runs on its own, not tied to ctx.
// Empty text is to say nothing. The same clientID (1 to MaxClientID bytes of printable ASCII) gives the same receipt.
// While the coworker is still answering it is CodeBusy.
func (t *Trainer) Say(ctx context.Context, id, clientID, text string) (Receipt, error) {
	return Receipt{}, errClosed
}

// Watch replays the events after a sequence number (0: all) as notices, then tells of each new one until stop is
// called. The replay is done when Watch returns, and nothing comes twice or in between. After stop has returned the
// sink is not called any more.
func (t *Trainer) Watch(ctx context.Context, id string, after int64, sink Sink) (stop func(), err error) {
	return nil, errClosed
}

// Help gives the next hint on the ladder and journals it.
func (t *Trainer) Help(ctx context.Context, id string) (talk.Help, error) {
	return talk.Help{}, errClosed
}

// Pause stops the clock until the trainee's next doing.
func (t *Trainer) Pause(ctx context.Context, id string) error { return errClosed }

// Extend adds 1 to MaxExtend minutes to the time box.
func (t *Trainer) Extend(ctx context.Context, id string, minutes int) error { return errClosed }

// StepOut drops the role: scoring stops, the answer that is being given is broken off. The conversation can then be ended or deleted.
func (t *Trainer) StepOut(ctx context.Context, id string) error { return errClosed }

// End ends the conversation for the organizer.
func (t *Trainer) End(ctx context.Context, id string) error { return errClosed }

// Rate keeps one's own view, before the debrief is read; after the end only, once.
func (t *Trainer) Rate(ctx context.Context, id string, r talk.Rated) error { return errClosed }

// Transcript gives the turns, those of the opening first.
func (t *Trainer) Transcript(ctx context.Context, id string) ([]talk.Turn, error) {
	return nil, errClosed
}

// LeaveDebrief says that the debrief was left: a conversation that was to leave nothing behind is deleted, any other stays.
func (t *Trainer) LeaveDebrief(ctx context.Context, id string) error { return errClosed }

// Delete removes a conversation for good; those who watch get NoticeDeleted.
func (t *Trainer) Delete(ctx context.Context, id string) error { return errClosed }

// Close lets answers stop at a sentence, journals them, and ends. Everything after it is CodeUnavailable.
func (t *Trainer) Close(ctx context.Context) error { return nil }
