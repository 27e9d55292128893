package llm

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/trainer/coworker"
	"breakroom/trainer/talk"
)

// Why a guard replaced or cut what a model said, as Spoken.Mended has it.
const (
	MendedOutOfRole = "out-of-role"         // it spoke as a program, an author or a coach
	MendedThought   = "thought-aloud"       // it thought aloud where the words belong
	MendedSpeaker   = "wrong-speaker"       // it spoke for the organizer
	MendedMarkup    = "markup"              // stage directions, lists, marks
	MendedAgainst   = "against-the-cue"     // yes where the person refuses, or no where they agree
	MendedRepeats   = "repeats"             // the words of a turn before, its own or the organizer's, or the same ones over and over
	MendedLong      = "too-long"            // far more words than the person has now
	MendedBroken    = "broken-off"          // the answer broke off
	MendedStalled   = "stalled"             // a pause that was too long
	MendedFiltered  = "filtered"            // the server's filter
	MendedDeclined  = "declined"            // the model declined
	MendedLength    = "length"              // the server's bound of an answer
	MendedSlow      = "slow"                // no word in time
	MendedBusy      = "busy"                // too many wait
	MendedDown      = "unavailable"         // the server fails, refuses, or is left alone
	MendedEmpty     = "empty"               // an answer without words
	MendedBudgetOne = "budget-conversation" // the tokens of the conversation are used up
	MendedBudgetOwn = "budget-person"       // the person's of today
	MendedBudgetAll = "budget-day"          // everybody's of today
)

// Mendings lists every reason.
var Mendings = []string{
	MendedOutOfRole, MendedThought, MendedSpeaker, MendedMarkup, MendedAgainst, MendedRepeats, MendedLong, MendedBroken, MendedStalled, MendedFiltered,
	MendedDeclined, MendedLength, MendedSlow, MendedBusy, MendedDown, MendedEmpty, MendedBudgetOne, MendedBudgetOwn, MendedBudgetAll,
}

// holdWords is how many words are held back before the first is shown, and at the beginning of each further line.
const holdWords = 6

// Bounds of what is no row of words: bytes that are held back, bytes of each word that an answer may have, and marks in a row.
const (
	maxHeld  = 2 << 10
	maxWord  = 12
	maxMarks = 8
)

// guard stands between a model's words and the trainee. It is pushed the words
// as they come and gives those that may be shown. Once it gave a reason, the rest of the answer is not wanted.
type guard struct {
	cue    talk.Cue
	name   string   // of the coworker, lower case
	before []string // the coworker's own turns, and last what the organizer said just now

	think thoughts
	// pending was neither shown nor refused yet.
	pending string
	// shown is what was shown.
	shown strings.Builder
	// holding is set while the beginning, or the beginning of a line, is held back.
	holding bool
	quoted  bool // the words began with a quotation mark, which was dropped
	words   int
	inWord  bool
	marks   int // in a row, since the last letter
	// lax is set where the cue's own line reads like the opposite of its answer: people have their own ways.
	lax bool
	// compared is set once the beginning was compared with earlier turns.
	compared bool
	// near is where the last word ends that a role break has, in shown; 0 where there was none.
	near int
	// hash is that of the word that goes on, hashes are those of the words before it; loops is set where they go round in a circle.
	hash   uint32
	hashes []uint32
	loops  bool
	// sentence is where the last sentence begins, in shown, and behind how many words; looked is set once its beginning was looked at.
	sentence, behind int
	looked           bool
	// full is set at the end of a sentence once there are words enough.
	full bool
	// spoke is set once anything came that counts as progress.
	spoke bool
}

func newGuard(s *coworker.Scene, thoughtsFirst bool) *guard {
	g := &guard{cue: s.Cue, holding: true, before: make([]string, 0, len(s.Recent)+1), hashes: make([]uint32, 0, 64)}
	g.think.inside, g.think.assumed = thoughtsFirst, thoughtsFirst
	if s.Open != nil {
		g.name = strings.ToLower(s.Open.Coworker.Name)
	}
	for _, t := range s.Recent {
		if t.Speaker == talk.Coworker {
			g.before = append(g.before, t.Text)
		}
	}
	g.before = append(g.before, s.Heard.Text)
	for _, l := range s.Cue.Lines {
		low := lowered(l.Text)
		g.lax = g.lax || against(s.Cue.Act, low) || goesBack(s.Cue.Act, low)
	}
	return g
}

