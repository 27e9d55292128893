package web

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"breakroom/trainer"
)

func TestRates(t *testing.T) {
	at := time.UnixMilli(1_790_000_000_000)
	l := newRates(2, 3, 100)
	one, two := netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("203.0.113.2")
	for i := range 3 {
		if !l.allow(one, at) {
			t.Errorf("the %d. of three was refused", i+1)
		}
	}
	if l.allow(one, at) {
		t.Error("a fourth was allowed")
	}
	if !l.allow(two, at) {
		t.Error("another address was refused")
	}
	at = at.Add(500 * time.Millisecond)
	if !l.allow(one, at) || l.allow(one, at) {
		t.Error("after half a second there should be one more, and one only")
	}
	// All of one /64 are one.
	for i := range 4 {
		a := netip.MustParseAddr(fmt.Sprintf("2001:db8:0:1::%d", i+1))
		if got := l.allow(a, at); got != (i < 3) {
			t.Errorf("%s: allowed %v", a, got)
		}
	}
	for range 10 {
		if !l.allow(netip.MustParseAddr("127.0.0.1"), at) || !l.allow(netip.MustParseAddr("::1"), at) {
			t.Error("this computer itself was limited")
		}
	}
}

// TestRatesForget asks from more addresses than are remembered.
func TestRatesForget(t *testing.T) {
	at := time.UnixMilli(1_790_000_000_000)
	l := newRates(1, 1, addressesKnown)
	busy := netip.MustParseAddr("198.51.100.1")
	l.allow(busy, at)
	for i := range 3 * addressesKnown {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], 0x0a000000+uint32(i))
		if !l.allow(netip.AddrFrom4(b), at) {
			t.Fatalf("address %d was refused", i)
		}
		if i%(addressesKnown/2) == 0 && l.allow(busy, at) {
			t.Fatal("one that keeps asking was forgotten")
		}
	}
	if n := l.size(); n != addressesKnown || len(l.byAddr) != n {
		t.Errorf("%d addresses are remembered", n)
	}
}

func TestClientAddress(t *testing.T) {
	s := &Server{opts: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}}}
	for _, tc := range []struct {
		peer      string
		forwarded []string
		want      string
	}{
		{"203.0.113.1:5", nil, "203.0.113.1"},
		{"203.0.113.1:5", []string{"198.51.100.1"}, "203.0.113.1"},
		{"10.0.0.1:5", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"192.0.2.66, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"192.0.2.66", "198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:5", []string{"198.51.100.1, nonsense"}, "10.0.0.1"},
		{"10.0.0.1:5", []string{"10.0.0.3"}, "10.0.0.3"},
		{"10.0.0.1:5", nil, "10.0.0.1"},
		{"[::1]:5", []string{"2001:db8::1"}, "2001:db8::1"},
		{"[::ffff:10.0.0.1]:5", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"[fe80::1%eth0]:5", nil, "fe80::1"},
		{"@", nil, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tc.peer
		r.Header["X-Forwarded-For"] = tc.forwarded
		if got := s.client(r).String(); got != tc.want {
			t.Errorf("%s for %v: %s, want %s", tc.peer, tc.forwarded, got, tc.want)
		}
	}
}

// TestLimitsByAddress comes from elsewhere, by way of a trusted proxy.
func TestLimitsByAddress(t *testing.T) {
	var clock clock
	clock.set(time.UnixMilli(1_790_000_000_000))
	st := start(t, func(o *Options) {
		o.Now = clock.now
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		o.MaxSocketsPerPerson = 10_000
	})
	const here, there = "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2"
	for i := range beginsBurst {
		if a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, here); a.status != http.StatusCreated {
			t.Fatalf("conversation %d: %d %s", i, a.status, a.body)
		}
	}
	a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, here)
	if a.status != http.StatusTooManyRequests || a.code() != "too-many" || a.header.Get("Retry-After") == "" {
		t.Errorf("one more conversation: %d %s", a.status, a.body)
	}
	if a := st.send("POST", "/api/conversations", `{"scenario":"someone"}`, there); a.status != http.StatusCreated {
		t.Errorf("from elsewhere: %d", a.status)
	}
	id, token := st.begin()
	for i := range joinsBurst {
		ws, status := st.try(socketPath(id), "Authorization: Bearer "+token, here)
		if ws == nil {
			t.Fatalf("socket %d: %d", i, status)
		}
		ws.Close()
	}
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token, here); status != http.StatusTooManyRequests {
		t.Errorf("one more socket: %d", status)
	}
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token, there); status != http.StatusSwitchingProtocols {
		t.Errorf("from elsewhere: %d", status)
	}
	clock.set(clock.now().Add(time.Second))
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token, here); status != http.StatusSwitchingProtocols {
		t.Errorf("a second later: %d", status)
	}
}

