package simulate

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"breakroom/scenarios"
	"breakroom/trainer/talk"

	"github.com/BurntSushi/toml"
)

// Kind is a kind of scripted trainee.
type Kind string

// The seven kinds.
const (
	Skilled      Kind = "skilled"
	Middling     Kind = "middling"
	Poor         Kind = "poor"
	Flatterer    Kind = "flatterer"
	Interrogator Kind = "interrogator"
	Lecturer     Kind = "lecturer"
	Silent       Kind = "silent"
)

// Kinds lists the kinds, from the one that listens best.
var Kinds = []Kind{Skilled, Middling, Poor, Flatterer, Interrogator, Lecturer, Silent}

// Hand is who wrote a trainee's words. In one talk a trainee speaks with one hand's words throughout.
type Hand struct {
	// Name is the folder under trainees, By who wrote it: somebody who had not seen the mind.
	Name, By string
}

// Hands lists who wrote the trainees' words.
var Hands = []Hand{
	{Name: "one", By: "one written as an organizer from the Midwest speaks"},
	{Name: "two", By: "one as a rep from the north of England speaks and types on a phone"},
}

// LateHand wrote when the mind was as it is: nothing was set, and no scenario mended, with its words in view.
var LateHand = Hand{Name: "three", By: "one as an Irish organizer in Melbourne types"}

// WrittenBy says in one line who wrote the trainees' words.
func WrittenBy() string {
	var by []string
	for _, h := range Hands {
		by = append(by, h.By)
	}
	return "two language models that had not seen the mind, " + strings.Join(by, ", ") + "; each talk is in one hand's words"
}

//go:embed trainees/*/*.toml
var traineeFiles embed.FS

// book is a trainee's phrase book: what to say, by situation.
type book map[string][]string

// books gives each kind's phrase books, by the name of the hand that wrote them.
var books = sync.OnceValue(func() map[Kind]map[string]book {
	out := map[Kind]map[string]book{}
	for _, k := range Kinds {
		out[k] = map[string]book{}
		for _, hand := range append(slices.Clone(Hands), LateHand) {
			name := "trainees/" + hand.Name + "/" + string(k) + ".toml"
			data, err := traineeFiles.ReadFile(name)
			if err != nil {
				panic("simulate: " + err.Error()) // unreachable: the files are part of the program
			}
			var b book
			if err := toml.Unmarshal(data, &b); err != nil {
				panic(fmt.Sprintf("simulate: %s: %v", name, err)) // a test loads them all
			}
			out[k][hand.Name] = b
		}
	}
	return out
})

// trainee is one scripted trainee in one talk. It knows what a trainee knows:
// the open part of the scenario, what may be asked for, and what was said.
type trainee struct {
	kind  Kind
	book  book
	s     *scenarios.Scenario
	rnd   *rand.Rand
	used  map[string]int
	turn  int // the organizer's turns so far
	last  int // the turn in which the talk should be over
	topic int // which subject to bring up first

	heard     string // the coworker's last words
	gives     []talk.Give
	deepest   talk.Rung
	raised    map[int]bool       // the problems that were brought up
	given     map[talk.Give]bool // all that they gave so far
	tries     map[string]int     // how often each step was tried
	all       string             // all that they said, in lower case
	justAsked string             // the situation that the last turn was for
	dry       int                // turns in a row in which they told nothing
	topics    int                // subjects brought up
	stage     int
	wider     int
	onFear    int
	feared    bool
	predicted bool
	asked     int
	whatStops bool
	taken     bool
	followed  bool
	over      bool
}

