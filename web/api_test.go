package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer"
)

func jsonInto(body string, v any) error { return json.Unmarshal([]byte(body), v) }

func TestScenariosShowTheirOpenPartOnly(t *testing.T) {
	st := start(t)
	list := st.send("GET", "/api/scenarios", "")
	one := st.send("GET", "/api/scenarios/someone", "")
	for _, a := range []answer{list, one} {
		if a.status != http.StatusOK || !strings.Contains(a.body, "Lunch with Alex") || strings.Contains(a.body, "canary-hidden") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if strings.Contains(one.body, "null") {
		t.Errorf("a list is null: %s", one.body)
	}
	if a := st.send("GET", "/api/scenarios/nobody", ""); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

func TestConversations(t *testing.T) {
	st := start(t)
	a := st.send("POST", "/api/conversations", `{"scenario":"someone","practise":["ask"],"keep_nothing":true}`)
	if a.status != http.StatusCreated || a.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	var c struct {
		ID, Token, Scenario, Title, Kind, State, Socket string
		Begun, Ended, Seq                               int64
		Minutes, Turns                                  int
		KeepNothing                                     bool `json:"keep_nothing"`
		Practise                                        []string
	}
	if err := jsonInto(a.body, &c); err != nil {
		t.Fatal(err)
	}
	if c.ID == "" || c.Token == "" || c.Scenario != "someone" || c.Title != "Lunch with Alex" || c.State != "open" || c.Begun == 0 || c.Ended != 0 ||
		c.Minutes != 20 || !c.KeepNothing || !slices.Equal(c.Practise, []string{"ask"}) || c.Socket != socketPath(c.ID) || c.Seq != 1 {
		t.Errorf("%s", a.body)
	}
	if strings.Contains(a.body, "seed") || a.header.Get("Location") != "/api/conversations/"+c.ID {
		t.Errorf("%s %v", a.body, a.header)
	}
	auth := "Authorization: Bearer " + c.Token
	// The same token begins another one of the same owner, and makes no new token.
	b := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, auth)
	if b.status != http.StatusCreated || strings.Contains(b.body, `"token"`) {
		t.Errorf("%d %s", b.status, b.body)
	}
	list := st.send("GET", "/api/conversations", "", auth)
	if n := strings.Count(list.body, `"scenario":"someone"`); n != 2 {
		t.Errorf("%d conversations: %s", n, list.body)
	}
	// A token for one conversation opens that one and nothing else.
	var made struct{ Token string }
	m := st.send("POST", "/api/conversations/"+c.ID+"/token", "", auth)
	if err := jsonInto(m.body, &made); err != nil || m.status != http.StatusCreated {
		t.Fatalf("%d %s", m.status, m.body)
	}
	one := "Authorization: Bearer " + made.Token
	if a := st.send("GET", "/api/conversations/"+c.ID, "", one); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	if list := st.send("GET", "/api/conversations", "", one); strings.Count(list.body, `"scenario":"someone"`) != 1 {
		t.Errorf("%s", list.body)
	}
	if a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, one); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, "Authorization: Bearer nonsense"); a.status != http.StatusUnauthorized || a.code() != "unknown-token" {
		t.Errorf("%d %s", a.status, a.body)
	}

	if a := st.send("POST", "/api/conversations/"+c.ID+"/say", `{"id":"a","text":"Hey"}`, auth); a.status != http.StatusOK || a.body != `{"resent":false,"seq":2,"turn":1}`+"\n" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := st.send("POST", "/api/conversations/"+c.ID+"/say", `{"id":"a","text":"Hey"}`, auth); !strings.Contains(a.body, `"resent":true,"seq":2`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	st.f.piece(c.ID, "Hm.")
	st.f.said(c.ID)
	if a := st.send("GET", "/api/conversations/"+c.ID+"/transcript", "", auth); a.body != `{"turns":[{"n":1,"speaker":"organizer","text":"Hey"},{"n":2,"speaker":"coworker","text":"Hm."}]}`+"\n" {
		t.Errorf("%s", a.body)
	}
	if a := st.send("GET", "/api/conversations/"+c.ID+"/debrief", "", auth); a.status != http.StatusConflict || a.code() != "not-ended" {
		t.Errorf("%d %s", a.status, a.body)
	}
	st.send("POST", "/api/conversations/"+c.ID+"/end", "", auth)
	if a := st.send("GET", "/api/conversations/"+c.ID, "", auth); !strings.Contains(a.body, `"state":"ended"`) || strings.Contains(a.body, `"ended":0`) {
		t.Errorf("%s", a.body)
	}
	if a := st.send("GET", "/api/conversations/"+c.ID+"/debrief?framework=ahuy", "", auth); a.status != http.StatusOK || !strings.Contains(a.body, `"ahuy"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := st.send("POST", "/api/conversations/"+c.ID+"/leave", "", auth); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := st.send("GET", "/api/conversations/"+c.ID, "", auth); a.status != http.StatusNotFound {
		t.Errorf("after leaving: %d %s", a.status, a.body)
	}
}

// TestAgreeingToTheModel holds that words may go to a model only after its host was agreed to by name.
func TestAgreeingToTheModel(t *testing.T) {
	st := start(t, func(o *Options) { o.ModelHost = "model.example" })
	if a := st.send("GET", "/api", ""); !strings.Contains(a.body, `"model_host":"model.example"`) {
		t.Errorf("%s", a.body)
	}
	agreed := func() int {
		n := 0
		for _, c := range st.f.called {
			if c == "Agree" {
				n++
			}
		}
		return n
	}
	st.begin()
	st.beginInBrowser(nil)
	if n := agreed(); n != 0 {
		t.Errorf("agreed %d times without being asked", n)
	}
	if a := st.send("POST", "/api/conversations", `{"scenario":"someone","model_host":"elsewhere.example"}`); a.status != http.StatusBadRequest || a.code() != "invalid" {
		t.Errorf("another host: %d %s", a.status, a.body)
	}
	if a := st.send("POST", "/api/conversations", `{"scenario":"someone","model_host":"model.example"}`); a.status != http.StatusCreated || !strings.Contains(a.body, `"seq":2`) {
		t.Errorf("this host: %d %s", a.status, a.body)
	}
	st.beginInBrowser(url.Values{"model": {"model.example"}})
	if n := agreed(); n != 2 {
		t.Errorf("agreed %d times, expected 2", n)
	}
}

// TestBrowsersGetCookies begins by the API from a page.
func TestBrowsersGetCookies(t *testing.T) {
	st := start(t)
	a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, "Origin: http://"+st.addr)
	set := (&http.Response{Header: a.header}).Cookies()
	if a.status != http.StatusCreated || len(set) != 1 || strings.Contains(a.body, "token") || strings.Contains(a.body, set[0].Value) {
		t.Fatalf("%d %s %v", a.status, a.body, a.header)
	}
	var c struct{ ID string }
	if err := jsonInto(a.body, &c); err != nil {
		t.Fatal(err)
	}
	ws, status := st.try(socketPath(c.ID), "Origin: http://"+st.addr, "Cookie: session="+set[0].Value)
	if ws == nil {
		t.Fatalf("the socket: %d", status)
	}
	(&client{t, ws}).ready()
}

// TestProtocolSaysEverything holds PROTOCOL.md against the code: each limit, error code, message and address.
func TestProtocolSaysEverything(t *testing.T) {
	data, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	_, codes, _ := strings.Cut(text, "## Error codes")
	rowIn := func(part, name string) string {
		t.Helper()
		m := regexp.MustCompile("(?m)^\\|[^|]*`" + regexp.QuoteMeta(name) + "`.*$").FindString(part)
		if m == "" {
			t.Errorf("PROTOCOL.md has no row for %q", name)
		}
		return m
	}
	for code, status := range statusOf {
		if code == "not-yours" {
			continue // told of as not-found
		}
		if r := rowIn(codes, code); !strings.Contains(r, fmt.Sprint(status)) && !strings.Contains(r, "| socket |") {
			t.Errorf("%s is %d, and PROTOCOL.md says: %s", code, status, r)
		}
	}
	for _, code := range trainer.Codes {
		if _, ok := statusOf[string(code)]; !ok {
			t.Errorf("%s has no status", code)
		}
	}
	for _, kind := range []string{
		"say", "help", "pause", "extend", "step-out", "end", "rate", "agree", "ping", "agreed",
		"hello", "opening", "ready", "clock", "ack", "heard", "queue", "piece", "again", "said", "meters", "paused", "left",
		"stepped-out", "ended", "rated", "deleted", "error", "pong", "bye",
	} {
		rowIn(text, kind)
	}
	for _, m := range []any{
		msgHello{}, msgOpening{}, msgAck{}, msgHeard{}, msgPiece{}, msgAgain{}, msgSaid{}, msgMeters{}, msgClock{}, msgHelp{},
		msgExtended{}, msgEnded{}, msgAgreed{}, msgQueue{}, msgError{}, msgPong{}, msgBye{},
	} {
		for _, field := range jsonFields(m) {
			if !strings.Contains(text, "`"+field+"`") {
				t.Errorf("PROTOCOL.md does not name the field %q of %T", field, m)
			}
		}
	}
	for _, n := range []string{
		"32 KiB", "64 KiB", "4,000 characters and 16 KiB", "1,000 characters", "2,000", "20 a second, 60 at once", "16,000", "256, or 1 MiB (4 MiB",
		"20 a second, 300 at once", "2 a second, 200 at once", "every 25 s", "for 60 s", "10 s", "1 to 64 characters", "1 to 60", "| 16 |",
	} {
		if !strings.Contains(text, n) {
			t.Errorf("PROTOCOL.md does not say %q", n)
		}
	}
	if maxFrame != 32<<10 || maxBody != 64<<10 || trainer.MaxTurnRunes != 4000 || trainer.MaxTurnBytes != 16<<10 || trainer.MaxRatedNote != 1000 ||
		trainer.MaxTurns != 2000 || messagesEach != 20 || messagesBurst != 60 || socketsServer != 16000 || socketsPerson != 16 || queueMessages != 256 ||
		queueBytes != 1<<20 || replayBytes != 4<<20 || joinsEach != 20 || joinsBurst != 300 || beginsEach != 2 || beginsBurst != 200 || pingEvery != 25 ||
		pongWait.Seconds() != 60 || writeTimeout.Seconds() != 10 || trainer.MaxClientID != 64 || trainer.MaxExtend != 60 {
		t.Error("a limit was changed: say so in PROTOCOL.md, then here")
	}
	for _, code := range []int{closeReplaced, closeDeleted} {
		if !strings.Contains(text, fmt.Sprintf("| %d |", code)) {
			t.Errorf("PROTOCOL.md does not explain close code %d", code)
		}
	}
	st := start(t)
	for _, pattern := range st.s.patterns {
		method, path, _ := strings.Cut(pattern, " ")
		if !strings.HasPrefix(path, "/api") || strings.Contains(path, "{deed}") {
			continue
		}
		if !strings.Contains(text, "`"+method+" "+path+"`") && !strings.Contains(text, "`"+method+" "+path+"?") {
			t.Errorf("PROTOCOL.md does not name %s", pattern)
		}
	}
}

// jsonFields lists the fields of a message by their names in JSON.
func jsonFields(m any) []string {
	data, _ := json.Marshal(m)
	var fields map[string]any
	_ = json.Unmarshal(data, &fields)
	var names []string
	for name := range fields {
		names = append(names, name)
	}
	return names
}
