package debrief

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

const (
	maxWorked    = 3
	shortAnswer  = 8  // words of an answer that closes
	longAnswer   = 25 // words of an answer that somebody had room for
	snippetWords = 9  // words of the coworker's that a better line takes up
)

// writer holds what the parts of a debrief are written from.
type writer struct {
	in     Input
	words  words
	counts map[talk.Skill]bool
	name   string
	used   map[int]bool // turns that a point has been made about
}

func newWriter(in Input) *writer {
	w := &writer{in: in, words: catalogue(), counts: counted(in), used: map[int]bool{}}
	w.name = w.words.find("label", "your-coworker")
	if in.Scenario != nil {
		w.name = called(in.Scenario.Coworker.Name)
	}
	return w
}

func (w *writer) write() Debrief {
	in := w.in
	d := Debrief{
		Name: w.name, Kind: in.Score.Kind, Note: in.Rated.Note,
		People: w.words.find("label", "people"),
	}
	fw := frameworkNamed(w.frameworkName())
	d.Framework, d.Frameworks, d.Stages = fw.title(), Frameworks(), fw.stages(in, w.counts)
	for _, key := range []string{"tone", "true", "person"} {
		d.CannotJudge = append(d.CannotJudge, w.words.find("cannot", key))
	}
	if in.Scenario != nil {
		d.Title, d.Story, d.Teaches = in.Scenario.About.Title, in.Scenario.Reveal.Story, in.Scenario.Reveal.Teaches
	}
	d.Notice = w.notices()
	for _, f := range in.Score.Faults {
		p := w.fault(f)
		if slices.Contains(talk.Harms, f.Name) {
			d.Harm = append(d.Harm, p)
		} else {
			d.Faults = append(d.Faults, p)
		}
	}
	d.Felt = w.felt(d.Harm)
	d.Worked = w.worked(len(d.Harm) > 0)
	d.Next = w.next(d.Harm, d.Faults)
	d.Faults = w.besides(d.Faults, d.Next)
	d.Skills = w.skills()
	d.Answer = w.answer(len(d.Harm) > 0)
	d.Turns = w.transcript()
	return d
}

func (w *writer) frameworkName() string {
	if w.in.Framework != "" {
		return w.in.Framework
	}
	if w.in.Scenario != nil && w.in.Scenario.About.Framework != "" {
		return w.in.Scenario.About.Framework
	}
	return DefaultFramework
}

func (w *writer) notices() []string {
	var out []string
	if w.in.Score.TooShort {
		out = append(out, w.words.find("notice", "too-short"))
	}
	if w.in.SteppedOut {
		out = append(out, w.words.find("notice", "stepped-out"))
	}
	if slices.ContainsFunc(w.in.Reads, func(r talk.Read) bool { return r.Unscored }) {
		out = append(out, w.words.find("notice", "unscored"))
	}
	return out
}

// say fills a text of the catalogue.
func (w *writer) say(values map[string]string, path ...string) string {
	all := map[string]string{"name": w.name, "Name": capital(w.name)}
	for k, v := range values {
		all[k] = v
	}
	return fill(w.words.find(path...), all)
}

func (w *writer) fault(f scorecard.Fault) Point {
	turn := f.Turns[0]
	values := map[string]string{"question": w.question(turn - 1), "reply": ""}
	if before, ok := w.turn(turn - 1); ok {
		values["reply"] = w.snippet(before)
	}
	if f.Name == talk.MissedOpening && values["reply"] == "" {
		values["reply"] = "…"
	}
	p := Point{
		Key: "fault." + string(f.Name), Turn: turn, Turns: f.Turns,
		Title:  w.say(nil, "fault", string(f.Name), "title"),
		Text:   w.say(values, "fault", string(f.Name), "text"),
		Better: w.say(values, "fault", string(f.Name), "better"),
	}
	if len(f.Quotes) > 0 {
		p.Quote = f.Quotes[0].Quote
	}
	return p
}

