package trainer

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
	"breakroom/trainer/talk"
)

// Why an answer was mended by the trainer, as NoticeSaid.Mended and the journal have it. A guard inside an actor has reasons of its own.
const (
	MendedFailed  = "actor-failed"   // the actor returned an error
	MendedCrashed = "actor-crashed"  // the actor panicked
	MendedEmpty   = "actor-empty"    // the actor said nothing where something was to be said
	MendedBroken  = "actor-broken"   // not UTF-8
	MendedTooLong = "actor-too-long" // longer than a turn may be
	MendedClosing = "closing"        // the program was closing down, and the answer stopped at a sentence
)

var errBusy = &Error{Code: CodeBusy, Message: "The coworker is still speaking. Say it again when they have finished."}

// Say takes an organizer's turn and returns after the journal's commit; the answer runs on its own, not tied to ctx.
// Empty text is to say nothing. The same clientID (1 to MaxClientID bytes of printable ASCII) gives the same receipt.
// While the coworker is still answering it is CodeBusy.
func (t *Trainer) Say(ctx context.Context, id, clientID, text string) (Receipt, error) {
	if err := checkWords(clientID, text); err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	say := func(l *live) (err error) {
		receipt, err = t.say(ctx, l, clientID, text)
		return err
	}
	err := t.with(ctx, id, true, say)
	if ErrorCode(err) == CodeConflict && !errors.Is(err, ErrResent) {
		// Another server was faster. What it journaled is folded now; the words may still fit.
		err = t.with(ctx, id, true, say)
	}
	return receipt, err
}

func checkWords(clientID, text string) error {
	if len(clientID) == 0 || len(clientID) > MaxClientID {
		return Errorf(CodeInvalid, "The id of a message has 1 to %d characters.", MaxClientID)
	}
	for i := range len(clientID) {
		if clientID[i] <= ' ' || clientID[i] > '~' {
			return Errorf(CodeInvalid, "The id of a message is printable ASCII without spaces.")
		}
	}
	if len(text) > MaxTurnBytes || utf8.RuneCountInString(text) > MaxTurnRunes {
		return Errorf(CodeTooLong, "That is more than one turn can hold: at most %d characters. Nothing was heard; say it shorter.", MaxTurnRunes)
	}
	if !utf8.ValidString(text) {
		return Errorf(CodeInvalid, "The words are not valid UTF-8.")
	}
	if strings.ContainsRune(text, 0) {
		return Errorf(CodeInvalid, "The words hold a character that no text can hold (NUL).")
	}
	return nil
}

func (t *Trainer) say(ctx context.Context, l *live, clientID, text string) (Receipt, error) {
	f := l.fold
	if r, ok := f.receipt(clientID); ok {
		t.answerPending(l, true)
		return r, nil
	}
	if err := t.mayHear(l); err != nil {
		if r, ok := t.heardBefore(ctx, l.id, clientID); ok {
			return r, nil
		}
		return Receipt{}, err
	}
	mind, err := f.theMind()
	if err != nil {
		return Receipt{}, err
	}
	turn := talk.Turn{N: f.Turns + 1, Speaker: talk.Organizer, Text: text}
	dig(false)
	read := f.reader.Read(turn, nil)
	cue := mind.Hear(turn, read)
	heard := talk.Heard{Turn: turn, ClientID: clientID, Read: read, Cue: cue, Mind: mind.State()}
	var kept chan struct{}
	if _, ahead := t.actor.(coworker.AheadActor); ahead {
		// It gets ready while the disk writes, and begins when the turn is kept.
		kept = make(chan struct{})
		t.begin(l, &pending{Seq: f.Seq + 1, Turn: turn, Read: read, Cue: cue}, kept)
	}
	onDisk := false
	defer func() {
		if kept != nil && !onDisk {
			l.abandonAnswer() // whatever went wrong
		}
	}()
	seq, err := t.append(ctx, l, &read, heard)
	if err != nil {
		if errors.Is(err, ErrResent) {
			if r, ok := t.heardBefore(ctx, l.id, clientID); ok {
				return r, nil
			}
		}
		return Receipt{}, err
	}
	if onDisk = true; kept != nil {
		close(kept)
	}
	l.tell(f.Clock.notice(t.nowMS()))
	t.answerPending(l, false)
	return Receipt{Seq: seq, Turn: turn.N}, nil
}

