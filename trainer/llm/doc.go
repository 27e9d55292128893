// Package llm lets a language model play the coworker, and give a second
// opinion as a coach, through any OpenAI-compatible server.
//
// The actor says what the mind has decided. It is given the cue, what was said
// before, and the open part of the scenario: what is still hidden is not in
// its hands, so that no trick of the trainee's and no fault of the model can
// give it away. A guard stands around the model's words; where they are out of
// role, late, broken off or against the cue, the built-in actor says the turn.
//
// No error and no log line of this package holds words that somebody typed,
// words of a model, or a key.
package llm
