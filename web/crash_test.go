//go:build unix

package web

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilledAtAnyMoment starts the real program, holds several conversations
// over the WebSocket, kills the program with SIGKILL at a random moment,
// starts it again and goes on, 20 times over. After each start every
// acknowledged turn must stand in its transcript exactly once and word for
// word, no turn twice, every answer must be what came in pieces, and every
// conversation must go on from where it stopped.
//
// The long run: BREAKROOM_KILLS=200 go test -run TestKilledAtAnyMoment -timeout 30m ./web
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the real program many times")
	}
	rounds := 20
	if text := os.Getenv("BREAKROOM_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			t.Fatalf("BREAKROOM_KILLS=%s should be a number of rounds", text)
		}
		rounds = n
	}
	const talks = 4
	chance := rand.New(rand.NewPCG(2026, uint64(rounds)))
	database := filepath.Join(t.TempDir(), "b.db")
	client := &http.Client{Timeout: wait, Transport: &http.Transport{DisableKeepAlives: true}}
	var running, finished []*organizer
	acknowledged, kills := 0, 0

	for round := 0; round <= rounds; round++ {
		p := startProgram(t, database, nil)
		for _, o := range append(running, finished...) {
			if err := o.check(client, p.address); err != nil {
				t.Fatalf("after kill %d: %v\n%s", kills, err, tail(p.stderr))
			}
		}
		still := running[:0]
		for _, o := range running {
			if o.over {
				finished = append(finished, o)
				continue
			}
			still = append(still, o)
		}
		running = still
		ids, err := scenarioIDs(client, p.address)
		if err != nil {
			t.Fatal(err)
		}
		for len(running) < talks {
			o, err := newOrganizer(client, p.address, ids[chance.IntN(len(ids))])
			if err != nil {
				t.Fatal(err)
			}
			running = append(running, o)
		}

		// In the last round nobody is killed: everybody says three things more.
		last := round == rounds
		killAfter := 1 + chance.IntN(4*talks)
		delay := time.Duration(chance.Int64N(int64(4 * time.Millisecond)))
		if chance.IntN(4) == 0 {
			killAfter, delay = 0, time.Duration(chance.Int64N(int64(30*time.Millisecond)))
		}
		acks := make(chan struct{}, 1000)
		var group sync.WaitGroup
		results := make(chan error, talks)
		for _, o := range running {
			group.Add(1)
			go func() {
				defer group.Done()
				results <- hold(o, p.address, last, func() { acks <- struct{}{} })
			}()
		}
		if !last {
			for range killAfter {
				select {
				case <-acks:
					acknowledged++
				case <-time.After(wait):
					t.Fatalf("nothing was acknowledged in round %d\n%s", round, tail(p.stderr))
				}
			}
			time.Sleep(delay) // the moment at which it is killed
			p.kill()
			kills++
		}
		group.Wait()
		close(results)
		for err := range results {
			if errors.Is(err, errUnexpected) || last && err != nil {
				t.Fatalf("round %d: %v\n%s", round, err, tail(p.stderr))
			}
		}
		if last {
			for _, o := range append(running, finished...) {
				if err := o.check(client, p.address); err != nil {
					t.Error(err)
				}
			}
			p.stop(t)
		}
		if log := p.stderr.String(); strings.Contains(log, "words ") || strings.Contains(log, "How has your week") {
			t.Fatalf("the log holds what was said:\n%s", tail(p.stderr))
		}
	}
	again, words := 0, 0
	for _, o := range append(running, finished...) {
		again += o.again
		words += len(o.acked)
	}
	t.Logf("%d kills, %d conversations, %d acknowledged turns, each there once; %d answers were begun again", kills, len(running)+len(finished), words, again)
}

// hold goes on with a conversation until the program is gone or it is over; where few is set, for three turns.
func hold(o *organizer, address string, few bool, onAck func()) error {
	ws, err := o.dial(address)
	if err != nil {
		return err
	}
	defer ws.Close()
	if _, err := o.until(ws, "ready"); err != nil {
		return err
	}
	if len(o.sent) > 0 {
		// An answer that was cut off by the kill comes first.
		for n := len(o.sent) - 1; !o.over; {
			seq, acked := o.acked[n]
			if !acked || o.seq > seq {
				break
			}
			if _, err := o.until(ws, "said", "ended"); err != nil {
				return err
			}
		}
	}
	for turn := 0; !o.over && !(few && turn == 3); turn++ {
		if err := o.say(ws, onAck); err != nil {
			return err
		}
	}
	return nil
}

