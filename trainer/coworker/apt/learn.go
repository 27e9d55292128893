package apt

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"breakroom/trainer/reading/learn/linear"
)

// Example is a turn with the kinds of answer that are apt to it.
type Example struct {
	Turn Turn
	Apt  []string
}

// How the tables are learned, chosen by what was left out (command train -folds).
const (
	cost       = 0.2
	leastTurns = 5  // in which a feature must stand
	leastApt   = 25 // times that a kind must be apt
	rounds     = 20
	most       = 2400 // features that are kept
)

// Learn makes a table from examples. The same examples and seed give the same table.
func Learn(examples []Example, seed uint64) []byte {
	apt := map[string]int{}
	count := map[uint32]int{}
	features := make([][]Feature, len(examples))
	for i := range examples {
		for _, name := range examples[i].Apt {
			apt[name]++
		}
		features[i] = examples[i].Turn.Features()
		for _, f := range features[i] {
			count[f.Hash]++
		}
	}
	var names []string
	for name, n := range apt {
		if n >= leastApt {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var hashes []uint32
	for h, n := range count {
		if n >= leastTurns {
			hashes = append(hashes, h)
		}
	}
	slices.Sort(hashes)
	k := len(names)
	p := &linear.Problem{N: len(hashes), Labels: k}
	for i := range examples {
		var x linear.Vector
		for _, f := range features[i] {
			if at, ok := slices.BinarySearch(hashes, f.Hash); ok {
				x.Index, x.Value = append(x.Index, int32(at)), append(x.Value, float32(f.Value)/One)
			}
		}
		p.X = append(p.X, x)
		for _, name := range names {
			y := int8(-1)
			if slices.Contains(examples[i].Apt, name) {
				y = 1
			}
			p.Y, p.C = append(p.Y, y), append(p.C, cost)
		}
	}
	often := make([]float32, len(hashes))
	for i, h := range hashes {
		often[i] = float32(count[h])
	}
	return encode(names, hashes, often, p.Fit(seed, rounds))
}

// strongest gives the places of the features that matter most, in order: those with great weights that are often there.
func strongest(w []float32, weigh []float32, k int) []int {
	features := len(weigh)
	strength := make([]float32, features)
	at := make([]int, features)
	for i := range features {
		at[i] = i
		for _, x := range w[i*k : (i+1)*k] {
			strength[i] += x * x
		}
		strength[i] *= weigh[i]
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Or(cmp.Compare(strength[b], strength[a]), a-b) })
	at = at[:min(most, features)]
	slices.Sort(at)
	return at
}

// encode writes the weights in bytes, each kind's in steps of its own.
func encode(names []string, hashes []uint32, often, w []float32) []byte {
	k := len(names)
	kept := strongest(w, often, k)
	list := strings.Join(names, " ")
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(list)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(kept)))
	out = append(out, list...)
	step := make([]float64, k)
	for j := range k {
		largest := 1e-6
		for _, i := range kept {
			largest = max(largest, math.Abs(float64(w[i*k+j])))
		}
		scale := math.Round(largest / 127 * 1000 * 4096)
		step[j] = scale / (1000 * 4096)
		out = binary.LittleEndian.AppendUint32(out, uint32(scale))
		out = binary.LittleEndian.AppendUint32(out, uint32(int32(math.Round(float64(w[len(hashes)*k+j])*1000))))
	}
	for _, i := range kept {
		out = binary.LittleEndian.AppendUint32(out, hashes[i])
	}
	for _, i := range kept {
		for j := range k {
			out = append(out, byte(int8(math.Round(max(-127, min(127, float64(w[i*k+j])/step[j]))))))
		}
	}
	return out
}

// LeftOut says how moments are judged that were left out of learning.
type LeftOut struct {
	// First is the share of moments, 0 to 1, whose likeliest kind was marked apt; Sure the share among those whose likeliest kind has three
	// chances in four or more, and SureShare how many those are.
	First, Sure, SureShare float64
	// Told is how well apt kinds are told from others, as the area under the curve, in the mean of the kinds.
	Told float64
}

func (l LeftOut) String() string {
	return fmt.Sprintf("likeliest kind apt in %.1f %%, in %.1f %% of the surest %.1f %%; area %.3f", 100*l.First, 100*l.Sure, 100*l.SureShare, l.Told)
}

// sure is the logit of three chances in four, in thousandths.
const sure = 1099

// LeaveOut learns from all parts but one, and judges that one, in turn. It fails where there are too few moments for that.
func LeaveOut(examples []Example, parts int, seed uint64) (out LeftOut, err error) {
	if parts < 2 || len(examples) < parts {
		return out, fmt.Errorf("%d moments cannot be left out in %d parts", len(examples), parts)
	}
	rnd := rand.New(rand.NewPCG(seed, 3))
	part := make([]int, len(examples))
	for i := range part {
		part[i] = rnd.IntN(parts)
	}
	scores := map[string][]scored{}
	surely := 0
	for held := range parts {
		var learn []Example
		for i, e := range examples {
			if part[i] != held {
				learn = append(learn, e)
			}
		}
		t, err := Decode(Learn(learn, seed))
		if err != nil {
			return out, err
		}
		if len(t.Names) == 0 {
			return out, fmt.Errorf("no kind of answer was marked %d times", leastApt)
		}
		for i := range examples {
			if part[i] != held {
				continue
			}
			s := t.Score(&examples[i].Turn)
			best := 0
			for j, name := range t.Names {
				scores[name] = append(scores[name], scored{s[j], slices.Contains(examples[i].Apt, name)})
				if s[j] > s[best] {
					best = j
				}
			}
			right := 0.0
			if slices.Contains(examples[i].Apt, t.Names[best]) {
				right = 1
			}
			out.First += right
			if s[best] >= sure {
				out.Sure += right
				surely++
			}
		}
	}
	out.First /= float64(len(examples))
	out.Sure /= float64(max(surely, 1))
	out.SureShare = float64(surely) / float64(len(examples))
	for _, list := range scores {
		out.Told += area(list) / float64(len(scores))
	}
	return out, nil
}

type scored struct {
	score int32
	apt   bool
}

// area is the share of pairs of an apt and another moment in which the apt one has the higher score.
func area(list []scored) float64 {
	slices.SortFunc(list, func(a, b scored) int { return int(a.score) - int(b.score) })
	below, pairs, all := 0.0, 0.0, 0.0
	for i := 0; i < len(list); {
		j, apt := i, 0.0
		for ; j < len(list) && list[j].score == list[i].score; j++ {
			if list[j].apt {
				apt++
			}
		}
		others := float64(j-i) - apt
		pairs += apt * (below + others/2)
		below += others
		all += apt
		i = j
	}
	if all == 0 || below == 0 {
		return 0.5
	}
	return pairs / (all * below)
}
