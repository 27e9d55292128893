package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"breakroom/trainer/transcripts"
)

type evalCommand struct {
	Dir      string   `arg:"" help:"A folder of labelled transcripts: NAME.txt with a turn a line, NAME.json with its labels." type:"path"`
	LeaveOut bool     `help:"Fit the models anew for each set, without it, before scoring it. A set is the letters that a name begins with."`
	Sayings  string   `help:"With --leave-out: a folder of single labelled sayings that the fitting may use, such as trainer/reading/data." placeholder:"DIR" type:"path"`
	Only     []string `help:"Measure these sets only." placeholder:"SET"`
}

// Run measures and prints the agreement.
func (c *evalCommand) Run(ctx context.Context, s streams) error {
	if _, err := os.Stat(c.Dir); err != nil {
		return fmt.Errorf("there is no folder %s", c.Dir)
	}
	options := transcripts.EvalOptions{LeaveOut: c.LeaveOut, Only: c.Only}
	if c.LeaveOut {
		if c.Sayings == "" {
			return errors.New("--leave-out fits models, and needs --sayings, the folder of single sayings: trainer/reading/data in the project")
		}
		options.Sayings = os.DirFS(c.Sayings)
	}
	agreement, err := transcripts.Eval(os.DirFS(c.Dir), options)
	if err != nil {
		return err
	}
	agreement.Print(s.out)
	return nil
}
