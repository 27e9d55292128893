package reading

import (
	"bytes"

	"breakroom/trainer/talk"
)

// Some things are put so plainly that they need no learning, and should never be missed.

var (
	invitation  = say("go on", "keep going", "carry on", "say more", "tell me more")
	talkAgain   = say("can we talk again", "could we talk again", "shall we talk again", "let us talk again", "we could talk again", "can we speak again", "could we speak again", "shall we speak again", "let us speak again", "can we pick this up", "could we pick this up", "shall we pick this up", "let us pick this up", "we can pick this up")
	invitesTail = wordSet("please about with that it this a bit little on")
	howFelt     = say("how did that feel", "how does that feel", "how did it feel", "how does it feel", "how did this feel", "how does this feel", "how did that make you feel", "how does that make you feel", "how did it make you feel", "how does it make you feel", "how did that leave you feeling", "how does that leave you feeling", "how did that leave you", "how does that leave you")
)

// plainMoves gives the bits of what a short invitation to go on, the offer to talk again and the plain question how
// something felt do; small talk asks that of a film, too.
func (r *Reader) plainMoves(d *doc, h *Half, read uint32) uint32 {
	bit := func(m talk.Move) uint32 { return 1 << h.column[string(m)] }
	var out uint32
	if d.has(invitation) && d.invites(&d.sentences[len(d.sentences)-1]) {
		out |= bit(talk.OpenQuestion)
	}
	if at, _ := d.at(talkAgain); at >= 0 && !quotedBefore(d.plain, at) {
		out |= bit(talk.FollowUp)
	}
	if at, _ := d.at(howFelt); at >= 0 && !quotedBefore(d.plain, at) && read&bit(talk.SmallTalk) == 0 {
		out |= bit(talk.ProbeFeeling)
		if read&bit(talk.ClosedQuestion) == 0 {
			out |= bit(talk.OpenQuestion)
		}
	}
	return out
}

// invites tells whether a sentence does nothing but ask the other one to go on. "Go on!" is surprise, "go on then" gives in.
func (d *doc) invites(s *sentence) bool {
	toks := d.tokens[s.first:s.last]
	for len(toks) > 2 && fillers[toks[0].word] {
		toks = toks[1:]
	}
	if s.mark == '!' || len(toks) < 2 {
		return false
	}
	rest := toks[2:]
	switch two := toks[0].word + " " + toks[1].word; {
	case two == "say more", two == "keep going":
	case two == "go on", two == "carry on":
	case two == "tell me" && len(rest) > 0 && rest[0].word == "more":
		rest = rest[1:]
	default:
		return false
	}
	if toks[1].word == "more" || toks[0].word == "tell" {
		return len(rest) == 0 || invitesTail[rest[0].word]
	}
	for _, t := range rest {
		if !invitesTail[t.word] {
			return false
		}
	}
	return true
}

var (
	guiltSubject = wordSet("you we")
	// notBlamed before "let … down" make it what somebody feels or fears, or somebody else's doing.
	notBlamed = wordSet("feel felt feeling feels think thought thinking say said saying says afraid scared worried worry fear guilty like they he she who how what why")
	lets      = wordSet("let letting lets")
)

// threats are words that press by what will happen to whoever says no, or by a name for them.
var threats = say("you are either with us or", "you are with us or against us", "either with us or against us", "you are a scab", "us or a scab", "want to be a scab", "do not be a scab", "i will tell everyone you", "i will tell everybody you", "we will tell everyone you", "i am telling everyone you",
	"i will tell everyone that you", "i will make sure everyone knows you", "everyone will know you", "everybody will know you", "everyone will hear that you", "everyone is going to know you", "you will be sorry if", "you will be sorry when", "you will regret it if you do not", "i know where you live")

// guilts finds the sentence that tells the other one whom they let down; -1 for none.
func (d *doc) guilts() int {
	if !bytes.Contains(d.plain, []byte(" down ")) {
		return -1
	}
	for i := range d.sentences {
		s := &d.sentences[i]
		if s.mark == '?' {
			continue
		}
		toks := d.tokens[s.first:s.last]
		subject, reported := false, false
		for k := range toks {
			w := toks[k].word
			if lets[w] && k+2 < len(toks) && toks[k+1].word != "you" && toks[k+1].word != "yourself" {
				// "do not let us down" presses, too
				if k >= 2 && toks[k-1].word == "not" && toks[k-2].word == "do" && (k < 3 || fillers[toks[k-3].word]) {
					subject = true
				}
				for _, t := range toks[k+2 : min(k+6, len(toks))] {
					if t.word == "down" && subject && !reported {
						return i
					}
				}
			}
			switch {
			case guiltSubject[w]:
				subject = true
			case w == "not" || w == "never":
				subject = false
			case notBlamed[w]:
				reported = true
			}
		}
	}
	return -1
}

