// Package learn fits the reader's models to labelled conversations. The same
// conversations and options give the same model.
package learn

import (
	"cmp"
	"slices"
	"sync"

	"breakroom/trainer/reading"
	"breakroom/trainer/reading/learn/linear"
	"breakroom/trainer/talk"
)

// Options set how the models are fitted.
type Options struct {
	// Cost is how much an error weighs against the size of the weights.
	Cost float64
	// Scale weighs the groups of features.
	Scale [reading.Groups]float64
	// Dense weighs the word vectors.
	Dense float64
	// Least is the number of conversations in which a feature must stand to be learned.
	Least int
	// Rough adds a copy of each conversation as typed on a phone.
	Rough bool
	// Phrase is how much a single saying weighs beside a turn of a conversation; 0 leaves them out.
	Phrase float64
	// Rated is how much more a conversation weighs that others than its author have labelled.
	Rated float64
	// Second is how much an error of a second look weighs against the size of its weights.
	Second float64
	// Folds is into how many groups the sets are parted when thresholds are found on what a model was not fitted to.
	Folds int
	Seed  uint64
}

// Default are the options that did best when one hand was left out.
func Default() Options {
	return Options{
		Cost:  0.2,
		Scale: [reading.Groups]float64{0.8, 0.7, 0.5, 1, 0.5, 1, 0.7, 1, 1.2, 0.4, 1.2},
		Dense: 2, Least: 2, Rough: true, Phrase: 1, Rated: 2, Second: 0.05, Folds: 6, Seed: 1,
	}
}

// Talk is a labelled conversation to learn from.
type Talk struct {
	Set    string
	Turns  []talk.Turn
	Labels [][]string // of each turn: moves, faults, levels or gives
	// Ask and FollowUp are the best levels in the conversation; the levels of its single turns are found while fitting.
	Ask, FollowUp int
	// Scores are the labels of the whole talk, for the thresholds that decide what earns a score; nil where there are none.
	Scores map[talk.Skill]int
	Answer talk.Answer
	// Leveled is set where each turn's level of an ask and a follow-up is among its labels.
	Leveled bool
	// Side is the only side that is labelled; empty for both.
	Side talk.Speaker
	// Phrase is set for a single saying: nothing is known of the talk around it.
	Phrase bool
}

// rated tells whether the talk is one of the labelled conversations that figures are measured on.
func (t *Talk) rated() bool { return t.Scores != nil }

func names(s talk.Speaker) []string {
	if s == talk.Organizer {
		return reading.OrganizerLabels
	}
	return reading.CoworkerLabels
}

// bits packs labels into the memory's form.
func bits(s talk.Speaker, labels []string) uint32 {
	var out uint32
	for i, name := range names(s) {
		if i < 32 && slices.Contains(labels, name) {
			out |= 1 << i
		}
	}
	return out
}

const denseScale = 1.0 / (127 * 16) // of a mean to about 1

// half is one side's turns with features numbered.
type half struct {
	side    talk.Speaker
	labels  []string
	hashes  []uint32
	number  map[uint32]int32
	samples []linear.Vector
	who     []ref
	dims    int
	scale   map[uint32]float64
	options Options
}

// ref says where a sample comes from.
type ref struct {
	talk, turn int
	copied     bool // a rough copy
}

