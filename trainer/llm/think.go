package llm

import (
	"strings"
)

// thoughts takes reasoning out of a stream of words, for servers that leave it
// in the text, however the chunks cut its marks.
type thoughts struct {
	buf    string
	inside bool
	// assumed is set where an answer is taken to begin inside a thought; kept holds it in case it does not.
	assumed bool
	kept    strings.Builder
	// orphan is set once a thought ended that was never begun: all the words before it were thoughts.
	orphan bool
	// wrong is set where an answer that was taken to begin inside a thought did not, closed where it did.
	wrong, closed bool
}

var (
	openMarks  = []string{"<think>", "<thinking>", "<thought>", "<reasoning>", "[think]", "<|channel|>analysis<|message|>", "<seed:think>", "<|begin_of_thought|>"}
	closeMarks = []string{"</think>", "</thinking>", "</thought>", "</reasoning>", "[/think]", "<|channel|>final<|message|>", "</seed:think>", "<|end_of_thought|>"}
)

const longestMark = 32

// find gives the first of the marks in a lower-case text, or -1.
func find(lower string, marks []string) (at, length int) {
	at = -1
	for _, m := range marks {
		if i := strings.Index(lower, m); i >= 0 && (at < 0 || i < at) {
			at, length = i, len(m)
		}
	}
	return at, length
}

// begins gives where the text's end may be the beginning of a mark, or its length.
func begins(lower string) int {
	for i := max(0, len(lower)-longestMark); i < len(lower); i++ {
		if lower[i] != '<' && lower[i] != '[' {
			continue
		}
		for _, marks := range [][]string{openMarks, closeMarks} {
			for _, m := range marks {
				if strings.HasPrefix(m, lower[i:]) {
					return i
				}
			}
		}
	}
	return len(lower)
}

// lower folds ASCII only, byte by byte: offsets stay those of the text, which may be cut within a character.
func lower(s string) string { return string(appendLow(make([]byte, 0, len(s)), s)) }

// push takes the next words and gives those that are none of a thought.
func (t *thoughts) push(text string) string {
	if t.buf == "" && !t.inside && !strings.ContainsAny(text, "<[") {
		return text // no mark begins without one of these
	}
	t.buf += text
	var out strings.Builder
	for {
		low := lower(t.buf)
		if t.inside {
			at, n := find(low, closeMarks)
			if at < 0 {
				keep := min(len(t.buf), longestMark)
				cut := len(t.buf) - keep
				if t.assumed && t.kept.Len() < maxPlainBody {
					t.kept.WriteString(t.buf[:cut])
				}
				t.buf = t.buf[cut:]
				return out.String()
			}
			t.closed = t.closed || t.assumed
			t.inside, t.assumed = false, false
			t.buf = t.buf[at+n:]
			continue
		}
		open, n := find(low, openMarks)
		shut, m := find(low, closeMarks)
		switch {
		case shut >= 0 && (open < 0 || shut < open):
			t.orphan = true
			out.Reset()
			t.buf = t.buf[shut+m:]
		case open >= 0:
			out.WriteString(t.buf[:open])
			t.inside = true
			t.buf = t.buf[open+n:]
		default:
			cut := begins(low)
			out.WriteString(t.buf[:cut])
			t.buf = t.buf[cut:]
			return out.String()
		}
	}
}

// flush gives what was held back, at the end of the answer. An answer that was
// only taken to begin inside a thought comes out whole.
func (t *thoughts) flush() string {
	rest := t.buf
	t.buf = ""
	switch {
	case t.inside && t.assumed:
		t.inside, t.assumed, t.wrong = false, false, true
		return t.kept.String() + rest
	case t.inside:
		return ""
	}
	return rest
}
