package coworker

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/trainer/talk"
)

// question is what kind of question a turn ends in, as far as its words show.
type question struct {
	asked     bool
	kind      string // "yesno", "would", "did", "didyou", "is", "check", "howlong", "howmany", "when", "where", "who", "why", "how", "opinion", "what", "else", "favourite", "degree"
	fine      string // its form more exactly: "q-told" for "have you told anyone?"; "" for none
	last      string // the last of the things that it offers to choose from, ready to be said back: "custard square"; "" where that is not plain
	about     string // what it is about, ready to be said back: "the new rota"; "" where that is not plain
	howAreYou bool
	general   bool   // how things are, what happened: whatever is said about it answers it
	others    bool   // asks what somebody else does or thinks, yes or no
	tagged    bool   // puts the answer first: "…, right?", "don't you think"
	seen      bool   // no question: a remark on how they look
	line      string // its words, with a space around each
	doing     string // what is asked how long they have been at it, as a stem: "drawing"; "" for none, and for what anybody does
	goesOn    bool   // begins with "and": goes on with what was spoken of
	short     short  // its short answer, where one fits whatever the truth is
	stems     []string
}

// specific reports whether it asks for something that only an answer of its own shape answers.
func (q question) specific() bool { return q.asked && !q.general && !q.howAreYou }

func (q question) yesNo() bool {
	return q.kind == "yesno" || q.kind == "would" || q.kind == "did" || q.kind == "didyou" || q.kind == "check" || q.kind == "is"
}

// wants reports whether it asks for a particular: who, where, what, why.
func (q question) wants() bool {
	switch q.kind {
	case "what", "who", "where", "when", "why", "how", "howlong", "howmany", "favourite":
		return q.fine != "q-may-i"
	}
	return false
}

// chooses reports whether it lets them choose between two.
func (q question) chooses() bool {
	return q.kind == "either" || strings.Contains(q.line, " or ") && !strings.HasSuffix(q.line, " or ") && !strings.HasSuffix(q.line, " or not ") && !strings.Contains(q.line, " or so ")
}

// last2 gives the word before the last but one, where a tag stands: "he did, didn't he".
func last2(ws []string) string {
	if len(ws) < 2 {
		return ""
	}
	return ws[len(ws)-2]
}

// oneFact reports whether it asks for one fact.
func (q question) oneFact() bool {
	switch q.kind {
	case "howlong", "howmany", "when", "where", "who", "either":
		return true
	}
	return false
}

// beforeWho stands before "who" in a question of two words.
var beforeWho = set("to with from by like for about")

// readQuestion finds the last question of a turn.
func readQuestion(text string) question {
	sentence, marked := lastQuestion(text)
	return readSentence(text, sentence, marked)
}

