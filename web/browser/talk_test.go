package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// A talk that asks, waits and takes up, with nothing in it that only one scenario could answer.
var smallTalk = []string{
	"Hey, good to see you. How has your week been?",
	"That sounds like a lot. What happened?",
	"And what does that do to you, when you get home?",
}

// TestFromTheFirstPageToTheDebrief is the spine: a new organizer opens the
// page and comes out with notes, and nothing fails or asks for anything elsewhere.
func TestFromTheFirstPageToTheDebrief(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.visit(p.url + "/")
	b.axe("home")
	b.click(`.first a[href="/guide"]`)
	b.until(`document.querySelector(".skill-guide")`)
	b.axe("guide")
	b.visit(p.url + "/")
	b.click(`.first a[href="/examples"]`)
	b.until(`document.querySelector(".story")`)
	b.axe("examples")
	b.visit(p.url + "/")
	b.click(".card h3 a")
	b.until(`document.querySelector("form.begin")`)
	b.axe("scenario")
	b.visit(p.url + "/")
	b.beginHere()
	for i, words := range smallTalk {
		if n := b.say(words); n < 2*i+2 {
			t.Fatalf("after %d turns of mine there are %d on the page", i+1, n)
		}
	}
	turns := b.turns()
	for i, words := range smallTalk {
		found := false
		for _, turn := range turns {
			found = found || turn == words
		}
		if !found {
			t.Errorf("turn %d of mine is not on the page: %q", i+1, turns)
		}
	}
	for _, turn := range turns {
		if strings.TrimSpace(turn) == "" {
			t.Errorf("an empty turn: %q", turns)
		}
	}
	b.axe("talk")
	b.click("#help")
	b.until(`!document.querySelector("#hint").hidden && document.querySelector("#hint-text").textContent.length > 10`)
	b.axe("talk-help")
	b.click("#hint-close")
	b.click("#nothing")
	b.until(fmt.Sprintf("%s >= %d && %s", turnCount, len(turns)+2, isQuiet))
	b.click("#end")
	b.axe("talk-end")
	b.click("#end-dialog .primary")
	b.until(`document.querySelector("form.own")`)
	b.axe("view")
	b.click(`input[name="level-talk-ratio"][value="2"]`)
	b.click("#note")
	b.do(chromedp.KeyEvent("They opened up when I waited."))
	b.click("form.own .primary")
	b.until(onDebrief)
	b.axe("debrief")
	said := js[string](b, "document.body.innerText")
	for _, want := range []string{"They opened up when I waited.", smallTalk[1]} {
		if !strings.Contains(said, want) {
			t.Errorf("the debrief does not hold %q:\n%s", want, said)
		}
	}
	// Every link to a turn leads to one, and every quote stands in the transcript.
	if dead := js[[]string](b, `Array.from(document.querySelectorAll('a[href^="#"]'), a => a.getAttribute("href")).filter(h => !document.querySelector(h))`); len(dead) > 0 {
		t.Errorf("links that lead nowhere: %q", dead)
	}
	if lost := js[[]string](b, `Array.from(document.querySelectorAll(".evidence q, blockquote p"), q => q.textContent)
		.filter(q => !Array.from(document.querySelectorAll(".noted .words")).some(w => w.textContent.includes(q)))`); len(lost) > 0 {
		t.Errorf("quotes that do not stand in the transcript: %q", lost)
	}
	if options := js[int](b, `document.querySelectorAll("#framework option").length`); options < 2 {
		t.Errorf("the debrief can be read through %d frameworks", options)
	}
	js[bool](b, `document.querySelector("#framework").value = document.querySelector("#framework option:not([selected])").value, true`)
	b.click("#chooser button")
	b.until(`location.search.includes("framework=") && ` + onDebrief)
	b.visit(p.url + "/mine")
	b.axe("mine")
}

// TestEnterAndShiftEnter: Enter sends, Shift and Enter make a line, an input method's Enter does neither.
func TestEnterAndShiftEnter(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.begin(p)
	b.write("first line")
	b.keys(kb.Enter, chromedp.Modifier(8))
	b.do(chromedp.KeyEvent("second line"))
	if got := js[string](b, `document.querySelector("#words").value`); got != "first line\nsecond line" {
		t.Fatalf("the box holds %q", got)
	}
	js[bool](b, `document.querySelector("#words").dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true}))`)
	if got := js[int](b, `document.querySelectorAll("#turns .yours").length`); got != 0 {
		t.Fatal("an input method's Enter sent the words")
	}
	b.keys(kb.Enter)
	b.until(turnCount + " >= 2 && " + isQuiet)
	if turns := b.turns(); turns[len(turns)-2] != "first line\nsecond line" {
		t.Errorf("what was said: %q", turns)
	}
	if got := js[string](b, `document.querySelector("#words").value`); got != "" {
		t.Errorf("after sending, the box holds %q", got)
	}
}

