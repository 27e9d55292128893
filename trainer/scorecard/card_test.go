package scorecard

import (
	"encoding/json"
	"slices"
	"testing"

	"breakroom/trainer/talk"

	"pgregory.net/rapid"
)

// o and w make turns by their labels; the words are counted as given.
type step struct {
	who    talk.Speaker
	words  int
	moves  []talk.Move
	gives  []talk.Give
	faults []talk.Fault
	signs  []talk.Sign
	ask    int
	follow int
	weak   []string
	cued   bool
}

func o(moves ...talk.Move) step { return step{who: talk.Organizer, words: 8, moves: moves} }
func c(gives ...talk.Give) step { return step{who: talk.Coworker, words: 20, gives: gives} }
func hint(g talk.Give) step     { return c(g).unsure(string(g)) }
func (s step) with(f ...talk.Fault) step {
	s.faults = f
	return s
}
func (s step) level(ask int) step   { s.ask = ask; return s }
func (s step) contact(f int) step   { s.follow = f; return s }
func (s step) long(words int) step  { s.words = words; return s }
func (s step) unsure(l string) step { s.weak = append(s.weak, l); return s }
func (s step) underCue() step       { s.cued = true; return s }
func score(steps ...step) Score     { return scoreKind(talk.Initial, 0, steps...) }
func scoreKind(k talk.Kind, target int, steps ...step) Score {
	card := New(k, target)
	for i, s := range steps {
		t := talk.Turn{N: i + 1, Speaker: s.who, Text: "the words of this turn"}
		card.Add(t, talk.Read{Turn: i + 1, Speaker: s.who, Words: s.words, Moves: s.moves, Gives: s.gives, Faults: s.faults, Signs: s.signs, AskLevel: s.ask, FollowUpLevel: s.follow, Weak: s.weak, Cued: s.cued})
	}
	return card.Score()
}

const (
	openQ   = talk.OpenQuestion
	closedQ = talk.ClosedQuestion
	small   = talk.SmallTalk
	reflect = talk.Reflection
	telling = talk.Telling
)

func TestAgitation(t *testing.T) {
	for _, x := range []struct {
		name  string
		steps []step
		want  int
	}{
		{"nothing said", []step{o(openQ), c()}, 0},
		{"named after a question", []step{o(openQ), c(talk.Names)}, 1},
		{"told after a reflection", []step{o(reflect), c(talk.Tells)}, 2},
		{"the rungs below need not be there", []step{o(talk.ProbeFeeling, openQ), c(talk.Feels)}, 4},
		{"within the organizer's two turns", []step{o(openQ), c(), o(), c(talk.Tells)}, 2},
		{"not in the third", []step{o(openQ), c(), o(), c(), o(), c(talk.Tells)}, 1},
		{"blurted out counts as named", []step{o(telling), c(talk.Feels)}, 1},
		{"blurted, then taken up and gone on with", []step{o(telling), c(talk.Feels), o(reflect), c(talk.Feels)}, 4},
		{"a small question about something else opens nothing", []step{o(openQ, small), c(talk.Tells)}, 1},
		{"a leading question opens, clumsily", []step{o().with(talk.Leading), c(talk.Feels)}, 4},
		{"resolved needs cost or feeling before it", []step{o(openQ), c(talk.Tells), o(openQ), c(talk.Resolves)}, 2},
		{"resolved on cost", []step{o(openQ), c(talk.Cost), o(openQ), c(talk.Resolves)}, 5},
		{"feeling and resolve in one turn", []step{o(openQ), c(talk.Feels, talk.Resolves)}, 5},
		{"agreement is not a rung", []step{o(telling), c(), o(talk.Telling), c()}, 0},
		{"what prying gets is not credited", []step{o(openQ).with(talk.UnsafeQuestion), c(talk.Feels)}, 0},
		{"nor what a lever gets", []step{o(openQ).with(talk.UsedAgainst), c(talk.Cost)}, 0},
		{"fear is not a rung", []step{o(openQ), c(talk.Fears)}, 0},
		{"too unsure to earn", []step{o(openQ), c(talk.Feels).unsure(string(talk.Feels))}, 0},
		{"resolved on a hint of cost", []step{o(openQ), c(talk.Tells), o(openQ), hint(talk.Cost), o(openQ), c(talk.Resolves)}, 5},
		{"resolved on a hint of cost that nobody opened the way to", []step{o(telling), hint(talk.Cost), o(openQ), c(talk.Resolves)}, 0},
		{"three hints are not enough", []step{o(openQ), hint(talk.Names), o(openQ), hint(talk.Tells), o(openQ), hint(talk.Feels)}, 0},
		{"four hints at something are one rung", []step{o(openQ), hint(talk.Names), o(openQ), hint(talk.Tells), o(openQ), hint(talk.Tells), o(openQ), hint(talk.Feels)}, 1},
		{"four hints at a rung are that rung", []step{o(openQ), hint(talk.Cost), o(openQ), hint(talk.Tells), o(openQ), hint(talk.Tells), o(openQ), hint(talk.Feels)}, 2},
		{"two hints in a turn are one", []step{o(openQ), c(talk.Names, talk.Tells).unsure(string(talk.Names)).unsure(string(talk.Tells)), o(openQ), hint(talk.Names)}, 0},
		{"hints that nobody opened the way to are at the first rung", []step{o(telling), hint(talk.Feels), o(telling), hint(talk.Feels), o(telling), hint(talk.Feels), o(telling), hint(talk.Feels)}, 1},
		{"hints at what prying gets count for nothing", []step{o(openQ).with(talk.UnsafeQuestion), hint(talk.Feels), o(openQ), hint(talk.Feels), o(openQ), hint(talk.Feels), o(openQ), hint(talk.Feels)}, 0},
	} {
		s := score(x.steps...)
		if s.Agitation.Value != x.want {
			t.Errorf("%s: %d, want %d", x.name, s.Agitation.Value, x.want)
		}
		if (x.want > 0) != (len(s.Agitation.Evidence) > 0) {
			t.Errorf("%s: evidence %v for %d", x.name, s.Agitation.Evidence, x.want)
		}
		if x.want < 5 && len(s.Agitation.Missed) == 0 {
			t.Errorf("%s: no turn where it was closest", x.name)
		}
	}
}

