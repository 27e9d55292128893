// Package scorecard folds read turns into the scores of the rubric: the order
// of things, what counts for whom, bests and evidence. It knows the kind of the
// conversation and its talk target, never a scenario. Each score is a readable
// rule over the labels of turns.
package scorecard

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"breakroom/trainer/talk"
)

// Version is the version of the rules; a score carries it.
const Version = 3

const (
	maxQuote      = 280 // bytes of a quote
	maxFaultTurns = 24  // turns kept a fault; more are the same news
	// the organizer's turns for which an opening holds
	openFor = 2
	// too short to score
	leastTurns, leastWords = 4, 60
)

// Card is the running score of one conversation. Its size does not grow with the talk.
type Card struct{ s sheet }

// sheet is the card's memory, kept in snapshots.
type sheet struct {
	Kind   talk.Kind `json:"kind"`
	Target int       `json:"target"`
	Turns  int       `json:"turns"`

	Words          map[talk.Speaker]int `json:"words"`
	OrganizerTurns int                  `json:"organizer_turns"`
	CoworkerTurns  int                  `json:"coworker_turns"`
	OpenQuestions  int                  `json:"open_questions"`
	Reflections    int                  `json:"reflections"`
	Tellings       int                  `json:"tellings"`

	// Agitation.
	Opening    Evidence    `json:"opening"`     // the last words that opened the way
	OpeningAge int         `json:"opening_age"` // organizer turns since, 1 for the one just spoken; 0 for none
	Tainted    bool        `json:"tainted"`     // the last organizer turn pried or used a confidence: what it gets is not credited
	Depth      int         `json:"depth"`
	Rungs      [6]Evidence `json:"rungs"`    // the first credited words of each rung
	Openings   [6]Evidence `json:"openings"` // and what opened the way to them
	Hints      [6]int      `json:"hints"`    // turns that hint at a rung or a deeper one, and are not sure enough to earn it
	Ground     bool        `json:"ground"`   // cost or feeling was said: resolve can stand on it
	Uncredited Evidence    `json:"uncredited"`
	UncredRung int         `json:"uncredited_rung"`

	// Education: fix, who, action.
	Thinking    [3]int      `json:"thinking"` // coworker turns left in which the question can be answered
	ThinkAsked  [3]Evidence `json:"think_asked"`
	Thought     [3]Evidence `json:"thought"`
	ThoughtDone [3]bool     `json:"thought_done"`
	LastTelling Evidence    `json:"last_telling"`

	// Inoculation.
	BossRaised   Evidence `json:"boss_raised"`
	BossSaid     Evidence `json:"boss_said"`
	BossWorked   Evidence `json:"boss_worked"`
	FearRaised   Evidence `json:"fear_raised"`
	FearSaid     Evidence `json:"fear_said"`
	FearWorked   Evidence `json:"fear_worked"`
	Plans        int      `json:"plans"`
	PlanMove     Evidence `json:"plan_move"`
	Planned      Evidence `json:"planned"`
	PlanOpen     int      `json:"plan_open"`
	BossOpen     int      `json:"boss_open"`
	FearOpen     int      `json:"fear_open"`
	PendingFear  bool     `json:"pending_fear"`
	FearDrawn    bool     `json:"fear_drawn"` // the pending fear came after the organizer had asked for it or named it
	PendingBoss  bool     `json:"pending_boss"`
	BossDrawn    bool     `json:"boss_drawn"`
	FearLeft     Evidence `json:"fear_left"`
	Reassurance  Evidence `json:"reassurance"`
	BossPartDone bool     `json:"boss_part_done"`

	// The ask and the follow-up.
	AskLevel  int         `json:"ask_level"`
	Ask       Evidence    `json:"ask"`
	Answer    talk.Answer `json:"answer"`
	Answered  Evidence    `json:"answered"`
	AskOpen   bool        `json:"ask_open"`
	Follow    int         `json:"follow"`
	FollowWas Evidence    `json:"follow_was"`

	Faults []Fault `json:"faults"`

	LastOrganizer Evidence `json:"last_organizer"`
	LastCoworker  Evidence `json:"last_coworker"`
}

