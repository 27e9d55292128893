package llm

import (
	"fmt"
	"net/http"
	"time"
)

// Kind says what went wrong with a model's answer.
type Kind string

// The kinds of trouble. The first group may pass by itself and is tried again
// while nothing has been shown; the second will not.
const (
	KindUnreachable Kind = "unreachable" // no connection, or it was cut before the header
	KindServer      Kind = "server"      // a status of 500 or above, or an error in the stream
	KindBusy        Kind = "busy"        // a status of 429
	KindTruncated   Kind = "truncated"   // the stream ended without saying that it was finished
	KindEmpty       Kind = "empty"       // an answer with no words
	KindStalled     Kind = "stalled"     // no word for too long

	KindRefused    Kind = "refused"    // a status of 400 to 499: the request, the key or the model's name
	KindRedirected Kind = "redirected" // the server points elsewhere, and that is not allowed
	KindFiltered   Kind = "filtered"   // the server's filter took the answer
	KindDeclined   Kind = "declined"   // the model declined in a field of its own
	KindLength     Kind = "length"     // the answer's bound was used up
	KindMeaning    Kind = "meaning"    // an answer that is none: a tool's call, a body in no known form
	KindOversized  Kind = "oversized"  // more bytes than any answer has
	KindBroken     Kind = "broken"     // the server is left alone for a while, after failures in a row
	KindQueue      Kind = "queue"      // too many wait already, or the wait was too long
	KindBudget     Kind = "budget"     // the tokens of the conversation, the person or the day are used up
	KindContext    Kind = "context"    // the model's context does not hold what it would be asked
	KindModel      Kind = "model"      // the server does not list the model
)

var kindTexts = map[Kind]string{
	KindUnreachable: "could not be reached",
	KindServer:      "failed",
	KindBusy:        "is busy",
	KindTruncated:   "broke off its answer",
	KindEmpty:       "gave no words",
	KindStalled:     "kept silent for too long",
	KindRefused:     "refused the request: check the address, the model's name and the key",
	KindRedirected:  "points to another address: give that one as llm-url, or set llm-allow-redirects if it is one of the same host",
	KindFiltered:    "took its answer back by a filter",
	KindDeclined:    "declined to answer",
	KindLength:      "used up the length of its answer",
	KindMeaning:     "answered with something that is no answer",
	KindOversized:   "answered with far too much",
	KindBroken:      "failed several times in a row and is left alone for a while",
	KindQueue:       "has too many waiting",
	KindBudget:      "may not be asked: the tokens set aside are used up",
	KindModel:       "does not list a model of that name",
	KindContext:     "holds too little at once for that; llm-context-tokens says how much it holds",
}

// Error is trouble with the model's server. It holds nothing of the request
// and nothing of the response's body, so that it may be logged.
type Error struct {
	Kind Kind
	// Host is the server's host.
	Host string
	// Status is the HTTP status, 0 where there was none.
	Status int
	// RetryAfter is how long the server asked to be left alone, 0 where it did not.
	RetryAfter time.Duration
	// Budget names the budget that is used up: "conversation", "person" or "day".
	Budget string

	// param is the field that the server refuses, "" where it named none.
	param string
	// unnamed is set where a refusal may be about a field that it does not name.
	unnamed bool
	// visible is set where words had been shown.
	visible bool
}

// Error says what happened, in a sentence without words of the request or the response.
func (e *Error) Error() string {
	text := fmt.Sprintf("the model's server %s %s", e.Host, kindTexts[e.Kind])
	if e.Status != 0 {
		text += fmt.Sprintf(" (HTTP status %d)", e.Status)
	}
	if e.Budget != "" {
		text += fmt.Sprintf(" (budget of the %s)", e.Budget)
	}
	return text
}

// Hint says what whoever runs the program can look at; "" where there is nothing.
func (e *Error) Hint() string {
	switch e.Kind {
	case KindUnreachable, KindStalled:
		return "Is it running, and is --llm-url right, http or https, host and port?"
	case KindModel:
		return "Is --llm-model right? Some servers take any name all the same."
	case KindRefused:
		switch e.Status {
		case http.StatusUnauthorized, http.StatusForbidden:
			return "Is the key right? It comes from BREAKROOM_LLM_KEY or --llm-key-file."
		case http.StatusNotFound:
			return "Are --llm-model and --llm-url right? The address ends before /chat/completions, mostly in /v1."
		}
		return "Are --llm-url and --llm-model right?"
	}
	return ""
}

// Temporary reports whether the same request may succeed soon.
func (e *Error) Temporary() bool {
	switch e.Kind {
	case KindUnreachable, KindServer, KindBusy, KindTruncated, KindEmpty, KindStalled:
		return true
	}
	return false
}

// sick reports whether the trouble speaks against the server's health.
func (e *Error) sick() bool {
	switch e.Kind {
	case KindUnreachable, KindServer, KindTruncated, KindEmpty, KindStalled, KindOversized:
		return true
	}
	return false
}
