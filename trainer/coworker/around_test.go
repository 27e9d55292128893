package coworker

import (
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/apt"
	"breakroom/trainer/talk"
)

func TestAsksWhat(t *testing.T) {
	for _, x := range []struct {
		text string
		want bool
	}{
		{"Who'd laugh first, d'you think? Any of them in particular?", true},
		{"Oh wow. Pinching how? Like, out of the jar?", true},
		{"Alright, how'd you get it?", true},
		{"told when", true},
		{"like what", true},
		{"Which part?", true},
		{"Have you told them, I mean, how does that even work, is there a number?", true},
		{"And paid until? Three? Half two?", true},
		{"A number. Ten? Twenty?", true},
		{"Is it late? Okay?", false},
		{"How awful for you.", false},
		{"When you're ready.", false},
		{"I get why", false},
		{"Dale? You okay?", false},
		{"what bit of it", true},
		{"how come", true},
		{"How about you?", false},
		{"How are you keeping?", false},
		{"What about Thursday?", false},
		{"Is it you who decides?", false},
		{"When I came in, did you see me?", false},
		{"I know what he said and I know when.", false},
		{"did u ask eoin", false},
		{"", false},
	} {
		if got := asksWhat(x.text); got != x.want {
			t.Errorf("%q: %v", x.text, got)
		}
	}
}

// Who has a wh-word anywhere in a turn gets no plain yes or no from somebody who does not have the answer.
func TestNoYesToWhat(t *testing.T) {
	for _, text := range []string{
		"Oh no. Where? Have you told them, does that even work?", "Alright, how'd you get it?", "Pinching how? Like, out of the jar?", "Who'd laugh first, d'you think? Any of them in particular?",
	} {
		for seed := range uint64(20) {
			said := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf(text), Seed: seed})
			if inPool("yes", "no", "yeah", "okay", "probably", "like-i-said", "short", "short-tag")(said) {
				t.Errorf("%q: %q", text, said)
			}
		}
	}
}

// Where no kind of small reply is surely apt, ways around the answer take turns.
func TestAround(t *testing.T) {
	evasion := inPool(slices.Concat(apt.Evasions.Names, []string{"rather-not", "long-story", "no-names", "unforeseen"})...)
	around, recent := 0, []talk.Turn(nil)
	said := map[string]bool{}
	for n, text := range []string{"Whose shoes are they?", "And the barrel, what's he do with it?", "Who have you in the car these days?", "What do you do up here, count pigeons?", "What's in the copybook?"} {
		got := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf(text), Recent: recent, Seed: uint64(n)})
		if said[got] {
			t.Errorf("%q comes twice", got)
		}
		said[got] = true
		if evasion(got) {
			around++
		}
		recent = append(recent, talk.Turn{N: 2*n + 1, Speaker: talk.Organizer, Text: text}, talk.Turn{N: 2*n + 2, Speaker: talk.Coworker, Text: got})
	}
	if around < 3 {
		t.Errorf("%d of 5 went around: %v", around, said)
	}
}

// Who wanted to think, and is given the time, does not just agree.
func TestGivenTime(t *testing.T) {
	recent := []talk.Turn{{N: 4, Speaker: talk.Coworker, Text: "I'd have to think about that."}}
	cue := talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}
	if got := speakAs(t, Scene{Cue: cue, Heard: heardOf("Take your time."), Recent: recent}); !inPool("lost-thought")(got) {
		t.Errorf("given time to think: %q", got)
	}
	if got := speakAs(t, Scene{Cue: cue, Heard: heardOf("Take your time.")}); inPool("lost-thought")(got) {
		t.Errorf("nobody wanted to think: %q", got)
	}
	if got := speakAs(t, Scene{Cue: cue, Heard: heardOf("Take your time. What was it like?"), Recent: recent}); inPool("lost-thought")(got) {
		t.Errorf("asked something else: %q", got)
	}
}

// Nothing that was not told can be argued with.
func TestNobodyArguesAtOnce(t *testing.T) {
	arguing := organizer{text: "A kid can walk on a lean there, you know.", faults: []talk.Fault{talk.Arguing}}
	m := New(desk(t), 3)
	if cue := hears(m, arguing); cue.Manner == "argued" {
		t.Error("argued, before anything was told")
	}
	m.st.Focus = 1
	if cue := hears(m, arguing); cue.Manner != "argued" {
		t.Errorf("%s %s to arguing", cue.Act, cue.Manner)
	}
}