// readSentence is readQuestion where it is known in which sentence the question stands, and whether with a mark.
func readSentence(text, sentence string, marked bool) question {
	if at := strings.LastIndexByte(sentence, ','); marked && at >= 0 {
		// "And the cover, how's that?": the question itself stands behind the comma.
		after := words(sentence[at+1:], 4)
		if len(after) > 2 && after[0] == "or" && whStart[after[1]] {
			after = after[1:] // "did he say so, or how do you know?"
		}
		if len(after) > 1 && !(after[0] == "when" && !questionStart[after[1]]) && (whStart[whWord(after[0])] || after[0] == "which" || len(after) > 2 && offered[after[0]] && !questionStart[words(sentence, 1)[0]]) {
			sentence = sentence[at+1:]
		}
	}
	if at := strings.LastIndexByte(sentence, ':'); marked && at >= 0 {
		if after := words(sentence[at+1:], 4); len(after) > 1 && whStart[whWord(after[0])] {
			sentence = sentence[at+1:] // "then quick: what's it like in there?"
		}
	}
	ws := words(sentence, 80)
	goesOn := len(ws) > 0 && (ws[0] == "and" || ws[0] == "but" || ws[0] == "or")
	for len(ws) > 1 {
		if n := begins(ws); n > 0 {
			ws = ws[n:] // "sorry, I meant who rings you"
			continue
		}
		if !lightStart[ws[0]] && !(ws[0] == "or" && len(ws) > 2 && whStart[ws[1]]) {
			break
		}
		if ws = ws[1:]; len(ws) > 2 && ws[0] == "me" {
			ws = ws[1:] // "excuse me, you know where it is?"
		}
	}
	if len(ws) == 0 {
		return question{}
	}
	marked = marked || asksLast(ws)
	if marked {
		ws = mainClause(ws)
	}
	if len(ws) > 2 && ws[0] == "how" && ws[1] == "you" && strings.HasSuffix(ws[2], "ing") {
		ws = append([]string{"how", "are"}, ws[1:]...) // "how you holding up"
		marked = true
	}
	if len(ws) == 2 && beforeWho[ws[0]] && (ws[1] == "whom" || ws[1] == "who") {
		ws, marked = []string{"who", ws[0]}, true // "to whom?", "like who"
	}
	if base := whWord(ws[0]); base != ws[0] {
		rest := ws[1:]
		if strings.HasSuffix(ws[0], "s") {
			rest = append([]string{"is"}, rest...)
		}
		ws = append([]string{base}, rest...)
	}
	for marked && len(ws) > 2 && hangsOn[ws[len(ws)-1]] && whStart[ws[len(ws)-2]] {
		ws = ws[:len(ws)-1] // "counting what tho"
	}
	q := question{asked: marked, kind: "yesno", stems: stemAll(ws), goesOn: goesOn}
	line := " " + strings.Join(ws, " ") + " "
	q.howAreYou = !containsAny(line, " how are you getting home ", " how are you getting there ", " how are you getting to ", " how are you getting back ", " how are you going to ", " how are you supposed ", " how are you meant ") && containsAny(line, " how about you ", " what about you ", " how are you ", " how you are ", " you good ", " hows it going ", " how is it going ", " how you doing ", " how are things ", " hows things ", " hows your day ",
		" how was your day ", " you had a good day ", " you having a good day ", " you having a good shift ", " you all right ", " you alright ", " you ok ", " you okay ", " how have you been ", " how ya doin", " how you been ", " hows life ", " you been up to ", " whats up ", " everything ok ", " everything okay ", " everything all right ", " everything alright ", " going ok ", " going okay ", " going alright ", " going all right ")
	first := ws[0]
	switch {
	case containsAny(line, " anything else ", " what else ", " anything more ", " and else ", " something else "):
		q.kind = "else"
	case containsAny(line, " favourite ", " favorite ", " favourites ", " favorites ") && (containsAny(line, " your ") || first == "what" || first == "whats" || first == "which"):
		q.kind = "favourite"
	case containsAny(line, " how long ", " how longs ", " since when "):
		q.kind = "howlong"
	case containsAny(line, " how many ", " how much ", " how often "):
		q.kind = "howmany"
	case containsAny(line, " how late ", " how far ", " how old ", " how olds ", " what age ", " how big ", " how bad ", " how hard ", " how early "):
		q.kind = "degree"
	case containsAny(line, " what do you think ", " what do you make ", " how do you feel about ", " what about ", " how about ", " your opinion ", " do you like ", " your take "):
		q.kind = "opinion"
	case first == "when" && !containsAny(line[5:], " what ", " whats ", " how ", " hows ", " who ") || containsAny(line, " what time ", " what day "):
		q.kind = "when"
	case first == "where" && containsAny(line, " decided ", " get signed "):
		q.kind = "who"
	case first == "where":
		q.kind = "where"
	case first == "who" || first == "whose":
		q.kind = "who"
	case first == "why" || first == "how" && len(ws) > 1 && ws[1] == "come":
		q.kind = "why"
	case first == "how" && len(ws) > 2 && !afterHow[ws[1]]:
		q.kind = "degree" // "how sure are you"
	case first == "how" || first == "hows" || first == "howd":
		q.kind = "how"
	case first == "what" || first == "whats" || first == "whatd" || first == "which" || first == "tell":
		q.kind = "what"
	case containsAny(line, " can you tell ", " can you walk ", " could you tell ", " could you walk ", " can you explain ", " can you describe ", " would you tell ", " walk me ", " talk me through "):
		q.kind = "what"
	case offers[first] && len(ws) > 1 && ws[1] != "to" && marked:
		q.kind = "would"
	case first == "would" || first == "could" || first == "will" || first == "can" || first == "shall" || first == "should" || first == "wouldnt" || first == "couldnt":
		q.kind = "would"
	case marked && !questionStart[first] && !(pronouns[ws[len(ws)-1]] && questionStart[last2(ws)]) && !strings.HasPrefix(first, "wh") && !containsAny(line, " what ", " how ", " why ", " who ", " when ", " where "):
		q.kind = "check"
	case (first == "did" || first == "have" || first == "had" || first == "were" || first == "didnt") && len(ws) > 1 && ws[1] == "you":
		q.kind = "didyou"
	case first == "did" || first == "was" || first == "were" || first == "had" || first == "didnt" || first == "wasnt":
		q.kind = "did"
	case first == "has" || first == "have":
		q.kind = "did"
	case first == "do" || first == "does" || first == "dont" || first == "doesnt":
		q.kind = "yesno"
	case first == "is" || first == "are" || first == "isnt" || first == "arent":
		q.kind = "is"
	case containsAny(line, " what ", " how "):
		q.kind = "what"
	}
	if len(ws) > 2 && (ws[0] == "you" || ws[0] == "they") && ws[1] == "guys" {
		ws = append([]string{ws[0]}, ws[2:]...)
		line = " " + strings.Join(ws, " ") + " "
	}
	if len(ws) > 2 && len(ws) < 7 && marked && q.kind == "check" && (ws[0] == "it" || ws[0] == "this") && ws[1] == "is" {
		ws = append([]string{"is", ws[0]}, ws[2:]...) // "it is hard job?"
		q.kind, line = "is", " "+strings.Join(ws, " ")+" "
	}
	if len(ws) > 1 && len(ws) < 7 && marked && ws[0] != "you" && pronouns[ws[0]] && plainVerb[ws[1]] {
		ws = append([]string{"did"}, ws...) // "they fix it yet?"
		q.kind, line = "did", " "+strings.Join(ws, " ")+" "
	}
	if len(ws) > 2 && len(ws) < 6 && marked && ws[0] == "you" && ws[1] == "are" {
		ws = append([]string{"are", "you"}, ws[2:]...) // "you are tired?"
		q.kind, line = "is", " "+strings.Join(ws, " ")+" "
	}
	if n := len(ws); marked && n > 1 && n < 5 && whStart[ws[n-1]] && !questionStart[ws[0]] && !whStart[whWord(ws[0])] && ws[0] != "to" && ws[0] != "with" && ws[0] != "by" && ws[0] != "from" {
		// "careful why?", "stranger how?", "nearer the first what?" ask for more than a word of theirs.
		ws = []string{ws[n-1]}
		q.kind, line = ws[0], " "+ws[0]+" "
		if q.kind == "what" || q.kind == "how" {
			ws, line = []string{"what", "do", "you", "mean"}, " what do you mean "
			q.kind = "what"
		}
	}
	if len(ws) > 2 && len(ws) < 8 && ws[0] != "you" && pronouns[ws[0]] && ws[1] == "ever" && marked {
		ws = append([]string{map[bool]string{true: "does", false: "do"}[ws[0] == "he" || ws[0] == "she" || ws[0] == "it"]}, ws...) // "he ever talk to you?"
		q.kind, line = "yesno", " "+strings.Join(ws, " ")+" "
	}
	if len(ws) > 1 && len(ws) < 8 && ws[0] == "you" && marked && strings.HasSuffix(ws[1], "ing") && len(ws[1]) > 4 {
		ws = append([]string{"are"}, ws...) // "you heading out?"
		q.kind, line = "is", " "+strings.Join(ws, " ")+" "
	}
	if len(ws) > 2 && len(ws) < 8 && ws[0] == "you" && !(ws[1] == "still" && ws[2] == "got") && (marked && len(ws) < 6 || line != strings.TrimSuffix(line, "or what ")) && stateOf[ws[1]] {
		q.asked, marked = true, true
		ws = append([]string{"are"}, ws...) // "you on tomorrow?"
		q.kind = "is"
		line = " " + strings.Join(ws, " ") + " "
	}
	if len(ws) > 2 && ws[0] == "you" && (q.kind == "check" || !marked && (ws[1] == "ever" || strings.HasPrefix(strings.ToLower(sentence), "u "))) && bareVerb[ws[1]] {
		// "You tell boss?", "u ever think about quitting": asked without its first word.
		ws = append([]string{"do"}, ws...)
		q.kind, marked = "yesno", true
		q.asked = true
		line = " " + strings.Join(ws, " ") + " "
	}
	if !marked && len(ws) > 2 && len(ws) < 7 && containsAny(line+"|", " how many |", " how much |", " how long |", " how often |") {
		q.asked, marked = true, true // "a few like how many"
	}
	if !marked {
		q.asked = questionStart[first] && (!negated[first] || len(ws) > 1 && subjects[ws[1]]) // "don't worry" asks nothing
		switch {
		case line == " is all " || first == "have" && len(ws) > 1 && things[ws[1]] && closed(text, sentence):
			q.asked = false // "Have the last chip.", "I noticed, is all."
		case first == "tell" && len(ws) > 1 && ws[1] != "me" && ws[1] != "us", // "tell the dog hi"
			len(ws) > 2 && whStart[first] && (ws[1] == "i" || ws[1] == "im" || ws[1] == "ive"): // "what I was getting at is that"
			q.asked = false
		case len(ws) > 2 && len(ws) < 8 && strings.HasSuffix(line, " or not ") && !strings.HasSuffix(strings.TrimSpace(text), "."):
			q.asked = true // "walk or not"
		}
	}
	if marked && first == "dont" && len(ws) > 1 && bidden[ws[1]] {
		q.asked = false // "don't miss your bus, it's what, nine?"
	}
	if at := slices.Index(ws, "been"); q.kind == "howlong" && at > 0 && at+1 < len(ws) && strings.HasSuffix(ws[at+1], "ing") {
		if q.doing = stem(ws[at+1]); ordinary[q.doing] || atWork[q.doing] {
			q.doing = ""
		}
		if q.doing == "" && len(ws) > at+3 && strings.HasSuffix(ws[len(ws)-2], "ing") && !ordinary[stem(ws[len(ws)-2])] {
			q.doing = stem(ws[len(ws)-2]) // "been doing this, emptying them"
		}
	}
	q.howAreYou = q.howAreYou || marked && line == " you "
	q.line = line
	q.about = subject(ws)
	q.tagged = q.kind == "check" || strings.HasSuffix(line, " right ") || containsAny(line, " dont you think ", " wouldnt you say ", " isnt it ", " doesnt it ", " arent you ", " arent they ", " werent you ", " didnt you ", " dont you agree ")
	q.read(ws, line)
	if q.asked && q.yesNo() && saidBack[q.fine] {
		q.short = shortOf(ws, sentence)
	}
	q.seen = !q.asked && containsAny(line, " you look ", " you seem ", " you sound ", " you must be ")
	return q
}

