//go:build unix

package web

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// This file runs the real program and speaks with it as any client would,
// knowing of it only what PROTOCOL.md says.

// buildProgram builds the program once for all tests of this package.
var buildProgram = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "breakroom-web-test")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "breakroom")
	build := exec.Command("go", "build", "-o", name, "breakroom/cmd/breakroom")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as cmd/dist has it
	out, err := build.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return name, nil
})

func TestMain(m *testing.M) {
	if role := benchRoles[os.Getenv(benchRole)]; role != nil {
		role()
		return
	}
	code := m.Run()
	if name, err := buildProgram(); err == nil && built {
		os.RemoveAll(filepath.Dir(name))
	}
	os.Exit(code)
}

// benchRole names the variable that has this binary play a part in a benchmark instead, in a process of its own.
const benchRole = "BREAKROOM_BENCH_ROLE"

// benchRoles are those parts.
var benchRoles = map[string]func(){}

// built says whether a test asked for the program, so that TestMain builds none to throw it away.
var built bool

// program is a running program.
type program struct {
	cmd     *exec.Cmd
	address string // host:port
	stderr  *lines
	ended   chan struct{}
}

var announced = regexp.MustCompile(`Breakroom is at http://([^/\s]+)/`)

// startProgram starts the program on a free port of loopback, under the tracer's command line where there is one.
func startProgram(tb testing.TB, database string, env []string, tracer ...string) *program {
	tb.Helper()
	built = true
	name, err := buildProgram()
	if err != nil {
		tb.Fatal(err)
	}
	args := append(tracer, name, "serve", "--listen", "127.0.0.1:0", "--database", database)
	p := &program{cmd: exec.Command(args[0], args[1:]...), stderr: &lines{}, ended: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), "BREAKROOM_LOG_LEVEL=debug"), env...)
	p.cmd.Stderr = p.stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.kill)
	found := make(chan string, 1)
	go func() {
		defer close(p.ended)
		scan := bufio.NewScanner(stdout)
		for scan.Scan() {
			if m := announced.FindStringSubmatch(scan.Text()); m != nil {
				found <- m[1]
			}
		}
		_ = p.cmd.Wait()
		close(found)
	}()
	select {
	case p.address = <-found:
	case <-time.After(wait):
	}
	if p.address == "" {
		tb.Fatalf("the program did not say where it is:\n%s", p.stderr)
	}
	return p
}

// kill ends the program and whoever traces it without a chance to tidy up.
func (p *program) kill() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.ended
}

// stop ends the program as Ctrl-C does.
func (p *program) stop(tb testing.TB) {
	tb.Helper()
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(wait):
		tb.Errorf("the program did not stop:\n%s", p.stderr)
	}
}

// organizer is a client of the program that keeps what PROTOCOL.md tells a client to keep.
type organizer struct {
	id, token string
	seq       int64            // the greatest seen
	sent      []string         // every say's text, by the order of its id
	acked     map[int]int64    // the sequence number of each say that was acknowledged
	heard     map[int]string   // what was said by turn, as this client was told
	parts     map[int][]string // pieces of answers that are not complete
	over      bool
	again     int // answers that were begun again
}

