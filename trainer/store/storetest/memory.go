package storetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"breakroom/trainer"
	"breakroom/trainer/talk"
)

// Memory is a trainer.Store without a disk, for tests of those who use a store. It passes the suite. Events are kept
// in their encoded form, as a database would.
type Memory struct {
	mu            sync.Mutex
	closed        bool
	people        map[string]trainer.TokenHash
	conversations map[string]*memoryConversation
	texts         map[string]string
	tokens        map[trainer.TokenHash]string

	// Fail, where set, is asked before each append; an error is given to the caller. Where lost is set as well, the
	// events are kept all the same, as when a disk fails after the fact.
	Fail func(id string, events []talk.Event) (err error, lost bool)
}

type memoryConversation struct {
	trainer.Conversation
	events   []memoryEvent
	clients  map[string]int64
	snapshot trainer.Snapshot
}

type memoryEvent struct {
	at      int64
	kind    talk.EventKind
	version int
	body    []byte
}

var _ trainer.Store = (*Memory)(nil)

// NewMemory makes an empty one.
func NewMemory() *Memory {
	return &Memory{
		people: map[string]trainer.TokenHash{}, conversations: map[string]*memoryConversation{},
		texts: map[string]string{}, tokens: map[trainer.TokenHash]string{},
	}
}

// Reopen undoes Close.
func (m *Memory) Reopen() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = false
}

var errMemoryClosed = trainer.Errorf(trainer.CodeUnavailable, "The store is closed.")

// enter locks the store for a method.
func (m *Memory) enter(ctx context.Context) (func(), error) {
	m.mu.Lock()
	err := ctx.Err()
	if m.closed {
		err = errMemoryClosed
	}
	if err != nil {
		m.mu.Unlock()
		return nil, err
	}
	return m.mu.Unlock, nil
}

// NewPerson keeps a person.
func (m *Memory) NewPerson(ctx context.Context, id string, token trainer.TokenHash, _ time.Time) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if _, taken := m.people[id]; taken {
		return trainer.Errorf(trainer.CodeConflict, "There is a person of this id already.")
	}
	for _, t := range m.people {
		if t == token {
			return trainer.Errorf(trainer.CodeConflict, "The token is taken already.")
		}
	}
	m.people[id] = token
	return nil
}

// PersonByToken finds a person.
func (m *Memory) PersonByToken(ctx context.Context, token trainer.TokenHash) (string, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	for id, t := range m.people {
		if t == token {
			return id, nil
		}
	}
	return "", trainer.Errorf(trainer.CodeNotFound, "Nobody is known by this token.")
}

// find gives a conversation; the caller holds the lock.
func (m *Memory) find(id string) (*memoryConversation, error) {
	c, ok := m.conversations[id]
	if !ok {
		return nil, trainer.Errorf(trainer.CodeNotFound, "There is no such conversation.")
	}
	return c, nil
}

// NewToken keeps a conversation's token.
func (m *Memory) NewToken(ctx context.Context, id string, token trainer.TokenHash, _ time.Time) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if _, err := m.find(id); err != nil {
		return err
	}
	if _, taken := m.tokens[token]; taken {
		return trainer.Errorf(trainer.CodeConflict, "The token is taken already.")
	}
	m.tokens[token] = id
	return nil
}

// ConversationByToken finds a conversation.
func (m *Memory) ConversationByToken(ctx context.Context, token trainer.TokenHash) (string, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	id, ok := m.tokens[token]
	if !ok {
		return "", trainer.Errorf(trainer.CodeNotFound, "No conversation opens with this token.")
	}
	return id, nil
}

// Create keeps a new conversation.
func (m *Memory) Create(ctx context.Context, c trainer.Conversation, text func() string, created talk.Event) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if created.Seq != 1 || created.Body.Kind() != talk.KindCreated {
		return trainer.Errorf(trainer.CodeInvalid, "A journal begins with created.")
	}
	if _, taken := m.conversations[c.ID]; taken {
		return trainer.Errorf(trainer.CodeConflict, "There is a conversation of this id already.")
	}
	if _, known := m.people[c.Person]; !known {
		return trainer.Errorf(trainer.CodeNotFound, "There is no such person.")
	}
	if _, known := m.texts[c.ScenarioHash]; !known {
		m.texts[c.ScenarioHash] = text()
	}
	kept := &memoryConversation{Conversation: c, clients: map[string]int64{}}
	kept.Changed, kept.LastSeq = time.UnixMilli(created.At).UTC(), 1
	if err := kept.keep(created); err != nil {
		return err
	}
	m.conversations[c.ID] = kept
	return nil
}

func (c *memoryConversation) keep(e talk.Event) error {
	body, err := talk.EncodeBody(e.Body)
	if err != nil {
		return err
	}
	c.events = append(c.events, memoryEvent{e.At, e.Body.Kind(), e.Body.Version(), body})
	return nil
}

// Conversation gives one.
func (m *Memory) Conversation(ctx context.Context, id string) (trainer.Conversation, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return trainer.Conversation{}, err
	}
	defer leave()
	c, err := m.find(id)
	if err != nil {
		return trainer.Conversation{}, err
	}
	return c.Conversation, nil
}

// Conversations lists a person's.
func (m *Memory) Conversations(ctx context.Context, person string, limit int) ([]trainer.Conversation, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var list []trainer.Conversation
	for _, c := range m.conversations {
		if c.Person == person {
			list = append(list, c.Conversation)
		}
	}
	slices.SortFunc(list, func(a, b trainer.Conversation) int { return b.Begun.Compare(a.Begun) })
	return list[:min(limit, len(list))], nil
}

