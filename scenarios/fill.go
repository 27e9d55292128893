package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// fill puts a decoded tree into a scenario. What does not fit is noted and left out.
func (p *parser) fill(tree map[string]any) *Scenario {
	var s Scenario
	p.fillTable(reflect.ValueOf(&s).Elem(), tree, "")
	return &s
}

func (p *parser) fillTable(to reflect.Value, table map[string]any, path string) {
	t := to.Type()
	var names []string
	fields := map[string]int{}
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("toml"); name != "-" {
			names = append(names, name)
			fields[name] = i
		}
	}
	for _, key := range sortedKeys(table) {
		at := joinPath(path, key)
		i, ok := fields[key]
		if !ok {
			p.unknown(at, key, path, names)
			continue
		}
		p.fillValue(to.Field(i), table[key], at)
	}
}

func (p *parser) fillValue(to reflect.Value, v any, at string) {
	switch to.Kind() {
	case reflect.String:
		if text, ok := v.(string); ok {
			to.SetString(text)
			return
		}
	case reflect.Int:
		if n, ok := v.(int64); ok {
			to.SetInt(n)
			return
		}
	case reflect.Float64:
		switch n := v.(type) {
		case float64:
			to.SetFloat(n)
			return
		case int64:
			to.SetFloat(float64(n))
			return
		}
	case reflect.Bool:
		if b, ok := v.(bool); ok {
			to.SetBool(b)
			return
		}
	case reflect.Struct:
		if table, ok := v.(map[string]any); ok {
			p.fillTable(to, table, at)
			return
		}
	case reflect.Slice:
		if items, ok := itemsOf(v); ok {
			to.Set(reflect.MakeSlice(to.Type(), len(items), len(items)))
			for i, item := range items {
				p.fillValue(to.Index(i), item, fmt.Sprintf("%s[%d]", at, i+1))
			}
			return
		}
	case reflect.Map: // the manners
		if table, ok := v.(map[string]any); ok {
			to.Set(reflect.MakeMapWithSize(to.Type(), len(table)))
			for _, key := range sortedKeys(table) {
				inner := joinPath(at, key)
				if !slices.Contains(MannerKinds, key) {
					p.unknown(inner, key, at, MannerKinds)
					continue
				}
				says := reflect.New(to.Type().Elem()).Elem()
				p.fillValue(says, table[key], inner)
				to.SetMapIndex(reflect.ValueOf(key), says)
			}
			return
		}
	}
	p.mismatch(to.Type(), v, at)
}

// itemsOf gives a list's items, whether they are values or tables.
func itemsOf(v any) ([]any, bool) {
	switch list := v.(type) {
	case []any:
		return list, true
	case []map[string]any:
		out := make([]any, len(list))
		for i := range list {
			out[i] = list[i]
		}
		return out, true
	}
	return nil, false
}

func sortedKeys(table map[string]any) []string {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// unknown notes a key that the table at path does not have.
func (p *parser) unknown(at, key, path string, known []string) {
	if len(p.problems) > maxProblems {
		return // it would not be told, and finding what was meant takes time
	}
	message := fmt.Sprintf("%q is no key that stands here", key)
	expected := "one of " + list(known)
	place := p.places[at].key
	near := nearest(key, known)
	switch home := homesOf(patternOf(path), key); {
	case slices.Contains(known, strings.ToLower(key)):
		near = strings.ToLower(key)
		message = fmt.Sprintf("%q must be in small letters", key)
		expected = near
	case len(home) == 1 && home[0] == "":
		near = ""
		p.excused[key] = true
		message += "; it belongs at the top of the file, before the first line in brackets"
	case len(home) == 1:
		near = ""
		p.excused[joinPath(home[0], key)] = true
		message += fmt.Sprintf("; it belongs under %s", brackets(home[0]))
	case near != "":
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	if near != "" {
		p.excused[joinPath(path, near)] = true
	}
	p.add(place, at, message, expected)
}

// homesOf gives the tables that have a key, as paths without numbers, apart from the one where it stands.
func homesOf(not, key string) []string {
	var out []string
	eachKey(reflect.TypeFor[Scenario](), "", func(path string, _ reflect.Type) {
		table, name := "", path
		if i := strings.LastIndexByte(path, '.'); i >= 0 {
			table, name = path[:i], path[i+1:]
		}
		if name == key && table != not {
			out = append(out, table)
		}
	})
	return out
}

// brackets writes a table's name the way it stands in a file.
func brackets(table string) string {
	if listOfTables[table] {
		return "[[" + table + "]]"
	}
	return "[" + table + "]"
}

// mismatch notes a value of the wrong type.
func (p *parser) mismatch(want reflect.Type, v any, at string) {
	pattern := patternOf(at)
	expected := expects[pattern]
	message := "this is " + describe(v)
	_, isTable := v.(map[string]any)
	items, isList := itemsOf(v)
	text, isText := v.(string)
	switch {
	case strings.HasSuffix(at, "]") && want.Kind() == reflect.String:
		message += " in a list of texts"
		expected = "a text in quotes"
	case isText && want.Kind() == reflect.Slice && want.Elem().Kind() == reflect.String:
		message = "this is one text where a list should stand"
		expected = fmt.Sprintf("brackets around it: [%s]", strconv.Quote(shorten(text, 30)))
	case isTable && listOfTables[pattern]:
		message = fmt.Sprintf("[%s] stands with one bracket on each side", pattern)
		expected = fmt.Sprintf("[[%s]], since there can be several", pattern)
	case isList && (want.Kind() == reflect.Struct || want.Kind() == reflect.Map) && len(items) > 0 && describe(items[0]) == "a table":
		message = fmt.Sprintf("[[%s]] stands with two brackets on each side", pattern)
		expected = fmt.Sprintf("[%s], since there is only one", pattern)
	case isText && want.Kind() == reflect.Int:
		if _, err := strconv.Atoi(text); err == nil {
			message = "this is a number in quotes"
			expected += ", without quotes"
		}
	case isText && want.Kind() == reflect.Bool:
		expected += ", without quotes"
	}
	p.excused[at] = true
	p.add(p.places[at].value, at, message, expected)
}

// describe names a value's type in plain words.
func describe(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a point"
	case bool:
		return "true or false"
	case time.Time:
		return "a date or a time"
	case map[string]any:
		return "a table"
	case []any, []map[string]any:
		return "a list"
	}
	return "a value of another type"
}

// nearest gives the known word that a mistyped one most likely meant, "" where none is near.
func nearest(word string, known []string) string {
	if len(word) > maxKeyPart {
		return ""
	}
	word = strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(word))
	best, bestAt := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if d := distance(word, strings.ReplaceAll(k, "-", "_")); d < bestAt {
			best, bestAt = k, d
		}
	}
	return best
}

// distance counts the letters to add, drop, replace or swap with a neighbour to get from a to b.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(now[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
