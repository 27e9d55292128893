// Package storetest holds every trainer.Store to the same promises, whatever
// database stands behind it.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"breakroom/trainer"
	"breakroom/trainer/talk"
)

// Open opens the store that lives at a place, making it where there is none. A
// place is a path in a folder that is the test's own; opening the same place
// again after Close finds what was kept.
type Open func(t testing.TB, place string) trainer.Store

// Run puts a store through the suite.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *subject)
	}{
		{"People", people},
		{"Create", create},
		{"List", list},
		{"Append", appends},
		{"AppendAllOrNothing", allOrNothing},
		{"Conflict", conflict},
		{"Resent", resent},
		{"Ended", ended},
		{"Events", events},
		{"UnknownEvent", unknownEvent},
		{"Snapshot", snapshot},
		{"Tokens", tokens},
		{"ScenarioTexts", scenarioTexts},
		{"Delete", deletes},
		{"KeepNothing", keepNothing},
		{"Counts", counts},
		{"Reopen", reopen},
		{"Concurrent", concurrent},
		{"OneWins", oneWins},
		{"Cancelled", cancelled},
		{"Closed", closed},
	} {
		t.Run(test.name, func(t *testing.T) {
			place := filepath.Join(t.TempDir(), "breakroom.db")
			s := &subject{place: place, open: open, Store: open(t, place)}
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
			test.run(t, s)
		})
	}
}

type subject struct {
	trainer.Store
	place string
	open  Open
}

