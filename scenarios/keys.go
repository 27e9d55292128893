package scenarios

import (
	"fmt"
	"reflect"
	"strings"

	"breakroom/trainer/talk"
)

// Registers are the values of Coworker.Register.
var Registers = []string{"plain", "dry", "warm", "chatty", "clipped"}

// Frameworks are the values of About.Framework, each a data file of the debrief.
var Frameworks = []string{"aeiou", "nine-steps", "ahuy", "six-steps", "four-parts", "seven-sections", "five-parts"}

// EasedBy are the values of Fear.EasedBy: what makes a fear weigh less.
var EasedBy = []string{"validation", "reflection", "plan", "smaller-step", "not-alone", "honesty", "inoculate-boss"}

// What is taken where the file leaves it out.
const (
	defaultDifficulty = 2
	defaultLanguage   = "en"
	defaultMinutes    = 15
	defaultFramework  = "aeiou"
	defaultRegister   = "plain"
	defaultSize       = 2
	defaultAfter      = "named"
)

// settle fills in what the file left out and the reference promises, and takes
// away what only the file's layout brought in: a spoken text becomes one line,
// any other loses the blanks around it.
func (s *Scenario) settle() {
	s.eachText(func(text *string, spoken bool) {
		if spoken {
			*text = oneLine(*text)
		} else {
			*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
		}
	})

	orInt := func(to *int, value int) {
		if *to == 0 {
			*to = value
		}
	}
	or := func(to *string, value string) {
		if *to == "" {
			*to = value
		}
	}
	orInt(&s.About.Difficulty, defaultDifficulty)
	or(&s.About.Language, defaultLanguage)
	orInt(&s.About.Minutes, defaultMinutes)
	or(&s.About.Framework, defaultFramework)
	or(&s.Coworker.Register, defaultRegister)
	for i := range s.Asks {
		orInt(&s.Asks[i].Size, defaultSize)
	}
	for i := range s.Grievances {
		for j := range s.Grievances[i].Details {
			or(&s.Grievances[i].Details[j].After, defaultAfter)
		}
	}
}

// eachText calls do for every text that somebody wrote for others to read: prose, and what is spoken.
func (s *Scenario) eachText(do func(text *string, spoken bool)) {
	prose := func(texts ...*string) {
		for _, text := range texts {
			do(text, false)
		}
	}
	lines := func(lists ...[]string) {
		for _, list := range lists {
			for i := range list {
				do(&list[i], true)
			}
		}
	}
	a, c := &s.About, &s.Coworker
	prose(&a.Title, &a.Summary, &a.Sector, &a.Country, &a.Setting, &a.Told, &a.Goal, &a.Before,
		&c.Name, &c.Job, &c.History, &c.Voice, &s.Boss.Name, &s.Reveal.Story)
	for i := range a.ContentNotes {
		do(&a.ContentNotes[i], false)
	}
	for i := range s.Reveal.Teaches {
		do(&s.Reveal.Teaches[i], false)
	}
	lines(c.Open)
	for i := range c.SmallTalk {
		lines(c.SmallTalk[i].Says)
	}
	for i := range c.Answers {
		lines(c.Answers[i].Says)
	}
	for _, kind := range MannerKinds {
		lines(c.Manners[kind])
	}
	for i := range s.Grievances {
		g := &s.Grievances[i]
		lines(g.Covers, g.Hints, g.Named, g.Told, g.Cost, g.Felt, g.Resolved)
		for j := range g.Details {
			lines(g.Details[j].Says)
		}
		do(&g.Blurted, true)
	}
	lines(s.Together.Fix, s.Together.Who, s.Together.Action)
	for i := range s.Fears {
		lines(s.Fears[i].Hints, s.Fears[i].Says, s.Fears[i].Eased)
	}
	lines(s.Boss.WillDo, s.Boss.Meet)
	for i := range s.Asks {
		k := &s.Asks[i]
		prose(&k.What)
		lines(k.Yes, k.Partly, k.Later, k.No)
	}
	for i := range s.Limits {
		lines(s.Limits[i].Says)
	}
	for i := range s.Opening {
		do(&s.Opening[i].Text, true)
	}
	for i := range s.AskedOn {
		do(&s.AskedOn[i].After, true)
		lines(s.AskedOn[i].Says)
	}
}

