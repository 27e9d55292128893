package trainer

import (
	"context"

	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
)

// Debrief says what is said after the end, read through a framework ("" takes the scenario's). The score is computed
// anew from the words by this program's scorer. Who stepped out can read it at once.
// While the talk goes on it is CodeNotEnded, with an unknown framework CodeNotFound.
func (t *Trainer) Debrief(ctx context.Context, id, framework string) (debrief.Debrief, error) {
	if t.isClosed() {
		return debrief.Debrief{}, errClosed
	}
	if framework != "" && !isFramework(framework) {
		return debrief.Debrief{}, Errorf(CodeNotFound, "There is no framework of this name.")
	}
	c, err := t.store.Conversation(ctx, id)
	if err != nil {
		return debrief.Debrief{}, err
	}
	if !c.HasEnded() && !c.SteppedOut {
		return debrief.Debrief{}, errNotEnded
	}
	in := debrief.Input{Framework: framework, Cues: map[int]talk.Cue{}, SteppedOut: c.SteppedOut, EndedBy: c.EndedBy, Practise: c.Practise}
	f := &fold{}
	find := func(id, hash string) (*script, error) { return t.script(ctx, id, hash) }
	err = t.eachEvent(ctx, id, 0, func(e talk.Event) error {
		reads, err := f.apply(e, nil, find)
		if err != nil {
			return err
		}
		in.Reads = append(in.Reads, reads...)
		switch b := e.Body.(type) {
		case talk.Created:
			in.Turns = append(in.Turns, b.Opening...)
		case talk.Heard:
			in.Turns = append(in.Turns, b.Turn)
			in.Cues[b.Turn.N] = b.Cue
		case talk.Said:
			in.Turns = append(in.Turns, b.Turn)
		case talk.Rated:
			in.Rated = b
		}
		return nil
	})
	if err != nil {
		return debrief.Debrief{}, refused(err)
	}
	mind, err := f.theMind()
	if err != nil {
		return debrief.Debrief{}, err
	}
	in.Scenario, in.Score, in.View = f.script.scenario, f.card.Score(), mind.View()
	return debrief.Write(in), nil
}

func isFramework(name string) bool {
	for _, f := range debrief.Frameworks() {
		if f.Name == name {
			return true
		}
	}
	return false
}