// felt is the one thing that the coworker felt because of what the organizer did.
func (w *writer) felt(harm []Point) *Point {
	if len(harm) > 0 {
		h := harm[0]
		reply, ok := w.turn(h.Turn + 1)
		if !ok {
			return nil
		}
		if left := w.left(); left != nil {
			return left
		}
		key := "harm"
		if w.read(reply.N).Words <= shortAnswer {
			key = "harm-short"
		}
		return w.point("felt", key, h.Turn, clip(h.Quote), clip(reply.Text), 0)
	}
	if opened, rung := w.deepest(); rung != nil {
		key := "first"
		if w.in.Score.Agitation.Value >= int(talk.RungCost) {
			key = "deep"
		}
		if opened != nil {
			w.used[opened.Turn] = true
			return w.point("felt", key, opened.Turn, clip(opened.Quote), clip(rung.Quote), 0)
		}
	}
	longest, words := 0, 0
	for _, r := range w.in.Reads {
		if r.Speaker == talk.Organizer && r.Words > words {
			longest, words = r.Turn, r.Words
		}
	}
	if reply, ok := w.turn(longest + 1); ok && words > longAnswer && w.read(reply.N).Words <= shortAnswer {
		t, _ := w.turn(longest)
		return w.point("felt", "long", longest, clip(firstSentence(t.Text)), "", w.read(reply.N).Words)
	}
	if w.in.Score.Agitation.Value == 0 && !w.in.Score.TooShort {
		return w.point("felt", "polite", 0, "", "", 0)
	}
	return nil
}

// left is what made the coworker get up: the words with harm in them right before it, nil where it was not so.
func (w *writer) left() *Point {
	for _, r := range w.in.Reads {
		if cue, ok := w.in.Cues[r.Turn]; !ok || cue.Act != talk.ActLeave {
			continue
		}
		said, _ := w.turn(r.Turn)
		reply, ok := w.turn(r.Turn + 1)
		for _, f := range r.Faults {
			if ok && slices.Contains(talk.Harms, f) {
				return w.point("felt", "harm-left", r.Turn, clip(spanned(said, r, string(f))), clip(reply.Text), 0)
			}
		}
	}
	return nil
}

// deepest gives the words of the deepest rung and those that opened the way to it.
func (w *writer) deepest() (opened, rung *scorecard.Evidence) {
	for i, e := range w.in.Score.Agitation.Evidence {
		if e.Why == scorecard.WhyOpened {
			opened = &w.in.Score.Agitation.Evidence[i]
		} else {
			rung = &w.in.Score.Agitation.Evidence[i]
		}
	}
	return opened, rung
}

func (w *writer) point(section, key string, turn int, quote, reply string, words int) *Point {
	p := Point{Key: section + "." + key, Turn: turn, Quote: quote}
	p.Text = w.say(map[string]string{"quote": quote, "reply": reply, "words": strconv.Itoa(words)}, section, key)
	return &p
}

// worked lists what worked, with the words, what matters most first.
func (w *writer) worked(harm bool) []Point {
	var out []Point
	add := func(key string, turn int, quote, reply string, words int) {
		if turn == 0 || quote == "" || len(out) == maxWorked || w.used[turn] || w.hasFault(turn) {
			return
		}
		w.used[turn] = true
		out = append(out, *w.point("worked", key, turn, clip(quote), clip(reply), words))
	}
	for _, sign := range []struct {
		sign talk.Sign
		key  string
	}{{talk.RespectsLimit, "respects-limit"}, {talk.HonestLimit, "honest-limit"}} {
		for _, r := range w.in.Reads {
			before := w.read(r.Turn - 1)
			limit := slices.Contains(before.Gives, talk.GivesBoundary) || slices.Contains(before.Gives, talk.SaysNo) || slices.Contains(before.Gives, talk.Fears)
			if slices.Contains(r.Signs, sign.sign) && limit {
				t, _ := w.turn(r.Turn)
				add(sign.key, r.Turn, spanned(t, r, string(sign.sign)), "", 0)
				break
			}
		}
	}
	if opened, rung := w.deepest(); opened != nil && rung != nil && rung.Why != scorecard.WhyNamed {
		add("deep", opened.Turn, opened.Quote, rung.Quote, 0)
	}
	// The listening that was followed by most words of theirs.
	best, most, key := 0, longAnswer-1, ""
	for _, r := range w.in.Reads {
		if r.Speaker != talk.Organizer {
			continue
		}
		k := ""
		switch {
		case slices.Contains(r.Moves, talk.Reflection):
			k = "reflection"
		case slices.Contains(r.Moves, talk.Validation):
			k = "validation"
		}
		if after := w.read(r.Turn + 1); k != "" && after.Words > most && !w.used[r.Turn] {
			best, most, key = r.Turn, after.Words, k
		}
	}
	if best > 0 {
		t, _ := w.turn(best)
		label := string(talk.Reflection)
		if key == "validation" {
			label = string(talk.Validation)
		}
		add(key, best, spanned(t, w.read(best), label), "", most)
	}
	for i, e := range w.in.Score.Education.Evidence {
		if e.Why != scorecard.WhyOpened && i > 0 {
			add("thought", w.in.Score.Education.Evidence[i-1].Turn, w.in.Score.Education.Evidence[i-1].Quote, e.Quote, 0)
		}
	}
	for _, e := range w.in.Score.Inoculation.Evidence {
		switch {
		case e.Why == scorecard.WhyFearWorked && w.speaker(e.Turn) == talk.Organizer:
			add("fear", e.Turn, e.Quote, "", 0)
		case e.Why == scorecard.WhyPlanned && w.speaker(e.Turn) == talk.Organizer:
			add("plan", e.Turn, e.Quote, "", 0)
		}
	}
	if !harm {
		if a := w.in.Score.Ask; a.Value == 3 && len(a.Evidence) > 0 {
			add("ask", a.Evidence[0].Turn, a.Evidence[0].Quote, "", 0)
		}
		if f := w.in.Score.FollowUp; f.Value == 2 && len(f.Evidence) > 0 {
			add("follow", f.Evidence[0].Turn, f.Evidence[0].Quote, "", 0)
		}
	}
	return out
}

