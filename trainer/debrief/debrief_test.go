package debrief

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
	"breakroom/trainer/transcripts"
)

var update = flag.Bool("update", false, "write the goldens anew")

// labelled gives the debriefs of all the given conversations.
func labelled(t *testing.T) map[string]Debrief {
	t.Helper()
	list, err := transcripts.Load(os.DirFS("../transcripts/data"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]Debrief{}
	for _, c := range list {
		out[c.Name] = Write(inputOf(c.Turns))
	}
	return out
}

func inputOf(turns []talk.Turn) Input {
	reader, card := reading.New(), scorecard.New(talk.Initial, 0)
	in := Input{Turns: turns}
	for _, turn := range turns {
		r := reader.Read(turn, nil)
		card.Add(turn, r)
		in.Reads = append(in.Reads, r)
	}
	in.Score = card.Score()
	return in
}

// points gives all points of a debrief.
func (d Debrief) points() []Point {
	var all []Point
	all = append(all, d.Harm...)
	all = append(all, d.Faults...)
	all = append(all, d.Worked...)
	for _, p := range []*Point{d.Felt, d.Next, d.Answer} {
		if p != nil {
			all = append(all, *p)
		}
	}
	return all
}

// said are all the words that are the debrief's own or put together by it.
func (d Debrief) said() []string {
	var all []string
	for _, p := range d.points() {
		all = append(all, p.Title, p.Text, p.Better)
	}
	for _, s := range d.Skills {
		all = append(all, s.Level, s.Text)
		for _, q := range append(s.Evidence, s.Missed...) {
			all = append(all, q.Text)
		}
	}
	for _, turn := range d.Turns {
		for _, n := range turn.Notes {
			all = append(all, n.Text, n.Better)
		}
	}
	return append(all, d.People, strings.Join(d.CannotJudge, " "))
}

func TestEveryQuoteStandsInItsTurn(t *testing.T) {
	for name, d := range labelled(t) {
		text := map[int]string{}
		for _, turn := range d.Turns {
			text[turn.N] = turn.Text
		}
		check := func(where string, turn int, quote string) {
			if quote != "" && !strings.Contains(text[turn], quote) {
				t.Errorf("%s: %s: %q does not stand in turn %d", name, where, quote, turn)
			}
		}
		for _, p := range d.points() {
			check(p.Key, p.Turn, p.Quote)
		}
		for _, s := range d.Skills {
			for _, q := range append(s.Evidence, s.Missed...) {
				check(string(s.Skill), q.Turn, q.Quote)
			}
		}
		// Words that a text puts in quotation marks stand somewhere in the talk.
		all := strings.Join(mapsValues(text), "\n")
		for _, said := range d.said() {
			for _, m := range quoted.FindAllStringSubmatch(said, -1) {
				if !strings.Contains(all, m[1]) {
					t.Errorf("%s: %q quotes %q, which nobody said", name, said, m[1])
				}
			}
		}
	}
}

func TestNoFaultIsToldTwice(t *testing.T) {
	for name, d := range labelled(t) {
		told := map[string]bool{}
		for _, p := range append(d.Faults, *d.Next) {
			_, what, _ := strings.Cut(p.Key, ".")
			if key := fmt.Sprint(what, " in turn ", p.Turn); told[key] {
				t.Errorf("%s: %s stands there twice", name, key)
			} else {
				told[key] = true
			}
		}
	}
}

var quoted = regexp.MustCompile(`“([^”…]+)”`)

func mapsValues(m map[int]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// forbidden are words that no debrief says: generic praise, totals and ranks, diagnoses, people as locks.
var forbidden = regexp.MustCompile(`(?i)\b(great job|good job|well done|excellent|amazing|awesome|fantastic|perfect|impressive|keep it up|nailed|total score|overall score|out of (10|100)|grade|rank|percentile|streak|points|unlock\w*|extract\w*|get (her|him|them) to|got (her|him|them) to|make (her|him|them) (say|do|agree)|manipulat\w*|disorder|trauma\w*|depress\w*|anxiety|toxic|narciss\w*|diagnos\w*|failed|wrong answer|you should have)\b`)

// unfit are words that no better line has: leading, promising, prying.
var unfit = regexp.MustCompile(`(?i)(don't you (think|agree|feel)|isn't it|aren't you|right\?|you must (be|feel)|that must|guarantee|they can't (fire|touch)|nothing will happen|i promise|trust me|papers|pregnan|diagnos|the union will)`)

func TestTheWordsAreATrainers(t *testing.T) {
	for name, d := range labelled(t) {
		for _, said := range d.said() {
			own := quoted.ReplaceAllString(said, "")
			if m := forbidden.FindString(own); m != "" {
				t.Errorf("%s says %q in %q", name, m, own)
			}
			if strings.ContainsAny(own, "{}") {
				t.Errorf("%s: an unfilled text: %q", name, said)
			}
		}
		for _, p := range d.points() {
			if m := unfit.FindString(quoted.ReplaceAllString(p.Better, "")); m != "" {
				t.Errorf("%s: the better line %q has %q", name, p.Better, m)
			}
		}
		if d.Next == nil || d.Next.Text == "" {
			t.Errorf("%s: nothing to try next", name)
		}
		if len(d.Worked) > maxWorked {
			t.Errorf("%s: %d things that worked, expected at most %d", name, len(d.Worked), maxWorked)
		}
	}
}

func TestHarmComesFirst(t *testing.T) {
	turns := []talk.Turn{
		{N: 1, Speaker: talk.Organizer, Text: "So will you sign the card on Friday at noon?"},
		{N: 2, Speaker: talk.Coworker, Text: "No. I said no."},
		{N: 3, Speaker: talk.Organizer, Text: "Come on, everybody else signed. You'd be letting all of us down."},
		{N: 4, Speaker: talk.Coworker, Text: "I don't want to talk about it."},
	}
	in := inputOf(turns)
	in.Score.Faults = []scorecard.Fault{{Name: talk.Pressure, Turns: []int{3}, Quotes: []scorecard.Evidence{{Turn: 3, Quote: "You'd be letting all of us down.", Why: scorecard.WhyFaultStands}}}}
	in.Reads[2].Faults = []talk.Fault{talk.Pressure}
	in.Score.Ask.Value = 3
	d := Write(in)
	if len(d.Harm) != 1 || d.Harm[0].Key != "fault.pressure" {
		t.Fatalf("harm = %+v", d.Harm)
	}
	if d.Next == nil || d.Next.Key != "next.harm" {
		t.Errorf("next = %+v, expected the harm", d.Next)
	}
	for _, p := range d.Worked {
		if p.Key == "worked.ask" || p.Key == "worked.follow" {
			t.Errorf("%s is presented as a success beside harm", p.Key)
		}
	}
}

func TestFrameworksShowWhatWasReached(t *testing.T) {
	if got := len(Frameworks()); got != 7 {
		t.Fatalf("%d frameworks, expected 7", got)
	}
	in := Input{
		Turns: []talk.Turn{{N: 1, Speaker: talk.Organizer, Text: "What did that do to your week?"}, {N: 2, Speaker: talk.Coworker, Text: "I missed my kid's match."}},
		Reads: []talk.Read{{Turn: 1, Speaker: talk.Organizer, Moves: []talk.Move{talk.OpenQuestion, talk.ProbeCost}}, {Turn: 2, Speaker: talk.Coworker, Gives: []talk.Give{talk.Cost}}},
		Score: scorecard.Score{Kind: talk.Doorstep},
	}
	d := Write(in)
	want := []Stage{{Name: "Agitate", Turns: []int{1, 2}}, {Name: "Educate", AnotherDay: true}, {Name: "Inoculate", AnotherDay: true}, {Name: "Organize"}, {Name: "Uplift", AnotherDay: true}}
	for i := range d.Stages {
		d.Stages[i].About = ""
	}
	if diff := cmp.Diff(want, d.Stages); diff != "" {
		t.Error(diff)
	}
	for _, fw := range Frameworks() {
		in.Framework = fw.Name
		if d := Write(in); d.Framework.Name != fw.Name || len(d.Stages) < 4 {
			t.Errorf("read through %s: %+v", fw.Name, d.Framework)
		}
	}
}

func TestSkillsThatAreNoAimAreNoZero(t *testing.T) {
	in := inputOf([]talk.Turn{{N: 1, Speaker: talk.Organizer, Text: "Hi!"}})
	in.Score.Kind = talk.Maintenance
	for _, s := range Write(in).Skills {
		if s.Skill == talk.SkillInoculation && (s.Counts || !strings.HasPrefix(s.Text, "Not the aim")) {
			t.Errorf("inoculation in a maintenance talk: %+v", s)
		}
	}
}

func TestWriteTakesAnything(t *testing.T) {
	for _, in := range []Input{
		{}, {SteppedOut: true}, {Framework: "no such"},
		inputOf([]talk.Turn{{N: 1, Speaker: talk.Coworker, Text: ""}}),
		inputOf([]talk.Turn{{N: 1, Speaker: talk.Organizer, Text: "…"}, {N: 2, Speaker: talk.Coworker, Text: "{name}"}}),
	} {
		d := Write(in)
		if len(d.Skills) != 6 || d.People == "" {
			t.Errorf("Write(%+v) = %+v", in, d)
		}
	}
}

func TestGolden(t *testing.T) {
	// The labels themselves stand in for the reader, so that the golden holds the debrief's words and not the reader's figures.
	list, err := transcripts.Load(os.DirFS("../transcripts/data"))
	if err != nil {
		t.Fatal(err)
	}
	c := list[0]
	card := scorecard.New(talk.Initial, 0)
	in := Input{Turns: c.Turns}
	for i, turn := range c.Turns {
		r := talk.Read{Turn: turn.N, Speaker: turn.Speaker, Words: reading.Words(turn.Text), Moves: c.Moves[i], Gives: c.Gives[i]}
		if slices.Contains(r.Moves, talk.MakeAsk) {
			r.AskLevel = c.Scores[talk.SkillAsk]
		}
		if slices.Contains(r.Moves, talk.FollowUp) {
			r.FollowUpLevel = c.Scores[talk.SkillFollowUp]
		}
		card.Add(turn, r)
		in.Reads = append(in.Reads, r)
	}
	in.Score = card.Score()
	d := Write(in)
	d.Turns, d.Frameworks = nil, nil
	got, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "a01.golden.json")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
		t.Error(diff)
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("I sat in the car for ten minutes, before I could go in.", 9)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, s string, words int) {
		if got := shorten(s, words%40); !strings.Contains(s, got) {
			t.Errorf("shorten(%q, %d) = %q, which does not stand in it", s, words, got)
		}
	})
}
