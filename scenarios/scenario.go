// Package scenarios holds the scenario format: its types, strict loading,
// static checks that name file, line, column and key, and the library that
// comes with the program.
package scenarios

import (
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// Scenario is one practice conversation: who it is with, what they carry, what opens it.
// A scenario's ID is its file's name without ".toml". The reference for writers explains every key.
type Scenario struct {
	// ID is the file's name without its ending; not a key of the file.
	ID string `toml:"-"`
	// Hash is the SHA-256 of the file's text, in hex; not a key of the file.
	Hash string `toml:"-"`
	// text is what Text gives; "" where the program holds it already.
	text string `toml:"-"`

	// Format is 1.
	Format int   `toml:"format"`
	About  About `toml:"about"`

	Coworker   Coworker    `toml:"coworker"`
	Grievances []Grievance `toml:"grievance"`
	Together   Together    `toml:"together"`
	Fears      []Fear      `toml:"fear"`
	Boss       Boss        `toml:"boss"`
	Asks       []Ask       `toml:"ask"`
	Limits     []Limit     `toml:"limit"`
	AskedOn    []AskedOn   `toml:"asked_on"`
	Mind       Mind        `toml:"mind"`
	// Opening holds lines that stand said when the talk begins; drills begin in the middle with them.
	Opening []OpeningLine `toml:"opening"`
	Reveal  Reveal        `toml:"reveal"`
}

// About is what everybody may know: the page that the trainee chooses from.
type About struct {
	Title string `toml:"title"`
	// Summary is one or two sentences for the list.
	Summary string `toml:"summary"`
	Sector  string `toml:"sector"`
	Country string `toml:"country"`
	// Setting is where and when the talk takes place, a specific place and week.
	Setting    string    `toml:"setting"`
	Kind       talk.Kind `toml:"kind"`
	Difficulty int       `toml:"difficulty"` // 1 gentle, 2 usual, 3 hard
	Language   string    `toml:"language"`   // BCP 47: "en"
	// ContentNotes warn of what may come up; empty means nothing out of the ordinary.
	ContentNotes []string `toml:"content_notes"`
	// Told is what the trainee is told before the start; Goal what they should try for.
	Told string `toml:"told"`
	Goal string `toml:"goal"`
	// Minutes is the time box, 2 to 120.
	Minutes int `toml:"minutes"`
	// TalkTarget is the organizer's share aimed at, 0.20 to 0.60; 0 means the kind's own.
	TalkTarget float64 `toml:"talk_target"`
	// Framework is the framework it is taught with, a name of the debrief's data files.
	Framework string `toml:"framework"`
	// Practise lists the only skills that count, for drills; empty means those of the kind.
	Practise []talk.Skill `toml:"practise"`
	// Series and Part place the scenario in a series about one person; Before says what happened up to now.
	Series string `toml:"series"`
	Part   int    `toml:"part"`
	Before string `toml:"before"`
}

// Coworker is the open part of the person across the table: what anyone who works beside them knows.
type Coworker struct {
	Name    string `toml:"name"`
	Job     string `toml:"job"`
	History string `toml:"history"`
	// Voice describes how they talk, for a model; Register picks the built-in small change:
	// "plain", "dry", "warm", "chatty" or "clipped".
	Voice    string `toml:"voice"`
	Register string `toml:"register"`
	// SmallTalk are things that they like to talk about.
	SmallTalk []Topic `toml:"small_talk"`
	// Open are things that they say about work without being asked twice.
	Open []string `toml:"open"`
	// Answers are answers to the questions that anyone would ask.
	Answers []Topic `toml:"answer"`
	// Manners are their own small answers, by kind; see MannerKinds. What is missing is taken from the register.
	Manners map[string][]string `toml:"manners"`
}

// Topic is something that can be talked about: words that lead to it, and what is said.
type Topic struct {
	// Topics are words or short phrases that lead here, lower case.
	Topics []string `toml:"topics"`
	// Questions are whole questions as people put them; one that means much the same leads here, too.
	Questions []string `toml:"questions"`
	Says      []string `toml:"says"`
}

// Grievance is a problem that organizing could be about, hidden until it is earned rung by rung.
type Grievance struct {
	// Name is short, lower case with dashes, unique in the file: "schedule".
	Name   string   `toml:"name"`
	Topics []string `toml:"topics"`
	// Covers are harmless lines that they say instead; Hints safe hints that something is there.
	Covers []string `toml:"covers"`
	Hints  []string `toml:"hints"`
	// Named to Resolved are what they say at each rung of the ladder, each in several wordings.
	Named    []string `toml:"named"`
	Told     []string `toml:"told"`
	Cost     []string `toml:"cost"`
	Felt     []string `toml:"felt"`
	Resolved []string `toml:"resolved"`
	// Details answer plain questions once the rung After is open.
	Details []Detail `toml:"detail"`
	// Blurted is set where they bring it up themselves, unasked: what is blurted out.
	Blurted string `toml:"blurted"`
}

// Wordings gives the lines of a rung, nil for talk.RungNothing.
func (g *Grievance) Wordings(r talk.Rung) []string {
	switch r {
	case talk.RungNamed:
		return g.Named
	case talk.RungTold:
		return g.Told
	case talk.RungCost:
		return g.Cost
	case talk.RungFelt:
		return g.Felt
	case talk.RungResolved:
		return g.Resolved
	}
	return nil
}

// Detail is a fact that answers a plain question about a grievance.
type Detail struct {
	// Topics are the words of the question: "how long", "who", "how many".
	Topics []string `toml:"topics"`
	// Questions are whole questions as people put them; one that means much the same leads here, too.
	Questions []string `toml:"questions"`
	Says      []string `toml:"says"`
	// After names the rung that must be open: "named", "told", "cost", "felt" or "resolved".
	After string `toml:"after"`
}

// AskedOn is what they answer when asked on about something that they have just said: "who's that?", "how old is she?"
// It is no fact that has to be earned: whoever was told the line may ask.
type AskedOn struct {
	// After is how the line begins that raises the question.
	After string `toml:"after"`
	// Topics are the words of the question.
	Topics []string `toml:"topics"`
	// Questions are whole questions as people put them; one that means much the same leads here, too.
	Questions []string `toml:"questions"`
	Says      []string `toml:"says"`
}

// Together is what this person comes up with when brought to think: the three questions of education.
type Together struct {
	// Fix answers what would fix it, Who who can give it, Action what people might do together.
	Fix    []string `toml:"fix"`
	Who    []string `toml:"who"`
	Action []string `toml:"action"`
}

// Fear is what holds them back, hidden until action comes near or it is drawn out.
type Fear struct {
	Name   string   `toml:"name"`
	Topics []string `toml:"topics"`
	Hints  []string `toml:"hints"`
	Says   []string `toml:"says"`
	// EasedBy names what eases it: "validation", "reflection", "plan", "smaller-step", "not-alone", "honesty", "inoculate-boss".
	EasedBy []string `toml:"eased_by"`
	// Eased is what they say once it weighs less.
	Eased []string `toml:"eased"`
}

// Boss is whoever holds the power over the problem, and what he will do.
type Boss struct {
	Name string `toml:"name"`
	// WillDo are predictions of the coworker's, each in a wording of its own; Meet how they could be met together.
	WillDo []string `toml:"will_do"`
	Meet   []string `toml:"meet"`
}

// Ask is something that the organizer may ask of them.
type Ask struct {
	Name string `toml:"name"`
	// What says it in a few words: "come to Thursday's meeting".
	What   string   `toml:"what"`
	Topics []string `toml:"topics"`
	// Size is how much it is to this person: 1 small, 2 middling, 3 big.
	Size int `toml:"size"`
	// TakeWhen and PartlyWhen are the conditions; where neither holds they put it off, and refuse if pressed or if Never.
	TakeWhen   Conditions `toml:"take_when"`
	PartlyWhen Conditions `toml:"partly_when"`
	// Never is set for an ask that this person refuses whatever happens.
	Never  bool     `toml:"never"`
	Yes    []string `toml:"yes"`
	Partly []string `toml:"partly"`
	Later  []string `toml:"later"`
	No     []string `toml:"no"`
}

// Conditions must all hold; what is left out does not matter.
type Conditions struct {
	// Rung is the rung that some grievance must have reached: "named" to "resolved".
	Rung string `toml:"rung"`
	// Trust and Hope are lower bounds, 0 to 100.
	Trust int `toml:"trust"`
	Hope  int `toml:"hope"`
	// Eased names fears that must weigh less.
	Eased []string `toml:"eased"`
	// Clear asks for a clear ask (level 3 of the rubric).
	Clear bool `toml:"clear"`
}

// Limit is something that makes them close up: a boundary of this person.
type Limit struct {
	Name   string   `toml:"name"`
	Topics []string `toml:"topics"`
	Says   []string `toml:"says"`
	// Leaves is set where crossing it twice makes them get up and leave.
	Leaves bool `toml:"leaves"`
	// Opens names a grievance that opens more easily once the limit was respected; optional.
	Opens string `toml:"opens"`
}

// Mind sets the parameters of the coworker's mind; 0 means the default of the difficulty. The mind's written model explains each.
type Mind struct {
	Trust    int `toml:"trust"`    // at the start, 1 to 100
	Hope     int `toml:"hope"`     // that anything can change, 1 to 100
	Resolve  int `toml:"resolve"`  // to do something, 1 to 100
	Patience int `toml:"patience"` // with a talk that goes badly, 1 to 100
	// Opens scales how much must be earned for a rung, in percent of the usual: 50 to 200.
	Opens int `toml:"opens"`
	// DeepestRung is the deepest rung that this talk can reach: "named" for an invitation; empty means "resolved".
	DeepestRung string `toml:"deepest_rung"`
}

// OpeningLine is a line that stands said when the talk begins.
type OpeningLine struct {
	Speaker talk.Speaker `toml:"speaker"`
	Text    string       `toml:"text"`
}

// Reveal is what the trainer shows and teaches at the end.
type Reveal struct {
	// Story is what was behind it all, shown after the end.
	Story string `toml:"story"`
	// Teaches are the teaching points.
	Teaches []string `toml:"teaches"`
}

// MannerKinds are the keys of Coworker.Manners: the small answers that fit a moment, and from "when-was" on wordings for small replies to
// questions that no line answers.
var MannerKinds = []string{
	"greeting", "goodbye", "thanks", "apology", "silence", "confused", "shrug", "deflect", "flattered",
	"reassured", "argued", "insulted", "pried", "led", "promised", "machine", "other-language", "agree",
	"disagree", "ask-back", "think", "no-politely", "needs-a-moment", "joke", "wind-up", "leave", "go-on", "unforeseen", "interrupted",
	"when-was", "when-next", "what-time", "how-long", "how-many", "how-often", "how-much", "where",
}

// said lists what the coworker may say, but for what they answer when asked on.
func (s *Scenario) said() []string {
	c := &s.Coworker
	out := slices.Clone(c.Open)
	for _, list := range [][]Topic{c.SmallTalk, c.Answers} {
		for i := range list {
			out = append(out, list[i].Says...)
		}
	}
	for _, kind := range MannerKinds {
		out = append(out, c.Manners[kind]...)
	}
	for i := range s.Grievances {
		out = append(append(out, s.Grievances[i].Covers...), s.Grievances[i].Hints...)
	}
	for i := range s.Fears {
		out = append(out, s.Fears[i].Hints...)
	}
	for i := range s.Opening {
		out = append(out, s.Opening[i].Text)
	}
	for _, line := range s.Hidden() {
		if !strings.HasPrefix(line.ID, "reveal.") {
			out = append(out, line.Text)
		}
	}
	return out
}
