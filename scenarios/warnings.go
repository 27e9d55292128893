package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// The most words that a line may have before it sounds like a speech.
const longLine = 90

// Warnings tells what loads but may not be meant, or makes a worse
// conversation: each a Problem at its place. What can be found only by playing
// (a fact that nobody can reach, a fact that opens too cheaply) is not here; the
// simulation finds it and says it with ProblemAt.
func Warnings(s *Scenario) Problems {
	w := &warner{s: s, file: s.ID + ".toml", src: strings.TrimPrefix(s.Text(), "\ufeff")}
	if scanned, fault := scan(w.src); fault == nil {
		w.places = scanned.places
	}
	w.wordings()
	w.long()
	w.repeated()
	w.telling()
	w.content()
	w.hurtful()
	w.topics()
	w.asks()
	w.kind()
	p := parser{problems: w.out}
	return p.sorted()
}

// ProblemAt is a problem of a loaded scenario at one of its keys, given by its
// path ("grievance[2].told[1]"; see KeyOf), or of the whole file where there is no such key.
func (s *Scenario) ProblemAt(path, message, expected string) Problem {
	w := &warner{s: s, file: s.ID + ".toml", src: strings.TrimPrefix(s.Text(), "\ufeff")}
	if scanned, fault := scan(w.src); fault == nil {
		w.places = scanned.places
	}
	w.add(path, message, expected)
	return w.out[0]
}

type warner struct {
	s      *Scenario
	file   string
	src    string
	places map[string]place
	out    Problems
}

func (w *warner) add(path, message, expected string) {
	off := -1
	if at, ok := w.places[path]; ok {
		off = at.value
	}
	line, column := position(w.src, off)
	w.out = append(w.out, Problem{File: w.file, Line: line, Column: column, Key: path, Message: message, Expected: expected})
}

// opened tells whether a line is said before a drill begins: it is never said again.
func (w *warner) opened(line string) bool {
	return slices.ContainsFunc(w.s.Opening, func(o OpeningLine) bool { return strings.Contains(o.Text, line) })
}

// wordings warns of lists that will soon repeat themselves, and of what gives the organizer nothing to notice.
func (w *warner) wordings() {
	few := func(path string, says []string) {
		if len(says) == 1 && !w.opened(says[0]) {
			w.add(path, "there is one wording only, so it is said the same way in every conversation", "two wordings or more")
		}
	}
	for i := range w.s.Grievances {
		g := &w.s.Grievances[i]
		at := fmt.Sprintf("grievance[%d]", i+1)
		few(at+".covers", g.Covers)
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			few(at+"."+r.String(), g.Wordings(r))
			if r > w.s.deepest() && len(g.Wordings(r)) > 0 {
				w.add(at+"."+r.String(), fmt.Sprintf("this is never said, since the talk ends at the rung %q", w.s.deepest()), "another deepest_rung under [mind], or this rung left out")
			}
		}
		for j := range g.Details {
			if rungNumber(g.Details[j].After) > w.s.deepest() {
				w.add(fmt.Sprintf("%s.detail[%d].after", at, j+1), fmt.Sprintf("this is never said, since the talk ends at the rung %q", w.s.deepest()), "a rung that the talk can reach")
			}
		}
		if len(g.Hints) == 0 {
			w.add(at, "the grievance has no hints: nothing shows that there is something", "hints, one or two safe lines")
		}
	}
	for i := range w.s.Fears {
		f := &w.s.Fears[i]
		at := fmt.Sprintf("fear[%d]", i+1)
		few(at+".says", f.Says)
		if len(f.Hints) == 0 {
			w.add(at, "the fear has no hints: nothing shows that something holds them back", "hints, one or two safe lines")
		}
	}
}

// eachSpoken calls do for every line that the coworker may say, with its path; the opening's are not among them.
func (w *warner) eachSpoken(do func(path, text string)) {
	lines := func(path string, says []string) {
		for i, text := range says {
			do(fmt.Sprintf("%s[%d]", path, i+1), text)
		}
	}
	c := &w.s.Coworker
	lines("coworker.open", c.Open)
	for i := range c.SmallTalk {
		lines(fmt.Sprintf("coworker.small_talk[%d].says", i+1), c.SmallTalk[i].Says)
	}
	for i := range c.Answers {
		lines(fmt.Sprintf("coworker.answer[%d].says", i+1), c.Answers[i].Says)
	}
	for _, kind := range MannerKinds {
		lines("coworker.manners."+kind, c.Manners[kind])
	}
	for i := range w.s.Grievances {
		at := fmt.Sprintf("grievance[%d]", i+1)
		lines(at+".covers", w.s.Grievances[i].Covers)
		lines(at+".hints", w.s.Grievances[i].Hints)
	}
	for i := range w.s.Fears {
		lines(fmt.Sprintf("fear[%d].hints", i+1), w.s.Fears[i].Hints)
	}
	w.s.eachHidden(func(line talk.Line, path string) {
		if !strings.HasPrefix(path, "reveal.") {
			do(path, line.Text)
		}
	})
}

