package coworker

import (
	"encoding/json"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// A question about what was just said gets its answer: for three turns, once, whatever the line was, and never where
// it is about what goes deeper.
func TestAskedOn(t *testing.T) {
	s := *desk(t)
	s.Hash = "" // prepared anew, with what is added here
	s.AskedOn = []scenarios.AskedOn{
		{After: s.Coworker.Open[0], Topics: []string{"how long", "since when"}, Says: []string{"Since the spring, about."}},
		{After: "We have a cat and", Topics: []string{"what colour", "name"}, Says: []string{"Grey. Answers to nothing."}},
	}
	for _, test := range []struct {
		name, said, asked, want string
		voiced                  []string
		later                   int
	}{
		{"after a line", s.Coworker.Open[0], "Since when is that?", "Since the spring, about.", []string{"open.1"}, 0},
		{"after a line in other words", "It has been so for a bit.", "Since when is that?", "Since the spring, about.", []string{"open.1"}, 0},
		{"after words that are no line", "Ha. We have a cat and a sofa, so.", "What colour is it?", "Grey. Answers to nothing.", nil, 0},
		{"three turns later", s.Coworker.Open[0], "Since when is that?", "Since the spring, about.", []string{"open.1"}, 2},
		{"too late", s.Coworker.Open[0], "Since when is that?", "", []string{"open.1"}, 3},
		{"not said", "Fine.", "Since when is that?", "", nil, 0},
		{"another question", s.Coworker.Open[0], "Who makes the tea?", "", []string{"open.1"}, 0},
		{"how it is for them", "Ha. We have a cat and a sofa, so.", "How did it make you feel, to see your name on the list?", "", nil, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, r := New(&s, 1), reading.New()
			m.Said(talk.Turn{N: 2, Speaker: talk.Coworker, Text: test.said}, test.voiced)
			n := 3
			hear := func(text string) talk.Cue {
				turn := talk.Turn{N: n, Speaker: talk.Organizer, Text: text}
				cue := m.Hear(turn, r.Read(turn, nil))
				n += 2
				return cue
			}
			for range test.later {
				hear("Mm, right.")
				m.Said(talk.Turn{N: n - 1, Speaker: talk.Coworker, Text: "Mm."}, nil)
			}
			state := m.State()
			cue := hear(test.asked)
			got := ""
			if len(cue.Lines) > 0 {
				got = cue.Lines[0].Text
			}
			if (test.want != "" && got != test.want) || (test.want == "" && (got == s.AskedOn[0].Says[0] || got == s.AskedOn[1].Says[0])) {
				t.Fatalf("%q is answered with %q", test.asked, got)
			}
			if test.want == "" {
				return
			}
			if cue.Rung != 0 || len(cue.Gives) != 0 {
				t.Errorf("it opens rung %d and gives %v", cue.Rung, cue.Gives)
			}
			again, err := Restore(&s, 1, state)
			if err != nil || string(again.State()) != string(state) {
				t.Errorf("the state does not come back: %v", err)
			}
			m.Said(talk.Turn{N: n, Speaker: talk.Coworker, Text: got}, []string{cue.Lines[0].ID})
			if cue := hear(test.asked + " I mean it."); len(cue.Lines) > 0 && cue.Lines[0].Text == got {
				t.Error("it is said again")
			}
		})
	}
	if _, err := Restore(&s, 1, json.RawMessage(`{"form":1,"raised":[{"a":7,"t":0}]}`)); err == nil {
		t.Error("a state with words that nobody says is taken up")
	}
}
