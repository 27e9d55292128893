package coworker

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// Scene is all that an actor gets: nothing of what is hidden but what the cue allows.
type Scene struct {
	// Open is the open part of the scenario.
	Open *scenarios.Open
	// Cue is the mind's decision.
	Cue talk.Cue
	// Heard is the organizer's turn that is answered, Read its reading.
	Heard talk.Turn
	Read  talk.Read
	// Recent is a bounded window of the turns before Heard, oldest first.
	Recent []talk.Turn
	// Earlier is an extractive digest of what fell out of the window.
	Earlier []string
	// Voiced are the lines voiced so far.
	Voiced []talk.Line
	// Seed is the conversation's seed.
	Seed uint64
}

// Spoken is what an actor said.
type Spoken struct {
	Text string
	// By is "actor", a model's name or "person".
	By string
	// Voiced lists the IDs of the cue's lines that the words carry.
	Voiced []string
	// Mended says why a guard replaced or cut the words; "" where none did.
	Mended string
	// Tokens counts what a model charged: prompt, then completion.
	Tokens [2]int
}

// Actor says a turn. It emits the words in pieces as they come; the pieces
// together are Spoken.Text. It returns an error of ctx or of emit as it is.
type Actor interface {
	Speak(ctx context.Context, s Scene, emit func(piece string) error) (Spoken, error)
}

// Embedded is the built-in actor. It speaks the scenario's own lines with the
// small change of the coworker's register. The same scene gives the same words on any machine.
type Embedded struct{}

var _ Actor = Embedded{}

// Speak says the turn. It never waits: pacing is the page's business.
func (Embedded) Speak(ctx context.Context, s Scene, emit func(piece string) error) (Spoken, error) {
	sp := newSpeech(&s)
	out := Spoken{By: "actor"}
	out.Text, out.Voiced = sp.compose()
	for _, piece := range pieces(out.Text) {
		if err := ctx.Err(); err != nil {
			return Spoken{}, err
		}
		if err := emit(piece); err != nil {
			return Spoken{}, err
		}
	}
	return out, nil
}

// pieceWords is how many words a piece has.
const pieceWords = 3

// pieces cuts a text at spaces; together they are the text.
func pieces(text string) []string {
	var out []string
	start, spaces := 0, 0
	for i, r := range text {
		if r == ' ' {
			if spaces++; spaces == pieceWords {
				out = append(out, text[start:i+1])
				start, spaces = i+1, 0
			}
		}
	}
	if start < len(text) {
		out = append(out, text[start:])
	}
	return out
}

// speech is one turn in the making.
type speech struct {
	s    *Scene
	rnd  *rand.Rand
	past func() string   // what the coworker said in the last turns, folded for comparison
	used map[string]bool // what this turn has used already
	q    question
}

// fillerTurns is within how many of the coworker's turns no filler comes twice.
const fillerTurns = 12

func newSpeech(s *Scene) *speech {
	return &speech{
		s: s, rnd: rand.New(rand.NewPCG(s.Seed^0x5bd1e995, uint64(s.Heard.N))), used: map[string]bool{},
		q: readQuestion(s.Heard.Text), past: sync.OnceValue(func() string { return pastOf(s.Recent) }),
	}
}

func pastOf(recent []talk.Turn) string {
	var b strings.Builder
	b.WriteString("\n")
	n := 0
	for i := len(recent) - 1; i >= 0 && n < fillerTurns; i-- {
		if recent[i].Speaker == talk.Coworker {
			b.WriteString(fold(recent[i].Text))
			b.WriteString("\n")
			n++
		}
	}
	return b.String()
}

// fold makes two wordings comparable: words in lower case with single spaces between and around.
func fold(text string) string {
	return " " + strings.Join(words(text, heardWords), " ") + " "
}

// recently reports whether a filler was said in the last turns: as a whole turn,
// or as the beginning of one, or anywhere if it has more than two words.
func (sp *speech) recently(filler string) bool {
	f := fold(filler)
	if strings.Count(f, " ") > 3 {
		return strings.Contains(sp.past(), f)
	}
	return strings.Contains(sp.past(), "\n"+f)
}

