package scenarios

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What a file may hold before it is given to the decoder, whose work and stack
// grow out of all proportion with nesting and with long keys.
const (
	maxNesting = 32  // brackets within brackets
	maxDotted  = 16  // parts of one key or one table's name
	maxPath    = 512 // bytes of a key's whole path
	maxKeyPart = 64  // bytes of one part of a key
)

// place is where a key and its value stand, as byte offsets. For an element of
// a list both are the element's own; for a table both are its name's.
type place struct{ key, value int }

// statement is one key with its value, or one table's name.
type statement struct {
	start, end int
	path       string // of what it sets; "" where the key could not be read
	header     bool
}

// fault stops the scan: what is wrong, and where.
type fault struct {
	off               int
	path              string
	message, expected string
	// refuse is set where the file must not reach the decoder at all.
	refuse bool
	// open is set where the statement goes on behind the fault, nobody knows how far.
	open bool
	// twice is set where something is set a second time. TOML forbids more of that than the decoder notices.
	twice bool
}

// remark is a fault that does not stop the scan.
type remark = fault

// node is a table, a list or a plain value while the file is scanned.
type node struct {
	path  string
	kids  map[string]*node
	items []*node
	kind  nodeKind
	// defined is where the table, list or value was set in so many words; -1 where it was only implied.
	defined int
}

type nodeKind uint8

const (
	nodeImplied nodeKind = iota // a table that a longer name implies
	nodeTable                   // [name]
	nodeTables                  // [[name]]
	nodeDotted                  // a table made by dotted keys
	nodeValue                   // text, number, list, inline table
)

// scanner walks a TOML file outside of its strings and comments. It finds
// every key's place, and most mistakes in the writing, in words that someone
// who never saw TOML can follow. What it lets pass the decoder still judges.
type scanner struct {
	src        string
	pos        int
	depth      int
	root, cur  *node
	places     map[string]place
	statements []statement
	remarks    []remark
}

// scan reads the whole file, or up to the first fault; the last statement is then the one that holds the fault.
func scan(src string) (*scanner, *fault) {
	s := &scanner{src: src, places: map[string]place{}}
	s.root = &node{kids: map[string]*node{}, kind: nodeTable, defined: 0}
	s.cur = s.root
	for {
		s.blanks()
		if s.pos >= len(s.src) {
			return s, nil
		}
		s.statements = append(s.statements, statement{start: s.pos})
		at := &s.statements[len(s.statements)-1]
		var f *fault
		if s.src[s.pos] == '[' {
			at.header = true
			f = s.header(at)
		} else {
			f = s.keyValue(s.cur, &at.path)
		}
		if f == nil {
			f = s.lineEnd()
		}
		at.end = s.pos
		if f != nil {
			if f.path == "" {
				f.path = at.path
			}
			return s, f
		}
	}
}

func (s *scanner) fault(off int, message, expected string) *fault {
	return &fault{off: off, message: message, expected: expected, open: s.depth > 0}
}

func (s *scanner) refuse(off int, message, expected string) *fault {
	return &fault{off: off, message: message, expected: expected, refuse: true}
}

// spaces skips spaces and tabs.
func (s *scanner) spaces() {
	for s.pos < len(s.src) && (s.src[s.pos] == ' ' || s.src[s.pos] == '\t') {
		s.pos++
	}
}

// newline skips one line's end if it stands here.
func (s *scanner) newline() bool {
	switch {
	case strings.HasPrefix(s.src[s.pos:], "\n"):
		s.pos++
	case strings.HasPrefix(s.src[s.pos:], "\r\n"):
		s.pos += 2
	default:
		return false
	}
	return true
}

// comment skips a comment up to its line's end.
func (s *scanner) comment() bool {
	if s.pos >= len(s.src) || s.src[s.pos] != '#' {
		return false
	}
	if i := strings.IndexByte(s.src[s.pos:], '\n'); i >= 0 {
		s.pos += i
	} else {
		s.pos = len(s.src)
	}
	return true
}