// build numbers the features of one side's turns.
func build(talks []Talk, use []int, side talk.Speaker, history [][]uint32, o Options) *half {
	h := &half{side: side, labels: names(side), number: map[uint32]int32{}, scale: map[uint32]float64{}, options: o}
	var all []reading.Sample
	inTalks := map[uint32]int{}
	for _, ti := range use {
		var hist []uint32
		if history != nil {
			hist = history[ti]
			if talks[ti].Phrase {
				hist = make([]uint32, len(talks[ti].Turns))
				for i, t := range talks[ti].Turns {
					hist[i] = bits(t.Speaker, talks[ti].Labels[i])
				}
			}
		}
		seen := map[uint32]bool{}
		variants := [][]talk.Turn{talks[ti].Turns}
		if o.Rough {
			variants = append(variants, rough(talks[ti].Turns))
		}
		for v, turns := range variants {
			for i, s := range reading.Study(turns, hist) {
				if turns[i].Speaker != side || talks[ti].Phrase && i != len(turns)-1 {
					continue
				}
				if talks[ti].Phrase {
					s = alone(s, i > 0)
				}
				all = append(all, s)
				h.who = append(h.who, ref{ti, i, v > 0})
				for _, f := range s.Features {
					seen[f.Hash] = true
					h.scale[f.Hash] = o.Scale[f.Group]
				}
			}
		}
		for x := range seen {
			inTalks[x]++
		}
	}
	for x, n := range inTalks {
		if n >= o.Least && h.scale[x] > 0 {
			h.hashes = append(h.hashes, x)
		}
	}
	// What stands in most talks lies together: a turn is made of it, and the rest is seldom looked at.
	slices.SortFunc(h.hashes, func(a, b uint32) int { return cmp.Or(inTalks[b]-inTalks[a], cmp.Compare(a, b)) })
	for i, x := range h.hashes {
		h.number[x] = int32(i)
	}
	for i, s := range all {
		h.samples = append(h.samples, h.vector(s))
		h.dims = len(s.Dense)
		all[i] = reading.Sample{}
	}
	return h
}

func (h *half) vector(s reading.Sample) linear.Vector {
	var v linear.Vector
	last := uint32(0)
	for i, f := range s.Features {
		if i > 0 && f.Hash == last {
			continue
		}
		last = f.Hash
		if j, ok := h.number[f.Hash]; ok {
			v.Index = append(v.Index, j)
			v.Value = append(v.Value, float32(h.scale[f.Hash]))
		}
	}
	n := int32(len(h.hashes))
	for k, x := range s.Dense {
		v.Index = append(v.Index, n+int32(k))
		v.Value = append(v.Value, float32(float64(x)*denseScale*h.options.Dense))
	}
	return v
}

// alone leaves of a single saying's features what does not speak of the talk around it.
func alone(s reading.Sample, answers bool) reading.Sample {
	var out []reading.Feature
	for _, f := range s.Features {
		if reading.AboutWords(f.Group) || answers && reading.AboutAnswer(f.Group) {
			out = append(out, f)
		}
	}
	s.Features = out
	return s
}

// weights are one side's fitted models: for every feature, the dense part and the constant a row, a column a label.
type weights struct {
	h *half
	w []float32
}

// level is a label that tells levels of another one apart.
type level struct {
	parent string
	above  int
	best   func(t *Talk) int
}

var levels = map[string]level{
	"ask-2":       {"ask", 2, func(t *Talk) int { return t.Ask }},
	"ask-3":       {"ask", 3, func(t *Talk) int { return t.Ask }},
	"follow-up-2": {"follow-up", 2, func(t *Talk) int { return t.FollowUp }},
}

// fit learns from all the talks but those left out.
func (h *half) fit(talks []Talk, without map[int]bool, workers int) *weights {
	all := len(h.labels)
	out := &weights{h: h, w: make([]float32, (len(h.hashes)+h.dims+1)*all)}
	plain := 0
	for plain < all && levels[h.labels[plain]].parent == "" {
		plain++
	}
	place := func(w []float32, first, labels int) {
		for r := range len(h.hashes) + h.dims + 1 {
			copy(out.w[r*all+first:r*all+first+labels], w[r*labels:(r+1)*labels])
		}
	}
	var wg sync.WaitGroup
	share := (plain + workers - 1) / workers
	for from := 0; from < plain; from += share {
		to := min(from+share, plain)
		wg.Go(func() { place(h.fitPlain(talks, without, from, to), from, to-from) })
	}
	wg.Wait()
	for l := plain; l < all; l++ {
		place(h.fitLevel(talks, without, h.labels[l]), l, 1)
	}
	return out
}