func newTrainee(k Kind, s *scenarios.Scenario, seed uint64, who []Hand) *trainee {
	// One hand's words throughout: so a person speaks with one voice.
	hands := uint64(len(who))
	t := &trainee{kind: k, book: books()[k][who[seed%hands].Name], s: s, used: map[string]int{}, tries: map[string]int{}, given: map[talk.Give]bool{}, raised: map[int]bool{}}
	h := uint64(0)
	for _, c := range string(k) {
		h = h*31 + uint64(c)
	}
	t.rnd = rand.New(rand.NewPCG(seed, h))
	if n := len(s.Grievances); n > 0 {
		t.topic = int(seed / hands % uint64(n))
	}
	// About two exchanges a minute, and no more than fits a long talk.
	t.last = min(max(s.About.Minutes*2, 8), 32)
	return t
}

// hear takes in what the coworker said and what a careful reader finds in it.
func (t *trainee) hear(text string, gives []talk.Give) {
	t.heard, t.gives = text, gives
	t.all += " " + strings.ToLower(text)
	for _, g := range gives {
		t.given[g] = true
	}
	for i, g := range []talk.Give{talk.Names, talk.Tells, talk.Cost, talk.Feels, talk.Resolves} {
		if slices.Contains(gives, g) {
			t.deepest = max(t.deepest, talk.Rung(i+1))
		}
	}
	if t.gave(talk.Fears) {
		t.feared = true
	}
	if t.gave(talk.PredictsBoss) {
		t.predicted = true
	}
	if t.asked > 0 && (t.gave(talk.SaysYes) || t.gave(talk.SaysPartly)) {
		t.taken = true
	}
}

func (t *trainee) gave(g talk.Give) bool { return slices.Contains(t.gives, g) }

// say gives the next turn's words; ok is false once the trainee has nothing more to say.
func (t *trainee) say() (text string, ok bool) {
	if t.over {
		return "", false
	}
	t.turn++
	if t.turn == 1 && len(t.s.Opening) == 0 { // a drill begins in the middle
		return t.from("open"), true
	}
	if t.turn > t.last {
		t.over = true
		return t.from("bye"), true
	}
	switch t.kind {
	case Skilled:
		return t.skilled(), true
	case Middling:
		return t.middling(), true
	case Poor:
		return t.poor(), true
	}
	return t.oneNote(), true
}

// left is how many turns remain.
func (t *trainee) left() int { return t.last - t.turn }

// wants says which parts of a talk this kind of conversation, or this drill, is for.
func (t *trainee) wants(s talk.Skill) bool {
	if len(t.s.About.Practise) > 0 {
		return slices.Contains(t.s.About.Practise, s)
	}
	switch t.s.About.Kind {
	case talk.Invitation, talk.Doorstep, talk.Recruitment:
		return s == talk.SkillAgitation || s == talk.SkillAsk
	case talk.GettingKnown, talk.Maintenance:
		return s == talk.SkillAgitation || s == talk.SkillFollowUp
	case talk.Relationship:
		return s != talk.SkillAsk && s != talk.SkillInoculation
	case talk.Escalation:
		return s == talk.SkillAsk || s == talk.SkillInoculation || s == talk.SkillAgitation
	case talk.Uplift:
		return s == talk.SkillAgitation || s == talk.SkillAsk || s == talk.SkillFollowUp
	}
	return true
}

