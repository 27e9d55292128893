package transcripts

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// Labelled is a conversation with the labels that careful raters gave it.
type Labelled struct {
	// Name is the file's name without its ending, Set the letters that it begins with: one hand wrote one set.
	Name, Set string
	About     string
	Turns     []talk.Turn
	// Moves and Gives are the labels of each turn, Faults the faults with their turns.
	Moves  [][]talk.Move
	Gives  [][]talk.Give
	Faults map[talk.Fault][]int
	// Scores holds the labels of the five labelled skills; Answer the final answer to the ask.
	Scores map[talk.Skill]int
	Answer talk.Answer
	// Rated holds each rater's score, blind raters first, the author last; empty where there was one rater.
	Rated map[talk.Skill][]int
	// Asks and FollowUps are the levels of each turn; nil where only the best of the conversation is labelled.
	Asks, FollowUps []int
	// Kind is the kind of the conversation, where the labels name one.
	Kind talk.Kind
}

// Scored lists the skills that the labels score, in the order in which they are reported.
var Scored = []talk.Skill{talk.SkillAgitation, talk.SkillEducation, talk.SkillInoculation, talk.SkillAsk, talk.SkillFollowUp}

var skillKeys = map[talk.Skill]string{
	talk.SkillAgitation: "agitation_depth", talk.SkillEducation: "education", talk.SkillInoculation: "inoculation",
	talk.SkillAsk: "ask", talk.SkillFollowUp: "follow_up",
}

type labelFile struct {
	About     string      `json:"about"`
	Kind      talk.Kind   `json:"kind"`
	Agitation int         `json:"agitation_depth"`
	Education int         `json:"education"`
	Inoc      int         `json:"inoculation"`
	Ask       int         `json:"ask"`
	FollowUp  int         `json:"follow_up"`
	Answer    talk.Answer `json:"answer"`
	Faults    []struct {
		Name  talk.Fault `json:"name"`
		Turns []int      `json:"turns"`
	} `json:"faults"`
	Turns []turnLabels     `json:"turns"`
	Rated map[string][]int `json:"rated"`
}

type turnLabels struct {
	N       int          `json:"n"`
	Speaker talk.Speaker `json:"speaker"`
	Moves   []talk.Move  `json:"moves"`
	Gives   []talk.Give  `json:"gives"`
	// Ask and FollowUp are this turn's levels, where they are labelled.
	Ask      int `json:"ask"`
	FollowUp int `json:"follow_up"`
}

// Load reads every labelled conversation of a folder: NAME.txt with a turn a
// line, NAME.json with its labels. An error names the file and the line.
func Load(fsys fs.FS) ([]Labelled, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the labelled conversations: %w", err)
	}
	var out []Labelled
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok || e.IsDir() {
			continue
		}
		l, err := loadOne(fsys, name)
		if errors.Is(err, errNotLabels) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, errors.New("no labelled conversations here: a conversation is NAME.txt, a turn a line, with its labels in NAME.json")
	}
	slices.SortFunc(out, func(a, b Labelled) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

var errNotLabels = errors.New("no text beside it")

func loadOne(fsys fs.FS, name string) (Labelled, error) {
	text, err := fs.ReadFile(fsys, name+".txt")
	if errors.Is(err, fs.ErrNotExist) {
		return Labelled{}, errNotLabels
	}
	if err != nil {
		return Labelled{}, fmt.Errorf("reading %s.txt: %w", name, err)
	}
	data, err := fs.ReadFile(fsys, name+".json")
	if err != nil {
		return Labelled{}, fmt.Errorf("reading %s.json: %w", name, err)
	}
	var f labelFile
	if err := json.Unmarshal(data, &f); err != nil {
		return Labelled{}, fmt.Errorf("%s.json holds no labels that can be read: %w", name, err)
	}
	out := Labelled{
		Name: name, Set: strings.TrimRight(path.Base(name), "0123456789"), About: f.About, Kind: f.Kind, Answer: f.Answer,
		Scores: map[talk.Skill]int{
			talk.SkillAgitation: f.Agitation, talk.SkillEducation: f.Education, talk.SkillInoculation: f.Inoc, talk.SkillAsk: f.Ask, talk.SkillFollowUp: f.FollowUp,
		},
		Faults: map[talk.Fault][]int{}, Rated: map[talk.Skill][]int{},
	}
	for s, key := range skillKeys {
		if len(f.Rated[key]) > 1 {
			out.Rated[s] = f.Rated[key]
		}
	}
	for _, x := range f.Faults {
		out.Faults[x.Name] = x.Turns
	}
	for i, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		who, words, ok := strings.Cut(line, ":")
		speaker := talk.Speaker(strings.ToLower(who))
		if !ok || speaker != talk.Organizer && speaker != talk.Coworker {
			return Labelled{}, fmt.Errorf(`%s.txt:%d: a labelled turn begins with "Organizer:" or "Coworker:"`, name, i+1)
		}
		n := len(out.Turns)
		if n >= len(f.Turns) || f.Turns[n].Speaker != speaker {
			return Labelled{}, fmt.Errorf("%s.txt:%d: the labels have no %s turn here; %s.json needs one entry a line of the text, in order", name, i+1, speaker, name)
		}
		out.Turns = append(out.Turns, talk.Turn{N: n + 1, Speaker: speaker, Text: strings.TrimSpace(words)})
		out.Moves = append(out.Moves, f.Turns[n].Moves)
		out.Gives = append(out.Gives, f.Turns[n].Gives)
		out.Asks = append(out.Asks, f.Turns[n].Ask)
		out.FollowUps = append(out.FollowUps, f.Turns[n].FollowUp)
	}
	if len(out.Turns) != len(f.Turns) {
		return Labelled{}, fmt.Errorf("%s.json labels %d turns, %s.txt has %d", name, len(f.Turns), name, len(out.Turns))
	}
	if !slices.ContainsFunc(f.Turns, func(t turnLabels) bool { return t.Ask > 0 || t.FollowUp > 0 }) {
		out.Asks, out.FollowUps = nil, nil
	}
	return out, nil
}
