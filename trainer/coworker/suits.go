package coworker

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"breakroom/trainer/coworker/apt"
	"breakroom/trainer/talk"
)

// suit says which kinds of answer a line may pass for, among those of package apt, and how unlikely it may be that the question is
// answered by any of them (a logit in thousandths) before they keep it to themselves.
type suit struct {
	acts  []int
	floor int32
}

// suits has those of the lines that may pass over a question. What anybody may ask for, and a detail of what was told, has been compared with the
// question already.
var suits = func() map[lineKind]suit {
	out := map[lineKind]suit{}
	for kind, acts := range map[lineKind]string{
		kindNamed: "trouble story", kindTold: "story trouble", kindCost: "cost feeling story", kindFelt: "feeling cost", kindResolved: "enough feeling cost story fix",
		kindFear: "fear", kindEased: "eased action meet-boss take partly", kindPredict: "boss fear", kindFix: "fix action who-decides", kindWho: "who-decides fix",
		kindAction: "action meet-boss fix story", kindMeet: "meet-boss action boss", kindHint: "hint", kindFearHint: "hint fear", kindCover: "cover hint",
	} {
		s := suit{floor: earnedFloor}
		if floor, ok := floorOf[kind]; ok {
			s.floor = floor
		}
		for name := range strings.FieldsSeq(acts) {
			s.acts = append(s.acts, apt.Acts.At(name))
		}
		out[kind] = s
	}
	return out
}()

// Readers of talks found four in ten lines below these floors no answer to what was asked, and one in ten of the small replies that stand in for them.
const (
	// earnedFloor is for what was earned: one chance in five.
	earnedFloor = -1300
	// takenUpFloor is for a problem told to who takes up what was said and asks on from there: readers found 1 of 62 such lines no answer, and 1 of
	// the 11 that were unlikelier than not.
	takenUpFloor = -2300
	// againFloor is for more of what was told already: it takes a question that asks for just that.
	againFloor = 1000
	// aloneFloor is for what nobody asked for: as likely as not.
	aloneFloor = 0
	// askFloor is for an ask: that any answer to one is apt is as likely as not; surelyAskFloor for one that is no question, or names what and when.
	askFloor, surelyAskFloor = -100, -1700
	// particularMargin is by how much a question asks rather for a particular than for what was earned: after other talk, that particular is of something else.
	particularMargin = 250
)

// floorOf has those that are not earnedFloor: what puts a fear to rest answers hardly anything else, a fear is told at any word of it, and what
// could be done is asked for in many ways. What the boss may do was told to who asked what somebody else would say.
var floorOf = map[lineKind]int32{
	kindNamed: -500, kindCost: -200, kindHint: aloneFloor, kindFearHint: -1600, kindCover: aloneFloor, kindEased: -500, kindFear: -1000, kindPredict: aloneFloor, kindMeet: -2300, kindAction: -2300, kindWho: -2300,
}

// Kinds of answer that are weighed against each other.
var trouble, particular, story, cost, fear, take = apt.Acts.At("trouble"), apt.Acts.At("particular"), apt.Acts.At("story"), apt.Acts.At("cost"), apt.Acts.At("fear"), apt.Acts.At("take")

// toAsks are the kinds of answer that an ask gets.
var toAsks = []int{take, apt.Acts.At("partly"), apt.Acts.At("later"), apt.Acts.At("refuse")}

// ofAskActs are the acts that answer an ask; what stands beside them is said for it.
var ofAskActs = map[talk.Act]bool{talk.ActTake: true, talk.ActPartly: true, talk.ActPutOff: true, talk.ActRefuse: true}

// acts says how apt each kind of answer is to the turn.
func (h *heard) acts() []int32 {
	if h.apt == nil {
		h.apt = apt.Acts.Score(h.grasp.moment())
	}
	return h.apt
}

// passesOver reports whether a cue would tell something that the question does not ask for: it then waits.
func (m *Mind) passesOver(h *heard, c *talk.Cue) bool {
	if len(c.Lines) == 0 || c.Reason == talk.ReasonHeat || c.Reason == talk.ReasonFearInTheWay || ofAskActs[c.Act] {
		return false
	}
	line, ok := m.b.byID[c.Lines[0].ID]
	if !ok {
		return false
	}
	kind := m.b.entries[line].kind
	switch {
	case c.Act == talk.ActAnswer && kind <= kindResolved && h.q.asked && h.most(suits[kind].acts) < againFloor:
		return true
	case c.Act == talk.ActOpen && h.q.asked && h.grievanceScore == 0:
		return m.aboutElse(h, kind)
	}
	return h.unsuited(kind)
}

