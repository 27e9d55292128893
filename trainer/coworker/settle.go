package coworker

import (
	"slices"

	"breakroom/trainer/talk"
)

// plus adds two effects.
func (e effect) plus(o effect) effect {
	return effect{e.Trust + o.Trust, e.Patience + o.Patience, e.Hope + o.Hope, e.Resolve + o.Resolve, e.Open + o.Open}
}

// scaled scales gains and losses by the difficulty, in percent; what is not nothing stays at least one point.
func (e effect) scaled(s setting) effect {
	one := func(v int) int {
		switch {
		case v > 0:
			return max(1, (v*s.gains+50)/100)
		case v < 0:
			return min(-1, (v*s.losses-50)/100)
		}
		return 0
	}
	return effect{one(e.Trust), one(e.Patience), one(e.Hope), one(e.Resolve), one(e.Open)}
}

// settle lets a turn move the gauges, before anything is decided.
func (m *Mind) settle(h *heard) {
	st := &m.st
	for i := range st.Grievances {
		if st.Grievances[i].Shut > 0 {
			st.Grievances[i].Shut--
		}
	}
	m.noteHeed(h)
	var sum effect
	for _, mv := range h.read.Moves {
		e := moveEffects[mv]
		switch mv {
		case talk.SmallTalk:
			if st.Chatted++; st.Chatted > smallTalkPays {
				e = effect{}
			}
		case talk.SelfDisclosure:
			if st.Disclosed++; st.Disclosed > disclosurePays {
				e = effect{}
			}
		case talk.Reflection, talk.Validation:
			if !h.listens {
				e = effect{}
			}
		case talk.Telling:
			if h.asks { // a link between questions
				e = effect{Patience: e.Patience / 2}
			}
		}
		sum = sum.plus(e)
	}
	if !h.has(talk.OpenQuestion) && !h.hurt() && h.fits(invitations) > 0 {
		sum = sum.plus(moveEffects[talk.OpenQuestion]) // "I'm listening, keep going"
	}
	switch {
	case h.listens && !h.any(talk.Reflection, talk.Validation):
		sum = sum.plus(moveEffects[talk.Reflection]) // their own words came back
	case h.nods && h.open && !h.listens && m.toldSomething() && m.heeds(h) > 0:
		sum.Open += wordOfTheirOwn
	}
	// Saying back again and again without a question earns half, then nothing.
	if h.listens && !h.asks {
		if st.Parrot++; st.Parrot == 2 {
			sum.Open /= 2
		} else if st.Parrot > 2 {
			sum.Open, sum.Trust = 0, 0
		}
	} else if h.asks {
		st.Parrot = 0
	}
	// Question upon question with nothing taken up earns half, then nothing, then costs.
	switch {
	case h.listens:
		st.Streak = 0
	case h.asks && h.publicScore == 0 && !h.has(talk.SmallTalk) && !h.has(talk.MakeAsk) && !h.has(talk.FollowUp):
		if st.Streak < listensAfter-1 && !(h.nods && st.Streak > 0) || !m.worksItOut(h) && !h.nods {
			st.Streak++
		}
		if st.Streak >= listensAfter {
			sum.Open, sum.Trust = sum.Open/4, min(sum.Trust, 0)
			sum = sum.plus(interrogation)
		} else if st.Streak >= 2 {
			sum.Open /= 2
		}
	}
	if h.publicScore > 0 && h.publicScore >= h.grievanceScore && h.specific && !h.listens {
		sum.Open /= 2 // a fact that anyone may ask for is answered openly, and leads to a problem only half the way
	}
	if m.answersThem(h) {
		st.Streak = 0
		sum.Open += wordOfTheirOwn
	}
	if h.tells && !h.asks {
		st.Lectures++
		sum.Patience -= 2 * (st.Lectures - 1)
	} else if !h.tells {
		st.Lectures = 0
	}
	for _, f := range h.read.Faults {
		if f == talk.Arguing && h.comforts {
			continue
		}
		sum = sum.plus(faultEffects[f])
	}
	for _, s := range h.read.Signs {
		e := signEffects[s]
		switch s {
		case talk.Flattery:
			if st.Flattered++; st.Flattered == 1 {
				e = effect{}
			}
			sum.Open /= 2
		case talk.StockPhrase:
			if st.Stock++; st.Stock == 1 {
				e = effect{}
			}
		case talk.SaysNothing:
			if st.Silences++; st.Silences == 1 || m.hardSaid() {
				e = effect{}
			}
			if m.hardSaid() && st.Silences <= 2 {
				sum.Open += silenceListens
			}
		case talk.Gibberish, talk.OtherLanguage, talk.Essay:
			st.Strange++
		case talk.Apology:
			if h.hurt() {
				e = effect{}
			}
		case talk.RespectsLimit:
			if !m.limitStands() {
				e = effect{}
			}
		}
		sum = sum.plus(e)
	}
	if !h.sign(talk.SaysNothing) {
		st.Silences = 0
	}
	if h.repeats {
		sum = sum.plus(repetition)
		sum.Open = min(sum.Open, 0)
	}
	if h.hurt() {
		sum.Open = min(sum.Open, 0)
		sum.Trust = min(sum.Trust, 0)
	}
	if sum.Trust > trustGain {
		sum.Trust = trustGain
	}
	sum = sum.scaled(m.b.set)
	m.move(sum)

	at := m.about(h)
	if at < 0 && h.opener && sum.Open > 0 {
		at = m.nearest()
	}
	if at >= 0 {
		g := &st.Grievances[at]
		gain := min(sum.Open, opennessGain)
		if gain > 0 && h.grievance < 0 && st.Focus == 0 {
			gain /= 2 // a question about work in general leads there only half the way
		}
		g.Open = min(max(g.Open+gain, 0), most)
		if gain > 0 {
			g.Earned++
			g.Taken = g.Taken || h.listens
		}
		if h.grievance >= 0 && h.opener {
			st.Focus = h.grievance + 1
		}
	}
	m.settleLimits(h)
	m.settleFears(h)
	if h.dismisses && !h.fault(talk.Arguing) {
		m.move(faultEffects[talk.Arguing].scaled(m.b.set))
	}
	if (h.fault(talk.Arguing) && !h.comforts || h.dismisses) && at >= 0 && st.Grievances[at].Shut == 0 {
		st.Grievances[at].Shut = shutAfterArgue
	}
	if h.fault(talk.UsedAgainst) && at >= 0 {
		st.Grievances[at].Shut = -1
	}
	if h.fault(talk.UnsafeQuestion) || h.pries {
		if st.Pried++; !h.fault(talk.UnsafeQuestion) {
			m.move(faultEffects[talk.UnsafeQuestion].scaled(m.b.set))
		}
	}
	if h.sign(talk.Insult) {
		st.Insulted++
	}
}

