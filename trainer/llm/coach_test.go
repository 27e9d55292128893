package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"breakroom/trainer/llm/fake"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

var talked = []talk.Turn{
	{N: 1, Speaker: talk.Organizer, Text: "How was the weekend shift?"},
	{N: 2, Speaker: talk.Coworker, Text: "The schedule’s a mess. They changed it   at nine on Friday night."},
	{N: 3, Speaker: talk.Organizer, Text: "And what did that do to you?"},
	{N: 4, Speaker: talk.Coworker, Text: "I missed my kid's match. It can't go on like this."},
	{N: 5, Speaker: talk.Organizer, Text: "Will you come on Thursday at six, to the library?"},
	{N: 6, Speaker: talk.Coworker, Text: "Yes."},
}

// says answers the questions: name to turn and quote.
func says(yes map[string][2]any) string {
	object := map[string]any{}
	for _, q := range Questions {
		it := map[string]any{"quote": "", "turn": 0, "yes": false}
		if v, ok := yes[q.ID]; ok {
			it = map[string]any{"quote": v[1], "turn": v[0], "yes": true}
		}
		object[q.ID] = it
	}
	data, _ := json.Marshal(object)
	return string(data)
}

var good = says(map[string][2]any{
	"named": {2, "The schedule's a mess"}, "told": {2, "They changed it at nine on Friday night."}, "cost": {4, "I missed my kid's match."},
	"resolved": {4, "can't go on like this"}, "ask_any": {5, "come on Thursday"}, "ask_task": {5, "come on Thursday at six"}, "ask_clear": {5, "Thursday at six, to the library"},
})

func coach(t testing.TB, f *fake.Server) *Coach {
	return NewCoach(server(t, quick(f)), nil, zerolog.Nop())
}

func TestCoach(t *testing.T) {
	wrapped := "Here is my answer:\n```json\n" + good + "\n```\nI hope that helps!"
	var loose map[string]map[string]any
	if err := json.Unmarshal([]byte(good), &loose); err != nil {
		t.Fatal(err)
	}
	for _, it := range loose {
		it["yes"] = map[bool]string{true: "Yes", false: "no"}[it["yes"].(bool)]
		it["turn"] = fmt.Sprintf("turn %v", it["turn"])
	}
	strings1, _ := json.Marshal(map[string]any{"answers": loose})
	refuse := func(level string, then fake.Behaviour) fake.Behaviour {
		return func(w http.ResponseWriter, q *fake.Request) {
			if strings.Contains(string(q.ResponseFormat), level) {
				fake.Status(400, "application/json", apiError("'response_format.type' must be one of text", "response_format"))(w, q)
				return
			}
			then(w, q)
		}
	}
	status := func(code int, level, message string, then fake.Behaviour) fake.Behaviour {
		return func(w http.ResponseWriter, q *fake.Request) {
			if strings.Contains(string(q.ResponseFormat), level) {
				fake.Status(code, "application/json", apiError(message, ""))(w, q)
				return
			}
			then(w, q)
		}
	}
	for _, tt := range []struct {
		name   string
		script []fake.Behaviour
		asked  int
	}{
		{"as the schema has it", list(fake.Say(good)), 1},
		{"a server that does not know the form, with another status", list(status(501, "json_schema", "this server has no structured output", fake.Say(good))), 2},
		{"in a fence, with words around it", list(fake.Say(wrapped)), 1},
		{"after thoughts", list(fake.Say("<think>{\"named\": true}</think>" + good)), 1},
		{"in one piece of JSON", list(fake.Plain(good, "stop")), 1},
		{"yes and numbers as text, wrapped once", list(fake.Say(string(strings1))), 1},
		{"json_schema refused", list(refuse("json_schema", fake.Say(good))), 2},
		{"json_object refused, too", list(refuse("json_", fake.Say(good))), 3},
		{"refused without a word on what", list(fake.Status(400, "application/json", `{"error":"bad"}`), fake.Status(400, "application/json", `{"error":"bad"}`), fake.Say(good)), 3},
		{"nonsense once", list(fake.Say("I would say it went well."), fake.Say(good)), 2},
		{"dropped once", list(fake.Drop(good[:40]), fake.Say(good)), 2},
		{"502 once", list(fake.Status(502, "text/html", "<h1>"), fake.Say(good)), 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := start(t, tt.script...)
			o, err := coach(t, f).Evaluate(t.Context(), talked)
			if err != nil {
				t.Fatal(err)
			}
			want := map[talk.Skill]int{talk.SkillAgitation: 5, talk.SkillAsk: 3, talk.SkillEducation: 0, talk.SkillInoculation: 0, talk.SkillFollowUp: 0}
			if !reflect.DeepEqual(o.Scores, want) || o.Dropped != 0 || o.Parts != 1 {
				t.Errorf("scores %v, dropped %d, parts %d", o.Scores, o.Dropped, o.Parts)
			}
			if n := len(f.Requests()); n != tt.asked {
				t.Errorf("%d requests, want %d", n, tt.asked)
			}
			for _, it := range o.Items {
				if it.Yes && !strings.Contains(talked[it.Turn-1].Text, it.Quote) {
					t.Errorf("%s: the quote %q does not stand in turn %d", it.ID, it.Quote, it.Turn)
				}
			}
			if o.Tokens[0] == 0 || o.Tokens[1] == 0 {
				t.Errorf("tokens %v", o.Tokens)
			}
		})
	}
}

