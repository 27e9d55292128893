package coworker

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// lineKind says what a line of the scenario is.
type lineKind uint8

const (
	kindNone lineKind = iota
	kindNamed
	kindTold
	kindCost
	kindFelt
	kindResolved
	kindBlurted
	kindDetail
	kindCover
	kindHint
	kindFear
	kindFearHint
	kindEased
	kindFix
	kindWho
	kindAction
	kindPredict
	kindMeet
	kindYes
	kindPartly
	kindLater
	kindNo
	kindLimit
	kindOpen
	kindAnswer
	kindSmallTalk
	kindAskedOn
	kindCommonplace
)

// givesOf is what a line of each kind carries when it is voiced.
var givesOf = map[lineKind][]talk.Give{
	kindNamed:    {talk.Names},
	kindTold:     {talk.Tells},
	kindCost:     {talk.Cost},
	kindFelt:     {talk.Feels},
	kindResolved: {talk.Resolves},
	kindBlurted:  {talk.Names},
	kindDetail:   {talk.Tells},
	kindCover:    {talk.Deflects},
	kindFear:     {talk.Fears},
	kindFix:      {talk.GivesFix},
	kindWho:      {talk.GivesWho},
	kindAction:   {talk.GivesAction},
	kindPredict:  {talk.PredictsBoss},
	kindMeet:     {talk.GivesPlan},
	kindYes:      {talk.SaysYes},
	kindPartly:   {talk.SaysPartly},
	kindNo:       {talk.SaysNo},
	kindLimit:    {talk.GivesBoundary},
}

// entry is one line of the scenario as the mind knows it.
type entry struct {
	id    string
	text  string
	kind  lineKind
	owner int // index of the grievance, fear, ask or limit
	words int
	stems []string // of the text, in order
	shape shape
}

// span is a run of entries: [from, to).
type span struct{ from, to int }

// book is a scenario prepared for the mind: its lines numbered in the file's order, its topics as stems.
type book struct {
	s       *scenarios.Scenario
	entries []entry
	byID    map[string]int

	grievances []grievanceBook
	fears      []fearBook
	asks       []askBook
	limits     []limitBook
	askedOn    askedOnBook
	answers    []topicBook
	smallTalk  []topicBook
	job        []string // words of their work and its history, as stems
	charge     span     // who is in charge, as they say it to anybody
	plain      []span   // the answer to each of plainQuestions, empty where there is none
	open       span
	fix, who   span
	action     span
	willDo     span
	meet       span
	boss       []phrase
	glossary   glossary
	pool       pool
	topicOf    map[int]*topicBook // by the number of a line, of those that answer questions
	deepest    talk.Rung
	set        setting
	opens      int // percent
}

type grievanceBook struct {
	topics  []phrase
	rungs   [6]span
	covers  span
	hints   span
	blurted span
	details []detailBook
}

type detailBook struct {
	topicBook
	after talk.Rung
}

type fearBook struct {
	topics []phrase
	hints  span
	says   span
	eased  span
	by     []string
}

type askBook struct {
	topics []phrase
	names  []string        // of those whom it is about and whom nobody is told of beforehand, as stems
	own    map[string]bool // words that no other ask has
	yes    span
	partly span
	later  span
	no     span
}

type limitBook struct {
	topics []phrase
	says   span
	opens  int // index of the grievance, -1 for none
}

type topicBook struct {
	topics   []phrase
	examples []example
	says     span
	said     []*term // words of the answer, where there are examples
}

// properNames gives the stems of words that stand with a capital within sentences of the lines, and never without one there or in the questions: Doris,
// Brightkey. The coworker's own name is none: everybody says it to them.
func (b *book) properNames() map[string]bool {
	capital, small := map[string]int{}, map[string]bool{}
	read := func(text string, line bool) {
		begins := true
		for w := range strings.FieldsSeq(text) {
			bare := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) })
			bare = strings.TrimSuffix(strings.TrimSuffix(bare, "'s"), "’s")
			if r, _ := utf8.DecodeRuneInString(bare); len(bare) > 2 && !strings.ContainsAny(bare, "'’-") {
				switch of := stem(strings.ToLower(bare)); {
				case unicode.IsLower(r):
					small[of] = true
				case line && !begins && strings.HasPrefix(w, bare):
					capital[of]++
				}
			}
			begins = strings.ContainsAny(w[len(w)-1:], ".?!:'\"")
		}
	}
	for i := range b.entries {
		read(b.entries[i].text, true)
	}
	questions := func(list []string) {
		for _, q := range list {
			if q != strings.ToLower(q) { // who types without capitals types names so, too
				read(q, false)
			}
		}
	}
	for _, list := range [][]scenarios.Topic{b.s.Coworker.Answers, b.s.Coworker.SmallTalk} {
		for i := range list {
			questions(list[i].Questions)
		}
	}
	for i := range b.s.AskedOn {
		questions(b.s.AskedOn[i].Questions)
	}
	out := map[string]bool{}
	for of, n := range capital {
		if n > 1 && !small[of] && !notNames[of] {
			out[of] = true
		}
	}
	for _, w := range words(b.s.Coworker.Name, 9) {
		delete(out, stem(w))
	}
	return out
}