func newOrganizer(http *http.Client, address, scenario string) (*organizer, error) {
	body := fmt.Sprintf(`{"scenario":%q,"seed":7}`, scenario)
	resp, err := http.Post("http://"+address+"/api/conversations", "application/json", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var c struct{ ID, Token string }
	if err := json.Unmarshal(data, &c); err != nil || c.Token == "" {
		return nil, fmt.Errorf("beginning a conversation: %s: %s", resp.Status, data)
	}
	return &organizer{id: c.ID, token: c.Token, acked: map[int]int64{}, heard: map[int]string{}, parts: map[int][]string{}}, nil
}

// dial joins the conversation where this client stopped.
func (o *organizer) dial(address string) (*websocket.Conn, error) {
	d := websocket.Dialer{HandshakeTimeout: wait}
	ws, _, err := d.Dial(fmt.Sprintf("ws://%s%s?after=%d", address, socketPath(o.id), o.seq), http.Header{"Authorization": {"Bearer " + o.token}})
	return ws, err
}

// connection is what an organizer needs of a WebSocket.
type connection interface {
	ReadMessage() (kind int, data []byte, err error)
	WriteMessage(kind int, data []byte) error
	SetReadDeadline(time.Time) error
}

var errUnexpected = errors.New("not as PROTOCOL.md has it")

// take takes in one message and gives its type.
func (o *organizer) take(ws connection) (kind string, err error) {
	_ = ws.SetReadDeadline(time.Now().Add(wait))
	_, data, err := ws.ReadMessage()
	if err != nil {
		return "", err
	}
	var m struct {
		Type, ID, Text, Code, Message string
		Seq                           int64
		Turn, N                       int
		Reset                         bool
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return "", fmt.Errorf("%w: %q: %v", errUnexpected, data, err)
	}
	if m.Type != "hello" && m.Type != "ready" && m.Seq > 0 {
		if m.Type != "ack" && m.Seq <= o.seq {
			return "", fmt.Errorf("%w: %s came again after %d", errUnexpected, data, o.seq)
		}
		o.seq = max(o.seq, m.Seq)
	}
	switch m.Type {
	case "hello":
		if m.Reset {
			return "", fmt.Errorf("%w: the server has less than this client saw: %s", errUnexpected, data)
		}
	case "ack", "heard":
		var n int
		if _, err := fmt.Sscanf(m.ID, "s%d", &n); err != nil || n >= len(o.sent) {
			return "", fmt.Errorf("%w: %s is about nothing that was sent", errUnexpected, data)
		}
		if seq, ok := o.acked[n]; ok && seq != m.Seq {
			return "", fmt.Errorf("%w: words %d stand at %d and at %d", errUnexpected, n, seq, m.Seq)
		}
		if m.Type == "heard" && m.Text != o.sent[n] {
			return "", fmt.Errorf("%w: words %d came back as others", errUnexpected, n)
		}
		o.acked[n] = m.Seq
		o.heard[m.Turn] = o.sent[n]
	case "again":
		if len(o.parts[m.Turn]) > 0 {
			o.again++
		}
		delete(o.parts, m.Turn)
	case "piece":
		o.parts[m.Turn] = append(o.parts[m.Turn], m.Text)
	case "said":
		if _, twice := o.heard[m.Turn]; twice {
			return "", fmt.Errorf("%w: turn %d was said twice", errUnexpected, m.Turn)
		}
		o.heard[m.Turn] = strings.Join(o.parts[m.Turn], "")
		delete(o.parts, m.Turn)
	case "ended":
		o.over = true
	case "error":
		if m.Code == "ended" && o.over {
			// The coworker left while these words were on their way: they were not heard.
			o.sent = o.sent[:len(o.sent)-1]
			return m.Type, nil
		}
		return m.Type, fmt.Errorf("%w: error %q about %q: %s", errUnexpected, m.Code, m.ID, m.Message)
	}
	return m.Type, nil
}

// until takes in messages until one of a type.
func (o *organizer) until(ws connection, kinds ...string) (string, error) {
	for {
		got, err := o.take(ws)
		if err != nil {
			return "", err
		}
		for _, k := range kinds {
			if got == k {
				return got, nil
			}
		}
	}
}

// openers are things that an organizer may say for long without being sent away.
var openers = []string{
	"How has your week been?", "What happened then?", "How long has that been going on?", "So you were left alone with it.",
	"What is that like for you?", "Who else noticed?", "What would make it better?", "Tell me more about that.",
}

// say sends the next words, or again those that were not acknowledged, and waits for the whole answer.
func (o *organizer) say(ws connection, onAck func()) error {
	n := len(o.sent)
	if n > 0 {
		if _, ok := o.acked[n-1]; !ok {
			n--
		}
	}
	if n == len(o.sent) {
		o.sent = append(o.sent, fmt.Sprintf("%s (words %d of %s)", openers[n%len(openers)], n, o.id))
	}
	text, _ := json.Marshal(o.sent[n])
	if err := ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"type":"say","id":"s%d","text":%s}`, n, text)); err != nil {
		return err
	}
	if got, err := o.until(ws, "ack", "error"); err != nil || got == "error" {
		return err
	}
	if onAck != nil {
		onAck()
	}
	_, err := o.until(ws, "said", "ended")
	return err
}

// turnsOf asks for the transcript.
func (o *organizer) turnsOf(http_ *http.Client, address string) ([]struct {
	N             int
	Speaker, Text string
}, error) {
	req, err := http.NewRequest("GET", "http://"+address+"/api/conversations/"+o.id+"/transcript", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+o.token)
	resp, err := http_.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var t struct {
		Turns []struct {
			N             int
			Speaker, Text string
		}
	}
	return t.Turns, json.NewDecoder(resp.Body).Decode(&t)
}

// check holds the transcript against what this client was told: every
// acknowledged turn once, in order, nothing doubled, every answer as it came in pieces.
func (o *organizer) check(http *http.Client, address string) error {
	turns, err := o.turnsOf(http, address)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for i, t := range turns {
		if t.N != i+1 {
			return fmt.Errorf("turn %d has number %d", i+1, t.N)
		}
		if told, ok := o.heard[t.N]; ok && told != t.Text {
			return fmt.Errorf("turn %d stands as %q and was told as %q", t.N, t.Text, told)
		}
		if t.Speaker == "organizer" {
			count[t.Text]++
		}
	}
	for n, text := range o.sent {
		_, acked := o.acked[n]
		if acked && count[text] != 1 || count[text] > 1 {
			return fmt.Errorf("words %d (acknowledged: %v) stand %d times in the transcript", n, acked, count[text])
		}
	}
	for i, t := range turns {
		if i > 0 && t.Speaker == turns[i-1].Speaker {
			return fmt.Errorf("turns %d and %d are both the %s's", t.N-1, t.N, t.Speaker)
		}
	}
	return nil
}

// scenarioIDs lists what the program has to offer.
func scenarioIDs(http *http.Client, address string) ([]string, error) {
	resp, err := http.Get("http://" + address + "/api/scenarios")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var list struct{ Scenarios []struct{ ID string } }
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		return nil, err
	}
	var ids []string
	for _, s := range list.Scenarios {
		ids = append(ids, s.ID)
	}
	if len(ids) == 0 {
		return nil, errors.New("the program has no scenarios")
	}
	return ids, nil
}

// tail gives the end of a long text.
func tail(s fmt.Stringer) string {
	text := []byte(s.String())
	if len(text) > 4000 {
		text = text[len(text)-4000:]
	}
	return string(bytes.ToValidUTF8(text, nil))
}