// New gives the card of a conversation that has not begun. The target is the
// organizer's share of the words aimed at, in hundredths; 0 takes the kind's own.
func New(kind talk.Kind, target int) *Card {
	if target == 0 {
		target = DefaultTarget(kind)
	}
	return &Card{sheet{Kind: kind, Target: target, Answer: talk.AnswerNone, Words: map[talk.Speaker]int{}}}
}

// MarshalJSON gives the card's memory, for a snapshot.
func (c *Card) MarshalJSON() ([]byte, error) { return json.Marshal(&c.s) }

// UnmarshalJSON takes up the memory of another card.
func (c *Card) UnmarshalJSON(data []byte) error {
	var s sheet
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("reading a scorecard: %w", err)
	}
	if s.Words == nil {
		s.Words = map[talk.Speaker]int{}
	}
	c.s = s
	return nil
}

// Add takes in the next turn with its reading.
func (c *Card) Add(t talk.Turn, r talk.Read) {
	s := &c.s
	s.Turns++
	s.Words[r.Speaker] += r.Words
	if r.Speaker == talk.Organizer {
		c.organizer(t, r)
	} else {
		c.coworker(t, r)
	}
}

// quote cuts the words of a label out of the turn, verbatim; without a span, the turn's beginning.
func quote(t talk.Turn, r talk.Read, label, why string) Evidence {
	text := t.Text
	for _, sp := range r.Spans {
		if sp.Label == label && sp.Start >= 0 && sp.End <= len(text) && sp.Start < sp.End {
			text = text[sp.Start:sp.End]
			break
		}
	}
	if len(text) > maxQuote {
		cut := maxQuote
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		// end on a whole word where there is one
		for k := cut; k > cut-40 && k > 0; k-- {
			if text[k] == ' ' {
				cut = k
				break
			}
		}
		text = text[:cut]
	}
	return Evidence{Turn: r.Turn, Quote: text, Why: why}
}

