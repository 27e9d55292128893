// Package reading says what a turn does: an organizer's moves, faults and
// signs, the level of an ask, and what a coworker gives. It looks at the turn
// and a bounded window of turns before it, so that the thousandth turn costs
// what the fifth does. It decides in integers: the same words give the same
// reading on any machine.
package reading

import (
	"encoding/json"

	"breakroom/trainer/talk"
)

// Version is the version of the reading; a score carries it.
const Version = 1

// Reader reads one conversation, turn by turn, in order. It is not for use by several goroutines at once.
type Reader struct {
	doc doc
	state
}

// state is what a reader remembers: small, bounded, the same after a round trip through JSON.
type state struct {
	turns int
}

// New gives a reader for a new conversation.
func New() *Reader { return &Reader{} }

// MarshalJSON gives the reader's memory, for a snapshot.
func (r *Reader) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Turns int `json:"turns"`
	}{r.turns})
}

// UnmarshalJSON takes up the memory of another reader.
func (r *Reader) UnmarshalJSON(data []byte) error {
	var s struct {
		Turns int `json:"turns"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	r.turns = s.Turns
	return nil
}

func (r *Reader) overlapAfter(d *doc, at int) int { return 0 }

// Read reads the next turn. The cue is the one under which a coworker's turn
// was spoken, nil where there was none.
func (r *Reader) Read(t talk.Turn, cue *talk.Cue) talk.Read {
	d := &r.doc
	d.parse(t.Text)
	out := talk.Read{Turn: t.N, Speaker: t.Speaker, Words: Words(t.Text)}
	out.Unscored = d.foreign()
	if t.Speaker == talk.Organizer {
		out.Signs = r.signs(d, out.Words, out.Moves, out.Unscored)
	}
	r.turns++
	return out
}
