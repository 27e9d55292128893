package coworker

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/apt"
	"breakroom/trainer/talk"
)

// The tables are those of the moments, and judge moments that were left out as the README says.
func TestMoments(t *testing.T) {
	acts, replies, err := Moments(os.DirFS("apt"), "moments.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name     string
		examples []apt.Example
		table    *apt.Table
		least    float64
	}{{"acts", acts, apt.Acts, 0.74}, {"replies", replies, apt.Replies, 0.74}} {
		learned, err := apt.Decode(apt.Learn(c.examples, 1))
		if err != nil || !slices.Equal(learned.Names, c.table.Names) {
			t.Fatalf("%s: the moments teach other kinds than the table has, or none: %v; run the command train", c.name, err)
		}
		for i := 0; i < len(c.examples); i += 50 {
			was, is := c.table.Score(&c.examples[i].Turn), learned.Score(&c.examples[i].Turn)
			for j := range was {
				if d := was[j] - is[j]; d < -60 || d > 60 { // machines round differently when they learn
					t.Fatalf("%s: moment %d, %s: the table says %d, the moments %d; run the command train", c.name, i, c.table.Names[j], was[j], is[j])
				}
			}
		}
		out, err := apt.LeaveOut(c.examples, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d moments, %s", c.name, len(c.examples), out)
		if out.First < c.least || out.Told < 0.87 {
			t.Errorf("%s: %s", c.name, out)
		}
	}
}

func TestMomentsWithMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"? Who?\n= nobody\n! else\n": `moments.txt:3: a line begins with`,
	} {
		_, _, err := Moments(fstest.MapFS{"moments.txt": {Data: []byte(text)}}, "moments.txt")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, _, err := Moments(fstest.MapFS{}, "moments.txt"); err == nil {
		t.Error("no moments are no mistake")
	}
}

// A question that asks for one particular thing is not passed over by what nobody asked for; one that leaves it open is not held to anything.
func TestPassesOver(t *testing.T) {
	for _, c := range []struct {
		text string
		kind lineKind
		over bool
	}{
		{"How old is your daughter?", kindHint, true},
		{"Who do you share the car with?", kindHint, true},
		{"How have things been at work lately?", kindHint, false},
		{"What is your dog called?", kindNamed, true},
		{"What's been going on up there?", kindNamed, false},
		{"What would you be afraid of if you signed it?", kindFear, false},
		{"What colour is your car?", kindFear, true},
		{"What could we all do together about it?", kindAction, false},
		{"How old is Iwan now?", kindEased, true},
	} {
		h := &heard{q: readQuestion(c.text), grasp: graspOf(c.text)}
		h.turn.Text = c.text
		if got := h.unsuited(c.kind); got != c.over {
			t.Errorf("%q: a line of kind %d passes over it: %v; the scores are %v of %v", c.text, c.kind, got, h.acts(), apt.Acts.Names)
		}
	}
}

// Who takes up what was said, and asks on from there, is told the story even where the bare question would get another answer.
func TestTakenUpIsToldMore(t *testing.T) {
	const text = "So they changed it, and nobody asked you. What does that do to your week?"
	for _, c := range []struct {
		listens bool
		probes  []talk.Move
		over    bool
	}{
		{true, []talk.Move{talk.ProbeCost}, false},
		{true, nil, true},
		{false, []talk.Move{talk.ProbeCost}, true},
	} {
		h := &heard{q: readQuestion(text), grasp: graspOf(text), listens: c.listens}
		h.turn.Text, h.read.Moves = text, c.probes
		if got := h.unsuited(kindTold); got != c.over {
			t.Errorf("taken up %v, %v: the story waits: %v; the scores are %v of %v", c.listens, c.probes, got, h.acts(), apt.Acts.Names)
		}
	}
}

func TestAsksNothing(t *testing.T) {
	for text, want := range map[string]bool{
		"Would you come to the meeting on Thursday?": false, "Can you talk to Jan before Friday?": false,
		"Did you always eat out here?": true, "What's it like living with this water?": true,
	} {
		h := &heard{q: readQuestion(text), grasp: graspOf(text)}
		h.turn.Text = text
		if got := h.asksNothing(); got != want {
			t.Errorf("%q asks for nothing: %v", text, got)
		}
	}
}

// Whoever asks for something in so many words is heard, whether it is a question or not.
func TestRequestsAreAsks(t *testing.T) {
	for _, text := range []string{"Then I need you to get the old hands from the Heaton rank.", "Help me get the ladies to sign something then."} {
		h := &heard{q: readQuestion(text), grasp: graspOf(text)}
		h.turn.Text, h.read.AskLevel = text, 2
		if h.asksNothing() {
			t.Errorf("%q asks for nothing: %d", text, h.most(toAsks))
		}
	}
}

// What they keep to themselves is neither denied nor sworn to by a small reply.
func TestNothingIsDenied(t *testing.T) {
	for _, text := range []string{"Is anything wrong on the late desk?", "Has anyone been hurt?", "Is there anything bothering you about the late desk?"} {
		for seed := range uint64(20) {
			scene := Scene{Cue: talk.Cue{Act: talk.ActDeflect, Manner: "unforeseen", About: "grievance.alone", Most: 20}, Heard: heardOf(text), Seed: seed}
			sp := newSpeech(&scene)
			sp.s.Open = &scenarios.Open{Coworker: scenarios.Coworker{Name: "Ines Abreu", Register: plainRegister}}
			if said := sp.reply(20); inPool("no", "nobody", "nothing-much", "probably-not")(said) {
				t.Errorf("%q is answered %q", text, said)
			}
		}
	}
}

// What opens beside the question is said to be something else; what answers it, or what names the problem, is not.
func TestBesideIsSaid(t *testing.T) {
	line := talk.Line{ID: "grievance.alone.named.1", Text: "It is closing alone that I mind."}
	for _, beside := range []bool{true, false} {
		scene := Scene{Cue: talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{line}, Beside: beside, Least: 5, Most: 40}, Heard: heardOf("What's she like, your nan?"), Read: talk.Read{Moves: []talk.Move{talk.OpenQuestion}}}
		said := speakAs(t, scene)
		lead := strings.TrimSpace(strings.TrimSuffix(said, line.Text))
		if !strings.HasSuffix(said, line.Text) || inPool("lead-besides")(lead) != beside {
			t.Errorf("beside %v: %q", beside, said)
		}
	}
	m := New(desk(t), 3)
	for text, want := range map[string]bool{"What's she like, your nan?": true, "What's been going on at work?": false} {
		h := &heard{q: readQuestion(text), grasp: graspOf(text)}
		h.turn.Text = text
		cue := m.saying(talk.ActOpen, talk.ReasonEarned, m.b.grievances[0].rungs[talk.RungNamed].from)
		if got := m.beside(h, &cue); got != want {
			t.Errorf("%q: beside %v, trouble %d", text, got, h.acts()[trouble])
		}
		if h.grievanceScore = 2; m.beside(h, &cue) {
			t.Errorf("%q names the problem", text)
		}
	}
}
