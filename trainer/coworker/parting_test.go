package coworker

import (
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/apt"
	"breakroom/trainer/talk"
)

func TestLastWords(t *testing.T) {
	for _, x := range []struct {
		text, last string
		asks       bool
	}{
		{"See you, Rosa.", "See you, Rosa", false},
		{"Did you eat? Bye.", "Bye", true},
		{"Is it late? I lost count. Bye!", "Bye", false},
		{"See you at 9.30", "See you at 9.30", false},
		{"What day?", "What day", true},
		{"ok…\nnight", "night", false},
		{"", "", false},
		{"?!", "", true},
	} {
		if last, asks := lastWords(x.text); last != x.last || asks != x.asks {
			t.Errorf("%q: %q, %v", x.text, last, asks)
		}
	}
}

// A goodbye at the end of a turn is answered as one, whatever else the turn goes over; what only looks like one is none.
func TestParting(t *testing.T) {
	ask := []talk.Move{talk.MakeAsk}
	for _, x := range []struct {
		text    string
		moves   []talk.Move
		parted  bool
		want    talk.Act
		never   bool
		because string
	}{
		{text: "It stays with me. See you Monday, Niamh.", want: talk.ActGoodbye},
		{text: "Alone at closing, then. Night!", moves: []talk.Move{talk.Reflection}, want: talk.ActGoodbye},
		{text: "Great, I'll do that. Really nice talking, say hi to the digger", want: talk.ActGoodbye},
		{text: "Go on to your bed, mind the ice.", want: talk.ActGoodbye},
		{text: "Thanks for the heat, man.", parted: true, want: talk.ActChat},
		{text: "Let's say the one by the hall. Have a good shift, Theo, get the hairnet that fits.", want: talk.ActGoodbye},
		{text: "Right, that's the last towel. Ta-ra, love, see you Friday.", want: talk.ActGoodbye},
		{text: "That's fine too. Give Finn a hello from the junior block.", want: talk.ActGoodbye},
		{text: "So, back to the rota.", want: talk.ActGoodbye, never: true},
		{text: "I'd better get a straight answer.", want: talk.ActGoodbye, never: true},
		{text: "Tell the boss I asked about the pay.", want: talk.ActGoodbye, never: true},
		{text: "I'd better get back in.", want: talk.ActGoodbye},
		{text: "Thanks for telling me all that. Mind yourself tomorrow, will you?", want: talk.ActGoodbye},
		{text: "I'd better pay than clap, he says.", want: talk.ActGoodbye, never: true},
		{text: "They give us a hello and no more.", want: talk.ActGoodbye, never: true},
		{text: "That is a lot. Last night must have been awful.", want: talk.ActGoodbye, never: true},
		{text: "Never mind the boss for a moment.", want: talk.ActGoodbye, never: true},
		{text: "I see you every week on that desk.", want: talk.ActGoodbye, never: true},
		{text: "We take care of each other here.", want: talk.ActGoodbye, never: true},
		{text: "Take care of your back, first of all.", want: talk.ActGoodbye, never: true},
		{text: "Night shifts are the worst, everybody says so.", want: talk.ActGoodbye, never: true},
		{text: "You have a good point there.", want: talk.ActGoodbye, never: true},
		{text: "Shall I ring? See you Thursday.", want: talk.ActGoodbye, never: true, because: "it asks"},
		{text: "We need you there. Come on Thursday at six. See you there.", moves: ask, want: talk.ActGoodbye, never: true, because: "nothing was agreed"},
	} {
		m := New(desk(t), 3)
		for range 3 {
			hears(m, organizer{text: "It's quiet in here today.", moves: moves(talk.SmallTalk)})
		}
		m.st.Parted = x.parted
		turn := talk.Turn{N: 9, Speaker: talk.Organizer, Text: x.text}
		read := talk.Read{Moves: x.moves}
		if slices.Contains(x.moves, talk.MakeAsk) {
			read.AskLevel = 3
		}
		h := m.listen(turn, read)
		cue, ok := m.parting(h)
		if got := ok && cue.Act == x.want; got == x.never {
			t.Errorf("%q: %+v, %v (%s)", x.text, cue, ok, x.because)
		}
	}
	m := New(desk(t), 3)
	hears(m, organizer{text: "See you at the desk.", moves: moves(talk.SmallTalk)})
	if m.st.Parted {
		t.Error("the first words were taken for a goodbye")
	}
}

