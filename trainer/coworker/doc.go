// Package coworker holds the coworker's mind, which decides what may be said
// and when, and the built-in actor, which says it.
//
// # The mind
//
// The mind is a handful of integers. Four gauges run from 0 to 100: trust (in
// the organizer), patience (with the talk), hope (that anything can change) and
// resolve (to do something). Each grievance has the deepest rung that was
// voiced and an openness towards the next one, in points. Fears were voiced or
// not, eased or not; limits were crossed or respected; asks have an answer.
//
// Each organizer's turn is read, moves the gauges by the rows below, and then
// is answered. What is decided depends on the integers, the turn's words (which
// grievance, fear, ask or open answer they are about) and, among wordings that
// fit alike, on chance from the seed and the number of turns heard.
//
// # What moves what
//
// Points are those of the usual difficulty. A gentle scenario scales gains to
// 110 percent and losses to 85; a hard one gains to 90 and losses to 110, rounded.
// Openness goes to the grievance that the turn is about: by its topic words,
// else the one talked about last; a question about work in general moves the
// nearest one by half.
//
// Moves:
//
//	open-question    trust +1, openness +14
//	closed-question  openness +4
//	small-talk       trust +2, patience +1
//	self-disclosure  trust +2, openness +2
//	telling          patience -3, openness -4
//	reflection       trust +3, patience +3, openness +14
//	validation       trust +3, patience +2, openness +8
//	probe-detail     openness +6
//	probe-cost       openness +6
//	probe-feeling    openness +6
//	educate-fix      hope +2
//	educate-who      hope +2
//	educate-action   hope +3
//	inoculate-boss   trust +1
//	inoculate-fear   trust +2
//	plan             hope +3, resolve +2
//	follow-up        trust +1
//
// Faults:
//
//	monologue          trust -3, patience -10, openness -6
//	stacked-questions  patience -4, openness -4
//	leading            trust -3, patience -2, openness -10
//	false-promise      trust -8, hope -6, openness -10
//	arguing            trust -10, patience -10, openness -20
//	third-party        trust -3, hope -5
//	rushed-ask         trust -6, patience -6, resolve -4
//	pressure           trust -12, patience -20, resolve -8, openness -15
//	missed-opening     trust -5, patience -2, openness -10
//	unsafe-question    trust -20, patience -20, openness -20
//	used-against       trust -40, patience -30, resolve -10
//
// Signs:
//
//	apology          trust +3, patience +4
//	flattery         trust -1
//	stock-phrase     trust -1
//	reassurance      trust -1
//	respects-limit   trust +6, patience +5
//	insult           trust -20, patience -25, openness -20
//	silence          patience -5
//	gibberish        patience -6
//	other-language   patience -2
//	essay            patience -12
//	honest-limit     trust +4
//
// The coworker's own words, once voiced:
//
//	named     resolve +2
//	told      resolve +4
//	cost      resolve +8
//	felt      resolve +8
//	resolved  hope +4, resolve +18
//	fear      trust +2, resolve -2
//	eased     hope +6, resolve +6
//	fix       hope +6, resolve +2
//	who       hope +5, resolve +2
//	action    hope +10, resolve +6
//	predict   trust +1
//	meet      hope +8, resolve +6
//
// Special rules:
//   - One turn earns at most 4 trust and 30 openness. A turn with a harm or an insult earns neither.
//   - Small talk pays four times, talk about oneself three times.
//   - The first praise and the first stock phrase cost nothing and earn nothing. Praise halves what
//     the rest of the turn earns in openness; a stock phrase is not a reflection.
//   - Who praises or says stock phrases in every third turn or more is told nothing beyond the second rung.
//   - Saying back with no question earns half the second time in a row, nothing from the third on.
//   - Questions with nothing taken up between: the second and third in a row earn half; from the fourth on they
//     earn a quarter in openness, no trust, and each costs trust -1, patience -3. Questions that work something out
//     together (what would fix it, the boss, a plan) never become an interrogation by themselves; those that anyone may ask, and that are answered openly, do not count.
//   - A question for one fact that anyone may ask for, answered openly, earns half the openness.
//   - A short word about what they have just told ("That's a shame.") ends a row of questions and earns 4 openness.
//     A question with such a word before it does not lengthen the row; an open one after something was told earns 4 openness more.
//   - An invitation to go on earns as an open question does, however it was read.
//   - Two telling words of the coworker's own that come back in a turn take up what they said, whatever the reader made of it;
//     bare questions in which none comes back do not.
//   - Telling beside a question costs patience -1 and no more. Each further lecture in a row costs 2 patience more,
//     and gets a shorter answer.
//   - The same words twice earn nothing and cost patience -6.
//   - The first silence is free; right after something hard was said it earns 8 openness and costs nothing.
//   - Arguing shuts the grievance for two turns. What was confided and used as a lever shuts it for good.
//   - A limit that was drawn and let stand brings trust +2 (or what the words for it earn) and 15 openness to the
//     grievance that it guards. Crossing it again costs trust -12, patience -20.
//
// # Taking up what is told
//
// Each time something of theirs was told (a rung, a detail, a fear), the next turn earns points for what it made of it:
//
//   - 4: took it up in their own words, and left it open
//   - 3: took it up in words that would fit anybody, and left it open
//   - 2: took it up and closed it again, or said no more than that; a word of one's own with an open question; an open
//     question that points back at it, for what it costs or how it feels; an invitation to go on
//   - 1: a word of one's own with a closed question, a kind word with one, a question that only points back
//   - 0: anything else; and any turn that leads, argues, lectures, praises, says a stock phrase or says the same again
//
// What is taken up later, when nothing new was told, counts from 3 points on, so that a talk can be turned round.
// Silences, asks, offers to meet again and questions that work something out together are not counted. How much was taken up
// over the last 6, in percent of the most, decides what is told to whom: cost needs 45, felt 55, resolved 60; thinking
// aloud, fears, what the boss will do and details need 40. So no single phrase opens anything, and none is needed.
//
// # What opens
//
// At most one new rung a turn, in order, and only when the turn opens the way
// (a question, something taken up, an invitation to go on). Each rung takes
//
//	named 22, told 30, cost 36, felt 40, resolved 44
//
// points of openness, scaled by the scenario's "opens" and to 90 percent in a
// gentle scenario, 115 in a hard one; and at least
//
//	named 24, told 31, cost 37, felt 43, resolved 48
//
// trust (4 less in a gentle scenario, 2 more in a hard one). At most 12 points
// are left over when a rung opens. The first rung also needs two turns that
// earned something, so that no lucky question opens anything. From
// the cost on nothing opens unless something of theirs was taken up since the last
// rung, nor to a turn that earns less than 2 points for what was told just before it. What
// they feel comes after a validation, a question for cost or feeling, a silence, or what it costs said back with an open question.
// A closed question opens no rung beyond the first, a leading one none. A talk goes no deeper than
// the scenario's deepest_rung. Details answer plain questions once their rung
// is open. A hothead's outburst comes unasked within the first three turns and
// counts as the first rung; the second opens as soon as somebody takes it up, or asks about it something that it answers.
//
// A friendly question about something else opens no rung. Nothing is named anew once it was told; what was said before
// comes back only to a turn that takes it up. A plain question about what was told gets its detail before a new rung.
//
// Ordinary questions (who they work with, where they live, their hours, breaks, what they do all day) find what the scenario answers openly
// under another wording, so that whoever asks in a friendly way hears something true and harmless from the first turn. A line that comes beside the question begins
// with a word of no content.
//
// Where no topic leads to an answer, the question is compared by its meaning with the example questions of the scenario: by words and by what they
// mean, by the kind and form of question, and by the words of the answer. What that says is one figure, how likely it is an answer. A probable answer takes
// the place of a small answer of the question's form, a surer one that of a line about what is talked about, one beyond doubt even that of what has been
// earned, which then waits for the next open turn. Once something was told, a question for what would fix it, for the boss, a fear, the cost or
// the feeling gets no such answer but one beyond doubt. Nothing opens by it.
//
// What a question asks for is also learned (package apt): which kinds of telling and of small reply a critical reader would find sensible after it.
// A line that was earned, a hint, a fear or the answer to an ask of a kind that hardly suits the question waits; they keep it to themselves, answer by the
// question's meaning, or with a small reply. So a plain question is not passed over by a story, however well it was earned.
//
// Whoever asks on about what they have just said ("how old is she?", "what was in it?") gets the answer that the scenario has for
// just that, for three turns and once. It needs no trust, gives nothing and opens nothing; what goes deeper, how it is for
// them and what to do about it, is no such question, nor is a careful one that may have earned more. A detail that fits as well goes before it.
//
// A good open question gets a long answer, 25 to 70 words, once trust is at 42; a closed one a few words.
//
// What does not open shows: another wording of what is open already, a hint (when half
// of the points are there), the harmless line, a joke, a change of subject.
//
// A question for one particular thing opens a rung only where one of its lines is about what it asks, and of its form, also where it stands
// beside something said back. What has been earned is kept: the next open turn gets it.
// A hint of a fear that is taken up draws the fear out as a question for it does.
//
// A line is an answer only where topic and form both fit: a question for one thing (yes or
// no, this or that, who, when, how many) that is about something else, or that a line
// does not answer, gets a small answer of its own form, which says neither yes nor no to what is hidden. What somebody said
// is told only by a line with somebody's words in it, and no detail answers how it is for them.
// What was told is referred back to.
//
// # Fears, the boss, what to do
//
// Before anything was told or asked for, only words that speak of nothing but fear draw one out. A fear is told when it is drawn out at trust 36, or when a clear or specific
// ask comes near at trust 26 and the fear stands in its way; before that there
// is a hint. It is eased by two different ways of those that it names, in two turns
// or in one that asks what would make it safer (or by the one, if it names one); until then they say more of it. Arguing, a false promise and bare reassurance undo what
// was done. From trust 30 and the first rung on they say what the boss will do, one
// thing a turn; from trust 34 and the second rung on they think aloud about what would
// fix it, who decides and what to do together. How to meet the boss is worked
// out once a fear or a prediction is on the table.
//
// # The ask
//
// An ask is taken when it is specific (and clear, where the scenario wants it),
// the rung, trust and hope that its conditions name are reached, the fears they
// name are eased, hope is at least 6 and resolve at least 8 for each step of its
// size. Else the partly conditions are tried, where the scenario sets any. Else
// it is put off, or the fear in the way is told; the third time it is refused.
// After a no, pressing gets a no, then a boundary, and then they leave.
//
// # Leaving
//
// Below 12 patience they bring the talk to its end, at 0 they leave. A limit
// marked so makes them leave when it is crossed a second time; a second insult
// and a third prying question do too.
package coworker
