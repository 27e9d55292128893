// Package transcripts reads what people have of role-plays, scores it, and
// measures how well the scorer agrees with labels.
package transcripts

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"breakroom/trainer/talk"
)

// ParseOptions say what the caller knows of a transcript.
type ParseOptions struct {
	// Organizer and Coworker are the names of the two sides, in any case; empty means to guess, and to say so.
	Organizer, Coworker []string
	// Kind is the kind of the conversation; empty means to guess, and to say so.
	Kind talk.Kind
}

// Transcript is a role-play that was read.
type Transcript struct {
	Turns []talk.Turn
	// Lines holds for each turn the line of the file on which it begins, from 1; 0 for the program's own JSON.
	Lines []int
	// Names holds the names that stood for each side.
	Names map[talk.Speaker][]string
	Kind  talk.Kind
	// Notes say what was guessed, in whole sentences.
	Notes []string
	// Unread lists the lines that are in no turn.
	Unread []Unread
}

// Unread is a line that could not be read as part of a turn.
type Unread struct {
	Line int    `json:"line"` // from 1
	Why  string `json:"why"`
}

const (
	maxTranscript = 8 << 20 // bytes
	maxName       = 40      // bytes of a name
	maxUnread     = 200     // lines reported
)

var (
	clock = `\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d{1,3})?(?: ?[AaPp]\.?[Mm]\.?)?`
	date  = `(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})`
	// a time, or a date with a time, in or out of brackets, in front of a line
	stampFront = regexp.MustCompile(`^(?:[\[(<]\s*(?:` + date + `[,T ]*\s*)?` + clock + `\s*[\])>]|` + date + `[,T ]+\s*` + clock + `|` + clock + `)\s*(?:[-–—|:]\s*)?`)
	cueTimes   = regexp.MustCompile(`^` + clock + `\s*-->\s*` + clock)
	// a time behind a name: "Maria (10:02):", "Maria [00:01]:"
	stampName = regexp.MustCompile(`\s*[\[(]\s*` + clock + `\s*[\])]\s*$`)
	// a line that is nothing but a name and a time, as video calls write it
	nameAlone = regexp.MustCompile(`^([\p{L}][\p{L}\p{M}\p{N} .'’_-]{0,39}?)\s+[\[(]?` + clock + `[\])]?$`)
	// a voice in the captions of a video call: "<v Maria Lopez>words</v>"
	voice    = regexp.MustCompile(`^<v(?:\.[^ >]*)? ([^>]{1,40})>(.*)$`)
	listMark = regexp.MustCompile(`^(?:[-*+•]\s+|\d{1,3}[.)]\s+)`)
	bold     = regexp.MustCompile(`^(\*\*|__|\*|_)([^*_:：]{1,40}?)\s*([:：]?)\s*(\*\*|__|\*|_)\s*([:：]?)\s*(.*)$`)
)

var roleOrganizer = map[string]bool{
	"organizer": true, "organiser": true, "o": true, "org": true, "trainee": true, "rep": true, "steward": true, "shop steward": true, "union rep": true, "me": true, "interviewer": true, "canvasser": true,
	"therapist": true, "counselor": true, "counsellor": true, "volunteer organizer": true, "recruiter": true, "you": true,
}

var roleCoworker = map[string]bool{
	"coworker": true, "co-worker": true, "c": true, "worker": true, "colleague": true, "member": true, "tenant": true, "neighbour": true, "neighbor": true, "client": true, "resident": true, "volunteer": true,
	"interviewee": true, "them": true, "patient": true, "employee": true, "character": true, "breakroom": true,
}

type spokenLine struct {
	line int
	name string // as written; "" goes on with the one before
	text string
	// raw is the line as words, where the name turns out to be none; empty where it is NAME: TEXT.
	raw string
	// heading is set for a heading, which is no words where it is no name.
	heading bool
	// sure is set where the place of the name leaves no doubt that it is one.
	sure bool
}

