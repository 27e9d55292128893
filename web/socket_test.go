package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"pgregory.net/rapid"

	"breakroom/trainer"
	"breakroom/trainer/talk"
)

func TestATurn(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0)
	hello := c.expect("hello")
	if hello["protocol"] != float64(Protocol) || hello["id"] != id || hello["state"] != "open" || hello.seq() != 1 {
		t.Errorf("hello is %v", hello)
	}
	c.expect("clock", "ready")

	c.send(`{"type":"say","id":"a1","text":"Hey, how was your week?"}`)
	ack := c.expect("ack")
	if ack["id"] != "a1" || ack.seq() != 2 || ack["turn"] != 1.0 || ack["resent"] != nil {
		t.Errorf("ack is %v", ack)
	}
	st.f.piece(id, "Long. ")
	if p := c.expect("piece"); p["text"] != "Long. " || p["turn"] != 2.0 || p["n"] != 1.0 {
		t.Errorf("piece is %v", p)
	}
	st.f.piece(id, "Why?")
	c.expect("piece")
	st.f.said(id)
	if said := c.expect("said"); said.seq() != 3 || said["by"] != "actor" {
		t.Errorf("said is %v", said)
	}
	if m := c.expect("meters"); m["talk_share"] != 40.0 {
		t.Errorf("meters are %v", m)
	}
}

func TestSilenceIsATurn(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	c.send(`{"type":"say","id":"a1","text":""}`)
	if ack := c.expect("ack"); ack["turn"] != 1.0 {
		t.Errorf("ack is %v", ack)
	}
}

func TestResendIsNotASecondTurn(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	c.send(`{"type":"say","id":"a1","text":"Hey"}`)
	first := c.expect("ack")
	c.send(`{"type":"say","id":"a1","text":"Hey"}`)
	second := c.expect("ack")
	if second.seq() != first.seq() || second["turn"] != first["turn"] || second["resent"] != true {
		t.Errorf("acknowledged as %v, resent as %v", first, second)
	}
	// On another connection, too: this is what a client does after a break.
	d := st.open(id, token, first.seq())
	d.expect("hello", "clock", "ready")
	d.send(`{"type":"say","id":"a1","text":"Hey"}`)
	if ack := d.expect("ack"); ack.seq() != first.seq() || ack["resent"] != true {
		t.Errorf("resent as %v", ack)
	}
}

func TestSecondTab(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	a, b := st.open(id, token, 0).ready(), st.open(id, token, 0).ready()
	a.send(`{"type":"say","id":"a1","text":"Hey"}`)
	a.expect("ack")
	if heard := b.expect("heard"); heard["text"] != "Hey" || heard["id"] != "a1" || heard.seq() != 2 {
		t.Errorf("the other tab got %v", heard)
	}
	st.f.piece(id, "Hm.")
	a.expect("piece")
	b.expect("piece")
	b.send(`{"type":"say","id":"b1","text":"Go on"}`)
	if e := b.expect("error"); e.code() != "busy" || e["about"] != "b1" {
		t.Errorf("the other tab got %v", e)
	}
	st.f.said(id)
	a.expect("said", "meters")
	b.expect("said", "meters")
	b.send(`{"type":"say","id":"b1","text":"Go on"}`)
	b.expect("ack")
	a.expect("heard")
}

func TestResume(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	for i := range 3 {
		c.send(`{"type":"say","id":"a%d","text":"Words %d"}`, i, i)
		c.expect("ack")
		st.f.piece(id, fmt.Sprintf("Answer %d", i))
		c.expect("piece")
		st.f.said(id)
		c.expect("said", "meters")
	}
	// Events: 1 began, 2 heard, 3 said, 4 heard, 5 said, 6 heard, 7 said.
	all := []string{"heard", "again", "piece", "said", "heard", "again", "piece", "said", "heard", "again", "piece", "said"}
	for after, from := range map[int64]int{0: 0, 1: 0, 2: 1, 3: 4, 4: 5, 5: 8, 6: 9, 7: 12} {
		t.Run(fmt.Sprint("after ", after), func(t *testing.T) {
			c := st.open(id, token, after)
			if hello := c.expect("hello"); hello["after"] != float64(after) || hello.seq() != 7 || hello["reset"] != nil {
				t.Errorf("hello is %v", hello)
			}
			c.expect(all[from:]...)
			c.expect("clock", "ready")
		})
	}
	t.Run("after what never was", func(t *testing.T) {
		c := st.open(id, token, 99)
		if hello := c.expect("hello"); hello["after"] != 0.0 || hello["reset"] != true {
			t.Errorf("hello is %v", hello)
		}
		c.expect(all...)
		c.expect("clock", "ready")
	})
	t.Run("in the middle of an answer", func(t *testing.T) {
		c := st.open(id, token, 7).ready()
		c.send(`{"type":"say","id":"a9","text":"And then?"}`)
		seq := c.expect("ack").seq()
		st.f.piece(id, "Well, ")
		c.expect("piece")
		d := st.open(id, token, seq)
		d.expect("hello", "again")
		if p := d.expect("piece"); p["text"] != "Well, " {
			t.Errorf("the piece is %v", p)
		}
		d.expect("clock", "ready")
		st.f.piece(id, "nothing.")
		if p := d.expect("piece"); p["text"] != "nothing." {
			t.Errorf("the piece is %v", p)
		}
	})
}

