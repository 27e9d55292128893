package coworker

import (
	"slices"
	"strings"
	"testing"

	"breakroom/trainer/talk"
)

func TestShortAnswers(t *testing.T) {
	for _, c := range []struct{ asked, yes, no string }{
		{"Do you watch Love Island?", "I do", "I don't"},
		{"did u get curry sauce", "I did", "I didn't"},
		{"Are you getting on alright in the shop?", "I am", "I'm not"},
		{"Were you born round here?", "I was", "I wasn't"},
		{"You still got the folder?", "I have", "I haven't"},
		{"Have you worked anywhere else?", "I have", "I haven't"},
		{"Do you all eat together?", "we do", "we don't"},
		{"Is Shane nice to you?", "Shane is", "Shane isn't"},
		{"Does your husband work nights as well?", "he does", "he doesn't"},
		{"Is your mum better?", "she is", "she isn't"},
		{"Are the kids warm enough at night?", "they are", "they aren't"},
		{"Does your boss live near?", "they do", "they don't"},
		{"Is your heat working?", "it is", "it isn't"},
		{"Was it mad busy?", "it was", "it wasn't"},
		{"Was it?", "it was", "it wasn't"},
		{"Has he done this before?", "he has", "he hasn't"},
		{"Did the drivers hear of it?", "they did", "they didn't"},
		{"Would it be easier after?", "it might", "it mightn't"},
		{"Is there a bus at that hour?", "there is", "there isn't"},
		{"You're out in the country, aren't you?", "I am", "I'm not"},
		{"It was Owen who told you?", "it was", "it wasn't"},
		{"Is there something, though?", "", ""}, // no yes is an answer to that
		{"Did anyone see?", "", ""},             // one or two did
		{"Pie or custard square?", "", ""},      // a choice
		{"What did you do?", "", ""},            // no yes or no
		{"Can I ask you something?", "", ""},    // leave
		{"Could you come on Thursday?", "I might", "I mightn't"},
		{"That must be hard.", "", ""},        // no question
		{"Do I look worried?", "", ""},        // of oneself
		{"Have you told anyone?", "", ""},     // has words of its own
		{"Are you coming on Sunday?", "", ""}, // so has this
		{"So is it the damp?", "it is", "it isn't"},
	} {
		q := readQuestion(c.asked)
		if q.short.yes() != c.yes || q.short.no() != c.no {
			t.Errorf("%q: %q and %q, want %q and %q", c.asked, q.short.yes(), q.short.no(), c.yes, c.no)
		}
		for _, pool := range q.short.pools(q.tagged, false) {
			if c.yes == "" {
				break
			}
			for _, text := range registers()[plainRegister][pool] {
				if !strings.Contains(text, "{yes}") && !strings.Contains(text, "{no}") && !strings.HasPrefix(text, "Not") {
					t.Errorf("%s: %q says back nothing", pool, text)
				}
			}
		}
	}
}

// Where every wording has been said, the one comes that was said longest ago, whether the window of the talk reaches back to it or not.
func TestTheOldestWordingComesAgain(t *testing.T) {
	pool := registers()[plainRegister]["confused"]
	scene := Scene{Cue: talk.Cue{Act: talk.ActConfused, Manner: "confused", Most: 20}}
	var said []string
	for n := 1; n < 80; n += 2 {
		scene.Heard = talk.Turn{N: n, Speaker: talk.Organizer, Text: "asdf"}
		text := speakAs(t, scene)
		if !slices.Contains(pool, text) {
			t.Fatalf("gibberish is answered %q", text)
		}
		for back := 1; back < len(pool) && back <= len(said); back++ {
			if said[len(said)-back] == text {
				t.Fatalf("%q comes again after %d turns; there are %d wordings", text, back, len(pool))
			}
		}
		said = append(said, text)
		scene.Small = AddSmall(scene.Small, text, nil)
		scene.Recent = append(scene.Recent, scene.Heard, talk.Turn{N: n + 1, Speaker: talk.Coworker, Text: text})
		scene.Recent = scene.Recent[max(0, len(scene.Recent)-4):]
	}
	if small := AddSmall(nil, "Hm.", []string{"open.1"}); small != nil {
		t.Error("a turn with a line is taken for a small one")
	}
	if len(scene.Small) != smallMost {
		t.Errorf("%d turns are remembered", len(scene.Small))
	}
}
