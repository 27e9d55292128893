// Package simulate plays scripted trainees against a scenario: it shows what
// each kind of trainee is told and what they attain, and checks that listening
// is what opens this person. The trainees send words, which are read as anybody's
// are; their phrases stand in trainees/*.toml, and they see the coworker's words only.
//
// The rules, each for every scenario whose kind makes it possible:
//
//   - order: skilled trainees are told more, and attain more, than middling
//     ones, those more than poor ones, with no overlap of the middle 80 percent. A talk of up to
//     twelve minutes has too few facts for that: there the medians of what they are told stand in order. In a
//     drill on one or two skills, which has few levels in all, skilled trainees stand above middling ones.
//   - shut: flatterers, interrogators, lecturers and silent trainees get to the second rung or below; in a
//     drill, which begins where somebody has listened already, to the third.
//   - target: skilled trainees reach the rung that the kind is scored to.
//   - reach: every fact can be reached by somebody who listens.
//   - lucky: no single question opens a grievance, a fear or a prediction.
package simulate
