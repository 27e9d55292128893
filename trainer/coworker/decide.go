package coworker

import (
	"regexp"
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// decide says what the coworker does now. The order is the order in which a
// person would react: what hurts first, then what was asked of them, then what was asked about.
func (m *Mind) decide(h *heard) talk.Cue {
	for _, try := range []func(*heard) (talk.Cue, bool){
		m.gone, m.outOfRole, m.hurtNow, m.outOfPatience, m.crossesLimit, m.strange, m.silence,
		m.asksAgain, m.theirTurn, m.parting, m.arranged, m.asked, m.askedOn, m.plainlyMeant, m.whyNot, m.takesLeave, m.eased, m.whoIsIt, m.planned, m.predicted, m.afraid, m.thinks, m.unmoved, m.stacked,
		m.leftAlone, m.parts, m.heat, m.agreesToMeet, m.detailed, m.topic, m.goodbye, m.small,
	} {
		if cue, ok := try(h); ok {
			return m.orAnswer(h, cue)
		}
	}
	return m.orAnswer(h, m.fallback(h))
}

// orAnswer gives way to an answer that is there for the question, and drops one that is not.
func (m *Mind) orAnswer(h *heard, cue talk.Cue) talk.Cue {
	if m.doubted(h, &cue) || m.passesOver(h, &cue) {
		why := cue.Reason
		if why == "" || why == talk.ReasonEarned {
			why = talk.ReasonAskedPlainly
		}
		cue = manner(talk.ActAnswer, "unforeseen", why)
	}
	if cue.Manner == "unforeseen" || cue.Act == talk.ActDeflect && len(cue.Lines) == 0 {
		if last, _ := lastWords(h.turn.Text); m.st.Heard > 1 && plainGoodbye.MatchString(fold(last)) && !m.asksAnew(h) {
			m.st.Parted = true // whatever was asked before it
			return manner(talk.ActGoodbye, "goodbye", "")
		}
	}
	if cue.Act == talk.ActOpen && cue.Reason != talk.ReasonHeat && !strings.Contains(h.turn.Text, "?") && !h.listens &&
		!h.any(talk.Reflection, talk.Validation, talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) && (m.agreed() && h.has(talk.FollowUp) || leavesNow(h.turn.Text)) {
		// Nobody begins a story when it was said what is next, and goodbye.
		if m.agreed() {
			return manner(talk.ActAnswer, "agree", talk.ReasonReady)
		}
		m.st.Parted = true
		return manner(talk.ActGoodbye, "goodbye", "")
	}
	cue.Beside = m.beside(h, &cue)
	if m.instead(h, &cue) {
		return m.answers(h)
	}
	return cue
}

// fresh gives the lines of a span that were not voiced yet, beginning at a place that chance picks.
func (m *Mind) fresh(h *heard, sp span) []int {
	n := sp.to - sp.from
	if n <= 0 {
		return nil
	}
	start := h.rnd.IntN(n)
	var out []int
	for k := range n {
		if i := sp.from + (start+k)%n; !m.said(i) {
			out = append(out, i)
		}
	}
	return out
}

// said reports whether a line was voiced, wherever it stands.
func (m *Mind) said(i int) bool {
	if _, voiced := m.st.Voiced[i]; voiced {
		return true
	}
	return slices.ContainsFunc(m.b.askedOn.twins[i], func(k int) bool {
		_, voiced := m.st.Voiced[k]
		return voiced
	})
}

// fitting puts the lines that share most words with the turn first; chance has ordered the rest.
func (m *Mind) fitting(h *heard, lines []int) []int {
	said := content(h.stem)
	shared := func(i int) int {
		n := 0
		for _, w := range content(m.b.entries[i].stems) {
			if !atWork[w] && slices.Contains(said, w) {
				n++
			}
		}
		return n
	}
	if len(lines) > 1 {
		counts := make(map[int]int, len(lines))
		for _, i := range lines {
			counts[i] = shared(i)
		}
		slices.SortStableFunc(lines, func(a, b int) int { return counts[b] - counts[a] })
	}
	return lines
}

// names reports whether the turn has a telling word of a line in it.
func (m *Mind) names(h *heard, line int) bool {
	said := content(h.stem)
	return slices.ContainsFunc(content(m.b.entries[line].stems), func(w string) bool { return !atWork[w] && slices.Contains(said, w) })
}

// inOrder gives the lines of a span that were not voiced yet, in the file's order.
func (m *Mind) inOrder(sp span) []int {
	var out []int
	for i := sp.from; i < sp.to; i++ {
		if _, said := m.st.Voiced[i]; !said {
			out = append(out, i)
		}
	}
	return out
}

// saying makes a cue that voices these lines.
func (m *Mind) saying(act talk.Act, why talk.Reason, lines ...int) talk.Cue {
	c := talk.Cue{Act: act, Reason: why}
	for _, i := range lines {
		e := &m.b.entries[i]
		c.Lines = append(c.Lines, talk.Line{ID: e.id, Text: e.text})
		for _, g := range givesOf[e.kind] {
			if !slices.Contains(c.Gives, g) {
				c.Gives = append(c.Gives, g)
			}
		}
	}
	if len(lines) > 0 {
		c.About = m.b.about(&m.b.entries[lines[0]])
	}
	return c
}

// manner makes a cue for a small answer.
func manner(act talk.Act, kind string, why talk.Reason) talk.Cue {
	return talk.Cue{Act: act, Manner: kind, Reason: why}
}

func (m *Mind) gone(h *heard) (talk.Cue, bool) {
	if !m.st.Left {
		return talk.Cue{}, false
	}
	return manner(talk.ActLeave, "leave", talk.ReasonOutOfPatience), true
}

func (m *Mind) outOfRole(h *heard) (talk.Cue, bool) {
	switch {
	case h.sign(talk.Distress), h.fits(ofDistress) > 0:
		return talk.Cue{Act: talk.ActOfferPause}, true
	case h.sign(talk.AsksIfMachine), wantsOut(h.folded()):
		return manner(talk.ActOutOfRole, "machine", talk.ReasonAskedPlainly), true
	}
	return talk.Cue{}, false
}

// asksOut finds a wish to leave the role play, by those who do not look for the button. That others should stop pretending is no such wish.
var asksOut = regexp.MustCompile(` (?:i|we|lets|me)(?: \w+){0,3} (?:step out of this|(?:step|get|come|go) out of (?:the |my |our |this )?(?:role|character|scene|exercise|practice)) ` +
	`| (?:can i|could i|may i|i want to|i want|id like to|i need to|let me|can we) step out (?:a|now|please|here|for a|of it|of this) ` +
	`| (?:can we|could we|can i|could i|lets|i want to|i want|id like to|please)(?: please)? (?:stop|pause|end|quit) (?:the |this |our |d )?(?:pretending|pretendin|exercise|simulation|scenario|practice|game|acting) ` +
	`| (?:stop|pause|end|quit) (?:the |this |our |d )?role ?play(?:ing)? | break character `)

// wantsOut reports whether a turn, folded, asks to leave the role play, and does not take it back.
func wantsOut(t string) bool {
	return containsAny(t, " step", " out of ", " stop ", " pause ", " end ", " quit ", " break character ") && asksOut.MatchString(t) && !containsAny(t, " nvm ", " never mind ", " nevermind ", " im back ", " smoke ", " cigarette ", " coffee ", " fresh air ")
}

func (m *Mind) leave(why talk.Reason) talk.Cue {
	m.st.Left = true
	c := manner(talk.ActLeave, "leave", why)
	c.Gives = []talk.Give{talk.GivesBoundary}
	return c
}

// hurtNow answers what hurts: prying, using what was confided, pressing on, insults, arguing, false promises.
func (m *Mind) hurtNow(h *heard) (talk.Cue, bool) {
	boundary := func(kind string, why talk.Reason, mood talk.Mood) (talk.Cue, bool) {
		c := manner(talk.ActBoundary, kind, why)
		c.Gives = []talk.Give{talk.GivesBoundary}
		c.Mood = mood
		if at := m.about(h); at >= 0 && !h.sign(talk.Insult) && !h.fault(talk.UnsafeQuestion) {
			c.About = "grievance." + m.b.s.Grievances[at].Name
		}
		return c, true
	}
	switch {
	case h.fault(talk.UnsafeQuestion) || h.pries:
		if m.st.Pried > 2 {
			return m.leave(talk.ReasonPried), true
		}
		// A limit of their own says it in their own words.
		if h.limit >= 0 {
			if c, ok := m.crossesLimit(h); ok {
				c.Reason = talk.ReasonPried
				return c, true
			}
		}
		return boundary("pried", talk.ReasonPried, talk.MoodClosed)
	case h.fault(talk.UsedAgainst):
		return boundary("argued", talk.ReasonUsed, talk.MoodAngry)
	case h.sign(talk.Insult), h.fits(ofInsult) > 0:
		if !h.sign(talk.Insult) {
			m.st.Insulted++
			m.move(signEffects[talk.Insult].scaled(m.b.set))
		}
		if m.st.Insulted > 1 {
			return m.leave(talk.ReasonOutOfPatience), true
		}
		return boundary("insulted", talk.ReasonArgued, talk.MoodAngry)
	case h.fault(talk.Pressure) && !(h.has(talk.OpenQuestion) && h.read.AskLevel == 0 && !m.st.Refused):
		m.st.Pressed++
		switch {
		case m.st.Pressed == 1:
			return m.refuse(h, talk.ReasonPressed), true
		case m.st.Pressed == 2 && m.st.Patience > 0:
			return boundary("no-politely", talk.ReasonPressed, talk.MoodClosed)
		}
		return m.leave(talk.ReasonPressed), true
	// What argues is seldom a question; read so, it mostly was none, and is answered as what it asks.
	case h.fault(talk.Arguing) && m.opened() && !h.comforts && h.fits(ofPraise) == 0 && (!h.q.asked || h.q.tagged) || h.dismisses:
		if m.st.Patience <= 0 {
			return talk.Cue{}, false
		}
		return manner(talk.ActShrug, "argued", talk.ReasonArgued), true
	case h.fault(talk.FalsePromise) && (!h.q.asked || h.q.tagged) && looksAhead.MatchString(h.folded()), h.fits(ofPromise) > 0 && !h.asks:
		return manner(talk.ActShrug, "promised", talk.ReasonPromised), true
	}
	return talk.Cue{}, false
}

// refuse says no to the ask that was spoken of last, or to the turn as such.
// looksAhead finds a word without which nothing is promised, whatever the reader made of it.
var looksAhead = regexp.MustCompile(` (?:ill|well|youll|theyll|itll|hell|shell|wont|will|cant|can|could|promise|promised|guarantee|guaranteed|sure|certain|certainly|definitely|safe|going to|gonna|nobody|never|have to|has to|must) `)

func (m *Mind) refuse(h *heard, why talk.Reason) talk.Cue {
	at := m.st.LastAsk - 1
	if h.ask >= 0 {
		at = h.ask
	}
	m.st.Refused = true
	if at >= 0 {
		if lines := m.fresh(h, m.b.asks[at].no); len(lines) > 0 {
			m.st.Asks[at].Reason = why
			return m.saying(talk.ActRefuse, why, lines[0])
		}
	}
	c := manner(talk.ActRefuse, "no-politely", why)
	c.Gives = []talk.Give{talk.SaysNo}
	if at >= 0 {
		m.st.Asks[at].Answer, m.st.Asks[at].Reason = talk.AnswerNo, why
		c.About = "ask." + m.b.s.Asks[at].Name
	}
	return c
}

func (m *Mind) outOfPatience(h *heard) (talk.Cue, bool) {
	switch {
	case m.st.Patience <= 0:
		return m.leave(talk.ReasonOutOfPatience), true
	case m.st.Patience < warnsBelow && !m.st.Warned:
		m.st.Warned = true
		return manner(talk.ActWindUp, "wind-up", talk.ReasonOutOfPatience), true
	}
	return talk.Cue{}, false
}

// crossesLimit draws the line where a question goes over it.
func (m *Mind) crossesLimit(h *heard) (talk.Cue, bool) {
	if h.limit < 0 || !h.asks && !h.has(talk.MakeAsk) && !h.fault(talk.Pressure) {
		return talk.Cue{}, false
	}
	l := &m.st.Limits[h.limit]
	l.Crossed++
	if l.Crossed > 1 {
		l.Respected = false
		m.move(effect{Trust: -12, Patience: -20}.scaled(m.b.set))
		if m.b.s.Limits[h.limit].Leaves {
			return m.leave(talk.ReasonPressed), true
		}
	}
	why := talk.ReasonNotEarned
	if l.Crossed > 1 {
		why = talk.ReasonPressed
	}
	if lines := m.fresh(h, m.b.limits[h.limit].says); len(lines) > 0 {
		return m.saying(talk.ActBoundary, why, lines[0]), true
	}
	c := manner(talk.ActBoundary, "pried", why)
	c.Gives = []talk.Give{talk.GivesBoundary}
	c.About = "limit." + m.b.s.Limits[h.limit].Name
	return c, true
}

func (m *Mind) strange(h *heard) (talk.Cue, bool) {
	switch {
	case h.sign(talk.Gibberish) || gibberish(h.words[:min(len(h.words), 40)]):
		return manner(talk.ActConfused, "confused", ""), true
	case h.sign(talk.OtherLanguage), strings.ContainsAny(h.turn.Text, "¿¡"):
		return manner(talk.ActConfused, "other-language", ""), true
	case h.sign(talk.Essay):
		return manner(talk.ActShrug, "shrug", talk.ReasonLectured), true
	}
	return talk.Cue{}, false
}

// silence lets a silence stand or fills it. After something hard was said it invites more.
func (m *Mind) silence(h *heard) (talk.Cue, bool) {
	if !h.sign(talk.SaysNothing) && h.spoken {
		return talk.Cue{}, false
	}
	if strings.ContainsRune(h.turn.Text, '?') {
		return manner(talk.ActConfused, "confused", ""), true
	}
	if m.hardSaid() && m.st.Silences <= 2 {
		if at := m.st.Focus - 1; at >= 0 && m.lastKind() != kindFear {
			if r, why := m.canOpen(h, at); why == "" {
				return m.opens(h, at, r), true
			}
		}
		return manner(talk.ActSilence, "needs-a-moment", ""), true
	}
	if m.st.Silences >= 4 {
		return manner(talk.ActWindUp, "wind-up", talk.ReasonOutOfPatience), true
	}
	return manner(talk.ActSilence, "silence", ""), true
}

// onlyAsks reports whether the turn ends in a question that asks for no doing, and holds no ask before it: "what made you come
// the first Saturday?", "which days are hopeless for you?"
func (h *heard) onlyAsks() bool {
	if !h.q.asked || score(h.question, ofAsk) > 0 {
		return false
	}
	switch h.q.kind {
	case "why", "who", "howlong", "howmany", "degree", "where":
	case "what":
		if h.q.fine != "q-most" && h.q.fine != "q-contact" && h.q.fine != "q-kind" && !containsAny(h.q.line, " made you ") {
			return false
		}
	default:
		return false
	}
	from := strings.LastIndex(h.turn.Text, h.grasp.sentence)
	if from < 0 {
		from = len(h.turn.Text) // put together of two sentences
	}
	return !slices.ContainsFunc(h.read.Spans, func(s talk.Span) bool { return s.Label == string(talk.MakeAsk) && s.Start < from })
}

// wouldHelp begins a question what would make it easier for them.
var wouldHelp = regexp.MustCompile(`^ would (?:it|that) (?:help|matter|be (?:easier|better|different)|make (?:it (?:easier|better|different)|a difference)) `)

// asksToAsk only leads up to a question: "can I ask, was there something that made you stop?" wouldIf asks what somebody would do in another world.
var (
	asksToAsk = regexp.MustCompile(` (?:can|could|may|mind if|ok if|okay if) i ask (?:(?:you )?(?:what|why|how|who|when|where|was|were|did|is|are|about|something|a question|one thing)|those|these) `)
	wouldIf   = regexp.MustCompile(` would (?:you|u|ye) (?:ever |still |really )?(?:[a-z]+ ){1,6}if (?:they|he|she|it|you could|you had|you were|you won|money) `)
)

// onlyThat asks whether it is no more than what they have offered.
var onlyThat = regexp.MustCompile(`^ (?:so |ok |okay )?(?:just|only|even just) `)

// onlyCome asks in a word or two whether they will come: "Dineen's, Tuesday, half seven. Come?"
var onlyCome = regexp.MustCompile(`^ (?:you |u |wanna |want |fancy |can you |will you |would you )*(?:come|coming|in|join us|join|up for it|be there|make it|it) $|^ (?:so |well )?what (?:do|would|d) (?:you|ya|u) (?:say|reckon) $`)

// asked answers an ask.
func (m *Mind) asked(h *heard) (talk.Cue, bool) {
	if m.st.LastAsk > 0 && !m.st.Refused && (h.read.AskLevel < clearLevel || h.ask < 0) && asksLeave.MatchString(h.folded()) {
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true // who has put something off may be asked again
	}
	if h.read.AskLevel < clearLevel && ofOwn.MatchString(h.q.line) {
		return talk.Cue{}, false // "would it be all right if I came back on Thursday?" asks nothing of them
	}
	if h.read.AskLevel < clearLevel-1 && (h.open && h.q.kind != "would" && h.q.kind != "yesno" || h.sign(talk.Farewell) && !h.q.asked) {
		return talk.Cue{}, false // "which part would you hand over, if you could?", "give him my best"
	}
	if h.onlyAsks() || h.asksNothing() || h.read.AskLevel < clearLevel && wouldHelp.MatchString(h.q.line) {
		return talk.Cue{}, false // "would it help if they told you before?" asks for no doing
	}
	if line := h.folded(); asksToAsk.MatchString(line) && score(h.question, ofAsk) == 0 || wouldIf.MatchString(line) && h.read.AskLevel < clearLevel {
		return talk.Cue{}, false
	}
	if !h.asks && h.tells && h.ask < 0 && h.fits(ofAsk) == 0 && h.fits(ofTime) == 0 {
		return talk.Cue{}, false // whoever lectures asks for nothing
	}
	if m.st.Heard <= 1 && h.read.AskLevel < clearLevel && h.ask < 0 {
		return talk.Cue{}, false // "mind if I sit down?": nobody asks for anything vaguely with the first words
	}
	if m.st.Last == talk.ActPartly && h.q.asked && h.q.kind == "check" && len(h.question) < 8 && !h.has(talk.MakeAsk) && onlyThat.MatchString(h.q.line) {
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true // "just the hours on paper?" is what they have offered
	}
	settles := h.q.asked && (h.q.kind == "check" || h.q.kind == "is") && len(h.question) < 8 && score(h.question, ofTime) > 0 // "Wednesday is okay?"
	if last := m.st.LastAsk - 1; last >= 0 && (!h.q.asked || settles) && (h.ask < 0 || h.ask == last) && (m.st.Asks[last].Answer == talk.AnswerYes || m.st.Asks[last].Answer == talk.AnswerPartly) {
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true // "Saturday lunch, then" says once more what they have said yes to
	}
	if !h.has(talk.MakeAsk) && h.read.AskLevel == 0 {
		if h.q.kind == "either" || h.q.fine == "q-right" { // "get home safe, okay?"
			return talk.Cue{}, false
		}
		sure := m.st.LastAsk > 0 && h.asks && score(h.question, ofSure) > 0
		// "Could you do the first fifteen minutes?" after a put-off asks again; "Thursday, half six, the church?" asks by itself.
		again := m.st.LastAsk > 0 && h.q.kind == "would" && score(h.question, ofAsk) > 0 && slices.Contains([]talk.Act{talk.ActPutOff, talk.ActPartly, talk.ActRefuse}, m.lastAnswered())
		bare := h.q.asked && (h.q.kind == "check" || h.q.kind == "what" || h.q.kind == "would") && h.askScore > 0 && h.fits(ofTime) > 0 && len(h.question) < 16 && !h.has(talk.OpenQuestion) && !m.followsUp(h)
		about := score(h.question, ofAbout) > 0 && (m.st.LastAsk > 0 && h.askScore > 0 || score(h.question, ofTime) > 0 && (len(h.question) < 10 || m.st.LastAsk > 0 && len(h.question) < 16))
		bare = bare || h.q.asked && onlyCome.MatchString(h.q.line) && (h.fits(ofTime) > 0 || h.askScore > 0)
		bare = bare || m.st.LastAsk > 0 && h.q.asked && h.q.kind == "check" && score(h.question, ofTime) > 0 && len(h.question) < 8
		probes := h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling)
		suits := h.q.asked && !probes && score(h.question, ofSuit) > 0 && (h.askScore > 0 || m.st.LastAsk > 0)
		if wh := h.q.kind == "what" || h.q.kind == "how" || h.q.kind == "why" || h.q.kind == "who"; h.q.asked && wh && !sure && !again && !bare && !about && !suits {
			return talk.Cue{}, false // "what would you want to stop doing?" asks for nothing yet
		}
		if !sure && !again && !bare && !about && !suits && (h.askScore < 4 || h.fits(ofAsk) == 0 || score(h.question, ofOpinion) > 0) {
			return talk.Cue{}, false
		}
		h.read.AskLevel = clearLevel - 1 // it names what is asked for, and asks for it
		if h.fits(ofTime) > 0 {
			h.read.AskLevel = clearLevel
		}
	}
	at := h.ask
	if at < 0 && (m.st.LastAsk > 0 || m.unknown(h, h.question) <= 1 || score(h.question, ofAbout) > 0) {
		at = m.likeliestAsk()
	}
	if (h.ask < 0 || h.askScore <= 2 && !h.asks) && m.followsUp(h) {
		return talk.Cue{}, false // "half six Wednesday, then, and I'll take a bucket down"
	}
	if h.ask < 0 && m.st.LastAsk == 0 && h.read.AskLevel < 2 && len(m.b.asks) > 0 {
		return manner(talk.ActPutOff, "think", talk.ReasonTooVague), true // whatever that was, it is none of those
	}
	if h.ask < 0 && (!h.asks || h.q.tagged) && h.fits(ofAsk) == 0 && (m.agreed() || h.sign(talk.Farewell) || leavesNow(h.turn.Text)) {
		return talk.Cue{}, false // "say hi to your dad for me! Monday, then."
	}
	if at < 0 && len(m.b.asks) > 0 {
		return manner(talk.ActPutOff, "no-politely", talk.ReasonTooBig), true // something that nobody foresaw
	}
	if at < 0 {
		if m.st.Trust >= m.floor(talk.RungTold) && h.read.AskLevel >= 2 {
			c := manner(talk.ActTake, "agree", talk.ReasonReady)
			c.Gives = []talk.Give{talk.SaysYes}
			return c, true
		}
		return manner(talk.ActPutOff, "no-politely", talk.ReasonTooEarly), true
	}
	if last := m.st.LastAsk - 1; last >= 0 && last != h.ask && h.askScore <= 2 {
		at = last // one word in common with another ask is none
	}
	if a := m.st.Asks[at].Answer; at != h.ask && h.read.AskLevel < clearLevel && (a == talk.AnswerYes || a == talk.AnswerPartly) {
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true // something more to what they have said yes to: "would you bring your count?"
	}
	guessed := h.fits(m.b.asks[at].topics) == 0 && (m.st.LastAsk != at+1 || m.st.Guessed || h.read.AskLevel >= clearLevel)
	m.st.Guessed = guessed
	m.st.LastAsk = at + 1
	a := &m.st.Asks[at]
	a.Times++
	spec := &m.b.s.Asks[at]
	book := &m.b.asks[at]

	answer := func(act talk.Act, sp span, fallback string, why talk.Reason, gives ...talk.Give) (talk.Cue, bool) {
		a.Reason = why
		// What was written for this ask answers another one only by chance.
		days := weekdaysIn(h.turn.Text)
		lines := slices.DeleteFunc(m.fresh(h, sp), func(i int) bool {
			theirs := weekdaysIn(m.b.entries[i].text)
			return m.bringsUp(h, at, i) || act == talk.ActTake && theirs != 0 && theirs&days == 0 && (days != 0 || a.Times == 1) // a yes to another day than was named
		})
		if len(lines) > 0 && !guessed {
			return m.saying(act, why, lines[0]), true
		}
		c := manner(act, fallback, why)
		c.Gives = gives
		c.About = "ask." + spec.Name
		switch act {
		case talk.ActTake:
			a.Answer = talk.AnswerYes
		case talk.ActPartly:
			a.Answer = talk.AnswerPartly
		case talk.ActRefuse:
			a.Answer = talk.AnswerNo
			m.st.Refused = true
		}
		return c, true
	}
	switch {
	case a.Answer == talk.AnswerYes:
		return answer(talk.ActTake, span{}, "agree", talk.ReasonReady, talk.SaysYes)
	case spec.Never:
		return answer(talk.ActRefuse, book.no, "no-politely", talk.ReasonTooBig, talk.SaysNo)
	case a.Answer == talk.AnswerNo && !m.better(h, at):
		return answer(talk.ActRefuse, book.no, "no-politely", talk.ReasonPressed, talk.SaysNo)
	}
	if a.Answer == talk.AnswerPartly && m.st.Last == talk.ActPartly && h.echoed >= echoTakesUp && !h.fault(talk.Pressure) {
		return manner(talk.ActAnswer, "agree", talk.ReasonReady), true // their own smaller step is taken up
	}
	why := m.holdsBack(h, at)
	if why == "" {
		return answer(talk.ActTake, book.yes, "agree", talk.ReasonReady, talk.SaysYes)
	}
	if book.partly.to > book.partly.from && h.read.AskLevel >= 2 && m.holds(h, at, &spec.PartlyWhen) && !emptyConditions(&spec.PartlyWhen) {
		if a.Answer != talk.AnswerPartly {
			return answer(talk.ActPartly, book.partly, "agree-partly", why, talk.SaysPartly)
		}
	}
	// Action is near: a fear that stands in the way comes up first.
	if why == talk.ReasonFearInTheWay && h.read.AskLevel >= 2 {
		if f := m.fearInTheWay(at); f >= 0 && !m.st.Fears[f].Voiced {
			if m.st.Trust >= fearNearTrust+m.b.set.floors {
				if lines := m.fresh(h, m.b.fears[f].says); len(lines) > 0 {
					a.Reason = why
					m.st.PutOffs++
					return m.saying(talk.ActFear, why, lines[0]), true
				}
			}
			if lines := m.fresh(h, m.b.fears[f].hints); len(lines) > 0 {
				a.Reason = why
				m.st.PutOffs++
				return m.saying(talk.ActPutOff, why, lines[0]), true
			}
		}
	}
	m.st.PutOffs++
	if m.st.PutOffs > 2 || h.repeats {
		return answer(talk.ActRefuse, book.no, "no-politely", why, talk.SaysNo)
	}
	return answer(talk.ActPutOff, book.later, "no-politely", why)
}

