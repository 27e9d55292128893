package reading

import (
	"os"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer/talk"
)

// The cases' confidences are taken as read: these rules are tested, not the models before them.
func TestHarmCases(t *testing.T) {
	data, err := os.ReadFile("testdata/harm.txt")
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ found, missed, falsely, left int }
	got := map[talk.Fault]*tally{talk.UnsafeQuestion: {}, talk.UsedAgainst: {}}
	for n, line := range strings.Split(string(data), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, " | ")
		if len(parts) != 3 {
			t.Fatalf("testdata/harm.txt:%d: want LABEL | before | words", n+1)
		}
		fault := talk.Fault(parts[0][1:])
		c := got[fault]
		if c == nil {
			t.Fatalf("testdata/harm.txt:%d: unknown fault %q", n+1, fault)
		}
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: parts[1]}, nil)
		r.scratch = &scratch{}
		r.scratch.doc.parse(parts[1])
		r.confide(&r.scratch.doc)
		out := r.Read(talk.Turn{N: 2, Speaker: talk.Organizer, Text: parts[2]}, nil)
		said := slices.Contains(out.Faults, fault)
		switch {
		case parts[0][0] == '+' && said:
			c.found++
		case parts[0][0] == '+':
			c.missed++
			t.Logf("missed, line %d: %s", n+1, parts[2])
		case said:
			c.falsely++
			t.Errorf("false alarm, line %d: %s", n+1, parts[2])
		default:
			c.left++
		}
	}
	for f, c := range got {
		t.Logf("%s: found %d of %d, no alarm at %d of %d", f, c.found, c.found+c.missed, c.left, c.left+c.falsely)
		if c.found*10 < (c.found+c.missed)*8 {
			t.Errorf("%s: found only %d of %d", f, c.found, c.found+c.missed)
		}
	}
}
