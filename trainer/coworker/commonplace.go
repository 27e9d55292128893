package coworker

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// commonplaceFile has blocks of questions ("? ") that anybody may be asked, each with answers ("> ") that anybody may give and that say
// nothing of anybody's story. They were written by language models that knew the program's purpose and no scenario.
//
//go:embed commonplace.txt
var commonplaceFile string

// commonplaces are the answers to what no scenario foresees, found by what a question means.
type commonplaces struct {
	glossary glossary
	pool     pool
	says     [][]string // beside the answers of the pool
	shapes   []shape
}

// commonplace is prepared when the first question comes that needs it.
var commonplace = sync.OnceValue(func() *commonplaces { return newCommonplaces(commonplaceFile) })

// commonplaceBlock is what one may be asked, and what one may say to it.
type commonplaceBlock struct{ asked, says []string }

func commonplaceBlocks(text string) (out []commonplaceBlock) {
	for block := range strings.SplitSeq(text, "\n\n") {
		var b commonplaceBlock
		for line := range strings.Lines(block) {
			line = strings.TrimSpace(line)
			if q, ok := strings.CutPrefix(line, "? "); ok {
				b.asked = append(b.asked, q)
			} else if a, ok := strings.CutPrefix(line, "> "); ok {
				b.says = append(b.says, a)
			}
		}
		if len(b.asked) > 0 && len(b.says) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// prepareSoon has the commonplaces prepared in the background, once.
var prepareSoon = sync.OnceFunc(func() { go commonplace() })

func newCommonplaces(text string) *commonplaces {
	c := &commonplaces{}
	var topics []*topicBook
	for _, b := range commonplaceBlocks(text) {
		topics = append(topics, &topicBook{examples: c.glossary.examples(b.asked)})
		c.says = append(c.says, b.says)
		c.shapes = append(c.shapes, shapeOf(strings.Join(b.says, " ")))
	}
	c.glossary.weigh(func(do func(t *topicBook)) {
		for _, t := range topics {
			do(t)
		}
	})
	for _, t := range topics {
		c.pool.add(t, kindCommonplace, -1, 0)
	}
	return c
}

// commonAnswer is what can be said to a question, and how likely it fits, as a logit.
type commonAnswer struct {
	says []string
	fits float32
}

// answers gives what fits a question best, the likeliest first.
func (c *commonplaces) answers(text string) []commonAnswer {
	sentence, _ := lastQuestion(text)
	q := readQuestion(text)
	asked := c.glossary.question(sentence, &q)
	if len(asked.stems) == 0 {
		return nil
	}
	var out []commonAnswer
	for _, n := range c.pool.nearest(asked, nearest, func(*pooled) bool { return true }) {
		i := n.at
		x := candidate{topic: c.pool.answers[i].topic, kind: kindCommonplace}
		x.compare(asked, &q, c.shapes[i])
		x.judge()
		out = append(out, commonAnswer{c.says[i], x.fits})
	}
	slices.SortStableFunc(out, func(a, b commonAnswer) int { return cmp.Compare(b.fits, a.fits) })
	return out
}

// fitsWell is from which logit on a commonplace answer is said.
const fitsWell = 0.5

// asAnybody gives what anybody may say to the question, where something fits it and was not said lately; "" where nothing does.
func (sp *speech) asAnybody(upTo int) string {
	if !sp.q.asked || sp.quick || len(content(sp.q.stems)) == 0 {
		return "" // "who is with you?", "why you?" ask about what was said, and readers found two in five of such answers odd
	}
	for _, a := range commonplace().answers(sp.s.Heard.Text) {
		if a.fits < fitsWell {
			break
		}
		start := sp.rnd.IntN(len(a.says))
		for k := range a.says {
			text := a.says[(start+k)%len(a.says)]
			if !sp.used[text] && !sp.recently(text) && len(words(text, heardWords)) <= upTo {
				sp.used[text] = true
				return text
			}
		}
	}
	return ""
}
