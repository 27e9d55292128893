package coworker

import (
	"context"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
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
	// Small stands for the coworker's turns without a line, the oldest first, of longer ago than Recent reaches, too; see AddSmall.
	Small []uint32
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

// AheadActor is an actor that may be asked before the turn is on disk. It gets ready, and sends nothing to anybody before
// AwaitKept lets it.
type AheadActor interface {
	Actor
	Ahead()
}

type keptKey struct{}

// WithKept gives a context in which AwaitKept waits until kept is closed: when the turn is on disk.
func WithKept(ctx context.Context, kept <-chan struct{}) context.Context {
	return context.WithValue(ctx, keptKey{}, kept)
}

// AwaitKept waits until the turn that is answered is on disk. It returns ctx's error where that is over before; at once where there is nothing to wait for.
func AwaitKept(ctx context.Context) error {
	kept, _ := ctx.Value(keptKey{}).(<-chan struct{})
	if kept == nil {
		return nil
	}
	select {
	case <-kept:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Embedded is the built-in actor. It speaks the scenario's own lines with the
// small change of the coworker's register. The same scene gives the same words on any machine.
type Embedded struct {
	// Sparing leaves out the commonplace answers, which take some megabytes: for where a model speaks, and this one now and then.
	Sparing bool
}

var _ Actor = Embedded{}

// Prepare has what takes some tenths of a second made ready before anybody waits for it.
func (e Embedded) Prepare() {
	if !e.Sparing {
		prepareSoon()
	}
}

// Speak says the turn. It does not wait, but for the first time where Prepare was not called: pacing is the page's business.
func (e Embedded) Speak(ctx context.Context, s Scene, emit func(piece string) error) (Spoken, error) {
	sp := newSpeech(&s)
	sp.quick = e.Sparing
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

// Manner gives what the built-in actor might say to a cue that has no line, without a look at the commonplaces: an example of how this person speaks.
func Manner(s Scene) string {
	sp := newSpeech(&s)
	sp.quick = true
	return sp.small()
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
	// quick is set where no commonplace is looked for.
	quick bool
}

// fillerTurns is within how many of the coworker's turns no filler comes twice.
const fillerTurns = 12

func newSpeech(s *Scene) *speech {
	return &speech{
		s: s, rnd: rand.New(rand.NewPCG(s.Seed^0x5bd1e995, uint64(s.Heard.N))), used: map[string]bool{},
		q: readQuestion(s.Heard.Text).asRead(s.Read), past: sync.OnceValue(func() string { return recentWords(s.Recent) }),
	}
}

func recentWords(recent []talk.Turn) string {
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

// smallMost is how many turns without a line are remembered, so as not to say one twice.
const smallMost = 40

// AddSmall adds a turn of the coworker's to those that carried no line, as Scene.Small has them, and gives the last of them.
func AddSmall(small []uint32, text string, voiced []string) []uint32 {
	if len(voiced) > 0 || text == "" {
		return small
	}
	small = append(small, smallWords(fold(text)))
	return small[max(0, len(small)-smallMost):]
}

// smallWords stands for the words of a turn, so that they are known again; by chance it may stand for others.
func smallWords(folded string) uint32 {
	h := fnv.New32a()
	_, _ = io.WriteString(h, folded)
	return h.Sum32()
}

// recently reports whether a filler was said in the last turns: as a whole turn,
// or as the beginning of one, or anywhere if it has more than two words.
func (sp *speech) recently(filler string) bool {
	f := fold(filler)
	if len(sp.s.Small) > 0 && slices.Contains(sp.s.Small, smallWords(f)) {
		return true
	}
	if strings.Count(f, " ") > 3 {
		return strings.Contains(sp.past(), f)
	}
	return strings.Contains(sp.past(), "\n"+f)
}

// mannerOfForm names the manner in which a scenario words the small answers to a form of question, where it has its own.
var mannerOfForm = map[string]string{
	"q-when-past": "when-was", "q-time-past": "when-was", "q-when-next": "when-next", "q-time": "what-time", "q-howlong": "how-long", "q-howlong-is": "how-long", "q-howlong-did": "how-long",
	"q-howmany": "how-many", "q-often": "how-often", "q-much": "how-much", "q-degree": "how-much", "q-where": "where", "q-where-been": "where",
}

// asksPlace asks for a place, where others ask for a point: "where would you say that falls down?"
var asksPlace = regexp.MustCompile(` where(?: exactly| at| to)? $| where did (?:that|this|it) happen | where(?:s| is| are| was| were| do (?:you|they|i|we)| did (?:you|they|he|she)| does (?:he|she)| can (?:i|we|you)| have you| will you| shall we| you| u) `)

// pool gives the wordings of a kind for this person: their own, then the register's, then the plain ones where those are few.
func (sp *speech) pool(kind string) [3][]string {
	register := sp.s.Open.Coworker.Register
	out := [3][]string{sp.s.Open.Coworker.Manners[kind], registers()[register][kind]}
	if manner := mannerOfForm[kind]; manner != "" && (manner != "where" || asksPlace.MatchString(sp.q.line)) {
		out[0] = sp.s.Open.Coworker.Manners[manner]
	}
	if len(out[1]) < fillerTurns && register != plainRegister {
		out[2] = registers()[plainRegister][kind]
	}
	return out
}

// pick gives a wording of the first kind that has one that was not said lately,
// no longer than upTo words where there is such a one. It gives "" only where no kind has a wording at all.
func (sp *speech) pick(upTo int, kinds ...string) string {
	var longest string
	for _, kind := range kinds {
		for _, list := range sp.pool(kind) {
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
	oldest, at := "", 0
	for _, kind := range kinds {
		for _, list := range sp.pool(kind) {
			for _, text := range list {
				if text = sp.fill(text); text == "" || sp.used[text] && oldest != "" {
					continue
				}
				if i := sp.saidAt(fold(text)); i < at || oldest == "" {
					oldest, at = text, i
				}
			}
		}
	}
	return oldest
}

// saidAt tells wordings apart by when they were said last: what was said later has the greater number.
func (sp *speech) saidAt(folded string) int {
	if i := strings.Index(sp.past(), folded); i >= 0 {
		return len(sp.s.Small) + len(sp.past()) - i // the past begins with the last turn
	}
	h := smallWords(folded)
	for i := len(sp.s.Small) - 1; i >= 0; i-- {
		if sp.s.Small[i] == h {
			return i
		}
	}
	return -1
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
	if strings.Contains(text, "{yes}") || strings.Contains(text, "{no}") {
		yes, no := sp.q.short.yes(), sp.q.short.no()
		if yes == "" || no == "" {
			return ""
		}
		text = capital(strings.NewReplacer("{yes}", yes, "{no}", no).Replace(text))
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
	return slices.Contains(sp.s.Read.Moves, m)
}

func (sp *speech) sign(s talk.Sign) bool {
	return slices.Contains(sp.s.Read.Signs, s)
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

// besides reports whether a line of theirs comes out beside a question of a
// form that it does not answer: "do you get on with the manager?" brings up the rota.
func (sp *speech) besides(line string) bool {
	if !sp.q.specific() || sp.q.kind == "check" {
		return false
	}
	switch sp.s.Cue.Act {
	case talk.ActOpen, talk.ActHint:
	case talk.ActFear:
		if !sp.q.yesNo() {
			return false
		}
	case talk.ActAnswer:
		if id := sp.s.Cue.Lines[0].ID; !strings.HasPrefix(id, "grievance.") || strings.Contains(id, ".detail.") {
			return false // it was found by the words of the question
		}
	default:
		return false
	}
	asked, own := content(sp.q.stems), lineStems(line)
	return !slices.ContainsFunc(asked, func(w string) bool { return !atWork[w] && slices.Contains(own, w) })
}

// known reports whether all that a question is about was said before: the answer to it is known.
func (sp *speech) known() bool {
	asked := content(sp.q.stems)
	told, all := false, false
	for _, line := range sp.s.Voiced {
		if !tellsOf(line.ID) {
			continue
		}
		told = true
		own := lineStems(line.Text)
		// One word in common is not all of it: "have you told Jan?" is not known because Jan was spoken of.
		all = all || (len(asked) > 1 || sp.q.kind == "check" || sp.did(own)) && !slices.ContainsFunc(asked, func(w string) bool { return !slices.Contains(own, w) })
	}
	if len(asked) == 0 { // "and it's still like this?"
		return told && sp.q.kind == "check"
	}
	return all
}

// did reports whether a line tells that they did what a question asks for: "did you go to Damo?", "I went to Damo".
func (sp *speech) did(own []string) bool {
	return slices.ContainsFunc(sp.q.stems, func(w string) bool { return pastForms[w] != "" && slices.Contains(own, stem(pastForms[w])) })
}

// pastForms are verbs whose past is another word, by their stems.
var pastForms = map[string]string{"go": "went", "gone": "went", "tell": "told", "told": "told", "speak": "spoke", "spoken": "spoke", "write": "wrote", "written": "wrote", "ring": "rang", "rung": "rang", "see": "saw", "seen": "saw", "call": "called", "ask": "asked", "sign": "signed"}

// lastLine gives the ID and the words of the line that was said in the turn before this one; "" for none.
func (sp *speech) lastLine() (id, text string) {
	for i := len(sp.s.Recent) - 1; i >= 0; i-- {
		if t := &sp.s.Recent[i]; t.Speaker == talk.Coworker {
			if n := len(sp.s.Voiced); n > 0 && strings.Contains(t.Text, sp.s.Voiced[n-1].Text) {
				return sp.s.Voiced[n-1].ID, sp.s.Voiced[n-1].Text
			}
			return "", ""
		}
	}
	return "", ""
}

// goesOnWith reports whether the question takes up the line that was said last: in its words, or by pointing back at it.
func (sp *speech) goesOnWith(line string) bool {
	asked := slices.DeleteFunc(content(sp.q.stems), func(w string) bool { return atWork[w] })
	if len(asked) == 0 {
		return slices.ContainsFunc(sp.q.stems, func(w string) bool { return pointing[w] }) || len(sp.q.stems) < 3
	}
	own := lineStems(line)
	return slices.ContainsFunc(asked, func(w string) bool { return slices.Contains(own, w) })
}

// followUpPools are the small answers to a question that goes on with what was said in the turn before: with a hint that slipped out, with a story, with a word of theirs; nil for none.
func (sp *speech) followUpPools() []string {
	id, line := sp.lastLine()
	if line == "" || !sp.goesOnWith(line) {
		return nil
	}
	open := sp.q.kind == "what" || sp.q.kind == "how" || sp.q.kind == "why" || sp.q.kind == "opinion"
	switch {
	case sp.q.fine == "q-who" || sp.q.fine == "q-treat" || sp.q.fine == "q-sleep" || sp.q.fine == "q-how-old-other" || sp.q.fine == "q-how-is":
		return nil
	case strings.Contains(id, ".hint.") && (open || sp.q.kind == "check"):
		return []string{"q-hinted"}
	case sp.q.kind == "why" && len(sp.q.stems) < 4:
		return []string{"q-why-word"}
	case (strings.HasPrefix(id, "small_talk.") || strings.HasPrefix(id, "answer.") || strings.HasPrefix(id, "open.")) && open:
		return []string{"q-story"}
	}
	return nil
}

// goesOnFromHint reports whether the question goes on with a hint that slipped out in the turn before.
func (sp *speech) goesOnFromHint() bool {
	id, line := sp.lastLine()
	return strings.Contains(id, ".hint.") && sp.goesOnWith(line)
}

// toldWhen gives the day that was told already, where a question asks for nothing else; "" for none.
func (sp *speech) toldWhen() string {
	for i := len(sp.s.Voiced) - 1; i >= 0; i-- {
		line := sp.s.Voiced[i]
		if !strings.HasPrefix(line.ID, "grievance.") || !tellsOf(line.ID) || sp.s.Cue.About != "" && !strings.HasPrefix(line.ID, sp.s.Cue.About+".") {
			continue
		}
		day := ""
		if at := aDay.FindStringIndex(line.Text); at != nil && len(words(line.Text[:at[0]], 9)) < 3 {
			day = line.Text[at[0]:at[1]] // what begins with its day tells of that day
		}
		told := lineStems(line.Text)
		if rest := slices.DeleteFunc(content(sp.q.stems), func(w string) bool { return atWork[w] || learning[w] || slices.Contains(told, w) }); day == "" || len(rest) > 0 {
			return ""
		}
		return capital(day) + ", like I said."
	}
	return ""
}

var (
	// asksAfter asks after somebody by their name.
	asksAfter = regexp.MustCompile(`[Hh]ow(?:'s|’s| is) [A-Z][a-z]+\b|, how's (?:he|she)\b`)
	aDay      = regexp.MustCompile(`\b(?:(?:[Ll]ast|[Oo]n) )?(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December)\b`)
	learning  = stemSet("find found out happen start begin began learn notice hear see cut change")
)

// tellsOf reports whether the line of an ID tells something of a problem or a fear.
func tellsOf(id string) bool {
	return strings.HasPrefix(id, "grievance.") && !strings.Contains(id, ".cover.") && !strings.Contains(id, ".hint.") || strings.HasPrefix(id, "fear.")
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
	var kind string
	c := &sp.s.Cue
	if len(first) > 0 && interjections[first[0]] && !sp.besides(line) {
		return ""
	}
	if sp.sign(talk.Greeting) && len(sp.s.Recent) < 2 && c.Act != talk.ActBoundary {
		return sp.pick(4, "lead-hello")
	}
	switch c.Act {
	case talk.ActHint:
		// A hint hangs on something: a short word on what was asked, and then what slips out.
		switch {
		case !sp.q.asked, sp.q.kind == "check", strings.HasPrefix(c.About, "fear.") && !sp.q.yesNo():
			return ""
		}
		if sp.besides(line) {
			return sp.form(beforeHint) // what was asked comes first
		}
		if sp.q.kind == "what" {
			return sp.pick(8, "before-hint-what")
		}
		return sp.pick(8, "before-hint")
	case talk.ActOpen, talk.ActAnswer, talk.ActThink, talk.ActPredict, talk.ActPlan, talk.ActFear:
		switch {
		case c.Reason == talk.ReasonHeat:
			return ""
		case sp.besides(line) && sp.goesOnFromHint():
			return "" // it answers what the hint was about
		case sp.besides(line) && sp.q.short.subject != "":
			return sp.pick(6, "lead-short") // "did they hold you over again?"
		case sp.besides(line):
			return sp.pick(9, "lead-besides") // they are about to tell something else, and say so
		case sp.has(talk.Validation) && !sp.q.asked:
			kind = "lead-heard"
		case sp.has(talk.Reflection) && !sp.q.asked:
			kind = "lead-yes"
		case sp.q.asked && !sp.q.specific() && len(words(line, 20)) > 12 && sp.has(talk.OpenQuestion):
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
	switch {
	case c.Act == talk.ActBoundary || c.Act == talk.ActLeave || c.Act == talk.ActOfferPause || c.Act == talk.ActOutOfRole:
	case sp.laughs():
		return sp.pick(upTo, "laughs")
	case sp.q.asked && sp.asksName():
		return sp.pick(upTo, "thats-me")
	}
	switch c.Act {
	case talk.ActOfferPause:
		return sp.pick(100, "offer-out")
	case talk.ActOutOfRole:
		if !sp.sign(talk.AsksIfMachine) {
			return sp.pick(100, "out-of-role")
		}
		return sp.pick(100, "machine")
	case talk.ActShrug:
		if c.Manner == "" && len(words(sp.s.Heard.Text, 3)) < 2 {
			return sp.pick(upTo, "beat", "noted", "silence")
		}
		if c.Manner == "" && sp.q.seen {
			return sp.pick(upTo, "seen", "noted")
		}
		if c.Manner == "" && !sp.feelsFor() && !sp.sign(talk.HonestLimit) && !sp.cheers() && !sp.ofSelf() && !sp.orders() {
			return sp.pick(upTo, "noted")
		}
		if c.Manner == "shrug" && sp.sign(talk.StockPhrase) {
			return sp.pick(upTo, "soft", "shrug")
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
	case c.Manner == "apology" && c.Reason == talk.ReasonArgued:
		return sp.pick(upTo, "apology-hurt")
	case c.Manner == "silence" && sp.sign(talk.Backchannel):
		return sp.pick(upTo, "beat", "silence")
	case c.Manner == "greeting" && sp.q.howAreYou:
		if sp.sign(talk.Greeting) && len(sp.s.Recent) < 2 {
			return sp.pick(4, "lead-hello") + " " + sp.pick(upTo, "greeting-how")
		}
		return sp.pick(upTo, "greeting-how", "greeting")
	case c.Manner == "greeting" && (sp.q.specific() || sp.q.asked && sp.q.kind == "how") && !sp.q.tagged:
		return sp.pick(4, "lead-hello") + " " + sp.form(upTo)
	case c.Manner == "thanks" && !sp.sign(talk.Thanks) && c.Reason == talk.ReasonBoundaryKept:
		return sp.pick(upTo, "kept", "thanks")
	case c.Manner == "thanks" && !sp.sign(talk.Thanks):
		return sp.pick(upTo, "unhurried", "thanks")
	case c.Manner == "agree" && sp.has(talk.FollowUp) && c.Reason == "":
		return sp.pick(upTo, "agree-vague")
	case c.Manner == "go-on" && sp.q.kind == "else":
		return sp.pick(upTo, "q-else")
	case c.Manner == "go-on" && (sp.q.specific() || sp.q.asked && sp.q.fine != "" && c.Reason != talk.ReasonNothingLeft):
		return sp.form(upTo)
	case c.Manner == "go-on" && c.Reason != talk.ReasonNothingLeft:
		return sp.pick(upTo, "hold")
	case c.Manner == "agree" && (c.Act == talk.ActTake || c.Reason == talk.ReasonReady):
		switch {
		case sp.q.kind == "either" && sp.q.last != "":
			return capital(sp.q.last) + "." // "Friday or Sunday?"
		case len(c.Gives) > 0:
		case sp.q.specific() && !sp.q.yesNo() || sp.q.short.other && !sp.q.short.thing:
			return sp.form(upTo) // "does he not check in with you?" wants more than a yes to the plan
		}
		return sp.pick(upTo, "agree-plan", "agree")
	case c.Manner == "agree" && sp.q.seen && !sp.has(talk.Reflection):
		return sp.pick(upTo, "seen")
	case c.Manner == "agree" && sp.q.kind == "check" && (sp.has(talk.Reflection) || sp.known()):
		return sp.pick(upTo, "agree")
	case c.Manner == "agree" && sp.q.asked && (sp.q.specific() || !sp.has(talk.Reflection)):
		return sp.form(upTo)
	case (c.Manner == "agree" || c.Manner == "shrug") && c.Act != talk.ActTake && !sp.q.asked && (sp.sign(talk.HonestLimit) || containsAny(fold(sp.s.Heard.Text), " ill ask ", " ill find out ", " i can find out ", " i could find out ")):
		return sp.pick(upTo, "honest")
	case (c.Manner == "agree" || c.Manner == "shrug" && !sp.has(talk.Telling)) && !sp.q.asked && sp.orders():
		return sp.pick(upTo, "told-to")
	case c.Manner == "agree" && !sp.q.asked && !sp.has(talk.Reflection) && !sp.has(talk.Validation) && sp.ofSelf():
		return sp.pick(upTo, "told-me", "react")
	case c.Manner == "unforeseen":
		if sp.q.howAreYou {
			return sp.pick(upTo, "greeting-how")
		}
		if sp.q.seen {
			return sp.pick(upTo, "seen")
		}
		if !sp.q.asked && sp.feelsFor() {
			return sp.pick(upTo, "soft")
		}
		if !sp.q.asked {
			return sp.pick(upTo, "react")
		}
		return sp.form(upTo)
	case c.Manner != "":
		return sp.pick(upTo, c.Manner)
	}
	switch {
	case sp.q.asked:
		return sp.form(upTo)
	case sp.q.seen:
		return sp.pick(upTo, "seen")
	case sp.sign(talk.HonestLimit) || containsAny(fold(sp.s.Heard.Text), " ill ask ", " ill find out ", " i can find out ", " i could find out "):
		return sp.pick(upTo, "honest")
	case sp.orders():
		return sp.pick(upTo, "told-to")
	case sp.feelsFor():
		return sp.pick(upTo, "soft")
	case sp.cheers():
		return sp.pick(upTo, "cheer")
	case sp.ofSelf():
		return sp.pick(upTo, "told-me", "react")
	}
	return sp.pick(upTo, "react")
}

// form answers a question that has no line: by what was said before, as anybody might, in its own form, or by how guarded they are.
func (sp *speech) form(upTo int) string {
	c := &sp.s.Cue
	switch {
	case sp.q.kind == "either" && sp.q.last != "" && c.About == "" && !sp.has(talk.ProbeDetail) && !sp.has(talk.ProbeCost) && !sp.has(talk.ProbeFeeling) && !sp.has(talk.EducateFix):
		return capital(sp.q.last) + "." // "pie or custard square?"
	case (sp.q.yesNo() || sp.q.kind == "who") && sp.known():
		return sp.pick(upTo, "known")
	case sp.q.fine == "q-when-past" && sp.toldWhen() != "":
		return sp.toldWhen()
	}
	if sp.followUpPools() != nil {
		return sp.pick(upTo, append(sp.followUpPools(), sp.q.pools()...)...)
	}
	if text := sp.asAnybody(upTo); text != "" {
		return text
	}
	switch {
	case sp.q.short.subject != "" && !sp.probes():
		return sp.pick(upTo, append(sp.q.short.pools(sp.q.tagged, c.About != ""), sp.q.pools()...)...)
	case sp.q.kind == "didyou" && sp.has(talk.SmallTalk) && c.About == "":
		return sp.pick(upTo, "q-did-lately", "q-didyou") // "did you see the game?" touches nothing
	case sp.q.kind == "how" && sp.q.general && sp.has(talk.SmallTalk) && asksAfter.MatchString(sp.s.Heard.Text):
		return sp.pick(upTo, "q-how-is")
	case sp.q.general && sp.q.kind != "else" && (sp.q.fine == "" || sp.has(talk.ProbeFeeling) || sp.has(talk.ProbeCost)) && strings.HasPrefix(c.About, "grievance."):
		return sp.pick(upTo, "hold")
	case c.Reason == talk.ReasonInterrogated && sp.rnd.IntN(4) == 0:
		return sp.pick(upTo, append([]string{"interviewed"}, sp.q.pools()...)...)
	case strings.HasPrefix(c.About, "grievance.") && c.Act == talk.ActDeflect && sp.q.kind != "why" && sp.q.fine != "q-may-i" && sp.q.fine != "q-it-would" && sp.q.fine != "q-do-i" && (sp.q.fine == "q-have" || sp.rnd.IntN(5) < 2) && sp.s.Heard.N < stillNew:
		return sp.pick(upTo, append([]string{"guarded"}, sp.q.pools()...)...)
	}
	return sp.pick(upTo, append(sp.keeps(), sp.q.pools()...)...)
}

// keeps names the wordings with which they keep something to themselves, where readers found that more sensible than any small answer: what
// was said, what somebody would do, how and why. Whoever has just done so does not do it again.
func (sp *speech) keeps() []string {
	var kinds []string
	switch {
	case sp.has(talk.SmallTalk) && !sp.q.goesOn:
		return nil // what is asked in passing is nothing to keep
	case sp.q.kind == "how" || sp.q.kind == "why" && sp.rnd.IntN(2) == 0:
		kinds = []string{"long", "rather"}
	case sp.q.kind == "why", sp.q.fine == "q-said", sp.q.fine == "q-what-would", sp.q.kind == "what" && sp.q.fine == "":
		kinds = []string{"rather", "long"}
	}
	if len(kinds) == 0 {
		return nil
	}
	turns := strings.SplitN(sp.past(), "\n", 5) // nothing, the last three turns, the rest
	for _, turn := range turns[:min(len(turns), 4)] {
		if slices.ContainsFunc(keeping(), func(folded string) bool { return strings.Contains(turn, folded) }) {
			return nil
		}
	}
	return kinds
}

// keeping are the wordings of all registers with which somebody keeps a thing to themselves, folded for comparison.
var keeping = sync.OnceValue(func() (out []string) {
	for _, own := range registers() {
		for _, kind := range []string{"rather", "long"} {
			for _, text := range own[kind] {
				out = append(out, fold(text))
			}
		}
	}
	return out
})

// probes reports whether it is asked for what they feel and fear and what would be done about it: no plain yes or no answers that.
func (sp *speech) probes() bool {
	return slices.ContainsFunc(sp.s.Read.Moves, func(m talk.Move) bool { return probing[m] })
}

var probing = map[talk.Move]bool{
	talk.ProbeFeeling: true, talk.ProbeCost: true, talk.InoculateBoss: true, talk.InoculateFear: true, talk.EducateFix: true, talk.EducateWho: true,
	talk.EducateAction: true, talk.PlanTogether: true, talk.MakeAsk: true,
}

// beforeHint is how many words an answer before a hint has at most.
const beforeHint = 8

// stillNew is up to which turn of a talk they may say that the two have hardly met.
const stillNew = 8

// ofSelf reports whether the organizer tells something of their own.
func (sp *speech) ofSelf() bool {
	ws := words(sp.s.Heard.Text, heardWords)
	return len(ws) > 4 && !sp.feelsFor() && (ofSelf[ws[0]] || len(ws) > 5 && (ofSelf[ws[1]] || ofSelf[ws[2]]))
}

// feelsFor reports whether the organizer says what something does to them: "I'd have been livid", "I'm so sorry about that".
func (sp *speech) feelsFor() bool {
	ws := words(sp.s.Heard.Text, 30)
	return supposes(sp.s.Heard.Text) || len(ws) > 2 && (ws[0] == "id" || ws[0] == "thats" || ws[0] == "poor" || slices.Contains(ws, "sorry") || slices.Contains(ws, "believe") || slices.Contains(ws, "awful") || slices.Contains(ws, "terrible") || slices.Contains(ws, "horrible"))
}

var ofSelf = set("i im ive id my we weve our")

// orders reports whether the turn tells them to do something: "calm down".
func (sp *speech) orders() bool {
	ws := words(sp.s.Heard.Text, heardWords)
	for len(ws) > 1 && (lightStart[ws[0]] || ws[0] == "please") {
		ws = ws[1:]
	}
	return len(ws) > 0 && len(ws) < 10 && orders[ws[0]] && !slices.Contains(ws, "i")
}

var orders = set("calm relax stop stay come get sign cheer shut quit forget leave wait show hold give")

// laughs reports whether the turn is no more than a laugh.
func (sp *speech) laughs() bool {
	ws := words(sp.s.Heard.Text, 9)
	return len(ws) > 0 && len(ws) < 4 && !slices.ContainsFunc(ws, func(w string) bool { return !laughs[w] })
}

var laughs = set("lol haha hahaha lmao rofl jk joking kidding just only ha heh hehe")

// asksName reports whether they are asked whether they are who they are: "are you Theo?"
func (sp *speech) asksName() bool {
	if len(sp.q.stems) > 5 {
		return false
	}
	name := strings.ToLower(firstName(sp.s.Open.Coworker.Name))
	return containsAny(fold(sp.s.Heard.Text), " are you "+name+" ", " youre "+name+" ", " you are "+name+" ", " is it "+name+" ", name+" is it ", name+" right ")
}

// cheers reports whether the turn is no more than a glad word.
func (sp *speech) cheers() bool {
	ws := words(sp.s.Heard.Text, heardWords)
	return len(ws) > 0 && len(ws) < 6 && slices.ContainsFunc(ws, func(w string) bool { return glad[w] })
}

var glad = set("awesome great cool nice perfect brilliant lovely amazing good fantastic excellent super wonderful sweet deal yay")
