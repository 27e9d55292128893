package reading

import (
	"slices"
	"testing"

	"breakroom/trainer/talk"
)

func TestSure(t *testing.T) {
	last := uint8(0)
	for sum := int32(-10 * Unit); sum <= 10*Unit; sum += 7 {
		s := Sure(sum)
		if s < last {
			t.Fatalf("%d is less sure than %d", sum, sum-7)
		}
		last = s
	}
	if Sure(-1<<31) > 1 || Sure(1<<31-1) < 254 || Sure(0) < 124 || Sure(0) > 131 {
		t.Errorf("sums of nothing, all and 0 are sure to %d, %d and %d of 255", Sure(-1<<31), Sure(1<<31-1), Sure(0))
	}
}

// A second look goes by as many numbers as its weights are for, also before anything was said.
func TestLook(t *testing.T) {
	for _, side := range []talk.Speaker{talk.Organizer, talk.Coworker} {
		sums := make([]int32, len(OrganizerLabels))
		in := Look(nil, sums, side, &Looks{}, &Looks{}, 0)
		if len(in) != InLook(side) {
			t.Errorf("%s: %d numbers, weights for %d", side, len(in), InLook(side))
		}
		own, other := &Looks{}, &Looks{}
		own.Take(side, sums)
		if later := Look(nil, sums, side, own, other, 1000); len(later) != len(in) || slices.Equal(in, later) || later[len(in)-1] > 255 {
			t.Errorf("%s: the talk so far makes no difference", side)
		}
	}
	var k Looks
	for _, x := range []int32{2 * Unit, -2 * Unit} {
		sums := make([]int32, len(OrganizerLabels))
		sums[0] = x
		k.Take(talk.Organizer, sums)
	}
	if k.Last[0] != Sure(-2*Unit) || k.Most[0] != Sure(2*Unit) {
		t.Errorf("of 2 and -2 the last is %d and the most %d", k.Last[0], k.Most[0])
	}
}

// What was made of the turns before counts: the same words are read with more or less doubt after another beginning.
func TestSecondLookGoesByTheTalk(t *testing.T) {
	sums := func(before ...string) []int32 {
		r := New()
		for i, text := range before {
			r.Read(talk.Turn{N: i + 1, Speaker: []talk.Speaker{talk.Organizer, talk.Coworker}[i%2], Text: text}, nil)
		}
		r.scratch = new(scratch)
		r.scratch.doc.parse("It's the not knowing.")
		r.scratch.doc.match()
		r.observe(talk.Coworker)
		r.model.Coworker.score(&r.scratch.seen)
		first := slices.Clone(r.scratch.seen.sums)
		r.again(talk.Coworker, r.model.Coworker, &r.scratch.seen)
		for i, x := range r.scratch.seen.sums {
			first[i] = x - first[i]
		}
		return first
	}
	a := sums("How is the new rota for you?")
	b := sums("Will you come on Thursday?", "They changed the rota again.", "What does that do to you at home?")
	if slices.Equal(a, b) || !slices.ContainsFunc(a, func(x int32) bool { return x != 0 }) {
		t.Error("a second look changes nothing")
	}
}
