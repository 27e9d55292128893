package reading

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"breakroom/trainer/talk"
)

func TestWords(t *testing.T) {
	for _, x := range []struct {
		text string
		want int
	}{
		{"", 0}, {"…", 0}, {"😀 👍🏽", 0}, {"don't", 1}, {"e.g. 3.14 or 12,000", 4}, {"co-worker", 2}, {"Wie geht's dir?", 3}, {"你好", 2}, {"О чём ты?", 3}, {"42", 1}, {"a_b", 1},
	} {
		if got := Words(x.text); got != x.want {
			t.Errorf("Words(%q) = %d, want %d", x.text, got, x.want)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, x := range []struct {
		text string
		want []string
	}{
		{"Mr. Pruitt came at 3 p.m. and left. What did he say?", []string{"Mr. Pruitt came at 3 p.m. and left.", "What did he say?"}},
		{"Well... I don't know... maybe", []string{"Well...", "I don't know... maybe"}},
		{"no stops at all here", []string{"no stops at all here"}},
		{"Really?! Yes.", []string{"Really?!", "Yes."}},
		{"One\ntwo", []string{"One", "two"}},
		{"", nil}, {"?!", nil}, {"🙂", nil},
	} {
		var d doc
		d.parse(x.text)
		var got []string
		for _, s := range d.sentences {
			got = append(got, x.text[s.start:s.end])
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%q: %q, want %q", x.text, got, x.want)
		}
	}
}

func TestSigns(t *testing.T) {
	for _, x := range []struct {
		text string
		want talk.Sign
		not  bool
	}{
		{"Hey Rosa, got a minute?", talk.Greeting, false},
		{"ok gotta run, see you", talk.Farewell, false},
		{"I see you stay late", talk.Farewell, true},
		{"Good to see you", talk.Farewell, true},
		{"I'll see you Thursday", talk.Farewell, false},
		{"Thanks for telling me", talk.Thanks, false},
		{"I'm sorry, I shouldn't have said that", talk.Apology, false},
		{"you're amazing, everyone looks up to you", talk.Flattery, false},
		{"It sounds like a lot.", talk.StockPhrase, false},
		{"Don't worry, you'll be fine", talk.Reassurance, false},
		{"dont worry itll be ok they cant fire u", talk.Reassurance, false},
		{"I can't tell you nothing will happen", talk.Reassurance, true},
		{"Mm. Go on.", talk.Backchannel, false},
		{"What happened next?", talk.Backchannel, true},
		{"We can leave that there.", talk.RespectsLimit, false},
		{"you're an idiot", talk.Insult, false},
		{"oh shut up", talk.Insult, false},
		{"I'll shut up and eat", talk.Insult, true},
		{"So he said you're an idiot, in front of them?", talk.Insult, true},
		{"", talk.SaysNothing, false},
		{"...", talk.SaysNothing, false},
		{"sdfkjh wqrtpl xcvbnm", talk.Gibberish, false},
		{"¿Cómo estás? Quiero hablar de los horarios.", talk.OtherLanguage, false},
		{"Wie lange arbeitest du schon hier und was ist mit dem Plan?", talk.OtherLanguage, false},
		{"Привет, как дела?", talk.OtherLanguage, false},
		{"Inshallah, khalas, we go tomorrow", talk.OtherLanguage, true},
		{"Chicken, wings, hot, behind you", talk.OtherLanguage, true},
		{strings.Repeat("The law says this and that. ", 60), talk.Essay, false},
		{"wait, are you a bot?", talk.AsksIfMachine, false},
		{"I want to kill myself", talk.Distress, false},
		{"I don't know, I'll find out.", talk.HonestLimit, false},
	} {
		got := New().Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: x.text}, nil)
		if slices.Contains(got.Signs, x.want) == x.not {
			t.Errorf("%.60q: signs %v; %q there should be %v", x.text, got.Signs, x.want, !x.not)
		}
	}
}

// Other languages are counted and not scored.
func TestOtherLanguage(t *testing.T) {
	r := New()
	got := r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: "No puedo dormir, mi jefe me grita todos los días y no puedo más."}, nil)
	if !got.Unscored || got.Words != 14 || len(got.Gives) != 0 {
		t.Errorf("%+v", got)
	}
}

