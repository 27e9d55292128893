// Package fake is a model's server for tests: it speaks the API of OpenAI as
// the servers in the field speak it, and misbehaves as they do. It listens on
// loopback, answers each request with the next behaviour of a list, and keeps what it was asked.
package fake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Message is one message of a request.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Request is what the fake was asked.
type Request struct {
	Model         string    `json:"model"`
	Messages      []Message `json:"messages"`
	Stream        bool      `json:"stream"`
	StreamOptions *struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Temperature         *float64        `json:"temperature"`
	MaxTokens           *int            `json:"max_tokens"`
	MaxCompletionTokens *int            `json:"max_completion_tokens"`
	ResponseFormat      json.RawMessage `json:"response_format"`

	// Body is the request's body, Path its path, Key its bearer token.
	Body []byte `json:"-"`
	Path string `json:"-"`
	Key  string `json:"-"`
	// Gone is closed once the client has gone away or the answer has ended.
	Gone <-chan struct{} `json:"-"`
}

// Last is the content of the last message.
func (q *Request) Last() string {
	if len(q.Messages) == 0 {
		return ""
	}
	return q.Messages[len(q.Messages)-1].Content
}

// Behaviour answers one request.
type Behaviour func(w http.ResponseWriter, q *Request)

// Server is a fake server. Close it at the end.
type Server struct {
	*httptest.Server

	mu       sync.Mutex
	script   []Behaviour
	requests []*Request
	// Open counts answers under way, Most the highest count there was.
	open, most atomic.Int64
	closing    chan struct{}
}

// New starts a server that answers its requests with these behaviours, one
// after the other; the last one answers all that follow.
func New(script ...Behaviour) *Server {
	s := &Server{script: script, closing: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Base is the base of the API, for a configuration.
func (s *Server) Base() string { return s.URL + "/v1" }

// Close ends the answers under way and stops listening.
func (s *Server) Close() {
	close(s.closing)
	s.Server.CloseClientConnections()
	s.Server.Close()
}

// Then replaces what follows.
func (s *Server) Then(script ...Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Requests gives the chat requests so far.
func (s *Server) Requests() []*Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Request(nil), s.requests...)
}

// Slots gives how many answers are under way, and how many there were at most.
func (s *Server) Slots() (now, most int) { return int(s.open.Load()), int(s.most.Load()) }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/models") {
		Status(200, "application/json", `{"object":"list","data":[{"id":"fake","object":"model","created":1,"owned_by":"fake"}]}`)(w, nil)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 16<<20))
	if err != nil {
		return
	}
	q := &Request{Body: body, Path: r.URL.Path, Key: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	if err := json.Unmarshal(body, q); err != nil {
		Status(400, "application/json", `{"error":{"message":"no JSON","type":"invalid_request_error"}}`)(w, q)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	q.Gone = ctx.Done()
	s.mu.Lock()
	s.requests = append(s.requests, q)
	var do Behaviour
	if len(s.script) > 0 {
		do = s.script[0]
		if len(s.script) > 1 {
			s.script = s.script[1:]
		}
	}
	s.mu.Unlock()
	n := s.open.Add(1)
	defer s.open.Add(-1)
	for m := s.most.Load(); n > m && !s.most.CompareAndSwap(m, n); m = s.most.Load() {
	}
	if do == nil {
		do = Say("Yeah, it's fine.")
	}
	do(w, q)
}

// stream begins an event stream.
func stream(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flush(w)
}

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// quote gives a string as JSON.
func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(data)
}

// Delta is the event of one delta, given as JSON, with a finish reason unless it is "".
func Delta(delta, finish string) string {
	end := "null"
	if finish != "" {
		end = quote(finish)
	}
	return `data: {"id":"chatcmpl-fake","object":"chat.completion.chunk","created":1760000000,"model":"fake","choices":[{"index":0,"delta":` + delta + `,"finish_reason":` + end + "}]}\n\n"
}

// Content is the event of some words.
func Content(text string) string { return Delta(`{"content":`+quote(text)+`}`, "") }

// Done is the event that ends a stream, Usage the one that counts tokens.
const Done = "data: [DONE]\n\n"

// Usage is the event that counts tokens, without a choice, as OpenAI sends it.
func Usage(prompt, completion int) string {
	return fmt.Sprintf("data: {\"id\":\"chatcmpl-fake\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"fake\",\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\n",
		prompt, completion, prompt+completion)
}

