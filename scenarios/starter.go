package scenarios

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
)

//go:embed starter.toml
var starter string

// New gives a commented file to begin with: a whole short scenario of the
// title, in which every part of the format stands once. Parse accepts it under
// the name id + ".toml". Characters that a title cannot hold are left out.
func New(id, title string) []byte {
	title = oneLine(strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar || hiddenRune(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, title))
	if runes := []rune(title); len(runes) > mostLabel {
		title = strings.TrimSpace(string(runes[:mostLabel]))
	}
	if title == "" {
		title = "A talk without a title yet"
	}
	if !idPattern.MatchString(id) {
		id = "my-scenario"
	}
	return []byte(strings.NewReplacer("{{ID}}", id, "{{TITLE}}", quoteTOML(title)).Replace(starter))
}

// quoteTOML writes a text of one line between double quotes. Go's own escapes are not TOML's.
func quoteTOML(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			b.WriteString(`\u00` + strconv.FormatInt(int64(r)+0x100, 16)[1:])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// SlugOf makes an ID of a title: "Lunch at two!" becomes "lunch-at-two". It is "my-scenario" where nothing is left.
func SlugOf(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '\'' || r == '’':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= mostID {
			break
		}
	}
	if id := strings.Trim(b.String(), "-"); id != "" {
		return id
	}
	return "my-scenario"
}
