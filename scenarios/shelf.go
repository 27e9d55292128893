package scenarios

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rs/zerolog"
)

const (
	// settleTime passes after the last change in the folder before it is read, since editors write in several steps.
	settleTime = 200 * time.Millisecond
	// longestSettle bounds that where changes never stop.
	longestSettle = 2 * time.Second
	// retryTime passes before a folder that cannot be watched or read is looked at again.
	retryTime = 5 * time.Second
	// maxFiles is how many scenarios a folder may hold.
	maxFiles = 500
)

// Shelf is the library that comes with the program, with a folder of one's own
// beside it. A change in the folder is picked up while the program runs: a new
// file comes, a deleted one goes, and while a file is broken its last good
// version stays. The scenarios it gives are never changed. A Shelf may be used
// from many goroutines.
type Shelf struct {
	dir string
	log zerolog.Logger
	// broken is told what is wrong with a file that was changed.
	broken atomic.Pointer[func(Problems)]
	clock  clock
	now    atomic.Pointer[shelfState]

	watcher *fsnotify.Watcher
	deaf    bool // that it cannot be watched was logged
	done    chan struct{}
	kept    chan struct{} // closed when the keeper has ended
	closing sync.Once
}

// clock is what the shelf needs of time.
type clock struct {
	now   func() time.Time
	after func(time.Duration) (fired <-chan time.Time, stop func())
	// read is called when the folder was read after a change; nil for nobody.
	read func()
}

var realClock = clock{
	now: time.Now,
	after: func(d time.Duration) (<-chan time.Time, func()) {
		t := time.NewTimer(d)
		return t.C, func() { t.Stop() }
	},
}

// shelfState is what the shelf holds at one time; it is replaced, never changed.
type shelfState struct {
	list   []book
	byID   map[string]book
	files  map[string]shelfFile
	folder Problems // of the folder itself
}

// shelfFile is one file of the folder.
type shelfFile struct {
	sum      [sha256.Size]byte // of the text that was read last
	scenario *Scenario         // the last good version; nil if there was none
	problems Problems          // of the version that was read last
}

// Broken is a file of the folder with what is wrong with it now.
type Broken struct {
	// File is its name in the folder; "" means the folder itself.
	File string
	// Kept is set where the last good version can still be played.
	Kept     bool
	Problems Problems
}

// OpenShelf opens the library, and a folder of one's own if dir is not empty.
// Mistakes in the folder's files are no error; Problems tells them. An error
// is a folder that cannot be read at all. Close must be called in the end.
//
// What is logged are names of files and numbers, never what stands in them.
func OpenShelf(dir string, log zerolog.Logger) (*Shelf, error) {
	return openShelf(dir, log, realClock)
}

func openShelf(dir string, log zerolog.Logger, c clock) (*Shelf, error) {
	library, err := libraryBooks()
	if err != nil {
		return nil, fmt.Errorf("the library that comes with the program does not load: %w", err)
	}
	s := &Shelf{dir: dir, log: log, clock: c, done: make(chan struct{}), kept: make(chan struct{})}
	s.now.Store(arrange(library, nil, nil))
	if dir == "" {
		close(s.kept)
		return s, nil
	}
	s.watch()
	if err := s.read(); err != nil {
		if s.watcher != nil {
			s.watcher.Close()
		}
		return nil, fmt.Errorf("the folder of your own scenarios cannot be read: %w", err)
	}
	go s.keep()
	return s, nil
}

// OnBroken has the mistakes of each file that is changed for the worse told
// to its writer, whole: they may quote what is hidden, so they are for the writer's eyes and no log. tell must not block.
func (s *Shelf) OnBroken(tell func(Problems)) { s.broken.Store(&tell) }

// Heads lists what can be played, in the order in which it is shown: the
// gentle ones first, the parts of a series together and in their order.
func (s *Shelf) Heads() []Head {
	var out []Head
	for _, b := range s.now.Load().list {
		out = append(out, b.head)
	}
	return out
}

// Scenarios reads all that can be played, in the order of Heads.
func (s *Shelf) Scenarios() []*Scenario {
	var out []*Scenario
	for _, b := range s.now.Load().list {
		if found, ok := s.Scenario(b.head.ID); ok {
			out = append(out, found)
		}
	}
	return out
}

// Scenario finds one by its ID. One that comes with the program is read when it is first asked for.
func (s *Shelf) Scenario(id string) (*Scenario, bool) {
	b, ok := s.now.Load().byID[id]
	if !ok {
		return nil, false
	}
	found, err := b.load()
	if err != nil { // a test loads them all
		s.log.Error().Str("scenario", id).Msg("a scenario that comes with the program cannot be read: install the program anew")
		return nil, false
	}
	return found, true
}

// Problems lists what is wrong in the folder now, by file and place; it is empty when all is well.
func (s *Shelf) Problems() Problems {
	var out Problems
	for _, b := range s.Broken() {
		out = append(out, b.Problems...)
	}
	return out
}

