package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/rs/zerolog"

	"breakroom/trainer/llm"
	"breakroom/trainer/talk"
	"breakroom/trainer/transcripts"
)

type evalCommand struct {
	Dir      string   `arg:"" help:"A folder of labelled transcripts: NAME.txt with a turn a line, NAME.json with its labels." type:"path"`
	LeaveOut bool     `help:"Fit the models anew without a set before scoring it; sets are left out in groups. A set is the letters that a name begins with."`
	Sayings  string   `help:"With --leave-out: a folder of single labelled sayings that the fitting may use, such as trainer/reading/data." placeholder:"DIR" type:"path"`
	Only     []string `help:"Measure these sets only." placeholder:"SET"`
	Coach    bool     `help:"Measure the coach, the model of --llm-url, in the place of the built-in scorer. The conversations are sent there."`

	Llm modelSettings `embed:"" prefix:"llm-"`
}

// Run measures and prints the agreement.
func (c *evalCommand) Run(ctx context.Context, s streams) error {
	if _, err := os.Stat(c.Dir); err != nil {
		return fmt.Errorf("there is no folder %s", c.Dir)
	}
	if c.Coach {
		return c.coach(ctx, s)
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

// coach has the model read each conversation. The command line is the agreement that they are sent to its host.
func (c *evalCommand) coach(ctx context.Context, s streams) error {
	server, err := c.Llm.open(nil, zerolog.Nop())
	if err != nil {
		return err
	}
	if server == nil {
		return errors.New("--coach needs a model: set --llm-url and --llm-model")
	}
	defer server.Close()
	list, err := transcripts.Load(os.DirFS(c.Dir))
	if err != nil {
		return err
	}
	coach := llm.NewCoach(server, llm.NewGate(server, func(context.Context, string) bool { return true }), zerolog.Nop())
	opinions := map[string]transcripts.Opinion{}
	dropped := 0
	for i := range list {
		if len(c.Only) > 0 && !slices.Contains(c.Only, list[i].Set) {
			continue
		}
		o, err := coach.Evaluate(ctx, list[i].Turns)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			fmt.Fprintf(s.err, "%s: no opinion: %v\n", list[i].Name, err)
			continue
		}
		dropped += o.Dropped
		opinion := transcripts.Opinion{Scores: o.Scores, Faults: map[talk.Fault]bool{}}
		for f := range o.Faults {
			opinion.Faults[f] = true
		}
		opinions[list[i].Name] = opinion
	}
	if len(c.Only) > 0 {
		list = slices.DeleteFunc(list, func(l transcripts.Labelled) bool { return !slices.Contains(c.Only, l.Set) })
	}
	var asked []talk.Fault
	for _, q := range llm.Questions {
		if q.Fault != "" {
			asked = append(asked, q.Fault)
		}
	}
	transcripts.Compare(list, opinions, asked).Print(s.out)
	fmt.Fprintf(s.out, "Answers dropped because they are missing or their words do not stand in the transcript: %d\n", dropped)
	return nil
}
