package llm

import (
	"strings"

	"github.com/kljensen/snowball/english"

	"breakroom/trainer/talk"
)

// A line counts as voiced where so much of its content stands in what was said:
// half of its words of content, or two of five where that is many words.
const (
	voicedShare     = 50 // percent
	voicedManyShare = 40
	voicedMany      = 5
)

var smallWords = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`a about after again all also am an and any anyway are aren't as at away back be been before being but by can can't come could couldn't
		did didn't do does doesn't doing don't done down even ever every for from get gets getting give go goes going gone got had has have haven't having he he'd he'll he's her here hers him
		his how i i'd i'll i'm i've if in into is isn't it it'd it'll it's its just keep kind know last less let like look lot made make makes many me mean might mm more most much my need never no
		nobody not now of off oh ok okay old on one only or other our out over own put quite really right s said same saw say says see she she'd she'll she's should since so some somebody something
		sort still such sure take tell than that that's the their them then there there's they they'd they'll they're they've thing things think this those though through to too up us use very want
		wants was wasn't way we we'd we'll we're we've well went were weren't what what's when where which while who who's why will with won't would wouldn't yeah yes yet you you'd you'll you're you've your`) {
		out[w] = true
	}
	return out
}()

// A known line is what prompts and cues need of a scenario's line, whoever plays it.
type knownLine struct {
	told  counted         // as a prompt has it
	stems map[string]bool // of its words of content
}

// knownLines are the lines voiced and to be voiced: each comes again turn after turn.
var knownLines = lately[string, *knownLine]{most: 4096}

func newKnownLine(text string) *knownLine {
	return &knownLine{told: count(clip(flat(text), maxFactBytes)), stems: content(text, nil)}
}

// content gives the stems of a text's words of content, of those alone that want holds where that is given.
func content(text string, want func(word string) bool) map[string]bool {
	out := map[string]bool{}
	for w := range eachPlainWord(text) {
		w = strings.Trim(w, "'")
		if w == "" || smallWords[w] || want != nil && !want(w) {
			continue
		}
		if stem := english.Stem(strings.TrimSuffix(w, "'s"), false); stem != "" {
			out[stem] = true
		}
	}
	return out
}

// voiced finds which of a cue's lines the words carry. An answer to an ask counts by its sense:
// "count me in" voices the person's yes, whatever its wording.
func voiced(cue talk.Cue, text string) []string {
	if text == "" || len(cue.Lines) == 0 {
		return nil
	}
	var out []string
	// A stem begins with its word's letter, so few of the words said need their stems found.
	wants := make([]map[string]bool, len(cue.Lines))
	letters := map[byte]bool{}
	for i, l := range cue.Lines {
		wants[i] = knownLines.get(l.Text, newKnownLine).stems
		for w := range wants[i] {
			letters[w[0]] = true
		}
	}
	saidWords := content(text, func(w string) bool { return letters[w[0]] })
	low := lowered(strings.TrimSpace(text))
	folded := " " + strings.Join(plainWords(text), " ") + " "
	for i, l := range cue.Lines {
		want, hit := wants[i], 0
		for w := range want {
			if saidWords[w] {
				hit++
			}
		}
		ok := len(want) > 0 && (hit*100 >= voicedShare*len(want) && (hit >= 2 || len(want) < 3) || hit >= voicedMany && hit*100 >= voicedManyShare*len(want))
		ok = ok || strings.Contains(folded, " "+strings.Join(plainWords(l.Text), " ")+" ")
		if i == 0 && !ok {
			switch cue.Act {
			case talk.ActTake:
				ok = yes.MatchString(low) || promises.MatchString(low)
			case talk.ActRefuse:
				ok = no.MatchString(low) && !butYes.MatchString(low)
			}
		}
		if ok {
			out = append(out, l.ID)
		}
	}
	return out
}