// bringsUp reports whether a line of an ask names somebody whom the ask is about and of whom nobody has spoken: what was asked for is something else.
func (m *Mind) bringsUp(h *heard, at, line int) bool {
	for _, w := range m.b.asks[at].names {
		if !slices.Contains(m.b.entries[line].stems, w) || slices.Contains(h.stem, w) {
			continue
		}
		spoken := false
		for i := range m.st.Voiced {
			spoken = spoken || slices.Contains(m.b.entries[i].stems, w)
		}
		if !spoken {
			return true
		}
	}
	return false
}

// lastAnswered is what the coworker did last, while the talk is still about an ask.
func (m *Mind) lastAnswered() talk.Act {
	if m.st.Last == talk.ActFear && m.st.LastAsk > 0 && m.st.Asks[m.st.LastAsk-1].Times > 0 {
		return talk.ActPutOff
	}
	return m.st.Last
}

// better reports whether an ask that was refused is put in a way that deserves a new answer: nothing stands in its way now.
func (m *Mind) better(h *heard, at int) bool { return m.holdsBack(h, at) == "" }

// likeliestAsk is the ask meant where the words do not say: the one spoken of last, else the smallest not yet answered.
func (m *Mind) likeliestAsk() int {
	if at := m.st.LastAsk - 1; at >= 0 && m.st.Asks[at].Answer != talk.AnswerYes {
		return at
	}
	at := -1
	for i := range m.b.s.Asks {
		if m.st.Asks[i].Answer == talk.AnswerYes || m.b.s.Asks[i].Never {
			continue
		}
		if at < 0 || m.b.s.Asks[i].Size < m.b.s.Asks[at].Size {
			at = i
		}
	}
	if at < 0 && len(m.b.s.Asks) > 0 {
		at = 0
	}
	return at
}