// next is the one thing to try next, with a better line for that very turn.
func (w *writer) next(harm, faults []Point) *Point {
	if len(harm) > 0 {
		h := harm[0]
		return &Point{Key: "next.harm", Title: h.Title, Text: w.say(nil, "next", "harm"), Turn: h.Turn, Quote: h.Quote, Better: h.Better}
	}
	// What closes the talk comes before what was left out of it.
	for _, name := range []talk.Fault{talk.MissedOpening, talk.RushedAsk, talk.Leading, talk.Monologue, talk.StackedQuestions, talk.ThirdParty} {
		for _, f := range faults {
			if f.Key != "fault."+string(name) {
				continue
			}
			values := map[string]string{"reply": ""}
			if before, ok := w.turn(f.Turn - 1); ok {
				values["reply"] = w.snippet(before)
			}
			return &Point{Key: "next." + string(name), Title: f.Title, Text: w.say(values, "next", string(name)), Turn: f.Turn, Quote: f.Quote, Better: f.Better}
		}
	}
	s := w.in.Score
	try := func(key, better string, missed []scorecard.Evidence) *Point {
		p := &Point{Key: "next." + key, Text: w.say(nil, "next", key)}
		at := 0
		if len(missed) > 0 {
			at, p.Turn, p.Quote = missed[0].Turn, missed[0].Turn, clip(missed[0].Quote)
			if w.speaker(at) == talk.Organizer {
				at--
			}
		}
		values := map[string]string{"question": w.question(at), "boss": w.boss(), "what": w.askWhat()}
		p.Better = w.say(values, "better", better)
		return p
	}
	deeper := func() *Point {
		m := s.Agitation.Missed
		if len(m) == 0 || m[0].Why != scorecard.WhyNoOpening || w.speaker(m[0].Turn) != talk.Coworker || !w.askedOn(m[0].Turn) {
			return try("agitation", "agitation", m)
		}
		p := try("agitation-asked", "agitation", m)
		if t, ok := w.turn(m[0].Turn); ok && w.snippet(t) != "" {
			p.Better = w.say(map[string]string{"snippet": w.snippet(t)}, "better", "agitation-asked")
		}
		return p
	}
	agitation, limit := s.Agitation.Value, scorecard.CapFor(s.Kind, talk.SkillAgitation)
	switch {
	case w.counts[talk.SkillAgitation] && agitation == 0:
		return try("agitation-none", "agitation-none", s.Agitation.Missed)
	case w.counts[talk.SkillAgitation] && agitation < min(limit, int(talk.RungCost)):
		return deeper()
	case w.counts[talk.SkillTalkRatio] && s.TalkRatio.Band != nil && *s.TalkRatio.Band == 0:
		return try("talk-ratio", "talk-ratio", s.Agitation.Missed)
	case w.counts[talk.SkillInoculation] && s.Inoculation.Value < 2 && len(s.Inoculation.Missed) > 0 && s.Inoculation.Missed[0].Why == scorecard.WhyFearLeft:
		return try("fear", "agitation", s.Inoculation.Missed)
	case w.counts[talk.SkillEducation] && s.Education.Value == 0:
		return try("education", "education", s.Education.Missed)
	case w.counts[talk.SkillInoculation] && s.Inoculation.Value < 2:
		return try("inoculation", "inoculation", s.Inoculation.Missed)
	case w.counts[talk.SkillAsk] && s.Ask.Value < 3:
		key, better := "ask", "ask"
		if s.Ask.Value == 0 {
			key = "ask-none"
		}
		if w.askWhat() == "" {
			better = "ask-plain"
		}
		return try(key, better, s.Ask.Missed)
	case w.counts[talk.SkillFollowUp] && s.FollowUp.Value < 2:
		return try("follow-up", "follow-up", s.FollowUp.Missed)
	case w.counts[talk.SkillTalkRatio] && s.TalkRatio.Band != nil && *s.TalkRatio.Band < 2:
		return try("talk-ratio", "talk-ratio", s.Agitation.Missed)
	case w.counts[talk.SkillTalkRatio] && s.TalkRatio.Reflecting < 0.15:
		return try("reflection", "reflection", s.Agitation.Missed)
	case w.counts[talk.SkillAgitation] && agitation < limit:
		return deeper()
	case w.counts[talk.SkillEducation] && s.Education.Value < 3 && s.Education.Value > 0:
		better := "education-action"
		if s.Education.Value == 1 {
			better = "education-who"
		}
		return try("education", better, s.Education.Missed)
	}
	return &Point{Key: "next.nothing", Text: w.say(nil, "next", "nothing")}
}

