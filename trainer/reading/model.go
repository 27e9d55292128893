package reading

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"unsafe"

	"breakroom/trainer/talk"
)

// Beside the labels of the rubric, the organizer's half tells the levels of asks and
// follow-ups apart, and finds the faults that need more than counting.
const (
	labelAskSpecific = "ask-2"
	labelAskClear    = "ask-3"
	labelFollowSure  = "follow-up-2"
)

// OrganizerLabels and CoworkerLabels are what the two halves of a model tell, in their order.
// The first ones are bits of the memory of a turn.
var (
	OrganizerLabels = func() []string {
		var out []string
		for _, m := range talk.Moves {
			out = append(out, string(m))
		}
		for _, f := range []talk.Fault{talk.Leading, talk.FalsePromise, talk.Arguing, talk.ThirdParty, talk.Pressure, talk.MissedOpening} {
			out = append(out, string(f))
		}
		return append(out, labelAskSpecific, labelAskClear, labelFollowSure)
	}()
	CoworkerLabels = func() []string {
		var out []string
		for _, g := range talk.Gives {
			out = append(out, string(g))
		}
		return out
	}()
)

// Unit is a logit of 1 in a model's integers.
const Unit = 1 << 10

// Half is the linear models for one side's turns: a row of weights a feature, a column a label.
type Half struct {
	Labels []string
	// Hashes are the known features; Weights their rows, each in the steps of its label.
	Hashes  []uint32
	Weights []int8
	// Step is what a weight of 1 is worth for each label, in Units.
	Step []int32
	// Dense are the weights of the word vectors' means, a row a label, in Units over 4096.
	Dense []int32
	Bias  []int32
	// Threshold is the sum from which on a label stands.
	Threshold []int32
	// Credit is the sum from which on a label may earn a score, at least Threshold:
	// over a whole talk there are many turns to be wrong in.
	Credit []int32
	// Second are the weights of a second look, for each label a row of InLook weights and the constant, in Units over 4096.
	Second []int32

	column map[string]int
	// table finds the row of a feature, mostly by itself, since it is small enough to stay in a processor's cache: in its low bits the
	// row, counted from 1, 0 for none; then whether it stands where its hash points, or further on; then the highest bits of the hash.
	table []uint32
}

const (
	rowBits   = 17
	displaced = 1 << rowBits
	tagBits   = 32 - rowBits - 1
	// leastTable is so large that the place and the highest bits are the whole hash.
	leastTable = 1 << (hashBits - tagBits)
)

// NewModel makes two halves ready for reading.
func NewModel(organizer, coworker *Half) *Model {
	return &Model{Organizer: organizer.ready(), Coworker: coworker.ready()}
}

// Model is what reading has learned. It is read-only once made.
type Model struct{ Organizer, Coworker *Half }

//go:embed data/model.bin
var modelFile []byte

var standard = sync.OnceValue(func() *Model {
	m, err := DecodeModel(modelFile)
	if err != nil {
		panic("the embedded reading model is damaged: " + err.Error() + " (build the program anew)")
	}
	return m
})

// ready makes the tables that looking up needs.
func (h *Half) ready() *Half {
	h.column = make(map[string]int, len(h.Labels))
	for i, l := range h.Labels {
		h.column[l] = i
	}
	size := leastTable
	for 2*size < 3*len(h.Hashes) {
		size *= 2
	}
	h.table = make([]uint32, size)
	mask := uint32(size - 1)
	entry := func(i int) uint32 { return h.Hashes[i]>>(hashBits-tagBits)<<(32-tagBits) | uint32(i+1) }
	var later []int
	for i, x := range h.Hashes {
		if at := &h.table[x&mask]; *at == 0 {
			*at = entry(i)
		} else {
			later = append(later, i)
		}
	}
	for _, i := range later {
		at := h.Hashes[i] & mask
		for h.table[at] != 0 {
			at = (at + 1) & mask
		}
		h.table[at] = entry(i) | displaced
	}
	return h
}

// row gives a feature's row, -1 where the model does not know it.
func (h *Half) row(hash uint32) int32 {
	mask := uint32(len(h.table) - 1)
	at, tag := hash&mask, hash>>(hashBits-tagBits)
	e := h.table[at]
	if e>>(32-tagBits) == tag && e&displaced == 0 && e != 0 {
		return int32(e&(1<<rowBits-1)) - 1
	}
	for e != 0 {
		if e>>(32-tagBits) == tag && e&displaced != 0 {
			if i := int32(e&(1<<rowBits-1)) - 1; h.Hashes[i] == hash {
				return i
			}
		}
		at = (at + 1) & mask
		e = h.table[at]
	}
	return -1
}

// score adds up the weights of the features seen into o.sums, one a label. A feature that stands twice counts once.
func (h *Half) score(o *observation) {
	k := len(h.Labels)
	o.sums = slices.Grow(o.sums[:0], k)[:k]
	clear(o.sums)
	if len(o.stamps) < len(h.Hashes) {
		o.stamps = make([]uint8, len(h.Hashes))
		o.stamp = 0
	}
	o.stamp++
	if o.stamp == 0 {
		clear(o.stamps)
		o.stamp = 1
	}
	o.rows = o.rows[:0]
	for _, f := range o.features {
		o.rows = append(o.rows, h.row(f.hash))
	}
	n := int32(0)
	for _, i := range o.rows {
		if i < 0 || o.stamps[i] == o.stamp {
			continue
		}
		o.stamps[i] = o.stamp
		o.lanes.add(h.Weights[int(i)*k : int(i+1)*k])
		if n++; n == mostLanes {
			o.lanes.empty(o.sums, n)
			n = 0
		}
	}
	o.lanes.empty(o.sums, n)
	for j := range k {
		row := h.Dense[j*len(o.dense) : (j+1)*len(o.dense)]
		var sum int64
		for i, x := range o.dense {
			sum += int64(row[i]) * int64(x)
		}
		o.sums[j] = h.Bias[j] + o.sums[j]*h.Step[j] + int32(sum>>12)
	}
}

