package scenarios

import (
	"fmt"
	"strings"
	"testing"
)

// TestWarnings makes one thing doubtful at a time in a scenario that has no warnings.
func TestWarnings(t *testing.T) {
	if w := Warnings(mustParse(t, "good.toml", good())); len(w) > 0 {
		t.Fatalf("the good scenario has warnings:\n%v", w.Error())
	}
	for _, test := range []struct{ name, from, to, key, message string }{
		{"one wording", `  "They turned the belt up. That's what it is, you can't keep up with it.",` + "\n", "", "grievance[1].named", "there is one wording only, so it is said the same way in every conversation"},
		{"one cover", `"Oh, the line is the line.", `, "", "grievance[1].covers", "there is one wording only, so it is said the same way in every conversation"},
		{"no hints", `hints = ["I rub my wrists on the bus, you've seen it. Everybody does."]`, "", "grievance[1]", "the grievance has no hints: nothing shows that there is something"},
		{"no hints of the fear", `hints = ["I've got a kid who eats like three."]`, "", "fear[1]", "the fear has no hints: nothing shows that something holds them back"},
		{"a speech", "", "", "grievance[1].told[1]", "this line has 112 words and sounds like a speech"},
		{"twice", `"It's salads. You put the lid on before it gets away.",`, `"Hi! The bus is late, as usual.",`, "coworker.manners.greeting[2]", "the same line stands at coworker.open[1]"},
		{"told in the open", "She will give you ten minutes at the bus stop.", "She can't open a jar at home.", "about.summary", `"can't open a jar at" stands in open text, and in grievance[1].cost[1], which is hidden`},
		{"told in an answer", "I was going to stay for one summer.", "I wake up at three with my hands asleep.", "coworker.answer[1].says[1]", `"i wake up at three" stands in open text, and in grievance[1].cost[2], which is hidden`},
		{"named at its cover", `"It moves, we move."`, `"It's only the line speed."`, "grievance[1].covers[2]", `the cover names what it covers, "line-speed"`},
		{"heavy", `"Last Wednesday Lupe's glove`, `"Lupe grabbed me, there was blood. Last Wednesday Lupe's glove`, "grievance[1].told[2]", `"blood" may be hard to hear for somebody, and there are no content notes`},
		{"hurtful", `"It's the speed. It was never this fast."`, `"It's the speed, and I'm undocumented."`, "grievance[1].named[2]", `"undocumented": papers, health, pregnancy and a record are never hidden facts to be found`},
		{"same topic", `topics = ["bathroom", "breaks", "break", "relief"]`, `topics = ["bathroom", "line", "break", "relief"]`, "grievance[2].topics[2]", `"line" leads to the grievance "line-speed" as well`},
		{"no conditions", `take_when = { rung = "felt", trust = 45, eased = ["sent-home"], clear = true }`, "", "ask[1]", "the ask has no take_when, so that they say yes before anything mattered"},
		{"no no", `no = ["No. Not me, not now. But thank you for asking me first."]`, "", "ask[1]", "the ask has no words for a no"},
		{"no later", `later = ["Let me see how the week goes."]`, "", "ask[1]", "the ask has no words for not yet"},
		{"no education", `who = ["Kevin can't. It's Mr. Haas who sets the numbers."]`, "", "about.kind", "this kind of talk is scored on education, and [together] is missing or lacks something"},
		{"a deep invitation", `kind = "initial" `, `kind = "invitation" `, "about.kind", "an invitation sets up the real talk, and this one can go all the way"},
		{"a detail too deep", "[reveal]", "[mind]\ndeepest_rung = \"felt\"\n[reveal]", "grievance[1].resolved", `this is never said, since the talk ends at the rung "felt"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var text string
			if test.name == "a speech" {
				text = changed(t, `"Since the third of February`, `"`+strings.Repeat("So it went on and on. ", 15)+`Since the third of February`)
			} else {
				text = changed(t, test.from, test.to)
			}
			var found []string
			for _, w := range Warnings(mustParse(t, "good.toml", text)) {
				if w.Key == test.key && strings.HasPrefix(w.Message, test.message) {
					if w.Line < 2 || w.Expected == "" || w.File != "good.toml" {
						t.Errorf("%+v", w)
					}
					return
				}
				found = append(found, w.String())
			}
			t.Errorf("no warning %s: %s; there are\n%s", test.key, test.message, strings.Join(found, "\n"))
		})
	}
}

func TestNoSmallTalkOrAnswers(t *testing.T) {
	text := with(good(), "")
	names, parts := tablesOf(text)
	var b strings.Builder
	for i, name := range names {
		if name != "coworker.small_talk" && name != "coworker.answer" && name != "fear" && name != "boss" && name != "ask" {
			b.WriteString(parts[i])
		}
	}
	var got []string
	for _, w := range Warnings(mustParse(t, "good.toml", b.String())) {
		got = append(got, w.Key+": "+w.Message)
	}
	want := []string{
		"about.kind: this kind of talk is scored on inoculation, and there is no [[fear]]",
		"about.kind: this kind of talk is scored on inoculation, and nobody says what the boss will do",
		"about.kind: this kind of talk is scored on the ask, and there is no [[ask]]",
		"coworker: there is no [[coworker.small_talk]]: nothing to warm up with",
		"coworker: there is no [[coworker.answer]]: they answer none of the questions that anyone would ask",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProblemAt(t *testing.T) {
	s := mustParse(t, "good.toml", good())
	key := s.KeyOf("grievance.line-speed.told.2")
	if key != "grievance[1].told[2]" {
		t.Fatalf("the key is %q", key)
	}
	p := s.ProblemAt(key, "nobody can reach this", "a way there")
	lines := strings.Split(good(), "\n")
	if p.Line < 1 || !strings.Contains(lines[p.Line-1][p.Column-1:], "Last Wednesday Lupe's glove") {
		t.Errorf("%s", p)
	}
	if p := s.ProblemAt("nowhere", "x", ""); p.Line != 1 || p.Column != 1 {
		t.Errorf("%s", p)
	}
}