func TestCoachRemembersWhatIsRefused(t *testing.T) {
	f := start(t, fake.Unless("response_format", apiError("no", "response_format"), fake.Say(good)))
	c := coach(t, f)
	for range 2 {
		if _, err := c.Evaluate(t.Context(), talked); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(f.Requests()); n != 3+1 {
		t.Errorf("%d requests, want three the first time and one the second", n)
	}
}

// TestCoachFails: no opinion is better than a made-up one.
func TestCoachFails(t *testing.T) {
	for _, tt := range []struct {
		name string
		then fake.Behaviour
		kind Kind
	}{
		{"nonsense", fake.Say("It went rather well, I think."), KindMeaning},
		{"an empty object", fake.Say("{}"), KindMeaning},
		{"cut short", fake.Finish(good[:60], "length"), KindLength},
		{"filtered", fake.Finish("", "content_filter"), KindFiltered},
		{"never finished", fake.Raw(fake.Content(good)), KindTruncated},
		{"empty", fake.Status(200, "text/event-stream", ""), KindTruncated},
		{"502", fake.Status(502, "text/html", ""), KindServer},
		{"401", fake.Status(401, "application/json", apiError("no", "")), KindRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, err := coach(t, start(t, tt.then)).Evaluate(t.Context(), talked)
			var e *Error
			if o != nil || !errors.As(err, &e) || e.Kind != tt.kind {
				t.Errorf("opinion %v, error %v, want %s", o, err, tt.kind)
			}
		})
	}
}

func TestCoachDropsWhatIsNotTrue(t *testing.T) {
	f := start(t, fake.Say(says(map[string][2]any{
		"named":       {2, "The schedule is a mess"},                // other words
		"told":        {4, "They changed it at nine"},               // another turn
		"cost":        {4, "I missed"},                              // true
		"felt":        {3, "what did that do"},                      // the organizer's words
		"resolved":    {99, "can't go on"},                          // no such turn
		"fix":         {4, ""},                                      // no quote
		"ask_task":    {5, "come"},                                  // one word of many
		"boss_worked": {6, "Yes."},                                  // the whole turn
		"ask_any":     {5, "“Will you come on Thursday at six, …”"}, // other marks
	})))
	o, err := coach(t, f).Evaluate(t.Context(), talked)
	if err != nil {
		t.Fatal(err)
	}
	var yes, dropped []string
	for _, it := range o.Items {
		if it.Yes {
			yes = append(yes, it.ID)
		}
		if it.Dropped {
			dropped = append(dropped, it.ID)
		}
	}
	if want := []string{"cost", "boss_worked", "ask_any"}; !slices.Equal(yes, want) {
		t.Errorf("kept %v, want %v", yes, want)
	}
	if want := []string{"named", "told", "felt", "resolved", "fix", "ask_task"}; !slices.Equal(dropped, want) || o.Dropped != len(want) {
		t.Errorf("dropped %v (%d), want %v", dropped, o.Dropped, want)
	}
	// What has no answer counts neither as a yes nor as a no: there is a score only where it makes no difference.
	if want := map[talk.Skill]int{talk.SkillInoculation: 2, talk.SkillFollowUp: 0}; !maps.Equal(o.Scores, want) {
		t.Errorf("scores %v, want %v", o.Scores, want)
	}
}

// TestCoachLeavesQuestionsOut: without an answer to a question there is no score that hangs on it, and without most of them no opinion.
func TestCoachLeavesQuestionsOut(t *testing.T) {
	without := func(ids ...string) string {
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(good), &object); err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			delete(object, id)
		}
		data, _ := json.Marshal(map[string]any{"notes": map[string]int{"x": 1}, "answers": object})
		return string(data)
	}
	f := start(t, fake.Say(without("ask_clear", "pressure")))
	o, err := coach(t, f).Evaluate(t.Context(), talked)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(f.Requests()); n != 3 {
		t.Errorf("%d requests: weaker forms were not tried", n)
	}
	if _, ok := o.Scores[talk.SkillAsk]; ok || o.Scores[talk.SkillAgitation] == 0 || o.Dropped != 2 {
		t.Errorf("scores %v, %d dropped", o.Scores, o.Dropped)
	}
	var most []string
	for _, q := range Questions[1:] {
		most = append(most, q.ID)
	}
	f.Then(fake.Say(without(most...)))
	var e *Error
	if o, err := coach(t, f).Evaluate(t.Context(), talked); !errors.As(err, &e) || e.Kind != KindMeaning {
		t.Errorf("one question of all: %v, %v", o, err)
	}
	c := quick(f)
	c.ContextTokens = 2048
	if _, err := NewCoach(server(t, c), nil, zerolog.Nop()).Evaluate(t.Context(), talked); !errors.As(err, &e) || e.Kind != KindContext {
		t.Errorf("in a context that is too small: %v", err)
	}
}

