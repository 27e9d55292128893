// Package browser tests the pages in a real Chromium against the real
// program: from opening the first page to the debrief, through reloads,
// kills and lost connections, by keyboard alone, on a phone's screen.
//
// Chromium is found by BREAKROOM_CHROMIUM or on the path, axe-core by
// BREAKROOM_AXE. Without them the tests are skipped, and fail where
// BREAKROOM_CI is set. BREAKROOM_PICTURES names a folder for pictures.
package browser

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	jsruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a test waits for anything before it fails; a busy machine needs more than a quick one.
const patience = 60 * time.Second

// phoneName is a name that the browser maps to this machine: over plain http it is no secure context, as on a phone in the same Wi-Fi.
const phoneName = "breakroom.test"

var (
	binary  string
	chrome  context.Context
	absence string
)

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "breakroom-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	path := os.Getenv("BREAKROOM_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		absence = "no Chromium here: install it, or name it in BREAKROOM_CHROMIUM"
		return m.Run()
	}
	binary = filepath.Join(dir, "breakroom")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, "breakroom/cmd/breakroom")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "the program does not build: %v\n%s", err, out)
		return 1
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU, chromedp.NoSandbox,
		chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("host-resolver-rules", "MAP "+phoneName+" 127.0.0.1"))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, stop = chromedp.NewContext(ctx)
	defer stop()
	if err := chromedp.Do(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "Chromium does not start:", err)
		return 1
	}
	chrome = ctx
	return m.Run()
}

// needsBrowser skips the test where there is no browser, or fails it in CI.
func needsBrowser(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	if absence == "" {
		return
	}
	if os.Getenv("BREAKROOM_CI") != "" {
		t.Fatal(absence)
	}
	t.Skip(absence)
}

// program is the real program, serving a file of its own.
type program struct {
	t    *testing.T
	args []string
	url  string
	cmd  *exec.Cmd
	log  bytes.Buffer
	mu   sync.Mutex
}

var addressLine = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// serve starts the program on a free port.
func serve(t *testing.T, args ...string) *program {
	t.Helper()
	p := &program{t: t, args: append([]string{"serve", "--database", filepath.Join(t.TempDir(), "talks.db")}, args...)}
	p.start("127.0.0.1:0")
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			p.mu.Lock()
			defer p.mu.Unlock()
			t.Logf("what the program printed:\n%s", p.log.String())
		}
	})
	return p
}

func (p *program) start(address string) {
	p.t.Helper()
	p.cmd = exec.Command(binary, append(p.args, "--listen", address)...)
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd.Stderr = writerFunc(p.note)
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		_, _ = p.note([]byte(lines.Text() + "\n"))
		if at := addressLine.FindString(lines.Text()); at != "" {
			p.url = at
			go func() { _, _ = io.Copy(writerFunc(p.note), out) }()
			return
		}
	}
	p.t.Fatalf("the program printed no address:\n%s", p.log.String())
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func (p *program) note(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p.cmd = nil
}

// stop ends the program as its host does with Ctrl-C, and waits until it is gone.
func (p *program) stop() {
	p.t.Helper()
	if runtime.GOOS == "windows" {
		p.t.Skip("there is no Ctrl-C to send here")
	}
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("after Ctrl-C the program ended with %v", err)
	}
	p.cmd = nil
}

// again starts the program at the address that it had.
func (p *program) again() {
	p.t.Helper()
	was := p.url
	p.start(strings.TrimPrefix(was, "http://"))
	if p.url != was {
		p.t.Fatalf("the program came back at %s and had been at %s", p.url, was)
	}
}

// tab is a tab of a browser of its own, without cookies.
type tab struct {
	t   *testing.T
	ctx context.Context
	mu  sync.Mutex
	// hosts are the only ones that may be asked for anything.
	hosts []string
	// expected are pieces of complaints that this test causes on purpose.
	expected   []string
	complaints []string
}

