package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"breakroom/trainer/coworker"
	"breakroom/trainer/llm/fake"
	"breakroom/trainer/talk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "sk-canary-0123456789"

func TestSecretIsKept(t *testing.T) {
	s := NewSecret("  " + canary + "\n")
	if s.reveal() != canary || s.IsZero() {
		t.Fatal("the key itself was lost")
	}
	cfg := Config{URL: "http://127.0.0.1:1/v1", Model: "m", Key: s}
	srv := server(t, cfg)
	var logged bytes.Buffer
	zl := zerolog.New(&logged)
	zl.Info().Interface("config", cfg).Any("key", s).Str("s", s.String()).Msg("x")
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "key", s, "config", cfg)
	asJSON, err := json.Marshal(map[string]any{"key": s, "config": cfg})
	if err != nil {
		t.Fatal(err)
	}
	all := []string{string(asJSON), logged.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		for _, x := range []any{s, &s, cfg, &cfg, srv, *srv.client, struct{ inner Secret }{s}, []Secret{s}} {
			all = append(all, fmt.Sprintf(verb, x))
		}
	}
	for _, text := range all {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("the key stands in %.200q", text)
		}
	}
	var back Secret
	if err := back.UnmarshalText([]byte(canary)); err != nil || back.reveal() != canary {
		t.Errorf("a key from a setting: %v", err)
	}
}

func TestKeyFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	base := Config{URL: "http://127.0.0.1:1/v1", Model: "m"}
	c := base
	c.KeyFile = write("key", canary+"\n")
	got, err := c.withDefaults()
	if err != nil || got.Key.reveal() != canary {
		t.Errorf("error %v", err)
	}
	for name, file := range map[string]string{"empty": write("empty", "\n"), "two lines": write("two", canary+"\n"+canary), "missing": filepath.Join(dir, "none"), "large": write("large", strings.Repeat("x", maxKeyFile+1))} {
		c := base
		c.KeyFile = file
		if _, err := c.withDefaults(); err == nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	c.Key = NewSecret("x")
	if _, err := c.withDefaults(); err == nil {
		t.Error("a key and a key file were both taken")
	}
}

