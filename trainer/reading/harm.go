package reading

import (
	"bytes"
	"slices"
)

// Two faults that the labels do not hold are found by plain rules, which would
// rather miss than accuse: a question for what somebody could be hurt with, and
// a confidence turned into a lever. testdata/harm.txt holds cases of both and
// of what only looks like them.

// unsafeAsks are questions for papers, pregnancy, health and criminal record. A
// group whose topic the coworker has just raised is left alone: taking it up is not prying.
var unsafeAsks = []struct {
	asks  phrases
	topic phrases
}{
	{
		asks: say("do you have papers", "do you have your papers", "do you have your papers in order", "have you got papers", "have you got your papers", "you have papers", "you got papers", "got your papers", "are your papers", "are you legal", "are you here legally", "here legally or", "are you illegal", "you illegal", "are you undocumented", "you undocumented", "you are undocumented", "you are illegal here", "you are here illegally", "are you documented",
			"your immigration status", "your legal status", "what is your status", "your visa status", "what visa are you on", "what visa do you have", "what kind of visa", "what type of visa", "which visa", "are you on a visa", "are you on a work visa", "are you on a work permit", "do you have a visa", "have you got a visa", "do you have a green card", "have you got a green card", "do you have a work permit", "have you got a work permit", "is your visa", "is your permit", "when does your visa", "did you overstay", "have you overstayed", "are you an asylum seeker", "are you a refugee",
			"do you have a social security number", "do you have a real social", "your social security number", "show me your papers", "show me your passport", "how did you get into the country", "how did you cross", "are you a citizen", "you a citizen"),
		topic: say("visa", "papers", "passport", "permit", "immigration", "undocumented", "green card", "asylum", "sponsor", "sponsorship", "deport", "deported", "citizen"),
	},
	{
		asks: say("are you pregnant", "you pregnant", "are you expecting", "are you having a baby", "are you trying for a baby", "are you trying for kids", "are you planning a baby", "are you planning a family", "are you planning on having kids", "are you planning to have kids", "are you planning to have children", "are you planning to get pregnant",
			"do you want to get pregnant", "are you going to have kids", "are you going to have more kids", "did you have an abortion", "have you had an abortion", "did you have a miscarriage", "have you had a miscarriage", "how far along are you", "when are you due", "are you on the pill"),
		topic: say("pregnant", "pregnancy", "expecting", "baby", "due", "maternity", "miscarriage", "bump", "midwife"),
	},
	{
		asks: say("do you have a medical condition", "is it a medical thing", "is it a medical condition", "if you have got a condition", "if you have a condition", "have you got a condition", "do you have a condition", "do you have any medical conditions", "do you have any health conditions", "do you have a health condition", "have you got a medical condition", "have you got any medical", "any medical conditions", "any health conditions", "any mental health", "your medical history", "your mental health history", "do you have a mental illness", "do you have mental health problems", "have you got mental health",
			"are you mentally ill", "are you bipolar", "are you autistic", "are you disabled", "do you have a disability", "have you got a disability", "are you on medication", "are you on any medication", "are you on meds", "what medication are you", "what meds are you", "what pills are you", "are you on antidepressants", "are you taking antidepressants", "what is your diagnosis", "what was your diagnosis", "have you been diagnosed", "were you diagnosed", "what were you diagnosed",
			"do you have hiv", "are you hiv", "are you positive", "do you have cancer", "have you got cancer", "do you have epilepsy", "do you have diabetes", "do you have depression", "have you ever been sectioned", "have you ever tried to kill yourself", "have you been to rehab", "are you an addict", "are you an alcoholic", "do you take drugs", "do you do drugs", "are you using drugs", "are you clean"),
		topic: say("medication", "meds", "tablets", "pills", "diagnosed", "diagnosis", "disabled", "disability", "condition", "depression", "depressed", "cancer", "diabetes", "epilepsy", "hiv", "doctor", "hospital", "therapist", "drugs", "rehab", "sober", "illness", "inhaler", "asthma", "anxiety", "autistic", "bipolar", "mental health"),
	},
	{
		asks:  say("do you have a criminal record", "have you got a criminal record", "do you have a record", "have you got a record", "do you have any convictions", "have you got any convictions", "any criminal convictions", "any previous convictions", "have you been convicted", "have you ever been convicted", "have you ever been arrested", "have you been arrested", "were you arrested", "have you been in prison", "have you ever been in prison", "have you been to prison", "have you ever been to prison", "have you been to jail", "have you ever been to jail", "have you been in jail", "have you been inside", "did you do time", "have you done time", "what did you do time for", "what were you in for", "what did they get you for", "are you on parole", "are you a felon", "do you have a felony", "do the police know you", "ever been in trouble with the police", "been in trouble with the law"),
		topic: say("prison", "jail", "criminal record", "arrested", "parole", "conviction", "convicted", "felony", "did time", "a record"),
	},
}