// A question is a question without its mark, in phone typing and in talk.
func TestQuestionForm(t *testing.T) {
	right := 0
	cases := []struct {
		text string
		want talk.Move
	}{
		{"how come", talk.OpenQuestion}, {"what was that like", talk.OpenQuestion}, {"Tell me more about that.", talk.OpenQuestion}, {"so whats going on w the rota", talk.OpenQuestion},
		{"Could you tell me a bit more about how that affects you?", talk.OpenQuestion}, {"what do u think they shud do", talk.OpenQuestion}, {"And how did you feel about that?", talk.OpenQuestion},
		{"how long have you worked here", talk.ClosedQuestion}, {"did u tell anyone", talk.ClosedQuestion}, {"Is it the money or the hours?", talk.ClosedQuestion},
		{"have you thought about quitting smoking?", talk.ClosedQuestion}, {"Do you drink every day?", talk.ClosedQuestion}, {"you told him?", talk.ClosedQuestion},
		{"I had the same thing happen to me last year.", ""}, {"That's a lot to carry.", ""}, {"They'll say there is no money.", ""}, {"okay thanks for that", ""},
	}
	for _, c := range cases {
		got := New().Read(talk.Turn{N: 3, Speaker: talk.Organizer, Text: c.text}, nil)
		form := talk.Move("")
		if slices.Contains(got.Moves, talk.OpenQuestion) {
			form = talk.OpenQuestion
		} else if slices.Contains(got.Moves, talk.ClosedQuestion) {
			form = talk.ClosedQuestion
		}
		if form == c.want {
			right++
		} else {
			t.Logf("%q: %q, want %q", c.text, form, c.want)
		}
	}
	if right < len(cases)*4/5 {
		t.Errorf("only %d of %d forms are right", right, len(cases))
	}
}

// A reader that was put away and taken up again reads what the other one reads.
func TestReaderKeepsThroughJSON(t *testing.T) {
	turns := conversation(t, 60)
	whole, half := New(), New()
	for i, turn := range turns {
		data, err := json.Marshal(half)
		if err != nil {
			t.Fatal(err)
		}
		if len(data) > 8<<10 {
			t.Fatalf("turn %d: the reader's memory takes %d bytes", i+1, len(data))
		}
		half = &Reader{}
		if err := json.Unmarshal(data, half); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(whole.Read(turn, nil))
		b, _ := json.Marshal(half.Read(turn, nil))
		if string(a) != string(b) {
			t.Fatalf("turn %d reads differently after JSON:\n%s\n%s", i+1, a, b)
		}
	}
}

// Every span lies within its text, on rune boundaries.
func checkSpans(t *testing.T, text string, r talk.Read) {
	t.Helper()
	for _, s := range r.Spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End || !utf8.ValidString(text[s.Start:s.End]) && utf8.ValidString(text) {
			t.Fatalf("span %+v of a text of %d bytes", s, len(text))
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "hello", "What?!", "don’t u think", "😀😀", "你好吗", "\xff\xfe", "a\u0301\u0301", "...", "O'Brien's 7:30pm e.g. Mr. X.", "ok\n\n\nok", "\u200b", "מה שלומך", strings.Repeat("a", 5000), strings.Repeat("why ", 3000)} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, organizer bool) {
		who := talk.Coworker
		if organizer {
			who = talk.Organizer
		}
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: "They cut my hours and I can't sleep."}, nil)
		a := r.Read(talk.Turn{N: 2, Speaker: who, Text: text}, nil)
		checkSpans(t, text, a)
		checkSpans(t, text, r.Read(talk.Turn{N: 3, Speaker: who, Text: text}, nil))
	})
}

// A turn of a megabyte is counted in full and read at its ends; nothing grows for good.
func TestHugeTurn(t *testing.T) {
	text := strings.Repeat("They shouted at me again and I cried. ", 1<<20/38)
	r := New()
	got := r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: text}, nil)
	if got.Words != Words(text) {
		t.Errorf("%d words, want %d", got.Words, Words(text))
	}
	checkSpans(t, text, got)
	data, err := json.Marshal(r)
	if err != nil || len(data) > 8<<10 {
		t.Errorf("%d bytes of memory, %v", len(data), err)
	}
}

func TestModelIsAsEncoded(t *testing.T) {
	m, err := DecodeModel(modelFile)
	if err != nil {
		t.Fatal(err)
	}
	data := EncodeModel(m)
	if !bytes.Equal(data, modelFile) {
		t.Error("the model changes on its way through its file")
	}
	// It may lie anywhere in memory.
	again, err := DecodeModel(append([]byte{0}, data...)[1:])
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Coworker.Weights, m.Coworker.Weights) || !slices.Equal(again.Organizer.Hashes, m.Organizer.Hashes) {
		t.Error("the model is another where it lies askew")
	}
	for _, bad := range [][]byte{nil, []byte("BRMODEL2"), data[:len(data)/2], data[:len(data)-1], append(slices.Clone(modelMagic), 1, 2, 3)} {
		if _, err := DecodeModel(bad); err == nil {
			t.Errorf("a damaged model of %d bytes was opened", len(bad))
		}
	}
}

