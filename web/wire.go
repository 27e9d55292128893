package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"breakroom/trainer"
	"breakroom/trainer/talk"
)

// Protocol is the version of the protocol that PROTOCOL.md describes.
const Protocol = 1

// subprotocol is what a client may offer in the handshake.
const subprotocol = "breakroom.v1"

// Limits that PROTOCOL.md names.
const (
	maxFrame       = 32 << 10 // bytes of one message to the server
	maxBody        = 64 << 10 // bytes of one HTTP body
	queueMessages  = 256      // messages that wait for one socket
	queueBytes     = 1 << 20  // their bytes, about
	replayBytes    = 4 << 20  // bytes that may wait while a socket resumes
	messagesEach   = 20       // messages a second on one socket
	messagesBurst  = 60
	joinsEach      = 20 // handshakes a second from one address
	joinsBurst     = 300
	beginsEach     = 2 // new conversations a second from one address
	beginsBurst    = 200
	addressesKnown = 10_000 // addresses whose rate is remembered
	socketsPerson  = 16
	socketsServer  = 16_000
	maxSeed        = 1<<53 - 1
)

// Close codes beyond those of RFC 6455.
const (
	closeReplaced = 4001
	closeDeleted  = 4004
)

// inbound is a message from a client. Pointers tell a missing field from an empty one.
type inbound struct {
	Type    *string        `json:"type"`
	ID      *string        `json:"id"`
	Text    *string        `json:"text"`
	Minutes *int           `json:"minutes"`
	Levels  map[string]int `json:"levels"`
	Note    *string        `json:"note"`
	Host    *string        `json:"host"`
}

// refusal is why a message or a request was not taken.
type refusal struct {
	code    string
	message string
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{code: code, message: fmt.Sprintf(format, args...)}
}

// decodeInbound reads one message. The message comes back also where it is refused, so that the error can say what it is about.
func decodeInbound(data []byte) (inbound, error) {
	var m inbound
	if !m.takePlain(data) {
		m = inbound{}
		if err := json.Unmarshal(data, &m); err != nil {
			return m, explainJSON(err)
		}
	}
	if m.ID != nil && !validID(*m.ID) {
		m.ID = nil
		return m, refuse("invalid", "\"id\" must be 1 to %d characters of printable ASCII without spaces.", trainer.MaxClientID)
	}
	if m.Type == nil {
		return m, refuse("missing-field", "The message has no \"type\".")
	}
	missing := func(field string) error {
		return refuse("missing-field", "A message of type %q needs %q.", *m.Type, field)
	}
	switch *m.Type {
	case "say":
		if m.ID == nil {
			return m, missing("id")
		}
		if m.Text == nil {
			return m, missing("text")
		}
	case "extend":
		if m.Minutes == nil {
			return m, missing("minutes")
		}
	case "agree":
		if m.Host == nil {
			return m, missing("host")
		}
	case "help", "pause", "step-out", "end", "rate", "ping":
	default:
		return m, refuse("unknown-type", "There is no message of that type; PROTOCOL.md lists them: say, help, pause, extend, step-out, end, rate, agree, ping.")
	}
	return m, nil
}

// takePlain reads a message whose fields are all known texts, each once and without escapes: nearly all that people say. It gives false where that is not so.
func (m *inbound) takePlain(data []byte) bool {
	if bytes.IndexByte(data, '\\') >= 0 || !utf8.Valid(data) || !gjson.ValidBytes(data) {
		return false
	}
	all := gjson.ParseBytes(data)
	plain := all.IsObject()
	all.ForEach(func(name, value gjson.Result) bool {
		var field **string
		switch name.Str {
		case "type":
			field = &m.Type
		case "id":
			field = &m.ID
		case "text":
			field = &m.Text
		case "note":
			field = &m.Note
		case "host":
			field = &m.Host
		}
		if plain = plain && field != nil && *field == nil && value.Type == gjson.String; plain {
			text := value.Str
			*field = &text
		}
		return plain
	})
	return plain
}

