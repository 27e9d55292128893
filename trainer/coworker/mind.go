package coworker

import (
	"hash/fnv"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// Mind decides what the coworker does. It is not safe for concurrent use.
type Mind struct {
	b       *book
	seed    uint64
	ungated bool
	st      state
	grasp   *Grasp // of the turn heard last
}

// Grasp gives what the words of the turn that was heard last show, for Scene.Grasp; nil where none was heard since the mind was made.
// Each call gives one of its own: several answers to a turn may be in the making at once.
func (m *Mind) Grasp() *Grasp {
	if m.grasp == nil {
		return nil
	}
	g := *m.grasp
	if g.cut != nil {
		cut := *g.cut
		g.cut = &cut
	}
	return &g
}

// NewUngated gives a mind that is switched off: whatever a turn is about opens
// at once, whoever asks and however. It is for measuring what the mind does, by its absence; no conversation is held with it.
func NewUngated(s *scenarios.Scenario, seed uint64) *Mind {
	m := New(s, seed)
	m.ungated = true
	m.st.Trust, m.st.Patience, m.st.Hope, m.st.Resolve = most, most, most, most
	return m
}

// New gives the mind of the scenario's coworker before the first turn. Lines
// that stand in the scenario's opening count as voiced.
func New(s *scenarios.Scenario, seed uint64) *Mind {
	m := &Mind{b: bookOf(s), seed: seed}
	set := m.b.set
	m.st = state{
		Form: stateForm, Trust: set.trust, Patience: set.patience, Hope: set.hope, Resolve: set.resolve,
		Grievances: make([]grievanceState, len(m.b.grievances)),
		Fears:      make([]fearState, len(m.b.fears)),
		Limits:     make([]limitState, len(m.b.limits)),
		Asks:       make([]askState, len(m.b.asks)),
		Voiced:     voiced{},
	}
	for _, o := range s.Opening {
		if o.Speaker != talk.Coworker {
			continue
		}
		for i := range m.b.entries {
			if e := &m.b.entries[i]; strings.Contains(o.Text, e.text) {
				m.voice(i, 0)
				m.st.LastLine = i + 1
			}
		}
	}
	return m
}

// bookOf gives the prepared scenario. Preparing takes milliseconds, and a
// conversation that was put aside is taken up for every turn: scenarios that were
// loaded from a text are prepared once, by its hash.
func bookOf(s *scenarios.Scenario) *book {
	if s.Hash == "" {
		return newBook(s)
	}
	prepared.Lock()
	defer prepared.Unlock()
	if b, ok := prepared.books[s.Hash]; ok {
		return b
	}
	if len(prepared.books) >= preparedMost {
		clear(prepared.books)
	}
	b := newBook(s)
	prepared.books[s.Hash] = b
	return b
}

// preparedMost bounds how many prepared scenarios are held.
const preparedMost = 128

var prepared = struct {
	sync.Mutex
	books map[string]*book
}{books: map[string]*book{}}

// heard is one organizer's turn as the mind takes it in.
type heard struct {
	turn  talk.Turn
	read  talk.Read
	words []string
	stem  []string
	seen  uint64 // the sight of stem, once asked for
	line  string // the turn as fold gives it, once asked for
	// question holds the stems of the question in it, of all of it where there is none.
	question []string
	rnd      *rand.Rand

	asks    bool // a question or an invitation to go on
	open    bool // an open one
	listens bool // takes up what was said, and not as a stock phrase
	opener  bool // opens the way: a question, something taken up, an invitation to go on
	repeats bool // the same words as last time
	tells   bool // tells rather than asks
	spoken  bool // has a word in it

	easing    int  // the fear that this turn did something for, -1 for none
	elsewhere bool // a question about something that nothing here leads to
	howAreYou bool
	yesNo     bool
	echoed    int  // telling words of their last line that come back
	nods      bool // says a word of its own beside the question
	dismisses bool // belittles, whatever the reader made of it
	comforts  bool // takes a blame from them, whatever the reader made of it
	stays     bool // with the fear that was told: no other one comes up now
	oneFact   bool // asks for one fact: how long, how many, when, where, who
	pries     bool // about papers, health and the like, whatever the reader made of it
	q         question
	grasp     *Grasp
	specific  bool // asks for something that only an answer of its own shape answers
	unknown   int  // words of the question that nothing here leads to

	grievance, grievanceScore int // -1 where the words lead to none
	fear, fearScore           int
	limit                     int
	ask, askScore             int
	boss                      bool
	meant                     *candidate // the answer that the question most likely means, once meantKnown
	meantKnown                bool
	apt                       []int32 // how apt each kind of answer is, once asked for; see acts
	public                    span    // an open answer or small talk that fits
	publicScore               int
}

// fits is score for the turn's words.
func (h *heard) fits(list []phrase) int {
	if h.seen == 0 {
		h.seen = sightOf(h.stem)
	}
	return scoreOf(h.stem, h.seen, list)
}

// folded is the turn as fold gives it.
func (h *heard) folded() string {
	if h.line == "" {
		h.line = fold(h.turn.Text)
	}
	return h.line
}

func (h *heard) has(m talk.Move) bool       { return slices.Contains(h.read.Moves, m) }
func (h *heard) fault(f talk.Fault) bool    { return slices.Contains(h.read.Faults, f) }
func (h *heard) sign(s talk.Sign) bool      { return slices.Contains(h.read.Signs, s) }
func (h *heard) any(list ...talk.Move) bool { return slices.ContainsFunc(list, h.has) }
func (h *heard) hurt() bool {
	return slices.ContainsFunc(talk.Harms, h.fault) && !h.comforts || h.sign(talk.Insult)
}

// best gives the index and score of the best fitting of n topics; -1 where none fits. The first wins a tie.
func best(n int, text []string, topics func(int) []phrase) (int, int) {
	at, top := -1, 0
	seen := sightOf(text)
	for i := range n {
		if s := scoreOf(text, seen, topics(i)); s > top {
			at, top = i, s
		}
	}
	return at, top
}

// inPassing is how well words fit a topic at most that ask for nothing where nothing is asked: a word or two of it.
const inPassing = 5

func (m *Mind) listen(t talk.Turn, r talk.Read) *heard {
	b := m.b
	h := &heard{turn: t, read: r, easing: -1}
	ws := words(t.Text, heardWords)
	h.words, h.stem = ws, stemAll(ws)
	h.spoken = len(ws) > 0
	// The turn's number is counted by the mind itself: the same words in the same order decide the same, whatever the numbering.
	h.rnd = rand.New(rand.NewPCG(m.seed, uint64(m.st.Heard)))

	mark := strings.ContainsRune(t.Text, '?')
	m.grasp = graspOf(t.Text)
	h.grasp = m.grasp
	q := h.grasp.plain
	b.ofJob(&q)
	q = q.asRead(r)
	h.q = q
	h.howAreYou, h.yesNo, h.oneFact = q.howAreYou, q.asked && q.yesNo(), q.asked && q.oneFact()
	h.open = h.has(talk.OpenQuestion) && !h.oneFact || h.fits(invitations) > 0
	h.asks = h.open || h.has(talk.OpenQuestion) || h.has(talk.ClosedQuestion) || mark || q.asked || h.fits(asksAside) > 0
	h.listens = h.any(talk.Reflection, talk.Validation) && !h.sign(talk.StockPhrase) && !h.sign(talk.Flattery)
	if h.fits(ofComfort) > 0 && !h.asks {
		h.listens, h.comforts = true, true
	}
	asked, said := parts(t.Text)
	h.echoed = m.echoes(h.stem)
	switch {
	case h.echoed >= echoTakesUp && !h.fault(talk.Leading) && !h.hurt() && !h.sign(talk.Flattery):
		h.listens = true // their own words came back, whatever the reader made of it
	case h.listens && h.asks && len(asked) > 0 && sayings(said) < 2 && (h.echoed == 0 || !m.takesUp(h.stem)) && m.st.LastLine > 0:
		h.listens = false // bare questions say nothing back
	}
	h.tells = h.has(talk.Telling) || h.fault(talk.Monologue)
	h.opener = h.asks || h.listens || h.sign(talk.Backchannel) && m.ofProblem() || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling)

	sum := fnv.New32a()
	for _, w := range ws {
		sum.Write([]byte(w))
		sum.Write([]byte{0})
	}
	same := sum.Sum32()
	h.dismisses = h.fits(ofDismissal) > 0 && h.fits(ofDismissalNot) == 0 && !h.sign(talk.Flattery) && !(m.st.LastLine > 0 && score(m.b.entries[m.st.LastLine-1].stems, ofDismissal) > 0)
	h.nods = h.asks && sayings(said) >= 2 && sayings(said) <= 30
	h.pries = mark && h.fits(ofPrivate) > 0
	h.repeats = len(ws) > 2 && same == m.st.SameAs
	m.st.SameAs = same

	h.grievance, h.grievanceScore = best(len(b.grievances), h.stem, func(i int) []phrase { return b.grievances[i].topics })
	h.fear, h.fearScore = best(len(b.fears), h.stem, func(i int) []phrase { return b.fears[i].topics })
	h.limit, _ = best(len(b.limits), withoutOwn(h.words, h.stem), func(i int) []phrase { return b.limits[i].topics })
	h.boss = h.fits(b.boss) > 0
	// Words of their own that are said back do not lead away from what they are talking about.
	if focus := m.st.Focus - 1; focus >= 0 && h.grievance >= 0 && h.grievance != focus && m.st.LastLine > 0 {
		own := b.entries[m.st.LastLine-1].stems
		rest := slices.DeleteFunc(slices.Clone(h.stem), func(w string) bool { return slices.Contains(own, w) })
		if h.grievance, h.grievanceScore = best(len(b.grievances), rest, func(i int) []phrase { return b.grievances[i].topics }); h.grievance < 0 {
			h.grievance, h.grievanceScore = focus, h.fits(b.grievances[focus].topics)
			if h.grievanceScore == 0 {
				h.grievance = -1
			}
		}
	}
	// What is open is looked for in the question alone where there is one: the rest of the turn is often about something else.
	inQuestion := h.stem
	if h.grasp.marked {
		inQuestion = stemAll(words(h.grasp.sentence, heardWords))
	}
	h.question = inQuestion
	if h.ask, h.askScore = b.asked(inQuestion); h.ask < 0 || score(withoutCarriers(inQuestion), b.asks[h.ask].topics) == 0 {
		// "Would you come, and bring Sheila?" names less than what was said before it.
		if ask, fits := b.asked(h.stem); ask >= 0 && fits > h.askScore {
			h.ask, h.askScore = ask, fits
		}
	}
	plainly := slices.DeleteFunc(slices.Clone(inQuestion), func(w string) bool { return asideStems[w] })
	if q.asked && len(plainly) <= 8 && asksForTime.MatchString(strings.Join(plainly, " ")) {
		plainly = timeAsked // "two secs?", "have you five minutes?"
	}
	if at := slices.Index(plainly, "or"); q.kind == "either" && at > 1 {
		plainly = plainly[:at] // "is that your own bucket, or did somebody leave it?"
	}
	seen := sightOf(plainly)
	for k, list := range [][]topicBook{b.answers, b.smallTalk} {
		for i := range list {
			s := scoreOf(plainly, seen, list[i].topics)
			if k == 0 && s <= inPassing && !h.asks || s <= 2 && ((k == 0 || m.ofProblem()) && h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) && !h.has(talk.SmallTalk)) {
				continue // a word in passing asks for nothing
			}
			if k == 1 && s <= 2 && m.ofProblem() && m.st.Quiet <= 1 && q.goesOn && !h.has(talk.SmallTalk) {
				continue // "and your dad?" goes on with what was told
			}
			if s == 0 || s < h.publicScore || s == h.publicScore && !h.has(talk.SmallTalk) || !m.answersIt(&q, plainly, &list[i], s) {
				continue
			}
			h.public, h.publicScore = list[i].says, s
		}
	}
	if h.publicScore == 0 && q.asked && h.asks && !h.listens {
		h.public, h.publicScore = m.plainly(&q, plainly)
	}
	if h.publicScore == 2 && len(content(inQuestion)) > 4 {
		h.publicScore = 0 // one word among many
	}
	if h.grievance >= 0 && !h.tells && !h.hurt() && len(ws) < 25 && !(h.sign(talk.Thanks) || h.sign(talk.Farewell)) {
		h.opener = true // to speak of it is to ask for it
	}
	unknown := m.unknown(h, inQuestion)
	h.unknown = m.strangers(h, inQuestion)
	if m.ofProblem() && h.fits(invitations) > 0 {
		unknown = 0
	}
	if m.ofProblem() && slices.ContainsFunc(inQuestion, func(w string) bool { return pointing[w] }) {
		unknown -= 2 // "what has it done to your flat?"
	}
	h.elsewhere = h.asks && (unknown > 1 || unknown == 1 && q.kind == "opinion")
	h.specific = q.specific() && score(inQuestion, invitations) == 0
	if m.ofProblem() && m.st.Quiet <= 1 && slices.ContainsFunc(inQuestion, func(w string) bool { return pointing[w] }) {
		h.publicScore = 0 // "and how long have you been in it?" is about what they have just told
	}
	staysWithIt := m.st.Focus > 0 && m.deepestReached() > 0 && (h.listens || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling))
	if staysWithIt && (!h.specific || h.publicScore <= 4) { // words that happen to fit do not lead away from what is being talked about
		h.publicScore = 0
	}
	if !h.has(talk.InoculateFear) {
		if h.fear, h.fearScore = best(len(b.fears), inQuestion, func(i int) []phrase { return b.fears[i].topics }); staysWithIt {
			h.fearScore = 0
		}
	}
	return h
}