// blanks skips spaces, comments and line ends; it tells whether it left the line.
func (s *scanner) blanks() (left bool) {
	for {
		s.spaces()
		switch {
		case s.newline():
			left = true
		case s.comment():
		default:
			return left
		}
	}
}

// lineEnd wants nothing more on the line.
func (s *scanner) lineEnd() *fault {
	s.spaces()
	s.comment()
	if s.pos >= len(s.src) || s.newline() {
		return nil
	}
	switch {
	case s.src[s.pos] == ',':
		return s.fault(s.pos, "a comma stands here, but no list", `brackets around several texts: ["one", "two"]`)
	case s.src[s.pos-1] == '"' || s.src[s.pos-1] == '\'':
		return s.fault(s.pos, "the text has ended before this", `the end of the line; a quote inside a text is written \"`)
	}
	return s.fault(s.pos, fmt.Sprintf("%s stands after the end", s.here()), "the end of the line; what comes next goes on a line of its own")
}

// here says what stands at the position, for messages.
func (s *scanner) here() string {
	if s.pos >= len(s.src) {
		return "the end of the file"
	}
	r, _ := utf8.DecodeRuneInString(s.src[s.pos:])
	if r == '\n' || r == '\r' {
		return "the end of the line"
	}
	return strconv.Quote(string(r))
}

// keyPart is one part of a dotted key.
type keyPart struct {
	name string
	off  int
}

// key reads a key or a table's name: parts with dots between them.
func (s *scanner) key(within int) ([]keyPart, *fault) {
	var parts []keyPart
	for {
		s.spaces()
		off := s.pos
		if len(parts) == maxDotted {
			return nil, s.refuse(off, fmt.Sprintf("this key has more than %d parts", maxDotted), "a key of this format; none has more than three parts")
		}
		name, f := s.keyPart()
		if f != nil {
			return nil, f
		}
		if len(name) > maxKeyPart {
			return nil, s.refuse(off, "this key is far too long", fmt.Sprintf("a key of at most %d letters", maxKeyPart))
		}
		within += len(name) + 1
		if within > maxPath {
			return nil, s.refuse(off, "the path to this key is far too long", "a key of this format")
		}
		parts = append(parts, keyPart{name, off})
		s.spaces()
		if s.pos >= len(s.src) || s.src[s.pos] != '.' {
			return parts, nil
		}
		s.pos++
	}
}

func (s *scanner) keyPart() (string, *fault) {
	start := s.pos
	if s.pos < len(s.src) && (s.src[s.pos] == '"' || s.src[s.pos] == '\'') {
		if strings.HasPrefix(s.src[s.pos:], `"""`) || strings.HasPrefix(s.src[s.pos:], "'''") {
			return "", s.fault(start, "a text stands where a key should", `key = "text"`)
		}
		return s.quoted()
	}
	for s.pos < len(s.src) && isBare(s.src[s.pos]) {
		s.pos++
	}
	if s.pos > start {
		return s.src[start:s.pos], nil
	}
	switch {
	case s.pos < len(s.src) && (s.src[s.pos] == '=' || s.src[s.pos] == '.'):
		return "", s.fault(start, fmt.Sprintf("the key is missing before %s", s.here()), "key = value")
	case s.pos < len(s.src) && s.src[s.pos] == ']':
		return "", s.fault(start, "the table's name is missing", "a name between the brackets")
	}
	return "", s.fault(start, fmt.Sprintf("a line cannot begin with %s", s.here()),
		`a key with its value, a table's name in brackets, or a comment that begins with #`)
}

