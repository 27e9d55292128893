package scenarios

import (
	"embed"
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
func Library() ([]*Scenario, error) { return loadLibrary() }

var loadLibrary = sync.OnceValues(func() ([]*Scenario, error) {
	var out []*Scenario
	var all Problems
	names, err := fs.Glob(libraryFiles, "library/*.toml")
	if err != nil {
		return nil, err
	}
	read := make([]*Scenario, len(names))
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names { // Glob sorts
		wg.Go(func() {
			data, err := libraryFiles.ReadFile(name)
			if err == nil {
				read[i], err = parseChecked(path.Base(name), data) // the tests have checked it
			}
			errs[i] = err
		})
	}
	wg.Wait()
	for i, name := range names {
		if errs[i] != nil {
			all = append(all, ProblemsOf(path.Base(name), errs[i])...)
			continue
		}
		read[i].text = "" // it is in libraryFiles
		out = append(out, read[i])
	}
	if len(all) > 0 {
		return out, all
	}
	return out, nil
})

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
