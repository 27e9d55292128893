package transcripts

import (
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"breakroom/trainer/reading"
	"breakroom/trainer/reading/learn"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// EvalOptions say how agreement is measured.
type EvalOptions struct {
	// LeaveOut fits the models anew, without a set, before scoring it. Without it, the built-in models score everything:
	// right for conversations that they were not fitted to.
	LeaveOut bool
	// Groups is how many groups the sets are parted into with LeaveOut: the sets of a group are left out together. 0 means 6.
	Groups int
	// Sayings are the single sayings that the fitting may use beside the conversations; needed with LeaveOut.
	Sayings fs.FS
	// Only lists the sets to score; empty means all. With LeaveOut, models are fitted to all the sets in Fit that are not left out.
	Only []string
	// Fit lists the sets that models may be fitted to; empty means all.
	Fit []string
	// Learn are the options of the fitting; zero means learn.Default.
	Learn *learn.Options
	// Workers is the number of goroutines; 0 means 2.
	Workers int
	// Resamples is the number of bootstrap samples behind an interval; 0 means 1000.
	Resamples int
}

// Agreement is how well the scorer and the labels agree.
type Agreement struct {
	Conversations, Turns int
	Sets                 []string
	LeaveOut             bool
	Skills               []SkillAgreement
	AnswerRight          float64
	AnswerRange          [2]float64
	Moves, Gives, Faults F1
	EachMove, EachGive   []F1
	EachFault            []F1
	// FaultTurns compares faults with their turns, Faults by name.
	FaultTurns                F1
	Form, Reflection, Telling float64
	FormRange                 [2]float64
	ReflectionRange           [2]float64
	TellingRange              [2]float64
	Disagreements             []Disagreement
	BySet                     []SetAgreement
}

// SkillAgreement compares one skill's scores.
type SkillAgreement struct {
	Skill         talk.Skill
	Kappa         float64    // quadratic weighted
	Range         [2]float64 // of 95 % of the bootstrap samples
	Exact, Within float64    // shares right, and within one
	// ZeroRight is the share of conversations labelled 0 that score 0, over Zeros of them.
	ZeroRight float64
	Zeros     int
	// Raters is how well the raters agreed: the first blind rater and the author; NaN where there was one.
	Raters float64
}

// SetAgreement is a set's kappas and F1s.
type SetAgreement struct {
	Set    string
	Kappas []float64 // in the order of Scored
	Answer float64
	F1s    [3]float64 // moves, gives, faults
	Form   float64
}

// F1 is precision and recall of a label.
type F1 struct {
	Name       string
	TP, FP, FN int
}

// Value is F1, 0 to 1; NaN where the label neither stands nor was said.
func (f F1) Value() float64 {
	if f.TP+f.FP+f.FN == 0 {
		return math.NaN()
	}
	return 2 * float64(f.TP) / float64(2*f.TP+f.FP+f.FN)
}

func (f *F1) count(label, said bool) {
	switch {
	case label && said:
		f.TP++
	case said:
		f.FP++
	case label:
		f.FN++
	}
}

func (f *F1) add(g F1) { f.TP, f.FP, f.FN = f.TP+g.TP, f.FP+g.FP, f.FN+g.FN }

// Disagreement is a conversation in which a score differs from its label.
type Disagreement struct {
	Name, What, Label, Scored string
}

// scored is a conversation with its reading and its score.
type scored struct {
	l     *Labelled
	reads []talk.Read
	score scorecard.Score
}

func scoreWith(l *Labelled, r *reading.Reader) scored {
	kind := l.Kind
	if kind == "" {
		kind = talk.Initial
	}
	c := scorecard.New(kind, 0)
	out := scored{l: l}
	for _, t := range l.Turns {
		read := r.Read(t, nil)
		out.reads = append(out.reads, read)
		c.Add(t, read)
	}
	out.score = c.Score()
	return out
}

func (s scored) value(k talk.Skill) int { return Value(s.score, k) }

// Value gives a labelled skill's value out of a score.
func Value(s scorecard.Score, k talk.Skill) int {
	switch k {
	case talk.SkillAgitation:
		return s.Agitation.Value
	case talk.SkillEducation:
		return s.Education.Value
	case talk.SkillInoculation:
		return s.Inoculation.Value
	case talk.SkillAsk:
		return s.Ask.Value
	case talk.SkillFollowUp:
		return s.FollowUp.Value
	}
	return 0
}

// Eval scores a folder of labelled conversations and compares.
func Eval(fsys fs.FS, o EvalOptions) (*Agreement, error) {
	all, err := Load(fsys)
	if err != nil {
		return nil, err
	}
	if o.Workers == 0 {
		o.Workers = 2
	}
	if o.Resamples == 0 {
		o.Resamples = 1000
	}
	wanted := func(list []string, set string) bool { return len(list) == 0 || slices.Contains(list, set) }
	var results []scored
	if !o.LeaveOut {
		for i := range all {
			if wanted(o.Only, all[i].Set) {
				results = append(results, scoreWith(&all[i], reading.New()))
			}
		}
	} else {
		if o.Sayings == nil {
			return nil, fmt.Errorf("leaving a set out means fitting anew, which needs the folder of the single sayings")
		}
		phrases, err := learn.Beside(o.Sayings)
		if err != nil {
			return nil, err
		}
		opts := learn.Default()
		if o.Learn != nil {
			opts = *o.Learn
		}
		turns := map[string]int{}
		for _, l := range all {
			if wanted(o.Only, l.Set) {
				turns[l.Set] += len(l.Turns)
			}
		}
		if o.Groups == 0 {
			o.Groups = 6
		}
		groups := learn.Folds(turns, o.Groups)
		found := make([][]scored, len(groups))
		limit := make(chan struct{}, o.Workers)
		var wg sync.WaitGroup
		for gi, group := range groups {
			limit <- struct{}{}
			wg.Go(func() {
				defer func() { <-limit }()
				var talks []learn.Talk
				for _, l := range all {
					if !slices.Contains(group, l.Set) && wanted(o.Fit, l.Set) {
						talks = append(talks, l.Talk())
					}
				}
				model := learn.Fit(append(talks, phrases...), opts, 1)
				for i := range all {
					if slices.Contains(group, all[i].Set) {
						found[gi] = append(found[gi], scoreWith(&all[i], reading.NewWith(model)))
					}
				}
			})
		}
		wg.Wait()
		results = slices.Concat(found...)
	}
	if len(results) == 0 {
		return nil, fmt.Errorf("no conversation of the sets %s is here", strings.Join(o.Only, ", "))
	}
	return compare(results, o), nil
}

func compare(results []scored, o EvalOptions) *Agreement {
	a := &Agreement{Conversations: len(results), LeaveOut: o.LeaveOut}
	for _, s := range results {
		a.Turns += len(s.l.Turns)
		if !slices.Contains(a.Sets, s.l.Set) {
			a.Sets = append(a.Sets, s.l.Set)
		}
	}
	samples := resample(len(results), o.Resamples)
	for _, k := range Scored {
		x := SkillAgreement{Skill: k, Raters: math.NaN()}
		pair := func(i int) (int, int) { return results[i].l.Scores[k], results[i].value(k) }
		x.Kappa = weightedKappa(identity(len(results)), pair)
		x.Range = interval(samples, func(idx []int) float64 { return weightedKappa(idx, pair) })
		var one, two []int
		for _, s := range results {
			label, got := s.l.Scores[k], s.value(k)
			if label == got {
				x.Exact++
			} else {
				a.Disagreements = append(a.Disagreements, Disagreement{s.l.Name, string(k), fmt.Sprint(label), fmt.Sprint(got)})
			}
			if label-got <= 1 && got-label <= 1 {
				x.Within++
			}
			if label == 0 {
				x.Zeros++
				if got == 0 {
					x.ZeroRight++
				}
			}
			if r := s.l.Rated[k]; len(r) > 1 {
				one, two = append(one, r[0]), append(two, r[1])
			}
		}
		x.Exact /= float64(len(results))
		x.Within /= float64(len(results))
		x.ZeroRight /= float64(max(1, x.Zeros))
		if len(one) > 0 {
			x.Raters = weightedKappa(identity(len(one)), func(i int) (int, int) { return one[i], two[i] })
		}
		a.Skills = append(a.Skills, x)
	}
	right := func(idx []int) float64 {
		n := 0.0
		for _, i := range idx {
			if results[i].score.Ask.Answer == results[i].l.Answer {
				n++
			}
		}
		return n / float64(len(idx))
	}
	a.AnswerRight = right(identity(len(results)))
	a.AnswerRange = interval(samples, right)
	for _, s := range results {
		if s.score.Ask.Answer != s.l.Answer {
			a.Disagreements = append(a.Disagreements, Disagreement{s.l.Name, "answer", string(s.l.Answer), string(s.score.Ask.Answer)})
		}
	}
	a.EachMove, a.EachGive, a.EachFault, a.FaultTurns = labelsOf(results)
	for _, f := range a.EachMove {
		a.Moves.add(f)
	}
	for _, f := range a.EachGive {
		a.Gives.add(f)
	}
	for _, f := range a.EachFault {
		a.Faults.add(f)
	}
	for _, s := range results {
		for _, f := range talk.Faults {
			_, label := s.l.Faults[f]
			said := slices.ContainsFunc(s.score.Faults, func(x scorecard.Fault) bool { return x.Name == f })
			if label != said {
				word := map[bool]string{true: "there", false: "not there"}
				a.Disagreements = append(a.Disagreements, Disagreement{s.l.Name, string(f), word[label], word[said]})
			}
		}
	}
	form := func(moves []talk.Move) int {
		switch {
		case slices.Contains(moves, talk.OpenQuestion):
			return 2
		case slices.Contains(moves, talk.ClosedQuestion):
			return 1
		}
		return 0
	}
	has := func(m talk.Move) func([]talk.Move) int {
		return func(moves []talk.Move) int {
			if slices.Contains(moves, m) {
				return 1
			}
			return 0
		}
	}
	turnKappa := func(of func([]talk.Move) int) (float64, [2]float64) {
		f := func(idx []int) float64 {
			var x, y []int
			for _, i := range idx {
				s := results[i]
				for k, t := range s.l.Turns {
					if t.Speaker == talk.Organizer {
						x, y = append(x, of(s.l.Moves[k])), append(y, of(s.reads[k].Moves))
					}
				}
			}
			return kappa(x, y)
		}
		return f(identity(len(results))), interval(samples, f)
	}
	a.Form, a.FormRange = turnKappa(form)
	a.Reflection, a.ReflectionRange = turnKappa(has(talk.Reflection))
	a.Telling, a.TellingRange = turnKappa(has(talk.Telling))
	slices.SortStableFunc(a.Disagreements, func(x, y Disagreement) int { return cmp.Compare(x.Name, y.Name) })
	if len(a.Sets) > 1 {
		for _, set := range a.Sets {
			var part []scored
			for _, s := range results {
				if s.l.Set == set {
					part = append(part, s)
				}
			}
			b := compare(part, EvalOptions{Resamples: 1})
			one := SetAgreement{Set: set, Answer: b.AnswerRight, F1s: [3]float64{b.Moves.Value(), b.Gives.Value(), b.Faults.Value()}, Form: b.Form}
			for _, x := range b.Skills {
				one.Kappas = append(one.Kappas, x.Kappa)
			}
			a.BySet = append(a.BySet, one)
		}
	}
	return a
}

func labelsOf(results []scored) (moves, gives, faults []F1, faultTurns F1) {
	for _, m := range talk.Moves {
		f := F1{Name: string(m)}
		for _, s := range results {
			for k, t := range s.l.Turns {
				if t.Speaker == talk.Organizer {
					f.count(slices.Contains(s.l.Moves[k], m), slices.Contains(s.reads[k].Moves, m))
				}
			}
		}
		moves = append(moves, f)
	}
	for _, g := range talk.Gives {
		f := F1{Name: string(g)}
		for _, s := range results {
			for k, t := range s.l.Turns {
				if t.Speaker == talk.Coworker {
					f.count(slices.Contains(s.l.Gives[k], g), slices.Contains(s.reads[k].Gives, g))
				}
			}
		}
		gives = append(gives, f)
	}
	for _, x := range talk.Faults {
		if x == talk.UnsafeQuestion || x == talk.UsedAgainst {
			continue // not in the labels
		}
		f := F1{Name: string(x)}
		for _, s := range results {
			turns := s.l.Faults[x]
			said := false
			for k, t := range s.l.Turns {
				here := slices.Contains(s.reads[k].Faults, x)
				said = said || here
				faultTurns.count(slices.Contains(turns, t.N), here)
			}
			f.count(len(turns) > 0, said)
		}
		faults = append(faults, f)
	}
	return moves, gives, faults, faultTurns
}

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// resample draws bootstrap samples of whole conversations; the same ones each time.
func resample(n, times int) [][]int {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([][]int, times)
	for i := range out {
		out[i] = make([]int, n)
		for k := range out[i] {
			out[i][k] = rng.IntN(n)
		}
	}
	return out
}

func interval(samples [][]int, f func([]int) float64) [2]float64 {
	var v []float64
	for _, s := range samples {
		if x := f(s); !math.IsNaN(x) {
			v = append(v, x)
		}
	}
	if len(v) == 0 {
		return [2]float64{math.NaN(), math.NaN()}
	}
	slices.Sort(v)
	return [2]float64{v[len(v)*25/1000], v[min(len(v)-1, len(v)*975/1000)]}
}

// weightedKappa is Cohen's kappa with quadratic weights; 1 where neither side varies and they agree.
func weightedKappa(idx []int, pair func(int) (int, int)) float64 {
	if len(idx) == 0 {
		return math.NaN()
	}
	observed, n := 0.0, float64(len(idx))
	var sx, sy, sxx, syy float64
	for _, i := range idx {
		a, b := pair(i)
		x, y := float64(a), float64(b)
		observed += (x - y) * (x - y)
		sx, sy, sxx, syy = sx+x, sy+y, sxx+x*x, syy+y*y
	}
	expected := (sxx + syy - 2*sx*sy/n)
	if expected == 0 {
		return 1
	}
	return 1 - observed/expected
}

// kappa is Cohen's kappa without weights.
func kappa(x, y []int) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	same, n := 0.0, float64(len(x))
	cx, cy := map[int]float64{}, map[int]float64{}
	for i := range x {
		if x[i] == y[i] {
			same++
		}
		cx[x[i]]++
		cy[y[i]]++
	}
	chance := 0.0
	for k := range cx {
		chance += cx[k] * cy[k] / (n * n)
	}
	if chance == 1 {
		return 1
	}
	return (same/n - chance) / (1 - chance)
}

