package debrief

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed words/en.toml
var english string

// words is the catalogue of what the debrief says, by the path of its keys.
type words map[string]any

var catalogue = sync.OnceValue(func() words {
	var w words
	if _, err := toml.Decode(english, &w); err != nil {
		panic(fmt.Sprintf("the debrief's words: %v", err))
	}
	return w
})

// find gives the text at a path such as "fault", "leading", "better"; "" where there is none.
func (w words) find(path ...string) string {
	s, _ := w.at(path).(string)
	return s
}

// list gives the texts at a path that holds a list.
func (w words) list(path ...string) []string {
	items, _ := w.at(path).([]any)
	var out []string
	for _, i := range items {
		if s, ok := i.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

func (w words) at(path []string) any {
	var here any = map[string]any(w)
	for _, key := range path {
		table, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = table[key]
	}
	return here
}

// fill puts values in the place of {keys}. A value is never itself filled.
func fill(text string, values map[string]string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		key, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.WriteString("{" + rest)
			return out.String()
		}
		out.WriteString(values[key])
		text = after
	}
}