// holdsBack says what stands between them and a yes; "" where nothing does.
func (m *Mind) holdsBack(h *heard, at int) talk.Reason {
	spec := &m.b.s.Asks[at]
	c := &spec.TakeWhen
	switch {
	case h.read.AskLevel <= 1:
		return talk.ReasonTooVague
	case c.Clear && h.read.AskLevel < clearLevel:
		return talk.ReasonTooVague
	case m.deepestReached() < rungNamed(c.Rung, talk.RungNothing), h.fault(talk.RushedAsk):
		return talk.ReasonTooEarly
	case m.st.Trust < c.Trust:
		return talk.ReasonNotEarned
	case m.fearInTheWay(at) >= 0:
		return talk.ReasonFearInTheWay
	case m.st.Hope < max(c.Hope, hopeForAsk*spec.Size):
		return talk.ReasonNoHope
	case m.st.Resolve < resolveForAsk*spec.Size:
		return talk.ReasonTooBig
	}
	return ""
}

// holds reports whether conditions hold.
func (m *Mind) holds(h *heard, at int, c *condition) bool {
	if c.Clear && h.read.AskLevel < clearLevel || m.deepestReached() < rungNamed(c.Rung, talk.RungNothing) ||
		m.st.Trust < c.Trust || m.st.Hope < c.Hope {
		return false
	}
	for _, name := range c.Eased {
		if f := m.fearNamed(name); f >= 0 && !m.st.Fears[f].Eased {
			return false
		}
	}
	return true
}

// fearInTheWay gives the first fear that must weigh less before they take the ask; -1 for none.
func (m *Mind) fearInTheWay(at int) int {
	for _, name := range m.b.s.Asks[at].TakeWhen.Eased {
		if f := m.fearNamed(name); f >= 0 && !m.st.Fears[f].Eased {
			return f
		}
	}
	return -1
}

func (m *Mind) fearNamed(name string) int {
	return slices.IndexFunc(m.b.s.Fears, func(f fearSpec) bool { return f.Name == name })
}

// eased says that a fear weighs less, once enough has been done for it.
func (m *Mind) eased(h *heard) (talk.Cue, bool) {
	at := m.st.FocusFear - 1
	if h.fear >= 0 && m.st.Fears[h.fear].Voiced && !m.st.Fears[h.fear].Eased {
		at = h.fear
	}
	if at < 0 || !m.st.Fears[at].Voiced || m.st.Fears[at].Eased || h.hurt() {
		return talk.Cue{}, false
	}
	if h.q.asked && h.q.kind == "would" && m.followsUp(h) && !h.has(talk.InoculateFear) {
		return talk.Cue{}, false // "can I sit here with you tomorrow?" waits for an answer
	}
	if h.oneFact && score(h.question, m.b.fears[at].topics) == 0 || h.asks && h.any(talk.ProbeCost, talk.ProbeFeeling) && !h.has(talk.InoculateFear) {
		return talk.Cue{}, false // "who was he?" wants to know who he was
	}
	if h.unsuited(kindEased) { // "how old is he now?" wants to know that first, "what is it that worries you?" more of it
		lines := m.fitting(h, m.fresh(h, m.b.fears[at].says))
		if len(lines) == 0 || h.unsuited(kindFear) || !h.has(talk.InoculateFear) {
			return talk.Cue{}, false
		}
		return m.saying(talk.ActFear, talk.ReasonEarned, lines[0]), true
	}
	ways, f := 0, &m.st.Fears[at]
	for bits := m.st.Fears[at].Ways; bits > 0; bits >>= 1 {
		ways += bits & 1
	}
	if h.easing != at {
		return talk.Cue{}, false
	}
	asksWhat := h.asks && h.fits(ofSafety) > 0
	if ways < m.enough(at) || f.Turns < min(easedByTurns, len(m.b.fears[at].by)) && !asksWhat {
		// It does not go away at the first kind word: they say more of it.
		if h.has(talk.PlanTogether) || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) && !h.has(talk.InoculateFear) || h.has(talk.MakeAsk) {
			return talk.Cue{}, false
		}
		if lines := m.fitting(h, m.fresh(h, m.b.fears[at].says)); len(lines) > 0 && h.asks && !h.oneFact && !h.unsuited(kindFear) {
			return m.saying(talk.ActFear, talk.ReasonEarned, lines[0]), true
		}
		if h.asks && !h.yesNo {
			if lines := m.inOrder(m.b.meet); asksWhat && len(lines) > 0 {
				return m.saying(talk.ActPlan, talk.ReasonEarned, lines[0]), true
			}
			h.stays = true
			return talk.Cue{}, false
		}
		return manner(talk.ActAnswer, "agree", talk.ReasonEarned), true
	}
	lines := m.fresh(h, m.b.fears[at].eased)
	if len(lines) == 0 {
		f.Eased = true
		return talk.Cue{}, false
	}
	return m.saying(talk.ActEased, talk.ReasonEarned, lines[0]), true
}

// planned works out how to meet the boss's answer, once it or a fear is on the table.
func (m *Mind) planned(h *heard) (talk.Cue, bool) {
	if asksFor := score(h.question, asksPlan) > 0; !asksFor && (!h.has(talk.PlanTogether) || m.aside(h, ofPlan)) {
		return talk.Cue{}, false
	}
	if h.oneFact && score(h.question, asksPlan) == 0 {
		return talk.Cue{}, false // "who was it, love?"
	}
	onTable := slices.ContainsFunc(m.st.Fears, func(f fearState) bool { return f.Voiced })
	for i := m.b.willDo.from; i < m.b.willDo.to && !onTable; i++ {
		_, onTable = m.st.Voiced[i]
	}
	if !onTable {
		if score(h.question, asksPlan) > 0 {
			return manner(talk.ActDeflect, "think", m.blocked(h)), true
		}
		return talk.Cue{}, false
	}
	if lines := m.inOrder(m.b.meet); len(lines) > 0 && m.st.Trust >= predictTrust+m.b.set.floors {
		return m.saying(talk.ActPlan, talk.ReasonEarned, lines[0]), true
	}
	return manner(talk.ActPlan, "think", ""), true
}