// TestReloadInMidAnswer reloads while an answer is being shown: afterwards it stands there once and whole.
func TestReloadInMidAnswer(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.look(1280, 900, "light", false)
	b.begin(p)
	opening := len(b.turns())
	b.write(smallTalk[0])
	b.keys(kb.Enter)
	b.until(`document.querySelector("#turns > .theirs:last-child .words")?.textContent.length > 0`)
	part := js[string](b, `document.querySelector("#turns > .theirs:last-child .words").textContent`)
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + turnCount + fmt.Sprintf(" === %d && ", opening+2) + isQuiet)
	turns := b.turns()
	if got := turns[opening]; got != smallTalk[0] {
		t.Errorf("my turn is %q", got)
	}
	if whole := turns[opening+1]; !strings.HasPrefix(whole, strings.TrimSpace(part)) {
		t.Errorf("the answer began with %q and is now %q", part, whole)
	}
	b.look(1280, 900, "light", true)
	if n := b.say(smallTalk[1]); n < opening+4 {
		t.Errorf("the talk does not go on: %q", b.turns())
	}
}

// TestTheServerDiesInMidTalk kills the program between two turns: words said
// meanwhile wait on the page, go out when it is back, and count once.
func TestTheServerDiesInMidTalk(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.expect("WebSocket connection to", "ERR_CONNECTION_REFUSED")
	b.begin(p)
	b.say(smallTalk[0])
	before := b.turns()
	p.kill()
	b.write(smallTalk[1])
	b.keys(kb.Enter)
	b.until(`document.querySelector("#turns > .unsent .words")?.textContent === "` + smallTalk[1] + `"`)
	b.until(`!document.querySelector("#link").hidden`)
	b.axe("talk-lost")
	b.write("a draft that nobody has sent")
	p.again()
	b.until(fmt.Sprintf("%s >= %d && %s", turnCount, len(before)+2, isQuiet))
	turns := b.turns()
	for i, words := range append(before, smallTalk[1]) {
		if turns[i] != words {
			t.Errorf("turn %d was %q and is %q", i+1, words, turns[i])
		}
	}
	if got := js[string](b, `document.querySelector("#words").value`); got != "a draft that nobody has sent" {
		t.Errorf("the draft is now %q", got)
	}
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + isQuiet)
	if again := b.turns(); strings.Join(again, "|") != strings.Join(turns, "|") {
		t.Errorf("the server keeps %q and the page showed %q", again, turns)
	}
	b.end()
}

// TestTheServerRestarts stops the program properly: the page says so, comes back by itself, and nothing is missing.
func TestTheServerRestarts(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.expect("WebSocket connection to", "ERR_CONNECTION_REFUSED")
	b.begin(p)
	b.say(smallTalk[0])
	before := b.turns()
	p.stop()
	b.until(`!document.querySelector("#link").hidden && document.querySelector("#link").textContent.length > 10`)
	p.again()
	b.until(`document.querySelector("#link").hidden || document.querySelector("#link.calm")`)
	b.say(smallTalk[1])
	for i, words := range before {
		if got := b.turns()[i]; got != words {
			t.Errorf("turn %d was %q and is %q", i+1, words, got)
		}
	}
}

// TestOnAPhoneInTheSameNetwork goes from the first page to the debrief without a secure context.
func TestOnAPhoneInTheSameNetwork(t *testing.T) {
	needsBrowser(t)
	p := serve(t, "--allowed-host", phoneName, "--owner", "Ana, the trainer")
	b := open(t, p, nil)
	b.look(390, 844, "dark", true)
	at := strings.Replace(p.url, "127.0.0.1", phoneName, 1)
	b.visit(at + "/")
	if js[bool](b, "isSecureContext || Boolean(crypto.randomUUID)") {
		t.Fatal("this is a secure context, so the test would show nothing")
	}
	b.beginHere()
	for _, words := range smallTalk {
		b.say(words)
	}
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + isQuiet)
	if n := js[int](b, turnCount); n < 2*len(smallTalk) {
		t.Errorf("%d turns after a reload", n)
	}
	b.end()
}