// farewell tells whether a turn's words say goodbye; "I see you stay late" does not.
func (d *doc) farewell(tail int32) bool {
	if d.has(signFarewell) && d.hits[signFarewell.id].last >= tail {
		return true
	}
	h := d.hits[signSeeYou.id]
	if h.first < 0 || h.last < tail {
		return false
	}
	before := bytes.TrimSuffix(d.plain[:h.last+1], []byte(" "))
	return !seeing[string(before[bytes.LastIndexByte(before, ' ')+1:])]
}

var (
	signSeeYou = say("see you", "see ya")
	// seeing before "see you" makes it what somebody sees.
	seeing = wordSet("i to they he she people did not always never can could")
)

// insulted tells whether an insult at a place of the plain words is meant for the other one: "I'll shut up" is not.
func insulted(plain []byte, at int) bool {
	if quotedBefore(plain, at) {
		return false
	}
	return !bytes.HasPrefix(plain[at:], []byte(" shut up ")) || !ownSilence.in(plain[max(0, at-16):at+1])
}

var ownSilence = say("i", "i will", "i should", "i would", "me", "let me", "we", "us", "to", "they", "he", "she", "not", "never")

var (
	promised = say("you can not get fired", "you can not be fired", "you will not get fired", "you will not be fired", "you can not get sacked", "you can not be sacked", "you will not get sacked", "you will not be sacked",
		"you can not lose your job", "you will not lose your job", "you will not get in trouble", "you can not get in trouble", "they can not fire you", "they can not sack you", "he can not fire you", "he can not sack you", "she can not fire you", "she can not sack you",
		"nobody can fire you", "nobody can touch you", "they can not touch you", "he can not touch you", "she can not touch you", "they will not fire you", "he will not fire you", "she will not fire you")
	// lawful and the like tell what stands in a law, or that it may come otherwise.
	lawful    = wordSet("law legal legally lawful lawfully illegal contract paper supposed without unless but might may try tried allowed rights technically if")
	belittled = say("you are overreacting", "you are over reacting", "you are exaggerating", "you are imagining", "you are too sensitive", "you are being too sensitive", "you are being paranoid", "you are being silly", "you are being dramatic", "you are being ridiculous",
		"you are being negative", "you worry too much", "that is not a real reason", "that is just an excuse", "that is no excuse")
	// heldOff just before takes it back or puts it in another's mouth.
	// onTerms are those of them that a threat has before it: "If you do not, I will tell".
	onTerms = wordSet("not tell because when if")
	heldOff = wordSet("not never nobody said say says saying told tell think feel like if whether that because when")
)

// plainFault finds the sentence in which a safety is promised that nobody can give, a worry is belittled, or somebody is threatened; -1 for none.
func (d *doc) plainFault(f talk.Fault) int {
	list := promised
	switch f {
	case talk.FalsePromise:
	case talk.Arguing:
		list = belittled
	case talk.Pressure:
		list = threats
	default:
		return -1
	}
	at, _ := d.at(list)
	if at < 0 || negatedBefore(d.plain, at) || quotedBefore(d.plain, at) {
		return -1
	}
	i := d.sentenceAt(at)
	s := &d.sentences[i]
	if s.mark == '?' || d.inQuotes(d.tokens[s.first].start) {
		return -1
	}
	for k := s.first; k < s.last; k++ {
		if int(d.offsets[k]) <= at {
			if w := d.tokens[k].word; heldOff[w] && !(f == talk.Pressure && onTerms[w]) {
				return -1
			}
		} else if f == talk.FalsePromise && lawful[d.tokens[k].word] {
			return -1
		}
	}
	return i
}

var weekdays = wordSet("monday tuesday wednesday thursday friday saturday sunday tomorrow tonight")

// namesDay tells whether a day stands in the turn: a next contact that has one can be counted on.
func (d *doc) namesDay() bool {
	for i := range d.tokens {
		if weekdays[d.tokens[i].word] {
			return true
		}
	}
	return false
}