// TestCoachKnowsNoScenario: what it is sent is its rules, its questions and what was said, and not a word more.
func TestCoachKnowsNoScenario(t *testing.T) {
	f := start(t, fake.Say(good))
	c := coach(t, f)
	if _, err := c.Evaluate(t.Context(), talked); err != nil {
		t.Fatal(err)
	}
	user := "The questions:\n" + c.asked() + "\nThe transcript:\n"
	for _, turn := range talked {
		user += line(turn)
	}
	want := []fake.Message{{Role: "system", Content: coachRules}, {Role: "user", Content: user}}
	if got := f.Requests()[0].Messages; !slices.Equal(got, want) {
		t.Errorf("the coach was sent %q", got)
	}
}

func TestCoachReadsALongTalkInParts(t *testing.T) {
	var long []talk.Turn
	for i := range 200 {
		who := talk.Organizer
		if i%2 == 1 {
			who = talk.Coworker
		}
		long = append(long, talk.Turn{N: i + 1, Speaker: who, Text: fmt.Sprintf("This is what turn number %d says, at some length, for the sake of a long talk.", i+1)})
	}
	seen := map[int]bool{}
	f := start(t, func(w http.ResponseWriter, q *fake.Request) {
		if n := tokens(q.Last()) + coachAnswer; n > 4096 {
			t.Errorf("about %d tokens", n)
		}
		for i := range long {
			if strings.Contains(q.Last(), fmt.Sprintf("turn number %d says", i+1)) {
				seen[i] = true
			}
		}
		yes := map[string][2]any{}
		if strings.Contains(q.Last(), "turn number 150 says") {
			yes["named"] = [2]any{150, "turn number 150 says"}
		}
		fake.Say(says(yes))(w, q)
	})
	o, err := coach(t, f).Evaluate(t.Context(), long)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(long) || o.Parts < 2 || o.Scores[talk.SkillAgitation] != 1 {
		t.Errorf("%d of %d turns were read, in %d parts; agitation %d", len(seen), len(long), o.Parts, o.Scores[talk.SkillAgitation])
	}
}

func TestCoachSchema(t *testing.T) {
	var schema struct {
		Properties map[string]struct {
			Properties           map[string]any
			Required             []string
			AdditionalProperties *bool
		}
		Required             []string
		AdditionalProperties *bool
	}
	if err := json.Unmarshal(coachSchema, &schema); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, q := range Questions {
		ids = append(ids, q.ID)
		p, ok := schema.Properties[q.ID]
		if !ok || len(p.Properties) != 3 || len(p.Required) != 3 || p.AdditionalProperties == nil || *p.AdditionalProperties {
			t.Errorf("%s: every question needs three strict properties", q.ID)
		}
	}
	if !slices.Equal(ids, schema.Required) || len(schema.Properties) != len(ids) || schema.AdditionalProperties == nil || *schema.AdditionalProperties {
		t.Errorf("the schema asks for %v", schema.Required)
	}
}

func TestCompare(t *testing.T) {
	o := &Opinion{Scores: map[talk.Skill]int{talk.SkillAgitation: 3, talk.SkillAsk: 2}}
	var s scorecard.Score
	s.Agitation.Value, s.Ask.Value = 4, 2
	if got := o.Compare(s); len(got) != 1 || got[0] != (Disagreement{talk.SkillAgitation, 4, 3}) {
		t.Errorf("got %v", got)
	}
}

func TestCoachAsksFirst(t *testing.T) {
	f := start(t, fake.Say(good))
	c := quick(f)
	// The same server under a name that is not this computer's for sure.
	s := server(t, c)
	s.cfg.URL = "http://model.example/v1"
	_, err := NewCoach(s, nil, zerolog.Nop()).Evaluate(t.Context(), talked)
	if !errors.Is(err, ErrNotAgreed) || len(f.Requests()) != 0 {
		t.Errorf("error %v, %d requests", err, len(f.Requests()))
	}
	var asked string
	g := NewGate(s, func(_ context.Context, host string) bool { asked = host; return true })
	if _, err := NewCoach(s, g, zerolog.Nop()).Evaluate(t.Context(), talked); err != nil || asked != "model.example" {
		t.Errorf("error %v, asked for %q", err, asked)
	}
}
