package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"breakroom/trainer"
	"breakroom/trainer/store/storetest"
	"breakroom/trainer/talk"
)

// emptyFile gives the bytes of a store in which nothing is kept yet: to copy them is quicker than to migrate each time.
func emptyFile(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "fresh.db")
	if err := open(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSameAsMemory does the same things, in any order, to a file and to the store in memory: they give the same answers.
func TestSameAsMemory(t *testing.T) {
	base := t.TempDir()
	fresh := emptyFile(t)
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "b.db")
		if err := os.WriteFile(path, fresh, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		disk, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { disk.Close() }()
		memory := storetest.NewMemory()

		ids, people := rapid.SampledFrom([]string{"a", "b", "c"}), rapid.SampledFrom([]string{"ann", "bo"})
		clients := rapid.SampledFrom([]string{"1", "2", "3", "4"})
		both := func(what string, do func(trainer.Store) (any, error)) {
			t.Helper()
			d, errD := do(disk)
			m, errM := do(memory)
			if trainer.ErrorCode(errD) != trainer.ErrorCode(errM) || errors.Is(errD, trainer.ErrResent) != errors.Is(errM, trainer.ErrResent) {
				t.Fatalf("%s: the file says %v, memory %v", what, errD, errM)
			}
			if diff := cmp.Diff(m, d); errD == nil && diff != "" {
				t.Fatalf("%s: -memory +file:\n%s", what, diff)
			}
		}
		write := func(what string, do func(trainer.Store) error) {
			t.Helper()
			both(what, func(s trainer.Store) (any, error) { return nil, do(s) })
		}
		lastSeq := func(id string) int64 {
			c, err := memory.Conversation(ctx, id)
			if err != nil {
				return 0
			}
			return c.LastSeq
		}
		clock := storetest.Noon
		t.Repeat(map[string]func(*rapid.T){
			"person": func(t *rapid.T) {
				id, token := people.Draw(t, "person"), people.Draw(t, "token")
				write("person", func(s trainer.Store) error { return s.NewPerson(ctx, id, storetest.Hash(token), clock) })
			},
			"create": func(t *rapid.T) {
				c, text, created := storetest.Conversation(ids.Draw(t, "id"), people.Draw(t, "person"))
				c.KeepNothing = rapid.Bool().Draw(t, "keep nothing")
				clock = clock.Add(time.Minute)
				c.Begun, created.At = clock, clock.UnixMilli()
				write("create", func(s trainer.Store) error { return s.Create(ctx, c, storetest.Kept(text), created) })
			},
			"append": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				expect := lastSeq(id) + int64(rapid.SampledFrom([]int{0, 0, 0, 0, -1, 1}).Draw(t, "off"))
				var events []talk.Event
				clock = clock.Add(time.Second)
				for i := range rapid.IntRange(1, 3).Draw(t, "events") {
					seq := expect + 1 + int64(i)
					var e talk.Event
					switch rapid.IntRange(0, 6).Draw(t, "kind") {
					case 0, 1:
						e = storetest.Heard(seq, clients.Draw(t, "client"), "hi")
					case 2:
						e = storetest.Said(seq, "hi")
					case 3:
						e = talk.Event{Seq: seq, Body: talk.SteppedOut{}}
					case 4:
						e = talk.Event{Seq: seq, Body: talk.Rated{Note: "hm"}}
					case 5:
						e = talk.Event{Seq: seq, Body: talk.Ended{By: "host"}}
					case 6:
						e = talk.Event{Seq: seq, Body: talk.Agreed{Host: "model.example"}}
					}
					e.At = clock.UnixMilli()
					events = append(events, e)
				}
				write("append", func(s trainer.Store) error { return s.Append(ctx, id, expect, events...) })
			},
			"snapshot": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				snap := trainer.Snapshot{Seq: int64(rapid.IntRange(1, 5).Draw(t, "seq")), Versions: "1", State: []byte("state")}
				write("snapshot", func(s trainer.Store) error { return s.SaveSnapshot(ctx, id, snap) })
			},
			"token": func(t *rapid.T) {
				id, token := ids.Draw(t, "id"), clients.Draw(t, "token")
				write("token", func(s trainer.Store) error { return s.NewToken(ctx, id, storetest.Hash(token), clock) })
			},
			"delete": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				write("delete", func(s trainer.Store) error { return s.Delete(ctx, id) })
			},
			"reopen": func(t *rapid.T) {
				if err := disk.Close(); err != nil {
					t.Fatal(err)
				}
				if disk, err = Open(ctx, path); err != nil {
					t.Fatal(err)
				}
			},
		})
		for _, id := range []string{"a", "b", "c"} {
			both("conversation", func(s trainer.Store) (any, error) { return s.Conversation(ctx, id) })
			both("events", func(s trainer.Store) (any, error) { return s.Events(ctx, id, 0, 100) })
		}
		for _, x := range []string{"1", "2", "3", "4"} {
			both("heard", func(s trainer.Store) (any, error) { return s.HeardByClient(ctx, "a", x) })
			both("token", func(s trainer.Store) (any, error) { return s.ConversationByToken(ctx, storetest.Hash(x)) })
		}
		for _, p := range []string{"ann", "bo"} {
			both("person", func(s trainer.Store) (any, error) { return s.PersonByToken(ctx, storetest.Hash(p)) })
			both("list", func(s trainer.Store) (any, error) {
				list, err := s.Conversations(ctx, p, 10)
				return append([]trainer.Conversation{}, list...), err
			})
		}
		both("keep nothing", func(s trainer.Store) (any, error) {
			due, err := s.KeepNothing(ctx, clock.Add(-time.Minute), clock.Add(-3*time.Minute), 10)
			return fmt.Sprint(len(due)), err
		})
		both("counts", func(s trainer.Store) (any, error) {
			c, err := s.Counts(ctx)
			c.Bytes = 0
			return c, err
		})
	})
}