// notNames have a capital and are nobody's: days, months, feasts and languages, which a question may have beside a name; how people are addressed; and what is sworn by.
var notNames = stemSet("monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december " +
	"christmas easter halloween thanksgiving sabbath english french italian mrs miss dad mum mam mom god")

// rungNamed gives the rung of a name, otherwise otherwise.
func rungNamed(name string, otherwise talk.Rung) talk.Rung {
	for r, n := range talk.RungNames {
		if n == name {
			return talk.Rung(r)
		}
	}
	return otherwise
}

func newBook(s *scenarios.Scenario) *book {
	b := &book{s: s, byID: map[string]int{}}
	add := func(id string, kind lineKind, owner int, texts []string) span {
		sp := span{from: len(b.entries)}
		for i, text := range texts {
			lineID := id + "." + strconv.Itoa(i+1)
			b.byID[lineID] = len(b.entries)
			b.entries = append(b.entries, entry{id: lineID, text: text, kind: kind, owner: owner, words: len(words(text, 1000)), stems: lineStems(text), shape: shapeOf(text)})
		}
		sp.to = len(b.entries)
		return sp
	}
	for i := range s.Grievances {
		g := &s.Grievances[i]
		id := "grievance." + g.Name
		gb := grievanceBook{topics: phrases(g.Topics)}
		for r := talk.RungNamed; r <= talk.RungResolved; r++ {
			gb.rungs[r] = add(id+"."+r.String(), kindNamed+lineKind(r-talk.RungNamed), i, g.Wordings(r))
		}
		if g.Blurted != "" {
			gb.blurted = add(id+".blurted", kindBlurted, i, []string{g.Blurted})
		}
		for j := range g.Details {
			d := &g.Details[j]
			gb.details = append(gb.details, detailBook{
				topicBook: topicBook{topics: phrases(d.Topics), examples: b.glossary.examples(d.Questions), says: add(id+".detail."+strconv.Itoa(j+1), kindDetail, i, d.Says)},
				after:     rungNamed(d.After, talk.RungNamed),
			})
		}
		gb.covers = add(id+".cover", kindCover, i, g.Covers)
		gb.hints = add(id+".hint", kindHint, i, g.Hints)
		b.grievances = append(b.grievances, gb)
	}
	for i := range s.Fears {
		f := &s.Fears[i]
		id := "fear." + f.Name
		b.fears = append(b.fears, fearBook{
			topics: phrases(f.Topics),
			says:   add(id+".says", kindFear, i, f.Says),
			hints:  add(id+".hint", kindFearHint, i, f.Hints),
			eased:  add(id+".eased", kindEased, i, f.Eased),
			by:     f.EasedBy,
		})
	}
	b.fix = add("together.fix", kindFix, 0, s.Together.Fix)
	b.who = add("together.who", kindWho, 0, s.Together.Who)
	b.action = add("together.action", kindAction, 0, s.Together.Action)
	b.willDo = add("boss.will_do", kindPredict, 0, s.Boss.WillDo)
	b.meet = add("boss.meet", kindMeet, 0, s.Boss.Meet)
	b.boss = phrases([]string{s.Boss.Name, "boss", "manager", "management", "landlord"})
	for i := range s.Asks {
		a := &s.Asks[i]
		id := "ask." + a.Name
		b.asks = append(b.asks, askBook{
			topics: phrases(append(append([]string{}, a.Topics...), a.What)),
			yes:    add(id+".yes", kindYes, i, a.Yes),
			partly: add(id+".partly", kindPartly, i, a.Partly),
			later:  add(id+".later", kindLater, i, a.Later),
			no:     add(id+".no", kindNo, i, a.No),
		})
	}
	for i := range b.asks {
		b.asks[i].own = b.ownWords(i)
	}
	for i := range s.Limits {
		l := &s.Limits[i]
		lb := limitBook{topics: phrases(l.Topics), says: add("limit."+l.Name+".says", kindLimit, i, l.Says), opens: -1}
		for j := range s.Grievances {
			if l.Opens != "" && s.Grievances[j].Name == l.Opens {
				lb.opens = j
			}
		}
		b.limits = append(b.limits, lb)
	}
	b.open = add("open", kindOpen, 0, s.Coworker.Open)
	for i := range s.Coworker.Answers {
		t := &s.Coworker.Answers[i]
		b.answers = append(b.answers, topicBook{topics: phrases(t.Topics), examples: b.glossary.examples(t.Questions), says: add("answer."+strconv.Itoa(i+1), kindAnswer, i, t.Says)})
	}
	for i := range s.Coworker.SmallTalk {
		t := &s.Coworker.SmallTalk[i]
		b.smallTalk = append(b.smallTalk, topicBook{topics: phrases(t.Topics), examples: b.glossary.examples(t.Questions), says: add("small_talk."+strconv.Itoa(i+1), kindSmallTalk, i, t.Says)})
	}
	for i := range s.AskedOn {
		a := &s.AskedOn[i]
		owner := b.askedOn.add(a.After)
		after := &b.askedOn.after[owner]
		after.answers = append(after.answers, topicBook{topics: loosely(phrases(a.Topics)), examples: b.glossary.examples(a.Questions), says: add("asked_on."+strconv.Itoa(i+1), kindAskedOn, owner, a.Says)})
	}
	b.askedOn.link(b.entries)
	b.glossary.names = b.properNames()
	b.job = learn(words(s.Coworker.Job+" "+s.Coworker.History, heardWords))
	told := stemAll(words(strings.Join([]string{s.About.Title, s.About.Setting, s.About.Told, s.About.Goal, s.About.Before}, " "), heardWords))
	for i := range b.asks {
		for _, w := range learn(words(s.Asks[i].What, heardWords)) {
			if b.glossary.names[w] && !slices.Contains(told, w) && !months[w] && score([]string{w}, ofTime) == 0 {
				b.asks[i].names = append(b.asks[i].names, w)
			}
		}
	}
	b.glossary.weigh(b.eachTopic)
	b.link()
	b.pool.fill(b)
	b.charge = b.listed(inCharge)
	for _, q := range plainQuestions {
		b.plain = append(b.plain, b.listed(q.listed))
	}
	b.deepest = rungNamed(s.Mind.DeepestRung, talk.RungResolved)
	set, ok := settings[s.About.Difficulty]
	if !ok {
		set = settings[2]
	}
	for _, p := range []struct {
		to   *int
		from int
	}{{&set.trust, s.Mind.Trust}, {&set.hope, s.Mind.Hope}, {&set.resolve, s.Mind.Resolve}, {&set.patience, s.Mind.Patience}} {
		if p.from > 0 {
			*p.to = min(p.from, most)
		}
	}
	b.set = set
	b.opens = 100
	if s.Mind.Opens > 0 {
		b.opens = s.Mind.Opens
	}
	return b
}