func (c *Card) organizer(t talk.Turn, r talk.Read) {
	s := &c.s
	s.OrganizerTurns++
	said := func(m talk.Move) bool { return slices.Contains(r.Moves, m) }
	has := func(m talk.Move) bool { return said(m) && !slices.Contains(r.Weak, string(m)) }
	fault := func(f talk.Fault) bool { return slices.Contains(r.Faults, f) }
	if said(talk.OpenQuestion) {
		s.OpenQuestions++
	}
	listened := said(talk.Reflection) || said(talk.Validation)
	if listened {
		s.Reflections++
	}
	if said(talk.Telling) {
		s.Tellings++
		s.LastTelling = quote(t, r, string(talk.Telling), WhyTold3)
	}
	for _, f := range r.Faults {
		c.fault(t, r, f)
	}
	s.Tainted = fault(talk.UnsafeQuestion) || fault(talk.UsedAgainst)

	// What opens the way: a question, a say-back, a validation, a short
	// invitation, also a clumsy one. A question about something else does not.
	opens := talk.Move("")
	for _, m := range []talk.Move{
		talk.ProbeFeeling, talk.ProbeCost, talk.ProbeDetail, talk.Reflection, talk.Validation, talk.EducateFix, talk.EducateWho, talk.EducateAction,
		talk.InoculateFear, talk.InoculateBoss, talk.PlanTogether, talk.OpenQuestion, talk.ClosedQuestion,
	} {
		if has(m) {
			opens = m
			break
		}
	}
	if (opens == talk.OpenQuestion || opens == talk.ClosedQuestion) && has(talk.SmallTalk) {
		opens = ""
	}
	if s.OpeningAge > 0 {
		s.OpeningAge++
		if s.OpeningAge > openFor {
			s.OpeningAge = 0
		}
	}
	if opens != "" || fault(talk.Leading) {
		s.Opening, s.OpeningAge = quote(t, r, string(opens), WhyOpened), 1
	}

	// Education: a question stays open for the coworker's next two turns.
	for i, m := range []talk.Move{talk.EducateFix, talk.EducateWho, talk.EducateAction} {
		if has(m) {
			s.Thinking[i] = 2
			if !s.ThoughtDone[i] { // what opened the way stands before what came of it
				s.ThinkAsked[i] = quote(t, r, string(m), WhyUnanswered)
			}
		}
	}

	// Inoculation.
	if s.PendingFear {
		if has(talk.InoculateFear) || has(talk.Validation) || has(talk.PlanTogether) || has(talk.Reflection) {
			// a fear that came by itself and was only acknowledged is raised, not worked
			if s.FearDrawn && s.FearWorked.Turn == 0 {
				s.FearWorked = quote(t, r, string(talk.InoculateFear), WhyFearWorked)
			}
		} else if s.FearLeft.Turn == 0 {
			s.FearLeft = s.FearSaid
			s.FearLeft.Why = WhyFearLeft
		}
		s.PendingFear = false
	}
	if s.PendingBoss {
		if has(talk.InoculateBoss) || has(talk.PlanTogether) || s.BossDrawn && (listened || has(talk.OpenQuestion) || has(talk.InoculateFear)) {
			if s.BossWorked.Turn == 0 {
				s.BossWorked = quote(t, r, string(talk.InoculateBoss), WhyBossWorked)
			}
		}
		s.PendingBoss = false
	}
	if has(talk.InoculateBoss) {
		s.BossOpen = 2
		if s.BossRaised.Turn == 0 {
			s.BossRaised = quote(t, r, string(talk.InoculateBoss), WhyBossRaised)
		}
	}
	if has(talk.InoculateFear) {
		s.FearOpen = 2
		if s.FearRaised.Turn == 0 {
			s.FearRaised = quote(t, r, string(talk.InoculateFear), WhyFearRaised)
		}
	}
	if has(talk.PlanTogether) {
		s.Plans++
		s.PlanOpen = 2
		s.PlanMove = quote(t, r, string(talk.PlanTogether), WhyPlanned)
	}
	if slices.Contains(r.Signs, talk.Reassurance) && s.Reassurance.Turn == 0 {
		s.Reassurance = quote(t, r, string(talk.Reassurance), WhyReassured)
	}

	// The best ask counts; a later one of the same level takes the answers.
	if has(talk.MakeAsk) && r.AskLevel >= s.AskLevel && r.AskLevel > 0 {
		if r.AskLevel > s.AskLevel {
			s.Answer, s.Answered = talk.AnswerNone, Evidence{}
		}
		s.AskLevel = r.AskLevel
		s.Ask = quote(t, r, string(talk.MakeAsk), [...]string{"", WhyAskVague, WhyAskSpecific, WhyAskClear}[min(r.AskLevel, 3)])
		s.AskOpen = true
	}
	if has(talk.FollowUp) && r.FollowUpLevel > s.Follow {
		s.Follow = r.FollowUpLevel
		s.FollowWas = quote(t, r, string(talk.FollowUp), [...]string{"", WhyFollowVague, WhyFollowSure}[min(r.FollowUpLevel, 2)])
	}
	s.LastOrganizer = quote(t, r, "", "")
}

func (c *Card) fault(t talk.Turn, r talk.Read, f talk.Fault) {
	s := &c.s
	i := slices.IndexFunc(s.Faults, func(x Fault) bool { return x.Name == f })
	if i < 0 {
		s.Faults = append(s.Faults, Fault{Name: f})
		i = len(s.Faults) - 1
	}
	if len(s.Faults[i].Turns) < maxFaultTurns {
		s.Faults[i].Turns = append(s.Faults[i].Turns, r.Turn)
		s.Faults[i].Quotes = append(s.Faults[i].Quotes, quote(t, r, string(f), WhyFaultStands))
	}
}