// Noon is the time at which the suite's conversations begin.
var Noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// Hash hashes a token.
func Hash(token string) trainer.TokenHash { return sha256.Sum256([]byte(token)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantCode(t *testing.T, err error, code trainer.Code) {
	t.Helper()
	if got := trainer.ErrorCode(err); got != code {
		t.Fatalf("error %v has code %q, want %q", err, got, code)
	}
}

func (s *subject) person(t *testing.T, id string) string {
	t.Helper()
	must(t, s.NewPerson(t.Context(), id, Hash("token of "+id), Noon))
	return id
}

// Conversation makes the description of one and its first event.
func Conversation(id, person string) (trainer.Conversation, string, talk.Event) {
	text := "format = 1\n"
	c := trainer.Conversation{
		ID: id, Person: person, ScenarioID: "loader", ScenarioHash: fmt.Sprintf("%x", sha256.Sum256([]byte(text))),
		Kind: talk.Initial, Practise: []talk.Skill{talk.SkillAsk}, Seed: math.MaxUint64 - 6, Begun: Noon, Turns: 1,
	}
	return c, text, talk.Event{Seq: 1, At: Noon.UnixMilli(), Body: talk.Created{
		ConversationKind: c.Kind, ScenarioHash: c.ScenarioHash, ScenarioID: c.ScenarioID, Seed: c.Seed,
		Opening: []talk.Turn{{N: 1, Speaker: talk.Coworker, Text: "Hey."}},
	}}
}

func (s *subject) conversation(t *testing.T, id, person string) {
	t.Helper()
	c, text, created := Conversation(id, person)
	must(t, s.Create(t.Context(), c, Kept(text), created))
}

// At is the time of the event seq in the suite's conversations.
func At(seq int64) int64 { return Noon.Add(time.Duration(seq) * time.Second).UnixMilli() }

// Heard makes the event of an organizer's turn.
func Heard(seq int64, client, text string) talk.Event {
	return talk.Event{Seq: seq, At: At(seq), Body: talk.Heard{
		Turn: talk.Turn{N: int(seq), Speaker: talk.Organizer, Text: text}, ClientID: client,
		Read: talk.Read{Turn: int(seq), Speaker: talk.Organizer, Words: 3, Moves: []talk.Move{talk.OpenQuestion}},
		Cue:  talk.Cue{Act: talk.ActAnswer, Mood: talk.MoodEven, Least: 3, Most: 20},
		Mind: json.RawMessage(`{"trust":40}`),
	}}
}

// Said makes the event of a coworker's turn.
func Said(seq int64, text string) talk.Event {
	return talk.Event{Seq: seq, At: At(seq), Body: talk.Said{
		Turn: talk.Turn{N: int(seq), Speaker: talk.Coworker, Text: text}, By: "actor", Voiced: []string{"grievance.pay.named"},
		TookMS: 12, Mind: json.RawMessage(`{"trust":41}`),
	}}
}

func end(seq int64, by string) talk.Event {
	return talk.Event{Seq: seq, At: At(seq), Body: talk.Ended{By: by}}
}

func people(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.person(t, "bo")
	got, err := s.PersonByToken(ctx, Hash("token of bo"))
	must(t, err)
	if got != "bo" {
		t.Errorf("found %q, want bo", got)
	}
	_, err = s.PersonByToken(ctx, Hash("guessed"))
	wantCode(t, err, trainer.CodeNotFound)
	wantCode(t, s.NewPerson(ctx, "ann", Hash("another"), Noon), trainer.CodeConflict)
	wantCode(t, s.NewPerson(ctx, "cy", Hash("token of ann"), Noon), trainer.CodeConflict)
	_, err = s.PersonByToken(ctx, Hash("another"))
	wantCode(t, err, trainer.CodeNotFound)
}

func create(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	c, text, created := Conversation("one", "ann")
	must(t, s.Create(ctx, c, Kept(text), created))
	wantCode(t, s.Create(ctx, c, Kept(text), created), trainer.CodeConflict)
	got, err := s.Conversation(ctx, "one")
	must(t, err)
	want := c
	want.LastSeq, want.Changed = 1, Noon
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err = s.Conversation(ctx, "two")
	wantCode(t, err, trainer.CodeNotFound)

	stranger, text, created := Conversation("two", "nobody")
	wantCode(t, s.Create(ctx, stranger, Kept(text), created), trainer.CodeNotFound)
	created.Seq = 2
	stranger.Person = "ann"
	wantCode(t, s.Create(ctx, stranger, Kept(text), created), trainer.CodeInvalid)
	if _, err := s.Conversation(ctx, "two"); trainer.ErrorCode(err) != trainer.CodeNotFound {
		t.Errorf("a refused conversation was kept: %v", err)
	}
}

func list(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.person(t, "bo")
	for i := range 5 {
		c, text, created := Conversation(fmt.Sprint("c", i), "ann")
		c.Begun = Noon.Add(time.Duration(i) * time.Minute)
		must(t, s.Create(ctx, c, Kept(text), created))
	}
	s.conversation(t, "of-bo", "bo")
	got, err := s.Conversations(ctx, "ann", 3)
	must(t, err)
	var ids []string
	for _, c := range got {
		ids = append(ids, c.ID)
	}
	if diff := cmp.Diff([]string{"c4", "c3", "c2"}, ids); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	none, err := s.Conversations(ctx, "nobody", 3)
	must(t, err)
	if len(none) != 0 {
		t.Errorf("nobody has %d conversations", len(none))
	}
}

func appends(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "How are you? Zoë, 👍 \x00 \"quoted\"")))
	must(t, s.Append(ctx, "one", 2, Said(3, "Long week.")))
	must(t, s.Append(ctx, "one", 3))
	c, err := s.Conversation(ctx, "one")
	must(t, err)
	if c.LastSeq != 3 || c.Turns != 3 || c.Changed.UnixMilli() != At(3) || c.HasEnded() || c.SteppedOut {
		t.Errorf("after three events: %+v", c)
	}
	wantCode(t, s.Append(ctx, "none", 0, Heard(1, "a", "hi")), trainer.CodeNotFound)
	wantCode(t, s.Append(ctx, "one", 3, Heard(5, "b", "hi")), trainer.CodeInvalid)
	wantCode(t, s.Append(ctx, "one", 3, Said(4, "a"), Said(6, "b")), trainer.CodeInvalid)
	must(t, s.Append(ctx, "one", 3, talk.Event{Seq: 4, At: At(4), Body: talk.SteppedOut{}}))
	if c, err = s.Conversation(ctx, "one"); err != nil || !c.SteppedOut || c.HasEnded() {
		t.Errorf("after stepping out: %+v, %v", c, err)
	}
}

