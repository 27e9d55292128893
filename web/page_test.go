package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// assetAddress finds an asset on the first page.
func assetAddress(t *testing.T, st *site) string {
	t.Helper()
	m := regexp.MustCompile(`"(/assets/[a-z]+\.[0-9a-f]+\.css)"`).FindStringSubmatch(st.send("GET", "/", "").body)
	if m == nil {
		t.Fatal("the first page has no style")
	}
	return m[1]
}

// TestATalkWithoutScripts goes from the first page to the end by forms and links alone.
func TestATalkWithoutScripts(t *testing.T) {
	st := start(t)
	scenario, _ := pages.Path("scenario", "someone")
	home := st.send("GET", "/", "")
	if home.status != http.StatusOK || !strings.Contains(home.body, `href="`+scenario+`"`) || home.header.Get("Set-Cookie") != "" {
		t.Fatalf("the first page: %d %v", home.status, home.header)
	}
	if a := st.send("GET", scenario, ""); a.status != http.StatusOK || strings.Contains(a.body, "canary-hidden") {
		t.Errorf("the scenario's page: %d", a.status)
	}
	id, cookie := st.beginInBrowser(url.Values{"practise": {"ask", "talk-ratio"}, "keep_nothing": {"yes"}})
	if c := st.f.talks[id].c; !c.KeepNothing || len(c.Practise) != 2 || c.Practise[0] != talk.SkillAsk {
		t.Errorf("begun as %+v", c)
	}
	at := func(page string) string {
		p, err := pages.Path(page, id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	see := func(page string, status int, words ...string) string {
		t.Helper()
		a := st.send("GET", at(page), "", cookie)
		if a.status != status {
			t.Errorf("%s: %d %s", page, a.status, a.header.Get("Location"))
		}
		for _, w := range words {
			if !strings.Contains(a.body, w) {
				t.Errorf("%s does not say %q", page, w)
			}
		}
		return a.header.Get("Location")
	}
	send := func(page string, fields url.Values, to string) {
		t.Helper()
		a := st.post(at(page), fields, cookie)
		if a.status != http.StatusSeeOther || a.header.Get("Location") != at(to) {
			t.Errorf("%s: %d to %s", page, a.status, a.header.Get("Location"))
		}
	}

	see("talk", 200, `data-seq="1"`, `data-socket="/api/conversations/`+id+`/socket"`)
	auth := st.newToken(id, cookie)
	c := st.open(id, auth, 0).ready()
	c.send(`{"type":"say","id":"a","text":"How <b>was</b> it?"}`)
	c.expect("ack")
	st.f.piece(id, "Well.")
	see("talk", 200, `data-seq="2"`, "How &lt;b&gt;was&lt;/b&gt; it?")
	st.f.said(id)
	see("talk", 200, `data-seq="3"`, "Well.")
	if a := st.send("GET", "/mine", "", cookie); !strings.Contains(a.body, at("talk")) {
		t.Error("one's own talks do not name it")
	}
	if a := st.send("GET", "/", "", cookie); !strings.Contains(a.body, at("talk")) {
		t.Error("the first page does not offer to go on")
	}
	if to := see("view", 303); to != at("talk") {
		t.Errorf("the own view before the end leads to %s", to)
	}
	if to := see("debrief", 303); to != at("talk") {
		t.Errorf("the notes before the end lead to %s", to)
	}
	see("out", 200, "<form")
	send("end", nil, "view")
	send("end", nil, "view") // twice is no mistake
	see("view", 200, `name="level-ask"`)
	send("view", url.Values{"level-ask": {"2"}, "level-talk-ratio": {""}, "note": {"I rushed."}}, "debrief")
	see("debrief", 200, "Alex")
	if a := st.send("GET", at("debrief")+"?framework=ahuy", "", cookie); a.status != http.StatusOK || !slices.Contains(st.f.called, "Debrief through ahuy") {
		t.Errorf("the notes through another framework: %d", a.status)
	}
	if a := st.post(at("leave"), nil, cookie, "Accept: text/html"); a.status != http.StatusOK || !strings.Contains(a.body, "<h1>") {
		t.Errorf("leaving: %d", a.status)
	}
	see("talk", 404)
}

// newToken makes a token for one conversation.
func (st *site) newToken(id, cookie string) string {
	st.t.Helper()
	a := st.send("POST", "/api/conversations/"+id+"/token", "", cookie)
	var made struct{ Token string }
	if err := jsonInto(a.body, &made); err != nil || made.Token == "" {
		st.t.Fatalf("making a token: %d %s", a.status, a.body)
	}
	return made.Token
}

func TestSteppingOutAndDeleting(t *testing.T) {
	st := start(t, func(o *Options) {
		o.Contacts = []pages.Contact{{Name: "Sam from the committee", How: "555 0100, evenings"}}
		o.Owner = "Jo from the hall"
	})
	id, cookie := st.beginInBrowser(nil)
	if a := st.post("/t/"+id+"/out", nil, cookie); a.status != http.StatusSeeOther || a.header.Get("Location") != "/t/"+id+"/out" {
		t.Fatalf("stepping out: %d", a.status)
	}
	out := st.send("GET", "/t/"+id+"/out", "", cookie)
	if !strings.Contains(out.body, "Sam from the committee") || !strings.Contains(out.body, "555 0100, evenings") {
		t.Error("the contacts are not there")
	}
	if a := st.send("GET", "/t/"+id+"/gone", "", cookie); a.status != http.StatusOK || !strings.Contains(a.body, "Lunch with Alex") {
		t.Errorf("asking whether to delete: %d", a.status)
	}
	if _, there := st.f.talks[id]; !there {
		t.Fatal("asking has deleted it")
	}
	if a := st.post("/t/"+id+"/gone", nil, cookie); a.status != http.StatusOK {
		t.Errorf("deleting: %d", a.status)
	}
	if _, there := st.f.talks[id]; there {
		t.Error("it is still there")
	}
	if a := st.send("GET", "/t/"+id, "", cookie); a.status != http.StatusNotFound {
		t.Errorf("after that: %d", a.status)
	}
}

// TestLeavingByBeacon is what a page does that is closed.
func TestLeavingByBeacon(t *testing.T) {
	for _, keepNothing := range []string{"", "yes"} {
		st := start(t)
		id, cookie := st.beginInBrowser(url.Values{"keep_nothing": {keepNothing}})
		a := st.send("POST", "/t/"+id+"/leave", "", cookie, "Content-Type: text/plain;charset=UTF-8", "Accept: */*", "Origin: http://"+st.addr)
		if a.status != http.StatusNoContent || a.body != "" {
			t.Errorf("%d %s", a.status, a.body)
		}
		if _, there := st.f.talks[id]; there == (keepNothing == "yes") {
			t.Errorf("keep nothing: %q, still there: %v", keepNothing, there)
		}
	}
}

func TestBeginningThatFails(t *testing.T) {
	st := start(t)
	address, _ := pages.Path("scenario", "someone")
	for name, tc := range map[string]struct {
		fields url.Values
		fails  error
		status int
	}{
		"a skill that is none": {url.Values{"practise": {"charm"}}, nil, 400},
		"no room":              {nil, trainer.Errorf(trainer.CodeTooMany, "You have very many."), 429},
		"closing":              {nil, trainer.Errorf(trainer.CodeUnavailable, "The disk is full."), 503},
	} {
		st.f.fail("Begin", tc.fails)
		a := st.post(address, tc.fields)
		if a.status != tc.status || !strings.Contains(a.body, `role="alert"`) || !strings.Contains(a.body, "<form") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestSomebodyKnownStaysKnown(t *testing.T) {
	st := start(t)
	first, cookie := st.beginInBrowser(nil)
	address, _ := pages.Path("scenario", "someone")
	a := st.post(address, nil, cookie)
	second := strings.TrimPrefix(a.header.Get("Location"), "/t/")
	if st.f.talks[first].c.Person != st.f.talks[second].c.Person {
		t.Error("the second talk belongs to somebody else")
	}
	set := (&http.Response{Header: a.header}).Cookies()
	if len(set) != 1 || "Cookie: session="+set[0].Value != cookie {
		t.Errorf("the cookie was changed: %v", set)
	}
	// A cookie that is not known makes somebody new of the browser.
	a = st.post(address, nil, "Cookie: session=forgotten")
	if set := (&http.Response{Header: a.header}).Cookies(); len(set) != 1 || set[0].Value == "forgotten" {
		t.Errorf("the cookies are %v", set)
	}
}

func TestAssets(t *testing.T) {
	st := start(t)
	address := assetAddress(t, st)
	a := st.send("GET", address, "")
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/css; charset=utf-8" || len(a.body) < 1000 {
		t.Errorf("%d %s, %d bytes", a.status, a.header.Get("Content-Type"), len(a.body))
	}
	if a := st.send("HEAD", address, ""); a.status != http.StatusOK || a.body != "" {
		t.Errorf("HEAD: %d", a.status)
	}
	for _, path := range []string{"/assets/", "/assets/breakroom.css", "/assets/../pages.go", "/assets/%2e%2e/pages.go"} {
		if a := st.send("GET", path, ""); a.status == http.StatusOK {
			t.Errorf("%s is there", path)
		}
	}
	if a := st.send("GET", "/robots.txt", ""); !strings.Contains(a.body, "Disallow: /") {
		t.Errorf("robots.txt: %d %s", a.status, a.body)
	}
}
