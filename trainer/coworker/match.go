package coworker

import (
	"strings"
	"unicode"

	"github.com/kljensen/snowball/english"
)

// words gives a text's words in lower case, without apostrophes; at most limit of them.
func words(text string, limit int) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
	}
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == 0x00AD || unicode.Is(unicode.Mn, r):
		default:
			flush()
			if len(out) >= limit {
				return out
			}
		}
	}
	flush()
	if len(out) > limit {
		out = out[:limit]
	}
	return out
}

// heardWords bounds how much of a turn is looked at: a pasted essay costs no more than a long turn.
const heardWords = 400

// stem gives a word's stem. Short words stay as they are: the stemmer merges too many of them.
func stem(word string) string {
	if len(word) <= 3 {
		return word
	}
	return english.Stem(word, true)
}

func stemAll(ws []string) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = stem(w)
	}
	return out
}

// phrase is a topic's words as stems.
type phrase []string

func phrases(topics []string) []phrase {
	var out []phrase
	for _, t := range topics {
		if p := stemAll(words(t, 12)); len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// gap is how many other words may stand between two words of a phrase: "who makes all the schedules".
const gap = 2

// found reports whether the phrase's words stand in the text in order, near each other.
func (p phrase) found(text []string) bool {
	for i, w := range text {
		if w != p[0] {
			continue
		}
		at, ok := i, true
		for _, next := range p[1:] {
			ok = false
			for j := at + 1; j < len(text) && j <= at+1+gap; j++ {
				if text[j] == next {
					at, ok = j, true
					break
				}
			}
			if !ok {
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// score says how well a text fits a list of phrases: two points a word of each
// phrase found and one more for a phrase of several words; 0 for none.
func score(text []string, list []phrase) int {
	total := 0
	for _, p := range list {
		if p.found(text) {
			total += 2 * len(p)
			if len(p) > 1 {
				total++
			}
		}
	}
	return total
}
