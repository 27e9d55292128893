package llm

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"breakroom/trainer/coworker"
)

const (
	// maxErrorBody bounds what is read of a refusal; the library reads all that it is given.
	maxErrorBody = 64 << 10
	// maxReplyBody bounds a whole answer with its frames, in bytes.
	maxReplyBody = 8 << 20
	// maxPlainBody bounds an answer in one piece of JSON where a stream was asked for.
	maxPlainBody = 1 << 20
	// drainMost and drainWithin bound what is read of an answer that is not wanted any more, so that its connection can serve the next.
	drainMost   = 64 << 10
	drainWithin = 50 * time.Millisecond
	// maxRetryAfter is the longest wait that is believed.
	maxRetryAfter = 24 * time.Hour
)

// newHTTPClient makes a client of its own for one server: no proxy and no
// redirect unless set, and no bound on the whole exchange, since an answer
// takes as long as it takes; the watchdog of the stream stops it.
func newHTTPClient(c Config) *http.Client {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: c.Connect, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    c.Connect,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		ExpectContinueTimeout:  time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           c.Slots,
		MaxIdleConnsPerHost:    c.Slots,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	switch c.Proxy {
	case "":
	case "environment":
		t.Proxy = http.ProxyFromEnvironment
	default:
		if u, err := url.Parse(c.Proxy); err == nil {
			t.Proxy = http.ProxyURL(u)
		}
	}
	return &http.Client{
		Transport: &watching{next: t, redirects: c.AllowRedirects, key: c.Key, host: c.Host()},
		CheckRedirect: func(to *http.Request, via []*http.Request) error {
			if len(via) > 5 || via[0].URL.Scheme == "https" && to.URL.Scheme != "https" || !strings.EqualFold(via[0].URL.Hostname(), to.URL.Hostname()) {
				return errRedirected
			}
			return nil
		},
	}
}

var errRedirected = errors.New("redirected")

// taking keeps a stream from the library once it has begun: it is read here, and the library would take 4 KB for a reader of its own.
type taking struct{ *http.Client }

// errTaken says that an exchange has the stream.
var errTaken = errors.New("the stream is read elsewhere")

func (t taking) Do(req *http.Request) (*http.Response, error) {
	res, err := t.Client.Do(req)
	if err != nil || res.StatusCode < 200 || res.StatusCode >= 400 {
		return res, err
	}
	if x, _ := req.Context().Value(exchangeKey{}).(*exchange); x != nil && x.events != nil {
		return nil, errTaken
	}
	return res, nil
}

// exchange is what the transport saw of one request, where the library does not pass it on.
type exchange struct {
	mu         sync.Mutex
	status     int
	retryAfter time.Duration
	redirected bool
	oversized  bool
	events     *eventStream // of a stream
	messages   []message    // of the request; see withMessages
}

func (x *exchange) set(do func(*exchange)) {
	if x != nil {
		x.mu.Lock()
		do(x)
		x.mu.Unlock()
	}
}

func (x *exchange) get() exchange {
	x.mu.Lock()
	defer x.mu.Unlock()
	return exchange{status: x.status, retryAfter: x.retryAfter, redirected: x.redirected, oversized: x.oversized}
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// watching adds the key, notes status and Retry-After, refuses redirects, bounds bodies, and mends streams that the library would misread.
type watching struct {
	next      http.RoundTripper
	redirects bool
	key       Secret
	host      string
}

func (w *watching) RoundTrip(req *http.Request) (*http.Response, error) {
	if !w.key.IsZero() && req.URL.Host == w.host { // never to where a redirect leads
		req = req.Clone(req.Context())
		req.Header.Set("Authorization", "Bearer "+w.key.reveal())
	}
	x, _ := req.Context().Value(exchangeKey{}).(*exchange)
	if x != nil && x.messages != nil {
		if req.Body == nil {
			// A redirect that turned the request into one without words.
			x.set(func(x *exchange) { x.redirected = true })
			return nil, errRedirected
		}
		var err error
		if req, err = withMessages(req, x.messages); err != nil {
			return nil, err
		}
	}
	if err := coworker.AwaitKept(req.Context()); err != nil {
		return nil, err
	}
	res, err := w.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	x.set(func(x *exchange) {
		x.status = res.StatusCode
		x.retryAfter = retryAfter(res.Header, time.Now())
	})
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400 && !w.redirects:
		res.Body.Close()
		x.set(func(x *exchange) { x.redirected = true })
		return nil, errRedirected
	case res.StatusCode >= 400:
		res.Body = &limited{body: res.Body, left: maxErrorBody}
	case req.Header.Get("Accept") == "text/event-stream":
		// The connection has a larger buffer of its own, so this one holds a few lines.
		e := &eventStream{ReadCloser: res.Body, in: bufio.NewReaderSize(res.Body, 1<<10), left: maxReplyBody, x: x}
		x.set(func(x *exchange) { x.events = e })
	default:
		res.Body = &limited{body: res.Body, left: maxPlainBody}
	}
	return res, nil
}

