package llm

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
)

// Secret is a key. Every printed, logged or marshalled form of it says only
// whether there is one. The zero value is no key.
type Secret struct {
	// A pointer, so that fmt finds only an address even where it reaches an unexported field.
	p *string
}

// NewSecret makes a secret of a key, without white space around it.
func NewSecret(key string) Secret {
	if key = strings.TrimSpace(key); key == "" {
		return Secret{}
	}
	return Secret{p: &key}
}

// IsZero reports whether there is no key.
func (s Secret) IsZero() bool { return s.p == nil }

func (s Secret) reveal() string {
	if s.p == nil {
		return ""
	}
	return *s.p
}

// String is "" without a key, else a word that stands for it.
func (s Secret) String() string {
	if s.p == nil {
		return ""
	}
	return "(kept secret)"
}

// GoString is String, quoted.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format prints String for every verb.
func (s Secret) Format(f fmt.State, verb rune) { io.WriteString(f, s.String()) }

// MarshalJSON gives String as JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText gives String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText takes a key from a setting.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}

// LogValue gives String to structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Budgets bound the tokens, prompt and answer together; 0 means no bound. Where
// one is used up, the built-in actor speaks and says why.
type Budgets struct {
	// Conversation bounds one conversation from its beginning to its end.
	Conversation int
	// Person bounds one person within a day.
	Person int
	// Day bounds all together within a day.
	Day int
	// Zone is the name of the zone whose midnight begins a day, as in "Europe/Berlin"; default "UTC".
	Zone string
}

// Config says which model plays the coworker and within which limits. Only URL
// and Model must be set; a zero elsewhere means the default that stands beside the field.
type Config struct {
	// URL is the base of an OpenAI-compatible API, with its version: "http://127.0.0.1:8080/v1".
	// It holds no user, password, query or fragment. Words go to its host only.
	URL string
	// Model is the model's name as the server knows it.
	Model string
	// Key goes with each request; none for most local servers. KeyFile names a file that holds it; not both.
	Key     Secret
	KeyFile string

	// MaxTokensField names the field that bounds an answer: "max_tokens" for old and most local servers,
	// "max_completion_tokens" for newer ones, or "none" (default): the answer is cut at the cue's length either way.
	MaxTokensField string
	// Temperature is sent where it is set, 0 to 2; otherwise the server's own holds.
	Temperature *float64
	// ContextTokens is the model's context, prompt and answer; default 4096, at least 2048.
	ContextTokens int

	// FirstWord is how long somebody waits for the first visible word, queue and retries included, before the
	// built-in actor speaks; default 15 s. Pause bounds each pause after it; default 5 s.
	FirstWord time.Duration
	Pause     time.Duration
	// Connect bounds the connection and, by itself, the TLS handshake; default 5 s. The wait for the response's header,
	// which some servers send with the first token only, is bounded by who waits: FirstWord, or the coach's longer patience.
	Connect time.Duration
	// Tries bounds the requests for one turn, the first included; default 3. There is none after the first visible word.
	Tries int
	// RetryWait is the wait before the second try, from which later ones grow; default 300 ms.
	RetryWait time.Duration

	// Slots is how many answers the server gives at once; default 4. Queue is how many more wait; default 64, -1 for none.
	Slots int
	Queue int

	// BreakAfter is after how many failures in a row the server is left alone; default 5. BreakFor is for how long; default 30 s.
	BreakAfter int
	BreakFor   time.Duration

	// Budgets bound the tokens; without any none is refused.
	Budgets Budgets

	// AllowRedirects lets the server send words on to another address of its own host; default no: a redirect is an error.
	// One to another host always is: that host nobody has agreed to.
	AllowRedirects bool
	// Log gets a line when the server is left alone, and when it answers again. The zero Logger keeps silent.
	Log zerolog.Logger
	// Proxy is "" for none, whatever the environment says, "environment" for what it says, or a proxy's URL.
	Proxy string
}

// The names of the field that bounds an answer.
const (
	MaxTokensNone       = "none"
	MaxTokensOld        = "max_tokens"
	MaxTokensCompletion = "max_completion_tokens"
)

// Set reports whether a model is to be used at all.
func (c Config) Set() bool { return c.URL != "" || c.Model != "" }