// explainJSON says what is wrong with a JSON text, without repeating what stands in it.
func explainJSON(err error) *refusal {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		return refuse("wrong-type", "%q must be %s.", wrong.Field, jsonKind(wrong.Type.String()))
	}
	if errors.As(err, &wrong) {
		return refuse("not-json", "Send one JSON object, not another kind of JSON value.")
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return refuse("not-json", "This is not JSON: the mistake is at byte %d.", syntax.Offset)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if field, e := strconv.Unquote(name); e == nil && validID(field) {
			return refuse("unknown-field", "There is no field %q here.", field)
		}
		return refuse("unknown-field", "There is a field that is not known here.")
	}
	return refuse("not-json", "This is not one complete JSON object.")
}

func jsonKind(goType string) string {
	switch {
	case strings.HasPrefix(goType, "map"):
		return "an object of whole numbers"
	case strings.HasPrefix(goType, "[]"):
		return "a list of strings"
	case strings.Contains(goType, "int"):
		return "a whole number"
	case strings.Contains(goType, "bool"):
		return "true or false"
	}
	return "a string"
}

// validID says whether s can be a client's id: printable ASCII without spaces.
func validID(s string) bool {
	if s == "" || len(s) > trainer.MaxClientID {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// ratedOf takes one's own view from a message or a body.
func ratedOf(levels map[string]int, note *string) talk.Rated {
	var r talk.Rated
	for name, level := range levels {
		if r.Levels == nil {
			r.Levels = make(map[talk.Skill]int, len(levels))
		}
		r.Levels[talk.Skill(name)] = level
	}
	if note != nil {
		r.Note = *note
	}
	return r
}

// The messages to clients.
type (
	msgHello struct {
		Type     string `json:"type"`
		Protocol int    `json:"protocol"`
		ID       string `json:"id"`
		State    string `json:"state"`
		Seq      int64  `json:"seq"`
		After    int64  `json:"after"`
		Reset    bool   `json:"reset,omitempty"`
	}
	msgOpening struct {
		Type  string      `json:"type"`
		Seq   int64       `json:"seq"`
		Turns []talk.Turn `json:"turns"`
	}
	msgAck struct {
		Type   string `json:"type"`
		ID     string `json:"id"`
		Seq    int64  `json:"seq"`
		Turn   int    `json:"turn"`
		Resent bool   `json:"resent,omitempty"`
	}
	msgHeard struct {
		Type string `json:"type"`
		ID   string `json:"id"`
		Seq  int64  `json:"seq"`
		Turn int    `json:"turn"`
		Text string `json:"text"`
	}
	msgPiece struct {
		Type string `json:"type"`
		Turn int    `json:"turn"`
		N    int    `json:"n"`
		Text string `json:"text"`
		more []byte // pieces that came while it waited, to stand behind Text
	}
	msgAgain struct {
		Type string `json:"type"`
		Turn int    `json:"turn"`
	}
	msgSaid struct {
		Type   string `json:"type"`
		Seq    int64  `json:"seq"`
		Turn   int    `json:"turn"`
		By     string `json:"by"`
		Mended string `json:"mended,omitempty"`
		Cut    bool   `json:"cut,omitempty"`
	}
	msgMeters struct {
		Type            string `json:"type"`
		Turn            int    `json:"turn"`
		Share           int    `json:"talk_share"`
		OrganizerWords  int    `json:"organizer_words"`
		CoworkerWords   int    `json:"coworker_words"`
		OrganizerTurns  int    `json:"organizer_turns"`
		OpenQuestions   int    `json:"open_questions"`
		ClosedQuestions int    `json:"closed_questions"`
		Reflections     int    `json:"reflections"`
	}
	msgClock struct {
		Type    string `json:"type"`
		BoxMS   int64  `json:"box_ms"`
		LeftMS  int64  `json:"left_ms"`
		Running bool   `json:"running,omitempty"`
		Paused  bool   `json:"paused,omitempty"`
		Up      bool   `json:"up,omitempty"`
	}
	msgHelp struct {
		Type string `json:"type"`
		Seq  int64  `json:"seq"`
		Step int    `json:"step"`
		Text string `json:"text"`
	}
	// msgSeq serves paused, left, stepped-out, rated and ready, which say no more than that it happened.
	msgSeq struct {
		Type string `json:"type"`
		Seq  int64  `json:"seq"`
	}
	msgExtended struct {
		Type    string `json:"type"`
		Seq     int64  `json:"seq"`
		Minutes int    `json:"minutes"`
	}
	msgEnded struct {
		Type string `json:"type"`
		Seq  int64  `json:"seq"`
		By   string `json:"by"`
	}
	msgAgreed struct {
		Type string `json:"type"`
		Seq  int64  `json:"seq"`
		Host string `json:"host"`
	}
	msgQueue struct {
		Type  string `json:"type"`
		Place int    `json:"place"`
	}
	msgError struct {
		Type    string `json:"type"`
		Code    string `json:"code"`
		Message string `json:"message"`
		About   string `json:"about,omitempty"`
	}
	msgPong struct {
		Type string `json:"type"`
		ID   string `json:"id,omitempty"`
	}
	msgDeleted struct {
		Type string `json:"type"`
	}
	msgBye struct {
		Type    string `json:"type"`
		Code    string `json:"code"`
		Message string `json:"message"`
		BackIn  int64  `json:"back_in_ms"`
	}
)

// outboundOf words a notice as a message, nil for one that this protocol does not tell.
func outboundOf(n trainer.Notice) any {
	switch n := n.(type) {
	case trainer.NoticeBegan:
		if len(n.Opening) == 0 {
			return nil
		}
		return &msgOpening{"opening", n.Seq, n.Opening}
	case trainer.NoticeHeard:
		return &msgHeard{"heard", n.ClientID, n.Seq, n.Turn, n.Text}
	case trainer.NoticePiece:
		return &msgPiece{Type: "piece", Turn: n.Turn, N: n.N, Text: n.Text}
	case trainer.NoticeAgain:
		return &msgAgain{"again", n.Turn}
	case trainer.NoticeSaid:
		return &msgSaid{"said", n.Seq, n.Turn, n.By, n.Mended, n.Cut}
	case trainer.NoticeMeters:
		return &msgMeters{
			Type: "meters", Turn: n.Turn, Share: n.Share, OrganizerWords: n.OrganizerWords, CoworkerWords: n.CoworkerWords,
			OrganizerTurns: n.OrganizerTurns, OpenQuestions: n.OpenQuestions, ClosedQuestions: n.ClosedQuestions, Reflections: n.Reflections,
		}
	case trainer.NoticeClock:
		return &msgClock{"clock", n.Box.Milliseconds(), n.Left.Milliseconds(), n.Running, n.Paused, n.Up}
	case trainer.NoticeHelp:
		return &msgHelp{"help", n.Seq, n.Step, n.Text}
	case trainer.NoticePaused:
		return &msgSeq{"paused", n.Seq}
	case trainer.NoticeExtended:
		return &msgExtended{"extended", n.Seq, n.Minutes}
	case trainer.NoticeSteppedOut:
		return &msgSeq{"stepped-out", n.Seq}
	case trainer.NoticeLeft:
		return &msgSeq{"left", n.Seq}
	case trainer.NoticeEnded:
		return &msgEnded{"ended", n.Seq, n.By}
	case trainer.NoticeRated:
		return &msgSeq{"rated", n.Seq}
	case trainer.NoticeAgreed:
		return &msgAgreed{"agreed", n.Seq, n.Host}
	case trainer.NoticeQueue:
		return &msgQueue{"queue", n.Place}
	case trainer.NoticeCaughtUp:
		return &msgSeq{"ready", n.Seq}
	case trainer.NoticeTrouble:
		return &msgError{Type: "error", Code: string(n.Code), Message: n.Message}
	case trainer.NoticeDeleted:
		return &msgDeleted{"deleted"}
	}
	return nil
}

// byeRestart tells a client to come back.
func byeRestart(in time.Duration) *msgBye {
	return &msgBye{"bye", "restart", "The server stops or restarts. Nothing that was acknowledged is lost; come back in a moment.", in.Milliseconds()}
}

// weight is about how many bytes a message waits with.
func weight(m any) int {
	const frame = 96
	switch m := m.(type) {
	case *msgPiece:
		return frame + len(m.Text)
	case *msgHeard:
		return frame + len(m.Text)
	case *msgOpening:
		n := frame
		for _, t := range m.Turns {
			n += frame + len(t.Text)
		}
		return n
	}
	return frame
}

// encode writes a message as JSON, without the escapes that are for HTML.
func encode(buf *bytes.Buffer, m any) error {
	buf.Reset()
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return err
	}
	buf.Truncate(buf.Len() - 1)
	return nil
}
