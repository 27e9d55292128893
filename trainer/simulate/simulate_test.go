package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/talk"
)

func library(tb testing.TB) []*scenarios.Scenario {
	tb.Helper()
	list, err := scenarios.Library()
	if err != nil {
		tb.Fatal(err)
	}
	if len(list) == 0 {
		tb.Fatal("the library is empty")
	}
	return list
}

// Dose and response: over the whole library no rule is broken.
func TestLibraryHoldsEveryRule(t *testing.T) {
	const seeds = 40 // fewer are too few to tell a middle 80 percent
	for _, s := range library(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			r := Run(s, Options{Seeds: seeds})
			for _, rule := range r.Broken() {
				t.Error(rule)
			}
			var b strings.Builder
			if err := r.Print(&b); err != nil {
				t.Fatal(err)
			}
			t.Log(b.String())
		})
	}
}

// With the mind off, whoever is on topic is told what only listening should
// open: the rules that the mind holds are broken without it.
func TestWithoutTheMind(t *testing.T) {
	kinds := []Kind{Interrogator} // praise is on no topic, so that a flatterer is told little either way
	for _, s := range library(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			with := Run(s, Options{Seeds: 10, Kinds: kinds})
			without := Run(s, Options{Seeds: 10, Kinds: kinds, Open: true})
			var b strings.Builder
			if err := without.Print(&b); err != nil {
				t.Fatal(err)
			}
			t.Log(b.String())
			if without.Broken() != nil {
				t.Error("a run with the mind off is judged")
			}
			if deepest := slices.Index(talk.RungNames[:], s.Mind.DeepestRung); deepest > 0 && talk.Rung(deepest) <= talk.RungTold {
				return // there is nothing deeper for the mind to keep
			}
			on, off := with.ByKind[Interrogator], without.ByKind[Interrogator]
			if off.DeepestRung <= on.DeepestRung || !with.brief && (off.DeepestRung < talk.RungFelt || on.Told.High >= off.Told.Median) {
				t.Errorf("an interrogator reaches %s and is told %d facts or fewer with the mind, %s and %d without it", on.DeepestRung, on.Told.High, off.DeepestRung, off.Told.Median)
			}
		})
	}
}

// What no trainee has to be played for is said at its place in the file.
func TestWarnings(t *testing.T) {
	for _, s := range library(t) {
		if w := Warnings(s); len(w) > 0 {
			t.Errorf("%s: %v", s.ID, w)
		}
	}
	s := *library(t)[0]
	s.Hash = ""
	s.Mind.Opens = 1
	s.Grievances = slices.Clone(s.Grievances)
	s.Grievances[0].Details = []scenarios.Detail{{Topics: []string{"zzyzx"}, Says: []string{"Nobody can ask for this."}, After: "resolved"}}
	s.Grievances[0].Resolved = nil
	for _, w := range Warnings(&s) {
		if w.Line < 2 || w.File == "" || !strings.Contains(w.Key, "grievance[") {
			t.Errorf("a warning without a place: %+v", w)
		}
	}
	if len(Warnings(&s)) == 0 {
		t.Error("a detail behind a rung that has no words is not warned of")
	}
}

// With words that nothing was set by, everything holds but the distance between the kinds: those stand in order in the median.
func TestWordsThatCameLater(t *testing.T) {
	for _, s := range library(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			r := Run(s, Options{Late: true})
			for _, rule := range r.Broken() {
				if t.Log(rule); rule.Name != "order" {
					t.Error(rule)
				}
			}
			skilled, middling, poor := r.ByKind[Skilled].Told.Median, r.ByKind[Middling].Told.Median, r.ByKind[Poor].Told.Median
			if r.telling && (skilled <= middling || middling <= poor) {
				t.Errorf("skilled trainees are told %d, middling ones %d, poor ones %d in the median", skilled, middling, poor)
			}
		})
	}
}

// A trainee speaks with one hand's words, and every hand has words for all that a kind does.
func TestOneVoice(t *testing.T) {
	for _, k := range Kinds {
		for situation := range books()[k]["one"] {
			for hand, b := range books()[k] {
				if len(b[situation]) == 0 {
					t.Errorf("%s: hand %s has no words for %q", k, hand, situation)
				}
			}
		}
	}
	if a, b := newTrainee(Skilled, library(t)[0], 4, Hands), newTrainee(Skilled, library(t)[0], 5, Hands); a.book["open"][0] == b.book["open"][0] {
		t.Error("two seeds in a row have the same hand")
	}
	if !strings.Contains(WrittenBy(), "not seen the mind") {
		t.Error(WrittenBy())
	}
}

// The same seed is the same talk, whatever was played before.
func TestSameSeedSameTalk(t *testing.T) {
	s := library(t)[0]
	words := func(x Talk) string {
		var b strings.Builder
		for _, turn := range x.Turns {
			fmt.Fprintf(&b, "%s: %s\n", turn.Speaker, turn.Text)
		}
		return b.String()
	}
	for _, k := range Kinds {
		first := words(Play(s, k, 5, false))
		Play(s, k, 6, false)
		if again := words(Play(s, k, 5, false)); again != first {
			t.Errorf("%s: two talks with seed 5 differ", k)
		}
	}
}

// Every kind has words for every situation that it can come into, and leaves no place unfilled.
func TestTraineesSpeak(t *testing.T) {
	for _, s := range library(t) {
		for _, k := range Kinds {
			for seed := range uint64(4) {
				x := Play(s, k, seed, false)
				for _, turn := range x.Turns {
					if turn.Speaker == talk.Organizer && strings.ContainsAny(turn.Text, "{}") {
						t.Errorf("%s, %s: %q", s.ID, k, turn.Text)
					}
				}
			}
		}
	}
}

