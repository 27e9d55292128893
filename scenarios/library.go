package scenarios

import (
	"bufio"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed library/*.toml
var libraryFiles embed.FS

// Library gives the scenarios that come with the program, by ID in
// alphabetical order. They are read once and must not be changed. The library
// is tested to load; where it does not, the error is a Problems that names
// every mistake of every file, and the scenarios that do load are still given.
func Library() ([]*Scenario, error) {
	list, err := libraryBooks()
	if err != nil {
		return nil, err
	}
	var wg sync.WaitGroup
	for _, b := range list {
		wg.Go(func() { _, _ = b.load() }) // what it gives is held
	}
	wg.Wait()
	var out []*Scenario
	var all Problems
	for _, b := range list {
		if s, err := b.load(); err != nil {
			all = append(all, ProblemsOf(b.head.ID+".toml", err)...)
		} else {
			out = append(out, s)
		}
	}
	if len(all) > 0 {
		return out, all
	}
	return out, nil
}

// Head is what a list shows of a scenario. All of it is open.
type Head struct {
	ID    string
	About About
	// Name and Job are the coworker's.
	Name, Job string
}

// Head gives what a list shows.
func (s *Scenario) Head() Head {
	return Head{ID: s.ID, About: s.About, Name: s.Coworker.Name, Job: s.Coworker.Job}
}

// book is a scenario of which only the head is known before it is played: whole, it takes a hundred times the memory.
type book struct {
	head Head
	load func() (*Scenario, error) // reads it once
}

var libraryBooks = sync.OnceValues(func() ([]book, error) {
	names, err := fs.Glob(libraryFiles, "library/*.toml")
	if err != nil {
		return nil, err
	}
	var out []book
	for _, name := range names { // Glob sorts
		file := path.Base(name)
		head, err := readHead(name)
		if err != nil {
			return nil, err
		}
		out = append(out, book{head, sync.OnceValues(func() (*Scenario, error) {
			data, err := libraryFiles.ReadFile(name)
			if err != nil {
				return nil, err
			}
			s, err := parseChecked(file, data) // the tests have checked it
			if err != nil {
				return nil, err
			}
			s.text = "" // it is in libraryFiles
			return s, nil
		})})
	}
	return out, nil
})

// readHead reads no more of a file of the library than what stands before its first list of tables: a test holds all of them to having their heads there.
func readHead(name string) (Head, error) {
	f, err := libraryFiles.Open(name)
	if err != nil {
		return Head{}, err
	}
	defer f.Close()
	var text strings.Builder
	lines := bufio.NewScanner(f)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "[[") {
		text.WriteString(lines.Text())
		text.WriteByte('\n')
	}
	if err := lines.Err(); err != nil {
		return Head{}, err
	}
	s, _, err := decodeStrict(text.String())
	if err != nil {
		return Head{}, fmt.Errorf("%s: %w", path.Base(name), err)
	}
	s.settle()
	s.ID = idOf(name)
	return s.Head(), nil
}

// Text gives the file as it was loaded; a conversation keeps it.
func (s *Scenario) Text() string {
	if s.text != "" {
		return s.text
	}
	data, _ := libraryFiles.ReadFile("library/" + s.ID + ".toml")
	return string(data)
}

// idOf is a file's name without its folder and ending.
func idOf(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimSuffix(name, ".toml")
}
