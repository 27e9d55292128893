package trainer_test

import (
	"slices"
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// Every example of the ladder is read as what its stage asks for, and carries no fault.
func TestHintsAreWhatTheyTeach(t *testing.T) {
	type line struct {
		before []string // turns before it, the organizer's first
		moves  []talk.Move
		ask    int
	}
	mess := []string{"How has it been on your shift?", "The schedule is a mess."}
	told := append(slices.Clone(mess), "What does that look like?", "Last Tuesday they held us over till nine, all four of us.")
	cost := append(slices.Clone(told), "What does that do to your evenings?", "I haven't slept through a night since, and I missed my girl's recital.")
	felt := append(slices.Clone(cost), "How is that for you?", "Honestly, I'm sick of it. It can't go on like this.")
	fear := append(slices.Clone(felt), "What keeps people from saying so?", "If they find out I said anything, I'm scared they'd cut my hours.")
	refused := append(slices.Clone(felt), "Will you come on Thursday at six?", "No. I can't do that.")
	agreed := append(slices.Clone(felt), "Will you come on Thursday at six?", "Yes, I'll come.")
	dodged := append(slices.Clone(mess), "What does that look like?", "Anyway. Did you see the game?")
	open := talk.OpenQuestion
	stages := map[string][]line{
		"begin":       {{nil, []talk.Move{open}, 0}, {nil, []talk.Move{open}, 0}},
		"deflected":   {{dodged, []talk.Move{open}, 0}, {dodged, []talk.Move{open}, 0}},
		"fear-voiced": {{fear, []talk.Move{open, talk.Validation}, 0}, {fear, []talk.Move{talk.Validation}, 0}},
		"said-no":     {{refused, []talk.Move{open}, 0}, {refused, nil, 0}},
		"rung-0":      {{nil, []talk.Move{open}, 0}, {nil, []talk.Move{open}, 0}},
		"rung-1":      {{mess, []talk.Move{open, talk.ProbeDetail}, 0}, {mess, []talk.Move{open, talk.ProbeDetail}, 0}},
		"rung-2":      {{told, []talk.Move{open, talk.Reflection, talk.ProbeCost}, 0}, {told, []talk.Move{open, talk.ProbeCost}, 0}},
		"rung-3":      {{cost, []talk.Move{open, talk.ProbeFeeling}, 0}, {cost, []talk.Move{open, talk.ProbeFeeling}, 0}},
		"rung-4":      {{felt, []talk.Move{open, talk.EducateFix}, 0}, {felt, []talk.Move{open}, 0}},
		"education":   {{felt, []talk.Move{open, talk.EducateFix}, 0}, {felt, []talk.Move{open, talk.EducateWho}, 0}, {felt, []talk.Move{open, talk.EducateAction}, 0}},
		"inoculation": {{felt, []talk.Move{open, talk.InoculateBoss}, 0}, {felt, []talk.Move{open, talk.InoculateFear}, 0}},
		"ask":         {{felt, []talk.Move{talk.MakeAsk}, 3}, {felt, []talk.Move{talk.MakeAsk}, 3}},
		"follow-up":   {{agreed, []talk.Move{talk.FollowUp}, 0}, {agreed, []talk.Move{talk.FollowUp}, 0}},
		"listen":      {{mess, []talk.Move{open}, 0}, {mess, []talk.Move{open}, 0}},
		"close":       {{agreed, nil, 0}, {agreed, nil, 0}},
	}
	for stage, examples := range trainer.HintExamples() {
		lines := stages[stage]
		if len(lines) != len(examples) {
			t.Errorf("%s: %d examples, %d are checked", stage, len(examples), len(lines))
			continue
		}
		for i, text := range examples {
			r := reading.New()
			for k, words := range lines[i].before {
				speaker := talk.Organizer
				if k%2 == 1 {
					speaker = talk.Coworker
				}
				r.Read(talk.Turn{N: k + 1, Speaker: speaker, Text: words}, nil)
			}
			got := r.Read(talk.Turn{N: len(lines[i].before) + 1, Speaker: talk.Organizer, Text: text}, nil)
			for _, m := range lines[i].moves {
				if !slices.Contains(got.Moves, m) {
					t.Errorf("%s: %q is not read as %s: %v", stage, text, m, got.Moves)
				}
			}
			if len(got.Faults) > 0 || got.AskLevel < lines[i].ask {
				t.Errorf("%s: %q: ask %d, faults %v", stage, text, got.AskLevel, got.Faults)
			}
		}
	}
}
