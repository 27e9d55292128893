package llm

import (
	"context"
	"sync"
	"time"
)

// Use is what one answer was charged.
type Use struct {
	// Conversation and Person are ids; "" where there is none.
	Conversation, Person string
	// At is when the answer ended.
	At time.Time
	// Prompt and Completion count tokens; Estimated is set where the server did not say.
	Prompt, Completion int
	Estimated          bool
}

// Ledger knows what was spent. It is safe for concurrent use.
type Ledger interface {
	// Spent gives the tokens of one conversation since it began, and of one person and of all together since then.
	Spent(ctx context.Context, conversation, person string, since time.Time) (ofConversation, ofPerson, ofAll int, err error)
	// Record adds what one answer was charged.
	Record(ctx context.Context, u Use) error
}

// MemoryLedger keeps what was spent in memory: a restart begins anew. It
// remembers the newest conversations, and persons for a day.
type MemoryLedger struct {
	mu            sync.Mutex
	conversations map[string]int
	order         []string
	persons       map[string]int
	all           int
	day           time.Time
}

// maxLedger bounds the conversations that a MemoryLedger remembers.
const maxLedger = 10_000

// NewMemoryLedger makes an empty ledger.
func NewMemoryLedger() *MemoryLedger {
	return &MemoryLedger{conversations: map[string]int{}, persons: map[string]int{}}
}

// Spent gives what was recorded; a later since than the last time begins a new day.
func (l *MemoryLedger) Spent(_ context.Context, conversation, person string, since time.Time) (int, int, int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn(since)
	return l.conversations[conversation], l.persons[person], l.all, nil
}

// Record adds to what was spent.
func (l *MemoryLedger) Record(_ context.Context, u Use) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := u.Prompt + u.Completion
	if u.Conversation != "" {
		if _, known := l.conversations[u.Conversation]; !known {
			l.order = append(l.order, u.Conversation)
			if len(l.order) > maxLedger {
				delete(l.conversations, l.order[0])
				l.order = l.order[1:]
			}
		}
		l.conversations[u.Conversation] += n
	}
	if u.Person != "" {
		l.persons[u.Person] += n
	}
	l.all += n
	return nil
}

func (l *MemoryLedger) turn(since time.Time) {
	if since.After(l.day) {
		l.day, l.all = since, 0
		clear(l.persons)
	}
}

// reserved are the tokens that answers which are not over yet may take.
type reserved struct {
	mu                     sync.Mutex
	conversations, persons tally
	all                    int
}

// tally counts tokens by id, and keeps no zeros.
type tally map[string]int

func (t tally) add(id string, n int) {
	if id == "" {
		return
	}
	if t[id] += n; t[id] == 0 {
		delete(t, id)
	}
}

func (r *reserved) add(conversation, person string, n int) {
	r.conversations.add(conversation, n)
	r.persons.add(person, n)
	r.all += n
}

// afford refuses a request of about so many tokens where a budget does not hold it, beside those that are under way. They are counted
// only where there is a budget. settle must be called once, when what the request was charged is recorded.
func (s *Server) afford(ctx context.Context, conversation, person string, count func() int) (settle func(), err error) {
	b := s.cfg.Budgets
	if b.Conversation == 0 && b.Person == 0 && b.Day == 0 {
		return func() {}, nil
	}
	tokens := count()
	r := &s.reserved
	r.mu.Lock()
	defer r.mu.Unlock()
	now := s.now().In(s.zone)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, s.zone)
	c, p, all, err := s.ledger.Spent(ctx, conversation, person, midnight)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		name         string
		spent, bound int
	}{{"conversation", c + r.conversations[conversation], b.Conversation}, {"person", p + r.persons[person], b.Person}, {"day", all + r.all, b.Day}} {
		if x.bound > 0 && x.spent+tokens > x.bound {
			return nil, &Error{Kind: KindBudget, Host: s.Host(), Budget: x.name}
		}
	}
	r.add(conversation, person, tokens)
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.add(conversation, person, -tokens)
	}, nil
}
