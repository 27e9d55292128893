package pages_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// Every line that the guide puts in somebody's mouth is read as what it stands for.
func TestGuideLinesAreRead(t *testing.T) {
	text, err := os.ReadFile("text/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	mess := []string{"How has it been on your shift?", "The schedule is a mess. Last Tuesday they held us over till nine."}
	want := append(slices.Clone(mess), "What does that do to you?", "I haven't slept, and I'm sick of it. It can't go on like this.")
	afraid := append(slices.Clone(want), "What keeps people from saying so?", "They'd fire me if I said it. I'm scared of that.")
	for _, x := range []struct {
		line   string
		before []string
		move   talk.Move
		fault  talk.Fault
		ask    int
		follow int
	}{
		{line: "What happened?", before: mess[:2], move: talk.ProbeDetail},
		{line: "How did that feel?", before: mess, move: talk.ProbeFeeling},
		{line: "What do you think the boss will do when he hears?", before: want, move: talk.InoculateBoss},
		{line: "And when he does, what do we say?", before: append(slices.Clone(want), "What do you think the boss will do when he hears?", "He'd call us in one by one and shout."), move: talk.PlanTogether},
		{line: "Can you come on Thursday at seven, at Dana's, for an hour?", before: want, move: talk.MakeAsk, ask: 3},
		{line: "What would make it right?", before: want, move: talk.EducateFix},
		{line: "Who could change that?", before: want, move: talk.EducateWho},
		{line: "What could we do about it, if it weren't only you?", before: want, move: talk.EducateAction},
		{line: "We should do something.", before: want, move: talk.MakeAsk, ask: 1},
		{line: "Would you be for it?", before: want, move: talk.ClosedQuestion},
		{line: "Let's keep talking about this.", before: want, move: talk.FollowUp, follow: 1},
		{line: "The union will fix it for you", before: want, fault: talk.ThirdParty},
		{line: "That must make you furious, right?", before: mess, fault: talk.Leading},
		{line: "You can't get fired for this.", before: afraid, fault: talk.FalsePromise},
		{line: "You're overreacting.", before: afraid, fault: talk.Arguing},
	} {
		if !strings.Contains(string(text), "“"+x.line+"”") {
			t.Errorf("%q is not in the guide any more", x.line)
		}
		r := reading.New()
		for k, words := range x.before {
			speaker := talk.Organizer
			if k%2 == 1 {
				speaker = talk.Coworker
			}
			r.Read(talk.Turn{N: k + 1, Speaker: speaker, Text: words}, nil)
		}
		got := r.Read(talk.Turn{N: len(x.before) + 1, Speaker: talk.Organizer, Text: x.line}, nil)
		switch {
		case x.fault != "":
			if !slices.Contains(got.Faults, x.fault) {
				t.Errorf("%q is not read as %s: %v", x.line, x.fault, got.Faults)
			}
		case !slices.Contains(got.Moves, x.move) || len(got.Faults) > 0 || got.AskLevel != x.ask || got.FollowUpLevel != x.follow:
			t.Errorf("%q: %v, faults %v, ask %d, follow-up %d; want %s", x.line, got.Moves, got.Faults, got.AskLevel, got.FollowUpLevel, x.move)
		}
	}
}
