package coworker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/coworker/apt"
	"breakroom/trainer/talk"
)

// frequent are the manners that come up in any talk: nobody should hear the same one twice in it.
var frequent = []string{
	"greeting", "greeting-how", "goodbye", "thanks", "silence", "confused", "shrug", "deflect", "flattered", "reassured", "argued", "led", "promised",
	"agree", "agree-plan", "ask-back", "think", "no-politely", "wind-up", "go-on", "unforeseen",
}

// Every register has enough wordings, none twice, each of them speakable.
func TestRegisters(t *testing.T) {
	for name, own := range registers() {
		plain := registers()[plainRegister]
		for kind, list := range own {
			if _, ok := plain[kind]; !ok {
				t.Errorf("%s: %q is not a kind that the plain register has", name, kind)
			}
			seen := map[string]bool{}
			for _, text := range list {
				if f := fold(text); seen[f] {
					t.Errorf("%s: %s has %q twice", name, kind, text)
				} else {
					seen[f] = true
				}
				if strings.TrimSpace(text) != text || text == "" || !strings.ContainsAny(text[len(text)-1:], ".?!") {
					t.Errorf("%s: %s has %q, which is no sentence", name, kind, text)
				}
				if strings.HasPrefix(kind, "lead-") && kind != "lead-besides" && len(words(text, 9)) > 3 {
					t.Errorf("%s: %q is too long to stand before a line", name, text)
				}
				if kind == "shrug-short" && len(words(text, 9)) > 4 {
					t.Errorf("%s: %q is too long for a short shrug", name, text)
				}
			}
		}
		for _, kind := range frequent {
			all := slices.Concat(own[kind], plain[kind])
			if name == plainRegister {
				all = own[kind]
			}
			if len(all) < fillerTurns {
				t.Errorf("%s: %d wordings for %s, at least %d are needed", name, len(all), kind, fillerTurns)
			}
		}
	}
	for _, kind := range scenarios.MannerKinds {
		if len(registers()[plainRegister][kind]) == 0 && !wordsReply(kind) {
			t.Errorf("no register has a word for the manner %q", kind)
		}
	}
	for reply, kind := range mannerOfReply {
		if !slices.Contains(scenarios.MannerKinds, kind) {
			t.Errorf("the reply %s has the manner %q, which no scenario knows", reply, kind)
		}
	}
}

// wordsReply reports whether a manner only words a small reply to a question.
func wordsReply(manner string) bool {
	return manner == "what-time" || manner == "interrupted" || slices.Contains(slices.Collect(maps.Values(mannerOfReply)), manner) && len(registers()[plainRegister][manner]) == 0
}

// actorsOwn are the wordings that only the built-in actor names.
var actorsOwn = strings.Fields("greeting-how kept beat confused-many shrug-short used out-of-role agree-plan agree-vague agree-partly lead-hello lead-yes lead-well lead-heard lead-short lead-besides " +
	"offer-out interviewed soft apology-hurt before-hint before-hint-what thats-me my-name unhurried short short-tag short-thing short-thing-past short-other short-other-past " +
	"short-other-done short-maybe short-near short-near-past never-mind which-day lost-thought not-now nothing-missed their-turn just-so misheard my-number guessed")

// No wording stands in a register that nobody would say, and what the code names is there.
func TestEveryWordingIsUsed(t *testing.T) {
	plain := registers()[plainRegister]
	for kind := range plain {
		if !slices.Contains(scenarios.MannerKinds, kind) && !slices.Contains(apt.Replies.Names, kind) && !slices.Contains(apt.Evasions.Names, kind) && !slices.Contains(actorsOwn, kind) {
			t.Errorf("nobody says %s", kind)
		}
	}
	for _, kind := range actorsOwn {
		if len(plain[kind]) == 0 {
			t.Errorf("there are no words for %s", kind)
		}
	}
	acts, replies := AptKinds()
	for _, name := range acts {
		apt.Acts.At(name)
	}
	for _, name := range replies {
		if !slices.Contains(apt.Replies.Names, name) {
			t.Errorf("%s is no kind of small reply", name)
		}
	}
}

// Every kind of small reply has its words, in each register enough of them that a talk does not go round in a circle.
func TestRepliesHaveWords(t *testing.T) {
	for name, own := range registers() {
		for _, kind := range apt.Evasions.Names {
			if n := len(own[kind]); n < 3 {
				t.Errorf("%s: %d wordings for %s, at least 3 are needed", name, n, kind)
			}
		}
		for _, kind := range apt.Replies.Names {
			if n := len(own[kind]); n < 6 {
				t.Errorf("%s: %d wordings for %s, at least 6 are needed", name, n, kind)
			}
		}
		for kind, list := range own {
			for _, text := range list {
				if slices.Contains(apt.Replies.Names, kind) && len(words(text, 30)) > 14 {
					t.Errorf("%s: %s has %q, which is no small reply", name, kind, text)
				}
			}
		}
	}
}

