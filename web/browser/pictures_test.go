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
	"What was this morning like for you, up on Bluebell?",
	"And the new rota, how has that been?",
	"So they changed it, and nobody asked you. What does that do to your week?",
	"That's your own time they're taking, on top of everything. What's that like, when you get home?",
	"No wonder you're worn out. What would put it right, do you think?",
	"And who could say yes to that?",
	"What worries you, if a few of us went to her together?",
	"That's a real worry, and I can't promise it away. What would make it safer?",
	"Some of us are meeting on Monday, half past six, upstairs at the Methodist hall. Would you come with me?",
	"Then I'll be at your bus stop at six on Monday, and you tell me on the way if you've thought better of it.",
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
			b.until(`document.querySelector("h1") && document.querySelector("#clock")?.textContent !== ""`)
			if to != "" {
				js[bool](b, `document.querySelector("`+to+`").scrollIntoView({block: "start", behavior: "instant"}), true`)
			}
			take(fmt.Sprintf("%s-%d", name, width))
		}
		b.look(1280, 800, "light", true)
	}
	both("talk", at, "#turn-7")
	b.end()
	notes := js[string](b, "location.href")
	both("debrief", notes, "#felt")
	both("skills", notes, "#skills")
	if full := os.Getenv("BREAKROOM_PICTURES"); full != "" {
		for _, width := range []int64{1280, 390} {
			b.look(width, 800, "light", true)
			b.picture(fmt.Sprintf("readme-debrief-full-%d", width), true)
		}
	}
}