// isName reports whether a speaker's name in lower case is the coworker's, or stands for it.
func (g *guard) isName(name string) bool {
	switch name {
	case "":
		return false
	case "coworker", "assistant", "me", g.name:
		return true
	}
	for part := range strings.FieldsSeq(g.name) {
		if part == name {
			return true
		}
	}
	return false
}

// beginning gives the first held words of a text, folded for comparison; "" where it has fewer.
func beginning(text string) string {
	var w [holdWords]string
	// Nearly always they stand in the first bytes, and the rest need not be lowered.
	for _, head := range []string{text[:wordEnd(text, 96)], text} {
		n := 0
		for word := range eachPlainWord(head) {
			w[n] = word
			if n++; n == holdWords {
				return strings.Join(w[:], " ")
			}
		}
		if len(head) == len(text) {
			break
		}
	}
	return ""
}

// wordEnd gives a place between words not far from byte n, the text's end where there is none.
func wordEnd(text string, n int) int {
	if n < len(text) {
		if i := strings.IndexByte(text[n:], ' '); i >= 0 {
			return n + i
		}
	}
	return len(text)
}

// eachPlainWord goes through a text's words in lower case, without marks.
func eachPlainWord(text string) iter.Seq[string] {
	return strings.FieldsFuncSeq(lowered(text), func(r rune) bool { return !plainRune(r) })
}

// plainRune reports whether a character belongs to a word.
func plainRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' }

// plainWords gives a text's words in lower case, without marks.
func plainWords(text string) []string { return slices.Collect(eachPlainWord(text)) }

// lowered is a text in lower case with plain apostrophes, as the guard compares it.
func lowered(text string) string { return strings.ToLower(strings.ReplaceAll(text, "’", "'")) }

// visible reports whether anything was shown.
func (g *guard) visible() bool { return g.shown.Len() > 0 }

// push takes the next words. It gives what may be shown now, and why the answer must stop, "" where it need not.
func (g *guard) push(text string) (show, reason string) {
	g.spoke = g.spoke || text != ""
	before := g.think.orphan
	clean := g.think.push(text)
	if g.think.orphan && !before {
		if g.visible() {
			return "", MendedThought
		}
		g.pending, g.holding, g.quoted = "", true, false
	}
	if strings.IndexByte(clean, '\r') >= 0 {
		clean = strings.ReplaceAll(clean, "\r", "\n")
	}
	g.pending += clean
	return g.advance(false)
}

// finish takes the end of the answer and gives what may still be shown.
func (g *guard) finish() (show, reason string) {
	g.pending += g.think.flush()
	return g.advance(true)
}

// advance moves what may be shown out of pending.
func (g *guard) advance(end bool) (show, reason string) {
	for {
		if g.holding {
			done, reason := g.release(end)
			if reason != "" {
				return show, reason
			}
			if !done {
				if len(g.pending) > maxHeld {
					return show, MendedLong
				}
				return show, ""
			}
		}
		line, rest, more := strings.Cut(g.pending, "\n")
		piece, kept := line, ""
		if !more {
			piece, kept = g.split(line, end)
		} else {
			piece = strings.TrimRightFunc(line, unicode.IsSpace)
		}
		if reason := g.check(piece); reason != "" {
			// The words before the fault may stand.
			return show, reason
		}
		if piece != "" {
			fits, over := g.measure(piece)
			show += fits
			g.shown.WriteString(fits)
			if g.loops {
				g.pending = ""
				return show, MendedRepeats
			}
			if g.recites() {
				g.pending = ""
				return show, MendedOutOfRole
			}
			if over {
				g.pending = ""
				return show, MendedLong
			}
		}
		if !more {
			g.pending = kept
			return show, ""
		}
		// The next line begins: a space stands for the break, and it is held like the first.
		g.pending = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if g.pending == "" && end {
			return show, ""
		}
		g.holding = true
	}
}

// split keeps back what may turn out to be the end: white space, and a quotation mark that closes a dropped one.
func (g *guard) split(text string, end bool) (show, kept string) {
	show = strings.TrimRightFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || g.quoted && (r == '"' || r == '”')
	})
	if end {
		return show, ""
	}
	return show, text[len(show):]
}