// plainlyAsks reports whether a short sentence without a mark is a question all the same: "what was the best of the four".
func plainlyAsks(sentence string) bool {
	ws := withoutLight(words(sentence, 12))
	return len(ws) > 2 && len(ws) < 10 && whStart[ws[0]] && inverted[ws[1]] && ws[2] != "i" && (subjects[ws[2]] || ws[2] == "the" || ws[2] == "your" || ws[2] == "it")
}

// withoutLight leaves out the words with which a sentence only begins.
func withoutLight(ws []string) []string {
	for len(ws) > 1 && lightStart[ws[0]] {
		ws = ws[1:]
	}
	return ws
}

var inverted = set("is are was were do does did have has had would will can could should")

// closed reports whether a sentence of a text that is typed with care ends as a statement does.
func closed(text, sentence string) bool {
	at := strings.LastIndex(text, sentence)
	if at < 0 || strings.IndexFunc(text, unicode.IsUpper) < 0 {
		return false
	}
	rest := text[at+len(sentence):]
	return strings.HasPrefix(rest, ".") && !strings.HasPrefix(rest, "..") || strings.HasPrefix(rest, "!") || strings.HasPrefix(rest, ",")
}

var (
	bidden = set("miss forget worry be let leave lose stress rush")
	things = set("the a an some another this that your")
)

// asksLast reports whether a few words end as a question does: "running where", "certs for what". "That's why" and "guess what" ask nothing.
func asksLast(ws []string) bool {
	for len(ws) > 2 && hangsOn[ws[len(ws)-1]] {
		ws = ws[:len(ws)-1]
	}
	n := len(ws)
	if n < 2 || n > 4 || !whStart[ws[n-1]] || pronouns[ws[0]] || whStart[whWord(ws[0])] || questionStart[ws[0]] {
		return false
	}
	if ws[n-1] == "what" && !forWhat[ws[n-2]] && !strings.HasSuffix(ws[n-2], "ing") {
		return false
	}
	return !slices.ContainsFunc(ws, func(w string) bool { return tellsWhy[w] })
}

var (
	forWhat  = set("for of in with by about from to on at")
	hangsOn  = set("tho though then exactly like anyway")
	tellsWhy = set("ask asks say says mind reason cant know knows idea thats this that heres theres matter some any see sure wonder dont no not guess tell explain explains understand")
)

// asksWhat reports whether a part of a turn begins or ends as a question for who, what, when, where, why or how does: "how'd you get it?", "told when".
// "How about that" and "how are you" ask for no particular.
func asksWhat(text string) bool {
	marked := strings.Contains(text, "?")
	if parts := strings.Split(strings.TrimSpace(text), "?"); len(parts) > 2 && parts[len(parts)-1] == "" {
		// "Ten? Twenty?" is a choice, too.
		one, other := words(parts[len(parts)-3], 4), words(parts[len(parts)-2], 4)
		if at := strings.LastIndexAny(parts[len(parts)-3], ".!"); at >= 0 {
			one = words(parts[len(parts)-3][at:], 4)
		}
		if len(one) > 0 && len(one) < 3 && len(other) > 0 && len(other) < 3 && (numbers[one[0]] && numbers[other[0]] || len(one) == 1 && len(other) == 1 && !questionStart[one[0]] && !questionStart[other[0]] && !agreed[other[0]] && !pronouns[other[0]]) {
			return true
		}
	}
	for sentence := range strings.SplitAfterSeq(lineEach.Replace(text), "\n") {
		asked := strings.Contains(sentence, "?")
		parts := strings.FieldsFunc(sentence, func(r rune) bool { return r == ',' || r == ';' || r == ':' || r == '—' || r == '–' })
		for i, part := range parts {
			ws := words(part, 16)
			for len(ws) > 1 && lightStart[ws[0]] {
				ws = ws[1:]
			}
			if len(ws) == 0 || len(ws) > 1 && ws[0] == "how" && (ws[1] == "about" || ws[1] == "are" || ws[1] == "you") || len(ws) > 1 && ws[0] == "what" && (ws[1] == "about" || ws[1] == "if" || ws[1] == "a") {
				continue
			}
			base, last := whWord(ws[0]), ws[len(ws)-1]
			drawn := base != ws[0] || shortWh[base]
			switch {
			case asked && i == len(parts)-1 && len(ws) > 1 && len(ws) < 6 && whStart[last]:
				return true
			case !marked && len(ws) > 1 && len(ws) < 5 && !strings.ContainsAny(text, ".!,") && (whStart[base] && (len(ws) == 2 && ws[1] == "come" || questionStart[ws[1]] || base == "what" && ws[1] != "a" && len(ws) > 2) || len(ws) < 4 && whStart[last] && !pronouns[ws[0]]):
				return true // "told when", "what bit of it"
			case !asked || !whStart[base] && base != "which" && !drawn:
			case i == 0 && base != "when", drawn, len(ws) > 1 && questionStart[ws[1]]:
				return true
			}
		}
	}
	return false
}

// lineEach puts each sentence on a line of its own.
var lineEach = strings.NewReplacer(". ", ".\n", "! ", "!\n", "? ", "?\n")

var shortWh = set("whats whatd hows howd")

// begins counts the words at the beginning of a question that only lead up to it; 0 where it begins at once.
func begins(ws []string) int {
	for _, lead := range leadsUp {
		if len(ws) > len(lead)+2 && slices.Equal(ws[:len(lead)], lead) {
			if w := whWord(ws[len(lead)]); asksFirst[w] || questionStart[w] || len(lead) == 1 || w == "you" {
				return len(lead)
			}
		}
	}
	return 0
}

// leadsUp are the words with which people come to a question.
var leadsUp = func() (out [][]string) {
	for _, lead := range []string{"sorry", "i meant", "i mean", "i just mean", "i asked", "i asked you", "i was asking", "just asking", "i was just asking", "i was wondering", "wondering", "just wondering", "i wonder", "i am asking", "im asking", "can i ask", "can i ask you", "may i ask", "let me ask", "let me ask you", "serious question", "real talk", "honest question", "random question", "quick question", "out of interest", "by the way", "btw", "tell me", "so tell me"} {
		out = append(out, words(lead, 9))
	}
	slices.SortStableFunc(out, func(a, b []string) int { return len(b) - len(a) })
	return out
}()

// supposes reports whether a turn says, without asking, what something must be like for them: "that must be hard on her".
func supposes(text string) bool {
	return containsAny(fold(text), " must be ", " must have been ", " must feel ", " must have felt ")
}

// asRead takes what the reader made of a question into its form: one that asks for the story, the cost or the feeling is a general one.
func (q question) asRead(r talk.Read) question {
	if slices.Contains(r.Moves, talk.OpenQuestion) && (q.kind == "how" || q.kind == "what" || q.kind == "opinion") &&
		slices.ContainsFunc(r.Moves, func(m talk.Move) bool { return m == talk.ProbeDetail || m == talk.ProbeCost || m == talk.ProbeFeeling }) && q.fine != "q-said" && q.fine != "q-said-you" && q.fine != "q-what-would" {
		q.general = true
	}
	return q
}