// withoutCarriers leaves out the verbs that stand in asks of all kinds.
func withoutCarriers(stems []string) []string {
	return slices.DeleteFunc(slices.Clone(stems), func(w string) bool { return carriers[w] })
}

var carriers = stemSet("bring come take give send text write tell show talk go")

// answersIt reports whether an open answer that was found by its topics answers
// a question of this form: one word in common is not enough where somebody else is asked about, or one fact.
func (m *Mind) answersIt(q *question, asked []string, t *topicBook, fits int) bool {
	if !q.asked {
		return true
	}
	if q.kind == "howlong" && t.ofOther(q.doing) {
		return false
	}
	if !slices.ContainsFunc(t.topics, func(p phrase) bool {
		return p.found(asked) && (p.telling || len(p.words) > 3 && !questionStart[p.words[0]])
	}) {
		// Found by words that any question has: nothing else may stand in it. "What do you do" is not "what do you do when the phone goes".
		var led []string
		for _, p := range t.topics {
			if p.found(asked) {
				led = append(led, p.words...)
			}
		}
		rest := slices.DeleteFunc(content(asked), func(w string) bool { return atWork[w] || slices.Contains(led, w) })
		return len(rest) == 0
	}
	told := map[string]bool{}
	strange := 0
	for _, w := range content(asked) {
		if !atWork[w] && !slices.ContainsFunc(t.topics, func(p phrase) bool { return slices.Contains(p.words, w) }) {
			strange++
		}
	}
	for _, p := range t.topics {
		if p.found(asked) {
			if q.fine == "q-like-what" && p.words[0] == "like" && len(p.words) <= 3 {
				continue // what somebody is like is not what somebody likes
			}
			if len(p.words) > 2 && p.telling && p.words[0] == asked[0] && strange < 2 {
				return true // it is the question itself
			}
			if (len(p.words) > 3 && strange < 3 || len(p.words) == 3 && p.telling && strange < 3) && !slices.ContainsFunc([]string{"q-that", "q-is-that"}, func(fine string) bool { return q.fine == fine }) {
				return true
			}
			for _, w := range p.words {
				if !ordinary[w] {
					told[w] = true
				}
			}
		}
	}
	if q.fine == "q-like-what" && len(told) == 0 {
		return false
	}
	if q.fine == "q-that" && len(told) < 2 || q.fine == "q-did" && len(told) < 2 {
		return false // "is that why you stay late?" asks for no reason
	}
	if len(told) > 1 {
		return true
	}
	if q.fine == "q-when-next" || q.general && fits <= 2 && (slices.Contains(asked, "it") || slices.Contains(asked, "that")) || q.fine == "q-like-what" && slices.Contains(asked, "that") {
		return false // "what's it like in there with the kids?" asks for no names, "what's that like to live with?" for what was told
	}
	if q.specific() && slices.ContainsFunc(content(asked), func(w string) bool { return !told[w] && !atWork[w] }) {
		return false // it asks for something else about it
	}
	if fits > 2 && !q.others {
		return true
	}
	switch {
	case q.others, q.kind == "would", q.kind == "why", q.fine == "q-how-did", q.fine == "q-how-do", q.fine == "q-how-would", q.fine == "q-said", q.fine == "q-said-you", q.fine == "q-may-i":
		return false
	case q.kind == "either" || q.oneFact():
		for i := t.says.from; i < t.says.to; i++ {
			if !m.b.entries[i].hasShape(q.kind) {
				return false
			}
		}
	}
	return true
}

