//go:build linux

package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// BenchmarkBesideRelay holds the same talks with the real program, its journal
// on the disk, and with a bare relay: a WebSocket in, the model's stream out,
// nothing kept, nothing decided. Model, relay and program are processes of
// their own, and the two are measured in turns, one round after the other. It
// is no loop: it measures once, whatever b.N is.
//
//	go test -run '^$' -bench BesideRelay -benchtime 1x ./web
//
// With 100 talks and a model without delay: turns a second, with 64 and with 256 pieces an answer, processor time and
// memory. With 20 talks and a model that needs 200 ms for its first token and 10 ms for each further one: what is added to the
// first token as it could leave, the hold of the guard apart; to the first visible word, hold included; to the last word; and
// to when the answer is over, which is on disk then, but for the relay's. What the model itself takes is measured where it happens and subtracted.
func BenchmarkBesideRelay(b *testing.B) {
	model := startPart(b, "model", "")
	relay := startPart(b, "relay", model.address)
	built = true
	if _, err := buildProgram(); err != nil {
		b.Fatal(err)
	}
	begun := time.Now()
	ours := startProgram(b, filepath.Join(b.TempDir(), "b.db"), []string{
		"BREAKROOM_LOG_LEVEL=info", "BREAKROOM_LLM_URL=http://" + model.address + "/v1", "BREAKROOM_LLM_MODEL=mock", "BREAKROOM_LLM_SLOTS=128", "BREAKROOM_LLM_QUEUE=256",
	})
	if resp, err := http.Get("http://" + ours.address + "/"); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("the first page: %v", err)
	}
	firstPage := time.Since(begun)
	rivals := []*rival{
		{name: "relay", pid: relay.cmd.Process.Pid, open: func() (talker, error) { return openRelayed(relay.address) }},
		{name: "breakroom", pid: ours.cmd.Process.Pid, open: func() (talker, error) { return openTalk(ours.address) }},
	}
	for _, p := range rivals {
		p.idleMB = residentMB(b, p.pid)
	}
	const rounds = 3
	for range rounds {
		for _, pieces := range []int{64, 256} {
			model.set(b, pieces, 0, 0)
			for _, p := range rivals {
				p.rush(b, pieces)
			}
		}
		model.set(b, 64, 200*time.Millisecond, 10*time.Millisecond)
		for _, p := range rivals {
			p.pace(b, model)
		}
	}
	for _, p := range rivals {
		b.Run(p.name, func(b *testing.B) { p.report(b) })
	}
	b.Run("breakroom-start", func(b *testing.B) {
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(firstPage.Seconds()*1000, "ms-to-first-page")
	})
}

// A rival is one of the two that are measured.
type rival struct {
	name string
	pid  int
	open func() (talker, error)

	idleMB, mostMB float64
	turns, turns4  []float64 // a second, of each round: with 64 pieces, with 256
	cpu            []float64 // seconds for 1,000 turns
	paced          []measured
}

// A talker holds one talk.
type talker interface {
	// say says a text and waits for the whole answer; errOver where the talk has come to its end.
	say(text string) (heard, error)
	Close() error
}

var errOver = errors.New("the talk is over")

// heard is an answer as it was heard.
type heard struct {
	said, first, words, last time.Time // words is when the last words came, last when the answer was over
	begins                   int       // bytes of the first words that came
	length                   int       // bytes in all, what was taken back at the end included
	foreign                  bool      // the built-in coworker said it instead of the model
}

// measured is what was added to a turn, in milliseconds.
type measured struct{ token, word, words, whole float64 }

