package learn

import (
	"maps"
	"math"
	"slices"

	"breakroom/trainer/reading"
	"breakroom/trainer/talk"
)

// Sets lists the sets of the talks, in order.
func Sets(talks []Talk) []string {
	var out []string
	for _, t := range talks {
		if !t.Phrase && !slices.Contains(out, t.Set) {
			out = append(out, t.Set)
		}
	}
	slices.Sort(out)
	return out
}

var sides = []talk.Speaker{talk.Organizer, talk.Coworker}

// Folds parts sets into at most most groups of about as many turns each; a hand's work stays together.
func Folds(turns map[string]int, most int) [][]string {
	sets := slices.Sorted(maps.Keys(turns))
	slices.SortStableFunc(sets, func(a, b string) int { return turns[b] - turns[a] })
	out := make([][]string, min(most, len(sets)))
	size := make([]int, len(out))
	for _, s := range sets {
		k := slices.Index(size, slices.Min(size))
		out[k] = append(out[k], s)
		size[k] += turns[s]
	}
	return out
}

// folds parts the talks by their sets.
func folds(talks []Talk, use []int, most int) []map[int]bool {
	turns := map[string]int{}
	for _, i := range use {
		if !talks[i].Phrase {
			turns[talks[i].Set] += len(talks[i].Turns)
		}
	}
	var out []map[int]bool
	for _, sets := range Folds(turns, most) {
		held := map[int]bool{}
		for _, i := range use {
			if !talks[i].Phrase && slices.Contains(sets, talks[i].Set) {
				held[i] = true
			}
		}
		out = append(out, held)
	}
	return out
}

// outOfFold scores every turn by models that were fitted without its set.
func outOfFold(talks []Talk, use []int, history [][]uint32, o Options, workers int) [][][]float64 {
	out := make([][][]float64, len(talks))
	for _, i := range use {
		out[i] = make([][]float64, len(talks[i].Turns))
	}
	for _, side := range sides {
		h := build(talks, use, side, history, o)
		for _, held := range folds(talks, use, o.Folds) {
			m := h.fit(talks, held, workers)
			for i, r := range h.who {
				if held[r.talk] && !r.copied {
					out[r.talk][r.turn] = m.scores(i)
				}
			}
		}
	}
	return out
}

// histories packs the labels whose scores reach the thresholds.
func histories(talks []Talk, use []int, scores [][][]float64, thresholds map[talk.Speaker][]float64) [][]uint32 {
	out := make([][]uint32, len(talks))
	for _, i := range use {
		if talks[i].Phrase {
			continue
		}
		out[i] = make([]uint32, len(talks[i].Turns))
		for k, t := range talks[i].Turns {
			for l, x := range scores[i][k] {
				if l < 32 && x >= thresholds[t.Speaker][l] {
					out[i][k] |= 1 << l
				}
			}
		}
	}
	return out
}

// thresholds finds for each label the logit from which on to say it. A label is
// worth saying where it helps the F1 of its whole group (moves, gives, faults):
// where more than half that F1 of what is said is right. A rare label's curve
// is smoothed, so that its luck does not decide.
func thresholds(talks []Talk, use []int, scores [][][]float64) map[talk.Speaker][]float64 {
	out := map[talk.Speaker][]float64{}
	const from, step, steps = -4.0, 0.1, 71
	for _, side := range sides {
		labels := names(side)
		out[side] = make([]float64, len(labels))
		right := make([][steps]float64, len(labels)) // right and wrong at each threshold
		wrong := make([][steps]float64, len(labels))
		all := make([]float64, len(labels))
		for _, i := range use {
			if talks[i].Phrase || talks[i].Side != "" {
				continue
			}
			for k, t := range talks[i].Turns {
				if t.Speaker != side {
					continue
				}
				for l, name := range labels {
					yes := slices.Contains(talks[i].Labels[k], name)
					if yes {
						all[l]++
					}
					last := int(math.Floor((scores[i][k][l] - from) / step))
					for j := 0; j <= min(last, steps-1); j++ {
						if yes {
							right[l][j]++
						} else {
							wrong[l][j]++
						}
					}
				}
			}
		}
		for _, group := range groups(side) {
			f := 0.5
			at := make([]int, len(labels))
			for range 8 {
				tp, said, positives := 0.0, 0.0, 0.0
				for l := group[0]; l < group[1]; l++ {
					best, where := math.Inf(-1), 0
					for j := range steps {
						sum, n := 0.0, 0.0
						for d := max(0, j-2); d <= min(steps-1, j+2); d++ {
							sum += 2*right[l][d] - f*(right[l][d]+wrong[l][d])
							n++
						}
						if v := sum/n - 0.01*math.Abs(from+step*float64(j)); v > best {
							best, where = v, j
						}
					}
					at[l] = where
					tp += right[l][where]
					said += right[l][where] + wrong[l][where]
					positives += all[l]
				}
				f = 2 * tp / (said + positives + 1e-9)
			}
			for l := group[0]; l < group[1]; l++ {
				out[side][l] = from + step*float64(at[l])
			}
		}
	}
	return out
}