// retryAfter reads the header in both of its forms, seconds and a date, and the milliseconds that some servers add.
func retryAfter(h http.Header, now time.Time) time.Duration {
	bound := func(d time.Duration) time.Duration { return max(0, min(d, maxRetryAfter)) }
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms >= 0 && ms < 1e9 {
		return bound(time.Duration(ms * float64(time.Millisecond)))
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseFloat(v, 64); err == nil && s >= 0 && s < 1e6 {
		return bound(time.Duration(s * float64(time.Second)))
	}
	if at, err := http.ParseTime(v); err == nil {
		return bound(at.Sub(now))
	}
	return 0
}

// limited ends a body after a number of bytes as if there were no more.
type limited struct {
	body io.ReadCloser
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, io.EOF
	}
	n, err := l.body.Read(p[:min(len(p), l.left)])
	l.left -= n
	return n, err
}

func (l *limited) Close() error { return l.body.Close() }

// eventStream is the body of a stream, read by its lines. The library's own reader matches each of them against regular
// expressions and copies it three times; it would drop a last line without its end, and knows no answer in one piece of
// JSON. A body that is larger than any answer fails.
type eventStream struct {
	io.ReadCloser // the response's
	in            *bufio.Reader
	left          int
	x             *exchange
	begun         bool
	long          []byte // a line that is longer than the reader's buffer

	before, after []byte // see plain
	part          string // see whole
}

var errOversized = errors.New("oversized")

// data gives what the next event says, which stands until the call after it; io.EOF at the end of the answer.
func (e *eventStream) data() ([]byte, error) {
	if !e.begun {
		e.begun = true
		if err := e.begin(); err != nil {
			return nil, err
		}
	}
	for {
		line, err := e.line()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:")); ok {
			if data = bytes.TrimSpace(data); string(data) == "[DONE]" {
				return nil, io.EOF
			}
			if len(data) > 0 {
				return data, nil
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

// line gives the next line, the last one with io.EOF.
func (e *eventStream) line() ([]byte, error) {
	line, err := e.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		e.long = e.long[:0]
		for err == bufio.ErrBufferFull && len(line) <= e.left {
			e.long, e.left = append(e.long, line...), e.left-len(line)
			line, err = e.in.ReadSlice('\n')
		}
		e.long = append(e.long, line...)
		e.left -= len(line)
		line = e.long
	} else {
		e.left -= len(line)
	}
	if e.left < 0 {
		return nil, e.oversized()
	}
	return line, err
}

func (e *eventStream) oversized() error {
	e.x.set(func(x *exchange) { x.oversized = true })
	return errOversized
}

// begin looks whether the body is one object of JSON, whatever its type says: an event stream never begins with a brace.
func (e *eventStream) begin() error {
	const mark = "\uFEFF"
	if head, err := e.in.Peek(len(mark)); err == nil && string(head) == mark {
		e.in.Discard(len(mark))
	}
	for {
		head, err := e.in.Peek(1)
		if err != nil {
			return nil // line meets it again
		}
		if head[0] != ' ' && head[0] != '\t' && head[0] != '\r' && head[0] != '\n' {
			if head[0] != '{' {
				return nil
			}
			break
		}
		e.in.Discard(1)
		if e.left--; e.left < 0 {
			return e.oversized()
		}
	}
	data, err := io.ReadAll(io.LimitReader(e.in, maxPlainBody+1))
	if err != nil {
		return err
	}
	if len(data) > maxPlainBody {
		return e.oversized()
	}
	data = asStream(data)
	e.in, e.left = bufio.NewReader(bytes.NewReader(data)), len(data)
	return nil
}

// drain reads the rest of a stream where that is near and little: a connection that is closed before the end of an answer is lost.
func (e *eventStream) drain() {
	defer time.AfterFunc(drainWithin, func() { e.Close() }).Stop()
	_, _ = io.CopyN(io.Discard, e.in, drainMost)
}

// asStream gives a chat completion as the chunks that a stream of it would have. What is no such object stays one chunk, as it is.
func asStream(data []byte) []byte {
	var whole struct {
		Choices []struct {
			Index        int             `json:"index"`
			Message      json.RawMessage `json:"message"`
			FinishReason string          `json:"finish_reason"`
		} `json:"choices"`
		Usage json.RawMessage `json:"usage"`
	}
	var b bytes.Buffer
	if err := json.Unmarshal(data, &whole); err == nil && len(whole.Choices) > 0 && len(whole.Choices[0].Message) > 0 {
		type choice struct {
			Index        int             `json:"index"`
			Delta        json.RawMessage `json:"delta"`
			FinishReason string          `json:"finish_reason,omitempty"`
		}
		// It came whole, whether it says why it ended or not.
		finish := cmp.Or(whole.Choices[0].FinishReason, "stop")
		chunk := struct {
			Choices []choice        `json:"choices"`
			Usage   json.RawMessage `json:"usage,omitempty"`
		}{[]choice{{0, whole.Choices[0].Message, finish}}, whole.Usage}
		if line, err := json.Marshal(chunk); err == nil {
			b.WriteString("data: ")
			b.Write(line)
			b.WriteString("\n\ndata: [DONE]\n\n")
			return b.Bytes()
		}
	}
	// On one line, or it would not be one event.
	var line bytes.Buffer
	if json.Compact(&line, data) != nil {
		line.Reset()
		line.WriteString("{}")
	}
	b.WriteString("data: ")
	b.Write(line.Bytes())
	b.WriteString("\n\n")
	return b.Bytes()
}
