package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"

	"github.com/chromedp/chromedp"
)

var axeSource = sync.OnceValues(func() (string, error) {
	path := os.Getenv("BREAKROOM_AXE")
	if path == "" {
		return "", nil
	}
	data, err := os.ReadFile(path)
	return string(data), err
})

// axe fails the test where axe-core finds something serious on the page as it
// stands, in light and dark, on a phone and a wide screen. It leaves pictures.
func (b *tab) axe(name string) {
	b.t.Helper()
	source, err := axeSource()
	if err != nil {
		b.t.Fatal(err)
	}
	if source == "" && os.Getenv("BREAKROOM_CI") != "" {
		b.t.Fatal("BREAKROOM_AXE does not name axe.min.js")
	}
	for _, width := range []int64{390, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			b.look(width, 900, scheme, true)
			b.picture(fmt.Sprintf("real-%s-%d-%s", name, width, scheme), false)
			if js[bool](b, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
				b.t.Errorf("%s is wider than a screen of %d", name, width)
			}
			if source == "" {
				continue
			}
			js[int](b, source+";0")
			found := get(b, chromedp.Evaluate[string](
				`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.filter(v => v.impact === "serious" || v.impact === "critical")))`, chromedp.EvalAwaitPromise))
			var violations []struct {
				ID, Help string
				Nodes    []struct{ HTML, FailureSummary string }
			}
			if err := json.Unmarshal([]byte(found), &violations); err != nil {
				b.t.Fatal(err)
			}
			for _, v := range violations {
				for _, n := range v.Nodes {
					b.t.Errorf("%s at %d, %s: %s: %s\n%s\n%s", name, width, scheme, v.ID, v.Help, n.HTML, n.FailureSummary)
				}
			}
		}
	}
	b.look(1280, 900, "light", true)
}
