package pages

import "breakroom/trainer/talk"

// Debrief is what is said to the trainee after a talk, in plain words, ready to be set.
type Debrief struct {
	Site
	TalkID     string
	ScenarioID string
	Title      string
	Name       string
	// KeepNothing is set where leaving the page deletes the talk.
	KeepNothing bool
	SteppedOut  bool
	// Opening is the first paragraph.
	Opening string
	// Harm comes first, where there is any.
	Harm []Found
	// Felt says what the coworker felt because of what the trainee did.
	Felt   []Found
	Worked []Found
	// Try is the one thing to try next time.
	Try *Found
	// Slips are the faults that hurt nobody.
	Slips  []Found
	Skills []SkillNote
	// Own is what the trainee wrote before.
	OwnNote string
	// Framework is the name of the one that Stages are read through; Frameworks are all.
	Framework  string
	Frameworks []Choice
	Stages     []Stage
	Turns      []Turn
	// CannotJudge says what the program cannot see.
	CannotJudge []string
	// Story and Teaches are the reveal.
	Story   string
	Teaches []string
}

// Found is an observation with the words that it comes from.
type Found struct {
	// Name is a short heading; may be "".
	Name string
	// Turn is where Quote stands; 0 where it is about the whole talk.
	Turn  int
	Quote string
	// Yours is set where the quote is the trainee's.
	Yours bool
	Says  string
	// Better is what could be said instead; may be "".
	Better string
}

// SkillNote is one skill, seen in this talk.
type SkillNote struct {
	Skill talk.Skill
	// Counts is false where it was not the aim of this talk.
	Counts bool
	// Level is the value and Most its highest; Level is -1 where too little was said.
	Level, Most int
	// Says is the level in words; Beside is what must be read beside it.
	Says   string
	Beside string
	// Own is what the trainee said of it before, in words; may be "".
	Own      string
	Evidence []Found
	Missed   []Found
}

// Choice is an option of a chooser.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// Stage is a stage of a framework, and where it was seen.
type Stage struct {
	Name string
	Says string
	// Turns are where it was seen; empty where it was not.
	Turns []int
	// Unseen is set where it cannot be seen in words at all.
	Unseen bool
}

func (Debrief) template() string { return "debrief" }

// Contents lists the parts that the page has, by the key of their heading.
func (d Debrief) Contents() []string {
	var out []string
	add := func(there bool, name string) {
		if there {
			out = append(out, name)
		}
	}
	add(len(d.Harm) > 0, "harm")
	add(len(d.Felt) > 0, "felt")
	add(len(d.Worked) > 0, "worked")
	add(d.Try != nil, "try")
	add(len(d.Slips) > 0, "slips")
	add(len(d.Skills) > 0, "skills")
	add(len(d.Stages) > 0, "stages")
	add(len(d.Turns) > 0, "transcript")
	add(d.Story != "" || len(d.Teaches) > 0, "reveal")
	add(len(d.CannotJudge) > 0, "cannot")
	return out
}
