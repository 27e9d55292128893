package scenarios

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"
)

// MaxBytes is the size over which a file is refused.
const MaxBytes = 512 << 10

// maxProblems is how many problems of one file are told; nobody mends more in one go.
const maxProblems = 500

// maxMends is how often Parse steps over a passage that cannot be read, to see what is wrong behind it.
const maxMends = 40

// Parse reads a scenario from a file's text and checks it. The name is shown
// in problems, and its last part without ".toml" becomes the scenario's ID. An
// error is always a Problems with every mistake of the file, each at its place:
// behind a passage that cannot be read as TOML, and beside a value of the wrong
// type, the rest is checked all the same.
//
// What the file leaves out and what has a default (the reference says which)
// has it in the scenario. Parse is safe with any bytes: its work and memory are
// bounded by MaxBytes, and it does not panic.
func Parse(name string, data []byte) (*Scenario, error) {
	p := &parser{file: name, src: string(data), places: map[string]place{}, told: map[Problem]bool{}}
	s := p.parse()
	if len(p.problems) > 0 {
		return nil, p.sorted()
	}
	return s.named(name, data), nil
}

// parseChecked is Parse for a file that is known to have no mistake, in a third of the time; one that has some it leaves to Parse.
func parseChecked(name string, data []byte) (*Scenario, error) {
	s, md, err := decodeStrict(string(data))
	if err != nil || len(md.Undecoded()) > 0 {
		return Parse(name, data)
	}
	s.settle()
	return s.named(name, data), nil
}

// named gives a scenario what it is known by.
func (s *Scenario) named(name string, data []byte) *Scenario {
	sum := sha256.Sum256(data)
	s.ID, s.Hash, s.text = idOf(name), hex.EncodeToString(sum[:]), string(data)
	return s
}

// parser gathers the problems of one file.
type parser struct {
	file     string
	src      string
	places   map[string]place
	problems Problems
	told     map[Problem]bool
	// excused are the paths of which something is known to be wrong already, so that they are not called missing too.
	excused map[string]bool
	// lost is set where a passage could not be read whose keys are not known: then nothing is called missing.
	lost bool
}

func (p *parser) parse() *Scenario {
	if id := idOf(p.file); !idPattern.MatchString(id) || len(id) > mostID {
		p.add(-1, "", "the file's name does not fit, and the scenario is known by it",
			`small letters without accents, digits and single dashes, up to 60 of them, then ".toml": "late-shift.toml"`)
	}
	if len(p.src) > MaxBytes {
		p.add(-1, "", fmt.Sprintf("the file has %d KiB", (len(p.src)+1023)>>10), fmt.Sprintf("at most %d KiB", MaxBytes>>10))
		return nil
	}
	p.src = strings.TrimPrefix(p.src, "\ufeff") // some editors put a mark in front; it means nothing
	if !p.readable() {
		return nil
	}
	p.excused = map[string]bool{}
	tree, ok := p.decode()
	if !ok {
		return nil
	}
	p.check(p.fill(tree))
	if len(p.problems) > 0 {
		return nil
	}
	s := p.strict()
	if s != nil {
		s.settle()
	}
	return s
}

// add notes a problem at an offset; -1 means the whole file, and the problem then stands at its beginning.
func (p *parser) add(off int, path, message, expected string) {
	if len(p.problems) > maxProblems {
		return
	}
	problem := Problem{File: p.file, Key: path, Message: message, Expected: expected}
	problem.Line, problem.Column = position(p.src, off)
	if !p.told[problem] {
		p.told[problem] = true
		p.problems = append(p.problems, problem)
	}
}

