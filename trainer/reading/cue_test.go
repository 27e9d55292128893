package reading

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"breakroom/trainer/talk"
)

func TestCueTellsWhereToLook(t *testing.T) {
	line := talk.Line{ID: "grievance.hours.cost", Text: "I missed my daughter's recital, and I haven't slept through a night since they started holding us over."}
	for _, c := range []struct {
		name, text string
		cue        talk.Cue
		want       []talk.Give
	}{
		{"the line itself", line.Text, talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{line}, Gives: []talk.Give{talk.Cost}}, []talk.Give{talk.Cost}},
		{"in other words", "Well. I missed the recital, my daughter's. And I haven't slept a night since they hold us over.",
			talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{line}, Gives: []talk.Give{talk.Cost}}, []talk.Give{talk.Cost}},
		{"not said", "Let me get some coffee first.", talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{line}, Gives: []talk.Give{talk.Resolves}}, nil},
		{"what no cue allows is not given", "I can't sleep any more, I'm scared they fire me, and it has to stop.", talk.Cue{Act: talk.ActChat}, nil},
		{"inside the program", "A number. Nine on nights, written down, and no pulling.",
			talk.Cue{Act: talk.ActThink, Lines: []talk.Line{{ID: "together.fix", Text: "A number. Nine on nights, written down, and no pulling."}}, Gives: []talk.Give{talk.GivesFix}}, []talk.Give{talk.GivesFix}},
	} {
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "What does that do to you at home?"}, nil)
		got := r.Read(talk.Turn{N: 2, Speaker: talk.Coworker, Text: c.text}, &c.cue)
		if diff := cmp.Diff(c.want, got.Gives); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.name, diff)
		}
	}
}
