package apt

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func turn(text string) Turn {
	return Turn{Words: strings.Fields(text), Form: []string{"asked"}, Questions: 1, Sentences: 1}
}

// taught is a table that has learned one thing: who asks "when" wants a day, who asks "who" a person; a day is apt to any third turn.
func taught(t *testing.T) ([]Example, *Table) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	var list []Example
	for i := range 400 {
		words := []string{"did", "you", "the", "they", "shift", "rota", "tell", "come"}
		rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		e := Example{}
		switch i % 3 {
		case 0:
			e = Example{Turn: turn("when " + strings.Join(words[:4], " ")), Apt: []string{"day"}}
		case 1:
			e = Example{Turn: turn("who " + strings.Join(words[:4], " ")), Apt: []string{"person", "nobody"}}
		default:
			e = Example{Turn: turn(strings.Join(words[:5], " "))}
		}
		list = append(list, e)
	}
	table, err := Decode(Learn(list, 1))
	if err != nil {
		t.Fatal(err)
	}
	return list, table
}

func TestLearn(t *testing.T) {
	list, table := taught(t)
	if !slices.Equal(table.Names, []string{"day", "nobody", "person"}) {
		t.Fatalf("the kinds are %v", table.Names)
	}
	for _, c := range []struct {
		text string
		apt  []string
	}{
		{"when did the shift come", []string{"day"}},
		{"who did the shift come", []string{"person", "nobody"}},
		{"did you the shift tell", nil},
	} {
		asked := turn(c.text)
		for i, s := range table.Score(&asked) {
			if want := slices.Contains(c.apt, table.Names[i]); want != (s > 0) {
				t.Errorf("%q: %s has the score %d", c.text, table.Names[i], s)
			}
		}
	}
	out, err := LeaveOut(list, 4, 1)
	if err != nil || out.Told < 0.99 || out.First < 0.6 || out.First > 0.7 {
		t.Errorf("left out: %s, %v", out, err)
	}
	if a, b := Learn(list, 1), Learn(list, 1); !slices.Equal(a, b) {
		t.Error("the same examples give two tables")
	}
}

func TestDecodeDamaged(t *testing.T) {
	list, _ := taught(t)
	data := Learn(list, 1)
	for _, n := range []int{0, 4, 7, 9, len(data) / 2, len(data) - 1} {
		if _, err := Decode(data[:n]); err == nil {
			t.Errorf("a table of %d bytes of %d is taken", n, len(data))
		}
	}
	if _, err := Decode(append(slices.Clone(data), 0)); err == nil {
		t.Error("a table with a byte too many is taken")
	}
}

// Nothing that somebody may say makes a score that is out of all bounds, or costs more than the window that is looked at.
func TestScoreIsBounded(t *testing.T) {
	for _, table := range []*Table{Acts, Replies} {
		for _, text := range []string{"", "why", "привет как дела", strings.Repeat("why did you do that to me ", 5000)} {
			asked := turn(text)
			asked.Rest = strings.Fields(text)
			if n := len(asked.Features()); n > 600 {
				t.Errorf("%.20q has %d features", text, n)
			}
			for i, s := range table.Score(&asked) {
				if s < -60_000 || s > 60_000 {
					t.Errorf("%.20q: %s has the score %d", text, table.Names[i], s)
				}
			}
		}
	}
}

func TestAt(t *testing.T) {
	if i := Acts.At("story"); Acts.Names[i] != "story" {
		t.Errorf("story is at %d, where %s is", i, Acts.Names[i])
	}
	defer func() {
		if recover() == nil {
			t.Error("a kind that is not there has a place")
		}
	}()
	Acts.At("nonsense")
}
