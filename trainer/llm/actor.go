package llm

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/rs/zerolog"
	openai "github.com/sashabaranov/go-openai"

	"breakroom/trainer/coworker"
	"breakroom/trainer/talk"
)

// firstTokenKey holds a function that measurements have called at a model's first words, before the guard.
type firstTokenKey struct{}

// Asker says on whose behalf a turn is spoken. The trainer puts it into the
// context of Speak; without it, budgets of conversations and persons do not bind and nobody is told of a queue.
type Asker struct {
	// Conversation and Person are ids; they stay in this process.
	Conversation, Person string
	// AgreedHost is the host that the trainee has agreed to by name; "" where they have not.
	AgreedHost string
	// Waiting is told the place in the queue each time it changes, from 1, and 0 once the wait is over. It must not block.
	Waiting func(place int)
	// Asked is told about how many tokens the prompt has, before it is sent: whoever breaks the answer off has nothing else to go by. It may be nil.
	Asked func(prompt int)
}

type askerKey struct{}

// WithAsker puts an asker into a context.
func WithAsker(ctx context.Context, a Asker) context.Context {
	return context.WithValue(ctx, askerKey{}, a)
}

// AskerOf gives the context's asker, the zero Asker where there is none.
func AskerOf(ctx context.Context) Asker {
	a, _ := ctx.Value(askerKey{}).(Asker)
	return a
}

// Actor lets a language model say the coworker's turns. Whatever happens to
// the model, somebody speaks: the built-in actor says the turn where the model
// gives nothing that can be shown in time. It is safe for concurrent use.
//
// Spoken.Text is what counts. Its pieces were emitted as they came, so where a
// guard cut or replaced the words (Spoken.Mended is set), Text may be shorter
// than the pieces together, or another text: whoever showed them shows Text instead.
type Actor struct {
	server   *Server
	embedded coworker.Actor
	log      zerolog.Logger
}

var _ coworker.Actor = (*Actor)(nil)

// NewActor makes an actor. embedded is the built-in actor that speaks where
// the model does not; the log gets a line for each trouble, without a word of anybody's.
func NewActor(s *Server, embedded coworker.Actor, log zerolog.Logger) *Actor {
	return &Actor{server: s, embedded: embedded, log: log}
}

var (
	errSlow    = errors.New("no visible word in time")
	errStalled = errors.New("a pause that was too long")
)

// modelSpeaks reports whether a cue is one for a model. Whatever concerns the
// trainee as a person, or what they talk with, is said in words that people wrote.
func modelSpeaks(c *talk.Cue) bool {
	return c.Act != talk.ActOfferPause && c.Act != talk.ActOutOfRole && c.Most > 0
}

// turn is one turn in the making.
type turn struct {
	a       *Actor
	scene   *coworker.Scene
	emit    func(string) error
	emitErr error
	guard   *guard
	reason  string // why the guard stopped it, or how the stream ended
	tokens  [2]int
	guessed bool // a part of tokens is an estimate
	until   time.Time
	prompt  []message
	about   int         // tokens of the prompt
	watch   *time.Timer // cancels: until the first word, then at each pause
	rest    func()      // reads the rest of the model's answer, where it may be all but over; see run
}

