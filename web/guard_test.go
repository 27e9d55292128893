package web

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"breakroom/trainer"
	"breakroom/web/pages"
)

func TestHosts(t *testing.T) {
	st := start(t, func(o *Options) {
		o.PublicURLs = []string{"https://practice.example.org", "http://hall.example.net:8080/"}
		o.AllowedHosts = []string{"laptop.local"}
	})
	_, port, _ := strings.Cut(st.addr, ":")
	for host, allowed := range map[string]bool{
		"127.0.0.1:" + port: true, "127.0.0.1": true, "127.9.9.9:80": true, "localhost:" + port: true, "LOCALHOST": true,
		"practice.localhost:1": true, "[::1]:" + port: true, "localhost.:80": true,
		"practice.example.org": true, "Practice.Example.org:443": true, "hall.example.net": true, "laptop.local:8080": true,
		"evil.example.com": false, "evil.example.com:" + port: false, "practice.example.org.evil.com": false, "localhost.evil.com": false,
		"notlocalhost": false, "192.168.1.7": false, "10.0.0.1:80": false, "[2001:db8::1]:80": false, "127.0.0.1.evil.com": false, "0.0.0.0": false,
	} {
		a := st.send("GET", "/api", "", "Host: "+host)
		if allowed && a.status != http.StatusOK || !allowed && (a.status != http.StatusMisdirectedRequest || a.code() != "wrong-host") {
			t.Errorf("Host %s: %d %s, should be allowed: %v", host, a.status, a.body, allowed)
		}
	}
	page := st.send("GET", "/", "", "Host: evil.example.com")
	if page.status != http.StatusMisdirectedRequest || !strings.Contains(page.body, "--allowed-host") || strings.Contains(page.body, "evil") {
		t.Errorf("the page for a wrong host: %d %s", page.status, page.body)
	}
	id, token := st.begin()
	if _, status := st.try(socketPath(id), "Authorization: Bearer "+token, "Host: evil.example.com"); status != http.StatusMisdirectedRequest {
		t.Errorf("a socket under a wrong host got %d", status)
	}
}

// TestOrigins is the gate of the WebSocket: who may open one.
func TestOrigins(t *testing.T) {
	st := start(t, func(o *Options) {
		o.PublicURLs = []string{"https://practice.example.org"}
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	id, cookie := st.beginInBrowser(nil)
	a := st.send("POST", "/api/conversations/"+id+"/token", "", cookie, "Origin: http://"+st.addr)
	var made struct{ Token string }
	if err := jsonInto(a.body, &made); err != nil || a.status != http.StatusCreated {
		t.Fatalf("making a token: %d %s", a.status, a.body)
	}
	token := "Authorization: Bearer " + made.Token
	own := "Origin: http://" + st.addr
	_, port, _ := strings.Cut(st.addr, ":")
	for _, tc := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"our page", []string{cookie, own}, 101},
		{"a program", []string{token}, 101},
		{"a program that sends our origin", []string{token, own}, 101},
		{"the public address", []string{cookie, "Origin: https://practice.example.org", "Host: practice.example.org"}, 101},
		{"the public address with its port", []string{cookie, "Origin: https://practice.example.org:443", "Host: practice.example.org"}, 101},
		{"the public address behind a proxy that keeps its own Host", []string{cookie, "Origin: https://practice.example.org"}, 101},
		{"encrypted as far as the proxy", []string{cookie, "Origin: https://" + st.addr, "X-Forwarded-Proto: https"}, 101},
		{"cookie without origin", []string{cookie}, 403},
		{"nothing at all", nil, 403},
		{"another site", []string{cookie, "Origin: https://evil.example.com"}, 403},
		{"another site with a token", []string{token, "Origin: https://evil.example.com"}, 403},
		{"another port", []string{cookie, "Origin: http://127.0.0.1:1"}, 403},
		{"another name of this machine", []string{cookie, "Origin: http://localhost:" + port}, 403},
		{"another scheme", []string{cookie, "Origin: https://" + st.addr}, 403},
		{"the public name unencrypted", []string{cookie, "Origin: http://practice.example.org", "Host: practice.example.org"}, 403},
		{"our name as a part", []string{cookie, "Origin: http://" + st.addr + ".evil.example.com"}, 403},
		{"our name as a user", []string{cookie, "Origin: http://" + st.addr + "@evil.example.com"}, 403},
		{"null", []string{cookie, "Origin: null"}, 403},
		{"empty", []string{cookie, "Origin: "}, 403},
		{"two origins", []string{cookie, own, "Origin: https://evil.example.com"}, 403},
		{"a path behind it", []string{cookie, own + "/x"}, 403},
		{"not a URL", []string{cookie, "Origin: http://[::1"}, 403},
		{"basic instead of bearer", []string{"Authorization: Basic " + made.Token}, 403},
		{"an unknown token", []string{"Authorization: Bearer nonsense"}, 401},
		{"our page without a cookie", []string{own}, 404},
		{"our page with an unknown cookie", []string{own, "Cookie: session=nonsense"}, 404},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ws, status := st.try(socketPath(id), tc.headers...)
			if ws != nil {
				ws.Close()
			}
			if status != tc.status {
				t.Errorf("got %d, want %d", status, tc.status)
			}
		})
	}
}