// besides gives the faults without the one that is taken up as what to try next, or with its other turns.
func (w *writer) besides(faults []Point, next *Point) []Point {
	var out []Point
	for _, f := range w.in.Score.Faults {
		i := slices.IndexFunc(faults, func(p Point) bool { return p.Key == "fault."+string(f.Name) })
		switch {
		case i < 0:
		case next.Key != "next."+string(f.Name):
			out = append(out, faults[i])
		case len(f.Turns) > 1:
			f.Turns, f.Quotes = f.Turns[1:], f.Quotes[min(1, len(f.Quotes)):]
			out = append(out, w.fault(f))
		}
	}
	return out
}

func (w *writer) boss() string {
	if w.in.Scenario != nil && w.in.Scenario.Boss.Name != "" {
		return w.in.Scenario.Boss.Name
	}
	return "them"
}

// askWhat is the smallest ask of the scenario in a few words, "" without one.
func (w *writer) askWhat() string {
	if w.in.Scenario == nil {
		return ""
	}
	what, size := "", 4
	for _, a := range w.in.Scenario.Asks {
		if a.Size < size && !a.Never {
			what, size = strings.TrimSuffix(a.What, "."), a.Size
		}
	}
	return what
}

func (w *writer) skills() []Skill {
	s := w.in.Score
	var out []Skill
	for _, skill := range talk.Skills {
		x := Skill{Skill: skill, Name: w.words.find("skill", string(skill), "name"), Counts: w.counts[skill]}
		var score scorecard.SkillScore
		switch skill {
		case talk.SkillTalkRatio:
			score = scorecard.SkillScore{Value: -1, Max: 3}
			if s.TalkRatio.Band != nil {
				score.Value = *s.TalkRatio.Band
			}
			x.Text = w.say(map[string]string{
				"share": percent(s.TalkRatio.Value), "target": percent(s.TalkRatio.Target),
				"reflecting": percent(s.TalkRatio.Reflecting), "telling": percent(s.TalkRatio.Telling),
			}, "skill", string(skill), "text")
		case talk.SkillAgitation:
			score = s.Agitation
		case talk.SkillInoculation:
			score = s.Inoculation
		case talk.SkillAsk:
			score = s.Ask.SkillScore
		case talk.SkillEducation:
			score = s.Education
		case talk.SkillFollowUp:
			score = s.FollowUp
		}
		x.Value, x.Max = score.Value, score.Max
		levels := w.words.list("skill", string(skill), "level")
		if x.Value >= 0 && x.Value < len(levels) {
			x.Level = levels[x.Value]
		} else {
			x.Level = w.words.find("skill", string(skill), "short")
		}
		if limit := scorecard.CapFor(s.Kind, skill); limit < x.Max && x.Counts && x.Value >= limit {
			x.Text = w.words.find("aim", "capped")
		}
		if !x.Counts {
			x.Text = strings.TrimSpace(w.words.find("aim", "not") + " " + x.Text)
		}
		x.Evidence = w.quotes(score.Evidence)
		if x.Counts {
			if !w.in.Score.TooShort { // else there was no room for anything, so none was missed
				x.Missed = w.quotes(score.Missed)
			}
			for i, q := range x.Missed {
				if key := w.room(skill, q); key != "" && score.Missed[0].Why == scorecard.WhyNoOpening {
					x.Missed[i].Text = w.say(nil, "why", key)
				}
			}
		}
		if own, ok := w.in.Rated.Levels[skill]; ok {
			x.Own = &own
		}
		out = append(out, x)
	}
	return out
}

