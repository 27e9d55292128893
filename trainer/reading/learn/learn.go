// Package learn fits the reader's models to labelled conversations. The same
// conversations and options give the same model.
package learn

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// vector is a sample with the features numbered: indexes in rising order with
// their values, then the dense part.
type vector struct {
	idx []int32
	val []float32
}

// problem is what one label is learned from.
type problem struct {
	x []vector
	y []int8 // +1, -1; 0 leaves the sample out
	c []float32
	n int // number of features
}

// fit minimizes |w|²/2 + Σ c·log(1+exp(-y w·x)) by coordinate descent in the dual.
// Feature n is the constant 1.
func (p *problem) fit(seed uint64, rounds int) []float64 {
	w := make([]float64, p.n+1)
	use := make([]int, 0, len(p.x))
	for i, y := range p.y {
		if y != 0 && p.c[i] > 0 {
			use = append(use, i)
		}
	}
	alpha := make([]float64, len(p.x))
	norm := make([]float64, len(p.x))
	const biasValue = 1.0
	for _, i := range use {
		q := biasValue * biasValue
		for _, v := range p.x[i].val {
			q += float64(v) * float64(v)
		}
		norm[i] = q
		a := math.Min(0.001*float64(p.c[i]), 1e-8)
		alpha[i] = a
		p.step(w, i, float64(p.y[i])*a)
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	for range rounds {
		rng.Shuffle(len(use), func(a, b int) { use[a], use[b] = use[b], use[a] })
		worst := 0.0
		for _, i := range use {
			y, c, q := float64(p.y[i]), float64(p.c[i]), norm[i]
			b := y * p.dot(w, i)
			// minimize over a: a log a + (c-a) log(c-a) + q(a-old)²/2 + b(a-old), by Newton's steps
			old := alpha[i]
			a := old
			for range 12 {
				g := q*(a-old) + b + math.Log(a/(c-a))
				h := q + c/(a*(c-a))
				next := a - g/h
				if next <= 0 {
					next = a * 0.1
				} else if next >= c {
					next = c - (c-a)*0.1
				}
				if math.Abs(next-a) < 1e-9*c {
					a = next
					break
				}
				a = next
			}
			if d := a - old; d != 0 {
				alpha[i] = a
				p.step(w, i, y*d)
				worst = math.Max(worst, math.Abs(d)/c)
			}
		}
		if worst < 0.003 {
			break
		}
	}
	return w
}

func (p *problem) dot(w []float64, i int) float64 {
	s := w[p.n]
	x := &p.x[i]
	for k, j := range x.idx {
		s += w[j] * float64(x.val[k])
	}
	return s
}

func (p *problem) step(w []float64, i int, d float64) {
	x := &p.x[i]
	for k, j := range x.idx {
		w[j] += d * float64(x.val[k])
	}
	w[p.n] += d
}

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
	// Sentences is how many times the models are fitted anew to the sentences that carry a label; 0 fits to whole turns.
	Sentences int
	Seed      uint64
}

// Default are the options that did best when one hand was left out.
func Default() Options {
	return Options{
		Cost:  0.2,
		Scale: [reading.Groups]float64{0.8, 0.7, 0.5, 1, 0.5, 1, 0.7, 1, 1.2, 0.4, 1.2},
		Dense: 2, Least: 2, Rough: true, Phrase: 1, Seed: 1,
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
	// Phrase is set for a single saying: nothing is known of the talk around it.
	Phrase bool
}

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
	labels  []string
	hashes  []uint32
	number  map[uint32]int32
	samples []vector
	pieces  [][]vector // each sample's sentences
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
	h := &half{labels: names(side), number: map[uint32]int32{}, scale: map[uint32]float64{}, options: o}
	type raw struct {
		s reading.Sample
		r ref
	}
	var all []raw
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
				all = append(all, raw{s, ref{ti, i, v > 0}})
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
	slices.Sort(h.hashes)
	for i, x := range h.hashes {
		h.number[x] = int32(i)
	}
	for _, a := range all {
		h.samples = append(h.samples, h.vector(a.s))
		h.pieces = append(h.pieces, h.parts(a.s))
		h.who = append(h.who, a.r)
		h.dims = len(a.s.Dense)
	}
	return h
}

// parts gives a sample as one vector a sentence, each with what is true of the whole turn.
func (h *half) parts(s reading.Sample) []vector {
	n := 0
	for _, f := range s.Features {
		n = max(n, int(f.Sentence)+1)
	}
	if n == 0 {
		return []vector{h.vector(s)}
	}
	out := make([]vector, n)
	for k := range out {
		part := reading.Sample{Dense: s.Dense}
		for _, f := range s.Features {
			if f.Sentence < 0 || int(f.Sentence) == k {
				part.Features = append(part.Features, f)
			}
		}
		out[k] = h.vector(part)
	}
	return out
}