func (c *Card) coworker(t talk.Turn, r talk.Read) {
	s := &c.s
	s.CoworkerTurns++
	has := func(g talk.Give) bool {
		return slices.Contains(r.Gives, g) && !slices.Contains(r.Weak, string(g))
	}

	// Agitation.
	hinted, hint := 0, Evidence{}
	for i, g := range []talk.Give{talk.Names, talk.Tells, talk.Cost, talk.Feels, talk.Resolves} {
		if !slices.Contains(r.Gives, g) {
			continue
		}
		rung, sure := i+1, has(g)
		words := quote(t, r, string(g), rungWhy[rung])
		refused := ""
		switch {
		case s.Tainted:
			refused = WhyHarmNoCredit
		case rung == int(talk.RungResolved) && !s.Ground:
			refused = WhyNoGround
		case s.OpeningAge == 0 && rung > int(talk.RungNamed):
			refused = WhyBlurted
		}
		if refused != "" && sure {
			c.uncredited(rung, as(words, refused))
		}
		if refused == WhyBlurted {
			rung, words.Why = int(talk.RungNamed), WhyBlurted
		} else if refused != "" {
			continue
		}
		s.Ground = s.Ground || rung == int(talk.RungCost) || rung == int(talk.RungFelt) // a hint is enough to stand on for what is surely said
		if sure {
			c.reaches(rung, words)
		} else if rung > hinted {
			hinted, hint = rung, words
		}
	}
	for rung := 1; rung <= hinted; rung++ {
		if s.Hints[rung]++; s.Hints[rung] >= hintsEnough {
			c.reaches(rung, as(hint, rungWhy[rung]))
		}
	}

	// Education: a thought of their own, not a shrug.
	for i, g := range []talk.Give{talk.GivesFix, talk.GivesWho, talk.GivesAction} {
		if s.Thinking[i] == 0 {
			continue
		}
		s.Thinking[i]--
		if s.Tainted || s.ThoughtDone[i] {
			continue
		}
		if has(g) || !r.Cued && s.Thinking[i] == 1 && r.Words >= 4 && !has(talk.Deflects) && !has(talk.SaysNo) {
			s.ThoughtDone[i] = true
			s.Thought[i] = quote(t, r, string(g), [...]string{WhyFix, WhyWho, WhyAction}[i])
			s.Thinking[i] = 0
		}
	}

	// Inoculation.
	if has(talk.PredictsBoss) && !s.Tainted {
		s.BossSaid = quote(t, r, string(talk.PredictsBoss), WhyBossWorked)
		s.PendingBoss = true
		s.BossDrawn = s.BossOpen > 0
	}
	if has(talk.Fears) && !s.Tainted {
		s.FearSaid = quote(t, r, string(talk.Fears), WhyFearWorked)
		s.PendingFear = true
		s.FearDrawn = s.FearOpen > 0
	}
	if s.PlanOpen > 0 {
		s.PlanOpen--
		if s.Planned.Turn == 0 && r.Words >= 4 && !has(talk.Deflects) {
			s.Planned = quote(t, r, string(talk.GivesPlan), WhyPlanned)
		}
	}
	s.BossOpen, s.FearOpen = max(0, s.BossOpen-1), max(0, s.FearOpen-1)

	// The final answer to the best ask.
	if s.AskOpen {
		for _, a := range []struct {
			give   talk.Give
			answer talk.Answer
		}{{talk.SaysNo, talk.AnswerNo}, {talk.SaysPartly, talk.AnswerPartly}, {talk.SaysYes, talk.AnswerYes}} {
			if has(a.give) {
				s.Answer, s.Answered = a.answer, quote(t, r, string(a.give), WhyAnswered)
				break
			}
		}
	}
	s.LastCoworker = quote(t, r, "", "")
}

// hintsEnough is how many turns must hint at a rung, or at a deeper one, before it counts though none of them is sure. With fewer, what the
// labels have as nothing was scored on conversations that were left out.
const hintsEnough = 4

