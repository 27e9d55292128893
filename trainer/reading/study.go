package reading

import (
	"cmp"
	"slices"

	"breakroom/trainer/talk"
)

// Feature is a fact about a turn as the models see it.
type Feature struct {
	Hash  uint32
	Group uint8
	// Sentence is where it stands, from 0; -1 for the whole turn.
	Sentence int16
}

// Groups is the number of groups of features.
const Groups = groups

// Sample is a turn as the models see it.
type Sample struct {
	Features []Feature // in rising order of their hashes, without repeats within a sentence
	Dense    []int16
}

// Study gives each turn of a conversation as the models see it. The history
// holds for each turn the bits of what it was read as; nil stands for nothing.
func Study(turns []talk.Turn, history []uint32) []Sample {
	r := &Reader{scratch: new(scratch)}
	out := make([]Sample, len(turns))
	for i, t := range turns {
		r.scratch.doc.parse(t.Text)
		out[i] = r.sample(t.Speaker)
		var labels uint32
		if history != nil {
			labels = history[i]
		}
		r.remember(t.Speaker, labels)
		r.Turns++
	}
	return out
}

func (r *Reader) sample(speaker talk.Speaker) Sample {
	r.observe(speaker)
	var s Sample
	for _, f := range r.scratch.seen.features {
		s.Features = append(s.Features, Feature{f.hash, f.group, f.sentence})
	}
	slices.SortFunc(s.Features, func(a, b Feature) int {
		return cmp.Or(cmp.Compare(a.Hash, b.Hash), cmp.Compare(a.Sentence, b.Sentence))
	})
	s.Features = slices.Compact(s.Features)
	s.Dense = slices.Clone(r.scratch.seen.dense)
	return s
}

// AboutWords tells whether a group speaks of the turn's own words only.
func AboutWords(group uint8) bool { return group <= groupSubject }

// AboutAnswer tells whether a group speaks of the turn beside the one before it.
func AboutAnswer(group uint8) bool {
	return group == groupOverlap || group == groupBefore || group == groupHistory
}
