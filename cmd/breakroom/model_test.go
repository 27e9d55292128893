package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
	"breakroom/trainer/llm/fake"
	"breakroom/trainer/store"
)

// charging is an actor whose every turn costs a hundred and twenty tokens.
type charging struct{}

func (charging) Speak(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
	return coworker.Spoken{Text: "Fine.", By: "a model", Tokens: [2]int{100, 20}}, emit("Fine.")
}

// TestARestartGivesNoNewBudget holds that a server that starts knows what was charged before.
func TestARestartGivesNoNewBudget(t *testing.T) {
	kept, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	shelf, err := scenarios.OpenShelf("", zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	talks, err := trainer.New(trainer.Options{Store: kept, Library: shelf, Actor: charging{}, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	person, _, err := talks.NewPerson(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	held, err := talks.Begin(t.Context(), trainer.Begin{Person: person, ScenarioID: shelf.Scenarios()[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	box := newInbox()
	stop, err := talks.Watch(t.Context(), held.ID, 0, box)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := talks.Say(t.Context(), held.ID, "1", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	wait, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		n, ok := box.next(wait)
		if !ok {
			t.Fatal("the answer did not come")
		}
		if _, said := n.(trainer.NoticeSaid); said {
			break
		}
	}
	stop()
	if err := talks.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	settings := modelSettings{TalkTokens: 1000, Zone: "UTC"}
	ledger, err := settings.ledger(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	midnight := time.Now().UTC().Truncate(24 * time.Hour)
	ofTalk, ofPerson, ofAll, err := ledger.Spent(t.Context(), held.ID, person, midnight)
	if err != nil || ofTalk != 120 || ofPerson != 120 || ofAll != 120 {
		t.Errorf("spent %d by the conversation, %d by the person, %d by all (%v); expected 120 each", ofTalk, ofPerson, ofAll, err)
	}
	if _, err := (&modelSettings{DayTokens: 1, Zone: "Nowhere/Land"}).ledger(t.Context(), kept); err == nil {
		t.Error("a zone that there is not was taken")
	}
}

// TestEvalCoach measures a model's opinions as the command does: one conversation whose answers hold, one for which the model fails.
func TestEvalCoach(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a01.txt", "a01.json", "a02.txt", "a02.json"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "trainer", "transcripts", "data", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answers := map[string]any{}
	for _, q := range llm.Questions {
		answers[q.ID] = map[string]any{"quote": "", "turn": 0, "yes": false}
	}
	answers["told"] = map[string]any{"quote": "words that nobody said", "turn": 2, "yes": true}
	text, err := json.Marshal(answers)
	if err != nil {
		t.Fatal(err)
	}
	f := fake.New(fake.Say(string(text)), fake.Status(401, "text/plain", "no"))
	defer f.Close()
	var out, complaints bytes.Buffer
	code := run(t.Context(), []string{"eval", "--coach", dir, "--llm-url", f.Base(), "--llm-model", "fake", "--llm-context-tokens", "16384"}, streams{in: strings.NewReader(""), out: &out, err: &complaints})
	if code != 0 || !strings.Contains(complaints.String(), "a02: no opinion: ") || strings.Contains(complaints.String(), "a01") {
		t.Errorf("it ended with %d and complained: %s", code, complaints.String())
	}
	for _, words := range []string{"inoculation", "do not stand in the transcript: 1\n"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("it does not print %q:\n%s", words, out.String())
		}
	}
}
