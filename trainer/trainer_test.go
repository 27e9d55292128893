package trainer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
	"breakroom/trainer/store"
	"breakroom/trainer/store/storetest"
	"breakroom/trainer/talk"
)

// goodTalk is what a listening organizer might say to the test's scenario.
var goodTalk = []string{
	"Hey Dale, thanks for letting me eat in here. How has your night been?",
	"What's peak been like for you this year?",
	"Doors thirty-one to thirty-six, all of them yours. What does that look like when it gets busy?",
	"So it all lands on you. Tell me about the last time it got bad.",
	"That sounds like a lot for one pair of hands. What does it do to you at home?",
	"How is that for you?",
	"What would have to change for it to stop?",
	"Who could change that, do you think?",
	"What do you think Ron would do if people said it out loud?",
	"It makes sense to worry about that. What have you seen happen?",
	"Would you come on Sunday at three to the diner and tell the others what you told me?",
	"When can we talk again? Friday, after the shift?",
}

func wantCode(t *testing.T, err error, code trainer.Code) {
	t.Helper()
	if got := trainer.ErrorCode(err); got != code {
		t.Fatalf("error %v has code %q, want %q", err, got, code)
	}
	if code != "" && trainer.ErrorMessage(err) == "" {
		t.Errorf("error %v has no words for people", err)
	}
}

func TestConversation(t *testing.T) {
	tb := set(t, nil)
	ctx := t.Context()
	id := tb.begin(t)
	if !regexp.MustCompile(`^[a-z2-7]{26}$`).MatchString(id) {
		t.Errorf("the id %q is not 26 characters of lower-case base32", id)
	}
	s := tb.watch(t, id, 0)
	for i, text := range goodTalk {
		r := tb.say(t, id, fmt.Sprint("c", i), text)
		if want := (trainer.Receipt{Seq: int64(2*i + 2), Turn: 2*i + 1}); r != want {
			t.Fatalf("turn %d: receipt %+v, want %+v", i, r, want)
		}
	}
	if got, want := spell(s.notices()[:9]), "began#1 clock caught-up#1 heard#2 clock pieces said#3 meters heard#4"; !strings.HasPrefix(got, want[:40]) {
		t.Errorf("it was told %q, want it to begin like %q", got, want)
	}
	turns, err := tb.Transcript(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for i, turn := range turns {
		if turn.N != i+1 || turn.Text == "" {
			t.Errorf("turn %d: %+v", i+1, turn)
		}
		if i%2 == 0 && turn.Text != goodTalk[i/2] {
			t.Errorf("turn %d is %q, want what was said", i+1, turn.Text)
		}
	}
	if _, err := tb.Debrief(ctx, id, ""); trainer.ErrorCode(err) != trainer.CodeNotEnded {
		t.Errorf("a debrief before the end: %v", err)
	}
	wantCode(t, tb.Rate(ctx, id, talk.Rated{}), trainer.CodeNotEnded)
	if err := tb.End(ctx, id); err != nil {
		t.Fatal(err)
	}
	if err := tb.End(ctx, id); err != nil {
		t.Errorf("ending twice: %v", err)
	}
	_, err = tb.Say(ctx, id, "late", "One more thing")
	wantCode(t, err, trainer.CodeEnded)
	if r, err := tb.Say(ctx, id, "c0", goodTalk[0]); err != nil || !r.Resent || r.Seq != 2 {
		t.Errorf("a resend after the end: %+v, %v", r, err)
	}
	own := talk.Rated{Levels: map[talk.Skill]int{talk.SkillAsk: 2}, Note: "I rushed."}
	if err := tb.Rate(ctx, id, own); err != nil {
		t.Fatal(err)
	}
	wantCode(t, tb.Rate(ctx, id, own), trainer.CodeConflict)
	d, err := tb.Debrief(ctx, id, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Skills) != len(talk.Skills) || d.Name != "Dale Hutchens" && d.Name != "Dale" {
		t.Errorf("the debrief is about %q and has %d skills", d.Name, len(d.Skills))
	}
	if _, err := tb.Debrief(ctx, id, "no such framework"); trainer.ErrorCode(err) != trainer.CodeNotFound {
		t.Errorf("an unknown framework: %v", err)
	}
	c, err := tb.Conversation(ctx, id)
	if err != nil || !c.HasEnded() || c.EndedBy != "organizer" || c.Turns != 2*len(goodTalk) {
		t.Errorf("the conversation: %+v, %v", c, err)
	}
	if list, err := tb.Conversations(ctx, tb.person); err != nil || len(list) != 1 || list[0].ID != id {
		t.Errorf("the list: %+v, %v", list, err)
	}
}

// TestSameSeedSameWords holds two conversations with the same seed and words in two programs; the journals differ in nothing but ids.
func TestSameSeedSameWords(t *testing.T) {
	var first []talk.Event
	for range 2 {
		tb := set(t, nil)
		id := tb.begin(t)
		for i, text := range goodTalk {
			tb.say(t, id, fmt.Sprint("c", i), text)
		}
		journal := tb.journal(t, id)
		if first == nil {
			first = journal
			continue
		}
		if diff := cmp.Diff(first, journal); diff != "" {
			t.Errorf("-first +second:\n%s", diff)
		}
	}
}

func TestBeginRefuses(t *testing.T) {
	tb := set(t, nil)
	for name, test := range map[string]struct {
		begin trainer.Begin
		code  trainer.Code
	}{
		"unknown scenario": {trainer.Begin{Person: tb.person, ScenarioID: "nope"}, trainer.CodeNotFound},
		"unknown person":   {trainer.Begin{Person: "nobody", ScenarioID: "dock"}, trainer.CodeNotFound},
		"unknown skill":    {trainer.Begin{Person: tb.person, ScenarioID: "dock", Practise: []talk.Skill{"juggling"}}, trainer.CodeInvalid},
		"skill twice":      {trainer.Begin{Person: tb.person, ScenarioID: "dock", Practise: []talk.Skill{talk.SkillAsk, talk.SkillAsk}}, trainer.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tb.Begin(t.Context(), test.begin)
			wantCode(t, err, test.code)
		})
	}
	c, err := tb.Begin(t.Context(), trainer.Begin{Person: tb.person, ScenarioID: "dock"})
	if err != nil || c.Seed == 0 || c.Seed >= 1<<53 {
		t.Errorf("a random seed: %d, %v", c.Seed, err)
	}
}

func TestSayRefuses(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	for name, test := range map[string]struct {
		id, client, text string
		code             trainer.Code
	}{
		"no such conversation": {"nope", "a", "hi", trainer.CodeNotFound},
		"no client id":         {id, "", "hi", trainer.CodeInvalid},
		"long client id":       {id, strings.Repeat("a", trainer.MaxClientID+1), "hi", trainer.CodeInvalid},
		"odd client id":        {id, "a b", "hi", trainer.CodeInvalid},
		"too many characters":  {id, "a", strings.Repeat("é", trainer.MaxTurnRunes+1), trainer.CodeTooLong},
		"too many bytes":       {id, "a", strings.Repeat("a", trainer.MaxTurnBytes+1), trainer.CodeTooLong},
		"not UTF-8":            {id, "a", "caf\xe9", trainer.CodeInvalid},
		"NUL":                  {id, "a", "a\x00b", trainer.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tb.Say(t.Context(), test.id, test.client, test.text)
			wantCode(t, err, test.code)
		})
	}
	if got := kinds(tb.journal(t, id)); got != "created" {
		t.Errorf("a refused turn was journaled: %s", got)
	}
	tb.say(t, id, strings.Repeat("z", trainer.MaxClientID), strings.Repeat("👍", trainer.MaxTurnRunes))
	tb.say(t, id, "silence", "")
	if got := kinds(tb.journal(t, id)); got != "created heard said heard said" {
		t.Errorf("the journal is %s", got)
	}
}