// aside reports whether a question is rather about how a problem lands on them
// than about what the words of a list stand for: none of those is in the question
// itself, and there is more to be told about the problem that is talked about.
func (m *Mind) aside(h *heard, list []phrase) bool {
	focus := m.st.Focus - 1
	about := h.question
	if len(content(about)) == 0 {
		about = h.stem // "something always holds people back. What is it for you?"
	}
	return h.asks && focus >= 0 && !m.finished(focus) && score(about, list) == 0
}

// asksOfOthers reports whether a question names somebody, and neither the boss nor anybody of whom what the boss may do tells.
func (m *Mind) asksOfOthers(h *heard) bool {
	if score(h.question, ofCompany) > 0 {
		return false
	}
	boss := words(m.b.s.Boss.Name, 9)
	for i := m.b.willDo.from; i < m.b.willDo.to; i++ {
		boss = append(boss, words(m.b.entries[i].text, heardWords)...)
	}
	named := false
	for _, w := range h.question {
		if !m.b.glossary.names[w] {
			continue
		}
		// "Pippa'd have us in the office": what hangs on a name is no part of it.
		if slices.ContainsFunc(boss, func(b string) bool { return strings.HasPrefix(b, w) && len(b) <= len(w)+2 }) {
			return false
		}
		named = true
	}
	return named
}

// ofCompany are words for the side of the boss that are nobody's name.
var ofCompany = phrases([]string{"boss", "manager", "management", "company", "owner", "owners", "landlord", "office", "supervisor", "head office"})

// predicted says what the boss will do.
func (m *Mind) predicted(h *heard) (talk.Cue, bool) {
	if h.q.fine == "q-said" || h.q.fine == "q-said-you" || h.oneFact && !h.boss && !h.has(talk.InoculateBoss) {
		return talk.Cue{}, false
	}
	if !h.has(talk.InoculateBoss) && !m.asksForBoss(h) || h.q.asked && len(h.question) > 4 && !m.asksForBoss(h) && score(h.question, ofAhead) == 0 || !h.boss && m.aside(h, ofBoss) || m.ofProblem() && score(h.question, ofPast) > 0 {
		return talk.Cue{}, false
	}
	if h.q.asked && !h.boss && m.asksOfOthers(h) {
		return talk.Cue{}, false // "what do you think Dot would say?"
	}
	if m.st.Trust >= predictTrust+m.b.set.floors && m.deepestReached() >= min(talk.RungNamed, m.b.deepest) && m.attended() {
		if lines := m.inOrder(m.b.willDo); len(lines) > 0 {
			return m.saying(talk.ActPredict, talk.ReasonEarned, lines[0]), true
		}
		return talk.Cue{}, false
	}
	return manner(talk.ActDeflect, "deflect", m.blocked(h)), true
}

// whyNot answers the question for what is in the way of an ask that was put off or refused: a fear where one is, else how they put it off.
func (m *Mind) whyNot(h *heard) (talk.Cue, bool) {
	if m.st.Last != talk.ActPutOff && m.st.Last != talk.ActRefuse && m.st.Last != talk.ActPartly || !h.asks || m.st.LastAsk == 0 ||
		h.fits(ofWhyNot) == 0 && !h.has(talk.InoculateFear) {
		return talk.Cue{}, false
	}
	at := m.st.LastAsk - 1
	f := m.fearInTheWay(at)
	if f < 0 || m.st.Fears[f].Voiced {
		f = slices.IndexFunc(m.st.Fears, func(f fearState) bool { return !f.Voiced })
	}
	if f >= 0 {
		if lines := m.fresh(h, m.b.fears[f].says); len(lines) > 0 && m.st.Trust >= fearNearTrust+m.b.set.floors {
			return m.saying(talk.ActFear, talk.ReasonFearInTheWay, lines[0]), true
		}
		if lines := m.fresh(h, m.b.fears[f].hints); len(lines) > 0 {
			return m.saying(talk.ActHint, talk.ReasonFearInTheWay, lines[0]), true
		}
	}
	if lines := m.fresh(h, m.b.asks[at].later); len(lines) > 0 && m.st.Last != talk.ActRefuse {
		return m.saying(talk.ActPutOff, m.st.Asks[at].Reason, lines[0]), true
	}
	return manner(talk.ActDeflect, "deflect", m.st.Asks[at].Reason), true
}

// afraid tells a fear that is drawn out, once there is trust; before that a hint of it.
func (m *Mind) afraid(h *heard) (talk.Cue, bool) {
	if (h.oneFact || !h.asks && !h.listens && !h.has(talk.MakeAsk)) && h.fits(ofFear) == 0 {
		return talk.Cue{}, false
	}
	if h.has(talk.FollowUp) && h.fits(ofPlainFear) == 0 {
		return talk.Cue{}, false
	}
	if m.deepestReached() == 0 && m.st.LastAsk == 0 && m.lastKind() != kindFearHint && !h.has(talk.InoculateFear) && score(h.question, ofPlainFear) == 0 {
		return talk.Cue{}, false // "what stops you finishing the book?"
	}
	if m.lastKind() == kindFearHint && h.listens && !h.specific && !h.hurt() && !h.has(talk.MakeAsk) {
		return m.tellsFear(h, m.st.FocusFear-1) // the hint of it was taken up
	}
	if h.fear >= 0 && !h.has(talk.InoculateFear) && m.ofProblem() && h.fits(ofFear) == 0 {
		return talk.Cue{}, false
	}
	if h.has(talk.InoculateFear) && h.fear < 0 && (m.deepestReached() == 0 && h.fits(ofFear) == 0 || m.aside(h, ofFear) || !h.asks && h.fits(ofFear) == 0) {
		return talk.Cue{}, false
	}
	if !h.has(talk.InoculateFear) && !asksForFear(h) && (h.fear < 0 || !h.asks || h.fearScore <= max(h.publicScore, h.grievanceScore)) {
		return talk.Cue{}, false
	}
	if !h.has(talk.InoculateFear) && h.fearScore <= 2 && !asksForFear(h) && h.fits(ofFear) == 0 {
		return talk.Cue{}, false // one word in common, and it asks about something else
	}
	// The fear that fits best of those not told yet; a question for fears in general gets the first.
	at, top := -1, -1
	for i := range m.b.fears {
		if m.st.Fears[i].Voiced {
			continue
		}
		if n := h.fits(m.b.fears[i].topics); n > top {
			at, top = i, n
		}
	}
	if at < 0 || h.tells && !h.asks || h.stays {
		return talk.Cue{}, false
	}
	if h.fear >= 0 && m.st.Fears[h.fear].Voiced && h.fearScore > top || !h.asks && m.lastKind() == kindFear {
		return talk.Cue{}, false // it is about the one that they have told
	}
	return m.tellsFear(h, at)
}

// tellsFear tells a fear where there is trust enough, else hints at it.
func (m *Mind) tellsFear(h *heard, at int) (talk.Cue, bool) {
	if m.st.Trust >= fearTrust+m.b.set.floors && m.deepestReached() >= min(talk.RungNamed, m.b.deepest) && m.attended() {
		if lines := m.fitting(h, m.fresh(h, m.b.fears[at].says)); len(lines) > 0 {
			return m.saying(talk.ActFear, talk.ReasonEarned, lines[0]), true
		}
	}
	if lines := m.fresh(h, m.b.fears[at].hints); len(lines) > 0 {
		return m.saying(talk.ActHint, m.blocked(h), lines[0]), true
	}
	return manner(talk.ActDeflect, "deflect", m.blocked(h)), true
}

// thinks thinks about what would fix it, who decides, and what to do together.
func (m *Mind) thinks(h *heard) (talk.Cue, bool) {
	var sp span
	var kind lineKind
	switch {
	case h.has(talk.EducateAction), score(h.question, asksAction) > 0:
		sp, kind = m.b.action, kindAction
	case h.has(talk.EducateWho), score(h.question, asksWho) > 0:
		sp, kind = m.b.who, kindWho
	case h.has(talk.EducateFix), score(h.question, asksFix) > 0:
		sp, kind = m.b.fix, kindFix
	default:
		return talk.Cue{}, false
	}
	if !h.asks || h.unsuited(kind) {
		return talk.Cue{}, false
	}
	if score(h.question, asksAction)+score(h.question, asksWho)+score(h.question, asksFix) == 0 &&
		(h.q.kind == "either" || h.q.kind == "did" || h.q.kind == "is" || len(h.question) < 3 || containsAny(h.q.line, " what would happen ", " what happens if ")) {
		return talk.Cue{}, false // "he has? who to?", "was it always in you, or was it the home house?"
	}
	if h.q.fine == "q-who-is" && score(h.question, asksWho) == 0 && h.unknown > 0 {
		return talk.Cue{}, false // "who's Delyth?"
	}
	if h.has(talk.EducateWho) && score(h.question, asksWho) == 0 && (h.q.fine == "q-who-else" || h.q.fine == "q-who-past" || h.q.fine == "q-who-did" || h.q.kind == "who" && h.unknown > 0 && !h.boss) {
		return talk.Cue{}, false // "who else had a letter?"
	}
	if line, _ := m.detail(h); line >= 0 && !h.any(talk.EducateFix, talk.EducateWho, talk.EducateAction) {
		return talk.Cue{}, false // it only sounds like it: "who decided that?"
	}
	if h.publicScore > 4 && h.publicScore > h.grievanceScore {
		return talk.Cue{}, false
	}
	ready := m.st.Trust >= thinkTrust+m.b.set.floors && m.deepestReached() >= min(talk.RungTold, m.b.deepest) && m.attended()
	if !ready {
		if lines := m.fresh(h, m.b.charge); sp == m.b.who && h.publicScore == 0 && score(h.question, asksWho) > 0 && len(lines) > 0 {
			return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, lines[0]), true // who is in charge is no secret
		}
		if h.publicScore > 0 || h.grievance >= 0 && m.st.Grievances[h.grievance].Rung == 0 {
			return talk.Cue{}, false // what they say openly about it, or that there is something
		}
		if h.q.asked && h.most(suits[kind].acts) < 0 {
			return talk.Cue{}, false // "whose is it?" is hardly a question for who decides
		}
		return manner(talk.ActDeflect, "think", m.blocked(h)), true
	}
	if lines := m.fitting(h, m.fresh(h, sp)); len(lines) > 0 {
		return m.saying(talk.ActThink, talk.ReasonEarned, lines[0]), true
	}
	return manner(talk.ActThink, "think", talk.ReasonNothingLeft), true
}