// Pieces cuts a text into chunks as a model does: a word with the space before it.
func Pieces(text string) []string {
	var out []string
	start := 0
	for i := 1; i < len(text); i++ {
		if text[i] == ' ' {
			out = append(out, text[start:i])
			start = i
		}
	}
	if text != "" {
		out = append(out, text[start:])
	}
	return out
}

// Raw sends each of these pieces of an event stream as it is and then ends the answer.
func Raw(pieces ...string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		stream(w)
		for _, p := range pieces {
			io.WriteString(w, p)
			flush(w)
		}
	}
}

// events gives the beginning of a stream that says a text.
func events(text string) string {
	var b strings.Builder
	b.WriteString(Delta(`{"role":"assistant","content":null}`, ""))
	for _, p := range Pieces(text) {
		b.WriteString(Content(p))
	}
	return b.String()
}

// Say says a text, word by word, finishes it, and counts the tokens if it was asked to.
func Say(text string) Behaviour { return Finish(text, "stop") }

// Finish says a text and ends with this finish reason.
func Finish(text, reason string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		end := Delta("{}", reason)
		if q.StreamOptions != nil && q.StreamOptions.IncludeUsage {
			end += Usage(len(q.Body)/4, len(Pieces(text)))
		}
		Raw(events(text), end, Done)(w, q)
	}
}

// Plain answers with one JSON object, whether or not a stream was asked for.
func Plain(text, reason string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id":"x","object":"chat.completion","created":1,"model":"fake","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":%s}],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":9}}`,
			quote(text), quote(reason), len(q.Body)/4, len(Pieces(text)))
	}
}

// Status answers with a status and a body; more are pairs of header names and values.
func Status(code int, contentType, body string, more ...string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(more); i += 2 {
			w.Header().Set(more[i], more[i+1])
		}
		w.WriteHeader(code)
		io.WriteString(w, body)
	}
}

// Drop says a text and then cuts the connection, without an end of the body.
func Drop(text string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		Raw(events(text))(w, q)
		panic(http.ErrAbortHandler)
	}
}

// Stall says a text and then keeps silent until the client goes away.
func Stall(text string) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		Raw(events(text))(w, q)
		<-q.Gone
	}
}

// Mute does not even send a header until the client goes away.
func Mute() Behaviour {
	return func(w http.ResponseWriter, q *Request) { <-q.Gone }
}

// KeepAlive sends an event's text again and again until the client goes away: life without progress.
func KeepAlive(event string, every time.Duration) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		stream(w)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-q.Gone:
				return
			case <-tick.C:
				io.WriteString(w, event)
				flush(w)
			}
		}
	}
}

// Endless says the same words until the client goes away, and tells ended that it did.
func Endless(text string, ended chan<- struct{}) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		stream(w)
		for {
			select {
			case <-q.Gone:
				if ended != nil {
					ended <- struct{}{}
				}
				return
			default:
			}
			if _, err := io.WriteString(w, Content(text)); err != nil {
				<-q.Gone
				continue
			}
			flush(w)
		}
	}
}

// Unless refuses a request that has a field, with a status 400 and this body, and lets then answer the others.
func Unless(field, body string, then Behaviour) Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(q.Body, &fields); err == nil {
			if _, there := fields[field]; there {
				Status(http.StatusBadRequest, "application/json", body)(w, q)
				return
			}
		}
		then(w, q)
	}
}

// Paced says a text with a delay before its first word and between the others.
func Paced(text string, first, between time.Duration) Behaviour {
	pieces := Pieces(text)
	frames := make([]string, len(pieces))
	for i, p := range pieces {
		frames[i] = Content(p)
	}
	end := Delta("{}", "stop") + Done
	return func(w http.ResponseWriter, q *Request) {
		stream(w)
		wait := func(d time.Duration) bool {
			if d <= 0 {
				return true
			}
			t := time.NewTimer(d)
			defer t.Stop()
			select {
			case <-t.C:
				return true
			case <-q.Gone:
				return false
			}
		}
		for i, f := range frames {
			d := between
			if i == 0 {
				d = first
			}
			if !wait(d) {
				return
			}
			if i == len(frames)-1 {
				f += end
			}
			io.WriteString(w, f)
			flush(w)
		}
	}
}

// Parrot prints its whole prompt and then says whatever the last message tells it to: a model that obeys everybody.
func Parrot() Behaviour {
	return func(w http.ResponseWriter, q *Request) {
		var b strings.Builder
		for _, m := range q.Messages {
			b.WriteString(m.Content)
			b.WriteString("\n")
		}
		Say(b.String())(w, q)
	}
}