// numbers are words for a number, places for where something is, times for when.
var (
	numbers = set("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred dozen half couple pair both none")
	places  = set("in at out up down past over across behind outside inside here there round off from upstairs downstairs")
	times   = set("monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december morning night afternoon evening noon midnight " +
		"week weeks month months year years day days hour hours minute minutes ago since until till o'clock oclock quarter past today yesterday tomorrow tonight christmas easter summer winter spring autumn fall always never")
)

// shape is what a text has that a question for one fact may ask for, as far as its words show, in bits.
type shape uint8

const (
	hasTime shape = 1 << iota
	hasNumber
	hasPlace
	hasPerson
)

// shapesOf are the kinds of question with what a text must have one of.
var shapesOf = map[string]shape{"howlong": hasTime | hasNumber, "when": hasTime, "howmany": hasNumber, "where": hasPlace, "who": hasPerson}

func shapeOf(text string) (out shape) {
	for _, w := range words(text, 200) {
		digit := w[0] >= '0' && w[0] <= '9'
		if digit || times[w] {
			out |= hasTime
		}
		if digit || numbers[w] {
			out |= hasNumber
		}
		if places[w] {
			out |= hasPlace
		}
		if w == "me" || w == "nobody" || w == "everybody" || w == "everyone" {
			out |= hasPerson
		}
	}
	for i, w := range strings.Fields(text) {
		if r := []rune(strings.Trim(w, "'\"(“")); i > 0 && len(r) > 1 && unicode.IsUpper(r[0]) && r[1] != '\'' {
			out |= hasPerson
		}
	}
	return out
}

// hasShape reports whether a line has what a question for one fact asks for.
func (e *entry) hasShape(kind string) bool { return e.shape&shapesOf[kind] != 0 }

// asides stand between a question's subject and its verb and change nothing of its form.
var asides = set("exactly currently basically roughly ever really still even also always just not all guys both yourself actually already often usually honestly personally sometimes normally")

var asideStems = func() map[string]bool {
	out := map[string]bool{}
	for w := range asides {
		if w != "all" && w != "not" && w != "yourself" {
			out[stem(w)] = true
		}
	}
	return out
}()

