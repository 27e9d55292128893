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

// What was made of the turns before counts, each for itself: the last turn of either side, and all of one's own.
func TestSecondLookGoesByTheTalk(t *testing.T) {
	const own, other = 1, 0 // of a coworker's turn
	sums := func(change func(k *[2]Looks)) []int32 {
		r := New()
		for i, text := range []string{"Will you come on Thursday?", "They changed the rota again.", "What does that do to you at home?"} {
			r.Read(talk.Turn{N: i + 1, Speaker: []talk.Speaker{talk.Organizer, talk.Coworker}[i%2], Text: text}, nil)
		}
		change(&r.Looks)
		r.scratch = new(scratch)
		r.scratch.doc.parse("It's the not knowing.")
		r.scratch.doc.match()
		r.observe(talk.Coworker)
		r.model.Coworker.score(&r.scratch.seen)
		first := slices.Clone(r.scratch.seen.sums)
		r.again(talk.Coworker, r.model.Coworker, &r.scratch.seen)
		for i, x := range r.scratch.seen.sums {
			if d := x - first[i]; d > MostMoved || d < -MostMoved {
				t.Errorf("%s is moved by %d", CoworkerLabels[i], d)
			}
		}
		if r.Looks[own].Last[0] != Sure(first[0]) || r.Looks[own].Most[0] < Sure(first[0]) {
			t.Error("the turn itself is not taken in")
		}
		return slices.Clone(r.scratch.seen.sums)
	}
	as := sums(func(*[2]Looks) {})
	for name, change := range map[string]func(k *[2]Looks){
		"the other's last turn": func(k *[2]Looks) { k[other].Skip() },
		"one's own last turn":   func(k *[2]Looks) { k[own].Skip() },
		"all of one's own":      func(k *[2]Looks) { clear(k[own].Most) },
		"whose turn it was":     func(k *[2]Looks) { k[own].Last, k[other].Last = k[other].Last, k[own].Last },
	} {
		if slices.Equal(as, sums(change)) {
			t.Errorf("%s makes no difference", name)
		}
	}
}

// A turn that nothing is read of leaves no trace of an older one as the last.
func TestSecondLookSkips(t *testing.T) {
	for _, skipped := range []string{"", "👍", "…", "Ja, das haben sie mir auch so gesagt, und ich weiß nicht, was ich davon halten soll."} {
		if Scored(skipped) {
			t.Errorf("labels are looked for in %q", skipped)
		}
		for i, side := range []talk.Speaker{talk.Organizer, talk.Coworker} {
			r := New()
			r.Read(talk.Turn{N: 1, Speaker: side, Text: "They cut my hours again and nobody said a word."}, nil)
			most := slices.Clone(r.Looks[i].Most)
			r.Read(talk.Turn{N: 2, Speaker: side, Text: skipped}, nil)
			if r.Looks[i].Last != nil || !slices.Equal(r.Looks[i].Most, most) {
				t.Errorf("after %q of the %s: %v", skipped, side, r.Looks[i])
			}
		}
	}
	if !Scored("Go on.") {
		t.Error("labels are not looked for in two plain words")
	}
}