func allOrNothing(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi")))
	must(t, s.Append(ctx, "one", 2, Said(3, "hi")))
	// The second event cannot be kept, so the first must not be either.
	if err := s.Append(ctx, "one", 3, Said(4, "so"), Heard(5, "a", "again")); !errors.Is(err, trainer.ErrResent) {
		t.Fatalf("got %v, want ErrResent", err)
	}
	c, err := s.Conversation(ctx, "one")
	must(t, err)
	if c.LastSeq != 3 || c.Turns != 3 {
		t.Errorf("a refused append left its traces: %+v", c)
	}
	must(t, s.Append(ctx, "one", 3, Said(4, "so"), talk.Event{Seq: 5, At: At(5), Body: talk.Left{Reason: talk.ReasonOutOfPatience}}, end(6, "coworker")))
	if c, err = s.Conversation(ctx, "one"); err != nil || c.LastSeq != 6 || c.EndedBy != "coworker" || c.Ended.UnixMilli() != At(6) {
		t.Errorf("after three at once: %+v, %v", c, err)
	}
}

func conflict(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi")))
	wantCode(t, s.Append(ctx, "one", 1, Heard(2, "b", "hi")), trainer.CodeConflict)
	wantCode(t, s.Append(ctx, "one", 5, Heard(6, "b", "hi")), trainer.CodeConflict)
	got, err := s.Events(ctx, "one", 0, 10)
	must(t, err)
	if len(got) != 2 {
		t.Errorf("the journal holds %d events, want 2", len(got))
	}
}

