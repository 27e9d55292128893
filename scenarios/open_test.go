package scenarios

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"breakroom/trainer/talk"
)

// everyKey is a scenario in which every text is its own key's path, so that a test can see where it went.
func everyKey() *Scenario {
	s := &Scenario{ID: "every-key"}
	fillPaths(reflect.ValueOf(s).Elem(), "")
	s.Coworker.Manners = map[string][]string{}
	for _, kind := range MannerKinds {
		s.Coworker.Manners[kind] = []string{"coworker.manners." + kind}
	}
	return s
}

func fillPaths(v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(path)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Tag.Get("toml"); name != "-" {
				fillPaths(v.Field(i), joinPath(path, name))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fillPaths(v.Index(0), path)
	}
}

// hiddenKeys are the keys whose texts are lines that are earned. All other keys are named here too: a new
// key has to be put on one of the two sides.
var openKeys = []string{
	"about.", "coworker.", "opening.text",
}
var saidUnearned = []string{"grievance.covers", "grievance.hints", "fear.hints"}
var neverSaid = []string{
	"grievance.name", "grievance.topics", "grievance.detail.topics", "grievance.detail.after", "fear.name", "fear.topics", "fear.eased_by", "boss.name",
	"ask.name", "ask.what", "ask.topics", "ask.take_when.", "ask.partly_when.", "limit.name", "limit.topics", "limit.opens", "asked_on.after", "asked_on.topics",
	"coworker.small_talk.questions", "coworker.answer.questions", "grievance.detail.questions", "asked_on.questions", "mind.deepest_rung", "opening.speaker",
}

func startsWithAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if s == p || strings.HasSuffix(p, ".") && strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// TestEveryTextHasItsSide: each text of a scenario is open, said unearned, hidden, or never said; and Open, OpenText and Hidden keep to it.
func TestEveryTextHasItsSide(t *testing.T) {
	s := everyKey()
	hidden := map[string]bool{}
	for _, line := range s.Hidden() {
		hidden[line.Text] = true
	}
	open, err := json.Marshal(s.Open())
	if err != nil {
		t.Fatal(err)
	}
	openText := map[string]bool{}
	for _, line := range strings.Split(s.OpenText(), "\n") {
		openText[line] = true
	}
	eachKey(reflect.TypeFor[Scenario](), "", func(path string, typ reflect.Type) {
		for typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.String || path == "about.practise" {
			return
		}
		silent := startsWithAny(path, neverSaid)
		isOpen := startsWithAny(path, openKeys) && !silent
		unearned := startsWithAny(path, saidUnearned)
		if got, want := hidden[path], !isOpen && !unearned && !silent; got != want {
			t.Errorf("%s: hidden %v, want %v", path, got, want)
		}
		if got := strings.Contains(string(open), `"`+path+`"`); got != isOpen && path != "opening.speaker" {
			t.Errorf("%s: in Open %v, want %v", path, got, isOpen)
		}
		if got, want := openText[path], isOpen || unearned; got != want {
			t.Errorf("%s: in OpenText %v, want %v", path, got, want)
		}
	})
}

func TestOpenSharesNothing(t *testing.T) {
	s := everyKey()
	before, _ := json.Marshal(s)
	o := s.Open()
	o.About.Title = "changed"
	o.About.ContentNotes[0] = "changed"
	o.About.Practise[0] = "changed"
	o.Coworker.Open[0] = "changed"
	o.Coworker.SmallTalk[0].Says[0] = "changed"
	o.Coworker.Answers[0].Topics[0] = "changed"
	o.Coworker.Manners["greeting"][0] = "changed"
	delete(o.Coworker.Manners, "goodbye")
	o.Opening[0].Text = "changed"
	if after, _ := json.Marshal(s); string(after) != string(before) {
		t.Error("changing what Open gave changed the scenario")
	}
}

