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

	"breakroom/trainer/talk"
)

// Version is the version of the reading; a score carries it.
const Version = 2

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
		w := d.tokens[i].word
		if englishWords[w] || w[0] == '0' {
			continue
		}
		h := uint32(begin('s').word(stem(w)))
		for _, x := range r.Coworker.Stems {
			if x == h {
				n++
				break
			}
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
	problemGives = giveBit[talk.Names] | giveBit[talk.Tells] | giveBit[talk.Cost] | giveBit[talk.Feels] | giveBit[talk.Resolves]
)

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
	case t.Speaker == talk.Organizer && out.Unscored:
		out.Signs = r.signs(d, out.Words, nil, true)
	case t.Speaker == talk.Organizer:
		r.observe(t.Speaker)
		labels = r.organizer(d, o, &out)
	case !out.Unscored:
		r.observe(t.Speaker)
		labels = r.coworker(d, o, cue, &out)
	}
	if out.Unscored {
		o.about = 0
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
	stands := func(label string) bool {
		i := h.column[label]
		return o.sums[i] >= h.Threshold[i]
	}
	var labels uint32
	if len(d.tokens) == 0 {
		out.Signs = r.signs(d, out.Words, nil, false)
		return 0
	}
	for i := range talk.Moves {
		if o.sums[i] >= h.Threshold[i] {
			labels |= 1 << i
		}
	}
	labels &^= h.lesser(o, len(d.sentences), labels)
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
	if i := h.column[string(talk.MakeAsk)]; !makes(talk.MakeAsk) && o.sums[i] >= h.Threshold[i]-requestMargin {
		if s, named := d.request(); s >= 0 {
			at := len(out.Moves)
			if makes(talk.FollowUp) {
				at-- // the rubric's order
			}
			out.Moves = slices.Insert(out.Moves, at, talk.MakeAsk)
			labels |= 1 << i
			out.Spans = append(out.Spans, talk.Span{Label: string(talk.MakeAsk), Start: d.sentences[s].start, End: d.sentences[s].end})
			out.AskLevel = 2
			if named {
				out.AskLevel = 3
			}
		}
	}
	if makes(talk.FollowUp) {
		out.FollowUpLevel = 1
		if stands(labelFollowSure) {
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
			if out.AskLevel >= 2 && r.Ever[1]&problemGives == 0 && r.Turns < 24 {
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
			guilt := -1
			if f == talk.Pressure && (labels|r.Ever[0])&askBit|r.Ever[1]&giveBit[talk.SaysNo] != 0 {
				guilt = d.guilts()
			}
			switch {
			case o.sums[i] >= h.Threshold[i]:
				r.mark(h, d, o, string(f), i, out)
			case guilt >= 0:
				out.Spans = append(out.Spans, talk.Span{Label: string(f), Start: d.sentences[guilt].start, End: d.sentences[guilt].end})
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
	if len(d.tokens) == 0 {
		return 0
	}
	h := r.model.Coworker
	h.score(o)
	var labels uint32
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

// questions counts the sentences that ask.
func (d *doc) questions() int {
	n := 0
	for i := range d.sentences {
		s := &d.sentences[i]
		if s.mark == '?' {
			n++
			continue
		}
		toks := d.tokens[s.first:s.last]
		k := 0
		for k < len(toks)-1 && fillers[toks[k].word] {
			k++
		}
		lead := toks[k].word
		if len(toks) > k+2 && (lead == "what" || lead == "how" || lead == "who" || lead == "where" || lead == "why") && inverted[toks[k+1].word] ||
			len(toks) > k+2 && inverted[lead] && (toks[k+1].word == "you" || toks[k+1].word == "they" || toks[k+1].word == "he" || toks[k+1].word == "she") {
			n++
		}
	}
	return n
}
