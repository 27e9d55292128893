package scenarios

import (
	"strconv"
	"strings"

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
// "reveal.story.1".
func (s *Scenario) Hidden() []talk.Line {
	var out []talk.Line
	add := func(id string, texts ...string) {
		for i, text := range texts {
			if text != "" {
				out = append(out, talk.Line{ID: id + "." + strconv.Itoa(i+1), Text: text})
			}
		}
	}
	for i := range s.Grievances {
		g := &s.Grievances[i]
		id := "grievance." + g.Name
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			add(id+"."+r.String(), g.Wordings(r)...)
		}
		for j, d := range g.Details {
			add(id+".detail."+strconv.Itoa(j+1), d.Says...)
		}
		add(id+".blurted", g.Blurted)
	}
	add("together.fix", s.Together.Fix...)
	add("together.who", s.Together.Who...)
	add("together.action", s.Together.Action...)
	for i := range s.Fears {
		f := &s.Fears[i]
		add("fear."+f.Name+".says", f.Says...)
		add("fear."+f.Name+".eased", f.Eased...)
	}
	add("boss.will_do", s.Boss.WillDo...)
	add("boss.meet", s.Boss.Meet...)
	for i := range s.Asks {
		a := &s.Asks[i]
		id := "ask." + a.Name
		add(id+".yes", a.Yes...)
		add(id+".partly", a.Partly...)
		add(id+".later", a.Later...)
		add(id+".no", a.No...)
	}
	for i := range s.Limits {
		add("limit."+s.Limits[i].Name+".says", s.Limits[i].Says...)
	}
	add("reveal.story", s.Reveal.Story)
	add("reveal.teaches", s.Reveal.Teaches...)
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
