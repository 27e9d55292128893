package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// fake is a trainer in memory whose answers the test gives.
type fake struct {
	mu      sync.Mutex
	made    int
	people  map[string]string // by token
	tokens  map[string]string // conversation by token
	talks   map[string]*fakeTalk
	fails   map[string]error // what a method returns, by its name
	called  []string
	stopped chan string // a watch that ended, by its conversation
	deleted func(id string)
}

type fakeTalk struct {
	c     trainer.Conversation
	past  []trainer.Notice // what a replay tells, in order
	heard map[string]trainer.Receipt
	part  []string // pieces of the answer that is being given
	asked int      // the turn that is being answered, 0 where none is
	sinks map[int]trainer.Sink
}

func newFake() *fake {
	return &fake{
		people: map[string]string{}, tokens: map[string]string{}, talks: map[string]*fakeTalk{},
		fails: map[string]error{}, stopped: make(chan string, 1000),
	}
}

var _ Trainer = (*fake)(nil)

// call notes a call, and gives the error that the test wants it to return.
func (f *fake) call(name string) error {
	f.called = append(f.called, name)
	if err := f.fails[name]; err != nil {
		if err == errTestPanic {
			panic("canary-panic")
		}
		return err
	}
	return nil
}

var errTestPanic = fmt.Errorf("panic, please")

func (f *fake) fail(name string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails[name] = err
}

func (f *fake) next(prefix string) string {
	f.made++
	return fmt.Sprintf("%s-%d", prefix, f.made)
}

func (f *fake) OnDeleted(tell func(id string)) { f.deleted = tell }

func (f *fake) NewPerson(context.Context) (person, token string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("NewPerson"); err != nil {
		return "", "", err
	}
	person, token = f.next("person"), f.next("token")
	f.people[token] = person
	return person, token, nil
}

func (f *fake) PersonByToken(_ context.Context, token string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("PersonByToken"); err != nil {
		return "", err
	}
	if p, ok := f.people[token]; ok {
		return p, nil
	}
	return "", trainer.Errorf(trainer.CodeNotFound, "nobody")
}

func (f *fake) NewToken(_ context.Context, id string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("NewToken"); err != nil {
		return "", err
	}
	token := f.next("token")
	f.tokens[token] = id
	return token, nil
}

func (f *fake) ConversationByToken(_ context.Context, token string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("ConversationByToken"); err != nil {
		return "", err
	}
	if id, ok := f.tokens[token]; ok {
		return id, nil
	}
	return "", trainer.Errorf(trainer.CodeNotFound, "nothing")
}

func (f *fake) Begin(_ context.Context, b trainer.Begin) (trainer.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Begin"); err != nil {
		return trainer.Conversation{}, err
	}
	t := &fakeTalk{heard: map[string]trainer.Receipt{}, sinks: map[int]trainer.Sink{}}
	t.c = trainer.Conversation{
		ID: f.next("talk"), Person: b.Person, ScenarioID: b.ScenarioID, Kind: talk.Initial,
		ScenarioHash: "abc", Practise: b.Practise, KeepNothing: b.KeepNothing, Begun: time.UnixMilli(1_790_000_000_000), LastSeq: 1,
	}
	t.past = []trainer.Notice{trainer.NoticeBegan{Seq: 1}}
	f.talks[t.c.ID] = t
	return t.c, nil
}

func (f *fake) find(id string) (*fakeTalk, error) {
	t, ok := f.talks[id]
	if !ok {
		return nil, trainer.Errorf(trainer.CodeNotFound, "There is no such conversation.")
	}
	return t, nil
}

func (f *fake) Conversation(_ context.Context, id string) (trainer.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Conversation"); err != nil {
		return trainer.Conversation{}, err
	}
	t, err := f.find(id)
	if err != nil {
		return trainer.Conversation{}, err
	}
	return t.c, nil
}

func (f *fake) Conversations(_ context.Context, person string) ([]trainer.Conversation, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Conversations"); err != nil {
		return nil, err
	}
	var list []trainer.Conversation
	for _, t := range f.talks {
		if t.c.Person == person {
			list = append(list, t.c)
		}
	}
	slices.SortFunc(list, func(a, b trainer.Conversation) int { return strings.Compare(b.ID, a.ID) })
	return list, nil
}