var (
	prefix   = regexp.MustCompile(`^\s*[*_"“]{0,2}([\p{L}][\p{L}'’. ()-]{0,40}?)[*_]{0,2}\s*[:：][*_]{0,2}`)
	speakers = map[string]bool{"organizer": true, "organiser": true, "trainee": true, "user": true, "you": true, "human": true, "interviewer": true, "interviewee": true,
		"narrator": true, "scene": true, "note": true, "coach": true, "trainer": true, "system": true, "response": true, "answer": true, "reply": true, "output": true, "feedback": true,
		"friend": true, "manager": true, "supervisor": true}
	// others are those of them whom nobody names so in the midst of what they say.
	others = map[string]bool{"organizer": true, "organiser": true, "trainee": true, "user": true, "human": true, "interviewer": true, "interviewee": true, "narrator": true}
	// A list begins with its first item: who says "12. Maybe 13" counts something else.
	listItem = regexp.MustCompile(`^\s*(?:[-•–*]\s+\S|1[.)]\s+\S|#{1,6}\s)`)
	bullet   = regexp.MustCompile(`^\s*(?:1[.)]?|[-•–*#]+)\s*$`) // what may become one
	aside    = regexp.MustCompile(`^\s*[(]|[.!?…]\s+[(]`)
	// A stage direction in the midst of a sentence.
	stage = regexp.MustCompile(`[(](?:[a-z]+ ){0,2}(?:laugh|sigh|shrug|nod|paus|smil|grin|chuckl|frown|wince|hesitat|glanc|lean|looks? (?:away|down|up|at|around)|looking|rolls? |whisper|silence|beat\b)`)
	// Words that no coworker says of themselves: a program's, an author's, a coach's; and those of the note that a model is given.
	roleBreak = regexp.MustCompile(`\b(?:as an? (?:ai|a\.i\.|artificial|(?:large )?language|virtual|chatbot|text-based)\b` +
		`|as (?:an assistant|your virtual|your ai)\b` +
		`|(?:i am|i'm|im) (?:just |only )?(?:an? )?(?:ai|a\.i\.|ai assistant|language model|chatbot|chatgpt|claude|virtual assistant|computer program)\b` +
		`|(?:large )?language model\b|(?:by|from) (?:openai|anthropic)\b` +
		`|i'm here to (?:help|assist) you|is there anything else i can (?:help|assist)` +
		`|i (?:can't|cannot|can not|am unable to|won't|will not|am not able to) (?:assist|fulfil+ (?:that|this|your|the) request|comply with (?:that|this|your) request|generate (?:that|this|content|text|a response)|create content|help (?:you )?with (?:that|this) request|continue with this (?:conversation|role))` +
		`|(?:this|our|end of the|continue the) role-?play(?:ing)?\b|in this (?:scenario|simulation)\b|(?:stay(?:ing)? in|break(?:ing)?|out of) character\b|my character (?:would|is|has)\b` +
		`|system prompt\b|the prompt\b|my (?:instructions (?:say|are|tell|do|forbid)|programming|training data)\b|the (?:trainee|user) (?:should|asks?|asked|is asking|has asked|wants?)\b` +
		`|(?:your|good|great|nice|excellent) (?:use of )?(?:open-ended|open) question|ask(?:ed|ing)? an open(?:-ended)? question|(?:your|good|great|nice|excellent) (?:use of )?active listening` +
		`|here(?:'s| is) (?:(?:a|my|the|your) (?:response|reply|revised|possible answer)|how [a-z]+ (?:might|would|could) (?:respond|reply|answer))` +
		`|what you do now\b|played in a spoken\b|say this in your own (?:voice|words)|speak only as\b|in the first person\b|at most \d+ words)` +
		`|(?:^|[.!?] )how (?:can|may) i (?:help|assist) you`)
	// A word of each of these patterns: without one of them there is no need to look.
	triggers = map[string]bool{}
)

func init() {
	for _, w := range strings.Fields("ai i a artificial language chatbot text virtual assistant program model openai chatgpt assist help fulfill fulfil comply generate create continue " +
		"role roleplay roleplaying play playing scenario simulation character prompt instructions programming training trainee user ended question active listening response reply respond answer revised possible " +
		"claude anthropic unable request now spoken voice words only person") {
		if len(w) > 1 {
			triggers[w] = true
		}
	}
}

