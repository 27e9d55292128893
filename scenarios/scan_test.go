package scenarios

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// pathsOf lists every key of a decoded tree, tables and lists with their elements included.
func pathsOf(v any, path string, out map[string]bool) {
	if path != "" {
		out[path] = true
	}
	if table, ok := v.(map[string]any); ok {
		for key, inner := range table {
			pathsOf(inner, joinPath(path, key), out)
		}
	} else if items, ok := itemsOf(v); ok {
		for i, item := range items {
			pathsOf(item, fmt.Sprintf("%s[%d]", path, i+1), out)
		}
	}
}

// agree holds the places of a scan to the keys that the decoder found. It is
// true where the two have nothing to disagree about, since the file is not valid.
func agree(src string) (ok bool, difference string) {
	s, f := scan(src)
	if f != nil && f.refuse {
		return true, ""
	}
	tree, err := decodeTree(src)
	if f != nil {
		if err == nil && !f.twice {
			return false, fmt.Sprintf("the decoder takes what the scan refuses: %+v", f)
		}
		return true, ""
	}
	if err != nil {
		return true, ""
	}
	paths := map[string]bool{}
	pathsOf(tree, "", paths)
	want := slices.Sorted(maps.Keys(paths))
	got := slices.Sorted(maps.Keys(s.places))
	if d := cmp.Diff(want, got, cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); d != "" {
		return false, "keys of the decoder (-) and of the scan (+):\n" + d
	}
	for path, at := range s.places {
		if at.key < 0 || at.key > at.value || at.value >= len(src) {
			return false, fmt.Sprintf("%s is at %+v of %d", path, at, len(src))
		}
	}
	return true, ""
}

func TestPlacesAgreeWithTheDecoder(t *testing.T) {
	for _, src := range tomlSamples(t) {
		if ok, difference := agree(src); !ok {
			t.Errorf("%s\n%s", shorten(src, 400), difference)
		}
	}
}

// tomlSamples are TOML files, valid and not, that exercise every turn of the grammar.
func tomlSamples(t testing.TB) []string {
	out := []string{
		"", "\n", "# only this", "a=1", "a = 1\nb = 2\n", "a.b.c = 1\na.b.d = 2\na.e = 3", "[a]\nb = 1\n[a.c]\nd = 1\n[x]\n", "[a.b.c]\nx = 1\n[a]\ny = 2\n[a.b]\nz = 3",
		"[[a]]\nx = 1\n[[a]]\nx = 2\n[[a.b]]\ny = 1\n[[a.b]]\ny = 2\n[a.c]\nz = 1\n[[a]]\n[[a.b]]\ny = 3\n", "[[a.b]]\n[[a.b]]\n[a.c]\n",
		"a = [1, [2, 3], [[4]], {b = 5, c.d = 6}, ]", "a = {}\nb = {x = 1, y = {z = [1,\n2]}}\n", "a = { b = 1, }\n", "a = {\n b = 1, # why\n c = 2\n}\n",
		`"quoted key" = 1` + "\n" + `'raw "key"' = 2` + "\n" + `"es\"caped\u00e9\\" = 3` + "\n" + `a."b.c".d = 4`, "a = \"x\\\"y\\\\\"\nb = 'x\\'\nc = 3",
		"a = \"\"\"\none \"two\" \"\"three\"\" \\\n   joined\n\\\"\"\"\"\nb = 1", "a = \"\"\"\"\"\"\nb = 2", "a = \"\"\"x\"\"\"\"\"\nb = 2", "a = \"\"\"x\"\"\"\"\"\"\nb = 2",
		"a = '''\n[not.a.table]\nb = 1\n'''\nc = 2", "a = '''''x'''''\nb = 2", "a = [ # one\n 1, # two\n # three\n 2 # four\n] # five\n",
		"a = 1979-05-27 07:32:00Z\nb = 1979-05-27T07:32:00\nc = 07:32:00\nd = 1979-05-27\n", "a = +1_000\nb = 0xff\nc = -1.5e3\nd = inf\ne = -nan\nf = true\ng=false",
		"a = 1\r\nb = \"x\"\r\n[c]\r\nd = \"\"\"\r\ntext\r\n\"\"\"\r\n", "\"\" = 1", "a = 1\na = 2", "[a]\n[a]", "a = 1\n[a]", "[a]\n[[a]]", "a = []\n[[a]]", "[[a]]\n[a]", "a.b = 1\n[a]", "[a]\nb.c = 1\n[a.b]\n",
		"a = {b = 1}\n[a.c]", "a = {b = 1}\na.c = 2", "[a.b]\n[a]\nb = 1", "a = [{b = 1}]\n[[a]]", "a = [{b = 1}]\n[a.c]", "a", "a =", "= 1", ".a = 1", "a. = 1", "a..b = 1", "[", "[]", "[a", "[a]]", "[[a]", "[a] b", "a = [", "a = [1", "a = [1,,2]", "a = [,]", "a = {", "a = {b", "a = {b = 1", "a = {,}", "a = {b = 1 c = 2}",
		"a = \"x", "a = \"x\n\"", "a = 'x\n'", "a = \"\"\"x", "a = '''x", "a = \"\\q\"", "a = \"\\u12\"", "a = \"\\ud800\"", "a = \"\\x41\\e\"", "a = \"x\" \"y\"", "a = [\"x\" \"y\"]", "a = x", "a = True", "a = 1 2", "a = 1 # x", "a = “x”", "a b = 1", "é = 1", "a = .5", "a = [1]]", "a = 1]", "a = }", "a = {b = 1}}", "\ta\t=\t1\t", "a = \"x\\   \n\"", "a = \"\"\"x\\   \n y\"\"\"", "a = \"\"\"x\\   y\"\"\"",
	}
	files, err := filepath.Glob("testdata/broken/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	library, err := filepath.Glob("library/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, library...) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(data))
	}
	return append(out, string(New("x", "X")))
}

