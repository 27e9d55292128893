package coworker

import "breakroom/trainer/talk"

// effect is what one thing that the organizer does moves, in points.
type effect struct {
	// Trust, Patience, Hope and Resolve move the four gauges, which run from 0 to 100.
	Trust, Patience, Hope, Resolve int
	// Open moves the openness of the grievance that the turn is about.
	Open int
}

// The model, row by row; doc.go shows the same figures as a table and a test
// holds the two together.
var (
	moveEffects = map[talk.Move]effect{
		talk.OpenQuestion:   {Trust: 1, Open: 14},
		talk.ClosedQuestion: {Open: 4},
		talk.SmallTalk:      {Trust: 2, Patience: 1},
		talk.SelfDisclosure: {Trust: 2, Open: 2},
		talk.Telling:        {Patience: -3, Open: -4},
		talk.Reflection:     {Trust: 3, Patience: 3, Open: 14},
		talk.Validation:     {Trust: 3, Patience: 2, Open: 8},
		talk.ProbeDetail:    {Open: 6},
		talk.ProbeCost:      {Open: 6},
		talk.ProbeFeeling:   {Open: 6},
		talk.EducateFix:     {Hope: 2},
		talk.EducateWho:     {Hope: 2},
		talk.EducateAction:  {Hope: 3},
		talk.InoculateBoss:  {Trust: 1},
		talk.InoculateFear:  {Trust: 2},
		talk.PlanTogether:   {Hope: 3, Resolve: 2},
		talk.FollowUp:       {Trust: 1},
	}
	faultEffects = map[talk.Fault]effect{
		talk.Monologue:        {Trust: -3, Patience: -10, Open: -6},
		talk.StackedQuestions: {Patience: -4, Open: -4},
		talk.Leading:          {Trust: -3, Patience: -2, Open: -10},
		talk.FalsePromise:     {Trust: -8, Hope: -6, Open: -10},
		talk.Arguing:          {Trust: -10, Patience: -10, Open: -20},
		talk.ThirdParty:       {Trust: -3, Hope: -5},
		talk.RushedAsk:        {Trust: -6, Patience: -6, Resolve: -4},
		talk.Pressure:         {Trust: -12, Patience: -20, Resolve: -8, Open: -15},
		talk.MissedOpening:    {Trust: -5, Patience: -2, Open: -10},
		talk.UnsafeQuestion:   {Trust: -20, Patience: -20, Open: -20},
		talk.UsedAgainst:      {Trust: -40, Patience: -30, Resolve: -10},
	}
	signEffects = map[talk.Sign]effect{
		talk.Apology:       {Trust: 3, Patience: 4},
		talk.Flattery:      {Trust: -1},
		talk.StockPhrase:   {Trust: -1},
		talk.Reassurance:   {Trust: -1},
		talk.RespectsLimit: {Trust: 6, Patience: 5},
		talk.Insult:        {Trust: -20, Patience: -25, Open: -20},
		talk.SaysNothing:   {Patience: -5},
		talk.Gibberish:     {Patience: -6},
		talk.OtherLanguage: {Patience: -2},
		talk.Essay:         {Patience: -12},
		talk.HonestLimit:   {Trust: 4},
	}
	// onceEffects are what the coworker's own words do to them, when voiced.
	voicedEffects = map[lineKind]effect{
		kindNamed:    {Resolve: 2},
		kindTold:     {Resolve: 4},
		kindCost:     {Resolve: 8},
		kindFelt:     {Resolve: 8},
		kindResolved: {Resolve: 18, Hope: 4},
		kindFear:     {Trust: 2, Resolve: -2},
		kindEased:    {Hope: 6, Resolve: 6},
		kindFix:      {Hope: 6, Resolve: 2},
		kindWho:      {Hope: 5, Resolve: 2},
		kindAction:   {Hope: 10, Resolve: 6},
		kindPredict:  {Trust: 1},
		kindMeet:     {Hope: 8, Resolve: 6},
	}
	// interrogation is what each question costs from the third on that takes up nothing.
	interrogation = effect{Trust: -1, Patience: -3}
	// repetition is what saying the same thing again costs.
	repetition = effect{Patience: -6}
)

// Bounds of the model.
const (
	most           = 100 // every gauge runs from 0 to most
	trustGain      = 4   // the most trust that one turn earns
	opennessGain   = 30  // the most openness that one turn earns
	surplus        = 12  // the most openness that is left over when a rung opens
	listensAfter   = 4   // a question is an interrogation from this one on, with nothing taken up between
	smallTalkPays  = 4   // so many turns of small talk earn trust
	disclosurePays = 3   // so many turns about oneself earn trust
	needsEarlier   = 2   // turns that earned something on a grievance before its first rung opens
	warnsBelow     = 12  // patience at which they bring the talk to its end
	fearTrust      = 36  // trust at which a fear is told when it is asked for
	fearNearTrust  = 26  // trust at which a fear is told when action comes near
	thinkTrust     = 34  // trust at which they think aloud about what to do
	predictTrust   = 30  // trust at which they say what the boss will do
	easedByWays    = 2   // different ways that ease a fear, or all that it names if fewer
	wordOfTheirOwn = 4   // openness for a short word about what was told
	talksFreely    = 42  // trust from which a good open question gets a long answer
	longAnswer     = 25  // words that make an answer long
	praiseShare    = 3   // who praises in every turn of so many, or more, is told little
	problemLasts   = 3   // turns for which the talk stays with a problem that nobody named again
	clearLevel     = 3   // the level of an ask that counts as clear
	easedByTurns   = 2   // turns that easing takes, or as many as it names ways if fewer
	shutAfterArgue = 2   // turns that a grievance stays shut after arguing
	respectOpens   = 15  // openness that a respected limit brings to the grievance it guards
	silenceListens = 8   // openness that a first silence earns right after something hard was said
	resolveForAsk  = 8   // resolve that an ask needs for each step of its size
	hopeForAsk     = 6   // hope that an ask needs for each step of its size, where the scenario names none
)

// needs are the points of openness that each rung takes, at the usual difficulty;
// floors the trust below which it stays shut.
var (
	needs  = [...]int{0, 22, 30, 36, 40, 44}
	floors = [...]int{0, 24, 31, 37, 43, 48}
)

// setting is what a difficulty sets: where the gauges start and how the model is scaled.
type setting struct {
	trust, patience, hope, resolve int
	needs, gains, losses           int // percent
	floors                         int // points
}

var settings = map[int]setting{
	1: {trust: 38, patience: 75, hope: 38, resolve: 24, needs: 90, gains: 110, losses: 85, floors: -4},
	2: {trust: 30, patience: 60, hope: 30, resolve: 18, needs: 100, gains: 100, losses: 100},
	3: {trust: 24, patience: 48, hope: 22, resolve: 12, needs: 115, gains: 90, losses: 110, floors: 2},
}
