package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"

	"breakroom/trainer/coworker"
	"breakroom/trainer/llm"
	"breakroom/trainer/store"
)

// modelSettings turn a language model on; without a URL nothing of it is used.
// The key comes from the environment or from a file, never from a flag, which others on the machine could read.
type modelSettings struct {
	URL            string        `help:"Base address of an OpenAI-compatible server, with its version: http://127.0.0.1:8081/v1. Turns the language model on." placeholder:"URL"`
	Model          string        `help:"The model's name, as that server knows it." placeholder:"NAME"`
	KeyFile        string        `help:"A file that holds the key; or set BREAKROOM_LLM_KEY." placeholder:"FILE" type:"path"`
	MaxTokensField string        `help:"The field that bounds an answer: none, max_tokens or max_completion_tokens." default:"none" enum:"none,max_tokens,max_completion_tokens"`
	Temperature    *float64      `help:"Sent with each request; else the server's own holds." placeholder:"NUMBER"`
	ContextTokens  int           `help:"The model's context, in tokens." default:"4096"`
	FirstWord      time.Duration `help:"How long the first word may take before the built-in coworker speaks." default:"15s"`
	Pause          time.Duration `help:"How long a pause within an answer may be." default:"5s"`
	Slots          int           `help:"How many answers the server gives at once." default:"4"`
	Queue          int           `help:"How many more may wait; -1 for none." default:"64"`
	TalkTokens     int           `help:"Most tokens for one conversation; 0 for no bound." default:"0"`
	PersonTokens   int           `help:"Most tokens for one person in a day; 0 for no bound." default:"0"`
	DayTokens      int           `help:"Most tokens for everybody in a day; 0 for no bound." default:"0"`
	Zone           string        `help:"The zone whose midnight begins a day." default:"UTC" placeholder:"ZONE"`
	AllowRedirects bool          `help:"Let the server send words on to another address of its own host."`
	Proxy          string        `help:"A proxy's address, or environment for what the environment says; none otherwise." placeholder:"URL"`
}

// keyVariable holds the key of the model's server.
const keyVariable = "BREAKROOM_LLM_KEY"

func (c *modelSettings) config() llm.Config {
	return llm.Config{
		URL: c.URL, Model: c.Model, Key: llm.NewSecret(os.Getenv(keyVariable)), KeyFile: c.KeyFile,
		MaxTokensField: c.MaxTokensField, Temperature: c.Temperature, ContextTokens: c.ContextTokens,
		FirstWord: c.FirstWord, Pause: c.Pause, Slots: c.Slots, Queue: c.Queue,
		Budgets:        llm.Budgets{Conversation: c.TalkTokens, Person: c.PersonTokens, Day: c.DayTokens, Zone: c.Zone},
		AllowRedirects: c.AllowRedirects, Proxy: c.Proxy,
	}
}

// open makes the client of the model's server; nil where no model is set. A nil ledger begins with nothing spent.
func (c *modelSettings) open(ledger llm.Ledger, log zerolog.Logger) (*llm.Server, error) {
	config := c.config()
	config.Log = log
	if !config.Set() {
		return nil, nil
	}
	if c.URL == "" || c.Model == "" {
		return nil, errors.New("--llm-url and --llm-model go together: one is missing")
	}
	return llm.NewServer(config, ledger, time.Now)
}

// remember is how far back a starting server looks for what conversations that go on have been charged.
const remember = 7 * 24 * time.Hour

// ledger takes up what the journals say was charged, so that a restart gives nobody a new budget.
func (c *modelSettings) ledger(ctx context.Context, kept *store.Store) (llm.Ledger, error) {
	ledger := llm.NewMemoryLedger()
	if c.TalkTokens == 0 && c.PersonTokens == 0 && c.DayTokens == 0 {
		return ledger, nil
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("--llm-zone %s is not the name of a time zone, such as Europe/Berlin", c.Zone)
	}
	now := time.Now().In(zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	uses, err := kept.TokenUse(ctx, now.Add(-remember))
	if err != nil {
		return nil, err
	}
	today := false
	for _, u := range uses {
		if !today && !u.At.Before(midnight) {
			// What was charged before today counts for its conversation only.
			if _, _, _, err := ledger.Spent(ctx, "", "", midnight); err != nil {
				return nil, err
			}
			today = true
		}
		if err := ledger.Record(ctx, llm.Use{Conversation: u.Conversation, Person: u.Person, At: u.At, Prompt: u.Prompt, Completion: u.Completion}); err != nil {
			return nil, err
		}
	}
	return ledger, nil
}

// agreed says whether whoever speaks has agreed to the host by name.
func agreed(ctx context.Context, host string) bool {
	return host != "" && llm.AskerOf(ctx).AgreedHost == host
}

// actor gives the coworker's actor: the model behind its gate, or the built-in one.
func actor(server *llm.Server, log zerolog.Logger) coworker.Actor {
	if server == nil {
		return coworker.Embedded{}
	}
	return llm.Consenting(llm.NewActor(server, coworker.Embedded{Sparing: true}, log), coworker.Embedded{}, llm.NewGate(server, agreed))
}

// lookWithin bounds how long a starting program waits for the model's server to say that it is there.
const lookWithin = 20 * time.Second

// look tells whoever starts the program whether the model's server is there. Nobody's words are sent.
func look(ctx context.Context, server *llm.Server, w io.Writer) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	err := server.Healthy(ctx)
	var e *llm.Error
	switch {
	case err == nil:
		fmt.Fprintf(w, "The language model at %s is there.\n", server.Host())
	case errors.As(err, &e) && e.Kind == llm.KindModel:
		fmt.Fprintf(w, "A warning: %v. %s\n", e, e.Hint())
	case errors.As(err, &e):
		fmt.Fprintf(w, "A warning: %v. %s Until that is mended the built-in coworker answers.\n", e, e.Hint())
	case ctx.Err() != nil && context.Cause(ctx) == context.DeadlineExceeded:
		fmt.Fprintf(w, "A warning: the model's server %s does not answer. Until it does the built-in coworker does.\n", server.Host())
	}
}
