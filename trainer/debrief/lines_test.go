package debrief

import (
	"slices"
	"strings"
	"testing"

	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// said gives by its gives what a coworker said just before a better line.
var said = map[talk.Give]string{
	talk.Feels:        "Honestly, I'm sick of it. I sit in the car and I could cry.",
	talk.Cost:         "I haven't slept through a night since, and I missed my girl's recital.",
	talk.Resolves:     "It can't go on like this. It has to change.",
	talk.Fears:        "If they find out I said anything, I'm scared they'd cut my hours.",
	talk.Tells:        "Last Tuesday they held us over till nine, all four of us.",
	talk.Names:        "The schedule is a mess.",
	talk.SaysNo:       "No. I told you, I don't want to do that.",
	talk.PredictsBoss: "He'd call us in one by one and tell us it's not a family matter.",
}

// Every better line is read as the move that it stands for, and carries no fault.
func TestBetterLinesAreWhatTheyTeach(t *testing.T) {
	w := catalogue()
	open := talk.OpenQuestion
	type line struct {
		path []string
		// after is what the coworker gave just before.
		after talk.Give
		want  []talk.Move
		ask   int
		sign  talk.Sign
	}
	lines := []line{
		{path: []string{"question", "feels"}, after: talk.Feels, want: []talk.Move{open, talk.Reflection}},
		{path: []string{"question", "cost"}, after: talk.Cost, want: []talk.Move{open, talk.Reflection}},
		{path: []string{"question", "resolves"}, after: talk.Resolves, want: []talk.Move{open, talk.Reflection, talk.EducateFix}},
		{path: []string{"question", "fear"}, after: talk.Fears, want: []talk.Move{open, talk.Reflection, talk.InoculateFear}},
		{path: []string{"question", "tells"}, after: talk.Tells, want: []talk.Move{open, talk.Reflection, talk.ProbeCost}},
		{path: []string{"question", "names"}, after: talk.Names, want: []talk.Move{open, talk.Reflection, talk.ProbeDetail}},
		{path: []string{"question", "predicts-boss"}, after: talk.PredictsBoss, want: []talk.Move{open, talk.Reflection, talk.PlanTogether}},
		{path: []string{"question", "none"}, want: []talk.Move{open}},
		{path: []string{"better", "agitation-asked"}, after: talk.Cost, want: []talk.Move{talk.Reflection}},
		{path: []string{"better", "agitation-none"}, want: []talk.Move{open}},
		{path: []string{"better", "inoculation"}, after: talk.Resolves, want: []talk.Move{open, talk.InoculateBoss}},
		{path: []string{"better", "education"}, after: talk.Cost, want: []talk.Move{open, talk.EducateFix}},
		{path: []string{"better", "education-who"}, after: talk.Cost, want: []talk.Move{open, talk.EducateWho}},
		{path: []string{"better", "education-action"}, after: talk.Cost, want: []talk.Move{open, talk.EducateAction}},
		{path: []string{"better", "ask"}, after: talk.Resolves, want: []talk.Move{talk.MakeAsk}, ask: 3},
		{path: []string{"better", "ask-plain"}, after: talk.Resolves, want: []talk.Move{talk.MakeAsk}, ask: 3},
		{path: []string{"better", "follow-up"}, after: talk.Resolves, want: []talk.Move{talk.FollowUp}},
		{path: []string{"fault", "third-party", "better"}, after: talk.Tells, want: []talk.Move{open}},
		{path: []string{"fault", "rushed-ask", "better"}, want: []talk.Move{open}},
		{path: []string{"fault", "pressure", "better"}, after: talk.SaysNo, sign: talk.RespectsLimit},
		{path: []string{"fault", "false-promise", "better"}, after: talk.Fears, want: []talk.Move{open, talk.InoculateFear}, sign: talk.HonestLimit},
		{path: []string{"fault", "arguing", "better"}, after: talk.Fears, want: []talk.Move{open}},
		{path: []string{"fault", "unsafe-question", "better"}, after: talk.Tells, want: []talk.Move{open}, sign: talk.RespectsLimit},
		{path: []string{"fault", "used-against", "better"}, after: talk.Tells, want: []talk.Move{open}},
	}
	checked := map[string]bool{}
	for _, l := range lines {
		key := strings.Join(l.path, ".")
		checked[key] = true
		before := said[l.after]
		text := fill(w.find(l.path...), map[string]string{"snippet": shorten(lastSentence(before), snippetWords), "boss": "Ms. Hale", "what": "ask two people from your line to come with you"})
		r := reading.New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "How has it been on your shift since the summer?"}, nil)
		n := 2
		if before == "" {
			before = "Oh, you know. Same as ever, I suppose."
		} else if l.after != talk.Names {
			r.Read(talk.Turn{N: 2, Speaker: talk.Coworker, Text: said[talk.Names]}, nil)
			r.Read(talk.Turn{N: 3, Speaker: talk.Organizer, Text: "What does that look like?"}, nil)
			n = 4
		}
		r.Read(talk.Turn{N: n, Speaker: talk.Coworker, Text: before}, nil)
		got := r.Read(talk.Turn{N: n + 1, Speaker: talk.Organizer, Text: text}, nil)
		for _, m := range l.want {
			if !slices.Contains(got.Moves, m) {
				t.Errorf("%s: %q is not read as %s: %v", key, text, m, got.Moves)
			}
		}
		if len(got.Faults) > 0 {
			t.Errorf("%s: %q carries %v", key, text, got.Faults)
		}
		if got.AskLevel < l.ask || l.sign != "" && !slices.Contains(got.Signs, l.sign) {
			t.Errorf("%s: %q: ask %d, signs %v", key, text, got.AskLevel, got.Signs)
		}
	}
	// no line is left unchecked
	for _, table := range []string{"better", "question"} {
		lines, _ := w.at([]string{table}).(map[string]any)
		for key, text := range lines {
			if !checked[table+"."+key] && text != "{question}" {
				t.Errorf("%s.%s is not checked", table, key)
			}
		}
	}
	for _, f := range talk.Faults {
		if text := w.find("fault", string(f), "better"); text != "" && !strings.Contains(text, "{question}") && !checked["fault."+string(f)+".better"] {
			t.Errorf("fault.%s.better is not checked", f)
		}
	}
}
