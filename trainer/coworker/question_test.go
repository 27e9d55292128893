package coworker

import (
	"context"
	"slices"
	"strings"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// Questions that ask for a story may look like one for a fact, or for a yes or a no.
func TestQuestionsForAStory(t *testing.T) {
	for text, general := range map[string]bool{
		"Can you give me a for instance?": true, "Has it always been like that, or what's changed?": true, "When was the last time it got in your way?": true,
		"Where does it show up in the rest of your life?": true, "Where do you want this to go from here?": true, "How do you sleep?": true, "Mm. And then what?": true, "What's behind it?": true, "When did it last come up?": true,
		"When was the last time you took a day off?": false, "Where do you live?": false, "Is it heavy or light?": false,
	} {
		if q := readQuestion(text); q.general != general {
			t.Errorf("%q is read as %+v", text, q)
		}
	}
}

// The form of a question chooses its small answers: each of these gets those of its own form.
func TestQuestionForms(t *testing.T) {
	for _, c := range []struct{ text, fine string }{
		{"What time do you finish?", "q-time"},
		{"What are you working on today?", "q-doing"},
		{"What's your name?", "q-name"},
		{"Is it a good school to work at?", "q-it"},
		{"Who looks after him when you're on call?", "q-who-own"},
		{"Do you get paid for it?", "q-yesno"},
		{"What does Sinéad make of it?", "q-others"},
		{"What do they think about that?", "q-others"},
		{"Who was on?", "q-who-with"},
		{"Who can you talk to?", "q-who-you"},
		{"Do you have the same landlord as us?", "q-yesno"},
		{"What are you going to say?", "q-what-would"},
		{"What do you do when somebody calls in sick?", "q-what-do"},
		{"What kind of stuff are you loading tonight?", "q-kind"},
		{"what route u on today", "q-kind"},
		{"Which floor are you on?", "q-kind"},
		{"How long is your shift?", "q-howlong-is"},
		{"Who do you work with?", "q-who-with"},
		{"Who's on with you tonight?", "q-who-with"},
		{"How far do you live from here?", "q-how-far"},
		{"Anything bothering you at work?", "q-any-thing"},
		{"Do you live nearby?", "q-yesno"},
		{"What time did you start this morning?", "q-time-past"},
		{"When did you find out?", "q-when-past"},
		{"When are you next here?", "q-when-next"},
		{"When will you know?", "q-when-next"},
		{"Where do you see yourself in two years?", "q-future"},
		{"Do you like your boss?", "q-like"},
		{"Do you get on with the manager?", "q-like"},
		{"Do you want to come back or not?", "q-want"},
		{"Do you think it was your fault?", "q-think"},
		{"Do you ever think about days?", "q-do"},
		{"Do you still want to be part of it?", "q-want"},
		{"Do you want me to tell the others?", "q-may-i"},
		{"Do you remember what she said?", "q-know"},
		{"Do you see him much?", "q-do"},
		{"Do you have a car?", "q-have"},
		{"Do you mind driving the lads home?", "q-mind"},
		{"Have you told anyone about it?", "q-told"},
		{"Did you tell Damo?", "q-told"},
		{"Have I done something?", "q-do-i"},
		{"Can I have one of those?", "q-may-i"},
		{"Rhian, wait, can we talk?", "q-may-i"},
		{"Did they ask you about it?", "q-to-you"},
		{"Did anyone ask you first?", "q-to-you"},
		{"Has anything gone wrong because of it?", "q-any"},
		{"Does your wife mind?", "q-others"},
		{"Is your mother okay upstairs?", "q-yesno"},
		{"Is it always like that in there?", "q-it"},
		{"Is it your mum?", "q-that"},
		{"Is it true you stopped the whole garage?", "q-true"},
		{"Is that legal?", "q-judge"},
		{"Is that the copybook?", "q-is-that"},
		{"Was it hard?", "q-it-was"},
		{"Are you angry with us?", "q-are"},
		{"Are you going to pay it?", "q-will"},
		{"Are you still on the 38?", "q-is"},
		{"You on tomorrow?", "q-is"},
		{"You tell boss?", "q-told"},
		{"u ever think about quitting", "q-do"},
		{"Would you ever leave?", "q-will"},
		{"Would Nadeem come to a meeting?", "q-others-would"},
		{"Would that help?", "q-it-would"},
		{"How often do they hold you over?", "q-often"},
		{"How much was it?", "q-much"},
		{"How long did that take?", "q-howlong-did"},
		{"How old were you then?", "q-how-old"},
		{"How do you get there now?", "q-how-do"},
		{"How would you get home?", "q-how-would"},
		{"How did you get here?", "q-how-did"},
		{"Who do you trust on the line?", "q-who-you"},
		{"Who else knows?", "q-who-else"},
		{"Who's Delyth?", "q-who-is"},
		{"Who did you call?", "q-who-did"},
		{"Why didn't you say something?", "q-why-you"},
		{"Why not?", "q-why-bare"},
		{"Why do you stay?", "q-why-do"},
		{"What did they say?", "q-said"},
		{"And what did you do?", "q-said-you"},
		{"they fix it yet?", "q-to-you"},
		{"you guys have heat?", "q-have"},
		{"Can they do that?", "q-judge"},
		{"Is it the same for everyone?", "q-yesno"},
		{"What would you do if you were me?", "q-what-would"},
		{"What do you mean by that?", "q-mean"},
		{"What do you think she'd do?", "q-others-would"},
		{"Quiet night?", "q-scrap"},
		{"When he did that to Delyth, what did the rest do?", "q-said"},
		{"If somebody watched her would that help?", "q-it-would"},
		{"What would Mrs. Petrakis have done?", "q-what-would"},
		{"How is your mam?", "q-how-is"},
		{"And how's your back?", "q-how-is"},
		{"What can I get you?", "q-order"},
		{"What do you drink?", "q-order"},
		{"have u eaten anything today", "q-eaten"},
		{"What is your email?", "q-contact"},
		{"How does she treat you?", "q-treat"},
		{"Does Iwan know you're worried?", "q-others-know"},
		{"She is how old?", "q-how-old-other"},
		{"How old is your daughter?", "q-how-old-other"},
		{"You are tired?", "q-are"},
		{"Sorry, I meant who did you call?", "q-who-did"},
		{"How do I reach you?", "q-reach"},
		{"How shall I get hold of you after?", "q-reach"},
		{"How do we get there?", "q-how-would"},
		{"When shall I come?", "q-when-meet"},
		{"What day can we talk?", "q-when-meet"},
		{"When do we get paid?", "q-time"},
		{"Monday, or you ring me?", "q-either-plan"},
		{"Shall I come by Thursday or Friday?", "q-either-plan"},
		{"Do you need to go, or have we a minute?", "q-either-plan"},
		{"Is it the nights or the weekends?", ""},
		{"Did he ring you or just leave it?", ""},
		{"Will we win?", "q-it-would"},
		{"Would you like a coffee?", "q-may-i"},
	} {
		if q := readQuestion(c.text); !q.asked || q.fine != c.fine || !q.specific() {
			t.Errorf("%q is read as %+v, want a specific question with %s", c.text, q, c.fine)
		}
	}
	for _, text := range []string{
		"How's the heat?", "How are things?", "How have the weeks been, really?", "How did that feel?", "How do you find it?", "What happened?", "What's it like up here?",
		"What's the hardest part?", "And the cover, how's that?", "And the worst?", "Anything else?", "How bad is it?", "What do you mean, how do you mean?",
	} {
		if q := readQuestion(text); !q.asked || q.specific() && !strings.Contains(text, "mean") {
			t.Errorf("%q is read as %+v, want a general question", text, q)
		}
	}
	for _, text := range []string{"Are the weekends the problem or the nights?", "Do you own or rent?", "What would help, more time or more people?", "Is it the tools or the people?", "So is that a yes or a no?"} {
		if q := readQuestion(text); q.kind != "either" {
			t.Errorf("%q is read as %+v, want an offer of two", text, q)
		}
	}
	for _, text := range []string{"Are you coming or not?", "How many have left or gone sick since then?", "Did he say an hour or so?"} {
		if q := readQuestion(text); q.kind == "either" {
			t.Errorf("%q is read as an offer of two", text)
		}
	}
	for _, text := range []string{"Don't worry about it", "If I were you I'd have told her where to go", "Calm down"} {
		if q := readQuestion(text); q.asked {
			t.Errorf("%q is read as a question: %+v", text, q)
		}
	}
}

// What stands behind a mark is asked too, and what only leads up to a question is no part of it.
func TestWhereTheQuestionBegins(t *testing.T) {
	for _, c := range []struct{ text, kind string }{
		{"every week?? whats that do to ur family", "what"},
		{"huh? i asked who rings u the most", "who"},
		{"Sorry, I meant who is it rings you in to work?", "who"},
		{"Is that so? I see.", "is"},
		{"pencil? why", "why"},
		{"What happens at the end of the day, when you close?", "what"},
		{"Then quick: what's it like in your place?", "what"},
		{"Murmur? To whom?", "who"},
		{"how u holding up", "how"},
	} {
		if q := readQuestion(c.text); !q.asked || q.kind != c.kind {
			t.Errorf("%q is read as %+v, want kind %q", c.text, q, c.kind)
		}
	}
}

// No small answer for a form may say yes or no to it, nor what happened: what is told later must not contradict it.
func TestFormsCommitToNothing(t *testing.T) {
	for name, own := range registers() {
		for kind, list := range own {
			if !strings.HasPrefix(kind, "q-") || kind == "q-may-i" || kind == "q-else" || kind == "q-do-i" || kind == "q-is-that" {
				continue
			}
			for _, text := range list {
				f := fold(text)
				if f == " yes " || f == " no " || f == " yeah " || f == " never " || f == " always " || strings.HasPrefix(f, " yes ") && !strings.HasPrefix(f, " yes and no ") {
					t.Errorf("%s: %s commits: %q", name, kind, text)
				}
			}
		}
	}
}

// speakAs gives the built-in actor's words for a turn.
func speakAs(t *testing.T, s Scene) string {
	t.Helper()
	if s.Open == nil {
		s.Open = &scenarios.Open{Coworker: scenarios.Coworker{Name: "Ines Abreu", Register: "plain"}}
	}
	spoken, err := Embedded{}.Speak(context.Background(), s, func(string) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return spoken.Text
}

func heardOf(text string) talk.Turn { return talk.Turn{N: 5, Speaker: talk.Organizer, Text: text} }

// anybodys reports whether a text is a commonplace answer.
func anybodys(text string) bool {
	return slices.ContainsFunc(commonplace().says, func(says []string) bool { return slices.Contains(says, text) })
}

func inPool(kinds ...string) func(string) bool {
	return func(text string) bool {
		return slices.ContainsFunc(kinds, func(kind string) bool { return slices.Contains(registers()[plainRegister][kind], text) })
	}
}

// What was told is known: it is referred back to, and neither denied nor hedged.
func TestKnownIsReferredTo(t *testing.T) {
	told := []talk.Line{{ID: "grievance.tips.told.1", Text: "Tuesday. I went to Damo with the printout and he said I did not see that."}}
	unforeseen := talk.Cue{Act: talk.ActAnswer, Manner: "unforeseen", About: "grievance.tips", Most: 20}
	for _, c := range []struct {
		text string
		ok   func(string) bool
	}{
		{"Did you go to Damo?", inPool("like-i-said")},
		{"So you went to Damo with the printout?", inPool("like-i-said")},
		{"Did you go to Bianca?", func(s string) bool { return !inPool("like-i-said")(s) }},
	} {
		if said := speakAs(t, Scene{Cue: unforeseen, Heard: heardOf(c.text), Voiced: told}); !c.ok(said) {
			t.Errorf("%q is answered %q", c.text, said)
		}
	}
	// Nothing of it is said before it was told.
	if said := speakAs(t, Scene{Cue: unforeseen, Heard: heardOf("When did you find out?")}); strings.Contains(said, "Tuesday") {
		t.Errorf("a day that was not told is said: %q", said)
	}
}

// A line that comes out beside a question begins with a word on the question; one that answers it does not.
func TestBesideTheQuestion(t *testing.T) {
	line := talk.Line{ID: "grievance.rota.named.1", Text: "It is the rota, and how late it comes out."}
	open := talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{line}, Least: 5, Most: 40}
	for _, c := range []struct {
		text   string
		beside bool
	}{
		{"Do you get on with the manager?", true},
		{"Why do you stay?", true},
		{"Is it the rota?", false},
		{"How are things?", false},
		{"It's bad, then?", false},
	} {
		said := speakAs(t, Scene{Cue: open, Heard: heardOf(c.text), Read: talk.Read{Moves: []talk.Move{talk.ClosedQuestion}}})
		if !strings.HasSuffix(said, line.Text) || (said != line.Text) != c.beside {
			t.Errorf("%q is answered %q", c.text, said)
		}
	}
	hint := talk.Cue{Act: talk.ActHint, Lines: []talk.Line{{ID: "grievance.rota.hint.1", Text: "I have stopped writing on the calendar."}}, About: "grievance.rota", Least: 3, Most: 26}
	if said := speakAs(t, Scene{Cue: hint, Heard: heardOf("How have things been?")}); !strings.HasSuffix(said, "calendar.") || said == hint.Lines[0].Text {
		t.Errorf("the hint hangs on nothing: %q", said)
	}
}

// Statements are met as what they are.
func TestStatements(t *testing.T) {
	for _, c := range []struct {
		text string
		cue  talk.Cue
		read talk.Read
		ok   func(string) bool
	}{
		{"So they cut your hours and never said a word.", talk.Cue{Act: talk.ActAnswer, Manner: "agree", Most: 20}, talk.Read{}, inPool("about-right", "yeah", "thats-it")},
		{"I'll find out and tell you on Thursday.", talk.Cue{Act: talk.ActShrug, Most: 20}, talk.Read{}, inPool("okay", "thanks-for-straight", "that-works", "thank-you", "fair-enough")},
		{"sorry, that was out of line", talk.Cue{Act: talk.ActChat, Manner: "apology", Reason: talk.ReasonArgued, Most: 20}, talk.Read{}, inPool("apology-hurt")},
		{"hm", talk.Cue{Act: talk.ActSilence, Manner: "silence", Most: 16}, talk.Read{Signs: []talk.Sign{talk.Backchannel}}, inPool("beat")},
	} {
		if said := speakAs(t, Scene{Cue: c.cue, Heard: heardOf(c.text), Read: c.read}); !c.ok(said) {
			t.Errorf("%q is answered %q", c.text, said)
		}
	}
}

// What fills a silence does not bring the talk to its end, and what is held back is not said to be all there is.
func TestFillersDoNotClose(t *testing.T) {
	closing := []string{"that's it", "that's about it", "that's that", "that it?", "you done", "anything else", "was there something else", "there's not much more", "that's most of it", "that's all", "we done"}
	for name, own := range registers() {
		for _, kind := range []string{"silence", "beat", "needs-a-moment", "before-hint", "before-hint-what"} {
			for _, text := range own[kind] {
				for _, c := range closing {
					if strings.Contains(strings.ToLower(text), c) {
						t.Errorf("%s: %s closes the talk: %q", name, kind, text)
					}
				}
			}
		}
	}
}

// What the mind makes of what is asked: topic and form must both fit before a line is an answer.
func TestAnswersFitTheQuestion(t *testing.T) {
	for _, c := range []struct {
		name  string
		turns []organizer
		ok    func(talk.Cue) bool
	}{
		{"a closed question beside the problem gets no harmless line of it", []organizer{{text: "How is the late desk?", moves: []talk.Move{talk.OpenQuestion}}, {text: "Where does your sister live?", moves: []talk.Move{talk.ClosedQuestion}}},
			func(c talk.Cue) bool { return len(c.Lines) == 0 }},
		{"a goodbye does not begin a talk", []organizer{{text: "Hi, caught you on your way out?", moves: []talk.Move{talk.ClosedQuestion}, signs: []talk.Sign{talk.Greeting, talk.Farewell}}},
			func(c talk.Cue) bool { return c.Act != talk.ActGoodbye }},
		{"papers are nobody's business, however they are asked about", []organizer{{text: "You're undocumented, right?", moves: []talk.Move{talk.ClosedQuestion}, faults: []talk.Fault{talk.Leading}}},
			func(c talk.Cue) bool { return c.Act == talk.ActBoundary && c.Reason == talk.ReasonPried }},
		{"distress is heard even where the reader did not mark it", []organizer{{text: "I can't go on, I don't want to be here anymore"}},
			func(c talk.Cue) bool { return c.Act == talk.ActOfferPause }},
		{"an apology is heard in its words", []organizer{{text: "How is the late desk?", moves: []talk.Move{talk.OpenQuestion}}, {text: "I owe you an apology."}},
			func(c talk.Cue) bool { return c.Manner == "apology" }},
		{"praise is met as praise", []organizer{{text: "How is the late desk?", moves: []talk.Move{talk.OpenQuestion}}, {text: "People look up to you."}},
			func(c talk.Cue) bool { return c.Manner == "flattered" }},
		{"a guarantee is met as a promise", []organizer{{text: "We will win, I guarantee it."}},
			func(c talk.Cue) bool { return c.Manner == "promised" }},
		{"another language is not their own", []organizer{{text: "Hola, ¿cómo estás?", faults: []talk.Fault{talk.Leading}}},
			func(c talk.Cue) bool { return c.Manner == "other-language" }},
		{"a question beside an apology is answered", []organizer{{text: "How is the late desk?", moves: []talk.Move{talk.OpenQuestion}}, {text: "Sorry, my English. When did you start to sing?", moves: []talk.Move{talk.ClosedQuestion}, signs: []talk.Sign{talk.Apology}}},
			func(c talk.Cue) bool { return c.Manner != "apology" }},
		{"who rings is no offer to ring", []organizer{{text: "How is the late desk?", moves: []talk.Move{talk.OpenQuestion}}, {text: "Who rings you about it?", moves: []talk.Move{talk.ClosedQuestion}}},
			func(c talk.Cue) bool { return c.Reason != talk.ReasonReady }},
		{"a friendly question opens no rung", []organizer{asksOpen, {text: "You look well. How is the late desk treating your sister?", moves: []talk.Move{talk.OpenQuestion, talk.SmallTalk}}},
			func(c talk.Cue) bool { return c.Act != talk.ActOpen }},
		{"rest wished is a goodbye", []organizer{asksOpen, {text: "ok. get some sleep"}},
			func(c talk.Cue) bool { return c.Act == talk.ActGoodbye }},
		{"praise that asks for a secret is praise", []organizer{{text: "You're amazing. What's your secret?", moves: []talk.Move{talk.OpenQuestion}, signs: []talk.Sign{talk.Flattery}}},
			func(c talk.Cue) bool { return c.Manner == "flattered" }},
		{"guilt is met as what it is", []organizer{asksOpen, {text: "A good mother would complain."}},
			func(c talk.Cue) bool { return c.Manner == "argued" }},
		{"a name alone is a greeting at first", []organizer{{text: "Ines."}},
			func(c talk.Cue) bool { return c.Manner == "greeting" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for seed := range uint64(5) {
				out := converse(t, New(desk(t), seed), c.turns, seed)
				if last := out[len(out)-1]; !c.ok(last.cue) {
					t.Errorf("%q: %+v: %q", last.heard.Text, last.cue, last.said)
				}
			}
		})
	}
}

// A word leads nowhere where it is not what is asked about.
func TestHasShape(t *testing.T) {
	for _, c := range []struct {
		text, kind string
		want       bool
	}{
		{"Six thirty, in the evening.", "when", true},
		{"I have a butty stood up, as a rule.", "when", false},
		{"Fourteen on Bluebell.", "howmany", true},
		{"It depends who is off.", "howmany", false},
		{"In the linen cupboard.", "where", true},
		{"It's Shane for the shop.", "who", true},
		{"I like the window.", "who", false},
	} {
		if got := (&entry{shape: shapeOf(c.text)}).hasShape(c.kind); got != c.want {
			t.Errorf("%q for %s: %v", c.text, c.kind, got)
		}
	}
}

// Who wants to leave the role play is told how, whatever words they have for it.
func TestAsksOut(t *testing.T) {
	for text, want := range map[string]bool{
		"can i step out of this for a sec":                               true,
		"No, I mean stop the role play, can we stop pretending a minute": true,
		"i wanna step out now pls":                                       true,
		"Can we pause the exercise?":                                     true,
		"Could we get out of character for a second?":                    true,
		"can i step out a sec? nvm im back":                              false,
		"I step out for a smoke at four, do you want to come?":           false,
		"Did they stop the practice of holding you over?":                false,
		"He likes acting the boss.":                                      false,
	} {
		m := New(libraryScenario(t), 1)
		cue := m.Hear(talk.Turn{N: 1, Speaker: talk.Organizer, Text: text}, talk.Read{})
		if got := cue.Act == talk.ActOutOfRole; got != want {
			t.Errorf("%q: %v", text, cue.Act)
		}
		if !want {
			continue
		}
		if said := speakAs(t, Scene{Cue: cue, Heard: talk.Turn{N: 1, Text: text}}); !strings.Contains(said, "Step out") {
			t.Errorf("%q is answered %q", text, said)
		}
	}
}

// A goodbye is one where the turn ends in it, and not where somebody who listens speaks of leaving.
func TestLeaves(t *testing.T) {
	for text, want := range map[string]bool{
		"Thursday so. I'll keep the window. Mind yourself in the rain, Niamh.": true,
		"ok gtg":                true,
		"Right, I'd better go.": true,
		"Go get warm, Yolanda!": true,
		"See you Thursday.":     true,
		"It sounds like you take care of everybody and nobody looks after you.": false,
		"I have to go to work sick too, it's the points.":                       false,
		"So you never get some rest between shifts.":                            false,
		"So you have to mind yourself around him.":                              false,
	} {
		if got := leaves(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Whatever is typed has a form, be it none.
func FuzzReadQuestion(f *testing.F) {
	for _, text := range []string{"Do you want to tell me more, or?", "Does?", "And has?", "Hi. Did?", "Is there more or...", "u ever", "You still got", "what or who", "Who to?", ", how", "?"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if q := readQuestion(text); q.short.subject == "" && q.short.yes()+q.short.no() != "" {
			t.Errorf("%q has a short answer of nobody's", text)
		}
		leaves(text)
		wantsOut(fold(text))
		questionBefore(text)
	})
}