func TestMessagesThatAreRefused(t *testing.T) {
	cases := []struct {
		name, frame, code, about string
	}{
		{"not JSON", `hello`, "not-json", ""},
		{"cut off", `{"type":"say","id":"a1"`, "not-json", ""},
		{"empty", ``, "not-json", ""},
		{"two values", `{"type":"ping"} {"type":"ping"}`, "not-json", ""},
		{"a list", `[{"type":"say"}]`, "not-json", ""},
		{"a string", `"say"`, "not-json", ""},
		{"null", `null`, "missing-field", ""},
		{"no type", `{"id":"a1","text":"Hey"}`, "missing-field", "a1"},
		{"a type that is none", `{"type":"shout","id":"a1","text":"Hey"}`, "unknown-type", "a1"},
		{"a type of the server's", `{"type":"ack","id":"a1"}`, "unknown-type", "a1"},
		{"say without id", `{"type":"say","text":"Hey"}`, "missing-field", ""},
		{"say without text", `{"type":"say","id":"a1"}`, "missing-field", "a1"},
		{"say with null", `{"type":"say","id":"a1","text":null}`, "missing-field", "a1"},
		{"text that is a number", `{"id":"a1","type":"say","text":7}`, "wrong-type", "a1"},
		{"type that is a list", `{"id":"a1","type":["say"]}`, "wrong-type", "a1"},
		{"id that is a number", `{"type":"say","id":7,"text":"Hey"}`, "wrong-type", ""},
		{"empty id", `{"type":"say","id":"","text":"Hey"}`, "invalid", ""},
		{"id with a space", `{"type":"say","id":"a 1","text":"Hey"}`, "invalid", ""},
		{"id beyond ASCII", `{"type":"say","id":"ä","text":"Hey"}`, "invalid", ""},
		{"id too long", `{"type":"say","id":"` + strings.Repeat("a", trainer.MaxClientID+1) + `","text":"Hey"}`, "invalid", ""},
		{"extend without minutes", `{"type":"extend","id":"a1"}`, "missing-field", "a1"},
		{"agree without host", `{"type":"agree","id":"a1"}`, "missing-field", "a1"},
		{"a host that is not used here", `{"type":"agree","id":"a1","host":"elsewhere.example"}`, "invalid", "a1"},
		{"half a minute", `{"type":"extend","id":"a1","minutes":0.5}`, "wrong-type", "a1"},
		{"minutes in words", `{"type":"extend","id":"a1","minutes":"five"}`, "wrong-type", "a1"},
		{"a level in words", `{"type":"rate","id":"a1","levels":{"ask":"good"}}`, "wrong-type", "a1"},
		{"levels as a list", `{"type":"rate","id":"a1","levels":[1,2]}`, "wrong-type", "a1"},
		{"a level of what is no skill", `{"type":"rate","id":"a1","levels":{"charm":3}}`, "invalid", "a1"},
	}
	st := start(t)
	id, token := st.begin()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := st.open(id, token, 0).ready()
			c.t = t
			if err := c.ws.WriteMessage(websocket.TextMessage, []byte(tc.frame)); err != nil {
				t.Fatal(err)
			}
			e := c.expect("error")
			about, _ := e["about"].(string)
			if e.code() != tc.code || about != tc.about || e["message"] == "" {
				t.Errorf("got %v, want code %q about %q", e, tc.code, tc.about)
			}
			c.send(`{"type":"ping","id":"alive"}`)
			if p := c.expect("pong"); p["id"] != "alive" {
				t.Errorf("the pong is %v", p)
			}
			c.ws.Close()
		})
	}
	t.Run("binary", func(t *testing.T) {
		c := st.open(id, token, 0).ready()
		if err := c.ws.WriteMessage(websocket.BinaryMessage, []byte(`{"type":"ping"}`)); err != nil {
			t.Fatal(err)
		}
		if e := c.expect("error"); e.code() != "binary" {
			t.Errorf("got %v", e)
		}
		c.send(`{"type":"ping"}`)
		c.expect("pong")
	})
	t.Run("unknown fields are let through", func(t *testing.T) {
		c := st.open(id, token, 0).ready()
		c.send(`{"type":"ping","id":"x","colour":"red"}`)
		c.expect("pong")
	})
	if st.f.talks[id].c.LastSeq != 1 {
		t.Errorf("something of it was journaled: %v", st.f.talks[id].past)
	}
}

