package coworker

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

// Version is the version of the mind's model and of the form of its state. A
// journal keeps the decisions themselves, so that an older version replays as it was.
const Version = 11

// stateForm is the version of the kept form.
const stateForm = 1

// state is all that the mind remembers. Everything else follows from the scenario.
type state struct {
	Form int `json:"form"`
	// Heard counts the organizer's turns.
	Heard int `json:"heard"`

	Trust    int `json:"trust"`
	Patience int `json:"patience"`
	Hope     int `json:"hope"`
	Resolve  int `json:"resolve"`

	// Streak counts questions in a row with nothing taken up, Parrot says-back in a row with no question.
	Streak int `json:"streak,omitempty"`
	Parrot int `json:"parrot,omitempty"`
	// Heed holds what became of the last things told, in points: see heeds.
	Heed []int `json:"heed,omitempty"`
	// Lectures counts turns in a row that told rather than asked.
	Lectures int `json:"lectures,omitempty"`
	// Flattered, Stock, Chatted, Disclosed, Silences, Strange and Insulted count what wears off or out.
	Flattered int `json:"flattered,omitempty"`
	Stock     int `json:"stock,omitempty"`
	Chatted   int `json:"chatted,omitempty"`
	Disclosed int `json:"disclosed,omitempty"`
	Silences  int `json:"silences,omitempty"`
	Strange   int `json:"strange,omitempty"`
	Insulted  int `json:"insulted,omitempty"`

	// Focus is the grievance that the talk is about, from 1; 0 for none. FocusFear likewise.
	Focus     int `json:"focus,omitempty"`
	FocusFear int `json:"focus_fear,omitempty"`

	Grievances []grievanceState `json:"grievances,omitempty"`
	Fears      []fearState      `json:"fears,omitempty"`
	Limits     []limitState     `json:"limits,omitempty"`
	Asks       []askState       `json:"asks,omitempty"`

	// LastAsk is the ask that was spoken of last, from 1.
	LastAsk int `json:"last_ask,omitempty"`
	// Guessed is set where nothing that was asked for named it.
	Guessed bool `json:"guessed,omitempty"`
	// PutOffs counts asks put off since the last yes; Refused is set after a no; Pressed counts pressing after it.
	PutOffs int  `json:"put_offs,omitempty"`
	Refused bool `json:"refused,omitempty"`
	Pressed int  `json:"pressed,omitempty"`
	// Pried counts unsafe questions.
	Pried int `json:"pried,omitempty"`

	// Last is what the coworker did last, LastLine the line that was voiced with it, from 1; 0 for none.
	Last     talk.Act `json:"last,omitempty"`
	LastLine int      `json:"last_line,omitempty"`
	// Raised are the lines of late about which they may be asked on.
	Raised []raised `json:"raised,omitempty"`
	// Quiet counts the turns since a problem was last spoken of by the coworker.
	Quiet int `json:"quiet,omitempty"`
	// SameAs is a hash of the organizer's last words, so that a repetition is noticed.
	SameAs uint32 `json:"same_as,omitempty"`

	AskedBack int  `json:"asked_back,omitempty"`
	Joked     int  `json:"joked,omitempty"`
	Nothing   int  `json:"nothing,omitempty"` // turns in a row with nothing left to say
	Warned    bool `json:"warned,omitempty"`
	Left      bool `json:"left,omitempty"`
	Parted    bool `json:"parted,omitempty"` // has said goodbye
	// Voiced holds the lines that were voiced with their turns.
	Voiced voiced `json:"voiced,omitempty"`
}

type grievanceState struct {
	// Rung is the deepest rung voiced.
	Rung talk.Rung `json:"rung,omitempty"`
	// Open is the openness towards the next rung, in points.
	Open int `json:"open,omitempty"`
	// Earned counts the turns that earned openness.
	Earned int `json:"earned,omitempty"`
	// Taken is set once something of theirs was taken up since the last rung.
	Taken bool `json:"taken,omitempty"`
	// Shut counts down turns for which it stays shut; negative means for good.
	Shut int `json:"shut,omitempty"`
}

type fearState struct {
	// Voiced and Eased say how far it came up.
	Voiced bool `json:"voiced,omitempty"`
	Eased  bool `json:"eased,omitempty"`
	// Ways is a bit set over EasedBy: what has been done to ease it, in so many Turns.
	Ways  int `json:"ways,omitempty"`
	Turns int `json:"turns,omitempty"`
	// Dismissed counts how often it was argued with or merely reassured.
	Dismissed int `json:"dismissed,omitempty"`
}