func TestInoculation(t *testing.T) {
	boss, fear, plan := talk.InoculateBoss, talk.InoculateFear, talk.PlanTogether
	for _, x := range []struct {
		name  string
		steps []step
		want  int
	}{
		{"neither part", []step{o(openQ), c(talk.Fears), o(telling), c()}, 0},
		{"told what the boss may do", []step{o(boss, telling), c()}, 1},
		{"asked, answered, and nobody went on", []step{o(boss, openQ), c(talk.PredictsBoss), o(small), c()}, 1},
		{"asked, answered, discussed", []step{o(boss, openQ), c(talk.PredictsBoss), o(reflect), c()}, 2},
		{"a fear that came by itself, acknowledged", []step{o(openQ), c(talk.Fears), o(fear, talk.Validation), c()}, 1},
		{"a fear drawn out and taken seriously", []step{o(fear, openQ), c(talk.Fears), o(fear, talk.Validation), c()}, 2},
		{"a fear drawn out and left lying", []step{o(fear, openQ), c(talk.Fears), o(small), c()}, 1},
		{"both parts and how to meet it", []step{o(fear, openQ), c(talk.Fears), o(fear, talk.Validation), c(), o(boss, openQ), c(talk.PredictsBoss), o(plan, openQ), c()}, 3},
		{"both parts without a plan", []step{o(fear, openQ), c(talk.Fears), o(fear, talk.Validation), c(), o(boss, openQ), c(talk.PredictsBoss), o(reflect), c()}, 2},
		{"a plan without the boss", []step{o(fear, openQ), c(talk.Fears), o(fear, plan, openQ), c()}, 2},
	} {
		if s := score(x.steps...); s.Inoculation.Value != x.want {
			t.Errorf("%s: %d, want %d", x.name, s.Inoculation.Value, x.want)
		}
	}
}

