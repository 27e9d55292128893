package pages

import (
	"slices"

	"breakroom/scenarios"
	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
)

// Site is what any page may show of the server that it comes from. Every view holds one.
type Site struct {
	Where Where
	// Contacts are people to turn to, set by the host; shown wherever somebody steps out.
	Contacts []Contact
}

// Where says where words go (shown on the first page and before a talk).
type Where struct {
	// Owner names whose computer this is, as its host has put it; "" where the host has not said.
	Owner string
	// ThisComputer is set where the server listens on loopback only and no proxy stands before it.
	ThisComputer bool
	// Encrypted is set where the browser's connection is known to be encrypted as far as this server.
	Encrypted bool
	// ModelHost is the host name of the language model's server; "" where no model is used.
	ModelHost string
	// ModelHere is set where the model runs on the same computer: no words leave it, and nobody has to agree.
	ModelHere bool
	// ModelPlain is set where the way to the model's host is not encrypted.
	ModelPlain bool
}

// Elsewhere says whether a model is used that words go to from this computer, so that a trainee has to agree.
func (w Where) Elsewhere() bool { return w.ModelHost != "" && !w.ModelHere }

// Contact is somebody to turn to.
type Contact struct {
	// Name says who; How a number, an address, the hours: plain text.
	Name, How string
}

// Card is a scenario in the list, its open part only.
type Card struct {
	ID           string
	Title        string
	Summary      string
	Sector       string
	Country      string
	Kind         talk.Kind
	Difficulty   int // 1 to 3
	Minutes      int
	ContentNotes []string
	// Name and Job are the coworker's.
	Name, Job string
	Setting   string
	// Told, Goal and Before are what the trainee is told.
	Told, Goal, Before string
}

// CardOf shows a scenario.
func CardOf(s scenarios.Head) Card {
	return Card{
		ID: s.ID, Title: s.About.Title, Summary: s.About.Summary, Sector: s.About.Sector, Country: s.About.Country,
		Kind: s.About.Kind, Difficulty: s.About.Difficulty, Minutes: s.About.Minutes, ContentNotes: s.About.ContentNotes,
		Name: s.Name, Job: s.Job, Setting: s.About.Setting,
		Told: s.About.Told, Goal: s.About.Goal, Before: s.About.Before,
	}
}

// Home is the first page.
type Home struct {
	Site
	Scenarios []Card
	// Open are the visitor's own conversations that are not over, newest first.
	Open []Held
}

// Held is a conversation of the visitor's own, as a line of a list.
type Held struct {
	ID    string
	Title string
	// Name is the coworker's.
	Name string
	// Begun is in UTC milliseconds since 1970.
	Begun int64
	Turns int
	// State is "open", "ended" or "stepped-out".
	State       string
	KeepNothing bool
}

// Scenario is the page before a talk.
type Scenario struct {
	Site
	Card
	// Counts are the skills that count; the others are shown and not scored.
	Counts []talk.Skill
	// Fixed is set for a drill, where the scenario says what is practised.
	Fixed bool
	// Share is the organizer's share of words aimed at, in percent.
	Share int
	// Framework is the one that it is taught with; its title may be "".
	Framework debrief.FrameworkName
	// Problem says why a talk could not be begun, in plain words; "" at first.
	Problem string
}

// All are the six skills, for the choice what to practise.
func (Scenario) All() []talk.Skill { return talk.Skills }

// Talk is the page of a conversation that goes on.
type Talk struct {
	Site
	Card
	// TalkID is the conversation's id; Socket the address of its WebSocket, a path.
	TalkID string
	Socket string
	// Seq is the journal's last event when Turns were read: the socket resumes after it. Read Seq before Turns.
	Seq   int64
	Turns []Turn
	// TimeBox is the talk's time in minutes with what was added; UsedMS what has passed of it.
	TimeBox     int
	UsedMS      int64
	KeepNothing bool
	// State is "open", "ended" or "stepped-out".
	State string
	// Agrees is set where the trainee has agreed that words go to the model's host.
	Agrees bool
	// Longest is the greatest length of a turn, in characters.
	Longest int
}

// Turn is what somebody said, on any page.
type Turn struct {
	N       int
	Speaker talk.Speaker
	Text    string
	// Aside says who else had a hand in the answer, and how: "cut", "shortened", "stood_in"; "" where nobody had. See AsideOf.
	Aside string
	// Notes stand in the margin.
	Notes []Margin
}

// AsideOf is the Aside of an answer: by and mended as the journal has them, cut where it was broken off; model where a model was to speak.
func AsideOf(by, mended string, cut, model bool) string {
	switch {
	case cut:
		return "cut"
	case by == "actor" && (model || mended != ""):
		return "stood_in"
	case by != "actor" && mended != "":
		return "shortened"
	}
	return ""
}

// Yours says whether the trainee said it.
func (t Turn) Yours() bool { return t.Speaker == talk.Organizer }

// Margin is a note beside a turn.
type Margin struct {
	// Tone is "good", "care" or "plain".
	Tone string
	Text string
	// Better is what could be said instead; may be "".
	Better string
}

// View is the page on which trainees say how they saw it, before anybody else does.
type View struct {
	Site
	TalkID string
	Name   string
	Title  string
	// Skills are those that count.
	Skills []talk.Skill
	// Short is set where so little was said that there is nothing to look at.
	Short bool
}

// Mine is the list of one's own conversations.
type Mine struct {
	Site
	Talks []Held
}

// Out is the page after stepping out; before it where Done is not set.
type Out struct {
	Site
	TalkID string
	Name   string
	Done   bool
	// Gone is set where everything has been deleted already.
	Gone bool
}

// Gone asks whether to delete a conversation, or says that it is done.
type Gone struct {
	Site
	TalkID string
	Title  string
	Done   bool
	// KeptNothing is set where the trainee chose to keep nothing, and this came of it.
	KeptNothing bool
}

// Failure is a page that says what went wrong.
type Failure struct {
	Site
	// Kind is one of FailureKinds.
	Kind string
	// Detail may say more, in plain words, without anybody's text.
	Detail string
}

// FailureKinds are the kinds of failure that have a page of their own.
var FailureKinds = []string{"not-found", "forbidden", "too-many", "unavailable", "wrong-host", "invalid", "ended", "internal"}

// Guide is the rubric for a new organizer.
type Guide struct {
	Site
	// Kinds says which skills count in which kind of talk, in the rubric's order.
	Kinds []KindCounts
}

// KindCounts says which skills count in a kind of talk.
type KindCounts struct {
	Kind   talk.Kind
	Counts []talk.Skill
}

// Skills are the six skills in the rubric's order.
func (Guide) Skills() []talk.Skill { return talk.Skills }

// Harms are the faults that can hurt somebody.
func (Guide) Harms() []talk.Fault { return talk.Harms }

// Slips are the other faults.
func (Guide) Slips() []talk.Fault {
	var out []talk.Fault
	for _, f := range talk.Faults {
		if !slices.Contains(talk.Harms, f) {
			out = append(out, f)
		}
	}
	return out
}

// Examples are one good and one bad conversation with notes in the margin; Pages has them.
type Examples struct {
	Site
	Stories []Story
}

func (Home) template() string     { return "home" }
func (Scenario) template() string { return "scenario" }
func (Talk) template() string     { return "talk" }
func (View) template() string     { return "view" }
func (Mine) template() string     { return "mine" }
func (Out) template() string      { return "out" }
func (Gone) template() string     { return "gone" }
func (Failure) template() string  { return "failure" }
func (Guide) template() string    { return "guide" }
func (Examples) template() string { return "examples" }
