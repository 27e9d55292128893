package llm

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestChunksReadAlike has every chunk read as if it were the first of its stream, whatever came before it.
func TestChunksReadAlike(t *testing.T) {
	with := func(delta, more string) string {
		return fmt.Sprintf(`{"id":"a","choices":[{"index":0,"delta":%s}]%s}`, delta, more)
	}
	word := func(text string) string { return with(`{"content":"`+text+`"}`, "") }
	raws := []string{
		word("So"), word(" it"), word(""), word(" was"), word(`\n\"no\"`), word(" th\u00e9"), word("\xff"), word(`","x":"`), word(" a"),
		with(`{"content": " b"}`, ""), with(`{"content": " c"}`, ""), with(`{"content":" d","role":"assistant"}`, ""), word(" e"),
		with(`{"content":"f","reasoning":"content\":\"f\""}`, ""), with(`{"content":"g","reasoning":"content\":\"f\""}`, ""),
		with(`{"content":"h"}`, `,"usage":{"prompt_tokens":1,"completion_tokens":2}`), with(`{"content":"i"}`, `,"usage":{"prompt_tokens":3,"completion_tokens":4}`),
		with(`{"content":[{"type":"text","text":"j"}]}`, ""), with(`{"content":"k"}`, `,"content":"k"`), with(`{"content":"l"}`, `,"content":"k"`),
		with(`{"content":"m","refusal":"no"}`, ""), word(strings.Repeat("long ", 2000)), word(" n"), word(" \x01"), `{"choices":[`, word(" o"),
		with(`{"content":"p"}`, `,"choices":null`), with(`{"content":"q"}`, `,"choices":null`), `{"choices":[{"index":1,"delta":{"content":"r"}}]}`, `{"choices":[{"index":1,"delta":{"content":"s"}}]}`,
		`{"choices":[{"index":0,"delta":{"content":"t"},"finish_reason":"stop"}]}`, `{"choices":[{"index":0,"delta":{"content":"u"},"finish_reason":"stop"}]}`,
	}
	for first := range raws {
		list := append(raws[first:len(raws):len(raws)], raws[:first]...)
		body := io.NopCloser(strings.NewReader(": hello\n\ndata: " + strings.Join(list, "\n\ndata:") + "\r\n\ndata: [DONE]"))
		e := &eventStream{ReadCloser: body, in: bufio.NewReader(body), left: maxReplyBody, x: &exchange{}}
		var got []chunk
		for i, raw := range list {
			want, wantErr := parseChunk([]byte(raw))
			want.text = strings.ToValidUTF8(want.text, "\uFFFD")
			c, err := e.next()
			if c != want || (err == nil) != (wantErr == nil) {
				t.Fatalf("from %d, the %dth: %+v, %v, where %+v, %v was expected", first, i, c, err, want, wantErr)
			}
			got = append(got, c)
		}
		for i, raw := range list { // nothing was read over
			want, _ := parseChunk([]byte(raw))
			if want.text = strings.ToValidUTF8(want.text, "\uFFFD"); got[i] != want {
				t.Errorf("the %dth became %+v", i, got[i])
			}
		}
		if _, err := e.next(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
	}
}
