package sense

import (
	"math"
	"math/rand/v2"

	"breakroom/trainer/reading"
)

// Answer is an answer with its example questions, as words.
type Answer struct {
	// Scenario tells the answers that a question can be confused with.
	Scenario  string
	Questions [][]string
}

// How the table is learned. Chosen by how well marked lines are told from others (TestMarkedLines).
const (
	rounds      = 10   // over all answers
	together    = 96   // answers of one scenario that are told apart at once
	leftOut     = 0.15 // share of a question's features that are left out each time, so that none carries it alone
	sharpness   = 0.07 // cosines are divided by it
	rate        = 0.014
	pull        = 0.001 // towards where a row began, each time it is used
	leastPairs  = 4     // examples in which a pair of neighbours must stand
	newWord     = 0.1   // length of the row of a word that package reading does not know, times its weight
	newPair     = 0.02
	momentum    = 0.9
	secondOrder = 0.98
)

// Learn makes a table from the answers' examples. The same answers and seed give the same table on one kind of machine.
func Learn(answers []Answer, seed uint64) []byte {
	rnd := rand.New(rand.NewPCG(seed, 1))
	l := learner{rows: map[uint32]int{}}
	count, words, total := map[uint32]int{}, map[uint32]string{}, 0
	for _, a := range answers {
		for _, q := range a.Questions {
			total++
			seen := map[uint32]bool{}
			Features(q, func(h uint32, word string) {
				if !seen[h] {
					seen[h] = true
					count[h]++
				}
				if word != "" {
					words[h] = word
				}
			})
		}
	}
	unseen := math.Log(float64(total))
	row := func(h uint32) int {
		if i, ok := l.rows[h]; ok {
			return i
		}
		word := words[h]
		if word == "" && count[h] < leastPairs {
			return -1
		}
		v := make([]float32, Dims)
		weight := math.Log(float64(total) / float64(count[h]+1))
		known := reading.Meaning(word)
		var n float64
		for _, b := range known {
			n += float64(int8(b)) * float64(int8(b))
		}
		for i := range v {
			switch {
			case n > 0:
				v[i] = float32(float64(int8(known[i])) / math.Sqrt(n) * weight)
			case word != "":
				v[i] = float32(rnd.NormFloat64() * newWord * weight)
			default:
				v[i] = float32(rnd.NormFloat64() * newPair)
			}
		}
		l.rows[h] = len(l.at)
		l.at = append(l.at, v)
		return len(l.at) - 1
	}
	examples := make([][][]int, len(answers))
	byScenario, scenarios := map[string][]int{}, []string{}
	for n, a := range answers {
		for _, q := range a.Questions {
			var list []int
			Features(q, func(h uint32, _ string) {
				if i := row(h); i >= 0 {
					list = append(list, i)
				}
			})
			if len(list) > 0 {
				examples[n] = append(examples[n], list)
			}
		}
		if len(examples[n]) < 2 {
			continue
		}
		if byScenario[a.Scenario] == nil {
			scenarios = append(scenarios, a.Scenario)
		}
		byScenario[a.Scenario] = append(byScenario[a.Scenario], n)
	}
	l.begin()
	some := func(list []int) []int {
		var out []int
		for _, i := range list {
			if rnd.Float64() >= leftOut {
				out = append(out, i)
			}
		}
		if len(out) == 0 {
			return list
		}
		return out
	}
	for range rounds {
		var batches [][]int
		for _, s := range scenarios {
			list := byScenario[s]
			rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
			for i := 0; i < len(list); i += together {
				batches = append(batches, append([]int(nil), list[i:min(i+together, len(list))]...))
			}
		}
		rnd.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
		for _, b := range batches {
			if len(b) < 8 {
				continue
			}
			first, second := make([][]int, len(b)), make([][]int, len(b))
			for i, n := range b {
				x := rnd.IntN(len(examples[n]))
				y := rnd.IntN(len(examples[n]) - 1)
				if y >= x {
					y++
				}
				first[i], second[i] = some(examples[n][x]), some(examples[n][y])
			}
			l.step(first, second)
		}
	}
	out := map[uint32][]float32{}
	for h, i := range l.rows {
		out[h] = l.at[i]
	}
	return Encode(out, float32(unseen))
}