// Print writes the agreement as a table, then each disagreement.
func (a *Agreement) Print(w io.Writer) {
	how := "by the built-in models (which were fitted to the conversations that come with the program: measured on those, the figures flatter)"
	if a.LeaveOut {
		how = "each set by models fitted without it, the sets left out in groups"
	}
	fmt.Fprintf(w, "%d conversations, %d turns, sets %s; scored %s.\n", a.Conversations, a.Turns, strings.Join(a.Sets, " "), how)
	fmt.Fprintf(w, "Agreement is with our raters. Intervals: 95 %% of bootstrap samples of conversations.\n\n")
	fmt.Fprintf(w, "%-18s %6s %13s %6s %10s %12s %7s\n", "skill", "kappa", "95 %", "exact", "within one", "0 when 0", "raters")
	for _, s := range a.Skills {
		fmt.Fprintf(w, "%-18s %6s %13s %6s %10s %12s %7s\n", s.Skill, two(s.Kappa), span(s.Range), percent(s.Exact), percent(s.Within), fmt.Sprintf("%s of %d", percent(s.ZeroRight), s.Zeros), two(s.Raters))
	}
	fmt.Fprintf(w, "%-18s %6s %13s\n", "answer", percent(a.AnswerRight), fmt.Sprintf("%s-%s", percent(a.AnswerRange[0]), percent(a.AnswerRange[1])))
	fmt.Fprintf(w, "\n%-18s %6s %13s\n", "turn by turn", "kappa", "95 %")
	fmt.Fprintf(w, "%-18s %6s %13s\n", "question form", two(a.Form), span(a.FormRange))
	fmt.Fprintf(w, "%-18s %6s %13s\n", "reflection", two(a.Reflection), span(a.ReflectionRange))
	fmt.Fprintf(w, "%-18s %6s %13s\n", "telling", two(a.Telling), span(a.TellingRange))
	for _, g := range []struct {
		name string
		all  F1
		each []F1
	}{{"moves", a.Moves, a.EachMove}, {"gives", a.Gives, a.EachGive}, {"faults, by name", a.Faults, a.EachFault}} {
		fmt.Fprintf(w, "\n%-18s %6s %6s %6s %6s\n", g.name, "F1", "right", "false", "missed")
		fmt.Fprintf(w, "%-18s %6s %6d %6d %6d\n", "all", two(g.all.Value()), g.all.TP, g.all.FP, g.all.FN)
		for _, f := range g.each {
			fmt.Fprintf(w, "  %-16s %6s %6d %6d %6d\n", f.Name, two(f.Value()), f.TP, f.FP, f.FN)
		}
	}
	fmt.Fprintf(w, "  %-16s %6s %6d %6d %6d\n", "(with turns)", two(a.FaultTurns.Value()), a.FaultTurns.TP, a.FaultTurns.FP, a.FaultTurns.FN)
	if len(a.BySet) > 0 {
		fmt.Fprintf(w, "\n%-5s", "set")
		for _, k := range Scored {
			fmt.Fprintf(w, " %15s", k)
		}
		fmt.Fprintf(w, " %7s %6s %6s %6s %6s\n", "answer", "moves", "gives", "faults", "form")
		for _, s := range a.BySet {
			fmt.Fprintf(w, "%-5s", s.Set)
			for _, k := range s.Kappas {
				fmt.Fprintf(w, " %15s", two(k))
			}
			fmt.Fprintf(w, " %7s %6s %6s %6s %6s\n", percent(s.Answer), two(s.F1s[0]), two(s.F1s[1]), two(s.F1s[2]), two(s.Form))
		}
	}
	if len(a.Disagreements) > 0 {
		fmt.Fprintf(w, "\nDisagreements:\n")
		for _, d := range a.Disagreements {
			fmt.Fprintf(w, "  %s %s: label %s, scored %s\n", d.Name, d.What, d.Label, d.Scored)
		}
	}
}

func two(x float64) string {
	if math.IsNaN(x) {
		return "-"
	}
	return strings.Replace(fmt.Sprintf("%.2f", x), "0.", ".", 1)
}

func span(r [2]float64) string { return two(r[0]) + " to " + two(r[1]) }

func percent(x float64) string { return fmt.Sprintf("%.0f %%", 100*x) }
