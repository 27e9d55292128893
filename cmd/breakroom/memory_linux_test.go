package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"

	"breakroom/scenarios"
)

var residentFile = regexp.MustCompile(`RssFile:\s+(\d+) kB`)

func residentFileKB(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	found := residentFile.FindSubmatch(data)
	if found == nil {
		t.Skip("this system does not tell how much of a file is in memory")
	}
	kb, err := strconv.Atoi(string(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kb
}

// TestDroppedPagesComeBack: what was dropped takes no memory, and reads the same.
func TestDroppedPagesComeBack(t *testing.T) {
	titles := func() (out []string) {
		list, err := scenarios.Library()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			out = append(out, s.About.Title, s.Hash)
		}
		return out
	}
	before := titles()
	held := residentFileKB(t)
	dropProgram()
	if left := residentFileKB(t); left > held*3/4 {
		t.Errorf("of %d kB of files in memory %d kB are left", held, left)
	}
	after := titles()
	for i := range before {
		if before[i] != after[i] {
			t.Errorf("%q reads %q now", before[i], after[i])
		}
	}
}