func (t *trainee) skilled() string {
	rungGoal := talk.RungResolved
	switch t.s.About.Kind {
	case talk.Invitation:
		rungGoal = talk.RungNamed
	case talk.Relationship, talk.GettingKnown, talk.Maintenance:
		rungGoal = talk.RungCost
	}
	if len(t.s.About.Practise) > 0 && !t.wants(talk.SkillAgitation) {
		rungGoal = talk.RungNothing // a drill on what comes after it
	}
	if t.s.Mind.DeepestRung != "" {
		for r, n := range talk.RungNames {
			if n == t.s.Mind.DeepestRung {
				rungGoal = min(rungGoal, talk.Rung(r))
			}
		}
	}
	switch {
	case t.gave(talk.GivesBoundary):
		return t.from("boundary")
	case t.gave(talk.Fears):
		t.onFear = 1
		return t.from("feared")
	case t.onFear > 0 && t.onFear < 3:
		t.onFear++
		if t.onFear == 2 {
			return t.from("feared-again")
		}
	}
	if t.asked > 0 {
		return t.skilledAfterAsk()
	}
	if t.wants(talk.SkillAsk) && t.left() <= 3 {
		t.asked = 1 // whatever else there would be: time is up
		return t.from("ask")
	}
	// The last third of the time belongs to what comes of it.
	ready := t.deepest >= rungGoal || t.left() <= t.endings()
	if !ready {
		return t.explores()
	}
	// With time left: who else, since when, one question at a time, and what comes of it is taken up.
	spare := t.left() - t.endings()
	if spare > 2 && t.s.About.Kind != talk.Invitation {
		switch {
		case t.justAsked == "wider" && t.told():
			return t.takesUp()
		case t.justAsked != "wider" && t.wider < 2:
			t.wider++
			return t.from("wider")
		case spare > 12 && t.moreTopics():
			return t.nextTopic()
		}
	}
	if step := t.nextStep(); step != "" {
		return t.from(step)
	}
	if spare > 4 && t.moreTopics() && t.s.About.Kind != talk.Invitation {
		return t.nextTopic()
	}
	if spare > 1 && t.deepest < talk.RungResolved && t.dry < 4 && t.s.About.Kind != talk.Invitation {
		return t.explores() // there is time, and they are not at the end of it
	}
	if t.wants(talk.SkillAsk) {
		t.asked = 1
		return t.from("ask")
	}
	if !t.followed {
		t.followed = true
		return t.from("follow")
	}
	t.over = true
	return t.from("bye")
}

// nextTopic goes on to something else.
func (t *trainee) nextTopic() string {
	t.topics++
	t.deepest, t.wider, t.dry = 0, 0, 0
	return t.from("topic")
}

// step is something to be worked out together: the situation in the phrase book, and what it should bring.
type step struct {
	name string
	give talk.Give
	// aim is set where this kind of talk is for it; else it has its place where there is time for it.
	aim bool
}

// steps lists what is to be worked out, in order.
func (t *trainee) steps() []step {
	var out []step
	switch t.s.About.Kind {
	case talk.Invitation, talk.Doorstep, talk.Recruitment:
	default:
		aim := t.wants(talk.SkillEducation)
		out = append(out, step{"fix", talk.GivesFix, aim}, step{"who", talk.GivesWho, aim}, step{"action", talk.GivesAction, aim})
	}
	if t.wants(talk.SkillInoculation) {
		out = append(out, step{"boss", talk.PredictsBoss, true})
		if t.predicted {
			out = append(out, step{"plan", talk.GivesPlan, true})
		}
	}
	if !t.feared && len(out) > 0 {
		out = append(out, step{"fear", talk.Fears, t.wants(talk.SkillInoculation)})
	}
	return out
}

// nextStep is what is still to be worked out: what was not answered is asked once more, in other words.
func (t *trainee) nextStep() string {
	for _, s := range t.steps() {
		if !t.given[s.give] && t.tries[s.name] < 2 && (s.aim || t.left() > t.endings()) {
			t.tries[s.name]++
			return s.name
		}
	}
	return ""
}

// endings is how many turns the rest of a talk takes once the problem is on the table: what it is for, the ask, a follow-up.
func (t *trainee) endings() int {
	n := 1
	if t.wants(talk.SkillAsk) {
		n += 2
	}
	for _, s := range t.steps() {
		if s.aim && !t.given[s.give] && t.tries[s.name] < 2 {
			n++
		}
	}
	if t.wants(talk.SkillInoculation) && !t.predicted {
		n++ // and a plan
	}
	return n
}