// open opens a tab in a fresh browser context, or beside another tab.
func open(t *testing.T, p *program, beside *tab) *tab {
	t.Helper()
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	b := &tab{t: t, hosts: []string{at.Host, phoneName + ":" + at.Port()}}
	parent, options := chrome, []chromedp.ContextOption{chromedp.WithListener(b.listen)}
	if beside != nil {
		parent = beside.ctx
	} else {
		options = append(options, chromedp.WithNewBrowserContext())
	}
	ctx, stop := chromedp.NewContext(parent, options...)
	t.Cleanup(stop)
	b.ctx = ctx
	b.do(chromedp.Steps())
	call(b, log.Enable, cdp.Empty{})
	call(b, network.Enable, network.EnableParams{})
	b.look(1280, 900, "light", true)
	t.Cleanup(b.calm)
	return b
}

// expect lets complaints pass that hold one of the pieces.
func (b *tab) expect(pieces ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, pieces...)
}

func (b *tab) complain(format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = append(b.complaints, said)
}

func (b *tab) listen(ev any) {
	switch ev := ev.(type) {
	case *jsruntime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if ev.ExceptionDetails.Exception != nil {
			text += " " + ev.ExceptionDetails.Exception.Description
		}
		b.complain("exception: %s", text)
	case *jsruntime.EventConsoleAPICalled:
		for _, arg := range ev.Args {
			b.complain("console %s: %s", ev.Type, arg.Value)
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != "verbose" {
			b.complain("log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		b.asked(ev.Request.URL)
	case *network.EventWebSocketCreated:
		b.asked(ev.URL)
	case *network.EventLoadingFailed:
		if !ev.Canceled {
			b.complain("a request failed: %s", ev.ErrorText)
		}
	case *network.EventResponseReceived:
		if ev.Response.Status >= 400 {
			b.complain("status %d of %s", ev.Response.Status, ev.Response.URL)
		}
	}
}

// asked complains of a request to any host that is not the program's.
func (b *tab) asked(address string) {
	at, err := url.Parse(address)
	if err == nil && at.Scheme == "about" {
		return
	}
	for _, host := range b.hosts {
		if err == nil && at.Host == host {
			return
		}
	}
	b.complain("a request to another host: %s", address)
}

// calm fails the test for every complaint that was not expected.
func (b *tab) calm() {
	b.mu.Lock()
	defer b.mu.Unlock()
next:
	for _, c := range b.complaints {
		for _, e := range b.expected {
			if strings.Contains(c, e) {
				continue next
			}
		}
		b.t.Error(c)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := b.ctx, context.CancelFunc(func() {})
	if chromedp.FromContext(b.ctx).Target != nil {
		ctx, stop = context.WithTimeout(b.ctx, patience)
	}
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%v\nthe page:\n%s", err, b.page())
	}
}

func call[P, R any](b *tab, cmd cdp.Command[P, R], params P) R {
	b.t.Helper()
	r, err := chromedp.Call(b.ctx, cmd, params)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func get[T any](b *tab, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func js[T any](b *tab, expression string) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](expression))
}

// page is what stands on the page, for a failure's message.
func (b *tab) page() string {
	ctx, stop := context.WithTimeout(b.ctx, 5*time.Second)
	defer stop()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.pathname + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return text
}

// until waits until an expression is true, also across the loading of pages.
func (b *tab) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState !== 'loading' && Boolean("+expression+")")); err == nil && ok {
			return
		}
		select {
		case <-ctx.Done():
			b.t.Fatalf("waited in vain for %s\nthe page:\n%s", expression, b.page())
		case <-again.C:
		}
	}
}

// look sets the screen and what its owner prefers.
func (b *tab) look(width, height int64, scheme string, still bool) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if width < 600 {
		options = append(options, chromedp.EmulateMobile)
	}
	b.do(chromedp.EmulateViewport(width, height, options...))
	motion := "no-preference"
	if still {
		motion = "reduce"
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: motion},
	}})
}