// TestASecondTabFollows: what is said in one tab stands in the other, too.
func TestASecondTabFollows(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	one := open(t, p, nil)
	at := one.begin(p)
	two := open(t, p, one)
	two.visit(at)
	two.until(onTalk)
	n := one.say(smallTalk[0])
	two.until(fmt.Sprintf("%s === %d && %s", turnCount, n, isQuiet))
	n = two.say(smallTalk[1])
	one.until(fmt.Sprintf("%s === %d && %s", turnCount, n, isQuiet))
	if a, b := one.turns(), two.turns(); strings.Join(a, "|") != strings.Join(b, "|") {
		t.Errorf("one tab shows %q, the other %q", a, b)
	}
	one.end()
	two.until(`!document.querySelector("#over").hidden`)
}

// TestHide: one tap or Esc covers everything, under a neutral title; it stays over a reload.
func TestHide(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.begin(p)
	b.say("Something that nobody else should read.")
	b.click("[data-hide]")
	covered := `document.documentElement.classList.contains("covered") && getComputedStyle(document.querySelector("#page")).display === "none"`
	b.until(covered)
	if text := strings.TrimSpace(js[string](b, "document.body.innerText")); strings.Contains(text, "read") || len(text) > 40 {
		t.Errorf("on the sheet stands %q", text)
	}
	if title := js[string](b, "document.title"); title != "Notes" {
		t.Errorf("the title is %q", title)
	}
	b.axe("covered")
	b.do(chromedp.Reload())
	b.until(covered + ` && document.title === "Notes"`)
	b.keys(kb.Escape)
	b.until(`getComputedStyle(document.querySelector("#page")).display !== "none"`)
	b.write("half a sent")
	b.keys(kb.Escape)
	b.until(covered)
	b.keys(kb.Escape)
	b.until(`document.activeElement.id === "words" && document.activeElement.value === "half a sent"`)
	b.click("#end")
	b.until(`document.querySelector("#end-dialog").open`)
	b.keys(kb.Escape)
	b.until(`!document.querySelector("#end-dialog").open && !document.documentElement.classList.contains("covered")`)
}

// TestStepOut: the role is dropped, contacts are shown, and what was said can be erased.
func TestStepOut(t *testing.T) {
	needsBrowser(t)
	p := serve(t, "--contact", "Ana, the trainer: by the window")
	b := open(t, p, nil)
	at := b.begin(p)
	b.say(smallTalk[0])
	b.click("#step-out")
	b.until(`document.querySelector("#out-dialog").open`)
	b.axe("talk-out")
	b.click("#out-dialog .primary")
	b.until(`location.pathname.endsWith("/out") && document.querySelector(".ways")`)
	b.axe("out")
	if text := js[string](b, "document.body.innerText"); !strings.Contains(text, "Ana, the trainer") || !strings.Contains(text, "by the window") {
		t.Errorf("the contacts are not shown:\n%s", text)
	}
	b.visit(at)
	b.until(`!document.querySelector("#words")`)
	b.visit(at + "/out")
	b.click(`.ways a[href$="/notes"]`)
	b.until(`location.pathname.endsWith("/notes") && document.querySelector("#turn-1, .debrief")`)
	if text := js[string](b, "document.body.innerText"); !strings.Contains(text, "You stepped out of the role") {
		t.Errorf("the notes after stepping out:\n%s", text)
	}
	b.visit(at + "/out")
	b.click(`.ways a[href$="/gone"]`)
	b.until(`document.querySelector("form .danger")`)
	b.axe("gone")
	b.click(".danger")
	b.until(`!document.querySelector(".danger") && document.querySelector("h1")`)
	b.expect("404")
	b.visit(at)
	if text := js[string](b, "document.body.innerText"); strings.Contains(text, smallTalk[0]) {
		t.Error("the talk is still there")
	}
	b.axe("failure")
	b.visit(p.url + "/mine")
	if n := js[int](b, `document.querySelectorAll(".held li").length`); n != 0 {
		t.Errorf("%d talks are still listed", n)
	}
}

