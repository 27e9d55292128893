package coworker

import (
	"slices"

	"breakroom/trainer/talk"
)

// askedOnBook has what they answer when asked on about what they have just said.
type askedOnBook struct {
	after []afterBook
	// begins finds those in after by their first two words, ofEntry by a line of the scenario.
	begins  map[string][]int
	ofEntry map[int][]int
	// twins are the lines that stand under several beginnings: said once, they are said.
	twins map[int][]int
}

// afterBook is how a line begins that raises questions.
type afterBook struct {
	words   []string
	answers []topicBook
	owner   int // the grievance whose line it is, -1 for none
}

// askedOnLasts is for how many turns somebody may come back to what raised a question.
const askedOnLasts = 3

// add gives the number of words that raise questions.
func (b *askedOnBook) add(after string) int {
	w := words(after, heardWords)
	for _, k := range b.begins[pair(w)] {
		if slices.Equal(b.after[k].words, w) {
			return k
		}
	}
	if b.begins == nil {
		b.begins = map[string][]int{}
	}
	k := len(b.after)
	b.after = append(b.after, afterBook{words: w, owner: -1})
	b.begins[pair(w)] = append(b.begins[pair(w)], k)
	return k
}

// loosely lets a word stand between any two: what they have just said tells what a question is about.
func loosely(list []phrase) []phrase {
	for i := range list {
		list[i].gap = max(list[i].gap, 1)
	}
	return list
}

// link finds the scenario's lines that raise questions.
func (b *askedOnBook) link(entries []entry) {
	b.ofEntry, b.twins = map[int][]int{}, map[int][]int{}
	same := map[string][]int{}
	for i := range entries {
		if entries[i].kind == kindAskedOn {
			for _, k := range same[entries[i].text] {
				b.twins[i] = append(b.twins[i], k)
				b.twins[k] = append(b.twins[k], i)
			}
			same[entries[i].text] = append(same[entries[i].text], i)
		}
		said := words(entries[i].text, heardWords)
		for _, k := range b.begins[pair(said)] {
			if !starts(said, b.after[k].words) {
				continue
			}
			b.ofEntry[i] = append(b.ofEntry[i], k)
			if entries[i].kind >= kindNamed && entries[i].kind <= kindHint {
				b.after[k].owner = entries[i].owner
			}
		}
	}
}

// pair is a text's first two words, or the one that it has.
func pair(w []string) string {
	switch len(w) {
	case 0:
		return ""
	case 1:
		return w[0]
	}
	return w[0] + " " + w[1]
}

func starts(text, with []string) bool {
	return len(text) >= len(with) && slices.Equal(text[:len(with)], with)
}

// raises notes which questions the coworker's words raise, by the lines voiced and by the words themselves: greetings and jokes are no lines.
func (m *Mind) raises(text string, voiced []int) {
	b := &m.b.askedOn
	var now []int
	for _, i := range voiced {
		now = append(now, b.ofEntry[i]...)
	}
	said := words(text, heardWords)
	for i := range said {
		for _, n := range []int{1, 2} {
			if i+n > len(said) {
				break
			}
			for _, k := range b.begins[pair(said[i:i+n])] {
				if starts(said[i:], b.after[k].words) {
					now = append(now, k)
				}
			}
		}
	}
	kept := m.st.Raised[:0:0]
	for _, k := range now {
		if !slices.ContainsFunc(kept, func(r raised) bool { return r.After == k }) {
			kept = append(kept, raised{k, m.st.Heard})
		}
	}
	for _, r := range m.st.Raised {
		if m.st.Heard-r.At < askedOnLasts && !slices.ContainsFunc(kept, func(x raised) bool { return x.After == r.After }) {
			kept = append(kept, r)
		}
	}
	m.st.Raised = kept
}

// raised is what raised questions, and in which turn of theirs.
type raised struct {
	After int `json:"a"`
	At    int `json:"t"`
}

// answerTo finds the answer to a question about what they have just said, -1 where there is none, with how well it
// fits; of two that fit alike the one about the newest words.
func (m *Mind) answerTo(h *heard) (line, fits int) {
	line = -1
	for _, r := range m.st.Raised {
		for i := range m.b.askedOn.after[r.After].answers {
			a := &m.b.askedOn.after[r.After].answers[i]
			if s := score(h.question, a.topics); s > fits {
				if lines := m.fresh(h, a.says); len(lines) > 0 {
					line, fits = lines[0], s
				}
			}
		}
	}
	return line, fits
}

// askedOn answers a plain question about what they have just said. What goes deeper, how it is for them or what they
// would do about it, is no such question, unless its words say so plainly.
func (m *Mind) askedOn(h *heard) (talk.Cue, bool) {
	if len(m.st.Raised) == 0 || !h.asks || h.hurt() || h.sign(talk.Flattery) {
		return talk.Cue{}, false
	}
	line, fits := m.answerTo(h)
	plainly := fits > 2 // more than one word in common
	switch {
	case line < 0 || fits < h.publicScore && !m.ofProblem():
		return talk.Cue{}, false
	case h.any(talk.ProbeFeeling, talk.ProbeCost, talk.InoculateBoss, talk.InoculateFear, talk.PlanTogether, talk.EducateFix, talk.EducateWho, talk.EducateAction) && !(plainly && h.specific):
		return talk.Cue{}, false
	case !plainly && !h.specific:
		return talk.Cue{}, false
	case h.open && h.listens && !h.specific:
		return talk.Cue{}, false // a careful question that may have earned more
	}
	if detail, as := m.detail(h); detail >= 0 && as >= fits && m.heed() >= heedToThink {
		return talk.Cue{}, false
	}
	return m.saying(talk.ActAnswer, talk.ReasonAskedPlainly, line), true
}
