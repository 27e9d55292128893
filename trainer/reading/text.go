package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// Words counts the words of a text: its UAX #29 segments with a letter or a digit.
func Words(text string) int {
	n := 0
	segments := words.FromString(text)
	for segments.Next() {
		for _, r := range segments.Value() {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				n++
				break
			}
		}
	}
	return n
}

// The reader looks at no more than this of a turn: its beginning and its end.
// What lies between still counts as words.
const (
	headBytes = 3000
	tailBytes = 1000
	maxTokens = 900
)

// token is a word of a turn in its plain spelling, with the bytes that it came from.
// A contraction gives two tokens with the same bytes.
type token struct {
	lexeme
	start, end int
	sentence   int
}

// sentence is a stretch of a turn that ends with a stop, a question mark or a line break.
type sentence struct {
	first, last int // tokens [first, last)
	start, end  int // bytes, without surrounding space
	mark        byte
	commas      int
}

// doc is a turn taken apart. Its slices are used again for the next turn.
type doc struct {
	text      string
	tokens    []token
	sentences []sentence
	plain     []byte // the plain words with a space around each
	offsets   []int32
	scratch   []byte
	hits      []hit // of each list of phrases
	// counts over the letters looked at
	latin, letters int
}

func (d *doc) reset(text string) {
	d.text = text
	d.tokens = d.tokens[:0]
	d.sentences = d.sentences[:0]
	d.plain = d.plain[:0]
	d.offsets = d.offsets[:0]
	d.latin, d.letters = 0, 0
}

// parse takes a turn apart.
func (d *doc) parse(text string) {
	d.reset(text)
	if len(text) <= headBytes+tailBytes {
		d.scan(0, len(text))
	} else {
		head, tail := headBytes, len(text)-tailBytes
		for head > 0 && !utf8.RuneStart(text[head]) {
			head--
		}
		for tail < len(text) && !utf8.RuneStart(text[tail]) {
			tail++
		}
		d.scan(0, head)
		d.scan(tail, len(text))
	}
	d.plain = append(d.plain, ' ')
	for i := range d.tokens {
		d.offsets = append(d.offsets, int32(len(d.plain)))
		d.plain = append(d.plain, d.tokens[i].word...)
		d.plain = append(d.plain, ' ')
	}
}

func (d *doc) scan(from, to int) {
	text := d.text
	begin := -1 // start of the sentence's bytes
	end := from // end of its last visible byte
	first := len(d.tokens)
	commas := 0
	flush := func(mark byte) {
		if begin >= 0 && len(d.tokens) > first {
			d.sentences = append(d.sentences, sentence{first: first, last: len(d.tokens), start: begin, end: end, mark: mark, commas: commas})
		}
		begin, first, commas = -1, len(d.tokens), 0
	}
	i := from
	for i < to && len(d.tokens) < maxTokens {
		r, size := utf8.DecodeRuneInString(text[i:to])
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) && begin >= 0:
			j := d.word(i, to)
			if begin < 0 {
				begin = i
			}
			d.add(i, j)
			i, end = j, j
			continue
		case r == '\n':
			flush(0)
		case r == '?' || r == '؟' || r == '？':
			end = i + size
			// all marks of a row belong to the sentence
			j := i + size
			for j < to && (text[j] == '?' || text[j] == '!' || text[j] == '.' || text[j] == '"' || text[j] == ')') {
				j++
				end = j
			}
			if begin >= 0 {
				flush('?')
			}
			i = j
			continue
		case r == '!' || r == '…' || r == '.' || r == '।' || r == '。':
			end = i + size
			j := i + size
			question := false
			for j < to && (text[j] == '?' || text[j] == '!' || text[j] == '.' || text[j] == '"' || text[j] == ')') {
				question = question || text[j] == '?'
				j++
				end = j
			}
			dots := strings.Count(text[i:j], ".")
			stop := begin >= 0 && (j >= to || text[j] == ' ' || text[j] == '\n' || text[j] == '\t' || text[j] >= utf8.RuneSelf || r != '.')
			if stop && r == '.' && dots == 1 && !question && d.abbreviation(first) {
				stop = false
			}
			if stop && r == '.' && dots == 1 && !question && isDotted(d, first) {
				// "3 p.m. and": goes on unless a capital letter follows
				k := j
				for k < to && text[k] == ' ' {
					k++
				}
				next, _ := utf8.DecodeRuneInString(text[k:to])
				stop = k >= to || !unicode.IsLower(next)
			}
			if stop && (r == '…' || dots > 1) && !question {
				// trailing off goes on unless a capital letter follows
				k := j
				for k < to && text[k] == ' ' {
					k++
				}
				next, _ := utf8.DecodeRuneInString(text[k:to])
				stop = k >= to || unicode.IsUpper(next)
			}
			if stop {
				mark := byte('.')
				if question {
					mark = '?'
				} else if r == '!' {
					mark = '!'
				}
				flush(mark)
			}
			i = j
			continue
		case r == ',' || r == ';' || r == ':' || r == '—' || r == '–':
			commas++
			if begin >= 0 {
				end = i + size
			}
		case !unicode.IsSpace(r):
			if begin < 0 && r != '-' && r != '*' {
				begin = i
			}
			if begin >= 0 {
				end = i + size
			}
		}
		i += size
	}
	flush(0)
}