type limitState struct {
	Crossed   int  `json:"crossed,omitempty"`
	Respected bool `json:"respected,omitempty"`
}

type askState struct {
	// Answer is the answer so far; "" before the first.
	Answer talk.Answer `json:"answer,omitempty"`
	Times  int         `json:"times,omitempty"`
	Reason talk.Reason `json:"reason,omitempty"`
}

// voiced maps a line's number to the turn in which it was voiced.
type voiced map[int]int

// MarshalText writes "+", then for each line, in order, how many lines it stands behind the
// one before it (nothing for the next one), a point, and its turn, in base 36: "+3.1 .1 5.c" for lines 2, 3 and 8.
func (v voiced) MarshalText() ([]byte, error) {
	if len(v) == 0 {
		return nil, nil
	}
	out, before := []byte{'+'}, -1
	for i, at := range slices.Sorted(maps.Keys(v)) {
		if i > 0 {
			out = append(out, ' ')
		}
		if at != before+1 {
			out = strconv.AppendInt(out, int64(at-before), 36)
		}
		out = strconv.AppendInt(append(out, '.'), int64(v[at]), 36)
		before = at
	}
	return out, nil
}

// UnmarshalText reads what MarshalText writes, and what it wrote at first: the lines' own numbers, without the "+".
func (v *voiced) UnmarshalText(text []byte) error {
	out, before := voiced{}, -1
	rest, steps := strings.CutPrefix(string(text), "+")
	for _, f := range strings.Fields(rest) {
		a, b, ok := strings.Cut(f, ".")
		if steps && a == "" {
			a = "1"
		}
		at, err1 := strconv.ParseInt(a, 36, 32)
		turn, err2 := strconv.ParseInt(b, 36, 32)
		if !ok || err1 != nil || err2 != nil || at < 0 || turn < 0 || steps && at < 1 {
			return fmt.Errorf("voiced lines: %q is not line.turn in base 36", f)
		}
		if steps {
			at += int64(before)
		}
		out[int(at)] = int(turn)
		before = int(at)
	}
	*v = out
	return nil
}

// State is the mind's state as a journal keeps it: small, and exact for Restore.
func (m *Mind) State() json.RawMessage {
	data, err := json.Marshal(&m.st)
	if err != nil {
		panic("coworker: the mind's state cannot be written: " + err.Error()) // unreachable: it is made of integers and short names
	}
	return data
}

// Restore gives the mind that had the state. The scenario must be the one that
// the state was made with; it returns an error where the state is of another form or does not fit the scenario.
func Restore(s *scenarios.Scenario, seed uint64, kept json.RawMessage) (*Mind, error) {
	m := &Mind{b: bookOf(s), seed: seed}
	if err := json.Unmarshal(kept, &m.st); err != nil {
		return nil, fmt.Errorf("restoring a coworker's mind: %w", err)
	}
	if m.st.Form != stateForm {
		return nil, fmt.Errorf("restoring a coworker's mind: its state has form %d, this program knows %d", m.st.Form, stateForm)
	}
	if len(m.st.Grievances) != len(m.b.grievances) || len(m.st.Fears) != len(m.b.fears) ||
		len(m.st.Asks) != len(m.b.asks) || len(m.st.Limits) != len(m.b.limits) ||
		m.st.Focus < 0 || m.st.Focus > len(m.b.grievances) ||
		m.st.FocusFear < 0 || m.st.FocusFear > len(m.b.fears) ||
		m.st.LastAsk < 0 || m.st.LastAsk > len(m.b.asks) ||
		len(m.st.Heed) > heedLasts || slices.ContainsFunc(m.st.Heed, func(v int) bool { return v < 0 || v > heedMost }) ||
		slices.ContainsFunc(m.st.Raised, func(r raised) bool { return r.After < 0 || r.After >= len(m.b.askedOn.after) }) ||
		m.st.LastLine < 0 || m.st.LastLine > len(m.b.entries) {
		return nil, fmt.Errorf("restoring a coworker's mind: its state does not fit scenario %q", s.ID)
	}
	for _, g := range m.st.Grievances {
		if g.Rung < 0 || g.Rung > talk.RungResolved {
			return nil, fmt.Errorf("restoring a coworker's mind: no rung %d", g.Rung)
		}
	}
	for at := range m.st.Voiced {
		if at >= len(m.b.entries) {
			return nil, fmt.Errorf("restoring a coworker's mind: scenario %q has no line %d", s.ID, at)
		}
	}
	if m.st.Voiced == nil {
		m.st.Voiced = voiced{}
	}
	return m, nil
}
