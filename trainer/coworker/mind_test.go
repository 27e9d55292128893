package coworker

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// desk is the tests' own scenario.
func desk(tb testing.TB) *scenarios.Scenario {
	tb.Helper()
	s := scenarioFile(tb, "library-desk.toml")
	s.Hash = "" // tests change it: it must not be shared as a text's scenario is
	return s
}

func scenarioFile(tb testing.TB, name string) *scenarios.Scenario {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	s, err := scenarios.Parse(name, data)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// organizer is one turn by hand: words, and what they do.
type organizer struct {
	text   string
	moves  []talk.Move
	faults []talk.Fault
	signs  []talk.Sign
	ask    int
	follow int
}

// hears plays a turn and voices the lines of the cue, as an actor would.
func hears(m *Mind, o organizer) talk.Cue {
	n := 2*m.st.Heard + 1
	cue := m.Hear(
		talk.Turn{N: n, Speaker: talk.Organizer, Text: o.text},
		talk.Read{Turn: n, Speaker: talk.Organizer, Moves: o.moves, Faults: o.faults, Signs: o.signs, AskLevel: o.ask, FollowUpLevel: o.follow},
	)
	said := talk.Turn{N: n + 1, Speaker: talk.Coworker}
	var ids []string
	for _, line := range cue.Lines {
		said.Text += line.Text + " "
		ids = append(ids, line.ID)
	}
	m.Said(said, ids)
	return cue
}

var (
	moves     = func(m ...talk.Move) []talk.Move { return m }
	asksOpen  = organizer{text: "What's the late desk like for you?", moves: moves(talk.OpenQuestion)}
	asksMore  = organizer{text: "And being alone at closing, what is that like?", moves: moves(talk.OpenQuestion)}
	saysBack  = organizer{text: "So you close alone. What's been going on, on the late desk?", moves: moves(talk.OpenQuestion, talk.Reflection, talk.ProbeDetail)}
	saysBack2 = organizer{text: "You stand there alone. What does that do to you?", moves: moves(talk.OpenQuestion, talk.Reflection, talk.Validation, talk.ProbeCost)}
)

// What was told and then left lying closes the deeper rungs, however good the questions are by themselves; what is taken up in
// their own words counts, whatever the reader makes of it.
func TestTakingUpWhatIsTold(t *testing.T) {
	bare := organizer{text: "And how was that for you, back then?", moves: moves(talk.OpenQuestion, talk.ProbeCost, talk.ProbeFeeling)}
	m := New(desk(t), 3)
	for i := range 24 {
		o := bare
		o.text = strings.Repeat("So. ", i%3) + o.text
		hears(m, o)
	}
	if r := m.st.Grievances[0].Rung; r > talk.RungTold {
		t.Errorf("questions that take up nothing reached %s", r)
	}

	m = New(desk(t), 3)
	listens(t, m, talk.RungTold)
	last := strings.Fields(m.b.entries[m.st.LastLine-1].text)
	cue := hears(m, organizer{text: "So " + strings.Join(last[:min(len(last), 12)], " ") + ". What's that like?", moves: moves(talk.OpenQuestion)})
	if n := len(m.st.Heed); n == 0 || m.st.Heed[n-1] != heedMost || cue.Reason == talk.ReasonNoListening {
		t.Errorf("their own words with an open question earned %v, cue %+v", m.st.Heed, cue)
	}
	hears(m, organizer{text: "Okay. Next question. Is there a form for it?", moves: moves(talk.ClosedQuestion)})
	if n := len(m.st.Heed); m.st.Heed[n-1] > heedLittle {
		t.Errorf("a closed question that moves on earned %v", m.st.Heed)
	}
	for range 2 * heedLasts {
		m.st.LastLine = m.b.byID["grievance.alone.told.1"] + 1
		m.noteHeed(&heard{spoken: true})
	}
	if len(m.st.Heed) != heedLasts || m.heed() != 0 || m.attended() {
		t.Errorf("after %d turns that left it lying: %v", 2*heedLasts, m.st.Heed)
	}
}

// listens opens rungs of "alone" with good listening until the rung is reached.
func listens(tb testing.TB, m *Mind, rung talk.Rung) {
	tb.Helper()
	for i := range 30 {
		if m.st.Grievances[0].Rung >= rung {
			return
		}
		o := saysBack
		if i%2 == 1 {
			o = saysBack2
		}
		hears(m, o)
	}
	tb.Fatalf("30 turns of good listening reach rung %s only, not %s", m.st.Grievances[0].Rung, rung)
}

// Each row of the model's tables moves what it says, by how much it says.
func TestRows(t *testing.T) {
	s := desk(t)
	check := func(name string, o organizer, want effect) {
		t.Run(name, func(t *testing.T) {
			m := New(s, 1)
			m.st.Focus = 1
			m.st.Grievances[0].Open = 50
			// Signs that pay the second time only, or where there is something to respect.
			m.st.Flattered, m.st.Stock, m.st.Silences, m.st.Last = 1, 1, 1, talk.ActBoundary
			before := m.st
			open := before.Grievances[0].Open
			h := m.listen(talk.Turn{N: 1, Speaker: talk.Organizer, Text: o.text}, talk.Read{Moves: o.moves, Faults: o.faults, Signs: o.signs})
			m.settle(h)
			got := effect{m.st.Trust - before.Trust, m.st.Patience - before.Patience, m.st.Hope - before.Hope, m.st.Resolve - before.Resolve, m.st.Grievances[0].Open - open}
			if got != want {
				t.Errorf("moved %s, want %s", spell(got), spell(want))
			}
		})
	}
	for mv, want := range moveEffects {
		if mv == talk.Telling {
			continue // counts as a lecture by itself; see TestLectures
		}
		check(string(mv), organizer{text: "x", moves: moves(mv)}, want)
	}
	for f, want := range faultEffects {
		want.Trust = max(want.Trust, -30) // trust starts at 30
		check(string(f), organizer{text: "x", faults: []talk.Fault{f}}, want)
	}
	for sg, want := range signEffects {
		o := organizer{text: "x", signs: []talk.Sign{sg}}
		want.Trust = min(want.Trust, trustGain)
		check(string(sg), o, want)
	}
}

// At any difficulty a gain stays a gain and a loss a loss, within the bounds of a gauge.
func TestScale(t *testing.T) {
	for d, set := range settings {
		for _, e := range moveEffects {
			got := e.scaled(set)
			for _, p := range [][2]int{{e.Trust, got.Trust}, {e.Patience, got.Patience}, {e.Hope, got.Hope}, {e.Open, got.Open}} {
				if p[0] > 0 && p[1] <= 0 || p[0] < 0 && p[1] >= 0 || p[0] == 0 && p[1] != 0 {
					t.Errorf("difficulty %d turns %+d into %+d", d, p[0], p[1])
				}
			}
		}
	}
	m := New(desk(t), 1)
	m.move(effect{Trust: 500, Patience: -500})
	if m.st.Trust != 100 || m.st.Patience != 0 {
		t.Errorf("the gauges ran to %d and %d", m.st.Trust, m.st.Patience)
	}
}

// What a cue opens at most, and what it takes.
func TestRungs(t *testing.T) {
	t.Run("NoLuckyQuestion", func(t *testing.T) {
		for seed := range uint64(50) {
			m := New(desk(t), seed)
			if cue := hears(m, saysBack2); cue.Rung != 0 {
				t.Fatalf("seed %d: the first turn opened %q", seed, cue.Lines[0].ID)
			}
		}
	})
	t.Run("InOrderOneATurn", func(t *testing.T) {
		m := New(desk(t), 3)
		var got []talk.Rung
		for i := range 14 {
			o := saysBack
			if i%2 == 1 {
				o = saysBack2
			}
			if cue := hears(m, o); cue.Rung != 0 {
				got = append(got, cue.Rung)
			}
		}
		if !slices.Equal(got, []talk.Rung{1, 2, 3, 4, 5}) {
			t.Errorf("rungs opened: %v", got)
		}
	})
	t.Run("ClosedQuestionsGoNoDeeperThanNamed", func(t *testing.T) {
		m := New(desk(t), 3)
		m.st.Trust, m.st.Grievances[0].Open, m.st.Grievances[0].Earned = 90, 100, 5
		closed := organizer{text: "Is it the late desk?", moves: moves(talk.ClosedQuestion)}
		hears(m, closed)
		hears(m, organizer{text: "Are you alone at closing?", moves: moves(talk.ClosedQuestion)})
		if r := m.st.Grievances[0].Rung; r != talk.RungNamed {
			t.Errorf("closed questions reached %s", r)
		}
	})
	t.Run("WhatALineDoesNotAnswerLeavesItForTheNextOpenTurn", func(t *testing.T) {
		earned := func() *Mind {
			m := New(desk(t), 3)
			m.st.Trust, m.st.Grievances[0].Open, m.st.Grievances[0].Earned, m.st.Focus = 90, 90, 5, 1
			return m
		}
		for _, text := range []string{"Who do you sit with?", "What do you do when somebody rings in?", "How do you get home?", "When do you have your break?", "Did they ever answer you?"} {
			m := earned()
			if cue := hears(m, organizer{text: text, moves: moves(talk.OpenQuestion)}); cue.Rung != 0 {
				t.Errorf("%q opened %q", text, cue.Lines[0].Text)
			}
			if cue := hears(m, asksOpen); cue.Rung != talk.RungNamed {
				t.Errorf("after %q an open question got %+v", text, cue)
			}
		}
		for _, o := range []organizer{asksOpen, saysBack, {text: "Go on.", moves: moves(talk.OpenQuestion)}, {text: "Is it the late desk?", moves: moves(talk.OpenQuestion)}, {text: "Has it always been like that, or what's changed?", moves: moves(talk.OpenQuestion)}} {
			if cue := hears(earned(), o); cue.Rung != talk.RungNamed {
				t.Errorf("%q got %+v", o.text, cue)
			}
		}
	})
	t.Run("LeadingOpensNothing", func(t *testing.T) {
		m := New(desk(t), 3)
		m.st.Trust, m.st.Grievances[0].Open, m.st.Grievances[0].Earned = 90, 100, 5
		cue := hears(m, organizer{text: "Don't you think closing alone is outrageous?", moves: moves(talk.ClosedQuestion), faults: []talk.Fault{talk.Leading}})
		if cue.Rung != 0 || cue.Reason != talk.ReasonLed {
			t.Errorf("a leading question got %+v", cue)
		}
	})
	t.Run("DeepFromListeningOnly", func(t *testing.T) {
		m := New(desk(t), 3)
		m.st.Trust = 90
		m.st.Patience = 100
		for range 25 {
			hears(m, asksOpen)
			hears(m, asksMore)
			m.st.Patience, m.st.Trust = 100, 90
		}
		if r := m.st.Grievances[0].Rung; r != talk.RungTold {
			t.Errorf("questions with nothing taken up reached %s, want told", r)
		}
	})
	t.Run("DeepestRungHolds", func(t *testing.T) {
		s := desk(t)
		s.Mind.DeepestRung = "told"
		m := New(s, 3)
		for range 12 {
			hears(m, saysBack)
			hears(m, saysBack2)
		}
		if r := m.st.Grievances[0].Rung; r != talk.RungTold {
			t.Errorf("a talk that ends at told reached %s", r)
		}
	})
	t.Run("HarderTakesLonger", func(t *testing.T) {
		turns := func(difficulty int) int {
			s := desk(t)
			s.About.Difficulty = difficulty
			m := New(s, 3)
			listens(t, m, talk.RungFelt)
			return m.st.Heard
		}
		if a, b, c := turns(1), turns(2), turns(3); a > b || b > c || a == c {
			t.Errorf("felt is reached after %d, %d and %d turns at difficulty 1, 2, 3", a, b, c)
		}
	})
	t.Run("OpensScales", func(t *testing.T) {
		turns := func(opens int) int {
			s := desk(t)
			s.Mind.Opens = opens
			m := New(s, 3)
			listens(t, m, talk.RungCost)
			return m.st.Heard
		}
		if a, b := turns(50), turns(200); a >= b {
			t.Errorf("cost is reached after %d turns with opens = 50, %d with 200", a, b)
		}
	})
	t.Run("NotVoicedIsOfferedAgain", func(t *testing.T) {
		m := New(desk(t), 3)
		listens(t, m, talk.RungNamed)
		var offered string
		for range 10 {
			n := 2*m.st.Heard + 1
			cue := m.Hear(talk.Turn{N: n, Speaker: talk.Organizer, Text: saysBack.text + strings.Repeat(" go on", n)}, talk.Read{Moves: saysBack.moves})
			m.Said(talk.Turn{N: n + 1, Speaker: talk.Coworker, Text: "Hm."}, nil) // the actor left the line out
			if cue.Rung == talk.RungTold {
				if offered != "" {
					if m.st.Grievances[0].Rung != talk.RungNamed {
						t.Fatal("a rung that was not voiced counts as open")
					}
					return
				}
				offered = cue.Lines[0].ID
			}
		}
		t.Errorf("told was offered as %q and never again", offered)
	})
}

// What closes people, and what a visible answer it gets.
func TestCloses(t *testing.T) {
	fault := func(text string, f ...talk.Fault) organizer { return organizer{text: text, faults: f} }
	t.Run("UsedAgainstShutsForGood", func(t *testing.T) {
		m := New(desk(t), 5)
		listens(t, m, talk.RungTold)
		cue := hears(m, fault("Think of the next one standing alone with that man.", talk.UsedAgainst))
		if cue.Act != talk.ActBoundary || cue.Reason != talk.ReasonUsed {
			t.Errorf("got %s for %s", cue.Act, cue.Reason)
		}
		for range 10 {
			m.st.Trust, m.st.Patience = 90, 90
			if cue := hears(m, saysBack); cue.Rung != 0 {
				t.Fatalf("%s opened after a confidence was used", cue.Lines[0].ID)
			}
			hears(m, saysBack2)
		}
		if v := m.View(); !slices.Equal(v.ShutForGood, []string{"alone"}) {
			t.Errorf("the view shows %v", v.ShutForGood)
		}
	})
	t.Run("ArguingShutsForTwoTurns", func(t *testing.T) {
		m := New(desk(t), 5)
		listens(t, m, talk.RungNamed)
		if cue := hears(m, fault("That's not so bad, being alone.", talk.Arguing)); cue.Manner != "argued" {
			t.Errorf("got %+v", cue)
		}
		m.st.Trust, m.st.Grievances[0].Open = 80, 90
		if cue := hears(m, saysBack); cue.Rung != 0 || cue.Act != talk.ActDeflect {
			t.Errorf("opened one turn after arguing: %+v", cue)
		}
		hears(m, saysBack2)
		hears(m, saysBack)
		if m.st.Grievances[0].Rung < talk.RungTold {
			t.Error("still shut after three turns of listening")
		}
	})
	t.Run("PapersAlwaysClose", func(t *testing.T) {
		m := New(desk(t), 5)
		m.st.Trust = 100
		for i := range 2 {
			if cue := hears(m, fault("Do you have papers"+strings.Repeat("?", i+1), talk.UnsafeQuestion)); cue.Act != talk.ActBoundary || cue.Reason != talk.ReasonPried {
				t.Errorf("got %s for %s", cue.Act, cue.Reason)
			}
		}
		if cue := hears(m, fault("But do you?", talk.UnsafeQuestion)); cue.Act != talk.ActLeave {
			t.Errorf("the third prying question got %s", cue.Act)
		}
	})
	t.Run("Insults", func(t *testing.T) {
		m := New(desk(t), 5)
		o := organizer{text: "you idiot", signs: []talk.Sign{talk.Insult}}
		if cue := hears(m, o); cue.Act != talk.ActBoundary || cue.Manner != "insulted" {
			t.Errorf("got %+v", cue)
		}
		if cue := hears(m, o); cue.Act != talk.ActLeave || !m.View().Left {
			t.Errorf("a second insult got %s", cue.Act)
		}
		if cue := hears(m, saysBack); cue.Act != talk.ActLeave {
			t.Errorf("after leaving: %s", cue.Act)
		}
	})
	t.Run("Limits", func(t *testing.T) {
		m := New(desk(t), 5)
		ask := organizer{text: "And how is your brother?", moves: moves(talk.OpenQuestion)}
		cue := hears(m, ask)
		if cue.Act != talk.ActBoundary || !strings.HasPrefix(cue.Lines[0].ID, "limit.brother.says.") || !slices.Contains(cue.Gives, talk.GivesBoundary) {
			t.Fatalf("got %+v", cue)
		}
		open := m.st.Grievances[0].Open
		cue = hears(m, organizer{text: "Sure, we can leave that.", signs: []talk.Sign{talk.RespectsLimit}})
		if cue.Reason != talk.ReasonBoundaryKept {
			t.Errorf("letting it stand got %s", cue.Reason)
		}
		if got := m.st.Grievances[0].Open - open; got != respectOpens {
			t.Errorf("a respected limit brought %d openness to what it guards", got)
		}
		if v := m.View(); len(v.LimitsRespected) != 1 {
			t.Errorf("the view shows %v", v.LimitsRespected)
		}
		if cue = hears(m, ask); cue.Act != talk.ActLeave {
			t.Errorf("crossing it again got %s", cue.Act)
		}
	})
	t.Run("InterrogationWearsOut", func(t *testing.T) {
		m := New(desk(t), 5)
		texts := []string{"What's the late desk like?", "Why are you alone?", "When is closing?", "What about security?"}
		for i := range 60 {
			cue := hears(m, organizer{text: texts[i%4] + strings.Repeat(" hm", i), moves: moves(talk.OpenQuestion)})
			if cue.Act == talk.ActLeave {
				if m.st.Grievances[0].Rung > talk.RungTold {
					t.Errorf("an interrogation reached %s", m.st.Grievances[0].Rung)
				}
				return
			}
		}
		t.Error("60 questions with nothing taken up, and they are still sitting there")
	})
	t.Run("Lectures", func(t *testing.T) {
		m := New(desk(t), 5)
		last := 1000
		for i := range 4 {
			cue := hears(m, organizer{text: strings.Repeat("and so ", i+3), moves: moves(talk.Telling)})
			if i < 3 && (cue.Act != talk.ActShrug || cue.Reason != talk.ReasonLectured) {
				t.Fatalf("lecture %d got %+v", i, cue)
			}
			if cue.Most > last {
				t.Errorf("lecture %d may get %d words, the one before %d", i, cue.Most, last)
			}
			last = cue.Most
		}
		if last > 4 {
			t.Errorf("the fourth lecture still gets %d words", last)
		}
	})
	t.Run("StockPhrasesAndPraise", func(t *testing.T) {
		m := New(desk(t), 5)
		m.st.Focus = 1
		for i := range 12 {
			before := m.st
			hears(m, organizer{text: "It sounds like you're amazing" + strings.Repeat("!", i), moves: moves(talk.Reflection), signs: []talk.Sign{talk.StockPhrase, talk.Flattery}})
			if m.st.Trust > before.Trust || m.st.Grievances[0].Open > 0 {
				t.Fatalf("turn %d of praise earned something", i)
			}
		}
		if m.st.Trust >= 30 {
			t.Error("twelve turns of praise cost nothing")
		}
	})
	t.Run("Parroting", func(t *testing.T) {
		m := New(desk(t), 5)
		m.st.Focus, m.st.Trust = 1, 0
		var got []int
		for i := range 4 {
			before := m.st.Grievances[0].Open
			h := m.listen(talk.Turn{N: 2*i + 1, Text: "You close alone" + strings.Repeat(" hm", i)}, talk.Read{Moves: moves(talk.Reflection)})
			m.settle(h)
			got = append(got, m.st.Grievances[0].Open-before)
		}
		if !slices.Equal(got, []int{14, 7, 0, 0}) {
			t.Errorf("saying back four times in a row earned %v", got)
		}
	})
	t.Run("Repeating", func(t *testing.T) {
		m := New(desk(t), 5)
		hears(m, saysBack)
		open := m.st.Grievances[0].Open
		hears(m, saysBack)
		if m.st.Grievances[0].Open > open {
			t.Error("the same words twice earned twice")
		}
	})
}

// Fears come up when they are drawn out or when action is near, and weigh less for what eases them.
func TestFears(t *testing.T) {
	drawn := organizer{text: "What would you worry about?", moves: moves(talk.OpenQuestion, talk.InoculateFear)}
	t.Run("HintFirst", func(t *testing.T) {
		m := New(desk(t), 7)
		if cue := hears(m, drawn); cue.Act != talk.ActHint || !strings.HasPrefix(cue.Lines[0].ID, "fear.renewal.hint.") {
			t.Errorf("got %+v", cue)
		}
	})
	t.Run("ToldAndEased", func(t *testing.T) {
		m := New(desk(t), 7)
		listens(t, m, talk.RungTold)
		cue := hears(m, drawn)
		if cue.Act != talk.ActFear || cue.Lines[0].ID != "fear.renewal.says.1" || !slices.Contains(cue.Gives, talk.Fears) {
			t.Fatalf("got %+v", cue)
		}
		cue = hears(m, organizer{text: "That makes sense.", moves: moves(talk.Validation)})
		if cue.Act == talk.ActEased {
			t.Fatal("one way eased a fear that names three")
		}
		cue = hears(m, organizer{text: "What if we all go together?", moves: moves(talk.ClosedQuestion, talk.PlanTogether)})
		if cue.Act != talk.ActEased || cue.Lines[0].ID != "fear.renewal.eased.1" {
			t.Fatalf("got %+v", cue)
		}
		if v := m.View(); !slices.Equal(v.FearsEased, []string{"renewal"}) {
			t.Errorf("the view shows %v", v.FearsEased)
		}
	})
	t.Run("ReassuranceUndoes", func(t *testing.T) {
		m := New(desk(t), 7)
		listens(t, m, talk.RungTold)
		hears(m, drawn)
		hears(m, organizer{text: "That makes sense.", moves: moves(talk.Validation)})
		hears(m, organizer{text: "Don't worry, you'll be fine.", signs: []talk.Sign{talk.Reassurance}})
		if f := m.st.Fears[0]; f.Ways != 0 || f.Dismissed != 1 {
			t.Errorf("after bare reassurance: %+v", f)
		}
	})
	t.Run("OneWayWhereItNamesOne", func(t *testing.T) {
		m := New(desk(t), 7)
		listens(t, m, talk.RungTold)
		hears(m, organizer{text: "Are you afraid of being a troublemaker, of your reputation?", moves: moves(talk.ClosedQuestion, talk.InoculateFear)})
		cue := hears(m, organizer{text: "I don't know. I'll find out.", signs: []talk.Sign{talk.HonestLimit}})
		if cue.Act != talk.ActEased {
			t.Errorf("got %+v", cue)
		}
	})
}

// The answer to an ask follows from what stands in its way.
func TestAsk(t *testing.T) {
	ask := func(level int) organizer {
		return organizer{text: "Will you come to the bakery on Sunday at two?", moves: moves(talk.MakeAsk), ask: level}
	}
	ready := func(t *testing.T) *Mind {
		m := New(desk(t), 9)
		listens(t, m, talk.RungFelt)
		m.st.Fears[0].Voiced, m.st.Fears[0].Eased = true, true
		m.st.Hope, m.st.Trust, m.st.Resolve = 60, 60, 60
		return m
	}
	for _, c := range []struct {
		name   string
		change func(*Mind)
		level  int
		act    talk.Act
		reason talk.Reason
	}{
		{"Yes", func(*Mind) {}, 3, talk.ActTake, talk.ReasonReady},
		{"VagueIsPutOff", func(*Mind) {}, 1, talk.ActPutOff, talk.ReasonTooVague},
		{"UnclearGetsASmallerYes", func(*Mind) {}, 2, talk.ActPartly, talk.ReasonTooVague},
		{"NoHope", func(m *Mind) { m.st.Hope = 10 }, 3, talk.ActPartly, talk.ReasonNoHope},
		{"NoResolve", func(m *Mind) { m.st.Resolve = 3 }, 3, talk.ActPartly, talk.ReasonTooBig},
		{"TooEarly", func(m *Mind) { m.st.Grievances[0].Rung = 0 }, 3, talk.ActPutOff, talk.ReasonTooEarly},
		{"NoTrust", func(m *Mind) { m.st.Trust = 30 }, 3, talk.ActPutOff, talk.ReasonNotEarned},
		{"FearComesUp", func(m *Mind) { m.st.Fears[0] = fearState{}; m.st.Trust = 34; m.b.s.Asks[0].TakeWhen.Trust = 20 }, 3, talk.ActFear, talk.ReasonFearInTheWay},
		{"FearHintWithoutTrust", func(m *Mind) { m.st.Fears[0] = fearState{}; m.st.Trust = 20; m.b.s.Asks[0].TakeWhen.Trust = 10 }, 3, talk.ActPutOff, talk.ReasonFearInTheWay},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ready(t)
			c.change(m)
			cue := hears(m, ask(c.level))
			if cue.Act != c.act || cue.Reason != c.reason {
				t.Errorf("got %s for %s, want %s for %s", cue.Act, cue.Reason, c.act, c.reason)
			}
			if v := m.View().Asks["bakery"]; v.Times != 1 || v.Reason != c.reason {
				t.Errorf("the view shows %+v", v)
			}
		})
	}
	t.Run("ThirdPutOffIsANo", func(t *testing.T) {
		m := New(desk(t), 9)
		var got []talk.Act
		for i := range 3 {
			got = append(got, hears(m, organizer{text: "Come on Sunday?" + strings.Repeat(" please", i), moves: moves(talk.MakeAsk), ask: 3}).Act)
		}
		if want := []talk.Act{talk.ActPutOff, talk.ActPutOff, talk.ActRefuse}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("PressingGetsNoThenBoundaryThenLeaving", func(t *testing.T) {
		m := New(desk(t), 9)
		m.st.Patience = 90
		var got []talk.Act
		for i := range 3 {
			got = append(got, hears(m, organizer{text: "You have to." + strings.Repeat("!", i), faults: []talk.Fault{talk.Pressure}}).Act)
		}
		if want := []talk.Act{talk.ActRefuse, talk.ActBoundary, talk.ActLeave}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("Never", func(t *testing.T) {
		m := ready(t)
		cue := hears(m, organizer{text: "Will you stay away on Thursday?", moves: moves(talk.MakeAsk), ask: 3})
		if cue.Act != talk.ActRefuse || cue.Lines[0].ID != "ask.strike.no.1" {
			t.Errorf("got %+v", cue)
		}
	})
	t.Run("YesStands", func(t *testing.T) {
		m := ready(t)
		hears(m, ask(3))
		if cue := hears(m, organizer{text: "So you'll come to the bakery?", moves: moves(talk.MakeAsk), ask: 3}); cue.Act != talk.ActTake || len(cue.Lines) > 0 {
			t.Errorf("asked again after a yes: %+v", cue)
		}
	})
}

// Education, the boss and the plan.
func TestThinking(t *testing.T) {
	m := New(desk(t), 11)
	fix := organizer{text: "What would fix the late desk?", moves: moves(talk.OpenQuestion, talk.EducateFix)}
	if cue := hears(m, fix); len(cue.Lines) > 0 && strings.HasPrefix(cue.Lines[0].ID, "together.") {
		t.Fatalf("thought aloud in the first turn: %+v", cue)
	}
	listens(t, m, talk.RungTold)
	for _, c := range []struct {
		o    organizer
		id   string
		give talk.Give
	}{
		{organizer{text: "So what would fix it?", moves: moves(talk.OpenQuestion, talk.EducateFix)}, "together.fix.1", talk.GivesFix},
		{organizer{text: "And who could?", moves: moves(talk.OpenQuestion, talk.EducateWho)}, "together.who.1", talk.GivesWho},
		{organizer{text: "And what could the nine of you do?", moves: moves(talk.OpenQuestion, talk.EducateAction)}, "together.action.1", talk.GivesAction},
		{organizer{text: "And what would she do then?", moves: moves(talk.OpenQuestion, talk.InoculateBoss)}, "boss.will_do.1", talk.PredictsBoss},
		{organizer{text: "How would we meet that?", moves: moves(talk.OpenQuestion, talk.PlanTogether)}, "boss.meet.1", talk.GivesPlan},
	} {
		cue := hears(m, c.o)
		if len(cue.Lines) != 1 || cue.Lines[0].ID != c.id || !slices.Contains(cue.Gives, c.give) {
			t.Errorf("%q got %+v, want %s", c.o.text, cue, c.id)
		}
	}
}

// Plain questions get plain answers.
func TestPlainQuestions(t *testing.T) {
	m := New(desk(t), 13)
	closed := moves(talk.ClosedQuestion)
	for _, c := range []struct{ text, id string }{
		{"How long have you worked here?", "answer.1."},
		{"Do you have kids?", "answer.2.1"},
		{"How's the cat?", "small_talk.1."},
	} {
		cue := hears(m, organizer{text: c.text, moves: closed})
		if len(cue.Lines) == 0 || !strings.HasPrefix(cue.Lines[0].ID, c.id) {
			t.Errorf("%q got %+v", c.text, cue)
		}
	}
	s := desk(t)
	s.Coworker.Answers = append(s.Coworker.Answers,
		scenarios.Topic{Topics: []string{"where do you live"}, Says: []string{"Out by the mill."}},
		scenarios.Topic{Topics: []string{"who else works"}, Says: []string{"Tilly and the students.", "Nine of us, with the students."}})
	for _, c := range []struct{ text, says string }{
		{"Do you live nearby?", "Out by the mill."},
		{"How do you get home?", "Out by the mill."},
		{"How many people are on your team?", "Nine of us, with the students."}, // a number that is asked for is in the answer
	} {
		if cue := hears(New(s, 13), organizer{text: c.text, moves: closed}); len(cue.Lines) == 0 || cue.Lines[0].Text != c.says {
			t.Errorf("%q got %+v", c.text, cue)
		}
	}
	if cue := hears(m, organizer{text: "Who cut it?", moves: closed}); len(cue.Lines) > 0 && strings.Contains(cue.Lines[0].ID, "detail") {
		t.Errorf("a detail before its rung: %+v", cue)
	}
	listens(t, m, talk.RungTold)
	if cue := hears(m, organizer{text: "Who decided that?", moves: closed}); len(cue.Lines) == 0 || cue.Lines[0].ID != "grievance.alone.detail.1.1" {
		t.Errorf("the detail got %+v", cue)
	}
	if cue := hears(m, organizer{text: "Why did they paint the corridor green in the basement?", moves: moves(talk.OpenQuestion)}); cue.Manner != "unforeseen" {
		t.Errorf("a question out of nowhere got %+v", cue)
	}
}

// The small and the strange.
func TestSmall(t *testing.T) {
	sign := func(s ...talk.Sign) organizer { return organizer{text: "well", signs: s} }
	for _, c := range []struct {
		name string
		o    organizer
		act  talk.Act
		kind string
	}{
		{"Greeting", sign(talk.Greeting), talk.ActChat, "greeting"},
		{"Thanks", sign(talk.Thanks), talk.ActChat, "thanks"},
		{"Apology", sign(talk.Apology), talk.ActChat, "apology"},
		{"Farewell", sign(talk.Farewell), talk.ActGoodbye, "goodbye"},
		{"Silence", organizer{signs: []talk.Sign{talk.SaysNothing}}, talk.ActSilence, "silence"},
		{"Dots", organizer{text: "…"}, talk.ActSilence, "silence"},
		{"Marks", organizer{text: "??"}, talk.ActConfused, "confused"},
		{"Gibberish", sign(talk.Gibberish), talk.ActConfused, "confused"},
		{"OtherLanguage", sign(talk.OtherLanguage), talk.ActConfused, "other-language"},
		{"Essay", sign(talk.Essay), talk.ActShrug, "shrug"},
		{"Machine", sign(talk.AsksIfMachine), talk.ActOutOfRole, "machine"},
		{"Distress", sign(talk.Distress), talk.ActOfferPause, ""},
		{"Praise", sign(talk.Flattery), talk.ActShrug, "flattered"},
		{"Reassurance", sign(talk.Reassurance), talk.ActShrug, "reassured"},
		{"FollowUp", organizer{text: "I'll call you on Tuesday.", moves: moves(talk.FollowUp), follow: 2}, talk.ActAnswer, "agree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cue := hears(New(desk(t), 15), c.o)
			if cue.Act != c.act || cue.Manner != c.kind {
				t.Errorf("got %s with manner %q, want %s with %q", cue.Act, cue.Manner, c.act, c.kind)
			}
		})
	}
}

// Silence after something hard invites more; a long one ends the talk.
func TestSilence(t *testing.T) {
	nothing := organizer{signs: []talk.Sign{talk.SaysNothing}}
	m := New(desk(t), 17)
	listens(t, m, talk.RungCost)
	before := m.st
	hears(m, nothing)
	if m.st.Patience < before.Patience {
		t.Error("a silence after something hard cost patience")
	}
	m = New(desk(t), 17)
	var last talk.Act
	for range 4 {
		last = hears(m, nothing).Act
	}
	if last != talk.ActWindUp {
		t.Errorf("four silences get %s", last)
	}
}

// A hothead says it unasked, and only as the first rung.
func TestHeat(t *testing.T) {
	s := desk(t)
	s.Grievances[0].Blurted = "They are leaving us to be killed in there, and I am walking out tonight."
	m := New(s, 19)
	cue := hears(m, organizer{text: "hi", signs: []talk.Sign{talk.Greeting}})
	if cue.Reason != talk.ReasonHeat || cue.Lines[0].ID != "grievance.alone.blurted.1" || m.st.Grievances[0].Rung != talk.RungNamed {
		t.Errorf("got %+v at rung %s", cue, m.st.Grievances[0].Rung)
	}
}

// A mind restored from its state decides as the one that was kept, and the state is small.
func TestStateRoundTrip(t *testing.T) {
	s := desk(t)
	m := New(s, 21)
	script := []organizer{asksOpen, saysBack, saysBack2, saysBack, {text: "And how is your brother?", moves: moves(talk.OpenQuestion)}, saysBack2,
		{text: "What would you worry about?", moves: moves(talk.OpenQuestion, talk.InoculateFear)}, {text: "Will you come Sunday?", moves: moves(talk.MakeAsk), ask: 3},
		{text: "you idiot", signs: []talk.Sign{talk.Insult}}, saysBack}
	for i, o := range script {
		other, err := Restore(s, 21, m.State())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(other.State(), m.State()) {
			t.Fatalf("turn %d: %s restored as %s", i, m.State(), other.State())
		}
		a, b := hears(m, o), hears(other, o)
		if a.Act != b.Act || a.Reason != b.Reason || !slices.Equal(a.Lines, b.Lines) || !bytes.Equal(other.State(), m.State()) {
			t.Fatalf("turn %d: the restored mind decides otherwise", i)
		}
	}
	if n := len(m.State()); n > 2048 {
		t.Errorf("the state takes %d bytes", n)
	}
}

func TestRestoreRefuses(t *testing.T) {
	s := desk(t)
	good := string(New(s, 1).State())
	for name, bad := range map[string]string{
		"NotJSON":       "{",
		"OtherForm":     strings.Replace(good, `"form":1`, `"form":99`, 1),
		"OtherScenario": strings.Replace(good, `"grievances":[{},{}]`, `"grievances":[{}]`, 1),
		"NoSuchLine":    strings.Replace(good, `"form":1`, `"form":1,"voiced":"zzz.1"`, 1),
		"NoLine":        strings.Replace(good, `"form":1`, `"form":1,"voiced":"what"`, 1),
		"NoRung":        strings.Replace(good, `"grievances":[{},`, `"grievances":[{"rung":9},`, 1),
		"NoFocus":       strings.Replace(good, `"form":1`, `"form":1,"focus":7`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if bad == good {
				t.Fatal("the test changed nothing")
			}
			if _, err := Restore(s, 1, []byte(bad)); err == nil {
				t.Errorf("%s was taken", bad)
			}
		})
	}
}

// An opening's lines count as said: a drill goes on from there.
func TestOpening(t *testing.T) {
	s := desk(t)
	s.Opening = []scenarios.OpeningLine{
		{Speaker: talk.Organizer, Text: "How was Thursday?"},
		{Speaker: talk.Coworker, Text: "Well. " + s.Grievances[0].Told[0]},
	}
	m := New(s, 23)
	if m.st.Grievances[0].Rung != talk.RungTold || m.st.Focus != 1 {
		t.Errorf("after the opening: rung %s, focus %d", m.st.Grievances[0].Rung, m.st.Focus)
	}
}

// A good open question gets a long answer once trust is up, a closed one a few words, a lecture less and less.
func TestLength(t *testing.T) {
	m := New(desk(t), 25)
	listens(t, m, talk.RungNamed)
	m.st.Trust = 60
	m.st.Grievances[0].Open, m.st.Grievances[0].Taken = 60, true
	cue := hears(m, organizer{text: "So the late desk comes round again. How has that been?", moves: saysBack.moves})
	n := 0
	for _, line := range cue.Lines {
		n += len(words(line.Text, 100))
	}
	if cue.Rung != talk.RungTold || cue.Least != longAnswer || cue.Most < 70 || len(cue.Lines) > 2 || n < longAnswer {
		t.Errorf("an open question got %d words in %d lines, %d to %d", n, len(cue.Lines), cue.Least, cue.Most)
	}
	if cue := hears(m, organizer{text: "Is it every week?", moves: moves(talk.ClosedQuestion)}); cue.Most > 14 && len(cue.Lines) == 0 {
		t.Errorf("a closed question may get %d words", cue.Most)
	}
}

// What the talk has gone beyond is not begun again: after what happened was told, nobody names the problem anew.
func TestNoRungIsBegunAgain(t *testing.T) {
	for seed := range uint64(20) {
		m := New(desk(t), seed)
		listens(t, m, talk.RungTold)
		for range 4 {
			for _, line := range hears(m, saysBack).Lines {
				if strings.Contains(line.ID, ".named.") {
					t.Fatalf("seed %d: %q is named after it was told", seed, line.Text)
				}
			}
		}
	}
}

// What was voiced is kept in few bytes, and what an earlier program kept is read.
func TestVoicedIsKeptSmall(t *testing.T) {
	v := voiced{2: 1, 3: 1, 8: 12, 300: 40}
	text, err := v.MarshalText()
	if err != nil || string(text) != "+3.1 .1 5.c 84.14" {
		t.Errorf("%v is kept as %q, %v", v, text, err)
	}
	for _, kept := range []string{string(text), "2.1 3.1 8.c 8c.14"} {
		var back voiced
		if err := back.UnmarshalText([]byte(kept)); err != nil || !maps.Equal(back, v) {
			t.Errorf("%q is read as %v, %v", kept, back, err)
		}
	}
	for _, wrong := range []string{"+0.1", "+.", "+-3.1", "x", "1.-1"} {
		var back voiced
		if err := back.UnmarshalText([]byte(wrong)); err == nil {
			t.Errorf("%q is read as %v", wrong, back)
		}
	}
}

// What nobody lets themselves be called is an insult, whatever the reader made of it.
func TestInsultsAreHeardInTheirWords(t *testing.T) {
	for _, text := range []string{"You stupid cow, you can't just walk out!", "Oh fuck you.", "You're pathetic."} {
		m := New(desk(t), 1)
		before := m.st.Trust
		if cue := hears(m, organizer{text: text}); cue.Act != talk.ActBoundary || cue.Manner != "insulted" || m.st.Trust >= before {
			t.Errorf("%q: %+v, trust %d after %d", text, cue, m.st.Trust, before)
		}
	}
}

// "Talk Monday?" offers another talk, and who is in charge is no secret to anybody who asks.
func TestShortQuestionsOfOneMeaning(t *testing.T) {
	for text, want := range map[string]bool{"Have you got a sec?": true, "Kia ora Rosa, have you got five minutes?": true, "Is now an okay time?": true, "How long is a minute?": false} {
		if got := asksForTime.MatchString(strings.Join(stemAll(words(text, 40)), " ")); got != want {
			t.Errorf("%q asks for a moment: %v", text, got)
		}
	}
	m := New(desk(t), 9)
	m.st.Trust = 40
	if cue := hears(m, organizer{text: "Talk Monday?", moves: moves(talk.PlanTogether, talk.MakeAsk), ask: 2}); cue.Act != talk.ActAnswer || cue.Reason != talk.ReasonReady {
		t.Errorf("another talk got %+v", cue)
	}
	s := desk(t)
	s.Coworker.Answers = append(s.Coworker.Answers, scenarios.Topic{Topics: []string{"who's in charge"}, Says: []string{"Mrs. Quill, and over her the city."}})
	if cue := hears(New(s, 9), organizer{text: "Who decides that?", moves: moves(talk.OpenQuestion, talk.EducateWho)}); len(cue.Lines) == 0 || cue.Lines[0].Text != "Mrs. Quill, and over her the city." {
		t.Errorf("who decides got %+v", cue)
	}
}

// What they say to anybody answers a question that names it, before a problem was named.
func TestSaidToAnybody(t *testing.T) {
	s := desk(t)
	s.Coworker.Open = []string{"It's returns all morning.", "The trolley squeaks. We call it Barbara."}
	for text, says := range map[string]string{
		"What's the trolley like?":      s.Coworker.Open[1],
		"Is it worse with the trolley?": s.Coworker.Open[1],
		"How many trolleys are there?":  "",
	} {
		cue := hears(New(s, 13), organizer{text: text, moves: moves(talk.OpenQuestion)})
		if got := len(cue.Lines) > 0 && cue.Lines[0].Text == s.Coworker.Open[1]; got != (says != "") {
			t.Errorf("%q got %+v", text, cue)
		}
	}
}

// Of two asks the one is meant whose own words are there, and the one that is asked rather than spoken of.
func TestWhichAsk(t *testing.T) {
	s := scenarioFile(t, "library-desk.toml")
	s.Hash = ""
	s.Asks[0].Topics, s.Asks[0].What = []string{"thursday", "meeting", "back room"}, "come on Thursday"
	s.Asks = append(s.Asks, s.Asks[0])
	s.Asks[1].Name, s.Asks[1].Topics, s.Asks[1].What = "list", []string{"thursday", "list of nights"}, "bring a list on Thursday"
	b := bookOf(s)
	for text, want := range map[string]string{
		"Would you come to the meeting on Thursday?": s.Asks[0].Name, "Could you bring a list Thursday?": "list",
	} {
		if at, _ := b.asked(stemAll(words(text, 40))); at < 0 || s.Asks[at].Name != want {
			t.Errorf("%q is ask %d", text, at)
		}
	}
	m := New(s, 3)
	hears(m, organizer{text: "You'll bring the list of nights, good. Would you come to the meeting?", moves: moves(talk.MakeAsk), ask: 2})
	if m.st.LastAsk != 1 {
		t.Errorf("the ask that was only spoken of was taken for the one that was made: %d", m.st.LastAsk)
	}
}
