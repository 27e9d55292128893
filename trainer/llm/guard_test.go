package llm

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"breakroom/trainer/coworker"
	"breakroom/trainer/llm/fake"
	"breakroom/trainer/talk"
)

// through pushes chunks through a guard and gives what was shown before it gave a reason, and the reason.
func through(g *guard, chunks []string) (shown, reason string) {
	for _, c := range chunks {
		show, why := g.push(c)
		shown += show
		if why != "" {
			return shown, why
		}
	}
	show, why := g.finish()
	return shown + show, why
}

func TestGuard(t *testing.T) {
	const ok = ""
	cue := func(act talk.Act) talk.Cue { return talk.Cue{Act: act, Most: 30} }
	answer := cue(talk.ActAnswer)
	for _, tt := range []struct {
		name, says, shown, reason string
		cue                       talk.Cue
	}{
		{"plain", "Long day. You?", "Long day. You?", ok, answer},
		{"white space around", "  \n Long day. You?\n\n", "Long day. You?", ok, answer},
		{"two paragraphs", "Long day.\n\nYou know how it is.", "Long day. You know how it is.", ok, answer},
		{"quotation marks around", "\"Long day. You know how it is.\"", "Long day. You know how it is.", ok, answer},
		{"curly marks around", "“Long day. You know how it is.” ", "Long day. You know how it is.", ok, answer},
		{"quotation marks inside", "She said \"one at a time\" and smiled.", "She said \"one at a time\" and smiled.", ok, answer},
		{"her own name before it", "Dana: Long day.", "Long day.", ok, answer},
		{"her whole name before it", "Dana Whitfield: Long day.", "Long day.", ok, answer},
		{"her name in marks", "**Dana:** Long day.", "Long day.", ok, answer},
		{"the role before it", "Coworker: Long day.", "Long day.", ok, answer},
		{"a colon that is no speaker", "Thing is: nobody asked us.", "Thing is: nobody asked us.", ok, answer},
		{"an abbreviation", "Ask Mr. Brandt about that.", "Ask Mr. Brandt about that.", ok, answer},
		{"a number with a point", "It was 3.5 hours in the end.", "It was 3.5 hours in the end.", ok, answer},

		{"the organizer's line", "Organizer: How was it?", "", MendedSpeaker, answer},
		{"the user's line", "User: How was it?", "", MendedSpeaker, answer},
		{"a note", "Note: Dana is tired.", "", MendedSpeaker, answer},
		{"the organizer's line after hers", "Long day, and no break.\nOrganizer: And then?", "Long day, and no break.", MendedSpeaker, answer},
		{"a stage direction", "*sighs* Long day.", "", MendedMarkup, answer},
		{"a stage direction in brackets", "[sighs] Long day.", "", MendedMarkup, answer},
		{"a stage direction in parentheses", "(sighs) Long day.", "", MendedMarkup, answer},
		{"a stage direction later", "Long day, all of it. *sighs* You?", "Long day, all of it.", MendedMarkup, answer},
		{"an aside in speech", "We (me and Jo) went up there.", "We (me and Jo) went up there.", ok, answer},
		{"a list", "- the rota\n- the heat", "", MendedMarkup, answer},
		{"a numbered list", "1. The rota.\n2. The heat.", "", MendedMarkup, answer},
		{"a list after words", "Two things, really.\n- the rota", "Two things, really.", MendedMarkup, answer},
		{"a heading", "## Dana", "", MendedMarkup, answer},
		{"a fence", "```\nLong day.\n```", "", MendedMarkup, answer},
		{"a template's mark", "<|im_start|>assistant Long day.", "", MendedMarkup, answer},
		{"the note itself", "[What you do now: answer.]", "", MendedMarkup, answer},

		{"as an AI", "As an AI, I don't have shifts.", "", MendedOutOfRole, answer},
		{"a refusal", "I'm sorry, but I can't assist with that.", "", MendedOutOfRole, answer},
		{"sorry in the role", "I'm sorry, love, it's been a day.", "I'm sorry, love, it's been a day.", ok, answer},
		{"out of role later", "Long day. As an AI language model I have none.", "Long day. As an", MendedOutOfRole, answer},
		{"coaching", "That was a great open-ended question, well done.", "", MendedOutOfRole, answer},
		{"an author", "In this scenario Dana would say no.", "", MendedOutOfRole, answer},
		{"an assistant", "How can I assist you today?", "", MendedOutOfRole, answer},

		{"her own last turn again", "If you say so, boss, fine by me.", "If you say so, boss, fine by", MendedRepeats, answer},
		{"the organizer's words", "How was the shift you had on Tuesday? Mine was long.", "", MendedRepeats, answer},

		{"yes to what she takes", "Yeah, I'm in.", "Yeah, I'm in.", ok, cue(talk.ActTake)},
		{"no to what she takes", "No, I don't think so.", "", MendedAgainst, cue(talk.ActTake)},
		{"can't to what she takes", "I can't, sorry.", "", MendedAgainst, cue(talk.ActTake)},
		{"no problem to what she takes", "No problem. Thursday it is.", "No problem. Thursday it is.", ok, cue(talk.ActTake)},
		{"and then takes it back", "Yeah, why not. Actually count me out.", "", MendedAgainst, cue(talk.ActTake)},
		{"no to what she refuses", "No. I've got the kids.", "No. I've got the kids.", ok, cue(talk.ActRefuse)},
		{"yeah, no to what she refuses", "Yeah, no. Not me.", "Yeah, no. Not me.", ok, cue(talk.ActRefuse)},
		{"yes to what she refuses", "Yes, I'll be there!", "", MendedAgainst, cue(talk.ActRefuse)},
		{"sure to what she puts off", "Sure, count me in.", "", MendedAgainst, cue(talk.ActPutOff)},
		{"sure, but to what she puts off", "Sure, but not this week.", "Sure, but not this week.", ok, cue(talk.ActPutOff)},
		{"a promise later, to what she refuses", "I don't know about that. I'll be there.", "I don't know about that. I'll be", MendedAgainst, cue(talk.ActRefuse)},
		{"a promise where nothing was asked", "I'll be there early, as ever.", "I'll be there early, as ever.", ok, answer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := scene(tt.cue)
			s.Heard.Text = "How was the shift you had on Tuesday?"
			s.Recent[1].Text = "If you say so, boss, fine by me."
			shown, reason := through(newGuard(&s, false), fake.Pieces(tt.says))
			if reason != tt.reason {
				t.Fatalf("reason %q, want %q (shown %q)", reason, tt.reason, shown)
			}
			if strings.TrimRight(shown, " ") != tt.shown {
				t.Errorf("shown %q, want %q", shown, tt.shown)
			}
		})
	}
}

