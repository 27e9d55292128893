package trainer

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/BurntSushi/toml"

	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

//go:embed hints.toml
var hintsFile string

// hint is a stage of the ladder.
type hint struct {
	Stage    string   `toml:"stage"`
	Kind     string   `toml:"kind"`
	Examples []string `toml:"examples"`
}

// helpSteps is the height of the ladder: the stage, the kind of question, an example.
const helpSteps = 3

// stageNames lists the stages that a talk can be at.
var stageNames = []string{
	"begin", "deflected", "fear-voiced", "said-no", "rung-0", "rung-1", "rung-2", "rung-3", "rung-4",
	"education", "inoculation", "ask", "follow-up", "listen", "close",
}

var hints = mustHints(hintsFile)

// mustHints reads the embedded file; a mistake in it is one of the build's, and shows at the first start.
func mustHints(text string) map[string]hint {
	out := map[string]hint{}
	meta, err := toml.Decode(text, &out)
	if err != nil {
		panic(fmt.Sprintf("hints.toml: %v", err))
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		panic(fmt.Sprintf("hints.toml: nobody reads %v", extra))
	}
	for _, name := range stageNames {
		if h := out[name]; h.Stage == "" || h.Kind == "" || len(h.Examples) == 0 {
			panic("hints.toml: something is missing at the stage " + name)
		}
	}
	return out
}

// stage says where the talk stands. It looks at what was said aloud and how it was read, never at the mind or the
// scenario, so that no hint can give away what the coworker has not told.
func (f *fold) stage() string {
	if f.OrganizerTurns == 0 {
		return "begin"
	}
	counts := scorecard.Counts(f.Kind, f.Practise)
	score := f.card.Score()
	gave := func(g talk.Give) bool {
		for _, have := range f.LastGives {
			if have == g {
				return true
			}
		}
		return false
	}
	below := func(skill talk.Skill, s scorecard.SkillScore) bool { return counts[skill] && s.Value < s.Max }
	switch {
	case gave(talk.SaysYes) && below(talk.SkillFollowUp, score.FollowUp):
		return "follow-up"
	case gave(talk.SaysNo) || gave(talk.SaysPartly):
		return "said-no"
	case gave(talk.Fears) && below(talk.SkillInoculation, score.Inoculation):
		return "fear-voiced"
	case gave(talk.Deflects):
		return "deflected"
	case below(talk.SkillAgitation, score.Agitation):
		return fmt.Sprintf("rung-%d", min(max(score.Agitation.Value, 0), 4))
	case below(talk.SkillEducation, score.Education):
		return "education"
	case below(talk.SkillInoculation, score.Inoculation):
		return "inoculation"
	case below(talk.SkillAsk, score.Ask.SkillScore):
		return "ask"
	case below(talk.SkillFollowUp, score.FollowUp):
		return "follow-up"
	case counts[talk.SkillTalkRatio] && float64(f.card.Meters().TalkShare) > 100*score.TalkRatio.Target:
		return "listen"
	}
	return "close"
}

// nextHint is the next step of the ladder; from the third on it stays at examples.
func (f *fold) nextHint() talk.Help {
	h := hints[f.stage()]
	step := min(f.Hints+1, helpSteps)
	text := h.Stage
	switch step {
	case 2:
		text = h.Kind
	case helpSteps:
		text = h.Examples[(f.Hints+f.OrganizerTurns)%len(h.Examples)]
	}
	return talk.Help{Step: step, Text: text}
}

// Help gives the next hint on the ladder and journals it. A turn heard begins the ladder anew.
func (t *Trainer) Help(ctx context.Context, id string) (talk.Help, error) {
	var help talk.Help
	err := t.with(ctx, id, true, func(l *live) error {
		if err := l.goesOn(); err != nil {
			return err
		}
		if l.fold.Hints >= hintsMost {
			return Errorf(CodeTooMany, "That was the last hint for now. Try something; whatever you say can be gone back to in the debrief.")
		}
		help = l.fold.nextHint()
		if _, err := t.append(ctx, l, nil, help); err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return talk.Help{}, err
	}
	return help, nil
}

// hintsMost bounds the hints between two turns.
const hintsMost = 12
