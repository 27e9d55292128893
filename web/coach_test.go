package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"breakroom/trainer/debrief"
	"breakroom/trainer/llm"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// scriptedCoach gives what the test puts into its channel; nothing there makes it fail.
type scriptedCoach struct {
	asked    chan llm.Asker
	opinions chan *llm.Opinion
	gone     chan struct{} // gets something where the asking was broken off
}

func (c *scriptedCoach) Evaluate(ctx context.Context, turns []talk.Turn) (*llm.Opinion, error) {
	c.asked <- llm.AskerOf(ctx)
	select {
	case o := <-c.opinions:
		if o == nil {
			return nil, errors.New("the model failed")
		}
		return o, nil
	case <-ctx.Done():
		if c.gone != nil {
			c.gone <- struct{}{}
		}
		return nil, ctx.Err()
	}
}

// TestASecondOpinion asks for one, without agreeing, then with; it fails, and is asked for again.
func TestASecondOpinion(t *testing.T) {
	coach := &scriptedCoach{asked: make(chan llm.Asker, 1), opinions: make(chan *llm.Opinion)}
	st := start(t, func(o *Options) { o.ModelHost, o.Coach = "model.example", coach })
	id, cookie := st.beginInBrowser(nil)
	at, err := pages.Path("second", id)
	if err != nil {
		t.Fatal(err)
	}
	if a := st.send("GET", at, "", cookie); a.status != http.StatusSeeOther {
		t.Errorf("before the end: %d", a.status)
	}
	end, _ := pages.Path("end", id)
	st.post(end, nil, cookie)
	if a := st.send("GET", at, "", cookie); a.status != http.StatusOK || !strings.Contains(a.body, "is sent to model.example") || strings.Contains(a.body, "Look whether") {
		t.Errorf("the page: %d %s", a.status, a.body)
	}
	if a := st.send("GET", at, ""); a.status != http.StatusNotFound {
		t.Errorf("a stranger: %d", a.status)
	}
	for _, agree := range []string{"", "yes", "elsewhere.example"} {
		if a := st.post(at, url.Values{"agree": {agree}}, cookie); a.status != http.StatusBadRequest {
			t.Errorf("agreeing to %q: %d", agree, a.status)
		}
	}
	select {
	case <-coach.asked:
		t.Fatal("the model was asked though nobody agreed")
	default:
	}

	yes := url.Values{"agree": {"model.example"}}
	if a := st.post(at, yes, cookie); a.status != http.StatusSeeOther {
		t.Fatalf("agreed: %d %s", a.status, a.body)
	}
	if asker := <-coach.asked; asker.AgreedHost != "model.example" || asker.Conversation != id {
		t.Errorf("the coach was asked on behalf of %+v", asker)
	}
	if a := st.send("GET", at, "", cookie); !strings.Contains(a.body, "Look whether it is done") || !strings.Contains(a.body, "The model is reading") {
		t.Errorf("while it reads: %s", a.body)
	}
	// A second click asks nothing anew.
	st.post(at, yes, cookie)
	coach.opinions <- nil
	waitFor(t, "the coach to have failed", func() bool {
		return strings.Contains(st.send("GET", at, "", cookie).body, "The model gave no opinion")
	})

	st.post(at, yes, cookie)
	<-coach.asked
	coach.opinions <- &llm.Opinion{
		Model: "small-model", Host: "model.example", Scores: map[talk.Skill]int{talk.SkillAsk: 2}, Dropped: 1,
		Items: []llm.Item{{ID: "ask_task", Skill: talk.SkillAsk, Yes: true, Turn: 1, Quote: "Could <you> come?"}, {ID: "told", Yes: true, Dropped: true, Quote: "never said"}, {ID: "cost"}},
	}
	waitFor(t, "the opinion", func() bool { return strings.Contains(st.send("GET", at, "", cookie).body, "small-model") })
	a := st.send("GET", at, "", cookie)
	for _, words := range []string{"Could &lt;you&gt; come?", "1 answer was left out", "one nameable task"} {
		if !strings.Contains(a.body, words) {
			t.Errorf("the opinion does not say %q:\n%s", words, a.body)
		}
	}
	if strings.Contains(a.body, "never said") {
		t.Error("a quote that stands nowhere is shown")
	}
	gone, _ := pages.Path("delete", id)
	st.post(gone, nil, cookie)
	if _, ok := st.s.opinions.of(id); ok {
		t.Error("the opinion outlives its conversation")
	}
}

