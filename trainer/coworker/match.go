package coworker

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
)

// spelledRoom is for the words of most turns, so that they need no memory of their own while they are put together.
const spelledRoom = 256

// words gives a text's words in lower case, without apostrophes; at most limit of them.
func words(text string, limit int) []string {
	var room [spelledRoom]byte
	all := string(appendWords(room[:0], text, limit))
	out := make([]string, 0, strings.Count(all, " "))
	for all != "" {
		var w string
		w, all, _ = strings.Cut(all, " ")
		out = append(out, w)
	}
	return out
}

// appendWords appends a text's words in lower case, without apostrophes, at most limit of them, with a space after each.
func appendWords(to []byte, text string, limit int) []byte {
	start, n := -1, 0 // where the word began
	end := func() {
		if start >= 0 {
			if long, ok := shortTyped[string(to[start:])]; ok {
				to = append(to[:start], long...)
			}
			to = append(to, ' ')
			start = -1
			n++
		}
	}
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			if start < 0 {
				start = len(to)
			}
			to = append(to, byte(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if start < 0 {
				start = len(to)
			}
			to = utf8.AppendRune(to, unicode.ToLower(r))
		case r == '\'' || r == '’' || r == 0x00AD || unicode.Is(unicode.Mn, r):
		default:
			if end(); n >= limit {
				return to
			}
		}
	}
	end()
	return to
}

// shortTyped are words as thumbs type them.
var shortTyped = map[string]string{
	"u": "you", "r": "are", "ur": "your", "y": "why", "hrs": "hours", "hr": "hour", "thx": "thanks", "thanx": "thanks", "ty": "thanks", "wat": "what", "wut": "what", "wot": "what", "wots": "whats", "wats": "whats", "wuts": "whats", "wd": "would", "shd": "should", "cd": "could", "woz": "was",
	"abt": "about", "ppl": "people", "bc": "because", "cuz": "because", "cos": "because", "tmrw": "tomorrow", "mon": "monday", "tue": "tuesday", "tues": "tuesday", "weds": "wednesday",
	"thu": "thursday", "thur": "thursday", "thurs": "thursday", "fri": "friday", "wk": "week", "wks": "weeks", "mins": "minutes", "min": "minute", "pls": "please", "plz": "please",
	"b4": "before", "2day": "today", "2nite": "tonight", "evry": "every", "bout": "about", "hav": "have", "wen": "when", "hw": "how", "mgr": "manager", "wanna": "want", "longve": "long have", "w": "with", "sth": "something", "tho": "though",
}

// heardWords bounds how much of a turn is looked at: a pasted essay costs no more than a long turn.
const heardWords = 400

// stem gives a word's stem. Short words stay as they are: the stemmer merges too many of them, "lately" is not late, and somebody's papers are not the paper.
func stem(word string) string {
	if len(word) <= 3 || word == "lately" || word == "papers" {
		return word
	}
	if word == "whos" {
		return "whose" // typed either way
	}
	return english.Stem(word, true)
}

// stems holds the stems of the words that scenarios and topics are made of: stemming costs more than all else that
// a turn takes, and talk is mostly made of those. What an organizer says is never kept here.
var stems = struct {
	sync.RWMutex
	of map[string]string
}{of: map[string]string{}}

// stemsMost bounds how many are held, some megabyte.
const stemsMost = 1 << 14

func stemAll(ws []string) []string {
	out := make([]string, len(ws))
	stems.RLock()
	for i, w := range ws {
		out[i] = stems.of[w]
	}
	stems.RUnlock()
	for i, w := range ws {
		if out[i] == "" {
			out[i] = stem(w)
		}
	}
	return out
}

// learn gives the stems of words of a scenario, and holds them.
func learn(ws []string) []string {
	out := stemAll(ws)
	stems.Lock()
	defer stems.Unlock()
	for i, w := range ws {
		if _, held := stems.of[w]; held {
			continue
		}
		if len(stems.of) >= stemsMost {
			clear(stems.of)
		}
		stems.of[strings.Clone(w)] = strings.Clone(out[i])
	}
	return out
}

// linesHeld has the stems of scenarios' lines by their text, for all conversations together: an actor looks through what was said in every turn.
var linesHeld = struct {
	sync.RWMutex
	stems map[string][]string
}{stems: map[string][]string{}}

