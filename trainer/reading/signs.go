package reading

import (
	"bytes"
	"strings"

	"breakroom/trainer/talk"
)

// A list of phrases. Each matches whole plain words in a row: lower case,
// contractions spelled out, text-speak resolved, no punctuation (see doc.add).
// All lists are looked for in one pass over a turn's words.
type phrases struct {
	id   int
	list [][]byte // with a space around each
}

// phraseIndex holds every phrase of every list by its first word.
var phraseIndex = map[string][]phraseEntry{}

var phraseLists int

type phraseEntry struct {
	text string // with a space behind
	id   int
}

func say(list ...string) phrases {
	out := phrases{id: phraseLists}
	phraseLists++
	for _, p := range list {
		out.list = append(out.list, []byte(" "+p+" "))
		first, _, _ := strings.Cut(p, " ")
		phraseIndex[first] = append(phraseIndex[first], phraseEntry{p + " ", out.id})
	}
	return out
}

// hit is where a list's first and last match begin in the plain words, and how long the first is; -1 for none.
type hit struct{ first, last, length int32 }

// match looks for all phrases.
func (d *doc) match() {
	d.hits = d.hits[:0]
	for range phraseLists {
		d.hits = append(d.hits, hit{-1, -1, 0})
	}
	for i := range d.tokens {
		if !d.tokens[i].is(isPhrased) {
			continue
		}
		at := d.offsets[i]
		for _, e := range phraseIndex[d.tokens[i].word] {
			if rest := d.plain[at:]; len(rest) >= len(e.text) && string(rest[:len(e.text)]) == e.text {
				h := &d.hits[e.id]
				if h.first < 0 {
					h.first, h.length = at-1, int32(len(e.text)+1)
				}
				h.last = at - 1
			}
		}
	}
}

// has tells whether one of the phrases stands in the turn.
func (d *doc) has(p phrases) bool { return d.hits[p.id].first >= 0 }

// at gives the place of the first phrase in the plain words, a space before it, and its length; -1 for none.
func (d *doc) at(p phrases) (at, length int) {
	h := d.hits[p.id]
	return int(h.first), int(h.length)
}

// in looks for the phrases in a few words.
func (p phrases) in(plain []byte) bool {
	for _, phrase := range p.list {
		if bytes.Contains(plain, phrase) {
			return true
		}
	}
	return false
}