// No content comes twice, and no filler within twelve of the coworker's turns.
func TestNothingTwice(t *testing.T) {
	for _, s := range library(t) {
		for _, k := range Kinds {
			for seed := range uint64(6) {
				x := Play(s, k, seed, false)
				lines := map[string]int{}
				for i, c := range x.Cues {
					for _, l := range c.Lines {
						if lines[l.ID]++; lines[l.ID] > 1 && strings.Contains(said(x, i), l.Text) {
							t.Errorf("%s, %s, seed %d: %s came twice", s.ID, k, seed, l.ID)
						}
					}
				}
				var past []string
				for _, turn := range x.Turns {
					if turn.Speaker != talk.Coworker {
						continue
					}
					if slices.Contains(past[max(0, len(past)-12):], turn.Text) {
						t.Errorf("%s, %s, seed %d: %q twice within twelve turns", s.ID, k, seed, turn.Text)
					}
					past = append(past, turn.Text)
				}
			}
		}
	}
}

func said(x Talk, cue int) string {
	n := 0
	for _, turn := range x.Turns {
		if turn.Speaker == talk.Coworker {
			if n == cue {
				return turn.Text
			}
			n++
		}
	}
	return ""
}

// The rules see what they are for: each is broken by a report that breaks it.
func TestRulesBreak(t *testing.T) {
	fine := func() Report {
		spread := func(n int) Spread { return Spread{n, n, n} }
		by := map[Kind]Summary{}
		for i, k := range []Kind{Skilled, Middling, Poor} {
			by[k] = Summary{Told: spread(12 - 4*i), Attainment: spread(90 - 30*i), Rung: spread(5 - 2*i), DeepestRung: talk.Rung(5 - 2*i)}
		}
		for _, k := range []Kind{Flatterer, Interrogator, Lecturer, Silent} {
			by[k] = Summary{DeepestRung: talk.RungTold}
		}
		return Report{Scenario: "x", ByKind: by, target: talk.RungResolved, telling: true, deep: true}
	}
	if broken := fine().Broken(); len(broken) > 0 {
		t.Fatalf("a report that holds every rule breaks %v", broken)
	}
	for name, change := range map[string]func(*Report){
		"order": func(r *Report) { s := r.ByKind[Middling]; s.Told.High = 12; r.ByKind[Middling] = s },
		"shut":  func(r *Report) { s := r.ByKind[Flatterer]; s.DeepestRung = talk.RungCost; r.ByKind[Flatterer] = s },
		"target": func(r *Report) {
			s := r.ByKind[Skilled]
			s.Rung.Median = 4
			r.ByKind[Skilled] = s
		},
		"reach": func(r *Report) { r.Unreached = []string{"fear.x.says.1"} },
		"lucky": func(r *Report) { r.Lucky = []string{"one question opens it"} },
	} {
		t.Run(name, func(t *testing.T) {
			r := fine()
			change(&r)
			broken := r.Broken()
			if len(broken) != 1 || broken[0].Name != name || !strings.Contains(broken[0].String(), "x: rule") {
				t.Errorf("got %v", broken)
			}
		})
	}
}

// A fact that nobody can reach is named: one that hides behind a rung without words.
func TestUnreached(t *testing.T) {
	s := *library(t)[0]
	s.Hash = ""
	s.Grievances = slices.Clone(s.Grievances)
	g := s.Grievances[0]
	g.Details = []scenarios.Detail{{Topics: []string{"zzyzx"}, Says: []string{"Nobody can ask for this."}, After: "named"}}
	for _, r := range []*[]string{&g.Named, &g.Told, &g.Cost, &g.Felt, &g.Resolved} {
		*r = nil
	}
	s.Grievances[0] = g
	id := "grievance." + g.Name + ".detail.1.1"
	if left := unreached(&s, nil); !slices.Contains(left, id) {
		t.Errorf("%s is not among %v", id, left)
	}
}

// What a trainee says back is turned round.
func TestSaidBack(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"I had one Thursday off in eight.", "you had one Thursday off in eight"},
		{"My back hurts and we're short.", "your back hurts and you're short"},
		{"No.", ""},
	} {
		tr := newTrainee(Skilled, library(t)[0], 1, Hands)
		if got := saidBack(c.in, tr.rnd); got != c.out {
			t.Errorf("%q is said back as %q, want %q", c.in, got, c.out)
		}
	}
	if got := toYou("bring her letter and see for herself"); got != "bring your letter and see for yourself" {
		t.Errorf("got %q", got)
	}
}

// The coworker's lines that the simulation counts are those that must be earned.
func TestTold(t *testing.T) {
	facts, rung := told(coworker.View{
		Rungs: map[string]talk.Rung{"a": 2},
		Opened: []coworker.Opened{
			{ID: "grievance.a.hint.1"}, {ID: "open.1"}, {ID: "grievance.a.told.1"}, {ID: "grievance.a.told.2"}, {ID: "fear.b.says.1"},
			{ID: "ask.c.no.1"}, {ID: "ask.c.yes.1"}, {ID: "limit.d.says.1"}, {ID: "answer.1.1"},
		},
	})
	if facts != 3 || rung != talk.RungTold {
		t.Errorf("counted %d facts and rung %s", facts, rung)
	}
}

func BenchmarkTalk(b *testing.B) {
	s := library(b)[0]
	for b.Loop() {
		Play(s, Skilled, 1, false)
	}
}