// plainly finds the open answer to an ordinary question that the scenario lists in other words.
func (m *Mind) plainly(q *question, asked []string) (span, int) {
	for i, sp := range m.b.plain {
		n := score(asked, plainQuestions[i].asked)
		if n == 0 || sp.from == sp.to {
			continue
		}
		if q.kind != "howmany" && q.kind != "degree" || q.fine == "q-how-far" {
			return sp, n
		}
		for line := sp.from; line < sp.to; line++ { // a number that is asked for is in the answer
			if _, said := m.st.Voiced[line]; !said && m.b.entries[line].hasShape("howmany") {
				return span{line, line + 1}, n
			}
		}
	}
	return span{}, 0
}

// asksForTime is a question for a moment of theirs, timeAsked the stems of how scenarios have it.
var (
	asksForTime = regexp.MustCompile(`^(?:(?:have|got|has|do|spare|can|i|you|me|could|give) )*(?:a|an|two|three|five|ten|thirty|one|few|couple|of|half)(?: (?:a|of|few|couple))* (?:sec|second|minut|moment|tick)s?\b|\b(?:have|got|spare)(?: (?:you|me|got))* (?:a|an|two|three|five|ten|few|couple)(?: of)? (?:sec|second|minut|moment|tick)s?$|^is (?:this|it|now) an? (?:bad|good|ok|okay|fine|decent|all right) (?:moment|time)`)
	timeAsked   = stemAll(words("got a minute", 9))
)

