package pages_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"breakroom/web/pages"
)

// serveSamples serves each sample under its name, with the headers and assets of the real pages.
func serveSamples(t testing.TB, p *pages.Pages) *httptest.Server {
	t.Helper()
	all := samples(p)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a, ok := p.Asset(r.URL.Path); ok {
			w.Header().Set("Content-Type", a.Type)
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(a.Body)
			return
		}
		sample, ok := all[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		for name, value := range pages.Headers {
			w.Header().Set(name, value)
		}
		if err := p.Write(w, sample); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

// missing fails the test in CI and skips it elsewhere.
func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("BREAKROOM_CI") != "" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// browser starts Chromium with a fresh profile.
func browser(t testing.TB) context.Context {
	t.Helper()
	path := os.Getenv("BREAKROOM_CHROMIUM")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		missing(t, "no Chromium here: install it, or name it in BREAKROOM_CHROMIUM")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	return ctx
}

// look sets the width of the screen and the colours that the reader prefers; motion is reduced, so that nothing is caught half-way.
func look(t testing.TB, ctx context.Context, width int64, scheme string) {
	t.Helper()
	options := []chromedp.EmulateViewportOption{}
	if width < 600 {
		options = append(options, chromedp.EmulateMobile)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 844, options...)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}}); err != nil {
		t.Fatal(err)
	}
}

func js[T any](t testing.TB, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

type finding struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		FailureSummary string
	}
}

// TestNothingSeriousForAxe opens every sample narrow and light, and wide and dark; web/browser opens the
// real pages in all four. With BREAKROOM_PICTURES set to a folder it opens all four, too, and leaves pictures there.
func TestNothingSeriousForAxe(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	axePath := os.Getenv("BREAKROOM_AXE")
	if axePath == "" {
		missing(t, "BREAKROOM_AXE does not name axe.min.js")
	}
	axe, err := os.ReadFile(axePath)
	if err != nil {
		t.Fatal(err)
	}
	p := newPages(t)
	srv := serveSamples(t, p)
	ctx := browser(t)
	var mu sync.Mutex
	var complaints []string
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		complaints = append(complaints, fmt.Sprintf(format, args...))
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			complain("exception: %s %+v", ev.ExceptionDetails.Text, ev.ExceptionDetails.Exception)
		case *runtime.EventConsoleAPICalled:
			for _, arg := range ev.Args {
				complain("console: %s %s", ev.Type, arg.Value)
			}
		case *log.EventEntryAdded:
			// The samples have no socket to connect to.
			if !strings.Contains(ev.Entry.Text, "WebSocket") {
				complain("log: %s %s", ev.Entry.Text, ev.Entry.URL)
			}
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(ev.Request.URL, srv.URL) && !strings.HasPrefix(ev.Request.URL, "about:") {
				complain("request to %s", ev.Request.URL)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	pictures := os.Getenv("BREAKROOM_PICTURES")
	names := make([]string, 0)
	for name := range samples(p) {
		names = append(names, name)
	}
	slices.Sort(names)
	only := os.Getenv("BREAKROOM_PAGE")
	for _, name := range names {
		if only != "" && !strings.HasPrefix(name, only) {
			continue
		}
		for _, width := range []int64{390, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				if pictures == "" && (width == 390) != (scheme == "light") {
					continue
				}
				t.Run(fmt.Sprintf("%s/%d/%s", name, width, scheme), func(t *testing.T) {
					ctx, stop := context.WithTimeout(ctx, 30*time.Second)
					defer stop()
					look(t, ctx, width, scheme)
					if err := chromedp.Do(ctx, chromedp.Navigate(srv.URL+"/"+name)); err != nil {
						t.Fatal(err)
					}
					if _, err := chromedp.Run(ctx, chromedp.Evaluate[int](string(axe)+";0")); err != nil {
						t.Fatal(err)
					}
					result, err := chromedp.Run(ctx, chromedp.Evaluate[string](
						`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`, chromedp.EvalAwaitPromise))
					if err != nil {
						t.Fatal(err)
					}
					tooWide := `document.documentElement.scrollWidth > document.documentElement.clientWidth`
					if js[bool](t, ctx, tooWide) {
						t.Error("the page is wider than the screen")
					}
					if width == 390 {
						look(t, ctx, 320, scheme)
						if js[bool](t, ctx, tooWide) {
							t.Error("the page is wider than a screen of 320, which is a wide screen at four times the size")
						}
						look(t, ctx, width, scheme)
					}
					var found []finding
					if err := json.Unmarshal([]byte(result), &found); err != nil {
						t.Fatal(err)
					}
					for _, f := range found {
						if f.Impact == "serious" || f.Impact == "critical" {
							for _, n := range f.Nodes {
								t.Errorf("%s (%s): %s\n%s\n%s", f.ID, f.Impact, f.Help, n.HTML, n.FailureSummary)
							}
						} else {
							t.Logf("%s (%s): %s", f.ID, f.Impact, f.Help)
						}
					}
					if pictures != "" {
						take := chromedp.FullScreenshot(100)
						if strings.HasPrefix(name, "talk") {
							take = chromedp.CaptureScreenshot()
						}
						png, err := chromedp.Run(ctx, take)
						if err != nil {
							t.Fatal(err)
						}
						if err := os.WriteFile(filepath.Join(pictures, fmt.Sprintf("%s-%d-%s.png", name, width, scheme)), png, 0o644); err != nil {
							t.Fatal(err)
						}
					}
				})
			}
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, c := range complaints {
		t.Error(c)
	}
}