func (b *tab) visit(address string) {
	b.t.Helper()
	b.do(chromedp.Navigate(address))
}

// click clicks what a CSS selector finds first, as a person does: where it is to be seen, and nothing lies over it.
func (b *tab) click(selector string) {
	b.t.Helper()
	middle := fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return null;
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect(), x = r.left + r.width / 2, y = r.top + r.height / 2;
		const hit = document.elementFromPoint(x, y);
		return r.width && (e.contains(hit) || hit?.contains(e)) ? [x, y] : null;
	})()`, selector)
	// What was there a moment ago may be gone with a page that is being loaded again.
	var at []float64
	for len(at) != 2 {
		b.until(middle)
		at = js[[]float64](b, middle)
	}
	b.do(chromedp.MouseClickXY(at[0], at[1]))
}

func (b *tab) keys(keys string, modifiers ...chromedp.Modifier) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, chromedp.KeyModifiers(modifiers...)))
}

// write types into the composer without sending.
func (b *tab) write(words string) {
	b.t.Helper()
	js[bool](b, `document.querySelector("#words").focus(), true`)
	b.do(chromedp.KeyEvent(words))
}

const (
	onTalk    = `document.querySelector("#talk #turns") && !document.querySelector("#send:disabled")`
	turnCount = `document.querySelectorAll("#turns > .turn:not(.unsent)").length`
	isQuiet   = `document.querySelector("#waiting").hidden && !document.querySelector("#talk.busy, #talk.speaking")`
	onDebrief = `document.querySelector("body.debrief h1")`
)

// say sends words and waits for the whole answer. It gives the number of turns on the page.
func (b *tab) say(words string) int {
	b.t.Helper()
	before := js[int](b, turnCount)
	b.write(words)
	b.keys(kb.Enter)
	b.until(fmt.Sprintf("%s >= %d && %s || !document.querySelector('#over').hidden", turnCount, before+2, isQuiet))
	return js[int](b, turnCount)
}

// turns are the words on the page, in order.
func (b *tab) turns() []string {
	b.t.Helper()
	return js[[]string](b, `Array.from(document.querySelectorAll("#turns > .turn:not(.unsent) .words"), p => p.textContent)`)
}

// begin goes from the first page into a talk and gives the talk's address.
func (b *tab) begin(p *program, options ...string) string {
	b.t.Helper()
	b.visit(p.url + "/")
	return b.beginHere(options...)
}

func (b *tab) beginHere(options ...string) string {
	b.t.Helper()
	b.click(".card h3 a")
	b.until(`document.querySelector("form.begin")`)
	return b.beginFromHere(options...)
}

// beginFromHere begins the talk whose page is open, with the options checked that are named.
func (b *tab) beginFromHere(options ...string) string {
	b.t.Helper()
	for _, name := range options {
		b.click(`input[name="` + name + `"]`)
	}
	b.click("form.begin button")
	b.until(onTalk)
	return js[string](b, "location.href")
}

// end ends the talk by the page's own buttons and goes on to the debrief.
func (b *tab) end() {
	b.t.Helper()
	if js[bool](b, `document.querySelector("#over").hidden`) {
		b.click("#end")
		b.click("#end-dialog .primary")
	} else {
		b.click("#over a")
	}
	b.until(`document.querySelector("form.own")`)
	b.click("form.own .primary")
	b.until(onDebrief)
}

// picture leaves a picture where BREAKROOM_PICTURES says.
func (b *tab) picture(name string, full bool) {
	b.t.Helper()
	dir := os.Getenv("BREAKROOM_PICTURES")
	if dir == "" {
		return
	}
	take := chromedp.CaptureScreenshot()
	if full {
		take = chromedp.FullScreenshot(100)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), get(b, take), 0o644); err != nil {
		b.t.Fatal(err)
	}
}
