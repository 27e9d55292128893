package debrief

import (
	"strings"
	"testing"

	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// step is a turn with what is read in it; the sides take turns.
type step struct {
	text  string
	moves []talk.Move
	gives []talk.Give
	fault talk.Fault
	ask   int
}

func inputFrom(steps []step) Input {
	card := scorecard.New(talk.Initial, 0)
	in := Input{Cues: map[int]talk.Cue{}}
	for i, s := range steps {
		speaker := talk.Organizer
		if i%2 == 1 {
			speaker = talk.Coworker
		}
		turn := talk.Turn{N: i + 1, Speaker: speaker, Text: s.text}
		r := talk.Read{Turn: i + 1, Speaker: speaker, Words: len(strings.Fields(s.text)), Moves: s.moves, Gives: s.gives, AskLevel: s.ask}
		if s.fault != "" {
			r.Faults = []talk.Fault{s.fault}
		}
		card.Add(turn, r)
		in.Turns, in.Reads = append(in.Turns, turn), append(in.Reads, r)
	}
	in.Score = card.Score()
	return in
}

func (d Debrief) skill(s talk.Skill) Skill {
	for _, x := range d.Skills {
		if x.Skill == s {
			return x
		}
	}
	return Skill{}
}

// A talk in which the organizer asked on where the coworker stopped, and asked twice who decides.
func askedOn() []step {
	open, probe := []talk.Move{talk.OpenQuestion}, []talk.Move{talk.ProbeDetail, talk.OpenQuestion}
	return []step{
		{text: "What happened on the night shift last week?", moves: probe},
		{text: "They held us over again till nine, four times in seven nights.", gives: []talk.Give{talk.Names, talk.Tells}},
		{text: "Who decides that?", moves: []talk.Move{talk.EducateWho, talk.OpenQuestion}},
		{text: "One man at the top of some stairs, that's Vetter.", gives: []talk.Give{talk.GivesWho}},
		{text: "Till nine, four times. What happens at home then?", moves: probe},
		{text: "I nodded off at a red light with my boy in the back.", gives: []talk.Give{talk.Cost}},
		{text: "What did that do to you?", moves: append([]talk.Move{talk.ProbeFeeling}, open...)},
		{text: "One way and another.", gives: []talk.Give{talk.Deflects}},
		{text: "And how do you sit with it now?", moves: open},
		{text: "Hard to say until you're in it.", gives: []talk.Give{talk.Deflects}},
		{text: "Who could change it, again?", moves: []talk.Move{talk.EducateWho, talk.OpenQuestion}},
		{text: "Vetter, as I said to you just now.", gives: []talk.Give{talk.GivesWho}},
		{text: "Can you come to the diner on Sunday at three?", moves: []talk.Move{talk.MakeAsk}, ask: 3},
		{text: "Let me think about it.", gives: []talk.Give{talk.Deflects}},
	}
}

func TestRoomIsNotSeenWhereItWasUsed(t *testing.T) {
	d := Write(inputFrom(askedOn()))
	if d.Next == nil || d.Next.Key != "next.agitation-asked" && d.skill(talk.SkillAgitation).Value == 3 && strings.HasPrefix(d.Next.Key, "next.agitation") {
		t.Errorf("who asked on is told to ask: %+v", d.Next)
	}
	missed := d.skill(talk.SkillAgitation).Missed
	if len(missed) != 1 || missed[0].Turn != 6 || strings.Contains(missed[0].Text, "room for a question") {
		t.Errorf("agitation: %+v", missed)
	}
	// Nobody asked on: there was room.
	steps := askedOn()
	for _, i := range []int{6, 8, 10} {
		steps[i].moves = []talk.Move{talk.Telling}
	}
	if missed = Write(inputFrom(steps)).skill(talk.SkillAgitation).Missed; len(missed) != 1 || !strings.Contains(missed[0].Text, "room for a question") {
		t.Errorf("agitation, when nobody asked on: %+v", missed)
	}
	// A question of one's own is no place where a question was missing.
	d = Write(inputFrom([]step{{text: "How are you?", moves: []talk.Move{talk.OpenQuestion}}, {text: "Can't complain."}, {text: "What happened on Monday?", moves: []talk.Move{talk.ProbeDetail}}, {text: "Not much."}}))
	for _, s := range d.Skills {
		for _, q := range s.Missed {
			if q.Speaker == talk.Organizer && strings.Contains(q.Text, "room for a question") {
				t.Errorf("%s: %+v", s.Skill, q)
			}
		}
	}
}

// What opened the way stands before what came of it, also where it was asked again later.
func TestAThoughtStandsWithItsQuestion(t *testing.T) {
	d := Write(inputFrom(askedOn()))
	evidence := d.skill(talk.SkillEducation).Evidence
	if len(evidence) != 2 || evidence[0].Turn != 3 || evidence[1].Turn != 4 {
		t.Errorf("%+v", evidence)
	}
	for _, p := range d.Worked {
		if p.Key == "worked.thought" && p.Turn != 3 {
			t.Errorf("the thought of turn 4 stands with turn %d", p.Turn)
		}
	}
}

func TestTooEarlyIsNotNothing(t *testing.T) {
	in := inputFrom(askedOn())
	in.Cues[13] = talk.Cue{Act: talk.ActPutOff, Reason: talk.ReasonTooEarly}
	last := Write(in).Turns[13]
	if len(last.Notes) != 1 || strings.Contains(last.Notes[0].Text, "Nothing that matters") {
		t.Errorf("%+v", last.Notes)
	}
	in = inputFrom([]step{{text: "Will you sign the card today?", moves: []talk.Move{talk.MakeAsk}, ask: 3}, {text: "Not today."}})
	in.Cues[1] = talk.Cue{Act: talk.ActPutOff, Reason: talk.ReasonTooEarly}
	if last = Write(in).Turns[1]; len(last.Notes) != 1 || !strings.Contains(last.Notes[0].Text, "Nothing that matters") {
		t.Errorf("%+v", last.Notes)
	}
}

func TestWhoLeavesIsSeen(t *testing.T) {
	in := inputFrom([]step{
		{text: "Nothing will happen to you, I promise.", fault: talk.FalsePromise}, {text: "You can't promise me that."},
		{text: "Just sign it. Yes or no?", fault: talk.Pressure}, {text: "No. I'm going for my bus."},
	})
	in.Cues[3] = talk.Cue{Act: talk.ActLeave, Reason: talk.ReasonPressed}
	if d := Write(in); d.Felt == nil || d.Felt.Key != "felt.harm-left" || d.Felt.Turn != 3 || !strings.Contains(d.Felt.Text, "I'm going for my bus") {
		t.Errorf("%+v", d.Felt)
	}
}