// reaches credits a rung.
func (c *Card) reaches(rung int, words Evidence) {
	s := &c.s
	if s.Rungs[rung].Turn == 0 {
		s.Rungs[rung] = words
		if s.OpeningAge > 0 {
			s.Openings[rung] = s.Opening
		}
	}
	s.Depth = max(s.Depth, rung)
}

func (c *Card) uncredited(rung int, words Evidence) {
	if rung > c.s.UncredRung {
		c.s.UncredRung, c.s.Uncredited = rung, words
	}
}

// Meters gives what the page shows during the talk.
func (c *Card) Meters() Meters {
	s := &c.s
	m := Meters{OrganizerWords: s.Words[talk.Organizer], CoworkerWords: s.Words[talk.Coworker], OpenQuestions: s.OpenQuestions, Reflections: s.Reflections}
	if all := m.OrganizerWords + m.CoworkerWords; all > 0 {
		m.TalkShare = (m.OrganizerWords*200 + all) / (2 * all)
	}
	return m
}

// Score gives the score so far.
func (c *Card) Score() Score {
	s := &c.s
	out := Score{Version: Version, Kind: s.Kind, Turns: s.Turns, TalkRatio: c.ratio()}
	out.TooShort = out.TalkRatio.Band == nil
	out.Agitation = c.agitation()
	out.Education = c.education()
	out.Inoculation = c.inoculation()
	out.Ask = c.ask()
	out.FollowUp = c.followUp()
	out.Faults = make([]Fault, 0, len(s.Faults))
	for _, f := range talk.Faults {
		for _, have := range s.Faults {
			if have.Name == f {
				out.Faults = append(out.Faults, Fault{Name: f, Turns: slices.Clone(have.Turns), Quotes: slices.Clone(have.Quotes)})
			}
		}
	}
	return out
}

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64((part*200+all)/(2*all)) / 100
}

func (c *Card) ratio() TalkRatio {
	s := &c.s
	org, cow := s.Words[talk.Organizer], s.Words[talk.Coworker]
	out := TalkRatio{
		Value: share(org, org+cow), OrganizerWords: org, CoworkerWords: cow, OpenQuestions: s.OpenQuestions,
		Reflecting: share(s.Reflections, s.OrganizerTurns), Telling: share(s.Tellings, s.OrganizerTurns), Target: float64(s.Target) / 100,
	}
	if s.Turns < leastTurns || org+cow < leastWords {
		return out
	}
	shift := s.Target - 30
	band := 0
	for i, bound := range []int{60, 45, 35} {
		if org*100 <= (bound+shift)*(org+cow) {
			band = i + 1
		}
	}
	// Silence is not listening.
	if band == 3 && (s.OpenQuestions < 2 || s.Reflections < 1) {
		band = 2
	}
	out.Band = &band
	return out
}

