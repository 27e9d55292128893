// Package talk holds the words that all rooms of Breakroom share: who speaks,
// what a turn does and gives, rungs, faults, kinds of conversation, cues and
// events. It holds types and their spelling, no behaviour, and imports nothing
// of ours. The names, scales and tie-breaks are those of the rubric.
package talk

// Speaker is one of the two people of a conversation.
type Speaker string

const (
	// Organizer is the trainee.
	Organizer Speaker = "organizer"
	// Coworker is whoever the organizer talks with: also a neighbour, a volunteer, a fellow member.
	Coworker Speaker = "coworker"
)

// Turn is everything that one side says before the other side speaks.
type Turn struct {
	// N is the turn's number in its conversation, from 1.
	N int `json:"n"`
	// Speaker says whose turn it is.
	Speaker Speaker `json:"speaker"`
	// Text is what was said, valid UTF-8; empty where somebody chose to say nothing.
	Text string `json:"text"`
}

// Move is something that an organizer's turn does (rubric, "Moves"). A turn can
// make several moves, or none; a move says what the turn does, not whether it succeeded.
type Move string

// The moves of the rubric.
const (
	OpenQuestion   Move = "open-question"
	ClosedQuestion Move = "closed-question"
	SmallTalk      Move = "small-talk"
	SelfDisclosure Move = "self-disclosure"
	Telling        Move = "telling"
	Reflection     Move = "reflection"
	Validation     Move = "validation"
	ProbeDetail    Move = "probe-detail"
	ProbeCost      Move = "probe-cost"
	ProbeFeeling   Move = "probe-feeling"
	EducateFix     Move = "educate-fix"
	EducateWho     Move = "educate-who"
	EducateAction  Move = "educate-action"
	InoculateBoss  Move = "inoculate-boss"
	InoculateFear  Move = "inoculate-fear"
	PlanTogether   Move = "plan"
	MakeAsk        Move = "ask"
	FollowUp       Move = "follow-up"
)

// Moves lists every move in the rubric's order.
var Moves = []Move{
	OpenQuestion, ClosedQuestion, SmallTalk, SelfDisclosure, Telling, Reflection, Validation,
	ProbeDetail, ProbeCost, ProbeFeeling, EducateFix, EducateWho, EducateAction,
	InoculateBoss, InoculateFear, PlanTogether, MakeAsk, FollowUp,
}

// Give is something that a coworker's turn contains (rubric, "What a coworker's
// turn gives"), whether or not it then counts.
type Give string

// The gives of the rubric. GivesFix to GivesBoundary are carried inside the
// program only; they are not in the labels.
const (
	Names        Give = "names"
	Tells        Give = "tells"
	Cost         Give = "cost"
	Feels        Give = "feels"
	Resolves     Give = "resolves"
	Fears        Give = "fear"
	PredictsBoss Give = "predicts-boss"
	SaysYes      Give = "yes"
	SaysPartly   Give = "partly"
	SaysNo       Give = "no"
	Deflects     Give = "deflects"

	GivesFix      Give = "fix"
	GivesWho      Give = "who"
	GivesAction   Give = "action"
	GivesPlan     Give = "plan"
	GivesBoundary Give = "boundary"
)

// Gives lists the labelled gives in the rubric's order.
var Gives = []Give{Names, Tells, Cost, Feels, Resolves, Fears, PredictsBoss, SaysYes, SaysPartly, SaysNo, Deflects}

// Fault is a named mistake of the organizer (rubric, "Faults").
type Fault string

// The faults of the rubric.
const (
	Monologue        Fault = "monologue"
	StackedQuestions Fault = "stacked-questions"
	Leading          Fault = "leading"
	FalsePromise     Fault = "false-promise"
	Arguing          Fault = "arguing"
	ThirdParty       Fault = "third-party"
	RushedAsk        Fault = "rushed-ask"
	Pressure         Fault = "pressure"
	MissedOpening    Fault = "missed-opening"
	UnsafeQuestion   Fault = "unsafe-question"
	UsedAgainst      Fault = "used-against"
)

// Faults lists every fault in the rubric's order.
var Faults = []Fault{
	Monologue, StackedQuestions, Leading, FalsePromise, Arguing, ThirdParty, RushedAsk,
	Pressure, MissedOpening, UnsafeQuestion, UsedAgainst,
}

// Harms are the faults with which the debrief opens and which take the credit
// from the attempt (rubric, "Harm first").
var Harms = []Fault{Pressure, FalsePromise, Arguing, UnsafeQuestion, UsedAgainst}

// Rung is a rung of the agitation ladder, 0 (nothing) to 5 (resolved).
type Rung int

// The rungs of the rubric.
const (
	RungNothing Rung = iota
	RungNamed
	RungTold
	RungCost
	RungFelt
	RungResolved
)

// RungNames spells the rungs, by number.
var RungNames = [...]string{"nothing", "named", "told", "cost", "felt", "resolved"}