// room says more closely what there was room for at words after which nothing further came; "" where no more is known.
func (w *writer) room(skill talk.Skill, q Quote) string {
	switch {
	case skill == talk.SkillEducation:
		var open []string
		for _, part := range [][2]string{{scorecard.WhyFix, "-fix"}, {scorecard.WhyWho, "-who"}, {scorecard.WhyAction, "-action"}} {
			if !slices.ContainsFunc(w.in.Score.Education.Evidence, func(e scorecard.Evidence) bool { return e.Why == part[0] }) {
				open = append(open, part[1])
			}
		}
		if len(open) == 1 {
			return "nothing-handed" + open[0]
		}
		return "nothing-handed"
	case q.Speaker == talk.Organizer:
		return "nothing-by-here"
	case w.askedOn(q.Turn):
		return "asked-on"
	}
	return ""
}

// askedOn says whether one of the organizer's next turns asked on from the coworker's words in a turn.
func (w *writer) askedOn(turn int) bool {
	next := 0
	for _, r := range w.in.Reads {
		if r.Turn <= turn || r.Speaker != talk.Organizer {
			continue
		}
		if next++; next > 3 {
			break
		}
		asked := slices.Contains(r.Moves, talk.ProbeFeeling) || slices.Contains(r.Moves, talk.ProbeCost) || slices.Contains(r.Moves, talk.OpenQuestion)
		if asked && !slices.Contains(r.Moves, talk.SmallTalk) && len(r.Faults) == 0 {
			return true
		}
	}
	return false
}

func (w *writer) quotes(list []scorecard.Evidence) []Quote {
	var out []Quote
	for _, e := range list {
		if slices.ContainsFunc(out, func(q Quote) bool { return q.Turn == e.Turn && q.Quote == e.Quote }) {
			continue
		}
		out = append(out, Quote{Turn: e.Turn, Speaker: w.speaker(e.Turn), Quote: e.Quote, Text: w.say(nil, "why", e.Why)})
	}
	slices.SortStableFunc(out, func(a, b Quote) int { return a.Turn - b.Turn })
	return out
}

func (w *writer) answer(harm bool) *Point {
	a := w.in.Score.Ask
	if a.Value == 0 {
		return nil
	}
	key := string(a.Answer)
	p := &Point{Key: "answer." + key, Title: w.say(nil, "answer", key, "title")}
	if !harm {
		p.Text = w.say(nil, "answer", key, "text")
	}
	for _, e := range a.Evidence {
		if e.Why == scorecard.WhyAnswered {
			p.Turn, p.Quote = e.Turn, e.Quote
		}
	}
	if cue, ok := w.in.Cues[p.Turn-1]; ok && cue.Reason != "" {
		p.Text = strings.TrimSpace(w.reason(cue.Reason, p.Turn) + " " + p.Text)
	}
	if p.Text == "" {
		return nil
	}
	return p
}

// reason says why the coworker did as they did in a turn. "Too early" is
// measured by what the ask needs: who had told something had told too little for it, not nothing.
func (w *writer) reason(reason talk.Reason, turn int) string {
	key := string(reason)
	if reason == talk.ReasonTooEarly && slices.ContainsFunc(w.in.Reads, func(r talk.Read) bool {
		return r.Turn < turn && r.Speaker == talk.Coworker && slices.ContainsFunc(r.Gives, func(g talk.Give) bool { return slices.Contains(telling, g) })
	}) {
		key = "too-early-told"
	}
	return w.say(nil, "reason", key)
}