// answersThem reports a short word, no question, about what the coworker has just told: "That's a shame."
func (m *Mind) answersThem(h *heard) bool {
	return m.st.Focus > 0 && m.st.Quiet <= 1 && h.spoken && !h.asks && !h.listens && !h.tells && !h.hurt() && !h.dismisses && len(h.stem) >= 2 && len(h.stem) <= 20 &&
		len(h.read.Faults) == 0 && !h.sign(talk.Flattery) && !h.sign(talk.StockPhrase) && !h.sign(talk.Reassurance) && !h.sign(talk.Backchannel) && !h.sign(talk.Farewell)
}

// worksItOut reports whether a question is one of those that people work out together.
func (m *Mind) worksItOut(h *heard) bool {
	return h.any(talk.EducateFix, talk.EducateWho, talk.EducateAction, talk.InoculateBoss, talk.InoculateFear, talk.PlanTogether) ||
		h.asks && (m.asksForBoss(h) || asksForFear(h) || slices.ContainsFunc([][]phrase{asksFix, asksWho, asksAction, asksPlan}, func(list []phrase) bool { return score(h.question, list) > 0 }))
}

// hardSaid reports whether the coworker has just said something hard.
func (m *Mind) hardSaid() bool {
	switch m.lastKind() {
	case kindTold, kindCost, kindFelt, kindFear:
		return true
	}
	return false
}

// limitStands reports whether the coworker has just drawn a line.
func (m *Mind) limitStands() bool {
	return m.lastKind() == kindLimit || m.st.Last == talk.ActBoundary || m.st.Last == talk.ActRefuse || m.lastKind() == kindNo
}

// settleLimits notes limits that were respected: the turn after one was drawn lets it stand.
func (m *Mind) settleLimits(h *heard) {
	if m.lastKind() != kindLimit || h.hurt() {
		return
	}
	for i := range m.st.Limits {
		l := &m.st.Limits[i]
		if l.Crossed == 0 || l.Respected || h.limit == i && h.asks {
			continue
		}
		l.Respected = true
		if !h.sign(talk.RespectsLimit) {
			m.move(effect{Trust: 2})
		}
		if at := m.b.limits[i].opens; at >= 0 {
			g := &m.st.Grievances[at]
			g.Open = min(g.Open+respectOpens, most)
		}
	}
}