// Parse reads a transcript. An error means that nothing in it could be read as two people talking.
func Parse(data []byte, o ParseOptions) (*Transcript, error) {
	if len(data) > maxTranscript {
		return nil, fmt.Errorf("the transcript has %d bytes; at most %d can be read, so cut it into conversations", len(data), maxTranscript)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD"))
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[' && json.Valid(trimmed)) {
		return parseJSON(trimmed, o)
	}
	t := &Transcript{Names: map[talk.Speaker][]string{}, Kind: o.Kind}
	lines := strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	spoken, unread := readForm(lines, o)
	for _, u := range unread {
		t.unread(u.Line, u.Why)
	}
	sides, err := t.assign(spoken, o)
	if err != nil {
		return nil, err
	}
	var last talk.Speaker
	skipping := false
	for _, s := range spoken {
		if s.heading && s.name == "" {
			t.unread(s.line, "a heading")
			continue
		}
		speaker := last
		if s.name != "" {
			var ok bool
			speaker, ok = sides[fold(s.name)]
			skipping = !ok
			if !ok {
				t.unread(s.line, fmt.Sprintf("%q is neither the organizer nor the coworker", s.name))
				continue
			}
		} else if skipping || last == "" {
			if last == "" {
				t.unread(s.line, "before the first name")
			} else {
				t.unread(s.line, "goes on with words of somebody who was left out")
			}
			continue
		}
		t.say(speaker, s.text, s.line)
		last = speaker
	}
	slices.SortStableFunc(t.Unread, func(a, b Unread) int { return cmp.Compare(a.Line, b.Line) })
	return t.finish()
}

// plainSpace turns odd spaces into plain ones and drops marks that have no width.
func plainSpace(r rune) rune {
	switch {
	case r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' || r == '\u202a' || r == '\u202c':
		return -1
	case r != '\n' && unicode.IsSpace(r):
		return ' '
	}
	return r
}

func isHeading(s string) bool {
	n := len(s) - len(strings.TrimLeft(s, "#"))
	return n > 0 && n <= 6 && strings.HasPrefix(s[n:], " ")
}

// bare takes quote marks, list marks and times off the front of a line.
func bare(s string) string {
	for strings.HasPrefix(s, ">") {
		s = strings.TrimSpace(s[1:])
	}
	s = listMark.ReplaceAllString(s, "")
	return stampFront.ReplaceAllString(s, "")
}

// speakerOf takes a name off the front of a line, past quote marks, list marks, times and bold type.
func speakerOf(line string) (name, words string) {
	s := bare(line)
	if m := voice.FindStringSubmatch(s); m != nil && isName(strings.TrimSpace(m[1])) {
		return strings.TrimSpace(m[1]), strings.TrimSpace(strings.ReplaceAll(m[2], "</v>", ""))
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "</v>"))
	if m := bold.FindStringSubmatch(s); m != nil && m[1] == m[4] {
		if inner := strings.TrimSpace(stampName.ReplaceAllString(m[2], "")); isName(inner) && (m[3] != "" || m[5] != "") {
			return inner, strings.TrimSpace(m[6])
		}
	}
	if m := nameAlone.FindStringSubmatch(s); m != nil && isName(m[1]) {
		return m[1], ""
	}
	cut := strings.IndexAny(s, ":：")
	if cut <= 0 {
		return "", s
	}
	_, size := utf8.DecodeRuneInString(s[cut:])
	rest := s[cut+size:]
	head := strings.TrimSpace(s[:cut])
	// "Maria (10:02): words": the first colon belongs to the time
	if m := regexpNameStamp.FindStringSubmatch(s); m != nil {
		head, rest = m[1], m[2]
	}
	head = strings.TrimSpace(stampName.ReplaceAllString(head, ""))
	if !isName(head) || strings.HasPrefix(rest, "//") {
		return "", s
	}
	return head, strings.TrimSpace(rest)
}

var regexpNameStamp = regexp.MustCompile(`^([^:\[(]{1,40}?)\s*[\[(]\s*` + clock + `\s*[\])]\s*:\s*(.*)$`)

// isName tells whether a few words could be a speaker's name.
func isName(s string) bool {
	if s == "" || len(s) > maxName || len(strings.Fields(s)) > 4 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" .'’_-()/", r) {
			return false
		}
	}
	return true
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// settleNames keeps as names what is named by a flag, is a role's name or
// stands at least twice; else a colon was only a colon.
func settleNames(spoken []spokenLine, o ParseOptions) []spokenLine {
	count := map[string]int{}
	for _, s := range spoken {
		if s.name != "" {
			count[fold(s.name)]++
		}
	}
	known := func(name string) bool {
		return roleOrganizer[name] || roleCoworker[name] || containsFold(o.Organizer, name) || containsFold(o.Coworker, name)
	}
	// in a very short talk each may have spoken once
	distinct, more := len(count), 0
	for _, n := range count {
		if n > 1 {
			more++
		}
	}
	for i, s := range spoken {
		if s.name == "" || s.sure || known(fold(s.name)) || count[fold(s.name)] > 1 || distinct == 2 && more < 2 {
			continue
		}
		spoken[i].text, spoken[i].name = cmp.Or(s.raw, s.name+": "+s.text), ""
	}
	return spoken
}

func containsFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return fold(s) == name })
}

// assign says which name is which side.
func (t *Transcript) assign(spoken []spokenLine, o ParseOptions) (map[string]talk.Speaker, error) {
	type person struct {
		name             string // as first written
		lines, questions int
		first            int
	}
	people := map[string]*person{}
	var order []*person
	var current *person
	for i, s := range spoken {
		if s.name != "" {
			p := people[fold(s.name)]
			if p == nil {
				p = &person{name: s.name, first: i}
				people[fold(s.name)] = p
				order = append(order, p)
			}
			p.lines++
			current = p
		}
		if current != nil {
			current.questions += strings.Count(s.text, "?")
		}
	}
	if len(people) < 2 {
		return nil, fmt.Errorf(`no two people talking could be found%s; write a turn as "Name: words", a name in front of each or alone on the line above`, nameless(spoken))
	}
	sides := map[string]talk.Speaker{}
	has := map[talk.Speaker]bool{}
	set := func(p *person, s talk.Speaker) {
		sides[fold(p.name)] = s
		has[s] = true
		t.Names[s] = append(t.Names[s], p.name)
	}
	for _, p := range order {
		switch name := fold(p.name); {
		case containsFold(o.Organizer, name):
			set(p, talk.Organizer)
		case containsFold(o.Coworker, name):
			set(p, talk.Coworker)
		}
	}
	for flag, list := range map[talk.Speaker][]string{talk.Organizer: o.Organizer, talk.Coworker: o.Coworker} {
		if len(list) > 0 && !has[flag] {
			return nil, fmt.Errorf("nobody named %s speaks in it; the names there are %s", strings.Join(list, " or "), namesOf(order, func(p *person) string { return p.name }))
		}
	}
	for _, p := range order {
		name := fold(p.name)
		if _, done := sides[name]; done {
			continue
		}
		if roleOrganizer[name] && len(o.Organizer) == 0 {
			set(p, talk.Organizer)
		} else if roleCoworker[name] && len(o.Coworker) == 0 {
			set(p, talk.Coworker)
		}
	}
	var rest []*person
	for _, p := range order {
		if _, done := sides[fold(p.name)]; !done {
			rest = append(rest, p)
		}
	}
	slices.SortStableFunc(rest, func(a, b *person) int { return cmp.Compare(b.lines, a.lines) })
	switch {
	case !has[talk.Organizer] && !has[talk.Coworker]:
		a, b := rest[0], rest[1]
		if b.first < a.first {
			a, b = b, a
		}
		why := "who speaks first"
		if a.questions != b.questions {
			why = "who asks more"
			if b.questions > a.questions {
				a, b = b, a
			}
		}
		set(a, talk.Organizer)
		set(b, talk.Coworker)
		t.note("Guessed that %s is the organizer (%s) and %s the coworker; name them with --organizer and --coworker if that is wrong.", a.name, why, b.name)
	case !has[talk.Organizer] && len(rest) > 0:
		set(rest[0], talk.Organizer)
		t.note("Guessed that %s is the organizer.", rest[0].name)
	case !has[talk.Coworker] && len(rest) > 0:
		set(rest[0], talk.Coworker)
		t.note("Guessed that %s is the coworker.", rest[0].name)
	}
	if !has[talk.Organizer] || !has[talk.Coworker] {
		return nil, fmt.Errorf("only one side speaks in it; the names there are %s", namesOf(order, func(p *person) string { return p.name }))
	}
	return sides, nil
}

// nameless names the lines in which no name was found.
func nameless(spoken []spokenLine) string {
	var lines []string
	for _, s := range spoken {
		if s.name != "" || s.heading {
			continue
		}
		if len(lines) == 8 {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, fmt.Sprint(s.line))
	}
	if len(lines) == 0 {
		return ""
	}
	return " (no name on line " + strings.Join(lines, ", ") + ")"
}

func namesOf[P any](list []P, name func(P) string) string {
	var out []string
	for i, p := range list {
		if i == 8 {
			out = append(out, "…")
			break
		}
		out = append(out, name(p))
	}
	return strings.Join(out, ", ")
}

func (t *Transcript) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

func (t *Transcript) unread(line int, why string) {
	if len(t.Unread) < maxUnread {
		t.Unread = append(t.Unread, Unread{line, why})
	}
}