func TestAsk(t *testing.T) {
	ask := talk.MakeAsk
	for _, x := range []struct {
		name   string
		steps  []step
		want   int
		answer talk.Answer
	}{
		{"none", []step{o(openQ), c(talk.SaysYes)}, 0, talk.AnswerNone},
		{"clear, refused, still clear", []step{o(ask).level(3), c(talk.SaysNo)}, 3, talk.AnswerNo},
		{"the best ask counts", []step{o(ask).level(3), c(talk.SaysNo), o(ask).level(1), c()}, 3, talk.AnswerNo},
		{"a better ask begins anew", []step{o(ask).level(1), c(talk.SaysNo), o(ask).level(3), c()}, 3, talk.AnswerNone},
		{"the final answer", []step{o(ask).level(3), c(talk.SaysNo), o(), c(talk.SaysPartly)}, 3, talk.AnswerPartly},
		{"put off is none", []step{o(ask).level(2), c()}, 2, talk.AnswerNone},
		{"yes", []step{o(ask).level(2), c(talk.SaysYes)}, 2, talk.AnswerYes},
	} {
		s := score(x.steps...)
		if s.Ask.Value != x.want || s.Ask.Answer != x.answer {
			t.Errorf("%s: %d %s, want %d %s", x.name, s.Ask.Value, s.Ask.Answer, x.want, x.answer)
		}
	}
	if s := score(o(ask).level(3).with(talk.Pressure), c(talk.SaysYes)); !s.Ask.Pushed {
		t.Error("an ask got by pressure is presented as a success")
	}
}

func TestEducation(t *testing.T) {
	fix, who, action := talk.EducateFix, talk.EducateWho, talk.EducateAction
	for _, x := range []struct {
		name  string
		steps []step
		want  int
	}{
		{"told", []step{o(telling), c()}, 0},
		{"one point each", []step{o(fix, openQ), c(), o(who, closedQ), c(), o(action, openQ), c()}, 3},
		{"the same question twice is one point", []step{o(fix, openQ), c(), o(fix, openQ), c()}, 1},
		{"a shrug earns nothing", []step{o(fix, openQ), c(talk.Deflects)}, 0},
		{"a thought that the cue holds", []step{o(fix, openQ), c(talk.GivesFix).underCue()}, 1},
		{"words without a thought, as the cue tells", []step{o(fix, openQ), c().underCue()}, 0},
		{"mere assent earns nothing", []step{o(action, openQ), c().long(1)}, 0},
	} {
		if s := score(x.steps...); s.Education.Value != x.want {
			t.Errorf("%s: %d, want %d", x.name, s.Education.Value, x.want)
		}
	}
}

func TestFollowUp(t *testing.T) {
	f := talk.FollowUp
	if s := score(o(f).contact(1), c(), o(f).contact(2), c(), o(f).contact(1)); s.FollowUp.Value != 2 || s.FollowUp.Evidence[0].Turn != 3 {
		t.Errorf("the best follow-up: %+v", s.FollowUp)
	}
	if s := score(o(small), c()); s.FollowUp.Value != 0 || len(s.FollowUp.Missed) == 0 {
		t.Errorf("none: %+v", s.FollowUp)
	}
}