// Speak says the turn; see coworker.Actor. An end of ctx cancels the model's
// answer and frees its slot; the words up to then come with ctx's error.
func (a *Actor) Speak(ctx context.Context, s coworker.Scene, emit func(piece string) error) (coworker.Spoken, error) {
	if s.Open == nil || !modelSpeaks(&s.Cue) {
		return a.embedded.Speak(ctx, s, emit)
	}
	asker := AskerOf(ctx)
	srv := a.server
	t := &turn{a: a, scene: &s, emit: emit, until: time.Now().Add(srv.cfg.FirstWord)}
	limit := srv.cfg.ContextTokens - answerTokens(&s.Cue)
	t.prompt, t.about = prompt(&s, likely(&s), limit)

	settle, trouble := srv.afford(ctx, asker.Conversation, asker.Person, func() int { return t.about + answerTokens(&s.Cue) })
	if trouble == nil {
		defer settle()
		if asker.Asked != nil {
			asker.Asked(t.about)
		}
		run, cancel := context.WithCancelCause(ctx)
		t.watch = time.AfterFunc(srv.cfg.FirstWord, func() { cancel(errSlow) })
		trouble = t.run(run, asker, cancel)
		t.watch.Stop()
		cancel(nil)
		a.record(ctx, asker, t)
	}
	if t.emitErr != nil {
		return t.spoken("", t.shown()), t.emitErr
	}
	if err := ctx.Err(); err != nil {
		return t.spoken("", t.shown()), err
	}
	if trouble != nil {
		ev := a.log.Warn().Str("host", srv.Host())
		var e *Error
		if errors.As(trouble, &e) {
			ev = ev.Str("kind", string(e.Kind)).Int("status", e.Status)
			if hint := e.Hint(); hint != "" {
				ev = ev.Str("hint", hint)
			}
		} else {
			ev = ev.Str("kind", mendedBy(trouble))
		}
		ev.Bool("visible", t.guard != nil && t.guard.visible()).Msg("the model's answer was not used in full")
	}
	switch {
	case t.guard != nil && t.guard.visible() && t.guard.echoes(cmp.Or(wholeSentences(t.shown()), t.shown())):
		return a.replace(ctx, s, func(string) error { return nil }, t, MendedRepeats)
	case trouble == nil && t.reason == "":
		return t.spoken("", t.shown()), nil
	case (t.reason == MendedThought || t.reason == MendedRepeats || t.reason == MendedAgainst) && t.guard.visible():
		// What was shown were thoughts, what was said before, or half an answer to what was asked for: none of it stands.
		return a.replace(ctx, s, func(string) error { return nil }, t, t.reason)
	case t.guard == nil || !t.guard.visible():
		return a.replace(ctx, s, emit, t, mendedBy(trouble, t.reason))
	}
	// Words were shown: stop at the last whole sentence.
	reason := mendedBy(trouble, t.reason)
	if whole := wholeSentences(t.shown()); whole != "" {
		return t.spoken(reason, whole), nil
	}
	switch reason {
	case MendedOutOfRole, MendedSpeaker, MendedMarkup:
		// Half a sentence that went wrong does not stand: the turn is said anew.
		return a.replace(ctx, s, func(string) error { return nil }, t, reason)
	}
	// Half a sentence that broke off trails away, as people's do.
	out := t.spoken(reason, t.shown())
	if err := emit("…"); err != nil {
		return out, err
	}
	out.Text += "…"
	return out, nil
}

// answerTokens is what an answer under a cue may take, with room for what the guard cuts.
func answerTokens(c *talk.Cue) int { return 96 + 3*max(c.Most, 8) }

// likely is an example of the manner for a cue that has no line.
func likely(s *coworker.Scene) string {
	if len(s.Cue.Lines) > 0 {
		return ""
	}
	return coworker.Manner(*s)
}

// replace has the built-in actor say the turn.
func (a *Actor) replace(ctx context.Context, s coworker.Scene, emit func(string) error, t *turn, reason string) (coworker.Spoken, error) {
	out, err := a.embedded.Speak(ctx, s, emit)
	out.Mended, out.Tokens = reason, t.tokens
	return out, err
}

// shown is what was shown so far.
func (t *turn) shown() string {
	if t.guard == nil {
		return ""
	}
	return t.guard.text()
}

// spoken is the turn with the words that stand.
func (t *turn) spoken(mended, text string) coworker.Spoken {
	return coworker.Spoken{
		By: t.a.server.Model(), Text: text, Voiced: voiced(t.scene.Cue, text), Mended: mended, Tokens: t.tokens,
	}
}

// mendedBy words a trouble, or a guard's reason, as Spoken.Mended has it.
func mendedBy(trouble error, reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	var e *Error
	switch {
	case errors.Is(trouble, errSlow):
		return MendedSlow
	case errors.Is(trouble, errStalled):
		return MendedStalled
	case errors.As(trouble, &e):
		switch e.Kind {
		case KindQueue:
			return MendedBusy
		case KindBudget:
			return map[string]string{"conversation": MendedBudgetOne, "person": MendedBudgetOwn, "day": MendedBudgetAll}[e.Budget]
		case KindFiltered:
			return MendedFiltered
		case KindDeclined:
			return MendedDeclined
		case KindLength:
			return MendedLength
		case KindEmpty:
			return MendedEmpty
		case KindStalled:
			if e.visible {
				return MendedStalled
			}
			return MendedSlow
		case KindTruncated, KindServer, KindUnreachable, KindOversized, KindMeaning:
			if e.visible {
				return MendedBroken
			}
		}
	}
	return MendedDown
}