// read finds the finer form of a question, and whether it is a general one.
func (q *question) read(ws []string, line string) {
	at := func(i int) string {
		for k, w := range ws {
			if k > 0 && asides[w] {
				continue
			}
			if i == 0 {
				return w
			}
			i--
		}
		return ""
	}
	first, second, third := at(0), at(1), at(2)
	you := second == "you" || second == "ya" || second == "we"
	it := second == "it" || second == "that" || second == "this" || second == "things"
	there := second == "there"
	general := func() { q.general = true }
	if containsAny(line, " a no ", " a yes ", " yes or no ") && q.kind != "check" {
		q.kind, q.fine = "either", ""
		return
	}
	if containsAny(line, asksForStory...) || strings.HasSuffix(line, " what do you see ") || strings.HasSuffix(line, " what do you notice ") || line == " what " {
		q.kind, q.fine = "what", ""
		general()
		return
	}
	if n := len(ws); n == 1 && agreed[ws[0]] || n > 3 && agreed[ws[n-1]] && announces[ws[0]] && !containsAny(line, " was it ", " is it ", " was that ", " were they ", " are they ") || asksWhetherRight(line) {
		q.fine = "q-right"
		return
	}
	if alternatives(line, q.kind) {
		q.kind, q.fine = "either", ""
		switch {
		case whoOfUs.MatchString(line):
			q.fine = "q-either-who"
		case arranges.MatchString(line):
			q.fine = "q-either-plan"
		}
		q.last = lastOffered(ws)
		return
	}
	switch q.kind {
	case "check":
		if ws[0] == "what" {
			break
		}
		if anyOf[ws[0]] && len(ws) > 1 {
			q.kind, q.fine = "yesno", "q-any-thing" // "anything bothering you?"
			return
		}
		if len(ws) <= 3 && !slices.ContainsFunc(ws, func(w string) bool { return subjects[w] }) {
			// A scrap of a question: "and the worst?" goes on with what was spoken of, "quiet night?" does not.
			if q.kind, q.fine = "yesno", "q-scrap"; q.goesOn || determiners[ws[0]] {
				q.kind, q.fine = "what", ""
				general()
			}
		}
		return
	case "else":
		general()
	case "degree":
		if containsAny(line, " how far ") {
			q.fine = "q-how-far"
		}
		if containsAny(line, " how old ", " how olds ", " what age ") {
			if q.fine = "q-how-old"; !containsAny(line, " you ", " your ") || containsAny(line, " your daughter ", " your son ", " your kid ", " your kids ", " your boy ", " your girl ", " your children ") {
				q.fine = "q-how-old-other"
			}
		}
		q.general = q.fine == "" && !containsAny(line, " do you ", " did you ", " are you ", " have you ", " can you ")
	case "opinion":
		if containsAny(line, " would ", " will ", " gonna ", "d do ", "d say ", "ll do ", "ll say ") && containsAny(line, " do you think ") {
			q.fine = "q-others-would"
		} else if containsAny(line, " do you like ", " do you enjoy ") {
			q.fine = "q-like"
		} else if !containsAny(line, " your opinion ", " your take ") || containsAny(line, " how do you feel about ") {
			general()
		}
	case "how":
		switch {
		case asksReach.MatchString(line):
			q.fine = "q-reach"
		case aboutKin.MatchString(line):
			q.fine = "q-how-is"
		case containsAny(line, " is he with you ", " is she with you ", " are they with you ", " he with people ", " she with people "):
			q.fine = "q-treat"
			general()
		case containsAny(line, " treat you ", " treats you ", " treating you "):
			general()
			if containsAny(line, " does he ", " does she ", " do they ") {
				q.fine, q.general = "q-treat", false
			}
		case first == "hows" || it && first == "how", second == "is" || second == "are" || second == "was" || second == "were" || second == "has" || second == "have" || second == "s" || second == "been":
			general()
		case containsAny(line, " feel ", " felt ", " that land ", " affect "):
			q.fine = "q-feel"
			general()
		case containsAny(line, " do you sleep ", " you sleeping ", " you sleep "):
			q.fine = "q-sleep"
			general()
		case containsAny(line, " finding ", " how do you mean ", " do you find ", " cope ", " manage ", " deal ", " coping ", " managing ", " treating ", " does that ", " does it ", " did that ", " did it "):
			general()
		case second == "would" || second == "will" || second == "could" || second == "should" || second == "do" && containsAny(line, " want ", " we "):
			q.fine = "q-how-would"
		case second == "did" || second == "d" || first == "howd":
			q.fine = "q-how-did"
		case second == "do" && third == "you" && containsAny(line, " know "):
			q.fine = "q-know"
		default:
			q.fine = "q-how-do"
		}
	case "what":
		switch {
		case aboutOrder.MatchString(line):
			q.fine = "q-order"
		case containsAny(line, " email ", " phone number ", " your number ", " your address ") && containsAny(line, " your ") && len(ws) < 8:
			q.fine = "q-contact"
		case first == "tell" || first == "can" || first == "could" || first == "walk" || first == "talk" || first == "would":
			general()
		case containsAny(line, " what do you mean ", " what does that mean ", " whats that mean ", " what did you mean "):
			q.fine = "q-mean"
		case asksWhatTheyDo.MatchString(line):
			q.fine = "q-what-do"
		case asksDoing.MatchString(line) && !containsAny(line, " going to ", " asking ", " saying ", " trying ", " talking ", " thinking ", " hoping ", " feeling ", " looking for "):
			q.fine = "q-doing"
		case first == "which" || containsAny(line, " what kind ", " what sort ", " what type ", " what kinds ", " what sorts ", " what route ", " what shift ", " what shifts "):
			q.fine = "q-kind"
		case containsAny(line, " what if ") || strings.HasPrefix(second, "would") || first == "whatd" && !pronouns[second] || second == "could" || second == "should":
			q.fine = "q-what-would"
		case containsAny(line, " your name "):
			q.fine = "q-name"
		case containsAny(line, " name ", " called ", " names "):
			q.fine = "q-who"
		case (second == "does" || second == "do") && third != "you" && third != "it" && third != "that" && third != "this" && containsAny(line, " make of ", " think ", " reckon "):
			q.fine = "q-others"
		case containsAny(line, " what made you ", " what makes you ") && !containsAny(line, " mad ", " angry ", " sad ", " happy ", " feel ", " upset "):
			q.fine = "q-why-do"
			general()
		case containsAny(line, " best ", " worst ", " hardest ", " toughest ", " most ", " biggest ", " easiest "):
			q.fine = "q-most"
			if !containsAny(line, " best ", " easiest ") {
				general()
			}
		case containsAny(line, " have you tried ", " have you done ", " did you try "):
			q.fine = "q-tried"
		case containsAny(line, " what would you ", " what if ", " what will you ", " what are you going to ", " what are you gonna ", " what do you want to ", " what would we ", " whatd you do if "):
			q.fine = "q-what-would"
		case containsAny(line, " did you say ", " did you do ", " did you tell ", " whatd you say ", " whatd you do "):
			q.fine = "q-said-you"
		case containsAny(line, " did he ", " did she ", " did they ", " said ", " did it say ", " say to ", " whatd he ", " whatd she ", " whatd they ", " does he say ", " does she say ", " do they say ", " what they say ", " what he say ", " what she say ", " was his answer ", " was her answer ", " was their answer ") || second == "did" && third != "that" && third != "it" && third != "this" && third != "you":
			q.fine = "q-said"
		case containsAny(line, " like ") && second != "do" && second != "would" && !containsAny(line, " would you "):
			q.fine = "q-like-what"
			general()
		case containsAny(line, " happened ", " happens ", " happen ", " going on ", " wrong ", " problem ", " problems ", " matter ", " bothers ", " bothering ", " bother ", " on your mind ", " gets you ", " get to you ", " gets to you ",
			" made you ", " makes you ", " worries ", " changed ", " mean ", " doing to ", " done to ", " do to ", " does that ", " does it ", " did that ", " did it ", " was that ", " was it ", " its been ", " it been ", " keeps you ", " wears ", " whats up ", " whats new ", " what about ", " whats this about ", " wears you "):
			general()
		case second == "would" || second == "if" || second == "could" || second == "should":
			q.fine = "q-what-would"
		}
	case "when":
		switch {
		case second == "did" || second == "was" || second == "were" && third != "you" || containsAny(line, " last time "):
			q.fine = "q-when-past"
		case second == "will" || second == "were" || second == "should" || second == "can" || second == "could" || second == "would" || containsAny(line, " next ", " going to ", " gonna "):
			q.fine = "q-when-next"
		default:
			q.fine = "q-time"
		}
		if containsAny(line, " what time ", " what day ") {
			if q.fine = "q-time"; containsAny(line, " did ", " was ") {
				q.fine = "q-time-past"
			}
		}
		if asksWhenToMeet.MatchString(line) {
			q.fine = "q-when-meet"
		}
	case "where":
		switch {
		case containsAny(line, " see yourself ", " see this ", " see it going ", " see things ", " years "):
			q.fine = "q-future"
		case containsAny(line, " been ", " disappear ", " get to ", " vanish "):
			q.fine = "q-where-been"
		}
	case "who":
		switch {
		case containsAny(line, " who is on ", " who was on ", " who is in ", " who was in "):
			q.fine = "q-who-with"
		case (second == "is" || second == "was") && len(ws) <= 4 && !determiners[third] && !strings.HasSuffix(third, "ing"):
			q.fine = "q-who-is"
		case pastOf[second]:
			q.fine = "q-who-past"
		case (second == "did" || second == "have" || second == "ve") && third == "you":
			q.fine = "q-who-did"
		case containsAny(line, " else "):
			q.fine = "q-who-else"
		case containsAny(line, " work with ", " on with you ", " with you today ", " with you tonight ", " working with ", " work alongside ", " sit with ", " sits with "):
			q.fine = "q-who-with"
		case second == "you" || third == "you":
			q.fine = "q-who-you"
		case containsAny(line, " you ", " your ", " youre ") && second != "told" && !questionStart[second]:
			q.fine = "q-who-own"
		}
	case "howlong":
		switch {
		case containsAny(line, " did ", " was ") && !containsAny(line, " ago "):
			q.fine = "q-howlong-did"
		case third == "is" || third == "are" || third == "does" || third == "do":
			q.fine = "q-howlong-is"
		}
	case "why":
		switch {
		case containsAny(line, " do you think ", " do you reckon ", " do you suppose "):
		case len(ws) <= 3 && !you && third != "you":
			q.fine = "q-why-bare"
		case !containsAny(line, " say ", " tell ", " ask ", " speak ", " told ", " said ", " asked ", " complain ", " report ", " talk ", " raise ", " go ", " call ", " write ", " leave ", " stop ", " just ", " fight ", " stand ", " refuse ") && containsAny(line, " dont ", " didnt ", " havent ", " wont ", " wouldnt ", " cant "):
			q.fine = "q-why-bare"
		case containsAny(line, " why didnt you ", " why dont you ", " why havent you ", " why not ", " why did you not ", " why wouldnt you ", " why wont you ", " how come you didnt ", " how come you dont ", " how come you havent ", " why didnt "):
			q.fine = "q-why-you"
		case second == "you" || third == "you" || containsAny(line, " you stay ", " youre "):
			q.fine = "q-why-do"
		}
	case "howmany":
		switch {
		case containsAny(line, " how often ", " how many times "):
			q.fine = "q-often"
		case containsAny(line, " how much "):
			q.fine = "q-much"
		}
	case "would":
		switch {
		case first == "will" && (second == "i" || second == "we"):
			q.fine = "q-it-would" // "will we win?" asks for no leave
		case offers[first] || second == "i" || second == "we" && first != "would" && first != "should":
			q.fine = "q-may-i"
		case it:
			q.fine = "q-it-would"
		case !you && (second == "we" || containsAny(line, " us ", " we ")):
		case first == "can" && (second == "they" || second == "he" || second == "she"):
			q.fine = "q-judge"
		case !you && second != "":
			q.fine, q.others = "q-others-would", !it && !there
		case first == "can" && you:
			q.fine = "q-yesno"
		case first == "will" || containsAny(line, " leave ", " quit ", " stay ", " ever "):
			q.fine = "q-will"
		case first == "would" && you && containsAny(line, " like a coffee ", " like a tea ", " like a cup ", " like some ", " like a drink ", " like a lift ", " like me to ", " like us to "):
			q.fine = "q-may-i"
		case first == "would" && containsAny(line, " you want ", " you like ", " you rather ", " you prefer "):
			q.fine = "q-want"
		}
	case "yesno", "did", "didyou", "is":
		if containsAny(line, " you eaten ", " you eat yet ", " you had lunch ", " you had your lunch ", " you had dinner ", " you hungry ", " eaten anything ") {
			q.fine = "q-eaten"
			return
		}
		q.readYesNo(ws, line, first, third, you, it, there)
	}
}

