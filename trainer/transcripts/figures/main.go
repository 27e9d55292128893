// Command figures measures the scorer on the labelled conversations and writes
// trainer/transcripts/FIGURES.md. Run it from the repository's root:
//
//	go run ./trainer/transcripts/figures
//
// It fits the models anew for each group of sets left out, which takes half an hour on two cores.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"slices"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
	"breakroom/trainer/transcripts"
)

func main() {
	data := flag.String("data", "trainer/transcripts/data", "folder of the labelled conversations")
	sayings := flag.String("sayings", "trainer/reading/data", "folder of what else is learned from")
	out := flag.String("out", "trainer/transcripts/FIGURES.md", "file to write")
	unread := flag.String("unread", "p", "the set that nothing was chosen by")
	apart := flag.String("apart", "trainer/transcripts/apart", "folder of the sets that no model is fitted to")
	fresh := flag.String("fresh", "ae", "the set among those that nobody has read")
	flag.Parse()
	if err := run(*data, *sayings, *out, *unread, *apart, *fresh); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

func run(data, sayings, out, unread, apart, fresh string) error {
	files, beside := os.DirFS(data), os.DirFS(sayings)
	all, err := transcripts.Load(files)
	if err != nil {
		return err
	}
	var sets []string
	for _, l := range all {
		if !slices.Contains(sets, l.Set) && l.Set != unread {
			sets = append(sets, l.Set)
		}
	}
	read, err := transcripts.Eval(files, transcripts.EvalOptions{LeaveOut: true, Sayings: beside, Only: sets, Fit: sets})
	if err != nil {
		return err
	}
	held, err := transcripts.Eval(files, transcripts.EvalOptions{LeaveOut: true, Sayings: beside, Only: []string{unread}, Fit: sets})
	if err != nil {
		return err
	}
	shipped, err := transcripts.Eval(os.DirFS(apart), transcripts.EvalOptions{})
	if err != nil {
		return err
	}
	freshest, err := transcripts.Eval(os.DirFS(apart), transcripts.EvalOptions{Only: []string{fresh}})
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `# How well the scorer agrees with the labels

Written by `+"`go run ./trainer/transcripts/figures`"+`; reading version %d, scoring version %d. Do not edit: change the scorer and run it again.

The labelled conversations stand in `+"`data/`"+`, with how they were made. **The raters were language models working under the rubric, each apart from
the others; no working trainer has checked the labels yet.** So every figure here is agreement with our raters, not with trainers.
Intervals hold 95 %% of bootstrap samples of conversations.

"Left out": each set, one hand's work, is scored by models that were fitted and tuned without it, and without up to three more (sets %v, %d conversations, in six groups).
"Unread": set %s, %d conversations in five styles, was scored by models fitted to the other sets; nothing was chosen by it, but for two settings of the second look, which were found on all sets. The model that ships is fitted to all sets.

`, reading.Version, scorecard.Version, sets, read.Conversations, unread, held.Conversations)
	read.WriteSkills(&b, "left out", held, "unread")
	fmt.Fprintf(&b, `
## On conversations that no model is fitted to

The model that ships, on the %d conversations of [apart/](apart), which it was not fitted to, and of these on the %d of set %s, which nobody had read and nothing was chosen by.

`, shipped.Conversations, freshest.Conversations, fresh)
	shipped.WriteSkills(&b, "apart", freshest, "set "+fresh)
	fmt.Fprint(&b, "\n")
	shipped.WriteSets(&b)
	fmt.Fprintf(&b, "\nThe raters' kappa compares the first blind rater and the author.\n\n## By set, left out\n\n")
	read.WriteSets(&b)
	fmt.Fprintf(&b, "\n## Label by label, left out\n\n")
	read.WriteLabels(&b)

	fmt.Fprintf(&b, `## The learning curve

Set %s, scored by models fitted to more and more of the other sets; the conversations and sayings that serve for training only are in each. What it comes to with nearly all
of the other sets stands in the table by set.

| sets | moves | gives | faults | form |
|---|---|---|---|---|
`, last(sets))
	for _, n := range []int{2, 7} {
		a, err := transcripts.Eval(files, transcripts.EvalOptions{LeaveOut: true, Sayings: beside, Only: []string{last(sets)}, Fit: sets[:n], Resamples: 1})
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "| %d | %.2f | %.2f | %.2f | %.2f |\n", n, a.Moves.Value(), a.Gives.Value(), a.Faults.Value(), a.Form)
	}

	turns, alarms := 0, map[talk.Fault]int{}
	for _, l := range all {
		r := reading.New()
		for _, t := range l.Turns {
			got := r.Read(t, nil)
			if t.Speaker == talk.Organizer {
				turns++
			}
			for _, f := range got.Faults {
				alarms[f]++
			}
		}
	}
	fmt.Fprintf(&b, `
## What has no labels

`+"`unsafe-question` and `used-against`"+` are found by plain rules that would rather miss than accuse; their cases and near misses stand in
`+"`trainer/reading/testdata/harm.txt`"+`. Over the %d organizer turns of all given conversations, `+"`unsafe-question`"+` is said %d times, `+"`used-against`"+` %d times.

## What the scorer cannot do

- It reads words. It does not hear tone, see a face, or know how long a silence was.
- It looks at two turns or so at a time and does not understand: sarcasm, feelings that are shown and not named, and figures of speech slip past it.
  The weakest labels in the tables above are the ones to read with the most doubt; overriding a score is part of the trainer's work.
- A turn in another language is counted and otherwise not scored. A few words of another language within English are no hindrance.
- Its levels are made for practice conversations of five to forty turns about a problem that organizing could be about.

## Measuring it on your own transcripts

Label role-plays that everybody in them agreed to have used: NAME.txt with a turn a line ("Organizer:", "Coworker:"), NAME.json with the labels as in
`+"`data/`"+`. Label before you look at the scores, two of you apart from each other. Then:

    breakroom eval FOLDER

prints these tables for your conversations, with each disagreement. What is below about .60 on yours should not be shown to people as a score.
`, turns, alarms[talk.UnsafeQuestion], alarms[talk.UsedAgainst])
	if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s written\n", out)
	return nil
}

func last(list []string) string { return list[len(list)-1] }