// syncBeforeAck follows a trace of system calls and gives, for each
// acknowledgement that was written to a socket, whether the words had been
// written to the log and an fdatasync of it, begun after that, had returned.
func syncBeforeAck(trace string, words func(id string) string) (acks int, faults []string) {
	var (
		wrote   = regexp.MustCompile(`\bp?write(64)?\(\d+<([^>]*)>, "(.*)`)
		syncs   = regexp.MustCompile(`\bf(data)?sync\(\d+<([^>]*)>`)
		resumed = regexp.MustCompile(`<\.\.\. f(data)?sync resumed>`)
		ack     = regexp.MustCompile(`\bwrite(v)?\(\d+<[^>]*>, .*\\"type\\":\\"ack\\",\\"id\\":\\"(s\d+)\\"`)
		ok      = regexp.MustCompile(`= 0$`)
	)
	written := map[string]bool{} // words in the log
	synced := map[string]bool{}  // words in the log when a sync began that has returned
	began := map[string][]string{}
	all := func() (list []string) {
		for w := range written {
			list = append(list, w)
		}
		return list
	}
	for line := range strings.Lines(trace) {
		line = strings.TrimSpace(line)
		pid, _, _ := strings.Cut(line, " ")
		if m := ack.FindStringSubmatch(line); m != nil {
			acks++
			if id := m[2]; !synced[words(id)] {
				faults = append(faults, fmt.Sprintf("%s was acknowledged with the words written to the log: %v, and not synced after that", id, written[words(id)]))
			}
			continue
		}
		if resumed.MatchString(line) {
			if list, inside := began[pid]; inside && ok.MatchString(line) {
				for _, w := range list {
					synced[w] = true
				}
			}
			delete(began, pid)
			continue
		}
		if m := syncs.FindStringSubmatch(line); m != nil && strings.HasSuffix(m[2], "-wal") {
			switch {
			case strings.Contains(line, "<unfinished"):
				began[pid] = all()
			case ok.MatchString(line):
				for w := range written {
					synced[w] = true
				}
			}
			continue
		}
		if m := wrote.FindStringSubmatch(line); m != nil && strings.HasSuffix(m[2], "-wal") {
			for _, w := range traceWords.FindAllString(m[3], -1) {
				written[w] = true
			}
		}
	}
	return acks, faults
}

// traceWords finds the words of a turn in a page of the log.
var traceWords = regexp.MustCompile(`words \d+ of [a-z0-9-]+`)

// TestOnDiskBeforeItIsAcknowledged traces the system calls of the real program
// during a conversation: an fdatasync of the log stands between the writing of
// each turn and the frame that acknowledges it.
func TestOnDiskBeforeItIsAcknowledged(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program under strace")
	}
	refuse := t.Skipf
	if os.Getenv("BREAKROOM_CI") == "1" && runtime.GOOS == "linux" {
		refuse = t.Fatalf
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		refuse("strace is not installed: apt-get install strace")
	}
	if out, err := exec.Command(strace, "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		refuse("strace may not trace here: %v: %s", err, out)
	}
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	p := startProgram(t, filepath.Join(dir, "b.db"), nil, strace, "-f", "-y", "-s", "9000", "-e", "trace=fsync,fdatasync,write,writev,pwrite64", "-o", trace)
	client := &http.Client{Timeout: wait, Transport: &http.Transport{DisableKeepAlives: true}}
	ids, err := scenarioIDs(client, p.address)
	if err != nil {
		t.Fatal(err)
	}
	o, err := newOrganizer(client, p.address, ids[0])
	if err != nil {
		t.Fatal(err)
	}
	ws, err := o.dial(p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if _, err := o.until(ws, "ready"); err != nil {
		t.Fatal(err)
	}
	const turns = 10
	for range turns {
		if o.over {
			break
		}
		if err := o.say(ws, nil); err != nil {
			t.Fatal(err)
		}
	}
	p.stop(t)
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	acks, faults := syncBeforeAck(string(data), func(id string) string { return fmt.Sprintf("words %s of %s", id[1:], o.id) })
	for _, f := range faults {
		t.Error(f)
	}
	if acks != len(o.acked) || acks == 0 {
		t.Errorf("the trace shows %d acknowledgements, and %d came", acks, len(o.acked))
	}
	t.Logf("%d acknowledgements, each after its fdatasync", acks)
}

// TestSyncBeforeAckSees shows that the checker refuses traces that are not as they should be.
func TestSyncBeforeAckSees(t *testing.T) {
	const (
		write = `7 pwrite64(5</x/b.db-wal>, "abc Hey (words 1 of abc) \0\1", 4096, 32) = 4096` + "\n"
		sync  = `7 fdatasync(5</x/b.db-wal>) = 0` + "\n"
		begin = `7 fdatasync(5</x/b.db-wal> <unfinished ...>` + "\n"
		end   = `7 <... fdatasync resumed>) = 0` + "\n"
		ack   = `8 write(9<socket:[3]>, "\201/{\"type\":\"ack\",\"id\":\"s1\",\"seq\":2,\"turn\":1}", 49) = 49` + "\n"
	)
	for name, tc := range map[string]struct {
		trace string
		good  bool
	}{
		"good":                      {write + sync + ack, true},
		"good, in parts":            {write + begin + end + ack, true},
		"no sync":                   {write + ack, false},
		"late":                      {write + ack + sync, false},
		"before":                    {sync + write + ack, false},
		"begun before":              {begin + write + end + ack, false},
		"other file":                {write + strings.ReplaceAll(sync, "-wal", "") + ack, false},
		"failed":                    {write + strings.ReplaceAll(sync, "= 0", "= -1 EIO (Input/output error)") + ack, false},
		"not returned":              {write + begin + ack, false},
		"failed, in parts":          {write + begin + strings.ReplaceAll(end, "= 0", "= -1 EIO (Input/output error)") + ack, false},
		"other words":               {strings.ReplaceAll(write, "words 1", "words 2") + sync + ack, false},
		"synced by another's write": {strings.ReplaceAll(write, "words 1", "words 2") + sync + write + ack, false},
	} {
		t.Run(name, func(t *testing.T) {
			acks, faults := syncBeforeAck(tc.trace, func(id string) string { return "words " + id[1:] + " of abc" })
			if acks != 1 || (len(faults) == 0) != tc.good {
				t.Errorf("%d acknowledgements, faults %v; the trace is good: %v", acks, faults, tc.good)
			}
		})
	}
}