// takesUp reports whether words of the coworker's last line are in the turn that say something.
func (m *Mind) takesUp(stems []string) bool {
	if m.st.LastLine == 0 {
		return true // what they said last is not known here
	}
	own := m.b.entries[m.st.LastLine-1].stems
	return slices.ContainsFunc(content(stems), func(w string) bool { return !atWork[w] && slices.Contains(own, w) })
}

// content leaves out the words that any question has.
func content(stems []string) []string {
	return slices.DeleteFunc(slices.Clone(stems), func(w string) bool { return ordinary[w] })
}

// unknown counts the words of a question that neither belong to any talk about
// work, nor to what this coworker could speak of, nor to what they just said.
func (m *Mind) unknown(h *heard, question []string) int {
	if h.fear >= 0 || h.ask >= 0 || h.limit >= 0 || h.boss {
		return 0
	}
	return m.strangers(h, question)
}

// strangers counts the words of a question that belong neither to any talk about work nor to a problem of theirs, nor to what they just said.
func (m *Mind) strangers(h *heard, question []string) int {
	if h.grievance >= 0 {
		return 0
	}
	var own []string
	if m.st.LastLine > 0 {
		own = m.b.entries[m.st.LastLine-1].stems
	}
	n := 0
	for _, w := range content(question) {
		if !atWork[w] && !slices.Contains(own, w) {
			n++
		}
	}
	return n
}