// each holds talks at once for a while, from when all have begun. One that comes to its end is followed by another.
func (p *rival) each(tb testing.TB, talks int, long time.Duration, begun func(), took func(marker string, h heard)) {
	tb.Helper()
	list := make([]talker, talks)
	each(tb, talks, 16, func(i int) (err error) {
		list[i], err = p.open()
		return err
	})
	begun()
	until := time.Now().Add(long)
	each(tb, talks, talks, func(i int) error {
		t := list[i]
		defer func() { t.Close() }()
		for n := i; time.Now().Before(until); n++ {
			marker := nextMarker()
			h, err := t.say(sayings[n%len(sayings)] + " (" + marker + ")")
			switch {
			case err == nil:
				took(marker, h)
				continue
			case !errors.Is(err, errOver):
				return fmt.Errorf("%s: %w", p.name, err)
			}
			next, err := p.open()
			if err != nil {
				return err
			}
			t.Close()
			t = next
		}
		return nil
	})
}

// sayings are what the organizers say, so many that a coworker does not soon have enough.
var sayings = []string{
	"Hey, how has your week been so far?", "That sounds long. Was it the whole crew or just you?", "What was the worst of it?", "So they sprang it on you and went home themselves.",
	"How did you find out about it?", "What did you do then?", "Has it always been like this here?", "I'd have been tired, too. What did it do to the rest of your day?",
	"Who else was there?", "What did they say to it?", "So nobody asked any of you first.", "When did it begin to get like that?",
	"What would a good week look like?", "Who could change it, if they wanted?", "What do you think they would say if a few of you asked?", "What makes you wary of it?",
	"Do the others see it as you do?", "Is there somebody here that people listen to?", "What would have helped you on that night?", "Thanks, I'll think about that. What else is there?",
}

var markers atomic.Int64

func nextMarker() string { return "r" + strconv.FormatInt(100_000+markers.Add(1), 10) }

// rush holds 100 talks with a model that needs no time.
func (p *rival) rush(tb testing.TB, pieces int) {
	const talks, long = 100, 3 * time.Second
	p.each(tb, talks, long/3, func() {}, func(string, heard) {})
	var turns atomic.Int64
	var cpu float64
	var since time.Time
	begun := func() { cpu, since = cpuSeconds(tb, p.pid), time.Now() }
	p.each(tb, talks, long, begun, func(string, heard) { turns.Add(1) })
	took := time.Since(since).Seconds()
	cpu = cpuSeconds(tb, p.pid) - cpu
	p.mostMB = max(p.mostMB, residentMB(tb, p.pid))
	if n := float64(turns.Load()); pieces == 64 {
		p.turns = append(p.turns, n/took)
		p.cpu = append(p.cpu, cpu/n*1000)
	} else {
		p.turns4 = append(p.turns4, n/took)
	}
}

// pace holds 20 talks with a model as it is in life.
func (p *rival) pace(tb testing.TB, model *part) {
	var mu sync.Mutex
	got := map[string]heard{}
	p.each(tb, 20, 5*time.Second, func() {}, func(marker string, h heard) {
		mu.Lock()
		defer mu.Unlock()
		got[marker] = h
	})
	for marker, t := range model.times(tb) {
		h, ok := got[marker]
		if !ok || h.foreign || len(t.Sent) == 0 {
			continue
		}
		// The model's own time, to the token that brought the first words, and to the one with which the answer was over:
		// its last, or the first that the guard did not let through any more.
		released, brought := t.piece(h.begins), t.piece(h.length)
		over := brought
		if h.length < t.bytes(len(t.Sent)) && over+1 < len(t.Sent) {
			over++
		}
		added := func(at time.Time, piece int) float64 {
			return (at.Sub(h.said) - time.Duration(t.Sent[piece]-t.Read)).Seconds() * 1000
		}
		p.paced = append(p.paced, measured{added(h.first, released), added(h.first, 0), added(h.words, brought), added(h.last, over)})
	}
}