var (
	signGreeting = say("hi", "hey", "hello", "hiya", "good morning", "good afternoon", "good evening", "morning", "howdy", "yo", "namaste", "salaam", "g day", "how are you", "how is it going", "alright mate", "what is up", "oi oi")
	signFarewell = say("bye", "goodbye", "talk soon", "speak soon", "take care", "good night", "cheerio", "ta ra", "catch you later", "have a good one", "till then", "laters", "get home safe", "safe home", "god bless", "let you go", "i will let you get")
	signThanks   = say("thank you", "thanks", "cheers", "much appreciated", "i appreciate it", "i appreciate you", "ta", "appreciate you telling", "grateful")
	signApology  = say("sorry", "i apologise", "i apologize", "my bad", "forgive me", "my fault", "my mistake", "i should not have said", "i should not have asked", "pardon me", "that was out of line")

	signFlattery = say(
		"you are amazing", "you are the best", "you are so brave", "you are a star", "you are incredible", "you are awesome", "you are a natural leader", "you are a natural",
		"you are a born leader", "everyone looks up to you", "everybody looks up to you", "everyone respects you", "everybody respects you", "people really respect you", "you are so smart", "you are so strong", "you are such a good",
		"you are such a great", "you are the heart of", "you are brilliant", "you are a legend", "love your energy", "you are so good at", "you are too good for", "nobody works as hard as you", "you are so important", "you are the only one who", "you are super important", "you would be perfect for",
		"you would be perfect", "you would be brilliant", "you would be amazing", "such a leader", "i admire you", "i really admire", "you are one of the smartest", "best worker here", "hardest worker here")
	signStock = say("it sounds like", "that sounds like", "sounds like you are", "i hear you", "i hear what you are saying", "what i am hearing is", "i understand how you feel", "i understand completely", "i totally understand", "i feel you", "that must be hard", "that must be difficult", "that must be so hard", "that must have been hard", "that sounds hard", "that sounds difficult", "that sounds really hard", "that sounds tough", "that sounds really tough", "that sounds rough", "thank you for sharing", "thanks for sharing", "your feelings are valid", "that is so valid", "that is valid", "i totally get it", "i get it",
		"that must be tough", "that must be rough", "that must be awful", "that must be stressful", "that must be frustrating", "that must be exhausting", "that must be upsetting", "that must be terrible", "that must be so tough", "that must be so difficult", "that must be so rough", "that must be so awful", "that must be so stressful", "that must be so frustrating", "that must be so exhausting", "that must be so upsetting", "that must be so terrible", "that must be really hard", "that must be really tough", "that must be really difficult", "that must be really rough", "that must be really awful", "that must be really stressful", "that must be really frustrating", "that must be really exhausting", "that must be really upsetting", "that must be really terrible", "that must be very hard", "that must be very tough", "that must be very difficult", "that must be very rough", "that must be very awful", "that must be very stressful", "that must be very frustrating", "that must be very exhausting", "that must be very upsetting", "that must be very terrible", "that must have been tough", "that must have been difficult", "that must have been rough", "that must have been awful", "that must have been stressful", "that must have been frustrating", "that must have been exhausting", "that must have been upsetting", "that must have been terrible", "that must have been so hard", "that must have been so tough", "that must have been so difficult", "that must have been so rough", "that must have been so awful", "that must have been so stressful", "that must have been so frustrating", "that must have been so exhausting", "that must have been so upsetting", "that must have been so terrible", "that sounds awful", "that sounds stressful", "that sounds frustrating", "that sounds exhausting", "that sounds upsetting", "that sounds terrible", "that sounds so hard", "that sounds so tough", "that sounds so difficult", "that sounds so rough", "that sounds so awful", "that sounds so stressful", "that sounds so frustrating", "that sounds so exhausting", "that sounds so upsetting", "that sounds so terrible", "that sounds really difficult", "that sounds really rough", "that sounds really awful", "that sounds really stressful", "that sounds really frustrating", "that sounds really exhausting", "that sounds really upsetting", "that sounds really terrible", "that sounds very hard", "that sounds very tough", "that sounds very difficult", "that sounds very rough", "that sounds very awful", "that sounds very stressful", "that sounds very frustrating", "that sounds very exhausting", "that sounds very upsetting", "that sounds very terrible", "this must be so hard", "this must be so tough", "this must be so difficult", "this must be so rough", "this must be so awful", "this must be so stressful", "this must be so frustrating", "this must be so exhausting", "this must be so upsetting", "this must be so terrible", "it must be so hard", "it must be so tough", "it must be so difficult", "it must be so rough", "it must be so awful", "it must be so stressful", "it must be so frustrating", "it must be so exhausting", "it must be so upsetting", "it must be so terrible", "i totally hear you", "i really hear you", "i hear you on that", "i feel that", "i totally feel that", "that is rough", "that is tough", "so valid", "makes total sense", "i can only imagine", "i can imagine how hard", "you are so right", "i so get that")

	signReassure = say("do not worry", "no worries about that", "you will be fine", "it will be fine", "it will be okay", "it will be alright", "you will be alright", "you will be okay", "nothing will happen", "nothing is going to happen", "nothing to worry about", "nothing to be scared of", "nothing to be afraid of", "they can not fire you", "they can not touch you", "they can not sack you", "they can not do anything", "he can not do anything", "she can not do anything", "you are safe", "you are totally safe", "you are protected", "it is all good", "it is perfectly safe", "it is totally safe", "it is completely safe", "it is going to be fine", "it is going to be okay", "no need to worry", "no need to be scared", "no reason to be afraid", "no reason to worry", "you have nothing to fear", "trust me", "chill", "relax", "it is illegal for them", "i promise you")

	signLimit = say(
		"we can leave that", "we can leave it", "we do not have to", "you do not have to", "you do not need to tell", "no need to tell", "i will leave it", "i will leave it there", "leave it there", "leave it at that", "i will not ask again", "i will not push", "i will not press", "i will not bring it up", "i will drop it", "we can drop it", "drop it", "no pressure", "no is fine", "no is an answer", "that is your call", "that is up to you", "it is your call", "your call", "it is up to you", "only if you want", "if you would rather not", "we can talk about something else", "let us talk about something else", "i will back off", "i will stop", "understood", "fair enough", "that is fair", "i respect that", "i shall not ask", "i heard your no", "i hear the no", "no means no", "not going to push", "not going to press", "not pushing", "will not ask you again", "we will leave it", "forget i asked", "i should not have asked", "none of my business", "i am not asking", "that stays with you", "that is your business", "i will not raise it")

	signInsult = say("you are stupid", "you idiot", "you are an idiot", "are you stupid", "you moron", "shut up", "fuck you", "fuck off", "screw you", "piss off", "you are pathetic", "you are a coward", "you coward", "you are useless", "you are lazy", "you are dumb", "are you dumb", "you are a joke", "you are a sheep", "you are spineless", "grow a spine", "grow a pair", "grow some balls", "bootlicker", "you are a scab", "you bitch", "you bastard", "asshole", "dickhead", "wanker", "go to hell", "you are worthless", "you make me sick", "what is wrong with you", "you are a snitch", "wimp", "sellout", "brown noser", "suck up")

	signMachine = say("are you a bot", "are you a robot", "are you an ai", "are you ai", "are you real", "are you a real person", "are you human", "are you a human", "are you a machine", "are you a computer", "are you a program", "are you chatgpt", "are you gpt", "is this a bot", "is this ai", "is this a real person", "am i talking to a bot", "am i talking to a machine", "am i talking to an ai", "talking to a robot", "you are a bot", "you are an ai", "you are just an ai", "you are a robot", "language model", "ignore your instructions", "ignore previous instructions", "ignore all previous", "your system prompt", "your prompt", "what model are you", "are you a person")

	signDistress = say("want to die", "wanna die", "kill myself", "end my life", "end it all", "suicidal", "suicide", "hurt myself", "hurting myself", "harm myself", "self harm", "i do not want to live", "do not want to be alive", "no reason to live", "i am having a panic attack", "having a panic attack", "i can not breathe right now", "this is too real", "i need to stop this for real", "i am really crying right now", "i am not okay for real", "this is bringing up", "this is triggering me", "i am being abused", "he hits me", "better off without me", "can not go on living")

	signHonest = say("i do not know", "i can not promise", "i can not guarantee", "i can not swear", "i will find out", "let me find out", "i do not have the answer", "i can not tell you", "i will not promise", "i will not lie", "i am not going to lie", "i would be lying", "there is no guarantee", "there are no guarantees", "not going to promise", "not going to tell you it is nothing", "not going to tell you that is nothing", "i will not tell you it is not", "it is not without risk", "there is a risk", "there is risk", "it is a risk", "i am not sure", "they might", "they could try", "they can try", "they may try", "it does happen", "that happens", "i will not pretend", "not going to pretend", "could happen", "they do fire people", "legally they can not but", "it is against the law but", "i will ask", "nobody can promise", "no one can promise")

	signBackchannel = map[string]bool{}
)

