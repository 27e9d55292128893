package transcripts

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

func TestParse(t *testing.T) {
	for _, x := range []struct {
		name, text string
		opts       ParseOptions
		want       []string // "o words" or "c words"
		unread     []int
		notes      int
	}{
		{"roles", "Organizer: Hi\nCoworker: Hello", ParseOptions{Kind: talk.Initial}, []string{"o Hi", "c Hello"}, nil, 0},
		{"names by flags", "Ana: hi\nBo: yes", ParseOptions{Organizer: []string{"bo"}, Coworker: []string{"Ana"}, Kind: talk.Initial}, []string{"c hi", "o yes"}, nil, 0},
		{"names guessed by who asks", "Ana: They cut it.\nBo: When? How?\nAna: In May.", ParseOptions{Kind: talk.Initial}, []string{"c They cut it.", "o When? How?", "c In May."}, nil, 1},
		{"lines that run on", "Organizer: one\ntwo\n\nthree\nCoworker: four", ParseOptions{Kind: talk.Initial}, []string{"o one two three", "c four"}, nil, 0},
		{"the same side twice", "Organizer: one\nOrganizer: two\nCoworker: three", ParseOptions{Kind: talk.Initial}, []string{"o one two", "c three"}, nil, 0},
		{"times in front", "[00:01:02] Organizer: a\n12:30 PM Coworker: b\n(0:45) Organizer: c\n2026-03-01 10:22 - Coworker: d\n12/03/2024, 19:22 - Organizer: e", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b", "o c", "c d", "o e"}, nil, 0},
		{"times behind the name", "Organizer (10:02): a\nCoworker [0:11]: b", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b"}, nil, 0},
		{"names on their own lines", "Ana  10:02\nhow are you?\nBo  10:03\nfine", ParseOptions{Kind: talk.Initial}, []string{"o how are you?", "c fine"}, nil, 1},
		{"Markdown", "# Role-play 3\n\n- **Organizer:** a\n- **Coworker**: b\n> *Organizer:* c\n1. __Coworker__: d", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b", "o c", "c d"}, []int{1}, 0},
		{"a colon is not a name", "Organizer: I said one thing\nNote this: it matters\nCoworker: ok", ParseOptions{Kind: talk.Initial}, []string{"o I said one thing Note this: it matters", "c ok"}, nil, 0},
		{"somebody else", "Organizer: a\nTrainer: stop there\ngo on\nCoworker: b\nTrainer: good", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b"}, []int{2, 3, 5}, 0},
		{"words before the first name", "A practice in March\nOrganizer: a\nCoworker: b", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b"}, []int{1}, 0},
		{"numbered subtitles", "1\n00:00:01,000 --> 00:00:03,000\nSam: a?\n\n2\n00:00:04,000 --> 00:00:05,000\nKim: b\n\n3\n00:00:06,000 --> 00:00:07,000\nSam: c?\n\n4\n00:00:08,000 --> 00:00:09,000\nKim: d", ParseOptions{Kind: talk.Initial, Organizer: []string{"Sam"}, Coworker: []string{"Kim"}}, []string{"o a?", "c b", "o c?", "c d"}, nil, 0},
		{"captions with voices", "WEBVTT\n\n9f-0\n00:00:01.000 --> 00:00:03.000\n<v Sam Lee>a\ngoes on</v>\n\n9f-1\n00:00:04.000 --> 00:00:05.000\n<v Kim>b</v>", ParseOptions{Kind: talk.Initial, Organizer: []string{"Sam Lee"}, Coworker: []string{"Kim"}}, []string{"o a goes on", "c b"}, nil, 0},
		{"subtitles", "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nOrganizer: a\n\n00:00:04.000 --> 00:00:05.000\nCoworker: b", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b"}, nil, 0},
		{"names alone, words below", "Sam\nHow was it?\nReally?\n\nKim\nFine\n\nSam\nYou sure?\nKim\nNo", ParseOptions{Kind: talk.Initial}, []string{"o How was it? Really?", "c Fine", "o You sure?", "c No"}, nil, 1},
		{"bold names alone", "**Organizer**\na?\n\n**Coworker**\nb", ParseOptions{Kind: talk.Initial}, []string{"o a?", "c b"}, nil, 0},
		{"names alone, once each", "Sam\nhow was it?\nKim\nit was long", ParseOptions{Kind: talk.Initial}, []string{"o how was it?", "c it was long"}, nil, 1},
		{"headings", "# Role-play 3\n\n## Sam\n\nHow was it?\n\nNote: said twice\n\n## Kim\nFine.\n### Sam\nYou sure?\n## **Kim**\nNo.", ParseOptions{Kind: talk.Initial, Organizer: []string{"Sam"}, Coworker: []string{"Kim"}}, []string{"o How was it? Note: said twice", "c Fine.", "o You sure?", "c No."}, []int{1}, 0},
		{"dashes", "Sam – how was it?\nKim – fine – I mean, no\nSam — why?\nKim - so-so\nand then", ParseOptions{Kind: talk.Initial}, []string{"o how was it?", "c fine – I mean, no", "o why?", "c so-so and then"}, nil, 1},
		{"a dash is not a name", "Organizer: Well\nSo - you see\nCoworker: so - yes", ParseOptions{Kind: talk.Initial}, []string{"o Well So - you see", "c so - yes"}, nil, 0},
		{"a table", "Our talk\n\n| Who | Words |\n|---|:--|\n| Sam | How was it? |\n| **Kim** | a \\| b<br>c |\n| Sam: | Why? |\n| Trainer | Stop |\n| Kim | So |", ParseOptions{Kind: talk.Initial, Organizer: []string{"Sam"}, Coworker: []string{"Kim"}}, []string{"o How was it?", "c a | b c", "o Why?", "c So"}, []int{1, 3, 8}, 0},
		{"a column each", "| Organizer | Coworker |\n|---|---|\n| How was it? | Fine. |\n| Sure? | |\n| | No. |", ParseOptions{Kind: talk.Initial}, []string{"o How was it?", "c Fine.", "o Sure?", "c No."}, nil, 0},
		{"JSON", `{"kind":"tenant","turns":[{"n":1,"speaker":"organizer","text":"a"},{"n":2,"speaker":"coworker","text":"b"}]}`, ParseOptions{}, []string{"o a", "c b"}, nil, 0},
		{"JSON Lines", "{\"speaker\":\"organizer\",\"text\":\"a\"}\n{\"speaker\":\"coworker\",\"text\":\"\"}", ParseOptions{Kind: talk.Initial}, []string{"o a", "c "}, nil, 0},
		{"Windows", "\xef\xbb\xbfOrganizer: a\r\nCoworker: b\r\n", ParseOptions{Kind: talk.Initial}, []string{"o a", "c b"}, nil, 0},
	} {
		got, err := Parse([]byte(x.text), x.opts)
		if err != nil {
			t.Errorf("%s: %v", x.name, err)
			continue
		}
		var turns []string
		for i, turn := range got.Turns {
			if turn.N != i+1 {
				t.Errorf("%s: turn %d has number %d", x.name, i+1, turn.N)
			}
			turns = append(turns, string(turn.Speaker[0])+" "+turn.Text)
		}
		if !reflect.DeepEqual(turns, x.want) {
			t.Errorf("%s: %q, want %q", x.name, turns, x.want)
		}
		var unread []int
		for _, u := range got.Unread {
			unread = append(unread, u.Line)
		}
		if !reflect.DeepEqual(unread, x.unread) || len(got.Notes) != x.notes {
			t.Errorf("%s: unread %v, notes %q", x.name, got.Unread, got.Notes)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, x := range []struct {
		text, want string
		opts       ParseOptions
	}{
		{"just some words", "Name: words", ParseOptions{}},
		{"", "Name: words", ParseOptions{}},
		{"# Talk\nA practice\n\nit went well", "no name on line 2, 4", ParseOptions{}},
		{"Ana: hi\nBo: yo", "nobody named Carla", ParseOptions{Organizer: []string{"Carla"}}},
		{"Ana: hi\nBo: yo", "no kind", ParseOptions{Kind: "chat"}},
		{`{"turns": 3}`, "JSON", ParseOptions{}},
	} {
		if _, err := Parse([]byte(x.text), x.opts); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%q: %v, want %q in it", x.text, err, x.want)
		}
	}
}

func TestGuessesAreSaid(t *testing.T) {
	got, err := Parse([]byte("Ana: How is the flat?\nBo: The landlord won't fix it, the landlord says the rent goes up."), ParseOptions{})
	if err != nil || got.Kind != talk.Tenant || len(got.Notes) != 2 {
		t.Errorf("%v %v %q", err, got.Kind, got.Notes)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"A: b\nC: d", "**A:** b\n**C:** d", "[1:00] A: b", "{\"turns\":[]}", "[", "{", "A:\nB:", "::::", "## A\nb\n## C\nd", "A\nb\nC\nd", "A – b\nC - d", "| A | b |\n|-|-|\n| C | d |", "|A|B|\n|--|--|\n|c|d|\n||", "\xff: a\n\xfe: b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse([]byte(text), ParseOptions{})
		if err != nil {
			return
		}
		Score("fuzz", got, 0)
	})
}

// The keys that other programs may rely on.
func TestScoreKeys(t *testing.T) {
	text, err := os.ReadFile("data/a01.txt")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := Parse(text, ParseOptions{Kind: talk.Initial})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(Score("a01.txt", parsed, 0))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for key, inner := range map[string][]string{
		"file": nil, "turns": nil, "too_short": nil, "talk_ratio": {"value", "band", "organizer_words", "coworker_words", "reflecting", "telling"},
		"agitation_depth": {"value", "evidence"}, "education": {"value", "evidence"}, "inoculation": {"value", "evidence"}, "ask": {"value", "answer", "evidence"}, "follow_up": {"value", "evidence"},
		"faults": nil, "read": nil,
	} {
		value, ok := got[key]
		if !ok {
			t.Errorf("no key %q", key)
			continue
		}
		for _, k := range inner {
			if _, ok := value.(map[string]any)[k]; !ok {
				t.Errorf("no key %q in %q", k, key)
			}
		}
	}
	for i, x := range got["read"].([]any) {
		turn := x.(map[string]any)
		key := map[string]string{"organizer": "moves", "coworker": "gives"}[turn["speaker"].(string)]
		if _, ok := turn[key].([]any); !ok || turn["turn"] != float64(i+1) {
			t.Errorf("read[%d] = %v", i, turn)
		}
	}
}

// Every quote stands verbatim in its turn, in every given conversation, and
// every skill below its highest value says where it was closest.
func TestEvidence(t *testing.T) {
	all, err := Load(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	quotes := 0
	for _, l := range all {
		r := Score(l.Name, &Transcript{Turns: l.Turns, Kind: talk.Initial}, 0)
		check := func(what string, list []scorecard.Evidence) {
			for _, e := range list {
				quotes++
				if e.Turn < 1 || e.Turn > len(l.Turns) || e.Quote == "" || e.Why == "" || !strings.Contains(l.Turns[e.Turn-1].Text, e.Quote) {
					t.Errorf("%s %s: %q (%s) is not in turn %d", l.Name, what, e.Quote, e.Why, e.Turn)
				}
			}
		}
		for what, s := range map[string]scorecard.SkillScore{"agitation": r.Agitation, "education": r.Education, "inoculation": r.Inoculation, "ask": r.Ask.SkillScore, "follow-up": r.FollowUp} {
			check(what, s.Evidence)
			check(what, s.Missed)
			if s.Value > 0 && len(s.Evidence) == 0 {
				t.Errorf("%s %s: %d without evidence", l.Name, what, s.Value)
			}
			if s.Value < s.Max && len(s.Missed) == 0 {
				t.Errorf("%s %s: %d of %d, and no turn where it was closest", l.Name, what, s.Value, s.Max)
			}
		}
		for _, f := range r.Faults {
			check(string(f.Name), f.Quotes)
			if len(f.Quotes) != len(f.Turns) {
				t.Errorf("%s %s: %d turns, %d quotes", l.Name, f.Name, len(f.Turns), len(f.Quotes))
			}
		}
	}
	t.Logf("%d quotes in %d conversations", quotes, len(all))
}

// How often the two faults without labels are found where nobody meant one.
func TestHarmFalseAlarms(t *testing.T) {
	all, err := Load(os.DirFS("data"))
	if err != nil {
		t.Fatal(err)
	}
	turns, alarms := 0, map[talk.Fault][]string{}
	for _, l := range all {
		for _, read := range scoreWith(&l, reading.New()).reads {
			if read.Speaker != talk.Organizer {
				continue
			}
			turns++
			for _, f := range read.Faults {
				if f == talk.UnsafeQuestion || f == talk.UsedAgainst {
					alarms[f] = append(alarms[f], fmt.Sprintf("%s:%d", l.Name, read.Turn))
				}
			}
		}
	}
	for _, f := range []talk.Fault{talk.UnsafeQuestion, talk.UsedAgainst} {
		t.Logf("%s: %d in %d organizer turns: %v", f, len(alarms[f]), turns, alarms[f])
		if len(alarms[f])*500 > turns {
			t.Errorf("%s: more than one alarm in 500 turns", f)
		}
	}
}
