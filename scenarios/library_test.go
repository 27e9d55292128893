package scenarios

import (
	"reflect"
	"testing"

	"breakroom/trainer/talk"
)

// TestLibrary: every scenario of the library loads, has no warnings, and is as rich as its kind wants.
func TestLibrary(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("the library is empty")
	}
	for _, s := range all {
		t.Run(s.ID, func(t *testing.T) {
			for _, w := range Warnings(s) {
				t.Error(w)
			}
			// The program takes it as it is; here it is checked, from the text that a conversation keeps.
			again := mustParse(t, s.ID+".toml", s.Text())
			if again.text = s.text; !reflect.DeepEqual(again, s) {
				t.Error("the text that a conversation keeps does not give the scenario that was loaded")
			}
			if len(s.Opening) > 0 || s.deepest() < talk.RungResolved {
				return // a drill, an invitation: one strand is enough
			}
			whole := 0
			for i := range s.Grievances {
				g := &s.Grievances[i]
				wordings := 99
				for r := talk.RungNamed; r <= talk.RungResolved; r++ {
					wordings = min(wordings, len(g.Wordings(r)))
				}
				if wordings >= 2 {
					whole++
				}
			}
			if whole < 2 {
				t.Errorf("%d grievances have every rung in two wordings, want 2", whole)
			}
			if len(s.Fears) < 2 || len(s.Boss.WillDo) == 0 || len(s.Asks) == 0 || len(s.Limits) == 0 || len(s.Coworker.SmallTalk) == 0 {
				t.Errorf("%d fears, %d reactions of the boss, %d asks, %d limits, %d small talk", len(s.Fears), len(s.Boss.WillDo), len(s.Asks), len(s.Limits), len(s.Coworker.SmallTalk))
			}
		})
	}
}

func TestProblemsOf(t *testing.T) {
	if got := ProblemsOf("x.toml", nil); got != nil {
		t.Errorf("no error gives %v", got)
	}
	_, err := Parse("x.toml", []byte("format = 1"))
	if got := ProblemsOf("y.toml", err); len(got) != 4 || got[0].File != "x.toml" {
		t.Errorf("got %v", got)
	}
	if got := ProblemsOf("y.toml", errTest).Error(); got != "y.toml:1:1: out of paper" {
		t.Errorf("got %s", got)
	}
}

type testError string

func (e testError) Error() string { return string(e) }

const errTest = testError("out of paper")

// A list shows of each scenario what the whole file says, though only its beginning was read.
func TestHeads(t *testing.T) {
	books, err := libraryBooks()
	if err != nil || len(books) == 0 {
		t.Fatal(len(books), err)
	}
	for _, b := range books {
		s, err := b.load()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := b.head, s.Head(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the head is\n%+v\nthe scenario\n%+v", s.ID, got, want)
		}
	}
}