func TestFramesThatCloseTheSocket(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	cases := []struct {
		name  string
		frame []byte
		code  int
	}{
		{"not UTF-8", []byte("{\"type\":\"say\",\"id\":\"a1\",\"text\":\"\xff\xfe\"}"), websocket.CloseInvalidFramePayloadData},
		{"half a character", []byte("{\"type\":\"say\",\"id\":\"a1\",\"text\":\"\xc3\"}"), websocket.CloseInvalidFramePayloadData},
		{"too long", []byte(`{"type":"say","id":"a1","text":"` + strings.Repeat("a", maxFrame) + `"}`), websocket.CloseMessageTooBig},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := st.open(id, token, 0).ready()
			if err := c.ws.WriteMessage(websocket.TextMessage, tc.frame); err != nil {
				t.Fatal(err)
			}
			if code, before := c.closed(); code != tc.code || len(before) > 0 {
				t.Errorf("closed with %d after %v, want %d", code, before, tc.code)
			}
		})
	}
	t.Run("as long as it may be", func(t *testing.T) {
		frame := `{"type":"ping","x":"` + strings.Repeat("a", maxFrame-len(`{"type":"ping","x":""}`)) + `"}`
		c := st.open(id, token, 0).ready()
		c.send("%s", frame)
		c.expect("pong")
	})
	if n := st.f.talks[id].c.LastSeq; n != 1 {
		t.Errorf("something of it was journaled: the last event is %d", n)
	}
}