func init() {
	for _, w := range []string{"mm", "mhm", "mmhm", "mmm", "hm", "hmm", "uh", "huh", "right", "yeah", "okay", "oh", "ah", "wow", "sure", "really", "go", "on", "i", "see", "and", "then", "damn", "no", "way", "oof", "yikes", "geez", "jeez", "gosh", "aw", "aww", "god", "whoa", "same", "true", "lol", "ha", "haha", "nice", "cool", "got", "it", "gotcha", "yes", "aha", "well", "hun", "mate", "god", "my", "blimey", "christ", "jesus", "tell", "me", "more", "keep", "going", "take", "your", "time", "listening", "am", "wah", "aiyo", "arre", "acha", "um"} {
		signBackchannel[w] = true
	}
}

// signs finds what is not scored and noticed all the same. The order is that of talk.Sign's constants.
func (r *Reader) signs(d *doc, words int, moves []talk.Move, unscored bool) []talk.Sign {
	if len(d.tokens) == 0 {
		if len(bytes.TrimSpace([]byte(d.text[:min(len(d.text), headBytes)]))) == 0 {
			return []talk.Sign{talk.SaysNothing}
		}
		if hasVisible(d.text[:min(len(d.text), headBytes)]) {
			return []talk.Sign{talk.SaysNothing}
		}
		return []talk.Sign{talk.Gibberish}
	}
	var out []talk.Sign
	plain := d.plain
	// a greeting opens a turn, a farewell closes it
	head, tail := int32(len(plain)), int32(0)
	if len(d.tokens) > 6 {
		head = d.offsets[6] - 1
	}
	if n := len(d.tokens); n > 14 {
		tail = d.offsets[n-14] - 1
	}
	if !unscored {
		if d.has(signGreeting) && d.hits[signGreeting.id].first < head && r.Turns < 4 {
			out = append(out, talk.Greeting)
		}
		if d.farewell(tail) {
			out = append(out, talk.Farewell)
		}
		if d.has(signThanks) {
			out = append(out, talk.Thanks)
		}
		if d.has(signApology) {
			out = append(out, talk.Apology)
		}
		if d.has(signFlattery) || d.praises() {
			out = append(out, talk.Flattery)
		}
		if at, length := d.at(signStock); at >= 0 && r.overlapAfter(d, at+length) == 0 {
			out = append(out, talk.StockPhrase)
		}
		if at, _ := d.at(signReassure); at >= 0 && !negatedBefore(plain, at) {
			out = append(out, talk.Reassurance)
		}
		if words <= 6 && d.backchannel() {
			out = append(out, talk.Backchannel)
		}
		if d.has(signLimit) {
			out = append(out, talk.RespectsLimit)
		}
		if at, _ := d.at(signInsult); at >= 0 && insulted(plain, at) {
			out = append(out, talk.Insult)
		}
	}
	if d.gibberish() {
		out = append(out, talk.Gibberish)
	}
	if unscored {
		out = append(out, talk.OtherLanguage)
	}
	if words > 250 {
		out = append(out, talk.Essay)
	}
	if !unscored {
		if d.has(signMachine) {
			out = append(out, talk.AsksIfMachine)
		}
		if at, _ := d.at(signDistress); at >= 0 && !quotedBefore(plain, at) {
			out = append(out, talk.Distress)
		}
		if at, _ := d.at(signHonest); at >= 0 {
			out = append(out, talk.HonestLimit)
		}
	}
	return out
}

