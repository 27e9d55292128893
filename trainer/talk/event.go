package talk

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tidwall/gjson"
)

// EventKind names a kind of journaled event.
type EventKind string

// The events of a conversation's journal.
const (
	KindCreated    EventKind = "created"
	KindHeard      EventKind = "heard"
	KindSaid       EventKind = "said"
	KindHelp       EventKind = "help"
	KindPause      EventKind = "pause"
	KindExtend     EventKind = "extend"
	KindSteppedOut EventKind = "stepped-out"
	KindLeft       EventKind = "left"
	KindEnded      EventKind = "ended"
	KindRated      EventKind = "rated"
	KindAgreed     EventKind = "agreed"
)

// Event is one journaled decision of a conversation. State is a fold over events in order of Seq.
type Event struct {
	// Seq numbers the events of a conversation from 1 without a gap; order is by Seq, never by time.
	Seq int64
	// At is when it happened, in UTC milliseconds since 1970.
	At int64
	// Body is one of the event types below.
	Body EventBody
}

// EventBody is what happened.
type EventBody interface {
	Kind() EventKind
	// Version is the version of this event's form; a program that meets another one refuses to open the conversation.
	Version() int
}

// Created begins a conversation.
type Created struct {
	// ConversationKind is the kind at the time of creation.
	ConversationKind Kind `json:"kind"`
	// ScenarioHash is the SHA-256 of the scenario's text, in hex; the text is kept with the conversation.
	ScenarioHash string `json:"scenario_hash"`
	ScenarioID   string `json:"scenario_id"`
	// Seed is the source of all chance in the mind and the built-in actor, with the turn's number.
	Seed uint64 `json:"seed"`
	// Versions names the versions of mind, reading and scorecard that began it.
	Versions map[string]int `json:"versions,omitempty"`
	// Practise lists the skills that the trainee chose to practise; empty means those of the kind.
	Practise []Skill `json:"practise,omitempty"`
	// KeepNothing deletes the conversation once its debrief has been left.
	KeepNothing bool `json:"keep_nothing,omitempty"`
	// Opening holds the turns that the scenario begins with; they count as said before the first turn.
	Opening []Turn `json:"opening,omitempty"`
	// Mind is the mind's state before the first turn.
	Mind json.RawMessage `json:"mind,omitempty"`
	// BranchedFrom and BranchedAt name the conversation and its event from which this one was branched.
	BranchedFrom string `json:"branched_from,omitempty"`
	BranchedAt   int64  `json:"branched_at,omitempty"`
}

// Heard is an organizer's turn with the decision how the coworker will answer it, in one piece.
type Heard struct {
	// Turn is the organizer's turn; empty text where they chose to say nothing.
	Turn Turn `json:"turn"`
	// ClientID is the client's own id of the message, by which a resend is known.
	ClientID string `json:"client_id"`
	Read     Read   `json:"read"`
	Cue      Cue    `json:"cue"`
	// Mind is the mind's state after hearing the turn.
	Mind json.RawMessage `json:"mind,omitempty"`
}

// Said is the coworker's answer as it was said.
type Said struct {
	Turn Turn `json:"turn"`
	// By names who spoke the words: "actor", a model's name, or "person".
	By string `json:"by"`
	// Voiced lists the IDs of the cue's lines that the words carry; what is missing is offered again.
	Voiced []string `json:"voiced,omitempty"`
	// Mended is set where a guard replaced or cut what the actor said, and says why.
	Mended string `json:"mended,omitempty"`
	// Cut is set where the answer was broken off by the conversation's end.
	Cut bool `json:"cut,omitempty"`
	// TookMS is the time from hearing to the last word, in milliseconds.
	TookMS int64 `json:"took_ms"`
	Read   Read  `json:"read"`
	// Mind is the mind's state after saying it.
	Mind json.RawMessage `json:"mind,omitempty"`
	// Tokens counts what a model charged for the turn: prompt, then completion; zero for the built-in actor.
	Tokens [2]int `json:"tokens,omitzero"`
}

// Help is a hint that the trainee asked for, by its step on the ladder (1 stage, 2 kind of question, 3 example).
type Help struct {
	Step int    `json:"step"`
	Text string `json:"text"`
}

// Pause stops the clock until the next event.
type Pause struct{}

// Extend adds time to the time box.
type Extend struct {
	Minutes int `json:"minutes"`
}