func TestCompressionIsOff(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	d := websocket.Dialer{EnableCompression: true, HandshakeTimeout: wait}
	ws, resp, err := d.Dial("ws://"+st.addr+socketPath(id), http.Header{"Authorization": {"Bearer " + token}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if got := resp.Header.Get("Sec-Websocket-Extensions"); got != "" {
		t.Errorf("the server agreed to %q", got)
	}
	(&client{t, ws}).ready()
}

// TestErrorsOfTheTrainer holds what each error becomes on both ways in.
func TestErrorsOfTheTrainer(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	for _, code := range trainer.Codes {
		st.f.fail("Say", trainer.Errorf(code, "What happened."))
		want, message := string(code), "What happened."
		if code == trainer.CodeNotYours || code == trainer.CodeNotFound {
			want, message = "not-found", errNotFound.message
		}
		c.send(`{"type":"say","id":"a1","text":"Hey"}`)
		if e := c.expect("error"); e.code() != want || e["about"] != "a1" || e["message"] != message {
			t.Errorf("%s over the socket: %v", code, e)
		}
		a := st.send("POST", "/api/conversations/"+id+"/say", `{"id":"a1","text":"Hey"}`, "Authorization: Bearer "+token)
		if a.code() != want || a.status != statusOf[want] || a.status < 400 {
			t.Errorf("%s over HTTP: %d %s", code, a.status, a.body)
		}
	}
	st.f.fail("Say", errors.New("secret internals"))
	c.send(`{"type":"say","id":"a2","text":"Hey"}`)
	if e := c.expect("error"); e.code() != "internal" || strings.Contains(fmt.Sprint(e), "secret") {
		t.Errorf("a foreign error over the socket: %v", e)
	}
	st.f.fail("Say", nil)
	c.send(`{"type":"say","id":"a2","text":"Hey"}`)
	c.expect("ack")
}

// TestEveryDeed sends each message that is no say, over both ways in.
func TestEveryDeed(t *testing.T) {
	deeds := []struct{ kind, fields, method, told string }{
		{"help", ``, "Help", "help"},
		{"pause", ``, "Pause", "paused"},
		{"extend", `"minutes":5`, "Extend", "extended"},
		{"step-out", ``, "StepOut", "stepped-out"},
		{"end", ``, "End", "ended"},
		{"agree", `"host":"model.example"`, "Agree", "agreed"},
		{"rate", `"levels":{"ask":2,"talk-ratio":3},"note":"I rushed."`, "Rate", "rated"},
	}
	st := start(t, func(o *Options) { o.ModelHost = "model.example" })
	for _, d := range deeds {
		t.Run(d.kind, func(t *testing.T) {
			id, token := st.begin()
			c := st.open(id, token, 0).ready()
			fields := d.fields
			if fields != "" {
				fields = "," + fields
			}
			c.send(`{"type":%q,"id":"x"%s}`, d.kind, fields)
			if m := c.expect(d.told); m.seq() != 2 {
				t.Errorf("told %v", m)
			}
			if !slices.Contains(st.f.called, d.method) {
				t.Errorf("%s was not called", d.method)
			}
			other, token := st.begin()
			watching := st.open(other, token, 0).ready()
			body := ""
			if d.fields != "" {
				body = "{" + d.fields + "}"
			}
			if a := st.send("POST", "/api/conversations/"+other+"/"+d.kind, body, "Authorization: Bearer "+token); a.status != http.StatusNoContent {
				t.Errorf("over HTTP: %d %s", a.status, a.body)
			}
			watching.expect(d.told)
			st.f.fail(d.method, trainer.Errorf(trainer.CodeEnded, "Over."))
			defer st.f.fail(d.method, nil)
			c.send(`{"type":%q,"id":"y"%s}`, d.kind, fields)
			if e := c.expect("error"); e.code() != "ended" || e["about"] != "y" {
				t.Errorf("got %v", e)
			}
		})
	}
}

// TestEveryNotice holds the wording of each notice.
func TestEveryNotice(t *testing.T) {
	cases := []struct {
		notice trainer.Notice
		json   string
	}{
		{trainer.NoticeBegan{Seq: 1, Opening: []talk.Turn{{N: 1, Speaker: talk.Coworker, Text: "Hm <3"}}}, `{"type":"opening","seq":1,"turns":[{"n":1,"speaker":"coworker","text":"Hm <3"}]}`},
		{trainer.NoticeHeard{Seq: 2, Turn: 1, ClientID: "a", Text: "Hey & so"}, `{"type":"heard","id":"a","seq":2,"turn":1,"text":"Hey & so"}`},
		{trainer.NoticePiece{Turn: 2, N: 1, Text: "Yes"}, `{"type":"piece","turn":2,"n":1,"text":"Yes"}`},
		{trainer.NoticeAgain{Turn: 2}, `{"type":"again","turn":2}`},
		{trainer.NoticeSaid{Seq: 3, Turn: 2, By: "actor"}, `{"type":"said","seq":3,"turn":2,"by":"actor"}`},
		{trainer.NoticeSaid{Seq: 3, Turn: 2, By: "m", Mended: "cut", Cut: true}, `{"type":"said","seq":3,"turn":2,"by":"m","mended":"cut","cut":true}`},
		{trainer.NoticeMeters{Turn: 2, Share: 30, OrganizerWords: 3, CoworkerWords: 7, OpenQuestions: 1, Reflections: 2, OrganizerTurns: 4, ClosedQuestions: 5},
			`{"type":"meters","turn":2,"talk_share":30,"organizer_words":3,"coworker_words":7,"organizer_turns":4,"open_questions":1,"closed_questions":5,"reflections":2}`},
		{trainer.NoticeClock{Box: time.Minute, Left: -time.Second, Up: true}, `{"type":"clock","box_ms":60000,"left_ms":-1000,"up":true}`},
		{trainer.NoticeClock{Box: time.Minute, Left: time.Second, Running: true, Paused: true}, `{"type":"clock","box_ms":60000,"left_ms":1000,"running":true,"paused":true}`},
		{trainer.NoticeHelp{Seq: 4, Step: 1, Text: "Ask"}, `{"type":"help","seq":4,"step":1,"text":"Ask"}`},
		{trainer.NoticePaused{Seq: 5}, `{"type":"paused","seq":5}`},
		{trainer.NoticeExtended{Seq: 6, Minutes: 5}, `{"type":"extended","seq":6,"minutes":5}`},
		{trainer.NoticeSteppedOut{Seq: 7}, `{"type":"stepped-out","seq":7}`},
		{trainer.NoticeLeft{Seq: 8}, `{"type":"left","seq":8}`},
		{trainer.NoticeEnded{Seq: 9, By: "time"}, `{"type":"ended","seq":9,"by":"time"}`},
		{trainer.NoticeRated{Seq: 10}, `{"type":"rated","seq":10}`},
		{trainer.NoticeAgreed{Seq: 11, Host: "model.example"}, `{"type":"agreed","seq":11,"host":"model.example"}`},
		{trainer.NoticeAgreed{Seq: 12}, `{"type":"agreed","seq":12,"host":""}`},
		{trainer.NoticeQueue{Place: 3}, `{"type":"queue","place":3}`},
		{trainer.NoticeCaughtUp{Seq: 10}, `{"type":"ready","seq":10}`},
		{trainer.NoticeTrouble{Code: trainer.CodeUnavailable, Message: "Later."}, `{"type":"error","code":"unavailable","message":"Later."}`},
		{trainer.NoticeDeleted{}, `{"type":"deleted"}`},
	}
	for _, tc := range cases {
		got := encoded(t, outboundOf(tc.notice))
		if got != tc.json {
			t.Errorf("%T: %s, want %s", tc.notice, got, tc.json)
		}
	}
	if m := outboundOf(trainer.NoticeBegan{Seq: 1}); m != nil {
		t.Errorf("a talk that begins with nothing is told as %v", m)
	}
}

func TestTooManyMessages(t *testing.T) {
	var clock clock
	clock.set(time.UnixMilli(1_790_000_000_000))
	st := start(t, func(o *Options) { o.Now = clock.now })
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	for i := range messagesBurst {
		c.send(`{"type":"ping","id":"p%d"}`, i)
		c.expect("pong")
	}
	c.send(`{"type":"ping","id":"over"}`)
	if e := c.expect("error"); e.code() != "too-many" || e["about"] != "over" {
		t.Errorf("got %v", e)
	}
	// A say whose answer was waited for is taken all the same, any number of times.
	for i := range 3 {
		c.send(`{"type":"say","id":"a%d","text":"Hey"}`, i)
		c.expect("ack")
		st.f.piece(id, "Hm.")
		c.expect("piece")
		st.f.said(id)
		c.expect("said", "meters")
	}
	// One that was not waited for is counted.
	c.send(`{"type":"say","id":"b1","text":"Hey"}`)
	c.expect("ack")
	c.send(`{"type":"say","id":"b2","text":"Hey"}`)
	if e := c.expect("error"); e.code() != "too-many" || e["about"] != "b2" {
		t.Errorf("got %v", e)
	}
	// So is nonsense.
	c.send(`nonsense`)
	if e := c.expect("error"); e.code() != "too-many" {
		t.Errorf("got %v", e)
	}
	clock.set(clock.now().Add(time.Second))
	c.send(`{"type":"ping"}`)
	c.expect("pong")
}

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// TestSlowReader fills the queue of one that does not read. The teller is
// never held up, one that reads gets everything, and what the slow one has read allows it to resume.
func TestSlowReader(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	slow := st.open(id, token, 0).ready()
	behind := st.s.hub.all()
	quick := st.open(id, token, 0).ready()
	var ahead *socket
	for _, sock := range st.s.hub.all() {
		if sock != behind[0] {
			ahead = sock
		}
	}
	const notices = 8000
	text := strings.Repeat("x", 4000)
	got := make(chan int, 1)
	go func() {
		n := 0
		for ; n < notices; n++ {
			if _, _, err := quick.ws.ReadMessage(); err != nil {
				break
			}
		}
		got <- n
	}()
	for i := range notices {
		st.f.tell(id, trainer.NoticeHelp{Seq: int64(i + 2), Step: 1, Text: text})
		if i%100 == 99 {
			// The quick one has a bounded queue as well: let it keep up.
			waitFor(t, "the quick reader's queue", func() bool { return ahead.rests() })
		}
	}
	if n := receive(t, got, "the quick reader"); n != notices {
		t.Errorf("the quick reader got %d of %d", n, notices)
	}
	code, before := slow.closed()
	if code != websocket.CloseTryAgainLater {
		t.Errorf("the slow one was closed with %d", code)
	}
	if len(before) == 0 || len(before) >= notices {
		t.Errorf("the slow one got %d of %d messages", len(before), notices)
	}
	for i, m := range before {
		if m.seq() != int64(i+2) {
			t.Fatalf("message %d has sequence number %d", i, m.seq())
		}
	}
}

// rests says whether nothing waits to be written.
func (s *socket) rests() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.writing
}

// waitFor polls for what has no event of its own to wait for.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(wait); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
		runtime.Gosched()
		time.Sleep(time.Millisecond)
	}
}

