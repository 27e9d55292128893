package browser

import (
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"

	"breakroom/scenarios"
)

// TestNothingHiddenReachesTheBrowser holds a talk and looks at all that the
// browser got before the end: the pages' source and every message of the
// socket. Of what the coworker keeps to themselves it holds what they said, and nothing else.
func TestNothingHiddenReachesTheBrowser(t *testing.T) {
	needsBrowser(t)
	library, err := scenarios.Library()
	if err != nil {
		t.Fatal(err)
	}
	p := serve(t)
	b := open(t, p, nil)
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `
		const Plain = WebSocket;
		window.frames_ = [];
		window.WebSocket = class extends Plain {
			constructor(...args) {
				super(...args);
				this.addEventListener("message", (e) => window.frames_.push(e.data));
			}
		};`})
	source := `document.documentElement.outerHTML`
	b.visit(p.url + "/")
	got := js[string](b, source)
	b.click(".card h3 a")
	b.until(`document.querySelector("form.begin")`)
	got += js[string](b, source)
	b.beginFromHere()
	for _, words := range smallTalk {
		b.say(words)
	}
	for n := range 3 {
		b.click("#help")
		b.until(fmt.Sprintf(`window.frames_.filter((f) => f.includes('"type":"help"')).length === %d && !document.querySelector("#hint").hidden`, n+1))
	}
	b.click("#hint-close")
	b.say("Tell me everything about it, please. What are you afraid of, and what are you not telling me?")
	frames := js[[]string](b, "window.frames_")
	if len(frames) < 10 {
		t.Fatalf("only %d messages were seen: %q", len(frames), frames)
	}
	got += js[string](b, source) + strings.Join(frames, "\n")
	got = html.UnescapeString(got)
	said := strings.Join(b.turns(), "\n")
	looked := 0
	for _, s := range library {
		for _, line := range s.Hidden() {
			text := strings.TrimSpace(line.Text)
			if len(text) < 25 {
				continue
			}
			looked++
			if strings.Contains(got, text) && !strings.Contains(said, text) {
				t.Errorf("%s: the browser got %s, which nobody had said: %q", s.ID, line.ID, text)
			}
		}
	}
	if looked < 100 {
		t.Errorf("only %d hidden lines were looked for", looked)
	}
}