// pool gives the wordings of a kind for this person: their own first, then the register's, then the plain ones.
func (sp *speech) pool(kind string) (own, shared []string) {
	own = sp.s.Open.Coworker.Manners[kind]
	shared = registers()[sp.s.Open.Coworker.Register][kind]
	if len(shared) < fillerTurns {
		plain := registers()[plainRegister][kind]
		if sp.s.Open.Coworker.Register != plainRegister {
			shared = append(append([]string{}, shared...), plain...)
		}
	}
	return own, shared
}

// pick gives a wording of the first kind that has one that was not said lately,
// no longer than upTo words where there is such a one. It gives "" only where no kind has a wording at all.
func (sp *speech) pick(upTo int, kinds ...string) string {
	var longest string
	for _, kind := range kinds {
		own, shared := sp.pool(kind)
		for _, list := range [][]string{own, shared} {
			if len(list) == 0 {
				continue
			}
			start := sp.rnd.IntN(len(list))
			for k := range list {
				text := sp.fill(list[(start+k)%len(list)])
				if text == "" || sp.used[text] || sp.recently(text) {
					continue
				}
				if len(words(text, heardWords)) > upTo {
					if longest == "" {
						longest = text
					}
					continue
				}
				sp.used[text] = true
				return text
			}
		}
	}
	if longest != "" {
		sp.used[longest] = true
		return longest
	}
	// Everything was said lately: the one that was said longest ago.
	oldest, at := "", -1
	for _, kind := range kinds {
		own, shared := sp.pool(kind)
		for _, text := range append(append([]string{}, own...), shared...) {
			if text = sp.fill(text); text == "" {
				continue
			}
			if i := strings.Index(sp.past(), fold(text)); i > at || oldest == "" {
				oldest, at = text, i
			}
		}
	}
	return oldest
}

// fill puts what the question was about, and the name, into a wording; "" where it needs what is not there.
func (sp *speech) fill(text string) string {
	if strings.Contains(text, "{it}") || strings.Contains(text, "{It}") {
		if sp.q.about == "" {
			return ""
		}
		text = strings.ReplaceAll(text, "{it}", sp.q.about)
		text = strings.ReplaceAll(text, "{It}", capital(sp.q.about))
	}
	if strings.Contains(text, "{name}") {
		text = strings.ReplaceAll(text, "{name}", firstName(sp.s.Open.Coworker.Name))
	}
	return text
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func (sp *speech) has(m talk.Move) bool {
	for _, x := range sp.s.Read.Moves {
		if x == m {
			return true
		}
	}
	return false
}

func (sp *speech) sign(s talk.Sign) bool {
	for _, x := range sp.s.Read.Signs {
		if x == s {
			return true
		}
	}
	return false
}

// compose gives the turn's words and the IDs of the lines in them.
func (sp *speech) compose() (string, []string) {
	c := &sp.s.Cue
	if len(c.Lines) == 0 {
		return sp.small(), nil
	}
	parts := []string{}
	if lead := sp.lead(c.Lines[0].Text); lead != "" {
		parts = append(parts, lead)
	}
	ids := []string{}
	said := 0
	for i, line := range c.Lines {
		n := len(words(line.Text, 1000))
		if i > 0 && (said >= c.Least || said+n > c.Most || sp.voiced(line.ID)) {
			break
		}
		parts = append(parts, line.Text)
		ids = append(ids, line.ID)
		said += n
	}
	return strings.Join(parts, " "), ids
}

// voiced reports whether a line was said before.
func (sp *speech) voiced(id string) bool {
	for _, line := range sp.s.Voiced {
		if line.ID == id {
			return true
		}
	}
	return false
}

// lead gives a word or two that take up what was just said; "" where the line begins with such a word itself, or by chance.
func (sp *speech) lead(line string) string {
	first := words(line, 1)
	if len(first) > 0 && interjections[first[0]] {
		return ""
	}
	var kind string
	c := &sp.s.Cue
	if sp.sign(talk.Greeting) && len(sp.s.Recent) < 2 && c.Act != talk.ActBoundary {
		return sp.pick(4, "lead-hello")
	}
	switch c.Act {
	case talk.ActOpen, talk.ActAnswer, talk.ActThink, talk.ActPredict, talk.ActPlan, talk.ActFear:
		switch {
		case c.Reason == talk.ReasonHeat:
			return ""
		case sp.has(talk.Validation) && !sp.q.asked:
			kind = "lead-heard"
		case sp.has(talk.Reflection) && !sp.q.asked:
			kind = "lead-yes"
		case sp.q.asked && !sp.q.yesNo() && sp.has(talk.OpenQuestion):
			kind = "lead-well"
		}
	}
	if kind == "" || sp.rnd.IntN(5) < 2 {
		return ""
	}
	return sp.pick(6, kind)
}

var interjections = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("yeah yes yep yup no nah nope well hm hmm mm oh ah okay ok honestly look listen right so sure ha god jesus man ugh thanks see fine ill anyway eh um uh hey please actually truth") {
		out[w] = true
	}
	return out
}()