// unmoved shrugs at lectures, praise, stock phrases and bare reassurance.
func (m *Mind) unmoved(h *heard) (talk.Cue, bool) {
	switch {
	case h.fault(talk.Leading) && m.knows(h) && h.q.tagged:
		return manner(talk.ActAnswer, "agree", talk.ReasonLed), true // it is theirs already, and they have said it
	case h.sign(talk.Greeting) && m.st.Heard == 0 && !slices.Contains(h.stem, "you"):
		return talk.Cue{}, false
	case h.fault(talk.Leading) && h.grievance < 0 && (h.q.tagged || !h.q.asked) && m.leads(h):
		return manner(talk.ActShrug, "led", talk.ReasonLed), true
	case h.sign(talk.Flattery) && h.fits(ofTalent) > 0:
		return manner(talk.ActShrug, "flattered", talk.ReasonFlattered), true
	case h.asks:
		return talk.Cue{}, false
	case h.fault(talk.ThirdParty):
		return manner(talk.ActShrug, "shrug", talk.ReasonLectured), true
	case h.fault(talk.Leading):
		return manner(talk.ActShrug, "led", talk.ReasonLed), true
	case h.sign(talk.Flattery), h.fits(ofPraise) > 0 && !h.listens:
		return manner(talk.ActShrug, "flattered", talk.ReasonFlattered), true
	case h.sign(talk.Reassurance) && !h.listens:
		return manner(talk.ActShrug, "reassured", talk.ReasonPromised), true
	case h.tells && !h.listens && !h.has(talk.SmallTalk) && !h.has(talk.SelfDisclosure) && !h.has(talk.FollowUp):
		return manner(talk.ActShrug, "shrug", talk.ReasonLectured), true
	case h.sign(talk.StockPhrase):
		return manner(talk.ActShrug, "shrug", talk.ReasonFlattered), true
	}
	return talk.Cue{}, false
}

// leads reports whether what was put in their mouth is about how it is for them: "you must have opinions on this crust" is no more than talk.
func (m *Mind) leads(h *heard) bool {
	if putsInMouth.MatchString(h.folded()) || h.any(talk.ProbeFeeling, talk.ProbeCost) {
		return true
	}
	return m.ofProblem() && !h.any(talk.SmallTalk, talk.SelfDisclosure, talk.FollowUp, talk.MakeAsk) && !h.sign(talk.Greeting)
}

var putsInMouth = regexp.MustCompile(` (?:you must (?:be|feel|hate|get)|that must|dont you think|dont you feel|you have to admit|surely you) `)

// stacked asks which of many questions was meant.
func (m *Mind) stacked(h *heard) (talk.Cue, bool) {
	if h.fault(talk.StackedQuestions) && len(h.stem) > 14 && m.st.Last != talk.ActConfused && h.rnd.IntN(2) == 0 {
		return manner(talk.ActConfused, "confused", talk.ReasonNoListening), true
	}
	return talk.Cue{}, false
}

// whoIsIt answers "who's he?" after something was told: with what they say of whoever is in charge.
func (m *Mind) whoIsIt(h *heard) (talk.Cue, bool) {
	if !m.ofProblem() || len(h.question) > 3 || !slices.ContainsFunc(h.question, func(w string) bool { return w == "he" || w == "she" || w == "they" }) ||
		!slices.ContainsFunc(h.question, func(w string) bool { return w == "who" || w == "whose" }) {
		return talk.Cue{}, false
	}
	if lines := m.fresh(h, m.b.charge); len(lines) > 0 {
		return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, lines[0]), true
	}
	return talk.Cue{}, false
}

// heat is what a hothead blurts out unasked.
func (m *Mind) heat(h *heard) (talk.Cue, bool) {
	if m.st.Heard > 2 {
		return talk.Cue{}, false
	}
	for i := range m.b.grievances {
		if lines := m.inOrder(m.b.grievances[i].blurted); len(lines) > 0 && m.st.Grievances[i].Rung == 0 && m.st.Grievances[i].Shut == 0 {
			c := m.saying(talk.ActOpen, talk.ReasonHeat, lines[0])
			c.Rung = talk.RungNamed
			c.Mood = talk.MoodAngry
			return c, true
		}
	}
	return talk.Cue{}, false
}

// detail finds the line that answers a plain question about something that is open; -1 where there is none, with how well it fits.
func (m *Mind) detail(h *heard) (line, fits int) {
	at := m.about(h)
	if !h.asks || at < 0 || m.st.Grievances[at].Shut != 0 {
		return -1, 0
	}
	line = -1
	for j := range m.b.grievances[at].details {
		d := &m.b.grievances[at].details[j]
		if m.st.Grievances[at].Rung < d.after {
			continue
		}
		lines := m.fresh(h, d.says)
		if s := h.fits(d.topics); s > fits && len(lines) > 0 {
			line, fits = lines[0], s
		}
	}
	return line, fits
}

// detailed answers a plain question about something that is open.
func (m *Mind) detailed(h *heard) (talk.Cue, bool) {
	if h.any(talk.ProbeFeeling, talk.ProbeCost) && !h.oneFact {
		return talk.Cue{}, false // how it is for them is no plain question
	}
	line, fits := m.detail(h)
	if line < 0 || fits < h.publicScore && (fits <= 2 || !h.specific || !m.ofProblem()) || m.heed() < heedToThink {
		return talk.Cue{}, false
	}
	// A careful question that has earned the next rung gets that first.
	if h.open && h.listens && (!h.specific || h.q.general) {
		if _, why := m.canOpen(h, m.about(h)); why == "" {
			return talk.Cue{}, false
		}
	}
	return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, line), true
}

// topic answers what the turn is about: a grievance, or something open.
func (m *Mind) topic(h *heard) (talk.Cue, bool) {
	if !h.q.asked && m.answeredNow() && !h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) {
		return manner(talk.ActAnswer, "agree", ""), true // what is arranged after an answer is no way to more of the story
	}
	if !h.opener || m.st.Heard == 0 && h.sign(talk.Greeting) && !h.asks {
		return talk.Cue{}, false
	}
	at := m.about(h)
	if h.q.kind == "howlong" && containsAny(h.folded(), " doing that ", " done that ", " been like that ") && len(h.question) < 9 {
		h.publicScore = 0 // how long they have been there is not how long they have done just that
	}
	if h.publicScore > 0 && h.publicScore >= h.grievanceScore && !(h.publicScore == h.grievanceScore && h.open) && !(!h.q.asked && supposes(h.turn.Text)) {
		if lines := m.fresh(h, h.public); len(lines) > 0 {
			return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, lines[0]), true
		}
	}
	if h.howAreYou && h.grievance < 0 && !h.listens && m.st.Heard > 0 && !h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) && h.fits(ofWork) == 0 {
		return talk.Cue{}, false // "how are you sleeping?" is not about the problem
	}
	if h.q.asked && h.q.general && (h.q.kind == "how" || h.q.kind == "what" && !m.ofProblem()) && h.grievance < 0 && h.unknown > 0 && !h.listens && !h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) {
		if focus := m.st.Focus - 1; m.ofProblem() && focus >= 0 && m.st.Grievances[focus].Rung > 0 && h.q.kind == "how" {
			c := manner(talk.ActDeflect, "go-on", m.blocked(h)) // no "fine, mostly" after what was told
			c.About = "grievance." + m.b.s.Grievances[focus].Name
			c.Gives = []talk.Give{talk.Deflects}
			return c, true
		}
		return talk.Cue{}, false // "how's the knee?"
	}
	if h.specific && h.grievance < 0 && !h.listens && !(h.open && h.q.fine != "q-what-would" && h.unknown <= 0 && (h.q.kind == "how" || h.q.kind == "what" && h.q.fine != "" || h.q.kind == "why" && (h.q.fine != "q-why-bare" || m.ofProblem() && m.st.Quiet <= 1))) {
		return talk.Cue{}, false // whatever came up next would be no answer to that
	}
	if h.q.fine == "q-sleep" && m.deepestReached() == 0 {
		return talk.Cue{}, false // no problem was spoken of that could keep them awake
	}
	if h.grievance < 0 && (m.ofStory(h) || h.q.fine == "q-how-is" || h.q.fine == "q-order" || h.q.fine == "q-eaten" || h.q.fine == "q-contact") {
		return talk.Cue{}, false
	}
	if m.lastKind() == kindFearHint && h.asks && h.grievance < 0 && slices.ContainsFunc(h.question, func(w string) bool { return pointing[w] }) {
		return manner(talk.ActDeflect, "deflect", m.blocked(h)), true // it is about what they have just let slip
	}
	if h.elsewhere && !h.listens && h.grievance < 0 && !(m.ofProblem() && h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling)) || h.oneFact && !h.listens {
		return talk.Cue{}, false // an answer to another question would be no answer
	}
	goesOn := h.listens || h.open || h.asks && m.ofProblem() || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) || h.sign(talk.Backchannel)
	if at < 0 && h.asks && h.open && (!h.has(talk.SmallTalk) || h.fits(ofWork) > 0) {
		// A question about work in general: what they say without being asked twice, then a hint.
		more := m.lastKind() == kindOpen || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling)
		if lines := m.inOrder(m.b.open); len(lines) > 0 && !h.specific && h.q.fine != "q-feel" && (h.unknown == 0 || !h.q.asked) && (!more || m.nearest() < 0) {
			return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, lines[0]), true
		}
		at = m.nearest()
	}
	chats := h.has(talk.SmallTalk) && !h.listens && (!m.ofProblem() || h.q.asked && h.unknown > 0)
	if at < 0 || h.grievance < 0 && (!goesOn || chats) {
		return talk.Cue{}, false
	}
	return m.grievance(h, at), true
}

// answeredNow reports whether they have just answered an ask.
func (m *Mind) answeredNow() bool {
	return m.st.LastAsk > 0 && slices.Contains([]talk.Act{talk.ActTake, talk.ActPartly, talk.ActPutOff}, m.st.Last)
}

// ofProblem reports whether the coworker spoke of a problem a moment ago: what comes after that is about it.
func (m *Mind) ofProblem() bool {
	return m.st.Focus > 0 && m.st.Quiet <= problemLasts
}

// canOpen says whether the next rung of a grievance opens now, and if not, why.
func (m *Mind) canOpen(h *heard, at int) (talk.Rung, talk.Reason) {
	g := &m.st.Grievances[at]
	r := m.next(at)
	switch {
	case r == talk.RungNothing:
		return 0, talk.ReasonNothingLeft
	case m.ungated:
		return r, ""
	case g.Shut < 0:
		return 0, talk.ReasonUsed
	case g.Shut > 0:
		return 0, talk.ReasonArgued
	case h.fault(talk.Leading):
		return 0, talk.ReasonLed
	case r == talk.RungTold && m.heated(at) && !m.astray(h, at, r) && h.opener && !h.hurt() && !h.repeats:
		return r, "" // what was blurted out goes on as soon as somebody takes it up
	case h.asks && !h.open && !h.listens && r > talk.RungNamed:
		return 0, talk.ReasonNoListening
	case h.chats():
		return 0, m.blocked(h) // a friendly question gets a friendly answer
	case r >= talk.RungCost && m.st.Flattered+m.st.Stock > 1 && praiseShare*(m.st.Flattered+m.st.Stock) >= m.st.Heard:
		return 0, talk.ReasonFlattered
	case r >= talk.RungCost && (!g.Taken || m.heed() < heedFor[r] || m.toldSomething() && m.heeds(h) < heedHalf && !h.sign(talk.SaysNothing)):
		return 0, talk.ReasonNoListening
	case r == talk.RungFelt && !h.any(talk.Validation, talk.ProbeFeeling, talk.ProbeCost) && !h.sign(talk.SaysNothing) && !(h.listens && h.open && m.lastKind() == kindCost):
		return 0, m.blocked(h)
	case g.Open < m.need(r), m.st.Trust < m.floor(r), g.Earned < needsEarlier, h.repeats, m.astray(h, at, r):
		return 0, m.blocked(h)
	}
	return r, ""
}