// triggered reports whether a text in lower case holds a word that a role break has.
func triggered(low []byte) bool {
	start := -1
	for i := 0; i <= len(low); i++ {
		if i < len(low) && low[i] >= 'a' && low[i] <= 'z' {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && (triggers[string(low[start:i])] || i-start == 1 && i+1 < len(low) && low[start] == 'a' && low[i] == '.' && low[i+1] == 'i') {
			return true
		}
		start = -1
	}
	return false
}

// ofRoleBreaks are such that each role break holds one of them.
var ofRoleBreaks = []string{
	"as a", "as your ", " ai", "a.i.", "language model", "chatbot", "chatgpt", "claude", "assist", "computer program", "openai", "anthropic", "here to ", "anything else i can", "request", "generate",
	"create content", "continue with this", "role", "in this ", "character", "prompt", "instructions", "programming", "training data", "the trainee", "the user",
	"question", "active listening", "here's ", "here is ", "what you do now", "a spoken", "say this in", "speak only as", "first person", "at most", "how can i", "how may i",
}

// breaksRole reports whether a text in lower case speaks out of the role.
func breaksRole(low string) bool {
	return slices.ContainsFunc(ofRoleBreaks, func(part string) bool { return strings.Contains(low, part) }) && roleBreak.MatchString(low)
}

// mayList reports whether a text begins with a byte with which a list's item may begin.
func mayList(text string) bool {
	return text != "" && (text[0] >= '0' && text[0] <= '9' || text[0] == '-' || text[0] == '*' || text[0] == '#' || text[0] == 0xe2)
}

// marked reports whether a text holds a mark that nobody speaks.
func marked(text string) bool {
	if strings.ContainsAny(text, "*[]{}|<>`~_") || strings.Contains(text, "---") {
		return true
	}
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return strings.ContainsAny(text, "◁▷【】") || strings.Contains(text, "———")
		}
	}
	return false
}

// release looks at a beginning that is held. done is set once it may be shown.
func (g *guard) release(end bool) (done bool, reason string) {
	text := strings.TrimLeftFunc(g.pending, unicode.IsSpace)
	first := !g.visible()
	// A speaker's name before the words: the coworker's own is dropped.
	for range 3 {
		if strings.IndexByte(text, ':') < 0 && !strings.Contains(text, "：") {
			break
		}
		m := prefix.FindStringSubmatchIndex(text)
		if m == nil {
			break
		}
		name := speaker(text[m[2]:m[3]])
		switch {
		case g.isName(name):
			text = strings.TrimLeftFunc(text[m[1]:], unicode.IsSpace)
		case speakers[name]:
			return false, MendedSpeaker
		default:
			m = nil
		}
		if m == nil {
			break
		}
		g.pending = text
	}
	if mayList(text) && listItem.MatchString(text) || marked(text) || strings.Contains(text, "(") && aside.MatchString(text) {
		return false, MendedMarkup
	}
	if first && !g.quoted {
		if r, n := utf8.DecodeRuneInString(text); (r == '"' || r == '“') && (end || !opensQuote(text)) && !quotes(text[n:]) {
			g.quoted = true
			text = strings.TrimLeftFunc(text[n:], unicode.IsSpace)
		}
	}
	if !end && (mayList(text) && bullet.MatchString(text) || !ripe(text, false) || first && (suspicious.MatchString(text) && !ripe(text, true) || g.answers() && !ripe(text[openers(text):], true) || opensQuote(text))) {
		if first {
			g.pending = text
		}
		return false, ""
	}
	if text == "" {
		g.pending = ""
		return end, ""
	}
	low := lowered(text)
	if breaksRole(low) || strings.HasPrefix(low, "you are "+g.name) || recited[sentenceBegins(low)] {
		return false, MendedOutOfRole
	}
	if first {
		if !g.lax && against(g.cue.Act, low) {
			return false, MendedAgainst
		}
		if g.repeats(text) {
			return false, MendedRepeats
		}
		g.pending = text
	} else {
		g.pending = " " + text
	}
	g.holding = false
	return true, ""
}

// opensQuote reports whether a text begins with a quotation mark and is too short to tell what it marks.
func opensQuote(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return (r == '"' || r == '“') && !quotes(text[n:]) && len(text) < 48
}