// notable are the moves that the margin mentions, what matters most first.
var notable = []talk.Move{
	talk.Reflection, talk.Validation, talk.InoculateFear, talk.InoculateBoss, talk.PlanTogether, talk.EducateFix, talk.EducateWho,
	talk.EducateAction, talk.ProbeFeeling, talk.ProbeCost, talk.ProbeDetail, talk.FollowUp, talk.OpenQuestion,
}

// closing are the acts whose reason the margin gives.
var closing = []talk.Act{talk.ActDeflect, talk.ActHint, talk.ActShrug, talk.ActBoundary, talk.ActRefuse, talk.ActPutOff, talk.ActLeave, talk.ActFear}

func (w *writer) transcript() []Turn {
	out := make([]Turn, 0, len(w.in.Turns))
	deepest := 0
	for i, t := range w.in.Turns {
		r := w.in.Reads[i]
		x := Turn{Turn: t, Name: w.name}
		note := func(tone, text, better string) {
			if text != "" {
				x.Notes = append(x.Notes, Note{Tone: tone, Text: text, Better: better})
			}
		}
		if t.Speaker == talk.Organizer {
			x.Name = w.words.find("label", "you")
			for _, f := range r.Faults {
				p := w.fault(scorecard.Fault{Name: f, Turns: []int{t.N}})
				note("care", p.Title+". "+p.Text, p.Better)
			}
			if len(r.Faults) == 0 {
				if slices.Contains(r.Signs, talk.RespectsLimit) {
					note("good", w.words.find("margin", "respects-limit"), "")
				}
				for _, m := range notable {
					if slices.Contains(r.Moves, m) && len(x.Notes) < 2 && !(m == talk.OpenQuestion && slices.Contains(r.Moves, talk.SmallTalk)) {
						note("good", w.words.find("margin", string(m)), "")
					}
				}
				if slices.Contains(r.Moves, talk.MakeAsk) {
					note("plain", w.words.find("margin", "ask-"+strconv.Itoa(r.AskLevel)), "")
				}
			}
		} else {
			for rung, g := range []talk.Give{talk.Names, talk.Tells, talk.Cost, talk.Feels, talk.Resolves} {
				if slices.Contains(r.Gives, g) && rung+1 > deepest {
					deepest = rung + 1
					x.Notes = nil
					note("plain", w.words.find("margin", "rung-"+strconv.Itoa(deepest)), "")
				}
			}
			if cue, ok := w.in.Cues[t.N-1]; ok && slices.Contains(closing, cue.Act) {
				note("plain", w.reason(cue.Reason, t.N), "")
			}
		}
		out = append(out, x)
	}
	return out
}

// question is a better line on the coworker's words in a turn, or on the last
// words of theirs before it: their own words said back, and one open question.
func (w *writer) question(n int) string {
	for ; n > 0; n-- {
		t, ok := w.turn(n)
		if !ok || t.Speaker != talk.Coworker {
			continue
		}
		// Only what they told is worth taking up: a dodge said back is a trap.
		key := ""
		for _, g := range telling {
			if slices.Contains(w.read(n).Gives, g) {
				key = string(g)
				break
			}
		}
		snippet := w.snippet(t)
		if key == "" || snippet == "" {
			break
		}
		return w.say(map[string]string{"snippet": snippet}, "question", key)
	}
	return w.words.find("question", "none")
}

// telling orders the gives by what a listener would take up first.
var telling = []talk.Give{talk.Feels, talk.Fears, talk.Cost, talk.Resolves, talk.Tells, talk.Names, talk.PredictsBoss}

// snippet is the part of a coworker's turn that a listener would take up, a few words, verbatim; "" for a turn without words.
func (w *writer) snippet(t talk.Turn) string {
	r := w.read(t.N)
	text := ""
	for _, g := range telling {
		if slices.Contains(r.Gives, g) {
			text = spanned(t, r, string(g))
			break
		}
	}
	if text == "" {
		text = lastSentence(t.Text)
	}
	return shorten(text, snippetWords)
}