func TestConfig(t *testing.T) {
	ok := Config{URL: "https://api.example.org/v1", Model: "m"}
	for name, change := range map[string]func(*Config){
		"no address": func(c *Config) { c.URL = "" }, "no scheme": func(c *Config) { c.URL = "api.example.org/v1" }, "another scheme": func(c *Config) { c.URL = "ftp://x/v1" },
		"a password in the address": func(c *Config) { c.URL = "https://u:" + canary + "@x/v1" }, "a query": func(c *Config) { c.URL = "https://x/v1?key=" + canary },
		"no model": func(c *Config) { c.Model = " " }, "field": func(c *Config) { c.MaxTokensField = "max" }, "temperature": func(c *Config) { x := 3.0; c.Temperature = &x },
		"context": func(c *Config) { c.ContextTokens = 100 }, "time": func(c *Config) { c.Pause = -1 }, "budget": func(c *Config) { c.Budgets.Day = -1 },
		"zone": func(c *Config) { c.Budgets.Zone = "Europe/Nowhere" }, "unnamed zone": func(c *Config) { c.Budgets.Zone = "Local" }, "proxy": func(c *Config) { c.Proxy = "proxy" },
		"slots": func(c *Config) { c.Slots = -1 }, "queue": func(c *Config) { c.Queue = -2 },
	} {
		c := ok
		change(&c)
		_, err := NewServer(c, nil, nil)
		if err == nil || strings.Contains(err.Error(), canary) || !strings.Contains(err.Error(), "llm-") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	c, err := ok.withDefaults()
	if err != nil || c.FirstWord != 15*time.Second || c.Pause != 5*time.Second || c.ContextTokens != 4096 || c.Budgets.Zone != "UTC" {
		t.Errorf("defaults %+v, error %v", c, err)
	}
}

func TestWhereWordsGo(t *testing.T) {
	for url, want := range map[string]struct {
		host  string
		local bool
	}{
		"http://127.0.0.1:8080/v1":     {"127.0.0.1:8080", true},
		"http://localhost:8080/v1":     {"localhost:8080", true},
		"http://LOCALHOST/v1":          {"LOCALHOST", true},
		"http://[::1]:8080/v1":         {"[::1]:8080", true},
		"http://127.8.8.8/v1":          {"127.8.8.8", true},
		"http://192.168.1.5:8080/v1":   {"192.168.1.5:8080", false},
		"http://0.0.0.0:8080/v1":       {"0.0.0.0:8080", false},
		"https://api.example.org/v1":   {"api.example.org", false},
		"http://localhost.example/v1":  {"localhost.example", false},
		"http://127.0.0.1.example/v1":  {"127.0.0.1.example", false},
		"http://[::ffff:127.0.0.1]/v1": {"[::ffff:127.0.0.1]", true},
	} {
		c := Config{URL: url, Model: "m"}
		if c.Host() != want.host || c.IsLocal() != want.local {
			t.Errorf("%s: host %q, local %v", url, c.Host(), c.IsLocal())
		}
		c.Proxy = "http://proxy.example:3128"
		if c.IsLocal() {
			t.Errorf("%s: through a proxy nothing is local", url)
		}
	}
}

func TestConsent(t *testing.T) {
	f := start(t, fake.Say(longDay))
	s := server(t, quick(f))
	here := Consenting(NewActor(s, coworker.Embedded{}, zerolog.Nop()), coworker.Embedded{}, NewGate(s, nil))
	if got := speak(t, here, scene(answering(25))); got.By != "fake" {
		t.Errorf("a model on this computer needs nobody's word, but %s spoke", got.By)
	}
	s.cfg.URL = "http://model.example/v1" // the connection stays that of the fake
	agreed := ""
	there := Consenting(NewActor(s, coworker.Embedded{}, zerolog.Nop()), coworker.Embedded{}, NewGate(s, func(_ context.Context, host string) bool { return host == agreed }))
	for _, tt := range []struct{ agreed, by string }{{"", "actor"}, {"other.example", "actor"}, {"model.example", "fake"}} {
		agreed = tt.agreed
		before := len(f.Requests())
		got := speak(t, there, scene(answering(25)))
		if asked := len(f.Requests()) > before; got.By != tt.by || got.Mended != "" || asked != (tt.by == "fake") {
			t.Errorf("agreed to %q: by %s, mended %q, asked %v", tt.agreed, got.By, got.Mended, asked)
		}
	}
}

const longDay = "Long. We had two trucks at once and nobody on the second door."

// TestNothingGetsIntoErrorsAndLogs: neither the key, nor the trainee's words, nor the model's, nor a body.
func TestNothingGetsIntoErrorsAndLogs(t *testing.T) {
	const typed, answered = "canaryword-typed", "canaryword-answered"
	for _, r := range rows() {
		script := slices.Clone(r.script)
		script[0] = func(w http.ResponseWriter, q *fake.Request) { r.script[0](w, q) }
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, script...)
			c := quick(f)
			if r.config != nil {
				r.config(&c)
			}
			c.Key = NewSecret(canary)
			var log bytes.Buffer
			var mu sync.Mutex
			a := NewActor(server(t, c), coworker.Embedded{}, zerolog.New(zerolog.SyncWriter(&log)))
			s := scene(answering(25))
			s.Heard.Text = typed + " how was it?"
			speak(t, a, s)
			mu.Lock()
			defer mu.Unlock()
			for _, bad := range []string{canary, typed, answered, "trucks", "Bad Gateway", "the model failed", "sk-"} {
				if strings.Contains(log.String(), bad) {
					t.Errorf("the log holds %q: %s", bad, log.String())
				}
			}
			if q := f.Requests(); len(q) > 0 && q[0].Key != canary {
				t.Errorf("the server got the key %q", q[0].Key)
			}
		})
	}
	e := &Error{Kind: KindRefused, Host: "h", Status: 401}
	if text := e.Error(); !strings.Contains(text, "401") || !strings.Contains(text, "h ") {
		t.Errorf("an error that says too little: %s", text)
	}
}

