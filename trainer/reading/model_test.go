package reading

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every feature is found in its row, and none that is not known is.
func TestRowsAreFound(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	known := map[uint32]int{}
	h := &Half{Labels: make([]string, 9)}
	for len(h.Hashes) < 60_000 {
		x := rnd.Uint32() & (1<<hashBits - 1)
		if len(h.Hashes)%3 == 1 {
			x = h.Hashes[len(h.Hashes)-1] ^ 1<<(hashBits-1) // the same place, another tag
		}
		if _, ok := known[x]; !ok {
			known[x] = len(h.Hashes)
			h.Hashes = append(h.Hashes, x)
		}
	}
	h.ready()
	for x, i := range known {
		if got := h.row(x); int(got) != i {
			t.Fatalf("feature %x is found in row %d, stands in %d", x, got, i)
		}
	}
	for range 200_000 {
		x := rnd.Uint32() & (1<<hashBits - 1)
		if _, ok := known[x]; !ok && h.row(x) >= 0 {
			t.Fatalf("feature %x, which is not known, is found", x)
		}
	}
}

// Adding up eight weights at a time gives what adding them up one by one does, however many and however large.
func TestLanes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(8, 8))
	for labels := 8; labels <= 64; labels++ {
		for _, rows := range []int{0, 1, 7, mostLanes - 1, mostLanes} {
			var l lanes
			want := make([]int32, labels)
			for r := range rows {
				row := make([]int8, labels)
				for j := range row {
					switch row[j] = int8(rnd.IntN(256) - 128); r % 5 {
					case 0:
						row[j] = 127
					case 1:
						row[j] = -128
					}
					want[j] += int32(row[j])
				}
				l.add(row)
			}
			got := make([]int32, labels)
			l.empty(got, int32(rows))
			if !slices.Equal(got, want) {
				t.Fatalf("%d rows of %d: %v, want %v", rows, labels, got, want)
			}
			if l != (lanes{}) {
				t.Fatal("the lanes are not empty")
			}
		}
	}
}

// A word that is kept is the same as one that is found anew, and one that the lexicon does not know is not kept.
func TestLexemes(t *testing.T) {
	for _, w := range []string{"rota", "you", "was", "0time", "o'clock", "niamhzz", "schedules"} {
		first, again := lexemeOf(w), lexemeOf(w)
		if first != again || first != newLexeme(w, idOf(w)) {
			t.Errorf("%q: %+v, then %+v", w, first, again)
		}
	}
	if at := known[idOf("niamhzz")%uint32(len(known))].Load(); at != nil && at.word == "niamhzz" {
		t.Error("a name is kept")
	}
}
