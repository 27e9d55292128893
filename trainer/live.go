package trainer

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"breakroom/trainer/talk"
)

// live is a conversation that somebody uses or watches. Its fold is there only while things happen in it; between
// turns all that is left of it is this struct and its sinks.
type live struct {
	id   string
	refs int // guarded by Trainer.mu: callers, sinks, an answer, and a place in Trainer.loaded

	mu      talkLock
	person  string // whose it is; "" until it was asked for
	fold    *fold  // nil while not in memory
	saved   int64  // the event of the newest snapshot
	seen    int64  // the last event that the sinks were told of; 0 where nobody watches
	sinks   []*watcher
	answer  *answer
	upAt    int64 // when the time will be up, in milliseconds; 0 where it will not
	toldUp  int64 // the upAt that the sinks were told of
	deleted bool
}

// talkLock is a lock that can be waited for with a context. Its zero value must be made by newTalkLock.
type talkLock chan struct{}

func newTalkLock() talkLock { return make(talkLock, 1) }

func (l talkLock) lock() { l <- struct{}{} }

func (l talkLock) lockWithin(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l talkLock) tryLock() bool {
	select {
	case l <- struct{}{}:
		return true
	default:
		return false
	}
}

func (l talkLock) unlock() { <-l }

// acquire takes a reference to a conversation, making it live.
func (t *Trainer) acquire(id string) (*live, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return nil, errClosed
	}
	l, ok := t.lives[id]
	if !ok {
		l = &live{id: id, mu: newTalkLock()}
		t.lives[id] = l
	}
	l.refs++
	return l, nil
}

// keep takes another reference; the caller holds one.
func (t *Trainer) keep(l *live) {
	t.mu.Lock()
	l.refs++
	t.mu.Unlock()
}

// release gives back references.
func (t *Trainer) release(l *live, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.releaseLocked(l, n)
}

func (t *Trainer) releaseLocked(l *live, n int) {
	l.refs -= n
	if l.refs == 0 {
		delete(t.lives, l.id)
	}
}

// with runs fn with a conversation locked; where load is set its fold is in
// memory. A mistake in one conversation stays there: a panic becomes an error,
// and the fold is made anew from the journal.
func (t *Trainer) with(ctx context.Context, id string, load bool, fn func(l *live) error) (err error) {
	l, err := t.acquire(id)
	if err != nil {
		return err
	}
	defer t.release(l, 1)
	if err := l.mu.lockWithin(ctx); err != nil {
		return &Error{Code: CodeUnavailable, Message: "It took too long; try again.", Err: err}
	}
	defer t.unlock(l)
	defer func() {
		if p := recover(); p != nil {
			l.fold = nil
			err = t.panicked(l, p)
		}
	}()
	if l.deleted {
		return errGone
	}
	if load {
		if err := t.load(ctx, l); err != nil {
			return err
		}
	}
	return fn(l)
}

var errGone = &Error{Code: CodeNotFound, Message: "There is no such conversation. It may have been deleted."}

// panicked logs where it was and nothing that anybody said.
func (t *Trainer) panicked(l *live, p any) error {
	what := fmt.Sprintf("%T", p)
	if e, ok := p.(runtime.Error); ok {
		what = e.Error()
	}
	t.log.Error().Str("conversation", shortID(l.id)).Str("panic", what).Bytes("stack", debug.Stack()).Msg("a conversation failed and was taken from memory")
	return &Error{Code: CodeInternal, Message: "Something went wrong inside the program. Nothing that was acknowledged is lost; please try again."}
}

// shortID is enough of an id to tell log lines apart and too little to open a conversation.
func shortID(id string) string { return id[:min(len(id), 6)] }