// unsuited reports whether a line of a kind would hardly be an answer to the question that was asked.
func (h *heard) unsuited(kind lineKind) bool {
	s, ok := suits[kind]
	if kind <= kindCost && h.listens && h.any(talk.ProbeDetail, talk.ProbeCost, talk.ProbeFeeling) {
		s.floor = takenUpFloor
	}
	return ok && h.q.asked && h.most(s.acts) < s.floor
}

// aboutElse reports whether a question that does not name the problem is about something else: about the nan who was spoken of, about what it costs
// where a story would be told, or for a particular of what was just said.
func (m *Mind) aboutElse(h *heard, kind lineKind) bool {
	acts := h.acts()
	switch {
	case kind <= kindTold && h.unknown > 1 && acts[trouble] < 0 && !h.any(talk.ProbeCost, talk.ProbeFeeling):
		return true
	case (kind == kindTold || m.st.Quiet > 0) && asksOfJustNow.MatchString(h.q.line):
		return true
	case kind == kindTold && acts[cost] > acts[story]+500:
		return true
	case (m.st.Quiet > 0 || h.oneFact) && acts[particular] > h.most(suits[kind].acts)+particularMargin && !h.any(talk.ProbeCost, talk.ProbeFeeling):
		return true
	}
	return h.unsuited(kind)
}

// asksOfJustNow asks what was said, or what it means, and nothing beyond that: "what did they say?", "what does that mean?"
var asksOfJustNow = regexp.MustCompile(`^ what (?:(?:did|do|does) )?(?:they|he|she) (?:say|said) (?:to (?:you|that|it) |then |back )?$|^ what(?:s| does| did) (?:that|it|this) mean $`)

// beside reports whether what opens stands beside the question: it does not name the problem, and asks for no trouble, or comes when the story had
// been left. Readers found half of these no answer, and one in fifteen of those before which somebody says that it is something else.
func (m *Mind) beside(h *heard, c *talk.Cue) bool {
	if c.Act != talk.ActOpen || c.Reason == talk.ReasonHeat || !h.q.asked || !h.isTelling() || h.grievanceScore > 0 || h.any(talk.ProbeCost, talk.ProbeFeeling) {
		return false
	}
	switch m.b.entries[m.b.byID[c.Lines[0].ID]].kind {
	case kindNamed:
		return h.acts()[trouble] < 0
	case kindTold:
		return m.st.Quiet > 0 && h.acts()[story] < 0
	}
	return false
}

// isTelling reports whether the question has a word that tells what it is about: "what bit of it" may be about anything.
func (h *heard) isTelling() bool {
	return slices.ContainsFunc(h.q.stems, func(w string) bool { return !ordinary[w] && !atWork[w] && !pointing[w] })
}

// most says how apt the aptest of some kinds of answer is.
func (h *heard) most(acts []int) int32 {
	out := int32(math.MinInt32)
	for _, i := range acts {
		out = max(out, h.acts()[i])
	}
	return out
}

// asksNothing reports whether a turn is hardly one that somebody could say yes or no to doing. A request that is no question, or names what and when, has more for it.
func (h *heard) asksNothing() bool {
	floor := int32(surelyAskFloor)
	if h.q.asked && h.read.AskLevel < clearLevel {
		floor = askFloor
	}
	return h.most(toAsks) < floor
}

// AptKinds are the kinds of answer that the mind and the actor name: no table may lack one.
func AptKinds() (acts, replies []string) {
	for _, s := range suits {
		for _, i := range s.acts {
			acts = append(acts, apt.Acts.Names[i])
		}
	}
	for _, i := range toAsks {
		acts = append(acts, apt.Acts.Names[i])
	}
	for _, i := range []int{trouble, particular, story, cost, fear} {
		acts = append(acts, apt.Acts.Names[i])
	}
	for _, named := range []map[string]bool{ofAsks, ofYesNo, ofHidden} {
		for name := range named {
			replies = append(replies, name)
		}
	}
	for name := range leaning {
		replies = append(replies, name)
	}
	for name := range mannerOfReply {
		replies = append(replies, name)
	}
	slices.Sort(acts)
	slices.Sort(replies)
	return slices.Compact(acts), slices.Compact(replies)
}
