package transcripts

import (
	"regexp"
	"strings"
)

// People write down a talk in several forms. Each reads the lines its own way;
// the one that finds most turns by two people or more is taken.
var forms = []func(lines []string, o ParseOptions) ([]spokenLine, []Unread){
	linesWith(speakerOf, false), linesWith(speakerBeforeDash, false), linesWith(nil, true), linesWith(speakerAlone, false), table,
}

func readForm(lines []string, o ParseOptions) (spoken []spokenLine, unread []Unread) {
	best := -1
	for _, form := range forms {
		got, left := form(lines, o)
		got = settleNames(got, o)
		people, named := map[string]bool{}, 0
		for _, s := range got {
			if s.name != "" {
				people[fold(s.name)] = true
				named++
			}
		}
		if len(people) < 2 {
			named = 0
		}
		if named > best {
			best, spoken, unread = named, got, left
		}
	}
	return spoken, unread
}

// linesWith reads a line at a time; headings are names or, else, nobody's words.
func linesWith(speaker func(string) (name, words string), headings bool) func([]string, ParseOptions) ([]spokenLine, []Unread) {
	return func(lines []string, o ParseOptions) (spoken []spokenLine, unread []Unread) {
		for i, raw := range lines {
			if i+1 < len(lines) && cueTimes.MatchString(strings.TrimSpace(lines[i+1])) {
				continue // the number or name of a caption, no words
			}
			text := visible(raw)
			if text == "" {
				continue
			}
			s := spokenLine{line: i + 1, text: text}
			switch {
			case isHeading(text) && headings:
				s.heading = true
				s.name, s.text = speakerAlone(strings.TrimLeft(text, "# "))
			case isHeading(text):
				unread = append(unread, Unread{i + 1, "a heading"})
				continue
			case headings:
				s.text = bare(text)
			default:
				// words follow a name that stands alone, even where they look like one
				last := len(spoken) - 1
				s.name, s.text = speaker(text)
				if s.name != "" && s.text == "" && last >= 0 && spoken[last].name != "" && spoken[last].text == "" {
					s.name, s.text = "", bare(text)
				} else if s.name != "" {
					s.raw = bare(text)
				}
			}
			spoken = append(spoken, s)
		}
		return spoken, unread
	}
}

// visible gives a line without odd spaces, empty where it holds no words.
func visible(raw string) string {
	text := strings.TrimSpace(strings.Map(plainSpace, raw))
	if text == "---" || text == "***" || text == "WEBVTT" || strings.HasPrefix(text, "```") || cueTimes.MatchString(text) {
		return ""
	}
	return text
}

var (
	dash     = regexp.MustCompile(`^([^–—|]{1,40}?)(?:\s*[–—]\s*|\s+--?\s+)(\S.*)$`)
	emphasis = strings.NewReplacer("**", "", "__", "", "*", "")
)

// speakerBeforeDash takes a name off a line such as "Sam – words" or "Sam - words".
func speakerBeforeDash(line string) (name, words string) {
	s := bare(line)
	if m := dash.FindStringSubmatch(s); m != nil {
		if name := plainName(m[1]); isName(name) {
			return name, m[2]
		}
	}
	return "", s
}

// speakerAlone takes a line that is nothing but a name.
func speakerAlone(line string) (name, words string) {
	s := bare(line)
	if name := plainName(s); isName(name) && !strings.HasSuffix(name, ".") {
		return name, ""
	}
	return "", s
}

// plainName takes bold type, a time and a colon off a name.
func plainName(s string) string {
	s = strings.TrimSpace(emphasis.Replace(s))
	s = strings.TrimSpace(strings.TrimRight(s, ":："))
	return strings.TrimSpace(stampName.ReplaceAllString(s, ""))
}

var tableRule = regexp.MustCompile(`^[\s|:-]+$`)

// table reads a Markdown table: of a speaker and the words, or of a column for each speaker.
func table(lines []string, o ParseOptions) (spoken []spokenLine, unread []Unread) {
	type row struct {
		line  int
		cells []string
	}
	var head, body []row
	for i, raw := range lines {
		text := visible(raw)
		switch {
		case text == "":
		case !strings.HasPrefix(text, "|"):
			unread = append(unread, Unread{i + 1, "outside the table"})
		case tableRule.MatchString(text):
			// what stood before the rule is the head
			head, body = append(head, body...), nil
		default:
			cells := cellsOf(text)
			if len(cells) < 2 {
				unread = append(unread, Unread{i + 1, "a row of one column"})
				continue
			}
			body = append(body, row{i + 1, cells[len(cells)-2:]})
		}
	}
	var named []spokenLine
	for _, r := range body {
		named = append(named, spokenLine{line: r.line, name: nameOrNone(r.cells[0]), text: r.cells[1]})
	}
	settled := 0
	for _, s := range settleNames(append([]spokenLine(nil), named...), o) {
		if s.name != "" {
			settled++
		}
	}
	if settled*2 >= len(body) || len(head) == 0 || nameOrNone(head[0].cells[0]) == "" || nameOrNone(head[0].cells[1]) == "" {
		for i := range named {
			named[i].sure = true
		}
		for _, r := range head {
			unread = append(unread, Unread{r.line, "the head of the table"})
		}
		return named, unread
	}
	for _, r := range body {
		for k, cell := range r.cells {
			if cell != "" {
				spoken = append(spoken, spokenLine{line: r.line, name: nameOrNone(head[0].cells[k]), text: cell, sure: true})
			}
		}
	}
	return spoken, unread
}

func nameOrNone(cell string) string {
	if name := plainName(cell); isName(name) {
		return name
	}
	return ""
}

var cellBreaks = strings.NewReplacer("<br>", " ", "<br/>", " ", "<br />", " ", "\x00", "|")

// cellsOf parts a row into its cells; "\|" is no border.
func cellsOf(row string) []string {
	row = strings.ReplaceAll(row, `\|`, "\x00")
	row = strings.TrimSuffix(strings.TrimPrefix(row, "|"), "|")
	var out []string
	for cell := range strings.SplitSeq(row, "|") {
		out = append(out, strings.Join(strings.Fields(cellBreaks.Replace(cell)), " "))
	}
	return out
}