// long warns of speeches.
func (w *warner) long() {
	w.eachSpoken(func(path, text string) {
		if n := len(wordsOf(text)); n > longLine {
			w.add(path, fmt.Sprintf("this line has %d words and sounds like a speech", n), fmt.Sprintf("at most %d words; 25 to 70 is a good long answer", longLine))
		}
	})
}

// repeated warns of lines that stand in two places, so that they are said twice in one talk.
func (w *warner) repeated() {
	first := map[string]string{}
	w.eachSpoken(func(path, text string) {
		words := wordsOf(text)
		if len(words) < 4 {
			return // "I guess." may well be said twice
		}
		key := strings.Join(words, " ")
		if before, ok := first[key]; ok && strings.HasPrefix(before, "asked_on[") && strings.HasPrefix(path, "asked_on[") {
			return // one answer to what several lines raise: it is said once
		} else if ok {
			w.add(path, "the same line stands at "+before, "a wording of its own, since it may come twice in one talk")
			return
		}
		first[key] = path
	})
}

// telling warns of open text that gives away what is hidden.
func (w *warner) telling() {
	hidden := map[string]string{} // five words in a row to the path of the line
	w.s.eachHidden(func(line talk.Line, path string) {
		if strings.HasPrefix(line.ID, "asked_on.") {
			return // whoever was told a line may ask on: it is hidden for its place, and gives nothing away
		}
		eachRun(line.Text, func(run string) {
			if _, ok := hidden[run]; !ok {
				hidden[run] = path
			}
		})
	})
	look := func(path, text string) {
		told := false
		eachRun(text, func(run string) {
			if from, ok := hidden[run]; ok && !told {
				told = true
				w.add(path, fmt.Sprintf("%q stands in open text, and in %s, which is hidden", run, from), "other words, since open text is known from the start")
			}
		})
	}
	a, c := &w.s.About, &w.s.Coworker
	for _, open := range []struct{ path, text string }{
		{"about.title", a.Title}, {"about.summary", a.Summary}, {"about.setting", a.Setting}, {"about.told", a.Told},
		{"about.goal", a.Goal}, {"coworker.history", c.History}, {"coworker.voice", c.Voice},
	} {
		look(open.path, open.text)
	}
	w.eachSpoken(func(path, text string) {
		if w.s.isOpenPath(path) {
			look(path, text)
		}
	})
	for i := range w.s.Grievances {
		g := &w.s.Grievances[i]
		name := strings.Join(wordsOf(g.Name), " ")
		for j, cover := range g.Covers {
			if len(strings.Fields(name)) > 1 && strings.Contains(" "+strings.Join(wordsOf(cover), " ")+" ", " "+name+" ") {
				w.add(fmt.Sprintf("grievance[%d].covers[%d]", i+1, j+1), fmt.Sprintf("the cover names what it covers, %q", g.Name), "a harmless line beside the point")
			}
		}
	}
}

// isOpenPath tells whether a spoken line's path is that of a line that anyone may hear.
func (s *Scenario) isOpenPath(path string) bool {
	pattern := patternOf(path)
	return strings.HasPrefix(pattern, "coworker.") || strings.HasSuffix(pattern, ".covers") || strings.HasSuffix(pattern, ".hints")
}

// heavy are words of things that a trainee should be warned of, by what the note could say.
var heavy = []struct {
	about string
	words []string
}{
	{"death", []string{"died", "dies", "dying", "death", "funeral", "stillborn", "miscarriage"}},
	{"suicide or self-harm", []string{"suicide", "suicidal", "kill myself", "killed himself", "killed herself"}},
	{"sexual violence or harassment", []string{"rape", "raped", "groped", "molested", "harassed", "harassment", "grabbed me"}},
	{"violence or threats", []string{"assaulted", "beaten", "stabbed", "shot at", "gun", "threatened to kill"}},
	{"an injury", []string{"amputated", "crushed", "blood", "bleeding", "burned", "broke his", "broke her", "broke my", "stitches", "ambulance"}},
	{"addiction", []string{"overdose", "relapsed", "rehab", "drunk"}},
	{"racism", []string{"racist", "racism", "slur"}},
	{"abuse", []string{"abused", "abuse", "abusive", "hit me", "hits me"}},
	{"illness", []string{"cancer", "chemo", "hospice", "dementia"}},
}

// content warns of heavy words where no content note prepares for them.
func (w *warner) content() {
	if len(w.s.About.ContentNotes) > 0 {
		return
	}
	found := map[string]bool{}
	look := func(path, text string) {
		for _, h := range heavy {
			for _, word := range h.words {
				if !found[h.about] && holds(text, word) {
					found[h.about] = true
					w.add(path, fmt.Sprintf("%q may be hard to hear for somebody, and there are no content notes", word), fmt.Sprintf("a note under content_notes that warns of %s", h.about))
				}
			}
		}
	}
	w.eachSpoken(look)
	look("about.told", w.s.About.Told)
	look("reveal.story", w.s.Reveal.Story)
}