func isBare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// header reads [name] or [[name]] and makes it the current table.
func (s *scanner) header(at *statement) *fault {
	start := s.pos
	s.pos++
	list := s.pos < len(s.src) && s.src[s.pos] == '['
	closing := "]"
	if list {
		s.pos++
		closing = "]]"
	}
	parts, f := s.key(0)
	if f != nil {
		return f
	}
	if !strings.HasPrefix(s.src[s.pos:], closing) {
		return s.fault(s.pos, fmt.Sprintf("the brackets around this table's name are not closed: %s stands there", s.here()), closing)
	}
	s.pos += len(closing)

	t := s.root
	for _, p := range parts[:len(parts)-1] {
		t = s.child(t, p, nodeImplied)
		if t.kind == nodeTables {
			t = t.items[len(t.items)-1]
		}
	}
	last := parts[len(parts)-1]
	known := t.kids[last.name]
	at.path = joinPath(t.path, last.name)
	switch {
	case known == nil, known.kind == nodeImplied && !list, known.kind == nodeTables && list:
	default:
		return s.twice(start, known, at.path, true)
	}
	if list {
		l := s.child(t, last, nodeTables)
		if len(l.items) == 0 {
			s.places[l.path] = place{start, start}
		}
		item := &node{path: fmt.Sprintf("%s[%d]", l.path, len(l.items)+1), kids: map[string]*node{}, kind: nodeTable, defined: start}
		l.kind, l.defined, l.items = nodeTables, start, append(l.items, item)
		s.places[item.path] = place{start, start}
		at.path = item.path
		s.cur = item
		return nil
	}
	s.cur = s.child(t, last, nodeTable)
	s.cur.kind, s.cur.defined = nodeTable, start
	s.places[s.cur.path] = place{start, start}
	return nil
}

// twice says that something was set before.
func (s *scanner) twice(off int, known *node, path string, table bool) *fault {
	before := "before"
	if known.defined >= 0 {
		line, _ := position(s.src, known.defined)
		before = fmt.Sprintf("in line %d already", line)
	}
	f := &fault{off: off, path: path, open: true, twice: true}
	pattern := patternOf(path)
	switch {
	case table && listOfTables[pattern]:
		f.message = fmt.Sprintf("[%s] stands %s", pattern, before)
		f.expected = fmt.Sprintf("two brackets on each side, [[%s]], since there can be several", pattern)
	case table:
		f.message = fmt.Sprintf("%q stands %s", path, before)
		f.expected = "each table once: put its keys together under one name"
	default:
		f.message = fmt.Sprintf("this key stands %s", before)
		f.expected = "each key once in its table"
	}
	return f
}

// child gives the table's child of a name, made if need be.
func (s *scanner) child(t *node, p keyPart, kind nodeKind) *node {
	if kid := t.kids[p.name]; kid != nil {
		return kid
	}
	kid := &node{path: joinPath(t.path, p.name), kind: kind, kids: map[string]*node{}, defined: -1}
	if t.kids == nil {
		t.kids = map[string]*node{}
	}
	t.kids[p.name] = kid
	s.places[kid.path] = place{p.off, p.off}
	return kid
}

// keyValue reads key = value into a table; path gets the key's whole path once it is known.
func (s *scanner) keyValue(t *node, path *string) *fault {
	start := s.pos
	parts, f := s.key(len(t.path))
	if f != nil {
		return f
	}
	whole := t.path
	for _, p := range parts {
		whole = joinPath(whole, p.name)
	}
	*path = whole
	if s.pos >= len(s.src) || s.src[s.pos] != '=' {
		if s.pos < len(s.src) && s.src[s.pos] == ':' {
			return s.fault(s.pos, "a colon stands where the equals sign should", "key = value")
		}
		if quoted := s.src[start] == '"' || s.src[start] == '\''; quoted && len(parts) == 1 {
			*path = ""
			return s.fault(start, "a text stands where a key should", `key = "text"; several texts stand in brackets: key = ["one", "two"]`)
		}
		if len(parts) == 1 && s.pos < len(s.src) && s.src[s.pos] != '\n' && s.src[s.pos] != '\r' {
			*path = ""
			return s.fault(start, "this line is neither a key with its value nor a table's name",
				`key = "text"; a key has no spaces, and a text that runs over several lines stands between """ and """`)
		}
		return s.fault(s.pos, "the equals sign after the key is missing", "key = value")
	}
	s.pos++
	s.spaces()

	for _, p := range parts[:len(parts)-1] {
		kid := t.kids[p.name]
		if kid != nil && (kid.kind == nodeValue || kid.kind == nodeTables || kid.kind == nodeTable) {
			return s.twice(p.off, kid, kid.path, false)
		}
		t = s.child(t, p, nodeDotted)
	}
	last := parts[len(parts)-1]
	if known := t.kids[last.name]; known != nil {
		return s.twice(last.off, known, whole, false)
	}
	kid := s.child(t, last, nodeValue)
	kid.defined = last.off
	s.places[whole] = place{last.off, s.pos}
	return s.value(kid)
}

