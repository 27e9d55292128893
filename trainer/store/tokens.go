package store

import (
	"context"
	"fmt"
	"time"

	"breakroom/trainer/talk"
)

// TokenUse is what a model charged for one answer.
type TokenUse struct {
	Conversation, Person string
	At                   time.Time
	Prompt, Completion   int
}

// TokenUse lists what models charged since a time, the oldest first, for the budgets of a server that starts.
func (s *Store) TokenUse(ctx context.Context, since time.Time) ([]TokenUse, error) {
	rows, err := s.readDB.QueryContext(ctx, `SELECT e.conversation, c.person, e.at, e.kind, e.version, e.body
		FROM conversations c JOIN events e ON e.conversation = c.id
		WHERE c.changed >= $1 AND e.kind = 'said' AND e.at >= $1 ORDER BY e.at`, since.UnixMilli())
	if err != nil {
		return nil, fmt.Errorf("reading what models charged: %w", err)
	}
	defer rows.Close()
	var list []TokenUse
	for rows.Next() {
		var u TokenUse
		var at int64
		var kind talk.EventKind
		var version int
		var body []byte
		if err := rows.Scan(&u.Conversation, &u.Person, &at, &kind, &version, &body); err != nil {
			return nil, fmt.Errorf("reading what models charged: %w", err)
		}
		decoded, err := talk.DecodeBody(kind, version, body)
		if err != nil {
			continue // an event of another program is no reason not to start
		}
		said, ok := decoded.(talk.Said)
		if !ok || said.Tokens == [2]int{} {
			continue
		}
		u.At, u.Prompt, u.Completion = time.UnixMilli(at).UTC(), said.Tokens[0], said.Tokens[1]
		list = append(list, u)
	}
	return list, rows.Err()
}
