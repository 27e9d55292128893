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

// hasher makes a feature's hash, of its kind and what it is made of: by multiplying and folding, a step for each.
type hasher uint64

// hashBits are the bits of a feature's hash.
const hashBits = 31

func (h hasher) sum() uint32 { return uint32(h) & (1<<hashBits - 1) }

func begin(kind byte) hasher { return hasher(kind).num(0) }

func (h hasher) word(t *token) hasher { return h.num(int(t.id)) }

func (h hasher) num(n int) hasher {
	h = (h ^ hasher(uint32(n))) * 0x9e3779b97f4a7c15
	return h ^ h>>32
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
	// rows are the features' rows in a model, -1 for those that it does not know or that stood before.
	rows []int32
	// stamps marks the rows seen in this turn.
	stamps []uint8
	stamp  uint8
	// dense is the mean of the word vectors.
	dense []int16
	about uint64
	sums  []int32
	lanes lanes
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

// maxPending is for how many of the coworker's turns an ask waits for its answer.
const maxPending = 4

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
	put := func(g uint8, h hasher) { o.features = append(o.features, feature{h.sum(), g, sent}) }

	other, own := &r.Coworker, &r.Organizer
	if speaker == talk.Coworker {
		other, own = own, other
	}
	var vectors vectorSum
	marks, questions, qlike := 0, 0, 0
	overlapAll, overlapBest, overlapPlain := 0, 0, 0
	pronouns := 0
	aboutAll := uint64(0)
	for si := range d.sentences {
		s := &d.sentences[si]
		sent = int16(si)
		toks := d.tokens[s.first:s.last]
		n := len(toks)
		first := 0
		for first < n-1 && toks[first].is(isFiller) {
			first++
		}
		pro, overlap, contents := 0, 0, 0
		var wh *token
		var traits trait
		tense := 0
		about := uint64(0)
		for i := range toks {
			t := &toks[i]
			put(groupWord, begin('w').word(t))
			if t.is(isStemmed) {
				put(groupWord, begin('w').num(int(t.stem)))
			}
			pro |= int(t.pronoun)
			tense |= int(t.tense)
			traits |= t.traits
			if wh == nil && t.is(isAsking) {
				wh = t
			}
			if i+1 < n {
				put(groupPair, begin('p').word(t).word(&toks[i+1]))
				if i+2 < n {
					put(groupTriple, begin('t').word(t).word(&toks[i+1]).word(&toks[i+2]))
					put(groupTriple, begin('k').word(t).word(&toks[i+2]))
				}
			}
			if t.content() {
				contents++
				if slices.Contains(other.Stems, t.stem) {
					overlap++
				}
			}
			about |= subjects.of(toks, i)
			if vectors.add(t.row); t.row >= 0 && !t.is(isSmall) {
				put(groupKind, begin('c').num(int(lexicon.kinds[t.row])))
			}
			// patterns: content words by their kind, the small words as they are
			if i+1 < n {
				put(groupKind, begin('q').num(int(t.pattern)).num(int(toks[i+1].pattern)))
				if i+2 < n {
					put(groupKind, begin('r').num(int(t.pattern)).num(int(toks[i+1].pattern)).num(int(toks[i+2].pattern)))
				}
			}
		}
		hasOr, negative := traits&isOr != 0, traits&isNegative != 0
		mark := int(s.mark)
		lead := &toks[first]
		put(groupStart, begin('^').word(lead))
		put(groupStart, begin('m').word(lead).num(mark))
		if first+1 < n {
			put(groupStart, begin('^').word(lead).word(&toks[first+1]))
			if first+2 < n {
				put(groupStart, begin('^').word(lead).word(&toks[first+1]).word(&toks[first+2]))
			}
		}
		if first > 0 {
			put(groupStart, begin('f').word(&toks[0]))
		}
		put(groupStart, begin('$').word(&toks[n-1]).num(mark))
		put(groupShape, begin('m').num(mark))
		put(groupShape, begin('n').num(bucket(n)).num(mark))
		put(groupShape, begin('o').num(pro).num(mark))
		ql := 0
		switch {
		case lead.is(isAsking):
			ql = 1
		case lead.is(isInverted) && first+1 < n && pronoun(toks[first+1].word):
			ql = 2
		case lead.is(isInverted):
			ql = 3
		case wh != nil:
			ql = 4
		}
		put(groupShape, begin('y').num(ql).num(mark))
		if hasOr {
			put(groupShape, begin('|').num(ql).num(mark))
		}
		if negative {
			put(groupShape, begin('!').num(mark).num(pro))
		}
		if wh != nil {
			put(groupShape, begin('h').word(wh).num(mark).num(pro&1))
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
			put(groupStart, begin('E').word(&toks[n-1]))
		}
		if si == 0 {
			put(groupStart, begin('F').word(&toks[0]))
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
			put(groupBefore, begin('e').num(int(other.Mark)).word(&d.tokens[0]))
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
	if speaker == talk.Coworker && r.Pending > 0 {
		// small words may be an answer to an ask, at once or after a while
		late := min(r.Pending, 2)
		put(groupHistory, begin('9').num(r.Pending))
		for i := range d.tokens {
			if t := &d.tokens[i]; t.is(isSmall) {
				put(groupHistory, begin('A').word(t).num(late))
				if i+1 < len(d.tokens) {
					put(groupHistory, begin('B').word(t).word(&d.tokens[i+1]).num(late))
				}
			}
		}
		for i := range d.sentences {
			put(groupHistory, begin('C').word(&d.tokens[d.sentences[i].first]).num(late))
		}
	}
	for b := other.Labels; b != 0; b &= b - 1 {
		k := bits.TrailingZeros32(b)
		put(groupHistory, begin('1').num(k))
		if len(d.tokens) > 0 {
			put(groupHistory, begin('2').num(k).word(&d.tokens[0]))
		}
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
		t := &d.tokens[i]
		if t.content() && len(m.Stems) < maxStems && !slices.Contains(m.Stems, t.stem) {
			m.Stems = append(m.Stems, t.stem)
		}
	}
	m.Tokens = len(d.tokens)
	m.Mark, m.Start = 0, 0
	if n := len(d.sentences); n > 0 {
		m.Mark = d.sentences[n-1].mark
	}
	if n := len(d.tokens); n > 0 {
		h := begin('x').word(&d.tokens[0])
		if n > 1 {
			h = h.word(&d.tokens[1])
		}
		m.Start = h.sum()
	}
	m.About = r.scratch.seen.about
	m.Labels = labels
	switch {
	case speaker == talk.Organizer && labels&askBit != 0:
		r.Pending = 1
	case speaker == talk.Coworker && labels&answerBits != 0:
		r.Pending = 0
	case speaker == talk.Coworker && r.Pending > 0:
		if r.Pending++; r.Pending > maxPending {
			r.Pending = 0
		}
	}
	*ever |= labels
}
