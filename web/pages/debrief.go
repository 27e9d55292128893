package pages

import (
	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
)

// Debrief is the page of notes after a talk.
type Debrief struct {
	Site
	TalkID     string
	ScenarioID string
	// KeepNothing is set where leaving the page deletes the talk.
	KeepNothing bool
	Notes       debrief.Debrief
	// Asides are those of the turns that have one, by their number; By names the model that spoke, "" where none did.
	Asides map[int]string
	By     string
}

func (Debrief) template() string { return "debrief" }

// Contents lists the parts that the page has, by the key of their heading.
func (d Debrief) Contents() []string {
	n := d.Notes
	var out []string
	for _, part := range []struct {
		name  string
		there bool
	}{
		{"harm", len(n.Harm) > 0},
		{"felt", n.Felt != nil},
		{"worked", len(n.Worked) > 0},
		{"try", n.Next != nil},
		{"slips", len(n.Faults) > 0},
		{"skills", len(n.Skills) > 0},
		{"stages", len(n.Stages) > 0},
		{"transcript", len(n.Turns) > 0},
		{"reveal", n.Story != "" || len(n.Teaches) > 0},
		{"cannot", len(n.CannotJudge) > 0},
	} {
		if part.there {
			out = append(out, part.name)
		}
	}
	return out
}

// Yours says whether the trainee spoke the turn of a number.
func (d Debrief) Yours(turn int) bool {
	for _, t := range d.Notes.Turns {
		if t.N == turn {
			return t.Speaker == talk.Organizer
		}
	}
	return false
}

// Noted is the transcript with its notes, as every page sets it.
func (d Debrief) Noted() []Turn {
	out := make([]Turn, 0, len(d.Notes.Turns))
	for _, t := range d.Notes.Turns {
		turn := Turn{N: t.N, Speaker: t.Speaker, Text: t.Text, Aside: d.Asides[t.N]}
		for _, n := range t.Notes {
			turn.Notes = append(turn.Notes, Margin{Tone: n.Tone, Text: n.Text, Better: n.Better})
		}
		out = append(out, turn)
	}
	return out
}