// Who did not understand a small answer hears that it was nothing; who asks what a line means gets an answer.
func TestAsksAgain(t *testing.T) {
	for text, want := range map[string]bool{
		"huh? what about friday": true, "eh? who, gus": true, "What do you mean?": true, "Nothing new? What do you mean? Is it one room or two?": true, "you lost me": true,
		"Sorry, what?": true, "I don't follow.": true,
		"Huh, that sounds rough. How long has it been like that on the late desk?": false, "Say what you like about Dave, he's fair.": false,
		"I don't get it, why do they leave you alone at closing?": false, "I don't follow the football, me.": false, "What do you mean to do about it?": false,
	} {
		for _, voiced := range []bool{false, true} {
			m := New(desk(t), 3)
			hears(m, organizer{text: "It's quiet in here today.", moves: moves(talk.SmallTalk)})
			if m.st.LastLine = 0; voiced {
				m.st.LastLine = 1
			}
			h := m.listen(heardOf(text), talk.Read{})
			if _, got := m.asksAgain(h); got != (want && !voiced) {
				t.Errorf("%q, a line said before: %v: %v", text, voiced, got)
			}
		}
	}
	m := New(desk(t), 3)
	hears(m, organizer{text: "It's quiet in here today.", moves: moves(talk.SmallTalk)})
	m.st.LastLine = 0
	if _, got := m.asksAgain(m.listen(heardOf("Huh. So you'll come Thursday?"), talk.Read{Moves: moves(talk.MakeAsk), AskLevel: 3})); got {
		t.Error("an ask was taken for a question what was said")
	}
}

func TestAsksWhichDay(t *testing.T) {
	for text, want := range map[string]bool{
		"What day works, and where?": true, "What time suits?": true, "When's good, with three shifts to go?": true, "Is there a time that would work?": true, "when would be good": true,
		"Do you get extra time that works out?": false, "What happens when works council meets?": false, "Which night is best paid?": false, "When is best practice followed?": false,
	} {
		if got := asksWhichDay.MatchString(fold(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// An answer about one does not go to a question about another.
func TestOtherNames(t *testing.T) {
	list, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(s *scenarios.Scenario) bool { return s.ID == "care-home-rota" })
	m := New(list[i], 1)
	names := m.b.glossary.names
	for name, want := range map[string]bool{"pippa": true, "doris": true, "callum": true, "lorraine": false, "thursday": false, "love": false, "morning": false} {
		if names[stem(name)] != want {
			t.Errorf("%s is a name: %v", name, !want)
		}
	}
	for _, x := range []struct {
		text  string
		about string // that a line's example questions name
		other bool
	}{
		{"What's Doris like?", "pippa", true}, {"What's Pippa like?", "pippa", false}, {"What's she like?", "pippa", false},
	} {
		q := readQuestion(x.text)
		asked := m.b.glossary.question(x.text, &q)
		found := false
		m.b.eachTopic(func(topic *topicBook) {
			with := 0
			for k := range topic.examples {
				if slices.ContainsFunc(topic.examples[k].terms, func(w *term) bool { return w.stem == stem(x.about) }) {
					with++
				}
			}
			if with == 0 || 2*with < len(topic.examples) {
				return
			}
			found = true
			if got := topic.namesOthers(asked); got != x.other {
				t.Errorf("%q beside %d questions about %s: %v", x.text, with, x.about, got)
			}
		})
		if !found {
			t.Fatalf("no answer is asked for with %s only", x.about)
		}
	}
}

// Where nothing is surely apt, a statement gets a sound and a question something that leaves it open, but not what nobody would hear as an answer.
func TestNoncommittal(t *testing.T) {
	flat := make([]int32, len(apt.Replies.Names))
	high := slices.Clone(flat)
	high[apt.Replies.At("both")] = farBelow + 1
	for _, x := range []struct {
		text       string
		raw        []int32
		committing bool
		kinds      []string // "" for nothing at all
	}{
		{"It's been raining all week.", flat, false, []string{"yeah"}},
		{"Is it late? I lost count. It's been raining.", flat, false, []string{"yeah"}},
		{"Come on Thursday.", flat, true, []string{"rather-not"}},
		{"What was in it?", flat, false, []string{"rather-not"}},
		{"What was in it?", high, false, nil},
	} {
		s := Scene{Open: desk(t).Open(), Seed: 4, Heard: heardOf(x.text)}
		sp := newSpeech(&s)
		got := sp.noncommittal(20, x.raw, map[string]int{}, x.committing)
		if x.kinds == nil {
			if got != "" {
				t.Errorf("%q: %q, where even that is hardly apt", x.text, got)
			}
			continue
		}
		var all []string
		for _, kind := range x.kinds {
			for _, list := range sp.pool(kind) {
				all = append(all, list...)
			}
		}
		if got == "" || !slices.ContainsFunc(all, func(w string) bool { return strings.EqualFold(w, got) }) {
			t.Errorf("%q: %q, want one of %v", x.text, got, x.kinds)
		}
	}
}
