// Package web serves Breakroom over HTTP: the pages, the JSON API and the
// WebSocket that PROTOCOL.md describes. It decides who may see what, holds
// every limit on what comes in, and knows nothing of how a conversation works.
package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// Trainer is what this room needs of *trainer.Trainer.
type Trainer interface {
	OnDeleted(tell func(id string))
	NewPerson(ctx context.Context) (person, token string, err error)
	PersonByToken(ctx context.Context, token string) (string, error)
	NewToken(ctx context.Context, id string) (string, error)
	ConversationByToken(ctx context.Context, token string) (string, error)

	Begin(ctx context.Context, b trainer.Begin) (trainer.Conversation, error)
	Conversation(ctx context.Context, id string) (trainer.Conversation, error)
	Conversations(ctx context.Context, person string) ([]trainer.Conversation, error)
	Scenario(ctx context.Context, id string) (*scenarios.Scenario, error)
	Say(ctx context.Context, id, clientID, text string) (trainer.Receipt, error)
	Watch(ctx context.Context, id string, after int64, sink trainer.Sink) (stop func(), err error)
	Help(ctx context.Context, id string) (talk.Help, error)
	Pause(ctx context.Context, id string) error
	Extend(ctx context.Context, id string, minutes int) error
	StepOut(ctx context.Context, id string) error
	End(ctx context.Context, id string) error
	Rate(ctx context.Context, id string, r talk.Rated) error
	Agree(ctx context.Context, id, host string) error
	Transcript(ctx context.Context, id string) ([]talk.Turn, error)
	Debrief(ctx context.Context, id, framework string) (debrief.Debrief, error)
	LeaveDebrief(ctx context.Context, id string) error
	Delete(ctx context.Context, id string) error
}

var _ Trainer = (*trainer.Trainer)(nil)

// Options are what a Server is made from. Trainer, Library and Pages are needed.
type Options struct {
	Trainer Trainer
	Library trainer.Library
	Pages   *pages.Pages
	// Now is the clock of the limits; nil means time.Now.
	Now func() time.Time
	// Random is the source of the jitter with which clients are told to come back; nil means crypto/rand.Reader.
	Random io.Reader
	Log    zerolog.Logger

	// PublicURLs are the addresses by which browsers reach the server from elsewhere, "https://practice.example.org":
	// scheme, host and port. One with https says that every connection is encrypted on its way here.
	PublicURLs []string
	// AllowedHosts are further names by which the server may be called, without a port.
	AllowedHosts []string
	// TrustedProxies are the networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
	TrustedProxies []netip.Prefix
	// Loopback is set where the server listens on loopback only.
	Loopback bool
	// Owner names whose computer this is; ModelHost is the host of the model's server, "" where none is used; Contacts
	// are people to turn to. All three are shown on pages.
	Owner     string
	ModelHost string
	Contacts  []pages.Contact
	// ModelHere is set where the model runs on this computer, so that nobody has to agree to anything. Coach gives
	// second opinions by it; nil where no model is used.
	ModelHere bool
	// ModelPlain is set where the way to the model's host is not encrypted.
	ModelPlain bool
	Coach      Coach

	// MaxSockets and MaxSocketsPerPerson bound the open WebSockets; 0 means 16,000 and 16.
	MaxSockets          int
	MaxSocketsPerPerson int

	times times
}

// times are the waits of a socket; zero means the usual.
type times struct{ ping, pong, write, close time.Duration }

func (t times) orUsual() times {
	return times{cmp.Or(t.ping, time.Second), cmp.Or(t.pong, pongWait), cmp.Or(t.write, writeTimeout), cmp.Or(t.close, closeWait)}
}

// Server answers requests. It is an http.Handler; Serve and Shutdown run it on a listener.
type Server struct {
	opts    Options
	handler http.Handler
	mux     *http.ServeMux
	http    *http.Server
	csrf    *http.CrossOriginProtection
	public  []*url.URL

	opinions opinions

	hub      *hub
	sockets  sync.WaitGroup // readers, writers and the pinger
	upgrader websocket.Upgrader
	joins    *rates
	begins   *rates

	// ctx lives until the end of Shutdown: what is begun over a socket is bound to it and not to a request.
	ctx      context.Context
	cancel   context.CancelFunc
	draining chan struct{}
	drain    sync.Once
	patterns []string // all that is routed
}