// run waits for a slot and asks the model, again where that may help and nothing was shown.
func (t *turn) run(ctx context.Context, asker Asker, cancel context.CancelCauseFunc) error {
	srv := t.a.server
	who := asker.Person
	if who == "" {
		who = asker.Conversation
	}
	leave, ok, err := srv.queue.enter(ctx, who, asker.Waiting)
	switch {
	case !ok:
		return srv.fail(KindQueue)
	case errors.Is(err, errSlow):
		return srv.fail(KindQueue)
	case err != nil:
		return err
	}
	defer t.yield(leave)
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = srv.cfg.RetryWait
	wait.MaxInterval = max(srv.cfg.FirstWord/2, srv.cfg.RetryWait)
	_, err = backoff.Retry(ctx, func() (struct{}, error) {
		t.guard, t.reason = newGuard(t.scene, srv.thoughts()), ""
		err := srv.guarded(func() error { return t.ask(ctx, cancel) })
		var e *Error
		if err == nil || t.guard.visible() || !errors.As(err, &e) || !e.Temporary() {
			if err != nil {
				err = backoff.Permanent(err)
			}
			return struct{}{}, err
		}
		if e.RetryAfter > 0 {
			return struct{}{}, &again{RetryAfterError: backoff.RetryAfterError{Duration: e.RetryAfter}, cause: e}
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(uint(srv.cfg.Tries)), backoff.WithMaxElapsedTime(max(time.Until(t.until), time.Millisecond)))
	var a *again
	if errors.As(err, &a) {
		err = a.cause
	}
	return err
}

// yield gives the slot back: once the server is done with the answer, or will not be soon. Nobody waits for that but the next in the queue.
func (t *turn) yield(leave func()) {
	if t.rest == nil {
		leave()
		return
	}
	go func() {
		defer leave()
		t.rest()
	}()
}

// again asks for another try after the time that the server named.
type again struct {
	backoff.RetryAfterError
	cause *Error
}

func (a *again) Error() string { return a.cause.Error() }

func (a *again) As(target any) bool {
	if r, ok := target.(**backoff.RetryAfterError); ok {
		*r = &a.RetryAfterError
		return true
	}
	return false
}

func (a *again) Unwrap() error { return a.cause }

// request makes the model's request, without its messages.
func (t *turn) request() openai.ChatCompletionRequest {
	cfg := &t.a.server.cfg
	r := openai.ChatCompletionRequest{Model: cfg.Model, StreamOptions: &openai.StreamOptions{IncludeUsage: true}}
	cfg.fill(&r, answerTokens(&t.scene.Cue))
	return r
}

// coldest stands for a temperature of 0, which the library would not send. Far smaller ones, which it recommends, make
// servers that divide by it draw at random.
const coldest = 0.001

// fill sets the optional fields that the configuration asks for.
func (c *Config) fill(r *openai.ChatCompletionRequest, most int) {
	switch c.MaxTokensField {
	case MaxTokensOld:
		*oldBound(r) = most
	case MaxTokensCompletion:
		r.MaxCompletionTokens = most
	}
	if c.Temperature != nil {
		r.Temperature = max(float32(*c.Temperature), coldest)
	}
}

// afterFinish bounds the wait for the count of tokens that may follow the last word.
const afterFinish = time.Second

// ask makes one request and passes its words through the guard.
func (t *turn) ask(ctx context.Context, cancel context.CancelCauseFunc) (err error) {
	srv := t.a.server
	begun := time.Now()
	var x exchange
	// The request's own context, which ends with ctx as long as the answer is wanted.
	one, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := func() { cut(context.Cause(ctx)) }
	unlink := context.AfterFunc(ctx, stop)
	stream, err := srv.open(one, t.request(), t.prompt, &x)
	fail := func(kind Kind) error {
		return &Error{Kind: kind, Host: srv.Host(), visible: t.guard.visible()}
	}
	// A silence speaks against the server, unless the wait for a slot had taken most of the time.
	silence := func(err error) error {
		if errors.Is(err, errStalled) || errors.Is(err, errSlow) && time.Since(begun) >= srv.cfg.FirstWord/2 {
			return fail(KindStalled)
		}
		return err
	}
	if err != nil {
		unlink()
		stop()
		return silence(err)
	}
	defer func() {
		end := func() { stream.Close(); stop() }
		if unlink() && err == nil {
			t.rest = func() { stream.drain(); end() }
			return
		}
		end()
	}()
	finish, chars := "", 0
	charged := [2]int{}
	defer func() {
		if charged == [2]int{} {
			charged, t.guessed = [2]int{promptTokens(t.prompt), chars/3 + 1}, true
		}
		t.tokens[0] += charged[0]
		t.tokens[1] += charged[1]
		srv.sawThoughts(&t.guard.think)
	}()
	for {
		c, err := stream.next()
		if err == io.EOF || err != nil && finish != "" {
			break // after the last word only the count of tokens may come
		}
		if err != nil {
			err = silence(srv.classify(ctx, err, &x))
			var e *Error
			if errors.As(err, &e) {
				e.visible = t.guard.visible()
			}
			return err
		}
		if c.tokens != [2]int{} {
			charged = c.tokens
		}
		if finish != "" {
			continue
		}
		if c.refusal {
			return fail(KindDeclined)
		}
		if chars == 0 && c.text != "" {
			if seen, ok := ctx.Value(firstTokenKey{}).(func()); ok {
				seen()
			}
		}
		chars += len(c.text) + c.thought
		if c.text != "" {
			show, reason := t.guard.push(c.text)
			if err := t.show(show, cancel); err != nil {
				return err
			}
			if reason != "" {
				t.reason = reason
				return nil
			}
		}
		if c.finish != "" {
			finish = c.finish
			show, reason := t.guard.finish()
			if err := t.show(show, cancel); err != nil {
				return err
			}
			if reason != "" {
				t.reason = reason
				return nil
			}
			if t.guard.visible() {
				t.watch.Stop()
			}
			defer time.AfterFunc(afterFinish, stop).Stop()
		}
	}
	switch finish {
	case "":
		if chars == 0 {
			return fail(KindEmpty)
		}
		return fail(KindTruncated)
	case "content_filter":
		return fail(KindFiltered)
	case "length", "max_tokens":
		return fail(KindLength)
	case "tool_calls", "function_call":
		return fail(KindMeaning)
	case "error", "abort", "cancelled":
		return fail(KindServer)
	}
	if !t.guard.visible() {
		return fail(KindEmpty)
	}
	return nil
}

// show emits words that the guard let through, and winds the watchdog of pauses: what a trainee does not see, a thought or
// white space, is no progress. Before the first visible word only their deadline counts.
func (t *turn) show(piece string, cancel context.CancelCauseFunc) error {
	if piece == "" {
		return nil
	}
	if len(piece) == t.guard.shown.Len() { // the first
		if !t.watch.Stop() {
			return errSlow
		}
		t.watch = time.AfterFunc(t.a.server.cfg.Pause, func() { cancel(errStalled) })
	} else {
		t.watch.Reset(t.a.server.cfg.Pause)
	}
	if err := t.emit(piece); err != nil {
		t.emitErr = err
		return err
	}
	return nil
}

// record writes down what the turn was charged. It is done even where the conversation has ended meanwhile.
func (a *Actor) record(ctx context.Context, asker Asker, t *turn) {
	if t.tokens == [2]int{} {
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	err := a.server.ledger.Record(ctx, Use{
		Conversation: asker.Conversation, Person: asker.Person, At: a.server.now(),
		Prompt: t.tokens[0], Completion: t.tokens[1], Estimated: t.guessed,
	})
	if err != nil {
		a.log.Error().Err(err).Msg("the tokens of an answer could not be recorded")
	}
}

// thoughts reports whether answers are taken to begin inside a thought.
func (s *Server) thoughts() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.thoughtsFirst > 0
}

// sawThoughts learns from an answer whether answers begin inside a thought. One that ended before its thought did proves
// nothing; but where no thought ends any more it was a stray mark, and nobody's answers are held back for it for long.
func (s *Server) sawThoughts(t *thoughts) {
	if !t.assumed && !t.orphan && !t.wrong && !t.closed {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case t.orphan || t.closed:
		s.thoughtsFirst = min(s.thoughtsFirst+2, 6)
	case t.wrong:
		s.thoughtsFirst = 0
	default:
		s.thoughtsFirst = max(s.thoughtsFirst-1, 0)
	}
}