// TestStuckReader drops a connection into which nothing can be written any more.
func TestStuckReader(t *testing.T) {
	st := start(t, func(o *Options) { o.times.write = 50 * time.Millisecond })
	id, token := st.begin()
	st.open(id, token, 0).ready()
	text := strings.Repeat("x", 4000)
	for i := range 20_000 {
		st.f.tell(id, trainer.NoticeHelp{Seq: int64(i), Step: 1, Text: text})
	}
	receive(t, st.f.stopped, "the socket to be dropped")
}

func TestPiecesThatWaitBecomeOne(t *testing.T) {
	var s socket
	s.writing = true // nothing is written, everything waits
	s.live = true
	for i := range 10 * queueMessages {
		s.Notify(trainer.NoticePiece{Turn: 2, N: i + 1, Text: "x"})
	}
	s.Notify(trainer.NoticeSaid{Seq: 3, Turn: 2})
	s.Notify(trainer.NoticePiece{Turn: 4, N: 1, Text: "y"})
	if len(s.queue) != 3 {
		t.Fatalf("%d messages wait", len(s.queue))
	}
	if p := s.queue[0].(*msgPiece); p.N != 10*queueMessages || p.Text+string(p.more) != strings.Repeat("x", 10*queueMessages) {
		t.Errorf("the pieces became %d bytes under number %d", len(p.Text)+len(p.more), p.N)
	}
	if s.closing != 0 {
		t.Errorf("the socket closes with %d", s.closing)
	}
}

