package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer/simulate"
)

type scenariosCommand struct {
	List     scenariosList     `cmd:"" help:"List what can be practised."`
	Show     scenariosShow     `cmd:"" help:"Explain a scenario; what is hidden only with --secrets."`
	Check    scenariosCheck    `cmd:"" help:"Check scenario files: every mistake with file, line, column and key."`
	New      scenariosNew      `cmd:"" help:"Write a file to begin a scenario with."`
	Simulate scenariosSimulate `cmd:"" help:"Play scripted trainees through a scenario, or through all, and say which rule breaks."`
}

type scenariosList struct{ shelfSettings }

// Run prints a line for each scenario.
func (c *scenariosList) Run(s streams) error {
	shelf, err := c.shelf(zerolog.Nop())
	if err != nil {
		return err
	}
	defer shelf.Close()
	width := 0
	for _, found := range shelf.Heads() {
		width = max(width, len(found.ID))
	}
	for _, found := range shelf.Heads() {
		a := found.About
		fmt.Fprintf(s.out, "%-*s  %s: %s, %s (%s, difficulty %d of 3, %d minutes)\n", width, found.ID, a.Title, found.Name, a.Sector, a.Kind, a.Difficulty, a.Minutes)
	}
	return problemsOf(s, shelf)
}

// problemsOf prints what is wrong in the folder of one's own; there being anything ends the command with 1.
func problemsOf(s streams, shelf *scenarios.Shelf) error {
	problems := shelf.Problems()
	for _, p := range problems {
		fmt.Fprintln(s.err, p)
	}
	if len(problems) > 0 {
		return exitCode(1)
	}
	return nil
}

type scenariosCheck struct {
	File []string `arg:"" help:"Scenario files, or folders of them." type:"path"`
	Play bool     `help:"Also play scripted trainees through them: whether listening is what opens this person."`
}

// Run checks files; mistakes end it with 1, warnings do not.
func (c *scenariosCheck) Run(s streams) error {
	files, err := scenarioFiles(c.File)
	if err != nil {
		return err
	}
	bad := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("%s could not be read: %w", file, err)
		}
		found, err := scenarios.Parse(file, data)
		if err != nil {
			for _, p := range scenarios.ProblemsOf(file, err) {
				fmt.Fprintln(s.out, p)
			}
			bad++
			continue
		}
		warnings := append(scenarios.Warnings(found), simulate.Warnings(found)...)
		for _, w := range warnings {
			fmt.Fprintf(s.out, "warning: %s\n", w)
		}
		played := 0
		if c.Play {
			for _, rule := range simulate.Run(found, simulate.Options{}).Broken() {
				if rule.Name == "reach" || rule.Name == "lucky" {
					continue // said above, at its place
				}
				fmt.Fprintf(s.out, "warning: %s: rule %q: %s\n", file, rule.Name, rule.Detail)
				played++
			}
		}
		fmt.Fprintf(s.out, "%s: can be played (%s)\n", file, counted(len(warnings)+played, "warning"))
	}
	if bad > 0 {
		return exitCode(1)
	}
	return nil
}

func counted(n int, what string) string {
	switch n {
	case 0:
		return "no " + what + "s"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// scenarioFiles lists the files of the arguments, those of a folder by their ending.
func scenarioFiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, fmt.Errorf("there is no file or folder %s", arg)
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		inside, err := filepath.Glob(filepath.Join(arg, "*.toml"))
		if err != nil {
			return nil, err
		}
		if len(inside) == 0 {
			return nil, fmt.Errorf("the folder %s holds no scenario (a file that ends in .toml)", arg)
		}
		slices.Sort(inside)
		files = append(files, inside...)
	}
	return files, nil
}

type scenariosNew struct {
	File  string `arg:"" help:"The file to write, NAME.toml; the name becomes the scenario's." type:"path"`
	Title string `help:"Its title." placeholder:"TITLE"`
}

// Run writes the starter file; one that is there already stays as it is.
func (c *scenariosNew) Run(s streams) error {
	id, ok := strings.CutSuffix(filepath.Base(c.File), ".toml")
	if !ok {
		return fmt.Errorf("%s: a scenario's file ends in .toml", c.File)
	}
	title := c.Title
	if title == "" {
		title = strings.ReplaceAll(id, "-", " ")
	}
	text := scenarios.New(id, title)
	if err := os.MkdirAll(filepath.Dir(c.File), 0o755); err != nil {
		return fmt.Errorf("%s could not be written: %w", c.File, err)
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and was left as it is", c.File)
	}
	if err != nil {
		return fmt.Errorf("%s could not be written: %w", c.File, err)
	}
	if _, err := f.Write(text); err != nil {
		return errors.Join(fmt.Errorf("%s could not be written: %w", c.File, err), f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Written: %s\nCheck it with: breakroom scenarios check %s\n", c.File, c.File)
	return nil
}

type scenariosSimulate struct {
	shelfSettings
	Scenario string   `arg:"" optional:"" help:"The scenario; without one the whole library is played."`
	Seeds    int      `help:"How many conversations each kind of trainee holds." default:"40"`
	Kinds    []string `help:"The trainees that play: skilled, middling, poor, flatterer, interrogator, lecturer, silent." placeholder:"KIND"`
	Open     bool     `help:"Play with the mind off, so that whatever is asked about opens: what the mind does is the difference."`
}

// Run plays and prints; a rule that breaks ends it with 1.
func (c *scenariosSimulate) Run(s streams) error {
	shelf, err := c.shelf(zerolog.Nop())
	if err != nil {
		return err
	}
	defer shelf.Close()
	list := shelf.Scenarios()
	if c.Scenario != "" {
		found, ok := shelf.Scenario(c.Scenario)
		if !ok {
			return noScenario(shelf, c.Scenario)
		}
		list = []*scenarios.Scenario{found}
	}
	options := simulate.Options{Seeds: c.Seeds, Open: c.Open}
	for _, name := range c.Kinds {
		if !slices.Contains(simulate.Kinds, simulate.Kind(name)) {
			return fmt.Errorf("there is no trainee %q; there are %v", name, simulate.Kinds)
		}
		options.Kinds = append(options.Kinds, simulate.Kind(name))
	}
	fmt.Fprintf(s.out, "The trainees' words are by %s.\n", simulate.WrittenBy())
	var broken []simulate.Rule
	for _, found := range list {
		report := simulate.Run(found, options)
		if err := report.Print(s.out); err != nil {
			return err
		}
		broken = append(broken, report.Broken()...)
	}
	for _, rule := range broken {
		fmt.Fprintln(s.err, rule)
	}
	if len(broken) > 0 {
		return exitCode(1)
	}
	return nil
}

type scenariosShow struct {
	shelfSettings
	Scenario string `arg:"" help:"The scenario."`
	Secrets  bool   `help:"Show what is hidden, too. Do not look if you want to practise with it."`
}

// Run explains one scenario.
func (c *scenariosShow) Run(s streams) error {
	shelf, err := c.shelf(zerolog.Nop())
	if err != nil {
		return err
	}
	defer shelf.Close()
	found, ok := shelf.Scenario(c.Scenario)
	if !ok {
		return noScenario(shelf, c.Scenario)
	}
	fmt.Fprint(s.out, scenarios.Explain(found, c.Secrets))
	return nil
}
