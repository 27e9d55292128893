package llm

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/tidwall/gjson"
)

// chunk is what one piece of a stream says.
type chunk struct {
	text    string // visible words
	thought int    // bytes of reasoning, which is never shown
	refusal bool   // the model declined in a field of its own
	finish  string // why the answer ended, "" while it goes on
	tokens  [2]int // what was charged, where the chunk says so
}

// maxChunk bounds one event, in bytes: the largest is an answer that came in one piece.
const maxChunk = 2 * maxPlainBody

// parseChunk reads one event's data, in place, since each word of an answer comes in one: what it gives stands as long as raw does. The library's own
// type lacks what some servers send ("reasoning", words in parts), and reads an event that is an error as an empty
// chunk; an error in any spelling is a KindServer error here.
func parseChunk(raw []byte) (chunk, error) {
	if len(raw) > maxChunk || !gjson.ValidBytes(raw) {
		return chunk{}, &Error{Kind: KindMeaning}
	}
	var choices, usage, failure, message gjson.Result
	ok := fields(gjson.Parse(unsafe.String(unsafe.SliceData(raw), len(raw))), func(name string, v gjson.Result) bool {
		switch name {
		case "choices":
			choices = v
			return !set(v) || v.IsArray()
		case "usage":
			usage = v
		case "error":
			failure = v
		case "message", "detail":
			if set(v) {
				message = v
			}
		}
		return true
	})
	if !ok {
		return chunk{}, &Error{Kind: KindMeaning}
	}
	if said(failure) && failure.Type != gjson.False {
		if failure.Get("code").Str == "content_filter" {
			return chunk{}, &Error{Kind: KindFiltered}
		}
		return chunk{}, &Error{Kind: KindServer, Status: errorStatus(failure)}
	}
	if !set(choices) && !set(usage) && set(message) {
		return chunk{}, &Error{Kind: KindServer}
	}
	var c chunk
	ok = fields(usage, func(name string, v gjson.Result) bool {
		switch name {
		case "prompt_tokens":
			c.tokens[0] = numberOf(v)
		case "completion_tokens":
			c.tokens[1] = numberOf(v)
		}
		return true
	})
	choices.ForEach(func(_, choice gjson.Result) bool {
		ok = ok && c.choose(choice)
		return ok
	})
	if !ok {
		return chunk{}, &Error{Kind: KindMeaning}
	}
	return c, nil
}

// choose takes in one of a chunk's choices; only the first of several is wanted. It gives false where it makes no sense.
func (c *chunk) choose(choice gjson.Result) bool {
	var delta, finish gjson.Result
	first := true
	ok := fields(choice, func(name string, v gjson.Result) bool {
		switch name {
		case "index":
			first = numberOf(v) == 0
		case "delta":
			delta = v
		case "finish_reason":
			finish = v
			return !set(v) || v.Type == gjson.String
		}
		return true
	})
	if !ok || !first {
		return ok
	}
	if finish.Str != "" && finish.Str != "null" {
		c.finish = finish.Str
	}
	return fields(delta, func(name string, v gjson.Result) bool {
		switch name {
		case "content":
			text, thought, ok := contentOf(v)
			c.text += text
			c.thought += thought
			return ok
		case "reasoning_content", "reasoning", "thinking":
			if said(v) {
				c.thought += max(len(v.Str), 1)
			}
		case "refusal":
			c.refusal = c.refusal || said(v)
		case "tool_calls":
			return !set(v) || v.Raw == "[]"
		case "function_call":
			return !set(v)
		}
		return true
	})
}

// fields goes through the fields of an object until take gives false, which it then gives, too. What is left out or
// null has no fields; another kind of value gives false.
func fields(v gjson.Result, take func(name string, v gjson.Result) bool) bool {
	if !set(v) {
		return true
	}
	ok := v.IsObject()
	if ok {
		v.ForEach(func(name, v gjson.Result) bool {
			ok = take(name.Str, v)
			return ok
		})
	}
	return ok
}

