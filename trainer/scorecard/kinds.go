package scorecard

import "breakroom/trainer/talk"

// Every skill's highest value; the talk ratio is shown as a share and a band of 0 to 3.
var highest = map[talk.Skill]int{
	talk.SkillTalkRatio: 3, talk.SkillAgitation: 5, talk.SkillInoculation: 3,
	talk.SkillAsk: 3, talk.SkillEducation: 3, talk.SkillFollowUp: 2,
}

// counting is the rubric's table "Which skills count".
var counting = map[talk.Kind][]talk.Skill{
	talk.Initial:      talk.Skills,
	talk.Tenant:       talk.Skills,
	talk.GettingKnown: {talk.SkillTalkRatio, talk.SkillFollowUp},
	talk.Doorstep:     {talk.SkillTalkRatio, talk.SkillAgitation, talk.SkillAsk},
	talk.Recruitment:  {talk.SkillTalkRatio, talk.SkillAgitation, talk.SkillAsk},
	talk.Invitation:   {talk.SkillTalkRatio, talk.SkillAgitation, talk.SkillAsk},
	talk.Relationship: {talk.SkillTalkRatio, talk.SkillAgitation, talk.SkillEducation, talk.SkillFollowUp},
	talk.Maintenance:  {talk.SkillTalkRatio, talk.SkillFollowUp},
	talk.Escalation:   {talk.SkillTalkRatio, talk.SkillInoculation, talk.SkillAsk},
	talk.Uplift:       {talk.SkillTalkRatio, talk.SkillAsk, talk.SkillFollowUp},
}

// Counts tells which skills count in a kind of conversation. Skills that the
// trainee chose beforehand take the place of the kind's own. An unknown kind counts as an initial talk.
func Counts(kind talk.Kind, practise []talk.Skill) map[talk.Skill]bool {
	list := practise
	if len(list) == 0 {
		list = counting[kind]
	}
	if list == nil {
		list = talk.Skills
	}
	out := make(map[talk.Skill]bool, len(list))
	for _, s := range list {
		out[s] = true
	}
	return out
}

// CapFor is the highest value that a skill is counted to in a kind of
// conversation: an invitation counts agitation to rung 1, a relationship talk to rung 3.
func CapFor(kind talk.Kind, skill talk.Skill) int {
	if skill == talk.SkillAgitation {
		switch kind {
		case talk.Invitation:
			return int(talk.RungNamed)
		case talk.Relationship:
			return int(talk.RungCost)
		}
	}
	return highest[skill]
}

// DefaultTarget is a kind's talk target: the organizer's share of the words aimed at, in hundredths.
func DefaultTarget(kind talk.Kind) int {
	switch kind {
	case talk.GettingKnown, talk.Relationship:
		return 50
	}
	return 30
}
