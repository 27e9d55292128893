package simulate

import (
	"fmt"
	"slices"
	"strings"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// Warnings tells what a scenario's file alone does not show, each at its place in it: what nobody can reach, however well
// they listen, and what one single question opens. No trainee has to be played for either, so it takes moments.
func Warnings(s *scenarios.Scenario) scenarios.Problems {
	var out scenarios.Problems
	for _, id := range unreached(s, nil) {
		out = append(out, s.ProblemAt(s.KeyOf(id), "nobody can be brought to this, however well they listen", "topics and rungs that lead here, or the line left out"))
	}
	for _, l := range lucky(s) {
		out = append(out, s.ProblemAt(s.KeyOf(l.id), fmt.Sprintf("one question opens this: %q", l.question), "a rung before it, or a larger opens under [mind]"))
	}
	return out
}

// chance is a line that one single question opened.
type chance struct{ id, question string }

func (c chance) String() string { return "one question opens " + c.id + ": " + c.question }

// luckyForms are the questions that somebody might begin with; {topic} is filled with every topic word of the scenario.
var luckyForms = []string{
	"Tell me about {topic}.",
	"How do you feel about {topic}?",
	"What happened with {topic}?",
	"So {topic} must be hard on you. How does it affect you at home?",
}

// lucky tries every topic word in one first question and lists what that alone opened.
func lucky(s *scenarios.Scenario) []chance {
	var out []chance
	var topics []string
	for i := range s.Grievances {
		topics = append(topics, s.Grievances[i].Topics...)
	}
	for i := range s.Fears {
		topics = append(topics, s.Fears[i].Topics...)
	}
	slices.Sort(topics)
	for _, topic := range slices.Compact(topics) {
		for _, form := range luckyForms {
			text := strings.ReplaceAll(form, "{topic}", topic)
			turn := talk.Turn{N: len(s.Opening) + 1, Speaker: talk.Organizer, Text: text}
			cue := coworker.New(s, 1).Hear(turn, reading.New().Read(turn, nil))
			if cue.Reason == talk.ReasonHeat || len(s.Opening) > 0 {
				continue // what they blurt out, and what a drill begins with, was not opened by the question
			}
			for _, line := range cue.Lines {
				if opened(line.ID) {
					out = append(out, chance{line.ID, text})
				}
			}
		}
	}
	return out
}

// opened reports whether a line is something that has to be earned.
func opened(id string) bool {
	kind, rest, _ := strings.Cut(id, ".")
	switch kind {
	case "grievance", "fear":
		return !strings.Contains(rest, ".hint.") && !strings.Contains(rest, ".cover.")
	case "together", "boss":
		return true
	}
	return false
}

// unreached lists the hidden facts that nobody was told, though somebody who
// listens and knows what to ask for tries each: rungs, details, fears, what
// would be done together, the boss.
func unreached(s *scenarios.Scenario, reached map[string]bool) []string {
	seen := map[string]bool{}
	for id := range reached {
		seen[id] = true
	}
	left := func() []string {
		var out []string
		for _, line := range s.Hidden() {
			if opened(line.ID) && !seen[line.ID] && reachable(s, line.ID) {
				out = append(out, line.ID)
			}
		}
		return out
	}
	for seed := uint64(0); seed < 24 && len(left()) > 0; seed++ {
		for i := range max(1, len(s.Grievances)) {
			for _, id := range thorough(s, i, seed) {
				seen[id] = true
			}
		}
	}
	return left()
}

// reachable leaves out what this talk is not meant to reach: rungs below its deepest, and what is blurted only.
func reachable(s *scenarios.Scenario, id string) bool {
	if s.Mind.DeepestRung == "" {
		return true
	}
	deepest := slices.Index(talk.RungNames[:], s.Mind.DeepestRung)
	parts := strings.Split(id, ".")
	if parts[0] != "grievance" {
		return true
	}
	if r := slices.Index(talk.RungNames[:], parts[2]); r > 0 {
		return r <= deepest
	}
	if parts[2] == "detail" {
		for i := range s.Grievances {
			if s.Grievances[i].Name == parts[1] {
				n := 0
				for _, c := range parts[3] {
					n = n*10 + int(c-'0')
				}
				if n >= 1 && n <= len(s.Grievances[i].Details) {
					return slices.Index(talk.RungNames[:], s.Grievances[i].Details[n-1].After) <= deepest
				}
			}
		}
	}
	return true
}

// thorough is somebody who listens well, stays with one problem to its end and
// asks every question there is. Its moves are given, not read: it tells whether
// the mind can get there at all.
func thorough(s *scenarios.Scenario, grievance int, seed uint64) []string {
	mind := coworker.New(s, seed)
	n := len(s.Opening)
	heard := ""
	say := func(text string, moves ...talk.Move) {
		n++
		if heard != "" && slices.Contains(moves, talk.Reflection) {
			text = "you said " + heard + ". " + text
		}
		turn := talk.Turn{N: n, Speaker: talk.Organizer, Text: text}
		read := talk.Read{Turn: n, Speaker: talk.Organizer, Moves: moves, Signs: []talk.Sign{talk.HonestLimit}}
		cue := mind.Hear(turn, read)
		n++
		var ids []string
		for _, l := range cue.Lines {
			ids = append(ids, l.ID)
		}
		heard = ""
		if len(cue.Lines) > 0 {
			words := strings.Fields(cue.Lines[0].Text)
			heard = strings.ToLower(strings.Join(words[:min(len(words), 9)], " "))
		}
		mind.Said(talk.Turn{N: n, Speaker: talk.Coworker}, ids)
	}
	listens := []talk.Move{talk.Reflection, talk.Validation, talk.OpenQuestion, talk.ProbeDetail}
	topic := ""
	if grievance < len(s.Grievances) && len(s.Grievances[grievance].Topics) > 0 {
		topic = s.Grievances[grievance].Topics[int(seed)%len(s.Grievances[grievance].Topics)]
	}
	for i := range 26 {
		say(strings.Repeat("and then ", i%3)+"what about "+topic+"?", listens...)
	}
	if grievance < len(s.Grievances) {
		for _, d := range s.Grievances[grievance].Details {
			for range d.Says {
				switch {
				case len(d.Questions) > 0:
					say(d.Questions[int(seed)%len(d.Questions)], talk.ClosedQuestion)
				case len(d.Topics) > 0:
					say(topic+", "+d.Topics[int(seed)%len(d.Topics)]+"?", talk.ClosedQuestion)
				}
				say("right, "+topic, talk.Reflection)
			}
		}
	}
	for range 3 {
		say("so what would fix it, do you think?", talk.Reflection, talk.EducateFix, talk.OpenQuestion)
		say("and who could say yes to that?", talk.Reflection, talk.EducateWho, talk.OpenQuestion)
		say("and what might people do about it?", talk.Reflection, talk.EducateAction, talk.OpenQuestion)
	}
	eases := func() {
		say("that makes sense. we'd be in it together, and you don't have to go first. i don't know how it goes, but i'll find out.",
			talk.Validation, talk.Reflection, talk.PlanTogether, talk.InoculateBoss)
	}
	for i := range s.Fears {
		word := ""
		if len(s.Fears[i].Topics) > 0 {
			word = s.Fears[i].Topics[0]
		}
		for range 5 {
			say("what would worry you there? "+word, talk.Reflection, talk.InoculateFear, talk.OpenQuestion)
		}
		eases()
		eases()
	}
	for range len(s.Boss.WillDo) + len(s.Fears) {
		say("what would they do then?", talk.Reflection, talk.InoculateBoss, talk.OpenQuestion)
	}
	for range len(s.Boss.Meet) + len(s.Fears) {
		say("how could that be met together?", talk.Reflection, talk.PlanTogether, talk.OpenQuestion)
	}
	for range 2*len(s.Fears) + 1 {
		eases()
	}
	var ids []string
	for _, o := range mind.View().Opened {
		ids = append(ids, o.ID)
	}
	return ids
}
