// Package reading says what a turn does: an organizer's moves, faults and
// signs, the level of an ask, and what a coworker gives. It looks at the turn
// and a bounded window of turns before it, so that the thousandth turn costs
// what the fifth does. It decides in integers: the same words give the same
// reading on any machine.
package reading

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"breakroom/trainer/talk"
)

// Version is the version of the reading; a score carries it.
const Version = 9

// Reader reads one conversation, turn by turn, in order. It is not for use by several goroutines at once.
type Reader struct {
	model   *Model
	scratch *scratch // only while a turn is read
	state
}

// state is what a reader remembers: small, bounded, the same after a round trip through JSON.
type state struct {
	Turns int `json:"turns"`
	// Organizer and Coworker are each side's last turn.
	Organizer memory `json:"organizer"`
	Coworker  memory `json:"coworker"`
	// Raised are the unsafe topics that the coworker raised, Confided words of what the coworker confided, the latest maxConfided.
	Raised   uint8    `json:"raised,omitempty"`
	Confided []uint32 `json:"confided,omitempty"`
	// Ever holds the labels that have stood so far: the organizer's, then the coworker's.
	Ever [2]uint32 `json:"ever"`
	// Grieved is set once the coworker may have named a problem: where that is in doubt no ask is called rushed.
	Grieved bool `json:"grieved,omitempty"`
	// Pending counts the coworker's turns since an ask that has had no answer yet, from 1; 0 where there is none.
	Pending int `json:"pending,omitempty"`
	// Looks is what a second look goes by: the organizer's turns, then the coworker's.
	Looks [2]Looks `json:"looks"`
}

// New gives a reader for a new conversation.
func New() *Reader { return &Reader{model: standard()} }

// NewWith gives a reader that uses another model than the one built in, for measuring.
func NewWith(m *Model) *Reader { return &Reader{model: m} }

// MarshalJSON gives the reader's memory, for a snapshot.
func (r *Reader) MarshalJSON() ([]byte, error) { return json.Marshal(&r.state) }

// UnmarshalJSON takes up the memory of another reader.
func (r *Reader) UnmarshalJSON(data []byte) error {
	var s state
	if err := json.Unmarshal(data, &s); err != nil {
		return fmt.Errorf("taking up a reader's memory: %w", err)
	}
	r.state = s
	if r.model == nil {
		r.model = standard()
	}
	return nil
}

func (r *Reader) overlapAfter(d *doc, at int) int {
	n := 0
	for i := range d.tokens {
		if int(d.offsets[i]) < at {
			continue
		}
		if t := &d.tokens[i]; t.content() && slices.Contains(r.Coworker.Stems, t.stem) {
			n++
		}
	}
	return n
}

// Bits of a turn's labels, in talk's order.
var (
	giveBit = func() map[talk.Give]uint32 {
		m := map[talk.Give]uint32{}
		for i, g := range talk.Gives {
			m[g] = 1 << i
		}
		return m
	}()
	answerBits   = giveBit[talk.SaysYes] | giveBit[talk.SaysPartly] | giveBit[talk.SaysNo]
	problemGives = giveBit[talk.Names] | giveBit[talk.Tells] | giveBit[talk.Cost] | giveBit[talk.Feels] | giveBit[talk.Resolves]
)

// grievedMargin is how much less a sign of a problem needs to keep an ask from being called rushed, in Units.
const grievedMargin = Unit

// Read reads the next turn. The cue is the one under which a coworker's turn
// was spoken, nil where there was none.
func (r *Reader) Read(t talk.Turn, cue *talk.Cue) talk.Read {
	r.scratch = scratches.Get().(*scratch)
	defer func() {
		scratches.Put(r.scratch)
		r.scratch = nil
	}()
	d, o := &r.scratch.doc, &r.scratch.seen
	d.parse(t.Text)
	out := talk.Read{Turn: t.N, Speaker: t.Speaker, Words: Words(t.Text)}
	out.Unscored = d.foreign()
	d.match()
	var labels uint32
	switch {
	case out.Unscored || len(d.tokens) == 0:
		if t.Speaker == talk.Organizer {
			out.Signs = r.signs(d, out.Words, nil, out.Unscored)
		}
		own, _ := r.looks(t.Speaker)
		own.Skip()
		o.about = 0
	case t.Speaker == talk.Organizer:
		r.observe(t.Speaker)
		labels = r.organizer(d, o, &out)
	default:
		r.observe(t.Speaker)
		labels = r.coworker(d, o, cue, &out)
	}
	r.remember(t.Speaker, labels)
	r.Turns++
	return out
}

// mark adds a span: the sentence that speaks most for a label.
func (r *Reader) mark(h *Half, d *doc, o *observation, label string, column int, out *talk.Read) {
	if len(d.sentences) == 0 {
		return
	}
	s := d.sentences[h.strongest(o, column, len(d.sentences))]
	out.Spans = append(out.Spans, talk.Span{Label: label, Start: s.start, End: s.end})
}