// TestGuardChunks: how a server cuts its words changes nothing in what is shown in the end.
func TestGuardChunks(t *testing.T) {
	texts := []string{
		"Long day. We had two trucks at once, and nobody on the second door.", "Dana: Long day.", "<think>She asks.</think>\n\nLong day, and no break.", "“Long day.”",
		"*sighs* Long day.", "Organizer: And then?", "Long day, and no break.\nUser: And then?", "Yeah, no. Not me.", "As an AI I have no shifts.", "Ça va, merci. Journée très longue…",
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom(texts).Draw(rt, "text")
		s := scene(talk.Cue{Act: talk.ActAnswer, Most: 60})
		whole := newGuard(&s, false)
		through(whole, []string{text})
		var chunks []string
		for rest := []rune(text); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "cut")
			chunks = append(chunks, string(rest[:n]))
			rest = rest[n:]
		}
		g := newGuard(&s, false)
		shown, reason := through(g, chunks)
		_, want := through(newGuard(&s, false), []string{text})
		if reason != want {
			rt.Fatalf("%q in chunks %q: reason %q, in one piece %q", text, chunks, reason, want)
		}
		if reason == "" && shown != whole.text() {
			rt.Fatalf("%q in chunks %q shows %q, in one piece %q", text, chunks, shown, whole.text())
		}
		if shown != g.text() {
			rt.Fatalf("shown %q, kept %q", shown, g.text())
		}
	})
}

