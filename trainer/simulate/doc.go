// Package simulate plays scripted trainees against a scenario: it shows what
// each kind of trainee is told and what they attain, and checks that listening
// is what opens this person. The trainees send words, which are read as anybody's
// are, and they see the coworker's words only.
//
// Their phrases stand in trainees/, one folder for each hand that wrote them: language models that had not seen the mind and knew only
// what each kind of trainee is like, and for which situations words are needed. A trainee speaks with one hand's words
// through a whole talk; the seed chooses the hand. The phrases are not changed to please the mind. What each kind does
// with them (when it asks, takes up, changes the subject) is in trainee.go.
//
// The rules, each for every scenario:
//
//   - order: skilled trainees are told more, and attain more, than middling
//     ones, those more than poor ones, with no overlap of the middle 80 percent.
//   - shut: flatterers, interrogators, lecturers and silent trainees get to the second rung or below; in a
//     drill, which begins where somebody has listened already, to the third.
//   - target: skilled trainees reach the rung that the kind is scored to.
//   - reach: every fact can be reached by somebody who listens.
//   - lucky: no single question opens a grievance, a fear or a prediction.
//
// So it holds, for what they are told and for what they attain, wherever every skill counts: in a first talk with a coworker or a neighbour.
// Other kinds of talk leave less room. The order is eased there, and nowhere else:
//
//   - What they attain: where fewer skills count, one clear ask or one named day for the next talk is a sixth of it or more,
//     and that is in a middling trainee's hands, too. There skilled trainees attain more than middling ones in the median, or
//     everything, and middling ones in the median more than the most that poor ones do.
//   - What they are told: a talk of up to ten minutes has three to eight facts in all. There skilled trainees are told more than
//     middling ones in the median, and at the least as much as those in the median; and what middling ones are told in the median is more than the
//     most that poor ones are; in a drill, which begins where something was told already, the medians stand in order.
//   - An invitation goes to the first rung, and a drill on the ask asks for nothing to be told: what they attain tells there.
//
// A third hand wrote when the mind and the scenarios were as they are (Options.Late). With its words alone every rule but the order holds in the whole
// library, and the kinds stand in order in the median of what they are told; but in eight of fifteen scenarios the middle 80 percent of two kinds
// overlap, or what they attain does not stand in order: the distances that the rules ask for were set with the other two hands' talks in view.
//
// With the mind off (Options.Open) whatever is asked about opens. A test plays the library so, too: interrogators then get to
// the fourth rung or beyond in every scenario of more than ten minutes. What the mind does is the difference.
package simulate
