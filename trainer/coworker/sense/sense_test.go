package sense

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func fields(list ...string) (out [][]string) {
	for _, s := range list {
		out = append(out, strings.Fields(s))
	}
	return out
}

// toy has answers whose questions share hardly a word but with each other.
func toy() (out []Answer) {
	for _, questions := range [][][]string{
		fields("how long have you worked here", "when did you start here", "been here a while", "how many years is it now"),
		fields("do you have kids", "any children at home", "are you a parent", "is it kids you have"),
		fields("who makes the rota", "who decides the shifts", "whose name is on the rota", "who does the shifts then"),
		fields("what do you eat on the break", "what is for lunch", "what have you got in the box", "is that your lunch"),
		fields("how do you get home", "do you drive or take the bus", "is it far to yours", "which bus do you take"),
		fields("do you sleep all right", "how are you sleeping", "did you get any sleep", "are you tired in the morning"),
		fields("what did the boss say", "what was his answer", "did he say anything to you", "what came back from him"),
		fields("would you come on monday", "are you free on monday", "can i count on you for the meeting", "will we see you there"),
		fields("what are you reading", "is that a good book", "do you like to read", "who wrote that one"),
	} {
		out = append(out, Answer{Scenario: "toy", Questions: questions})
	}
	return out
}

// What is learned brings together the questions of one answer, more than the words did before; and the same seed gives the same.
func TestLearn(t *testing.T) {
	answers := toy()
	data := Learn(answers, 1)
	if !bytes.Equal(data, Learn(answers, 1)) {
		t.Error("the same answers and seed give another table")
	}
	learned, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	nothing, err := Decode(Encode(nil, 10))
	if err != nil {
		t.Fatal(err)
	}
	apart := func(table *Table) float32 {
		var same, other float32
		var n, m int
		for i, a := range answers {
			for _, q := range a.Questions {
				way := table.Of(q)
				w := way.Wide()
				for k, b := range answers {
					for _, r := range b.Questions {
						x := table.Of(r)
						if i != k {
							other, m = other+w.Dot(&x), m+1
						} else {
							same, n = same+w.Dot(&x), n+1
						}
					}
				}
			}
		}
		return same/float32(n) - other/float32(m)
	}
	before, after := apart(&nothing), apart(&learned)
	t.Logf("questions of one answer are nearer than others by %.2f before, %.2f after", before, after)
	if after < before+0.1 {
		t.Errorf("learned nothing: %.2f before, %.2f after", before, after)
	}
}

// A row comes back as it went in, within a step.
func TestEncode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := make([]float32, Dims)
		for i := range row {
			row[i] = rapid.Float32Range(-300, 300).Draw(t, "x")
		}
		h := hash("word", "")
		table, err := Decode(Encode(map[uint32][]float32{h: row, h + 1: make([]float32, Dims)}, 5))
		if err != nil {
			t.Fatal(err)
		}
		at, ok := table.hashes.At(h)
		if !ok {
			t.Fatal("the row is not found")
		}
		got := table.rows[at*rowSize : (at+1)*rowSize]
		var most float64
		for _, x := range row {
			most = max(most, math.Abs(float64(x)))
		}
		for i, x := range row {
			if back := steps[got[0]] * float32(int8(got[1+i])); math.Abs(float64(back-x)) > most/100+0.001 {
				t.Fatalf("%d: %v comes back as %v", i, x, back)
			}
		}
	})
}

// A hash is found where it stands, and one that stands nowhere is not.
func TestHashes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfDistinct(rapid.Uint32(), rapid.ID).Draw(t, "list")
		slices.Sort(list)
		var data []byte
		for _, x := range list {
			data = binary.LittleEndian.AppendUint32(data, x)
		}
		h := NewHashes(data, len(list))
		for _, x := range append(slices.Clone(list), 0, 1<<24-1, 1<<24, math.MaxUint32, rapid.Uint32().Draw(t, "other")) {
			want, stands := slices.BinarySearch(list, x)
			if at, ok := h.At(x); ok != stands || ok && at != want {
				t.Fatalf("%d is at %d, %v", x, at, ok)
			}
		}
	})
}

func TestDamaged(t *testing.T) {
	whole := Learn(toy(), 1)
	for _, data := range [][]byte{nil, whole[:7], whole[:len(whole)-1], append(bytes.Clone(whole), 0), {255, 255, 255, 255, 0, 0, 0, 0}} {
		if _, err := Decode(data); err == nil {
			t.Errorf("%d bytes were taken for a table", len(data))
		}
	}
}

// Whatever is typed has a way, and one that no word is known of has none.
func TestOf(t *testing.T) {
	if w := Of(strings.Fields("qqxz zzqx")); w != (Way{}) {
		t.Errorf("nobody knows these words: %v", w)
	}
	a, b, c := Of(strings.Fields("how long have you been here")), Of(strings.Fields("how many years have you worked here")), Of(strings.Fields("who makes the rota"))
	wide := a.Wide()
	if near, far := wide.Dot(&b), wide.Dot(&c); near < far+0.2 {
		t.Errorf("how long is %.2f from how many years and %.2f from who makes the rota", near, far)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := Of(rapid.SliceOfN(rapid.String(), 0, 40).Draw(t, "words"))
		wide := w.Wide()
		if d := wide.Dot(&w); w != (Way{}) && (d < 0.9 || d > 1.1) {
			t.Fatalf("a way has the length %.2f", d)
		}
	})
}