// TestGuardHearsPeople: what people say, and a model might, is shown as it stands, however it is cut.
func TestGuardHearsPeople(t *testing.T) {
	for act, texts := range map[talk.Act][]string{
		talk.ActAnswer: {
			"I got stuck with the trainee again all Saturday.", "My instructions were to clock out and keep working.", "It's not in my character to complain.",
			"They sent us on some active listening course, and nothing changed.", "We did a role-play at the training, it was a joke.", "They want to replace the front desk with ChatGPT or something.",
			"When the user calls at five on a Friday, guess who picks up.", "I won't comply with a rule that nobody wrote down.", "They can't generate a new rota until Monday. I can't generate one either.",
			"12. Maybe 13 on a good day.", "7. We used to be eleven.", "40% of us are temps.", "$14.50 an hour, that's it.", "“Family,” he calls it. Some family.", "\"One at a time,\" she said, like we were kids.",
			"She said “one at a time” and walked off.", "Mr. Brandt said no. Dr. Hale said no, too.", "From 5 a.m. to 3 p.m., no break, e.g. on Tuesday.", "Look: nobody asked us.", "Short answer: no. Long answer: also no.",
			"Note to self: never trust a rota.", "Jo: she's the one you want. Tom: not so much.", "Three things, really: the heat, the rota, the pay.", "First, the heat. Second, the rota. Third, him.",
			"Sure. Look, it's fine.", "Okay. So. What do you want?", "Sorry, I'm miles away. What?", "Of course it hurts. It's my back.", "— No, listen.", "Well – it's long. It's… long.", "Ça va. Journée très longue, tu sais.",
			"Así es, mija. ¿Qué quieres que haga?", "Na ja. Schichtplan: Chaos. Wie immer.", "We (me and Jo) went up there. Nothing.", "Five... no, six years?!", "Hm.", "...", "In this exercise they had us do, we held hands. Never again.",
			"I'm not a computer program, you know.", "He's just playing the character of the nice boss.", "Room 2.14, by the lift. Ask for Mrs. Nowak.", "O'Brien's lot, the so-called \"team leads\".",
			"No, no, no, no. Not like that.", "And I waited, and I waited, and I waited.", "Use your head, I told him. You are on guard all the time here.",
		},
		talk.ActTake: {"No way am I missing that.", "I can't believe I'm saying this, but yes.", "I won't lie, I'm nervous. But okay.", "Never done it before, but yes.", "No, you're right. I'll do it.", "Yeah. Okay. I'll do it."},
		talk.ActRefuse: {
			"Yeah... no. Not me.", "Yeah. No. I can't.", "Sure, for you it's easy. I have rent.", "I'm in no position to do that.", "I'm in enough trouble as it is.", "Don't sign me up for anything.", "Please don't count me in.",
			"Of course they'd find out. So leave me out of it.", "Sure you want to ask me that? I'd stay out of it.", "I'll come to you if I change my mind.", "Deal with it yourself.", "Yes, I heard you. I'm out.", "Fine. Do what you want. I'm not going.",
		},
		talk.ActBoundary: {"Okay. Stop there.", "Okay. That's enough.", "Sure. Whatever. Drop it.", "Absolutely none of your business.", "Yeah. I'm done talking about her."},
		talk.ActLeave:    {"Okay. I'm done here.", "Alright. I've got to get back.", "I'm in a hurry. Bye.", "Yeah, I'm going. See you.", "OK. Break's over."},
		talk.ActPutOff:   {"I'll go home and think about it first.", "Sure, some day.", "Of course I'd like it better. Ask me next week.", "Monday's a year away. Ask me Sunday."},
	} {
		for _, text := range texts {
			for n := 1; n < 12; n++ {
				var chunks []string
				for rest := []rune(text); len(rest) > 0; {
					k := min(1+(n+len(chunks)*5)%n, len(rest))
					chunks = append(chunks, string(rest[:k]))
					rest = rest[k:]
				}
				s := scene(talk.Cue{Act: act, Most: 60})
				if shown, reason := through(newGuard(&s, false), chunks); reason != "" || shown != text {
					t.Errorf("%s, in pieces %q: %s, shown %q", act, chunks, reason, shown)
					break
				}
			}
		}
	}
}

