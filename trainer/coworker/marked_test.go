package coworker

import (
	"bufio"
	"cmp"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// marked is a question turn with lines that readers have marked as an answer to it or not.
type marked struct {
	scenario, turn string
	lines          []string
	answers        []bool
}

func readMarked(tb testing.TB) (out []marked) {
	tb.Helper()
	f, err := os.Open("testdata/marked.txt")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		kind, text, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "@":
			out = append(out, marked{scenario: text})
		case "?":
			out[len(out)-1].turn = text
		case "+", "-":
			x := &out[len(out)-1]
			x.lines, x.answers = append(x.lines, text), append(x.answers, kind == "+")
		}
	}
	return out
}

// sample is what is known of one marked line.
type sample struct {
	turn    int
	facts   [facts]float32
	fits    float32
	answers bool
}

// samples compares each marked turn's question with its lines, as the mind does. Lines that the library no longer has are left out.
func samples(tb testing.TB) (out []sample) {
	minds, topics := map[string]*Mind{}, map[string]map[string]candidate{}
	for n, x := range readMarked(tb) {
		m := minds[x.scenario]
		if m == nil {
			m = New(scenarioNamed(tb, x.scenario), 1)
			minds[x.scenario], topics[x.scenario] = m, map[string]candidate{}
			m.b.eachTopic(func(t *topicBook) {
				for i := t.says.from; i < t.says.to; i++ {
					topics[x.scenario][m.b.entries[i].text] = candidate{says: t.says, topic: t, kind: m.b.entries[i].kind}
				}
			})
		}
		sentence, _ := lastQuestion(x.turn)
		q := readQuestion(x.turn)
		asked := m.b.glossary.question(sentence, &q)
		for i, line := range x.lines {
			c, ok := topics[x.scenario][line]
			if !ok || len(c.topic.examples) == 0 {
				continue
			}
			c.compare(asked, &q, m.b.entries[c.says.from].shape)
			c.judge()
			out = append(out, sample{n, c.facts, c.fits, x.answers[i]})
		}
	}
	return out
}

// What the mind takes for an answer is mostly what readers had marked as one. The weights were fitted to these very marks,
// so this holds them to what they were chosen for; how they do on talks that nobody had
// seen stands in the README. The test prints what a fit to today's library would make of them.
func TestMarkedLines(t *testing.T) {
	all := samples(t)
	if len(all) < 7500 {
		t.Fatalf("only %d marked lines are in the library", len(all))
	}
	ranked := slices.Clone(all)
	slices.SortFunc(ranked, func(a, b sample) int { return cmp.Compare(a.fits, b.fits) })
	answers, below, wins := 0, 0, 0
	for _, s := range ranked {
		if s.answers {
			answers++
			wins += below
		} else {
			below++
		}
	}
	if auc := float64(wins) / float64(answers*below); auc < 0.79 {
		t.Errorf("an answer goes before a line that is none in %.3f of all pairs", auc)
	} else {
		t.Logf("an answer goes before a line that is none in %.3f of all pairs", auc)
	}
	best := map[int]sample{}
	for _, s := range all {
		if b, ok := best[s.turn]; !ok || s.fits > b.fits {
			best[s.turn] = s
		}
	}
	for _, bound := range []struct {
		at    float32
		least float64
	}{{surely, 0.75}, {beyondDoubt, 0.85}} {
		said, right := 0, 0
		for _, s := range best {
			if s.fits >= bound.at {
				said++
				if s.answers {
					right++
				}
			}
		}
		share := float64(right) / float64(max(1, said))
		t.Logf("from %.1f on: said to %d of %d questions, right %.2f", bound.at, said, len(best), share)
		if share < bound.least {
			t.Errorf("from %.1f on %d of %d are right", bound.at, right, said)
		}
	}
	t.Logf("a new fit: %.2f", fit(all))
}

// fit is a logistic regression by Newton's steps, with the weights' squares held down; the last one is the bias.
func fit(all []sample) []float64 {
	const n = int(facts) + 1
	w := make([]float64, n)
	for range 12 {
		var h [n][n + 1]float64
		for i := range n - 1 {
			h[i][i], h[i][n] = 1, -w[i]
		}
		for _, s := range all {
			var x [n]float64
			x[n-1] = 1
			z := w[n-1]
			for i, f := range s.facts {
				x[i] = float64(f)
				z += w[i] * x[i]
			}
			p := 1 / (1 + math.Exp(-z))
			y := 0.0
			if s.answers {
				y = 1
			}
			for i := range n {
				h[i][n] += (y - p) * x[i]
				for j := range n {
					h[i][j] += p * (1 - p) * x[i] * x[j]
				}
			}
		}
		for i := range n { // Gauss and Jordan
			for j := range n {
				if j == i {
					continue
				}
				f := h[j][i] / h[i][i]
				for k := i; k <= n; k++ {
					h[j][k] -= f * h[i][k]
				}
			}
		}
		for i := range n {
			w[i] += h[i][n] / h[i][i]
		}
	}
	return w
}
