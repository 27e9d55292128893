// Package sense says which way a question points, so that two questions which the same words answer point the same way.
//
// A table holds a direction for words and for pairs of neighbours; a question's is their sum. It was trained on the example
// questions of the library's scenarios and of the commonplace answers (command train): of two examples that stand at one answer each should find the
// other among those of the scenario's other answers. Words that no example has keep what package reading knows of them.
package sense

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"breakroom/trainer/reading"
)

// Dims is the number of dimensions.
const Dims = 64

// Way is a direction, in 127ths; all 0 where no word is known.
type Way [Dims]int8

// Wide is a direction to be compared with many.
type Wide [Dims]int32

// Wide gives a direction for that.
func (w *Way) Wide() (out Wide) {
	for i, x := range w {
		out[i] = int32(x)
	}
	return out
}

// Dot is the cosine of two directions, -1 to 1.
func (w *Wide) Dot(o *Way) float32 {
	var a, b, c, d int32 // four sums take half the time of one
	for i := 0; i < Dims; i += 4 {
		a += w[i] * int32(o[i])
		b += w[i+1] * int32(o[i+1])
		c += w[i+2] * int32(o[i+2])
		d += w[i+3] * int32(o[i+3])
	}
	return float32(a+b+c+d) / (127 * 127)
}

// Signs has a bit for each dimension, set where it is positive: of ways that point alike most bits are the same.
func (w *Way) Signs() (signs uint64) {
	for i, x := range w {
		if x > 0 {
			signs |= 1 << i
		}
	}
	return signs
}

//go:embed sense.bin
var file []byte

// table is the file, opened: the hashes of the features in order, and a row for each.
var table = func() Table {
	t, err := Decode(file)
	if err != nil {
		panic("the embedded directions of questions are damaged: " + err.Error() + " (build the program anew)")
	}
	return t
}()

// Hashes are hashes in order, with where each first byte begins among them: they are spread evenly, so few are looked at.
type Hashes struct {
	list []uint32
	from [257]int32
}

// NewHashes prepares hashes, which it reads from the little-endian bytes of a file.
func NewHashes(data []byte, n int) Hashes {
	h := Hashes{list: make([]uint32, n)}
	for i := range h.list {
		h.list[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	at := 0
	for first := range 256 {
		for at < n && h.list[at]>>24 < uint32(first) {
			at++
		}
		h.from[first] = int32(at)
	}
	h.from[256] = int32(n)
	return h
}

// At gives the place of a hash.
func (h *Hashes) At(hash uint32) (int, bool) {
	from := int(h.from[hash>>24])
	i, ok := slices.BinarySearch(h.list[from:h.from[hash>>24+1]], hash)
	return from + i, ok
}

// Table has a row for each feature of a question. It looks into the file it was made from.
type Table struct {
	hashes Hashes
	rows   []byte // a step, then Dims numbers
	unseen float32
}

const (
	head    = 8
	rowSize = 1 + Dims
	// finest is the step of a row whose byte is 0; each further one is an eighth of a doubling.
	finest = 1.0 / 4096
)

var errDamaged = errors.New("the lengths do not fit")

// Decode opens a table that Encode made.
func Decode(data []byte) (t Table, err error) {
	if len(data) < head {
		return t, errDamaged
	}
	n := int(binary.LittleEndian.Uint32(data))
	t.unseen = math.Float32frombits(binary.LittleEndian.Uint32(data[4:]))
	if len(data) != head+n*(4+rowSize) {
		return t, errDamaged
	}
	t.hashes = NewHashes(data[head:], n)
	t.rows = data[head+4*n:]
	return t, nil
}

// Encode gives the bytes of a table. unseen is the length of the direction of a word that has no row.
func Encode(rows map[uint32][]float32, unseen float32) []byte {
	hashes := make([]uint32, 0, len(rows))
	for h := range rows {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(hashes)))
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(unseen))
	for _, h := range hashes {
		out = binary.LittleEndian.AppendUint32(out, h)
	}
	for _, h := range hashes {
		var most float64
		for _, x := range rows[h] {
			most = max(most, math.Abs(float64(x)))
		}
		step := min(max(math.Ceil(8*math.Log2(max(most, 1e-9)/127/finest)), 0), 255)
		scale := finest * math.Exp2(step/8)
		out = append(out, byte(step))
		for _, x := range rows[h] {
			out = append(out, byte(int8(math.Round(max(-127, min(127, float64(x)/scale))))))
		}
	}
	return out
}

// Features gives the hashes of what a question is made of: its words, and each pair of neighbours, its ends included.
func Features(words []string, do func(hash uint32, word string)) {
	before := "<"
	for _, w := range words {
		do(hash(w, ""), w)
		do(hash(before, w), "")
		before = w
	}
	do(hash(before, ">"), "")
}

// hash is FNV-1a of two words with a space between.
func hash(a, b string) uint32 {
	h := uint32(2166136261)
	for i := range len(a) {
		h = (h ^ uint32(a[i])) * 16777619
	}
	if b == "" {
		return h
	}
	h = (h ^ ' ') * 16777619
	for i := range len(b) {
		h = (h ^ uint32(b[i])) * 16777619
	}
	return h
}

// Of gives the direction of a question of these words, in small letters.
func Of(words []string) Way { return table.Of(words) }

// steps are the sizes of a row's step.
var steps = func() (out [256]float32) {
	for i := range out {
		out[i] = float32(finest * math.Exp2(float64(i)/8))
	}
	return out
}()

// Of gives the direction of a question by this table.
func (t *Table) Of(words []string) (way Way) {
	var sum [Dims]float32
	Features(words, func(h uint32, word string) {
		if i, ok := t.hashes.At(h); ok {
			row := t.rows[i*rowSize : (i+1)*rowSize]
			step := steps[row[0]]
			for k, b := range row[1:] {
				sum[k] += float32(step * float32(int8(b))) // the conversion keeps every machine from rounding once for two steps
			}
			return
		}
		if word == "" {
			return
		}
		v := reading.Meaning(word)
		var n float64
		for _, b := range v {
			n += float64(int8(b)) * float64(int8(b))
		}
		if n == 0 {
			return
		}
		f := t.unseen / float32(math.Sqrt(n))
		for k, b := range v {
			sum[k] += float32(f * float32(int8(b)))
		}
	})
	var n float64
	for _, x := range sum {
		n += float64(float64(x) * float64(x))
	}
	if n == 0 {
		return way
	}
	f := float32(127 / math.Sqrt(n))
	for i, x := range sum {
		way[i] = int8(math.Round(float64(x * f)))
	}
	return way
}
