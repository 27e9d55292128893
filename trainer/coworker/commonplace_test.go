package coworker

import (
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// The file has questions and answers in every block, and nothing else; each answer is short and asks nothing back.
func TestCommonplaceFile(t *testing.T) {
	for n, line := range strings.Split(strings.TrimSuffix(commonplaceFile, "\n"), "\n") {
		if line != "" && !strings.HasPrefix(line, "? ") && !strings.HasPrefix(line, "> ") {
			t.Errorf("line %d is neither a question nor an answer: %q", n+1, line)
		}
	}
	blocks := commonplaceBlocks(commonplaceFile)
	if want := strings.Count(commonplaceFile, "\n\n") + 1; len(blocks) != want || want < 1000 {
		t.Fatalf("%d blocks are read of %d", len(blocks), want)
	}
	for _, b := range blocks {
		for _, text := range b.says {
			if n := len(words(text, 100)); n == 0 || n > 24 || !strings.ContainsAny(text[len(text)-1:], ".!") || strings.Contains(text, "?") {
				t.Errorf("%q (to %q) is not a short sentence that asks nothing", text, b.asked[0])
			}
		}
	}
}

// A question is answered as one like it is; what is like none of them is not.
func TestCommonplaceAnswers(t *testing.T) {
	for _, c := range []struct{ text, like string }{
		{"Oh no. And what did she say to you?", "she say"},
		{"What would he do if he knew?", "he do if he"},
		{"Which of them would you keep?", ""},
		{"What is the name of the man who paints the ferry?", ""},
	} {
		list := commonplace().answers(c.text)
		if sure := len(list) > 0 && list[0].fits >= fitsWell; sure != (c.like != "") {
			t.Errorf("%q is answered %+v", c.text, list[:min(len(list), 1)])
		}
		if c.like == "" {
			continue
		}
		for _, b := range commonplaceBlocks(commonplaceFile) {
			if slices.Equal(b.says, list[0].says) && !slices.ContainsFunc(b.asked, func(q string) bool { return strings.Contains(q, c.like) }) {
				t.Errorf("%q is answered as %q", c.text, b.asked)
			}
		}
	}
	said := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 30}, Heard: heardOf("Who's training you?")})
	if !anybodys(said) {
		t.Errorf("it is answered %q", said)
	}
	// What was said a moment ago is not said again.
	again := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 30}, Heard: heardOf("Who's training you?"), Recent: []talk.Turn{{N: 4, Speaker: talk.Coworker, Text: said}}})
	if again == said {
		t.Errorf("%q is said twice", said)
	}
}

// Where it is to be sparing, and for an example of the manner, the built-in actor goes without.
func TestSparing(t *testing.T) {
	s := Scene{Open: &scenarios.Open{Coworker: scenarios.Coworker{Name: "Ines Abreu", Register: "plain"}},
		Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 30}, Heard: heardOf("Who's training you?")}
	spoken, err := Embedded{Sparing: true}.Speak(t.Context(), s, func(string) error { return nil })
	if err != nil || anybodys(spoken.Text) || spoken.Text == "" {
		t.Errorf("%q, %v", spoken.Text, err)
	}
	if text := Manner(s); text != "" {
		t.Errorf("a guess is an example of the manner: %q", text)
	}
	s.Cue = talk.Cue{Act: talk.ActShrug, Manner: "led", Most: 30}
	if text := Manner(s); !slices.Contains(registers()["plain"]["led"], text) {
		t.Errorf("an example of the manner is %q", text)
	}
}

func BenchmarkCommonplace(b *testing.B) {
	commonplace()
	b.ReportAllocs()
	for b.Loop() {
		commonplace().answers("Oh no. And what did she say to you, after all that?")
	}
}