func TestRefusedFieldsAreRemembered(t *testing.T) {
	f := start(t, fake.Unless("temperature", apiError("no", "temperature"), fake.Unless("stream_options", apiError("Unrecognized request argument supplied: stream_options", ""), fake.Say(longDay))))
	c := quick(f)
	warm(&c)
	a := actor(t, c)
	speak(t, a, scene(answering(25)))
	if n := len(f.Requests()); n != 3 {
		t.Fatalf("%d requests, want 3", n)
	}
	speak(t, a, scene(answering(25)))
	if n := len(f.Requests()); n != 4 {
		t.Errorf("%d requests after the second turn, want 4: what is refused was forgotten", n)
	}
}

func TestTokensAreCounted(t *testing.T) {
	ledger := NewMemoryLedger()
	f := start(t, fake.Raw(events(longDay), fake.Delta("{}", "stop"), fake.Usage(321, 17), fake.Done))
	s, err := NewServer(quick(f), ledger, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
	ctx := WithAsker(t.Context(), Asker{Conversation: "c", Person: "p"})
	out, err := a.Speak(ctx, scene(answering(25)), func(string) error { return nil })
	if err != nil || out.Tokens != [2]int{321, 17} {
		t.Errorf("tokens %v, error %v", out.Tokens, err)
	}
	if c, p, all, _ := ledger.Spent(ctx, "c", "p", time.Time{}); c != 338 || p != 338 || all != 338 {
		t.Errorf("recorded %d, %d, %d", c, p, all)
	}
	if q := f.Requests()[0]; q.StreamOptions == nil || !q.StreamOptions.IncludeUsage {
		t.Error("the count of tokens was not asked for")
	}
	// A server that does not count is counted for.
	f.Then(fake.Raw(events(longDay), fake.Delta("{}", "stop"), fake.Done))
	out, err = a.Speak(ctx, scene(answering(25)), func(string) error { return nil })
	if err != nil || out.Tokens[0] < 100 || out.Tokens[1] < 5 {
		t.Errorf("tokens %v, error %v", out.Tokens, err)
	}
}

// TestBudgetHoldsTogether: answers that are under way at once cannot overdraw a budget together.
func TestBudgetHoldsTogether(t *testing.T) {
	f := start(t, fake.Paced(longDay, 20*time.Millisecond, 0))
	c := quick(f)
	c.FirstWord, c.Slots = 20*time.Second, 4
	sc := scene(answering(25))
	_, about := prompt(&sc, likely(&sc), 4096)
	c.Budgets.Day = 3 * (about + answerTokens(&sc.Cue))
	ledger := NewMemoryLedger()
	s, err := NewServer(c, ledger, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
	var wg sync.WaitGroup
	var byModel, refused atomic.Int64
	for i := range 20 {
		wg.Go(func() {
			out, err := a.Speak(WithAsker(context.Background(), Asker{Conversation: fmt.Sprint(i), Person: fmt.Sprint(i)}), scene(answering(25)), func(string) error { return nil })
			switch {
			case err == nil && out.By == "fake":
				byModel.Add(1)
			case err == nil && out.Mended == MendedBudgetAll:
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	_, _, all, _ := ledger.Spent(t.Context(), "", "", time.Time{})
	if all > c.Budgets.Day || byModel.Load() < 3 || byModel.Load()+refused.Load() != 20 {
		t.Errorf("%d of %d tokens were spent, %d turns were the model's, %d refused", all, c.Budgets.Day, byModel.Load(), refused.Load())
	}
	if s.reserved.all != 0 || len(s.reserved.persons) != 0 || len(s.reserved.conversations) != 0 {
		t.Errorf("%+v stay reserved", &s.reserved)
	}
}

// TestThoughtsAreCharged where the server does not say what it counted.
func TestThoughtsAreCharged(t *testing.T) {
	thought := fake.Delta(`{"reasoning_content":"`+strings.Repeat("Hmm, ", 60)+`"}`, "")
	f := start(t, fake.Raw(thought, events(longDay), fake.Delta("{}", "stop"), fake.Done))
	if got := speak(t, actor(t, quick(f)), scene(answering(25))); got.Tokens[1] < 100 {
		t.Errorf("charged were %v", got.Tokens)
	}
}

// TestAStrayMarkOfThoughts holds nobody's answers back for long.
func TestAStrayMarkOfThoughts(t *testing.T) {
	f := start(t, fake.Say("She asks</think>"+words), fake.Paced(words, 0, 40*time.Millisecond)) // half a second for the whole answer
	c := quick(f)
	c.FirstWord = 450 * time.Millisecond
	a := actor(t, c)
	var lost int
	for i := range 5 {
		if got := speak(t, a, scene(answering(25))); got.By != "fake" {
			lost++
		} else if i > 0 && got.Text != words {
			t.Errorf("%q", got.Text)
		}
	}
	if lost > 2 {
		t.Errorf("%d of 5 answers were lost for one mark", lost)
	}
	// Where answers do begin with a thought, it is not shown.
	f.Then(fake.Say("She asks about it, so I am dry.</think>" + words))
	for i := range 6 {
		if got := speak(t, a, scene(answering(25))); i > 0 && (got.Text != words || strings.Contains(got.shown(), "She asks")) {
			t.Errorf("the %dth: %q, shown %q", i, got.Text, got.shown())
		}
	}
}

func TestBudgets(t *testing.T) {
	now := time.Date(2026, 11, 20, 22, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		set    func(*Budgets)
		mended string
		fresh  Asker // for whom there is still enough
	}{
		{"conversation", func(b *Budgets) { b.Conversation = 2000 }, MendedBudgetOne, Asker{Conversation: "other", Person: "p"}},
		{"person", func(b *Budgets) { b.Person = 2000 }, MendedBudgetOwn, Asker{Conversation: "c", Person: "other"}},
		{"day", func(b *Budgets) { b.Day = 2000 }, MendedBudgetAll, Asker{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := start(t, fake.Raw(events(longDay), fake.Delta("{}", "stop"), fake.Usage(1400, 100), fake.Done))
			c := quick(f)
			tt.set(&c.Budgets)
			c.Budgets.Zone = "Europe/Berlin"
			clock := now
			s, err := NewServer(c, nil, func() time.Time { return clock })
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
			turn := func(who Asker) string {
				out, err := a.Speak(WithAsker(t.Context(), who), scene(answering(25)), func(string) error { return nil })
				if err != nil {
					t.Fatal(err)
				}
				return out.Mended
			}
			who := Asker{Conversation: "c", Person: "p"}
			if got := turn(who); got != "" {
				t.Fatalf("the first turn: %q", got)
			}
			if got := turn(who); got != tt.mended {
				t.Errorf("the second turn: %q, want %q", got, tt.mended)
			}
			if n := len(f.Requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
			if tt.fresh.Conversation != "" {
				if got := turn(tt.fresh); got != "" {
					t.Errorf("for somebody else: %q", got)
				}
			}
			// Midnight in Berlin is at 23:00 UTC.
			clock = now.Add(20 * time.Minute)
			if got := turn(who); got != tt.mended {
				t.Errorf("before midnight: %q", got)
			}
			clock = now.Add(40 * time.Minute)
			want := ""
			if tt.name == "conversation" {
				want = tt.mended
			}
			if got := turn(who); got != want {
				t.Errorf("after midnight: %q, want %q", got, want)
			}
		})
	}
}

func TestBreaker(t *testing.T) {
	f := start(t, fake.Status(500, "text/plain", ""))
	c := quick(f)
	c.Tries, c.BreakAfter, c.BreakFor = 1, 3, 50*time.Millisecond
	a := actor(t, c)
	for range 3 {
		speak(t, a, scene(answering(25)))
	}
	got := speak(t, a, scene(answering(25)))
	if n := len(f.Requests()); n != 3 || got.Mended != MendedDown {
		t.Fatalf("%d requests, mended %q: the server is not left alone", n, got.Mended)
	}
	f.Then(fake.Say(longDay))
	deadline := time.Now().Add(10 * time.Second)
	for got.By != "fake" && time.Now().Before(deadline) {
		got = speak(t, a, scene(answering(25)))
	}
	if got.By != "fake" {
		t.Error("the server is left alone for ever")
	}
}

func TestBreakerKnowsWhoseFaultItIs(t *testing.T) {
	f := start(t, fake.Status(401, "application/json", apiError("no", "")))
	c := quick(f)
	c.BreakAfter = 1
	a := actor(t, c)
	for range 3 {
		speak(t, a, scene(answering(25)))
	}
	if n := len(f.Requests()); n != 3 {
		t.Errorf("%d requests: a refused key is no sick server", n)
	}
	// Silence is one.
	f.Then(fake.Mute())
	speak(t, a, scene(answering(25)))
	before := len(f.Requests())
	if got := speak(t, a, scene(answering(25))); got.Mended != MendedDown || len(f.Requests()) != before {
		t.Errorf("after a silence: %q", got.Mended)
	}
}

func TestUnreachable(t *testing.T) {
	f := fake.New()
	c := quick(f)
	f.Close()
	got := speak(t, actor(t, c), scene(answering(25)))
	if got.By != "actor" || got.Mended != MendedDown || got.Tokens != [2]int{} {
		t.Errorf("by %s, mended %q, tokens %v", got.By, got.Mended, got.Tokens)
	}
}

// TestLateHeader: a server that sends its header with the first token is waited for as long as whoever asks it waits.
func TestLateHeader(t *testing.T) {
	f := start(t, fake.Mute())
	if got := speak(t, actor(t, quick(f)), scene(answering(25))); got.By != "actor" || got.Mended != MendedSlow {
		t.Errorf("by %s, mended %q", got.By, got.Mended)
	}
	f.Then(func(w http.ResponseWriter, q *fake.Request) {
		time.Sleep(600 * time.Millisecond) // the coach has more patience than the actor
		fake.Say(good)(w, q)
	})
	if _, err := coach(t, f).Evaluate(t.Context(), talked); err != nil {
		t.Errorf("the coach: %v", err)
	}
}

func TestRedirectsAndProxies(t *testing.T) {
	to := start(t, fake.Say(longDay))
	from := start(t, fake.Status(307, "text/plain", "", "Location", to.Base()+"/chat/completions"))
	c := quick(from)
	if got := speak(t, actor(t, c), scene(answering(25))); got.By != "actor" || len(to.Requests()) != 0 {
		t.Errorf("a redirect was followed unasked: by %s", got.By)
	}
	c.AllowRedirects, c.Key = true, NewSecret(canary)
	if got := speak(t, actor(t, c), scene(answering(25))); got.By != "fake" || len(to.Requests()) != 1 {
		t.Errorf("an allowed redirect was not followed: by %s, %q", got.By, got.Mended)
	}
	if q := to.Requests(); len(q) > 0 && q[0].Key != "" {
		t.Error("the key went where the redirect led")
	}
	// One that makes a request without a body of it takes the words nowhere, and the built-in coworker speaks.
	for _, status := range []int{301, 302, 303} {
		bare := start(t, fake.Status(status, "text/plain", "", "Location", to.Base()+"/chat/completions"))
		c := quick(bare)
		c.AllowRedirects, c.Tries = true, 1
		before := len(to.Requests())
		if got := speak(t, actor(t, c), scene(answering(25))); got.By != "actor" || got.Mended == "" || len(to.Requests()) != before {
			t.Errorf("a redirect with status %d: by %s, %q", status, got.By, got.Mended)
		}
	}
	// One to another host goes to nobody: a trainee agrees to a host by its name.
	away := start(t, fake.Status(307, "text/plain", "", "Location", strings.Replace(to.Base(), "127.0.0.1", "localhost", 1)+"/chat/completions"))
	c = quick(away)
	c.AllowRedirects, c.Tries = true, 1
	before := len(to.Requests())
	if got := speak(t, actor(t, c), scene(answering(25))); got.By != "actor" || got.Mended != MendedDown || len(to.Requests()) != before {
		t.Errorf("a redirect to another host: by %s, %q", got.By, got.Mended)
	}
	proxy := start(t, fake.Say("Through the proxy, then."))
	t.Setenv("HTTP_PROXY", proxy.URL)
	t.Setenv("http_proxy", proxy.URL)
	elsewhere := Config{URL: "http://model.invalid/v1", Model: "fake", FirstWord: 500 * time.Millisecond, Tries: 1}
	if got := speak(t, actor(t, elsewhere), scene(answering(25))); got.By != "actor" || len(proxy.Requests()) != 0 {
		t.Errorf("an ambient proxy was used: by %s", got.By)
	}
	elsewhere.Proxy = proxy.URL
	if got := speak(t, actor(t, elsewhere), scene(answering(25))); got.By != "fake" || len(proxy.Requests()) != 1 {
		t.Errorf("a proxy that was set was not used: by %s, %q", got.By, got.Mended)
	}
}

// TestEndingFreesTheSlot: who ends a conversation ends its answer, and the server is told.
func TestEndingFreesTheSlot(t *testing.T) {
	ended := make(chan struct{}, 1)
	f := start(t, fake.Endless(" and so on, word after word", ended))
	c := quick(f)
	c.FirstWord, c.Pause = time.Minute, time.Minute
	a := actor(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s := scene(answering(1_000_000))
	out, err := a.Speak(ctx, s, func(piece string) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) || out.Text == "" {
		t.Errorf("error %v, text %q", err, out.Text)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the server still works for nobody")
	}
	if a.server.queue.free != c.Slots && a.server.queue.free != 4 {
		t.Errorf("%d slots are free", a.server.queue.free)
	}
	// An error of whoever shows the words comes back as it is.
	mine := errors.New("the page is gone")
	if _, err := a.Speak(t.Context(), s, func(string) error { return mine }); err != mine {
		t.Errorf("error %v", err)
	}
	<-ended
}

func TestQueueTellsThePlace(t *testing.T) {
	release := make(chan struct{})
	f := start(t, func(w http.ResponseWriter, q *fake.Request) {
		<-release
		fake.Say(longDay)(w, q)
	})
	c := quick(f)
	c.FirstWord, c.Slots, c.Queue = 30*time.Second, 1, 2
	a := actor(t, c)
	var mu sync.Mutex
	told := map[string][]int{}
	changed := make(chan struct{}, 100)
	var wg sync.WaitGroup
	begin := func(who string) {
		wg.Go(func() {
			ctx := WithAsker(context.Background(), Asker{Conversation: who, Person: who, Waiting: func(place int) {
				mu.Lock()
				told[who] = append(told[who], place)
				mu.Unlock()
				changed <- struct{}{}
			}})
			out, err := a.Speak(ctx, scene(answering(25)), func(string) error { return nil })
			if err != nil || out.By != "fake" {
				t.Errorf("%s: by %s, error %v", who, out.By, err)
			}
		})
	}
	begin("a")
	waitFor(t, func() bool { return len(f.Requests()) == 1 })
	begin("b")
	<-changed
	begin("c")
	<-changed
	if got := speak(t, a, scene(answering(25))); got.Mended != MendedBusy {
		t.Errorf("with a full queue: %q", got.Mended)
	}
	close(release)
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	if want := []int{1, 0}; !slices.Equal(told["b"], want) {
		t.Errorf("b was told %v, want %v", told["b"], want)
	}
	if last := told["c"]; len(last) < 2 || last[0] != 2 || last[len(last)-1] != 0 {
		t.Errorf("c was told %v", last)
	}
	if _, most := f.Slots(); most != 1 {
		t.Errorf("%d answers at once", most)
	}
}

func waitFor(t testing.TB, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatal("it does not come")
		}
		time.Sleep(time.Millisecond) // between two looks
	}
}

// TestNobodyFillsTheQueue: one person with many talks leaves room for others to wait.
func TestNobodyFillsTheQueue(t *testing.T) {
	q := newQueue(1, 4)
	leave, _, _ := q.enter(t.Context(), "greedy", nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	let := make(chan bool, 5)
	for range 5 {
		go func() {
			leave, ok, err := q.enter(ctx, "greedy", nil)
			if leave != nil {
				leave()
			}
			let <- ok && err == nil
		}()
	}
	for range 3 {
		if <-let {
			t.Fatal("a slot was given that was not free")
		}
	}
	other := make(chan bool)
	go func() {
		leave, ok, err := q.enter(ctx, "other", nil)
		if leave != nil {
			defer leave()
		}
		other <- ok && err == nil
	}()
	waitFor(t, func() bool { q.mu.Lock(); defer q.mu.Unlock(); return len(q.waiting) == 3 })
	leave()
	if !<-other {
		t.Error("somebody else found no room to wait")
	}
}

// TestAGuestGivesWay: the coach's slot goes to a talk that needs it, and the coach begins anew when there is room.
func TestAGuestGivesWay(t *testing.T) {
	f := start(t, fake.Stall("{"), fake.Say(longDay), fake.Say(good))
	c := quick(f)
	c.Slots, c.FirstWord = 1, 10*time.Second
	s := server(t, c)
	a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
	given := make(chan error, 1)
	go func() {
		_, err := NewCoach(s, nil, zerolog.Nop()).Evaluate(WithAsker(context.Background(), Asker{Conversation: "old", Person: "p"}), talked)
		given <- err
	}()
	waitFor(t, func() bool { return len(f.Requests()) == 1 })
	if got := speak(t, a, scene(answering(25))); got.By != "fake" || got.Text != longDay {
		t.Errorf("by %s, mended %q: %q", got.By, got.Mended, got.Text)
	}
	if err := <-given; err != nil {
		t.Errorf("the coach: %v", err)
	}
	if n := len(f.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestQueueGivesUpInTime(t *testing.T) {
	f := start(t, fake.Mute())
	c := quick(f)
	c.Slots = 1
	a := actor(t, c)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.server.queue.enter(ctx, "x", nil)
	}()
	<-done // the only slot is taken and stays so
	if got := speak(t, a, scene(answering(25))); got.By != "actor" || got.Mended != MendedBusy {
		t.Errorf("by %s, mended %q", got.By, got.Mended)
	}
	cancel()
	if n := len(a.server.queue.waiting); n != 0 {
		t.Errorf("%d still wait", n)
	}
}

// TestQueueIsFair: whatever comes and goes, slots are bounded, nobody is forgotten, and of those who wait whoever has
// the fewest under way comes first.
func TestQueueIsFair(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		slots := rapid.IntRange(1, 3).Draw(rt, "slots")
		q := newQueue(slots, 50)
		type entry struct {
			who   string
			leave func()
			got   chan func()
			quit  context.CancelFunc
		}
		var all []*entry
		granted := func() (out []*entry) {
			for _, e := range all {
				if e.leave == nil {
					select {
					case e.leave = <-e.got:
					default:
					}
				}
				if e.leave != nil {
					out = append(out, e)
				}
			}
			return out
		}
		settle := func() {
			// Everybody to whom a slot was given comes to know it.
			deadline := time.Now().Add(5 * time.Second)
			for {
				have := len(granted())
				q.mu.Lock()
				taken := slots - q.free
				q.mu.Unlock()
				if have == taken {
					return
				}
				if time.Now().After(deadline) {
					rt.Fatalf("%d slots are taken, %d know it", taken, have)
				}
				time.Sleep(10 * time.Microsecond)
			}
		}
		steps := rapid.IntRange(5, 30).Draw(rt, "steps")
		for range steps {
			if have := granted(); len(have) > 0 && rapid.Bool().Draw(rt, "leave") {
				e := have[rapid.IntRange(0, len(have)-1).Draw(rt, "who leaves")]
				q.mu.Lock()
				next := q.order()
				q.mu.Unlock()
				_ = next
				e.leave()
				all = slices.DeleteFunc(all, func(x *entry) bool { return x == e })
			} else {
				ctx, quit := context.WithCancel(context.Background())
				e := &entry{who: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "who"), got: make(chan func(), 1), quit: quit}
				all = append(all, e)
				q.mu.Lock()
				before := len(q.waiting) + slots - q.free
				q.mu.Unlock()
				go func() {
					if leave, ok, err := q.enter(ctx, e.who, nil); ok && err == nil {
						e.got <- leave
					}
				}()
				deadline := time.Now().Add(5 * time.Second)
				for {
					q.mu.Lock()
					now := len(q.waiting) + slots - q.free
					q.mu.Unlock()
					if now > before {
						break
					}
					if time.Now().After(deadline) {
						rt.Fatal("nobody came in")
					}
					time.Sleep(10 * time.Microsecond)
				}
			}
			settle()
			q.mu.Lock()
			if q.free < 0 || q.free > 0 && len(q.waiting) > 0 {
				rt.Fatalf("%d free, %d wait", q.free, len(q.waiting))
			}
			for i, w := range q.order() {
				if w.last != i+1 {
					rt.Fatalf("the place %d was told as %d", i+1, w.last)
				}
			}
			q.mu.Unlock()
		}
		for _, e := range all {
			e.quit()
		}
		for _, e := range granted() {
			e.leave()
		}
		deadline := time.Now().Add(5 * time.Second)
		for {
			for _, e := range granted() {
				e.leave()
			}
			q.mu.Lock()
			done := q.free == slots && len(q.waiting) == 0
			q.mu.Unlock()
			if done {
				return
			}
			if time.Now().After(deadline) {
				rt.Fatal("a slot was lost")
			}
			time.Sleep(10 * time.Microsecond)
		}
	})
}

// TestOneServesTheOthers: with one slot, somebody with many turns waits behind somebody with none.
func TestOneServesTheOthers(t *testing.T) {
	q := newQueue(1, 10)
	first, _, _ := q.enter(t.Context(), "busy", nil)
	order := make(chan string, 3)
	var wg sync.WaitGroup
	for i, who := range []string{"busy", "busy", "quiet"} {
		wg.Go(func() {
			leave, _, err := q.enter(context.Background(), who, nil)
			if err != nil {
				t.Error(err)
				return
			}
			order <- who
			leave()
		})
		waitFor(t, func() bool { q.mu.Lock(); defer q.mu.Unlock(); return len(q.waiting) == i+1 })
	}
	// While the busy one's answer is under way, the quiet one is ahead of the second of theirs.
	q.mu.Lock()
	var places []string
	for _, w := range q.order() {
		places = append(places, w.who)
	}
	q.mu.Unlock()
	if want := []string{"quiet", "busy", "busy"}; !slices.Equal(places, want) {
		t.Errorf("the order is %v, want %v", places, want)
	}
	first()
	wg.Wait()
}

func TestAttendToPeople(t *testing.T) {
	f := start(t, fake.Say(longDay))
	for _, act := range []talk.Act{talk.ActOfferPause, talk.ActOutOfRole} {
		s := scene(talk.Cue{Act: act, Manner: "machine", Most: 40})
		if got := speak(t, actor(t, quick(f)), s); got.By != "actor" || len(f.Requests()) != 0 {
			t.Errorf("%s was left to a model", act)
		}
	}
}

func TestHealthy(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		kind   Kind // "" where all is well
		hint   string
	}{
		{"the model is listed", 200, `{"object":"list","data":[{"id":"other"},{"id":"fake"}]}`, "", ""},
		{"no model is listed", 200, `{"object":"list","data":[]}`, "", ""},
		{"others are listed", 200, `{"object":"list","data":[{"id":"other"}]}`, KindModel, "--llm-model"},
		{"no list is kept", 404, "not found", "", ""},
		{"the key is refused", 401, apiError("bad key", ""), KindRefused, "BREAKROOM_LLM_KEY"},
		{"it is no such server", 200, "<html>", KindTruncated, ""},
	} {
		asked := make(chan string, 1)
		f := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked <- r.Method + " " + r.URL.Path
			w.WriteHeader(tt.status)
			io.WriteString(w, tt.body)
		}))
		err := server(t, Config{URL: f.URL + "/v1", Model: "fake"}).Healthy(t.Context())
		var e *Error
		switch errors.As(err, &e); {
		case <-asked != "GET /v1/models":
			t.Errorf("%s: something else was asked", tt.name)
		case tt.kind == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.kind != "" && (e == nil || e.Kind != tt.kind || !strings.Contains(e.Hint(), tt.hint)):
			t.Errorf("%s: %v", tt.name, err)
		}
		f.Close()
		err = server(t, Config{URL: f.URL + "/v1", Model: "fake"}).Healthy(t.Context())
		if !errors.As(err, &e) || e.Kind != KindUnreachable || !strings.Contains(e.Hint(), "--llm-url") {
			t.Errorf("where nothing listens: %v", err)
		}
	}
}
