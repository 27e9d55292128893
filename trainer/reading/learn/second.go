package learn

import (
	"math"
	"slices"

	"breakroom/trainer/reading"
	"breakroom/trainer/reading/learn/linear"
	"breakroom/trainer/talk"
)

// second learns the second look at one side's turns, from what a first look that was not fitted to them made of them.
type second struct {
	side    talk.Speaker
	samples []linear.Vector
	who     []ref
	// All that is looked at weighs the same: its mean is taken off, and it is divided by how far it strays from that.
	mean, stray []float64
	options     Options
}

// buildSecond prepares the turns of one side.
func buildSecond(talks []Talk, use []int, scores [][][]float64, side talk.Speaker, o Options) *second {
	s := &second{side: side, options: o}
	var all [][]int32
	for _, ti := range use {
		t := &talks[ti]
		if t.Phrase {
			continue
		}
		looks := map[talk.Speaker]*reading.Looks{talk.Organizer: {}, talk.Coworker: {}}
		for k, turn := range t.Turns {
			sums := make([]int32, len(scores[ti][k]))
			for l, x := range scores[ti][k] {
				sums[l] = int32(math.Round(max(-100, min(100, x)) * reading.Unit))
			}
			other := talk.Coworker
			if turn.Speaker == talk.Coworker {
				other = talk.Organizer
			}
			if !reading.Scored(turn.Text) {
				looks[turn.Speaker].Skip()
				continue
			}
			if turn.Speaker == side {
				all = append(all, reading.Look(nil, sums, side, looks[side], looks[other], k))
				s.who = append(s.who, ref{talk: ti, turn: k})
			}
			looks[turn.Speaker].Take(turn.Speaker, sums)
		}
	}
	n := reading.InLook(side)
	s.mean, s.stray = make([]float64, n), make([]float64, n)
	labelled := func(do func(i int, x float64)) (turns float64) {
		for k, in := range all {
			if t := &talks[s.who[k].talk]; t.Side != "" && t.Side != side {
				continue
			}
			for i, x := range in {
				do(i, float64(x))
			}
			turns++
		}
		return turns
	}
	turns := labelled(func(i int, x float64) { s.mean[i] += x })
	for i := range s.mean {
		s.mean[i] /= turns
	}
	labelled(func(i int, x float64) { s.stray[i] += (x - s.mean[i]) * (x - s.mean[i]) / turns })
	for i := range s.stray {
		s.stray[i] = math.Sqrt(s.stray[i]) + 1
	}
	for _, in := range all {
		var v linear.Vector
		for i, x := range in {
			v.Index = append(v.Index, int32(i))
			v.Value = append(v.Value, float32((float64(x)-s.mean[i])/s.stray[i]))
		}
		s.samples = append(s.samples, v)
	}
	return s
}

// fit learns from all the talks but those left out: for everything that is looked at a row, and one for the constant, a column a label.
func (s *second) fit(talks []Talk, without map[int]bool) []float32 {
	k := reading.Plain(s.side)
	labels := names(s.side)
	p := &linear.Problem{X: s.samples, Y: make([]int8, len(s.samples)*k), C: make([]float32, len(s.samples)*k), N: reading.InLook(s.side), Labels: k}
	for i, r := range s.who {
		if without[r.talk] {
			continue
		}
		t := &talks[r.talk]
		cost := s.options.Second
		switch {
		case t.Side != "" && t.Side != s.side:
			continue // nobody has labelled these
		case t.rated():
			cost *= s.options.Rated
		}
		for l := range k {
			p.C[i*k+l] = float32(cost)
			p.Y[i*k+l] = -1
			if slices.Contains(talks[r.talk].Labels[r.turn], labels[l]) {
				p.Y[i*k+l] = 1
			}
		}
	}
	return p.Fit(s.options.Seed, 12)
}

// secondLook gives the scores of a second look at every turn, by weights that were learned without its set. Levels stay as they are.
func secondLook(talks []Talk, use []int, scores [][][]float64, o Options) [][][]float64 {
	out := make([][][]float64, len(scores))
	for i := range scores {
		out[i] = slices.Clone(scores[i])
	}
	for _, side := range sides {
		s := buildSecond(talks, use, scores, side, o)
		k := reading.Plain(side)
		p := linear.Problem{X: s.samples, N: reading.InLook(side), Labels: k}
		sums := make([]float32, k)
		for _, held := range folds(talks, use, o.Folds) {
			w := s.fit(talks, held)
			for i, r := range s.who {
				if !held[r.talk] {
					continue
				}
				p.Dot(w, i, sums)
				row := slices.Clone(scores[r.talk][r.turn])
				const most = float64(reading.MostMoved) / reading.Unit
				for l, x := range sums {
					row[l] = max(row[l]-most, min(row[l]+most, float64(x)))
				}
				out[r.talk][r.turn] = row
			}
		}
	}
	return out
}

// quantize turns the weights of a second look into whole numbers, a row a label.
func (s *second) quantize(w []float32) []int32 {
	k, n := reading.Plain(s.side), reading.InLook(s.side)
	round := func(x float64) int32 { return int32(math.Round(max(-1<<30, min(1<<30, x*reading.Unit*4096)))) }
	var out []int32
	for l := range k {
		constant := float64(w[n*k+l])
		for i := range n {
			x := float64(w[i*k+l]) / s.stray[i]
			constant -= x * s.mean[i]
			out = append(out, round(x))
		}
		out = append(out, round(constant))
	}
	return out
}