// happen journals a notice and tells it to all who watch.
func (t *fakeTalk) happen(make func(seq int64) trainer.Notice) int64 {
	t.c.LastSeq++
	n := make(t.c.LastSeq)
	t.past = append(t.past, n)
	t.tell(n)
	return t.c.LastSeq
}

func (t *fakeTalk) tell(n trainer.Notice) {
	for _, s := range t.sinks {
		s.Notify(n)
	}
}

func (f *fake) Say(_ context.Context, id, clientID, text string) (trainer.Receipt, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Say"); err != nil {
		return trainer.Receipt{}, err
	}
	t, err := f.find(id)
	if err != nil {
		return trainer.Receipt{}, err
	}
	if r, ok := t.heard[clientID]; ok {
		r.Resent = true
		return r, nil
	}
	if t.c.HasEnded() {
		return trainer.Receipt{}, trainer.Errorf(trainer.CodeEnded, "The talk is over.")
	}
	if t.asked != 0 {
		return trainer.Receipt{}, trainer.Errorf(trainer.CodeBusy, "The coworker is still speaking.")
	}
	t.c.Turns++
	turn := t.c.Turns
	seq := t.happen(func(seq int64) trainer.Notice {
		return trainer.NoticeHeard{Seq: seq, Turn: turn, ClientID: clientID, Text: text}
	})
	t.asked = turn + 1
	r := trainer.Receipt{Seq: seq, Turn: turn}
	t.heard[clientID] = r
	return r, nil
}

// piece is a piece of the answer.
func (f *fake) piece(id, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.talks[id]
	t.part = append(t.part, text)
	t.tell(trainer.NoticePiece{Turn: t.asked, N: len(t.part), Text: text})
}

// said ends the answer.
func (f *fake) said(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.talks[id]
	t.c.Turns++
	turn, n := t.asked, len(t.part)
	t.past = append(t.past, trainer.NoticePiece{Turn: turn, N: n, Text: strings.Join(t.part, "")})
	t.part, t.asked = nil, 0
	t.happen(func(seq int64) trainer.Notice { return trainer.NoticeSaid{Seq: seq, Turn: turn, By: "actor"} })
	t.tell(trainer.NoticeMeters{Turn: turn, Share: 40})
}

// tell tells something that is not journaled.
func (f *fake) tell(id string, n trainer.Notice) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.talks[id].tell(n)
}

func seqOf(n trainer.Notice) int64 {
	switch n := n.(type) {
	case trainer.NoticeBegan:
		return n.Seq
	case trainer.NoticeHeard:
		return n.Seq
	case trainer.NoticeSaid:
		return n.Seq
	case trainer.NoticeEnded:
		return n.Seq
	case trainer.NoticeSteppedOut:
		return n.Seq
	case trainer.NoticeHelp:
		return n.Seq
	case trainer.NoticePaused:
		return n.Seq
	case trainer.NoticeExtended:
		return n.Seq
	case trainer.NoticeRated:
		return n.Seq
	}
	return 0
}

func (f *fake) Watch(_ context.Context, id string, after int64, sink trainer.Sink) (func(), error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Watch"); err != nil {
		return nil, err
	}
	t, err := f.find(id)
	if err != nil {
		return nil, err
	}
	for i, n := range t.past {
		if p, ok := n.(trainer.NoticePiece); ok {
			if seqOf(t.past[i+1]) > after {
				sink.Notify(trainer.NoticeAgain{Turn: p.Turn})
				sink.Notify(p)
			}
		} else if seqOf(n) > after {
			sink.Notify(n)
		}
	}
	if t.asked != 0 && len(t.part) > 0 {
		sink.Notify(trainer.NoticeAgain{Turn: t.asked})
		sink.Notify(trainer.NoticePiece{Turn: t.asked, N: len(t.part), Text: strings.Join(t.part, "")})
	}
	sink.Notify(trainer.NoticeClock{Box: 20 * time.Minute, Left: 15 * time.Minute, Running: true})
	sink.Notify(trainer.NoticeCaughtUp{Seq: t.c.LastSeq})
	f.made++
	key := f.made
	t.sinks[key] = sink
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(t.sinks, key)
		f.stopped <- id
	}, nil
}

