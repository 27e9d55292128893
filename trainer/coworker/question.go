package coworker

import "strings"

// question is what kind of question a turn ends in, as far as its words show.
type question struct {
	asked     bool
	kind      string // "yesno", "would", "did", "didyou", "is", "check", "howlong", "howmany", "when", "where", "who", "why", "how", "opinion", "what", "else", "favourite", "degree"
	about     string // what it is about, ready to be said back: "the new rota"; "" where that is not plain
	howAreYou bool
	seen      bool // no question: a remark on how they look
}

func (q question) yesNo() bool {
	return q.kind == "yesno" || q.kind == "would" || q.kind == "did" || q.kind == "didyou" || q.kind == "check" || q.kind == "is"
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
	case "howlong", "howmany", "when", "where", "who":
		return true
	}
	return false
}

// pool is the pool of small answers that fits.
func (q question) pool() string {
	if q.kind == "check" {
		return "agree"
	}
	return "q-" + q.kind
}

// pools are the pools of small answers that fit, the best first.
func (q question) pools() []string {
	if q.about != "" && (q.kind == "opinion" || q.kind == "what") {
		return []string{"q-about", q.pool(), "unforeseen"}
	}
	return []string{q.pool(), "unforeseen"}
}

// readQuestion finds the last question of a turn.
func readQuestion(text string) question {
	sentence, marked := lastQuestion(text)
	ws := words(sentence, 80)
	for len(ws) > 1 && lightStart[ws[0]] {
		ws = ws[1:]
	}
	if len(ws) == 0 {
		return question{}
	}
	q := question{asked: marked, kind: "yesno"}
	line := " " + strings.Join(ws, " ") + " "
	q.howAreYou = containsAny(line, " how are you ", " hows it going ", " how is it going ", " how you doing ", " how are things ", " hows things ", " hows your day ",
		" how was your day ", " you all right ", " you alright ", " you ok ", " you okay ", " how have you been ", " how ya doin", " how you been ", " hows life ", " whats up ", " going ok ", " going okay ", " going alright ", " going all right ")
	first := ws[0]
	switch {
	case containsAny(line, " anything else ", " what else ", " anything more ", " and else ", " something else "):
		q.kind = "else"
	case containsAny(line, " favourite ", " favorite ", " favourites ", " favorites "):
		q.kind = "favourite"
	case containsAny(line, " how long ", " since when "):
		q.kind = "howlong"
	case containsAny(line, " how many ", " how much ", " how often "):
		q.kind = "howmany"
	case containsAny(line, " how late ", " how far ", " how old ", " how big ", " how bad ", " how hard ", " how early "):
		q.kind = "degree"
	case containsAny(line, " what do you think ", " what do you make ", " how do you feel about ", " what about ", " how about ", " your opinion ", " do you like ", " your take "):
		q.kind = "opinion"
	case first == "when" || containsAny(line, " what time ", " what day "):
		q.kind = "when"
	case first == "where":
		q.kind = "where"
	case first == "who" || first == "whose" || first == "whos":
		q.kind = "who"
	case first == "why" || first == "how" && len(ws) > 1 && ws[1] == "come":
		q.kind = "why"
	case first == "how" || first == "hows":
		q.kind = "how"
	case first == "what" || first == "whats" || first == "which" || first == "tell":
		q.kind = "what"
	case containsAny(line, " can you tell ", " can you walk ", " could you tell ", " could you walk ", " can you explain ", " can you describe ", " would you tell ", " walk me ", " talk me through "):
		q.kind = "what"
	case first == "would" || first == "could" || first == "will" || first == "can":
		q.kind = "would"
	case marked && !questionStart[first] && !questionStart[last2(ws)] && !strings.HasPrefix(first, "wh") && !containsAny(line, " what ", " how ", " why ", " who ", " when ", " where "):
		q.kind = "check"
	case (first == "did" || first == "have" || first == "had" || first == "were" || first == "didnt") && len(ws) > 1 && ws[1] == "you":
		q.kind = "didyou"
	case first == "did" || first == "was" || first == "were" || first == "had" || first == "didnt" || first == "wasnt":
		q.kind = "did"
	case first == "has" || first == "have":
		q.kind = "did"
	case first == "is" || first == "are" || first == "isnt" || first == "arent":
		q.kind = "is"
	case containsAny(line, " what ", " how "):
		q.kind = "what"
	}
	if !marked {
		q.asked = questionStart[first]
	}
	q.about = subject(ws)
	q.seen = !q.asked && containsAny(line, " you look ", " you seem ", " you sound ", " you must be ")
	return q
}

func containsAny(s string, list ...string) bool {
	for _, x := range list {
		if strings.Contains(s, x) {
			return true
		}
	}
	return false
}

// lastQuestion gives the last sentence with a question mark, else the last sentence.
func lastQuestion(text string) (sentence string, marked bool) {
	start, last := 0, ""
	for i, r := range text {
		switch r {
		case '.', '!', '\n', ';':
			if part := strings.TrimSpace(text[start:i]); part != "" && !marked {
				last = part
			}
			start = i + 1
		case '?':
			if part := strings.TrimSpace(text[start:i]); part != "" {
				last, marked = part, true
			}
			start = i + 1
		}
	}
	if rest := strings.TrimSpace(text[start:]); rest != "" && !marked {
		last = rest
	}
	// Typed without marks: "that's a shame, how long have you been in it".
	if at := strings.LastIndexByte(last, ','); !marked && at >= 0 {
		if ws := words(last[at+1:], 2); len(ws) > 1 && asksFirst[ws[0]] {
			last = strings.TrimSpace(last[at+1:])
		}
	}
	return last, marked
}

func set(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}

var (
	lightStart    = set("so and but well ok okay hey hi hello um uh oh yeah yes right then now wow hmm hm just anyway also honestly actually")
	questionStart = set("what whats how hows why who whos whose when where which do does did is are was were have has had can could would will should tell")
	asksFirst     = set("what whats how hows why who whos where when did do does are is was were")
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
