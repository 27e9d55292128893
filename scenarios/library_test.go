package scenarios

import "testing"

func TestLibrary(t *testing.T) {
	all, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("the library is empty")
	}
	for _, s := range all {
		t.Logf("%s: %d hidden lines", s.ID, len(s.Hidden()))
		if len(s.Hidden()) == 0 {
			t.Errorf("%s has nothing hidden", s.ID)
		}
	}
}