func (t *trainee) skilledAfterAsk() string {
	switch {
	case t.taken && !t.followed:
		t.followed = true
		return t.from("took")
	case t.followed:
		t.over = true
		return t.from("bye")
	case t.gave(talk.SaysNo), t.deepest == 0 && t.topics < 2:
		// No, or they never came to speak of anything: it is for another day.
		t.followed = true
		return t.from("accept")
	case t.asked == 1 && !t.feared && !t.whatStops && t.left() > 2:
		t.whatStops = true // put off: what is in the way?
		return t.from("fear")
	case t.asked == 1:
		t.asked++
		return t.from("ask")
	case t.asked == 2:
		t.asked++
		return t.from("smaller")
	}
	t.followed = true
	return t.from("accept")
}

// told reports whether the coworker has just told something about a problem.
func (t *trainee) told() bool {
	return t.gave(talk.Names) || t.gave(talk.Tells) || t.gave(talk.Cost) || t.gave(talk.Feels) || t.gave(talk.Resolves)
}

// takesUp answers what was told: from where they are by now, not from where they were before.
func (t *trainee) takesUp() string {
	switch {
	case t.gave(talk.Resolves):
		return t.from("resolves")
	case t.gave(talk.Feels), t.deepest >= talk.RungFelt:
		return t.from("feels")
	case t.gave(talk.Cost), t.deepest >= talk.RungCost:
		return t.from("cost")
	case t.gave(talk.Tells), t.deepest >= talk.RungTold:
		return t.from("tells")
	}
	return t.from("names")
}

// explores follows what the coworker says.
func (t *trainee) explores() string {
	if t.told() {
		t.dry = 0
		return t.takesUp()
	}
	t.dry++
	asks := strings.HasSuffix(strings.TrimSpace(t.heard), "?")
	switch {
	case asks && t.turn <= 2:
		return t.from("small")
	case asks && len(strings.Fields(t.heard)) >= 5:
		return t.from("asked-back")
	case t.topics == 0 && t.turn <= 3, t.topics < 2 && t.deepest == 0 && t.dry > 2 && t.moreTopics():
		return t.nextTopic()
	case len(strings.Fields(t.heard)) < 5:
		return t.from("on")
	case t.gave(talk.Deflects) && t.rnd.IntN(3) == 0:
		return t.from("deflected")
	}
	return t.from("soft")
}

func (t *trainee) middling() string {
	switch {
	case t.gave(talk.GivesBoundary):
		return t.from("boundary")
	case t.gave(talk.Fears):
		return t.from("feared")
	}
	if t.asked > 0 {
		switch {
		case t.taken && !t.followed:
			t.followed = true
			return t.from("took")
		case t.followed:
			t.over = true
			return t.from("bye")
		case t.asked == 1:
			t.asked++
			return t.from("smaller")
		}
		t.followed = true
		return t.from("accept")
	}
	topics, ending := 2, 4
	short := false
	switch t.s.About.Kind {
	case talk.Invitation, talk.Doorstep, talk.Recruitment: // nobody goes through all of it in a corridor
		short, topics, ending = true, 1, 3
	}
	if t.left() <= ending {
		t.asked = 1
		return t.from("ask")
	}
	if !short && t.left() <= 8 && t.stage < 4 {
		t.stage++
		return t.from([]string{"fix", "action", "boss", "fear"}[t.stage-1])
	}
	switch {
	case t.gave(talk.Resolves):
		return t.from("resolves")
	case t.gave(talk.Feels):
		return t.from("feels")
	case t.gave(talk.Cost):
		return t.from("cost")
	case t.gave(talk.Tells):
		return t.from("tells")
	case t.gave(talk.Names):
		return t.from("names")
	}
	if t.topics < topics {
		t.topics++
		return t.from("topic")
	}
	switch t.rnd.IntN(3) {
	case 0:
		return t.from("deflected")
	case 1:
		return t.from("on")
	}
	return t.from("soft")
}