// about gives the grievance that a turn is about: its topic words, else the one that the talk is about; -1 for none.
func (m *Mind) about(h *heard) int {
	if h.grievance >= 0 {
		return h.grievance
	}
	return m.st.Focus - 1
}

// withoutOwn leaves out what the organizer calls theirs: "my husband says" crosses nobody's limit.
func withoutOwn(ws, stems []string) []string {
	if !slices.Contains(ws, "my") && !slices.Contains(ws, "our") {
		return stems
	}
	out := stems[:0:0]
	for i, s := range stems {
		if i == 0 || ws[i-1] != "my" && ws[i-1] != "our" {
			out = append(out, s)
		}
	}
	return out
}

// Hear takes in an organizer's turn and decides what the coworker does. Only
// integers decide; chance comes from the seed and the number of turns heard.
func (m *Mind) Hear(t talk.Turn, r talk.Read) talk.Cue {
	h := m.listen(t, r)
	if m.ungated {
		h.opener = true
	} else {
		m.settle(h)
	}
	cue := m.decide(h)
	if cue.Mood == "" {
		cue.Mood = m.mood()
	}
	m.bound(h, &cue)
	m.st.Heard++
	m.st.Quiet++
	m.st.Last = cue.Act
	m.st.LastLine = 0
	return cue
}