// conversation strings given conversations together to n turns.
func conversation(tb testing.TB, n int) []talk.Turn {
	tb.Helper()
	files, err := filepath.Glob("../transcripts/data/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no conversations: %v", err)
	}
	var out []talk.Turn
	for i := 0; len(out) < n; i++ {
		data, err := os.ReadFile(files[i%len(files)])
		if err != nil {
			tb.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			who, words, ok := strings.Cut(strings.TrimSpace(line), ": ")
			if !ok || len(out) == n {
				continue
			}
			out = append(out, talk.Turn{N: len(out) + 1, Speaker: talk.Speaker(strings.ToLower(who)), Text: words})
		}
	}
	return out
}

// Reading one more turn costs the same at turn 5 and at turn 5,000.
func BenchmarkRead(b *testing.B) {
	for _, at := range []int{5, 5000} {
		b.Run(fmt.Sprintf("turn%d", at), func(b *testing.B) {
			before := conversation(b, at)
			r := New()
			for _, t := range before {
				r.Read(t, nil)
			}
			kept := r.state
			kept.Confided = slices.Clone(r.Confided)
			next := conversation(b, 400)
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				r.Read(next[i%len(next)], nil)
				i++
			}
		})
	}
}

// What is put plainly is read so whatever stands around it.
func TestPlainWords(t *testing.T) {
	for _, x := range []struct {
		text string
		want talk.Move
		not  bool
	}{
		{"Keep going.", talk.OpenQuestion, false},
		{"go on", talk.OpenQuestion, false},
		{"Mm. Go on.", talk.OpenQuestion, false},
		{"Say more", talk.OpenQuestion, false},
		{"Say more about the nights.", talk.OpenQuestion, false},
		{"okay, tell me more", talk.OpenQuestion, false},
		{"Go on, please", talk.OpenQuestion, false},
		{"Go on then. Ta.", talk.OpenQuestion, true},
		{"They can't go on like that.", talk.OpenQuestion, true},
		{"How did that feel?", talk.ProbeFeeling, false},
		{"How did that feel?", talk.OpenQuestion, false},
		{"and how does it make you feel", talk.ProbeFeeling, false},
	} {
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: "They cut my hours again and nobody said a word."}, nil)
		got := r.Read(talk.Turn{N: 2, Speaker: talk.Organizer, Text: x.text}, nil)
		if slices.Contains(got.Moves, x.want) == x.not {
			t.Errorf("%q: moves %v, %s unexpected or missing", x.text, got.Moves, x.want)
		}
	}
}

func TestGuiltPresses(t *testing.T) {
	for _, x := range []struct {
		text string
		want bool
	}{
		{"If you don't come we let them down.", true},
		{"You'd be letting everybody on the line down.", true},
		{"you let them down if you walk away now", true},
		{"Don't let the others down.", true},
		{"Do you feel you'd be letting them down?", false},
		{"It's okay. You're not letting anybody down.", false},
		{"They let you down, and they never said sorry.", false},
		{"We let you down last time, I know.", false},
		{"You said you felt you let her down.", false},
	} {
		var d doc
		d.parse(x.text)
		if got := d.guilts() >= 0; got != x.want {
			t.Errorf("%q: lays blame %v", x.text, got)
		}
		if !x.want {
			continue
		}
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "Will you come to the meeting on Thursday at six?"}, nil)
		r.Read(talk.Turn{N: 2, Speaker: talk.Coworker, Text: "No. I can't do that, I'm sorry."}, nil)
		got := r.Read(talk.Turn{N: 3, Speaker: talk.Organizer, Text: x.text}, nil)
		if !slices.Contains(got.Faults, talk.Pressure) {
			t.Errorf("%q: faults %v, want pressure", x.text, got.Faults)
		}
	}
}

// TestThreatsPress: whoever threatens presses, whether anything was asked before or not.
func TestThreatsPress(t *testing.T) {
	for _, x := range []struct {
		text string
		want bool
	}{
		{"If you don't sign I'll tell everyone you're on the boss's side.", true},
		{"Everybody else already signed. You're either with us or a scab.", true},
		{"you dont want to be a scab do you", true},
		{"Stay out of it then. Everybody will know you did.", true},
		{"You'll be sorry when it's your turn.", true},
		{"I won't tell anyone you said that.", false},
		{"He said you're either with us or against us, and I walked out.", false},
		{"Nobody here says you're a scab.", false},
		{"Are you worried everyone will know you signed?", false},
		{"You won't be sorry you came.", false},
	} {
		got := New().Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: x.text}, nil)
		if slices.Contains(got.Faults, talk.Pressure) != x.want {
			t.Errorf("%q: faults %v", x.text, got.Faults)
		}
	}
}

