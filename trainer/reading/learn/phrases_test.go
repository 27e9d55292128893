package learn

import (
	"strings"
	"testing"
	"testing/fstest"

	"breakroom/trainer/talk"
)

// A saying carries its labels, and what stood before it is an ask where it was answered as one.
func TestPhrases(t *testing.T) {
	got, err := Phrases(fstest.MapFS{
		"organizer.txt": {Data: []byte("# x\nask,ask-3 | Come Sunday at two? | It can't go on.\n")},
		"coworker.txt":  {Data: []byte("yes | Give me the biro. | Put your name there.\n- | Give me the biro. | Is this mine?\n- | Hm.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"", "ask", "", ""}
	if len(got) != len(want) {
		t.Fatalf("%d sayings", len(got))
	}
	for i, x := range got {
		before := ""
		if len(x.Turns) == 2 {
			before = strings.Join(x.Labels[0], ",")
		}
		if before != want[i] {
			t.Errorf("before %q stands %q, want %q", x.Turns[len(x.Turns)-1].Text, before, want[i])
		}
	}
	if got[0].Ask != 3 || got[0].Turns[1].Speaker != talk.Organizer {
		t.Errorf("an ask of %d, said by %s", got[0].Ask, got[0].Turns[1].Speaker)
	}
	for _, x := range []struct{ text, says string }{
		{"yes\n", "coworker.txt:1"}, {"yes | a | b | c\n", "coworker.txt:1"}, {"\nmaybe | a\n", "coworker.txt:2"},
	} {
		_, err := Phrases(fstest.MapFS{"organizer.txt": {}, "coworker.txt": {Data: []byte(x.text)}})
		if err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%q: %v", x.text, err)
		}
	}
}
