package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/trainer/talk"
)

var (
	idPattern       = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$`)
)

// The most characters of each sort of text.
const (
	mostID       = 60
	mostName     = 40   // names of grievances, fears, asks and limits
	mostTopic    = 60   // a topic
	mostQuestion = 200  // a question as somebody may put it
	mostLabel    = 100  // a title, a job, the ask in a few words
	mostLine     = 1000 // what somebody says in one turn
	mostProse    = 4000 // what is told, the history, the story at the end
)

// check holds the scenario to the format's rules. It runs on what could be
// read, and stays silent about what is known to be wrong already.
func (p *parser) check(s *Scenario) {
	p.checkTop(s)
	p.checkAbout(s)
	p.checkCoworker(s)
	p.checkGrievances(s)
	p.checkTogether(s)
	p.checkFears(s)
	p.checkBoss(s)
	p.checkAsks(s)
	p.checkLimits(s)
	p.checkAskedOn(s)
	p.checkMind(s)
	p.checkOpening(s)
	p.checkReveal(s)
}

// isExcused tells whether something is known to be wrong at a path or above it.
func (p *parser) isExcused(path string) bool {
	for path != "" {
		if p.excused[path] {
			return true
		}
		i := strings.LastIndexAny(path, ".[")
		if i < 0 {
			return false
		}
		path = path[:i]
	}
	return false
}

// present tells whether the file has a key and its value could be read.
func (p *parser) present(path string) bool {
	_, ok := p.places[path]
	return ok && !p.isExcused(path)
}

// wrong notes a value that does not fit, with what its key expects.
func (p *parser) wrong(path, message string) { p.wrongBut(path, message, expects[patternOf(path)]) }

func (p *parser) wrongBut(path, message, expected string) {
	if p.isExcused(path) {
		return
	}
	off := -1
	if at, ok := p.places[path]; ok {
		off = at.value
	}
	p.add(off, path, message, expected)
}

// missing notes a key that must be there, at the table that lacks it.
func (p *parser) missing(path string) {
	if _, ok := p.places[path]; ok || p.lost || p.isExcused(path) {
		return
	}
	off := -1
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		if at, ok := p.places[path[:i]]; ok {
			off = at.key
		}
	}
	key := path[strings.LastIndexByte(path, '.')+1:]
	what := fmt.Sprintf("%q is missing", key)
	if expected := expects[patternOf(path)]; strings.HasPrefix(expected, "a table that") || strings.HasPrefix(expected, "tables that") {
		what = fmt.Sprintf("%s is missing", brackets(patternOf(path)))
	}
	p.add(off, path, what, expects[patternOf(path)])
}

const (
	required = true
	optional = false
)

// text checks one text.
func (p *parser) text(path, text string, most int, need bool) {
	if !p.present(path) {
		if need {
			p.missing(path)
		}
		return
	}
	p.words(path, text, most)
}

// words checks a text that is there, as a key's value or in a list.
func (p *parser) words(path, text string, most int) {
	if strings.TrimSpace(text) == "" {
		p.wrong(path, "this text is empty")
		return
	}
	if n := utf8.RuneCountInString(text); n > most {
		p.wrongBut(path, fmt.Sprintf("this text has %d characters", n), fmt.Sprintf("at most %d", most))
	}
	if i := strings.IndexFunc(text, hiddenRune); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		p.wrongBut(path, fmt.Sprintf("an invisible character (U+%04X) stands in this text", r), "text that shows as it is")
	}
}

// hiddenRune tells characters that nobody sees and that can turn text around or hide it.
func hiddenRune(r rune) bool {
	switch {
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200b, r == 0x200e, r == 0x200f, r == 0x2060, r == 0xfeff:
		return true
	}
	return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
}

// lines checks a list of lines that somebody says.
func (p *parser) lines(path string, says []string, need bool) {
	if !p.list(path, len(says), need) {
		return
	}
	first := map[string]int{}
	for i, text := range says {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		p.words(at, text, mostLine)
		key := oneLine(text)
		if j, ok := first[key]; ok && key != "" {
			p.wrongBut(at, fmt.Sprintf("this is the same as the line in place %d of the list", j+1), "each line once")
			continue
		}
		first[key] = i
	}
}

// list checks that a list is there, where it is needed, and not empty.
func (p *parser) list(path string, n int, need bool) bool {
	if !p.present(path) {
		if need {
			p.missing(path)
		}
		return false
	}
	if n == 0 {
		expected := expects[patternOf(path)]
		if !need {
			expected += ", or the key left out"
		}
		p.wrongBut(path, "this list is empty", expected)
		return false
	}
	return true
}

// topics checks words that lead somewhere.
func (p *parser) topics(path string, topics []string) {
	if !p.list(path, len(topics), required) {
		return
	}
	first := map[string]int{}
	for i, topic := range topics {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		switch {
		case strings.TrimSpace(topic) == "":
			p.wrongBut(at, "this text is empty", "a word or a short phrase in small letters")
		case strings.ToLower(topic) != topic:
			p.wrongBut(at, fmt.Sprintf("%q has capital letters", shorten(topic, 40)), fmt.Sprintf("%q; it is found in what people say however they write it", shorten(strings.ToLower(topic), 40)))
		case strings.Join(strings.Fields(topic), " ") != topic:
			p.wrongBut(at, "this has spaces too many", fmt.Sprintf("%q", shorten(strings.Join(strings.Fields(topic), " "), 40)))
		case !strings.ContainsFunc(topic, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
			p.wrongBut(at, fmt.Sprintf("%q has no letter", shorten(topic, 40)), "a word or a short phrase in small letters")
		default:
			p.words(at, topic, mostTopic)
		}
		if j, ok := first[topic]; ok {
			p.wrongBut(at, fmt.Sprintf("this is the same as the topic in place %d of the list", j+1), "each topic once")
			continue
		}
		first[topic] = i
	}
}

// leads checks what leads to an answer: topics, questions or both.
func (p *parser) leads(path string, topics, questions []string) {
	if len(questions) == 0 || p.present(path+".topics") {
		p.topics(path+".topics", topics)
	}
	if !p.present(path+".questions") || !p.list(path+".questions", len(questions), optional) {
		return
	}
	first := map[string]int{}
	for i, question := range questions {
		at := fmt.Sprintf("%s.questions[%d]", path, i+1)
		if !strings.ContainsFunc(question, unicode.IsLetter) {
			p.wrongBut(at, fmt.Sprintf("%q has no letter", shorten(question, 40)), `a whole question: "How long have you worked here?"`)
			continue
		}
		p.words(at, question, mostQuestion)
		if j, ok := first[question]; ok {
			p.wrongBut(at, fmt.Sprintf("this is the same as the question in place %d of the list", j+1), "each question once")
			continue
		}
		first[question] = i
	}
}

// name checks a short name, and that it is the only one of its sort.
func (p *parser) name(path, name string, seen map[string]string) {
	if !p.present(path) {
		p.missing(path)
		return
	}
	switch {
	case !idPattern.MatchString(name) || len(name) > mostName:
		p.wrong(path, fmt.Sprintf("%q does not fit as a name", shorten(name, mostName)))
		return
	case seen[name] != "":
		line, _ := position(p.src, p.places[seen[name]].value)
		p.wrongBut(path, fmt.Sprintf("the name %q is used in line %d already", name, line), "a name of its own")
		return
	}
	seen[name] = path
}

// oneOf checks a value from a closed list.
func oneOf[S ~string](p *parser, path string, value S, allowed []S) {
	if !p.present(path) || slices.Contains(allowed, value) {
		return
	}
	p.notOneOf(path, string(value), texts(allowed))
}

func texts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

func (p *parser) notOneOf(path, value string, allowed []string) {
	message := fmt.Sprintf("%q is not known here", shorten(value, 40))
	if near := nearest(value, allowed); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	expected := list(allowed)
	if len(allowed) > 2 {
		expected = "one of " + expected
	}
	p.wrongBut(path, message, expected)
}

// allOf checks a list of values from a closed list, each once.
func allOf[S ~string](p *parser, path string, values, allowed []S) {
	first := map[S]int{}
	for i, v := range values {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		oneOf(p, at, v, allowed)
		if j, ok := first[v]; !ok {
			first[v] = i
		} else if p.present(at) {
			p.wrongBut(at, fmt.Sprintf("%q stands in place %d of the list already", shorten(string(v), 40), j+1), "each value once")
		}
	}
}

// number checks a whole number's range.
func (p *parser) number(path string, n, least, most int) {
	if p.present(path) && (n < least || n > most) {
		p.wrong(path, fmt.Sprintf("%d is out of range", n))
	}
}

func (p *parser) checkTop(s *Scenario) {
	if p.present("format") && s.Format != 1 {
		p.wrongBut("format", fmt.Sprintf("format %d is not known to this program", s.Format), "format = 1; a newer format needs a newer Breakroom")
	}
	p.missing("format")
	for _, table := range []string{"about", "coworker", "grievance", "reveal"} {
		p.missing(table)
	}
}

func (p *parser) checkAbout(s *Scenario) {
	if _, ok := p.places["about"]; !ok {
		return
	}
	a := &s.About
	p.text("about.title", a.Title, mostLabel, required)
	p.text("about.summary", a.Summary, mostLine, required)
	p.text("about.sector", a.Sector, mostLabel, required)
	p.text("about.country", a.Country, mostLabel, required)
	p.text("about.setting", a.Setting, mostLine, required)
	p.missing("about.kind")
	oneOf(p, "about.kind", a.Kind, talk.Kinds)
	p.number("about.difficulty", a.Difficulty, 1, 3)
	if p.present("about.language") && !languagePattern.MatchString(a.Language) {
		p.wrong("about.language", fmt.Sprintf("%q is not a language's code", shorten(a.Language, 40)))
	}
	for i, note := range a.ContentNotes {
		p.text(fmt.Sprintf("about.content_notes[%d]", i+1), note, mostLine, optional)
	}
	p.text("about.told", a.Told, mostProse, required)
	p.text("about.goal", a.Goal, mostLine, required)
	p.number("about.minutes", a.Minutes, leastMinutes, mostMinutes)
	if p.present("about.talk_target") && !(a.TalkTarget >= leastTarget && a.TalkTarget <= mostTarget) {
		p.wrong("about.talk_target", fmt.Sprintf("%v is out of range", a.TalkTarget))
	}
	oneOf(p, "about.framework", a.Framework, Frameworks)
	if p.present("about.practise") && p.list("about.practise", len(a.Practise), optional) {
		allOf(p, "about.practise", a.Practise, talk.Skills)
	}
	if p.present("about.series") {
		if !idPattern.MatchString(a.Series) || len(a.Series) > mostID {
			p.wrong("about.series", fmt.Sprintf("%q does not fit as a name", shorten(a.Series, 40)))
		}
		if _, ok := p.places["about.part"]; !ok && !p.lost && !p.isExcused("about.part") {
			p.wrongBut("about.series", `"series" stands here without "part"`, "series and part together, or neither")
		}
	}
	p.number("about.part", a.Part, 1, mostPart)
	if p.present("about.part") && !p.isExcused("about.series") && a.Series == "" {
		p.wrongBut("about.part", `"part" stands here without "series"`, "series and part together, or neither")
	}
	p.text("about.before", a.Before, mostProse, optional)
}

func (p *parser) checkCoworker(s *Scenario) {
	if _, ok := p.places["coworker"]; !ok {
		return
	}
	c := &s.Coworker
	p.text("coworker.name", c.Name, mostLabel, required)
	p.text("coworker.job", c.Job, mostLabel, required)
	p.text("coworker.history", c.History, mostProse, required)
	p.text("coworker.voice", c.Voice, mostProse, required)
	oneOf(p, "coworker.register", c.Register, Registers)
	p.lines("coworker.open", c.Open, required)
	p.checkTopics("coworker.small_talk", c.SmallTalk)
	p.checkTopics("coworker.answer", c.Answers)
	for _, kind := range MannerKinds {
		p.lines("coworker.manners."+kind, c.Manners[kind], optional)
	}
}

func (p *parser) checkTopics(path string, topics []Topic) {
	if !p.present(path) || !p.list(path, len(topics), optional) {
		return
	}
	for i := range topics {
		at := fmt.Sprintf("%s[%d]", path, i+1)
		p.leads(at, topics[i].Topics, topics[i].Questions)
		p.lines(at+".says", topics[i].Says, required)
	}
}

// rungNumber gives the number of a rung's name; 0 where it is none.
func rungNumber(name string) talk.Rung {
	return talk.Rung(max(0, slices.Index(talk.RungNames[:], name)))
}

// deepest is the deepest rung that the talk can reach.
func (s *Scenario) deepest() talk.Rung {
	if r := rungNumber(s.Mind.DeepestRung); r > 0 {
		return r
	}
	return talk.RungResolved
}

func (p *parser) checkGrievances(s *Scenario) {
	if !p.present("grievance") || !p.list("grievance", len(s.Grievances), required) {
		return
	}
	names := map[string]string{}
	deepest := s.deepest()
	whole, damaged := false, p.lost
	for i := range s.Grievances {
		g := &s.Grievances[i]
		at := fmt.Sprintf("grievance[%d]", i+1)
		p.name(at+".name", g.Name, names)
		p.topics(at+".topics", g.Topics)
		p.lines(at+".covers", g.Covers, required)
		p.lines(at+".hints", g.Hints, optional)
		reached := talk.RungNothing
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			path := at + "." + r.String()
			p.lines(path, g.Wordings(r), r == talk.RungNamed)
			damaged = damaged || p.isExcused(path)
			if len(g.Wordings(r)) == 0 {
				continue
			}
			if reached == r-1 {
				reached = r
			} else if before := at + "." + (r - 1).String(); !p.isExcused(before) && !p.lost && len(g.Wordings(r-1)) == 0 {
				p.wrongBut(path, fmt.Sprintf("%q stands here, but the rung before it, %q, is missing", r, r-1), "every rung down to the deepest, with none left out between")
			}
		}
		whole = whole || reached >= deepest
		if p.present(at+".detail") && p.list(at+".detail", len(g.Details), optional) {
			for j := range g.Details {
				d := &g.Details[j]
				detail := fmt.Sprintf("%s.detail[%d]", at, j+1)
				p.leads(detail, d.Topics, d.Questions)
				p.lines(detail+".says", d.Says, required)
				oneOf(p, detail+".after", d.After, rungs)
			}
		}
		p.text(at+".blurted", g.Blurted, mostLine, optional)
	}
	if !whole && !damaged {
		p.wrongBut("grievance[1]", fmt.Sprintf("no grievance goes down to the rung %q", deepest),
			"one grievance at least with every rung; or the rung where this talk ends, deepest_rung, under [mind]")
	}
}

func (p *parser) checkTogether(s *Scenario) {
	p.lines("together.fix", s.Together.Fix, optional)
	p.lines("together.who", s.Together.Who, optional)
	p.lines("together.action", s.Together.Action, optional)
}

func (p *parser) checkFears(s *Scenario) {
	if !p.present("fear") || !p.list("fear", len(s.Fears), optional) {
		return
	}
	names := map[string]string{}
	for i := range s.Fears {
		f := &s.Fears[i]
		at := fmt.Sprintf("fear[%d]", i+1)
		p.name(at+".name", f.Name, names)
		p.topics(at+".topics", f.Topics)
		p.lines(at+".hints", f.Hints, optional)
		p.lines(at+".says", f.Says, required)
		if p.list(at+".eased_by", len(f.EasedBy), required) {
			allOf(p, at+".eased_by", f.EasedBy, EasedBy)
		}
		p.lines(at+".eased", f.Eased, required)
	}
}

func (p *parser) checkBoss(s *Scenario) {
	if _, ok := p.places["boss"]; !ok {
		return
	}
	p.text("boss.name", s.Boss.Name, mostLabel, required)
	p.lines("boss.will_do", s.Boss.WillDo, optional)
	p.lines("boss.meet", s.Boss.Meet, optional)
	if p.present("boss.meet") {
		p.missing("boss.will_do")
	}
}

func (p *parser) checkAsks(s *Scenario) {
	if !p.present("ask") || !p.list("ask", len(s.Asks), optional) {
		return
	}
	names := map[string]string{}
	for i := range s.Asks {
		a := &s.Asks[i]
		at := fmt.Sprintf("ask[%d]", i+1)
		p.name(at+".name", a.Name, names)
		p.text(at+".what", a.What, mostLabel, required)
		p.topics(at+".topics", a.Topics)
		p.number(at+".size", a.Size, 1, 3)
		p.checkConditions(s, at+".take_when", a.TakeWhen)
		p.checkConditions(s, at+".partly_when", a.PartlyWhen)
		p.lines(at+".yes", a.Yes, !a.Never && !p.isExcused(at+".never"))
		p.lines(at+".partly", a.Partly, !a.Never && p.present(at+".partly_when"))
		p.lines(at+".later", a.Later, optional)
		p.lines(at+".no", a.No, a.Never)
		if a.Never {
			for _, key := range []string{".take_when", ".partly_when", ".yes", ".partly"} {
				if p.present(at + key) {
					p.wrongBut(at+key, "this ask is refused whatever happens (never = true), so this can never be used", "never left out, or this key")
				}
			}
		} else if p.present(at + ".partly") {
			p.missing(at + ".partly_when")
		}
	}
}

func (p *parser) checkConditions(s *Scenario, at string, c Conditions) {
	if p.present(at+".rung") && rungNumber(c.Rung) > s.deepest() {
		p.wrongBut(at+".rung", fmt.Sprintf("the rung %q is never reached, since the talk ends at %q", c.Rung, s.deepest()), "a rung that the talk can reach; see deepest_rung under [mind]")
	}
	oneOf(p, at+".rung", c.Rung, rungs)
	p.number(at+".trust", c.Trust, 0, mostLevel)
	p.number(at+".hope", c.Hope, 0, mostLevel)
	if !p.present(at+".eased") || !p.list(at+".eased", len(c.Eased), optional) {
		return
	}
	fears := make([]string, len(s.Fears))
	for i := range s.Fears {
		fears[i] = s.Fears[i].Name
	}
	p.references(at+".eased", c.Eased, once(fears), "fear")
}

// once gives each name once, in the order in which they came.
func once(names []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(names, func(name string) bool {
		before := seen[name]
		seen[name] = true
		return before
	})
}

// references checks that names stand for something in the file.
func (p *parser) references(path string, names, known []string, what string) {
	first := map[string]int{}
	for i, name := range names {
		at := path
		if len(names) > 1 || strings.HasSuffix(path, ".eased") {
			at = fmt.Sprintf("%s[%d]", path, i+1)
		}
		switch {
		case slices.Contains(known, name) || p.lost || p.isExcused(what):
		case len(known) == 0:
			p.wrongBut(at, fmt.Sprintf("%q is no %s of this file, which has none", shorten(name, mostName), what), fmt.Sprintf("the name of a %s", brackets(what)))
		default:
			p.notOneOf(at, name, known)
		}
		if j, ok := first[name]; !ok {
			first[name] = i
		} else {
			p.wrongBut(at, fmt.Sprintf("%q stands in place %d of the list already", shorten(name, mostName), j+1), "each name once")
		}
	}
}

func (p *parser) checkLimits(s *Scenario) {
	if !p.present("limit") || !p.list("limit", len(s.Limits), optional) {
		return
	}
	names := map[string]string{}
	grievances := make([]string, len(s.Grievances))
	for i := range s.Grievances {
		grievances[i] = s.Grievances[i].Name
	}
	grievances = once(grievances)
	for i := range s.Limits {
		l := &s.Limits[i]
		at := fmt.Sprintf("limit[%d]", i+1)
		p.name(at+".name", l.Name, names)
		p.topics(at+".topics", l.Topics)
		p.lines(at+".says", l.Says, required)
		if p.present(at + ".opens") {
			p.references(at+".opens", []string{l.Opens}, grievances, "grievance")
		}
	}
}

// leastAfter is how many words of a line tell it from others, where it has so many.
const leastAfter = 4

func (p *parser) checkAskedOn(s *Scenario) {
	if !p.present("asked_on") || !p.list("asked_on", len(s.AskedOn), optional) {
		return
	}
	said := s.said()
	slices.Sort(said)
	for i := range s.AskedOn {
		a := &s.AskedOn[i]
		at := fmt.Sprintf("asked_on[%d]", i+1)
		if !p.present(at + ".after") {
			p.missing(at + ".after")
		} else if j, whole := slices.BinarySearch(said, a.After); !p.lost && !whole &&
			(len(strings.Fields(a.After)) < leastAfter || j == len(said) || !strings.HasPrefix(said[j], a.After)) {
			p.wrong(at+".after", fmt.Sprintf("no line begins with %q", shorten(a.After, mostTopic)))
		}
		p.leads(at, a.Topics, a.Questions)
		p.lines(at+".says", a.Says, required)
	}
}

func (p *parser) checkMind(s *Scenario) {
	p.number("mind.trust", s.Mind.Trust, 1, mostLevel)
	p.number("mind.hope", s.Mind.Hope, 1, mostLevel)
	p.number("mind.resolve", s.Mind.Resolve, 1, mostLevel)
	p.number("mind.patience", s.Mind.Patience, 1, mostLevel)
	p.number("mind.opens", s.Mind.Opens, leastOpens, mostOpens)
	oneOf(p, "mind.deepest_rung", s.Mind.DeepestRung, rungs)
}

func (p *parser) checkOpening(s *Scenario) {
	if !p.present("opening") || !p.list("opening", len(s.Opening), optional) {
		return
	}
	for i := range s.Opening {
		o := &s.Opening[i]
		at := fmt.Sprintf("opening[%d]", i+1)
		p.missing(at + ".speaker")
		oneOf(p, at+".speaker", o.Speaker, []talk.Speaker{talk.Organizer, talk.Coworker})
		p.text(at+".text", o.Text, mostLine, required)
		if i > 0 && o.Speaker != "" && o.Speaker == s.Opening[i-1].Speaker {
			p.wrongBut(at+".speaker", fmt.Sprintf("the %s speaks twice in a row", o.Speaker), "the two in turns; what one of them says in a row is one text")
		}
	}
	if last := len(s.Opening); s.Opening[last-1].Speaker == talk.Organizer {
		p.wrongBut(fmt.Sprintf("opening[%d].speaker", last), "the opening ends with the organizer, but the trainee speaks next", "a last line of the coworker's")
	}
}

func (p *parser) checkReveal(s *Scenario) {
	if _, ok := p.places["reveal"]; !ok {
		return
	}
	p.text("reveal.story", s.Reveal.Story, mostProse, required)
	p.lines("reveal.teaches", s.Reveal.Teaches, required)
}

// oneLine is a spoken text as one line, without spaces too many.
func oneLine(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if line == text {
		return text // as nearly all are: there is no need for two of them
	}
	return line
}
