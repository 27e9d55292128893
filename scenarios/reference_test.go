package scenarios

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func reference(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var tomlBlock = regexp.MustCompile("(?s)```toml\n(.*?)```")

var tableLine = regexp.MustCompile(`(?m)^\[\[?([a-z_.]+)\]\]?$`)

// tablesOf cuts a file into its tables, in order, with their names; what stands before the first has none.
func tablesOf(text string) (names, parts []string) {
	at, name := 0, ""
	for _, m := range tableLine.FindAllStringSubmatchIndex(text, -1) {
		names, parts = append(names, name), append(parts, text[at:m[0]])
		at, name = m[0], text[m[2]:m[3]]
	}
	return append(names, name), append(parts, text[at:])
}

// with puts an example in place of the tables of the same names.
func with(whole, example string) string {
	replaced, _ := tablesOf(example)
	names, parts := tablesOf(whole)
	var b strings.Builder
	for i, name := range names {
		keep := true
		for _, r := range replaced {
			if r != "" && (name == r || strings.HasPrefix(name, r+".")) {
				keep = false
			}
		}
		if keep {
			b.WriteString(parts[i])
		}
	}
	return b.String() + "\n" + example
}

// TestReferenceExamples loads every example of the reference: whole ones as
// they stand, pieces in place of the same tables of the first whole one.
func TestReferenceExamples(t *testing.T) {
	blocks := tomlBlock.FindAllStringSubmatch(reference(t), -1)
	if len(blocks) < 12 {
		t.Fatalf("%d examples", len(blocks))
	}
	whole := blocks[0][1]
	if !strings.HasPrefix(whole, "format = 1\n") {
		t.Fatal("the first example is not a whole scenario")
	}
	for i, block := range blocks {
		text := block[1]
		if i > 0 {
			text = with(whole, text)
		}
		if _, err := Parse("example.toml", []byte(text)); err != nil {
			t.Errorf("example %d:\n%s\n%v", i+1, block[1], err)
		}
	}
	// A piece really takes the place of its table, so that a mistake in it is found.
	if _, err := Parse("example.toml", []byte(with(whole, strings.Replace(blocks[1][1], `kind = "initial"`, `kind = "initail"`, 1)))); err == nil {
		t.Error("a mistake in an example is not found")
	}
}

func TestReferenceHasNoWarnings(t *testing.T) {
	whole := tomlBlock.FindStringSubmatch(reference(t))[1]
	s := mustParse(t, "example.toml", whole)
	for _, w := range Warnings(s) {
		// The small example shows no small talk and no answers on purpose.
		if w.Key != "coworker" {
			t.Error(w)
		}
	}
}

// TestReferenceKnowsEveryKey: every key has its line in a table, with what it is and what happens where it is left out.
func TestReferenceKnowsEveryKey(t *testing.T) {
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.-]+)` \\| (.+) \\|$").FindAllStringSubmatch(reference(t), -1) {
		if _, ok := rows[m[1]]; ok {
			t.Errorf("%s is described twice", m[1])
		}
		rows[m[1]] = m[2]
	}
	keys := map[string]bool{}
	eachKey(reflect.TypeFor[Scenario](), "", func(path string, _ reflect.Type) { keys[path] = true })
	for _, kind := range MannerKinds {
		keys["coworker.manners."+kind] = true
	}
	for key := range keys {
		row, ok := rows[key]
		if !ok {
			t.Errorf("%s is not described", key)
			continue
		}
		cells := strings.Split(row, " | ")
		if want := 2; !strings.HasPrefix(key, "coworker.manners.") && (len(cells) != want || strings.TrimSpace(cells[1]) == "") {
			t.Errorf("%s: %q does not say what happens where it is left out", key, row)
		}
	}
	for key := range rows {
		if !keys[key] {
			t.Errorf("%s is described and no key", key)
		}
	}
}

// TestReferenceTellsMistakesRight: where the reference says that leaving a key out is a mistake, it is; where not, it is none.
func TestReferenceTellsMistakesRight(t *testing.T) {
	text := reference(t)
	// A scenario in which every key stands once.
	full := with(tomlBlock.FindStringSubmatch(text)[1], "")
	for _, block := range tomlBlock.FindAllStringSubmatch(text, -1)[1:] {
		full = with(full, block[1])
	}
	mustParse(t, "example.toml", full)
	rows := regexp.MustCompile("(?m)^\\| `([a-z_.-]+)` \\| .+ \\| (.+) \\|$").FindAllStringSubmatch(text, -1)
	s, fault := scan(full)
	if fault != nil {
		t.Fatal(fault)
	}
	// What these need hangs together with other keys; the table tests hold them.
	together := map[string]bool{
		"about.series": true, "about.part": true, "boss.will_do": true, "ask.partly": true, "ask.never": true, "ask.no": true,
		"ask.take_when": true, "ask.partly_when": true, "grievance.told": true, "grievance.cost": true, "grievance.felt": true, "grievance.resolved": true,
	}
	tried := 0
	for _, row := range rows {
		key, leftOut := row[1], row[2]
		if together[key] || strings.HasPrefix(leftOut, "a mistake,") {
			continue
		}
		for _, st := range s.statements {
			if st.header || patternOf(st.path) != key {
				continue
			}
			tried++
			without := full[:st.start] + full[st.end:]
			_, err := Parse("example.toml", []byte(without))
			if mistake := leftOut == "a mistake"; mistake != (err != nil) {
				t.Errorf("the reference says of %s left out: %q; Parse says: %v", st.path, leftOut, err)
			}
		}
	}
	if tried < 70 {
		t.Errorf("only %d keys were tried", tried)
	}
}
