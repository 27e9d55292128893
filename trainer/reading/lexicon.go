package reading

import (
	_ "embed"
	"strings"
)

// lexicon.txt says for a good number of words what they speak of. It was
// written for this program; what a subject means for a label is learned.
//
//go:embed data/lexicon.txt
var lexiconFile string

// subjects finds the subjects of words and of two or three words in a row: each a bit.
type subjectIndex struct {
	words  map[string]uint64
	pairs  map[string]uint64 // "would not", "not go on": by the words with a space between
	starts map[string]bool   // first words of pairs
	named  map[string]uint64 // the subjects' bits
	ends   []prefixEntry
}

type prefixEntry struct {
	prefix string
	bits   uint64
}

var subjects = func() *subjectIndex {
	x := &subjectIndex{named: map[string]uint64{}, words: map[string]uint64{}, pairs: map[string]uint64{}, starts: map[string]bool{}}
	bit := uint64(1)
	for line := range strings.Lines(lexiconFile) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(name, "#") {
			continue
		}
		x.named[name] = bit
		for _, w := range strings.Fields(list) {
			switch {
			case strings.Contains(w, "-"):
				w = strings.TrimSuffix(w, "*")
				p := strings.ReplaceAll(w, "-", " ")
				x.pairs[p] |= bit
				x.starts[p[:strings.IndexByte(p, ' ')]] = true
			case strings.HasSuffix(w, "*"):
				x.ends = append(x.ends, prefixEntry{strings.TrimSuffix(w, "*"), bit})
			default:
				x.words[w] |= bit
				x.words[stem(w)] |= bit
			}
		}
		bit <<= 1
		if bit == 0 {
			panic("lexicon.txt has more than 64 subjects: bring some together")
		}
	}
	return x
}()

// alone gives the subjects of a word by itself.
func (x *subjectIndex) alone(w, stem string) uint64 {
	b := x.words[w] | x.words[stem]
	for _, e := range x.ends {
		if len(w) > 3 && strings.HasPrefix(w, e.prefix) {
			b |= e.bits
		}
	}
	return b
}

// of gives the subjects of the word at place i of the words of a sentence.
func (x *subjectIndex) of(toks []token, i int) uint64 {
	b := toks[i].about
	if toks[i].is(isFollowed) {
		var buf [64]byte
		p := append(buf[:0], toks[i].word...)
		for k := i + 1; k < len(toks) && k < i+4 && len(p)+len(toks[k].word) < 60; k++ {
			p = append(p, ' ')
			p = append(p, toks[k].word...)
			b |= x.pairs[string(p)]
		}
	}
	return b
}
