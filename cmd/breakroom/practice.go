package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/store"
)

type practiceCommand struct {
	shelfSettings
	Scenario  string  `arg:"" optional:"" help:"The scenario; without one you are asked."`
	Seed      *uint64 `help:"Fix all chance: the same words then get the same answers." placeholder:"NUMBER"`
	Framework string  `help:"Read the debrief through this framework." placeholder:"NAME"`
	Keep      string  `help:"Keep the transcript in this file, for breakroom score." placeholder:"FILE" type:"path"`
}

const practiceKeys = `Write what you say and press Enter. On a line of its own:
  /silence  say nothing      /help  a hint      /end  end the talk
  /out      step out of the role: it stops at once, and nothing is kept
`

// Run holds one conversation. It is kept in a temporary folder, and that folder is removed at the end.
func (c *practiceCommand) Run(ctx context.Context, s streams) (err error) {
	shelf, err := c.shelf(zerolog.Nop())
	if err != nil {
		return err
	}
	defer shelf.Close()
	in := &lines{from: bufio.NewReader(s.in)}
	if f, ok := s.in.(*os.File); ok {
		in.person = isTerminal(f)
	}
	scenario, err := c.choose(shelf, in, s.out)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "breakroom-")
	if err != nil {
		return fmt.Errorf("no temporary folder could be made: %w", err)
	}
	defer closing(&err, func() error { return os.RemoveAll(folder) })
	kept, err := store.Open(ctx, filepath.Join(folder, "practice.db"))
	if err != nil {
		return err
	}
	defer closing(&err, kept.Close)
	t, err := trainer.New(trainer.Options{Store: kept, Library: shelf, Log: zerolog.Nop()})
	if err != nil {
		return err
	}
	defer closing(&err, func() error { return t.Close(context.WithoutCancel(ctx)) })
	person, _, err := t.NewPerson(ctx)
	if err != nil {
		return err
	}
	held, err := t.Begin(ctx, trainer.Begin{Person: person, ScenarioID: scenario.ID, Seed: c.Seed})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s\n%s\n\n%s\n", scenario.About.Title, scenario.About.Setting, scenario.About.Told)
	if scenario.About.Goal != "" {
		fmt.Fprintf(s.out, "\n%s\n", scenario.About.Goal)
	}
	fmt.Fprintf(s.out, "\n%s\n", practiceKeys)
	p := &practice{t: t, id: held.ID, name: scenario.Coworker.Name, in: in, out: s.out}
	out, err := p.talk(ctx)
	if err != nil {
		return err
	}
	if out {
		fmt.Fprintln(s.out, "\nYou stepped out. Nothing of it is kept. If something in it was close to home, talk to somebody you trust.")
		return nil
	}
	if c.Keep != "" {
		if err := c.keep(ctx, t, held.ID, scenario); err != nil {
			return err
		}
	}
	d, err := t.Debrief(ctx, held.ID, c.Framework)
	if err != nil {
		return err
	}
	printDebrief(s.out, d)
	return nil
}

// choose gives the scenario that was named, or asks.
func (c *practiceCommand) choose(shelf *scenarios.Shelf, in *lines, out io.Writer) (*scenarios.Scenario, error) {
	if c.Scenario != "" {
		if found, ok := shelf.Scenario(c.Scenario); ok {
			return found, nil
		}
		return nil, noScenario(shelf, c.Scenario)
	}
	list := shelf.Heads()
	for i, found := range list {
		fmt.Fprintf(out, "%3d  %s (%s, %d minutes)\n", i+1, found.About.Title, found.Name, found.About.Minutes)
	}
	for {
		fmt.Fprint(out, "Which one? ")
		line, err := in.next()
		if err != nil {
			return nil, errors.New("no scenario was chosen; name one: breakroom practice SCENARIO")
		}
		if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(list) {
			found, ok := shelf.Scenario(list[n-1].ID)
			if !ok {
				return nil, fmt.Errorf("the scenario %q is there no more; see: breakroom scenarios list", list[n-1].ID)
			}
			return found, nil
		}
		fmt.Fprintf(out, "A number from 1 to %d, please.\n", len(list))
	}
}

// noScenario says that there is none of that name, or what is wrong with the file that would hold it.
func noScenario(shelf *scenarios.Shelf, id string) error {
	for _, b := range shelf.Broken() {
		if strings.TrimSuffix(b.File, filepath.Ext(b.File)) == id {
			return fmt.Errorf("the scenario %q has mistakes: %w", id, b.Problems)
		}
	}
	return fmt.Errorf("there is no scenario %q%s; see: breakroom scenarios list", id, didYouMean(id, scenarioIDs(shelf)))
}

func scenarioIDs(shelf *scenarios.Shelf) []string {
	var ids []string
	for _, s := range shelf.Heads() {
		ids = append(ids, s.ID)
	}
	return ids
}