// value reads a value of any type.
func (s *scanner) value(n *node) *fault {
	if s.pos >= len(s.src) {
		return s.fault(s.pos, "the value is missing", "a value after the equals sign")
	}
	switch c := s.src[s.pos]; c {
	case '"', '\'':
		if strings.HasPrefix(s.src[s.pos:], strings.Repeat(string(c), 3)) {
			return s.multiline(c)
		}
		_, f := s.quoted()
		return f
	case '[':
		return s.list(n)
	case '{':
		return s.inline(n)
	}
	return s.plain()
}

// deeper counts a bracket, and refuses too many of them.
func (s *scanner) deeper() *fault {
	s.depth++
	if s.depth > maxNesting {
		return s.refuse(s.pos, fmt.Sprintf("brackets are nested more than %d deep", maxNesting), "lists and tables of this format; none is nested more than three deep")
	}
	return nil
}

func (s *scanner) list(n *node) *fault {
	start := s.pos
	if f := s.deeper(); f != nil {
		return f
	}
	defer func() { s.depth-- }()
	s.pos++
	for {
		s.blanks()
		if s.pos >= len(s.src) {
			return s.fault(start, "the list that begins here is not closed", "] after its last text")
		}
		switch s.src[s.pos] {
		case ']':
			s.pos++
			return nil
		case ',':
			return s.fault(s.pos, "two commas stand here with nothing between them", "one comma after each text of the list")
		}
		if s.looksLikeNextKey() {
			return s.fault(start, "the list that begins here is not closed", "] after its last text")
		}
		item := &node{path: fmt.Sprintf("%s[%d]", n.path, len(n.items)+1), kind: nodeValue, defined: s.pos}
		n.items = append(n.items, item)
		s.places[item.path] = place{s.pos, s.pos}
		if f := s.value(item); f != nil {
			return f
		}
		left := s.blanks()
		if s.pos >= len(s.src) {
			return s.fault(start, "the list that begins here is not closed", "] after its last text")
		}
		switch c := s.src[s.pos]; {
		case c == ',':
			s.pos++
		case c == ']':
		case !left && unicode.IsLetter(rune(c)):
			return s.fault(s.pos, "the text has ended before this", `a comma or ]; a quote inside a text is written \"`)
		case s.looksLikeNextKey() || left && c == '[':
			return s.fault(start, "the list that begins here is not closed", "] after its last text")
		default:
			return s.fault(s.pos, "a comma is missing before this", "a comma after each text of the list")
		}
	}
}

// looksLikeNextKey tells whether a key and an equals sign stand here, where a list's element should.
func (s *scanner) looksLikeNextKey() bool {
	i := s.pos
	for i < len(s.src) && isBare(s.src[i]) {
		i++
	}
	if i == s.pos {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(s.src[i:min(len(s.src), i+maxKeyPart)], " \t"), "=")
}