// Who has said that there is no beginning, and is told to begin anywhere, does not just agree.
func TestToldToStart(t *testing.T) {
	recent := []talk.Turn{{N: 4, Speaker: talk.Coworker, Text: "Where do I even begin?"}}
	cue := talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}
	for _, text := range []string{"Start anywhere.", "Wherever. I've got time.", "Go on, get going, I'm listening."} {
		if got := speakAs(t, Scene{Cue: cue, Heard: heardOf(text), Recent: recent}); !inPool("not-now")(got) {
			t.Errorf("%q: %q", text, got)
		}
	}
	for _, text := range []string{"How did it start?", "Is there anywhere quiet we could talk?"} {
		if got := speakAs(t, Scene{Cue: cue, Heard: heardOf(text), Recent: recent}); inPool("not-now")(got) {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := speakAs(t, Scene{Cue: cue, Heard: heardOf("Start anywhere.")}); inPool("not-now")(got) {
		t.Errorf("nobody spoke of beginning: %q", got)
	}
}

// Who may be asked again is asked for nothing now.
func TestMayAskAgain(t *testing.T) {
	for _, text := range []string{"Can I ask you again Saturday at break, maybe?", "Could I come back to you on Monday?", "Will I ring you tomorrow, so?"} {
		m := New(desk(t), 3)
		hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
		m.st.LastAsk = 1
		if cue := hears(m, organizer{text: text, moves: moves(talk.MakeAsk), ask: 2}); cue.Act != talk.ActAnswer || cue.Manner != "agree" {
			t.Errorf("%q: %s %s", text, cue.Act, cue.Manner)
		}
	}
}

// What is arranged after a put-off is not turned down: it is what they asked for.
func TestArranged(t *testing.T) {
	for _, x := range []struct {
		text string
		act  talk.Act
		want bool
	}{
		{"Saturday it is. I'll find you in the lot after shift.", talk.ActPutOff, true},
		{"I can do that. Thursday, like six? I'll knock.", talk.ActPutOff, true},
		{"Coffee on Wednesday, you and him, and I'll do the intro. Does that suit?", talk.ActPartly, true},
		{"What would get you there?", talk.ActPutOff, false},
		{"I'll check who told on you. Are you scared of him?", talk.ActPutOff, false},
	} {
		m := New(desk(t), 3)
		hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
		m.st.LastAsk = 1
		m.st.Last = x.act
		cue := hears(m, organizer{text: x.text, moves: moves(talk.FollowUp), follow: 2})
		if got := cue.Act == talk.ActAnswer && cue.Manner == "agree"; got != x.want {
			t.Errorf("%q after %s: %s %s", x.text, x.act, cue.Act, cue.Manner)
		}
	}
}

func TestOtherDay(t *testing.T) {
	for _, x := range []struct {
		text, heard string
		want        bool
	}{
		{"See you Thursday.", "I'll find you here Wednesday morning. Go home.", true},
		{"See you Thursday.", "Thursday, then, or Friday.", false},
		{"See you Thursday.", "Right, I'm off.", false},
		{"Bye.", "Till Monday.", false},
	} {
		if got := otherDay(x.text, weekdaysIn(x.heard)); got != x.want {
			t.Errorf("%q after %q: %v", x.text, x.heard, got)
		}
	}
}

// What is so needs no thinking about.
func TestPlainFactsNeedNoThought(t *testing.T) {
	for _, text := range []string{"Wait, ten to six, so you go in tonight after this?", "What have you still to do before you get to bed?", "And who's got the key today?"} {
		for seed := range uint64(20) {
			if got := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf(text), Seed: seed}); inPool("have-to-think")(got) {
				t.Errorf("%q: %q", text, got)
			}
		}
	}
}

// A few words that are no sentence ask for more, and get no yes.
func TestPrompts(t *testing.T) {
	for _, text := range []string{"worst part", "yeah but for you"} {
		if got := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActShrug, Most: 20}, Heard: heardOf(text)}); !inPool(apt.Evasions.Names...)(got) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Something around them cuts in where nobody has the answer, twice in a talk at most and not soon again, and never in place of a topic that they keep closed.