// Broken lists the files that have problems now, by name, the folder itself first.
func (s *Shelf) Broken() []Broken {
	state := s.now.Load()
	var out []Broken
	if len(state.folder) > 0 {
		out = append(out, Broken{Kept: len(state.files) > 0, Problems: slices.Clone(state.folder)})
	}
	for _, name := range sortedNames(state.files) {
		if f := state.files[name]; len(f.problems) > 0 {
			out = append(out, Broken{File: name, Kept: f.scenario != nil, Problems: slices.Clone(f.problems)})
		}
	}
	return out
}

// Close stops watching. The shelf can still be read.
func (s *Shelf) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.done)
		<-s.kept
		if s.watcher != nil {
			err = s.watcher.Close()
		}
	})
	return err
}

// watch begins to watch the folder. Where that fails the folder is looked at every few seconds instead.
func (s *Shelf) watch() {
	if s.watcher != nil {
		s.watcher.Close()
		s.watcher = nil
	}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		if err = w.Add(s.dir); err == nil {
			s.watcher, s.deaf = w, false
			return
		}
		w.Close()
	}
	if s.deaf {
		return
	}
	s.deaf = true
	s.log.Warn().Str("reason", withoutPath(err)).Str("folder", s.dir).Msg("the folder cannot be watched and is looked at every few seconds instead")
}

// keep reads the folder again after changes, until the shelf is closed.
func (s *Shelf) keep() {
	defer close(s.kept)
	var (
		fired  <-chan time.Time
		stop   = func() {}
		since  time.Time // of the first change that was not read yet
		rewait = func(d time.Duration) {
			stop()
			fired, stop = s.clock.after(d)
		}
		change = func() {
			now := s.clock.now()
			if since.IsZero() {
				since = now
			}
			if startsOver(fired != nil, since, now) {
				rewait(settleTime)
			}
		}
	)
	defer func() { stop() }()
	if s.watcher == nil {
		rewait(retryTime)
	}
	for {
		var events chan fsnotify.Event
		var faults chan error
		if s.watcher != nil {
			events, faults = s.watcher.Events, s.watcher.Errors
		}
		select {
		case <-s.done:
			return
		case event, ok := <-events:
			if ok && event.Op != fsnotify.Chmod {
				change()
			}
		case err, ok := <-faults:
			if ok {
				s.log.Warn().Err(err).Str("folder", s.dir).Msg("watching the folder lost track; it is read again")
				change()
			}
		case <-fired:
			fired, stop, since = nil, func() {}, time.Time{}
			err := s.read()
			if err != nil || s.watcher == nil || !s.watched() {
				s.watch() // the folder went away, or came again as another one
				if err == nil && s.watcher != nil {
					rewait(settleTime) // for what changed between reading and watching
				} else {
					rewait(retryTime)
				}
			}
			if s.clock.read != nil {
				s.clock.read()
			}
		}
	}
}

// startsOver tells whether a change makes the wait begin anew: not for ever, where changes never stop.
func startsOver(pending bool, since, now time.Time) bool {
	return !pending || now.Sub(since) < longestSettle
}

// watched tells whether the watcher still holds the folder; it lets go of one that was deleted or renamed.
func (s *Shelf) watched() bool { return len(s.watcher.WatchList()) > 0 }

// read takes in the folder as it is now. The error is of the folder itself, and then what was there stays.
func (s *Shelf) read() error {
	old := s.now.Load()
	library, err := libraryBooks()
	if err != nil {
		return err
	}
	files, folder, err := readFolder(s.dir, old.files, func(id string) bool {
		return slices.ContainsFunc(library, func(own book) bool { return own.head.ID == id })
	})
	if err != nil {
		problem := Problem{File: s.dir, Line: 1, Column: 1, Message: "the folder cannot be read (" + withoutPath(err) + "); what was read from it before stays", Expected: "a folder that this program may read"}
		s.now.Store(arrange(library, old.files, Problems{problem}))
		if len(old.folder) == 0 {
			s.log.Warn().Str("folder", s.dir).Msg("the folder cannot be read; what was read from it before stays")
		}
		return err
	}
	s.tell(old.files, files)
	s.now.Store(arrange(library, files, folder))
	return nil
}