// turn gives the turn with a number.
func (w *writer) turn(n int) (talk.Turn, bool) {
	if n >= 1 && n <= len(w.in.Turns) && w.in.Turns[n-1].N == n {
		return w.in.Turns[n-1], true
	}
	for _, t := range w.in.Turns {
		if t.N == n {
			return t, true
		}
	}
	return talk.Turn{}, false
}

// read gives what was read in a turn; the zero Read for a turn that there is not.
func (w *writer) read(n int) talk.Read {
	for i, t := range w.in.Turns {
		if t.N == n {
			return w.in.Reads[i]
		}
	}
	return talk.Read{}
}

func (w *writer) speaker(n int) talk.Speaker {
	t, _ := w.turn(n)
	return t.Speaker
}

func (w *writer) hasFault(n int) bool { return len(w.read(n).Faults) > 0 }

// spanned gives the words behind a label, all of the turn where no span stands.
func spanned(t talk.Turn, r talk.Read, label string) string {
	for _, s := range r.Spans {
		if s.Label == label && s.Start >= 0 && s.Start < s.End && s.End <= len(t.Text) {
			return t.Text[s.Start:s.End]
		}
	}
	return t.Text
}

// clip keeps a quote to what can be read at a glance, cut at a word; still verbatim.
func clip(s string) string { return shorten(s, 28) }

// shorten cuts a text to a number of words, at the end of a clause where one is
// near, without the punctuation at its end. What it gives stands verbatim in the text.
func shorten(s string, words int) string {
	s = strings.TrimSpace(s)
	count, inWord, cut, clause := 0, false, len(s), -1
	for i, r := range s {
		if unicode.IsSpace(r) {
			inWord = false
			continue
		}
		if !inWord {
			if count == words {
				cut = i
				break
			}
			count++
			inWord = true
		}
		if strings.ContainsRune(".,;:!?—–…", r) && count >= 3 {
			clause = i
		}
	}
	if cut < len(s) {
		if clause > 0 {
			cut = clause
		} else {
			cut = beforeLooseWords(s, cut)
		}
	}
	return strings.TrimRightFunc(s[:cut], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,;:—–…-\"“”'", r)
	})
}

// loose are words that a quote does not end on.
var loose = map[string]bool{"a": true, "an": true, "the": true, "and": true, "or": true, "but": true, "of": true, "to": true, "in": true, "on": true, "at": true,
	"for": true, "with": true, "that": true, "my": true, "your": true, "his": true, "her": true, "their": true, "our": true, "i": true, "i'm": true, "we": true, "they": true, "he": true, "she": true,
	"it": true, "is": true, "was": true, "are": true, "were": true, "so": true, "if": true, "as": true, "by": true, "from": true, "because": true, "who": true, "when": true, "don't": true, "not": true}

// beforeLooseWords moves a cut back over words that leave a quote hanging, as long as three words stay.
func beforeLooseWords(s string, cut int) int {
	for {
		head := strings.TrimRightFunc(s[:cut], unicode.IsSpace)
		i := strings.LastIndexFunc(head, unicode.IsSpace)
		if i < 0 || !loose[strings.ToLower(head[i+1:])] || len(strings.Fields(head[:i])) < 3 {
			return len(head)
		}
		cut = i
	}
}

func firstSentence(s string) string {
	if i := strings.IndexAny(s, ".!?"); i > 0 {
		return s[:i]
	}
	return s
}

// lastSentence gives the last sentence that has at least three words, or all.
func lastSentence(s string) string {
	end := len(s)
	for i := end - 1; i >= 0; i-- {
		if strings.ContainsRune(".!?", rune(s[i])) || i == 0 {
			start := i + 1
			if i == 0 {
				start = 0
			}
			if part := strings.TrimSpace(s[start:end]); reading.Words(part) >= 3 {
				return part
			}
			end = i + 1
		}
	}
	return strings.TrimSpace(s)
}

// called is what one calls a person: the first name, or all of a name that begins with a title.
func called(name string) string {
	first, _, more := strings.Cut(name, " ")
	switch strings.TrimSuffix(first, ".") {
	case "Mr", "Mrs", "Ms", "Miss", "Dr", "Sister", "Auntie", "Uncle":
		return name
	}
	if !more || first == "" {
		return name
	}
	return first
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func percent(share float64) string { return strconv.Itoa(int(share*100+0.5)) + " %" }
