package scenarios

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"breakroom/trainer/talk"
)

// Open is the part of a scenario that anyone may know: what a browser shows
// before the talk, and what an actor has beside its cue. Everything else of a
// scenario is hidden: the grievances at every rung and their details, what is
// blurted out, the fears, what would be done together, the boss, the asks and
// the answers to them, the limits, the mind's parameters and the reveal. Covers
// and hints are not hidden, since they are made to be said to someone who has
// earned nothing; but they say where to look, so they are not in Open either
// and reach an actor in a cue only.
type Open struct {
	ID       string
	About    About
	Coworker Coworker
	// Opening stands said when the talk begins, whatever it gives away.
	Opening []OpeningLine
}

// Open gives the open part. It shares no memory with the scenario.
func (s *Scenario) Open() *Open {
	o := &Open{ID: s.ID, About: s.About, Coworker: s.Coworker}
	o.About.ContentNotes = clone(s.About.ContentNotes)
	o.About.Practise = append([]talk.Skill(nil), s.About.Practise...)
	o.Coworker.SmallTalk = cloneTopics(s.Coworker.SmallTalk)
	o.Coworker.Open = clone(s.Coworker.Open)
	o.Coworker.Answers = cloneTopics(s.Coworker.Answers)
	if s.Coworker.Manners != nil {
		o.Coworker.Manners = make(map[string][]string, len(s.Coworker.Manners))
		for kind, says := range s.Coworker.Manners {
			o.Coworker.Manners[kind] = clone(says)
		}
	}
	o.Opening = append([]OpeningLine(nil), s.Opening...)
	return o
}

func clone(lines []string) []string { return append([]string(nil), lines...) }

func cloneTopics(topics []Topic) []Topic {
	if topics == nil {
		return nil
	}
	out := make([]Topic, len(topics))
	for i, t := range topics {
		out[i] = Topic{Topics: clone(t.Topics), Says: clone(t.Says)}
	}
	return out
}

// Hidden lists every hidden line in the file's order, each with an ID of its
// own: what it belongs to, the key it stands under and its number from 1, as in
// "grievance.schedule.told.1", "grievance.schedule.detail.2.1" (the second
// detail's first wording), "grievance.schedule.blurted.1", "fear.money.says.2",
// "together.fix.1", "boss.will_do.1", "ask.meeting.yes.1", "limit.papers.says.1",
// "asked_on.3.1", "reveal.story.1".
func (s *Scenario) Hidden() []talk.Line {
	var out []talk.Line
	s.eachHidden(func(line talk.Line, _ string) { out = append(out, line) })
	return out
}

// KeyOf gives the key's path in the file for the ID of a hidden line:
// "grievance[2].told[1]" for "grievance.schedule.told.1". It is "" where there is no such line.
func (s *Scenario) KeyOf(id string) string {
	found := ""
	s.eachHidden(func(line talk.Line, path string) {
		if line.ID == id {
			found = path
		}
	})
	return found
}

// eachHidden calls do for every hidden line, with its key's path in the file.
func (s *Scenario) eachHidden(do func(line talk.Line, path string)) {
	lines := func(id, path string, texts []string) {
		for i, text := range texts {
			if n := strconv.Itoa(i + 1); text != "" {
				do(talk.Line{ID: id + "." + n, Text: text}, path+"["+n+"]")
			}
		}
	}
	one := func(id, path, text string) {
		if text != "" {
			do(talk.Line{ID: id + ".1", Text: text}, path)
		}
	}
	for i := range s.Grievances {
		g := &s.Grievances[i]
		id, path := "grievance."+g.Name, fmt.Sprintf("grievance[%d]", i+1)
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			lines(id+"."+r.String(), path+"."+r.String(), g.Wordings(r))
		}
		for j := range g.Details {
			n := strconv.Itoa(j + 1)
			lines(id+".detail."+n, path+".detail["+n+"].says", g.Details[j].Says)
		}
		one(id+".blurted", path+".blurted", g.Blurted)
	}
	lines("together.fix", "together.fix", s.Together.Fix)
	lines("together.who", "together.who", s.Together.Who)
	lines("together.action", "together.action", s.Together.Action)
	for i := range s.Fears {
		f := &s.Fears[i]
		id, path := "fear."+f.Name, fmt.Sprintf("fear[%d]", i+1)
		lines(id+".says", path+".says", f.Says)
		lines(id+".eased", path+".eased", f.Eased)
	}
	lines("boss.will_do", "boss.will_do", s.Boss.WillDo)
	lines("boss.meet", "boss.meet", s.Boss.Meet)
	for i := range s.Asks {
		a := &s.Asks[i]
		id, path := "ask."+a.Name, fmt.Sprintf("ask[%d]", i+1)
		lines(id+".yes", path+".yes", a.Yes)
		lines(id+".partly", path+".partly", a.Partly)
		lines(id+".later", path+".later", a.Later)
		lines(id+".no", path+".no", a.No)
	}
	for i := range s.Limits {
		lines("limit."+s.Limits[i].Name+".says", fmt.Sprintf("limit[%d].says", i+1), s.Limits[i].Says)
	}
	for i := range s.AskedOn {
		lines(fmt.Sprintf("asked_on.%d", i+1), fmt.Sprintf("asked_on[%d].says", i+1), s.AskedOn[i].Says)
	}
	one("reveal.story", "reveal.story", s.Reveal.Story)
	lines("reveal.teaches", "reveal.teaches", s.Reveal.Teaches)
}