// Said takes in the coworker's turn: the lines with these IDs were voiced.
// What a cue offered and was not voiced is offered again.
func (m *Mind) Said(t talk.Turn, ids []string) {
	var lines []int
	for _, id := range ids {
		if i, ok := m.b.byID[id]; ok {
			if _, again := m.st.Voiced[i]; !again {
				m.voice(i, t.N)
			}
			m.st.LastLine = i + 1
			lines = append(lines, i)
		}
	}
	m.raises(t.Text, lines)
	if len(ids) == 0 && (slices.Contains(m.b.s.Coworker.Manners["interrupted"], t.Text) || slices.Contains(replyKinds()[fold(t.Text)], "lost-it")) {
		m.st.SameAs = 0 // whoever says it again was asked to
	}
}

// voice records that a line was voiced and lets it work on the one who said it.
func (m *Mind) voice(i, turn int) {
	e := &m.b.entries[i]
	m.st.Voiced[i] = turn
	m.move(voicedEffects[e.kind])
	switch e.kind {
	case kindNamed, kindTold, kindCost, kindFelt, kindResolved, kindBlurted:
		g := &m.st.Grievances[e.owner]
		rung := talk.RungNamed
		if e.kind != kindBlurted {
			rung = talk.Rung(e.kind-kindNamed) + talk.RungNamed
		}
		if rung > g.Rung {
			g.Rung = rung
			g.Open = min(max(0, g.Open-m.need(rung)), surplus)
			g.Taken = false
		}
		m.st.Focus = e.owner + 1
		m.st.Quiet = 0
	case kindDetail, kindHint, kindCover:
		m.st.Focus = e.owner + 1
		m.st.Quiet = 0
	case kindAskedOn:
		if owner := m.b.askedOn.after[e.owner].owner; owner >= 0 {
			m.st.Focus = owner + 1
			m.st.Quiet = 0
		}
	case kindFear:
		m.st.Fears[e.owner].Voiced = true
		m.st.FocusFear = e.owner + 1
	case kindFearHint:
		m.st.FocusFear = e.owner + 1
	case kindEased:
		m.st.Fears[e.owner].Eased = true
	case kindYes:
		m.st.Asks[e.owner].Answer = talk.AnswerYes
		m.st.PutOffs = 0
		m.st.Refused = false
	case kindPartly:
		m.st.Asks[e.owner].Answer = talk.AnswerPartly
		m.st.PutOffs = 0
		m.st.Refused = false
	case kindNo:
		m.st.Asks[e.owner].Answer = talk.AnswerNo
		m.st.Refused = true
	case kindLater:
		if m.st.Asks[e.owner].Answer == "" {
			m.st.Asks[e.owner].Answer = talk.AnswerNone
		}
	}
}

// lastKind is what the coworker's last line was, kindNone where there was none.
func (m *Mind) lastKind() lineKind {
	if m.st.LastLine == 0 {
		return kindNone
	}
	return m.b.entries[m.st.LastLine-1].kind
}

// need is the openness that a rung takes in this scenario.
func (m *Mind) need(r talk.Rung) int {
	return needs[r] * m.b.set.needs * m.b.opens / 10000
}

