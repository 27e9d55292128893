// Package pages renders Breakroom's pages: templates, assets and the one
// catalogue of interface texts, all embedded. It knows plain view structs and
// nothing of HTTP; the routes fill the views and send what Write gives.
package pages

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed templates/*.html
var templateFiles embed.FS

// Headers are the response headers that every page needs. They hold no
// Referrer-Policy of "no-referrer": with it browsers send "Origin: null" with
// forms, and the check that a form comes from our own page could not be made.
var Headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"Content-Type":           "text/html; charset=utf-8",
	"Cache-Control":          "no-store",
	"Referrer-Policy":        "same-origin",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options":        "DENY",
	"X-Robots-Tag":           "noindex, nofollow",
	"Permissions-Policy":     "camera=(), microphone=(), geolocation=()",
}

// Page is a view that Write can render; the structs of this package are the only ones.
type Page interface {
	// template names the file under templates, without its ending.
	template() string
}

// Pages renders views. It is safe for use by many goroutines.
type Pages struct {
	texts     *Catalogue
	assets    *assets
	templates map[string]*template.Template
	stories   []Story
}

// New parses the templates with the texts of a language ("en") and hashes the assets.
func New(language string) (*Pages, error) {
	texts, err := loadCatalogue(language)
	if err != nil {
		return nil, err
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, err
	}
	stories, err := loadStories(language)
	if err != nil {
		return nil, err
	}
	p := &Pages{texts: texts, assets: assets, stories: stories, templates: map[string]*template.Template{}}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, err
	}
	common := []string{"templates/layout.html", "templates/parts.html"}
	for _, file := range names {
		name := strings.TrimSuffix(path.Base(file), ".html")
		if name == "layout" || name == "parts" {
			continue
		}
		t, err := template.New("layout.html").Option("missingkey=error").Funcs(p.funcs()).ParseFS(templateFiles, append(common, file)...)
		if err != nil {
			return nil, fmt.Errorf("page %q: %w", name, err)
		}
		p.templates[name] = t
	}
	return p, nil
}

// Write renders a page. It writes nothing where it returns an error of the page's own.
func (p *Pages) Write(w io.Writer, page Page) error {
	t, ok := p.templates[page.template()]
	if !ok {
		return fmt.Errorf("there is no page %q", page.template())
	}
	var out bytes.Buffer
	if err := t.Execute(&out, page); err != nil {
		return fmt.Errorf("rendering page %q: %w", page.template(), err)
	}
	_, err := w.Write(out.Bytes())
	return err
}

// Stories are the example conversations.
func (p *Pages) Stories() []Story { return p.stories }

func (p *Pages) funcs() template.FuncMap {
	return template.FuncMap{
		"t":        p.texts.Text,
		"tn":       p.texts.Counted,
		"tlist":    p.texts.List,
		"item":     p.item,
		"texts":    p.scriptTexts,
		"asset":    p.assets.address,
		"language": func() string { return p.texts.language },
		"path":     Path,
		"paras":    paragraphs,
		"mul":      func(a, b int) int { return a * b },
		"dec":      func(n int) int { return n - 1 },
		"dict":     dict,
		"day":      p.day,
		"called":   called,
		"within":   func(part, whole string) bool { return strings.Contains(whole, part) },
		"capital":  capital,
		"country":  p.country,
		"upto":     upTo,
	}
}

// item is one text of a list, the nearest one for a number outside it.
func (p *Pages) item(key string, n *int) (string, error) {
	list, err := p.texts.List(key)
	if err != nil {
		return "", err
	}
	return list[min(max(*n, 0), len(list)-1)], nil
}

// scriptTexts is what a script may say: all texts below a prefix, as JSON for a data attribute.
func (p *Pages) scriptTexts(prefix string) (string, error) {
	found := map[string]string{}
	for key, text := range p.texts.texts {
		if rest, ok := strings.CutPrefix(key, prefix+"."); ok {
			found[rest] = text
		}
	}
	if len(found) == 0 {
		return "", fmt.Errorf("the catalogue has no texts below %q", prefix)
	}
	data, err := json.Marshal(found)
	return string(data), err
}

// paragraphs splits a text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// called is what one calls a person in a talk: the first name, or all of a name that begins with a title.
func called(name string) string {
	first, _, _ := strings.Cut(name, " ")
	switch strings.TrimSuffix(first, ".") {
	case "", "Mr", "Mrs", "Ms", "Miss", "Dr", "Sister", "Auntie", "Uncle":
		return name
	}
	return first
}

// capital makes the first letter a capital.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// country names a country by its two-letter code; what the catalogue does not name stands as it is.
func (p *Pages) country(code string) string {
	if name, ok := p.texts.texts["country."+code]; ok {
		return name
	}
	return code
}

// dict makes a part's arguments from names and values in turn.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict needs a value for each name")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is no name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// upTo counts from 1 to n.
func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}
