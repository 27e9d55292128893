package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport holds the directions of imports: each room with the rooms of ours
// that it may know. A room that is not in the table fails the test, so that a
// new one has to be given its place here.
var mayImport = map[string][]string{
	"trainer/talk":                 {},
	"scenarios":                    {"trainer/talk"},
	"trainer/reading":              {"trainer/talk"},
	"trainer/scorecard":            {"trainer/talk", "trainer/reading"},
	"trainer/coworker":             {"trainer/talk", "trainer/reading", "trainer/coworker/sense", "trainer/coworker/apt", "scenarios"},
	"trainer/coworker/sense":       {"trainer/reading"},
	"trainer/coworker/apt":         {"trainer/coworker/sense", "trainer/reading/learn/linear"},
	"trainer/coworker/apt/train":   {"trainer/coworker", "trainer/coworker/apt"},
	"trainer/coworker/sense/train": {"trainer/coworker", "trainer/coworker/sense", "scenarios"},
	"trainer/debrief":              {"trainer/talk", "trainer/reading", "trainer/scorecard", "trainer/coworker", "scenarios"},
	"trainer/transcripts":          {"trainer/talk", "trainer/reading", "trainer/reading/learn", "trainer/scorecard"},
	"trainer/simulate":             {"trainer/talk", "trainer/reading", "trainer/scorecard", "trainer/coworker", "scenarios"},
	"trainer/llm":                  {"trainer/talk", "trainer/reading", "trainer/scorecard", "trainer/coworker", "trainer/debrief", "scenarios"},
	"trainer":                      {"trainer/talk", "trainer/reading", "trainer/scorecard", "trainer/coworker", "trainer/debrief", "trainer/llm", "scenarios"},
	"trainer/store":                {"trainer/talk", "trainer"},
	"trainer/store/storetest":      {"trainer/talk", "trainer"},
	"trainer/llm/fake":             {},
	"trainer/reading/learn":        {"trainer/talk", "trainer/reading", "trainer/reading/learn/linear", "trainer/scorecard"},
	"trainer/reading/learn/linear": {},
	"trainer/transcripts/figures":  {"trainer/talk", "trainer/reading", "trainer/reading/learn", "trainer/scorecard", "trainer/transcripts"},
	"trainer/reading/train":        {"trainer/talk", "trainer/reading", "trainer/reading/learn", "trainer/scorecard", "trainer/transcripts"},
	"web/browser":                  {},
	"web/pages":                    {"trainer/talk", "trainer/debrief", "trainer/scorecard", "scenarios"},
	"web":                          {"trainer/talk", "trainer", "trainer/debrief", "trainer/scorecard", "trainer/store", "trainer/llm", "scenarios", "web/pages"},
}

// TestImportsPointOneWay reads what each package imports (tests left out) and
// holds it against the table. The root of cmd may know everybody.
func TestImportsPointOneWay(t *testing.T) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports", "breakroom/...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := map[string]bool{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		room := strings.TrimPrefix(p.ImportPath, "breakroom/")
		seen[room] = true
		if strings.HasPrefix(room, "cmd/") {
			continue
		}
		allowed, known := mayImport[room]
		if !known {
			t.Errorf("%s has no place in the house: name the rooms that it may import in mayImport", room)
			continue
		}
		for _, imp := range p.Imports {
			ours, isOurs := strings.CutPrefix(imp, "breakroom/")
			if isOurs && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which is against the direction of the house", room, ours)
			}
			if room != "web" && room != "trainer/llm" && !strings.HasPrefix(room, "trainer/llm/") && imp == "net/http" {
				t.Errorf("%s imports net/http: only web and trainer/llm speak HTTP", room)
			}
			if room != "trainer/store" && !strings.HasPrefix(room, "trainer/store/") && imp == "database/sql" {
				t.Errorf("%s imports database/sql: only trainer/store speaks SQL", room)
			}
		}
	}
	for room := range mayImport {
		if !seen[room] {
			t.Errorf("%s stands in mayImport and not in the house", room)
		}
	}
}
