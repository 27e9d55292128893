package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/coworker"
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
