package coworker

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"breakroom/trainer/talk"
)

var update = flag.Bool("update", false, "write the golden files anew")

// readScript reads a conversation by hand: a turn a line, with what it does in braces.
func readScript(tb testing.TB, name string) []organizer {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	var out []organizer
	for i, line := range strings.Split(strings.TrimRight(string(data), "\n"), "\n") {
		text, labels, ok := strings.Cut(line, "{")
		if !ok {
			tb.Fatalf("%s:%d: no labels", name, i+1)
		}
		o := organizer{text: strings.TrimSpace(text)}
		for _, label := range strings.Fields(strings.TrimSuffix(labels, "}")) {
			key, value, _ := strings.Cut(label, "=")
			n, _ := strconv.Atoi(value)
			switch {
			case value != "" && key == "ask":
				o.ask = n
			case value != "" && key == "follow":
				o.follow = n
			case slices.Contains(talk.Moves, talk.Move(label)):
				o.moves = append(o.moves, talk.Move(label))
			case slices.Contains(talk.Faults, talk.Fault(label)):
				o.faults = append(o.faults, talk.Fault(label))
			default:
				if _, ok := signEffects[talk.Sign(label)]; !ok && !slices.Contains([]talk.Sign{talk.Greeting, talk.Farewell, talk.Thanks, talk.Backchannel, talk.AsksIfMachine, talk.Distress}, talk.Sign(label)) {
					tb.Fatalf("%s:%d: no label %q", name, i+1, label)
				}
				o.signs = append(o.signs, talk.Sign(label))
			}
		}
		out = append(out, o)
	}
	return out
}

// spokenTurn is a coworker's turn with the cue behind it.
type spokenTurn struct {
	heard talk.Turn
	cue   talk.Cue
	said  string
}

// converse plays a script with the mind and the built-in actor.
func converse(tb testing.TB, m *Mind, script []organizer, seed uint64) []spokenTurn {
	tb.Helper()
	var turns []talk.Turn
	var out []spokenTurn
	for _, o := range script {
		turn := talk.Turn{N: len(turns) + 1, Speaker: talk.Organizer, Text: o.text}
		read := talk.Read{Turn: turn.N, Speaker: talk.Organizer, Moves: o.moves, Faults: o.faults, Signs: o.signs, AskLevel: o.ask, FollowUpLevel: o.follow}
		cue := m.Hear(turn, read)
		spoken, err := Embedded{}.Speak(context.Background(), Scene{Open: m.b.s.Open(), Cue: cue, Heard: turn, Read: read, Recent: turns[max(0, len(turns)-24):], Seed: seed}, func(string) error { return nil })
		if err != nil {
			tb.Fatal(err)
		}
		answer := talk.Turn{N: turn.N + 1, Speaker: talk.Coworker, Text: spoken.Text}
		m.Said(answer, spoken.Voiced)
		turns = append(turns, turn, answer)
		out = append(out, spokenTurn{turn, cue, spoken.Text})
	}
	return out
}

// Whole conversations, word by word: a good one, a poor one, an odd one.
func TestGoldenConversations(t *testing.T) {
	for _, name := range []string{"good", "poor", "odd"} {
		t.Run(name, func(t *testing.T) {
			s := desk(t)
			m := New(s, 7)
			var b strings.Builder
			for _, x := range converse(t, m, readScript(t, name+".talk"), 7) {
				fmt.Fprintf(&b, "Organizer: %s\n", x.heard.Text)
				fmt.Fprintf(&b, "  (%s", x.cue.Act)
				for _, part := range []string{string(x.cue.Reason), x.cue.About, x.cue.Manner} {
					if part != "" {
						b.WriteString(" · " + part)
					}
				}
				if x.cue.Rung > 0 {
					b.WriteString(" · opens " + x.cue.Rung.String())
				}
				fmt.Fprintf(&b, ")\nCoworker: %s\n", x.said)
			}
			v := m.View()
			fmt.Fprintf(&b, "\ntrust %d, patience %d, hope %d, resolve %d\nstate %s\n", v.Trust, v.Patience, v.Hope, v.Resolve, m.State())
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.String(); got != string(want) {
				t.Errorf("%s differs (run with -update to take it over):\n%s", path, firstDifference(string(want), got))
			}
		})
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a, b)
		}
	}
	return "nothing"
}