// String is the rung's name; "rung?" outside 0 to 5.
func (r Rung) String() string {
	if r < 0 || int(r) >= len(RungNames) {
		return "rung?"
	}
	return RungNames[r]
}

// Kind is the kind of a conversation; it decides which skills count (rubric, "Which skills count").
type Kind string

// The kinds of the rubric's table, a row each; a row with two names has two kinds that count alike.
const (
	Initial      Kind = "initial"
	Tenant       Kind = "tenant"
	GettingKnown Kind = "getting-to-know"
	Doorstep     Kind = "doorstep"
	Recruitment  Kind = "recruitment"
	Invitation   Kind = "invitation"
	Relationship Kind = "relationship"
	Maintenance  Kind = "maintenance"
	Escalation   Kind = "escalation"
	Uplift       Kind = "uplift"
)

// Kinds lists every kind in the rubric's order.
var Kinds = []Kind{Initial, Tenant, GettingKnown, Doorstep, Recruitment, Invitation, Relationship, Maintenance, Escalation, Uplift}

// Skill is one of the six scored skills.
type Skill string

// The skills of the rubric.
const (
	SkillTalkRatio   Skill = "talk-ratio"
	SkillAgitation   Skill = "agitation-depth"
	SkillInoculation Skill = "inoculation"
	SkillAsk         Skill = "ask"
	SkillEducation   Skill = "education"
	SkillFollowUp    Skill = "follow-up"
)

// Skills lists the skills in the rubric's order.
var Skills = []Skill{SkillTalkRatio, SkillAgitation, SkillInoculation, SkillAsk, SkillEducation, SkillFollowUp}

// Answer is the coworker's final answer to the best ask.
type Answer string

// The answers of the rubric. AnswerNone stands for no answer, put off and not yet.
const (
	AnswerYes    Answer = "yes"
	AnswerPartly Answer = "partly"
	AnswerNo     Answer = "no"
	AnswerNone   Answer = "none"
)

// Sign is something in an organizer's turn that the rubric does not score and
// a person would notice all the same: a greeting, a stock phrase, an insult.
// Signs move the coworker's mind and choose what the built-in actor answers.
type Sign string

// The signs that reading looks for.
const (
	Greeting      Sign = "greeting"
	Farewell      Sign = "farewell"
	Thanks        Sign = "thanks"
	Apology       Sign = "apology"
	Flattery      Sign = "flattery"
	StockPhrase   Sign = "stock-phrase"   // "it sounds like…" with nothing of theirs in it
	Reassurance   Sign = "reassurance"    // "don't worry", "you'll be fine"
	Backchannel   Sign = "backchannel"    // "mm", "right", "go on"
	RespectsLimit Sign = "respects-limit" // lets a boundary stand: "we can leave that"
	Insult        Sign = "insult"
	SaysNothing   Sign = "silence"
	Gibberish     Sign = "gibberish"
	OtherLanguage Sign = "other-language"
	Essay         Sign = "essay" // a pasted text, far beyond a turn of speech
	AsksIfMachine Sign = "asks-if-machine"
	Distress      Sign = "distress"     // sounds like real distress of the trainee, not of the role
	HonestLimit   Sign = "honest-limit" // "I don't know, I'll find out"; an honest answer to "can they fire me?"
)

// Span marks the words of a turn that earned a label, as byte offsets into Turn.Text.
type Span struct {
	// Label is the move, give, fault or sign that the words earned.
	Label string `json:"label"`
	// Start and End are byte offsets, Start < End, on rune boundaries.
	Start int `json:"start"`
	End   int `json:"end"`
}

// Read is what reading found in one turn.
type Read struct {
	Turn    int     `json:"turn"`
	Speaker Speaker `json:"speaker"`
	// Words counts UAX #29 segments with a letter or a digit.
	Words int `json:"words"`
	// Moves, Faults and Signs are an organizer's; Gives a coworker's. In the rubric's order, without repeats.
	Moves  []Move  `json:"moves,omitempty"`
	Faults []Fault `json:"faults,omitempty"`
	Signs  []Sign  `json:"signs,omitempty"`
	Gives  []Give  `json:"gives,omitempty"`
	// AskLevel is the level of the ask in this turn, 0-3, with time, person or place taken from the two turns before.
	AskLevel int `json:"ask_level,omitempty"`
	// FollowUpLevel is the level of the follow-up in this turn, 0-2.
	FollowUpLevel int `json:"follow_up_level,omitempty"`
	// Unscored is set where the text is not in a language that the reader knows; its words still count.
	Unscored bool `json:"unscored,omitempty"`
	// Weak lists those of the moves and gives that stand, but not surely enough to earn a score.
	Weak []string `json:"weak,omitempty"`
	// Cued is set where a cue told what a coworker's words could give: what is not among Gives was not given.
	Cued bool `json:"cued,omitempty"`
	// Spans point at the words behind the labels; at most one a label.
	Spans []Span `json:"spans,omitempty"`
}