// deep is about how much of its goroutine's stack a turn needs, in bytes.
const deep = 10 << 10

// dig makes the goroutine's stack as large as a turn needs at once, while there is little on it. It would grow by doubling in the midst of the work, and
// each time be copied with all that stands on it: 3 % of a turn's time. The room is never used: that the function may need it is enough.
//
//go:noinline
func dig(use bool) {
	if use {
		var room [deep]byte
		runtime.KeepAlive(&room)
	}
}

// mayHear says why the conversation takes no words now. An answer that a crash broke off is begun again.
func (t *Trainer) mayHear(l *live) error {
	f := l.fold
	switch {
	case f.EndedBy != "":
		return errEnded
	case f.SteppedOut:
		return Errorf(CodeEnded, "You stepped out of this conversation.")
	case f.Pending != nil:
		t.answerPending(l, true)
		return errBusy
	case f.Turns+2 > MaxTurns:
		return Errorf(CodeTooMany, "A conversation has at most %d turns. End it and read the debrief.", MaxTurns)
	}
	return nil
}

var errEnded = &Error{Code: CodeEnded, Message: "The conversation is over."}

// heardBefore looks for a client's id among all the turns of a conversation.
func (t *Trainer) heardBefore(ctx context.Context, id, clientID string) (Receipt, bool) {
	e, err := t.store.HeardByClient(ctx, id, clientID)
	if err != nil {
		return Receipt{}, false
	}
	h, ok := e.Body.(talk.Heard)
	return Receipt{Seq: e.Seq, Turn: h.Turn.N, Resent: true}, ok
}

// answer is an answer that is being given.
type answer struct {
	turn      int
	scene     coworker.Scene
	heardSeq  int64
	startedMS int64
	agreed    string // the model's host that the trainee had agreed to when it began
	text      []byte // what was shown so far
	pieces    int
	abandoned bool // the conversation goes on without it
	stopped   bool // it came to a sentence's end while the program closes down
	cancel    context.CancelFunc
	// asked is about how many tokens the model's prompt has, 0 where it was not asked.
	asked int
	// aloneSince is when the last of those who watched it went away; zero while somebody watches, or nobody ever did.
	aloneSince time.Time
}

var (
	errAbandoned = errors.New("the answer is not wanted any more")
	errStopped   = errors.New("the program is closing down")
)

// abandonAnswer breaks off the answer that is being given and gives what was shown of it.
func (l *live) abandonAnswer() (shown string) {
	a := l.answer
	if a == nil {
		return ""
	}
	l.answer = nil
	a.abandoned = true
	a.cancel()
	return string(a.text)
}

// answerPending begins the answer to the turn that was heard and not answered, if there is one and nobody gives it
// yet. again is set where an earlier attempt may have been seen.
func (t *Trainer) answerPending(l *live, again bool) {
	if l.fold.Pending == nil || l.answer != nil {
		return
	}
	if t.begin(l, l.fold.Pending, nil) && again {
		l.tell(NoticeAgain{Turn: l.answer.turn})
	}
}

// begin begins the answer to a turn; false where the program is closing down. Where kept is not nil, nothing is sent to
// anybody before it is closed.
func (t *Trainer) begin(l *live, heard *pending, kept <-chan struct{}) bool {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return false
	}
	t.answers.Add(1)
	l.refs++
	t.mu.Unlock()
	l.abandonAnswer() // one that is still being given is to a turn that has been answered elsewhere
	ctx, cancel := context.WithCancel(t.ctx)
	if kept != nil {
		ctx = coworker.WithKept(ctx, kept)
	}
	a := &answer{turn: heard.Turn.N + 1, scene: l.fold.scene(heard), heardSeq: heard.Seq, agreed: l.fold.Agreed, startedMS: t.nowMS(), cancel: cancel}
	l.answer = a
	go t.speak(ctx, l, a, l.person)
	return true
}