// readYesNo finds the finer form of a question for a yes or a no.
func (q *question) readYesNo(ws []string, line, first, third string, you, it, there bool) {
	past := first == "did" || first == "was" || first == "were" || first == "had" || first == "has" || first == "didnt" || first == "wasnt" || first == "hadnt" || first == "hasnt"
	switch {
	case !questionStart[first] && !negated[first], len(ws) < 2:
		return
	case len(ws) > 1 && ws[1] == "i":
		q.fine = "q-do-i"
	case there:
		q.fine = "q-there"
	case it && first != "was" && first != "wasnt" && past:
		q.fine = "q-did"
	case it && first != "is" && first != "was" && first != "isnt" && first != "wasnt":
		q.fine = "q-yesno"
	case it && containsAny(line, " okay if i ", " ok if i ", " alright if i ", " all right if i ", " okay if we ", " ok if we "):
		q.fine = "q-may-i"
	case it && (third == "true" || (third == "right" || third == "so") && len(ws) > 4):
		q.fine = "q-true"
	case it && first == "is" && (ws[1] == "that" || ws[1] == "this") && !judged[third] && third != "because" && third != "why" && third != "about":
		q.fine = "q-is-that"
	case it && third == "the" && containsAny(line, " the same ", " the only ", " the first ", " the last "):
		q.fine = "q-yesno"
	case it && first == "is" && (third == "a" || third == "an") && containsAny(line, " a good ", " a bad ", " a nice ", " a hard ", " a big ", " a long ", " a busy ", " a quiet ", " a decent ", " an easy "):
		q.fine = "q-it"
	case it && (first == "is" || first == "was") && (ofWhat[third] || third == "why" || containsAny(line, " youre ", " who ")):
		q.fine = "q-that"
	case it && (third == "in" || third == "on" || third == "at" || third == "with" || third == "from" || third == "for" || third == "up" || third == "out"):
		q.fine = "q-is"
	case it && judged[third]:
		q.fine = "q-judge"
	case it && past:
		q.fine = "q-it-was"
	case it:
		q.fine = "q-it"
	case len(ws) > 1 && anyOf[ws[1]]:
		if q.fine = "q-any"; first == "did" && containsAny(line, " you ") {
			q.fine = "q-to-you"
		}
	case !you && (first == "is" || first == "are" || first == "was" || first == "were" || first == "isnt" || first == "arent"):
		q.fine, q.others = "q-yesno", true
	case !you && (first == "does" || first == "do" || first == "did") && len(ws) > 2 && len(ws) < 9 && ws[1] != "they" && ws[1] != "people" && slices.ContainsFunc(ws[2:3], func(w string) bool { return w == "know" || w == "knows" || w == "realise" || w == "realize" }):
		q.fine, q.others = "q-others-know", true
	case !you && past && ws[1] == "the":
		q.fine = "q-did" // "did the phone ring?"
	case !you:
		if q.fine, q.others = "q-others", true; (first == "do" || first == "does") && (pronouns[ws[1]] || containsAny(line, " you ", " it ")) {
			q.fine = "q-yesno"
		} else if (past && first != "was" && first != "were" || first == "have") && (containsAny(line, " you ") || pronouns[ws[1]]) {
			if q.fine = "q-to-you"; ws[1] != "they" {
				q.fine = "q-yesno"
			}
		}
	case (first == "are" || first == "were") && (strings.HasSuffix(third, "ing") && third != "going" && third != "coming" && third != "planning" && third != "leaving"):
		q.fine = "q-yesno"
	case first == "are" || first == "arent" || first == "were" || third == "feel":
		if q.fine = "q-are"; third == "going" || third == "gonna" || third == "coming" || third == "planning" || third == "leaving" {
			q.fine = "q-will"
		} else if third == "on" || third == "in" || third == "at" || third == "with" || third == "from" || third == "back" || third == "free" || third == "off" || third == "around" || third == "working" || third == "the" || third == "a" || third == "one" || third == "there" || third == "here" {
			if q.fine = "q-is"; first == "were" {
				q.fine = "q-were"
			}
		}
	case first == "do" || first == "dont":
		switch {
		case likes[third]:
			q.fine = "q-like"
		case stays[third] || third == "get" && containsAny(line, " paid "):
			q.fine = "q-yesno" // nobody lives nearby "now and then"
		case third == "mean":
			q.fine = "q-that"
		case third == "want" && containsAny(line, " want me to ", " want us to ", " want a ", " want some ", " want any ", " want help ", " want another ", " want company "):
			q.fine = "q-may-i"
		case tells[third]:
			q.fine = "q-told"
		case third == "need" || third == "have" && containsAny(line, " have to "):
			q.fine = "q-yesno"
		case third == "want" || third == "wish" || third == "prefer":
			q.fine = "q-want"
		case third == "think" && containsAny(line, " think about ", " think of "):
			q.fine = "q-do"
		case third == "think" || third == "believe" || third == "reckon" || third == "feel" || third == "agree" || third == "suppose" || third == "expect":
			q.fine = "q-think"
		case third == "know" || third == "remember" || third == "hear" || third == "understand" || third == "see" && containsAny(line, " why ", " what ", " how "):
			q.fine = "q-know"
		case third == "have" && containsAny(line, " the same "):
			q.fine = "q-yesno"
		case third == "have" || third == "got" || third == "own":
			q.fine = "q-have"
		case third == "mind":
			q.fine = "q-mind"
		case third == "get" && containsAny(line, " get on ", " get along "):
			q.fine = "q-like"
		default:
			q.fine = "q-do"
		}
	default: // did you, have you
		switch {
		case first == "have" && (third == "a" || third == "any" || third == "got"):
			q.fine = "q-have"
		case tells[third] || containsAny(line, " get in touch ", " told ", " tell ", " spoken "):
			q.fine = "q-told"
		case third == "heard" || third == "hear" || third == "see" || third == "seen" || third == "know" || third == "notice" || third == "noticed":
			q.fine = "q-know"
		case third == "got" || third == "any":
			q.fine = "q-have"
		case first == "have" || first == "havent" || first == "had":
			q.fine = "q-haveyou"
		}
	}
}