// TestQueueBounds holds how much may wait, live and in a replay.
func TestQueueBounds(t *testing.T) {
	long := strings.Repeat("x", 64<<10)
	fill := func(live bool, n int, text string) *socket {
		s := &socket{writing: true, live: live}
		for i := range n {
			s.Notify(trainer.NoticeHeard{Seq: int64(i), Turn: i, ClientID: "other", Text: text})
		}
		return s
	}
	for _, tc := range []struct {
		name string
		s    *socket
		full bool
	}{
		{"live, as many as may wait", fill(true, queueMessages, "x"), false},
		{"live, one more", fill(true, queueMessages+1, "x"), true},
		{"live, as long as may wait", fill(true, queueBytes/len(long), long), false},
		{"live, longer", fill(true, queueBytes/len(long)+1, long), true},
		{"replay, many", fill(false, 10*queueMessages, "x"), false},
		{"replay, long", fill(false, replayBytes/len(long), long), false},
		{"replay, too long", fill(false, replayBytes/len(long)+1, long), true},
	} {
		if full := tc.s.closing == websocket.CloseTryAgainLater; full != tc.full {
			t.Errorf("%s: closing with %d, %d wait", tc.name, tc.s.closing, len(tc.s.queue))
		}
	}
}

func TestPings(t *testing.T) {
	st := start(t, func(o *Options) { o.times.ping, o.times.pong = time.Millisecond, 500*time.Millisecond })
	id, token := st.begin()
	t.Run("whoever answers stays", func(t *testing.T) {
		c := st.open(id, token, 0).ready()
		pings := make(chan struct{}, 1000)
		answer := c.ws.PingHandler()
		c.ws.SetPingHandler(func(data string) error {
			select {
			case pings <- struct{}{}:
			default:
			}
			return answer(data)
		})
		read := make(chan error, 1)
		go func() {
			_, _, err := c.ws.ReadMessage()
			read <- err
		}()
		// More pings than fit into the time after which a silent one is dropped.
		for deadline := time.Now().Add(3 * 500 * time.Millisecond); time.Now().Before(deadline); {
			receive(t, pings, "a ping")
		}
		c.send(`{"type":"ping","id":"still here"}`)
		if err := receive(t, read, "the pong"); err != nil {
			t.Errorf("the connection ended: %v", err)
		}
	})
	t.Run("whoever does not is dropped", func(t *testing.T) {
		c := st.open(id, token, 0).ready()
		c.ws.SetPingHandler(func(string) error { return nil })
		_ = c.ws.SetReadDeadline(time.Now().Add(wait))
		if _, _, err := c.ws.ReadMessage(); err == nil {
			t.Error("there was a message")
		} else if ne, ok := err.(net.Error); ok && ne.Timeout() {
			t.Error("the connection lives")
		}
	})
}

// TestPingWheel sees that each socket is pinged once a round, whichever spoke it is on.
func TestPingWheel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHub(1000, 1000)
		var all []*socket
		for range 60 {
			s := &socket{writing: true, person: "p"}
			if err := h.reserve(); err != nil {
				t.Fatal(err)
			}
			h.enter(s)
			all = append(all, s)
		}
		due := func() (n int) {
			for _, s := range all {
				s.mu.Lock()
				if s.pingDue {
					n++
				}
				s.mu.Unlock()
			}
			return n
		}
		done := make(chan struct{})
		go h.ping(time.Second, done)
		last := 0
		for second := 1; second <= pingEvery; second++ {
			time.Sleep(time.Second)
			synctest.Wait()
			n := due()
			if n-last < 2 || n-last > 3 {
				t.Errorf("in second %d %d sockets were pinged", second, n-last)
			}
			last = n
		}
		if last != len(all) {
			t.Errorf("%d of %d were pinged in a round", last, len(all))
		}
		close(done)
	})
}

