package trainer_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/store"
	"breakroom/trainer/talk"
)

// counting counts the events that are read from a store.
type counting struct {
	trainer.Store
	read atomic.Int64
}

func (c *counting) Events(ctx context.Context, id string, after int64, limit int) ([]talk.Event, error) {
	events, err := c.Store.Events(ctx, id, after, limit)
	c.read.Add(int64(len(events)))
	return events, err
}

// TestTakingUpALongTalkCostsWhatAShortOneDoes counts what is read when a conversation is taken up again, after 20 and
// after 1,000 turns, and how large its snapshot is.
func TestTakingUpALongTalkCostsWhatAShortOneDoes(t *testing.T) {
	var sizes []int
	for _, pairs := range []int{50, 500} {
		tb := set(t, says("It was long, I guess."))
		counted := &counting{Store: tb.memory}
		tb.store = counted
		id := tb.begin(t)
		tb.grow(t, id, pairs, nil)
		tb.say(t, id, "a", "And how has it been since?")
		tb.crash(t)
		last := int64(len(tb.journal(t, id)))
		counted.read.Store(0)
		tb.watch(t, id, last)
		tb.say(t, id, "b", "And at home?")
		if n := counted.read.Load(); n > trainer.SnapshotEvery {
			t.Errorf("after %d turns, %d events were read", 2*pairs, n)
		}
		snap, err := tb.memory.Snapshot(t.Context(), id)
		if err != nil || snap.Seq == 0 {
			t.Fatalf("no snapshot: %v", err)
		}
		t.Logf("after %d turns the snapshot has %d bytes", 2*pairs, len(snap.State))
		sizes = append(sizes, len(snap.State))
	}
	if sizes[1] > sizes[0]*5/4 {
		t.Errorf("the snapshot grows with the talk: %d bytes, then %d", sizes[0], sizes[1])
	}
}

// TestIdleConversationIsSmall measures what a watched conversation at turn 40 leaves in memory once it is idle.
func TestIdleConversationIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	const conversations, most = 300, 4 << 10
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	tb := setOn(t, st, nil)
	ids := make([]string, conversations)
	for i := range ids {
		ids[i] = tb.begin(t)
		tb.grow(t, ids[i], 20, nil)
	}
	heap := func() int64 {
		var m runtime.MemStats
		for range 3 {
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc) + int64(m.StackInuse)
	}
	var sink nothing
	watchAll := func() (stops []func()) {
		for _, id := range ids {
			stop, err := tb.Watch(t.Context(), id, 41, sink)
			if err != nil {
				t.Fatal(err)
			}
			stops = append(stops, stop)
		}
		tb.clock.Add(trainer.IdleAfter)
		tb.Sweep()
		return stops
	}
	// Once beforehand, so that the caches of the store's connections are filled.
	for _, stop := range watchAll() {
		stop()
	}
	before, goroutines := heap(), runtime.NumGoroutine()
	stops := watchAll()
	each := (heap() - before) / conversations
	t.Logf("an idle conversation takes %d bytes", each)
	if each > most {
		t.Errorf("an idle conversation takes %d bytes, more than %d", each, most)
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d conversations brought %d goroutines", conversations, n-goroutines)
	}
	for _, stop := range stops {
		stop()
	}
	if lives, _ := tb.InMemory(); lives != 0 {
		t.Errorf("%d conversations are left in memory", lives)
	}
}

// TestIdleIsToldWhenNobodyTalks: once, when the last conversation has left memory.
func TestIdleIsToldWhenNobodyTalks(t *testing.T) {
	tb := set(t, says("It was long."))
	told := 0
	tb.idle = func() { told++ }
	tb.crash(t)
	first, second := tb.begin(t), tb.begin(t)
	tb.Sweep()
	for _, id := range []string{first, second} {
		tb.say(t, id, "a", "How was your week?")
	}
	tb.clock.Add(trainer.IdleAfter / 2)
	tb.say(t, second, "b", "And at home?")
	tb.clock.Add(trainer.IdleAfter / 2)
	tb.Sweep()
	if told != 0 {
		t.Errorf("idle was told %d times while somebody talked", told)
	}
	tb.clock.Add(trainer.IdleAfter)
	tb.Sweep()
	tb.Sweep()
	if told != 1 {
		t.Errorf("idle was told %d times", told)
	}
}