// TestCrossSite sends what changes something as other sites' pages would.
func TestCrossSite(t *testing.T) {
	st := start(t, func(o *Options) { o.PublicURLs = []string{"https://practice.example.org"} })
	id, cookie := st.beginInBrowser(nil)
	for _, tc := range []struct {
		name    string
		headers []string
		taken   bool
	}{
		{"our page", []string{"Origin: http://" + st.addr}, true},
		{"our page, as newer browsers say it", []string{"Sec-Fetch-Site: same-origin"}, true},
		{"typed into the address bar", []string{"Sec-Fetch-Site: none"}, true},
		{"the public address", []string{"Origin: https://practice.example.org"}, true},
		{"a program", nil, true},
		{"another site", []string{"Origin: https://evil.example.com"}, false},
		{"another site, as newer browsers say it", []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example.com"}, false},
		{"another port", []string{"Sec-Fetch-Site: same-site", "Origin: http://127.0.0.1:1"}, false},
		{"null", []string{"Origin: null"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := len(st.f.called)
			a := st.send("POST", "/api/conversations/"+id+"/pause", "", append(tc.headers, cookie)...)
			if tc.taken && a.status != http.StatusNoContent || !tc.taken && (a.status != http.StatusForbidden || a.code() != "forbidden") {
				t.Errorf("pause: %d %s", a.status, a.body)
			}
			form := st.send("POST", "/t/"+id+"/view", "note=x", append(tc.headers, cookie, "Content-Type: application/x-www-form-urlencoded")...)
			if tc.taken != (form.status == http.StatusSeeOther) {
				t.Errorf("form: %d", form.status)
			}
			if !tc.taken && len(st.f.called) != before {
				t.Errorf("the trainer was asked: %v", st.f.called[before:])
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	st := start(t)
	id, cookie := st.beginInBrowser(nil)
	asset := assetAddress(t, st)
	for _, tc := range []struct{ path, cache string }{
		{"/", "no-store"}, {"/guide", "no-store"}, {"/mine", "no-store"}, {"/t/" + id, "no-store"}, {"/nothing-here", "no-store"},
		{"/api", "no-store"}, {"/api/conversations", "no-store"}, {"/api/nothing", "no-store"},
		{asset, "public, max-age=31536000, immutable"},
	} {
		a := st.send("GET", tc.path, "", cookie)
		for name, want := range map[string]string{
			"Cache-Control": tc.cache, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
			"Permissions-Policy": "camera=(), microphone=(), geolocation=()", "Strict-Transport-Security": "", "Access-Control-Allow-Origin": "",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", tc.path, name, got, want)
			}
		}
		policy := map[string]string{}
		for _, part := range strings.Split(a.header.Get("Content-Security-Policy"), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
			policy[name] = value
		}
		for name, want := range map[string]string{
			"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'", "connect-src": "'self' ws://" + st.addr,
			"form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
		} {
			if policy[name] != want {
				t.Errorf("%s: %s is %q, want %q", tc.path, name, policy[name], want)
			}
		}
		if a.header.Get("Server") != "" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: says more than it should: %v", tc.path, a.header)
		}
	}
}

// TestHeadersByConnection holds what depends on how a browser came here.
func TestHeadersByConnection(t *testing.T) {
	p, err := loadPages()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name      string
		change    func(*Options)
		request   func(*http.Request)
		encrypted bool
		opener    bool
		this      bool
	}{
		{"loopback", func(o *Options) { o.Loopback = true }, func(r *http.Request) { r.Host = "127.0.0.1:8080" }, false, true, true},
		{"a phone in the same Wi-Fi", func(o *Options) { o.AllowedHosts = []string{"laptop.local"} }, func(r *http.Request) { r.Host = "laptop.local:8080" }, false, false, false},
		{"a name that points at loopback", func(o *Options) { o.AllowedHosts = []string{"laptop.local"}; o.Loopback = true }, func(r *http.Request) { r.Host = "laptop.local:8080" }, false, false, false},
		{"encrypted here", func(o *Options) { o.AllowedHosts = []string{"laptop.local"} }, func(r *http.Request) { r.Host = "laptop.local"; r.TLS = &tls.ConnectionState{} }, true, true, false},
		{"encrypted as far as a proxy", func(o *Options) { o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} }, func(r *http.Request) {
			r.Host = "127.0.0.1"
			r.RemoteAddr = "192.0.2.1:1234"
			r.Header.Set("X-Forwarded-Proto", "https")
		}, true, true, false},
		{"whoever says so is not a proxy", func(o *Options) { o.Loopback = true }, func(r *http.Request) {
			r.Host = "127.0.0.1"
			r.RemoteAddr = "192.0.2.1:1234"
			r.Header.Set("X-Forwarded-Proto", "https")
		}, false, true, true},
		{"a public address with https", func(o *Options) { o.PublicURLs = []string{"https://practice.example.org"} }, func(r *http.Request) { r.Host = "practice.example.org" }, true, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := Options{Trainer: newFake(), Library: shelf{someScenario()}, Pages: p}
			tc.change(&o)
			s, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Shutdown(t.Context()) }()
			address, _ := pages.Path("scenario", "someone")
			r := httptest.NewRequest("POST", "http://x"+address, strings.NewReader(""))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			tc.request(r)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			set := w.Result().Cookies()
			if len(set) != 1 {
				t.Fatalf("%d cookies and status %d", len(set), w.Code)
			}
			c := set[0]
			if c.Secure != tc.encrypted || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Name != "session" || c.MaxAge != cookieDays*86400 {
				t.Errorf("the cookie is %v", c)
			}
			if got := w.Header().Get("Strict-Transport-Security") != ""; got != tc.encrypted {
				t.Errorf("told to use encryption only: %v", got)
			}
			if got := w.Header().Get("Cross-Origin-Opener-Policy") != ""; got != tc.opener {
				t.Errorf("has an opener policy: %v", got)
			}
			site := s.site(r)
			if site.Where.Encrypted != tc.encrypted || site.Where.ThisComputer != tc.this {
				t.Errorf("the page says %+v", site.Where)
			}
		})
	}
}

