package reading

import (
	"math"

	"breakroom/trainer/talk"
)

// A second look at a turn goes by what the first made of it, of the turn before, of the same side's last turn, and of all of its
// turns: what is named is seldom told in the same breath, and who has just asked is about to reflect. It weighs every label against every other.

// sure is how sure a sum is, 0 to 255, by steps of a sixteenth of a Unit.
var sure = func() (out [256]uint8) {
	for i := range out {
		x := (float64(i) - 127.5) / 16
		out[i] = uint8(math.Round(255 / (1 + math.Exp(-x))))
	}
	return out
}()

// mostSum bounds the sums that are looked at.
const mostSum = 8*Unit - 1

// Sure says how sure a sum is, 0 to 255.
func Sure(sum int32) uint8 { return sure[(max(-mostSum, min(mostSum, sum))+8*Unit)*256/(16*Unit)] }

// Plain is how many labels of a side get a second look; levels, which are told apart among the turns of one label, do not.
func Plain(side talk.Speaker) int {
	if side == talk.Organizer {
		return len(OrganizerLabels) - 3
	}
	return len(CoworkerLabels)
}

// Looks is what a second look knows of one side's turns before, each by how sure the labels were.
type Looks struct {
	Last []uint8 `json:"l,omitempty"` // in its last turn
	Most []uint8 `json:"m,omitempty"` // in any turn
}

// Take takes in the sums of a side's turn.
func (k *Looks) Take(side talk.Speaker, sums []int32) {
	n := Plain(side)
	if len(k.Most) != n {
		k.Most = make([]uint8, n)
	}
	if len(k.Last) != n {
		k.Last = make([]uint8, n)
	}
	for i := range k.Last {
		k.Last[i] = Sure(sums[i])
		k.Most[i] = max(k.Most[i], k.Last[i])
	}
}

// Skip takes in a turn that nothing is read of: without a word, or in another language.
func (k *Looks) Skip() { k.Last = nil }

// Scored reports whether a turn is one that labels are found in: it has a word, and is not in another language.
func Scored(text string) bool {
	var d doc
	d.parse(text)
	return len(d.tokens) > 0 && !d.foreign()
}

// Look gives what a second look goes by, appended to in: sums of the labels in Units, then how sure they, the other side's
// last turn's, the own side's last turn's and all of its turns' are, 0 to 255, and how far the talk has come, 0 to 255.
func Look(in, sums []int32, side talk.Speaker, own, other *Looks, turns int) []int32 {
	sums = sums[:Plain(side)]
	for _, x := range sums {
		in = append(in, max(-mostSum, min(mostSum, x)))
	}
	for _, x := range sums {
		in = append(in, int32(Sure(x)))
	}
	there := talk.Coworker
	if side == talk.Coworker {
		there = talk.Organizer
	}
	for _, list := range []struct {
		sure []uint8
		n    int
	}{{other.Last, Plain(there)}, {own.Last, len(sums)}, {own.Most, len(sums)}} {
		for i := range list.n {
			x := int32(0)
			if i < len(list.sure) {
				x = int32(list.sure[i])
			}
			in = append(in, x)
		}
	}
	return append(in, int32(min(turns, 25)*10))
}

// InLook is how many numbers a second look goes by.
func InLook(side talk.Speaker) int {
	if side == talk.Organizer {
		return 4*Plain(talk.Organizer) + Plain(talk.Coworker) + 1
	}
	return 4*Plain(talk.Coworker) + Plain(talk.Organizer) + 1
}

// looks gives what is known of a side's turns and of the other's.
func (r *Reader) looks(side talk.Speaker) (own, other *Looks) {
	if side == talk.Coworker {
		return &r.Looks[1], &r.Looks[0]
	}
	return &r.Looks[0], &r.Looks[1]
}

// again looks at the turn in the scratch a second time.
func (r *Reader) again(side talk.Speaker, h *Half, o *observation) {
	own, other := r.looks(side)
	o.look = Look(o.look[:0], o.sums, side, own, other, r.Turns)
	own.Take(side, o.sums)
	n := len(o.look)
	for l := range Plain(side) {
		row := h.Second[l*(n+1) : (l+1)*(n+1)]
		sum := int64(row[n])
		for i, x := range o.look[:len(row)-1] {
			sum += int64(row[i]) * int64(x)
		}
		first := o.sums[l]
		o.sums[l] = max(first-MostMoved, min(first+MostMoved, int32(sum>>secondShift)))
	}
}

// MostMoved is by how much a second look changes a sum at most: what the words say plainly stands, wherever in a talk it is said.
const MostMoved = Unit

// secondShift is by how many bits the weights of a second look are larger than Units.
const secondShift = 12