// unlock ends a use: a fold that is in memory is marked as used now.
func (t *Trainer) unlock(l *live) {
	inMemory := l.fold != nil
	if inMemory {
		l.upAt = l.fold.Clock.upAt()
	}
	l.mu.unlock()
	if !inMemory {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.loaded[l]; !ok {
		l.refs++
	}
	t.used = t.now()
	t.loaded[l] = t.used
}

// letGo takes the fold of a conversation from memory. The caller holds l, and another reference to it.
func (t *Trainer) letGo(l *live) {
	l.fold = nil
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.loaded[l]; ok {
		delete(t.loaded, l)
		t.releaseLocked(l, 1)
	}
}

// snapshotEvery is how many events lie between snapshots; at most about so many are folded again when a conversation is taken up.
const snapshotEvery = 32

// load has the fold in memory: from the newest snapshot that fits and the events after it.
func (t *Trainer) load(ctx context.Context, l *live) error {
	if l.fold != nil {
		return nil
	}
	f, saved, err := t.folded(ctx, l.id)
	if err != nil {
		return err
	}
	l.fold, l.saved = f, saved
	if l.person == "" && !t.actorIsBuiltIn() {
		// A model's actor wants to know whom a turn is for; it never changes.
		if c, err := t.store.Conversation(ctx, l.id); err == nil {
			l.person = c.Person
		}
	}
	if a := l.answer; a != nil && (f.Pending == nil || f.Pending.Seq != a.heardSeq) {
		l.abandonAnswer() // somebody else has answered that turn
	}
	if l.seen > 0 && f.Seq > l.seen {
		// Somebody else has appended: those who watch here are told.
		return t.eachEvent(ctx, l.id, l.seen, func(e talk.Event) error {
			for _, n := range noticesOf(e, true) {
				l.tell(n)
			}
			l.seen = e.Seq
			return nil
		})
	}
	return nil
}

// folded gives the present state of a conversation and the event of the snapshot that helped.
func (t *Trainer) folded(ctx context.Context, id string) (*fold, int64, error) {
	snap, err := t.store.Snapshot(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	f := &fold{}
	if snap.Versions == snapshotVersions {
		if taken, err := decodeFold(snap.State); err != nil {
			t.log.Warn().Err(err).Str("conversation", shortID(id)).Msg("a snapshot cannot be read; the journal is folded from its beginning")
		} else if taken.script, err = t.script(ctx, taken.Scenario, taken.Hash); err != nil {
			return nil, 0, err
		} else {
			f = taken
		}
	}
	saved := f.Seq
	find := func(id, hash string) (*script, error) { return t.script(ctx, id, hash) }
	err = t.eachEvent(ctx, id, f.Seq, func(e talk.Event) error {
		_, err := f.apply(e, nil, find)
		return err
	})
	if err != nil {
		return nil, 0, refused(err)
	}
	if f.Seq == 0 {
		return nil, 0, errGone
	}
	return f, saved, nil
}

// append journals the next events of a loaded conversation, folds them and tells those who watch. computed is the
// reading of the first event's turn, where it was read already. When it fails, the fold is dropped: it may have
// heard what is not on disk, or somebody else may have appended. It gives the number of the first event.
func (t *Trainer) append(ctx context.Context, l *live, computed *talk.Read, bodies ...talk.EventBody) (first int64, err error) {
	f := l.fold
	events := make([]talk.Event, len(bodies))
	// Time does not run backwards in a journal, whatever a computer's clock does.
	at := max(t.nowMS(), f.Clock.LastMS)
	for i, b := range bodies {
		events[i] = talk.Event{Seq: f.Seq + 1 + int64(i), At: at, Body: b}
	}
	// Once handed over, the answer of the disk counts, and not the patience of whoever asked.
	if err := t.store.Append(context.WithoutCancel(ctx), l.id, f.Seq, events...); err != nil {
		l.fold = nil
		return 0, err
	}
	for _, e := range events {
		if _, err := f.apply(e, computed, nil); err != nil {
			l.fold = nil
			return 0, fmt.Errorf("folding what was just journaled: %w", err)
		}
		computed = nil
	}
	if len(l.sinks) > 0 {
		l.seen = f.Seq
	}
	l.tellAll(events)
	t.snapshot(ctx, l) // nobody waits for it
	return events[0].Seq, nil
}

// snapshot hands a snapshot to the store where enough has happened since the last.
func (t *Trainer) snapshot(ctx context.Context, l *live) {
	f := l.fold
	if f.Pending != nil || f.Seq-l.saved < snapshotEvery {
		return
	}
	state, err := f.encode()
	if err == nil {
		err = t.store.SaveSnapshot(ctx, l.id, Snapshot{Seq: f.Seq, Versions: snapshotVersions, State: state})
	}
	if err != nil {
		t.log.Warn().Err(err).Str("conversation", shortID(l.id)).Msg("no snapshot was made; the journal is whole")
		return
	}
	l.saved = f.Seq
}

// sweepNowAndThen is the one goroutine behind all conversations.
func (t *Trainer) sweepNowAndThen() {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	t.sweep()
	for {
		select {
		case <-t.sweeper:
			return
		case <-tick.C:
			t.sweep()
		}
	}
}

// sweep takes idle conversations from memory, breaks off answers that nobody waits for, tells of time that is up, and
// deletes what was to leave nothing behind.
func (t *Trainer) sweep() {
	now := t.now()
	var up []string
	t.mu.Lock()
	for l, used := range t.loaded {
		if now.Sub(used) < IdleAfter || !l.mu.tryLock() {
			continue
		}
		if l.answer == nil {
			l.fold = nil
			delete(t.loaded, l)
			t.releaseLocked(l, 1)
		}
		l.mu.unlock()
	}
	for _, l := range t.lives {
		if !l.mu.tryLock() {
			continue
		}
		if a := l.answer; a != nil && !a.aloneSince.IsZero() && now.Sub(a.aloneSince) >= AnswerAlone {
			l.abandonAnswer()
		}
		if l.upAt > 0 && l.upAt != l.toldUp && now.UnixMilli() >= l.upAt && len(l.sinks) > 0 {
			up = append(up, l.id)
		}
		l.mu.unlock()
	}
	idle := len(t.loaded) == 0 && !t.used.IsZero() && now.Sub(t.used) >= IdleAfter
	if idle {
		t.used = time.Time{}
	}
	t.mu.Unlock()
	if idle && t.idle != nil {
		t.idle()
	}
	for _, id := range up {
		t.tellTimeUp(id)
	}
	if now.Sub(t.forgot) >= forgetEvery || now.Before(t.forgot) {
		t.forgot = now
		t.forget(now)
	}
}

func (t *Trainer) tellTimeUp(id string) {
	err := t.with(t.ctx, id, true, func(l *live) error {
		l.toldUp = l.upAt
		if n := l.fold.Clock.notice(t.nowMS()); n.Up {
			l.tell(n)
		}
		return nil
	})
	if err != nil {
		t.log.Warn().Err(err).Str("conversation", shortID(id)).Msg("that the time is up could not be told; it is tried again")
	}
}

// forget deletes what was to leave nothing behind.
func (t *Trainer) forget(now time.Time) {
	for {
		ids, err := t.store.KeepNothing(t.ctx, now.Add(-ForgetEnded), now.Add(-ForgetIdle), forgetMost)
		if err != nil {
			t.log.Warn().Err(err).Msg("what was to be forgotten could not be looked up; it is tried again in a minute")
			return
		}
		for _, id := range ids {
			if err := t.Delete(t.ctx, id); err != nil && ErrorCode(err) != CodeNotFound {
				t.log.Warn().Err(err).Str("conversation", shortID(id)).Msg("a conversation that was to leave nothing behind could not be deleted; it is tried again in a minute")
				return
			}
		}
		if len(ids) < forgetMost {
			return
		}
	}
}