// Times that PROTOCOL.md names, and those of plain HTTP.
const (
	pongWait     = 60 * time.Second
	writeTimeout = 10 * time.Second
	closeWait    = time.Second
	callTimeout  = 30 * time.Second // one call into the trainer
	headerWait   = 10 * time.Second
	readWait     = 30 * time.Second
	answerWait   = 60 * time.Second
	keepAlive    = 2 * time.Minute
	maxHeader    = 16 << 10 // bytes
)

var errPanic = errors.New("a handler failed")

// New makes a server. The error names a setting that makes no sense.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.MaxSockets == 0 {
		o.MaxSockets = socketsServer
	}
	if o.MaxSocketsPerPerson == 0 {
		o.MaxSocketsPerPerson = socketsPerson
	}
	o.times = o.times.orUsual()
	s := &Server{
		opts:     o,
		csrf:     http.NewCrossOriginProtection(),
		hub:      newHub(o.MaxSockets, o.MaxSocketsPerPerson),
		joins:    newRates(joinsEach, joinsBurst, addressesKnown),
		begins:   newRates(beginsEach, beginsBurst, addressesKnown),
		draining: make(chan struct{}),
	}
	for _, text := range o.PublicURLs {
		u, err := parsePublic(text)
		if err != nil {
			return nil, err
		}
		if err := s.csrf.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, err
		}
		s.public = append(s.public, u)
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	o.Trainer.OnDeleted(s.opinions.forget)
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout:  headerWait,
		ReadBufferSize:    512,
		WriteBufferSize:   1024,
		WriteBufferPool:   &writeBuffers,
		Subprotocols:      []string{subprotocol},
		CheckOrigin:       s.originAllowed,
		EnableCompression: false,
		Error: func(w http.ResponseWriter, r *http.Request, status int, reason error) {
			s.problem(w, r, status, refuse("invalid", "This address takes a WebSocket handshake: %v.", reason))
		},
	}
	s.mux = http.NewServeMux()
	s.routes()
	s.handler = s.guarded(s.mux)
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerWait,
		ReadTimeout:       readWait,
		WriteTimeout:      answerWait,
		IdleTimeout:       keepAlive,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          stdlog.New(quiet{o.Log}, "", 0),
	}
	s.sockets.Add(1)
	go func() {
		defer s.sockets.Done()
		s.hub.ping(s.opts.times.ping, s.ctx.Done())
	}()
	return s, nil
}

// quiet takes what net/http logs. Its messages name the addresses of people, so only that there was one is kept.
type quiet struct{ log zerolog.Logger }

func (q quiet) Write(p []byte) (int, error) {
	q.log.Debug().Int("bytes", len(p)).Msg("a connection ended with an error")
	return len(p), nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Serve answers requests on a listener until Shutdown; it then returns nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// ServeTLS is Serve with a certificate from files.
func (s *Server) ServeTLS(l net.Listener, certFile, keyFile string) error {
	if err := s.http.ServeTLS(l, certFile, keyFile); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown takes nothing new, tells every socket when to come back, waits for
// requests and sockets to end, and closes what is left when ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	s.drain.Do(func() { close(s.draining) })
	s.hub.close()
	for _, socket := range s.hub.all() {
		socket.end(websocket.CloseServiceRestart, byeRestart(s.comeBack()))
	}
	err := s.http.Shutdown(ctx)
	select {
	case <-s.hub.empty:
	case <-ctx.Done():
		for _, socket := range s.hub.all() {
			socket.drop()
		}
	}
	s.cancel()
	s.sockets.Wait()
	if err != nil {
		_ = s.http.Close()
	}
	return err
}

// Sockets counts the open WebSockets.
func (s *Server) Sockets() int { return s.hub.size() }

// comeBack is how long a client should wait: between half a second and five, so that they do not all come at once.
func (s *Server) comeBack() time.Duration {
	const least, spread = 500, 4500
	var b [8]byte
	if _, err := io.ReadFull(s.opts.Random, b[:]); err != nil {
		return (least + spread) * time.Millisecond
	}
	return time.Duration(least+binary.LittleEndian.Uint64(b[:])%spread) * time.Millisecond
}

// pause holds up a sender for a while, or until the server stops.
func (s *Server) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.ctx.Done():
	}
}

// logPanic notes where a handler failed. The value of a panic may hold what somebody typed, so only its type is noted.
func (s *Server) logPanic(p any, where string) {
	s.opts.Log.Error().Type("panic", p).Str("where", where).Str("stack", string(debug.Stack())).Msg("a handler failed")
}
