package pages_test

import (
	"strings"

	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// The samples: every page in each of its states, with words long and short.

var sites = struct{ alone, hall, here, model pages.Site }{
	alone: pages.Site{Where: pages.Where{ThisComputer: true}},
	hall: pages.Site{
		Where:    pages.Where{Owner: "Local 12, the laptop in the hall"},
		Contacts: []pages.Contact{{Name: "Ana, the trainer today", How: "the tall one by the window"}, {Name: "Members' helpline", How: "0800 555 0134, every day until 10 pm"}},
	},
	here:  pages.Site{Where: pages.Where{Owner: "Local 12, the laptop in the hall", ModelHost: "127.0.0.1", ModelHere: true}},
	model: pages.Site{Where: pages.Where{Owner: "practice.example.org", Encrypted: true, ModelHost: "models.example.net"}},
}

var cards = []pages.Card{
	{
		ID: "laundry", Title: "The list on the door", Summary: "Rosa has sorted sheets in a hospital laundry for nine years. Since August the shifts hang on the door on Friday for the Monday after.",
		Sector: "Hospital laundry", Country: "United Kingdom", Kind: talk.Initial, Difficulty: 1, Minutes: 15, Name: "Rosa Quintero", Job: "sorter on the early shift",
		Setting: "The bench behind the loading bay, twenty past two, a Wednesday in October. She has just clocked off; her bus goes at a quarter to three.",
		Told:    "You work on the same line and have shared this bench a few times. You know that she has two children and that she likes to be asked about her allotment.\n\nYou and three others have begun to talk about the shifts.",
		Goal:    "Find out what the shifts do to her, and whether she would come and talk about it with the others.",
	},
	{
		ID: "courier", Title: "Forty drops before noon", Summary: "Dele rides for a parcel firm that calls him self-employed. He jokes about everything, most of all about his back.",
		Sector: "Parcel delivery", Country: "Ireland", Kind: talk.Recruitment, Difficulty: 3, Minutes: 10, Name: "Dele", Job: "courier",
		ContentNotes: []string{"an accident at work", "money worries"},
		Setting:      "The depot gate, in the rain.", Told: "You have met twice.", Goal: "Ask him to sign the letter about the scanners.",
	},
	{
		ID: "stairwell", Title: "Second winter without the lift", Summary: "Mrs Okafor lives on the sixth floor. She has written to the owner four times.",
		Sector: "housing", Country: "DE", Kind: talk.Tenant, Difficulty: 2, Minutes: 20, Name: "Mrs Okafor", Job: "retired nurse",
		ContentNotes: []string{"illness"}, Setting: "Her doorway.", Told: "You live on the third floor.", Goal: "Listen.",
	},
}

var sampleTurns = []pages.Turn{
	{N: 1, Speaker: talk.Organizer, Text: "Hey Rosa. Is this seat taken?"},
	{N: 2, Speaker: talk.Coworker, Text: "Only by my bag. Sit."},
	{N: 3, Speaker: talk.Organizer, Text: "You look done in. How was the week?"},
	{N: 4, Speaker: talk.Coworker, Text: "Long. They hung the new list up on Friday at four, and I'm on Monday early, again, so I was on the phone all Saturday to find somebody for the little one. But what can you do."},
	{N: 5, Speaker: talk.Organizer, Text: ""},
	{N: 6, Speaker: talk.Coworker, Text: "My mother came in the end. Two hours on the bus, for me to fold sheets.", Aside: "stood_in"},
	{N: 7, Speaker: talk.Organizer, Text: strings.Repeat("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", 3) + "\n\nshort"},
}

func noted() []debrief.Turn {
	var turns []debrief.Turn
	for _, t := range sampleTurns {
		turns = append(turns, debrief.Turn{Turn: talk.Turn{N: t.N, Speaker: t.Speaker, Text: t.Text}})
	}
	turns[2].Notes = []debrief.Note{{Tone: "good", Text: "An open question, and she takes it."}}
	turns[3].Notes = []debrief.Note{{Tone: "plain", Text: "She names it, tells what happened, and makes it small at the end."}}
	turns[4].Notes = []debrief.Note{{Tone: "care", Text: "Silence was not wrong here, but she had just opened a door.", Better: "On the phone all Saturday. What does that do to your weekend?"}}
	return turns
}

func level(n int) *int { return &n }

var sampleNotes = debrief.Debrief{
	Name: "Rosa", Title: "The list on the door", Kind: talk.Initial,
	Notice: []string{"Some turns were not in a language that this program reads."},
	Harm: []debrief.Point{{Title: "A promise nobody can keep", Turn: 3, Quote: "You look done in.",
		Text: "Nobody can promise it, and she would be the one to pay.", Better: "I don't know what he'd do. What do you think he'd try?"}},
	Felt:   &debrief.Point{Turn: 6, Quote: "My mother came in the end.", Text: "She went on because you let the silence stand."},
	Worked: []debrief.Point{{Turn: 3, Quote: "You look done in. How was the week?", Text: "You saw her first, and asked without an answer in it."}},
	Next:   &debrief.Point{Turn: 4, Quote: "But what can you do.", Text: "That was a door. Take up the words before it.", Better: "On the phone all Saturday. What does that do to your weekend?"},
	Faults: []debrief.Point{{Title: "Asking too early", Turns: []int{1, 3}, Text: "She had not named a problem of her own yet."}},
	Skills: []debrief.Skill{
		{Skill: talk.SkillTalkRatio, Name: "Talk ratio", Counts: true, Value: 3, Max: 3, Level: "Listening: most of the words were theirs", Text: "28 % of the words were yours; 30 % was aimed at.", Own: level(2)},
		{Skill: talk.SkillAgitation, Counts: true, Value: 3, Max: 5, Level: "They said what it costs them", Evidence: []debrief.Quote{{Turn: 4, Speaker: talk.Coworker, Quote: "I was on the phone all Saturday", Text: "What it costs them."}}, Missed: []debrief.Quote{{Turn: 5, Speaker: talk.Organizer, Text: "There was room for a question here."}}},
		{Skill: talk.SkillInoculation, Counts: true, Value: 0, Max: 3, Level: "What the boss may do and what they fear did not come up"},
		{Skill: talk.SkillAsk, Counts: true, Value: 2, Max: 3, Level: "A task, without a day", Evidence: []debrief.Quote{{Turn: 3, Speaker: talk.Organizer, Quote: "How was the week?", Text: "A task."}}, Own: level(9)},
		{Skill: talk.SkillEducation, Value: 1, Max: 3, Level: "They thought about one of the three questions", Evidence: []debrief.Quote{{Turn: 6, Speaker: talk.Coworker, Quote: "Two hours on the bus", Text: "What would fix it."}}},
		{Skill: talk.SkillFollowUp, Counts: true, Value: -1, Max: 2, Level: "Too short to say"},
	},
	Answer:     &debrief.Point{Turn: 6, Quote: "My mother came in the end.", Title: "Not yet", Text: "She put it off; a fear stood in the way."},
	Note:       "She opened up when I shut up.",
	Framework:  debrief.FrameworkName{Name: "aeiou", Title: "AEIOU", About: "Agitate, educate, inoculate, organize, uplift."},
	Frameworks: []debrief.FrameworkName{{Name: "aeiou", Title: "AEIOU"}, {Name: "ahuy", Title: "Anger, hope, union, you"}},
	Stages: []debrief.Stage{
		{Name: "Agitate", About: "Find what matters and what it does to them.", Turns: []int{3, 4}},
		{Name: "Educate", About: "What would fix it."},
		{Name: "Organize", About: "A first step.", AnotherDay: true},
		{Name: "Uplift", About: "Coming back, again and again.", Unseen: true},
	},
	Turns:       noted(),
	CannotJudge: []string{"Your tone and your face.", "Whether she trusts you."},
	Story:       "Rosa was written up in March for swapping a shift without asking.\n\nShe has told nobody at work.",
	Teaches:     []string{"Someone who makes it small is often testing you."},
	People:      "What you practised here is for people. Say it to one this week.",
}

// samples are the pages by the address under which the tests serve them.
func samples(p *pages.Pages) map[string]pages.Page {
	kinds := []pages.KindCounts{{Kind: talk.Initial, Counts: talk.Skills}, {Kind: talk.Invitation, Counts: []talk.Skill{talk.SkillTalkRatio, talk.SkillAsk}}}
	open := pages.Talk{Site: sites.hall, Card: cards[0], TalkID: "k3v9", Socket: "/api/conversations/k3v9/socket", Seq: 7, TimeBox: 15, UsedMS: 65000, State: "open", Longest: 8000}
	spoken, ended, left := open, open, open
	spoken.Turns, spoken.Agrees = sampleTurns, true
	ended.Turns, ended.State = sampleTurns, "ended"
	left.Turns, left.State, left.KeepNothing = sampleTurns, "stepped-out", true
	notes := pages.Debrief{Site: sites.alone, TalkID: "k3v9", ScenarioID: "laundry", Notes: sampleNotes}
	good := notes
	good.KeepNothing, good.Notes.Harm, good.Notes.Notice, good.Notes.Note = true, nil, nil, ""
	held := []pages.Held{
		{ID: "k3v9", Title: cards[0].Title, Name: "Rosa", Begun: 1790000000000, Turns: 6, State: "open"},
		{ID: "x8", Title: cards[1].Title, Name: "Dele", Begun: 1789000000000, Turns: 21, State: "ended", KeepNothing: true},
		{ID: "y8", Title: cards[2].Title, Name: "Mrs Okafor", Begun: 1788000000000, Turns: 1, State: "stepped-out"},
	}
	out := map[string]pages.Page{
		"home":           pages.Home{Site: sites.alone, Scenarios: cards},
		"home-hall":      pages.Home{Site: sites.hall, Scenarios: cards, Open: held[:1]},
		"home-empty":     pages.Home{Site: sites.here},
		"scenario":       pages.Scenario{Site: sites.hall, Card: cards[0], Counts: talk.Skills, Share: 30, Framework: debrief.FrameworkName{Name: "aeiou", Title: "AEIOU", About: "Agitate, educate, inoculate, organize, uplift."}},
		"scenario-drill": pages.Scenario{Site: sites.model, Card: cards[1], Counts: []talk.Skill{talk.SkillAsk}, Fixed: true, Problem: "There are too many talks at once."},
		"guide":          pages.Guide{Site: sites.alone, Kinds: kinds},
		"examples":       pages.Examples{Site: sites.alone, Stories: p.Stories()},
		"talk":           open,
		"talk-spoken":    spoken,
		"talk-ended":     ended,
		"talk-left":      left,
		"view":           pages.View{Site: sites.alone, TalkID: "k3v9", Name: "Rosa", Skills: talk.Skills},
		"view-short":     pages.View{Site: sites.alone, TalkID: "k3v9", Name: "Rosa", Skills: talk.Skills[:2], Short: true},
		"debrief":        notes,
		"debrief-good":   good,
		"mine":           pages.Mine{Site: sites.hall, Talks: held},
		"mine-none":      pages.Mine{Site: sites.hall},
		"out":            pages.Out{Site: sites.hall, TalkID: "k3v9", Name: "Rosa", Done: true},
		"out-before":     pages.Out{Site: sites.alone, TalkID: "k3v9", Name: "Rosa"},
		"out-gone":       pages.Out{Site: sites.alone, TalkID: "k3v9", Name: "Rosa", Done: true, Gone: true},
		"gone":           pages.Gone{Site: sites.alone, TalkID: "k3v9", Title: cards[0].Title},
		"gone-done":      pages.Gone{Site: sites.alone, Done: true},
		"second":         pages.Second{Site: sites.model, TalkID: "k3v9", Name: "Renee"},
		"second-waiting": pages.Second{Site: sites.model, TalkID: "k3v9", Name: "Renee", Waiting: true},
		"second-failed":  pages.Second{Site: sites.here, TalkID: "k3v9", Name: "Renee", Failed: true},
		"second-given": pages.Second{Site: sites.model, TalkID: "k3v9", Name: "Renee", Model: "small-model", Dropped: 2,
			Rows:  []pages.SecondRow{{Name: "The ask", BuiltIn: 3, Coach: 2, Max: 3}, {Name: "Education", BuiltIn: 1, Coach: 1, Max: 3}},
			Items: []pages.SecondItem{{Question: "Did the organizer ask for one nameable task?", Turn: 9, Quote: "Would you come on Thursday?"}}},
		"gone-nothing": pages.Gone{Site: sites.alone, Done: true, KeptNothing: true},
	}
	for _, kind := range pages.FailureKinds {
		out["failure-"+kind] = pages.Failure{Site: sites.alone, Kind: kind, Detail: "The setting is called allowed-hosts."}
	}
	return out
}
