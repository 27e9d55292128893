package llm

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/llm/fake"
	"breakroom/trainer/talk"
)

// dana is somebody small enough for a test; what is hidden stands in her cues only.
func dana() *scenarios.Open {
	return &scenarios.Open{
		ID:    "dana",
		About: scenarios.About{Setting: "The loading dock, a Tuesday, ten minutes into the break.", Kind: talk.Initial, Language: "en"},
		Coworker: scenarios.Coworker{
			Name: "Dana Whitfield", Job: "Picker", History: "Forty-one. Six years here.", Voice: "Dry, quick, no fuss.", Register: "dry",
			Open:    []string{"Coffee here tastes like the pot."},
			Answers: []scenarios.Topic{{Topics: []string{"how long have you worked"}, Says: []string{"Six years in March."}}},
		},
	}
}

// answering is a cue for a plain answer with room for what the fake says.
func answering(most int) talk.Cue {
	return talk.Cue{Act: talk.ActAnswer, Mood: talk.MoodEven, Least: 1, Most: most, Manner: "unforeseen"}
}

func scene(cue talk.Cue) coworker.Scene {
	return coworker.Scene{
		Open: dana(), Cue: cue, Seed: 7,
		Heard:  talk.Turn{N: 3, Speaker: talk.Organizer, Text: "How was the shift?"},
		Read:   talk.Read{Turn: 3, Speaker: talk.Organizer, Moves: []talk.Move{talk.OpenQuestion}},
		Recent: []talk.Turn{{N: 1, Speaker: talk.Organizer, Text: "Morning."}, {N: 2, Speaker: talk.Coworker, Text: "If you say so."}},
	}
}

// quick is a configuration whose times are short enough for a test.
func quick(f *fake.Server) Config {
	return Config{
		URL: f.Base(), Model: "fake", FirstWord: 400 * time.Millisecond, Pause: 150 * time.Millisecond,
		Connect: time.Second, RetryWait: time.Millisecond, BreakAfter: 100,
	}
}

func start(t testing.TB, script ...fake.Behaviour) *fake.Server {
	t.Helper()
	f := fake.New(script...)
	t.Cleanup(f.Close)
	return f
}

func server(t testing.TB, c Config) *Server {
	t.Helper()
	s, err := NewServer(c, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func actor(t testing.TB, c Config) *Actor {
	t.Helper()
	return NewActor(server(t, c), coworker.Embedded{}, zerolog.Nop())
}

// result is what a turn came to: Spoken, and the pieces as they were shown.
type result struct {
	coworker.Spoken
	pieces []string
}

func (r *result) shown() string { return strings.Join(r.pieces, "") }

func speak(t testing.TB, a coworker.Actor, s coworker.Scene) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var r result
	var err error
	r.Spoken, err = a.Speak(ctx, s, func(piece string) error {
		if piece == "" {
			t.Error("an empty piece was emitted")
		}
		r.pieces = append(r.pieces, piece)
		return nil
	})
	if err != nil {
		t.Fatalf("Speak: %v", err)
	}
	return r
}

// builtIn is what the built-in actor says in a scene.
func builtIn(t testing.TB, s coworker.Scene) string {
	t.Helper()
	out, err := coworker.Embedded{}.Speak(t.Context(), s, func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return out.Text
}

// both lets one behaviour begin an answer and another go on with it.
func both(first, then fake.Behaviour) fake.Behaviour {
	return func(w http.ResponseWriter, q *fake.Request) {
		first(w, q)
		then(headless{w}, q)
	}
}

// headless swallows a second header.
type headless struct{ http.ResponseWriter }

func (headless) WriteHeader(int) {}

func (h headless) Flush() { h.ResponseWriter.(http.Flusher).Flush() }

// status422 refuses a field as Unless does, with status 422.
func status422(field, body string, then fake.Behaviour) fake.Behaviour {
	return func(w http.ResponseWriter, q *fake.Request) {
		if strings.Contains(string(q.Body), `"`+field+`"`) {
			fake.Status(422, "application/json", body)(w, q)
			return
		}
		then(w, q)
	}
}
