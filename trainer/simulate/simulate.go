package simulate

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// Options say how much is played.
type Options struct {
	// Seeds is how many conversations each kind holds; 0 means 40.
	Seeds int
	// Kinds are the trainees that play; empty means all.
	Kinds []Kind
	// Open plays with the mind off: whatever is asked about opens. It is the ablation that shows what the mind does.
	Open bool
	// Late has the trainees speak with the words of LateHand alone.
	Late bool
}

// Talk is one conversation played to its end.
type Talk struct {
	Turns []talk.Turn
	Reads []talk.Read
	Cues  []talk.Cue
	Score scorecard.Score
	View  coworker.View
	// Told counts the hidden facts that were voiced; Rung is the deepest rung voiced.
	Told int
	Rung talk.Rung
	// Attainment is the mean of the counted skills, each over its maximum, in percent.
	Attainment int
}

// recentTurns is the window that the actor gets, as in a real conversation.
const recentTurns = 24

// Play holds one conversation between a trainee and the built-in coworker.
func Play(s *scenarios.Scenario, k Kind, seed uint64, open bool) Talk {
	return playWith(s, k, seed, open, Hands)
}

func playWith(s *scenarios.Scenario, k Kind, seed uint64, open bool, who []Hand) Talk {
	t := newTrainee(k, s, seed, who)
	return play(s, seed, open, func(heard string, gives []talk.Give) (string, bool) {
		if heard != "" {
			t.hear(heard, gives)
		}
		return t.say()
	})
}

// Converse plays an organizer's words, one turn after the other, against a scenario's coworker.
func Converse(s *scenarios.Scenario, seed uint64, says []string) Talk {
	i := 0
	return play(s, seed, false, func(string, []talk.Give) (string, bool) {
		if i >= len(says) {
			return "", false
		}
		i++
		return says[i-1], true
	})
}

// play runs the life of a turn, without a store, until either side has done.
func play(s *scenarios.Scenario, seed uint64, open bool, next func(heard string, gives []talk.Give) (string, bool)) Talk {
	target := 0
	if s.About.TalkTarget > 0 {
		target = int(s.About.TalkTarget*100 + 0.5)
	}
	reader := reading.New()
	card := scorecard.New(s.About.Kind, target)
	mind := coworker.New(s, seed)
	if open {
		mind = coworker.NewUngated(s, seed)
	}
	scene := coworker.Scene{Open: s.Open(), Seed: seed}
	var out Talk
	n := 0
	add := func(turn talk.Turn, cue *talk.Cue) talk.Read {
		r := reader.Read(turn, cue)
		card.Add(turn, r)
		out.Turns = append(out.Turns, turn)
		out.Reads = append(out.Reads, r)
		return r
	}
	heard := ""
	var gives []talk.Give
	for _, o := range s.Opening {
		n++
		r := add(talk.Turn{N: n, Speaker: o.Speaker, Text: o.Text}, nil)
		if o.Speaker == talk.Coworker {
			heard, gives = o.Text, r.Gives
		}
	}
	for {
		text, ok := next(heard, gives)
		if !ok {
			break
		}
		n++
		turn := talk.Turn{N: n, Speaker: talk.Organizer, Text: text}
		scene.Recent = out.Turns[max(0, len(out.Turns)-recentTurns):]
		read := add(turn, nil)
		cue := mind.Hear(turn, read)
		out.Cues = append(out.Cues, cue)
		scene.Cue, scene.Heard, scene.Read = cue, turn, read
		spoken, err := coworker.Embedded{}.Speak(context.Background(), scene, func(string) error { return nil })
		if err != nil {
			panic("simulate: the built-in actor failed: " + err.Error()) // unreachable: neither context nor emit can fail
		}
		n++
		answer := talk.Turn{N: n, Speaker: talk.Coworker, Text: spoken.Text}
		r := add(answer, &cue)
		mind.Said(answer, spoken.Voiced)
		scene.Small = coworker.AddSmall(scene.Small, answer.Text, spoken.Voiced)
		for _, line := range cue.Lines {
			if slices.Contains(spoken.Voiced, line.ID) {
				scene.Voiced = append(scene.Voiced, line)
			}
		}
		// A trainee understands what was meant, as anybody would: what the voiced lines carry, else what the reader finds.
		heard, gives = spoken.Text, cue.Gives
		if len(cue.Lines) == 0 {
			gives = slices.DeleteFunc(slices.Clone(r.Gives), func(g talk.Give) bool { return !slices.Contains(cue.Gives, g) && g != talk.Deflects })
		}
		if cue.Act == talk.ActLeave {
			break
		}
	}
	out.Score = card.Score()
	out.View = mind.View()
	out.Told, out.Rung = told(out.View)
	out.Attainment = Attainment(s, out.Score)
	return out
}

// told counts the facts that were voiced, each once however it was worded: not their refusals, not their limits.
func told(v coworker.View) (facts int, rung talk.Rung) {
	seen := map[string]bool{}
	for _, o := range v.Opened {
		if !opened(o.ID) && !strings.Contains(o.ID, ".yes.") && !strings.Contains(o.ID, ".partly.") {
			continue
		}
		fact := o.ID[:strings.LastIndexByte(o.ID, '.')]
		if !seen[fact] {
			seen[fact] = true
			facts++
		}
	}
	for _, r := range v.Rungs {
		rung = max(rung, r)
	}
	return facts, rung
}