// sorted gives the problems in the order of their places.
func (p *parser) sorted() Problems {
	slices.SortStableFunc(p.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	if len(p.problems) > maxProblems {
		p.problems = append(p.problems[:maxProblems:maxProblems], Problem{File: p.file,
			Message: fmt.Sprintf("there are more than %d problems; the rest is not shown", maxProblems)})
	}
	return p.problems
}

// readable refuses what is no text: bytes that are not UTF-8, and control characters.
func (p *parser) readable() bool {
	head := p.src[:min(len(p.src), 2)]
	if head == "\xff\xfe" || head == "\xfe\xff" {
		p.add(0, "", "the file is saved as UTF-16", `UTF-8: choose "UTF-8" as the encoding when saving`)
		return false
	}
	if !utf8.ValidString(p.src) {
		for i, r := range p.src {
			if r == utf8.RuneError {
				if _, size := utf8.DecodeRuneInString(p.src[i:]); size == 1 {
					p.add(i, "", fmt.Sprintf("the byte 0x%02X is not UTF-8; the file was saved in another encoding", p.src[i]), `UTF-8: choose "UTF-8" as the encoding when saving`)
					return false
				}
			}
		}
	}
	for i := 0; i < len(p.src); i++ {
		c := p.src[i]
		switch {
		case c == '\t' || c == '\n' || c == '\r' && i+1 < len(p.src) && p.src[i+1] == '\n':
		case c == '\r':
			p.add(i, "", "a line ends the way it did on very old computers (a carriage return alone)", "usual line ends; open the file in an editor and save it with them")
			return false
		case c < ' ' || c == 0x7f:
			p.add(i, "", fmt.Sprintf("an invisible control character stands here (U+%04X)", c), "text")
			return false
		}
	}
	return true
}

// decode reads the file into a tree. Where a passage cannot be read, it is
// noted, blanked out and the rest read on its own.
func (p *parser) decode() (map[string]any, bool) {
	src := p.src
	for range maxMends {
		s, f := scan(src)
		p.places = s.places
		if f != nil {
			p.add(f.off, f.path, f.message, f.expected)
			if f.refuse {
				return nil, false
			}
			src = p.mend(src, s.statements, len(s.statements)-1, f)
			continue
		}
		tree, err := decodeTree(src)
		if err == nil {
			for _, r := range s.remarks {
				p.add(r.off, r.path, r.message, r.expected)
			}
			return tree, true
		}
		parseErr, ok := errors.AsType[toml.ParseError](err)
		if !ok {
			p.add(-1, "", err.Error(), "a file that the TOML decoder can read")
			return nil, false
		}
		off := min(parseErr.Position.Start, len(src))
		i, found := slices.BinarySearchFunc(s.statements, off, func(st statement, off int) int { return cmp.Compare(st.start, off) })
		if !found {
			i--
		}
		if i < 0 {
			p.add(off, "", parseErr.Message, "")
			return nil, false
		}
		p.add(off, s.statements[i].path, parseErr.Message, expects[patternOf(s.statements[i].path)])
		src = p.mend(src, s.statements, i, nil)
	}
	p.add(len(p.src), "", "too much of the file cannot be read to go on from here", "the problems above mended first")
	return nil, false
}

// decodeTree decodes into a plain tree. The decoder panics on bugs of its own; that becomes an error.
func decodeTree(src string) (tree map[string]any, err error) {
	defer func() {
		if r := recover(); r != nil {
			tree, err = nil, fmt.Errorf("the TOML decoder failed: %v", r)
		}
	}()
	_, err = toml.Decode(src, &tree)
	if tree == nil {
		tree = map[string]any{}
	}
	return tree, err
}

var (
	headerLine     = regexp.MustCompile(`(?m)^[ \t]*\[\[?[ \t]*[A-Za-z_][\w.-]*[ \t]*\]`)
	anyLine        = regexp.MustCompile(`(?m)^[ \t]*(?:\[\[?[ \t]*[A-Za-z_][\w.-]*[ \t]*\]|[A-Za-z_][\w.-]*[ \t]*=)`)
	anyOrBlankLine = regexp.MustCompile(`(?m)^[ \t]*(?:\r?$|\[\[?[ \t]*[A-Za-z_][\w.-]*[ \t]*\]|[A-Za-z_][\w.-]*[ \t]*=)`)
	lineStart      = regexp.MustCompile(`(?m)^`)
)

// mend blanks out a statement that cannot be read, for a table's name the whole
// table. Where it stopped the scan with a fault, its end has to be guessed: its
// line's end, or the next line that begins like a key or a table. Line ends
// stay, so that places stay true.
func (p *parser) mend(src string, statements []statement, i int, f *fault) string {
	st := statements[i]
	if st.path == "" {
		p.lost = true
	} else {
		p.excused[st.path] = true
	}
	end := st.end
	switch {
	case f == nil && !st.header:
	case f == nil:
		end = len(src)
		for _, after := range statements[i+1:] {
			if after.header {
				end = after.start
				break
			}
			p.excused[after.path] = true
		}
	default:
		next := lineStart
		switch {
		case st.header:
			next = headerLine
		case f.open:
			next = anyLine
		case st.path == "":
			next = anyOrBlankLine // prose without quotes tends to go on
		}
		end = len(src)
		if line := strings.IndexByte(src[f.off:], '\n'); line >= 0 && !f.open {
			end = f.off + line + 1
		} else if line := strings.IndexByte(src[st.start:], '\n'); line >= 0 && f.open {
			end = st.start + line + 1
		}
		if at := next.FindStringIndex(src[end:]); at != nil {
			end += at[0]
		} else {
			end = len(src)
		}
	}
	blank := []byte(src)
	for j := st.start; j < end; j++ {
		if blank[j] != '\n' && blank[j] != '\r' {
			blank[j] = ' '
		}
	}
	return string(blank)
}

// strict decodes straight into the types, so that the decoder itself vouches
// for every key and value: whatever the walk over the tree let pass ends here.
func (p *parser) strict() *Scenario {
	s, md, err := decodeStrict(p.src)
	if err != nil {
		p.add(-1, "", err.Error(), "values of the right type")
		return nil
	}
	for _, key := range md.Undecoded() {
		p.add(-1, key.String(), "this key is not known here", "a key of this format")
	}
	return s
}

func decodeStrict(src string) (s *Scenario, md toml.MetaData, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the TOML decoder failed: %v", r)
		}
	}()
	s = new(Scenario)
	md, err = toml.Decode(src, s)
	return s, md, err
}