// learner holds the rows while they are learned, where they began, and the running means of their gradients and of the squares.
type learner struct {
	rows                   map[uint32]int
	at, began, mean, means [][]float32
}

func (l *learner) begin() {
	for _, v := range l.at {
		l.began = append(l.began, append([]float32(nil), v...))
		l.mean = append(l.mean, make([]float32, Dims))
		l.means = append(l.means, make([]float32, Dims))
	}
}

// unit gives the direction of a question's features, and how long their sum is.
func (l *learner) unit(list []int) (v []float32, length float32) {
	v = make([]float32, Dims)
	for _, i := range list {
		for k, x := range l.at[i] {
			v[k] += x
		}
	}
	var n float64
	for _, x := range v {
		n += float64(x) * float64(x)
	}
	length = float32(math.Sqrt(n)) + 1e-6
	for k := range v {
		v[k] /= length
	}
	return v, length
}

// step moves the rows so that the two questions of each answer find each other better.
func (l *learner) step(first, second [][]int) {
	n := len(first)
	a, b := make([][]float32, n), make([][]float32, n)
	la, lb := make([]float32, n), make([]float32, n)
	for i := range n {
		a[i], la[i] = l.unit(first[i])
		b[i], lb[i] = l.unit(second[i])
	}
	z := make([][]float64, n)
	for i := range n {
		z[i] = make([]float64, n)
		for j := range n {
			var dot float32
			for k := range a[i] {
				dot += a[i][k] * b[j][k]
			}
			z[i][j] = float64(dot) / sharpness
		}
	}
	// The gradient at each cosine: what the row and what the column make of it.
	g := make([][]float32, n)
	for i := range n {
		g[i] = make([]float32, n)
	}
	add := func(at func(i, j int) (int, int)) {
		for i := range n {
			most, sum := math.Inf(-1), 0.0
			for j := range n {
				r, c := at(i, j)
				most = max(most, z[r][c])
			}
			for j := range n {
				r, c := at(i, j)
				sum += math.Exp(z[r][c] - most)
			}
			for j := range n {
				r, c := at(i, j)
				p := math.Exp(z[r][c]-most) / sum
				if i == j {
					p--
				}
				g[r][c] += float32(p / (2 * sharpness * float64(n)))
			}
		}
	}
	add(func(i, j int) (int, int) { return i, j })
	add(func(i, j int) (int, int) { return j, i })
	grad := map[int][]float32{}
	order := []int{}
	give := func(list []int, v, unit []float32, length float32) {
		var along float32
		for k := range v {
			along += v[k] * unit[k]
		}
		for _, i := range list {
			if grad[i] == nil {
				grad[i] = make([]float32, Dims)
				order = append(order, i)
			}
			for k := range v {
				grad[i][k] += (v[k] - along*unit[k]) / length
			}
		}
	}
	for i := range n {
		va, vb := make([]float32, Dims), make([]float32, Dims)
		for j := range n {
			for k := range va {
				va[k] += g[i][j] * b[j][k]
				vb[k] += g[j][i] * a[j][k]
			}
		}
		give(first[i], va, a[i], la[i])
		give(second[i], vb, b[i], lb[i])
	}
	for _, i := range order {
		for k, x := range grad[i] {
			l.mean[i][k] = momentum*l.mean[i][k] + (1-momentum)*x
			l.means[i][k] = secondOrder*l.means[i][k] + (1-secondOrder)*x*x
			l.at[i][k] -= rate*l.mean[i][k]/(float32(math.Sqrt(float64(l.means[i][k])))+1e-6) + pull*(l.at[i][k]-l.began[i][k])
		}
	}
}