// speak gives an answer: the actor's, or the built-in one's where that fails; then it journals it.
func (t *Trainer) speak(ctx context.Context, l *live, a *answer, person string) {
	defer t.answers.Done()
	defer t.release(l, 1)
	defer a.cancel()
	dig(false)
	ctx = t.onBehalf(ctx, l, a, person)
	spoken, mended := t.attempt(ctx, l, a, t.actor)
	if mended != "" && ctx.Err() == nil {
		t.log.Warn().Str("conversation", shortID(l.id)).Str("why", mended).Msg("the actor failed; the built-in one says the turn")
		l.mu.lock()
		gone := a.abandoned
		if !gone && a.pieces > 0 {
			a.text, a.pieces = nil, 0
			l.tell(NoticeAgain{Turn: a.turn})
		}
		l.mu.unlock()
		if gone {
			return
		}
		tokens := spoken.Tokens
		var again string
		if spoken, again = t.attempt(ctx, l, a, coworker.Embedded{Sparing: !t.actorIsBuiltIn()}); again != "" && ctx.Err() == nil {
			spoken = plainest(a.scene.Cue)
		}
		spoken.Mended, spoken.Tokens = mended, tokens
	}
	l.mu.lock()
	defer t.unlock(l)
	defer func() {
		if p := recover(); p != nil {
			l.fold = nil
			err := t.panicked(l, p)
			l.tell(NoticeTrouble{Code: ErrorCode(err), Message: ErrorMessage(err)})
		}
	}()
	if l.answer == a {
		l.answer = nil
	}
	if a.abandoned || (ctx.Err() != nil && !a.stopped) {
		return
	}
	if err := t.said(l, a, spoken); err != nil {
		t.log.Error().Err(err).Str("conversation", shortID(l.id)).Msg("an answer could not be journaled; it will be begun again")
		l.tell(NoticeTrouble{Code: ErrorCode(err), Message: ErrorMessage(err)})
	}
}

// onBehalf tells a model's actor on whose behalf it speaks, and has those who watch told of its queue.
func (t *Trainer) onBehalf(ctx context.Context, l *live, a *answer, person string) context.Context {
	if t.actorIsBuiltIn() {
		return ctx
	}
	asker := llm.Asker{Conversation: l.id, Person: person, AgreedHost: a.agreed, Waiting: func(place int) {
		l.mu.lock()
		defer l.mu.unlock()
		if !a.abandoned {
			l.tell(NoticeQueue{Place: place})
		}
	}, Asked: func(prompt int) {
		l.mu.lock()
		defer l.mu.unlock()
		a.asked = prompt
	}}
	return llm.WithAsker(ctx, asker)
}

func (t *Trainer) actorIsBuiltIn() bool {
	_, builtIn := t.actor.(coworker.Embedded)
	return builtIn
}