// Each kind of question has its answers.
func TestReadQuestion(t *testing.T) {
	for _, c := range []struct{ text, kind, about string }{
		{"How long have you worked here?", "howlong", ""},
		{"Nice. How many of you are there?", "howmany", ""},
		{"Where did you go to school?", "where", ""},
		{"And who makes the rota?", "who", "the rota"},
		{"Why did they paint the hallway green?", "why", "the hallway green"},
		{"What do you think about the new manager?", "opinion", "the new manager"},
		{"Do you like your job?", "opinion", "my job"},
		{"Would you go back?", "would", ""},
		{"Can you walk me through it?", "what", ""},
		{"Did they say why?", "did", ""},
		{"Did you tell anyone?", "didyou", ""},
		{"Is it always like this?", "is", ""},
		{"You wrote it all down?", "check", ""},
		{"Anything else?", "else", ""},
		{"What's your favourite food?", "favourite", "my favourite food"},
		{"How late was it?", "degree", ""},
		{"How come?", "why", ""},
		{"that's a shame, how long have you been in it", "howlong", ""},
	} {
		q := readQuestion(c.text)
		if !q.asked || q.kind != c.kind || q.about != c.about {
			t.Errorf("%q is read as %+v, want kind %q about %q", c.text, q, c.kind, c.about)
		}
	}
	for _, text := range []string{"", "Okay.", "I have two kids.", "It's raining again"} {
		if q := readQuestion(text); q.asked {
			t.Errorf("%q is read as a question: %+v", text, q)
		}
	}
	if q := readQuestion("Hi! How are you?"); !q.howAreYou {
		t.Error("how are you is not heard")
	}
}

// Topic words are found as people say them, and not in the middle of something else.
func TestTopics(t *testing.T) {
	for _, c := range []struct {
		topic, text string
		found       bool
	}{
		{"schedule", "They keep changing the schedules on us.", true},
		{"who makes the rota", "so who actually makes the new rota", true},
		{"late", "How have you been lately?", false},
		{"what do you do", "what do you want to do about it", false},
		{"how long", "How long is it?", true},
		{"break room", "The break is over, there is room.", false},
		{"don't", "I dont know", true},
		{"whose idea", "who's idea was it", true},
	} {
		if got := score(stemAll(words(c.text, heardWords)), phrases([]string{c.topic})) > 0; got != c.found {
			t.Errorf("%q in %q: %v", c.topic, c.text, got)
		}
	}
}

// Gibberish is what nobody could say; other scripts, names and numbers are not.
func TestGibberish(t *testing.T) {
	for text, want := range map[string]bool{
		"asdf kjhg sdfg": true, "sdfkjhg wrtzpl": true, "hello there": false, "Przemysław Brzęczyszczykiewicz": false, "привет как дела": false, "123 4567": false, "ok": false, "my strengths": false,
	} {
		if got := gibberish(words(text, 40)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Private questions are known by their words, legal talk is not one.
func TestPrivate(t *testing.T) {
	for text, want := range map[string]bool{
		"Do you have papers?": true, "Are you pregnant?": true, "What's your immigration status?": true, "Are you a citizen?": true,
		"Do you know they legally have to fix it?": false, "You were sick with it, weren't you?": false, "Did you get your paper this morning?": false, "Do you have the paper with your hours?": false,
	} {
		if got := score(stemAll(words(text, 40)), ofPrivate) > 0; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// A small answer keeps to the cue's length.
func TestSmallAnswersAreShort(t *testing.T) {
	for name := range registers() {
		open := &scenarios.Open{Coworker: scenarios.Coworker{Name: "Ines Abreu", Register: name}}
		for _, kind := range scenarios.MannerKinds {
			if kind == "machine" || wordsReply(kind) {
				continue // honest before short; and what answers a form of question is no manner of a cue
			}
			for seed := range uint64(20) {
				spoken, err := Embedded{}.Speak(t.Context(), Scene{Open: open, Cue: talk.Cue{Act: talk.ActChat, Manner: kind, Least: 1, Most: 8}, Seed: seed}, func(string) error { return nil })
				if err != nil {
					t.Fatal(err)
				}
				if n := len(words(spoken.Text, 100)); n == 0 || n > 8 {
					t.Errorf("%s: %d words for %s: %q", name, n, kind, spoken.Text)
				}
			}
		}
	}
}

// An actor stops where its listener is gone, and says so.
func TestSpeakStops(t *testing.T) {
	open := &scenarios.Open{Coworker: scenarios.Coworker{Register: "plain"}}
	scene := Scene{Open: open, Cue: talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{{ID: "x", Text: strings.Repeat("word ", 40) + "end."}}, Most: 60}}
	gone := errors.New("gone")
	pieces := 0
	if _, err := (Embedded{}).Speak(t.Context(), scene, func(string) error {
		if pieces++; pieces == 2 {
			return gone
		}
		return nil
	}); err != gone || pieces != 2 {
		t.Errorf("after %d pieces: %v", pieces, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Embedded{}).Speak(ctx, scene, func(string) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("with a cancelled context: %v", err)
	}
}