// holds tells whether words stand in a text in a row.
func holds(text, words string) bool {
	return strings.Contains(" "+strings.Join(wordsOf(text), " ")+" ", " "+words+" ")
}

// harmful are words for what people can be hurt with. It is never a hidden fact that listening brings out.
var harmful = []string{
	"undocumented", "without papers", "no papers", "fake papers", "green card", "visa", "immigration", "asylum", "deported", "deportation",
	"criminal record", "felony", "parole", "probation officer", "pregnant", "pregnancy", "hiv", "diagnosed", "diagnosis", "bipolar",
}

// hurtful warns of hidden facts about papers, health or a record.
func (w *warner) hurtful() {
	w.s.eachHidden(func(line talk.Line, path string) {
		if strings.HasPrefix(path, "limit[") || strings.HasPrefix(path, "reveal.") {
			return
		}
		for _, word := range harmful {
			if holds(line.Text, word) {
				w.add(path, fmt.Sprintf("%q: papers, health, pregnancy and a record are never hidden facts to be found", word), "another fact; what people can be hurt with belongs in a [[limit]], if anywhere")
				return
			}
		}
	})
}

// topics warns where the same words lead to two grievances.
func (w *warner) topics() {
	first := map[string]int{}
	for i := range w.s.Grievances {
		for j, topic := range w.s.Grievances[i].Topics {
			if k, ok := first[topic]; ok && k != i {
				w.add(fmt.Sprintf("grievance[%d].topics[%d]", i+1, j+1), fmt.Sprintf("%q leads to the grievance %q as well", topic, w.s.Grievances[k].Name), "words that lead to one grievance only")
				continue
			}
			first[topic] = i
		}
	}
	if len(w.s.Coworker.SmallTalk) == 0 {
		w.add("coworker", "there is no [[coworker.small_talk]]: nothing to warm up with", "two topics or more that they like to talk about")
	}
	if len(w.s.Coworker.Answers) == 0 {
		w.add("coworker", "there is no [[coworker.answer]]: they answer none of the questions that anyone would ask", `answers to "how long have you worked here" and the like`)
	}
}

// asks warns of asks that are taken too easily or answered with nothing of their own.
func (w *warner) asks() {
	for i := range w.s.Asks {
		a := &w.s.Asks[i]
		at := fmt.Sprintf("ask[%d]", i+1)
		if c := a.TakeWhen; !a.Never && c.Rung == "" && c.Trust == 0 && c.Hope == 0 && len(c.Eased) == 0 && !c.Clear {
			w.add(at, "the ask has no take_when, so that they say yes before anything mattered", `take_when = { rung = "felt", trust = 45 }, or the like`)
		}
		if len(a.No) == 0 {
			w.add(at, "the ask has no words for a no", "no, in this person's own manner")
		}
		if len(a.Later) == 0 && !a.Never {
			w.add(at, "the ask has no words for not yet", "later, in this person's own manner")
		}
	}
}

// kind warns of what the kind of conversation is scored on and the scenario has nothing for.
func (w *warner) kind() {
	counts := func(skill talk.Skill, kinds ...talk.Kind) bool {
		if len(w.s.About.Practise) > 0 {
			return slices.Contains(w.s.About.Practise, skill)
		}
		return slices.Contains(kinds, w.s.About.Kind)
	}
	t := &w.s.Together
	if counts(talk.SkillEducation, talk.Initial, talk.Tenant, talk.Relationship) && (len(t.Fix) == 0 || len(t.Who) == 0 || len(t.Action) == 0) {
		w.add("about.kind", "this kind of talk is scored on education, and [together] is missing or lacks something", "fix, who and action under [together]")
	}
	if counts(talk.SkillInoculation, talk.Initial, talk.Tenant, talk.Escalation) {
		if len(w.s.Fears) == 0 {
			w.add("about.kind", "this kind of talk is scored on inoculation, and there is no [[fear]]", "one [[fear]] or more")
		}
		if w.s.About.Kind != talk.Escalation && len(w.s.Boss.WillDo) == 0 {
			w.add("about.kind", "this kind of talk is scored on inoculation, and nobody says what the boss will do", "will_do and meet under [boss]")
		}
	}
	if counts(talk.SkillAsk, talk.Initial, talk.Tenant, talk.Doorstep, talk.Recruitment, talk.Invitation, talk.Escalation) && len(w.s.Asks) == 0 {
		w.add("about.kind", "this kind of talk is scored on the ask, and there is no [[ask]]", "one [[ask]] or more")
	}
	if w.s.About.Kind == talk.Invitation && w.s.deepest() > talk.RungNamed {
		w.add("about.kind", "an invitation sets up the real talk, and this one can go all the way", `deepest_rung = "named" under [mind]`)
	}
}