// lanes add up rows of at most 64 weights, eight at a time: in each pair of words the even and the odd ones of eight, sixteen bits
// for each, and each larger by 128. The last eight end with the row and may overlap those before.
type lanes [16]uint64

// mostLanes is how many rows fit.
const mostLanes = 1<<16/255 - 1

const oddBytes = 0xff00ff00ff00ff00

func (l *lanes) add(row []int8) {
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(row))), len(row))
	for at := 0; at < len(bytes); at += 8 {
		from := min(at, len(bytes)-8)
		x := binary.LittleEndian.Uint64(bytes[from:]) ^ 0x8080808080808080
		pair := l[at/8*2 : at/8*2+2]
		pair[0] += x &^ oddBytes
		pair[1] += x & oddBytes >> 8
	}
}

// empty adds what n rows came to onto sums.
func (l *lanes) empty(sums []int32, n int32) {
	for j := range sums {
		at := j &^ 7
		lane := j - min(at, len(sums)-8)
		sums[j] += int32(l[at/8*2+lane&1]>>(lane/2*16)&0xffff) - 128*n
	}
	*l = lanes{}
}

// strongest gives the sentence whose features speak most for a label. The turn has been scored before.
func (h *Half) strongest(o *observation, label, sentences int) int {
	k := len(h.Labels)
	best, most, sum, last := 0, int32(-1<<31), int32(0), int16(-1)
	for i, f := range o.features {
		if f.sentence != last {
			if last >= 0 && sum > most {
				best, most = int(last), sum
			}
			sum, last = 0, f.sentence
		}
		if f.sentence >= 0 && o.rows[i] >= 0 {
			sum += int32(h.Weights[int(o.rows[i])*k+label])
		}
	}
	if last >= 0 && sum > most {
		best = int(last)
	}
	return min(best, sentences-1)
}

var modelMagic = []byte("BRMODEL5")

// EncodeModel gives a model's kept form, which is also how it lies in memory: the magic, then for each half how many labels,
// features and dense weights, and the tables, all in little-endian order, filled up to four bytes. The same model gives the same bytes.
func EncodeModel(m *Model) []byte {
	out := slices.Clone(modelMagic)
	for _, h := range []*Half{m.Organizer, m.Coworker} {
		for _, n := range []int{len(h.Labels), len(h.Hashes), len(h.Dense)} {
			out = binary.LittleEndian.AppendUint32(out, uint32(n))
		}
		for _, x := range h.Hashes {
			out = binary.LittleEndian.AppendUint32(out, x)
		}
		for _, list := range [][]int32{h.Dense, h.Bias, h.Threshold, h.Credit, h.Step, h.Second} {
			for _, x := range list {
				out = binary.LittleEndian.AppendUint32(out, uint32(x))
			}
		}
		for _, x := range h.Weights {
			out = append(out, byte(x))
		}
		out = append(out, make([]byte, -len(out)&3)...)
	}
	return out
}

// DecodeModel opens a model's kept form. The model looks into data, which must not be changed any more: so the embedded one
// stays in the program's file, and only what is read of it takes memory.
func DecodeModel(data []byte) (*Model, error) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		return nil, errors.New("the reading model can be used on little-endian computers only")
	}
	if len(data) > 0 && uintptr(unsafe.Pointer(unsafe.SliceData(data)))%4 != 0 {
		data = bytes.Clone(data)
	}
	rest, ok := bytes.CutPrefix(data, modelMagic)
	if !ok {
		return nil, errors.New("not a reading model of this version")
	}
	r := &tables{rest: rest}
	half := func(side talk.Speaker, labels []string) (*Half, error) {
		n := table[uint32](r, 3)
		if r.short {
			return nil, errModelShort
		}
		known, features, dense := int(n[0]), int(n[1]), int(n[2])
		if known != len(labels) || known < 8 || known > 64 {
			return nil, fmt.Errorf("it tells %d labels, this program %d", known, len(labels))
		}
		if features >= 1<<rowBits-1 {
			return nil, fmt.Errorf("it knows %d features, too many for this program", features)
		}
		h := &Half{
			Labels: labels, Hashes: table[uint32](r, features), Dense: table[int32](r, dense),
			Bias: table[int32](r, known), Threshold: table[int32](r, known), Credit: table[int32](r, known), Step: table[int32](r, known),
			Second:  table[int32](r, Plain(side)*(InLook(side)+1)),
			Weights: table[int8](r, known*features),
		}
		if r.short {
			return nil, errModelShort
		}
		return h.ready(), nil
	}
	m := &Model{}
	var err error
	if m.Organizer, err = half(talk.Organizer, OrganizerLabels); err != nil {
		return nil, fmt.Errorf("opening the reading model: %w", err)
	}
	if m.Coworker, err = half(talk.Coworker, CoworkerLabels); err != nil {
		return nil, fmt.Errorf("opening the reading model: %w", err)
	}
	return m, nil
}

var errModelShort = errors.New("it ends too early")

// tables are what is still to be looked at of a model's kept form.
type tables struct {
	rest  []byte
	short bool
}

// table gives the next n numbers where they lie.
func table[T uint32 | int32 | int8](r *tables, n int) []T {
	var one T
	size := n * int(unsafe.Sizeof(one))
	filled := (size + 3) &^ 3
	if r.short || filled > len(r.rest) {
		r.short = true
		return nil
	}
	out := unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(r.rest))), n)
	r.rest = r.rest[filled:]
	return out
}