func TestRequests(t *testing.T) {
	for _, x := range []struct {
		text  string
		asked bool
		named bool
	}{
		{"Would you come on Thursday?", true, true},
		{"can you ask Rosa about it", true, false},
		{"What would you do about it?", false, false},
		{"Would you say it got worse?", false, false},
		{`Remember him going, "Will you come to the meeting at six?" up your ladder?`, false, false},
		{`You said "never again". Will you come with me on Friday?`, true, true},
		{"Would you be for something like that, in principle?", false, false},
		{"Would you be up for the meeting on Friday?", true, true},
		{"Would you do us a favour and take my early on Thursday?", false, false},
		{"Can you sign this one by three? It's Jean's leaving card.", false, false},
		{"It's her birthday, so would you ask the union rep on Thursday instead?", true, true},
	} {
		var d doc
		d.parse(x.text)
		at, named := d.request()
		if at >= 0 != x.asked || named != x.named {
			t.Errorf("%q: sentence %d, named %v", x.text, at, named)
		}
	}
}

func TestQuestionsAreCounted(t *testing.T) {
	for _, x := range []struct {
		text string
		want int
	}{
		{"How long have you been here, do they pay you overtime, and who decides your days off?", 3},
		{"How is the knee, how is Ruthie, and did you ever finish that shed?", 3},
		{"What happened? Who was there? When was that?", 3},
		{"And what would put it right, do you think?", 1},
		{"And who's, who'd be the one to say yes?", 1},
		{"Is it the council or the church who runs it?", 1},
		{"I know what he did, and who told him.", 0},
		{"so how are you doing", 1},
	} {
		var d doc
		d.parse(x.text)
		if got := d.questions(); got != x.want {
			t.Errorf("%q: %d questions, want %d", x.text, got, x.want)
		}
	}
}

func TestPlainFaults(t *testing.T) {
	for _, x := range []struct {
		text  string
		fault talk.Fault
		want  bool
	}{
		{"You can't get fired for this.", talk.FalsePromise, true},
		{"Relax, they can't fire you", talk.FalsePromise, true},
		{"By law they can't fire you for it, but they might try.", talk.FalsePromise, false},
		{"I can't tell you they won't fire you.", talk.FalsePromise, false},
		{"Who says they can't fire you?", talk.FalsePromise, false},
		{"You're overreacting.", talk.Arguing, true},
		{"oh come on ur being paranoid", talk.Arguing, false}, // "ur" may be "your"
		{"Come on, you're being paranoid", talk.Arguing, true},
		{"I don't think you're overreacting.", talk.Arguing, false},
		{"He told you that you're overreacting?", talk.Arguing, false},
	} {
		var d doc
		d.parse(x.text)
		d.match()
		if got := d.plainFault(x.fault) >= 0; got != x.want {
			t.Errorf("%q: %s %v", x.text, x.fault, got)
		}
	}
}

// A plain request is an ask of its level whatever kindness stands around it.
func TestARequestKeepsItsLevel(t *testing.T) {
	for _, x := range []struct {
		text string
		want int
	}{
		{"Would you come and sit down with two of us on Thursday after work? It's all right to say no.", 3},
		{"Would you ask Rosa about it? No pressure.", 2},
	} {
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Coworker, Text: "They cut my hours again. It can't go on like this."}, nil)
		if got := r.Read(talk.Turn{N: 2, Speaker: talk.Organizer, Text: x.text}, nil); got.AskLevel < x.want {
			t.Errorf("%q: ask %d, want %d: %v", x.text, got.AskLevel, x.want, got.Moves)
		}
	}
}

// A next contact that has a day can be counted on, whatever its words.
func TestDayMakesContactSure(t *testing.T) {
	for _, x := range []struct {
		text string
		want int
	}{
		{"Let's talk Friday after shift about how it went.", 2},
		{"Can we talk again tomorrow about the overtime?", 2},
		{"Let's talk again about the overtime some time.", 1},
	} {
		r := New()
		r.Read(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "How has the overtime been for you?"}, nil)
		r.Read(talk.Turn{N: 2, Speaker: talk.Coworker, Text: "Bad. They held us over three nights last week with no word."}, nil)
		if got := r.Read(talk.Turn{N: 3, Speaker: talk.Organizer, Text: x.text}, nil); got.FollowUpLevel != x.want {
			t.Errorf("%q: level %d of %v, want %d", x.text, got.FollowUpLevel, got.Moves, x.want)
		}
	}
}
