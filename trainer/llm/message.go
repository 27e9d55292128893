package llm

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"
	"github.com/tidwall/gjson"
)

// message is one message of a request. Its content are its parts, one behind the other: most of a prompt stands in memory
// for longer than a turn, and is put together only once, in the body that is sent.
type message struct {
	role string
	// begins is how the content begins; nil where parts are all of it.
	begins *beginsWith
	parts  []string
}

// beginsWith is a text with which many messages begin.
type beginsWith struct {
	text string
	json []byte // as it stands in a string of JSON
}

func newBeginsWith(text string) *beginsWith { return &beginsWith{text, appendEscaped(nil, text)} }

// content is what the message says.
func (m *message) content() string {
	text := strings.Join(m.parts, "")
	if m.begins != nil {
		text = m.begins.text + text
	}
	return text
}

// tokens estimates the tokens of the content.
func (m *message) tokens() int {
	plain, all := 0, 0
	count := func(text string) { plain, all = plain+plainIn(text), all+len(text) }
	if m.begins != nil {
		count(m.begins.text)
	}
	for _, p := range m.parts {
		count(p)
	}
	return tokensOf(plain, all)
}

// plainly gives a message of one part.
func plainly(role, text string) message { return message{role: role, parts: []string{text}} }

// encodeMessages appends messages as a request has them.
func encodeMessages(to []byte, messages []message) []byte {
	to = append(to, '[')
	for i := range messages {
		m := &messages[i]
		if i > 0 {
			to = append(to, ',')
		}
		to = append(append(append(to, `{"role":"`...), m.role...), `","content":"`...)
		if m.begins != nil {
			to = append(to, m.begins.json...)
		}
		for _, p := range m.parts {
			to = appendEscaped(to, p)
		}
		to = append(to, `"}`...)
	}
	return append(to, ']')
}

// appendEscaped appends a text as it stands in a string of JSON, without the quotation marks around it.
func appendEscaped(to []byte, text string) []byte {
	n := len(to)
	if n == 0 {
		whole := gjson.AppendJSONString(nil, text)
		return whole[1 : len(whole)-1]
	}
	before := to[n-1] // gives its place to the first mark, and gets it back
	to = gjson.AppendJSONString(to[:n-1], text)
	to[n-1] = before
	return to[:len(to)-1]
}

var errNoPlace = errors.New("no place for the messages")

// withMessages puts messages into a request that the library made without any.
func withMessages(req *http.Request, messages []message) (*http.Request, error) {
	body := make([]byte, max(req.ContentLength, 0))
	_, err := io.ReadFull(req.Body, body)
	req.Body.Close()
	if err != nil {
		return nil, err
	}
	// In a string the quotation marks would not be plain, so this is the field.
	const field, none = `"messages":`, `null`
	at := bytes.Index(body, []byte(field+none))
	if at < 0 {
		return nil, errNoPlace
	}
	size := len(body) + 64
	for i := range messages {
		m := &messages[i]
		if m.begins != nil {
			size += len(m.begins.json)
		}
		for _, p := range m.parts {
			size += len(p) + len(p)/32 + 4
		}
		size += 64
	}
	whole := append(make([]byte, 0, size), body[:at+len(field)]...)
	whole = append(encodeMessages(whole, messages), body[at+len(field)+len(none):]...)
	req = req.WithContext(req.Context()) // a copy: the client's own stays as it is
	req.ContentLength = int64(len(whole))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(whole)), nil }
	req.Body, err = req.GetBody()
	return req, err
}

// The roles of messages.
const (
	ofSystem  = openai.ChatMessageRoleSystem
	ofUser    = openai.ChatMessageRoleUser
	ofAnswers = openai.ChatMessageRoleAssistant
)
