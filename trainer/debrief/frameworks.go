package debrief

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

//go:embed frameworks/*.toml
var frameworkFiles embed.FS

// DefaultFramework is the one that a debrief is read through where nobody chose another.
const DefaultFramework = "aeiou"

// framework maps the rubric's moves and gives to the stages of one school.
type framework struct {
	name   string
	Title  string       `toml:"title"`
	About  string       `toml:"about"`
	Stages []stageRules `toml:"stage"`
}

type stageRules struct {
	Name  string `toml:"name"`
	About string `toml:"about"`
	// Moves of the organizer reach the stage; Gives of the coworker do, once a move of the talk has.
	Moves []talk.Move `toml:"moves"`
	Gives []talk.Give `toml:"gives"`
	// AskLevel is the least level of an ask that reaches it, 0 for any.
	AskLevel int `toml:"ask_level"`
	// Unseen is set for a stage that cannot be seen in words.
	Unseen bool `toml:"unseen"`
}

// frameworks loads the data files, once. They are part of the program and are
// held to their form by a test, so a bad one is a mistake of ours.
var frameworks = sync.OnceValue(func() []framework {
	list, err := loadFrameworks()
	if err != nil {
		panic(err)
	}
	return list
})

func loadFrameworks() ([]framework, error) {
	files, err := frameworkFiles.ReadDir("frameworks")
	if err != nil {
		return nil, err
	}
	var list []framework
	for _, f := range files {
		file := path.Join("frameworks", f.Name())
		data, err := frameworkFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		fw := framework{name: strings.TrimSuffix(f.Name(), ".toml")}
		md, err := toml.Decode(string(data), &fw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if extra := md.Undecoded(); len(extra) > 0 {
			return nil, fmt.Errorf("%s: unknown key %s", file, extra[0])
		}
		for _, s := range fw.Stages {
			for _, m := range s.Moves {
				if !slices.Contains(talk.Moves, m) {
					return nil, fmt.Errorf("%s: stage %q: %q is not a move of the rubric", file, s.Name, m)
				}
			}
			if s.Unseen == (len(s.Moves)+len(s.Gives) > 0) {
				return nil, fmt.Errorf("%s: stage %q needs moves or gives, or to be unseen", file, s.Name)
			}
		}
		list = append(list, fw)
	}
	return list, nil
}

// Frameworks lists the frameworks that a debrief can be read through.
func Frameworks() []FrameworkName {
	var names []FrameworkName
	for _, f := range frameworks() {
		names = append(names, f.title())
	}
	return names
}

func (f framework) title() FrameworkName {
	return FrameworkName{Name: f.name, Title: f.Title, About: f.About}
}

// frameworkNamed gives a framework by its name, the default for a name that there is not.
func frameworkNamed(name string) framework {
	list := frameworks()
	i := slices.IndexFunc(list, func(f framework) bool { return f.name == name })
	if i < 0 {
		i = slices.IndexFunc(list, func(f framework) bool { return f.name == DefaultFramework })
	}
	return list[i]
}

const maxStageTurns = 6

// stages shows where each stage was reached: in the organizer's turns that make
// one of its moves, and the coworker's turns right after such a move that give what belongs to it.
func (f framework) stages(in Input, counts map[talk.Skill]bool) []Stage {
	var out []Stage
	for _, rules := range f.Stages {
		s := Stage{Name: rules.Name, About: rules.About, Unseen: rules.Unseen}
		reached := false
		for i, r := range in.Reads {
			if r.Speaker == talk.Organizer {
				reached = slices.ContainsFunc(r.Moves, func(m talk.Move) bool {
					return slices.Contains(rules.Moves, m) && (m != talk.MakeAsk || r.AskLevel >= rules.AskLevel)
				})
				if len(rules.Moves) == 0 {
					reached = false
				}
				if reached && len(s.Turns) < maxStageTurns {
					s.Turns = append(s.Turns, in.Turns[i].N)
				}
				continue
			}
			gave := slices.ContainsFunc(r.Gives, func(g talk.Give) bool { return slices.Contains(rules.Gives, g) })
			if gave && reached && len(s.Turns) < maxStageTurns {
				s.Turns = append(s.Turns, in.Turns[i].N)
			}
		}
		s.AnotherDay = len(s.Turns) == 0 && !s.Unseen && !rules.isAim(counts)
		out = append(out, s)
	}
	return out
}

// skillOfMove names the skill that a move serves; moves that serve all stand in none.
var skillOfMove = map[talk.Move]talk.Skill{
	talk.ProbeDetail: talk.SkillAgitation, talk.ProbeCost: talk.SkillAgitation, talk.ProbeFeeling: talk.SkillAgitation,
	talk.EducateFix: talk.SkillEducation, talk.EducateWho: talk.SkillEducation, talk.EducateAction: talk.SkillEducation,
	talk.InoculateBoss: talk.SkillInoculation, talk.InoculateFear: talk.SkillInoculation, talk.PlanTogether: talk.SkillInoculation,
	talk.MakeAsk: talk.SkillAsk, talk.FollowUp: talk.SkillFollowUp,
}

// isAim says whether a stage serves a skill that counts in this talk.
func (r stageRules) isAim(counts map[talk.Skill]bool) bool {
	return slices.ContainsFunc(r.Moves, func(m talk.Move) bool {
		skill, ok := skillOfMove[m]
		return !ok || counts[skill]
	})
}

// counted gives the skills that count in a conversation.
func counted(in Input) map[talk.Skill]bool {
	practise := in.Practise
	if len(practise) == 0 && in.Scenario != nil {
		practise = in.Scenario.About.Practise
	}
	return scorecard.Counts(in.Score.Kind, practise)
}
