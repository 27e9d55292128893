package trainer_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
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