// SteppedOut drops the role: scoring stops here.
type SteppedOut struct{}

// Left is the coworker leaving the talk.
type Left struct {
	Reason Reason `json:"reason"`
}

// Ended ends the conversation.
type Ended struct {
	// By is who ended it: "organizer", "coworker", "time" or "host".
	By string `json:"by"`
}

// Rated is the trainee's own view before the debrief is shown: a level a skill, and a sentence.
type Rated struct {
	Levels map[Skill]int `json:"levels,omitempty"`
	Note   string        `json:"note,omitempty"`
}

// Agreed is the trainee's word that what they type may be sent to a language
// model's host. It holds from here on and for that very host only.
type Agreed struct {
	// Host is the host by name; "" takes back what was agreed to.
	Host string `json:"host"`
}

// Kind and Version of each event.

func (Created) Kind() EventKind    { return KindCreated }
func (Heard) Kind() EventKind      { return KindHeard }
func (Said) Kind() EventKind       { return KindSaid }
func (Help) Kind() EventKind       { return KindHelp }
func (Pause) Kind() EventKind      { return KindPause }
func (Extend) Kind() EventKind     { return KindExtend }
func (SteppedOut) Kind() EventKind { return KindSteppedOut }
func (Left) Kind() EventKind       { return KindLeft }
func (Ended) Kind() EventKind      { return KindEnded }
func (Rated) Kind() EventKind      { return KindRated }
func (Agreed) Kind() EventKind     { return KindAgreed }

func (Created) Version() int    { return 1 }
func (Heard) Version() int      { return 1 }
func (Said) Version() int       { return 1 }
func (Help) Version() int       { return 1 }
func (Pause) Version() int      { return 1 }
func (Extend) Version() int     { return 1 }
func (SteppedOut) Version() int { return 1 }
func (Left) Version() int       { return 1 }
func (Ended) Version() int      { return 1 }
func (Rated) Version() int      { return 1 }
func (Agreed) Version() int     { return 1 }

// UnknownEventError says that a journal holds an event that this program does not know.
type UnknownEventError struct {
	Kind    EventKind
	Version int
}

func (e *UnknownEventError) Error() string {
	return fmt.Sprintf("the journal holds an event %q in version %d, which this program does not know: open it with the newer Breakroom that wrote it", e.Kind, e.Version)
}

// EncodeBody gives an event body's kept form.
func EncodeBody(b EventBody) (json.RawMessage, error) {
	// The mind is JSON already and most of the body: the encoder would go through it byte by byte once more.
	var mind json.RawMessage
	switch x := b.(type) {
	case Heard:
		mind, x.Mind = x.Mind, nil
		b = x
	case Said:
		mind, x.Mind = x.Mind, nil
		b = x
	}
	data, err := json.Marshal(b)
	if err == nil && len(mind) > 0 {
		if !gjson.ValidBytes(mind) {
			err = errors.New("the mind is no JSON")
		}
		const field = `,"mind":`
		whole := make([]byte, 0, len(data)+len(field)+len(mind))
		data = append(append(append(append(whole, data[:len(data)-1]...), field...), mind...), '}')
	}
	if err != nil {
		return nil, fmt.Errorf("encoding event %q: %w", b.Kind(), err)
	}
	return data, nil
}

// DecodeBody reads an event body back from its kept form. It returns an
// *UnknownEventError for a kind or version that this program does not know.
func DecodeBody(kind EventKind, version int, data []byte) (EventBody, error) {
	decode, ok := decoders[kind]
	if !ok || version != 1 {
		return nil, &UnknownEventError{Kind: kind, Version: version}
	}
	body, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("decoding event %q: %w", kind, err)
	}
	return body, nil
}

var decoders = map[EventKind]func([]byte) (EventBody, error){
	KindCreated:    decodeAs[Created],
	KindHeard:      decodeAs[Heard],
	KindSaid:       decodeAs[Said],
	KindHelp:       decodeAs[Help],
	KindPause:      decodeAs[Pause],
	KindExtend:     decodeAs[Extend],
	KindSteppedOut: decodeAs[SteppedOut],
	KindLeft:       decodeAs[Left],
	KindEnded:      decodeAs[Ended],
	KindRated:      decodeAs[Rated],
	KindAgreed:     decodeAs[Agreed],
}

func decodeAs[B EventBody](data []byte) (EventBody, error) {
	var b B
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, err
	}
	return b, nil
}