// TestTheEndStaysInSight: a hint, a keyboard on the screen and a turned phone do not cover the last words; who reads further up is left there.
func TestTheEndStaysInSight(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.look(390, 844, "light", true)
	b.begin(p)
	for _, words := range smallTalk {
		b.say(words)
	}
	const above = `document.querySelector("#turns").lastElementChild.getBoundingClientRect().bottom <= document.querySelector("#composer").getBoundingClientRect().top`
	b.until(above)
	b.click("#help")
	b.until(`!document.querySelector("#hint").hidden`)
	b.until(above)
	b.click("#hint-close")
	b.look(390, 480, "light", true)
	b.until(above)
	b.look(844, 390, "light", true)
	b.until(above)
	b.look(390, 480, "light", true)
	b.until(above)
	// The page hears of a scroll with the next frame.
	js[int](b, `(window.frames2 = 0, scrollTo(0, 0), requestAnimationFrame(() => requestAnimationFrame(() => window.frames2 = 1)), 0)`)
	b.until(`window.frames2 === 1`)
	b.look(390, 420, "light", true)
	js[int](b, `(requestAnimationFrame(() => requestAnimationFrame(() => window.frames2 = 2)), 0)`)
	b.until(`window.frames2 === 2`)
	if y := js[float64](b, `scrollY`); y > 0 {
		t.Errorf("who read at the top was taken to %v", y)
	}
}

// TestDeletedInAnotherTab: a talk that is deleted elsewhere says so and takes no more words.
func TestDeletedInAnotherTab(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	one := open(t, p, nil)
	at := one.begin(p)
	one.say(smallTalk[0])
	two := open(t, p, one)
	two.visit(at + "/gone")
	two.click(".danger")
	two.until(`!document.querySelector(".danger")`)
	one.until(`!document.querySelector("#over").hidden && document.querySelector("#composer").hidden`)
}

// TestKeepNothing: the talk is deleted when its debrief is left, and the page said so.
func TestKeepNothing(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	at := b.begin(p, "keep_nothing")
	b.say(smallTalk[0])
	b.say(smallTalk[1])
	b.end()
	b.until(`document.querySelector("#leave")`)
	b.axe("debrief-nothing")
	notes := js[string](b, "location.href")
	// Reading it through another framework is not leaving it.
	b.click("#chooser button")
	b.until(`location.search.includes("framework=") && ` + onDebrief)
	b.visit(p.url + "/mine")
	b.until(`document.querySelectorAll(".held li").length === 0 || (location.reload(), false)`)
	b.expect("404")
	for _, gone := range []string{at, notes} {
		b.visit(gone)
		if text := js[string](b, "document.body.innerText"); strings.Contains(text, smallTalk[0]) {
			t.Errorf("%s still shows the talk", gone)
		}
	}
}

// TestKeyboardOnly goes from the first page to the debrief by Tab, Enter and
// letters alone; wherever the focus is, it can be seen.
func TestKeyboardOnly(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.visit(p.url + "/")
	seen := `(() => { const e = document.activeElement, s = getComputedStyle(e);
		return e === document.body || e.id === "content" || (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2); })()`
	tabTo := func(selector string) {
		t.Helper()
		for n := 0; n < 80; n++ {
			if js[bool](b, `document.activeElement.matches(`+fmt.Sprintf("%q", selector)+`)`) {
				return
			}
			b.keys(kb.Tab)
			if !js[bool](b, seen) {
				t.Errorf("the focus cannot be seen on %s", js[string](b, "document.activeElement.outerHTML.slice(0, 120)"))
			}
		}
		t.Fatalf("Tab does not lead to %s\n%s", selector, b.page())
	}
	b.keys(kb.Tab)
	if !js[bool](b, `document.activeElement.matches(".skip")`) {
		t.Error("the first stop is not the link to the content")
	}
	tabTo(".card h3 a")
	b.keys(kb.Enter)
	b.until(`document.querySelector("form.begin")`)
	tabTo("form.begin button")
	b.keys(kb.Enter)
	b.until(onTalk + " && " + isQuiet)
	tabTo("#words")
	for i, words := range smallTalk {
		b.do(chromedp.KeyEvent(words))
		b.keys(kb.Enter)
		b.until(fmt.Sprintf("%s >= %d && %s", turnCount, 2*i+2, isQuiet))
		if !js[bool](b, `document.activeElement.id === "words"`) {
			t.Fatal("after sending, the focus is not in the box")
		}
	}
	tabTo("#end")
	b.keys(kb.Enter)
	b.until(`document.querySelector("#end-dialog").open`)
	if !js[bool](b, `document.querySelector("#end-dialog").contains(document.activeElement)`) {
		t.Error("the focus is not in the dialog")
	}
	tabTo("#end-dialog .primary")
	b.keys(kb.Enter)
	b.until(`document.querySelector("form.own")`)
	tabTo("form.own .primary")
	b.keys(kb.Enter)
	b.until(onDebrief)
	tabTo("#chooser select")
}

