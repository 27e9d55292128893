package pages_test

import (
	"io"
	"strings"
	"testing"

	"breakroom/web/pages"
)

func newPages(t testing.TB) *pages.Pages {
	t.Helper()
	p, err := pages.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func render(t testing.TB, p *pages.Pages, page pages.Page) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryPageRenders(t *testing.T) {
	p := newPages(t)
	for name, page := range samples(p) {
		t.Run(name, func(t *testing.T) {
			if err := p.Write(io.Discard, page); err != nil {
				t.Fatal(err)
			}
		})
	}
}