// asked finds the ask that words are about, with how well they fit; -1 for none. What only one of them has, "the diner", tells
// more than what several share, "Thursday".
func (b *book) asked(text []string) (ask, fits int) {
	ask = -1
	top := 0
	for i := range b.asks {
		s := score(text, b.asks[i].topics)
		if s == 0 {
			continue
		}
		own := 0
		for _, w := range text {
			if b.asks[i].own[w] {
				own++
			}
		}
		if s+2*own > top {
			ask, fits, top = i, s, s+2*own
		}
	}
	return ask, fits
}

// ownWords are the telling words that the topics of one ask have and those of no other.
func (b *book) ownWords(ask int) map[string]bool {
	out := map[string]bool{}
	for _, p := range b.asks[ask].topics {
		for _, w := range p.words {
			if ordinary[w] {
				continue
			}
			shared := false
			for i := range b.asks {
				shared = shared || i != ask && slices.ContainsFunc(b.asks[i].topics, func(p phrase) bool { return slices.Contains(p.words, w) })
			}
			out[w] = !shared
		}
	}
	return out
}

// listed finds the open answer that is listed under one of these topics, the first of them that is.
func (b *book) listed(topics []phrase) span {
	for _, topic := range topics {
		for i := range b.answers {
			if slices.ContainsFunc(b.answers[i].topics, func(p phrase) bool { return slices.Equal(p.words, topic.words) }) {
				return b.answers[i].says
			}
		}
	}
	return span{}
}

// about names an owner as Cue.About wants it: the first two parts of the ID.
func (b *book) about(e *entry) string {
	parts := strings.SplitN(e.id, ".", 3)
	if len(parts) < 3 {
		return parts[0]
	}
	return parts[0] + "." + parts[1]
}

type (
	condition = scenarios.Conditions
	fearSpec  = scenarios.Fear
)

func emptyConditions(c *condition) bool {
	return c.Rung == "" && c.Trust == 0 && c.Hope == 0 && len(c.Eased) == 0 && !c.Clear
}
