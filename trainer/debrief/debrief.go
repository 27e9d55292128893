// Package debrief says what is told to the trainee after a conversation: harm
// first, where there was any; one thing that the coworker felt because of what
// they did; what worked, with the words; one thing to try next, with a better
// line for that very turn; each score with its evidence; and what the program
// cannot judge. Its words stand in words/en.toml; its logic is here.
package debrief

import (
	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// Input is all that a debrief is written from.
type Input struct {
	// Scenario is the one that the conversation was held with; nil for a transcript that has none.
	Scenario *scenarios.Scenario
	// Turns are all turns in order, those of a scenario's opening first; Reads go with them one by one.
	Turns []talk.Turn
	Reads []talk.Read
	// Cues holds, by the number of the organizer's turn that it answers, how the coworker's mind decided; nil without one.
	Cues  map[int]talk.Cue
	Score scorecard.Score
	// View is the mind at the end; the zero View without a scenario.
	View coworker.View
	// Practise are the skills that the trainee chose; empty means those of the kind.
	Practise   []talk.Skill
	SteppedOut bool
	// EndedBy is "organizer", "coworker", "time" or "host"; "" where it is not known.
	EndedBy string
	// Rated is the trainee's own view; the zero Rated where they gave none.
	Rated talk.Rated
	// Framework names the framework to read it through; "" takes the scenario's, else AEIOU.
	Framework string
}

// Debrief is what the trainee reads. It holds no total, grade or rank.
type Debrief struct {
	// Name is the coworker's name, "your coworker" where none is known.
	Name  string    `json:"name"`
	Title string    `json:"title,omitempty"`
	Kind  talk.Kind `json:"kind"`
	// Notice says what must be known before reading on: too short, stepped out, not scored in this language.
	Notice []string `json:"notice,omitempty"`
	// Harm opens the debrief where there was any.
	Harm []Point `json:"harm,omitempty"`
	// Felt is one thing that the coworker felt because of what the organizer did.
	Felt *Point `json:"felt,omitempty"`
	// Worked are the organizer's words that worked, at most three.
	Worked []Point `json:"worked,omitempty"`
	// Next is the one thing to try next.
	Next *Point `json:"next,omitempty"`
	// Skills are the six in the rubric's order.
	Skills []Skill `json:"skills"`
	// Answer explains the coworker's answer to the ask, where one was made.
	Answer *Point `json:"answer,omitempty"`
	// Faults lists the faults that are no harm, beside what Next takes up; harms stand in Harm.
	Faults []Point `json:"faults,omitempty"`
	// Framework is the one that Stages belong to; Frameworks are all that it can be read through.
	Framework  FrameworkName   `json:"framework"`
	Frameworks []FrameworkName `json:"frameworks"`
	Stages     []Stage         `json:"stages"`
	// Story and Teaches are the trainer's reveal.
	Story   string   `json:"story,omitempty"`
	Teaches []string `json:"teaches,omitempty"`
	// CannotJudge says what no program can see in words.
	CannotJudge []string `json:"cannot_judge"`
	// People sends the trainee back to people.
	People string `json:"people"`
	// Turns is the transcript with notes in the margin.
	Turns []Turn `json:"turns"`
	// Note is the trainee's own sentence.
	Note string `json:"note,omitempty"`
}

// Point is one thing said about one place of the conversation.
type Point struct {
	// Key names the rule, stable for tests and links.
	Key string `json:"key"`
	// Title is a few words; Text a sentence or two.
	Title string `json:"title,omitempty"`
	Text  string `json:"text"`
	// Turn and Quote point at the words; Turn is 0 where it is about the whole.
	Turn  int    `json:"turn,omitempty"`
	Quote string `json:"quote,omitempty"`
	// Turns lists all turns where it stands, where there are several.
	Turns []int `json:"turns,omitempty"`
	// Better is a line that could be said at that very turn instead.
	Better string `json:"better,omitempty"`
}

// Skill is one scored skill with what earned it.
type Skill struct {
	Skill talk.Skill `json:"skill"`
	Name  string     `json:"name"`
	// Counts says whether it is an aim of this conversation.
	Counts bool `json:"counts"`
	// Value is the level reached, 0 to Max; -1 where the talk was too short to say.
	Value int `json:"value"`
	Max   int `json:"max"`
	// Level words the value; Text says how it came about.
	Level string `json:"level"`
	Text  string `json:"text,omitempty"`
	// Evidence are the words that earned it; Missed where it was closest or missed.
	Evidence []Quote `json:"evidence,omitempty"`
	Missed   []Quote `json:"missed,omitempty"`
	// Own is the trainee's own view of it; nil where they gave none.
	Own *int `json:"own,omitempty"`
}

// Quote is words of the transcript, verbatim, with what they did.
type Quote struct {
	Turn    int          `json:"turn"`
	Speaker talk.Speaker `json:"speaker"`
	Quote   string       `json:"quote"`
	Text    string       `json:"text"`
}

// Turn is a turn of the transcript with its notes.
type Turn struct {
	talk.Turn
	// Name is how the speaker is shown.
	Name  string `json:"name"`
	Notes []Note `json:"notes,omitempty"`
}

// Note is a note in the margin.
type Note struct {
	// Tone is "good", "care" or "plain".
	Tone   string `json:"tone"`
	Text   string `json:"text"`
	Better string `json:"better,omitempty"`
}

// FrameworkName is a framework that the debrief can be read through.
type FrameworkName struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	About string `json:"about,omitempty"`
}

// Stage is a stage of a framework with where it was reached.
type Stage struct {
	Name  string `json:"name"`
	About string `json:"about"`
	// Turns are the turns in which it was reached, at most six; empty where it was not.
	Turns []int `json:"turns,omitempty"`
	// Unseen is set for a stage that cannot be seen in words.
	Unseen bool `json:"unseen,omitempty"`
	// AnotherDay is set for a stage that was not reached and is no aim of this kind of talk, or is left for the next one.
	AnotherDay bool `json:"another_day,omitempty"`
}