func TestResend(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	receipts := tb.grow(t, id, trainer.HeardRefs+1, nil)
	for range 3 {
		last := receipts[len(receipts)-1]
		receipts = append(receipts, tb.say(t, id, fmt.Sprintf("grown-%d", last.Turn+2), "How was it?"))
	}
	turns := len(receipts)
	check := func() {
		t.Helper()
		for i, want := range receipts {
			want.Resent = true
			got, err := tb.Say(t.Context(), id, fmt.Sprintf("grown-%d", want.Turn), "other words, same id")
			if err != nil || got != want {
				t.Fatalf("turn %d sent again: %+v, %v; want %+v", i, got, err, want)
			}
		}
	}
	check()
	tb.crash(t)
	check()
	if got := len(tb.journal(t, id)); got != 1+2*turns {
		t.Errorf("the journal has %d events, want %d", got, 1+2*turns)
	}
}

func TestBusyWhileTheCoworkerSpeaks(t *testing.T) {
	h := newHanging("Well, ", "it was long.")
	tb := set(t, h)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	first, err := tb.Say(t.Context(), id, "a", "How was your week?")
	if err != nil {
		t.Fatal(err)
	}
	<-h.entered
	_, err = tb.Say(t.Context(), id, "b", "Hello?")
	wantCode(t, err, trainer.CodeBusy)
	if got, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil || !got.Resent || got.Seq != first.Seq {
		t.Errorf("the resend while the coworker speaks: %+v, %v", got, err)
	}
	// A second tab that comes in the middle gets what there is of the answer.
	late := tb.watch(t, id, first.Seq)
	if got := spell(late.notices()); got != "meters clock again pieces caught-up#2" {
		t.Errorf("who comes in the middle was told %q", got)
	}
	h.goOn <- struct{}{}
	for _, who := range []*sink{s, late} {
		await(t, who, func(n trainer.NoticeSaid) bool { return n.Turn == 2 })
	}
	var text string
	for _, p := range some[trainer.NoticePiece](late) {
		text += p.Text
	}
	if text != "Well, it was long." {
		t.Errorf("who came in the middle saw %q", text)
	}
	if n := len(some[trainer.NoticeAgain](s)); n != 0 {
		t.Errorf("the answer was begun %d times again for who had seen it from its beginning", n)
	}
	tb.Settle()
	_, err = tb.Say(t.Context(), id, "b", "Tell me.")
	if err != nil {
		t.Error(err)
	}
	<-h.entered
	h.goOn <- struct{}{}
	tb.Settle()
}

// TestActorFails shows that whatever an actor does, the turn is said, what is kept is what was shown, and the journal says so.
func TestActorFails(t *testing.T) {
	long := strings.Repeat("word ", trainer.MaxTurnRunes)
	for name, test := range map[string]struct {
		actor  scripted
		mended string
		// text is what is kept, "" where the built-in actor says it.
		text  string
		again int
	}{
		"fine": {says("It was ", "fine."), "", "It was fine.", 0},
		"at once": {func(context.Context, coworker.Scene, func(string) error) (coworker.Spoken, error) {
			return coworker.Spoken{}, errOfTheTest
		}, trainer.MendedFailed, "", 0},
		"in the midst": {func(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
			return coworker.Spoken{}, errors.Join(emit("It was "), errOfTheTest)
		}, trainer.MendedFailed, "", 1},
		"panics": {func(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
			_ = emit("It ")
			panic("canary-hoopoe")
		}, trainer.MendedCrashed, "", 1},
		"says nothing": {says(), trainer.MendedEmpty, "", 0},
		"blank":        {says("  ", "\n"), trainer.MendedEmpty, "", 1},
		"not UTF-8":    {says("caf\xe9"), trainer.MendedBroken, "", 1},
		"too long":     {says(long), trainer.MendedTooLong, "", 1},
		"cuts what it showed": {func(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
			return coworker.Spoken{Text: "It was fine.", Mended: "cut", By: "parrot"}, emit("It was fine. As an AI")
		}, "cut", "It was fine.", 1},
		"shows nothing beforehand": {func(context.Context, coworker.Scene, func(string) error) (coworker.Spoken, error) {
			return coworker.Spoken{Text: "It was fine.", By: "parrot"}, nil
		}, "", "It was fine.", 0},
		"claims to have voiced what it was not given": {func(_ context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
			return coworker.Spoken{Text: "Fine.", By: "parrot", Voiced: []string{"grievance.made.up"}}, emit("Fine.")
		}, "", "Fine.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			tb := set(t, test.actor)
			id := tb.begin(t)
			s := tb.watch(t, id, 0)
			tb.say(t, id, "a", "How was your week?")
			said := tb.journal(t, id)[2].Body.(talk.Said)
			if said.Mended != test.mended {
				t.Errorf("mended %q, want %q", said.Mended, test.mended)
			}
			by := "parrot"
			if test.text == "" {
				by = "actor"
			} else if said.Turn.Text != test.text {
				t.Errorf("it said %q, want %q", said.Turn.Text, test.text)
			}
			if said.By != by || strings.TrimSpace(said.Turn.Text) == "" {
				t.Errorf("%q said %q", said.By, said.Turn.Text)
			}
			if len(said.Voiced) > 0 && by == "parrot" {
				t.Errorf("it voiced %v", said.Voiced)
			}
			if n := len(some[trainer.NoticeAgain](s)); n != test.again {
				t.Errorf("the answer was begun %d times again, want %d", n, test.again)
			}
			p := newPage()
			for _, n := range s.notices() {
				if err := p.take(n); err != nil {
					t.Error(err)
				}
			}
			if got := p.turns[2]; got != said.Turn.Text {
				t.Errorf("the page shows %q, the journal has %q", got, said.Turn.Text)
			}
			if log := tb.log.String(); strings.Contains(log, "canary") || strings.Contains(log, "How was your week") {
				t.Errorf("the log repeats words:\n%s", log)
			}
			// The conversation lives.
			tb.say(t, id, "b", "And today?")
		})
	}
}

// TestCrashInMidAnswer shows that a turn that was heard and not answered is answered after a restart: by whoever watches,
// says something new, or sends the same again.
func TestCrashInMidAnswer(t *testing.T) {
	for name, wake := range map[string]func(*testing.T, *table, string, *hanging){
		"watch": func(t *testing.T, tb *table, id string, h *hanging) {
			s := tb.watch(t, id, 0)
			<-h.entered
			if got := spell(s.notices()); got != "began#1 heard#2 meters clock caught-up#2 again pieces" {
				t.Errorf("it was told %q", got)
			}
		},
		"say": func(t *testing.T, tb *table, id string, h *hanging) {
			_, err := tb.Say(t.Context(), id, "b", "Hello?")
			wantCode(t, err, trainer.CodeBusy)
			<-h.entered
		},
		"resend": func(t *testing.T, tb *table, id string, h *hanging) {
			if r, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil || !r.Resent {
				t.Errorf("the resend: %+v, %v", r, err)
			}
			<-h.entered
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHanging("Well, ", "it was long.")
			tb := set(t, h)
			id := tb.begin(t)
			if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
				t.Fatal(err)
			}
			<-h.entered
			tb.crash(t)
			if got := kinds(tb.journal(t, id)); got != "created heard" {
				t.Fatalf("the crash left %s", got)
			}
			wake(t, tb, id, h)
			h.goOn <- struct{}{}
			tb.Settle()
			journal := tb.journal(t, id)
			if got := kinds(journal); got != "created heard said" {
				t.Fatalf("the journal is %s", got)
			}
			if said := journal[2].Body.(talk.Said); said.Turn.Text != "Well, it was long." || said.Turn.N != 2 {
				t.Errorf("it said %+v", said.Turn)
			}
		})
	}
}

func TestEndInMidAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		first string
		do    func(*table, context.Context, string) error
		want  string
	}{
		"end":                {"Well, ", func(tb *table, ctx context.Context, id string) error { return tb.End(ctx, id) }, "created heard said ended"},
		"end before a word":  {"", func(tb *table, ctx context.Context, id string) error { return tb.End(ctx, id) }, "created heard ended"},
		"step out":           {"Well, ", func(tb *table, ctx context.Context, id string) error { return tb.StepOut(ctx, id) }, "created heard said stepped-out"},
		"step out, no words": {"", func(tb *table, ctx context.Context, id string) error { return tb.StepOut(ctx, id) }, "created heard stepped-out"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHanging(test.first, "it was long.")
			tb := set(t, h)
			id := tb.begin(t)
			s := tb.watch(t, id, 0)
			if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
				t.Fatal(err)
			}
			<-h.entered
			if err := test.do(tb, t.Context(), id); err != nil {
				t.Fatal(err)
			}
			tb.Settle()
			journal := tb.journal(t, id)
			if got := kinds(journal); got != test.want {
				t.Fatalf("the journal is %s, want %s", got, test.want)
			}
			if said, ok := journal[2].Body.(talk.Said); ok {
				if !said.Cut || said.Turn.Text != test.first {
					t.Errorf("what was kept of the answer: %+v", said)
				}
				await(t, s, func(n trainer.NoticeSaid) bool { return n.Cut })
			}
			_, err := tb.Say(t.Context(), id, "b", "Hello?")
			wantCode(t, err, trainer.CodeEnded)
			if n := len(h.entered); n != 0 {
				t.Errorf("the answer was begun %d times after the end", n)
			}
			if err := tb.End(t.Context(), id); err != nil {
				t.Error(err)
			}
			if _, err := tb.Debrief(t.Context(), id, ""); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestStepOut(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	tb.say(t, id, "a", "How was your week?")
	if err := tb.StepOut(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := tb.StepOut(t.Context(), id); err != nil {
		t.Errorf("stepping out twice: %v", err)
	}
	for what, err := range map[string]error{
		"say":    func() error { _, err := tb.Say(t.Context(), id, "b", "hi"); return err }(),
		"help":   func() error { _, err := tb.Help(t.Context(), id); return err }(),
		"pause":  tb.Pause(t.Context(), id),
		"extend": tb.Extend(t.Context(), id, 5),
	} {
		if trainer.ErrorCode(err) != trainer.CodeEnded {
			t.Errorf("%s after stepping out: %v", what, err)
		}
	}
	await(t, s, func(trainer.NoticeSteppedOut) bool { return true })
	if notes, err := tb.Debrief(t.Context(), id, ""); err != nil || len(notes.Turns) != 2 || len(notes.Notice) == 0 {
		t.Errorf("the notes after stepping out: %d turns, notices %q, %v", len(notes.Turns), notes.Notice, err)
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	wantCode(t, tb.StepOut(t.Context(), tb.ended(t)), trainer.CodeEnded)
	if err := tb.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	await(t, s, func(trainer.NoticeDeleted) bool { return true })
}

// ended gives a conversation that has ended.
func (tb *table) ended(t *testing.T) string {
	t.Helper()
	id := tb.begin(t)
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestCoworkerLeaves(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	tb.say(t, id, "a", "How was your week?")
	journal := tb.journal(t, id)
	heard := journal[1].Body.(talk.Heard)
	said := journal[2].Body.(talk.Said)
	// The decision to leave is on disk; whoever watches next sees it carried out.
	heard.Turn = talk.Turn{N: 3, Speaker: talk.Organizer, Text: "What are you afraid of?"}
	heard.ClientID, heard.Mind = "b", said.Mind
	heard.Cue = talk.Cue{Act: talk.ActLeave, Mood: talk.MoodAngry, Manner: "leave", Least: 3, Most: 20, Reason: talk.ReasonPried}
	tb.crash(t)
	if err := tb.store.Append(t.Context(), id, 3, talk.Event{Seq: 4, At: journal[2].At, Body: heard}); err != nil {
		t.Fatal(err)
	}
	s := tb.watch(t, id, 3)
	await(t, s, func(n trainer.NoticeEnded) bool { return n.By == "coworker" })
	tb.Settle()
	journal = tb.journal(t, id)
	if got := kinds(journal[3:]); got != "heard said left ended" {
		t.Fatalf("the journal goes on with %s", got)
	}
	if left := journal[5].Body.(talk.Left); left.Reason != talk.ReasonPried {
		t.Errorf("they left for %q", left.Reason)
	}
	if len(some[trainer.NoticeLeft](s)) != 1 {
		t.Errorf("it was told %s", spell(s.notices()))
	}
	if d, err := tb.Debrief(t.Context(), id, ""); err != nil || len(d.Skills) == 0 {
		t.Errorf("the debrief: %v", err)
	}
}

func TestTimeBox(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	last := func() trainer.NoticeClock {
		t.Helper()
		all := some[trainer.NoticeClock](s)
		return all[len(all)-1]
	}
	const box = 15 * time.Minute // as the scenario has it
	if got := last(); got != (trainer.NoticeClock{Box: box, Left: box}) {
		t.Errorf("before the first turn: %+v", got)
	}
	if err := tb.Pause(t.Context(), id); err != nil {
		t.Errorf("a pause before the first turn: %v", err)
	}
	tb.clock.Add(time.Hour)
	tb.say(t, id, "a", "How was your week?")
	if got := last(); got.Left != box || !got.Running {
		t.Errorf("at the first turn: %+v", got)
	}
	tb.clock.Add(2 * time.Minute)
	if err := tb.Pause(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := last(); got.Left != box-2*time.Minute || got.Running || !got.Paused {
		t.Errorf("paused: %+v", got)
	}
	if err := tb.Pause(t.Context(), id); err != nil {
		t.Errorf("a second pause: %v", err)
	}
	tb.clock.Add(time.Hour)
	tb.say(t, id, "b", "And now?")
	if got := last(); got.Left != box-2*time.Minute || !got.Running {
		t.Errorf("after the pause: %+v", got)
	}
	tb.clock.Add(24 * time.Hour)
	tb.say(t, id, "c", "I am back.")
	if got := last(); got.Left != box-5*time.Minute {
		t.Errorf("after a night away: %+v", got)
	}
	for i := range 4 {
		tb.clock.Add(2 * time.Minute)
		tb.say(t, id, fmt.Sprint("d", i), "Tell me more.")
	}
	tb.clock.Add(119 * time.Second)
	tb.Sweep()
	if got := last(); got.Up || got.Left != 2*time.Minute {
		t.Errorf("a second before: %+v", got)
	}
	tb.clock.Add(time.Second)
	before := len(s.notices())
	for range 3 {
		tb.Sweep()
	}
	if got := last(); !got.Up || got.Left != 0 || len(s.notices()) != before+1 {
		t.Errorf("when the time is up: %+v, told %s", got, spell(s.notices()[before:]))
	}
	// Nobody is cut off.
	tb.say(t, id, "e", "One more thing.")
	if err := tb.Extend(t.Context(), id, 5); err != nil {
		t.Fatal(err)
	}
	if got := last(); got.Up || got.Left != 5*time.Minute || got.Box != box+5*time.Minute {
		t.Errorf("after five minutes more: %+v", got)
	}
	for _, minutes := range []int{-1, 0, trainer.MaxExtend + 1} {
		wantCode(t, tb.Extend(t.Context(), id, minutes), trainer.CodeInvalid)
	}
	for added := 20; added+trainer.MaxExtend <= 8*60; added += trainer.MaxExtend {
		if err := tb.Extend(t.Context(), id, trainer.MaxExtend); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, tb.Extend(t.Context(), id, trainer.MaxExtend), trainer.CodeTooMany)
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := last(); got.Running || got.Paused {
		t.Errorf("after the end: %+v", got)
	}
}

func TestHelp(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	known := trainer.HintTexts()
	ladder := func() {
		t.Helper()
		for i := range trainer.HintsMost {
			h, err := tb.Help(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if want := min(i+1, 3); h.Step != want {
				t.Errorf("hint %d is step %d, want %d", i, h.Step, want)
			}
			if !slices.Contains(known, h.Text) {
				t.Errorf("the hint %q is none of the file's: it may know too much", h.Text)
			}
		}
		_, err := tb.Help(t.Context(), id)
		wantCode(t, err, trainer.CodeTooMany)
	}
	ladder()
	for i, text := range goodTalk[:3] {
		tb.say(t, id, fmt.Sprint("c", i), text)
		if h, err := tb.Help(t.Context(), id); err != nil || h.Step != 1 {
			t.Fatalf("the first hint after a turn: %+v, %v", h, err)
		}
	}
	if got := len(some[trainer.NoticeHelp](s)); got != trainer.HintsMost+3 {
		t.Errorf("%d hints were told", got)
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	_, err := tb.Help(t.Context(), id)
	wantCode(t, err, trainer.CodeEnded)
}

// TestHelpFollowsWhatWasSaid shows that the stage of a hint follows from what the coworker has just said aloud.
func TestHelpFollowsWhatWasSaid(t *testing.T) {
	for _, test := range []struct {
		gives []talk.Give
		begin string
	}{
		{[]talk.Give{talk.Deflects}, "They changed the subject."},
		{[]talk.Give{talk.Fears}, "They have just said what worries them."},
		{[]talk.Give{talk.SaysNo}, "They said no"},
		{[]talk.Give{talk.SaysPartly, talk.Fears}, "They said no"},
		{[]talk.Give{talk.SaysYes}, "They have answered."},
		{nil, "You do not know yet"},
	} {
		t.Run(fmt.Sprint(test.gives), func(t *testing.T) {
			tb := set(t, nil)
			id := tb.begin(t)
			tb.grow(t, id, 1, func(_ int, h *talk.Heard, s *talk.Said) {
				h.Turn.Text, s.Turn.Text = "Well.", "Well."
				s.Read.Gives = test.gives
			})
			if h, err := tb.Help(t.Context(), id); err != nil || !strings.HasPrefix(h.Text, test.begin) {
				t.Errorf("the hint is %q, %v; want it to begin with %q", h.Text, err, test.begin)
			}
		})
	}
}

func TestRateRefuses(t *testing.T) {
	tb := set(t, nil)
	id := tb.ended(t)
	for name, test := range map[string]struct {
		rated talk.Rated
		code  trainer.Code
	}{
		"unknown skill": {talk.Rated{Levels: map[talk.Skill]int{"juggling": 1}}, trainer.CodeInvalid},
		"level":         {talk.Rated{Levels: map[talk.Skill]int{talk.SkillAsk: 6}}, trainer.CodeInvalid},
		"long note":     {talk.Rated{Note: strings.Repeat("é", trainer.MaxRatedNote+1)}, trainer.CodeTooLong},
		"not UTF-8":     {talk.Rated{Note: "\xff"}, trainer.CodeInvalid},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, tb.Rate(t.Context(), id, test.rated), test.code) })
	}
}

func TestKeepNothing(t *testing.T) {
	gone := func(t *testing.T, tb *table, id string) bool {
		t.Helper()
		_, err := tb.Conversation(t.Context(), id)
		if err != nil && trainer.ErrorCode(err) != trainer.CodeNotFound {
			t.Fatal(err)
		}
		return err != nil
	}
	t.Run("leaving the debrief", func(t *testing.T) {
		tb := set(t, nil)
		kept, nothing := tb.begin(t), tb.beginWith(t, trainer.Begin{KeepNothing: true})
		for _, id := range []string{kept, nothing} {
			if err := tb.LeaveDebrief(t.Context(), id); err != nil || gone(t, tb, id) {
				t.Errorf("before the end: gone %v, %v", gone(t, tb, id), err)
			}
			if err := tb.End(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			if err := tb.LeaveDebrief(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if gone(t, tb, kept) || !gone(t, tb, nothing) {
			t.Errorf("kept is gone: %v, nothing is gone: %v", gone(t, tb, kept), gone(t, tb, nothing))
		}
	})
	t.Run("leaving the notes after stepping out", func(t *testing.T) {
		tb := set(t, nil)
		id := tb.beginWith(t, trainer.Begin{KeepNothing: true})
		if err := tb.StepOut(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if err := tb.LeaveDebrief(t.Context(), id); err != nil || !gone(t, tb, id) {
			t.Errorf("gone %v, %v", gone(t, tb, id), err)
		}
	})
	for name, test := range map[string]struct {
		end   bool
		after time.Duration
	}{"ended": {true, trainer.ForgetEnded}, "never ended": {false, trainer.ForgetIdle}} {
		t.Run(name, func(t *testing.T) {
			tb := set(t, nil)
			kept, nothing := tb.begin(t), tb.beginWith(t, trainer.Begin{KeepNothing: true})
			for _, id := range []string{kept, nothing} {
				tb.say(t, id, "a", "Hello")
				if test.end {
					if err := tb.End(t.Context(), id); err != nil {
						t.Fatal(err)
					}
				}
			}
			tb.clock.Add(test.after)
			tb.Sweep()
			if gone(t, tb, nothing) {
				t.Error("it was forgotten too early")
			}
			tb.clock.Add(time.Millisecond)
			// Another process finds it at its start.
			tb.crash(t)
			tb.Sweep()
			if gone(t, tb, kept) || !gone(t, tb, nothing) {
				t.Errorf("kept is gone: %v, nothing is gone: %v", gone(t, tb, kept), gone(t, tb, nothing))
			}
		})
	}
}

func TestDeleteLeavesNoBytes(t *testing.T) {
	const canary = "canary-quetzal-4711"
	path := filepath.Join(t.TempDir(), "b.db")
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	tb := setOn(t, st, says("I say ", canary, " too."))
	id := tb.begin(t)
	tb.grow(t, id, trainer.SnapshotEvery, func(_ int, h *talk.Heard, s *talk.Said) {
		h.Turn.Text, s.Turn.Text = "Hear me: "+canary, canary+", yes."
	})
	s := tb.watch(t, id, 0)
	for i := range 3 {
		tb.say(t, id, fmt.Sprint(canary, i), "Hear me: "+canary)
	}
	if snap, err := st.Snapshot(t.Context(), id); err != nil || !bytes.Contains(snap.State, []byte(canary)) {
		t.Fatalf("there is no snapshot with the words, %v", err)
	}
	bytesNow := func() []byte {
		t.Helper()
		var all []byte
		for _, name := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		return all
	}
	if !bytes.Contains(bytesNow(), []byte(canary)) {
		t.Fatal("the words were never in the file, the test shows nothing")
	}
	if err := tb.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(bytesNow(), []byte(canary)); n > 0 {
		t.Errorf("the words stand %d times in the files", n)
	}
	await(t, s, func(trainer.NoticeDeleted) bool { return true })
	_, err = tb.Say(t.Context(), id, "x", "hi")
	wantCode(t, err, trainer.CodeNotFound)
	wantCode(t, tb.Delete(t.Context(), id), trainer.CodeNotFound)
	_, err = tb.Watch(t.Context(), id, 0, newSink())
	wantCode(t, err, trainer.CodeNotFound)
	s.stop()
	if _, folds := tb.InMemory(); folds != 0 {
		t.Error("the words are left in memory")
	}
	tb.clock.Add(trainer.IdleAfter)
	tb.Sweep()
	if lives, _ := tb.InMemory(); lives != 0 {
		t.Errorf("%d conversations are left in memory", lives)
	}
}

func TestDeleteInMidAnswer(t *testing.T) {
	h := newHanging("Well, ", "it was long.")
	tb := set(t, h)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-h.entered
	if err := tb.Delete(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	tb.Settle()
	all := s.notices()
	if _, last := all[len(all)-1].(trainer.NoticeDeleted); !last {
		t.Errorf("after the deletion it was told %s", spell(all))
	}
}

// TestIdleConversationsLeaveMemory shows that between turns only those who watch are remembered, and that nothing is lost by it.
func TestIdleConversationsLeaveMemory(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	for i, text := range goodTalk {
		tb.say(t, id, fmt.Sprint("c", i), text)
		state, err := tb.StateNow(id)
		if err != nil || state == "" {
			t.Fatalf("no state after a turn: %v", err)
		}
		tb.clock.Add(trainer.IdleAfter - time.Millisecond)
		tb.Sweep()
		if _, folds := tb.InMemory(); folds != 1 {
			t.Fatal("it left memory too early")
		}
		tb.clock.Add(time.Millisecond)
		tb.Sweep()
		if lives, folds := tb.InMemory(); lives != 1 || folds != 0 {
			t.Fatalf("%d conversations and %d folds in memory, want 1 and 0", lives, folds)
		}
		if err := tb.Pause(t.Context(), id); err != nil { // has it folded again
			t.Fatal(err)
		}
		again, err := tb.StateFolded(tb.journal(t, id))
		if err != nil {
			t.Fatal(err)
		}
		now, err := tb.StateNow(id)
		if err != nil || now != again {
			t.Fatalf("after turn %d the state taken up again is not the journal's: %v\n%s", i, err, cmp.Diff(again, now))
		}
	}
	if n := len(some[trainer.NoticeSaid](s)); n != len(goodTalk) {
		t.Errorf("who watched was told of %d answers, want %d", n, len(goodTalk))
	}
	s.stop()
	tb.clock.Add(trainer.IdleAfter)
	tb.Sweep()
	if lives, _ := tb.InMemory(); lives != 0 {
		t.Errorf("%d conversations are left in memory", lives)
	}
}

type unknownEvent struct{}

func (unknownEvent) Kind() talk.EventKind { return "sang" }
func (unknownEvent) Version() int         { return 1 }

func TestUnknownEventRefusesOneConversation(t *testing.T) {
	tb := set(t, nil)
	bad, good := tb.begin(t), tb.begin(t)
	tb.say(t, bad, "a", "Hello")
	tb.say(t, good, "a", "Hello")
	if err := tb.store.Append(t.Context(), bad, 3, talk.Event{Seq: 4, Body: unknownEvent{}}); err != nil {
		t.Fatal(err)
	}
	tb.crash(t)
	for what, err := range map[string]error{
		"say":        func() error { _, err := tb.Say(t.Context(), bad, "b", "hi"); return err }(),
		"watch":      func() error { _, err := tb.Watch(t.Context(), bad, 0, newSink()); return err }(),
		"transcript": func() error { _, err := tb.Transcript(t.Context(), bad); return err }(),
		"end":        tb.End(t.Context(), bad),
	} {
		var unknown *talk.UnknownEventError
		if !errors.As(err, &unknown) || trainer.ErrorCode(err) != trainer.CodeInvalid || !strings.Contains(trainer.ErrorMessage(err), "newer") {
			t.Errorf("%s: %v", what, err)
		}
	}
	tb.say(t, good, "b", "And now?")
	if got := len(tb.journal(t, good)); got != 5 {
		t.Errorf("the good one has %d events, want 5", got)
	}
	if err := tb.Delete(t.Context(), bad); err != nil {
		t.Errorf("the bad one cannot be deleted: %v", err)
	}
}

func TestSinkThatPanicsHarmsNobody(t *testing.T) {
	tb := set(t, nil)
	id, other := tb.begin(t), tb.begin(t)
	armed := false
	stop, err := tb.Watch(t.Context(), id, 0, sinkFunc(func(trainer.Notice) {
		if armed {
			panic("canary-hoopoe")
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	armed = true
	_, err = tb.Say(t.Context(), id, "a", "Hello")
	wantCode(t, err, trainer.CodeInternal)
	tb.say(t, other, "a", "Hello")
	stop()
	// The words had been journaled before: the resend finds them, and they are answered.
	if r, err := tb.Say(t.Context(), id, "a", "Hello"); err != nil || !r.Resent || r.Seq != 2 {
		t.Errorf("the resend: %+v, %v", r, err)
	}
	tb.Settle()
	if got := kinds(tb.journal(t, id)); got != "created heard said" {
		t.Errorf("the journal is %s", got)
	}
	if log := tb.log.String(); strings.Contains(log, "canary") || !strings.Contains(log, "stack") {
		t.Errorf("the log:\n%s", log)
	}
}

type sinkFunc func(trainer.Notice)

func (f sinkFunc) Notify(n trainer.Notice) { f(n) }

// TestWatchFromAnywhere watches one conversation from every sequence number: each replay is the tail of the whole.
func TestWatchFromAnywhere(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	for i, text := range goodTalk[:4] {
		tb.say(t, id, fmt.Sprint("c", i), text)
		if _, err := tb.Help(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	last := int64(len(tb.journal(t, id)))
	transcript, err := tb.Transcript(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	whole := tb.watch(t, id, 0).notices()
	for after := range last + 1 {
		p := newPage()
		for _, n := range whole {
			if p.seq == after {
				break
			}
			if err := p.take(n); err != nil {
				t.Fatal(err)
			}
		}
		// A page that broke off in mid-answer holds pieces of it.
		if n := len(p.turns); n%2 == 1 {
			p.turns[n+1], p.live[n+1] = "a piece that", true
		}
		for _, n := range tb.watch(t, id, after).notices() {
			if err := p.take(n); err != nil {
				t.Fatalf("after %d: %v", after, err)
			}
		}
		if diff := cmp.Diff(texts(transcript), p.transcript()); diff != "" {
			t.Errorf("after %d: -want +got:\n%s", after, diff)
		}
	}
	for _, after := range []int64{-1, last + 1} {
		_, err := tb.Watch(t.Context(), id, after, newSink())
		wantCode(t, err, trainer.CodeInvalid)
	}
}

// TestLongReplayComesInPages watches a conversation that is longer than a page of events.
func TestLongReplayComesInPages(t *testing.T) {
	tb := set(t, says("Yes."))
	id := tb.begin(t)
	tb.grow(t, id, trainer.Page, nil)
	s := tb.watch(t, id, 0)
	if n := len(some[trainer.NoticeSaid](s)); n != trainer.Page {
		t.Errorf("%d answers were replayed, want %d", n, trainer.Page)
	}
	if turns, err := tb.Transcript(t.Context(), id); err != nil || len(turns) != 2*trainer.Page {
		t.Errorf("%d turns in the transcript, %v", len(turns), err)
	}
}

// TestSameIDAtOnce has many send the same turn at the same time.
func TestSameIDAtOnce(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	const clients = 16
	receipts := make([]trainer.Receipt, clients)
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			var err error
			if receipts[i], err = tb.Say(context.Background(), id, "same", "How was your week?"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	tb.Settle()
	fresh := 0
	for _, r := range receipts {
		if !r.Resent {
			fresh++
		}
		if r.Seq != 2 || r.Turn != 1 {
			t.Errorf("receipt %+v", r)
		}
	}
	if fresh != 1 || len(tb.journal(t, id)) != 3 {
		t.Errorf("%d of %d were the first, and the journal is %s", fresh, clients, kinds(tb.journal(t, id)))
	}
}

// TestManyAtOnce holds many conversations at the same time, on a real store.
func TestManyAtOnce(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	tb := setOn(t, st, nil)
	const conversations = 20
	var wg sync.WaitGroup
	for n := range conversations {
		wg.Go(func() {
			id := tb.beginWith(t, trainer.Begin{Seed: seed(uint64(n))})
			s := newSink()
			stop, err := tb.Watch(context.Background(), id, 0, s)
			if err != nil {
				t.Error(err)
				return
			}
			defer stop()
			for i, text := range goodTalk {
				r, err := tb.Say(context.Background(), id, fmt.Sprint(i), text)
				if err != nil {
					t.Errorf("%d, turn %d: %v", n, i, err)
					return
				}
				await(t, s, func(n trainer.NoticeSaid) bool { return n.Turn == r.Turn+1 })
			}
			transcript, err := tb.Transcript(context.Background(), id)
			if err != nil {
				t.Error(err)
				return
			}
			p := newPage()
			for _, n := range s.notices() {
				if err := p.take(n); err != nil {
					t.Error(err)
				}
			}
			if diff := cmp.Diff(texts(transcript), p.transcript()); diff != "" {
				t.Errorf("conversation %d: -journal +page:\n%s", n, diff)
			}
		})
	}
	wg.Wait()
}

// TestDamagedSnapshot shows that a snapshot is a convenience: where it cannot be read, or is of other versions, the journal is enough.
func TestDamagedSnapshot(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	tb.grow(t, id, trainer.SnapshotEvery, nil)
	tb.say(t, id, "a", goodTalk[0])
	good, err := tb.store.Snapshot(t.Context(), id)
	if err != nil || good.Seq == 0 {
		t.Fatalf("no snapshot: %v", err)
	}
	for name, snap := range map[string]trainer.Snapshot{
		"cut":            {Seq: good.Seq, Versions: good.Versions, State: good.State[:len(good.State)/2]},
		"other versions": {Seq: good.Seq, Versions: "fold 0", State: []byte("whatever")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := tb.store.SaveSnapshot(t.Context(), id, snap); err != nil {
				t.Fatal(err)
			}
			tb.crash(t)
			if _, err := tb.Help(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			want, err := tb.StateFolded(tb.journal(t, id))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := tb.StateNow(id); err != nil || got != want {
				t.Errorf("%v: -journal +memory:\n%s", err, cmp.Diff(want, got))
			}
		})
	}
}

// second is another server on the same store.
func (tb *table) second(t *testing.T, actor coworker.Actor) *table {
	t.Helper()
	other := &table{store: tb.store, memory: tb.memory, clock: tb.clock, random: rand.NewChaCha8([32]byte{8}), lib: tb.lib, log: tb.log, person: tb.person, actor: actor}
	other.start(t)
	t.Cleanup(func() {
		if err := other.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return other
}

// TestTwoServers has two servers on one store, as behind a load balancer.
func TestTwoServers(t *testing.T) {
	tb := set(t, nil)
	other := tb.second(t, nil)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	for i, text := range goodTalk {
		server := tb
		if i%2 == 1 {
			server = other
		}
		server.say(t, id, fmt.Sprint("c", i), text)
	}
	if err := tb.End(t.Context(), id); err != nil {
		// The other server was the last to append: this one is told so, folds that, and then it fits.
		wantCode(t, err, trainer.CodeConflict)
		if err := tb.End(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	p := newPage()
	for _, n := range s.notices() {
		if err := p.take(n); err != nil {
			t.Error(err)
		}
	}
	transcript, err := tb.Transcript(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(transcript) != 2*len(goodTalk) {
		t.Errorf("%d turns, want %d", len(transcript), 2*len(goodTalk))
	}
	if diff := cmp.Diff(texts(transcript), p.transcript()); diff != "" {
		t.Errorf("-journal +page:\n%s", diff)
	}
}

// An answer that is being given when another server has answered the same turn is broken off: nobody hears two.
func TestAnsweredElsewhere(t *testing.T) {
	old := make(chan error, 1)
	var asked atomic.Int64
	entered, goOn := make(chan struct{}), make(chan struct{})
	tb := set(t, ahead{func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		if asked.Add(1) == 1 {
			close(entered)
			<-goOn
			old <- emit("Old words.")
			return coworker.Spoken{Text: "Old words."}, ctx.Err()
		}
		return coworker.Spoken{Text: "New words."}, emit("New words.")
	}})
	other := tb.second(t, says("Answered here."))
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-entered
	other.watch(t, id, 0) // takes the turn up and answers it
	other.Settle()
	if got := kinds(other.journal(t, id)); got != "created heard said" {
		t.Fatalf("the journal is %s", got)
	}
	// This server still believes that the coworker is speaking, until the store tells it otherwise.
	_, err := tb.Say(t.Context(), id, "b", "And after that?")
	wantCode(t, err, trainer.CodeBusy)
	_, err = tb.Help(t.Context(), id)
	wantCode(t, err, trainer.CodeConflict)
	if _, err := tb.Say(t.Context(), id, "b", "And after that?"); err != nil {
		t.Fatal(err)
	}
	close(goOn)
	if err := <-old; err == nil {
		t.Error("the old answer was still heard")
	}
	tb.Settle()
	p := newPage()
	for _, n := range s.notices() {
		if err := p.take(n); err != nil {
			t.Error(err)
		}
		if piece, ok := n.(trainer.NoticePiece); ok && piece.Text == "Old words." {
			t.Error("a piece of the old answer was told")
		}
	}
	if got := strings.Join(p.transcript(), " | "); !strings.Contains(got, "Answered here.") || !strings.Contains(got, "New words.") {
		t.Errorf("the page shows %s", got)
	}
}

// ahead is an actor that gets ready before the turn is on disk.
type ahead struct{ scripted }

func (ahead) Ahead() {}

// An actor that can gets ready while the disk writes, and sends nothing before the turn is kept; where the turn is not kept,
// for whatever reason, nobody hears of it.
func TestReadyWhileTheDiskWrites(t *testing.T) {
	full := &trainer.Error{Code: trainer.CodeUnavailable, Message: "The disk is full."}
	for name, test := range map[string]struct {
		fail func() error
		want string
	}{
		"kept":     {func() error { return nil }, "heard#2 clock pieces said#3 meters"},
		"not kept": {func() error { return full }, ""},
		"panic":    {func() error { panic("a fault of the store") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ready, ended := make(chan struct{}), make(chan error, 1)
			tb := set(t, ahead{func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
				close(ready)
				err := coworker.AwaitKept(ctx)
				if err == nil {
					err = emit("It was long.")
				}
				ended <- err
				return coworker.Spoken{Text: "It was long."}, err
			}})
			id := tb.begin(t)
			s := tb.watch(t, id, 0)
			before := len(s.notices())
			tb.memory.Fail = func(_ string, events []talk.Event) (error, bool) {
				if events[0].Body.Kind() != talk.KindHeard {
					return nil, false
				}
				<-ready // the disk is not done before the actor is ready
				select {
				case err := <-ended:
					t.Errorf("it did not wait: %v", err)
				case <-time.After(20 * time.Millisecond):
				}
				return test.fail(), false
			}
			_, err := tb.Say(t.Context(), id, "a", "How was your week?")
			if (err == nil) != (test.want != "") {
				t.Fatal(err)
			}
			if err := <-ended; (err == nil) != (test.want != "") {
				t.Errorf("the actor was told: %v", err)
			}
			tb.Settle()
			if got := spell(s.notices()[before:]); got != test.want {
				t.Errorf("told %q, want %q", got, test.want)
			}
		})
	}
}

func TestStoreFails(t *testing.T) {
	full := &trainer.Error{Code: trainer.CodeUnavailable, Message: "The disk is full."}
	for name, test := range map[string]struct {
		kind talk.EventKind
		lost bool
	}{
		"heard not kept":                {talk.KindHeard, false},
		"heard kept, but reported lost": {talk.KindHeard, true},
		"said not kept":                 {talk.KindSaid, false},
		"said kept, but reported lost":  {talk.KindSaid, true},
	} {
		t.Run(name, func(t *testing.T) {
			tb := set(t, nil)
			id := tb.begin(t)
			s := tb.watch(t, id, 0)
			tb.say(t, id, "a", "Hello")
			fail := 1
			tb.memory.Fail = func(_ string, events []talk.Event) (error, bool) {
				if fail > 0 && events[0].Body.Kind() == test.kind {
					fail--
					return full, test.lost
				}
				return nil, false
			}
			r, err := tb.Say(t.Context(), id, "b", "How was your week?")
			tb.Settle()
			if test.kind == talk.KindHeard {
				wantCode(t, err, trainer.CodeUnavailable)
			} else if err != nil {
				t.Fatal(err)
			} else {
				await(t, s, func(n trainer.NoticeTrouble) bool { return n.Code == trainer.CodeUnavailable })
			}
			again, err := tb.Say(t.Context(), id, "b", "How was your week?")
			if err != nil {
				t.Fatal(err)
			}
			tb.Settle()
			if again.Seq != 4 || r.Seq != 0 && r.Seq != again.Seq {
				t.Errorf("receipts %+v, then %+v", r, again)
			}
			if got := kinds(tb.journal(t, id)); got != "created heard said heard said" {
				t.Errorf("the journal is %s", got)
			}
			late := tb.watch(t, id, 0)
			for _, who := range []*sink{s, late} {
				p := newPage()
				for _, n := range who.notices() {
					if err := p.take(n); err != nil {
						t.Error(err)
					}
				}
				if got := len(p.transcript()); got != 4 {
					t.Errorf("the page shows %d turns, want 4: %s", got, spell(who.notices()))
				}
			}
		})
	}
}

// An end that the store refuses ends nothing: the talk goes on, and the answer that was broken off for it is begun again.
func TestEndRefused(t *testing.T) {
	shown, calls := make(chan struct{}), 0
	tb := set(t, scripted(func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		if calls++; calls > 1 {
			return coworker.Spoken{Text: "It was long."}, emit("It was long.")
		}
		if err := emit("It was "); err != nil {
			return coworker.Spoken{}, err
		}
		close(shown)
		<-ctx.Done()
		return coworker.Spoken{}, ctx.Err()
	}))
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-shown
	refused := 0
	tb.memory.Fail = func(string, []talk.Event) (error, bool) {
		if refused++; refused > 1 {
			return nil, false
		}
		return &trainer.Error{Code: trainer.CodeUnavailable, Message: "The disk is full."}, false
	}
	wantCode(t, tb.End(t.Context(), id), trainer.CodeUnavailable)
	tb.Settle()
	if got := kinds(tb.journal(t, id)); got != "created heard said" {
		t.Errorf("after the refused end the journal is %s", got)
	}
	p := newPage()
	for _, n := range s.notices() {
		if err := p.take(n); err != nil {
			t.Error(err)
		}
	}
	if got := p.transcript(); len(got) != 2 || got[1] != "It was long." {
		t.Errorf("the page shows %+v", got)
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if got := kinds(tb.journal(t, id)); got != "created heard said ended" {
		t.Errorf("after the end the journal is %s", got)
	}
}

func TestCloseStopsAtASentence(t *testing.T) {
	h := newHanging("It was ", `"long." And then some more`)
	tb := set(t, h)
	id := tb.begin(t)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-h.entered
	closed := make(chan error)
	go func() { closed <- tb.Close(context.Background()) }()
	// Closing has begun when nothing new is taken.
	for {
		if _, err := tb.Debrief(t.Context(), id, ""); trainer.ErrorCode(err) == trainer.CodeUnavailable {
			break
		}
		runtime.Gosched()
	}
	h.goOn <- struct{}{}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	said := tb.journal(t, id)[len(tb.journal(t, id))-1].Body.(talk.Said)
	if said.Turn.Text != `It was "long."` || said.Mended != trainer.MendedClosing {
		t.Errorf("the answer was kept as %+v", said)
	}
	for what, err := range map[string]error{
		"say": func() error { _, err := tb.Say(t.Context(), id, "b", "hi"); return err }(),
		"begin": func() error {
			_, err := tb.Begin(t.Context(), trainer.Begin{Person: tb.person, ScenarioID: "dock"})
			return err
		}(),
		"watch": func() error { _, err := tb.Watch(t.Context(), id, 0, newSink()); return err }(),
	} {
		if trainer.ErrorCode(err) != trainer.CodeUnavailable {
			t.Errorf("%s after closing: %v", what, err)
		}
	}
}

func TestCloseInAHurryLeavesTheTurnToTheNextProcess(t *testing.T) {
	h := newHanging("It was ", "long.")
	tb := set(t, h)
	id := tb.begin(t)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-h.entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tb.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("closing in a hurry: %v", err)
	}
	if got := kinds(tb.journal(t, id)); got != "created heard" {
		t.Fatalf("the journal is %s", got)
	}
	tb.start(t)
	s := tb.watch(t, id, 2)
	<-h.entered
	h.goOn <- struct{}{}
	await(t, s, func(trainer.NoticeSaid) bool { return true })
	tb.Settle()
}

// TestAnswerThatNobodyWaitsFor shows that a reload does not cost the answer, and that a phone put away frees the model after a while.
func TestAnswerThatNobodyWaitsFor(t *testing.T) {
	h := newHanging("Well, ", "it was long.")
	tb := set(t, h)
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-h.entered
	s.stop()
	tb.clock.Add(trainer.AnswerAlone - time.Second)
	tb.Sweep()
	s = tb.watch(t, id, 2)
	if got := spell(s.notices()); got != "meters clock again pieces caught-up#2" {
		t.Errorf("who reloads is told %q", got)
	}
	tb.clock.Add(trainer.AnswerAlone)
	tb.Sweep()
	s.stop()
	tb.Sweep()
	tb.clock.Add(trainer.AnswerAlone)
	tb.Sweep()
	tb.Settle() // it does: the answer was broken off
	if got := kinds(tb.journal(t, id)); got != "created heard" {
		t.Errorf("the journal is %s", got)
	}
	s = tb.watch(t, id, 2)
	<-h.entered
	h.goOn <- struct{}{}
	await(t, s, func(trainer.NoticeSaid) bool { return true })
	tb.Settle()
}

// TestAnswerThatNobodyWatches shows that an answer goes on where nobody ever watched, as for a program that only posts.
func TestAnswerThatNobodyWatches(t *testing.T) {
	h := newHanging("Well, ", "it was long.")
	tb := set(t, h)
	id := tb.begin(t)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-h.entered
	tb.clock.Add(time.Hour)
	tb.Sweep()
	h.goOn <- struct{}{}
	tb.Settle()
	if got := kinds(tb.journal(t, id)); got != "created heard said" {
		t.Errorf("the journal is %s", got)
	}
}

// TestQueue shows that a model's actor is told on whose behalf it speaks, and that its queue is told to those who watch.
func TestQueue(t *testing.T) {
	var asker llm.Asker
	tb := set(t, scripted(func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		asker = llm.AskerOf(ctx)
		for place := 2; place >= 0; place-- {
			asker.Waiting(place)
		}
		return coworker.Spoken{Text: "Fine.", By: "parrot"}, emit("Fine.")
	}))
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	tb.say(t, id, "a", "How was your week?")
	if asker.Conversation != id || asker.Person != tb.person {
		t.Errorf("the actor speaks on behalf of %q in %q", asker.Person, asker.Conversation)
	}
	if diff := cmp.Diff([]trainer.NoticeQueue{{Place: 2}, {Place: 1}, {Place: 0}}, some[trainer.NoticeQueue](s)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTokens(t *testing.T) {
	tb := set(t, nil)
	person, token, err := tb.NewPerson(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tb.PersonByToken(t.Context(), token); err != nil || got != person {
		t.Errorf("by the token: %q, %v", got, err)
	}
	if _, err := tb.PersonByToken(t.Context(), person); trainer.ErrorCode(err) != trainer.CodeNotFound {
		t.Errorf("by the id: %v", err)
	}
	id := tb.begin(t)
	access, err := tb.NewToken(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := tb.ConversationByToken(t.Context(), access); err != nil || got != id {
		t.Errorf("by the token: %q, %v", got, err)
	}
	if len(token) != 52 || len(access) != 52 {
		t.Errorf("tokens of %d and %d characters", len(token), len(access))
	}
}

// TestScenarioThatChangedOrWentAway shows that a conversation keeps the text that it began with.
func TestScenarioThatChangedOrWentAway(t *testing.T) {
	tb := set(t, nil)
	id := tb.begin(t)
	tb.say(t, id, "a", goodTalk[0])
	tb.lib = nil
	tb.crash(t)
	for i, text := range goodTalk[1:] {
		tb.say(t, id, fmt.Sprint("b", i), text)
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if d, err := tb.Debrief(t.Context(), id, ""); err != nil || !strings.HasPrefix(d.Name, "Dale") {
		t.Errorf("the debrief: %q, %v", d.Name, err)
	}
}

// journalFile is a journal as a golden file has it.
type journalFile struct {
	Scenario     string         `json:"scenario"`
	ScenarioText string         `json:"scenario_text"`
	Events       []journalEvent `json:"events"`
}

type journalEvent struct {
	Seq     int64           `json:"seq"`
	At      int64           `json:"at"`
	Kind    talk.EventKind  `json:"kind"`
	Version int             `json:"version"`
	Body    json.RawMessage `json:"body"`
}

// TestGoldenJournals replays the journal of each release, for ever: the state that follows from what was journaled has the same bytes.
func TestGoldenJournals(t *testing.T) {
	dir := filepath.Join("testdata", "journals")
	// A journal that stands is never written again: only its replay may change, and only with a reason.
	for name, hold := range map[string]func(*testing.T, *table) string{"first.json": wholeTalk, "left.json": talkThatIsLeft} {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); *update && errors.Is(err, fs.ErrNotExist) {
			writeGolden(t, file, hold)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	replayed := 0
	for _, file := range files {
		if strings.HasSuffix(file, ".state.json") {
			continue
		}
		replayed++
		t.Run(filepath.Base(file), func(t *testing.T) {
			tb := set(t, nil)
			tb.lib = nil
			tb.crash(t)
			events := readGolden(t, tb, file)
			state, err := tb.KeptFolded(events)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(state, "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".json") + ".state.json"
			if *update {
				if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
				t.Errorf("-golden +replayed:\n%s", diff)
			}
			// The whole state, score included, does not depend on where snapshots were taken.
			straight, err := tb.StateFolded(events)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				via, err := tb.StateFolded(events, e.Seq)
				if err != nil {
					t.Fatal(err)
				}
				if via != straight {
					t.Fatalf("by way of a snapshot after event %d the state is another:\n%s", e.Seq, cmp.Diff(straight, via))
				}
			}
		})
	}
	if replayed == 0 {
		t.Fatal("there is no golden journal")
	}
}

// readGolden reads a journal and puts its scenario into the table's store.
func readGolden(t *testing.T, tb *table, file string) []talk.Event {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var in journalFile
	if err := json.Unmarshal(data, &in); err != nil {
		t.Fatal(err)
	}
	var events []talk.Event
	for _, e := range in.Events {
		body, err := talk.DecodeBody(e.Kind, e.Version, e.Body)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, talk.Event{Seq: e.Seq, At: e.At, Body: body})
	}
	created := events[0].Body.(talk.Created)
	c := trainer.Conversation{ID: "golden", Person: tb.person, ScenarioID: created.ScenarioID, ScenarioHash: created.ScenarioHash, Begun: storetest.Noon}
	if err := tb.store.Create(t.Context(), c, storetest.Kept(in.ScenarioText), events[0]); err != nil {
		t.Fatal(err)
	}
	return events
}

// wholeTalk holds a conversation with every kind of event but one.
func wholeTalk(t *testing.T, tb *table) string {
	t.Helper()
	id := tb.begin(t)
	for i, text := range goodTalk {
		tb.clock.Add(40 * time.Second)
		tb.say(t, id, fmt.Sprint("c", i), text)
		var err error
		switch i {
		case 2:
			_, err = tb.Help(t.Context(), id)
		case 5:
			err = tb.Pause(t.Context(), id)
		case 7:
			err = tb.Extend(t.Context(), id, 5)
		case 9:
			err = tb.Agree(t.Context(), id, "model.example")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := tb.StepOut(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := tb.Rate(t.Context(), id, talk.Rated{Levels: map[talk.Skill]int{talk.SkillAsk: 2}, Note: "I rushed the end."}); err != nil {
		t.Fatal(err)
	}
	return id
}

// talkThatIsLeft holds a conversation until the coworker leaves.
func talkThatIsLeft(t *testing.T, tb *table) string {
	t.Helper()
	id := tb.begin(t)
	for i := range 20 {
		tb.say(t, id, fmt.Sprint("c", i), "You're wrong. You have to sign this or everybody will know you're a coward. Do you have papers?")
		if c, err := tb.Conversation(t.Context(), id); err != nil {
			t.Fatal(err)
		} else if c.HasEnded() {
			return id
		}
	}
	t.Fatal("the coworker bears everything")
	return ""
}

// writeGolden writes the journal of a conversation.
func writeGolden(t *testing.T, file string, hold func(*testing.T, *table) string) {
	t.Helper()
	tb := set(t, nil)
	id := hold(t, tb)
	out := journalFile{Scenario: "dock", ScenarioText: tb.lib[0].Text()}
	for _, e := range tb.journal(t, id) {
		body, err := talk.EncodeBody(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		out.Events = append(out.Events, journalEvent{e.Seq, e.At, e.Body.Kind(), e.Body.Version(), body})
	}
	data, err := json.MarshalIndent(out, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