func (p *rival) report(b *testing.B) {
	if len(p.paced) == 0 {
		b.Fatal("no paced turn was measured")
	}
	middle := func(list []float64, percent int) float64 {
		list = slices.Clone(list)
		slices.Sort(list)
		return list[len(list)*percent/100]
	}
	pick := func(of func(measured) float64) []float64 {
		var out []float64
		for _, m := range p.paced {
			out = append(out, of(m))
		}
		return out
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(middle(p.turns, 50), "turns/s")
	b.ReportMetric(middle(p.turns4, 50), "turns/s-of-256")
	b.ReportMetric(middle(p.cpu, 50), "cpu-s/1k-turns")
	b.ReportMetric(p.idleMB, "MB-idle")
	b.ReportMetric(p.mostMB, "MB-at-100")
	token, word, whole := pick(func(m measured) float64 { return m.token }), pick(func(m measured) float64 { return m.word }), pick(func(m measured) float64 { return m.whole })
	b.ReportMetric(middle(token, 50), "ms-to-token-p50")
	b.ReportMetric(middle(token, 95), "ms-to-token-p95")
	b.ReportMetric(middle(word, 50), "ms-to-word-p50")
	b.ReportMetric(middle(word, 95), "ms-to-word-p95")
	b.ReportMetric(middle(pick(func(m measured) float64 { return m.words }), 50), "ms-to-last-word-p50")
	b.ReportMetric(middle(whole, 50), "ms-to-end-p50")
}

// cpuSeconds is the processor time that a process has used, its own and the system's for it.
func cpuSeconds(tb testing.TB, pid int) float64 {
	tb.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		tb.Fatal(err)
	}
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err := errors.Join(err1, err2); err != nil {
		tb.Fatal(err)
	}
	const ticks = 100 // a second, on every Linux
	return float64(user+system) / ticks
}

// A talk with the program, by PROTOCOL.md.
type ourTalk struct {
	*websocket.Conn
	n int
}

func openTalk(address string) (talker, error) {
	client := &http.Client{Timeout: wait, Transport: &http.Transport{DisableKeepAlives: true}}
	o, err := newOrganizer(client, address, "warehouse-night-shift")
	if err != nil {
		return nil, err
	}
	ws, err := o.dial(address)
	if err != nil {
		return nil, err
	}
	if _, err := o.until(ws, "ready"); err != nil {
		ws.Close()
		return nil, err
	}
	return &ourTalk{Conn: ws}, nil
}

func (t *ourTalk) say(text string) (h heard, err error) {
	t.n++
	message := fmt.Appendf(nil, `{"type":"say","id":"s%d","text":%q}`, t.n, text)
	h.said = time.Now()
	if err := t.WriteMessage(websocket.TextMessage, message); err != nil {
		return h, err
	}
	_ = t.SetReadDeadline(time.Now().Add(wait))
	shown := 0
	for {
		_, data, err := t.ReadMessage()
		if err != nil {
			return h, err
		}
		at := time.Now()
		var m struct{ Type, Text, By string }
		if err := json.Unmarshal(data, &m); err != nil {
			return h, err
		}
		switch m.Type {
		case "piece":
			if h.first.IsZero() {
				h.first, h.begins = at, len(m.Text)
			}
			h.words = at
			shown += len(m.Text)
			h.length = max(h.length, shown)
		case "again": // half a sentence at the end is taken back
			shown = 0
		case "said":
			h.last = at
			h.foreign = m.By != "mock"
		case "meters":
			return h, nil
		case "left", "ended", "error":
			return h, errOver
		}
	}
}

// A relayed talk sends the whole prompt, of about the size of the program's, and gets each piece as the model's server sent it.
type relayedTalk struct{ *websocket.Conn }

var relayedPrompt = func() string {
	filler := strings.Repeat("They moved my shifts around again and nobody told me why. ", 5)
	var b strings.Builder
	b.WriteString(`{"model":"mock","stream":true,"messages":[`)
	for range 10 {
		fmt.Fprintf(&b, `{"role":"user","content":%q},{"role":"assistant","content":%q},`, filler, filler)
	}
	b.WriteString(`{"role":"user","content":%q}]}`)
	return b.String()
}()

func openRelayed(address string) (talker, error) {
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/ws", nil)
	return &relayedTalk{ws}, err
}

