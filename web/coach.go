package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"breakroom/trainer/debrief"
	"breakroom/trainer/llm"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// Coach gives a second opinion on a conversation's turns. It is *llm.Coach; an
// llm.Asker in the context says on whose behalf, and what was agreed to.
type Coach interface {
	Evaluate(ctx context.Context, turns []talk.Turn) (*llm.Opinion, error)
}

const (
	opinionsKept = 200       // conversations whose opinions are kept at once
	opinionFor   = time.Hour // and for how long
)

// secondOpinion is one that was asked for: under way, given, or failed. It is
// kept in memory only, and can be asked for again.
type secondOpinion struct {
	asked   time.Time
	done    bool
	failed  bool
	opinion *llm.Opinion
	cancel  context.CancelFunc
}

// opinions are those of this server's conversations.
type opinions struct {
	mu   sync.Mutex
	list map[string]*secondOpinion
}

func (o *opinions) of(id string) (secondOpinion, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	found, ok := o.list[id]
	if !ok {
		return secondOpinion{}, false
	}
	return *found, true
}

// begin makes room for one and says whether it has to be asked for; not where one is under way, or was given.
func (o *opinions) begin(id string, now time.Time, cancel context.CancelFunc) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.list[id]; ok && !found.failed {
		return false
	}
	if o.list == nil {
		o.list = map[string]*secondOpinion{}
	}
	for other, x := range o.list {
		if x.done && now.Sub(x.asked) > opinionFor {
			delete(o.list, other)
		}
	}
	if len(o.list) >= opinionsKept {
		return false
	}
	o.list[id] = &secondOpinion{asked: now, cancel: cancel}
	return true
}

func (o *opinions) end(id string, opinion *llm.Opinion) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.list[id]; ok {
		found.done, found.failed, found.opinion = true, opinion == nil, opinion
	}
}

// forget drops what is kept of a conversation that is deleted, and has no more of it read.
func (o *opinions) forget(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if found, ok := o.list[id]; ok {
		found.cancel()
		delete(o.list, id)
	}
}

func (s *Server) coachPage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if s.opts.Coach == nil {
		return errNotFound
	}
	if state(c) != "ended" {
		return to(w, r, "debrief", c.ID)
	}
	notes, err := s.opts.Trainer.Debrief(r.Context(), c.ID, "")
	if err != nil {
		return err
	}
	view := pages.Second{Site: s.site(r), TalkID: c.ID, Name: notes.Name, KeepNothing: c.KeepNothing}
	if found, ok := s.opinions.of(c.ID); ok {
		view.Failed, view.Waiting = found.failed, !found.done
		if found.opinion != nil {
			view.Rows, view.Items, view.Dropped, view.Model = secondRows(notes, found.opinion), secondItems(found.opinion), found.opinion.Dropped, found.opinion.Model
		}
	}
	s.page(w, r, http.StatusOK, view)
	return nil
}

// askCoach has the conversation read by the model, if the trainee agrees to its host by name.
func (s *Server) askCoach(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if s.opts.Coach == nil {
		return errNotFound
	}
	if err := form(r); err != nil {
		return err
	}
	if state(c) != "ended" {
		return to(w, r, "debrief", c.ID)
	}
	agreed := r.PostForm.Get("agree")
	if agreed != s.opts.ModelHost {
		return refuse("invalid", "The words of this talk go to %s only if you agree to that.", s.opts.ModelHost)
	}
	asking, cancel := context.WithCancel(s.ctx)
	if !s.opinions.begin(c.ID, s.opts.Now(), cancel) {
		cancel()
	} else {
		// Only now: what is deleted from here on is forgotten, and with it this.
		turns, err := s.opts.Trainer.Transcript(r.Context(), c.ID)
		if err != nil {
			s.opinions.forget(c.ID)
			return err
		}
		ctx := llm.WithAsker(asking, llm.Asker{Conversation: c.ID, Person: c.Person, AgreedHost: agreed, Waiting: func(int) {}})
		s.sockets.Add(1)
		go func() {
			defer s.sockets.Done()
			defer cancel()
			defer func() {
				if p := recover(); p != nil {
					s.logPanic(p, "coach")
					s.opinions.end(c.ID, nil)
				}
			}()
			opinion, err := s.opts.Coach.Evaluate(ctx, turns)
			if err != nil {
				opinion = nil // the coach has logged why
			}
			s.opinions.end(c.ID, opinion)
		}()
	}
	return to(w, r, "second", c.ID)
}

// secondRows puts the coach's levels beside the built-in ones.
func secondRows(notes debrief.Debrief, o *llm.Opinion) []pages.SecondRow {
	var rows []pages.SecondRow
	for _, skill := range notes.Skills {
		if skill.Value < 0 || !slices.ContainsFunc(llm.Questions, func(q llm.Question) bool { return q.Skill == skill.Skill }) {
			continue
		}
		level, ok := o.Scores[skill.Skill]
		if !ok {
			level = -1
		}
		rows = append(rows, pages.SecondRow{Name: skill.Name, BuiltIn: skill.Value, Coach: level, Max: skill.Max})
	}
	return rows
}

// secondItems lists what the coach saw, each with words that stand in the transcript.
func secondItems(o *llm.Opinion) []pages.SecondItem {
	var items []pages.SecondItem
	for _, item := range o.Items {
		if !item.Yes || item.Dropped {
			continue
		}
		i := slices.IndexFunc(llm.Questions, func(q llm.Question) bool { return q.ID == item.ID })
		if i < 0 {
			continue
		}
		items = append(items, pages.SecondItem{Question: llm.Questions[i].Text, Turn: item.Turn, Quote: item.Quote})
	}
	return items
}
