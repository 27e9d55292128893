package coworker

import (
	"slices"
	"strings"
	"unicode"
)

// short is a question for a yes or a no said back as its short answer: "I do", "she hasn't". Its zero value is none.
type short struct {
	subject string // as it is said in the answer: "I", "they", "my sister", "Shane"
	verb    string // the verb that stands for the rest: "do", "has", "might"
	other   bool   // it is about somebody or something else than who is asked
	thing   bool   // it is about a thing that both know: "it", "that", "there"
	past    bool   // it asks for what was
	done    bool   // it asks for what has happened up to now
	maybe   bool   // it asks for what would be
}

func (s short) yes() string {
	if s.subject == "" {
		return ""
	}
	return s.subject + " " + s.verb
}

func (s short) no() string {
	not := notVerb[s.verb]
	if s.subject == "" || not == "" {
		return ""
	}
	if s.verb == "am" {
		return "I'm not"
	}
	return s.subject + " " + not
}

// pools names the wordings that fit it, the best first. near is set where it comes near to what they keep: then nothing is denied or sworn to.
func (s short) pools(tagged, near bool) []string {
	switch {
	case s.maybe:
		return []string{"short-maybe"}
	case near && (s.past || s.done || !s.other):
		return []string{"short-near-past"}
	case near:
		return []string{"short-near"}
	case tagged:
		return []string{"short-tag"}
	case s.thing && s.past:
		return []string{"short-thing-past"}
	case s.thing:
		return []string{"short-thing"}
	case s.other && s.done:
		return []string{"short-other-done"}
	case s.other && s.past:
		return []string{"short-other-past"}
	case s.other:
		return []string{"short-other"}
	}
	return []string{"short"}
}

// saidBack are the forms to which the short answer is a whole one.
var saidBack = func() map[string]bool {
	out := set("q-yesno q-do q-have q-haveyou q-know q-think q-are q-is q-were q-did q-it q-it-was q-is-that q-true q-there q-others q-others-know q-others-would q-to-you q-like q-it-would q-scrap q-that q-judge q-feel")
	out[""] = true
	return out
}()

var (
	notVerb = map[string]string{
		"do": "don't", "does": "doesn't", "did": "didn't", "am": "not", "is": "isn't", "are": "aren't", "was": "wasn't", "were": "weren't",
		"have": "haven't", "has": "hasn't", "had": "hadn't", "can": "can't", "could": "couldn't", "might": "mightn't", "should": "shouldn't",
	}
	// shortVerb are the verbs that a question for a yes or a no begins with, with what an answer says for them.
	shortVerb = map[string]string{
		"do": "do", "dont": "do", "does": "does", "doesnt": "does", "did": "did", "didnt": "did", "is": "is", "isnt": "is", "are": "are", "arent": "are",
		"was": "was", "wasnt": "was", "were": "were", "werent": "were", "have": "have", "havent": "have", "has": "has", "hasnt": "has", "had": "had", "hadnt": "had",
		"can": "can", "cant": "can", "could": "might", "couldnt": "might", "would": "might", "wouldnt": "might", "will": "might", "wont": "might", "should": "should", "shouldnt": "should",
	}
	// drawnTogether are pronouns with their verb: "it's the damp, then?"
	drawnTogether = map[string][2]string{
		"its": {"it", "is"}, "hes": {"he", "is"}, "shes": {"she", "is"}, "theyre": {"they", "are"}, "thats": {"that", "is"}, "youre": {"you", "are"},
		"youve": {"you", "have"}, "theyve": {"they", "have"}, "theres": {"there", "is"}, "youd": {"you", "would"}, "theyd": {"they", "would"}, "itd": {"it", "would"},
	}
	men     = set("husband dad da father brother son boy boyfriend uncle grandad grandfather man lad fella guy bloke nephew grandpa papa nonno")
	women   = set("wife mum mam mom ma mother sister daughter girl girlfriend aunt auntie nan gran grandmother grandma woman lady niece mother-in-law mama mamma mammy nonna nana nanna granny")
	anybody = set("boss manager supervisor super landlord landlady lead leader head principal doctor nurse kid child baby neighbour neighbor chef owner director partner " +
		"agent agency company union teacher driver foreman steward rep convener inspector guard friend mate family council school management office team crew shift")
	// plainShort are the verbs that go with "we" as they stand.
	plainShort       = set("do did are were have had can could might should")
	ofWorkAndWeather = set("work lunch dinner breakfast pay overtime parking food coffee tea traffic business weather rain time money training school rent today tonight tomorrow everything nothing something anything management home")
	participles      = set("had been done seen got heard thought gone said told met known felt taken made come lost")
	many             = set("people kids children men women folks lads girls boys others police family twins both staff")
)