func (s *scanner) inline(n *node) *fault {
	start := s.pos
	if f := s.deeper(); f != nil {
		return f
	}
	defer func() { s.depth-- }()
	s.pos++
	const unclosed = "the table in braces that begins here is not closed"
	newer := func(message string) {
		s.remarks = append(s.remarks, remark{off: s.pos, path: n.path, message: message,
			expected: "a table in braces on one line, which every TOML program reads; a longer one gets a [name] of its own"})
	}
	told := false
	blanks := func() {
		s.spaces()
		off := s.pos
		if s.blanks() && !told {
			told = true
			end := s.pos
			s.pos = off
			newer("a table in braces goes on over the end of the line")
			s.pos = end
		}
	}
	for first := true; ; first = false {
		blanks()
		if s.pos >= len(s.src) {
			return s.fault(start, unclosed, "}")
		}
		if s.src[s.pos] == '}' {
			if !first {
				newer("a comma stands after the last key of a table in braces")
			}
			s.pos++
			return nil
		}
		if s.src[s.pos] == ',' {
			return s.fault(s.pos, "two commas stand here with nothing between them", "one comma between two keys")
		}
		var path string
		if f := s.keyValue(n, &path); f != nil {
			if f.path == "" {
				f.path = path
			}
			return f
		}
		blanks()
		if s.pos >= len(s.src) {
			return s.fault(start, unclosed, "}")
		}
		switch s.src[s.pos] {
		case '}':
			s.pos++
			return nil
		case ',':
			s.pos++
		default:
			return s.fault(s.pos, fmt.Sprintf("%s stands where a comma or the closing brace should", s.here()), "a comma or }")
		}
	}
}

// quoted reads a text or a key between single or double quotes, on one line, and gives it with its escapes read.
func (s *scanner) quoted() (string, *fault) {
	start := s.pos
	quote := s.src[s.pos]
	s.pos++
	var b strings.Builder
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == quote:
			s.pos++
			return b.String(), nil
		case c == '\n' || c == '\r' && strings.HasPrefix(s.src[s.pos:], "\r\n"):
			return "", s.unclosed(start, quote)
		case c == '\\' && quote == '"':
			r, f := s.escape()
			if f != nil {
				return "", f
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	return "", s.unclosed(start, quote)
}

func (s *scanner) unclosed(start int, quote byte) *fault {
	q := string(quote)
	return s.fault(start, "the text that begins here has no closing quote on its line",
		fmt.Sprintf("a closing %s; a text that runs over several lines stands between %s and %s", q, strings.Repeat(q, 3), strings.Repeat(q, 3)))
}

// multiline reads a text between three quotes on each side.
func (s *scanner) multiline(quote byte) *fault {
	start := s.pos
	three := strings.Repeat(string(quote), 3)
	s.pos += 3
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == quote && strings.HasPrefix(s.src[s.pos:], three):
			n := 3 // one or two quotes more belong to the text
			for n < 6 && s.pos+n < len(s.src) && s.src[s.pos+n] == quote {
				n++
			}
			if n == 6 {
				return s.fault(s.pos, "six quotes or more stand here in a row", three+" to end the text")
			}
			s.pos += n
			return nil
		case c == '\\' && quote == '"':
			if s.lineEscape() {
				continue
			}
			if _, f := s.escape(); f != nil {
				return f
			}
		default:
			s.pos++
		}
	}
	f := s.fault(start, "the text that begins here is never closed", three+" after the text's last line")
	f.open = true
	return f
}

// lineEscape skips a backslash that joins a line with the next one.
func (s *scanner) lineEscape() bool {
	i := s.pos + 1
	for i < len(s.src) && (s.src[i] == ' ' || s.src[i] == '\t') {
		i++
	}
	if strings.HasPrefix(s.src[i:], "\n") || strings.HasPrefix(s.src[i:], "\r\n") {
		s.pos = i
		return true
	}
	return false
}