// TestADeletedTalkIsNotReadOn: however a talk is deleted, the coach stops reading it, and what it had said is forgotten.
func TestADeletedTalkIsNotReadOn(t *testing.T) {
	for _, how := range []struct {
		name   string
		delete func(st *site, id, cookie string)
	}{
		{"on its page", func(st *site, id, cookie string) { gone, _ := pages.Path("delete", id); st.post(gone, nil, cookie) }},
		{"over the API", func(st *site, id, cookie string) { st.send("DELETE", "/api/conversations/"+id, "", cookie) }},
		{"by leaving a talk of which nothing is kept", func(st *site, id, cookie string) { leave, _ := pages.Path("leave", id); st.post(leave, nil, cookie) }},
	} {
		for _, given := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, opinion given: %v", how.name, given), func(t *testing.T) {
				coach := &scriptedCoach{asked: make(chan llm.Asker, 1), opinions: make(chan *llm.Opinion), gone: make(chan struct{}, 1)}
				st := start(t, func(o *Options) { o.ModelHost, o.Coach = "model.example", coach })
				id, cookie := st.beginInBrowser(url.Values{"keep_nothing": {"yes"}})
				at, _ := pages.Path("second", id)
				end, _ := pages.Path("end", id)
				st.post(end, nil, cookie)
				st.post(at, url.Values{"agree": {"model.example"}}, cookie)
				<-coach.asked
				if given {
					coach.opinions <- &llm.Opinion{Model: "m"}
					waitFor(t, "the opinion", func() bool { o, _ := st.s.opinions.of(id); return o.done })
				}
				how.delete(st, id, cookie)
				if _, ok := st.s.opinions.of(id); ok {
					t.Error("the opinion outlives its conversation")
				}
				if !given {
					<-coach.gone
				}
			})
		}
	}
}

// TestNoModelNoCoach holds that nothing of it is there where no model is set.
func TestNoModelNoCoach(t *testing.T) {
	st := start(t)
	id, cookie := st.beginInBrowser(nil)
	at, _ := pages.Path("second", id)
	if a := st.send("GET", at, "", cookie); a.status != http.StatusNotFound {
		t.Errorf("the page: %d", a.status)
	}
	if a := st.post(at, url.Values{"agree": {""}}, cookie); a.status != http.StatusNotFound {
		t.Errorf("asking: %d", a.status)
	}
}

func TestOpinionsStandBesideTheScores(t *testing.T) {
	notes := debrief.Debrief{Skills: []debrief.Skill{
		{Skill: talk.SkillTalkRatio, Name: "Talk ratio", Value: 3, Max: 3}, {Skill: talk.SkillAsk, Name: "The ask", Value: 3, Max: 3},
		{Skill: talk.SkillEducation, Name: "Education", Value: 1, Max: 3}, {Skill: talk.SkillFollowUp, Name: "Follow-up", Value: -1, Max: 2},
	}}
	rows := secondRows(notes, &llm.Opinion{Scores: map[talk.Skill]int{talk.SkillAsk: 2, talk.SkillEducation: 1, talk.SkillFollowUp: 1}})
	if len(rows) != 2 || !rows[0].Differs() || rows[0].Coach != 2 || rows[1].Differs() {
		t.Errorf("the rows are %+v", rows)
	}
}
