package reading

import (
	"strings"
	"sync/atomic"
)

// lexeme is what is known of a word by itself.
type lexeme struct {
	word string
	// id stands for the word, stem for its stem. Different words may have the same one, which is rare.
	id, stem uint32
	// pattern is the word as patterns see it: a small one as it is, one of content by its kind.
	pattern uint32
	// row is the word's row in the lexicon, -1 where it is unknown there.
	row int32
	// about are its subjects, but for those that take several words.
	about  uint64
	traits trait
	// pronoun and tense are the bits that it gives its sentence.
	pronoun, tense uint8
}

// trait is what a word is, in bits.
type trait uint16

const (
	isSmall    trait = 1 << iota // one that everybody uses, whatever they speak of
	isStemmed                    // its stem is another word
	isFiller                     // may stand before what a sentence begins with
	isAsking                     // "what", "who"
	isInverted                   // "do", "would"
	isForeign                    // common in another language
	isShared                     // common in English and in another language
	isOr                         // "or"
	isNegative                   // "not"
	isFollowed                   // may begin a subject of several words
	isPhrased                    // may begin a phrase of a list
)

func (l *lexeme) is(t trait) bool { return l.traits&t != 0 }

// content tells whether the word says what a sentence is about.
func (l *lexeme) content() bool { return l.traits&isSmall == 0 && l.word[0] != '0' }

// known are the lexemes of words that the lexicon knows, each kept where its id points until another takes the place. Other words,
// such as people's names, are not kept.
var known [1 << 12]atomic.Pointer[lexeme]

// lexemeOf gives what is known of a word in its plain spelling.
func lexemeOf(word string) lexeme {
	id := idOf(word)
	at := &known[id%uint32(len(known))]
	if l := at.Load(); l != nil && l.word == word {
		return *l
	}
	l := newLexeme(word, id)
	if l.row >= 0 || l.is(isSmall) {
		kept := l
		kept.word = strings.Clone(word) // which may be a part of what somebody said
		at.Store(&kept)
	}
	return l
}

// idOf is FNV-1a, by which the lexicon is ordered.
func idOf(word string) uint32 {
	h := uint32(2166136261)
	h = (h ^ 'v') * 16777619
	for i := 0; i < len(word); i++ {
		h = (h ^ uint32(word[i])) * 16777619
	}
	return (h ^ 0xff) * 16777619
}

func newLexeme(word string, id uint32) lexeme {
	stem := stem(word)
	l := lexeme{word: word, id: id, stem: idOf(stem), row: int32(lookUp(word))}
	if stem != word {
		l.traits |= isStemmed
	}
	for _, x := range []struct {
		set   map[string]bool
		trait trait
	}{{englishWords, isSmall}, {fillers, isFiller}, {asking, isAsking}, {inverted, isInverted}, {foreignWords, isForeign}, {sharedWords, isShared}, {subjects.starts, isFollowed}} {
		if x.set[word] {
			l.traits |= x.trait
		}
	}
	if len(phraseIndex[word]) > 0 {
		l.traits |= isPhrased
	}
	switch word {
	case "you", "your", "yours", "yourself":
		l.pronoun = 1
	case "i", "me", "my", "mine", "myself":
		l.pronoun = 2
	case "we", "us", "our", "ours", "together":
		l.pronoun = 4
	case "they", "them", "their", "he", "she", "him", "her", "his":
		l.pronoun = 8
	case "or":
		l.traits |= isOr
	case "not", "never", "no", "nobody", "nothing":
		l.traits |= isNegative
	}
	switch {
	case word == "will" || word == "going" || word == "would":
		l.tense = 1
	case word == "was" || word == "were" || word == "did" || word == "had" || len(word) > 4 && strings.HasSuffix(word, "ed") ||
		irregular[word] != "" && !strings.HasSuffix(word, "s") && word != "are" && word != "am":
		l.tense = 2
	}
	l.about = subjects.alone(word, stem)
	switch {
	case l.traits&(isSmall|isAsking|isInverted) != 0 || word == "" || word[0] == '0':
		l.pattern = id
	case l.row >= 0:
		l.pattern = uint32(lexicon.kinds[l.row])
	default:
		l.pattern = unknownPattern
	}
	return l
}

// unknownPattern stands for a word of content of which no kind is known.
const unknownPattern = 1 << 8
