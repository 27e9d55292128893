package coworker

import (
	"context"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/apt"
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
	// Grasp is Mind.Grasp of Heard, where its mind has just heard it; it saves time and changes nothing.
	Grasp *Grasp
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

// Manner gives what the built-in actor would say to a cue that has no line, as an example of how this person does that; "" where it would only guess which small
// reply suits, which a model knows better.
func Manner(s Scene) string {
	sp := newSpeech(&s)
	sp.quick, sp.example = true, true
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
	// example is set where no small reply is guessed; see Manner.
	example bool
	what    *bool  // see asksWhat
	named   *uint8 // see days
	grasp   *Grasp
	apt     []int32 // see acts
}

// acts says how apt each kind of telling and deciding is to what is answered.
func (sp *speech) acts() []int32 {
	if sp.apt == nil {
		sp.apt = apt.Acts.Score(sp.grasp.moment())
	}
	return sp.apt
}

// fillerTurns is within how many of the coworker's turns no filler comes twice.
const fillerTurns = 12

func newSpeech(s *Scene) *speech {
	grasp := s.Grasp
	if grasp == nil || grasp.text != s.Heard.Text {
		grasp = graspOf(s.Heard.Text)
	}
	return &speech{
		s: s, rnd: rand.New(rand.NewPCG(s.Seed^0x5bd1e995, uint64(s.Heard.N))), used: map[string]bool{},
		grasp: grasp, q: grasp.plain.asRead(s.Read), past: sync.OnceValue(func() string { return recentWords(s.Recent) }),
	}
}

func recentWords(recent []talk.Turn) string {
	past := []byte("\n")
	for _, said := range lastOf(recent, fillerTurns) {
		past = append(foldTo(past, said), '\n')
	}
	return string(past)
}

// fold makes two wordings comparable: words in lower case with single spaces between and around.
func fold(text string) string {
	var room [spelledRoom]byte
	return string(foldTo(room[:0], text))
}

// foldTo appends a text as fold gives it.
func foldTo(to []byte, text string) []byte {
	to = append(to, ' ')
	before := len(to)
	if to = appendWords(to, text, heardWords); len(to) == before {
		to = append(to, ' ')
	}
	return to
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

// pool gives the wordings of a kind for this person: their own, then the register's, then the plain ones where those are few.
func (sp *speech) pool(kind string) [3][]string {
	register := sp.s.Open.Coworker.Register
	out := [3][]string{sp.s.Open.Coworker.Manners[kind], registers()[register][kind]}
	if manner := mannerOfReply[kind]; manner != "" {
		out[0] = sp.s.Open.Coworker.Manners[manner]
	}
	if len(out[1]) < fillerTurns && register != plainRegister {
		out[2] = registers()[plainRegister][kind]
	}
	return out
}

// days are those of the week that are named in what is answered.
func (sp *speech) days() uint8 {
	if sp.named == nil {
		named := weekdaysIn(sp.s.Heard.Text)
		sp.named = &named
	}
	return *sp.named
}

// otherDay reports whether a text names another day of the week than those that were just named.
func otherDay(text string, named uint8) bool { return named != 0 && weekdaysIn(text)&^named != 0 }

func weekdaysIn(text string) (days uint8) {
	for _, w := range words(text, heardWords) {
		for i, day := range [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
			if w == day || w == day+"s" {
				days |= 1 << i
			}
		}
	}
	return days
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
				if text == "" || sp.used[text] || sp.recently(text) || otherDay(text, sp.days()) {
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
	if acts := sp.acts(); max(acts[trouble], acts[story]) >= plainlyAsked && sp.s.Cue.Act == talk.ActOpen || acts[fear] >= plainlyAsked && sp.s.Cue.Act == talk.ActFear {
		return false // "what is it you're scared of?"
	}
	asked, own := content(sp.q.stems), lineStems(line)
	return !slices.ContainsFunc(asked, func(w string) bool { return !atWork[w] && slices.Contains(own, w) })
}

// plainlyAsked is from which score on a kind of telling is just what was asked for, in thousandths of a logit.
const plainlyAsked = 1500

// known reports whether all that a question for a yes or a no is about was said before: the answer to it is known.
func (sp *speech) known() bool {
	asked := content(sp.q.stems)
	if !sp.q.yesNo() || len(asked) == 0 || sp.q.kind == "check" && len(asked) < 2 || sp.asksWhat() {
		return false
	}
	return slices.ContainsFunc(sp.s.Voiced, func(line talk.Line) bool {
		own := lineStems(line.Text)
		// One word in common is not all of it: "have you told Jan?" is not known because Jan was spoken of.
		return tellsOf(line.ID) && (sp.q.kind == "check" || sp.did(own)) && !slices.ContainsFunc(asked, func(w string) bool { return !slices.Contains(own, w) })
	})
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

// goesOnFromHint reports whether the question goes on with a hint that slipped out in the turn before.
func (sp *speech) goesOnFromHint() bool {
	id, line := sp.lastLine()
	return strings.Contains(id, ".hint.") && sp.goesOnWith(line)
}

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
	besides := c.Beside || sp.besides(line)
	if len(first) > 0 && interjections[first[0]] && !besides {
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
		if besides {
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
		case besides && sp.goesOnFromHint():
			return "" // it answers what the hint was about
		case besides && sp.q.short.subject != "":
			return sp.pick(6, "lead-short") // "did they hold you over again?"
		case besides:
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
	case sp.q.asked && sp.asksName():
		return sp.pick(upTo, "thats-me")
	case sp.q.fine == "q-name" && len(sp.q.stems) < 6:
		return sp.pick(upTo, "my-name")
	}
	if sp.guesses() {
		return sp.pick(upTo, "guessed")
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
		switch {
		case c.Manner == "" && len(words(sp.s.Heard.Text, 3)) < 2:
			return sp.pick(upTo, "beat", "silence")
		case sp.s.Heard.N <= 2 && (c.Manner == "" || c.Manner == "shrug"):
			return sp.pick(upTo, "greeting")
		case c.Manner == "shrug" && sp.sign(talk.Thanks):
			return sp.pick(upTo, "thanks")
		case c.Manner == "" && sp.prompts():
			return sp.around(upTo)
		case c.Manner == "shrug" && sp.sign(talk.StockPhrase):
			return sp.pick(upTo, "soft", "shrug")
		case c.Manner == "shrug" && upTo <= 4:
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
		if sp.example {
			return ""
		}
		return sp.pick(4, "lead-hello") + " " + sp.form(upTo)
	case c.Manner == "thanks" && !sp.sign(talk.Thanks) && c.Reason == talk.ReasonBoundaryKept:
		return sp.pick(upTo, "kept", "thanks")
	case c.Manner == "thanks" && !sp.sign(talk.Thanks):
		return sp.pick(upTo, "unhurried", "thanks")
	case c.Manner == "agree" && sp.has(talk.FollowUp) && c.Reason == "":
		return sp.pick(upTo, "agree-vague")
	case c.Manner == "agree" && c.Reason == talk.ReasonReady && c.Act != talk.ActTake && sp.has(talk.FollowUp) && questionBefore(sp.s.Heard.Text) != "" && offersContact.MatchString(fold(questionBefore(sp.s.Heard.Text))):
		return sp.pick(upTo, "agree-plan", "agree") // "shall I ring you Sunday? What time's chapel out?"
	case c.Manner == "agree" && c.Reason == talk.ReasonReady && c.Act != talk.ActTake && len(c.Gives) == 0 && sp.q.asked && !sp.proposes():
		return sp.form(upTo) // "does he not check in with you?" wants more than a yes to the plan
	case c.Manner == "agree" && c.Act != talk.ActTake && !strings.Contains(sp.q.line, " yes or no ") && (sp.q.asked && sp.q.chooses() && (score(sp.q.stems, ofTime) > 0 || sp.q.fine == "q-either-plan" || sp.q.kind == "either" && sp.has(talk.FollowUp)) || (sp.q.kind == "when" || sp.q.kind == "where") && weekdaysIn(sp.q.line) == 0):
		return sp.pick(upTo, "either-way") // "which one, Wednesday or Thursday?", "what time suits?"
	case (c.Act == talk.ActAnswer || c.Act == talk.ActDeflect) && asksWhichIsEasier.MatchString(fold(sp.s.Heard.Text)):
		return sp.pick(upTo, "either-way")
	case (c.Act == talk.ActAnswer || c.Act == talk.ActDeflect) && (asksWhichDay.MatchString(fold(sp.s.Heard.Text)) || (sp.has(talk.FollowUp) || sp.has(talk.MakeAsk)) && asksBareDay.MatchString(sp.q.line)):
		return sp.pick(upTo, "which-day")
	case c.Manner == "agree" && (c.Act == talk.ActTake || c.Reason == talk.ReasonReady && !(sp.asksWhat() && sp.q.wants()) && (sp.proposes() || sp.has(talk.MakeAsk) || sp.has(talk.FollowUp) || sp.has(talk.PlanTogether) || !sp.asks() || arrangement.MatchString(fold(sp.s.Heard.Text)) || asksLeave.MatchString(fold(sp.s.Heard.Text)))):
		return sp.pick(upTo, "agree-plan", "agree")
	case c.Manner == "go-on" && c.Reason == talk.ReasonNothingLeft && !sp.q.asked:
		return sp.pick(upTo, "go-on")
	case c.Manner == "unforeseen" && sp.q.howAreYou:
		return sp.pick(upTo, "greeting-how")
	case c.Manner != "" && c.Manner != "agree" && c.Manner != "go-on" && c.Manner != "unforeseen":
		return sp.pick(upTo, c.Manner)
	}
	return sp.form(upTo)
}

// guesses reports whether they had somebody guess, and somebody does.
func (sp *speech) guesses() bool {
	c, last := &sp.s.Cue, lastOf(sp.s.Recent, 1)
	if len(last) == 0 || c.Manner != "" && c.Manner != "unforeseen" && c.Manner != "shrug" || c.Act != talk.ActAnswer && c.Act != talk.ActShrug && c.Act != talk.ActChat {
		return false
	}
	if f := fold(last[0]); !strings.Contains(f, " guess") || !slices.Contains(replyKinds()[f], "guess") {
		return false // "what do you think?" wants no guess
	}
	said := fold(sp.s.Heard.Text)
	if len(sp.s.Read.Faults) > 0 || noGuess.MatchString(said) || slices.ContainsFunc(sp.s.Read.Moves, func(m talk.Move) bool { return beyondGuessing[m] || probing[m] }) ||
		slices.ContainsFunc(sp.s.Read.Signs, func(s talk.Sign) bool { return s != talk.Flattery && s != talk.Gibberish }) {
		return false
	}
	n := strings.Count(said, " ") - 1
	return n <= longGuess && guessing.MatchString(said) || n > 0 && n <= mostGuessing && !sp.asksWhat() && !(sp.q.asked && sp.q.wants())
}

const (
	// mostGuessing is how many words are a guess whatever they are, longGuess how many a turn has at most that says that it is one.
	mostGuessing, longGuess = 6, 24
)

var (
	// guessing says that something is a guess.
	guessing = regexp.MustCompile(` (?:(?:my |id |ill |im |a |wild )guess|guessing|(?:id|im going to|ill|im gonna) say) |^ (?:(?:um|so|okay|ok|well|ha|hm|right) )*(?:is it|maybe) `)
	// noGuess gives up, or leaves it.
	noGuess = regexp.MustCompile(` (?:give up|no idea|dont know|havent a clue|not a clue|rather not|no good at|never mind|nevermind|nvm|tell me|just say|fair enough|guessing games?) `)
	// beyondGuessing are moves of those who do something else.
	beyondGuessing = map[talk.Move]bool{talk.MakeAsk: true, talk.FollowUp: true, talk.Validation: true, talk.Reflection: true, talk.OpenQuestion: true, talk.ProbeDetail: true}
)

// offersContact begins a question whether they may be met or called.
var offersContact = regexp.MustCompile(`^ (?:(?:so|ok|okay|right|then|and|or|well) )*(?:shall|should|can|could|may|will) i (?:just )?(?:ring|call|text|message|come|pop|drop|knock|meet|see|find|catch|check) `)

// asksWhichDay finds a question for a day or a time that would do.
var asksWhichDay = regexp.MustCompile(` (?:(?:what|which) days? (?:this week |next week |of the week )?(?:do|are|would|could|might|will) you|(?:what|which) (?:day|days|time|night|evening|morning) (?:works|suits|is good|would work|would suit|would be good|would be best|can you (?:do|come|make|meet))|` +
	`whens (?:good|best)|when (?:suits|is good|would suit|would work|would be good|are you free|can you (?:do|make|come))|(?:what time|when) (?:will|shall|should|can|do) i (?:ring|call|text|phone|come|knock|pop|drop|meet|see|catch)|a (?:time|day) (?:that|which) (?:would )?(?:work|works|suit|suits)) `)

// asksBareDay is such a question in two words.
var asksBareDay = regexp.MustCompile(`^ (?:(?:what|which) (?:day|days|time|one|evening|night)|when) $`)

// asksWhichIsEasier finds a choice between two arrangements.
var asksWhichIsEasier = regexp.MustCompile(` (?:should|shall|will|do) i (?:knock|ring|call|text|come|wait|ask|bring|meet|find|write) .* or (?:shout|ring|call|text|come|wait|ask|bring|meet|find|write|knock|just|will|shall|do|at|on|in|by) .*| which (?:is|would be|one is) (?:easier|easiest|better|best|handier|simpler)(?: for you)? $| which (?:suits|works)(?: you)?(?: better| best)? $`)

// form answers what no line answers: as anybody might, or by the small reply that suits it best.
func (sp *speech) form(upTo int) string {
	c := &sp.s.Cue
	if sp.q.kind == "either" && sp.q.last != "" && len(words(sp.q.last, 9)) <= mostSaidBack && (c.About == "" || c.Reason == talk.ReasonReady) && !sp.probes() {
		return capital(sp.q.last) + "." // "pie or custard square?"
	}
	switch {
	case sp.s.Heard.N <= 2 && !sp.q.specific() && !(sp.q.asked && len(sp.q.stems) > 3):
		return sp.pick(upTo, "greeting") // a story cannot be too long before a word was said
	case sp.givenTime():
		return sp.pick(upTo, "lost-thought")
	case sp.toldToStart():
		return sp.pick(upTo, "not-now")
	}
	if sp.known() {
		return sp.pick(upTo, "like-i-said")
	}
	if text := sp.asAnybody(upTo); text != "" {
		return text
	}
	if c.Reason == talk.ReasonInterrogated && sp.rnd.IntN(4) == 0 {
		return sp.pick(upTo, "interviewed", "unforeseen")
	}
	return sp.reply(upTo)
}

// proposes reports whether a question may be one that somebody says yes or no to doing.
func (sp *speech) proposes() bool {
	return sp.acts()[take] >= 0 || sp.q.fine == "q-right"
}

// mannerOfReply names the manner in which a scenario words a kind of small reply, where it has its own.
var mannerOfReply = map[string]string{
	"thats-it": "agree", "about-right": "agree", "bye": "goodbye", "a-while-back": "when-was", "no-day-yet": "when-next", "a-while": "how-long",
	"a-few": "how-many", "often": "how-often", "quite-a-bit": "how-much", "near-here": "where",
}

// Replies that are weighed against each other.
var replyYes, replyNo = apt.Replies.At("yes"), apt.Replies.At("no")

// ofAsks are the replies that would say yes or no to something that is asked of them, or put it off: only a cue does that.
var ofAsks = set("that-works yes-please ill-think will-see in-my-time yes no yeah okay all-right go-ahead probably probably-not not-yet maybe no-thanks")

// ofHidden are those that would deny or swear to what they keep to themselves.
var ofHidden = set("yes no nobody one-or-two mostly probably probably-not not-yet a-bit doubt-it nothing-much nothing-particular not-much nothing-came-of-it rarely often plenty a-few quite-a-bit sometimes")

// ofYesNo are the replies that no question for a particular has.
var ofYesNo = set("yes no mostly probably probably-not a-bit yeah okay oh-yeah thats-it about-right not-quite all-right that-works")

// leaning makes up for what the marks cannot tell, in thousandths of a logit: in whole talks readers found no fault with those who keep a thing to
// themselves or think about it, and three in ten of those odd who do not know (one in five when it was said less), or say yes or no to what was perhaps no such question.
var leaning = map[string]int32{
	"rather-not": 800, "no-names": -300, "the-usual": -300, "no-words": -300, "dont-know": -5000, "depends": -3000, "yes": -500, "no": -600, "nobody": -1500, "ask-them": -700,
}

// leaningAround is leaning for the ways around an answer: readers found those odd that hint at an answer, or at a long story, more often than others.
var leaningAround = map[string]int32{"in-a-way": -800, "get-started": -400, "now-asking": -2500, "who-knows": -3000, "dont-know": -4000, "depends": -3000, "bit-of-everything": -500, "thereabouts": -400}

// leaningTold is leaning for those who have told something already, leaningUntold for the others: of the long stories and the guesses readers found one in five
// odd in a talk in which something was told, and one in thirty before; of the time to think it was the other way round.
var (
	leaningTold   = map[string]int32{"long-story": -1500, "guess": -800, "have-to-think": 600}
	leaningUntold = map[string]int32{"long-story": 300, "guess": 400, "have-to-think": -500}
)

// lean gives leaning in this talk.
func (sp *speech) lean(kind string, always map[string]int32) int32 {
	if sp.told() {
		return always[kind] + leaningTold[kind]
	}
	return always[kind] + leaningUntold[kind]
}

const (
	// asGood is how much less apt than the best a reply may be, in thousandths of a logit, so that not every talk sounds alike.
	asGood = 250
	// again is how much less apt a kind of reply is for each of the last turns in which it was given.
	again = 600
	// doubtedReply is below which score a way around an answer is found instead: readers found half of the kinds odd that were no surer, and two in
	// five of the ways around.
	doubtedReply = 500
	// unsure is below which score the aptest kind is not said, in thousandths of a logit: readers found one in four of those odd, and one in twenty of the others.
	unsure = 900
	// sureYesNo is from which score of a yes or a no on the question's own words are said back.
	sureYesNo = 500
	// mostSaidBack is how many words of the last of two choices are said back: "the custard square", not "find out before then".
	mostSaidBack = 3
	// lastTurns is how many of the coworker's turns count for that.
	lastTurns = 4
)

// reply gives a small reply of the kinds that suit the turn best.
func (sp *speech) reply(upTo int) string {
	if sp.example {
		return ""
	}
	scores := apt.Replies.Score(sp.grasp.moment())
	asked := sp.s.Read.AskLevel > 0 || sp.has(talk.MakeAsk)
	hidden := strings.HasPrefix(sp.s.Cue.About, "grievance.") || strings.HasPrefix(sp.s.Cue.About, "fear.")
	particular := sp.q.asked && (sp.q.wants() || sp.q.chooses()) || sp.asksWhat()
	promised := sp.promised()
	ofKin := sp.q.asked && slices.ContainsFunc(sp.q.stems, func(w string) bool { return kin[w] })
	said := sp.saidKinds()
	unfit, asks := sp.unfit(said), sp.asks()
	ownDoing := sp.q.asked && !sp.q.others && (sp.q.kind == "didyou" || strings.Contains(sp.q.line, " you "))
	yesNo := max(scores[replyYes], scores[replyNo])
	if _, ends := lastWords(sp.s.Heard.Text); !ends && sp.q.asked && sp.q.fine == "q-may-i" && !particular && (sp.has(talk.SelfDisclosure) || sp.has(talk.Telling)) && strings.Contains(sp.s.Heard.Text, "?") {
		return sp.pick(upTo, "yeah") // "I can tell you my story? I clean offices. I finish at ten."
	}
	if sp.q.fine == "q-scrap" && urging.MatchString(sp.q.line) {
		return sp.around(upTo) // "...so?"
	}
	raw := slices.Clone(scores) // what the table says of those that may be said
	best, rawOfBest := math.MinInt32, int32(math.MinInt32)
	for i, name := range apt.Replies.Names {
		// That something was said before is not seen in the turn alone; see known.
		if scores[i] += sp.lean(name, leaning) - int32(again*said[name]); asked && ofAsks[name] || (hidden || promised || ofKin) && ofHidden[name] || particular && ofYesNo[name] || name == "both" && !sp.q.chooses() || !asks && (name == "yes" || name == "no") || name == "like-i-said" || name == "no-names" && !sp.told() || unfit(name) || ownDoing && (name == "ask-them" || name == "dont-know" && (sp.q.kind == "didyou" || sp.q.kind == "check")) {
			scores[i], raw[i] = math.MinInt32, math.MinInt32
		}
		if int(scores[i]) > best {
			best, rawOfBest = int(scores[i]), raw[i]
		}
	}
	saysBack := sp.q.short.subject != "" && !promised && !ofKin && !sp.probes() && !sp.q.chooses() && !asked && yesNo >= sureYesNo && !sp.asksWhat()
	if rawOfBest < doubtedReply && !saysBack && !asked && asks {
		return sp.around(upTo)
	}
	if rawOfBest < unsure && !saysBack {
		if text := sp.noncommittal(upTo, raw, said, asked); text != "" {
			return text
		}
	}
	var kinds []string
	for i, name := range apt.Replies.Names {
		if int(scores[i]) >= best-asGood {
			kinds = append(kinds, name)
		}
	}
	sp.rnd.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	if saysBack {
		short := sp.q.short
		if short.other && strings.Contains(sp.q.line, " you ") {
			short.other, short.thing, short.past = false, true, short.past || short.done // "did he ever show you?": who was shown it knows
		}
		kinds = append(short.pools(sp.q.tagged, sp.s.Cue.About != ""), kinds...)
	}
	return sp.pick(upTo, append(kinds, "unforeseen")...)
}

// around gives a way around an answer: the aptest that was not found lately.
func (sp *speech) around(upTo int) string {
	if sp.example {
		return ""
	}
	if text := sp.interrupted(upTo); text != "" {
		return text
	}
	scores := apt.Evasions.Score(sp.grasp.moment())
	said := sp.saidKinds()
	unfit := sp.unfit(said)
	best, kind := math.MinInt32, ""
	for i, name := range apt.Evasions.Names {
		if unfit(name) {
			continue
		}
		x := int(scores[i]+sp.lean(name, leaningAround)) - again*said[name]
		if x > best && !(name == "lost-it" && (len(sp.s.Recent) < 2 || sp.lostIt() || sp.disturbed())) {
			best, kind = x, name
		}
	}
	return sp.pick(upTo, kind, "unforeseen")
}

const (
	// interruptions is how often something around them cuts in at most, in a talk.
	interruptions = 2
	// undisturbed is how many of their turns lie between two of those, and after one in which they had not listened.
	undisturbed = 4
)

// interrupted is what is said when something around them cuts in, in place of an answer that nobody has; "" where nothing does. A topic that they keep closed is
// turned away by themselves: that is for the organizer to see. Once so much was said that the first of it is forgotten, nothing cuts in any more.
func (sp *speech) interrupted(upTo int) string {
	c, list := &sp.s.Cue, sp.s.Open.Coworker.Manners["interrupted"]
	if len(list) == 0 || len(sp.s.Recent) < 2 || len(sp.s.Small) >= smallMost || c.Act != talk.ActAnswer || c.About != "" || c.Reason != "" && c.Reason != talk.ReasonAskedPlainly || !sp.asks() || sp.probes() || sp.has(talk.MakeAsk) ||
		sp.q.asked && slices.ContainsFunc(sp.q.stems, func(w string) bool { return kin[w] }) {
		return ""
	}
	said, fresh := 0, make([]string, 0, len(list))
	for _, text := range list {
		switch {
		case slices.Contains(sp.s.Small, smallWords(fold(text))):
			said++
		case len(words(text, upTo+1)) <= upTo:
			fresh = append(fresh, text)
		}
	}
	if said >= interruptions || len(fresh) == 0 || sp.disturbed() {
		return ""
	}
	return sp.fill(fresh[sp.rnd.IntN(len(fresh))])
}

// disturbed reports whether in one of their last turns something cut in, or they had not listened: nobody wants to say it all a third time.
func (sp *speech) disturbed() bool {
	return slices.ContainsFunc(lastOf(sp.s.Recent, undisturbed), func(said string) bool {
		return slices.Contains(sp.s.Open.Coworker.Manners["interrupted"], said) || slices.Contains(replyKinds()[fold(said)], "lost-it")
	})
}

// unfit says of a kind of small reply, or of a way around an answer, whether nobody would give it to what is asked, however apt the table finds it. said is how often
// each kind was given lately.
func (sp *speech) unfit(said map[string]int) func(kind string) bool {
	fact, own, light := sp.forOneFact(), sp.ofThemselves(), sp.has(talk.SmallTalk)
	return func(kind string) bool {
		switch {
		case ofMuch[kind], sendsBack[kind]:
			return fact || light
		case ofNobodysOwn[kind]:
			return own
		}
		switch kind {
		case "rather-not":
			return light // of such refusals readers found four in ten odd
		case "depends":
			return sp.q.kind == "who" || sp.q.kind == "where" || sp.q.kind == "either" || said[kind] > 0
		case "have-to-think":
			return sp.plainly()
		case "i-know", "sound":
			return sp.q.asked
		case "yes-and-no", "in-a-way":
			return sp.q.asked && sp.q.wants()
		case "either-way":
			return !sp.has(talk.FollowUp) && !sp.has(talk.MakeAsk) && !sp.has(talk.PlanTogether) && sp.q.fine != "q-either-plan"
		}
		return false
	}
}

// forOneFact reports whether it is asked for one fact, to which nobody says that it is a long story.
func (sp *speech) forOneFact() bool {
	return sp.q.asked && (sp.q.oneFact() || sp.q.kind == "degree" && sp.q.fine != "" || sp.q.fine == "q-kind" || sp.q.fine == "q-name")
}

// ofThemselves reports whether it is asked for what they must know, since it is about themselves: "who waits at your home?"
func (sp *speech) ofThemselves() bool {
	if !sp.q.asked || sp.q.others {
		return false
	}
	if sp.q.kind == "how" && sp.q.fine == "q-know" {
		return true // "how do you know?"
	}
	switch sp.q.kind {
	case "what", "who", "where", "howlong", "howmany", "how", "favourite", "either":
		return containsAny(sp.q.line, " you ", " your ", " u ", " ur ", " yours ") && !containsAny(sp.q.line, " know ", " think ", " reckon ", " heard ", " suppose ", " guess ", " tell ")
	}
	return false
}

// ofNobodysOwn are the replies that nobody gives about themselves, ofMuch those to what takes long to tell, sendsBack those that hand a question back.
var (
	ofNobodysOwn = set("dont-know who-knows ask-them")
	ofMuch       = set("long-story get-started no-words another-time easy-to-say now-asking not-interesting")
	sendsBack    = set("guess you-first") // nobody has a day or a name guessed
)

// kin are the people of whom somebody knows whether they have them: what they say of that must be true.
var kin = stemSet("children kids child kid family husband wife partner boyfriend girlfriend brother brothers sister sisters mother mum mom father dad parents married baby babies son daughter grandmother grandma granny gran nan nonna grandfather grandad grandpa uncle aunt auntie cousin cousins nephew niece")

// told reports whether they have told anything yet that others could be brought into.
func (sp *speech) told() bool {
	return slices.ContainsFunc(sp.s.Voiced, func(line talk.Line) bool { return tellsOf(line.ID) })
}

// promised reports whether it is asked, in a talk about what they had promised to do, what they did: only a line says that.
func (sp *speech) promised() bool {
	return sp.s.Open.About.Kind == talk.Uplift && sp.q.asked && (sp.q.kind == "didyou" || sp.q.kind == "did" || sp.q.fine == "q-have" || sp.q.fine == "q-haveyou")
}

// prompts reports whether a few words without a verb ask them to go on: "worst part", "yeah but for you".
func (sp *speech) prompts() bool {
	n := len(words(sp.s.Heard.Text, mostPrompting+1))
	return n > 1 && n <= mostPrompting && len(sp.s.Read.Signs) == 0 && !strings.ContainsAny(sp.s.Heard.Text, ".!") && !slices.ContainsFunc(sp.q.stems, func(w string) bool { return agreed[w] })
}

// mostPrompting is how many words only prompt.
const mostPrompting = 4

// plainly reports whether what is asked for needs no thinking: it is about what is, not about what would be, or what they make of it.
func (sp *speech) plainly() bool {
	return sp.q.asked && !sp.probes() && !containsAny(sp.q.line, " would ", " should ", " could ", " think ", " want ", " will ", " reckon ", " if ", " feel ", " make of ", " hope ", " like to ", " wouldnt ", " might ")
}

// lostIt reports whether they have not been listening once before: twice, and it is they who seem not to want to talk.
func (sp *speech) lostIt() bool {
	return slices.ContainsFunc(lastOf(sp.s.Recent, fillerTurns), func(said string) bool { return slices.Contains(replyKinds()[fold(said)], "lost-it") })
}

// urging matches a question that only wants more: "so?"
var urging = regexp.MustCompile(`^ (?:(?:so|and|well|then|but|go on|come on) )+$`)

// asks reports whether something is asked, marked as a question or not.
func (sp *speech) asks() bool {
	return sp.q.asked || strings.Contains(sp.s.Heard.Text, "?") || sp.asksWhat()
}

// asksWhat reports whether anything in the turn asks for who, what, when, where, why or how: no yes or no answers that, whatever else is asked beside it.
func (sp *speech) asksWhat() bool {
	if sp.what == nil {
		asks := asksWhat(sp.s.Heard.Text)
		sp.what = &asks
	}
	return *sp.what
}

// givenTime reports whether they wanted to think and are given the time, and nothing else.
func (sp *speech) givenTime() bool {
	last := lastOf(sp.s.Recent, 1)
	if len(last) == 0 || sp.asks() || len(words(sp.s.Heard.Text, mostGivingTime+1)) > mostGivingTime || !givesTime.MatchString(fold(sp.s.Heard.Text)) {
		return false
	}
	f, thinking := fold(last[0]), sp.pool("think")
	return wantsTime.MatchString(f) || slices.Contains(replyKinds()[f], "have-to-think") || slices.ContainsFunc(thinking[:], func(list []string) bool { return slices.Contains(list, last[0]) })
}

// toldToStart reports whether they have said that there is too much to tell, and are told to begin anywhere.
func (sp *speech) toldToStart() bool {
	last := lastOf(sp.s.Recent, 1)
	return len(last) > 0 && (!sp.asks() || !strings.Contains(sp.s.Heard.Text, "?") && tellsToStart.MatchString(sp.q.line) || strings.Contains(sp.q.line, " short version ")) && len(words(sp.s.Heard.Text, mostGivingTime+1)) <= mostGivingTime && tellsToStart.MatchString(fold(sp.s.Heard.Text)) &&
		slices.ContainsFunc(replyKinds()[fold(last[0])], func(kind string) bool {
			return kind == "get-started" || kind == "long-story" || kind == "now-asking" || kind == "no-words"
		})
}

// mostGivingTime is how many words a turn has at most that only gives time.
const mostGivingTime = 20

var (
	givesTime    = regexp.MustCompile(` (?:take your time|no rush|no hurry|as long as you (?:like|want|need)|go on|im listening|all the time|count|think away|have a think|in your own time|dont rush|ill wait) `)
	tellsToStart = regexp.MustCompile(` (?:get going|get started|(?:start|begin)(?: anywhere| wherever| where you like| at| with)?|wherever(?: you like)?|anywhere(?: you like)?|try me|tell it|go on|go ahead|im listening|all ears|i have time|ive got time|tell me|(?:got|have|ive) (?:a|two|five|ten|a few) (?:min|mins|minute|minutes)|weve got time|weve time|short version) `)
	wantsTime    = regexp.MustCompile(` (?:let me (?:think|count|see)|give me a (?:second|minute|moment)|hang on|hold on|one second|a minute) `)
)

// noncommittal is said where no kind of small reply is surely apt. Where the last two sentences ask nothing it is no more than a sound, which a person
// makes at anything, unless a yes could be heard in it (committing); else the aptest of those that keep a thing to oneself or leave it open. raw is how apt
// the kinds are that may be said. It gives "" where even the open ones are hardly apt.
func (sp *speech) noncommittal(upTo int, raw []int32, said map[string]int, committing bool) string {
	marked := strings.Contains(sp.s.Heard.Text, "?")
	if _, asks := lastWords(sp.s.Heard.Text); !asks && (!sp.q.asked || marked && !sp.q.wants()) && !committing && !sp.asksWhat() && !sp.q.chooses() {
		return sp.pick(upTo, "yeah")
	}
	if text := sp.interrupted(upTo); text != "" {
		return text
	}
	best, kind, top := math.MinInt32, "", slices.Max(raw)
	for i, name := range apt.Replies.Names {
		_, ok := leavesOpen[name]
		lean := sp.lean(name, leavesOpen)
		if ok && raw[i] > top-farBelow && !(name == "have-to-think" && sp.plainly()) {
			if x := int(raw[i]+lean) - again*said[name]; x > best {
				best, kind = x, name
			}
		}
	}
	if kind == "" {
		return ""
	}
	return sp.pick(upTo, kind, "unforeseen")
}

// leavesOpen are the replies that leave everything open, with what is added to how apt they are, in thousandths of a logit.
var leavesOpen = map[string]int32{"rather-not": 1500, "long-story": 300, "have-to-think": 300, "no-names": 300, "dont-remember": 0}

// farBelow is how much less apt than the aptest a reply is that does not stand in for it, in thousandths of a logit: readers found one in four of them odd.
const farBelow = 3000

// saidKinds counts the kinds of small reply that were given in the last turns.
func (sp *speech) saidKinds() map[string]int {
	out := map[string]int{}
	for _, said := range lastOf(sp.s.Recent, lastTurns) {
		kinds := replyKinds()[fold(said)]
		if kinds == nil {
			for kind, manner := range mannerOfReply {
				if slices.Contains(sp.s.Open.Coworker.Manners[manner], said) {
					kinds = append(kinds, kind)
				}
			}
		}
		for _, kind := range kinds {
			out[kind]++
		}
	}
	return out
}

// lastOf gives the words of the coworker's last turns.
func lastOf(recent []talk.Turn, n int) (out []string) {
	for i := len(recent) - 1; i >= 0 && len(out) < n; i-- {
		if recent[i].Speaker == talk.Coworker {
			out = append(out, recent[i].Text)
		}
	}
	return out
}

// replyKinds are the kinds of small reply by their wordings in all registers, folded for comparison.
var replyKinds = sync.OnceValue(func() map[string][]string {
	out := map[string][]string{}
	for _, own := range registers() {
		for _, kind := range slices.Concat(apt.Replies.Names, apt.Evasions.Names) {
			for _, text := range own[kind] {
				if f := fold(text); !slices.Contains(out[f], kind) {
					out[f] = append(out[f], kind)
				}
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

// asksName reports whether they are asked whether they are who they are: "are you Theo?"
func (sp *speech) asksName() bool {
	if len(sp.q.stems) > 5 {
		return false
	}
	name := strings.ToLower(firstName(sp.s.Open.Coworker.Name))
	return containsAny(fold(sp.s.Heard.Text), " are you "+name+" ", " youre "+name+" ", " you are "+name+" ", " is it "+name+" ", name+" is it ", name+" right ")
}