func (t *trainee) poor() string {
	switch {
	case t.asked > 0 && t.rnd.IntN(2) == 0:
		return t.from("push")
	case t.turn >= 4 && t.turn%3 == 1:
		t.asked++
		return t.from("ask")
	}
	return t.from("talk")
}

// oneNote plays those who do one thing only.
func (t *trainee) oneNote() string {
	if t.left() == 2 {
		t.asked++
		return t.from("ask")
	}
	return t.from("talk")
}

// from gives a phrase of a situation with its places filled in: the one used least, by chance among those.
func (t *trainee) from(situation string) string {
	t.justAsked = situation
	list := t.book[situation]
	switch t.s.About.Kind {
	case talk.Invitation, talk.Doorstep, talk.Recruitment:
		if short := t.book["short-"+situation]; len(short) > 0 {
			list = short
		}
	}
	if len(list) == 0 {
		panic("simulate: " + string(t.kind) + " has no words for " + situation) // a test plays them all
	}
	start, pick := t.rnd.IntN(len(list)), ""
	least := -1
	for k := range list {
		phrase := list[(start+k)%len(list)]
		if n := t.used[phrase]; least < 0 || n < least {
			pick, least = phrase, n
		}
	}
	t.used[pick]++
	return t.fill(pick)
}

func (t *trainee) fill(phrase string) string {
	if strings.Contains(phrase, "{words}") {
		w := saidBack(t.heard, t.rnd)
		if w == "" {
			w = "it's not easy"
		}
		if strings.HasPrefix(phrase, "{words}") {
			w = capital(w)
		}
		phrase = strings.ReplaceAll(phrase, "{words}", w)
		for _, at := range []string{". {words}", ": {words}"} {
			phrase = strings.ReplaceAll(phrase, at, at[:2]+capital(w))
		}
		phrase = afterStop(phrase)
	}
	if strings.Contains(phrase, "{topic}") {
		phrase = strings.ReplaceAll(phrase, "{topic}", t.subject())
	}
	if strings.Contains(phrase, "{boss}") {
		boss := t.s.Boss.Name
		if boss == "" {
			boss = "the boss"
		}
		phrase = strings.ReplaceAll(phrase, "{boss}", boss)
	}
	if strings.Contains(phrase, "{ask}") {
		phrase = strings.ReplaceAll(phrase, "{ask}", t.askFor())
	}
	return phrase
}

// afterStop gives every sentence a capital.
func afterStop(s string) string {
	out := []rune(s)
	stop := false
	for i, r := range out {
		switch {
		case r == '.' || r == '?' || r == '!':
			stop = true
		case unicode.IsLetter(r) && stop:
			out[i] = unicode.ToUpper(r)
			stop = false
		case !unicode.IsSpace(r):
			stop = false
		}
	}
	return string(out)
}

// subject is what the trainee brings up: a problem that people talk about at this place, one that did not come up yet.
func (t *trainee) subject() string {
	if len(t.s.Grievances) == 0 {
		return "the work"
	}
	n := len(t.s.Grievances)
	for i := range n {
		at := (t.topic + i) % n
		if name := strings.ReplaceAll(t.s.Grievances[at].Name, "-", " "); !t.raised[at] && !strings.Contains(t.all, name) {
			t.raised[at] = true
			return "the " + name
		}
	}
	return "the " + strings.ReplaceAll(t.s.Grievances[(t.topic+max(t.topics-1, 0))%n].Name, "-", " ")
}

// moreTopics reports whether there is something that did not come up yet.
func (t *trainee) moreTopics() bool {
	return slices.ContainsFunc(t.s.Grievances, func(g scenarios.Grievance) bool {
		return !strings.Contains(t.all, strings.ReplaceAll(g.Name, "-", " "))
	})
}

