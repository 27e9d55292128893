package pages

import (
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"

	"golang.org/x/net/html"

	"breakroom/trainer/talk"
)

// wordsIn finds two letters in a row: what a reader would read.
var wordsIn = regexp.MustCompile(`\pL{2}`)

// TestNoTextBypassesTheCatalogue looks at what remains of each template
// without its actions: tags, and attributes that nobody reads. Everything
// that somebody reads or hears has to come out of an action.
func TestNoTextBypassesTheCatalogue(t *testing.T) {
	// The class of a page is a definition of its own; what stands in noscript is read as text by the tokenizer.
	actions := regexp.MustCompile(`(?s)\{\{define "class"\}\}[a-z-]*\{\{end\}\}|\{\{.*?\}\}|</?noscript>`)
	read := []string{"title", "alt", "placeholder", "aria-label", "aria-description", "label", "value", "data-title"}
	files, err := filepath.Glob("templates/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("no templates", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		z := html.NewTokenizer(strings.NewReader(actions.ReplaceAllString(string(data), "")))
		for z.Next() != html.ErrorToken {
			token := z.Token()
			if token.Type == html.TextToken && wordsIn.MatchString(token.Data) {
				t.Errorf("%s: the text %q does not come from the catalogue", file, strings.TrimSpace(token.Data))
			}
			if token.Data == "meta" || token.Data == "input" && slices.Contains(token.Attr, html.Attribute{Key: "type", Val: "checkbox"}) {
				continue
			}
			for _, a := range token.Attr {
				if slices.Contains(read, a.Key) && wordsIn.MatchString(a.Val) {
					t.Errorf("%s: %s=%q does not come from the catalogue", file, a.Key, a.Val)
				}
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: inline %s, which the content security policy forbids", file, a.Key)
				}
			}
		}
	}
}

// TestScriptsHoldNoSentences finds strings with two words in them: a script takes what it says from the catalogue.
func TestScriptsHoldNoSentences(t *testing.T) {
	comments := regexp.MustCompile(`(?m)^\s*//.*$`)
	literals := regexp.MustCompile("\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")
	sentence := regexp.MustCompile(`\pL{2,} \pL{2,}`)
	files, err := filepath.Glob("assets/*.js")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literals.FindAllString(comments.ReplaceAllString(string(data), ""), -1) {
			if sentence.MatchString(m) {
				t.Errorf("%s: the text %s does not come from the catalogue", file, m)
			}
		}
	}
}

// computed are the keys that templates put together from values, with every value there is.
func computed() []string {
	var keys []string
	for _, s := range talk.Skills {
		keys = append(keys, "skill."+string(s), "skill_term."+string(s), "skill_short."+string(s))
		for _, part := range []string{"lead", "levels", "how", "tip"} {
			keys = append(keys, "guide_skill."+string(s)+"."+part)
		}
	}
	for _, k := range talk.Kinds {
		keys = append(keys, "kind."+string(k))
	}
	for _, f := range talk.Faults {
		keys = append(keys, "fault."+string(f), "guide_fault."+string(f))
	}
	for _, part := range []string{"harm", "felt", "worked", "try", "slips", "skills", "stages", "transcript", "reveal", "cannot"} {
		keys = append(keys, "debrief_part."+part)
	}
	for _, kind := range FailureKinds {
		keys = append(keys, "failure."+kind+".heading", "failure."+kind+".text")
	}
	return append(keys, "difficulty.1", "difficulty.2", "difficulty.3", "mine.open", "mine.ended", "mine.stepped-out", "talk.cut", "talk.shortened", "talk.stood_in",
		"examples.good", "examples.bad", "time.months", "time.day")
}

// TestCatalogueIsExact holds the catalogue against what asks for it: no key is missing, none is left over.
func TestCatalogueIsExact(t *testing.T) {
	c, err := loadCatalogue("en")
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]string{}
	for _, key := range computed() {
		asked[key] = "a value"
	}
	p, err := New("en")
	if err != nil {
		t.Fatal(err)
	}
	for name, tmpl := range p.templates {
		for _, part := range tmpl.Templates() {
			walk(part, func(fn, key string) {
				if fn == "tn" {
					asked[key+".one"], asked[key+".other"] = name, name
				} else {
					asked[key] = name
				}
			})
		}
	}
	scripts, err := fs.Glob(assetFiles, "assets/*.js")
	if err != nil {
		t.Fatal(err)
	}
	inScript := regexp.MustCompile(`\btext(\.counted)?\("([a-z_0-9]+)"[,)]`)
	for _, file := range scripts {
		data, err := assetFiles.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range inScript.FindAllStringSubmatch(strings.ReplaceAll(string(data), "this.text", "text"), -1) {
			if m[1] != "" {
				asked["talk."+m[2]+".one"], asked["talk."+m[2]+".other"] = file, file
			} else {
				asked["talk."+m[2]] = file
			}
		}
	}
	for _, key := range []string{"help_step_1", "help_step_2", "help_step_3", "over_organizer", "over_coworker", "over_time", "over_host"} {
		asked["talk."+key] = "talk.js"
	}
	for key, by := range asked {
		_, isText := c.texts[key]
		_, isList := c.lists[key]
		if !isText && !isList {
			t.Errorf("%s asks for %q, which the catalogue does not have", by, key)
		}
	}
	for key := range c.texts {
		if strings.HasPrefix(key, "country.") {
			continue
		}
		if asked[key] == "" {
			t.Errorf("nobody asks for %q", key)
		}
	}
	for key := range c.lists {
		if asked[key] == "" {
			t.Errorf("nobody asks for the list %q", key)
		}
	}
}