func (h *half) cost(t *Talk) float32 {
	cost := h.options.Cost
	if t.Side != "" && t.Side != h.side {
		return 0
	}
	if h.options.Rough {
		cost /= 2
	}
	if t.rated() {
		cost *= h.options.Rated
	}
	if t.Phrase {
		cost *= h.options.Phrase
	}
	return float32(cost)
}

func (h *half) fitPlain(talks []Talk, without map[int]bool, from, to int) []float32 {
	k := to - from
	p := &linear.Problem{X: h.samples, Y: make([]int8, len(h.samples)*k), C: make([]float32, len(h.samples)*k), N: len(h.hashes) + h.dims, Labels: k}
	for i, r := range h.who {
		if without[r.talk] {
			continue
		}
		for l := range k {
			p.C[i*k+l] = h.cost(&talks[r.talk])
			p.Y[i*k+l] = -1
			if slices.Contains(talks[r.talk].Labels[r.turn], h.labels[from+l]) {
				p.Y[i*k+l] = 1
			}
		}
	}
	return p.Fit(h.options.Seed, 15)
}

// fitLevel learns what tells a level apart among the turns that have its parent.
// Where only the best level of a conversation is labelled, not that of each turn, the
// turn that looks most like it is taken for the one that has it.
func (h *half) fitLevel(talks []Talk, without map[int]bool, name string) []float32 {
	p := &linear.Problem{N: len(h.hashes) + h.dims, Labels: 1}
	lv := levels[name]
	var who []ref
	for i, r := range h.who {
		if !without[r.talk] && slices.Contains(talks[r.talk].Labels[r.turn], lv.parent) {
			p.X = append(p.X, h.samples[i])
			p.C = append(p.C, 3*h.cost(&talks[r.talk]))
			who = append(who, r)
		}
	}
	p.Y = make([]int8, len(p.X))
	var w []float32
	sum := make([]float32, 1)
	dot := func(i int) float32 { p.Dot(w, i, sum); return sum[0] }
	for round := range 5 {
		group := map[int][]int{}
		var order []int
		for i, r := range who {
			t := &talks[r.talk]
			p.Y[i] = 0
			switch {
			case t.Leveled:
				p.Y[i] = -1
				if slices.Contains(t.Labels[r.turn], name) {
					p.Y[i] = 1
				}
			case lv.best(t) < lv.above:
				p.Y[i] = -1
			default:
				k := r.talk * 2
				if r.copied {
					k++
				}
				if group[k] == nil {
					order = append(order, k)
				}
				group[k] = append(group[k], i)
			}
		}
		for _, k := range order {
			list := group[k]
			pick := list[len(list)-1]
			if round > 0 {
				for _, i := range list {
					if dot(i) > dot(pick) {
						pick = i
					}
				}
			}
			for _, i := range list {
				if i == pick || round > 0 && dot(i) > 0 {
					p.Y[i] = 1
				}
			}
		}
		w = p.Fit(h.options.Seed, 25)
	}
	return w
}

// rough gives the turns as somebody types them on a phone: no capitals, hardly a mark.
func rough(turns []talk.Turn) []talk.Turn {
	out := slices.Clone(turns)
	for i := range out {
		b := make([]byte, 0, len(out[i].Text))
		text := out[i].Text
		for k := 0; k < len(text); k++ {
			c := text[k]
			switch {
			case c >= 'A' && c <= 'Z':
				b = append(b, c+32)
			case c == '?' || c == '!' || c == ',' || c == '"':
			case c == '.' && (k+1 >= len(text) || k%3 != 0):
				if k+1 < len(text) && k%2 == 0 {
					b = append(b, '.')
				}
			default:
				b = append(b, c)
			}
		}
		out[i].Text = string(b)
	}
	return out
}

// scores gives the logits of every label for the i-th sample.
func (m *weights) scores(i int) []float64 {
	p := linear.Problem{X: m.h.samples, N: len(m.h.hashes) + m.h.dims, Labels: len(m.h.labels)}
	sums := make([]float32, p.Labels)
	p.Dot(m.w, i, sums)
	out := make([]float64, p.Labels)
	for l, x := range sums {
		out[l] = float64(x)
	}
	return out
}