var (
	aboutKin = regexp.MustCompile(`^ how(?:s| is| are| s) (?:your|ur|the) (?:mum|mam|mom|dad|kids?|daughters?|sons?|wife|husband|girls?|boys?|baby|twins|sister|brother|mother|father|partner|family|back|knee|hip|foot|feet|wrists?|hands?|shoulders?|cat|dog|little one|niece|nephew|gran|nan)\b`)
	// ofOwn asks leave for something that the organizer would do.
	ofOwn = regexp.MustCompile(`^ (?:would it be|is it|would that be|will it be|be) (?:all right|alright|okay|ok|fine|good)(?: with you| for you)? if i |^ (?:can|could|may|shall|should) i `)
	// whoOfUs asks which of the two does something.
	whoOfUs = regexp.MustCompile(` or (?:shall|should|do|can|will|could) (?:i|we) | or (?:would|do) you (?:rather|prefer|want|like) (?:that )?(?:i|me|we|us) | (?:shall|should|do|can|will) i .* or (?:do|will|would|can|could) you | or (?:will|would|do|can|could) you(?: do it| ask (?:him|her|them))?(?: yourself)? $`)
	// arranges finds two ways offered to meet or to talk again, asksReach and asksWhenToMeet a question for the way and for the time.
	arranges       = regexp.MustCompile(` (?:you|i|ill|we) (?:ring|call|text|phone|message|come|meet|drop|catch|find) (?:me|you|by|over|round|up|here|there|on|after|before) .*\bor | or (?:you|i|ill|shall i|should i|do i|can i|will you|do you) (?:ring|call|text|phone|message|come|meet|drop|catch|find) (?:me|you|by|over|round|up|here|there|on|after|before) | (?:do you (?:need|have) to go|have we|have you) .*\bminutes? |^ (?:shall|should) (?:i|we) (?:ring|call|text|phone|message|come|meet|drop|wait|talk|sit|go) `)
	asksReach      = regexp.MustCompile(` how (?:do|can|could|would|will|shall|should) (?:i|we) (?:best )?(?:reach|find you|get hold|contact|call you|ring you|text you|get in touch|catch you|let you know|get back to you) `)
	asksWhenToMeet = regexp.MustCompile(` (?:when|what time|what day) (?:shall|should|can|could|do|would|will) (?:i|we|you want to|you want me to|you want us to) (?:come|meet|talk|speak|ring|call you|call|see you|see each other|catch|drop|find you|sit|chat) `)
	aboutOrder     = regexp.MustCompile(` what (?:can|could|may) i get you | what (?:do|would) you (?:drink|eat|like to drink|like to eat) | what are you (?:having|drinking|eating) | what will you have | whatll you have | whats yours $`)
	// asksForStory are the words of questions that look like one for a fact, or for a yes or a no, and leave open what is told.
	asksForStory = func() []string {
		out := []string{" for instance ", " for example ", " an example ", " or whats ", " or what has ", " or what is ", " or hows ", " or how has ", " then what ", " whats behind ",
			" experience been ", " the part of it ", " the part of that "}
		for _, it := range []string{"it", "that", "this"} {
			out = append(out, " last time "+it+" ", " is behind "+it+" ", " was behind "+it+" ", " where do you want "+it+" to go ", " where do you feel "+it+" ")
			for _, do := range []string{"does", "did"} {
				out = append(out, " "+do+" "+it+" last come ", " "+do+" "+it+" last happen ", " "+do+" "+it+" last get ")
				for _, shows := range []string{"show", "hit", "land", "leave", "hurt", "bite", "come up"} {
					out = append(out, " where "+do+" "+it+" "+shows+" ")
				}
			}
		}
		return out
	}()
	asksWhatTheyDo = regexp.MustCompile(` what do (?:you|they) do (?:when|if|with|on|at|for|after|then|all day|once) `)
	asksDoing      = regexp.MustCompile(` what (?:are|re) you (?:\w+ing|up to) `)
	afterHow       = set("is are was were did do does would will can could should shall has have had s d ve been come about you it that this things your the my we they he she to")
	offers         = set("want need fancy mind")
	judged         = set("legal fair right ok okay normal allowed safe wrong true enough")
	pastOf         = set("told taught said got had made gave let went showed brought hired trained started asked wrote signed knew saw heard took drew thought decided")
	plainVerb      = set("fix tell pay call send come say answer help know ask give do go listen mind care fire cut take treat")
	stateOf        = set("on in off free coming going working back still around busy here there about")
	bareVerb       = set("like want tell know think have need work live get use go feel see mind trust ever remember hear believe understand")
	anyOf          = set("anyone anybody anything someone somebody something nobody nothing")
	ofWhat         = set("true because the your my our their his her a an about him them somebody someone something anything")
	subjects       = set("its hes shes theyre youre thats im ive theyve youve you i it they he she we that this there is are was were do did")
	negated        = set("dont doesnt didnt isnt arent wasnt werent havent hasnt hadnt wouldnt couldnt shouldnt cant wont")
	stays          = set("live own belong drive speak come")
	likes          = set("like love enjoy trust respect hate dislike")
	tells          = set("tell told say said ask asked call called complain complained report reported mention mentioned talk talked speak spoke spoken raise raised contact contacted ring rung phone phoned text email emailed bring brought")
)

// alternatives reports whether a question offers two things to choose from.
func alternatives(line, kind string) bool {
	at := strings.LastIndex(line, " or ")
	if at < 0 || kind == "check" && strings.Count(line[:at], " ") > 8 {
		return false
	}
	rest := strings.Fields(line[at+4:])
	switch {
	case len(rest) == 0:
		return false // "tell me more, or"
	case len(rest) > 1 && whStart[rest[0]], strings.HasSuffix(line[:at], " more") && rest[0] == "less":
		return false // "does Jack help you, or who's over you?", "more or less?"
	case rest[0] == "not", rest[0] == "so", rest[0] == "something", rest[0] == "anything", rest[0] == "whatever", rest[0] == "what", rest[0] == "somebody", rest[0] == "someone", rest[0] == "anyone", rest[0] == "two":
		return false
	}
	switch kind {
	case "what", "who", "how", "why", "when", "where", "howlong", "howmany", "degree", "else":
		// "What would help, more time or more people?" offers; "how many have left or gone sick" does not.
		return (kind == "what" || kind == "who" || kind == "where" || kind == "when") && len(rest) <= 5
	}
	return true
}

// agreed are words that ask, alone, whether what was just said will do: "Six thirty, at your truck. Good?"
var agreed = set("good ok okay deal agreed fair alright yeah yes")

// announces are words with which people say what they will do: "I'll catch you Saturday, okay?"
var announces = set("ill well lets see im were")

// hesitates are sounds that are no part of what is offered.
var hesitates = set("um uh er erm eh hm like")

// lastOffered gives the last of the things to choose from: up to three words that stand for themselves; "" where it is a clause.
func lastOffered(ws []string) string {
	at := len(ws) - 1
	for at > 0 && ws[at] != "or" {
		at--
	}
	last := slices.DeleteFunc(slices.Clone(ws[at+1:]), func(w string) bool { return hesitates[w] })
	if at == 0 || len(last) == 0 || len(last) > 5 || slices.ContainsFunc(last, func(w string) bool {
		return pronouns[w] || questionStart[w] || subjects[w] || w == "me" || w == "us" || w == "not" || w == "my" || w == "so" || w == "no" || w == "just" || w == "whoever" || w == "whatever" || w == "because" || w == "something" || w == "anything" || w == "dyou" || w == "dya" || w == "didja"
	}) {
		return ""
	}
	for i, w := range last {
		if w == "your" || w == "yours" {
			last[i] = map[string]string{"your": "my", "yours": "mine"}[w]
		}
	}
	return strings.Join(last, " ")
}

