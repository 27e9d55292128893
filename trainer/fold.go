package trainer

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/reading"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
)

// Bounds of what a fold remembers, so that the thousandth turn costs what the fifth does.
const (
	// recentTurns is the window of turns that an actor gets word for word.
	recentTurns = 12
	// earlierLines and earlierRunes bound the digest of what fell out of the window.
	earlierLines = 24
	earlierRunes = 200
	// voicedLines bounds the lines kept as voiced.
	voicedLines = 256
	// heardRefs is how many client ids are known without asking the store.
	heardRefs = 8
)

// foldVersion is the version of the snapshot's form.
const foldVersion = 2

// snapshotVersions names all that a snapshot depends on.
var snapshotVersions = fmt.Sprintf("fold %d, mind %d, reading %d, scorecard %d", foldVersion, coworker.Version, reading.Version, scorecard.Version)

// script is a scenario as conversations share it; nobody changes it.
type script struct {
	scenario *scenarios.Scenario
	open     *scenarios.Open
}

// fold is the state of a conversation: a function of its journal and its scenario. Applying an event is all that
// changes it, but for Hear and Said, which compute what is then journaled and applied.
type fold struct {
	kept
	script *script
	reader *reading.Reader
	card   *scorecard.Card
	mind   *coworker.Mind // nil until it is needed; made from kept.Mind
}

// kept is what a snapshot holds beside reader and card. It follows from what is journaled alone, the readings of its
// time included; reader and card follow from the words, read anew by this program.
type kept struct {
	Seq       int64           `json:"seq"`
	Kind      talk.Kind       `json:"kind"`
	Scenario  string          `json:"scenario"`
	Hash      string          `json:"hash"`
	Seed      uint64          `json:"seed"`
	Practise  []talk.Skill    `json:"practise,omitempty"`
	Forget    bool            `json:"forget,omitempty"`
	Turns     int             `json:"turns"`
	Mind      json.RawMessage `json:"mind,omitempty"`
	Recent    []recent        `json:"recent,omitempty"`
	Earlier   []string        `json:"earlier,omitempty"`
	Voiced    []talk.Line     `json:"voiced,omitempty"`
	Small     []uint32        `json:"small,omitempty"` // what was said without a line; see coworker.AddSmall
	Heard     []heardRef      `json:"heard,omitempty"`
	Pending   *pending        `json:"pending,omitempty"`
	Clock     clock           `json:"clock"`
	Hints     int             `json:"hints,omitempty"` // since the last turn heard
	LastGives []talk.Give     `json:"last_gives,omitempty"`
	// OrganizerTurns and Closed count the organizer's turns and those of them with a closed question.
	OrganizerTurns int         `json:"organizer_turns,omitempty"`
	Closed         int         `json:"closed,omitempty"`
	SteppedOut     bool        `json:"stepped_out,omitempty"`
	Left           bool        `json:"left,omitempty"`
	EndedBy        string      `json:"ended_by,omitempty"`
	Rated          *talk.Rated `json:"rated,omitempty"`
	// Agreed is the model's host that the trainee has agreed to.
	Agreed string `json:"agreed,omitempty"`
}

// heardRef is the receipt of a turn that was heard.
type heardRef struct {
	Client string `json:"client"`
	Seq    int64  `json:"seq"`
	Turn   int    `json:"turn"`
}

// recent is a turn of the window, with what will be kept of it when it falls out.
type recent struct {
	talk.Turn
	Extract string `json:"extract,omitempty"`
}

// pending is a turn that was heard and has not been answered.
type pending struct {
	Seq  int64     `json:"seq"`
	At   int64     `json:"at"`
	Turn talk.Turn `json:"turn"`
	Read talk.Read `json:"read"`
	Cue  talk.Cue  `json:"cue"`
}

// encode gives the state in bytes: equal states have equal bytes.
func (f *fold) encode() ([]byte, error) {
	data, err := json.Marshal(struct {
		kept
		Reader *reading.Reader `json:"reader"`
		Card   *scorecard.Card `json:"card"`
	}{f.kept, f.reader, f.card})
	if err != nil {
		return nil, fmt.Errorf("encoding a snapshot: %w", err)
	}
	return data, nil
}

// decodeFold takes up a state that encode gave.
func decodeFold(data []byte) (*fold, error) {
	in := struct {
		kept
		Reader *reading.Reader `json:"reader"`
		Card   *scorecard.Card `json:"card"`
	}{Reader: reading.New(), Card: scorecard.New("", 0)}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("decoding a snapshot: %w", err)
	}
	return &fold{kept: in.kept, reader: in.Reader, card: in.Card}, nil
}

