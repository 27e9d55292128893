package transcripts

import (
	"bytes"
	"strings"
	"testing"

	"breakroom/trainer/talk"
)

func TestCompare(t *testing.T) {
	list := []Labelled{
		{Name: "a", Scores: map[talk.Skill]int{talk.SkillAsk: 3}, Faults: map[talk.Fault][]int{talk.Leading: {3}}},
		{Name: "b", Scores: map[talk.Skill]int{talk.SkillAsk: 0}},
		{Name: "c", Scores: map[talk.Skill]int{talk.SkillAsk: 1}},
		{Name: "d", Scores: map[talk.Skill]int{talk.SkillAsk: 2}},
	}
	a := Compare(list, map[string]Opinion{
		"a": {Scores: map[talk.Skill]int{talk.SkillAsk: 3}, Faults: map[talk.Fault]bool{talk.Leading: true}},
		"b": {Scores: map[talk.Skill]int{talk.SkillAsk: 1}, Faults: map[talk.Fault]bool{talk.Arguing: true}},
		"c": {Scores: map[talk.Skill]int{talk.SkillAsk: 1}},
	}, []talk.Fault{talk.Leading, talk.Arguing})
	if a.Given != 3 || a.Conversations != 4 {
		t.Errorf("given of %d of %d", a.Given, a.Conversations)
	}
	for _, s := range a.Skills {
		if s.Skill != talk.SkillAsk {
			continue
		}
		if s.Exact < 0.66 || s.Exact > 0.67 || s.Within != 1 || s.Zeros != 1 || s.ZeroRight != 0 || s.Kappa <= 0.5 || s.Kappa >= 1 {
			t.Errorf("the ask: %+v", s)
		}
	}
	if a.Faults.TP != 1 || a.Faults.FP != 1 || a.Faults.FN != 0 {
		t.Errorf("faults: %+v", a.Faults)
	}
	var out bytes.Buffer
	a.Print(&out)
	if !strings.Contains(out.String(), "3 of 4 conversations") || !strings.Contains(out.String(), "b: ask is labelled 0, the coach says 1") {
		t.Errorf("printed:\n%s", out.String())
	}
}