func (h *half) vector(s reading.Sample) vector {
	var v vector
	last := uint32(0)
	for i, f := range s.Features {
		if i > 0 && f.Hash == last {
			continue
		}
		last = f.Hash
		if j, ok := h.number[f.Hash]; ok {
			v.idx = append(v.idx, j)
			v.val = append(v.val, float32(h.scale[f.Hash]))
		}
	}
	n := int32(len(h.hashes))
	for k, x := range s.Dense {
		v.idx = append(v.idx, n+int32(k))
		v.val = append(v.val, float32(float64(x)*denseScale*h.options.Dense))
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

// weights are one side's fitted models, a row a label.
type weights struct {
	h *half
	w [][]float64
}

func (h *half) fit(talks []Talk, workers int) *weights {
	out := &weights{h: h, w: make([][]float64, len(h.labels))}
	var wg sync.WaitGroup
	jobs := make(chan int)
	for range workers {
		wg.Go(func() {
			for l := range jobs {
				out.w[l] = h.fitLabel(talks, l)
			}
		})
	}
	for l := range h.labels {
		jobs <- l
	}
	close(jobs)
	wg.Wait()
	return out
}

func (h *half) fitLabel(talks []Talk, l int) []float64 {
	n := len(h.hashes) + h.dims
	p := &problem{x: h.samples, y: make([]int8, len(h.samples)), c: make([]float32, len(h.samples)), n: n}
	name := h.labels[l]
	cost := h.options.Cost
	if h.options.Rough {
		cost /= 2
	}
	level, parent, best := 0, "", func(t *Talk) int { return 0 }
	switch name {
	case "ask-2":
		level, parent, best = 2, "ask", func(t *Talk) int { return t.Ask }
	case "ask-3":
		level, parent, best = 3, "ask", func(t *Talk) int { return t.Ask }
	case "follow-up-2":
		level, parent, best = 2, "follow-up", func(t *Talk) int { return t.FollowUp }
	}
	for i, r := range h.who {
		p.c[i] = float32(cost)
		if talks[r.talk].Phrase {
			p.c[i] *= float32(h.options.Phrase)
		}
		p.y[i] = -1
		if slices.Contains(talks[r.talk].Labels[r.turn], name) {
			p.y[i] = 1
		}
	}
	if level == 0 {
		w := p.fit(h.options.Seed, 25)
		for range h.options.Sentences {
			w = h.bySentence(p, w)
		}
		return w
	}
	// The best level of a conversation is labelled, not that of each turn: the
	// turn that looks most like it is taken for the one that has it.
	var w []float64
	for round := range 5 {
		group := map[int][]int{}
		for i, r := range h.who {
			p.y[i] = 0
			if !slices.Contains(talks[r.talk].Labels[r.turn], parent) {
				continue
			}
			p.c[i] *= 3
			if best(&talks[r.talk]) < level {
				p.y[i] = -1
				continue
			}
			k := r.talk * 2
			if r.copied {
				k++
			}
			group[k] = append(group[k], i)
		}
		for _, list := range group {
			pick := list[len(list)-1]
			if round > 0 {
				for _, i := range list {
					if p.dot(w, i) > p.dot(w, pick) {
						pick = i
					}
				}
			}
			for _, i := range list {
				if i == pick || round > 0 && p.dot(w, i) > 0 {
					p.y[i] = 1
				}
			}
		}
		w = p.fit(h.options.Seed, 25)
	}
	return w
}

// bySentence fits anew to single sentences: of a turn that has the label, the
// sentence that looks most like it; of one that has not, the two that do.
func (h *half) bySentence(p *problem, w []float64) []float64 {
	q := &problem{n: p.n}
	for i := range p.x {
		parts := h.pieces[i]
		first, second := -1, -1
		var a, b float64
		for k := range parts {
			switch v := (&problem{x: parts, n: p.n}).dot(w, k); {
			case first < 0 || v > a:
				second, b = first, a
				first, a = k, v
			case second < 0 || v > b:
				second, b = k, v
			}
		}
		q.x = append(q.x, parts[first])
		q.y = append(q.y, p.y[i])
		q.c = append(q.c, p.c[i])
		if p.y[i] < 0 && second >= 0 {
			q.x = append(q.x, parts[second])
			q.y = append(q.y, -1)
			q.c = append(q.c, p.c[i]/2)
		}
	}
	return q.fit(h.options.Seed, 25)
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

// scores gives the logits of every label for a sample.
func (m *weights) scores(s reading.Sample) []float64 {
	parts := []vector{m.h.vector(s)}
	if m.h.options.Sentences > 0 {
		parts = m.h.parts(s)
	}
	out := make([]float64, len(m.w))
	for l, w := range m.w {
		out[l] = math.Inf(-1)
		for i := range parts {
			out[l] = max(out[l], (&problem{x: parts, n: len(w) - 1}).dot(w, i))
		}
	}
	return out
}
