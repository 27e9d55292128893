package coworker

import (
	"fmt"
	"io/fs"
	"strings"

	"breakroom/trainer/coworker/apt"
)

// Grasp is what a turn's words alone show. A mind leaves it for the actor, who would else make it of the same words once more.
type Grasp struct {
	text     string
	sentence string // the question in it; see lastQuestion
	marked   bool
	plain    question
	cut      *apt.Turn
}

func graspOf(text string) *Grasp {
	g := &Grasp{text: text}
	g.sentence, g.marked = lastQuestion(text)
	g.plain = readSentence(text, g.sentence, g.marked)
	return g
}

// moment is the turn, cut up for the tables of package apt.
func (g *Grasp) moment() *apt.Turn {
	if g.cut == nil {
		turn := momentOf(g.text, g.sentence, &g.plain)
		g.cut = &turn
	}
	return g.cut
}

// momentOf cuts a turn up for the tables of package apt. q is the question in it, which stands in a sentence of it, as its words alone show it.
func momentOf(text, sentence string, q *question) apt.Turn {
	rest := text
	if at := strings.LastIndex(text, sentence); at >= 0 {
		rest = text[:at] + " " + text[at+len(sentence):]
	}
	t := apt.Turn{Words: words(sentence, heardWords), Rest: words(rest, heardWords), Questions: strings.Count(text, "?")}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '.' || r == '?' || r == '!' || r == '\n' }) {
		if strings.TrimSpace(part) != "" {
			t.Sentences++
		}
	}
	t.Form = append(t.Form, "kind "+q.kind, "fine "+q.fine)
	for _, f := range []struct {
		name string
		on   bool
	}{
		{"asked", q.asked}, {"others", q.others}, {"general", q.general}, {"tagged", q.tagged}, {"seen", q.seen}, {"how are you", q.howAreYou},
		{"goes on", q.goesOn}, {"specific", q.specific()}, {"short", q.short.subject != ""}, {"of others", q.short.other},
	} {
		if f.on {
			t.Form = append(t.Form, f.name)
		}
	}
	return t
}

// Moments reads marked moments: "< " what was said before, which is for readers only, "? " what is said, "= " the small replies and "+ " the acts that are apt to it. Acts come first.
func Moments(fsys fs.FS, name string) (acts, replies []apt.Example, err error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, nil, err
	}
	var turn apt.Turn
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mark {
		case "", "#", "<":
		case "?":
			turn = *graspOf(rest).moment()
		case "=":
			replies = append(replies, apt.Example{Turn: turn, Apt: strings.Fields(rest)})
		case "+":
			acts = append(acts, apt.Example{Turn: turn, Apt: strings.Fields(rest)})
		default:
			return nil, nil, fmt.Errorf("%s:%d: a line begins with \"<\", \"?\", \"=\", \"+\" or \"#\", not %q", name, n, mark)
		}
	}
	return acts, replies, nil
}
