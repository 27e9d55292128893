// Package apt says what kinds of answer are apt to a turn: whether a story of theirs would answer just this, or a plain no.
//
// Two tables hold a weight for each feature of a turn and each kind of answer. They were learned from moments of talks
// (moments.txt) at which readers had marked every kind of answer that a critical reader of the transcript would find sensible there.
package apt

import (
	"cmp"
	_ "embed"
	"encoding/binary"
	"errors"
	"slices"
	"strconv"
	"strings"

	"breakroom/trainer/coworker/sense"
)

// Turn is what somebody says, cut up.
type Turn struct {
	// Words are those of the question that it ends in, else of its last sentence, in small letters.
	Words []string
	// Rest are the words of its other sentences.
	Rest []string
	// Form is what a reader of questions makes of it, in that reader's words.
	Form []string
	// Questions counts its question marks, Sentences its sentences.
	Questions, Sentences int

	features []Feature // once they are known
}

// mostWords is how many words are looked at.
const mostWords = 30

// One is the value of a feature that is there; a weaker one has less.
const One = 16

// Features gives the features of a turn, each once, by their hashes, with their values. They are kept: nothing of a turn may change after it was called.
func (t *Turn) Features() []Feature {
	if t.features != nil {
		return t.features
	}
	ws := t.Words[:min(len(t.Words), mostWords)]
	out := make([]Feature, 0, 5*len(ws)+len(t.Rest)+sense.Dims+16)
	add := func(value int32, parts ...string) {
		h := newHash()
		for _, p := range parts {
			h = h.add(p)
		}
		out = append(out, Feature{uint32(h), value})
	}
	at := func(i int) string {
		switch {
		case i < 0:
			return "^"
		case i >= len(ws):
			return "$"
		}
		return ws[i]
	}
	for i := -1; i <= len(ws); i++ {
		add(One, "1", at(i))
		if i < len(ws) {
			add(One, "2", at(i), at(i+1))
		}
		if i < len(ws)-1 {
			add(One, "3", at(i), at(i+1), at(i+2))
		}
	}
	for i := range 4 {
		add(One, "at", strconv.Itoa(i), at(i))
	}
	add(One, "first", at(0), at(1))
	add(One, "first", at(0), at(1), at(2))
	for _, w := range t.Rest[:min(len(t.Rest), 4*mostWords)] {
		add(One/2, "rest", w)
	}
	for _, f := range t.Form {
		add(One, "form", f)
	}
	add(One, "questions", strconv.Itoa(min(t.Questions, 3)))
	add(One, "sentences", strconv.Itoa(min(t.Sentences, 4)))
	add(One, "words", strconv.Itoa(min(len(ws)/4, 6)))
	way := sense.Of(ws)
	for i, x := range way {
		if value := int32(x) * 2 / 5; value != 0 {
			out = append(out, Feature{ofWay[i], value})
		}
	}
	slices.SortFunc(out, func(a, b Feature) int { return cmp.Compare(a.Hash, b.Hash) })
	once := out[:0]
	for _, f := range out {
		if len(once) == 0 || once[len(once)-1].Hash != f.Hash {
			once = append(once, f)
		}
	}
	t.features = once
	return once
}

// ofWay has the hash of each dimension of a question's direction.
var ofWay = func() (out [sense.Dims]uint32) {
	for i := range out {
		out[i] = uint32(newHash().add("way").add(strconv.Itoa(i)))
	}
	return out
}()

// Feature is something that a turn has.
type Feature struct {
	Hash  uint32
	Value int32
}

// hash is FNV-1a over words that end in a zero.
type hash uint32

func newHash() hash { return 2166136261 }

func (h hash) add(s string) hash {
	for i := range len(s) {
		h = (h ^ hash(s[i])) * 16777619
	}
	return h * 16777619
}

//go:embed acts.bin
var actsFile []byte

//go:embed replies.bin
var repliesFile []byte

//go:embed evasions.bin
var evasionsFile []byte

// Acts has the kinds of answer that tell or decide something, Replies those that anybody may give, and Evasions the ways around an answer.
var Acts, Replies, Evasions = open(actsFile), open(repliesFile), open(evasionsFile)

func open(file []byte) *Table {
	t, err := Decode(file)
	if err != nil {
		panic("the embedded table of apt answers is damaged: " + err.Error() + " (build the program anew)")
	}
	return t
}

// Table scores the kinds of answer. It looks into the file it was made from.
type Table struct {
	// Names are the kinds, in the order of the scores.
	Names  []string
	scale  []int32 // of each kind: thousandths of a logit in a weight of 1 at a value of One, in 4096ths
	bias   []int32 // thousandths of a logit
	hashes sense.Hashes
	rows   []byte // a byte for each kind
}

var errDamaged = errors.New("the lengths do not fit")

// Decode opens a table that Encode made.
func Decode(data []byte) (*Table, error) {
	if len(data) < 8 {
		return nil, errDamaged
	}
	names, n := int(binary.LittleEndian.Uint32(data)), int(binary.LittleEndian.Uint32(data[4:]))
	if data = data[8:]; names > len(data) {
		return nil, errDamaged
	}
	t := &Table{Names: strings.Fields(string(data[:names]))}
	data = data[names:]
	k := len(t.Names)
	if len(data) != 8*k+n*(4+k) {
		return nil, errDamaged
	}
	for i := range k {
		t.scale = append(t.scale, int32(binary.LittleEndian.Uint32(data[8*i:])))
		t.bias = append(t.bias, int32(binary.LittleEndian.Uint32(data[8*i+4:])))
	}
	data = data[8*k:]
	t.hashes = sense.NewHashes(data, n)
	t.rows = data[4*n:]
	return t, nil
}

// Score says how apt each kind is, as a logit in thousandths: 0 is as likely as not.
func (t *Table) Score(turn *Turn) []int32 {
	k := len(t.Names)
	sum := make([]int32, k)
	for _, f := range turn.Features() {
		i, ok := t.hashes.At(f.Hash)
		if !ok {
			continue
		}
		for j, w := range t.rows[i*k : (i+1)*k] {
			sum[j] += f.Value * int32(int8(w))
		}
	}
	for j := range sum {
		sum[j] = t.bias[j] + int32(int64(sum[j])*int64(t.scale[j])/(4096*One))
	}
	return sum
}

// At gives the place of a kind among the scores; it panics for one that the table does not have.
func (t *Table) At(name string) int {
	i := slices.Index(t.Names, name)
	if i < 0 {
		panic("apt: no kind of answer is called " + name)
	}
	return i
}