// attempt has an actor speak. mended says why its answer cannot be used, "" where it can.
func (t *Trainer) attempt(ctx context.Context, l *live, a *answer, actor coworker.Actor) (spoken coworker.Spoken, mended string) {
	_, builtIn := actor.(coworker.Embedded)
	defer func() {
		if p := recover(); p != nil {
			_ = t.panicked(l, p)
			mended = MendedCrashed
		}
	}()
	emit := func(piece string) error {
		l.mu.lock()
		defer l.mu.unlock()
		if a.abandoned || a.stopped {
			return errAbandoned
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if t.stopping.Load() && !builtIn {
			// The built-in actor is done in no time; another stops at the next sentence.
			if end := sentenceEnd(piece); end > 0 {
				piece = piece[:end]
				a.stopped = true
			}
		}
		if piece != "" && len(a.text)+len(piece) <= 2*MaxTurnBytes {
			if a.text == nil {
				a.text = make([]byte, 0, 384) // as long as nearly all answers are
			}
			a.text = append(a.text, piece...)
			a.pieces++
			l.tell(NoticePiece{Turn: a.turn, N: a.pieces, Text: piece})
		}
		if a.stopped {
			return errStopped
		}
		return nil
	}
	spoken, err := actor.Speak(ctx, a.scene, emit)
	if a.stopped {
		// The lines that the shown part carries are found in it.
		shown := string(a.text)
		return coworker.Spoken{Text: shown, By: t.byOf(spoken), Voiced: voicedIn(a.scene.Cue, shown), Mended: MendedClosing, Tokens: spoken.Tokens}, ""
	}
	switch {
	case err != nil:
		if !errors.Is(err, errAbandoned) && ctx.Err() == nil {
			t.log.Warn().Str("conversation", shortID(l.id)).Str("error", fmt.Sprintf("%T", err)).Msg("the actor gave an error")
		}
		return spoken, MendedFailed
	case !utf8.ValidString(spoken.Text) || strings.ContainsRune(spoken.Text, 0):
		return spoken, MendedBroken
	case utf8.RuneCountInString(spoken.Text) > MaxTurnRunes || len(spoken.Text) > MaxTurnBytes:
		return spoken, MendedTooLong
	case strings.TrimSpace(spoken.Text) == "" && a.scene.Cue.Act != talk.ActSilence:
		return spoken, MendedEmpty
	}
	if spoken.By == "" {
		spoken.By = t.byOf(spoken)
	}
	spoken.Voiced = offered(a.scene.Cue, spoken.Voiced)
	return spoken, ""
}

func (t *Trainer) byOf(s coworker.Spoken) string {
	if s.By != "" {
		return s.By
	}
	if t.actorIsBuiltIn() {
		return "actor"
	}
	return "model"
}

// offered leaves those ids that the cue offered, in its order.
func offered(cue talk.Cue, ids []string) []string {
	var out []string
	for _, line := range cue.Lines {
		if contains(ids, line.ID) && !contains(out, line.ID) {
			out = append(out, line.ID)
		}
	}
	return out
}

// voicedIn gives the lines of a cue that stand in a text word for word.
func voicedIn(cue talk.Cue, text string) []string {
	var out []string
	for _, line := range cue.Lines {
		if line.Text != "" && strings.Contains(text, line.Text) && !contains(out, line.ID) {
			out = append(out, line.ID)
		}
	}
	return out
}

// plainest is the last resort: the line that matters, or a sound.
func plainest(cue talk.Cue) coworker.Spoken {
	out := coworker.Spoken{Text: "Hm.", By: "actor"}
	if len(cue.Lines) > 0 && strings.TrimSpace(cue.Lines[0].Text) != "" {
		out.Text, out.Voiced = cue.Lines[0].Text, []string{cue.Lines[0].ID}
	}
	return out
}

// sentenceEnd gives the byte offset behind the first end of a sentence in a piece, 0 where there is none.
func sentenceEnd(piece string) int {
	i := strings.IndexAny(piece, ".!?…\n")
	if i < 0 {
		return 0
	}
	end := i
	for _, r := range piece[i:] {
		if !strings.ContainsRune(".!?…\n\"'”’)", r) {
			break
		}
		end += utf8.RuneLen(r)
	}
	return end
}

// said journals an answer; where the coworker leaves, that and the end with it.
func (t *Trainer) said(l *live, a *answer, spoken coworker.Spoken) error {
	if err := t.load(t.ctx, l); err != nil {
		return err
	}
	if l.fold.Pending == nil || l.fold.Pending.Seq != a.heardSeq {
		// Somebody else has answered or ended it; those who watch were told when it was folded.
		return nil
	}
	if shown := string(a.text); shown != spoken.Text {
		// What is kept is what was shown, whatever an actor does.
		if a.pieces > 0 {
			l.tell(NoticeAgain{Turn: a.turn})
		}
		if spoken.Text != "" {
			l.tell(NoticePiece{Turn: a.turn, N: 1, Text: spoken.Text})
		}
	}
	bodies, read, err := t.saidBodies(l, spoken, a.startedMS, false)
	if err != nil {
		return err
	}
	if l.fold.Pending.Cue.Act == talk.ActLeave {
		bodies = append(bodies, talk.Left{Reason: l.fold.Pending.Cue.Reason}, talk.Ended{By: "coworker"})
	}
	if _, err := t.append(t.ctx, l, &read, bodies...); err != nil {
		return err
	}
	l.tell(l.fold.meters())
	if l.fold.EndedBy != "" {
		l.tell(l.fold.Clock.notice(t.nowMS()))
	}
	return nil
}

// saidBodies makes the event of an answer, read and taken in by the mind.
func (t *Trainer) saidBodies(l *live, spoken coworker.Spoken, startedMS int64, cut bool) ([]talk.EventBody, talk.Read, error) {
	f := l.fold
	mind, err := f.theMind()
	if err != nil {
		return nil, talk.Read{}, err
	}
	said := talk.Said{
		Turn: talk.Turn{N: f.Pending.Turn.N + 1, Speaker: talk.Coworker, Text: spoken.Text},
		By:   spoken.By, Voiced: spoken.Voiced, Mended: spoken.Mended, Cut: cut,
		TookMS: max(t.nowMS()-startedMS, 0), Tokens: spoken.Tokens,
	}
	said.Read = f.reader.Read(said.Turn, cueOf(&f.Pending.Cue, said))
	mind.Said(said.Turn, said.Voiced)
	said.Mind = mind.State()
	return []talk.EventBody{said}, said.Read, nil
}

// cutBodies makes the events that break off the answer being given, none where nothing of it was shown.
func (t *Trainer) cutBodies(l *live) ([]talk.EventBody, *talk.Read, error) {
	a := l.answer
	shown := l.abandonAnswer()
	if l.fold.Pending == nil || strings.TrimSpace(shown) == "" {
		return nil, nil, nil
	}
	cut := coworker.Spoken{Text: shown, By: t.byOf(coworker.Spoken{}), Voiced: voicedIn(l.fold.Pending.Cue, shown)}
	if a.asked > 0 {
		cut.Tokens = [2]int{a.asked, len(shown)/3 + 1} // the server's own count does not come any more
	}
	bodies, read, err := t.saidBodies(l, cut, a.startedMS, true)
	return bodies, &read, err
}

// End ends the conversation for the organizer: an answer that is being given is broken off, and what was shown of it
// is kept. To end what has ended is no error.
func (t *Trainer) End(ctx context.Context, id string) error {
	return t.with(ctx, id, true, func(l *live) error {
		if l.fold.EndedBy != "" {
			return nil
		}
		return t.finish(ctx, l, talk.Ended{By: "organizer"})
	})
}

// StepOut drops the role: scoring stops, the answer that is being given is broken off. The conversation can then be ended or deleted.
func (t *Trainer) StepOut(ctx context.Context, id string) error {
	return t.with(ctx, id, true, func(l *live) error {
		switch {
		case l.fold.SteppedOut:
			return nil
		case l.fold.EndedBy != "":
			return errEnded
		}
		return t.finish(ctx, l, talk.SteppedOut{})
	})
}

func (t *Trainer) finish(ctx context.Context, l *live, last talk.EventBody) (err error) {
	if l.answer != nil {
		defer func() {
			if err != nil && t.load(ctx, l) == nil {
				t.answerPending(l, true) // the talk goes on, and with it the answer that was broken off
			}
		}()
	}
	bodies, read, err := t.cutBodies(l)
	if err != nil {
		l.fold = nil
		return err
	}
	if _, err := t.append(ctx, l, read, append(bodies, last)...); err != nil {
		return err
	}
	l.tell(l.fold.Clock.notice(t.nowMS()))
	return nil
}

// Pause stops the clock until the trainee's next doing. Where it does not run there is nothing to stop.
func (t *Trainer) Pause(ctx context.Context, id string) error {
	return t.with(ctx, id, true, func(l *live) error {
		if err := l.goesOn(); err != nil {
			return err
		}
		if c := l.fold.Clock; !c.Running || c.Paused {
			return nil
		}
		return t.journal(ctx, l, talk.Pause{})
	})
}

// Extend adds 1 to MaxExtend minutes to the time box.
func (t *Trainer) Extend(ctx context.Context, id string, minutes int) error {
	if minutes < 1 || minutes > MaxExtend {
		return Errorf(CodeInvalid, "One can add 1 to %d minutes at a time.", MaxExtend)
	}
	return t.with(ctx, id, true, func(l *live) error {
		if err := l.goesOn(); err != nil {
			return err
		}
		if time.Duration(l.fold.Clock.BoxMS)*time.Millisecond+time.Duration(minutes)*time.Minute > MaxBox {
			return Errorf(CodeTooMany, "A time box has at most %d hours.", int(MaxBox.Hours()))
		}
		return t.journal(ctx, l, talk.Extend{Minutes: minutes})
	})
}

// Agree says that what the trainee types may be sent to a language model's host, from the next turn on; "" takes it
// back. An agreement is to that host alone: a model that moves elsewhere has to be agreed to anew. It can be given
// after the end, too, for a coach that reads the transcript.
func (t *Trainer) Agree(ctx context.Context, id, host string) error {
	if len(host) > maxHost || strings.TrimSpace(host) != host {
		return Errorf(CodeInvalid, "That is not the name of a host.")
	}
	return t.with(ctx, id, true, func(l *live) error {
		if l.fold.Agreed == host {
			return nil
		}
		if err := t.journal(ctx, l, talk.Agreed{Host: host}); err != nil {
			return err
		}
		if a := l.answer; a != nil && a.agreed != "" && a.agreed != host {
			// What waits to be sent is not sent any more: the answer is begun anew, under what holds now.
			l.abandonAnswer()
			t.answerPending(l, true)
		}
		return nil
	})
}

// maxHost bounds the name of a host, in bytes.
const maxHost = 255

func (t *Trainer) journal(ctx context.Context, l *live, body talk.EventBody) error {
	if _, err := t.append(ctx, l, nil, body); err != nil {
		return err
	}
	l.tell(l.fold.Clock.notice(t.nowMS()))
	return nil
}

func (l *live) goesOn() error {
	if l.fold.EndedBy != "" || l.fold.SteppedOut {
		return errEnded
	}
	return nil
}

// Rate keeps one's own view, before the debrief is read; after the end only, once.
func (t *Trainer) Rate(ctx context.Context, id string, r talk.Rated) error {
	for skill, level := range r.Levels {
		if !isSkill(skill) {
			return Errorf(CodeInvalid, "One of the skills is not one of the rubric's.")
		}
		if level < 0 || level > 5 {
			return Errorf(CodeInvalid, "A level is 0 to 5.")
		}
	}
	if utf8.RuneCountInString(r.Note) > MaxRatedNote {
		return Errorf(CodeTooLong, "The note has at most %d characters.", MaxRatedNote)
	}
	if !utf8.ValidString(r.Note) || strings.ContainsRune(r.Note, 0) {
		return Errorf(CodeInvalid, "The note is not valid UTF-8.")
	}
	return t.with(ctx, id, true, func(l *live) error {
		switch {
		case l.fold.EndedBy == "":
			return errNotEnded
		case l.fold.Rated != nil:
			return Errorf(CodeConflict, "Your own view of this conversation is kept already.")
		}
		if _, err := t.append(ctx, l, nil, r); err != nil {
			return err
		}
		return nil
	})
}

var errNotEnded = &Error{Code: CodeNotEnded, Message: "That comes after the end of the conversation."}
