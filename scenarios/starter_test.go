package scenarios

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNew(t *testing.T) {
	s, err := Parse("late-shift.toml", New("late-shift", `The "late" shift \ part 1`))
	if err != nil {
		t.Fatal(err)
	}
	if s.ID != "late-shift" || s.About.Title != `The "late" shift \ part 1` {
		t.Errorf("got %q, %q", s.ID, s.About.Title)
	}
	for _, w := range Warnings(s) {
		t.Errorf("the file to begin with has a warning: %s", w)
	}
}

func TestNewTakesAnyTitle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id, title := rapid.String().Draw(t, "id"), rapid.String().Draw(t, "title")
		if _, err := Parse("x.toml", New(id, title)); err != nil {
			t.Fatalf("New(%q, %q): %v", id, title, err)
		}
		if slug := SlugOf(title); !idPattern.MatchString(slug) || len(slug) > mostID {
			t.Fatalf("SlugOf(%q) = %q", title, slug)
		}
	})
}

func TestSlugOf(t *testing.T) {
	for title, want := range map[string]string{
		"Lunch at two!":           "lunch-at-two",
		"  Dale's   lunch — hour": "dales-lunch-hour",
		"Ça va":                   "a-va",
		"!!!":                     "my-scenario",
		strings.Repeat("ab ", 60): strings.TrimSuffix(strings.Repeat("ab-", 20), "-"),
	} {
		if got := SlugOf(title); got != want {
			t.Errorf("SlugOf(%q) = %q, want %q", title, got, want)
		}
	}
}