// word gives the end of the word that begins at i: letters, digits, marks, and
// an apostrophe, hyphen, colon or dot between them.
func (d *doc) word(i, to int) int {
	text := d.text
	j := i
	for j < to {
		r, size := utf8.DecodeRuneInString(text[j:to])
		if unicode.IsLetter(r) {
			d.letters++
			if r < 0x250 {
				d.latin++
			}
			j += size
			continue
		}
		if unicode.IsDigit(r) || unicode.IsMark(r) {
			j += size
			continue
		}
		joins := r == '\'' || r == '’' || r == '‘' || r == 'ʼ'
		if (r == ':' || r == '.' || r == ',') && j > i && isDigit(text[j-1]) && j+size < to && isDigit(text[j+size]) {
			joins = true
		}
		if r == '.' && j-i == 1 && j+3 <= to && text[j+2] == '.' {
			joins = true // p.m., e.g.
		}
		if joins && j+size < to {
			next, _ := utf8.DecodeRuneInString(text[j+size : to])
			if unicode.IsLetter(next) || unicode.IsDigit(next) {
				j += size
				continue
			}
		}
		break
	}
	return j
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// abbreviation tells whether the dot after the last token belongs to it.
func (d *doc) abbreviation(first int) bool {
	if len(d.tokens) <= first {
		return false
	}
	t := d.tokens[len(d.tokens)-1]
	raw := d.text[t.start:t.end]
	switch raw {
	case "Mr", "Mrs", "Ms", "Dr", "St", "Fr", "Sr", "Jr", "Prof", "Rev", "vs", "etc", "approx", "No", "e.g", "i.e":
		return raw != "No" || len(d.tokens)-first > 1
	}
	return len(raw) == 1 && raw >= "A" && raw <= "Z" && raw != "I"
}

// isDotted tells whether the last token has a dot within it, as "p.m" has.
func isDotted(d *doc, first int) bool {
	if len(d.tokens) <= first {
		return false
	}
	t := d.tokens[len(d.tokens)-1]
	return strings.Contains(d.text[t.start:t.end], ".")
}

// add puts the plain spelling of the bytes [i, j) onto the tokens.
func (d *doc) add(i, j int) {
	raw := d.text[i:j]
	plain := raw
	simple := true
	for k := 0; k < len(raw); k++ {
		if c := raw[k]; c < 'a' || c > 'z' {
			simple = false
			break
		}
	}
	if !simple {
		d.scratch = d.scratch[:0]
		digits := false
		for _, r := range raw {
			switch {
			case r == '\'' || r == '’' || r == '‘' || r == 'ʼ' || r == '.':
			case unicode.IsDigit(r) || r == ':' || r == ',':
				digits = true
				d.scratch = utf8.AppendRune(d.scratch, r)
			default:
				d.scratch = utf8.AppendRune(d.scratch, unicode.ToLower(r))
			}
		}
		if digits {
			plain = digitWord(d.scratch)
		} else {
			plain = intern(d.scratch)
		}
	}
	plain = squeeze(plain)
	s := len(d.sentences)
	if pair, ok := expansions[plain]; ok {
		d.tokens = append(d.tokens, token{lexemeOf(pair[0]), i, j, s})
		if pair[1] != "" {
			d.tokens = append(d.tokens, token{lexemeOf(pair[1]), i, j, s})
		}
		return
	}
	d.tokens = append(d.tokens, token{lexemeOf(plain), i, j, s})
}

// digitWord stands for a word with digits: a time, a sum or a number.
func digitWord(b []byte) string {
	s := string(b)
	switch {
	case strings.HasSuffix(s, "am"), strings.HasSuffix(s, "pm"), strings.ContainsRune(s, ':'), strings.HasSuffix(s, "ish"):
		return "0time"
	case strings.HasSuffix(s, "st"), strings.HasSuffix(s, "nd"), strings.HasSuffix(s, "rd"), strings.HasSuffix(s, "th"):
		return "0th"
	case strings.HasSuffix(s, "h"), strings.HasSuffix(s, "hrs"), strings.HasSuffix(s, "min"), strings.HasSuffix(s, "mins"):
		return "0hours"
	}
	return "0num"
}

func intern(b []byte) string { return string(b) }

// squeeze shortens letters that are drawn out: "soooo" to "so".
func squeeze(s string) string {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == s[i+1] && s[i] == s[i+2] && s[i] >= 'a' && s[i] <= 'z' {
			out := make([]byte, 0, len(s))
			for k := 0; k < len(s); k++ {
				if k+2 < len(s) && s[k] == s[k+1] && s[k] == s[k+2] {
					continue
				}
				if k >= 2 && len(out) > 0 && out[len(out)-1] == s[k] && s[k-1] == s[k] && s[k-2] == s[k] {
					continue
				}
				out = append(out, s[k])
			}
			return string(out)
		}
	}
	return s
}