// astray reports whether a turn asks for one particular thing that no line of a rung answers, by what it is about and by
// its form: a good story told in answer to another question is no answer. It is left for the next open turn.
func (m *Mind) astray(h *heard, at int, r talk.Rung) bool {
	g := &m.b.grievances[at]
	said := h.q.fine == "q-said" || h.q.fine == "q-said-you"
	if !h.specific || r == talk.RungNamed && !h.oneFact && !h.q.yesNo() && h.q.fine != "q-kind" && score(h.question, g.topics) > 2 {
		return false
	}
	return !slices.ContainsFunc(m.inOrder(g.rungs[r]), func(line int) bool {
		return m.touches(h, line) || !h.oneFact && !h.q.yesNo() && m.relates(h, line) || said && slices.ContainsFunc(m.b.entries[line].stems, func(w string) bool { return saying[w] })
	})
}

// saying are words with which somebody's words are told.
var saying = stemSet("said says say told asked answered called wrote texted")

// touches reports whether a line has a telling word of the question in it, and what its form asks for. A question
// with no such word that points back, "how often does that happen?", is about whatever they have just told.
func (m *Mind) touches(h *heard, line int) bool {
	e := &m.b.entries[line]
	asked := slices.DeleteFunc(content(h.question), func(w string) bool { return atWork[w] })
	if len(asked) == 0 {
		return (h.q.kind == "howmany" || h.q.kind == "when") && m.toldSomething() && m.pointsBack(h) && e.hasShape(h.q.kind)
	}
	return slices.ContainsFunc(asked, func(w string) bool { return slices.Contains(e.stems, w) }) && (!h.oneFact || e.hasShape(h.q.kind))
}

// chats reports whether a turn asks for nothing but small talk.
func (h *heard) chats() bool {
	return h.has(talk.SmallTalk) && h.q.asked && !h.listens && h.fits(ofWork) == 0
}

// ofStory reports whether a question goes on with the small talk or the open
// answer that they have just given: "what was the man's name?" is no way to a problem.
func (m *Mind) ofStory(h *heard) bool {
	if k := m.lastKind(); k != kindSmallTalk && k != kindAnswer || !h.q.asked || h.grievance >= 0 || m.st.LastLine == 0 {
		return false
	}
	asked := slices.DeleteFunc(content(h.question), func(w string) bool { return atWork[w] })
	if len(asked) == 0 {
		return !h.listens && slices.ContainsFunc(h.question, func(w string) bool { return persons[w] }) // "how is she with you?"
	}
	own := m.b.entries[m.st.LastLine-1].stems
	return !slices.ContainsFunc(asked, func(w string) bool { return !slices.Contains(own, w) })
}

// heated reports whether a grievance was blurted out.
func (m *Mind) heated(at int) bool {
	for i := m.b.grievances[at].blurted.from; i < m.b.grievances[at].blurted.to; i++ {
		if _, said := m.st.Voiced[i]; said {
			return true
		}
	}
	return false
}

// blocked says why something that was asked for stays shut.
func (m *Mind) blocked(h *heard) talk.Reason {
	switch {
	case m.st.Streak >= listensAfter:
		return talk.ReasonInterrogated
	case h.fault(talk.Leading):
		return talk.ReasonLed
	case h.sign(talk.Flattery), h.sign(talk.StockPhrase):
		return talk.ReasonFlattered
	case m.st.Lectures > 0 || h.tells:
		return talk.ReasonLectured
	case m.st.Streak >= 2:
		return talk.ReasonNoListening
	}
	return talk.ReasonNotEarned
}

// opens voices the next rung.
func (m *Mind) opens(h *heard, at int, r talk.Rung) talk.Cue {
	lines := m.fitting(h, m.fresh(h, m.b.grievances[at].rungs[r]))
	if len(lines) == 0 { // every wording was heard in the opening
		m.st.Grievances[at].Rung = r
		return m.shut(h, at, talk.ReasonNothingLeft)
	}
	say := lines[:1]
	if h.open && m.st.Trust >= talksFreely && m.b.entries[lines[0]].words < longAnswer && len(lines) > 1 {
		say = lines[:2] // a good open question gets a long answer
	}
	c := m.saying(talk.ActOpen, talk.ReasonEarned, say...)
	c.Rung = r
	if r == talk.RungFelt {
		c.Mood = talk.MoodUpset
	}
	return c
}

// grievance answers a turn that is about a grievance.
func (m *Mind) grievance(h *heard, at int) talk.Cue {
	r, why := m.canOpen(h, at)
	if why == "" {
		return m.opens(h, at, r)
	}
	return m.shut(h, at, why)
}

// shut answers a turn about a grievance that opens no further now: another
// wording of what is open, a hint, the harmless line, or a change of subject.
func (m *Mind) shut(h *heard, at int, why talk.Reason) talk.Cue {
	g, b := &m.st.Grievances[at], &m.b.grievances[at]
	about := "grievance." + m.b.s.Grievances[at].Name
	mannered := func(act talk.Act, kind string) talk.Cue {
		c := manner(act, kind, why)
		c.About = about
		if act == talk.ActDeflect {
			c.Gives = []talk.Give{talk.Deflects}
		}
		return c
	}
	if g.Shut != 0 {
		return mannered(talk.ActDeflect, "deflect")
	}
	if h.asks && !h.open && !h.listens && g.Rung > 0 {
		// A closed question about something open gets a few words, or what they have still to say about just that.
		for r := g.Rung; r >= talk.RungNamed; r-- {
			if lines := m.fitting(h, m.fresh(h, b.rungs[r])); len(lines) > 0 && m.names(h, lines[0]) && (!h.oneFact || m.touches(h, lines[0])) && m.st.Streak < listensAfter {
				return m.saying(talk.ActAnswer, why, lines[0])
			}
		}
		return mannered(talk.ActAnswer, "agree")
	}
	if why == talk.ReasonLed {
		return mannered(talk.ActShrug, "led")
	}
	if g.Rung > 0 && (h.open || h.listens) && !(h.specific && h.q.yesNo()) && why != talk.ReasonInterrogated {
		for r := g.Rung; r >= talk.RungNamed; r-- {
			if r < g.Rung && (r == talk.RungNamed || h.q.asked && !h.has(talk.ProbeDetail)) && !m.comesBack(h, at, r) {
				continue // what the talk has gone beyond is not begun again
			}
			if lines := m.fitting(h, m.fresh(h, b.rungs[r])); len(lines) > 0 && m.answersAgain(h, lines[0]) && (why == talk.ReasonNothingLeft || h.listens && h.has(talk.ProbeDetail) && r == talk.RungTold || m.lastKind() != kindNamed+lineKind(r-1)) {
				return m.saying(talk.ActAnswer, why, lines[0])
			}
		}
	}
	if why == talk.ReasonNothingLeft {
		if m.st.Nothing++; m.st.Nothing > 1 {
			return mannered(talk.ActWindUp, "wind-up")
		}
		return mannered(talk.ActAnswer, "go-on")
	}
	if line := m.openly(h); line >= 0 && m.deepestReached() == 0 && !h.listens {
		return m.saying(talk.ActAnswer, why, line)
	}
	if g.Rung == 0 && (h.specific || h.q.fine == "q-feel") && !h.listens && (h.grievance < 0 || h.q.fine != "q-it") {
		// A harmless line or a hint is no answer to a question for one thing, unless it is about just that.
		for _, sp := range []span{b.covers, b.hints} {
			if lines := m.fitting(h, m.fresh(h, sp)); len(lines) > 0 && m.touches(h, lines[0]) && !h.q.others && !h.oneFact {
				return m.saying(talk.ActDeflect, why, lines[0])
			}
		}
		return mannered(talk.ActDeflect, "unforeseen")
	}
	if g.Rung == 0 {
		if h.q.asked && h.grievance < 0 && h.unknown > 0 && !h.listens {
			if h.q.fine != "" {
				return mannered(talk.ActDeflect, "unforeseen")
			}
			return mannered(talk.ActDeflect, "deflect") // it is about something of theirs, but not about that
		}
		near := g.Open*2 >= m.need(max(m.next(at), talk.RungNamed)) && m.st.Streak < listensAfter
		first, second := b.covers, b.hints
		act, other := talk.ActDeflect, talk.ActHint
		if near {
			first, second, act, other = second, first, other, act
		}
		if lines := m.fresh(h, first); len(lines) > 0 {
			return m.saying(act, why, lines[0])
		}
		if lines := m.fresh(h, second); len(lines) > 0 {
			return m.saying(other, why, lines[0])
		}
	} else if h.asks { // the talk has come this far: no pretending that nothing was said
		return mannered(talk.ActDeflect, "go-on")
	} else {
		return mannered(talk.ActAnswer, "agree")
	}
	if m.st.Joked < 2 && m.st.Trust >= 20 && h.rnd.IntN(4) == 0 {
		m.st.Joked++
		return mannered(talk.ActDeflect, "joke")
	}
	return mannered(talk.ActDeflect, "deflect")
}

// answersAgain reports whether a further line of what was told already may come now: to a question only where the question
// names it, or asks for more of the story; what asks how it feels, or for one thing, asks for less.
func (m *Mind) answersAgain(h *heard, line int) bool {
	if m.names(h, line) {
		return !h.specific && (h.q.fine != "q-feel" || h.listens) || !h.oneFact || m.touches(h, line)
	}
	return (!h.q.asked || h.has(talk.ProbeDetail)) && !h.specific && (h.q.fine != "q-feel" || h.listens)
}

// openly finds something that they say to anybody and that the question names: "what's it like on your belt?"; -1 for none.
func (m *Mind) openly(h *heard) int {
	if !h.q.asked || h.oneFact && h.q.kind != "where" || h.q.kind == "why" || h.q.kind == "either" || h.q.others {
		return -1
	}
	for _, line := range m.inOrder(m.b.open) {
		if m.touches(h, line) {
			return line
		}
	}
	return -1
}

// comesBack reports whether a turn names what a line of an earlier rung tells.
func (m *Mind) comesBack(h *heard, at int, r talk.Rung) bool {
	lines := m.fitting(h, m.fresh(h, m.b.grievances[at].rungs[r]))
	if r == talk.RungNamed {
		return m.heated(at) && h.listens && !h.specific // what was blurted out is put into words as soon as somebody says it back
	}
	return len(lines) > 0 && m.names(h, lines[0])
}

// knows reports whether all that a turn says of them was told before: its words stand in what was voiced.
func (m *Mind) knows(h *heard) bool {
	said := slices.DeleteFunc(content(h.stem), func(w string) bool { return atWork[w] || leads[w] })
	if len(said) == 0 {
		return false
	}
	return !slices.ContainsFunc(said, func(w string) bool {
		for i := range m.st.Voiced {
			if e := &m.b.entries[i]; e.kind <= kindDetail && slices.Contains(e.stems, w) {
				return false
			}
		}
		return true
	})
}

// leads are words with which an answer is put into somebody's mouth.
var leads = stemSet("right obviously clearly surely must agree isnt doesnt arent wasnt werent totally absolutely basically admit")