func TestTalkRatio(t *testing.T) {
	talkOf := func(org, cow int, listening bool) []step {
		first, second := o().long(org-org/2), o().long(org/2)
		if listening {
			first.moves, second.moves = []talk.Move{openQ}, []talk.Move{openQ, reflect}
		}
		return []step{first, c().long(cow - cow/2), second, c().long(cow / 2)}
	}
	band := func(b *int) int {
		if b == nil {
			return -1
		}
		return *b
	}
	for _, x := range []struct {
		name   string
		kind   talk.Kind
		target int
		steps  []step
		want   int
	}{
		{"listening", talk.Initial, 0, talkOf(35, 65, true), 3},
		{"silence is not listening", talk.Initial, 0, talkOf(35, 65, false), 2},
		{"balanced", talk.Initial, 0, talkOf(36, 64, true), 2},
		{"balanced at its bound", talk.Initial, 0, talkOf(45, 55, true), 2},
		{"talking", talk.Initial, 0, talkOf(46, 54, true), 1},
		{"talking at its bound", talk.Initial, 0, talkOf(60, 40, true), 1},
		{"lecturing", talk.Initial, 0, talkOf(61, 39, true), 0},
		{"80/20", talk.Initial, 20, talkOf(26, 74, true), 2},
		{"a mutual talk", talk.Relationship, 0, talkOf(55, 45, true), 3},
		{"too few words", talk.Initial, 0, talkOf(20, 39, true), -1},
		{"too few turns", talk.Initial, 0, talkOf(100, 200, true)[:3], -1},
	} {
		s := scoreKind(x.kind, x.target, x.steps...)
		if got := band(s.TalkRatio.Band); got != x.want || s.TooShort != (x.want < 0) {
			t.Errorf("%s: band %d, too short %v; want %d", x.name, got, s.TooShort, x.want)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, k := range talk.Kinds {
		if !Counts(k, nil)[talk.SkillTalkRatio] {
			t.Errorf("%s: the talk ratio does not count", k)
		}
	}
	if CapFor(talk.Invitation, talk.SkillAgitation) != 1 || CapFor(talk.Relationship, talk.SkillAgitation) != 3 || CapFor(talk.Initial, talk.SkillAgitation) != 5 {
		t.Error("the caps of agitation are not the rubric's")
	}
	if got := Counts(talk.Maintenance, []talk.Skill{talk.SkillAsk}); !got[talk.SkillAsk] || got[talk.SkillFollowUp] {
		t.Errorf("what was chosen beforehand: %v", got)
	}
}

func TestCardKeepsThroughJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(randomStep), 0, 30).Draw(t, "steps")
		cut := rapid.IntRange(0, len(steps)).Draw(t, "cut")
		whole, half := New(talk.Tenant, 0), New(talk.Tenant, 0)
		for i, s := range steps {
			turn := talk.Turn{N: i + 1, Speaker: s.who, Text: "words here"}
			read := talk.Read{Turn: i + 1, Speaker: s.who, Words: s.words, Moves: s.moves, Gives: s.gives, Faults: s.faults, AskLevel: s.ask, FollowUpLevel: s.follow}
			if i == cut {
				data, err := json.Marshal(half)
				if err != nil {
					t.Fatal(err)
				}
				half = &Card{}
				if err := json.Unmarshal(data, half); err != nil {
					t.Fatal(err)
				}
			}
			whole.Add(turn, read)
			half.Add(turn, read)
		}
		a, _ := json.Marshal(whole.Score())
		b, _ := json.Marshal(half.Score())
		if string(a) != string(b) {
			t.Fatalf("a card that went through JSON scores differently:\n%s\n%s", a, b)
		}
	})
}

func randomStep(t *rapid.T) step {
	s := step{who: rapid.SampledFrom([]talk.Speaker{talk.Organizer, talk.Coworker}).Draw(t, "who"), words: rapid.IntRange(0, 120).Draw(t, "words")}
	if s.who == talk.Organizer {
		s.moves = rapid.SliceOfN(rapid.SampledFrom(talk.Moves), 0, 4).Draw(t, "moves")
		s.faults = rapid.SliceOfNDistinct(rapid.SampledFrom(talk.Faults), 0, 2, rapid.ID[talk.Fault]).Draw(t, "faults")
		if slices.Contains(s.moves, talk.MakeAsk) {
			s.ask = rapid.IntRange(1, 3).Draw(t, "ask")
		}
	} else {
		s.gives = rapid.SliceOfN(rapid.SampledFrom(talk.Gives), 0, 3).Draw(t, "gives")
	}
	return s
}

// The card of a talk of ten thousand turns is no bigger than one of a hundred.
func TestCardIsBounded(t *testing.T) {
	size := func(turns int) int {
		card := New(talk.Initial, 0)
		for i := range turns {
			who, read := talk.Organizer, talk.Read{Turn: i + 1, Speaker: talk.Organizer, Words: 9, Moves: talk.Moves, Faults: talk.Faults, AskLevel: 3, FollowUpLevel: 2}
			if i%2 == 1 {
				who, read = talk.Coworker, talk.Read{Turn: i + 1, Speaker: talk.Coworker, Words: 9, Gives: talk.Gives}
			}
			card.Add(talk.Turn{N: i + 1, Speaker: who, Text: "some words"}, read)
		}
		data, err := json.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		return len(data)
	}
	if a, b := size(100), size(10_000); b > a+400 {
		t.Errorf("%d bytes after 100 turns, %d after 10,000", a, b)
	}
}
