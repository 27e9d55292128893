package scenarios

import (
	"fmt"
	"strings"

	"breakroom/trainer/talk"
)

// Explain describes a scenario to its host in plain text. Without secrets it
// says what anyone may know and counts the rest; with them it shows every
// hidden line under its key.
func Explain(s *Scenario, secrets bool) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	field := func(name, text string) {
		if text = strings.TrimSpace(text); text != "" {
			line("%-14s %s", name, strings.ReplaceAll(text, "\n", "\n               "))
		}
	}
	a, c := &s.About, &s.Coworker
	line("%s", a.Title)
	line("%s", strings.Repeat("=", len([]rune(a.Title))))
	line("%s", strings.TrimSpace(a.Summary))
	line("")
	field("name", s.ID)
	field("kind", string(a.Kind))
	field("difficulty", [...]string{"", "1, gentle", "2, usual", "3, hard"}[max(0, min(a.Difficulty, 3))])
	field("minutes", fmt.Sprint(a.Minutes))
	if a.TalkTarget > 0 {
		field("talk target", fmt.Sprintf("%.0f percent", a.TalkTarget*100))
	}
	field("framework", a.Framework)
	field("practise", strings.Join(texts(a.Practise), ", "))
	if a.Series != "" {
		field("series", fmt.Sprintf("%s, part %d", a.Series, a.Part))
	}
	field("place", fmt.Sprintf("%s, %s, %s", a.Sector, a.Country, a.Language))
	field("setting", a.Setting)
	field("notes", strings.Join(a.ContentNotes, "\n"))
	field("before", a.Before)
	field("told", a.Told)
	field("goal", a.Goal)
	line("")
	field("coworker", fmt.Sprintf("%s, %s", c.Name, c.Job))
	field("history", c.History)
	field("voice", fmt.Sprintf("%s (%s)", strings.TrimSpace(c.Voice), c.Register))
	field("talks of", topicsLine(c.SmallTalk))
	field("answers", count(len(c.Answers), "question")+" that anyone would ask")
	own := 0
	for _, kind := range MannerKinds {
		if len(c.Manners[kind]) > 0 {
			own++
		}
	}
	field("manners", fmt.Sprintf("%d of %d of their own", own, len(MannerKinds)))
	for i := range s.Opening {
		field("opening", fmt.Sprintf("%s: %s", s.Opening[i].Speaker, s.Opening[i].Text))
	}
	line("")
	if !secrets {
		line("Hidden until it is earned: %s, %s, %s, %s; %d lines in all.",
			count(len(s.Grievances), "grievance"), count(len(s.Fears), "fear"), count(len(s.Asks), "ask"), count(len(s.Limits), "limit"), len(s.Hidden()))
		return b.String()
	}
	s.explainSecrets(line)
	return b.String()
}

// topicsLine gives the first topic of each, since that is what it is about.
func topicsLine(topics []Topic) string {
	var out []string
	for _, t := range topics {
		if len(t.Topics) > 0 {
			out = append(out, t.Topics[0])
		} else if len(t.Questions) > 0 {
			out = append(out, t.Questions[0])
		}
	}
	return strings.Join(out, ", ")
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func (s *Scenario) explainSecrets(line func(string, ...any)) {
	lines := func(name string, says []string) {
		for i, text := range says {
			if i > 0 {
				name = ""
			}
			line("  %-14s %s", name, text)
		}
	}
	list := func(name string, values []string) {
		if len(values) > 0 {
			line("  %-14s %s", name, strings.Join(values, ", "))
		}
	}
	for i := range s.Grievances {
		g := &s.Grievances[i]
		line("Grievance %q", g.Name)
		list("topics", g.Topics)
		lines("covers", g.Covers)
		lines("hints", g.Hints)
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			lines(fmt.Sprintf("%d %s", r, r), g.Wordings(r))
		}
		if g.Blurted != "" {
			lines("blurted", []string{g.Blurted})
		}
		for _, d := range g.Details {
			list("asked", d.Topics)
			lines("as in", d.Questions)
			lines("after "+d.After, d.Says)
		}
		line("")
	}
	line("Together")
	lines("fix", s.Together.Fix)
	lines("who", s.Together.Who)
	lines("action", s.Together.Action)
	line("")
	for i := range s.Fears {
		f := &s.Fears[i]
		line("Fear %q", f.Name)
		list("topics", f.Topics)
		lines("hints", f.Hints)
		lines("says", f.Says)
		list("eased by", f.EasedBy)
		lines("eased", f.Eased)
		line("")
	}
	if s.Boss.Name != "" {
		line("Boss: %s", s.Boss.Name)
		lines("will do", s.Boss.WillDo)
		lines("meet", s.Boss.Meet)
		line("")
	}
	for i := range s.Asks {
		a := &s.Asks[i]
		line("Ask %q: %s (size %d)", a.Name, a.What, a.Size)
		list("topics", a.Topics)
		if a.Never {
			line("  %-14s %s", "never", "they refuse whatever happens")
		} else {
			line("  %-14s %s", "yes when", conditionsLine(a.TakeWhen))
		}
		lines("yes", a.Yes)
		if len(a.Partly) > 0 {
			line("  %-14s %s", "partly when", conditionsLine(a.PartlyWhen))
		}
		lines("partly", a.Partly)
		lines("later", a.Later)
		lines("no", a.No)
		line("")
	}
	for i := range s.Limits {
		l := &s.Limits[i]
		line("Limit %q", l.Name)
		list("topics", l.Topics)
		lines("says", l.Says)
		if l.Leaves {
			line("  %-14s %s", "leaves", "when it is crossed twice")
		}
		if l.Opens != "" {
			line("  %-14s %s opens more easily once it was respected", "respected", l.Opens)
		}
		line("")
	}
	for i := range s.AskedOn {
		a := &s.AskedOn[i]
		line("Asked on after %q", a.After)
		list("topics", a.Topics)
		lines("as in", a.Questions)
		lines("says", a.Says)
		line("")
	}
	m := &s.Mind
	var set []string
	for _, p := range []struct {
		name  string
		value int
	}{{"trust", m.Trust}, {"hope", m.Hope}, {"resolve", m.Resolve}, {"patience", m.Patience}, {"opens", m.Opens}} {
		if p.value > 0 {
			set = append(set, fmt.Sprintf("%s %d", p.name, p.value))
		}
	}
	if m.DeepestRung != "" {
		set = append(set, "deepest rung "+m.DeepestRung)
	}
	if len(set) > 0 {
		line("Mind: %s\n", strings.Join(set, ", "))
	}
	line("At the end")
	lines("story", []string{strings.ReplaceAll(s.Reveal.Story, "\n", "\n                 ")})
	lines("teaches", s.Reveal.Teaches)
}

// conditionsLine says conditions in a sentence's words.
func conditionsLine(c Conditions) string {
	var out []string
	if c.Rung != "" {
		out = append(out, fmt.Sprintf("a grievance is %s", c.Rung))
	}
	if c.Trust > 0 {
		out = append(out, fmt.Sprintf("trust is at least %d", c.Trust))
	}
	if c.Hope > 0 {
		out = append(out, fmt.Sprintf("hope is at least %d", c.Hope))
	}
	if len(c.Eased) > 0 {
		out = append(out, "eased: "+strings.Join(c.Eased, ", "))
	}
	if c.Clear {
		out = append(out, "the ask is clear")
	}
	if len(out) == 0 {
		return "always"
	}
	return strings.Join(out, "; ")
}
