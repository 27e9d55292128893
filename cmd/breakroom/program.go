package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"

	"breakroom/trainer/talk"
)

// streams are what a command reads from and prints to.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// program is the command line: a subcommand a field, each in a file of its own.
type program struct {
	Config string `help:"Read settings from this TOML file; flags and environment variables go before it." placeholder:"FILE" type:"existingfile"`

	Serve     serveCommand     `cmd:"" default:"withargs" help:"Serve the pages and the conversations (what breakroom does when no command is named)."`
	Practice  practiceCommand  `cmd:"" aliases:"practise" help:"Hold a practice conversation in the terminal."`
	Score     scoreCommand     `cmd:"" help:"Score transcripts of role-plays."`
	Eval      evalCommand      `cmd:"" help:"Measure the scorer on a folder of labelled transcripts."`
	Scenarios scenariosCommand `cmd:"" help:"List, explain, check, start and simulate scenarios."`
	Backup    backupCommand    `cmd:"" help:"Write a consistent copy of the store, also while serving."`
	Help      helpCommand      `cmd:"" help:"Show a command's settings, each with its default."`
}

// exitCode is how a command ends the program with a code of its own and no message.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// parserExit carries the parser's wish to exit (after --help) out of Parse.
type parserExit int

// run parses the arguments and runs the command. It returns the exit code: 0 done, 1 failed, 2 wrong usage.
func run(ctx context.Context, args []string, s streams) (code int) {
	defer func() {
		if e, ok := recover().(parserExit); ok {
			code = int(e)
		}
	}()
	var p program
	parser, err := kong.New(&p,
		kong.Name("breakroom"),
		kong.Description("Practise a one-on-one organizing conversation, and see why it went as it did."),
		kong.Writers(s.out, s.err),
		kong.Exit(func(c int) { panic(parserExit(c)) }),
		kong.DefaultEnvars("BREAKROOM"),
		kong.Resolvers(&configFile{path: &p.Config}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.ValueFormatter(describe),
		kong.Vars{"database": defaultDatabase(), "kinds": kindNames()},
	)
	if err != nil {
		fmt.Fprintln(s.err, "breakroom:", err)
		return 1
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(s.err, "breakroom: %v\n", err)
		fmt.Fprintln(s.err, "See: breakroom help")
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.Bind(s, parser)
	if err := command.Run(); err != nil {
		var c exitCode
		if errors.As(err, &c) {
			return int(c)
		}
		fmt.Fprintf(s.err, "breakroom: %v\n", err)
		return 1
	}
	return 0
}

// describe shows a setting's help with its default and its environment variable.
func describe(v *kong.Value) string {
	text := v.Help
	if v.HasDefault && !v.IsBool() {
		text += " Default: " + v.Default + "."
	}
	if v.Tag != nil && len(v.Tag.Envs) > 0 {
		text += " $" + strings.Join(v.Tag.Envs, ", $")
	}
	return text
}

type helpCommand struct {
	Command []string `arg:"" optional:"" help:"The command to explain."`
}

// Run prints the help of the program or of one command.
func (h *helpCommand) Run(parser *kong.Kong) error {
	_, err := parser.Parse(append(h.Command, "--help"))
	return err
}

// defaultDatabase is the file for conversations where none is set: in the user's own configuration folder,
// or in the working directory on a machine that has none.
func defaultDatabase() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "breakroom.db"
	}
	return dir + string(os.PathSeparator) + "breakroom" + string(os.PathSeparator) + "breakroom.db"
}

// kindNames lists the kinds of conversation for the help.
func kindNames() string {
	var names []string
	for _, k := range talk.Kinds {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}
