package transcripts

import (
	"io/fs"
	"slices"

	"breakroom/trainer/reading/learn"
	"breakroom/trainer/talk"
)

// Talk gives the conversation as the reader's models learn from it.
func (l Labelled) Talk() learn.Talk {
	t := learn.Talk{Set: l.Set, Turns: l.Turns, Ask: l.Scores[talk.SkillAsk], FollowUp: l.Scores[talk.SkillFollowUp], Scores: l.Scores, Answer: l.Answer}
	for i, turn := range l.Turns {
		var labels []string
		for _, m := range l.Moves[i] {
			labels = append(labels, string(m))
		}
		for _, g := range l.Gives[i] {
			labels = append(labels, string(g))
		}
		for _, f := range talk.Faults {
			if slices.Contains(l.Faults[f], turn.N) {
				labels = append(labels, string(f))
			}
		}
		if l.Asks != nil {
			t.Leveled = true
			if l.Asks[i] >= 2 {
				labels = append(labels, "ask-2")
			}
			if l.Asks[i] >= 3 {
				labels = append(labels, "ask-3")
			}
			if l.FollowUps[i] >= 2 {
				labels = append(labels, "follow-up-2")
			}
		}
		t.Labels = append(t.Labels, labels)
	}
	return t
}

// Talks gives what the reader's models learn from: the labelled conversations and the single sayings.
func Talks(conversations, sayings fs.FS) ([]learn.Talk, error) {
	labelled, err := Load(conversations)
	if err != nil {
		return nil, err
	}
	phrases, err := learn.Beside(sayings)
	if err != nil {
		return nil, err
	}
	var out []learn.Talk
	for _, l := range labelled {
		out = append(out, l.Talk())
	}
	return append(out, phrases...), nil
}
