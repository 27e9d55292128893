package reading

import (
	"slices"

	"breakroom/trainer/talk"
)

const (
	// voicedShare is the part of a line's content words, in percent, that a turn must hold to have voiced the line.
	voicedShare = 50
	// cueHelp is how much less a give needs to stand where the cue expects it, in Units.
	cueHelp = Unit
)

// cued reads what a coworker's turn gives under the cue that it was spoken
// under. The cue tells where to look: nothing that it does not allow can have
// been given, and what it expects stands where the words carry it, either by
// voicing the cue's line or by what the model sees in them.
func (r *Reader) cued(d *doc, o *observation, cue *talk.Cue, labels uint32) (uint32, []talk.Give) {
	h := r.model.Coworker
	voiced := r.voices(d, cue)
	var known uint32
	var inner []talk.Give
	for _, g := range cue.Gives {
		bit, labelled := giveBit[g]
		if !labelled {
			if voiced {
				inner = append(inner, g)
			}
			continue
		}
		i := slices.Index(talk.Gives, g)
		if voiced || labels&bit != 0 || o.sums[i] >= h.Threshold[i]-cueHelp {
			known |= bit
		}
	}
	return known, inner
}

// voices says whether the turn holds enough of one of the cue's lines.
func (r *Reader) voices(d *doc, cue *talk.Cue) bool {
	if len(cue.Lines) == 0 {
		return false
	}
	spare := scratches.Get().(*scratch)
	defer scratches.Put(spare)
	for _, line := range cue.Lines {
		spare.doc.parse(line.Text)
		content, held := 0, 0
		for i := range spare.doc.tokens {
			w := &spare.doc.tokens[i]
			if w.is(isSmall) {
				continue
			}
			content++
			if slices.ContainsFunc(d.tokens, func(t token) bool { return t.id == w.id }) {
				held++
			}
		}
		if content > 0 && held*100 >= content*voicedShare {
			return true
		}
	}
	return false
}
