//go:build linux

package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkIdle measures what an idle conversation costs the real program: its
// resident memory and its goroutines, with 5,000 conversations open over a
// WebSocket each, before the first turn and after 40 turns of both sides.
// It is no loop: it measures once, whatever b.N is.
//
//	go test -run '^$' -bench BenchmarkIdle -benchtime 1x -timeout 30m ./web
//
// BREAKROOM_IDLE takes another number of conversations. The memory is read
// once it has settled, which takes up to some minutes: the runtime gives
// memory back at its leisure.
func BenchmarkIdle(b *testing.B) {
	talks := 5000
	if text := os.Getenv("BREAKROOM_IDLE"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			b.Fatalf("BREAKROOM_IDLE=%s should be a number of conversations", text)
		}
		talks = n
	}
	measureIdle(b, talks, 40, func(name string, value float64) { b.ReportMetric(value, name) })
	b.ReportMetric(0, "ns/op")
}

// programGoroutines is the room for the goroutines of the program and of the runtime itself, beside one for each idle conversation; two each would be far above it.
const programGoroutines = 100

// TestIdleGoroutines counts the goroutines of the real program while
// conversations lie idle. What they cost in memory is BenchmarkIdle's to say: resident memory
// depends on when the runtime gives it back.
func TestIdleGoroutines(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program with many conversations")
	}
	const talks, turns = 300, 4
	p := startProgram(t, filepath.Join(t.TempDir(), "b.db"), nil)
	client := &http.Client{Timeout: wait, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	ids, err := scenarioIDs(client, p.address)
	if err != nil {
		t.Fatal(err)
	}
	o := openIdle(t, p, client, ids, talks)
	o.talk(turns)
	client.CloseIdleConnections()
	if n := p.goroutines(t); n > talks+programGoroutines {
		t.Errorf("%d idle conversations hold %.0f goroutines, which is more than one each and %d for the program", talks, n, programGoroutines)
	}
}

// measureIdle opens conversations, reads what they cost, holds each for some turns, and reads it again.
func measureIdle(tb testing.TB, talks, turns int, report func(name string, value float64)) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		tb.Fatal(err)
	}
	if limit.Cur < uint64(talks)+100 {
		tb.Fatalf("%d conversations need as many open files, and the limit is %d (ulimit -n)", talks, limit.Cur)
	}
	p := startProgram(tb, filepath.Join(tb.TempDir(), "b.db"), nil)
	client := &http.Client{Timeout: wait, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	ids, err := scenarioIDs(client, p.address)
	if err != nil {
		tb.Fatal(err)
	}
	// Some conversations to begin with, which are then closed, so that what the
	// program needs once, whatever it serves, is no part of the difference.
	each(tb, 64, 16, func(i int) error {
		o, err := newOrganizer(client, p.address, ids[i%len(ids)])
		if err != nil {
			return err
		}
		ws, err := o.dial(p.address)
		if err != nil {
			return err
		}
		defer ws.Close()
		if _, err := o.until(ws, "ready"); err != nil {
			return err
		}
		for turn := 0; turn < turns/2 && !o.over; turn++ {
			if err := o.say(ws, nil); err != nil {
				return err
			}
		}
		return nil
	})
	client.CloseIdleConnections()
	before := p.settled(tb)
	report("MB-with-none", before/1024)

	all := openIdle(tb, p, client, ids, talks)
	client.CloseIdleConnections()
	report("KB/conversation-at-turn-0", (p.settled(tb)-before)/float64(talks))

	tb.Logf("%d conversations with %.1f turns each", talks, all.talk(turns))
	after := p.settled(tb)
	report("MB-with-all", after/1024)
	report(fmt.Sprintf("KB/conversation-at-turn-%d", turns), (after-before)/float64(talks))
	report("goroutines/conversation", p.goroutines(tb)/float64(talks))
}

// idle are conversations that are open, each over a WebSocket.
type idle struct {
	tb         testing.TB
	organizers []*organizer
	sockets    []*attentive
}