func TestKeepNothingKeepsNoCookie(t *testing.T) {
	st := start(t)
	address, _ := pages.Path("scenario", "someone")
	a := st.post(address, url.Values{"keep_nothing": {"yes"}})
	set := (&http.Response{Header: a.header}).Cookies()
	if len(set) != 1 || set[0].MaxAge != 0 || !set[0].Expires.IsZero() {
		t.Errorf("the cookie outlives the browser: %v", set)
	}
}

// TestStrangers asks for everything that has an owner, as everybody but the owner.
func TestStrangers(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	_, otherToken := st.begin()
	other, otherCookie := st.beginInBrowser(nil)
	a := st.send("POST", "/api/conversations/"+other+"/token", "", otherCookie)
	var one struct{ Token string }
	if err := jsonInto(a.body, &one); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, pattern := range st.s.patterns {
		if !strings.Contains(pattern, "{id}") {
			continue
		}
		method, path, _ := strings.Cut(pattern, " ")
		for _, deed := range []string{"help", "pause", "extend", "step-out", "end", "rate", "leave"} {
			if !strings.Contains(path, "{deed}") && deed != "help" {
				continue
			}
			for name, header := range map[string]string{
				"nobody": "X: y", "somebody else": "Authorization: Bearer " + otherToken, "another browser": otherCookie,
				"the holder of another conversation's token": "Authorization: Bearer " + one.Token,
			} {
				for _, of := range []string{id, "no-such-conversation", "%2e%2e", "..%2f.."} {
					if of != id && name == "the holder of another conversation's token" {
						continue
					}
					full := strings.NewReplacer("{id}", of, "{deed}", deed).Replace(path)
					body, kind := "", "X-Kind: none"
					if method == "POST" {
						body, kind = `{}`, "Content-Type: application/json"
					}
					headers := []string{header, kind, "Origin: http://" + st.addr}
					if strings.HasSuffix(path, "/socket") {
						headers = append(headers, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==")
					}
					got := st.send(method, full, body, headers...)
					asked++
					if got.status != http.StatusNotFound {
						t.Errorf("%s %s as %s: %d %s", method, full, name, got.status, got.body)
					}
					if of == id && strings.Contains(got.body, "Lunch with Alex") {
						t.Errorf("%s %s as %s names the scenario", method, full, name)
					}
				}
			}
			if got := st.send(method, strings.NewReplacer("{id}", id, "{deed}", deed).Replace(path), "", "Authorization: Bearer nonsense"); got.status != http.StatusUnauthorized && got.status != http.StatusForbidden {
				t.Errorf("%s with an unknown token: %d", pattern, got.status)
			}
		}
	}
	if asked < 100 {
		t.Errorf("only %d requests were tried", asked)
	}
	if a := st.send("GET", "/api/conversations/"+id, "", "Authorization: Bearer "+token); a.status != http.StatusOK {
		t.Errorf("the owner gets %d", a.status)
	}
	for name, header := range map[string]string{"nobody": "X: y", "somebody else": "Authorization: Bearer " + otherToken} {
		if a := st.send("GET", "/api/conversations", "", header); strings.Contains(a.body, `"`+id+`"`) {
			t.Errorf("%s is shown the conversation in a list", name)
		}
	}
}

func TestNoSuchPage(t *testing.T) {
	st := start(t)
	for _, tc := range []struct {
		method, path string
		status       int
		code, allow  string
	}{
		{"GET", "/api/nothing", 404, "not-found", ""},
		{"GET", "/nothing", 404, "", ""},
		{"GET", "/assets/nothing.js", 404, "", ""},
		{"GET", "/s/0000000000", 404, "", ""},
		{"PUT", "/api/conversations", 405, "method", "GET"},
		{"DELETE", "/", 405, "", "GET"},
		{"TRACE", "/api", 405, "method", "GET"},
		{"POST", "/api/conversations/x/dance", 404, "not-found", ""},
	} {
		a := st.send(tc.method, tc.path, "")
		if a.status != tc.status || a.code() != tc.code || !strings.Contains(a.header.Get("Allow"), tc.allow) {
			t.Errorf("%s %s: %d %q, allowed %q", tc.method, tc.path, a.status, a.body, a.header.Get("Allow"))
		}
		if tc.code == "" && tc.method == "GET" && !strings.Contains(a.body, "<h1>") {
			t.Errorf("%s %s is no page: %s", tc.method, tc.path, a.body)
		}
	}
}

func TestFaultsAreToldPlainly(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	for _, err := range []error{errTestPanic, errors.New("canary-internals")} {
		st.f.fail("Transcript", err)
		a := st.send("GET", "/api/conversations/"+id+"/transcript", "", "Authorization: Bearer "+token)
		if a.status != http.StatusInternalServerError || a.code() != "internal" || strings.Contains(a.body, "canary") {
			t.Errorf("%v: %d %s", err, a.status, a.body)
		}
	}
	if log := st.log.String(); strings.Contains(log, "canary-panic") {
		t.Errorf("the log holds the value of the panic: %s", log)
	}
}

// TestNothingOfPeopleInTheLog sends canaries by every way in, through refusals and faults too, and searches the log for them.
func TestNothingOfPeopleInTheLog(t *testing.T) {
	st := start(t)
	id, token := st.begin()
	c := st.open(id, token, 0).ready()
	c.send(`{"type":"say","id":"canary-id","text":"canary-words"}`)
	c.expect("ack")
	st.f.piece(id, "canary-answer")
	st.f.said(id)
	c.expect("piece", "said", "meters")
	for _, frame := range []string{
		`{"type":"canary-type"}`, `canary-nonsense`, `{"type":"say","id":"canary id","text":"canary"}`, `{"type":"rate","id":"r","levels":{"canary":1},"note":"canary"}`,
		`{"type":"say","id":"x","text":{"canary":1}}`,
	} {
		c.send("%s", frame)
		if e := c.expect("error"); strings.Contains(fmt.Sprint(e["message"]), "canary") {
			t.Errorf("the error repeats what was sent: %v", e)
		}
	}
	for name, err := range map[string]error{"panic": errTestPanic, "refused": trainer.Errorf(trainer.CodeInvalid, "No."), "internal": errors.New("the disk is full")} {
		st.f.fail("Say", err)
		c.send(`{"type":"say","id":"%s","text":"canary-%s"}`, name, name)
		c.expect("error")
		st.send("POST", "/api/conversations/"+id+"/say", `{"id":"x","text":"canary"}`, "Authorization: Bearer "+token)
	}
	talk, cookie := st.beginInBrowser(url.Values{"practise": {"ask"}})
	st.post("/t/"+talk+"/end", nil, cookie)
	st.post("/t/"+talk+"/view", url.Values{"note": {"canary-note"}, "level-ask": {"canary"}}, cookie)
	st.post("/t/"+talk+"/view", url.Values{"note": {"canary-note"}, "level-ask": {"2"}}, cookie)
	st.send("GET", "/t/"+talk+"/notes?framework=canary-framework", "", cookie)
	st.send("GET", "/canary-path?canary=query", "", "User-Agent: canary-agent", "Referer: http://x/canary", "Cookie: session=canary-cookie")
	st.send("CANARY-METHOD", "/", "")
	st.send("GET", "/api", "", "Host: canary.example.com", "X-Forwarded-For: 203.0.113.77")
	st.send("POST", "/api/conversations", `{"canary":1}`, "Authorization: Bearer canary-token")
	st.send("POST", "/api/conversations", `{"scenario":"canary-scenario"}`)
	log := st.log.String()
	for _, word := range []string{"canary", "CANARY", id, talk, token, strings.TrimPrefix(cookie, "Cookie: session="), "127.0.0.1", "203.0.113.77", "Alex"} {
		if at := strings.Index(log, word); at >= 0 {
			t.Errorf("the log holds %q: …%s…", word, log[max(0, at-200):min(len(log), at+200)])
		}
	}
	if !strings.Contains(log, `"route":"GET /api/conversations/{id}/socket"`) && !strings.Contains(log, "a request failed") {
		t.Errorf("the log is empty, so nothing was shown: %s", log)
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	for _, bad := range []string{"practice.example.org", "ftp://practice.example.org", "https://", "https://user@practice.example.org", "https://practice.example.org/app", "https://practice.example.org?x=1", "://"} {
		if _, err := New(Options{PublicURLs: []string{bad}}); err == nil || !strings.Contains(err.Error(), "https://practice.example.org") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