// TestGuardStops what no coworker says, and what is against the cue in other words than a plain yes or no.
func TestGuardStops(t *testing.T) {
	for _, tt := range []struct {
		reason string
		act    talk.Act
		texts  []string
	}{
		{MendedSpeaker, talk.ActAnswer, []string{
			"Long day, no break. Organizer: And how did that feel? Dana: Bad, it felt bad.", "Long day, no break.  User: And how did that feel?", "Long day, no break. The organizer: And how did that feel?", "Bad, all of it. Dana: Bad.",
			"Manager: Get back to work. Dana: Yes boss.", "Friend: How did that feel?\nDana: Bad.", "Interviewee: Bad.", "The organizer: how did it feel?", "Organizer (smiling): how did it feel?", "Long day.\rOrganizer: And then?",
		}},
		{MendedMarkup, talk.ActAnswer, []string{
			"_sighs_ Long day, and no break.", "Long day. _sighs_ You know how it is.", "Yeah (laughs), tell me about it.", "Well, (sighs) it's been long.", "Long day (shrugs and looks away) and no break.", "◁think▷She asks.◁/think▷Long day.", "【sighs】 Long day.",
			"Long day. --- End of conversation.", "Long day. ——— Dana leaves.",
		}},
		{MendedOutOfRole, talk.ActAnswer, []string{
			"What you do now: Answer what they asked from what you have said before or what anyone may know.", "You are played in a spoken conversation between two people.", "You are Dana Whitfield. Work: Picker.", "Say this in your own voice, with nothing changed.",
			"I'm sorry, but I can't help with that request.", "I'm Claude, made by Anthropic. How can I help you today?", "As an assistant, I have no shifts.", "As your virtual coworker, I am happy to help!", "Sure! Here's how Dana might respond: Long day.",
			"You're on guard, polite and no more. Use at most 24 words.", "Long day. You're on guard, polite and no more.", "Talk as people talk, short, plain, one thing.",
			"Great question! You did well to ask an open question there.", "The trainee should ask something open.", "Excellent use of active listening there.",
		}},
		{MendedRepeats, talk.ActAnswer, []string{
			"I'm tired and I'm going to, and I'm going to, and I'm going to, and I'm going to, and I'm going to, and", "No, no, no, no, no, no, no.", "It was long, so long, so long, so long, so long, so long.",
		}},
		{MendedAgainst, talk.ActRefuse, []string{
			"Fine, I'll do it.", "You know what, I'll do it.", "Okay, put me down for it.", "Alright, Thursday at six. I'll bring Jo.", "Hm. Yes.", "Well... okay, I guess I could come.", "I guess. Where do I sign?", "I would love to come, yes.",
			"You've convinced me. Where do I sign?", "Fine. Thursday. I'm coming.", "No problem, I'll do it.", "Why not? I'll be there Thursday.", "Let's do it. Thursday's good.", "Sure. I'm in.",
		}},
		{MendedAgainst, talk.ActPutOff, []string{"Let's do it. Thursday's good.", "Ok let's do it", "Yes, I will."}},
		{MendedAgainst, talk.ActTake, []string{"Let me think about it, maybe another time.", "Hmm, I'd better not.", "I'm not doing that.", "I'm afraid not.", "Ask somebody else.", "Yeah. No. I can't."}},
	} {
		for _, text := range tt.texts {
			s := scene(talk.Cue{Act: tt.act, Most: 60})
			if shown, reason := through(newGuard(&s, false), fake.Pieces(text)); reason != tt.reason {
				t.Errorf("%s: %q: %q, want %q (shown %q)", tt.act, text, reason, tt.reason, shown)
			}
		}
	}
}

// TestGuardLetsPeopleTalk: what the scenarios' people say themselves is never taken for a model's fault.
func TestGuardLetsPeopleTalk(t *testing.T) {
	for _, s := range library(t) {
		open := s.Open()
		texts := s.Coworker.Open
		for _, l := range s.Hidden() {
			if !strings.HasPrefix(l.ID, "reveal") {
				texts = append(texts, l.Text)
			}
		}
		for _, list := range s.Coworker.Manners {
			texts = append(texts, list...)
		}
		for _, text := range texts {
			sc := coworker.Scene{Open: open, Cue: talk.Cue{Act: talk.ActAnswer, Most: 200}}
			if shown, reason := through(newGuard(&sc, false), fake.Pieces(text)); reason != "" {
				t.Errorf("%s: %q was stopped: %s (shown %q)", s.ID, text, reason, shown)
			}
		}
		for _, ask := range s.Asks {
			for act, texts := range map[talk.Act][]string{talk.ActTake: ask.Yes, talk.ActPartly: ask.Partly, talk.ActPutOff: ask.Later, talk.ActRefuse: ask.No} {
				for _, text := range texts {
					sc := coworker.Scene{Open: open, Cue: talk.Cue{Act: act, Most: 200, Lines: []talk.Line{{Text: text}}}}
					if _, reason := through(newGuard(&sc, false), fake.Pieces(text)); reason != "" {
						t.Errorf("%s, %s: %q was stopped: %s", s.ID, act, text, reason)
					}
				}
			}
		}
	}
}