// apply takes in the next event of a journal. computed is the reading of the event's turn where the caller has read
// it already (and the mind has heard or said it), nil in a replay. It returns the reading of each turn of the event.
func (f *fold) apply(e talk.Event, computed *talk.Read, find func(id, hash string) (*script, error)) ([]talk.Read, error) {
	if e.Seq != f.Seq+1 {
		return nil, fmt.Errorf("the journal goes from event %d to %d", f.Seq, e.Seq)
	}
	var reads []talk.Read
	switch b := e.Body.(type) {
	case talk.Created:
		var err error
		if reads, err = f.applyCreated(b, find); err != nil {
			return nil, err
		}
	case talk.Heard:
		reads = []talk.Read{f.applyHeard(e, b, computed)}
	case talk.Said:
		reads = []talk.Read{f.applySaid(b, computed)}
	case talk.Help:
		f.Hints++
	case talk.Extend:
		f.Clock.BoxMS += int64(b.Minutes) * 60_000
	case talk.SteppedOut:
		f.SteppedOut = true
		f.Pending = nil
	case talk.Left:
		f.Left = true
	case talk.Ended:
		f.EndedBy = b.By
		f.Pending = nil
	case talk.Rated:
		f.Rated = &b
	case talk.Agreed:
		f.Agreed = b.Host
	case talk.Pause:
	default:
		return nil, &talk.UnknownEventError{Kind: e.Body.Kind(), Version: e.Body.Version()}
	}
	f.Clock.take(e)
	f.Seq = e.Seq
	return reads, nil
}

func (f *fold) applyCreated(b talk.Created, find func(id, hash string) (*script, error)) ([]talk.Read, error) {
	s, err := find(b.ScenarioID, b.ScenarioHash)
	if err != nil {
		return nil, err
	}
	f.script = s
	f.Kind, f.Scenario, f.Hash, f.Seed = b.ConversationKind, b.ScenarioID, b.ScenarioHash, b.Seed
	f.Practise, f.Forget = b.Practise, b.KeepNothing
	f.Mind, f.mind = b.Mind, nil
	f.Clock.BoxMS = int64(s.scenario.About.Minutes) * 60_000
	f.reader = reading.New()
	f.card = scorecard.New(b.ConversationKind, talkTarget(s.scenario))
	var reads []talk.Read
	for _, turn := range b.Opening {
		r := f.reader.Read(turn, nil)
		f.card.Add(turn, standsSaid(r))
		f.remember(turn, talk.Read{})
		f.Turns = turn.N
		f.LastGives = r.Gives
		reads = append(reads, r)
	}
	return reads, nil
}

// talkTarget is a scenario's talk target in hundredths, 0 where the kind's own holds.
func talkTarget(s *scenarios.Scenario) int { return int(math.Round(s.About.TalkTarget * 100)) }

// standsSaid takes from a reading what would credit or burden the trainee: the words of an opening are not theirs.
func standsSaid(r talk.Read) talk.Read {
	out := talk.Read{Turn: r.Turn, Speaker: r.Speaker, Unscored: r.Unscored}
	if r.Speaker == talk.Coworker {
		out.Gives, out.Spans = r.Gives, r.Spans
	}
	return out
}

func (f *fold) applyHeard(e talk.Event, b talk.Heard, computed *talk.Read) talk.Read {
	var r talk.Read
	if computed != nil {
		r = *computed
	} else {
		r = f.reader.Read(b.Turn, nil)
		f.mind = nil
	}
	f.card.Add(b.Turn, r)
	f.Mind = b.Mind
	f.Turns = b.Turn.N
	f.Hints = 0
	f.OrganizerTurns++
	for _, m := range b.Read.Moves {
		if m == talk.ClosedQuestion {
			f.Closed++
		}
	}
	f.Pending = &pending{Seq: e.Seq, At: e.At, Turn: b.Turn, Read: b.Read, Cue: b.Cue}
	f.Heard = append(f.Heard, heardRef{Client: b.ClientID, Seq: e.Seq, Turn: b.Turn.N})
	if n := len(f.Heard) - heardRefs; n > 0 {
		f.Heard = slices.Delete(f.Heard, 0, n)
	}
	return r
}

func (f *fold) applySaid(b talk.Said, computed *talk.Read) talk.Read {
	var cue *talk.Cue
	if f.Pending != nil {
		cue = cueOf(&f.Pending.Cue, b)
		f.remember(f.Pending.Turn, f.Pending.Read)
		for _, line := range f.Pending.Cue.Lines {
			if contains(b.Voiced, line.ID) {
				f.voice(line)
			}
		}
	}
	var r talk.Read
	if computed != nil {
		r = *computed
	} else {
		r = f.reader.Read(b.Turn, cue)
		f.mind = nil
	}
	f.card.Add(b.Turn, r)
	f.remember(b.Turn, b.Read)
	f.Small = coworker.AddSmall(f.Small, b.Turn.Text, b.Voiced)
	if len(b.Mind) > 0 {
		f.Mind = b.Mind
	}
	f.Turns = b.Turn.N
	f.LastGives = b.Read.Gives
	f.Pending = nil
	return r
}