// say adds words: to the turn before where the same side goes on.
func (t *Transcript) say(s talk.Speaker, words string, line int) {
	if n := len(t.Turns); n > 0 && t.Turns[n-1].Speaker == s {
		if words != "" {
			if t.Turns[n-1].Text != "" {
				t.Turns[n-1].Text += " "
			}
			t.Turns[n-1].Text += words
		}
		return
	}
	t.Turns = append(t.Turns, talk.Turn{N: len(t.Turns) + 1, Speaker: s, Text: words})
	t.Lines = append(t.Lines, line)
}

func (t *Transcript) finish() (*Transcript, error) {
	if len(t.Turns) == 0 {
		return nil, errors.New("no turn could be read in it")
	}
	if t.Kind == "" {
		t.Kind = guessKind(t.Turns)
		t.note("Guessed that this is a talk of the kind %q; name it with --kind if that is wrong.", t.Kind)
	} else if !slices.Contains(talk.Kinds, t.Kind) {
		return nil, fmt.Errorf("there is no kind of conversation %q; the kinds are %s", t.Kind, namesOf(talk.Kinds, func(k talk.Kind) string { return string(k) }))
	}
	return t, nil
}

// guessKind looks for words that only some kinds of talk begin with.
func guessKind(turns []talk.Turn) talk.Kind {
	var early, all strings.Builder
	for i, t := range turns {
		if all.Len() > 1<<16 {
			break
		}
		if i < 6 && t.Speaker == talk.Organizer {
			early.WriteString(strings.ToLower(t.Text) + " ")
		}
		all.WriteString(strings.ToLower(t.Text) + " ")
	}
	count := func(s string, words ...string) int {
		n := 0
		for _, w := range words {
			n += strings.Count(s, w)
		}
		return n
	}
	switch e, a := early.String(), all.String(); {
	case count(e, "you were going to", "you said you'd", "you said you would", "did you get to", "were you able to", "how did it go with", "last week you were") > 0:
		return talk.Uplift
	case count(a, "landlord", "tenant", "letting", "my flat", "the flat", "the lease", "eviction", "the rent") >= 3:
		return talk.Tenant
	}
	return talk.Initial
}

// jsonTurn is a turn in the program's own JSON: an export, or what "score --json" was given.
type jsonTurn struct {
	Speaker string `json:"speaker"`
	Who     string `json:"who"`
	Text    string `json:"text"`
	Words   string `json:"words"`
}

func parseJSON(data []byte, o ParseOptions) (*Transcript, error) {
	var whole struct {
		Kind       talk.Kind  `json:"kind"`
		Turns      []jsonTurn `json:"turns"`
		Transcript []jsonTurn `json:"transcript"`
	}
	var list []jsonTurn
	if data[0] == '[' {
		if err := json.Unmarshal(data, &list); err != nil {
			return nil, fmt.Errorf("it looks like JSON and is no list of turns: %w", err)
		}
	} else {
		dec := json.NewDecoder(bytes.NewReader(data))
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				return nil, fmt.Errorf("it looks like JSON and cannot be read: %w", err)
			}
			var one jsonTurn
			if err := json.Unmarshal(raw, &one); err == nil && one.Speaker+one.Who != "" {
				list = append(list, one) // JSON Lines, a turn a line
				continue
			}
			if err := json.Unmarshal(raw, &whole); err != nil {
				return nil, fmt.Errorf("it looks like JSON and holds no turns that can be read: %w", err)
			}
			list = append(list, whole.Turns...)
			list = append(list, whole.Transcript...)
		}
	}
	t := &Transcript{Names: map[talk.Speaker][]string{}, Kind: cmp.Or(o.Kind, whole.Kind)}
	var spoken []spokenLine
	for i, x := range list {
		name := cmp.Or(x.Speaker, x.Who)
		if name == "" {
			t.unread(i+1, "a turn without a speaker")
			continue
		}
		spoken = append(spoken, spokenLine{line: i + 1, name: name, text: strings.TrimSpace(cmp.Or(x.Text, x.Words))})
	}
	sides, err := t.assign(spoken, o)
	if err != nil {
		return nil, err
	}
	for _, s := range spoken {
		speaker, ok := sides[fold(s.name)]
		if !ok {
			t.unread(s.line, fmt.Sprintf("%q is neither the organizer nor the coworker", s.name))
			continue
		}
		t.Turns = append(t.Turns, talk.Turn{N: len(t.Turns) + 1, Speaker: speaker, Text: s.text})
		t.Lines = append(t.Lines, 0)
	}
	return t.finish()
}
