// Package linear fits linear models of many labels over sparse features. The same samples and seed give the same weights.
package linear

import (
	"math"
	"math/rand/v2"
)

// Vector is a sample: the numbers of its features, each once, with their values.
type Vector struct {
	Index []int32
	Value []float32
}

// Problem is what labels are learned from, side by side: label l of sample i is Y[i*Labels+l].
type Problem struct {
	X []Vector
	// Y is +1 or -1; 0 leaves the sample out for that label.
	Y []int8
	// C is what an error at a sample costs, from 0 on.
	C []float32
	// N is the number of features.
	N      int
	Labels int
}

// Fit minimizes |w|²/2 + Σ c·log(1+exp(-y w·x)) for each label by coordinate
// descent in the dual, rounds times over all samples at most. Feature N is the constant 1. Feature j of label l is w[j*Labels+l].
func (p *Problem) Fit(seed uint64, rounds int) []float32 {
	k := p.Labels
	w := make([]float32, (p.N+1)*k)
	var use []int
	for i := range p.X {
		for l := range k {
			if p.Y[i*k+l] != 0 && p.C[i*k+l] > 0 {
				use = append(use, i)
				break
			}
		}
	}
	alpha := make([]float32, len(p.X)*k)
	norm := make([]float64, len(p.X))
	step := make([]float32, k)
	for _, i := range use {
		q := 1.0
		for _, v := range p.X[i].Value {
			q += float64(v) * float64(v)
		}
		norm[i] = q
		for l := range k {
			step[l] = 0
			if y := p.Y[i*k+l]; y != 0 && p.C[i*k+l] > 0 {
				a := min(0.001*p.C[i*k+l], 1e-8)
				alpha[i*k+l] = a
				step[l] = float32(y) * a
			}
		}
		p.step(w, i, step)
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	sums := make([]float32, k)
	for range rounds {
		rng.Shuffle(len(use), func(a, b int) { use[a], use[b] = use[b], use[a] })
		worst := 0.0
		for _, i := range use {
			p.Dot(w, i, sums)
			moved := false
			for l := range k {
				step[l] = 0
				y, c, q := float64(p.Y[i*k+l]), float64(p.C[i*k+l]), norm[i]
				if y == 0 || c <= 0 {
					continue
				}
				b := y * float64(sums[l])
				// minimize over a: a log a + (c-a) log(c-a) + q(a-old)²/2 + b(a-old), by Newton's steps
				old := float64(alpha[i*k+l])
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
					if math.Abs(next-a) < 1e-2*math.Min(a, c-a) {
						a = next
						break
					}
					a = next
				}
				a = min(max(a, 1e-9*c), c*(1-1e-6))
				if d := a - old; math.Abs(d) > 1e-5*c {
					alpha[i*k+l] = float32(a)
					step[l] = float32(y * d)
					worst = math.Max(worst, math.Abs(d)/c)
					moved = true
				}
			}
			if moved {
				p.step(w, i, step)
			}
		}
		if worst < 0.01 {
			break
		}
	}
	return w
}

// Dot gives every label's sum for a sample.
func (p *Problem) Dot(w []float32, i int, sums []float32) {
	k := p.Labels
	copy(sums, w[p.N*k:(p.N+1)*k])
	x := &p.X[i]
	for f, j := range x.Index {
		v := x.Value[f]
		row := w[int(j)*k : int(j)*k+k]
		for l := range row {
			sums[l] += row[l] * v
		}
	}
}

func (p *Problem) step(w []float32, i int, d []float32) {
	k := p.Labels
	x := &p.X[i]
	for f, j := range x.Index {
		v := x.Value[f]
		row := w[int(j)*k : int(j)*k+k]
		for l := range row {
			row[l] += d[l] * v
		}
	}
	for l := range d {
		w[p.N*k+l] += d[l]
	}
}