func TestInterrupted(t *testing.T) {
	list := []string{"Hang on, that's the kettle. Go on.", "Sorry, the cat's on the desk. There, she's off.", "Wait, that's the bell. Where were we?", "Mind your feet, the trolley wants through."}
	open := &scenarios.Open{Coworker: scenarios.Coworker{Name: "Ines Abreu", Register: "plain", Manners: map[string][]string{"interrupted": list}}}
	cue := talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Reason: talk.ReasonAskedPlainly, Most: 20}
	asked := "What's in the copybook?"
	var recent []talk.Turn
	var small []uint32
	at := []int{}
	for n := range 150 {
		got := speakAs(t, Scene{Open: open, Cue: cue, Heard: heardOf(asked), Recent: recent[max(0, len(recent)-24):], Small: small, Seed: uint64(n)})
		if n == 0 && slices.Contains(list, got) {
			t.Error("interrupted at the first words")
		}
		if slices.Contains(list, got) {
			at = append(at, n)
		}
		small = AddSmall(small, got, nil)
		recent = append(recent, talk.Turn{N: 2*n + 1, Speaker: talk.Organizer, Text: asked}, talk.Turn{N: 2*n + 2, Speaker: talk.Coworker, Text: got})
	}
	if len(at) != interruptions || at[1]-at[0] <= undisturbed {
		t.Errorf("interrupted at the turns %v", at)
	}
	before := []talk.Turn{{N: 3, Speaker: talk.Organizer, Text: "Hey."}, {N: 4, Speaker: talk.Coworker, Text: "Hey there."}}
	for name, s := range map[string]Scene{
		"somebody of theirs":     {Open: open, Cue: cue, Heard: heardOf("Is your mum still in hospital?")},
		"a topic that is closed": {Open: open, Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Reason: talk.ReasonAskedPlainly, About: "grievance.rota", Most: 20}, Heard: heardOf(asked)},
		"not earned":             {Open: open, Cue: talk.Cue{Act: talk.ActDeflect, Manner: "unforeseen", Reason: talk.ReasonNotEarned, Most: 20}, Heard: heardOf(asked)},
		"nothing asked":          {Open: open, Cue: cue, Heard: heardOf("I've a copybook, too.")},
		"a feeling asked for":    {Open: open, Cue: cue, Heard: heardOf("What does it do to you?"), Read: talk.Read{Moves: []talk.Move{talk.ProbeFeeling}}},
		"few words":              {Open: open, Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Reason: talk.ReasonAskedPlainly, Most: 5}, Heard: heardOf(asked)},
		"not listening before":   {Open: open, Cue: cue, Heard: heardOf(asked), Recent: []talk.Turn{{N: 4, Speaker: talk.Coworker, Text: registers()["plain"]["lost-it"][0]}}},
	} {
		s.Recent = append(slices.Clone(before), s.Recent...)
		for seed := range uint64(20) {
			s.Seed = seed
			if got := speakAs(t, s); slices.Contains(list, got) {
				t.Errorf("%s: %q", name, got)
			}
		}
	}
}

// Who had somebody guess says how near they are.
func TestGuessed(t *testing.T) {
	at := slices.IndexFunc(registers()["plain"]["guess"], func(text string) bool { return strings.Contains(text, "guess") })
	guess := []talk.Turn{{N: 4, Speaker: talk.Coworker, Text: registers()["plain"]["guess"][at]}}
	for _, c := range []struct {
		text string
		want bool
		read talk.Read
	}{
		{text: "58.", want: true}, {text: "Maddie?", want: true}, {text: "I'd guess a little girl, about five, who won't keep her socks on.", want: true}, {text: "Is it the one with the hat, the one who does the crossword at break?", want: true},
		{text: "I don't want to guess. Who is it?"}, {text: "What's it about?"}, {text: "I had a whole row of tomatoes once and the neighbour's dog ate every one of them."},
		{text: "I give up."}, {text: "I'm no good at guessing."}, {text: "Never mind."}, {text: "I don't know."}, {text: "I'd rather not say."}, {text: "Fair enough."},
		{text: "Maybe later then, tell me about the rota instead."}, {text: "I bet your sister was glad of that, and the kids with her too."},
		{text: "That's rough.", read: talk.Read{Moves: []talk.Move{talk.Validation}}}, {text: "No need to.", read: talk.Read{Signs: []talk.Sign{talk.RespectsLimit}}},
	} {
		s := Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf(c.text), Read: c.read, Recent: guess}
		if got := speakAs(t, s); inPool("guessed")(got) != c.want {
			t.Errorf("%q: %q", c.text, got)
		}
		for _, recent := range [][]talk.Turn{nil, {{N: 4, Speaker: talk.Coworker, Text: "What do you think?"}}} {
			s.Recent = recent
			if got := speakAs(t, s); inPool("guessed")(got) {
				t.Errorf("%q, with nothing to guess: %q", c.text, got)
			}
		}
	}
}

// Nobody keeps harmless things to themselves.
func TestSmallTalkIsNotRefused(t *testing.T) {
	for _, text := range []string{"Where'd you get the hat?", "What've you got there, and where's it going?", "Whose shoe is it?"} {
		for seed := range uint64(20) {
			got := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf(text), Read: talk.Read{Moves: []talk.Move{talk.SmallTalk}}, Seed: seed})
			if inPool("rather-not")(got) {
				t.Errorf("%q: %q", text, got)
			}
		}
	}
}
