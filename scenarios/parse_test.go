package scenarios

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestBroken holds what is told about each broken file to its golden.
func TestBroken(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no broken files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Parse(filepath.Base(file), data)
			problems, ok := errors.AsType[Problems](err)
			if !ok || len(problems) == 0 {
				t.Fatalf("got %v, want Problems", err)
			}
			got := problems.Error() + "\n"
			golden := strings.TrimSuffix(file, ".toml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// good is a scenario without a mistake.
func good() string { return string(New("good", "A talk")) }

// changed is the good scenario with one passage replaced.
func changed(t testing.TB, from, to string) string {
	t.Helper()
	if strings.Count(good(), from) != 1 {
		t.Fatalf("%q stands %d times in the good scenario", from, strings.Count(good(), from))
	}
	return strings.Replace(good(), from, to, 1)
}

func mustParse(t testing.TB, name, text string) *Scenario {
	t.Helper()
	s, err := Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestOneMistake makes one mistake at a time: it alone is told, where it stands.
func TestOneMistake(t *testing.T) {
	for _, test := range []struct{ name, from, to, want string }{
		{"format", "format = 1", "format = 2", `format: format 2 is not known to this program; expected format = 1; a newer format needs a newer Breakroom`},
		{"format as text", "format = 1", `format = "1"`, `format: this is a number in quotes; expected format = 1, without quotes`},
		{"too long", `title = "A talk"`, `title = "` + strings.Repeat("long ", 30) + `"`, `about.title: this text has 150 characters; expected at most 100`},
		{"invisible", `title = "A talk"`, "title = \"A \u202etalk\"", `about.title: an invisible character (U+202E) stands in this text; expected text that shows as it is`},
		{"invisible by escape", `title = "A talk"`, `title = "A \u202etalk"`, `about.title: an invisible character (U+202E) stands in this text; expected text that shows as it is`},
		{"zero", "difficulty = 1 ", "difficulty = 0 ", `about.difficulty: 0 is out of range; expected 1 (gentle), 2 (usual) or 3 (hard)`},
		{"point", "minutes = 15", "minutes = 15.5", `about.minutes: this is a number with a point; expected a whole number from 2 to 120`},
		{"date", `country = "US"`, `country = 2026-11-24`, `about.country: this is a date or a time; expected a country: "US"`},
		{"empty list", `content_notes = [] `, `practise = [] `, `about.practise: this list is empty; expected a list with some of "talk-ratio", "agitation-depth", "inoculation", "ask", "education" or "follow-up", or the key left out`},
		{"series alone", `minutes = 15`, `series = "rosa"`, `about.series: "series" stands here without "part"; expected series and part together, or neither`},
		{"part of a series", `minutes = 15`, `series = "Rosa M"` + "\npart = 1", `about.series: "Rosa M" does not fit as a name; expected the name that all parts of the series share, in small letters with dashes`},
		{"blank line", `"The line's all right. We look after each other.",`, `"  ",`, `coworker.open[2]: this text is empty; expected a list of texts: ["One way to say it.", "Another way."]`},
		{"same line", `"The line's all right. We look after each other.",`, `"It's salads.  You put the lid on before it gets away.",`, `coworker.open[2]: this is the same as the line in place 1 of the list; expected each line once`},
		{"plural", "[[coworker.answer]]", "[[coworker.answers]]", `coworker.answers: "answers" is no key that stands here; did you mean "answer"?; expected one of "name", "job", "history", "voice", "register", "small_talk", "open", "answer" or "manners"`},
		{"two brackets", "[coworker.manners]", "[[coworker.manners]]", `coworker.manners: [[coworker.manners]] stands with two brackets on each side; expected [coworker.manners], since there is only one`},
		{"one text", `covers = ["Oh, the line is the line.", "It moves, we move."]`, `covers = "Oh, the line is the line."`, `grievance[1].covers: this is one text where a list should stand; expected brackets around it: ["Oh, the line is the line."]`},
		{"missing cover", `covers = ["Oh, the line is the line.", "It moves, we move."]`, ``, `grievance[1].covers: "covers" is missing; expected a list of texts: ["One way to say it.", "Another way."]`},
		{"unknown ease", `"plan", "not-alone"`, `"plan", "not_alone"`, `fear[1].eased_by[3]: "not_alone" is not known here; did you mean "not-alone"?; expected one of "validation", "reflection", "plan", "smaller-step", "not-alone", "honesty" or "inoculate-boss"`},
		{"boss without reaction", `will_do = ["He'll call us in one at a time and ask if we're not happy here."]`, ``, `boss.will_do: "will_do" is missing; expected a list of texts: ["One way to say it.", "Another way."]`},
		{"partly missing", `partly = ["I can't promise Thursday. But I'll talk to Lupe tomorrow at the lockers, I'll do that."]`, ``, `ask[1].partly: "partly" is missing; expected a list of texts: ["One way to say it.", "Another way."]`},
		{"rung too deep", `[reveal]`, "[mind]\ndeepest_rung = \"cost\"\n[reveal]", `ask[1].take_when.rung: the rung "felt" is never reached, since the talk ends at "cost"; expected a rung that the talk can reach; see deepest_rung under [mind]`},
		{"opens", `[reveal]`, "[mind]\nopens = 20\n[reveal]", `mind.opens: 20 is out of range; expected a whole number from 50 to 200, in percent of the usual`},
		{"no fears to ease", `eased = ["sent-home"], clear`, `eased = ["sent-hom"], clear`, `ask[1].take_when.eased[1]: "sent-hom" is not known here; did you mean "sent-home"?; expected "sent-home"`},
		{"empty name", `name = "mother"`, `name = ""`, `limit[1].name: "" does not fit as a name; expected a short name in small letters with dashes: "late-shift"`},
		{"question without a letter", `[reveal]`, "[[coworker.answer]]\nquestions = [\"??\"]\nsays = [\"Nobody.\"]\n[reveal]", `coworker.answer[2].questions[1]: "??" has no letter; expected a whole question: "How long have you worked here?"`},
		{"neither topics nor questions", `[reveal]`, "[[coworker.answer]]\nsays = [\"Nobody.\"]\n[reveal]", `coworker.answer[2].topics: "topics" is missing; expected a list of words or short phrases in small letters: ["schedule", "how long"]`},
		{"asked on after nothing", `[reveal]`, "[[asked_on]]\nafter = \"I never said that, did I\"\ntopics = [\"who\"]\nsays = [\"Nobody.\"]\n[reveal]", `asked_on[1].after: no line begins with "I never said that, did I"; expected how a line of this coworker begins, word for word, four words or more or the whole of it`},
		{"asked on after too little", `[reveal]`, "[[asked_on]]\nafter = \"The line's all\"\ntopics = [\"who\"]\nsays = [\"Nobody.\"]\n[reveal]", `asked_on[1].after: no line begins with "The line's all"; expected how a line of this coworker begins, word for word, four words or more or the whole of it`},
		{"opening", `[reveal]`, "[[opening]]\nspeaker = \"coworker\"\ntext = \"Hi.\"\n[[opening]]\nspeaker = \"coworker\"\ntext = \"Sit.\"\n[reveal]", `opening[2].speaker: the coworker speaks twice in a row; expected the two in turns; what one of them says in a row is one text`},
		{"quoted key", `format = 1`, "format = 1\n\"a b\" = 2", `"a b": "a b" is no key that stands here; expected one of "format", "about", "coworker", "grievance", "together", "fear", "boss", "ask", "limit", "asked_on", "mind", "opening" or "reveal"`},
		{"missing equals", `minutes = 15`, "minutes", `about.minutes: the equals sign after the key is missing; expected key = value`},
		{"missing value", `minutes = 15`, "minutes = # soon", `about.minutes: the value is missing; expected a value: a text in quotes, a number, true or false, or a list in brackets`},
		{"two commas", `"plan", "not-alone"`, `"plan",, "not-alone"`, `fear[1].eased_by: two commas stand here with nothing between them; expected one comma after each text of the list`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("good.toml", []byte(changed(t, test.from, test.to)))
			problems := ProblemsOf("good.toml", err)
			if len(problems) != 1 {
				t.Fatalf("want one problem, got\n%v", err)
			}
			place := fmt.Sprintf("good.toml:%d:%d: ", problems[0].Line, problems[0].Column)
			if got := problems[0].String(); got != place+test.want {
				t.Errorf("got\n%s\nwant\n%s", got, place+test.want)
			}
			if problems[0].Line < 2 || problems[0].Column < 1 {
				t.Errorf("at %d:%d", problems[0].Line, problems[0].Column)
			}
		})
	}
}

func TestWholeFile(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"too large", "good.toml", good() + strings.Repeat("#\n", MaxBytes/2), "good.toml:1:1: the file has 519 KiB; expected at most 512 KiB"},
		{"latin 1", "good.toml", "format = 1\ntitle = \"caf\xe9\"", `good.toml:2:13: the byte 0xE9 is not UTF-8; the file was saved in another encoding; expected UTF-8: choose "UTF-8" as the encoding when saving`},
		{"utf-16", "good.toml", "\xff\xfef\x00", `good.toml:1:1: the file is saved as UTF-16; expected UTF-8: choose "UTF-8" as the encoding when saving`},
		{"control character", "good.toml", "format = 1 # \x00", "good.toml:1:14: an invisible control character stands here (U+0000); expected text"},
		{"old line ends", "good.toml", "format = 1\r[about]\r", "good.toml:1:11: a line ends the way it did on very old computers (a carriage return alone); expected usual line ends; open the file in an editor and save it with them"},
		{"nesting", "good.toml", "a = " + strings.Repeat("[", 33), "good.toml:1:37: a: brackets are nested more than 32 deep; expected lists and tables of this format; none is nested more than three deep"},
		{"nested tables", "good.toml", "a = " + strings.Repeat("{a=", 40), "good.toml:1:101: a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: brackets are nested more than 32 deep; expected lists and tables of this format; none is nested more than three deep"},
		{"dotted key", "good.toml", strings.Repeat("a.", 16) + "a = 1", "good.toml:1:33: this key has more than 16 parts; expected a key of this format; none has more than three parts"},
		{"dotted table", "good.toml", "[" + strings.Repeat("a.", 16) + "a]", "good.toml:1:34: this key has more than 16 parts; expected a key of this format; none has more than three parts"},
		{"long key", "good.toml", strings.Repeat("a", 65) + " = 1", "good.toml:1:1: this key is far too long; expected a key of at most 64 letters"},
		{"name of the file", "My Talk.toml", good(), `My Talk.toml:1:1: the file's name does not fit, and the scenario is known by it; expected small letters without accents, digits and single dashes, up to 60 of them, then ".toml": "late-shift.toml"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.file, []byte(test.text))
			if err == nil || err.Error() != test.want {
				t.Errorf("got\n%v\nwant\n%s", err, test.want)
			}
		})
	}
}

func TestParseGood(t *testing.T) {
	text := good()
	s := mustParse(t, "some/folder/good.toml", text)
	sum := sha256.Sum256([]byte(text))
	if s.ID != "good" || s.Hash != hex.EncodeToString(sum[:]) || s.Text() != text {
		t.Errorf("ID %q, hash %q", s.ID, s.Hash)
	}
	for _, same := range []string{"\ufeff" + text, strings.ReplaceAll(text, "\n", "\r\n")} {
		other := mustParse(t, "good.toml", same)
		if d := cmp.Diff(s, other, cmpopts.IgnoreFields(Scenario{}, "Hash", "text")); d != "" {
			t.Errorf("a mark in front or other line ends change the scenario:\n%s", d)
		}
	}
}

func TestDefaults(t *testing.T) {
	text := good()
	for _, line := range []string{"difficulty = 1 ", "language = ", "minutes = ", "framework = ", "register = ", "size = ", "after = "} {
		i := strings.Index(text, "\n"+line)
		if i < 0 {
			t.Fatalf("%q is not in the good scenario", line)
		}
		text = text[:i+1] + text[i+1+strings.IndexByte(text[i+1:], '\n')+1:]
	}
	s := mustParse(t, "good.toml", text)
	got := fmt.Sprint(s.About.Difficulty, s.About.Language, s.About.Minutes, s.About.Framework, s.Coworker.Register, s.Asks[0].Size, s.Grievances[0].Details[0].After)
	if want := fmt.Sprint(2, "en", 15, "aeiou", "plain", 2, "named"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSpokenTextBecomesOneLine(t *testing.T) {
	s := mustParse(t, "good.toml", changed(t, `"It's the speed. It was never this fast.",`, "\"\"\"\nIt's the speed.\n   It was never\tthis fast.\n\"\"\","))
	if got, want := s.Grievances[0].Named[1], "It's the speed. It was never this fast."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	s = mustParse(t, "good.toml", changed(t, `told = "You and Rosa`, "told = \"\"\"\nOne.\n\nTwo.\n\"\"\"\nbefore = \"You and Rosa"))
	if got, want := s.About.Told, "One.\n\nTwo."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWalkAgreesWithTheDecoder: the walk over the tree, on which the checks run, fills the same values as the strict decoding.
func TestWalkAgreesWithTheDecoder(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(all, mustParse(t, "good.toml", good())) {
		tree, err := decodeTree(s.Text())
		if err != nil {
			t.Fatal(err)
		}
		walked := (&parser{src: s.Text(), places: map[string]place{}, excused: map[string]bool{}, told: map[Problem]bool{}}).fill(tree)
		decoded, md, err := decodeStrict(s.Text())
		if err != nil || len(md.Undecoded()) > 0 {
			t.Fatal(err, md.Undecoded())
		}
		if d := cmp.Diff(decoded, walked, cmpopts.IgnoreUnexported(Scenario{})); d != "" {
			t.Errorf("%s: decoder (-), walk (+):\n%s", s.ID, d)
		}
	}
}

// TestEveryKeyExpects: what each key expects is told, and nothing else is.
func TestEveryKeyExpects(t *testing.T) {
	keys := map[string]bool{}
	eachKey(reflect.TypeFor[Scenario](), "", func(path string, _ reflect.Type) { keys[path] = true })
	for _, kind := range MannerKinds {
		keys["coworker.manners."+kind] = true
	}
	for key := range keys {
		if expects[key] == "" {
			t.Errorf("nothing tells what %s expects", key)
		}
	}
	for key := range expects {
		if !keys[key] {
			t.Errorf("%s is no key", key)
		}
	}
}

// hostile are files that were made to take a decoder's time, memory or stack.
func hostile() map[string]string {
	fill := func(line func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < MaxBytes-1200; i++ {
			b.WriteString(line(i))
		}
		return b.String()
	}
	deep := strings.Repeat("abcdefghijklmnopqrstuvwxyz01234.", 15)
	return map[string]string{
		"brackets":          fill(func(int) string { return "[" }),
		"braces":            "a=" + fill(func(int) string { return "{a=" }),
		"dots":              fill(func(int) string { return "a." }),
		"tables":            fill(func(int) string { return "[[a]]\n" }),
		"tables in tables":  "[[a]]\n" + fill(func(int) string { return "[[a.b]]\n" }),
		"many tables":       fill(func(i int) string { return fmt.Sprintf("[a%d]\n", i) }),
		"deep tables":       fill(func(i int) string { return fmt.Sprintf("[%sa%d]\n", deep, i) }),
		"deep keys":         fill(func(i int) string { return fmt.Sprintf("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.k%d=1\n", i) }),
		"keys under a name": "[" + deep + "x]\n" + fill(func(i int) string { return fmt.Sprintf("k%d=1\n", i) }),
		"keys under braces": deep + "k={" + fill(func(i int) string { return fmt.Sprintf("k%d=1,", i) }) + "}",
		"many keys":         fill(func(i int) string { return fmt.Sprintf("k%d=1\n", i) }),
		"a long list":       "a=[" + fill(func(int) string { return "1," }) + "]",
		"lists in a list":   "a=[" + fill(func(int) string { return "[[[[]]]]," }) + "]",
		"tables in a list":  "a=[" + fill(func(int) string { return "{a={a={a=1}}}," }) + "]",
		"one long text":     "a=\"" + fill(func(int) string { return "x" }) + "\"",
		"escapes":           "a=\"\"\"" + fill(func(int) string { return "\\ \n" }) + "\"\"\"",
		"quotes":            fill(func(int) string { return "\"" }),
		"quotes in a text":  "a=\"\"\"" + fill(func(int) string { return "\"\"x" }) + "\"\"\"",
		"bad lines":         fill(func(int) string { return "x\n" }),
		"bad values":        fill(func(int) string { return "x=\n" }),
		"half a line":       fill(func(int) string { return "= x " }),
		"twice":             fill(func(int) string { return "a=1\n" }),
		"unknown keys":      "[about]\n" + fill(func(i int) string { return fmt.Sprintf("titl%d=1\n", i) }),
		"long names":        "[coworker]\nopen=[" + fill(func(int) string { return "\"\"," }) + "]",
		"many grievances":   fill(func(i int) string { return fmt.Sprintf("[[grievance]]\nname=\"a%d\"\n", i) }),
		"many wrong topics": "[[grievance]]\ntopics=[" + fill(func(i int) string { return fmt.Sprintf("\"A%d\",", i) }) + "]",
		"opens nothing":     fill(func(i int) string { return fmt.Sprintf("[[limit]]\nname=\"a%d\"\nopens=\"b%d\"\n", i, i) }),
		"fears to ease":     "[[ask]]\ntake_when.eased=[" + fill(func(i int) string { return fmt.Sprintf("\"b%d\",", i) }) + "]",
		"comments":          fill(func(int) string { return "#\n" }),
	}
}

// TestHostile: nothing that fits into the cap takes long. The bound is far above what an idle machine needs (see the log).
func TestHostile(t *testing.T) {
	for name, text := range hostile() {
		start := time.Now()
		_, err := Parse("hostile.toml", []byte(text))
		if err == nil {
			t.Fatalf("%s: no problem found", name)
		}
		took := time.Since(start)
		t.Logf("%-18s %7d bytes %8s  %s", name, len(text), took.Round(time.Microsecond*100), shorten(err.Error(), 100))
		if took > 10*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

// holdsItsPromises checks what Parse promises for any bytes.
func holdsItsPromises(t interface {
	Helper()
	Fatalf(string, ...any)
}, data []byte) {
	t.Helper()
	s, err := Parse("any.toml", data)
	if err == nil {
		again, err := Parse("any.toml", []byte(s.Text()))
		if err != nil || !reflect.DeepEqual(s, again) {
			t.Fatalf("what was loaded does not load again the same: %v", err)
		}
		for _, line := range s.Hidden() {
			if s.KeyOf(line.ID) == "" {
				t.Fatalf("%s has no key", line.ID)
			}
		}
		Warnings(s)
		return
	}
	problems, ok := errors.AsType[Problems](err)
	if !ok || len(problems) == 0 {
		t.Fatalf("the error is %T: %v", err, err)
	}
	lines := strings.Split(strings.TrimPrefix(string(data), "\ufeff"), "\n")
	for i, p := range problems {
		if p.File != "any.toml" || p.Line < 1 || p.Column < 1 || p.Message == "" {
			t.Fatalf("%+v", p)
		}
		if p.Line > len(lines) || p.Column > len([]rune(lines[p.Line-1]))+1 {
			t.Fatalf("%s: there is no such place", p)
		}
		if i > 0 && (p.Line < problems[i-1].Line || p.Line == problems[i-1].Line && p.Column < problems[i-1].Column) && i < maxProblems {
			t.Fatalf("problems are not in the order of their places:\n%v", err)
		}
	}
}

// TestParseOnDamagedFiles takes away, doubles, swaps and puts in pieces of a good file.
func TestParseOnDamagedFiles(t *testing.T) {
	text := good()
	rapid.Check(t, func(t *rapid.T) {
		data := []byte(text)
		for range rapid.IntRange(1, 6).Draw(t, "damages") {
			from := rapid.IntRange(0, len(data)-1).Draw(t, "from")
			to := min(len(data), from+rapid.IntRange(0, 40).Draw(t, "length"))
			piece := rapid.SampledFrom([]string{"", "\"", "'", "\"\"\"", "[", "]", "[[", "]]", "{", "}", "=", ",", "\n", "#", ".", "x", "1", "true", "\n[about]\n", "\n[[fear]]\n", "\nname = 3\n", "\x00", "\xff", "é"}).Draw(t, "piece")
			if rapid.Bool().Draw(t, "double") {
				piece += string(data[from:to]) + piece + string(data[from:to])
			}
			data = append(data[:from:from], append([]byte(piece), data[to:]...)...)
			if len(data) == 0 {
				break
			}
		}
		holdsItsPromises(t, data)
	})
}

func FuzzParse(f *testing.F) {
	for _, src := range tomlSamples(f) {
		f.Add([]byte(src))
	}
	for _, text := range hostile() {
		f.Add([]byte(text[:min(len(text), 600)]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		holdsItsPromises(t, data)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(data), took)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	all, err := Library()
	if err != nil {
		b.Fatal(err)
	}
	text := []byte(all[0].Text())
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse("x.toml", text); err != nil {
			b.Fatal(err)
		}
	}
}