// shortOf finds the short answer to a question. ws are its words, sentence has its capitals.
func shortOf(ws []string, sentence string) (s short) {
	if len(ws) < 2 {
		return s
	}
	if pair, ok := drawnTogether[ws[0]]; ok {
		ws = append([]string{pair[1], pair[0]}, ws[1:]...)
	} else if pronouns[ws[0]] && shortVerb[ws[1]] != "" && !negated[ws[1]] && (ws[0] != "you" || ws[1] != "do") {
		ws = append([]string{ws[1], ws[0]}, ws[2:]...) // "you did what, you went?" is none; "it was Owen?" is one
	}
	if ws[0] == "you" && (ws[1] == "got" || ws[1] == "still" && len(ws) > 2 && ws[2] == "got") {
		ws = append([]string{"have"}, ws...) // "you still got the folder?"
	}
	if len(ws) > 3 && ws[0] == "do" && ws[1] == "you" && ws[2] == "ever" && (strings.HasSuffix(ws[3], "ed") || participles[ws[3]]) {
		ws = append([]string{"have"}, ws[1:]...) // "u ever had stuff nicked here?"
	}
	verb, ok := shortVerb[ws[0]]
	if !ok {
		return s
	}
	s.verb = verb
	s.past = verb == "did" || verb == "was" || verb == "were" || verb == "had"
	s.done = verb == "have" || verb == "has"
	s.maybe = verb == "might" || verb == "should"
	rest := ws[1:]
	if len(rest) > 1 && asides[rest[0]] && rest[0] != "all" {
		rest = rest[1:]
	}
	subject := rest[0]
	switch {
	case subject == "you" || subject == "ya" || subject == "u" || subject == "ye":
		s.subject = "I"
		if len(rest) > 1 && (rest[1] == "two" || rest[1] == "both") {
			return short{} // "are you two close?" is about another, too
		}
		if len(rest) > 1 && (rest[1] == "all" || rest[1] == "guys" || rest[1] == "lot" || rest[1] == "and") {
			s.subject = "we"
			return s
		}
		switch verb {
		case "are":
			s.verb = "am"
		case "were":
			s.verb = "was"
		}
		if (verb == "have" || verb == "had") && len(rest) > 1 && (rest[1] == "a" || rest[1] == "any" || rest[1] == "the" || rest[1] == "your") {
			s.done = false
		}
		return s
	case subject == "i" || subject == "we" || subject == "yours" || subject == "mine" || anyOf[subject]:
		return short{} // who "we" are only they know
	}
	if strings.Contains(" "+strings.Join(rest[:min(4, len(rest))], " ")+" ", " of you ") {
		if !plainShort[verb] {
			return short{}
		}
		s.subject = "we" // "have the two of you talked?"
		return s
	}
	s.other, s.thing = true, slices.Contains(rest[1:], "you") // what others do to them they know themselves
	switch {
	case subject == "that" || subject == "this" || subject == "it":
		s.subject, s.thing = "it", true
		return s
	case subject == "there":
		if len(rest) > 1 && (anyOf[rest[1]] || rest[1] == "more" || rest[1] == "any") {
			return short{}
		}
		s.subject, s.thing = "there", true
		return s
	case pronouns[subject], subject == "these", subject == "those":
		if s.subject = subject; subject == "these" || subject == "those" {
			s.subject = "they"
		}
		return s
	}
	plural := verb == "are" || verb == "were" || verb == "do" || verb == "have"
	single := verb == "is" || verb == "was" || verb == "does" || verb == "has"
	if name := nameIn(sentence, subject); name != "" && !determiners[subject] {
		if len(rest) > 2 && rest[1] == "and" || plural {
			s.subject = "they"
		} else {
			s.subject = name
		}
		return s
	}
	// What it is about: after a determiner, or alone.
	nouns := rest
	if determiners[subject] {
		nouns = rest[1:]
	} else if !many[subject] && !strings.HasSuffix(subject, "s") && subject != "other" && subject != "most" && subject != "some" && subject != "all" {
		if single && ofWorkAndWeather[subject] {
			s.subject = "it"
			return s
		}
		return short{} // "does noreen ring you": a name looks like any word on a phone
	}
	if len(nouns) == 0 {
		return short{}
	}
	for _, n := range nouns[:min(3, len(nouns))] {
		switch {
		case many[n] && !single:
			s.subject = "they"
		case men[n]:
			s.subject = "he"
		case women[n]:
			s.subject = "she"
		case anybody[n] && !plural:
			s.subject = "they"
			switch s.verb { // one person whom nobody called he or she
			case "is":
				s.verb = "are"
			case "was":
				s.verb = "were"
			case "does":
				s.verb = "do"
			case "has":
				s.verb = "have"
			}
		default:
			continue
		}
		return s
	}
	switch n := nouns[0]; {
	case plural, !single && strings.HasSuffix(n, "s") && !strings.HasSuffix(n, "ss") && !strings.HasSuffix(n, "us"):
		s.subject = "they"
	default:
		s.subject = "it"
	}
	return s
}

// nameIn gives a word as the sentence has it, where that is a name in the middle of it.
func nameIn(sentence, word string) string {
	for i, field := range strings.Fields(sentence) {
		field = strings.TrimFunc(field, func(r rune) bool { return !unicode.IsLetter(r) })
		if name := strings.TrimSuffix(strings.TrimSuffix(field, "'s"), "’s"); i > 0 && strings.ToLower(name) == word && name != strings.ToLower(name) && len(name) > 1 {
			return name
		}
	}
	return ""
}