// TestTheClock: more time can be taken, and a pause stops the clock.
func TestTheClock(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.begin(p)
	b.say(smallTalk[0])
	left := func() int { return js[int](b, `parseInt(document.querySelector("#clock").textContent, 10)`) }
	before := left()
	b.click("#extend")
	b.until(fmt.Sprintf(`parseInt(document.querySelector("#clock").textContent, 10) >= %d`, before+4))
	b.click("#pause")
	b.until(`document.querySelector("#pause-dialog").open`)
	b.axe("talk-pause")
	b.click("#pause-dialog a")
	b.until(`document.querySelector(".rows a.primary")`)
	b.click(".rows a.primary")
	b.until(onTalk + " && " + isQuiet)
	if got := left(); got < before+4 {
		t.Errorf("after coming back %d minutes are left; %d were left before 5 were added", got, before)
	}
	b.say(smallTalk[1])
}

// TestTheMeters: they count what was said, stay closed until somebody opens them, and are there again after a reload.
func TestTheMeters(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.begin(p)
	if js[bool](b, `document.querySelector(".meters").open`) {
		t.Error("the meters are open before anybody asked for them")
	}
	for _, words := range smallTalk {
		b.say(words)
	}
	b.say("And then, what did you do about it? I have time, tell me as much as you like.")
	meters := `Array.from(document.querySelectorAll("[data-meter]"), dd => dd.dataset.meter + " " + dd.textContent).join("; ")`
	words := map[bool]int{}
	for i, text := range js[[]string](b, `Array.from(document.querySelectorAll("#turns .words"), p => p.textContent)`) {
		words[i%2 == 0] += len(strings.Fields(text))
	}
	b.until(`Number(document.querySelector('[data-meter="open_questions"]').textContent) >= 2`)
	shown := js[string](b, meters)
	if words[true]+words[false] > 70 && !strings.Contains(shown, "%") {
		t.Errorf("after %d words the meters show %q", words[true]+words[false], shown)
	}
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + isQuiet + fmt.Sprintf(" && %s === %q", meters, shown))
}

// TestAScreenReaderHearsSentences: the live region gets each sentence of an answer once, and not its pieces.
func TestAScreenReaderHearsSentences(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	b := open(t, p, nil)
	b.begin(p)
	name := js[string](b, `document.querySelector("#talk").dataset.name`)
	b.say(smallTalk[0])
	answer := b.turns()[len(b.turns())-1]
	heard := js[[]string](b, `Array.from(document.querySelectorAll("#announce p"), p => p.textContent)`)
	told := strings.Join(heard, " ")
	for _, word := range strings.Fields(answer) {
		if !strings.Contains(told, word) {
			t.Errorf("%q of the answer %q was not announced: %q", word, answer, heard)
		}
	}
	for _, line := range heard {
		if !strings.Contains(line, name) {
			t.Errorf("the announcement %q does not say who speaks", line)
		}
	}
	if len(heard) > strings.Count(answer, ".")+strings.Count(answer, "?")+strings.Count(answer, "!")+strings.Count(answer, "…")+1 {
		t.Errorf("the answer %q was announced in %d pieces: %q", answer, len(heard), heard)
	}
}

// TestBackAfterDeleting: the browser's own memory of a page does not show what has been deleted since.
func TestBackAfterDeleting(t *testing.T) {
	needsBrowser(t)
	p := serve(t)
	one := open(t, p, nil)
	at := one.begin(p)
	one.say(smallTalk[0])
	one.say(smallTalk[1])
	one.end()
	if !strings.Contains(js[string](one, "document.body.innerText"), smallTalk[1]) {
		t.Fatal("the debrief does not hold the talk")
	}
	one.visit(p.url + "/")
	two := open(t, p, one)
	two.visit(at + "/gone")
	two.click(".danger")
	two.until(`!document.querySelector(".danger")`)
	one.expect("404")
	js[bool](one, "history.back(), true")
	one.until(`location.pathname.endsWith("/notes") && !document.body.innerText.includes("` + smallTalk[1] + `")`)
}