func resent(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	s.conversation(t, "two", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi")))
	must(t, s.Append(ctx, "one", 2, Said(3, "hi")))
	if err := s.Append(ctx, "one", 3, Heard(4, "a", "hi")); !errors.Is(err, trainer.ErrResent) {
		t.Fatalf("got %v, want ErrResent", err)
	}
	// The id is known in its own conversation only.
	must(t, s.Append(ctx, "two", 1, Heard(2, "a", "hi")))
	got, err := s.HeardByClient(ctx, "one", "a")
	must(t, err)
	if diff := cmp.Diff(Heard(2, "a", "hi"), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	_, err = s.HeardByClient(ctx, "one", "b")
	wantCode(t, err, trainer.CodeNotFound)
	_, err = s.HeardByClient(ctx, "three", "a")
	wantCode(t, err, trainer.CodeNotFound)
}

func ended(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.Append(ctx, "one", 1, end(2, "organizer")))
	wantCode(t, s.Append(ctx, "one", 2, Heard(3, "a", "hi")), trainer.CodeEnded)
	wantCode(t, s.Append(ctx, "one", 2, end(3, "host")), trainer.CodeEnded)
	rated := talk.Event{Seq: 3, At: At(3), Body: talk.Rated{Levels: map[talk.Skill]int{talk.SkillAsk: 2}, Note: "rushed"}}
	late := rated
	late.Seq = 2
	wantCode(t, s.Append(ctx, "one", 1, late), trainer.CodeConflict)
	wantCode(t, s.Append(ctx, "one", 2, rated, talk.Event{Seq: 4, At: At(4), Body: talk.Help{Step: 1}}), trainer.CodeEnded)
	must(t, s.Append(ctx, "one", 2, rated))
	must(t, s.Append(ctx, "one", 3, talk.Event{Seq: 4, At: At(4), Body: talk.Agreed{Host: "model.example"}}))
	c, err := s.Conversation(ctx, "one")
	must(t, err)
	if c.LastSeq != 4 || c.EndedBy != "organizer" || c.Ended.UnixMilli() != At(2) {
		t.Errorf("after the end: %+v", c)
	}
}

func events(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	_, _, created := Conversation("one", "ann")
	want := []talk.Event{
		created, Heard(2, "a", ""), Said(3, "What?"),
		{Seq: 4, At: At(4), Body: talk.Help{Step: 1, Text: "Ask."}},
		{Seq: 5, At: At(5), Body: talk.Pause{}},
		{Seq: 6, At: At(6), Body: talk.Extend{Minutes: 5}},
		{Seq: 7, At: At(7), Body: talk.SteppedOut{}},
		{Seq: 8, At: At(8), Body: talk.Left{Reason: talk.ReasonPried}},
		{Seq: 9, At: At(9), Body: talk.Ended{By: "coworker"}},
		{Seq: 10, At: At(10), Body: talk.Rated{Note: "hm"}},
	}
	for _, e := range want[1:] {
		must(t, s.Append(ctx, "one", e.Seq-1, e))
	}
	for after := range int64(12) {
		for _, limit := range []int{1, 3, 100} {
			got, err := s.Events(ctx, "one", after, limit)
			must(t, err)
			part := want[min(after, int64(len(want))):]
			part = part[:min(limit, len(part))]
			if len(part) == 0 && len(got) == 0 {
				continue
			}
			if diff := cmp.Diff(part, got); diff != "" {
				t.Fatalf("after %d, at most %d: -want +got:\n%s", after, limit, diff)
			}
		}
	}
	got, err := s.Events(ctx, "none", 0, 10)
	must(t, err)
	if len(got) != 0 {
		t.Errorf("a conversation that is not there has %d events", len(got))
	}
}

// fromTheFuture is an event that this program cannot read back.
type fromTheFuture struct{}

func (fromTheFuture) Kind() talk.EventKind { return "sang" }
func (fromTheFuture) Version() int         { return 1 }

func unknownEvent(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	s.conversation(t, "two", "ann")
	must(t, s.Append(ctx, "one", 1, talk.Event{Seq: 2, At: At(2), Body: fromTheFuture{}}))
	_, err := s.Events(ctx, "one", 0, 10)
	var unknown *talk.UnknownEventError
	if !errors.As(err, &unknown) || unknown.Kind != "sang" {
		t.Errorf("got %v, want an UnknownEventError about sang", err)
	}
	if got, err := s.Events(ctx, "two", 0, 10); err != nil || len(got) != 1 {
		t.Errorf("the other conversation: %d events, %v", len(got), err)
	}
}

func snapshot(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	got, err := s.Snapshot(ctx, "one")
	must(t, err)
	if got.Seq != 0 || got.State != nil {
		t.Errorf("a new conversation has a snapshot: %+v", got)
	}
	save := func(id string, seq int64, versions string) {
		t.Helper()
		must(t, s.SaveSnapshot(ctx, id, trainer.Snapshot{Seq: seq, Versions: versions, State: fmt.Appendf(nil, "state %d", seq)}))
	}
	next := int64(1)
	flush := func() {
		t.Helper()
		next++
		must(t, s.Append(ctx, "one", next-1, Heard(next, fmt.Sprint(next), "hi")))
	}
	want := func(seq int64) {
		t.Helper()
		got, err := s.Snapshot(ctx, "one")
		must(t, err)
		if got.Seq != seq || string(got.State) != fmt.Sprintf("state %d", seq) {
			t.Errorf("got snapshot %d %q, want %d", got.Seq, got.State, seq)
		}
	}
	save("one", 5, "1")
	save("not there", 5, "1")
	flush()
	want(5)
	save("one", 9, "1")
	flush()
	want(9)
	save("one", 7, "1")
	flush()
	want(9)
	// One of another version replaces it, whatever its number.
	save("one", 8, "2")
	flush()
	want(8)
}

func tokens(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.NewToken(ctx, "one", Hash("a"), Noon))
	must(t, s.NewToken(ctx, "one", Hash("b"), Noon))
	for _, token := range []string{"a", "b"} {
		if got, err := s.ConversationByToken(ctx, Hash(token)); err != nil || got != "one" {
			t.Errorf("token %s: %q, %v", token, got, err)
		}
	}
	_, err := s.ConversationByToken(ctx, Hash("c"))
	wantCode(t, err, trainer.CodeNotFound)
	wantCode(t, s.NewToken(ctx, "two", Hash("c"), Noon), trainer.CodeNotFound)
	wantCode(t, s.NewToken(ctx, "one", Hash("a"), Noon), trainer.CodeConflict)
	must(t, s.Delete(ctx, "one"))
	_, err = s.ConversationByToken(ctx, Hash("a"))
	wantCode(t, err, trainer.CodeNotFound)
}