func TestHiddenIDs(t *testing.T) {
	s := mustParse(t, "good.toml", good())
	byID := map[string]string{}
	for _, line := range s.Hidden() {
		if byID[line.ID] != "" {
			t.Errorf("%s stands twice", line.ID)
		}
		byID[line.ID] = line.Text
	}
	for id, start := range map[string]string{
		"grievance.line-speed.named.1": "They turned the belt up.", "grievance.line-speed.resolved.2": "No. This can't", "grievance.line-speed.detail.1.1": "Kevin turns",
		"grievance.bathroom.told.2": "Kevin writes", "together.fix.1": "Put it back", "together.who.1": "Kevin can't.", "together.action.1": "If the whole", "fear.sent-home.says.2": "Marisol",
		"fear.sent-home.eased.1": "If it's all", "boss.will_do.1": "He'll call", "boss.meet.1": "Then nobody", "ask.laundromat.yes.1": "Thursday", "ask.laundromat.partly.1": "I can't promise",
		"ask.laundromat.later.1": "Let me see", "ask.laundromat.no.1": "No. Not me", "limit.mother.says.1": "My mother", "reveal.story.1": "Rosa has", "reveal.teaches.2": "Her fear",
	} {
		if !strings.HasPrefix(byID[id], start) {
			t.Errorf("%s is %q, want %q…", id, byID[id], start)
		}
	}
	if got := s.KeyOf("grievance.line-speed.nothing.1"); got != "" {
		t.Errorf("the key of no line is %q", got)
	}
}

func TestSecrets(t *testing.T) {
	s := mustParse(t, "good.toml", good())
	x := s.Secrets()
	ids := func(lines []talk.Line) string {
		var out []string
		for _, l := range lines {
			out = append(out, l.ID)
		}
		return strings.Join(out, " ")
	}
	opened := func(id string) bool { return id == "grievance.line-speed.cost.1" }
	for _, test := range []struct {
		name, text, want string
		opened           func(string) bool
	}{
		{"nothing", "How are you? The line's all right. We look after each other.", "", nil},
		{"four words", "I can't open a window", "", nil},
		{"five words, written otherwise", "well — I CAN’T open, a jar!", "grievance.line-speed.cost.1", nil},
		{"inside other text", `{"text":"I can't open a jar at home."}`, "grievance.line-speed.cost.1", nil},
		{"opened", "I can't open a jar at home", "", opened},
		{"another line", "I cried in the car Friday", "grievance.line-speed.felt.2", opened},
		{"two lines", "I can't open a jar. I cried in the car Friday.", "grievance.line-speed.cost.1 grievance.line-speed.felt.2", nil},
	} {
		if got := ids(x.In(test.text, test.opened)); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestSecretsFindEveryLine: whatever hidden line of the library is put into a text is found, and open text gives none away.
func TestSecretsFindEveryLine(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		x := s.Secrets()
		open, err := json.Marshal(s.Open())
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(s.OpenText(), "\n") {
			if found := x.In(line, nil); len(found) > 0 {
				t.Errorf("%s: the open line %q gives away %s", s.ID, line, found[0].ID)
			}
		}
		for _, line := range s.Hidden() {
			if strings.Contains(string(open), line.Text) && len(wordsOf(line.Text)) >= secretRun {
				t.Errorf("%s: %s stands in Open", s.ID, line.ID)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.SampledFrom(all).Draw(t, "scenario")
		line := rapid.SampledFrom(s.Hidden()).Draw(t, "line")
		words := strings.Fields(line.Text)
		if len(wordsOf(line.Text)) < secretRun {
			return
		}
		around := rapid.StringMatching(`[a-z ]{0,20}`)
		text := around.Draw(t, "before") + " " + strings.Join(words, " ") + " " + around.Draw(t, "after")
		for _, found := range s.Secrets().In(text, nil) {
			if found.ID == line.ID {
				return
			}
		}
		// Every five words of it stand in open text: then nothing is given away.
		open := map[string]bool{}
		for _, l := range strings.Split(s.OpenText(), "\n") {
			eachRun(l, func(run string) { open[run] = true })
		}
		eachRun(line.Text, func(run string) {
			if !open[run] {
				t.Fatalf("%s: %s is not found in %q", s.ID, line.ID, text)
			}
		})
	})
}

func TestExplain(t *testing.T) {
	s := mustParse(t, "good.toml", good())
	plain := Explain(s, false)
	if found := s.Secrets().In(plain, nil); len(found) > 0 {
		t.Errorf("without secrets it tells %s", found[0].ID)
	}
	full := Explain(s, true)
	for _, line := range s.Hidden() {
		if !strings.Contains(full, line.Text) {
			t.Errorf("with secrets it lacks %s", line.ID)
		}
	}
	for golden, got := range map[string]string{"testdata/explain.golden": plain, "testdata/explain-secrets.golden": full} {
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
			t.Errorf("%s: got\n%s", golden, got)
		}
	}
}