// linesMost bounds how many lines are held.
const linesMost = 1 << 13

func lineStems(text string) []string {
	linesHeld.RLock()
	out, ok := linesHeld.stems[text]
	linesHeld.RUnlock()
	if ok {
		return out
	}
	out = learn(words(text, heardWords))
	linesHeld.Lock()
	if len(linesHeld.stems) >= linesMost {
		clear(linesHeld.stems)
	}
	linesHeld.stems[text] = out
	linesHeld.Unlock()
	return out
}

// phrase is a topic's words as stems.
type phrase struct {
	words   []string
	bits    uint64 // of its words
	telling bool   // has a word that says what it is about
	anyForm bool   // "who did the rota" asks what "who does the rota" asks
	gap     int    // how many other words may stand between two of its words: "who makes all the schedules"
}

// newPhrase prepares a phrase. Between some words no other may stand: a question to somebody must not be made
// of the halves of another, and "what do you do" is not in "what do you want to do".
func newPhrase(ws []string) phrase {
	p := phrase{words: ws, telling: slices.ContainsFunc(ws, func(w string) bool { return !ordinary[w] })}
	for _, w := range ws {
		p.bits |= bit(w)
	}
	p.anyForm = len(ws) > 2 && p.telling
	if exact := len(ws) > 1 && (ws[0] == "are" || ws[0] == "your" || auxiliary(ws[0]) && ws[1] == "you"); p.telling && !exact {
		p.gap = gap
	}
	return p
}

func phrases(topics []string) []phrase {
	var out []phrase
	for _, t := range topics {
		ws := learn(words(t, 12))
		if len(ws) > 0 && !slices.ContainsFunc(out, func(o phrase) bool { return slices.Equal(o.words, ws) }) {
			out = append(out, newPhrase(ws))
		}
	}
	return out
}

// gap is the most that may stand between.
const gap = 2

