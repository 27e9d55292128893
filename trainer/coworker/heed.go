package coworker

import (
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// What the organizer makes of what they are told is kept for the last turns in
// which something was told. Several weak signs count together, so that no single
// one decides: the reader's labels, the coworker's own words coming back, a word
// of the organizer's own beside the question, and what kind of question it is.

// heedLasts is for how many of the things told it is remembered what became of them.
const heedLasts = 6

// The points that one turn after something was told can earn.
const (
	heedMost   = 4 // taken up in their own words, and left open
	heedKind   = 3 // taken up in words that would fit anybody, and left open
	heedHalf   = 2 // taken up and closed again, an open question with a word of their own, or an invitation to go on
	heedLittle = 1 // a closed question with a word of their own, or one that points back
)

// heedFor is how much of what was told must have been taken up of late, in percent, for the deeper rungs.
var heedFor = [...]int{0, 0, 0, 45, 55, 60}

// echoTakesUp is how many telling words of theirs make a turn one that takes up what they said.
const echoTakesUp = 2

// heedToThink is how much for thinking aloud, fears and the boss; below it details get a few words only.
const heedToThink = 40

// parts splits a turn into what asks and what says something, as word stems.
func parts(text string) (asks, says []string) {
	start := 0
	take := func(to int, marked bool) {
		s := strings.TrimSpace(text[start:to])
		if s == "" {
			return
		}
		ws := words(s, heardWords)
		first := ws
		for len(first) > 1 && lightStart[first[0]] {
			first = first[1:]
		}
		if marked || len(first) > 0 && questionStart[first[0]] {
			asks = append(asks, stemAll(ws)...)
		} else {
			says = append(says, stemAll(ws)...)
		}
	}
	for i, r := range text {
		if strings.ContainsRune(".!?;:\n", r) {
			take(i, r == '?')
			start = i + 1
		}
	}
	take(len(text), false)
	return asks, says
}

// sayings counts the words that say something by themselves.
func sayings(stems []string) int {
	n := 0
	for _, w := range stems {
		if !fillers[w] {
			n++
		}
	}
	return n
}

// echoes counts the telling words of what the coworker said last that come back in a turn.
func (m *Mind) echoes(stems []string) int {
	if m.st.LastLine == 0 {
		return 0
	}
	var own []string
	turn := m.st.Voiced[m.st.LastLine-1]
	for i, at := range m.st.Voiced { // the order does not matter: they are only counted
		if at == turn {
			own = append(own, m.b.entries[i].stems...)
		}
	}
	n := 0
	said := content(stems)
	for i, w := range said {
		if !slices.Contains(said[:i], w) && slices.Contains(own, w) {
			n++
		}
	}
	return n
}

// toldSomething reports whether the coworker's last line was something of their own about a problem or a fear.
func (m *Mind) toldSomething() bool {
	switch m.lastKind() {
	case kindNamed, kindTold, kindCost, kindFelt, kindResolved, kindBlurted, kindDetail, kindFear:
		return true
	}
	return false
}

// heeds says how far a turn takes up what was told just before it, 0 to heedMost.
func (m *Mind) heeds(h *heard) int {
	invites := h.fits(invitations) > 0
	switch {
	case h.hurt(), h.dismisses, h.repeats, h.fault(talk.Leading), h.fault(talk.Monologue), h.sign(talk.Flattery), h.sign(talk.StockPhrase):
		return 0
	case h.listens && (!h.asks || h.open || h.has(talk.OpenQuestion) && !h.has(talk.ClosedQuestion) || invites):
		if h.echoed < echoTakesUp {
			if !h.asks {
				return heedHalf
			}
			return heedKind
		}
		return heedMost
	case h.listens && h.echoed >= echoTakesUp, invites, h.nods && h.open, h.open && h.any(talk.ProbeCost, talk.ProbeFeeling) && m.pointsBack(h):
		return heedHalf
	case h.listens, h.nods, h.asks && m.pointsBack(h):
		return heedLittle
	}
	return 0
}

// pointsBack reports whether the question itself points at what was just told: "What does that do to you?"
func (m *Mind) pointsBack(h *heard) bool {
	return h.grievance < 0 && slices.ContainsFunc(h.question, func(w string) bool { return pointing[w] })
}

// noteHeed remembers what became of what was told.
func (m *Mind) noteHeed(h *heard) {
	if !m.toldSomething() && m.st.Focus > 0 && len(m.st.Heed) > 0 && m.heeds(h) >= heedKind {
		m.st.Heed = append(m.st.Heed[max(0, len(m.st.Heed)+1-heedLasts):], m.heeds(h)) // taken up late is taken up
		return
	}
	if !m.toldSomething() || h.sign(talk.SaysNothing) || !h.spoken || h.any(talk.MakeAsk, talk.FollowUp) || m.worksItOut(h) {
		return // a silence lets it stand, and to work out what to do is to go on with it
	}
	m.st.Heed = append(m.st.Heed, m.heeds(h))
	m.st.Heed = m.st.Heed[max(0, len(m.st.Heed)-heedLasts):]
}

// attended reports whether the organizer has been with them: neither question upon question, nor most of what was told left lying.
func (m *Mind) attended() bool {
	if len(m.st.Heed) < 2 {
		return m.st.Streak < listensAfter
	}
	return m.heed() >= heedToThink
}

// asksForBoss reports whether a question is about what the boss will do, whatever the reader made of it: it
// names them, and is about what is to come.
func (m *Mind) asksForBoss(h *heard) bool {
	if !h.asks {
		return false
	}
	return h.fits(asksBoss) > 0 || score(h.question, m.b.boss) > 0 && score(h.question, toCome) > 0
}

// asksForFear reports whether a question is about what worries them in acting, whatever the reader made of it.
func asksForFear(h *heard) bool {
	return h.asks && (score(h.question, asksFear) > 0 || h.listens && score(h.question, ofSafety) > 0 || h.fits(ofFear) > 0 && h.fits(ofActing) > 0)
}

var (
	// toCome are words of a question about what is to come.
	toCome = phrases([]string{"would", "will", "going to", "expect", "next", "first", "if we", "when we", "if you", "wont", "wouldnt"})
	// ofActing are words about doing something about it.
	ofActing = phrases([]string{"doing something", "do something", "getting involved", "got involved", "get involved", "be part of", "were part of", "speaking up", "speak up", "spoke up", "if you were", "if you did", "for you", "for people", "people", "might happen", "go further"})
)

// heed is how much of what was told was taken up of late, in percent; all of it as long as nothing was told.
func (m *Mind) heed() int {
	if len(m.st.Heed) == 0 {
		return most
	}
	sum := 0
	for _, v := range m.st.Heed {
		sum += v
	}
	return sum * most / (heedMost * len(m.st.Heed))
}
