package main

import (
	"fmt"
	"io"
	"strings"

	"breakroom/trainer/debrief"
)

// printDebrief writes a debrief for a terminal, in the order in which a trainer would say it.
func printDebrief(w io.Writer, d debrief.Debrief) {
	heading := func(text string) { fmt.Fprintf(w, "\n%s\n%s\n", text, strings.Repeat("-", len([]rune(text)))) }
	point := func(p debrief.Point) {
		if p.Title != "" {
			fmt.Fprintf(w, "* %s\n", p.Title)
		}
		if p.Turn > 0 && p.Quote != "" {
			fmt.Fprintf(w, "  turn %d: “%s”\n", p.Turn, p.Quote)
		}
		fmt.Fprintf(w, "  %s\n", p.Text)
		if p.Better != "" {
			fmt.Fprintf(w, "  Try: %s\n", p.Better)
		}
	}
	for _, n := range d.Notice {
		fmt.Fprintf(w, "\n%s\n", n)
	}
	if len(d.Harm) > 0 {
		heading("First")
		for _, p := range d.Harm {
			point(p)
		}
	}
	if d.Felt != nil {
		heading("What it did for " + d.Name)
		fmt.Fprintf(w, "  %s\n", d.Felt.Text)
	}
	if len(d.Worked) > 0 {
		heading("What worked")
		for _, p := range d.Worked {
			point(p)
		}
	}
	if d.Next != nil {
		heading("One thing to try next")
		point(*d.Next)
	}
	heading("Where each score comes from")
	for _, s := range d.Skills {
		mark := ""
		if !s.Counts {
			mark = " (not the aim of this one)"
		}
		fmt.Fprintf(w, "* %s: %s%s\n", s.Name, s.Level, mark)
		for _, q := range s.Evidence {
			fmt.Fprintf(w, "    turn %d: “%s” %s\n", q.Turn, q.Quote, q.Text)
		}
		if len(s.Evidence) == 0 {
			for _, q := range s.Missed {
				fmt.Fprintf(w, "    closest, turn %d: “%s” %s\n", q.Turn, q.Quote, q.Text)
			}
		}
	}
	if d.Answer != nil {
		heading(d.Answer.Title)
		fmt.Fprintf(w, "  %s\n", d.Answer.Text)
	}
	if len(d.Faults) > 0 {
		heading("Also")
		for _, p := range d.Faults {
			point(p)
		}
	}
	if d.Story != "" {
		heading("What was behind it")
		fmt.Fprintf(w, "  %s\n", strings.Join(strings.Fields(d.Story), " "))
		for _, line := range d.Teaches {
			fmt.Fprintf(w, "  - %s\n", line)
		}
	}
	heading("What no program can judge")
	for _, line := range d.CannotJudge {
		fmt.Fprintf(w, "  - %s\n", line)
	}
	fmt.Fprintf(w, "\n%s\n", d.People)
}