// quotes reports whether a mark closes in a text and words follow: somebody is quoted, where marks around all of an answer say nothing.
func quotes(text string) bool {
	i := strings.IndexAny(text, "\"”")
	return i >= 0 && strings.ContainsFunc(text[i:], unicode.IsLetter)
}

// speaker is a speaker's name in lower case, without an article before it and a direction behind it.
func speaker(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "(")
	return strings.TrimPrefix(strings.TrimSpace(name), "the ")
}

// repeats reports whether a text begins with the words of an earlier turn.
func (g *guard) repeats(text string) bool {
	b := beginning(text)
	return b != "" && slices.ContainsFunc(g.before, func(said string) bool {
		first := strings.IndexFunc(said, func(r rune) bool { return plainRune(r) || r == '’' })
		return first >= 0 && (said[first]|0x20 == b[0]|0x20 || said[first] >= utf8.RuneSelf || b[0] >= utf8.RuneSelf) && beginning(said) == b
	})
}

// suspicious are beginnings with which a model leaves its role more often than a coworker begins to talk: they are held longer.
var suspicious = regexp.MustCompile(`(?i)^\W*(?:(?:i['’]?m|i am) (?:very |so |really )?sorry|sorry|i apologi[sz]e|my apologies|certainly|of course|sure|absolutely|understood|got it|okay|alright)\b`)

// answers reports whether the cue takes or turns down something, so that its first words matter most.
func (g *guard) answers() bool {
	switch g.cue.Act {
	case talk.ActTake, talk.ActPutOff, talk.ActRefuse, talk.ActBoundary, talk.ActLeave:
		return true
	}
	return false
}

// ripe reports whether so much of a beginning is there that it can be judged:
// six words, or a first mark of punctuation. An answer to an ask waits for the
// end of its sentence: "Yeah, no" is not "Yeah".
func ripe(text string, sentence bool) bool {
	words, inWord := 0, false
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			inWord = true
		case (r == '\'' || r == '’' || r == '-') && inWord:
		default:
			if inWord {
				words++
				inWord = false
			}
			if words >= holdWords {
				return true
			}
			if words > 0 && (strings.ContainsRune(".!?…;\n", r) || !sentence && strings.ContainsRune(",:—–", r)) {
				// A point inside a number or an abbreviation is none, which only the next letter tells.
				if r == '.' && i+1 < len(text) && text[i+1] != ' ' && text[i+1] != '\n' && text[i+1] != '"' {
					continue
				}
				return true
			}
		}
	}
	return false
}

// Words that stand before an answer and are none: sounds, and what may be said in any mood.
const (
	sounds = `oh|ah|well|hm+|u[hm]+|er+|look|listen|honestly|you know what`
	mildly = sounds + `|okay|ok|alright|all right|right|fine|i guess|i mean|i suppose|why not|no problem|yeah|yes|yep|sure`
)

