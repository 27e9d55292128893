package scenarios

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one mistake in a scenario's file, said to its writer.
type Problem struct {
	// File is the name that the file was given to Parse with.
	File string
	// Line and Column say where, both from 1; Column counts characters. Where the whole file is meant both are 1.
	Line, Column int
	// Key is the full path of the key, its array elements numbered from 1: "grievance[2].told[1]". Empty where no key is meant.
	Key string
	// Message says what is wrong, Expected what would be right.
	Message, Expected string
}

// Where is the place of the problem and nothing that stands there: "dale.toml:12:1: about.kind".
func (p Problem) Where() string {
	where := fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	if p.Key != "" {
		where += ": " + p.Key
	}
	return where
}

// String is the problem in one line: "dale.toml:12:1: about.kind: …; expected …".
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Key != "" {
		b.WriteString(p.Key)
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Expected != "" {
		b.WriteString("; expected ")
		b.WriteString(p.Expected)
	}
	return b.String()
}

// Problems are all mistakes of a file, or of several, in the order of their places. As an error it reads a line a problem.
type Problems []Problem

// Error gives a line for each problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// ProblemsOf gives the problems that an error holds; any other error becomes one problem of the file.
func ProblemsOf(file string, err error) Problems {
	if err == nil {
		return nil
	}
	if found, ok := errors.AsType[Problems](err); ok {
		return found
	}
	return Problems{{File: file, Line: 1, Column: 1, Message: err.Error()}}
}
