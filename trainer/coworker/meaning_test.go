package coworker

import (
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// asks gives a question as the mind hears it in a talk where all that raises questions was just said and all that is hidden is open.
func asks(m *Mind, question string) *heard {
	return m.listen(talk.Turn{N: 9, Speaker: talk.Organizer, Text: question}, talk.Read{Turn: 9, Speaker: talk.Organizer, Moves: []talk.Move{talk.OpenQuestion}})
}

// everythingRaised is a mind that has told all that raises questions, and nothing that answers one.
func everythingRaised(m *Mind) {
	for i := range m.st.Grievances {
		m.st.Grievances[i].Rung = talk.RungResolved
	}
}

// An example question leads to the answer that it stands at, whatever the others are; one of each answer is tried.
func TestExamplesLeadToTheirAnswer(t *testing.T) {
	for _, s := range everyScenario(t) {
		t.Run(s.ID, func(t *testing.T) {
			m := New(s, 1)
			everythingRaised(m)
			all, right := 0, 0
			try := func(question string, says span, after int) {
				m.st.Raised = nil
				if after >= 0 {
					m.st.Raised = []raised{{after, m.st.Heard}}
				}
				h := asks(m, question)
				all++
				if c := m.meant(h); c != nil && c.fits > surely && sameWords(m, c.says, says) {
					right++
				}
			}
			for i := range s.Coworker.Answers {
				if q := s.Coworker.Answers[i].Questions; len(q) > 0 {
					try(q[i%len(q)], m.b.answers[i].says, -1)
				}
			}
			n := map[int]int{}
			for i := range s.AskedOn {
				after := m.b.askedOn.add(s.AskedOn[i].After)
				if q := s.AskedOn[i].Questions; len(q) > 0 {
					try(q[i%len(q)], m.b.askedOn.after[after].answers[n[after]].says, after)
				}
				n[after]++
			}
			if all > 0 && right*100 < all*97 {
				t.Errorf("%d of %d questions lead to their answer", right, all)
			}
		})
	}
}

func sameWords(m *Mind, a, b span) bool {
	return a == b || strings.EqualFold(m.b.entries[a.from].text, m.b.entries[b.from].text)
}

// Questions that stand nowhere as they are lead to what they mean, and those that nothing answers to nothing.
func TestQuestionsByWhatTheyMean(t *testing.T) {
	for _, test := range []struct{ scenario, after, question, want string }{
		{"warehouse-night-shift", "I'd have to see how the week shakes out", "Saturday, I can do that. Is it the week itself you're waiting on, or is it who might see you there?", "Little of both."},
		{"stairwell-damp", "", "I'd sooner hear about the wall. Has anyone from Corvane been up to look at it?", "People have stood here and looked"},
		{"stairwell-damp", "I've a bucket and a system.", "ok lol whats the system", "One catches, one waits"},
		{"stairwell-damp", "", "Who won the cup in 1986?", ""},
		{"warehouse-night-shift", "", "Do you always eat out here now? I don't know if I'm allowed to ask that.", "Most nights."},
		{"warehouse-night-shift", "Chili. It's always chili", "A brick, ha. Is it your own recipe? My mom puts cinnamon in hers.", "Deer, mostly"},
		{"warehouse-night-shift", "", "Have you ever been to Paris?", ""},
		{"bus-depot-cynic", "", "Four years in and the splits are still killing me. What are your shifts like?", "Split."},
	} {
		t.Run(test.question, func(t *testing.T) {
			m := New(scenarioNamed(t, test.scenario), 1)
			if test.after != "" {
				k := slices.IndexFunc(m.b.askedOn.after, func(a afterBook) bool { return starts(words(test.after, 40), a.words) })
				if k < 0 {
					t.Fatalf("nothing is raised by %q", test.after)
				}
				m.st.Raised = []raised{{k, 0}}
			}
			got := ""
			if c := m.meant(asks(m, test.question)); c != nil && c.fits >= surely {
				got = m.b.entries[c.says.from].text
			}
			if test.want == "" && got != "" || !strings.HasPrefix(got, test.want) {
				t.Errorf("leads to %q, want %q", got, test.want)
			}
		})
	}
}

func BenchmarkMeant(b *testing.B) {
	m := New(libraryScenario(b), 1)
	h := asks(m, "Nobody sat you down. How did you find out, then?")
	b.ReportAllocs()
	for b.Loop() {
		h.meant, h.meantKnown = nil, false
		m.meant(h)
	}
}

func scenarioNamed(tb testing.TB, id string) *scenarios.Scenario {
	tb.Helper()
	list, err := scenarios.Library()
	if err != nil {
		tb.Fatal(err)
	}
	at := slices.IndexFunc(list, func(s *scenarios.Scenario) bool { return s.ID == id })
	if at < 0 {
		tb.Fatalf("no scenario %q", id)
	}
	return list[at]
}