// found reports whether the phrase's words stand in the text in order, near each other.
func (p *phrase) found(text []string) bool {
	first := 0
	loose := p.anyForm && auxiliary(p.words[0])
	if !loose {
		if first = slices.Index(text, p.words[0]); first < 0 {
			return false
		}
	}
	for i, w := range text[first:] {
		if w != p.words[0] && !(loose && auxiliary(w)) {
			continue
		}
		at, ok := first+i, true
		for _, next := range p.words[1:] {
			ok = false
			for j := at + 1; j < len(text) && j <= at+1+p.gap; j++ {
				if text[j] == next || p.anyForm && auxiliary(next) && auxiliary(text[j]) {
					at, ok = j, true
					break
				}
			}
			if !ok {
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// auxiliary reports whether a word is one of the forms of "do", which stand for each other.
func auxiliary(w string) bool { return w == "do" || w == "does" || w == "did" }

// score says how well a text fits a list of phrases: two points a word of each
// phrase found and one more for a phrase of several words; 0 for none.
func score(text []string, list []phrase) int { return scoreOf(text, sightOf(text), list) }

// sightOf has a bit for each word of a text: nearly all phrases can be told by those to stand nowhere in it.
func sightOf(text []string) (seen uint64) {
	for _, w := range text {
		seen |= bit(w)
		if auxiliary(w) {
			seen |= bit("do") | bit("does") | bit("did")
		}
	}
	return seen
}

// scoreOf is score for a text whose sight is known.
func scoreOf(text []string, seen uint64, list []phrase) int {
	total := 0
	for i := range list {
		if p := &list[i]; seen&p.bits == p.bits && p.found(text) {
			total += 2 * len(p.words)
			if len(p.words) > 1 {
				total++
			}
		}
	}
	return total
}

// bit is one of 64 bits for a word, the same for equal words.
func bit(word string) uint64 {
	if word == "" {
		return 1
	}
	return 1 << ((31*uint(word[0]) + 7*uint(word[len(word)-1]) + uint(len(word))) % 64)
}

func stemSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[stem(w)] = true
	}
	return out
}

var (
	// ordinary are words that say nothing of what a question is about.
	ordinary = stemSet("a an the and or but so if then than as of at on in to for from with by about into over after before up down out off " +
		"i me my mine you your yours he him his she her it its we us our they them their this that these those there here " +
		"is are was were be been being am im youre hes shes its were theyre ive youve weve id youd wed ill youll whats hows wheres whos thats isnt arent wasnt dont doesnt didnt cant couldnt wouldnt wont " +
		"do does did doing done have has had having will would can could should may might must shall let lets get gets got getting go goes going went come comes " +
		"what who whom whose which when where why how not no yes yeah ok okay well just really very much many more most some any all too also again still ever never always now today " +
		"think feel say says said tell mean know see look want like need make made take put give talk ask hear heard keep one two thing something anything everything stuff kind sort lot bit way part else other " +
		"please maybe sorry thanks hi hey hello right oh um uh mind minute moment second time")
	// atWork are words that a general question about someone's work and life there is made of.
	atWork = stemSet("work working job place shift day days week month year lately these bother bothers bug bugs worry worries hard hardest worst best bad good better worse tough easy " +
		"change changes changed different problem problems trouble issue issues happen happened happening home life family people others everyone everybody anyone somebody boss manager management " +
		"busy tired stress stressed stressful start started used since long last first difference matter wrong fix help stay leave story rest around deal side end couple rough meant people behind normal usual going lead night morning " +
		"affect affects affected cost costs land lands weigh weighs carry body head heart sleep money feeling feelings mood angry sad scared afraid proud happy upset frustrated fair unfair hope real often")
)

// persons are the words that point at somebody.
var persons = set("he she they him her them")

// pointing are the words that point back at what was said.
var pointing = stemSet("it that this they them he she him her those these")

// invitations to go on count as open questions, however they are put: "can you walk me through it?"
var invitations = phrases([]string{"tell me more", "tell me about", "walk me through", "go on", "can you tell me", "talk me through", "take me through", "tell me what", "tell me how", "keep going", "carry on", "go ahead", "i'm listening"})

// ofWork are the words that make a question about how things are one about work.
var ofWork = phrases([]string{"work", "job", "shift", "here", "these days", "lately", "this place", "things going", "things been", "week been", "your week", "been going"})

// ofBoss, ofPlan and ofAsk are words without which a question is hardly about the boss, about a plan, or an ask.
var (
	ofBoss = phrases([]string{"boss", "manager", "management", "he", "she", "they", "him", "her", "them", "company", "owner", "landlord", "office", "upstairs", "supervisor"})
	ofPlan = phrases([]string{"we", "us", "our", "together", "ready", "prepare", "prepared", "plan", "what if", "if he", "if she", "if they", "when he", "when she", "when they", "safe", "safer", "alone", "agree", "beforehand"})
	ofAsk  = phrases([]string{"would you", "will you", "can you", "could you", "count on you", "are you in", "you in", "can I ask you to", "want you to", "like you to", "you should", "you coming", "join us", "you want to be", "want be", "why don't you", "shall we", "would suit", "does suit", "suit you", "work for you", "works for you", "fancy", "come along", "what if you"})
	// ofAbout puts a smaller thing in the place of one that was asked.
	ofAbout = phrases([]string{"what about", "how about", "what if you just", "even just"})
	// ofSuit asks whether a time or a place is all right.
	ofSuit = phrases([]string{"be doable", "that doable", "be all right for you", "be alright for you", "be okay for you", "be ok for you", "could you manage that", "does suit", "suit you", "would suit", "work for you", "works for you", "would work", "does that work", "all right with you", "okay with you"})
	// ofOpinion are words of a question for what somebody thinks, which looks like an ask.
	ofOpinion = phrases([]string{"would you say", "would you call", "would you think", "could you say"})
	// ofPlainFear are words of fear that mean nothing else.
	ofPlainFear = phrases([]string{"worry", "worried", "worries", "afraid", "fear", "scared", "nervous", "concern", "concerned", "anxious", "dread", "retaliate", "risk"})
	// ofAhead are words of a question about what is to come.
	ofAhead = phrases([]string{"would", "will", "if", "going to", "gonna", "might", "could", "may", "do next", "ready", "happens when", "happen when", "react", "reaction", "respond", "response", "expect", "try", "'ll", "he'll", "she'll", "they'll", "he'd", "she'd", "they'd", "come back", "pull"})
	// ofPast are words of a question about what was, not about what the boss will do.
	ofPast = phrases([]string{"did", "whatd", "said", "what'd", "happened", "was", "were"})
	// ofTime are words that give an ask its day.
	ofTime = phrases([]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "tonight", "same time", "half two", "half three", "half four", "half five", "half six", "half seven", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th", "11th", "12th", "13th", "14th", "15th", "16th", "17th", "18th", "19th", "20th", "21st", "22nd", "23rd", "24th", "25th", "26th", "27th", "28th", "29th", "30th", "31st", "this week", "next week", "o'clock", "half past", "before the", "after the"})
	// months are no names of anybody.
	months = stemSet("january february march april may june july august september october november december easter christmas")
	// ofSure are questions that make sure of an answer that was given.
	ofSure = phrases([]string{"you'll be there", "you will be there", "are you coming", "you'll come", "you'll do it", "so you're in", "you are in then", "you in"})
	// asksAside are questions that do not look like one.
	asksAside = phrases([]string{"wanted to ask", "was wondering", "i wonder", "i'm curious", "curious how", "curious what", "isn't he", "isn't she", "isn't it", "aren't they", "doesn't he", "doesn't she", "won't he", "won't she", "won't they"})
	// ofDismissal belittles what somebody says.
	ofDismissal = phrases([]string{"exaggerating", "being emotional", "you're just being silly", "you are just being silly", "you're being silly", "oh grow up", "just grow up", "need to grow up", "you should grow up", "stop whining", "overreacting", "you're being dramatic", "not that bad", "it's not so bad", "too sensitive", "making a fuss", "get over it", "other people have it worse", "you should be grateful", "a good mother", "a good father", "a good mum", "a good mom", "good mothers", "think about your kids", "think of your kids", "you should be ashamed"})
	// ofDismissalNot does the opposite.
	ofDismissalNot = phrases([]string{"not exaggerating", "not overreacting", "not being dramatic", "not too sensitive", "not making a fuss", "isn't you who should", "not you who should", "not you that should"})
	// ofComfort takes a blame away.
	ofComfort = phrases([]string{"not your fault", "did nothing wrong", "didn't do anything wrong", "couldn't have known"})
	// inCharge are the questions under which scenarios say who decides.
	inCharge = phrases([]string{"who's in charge", "who is in charge", "who runs nights", "your supervisor", "your manager", "who owns"})
	// ofFollowUp are offers of another talk between the two.
	ofFollowUp = phrases([]string{"i'll call you", "i'll text you", "i'll come by", "i'll stop by", "i'll message you", "i'll check in", "let's meet", "sit down again", "talk again", "can i call you", "can i text you", "catch up", "how it went", "go over it", "a brew with", "for a brew", "for a coffee", "have a coffee", "a coffee with", "a coffee some", "coffee tuesday", "over a coffee", "buy you a coffee", "get coffee", "grab coffee", "shall i text", "shall i call", "shall i ring", "come up here again", "come again", "come back again", "a cuppa with", "for a cuppa", "coffee with me", "can i come by", "can i ring", "ring you", "can i come", "come round", "pop round", "pop by", "drop by", "call round", "look in on you", "same time next week", "same bench", "same place", "same bus", "same table", "text you tomorrow", "call you tomorrow", "ring you tomorrow", "do this again", "i'll catch you", "can i catch you", "shall i catch you", "check in with you", "sit down with me", "lunch with me", "for a drink", "a drink with me"})
	// ofTalk are words for another talk, which need a time beside them: "talk monday?"
	ofTalk = phrases([]string{"talk", "chat", "speak", "catch up", "sit down", "meet", "coffee", "call", "text", "ring"})
	// ofApology are words that say sorry, whatever the reader made of them.
	ofApology = phrases([]string{"owe you an apology", "and an apology", "brought an apology", "apologise", "apologize", "my apologies", "i'm sorry i", "sorry i", "my fault", "i should have come", "i let you down"})
	// ofWords are words that say sorry for what was said just now.
	ofWords = phrases([]string{"came out wrong", "shouldn't have said", "should not have said", "out of line", "that was rude", "sorry i said", "didn't mean that"})
	// ofPraise are words of praise, whatever the reader made of them.
	ofPraise = phrases([]string{"impressed by", "so impressed", "natural leader", "look up to you", "you're amazing", "you're so right", "you're brilliant", "you're incredible", "you're so strong", "you're a legend", "you're the best", "you were amazing", "you are amazing", "i admire", "you were brilliant", "you were great", "you were so good", "brilliant with", "great with", "you're so good", "you're so brave", "you're inspiring", "you're a star", "you're a hero", "you should speak for everybody", "too modest", "so modest", "word from you", "put that so well", "said that so well", "favourite coworker", "favorite coworker", "nobody works like you", "running this place", "running the place", "be running the", "everybody admires", "everyone admires", "admires you", "an inspiration", "loves you", "in no time", "wish i had your", "such a natural", "a natural at", "you're a natural", "best loader", "best person", "nobody does it like you", "you're so"})
	// ofInsult are names that nobody lets themselves be called, whatever the reader made of them.
	ofInsult = phrases([]string{"stupid cow", "stupid bitch", "stupid woman", "silly cow", "you stupid", "you idiot", "you moron", "you coward", "you're an idiot", "you're a coward", "you're stupid", "you're pathetic", "you're useless", "fuck you", "you bitch", "you cow"})
	// ofTalent asks how somebody comes to be so good.
	ofTalent = phrases([]string{"your secret", "how do you do it", "how do you sell", "how you sell", "how you do it", "how are you so", "how do you stay so", "how do you manage so"})
	// ofPromise are promises that nobody can give, ofDistress words of somebody who may be in need, whatever the reader made of them.
	ofPromise  = phrases([]string{"i guarantee", "guarantee it", "guaranteed", "i promise you", "you can't lose", "they can't touch you"})
	ofDistress = phrases([]string{"i can't go on", "i don't want to be here anymore", "i don't want to be here any more", "i don't want to live", "i want to die", "kill myself", "hurt myself", "end my life", "i feel suicidal", "i'm suicidal", "no reason to live"})
	// letsBe are words that leave something alone.
	letsBe = phrases([]string{"you don't have to", "no need to", "we can leave", "only if you want", "you don't owe", "we don't need to", "don't need to talk", "don't have to talk", "take your time", "no pressure", "up to you"})
	// asksFix to asksFear stand in for what the reader may miss: they choose what is answered and earn nothing.
	asksFix    = phrases([]string{"what do you want", "what would you want", "make it better", "what needs to change", "would have to change", "what should they do", "what would help", "would have to be different", "what would fix", "what would it take"})
	asksWho    = phrases([]string{"who could change", "who can change", "who decides", "who could fix", "who could make that", "who can make that", "who can fix", "whose call", "who has the say", "who could say yes", "who's responsible", "who is responsible", "the say over", "has the say", "that get decided", "this get decided", "it get decided", "signs it off", "sign that off"})
	asksAction = phrases([]string{"what can we do", "what could we do", "do about it", "what can you do", "what if we", "what if a few", "what if all", "if we all", "could people do", "can people do"})
	asksPlan   = phrases([]string{"how would we handle", "how do we handle", "how would we meet", "what do we do when", "what do we do if", "how would we answer", "what would we say", "what do we say", "how do we stick"})
	asksBoss   = phrases([]string{"would react", "will react", "they'll do", "would they do", "will they do", "would he do", "will he do", "would she do", "will she do", "the boss do", "he'll do", "she'll do", "going to say when", "once they know", "when they hear", "when he hears", "when she hears", "could do", "finds out", "find out", "you think would say", "you think would do"})
	asksFear   = phrases([]string{"be scared", "be afraid", "be worried", "scare you", "worried about", "what worries you", "afraid of", "scared of", "what scares you", "holding you back", "hold you back", "stops you", "stopping you", "worst that could happen", "what could happen", "happen if you"})
)

// plainQuestions are the ordinary questions that people ask in many words: what a scenario answers under any of the
// first words is the answer to the others, too, so that no scenario has to list them all.
var plainQuestions = func() (out []plainQuestion) {
	for _, q := range []struct{ listed, asked []string }{
		{[]string{"who else works", "who works with you", "who works here", "who's on your team", "who do you get on with", "who do you get along"},
			[]string{"who do you work with", "who are you working with", "who's on with you", "who is on with you", "who you work with", "coworkers like", "colleagues like", "workmates like", "people you work with", "how many on your team", "how many people work", "people are on your team", "people on your team", "how big is your team", "how many of you are there", "who are you on with", "who do you sit with", "what's your team like", "are the others like", "the crew like", "working with anyone", "on your own today", "on your own tonight"}},
		{[]string{"who do you get on with", "who do you get along", "who else works", "who works with you"},
			[]string{"close with anyone", "close to anyone", "get on with the others", "get along with the others", "get on with everyone", "get along with everyone", "friends at work", "friends here", "mates here", "get on with your team", "get on with people", "like the people"}},
		{[]string{"best part", "like about", "best bit", "best thing", "what do you like", "do you like it"},
			[]string{"do you like best", "do you like most", "like the most", "like the best", "do you enjoy most", "your favorite part", "your favourite part", "your favourite bit", "your favorite bit"}},
		{[]string{"where do you live", "live near", "where are you from"},
			[]string{"live nearby", "live near here", "live close", "live far", "live around here", "live round here", "how far do you live", "far do you come", "come far", "far to come", "how do you get here", "how do you get to work", "how do you get in", "how do you get home", "get home from here", "how do you get there", "how did you get here", "long drive", "long way home", "how long is your commute", "what's your commute", "where are you from", "where do you come from", "from around here", "from round here"}},
		{[]string{"what do you do", "your job", "what's your job"},
			[]string{"typical day", "typical night", "typical shift", "day look like", "night look like", "day like for you", "what are you working on", "working on today", "working on tonight", "your job involve", "job entail", "what does your day", "what are you loading", "what are you on today", "what are you on tonight", "what have you got on", "what route", "which route", "what section", "which floor are you", "where do you usually work", "where do you work"}},
		{[]string{"what shift are you", "what shifts", "what hours do you work", "what shifts do you work", "what do you do", "what time do you finish"},
			[]string{"how many hours", "how many nights", "how many shifts", "how many days", "nights a week", "shifts a week", "what hours", "what are your hours", "how long is your shift", "how long are your shifts", "how long are the shifts", "what days do you", "days a week", "full time", "part time", "do nights", "do you do days", "work nights"}},
		{[]string{"what time do you start", "what time did you start"},
			[]string{"have to be at work", "have to be in", "have to be there", "need to be in", "when do you start", "when does your shift start", "when are you on"}},
		{[]string{"break", "breaks", "lunch"},
			[]string{"when's your break", "when is your break", "when do you get a break", "how many breaks", "get a break", "get breaks", "get a lunch", "time for lunch", "lunch break", "how long is your break", "how long is your lunch", "how long do you get for lunch"}},
		{[]string{"how's your day", "how's your night", "how's your week", "how was your day"},
			[]string{"is it busy", "busy today", "busy tonight", "been busy", "busier than", "busier today", "busy in there", "good day", "quiet tonight", "quiet today", "good shift", "how's the shift", "how was your shift", "how's your shift", "been up to today", "rough day", "rough night", "long day", "long night"}},
		{[]string{"how are you doing", "how are you today"},
			[]string{"are you tired", "you tired", "must be tired", "how are you holding up", "how you holding up"}},
		{[]string{"kids", "children"},
			[]string{"how old are your kids", "how old are your children", "how old are they", "any kids", "got kids", "have kids", "have a family", "got a family", "are you married", "married", "is it just you", "family with you", "live alone", "live with anyone", "live with anybody", "live on your own", "who do you live with"}},
		{[]string{"like your boss", "like your manager", "what's your manager like", "get on with your manager"},
			[]string{"find the supervisor", "find the manager", "find your manager", "find the boss", "find your boss", "how's the manager", "how's the boss", "how's your manager", "how's your boss", "is the manager like", "is the boss like", "the manager with you", "the boss with you", "your manager treat", "your boss treat", "manager treat you", "boss treat you", "is your manager", "is your boss", "is your supervisor"}},
		{[]string{"what time do you finish", "when do you finish"},
			[]string{"how late do you work", "how late do you stay", "how late are you", "when do you get off", "when are you done", "when do you knock off"}},
		{[]string{"who's in charge", "who is in charge", "your supervisor", "your manager", "who's your manager", "who's your boss"},
			[]string{"who does the schedules", "who does the schedule", "who does the rota", "who does the roster", "who makes the schedule", "who makes the rota", "who makes the roster", "who does the rotas", "who sets the hours", "who sets them", "who sets it", "who sets the times", "who sets the schedule", "who owns this", "who owns the", "who's your manager", "who is your manager", "who's your boss", "who is your boss", "who's the manager", "who is the manager", "who's the boss", "who is the boss", "who do you report to", "who's your supervisor", "who is your supervisor", "who runs the place"}},
		{[]string{"how long have you worked", "how long have you been", "how long have you lived", "how long have you been here"},
			[]string{"how long you been here", "how long have you been here", "how long have you been at", "how long you worked", "been here long", "worked here long", "been here a while", "how many years have you"}},
		{[]string{"what did you do before"}, []string{"do before this", "do before here", "work before this", "work before here", "were you before", "always done this", "always worked here"}},
		{[]string{"why did you take", "why this job", "how did you get into", "how did you hear"}, []string{"how did you end up", "how'd you end up", "how did you get into", "how'd you get into", "get started here", "what brought you", "how did you come to", "how did you start"}},
		{[]string{"how much do you make", "how much do you earn"}, []string{"what's the pay like", "what is the pay like", "how's the pay", "is the pay", "pay good", "pay any good", "paid well", "pay well", "good money"}},
	} {
		out = append(out, plainQuestion{listed: phrases(q.listed), asked: phrases(q.asked)})
	}
	return out
}()

type plainQuestion struct{ listed, asked []phrase }

// ofPrivate are questions that nobody should ask of somebody who could be hurt with the answer.
var ofPrivate = phrases([]string{
	"you're undocumented", "you are undocumented", "you're illegal", "you are illegal", "you're not legal", "you're here illegally", "you don't have papers", "you've no papers", "you have no papers", "you're pregnant", "you are pregnant", "you're disabled",
	"you have a criminal record", "you've been in prison", "you've been to prison",
	"do you have papers", "got papers", "papers in order", "your papers", "your visa", "your green card", "you have a green card", "are you legal", "are you undocumented", "are you illegal", "your immigration status", "are you a citizen", "your work permit",
	"are you pregnant", "your diagnosis", "your medication", "your medical history", "your illness", "your disability", "are you disabled", "your health condition", "you have hiv",
	"your criminal record", "you have a record", "you been arrested", "you been in prison", "been in jail",
})

// ofSafety are words that ask what would make a fear weigh less, ofWhyNot those that ask what is in the way.
var (
	ofSafety = phrases([]string{"safe", "safer", "less risky", "the risk", "feel okay", "feel alright", "feel all right", "in place", "what would you need", "what would help", "easier", "so that nobody", "feel better about"})
	ofWhyNot = phrases([]string{"why not", "what's stopping", "what is stopping", "in the way", "holding you back", "hold you back", "what would it take", "how come", "why"})
)

// fillers are words that say nothing by themselves.
var fillers = stemSet("ok okay right so yeah yes mm hm hmm well and oh sure fine good great cool i see got it uh um anyway then thanks wow really")

// gibberish reports whether most of a turn's longer words could not be spoken.
func gibberish(ws []string) bool {
	bad, n := 0, 0
	for _, w := range ws {
		if len(w) < 4 {
			continue
		}
		n++
		vowels, run, longest := 0, 0, 0
		for _, r := range w {
			if r > unicode.MaxASCII || unicode.IsDigit(r) {
				vowels++ // another script or a number is no gibberish
				continue
			}
			if strings.ContainsRune("aeiouy", r) {
				vowels++
				run = 0
				continue
			}
			run++
			longest = max(longest, run)
		}
		if vowels == 0 || longest >= 6 {
			bad++
		}
	}
	return n > 0 && 2*bad > n
}

// ofFear are the words with which people speak of a fear.
var ofFear = phrases([]string{
	"hold back", "holds back", "pause", "nerves", "worry", "worried", "worries", "afraid", "fear", "scared", "scare", "scary", "nervous", "risk", "risky", "hold you back", "holding you back", "holds you back",
	"hesitate", "hesitant", "concern", "concerned", "concerns", "anxious", "dread", "safe", "safer", "stops you", "stopping you", "what if", "go wrong", "lose", "in trouble", "get back at", "retaliate",
})