// Ranges that the checks hold and the messages tell.
const (
	leastMinutes, mostMinutes = 2, 120
	leastTarget, mostTarget   = 0.20, 0.60
	leastOpens, mostOpens     = 50, 200
	mostLevel                 = 100 // of trust, hope, resolve and patience
	mostPart                  = 20
)

// expects says of every key what its value should be, by the key's path without numbers.
var expects = map[string]string{
	"format": "format = 1",

	"about":               "a table that begins with the line [about]",
	"about.title":         `a short title: "Lunch at two in the morning"`,
	"about.summary":       "one or two sentences for the list",
	"about.sector":        `the line of work in a word or two: "warehouse"`,
	"about.country":       `a country: "US"`,
	"about.setting":       "a specific place and week",
	"about.kind":          "one of " + list(talk.Kinds),
	"about.difficulty":    "1 (gentle), 2 (usual) or 3 (hard)",
	"about.language":      `a language's code: "en", "pt-BR"`,
	"about.content_notes": "a list of short texts",
	"about.told":          "what the trainee is told before the start",
	"about.goal":          "what the trainee should try for",
	"about.minutes":       fmt.Sprintf("a whole number from %d to %d", leastMinutes, mostMinutes),
	"about.talk_target":   fmt.Sprintf("a number from %.2f to %.2f", leastTarget, mostTarget),
	"about.framework":     "one of " + list(Frameworks),
	"about.practise":      "a list with some of " + list(talk.Skills),
	"about.series":        "the name that all parts of the series share, in small letters with dashes",
	"about.part":          fmt.Sprintf("a whole number from 1 to %d", mostPart),
	"about.before":        "what happened up to now",

	"coworker":                      "a table that begins with the line [coworker]",
	"coworker.name":                 `a name: "Dale Hutchens"`,
	"coworker.job":                  "what they do",
	"coworker.history":              "who they are and how they got here, as anyone beside them knows it",
	"coworker.voice":                "how they talk",
	"coworker.register":             "one of " + list(Registers),
	"coworker.small_talk":           "tables that each begin with the line [[coworker.small_talk]]",
	"coworker.small_talk.topics":    topicsExpected,
	"coworker.small_talk.questions": questionsExpected,
	"coworker.small_talk.says":      linesExpected,
	"coworker.open":                 linesExpected,
	"coworker.answer":               "tables that each begin with the line [[coworker.answer]]",
	"coworker.answer.topics":        topicsExpected,
	"coworker.answer.questions":     questionsExpected,
	"coworker.answer.says":          linesExpected,
	"coworker.manners":              "a table that begins with the line [coworker.manners]",

	"grievance":                  "tables that each begin with the line [[grievance]]",
	"grievance.name":             nameExpected,
	"grievance.topics":           topicsExpected,
	"grievance.covers":           linesExpected,
	"grievance.hints":            linesExpected,
	"grievance.named":            linesExpected,
	"grievance.told":             linesExpected,
	"grievance.cost":             linesExpected,
	"grievance.felt":             linesExpected,
	"grievance.resolved":         linesExpected,
	"grievance.detail":           "tables that each begin with the line [[grievance.detail]]",
	"grievance.detail.topics":    topicsExpected,
	"grievance.detail.questions": questionsExpected,
	"grievance.detail.says":      linesExpected,
	"grievance.detail.after":     "one of " + list(rungs),
	"grievance.blurted":          "what they blurt out, one text in quotes",

	"together":        "a table that begins with the line [together]",
	"together.fix":    linesExpected,
	"together.who":    linesExpected,
	"together.action": linesExpected,

	"fear":          "tables that each begin with the line [[fear]]",
	"fear.name":     nameExpected,
	"fear.topics":   topicsExpected,
	"fear.hints":    linesExpected,
	"fear.says":     linesExpected,
	"fear.eased_by": "a list with some of " + list(EasedBy),
	"fear.eased":    linesExpected,

	"boss":         "a table that begins with the line [boss]",
	"boss.name":    "the name of whoever holds the power over the problem",
	"boss.will_do": linesExpected,
	"boss.meet":    linesExpected,

	"ask":             "tables that each begin with the line [[ask]]",
	"ask.name":        nameExpected,
	"ask.what":        `the ask in a few words: "come to Thursday's meeting"`,
	"ask.topics":      topicsExpected,
	"ask.size":        "1 (small), 2 (middling) or 3 (big)",
	"ask.take_when":   "a table: take_when = { rung = \"felt\", trust = 45 }",
	"ask.partly_when": "a table: partly_when = { rung = \"told\" }",
	"ask.never":       "true or false",
	"ask.yes":         linesExpected,
	"ask.partly":      linesExpected,
	"ask.later":       linesExpected,
	"ask.no":          linesExpected,

	"asked_on":           "tables that each begin with the line [[asked_on]]",
	"asked_on.after":     "how a line of this coworker begins, word for word, four words or more or the whole of it",
	"asked_on.topics":    topicsExpected,
	"asked_on.questions": questionsExpected,
	"asked_on.says":      linesExpected,
	"limit":              "tables that each begin with the line [[limit]]",
	"limit.name":         nameExpected,
	"limit.topics":       topicsExpected,
	"limit.says":         linesExpected,
	"limit.leaves":       "true or false",
	"limit.opens":        "the name of a grievance",

	"mind":              "a table that begins with the line [mind]",
	"mind.trust":        levelExpected,
	"mind.hope":         levelExpected,
	"mind.resolve":      levelExpected,
	"mind.patience":     levelExpected,
	"mind.opens":        fmt.Sprintf("a whole number from %d to %d, in percent of the usual", leastOpens, mostOpens),
	"mind.deepest_rung": "one of " + list(rungs),

	"opening":         "tables that each begin with the line [[opening]]",
	"opening.speaker": `"organizer" or "coworker"`,
	"opening.text":    "what was said",

	"reveal":         "a table that begins with the line [reveal]",
	"reveal.story":   "what was behind it all, shown after the end",
	"reveal.teaches": "a list of teaching points, each a text in quotes",
}

