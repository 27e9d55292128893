package reading

import (
	"math/bits"
	"slices"
	"sync"

	"breakroom/trainer/talk"
)

// A feature is a fact about a turn, known by its hash. Its group decides how
// much it weighs beside others; its sentence is where it stands, -1 for the whole turn.
type feature struct {
	hash     uint32
	group    uint8
	sentence int16
}

// The groups of features.
const (
	groupWord    = iota // words and stems
	groupPair           // two words in a row
	groupTriple         // three words in a row
	groupStart          // how sentences begin and end
	groupKind           // kinds of words (clusters), alone and in patterns
	groupShape          // marks, lengths, pronouns of a sentence
	groupSubject        // what words speak of (lexicon.txt), alone and two in a sentence
	groupWhole          // length and make of the whole turn, position in the talk
	groupOverlap        // words taken up from the other side
	groupBefore         // words of the turn before
	groupHistory        // what turns before were read as
	groups
)

// hasher makes a feature's hash: FNV-1a over its kind and its words.
type hasher uint32

func begin(kind byte) hasher { return hasher((2166136261 ^ uint32(kind)) * 16777619) }

func (h hasher) word(s string) hasher {
	for i := 0; i < len(s); i++ {
		h = (h ^ hasher(s[i])) * 16777619
	}
	return (h ^ 0xff) * 16777619
}

func (h hasher) num(n int) hasher {
	for range 4 {
		h = (h ^ hasher(n&0xff)) * 16777619
		n >>= 8
	}
	return h
}

// stem cuts the usual English endings off. It is meant to bring forms of a word
// together, not to be right about each.
func stem(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	n := len(w)
	if n <= 3 || w[0] == '0' {
		return w
	}
	cut := func(suffix string, least int) bool {
		if n-len(suffix) >= least && w[n-len(suffix):] == suffix {
			w = w[:n-len(suffix)]
			n = len(w)
			return true
		}
		return false
	}
	if !cut("ies", 2) && n > 4 && w[n-2:] != "ss" && w[n-2:] != "us" && w[n-2:] != "is" {
		_ = cut("es", 4) && false || cut("s", 3)
	}
	if cut("ing", 3) || cut("ied", 2) || cut("ed", 3) || cut("ly", 4) || cut("er", 4) {
		if n > 3 && w[n-1] == w[n-2] && w[n-1] != 'l' && w[n-1] != 's' {
			w = w[:n-1]
			n--
		}
	}
	if n > 3 && (w[n-1] == 'e' || w[n-1] == 'y' || w[n-1] == 'i') {
		w = w[:n-1]
	}
	return w
}

var irregular = map[string]string{
	"said": "say", "says": "say", "told": "tell", "tells": "tell", "went": "go", "goes": "go", "gone": "go", "felt": "feel", "got": "get", "gets": "get", "getting": "get", "made": "mak", "took": "tak", "taken": "tak",
	"came": "com", "thought": "think", "knew": "know", "known": "know", "kept": "keep", "left": "leav", "lost": "los", "paid": "pay", "cried": "cry", "crying": "cry", "cries": "cry", "slept": "sleep", "saw": "see", "seen": "see", "sees": "see",
	"heard": "hear", "gave": "giv", "given": "giv", "found": "find", "brought": "bring", "bought": "buy", "wrote": "writ", "written": "writ", "spoke": "speak", "spoken": "speak", "stood": "stand", "sat": "sit", "ran": "run", "met": "meet", "meant": "mean",
	"did": "do", "does": "do", "done": "do", "doing": "do", "had": "hav", "has": "hav", "having": "hav", "was": "be", "were": "be", "are": "be", "is": "be", "am": "be", "been": "be", "being": "be", "children": "kid", "child": "kid", "kids": "kid",
	"men": "man", "women": "woman", "days": "day", "ways": "way", "always": "always", "people": "people", "tired": "tire", "scared": "scare", "fired": "fire", "firing": "fire", "something": "something", "nothing": "nothing", "anything": "anything", "everything": "everything", "morning": "morning", "evening": "evening", "this": "this", "his": "his", "us": "us", "thing": "thing", "things": "thing", "bring": "bring", "during": "during", "boss": "boss", "bosses": "boss", "us all": "us",
}

var (
	fillers  = wordSet("and so but okay well like um uh er erm hey hi hello right yeah no oh look listen now mm hmm then also anyway because honestly mate love hun yes ah ha i mean you know just see wait god sure fine cool")
	asking   = wordSet("what how who why when where which whose whom")
	inverted = wordSet("do does did is are was were have has had can could would will should shall may might am want ready")
)