type nothing struct{}

func (nothing) Notify(trainer.Notice) {}

// BenchmarkTurn measures a turn with its answer, heard to said, at turn 5 and at turn 1,000. Each conversation is good
// for a few turns, before the coworker has enough; all are made beforehand.
func BenchmarkTurn(b *testing.B) {
	const each = 4
	for _, kept := range []string{"memory", "disk"} {
		for _, turn := range []int{5, 1000} {
			b.Run(fmt.Sprintf("%s/turn=%d", kept, turn), func(b *testing.B) {
				tb := benchTable(b, kept)
				ids := make([]string, b.N/each+1)
				for i := range ids {
					ids[i] = tb.begin(b)
					tb.grow(b, ids[i], turn/2, nil)
				}
				if kept == "disk" {
					// Closing brings the log into the file, which would else happen while it is measured.
					tb.Crash()
					tb.reopen(b)
				}
				for _, id := range ids {
					tb.say(b, id, "first", "Hey, how has your week been?")
				}
				runtime.GC()
				b.ResetTimer()
				for n := range b.N {
					if _, err := tb.Say(context.Background(), ids[n/each], fmt.Sprint("n", n), goodTalk[n%each]); err != nil {
						b.Fatal(err)
					}
					tb.Settle()
				}
			})
		}
	}
}

// reopen closes the table's store and starts a process on it anew.
func (tb *table) reopen(b *testing.B) {
	b.Helper()
	if err := tb.store.Close(); err != nil {
		b.Fatal(err)
	}
	st, err := store.Open(b.Context(), tb.path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	tb.store = st
	tb.start(b)
}

// BenchmarkTakeUp measures a conversation being taken up by somebody who comes back, at turn 5 and at turn 1,000.
func BenchmarkTakeUp(b *testing.B) {
	for _, turn := range []int{5, 1000} {
		b.Run(fmt.Sprintf("turn=%d", turn), func(b *testing.B) {
			tb := benchTable(b, "disk")
			id := tb.begin(b)
			tb.grow(b, id, turn/2, nil)
			tb.say(b, id, "first", "Hey, how has your week been?")
			tb.say(b, id, "second", "And at home?")
			last := int64(len(tb.journal(b, id)))
			for b.Loop() {
				stop, err := tb.Watch(context.Background(), id, last, nothing{})
				if err != nil {
					b.Fatal(err)
				}
				stop()
				tb.clock.Add(trainer.IdleAfter)
				tb.Sweep()
			}
		})
	}
}

func benchTable(b *testing.B, kept string) *table {
	b.Helper()
	if kept == "memory" {
		return set(b, nil)
	}
	path := filepath.Join(b.TempDir(), "b.db")
	st, err := store.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	tb := setOn(b, st, nil)
	tb.path = path
	return tb
}

// BenchmarkTurnsAtOnce measures turns a second, heard to said on disk, with 100 conversations at the same time.
func BenchmarkTurnsAtOnce(b *testing.B) {
	const conversations, each = 100, 4
	tb := benchTable(b, "disk")
	rounds := b.N/(conversations*each) + 1
	ids := make([]string, rounds*conversations)
	for i := range ids {
		ids[i] = tb.begin(b)
	}
	next := make(chan string, len(ids))
	for _, id := range ids {
		next <- id
	}
	close(next)
	var turns atomic.Int64
	b.ResetTimer()
	var wg sync.WaitGroup
	for range conversations {
		wg.Go(func() {
			for id := range next {
				said := make(signal, 1)
				stop, err := tb.Watch(context.Background(), id, 1, said)
				if err != nil {
					b.Error(err)
					return
				}
				for n := range each {
					if _, err := tb.Say(context.Background(), id, fmt.Sprint(n), goodTalk[n]); err != nil {
						b.Error(err)
						return
					}
					<-said
					turns.Add(1)
				}
				stop()
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(turns.Load())/b.Elapsed().Seconds(), "turns/s")
	b.ReportMetric(0, "ns/op")
}

// signal is a sink that signals each answer's end.
type signal chan struct{}

func (s signal) Notify(n trainer.Notice) {
	if _, ok := n.(trainer.NoticeSaid); ok {
		s <- struct{}{}
	}
}
