package trainer_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
	"breakroom/trainer/talk"
)

// TestAgreed shows that an actor is told of the host that was agreed to by name, from the next turn on, also after
// the conversation was folded anew, and of none before or after that.
func TestAgreed(t *testing.T) {
	var hosts []string
	tb := set(t, scripted(func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		hosts = append(hosts, llm.AskerOf(ctx).AgreedHost)
		return coworker.Spoken{Text: "Fine.", By: "parrot"}, emit("Fine.")
	}))
	id := tb.begin(t)
	s := tb.watch(t, id, 0)
	tb.say(t, id, "a", "How was your week?")
	if err := tb.Agree(t.Context(), id, "model.example"); err != nil {
		t.Fatal(err)
	}
	tb.say(t, id, "b", "And the one before?")
	tb.clock.Add(trainer.IdleAfter * 3)
	tb.Sweep()
	tb.say(t, id, "c", "And today?")
	if err := tb.Agree(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	tb.say(t, id, "d", "And tomorrow?")
	if want := []string{"", "model.example", "model.example", ""}; !slices.Equal(hosts, want) {
		t.Errorf("the actor was told of %q, expected %q", hosts, want)
	}
	agreed := some[trainer.NoticeAgreed](s)
	if len(agreed) != 2 || agreed[0].Host != "model.example" || agreed[1].Host != "" {
		t.Errorf("those who watch were told %+v", agreed)
	}
	if err := tb.Agree(t.Context(), id, strings.Repeat("x", 300)); trainer.ErrorCode(err) != trainer.CodeInvalid {
		t.Errorf("a name that is no host's: %v", err)
	}
}

// TestTakingBackStopsWhatWaits: words that wait to be sent to a host are not sent once the agreement to it is taken back; the
// answer is begun anew without it.
func TestTakingBackStopsWhatWaits(t *testing.T) {
	asked := make(chan string, 4)
	tb := set(t, scripted(func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		host := llm.AskerOf(ctx).AgreedHost
		asked <- host
		if host != "" {
			<-ctx.Done() // waits in the model's queue
			return coworker.Spoken{}, ctx.Err()
		}
		return coworker.Spoken{Text: "Fine.", By: "actor"}, emit("Fine.")
	}))
	id := tb.begin(t)
	if err := tb.Agree(t.Context(), id, "model.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	if host := <-asked; host != "model.example" {
		t.Fatalf("asked for %q", host)
	}
	if err := tb.Agree(t.Context(), id, ""); err != nil {
		t.Fatal(err)
	}
	if host := <-asked; host != "" {
		t.Errorf("begun anew for %q", host)
	}
	tb.Settle()
	last := tb.journal(t, id)
	if said, ok := last[len(last)-1].Body.(talk.Said); !ok || said.By != "actor" || said.Turn.Text != "Fine." {
		t.Errorf("the journal ends with %+v", last[len(last)-1].Body)
	}
}

// TestACutAnswerIsCharged: an answer that the end of the talk cuts off is charged by an estimate, which a restart finds in the journal.
func TestACutAnswerIsCharged(t *testing.T) {
	shown := make(chan struct{})
	tb := set(t, scripted(func(ctx context.Context, _ coworker.Scene, emit func(string) error) (coworker.Spoken, error) {
		llm.AskerOf(ctx).Asked(700)
		if err := emit("It was long, and then"); err != nil {
			return coworker.Spoken{}, err
		}
		close(shown)
		<-ctx.Done()
		return coworker.Spoken{}, ctx.Err()
	}))
	id := tb.begin(t)
	if _, err := tb.Say(t.Context(), id, "a", "How was your week?"); err != nil {
		t.Fatal(err)
	}
	<-shown
	if err := tb.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	for _, e := range tb.journal(t, id) {
		if said, ok := e.Body.(talk.Said); ok {
			if !said.Cut || said.Tokens != [2]int{700, 8} {
				t.Errorf("cut %v, tokens %v", said.Cut, said.Tokens)
			}
			return
		}
	}
	t.Error("nothing of the answer is kept")
}