func (t *relayedTalk) say(text string) (h heard, err error) {
	message := fmt.Appendf(nil, relayedPrompt, text)
	h.said = time.Now()
	if err := t.WriteMessage(websocket.TextMessage, message); err != nil {
		return h, err
	}
	for {
		_, data, err := t.ReadMessage()
		if err != nil {
			return h, err
		}
		at := time.Now()
		if string(data) == relayDone {
			h.last = at
			return h, nil
		}
		n := len(contentOf(data))
		if n > 0 {
			h.words = at
		}
		if h.first.IsZero() && n > 0 {
			h.first, h.begins = at, n
		}
		h.length += n
	}
}

// contentOf takes the words out of a chunk as the mock writes it.
func contentOf(chunk []byte) []byte {
	_, rest, _ := bytes.Cut(chunk, []byte(`"content":"`))
	words, _, _ := bytes.Cut(rest, []byte(`"`))
	return words
}

// part is a process of this benchmark.
type part struct {
	cmd     *exec.Cmd
	address string
}

// startPart runs this binary in one of the benchRoles.
func startPart(b *testing.B, role, upstream string) *part {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	p := &part{cmd: exec.Command(self)}
	p.cmd.Env = append(os.Environ(), benchRole+"="+role, "BREAKROOM_BENCH_UPSTREAM="+upstream)
	p.cmd.Stderr = os.Stderr
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	p.address = strings.TrimSpace(line)
	return p
}

// set says how the model answers from now on.
func (p *part) set(tb testing.TB, pieces int, first, next time.Duration) {
	tb.Helper()
	resp, err := http.Post(fmt.Sprintf("http://%s/set?pieces=%d&first=%s&next=%s", p.address, pieces, first, next), "", nil)
	if err != nil {
		tb.Fatal(err)
	}
	resp.Body.Close()
}

// answered says when the model had read a request, and when it sent each piece of the answer, in nanoseconds.
type answered struct {
	Read int64
	Sent []int64
	Ends []int // bytes of the answer up to the end of each piece
}

// bytes is the length of the first pieces.
func (a answered) bytes(pieces int) int { return a.Ends[pieces-1] }

// piece is the piece in which the first n bytes end.
func (a answered) piece(n int) int {
	for i := range a.Sent {
		if a.Ends[i] >= n {
			return i
		}
	}
	return len(a.Sent) - 1
}

// times gives the paced answers since it was asked last, by marker.
func (p *part) times(tb testing.TB) map[string]answered {
	tb.Helper()
	resp, err := http.Get("http://" + p.address + "/times")
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	var out map[string]answered
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func init() {
	benchRoles["model"] = func() { serveRole(newMock()) }
	benchRoles["relay"] = func() { serveRole(http.HandlerFunc(relay)) }
}

func serveRole(h http.Handler) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	fmt.Println(l.Addr())
	fmt.Fprintln(os.Stderr, http.Serve(l, h))
}

const relayDone = "done"

var (
	relayClient   = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024, DisableCompression: true}}
	relayUpgrader = websocket.Upgrader{ReadBufferSize: 1024, WriteBufferSize: 1024, WriteBufferPool: &sync.Pool{}}
)

// relay is the least that can stand between a WebSocket and a model.
func relay(w http.ResponseWriter, r *http.Request) {
	ws, err := relayUpgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for {
		_, message, err := ws.ReadMessage()
		if err != nil {
			return
		}
		resp, err := relayClient.Post("http://"+os.Getenv("BREAKROOM_BENCH_UPSTREAM")+"/v1/chat/completions", "application/json", bytes.NewReader(message))
		if err != nil {
			return
		}
		in := bufio.NewReaderSize(resp.Body, 4096)
		for {
			line, err := in.ReadSlice('\n')
			if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok && data[0] == '{' {
				if ws.WriteMessage(websocket.TextMessage, bytes.TrimSpace(data)) != nil {
					resp.Body.Close()
					return
				}
			}
			if err != nil {
				break
			}
		}
		resp.Body.Close()
		if ws.WriteMessage(websocket.TextMessage, []byte(relayDone)) != nil {
			return
		}
	}
}

