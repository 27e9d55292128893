package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"breakroom/trainer/store/storetest"
)

// traceChild names the environment variable that turns the test's binary into
// the program that is traced; its value is the store's path.
const traceChild = "BREAKROOM_STORE_TRACE"

const traced = 25

// killChild names the variable that has the child go on for ever.
const killChild = "BREAKROOM_STORE_KILL"

// appendAndAcknowledge appends events and writes a line for each, right after Append has returned. It goes on from
// where the journal stands.
func appendAndAcknowledge(path string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	s, err := Open(ctx, path)
	fail(err)
	kept, err := s.Conversation(ctx, "one")
	if err != nil {
		fail(s.NewPerson(ctx, "ann", storetest.Hash("ann"), storetest.Noon))
		c, text, created := storetest.Conversation("one", "ann")
		fail(s.Create(ctx, c, storetest.Kept(text), created))
		kept.LastSeq = 1
	}
	for seq := kept.LastSeq + 1; os.Getenv(killChild) != "" || seq < 2+traced; seq++ {
		fail(s.Append(ctx, "one", seq-1, storetest.Heard(seq, fmt.Sprint(seq), "How was your week?")))
		fmt.Printf("acknowledged %d\n", seq)
	}
	fail(s.Close())
}

var (
	traceSynced = regexp.MustCompile(`\bf(data)?sync\(\d+<([^>]*)>\)? += 0|\bf(data)?sync\(\d+<([^>]*)>`)
	traceResume = regexp.MustCompile(`<\.\.\. f(data)?sync resumed>\) += 0`)
	traceWrote  = regexp.MustCompile(`\bp?write(64)?\(\d+<([^>]*)>`)
	traceAck    = regexp.MustCompile(`\bwrite\(1<[^>]*>, "acknowledged (\d+)`)
)

// TestTraceSyncBeforeAcknowledgement runs a child under strace: between the
// writing of an event into the log and its acknowledgement there must be an
// fdatasync (or fsync) of the log that has returned.
func TestTraceSyncBeforeAcknowledgement(t *testing.T) {
	must := os.Getenv("BREAKROOM_CI") == "1" && runtime.GOOS == "linux"
	refuse := t.Skipf
	if must {
		refuse = t.Fatalf
	}
	strace, err := exec.LookPath("strace")
	if err != nil {
		refuse("strace is not installed: apt-get install strace")
	}
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-y", "-s", "40", "-e", "trace=fsync,fdatasync,write,pwrite64", "-o", trace, os.Args[0])
	cmd.Env = append(os.Environ(), traceChild+"="+filepath.Join(dir, "b.db"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if strings.Contains(stderr.String(), "ptrace") {
			refuse("strace may not trace here: %s", stderr.String())
		}
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if got := strings.Count(string(out), "acknowledged"); got != traced {
		t.Fatalf("the child acknowledged %d events, want %d", got, traced)
	}
	data, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	acks, faults := checkTrace(data)
	for _, f := range faults {
		t.Error(f)
	}
	if acks != traced {
		t.Errorf("the trace shows %d acknowledgements, want %d", acks, traced)
	}
}

// checkTrace follows a trace and gives the number of acknowledgements in it, and a sentence about each that came too early.
func checkTrace(trace []byte) (acks int, faults []string) {
	wrote, synced := false, false
	pending := map[string]bool{} // threads that are inside an fdatasync of the log
	for scan := bufio.NewScanner(bytes.NewReader(trace)); scan.Scan(); {
		line := scan.Text()
		pid, _, _ := strings.Cut(line, " ")
		switch {
		case traceAck.MatchString(line):
			n := traceAck.FindStringSubmatch(line)[1]
			if !wrote || !synced {
				faults = append(faults, fmt.Sprintf("event %s was acknowledged with the log written: %v, and synced after that: %v", n, wrote, synced))
			}
			wrote, synced = false, false
			acks++
		case traceResume.MatchString(line) && pending[pid]:
			synced = wrote
			delete(pending, pid)
		case traceSynced.MatchString(line) && strings.Contains(line, "-wal>"):
			switch {
			case strings.Contains(line, "unfinished"):
				pending[pid] = true
			case strings.Contains(line, "= 0"):
				synced = wrote
			}
		case traceWrote.MatchString(line) && strings.Contains(line, "-wal>"):
			wrote, synced = true, false
		}
	}
	return acks, faults
}

// TestKilledAtRandomMoments kills a child that appends, again and again: each event that was acknowledged is there
// once, at most one more stands behind them, and the next child goes on from there.
func TestKilledAtRandomMoments(t *testing.T) {
	const rounds = 10
	path := filepath.Join(t.TempDir(), "b.db")
	random := rand.New(rand.NewPCG(2026, 11))
	acknowledged := int64(1)
	for round := range rounds {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), traceChild+"="+path, killChild+"=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		read := func() bool {
			if !lines.Scan() {
				return false
			}
			var seq int64
			if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d", &seq); err != nil {
				t.Fatalf("the child wrote %q: %v", lines.Text(), err)
			}
			if seq > acknowledged+2 {
				t.Fatalf("round %d: event %d was acknowledged after %d", round, seq, acknowledged)
			}
			acknowledged = seq
			return true
		}
		for range 1 + random.IntN(20) {
			if !read() {
				t.Fatalf("the child stopped by itself: %s", stderr.String())
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for read() { // what it had still written
		}
		_ = cmd.Wait() // it was killed
		s := open(t, path)
		got, err := s.Events(t.Context(), "one", 1, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if last := int64(len(got)) + 1; last < acknowledged || last > acknowledged+1 {
			t.Fatalf("round %d: %d was acknowledged, and the journal ends at %d", round, acknowledged, last)
		}
		for i, e := range got {
			seq := int64(i) + 2
			if diff := cmp.Diff(storetest.Heard(seq, fmt.Sprint(seq), "How was your week?"), e); diff != "" {
				t.Fatalf("round %d: -want +got:\n%s", round, diff)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d events survived %d kills", acknowledged, rounds)
}

// TestTraceCheckerSees shows that the checker refuses a trace in which a sync is missing, late, of another file, or failed.
func TestTraceCheckerSees(t *testing.T) {
	const (
		write = `7 pwrite64(5</x/b.db-wal>, "abc"..., 4096, 32) = 4096` + "\n"
		sync  = `7 fdatasync(5</x/b.db-wal>) = 0` + "\n"
		split = `7 fdatasync(5</x/b.db-wal> <unfinished ...>` + "\n" + `8 write(2</dev/null>, "x", 1) = 1` + "\n" + `7 <... fdatasync resumed>) = 0` + "\n"
		ack   = `8 write(1<pipe:[3]>, "acknowledged 2\n", 15) = 15` + "\n"
	)
	for name, test := range map[string]struct {
		trace string
		good  bool
	}{
		"good":           {write + sync + ack, true},
		"good, in parts": {write + split + ack, true},
		"no sync":        {write + ack, false},
		"late":           {write + ack + sync, false},
		"before":         {sync + write + ack, false},
		"other file":     {write + strings.ReplaceAll(sync, "-wal", "") + ack, false},
		"failed":         {write + strings.ReplaceAll(sync, "= 0", "= -1 EIO (Input/output error)") + ack, false},
		"not returned":   {write + strings.SplitAfter(split, "\n")[0] + ack, false},
	} {
		t.Run(name, func(t *testing.T) {
			if acks, faults := checkTrace([]byte(test.trace)); acks != 1 || (len(faults) == 0) != test.good {
				t.Errorf("%d acknowledgements, faults %v; the trace is good: %v", acks, faults, test.good)
			}
		})
	}
}