// memory is what features need of a turn before: a few hashes, bounded.
type memory struct {
	Stems    []uint32 `json:"s,omitempty"` // hashed stems of its content words, at most maxStems
	Mark     byte     `json:"m,omitempty"` // mark of its last sentence
	Start    uint32   `json:"b,omitempty"` // hash of its first two words
	Tokens   int      `json:"n,omitempty"`
	About    uint64   `json:"o,omitempty"` // subjects of its words
	Labels   uint32   `json:"l,omitempty"` // bits: moves or gives, in talk's order
	Detail   bool     `json:"d,omitempty"` // names a time, a place or a person
	AskLevel int      `json:"a,omitempty"`
}

const maxStems = 96

// observation is a turn as the models see it.
type observation struct {
	features []feature
	// patterns are the words of the turn as patterns see them.
	patterns []pattern
	// rows are the features' rows in a model, -1 for those that it does not know or that stood before.
	rows []int32
	// stamps marks the rows seen in this turn.
	stamps []uint8
	stamp  uint8
	// dense is the mean of the word vectors.
	dense []int16
	about uint64
	sums  []int32
	look  []int32 // what a second look goes by
}

// scratch is what one reading works with; it is shared, since a reader keeps only its memory.
type scratch struct {
	doc  doc
	seen observation
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// askBit is the ask among the organizer's labels.
var askBit = func() uint32 { return 1 << slices.Index(talk.Moves, talk.MakeAsk) }()

func bucket(n int) int {
	switch {
	case n <= 4:
		return n
	case n <= 6:
		return 5
	case n <= 9:
		return 6
	case n <= 14:
		return 7
	case n <= 20:
		return 8
	case n <= 30:
		return 9
	case n <= 45:
		return 10
	case n <= 60:
		return 11
	case n <= 90:
		return 12
	}
	return 13
}

// observe finds the features of the turn in the scratch.
func (r *Reader) observe(speaker talk.Speaker) {
	d, o := &r.scratch.doc, &r.scratch.seen
	o.features = o.features[:0]
	sent := int16(-1)
	put := func(g uint8, h hasher) { o.features = append(o.features, feature{uint32(h), g, sent}) }

	other, own := &r.Coworker, &r.Organizer
	if speaker == talk.Coworker {
		other, own = own, other
	}
	o.patterns = o.patterns[:0]
	for i := range d.tokens {
		o.patterns = append(o.patterns, patternOf(d.tokens[i].word))
	}
	var vectors vectorSum
	marks, questions, qlike := 0, 0, 0
	overlapAll, overlapBest, overlapPlain := 0, 0, 0
	pronouns := 0
	aboutAll := uint64(0)
	for si := range d.sentences {
		s := &d.sentences[si]
		sent = int16(si)
		toks, pats := d.tokens[s.first:s.last], o.patterns[s.first:s.last]
		n := len(toks)
		first := 0
		for first < n-1 && fillers[toks[first].word] {
			first++
		}
		pro, overlap, contents := 0, 0, 0
		wh, hasOr, negative := "", false, false
		about := uint64(0)
		for i := range toks {
			w := toks[i].word
			put(groupWord, begin('w').word(w))
			st := stem(w)
			if st != w {
				put(groupWord, begin('w').word(st))
			}
			switch w {
			case "you", "your", "yours", "yourself":
				pro |= 1
			case "i", "me", "my", "mine", "myself":
				pro |= 2
			case "we", "us", "our", "ours", "together":
				pro |= 4
			case "they", "them", "their", "he", "she", "him", "her", "his":
				pro |= 8
			case "or":
				hasOr = true
			case "not", "never", "no", "nobody", "nothing":
				negative = true
			}
			if asking[w] && wh == "" {
				wh = w
			}
			if i+1 < n {
				put(groupPair, begin('p').word(w).word(toks[i+1].word))
				if i+2 < n {
					put(groupTriple, begin('t').word(w).word(toks[i+1].word).word(toks[i+2].word))
					put(groupTriple, begin('k').word(w).word(toks[i+2].word))
				}
			}
			if !englishWords[w] && w[0] != '0' {
				contents++
				h := uint32(begin('s').word(st))
				for _, x := range other.Stems {
					if x == h {
						overlap++
						break
					}
				}
			}
			about |= subjects.of(toks, i, st)
			c := vectors.add(w)
			if c >= 0 {
				if !englishWords[w] {
					put(groupKind, begin('c').num(c))
				}
			}
			// patterns: content words by their kind, the small words as they are
			if i+1 < n {
				put(groupKind, begin('q').pattern(pats[i]).pattern(pats[i+1]))
				if i+2 < n {
					put(groupKind, begin('r').pattern(pats[i]).pattern(pats[i+1]).pattern(pats[i+2]))
				}
			}
		}
		mark := int(s.mark)
		lead := toks[first].word
		put(groupStart, begin('^').word(lead))
		put(groupStart, begin('m').word(lead).num(mark))
		if first+1 < n {
			put(groupStart, begin('^').word(lead).word(toks[first+1].word))
			if first+2 < n {
				put(groupStart, begin('^').word(lead).word(toks[first+1].word).word(toks[first+2].word))
			}
		}
		if first > 0 {
			put(groupStart, begin('f').word(toks[0].word))
		}
		put(groupStart, begin('$').word(toks[n-1].word).num(mark))
		put(groupShape, begin('m').num(mark))
		put(groupShape, begin('n').num(bucket(n)).num(mark))
		put(groupShape, begin('o').num(pro).num(mark))
		ql := 0
		switch {
		case asking[lead]:
			ql = 1
		case inverted[lead] && first+1 < n && pronoun(toks[first+1].word):
			ql = 2
		case inverted[lead]:
			ql = 3
		case wh != "":
			ql = 4
		}
		put(groupShape, begin('y').num(ql).num(mark))
		if hasOr {
			put(groupShape, begin('|').num(ql).num(mark))
		}
		if negative {
			put(groupShape, begin('!').num(mark).num(pro))
		}
		if wh != "" {
			put(groupShape, begin('h').word(wh).num(mark).num(pro&1))
		}
		tense := 0
		for i := range toks {
			switch w := toks[i].word; {
			case w == "will" || w == "going" || w == "would":
				tense |= 1
			case w == "was" || w == "were" || w == "did" || w == "had" || len(w) > 4 && w[len(w)-2:] == "ed" || irregular[w] != "" && w[len(w)-1] != 's' && w != "are" && w != "is" && w != "am":
				tense |= 2
			}
		}
		put(groupShape, begin('V').num(tense).num(pro))
		for a := about; a != 0; a &= a - 1 {
			k := bits.TrailingZeros64(a)
			put(groupSubject, begin('1').num(k))
			put(groupSubject, begin('2').num(k).num(pro))
			put(groupSubject, begin('3').num(k).num(tense).num(b2i(negative)))
			put(groupSubject, begin('4').num(k).num(mark).num(ql))
			for b := a & (a - 1); b != 0; b &= b - 1 {
				put(groupSubject, begin('5').num(k).num(bits.TrailingZeros64(b)))
			}
		}
		aboutAll |= about
		if si == len(d.sentences)-1 {
			put(groupStart, begin('L').word(lead))
			put(groupShape, begin('L').num(mark).num(ql))
			put(groupShape, begin('l').num(bucket(n)))
			put(groupStart, begin('E').word(toks[n-1].word))
		}
		if si == 0 {
			put(groupStart, begin('F').word(toks[0].word))
			put(groupShape, begin('F').num(mark))
		}
		if contents > 0 && overlap > 0 {
			put(groupOverlap, begin('o').num(min(overlap, 4)).num(mark))
			put(groupOverlap, begin('O').num(overlap*4/contents).num(mark))
			put(groupOverlap, begin('P').num(min(overlap, 3)).num(pro&3))
		}
		overlapAll += overlap
		overlapBest = max(overlapBest, overlap)
		if mark != '?' {
			overlapPlain += overlap
		}
		if mark == '?' {
			questions++
		} else if ql == 1 || ql == 2 {
			qlike++
		}
		if mark != 0 {
			marks++
		}
		pronouns |= pro
	}
	sent = -1
	put(groupWhole, begin('N').num(bucket(len(d.tokens))))
	put(groupWhole, begin('S').num(min(len(d.sentences), 6)))
	put(groupWhole, begin('Q').num(min(questions, 3)))
	put(groupWhole, begin('A').num(min(questions+qlike, 3)))
	put(groupWhole, begin('U').num(pronouns))
	if questions > 0 && bucket(len(d.tokens)) > 9 {
		put(groupWhole, begin('G').num(min(questions, 2)))
	}
	put(groupOverlap, begin('A').num(min(overlapAll, 5)))
	put(groupOverlap, begin('B').num(min(overlapBest, 4)))
	put(groupOverlap, begin('C').num(min(overlapPlain, 4)))
	put(groupWhole, begin('T').num(bits.Len(uint(r.Turns))))
	// the turn before
	for _, h := range other.Stems {
		put(groupBefore, begin('b').num(int(h)))
	}
	if other.Tokens > 0 {
		put(groupWhole, begin('b').num(int(other.Mark)))
		put(groupWhole, begin('c').num(bucket(other.Tokens)))
		put(groupWhole, begin('d').num(bucket(other.Tokens)).num(bucket(len(d.tokens))))
		put(groupBefore, begin('e').num(int(other.Start)))
		if len(d.tokens) > 0 {
			put(groupBefore, begin('e').num(int(other.Mark)).word(d.tokens[0].word))
		}
	}
	for a := other.About; a != 0; a &= a - 1 {
		k := bits.TrailingZeros64(a)
		put(groupBefore, begin('6').num(k))
		if aboutAll&(1<<k) != 0 {
			put(groupOverlap, begin('7').num(k))
		}
	}
	put(groupOverlap, begin('8').num(min(bits.OnesCount64(aboutAll&other.About), 6)))
	o.about = aboutAll
	// what was read before
	lead := ""
	if len(d.tokens) > 0 {
		lead = d.tokens[0].word
	}
	if speaker == talk.Coworker && other.Labels&askBit != 0 {
		for i := range d.tokens {
			if w := d.tokens[i].word; englishWords[w] {
				put(groupHistory, begin('A').word(w))
				if i+1 < len(d.tokens) {
					put(groupHistory, begin('B').word(w).word(d.tokens[i+1].word))
				}
			}
		}
		for i := range d.sentences {
			put(groupHistory, begin('C').word(d.tokens[d.sentences[i].first].word))
		}
	}
	for b := other.Labels; b != 0; b &= b - 1 {
		k := bits.TrailingZeros32(b)
		put(groupHistory, begin('1').num(k))
		put(groupHistory, begin('2').num(k).word(lead))
		put(groupHistory, begin('7').num(k).num(min(questions+qlike, 1)))
		put(groupHistory, begin('8').num(k).num(bucket(len(d.tokens))/3))
	}
	if other.Labels == 0 {
		put(groupHistory, begin('1').num(99))
	}
	for b := own.Labels; b != 0; b &= b - 1 {
		put(groupHistory, begin('3').num(bits.TrailingZeros32(b)))
	}
	for b := r.Ever[0]; b != 0; b &= b - 1 {
		put(groupHistory, begin('4').num(bits.TrailingZeros32(b)))
	}
	for b := r.Ever[1]; b != 0; b &= b - 1 {
		put(groupHistory, begin('5').num(bits.TrailingZeros32(b)))
	}
	o.dense = vectors.mean(o.dense[:0])
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pronoun(w string) bool {
	switch w {
	case "you", "i", "we", "they", "he", "she", "it", "that", "there", "this", "your", "the", "u", "anyone", "anybody", "any", "not":
		return true
	}
	return false
}

// pattern is a word as patterns see it: a small one as it is, one of content by its kind.
type pattern struct {
	word string // "" for one of content
	kind int
}

func patternOf(w string) pattern {
	if englishWords[w] || asking[w] || inverted[w] || w[0] == '0' {
		return pattern{word: w}
	}
	if c := kindOf(w); c >= 0 {
		return pattern{kind: c}
	}
	return pattern{word: "?"}
}

func (h hasher) pattern(p pattern) hasher {
	if p.word != "" {
		return h.word(p.word)
	}
	return h.num(p.kind)
}

// remember keeps of the turn just read what the next turns need.
func (r *Reader) remember(speaker talk.Speaker, labels uint32) {
	d := &r.scratch.doc
	m := &r.Organizer
	ever := &r.Ever[0]
	if speaker == talk.Coworker {
		m, ever = &r.Coworker, &r.Ever[1]
	}
	m.Stems = m.Stems[:0]
	for i := range d.tokens {
		w := d.tokens[i].word
		if englishWords[w] || w[0] == '0' || len(m.Stems) == maxStems {
			continue
		}
		h := uint32(begin('s').word(stem(w)))
		seen := false
		for _, x := range m.Stems {
			if x == h {
				seen = true
				break
			}
		}
		if !seen {
			m.Stems = append(m.Stems, h)
		}
	}
	m.Tokens = len(d.tokens)
	m.Mark, m.Start = 0, 0
	if n := len(d.sentences); n > 0 {
		m.Mark = d.sentences[n-1].mark
	}
	if n := len(d.tokens); n > 0 {
		h := begin('x').word(d.tokens[0].word)
		if n > 1 {
			h = h.word(d.tokens[1].word)
		}
		m.Start = uint32(h)
	}
	m.About = r.scratch.seen.about
	m.Labels = labels
	*ever |= labels
}