const (
	topicsExpected    = `a list of words or short phrases in small letters: ["schedule", "how long"]`
	questionsExpected = `a list of whole questions: ["How long have you worked here?", "been here long"]`
	linesExpected     = `a list of texts: ["One way to say it.", "Another way."]`
	nameExpected      = `a short name in small letters with dashes: "late-shift"`
)

var levelExpected = fmt.Sprintf("a whole number from 1 to %d", mostLevel)

// rungs are the rungs that a writer can name.
var rungs = talk.RungNames[1:]

func init() {
	for _, ask := range []string{"ask.take_when", "ask.partly_when"} {
		expects[ask+".rung"] = "one of " + list(rungs)
		expects[ask+".trust"] = fmt.Sprintf("a whole number from 0 to %d", mostLevel)
		expects[ask+".hope"] = expects[ask+".trust"]
		expects[ask+".eased"] = "a list of names of fears"
		expects[ask+".clear"] = "true or false"
	}
	for _, kind := range MannerKinds {
		expects["coworker.manners."+kind] = linesExpected
	}
}

// list spells values for a message: "a", "b" or "c".
func list[S ~string](values []S) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", string(v))
	}
	return b.String()
}

// listOfTables are the keys that stand for a list of tables, by their path without numbers.
var listOfTables = func() map[string]bool {
	out := map[string]bool{}
	eachKey(reflect.TypeFor[Scenario](), "", func(path string, t reflect.Type) {
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct {
			out[path] = true
		}
	})
	return out
}()

// eachKey calls do for every key that the type's tables can hold, with its path without numbers.
func eachKey(t reflect.Type, path string, do func(path string, t reflect.Type)) {
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("toml")
		if name == "-" {
			continue
		}
		key := joinPath(path, name)
		do(key, f.Type)
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct {
			eachKey(inner, key, do)
		}
	}
}