// followsUp reports whether another talk is offered.
func (m *Mind) followsUp(h *heard) bool {
	if h.q.asked && len(h.question) < 8 && h.askScore <= 2 && !whStart[h.question[0]] && score(h.question, ofTalk) > 0 && score(h.question, ofTime) > 0 && !slices.Contains(h.question, "did") && !slices.Contains(h.question, "with") {
		return true // "talk monday?"
	}
	if m.agreed() && h.q.fine == "q-scrap" && len(h.question) < 6 && score(h.question, ofTime) > 0 {
		return true // "Thursday, nine o'clock?", after a yes
	}
	offered := h.stem
	if h.q.asked {
		offered = h.question // "you ring them all" before a question offers nothing
	}
	if h.q.asked && (h.q.kind == "what" || h.q.kind == "how" && h.q.fine != "q-reach") && score(h.question, ofTalk) == 0 {
		return false // "good to see you again. How'd the calls go?"
	}
	if offersStory.MatchString(h.folded()) && h.fits(ofTime) == 0 {
		return false
	}
	return h.has(talk.FollowUp) || score(offered, ofFollowUp) > 0 && !(h.q.asked && (h.q.kind == "who" || h.q.kind == "why" || h.q.kind == "howmany" || h.q.kind == "howlong"))
}

// offersStory announces something of one's own, not another talk: "I'll tell you mine, then".
var offersStory = regexp.MustCompile(` (?:ill|let me|i can|i could) tell (?:you|u|ye) (?:mine|my|why|how|what|about|a|something) `)

// offersAgain offers another talk.
var offersAgain = regexp.MustCompile(` (?:how|what) about (?:another|a) (?:\w+ )?(?:coffee|tea|cuppa|chat|talk|walk|lunch|drink|pint|smoke) `)

// agreesToMeet answers a follow-up.
func (m *Mind) agreesToMeet(h *heard) (talk.Cue, bool) {
	if !m.followsUp(h) || h.sign(talk.Farewell) && h.read.FollowUpLevel < 2 || h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) {
		return talk.Cue{}, false
	}
	if h.most(toAsks) < 0 && h.read.FollowUpLevel < 2 && !offersAgain.MatchString(h.q.line) {
		return talk.Cue{}, false // "thank you for sitting down with me"
	}
	if (m.st.Trust < 20 || m.st.Pressed > 0) && !m.agreed() {
		return manner(talk.ActPutOff, "no-politely", talk.ReasonNotEarned), true
	}
	c := manner(talk.ActAnswer, "agree", talk.ReasonReady)
	if h.read.FollowUpLevel < 2 && !h.has(talk.MakeAsk) && h.has(talk.FollowUp) && h.fits(ofTime) == 0 {
		c.Reason = "" // nothing to say yes to yet
	}
	return c, true
}

// agreed reports whether they have said yes to something, or to a part of it.
func (m *Mind) agreed() bool {
	return slices.ContainsFunc(m.st.Asks, func(a askState) bool { return a.Answer == talk.AnswerYes || a.Answer == talk.AnswerPartly })
}

// parts answers a goodbye that asks nothing more.
func (m *Mind) parts(h *heard) (talk.Cue, bool) {
	if h.asks || h.listens && len(h.stem) > 8 || h.sign(talk.HonestLimit) || m.followsUp(h) && h.read.FollowUpLevel > 1 {
		return talk.Cue{}, false
	}
	return m.goodbye(h)
}

// takesLeave answers a goodbye that asks for nothing, before whatever its words may touch.
func (m *Mind) takesLeave(h *heard) (talk.Cue, bool) {
	if h.q.asked || h.listens || m.st.Heard == 0 || h.any(talk.MakeAsk, talk.Reflection, talk.Validation, talk.SelfDisclosure) || !leaves(h.turn.Text) {
		return talk.Cue{}, false
	}
	m.st.Parted = true
	return manner(talk.ActGoodbye, "goodbye", ""), true
}

// leaves reports whether the last sentence of a text is a goodbye.
func leaves(text string) bool {
	sentence, _ := lastQuestion(text)
	return isLeave(sentence)
}

// leavesNow reports whether one of a turn's last two sentences is a goodbye: "there's the horn. Watch that fan."
func leavesNow(text string) bool {
	var last [2]string
	for sentence := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".?!\n", r) }) {
		last[0], last[1] = last[1], sentence
	}
	return isLeave(last[0]) || isLeave(last[1])
}

// isLeave reports whether a sentence begins as a goodbye, but for a word or two.
func isLeave(sentence string) bool {
	ws := words(sentence, 12)
	line := " " + strings.Join(ws[:min(len(ws), 5)], " ") + " "
	at := slices.IndexFunc(leaving, func(l string) bool {
		i := strings.Index(line, l)
		return i >= 0 && strings.Count(line[:i], " ") < 3
	})
	return (at >= 0 || seeAround.MatchString(" "+strings.Join(ws, " ")+" ")) && len(ws) < 12 && !containsAny(line, " go to ", " take care of ")
}

var seeAround = regexp.MustCompile(`^ (?:(?:right|ok|okay|well|sure|so|then|ill|i will) ){0,3}see (?:you|ya|u) around(?: then)?(?: \w+)? $`)

var leaving = []string{
	" gtg ", " g2g ", " ttyl ", " gotta go ", " ive got to go ", " i have to go ", " cya ", " id better go ", " i better go ", " get some sleep ", " get some rest ", " go get the ", " go get your ", " mind how you go ", " mind yourself ",
	" look after yourself ", " safe home ", " drive safe ", " let you get on ", " let you get back ", " see you then ", " see you there ", " see you thursday ", " see you tuesday ", " see you sunday ", " see you monday ",
	" see you wednesday ", " see you friday ", " see you saturday ", " go get warm ", " get yourself warm ", " get in out of the ", " sleep well ", " good night ", " night night ", " theres the bell ", " theres the horn ", " theres the buzzer ", " thats the horn ", " thats the bell ", " go go ", " you get the bus ", " you catch the bus ", " you go and catch ",
	" see you on ", " see you at ", " see you tomorrow ", " say hi to ", " say hello to ", " take care ", " bye ", " cheerio ", " dont miss your bus ", " dont miss your train ", " dont miss your lift ", " dont miss your tram ",
}

// parting answers a turn whose last sentence is a plain goodbye, or thanks after something was agreed, and that asks for nothing new: whatever else it
// goes over has been settled. It comes before what its other words would call up; takesLeave, after that, knows more goodbyes.
func (m *Mind) parting(h *heard) (talk.Cue, bool) {
	last, asks := lastWords(h.turn.Text)
	if only := tag.ReplaceAllString(last, ""); only != last && strings.Count(h.turn.Text, "?") == 1 {
		last, asks = only, false // "mind yourself tomorrow, will you?"
	}
	if m.st.Heard < 2 || asks || m.asksAnew(h) || len(words(last, goodbyeWords+1)) > goodbyeWords {
		return talk.Cue{}, false
	}
	switch line := fold(last); {
	case plainGoodbye.MatchString(line) && !strings.Contains(line, " care of "):
		m.st.Parted = true
		return manner(talk.ActGoodbye, "goodbye", ""), true
	case plainThanks.MatchString(line) && (m.agreed() || m.st.Parted):
		return manner(talk.ActChat, "thanks", ""), true
	}
	return talk.Cue{}, false
}

// arranged answers an arrangement that follows from what they put off, said yes to or offered a part of: "Saturday it is, I'll find you in the lot".
func (m *Mind) arranged(h *heard) (talk.Cue, bool) {
	if m.st.LastAsk == 0 || m.st.Refused || h.hurt() || h.fault(talk.Pressure) || !slices.Contains([]talk.Act{talk.ActPutOff, talk.ActPartly, talk.ActTake}, m.lastAnswered()) {
		return talk.Cue{}, false
	}
	switch {
	case h.ask >= 0 && h.ask != m.st.LastAsk-1 && h.read.AskLevel >= clearLevel: // that is another ask
		return talk.Cue{}, false
	case h.q.asked && h.q.kind != "check" && score(h.question, ofSuit) == 0 && !strings.Contains(h.q.line, " let me come "): // something else is asked
		return talk.Cue{}, false
	case !arrangement.MatchString(h.folded()):
		return talk.Cue{}, false
	}
	return manner(talk.ActAnswer, "agree", talk.ReasonReady), true
}

// arrangement finds what somebody will do about what was left open.
var arrangement = regexp.MustCompile(` (?:ill|i will|let me|how about i|what if i|shall i) (?:just )?(?:come|find you|ask you|check in|see you|ring|call|text|knock|pop|drop|catch you|do the intro|be back|be here)(?: \w+)* | (?:mon|tues|wednes|thurs|fri|satur|sun)day it is | (?:tomorrow|tonight) it is `)

// asksLeave finds a question whether one may come back to it: "can I ask you again on Saturday?"
var asksLeave = regexp.MustCompile(` (?:can|could|may|shall|should|will) i (?:just )?(?:ask|check|come|ring|call|text|message|see|catch|talk|find) (?:(?:with|in|back|to|by|on|up) ){0,3}(?:you |ye |u |yous )?(?:again|tomorrow|tonight|after|before|on|at|next|later|monday|tuesday|wednesday|thursday|friday|saturday|sunday) | (?:will|would|can|could) you (?:just )?let me know (?:by|on|before|then|tomorrow|tonight|after) |(?:^ (?:(?:fair|ok|okay|right|grand|cool|so) )?|(?:ill|i will) )ask (?:you|u) (?:again )?(?:on )?(?:(?:mon|tues?|wed|wednes|thurs?|fri|sat|satur|sun)(?:day)?|tomorrow|tonight|later) `)

// tag is what may hang on a goodbye and asks nothing.
var tag = regexp.MustCompile(`(?i),? (?:will you|okay|ok|won['’]t you|yeah|right)$`)

// asksAnew reports whether a turn asks for something that they have not said yes to, or to a part of it.
func (m *Mind) asksAnew(h *heard) bool {
	if !h.has(talk.MakeAsk) || m.st.Parted {
		return false
	}
	if h.ask < 0 {
		return true
	}
	a := m.st.Asks[h.ask].Answer
	return a != talk.AnswerYes && a != talk.AnswerPartly
}

// goodbyeWords is how long a goodbye is at most.
const goodbyeWords = 12

// plainGoodbye matches a sentence that is a goodbye and nothing else, plainThanks one that begins with thanks.
var (
	plainGoodbye = regexp.MustCompile(`^ (?:(?:ok|okay|right|well|anyway|and|so|alright|cheers|oh|great|lovely|thanks) )?(?:` +
		`see (?:you|ya|yous|yez)(?: \w+){0,5}|bye(?: \w+){0,4}|goodbye(?: \w+){0,4}|good ?night(?: \w+){0,4}|night(?: night)?(?: \w+)?|take care(?: \w+){0,4}|ta ra(?: \w+){0,6}|tara(?: \w+){0,6}|cheerio(?: \w+){0,5}|` +
		`catch (?:you|ya)(?: \w+){0,4}|talk soon(?: \w+)?|safe home(?: \w+){0,3}|sleep well(?: \w+)?|mind (?:yourself|how you go|the (?:stairs|steps?|ice|roads?|rain))(?: \w+){0,5}|` +
		`(?:really |so )?(?:nice|good|great|lovely) (?:talking|chatting|to talk|to chat)(?: \w+){0,8}|(?:say|tell) (?:hi|hello) to(?: \w+){1,6}|tell (?:\w+ ){1,3}i (?:was asking for|said hello|said hi|say hello)(?: \w+){0,5}|tell your (?:mum|mom|mam|mother|dad|father|wife|husband|kids|girl|girls|boy|boys|lads?|dog|nan|sister|brother|family|missus) i said(?: \w+){0,8}|good luck with (?:the|your|it)(?: \w+){0,8}|` +
		`(?:enjoy your|have a good) (?:day|night|one|shift|weekend|evening|rest|break|tea|lunch|dinner|sunday|saturday)(?: \w+){0,8}|go (?:on )?(?:home|to (?:your )?bed|get some (?:sleep|rest))(?: \w+){0,6}|` +
		`(?:i had|id|i) (?:better|best) (?:(?:get|be|go|head) (?:back|off|on|going|home|in|down|up|along|moving)|let you (?:get|go))(?: \w+){0,9}|give (?:\w+ ){1,3}(?:a hello|a hug|my love|my best|a pat|a kiss)(?: \w+){0,6}|` +
		`(?:go on )?get (?:back )?in(?:to)? (?:that|the|your) (?:\w+ )?(?:car|van|truck|cab|house|warm)(?: \w+){0,14}|off you go(?: home| in| now| then)?|(?:\w+ ){0,3}better (?:go|get|head) (?:in|back|off|on|home)|` +
		`thanks for (?:the |your )?(?:chat|talk|talking|chatting|sitting|time|company)(?: \w+){0,4}) $`)
	plainThanks = regexp.MustCompile(`^ (?:and |ok |well |right )?(?:thanks|thank you|cheers|ta) `)
)