func scenarioTexts(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	s.conversation(t, "two", "ann")
	c, text, created := Conversation("three", "ann")
	c.ScenarioHash = "another"
	must(t, s.Create(ctx, c, Kept("another text"), created))
	first, _, _ := Conversation("one", "ann")
	for _, step := range []struct {
		remove string
		there  bool
	}{{"", true}, {"one", true}, {"two", false}} {
		if step.remove != "" {
			must(t, s.Delete(ctx, step.remove))
		}
		got, err := s.ScenarioText(ctx, first.ScenarioHash)
		if step.there && (err != nil || got != text) {
			t.Errorf("after deleting %q: %q, %v", step.remove, got, err)
		}
		if !step.there {
			wantCode(t, err, trainer.CodeNotFound)
		}
	}
	if got, err := s.ScenarioText(ctx, "another"); err != nil || got != "another text" {
		t.Errorf("the other text: %q, %v", got, err)
	}
}

func deletes(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	s.conversation(t, "two", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi")))
	must(t, s.SaveSnapshot(ctx, "one", trainer.Snapshot{Seq: 2, Versions: "1", State: []byte("s")}))
	must(t, s.Delete(ctx, "one"))
	wantCode(t, s.Delete(ctx, "one"), trainer.CodeNotFound)
	_, err := s.Conversation(ctx, "one")
	wantCode(t, err, trainer.CodeNotFound)
	wantCode(t, s.Append(ctx, "one", 2, Said(3, "hi")), trainer.CodeNotFound)
	_, err = s.HeardByClient(ctx, "one", "a")
	wantCode(t, err, trainer.CodeNotFound)
	got, err := s.Events(ctx, "one", 0, 10)
	must(t, err)
	if len(got) != 0 {
		t.Errorf("%d events outlived their conversation", len(got))
	}
	// The waiting snapshot must not come back with the next write.
	must(t, s.Append(ctx, "two", 1, Heard(2, "a", "hi")))
	snap, err := s.Snapshot(ctx, "one")
	must(t, err)
	if snap.Seq != 0 {
		t.Errorf("the snapshot outlived its conversation: %+v", snap)
	}
	if c, err := s.Conversation(ctx, "two"); err != nil || c.LastSeq != 2 {
		t.Errorf("the other conversation: %+v, %v", c, err)
	}
}

func keepNothing(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	for _, id := range []string{"kept", "ended", "running", "fresh"} {
		c, text, created := Conversation(id, "ann")
		c.KeepNothing = id != "kept"
		if id == "fresh" {
			created.At = Noon.Add(time.Hour).UnixMilli()
		}
		must(t, s.Create(ctx, c, Kept(text), created))
		if id == "kept" || id == "ended" {
			must(t, s.Append(ctx, id, 1, end(2, "organizer")))
		}
	}
	for _, test := range []struct {
		ended, changed time.Duration
		limit          int
		want           []string
	}{
		{0, 0, 10, nil},
		{time.Minute, 0, 10, []string{"ended"}},
		{0, time.Minute, 10, []string{"running", "ended"}},
		{time.Minute, time.Minute, 10, []string{"running", "ended"}},
		{time.Minute, time.Minute, 1, []string{"running"}},
		{0, 2 * time.Hour, 10, []string{"running", "ended", "fresh"}},
	} {
		got, err := s.KeepNothing(ctx, Noon.Add(test.ended), Noon.Add(test.changed), test.limit)
		must(t, err)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("ended before +%v, changed before +%v: -want +got:\n%s", test.ended, test.changed, diff)
		}
	}
}

