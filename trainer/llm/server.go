package llm

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	openai "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// Server is one model's server: its connection, its breaker, its queue, what
// it is known to refuse, and what was spent there. The actor and the coach share it. It is safe for concurrent use.
type Server struct {
	cfg     Config
	client  *openai.Client
	http    *http.Client
	breaker *gobreaker.CircuitBreaker[struct{}]
	queue   *queue
	ledger  Ledger
	zone    *time.Location
	now     func() time.Time

	reserved reserved

	mu      sync.Mutex
	refused map[string]map[string]bool // by model: the fields that the server refuses
	// thoughtsFirst is above 0 while answers seem to begin in the middle of a thought, as some chat templates have it: how many in a row may end without one's end.
	thoughtsFirst int
}

// NewServer makes a server of its configuration, which it checks; the error names every setting that makes no sense.
// A nil ledger keeps the spent tokens in memory; a nil now is time.Now.
func NewServer(c Config, ledger Ledger, now func() time.Time) (*Server, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	if now == nil {
		now = time.Now
	}
	if ledger == nil {
		ledger = NewMemoryLedger()
	}
	zone, err := time.LoadLocation(c.Budgets.Zone)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: c, http: newHTTPClient(c), queue: newQueue(c.Slots, c.Queue), ledger: ledger, zone: zone, now: now, refused: map[string]map[string]bool{}, reserved: reserved{conversations: tally{}, persons: tally{}}}
	// The transport adds the key: the library would keep it where a printed struct shows it.
	oc := openai.DefaultConfig("")
	oc.BaseURL = c.URL
	oc.HTTPClient = taking{s.http}
	s.client = openai.NewClientWithConfig(oc)
	s.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Name:        c.Host(),
		Timeout:     c.BreakFor,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= uint32(c.BreakAfter) },
		IsSuccessful: func(err error) bool {
			var e *Error
			return !errors.As(err, &e) || !e.sick()
		},
		// Whoever went away says nothing about the server.
		IsExcluded: func(err error) bool {
			return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errSlow) || errors.Is(err, errGivesWay)
		},
		OnStateChange: func(_ string, _, now gobreaker.State) {
			switch now {
			case gobreaker.StateOpen:
				c.Log.Warn().Str("host", c.Host()).Dur("for_ms", c.BreakFor).Msg("the model's server failed several times in a row and is left alone; the built-in coworker answers meanwhile")
			case gobreaker.StateClosed:
				c.Log.Info().Str("host", c.Host()).Msg("the model's server answers again")
			}
		},
	})
	return s, nil
}

// Host is the host that words go to; see Config.Host.
func (s *Server) Host() string { return s.cfg.Host() }

// IsLocal reports whether that host is this computer; see Config.IsLocal.
func (s *Server) IsLocal() bool { return s.cfg.IsLocal() }

// IsPlain reports whether the way to that host is not encrypted.
func (s *Server) IsPlain() bool { return strings.HasPrefix(strings.ToLower(s.cfg.URL), "http:") }

// Model is the model's name.
func (s *Server) Model() string { return s.cfg.Model }

// Close lets go of idle connections.
func (s *Server) Close() { s.http.CloseIdleConnections() }

// fail makes an Error of this server.
func (s *Server) fail(kind Kind) *Error { return &Error{Kind: kind, Host: s.Host()} }

// classify makes a typed error of whatever the library or the network said. It
// takes nothing from bodies but the name of a refused field.
func (s *Server) classify(ctx context.Context, err error, x *exchange) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	saw := x.get()
	e := &Error{Kind: KindUnreachable, Host: s.Host(), Status: saw.status, RetryAfter: saw.retryAfter}
	var mine *Error
	var api *openai.APIError
	var req *openai.RequestError
	switch {
	case errors.As(err, &mine):
		e.Kind, e.param, e.unnamed = mine.Kind, mine.param, mine.unnamed
		if mine.Status != 0 {
			e.Status = mine.Status
		} else if e.Status == http.StatusOK {
			e.Status = 0
		}
		if e.Kind == KindServer && e.Status == http.StatusTooManyRequests {
			e.Kind = KindBusy
		}
	case saw.redirected || errors.Is(err, errRedirected):
		e.Kind = KindRedirected
	case saw.oversized || errors.Is(err, errOversized):
		e.Kind, e.Status = KindOversized, 0
	case errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated):
		e.Kind, e.param = KindRefused, MaxTokensOld
	case errors.Is(err, openai.ErrReasoningModelLimitationsOther), errors.Is(err, openai.ErrReasoningSamplingUnsupported):
		e.Kind, e.param = KindRefused, "temperature"
	case errors.As(err, &req):
		e.blame(req.HTTPStatusCode, "", string(req.Body))
	case errors.As(err, &api) && api.Code == "content_filter":
		e.Kind = KindFiltered
	case errors.As(err, &api) && api.HTTPStatusCode != 0:
		param := ""
		if api.Param != nil {
			param = *api.Param
		}
		e.blame(api.HTTPStatusCode, param, api.Message)
	case errors.As(err, &api):
		e.Kind, e.Status = KindServer, 0
		if n, ok := api.Code.(int); ok && n == http.StatusTooManyRequests {
			e.Kind, e.Status = KindBusy, n
		}
	case saw.status >= 200 && saw.status < 300:
		e.Kind, e.Status = KindTruncated, 0
	case timedOut(err):
		e.Kind = KindStalled
	}
	return e
}

// timedOut reports whether a server took the connection and then kept silent.
func timedOut(err error) bool {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return false
	}
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}

func kindOfStatus(status int) Kind {
	switch {
	case status == http.StatusTooManyRequests:
		return KindBusy
	case status >= 500 || status == http.StatusRequestTimeout:
		return KindServer
	case status >= 400:
		return KindRefused
	}
	return KindMeaning
}