// escape reads a backslash and what belongs to it.
func (s *scanner) escape() (rune, *fault) {
	start := s.pos
	unknown := s.fault(start, "this backslash begins nothing that TOML knows", `\\ for a backslash, \" for a quote, \n for a new line; or single quotes around the text`)
	s.pos++
	if s.pos >= len(s.src) {
		return 0, unknown
	}
	c := s.src[s.pos]
	s.pos++
	digits := 0
	switch c {
	case 'b':
		return '\b', nil
	case 't':
		return '\t', nil
	case 'n':
		return '\n', nil
	case 'f':
		return '\f', nil
	case 'r':
		return '\r', nil
	case '"', '\\':
		return rune(c), nil
	case 'e':
		s.remarks = append(s.remarks, remark{off: start, message: `the escape \e is newer than most TOML programs`, expected: `\u001B`})
		return 0x1b, nil
	case 'x':
		s.remarks = append(s.remarks, remark{off: start, message: `the escape \x is newer than most TOML programs`, expected: `\u and four digits`})
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		return 0, unknown
	}
	if s.pos+digits > len(s.src) {
		return 0, unknown
	}
	n, err := strconv.ParseUint(s.src[s.pos:s.pos+digits], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return 0, unknown
	}
	s.pos += digits
	return rune(n), nil
}

// plain reads a number, a date, true or false; which of them is the decoder's business.
func (s *scanner) plain() *fault {
	start := s.pos
	for s.pos < len(s.src) && !strings.ContainsRune(",]}#\n\r", rune(s.src[s.pos])) {
		s.pos++
	}
	word := strings.TrimRight(s.src[start:s.pos], " \t")
	s.pos = start + len(word)
	r, _ := utf8.DecodeRuneInString(word)
	switch {
	case word == "":
		return s.fault(start, "the value is missing", "a value: a text in quotes, a number, true or false, or a list in brackets")
	case word == "true" || word == "false" || word == "inf" || word == "nan":
		return nil
	case strings.EqualFold(word, "true") || strings.EqualFold(word, "false"):
		return s.fault(start, fmt.Sprintf("%s must be in small letters", word), strings.ToLower(word))
	case strings.ContainsRune("“”„‟«»‘’‚‹›", r):
		return s.fault(start, fmt.Sprintf("%s is a curly quote, which a word processor makes", string(r)), `straight quotes: "text"`)
	case unicode.IsLetter(r):
		return s.fault(start, "a text without quotes stands here", `straight quotes around it: "text"`)
	case r >= '0' && r <= '9' || r == '+' || r == '-':
		if strings.ContainsAny(word, "[{\"'=") {
			return s.fault(start, fmt.Sprintf("%q is neither a number nor a text", shorten(word, 20)), `a number, or a text in quotes`)
		}
		return nil
	}
	return s.fault(start, fmt.Sprintf("a value cannot begin with %s", strconv.Quote(string(r))), "a text in quotes, a number, true or false, or a list in brackets")
}

// joinPath adds a key to a path, quoted where it could not stand bare.
func joinPath(path, key string) string {
	bare := key != ""
	for i := 0; i < len(key); i++ {
		if !isBare(key[i]) {
			bare = false
			break
		}
	}
	if !bare {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// patternOf is a path without its numbers: "grievance.told" for "grievance[2].told[1]".
func patternOf(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '[':
			for i < len(path) && path[i] != ']' {
				i++
			}
		case '"':
			j := i + 1
			for j < len(path) && path[j] != '"' {
				if path[j] == '\\' {
					j++
				}
				j++
			}
			b.WriteString(path[i:min(j+1, len(path))])
			i = j
		default:
			b.WriteByte(path[i])
		}
	}
	return b.String()
}

// position gives the line and the column of an offset, both from 1; the column counts characters.
func position(src string, off int) (line, column int) {
	off = min(max(off, 0), len(src))
	before := src[:off]
	line = 1 + strings.Count(before, "\n")
	return line, 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}

// shorten cuts a text after at most n characters.
func shorten(text string, n int) string {
	runes := 0
	for i := range text {
		if runes == n {
			return text[:i] + "…"
		}
		runes++
	}
	return text
}
