package scorecard

import "breakroom/trainer/talk"

// Score is what a conversation has earned so far. Its JSON keys are those of "breakroom score --json".
type Score struct {
	// Version is the version of the rules that scored it.
	Version int       `json:"version"`
	Kind    talk.Kind `json:"kind"`
	Turns   int       `json:"turns"`
	// TooShort is set for fewer than 4 turns or fewer than 60 words: no band is given.
	TooShort    bool       `json:"too_short"`
	TalkRatio   TalkRatio  `json:"talk_ratio"`
	Agitation   SkillScore `json:"agitation_depth"`
	Education   SkillScore `json:"education"`
	Inoculation SkillScore `json:"inoculation"`
	Ask         AskScore   `json:"ask"`
	FollowUp    SkillScore `json:"follow_up"`
	Faults      []Fault    `json:"faults"`
}

// TalkRatio is the organizer's share of the words, with what must be read beside it.
type TalkRatio struct {
	// Value is the organizer's share of all words, 0 to 1, rounded to hundredths.
	Value float64 `json:"value"`
	// Band is 0 (lecturing) to 3 (listening); nil where the talk is too short.
	Band           *int `json:"band"`
	OrganizerWords int  `json:"organizer_words"`
	CoworkerWords  int  `json:"coworker_words"`
	// Reflecting and Telling are the shares of organizer turns that say back or validate, and that inform or persuade, 0 to 1.
	Reflecting float64 `json:"reflecting"`
	Telling    float64 `json:"telling"`
	// OpenQuestions counts organizer turns with an open question.
	OpenQuestions int `json:"open_questions"`
	// Target is the organizer's share aimed at, 0 to 1; the bands move with it.
	Target float64 `json:"target"`
}

// SkillScore is a skill's value with the words behind it.
type SkillScore struct {
	Value int `json:"value"`
	Max   int `json:"max"`
	// Evidence holds what earned the value; empty for 0.
	Evidence []Evidence `json:"evidence"`
	// Missed holds, where the value is below Max, the turn where more was closest or was missed.
	Missed []Evidence `json:"missed,omitempty"`
}

// AskScore is the ask with the coworker's final answer to it.
type AskScore struct {
	SkillScore
	Answer talk.Answer `json:"answer"`
	// Pushed is set where harm stood in the talk: the ask is not presented as a success.
	Pushed bool `json:"pushed,omitempty"`
}

// Evidence points at words of the transcript.
type Evidence struct {
	Turn int `json:"turn"`
	// Quote stands verbatim in the turn.
	Quote string `json:"quote"`
	// Why is the key of the rule; the debrief words it.
	Why string `json:"why"`
}

// Fault is a fault with the turns where it stands, in order.
type Fault struct {
	Name   talk.Fault `json:"name"`
	Turns  []int      `json:"turns"`
	Quotes []Evidence `json:"quotes,omitempty"`
}

// The keys of Evidence.Why.
const (
	WhyOpened       = "opened-the-way"   // the organizer's words that opened the way
	WhyNamed        = "rung-named"       // the rungs, in the coworker's words
	WhyTold         = "rung-told"        //
	WhyCost         = "rung-cost"        //
	WhyFelt         = "rung-felt"        //
	WhyResolved     = "rung-resolved"    //
	WhyBlurted      = "blurted"          // came unasked; counts as named
	WhyNotTakenUp   = "not-taken-up"     // said and left lying
	WhyNoOpening    = "nothing-asked"    // a turn in which a question would have had room
	WhyNoGround     = "nothing-beneath"  // resolved without cost or feeling before it
	WhyBossRaised   = "boss-raised"      // what the boss may do was told or asked
	WhyBossWorked   = "boss-worked"      // the coworker said what the boss would do, and it was discussed
	WhyFearRaised   = "fear-raised"      // a fear was named or acknowledged
	WhyFearWorked   = "fear-worked"      // a fear was drawn out and taken seriously
	WhyPlanned      = "planned"          // how to meet it was worked out
	WhyFearLeft     = "fear-left"        // a fear was voiced and not taken up
	WhyReassured    = "only-reassured"   // reassurance in the place of listening
	WhyBossLeft     = "boss-left"        // a prediction that nobody went on with
	WhyNotPrepared  = "nothing-prepared" // the talk came to its ask with no word on what may come back
	WhyFix          = "thought-fix"      // brought to think what would fix it
	WhyWho          = "thought-who"      // who can give it
	WhyAction       = "thought-action"   // what to do together
	WhyTold3        = "told-the-answer"  // told where a question would have let them think
	WhyUnanswered   = "asked-unanswered" // asked, and not answered with a thought of their own
	WhyAskVague     = "ask-vague"        // the levels of an ask
	WhyAskSpecific  = "ask-specific"     //
	WhyAskClear     = "ask-clear"        //
	WhyAskNone      = "ask-none"         // where an ask would have had its place
	WhyAnswered     = "answered"         // the coworker's answer
	WhyFollowVague  = "follow-vague"     // the levels of a follow-up
	WhyFollowSure   = "follow-concrete"  //
	WhyFollowNone   = "follow-none"      // where a next contact would have had its place
	WhyFaultStands  = "fault"            // the words of a fault
	WhyHarmNoCredit = "harm-no-credit"   // got by prying or by a lever: not credited
)

var rungWhy = [...]string{"", WhyNamed, WhyTold, WhyCost, WhyFelt, WhyResolved}

// Meters is what the page shows during the talk.
type Meters struct {
	// TalkShare is the organizer's share of the words, in percent.
	TalkShare      int `json:"talk_share"`
	OrganizerWords int `json:"organizer_words"`
	CoworkerWords  int `json:"coworker_words"`
	// OpenQuestions and Reflections count the organizer's turns with one.
	OpenQuestions int `json:"open_questions"`
	Reflections   int `json:"reflections"`
}
