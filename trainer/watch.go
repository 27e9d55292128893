package trainer

import (
	"context"
	"time"

	"breakroom/trainer/talk"
)

// watcher is a sink that watches a conversation.
type watcher struct{ sink Sink }

// Watch replays the events after a sequence number (0: all) as notices, then tells of each new one until stop is
// called. The replay comes from the goroutine that called Watch, is done with NoticeCaughtUp when Watch returns, and
// until then Notify may take its time; after that it must not block. Nothing comes twice and nothing is left out.
// Where an answer is being given, or one was broken off by a crash and is now begun again, NoticeAgain and its pieces
// follow at once. After stop has returned the sink is not called any more.
func (t *Trainer) Watch(ctx context.Context, id string, after int64, sink Sink) (stop func(), err error) {
	if after < 0 {
		return nil, Errorf(CodeInvalid, "A sequence number is not negative.")
	}
	c, err := t.store.Conversation(ctx, id)
	if err != nil {
		return nil, err
	}
	replay := &replay{sink: sink, seq: after}
	for {
		// What is long past is told without holding up the conversation.
		if err := replay.run(ctx, t, id); err != nil {
			return nil, err
		}
		done := false
		err := t.with(ctx, id, true, func(l *live) error {
			if l.fold.Seq > replay.seq {
				return nil
			}
			if after > l.fold.Seq {
				return Errorf(CodeInvalid, "The conversation has only %d events.", l.fold.Seq)
			}
			w := &watcher{sink: sink}
			t.keep(l)
			l.person = c.Person // the first answer need not look it up
			l.sinks = append(l.sinks, w)
			l.seen = l.fold.Seq
			stop = func() { t.unwatch(l, w) }
			done = true
			if l.fold.Turns > 0 {
				sink.Notify(l.fold.meters())
			}
			sink.Notify(l.fold.Clock.notice(t.nowMS()))
			if a := l.answer; a != nil {
				a.aloneSince = time.Time{}
				sink.Notify(NoticeAgain{Turn: a.turn})
				if a.pieces > 0 {
					sink.Notify(NoticePiece{Turn: a.turn, N: a.pieces, Text: string(a.text)})
				}
			}
			sink.Notify(NoticeCaughtUp{Seq: l.fold.Seq})
			t.answerPending(l, true)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if done {
			return stop, nil
		}
	}
}

// replay tells one sink of what has been.
type replay struct {
	sink  Sink
	seq   int64
	heard bool // a Heard whose answer may come next was in this replay
}

func (r *replay) run(ctx context.Context, t *Trainer, id string) error {
	return t.eachEvent(ctx, id, r.seq, func(e talk.Event) error {
		// Who resumes between a turn and its answer may hold pieces of it.
		_, isHeard := e.Body.(talk.Heard)
		for _, n := range noticesOf(e, !r.heard) {
			r.sink.Notify(n)
		}
		r.heard = r.heard || isHeard
		r.seq = e.Seq
		return nil
	})
}

// noticesOf words an event for those who were not told of it as it happened. again has an answer begin with NoticeAgain.
func noticesOf(e talk.Event, again bool) []Notice {
	said, ok := e.Body.(talk.Said)
	if !ok {
		return []Notice{noticeOf(e)}
	}
	var out []Notice
	if again {
		out = append(out, NoticeAgain{Turn: said.Turn.N})
	}
	if said.Turn.Text != "" {
		out = append(out, NoticePiece{Turn: said.Turn.N, N: 1, Text: said.Turn.Text})
	}
	return append(out, noticeOf(e))
}

// noticeOf is the notice with an event's sequence number.
func noticeOf(e talk.Event) Notice {
	switch b := e.Body.(type) {
	case talk.Created:
		return NoticeBegan{Seq: e.Seq, Opening: b.Opening}
	case talk.Heard:
		return NoticeHeard{Seq: e.Seq, Turn: b.Turn.N, ClientID: b.ClientID, Text: b.Turn.Text}
	case talk.Said:
		return NoticeSaid{Seq: e.Seq, Turn: b.Turn.N, By: b.By, Mended: b.Mended, Cut: b.Cut}
	case talk.Help:
		return NoticeHelp{Seq: e.Seq, Step: b.Step, Text: b.Text}
	case talk.Pause:
		return NoticePaused{Seq: e.Seq}
	case talk.Extend:
		return NoticeExtended{Seq: e.Seq, Minutes: b.Minutes}
	case talk.SteppedOut:
		return NoticeSteppedOut{Seq: e.Seq}
	case talk.Left:
		return NoticeLeft{Seq: e.Seq}
	case talk.Ended:
		return NoticeEnded{Seq: e.Seq, By: b.By}
	case talk.Rated:
		return NoticeRated{Seq: e.Seq}
	case talk.Agreed:
		return NoticeAgreed{Seq: e.Seq, Host: b.Host}
	}
	return nil
}

// tell tells all who watch.
func (l *live) tell(n Notice) {
	for _, w := range l.sinks {
		w.sink.Notify(n)
	}
}

// tellAll tells all who watch of events whose pieces, if any, they were shown.
func (l *live) tellAll(events []talk.Event) {
	for _, e := range events {
		l.tell(noticeOf(e))
	}
}

// unwatch takes a sink off. It may be called twice.
func (t *Trainer) unwatch(l *live, w *watcher) {
	l.mu.lock()
	found := false
	for i, have := range l.sinks {
		if have == w {
			l.sinks = append(l.sinks[:i:i], l.sinks[i+1:]...)
			found = true
			break
		}
	}
	if len(l.sinks) == 0 {
		l.sinks, l.seen = nil, 0
		switch {
		case found && l.answer != nil:
			l.answer.aloneSince = t.now()
		case found:
			// Whoever comes back takes it up from its snapshot.
			t.letGo(l)
		}
	}
	l.mu.unlock()
	if found {
		t.release(l, 1)
	}
}

// dropSinks takes all sinks off. The caller holds l.
func (t *Trainer) dropSinks(l *live) {
	n := len(l.sinks)
	l.sinks, l.seen = nil, 0
	if n > 0 {
		t.release(l, n)
	}
}

// meters is what the page shows during the talk.
func (f *fold) meters() NoticeMeters {
	m := f.card.Meters()
	return NoticeMeters{
		Turn: f.Turns, Share: m.TalkShare, OrganizerWords: m.OrganizerWords, CoworkerWords: m.CoworkerWords,
		OpenQuestions: m.OpenQuestions, Reflections: m.Reflections,
		OrganizerTurns: f.OrganizerTurns, ClosedQuestions: f.Closed,
	}
}