var (
	// What takes up an ask, in whatever mood.
	takes = regexp.MustCompile(`^(?:(?:` + mildly + `)[,.;:!?… –—-]+)*(?:count me in|sign me up|put me down\b|i'm in(?:[.,!;]|$| too\b)|i am in(?:[.,!;]|$)|i(?:'ll| will) (?:be there|do it\b|come(?:[.,!;]|$| along| on [mtwfs])|sign\b|talk to)` +
		`|i(?:'d| would) (?:love|be happy|be glad) to|sounds (?:good|great)|let's do it|gladly|deal(?:[.,!]|$)|where do i sign|you(?:'ve| have) convinced me|i'm coming(?:[.,!;]|$)` +
		`|(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight)(?:(?:'s| is) (?:good|fine|great|okay|ok)| works| at|[.,!]|$)|that works|works for me|see you (?:there|then|on))`)
	// A yes; and words that agree only where more follows that does.
	yes    = regexp.MustCompile(`^(?:(?:` + sounds + `|okay|ok|alright|i guess)[,.… ]+)*(?:yes|yeah|yep|yup|absolutely|definitely|totally)(?:[.!]|$|,? (?:yes|yeah|sure|okay|why not|i(?:'ll| will| can| could| guess)\b|i'd\b|let's))`)
	agrees = regexp.MustCompile(`^(?:(?:` + sounds + `)[,.… ]+)*(?:sure|of course|okay|ok|alright|fine)(?:[.!]? ?$|[,.!]? (?:yes|yeah|sure|okay|why not|i(?:'ll| will| can| could)\b|i (?:guess|think|suppose) (?:i|so|that)|i'd (?:love|like to|be)|let's))`)
	no     = regexp.MustCompile(`^(?:(?:` + sounds + `|i'm sorry|sorry|yeah|okay|ok)[,.… ]+)*(?:but )?(?:no\b|nah\b|nope\b|not (?:a chance|for me|interested|happening)|i (?:can't|cannot|can not|won't|will not|don't want|don't think i (?:can|could|should|will))|i'd (?:rather|better) not|better not\b|i'm afraid not|i'm not (?:doing|coming)|count me out|never\b|absolutely not|definitely not|ask somebody else|ask someone else|let me think|maybe another time|another time)`)
	// "Yeah, no" turns down; "no, yeah" and "no problem" agree.
	butNo  = regexp.MustCompile(`\b(?:no\b|nah\b|not\b|but\b|maybe\b|might\b|let me think|i don't know|another time|some other|some day|whatever|i'm out\b|leave me out|ask me|i hear(?:d)? you|easy for you|for you)|n't\b`)
	butYes = regexp.MustCompile(`^(?:no problem|no worries|no,? (?:yeah|yes|sure|that's fine|i'll|i will|you're right)|no doubt|never (?:thought|mind)|not a problem|no way (?:am i|i'm) (?:missing|sitting)|no ?one\b)` +
		`|\b(?:but (?:yes|yeah|ok|okay|sure|fine|i'll|i will|let's)|so yes|then yes|i'll do it|i'm in[.,!]|count me in|i'll be there|can't believe|won't lie|can(?:'t|not)? say no|not going to lie)`)
	promises = regexp.MustCompile(`\b(?:i'll be there|count me in|sign me up|put me down for|i'm in(?:[.,!;]| too\b)|i'll come (?:along|to (?:the|your|that|it)\b|on [mtwfs])|i'll do it[.,!]|where do i sign|i'm coming[.,!;]|you(?:'ve| have) convinced me|you can count on me|yes, i will|i'd love to (?:come|join|help))`)
	denials  = regexp.MustCompile(`\b(?:i can't do (?:it|this|that)|i'm not coming\b|i'm not doing (?:it|this|that)|i'm afraid not\b|i'd better not\b|count me out|i changed my mind|i won't (?:be there|come|do it))`)
	// What makes no promise of one: "Don't sign me up."
	unless = regexp.MustCompile(`(?:\b(?:not|never|if|before|until|unless|why would)|n't)\b[^.!?]{0,20}$`)
)

var opener = regexp.MustCompile(`(?i)^\W*(?:(?:` + mildly + `|no|nah|sorry|mm+|huh)[^\pL'’]+)+`)

// openers gives where the words end, in bytes, that answer nothing by themselves: "Yeah. No. I can't." is not "Yeah".
func openers(text string) int {
	if at := opener.FindStringIndex(text); at != nil {
		return at[1]
	}
	return 0
}

// against reports whether the first words, in lower case, are the opposite of what the cue has the person answer.
func against(act talk.Act, low string) bool {
	switch act {
	case talk.ActTake:
		return no.MatchString(low) && !butYes.MatchString(low)
	case talk.ActPutOff, talk.ActRefuse:
		return (takes.MatchString(low) || yes.MatchString(low) || agrees.MatchString(low)) && !butNo.MatchString(low)
	case talk.ActBoundary, talk.ActLeave:
		return takes.MatchString(low) && !butNo.MatchString(low)
	}
	return false
}