// openIdle opens conversations and waits until each is ready; they are closed when the test ends.
func openIdle(tb testing.TB, p *program, client *http.Client, ids []string, talks int) *idle {
	tb.Helper()
	o := &idle{tb: tb, organizers: make([]*organizer, talks), sockets: make([]*attentive, talks)}
	tb.Cleanup(func() {
		for _, ws := range o.sockets {
			if ws != nil {
				ws.Close()
			}
		}
	})
	each(tb, talks, 16, func(i int) error {
		who, err := newOrganizer(client, p.address, ids[i%len(ids)])
		if err != nil {
			return err
		}
		o.organizers[i] = who
		ws, err := who.dial(p.address)
		if err != nil {
			return err
		}
		o.sockets[i] = attend(ws)
		_, err = who.until(o.sockets[i], "ready")
		return err
	})
	return o
}

// talk holds so many turns of both sides in each conversation, fewer where the coworker leaves, and gives their mean.
func (o *idle) talk(turns int) float64 {
	o.tb.Helper()
	var sum atomic.Int64
	each(o.tb, len(o.organizers), 16, func(i int) error {
		for turn := 0; turn < turns/2 && !o.organizers[i].over; turn++ {
			if err := o.organizers[i].say(o.sockets[i], nil); err != nil {
				return err
			}
			sum.Add(2)
		}
		return nil
	})
	return float64(sum.Load()) / float64(len(o.organizers))
}

// attentive is a client's end that is always read, so that it answers pings while nobody waits for a message.
type attentive struct {
	*websocket.Conn
	frames chan []byte
	failed chan error
}

func attend(ws *websocket.Conn) *attentive {
	a := &attentive{Conn: ws, frames: make(chan []byte, 4*queueMessages), failed: make(chan error, 1)}
	go func() {
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				a.failed <- err
				return
			}
			a.frames <- data
		}
	}()
	return a
}

func (a *attentive) ReadMessage() (int, []byte, error) {
	select {
	case data := <-a.frames:
		return websocket.TextMessage, data, nil
	case err := <-a.failed:
		return 0, nil, err
	case <-time.After(wait):
		return 0, nil, os.ErrDeadlineExceeded
	}
}

func (a *attentive) SetReadDeadline(time.Time) error { return nil }

// each runs f for every number below n, so many at a time.
func each(tb testing.TB, n, workers int, f func(i int) error) {
	tb.Helper()
	var group sync.WaitGroup
	next := make(chan int)
	failed := make(chan error, workers)
	for range workers {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range next {
				if err := f(i); err != nil {
					failed <- fmt.Errorf("conversation %d: %w", i, err)
					return
				}
			}
		}()
	}
	var err error
feed:
	for i := range n {
		select {
		case next <- i:
		case err = <-failed:
			break feed
		}
	}
	close(next)
	group.Wait()
	close(failed)
	if err == nil {
		err = <-failed
	}
	if err != nil {
		tb.Fatal(err)
	}
}

var residentKB = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// settled waits until the program's resident memory has not shrunk for a while, and gives it in KB.
func (p *program) settled(tb testing.TB) float64 {
	tb.Helper()
	const every, calm, longest = 500 * time.Millisecond, 15 * time.Second, 4 * time.Minute
	least, since := 0.0, time.Now()
	for begun := time.Now(); time.Since(begun) < longest; time.Sleep(every) {
		now := p.resident(tb)
		if least == 0 || now < least*0.995 {
			least, since = now, time.Now()
		}
		if time.Since(since) > calm {
			break
		}
	}
	return p.resident(tb)
}

// resident reads the program's resident memory in KB.
func (p *program) resident(tb testing.TB) float64 {
	tb.Helper()
	return residentMB(tb, p.cmd.Process.Pid) * 1024
}

// residentMB reads a process's resident memory.
func residentMB(tb testing.TB, pid int) float64 {
	tb.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		tb.Fatal(err)
	}
	m := residentKB.FindSubmatch(data)
	if m == nil {
		tb.Fatalf("no VmRSS in %s", data)
	}
	kb, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		tb.Fatal(err)
	}
	return kb / 1024
}

var goroutineHead = regexp.MustCompile(`(?m)^goroutine \d+ .*:$`)

// goroutines ends the program with SIGQUIT, upon which the runtime lists all goroutines, and counts them.
func (p *program) goroutines(tb testing.TB) float64 {
	tb.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		tb.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(wait):
		tb.Fatal("the program did not end")
	}
	return float64(len(goroutineHead.FindAllString(p.stderr.String(), -1)))
}