// deed does what most methods do: find, note, tell.
func (f *fake) deed(name, id string, make func(seq int64) trainer.Notice) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call(name); err != nil {
		return err
	}
	t, err := f.find(id)
	if err != nil {
		return err
	}
	if (t.c.HasEnded() || t.c.SteppedOut && name != "End" && name != "StepOut") && name != "Rate" {
		return trainer.Errorf(trainer.CodeEnded, "The talk is over.")
	}
	if make != nil {
		t.happen(make)
	}
	switch name {
	case "End":
		t.c.Ended = t.c.Begun.Add(time.Minute)
	case "StepOut":
		t.c.SteppedOut = true // it can be ended or deleted then; ended it is not
	}
	return nil
}

func (f *fake) Help(_ context.Context, id string) (talk.Help, error) {
	h := talk.Help{Step: 1, Text: "Ask something open."}
	return h, f.deed("Help", id, func(seq int64) trainer.Notice { return trainer.NoticeHelp{Seq: seq, Step: h.Step, Text: h.Text} })
}

func (f *fake) Pause(_ context.Context, id string) error {
	return f.deed("Pause", id, func(seq int64) trainer.Notice { return trainer.NoticePaused{Seq: seq} })
}

func (f *fake) Extend(_ context.Context, id string, minutes int) error {
	return f.deed("Extend", id, func(seq int64) trainer.Notice { return trainer.NoticeExtended{Seq: seq, Minutes: minutes} })
}

func (f *fake) StepOut(_ context.Context, id string) error {
	return f.deed("StepOut", id, func(seq int64) trainer.Notice { return trainer.NoticeSteppedOut{Seq: seq} })
}

func (f *fake) End(_ context.Context, id string) error {
	return f.deed("End", id, func(seq int64) trainer.Notice { return trainer.NoticeEnded{Seq: seq, By: "organizer"} })
}

func (f *fake) Rate(_ context.Context, id string, r talk.Rated) error {
	for s, level := range r.Levels {
		if !slices.Contains(talk.Skills, s) || level < 0 || level > 5 {
			return trainer.Errorf(trainer.CodeInvalid, "That is no skill, or no level of it.")
		}
	}
	return f.deed("Rate", id, func(seq int64) trainer.Notice { return trainer.NoticeRated{Seq: seq} })
}

func (f *fake) Agree(_ context.Context, id, host string) error {
	return f.deed("Agree", id, func(seq int64) trainer.Notice { return trainer.NoticeAgreed{Seq: seq, Host: host} })
}

func (f *fake) Transcript(_ context.Context, id string) ([]talk.Turn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Transcript"); err != nil {
		return nil, err
	}
	t, err := f.find(id)
	if err != nil {
		return nil, err
	}
	var turns []talk.Turn
	for _, n := range t.past {
		switch n := n.(type) {
		case trainer.NoticeHeard:
			turns = append(turns, talk.Turn{N: n.Turn, Speaker: talk.Organizer, Text: n.Text})
		case trainer.NoticePiece:
			turns = append(turns, talk.Turn{N: n.Turn, Speaker: talk.Coworker, Text: n.Text})
		}
	}
	return turns, nil
}

func (f *fake) Scenario(_ context.Context, id string) (*scenarios.Scenario, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Scenario"); err != nil {
		return nil, err
	}
	if _, err := f.find(id); err != nil {
		return nil, err
	}
	return someScenario(), nil
}

func (f *fake) Debrief(_ context.Context, id, framework string) (debrief.Debrief, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Debrief"); err != nil {
		return debrief.Debrief{}, err
	}
	t, err := f.find(id)
	if err != nil {
		return debrief.Debrief{}, err
	}
	if !t.c.HasEnded() && !t.c.SteppedOut {
		return debrief.Debrief{}, trainer.Errorf(trainer.CodeNotEnded, "The notes come after the end.")
	}
	f.called = append(f.called, "Debrief through "+framework)
	return debrief.Debrief{Name: "Alex", Kind: t.c.Kind, Framework: debrief.FrameworkName{Name: framework, Title: framework}}, nil
}

