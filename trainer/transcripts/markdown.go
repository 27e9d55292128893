package transcripts

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// WriteSkills writes the agreement per skill and turn by turn as Markdown tables; beside it that of another
// agreement, under its own name, such as that on a set which nobody looked at.
func (a *Agreement) WriteSkills(w io.Writer, name string, beside *Agreement, besideName string) {
	fmt.Fprintf(w, "| | %s: kappa (95 %%) | exact | within one | 0 where the label is 0 | %s: kappa | 0 where 0 | raters' kappa |\n|---|---|---|---|---|---|---|---|\n", name, besideName)
	for i, s := range a.Skills {
		b := beside.Skills[i]
		raters := two(s.Raters)
		if math.IsNaN(s.Raters) {
			raters = two(b.Raters)
		}
		fmt.Fprintf(w, "| %s | %s (%s) | %s | %s | %s of %d | %s | %s of %d | %s |\n", s.Skill, two(s.Kappa), span(s.Range),
			percent(s.Exact), percent(s.Within), percent(s.ZeroRight), s.Zeros, two(b.Kappa), percent(b.ZeroRight), b.Zeros, raters)
	}
	fmt.Fprintf(w, "\n| | %s (95 %%) | %s |\n|---|---|---|\n", name, besideName)
	fmt.Fprintf(w, "| the coworker's answer, right | %s (%s to %s) | %s |\n", percent(a.AnswerRight), percent(a.AnswerRange[0]), percent(a.AnswerRange[1]), percent(beside.AnswerRight))
	for _, row := range []struct {
		what   string
		here   float64
		spread [2]float64
		there  float64
	}{
		{"question form (open, closed, none), kappa", a.Form, a.FormRange, beside.Form},
		{"reflection, kappa", a.Reflection, a.ReflectionRange, beside.Reflection},
		{"telling, kappa", a.Telling, a.TellingRange, beside.Telling},
	} {
		fmt.Fprintf(w, "| %s | %s (%s) | %s |\n", row.what, two(row.here), span(row.spread), two(row.there))
	}
	for _, row := range []struct {
		what        string
		here, there F1
	}{{"moves, micro-F1", a.Moves, beside.Moves}, {"gives, micro-F1", a.Gives, beside.Gives}, {"faults by name, micro-F1", a.Faults, beside.Faults}} {
		fmt.Fprintf(w, "| %s | %s | %s |\n", row.what, two(row.here.Value()), two(row.there.Value()))
	}
}

// WriteSets writes a row a set as a Markdown table.
func (a *Agreement) WriteSets(w io.Writer) {
	fmt.Fprint(w, "| set |")
	for _, k := range Scored {
		fmt.Fprintf(w, " %s |", k)
	}
	fmt.Fprintf(w, " answer | moves | gives | faults | form |\n|---|%s\n", strings.Repeat("---|", len(Scored)+5))
	for _, s := range a.BySet {
		fmt.Fprintf(w, "| %s |", s.Set)
		for _, k := range s.Kappas {
			fmt.Fprintf(w, " %s |", two(k))
		}
		fmt.Fprintf(w, " %s | %s | %s | %s | %s |\n", percent(s.Answer), two(s.F1s[0]), two(s.F1s[1]), two(s.F1s[2]), two(s.Form))
	}
}

// WriteLabels writes F1 per move, give and fault as Markdown tables.
func (a *Agreement) WriteLabels(w io.Writer) {
	for _, g := range []struct {
		name string
		each []F1
	}{{"move", a.EachMove}, {"give", a.EachGive}, {"fault, by name", a.EachFault}} {
		fmt.Fprintf(w, "| %s | F1 | right | false | missed |\n|---|---|---|---|---|\n", g.name)
		for _, f := range g.each {
			fmt.Fprintf(w, "| %s | %s | %d | %d | %d |\n", f.Name, two(f.Value()), f.TP, f.FP, f.FN)
		}
		fmt.Fprintln(w)
	}
}