// check looks at words that are about to be shown, together with what stands before them.
func (g *guard) check(piece string) string {
	if piece == "" {
		return ""
	}
	shown := g.shown.String()
	from := max(0, len(shown)-120)
	for from > 0 && !utf8.RuneStart(shown[from]) {
		from--
	}
	if marked(piece) || strings.Contains(piece, "(") && opensAside(shown, piece) {
		return MendedMarkup
	}
	// What is shown with each word must cost little: the whole tail is looked at only where its end may hold something.
	tail := func() string { return lowered(shown[from:] + piece) }
	if (strings.IndexByte(piece, '(') >= 0 || strings.IndexByte(shown[max(0, len(shown)-24):], '(') >= 0) && stage.MatchString(tail()) {
		return MendedMarkup
	}
	if (strings.IndexByte(piece, ':') >= 0 || strings.Contains(piece, "：")) && g.speaksFor(tail()) {
		return MendedSpeaker
	}
	g.trigger(shown, piece)
	if g.near > 0 && len(shown)-g.near < 32 && breaksRole(tail()) {
		return MendedOutOfRole
	}
	if !g.lax && g.answers() && goesBack(g.cue.Act, tail()) {
		return MendedAgainst
	}
	if !g.compared && g.words > holdWords {
		g.compared = true
		if g.repeats(shown) {
			return MendedRepeats
		}
	}
	return ""
}

// speaksFor reports whether a line of somebody's begins in the midst of a text in lower case. The beginning of the text is release's.
func (g *guard) speaksFor(low string) bool {
	for rest := low; ; {
		i := strings.IndexAny(rest, ":：")
		if i < 0 {
			return false
		}
		before := rest[:i]
		rest = rest[i+1:]
		if j := strings.LastIndexAny(before, ".!?…\"”)"); j >= 0 {
			_, n := utf8.DecodeRuneInString(before[j:])
			if name := speaker(before[j+n:]); others[name] || g.isName(name) && name != "me" {
				return true
			}
		}
	}
}

// trigger looks whether a piece ends or begins a word that a role break has, and keeps where it stands.
func (g *guard) trigger(shown, piece string) {
	word := max(strings.LastIndexByte(shown, ' ')+1, len(shown)-32)
	var room [96]byte
	if triggered(appendLow(appendLow(room[:0], shown[word:]), piece)) {
		g.near = len(shown) + len(piece)
	}
}

// appendLow appends a text with its plain letters in lower case.
func appendLow(to []byte, text string) []byte {
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		to = append(to, c)
	}
	return to
}

// opensAside reports whether a piece opens a bracket after the end of a sentence.
func opensAside(shown, piece string) bool {
	end := shown[max(0, len(shown)-2):] + piece
	return aside.MatchString(end) && !strings.HasPrefix(end, "(")
}

// goesBack reports whether words in lower case promise what the cue refuses, or take back what it takes.
func goesBack(act talk.Act, low string) bool {
	switch act {
	case talk.ActRefuse, talk.ActPutOff, talk.ActBoundary, talk.ActLeave:
		return slices.ContainsFunc(promises.FindAllStringIndex(low, -1), func(at []int) bool { return !unless.MatchString(low[:at[0]]) })
	case talk.ActTake:
		return denials.MatchString(low)
	}
	return false
}

// most is the bound at which the answer ends with its sentence, and over which it ends wherever it is.
func (g *guard) most() (soft, hard int) {
	soft = max(g.cue.Most, 3)
	return soft, soft + soft/3 + 8
}

// measure counts the words of a piece. It gives as much of it as may be shown, and whether it went over the bound.
func (g *guard) measure(piece string) (fits string, over bool) {
	soft, hard := g.most()
	prev := rune(0)
	if s := g.shown.String(); s != "" {
		prev, _ = utf8.DecodeLastRuneInString(s)
	}
	for i, r := range piece {
		word := unicode.IsLetter(r) || unicode.IsDigit(r)
		g.round(r, word)
		if word && !g.inWord {
			if g.full {
				return strings.TrimRightFunc(piece[:i], unicode.IsSpace), true
			}
			g.words++
			if g.words > hard {
				return strings.TrimRightFunc(piece[:i], unicode.IsSpace), true
			}
		}
		if g.marks++; word {
			g.marks = 0
		}
		if g.marks > maxMarks || g.shown.Len()+i > maxWord*hard {
			return strings.TrimRightFunc(piece[:i], unicode.IsSpace), true
		}
		g.inWord = word || g.inWord && (r == '\'' || r == '’' || r == '-')
		if unicode.IsSpace(r) && strings.ContainsRune(".!?…", prev) {
			g.sentence, g.behind, g.looked = g.shown.Len()+i, g.words, false
			g.full = g.full || g.words >= soft
		}
		if !strings.ContainsRune(`"”'’)`, r) {
			prev = r
		}
	}
	return piece, false
}