// Attainment is the mean of the counted skills, each over its maximum, in
// percent; an ask or a next talk that came with harm counts nothing. It is for checking scenarios; people are never given a total.
func Attainment(s *scenarios.Scenario, score scorecard.Score) int {
	counts := scorecard.Counts(s.About.Kind, s.About.Practise)
	sum, n := 0, 0
	for _, skill := range talk.Skills {
		if !counts[skill] {
			continue
		}
		value := 0
		most := scorecard.CapFor(s.About.Kind, skill)
		switch skill {
		case talk.SkillTalkRatio:
			if score.TalkRatio.Band != nil {
				value = *score.TalkRatio.Band
			}
		case talk.SkillAgitation:
			value = score.Agitation.Value
		case talk.SkillInoculation:
			value = score.Inoculation.Value
		case talk.SkillAsk:
			if value = score.Ask.Value; score.Ask.Pushed {
				value = 0 // harm first: it does not count as progress
			}
		case talk.SkillEducation:
			value = score.Education.Value
		case talk.SkillFollowUp:
			if value = score.FollowUp.Value; score.Ask.Pushed {
				value = 0 // nor is a next talk with somebody who was pressed
			}
		}
		sum += 100 * min(value, most) / most
		n++
	}
	if n == 0 {
		return 0
	}
	return sum / n
}

// Spread is how a figure is spread over the seeds.
type Spread struct {
	// Low and High bound the middle 80 percent, Median halves it.
	Low, Median, High int
}

func spread(values []int) Spread {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return Spread{}
	}
	return Spread{Low: values[n/10], Median: values[n/2], High: values[n-1-n/10]}
}

// Summary is what one kind of trainee got.
type Summary struct {
	Told, Attainment, Rung, Turns Spread
	// DeepestRung is the deepest rung that any of them reached.
	DeepestRung talk.Rung
	// Left counts the talks that the coworker got up and left.
	Left int
	// Share is the organizer's share of all words, in percent.
	Share int
}

// Report is what a simulation found.
type Report struct {
	Scenario string
	Kind     talk.Kind
	Seeds    int
	Open     bool
	Kinds    []Kind
	ByKind   map[Kind]Summary
	// Reached holds the IDs of all lines voiced in any talk; Unreached the hidden facts that nobody was told.
	Reached   map[string]bool
	Unreached []string
	// Lucky lists the lines that one single question opened, with the question.
	Lucky []string

	target talk.Rung
	// brief is set for a talk of up to ten minutes, drill for one that practises one or two skills or begins in the middle.
	brief, drill bool
	// telling is set where what they are told is an aim of the talk, deep where every skill counts.
	telling, deep bool
}

// Run plays the scenario.
func Run(s *scenarios.Scenario, o Options) Report {
	if o.Seeds <= 0 {
		o.Seeds = 40
	}
	if len(o.Kinds) == 0 {
		o.Kinds = Kinds
	}
	r := Report{Scenario: s.ID, Kind: s.About.Kind, Seeds: o.Seeds, Open: o.Open, Kinds: o.Kinds, ByKind: map[Kind]Summary{}, Reached: map[string]bool{}}
	r.target = targetOf(s)
	for d, name := range talk.RungNames {
		if name == s.Mind.DeepestRung {
			r.target = min(r.target, talk.Rung(d))
		}
	}
	r.brief, r.drill = s.About.Minutes <= 10, len(s.Opening) > 0 || len(s.About.Practise) == 1 || len(s.About.Practise) == 2
	counts := scorecard.Counts(s.About.Kind, s.About.Practise)
	depends := counts[talk.SkillAgitation] || counts[talk.SkillInoculation] || counts[talk.SkillEducation]
	r.telling = s.About.Kind != talk.Invitation && (depends || len(s.About.Practise) == 0)
	r.deep = len(counts) == len(talk.Skills)
	who := Hands
	if o.Late {
		who = []Hand{LateHand}
	}
	for _, k := range o.Kinds {
		var told, attained, rungs, turns []int
		var sum Summary
		share := 0
		for seed := range o.Seeds {
			t := playWith(s, k, uint64(seed), o.Open, who)
			told = append(told, t.Told)
			attained = append(attained, t.Attainment)
			rungs = append(rungs, int(t.Rung))
			turns = append(turns, len(t.Turns))
			sum.DeepestRung = max(sum.DeepestRung, t.Rung)
			if t.View.Left {
				sum.Left++
			}
			share += int(t.Score.TalkRatio.Value*100 + 0.5)
			for _, line := range t.View.Opened {
				r.Reached[line.ID] = true
			}
		}
		sum.Told, sum.Attainment, sum.Rung, sum.Turns = spread(told), spread(attained), spread(rungs), spread(turns)
		sum.Share = share / o.Seeds
		r.ByKind[k] = sum
	}
	if !o.Open {
		for _, l := range lucky(s) {
			r.Lucky = append(r.Lucky, l.String())
		}
		if slices.Contains(o.Kinds, Skilled) {
			r.Unreached = unreached(s, r.Reached)
		}
	}
	return r
}

