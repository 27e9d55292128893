package pages

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

//go:embed text/*.toml
var textFiles embed.FS

// Catalogue holds every text of the interface in one language, by key:
// tables of the file joined by dots. A text may hold {name}, filled when asked for.
type Catalogue struct {
	language string
	texts    map[string]string
	lists    map[string][]string
}

func loadCatalogue(language string) (*Catalogue, error) {
	data, err := textFiles.ReadFile("text/" + language + ".toml")
	if err != nil {
		return nil, fmt.Errorf("there are no interface texts in language %q", language)
	}
	var tree map[string]any
	if _, err := toml.Decode(string(data), &tree); err != nil {
		return nil, fmt.Errorf("interface texts %q: %w", language, err)
	}
	c := &Catalogue{language: language, texts: map[string]string{}, lists: map[string][]string{}}
	return c, c.take("", tree)
}

func (c *Catalogue) take(prefix string, tree map[string]any) error {
	for name, value := range tree {
		key := prefix + name
		switch v := value.(type) {
		case string:
			c.texts[key] = strings.TrimSpace(v)
		case []any:
			for _, item := range v {
				s, ok := item.(string)
				if !ok {
					return fmt.Errorf("interface text %q: a list holds texts only", key)
				}
				c.lists[key] = append(c.lists[key], s)
			}
		case map[string]any:
			if err := c.take(key+".", v); err != nil {
				return err
			}
		default:
			return fmt.Errorf("interface text %q is %T and should be a text", key, value)
		}
	}
	return nil
}

// Text gives the text under a key with each {name} replaced by the value that
// follows the name in pairs. A missing key, a name without a value and a value
// without a name are errors, so that no page can show half a sentence.
func (c *Catalogue) Text(key string, pairs ...any) (string, error) {
	text, ok := c.texts[key]
	if !ok {
		return "", fmt.Errorf("the catalogue has no text %q", key)
	}
	if len(pairs)%2 != 0 {
		return "", fmt.Errorf("text %q: a value is missing", key)
	}
	replace := make([]string, 0, len(pairs))
	for i := 0; i < len(pairs); i += 2 {
		name := fmt.Sprintf("{%v}", pairs[i])
		if !strings.Contains(text, name) {
			return "", fmt.Errorf("text %q has no place for %s", key, name)
		}
		replace = append(replace, name, fmt.Sprint(pairs[i+1]))
	}
	if got, want := len(replace)/2, placeholders(text); got != want {
		return "", fmt.Errorf("text %q: %d of its %d places are filled", key, got, want)
	}
	return strings.NewReplacer(replace...).Replace(text), nil
}

// Counted gives the text under key.one or key.other, by n, which fills {n}.
func (c *Catalogue) Counted(key string, n int, pairs ...any) (string, error) {
	if n == 1 {
		key += ".one"
	} else {
		key += ".other"
	}
	if strings.Contains(c.texts[key], "{n}") {
		pairs = append(pairs, "n", n)
	}
	return c.Text(key, pairs...)
}

// List gives the list of texts under a key.
func (c *Catalogue) List(key string) ([]string, error) {
	list, ok := c.lists[key]
	if !ok {
		return nil, fmt.Errorf("the catalogue has no list %q", key)
	}
	return list, nil
}

// placeholders counts the different {names} of a text.
func placeholders(text string) int {
	seen := map[string]bool{}
	for {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			return len(seen)
		}
		end := strings.IndexByte(text[start:], '}')
		if end < 0 {
			return len(seen)
		}
		seen[text[start:start+end]] = true
		text = text[start+end:]
	}
}

// day names a day without a year, in UTC: it stands beside conversations that are days old.
func (p *Pages) day(ms int64) (string, error) {
	at := time.UnixMilli(ms).UTC()
	month, err := p.texts.List("time.months")
	if err != nil {
		return "", err
	}
	return p.texts.Text("time.day", "day", at.Day(), "month", month[at.Month()-1])
}
