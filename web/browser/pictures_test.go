package browser

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// shown is the conversation of the README's pictures; its answers come from the program.
var shown = []string{
	"Shall I take the other end of that sheet? How was your shift?",
	"Busy how? What was this morning like, up on Bluebell?",
	"So it's you, running from one to the next. What happened with the rota, for you?",
	"They changed it over your head, after nineteen years. What does that do to your week?",
	"So it's your evenings that go. What's that like, when you get home?",
	"That makes sense. Nobody asked you. What would put it right, do you think?",
}

// TestReadmePictures holds a real conversation and takes the README's
// pictures of it. It runs only where BREAKROOM_README_PICTURES names the
// folder to put them in: BREAKROOM_README_PICTURES=../pictures.
func TestReadmePictures(t *testing.T) {
	dir := os.Getenv("BREAKROOM_README_PICTURES")
	if dir == "" {
		t.Skip("BREAKROOM_README_PICTURES names no folder")
	}
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.look(1280, 800, "light", true)
	b.visit(p.url + "/")
	js[bool](b, `Array.from(document.querySelectorAll(".card h3 a")).find(a => a.textContent.includes("Folding towels")).click(), true`)
	b.until(`document.querySelector("form.begin")`)
	b.click("form.begin button")
	b.until(onTalk)
	for _, words := range shown {
		b.say(words)
	}
	for i, turn := range b.turns() {
		t.Logf("%d %s", i+1, turn)
	}
	take := func(name string) {
		t.Helper()
		js[bool](b, `document.activeElement.blur(), true`)
		img, err := png.Decode(bytes.NewReader(get(b, chromedp.CaptureScreenshot())))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err != nil {
			t.Fatal(err)
		}
		if out.Len() > 200<<10 {
			t.Errorf("%s has %d bytes; a README's picture should have less than 200 KB", name, out.Len())
		}
		if err := os.WriteFile(filepath.Join(dir, name+".png"), out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := js[string](b, "location.href")
	both := func(name, where, to string) {
		t.Helper()
		for _, width := range []int64{1280, 390} {
			b.look(width, 800, "light", true)
			b.visit(where)
			b.until(`document.querySelector("h1")`)
			if to != "" {
				js[bool](b, `document.querySelector("`+to+`").scrollIntoView({block: "start", behavior: "instant"}), true`)
			}
			take(fmt.Sprintf("%s-%d", name, width))
		}
		b.look(1280, 800, "light", true)
	}
	both("talk", at, "")
	b.end()
	both("debrief", js[string](b, "location.href"), "#felt")
	if full := os.Getenv("BREAKROOM_PICTURES"); full != "" {
		for _, width := range []int64{1280, 390} {
			b.look(width, 800, "light", true)
			b.picture(fmt.Sprintf("readme-debrief-full-%d", width), true)
		}
	}
}