// TestIdleCostsOneGoroutine counts the goroutines of a server with many sockets that nobody speaks on.
func TestIdleCostsOneGoroutine(t *testing.T) {
	st := start(t, func(o *Options) { o.MaxSocketsPerPerson = 1000 })
	id, token := st.begin()
	st.http.CloseIdleConnections()
	var before int
	waitFor(t, "the server to rest", func() bool {
		n := runtime.NumGoroutine()
		same := n == before
		before = n
		return same
	})
	const sockets = 100
	for i := range sockets {
		c := st.open(id, token, 0).ready()
		c.send(`{"type":"ping","id":"p%d"}`, i)
		c.expect("pong")
	}
	waitFor(t, "one goroutine a socket", func() bool { return runtime.NumGoroutine() <= before+sockets })
	if n := st.s.Sockets(); n != sockets {
		t.Errorf("%d sockets are open", n)
	}
}

func TestShutdownTellsClientsToComeBack(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	var clients []*client
	for range 5 {
		clients = append(clients, st.open(id, token, 0).ready())
	}
	done := make(chan error, 1)
	go func() { done <- st.s.Shutdown(t.Context()) }()
	waits := map[any]bool{}
	for _, c := range clients {
		code, before := c.closed()
		if code != websocket.CloseServiceRestart || len(before) != 1 || before[0].kind() != "bye" || before[0].code() != "restart" {
			t.Fatalf("closed with %d after %v", code, before)
		}
		back, _ := before[0]["back_in_ms"].(float64)
		if back < 500 || back > 5000 {
			t.Errorf("told to come back in %v ms", back)
		}
		waits[back] = true
	}
	if len(waits) < 2 {
		t.Error("all are to come back at the same moment")
	}
	if err := receive(t, done, "the shutdown"); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if st.s.Sockets() != 0 {
		t.Errorf("%d sockets are open", st.s.Sockets())
	}
	if _, err := st.http.Get("http://" + st.addr + "/"); err == nil {
		t.Error("the server still answers")
	}
	if err := st.s.hub.reserve(); err == nil {
		t.Error("a socket would still be taken")
	}
}

// TestShutdownDoesNotWaitForTheDeaf closes a connection whose client neither reads nor answers.
func TestShutdownDoesNotWaitForTheDeaf(t *testing.T) {
	st := start(t, func(o *Options) { o.times.close = time.Hour })
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	ended := make(chan struct{})
	ctx := &cancelled{Context: t.Context(), done: ended}
	done := make(chan error, 1)
	go func() { done <- st.s.Shutdown(ctx) }()
	c.expect("bye")
	close(ended)
	receive(t, done, "the shutdown")
	if st.s.Sockets() != 0 {
		t.Errorf("%d sockets are open", st.s.Sockets())
	}
}

func TestOldestSocketGoes(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	var clients []*client
	for range socketsPerson + 1 {
		clients = append(clients, st.open(id, token, 0).ready())
	}
	code, before := clients[0].closed()
	if code != closeReplaced || len(before) != 1 || before[0].code() != "too-many" || before[0]["back_in_ms"] != -1.0 {
		t.Errorf("the oldest was closed with %d after %v", code, before)
	}
	for _, c := range clients[1:] {
		c.send(`{"type":"ping"}`)
		c.expect("pong")
	}
	// Somebody else has sockets of their own.
	other, token := st.begin()
	st.open(other, token, 0).ready()
	clients[1].send(`{"type":"ping"}`)
	clients[1].expect("pong")
}

func TestServerIsFull(t *testing.T) {
	st := start(t, func(o *Options) { o.MaxSockets = 2 })
	id, token := st.begin()
	a := st.open(id, token, 0).ready()
	st.open(id, token, 0).ready()
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token); status != http.StatusServiceUnavailable {
		t.Errorf("a third socket got %d", status)
	}
	a.ws.Close()
	receive(t, st.f.stopped, "the socket to end")
	waitFor(t, "the place", func() bool { return st.s.Sockets() == 1 })
	st.open(id, token, 0).ready()
}