// groups are the ranges of a side's labels whose F1 is measured together. Levels have no threshold of their own.
func groups(side talk.Speaker) [][2]int {
	if side == talk.Organizer {
		m := len(talk.Moves)
		return [][2]int{{0, m}, {m, len(reading.OrganizerLabels) - 3}}
	}
	return [][2]int{{0, len(talk.Gives)}}
}

// Fit learns a model from all the talks: first without a history, to see what
// earlier turns are read as when nobody has labelled them, then with it.
func Fit(talks []Talk, o Options, workers int) *reading.Model {
	var use []int
	for i := range talks {
		if !talks[i].Phrase {
			use = append(use, i)
		}
	}
	all := make([]int, len(talks))
	for i := range all {
		all[i] = i
	}
	if o.Phrase == 0 {
		all = use
	}
	// what to say of a turn is decided by those that others than their authors have labelled
	var rated []int
	for _, i := range use {
		if talks[i].rated() {
			rated = append(rated, i)
		}
	}
	if len(rated) == 0 {
		rated = use
	}
	scores := outOfFold(talks, all, nil, o, workers)
	again := secondLook(talks, use, scores, o)
	history := histories(talks, use, again, thresholds(talks, rated, again))
	scores = outOfFold(talks, all, history, o, workers)
	again = secondLook(talks, use, scores, o)
	at := thresholds(talks, rated, again)
	history = histories(talks, use, again, at)
	credit := tune(talks, use, again, at)
	var out []*reading.Half
	for _, side := range sides {
		half := build(talks, all, side, history, o).fit(talks, nil, workers).quantize(at[side], credit[side])
		look := buildSecond(talks, use, scores, side, o)
		half.Second = look.quantize(look.fit(talks, nil))
		out = append(out, half)
	}
	return reading.NewModel(out[0], out[1])
}

// weighsNothing is a weight, in Units, under which a feature is left out if all its weights are.
const weighsNothing = 48

// quantize turns the weights into whole numbers. A feature that weighs nearly nothing is left out.
func (m *weights) quantize(thresholds, credit []float64) *reading.Half {
	h := m.h
	out := &reading.Half{Labels: h.labels}
	round := func(x, most float64) float64 { return math.Round(max(-most, min(most, x))) }
	units := func(j, l int) float64 {
		return float64(m.w[j*len(h.labels)+l]) * h.scale[h.hashes[j]] * reading.Unit
	}
	for l := range h.labels {
		most := 1.0
		for j := range h.hashes {
			most = max(most, math.Abs(units(j, l)))
		}
		out.Step = append(out.Step, int32(math.Ceil(most/math.MaxInt8)))
	}
	for j, hash := range h.hashes {
		row := make([]int8, len(h.labels))
		any := false
		for l := range row {
			x := units(j, l)
			row[l] = int8(math.Round(x / float64(out.Step[l])))
			any = any || math.Abs(x) >= weighsNothing
		}
		if any {
			out.Hashes = append(out.Hashes, hash)
			out.Weights = append(out.Weights, row...)
		}
	}
	for l := range h.labels {
		w := func(row int) float64 { return float64(m.w[row*len(h.labels)+l]) }
		for k := range h.dims {
			out.Dense = append(out.Dense, int32(round(w(len(h.hashes)+k)*denseScale*h.options.Dense*reading.Unit*4096, 1<<24)))
		}
		out.Bias = append(out.Bias, int32(round(w(len(h.hashes)+h.dims)*reading.Unit, 1<<24)))
		out.Threshold = append(out.Threshold, int32(round(thresholds[l]*reading.Unit, 1<<24)))
		out.Credit = append(out.Credit, int32(round(credit[l]*reading.Unit, 1<<24)))
	}
	return out
}