// markAt adds a span: the sentence at a place of the plain words.
func (r *Reader) markAt(d *doc, label string, at int, out *talk.Read) {
	s := d.sentences[d.sentenceAt(at)]
	out.Spans = append(out.Spans, talk.Span{Label: label, Start: s.start, End: s.end})
}

func (r *Reader) organizer(d *doc, o *observation, out *talk.Read) uint32 {
	h := r.model.Organizer
	h.score(o)
	r.again(talk.Organizer, h, o)
	stands := func(label string) bool {
		i := h.column[label]
		return o.sums[i] >= h.Threshold[i]
	}
	var labels uint32
	for i := range talk.Moves {
		if o.sums[i] >= h.Threshold[i] {
			labels |= 1 << i
		}
	}
	labels &^= h.lesser(o, len(d.sentences), labels)
	if at := d.plainFault(talk.Arguing); at >= 0 && h.strongest(o, h.column[string(talk.Reflection)], len(d.sentences)) == at {
		labels &^= 1 << h.column[string(talk.Reflection)] // belittling somebody is no saying back
	}
	said := r.plainMoves(d, h, labels)
	labels |= said
	for i, m := range talk.Moves {
		if labels&(1<<i) != 0 {
			out.Moves = append(out.Moves, m)
			r.mark(h, d, o, string(m), i, out)
			if o.sums[i] < h.Credit[i] && said&(1<<i) == 0 {
				out.Weak = append(out.Weak, string(m))
			}
		}
	}
	moves := labels
	makes := func(m talk.Move) bool { return moves&(1<<h.column[string(m)]) != 0 }
	asked := labels&(1<<h.column[string(talk.OpenQuestion)]|1<<h.column[string(talk.ClosedQuestion)]|1<<h.column[string(talk.MakeAsk)]) != 0
	if makes(talk.MakeAsk) {
		out.AskLevel = 1
		if stands(labelAskSpecific) {
			out.AskLevel = 2
			if stands(labelAskClear) {
				out.AskLevel = 3
			}
		}
	}
	if i := h.column[string(talk.MakeAsk)]; makes(talk.MakeAsk) || o.sums[i] >= h.Threshold[i]-requestMargin {
		if s, named := d.request(); s >= 0 {
			if !makes(talk.MakeAsk) {
				at := len(out.Moves)
				if makes(talk.FollowUp) {
					at-- // the rubric's order
				}
				out.Moves = slices.Insert(out.Moves, at, talk.MakeAsk)
				labels |= 1 << i
				out.Spans = append(out.Spans, talk.Span{Label: string(talk.MakeAsk), Start: d.sentences[s].start, End: d.sentences[s].end})
			}
			// a plain request names a task, whatever kindness stands around it
			out.AskLevel = max(out.AskLevel, 2)
			if named {
				out.AskLevel = 3
			}
		}
	}
	if makes(talk.FollowUp) {
		out.FollowUpLevel = 1
		if stands(labelFollowSure) || d.namesDay() {
			out.FollowUpLevel = 2
		}
	}
	for _, f := range talk.Faults {
		switch f {
		case talk.Monologue:
			if out.Words > 90 || out.Words > 60 && !asked && !d.question() {
				out.Faults = append(out.Faults, f)
			}
		case talk.StackedQuestions:
			if d.questions() >= 3 {
				out.Faults = append(out.Faults, f)
			}
		case talk.RushedAsk:
			if out.AskLevel >= 2 && !r.Grieved && r.Turns < 24 {
				out.Faults = append(out.Faults, f)
			}
		case talk.UnsafeQuestion:
			if at := r.unsafeQuestion(d); at >= 0 {
				out.Faults = append(out.Faults, f)
				r.markAt(d, string(f), at, out)
			}
		case talk.UsedAgainst:
			if at := r.usedAgainst(d); at >= 0 {
				out.Faults = append(out.Faults, f)
				r.markAt(d, string(f), at, out)
			}
		default:
			i, ok := h.column[string(f)]
			if !ok {
				continue
			}
			at := d.plainFault(f)
			if f == talk.Pressure && at < 0 && (labels|r.Ever[0])&askBit|r.Ever[1]&giveBit[talk.SaysNo] != 0 {
				at = d.guilts()
			}
			switch {
			case o.sums[i] >= h.Threshold[i]:
				r.mark(h, d, o, string(f), i, out)
			case at >= 0:
				out.Spans = append(out.Spans, talk.Span{Label: string(f), Start: d.sentences[at].start, End: d.sentences[at].end})
			default:
				continue
			}
			out.Faults = append(out.Faults, f)
			if i < 32 {
				labels |= 1 << i
			}
		}
	}
	out.Signs = r.signs(d, out.Words, out.Moves, false)
	return labels
}

