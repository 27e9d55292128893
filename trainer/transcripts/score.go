package transcripts

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// Result is what "breakroom score --json" prints for one transcript.
type Result struct {
	File string `json:"file"`
	scorecard.Score
	// Read is the reading of each turn.
	Read []ReadTurn `json:"read"`
	// NotScored counts turns in a language that the scorer does not know.
	NotScored int      `json:"not_scored,omitempty"`
	Notes     []string `json:"notes,omitempty"`
	Unread    []Unread `json:"unread,omitempty"`
	// Counts tells for each skill whether it counts in this kind of talk.
	Counts map[talk.Skill]bool `json:"counts"`
	// ReadingVersion is the version of the reading beside that of the scores.
	ReadingVersion int `json:"reading_version"`
}

// ReadTurn is the reading of a turn: moves for the organizer, gives for the coworker.
type ReadTurn struct {
	Turn    int          `json:"turn"`
	Speaker talk.Speaker `json:"speaker"`
	Moves   *[]talk.Move `json:"moves,omitempty"`
	Gives   *[]talk.Give `json:"gives,omitempty"`
	Faults  []talk.Fault `json:"faults,omitempty"`
	// NotScored is set for a turn in a language that the scorer does not know.
	NotScored bool `json:"not_scored,omitempty"`
}

// Score scores a transcript. The target is the organizer's share of the words
// aimed at, in hundredths; 0 takes that of the kind.
func Score(file string, t *Transcript, target int) Result {
	r := reading.New()
	card := scorecard.New(t.Kind, target)
	out := Result{File: file, Notes: t.Notes, Unread: t.Unread, Counts: map[talk.Skill]bool{}, ReadingVersion: reading.Version, Read: []ReadTurn{}}
	for _, turn := range t.Turns {
		read := r.Read(turn, nil)
		card.Add(turn, read)
		one := ReadTurn{Turn: read.Turn, Speaker: read.Speaker, Faults: read.Faults, NotScored: read.Unscored}
		if read.Speaker == talk.Organizer {
			moves := slices.Clone(read.Moves)
			if moves == nil {
				moves = []talk.Move{}
			}
			one.Moves = &moves
		} else {
			gives := slices.Clone(read.Gives)
			if gives == nil {
				gives = []talk.Give{}
			}
			one.Gives = &gives
		}
		if read.Unscored {
			out.NotScored++
		}
		out.Read = append(out.Read, one)
	}
	out.Score = card.Score()
	counts := scorecard.Counts(t.Kind, nil)
	for _, s := range talk.Skills {
		out.Counts[s] = counts[s]
	}
	return out
}

var levelWords = map[talk.Skill][]string{
	talk.SkillAgitation:   talk.RungNames[:],
	talk.SkillEducation:   {"no question thought through", "one question of three", "two questions of three", "all three questions"},
	talk.SkillInoculation: {"none", "raised", "worked", "prepared"},
	talk.SkillAsk:         {"none", "vague", "specific", "clear"},
	talk.SkillFollowUp:    {"none", "vague", "concrete"},
}

var bandWords = []string{"lecturing", "talking", "balanced", "listening"}

// WriteText writes the scorecard to be read by a person.
func (r Result) WriteText(w io.Writer) {
	fmt.Fprintf(w, "%s: %d turns, a talk of the kind %q\n", r.File, r.Turns, r.Kind)
	for _, n := range r.Notes {
		fmt.Fprintf(w, "  %s\n", n)
	}
	for i, u := range r.Unread {
		if i == 10 {
			fmt.Fprintf(w, "  and %d more lines that could not be read\n", len(r.Unread)-i)
			break
		}
		fmt.Fprintf(w, "  line %d could not be read: %s\n", u.Line, u.Why)
	}
	if r.NotScored > 0 {
		fmt.Fprintf(w, "  %d turns are not scored in their language; their words count all the same\n", r.NotScored)
	}
	t := r.TalkRatio
	band := "too short to score"
	if t.Band != nil {
		band = bandWords[*t.Band]
	}
	fmt.Fprintf(w, "\n  %-16s %s: you %d words, they %d (%.0f %%); %.0f %% of your turns reflect, %.0f %% tell%s\n", "talk ratio", band,
		t.OrganizerWords, t.CoworkerWords, 100*t.Value, 100*t.Reflecting, 100*t.Telling, r.aim(talk.SkillTalkRatio))
	for _, s := range Scored {
		var x scorecard.SkillScore
		extra := ""
		switch s {
		case talk.SkillAgitation:
			x = r.Agitation
		case talk.SkillEducation:
			x = r.Education
		case talk.SkillInoculation:
			x = r.Inoculation
		case talk.SkillAsk:
			x = r.Ask.SkillScore
			if x.Value > 0 {
				extra = "; their answer: " + string(r.Ask.Answer)
			}
		case talk.SkillFollowUp:
			x = r.FollowUp
		}
		words := levelWords[s]
		fmt.Fprintf(w, "  %-16s %d of %d, %s%s%s\n", s, x.Value, x.Max, words[min(x.Value, len(words)-1)], extra, r.aim(s))
		for _, e := range x.Evidence {
			fmt.Fprintf(w, "      turn %d: %s\n", e.Turn, shorten(e.Quote))
		}
		for _, e := range x.Missed {
			fmt.Fprintf(w, "      closest, turn %d: %s\n", e.Turn, shorten(e.Quote))
		}
	}
	if len(r.Faults) == 0 {
		fmt.Fprintf(w, "\n  no faults found\n")
		return
	}
	fmt.Fprintf(w, "\n  faults\n")
	for _, f := range r.Faults {
		for i, n := range f.Turns {
			quote := ""
			if i < len(f.Quotes) {
				quote = ": " + shorten(f.Quotes[i].Quote)
			}
			fmt.Fprintf(w, "      %s, turn %d%s\n", f.Name, n, quote)
		}
	}
}

func (r Result) aim(s talk.Skill) string {
	if r.Counts[s] {
		return ""
	}
	return " (not the aim of this one)"
}

func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	const most = 100
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