// lastWords gives the last sentence of a text without its mark, and whether it or the one before asks anything.
func lastWords(text string) (last string, asks bool) {
	start, before := 0, false
	take := func(end int) {
		part := strings.TrimSpace(text[start:end])
		asked := strings.Contains(part, "?")
		if strings.Trim(part, ".!? ") != "" {
			last, before, asks = part, asks, asked
		} else {
			asks = asks || asked
		}
		start = end
	}
	for i, r := range text {
		if (r == '.' || r == '!' || r == '?' || r == '\n') && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\n' || r == '\n') {
			take(i + 1)
		}
	}
	if start < len(text) {
		take(len(text))
	}
	return strings.TrimRight(last, ".!?"), before || asks
}

// whatWasThat matches a sentence with which somebody says that they did not understand.
var whatWasThat = regexp.MustCompile(`^ (?:(?:ok|sorry|hm|no|ha|wait) )?(?:huh|eh|pardon|what|come again|(?:whats|what does|what did) that (?:even )?mean|you what|say (?:what|that again|again)|what was that|what did you (?:just )?say|(?:you |youve )?lost me|im (?:lost|not following)|` +
	`i dont (?:follow|get it|get you)|(?:what|how) (?:do you|do ya|d you|dyou|you|ya) mean|meaning what) $`)

// againWords is how long a turn is at most whose first word alone says that they did not understand.
const againWords = 6

// asksAgain answers those who did not understand a small answer, which was perhaps none to what they had asked.
func (m *Mind) asksAgain(h *heard) (talk.Cue, bool) {
	if m.st.Heard == 0 || m.st.LastLine > 0 || m.st.Last == talk.ActConfused || m.st.Last == talk.ActSilence || h.has(talk.MakeAsk) {
		return talk.Cue{}, false
	}
	all := h.words
	again := len(all) > 0 && len(all) <= againWords && (all[0] == "huh" || all[0] == "eh")
	if len(all) <= 2*againWords {
		first := true
		for part := range strings.FieldsFuncSeq(h.turn.Text, func(r rune) bool { return strings.ContainsRune(".?!\n", r) }) {
			part = fold(part)
			again = again || whatWasThat.MatchString(part) && (first || !strings.Contains(part, " did you ")) // "glad it was you. what did you say?"
			first = false
		}
	}
	if !again {
		return talk.Cue{}, false
	}
	return manner(talk.ActChat, "never-mind", ""), true
}

// asksToBeAsked matches a sentence that wants them to ask something, whatever it is.
var asksToBeAsked = regexp.MustCompile(`^ (?:(?:no|ok|okay|right|well|so|come|on|go|now|fine|ha|then|anything|just|please|but|and|your|turn|its) ){0,6}` +
	`(?:(?:you )?ask me (?:something|somthing|somethin|smth|sth|anything|anythin|one thing|one|a question|any question|a thing|stuff|now|back|instead)|ask me(?: (?:why|how|what|when|where|who|about) (?:\w+ )*\w+)?|` +
	`you ask (?:something|one|the questions|the next one)|(?:its )?your turn(?: to ask| now)?)(?: (?:then|go|on|now|so|for once|anything|instead|first|tho|though|if you (?:want|like)))* $`)

// sendsItBack hands a question back to whoever asked it.
var sendsItBack = regexp.MustCompile(` (?:what|how) about (?:you|u|yourself|yours) $| and (?:you|u|yours|yourself) $|^ (?:you|u|yours) $`)

// theirTurn asks them something where they want to be asked.
func (m *Mind) theirTurn(h *heard) (talk.Cue, bool) {
	if m.st.Last == talk.ActAskBack && sendsItBack.MatchString(h.q.line) {
		return manner(talk.ActAnswer, "think", talk.ReasonAskedPlainly), true // it is no question how they are
	}
	if !containsAny(h.folded(), " ask ", " turn ") {
		return talk.Cue{}, false
	}
	invited := false
	if strings.Contains(h.folded(), " ask me how i know ") {
		return talk.Cue{}, false // "did you know they get a bonus? Ask me how I know."
	}
	for sentence := range strings.FieldsFuncSeq(h.turn.Text[strings.LastIndexByte(h.turn.Text, '?')+1:], func(r rune) bool { return strings.ContainsRune(".?!,\n", r) }) {
		invited = invited || asksToBeAsked.MatchString(fold(sentence))
	}
	if !invited || h.has(talk.MakeAsk) {
		return talk.Cue{}, false // "ask me again on Friday"
	}
	return manner(talk.ActAskBack, "their-turn", ""), true
}

// seesThem asks whether others see them: "kids see you much?" is no goodbye.
var seesThem = regexp.MustCompile(`^ (?:do |does |did )?(?:[a-z]+ ){1,3}(?:see|sees) (?:you|u) (?:much|often|a lot|at all|any|enough) `)

func (m *Mind) goodbye(h *heard) (talk.Cue, bool) {
	if !h.sign(talk.Farewell) || h.q.asked && score(h.question, ofAbout) > 0 || h.q.asked && seesThem.MatchString(h.q.line) || h.asks && (m.st.Heard == 0 || h.sign(talk.Greeting)) || h.specific && h.q.kind != "check" && h.q.kind != "would" {
		return talk.Cue{}, false // "hi, caught you on your way out?" begins a talk
	}
	m.st.Parted = true
	return manner(talk.ActGoodbye, "goodbye", ""), true
}

// leftAlone answers words that leave something alone.
func (m *Mind) leftAlone(h *heard) (talk.Cue, bool) {
	if !h.sign(talk.RespectsLimit) && h.fits(letsBe) == 0 || strings.ContainsRune(h.turn.Text, '?') || h.specific || h.listens || h.any(talk.FollowUp, talk.MakeAsk) ||
		!m.limitStands() && !m.ofProblem() || h.sign(talk.Apology) {
		return talk.Cue{}, false
	}
	why := talk.Reason("")
	if m.limitStands() {
		why = talk.ReasonBoundaryKept
	}
	return manner(talk.ActChat, "thanks", why), true
}

// small answers the small things: a greeting, thanks, an apology, a limit let stand, small talk.
func (m *Mind) small(h *heard) (talk.Cue, bool) {
	switch {
	case (h.sign(talk.Apology) || h.fits(ofApology) > 0) && !(h.q.asked && len(h.question) > 2):
		why := talk.Reason("")
		if h.fits(ofWords) > 0 || m.st.Last == talk.ActBoundary || m.st.Last == talk.ActRefuse || m.st.Last == talk.ActShrug {
			why = talk.ReasonArgued // it is for something that was said just now
		}
		return manner(talk.ActChat, "apology", why), true
	case h.sign(talk.Greeting) && (m.st.Heard == 0 || !h.asks):
		return manner(talk.ActChat, "greeting", ""), true
	case h.sign(talk.Thanks) && !h.q.asked:
		return manner(talk.ActChat, "thanks", ""), true
	case m.calls(h) && m.st.Heard == 0:
		return manner(talk.ActChat, "greeting", ""), true
	case m.calls(h):
		return manner(talk.ActSilence, "silence", ""), true
	}
	if h.publicScore > 2 && h.has(talk.SmallTalk) {
		if lines := m.fresh(h, h.public); len(lines) > 0 {
			return m.saying(talk.ActChat, talk.ReasonAskedPlainly, lines[0]), true
		}
	}
	return talk.Cue{}, false
}

// calls reports whether a turn is no more than their name.
func (m *Mind) calls(h *heard) bool {
	name := stemAll(words(m.b.s.Coworker.Name, 9))
	return h.spoken && !slices.ContainsFunc(h.stem, func(w string) bool { return !slices.Contains(name, w) })
}

// fallback is for what the scenario does not foresee.
func (m *Mind) fallback(h *heard) talk.Cue {
	switch {
	case h.howAreYou:
		return manner(talk.ActChat, "greeting", "")
	case h.asks:
		if line := m.openly(h); line >= 0 && m.deepestReached() == 0 {
			return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, line)
		}
		if m.st.Trust < 34 && m.st.AskedBack < 2 && h.open && !h.specific && h.unknown == 0 && h.rnd.IntN(4) == 0 {
			m.st.AskedBack++
			return manner(talk.ActAskBack, "ask-back", "")
		}
		return manner(talk.ActAnswer, "unforeseen", talk.ReasonAskedPlainly)
	case h.listens, m.st.Quiet <= 1 && m.st.Focus > 0 && len(h.stem) <= 20 && !h.has(talk.SelfDisclosure):
		return manner(talk.ActAnswer, "agree", "") // a word about what they have just told
	case h.sign(talk.Backchannel):
		return manner(talk.ActSilence, "silence", "")
	case h.has(talk.SelfDisclosure), h.has(talk.SmallTalk):
		return manner(talk.ActChat, "", "")
	}
	return manner(talk.ActShrug, "", "")
}

// bound sets how long the answer may be: what a person in this mood gives to a turn like this.
func (m *Mind) bound(h *heard, c *talk.Cue) {
	least, upTo := 2, 24
	switch c.Act {
	case talk.ActOpen, talk.ActThink, talk.ActPredict, talk.ActPlan, talk.ActFear, talk.ActEased:
		least, upTo = 10, 40
		if h.open && m.st.Trust >= talksFreely {
			least, upTo = longAnswer, 70
		}
	case talk.ActAnswer:
		switch {
		case len(c.Lines) > 0 && h.open:
			least, upTo = 8, 45
		case h.asks && !h.open:
			least, upTo = 1, 14
		}
	case talk.ActOfferPause, talk.ActOutOfRole:
		c.Least, c.Most = 5, 60
		return
	case talk.ActLeave, talk.ActBoundary, talk.ActRefuse:
		least, upTo = 2, 32
	case talk.ActShrug:
		least, upTo = 1, max(3, 12-4*m.st.Lectures)
	case talk.ActSilence, talk.ActConfused:
		least, upTo = 1, 16
	case talk.ActDeflect, talk.ActHint:
		least, upTo = 3, 26
	}
	if m.st.Patience < 25 && upTo < 32 && c.Act != talk.ActOpen {
		upTo = min(upTo, 14)
		least = min(least, 4)
	}
	if len(c.Lines) > 0 {
		upTo = max(upTo, m.b.entries[m.b.byID[c.Lines[0].ID]].words+8)
	}
	c.Least, c.Most = min(least, upTo), upTo
}