func evidence(list ...Evidence) []Evidence {
	out := make([]Evidence, 0, len(list))
	for _, e := range list {
		if e.Turn > 0 && e.Quote != "" && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// first gives the first evidence that there is, under another key where one is given.
func first(list ...Evidence) []Evidence {
	for _, e := range list {
		if e.Turn > 0 && e.Quote != "" {
			return []Evidence{e}
		}
	}
	return nil
}

func as(e Evidence, why string) Evidence {
	e.Why = why
	return e
}

func (c *Card) faultQuote(f talk.Fault) Evidence {
	for _, have := range c.s.Faults {
		if have.Name == f && len(have.Quotes) > 0 {
			return have.Quotes[0]
		}
	}
	return Evidence{}
}

func (c *Card) agitation() SkillScore {
	s := &c.s
	out := SkillScore{Value: s.Depth, Max: highest[talk.SkillAgitation], Evidence: []Evidence{}}
	if s.Depth > 0 {
		out.Evidence = evidence(s.Openings[s.Depth], s.Rungs[s.Depth])
	}
	if s.Depth < out.Max {
		deeper := Evidence{}
		if s.UncredRung > s.Depth {
			deeper = s.Uncredited
		}
		out.Missed = first(deeper, as(c.faultQuote(talk.MissedOpening), WhyNotTakenUp), as(s.Rungs[s.Depth], WhyNoOpening), as(s.LastOrganizer, WhyNoOpening), as(s.LastCoworker, WhyNoOpening))
	}
	return out
}

func (c *Card) education() SkillScore {
	s := &c.s
	out := SkillScore{Max: highest[talk.SkillEducation], Evidence: []Evidence{}}
	var asked Evidence
	for i, done := range s.ThoughtDone {
		if done {
			out.Value++
			out.Evidence = append(out.Evidence, evidence(as(s.ThinkAsked[i], WhyOpened), s.Thought[i])...)
		} else if s.ThinkAsked[i].Turn > 0 {
			asked = s.ThinkAsked[i]
		}
	}
	if out.Value < out.Max {
		out.Missed = first(asked, s.LastTelling, as(s.Rungs[s.Depth], WhyNoOpening), as(s.LastOrganizer, WhyNoOpening), as(s.LastCoworker, WhyNoOpening))
	}
	return out
}

func (c *Card) inoculation() SkillScore {
	s := &c.s
	out := SkillScore{Max: highest[talk.SkillInoculation], Evidence: []Evidence{}}
	boss := s.BossRaised.Turn > 0 || s.BossWorked.Turn > 0
	fear := s.FearRaised.Turn > 0 || s.FearWorked.Turn > 0
	bossWorked := s.BossWorked.Turn > 0
	fearWorked := s.FearWorked.Turn > 0
	switch {
	case boss && fear && (bossWorked || fearWorked) && s.Planned.Turn > 0:
		out.Value = 3
		out.Evidence = evidence(s.BossRaised, s.BossSaid, s.FearSaid, s.FearWorked, s.PlanMove, s.Planned)
	case bossWorked || fearWorked:
		out.Value = 2
		if bossWorked {
			out.Evidence = evidence(s.BossRaised, s.BossSaid, s.BossWorked)
		}
		if fearWorked {
			out.Evidence = append(out.Evidence, evidence(s.FearSaid, s.FearWorked)...)
		}
	case boss || fear:
		out.Value = 1
		out.Evidence = evidence(s.BossRaised, s.FearRaised)
	}
	if out.Value < out.Max {
		out.Missed = first(s.FearLeft, s.Reassurance, as(s.BossSaid, WhyBossLeft), as(s.FearSaid, WhyFearLeft), as(s.BossRaised, WhyBossLeft), as(s.Ask, WhyNotPrepared), as(s.LastOrganizer, WhyNotPrepared), as(s.LastCoworker, WhyNotPrepared))
	}
	return out
}

func (c *Card) ask() AskScore {
	s := &c.s
	out := AskScore{SkillScore: SkillScore{Value: s.AskLevel, Max: highest[talk.SkillAsk], Evidence: []Evidence{}}, Answer: s.Answer}
	if s.AskLevel > 0 {
		out.Evidence = evidence(s.Ask, s.Answered)
	}
	if s.AskLevel < out.Max {
		out.Missed = first(s.Ask, as(s.LastOrganizer, WhyAskNone), as(s.LastCoworker, WhyAskNone))
	}
	for _, f := range s.Faults {
		if slices.Contains(talk.Harms, f.Name) {
			out.Pushed = true
		}
	}
	return out
}

func (c *Card) followUp() SkillScore {
	s := &c.s
	out := SkillScore{Value: s.Follow, Max: highest[talk.SkillFollowUp], Evidence: evidence(s.FollowWas)}
	if s.Follow < out.Max {
		out.Missed = first(s.FollowWas, as(s.LastOrganizer, WhyFollowNone), as(s.LastCoworker, WhyFollowNone))
	}
	return out
}