func (f *fake) LeaveDebrief(_ context.Context, id string) error {
	if err := f.deed("LeaveDebrief", id, nil); err != nil && trainer.ErrorCode(err) != trainer.CodeEnded {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.talks[id]; t.c.KeepNothing {
		t.tell(trainer.NoticeDeleted{})
		delete(f.talks, id)
		f.deleted(id)
	}
	return nil
}

func (f *fake) Delete(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.call("Delete"); err != nil {
		return err
	}
	t, err := f.find(id)
	if err != nil {
		return err
	}
	t.tell(trainer.NoticeDeleted{})
	delete(f.talks, id)
	f.deleted(id)
	return nil
}

// shelf is a library of one scenario.
type shelf []*scenarios.Scenario

func (l shelf) Heads() (out []scenarios.Head) {
	for _, s := range l {
		out = append(out, s.Head())
	}
	return out
}

func (l shelf) Scenario(id string) (*scenarios.Scenario, bool) {
	for _, s := range l {
		if s.ID == id {
			return s, true
		}
	}
	return nil, false
}

func someScenario() *scenarios.Scenario {
	s := &scenarios.Scenario{ID: "someone", Hash: "abc"}
	s.About = scenarios.About{
		Title: "Lunch with Alex", Summary: "A quiet talk.", Sector: "warehouse", Country: "anywhere", Setting: "The canteen.", Kind: talk.Initial,
		Difficulty: 1, Language: "en", Told: "You know Alex a little.", Goal: "Find out what matters.", Minutes: 20, Framework: "aeiou",
	}
	s.Coworker.Name, s.Coworker.Job = "Alex", "picker"
	s.Grievances = []scenarios.Grievance{{Name: "rota", Told: []string{"canary-hidden"}}}
	return s
}

var loadPages = sync.OnceValues(func() (*pages.Pages, error) { return pages.New("en") })

// site is a server under test with one client.
type site struct {
	t    *testing.T
	f    *fake
	s    *Server
	addr string // host:port
	log  *lines
	http *http.Client
}

// lines is a log that can be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// receive waits for a value, within bounds.
func receive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(wait):
		t.Fatalf("waited too long for %s", what)
		panic("not reached")
	}
}

// wait bounds every wait of a test; none should come near.
const wait = 20 * time.Second

// start serves on loopback, and sees at the end that no goroutine was left.
func start(t *testing.T, change ...func(*Options)) *site {
	t.Helper()
	before := goleak.IgnoreCurrent()
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	st := &site{t: t, f: newFake(), log: &lines{}}
	o := Options{
		Trainer: st.f, Library: shelf{someScenario()}, Pages: p, Log: zerolog.New(st.log), Loopback: true,
		times: times{close: 200 * time.Millisecond},
	}
	for _, c := range change {
		c(&o)
	}
	if st.s, err = New(o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	st.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- st.s.Serve(l) }()
	transport := &http.Transport{}
	st.http = &http.Client{Transport: transport, Timeout: wait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		transport.CloseIdleConnections()
		_ = st.s.Shutdown(ctx)
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
		transport.CloseIdleConnections()
		goleak.VerifyNone(t, before)
	})
	return st
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

// code is the error code of a JSON answer, "" where it is none.
func (a answer) code() string {
	var e struct {
		Error struct{ Code, Message string }
	}
	_ = json.Unmarshal([]byte(a.body), &e)
	return e.Error.Code
}

// send sends a request; headers are "Name: value", and "Host: …" sets the host.
func (st *site) send(method, path, body string, headers ...string) answer {
	st.t.Helper()
	req, err := http.NewRequest(method, "http://"+st.addr+path, strings.NewReader(body))
	if err != nil {
		st.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			req.Host = value
		} else {
			req.Header.Add(name, value)
		}
	}
	if body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := st.http.Do(req)
	if err != nil {
		st.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(data)}
}

// post sends a form as a browser does.
func (st *site) post(path string, fields url.Values, headers ...string) answer {
	st.t.Helper()
	return st.send("POST", path, fields.Encode(), append([]string{"Content-Type: application/x-www-form-urlencoded", "Origin: http://" + st.addr}, headers...)...)
}