// keep writes the transcript as lines that "breakroom score" reads.
func (c *practiceCommand) keep(ctx context.Context, t *trainer.Trainer, id string, scenario *scenarios.Scenario) error {
	turns, err := t.Transcript(ctx, id)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "# %s, practised with the built-in coworker\n", scenario.About.Title)
	for _, turn := range turns {
		name := "Organizer"
		if turn.Speaker != "organizer" {
			name = "Coworker"
		}
		said := strings.Join(strings.Fields(turn.Text), " ")
		if said == "" {
			said = "…"
		}
		fmt.Fprintf(&text, "%s: %s\n", name, said)
	}
	if err := os.WriteFile(c.Keep, []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("the transcript could not be kept: %w", err)
	}
	return nil
}

// lines reads what somebody types, or what stands in a file.
type lines struct {
	from   *bufio.Reader
	person bool
}

// next gives the next line without its end; io.EOF after the last.
func (l *lines) next() (string, error) {
	line, err := l.from.ReadString('\n')
	line = strings.TrimSpace(line)
	if err != nil && line == "" {
		return "", err
	}
	return line, nil
}

// practice is one conversation in a terminal.
type practice struct {
	t    *trainer.Trainer
	id   string
	name string
	in   *lines
	out  io.Writer
}

// talk goes on until somebody ends it; it says whether the trainee stepped out.
func (p *practice) talk(ctx context.Context) (out bool, err error) {
	inbox := newInbox()
	stop, err := p.t.Watch(ctx, p.id, 0, inbox)
	if err != nil {
		return false, err
	}
	defer stop()
	if p.hear(ctx, inbox, func(n trainer.Notice) bool { _, done := n.(trainer.NoticeCaughtUp); return done }) {
		return false, ctx.Err()
	}
	for turn := 1; ; {
		if p.in.person {
			fmt.Fprint(p.out, "You: ")
		}
		line, err := p.in.next()
		if err != nil {
			return false, p.t.End(ctx, p.id)
		}
		if !p.in.person && line != "" {
			fmt.Fprintf(p.out, "You: %s\n", line)
		}
		switch line {
		case "":
			continue
		case "/end":
			return false, p.t.End(ctx, p.id)
		case "/out":
			return true, p.t.StepOut(ctx, p.id)
		case "/help":
			hint, err := p.t.Help(ctx, p.id)
			if err != nil {
				fmt.Fprintln(p.out, trainer.ErrorMessage(err))
				continue
			}
			fmt.Fprintf(p.out, "  [%s]\n", hint.Text)
			continue
		case "/silence":
			line = ""
		}
		if _, err := p.t.Say(ctx, p.id, strconv.Itoa(turn), line); err != nil {
			if trainer.ErrorCode(err) == trainer.CodeInternal || ctx.Err() != nil {
				return false, err
			}
			fmt.Fprintln(p.out, trainer.ErrorMessage(err))
			continue
		}
		turn++
		if p.hear(ctx, inbox, func(n trainer.Notice) bool { _, done := n.(trainer.NoticeMeters); return done }) {
			return false, ctx.Err()
		}
	}
}

// hear prints notices until one is the last that was waited for. It says whether the conversation is over.
func (p *practice) hear(ctx context.Context, from *inbox, last func(trainer.Notice) bool) (over bool) {
	speaking := false
	for {
		n, ok := from.next(ctx)
		if !ok {
			return true
		}
		switch n := n.(type) {
		case trainer.NoticeBegan:
			for _, turn := range n.Opening {
				who := "You"
				if turn.Speaker != "organizer" {
					who = p.name
				}
				fmt.Fprintf(p.out, "%s: %s\n", who, turn.Text)
			}
		case trainer.NoticePiece:
			if !speaking {
				fmt.Fprintf(p.out, "%s: ", p.name)
				speaking = true
			}
			fmt.Fprint(p.out, n.Text)
		case trainer.NoticeAgain:
			if speaking {
				fmt.Fprintln(p.out)
				speaking = false
			}
		case trainer.NoticeSaid:
			if !speaking {
				fmt.Fprintf(p.out, "%s: …", p.name)
			}
			fmt.Fprintln(p.out)
			speaking = false
		case trainer.NoticeLeft:
			fmt.Fprintf(p.out, "(%s gets up and leaves.)\n", p.name)
		case trainer.NoticeTrouble:
			fmt.Fprintln(p.out, n.Message)
		case trainer.NoticeEnded, trainer.NoticeDeleted:
			return true
		}
		if last(n) {
			return false
		}
	}
}

// inbox keeps notices until they are read; it never makes the trainer wait.
type inbox struct {
	mu    sync.Mutex
	list  []trainer.Notice
	ready chan struct{}
}

func newInbox() *inbox { return &inbox{ready: make(chan struct{}, 1)} }

// Notify keeps a notice.
func (i *inbox) Notify(n trainer.Notice) {
	i.mu.Lock()
	i.list = append(i.list, n)
	i.mu.Unlock()
	select {
	case i.ready <- struct{}{}:
	default:
	}
}

// next gives the oldest notice; false once the context is done.
func (i *inbox) next(ctx context.Context) (trainer.Notice, bool) {
	for {
		i.mu.Lock()
		if len(i.list) > 0 {
			n := i.list[0]
			i.list = i.list[1:]
			i.mu.Unlock()
			return n, true
		}
		i.mu.Unlock()
		select {
		case <-i.ready:
		case <-ctx.Done():
			return nil, false
		}
	}
}