func counts(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.person(t, "bo")
	s.conversation(t, "one", "ann")
	s.conversation(t, "two", "bo")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi"), end(3, "host")))
	got, err := s.Counts(ctx)
	must(t, err)
	if got.Bytes <= 0 {
		t.Errorf("the store takes %d bytes", got.Bytes)
	}
	got.Bytes = 0
	if want := (trainer.Counts{People: 2, Conversations: 2, Running: 1, Events: 4, Scenarios: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func reopen(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	must(t, s.Append(ctx, "one", 1, Heard(2, "a", "hi")))
	must(t, s.SaveSnapshot(ctx, "one", trainer.Snapshot{Seq: 2, Versions: "1", State: []byte("s")}))
	must(t, s.Close())
	s.Store = s.open(t, s.place)
	if got, err := s.PersonByToken(ctx, Hash("token of ann")); err != nil || got != "ann" {
		t.Errorf("the person: %q, %v", got, err)
	}
	got, err := s.Events(ctx, "one", 1, 10)
	must(t, err)
	if diff := cmp.Diff([]talk.Event{Heard(2, "a", "hi")}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if err := s.Append(ctx, "one", 2, Heard(3, "a", "hi")); !errors.Is(err, trainer.ErrResent) {
		t.Errorf("the resend: %v", err)
	}
	must(t, s.Append(ctx, "one", 2, Said(3, "hi")))
}

// concurrent has many write and read at once; every acknowledged event is there once, in order.
func concurrent(t *testing.T, s *subject) {
	const conversations, turns = 24, 12
	ctx := t.Context()
	s.person(t, "ann")
	var wg sync.WaitGroup
	for i := range conversations {
		wg.Go(func() {
			id := fmt.Sprint("c", i)
			c, text, created := Conversation(id, "ann")
			if err := s.Create(ctx, c, Kept(text), created); err != nil {
				t.Error(err)
				return
			}
			for n := range int64(turns) {
				// Some of them collide on purpose, so that a failing request stands in a batch with good ones.
				if n%4 == 3 {
					if err := s.Append(ctx, id, 0, Heard(1, "x", "late")); trainer.ErrorCode(err) != trainer.CodeConflict {
						t.Errorf("%s: a late append: %v", id, err)
					}
				}
				if err := s.Append(ctx, id, n+1, Heard(n+2, fmt.Sprint(n), id)); err != nil {
					t.Errorf("%s at %d: %v", id, n, err)
					return
				}
				if got, err := s.Events(ctx, id, n+1, 5); err != nil || len(got) != 1 {
					t.Errorf("%s does not read its own write: %d events, %v", id, len(got), err)
				}
			}
		})
	}
	wg.Wait()
	for i := range conversations {
		got, err := s.Events(ctx, fmt.Sprint("c", i), 1, turns*2)
		must(t, err)
		if len(got) != turns {
			t.Fatalf("c%d holds %d turns, want %d", i, len(got), turns)
		}
		for n, e := range got {
			if diff := cmp.Diff(Heard(int64(n)+2, fmt.Sprint(n), fmt.Sprint("c", i)), e); diff != "" {
				t.Fatalf("c%d: -want +got:\n%s", i, diff)
			}
		}
	}
}

// oneWins has two servers answer the same turn: one is told that it was late.
func oneWins(t *testing.T, s *subject) {
	ctx := t.Context()
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	for seq := int64(2); seq < 12; seq++ {
		const rivals = 4
		errs := make([]error, rivals)
		var wg sync.WaitGroup
		for i := range rivals {
			wg.Go(func() { errs[i] = s.Append(ctx, "one", seq-1, Heard(seq, fmt.Sprint(seq, "-", i), "hi")) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				wantCode(t, err, trainer.CodeConflict)
			}
		}
		if won != 1 {
			t.Fatalf("%d of %d appends at %d were taken", won, rivals, seq)
		}
	}
}

func cancelled(t *testing.T, s *subject) {
	s.person(t, "ann")
	s.conversation(t, "one", "ann")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Append(ctx, "one", 1, Heard(2, "a", "hi"))
	got, readErr := s.Events(t.Context(), "one", 1, 5)
	must(t, readErr)
	// Whichever way it went, the answer is the truth.
	if (err == nil) != (len(got) == 1) {
		t.Errorf("append said %v, and the journal holds %d events", err, len(got))
	}
}

func closed(t *testing.T, s *subject) {
	s.person(t, "ann")
	must(t, s.Close())
	wantCode(t, s.NewPerson(t.Context(), "bo", Hash("b"), Noon), trainer.CodeUnavailable)
	must(t, s.Close())
	s.Store = s.open(t, s.place)
}

// Kept gives a scenario's text as Create asks for it.
func Kept(text string) func() string { return func() string { return text } }
