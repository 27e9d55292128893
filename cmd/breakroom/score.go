package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"breakroom/trainer/talk"
	"breakroom/trainer/transcripts"
)

type scoreCommand struct {
	File      []string `arg:"" optional:"" help:"Transcripts of role-plays; - or none reads standard input."`
	JSON      bool     `help:"Print one JSON object a transcript."`
	Kind      string   `help:"The kind of conversation, which decides what counts: ${kinds}. Guessed and said so without it." placeholder:"KIND"`
	Organizer []string `help:"A name that stands before the organizer's turns. May be repeated." placeholder:"NAME"`
	Coworker  []string `help:"A name that stands before the coworker's turns. May be repeated." placeholder:"NAME"`
	Target    int      `help:"The organizer's share of the words aimed at, in percent; 0 takes that of the kind." default:"0"`
}

const onlyRolePlays = "For role-plays only: never a recording of somebody who did not agree to it."

// Run scores each transcript. One that cannot be read ends the command with 1; the others are scored all the same.
func (c *scoreCommand) Run(s streams) error {
	kind := talk.Kind(c.Kind)
	if kind != "" && !slices.Contains(talk.Kinds, kind) {
		return fmt.Errorf("there is no kind of conversation %q; there are %v", c.Kind, talk.Kinds)
	}
	if c.Target != 0 && (c.Target < 20 || c.Target > 60) {
		return fmt.Errorf("--target %d: expected 20 to 60 percent", c.Target)
	}
	files := c.File
	if len(files) == 0 {
		files = []string{"-"}
	}
	if !c.JSON {
		fmt.Fprintln(s.out, onlyRolePlays)
	}
	failed := false
	for _, file := range files {
		if err := c.score(s, file, kind); err != nil {
			fmt.Fprintf(s.err, "breakroom: %s: %v\n", file, err)
			failed = true
		}
	}
	if failed {
		return exitCode(1)
	}
	return nil
}

func (c *scoreCommand) score(s streams, file string, kind talk.Kind) error {
	data, err := readTranscript(s.in, file)
	if err != nil {
		return err
	}
	t, err := transcripts.Parse(data, transcripts.ParseOptions{Organizer: c.Organizer, Coworker: c.Coworker, Kind: kind})
	if err != nil {
		return err
	}
	result := transcripts.Score(file, t, c.Target)
	if c.JSON {
		enc := json.NewEncoder(s.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(result)
	}
	fmt.Fprintln(s.out)
	result.WriteText(s.out)
	return nil
}

// mostTranscript bounds what is read of one transcript, in bytes.
const mostTranscript = 8 << 20

func readTranscript(in io.Reader, file string) ([]byte, error) {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, errors.New("it could not be opened; is the name right?")
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, mostTranscript+1))
	if err != nil {
		return nil, fmt.Errorf("it could not be read: %w", err)
	}
	if len(data) > mostTranscript {
		return nil, fmt.Errorf("it is longer than %d MiB", mostTranscript>>20)
	}
	return data, nil
}
