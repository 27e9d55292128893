package scenarios

import "testing"

func TestLibraryWarnings(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		for _, w := range Warnings(s) {
			t.Log(w)
		}
	}
}
