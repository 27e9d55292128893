package coworker

import (
	"context"
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// What is no question is not answered as one.
func TestNoQuestion(t *testing.T) {
	for _, x := range []struct {
		text string
		want bool
	}{
		{"Tell the garbage truck hi.", false},
		{"tell me about the ward", true},
		{"What I was getting at is that small ones need you at certain hours.", false},
		{"what i told him stands", false},
		{"what she say", true},
		{"lol. so? walk or not", true},
		{"are you in or not", true},
		{"Ready or not.", false},
	} {
		if got := readQuestion(x.text); got.asked != x.want {
			t.Errorf("%q: asked %v (%s)", x.text, got.asked, got.kind)
		}
	}
}

// neverOf holds that of many answers to a text none is of some kinds.
func neverOf(t *testing.T, text string, scene Scene, kinds ...string) {
	t.Helper()
	scene.Cue, scene.Heard = talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, heardOf(text)
	for seed := range uint64(30) {
		scene.Seed = seed
		if got := speakAs(t, scene); inPool(kinds...)(got) {
			t.Errorf("%q: %q", text, got)
			return
		}
	}
}

// One fact is no long story.
func TestOneFactIsShort(t *testing.T) {
	for _, text := range []string{"How long you had this truck, anyway?", "How old's she?", "How many splits are they giving you a week?", "Hang on, which film is it?", "When does it open?"} {
		neverOf(t, text, Scene{}, "long-story", "get-started", "no-words")
	}
}

// Everybody knows what is their own.
func TestKnowsTheirOwn(t *testing.T) {
	for _, text := range []string{"When you stay late, who waits at your home?", "Did Grant say that himself, or how do you know?", "What would it be like for you if it quit running?", "Where do you keep your things?"} {
		neverOf(t, text, Scene{}, "dont-know", "who-knows")
	}
}

// Nobody who has told nothing keeps others out of it.
func TestNobodyToKeepOut(t *testing.T) {
	neverOf(t, "Did you come straight from bus duty? Who was on with you?", Scene{}, "no-names")
	for id, want := range map[string]bool{"grievance.rota.told.1": true, "fear.boss.says.1": true, "answer.3.1": false, "grievance.rota.hint.1": false} {
		if got := newSpeech(&Scene{Open: desk(t).Open(), Voiced: []talk.Line{{ID: id}}}).told(); got != want {
			t.Errorf("after %s they have told something: %v", id, got)
		}
	}
}

// What they did of what they had promised is for a line of theirs to say, not for a yes.
func TestNoYesToAPromise(t *testing.T) {
	open := *desk(t).Open()
	open.About.Kind = talk.Uplift
	neverOf(t, "did you talk to either of them at all?", Scene{Open: &open}, "yes", "no", "short", "short-near-past", "not-yet")
}

// "Are you two close?" asks of another, too.
func TestNoShortAnswerForTwo(t *testing.T) {
	for text, want := range map[string]string{"Are you two close?": "", "Do you both go?": "", "Are you close?": "I", "Do you lot go?": "we", "Have the two of you talked since?": "we"} {
		if got := readQuestion(text).short.subject; got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// An answer is one to whoever is asked, and to what is asked: "how old are they?" is not about them, and "how many?" asks on about what was said.
func TestAnswersNothingElse(t *testing.T) {
	for _, x := range []struct {
		questions []string
		says      string
		asked     map[string]bool // whether it is answered so
	}{
		{[]string{"How old are you?", "what age are you", "How old would you be now?"}, "Thirty-eight, till February.", map[string]bool{"How old are you now?": true, "How old are they now?": false}},
		{[]string{"How many are you?", "how many of you", "So how many work here?"}, "There's nine of us now, with the Saturdays.", map[string]bool{"How many of you work here?": true, "how many": false}},
	} {
		s := *desk(t)
		s.Coworker.Answers = append([]scenarios.Topic{{Questions: x.questions, Says: []string{x.says}}}, s.Coworker.Answers...)
		for text, want := range x.asked {
			m := New(&s, 1)
			hears(m, organizer{text: "Hello there.", signs: []talk.Sign{talk.Greeting}})
			cue := hears(m, organizer{text: text, moves: moves(talk.ClosedQuestion)})
			if got := len(cue.Lines) > 0 && cue.Lines[0].Text == x.says; got != want {
				t.Errorf("%q: %s %v", text, cue.Act, cue.Lines)
			}
		}
	}
}

// What nobody says to a question, whatever the tables of apt kinds find.
func TestUnfit(t *testing.T) {
	for _, x := range []struct {
		text  string
		moves []talk.Move
		said  map[string]int
		kind  string
		want  bool
	}{
		{text: "How old's she?", kind: "get-started", want: true},
		{text: "Which film is it?", kind: "long-story", want: true},
		{text: "What did you get packed tonight?", moves: moves(talk.SmallTalk), kind: "get-started", want: true},
		{text: "What did you get packed tonight?", kind: "get-started"},
		{text: "Which day is free?", kind: "guess", want: true},
		{text: "Is it worse?", kind: "guess"},
		{text: "When you stay late, who waits at your home?", kind: "dont-know", want: true},
		{text: "Who runs the place?", kind: "dont-know"},
		{text: "Do you know when the bus comes?", kind: "who-knows"},
		{text: "Who's holding the phone?", kind: "depends", want: true},
		{text: "Is it late?", kind: "depends"},
		{text: "Is it late?", said: map[string]int{"depends": 1}, kind: "depends", want: true},
	} {
		sp := newSpeech(&Scene{Open: desk(t).Open(), Heard: heardOf(x.text), Read: talk.Read{Moves: x.moves}})
		if got := sp.unfit(x.said)(x.kind); got != x.want {
			t.Errorf("%s to %q: %v", x.kind, x.text, got)
		}
	}
}

// A clear ask is one, however it begins.
func TestWouldBeBetterMayAsk(t *testing.T) {
	m := New(desk(t), 3)
	hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
	m.st.LastAsk, m.st.Last, m.st.Trust = 1, talk.ActPutOff, 70
	if cue := hears(m, organizer{text: "Would it be better if you came on Thursday at six?", moves: moves(talk.MakeAsk), ask: 3}); !ofAskActs[cue.Act] {
		t.Errorf("%s %s", cue.Act, cue.Manner)
	}
}

// What would make a difference is no ask.
func TestWouldHelpAsksNothing(t *testing.T) {
	for _, text := range []string{"Would it be easier if somebody you know was going?", "Would that help at all?", "Would it make a difference if I came too?"} {
		m := New(desk(t), 3)
		hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
		m.st.LastAsk, m.st.Last = 1, talk.ActPutOff
		if cue := hears(m, organizer{text: text, moves: moves(talk.MakeAsk), ask: 1}); ofAskActs[cue.Act] {
			t.Errorf("%q: %s %s", text, cue.Act, cue.Manner)
		}
	}
}

// What a person would do is not foretold of the boss.
func TestOthersAreNotTheBoss(t *testing.T) {
	boss := words(desk(t).Boss.Name, 3)[0]
	for text, want := range map[string]bool{
		"What do you think the boss would do if he heard?": true, "What do you think Nia would say if somebody asked her?": false,
		"What do you think " + boss + " would do if he heard?": true, "And what will the company do if Nia signs it with you?": true,
	} {
		m := New(desk(t), 3)
		m.b.glossary.names[stem("nia")], m.b.glossary.names[stem(boss)] = true, true
		m.st.Trust, m.st.Focus, m.st.Grievances[0].Rung = 80, 1, talk.RungCost
		cue, ok := m.predicted(&heard{read: talk.Read{Moves: moves(talk.InoculateBoss)}, q: readQuestion(text), question: stemAll(words(text, 40)), stem: stemAll(words(text, 40)), boss: score(stemAll(words(text, 40)), m.b.boss) > 0})
		if ok != want {
			t.Errorf("%q: %v %v", text, ok, cue)
		}
	}
}

// A question is found where it stands.
func TestWhereTheQuestionStands(t *testing.T) {
	for _, x := range []struct{ text, line string }{
		{"Ah, nothing. Just asking who gets Maddie and Cody off to school.", " who gets maddie and cody off to school "},
	} {
		if got := readQuestion(x.text); !got.asked || got.line != x.line {
			t.Errorf("%q: asked %v, %q", x.text, got.asked, got.line)
		}
	}
}

// What is supposed, or only named, belongs to the question beside it.
func TestWhatIsAskedOf(t *testing.T) {
	for text, want := range map[string]string{
		"Your probation. When does it finish?":                  "When does it finish Your probation",
		"Okay, stepped. Is it you that empties it? The bucket?": "Is it you that empties it The bucket",
		"The bus? How was it?":                                  "How was it",
		"If you can change one thing in your team. What is it?": "If you can change one thing in your team What is it",
		"It was a good team. What is it?":                       "What is it",
		"If he comes, he comes. How long have you been here?":   "How long have you been here",
		"If you stay on they don't pay you for it. Why?":        "Why",
		"If it's not rude. How long here?":                      "How long here",
	} {
		if got, _ := lastQuestion(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Whether they have children is not for the actor to make up, nor is there a short answer about who may be anybody.
func TestNothingMadeUpAboutKin(t *testing.T) {
	for seed := range uint64(30) {
		got := speakAs(t, Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 20}, Heard: heardOf("You have children in the house, in this cold?"), Seed: seed})
		if ws := words(got, 3); len(ws) == 0 || agreed[ws[0]] || ws[0] == "no" || len(ws) > 1 && ws[0] == "i" && (ws[1] == "do" || ws[1] == "dont") {
			t.Fatalf("children: %q", got)
		}
	}
	if got := readQuestion("does noreen just ring u").short.subject; got != "" {
		t.Errorf("noreen is %q", got)
	}
	if got := readQuestion("is work busy").short.subject; got != "it" {
		t.Errorf("work is %q", got)
	}
}

// Who asks on about a day has it not guessed.
func TestNoGuessOfADay(t *testing.T) {
	for _, text := range []string{"Which day is free of netball?", "Who's holding the phone tonight?", "When do they put it up?"} {
		neverOf(t, text, Scene{}, "guess", "you-first")
	}
	neverOf(t, "Begin with tonight. Who's holding the phone?", Scene{}, "depends")
}

func TestNothingIsMissed(t *testing.T) {
	for _, x := range []struct {
		text  string
		moves []talk.Move
		want  bool
	}{
		{"You had the letters ready, and he saw them. Have I missed anything?", moves(talk.Reflection, talk.ClosedQuestion), true},
		{"Sorry I'm late, did I miss anything?", moves(talk.ClosedQuestion), false},
		{"So he took the letters. Did I leave something there?", moves(talk.Reflection, talk.ClosedQuestion), false},
	} {
		m := New(desk(t), 3)
		hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
		cue := hears(m, organizer{text: x.text, moves: x.moves})
		if got := cue.Manner == "nothing-missed"; got != x.want {
			t.Errorf("%q: %s %s", x.text, cue.Act, cue.Manner)
		}
		if x.want {
			if got := speakAs(t, Scene{Cue: cue, Heard: heardOf(x.text)}); !inPool("nothing-missed")(got) {
				t.Errorf("%q: %q", x.text, got)
			}
		}
	}
}

// "Wednesday is okay?" settles the day of what they have offered, and asks for nothing new.
func TestDayOfWhatTheyOffered(t *testing.T) {
	m := New(desk(t), 3)
	hears(m, organizer{text: "How is it?", moves: moves(talk.OpenQuestion)})
	m.st.LastAsk, m.st.Last = 1, talk.ActPartly
	m.st.Asks[0].Answer = talk.AnswerPartly
	if cue := hears(m, organizer{text: "You send the pictures when? Wednesday is okay?", moves: moves(talk.MakeAsk), ask: 3}); cue.Act != talk.ActAnswer || cue.Manner != "agree" {
		t.Errorf("%s %s %s", cue.Act, cue.Manner, cue.Reason)
	}
}

// What has no telling word asks about what was said: what anybody may answer is no answer to it.
func TestNoCommonplaceToABareQuestion(t *testing.T) {
	for _, text := range []string{"Ten at night? Who is with you?", "Why you?", "Is that one of yours?"} {
		scene := Scene{Cue: talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", Most: 30}, Heard: heardOf(text)}
		if got := speakAs(t, scene); anybodys(got) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Who is asked what something means that they have just said tells no story instead.
func TestWhatItMeansIsNoStory(t *testing.T) {
	for text, want := range map[string]bool{
		"You listen to bridges? What does that mean?": true, "what they say": true, "What happened on that day?": false,
	} {
		m := New(desk(t), 3)
		m.st.Quiet = 1
		h := &heard{turn: talk.Turn{Text: text}, q: readQuestion(text), grasp: graspOf(text)}
		if got := m.aboutElse(h, kindTold); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestAsksIfRight(t *testing.T) {
	for text, want := range map[string]bool{" have i that right ": true, " did i get that right ": true, " have i the right to ask ": false} {
		if got := asksIfRight.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestAsksOfJustNow(t *testing.T) {
	for text, want := range map[string]bool{
		"You listen to bridges? What does that mean?": true, "what they say": true, "And what did she say to that?": true,
		"Nobody asks. What does that mean for you at home?": false, "What did the change do to you?": false, "What did they say about the rota?": false,
	} {
		if got := asksOfJustNow.MatchString(readQuestion(text).line); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMoreGoodbyes(t *testing.T) {
	for text, want := range map[string]bool{
		" go on get in that warm car and tell your mother i said she raised a good one ": true, " tell your mother i said hello ": true,
		" quarter to better go in ": true, " get in touch with bethan ": false, " you could tell him i said no to it and why ": false, " off you go im listening ": false,
		" okay go into that a bit more for me ": false, " go into the part with the overtime ": false, " get in the union ": false, " tell them i said to bring their payslips ": false,
	} {
		if got := plainGoodbye.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for text, want := range map[string]bool{
		" fair ask u fri nite at break ": true, " will you let me know by saturday ": true, " let me know if they come ": false, " ill ask you again on saturday ": true, " ask you what ": false, " so they ask you on friday and you have to be there on saturday ": false,
		" do they ask you on fridays to stay late ": false, " what did he ask you next ": false,
	} {
		if got := asksLeave.MatchString(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Another coffee is an offer, as another talk is.
func TestAnotherCoffee(t *testing.T) {
	for text, want := range map[string]bool{
		"Okay, how about another coffee here then, in two weeks?": true, "What about a quick chat on Monday?": true, "How about the rota?": false, "What about a union?": false,
	} {
		if got := offersAgain.MatchString(readQuestion(text).line); got != want {
			t.Errorf("%q: %v (%s)", text, got, readQuestion(text).line)
		}
	}
}

// What was agreed on gets its day, and a goodbye after it is no new ask.
func TestAfterAYes(t *testing.T) {
	for _, c := range []struct {
		organizer
		never talk.Act
	}{
		{organizer{text: "Thursday, nine o'clock? I'll buy the pie, you bring the pencils.", moves: moves(talk.SmallTalk, talk.ClosedQuestion)}, talk.ActDeflect},
		{organizer{text: "You've been a star. Say hi to your dad's chillies for me! Monday, then.", moves: moves(talk.SmallTalk, talk.MakeAsk), ask: 2}, talk.ActPutOff},
	} {
		m := New(desk(t), 3)
		m.st.Asks[0].Answer, m.st.LastAsk, m.st.Last, m.st.Heard = talk.AnswerYes, 1, talk.ActTake, 8
		if cue := hears(m, c.organizer); cue.Act == c.never {
			t.Errorf("%q: %s %s %s", c.text, cue.Act, cue.Manner, cue.Reason)
		}
	}
}

// Nobody begins a story when the next step is agreed on and it is goodbye.
func TestNoStoryAtTheDoor(t *testing.T) {
	for text, want := range map[string]bool{
		"Good. Tell Maddie that flashlight is the toughest thing I heard all year. There's the horn. Watch that fan.": true,
		"Wednesday after supper, knock soft. Got it. Go, go, your car's running! And I'll get a hat.":                 true,
		"You go and catch the bus, and see you Thursday then.":                                                        true,
		"So they changed your week and nobody told you.":                                                              false,
		"The bus is always late, you said.":                                                                           false,
		"So the bus is running late every night, and you're the one who pays for it.":                                 false,
		"So that's the bus you've been missing because of them.":                                                      false,
		"Sorry, I cut you off. I'll let you finish.":                                                                  false,
		"Off you go, I'm listening.":                                                                                  false,
		"They tell you see you Monday, and then they move it to Saturday behind your back.":                           false,
		"So you mind the stairs for all of them, and nobody thanks you.":                                              false,
	} {
		if got := leavesNow(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, c := range []struct {
		text   string
		moves  []talk.Move
		agreed bool
		opens  bool
	}{
		{"That's the horn. Mind how you go.", nil, false, false},
		{"I'll ring you on Thursday night.", moves(talk.FollowUp), true, false},
		{"I'll ring you on Thursday night.", moves(talk.FollowUp), false, true},
		{"They changed it on you, then.", nil, true, true},
	} {
		m := New(libraryScenario(t), 1)
		m.st.Focus, m.st.Heard = 1, 9
		if c.agreed {
			m.st.Asks[0].Answer = talk.AnswerYes
		}
		told := talk.Cue{Act: talk.ActOpen, Reason: talk.ReasonEarned, Lines: []talk.Line{{ID: m.b.entries[m.b.grievances[0].rungs[1].from].id}}}
		cue := m.orAnswer(m.listen(talk.Turn{N: 19, Speaker: talk.Organizer, Text: c.text}, talk.Read{Moves: c.moves}), told)
		if got := cue.Act == talk.ActOpen; got != c.opens {
			t.Errorf("%q, agreed %v: %s", c.text, c.agreed, cue.Act)
		}
	}
}

// A plain statement that asks clearly is an ask, before anything was agreed on.
func TestStatementsAsk(t *testing.T) {
	for _, text := range []string{"I need you with us on Thursday.", "So be there Thursday at six, please.", "Put your name on the sheet.", "We need you to speak to the others."} {
		m := New(libraryScenario(t), 1)
		m.st.Heard, m.st.Trust, m.st.Last = 8, 60, talk.ActOpen
		cue := m.Hear(talk.Turn{N: 17, Speaker: talk.Organizer, Text: text}, talk.Read{Moves: moves(talk.MakeAsk), AskLevel: 3})
		if cue.Act == talk.ActShrug || cue.Act == talk.ActChat {
			t.Errorf("%q: %s %s", text, cue.Act, cue.Manner)
		}
	}
}

// Who says it again because something cut in is not held to repeat themselves.
func TestAskedToRepeat(t *testing.T) {
	s := libraryScenario(t)
	cutIn := s.Coworker.Manners["interrupted"][0]
	patience := map[string]int{}
	for _, answer := range []string{cutIn, "I'd sooner not say."} {
		m := New(s, 1)
		for n := range 2 {
			m.Hear(talk.Turn{N: 2*n + 1, Speaker: talk.Organizer, Text: "What's in the copybook on the shelf?"}, talk.Read{Moves: moves(talk.OpenQuestion)})
			m.Said(talk.Turn{N: 2*n + 2, Speaker: talk.Coworker, Text: answer}, nil)
		}
		patience[answer] = m.st.Patience
	}
	if patience[cutIn] <= patience["I'd sooner not say."] {
		t.Errorf("patience: %v", patience)
	}
}

// What a mind made of a turn is each answer's own.
func TestGraspIsOnesOwn(t *testing.T) {
	m := New(libraryScenario(t), 1)
	turn := talk.Turn{N: 1, Speaker: talk.Organizer, Text: "What colour is your car, and who drives it?"}
	read := talk.Read{Moves: moves(talk.OpenQuestion)}
	cue := m.Hear(turn, read)
	said := make(chan string, 4)
	for range cap(said) {
		s := Scene{Open: libraryScenario(t).Open(), Cue: cue, Heard: turn, Read: read, Seed: 1, Grasp: m.Grasp()}
		go func() {
			spoken, _ := Embedded{}.Speak(context.Background(), s, func(string) error { return nil })
			said <- spoken.Text
		}()
	}
	first := <-said
	for range cap(said) - 1 {
		if got := <-said; got != first {
			t.Errorf("%q and %q", first, got)
		}
	}
}

// Who asks what was said to somebody else has understood.
func TestWhatDidYouSay(t *testing.T) {
	for text, want := range map[string]bool{"What did you say?": true, "Sorry, what was that?": true, "good. im glad it were you. what did you say": false} {
		m := New(desk(t), 3)
		m.st.Heard, m.st.Last = 4, talk.ActAnswer
		if _, got := m.asksAgain(m.listen(talk.Turn{N: 9, Speaker: talk.Organizer, Text: text}, talk.Read{})); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Who wants to be asked something is asked something.
func TestTheirTurnToAsk(t *testing.T) {
	for _, text := range []string{"You ask me something.", "no yeah isn't a question. come on. ask me why I've got a wet sock", "It's hot. Ask me something. Anything but the boat.", "ask me something, go on, anything", "that's it? mm yes? ask me something so. anything. i'm awake, you're not", "I still feel like a coward about it. Your go, ask me one thing first if you want"} {
		cue := New(libraryScenario(t), 1).Hear(talk.Turn{N: 1, Speaker: talk.Organizer, Text: text}, talk.Read{Moves: []talk.Move{talk.OpenQuestion}})
		if cue.Act != talk.ActAskBack || cue.Manner != "their-turn" {
			t.Errorf("%q: %s %s", text, cue.Act, cue.Manner)
		}
	}
	for _, text := range []string{"You can ask me again on Friday.", "What would you ask me for, if you could?", "Don't ask me to sign."} {
		cue := New(libraryScenario(t), 1).Hear(talk.Turn{N: 1, Speaker: talk.Organizer, Text: text}, talk.Read{})
		if cue.Manner == "their-turn" {
			t.Errorf("%q is taken for an invitation to ask", text)
		}
	}
}

// A few words that end as a question does ask something, marked or not.
func TestAsksLast(t *testing.T) {
	for _, x := range []struct {
		text, kind string
	}{
		{"grand. tired. running where", "where"}, {"certs for what", "what"}, {"yeah. hits home how", "what"}, {"told when", "when"},
		{"that's why", ""}, {"guess what", ""}, {"no idea why", ""}, {"you what", ""}, {"I know how", ""}, {"And so it went, here and there and who knows where", ""},
	} {
		q := readQuestion(x.text)
		if q.asked != (x.kind != "") || q.asked && q.kind != x.kind {
			t.Errorf("%q: asked %v, %s", x.text, q.asked, q.kind)
		}
	}
}

// How long others have been somewhere is not answered with how long they have.
func TestHowLongOthersHave(t *testing.T) {
	m := New(scenarioNamed(t, "school-talk"), 1)
	h := m.listen(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "Do you know Dot and Ngaire well? How long have they been there?"}, talk.Read{Moves: []talk.Move{talk.ClosedQuestion}})
	for _, c := range m.candidates(h) {
		if c.judge(); c.topic == m.b.topicOf[m.b.byID["answer.1.1"]] && c.fits >= surely {
			t.Errorf("%q fits with %.2f", m.b.entries[c.says.from].text, c.fits)
		}
	}
}

// What was written for an ask about somebody answers no other ask: nobody has spoken of them.
func TestNobodyIsBroughtUp(t *testing.T) {
	s := scenarioNamed(t, "bus-depot-cynic")
	for seed := range uint64(20) {
		m := New(s, seed)
		m.st.Trust, m.st.Grievances[0].Rung = 60, talk.RungTold
		cue := m.Hear(talk.Turn{N: 1, Speaker: talk.Organizer, Text: "Would you sit down with me and Kirsty for half an hour on Thursday and show us that page?"}, talk.Read{Moves: []talk.Move{talk.MakeAsk}, AskLevel: 3})
		for _, line := range cue.Lines {
			if strings.Contains(line.Text, "Ryan") {
				t.Fatalf("%q", line.Text)
			}
		}
	}
}

// Their own smaller step, taken up, is not refused.
func TestSmallerStepTakenUp(t *testing.T) {
	s := scenarioNamed(t, "warehouse-night-shift")
	m := New(s, 3)
	at := slices.IndexFunc(m.b.entries, func(e entry) bool {
		return strings.Contains(e.text, "half hour") && strings.HasPrefix(e.id, "ask.") && strings.Contains(e.id, ".partly.")
	})
	if at < 0 {
		t.Fatal("the line is gone")
	}
	ask := slices.IndexFunc(m.b.asks, func(a askBook) bool { return at >= a.partly.from && at < a.partly.to })
	m.st.Trust, m.st.Heard, m.st.LastAsk, m.st.LastLine, m.st.Last = 60, 8, ask+1, at+1, talk.ActPartly
	m.st.Asks[ask].Answer, m.st.Asks[ask].Times = talk.AnswerPartly, 1
	m.st.Voiced[at] = 16
	cue := m.Hear(talk.Turn{N: 17, Speaker: talk.Organizer, Text: "Yes! That's better. Half an hour, you, me and Anthony. Tomorrow morning, off the belt, right when we clock out?"}, talk.Read{Moves: []talk.Move{talk.MakeAsk}, AskLevel: 3})
	if cue.Manner != "agree" || cue.Reason != talk.ReasonReady {
		t.Errorf("%s %s %s %v", cue.Act, cue.Manner, cue.Reason, cue.Lines)
	}
}

// Something of one's own is no offer of another talk, and "come?" after a day is an ask.
func TestOffersAndAsks(t *testing.T) {
	m := New(libraryScenario(t), 1)
	m.st.Heard, m.st.Trust = 4, 50
	cue := m.Hear(talk.Turn{N: 9, Speaker: talk.Organizer, Text: "I'll tell you mine then, I came because my night class lets out at nine and it's my only way home."}, talk.Read{Moves: []talk.Move{talk.FollowUp}, FollowUpLevel: 1})
	if cue.Manner == "agree" && cue.Reason == talk.ReasonReady {
		t.Error("a story is agreed to")
	}
	s := scenarioNamed(t, "phone-shop-probation")
	m = New(s, 1)
	m.st.Heard, m.st.Trust = 8, 50
	cue = m.Hear(talk.Turn{N: 17, Speaker: talk.Organizer, Text: "true. dineens tues half 7. come?"}, talk.Read{})
	if !strings.HasPrefix(cue.About, "ask.") && (len(cue.Lines) == 0 || !strings.HasPrefix(cue.Lines[0].ID, "ask.")) {
		t.Errorf("%s %s %s %v", cue.Act, cue.Manner, cue.Reason, cue.Lines)
	}
}

// What they have just told is asked back in wonder, and is so.
func TestMarvels(t *testing.T) {
	for _, x := range []struct {
		text string
		want bool
	}{{"omg. shane said that??", true}, {"He said that to your face?", true}, {"wait, did she really say that?", true}, {"Did you say that?", false}, {"Can they do that?", false}, {"Should we do this?", false}, {"Did you write this?", false}, {"Did he do that?", true}, {"Who said that?", false}, {"Why did he do that?", false}, {"You said that he did this?", false}} {
		if q := readQuestion(x.text); q.marvels() != x.want {
			t.Errorf("%q: %v", x.text, !x.want)
		}
	}
}

// How long somebody has been drawing is not answered with how long they have worked there.
func TestHowLongDoing(t *testing.T) {
	for text, want := range map[string]string{"No, the drawing. How long have you been drawing?": "draw", "So how long have you been doing this, emptying them?": "empti", "How long have you been working here?": "", "How long have you been here?": ""} {
		if q := readQuestion(text); q.doing != want {
			t.Errorf("%q: %q", text, q.doing)
		}
	}
	s := scenarioNamed(t, "campaign-shift")
	m := New(s, 2)
	cue := m.Hear(talk.Turn{N: 3, Speaker: talk.Organizer, Text: "No, the drawing. How long have you been drawing?"}, talk.Read{Moves: []talk.Move{talk.ClosedQuestion}})
	for _, line := range cue.Lines {
		if strings.Contains(line.Text, "buns") || strings.Contains(line.Text, "plant") {
			t.Errorf("%q", line.Text)
		}
	}
}

// What nobody asks is not answered yes or no.
func TestStatementsThatBeginAsQuestions(t *testing.T) {
	for _, text := range []string{"I'm on Saturday, tell me at the break. Have the last chip, you've had about four.", "And you used to joke and you don't now. I kind of noticed, is all.", "Sure. Don't miss your bus, it's what, 9:05?"} {
		if q := readQuestion(text); q.asked {
			t.Errorf("%q asks %s", text, q.kind)
		}
	}
	for _, text := range []string{"do you like it here", "is it far", "have you told anyone yet"} {
		if q := readQuestion(text); !q.asked {
			t.Errorf("%q asks nothing", text)
		}
	}
}

// An answer to an ask names no other day than the one that was asked for.
func TestYesToTheDayAsked(t *testing.T) {
	s := scenarioNamed(t, "campaign-shift")
	for seed := range uint64(10) {
		m := New(s, seed)
		at := slices.IndexFunc(s.Asks, func(a scenarios.Ask) bool { return a.Name == "coffee" })
		m.st.Trust, m.st.Hope, m.st.Resolve, m.st.Heard = 90, 90, 90, 8
		for i := range m.st.Fears {
			m.st.Fears[i].Eased, m.st.Fears[i].Voiced = true, true
		}
		for i := range m.st.Grievances {
			m.st.Grievances[i].Rung = talk.RungResolved
		}
		cue := m.Hear(talk.Turn{N: 17, Speaker: talk.Organizer, Text: "So, coffee Thursday at seven, at the diner, and you bring the maps. Can you make that?"}, talk.Read{Moves: []talk.Move{talk.MakeAsk}, AskLevel: 3})
		if m.st.LastAsk != at+1 || cue.Act != talk.ActTake {
			t.Fatalf("ask %d, %s", m.st.LastAsk, cue.Act)
		}
		for _, line := range cue.Lines {
			if strings.Contains(line.Text, "Tuesday") {
				t.Errorf("%q", line.Text)
			}
		}
	}
}

// What sounds like one of these and is none.
func TestSoundsLikeIt(t *testing.T) {
	begun := func(id string) *Mind {
		m := New(scenarioNamed(t, id), 4)
		m.st.Heard, m.st.Trust, m.st.LastLine = 6, 55, 1
		return m
	}
	for _, x := range []struct {
		text, not string
	}{
		{"If you ask me, they should pay you for the overtime.", "their-turn"},
		{"Don't ask me how, but he found out.", "their-turn"},
		{"People ask me why I bother with the union.", "their-turn"},
		{"My manager never even comes over to ask me how I am. It gets me down.", "their-turn"},
		{"I hurt my back on that line too. Nobody would ask me about it either.", "their-turn"},
		{"It's your turn on the nights next, isn't it?", "their-turn"},
		{"Did you say anything to your supervisor about it?", "misheard"},
		{"Did you say no to him?", "misheard"},
		{"Did you say that to the manager?", "misheard"},
		{"Can they do that?", "just-so"},
		{"I've got your number.", "my-number"},
		{"So how many hours did they cut, what's the number?", "my-number"},
		{"I see you around the yard a lot.", "goodbye"},
		{"You don't miss your old job, then.", "goodbye"},
		{"Don't miss your kids growing up for them.", "goodbye"},
	} {
		for _, id := range []string{"school-talk", "warehouse-night-shift", "phone-shop-probation"} {
			if cue := begun(id).Hear(talk.Turn{N: 13, Speaker: talk.Organizer, Text: x.text}, talk.Read{}); cue.Manner == x.not {
				t.Errorf("%s: %q got %s %s", id, x.text, cue.Act, cue.Manner)
			}
		}
	}
	for _, text := range []string{"Can I ask you something? Would you come to the meeting on Thursday?", "Could I ask one thing? Will you come along on Thursday at six, to the room upstairs?", "Will you come on Thursday at four? Who runs it? The meeting?"} {
		for _, id := range []string{"school-talk", "phone-shop-probation"} {
			m := begun(id)
			m.Hear(talk.Turn{N: 13, Speaker: talk.Organizer, Text: text}, talk.Read{Moves: []talk.Move{talk.MakeAsk}, AskLevel: 3, Spans: []talk.Span{{Label: string(talk.MakeAsk), End: 30}}})
			if m.st.LastAsk == 0 {
				t.Errorf("%s: %q is no ask", id, text)
			}
		}
	}
	for _, text := range []string{"Doesn't your back hurt?", "Don't the drivers get a break?", "Doesn't Grant know?", "Don't people talk about it?", "Do you like it here.", "Have you told anyone yet.", "Did he say why..."} {
		if !readQuestion(text).asked {
			t.Errorf("%q asks nothing", text)
		}
	}
	for _, text := range []string{"Ask Grant why.", "ask them why", "Say when.", "Never mind why.", "can't say when"} {
		if readQuestion(text).asked {
			t.Errorf("%q asks", text)
		}
	}
	for text, want := range map[string]string{"where are you from. do you have kids": "do you have kids", "how are you. is your mum any better": "is your mum any better", "what was the best of the four. I want the one with swearing": "what was the best of the four"} {
		if got, _ := lastQuestion(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	m := begun("school-talk")
	m.st.Last, m.st.LastAsk, m.st.Asks[0].Answer = talk.ActPartly, 1, talk.AnswerPartly
	if cue := m.Hear(talk.Turn{N: 13, Speaker: talk.Organizer, Text: "Your name and your address?"}, talk.Read{}); cue.Manner == "agree" {
		t.Error("a bigger step is agreed to")
	}
	for id, text := range map[string]string{"warehouse-night-shift": "How long have you been loading trucks?", "phone-shop-probation": "How long have you been selling phones?", "care-home-rota": "How long have you been caring for people?"} {
		cue := New(scenarioNamed(t, id), 1).Hear(talk.Turn{N: 3, Speaker: talk.Organizer, Text: text}, talk.Read{Moves: []talk.Move{talk.ClosedQuestion}})
		if len(cue.Lines) == 0 {
			t.Errorf("%s: %q got %s %s", id, text, cue.Act, cue.Manner)
		}
	}
}

// What is offered is said back, not how it is asked for.
func TestNotSaidBack(t *testing.T) {
	if q := readQuestion("Do you get lonely with it, or d'you like the peace?"); q.last != "" {
		t.Errorf("%q", q.last)
	}
}

// Who is seen by the children is not leaving; how somebody gets home is not how they are; a name alone belongs to the question after it.
func TestSmallPlainQuestions(t *testing.T) {
	m := New(scenarioNamed(t, "hospital-escalation"), 1)
	m.st.Heard, m.st.Trust = 8, 50
	if cue := m.Hear(talk.Turn{N: 17, Speaker: talk.Organizer, Text: "smart dog. kids see you much?"}, talk.Read{Signs: []talk.Sign{talk.Farewell}}); cue.Act == talk.ActGoodbye {
		t.Error("a question about the children ends the talk")
	}
	if readQuestion("How are you getting home in that?").howAreYou || !readQuestion("Morning! How are you getting on?").howAreYou {
		t.Error("how somebody gets home is how they are")
	}
	for text, want := range map[string]string{"Cody. How old is he? I don't think I ever asked.": "How old is he Cody", "Right. How is he?": "How is he", "He's got a BOAT? what's it called": "what's it called", "Ok what was wrong with the first priest though. According to Nonna": "Ok what was wrong with the first priest though"} {
		if got, _ := lastQuestion(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	for text, kind := range map[string]string{"a few like how many": "howmany", "Hang on, which film is it?": "what", "How long've you had this truck? Runs good for the cold.": "howlong"} {
		if q := readQuestion(text); !q.asked || q.kind != kind {
			t.Errorf("%q: %v %s", text, q.asked, q.kind)
		}
	}
}
