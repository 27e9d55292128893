package learn

import (
	"math"
	"slices"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// What may be asked to be surer before it earns a score.
var (
	creditMoves = []string{
		string(talk.EducateFix), string(talk.EducateWho), string(talk.EducateAction),
		string(talk.PlanTogether), string(talk.MakeAsk), string(talk.FollowUp), string(talk.InoculateBoss), string(talk.InoculateFear),
	}
	// labels whose own bound moves, since a talk has few of them and each decides a score, and levels, which have none
	freeGives   = []string{string(talk.SaysYes), string(talk.SaysPartly), string(talk.SaysNo)}
	levelLabels = []string{"follow-up-2", "ask-2", "ask-3"}
	creditGives = []string{
		string(talk.Names), string(talk.Tells), string(talk.Cost), string(talk.Feels), string(talk.Resolves),
		string(talk.Fears), string(talk.PredictsBoss),
	}
)

// tune finds how sure a label must be to earn a score: it scores the talks from
// the out-of-fold logits and moves one bound at a time, a little, while the
// scores agree better with their labels. The levels' own thresholds move with them.
func tune(talks []Talk, use []int, scores [][][]float64, at map[talk.Speaker][]float64) map[talk.Speaker][]float64 {
	credit := map[talk.Speaker][]float64{}
	for _, side := range sides {
		credit[side] = slices.Clone(at[side])
	}
	type knob struct {
		side  talk.Speaker
		label int
		free  bool
	}
	var knobs []knob
	for _, list := range []struct {
		side  talk.Speaker
		names []string
		free  bool
	}{
		{talk.Organizer, levelLabels, true}, {talk.Coworker, freeGives, true},
		{talk.Organizer, creditMoves, false}, {talk.Coworker, creditGives, false},
	} {
		for _, n := range list.names {
			knobs = append(knobs, knob{list.side, slices.Index(names(list.side), n), list.free})
		}
	}
	var rated []int
	for _, i := range use {
		if talks[i].rated() {
			rated = append(rated, i)
		}
	}
	words := map[int][]int{}
	for _, i := range rated {
		for _, t := range talks[i].Turns {
			words[i] = append(words[i], reading.Words(t.Text))
		}
	}
	began := map[talk.Speaker][]float64{}
	for _, side := range sides {
		began[side] = slices.Clone(at[side])
	}
	value := func() float64 {
		v := worth(talks, rated, scores, words, at, credit)
		for _, k := range knobs {
			v -= 0.01 * math.Abs(credit[k.side][k.label]-began[k.side][k.label])
		}
		return v
	}
	best := value()
	for range 3 {
		moved := false
		for _, k := range knobs {
			c := credit[k.side]
			was := c[k.label]
			to := was
			low, high := began[k.side][k.label], began[k.side][k.label]+3
			if k.free {
				low, high = low-1.5, low+1.5
				if k.side == talk.Coworker {
					low, high = low+0.75, high-0.75 // they are gives, too, and found for their own sake
				}
			}
			move := func(x float64) {
				c[k.label] = x
				if k.free {
					at[k.side][k.label] = x
				}
			}
			// a bound counts by its neighbours, too, so that one conversation does not decide
			for x := low; x <= high; x += 0.25 {
				v := 0.0
				for _, d := range []float64{-0.2, 0, 0.2} {
					move(max(x+d, low))
					v += value() / 3
				}
				if v > best+1e-3 {
					best, to, moved = v, x, true
				}
			}
			move(to)
		}
		if !moved {
			break
		}
		best = value()
	}
	return credit
}

// zeroAim is the share of labelled zeros that bounds are moved for.
const zeroAim = 0.95

// worth is how well the scores agree with the labels: quadratic weighted kappas,
// zeros kept at zero, and answers right.
func worth(talks []Talk, rated []int, scores [][][]float64, words map[int][]int, at, credit map[talk.Speaker][]float64) float64 {
	skills := []talk.Skill{talk.SkillAgitation, talk.SkillEducation, talk.SkillInoculation, talk.SkillAsk, talk.SkillFollowUp}
	type sums struct{ n, x, y, xx, yy, d, zeros, right float64 }
	var all [5]sums
	answers := 0.0
	for _, i := range rated {
		card := scorecard.New(talk.Initial, 0)
		for k, t := range talks[i].Turns {
			card.Add(talk.Turn{N: t.N, Speaker: t.Speaker, Text: "x"}, readOf(t, scores[i][k], words[i][k], at[t.Speaker], credit[t.Speaker]))
		}
		s := card.Score()
		if s.Ask.Answer == talks[i].Answer {
			answers++
		}
		for j, v := range []int{s.Agitation.Value, s.Education.Value, s.Inoculation.Value, s.Ask.Value, s.FollowUp.Value} {
			a, x, y := &all[j], float64(talks[i].Scores[skills[j]]), float64(v)
			a.n++
			a.x, a.y, a.xx, a.yy, a.d = a.x+x, a.y+y, a.xx+x*x, a.yy+y*y, a.d+(x-y)*(x-y)
			if x == 0 {
				a.zeros++
				if y == 0 {
					a.right++
				}
			}
		}
	}
	v := answers / float64(max(1, len(rated)))
	for _, a := range all {
		if e := a.xx + a.yy - 2*a.x*a.y/max(1, a.n); e > 0 {
			v += 1 - a.d/e
		}
		if a.zeros > 0 {
			// the aim is 85 in 100 on what a model was not fitted to, where some of it is lost again; beyond zeroAim nothing is gained
			v += 1.5 * min(zeroAim, a.right/a.zeros)
		}
	}
	return v
}

var faultColumns = func() (out []int) {
	for l, name := range reading.OrganizerLabels {
		if slices.Contains(talk.Faults, talk.Fault(name)) {
			out = append(out, l)
		}
	}
	return out
}()

// readOf makes the reading that the logits say.
func readOf(t talk.Turn, logits []float64, words int, at, credit []float64) talk.Read {
	r := talk.Read{Turn: t.N, Speaker: t.Speaker, Words: words}
	if t.Speaker == talk.Coworker {
		answer := -1
		var stands [64]bool
		for l, g := range talk.Gives {
			if logits[l] < at[l] {
				continue
			}
			if g == talk.SaysYes || g == talk.SaysPartly || g == talk.SaysNo {
				if answer >= 0 && logits[answer]-at[answer] >= logits[l]-at[l] {
					continue
				}
				if answer >= 0 {
					stands[answer] = false
				}
				answer = l
			}
			stands[l] = true
		}
		for l, g := range talk.Gives {
			if stands[l] {
				r.Gives = append(r.Gives, g)
				if logits[l] < credit[l] {
					r.Weak = append(r.Weak, string(g))
				}
			}
		}
		return r
	}
	less := -1
	ask, follow := slices.Index(talk.Moves, talk.MakeAsk), slices.Index(talk.Moves, talk.FollowUp)
	if a, f := logits[ask]-at[ask], logits[follow]-at[follow]; a >= 0 && f >= 0 {
		less = follow
		if a < f {
			less = ask
		}
	}
	for l, m := range talk.Moves {
		if l != less && logits[l] >= at[l] {
			r.Moves = append(r.Moves, m)
			if logits[l] < credit[l] {
				r.Weak = append(r.Weak, string(m))
			}
		}
	}
	n := len(logits)
	if slices.Contains(r.Moves, talk.MakeAsk) {
		r.AskLevel = 1
		if logits[n-3] >= credit[n-3] {
			r.AskLevel = 2
			if logits[n-2] >= credit[n-2] {
				r.AskLevel = 3
			}
		}
	}
	if slices.Contains(r.Moves, talk.FollowUp) {
		r.FollowUpLevel = 1
		if logits[n-1] >= credit[n-1] {
			r.FollowUpLevel = 2
		}
	}
	for _, l := range faultColumns {
		if logits[l] >= at[l] {
			r.Faults = append(r.Faults, talk.Fault(reading.OrganizerLabels[l]))
		}
	}
	return r
}
