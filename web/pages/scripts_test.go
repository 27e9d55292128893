package pages_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"breakroom/web/pages"
)

// modules gives the addresses of the modules that a talk loads, by their plain names.
func modules(t *testing.T, p *pages.Pages) map[string]string {
	t.Helper()
	named := regexp.MustCompile(`([a-z]+)\.[0-9a-f]{10}\.js`)
	found := map[string]string{}
	take := func(text string) {
		for _, m := range named.FindAllStringSubmatch(text, -1) {
			found[m[1]] = pages.AssetPrefix + m[0]
		}
	}
	take(render(t, p, pages.Talk{State: "open", TalkID: "k3v9", Card: cards[0]}))
	talk, ok := p.Asset(found["talk"])
	if !ok {
		t.Fatal("a talk does not load talk.js")
	}
	take(string(talk.Body))
	return found
}

// run serves an empty page beside the assets, and evaluates an async function body in it that may import M.socket, M.view and M.composer.
func run[T any](t *testing.T, p *pages.Pages, ctx context.Context, body string) T {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := p.Asset(r.URL.Path); ok {
			w.Header().Set("Content-Type", a.Type)
			_, _ = w.Write(a.Body)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>-</title><div id="talk"><p class="first-word">-</p><ol id="turns"></ol><p id="waiting" hidden><span id="waiting-text"></span></p><div id="announce"></div><form id="say"><textarea id="words"></textarea></form></div>`)
	}))
	t.Cleanup(srv.Close)
	at := modules(t, p)
	prelude := `(async () => { const M = {`
	for _, name := range []string{"socket", "view", "composer", "texts"} {
		prelude += name + `: await import("` + at[name] + `"),`
	}
	prelude += `};`
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL)); err != nil {
		t.Fatal(err)
	}
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](prelude+body+`})()`, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fakes stand for the socket and the clock: sockets[n] are those that were
// opened, later holds what waits for time to pass.
const fakes = `
	const sockets = [], later = [];
	window.setTimeout = (f, ms) => later.push({f, ms});
	window.clearTimeout = (n) => { if (n) later[n - 1] = null; };
	window.WebSocket = class extends EventTarget {
		static OPEN = 1;
		constructor(url) { super(); this.url = String(url); this.sent = []; this.readyState = 1; sockets.push(this); }
		send(text) { this.sent.push(JSON.parse(text)); }
		close() { this.readyState = 3; }
		get(m) { this.dispatchEvent(new MessageEvent("message", {data: JSON.stringify(m)})); }
		drop(code) { this.dispatchEvent(new CloseEvent("close", {code})); }
	};
	const pass = () => { for (const l of later.splice(0)) if (l) l.f(); };
`

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	p := newPages(t)
	ctx := browser(t)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}

	t.Run("words go out again until they are acknowledged, under one id", func(t *testing.T) {
		got := run[[]string](t, p, ctx, fakes+`
			const link = new M.socket.Link("/api/conversations/x/socket", 7);
			const out = [];
			link.connect();
			out.push(new URL(sockets[0].url).search);
			const id = link.say("hello");
			out.push("before hello " + sockets[0].sent.length);
			sockets[0].get({type: "hello", seq: 7});
			out.push("after hello " + (sockets[0].sent[0].id === id));
			sockets[0].drop(1006);
			pass();
			sockets[1].get({type: "hello", seq: 8});
			out.push("again " + (sockets[1].sent[0].id === id && sockets[1].sent[0].text === "hello"));
			sockets[1].get({type: "ack", id, seq: 8, turn: 1});
			sockets[1].get({type: "said", seq: 9, turn: 2});
			sockets[1].drop(1006);
			pass();
			sockets[2].get({type: "hello", seq: 9});
			out.push(new URL(sockets[2].url).search, "after the acknowledgement " + sockets[2].sent.length);
			return out;`)
		want := []string{"?after=7", "before hello 0", "after hello true", "again true", "?after=9", "after the acknowledgement 0"}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})

	t.Run("it comes back when the server says, and not where it says not to", func(t *testing.T) {
		got := run[[]string](t, p, ctx, fakes+`
			const out = [];
			const closed = (code, bye) => {
				sockets.length = 0; later.length = 0;
				const link = new M.socket.Link("/s", 0);
				link.connect();
				sockets[0].get({type: "hello", seq: 1});
				if (bye) sockets[0].get({type: "bye", ...bye});
				sockets[0].drop(code);
				const wait = later.filter(Boolean).at(-1)?.ms;
				pass();
				return code + " " + (sockets.length > 1) + " " + (bye?.back_in_ms > 0 ? wait >= bye.back_in_ms && wait <= bye.back_in_ms + 500 : "");
			};
			out.push(closed(1012, {code: "restart", back_in_ms: 2000}), closed(1006), closed(1013), closed(4001, {code: "too-many", back_in_ms: -1}), closed(4001), closed(4004));
			return out;`)
		want := []string{"1012 true true", "1006 true ", "1013 true ", "4001 false ", "4001 false ", "4004 false "}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})

	t.Run("waiting doubles up to half a minute, with chance in it", func(t *testing.T) {
		got := run[[]float64](t, p, ctx, `return [1, 2, 3, 6, 40].flatMap((n) => [M.socket.waitFor(n, () => 0), M.socket.waitFor(n, () => 1)])`)
		want := []float64{500, 1000, 1000, 2000, 2000, 4000, 15000, 30000, 15000, 30000}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	})

	t.Run("ids are long and do not repeat", func(t *testing.T) {
		if n := run[int](t, p, ctx, `const ids = new Set(); for (let i = 0; i < 2000; i++) ids.add(M.socket.newID()); return [...ids].filter((id) => /^[0-9a-f]{24}$/.test(id)).length`); n != 2000 {
			t.Fatalf("%d good ids of 2000", n)
		}
	})

	t.Run("sentences are told apart, and the rest waits", func(t *testing.T) {
		for text, want := range map[string]string{
			"":                             `[[],""]`,
			"One two":                      `[[],"One two"]`,
			"One. Two? Th":                 `[["One.","Two?"]," Th"]`,
			"It costs 3.50 a day. Yes":     `[["It costs 3.50 a day."]," Yes"]`,
			"He said “go.” And I went… So": `[["He said “go.”","And I went…"]," So"]`,
		} {
			got := run[string](t, p, ctx, "const {found, rest} = M.view.sentencesOf("+quote(text)+"); return JSON.stringify([found, rest]);")
			if got != want {
				t.Errorf("%q: got %s, want %s", text, got, want)
			}
		}
	})

	// The transcript's texts, and a clock that is turned by hand.
	const transcript = fakes + `
		const text = (key, v = {}) => key + (v.sentence ? ":" + v.sentence : "");
		const root = document.getElementById("talk");
		const tr = new M.view.Transcript(root, text, "Rosa");
		const words = () => Array.from(document.querySelectorAll("#turns .words"), (p) => p.textContent);
		const told = () => Array.from(document.querySelectorAll("#announce p"), (p) => p.textContent);
	`

	t.Run("an answer is revealed word by word, and told by sentence", func(t *testing.T) {
		got := run[[]string](t, p, ctx, transcript+`
			const out = [];
			tr.piece(2, "Long. They chan", false);
			tr.piece(2, "ged it again.", false);
			out.push("at first " + words().length);
			pass(); out.push(words()[0]); pass(); out.push(words()[0], told().join("|"));
			pass(); pass(); pass();
			tr.said(2, "", false); pass(); pass();
			out.push(words()[0], told().join("|"), String(tr.has(2)));
			return out;`)
		want := []string{"at first 0", "Long. ", "Long. They ", "sentence:Long.", "Long. They changed it again.", "sentence:Long.|sentence:They changed it again.", "true"}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})

	t.Run("what begins again is not doubled, and what is there stays", func(t *testing.T) {
		got := run[[]string](t, p, ctx, transcript+`
			tr.heard(1, "Hi");
			tr.heard(1, "Hi");
			tr.piece(2, "Half an ans", true);
			tr.again(2);
			const gap = words().join("|");
			tr.piece(2, "A whole answer.", true);
			tr.said(2, "", true);
			tr.again(2); tr.piece(2, "A whole answer.", true); tr.said(2, "", true);
			return [gap, words().join("|"), String(document.querySelectorAll(".first-word").length)];`)
		want := []string{"Hi", "Hi|A whole answer.", "0"}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})

	t.Run("my words stand once, whichever of acknowledgement and echo comes first", func(t *testing.T) {
		got := run[[]string](t, p, ctx, transcript+`
			tr.mine("a", "One"); tr.acknowledged("a", 1);
			tr.mine("b", "Two"); tr.heard(3, "Two"); tr.acknowledged("b", 3);
			tr.mine("c", ""); tr.late();
			return [words().join("|"), Array.from(document.querySelectorAll(".unsent"), (li) => li.textContent).join("|")];`)
		want := []string{"One|Two|said_nothing", "yousaid_nothingsending"}
		for i := range want {
			if i >= len(got) || got[i] != want[i] {
				t.Fatalf("got %q, want %q", got, want)
			}
		}
	})
}

// quote spells a string for a script.
func quote(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(data)
}