// begin begins a conversation as a program.
func (st *site) begin() (id, token string) {
	st.t.Helper()
	a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`)
	if a.status != http.StatusCreated {
		st.t.Fatalf("beginning: %d %s", a.status, a.body)
	}
	var c struct{ ID, Token string }
	if err := json.Unmarshal([]byte(a.body), &c); err != nil {
		st.t.Fatal(err)
	}
	return c.ID, c.Token
}

// beginInBrowser begins a conversation by the form and gives the cookie.
func (st *site) beginInBrowser(fields url.Values) (id, cookie string) {
	st.t.Helper()
	address, _ := pages.Path("scenario", "someone")
	a := st.post(address, fields)
	if a.status != http.StatusSeeOther {
		st.t.Fatalf("beginning: %d %s", a.status, a.body)
	}
	set := (&http.Response{Header: a.header}).Cookies()
	if len(set) != 1 {
		st.t.Fatalf("beginning set %d cookies", len(set))
	}
	return strings.TrimPrefix(a.header.Get("Location"), "/t/"), "Cookie: " + set[0].Name + "=" + set[0].Value
}

// client is a client's end of a socket.
type client struct {
	t  *testing.T
	ws *websocket.Conn
}

// try opens a socket and gives the answer's status.
func (st *site) try(path string, headers ...string) (*websocket.Conn, int) {
	st.t.Helper()
	h := http.Header{}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	// The dialer takes the Host from this header.
	d := websocket.Dialer{HandshakeTimeout: wait}
	ws, resp, err := d.Dial("ws://"+st.addr+path, h)
	if err != nil {
		if resp == nil {
			st.t.Fatal(err)
		}
		return nil, resp.StatusCode
	}
	st.t.Cleanup(func() { ws.Close() })
	return ws, resp.StatusCode
}

// open opens a socket with a token.
func (st *site) open(id, token string, after int64) *client {
	st.t.Helper()
	ws, status := st.try(fmt.Sprintf("/api/conversations/%s/socket?after=%d", id, after), "Authorization: Bearer "+token)
	if ws == nil {
		st.t.Fatalf("the handshake was answered with %d", status)
	}
	return &client{st.t, ws}
}

// message is a message from the server.
type message map[string]any

func (m message) kind() string { s, _ := m["type"].(string); return s }
func (m message) code() string { s, _ := m["code"].(string); return s }
func (m message) seq() int64   { n, _ := m["seq"].(float64); return int64(n) }

func (c *client) send(format string, args ...any) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatal(err)
	}
}

// read reads one message.
func (c *client) read() message {
	c.t.Helper()
	_ = c.ws.SetReadDeadline(time.Now().Add(wait))
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		c.t.Fatalf("reading: %v", err)
	}
	var m message
	if err := json.Unmarshal(data, &m); err != nil {
		c.t.Fatalf("%q is not JSON: %v", data, err)
	}
	return m
}

// expect reads messages of these types, in this order and no other.
func (c *client) expect(kinds ...string) (last message) {
	c.t.Helper()
	for _, kind := range kinds {
		if last = c.read(); last.kind() != kind {
			c.t.Fatalf("expected %q of %v, got %v", kind, kinds, last)
		}
	}
	return last
}

// ready reads what every socket begins with.
func (c *client) ready() *client {
	c.t.Helper()
	c.expect("hello", "clock", "ready")
	return c
}

// closed reads until the socket closes and gives the code and what came before.
func (c *client) closed() (code int, before []message) {
	c.t.Helper()
	for {
		_ = c.ws.SetReadDeadline(time.Now().Add(wait))
		_, data, err := c.ws.ReadMessage()
		if err != nil {
			var e *websocket.CloseError
			if ce, ok := err.(*websocket.CloseError); ok {
				e = ce
			} else {
				c.t.Fatalf("the connection ended without a close frame: %v", err)
			}
			return e.Code, before
		}
		var m message
		if err := json.Unmarshal(data, &m); err != nil {
			c.t.Fatal(err)
		}
		before = append(before, m)
	}
}

// encoded is a message as it goes over the wire.
func encoded(t *testing.T, m any) string {
	t.Helper()
	var buf bytes.Buffer
	if err := encode(&buf, m); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// cancelled is a context that ends when the test says so.
type cancelled struct {
	context.Context
	done chan struct{}
}

func (c *cancelled) Done() <-chan struct{} { return c.done }

func (c *cancelled) Err() error {
	select {
	case <-c.done:
		return context.Canceled
	default:
		return nil
	}
}
