package reading

import "strings"

// A request is put so plainly that it needs no learning: "would you come on
// Thursday", "can you ask Rosa". Words of telling and thinking make a question of it.
var (
	requestLead = wordSet(`will would could can`)
	requestSoft = wordSet(`willing up able for open to please maybe just also then still`)
	// notRequested follow "would you" in questions that ask for words and thoughts, or for nothing at all.
	notRequested = wordSet(`say tell describe think feel imagine guess like want love prefer rather change fix call explain share mind remember give see know hear
		believe call help understand have had been be need expect suppose consider manage afford live survive cope get even ever not do be put rate walk start stop hope wish
		take it picture spend choose pick look name sleep support agree vote join favour favor`)
	// daySet and the like make an ask clear.
	daySet = wordSet(`monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow weekend noon midnight lunch lunchtime morning afternoon evening
		mon tue wed thu fri sat sun week weeks month o'clock pm am`)
	numberSet = wordSet(`one two three four five six seven eight nine ten eleven twelve half`)
)

// requestMargin is how much a plain request may fall short of what the model asks of an ask, in Units.
const requestMargin = 3 * Unit / 2

// request finds a plain request of the coworker: the place of the sentence, and whether it names a time or a number; -1 for none.
func (d *doc) request() (sentence int, named bool) {
	if d.private() {
		return -1, false
	}
	for i := range d.sentences {
		s := &d.sentences[i]
		if s.mark != '?' && s.mark != 0 {
			continue
		}
		tokens := d.tokens[s.first:s.last]
		for k := 0; k+2 < len(tokens); k++ {
			if !requestLead[tokens[k].word] || tokens[k+1].word != "you" {
				continue
			}
			// "what would you…" and "how could you…" ask for thoughts.
			if k > 0 && (asking[tokens[k-1].word] || tokens[k-1].word == "or" || tokens[k-1].word == "thing") || k > 1 && asking[tokens[k-2].word] {
				continue
			}
			verb := k + 2
			if tokens[verb].word == "be" && verb+1 < len(tokens) && tokens[verb+1].word == "for" {
				continue // "would you be for something like that?"
			}
			if tokens[verb].word == "be" && verb+1 < len(tokens) && requestSoft[tokens[verb+1].word] {
				verb++ // "be willing to"; "be in favour of" is agreement in principle
			}
			for verb < len(tokens)-1 && requestSoft[tokens[verb].word] {
				verb++
			}
			if notRequested[tokens[verb].word] || verb+1 >= len(tokens) || d.inQuotes(tokens[k].start) {
				continue
			}
			for _, t := range tokens[verb:] {
				if daySet[t.word] || numberSet[t.word] || t.word[0] == '0' {
					named = true
				}
			}
			return i, named
		}
	}
	return -1, false
}

var (
	privateMatters = subjects.named["leisure"] | subjects.named["favour"]
	ofTheUnion     = subjects.named["unionw"]
)

// private tells whether a turn speaks of favours and feasts, and of no union: what is asked for there has nothing to do with the problem, however plainly it
// is put, so that only the model says whether it is an ask. What it is about may stand in another sentence: "Can you sign this by three? It's Jean's leaving card."
func (d *doc) private() bool {
	var about uint64
	for i := range d.tokens {
		about |= subjects.of(d.tokens, i)
	}
	return about&privateMatters != 0 && about&ofTheUnion == 0
}

// inQuotes tells whether a place of the text stands within quotation marks: somebody else's words.
func (d *doc) inQuotes(at int) bool {
	before := d.text[:at]
	return strings.Count(before, `"`)%2 == 1 || strings.Count(before, "“") > strings.Count(before, "”")
}