var (
	negations = say("not saying", "not going to say", "will not say", "not tell you", "not telling you", "not going to tell you", "can not tell you", "can not say", "can not promise", "would not say", "never say", "lying if i said", "lie if i said")
	quotings  = say("he said", "she said", "they said", "he goes", "she goes", "they call", "called me", "called you", "he told", "she told", "they told", "told you", "says", "he says", "she says", "calls you")
)

// negatedBefore tells whether the words just before take back what follows.
func negatedBefore(plain []byte, at int) bool {
	return negations.in(plain[max(0, at-40) : at+1])
}

// quotedBefore tells whether the words just before put what follows in another's mouth.
func quotedBefore(plain []byte, at int) bool {
	return quotings.in(plain[max(0, at-30) : at+1])
}

var (
	youWords = wordSet("you your yours yourself")
	// praise are words that hardly stand beside "you" but to praise.
	praise = wordSet(`amazing wonderful brilliant brilliantly incredible awesome fantastic superstar star angel gem treasure hero legend gifted talented talent gifts wise gorgeous inspiring inspiration
		admire refreshing beautifully favourite favorite backbone rockstar champion genius saint marvellous marvelous extraordinary remarkable`)
	praising = say("lucky to have you", "respect for you", "respect you so", "how great you are", "how good you are", "you are doing great", "you deserve", "good heart", "big heart", "means the world", "mean the world", "love how you", "love the way you", "you are the best", "one of the best", "simply the best", "good way with people",
		"good instincts", "people like you", "someone like you", "somebody like you", "person like you", "you are so right", "proud of you", "takes courage", "that is so brave")
)

// praises tells whether a sentence that asks nothing praises the other one.
func (d *doc) praises() bool {
	if at, _ := d.at(praising); at >= 0 && !negatedBefore(d.plain, at) && !quotedBefore(d.plain, at) {
		return true
	}
	for i := range d.sentences {
		s := &d.sentences[i]
		if s.mark == '?' {
			continue
		}
		you, kind := false, false
		for _, t := range d.tokens[s.first:s.last] {
			switch {
			case t.word == "not" || t.word == "never" || t.word == "no" || t.word == "they" || t.word == "he" || t.word == "she":
				you, kind = false, false
			case youWords[t.word]:
				you = true
			case praise[t.word]:
				kind = true
			}
			if you && kind {
				return true
			}
		}
	}
	return false
}

func (d *doc) backchannel() bool {
	for i := range d.tokens {
		if !signBackchannel[d.tokens[i].word] {
			return false
		}
	}
	return true
}

func hasVisible(s string) bool {
	for _, r := range s {
		if r != '.' && r != '…' && r != '-' && r != ' ' && r != '\n' && r != '*' && r != '—' {
			return false
		}
	}
	return true
}

// gibberish tells whether the letters make no words: keys hit at random.
func (d *doc) gibberish() bool {
	bad, long := 0, 0
	for i := range d.tokens {
		w := d.tokens[i].word
		if w[0] == '0' || w[0] >= 0x80 {
			continue
		}
		if len(w) < 5 {
			continue
		}
		long++
		run, worst, vowels := 0, 0, 0
		for k := 0; k < len(w); k++ {
			switch w[k] {
			case 'a', 'e', 'i', 'o', 'u', 'y':
				run = 0
				vowels++
			default:
				run++
				worst = max(worst, run)
			}
		}
		if worst >= 5 || vowels == 0 || len(w) > 28 {
			bad++
		}
	}
	return bad > 0 && bad*2 > long && bad*3 >= len(d.tokens)
}