// blame says what a refused request was refused for.
func (e *Error) blame(status int, param, message string) {
	e.Kind = kindOfStatus(status)
	e.param, e.unnamed = refusedField(status, param, message)
	if e.param != "" {
		e.Kind = KindRefused
	}
}

// optional are the fields that a request can do without.
var optional = []string{MaxTokensCompletion, MaxTokensOld, "temperature", "stream_options", formatField}

// formatField asks for answers in a form.
const formatField = "response_format"

var fieldWords = map[string]*regexp.Regexp{
	MaxTokensCompletion: regexp.MustCompile(`(?i)max_completion_tokens`),
	MaxTokensOld:        regexp.MustCompile(`(?i)max_tokens`),
	"temperature":       regexp.MustCompile(`(?i)temperature`),
	"stream_options":    regexp.MustCompile(`(?i)stream_options|include_usage`),
	formatField:         regexp.MustCompile(`(?i)response_format|json_schema|json_object|structured output`),
}

// refusedField finds which field a status 400 or 422 is about. A message may name two, the refused
// one and the one to use instead: the one that stands first is refused. A form of answers that a server does not know is told with other statuses, too.
func refusedField(status int, param, message string) (name string, unnamed bool) {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
	case http.StatusNotFound, http.StatusUnsupportedMediaType, http.StatusInternalServerError, http.StatusNotImplemented:
		if param == formatField || fieldWords[formatField].MatchString(message) {
			return formatField, false
		}
		return "", false
	default:
		return "", false
	}
	for _, f := range optional {
		if param == f || strings.HasPrefix(param, f+".") {
			return f, false
		}
	}
	at := len(message)
	for _, f := range optional {
		if m := fieldWords[f].FindStringIndex(message); m != nil && m[0] < at {
			name, at = f, m[0]
		}
	}
	return name, name == ""
}

func (s *Server) refuses(model, field string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused[model][field]
}

func (s *Server) remember(model string, fields ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused[model] == nil {
		s.refused[model] = map[string]bool{}
	}
	for _, f := range fields {
		s.refused[model][f] = true
	}
}

// oldBound is the field that many servers on one's own computer still want.
func oldBound(r *openai.ChatCompletionRequest) *int {
	//lint:ignore SA1019 the newer field is not known everywhere, and the setting says which one it is
	return &r.MaxTokens
}

// has reports whether a request carries an optional field.
func has(r *openai.ChatCompletionRequest, field string) bool {
	switch field {
	case MaxTokensCompletion:
		return r.MaxCompletionTokens != 0
	case MaxTokensOld:
		return *oldBound(r) != 0
	case "temperature":
		return r.Temperature != 0
	case "stream_options":
		return r.StreamOptions != nil
	case formatField:
		return r.ResponseFormat != nil
	}
	return false
}

// without takes an optional field out of a request.
func without(r *openai.ChatCompletionRequest, field string) {
	switch field {
	case MaxTokensCompletion:
		r.MaxCompletionTokens = 0
	case MaxTokensOld:
		*oldBound(r) = 0
	case "temperature":
		r.Temperature = 0
	case "stream_options":
		r.StreamOptions = nil
	case formatField:
		r.ResponseFormat = nil
	}
}

// trim takes out what this model is known to refuse.
func (s *Server) trim(r *openai.ChatCompletionRequest) {
	for _, f := range optional {
		if s.refuses(r.Model, f) {
			without(r, f)
		}
	}
}

// open begins a stream. A refusal that is about an optional field is answered by asking again without
// it, once a field; what is refused is remembered for the model. The form of an answer is left to whoever asked for it.
func (s *Server) open(ctx context.Context, r openai.ChatCompletionRequest, messages []message, x *exchange) (*eventStream, error) {
	s.trim(&r)
	x.messages = messages
	var guessed []string
	for range len(optional) + 1 {
		_, err := s.client.CreateChatCompletionStream(withExchange(ctx, x), r)
		if errors.Is(err, errTaken) {
			if guessed != nil {
				s.remember(r.Model, guessed...)
			}
			return x.events, nil
		}
		err = s.classify(ctx, err, x)
		var e *Error
		if !errors.As(err, &e) || e.Kind != KindRefused {
			return nil, err
		}
		switch {
		case e.param != "" && e.param != formatField && has(&r, e.param):
			without(&r, e.param)
			s.remember(r.Model, e.param)
		case e.unnamed && guessed == nil:
			// It may be about a field that it does not name: once without all of them.
			for _, f := range optional {
				if f != formatField && has(&r, f) {
					without(&r, f)
					guessed = append(guessed, f)
				}
			}
			if guessed == nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
	return nil, s.fail(KindRefused)
}

// Healthy asks the server for its list of models, which tells it nobody's words: whether it is there, takes the key, and has the model. The
// error is of type *Error; its Hint says what to try.
func (s *Server) Healthy(ctx context.Context) error {
	var x exchange
	list, err := s.client.ListModels(withExchange(ctx, &x))
	if err != nil {
		err = s.classify(ctx, err, &x)
		var e *Error
		if errors.As(err, &e) && e.Status == http.StatusNotFound {
			return nil // there, though it keeps no list
		}
		return err
	}
	has := func(m openai.Model) bool { return m.ID == s.cfg.Model }
	if len(list.Models) > 0 && !slices.ContainsFunc(list.Models, has) {
		return s.fail(KindModel)
	}
	return nil
}

// guarded runs one exchange behind the breaker.
func (s *Server) guarded(do func() error) error {
	_, err := s.breaker.Execute(func() (struct{}, error) { return struct{}{}, do() })
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return s.fail(KindBroken)
	}
	return err
}
