package learn

import (
	"bufio"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"breakroom/trainer/talk"
)

// Phrases reads the single sayings that stand beside the labelled conversations:
// coworker.txt and organizer.txt, "LABELS | WORDS | what the other side said before", a saying a line.
// Each becomes a talk of no set, which every model may learn from.
func Phrases(fsys fs.FS) ([]Talk, error) {
	var out []Talk
	for _, side := range sides {
		name := string(side) + ".txt"
		f, err := fsys.Open(name)
		if err != nil {
			return nil, fmt.Errorf("reading the sayings: %w", err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			line := strings.TrimSpace(lines.Text())
			if line == "" || line[0] == '#' {
				continue
			}
			parts := strings.Split(line, " | ")
			if len(parts) < 2 || len(parts) > 3 {
				return nil, fmt.Errorf("%s:%d: a saying is LABELS | WORDS, or LABELS | WORDS | what was said before", name, n)
			}
			var labels []string
			if parts[0] != "-" {
				labels = strings.Split(parts[0], ",")
			}
			for _, l := range labels {
				if !slices.Contains(names(side), l) {
					return nil, fmt.Errorf("%s:%d: there is no label %q", name, n, l)
				}
			}
			t := Talk{Phrase: true}
			if len(parts) == 3 {
				other := talk.Coworker
				if side == talk.Coworker {
					other = talk.Organizer
				}
				t.Turns = append(t.Turns, talk.Turn{N: 1, Speaker: other, Text: parts[2]})
				// what was answered with yes, no or in part was an ask
				var before []string
				if slices.Contains(labels, "yes") || slices.Contains(labels, "no") || slices.Contains(labels, "partly") {
					before = []string{"ask"}
				}
				t.Labels = append(t.Labels, before)
			}
			t.Turns = append(t.Turns, talk.Turn{N: len(t.Turns) + 1, Speaker: side, Text: parts[1]})
			t.Labels = append(t.Labels, labels)
			for _, l := range labels {
				switch l {
				case "ask":
					t.Ask = max(t.Ask, 1)
				case "ask-2":
					t.Ask = 2
				case "ask-3":
					t.Ask = 3
				case "follow-up":
					t.FollowUp = max(t.FollowUp, 1)
				case "follow-up-2":
					t.FollowUp = 2
				}
			}
			out = append(out, t)
		}
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
	}
	return out, nil
}

// helping is the file of conversations in which somebody else than an organizer helps: only the helper's turns are labelled.
const helping = "helping.txt"

// Conversations reads the files of the folder conversations: whole conversations that serve for training only.
func Conversations(fsys fs.FS) ([]Talk, error) {
	files, err := fs.Glob(fsys, "conversations/*.txt")
	if err != nil {
		return nil, fmt.Errorf("reading the conversations for training: %w", err)
	}
	var out []Talk
	for _, name := range files {
		side := talk.Speaker("")
		if path.Base(name) == helping {
			side = talk.Organizer
		}
		talks, err := conversations(fsys, name, side)
		if err != nil {
			return nil, err
		}
		out = append(out, talks...)
	}
	return out, nil
}

func conversations(fsys fs.FS, name string, side talk.Speaker) ([]Talk, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading the conversations for training: %w", err)
	}
	defer f.Close()
	var out []Talk
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		if line[0] == '@' {
			parts := strings.Split(line[1:], "|")
			if len(parts) != 3 {
				return nil, fmt.Errorf("%s:%d: a conversation begins with @ NAME | scores | about", name, n)
			}
			t := Talk{Side: side, Set: strings.TrimRight(strings.TrimSpace(parts[0]), "0123456789")}
			scores := strings.Fields(parts[1])
			for i := 0; i+1 < len(scores); i += 2 {
				v, err := strconv.Atoi(scores[i+1])
				switch {
				case scores[i] == "ask" && err == nil:
					t.Ask = v
				case scores[i] == "fu" && err == nil:
					t.FollowUp = v
				}
			}
			out = append(out, t)
			continue
		}
		head, words, ok := strings.Cut(line, ": ")
		who, list, ok2 := strings.Cut(head, " ")
		if !ok || !ok2 || len(out) == 0 || who != "O" && who != "C" {
			return nil, fmt.Errorf("%s:%d: a turn is O or C, its labels, a colon and the words", name, n)
		}
		t := &out[len(out)-1]
		side := talk.Organizer
		if who == "C" {
			side = talk.Coworker
		}
		var labels []string
		if list != "-" {
			labels = strings.Split(list, ",")
		}
		for _, l := range labels {
			if l == "ask-1" || l == "follow-up-1" || l == "ask-2" || l == "follow-up-2" {
				t.Leveled = true
			}
			if !slices.Contains(names(side), l) && !slices.Contains(talk.Faults, talk.Fault(l)) && !slices.Contains(unlearned, l) {
				return nil, fmt.Errorf("%s:%d: there is no label %q", name, n, l)
			}
		}
		t.Turns = append(t.Turns, talk.Turn{N: len(t.Turns) + 1, Speaker: side, Text: words})
		t.Labels = append(t.Labels, labels)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return out, nil
}

// unlearned are labels that authors give and no model is fitted to.
var unlearned = func() []string {
	out := []string{"ask-1", "follow-up-1"}
	for _, g := range []talk.Give{talk.GivesFix, talk.GivesWho, talk.GivesAction, talk.GivesPlan, talk.GivesBoundary} {
		out = append(out, string(g))
	}
	return out
}()

// Beside reads all that models may learn from beside the labelled conversations: single sayings and conversations for training.
func Beside(fsys fs.FS) ([]Talk, error) {
	phrases, err := Phrases(fsys)
	if err != nil {
		return nil, err
	}
	whole, err := Conversations(fsys)
	if err != nil {
		return nil, err
	}
	return append(whole, phrases...), nil
}