// ScenarioText gives a text.
func (m *Memory) ScenarioText(ctx context.Context, hash string) (string, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	text, ok := m.texts[hash]
	if !ok {
		return "", trainer.Errorf(trainer.CodeNotFound, "No conversation was held with such a scenario.")
	}
	return text, nil
}

// Append adds events.
func (m *Memory) Append(ctx context.Context, id string, expect int64, events ...talk.Event) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	var failed error
	if m.Fail != nil {
		var lost bool
		if failed, lost = m.Fail(id, events); failed != nil && !lost {
			return failed
		}
	}
	afterEnd := true
	for i, e := range events {
		if e.Seq != expect+1+int64(i) {
			return trainer.Errorf(trainer.CodeInvalid, "The events do not follow one another.")
		}
		afterEnd = afterEnd && trainer.AfterEnd(e.Body.Kind())
	}
	c, err := m.find(id)
	if err != nil {
		return err
	}
	switch {
	case c.LastSeq != expect:
		return trainer.Errorf(trainer.CodeConflict, "Somebody else was faster.")
	case c.HasEnded() && !afterEnd:
		return trainer.Errorf(trainer.CodeEnded, "The conversation is over.")
	}
	fresh := map[string]bool{}
	for _, e := range events {
		if h, ok := e.Body.(talk.Heard); ok {
			if _, known := c.clients[h.ClientID]; known || fresh[h.ClientID] {
				return trainer.ErrResent
			}
			fresh[h.ClientID] = true
		}
	}
	for _, e := range events {
		if err := c.keep(e); err != nil {
			return err
		}
		c.LastSeq, c.Changed = e.Seq, time.UnixMilli(e.At).UTC()
		switch b := e.Body.(type) {
		case talk.Heard:
			c.clients[b.ClientID] = e.Seq
			c.Turns = b.Turn.N
		case talk.Said:
			c.Turns = b.Turn.N
		case talk.SteppedOut:
			c.SteppedOut = true
		case talk.Ended:
			c.Ended, c.EndedBy = time.UnixMilli(max(e.At, 1)).UTC(), b.By
		}
	}
	return failed
}

func (c *memoryConversation) event(seq int64) (talk.Event, error) {
	e := c.events[seq-1]
	body, err := talk.DecodeBody(e.kind, e.version, e.body)
	return talk.Event{Seq: seq, At: e.at, Body: body}, err
}

// Events gives events.
func (m *Memory) Events(ctx context.Context, id string, after int64, limit int) ([]talk.Event, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	c, ok := m.conversations[id]
	if !ok {
		return nil, nil
	}
	var list []talk.Event
	for seq := after + 1; seq <= c.LastSeq && len(list) < limit; seq++ {
		e, err := c.event(seq)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// HeardByClient finds a Heard.
func (m *Memory) HeardByClient(ctx context.Context, id, clientID string) (talk.Event, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return talk.Event{}, err
	}
	defer leave()
	c, err := m.find(id)
	if err != nil {
		return talk.Event{}, err
	}
	seq, ok := c.clients[clientID]
	if !ok {
		return talk.Event{}, trainer.Errorf(trainer.CodeNotFound, "No words with this id were heard.")
	}
	return c.event(seq)
}

// SaveSnapshot keeps a snapshot.
func (m *Memory) SaveSnapshot(ctx context.Context, id string, s trainer.Snapshot) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if c, ok := m.conversations[id]; ok && (s.Seq >= c.snapshot.Seq || s.Versions != c.snapshot.Versions) {
		c.snapshot = s
		c.snapshot.State = slices.Clone(s.State)
	}
	return nil
}

// Snapshot gives the newest.
func (m *Memory) Snapshot(ctx context.Context, id string) (trainer.Snapshot, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return trainer.Snapshot{}, err
	}
	defer leave()
	if c, ok := m.conversations[id]; ok {
		return c.snapshot, nil
	}
	return trainer.Snapshot{}, nil
}

// Delete removes a conversation.
func (m *Memory) Delete(ctx context.Context, id string) error {
	leave, err := m.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	c, err := m.find(id)
	if err != nil {
		return err
	}
	delete(m.conversations, id)
	for token, of := range m.tokens {
		if of == id {
			delete(m.tokens, token)
		}
	}
	for _, other := range m.conversations {
		if other.ScenarioHash == c.ScenarioHash {
			return nil
		}
	}
	delete(m.texts, c.ScenarioHash)
	return nil
}

// KeepNothing lists what is due.
func (m *Memory) KeepNothing(ctx context.Context, endedBefore, changedBefore time.Time, limit int) ([]string, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var due []trainer.Conversation
	for _, c := range m.conversations {
		if c.KeepNothing && (c.HasEnded() && c.Ended.Before(endedBefore) || c.Changed.Before(changedBefore)) {
			due = append(due, c.Conversation)
		}
	}
	slices.SortFunc(due, func(a, b trainer.Conversation) int { return a.Changed.Compare(b.Changed) })
	var ids []string
	for _, c := range due[:min(limit, len(due))] {
		ids = append(ids, c.ID)
	}
	return ids, nil
}

// Counts gives the sizes.
func (m *Memory) Counts(ctx context.Context) (trainer.Counts, error) {
	leave, err := m.enter(ctx)
	if err != nil {
		return trainer.Counts{}, err
	}
	defer leave()
	n := trainer.Counts{People: int64(len(m.people)), Conversations: int64(len(m.conversations)), Scenarios: int64(len(m.texts))}
	for _, c := range m.conversations {
		if !c.HasEnded() {
			n.Running++
		}
		n.Events += int64(len(c.events))
		for _, e := range c.events {
			n.Bytes += int64(len(e.body))
		}
	}
	return n, nil
}

// Backup is not to be had from memory.
func (m *Memory) Backup(context.Context, string) error { return errors.ErrUnsupported }

// Close ends it until Reopen.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}