// cueOf gives the cue under which an answer is read: none where the cue had lines and the words carry none of them.
func cueOf(cue *talk.Cue, b talk.Said) *talk.Cue {
	if len(cue.Lines) > 0 && len(b.Voiced) == 0 {
		return nil
	}
	return cue
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

// voice keeps a line as voiced, once.
func (f *fold) voice(line talk.Line) {
	for _, have := range f.Voiced {
		if have == line {
			return
		}
	}
	f.Voiced = append(f.Voiced, line)
	if n := len(f.Voiced) - voicedLines; n > 0 {
		f.Voiced = append([]talk.Line(nil), f.Voiced[n:]...)
	}
}

// remember takes a turn into the window; of what falls out a line is kept in the digest.
func (f *fold) remember(turn talk.Turn, r talk.Read) {
	f.Recent = append(f.Recent, recent{turn, extract(turn, r)})
	n := len(f.Recent) - recentTurns
	if n <= 0 {
		return
	}
	for _, out := range f.Recent[:n] {
		if out.Extract != "" {
			f.Earlier = append(f.Earlier, out.Extract)
		}
	}
	f.Recent = slices.Delete(f.Recent, 0, n)
	if n := len(f.Earlier) - earlierLines; n > 0 {
		f.Earlier = slices.Delete(f.Earlier, 0, n)
	}
}

// extract gives the sentence of a turn that is worth keeping when the turn itself is forgotten: what the coworker
// gave, and what the organizer asked for or promised. "" where there is none.
func extract(turn talk.Turn, r talk.Read) string {
	label := ""
	if turn.Speaker == talk.Coworker {
		for _, g := range r.Gives {
			if g != talk.Deflects {
				label = string(g)
				break
			}
		}
	} else {
		for _, m := range r.Moves {
			if m == talk.MakeAsk || m == talk.FollowUp || m == talk.SelfDisclosure {
				label = string(m)
			}
		}
	}
	if label == "" {
		return ""
	}
	at := 0
	for _, s := range r.Spans {
		if s.Label == label && s.Start < len(turn.Text) {
			at = s.Start
			break
		}
	}
	return string(turn.Speaker) + ": " + sentenceAt(turn.Text, at)
}

// sentenceAt gives the sentence of a text around a byte offset, at most earlierRunes long.
func sentenceAt(text string, at int) string {
	start := 0
	if i := strings.LastIndexAny(text[:at], ".!?\n"); i >= 0 {
		start = i + 1
	}
	end := len(text)
	if i := strings.IndexAny(text[at:], ".!?\n"); i >= 0 {
		end = at + i + 1
	}
	s := []rune(strings.TrimSpace(text[start:end]))
	if len(s) > earlierRunes {
		return string(s[:earlierRunes-1]) + "…"
	}
	return string(s)
}

// theMind gives the mind in its present state.
func (f *fold) theMind() (*coworker.Mind, error) {
	if f.mind != nil {
		return f.mind, nil
	}
	m, err := coworker.Restore(f.script.scenario, f.Seed, f.Mind)
	if err != nil {
		return nil, fmt.Errorf("taking up the mind after event %d: %w", f.Seq, err)
	}
	f.mind = m
	return m, nil
}

// scene is what an actor gets to answer a turn that was just heard.
func (f *fold) scene(heard *pending) coworker.Scene {
	window := make([]talk.Turn, len(f.Recent))
	for i, r := range f.Recent {
		window[i] = r.Turn
	}
	var grasp *coworker.Grasp
	if f.mind != nil {
		grasp = f.mind.Grasp()
	}
	return coworker.Scene{
		Open: f.script.open, Grasp: grasp, Cue: heard.Cue, Heard: heard.Turn, Read: heard.Read,
		Recent: window, Earlier: append([]string(nil), f.Earlier...),
		Voiced: append([]talk.Line(nil), f.Voiced...), Small: append([]uint32(nil), f.Small...), Seed: f.Seed,
	}
}

// receipt finds the receipt of a client's id among the last turns heard.
func (f *fold) receipt(clientID string) (Receipt, bool) {
	for _, h := range f.Heard {
		if h.Client == clientID {
			return Receipt{Seq: h.Seq, Turn: h.Turn, Resent: true}, true
		}
	}
	return Receipt{}, false
}