// walk finds the calls of t, tn, tlist and item with a constant key.
func walk(tmpl *template.Template, found func(fn, key string)) {
	var node func(n parse.Node)
	list := func(l *parse.ListNode) {
		if l != nil {
			for _, n := range l.Nodes {
				node(n)
			}
		}
	}
	var pipe func(p *parse.PipeNode)
	pipe = func(p *parse.PipeNode) {
		if p == nil {
			return
		}
		for _, cmd := range p.Cmds {
			for i, arg := range cmd.Args {
				if inner, ok := arg.(*parse.PipeNode); ok {
					pipe(inner)
				}
				id, ok := arg.(*parse.IdentifierNode)
				if !ok || i+1 >= len(cmd.Args) || !slices.Contains([]string{"t", "tn", "tlist", "item"}, id.Ident) {
					continue
				}
				if key, ok := cmd.Args[i+1].(*parse.StringNode); ok {
					found(id.Ident, key.Text)
				}
			}
		}
	}
	node = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ActionNode:
			pipe(n.Pipe)
		case *parse.IfNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		case *parse.RangeNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		case *parse.WithNode:
			pipe(n.Pipe)
			list(n.List)
			list(n.ElseList)
		case *parse.TemplateNode:
			pipe(n.Pipe)
		case *parse.ListNode:
			list(n)
		}
	}
	if tmpl.Tree != nil {
		list(tmpl.Tree.Root)
	}
}

// TestTextsAreFilledOrRefused holds the catalogue's own rules.
func TestTextsAreFilledOrRefused(t *testing.T) {
	c := &Catalogue{texts: map[string]string{"plain": "Hello", "name": "Hello {name}", "n.one": "one thing", "n.other": "{n} things"}}
	for _, tt := range []struct {
		key   string
		pairs []any
		want  string
		fails bool
	}{
		{"plain", nil, "Hello", false},
		{"name", []any{"name", "Rosa"}, "Hello Rosa", false},
		{"name", []any{"name", "{name}"}, "Hello {name}", false},
		{"name", nil, "", true},
		{"name", []any{"name"}, "", true},
		{"plain", []any{"name", "Rosa"}, "", true},
		{"missing", nil, "", true},
	} {
		got, err := c.Text(tt.key, tt.pairs...)
		if got != tt.want || (err != nil) != tt.fails {
			t.Errorf("Text(%q, %v) = %q, %v", tt.key, tt.pairs, got, err)
		}
	}
	for n, want := range map[int]string{0: "0 things", 1: "one thing", 2: "2 things"} {
		if got, err := c.Counted("n", n); got != want || err != nil {
			t.Errorf("Counted(%d) = %q, %v", n, got, err)
		}
	}
}

// TestTitlesAreNeutral: what stands in a tab, a history and a task bar must not say what this is about.
func TestTitlesAreNeutral(t *testing.T) {
	c, err := loadCatalogue("en")
	if err != nil {
		t.Fatal(err)
	}
	telling := regexp.MustCompile(`(?i)union|organi[sz]|cowork|boss|practi[sc]e|strike|collective|agitat|scor`)
	for key, text := range c.texts {
		if (strings.HasPrefix(key, "title.") || strings.HasPrefix(key, "cover.")) && telling.MatchString(text) {
			t.Errorf("%s = %q tells what the page is about", key, text)
		}
	}
	for _, page := range []string{"home", "guide", "examples", "mine"} {
		if at, err := Path(page); err != nil || telling.MatchString(at) {
			t.Errorf("the address of %s is %q, %v", page, at, err)
		}
	}
	if at, err := Path("scenario", "union-card-warehouse"); err != nil || telling.MatchString(at) {
		t.Errorf("the address of a scenario is %q, %v", at, err)
	}
}

func TestWhatPeopleAreCalled(t *testing.T) {
	for name, want := range map[string]string{"": "", "Rosa": "Rosa", "Lorraine Ackroyd": "Lorraine", "Mrs Okafor": "Mrs Okafor", "Dr. Lee": "Dr. Lee"} {
		if got := called(name); got != want {
			t.Errorf("called(%q) = %q and should be %q", name, got, want)
		}
	}
	for s, want := range map[string]string{"": "", "care": "Care", "élevage": "Élevage"} {
		if got := capital(s); got != want {
			t.Errorf("capital(%q) = %q and should be %q", s, got, want)
		}
	}
}
