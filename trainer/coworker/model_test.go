package coworker

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"breakroom/trainer/talk"
)

// The written model and the model in code are one: every row of the tables
// stands in doc.go with the same figures, and doc.go has no row that the code lacks.
func TestWrittenModel(t *testing.T) {
	data, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	row := regexp.MustCompile(`^//\t([a-z-]+)\s{2,}(\S.*)$`)
	for line := range strings.Lines(string(data)) {
		if m := row.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			written[m[1]] = m[2]
		}
	}
	coded := map[string]string{}
	for m, e := range moveEffects {
		coded[string(m)] = spell(e)
	}
	for f, e := range faultEffects {
		coded[string(f)] = spell(e)
	}
	for s, e := range signEffects {
		coded[string(s)] = spell(e)
	}
	for k, name := range map[lineKind]string{
		kindNamed: "named", kindTold: "told", kindCost: "cost", kindFelt: "felt", kindResolved: "resolved", kindFear: "fear",
		kindEased: "eased", kindFix: "fix", kindWho: "who", kindAction: "action", kindPredict: "predict", kindMeet: "meet",
	} {
		coded[name] = spell(voicedEffects[k])
	}
	if len(coded) < len(moveEffects)+len(faultEffects)+len(signEffects)+len(voicedEffects) {
		t.Fatal("two rows have the same name")
	}
	for name, want := range coded {
		if written[name] != want {
			t.Errorf("doc.go says %q: %q, the code %q", name, written[name], want)
		}
	}
	for name := range written {
		if _, ok := coded[name]; !ok {
			t.Errorf("doc.go has a row %q that the code lacks", name)
		}
	}
	for _, want := range []string{
		fmt.Sprintf("named %d, told %d, cost %d, felt %d, resolved %d\n", needs[1], needs[2], needs[3], needs[4], needs[5]),
		fmt.Sprintf("named %d, told %d, cost %d, felt %d, resolved %d\n", floors[1], floors[2], floors[3], floors[4], floors[5]),
		fmt.Sprintf("at most %d trust and %d openness", trustGain, opennessGain),
		fmt.Sprintf("each costs %s", spell(interrogation)),
		fmt.Sprintf("earn nothing and cost %s", spell(repetition)),
		fmt.Sprintf("At most %d points", surplus),
		fmt.Sprintf("drawn out at trust %d", fearTrust),
		fmt.Sprintf("comes near at trust %d", fearNearTrust),
		fmt.Sprintf("From trust %d and the first rung", predictTrust),
		fmt.Sprintf("from trust %d and the second rung", thinkTrust),
		fmt.Sprintf("hope is at least %d and resolve at least %d", hopeForAsk, resolveForAsk),
		fmt.Sprintf("Below %d patience", warnsBelow),
		fmt.Sprintf("cost needs %d, felt %d, resolved %d;", heedFor[talk.RungCost], heedFor[talk.RungFelt], heedFor[talk.RungResolved]),
		fmt.Sprintf("the boss will do and details need %d.", heedToThink),
		fmt.Sprintf("over the last %d,", heedLasts),
		fmt.Sprintf("earns less than %d points for what was told just before it", heedHalf),
		fmt.Sprintf("counts from %d points on", heedKind),
		fmt.Sprintf("- %d: took it up in their own words", heedMost),
		fmt.Sprintf("- %d: took it up in words that would fit anybody", heedKind),
		fmt.Sprintf("- %d: took it up and closed it again", heedHalf),
		fmt.Sprintf("- %d: a word of one's own with a closed question", heedLittle),
		fmt.Sprintf("earns %d openness more", wordOfTheirOwn),
		map[int]string{2: "in every second turn or more is told", 3: "in every third turn or more is told"}[praiseShare],
		map[int]string{2: "- Two telling words of the coworker's own", 3: "- Three telling words of the coworker's own"}[echoTakesUp],
		fmt.Sprintf("it earns %d openness", silenceListens),
		fmt.Sprintf("%d openness to the\n//     grievance that it guards", respectOpens),
		fmt.Sprintf("gains to\n// %d percent and losses to %d; a hard one gains to %d and losses to %d", settings[1].gains, settings[1].losses, settings[3].gains, settings[3].losses),
		fmt.Sprintf("to %d percent in a\n// gentle scenario, %d in a hard one", settings[1].needs, settings[3].needs),
		fmt.Sprintf("(%d less in a gentle scenario, %d more in a hard one)", -settings[1].floors, settings[3].floors),
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("doc.go does not say %q", want)
		}
	}
}

// spell writes an effect as doc.go does.
func spell(e effect) string {
	var parts []string
	for _, p := range []struct {
		name string
		v    int
	}{{"trust", e.Trust}, {"patience", e.Patience}, {"hope", e.Hope}, {"resolve", e.Resolve}, {"openness", e.Open}} {
		if p.v != 0 {
			parts = append(parts, fmt.Sprintf("%s %+d", p.name, p.v))
		}
	}
	return strings.Join(parts, ", ")
}

// Every move of the rubric has a row, but the ask, which is answered by itself; every fault has one.
func TestModelIsWhole(t *testing.T) {
	for _, m := range talk.Moves {
		if _, ok := moveEffects[m]; !ok && m != talk.MakeAsk {
			t.Errorf("move %q moves nothing", m)
		}
	}
	for _, f := range talk.Faults {
		if _, ok := faultEffects[f]; !ok {
			t.Errorf("fault %q moves nothing", f)
		}
	}
}
