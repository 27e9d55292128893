package reading

import (
	_ "embed"
	"encoding/binary"
	"slices"
)

// vectors.bin holds, for some twenty thousand English words, a small vector
// and a kind, so that words of like meaning look alike to the models. How it
// was made stands in data/README.md.
//
//go:embed data/vectors.bin
var vectorFile []byte

const vectorDims = 64

// lexicon is vectors.bin, opened: hashes of the words in order, then kinds, then vectors.
var lexicon = func() (l struct {
	hashes  []uint32
	kinds   []byte
	vectors []byte
}) {
	const head = 20
	n := int(binary.LittleEndian.Uint32(vectorFile[8:]))
	l.hashes = make([]uint32, n)
	for i := range l.hashes {
		l.hashes[i] = binary.LittleEndian.Uint32(vectorFile[head+4*i:])
	}
	l.kinds = vectorFile[head+4*n : head+5*n]
	l.vectors = vectorFile[head+5*n:]
	return l
}()

// lookUp gives a word's row in the lexicon, -1 where it is unknown.
func lookUp(w string) int {
	if w == "" || w[0] == '0' {
		return -1
	}
	if i, ok := slices.BinarySearch(lexicon.hashes, idOf(w)); ok {
		return i
	}
	return -1
}

// vectorSum adds up word vectors.
type vectorSum struct {
	sum [vectorDims]int32
	n   int32
}

// add takes in the word of a row, nothing where it is none.
func (v *vectorSum) add(i int32) {
	if i < 0 {
		return
	}
	row := lexicon.vectors[int(i)*vectorDims : (int(i)+1)*vectorDims]
	for k := range v.sum {
		v.sum[k] += int32(int8(row[k]))
	}
	v.n++
}

// mean appends the mean vector, sixteen times as fine as a word's.
func (v *vectorSum) mean(out []int16) []int16 {
	for k := range v.sum {
		if v.n == 0 {
			out = append(out, 0)
			continue
		}
		out = append(out, int16(v.sum[k]*16/v.n))
	}
	return out
}

// Meaning gives what a word in small letters means, as a vector of 64 small numbers: words of like meaning point the same
// way. It is nil for a word that is not among the twenty thousand known ones. It must not be changed.
func Meaning(word string) []byte {
	if i := lookUp(word); i >= 0 {
		return lexicon.vectors[i*vectorDims : (i+1)*vectorDims]
	}
	return nil
}