// small gives a turn that has no line of the scenario.
func (sp *speech) small() string {
	c := &sp.s.Cue
	upTo := max(c.Most, 3)
	switch c.Act {
	case talk.ActOfferPause:
		return sp.pick(100, "offer-out")
	case talk.ActOutOfRole:
		return sp.pick(100, "machine")
	case talk.ActShrug:
		if c.Manner == "" && sp.q.seen {
			return sp.pick(upTo, "seen", "noted")
		}
		if c.Manner == "" {
			return sp.pick(upTo, "noted")
		}
		if c.Manner == "shrug" && upTo <= 4 {
			return sp.pick(upTo, "shrug-short", "shrug")
		}
	case talk.ActConfused:
		if c.Reason == talk.ReasonNoListening {
			return sp.pick(upTo, "confused-many")
		}
	case talk.ActBoundary:
		if c.Reason == talk.ReasonUsed {
			return sp.pick(upTo, "used")
		}
	}
	switch {
	case c.Manner == "silence" && sp.sign(talk.Backchannel):
		return sp.pick(upTo, "beat", "silence")
	case c.Manner == "greeting" && sp.q.howAreYou:
		if sp.sign(talk.Greeting) && len(sp.s.Recent) < 2 {
			return sp.pick(4, "lead-hello") + " " + sp.pick(upTo, "greeting-how")
		}
		return sp.pick(upTo, "greeting-how", "greeting")
	case c.Manner == "thanks" && !sp.sign(talk.Thanks):
		return sp.pick(upTo, "kept", "thanks")
	case c.Manner == "agree" && sp.has(talk.FollowUp) && c.Reason == "":
		return sp.pick(upTo, "agree-vague")
	case c.Manner == "go-on" && sp.q.kind == "else":
		return sp.pick(upTo, "q-else")
	case c.Manner == "go-on" && sp.q.asked && sp.q.yesNo():
		return sp.pick(upTo, sp.q.pools()...)
	case c.Manner == "agree" && (c.Act == talk.ActTake || c.Reason == talk.ReasonReady):
		return sp.pick(upTo, "agree-plan", "agree")
	case c.Manner == "agree" && sp.q.asked && !sp.q.yesNo():
		return sp.pick(upTo, "said-already", sp.q.pool())
	case c.Manner == "agree" && sp.q.asked && !sp.has(talk.Reflection):
		return sp.pick(upTo, sp.q.pools()...)
	case c.Manner == "unforeseen":
		if sp.q.howAreYou {
			return sp.pick(upTo, "greeting-how")
		}
		if !sp.q.asked {
			return sp.pick(upTo, "react")
		}
		return sp.pick(upTo, sp.q.pools()...)
	case c.Manner != "":
		return sp.pick(upTo, c.Manner)
	}
	if sp.q.asked {
		return sp.pick(upTo, sp.q.pools()...)
	}
	return sp.pick(upTo, "react")
}
