package scenarios

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
)

// fakeClock stands in for time: the test says when a wait is over, and learns when the folder was read.
type fakeClock struct {
	armed chan wait
	reads chan struct{}
	time  time.Time
}

type wait struct {
	d     time.Duration
	fired chan time.Time
}

func newFakeClock() *fakeClock {
	return &fakeClock{armed: make(chan wait, 1000), reads: make(chan struct{}, 1000), time: time.Unix(0, 0)}
}

func (c *fakeClock) clock() clock {
	return clock{
		now: func() time.Time { return c.time },
		after: func(d time.Duration) (<-chan time.Time, func()) {
			w := wait{d, make(chan time.Time, 1)}
			c.armed <- w
			return w.fired, func() {}
		},
		read: func() { c.reads <- struct{}{} },
	}
}

// shelfFor opens a shelf on a new folder with files.
func shelfFor(t *testing.T, files map[string]string) (*Shelf, *fakeClock, string) {
	t.Helper()
	t.Cleanup(func() { goleak.VerifyNone(t) })
	dir := t.TempDir()
	for name, text := range files {
		put(t, dir, name, text)
	}
	c := newFakeClock()
	s, err := openShelf(dir, zerolog.Nop(), c.clock())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, c, dir
}

// put writes a file in one step, as most editors do.
func put(t *testing.T, dir, name, text string) {
	t.Helper()
	draft := filepath.Join(t.TempDir(), "draft")
	if err := os.WriteFile(draft, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(draft, filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// settles lets waits run out until what is to be seen is seen. Events can
// come late or in several parts, so that one reading may be too early.
func (c *fakeClock) settles(t *testing.T, seen func() bool) {
	t.Helper()
	patience := time.NewTimer(20 * time.Second)
	defer patience.Stop()
	for !seen() {
		select {
		case w := <-c.armed:
			w.fired <- c.time // one that was replaced by a later one is heard by nobody
		case <-c.reads:
		case <-patience.C:
			t.Fatal("the change was not picked up")
		}
	}
}

func own(title string) string { return string(New("own", title)) }

func titleOf(s *Shelf, id string) string {
	found, ok := s.Scenario(id)
	if !ok {
		return ""
	}
	return found.About.Title
}

func TestShelfWithoutFolder(t *testing.T) {
	s, err := OpenShelf("", zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.Scenarios()); got != len(all) {
		t.Errorf("%d scenarios, want the %d of the library", got, len(all))
	}
	if len(s.Problems()) != 0 {
		t.Errorf("problems: %v", s.Problems())
	}
}

func TestShelfFolderMustBeThere(t *testing.T) {
	_, err := OpenShelf(filepath.Join(t.TempDir(), "nowhere"), zerolog.Nop())
	if err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("got %v", err)
	}
}

func TestShelfFollowsTheFolder(t *testing.T) {
	s, c, dir := shelfFor(t, map[string]string{"one.toml": own("One"), "notes.txt": "not a scenario", ".hidden.toml": "="})
	if got := titleOf(s, "one"); got != "One" {
		t.Fatalf("one is %q", got)
	}
	if p := s.Problems(); len(p) != 0 {
		t.Fatalf("problems: %v", p)
	}

	put(t, dir, "two.toml", own("Two"))
	c.settles(t, func() bool { return titleOf(s, "two") == "Two" })

	put(t, dir, "one.toml", own("One, again"))
	c.settles(t, func() bool { return titleOf(s, "one") == "One, again" })

	// Broken: the last good version stays, and the host can see why.
	put(t, dir, "one.toml", strings.Replace(own("One, thrice"), `kind = "initial"`, `kind = "inital"`, 1))
	c.settles(t, func() bool { return len(s.Problems()) > 0 })
	if got := titleOf(s, "one"); got != "One, again" {
		t.Errorf("while broken one is %q", got)
	}
	broken := s.Broken()
	if len(broken) != 1 || broken[0].File != "one.toml" || !broken[0].Kept || !strings.Contains(broken[0].Problems[0].String(), `did you mean "initial"?`) {
		t.Errorf("broken: %+v", broken)
	}

	put(t, dir, "one.toml", own("One, mended"))
	c.settles(t, func() bool { return titleOf(s, "one") == "One, mended" })
	if p := s.Problems(); len(p) != 0 {
		t.Errorf("problems after mending: %v", p)
	}

	if err := os.Remove(filepath.Join(dir, "two.toml")); err != nil {
		t.Fatal(err)
	}
	c.settles(t, func() bool { return titleOf(s, "two") == "" })
}

func TestShelfWaitsUntilWritingEnds(t *testing.T) {
	s, c, dir := shelfFor(t, nil)
	put(t, dir, "one.toml", own("One"))
	w := <-c.armed
	if w.d != settleTime {
		t.Errorf("waits %v, want %v", w.d, settleTime)
	}
	if got := titleOf(s, "one"); got != "" {
		t.Errorf("read before the wait was over: %q", got)
	}
	w.fired <- c.time
	c.settles(t, func() bool { return titleOf(s, "one") == "One" })
}

func TestShelfBrokenFromTheStart(t *testing.T) {
	s, _, _ := shelfFor(t, map[string]string{"bad.toml": "format = 1\n"})
	if _, ok := s.Scenario("bad"); ok {
		t.Error("a broken scenario is played")
	}
	b := s.Broken()
	if len(b) != 1 || b[0].Kept || len(b[0].Problems) < 4 {
		t.Errorf("broken: %+v", b)
	}
}

func TestShelfRefusesTheLibrarysNames(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	id := all[0].ID
	s, _, _ := shelfFor(t, map[string]string{id + ".toml": own("Mine")})
	if got := titleOf(s, id); got != all[0].About.Title {
		t.Errorf("%s is %q", id, got)
	}
	if p := s.Problems(); len(p) != 1 || !strings.Contains(p[0].Message, "comes with the program") {
		t.Errorf("problems: %v", p)
	}
}

func TestShelfStrangeFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	outside := filepath.Join(t.TempDir(), "outside.toml")
	if err := os.WriteFile(outside, []byte(own("Outside")), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, dir, "real.toml", own("Real"))
	put(t, dir, "huge.toml", own("Huge")+strings.Repeat("# nothing\n", MaxBytes/10))
	for name, to := range map[string]string{"out.toml": outside, "lost.toml": "nowhere.toml", "round.toml": "round.toml", "inside.toml": "real.toml", "device.toml": "/dev/zero"} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.toml"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := OpenShelf(dir, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for id, want := range map[string]string{"real": "Real", "inside": "Real", "out": "", "lost": "", "round": "", "huge": "", "device": "", "folder": ""} {
		if got := titleOf(s, id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	var files []string
	for _, b := range s.Broken() {
		files = append(files, b.File)
	}
	if got, want := strings.Join(files, " "), "device.toml huge.toml lost.toml out.toml round.toml"; got != want {
		t.Errorf("broken: %s, want %s", got, want)
	}
}

func TestShelfFolderGoesAndComes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a watched folder cannot be removed on Windows")
	}
	s, c, dir := shelfFor(t, map[string]string{"one.toml": own("One")})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	c.settles(t, func() bool { return len(s.Problems()) > 0 })
	if p := s.Problems(); !strings.Contains(p[0].Message, "cannot be read") {
		t.Errorf("problems: %v", p)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, dir, "two.toml", own("Two"))
	c.settles(t, func() bool { return titleOf(s, "two") == "Two" && len(s.Problems()) == 0 })
	put(t, dir, "three.toml", own("Three"))
	c.settles(t, func() bool { return titleOf(s, "three") == "Three" })
}