// Secrets finds hidden lines in a text, whatever is around them: in a cue, a
// frame to a browser, a log line. It is safe for use by several goroutines.
type Secrets struct {
	lines []talk.Line
	runs  map[string][]int // five words in a row to the lines that hold them
}

// secretRun is how many words in a row of a hidden line give it away.
const secretRun = 5

// Secrets prepares the search for the scenario's hidden lines. Five words in a
// row that stand in open text as well give nothing away and are not looked for.
func (s *Scenario) Secrets() *Secrets {
	open := map[string]bool{}
	for _, line := range strings.Split(s.OpenText(), "\n") {
		eachRun(line, func(run string) { open[run] = true })
	}
	x := &Secrets{lines: s.Hidden(), runs: map[string][]int{}}
	for i := range x.lines {
		eachRun(x.lines[i].Text, func(run string) {
			if holders := x.runs[run]; !open[run] && (len(holders) == 0 || holders[len(holders)-1] != i) {
				x.runs[run] = append(holders, i)
			}
		})
	}
	return x
}

// In gives the hidden lines of which five words in a row stand in a text. A run
// of words that an opened line holds as well gives nothing away; opened may be
// nil where nothing has been opened.
func (x *Secrets) In(text string, opened func(id string) bool) []talk.Line {
	found := map[int]bool{}
	eachRun(text, func(run string) {
		holders := x.runs[run]
		for _, i := range holders {
			if opened != nil && opened(x.lines[i].ID) {
				return
			}
		}
		for _, i := range holders {
			found[i] = true
		}
	})
	var out []talk.Line
	for i := range x.lines {
		if found[i] {
			out = append(out, x.lines[i])
		}
	}
	return out
}

// eachRun calls do for every five words in a row, in small letters and without punctuation.
func eachRun(text string, do func(run string)) {
	words := wordsOf(text)
	for i := 0; i+secretRun <= len(words); i++ {
		do(strings.Join(words[i:i+secretRun], " "))
	}
}

// wordsOf gives a text's words in small letters: letters, digits and the apostrophes inside.
func wordsOf(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "’", "'")
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	out := words[:0]
	for _, w := range words {
		if w = strings.Trim(w, "'"); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// OpenText is every open word of the scenario, a line each: what may stand
// anywhere without giving away a thing. Covers and hints are in it, since they
// are said before anything is earned.
func (s *Scenario) OpenText() string {
	var b strings.Builder
	add := func(texts ...string) {
		for _, text := range texts {
			if text != "" {
				b.WriteString(text)
				b.WriteByte('\n')
			}
		}
	}
	topics := func(ts []Topic) {
		for _, t := range ts {
			add(t.Topics...)
			add(t.Says...)
		}
	}
	a := &s.About
	add(a.Title, a.Summary, a.Sector, a.Country, a.Setting, string(a.Kind), a.Language, a.Told, a.Goal, a.Framework, a.Series, a.Before)
	add(a.ContentNotes...)
	c := &s.Coworker
	add(c.Name, c.Job, c.History, c.Voice, c.Register)
	topics(c.SmallTalk)
	add(c.Open...)
	topics(c.Answers)
	for _, kind := range MannerKinds {
		add(c.Manners[kind]...)
	}
	for _, line := range s.Opening {
		add(line.Text)
	}
	for i := range s.Grievances {
		add(s.Grievances[i].Covers...)
		add(s.Grievances[i].Hints...)
	}
	for i := range s.Fears {
		add(s.Fears[i].Hints...)
	}
	return b.String()
}