func TestGuardHold(t *testing.T) {
	s := scene(answering(40))
	g := newGuard(&s, false)
	for i, w := range []string{"Well", " it", " was", " a", " long", " day"} {
		if show, _ := g.push(w); show != "" {
			t.Fatalf("%q was shown after %d words", show, i+1)
		}
	}
	if show, _ := g.push(" and"); show != "Well it was a long day and" {
		t.Errorf("after six words %q was shown", show)
	}
	if show, _ := g.push(" then"); show != " then" {
		t.Errorf("after the hold %q was shown, not the piece at once", show)
	}
	g = newGuard(&s, false)
	g.push("Well")
	if show, _ := g.push(", it"); show != "Well, it" {
		t.Errorf("at the first punctuation %q was shown", show)
	}
}

func TestWholeSentences(t *testing.T) {
	for text, want := range map[string]string{
		"Long day. And the":              "Long day.",
		"Long day.":                      "Long day.",
		"Long day":                       "",
		"Ask Mr. Brandt. Then":           "Ask Mr. Brandt.",
		"Ask Mr. Bra":                    "",
		"For ages. And Mr.":              "For ages.",
		"It took 3.5 hours":              "",
		"Why? \"Because.\" And she said": "Why? \"Because.\"",
		"Well… no":                       "Well…",
		"What?! No":                      "What?!",
		"":                               "",
	} {
		if got := wholeSentences(text); got != want {
			t.Errorf("of %q: %q, want %q", text, got, want)
		}
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("<think>x</think>\"Dana: Long day.\"\n- a", 3)
	f.Add("Yeah, no… Organizer: *x*", 1)
	f.Fuzz(func(t *testing.T, text string, n int) {
		text = strings.ToValidUTF8(text, "")
		s := scene(answering(20))
		g := newGuard(&s, n%2 == 0)
		var chunks []string
		for r := []rune(text); len(r) > 0; {
			k := min(max(n%7, 1), len(r))
			chunks = append(chunks, string(r[:k]))
			r = r[k:]
		}
		shown, _ := through(g, chunks)
		if shown != g.text() {
			t.Errorf("shown %q, kept %q", shown, g.text())
		}
		if strings.ContainsAny(shown, "*[]{}|<>`~\n") {
			t.Errorf("marks were shown: %q", shown)
		}
	})
}

func TestVoiced(t *testing.T) {
	told := talk.Line{ID: "told", Text: "They changed the schedule on Friday night at nine, and on Saturday I was on at five."}
	cost := talk.Line{ID: "cost", Text: "I missed my daughter's recital for it."}
	yesLine := talk.Line{ID: "yes", Text: "Thursday. Fine. I'll bring Jo."}
	noLine := talk.Line{ID: "no", Text: "I've got the twins on Thursdays."}
	for _, tt := range []struct {
		name, text string
		cue        talk.Cue
		want       string
	}{
		{"word for word", told.Text, talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{told, cost}}, "told"},
		{"in other words", "Friday at nine they go and change the schedule, and I start at five on Saturday.", talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{told}}, "told"},
		{"both", "They changed Saturday's schedule on Friday night at nine. So I missed the recital, my daughter's.", talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{told, cost}}, "told cost"},
		{"neither", "It's been a week, I can tell you.", talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{told, cost}}, ""},
		{"one word of many", "Saturday's fine.", talk.Cue{Act: talk.ActOpen, Lines: []talk.Line{told}}, ""},
		{"a yes in other words", "Yeah, count me in.", talk.Cue{Act: talk.ActTake, Lines: []talk.Line{yesLine}}, "yes"},
		{"no yes", "Let me think about it.", talk.Cue{Act: talk.ActTake, Lines: []talk.Line{yesLine}}, ""},
		{"a no in other words", "No, not for me.", talk.Cue{Act: talk.ActRefuse, Lines: []talk.Line{noLine}}, "no"},
	} {
		if got := strings.Join(voiced(tt.cue, tt.text), " "); got != tt.want {
			t.Errorf("%s: voiced %q, want %q", tt.name, got, tt.want)
		}
	}
}