// withoutPath is an error's reason without the path that it names, which the problem says already.
func withoutPath(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// tell logs what changed.
func (s *Shelf) tell(old, now map[string]shelfFile) {
	for _, name := range sortedNames(now) {
		before, known := old[name]
		f := now[name]
		switch {
		case known && before.sum == f.sum && len(before.problems) == len(f.problems):
		case len(f.problems) > 0:
			// Where, and how to see the rest: what is wrong may quote what is hidden, and that is for the writer and no log.
			if told := s.broken.Load(); told != nil {
				(*told)(f.problems)
			}
			first := f.problems[0]
			s.log.Warn().Str("file", name).Int("problems", len(f.problems)).Int("line", first.Line).Int("column", first.Column).Str("key", first.Key).
				Bool("last_good_stays", f.scenario != nil).Msg("a scenario does not load; breakroom scenarios check says what is wrong")
		default:
			s.log.Info().Str("file", name).Str("hash", f.scenario.Hash[:12]).Msg("a scenario was loaded")
		}
	}
	for _, name := range sortedNames(old) {
		if _, ok := now[name]; !ok {
			s.log.Info().Str("file", name).Msg("a scenario went away")
		}
	}
}

// readFolder reads a folder's scenarios. What did not change is taken over from before.
func readFolder(dir string, before map[string]shelfFile, taken func(id string) bool) (map[string]shelfFile, Problems, error) {
	root, err := os.OpenRoot(dir) // nothing outside of it is read, whatever links lie in it
	if err != nil {
		return nil, nil, err
	}
	defer root.Close()
	folder, err := root.Open(".")
	if err != nil {
		return nil, nil, err
	}
	defer folder.Close()
	entries, err := folder.ReadDir(-1)
	if err != nil {
		return nil, nil, err
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); !e.IsDir() && !strings.HasPrefix(name, ".") && strings.HasSuffix(strings.ToLower(name), ".toml") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var problems Problems
	if len(names) > maxFiles {
		problems = Problems{{File: dir, Line: 1, Column: 1, Message: fmt.Sprintf("the folder holds %d scenarios; the first %d are read", len(names), maxFiles), Expected: fmt.Sprintf("at most %d", maxFiles)}}
		names = names[:maxFiles]
	}
	files := make(map[string]shelfFile, len(names))
	for _, name := range names {
		old := before[name]
		refuse := func(message, expected string) {
			files[name] = shelfFile{scenario: old.scenario, problems: Problems{{File: name, Line: 1, Column: 1, Message: message, Expected: expected}}}
		}
		data, problem, err := readOwn(root, name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // it went away just now
		case err != nil:
			refuse("the file cannot be read ("+withoutPath(err)+")", "a file of this folder that this program may read")
			continue
		case problem != "":
			refuse(problem, fmt.Sprintf("a file of its own in this folder, at most %d KiB", MaxBytes>>10))
			continue
		}
		sum := sha256.Sum256(data)
		if old.sum == sum {
			files[name] = old
			continue
		}
		f := shelfFile{sum: sum, scenario: old.scenario}
		loaded, err := Parse(name, data)
		switch {
		case taken(idOf(name)):
			f.scenario = nil
			f.problems = Problems{{File: name, Line: 1, Column: 1, Message: fmt.Sprintf("a scenario that comes with the program is called %q already, and that one is played", idOf(name)),
				Expected: "another name for this file"}}
			f.problems = append(f.problems, ProblemsOf(name, err)...)
		case err != nil:
			f.problems = ProblemsOf(name, err)
		default:
			f.scenario = loaded
		}
		files[name] = f
	}
	return files, problems, nil
}

// readOwn reads one file of the folder: a plain file of a fair size, also through a link that stays in the folder.
func readOwn(root *os.Root, name string) (data []byte, problem string, err error) {
	info, err := root.Stat(name)
	if err != nil {
		if link, e := root.Lstat(name); e == nil && link.Mode()&fs.ModeSymlink != 0 {
			return nil, "this is a link that leads nowhere, or out of the folder", nil
		}
		return nil, "", err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for ever
		return nil, "this is not a plain file", nil
	}
	if info.Size() > MaxBytes {
		return nil, fmt.Sprintf("the file has %d KiB", (info.Size()+1023)>>10), nil
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	data, err = io.ReadAll(io.LimitReader(f, MaxBytes+1)) // it may grow while it is read
	return data, "", err
}

// arrange puts the library and the folder's scenarios together, in the order in which they are shown.
func arrange(library []book, files map[string]shelfFile, folder Problems) *shelfState {
	state := &shelfState{byID: map[string]book{}, files: files, folder: folder}
	add := func(b book) {
		state.list = append(state.list, b)
		state.byID[b.head.ID] = b
	}
	for _, b := range library {
		add(b)
	}
	for _, name := range sortedNames(files) {
		if s := files[name].scenario; s != nil {
			add(book{s.Head(), func() (*Scenario, error) { return s, nil }})
		}
	}
	group := func(b book) string { return cmp.Or(b.head.About.Series, b.head.ID) }
	easiest := map[string]int{}
	for _, b := range state.list {
		if d, ok := easiest[group(b)]; !ok || b.head.About.Difficulty < d {
			easiest[group(b)] = b.head.About.Difficulty
		}
	}
	slices.SortStableFunc(state.list, func(a, b book) int {
		return cmp.Or(
			cmp.Compare(easiest[group(a)], easiest[group(b)]),
			cmp.Compare(group(a), group(b)),
			cmp.Compare(a.head.About.Part, b.head.About.Part),
			cmp.Compare(a.head.ID, b.head.ID),
		)
	})
	return state
}

func sortedNames(files map[string]shelfFile) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