// mainClause leaves out what stands before the question itself: "when you got home, who was there".
func mainClause(ws []string) []string {
	if len(ws) < 5 || ws[0] != "if" && ws[0] != "once" && ws[0] != "because" && (ws[0] != "when" || questionStart[ws[1]]) {
		return ws
	}
	for i := 3; i < len(ws)-1; i++ {
		if w := whWord(ws[i]); asksFirst[w] || w == "would" || w == "could" || w == "will" {
			return ws[i:]
		}
	}
	return ws
}

// whWord gives a question word without what is drawn together with it: "who've" is "who".
func whWord(w string) string {
	for _, base := range []string{"who", "when", "where", "why", "what", "how"} {
		if rest, ok := strings.CutPrefix(w, base); ok && (base != "what" && base != "how" || rest == "ve" || rest == "ll") && (rest == "ve" || rest == "d" || rest == "s" || rest == "re" || rest == "ll") {
			return base
		}
	}
	return w
}

func containsAny(s string, list ...string) bool {
	for _, x := range list {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

// titled reports whether a text ends in a title that is written with a point: "Mrs".
func titled(text string) bool {
	at := strings.LastIndexByte(text, ' ') + 1
	switch text[at:] {
	case "Mr", "Mrs", "Ms", "Dr", "St":
		return true
	}
	return false
}

// asksForIt asks for what the sentence before it speaks of: "what is it?"
var asksForIt = regexp.MustCompile(`^ (?:whats|(?:what|which|who|where) (?:is|was|would|will|s)) (?:it|that|they)(?: be)? $`)

// supposed reports whether a sentence only supposes something.
func supposed(sentence string) bool {
	ws := words(sentence, 2)
	return len(ws) > 1 && (ws[0] == "if" || ws[1] == "if" && lightStart[ws[0]])
}

// names reports whether a sentence only names a thing: "your probation", "the bucket".
func names(sentence string) bool {
	ws := words(sentence, 5)
	return len(ws) > 1 && len(ws) < 4 && determiners[ws[0]] && !yourMove[ws[len(ws)-1]] && !slices.ContainsFunc(ws, func(w string) bool { return questionStart[w] || pronouns[w] })
}

// namesOne reports whether a sentence is no more than somebody's name: "Cody."
func namesOne(sentence string) bool {
	ws := words(sentence, 2)
	r, _ := utf8.DecodeRuneInString(sentence)
	return len(ws) == 1 && len(ws[0]) > 2 && unicode.IsUpper(r) && !ordinary[stem(ws[0])] && !agreed[ws[0]] && !lightStart[ws[0]] && !fillers[stem(ws[0])] && !questionStart[ws[0]] && !notNouns[ws[0]]
}

// drawnWh are questions' first words drawn together with their verb: "what's it called".
var drawnWh = set("whats whos wheres whens whys hows")

var yourMove = set("turn shout call round choice go pick move bet")

// lastQuestion gives the last sentence with a question mark, else the last sentence.
func lastQuestion(text string) (sentence string, marked bool) {
	start, last, asked := 0, "", ""
	for i, r := range text {
		switch r {
		case '.', '!', '\n', ';':
			if r == '.' && titled(text[start:i]) {
				continue
			}
			if part := strings.TrimSpace(text[start:i]); part != "" && !marked {
				last = part
				if ws := withoutLight(words(part, 6)); len(ws) > 2 && whStart[whWord(ws[0])] {
					asked = part
				}
			}
			start = i + 1
		case '?':
			if part := strings.TrimSpace(text[start:i]); part != "" {
				switch {
				case !marked && supposed(last) && asksForIt.MatchString(fold(part)):
					part = last + " " + part // "If you could change one thing. What is it?"
				case (names(last) || namesOne(last)) && !marked && containsAny(fold(part), " it ", " that ", " they ", " he ", " she ") && len(words(part, 8)) < 8:
					part = part + " " + last // "Your probation. When does it finish?"
				case marked && names(part) && containsAny(fold(last), " it ", " them "):
					part = last + " " + part // "Is it you that empties it? The bucket?"
				}
				last, marked = part, true
			}
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" && !marked {
		last = rest
		if ws := words(rest, 12); asked != "" && (len(ws) < 4 || len(ws) < 10 && plainlyAsks(asked) && !questionStart[ws[0]] && !whStart[whWord(ws[0])]) {
			last = asked // "what would've made u stay. honest"
		}
	}
	// What stands behind a mark and begins as a question is the one that is asked: "every week?? whats that do to you".
	if rest := strings.TrimSpace(text[start:]); rest != "" && marked {
		if asksBehind(words(rest, 9), last) {
			last = rest
		}
	}
	// Typed without marks: "that's a shame, how long have you been in it".
	if at := strings.LastIndexByte(last, ','); !marked && at >= 0 {
		if ws := words(last[at+1:], 2); len(ws) > 1 && asksFirst[ws[0]] {
			last = strings.TrimSpace(last[at+1:])
		}
	}
	return last, marked
}

// asksBehind reports whether the words behind a mark begin as a question of their own.
func asksBehind(ws []string, before string) bool {
	if len(ws) < 3 {
		return len(ws) == 1 && (ws[0] == "why" || ws[0] == "how")
	}
	asks := func(w string) bool { return whStart[whWord(w)] }
	last := len(ws) - 1
	switch at := begins(ws); {
	case drawnWh[ws[0]], asks(ws[0]) && len(words(before, 2)) < 2, last < 7 && ws[last-1] == "or" && ws[last] == "not":
		return true
	default:
		return last > 2 && (asks(ws[0]) || at > 0 && (asks(ws[at]) || ws[at] == "which"))
	}
}

func set(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

var (
	lightStart    = set("lol lmao haha ha excuse so and but well ok okay hey hi hello um uh oh yeah yes right then now wow hmm hm just anyway also honestly actually")
	questionStart = set("what whats whatd how hows howd why whyd who whos whod whose when where wheres which do does did is are was were have has had can could would will should shall tell dont doesnt didnt isnt arent wasnt werent havent hasnt wouldnt couldnt")
	offered       = set("can could do did are is will would shall have")
	whStart       = set("what whats how hows why who whos where when whose")
	asksFirst     = set("what whats how hows why who whos where when did do does are is was were")
	pronouns      = set("he she it they you i we")
	determiners   = set("the your this that these those my our their his her")
	notNouns      = set("a an the is are was were be been being do does did have has had will would could should can may might i you he she it we they me him us them " +
		"and or but if so because as of at on in to for from with by about into over after before than then when where who what why how which that this " +
		"here there now today really just even still ever never always not very much more most too also like think feel want need know get got go going come make made say said tell told " +
		"affect affects affected change changed changes mean means work works working happen happens happened handle handles look looks matter take takes started start keep keeps keeping goes gets makes seem seems feels")
)

// subject finds what a question is about: the last thing with a determiner before it, as it would be said back.
func subject(ws []string) string {
	for i := len(ws) - 2; i >= 0; i-- {
		if !determiners[ws[i]] {
			continue
		}
		var nouns []string
		for j := i + 1; j < len(ws) && len(nouns) < 3 && !notNouns[ws[j]] && !determiners[ws[j]]; j++ {
			nouns = append(nouns, ws[j])
		}
		if len(nouns) == 0 {
			continue
		}
		det := ws[i]
		switch det {
		case "your":
			det = "my"
		case "my":
			det = "your"
		}
		return det + " " + strings.Join(nouns, " ")
	}
	return ""
}