func TestBodies(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	auth := "Authorization: Bearer " + token
	long := strings.Repeat("x", maxBody)
	for _, tc := range []struct {
		name, path, body, kind string
		status                 int
		code                   string
	}{
		{"not JSON", "", `scenario=someone`, "application/json", 400, "not-json"},
		{"cut off", "", `{"scenario":`, "application/json", 400, "not-json"},
		{"empty", "", ``, "application/json", 400, "not-json"},
		{"two objects", "", `{"scenario":"someone"}{}`, "application/json", 400, "not-json"},
		{"no scenario", "", `{}`, "application/json", 400, "missing-field"},
		{"scenario as a number", "", `{"scenario":7}`, "application/json", 400, "wrong-type"},
		{"practise as a string", "", `{"scenario":"someone","practise":"ask"}`, "application/json", 400, "wrong-type"},
		{"no such skill", "", `{"scenario":"someone","practise":["charm"]}`, "application/json", 400, "invalid"},
		{"no such field", "", `{"scenario":"someone","colour":"red"}`, "application/json", 400, "unknown-field"},
		{"no such scenario", "", `{"scenario":"nobody"}`, "application/json", 404, "not-found"},
		{"seed below zero", "", `{"scenario":"someone","seed":-1}`, "application/json", 400, "wrong-type"},
		{"seed too great", "", `{"scenario":"someone","seed":9007199254740992}`, "application/json", 400, "invalid"},
		{"a form", "", `scenario=someone`, "application/x-www-form-urlencoded", 415, "media-type"},
		{"plain text, as a page of another site could send it", "", `{"scenario":"someone"}`, "text/plain", 415, "media-type"},
		{"too long", "", `{"scenario":"` + long + `"}`, "application/json", 413, "too-long"},
		{"with a charset", "", `{"scenario":"someone"}`, "application/json; charset=utf-8", 201, ""},
		{"all fields", "", `{"scenario":"someone","practise":["ask"],"keep_nothing":true,"seed":9007199254740991}`, "application/json", 201, ""},
		{"say without id", "/" + id + "/say", `{"text":"Hey"}`, "application/json", 400, "missing-field"},
		{"say without text", "/" + id + "/say", `{"id":"a"}`, "application/json", 400, "missing-field"},
		{"say with a strange id", "/" + id + "/say", `{"id":"ä","text":"Hey"}`, "application/json", 400, "invalid"},
		{"say", "/" + id + "/say", `{"id":"a","text":"Hey"}`, "application/json", 200, ""},
		{"extend without minutes", "/" + id + "/extend", `{}`, "application/json", 400, "missing-field"},
		{"extend", "/" + id + "/extend", `{"minutes":5}`, "application/json", 204, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := st.send("POST", "/api/conversations"+tc.path, tc.body, "Content-Type: "+tc.kind, auth)
			if a.status != tc.status || a.code() != tc.code {
				t.Errorf("got %d %s, want %d %s", a.status, a.body, tc.status, tc.code)
			}
		})
	}
	form := st.send("POST", "/t/"+id+"/view", "note="+long, "Content-Type: application/x-www-form-urlencoded", "Origin: http://"+st.addr, auth)
	if form.status != http.StatusBadRequest {
		t.Errorf("a form that is too long: %d", form.status)
	}
}

func TestHandshakesThatAreRefused(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	auth := "Authorization: Bearer " + token
	for name, tc := range map[string]struct {
		query   string
		headers []string
		status  int
	}{
		"after in words":           {"?after=now", nil, 400},
		"after below zero":         {"?after=-1", nil, 400},
		"after too great a number": {"?after=99999999999999999999", nil, 400},
		"another subprotocol":      {"", []string{"Sec-WebSocket-Protocol: breakroom.v9"}, 400},
		"ours among others":        {"", []string{"Sec-WebSocket-Protocol: breakroom.v9, breakroom.v1"}, 101},
		"ours":                     {"", []string{"Sec-WebSocket-Protocol: breakroom.v1"}, 101},
		"none":                     {"", nil, 101},
	} {
		t.Run(name, func(t *testing.T) {
			ws, status := st.try(socketPath(id)+tc.query, append(tc.headers, auth)...)
			if status != tc.status {
				t.Errorf("got %d, want %d", status, tc.status)
			}
			if ws == nil {
				return
			}
			want := ""
			if len(tc.headers) > 0 {
				want = subprotocol
			}
			if ws.Subprotocol() != want {
				t.Errorf("the subprotocol is %q", ws.Subprotocol())
			}
			ws.Close()
		})
	}
	if a := st.send("GET", socketPath(id), "", auth); a.status != http.StatusBadRequest || a.code() != "invalid" {
		t.Errorf("no handshake at all: %d %s", a.status, a.body)
	}
}

// TestDraining asks a server that is about to stop.
func TestDraining(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	auth := "Authorization: Bearer " + token
	st.s.drain.Do(func() { close(st.s.draining) })
	for _, a := range []answer{
		st.send("POST", "/api/conversations", `{"scenario":"someone"}`),
		st.send("POST", "/api/conversations/"+id+"/say", `{"id":"a","text":"Hey"}`, auth),
		st.send("GET", socketPath(id), "", auth),
	} {
		if a.status != http.StatusServiceUnavailable || a.code() != "unavailable" || a.header.Get("Retry-After") == "" {
			t.Errorf("got %d %s", a.status, a.body)
		}
	}
	st.f.fail("Conversation", trainer.Errorf(trainer.CodeUnavailable, "Closing."))
	if a := st.send("GET", "/api/conversations/"+id, "", auth); a.status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s", a.status, a.body)
	}
}