// targetOf is the rung that a skilled trainee should reach: what the kind is
// scored to, three rungs in the few minutes of a doorstep, none where agitation does not count.
func targetOf(s *scenarios.Scenario) talk.Rung {
	if !scorecard.Counts(s.About.Kind, s.About.Practise)[talk.SkillAgitation] {
		return talk.RungNothing
	}
	target := talk.Rung(scorecard.CapFor(s.About.Kind, talk.SkillAgitation))
	if s.About.Kind == talk.Doorstep || s.About.Kind == talk.Recruitment || s.About.Minutes < 10 {
		target = min(target, talk.RungCost)
	}
	return target
}

// Rule is a rule that a scenario breaks.
type Rule struct {
	// Name is "order", "shut", "target", "reach" or "lucky".
	Name     string
	Scenario string
	Detail   string
}

func (r Rule) String() string { return fmt.Sprintf("%s: rule %q: %s", r.Scenario, r.Name, r.Detail) }

// Broken lists the rules that the scenario breaks; empty where it holds them all. A run with the mind off is not judged.
func (r Report) Broken() []Rule {
	if r.Open {
		return nil
	}
	var out []Rule
	broken := func(name, format string, args ...any) {
		out = append(out, Rule{Name: name, Scenario: r.Scenario, Detail: fmt.Sprintf(format, args...)})
	}
	for _, pair := range [][2]Kind{{Skilled, Middling}, {Middling, Poor}} {
		a, okA := r.ByKind[pair[0]]
		b, okB := r.ByKind[pair[1]]
		if !okA || !okB {
			continue
		}
		parts := a.Told.Low > b.Told.High
		switch {
		case r.drill:
			parts = a.Told.Median > b.Told.Median
		case r.brief && pair[0] == Skilled:
			parts = a.Told.Low >= b.Told.Median && a.Told.Median > b.Told.Median
		case r.brief:
			parts = a.Told.Median > b.Told.High
		}
		if r.telling && !parts {
			broken("order", "%s trainees are told %d (%d to %d), %s ones %d (%d to %d; middle 80 percent)",
				pair[0], a.Told.Median, a.Told.Low, a.Told.High, pair[1], b.Told.Median, b.Told.Low, b.Told.High)
		}
		parts = a.Attainment.Low > b.Attainment.High
		switch {
		case !r.deep && pair[0] == Middling:
			parts = a.Attainment.Median > b.Attainment.High
		case !r.deep:
			parts = a.Attainment.Median > b.Attainment.Median || a.Attainment.Median == 100
		}
		if !parts {
			broken("order", "%s trainees attain %d %% (%d to %d), %s ones %d %% (%d to %d; middle 80 percent)",
				pair[0], a.Attainment.Median, a.Attainment.Low, a.Attainment.High, pair[1], b.Attainment.Median, b.Attainment.Low, b.Attainment.High)
		}
	}
	for _, k := range []Kind{Flatterer, Interrogator, Lecturer, Silent} {
		// A drill begins where somebody has listened already: there it goes a rung further.
		shut := talk.RungTold
		if r.drill {
			shut = talk.RungCost
		}
		if s, ok := r.ByKind[k]; ok && s.DeepestRung > shut {
			broken("shut", "a %s reached rung %q", k, s.DeepestRung)
		}
	}
	if s, ok := r.ByKind[Skilled]; ok && talk.Rung(s.Rung.Median) < r.target {
		broken("target", "skilled trainees reach rung %q, this kind of talk is scored to %q", talk.Rung(s.Rung.Median), r.target)
	}
	for _, id := range r.Unreached {
		broken("reach", "nobody was told %s", id)
	}
	for _, l := range r.Lucky {
		broken("lucky", "%s", l)
	}
	return out
}

// Print writes the report as a table.
func (r Report) Print(w io.Writer) error {
	var b strings.Builder
	mode := ""
	if r.Open {
		mode = ", mind off"
	}
	fmt.Fprintf(&b, "%s (%s%s, %d talks a kind)\n", r.Scenario, r.Kind, mode, r.Seeds)
	fmt.Fprintf(&b, "  %-13s %-16s %-16s %-12s %6s %6s %5s\n", "trainee", "told", "attained %", "rung", "turns", "share", "left")
	for _, k := range r.Kinds {
		s := r.ByKind[k]
		fmt.Fprintf(&b, "  %-13s %2d (%2d to %2d)    %3d (%3d to %3d)  %d (%d to %d)   %5d %5d%% %5d\n", k,
			s.Told.Median, s.Told.Low, s.Told.High, s.Attainment.Median, s.Attainment.Low, s.Attainment.High,
			s.Rung.Median, s.Rung.Low, s.Rung.High, s.Turns.Median, s.Share, s.Left)
	}
	for _, rule := range r.Broken() {
		fmt.Fprintf(&b, "  breaks %q: %s\n", rule.Name, rule.Detail)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
