package transcripts

import (
	"fmt"
	"io"

	"breakroom/trainer/talk"
)

// Opinion is what somebody else, a coach, says of a labelled conversation.
type Opinion struct {
	// Scores are those of the skills that were judged; Faults those that were seen.
	Scores map[talk.Skill]int
	Faults map[talk.Fault]bool
}

// OpinionAgreement is how well opinions and labels agree, over the conversations that an opinion was given of.
type OpinionAgreement struct {
	Given, Conversations int
	Skills               []SkillAgreement
	Faults               F1
	Disagreements        []Disagreement
}

// Compare measures opinions against labels. Conversations without an opinion
// are counted and left out; nothing is made up in its place. Faults are those that the coach is asked about.
func Compare(list []Labelled, opinions map[string]Opinion, asked []talk.Fault) OpinionAgreement {
	out := OpinionAgreement{Conversations: len(list), Faults: F1{Name: "faults"}}
	for _, l := range list {
		if _, ok := opinions[l.Name]; ok {
			out.Given++
		}
	}
	for _, skill := range Scored {
		var labels, said []int
		for _, l := range list {
			o, given := opinions[l.Name]
			value, judged := o.Scores[skill]
			if !given || !judged {
				continue
			}
			labels, said = append(labels, l.Scores[skill]), append(said, value)
			if value != l.Scores[skill] {
				out.Disagreements = append(out.Disagreements, Disagreement{Name: l.Name, What: string(skill), Label: fmt.Sprint(l.Scores[skill]), Scored: fmt.Sprint(value)})
			}
		}
		n := len(labels)
		pair := func(i int) (int, int) { return labels[i], said[i] }
		a := SkillAgreement{Skill: skill, Kappa: weightedKappa(identity(n), pair)}
		a.Range = interval(resample(n, 1000), func(idx []int) float64 { return weightedKappa(idx, pair) })
		for i := range labels {
			d := labels[i] - said[i]
			if d == 0 {
				a.Exact += 1 / float64(n)
			}
			if d >= -1 && d <= 1 {
				a.Within += 1 / float64(n)
			}
			if labels[i] == 0 {
				a.Zeros++
				if said[i] == 0 {
					a.ZeroRight++
				}
			}
		}
		if a.Zeros > 0 {
			a.ZeroRight /= float64(a.Zeros)
		}
		out.Skills = append(out.Skills, a)
	}
	for _, l := range list {
		o, given := opinions[l.Name]
		if !given {
			continue
		}
		for _, f := range asked {
			out.Faults.count(len(l.Faults[f]) > 0, o.Faults[f])
		}
	}
	return out
}

// Print writes the agreement as a table.
func (a OpinionAgreement) Print(w io.Writer) {
	fmt.Fprintf(w, "An opinion was given of %d of %d conversations; the others are left out.\n\n", a.Given, a.Conversations)
	fmt.Fprintf(w, "%-18s %6s %13s %6s %10s %12s\n", "skill", "kappa", "95 %", "exact", "within one", "0 when 0")
	for _, s := range a.Skills {
		fmt.Fprintf(w, "%-18s %6s %13s %6s %10s %12s\n", s.Skill, two(s.Kappa), span(s.Range), percent(s.Exact), percent(s.Within), fmt.Sprintf("%s of %d", percent(s.ZeroRight), s.Zeros))
	}
	fmt.Fprintf(w, "%-18s %6s   right %d, false %d, missed %d\n", a.Faults.Name+" (F1)", two(a.Faults.Value()), a.Faults.TP, a.Faults.FP, a.Faults.FN)
	for _, d := range a.Disagreements {
		fmt.Fprintf(w, "%s: %s is labelled %s, the coach says %s\n", d.Name, d.What, d.Label, d.Scored)
	}
}