// expansions turn contractions and text-speak into the words that they stand for.
// Apostrophes have gone by then, as they do on phones.
var expansions = map[string][2]string{
	"im": {"i", "am"}, "ive": {"i", "have"}, "ill": {"i", "will"}, "id": {"i", "would"},
	"youre": {"you", "are"}, "youve": {"you", "have"}, "youll": {"you", "will"}, "youd": {"you", "would"},
	"hes": {"he", "is"}, "shes": {"she", "is"}, "hed": {"he", "would"}, "theyre": {"they", "are"},
	"theyve": {"they", "have"}, "theyll": {"they", "will"}, "theyd": {"they", "would"}, "weve": {"we", "have"},
	"thats": {"that", "is"}, "thatd": {"that", "would"}, "thatll": {"that", "will"}, "theres": {"there", "is"},
	"whats": {"what", "is"}, "whatd": {"what", "would"}, "whatll": {"what", "will"}, "whatre": {"what", "are"},
	"hows": {"how", "is"}, "howd": {"how", "would"}, "howre": {"how", "are"}, "whos": {"who", "is"}, "whod": {"who", "would"}, "wholl": {"who", "will"},
	"wheres": {"where", "is"}, "whens": {"when", "is"}, "whys": {"why", "is"}, "whyd": {"why", "would"},
	"dont": {"do", "not"}, "doesnt": {"does", "not"}, "didnt": {"did", "not"}, "isnt": {"is", "not"}, "arent": {"are", "not"},
	"wasnt": {"was", "not"}, "werent": {"were", "not"}, "cant": {"can", "not"}, "cannot": {"can", "not"}, "couldnt": {"could", "not"},
	"wouldnt": {"would", "not"}, "shouldnt": {"should", "not"}, "wont": {"will", "not"}, "havent": {"have", "not"}, "hasnt": {"has", "not"},
	"hadnt": {"had", "not"}, "aint": {"is", "not"}, "lets": {"let", "us"}, "gonna": {"going", "to"}, "wanna": {"want", "to"}, "gotta": {"got", "to"},
	"lemme": {"let", "me"}, "gimme": {"give", "me"}, "dunno": {"not", "know"}, "kinda": {"kind", "of"}, "sorta": {"sort", "of"}, "coulda": {"could", "have"},
	"woulda": {"would", "have"}, "shoulda": {"should", "have"}, "whatcha": {"what", "you"}, "wassup": {"what", "up"}, "sup": {"what", "up"}, "imma": {"i", "will"},
	"yall": {"you", "all"}, "idk": {"not", "know"}, "wyd": {"what", "you"},
	"u": {"you", ""}, "ur": {"your", ""}, "ya": {"you", ""}, "yer": {"your", ""}, "r": {"are", ""}, "n": {"and", ""}, "w": {"with", ""}, "wit": {"with", ""},
	"ppl": {"people", ""}, "bc": {"because", ""}, "cuz": {"because", ""}, "cos": {"because", ""}, "coz": {"because", ""}, "bcos": {"because", ""}, "cause": {"because", ""},
	"tho": {"though", ""}, "thru": {"through", ""}, "prob": {"probably", ""}, "probs": {"probably", ""}, "prolly": {"probably", ""}, "tmrw": {"tomorrow", ""}, "tmr": {"tomorrow", ""}, "tomoz": {"tomorrow", ""},
	"2moro": {"tomorrow", ""}, "2nite": {"tonight", ""}, "tonite": {"tonight", ""}, "mins": {"minutes", ""}, "min": {"minutes", ""}, "hrs": {"hours", ""}, "hr": {"hours", ""},
	"ok": {"okay", ""}, "k": {"okay", ""}, "kk": {"okay", ""}, "yh": {"yeah", ""}, "yea": {"yeah", ""}, "ye": {"yeah", ""}, "yah": {"yeah", ""}, "yep": {"yeah", ""}, "yup": {"yeah", ""}, "nah": {"no", ""}, "nope": {"no", ""}, "naw": {"no", ""},
	"pls": {"please", ""}, "plz": {"please", ""}, "thx": {"thanks", ""}, "ty": {"thanks", ""}, "sry": {"sorry", ""}, "msg": {"message", ""}, "txt": {"text", ""}, "abt": {"about", ""}, "rly": {"really", ""}, "shud": {"should", ""}, "wud": {"would", ""}, "cud": {"could", ""},
	"wat": {"what", ""}, "wot": {"what", ""}, "hav": {"have", ""}, "gud": {"good", ""}, "dis": {"this", ""}, "dat": {"that", ""}, "da": {"the", ""}, "em": {"them", ""}, "til": {"till", ""}, "wk": {"week", ""}, "nite": {"night", ""},
	"defo": {"definitely", ""}, "sth": {"something", ""}, "smth": {"something", ""}, "somthing": {"something", ""}, "alot": {"lot", ""}, "tbh": {"honestly", ""}, "rn": {"now", ""}, "bro": {"mate", ""}, "everyones": {"everyone", "is"}, "nobodys": {"nobody", "is"}, "somethings": {"something", "is"},
	"mum": {"mom", ""}, "thier": {"their", ""}, "teh": {"the", ""}, "becuase": {"because", ""}, "wierd": {"weird", ""}, "definately": {"definitely", ""},
}