// askFor says what the trainee asks for: for the skilled one the middle-sized thing first, then the small one.
func (t *trainee) askFor() string {
	asks := t.s.Asks
	if len(asks) == 0 {
		return "sit down with a few of us on Thursday at six"
	}
	order := make([]int, 0, len(asks))
	for i := range asks {
		if !asks[i].Never {
			order = append(order, i)
		}
	}
	if len(order) == 0 {
		order = append(order, 0)
	}
	size := 2
	switch {
	case t.kind == Poor || t.kind == Flatterer || t.kind == Lecturer:
		size = 3
	case t.s.About.Kind == talk.Invitation && t.kind == Skilled: // here the meeting of two is the ask
		size = 1
	case t.asked >= 3 || t.kind == Middling && t.asked >= 2:
		size = 1
	}
	slices.SortStableFunc(order, func(a, b int) int { return abs(asks[a].Size-size) - abs(asks[b].Size-size) })
	what := toYou(asks[order[0]].What)
	if (t.kind == Skilled) && !strings.ContainsAny(what, "0123456789") && !namesTime(what) {
		what += " by Thursday"
	}
	return what
}

func abs(n int) int { return max(n, -n) }

func namesTime(s string) bool {
	s = strings.ToLower(s)
	for _, w := range []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "tonight", "today", "weekend", "next week", "before", "o'clock", "noon", "lunch"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// toYou turns what is asked of them into words to them: "bring her letter" becomes "bring your letter".
func toYou(what string) string {
	ws := strings.Fields(what)
	for i, w := range ws {
		switch w {
		case "her", "his", "their":
			ws[i] = "your"
		case "herself", "himself", "themselves":
			ws[i] = "yourself"
		}
	}
	return strings.Join(ws, " ")
}

// saidBack picks a clause out of what the coworker said and turns it round: "I had one Thursday" becomes "you had one Thursday".
func saidBack(text string, rnd *rand.Rand) string {
	var clauses []string
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '!' || r == '?' || r == ';' }) {
		sentence = strings.TrimSpace(sentence)
		for _, light := range []string{"So ", "And ", "But ", "Well, ", "Oh, ", "Yeah, "} {
			sentence = strings.TrimPrefix(sentence, light)
		}
		if strings.HasPrefix(sentence, "Let me") {
			continue
		}
		ws := strings.Fields(sentence)
		if len(ws) > 14 { // long ones up to a comma, or cut
			if at := strings.IndexByte(sentence, ','); at > 20 && at < 90 {
				ws = strings.Fields(sentence[:at])
			} else {
				ws = ws[:14]
			}
		}
		if len(ws) >= 3 {
			clauses = append(clauses, strings.Join(ws, " "))
		}
	}
	if len(clauses) == 0 {
		return ""
	}
	// The longer ones say more; chance decides between the two longest.
	slices.SortStableFunc(clauses, func(a, b string) int { return len(b) - len(a) })
	c := clauses[rnd.IntN(min(2, len(clauses)))]
	ws := strings.Fields(c)
	for i, w := range ws {
		core := strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' })
		if turned, ok := turnRound[strings.ToLower(core)]; ok && core != "" {
			ws[i] = strings.Replace(w, core, turned, 1)
		}
	}
	out := strings.Trim(strings.Join(ws, " "), " ,:-\"'“”")
	r, n := utf8.DecodeRuneInString(out)
	if first, _, _ := strings.Cut(out, " "); lowerable[strings.ToLower(first)] {
		out = string(unicode.ToLower(r)) + out[n:]
	}
	return out
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

var turnRound = map[string]string{
	"i": "you", "i'm": "you're", "i've": "you've", "i'd": "you'd", "i'll": "you'll", "me": "you", "my": "your", "mine": "yours", "myself": "yourself",
	"we": "you", "we're": "you're", "we've": "you've", "we'd": "you'd", "us": "you", "our": "your", "am": "are",
}

var lowerable = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields("you your you're you've you'd you'll it it's that that's the a an they they're he she there there's and but so when what if some nobody everybody my this these those then now last every one two three") {
		out[w] = true
	}
	return out
}()