// lesser gives the bit of the ask or of the follow-up where the same sentence looks like both: another
// one-to-one talk is a follow-up and no ask, so the surer one stands.
func (h *Half) lesser(o *observation, sentences int, labels uint32) uint32 {
	ask, follow := h.column[string(talk.MakeAsk)], h.column[string(talk.FollowUp)]
	both := uint32(1)<<ask | 1<<follow
	if labels&both != both || h.strongest(o, ask, sentences) != h.strongest(o, follow, sentences) {
		return 0
	}
	if o.sums[ask]-h.Threshold[ask] < o.sums[follow]-h.Threshold[follow] {
		return 1 << ask
	}
	return 1 << follow
}

func (r *Reader) coworker(d *doc, o *observation, cue *talk.Cue, out *talk.Read) uint32 {
	h := r.model.Coworker
	h.score(o)
	r.again(talk.Coworker, h, o)
	var labels uint32
	for i, g := range talk.Gives {
		if giveBit[g]&problemGives != 0 && o.sums[i] >= h.Threshold[i]-grievedMargin {
			r.Grieved = true
		}
	}
	// of the three answers to an ask, at most one stands: the surest
	answer := -1
	for i, g := range talk.Gives {
		if o.sums[i] < h.Threshold[i] {
			continue
		}
		if g == talk.SaysYes || g == talk.SaysPartly || g == talk.SaysNo {
			if answer >= 0 && o.sums[answer]-h.Threshold[answer] >= o.sums[i]-h.Threshold[i] {
				continue
			}
			if answer >= 0 {
				labels &^= 1 << answer
			}
			answer = i
		}
		labels |= 1 << i
	}
	var inner []talk.Give
	if cue != nil {
		labels, inner = r.cued(d, o, cue, labels)
		out.Cued = true
	}
	r.raises(d)
	if labels&(giveBit[talk.Cost]|giveBit[talk.Feels]|giveBit[talk.Fears]) != 0 {
		r.confide(d)
	}
	for i, g := range talk.Gives {
		if labels&(1<<i) != 0 {
			out.Gives = append(out.Gives, g)
			r.mark(h, d, o, string(g), i, out)
			if cue == nil && o.sums[i] < h.Credit[i] {
				out.Weak = append(out.Weak, string(g))
			}
		}
	}
	out.Gives = append(out.Gives, inner...)
	return labels
}

// question tells whether a sentence of the turn asks something.
func (d *doc) question() bool { return d.questions() > 0 }

// questions counts what is asked: the sentences that ask, and in each the questions that are strung together by commas and "and".
func (d *doc) questions() int {
	n := 0
	for i := range d.sentences {
		s := &d.sentences[i]
		if s.mark != '?' && !d.asks(s.first, s.last, false) {
			continue
		}
		strung, last := 0, s.first-leastClause
		for k := s.first; k < s.last; k++ {
			starts := k == s.first || d.tokens[k-1].word == "and" || d.commaBefore(k)
			if starts && k-last >= leastClause && d.asks(k, s.last, k > s.first) {
				strung++
				last = k
				if k == s.first {
					last += d.fillersFrom(k, s.last)
				}
			}
		}
		n += max(1, strung)
	}
	return n
}

// leastClause is how many words lie between two questions that are strung together; fewer are a repair ("who's, who'd").
const leastClause = 4

func (d *doc) fillersFrom(first, last int) int {
	k := first
	for k < last-1 && fillers[d.tokens[k].word] {
		k++
	}
	return k - first
}

// asks tells whether the words from first on begin a question. Within a sentence
// "when" and the like mostly begin no question of their own, and "do you think" only leans on one.
func (d *doc) asks(first, last int, within bool) bool {
	k := 0
	if !within {
		k = d.fillersFrom(first, last)
	}
	toks := d.tokens[first:last]
	if len(toks) <= k+2 {
		return false
	}
	lead, next, third := toks[k].word, toks[k+1].word, toks[k+2].word
	switch {
	case lead == "how" && (within || inverted[next] || next == "long" || next == "many" || next == "much" || next == "often"):
		return true
	case within && (lead == "what" || lead == "who" || lead == "where"):
		return true
	case lead == "what" || lead == "who" || lead == "where" || lead == "why" || within && lead == "when":
		return inverted[next]
	case inverted[lead] && within && (third == "think" || third == "reckon" || third == "figure" || third == "mean" || third == "know" || third == "say"):
		return false
	case inverted[lead]:
		return next == "you" || next == "they" || next == "he" || next == "she" || within && (next == "it" || next == "there" || next == "your")
	}
	return false
}

// commaBefore tells whether a comma stands between a token and the one before it.
func (d *doc) commaBefore(k int) bool {
	return d.tokens[k-1].end < d.tokens[k].start && strings.ContainsAny(d.text[d.tokens[k-1].end:d.tokens[k].start], ",;")
}