// round takes a character into the row of words and looks, at the end of one, whether they go round in a circle, as those of small models
// do: one word six times, two five times, a longer row four times. People say things three times.
func (g *guard) round(r rune, word bool) {
	if word {
		g.hash = (g.hash ^ uint32(unicode.ToLower(r))) * 16777619
		return
	}
	if g.hash == 0 || r == '\'' || r == '’' {
		return
	}
	g.hashes, g.hash = append(g.hashes, g.hash), 0
	h := g.hashes
	for row := 1; row <= 12; row++ {
		times := max(4, 7-row)
		if row*times > len(h) {
			continue
		}
		i := len(h) - row*(times-1)
		for i < len(h) && h[i] == h[i-row] {
			i++
		}
		g.loops = g.loops || i == len(h)
	}
}

// recited are the first words of each sentence that a model is told by notes and rules: no coworker begins one so.
var recited = func() map[string]bool {
	texts := []string{rules, "They asked about something else; say in a few words that this is what is on your mind instead."}
	for _, act := range acts {
		texts = append(texts, act)
	}
	for _, mood := range moods {
		texts = append(texts, "You are "+mood+".")
	}
	out := map[string]bool{}
	for _, text := range texts {
		for sentence := range strings.FieldsFuncSeq(text, endsSentence) {
			if b := sentenceBegins(lowered(sentence)); b != "" {
				out[b] = true
			}
		}
	}
	return out
}()

// sentenceBegins is beginning, for a text in lower case, with what is drawn together put apart.
func sentenceBegins(low string) string { return beginning(apart.Replace(low)) }

var apart = strings.NewReplacer("you're", "you are", "don't", "do not")

// recites reports whether the sentence that goes on begins with words of the notes or rules. It looks once a sentence, when it has words enough.
func (g *guard) recites() bool {
	if g.looked || g.words-g.behind <= holdWords {
		return false
	}
	g.looked = true
	return recited[sentenceBegins(lowered(g.shown.String()[g.sentence:]))]
}

// leastEcho is the fewest words that are no chance when they are said again: people do answer "I don't know" twice.
const leastEcho = 4

// echoes reports whether a whole answer is the coworker's own of before once more, or a sentence of the organizer's just now.
func (g *guard) echoes(text string) bool {
	var words []string
	same := func(said string) bool {
		if d := len(said) - len(text); d < -8 || d > 8 { // marks and spaces may differ
			return false
		}
		if words == nil {
			words = plainWords(text)
		}
		return len(words) >= leastEcho && slices.Equal(words, plainWords(said))
	}
	if slices.ContainsFunc(g.before, same) {
		return true
	}
	for sentence := range strings.FieldsFuncSeq(g.before[len(g.before)-1], endsSentence) {
		if same(sentence) {
			return true
		}
	}
	return false
}

// endsSentence reports whether a character stands at the end of sentences.
func endsSentence(r rune) bool { return strings.ContainsRune(".!?…\n", r) }

// text is what was shown.
func (g *guard) text() string { return g.shown.String() }

// titles stand before a name: no sentence ends with one. With other abbreviations some do.
var titles = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true}

var abbreviations = map[string]bool{"st": true, "sr": true, "jr": true, "no": true, "vs": true, "etc": true, "approx": true, "dept": true}

// wholeSentences gives a text up to the end of its last whole sentence, "" where it has none.
func wholeSentences(text string) string {
	end := 0
	for i, r := range text {
		if !strings.ContainsRune(".!?…", r) {
			continue
		}
		after := text[i+utf8.RuneLen(r):]
		trimmed := strings.TrimLeft(after, `"”'’)`)
		if trimmed != "" && !unicode.IsSpace(rune(trimmed[0])) && !strings.ContainsAny(trimmed[:1], ".!?") {
			continue
		}
		if r == '.' {
			word := text[:i]
			if j := strings.LastIndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && r != '.' }); j >= 0 {
				word = word[j+1:]
			}
			word = strings.ToLower(word)
			if titles[word] || (abbreviations[word] || len(word) == 1 && word != "i") && trimmed != "" {
				continue
			}
		}
		end = len(text) - len(trimmed)
	}
	return strings.TrimRightFunc(text[:end], unicode.IsSpace)
}