// withDefaults fills in the defaults and refuses what makes no sense.
func (c Config) withDefaults() (Config, error) {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	or := func(d *time.Duration, otherwise time.Duration, name string) {
		if *d == 0 {
			*d = otherwise
		}
		if *d < 0 {
			bad("%s: a time above 0 is expected, as in \"15s\"", name)
		}
	}
	number := func(n *int, otherwise, least, most int, name string) {
		if *n == 0 {
			*n = otherwise
		}
		if *n < least || *n > most {
			bad("%s: %d is not between %d and %d", name, *n, least, most)
		}
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		bad("llm-url: an address such as http://127.0.0.1:8080/v1 is expected")
	case u.User != nil:
		bad("llm-url: no user and no password may stand in the address; put the key into a file and name it with llm-key-file")
	case u.RawQuery != "" || u.Fragment != "":
		bad("llm-url: nothing may follow the path, no \"?\" and no \"#\"")
	}
	if strings.TrimSpace(c.Model) == "" {
		bad("llm-model: the model's name, as the server knows it, is missing")
	}
	switch c.MaxTokensField {
	case "":
		c.MaxTokensField = MaxTokensNone
	case MaxTokensNone, MaxTokensOld, MaxTokensCompletion:
	default:
		bad("llm-max-tokens-field: %q is not one of none, max_tokens, max_completion_tokens", c.MaxTokensField)
	}
	if c.Temperature != nil && (*c.Temperature < 0 || *c.Temperature > 2) {
		bad("llm-temperature: %g is not between 0 and 2", *c.Temperature)
	}
	if c.Proxy != "" && c.Proxy != "environment" {
		if p, err := url.Parse(c.Proxy); err != nil || p.Host == "" {
			bad("llm-proxy: a proxy's address is expected, or \"environment\", or nothing")
		}
	}
	number(&c.ContextTokens, 4096, 2048, 1<<21, "llm-context-tokens")
	or(&c.FirstWord, 15*time.Second, "llm-first-word")
	or(&c.Pause, 5*time.Second, "llm-pause")
	or(&c.Connect, 5*time.Second, "llm-connect")
	number(&c.Tries, 3, 1, 10, "llm-tries")
	or(&c.RetryWait, 300*time.Millisecond, "llm-retry-wait")
	number(&c.Slots, 4, 1, 10_000, "llm-slots")
	number(&c.Queue, 64, -1, 100_000, "llm-queue")
	c.Queue = max(c.Queue, 0)
	number(&c.BreakAfter, 5, 1, 1000, "llm-break-after")
	or(&c.BreakFor, 30*time.Second, "llm-break-for")
	for name, n := range map[string]int{"talk": c.Budgets.Conversation, "person": c.Budgets.Person, "day": c.Budgets.Day} {
		if n < 0 {
			bad("llm-%s-tokens: a number of tokens above 0 is expected, or 0 for no bound", name)
		}
	}
	if c.Budgets.Zone == "" {
		c.Budgets.Zone = "UTC"
	}
	if _, err := time.LoadLocation(c.Budgets.Zone); err != nil || c.Budgets.Zone == "Local" {
		bad("llm-zone: %q is no zone that this computer knows; a name such as \"Europe/Berlin\" is expected", c.Budgets.Zone)
	}
	if c.KeyFile != "" {
		switch key, err := readKey(c.KeyFile); {
		case !c.Key.IsZero():
			bad("llm-key-file: a key is set already; give the key or the file, not both")
		case err != nil:
			problems = append(problems, err)
		default:
			c.Key = key
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return c, errors.Join(problems...)
}

// maxKeyFile bounds a key's file, in bytes.
const maxKeyFile = 16 << 10

func readKey(name string) (Secret, error) {
	// The name is not told: it is a likely slip to give the key itself.
	bad := func(err error) (Secret, error) {
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			err = path.Err
		}
		return Secret{}, fmt.Errorf("llm-key-file: the file that it names cannot be read: %w", err)
	}
	f, err := os.Open(name)
	if err != nil {
		return bad(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return bad(err)
	}
	key := NewSecret(string(data))
	if len(data) > maxKeyFile || key.IsZero() || strings.ContainsAny(key.reveal(), " \t\r\n") {
		return Secret{}, errors.New("llm-key-file: the file that it names should hold one key on one line and nothing else")
	}
	return key, nil
}

// Host is the model's host, with the port where one is named: whom a trainee
// must have agreed to by this name. "" where the address is none.
func (c Config) Host() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// IsLocal reports whether the model runs on the computer that Breakroom runs
// on: its host is a loopback address or "localhost". Another computer of one's own network is not local.
func (c Config) IsLocal() bool {
	u, err := url.Parse(c.URL)
	if err != nil {
		return false
	}
	if c.Proxy != "" {
		return false
	}
	host := u.Hostname()
	if strings.EqualFold(host, "localhost") {
		return true
	}
	if a, err := netip.ParseAddr(host); err == nil {
		return a.IsLoopback()
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