// numberOf is a number of something, 0 where a server writes nonsense: no answer is lost for that.
func numberOf(v gjson.Result) int { return int(min(max(v.Int(), 0), 1<<30)) }

// contentOf reads a delta's content: a string, nothing, or a list of parts of which some may be thoughts.
func contentOf(v gjson.Result) (text string, thought int, ok bool) {
	switch {
	case !set(v):
		return "", 0, true
	case v.Type == gjson.String:
		return v.Str, 0, true
	case !v.IsArray():
		return "", 0, false
	}
	ok = true
	v.ForEach(func(_, part gjson.Result) bool {
		var kind, words string
		ok = fields(part, func(name string, v gjson.Result) bool {
			switch name {
			case "type":
				kind = v.Str
			case "text":
				words = v.Str
			default:
				return true
			}
			return !set(v) || v.Type == gjson.String
		})
		if kind == "text" || kind == "output_text" || kind == "" {
			text += words
		} else {
			thought += max(len(words), 1)
		}
		return ok
	})
	return text, thought, ok
}

func set(v gjson.Result) bool { return v.Type != gjson.Null }

func said(v gjson.Result) bool { return set(v) && v.Raw != `""` }

// errorStatus is the status that an error in a stream names: 429 has its own meaning there, too.
func errorStatus(failure gjson.Result) int {
	for _, name := range []string{"code", "status"} {
		if n, err := strconv.Atoi(failure.Get(name).String()); err == nil && n >= 400 && n < 600 {
			return n
		}
	}
	return 0
}

// next gives the next chunk, io.EOF at the end of the answer, or an error that is still to be classified.
func (e *eventStream) next() (chunk, error) {
	raw, err := e.data()
	switch {
	case err != nil:
		return chunk{}, err
	}
	if text, ok := e.plain(raw); ok {
		return chunk{text: e.whole(text)}, nil
	}
	c, err := parseChunk(raw)
	c.text, c.finish = strings.Clone(c.text), strings.Clone(c.finish) // raw is read over
	if err == nil && c.text != "" && c == (chunk{text: c.text}) {
		e.remember(raw, c.text)
	}
	c.text = e.whole(c.text)
	return c, err
}

// whole gives a text without the beginning of a character at its end, which waits for the next one: some servers cut their pieces by bytes.
func (e *eventStream) whole(text string) string {
	if e.part == "" && utf8.ValidString(text) {
		return text
	}
	text, e.part = e.part+text, ""
	for i := len(text) - 1; i >= max(0, len(text)-utf8.UTFMax); i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRuneInString(text[i:]) {
				text, e.part = text[:i], text[i:]
			}
			break
		}
	}
	return strings.ToValidUTF8(text, "\uFFFD")
}

// plain gives the words of a chunk that has nothing but its words otherwise than one that was parsed before: nearly all of
// an answer's chunks are so.
func (e *eventStream) plain(raw []byte) (text string, ok bool) {
	end := len(raw) - len(e.after)
	if len(e.before) == 0 || end < len(e.before) || !bytes.HasPrefix(raw, e.before) || !bytes.HasSuffix(raw, e.after) {
		return "", false
	}
	words := raw[len(e.before):end]
	for _, c := range words {
		if c < ' ' || c == '"' || c == '\\' {
			return "", false
		}
	}
	return string(words), true
}

var contentField = []byte(`"content":`)

// remember keeps what stands around the words of a chunk.
func (e *eventStream) remember(raw []byte, text string) {
	_, rest, _ := bytes.Cut(raw, contentField)
	words, ok := bytes.CutPrefix(bytes.TrimLeft(rest, " "), []byte(`"`))
	after, same := bytes.CutPrefix(words, []byte(text))
	if ok && same && len(after) > 0 && after[0] == '"' && !bytes.Contains(after, contentField) {
		e.before = append(e.before[:0], raw[:len(raw)-len(words)]...)
		e.after = append(e.after[:0], after...)
	}
}
