package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"
	openai "github.com/sashabaranov/go-openai"

	"breakroom/trainer/coworker"
)

// patience is how long a small model on a busy computer may take for one thing.
const patience = 5 * time.Minute

// llama starts a real llama.cpp server with a real small model and gives its base address. Where they are is said by
// BREAKROOM_LLAMA_SERVER and BREAKROOM_LLAMA_MODEL; with BREAKROOM_CI=1 they must be there.
func llama(t *testing.T) string {
	t.Helper()
	binary, weights := os.Getenv("BREAKROOM_LLAMA_SERVER"), os.Getenv("BREAKROOM_LLAMA_MODEL")
	if binary == "" || weights == "" {
		const missing = "no real model: set BREAKROOM_LLAMA_SERVER to a llama.cpp server and BREAKROOM_LLAMA_MODEL to a small instruct model (.gguf)"
		if os.Getenv("BREAKROOM_CI") == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	// One thread: two that wait for each other are slower than one wherever the computer has something else to do.
	cmd := exec.Command(binary, "--host", "127.0.0.1", "--port", port, "-m", weights, "-np", "2", "-c", "8192", "-t", "1", "--slots")
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the model's server: %v", err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-exited
		if t.Failed() {
			t.Logf("the model's server said:\n%s", log.Bytes()[max(0, log.Len()-4000):])
		}
	})
	base := "http://127.0.0.1:" + port
	deadline := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-exited:
			exited <- err
			t.Fatalf("the model's server ended: %v", err)
		case <-deadline:
			t.Fatal("the model's server does not get ready")
		case <-tick.C:
			res, err := http.Get(base + "/health")
			if err != nil {
				continue
			}
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return base
			}
		}
	}
}

// busy counts the slots that work.
func busy(t *testing.T, base string) int {
	t.Helper()
	res, err := http.Get(base + "/slots")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var slots []struct {
		Busy bool `json:"is_processing"`
	}
	if err := json.NewDecoder(res.Body).Decode(&slots); err != nil || len(slots) == 0 {
		t.Fatalf("the model's server does not tell its slots: %v", err)
	}
	n := 0
	for _, s := range slots {
		if s.Busy {
			n++
		}
	}
	return n
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
		time.Sleep(20 * time.Millisecond) // between two looks at another program
	}
}

// TestRealModel holds a conversation, breaks one off and gets an answer in a schema from a real server and model.
func TestRealModel(t *testing.T) {
	base := llama(t)
	zero := 0.0
	cfg := Config{
		URL: base + "/v1", Model: "small", Temperature: &zero, MaxTokensField: MaxTokensOld,
		FirstWord: patience, Pause: patience, Slots: 2, Budgets: Budgets{Conversation: 1 << 20},
	}
	s := server(t, cfg)

	t.Run("conversation", func(t *testing.T) {
		a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
		p := newPartner(library(t)[0], 1)
		ctx := WithAsker(t.Context(), Asker{Conversation: "c", Person: "p"})
		spoke := 0
		for i, text := range []string{
			"Hi! How are you?", "How long have you worked here?", "What was the shift like today?", "Thanks for telling me. See you tomorrow.",
			"Is it far to come in the morning?", "What do you like about the work?", "Who makes the tea here?", "And the weather, what do you make of it?",
		} {
			if i >= 4 && spoke > 0 {
				break // so small a model says little that a guard lets through
			}
			sc := p.hear(text)
			sc.Cue.Most = min(sc.Cue.Most, 12)
			var shown bytes.Buffer
			out, err := a.Speak(ctx, sc, func(piece string) error { shown.WriteString(piece); return nil })
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("turn %d by %s, mended %q, tokens %v: %s", i, out.By, out.Mended, out.Tokens, out.Text)
			if out.Text == "" {
				t.Errorf("turn %d: nobody spoke", i)
			}
			if slices.Contains([]string{MendedSlow, MendedDown, MendedEmpty, MendedBroken, MendedStalled, MendedBusy}, out.Mended) {
				t.Errorf("turn %d: %s: the server was not up to it", i, out.Mended)
			}
			if out.By == s.Model() {
				spoke++
			}
			if n := promptTokens(promptOf(t, a, sc)); n < out.Tokens[0] {
				t.Errorf("turn %d: a prompt of %d tokens was estimated at %d", i, out.Tokens[0], n)
			}
			if out.Tokens[0] == 0 || out.Tokens[1] == 0 {
				t.Errorf("turn %d: tokens %v", i, out.Tokens)
			}
			p.said(sc, out)
		}
		if spoke == 0 {
			t.Error("the model said none of the turns itself")
		}
		if c, _, _, _ := s.ledger.Spent(ctx, "c", "p", time.Time{}); c == 0 {
			t.Error("no tokens were recorded")
		}
		until(t, "slots stay taken after the conversation", func() bool { return busy(t, base) == 0 })
	})

	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var x exchange
		r := openai.ChatCompletionRequest{Model: cfg.Model}
		*oldBound(&r) = 3000
		stream, err := s.open(ctx, r, []message{plainly(ofUser, "Tell me a very long story about a bridge, in a hundred chapters.")}, &x)
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		for got := ""; got == ""; {
			c, err := stream.next()
			if err != nil {
				t.Fatal(err)
			}
			got = c.text
		}
		until(t, "no slot works while an answer comes", func() bool { return busy(t, base) > 0 })
		cancel()
		begun := time.Now()
		until(t, "the slot is not free after the end", func() bool { return busy(t, base) == 0 })
		t.Logf("the slot was free %v after the end", time.Since(begun).Round(time.Millisecond))
	})

	t.Run("cancelled by the conversation's end", func(t *testing.T) {
		a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		sc := newPartner(library(t)[0], 1).hear("How was the shift?")
		sc.Cue.Least, sc.Cue.Most = 300, 400
		done := make(chan error, 1)
		go func() {
			_, err := a.Speak(ctx, sc, func(string) error { return nil })
			done <- err
		}()
		until(t, "the model was not asked", func() bool { return busy(t, base) > 0 })
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Speak: %v", err)
		}
		until(t, "the slot is not free after the end", func() bool { return busy(t, base) == 0 })
	})

	t.Run("structured", func(t *testing.T) {
		c := NewCoach(s, nil, zerolog.Nop())
		c.quiet = patience
		c.questions = slices.DeleteFunc(slices.Clone(Questions), func(q Question) bool { return q.ID != "named" && q.ID != "ask_clear" })
		o, err := c.Evaluate(t.Context(), talked)
		if err != nil {
			t.Fatal(err)
		}
		if len(o.Items) != 2 || s.format(cfg.Model) != formatSchema {
			t.Errorf("items %v, format %d", o.Items, s.format(cfg.Model))
		}
		for _, it := range o.Items {
			if it.Yes && (it.Turn < 1 || it.Turn > len(talked)) {
				t.Errorf("an item without a turn: %v", it)
			}
		}
		t.Logf("items %s, tokens %v", fmt.Sprint(o.Items), o.Tokens)
	})
}