// settleFears notes what eases or hardens the fear that is spoken of.
func (m *Mind) settleFears(h *heard) {
	at := m.st.FocusFear - 1
	if h.fear >= 0 && m.st.Fears[h.fear].Voiced {
		at = h.fear
	}
	if at < 0 || !m.st.Fears[at].Voiced || m.st.Fears[at].Eased {
		return
	}
	f := &m.st.Fears[at]
	if h.fault(talk.Arguing) || h.fault(talk.FalsePromise) || h.sign(talk.Reassurance) && !h.listens && !h.has(talk.InoculateFear) {
		f.Dismissed++
		f.Ways, f.Turns = 0, 0
		return
	}
	if h.hurt() {
		return
	}
	did := false
	for i, way := range m.b.fears[at].by {
		if m.eases(h, way) {
			f.Ways |= 1 << min(i, 30)
			did = true
		}
	}
	if did {
		f.Turns++
		h.easing = at
	}
}

// eases reports whether a turn does what a fear names as easing it.
func (m *Mind) eases(h *heard, way string) bool {
	switch way {
	case "validation":
		return h.listens && (h.has(talk.Validation) || m.lastKind() == kindFear && h.open) || h.has(talk.InoculateFear)
	case "reflection":
		return h.listens && h.has(talk.Reflection)
	case "plan":
		return h.has(talk.PlanTogether)
	case "inoculate-boss":
		return h.has(talk.InoculateBoss)
	case "honesty":
		return h.sign(talk.HonestLimit)
	case "not-alone":
		return h.fits(notAlone) > 0
	case "smaller-step":
		if h.fits(smallerStep) > 0 {
			return true
		}
		last := m.st.LastAsk - 1
		return h.has(talk.MakeAsk) && last >= 0 && h.ask >= 0 && h.ask != last && m.b.s.Asks[h.ask].Size < m.b.s.Asks[last].Size
	}
	return false
}

var (
	notAlone = phrases([]string{
		"not alone", "not by yourself", "not on your own", "together", "with you", "beside you", "next to you", "all of us",
		"the rest of us", "same time", "nobody goes alone", "no one goes alone", "we go as a group", "as a group", "i'll be there",
		"me too", "both of us", "the whole shift", "everyone", "everybody", "side by side", "stick together", "in numbers",
	})
	smallerStep = phrases([]string{
		"smaller", "something small", "small step", "start small", "you don't have to", "don't need to", "wouldn't have to", "no need to",
		"only if", "just come", "just listen", "just sit", "just the two", "less risky", "lower risk", "safer", "without your name",
		"in the background", "what would you be comfortable", "what could you live with", "what feels doable", "what would feel ok",
		"what would feel okay", "what would feel safe",
	})
)

// enough is how many ways ease a fear.
func (m *Mind) enough(fear int) int {
	return min(easedByWays, max(1, len(m.b.fears[fear].by)))
}

// nearest gives the grievance that is nearest to opening: the most open, the first of those; -1 where none is left.
func (m *Mind) nearest() int {
	at, top := -1, -1
	for i := range m.st.Grievances {
		g := &m.st.Grievances[i]
		if g.Shut != 0 || m.finished(i) {
			continue
		}
		if g.Open > top {
			at, top = i, g.Open
		}
	}
	return at
}

// finished reports whether a grievance has reached the deepest rung that it has words for in this talk.
func (m *Mind) finished(i int) bool { return m.next(i) == talk.RungNothing }

// next gives the next rung of a grievance that has words, RungNothing where there is none.
func (m *Mind) next(i int) talk.Rung {
	for r := m.st.Grievances[i].Rung + 1; r <= m.b.deepest; r++ {
		if sp := m.b.grievances[i].rungs[r]; sp.to > sp.from {
			return r
		}
	}
	return talk.RungNothing
}

// opened reports whether they have told anything that one could argue with.
func (m *Mind) opened() bool {
	return m.st.Focus > 0 || m.st.FocusFear > 0 || m.st.LastAsk > 0 || m.deepestReached() > 0
}

// deepestReached is the deepest rung reached on any grievance.
func (m *Mind) deepestReached() talk.Rung {
	deepest := talk.RungNothing
	for _, g := range m.st.Grievances {
		deepest = max(deepest, g.Rung)
	}
	return deepest
}