func TestDeletedUnderneath(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	if a := st.send("DELETE", "/api/conversations/"+id, "", "Authorization: Bearer "+token); a.status != http.StatusNoContent {
		t.Fatalf("deleting: %d %s", a.status, a.body)
	}
	code, before := c.closed()
	if code != closeDeleted || len(before) != 1 || before[0].kind() != "deleted" {
		t.Errorf("closed with %d after %v", code, before)
	}
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token); status != http.StatusNotFound {
		t.Errorf("opening it again got %d", status)
	}
}

// TestWatchThatFails holds what a socket gets whose conversation cannot be told.
func TestWatchThatFails(t *testing.T) {
	for _, tc := range []struct {
		err  error
		code int
		last string
		back any
	}{
		{trainer.Errorf(trainer.CodeNotFound, "Gone."), closeDeleted, "deleted", nil},
		{trainer.Errorf(trainer.CodeUnavailable, "Closing."), websocket.CloseServiceRestart, "bye", nil},
		{errors.New("secret"), websocket.CloseInternalServerErr, "bye", -1.0},
	} {
		st := start(t)
		id, token := st.begin()
		st.f.fail("Watch", tc.err)
		code, before := st.open(id, token, 0).closed()
		last := before[len(before)-1]
		if code != tc.code || last.kind() != tc.last || tc.back != nil && last["back_in_ms"] != tc.back {
			t.Errorf("%v: closed with %d after %v", tc.err, code, before)
		}
	}
}

func TestFaultIsNotTheEnd(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	st.f.fail("Help", errTestPanic)
	c.send(`{"type":"help","id":"h"}`)
	if e := c.expect("error"); e.code() != "internal" {
		t.Errorf("got %v", e)
	}
	c.send(`{"type":"ping"}`)
	c.expect("pong")
	if log := st.log.String(); !strings.Contains(log, "a handler failed") || strings.Contains(log, "canary") {
		t.Errorf("the log says: %s", log)
	}
}

func FuzzInbound(f *testing.F) {
	f.Add([]byte(`{"type":"say","id":"a1","text":"Hey"}`))
	f.Add([]byte(`{"type":"rate","levels":{"ask":2},"note":"x"}`))
	f.Add([]byte(`{"type":"extend","minutes":5e0}`))
	f.Add([]byte(`[[[[`))
	f.Add([]byte(`{"id":"\ud800","type":"ping"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := decodeInbound(data)
		if m.ID != nil && !validID(*m.ID) && !errors.As(err, new(*refusal)) {
			t.Errorf("id %q went through", *m.ID)
		}
		if err != nil {
			r, ok := err.(*refusal)
			if !ok || r.message == "" || !utf8.ValidString(r.message) {
				t.Fatalf("not a refusal that can be told: %v", err)
			}
			return
		}
		if m.Type == nil || *m.Type == "say" && (m.ID == nil || m.Text == nil) || *m.Type == "extend" && m.Minutes == nil {
			t.Errorf("%q went through without what it needs", data)
		}
	})
}

// TestTakePlain: a plain message is read as the encoder would read it, and any other is left to it.
func TestTakePlain(t *testing.T) {
	for data, plain := range map[string]bool{
		`{"type":"say","id":"1","text":"Hey, how was your week?"}`: true, ` { "type" : "say" , "text" : "" } `: true, `{}`: true, `{"type":"ping"}`: true, `{"text":"“Ça va?” 👋"}`: true,
		`{"type":"say","text":"a \"b\""}`: false, `{"type":"say","type":"end"}`: false, `{"Type":"say"}`: false, `{"type":"extend","minutes":5}`: false, `{"type":"say","text":null}`: false,
		`{"type":"say","other":"x"}`: false, `{"type":7}`: false, `["type","say"]`: false, `"say"`: false, `{"type":"say"`: false, `{"type":"say"} x`: false, ``: false, "{\"type\":\"\xff\"}": false,
	} {
		var got, want inbound
		if got.takePlain([]byte(data)) != plain {
			t.Errorf("%s: plain is %v", data, !plain)
		}
		if plain {
			if err := json.Unmarshal([]byte(data), &want); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is read as %+v, the encoder reads %+v, %v", data, got, want, err)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		data, err := json.Marshal(rapid.MapOfN(rapid.SampledFrom([]string{"type", "id", "text", "note", "host", "levels"}), rapid.String(), 0, 4).Draw(t, "message"))
		if err != nil {
			t.Fatal(err)
		}
		var got, want inbound
		if got.takePlain(data) {
			if err := json.Unmarshal(data, &want); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s is read as %+v, the encoder reads %+v, %v", data, got, want, err)
			}
		}
	})
}