// floor is the trust below which a rung stays shut.
func (m *Mind) floor(r talk.Rung) int {
	return floors[r] + m.b.set.floors
}

func (m *Mind) mood() talk.Mood {
	switch t := m.st.Trust; {
	case m.st.Patience < 15:
		return talk.MoodTired
	case t < 18:
		return talk.MoodClosed
	case t < 34:
		return talk.MoodGuarded
	case t < 46:
		return talk.MoodEven
	case t < 60:
		return talk.MoodWarm
	}
	return talk.MoodOpen
}

// move moves the gauges and keeps them within their bounds.
func (m *Mind) move(e effect) {
	clamp := func(v int) int { return min(max(v, 0), most) }
	m.st.Trust = clamp(m.st.Trust + e.Trust)
	m.st.Patience = clamp(m.st.Patience + e.Patience)
	m.st.Hope = clamp(m.st.Hope + e.Hope)
	m.st.Resolve = clamp(m.st.Resolve + e.Resolve)
}

// View is what the debrief may show of a mind once the talk is over.
type View struct {
	// Trust, Patience, Hope and Resolve stand between 0 and 100.
	Trust, Patience, Hope, Resolve int
	// Opened lists the lines that were voiced, by turn, then in the scenario's order.
	Opened []Opened
	// Rungs gives the deepest rung voiced of each grievance, by its name.
	Rungs map[string]talk.Rung
	// FearsVoiced and FearsEased name the fears that came up and those that weigh less.
	FearsVoiced, FearsEased []string
	// LimitsCrossed and LimitsRespected name the limits that came up.
	LimitsCrossed, LimitsRespected []string
	// Asks gives the last answer to each ask that was put, and why, by its name.
	Asks map[string]AskView
	// ShutForGood names the grievances that something confided was used against.
	ShutForGood []string
	// Left is set where the coworker got up and left.
	Left bool
}

// Opened is a line that was voiced and the coworker's turn in which it was.
type Opened struct {
	ID   string `json:"id"`
	Turn int    `json:"turn"`
}

// AskView is what came of an ask.
type AskView struct {
	Answer talk.Answer `json:"answer"`
	Times  int         `json:"times"`
	Reason talk.Reason `json:"reason"`
}

// View gives the mind as the debrief shows it.
func (m *Mind) View() View {
	v := View{
		Trust: m.st.Trust, Patience: m.st.Patience, Hope: m.st.Hope, Resolve: m.st.Resolve,
		Rungs: map[string]talk.Rung{}, Asks: map[string]AskView{}, Left: m.st.Left,
	}
	lines := make([]int, 0, len(m.st.Voiced))
	for i := range m.st.Voiced {
		lines = append(lines, i)
	}
	slices.SortFunc(lines, func(a, b int) int {
		if d := m.st.Voiced[a] - m.st.Voiced[b]; d != 0 {
			return d
		}
		return a - b
	})
	for _, i := range lines {
		v.Opened = append(v.Opened, Opened{ID: m.b.entries[i].id, Turn: m.st.Voiced[i]})
	}
	for i, g := range m.st.Grievances {
		name := m.b.s.Grievances[i].Name
		v.Rungs[name] = g.Rung
		if g.Shut < 0 {
			v.ShutForGood = append(v.ShutForGood, name)
		}
	}
	for i, f := range m.st.Fears {
		if f.Voiced {
			v.FearsVoiced = append(v.FearsVoiced, m.b.s.Fears[i].Name)
		}
		if f.Eased {
			v.FearsEased = append(v.FearsEased, m.b.s.Fears[i].Name)
		}
	}
	for i, l := range m.st.Limits {
		if l.Crossed > 0 {
			v.LimitsCrossed = append(v.LimitsCrossed, m.b.s.Limits[i].Name)
		}
		if l.Respected {
			v.LimitsRespected = append(v.LimitsRespected, m.b.s.Limits[i].Name)
		}
	}
	for i, a := range m.st.Asks {
		if a.Times > 0 {
			v.Asks[m.b.s.Asks[i].Name] = AskView(a)
		}
	}
	return v
}
