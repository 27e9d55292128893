package coworker

import (
	"math"
	"math/bits"
	"regexp"
	"slices"
	"strings"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/sense"
	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// A term is a word of a question as examples are compared.
type term struct {
	stem   string
	number int     // of the stem in the glossary, -1 where no example has it
	small  bool    // says nothing of what a question is about
	name   bool    // of somebody or something that the scenario knows
	weight float32 // how telling it is: rare words are, small ones are not
}

func newTerm(stem string) *term { return &term{stem: stem, number: -1, small: ordinary[stem]} }

func (t *term) same(o *term) bool {
	return t.number == o.number && (t.number >= 0 || t.stem == o.stem)
}

// likeWords says how near two telling words are in their meaning, 0 to 0.9; what they have in common with any word is taken off.
func likeWords(a, b string) float32 {
	v, w := reading.Meaning(a), reading.Meaning(b)
	var vw, vv, ww int32
	for i := range v {
		if len(w) != len(v) {
			return 0
		}
		x, y := int32(int8(v[i])), int32(int8(w[i]))
		vw, vv, ww = vw+x*y, vv+x*x, ww+y*y
	}
	if vv == 0 || ww == 0 {
		return 0
	}
	const from = 0.3 // words that have nothing in common come to about this
	return max(0, (float32(vw)/float32(math.Sqrt(float64(vv)*float64(ww)))-from)/(1-from)*0.9)
}

// mostTerms is how many words of a question are compared; the last ones are the question itself.
const mostTerms = 24

// seenTerms has a bit for each of some words; one that no example has can only be equal to another such.
func seenTerms(terms []*term) (seen uint64) {
	for _, t := range terms {
		seen |= t.bit()
	}
	return seen
}

func (t *term) bit() uint64 { return 1 << (uint(t.number+1) % 64) }

// covered gives the shares of some words, by their weight, that the others have as well: of the first, and of the second.
// Words of like meaning are the business of the way that questions point. seen has the bits of the second.
func covered(first, second []*term, seen uint64) (float32, float32) {
	var back [mostTerms]bool
	var sum, all, sumBack, allBack float32
	for _, a := range first {
		found := false
		if seen&a.bit() != 0 {
			for k, b := range second {
				if a.same(b) {
					found, back[k] = true, true
				}
			}
		}
		if found {
			sum += a.weight
		}
		all += a.weight
	}
	for k, b := range second {
		if back[k] {
			sumBack += b.weight
		}
		allBack += b.weight
	}
	if all == 0 || allBack == 0 {
		return 0, 0
	}
	return sum / all, sumBack / allBack
}

// lastTerms leaves out what stands before the last words.
func lastTerms(terms []*term) []*term { return terms[max(0, len(terms)-mostTerms):] }

// example is a question that stands at an answer.
type example struct {
	terms []*term
	seen  uint64 // a bit for each of the terms, the same for equal ones
	way   sense.Way
	kind  string
	fine  string
	other bool // about him, her or them
}

// asking is what is asked, made ready to be compared with examples.
type asking struct {
	example
	stems []string
	sight uint64 // of the stems
	wide  sense.Wide
	bare  bool // asks for a fact in two or three words that all point at what was said: "how many?"
}

// glossary has the words of a scenario's example questions.
type glossary struct {
	terms  map[string]*term
	stems  map[string]int
	unseen float32 // the weight of a word that stands in none of them
	names  map[string]bool
}

// term gives a word of a question; one that no example has is made for this time only.
func (g *glossary) term(word, stem string) *term {
	if t, ok := g.terms[word]; ok {
		return t
	}
	t := newTerm(stem)
	t.weight, t.name = g.unseen, g.names[stem]
	if n, ok := g.stems[stem]; ok {
		t.number = n
	}
	return t
}

func (g *glossary) all(ws, stems []string) []*term {
	out := make([]*term, len(ws))
	for i := range ws {
		out[i] = g.term(ws[i], stems[i])
	}
	return out
}

// learn takes a word in.
func (g *glossary) learn(word, stem string) *term {
	if g.terms == nil {
		g.terms, g.stems = map[string]*term{}, map[string]int{}
	}
	t := newTerm(stem)
	n, ok := g.stems[t.stem]
	if !ok {
		n = len(g.stems)
		g.stems[t.stem] = n
	}
	t.number = n
	g.terms[word] = t
	return t
}

// examples prepares the questions that stand at an answer; their words have no weight before weigh.
func (g *glossary) examples(questions []string) []example {
	var out []example
	for _, text := range questions {
		sentence, _ := lastQuestion(text)
		ws := words(sentence, heardWords)
		stems := learn(ws)
		q := readQuestion(text)
		x := example{kind: q.kind, fine: q.fine}
		for i, w := range ws {
			t, ok := g.terms[w]
			if !ok {
				t = g.learn(strings.Clone(w), stems[i])
			}
			x.terms = append(x.terms, t)
		}
		x.terms = lastTerms(x.terms)
		x.seen = seenTerms(x.terms)
		x.way = sense.Of(ws[max(0, len(ws)-mostTerms):])
		x.persons()
		out = append(out, x)
	}
	return out
}

// Examples gives the example questions that stand at the answers of scenarios and at the commonplace ones, as the mind hears them; for training.
func Examples(list []*scenarios.Scenario) (out []sense.Answer) {
	scenario := ""
	add := func(questions []string) {
		a := sense.Answer{Scenario: scenario}
		for _, q := range questions {
			sentence, _ := lastQuestion(q)
			if ws := words(sentence, heardWords); len(ws) > 0 {
				a.Questions = append(a.Questions, ws[max(0, len(ws)-mostTerms):])
			}
		}
		if len(a.Questions) > 0 {
			out = append(out, a)
		}
	}
	once := map[string]bool{}
	for _, b := range commonplaceBlocks(commonplaceFile) {
		// What stands in several blocks would be told apart from itself.
		add(slices.DeleteFunc(b.asked, func(q string) bool {
			f := fold(q)
			again := once[f]
			once[f] = true
			return again
		}))
	}
	for _, s := range list {
		scenario = s.ID
		for _, a := range s.Coworker.Answers {
			add(a.Questions)
		}
		for _, a := range s.Coworker.SmallTalk {
			add(a.Questions)
		}
		for _, a := range s.AskedOn {
			add(a.Questions)
		}
		for _, g := range s.Grievances {
			for _, d := range g.Details {
				add(d.Questions)
			}
		}
	}
	return out
}

// eachTopic calls do for every answer that can have examples.
func (b *book) eachTopic(do func(t *topicBook)) {
	for i := range b.grievances {
		for j := range b.grievances[i].details {
			do(&b.grievances[i].details[j].topicBook)
		}
	}
	for _, list := range [][]topicBook{b.answers, b.smallTalk} {
		for i := range list {
			do(&list[i])
		}
	}
	for i := range b.askedOn.after {
		for j := range b.askedOn.after[i].answers {
			do(&b.askedOn.after[i].answers[j])
		}
	}
}

// pool has the answers that can be given whatever was said before, with the signs of all their examples in a row: all of them are
// looked at for each question.
type pool struct {
	signs   []uint64 // of the ways of all examples
	answers []pooled
}

// pooled is an answer of a pool, with where its signs stand.
type pooled struct {
	topic    *topicBook
	kind     lineKind
	from, to int
	of       int // the grievance whose detail it is, -1 for none
	after    talk.Rung
}

func (p *pool) add(t *topicBook, kind lineKind, of int, after talk.Rung) {
	if len(t.examples) == 0 {
		return
	}
	from := len(p.signs)
	for i := range t.examples {
		p.signs = append(p.signs, t.examples[i].way.Signs())
	}
	p.answers = append(p.answers, pooled{t, kind, from, len(p.signs), of, after})
}

// fill takes in the answers of a book.
func (p *pool) fill(b *book) {
	for i := range b.answers {
		p.add(&b.answers[i], kindAnswer, -1, 0)
	}
	for i := range b.smallTalk {
		p.add(&b.smallTalk[i], kindSmallTalk, -1, 0)
	}
	for i := range b.grievances {
		for j := range b.grievances[i].details {
			d := &b.grievances[i].details[j]
			p.add(&d.topicBook, kindDetail, i, d.after)
		}
	}
}

// near is an answer of a pool, by its place, and how much the example that does so most points the same way as a question.
type near struct {
	at int
	by float32
}

// enough is how many answers are compared, if there are so many: those with an example that points roughly the same way.
const enough = 48

// nearest gives the answers of which an example points most the same way, the nearest first, at most most of them, among those that may come.
func (p *pool) nearest(asked *asking, most int, may func(*pooled) bool) []near {
	signs := asked.way.Signs()
	var room [1 << 11]uint8
	alike := room[:min(len(p.answers), len(room))] // bits that are the same, of the nearest example
	if len(alike) < len(p.answers) {
		alike = make([]uint8, len(p.answers))
	}
	var have [65]int
	for i := range p.answers {
		best := 0
		for _, s := range p.signs[p.answers[i].from:p.answers[i].to] {
			best = max(best, 64-bits.OnesCount64(signs^s))
		}
		alike[i] = uint8(best)
		have[best]++
	}
	least, n := 64, have[64]
	for least > 0 && n < enough {
		least--
		n += have[least]
	}
	list := make([]near, 0, most+1)
	for i, a := range alike {
		if int(a) < least {
			continue
		}
		x := near{i, -1}
		examples := p.answers[i].topic.examples
		for k, s := range p.signs[p.answers[i].from:p.answers[i].to] {
			if 64-bits.OnesCount64(signs^s) >= least {
				x.by = max(x.by, asked.wide.Dot(&examples[k].way))
			}
		}
		if len(list) == most && x.by <= list[most-1].by || !may(&p.answers[i]) {
			continue
		}
		at, _ := slices.BinarySearchFunc(list, x.by, func(o near, by float32) int {
			if o.by >= by {
				return -1
			}
			return 1
		})
		list = slices.Insert(list[:min(len(list), most-1)], at, x)
	}
	return list
}

// weigh gives every word its weight by how many examples of some answers it stands in.
func (g *glossary) weigh(each func(do func(t *topicBook))) {
	in, n := map[string]float64{}, 1.0
	each(func(t *topicBook) {
		for i := range t.examples {
			n++
			seen := map[string]bool{}
			for _, x := range t.examples[i].terms {
				if !seen[x.stem] {
					seen[x.stem] = true
					in[x.stem]++
				}
			}
		}
	})
	// Logarithms differ in their last digits from machine to machine.
	weight := func(x float64) float32 { return float32(math.Round(64*math.Log(x)) / 64) }
	g.unseen = weight(n)
	for _, t := range g.terms {
		t.weight, t.name = min(weight(1+n/(in[t.stem]+1)), g.unseen), g.names[t.stem]
	}
}

// link tells the answers of their own words, and the lines of their answers.
func (b *book) link() {
	b.topicOf = map[int]*topicBook{}
	b.eachTopic(func(t *topicBook) {
		for i := t.says.from; i < t.says.to; i++ {
			b.topicOf[i] = t
		}
		if len(t.examples) > 0 && t.says.from < t.says.to {
			e := &b.entries[t.says.from]
			t.said = b.glossary.all(words(e.text, mostTerms), e.stems)
		}
	})
}

// candidate is an answer that could be given now, with how it looks beside the question.
type candidate struct {
	says       span
	topic      *topicBook
	kind       lineKind
	before     bool // it answers a question before the last
	justRaised bool // it is asked on about what they said in their last turn
	stray      bool // the question is a bare one, and it does not go on with what they have said
	otherDoing bool // it is asked how long they have been at something else
	otherName  bool // its questions are about another name than the one that is asked about
	facts      [facts]float32
	fits       float32 // how likely it is an answer to the question, as a logit
}

// What is known of a question beside an answer.
const (
	factAsked      = iota // share of the question that the nearest example covers
	factExample           // share of that example that the question covers
	factBoth              // the two multiplied
	factWay               // how they point the same way
	factKind              // the same kind of question
	factFine              // the same form
	factAskedKind         // share of the question, where the kind is the same
	factPerson            // one of the two is about him, her or them, the other is not
	factSecond            // how near the second example is
	factTopic             // words of the topics
	factAskedTopic        // share of the question, by words of the topics
	factSaid              // share of the question that the answer's own words cover
	factRaised            // it is asked on about what they have said
	factDetail            // it is a fact about a problem that is open
	factMisshape          // it has not what a question for one fact asks for
	factWayBest           // how the example that does so most points the same way
	factWayMean           // how all examples do, in the mean
	facts
)

// persons says whether the words are about somebody else.
func (x *example) persons() {
	x.other = slices.ContainsFunc(x.terms, func(t *term) bool { return thirdPersons[t.stem] })
}

var thirdPersons = stemSet("he him his hes she her shes they them their theyre theyve")

// compare fills in the facts, by the example that is nearest.
func (c *candidate) compare(asked *asking, q *question, has shape) {
	f := &c.facts
	age := ""
	best, second := float32(-1), float32(-1)
	var ways float32
	nearest, next, most, more := -1, -1, float32(-2), float32(-2) // the two examples that point most the same way are looked at word by word
	for i := range c.topic.examples {
		switch g := asked.wide.Dot(&c.topic.examples[i].way); {
		case g > most:
			nearest, next, most, more = i, nearest, g, most
			ways += g
		case g > more:
			next, more = i, g
			fallthrough
		default:
			ways += g
		}
	}
	for k, i := range [2]int{nearest, next} {
		if i < 0 {
			continue
		}
		x := &c.topic.examples[i]
		g, same := [2]float32{most, more}[k], b2f(x.kind == asked.kind)
		a, b := covered(asked.terms, x.terms, x.seen)
		near := float32(0.45*a) + float32(0.3*b) + float32(0.15*g) + float32(0.1*same)
		if near <= best {
			second = max(second, near)
			continue
		}
		best, second = near, best
		f[factAsked], f[factExample], f[factBoth], f[factWay] = a, b, a*b, g
		f[factKind], f[factFine], f[factAskedKind] = same, b2f(x.fine == asked.fine), a*same
		f[factPerson] = b2f(x.other != asked.other)
		age = x.fine
	}
	f[factSecond] = max(0, second)
	f[factWayBest], f[factWayMean] = most, ways/float32(max(1, len(c.topic.examples)))
	f[factTopic] = float32(min(scoreOf(asked.stems, asked.sight, c.topic.topics), 9)) / 9
	f[factAskedTopic] = f[factAsked] * f[factTopic]
	f[factSaid], _ = covered(asked.terms, c.topic.said, seenTerms(c.topic.said))
	f[factRaised], f[factDetail] = b2f(c.kind == kindAskedOn), b2f(c.kind == kindDetail)
	c.otherDoing = q.kind == "howlong" && c.topic.ofOther(q.doing)
	c.stray = asked.bare && c.kind != kindAskedOn
	c.otherName = c.topic.namesOthers(asked) || q.kind == "howlong" && asked.other && nearest >= 0 && !c.topic.examples[nearest].other || // "how long have they been there?"
		age != asked.fine && asksAge[age] && asksAge[asked.fine] // "how old are they?" is not about them
	f[factMisshape] = b2f(q.oneFact() && q.kind != "either" && has&shapesOf[q.kind] == 0)
}

// ofJob forgets what somebody is asked how long they have been doing where that is their work itself.
func (b *book) ofJob(q *question) {
	if q.doing != "" && (atJob[q.doing] || slices.Contains(b.job, q.doing)) {
		q.doing = ""
	}
}

// atJob are verbs of work that a job may be named by without them, as stems.
var atJob = stemSet("driving loading picking selling teaching caring cleaning cooking nursing delivering packing portering serving sorting lifting coding programming organizing volunteering canvassing")

// ofOther reports whether an answer has nothing of what somebody has been doing: how long they have been there is not how long they have been drawing.
func (t *topicBook) ofOther(doing string) bool {
	if doing == "" || slices.ContainsFunc(t.said, func(x *term) bool { return x.stem == doing }) {
		return false
	}
	for i := range t.examples {
		if slices.ContainsFunc(t.examples[i].terms, func(x *term) bool { return x.stem == doing }) {
			return false
		}
	}
	return len(t.examples) > 0
}

// asksAge are the forms of a question for the age of whoever is asked, and of others.
var asksAge = set("q-how-old q-how-old-other")

// namesOthers reports whether a question has a name in it, of somebody or of a place or firm, and at least half of an answer's examples have others instead.
func (t *topicBook) namesOthers(asked *asking) bool {
	var names []*term
	for _, x := range asked.terms {
		if x.name {
			names = append(names, x)
		}
	}
	if len(names) == 0 {
		return false
	}
	named := 0
	for i := range t.examples {
		other := false
		for _, x := range t.examples[i].terms {
			if x.name && slices.ContainsFunc(names, x.same) {
				return false
			}
			other = other || x.name
		}
		if other {
			named++
		}
	}
	return 2*named >= len(t.examples) && named > 0 && !slices.ContainsFunc(t.said, func(x *term) bool { return slices.ContainsFunc(names, x.same) })
}

func b2f(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// nearest is how many answers are looked at closely.
const nearest = 16

// candidates gives the answers that could be given to a question now, those that are near it, with their facts.
func (m *Mind) candidates(h *heard) []candidate {
	if len(m.b.glossary.terms) == 0 {
		return nil
	}
	out := m.candidatesFor(h.grasp.sentence, &h.q)
	if before := questionBefore(h.turn.Text); before != "" {
		// Who asks two things is content with an answer to one of them; the last is the one that they wait for.
		q := readQuestion(before)
		for _, c := range m.candidatesFor(before, &q) {
			c.before = true
			out = append(out, c)
		}
	}
	return out
}

// questionBefore gives the last but one sentence of a turn with a question mark; "" where there are no two.
func questionBefore(text string) string {
	parts := strings.SplitAfter(text, "?")
	if len(parts) < 3 {
		return ""
	}
	sentence, _ := lastQuestion(parts[len(parts)-3])
	return sentence
}

// question prepares what an organizer asks as the examples are.
func (g *glossary) question(sentence string, q *question) *asking {
	ws := words(sentence, heardWords)
	ws = ws[max(0, len(ws)-mostTerms):]
	x := &asking{stems: stemAll(ws)}
	x.example = example{terms: g.all(ws, x.stems), kind: q.kind, fine: q.fine, way: sense.Of(ws)}
	x.sight, x.wide = sightOf(x.stems), x.way.Wide()
	x.bare = (q.oneFact() || q.fine == "q-why-bare") && len(x.stems) < 4 && len(content(x.stems)) == 0
	x.persons()
	return x
}

// candidatesFor gives those for one question.
func (m *Mind) candidatesFor(sentence string, q *question) []candidate {
	asked := m.b.glossary.question(sentence, q)
	if len(asked.stems) == 0 {
		return nil
	}
	fresh := func(t *topicBook) bool {
		for i := t.says.from; i < t.says.to; i++ {
			if !m.said(i) {
				return true
			}
		}
		return false
	}
	// All that is raised by what was said is looked at closely, and of the others the nearest.
	out := make([]candidate, 0, nearest+nearest/4)
	for _, r := range m.st.Raised {
		for i := range m.b.askedOn.after[r.After].answers {
			if t := &m.b.askedOn.after[r.After].answers[i]; len(t.examples) > 0 && fresh(t) {
				out = append(out, candidate{topic: t, kind: kindAskedOn, justRaised: r.At == m.st.Heard})
			}
		}
	}
	for _, x := range m.b.pool.nearest(asked, max(nearest-len(out), nearest/2), func(p *pooled) bool {
		return (p.of < 0 || m.st.Grievances[p.of].Rung >= p.after && m.st.Grievances[p.of].Shut == 0) && fresh(p.topic)
	}) {
		out = append(out, candidate{topic: m.b.pool.answers[x.at].topic, kind: m.b.pool.answers[x.at].kind})
	}
	for i := range out {
		c := &out[i]
		c.says = c.topic.says
		c.compare(asked, q, m.b.entries[c.says.from].shape)
	}
	return out
}

// judge weighs the facts.
func (c *candidate) judge() {
	c.fits = factBias
	for i, w := range factWeights {
		c.fits += float32(w * c.facts[i])
	}
	if c.otherName {
		c.fits -= otherNameCosts
	}
	if c.otherDoing {
		c.fits -= otherDoingCosts
	}
	if c.before {
		c.fits -= beforeLast
	}
	if c.justRaised {
		c.fits += justRaisedGains
	}
	if c.stray {
		c.fits -= bareCosts
	}
}

// What the facts weigh: a logistic regression on question turns of practice talks, beside each some lines that
// readers had marked as an answer to it or not (testdata/marked.txt; TestMarkedLines tells how well they do, and prints a new fit).
var factWeights = [facts]float32{
	factAsked: -0.56, factExample: 0.06, factBoth: 2.75, factWay: 1.82, factKind: -0.11, factFine: 0.14, factAskedKind: 0.24, factPerson: -0.13,
	factSecond: 1.06, factTopic: 1.66, factAskedTopic: -0.04, factSaid: 0.96, factRaised: 0.09, factDetail: 0.27, factMisshape: -0.27,
	factWayBest: 0.70, factWayMean: 2.56,
}

const factBias = -4.71

// otherNameCosts is how much less an answer counts that is about somebody or something of another name, as a logit.
const otherNameCosts = 1.5

// otherDoingCosts is how much less an answer counts that says how long something else has been going on.
const otherDoingCosts = 4

// justRaisedGains is how much more an answer counts that goes on from what they said in their last turn: readers found 1 in 20 of those odd, however unlikely
// the question's own words made them, and one in five of the others of which that holds.
const justRaisedGains = 0.9

// bareCosts is how much less a stray answer counts.
const bareCosts = 2

// beforeLast is how much less an answer to a question before the last one counts.
const beforeLast = 0.4

// From which logit on an answer is given: instead of a small answer that fits any question of its form, instead of
// a line about what is talked about, and instead of one that has been earned.
const (
	anyhow         = -0.8 // to a choice of two hardly anything fits unless it was written for it
	doubtful       = -0.6 // below it not even words of its topic make a line an answer
	doubtfulDetail = -0.5 // of what is talked about
	surely         = -0.2
	beyondDoubt    = 0.6
	theVeryOne     = 2.0 // also where the question leaves it open
)

// meant finds the answer that most likely answers a question, by what it means; nil where there is none.
func (m *Mind) meant(h *heard) *candidate {
	if h.meantKnown {
		return h.meant
	}
	h.meantKnown = true
	praised := h.sign(talk.Flattery) || h.sign(talk.StockPhrase)
	if !h.asks || h.hurt() || praised && !h.specific || h.sign(talk.OtherLanguage) {
		return nil
	}
	list := m.candidates(h)
	for i := range list {
		c := &list[i]
		if c.judge(); c.kind == kindDetail && (praised || m.heed() < heedToThink) || praised && c.fits < beyondDoubt {
			continue // "you're so funny! How old is she?" gets her age, and nothing of what is earned
		}
		if h.meant == nil || c.fits > h.meant.fits {
			h.meant = c
		}
	}
	// Once something was told, what would fix it, what the boss may do, what they fear and how it is for them ask for no small answer.
	deeper := m.deepestReached() > 0 && h.any(talk.ProbeFeeling, talk.ProbeCost, talk.InoculateBoss, talk.InoculateFear, talk.PlanTogether, talk.EducateFix, talk.EducateWho, talk.EducateAction)
	// And what would fix the thing that was told is not what they would change about the place, however alike the words are.
	if deeper && h.meant != nil && (h.meant.fits < beyondDoubt || h.has(talk.EducateFix)) {
		h.meant = nil
	}
	return h.meant
}

// doubted reports whether a line that was found by words of its topic is hardly an answer to what is asked.
func (m *Mind) doubted(h *heard, c *talk.Cue) bool {
	if len(c.Lines) == 0 || c.Reason != talk.ReasonAskedPlainly || !h.q.asked {
		return false
	}
	line, ok := m.b.byID[c.Lines[0].ID]
	topic := m.b.topicOf[line]
	if !ok || topic == nil || len(topic.examples) == 0 {
		return false
	}
	if m.b.entries[line].kind == kindDetail {
		// A detail of what is talked about has more than its words for it, where it has the form of an answer.
		return !(h.oneFact && m.b.entries[line].hasShape(h.q.kind)) && m.fitsNow(h, line, topic) < doubtfulDetail
	}
	return m.fitsNow(h, line, topic) < doubtful
}

// fitsNow says how likely a line is an answer to what is asked, or to what was asked just before that.
func (m *Mind) fitsNow(h *heard, line int, topic *topicBook) float32 {
	fits := func(sentence string, q *question) float32 {
		asked := m.b.glossary.question(sentence, q)
		x := candidate{says: topic.says, topic: topic, kind: m.b.entries[line].kind}
		x.compare(asked, q, m.b.entries[line].shape)
		x.judge()
		return x.fits
	}
	out := fits(h.grasp.sentence, &h.q)
	if before := questionBefore(h.turn.Text); before != "" {
		q := readQuestion(before)
		out = max(out, fits(before, &q)-beforeLast)
	}
	return out
}

// answers gives the answer that was found by what the question means.
func (m *Mind) answers(h *heard) talk.Cue {
	line := h.meant.says.from
	for m.said(line) {
		line++ // the first is the one that was compared with the question, and a line that is not said yet is there
	}
	return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, line)
}

// didYouSay asks whether they were heard right: "did you say bat?"
var didYouSay = regexp.MustCompile(`^ did (?:you|u|ye) (?:just )?say (?:(?:youve|you|a|the|carry|no|its|hes|shes|theyre) ){0,3}[a-z]+ $`)

// saidIt reports whether the words that they are said to have said are those of a line of theirs.
func (m *Mind) saidIt(h *heard) bool {
	heard := content(h.q.stems)
	for i := range m.st.Voiced {
		if !slices.ContainsFunc(heard, func(w string) bool { return !slices.Contains(m.b.entries[i].stems, w) }) {
			return true
		}
	}
	return len(heard) == 0
}

var (
	// mayAsk announces a question and waits for leave.
	mayAsk = regexp.MustCompile(` (?:ask|show|tell) (?:you|u) (?:\w+ ){0,6}(?:is|would|if) (?:that|it|thats) (?:be )?(?:all right|alright|ok|okay|fine)(?: with (?:you|u))? $`)
	// asksNumber asks for their telephone number.
	asksNumber = regexp.MustCompile(`^ (?:(?:what|which) (?:is |s )?|can i (?:have|get|take) |could i (?:have|get|take) |have you (?:got )?|do you have )(?:a |the )?(?:good |best )?(?:(?:your|ur) (?:phone |mobile |cell )?number|(?:phone |mobile |cell )number|number (?:for you|to (?:ring|text|call|reach|get) you)).{0,24}$`)
)

// givesNumber is the trust from which on somebody gives their number.
const givesNumber = 24

// marvels reports whether it is asked back in wonder what they have just told: "she said that?"
func (q *question) marvels() bool {
	return q.asked && !q.wants() && q.kind != "would" && saidThat.MatchString(q.line) && !containsAny(q.line, " you ")
}

var saidThat = regexp.MustCompile(`^ (?:omg |oh |wow |no |what |so |wait |seriously |jesus |god |and )*(?:did (?:[a-z]+ ){1,2}(?:really |actually |just )?(?:say|do|write|send)|(?:[a-z]+ ){1,2}(?:really |actually |just )?(?:said|did|wrote|sent)) (?:that|this)(?: to (?:your face))?(?: really| seriously)? $`)

// asksIfRight asks whether they were understood: "did I get that right?"
var asksIfRight = regexp.MustCompile(` (?:did|do|have|am) i (?:get|got|have|getting|understood|understand|heard|hear) (?:that|it|this|you) (?:right|correctly) | have i (?:got )?(?:you|that|it|this) right `)

// asksWhetherRight reports whether a folded line asks that.
func asksWhetherRight(line string) bool {
	return (strings.Contains(line, " right ") || strings.Contains(line, " correctly ")) && asksIfRight.MatchString(line)
}

// asksWhatIsMissed asks the same from its other end, last of all: "have I missed anything?"
var asksWhatIsMissed = regexp.MustCompile(` (?:have|did) i (?:missed|miss|left|leave|forgotten|forget|forgot) (?:anything|something|any of it)(?: out)? $`)

// plainlyMeant answers a plain question by what it means, where it is surely that answer; what has been earned comes first where the question leaves it open.
func (m *Mind) plainlyMeant(h *heard) (talk.Cue, bool) {
	switch {
	case h.hurt() || h.sign(talk.Greeting):
	case h.has(talk.Reflection) && asksWhatIsMissed.MatchString(h.folded()):
		return manner(talk.ActAnswer, "nothing-missed", talk.ReasonAskedPlainly), true
	case m.st.LastLine > 0 && h.q.asked && didYouSay.MatchString(h.q.line) && !m.saidIt(h):
		return manner(talk.ActAnswer, "misheard", talk.ReasonAskedPlainly), true
	case mayAsk.MatchString(h.folded()):
		return manner(talk.ActAnswer, "go-ahead", talk.ReasonAskedPlainly), true
	case h.q.asked && h.ask < 0 && m.st.Trust >= givesNumber && asksNumber.MatchString(h.q.line):
		return manner(talk.ActAnswer, "my-number", talk.ReasonAskedPlainly), true
	case asksWhetherRight(h.folded()):
		return manner(talk.ActAnswer, "agree", talk.ReasonAskedPlainly), true
	case h.q.asked && h.q.fine == "q-right":
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true
	case m.st.LastLine > 0 && m.st.Quiet <= 1 && h.q.marvels():
		return manner(talk.ActAnswer, "just-so", talk.ReasonAskedPlainly), true
	}
	if h.has(talk.MakeAsk) {
		return talk.Cue{}, false
	}
	if c := m.meant(h); c == nil || c.fits < surely {
		return talk.Cue{}, false
	}
	if at := m.about(h); at >= 0 && (h.open || h.any(talk.ProbeCost, talk.ProbeFeeling)) && (h.meant.fits < beyondDoubt || !h.specific && h.meant.fits < theVeryOne) {
		if _, why := m.canOpen(h, at); why == "" {
			return talk.Cue{}, false
		}
	}
	return m.answers(h), true
}

// instead reports whether a cue without a line may give way to an answer that the question probably means.
func (m *Mind) instead(h *heard, c *talk.Cue) bool {
	if len(c.Lines) > 0 || h.has(talk.MakeAsk) {
		return false
	}
	switch c.Act {
	case talk.ActAnswer, talk.ActDeflect, talk.ActAskBack:
	case talk.ActChat:
		if c.Manner == "apology" || c.Manner == "thanks" {
			return false
		}
	default:
		return false
	}
	switch c.Reason {
	case talk.ReasonPried, talk.ReasonUsed, talk.ReasonArgued, talk.ReasonPressed, talk.ReasonPromised, talk.ReasonLed, talk.ReasonReady:
		return false
	}
	x := m.meant(h)
	return x != nil && (x.fits >= surely || h.q.kind == "either" && x.fits >= anyhow)
}

// relates reports whether a line has a word that means much the same as a telling word of the question.
func (m *Mind) relates(h *heard, line int) bool {
	asked := words(h.grasp.sentence, mostTerms)
	said := words(m.b.entries[line].text, heardWords)
	for i, s := range stemAll(asked) {
		if ordinary[s] || atWork[s] {
			continue
		}
		for k, o := range m.b.entries[line].stems {
			if !ordinary[o] && (s == o || likeWords(asked[i], said[k]) >= muchAlike) {
				return true
			}
		}
	}
	return false
}

const muchAlike = 0.5