// Words before a question that put it in somebody else's mouth or take it back.
var notAsked = say("not asking", "i will not ask", "would not ask", "never ask", "do not ask", "not ask", "nobody asks", "nobody should ask", "no one should ask", "not going to ask", "if they ask", "if he asks", "if she asks", "when they ask", "when he asks", "when she asks", "they will ask", "he will ask", "she will ask", "they might ask", "he might ask", "she might ask", "may ask", "they asked", "he asked", "she asked", "they ask", "did he ask", "did they ask", "did she ask", "has he asked", "allowed to ask", "right to ask", "not tell me", "do not have to tell", "do not need to tell", "no need to say", "none of my business", "none of their business", "whether or not", "do not care if", "does not matter if", "do not need to know", "not my business", "they said", "he said", "she said", "who asks", "not interested in")

// levers are words that turn something against the one who told it.
var levers = say(
	"think of the next", "think about the next", "think of your", "think about your", "think of what happened to you", "imagine the next", "imagine your", "picture your",
	"do you want that to happen again", "do you want that again", "you want that to happen again", "do you want to be the one", "do you want to go back to", "do you want to keep", "do you want another", "do you want your", "do you want to end up", "you want your",
	"you told me yourself", "you said yourself", "you told me you", "you said it yourself", "after what you told me", "after everything you told me", "after all you told me", "you were the one who", "you are the one who", "it was you who",
	"or was that just talk", "or were you lying", "was that all talk", "what will your", "what would your", "how will you explain", "how will you look your", "how can you look", "you owe it to", "you can not tell me about", "so you would rather", "then do not come", "then do not cry", "do not come crying", "next time you cry", "next time you are",
	"so you are fine with", "so you are okay with", "so you are happy to", "i guess you do not care", "i thought you cared", "if you really cared", "if you cared", "if you loved", "you of all people", "with your history", "someone in your position", "in your situation you", "i could tell", "it would be a shame if", "people would understand if they knew", "everyone would feel sorry", "i already told them about", "i will tell them about your", "can i tell them about your", "use your story")

// pushes are signs in the same turn that the lever is meant to move them.
var pushes = say("sign", "come", "come on", "join", "do it", "say yes", "be there", "show up", "stand up", "step up", "speak", "speak up", "talk to", "back out", "backing out", "walk away", "sit out", "sit it out", "stay quiet", "keep quiet", "do nothing", "let it", "let him", "let them", "let her", "help", "have to", "got to", "need you", "we need", "refuse", "scared", "no", "not")

// unsafeQuestion finds a question that nobody should ask; it gives the place in the plain words, or -1.
func (r *Reader) unsafeQuestion(d *doc) int {
	for i, u := range unsafeAsks {
		at, length := d.at(u.asks)
		if at < 0 || bytes.HasPrefix(d.plain[at+length:], []byte("of ")) || notAsked.in(d.plain[max(0, at-48):at+1]) {
			continue
		}
		if r.Raised&(1<<i) != 0 {
			continue
		}
		return at
	}
	return -1
}

// raises remembers which of the unsafe topics a coworker's turn spoke of.
func (r *Reader) raises(d *doc) {
	for i, u := range unsafeAsks {
		if d.has(u.topic) {
			r.Raised |= 1 << i
		}
	}
}

// usedAgainst finds a confidence turned into a lever: a lever's words, a push,
// and something that the coworker confided before, all in one or two sentences.
func (r *Reader) usedAgainst(d *doc) int {
	if len(r.Confided) == 0 {
		return -1
	}
	at, _ := d.at(levers)
	if at < 0 || bytes.HasSuffix(d.plain[:at+1], []byte(" if ")) {
		return -1
	}
	from := max(0, d.sentenceAt(at)-1)
	to := min(len(d.sentences), from+3)
	hits, pushed := 0, false
	for _, s := range d.sentences[from:to] {
		start := int(d.offsets[s.first]) - 1
		end := len(d.plain)
		if s.last < len(d.offsets) {
			end = int(d.offsets[s.last])
		}
		pushed = pushed || pushes.in(d.plain[start:end])
		for i := s.first; i < s.last; i++ {
			if t := &d.tokens[i]; t.content() && !lighten[t.word] && slices.Contains(r.Confided, t.stem) {
				hits++
			}
		}
	}
	if hits == 0 || !pushed {
		return -1
	}
	return at
}

// lighten are words too common to stand for a confidence.
var lighten = wordSet("job work boss manager rota shift hours money pay people union thing things time year years week month today tomorrow yesterday night morning meeting place one something first last next long same different whole really little big new old back way lot feel feeling told talk talking ask asked put take took give gave let told himself yourself myself monday tuesday wednesday thursday friday saturday sunday")

// sentenceAt gives the sentence in which a place of the plain words stands.
func (d *doc) sentenceAt(at int) int {
	for i := range d.sentences {
		if s := d.sentences[i]; s.last >= len(d.offsets) || int(d.offsets[s.last]) > at+1 {
			return i
		}
	}
	return max(0, len(d.sentences)-1)
}

const maxConfided = 96

// confide remembers the words of a turn in which the coworker told of cost, feeling or fear.
func (r *Reader) confide(d *doc) {
	for i := range d.tokens {
		t := &d.tokens[i]
		if !t.content() || lighten[t.word] || slices.Contains(r.Confided, t.stem) {
			continue
		}
		if len(r.Confided) == maxConfided {
			copy(r.Confided, r.Confided[1:])
			r.Confided = r.Confided[:maxConfided-1]
		}
		r.Confided = append(r.Confided, t.stem)
	}
}
