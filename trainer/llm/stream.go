package llm

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// chunk is what one piece of a stream says.
type chunk struct {
	text     string // visible words
	thinking bool   // reasoning that is never shown, which counts as progress
	refusal  bool   // the model declined in a field of its own
	finish   string // why the answer ended, "" while it goes on
	tokens   [2]int // what was charged, where the chunk says so
}

// wireChunk is the part of a chunk that is read here. The library's own type
// lacks what some servers send ("reasoning", words in parts), and reads an event that is an error as an empty chunk.
type wireChunk struct {
	Choices []struct {
		Index int `json:"index"`
		Delta struct {
			Content          json.RawMessage `json:"content"`
			Refusal          json.RawMessage `json:"refusal"`
			ReasoningContent json.RawMessage `json:"reasoning_content"`
			Reasoning        json.RawMessage `json:"reasoning"`
			Thinking         json.RawMessage `json:"thinking"`
			ToolCalls        json.RawMessage `json:"tool_calls"`
			FunctionCall     json.RawMessage `json:"function_call"`
		} `json:"delta"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Usage *struct {
		PromptTokens     int `json:"prompt_tokens"`
		CompletionTokens int `json:"completion_tokens"`
	} `json:"usage"`
	Error   json.RawMessage `json:"error"`
	Message json.RawMessage `json:"message"`
	Detail  json.RawMessage `json:"detail"`
}

// parseChunk reads one event's data. It returns a KindServer error for an error in any spelling.
func parseChunk(raw []byte) (chunk, error) {
	var w wireChunk
	if err := json.Unmarshal(raw, &w); err != nil {
		return chunk{}, &Error{Kind: KindMeaning}
	}
	if set(w.Error) {
		return chunk{}, &Error{Kind: KindServer, Status: errorStatus(w.Error)}
	}
	if w.Choices == nil && w.Usage == nil && (set(w.Message) || set(w.Detail)) {
		return chunk{}, &Error{Kind: KindServer}
	}
	var c chunk
	if w.Usage != nil {
		c.tokens = [2]int{max(w.Usage.PromptTokens, 0), max(w.Usage.CompletionTokens, 0)}
	}
	for _, ch := range w.Choices {
		if ch.Index != 0 {
			continue
		}
		d := &ch.Delta
		if set(d.FunctionCall) || set(d.ToolCalls) && string(d.ToolCalls) != "[]" {
			return chunk{}, &Error{Kind: KindMeaning}
		}
		text, thought, ok := contentOf(d.Content)
		if !ok {
			return chunk{}, &Error{Kind: KindMeaning}
		}
		c.text += text
		c.thinking = c.thinking || thought || said(d.ReasoningContent) || said(d.Reasoning) || said(d.Thinking)
		c.refusal = c.refusal || said(d.Refusal)
		if ch.FinishReason != "" && ch.FinishReason != "null" {
			c.finish = ch.FinishReason
		}
	}
	return c, nil
}

// contentOf reads a delta's content: a string, nothing, or a list of parts of which some may be thoughts.
func contentOf(raw json.RawMessage) (text string, thought, ok bool) {
	if !set(raw) {
		return "", false, true
	}
	if raw[0] != '[' {
		return text, false, json.Unmarshal(raw, &text) == nil
	}
	var parts []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", false, false
	}
	for _, p := range parts {
		if p.Type == "text" || p.Type == "" {
			text += p.Text
		} else {
			thought = true
		}
	}
	return text, thought, true
}

func set(m json.RawMessage) bool { return len(m) > 0 && string(m) != "null" }

func said(m json.RawMessage) bool { return set(m) && string(m) != `""` }

// errorStatus is the status that an error in a stream names: 429 has its own meaning there, too.
func errorStatus(raw json.RawMessage) int {
	var e struct {
		Code   json.RawMessage `json:"code"`
		Status int             `json:"status"`
	}
	if json.Unmarshal(raw, &e) != nil {
		return 0
	}
	if n, err := strconv.Atoi(strings.Trim(string(e.Code), `"`)); err == nil && n >= 400 && n < 600 {
		return n
	}
	if e.Status >= 400 && e.Status < 600 {
		return e.Status
	}
	return 0
}

// next gives the stream's next chunk, io.EOF at its end, or an error that is still to be classified.
func next(s *openai.ChatCompletionStream) (chunk, error) {
	raw, err := s.RecvRaw()
	switch {
	case errors.Is(err, io.EOF):
		return chunk{}, io.EOF
	case err != nil:
		return chunk{}, err
	case len(raw) == 0:
		// The library met an error event that it could not read, or a line with nothing in it.
		return chunk{}, &Error{Kind: KindServer}
	}
	return parseChunk(raw)
}
