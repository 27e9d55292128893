package talk

// Act is what the coworker does in a turn. The mind decides it; an actor says it.
type Act string

// The acts of a coworker.
const (
	ActChat       Act = "chat"         // small talk, greetings, questions that anyone would ask
	ActAnswer     Act = "answer"       // answers from what is open already
	ActOpen       Act = "open"         // opens up one rung
	ActDeflect    Act = "deflect"      // a blocked topic: the harmless line, a change of subject
	ActHint       Act = "hint"         // a blocked topic: the safe hint
	ActFear       Act = "fear"         // voices a fear
	ActEased      Act = "eased"        // says that a fear weighs less, and why
	ActThink      Act = "think"        // thinks about what would fix it, who decides, what to do together
	ActPredict    Act = "predict"      // says what the boss will do
	ActPlan       Act = "plan"         // works out how to meet it
	ActTake       Act = "take"         // says yes to the ask
	ActPartly     Act = "partly"       // takes a smaller step
	ActPutOff     Act = "put-off"      // not yet
	ActRefuse     Act = "refuse"       // says no to the ask
	ActBoundary   Act = "boundary"     // asks the organizer to stop there
	ActShrug      Act = "shrug"        // a short nothing: to a lecture, flattery, bare reassurance
	ActConfused   Act = "confused"     // did not understand
	ActAskBack    Act = "ask-back"     // asks the organizer something, or tests them
	ActSilence    Act = "silence"      // lets a silence stand, or fills it
	ActWindUp     Act = "wind-up"      // has no more to say and brings the talk to its end
	ActGoodbye    Act = "goodbye"      // ends warmly
	ActLeave      Act = "leave"        // gets up and leaves
	ActOfferPause Act = "offer-out"    // the trainee sounds in real distress: offers to step out of the role
	ActOutOfRole  Act = "not-a-person" // "are you a bot?": an honest short answer in a sentence
)

// Mood colours how a cue is said.
type Mood string

// The moods of a coworker, from closed to open, and the passing ones.
const (
	MoodClosed  Mood = "closed"
	MoodGuarded Mood = "guarded"
	MoodEven    Mood = "even"
	MoodWarm    Mood = "warm"
	MoodOpen    Mood = "open"
	MoodUpset   Mood = "upset"
	MoodAngry   Mood = "angry"
	MoodTired   Mood = "tired"
)

// Line is a piece of the scenario that a cue allows to be said.
type Line struct {
	// ID names the fact or the manner that the line voices, stable within a
	// scenario: "grievance.NAME.told", "fear.NAME", "ask.NAME.yes", "manner.greeting".
	ID string `json:"id"`
	// Text is one wording, as the scenario has it.
	Text string `json:"text"`
}

// Cue is the mind's decision what the coworker does now. It is all that an
// actor learns of what is hidden: a line stands in it only once it may be said.
type Cue struct {
	Act  Act  `json:"act"`
	Mood Mood `json:"mood"`
	// Lines may be said now, the one that matters first. An actor voices Lines[0]
	// wherever there is one; the others are there if words are left.
	Lines []Line `json:"lines,omitempty"`
	// Rung is the rung that this turn newly opens, 0 where it opens none.
	Rung Rung `json:"rung,omitempty"`
	// Gives are what Lines carry when voiced; they tell the reader where to look.
	Gives []Give `json:"gives,omitempty"`
	// Manner names the kind of small answer that fits, a key of the scenario's manners; "" where Lines say it all.
	Manner string `json:"manner,omitempty"`
	// Beside is set where Lines answer no question that was asked: what they say stands beside it, and they say so.
	Beside bool `json:"beside,omitempty"`
	// Least and Most bound the words of the answer.
	Least int `json:"least"`
	Most  int `json:"most"`
	// Reason says why, from a closed list that the debrief explains; it never goes to an actor's words.
	Reason Reason `json:"reason,omitempty"`
	// About names the grievance, fear or ask that the decision was about, as Line.ID spells it without its last part;
	// for the debrief only, never sent to a model or a browser.
	About string `json:"about,omitempty"`
}

// Reason is why the mind decided as it did.
type Reason string

// The reasons, each explained in the debrief.
const (
	ReasonEarned        Reason = "earned"          // trust and listening opened it
	ReasonAskedPlainly  Reason = "asked-plainly"   // a question anyone may ask
	ReasonNotEarned     Reason = "not-earned"      // on topic, but nothing had been earned yet
	ReasonNoListening   Reason = "no-listening"    // questions, but nothing taken up
	ReasonInterrogated  Reason = "interrogated"    // question upon question
	ReasonLectured      Reason = "lectured"        // told rather than asked
	ReasonLed           Reason = "led"             // the answer was put in their mouth
	ReasonFlattered     Reason = "flattered"       // praise or a stock phrase, which earns nothing
	ReasonArgued        Reason = "argued"          // contradicted or belittled
	ReasonPromised      Reason = "promised"        // promised what nobody can promise
	ReasonPressed       Reason = "pressed"         // pressed on after a no
	ReasonPried         Reason = "pried"           // asked what nobody should ask
	ReasonUsed          Reason = "used"            // turned a confidence into a lever
	ReasonBoundaryKept  Reason = "boundary-kept"   // a limit was respected
	ReasonFearInTheWay  Reason = "fear-in-the-way" // a fear stood between them and the ask
	ReasonTooBig        Reason = "too-big"         // the ask was more than they could carry now
	ReasonTooVague      Reason = "too-vague"       // nothing to say yes or no to
	ReasonTooEarly      Reason = "too-early"       // asked before anything mattered
	ReasonNoHope        Reason = "no-hope"         // nothing that would work was in sight
	ReasonReady         Reason = "ready"           // wanted to, and could see how
	ReasonNothingLeft   Reason = "nothing-left"    // all that there was has been said
	ReasonOutOfPatience Reason = "out-of-patience" // had enough
	ReasonHeat          Reason = "heat"            // blurted out unasked
)