// TestPlacesAgreeOnRandomFiles puts pieces of TOML together at random.
func TestPlacesAgreeOnRandomFiles(t *testing.T) {
	keys := rapid.SampledFrom([]string{"a", "b", "c", "a.b", "a.c", "b.a.c", `"q k"`, `'r.k'`, "a .b", `"\u0061"`})
	rapid.Check(t, func(t *rapid.T) {
		var value func(depth int) string
		value = func(depth int) string {
			kind := rapid.IntRange(0, 9).Draw(t, "kind")
			if depth > 3 && kind > 6 {
				kind = 0
			}
			switch kind {
			case 0:
				return "12"
			case 1:
				return `"te\"x[t{"`
			case 2:
				return `'r#a=w'`
			case 3:
				return "\"\"\"\nmore\n[x]\n\"two\"\"\"\"\""
			case 4:
				return "2026-11-24 07:00:00"
			case 5:
				return rapid.SampledFrom([]string{"true", "-1.5", "'''\n'' '''", "inf", `""`, "''", `""""""`}).Draw(t, "scalar")
			case 6:
				return "[]"
			case 7:
				var items []string
				for range rapid.IntRange(1, 3).Draw(t, "items") {
					items = append(items, value(depth+1))
				}
				return "[ " + strings.Join(items, rapid.SampledFrom([]string{",", " ,\n", ", # c ]\n "}).Draw(t, "comma")) + rapid.SampledFrom([]string{"]", ",]", "\n]"}).Draw(t, "end")
			}
			var pairs []string
			for range rapid.IntRange(0, 3).Draw(t, "pairs") {
				pairs = append(pairs, keys.Draw(t, "key")+" = "+value(depth+1))
			}
			return "{" + strings.Join(pairs, ", ") + "}"
		}
		var b strings.Builder
		for range rapid.IntRange(0, 8).Draw(t, "lines") {
			key := keys.Draw(t, "key")
			switch rapid.IntRange(0, 4).Draw(t, "line") {
			case 0:
				fmt.Fprintf(&b, "[%s]\n", key)
			case 1:
				fmt.Fprintf(&b, " [[ %s ]] # [c]\n", key)
			default:
				fmt.Fprintf(&b, "%s = %s\n", key, value(0))
			}
		}
		if ok, difference := agree(b.String()); !ok {
			t.Fatalf("%s\n%s", b.String(), difference)
		}
	})
}

func TestPlacesAreExact(t *testing.T) {
	src := "a = 1\n[[g]]\n  topics = [\"one\",\n    \"tẅo\", 'three']\nwhen = { rung = \"x\", eased = [\"y\"] }\n[[g]]\nsays.more = 2\n"
	s, f := scan(src)
	if f != nil {
		t.Fatal(f)
	}
	for path, want := range map[string]string{
		"a": "1:1 1:5", "g[1]": "2:1 2:1", "g[1].topics": "3:3 3:12", "g[1].topics[1]": "3:13 3:13", "g[1].topics[2]": "4:5 4:5", "g[1].topics[3]": "4:12 4:12",
		"g[1].when": "5:1 5:8", "g[1].when.rung": "5:10 5:17", "g[1].when.eased": "5:22 5:30", "g[1].when.eased[1]": "5:31 5:31",
		"g[2]": "6:1 6:1", "g[2].says": "7:1 7:1", "g[2].says.more": "7:6 7:13",
	} {
		at := s.places[path]
		l1, c1 := position(src, at.key)
		l2, c2 := position(src, at.value)
		if got := fmt.Sprintf("%d:%d %d:%d", l1, c1, l2, c2); got != want {
			t.Errorf("%s at %s, want %s", path, got, want)
		}
	}
}

func TestPatternOf(t *testing.T) {
	for path, want := range map[string]string{
		"": "", "format": "format", "grievance[2].told[1]": "grievance.told", `a."b[1].c"[3].d`: `a."b[1].c".d`, `a."\"["[1]`: `a."\"["`, "a[1][2]": "a",
	} {
		if got := patternOf(path); got != want {
			t.Errorf("patternOf(%q) = %q, want %q", path, got, want)
		}
	}
}

func FuzzPlaces(f *testing.F) {
	for _, src := range tomlSamples(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4096 {
			return
		}
		p := &parser{src: src, told: map[Problem]bool{}}
		if !p.readable() {
			return
		}
		if ok, difference := agree(src); !ok {
			t.Errorf("%q\n%s", src, difference)
		}
	})
}