// mock is a model's server that takes no time of its own and keeps when it did what.
type mock struct {
	mu          sync.Mutex
	replies     []reply
	first, next time.Duration
	answers     map[string]answered
}

// reply is one of the answers that the mock knows.
type reply struct {
	begins []byte
	frames []string
	ends   []int // bytes of the text up to the end of each frame
}

// mockWords is what the mock says, from different words on each time, so that no answer begins as one before it: the guard would stop that.
// There is no mark within six words of a beginning, so that the whole hold is measured.
var mockWords = strings.Fields(strings.Repeat("it was the week with the trucks again and we were two on the dock and it rained all day then the second one came in late "+
	"and nobody had told us so the belt was down since Monday morning and he said we would manage as we always do and I was home by ten ", 6))

// mockEvery is how many words end in a full stop.
const mockEvery = 12

func newMock() *mock { return &mock{answers: map[string]answered{}} }

func (m *mock) shape(pieces int) {
	m.replies = nil
	for k := range 24 {
		var r reply
		var text []byte
		for i := range pieces {
			word := mockWords[(2*k+i)%len(mockWords)]
			if i%mockEvery == mockEvery-1 {
				word += "."
			}
			if i > 0 {
				word = " " + word
			}
			text = append(text, word...)
			r.ends = append(r.ends, len(text))
			r.frames = append(r.frames, `data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1760000000,"model":"mock","choices":[{"index":0,"delta":{"content":"`+word+`"},"finish_reason":null}]}`+"\n\n")
		}
		r.begins = text[:r.ends[5]]
		r.frames = append(r.frames, `data: {"id":"chatcmpl-mock","object":"chat.completion.chunk","created":1760000000,"model":"mock","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\ndata: [DONE]\n\n")
		m.replies = append(m.replies, r)
	}
}

// pick gives an answer that does not begin like one in the prompt.
func (m *mock) pick(prompt []byte) reply {
	at := rand.IntN(len(m.replies))
	for k := range m.replies {
		if r := m.replies[(at+k)%len(m.replies)]; !bytes.Contains(prompt, r.begins) {
			return r
		}
	}
	return m.replies[at]
}

var markerIn = regexp.MustCompile(`\((r\d+)\)`)

func (m *mock) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	switch req.URL.Path {
	case "/set":
		q := req.URL.Query()
		pieces, _ := strconv.Atoi(q.Get("pieces"))
		m.mu.Lock()
		defer m.mu.Unlock()
		m.first, _ = time.ParseDuration(q.Get("first"))
		m.next, _ = time.ParseDuration(q.Get("next"))
		m.shape(pieces)
		return
	case "/v1/models":
		http.NotFound(w, req) // it keeps no list
		return
	case "/times":
		m.mu.Lock()
		defer m.mu.Unlock()
		_ = json.NewEncoder(w).Encode(m.answers)
		clear(m.answers)
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return
	}
	a := answered{Read: time.Now().UnixNano()}
	m.mu.Lock()
	r := m.pick(body)
	first, next := m.first, m.next
	a.Ends = r.ends
	m.mu.Unlock()
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := w.(http.Flusher)
	if first == 0 {
		for _, f := range r.frames { // each by itself, as a model's server writes it
			_, _ = io.WriteString(w, f)
			flusher.Flush()
		}
		return
	}
	flusher.Flush()
	time.Sleep(first)
	for i, f := range r.frames {
		if i > 0 && i < len(a.Ends) { // the end comes with the last piece
			time.Sleep(next)
		}
		if i < len(a.Ends) {
			a.Sent = append(a.Sent, time.Now().UnixNano())
		}
		if _, err := io.WriteString(w, f); err != nil {
			break
		}
		flusher.Flush()
	}
	if found := markerIn.FindAllSubmatch(body, -1); found != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.answers[string(found[len(found)-1][1])] = a
	}
}