func TestShelfLogsNoWords(t *testing.T) {
	var log bytes.Buffer
	dir := t.TempDir()
	put(t, dir, "good.toml", own("Canary one"))
	put(t, dir, "bad.toml", strings.Replace(own("Canary two"), `name = "line-speed"`, `name = "Canary Three"`, 1))
	s, err := OpenShelf(dir, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if !strings.Contains(log.String(), "bad.toml") || !strings.Contains(log.String(), "good.toml") {
		t.Errorf("the files are not logged: %s", log.String())
	}
	good, _ := s.Scenario("good")
	if strings.Contains(strings.ToLower(log.String()), "canary") || len(good.Secrets().In(log.String(), nil)) > 0 {
		t.Errorf("words of a scenario are logged: %s", log.String())
	}
}

func TestShelfGivesNoAccessToItsInside(t *testing.T) {
	s, err := OpenShelf("", zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Heads()[0].ID = ""
	if s.Heads()[0].ID == "" {
		t.Error("a caller can change the shelf")
	}
}

func TestShelfOrder(t *testing.T) {
	make := func(id, series string, part, difficulty int) book {
		return book{head: Head{ID: id, About: About{Series: series, Part: part, Difficulty: difficulty}}}
	}
	state := arrange([]book{
		make("hard", "", 0, 3), make("z-second", "ana", 2, 3), make("usual", "", 0, 2), make("a-third", "ana", 3, 2), make("m-first", "ana", 1, 1), make("gentle", "", 0, 1),
	}, nil, nil)
	var ids []string
	for _, b := range state.list {
		ids = append(ids, b.head.ID)
	}
	if got, want := strings.Join(ids, " "), "m-first z-second a-third gentle usual hard"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestStartsOver(t *testing.T) {
	start := time.Unix(1000, 0)
	for _, test := range []struct {
		name    string
		pending bool
		passed  time.Duration
		want    bool
	}{
		{"the first change", false, 0, true},
		{"a second change soon after", true, settleTime / 2, true},
		{"changes that never stop", true, longestSettle, false},
		{"a change while nothing is waited for", false, longestSettle, true},
	} {
		if got := startsOver(test.pending, start, start.Add(test.passed)); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
