package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"breakroom/trainer"
	"breakroom/trainer/talk"
)

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func noConversation() error {
	return trainer.Errorf(trainer.CodeNotFound, "There is no such conversation. It may have been deleted.")
}

// Create keeps a new conversation with its first event.
func (s *Store) Create(ctx context.Context, c trainer.Conversation, scenarioText func() string, created talk.Event) error {
	if created.Seq != 1 || created.Body.Kind() != talk.KindCreated {
		return trainer.Errorf(trainer.CodeInvalid, "A journal begins with the event created, numbered 1.")
	}
	practise, err := json.Marshal(c.Practise)
	if err != nil {
		return fmt.Errorf("keeping a conversation: %w", err)
	}
	row, err := encode(created)
	if err != nil {
		return err
	}
	return s.writer.do(ctx, &request{run: func(ctx context.Context, w *writer) error {
		var kept bool
		if err := w.row(ctx, `SELECT EXISTS (SELECT 1 FROM scenarios WHERE hash = $1)`, []any{c.ScenarioHash}, []any{&kept}); err != nil {
			return err
		}
		if !kept {
			if _, err := w.exec(ctx, `INSERT INTO scenarios (hash, text) VALUES ($1, $2)`, c.ScenarioHash, scenarioText()); err != nil {
				return err
			}
		}
		_, err := w.exec(ctx, `INSERT INTO conversations (id, person, scenario_id, scenario_hash, kind, practise, keep_nothing, seed,
				begun, changed, ended, ended_by, stepped_out, last_seq, turns)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '', 0, 1, $11)`,
			c.ID, c.Person, c.ScenarioID, c.ScenarioHash, string(c.Kind), string(practise), flag(c.KeepNothing), int64(c.Seed),
			millis(c.Begun), created.At, c.Turns)
		switch {
		case isConstraint(err, constraintPrimaryKey, constraintUnique):
			return trainer.Errorf(trainer.CodeConflict, "There is a conversation of this id already.")
		case isConstraint(err, constraintForeignKey):
			return trainer.Errorf(trainer.CodeNotFound, "There is no such person.")
		case err != nil:
			return err
		}
		return w.insertEvent(ctx, c.ID, row)
	}})
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Append adds events to a journal, all or nothing.
func (s *Store) Append(ctx context.Context, id string, expect int64, events ...talk.Event) error {
	if len(events) == 0 {
		return nil
	}
	change := rowChange{afterEnd: 1}
	rows := make([]eventRow, len(events))
	for i, e := range events {
		if e.Seq != expect+1+int64(i) {
			return trainer.Errorf(trainer.CodeInvalid, "The event %d cannot follow the event %d.", e.Seq, expect+int64(i))
		}
		var err error
		if rows[i], err = encode(e); err != nil {
			return err
		}
		change.add(e)
	}
	return s.writer.do(ctx, &request{run: func(ctx context.Context, w *writer) error {
		n, err := w.exec(ctx, `UPDATE conversations SET last_seq = $1, changed = $2,
				turns = CASE WHEN $3 > turns THEN $3 ELSE turns END,
				stepped_out = CASE WHEN $4 = 1 THEN 1 ELSE stepped_out END,
				ended = CASE WHEN $5 > 0 THEN $5 ELSE ended END,
				ended_by = CASE WHEN $5 > 0 THEN $6 ELSE ended_by END
			WHERE id = $7 AND last_seq = $8 AND (ended = 0 OR $9 = 1)`,
			change.lastSeq, change.at, change.turns, change.steppedOut, change.ended, change.endedBy, id, expect, change.afterEnd)
		if err != nil {
			return err
		}
		if n == 0 {
			return w.whyNot(ctx, id, expect)
		}
		for _, row := range rows {
			if err := w.insertEvent(ctx, id, row); err != nil {
				if row.client.Valid && isConstraint(err, constraintUnique) {
					return trainer.ErrResent
				}
				return err
			}
		}
		return nil
	}})
}

// rowChange is what events change in the row of their conversation.
type rowChange struct {
	lastSeq, at int64
	turns       int
	steppedOut  int
	ended       int64
	endedBy     string
	afterEnd    int
}

func (c *rowChange) add(e talk.Event) {
	c.lastSeq, c.at = e.Seq, e.At
	if !trainer.AfterEnd(e.Body.Kind()) {
		c.afterEnd = 0
	}
	switch b := e.Body.(type) {
	case talk.Heard:
		c.turns = b.Turn.N
	case talk.Said:
		c.turns = b.Turn.N
	case talk.SteppedOut:
		c.steppedOut = 1
	case talk.Ended:
		// A clock that stands at 1970 must not make an end look like none.
		c.ended, c.endedBy = max(e.At, 1), b.By
	}
}

// whyNot says why an append did not fit.
func (w *writer) whyNot(ctx context.Context, id string, expect int64) error {
	var lastSeq, ended int64
	err := w.row(ctx, `SELECT last_seq, ended FROM conversations WHERE id = $1`, []any{id}, []any{&lastSeq, &ended})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return noConversation()
	case err != nil:
		return err
	case lastSeq != expect:
		return trainer.Errorf(trainer.CodeConflict, "Somebody else was faster: the conversation stands at event %d, not %d.", lastSeq, expect)
	}
	return trainer.Errorf(trainer.CodeEnded, "The conversation is over.")
}

// eventRow is an event as it stands in the table.
type eventRow struct {
	seq, at int64
	kind    string
	version int
	client  sql.NullString
	body    []byte
}

func encode(e talk.Event) (eventRow, error) {
	body, err := talk.EncodeBody(e.Body)
	if err != nil {
		return eventRow{}, err
	}
	row := eventRow{seq: e.Seq, at: e.At, kind: string(e.Body.Kind()), version: e.Body.Version(), body: body}
	if h, ok := e.Body.(talk.Heard); ok {
		row.client = sql.NullString{String: h.ClientID, Valid: h.ClientID != ""}
	}
	return row, nil
}

func (w *writer) insertEvent(ctx context.Context, id string, r eventRow) error {
	_, err := w.exec(ctx, `INSERT INTO events (conversation, seq, at, kind, version, client_id, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		id, r.seq, r.at, r.kind, r.version, r.client, r.body)
	return err
}

func (r eventRow) decode() (talk.Event, error) {
	body, err := talk.DecodeBody(talk.EventKind(r.kind), r.version, r.body)
	if err != nil {
		return talk.Event{}, fmt.Errorf("event %d: %w", r.seq, err)
	}
	return talk.Event{Seq: r.seq, At: r.at, Body: body}, nil
}

// The queries of readers, prepared once for each connection of the pool.
const (
	conversationColumns = `SELECT id, person, scenario_id, scenario_hash, kind, practise, keep_nothing, seed,
		begun, changed, ended, ended_by, stepped_out, last_seq, turns FROM conversations`
	readConversation  = conversationColumns + ` WHERE id = $1`
	readConversations = conversationColumns + ` WHERE person = $1 ORDER BY begun DESC, id LIMIT $2`
	readEvents        = `SELECT seq, at, kind, version, body FROM events WHERE conversation = $1 AND seq > $2 ORDER BY seq LIMIT $3`
	readHeard         = `SELECT seq, at, kind, version, body FROM events WHERE conversation = $1 AND client_id = $2`
	readSnapshot      = `SELECT seq, versions, state FROM snapshots WHERE conversation = $1`
	readText          = `SELECT text FROM scenarios WHERE hash = $1`
	readPerson        = `SELECT id FROM people WHERE token = $1`
	readToken         = `SELECT conversation FROM tokens WHERE token = $1`
	readKeepNothing   = `SELECT id FROM conversations WHERE keep_nothing = 1 AND ((ended > 0 AND ended < $1) OR changed < $2) ORDER BY changed LIMIT $3`
	readCounts        = `SELECT (SELECT count(*) FROM people), (SELECT count(*) FROM conversations),
		(SELECT count(*) FROM conversations WHERE ended = 0), (SELECT count(*) FROM events), (SELECT count(*) FROM scenarios)`
)

func (s *Store) prepareReads(ctx context.Context) error {
	s.read = map[string]*sql.Stmt{}
	for _, q := range []string{
		readConversation, readConversations, readEvents, readHeard, readSnapshot, readText,
		readPerson, readToken, readKeepNothing, readCounts,
	} {
		stmt, err := s.readDB.PrepareContext(ctx, q)
		if err != nil {
			return explain(err)
		}
		s.read[q] = stmt
	}
	return nil
}

// one scans one row; missing is the error for none.
func (s *Store) one(ctx context.Context, query string, missing error, args []any, dest ...any) error {
	err := s.read[query].QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return missing
	}
	return explain(err)
}

// all scans many rows, each by scan.
func (s *Store) all(ctx context.Context, query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := s.read[query].QueryContext(ctx, args...)
	if err != nil {
		return explain(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return explain(err)
		}
	}
	return explain(rows.Err())
}

type conversationRow struct {
	trainer.Conversation
	kind, practise        string
	keepNothing, stepped  int
	seed                  int64
	begun, changed, ended int64
}

func (r *conversationRow) dest() []any {
	return []any{&r.ID, &r.Person, &r.ScenarioID, &r.ScenarioHash, &r.kind, &r.practise, &r.keepNothing, &r.seed,
		&r.begun, &r.changed, &r.ended, &r.EndedBy, &r.stepped, &r.LastSeq, &r.Turns}
}

func (r *conversationRow) conversation() (trainer.Conversation, error) {
	c := r.Conversation
	c.Kind = talk.Kind(r.kind)
	c.KeepNothing, c.SteppedOut = r.keepNothing != 0, r.stepped != 0
	c.Seed = uint64(r.seed)
	c.Begun, c.Changed, c.Ended = fromMillis(r.begun), fromMillis(r.changed), fromMillis(r.ended)
	if err := json.Unmarshal([]byte(r.practise), &c.Practise); err != nil {
		return trainer.Conversation{}, fmt.Errorf("reading what a conversation practises: %w", err)
	}
	return c, nil
}

// Conversation gives one.
func (s *Store) Conversation(ctx context.Context, id string) (trainer.Conversation, error) {
	var r conversationRow
	if err := s.one(ctx, readConversation, noConversation(), []any{id}, r.dest()...); err != nil {
		return trainer.Conversation{}, err
	}
	return r.conversation()
}

// Conversations lists a person's, the newest first.
func (s *Store) Conversations(ctx context.Context, person string, limit int) ([]trainer.Conversation, error) {
	var list []trainer.Conversation
	err := s.all(ctx, readConversations, []any{person, limit}, func(rows *sql.Rows) error {
		var r conversationRow
		if err := rows.Scan(r.dest()...); err != nil {
			return err
		}
		c, err := r.conversation()
		if err != nil {
			return err
		}
		list = append(list, c)
		return nil
	})
	return list, err
}

// ScenarioText gives the text with a hash.
func (s *Store) ScenarioText(ctx context.Context, hash string) (string, error) {
	var text string
	err := s.one(ctx, readText, trainer.Errorf(trainer.CodeNotFound, "No conversation was held with such a scenario."), []any{hash}, &text)
	return text, err
}

// Events gives the events after a sequence number, in order.
func (s *Store) Events(ctx context.Context, id string, after int64, limit int) ([]talk.Event, error) {
	var list []talk.Event
	err := s.all(ctx, readEvents, []any{id, after, limit}, func(rows *sql.Rows) error {
		var r eventRow
		if err := rows.Scan(&r.seq, &r.at, &r.kind, &r.version, &r.body); err != nil {
			return err
		}
		e, err := r.decode()
		if err != nil {
			return err
		}
		list = append(list, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// HeardByClient finds the Heard with a client's id.
func (s *Store) HeardByClient(ctx context.Context, id, clientID string) (talk.Event, error) {
	var r eventRow
	err := s.one(ctx, readHeard, trainer.Errorf(trainer.CodeNotFound, "No words with this id were heard."), []any{id, clientID},
		&r.seq, &r.at, &r.kind, &r.version, &r.body)
	if err != nil {
		return talk.Event{}, err
	}
	return r.decode()
}

// SaveSnapshot hands a snapshot to the next commit; it makes none of its own.
func (s *Store) SaveSnapshot(_ context.Context, id string, snap trainer.Snapshot) error {
	s.writer.mu.RLock()
	defer s.writer.mu.RUnlock()
	if s.writer.stopped {
		return errStopped
	}
	s.writer.ridersMu.Lock()
	defer s.writer.ridersMu.Unlock()
	if _, waits := s.writer.riders[id]; waits || len(s.writer.riders) < ridersMost {
		s.writer.riders[id] = snap
	}
	return nil
}

// Snapshot gives the newest snapshot that stands in the file.
func (s *Store) Snapshot(ctx context.Context, id string) (trainer.Snapshot, error) {
	var snap trainer.Snapshot
	none := errors.New("none")
	err := s.one(ctx, readSnapshot, none, []any{id}, &snap.Seq, &snap.Versions, &snap.State)
	if errors.Is(err, none) {
		return trainer.Snapshot{}, nil
	}
	return snap, err
}

// Delete removes a conversation and all that hangs on it from file and log. While a reader (a backup, say) still
// holds an older state, the log is emptied as soon as that one is done.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.writer.do(ctx, &request{scrub: true, forget: id, run: func(ctx context.Context, w *writer) error {
		var hash string
		err := w.row(ctx, `SELECT scenario_hash FROM conversations WHERE id = $1`, []any{id}, []any{&hash})
		if errors.Is(err, sql.ErrNoRows) {
			return noConversation()
		}
		if err != nil {
			return err
		}
		// Events, snapshot and tokens go with it.
		if _, err := w.exec(ctx, `DELETE FROM conversations WHERE id = $1`, id); err != nil {
			return err
		}
		_, err = w.exec(ctx, `DELETE FROM scenarios WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM conversations WHERE scenario_hash = $1)`, hash)
		return err
	}})
}

// KeepNothing lists conversations that were to leave nothing behind and are due.
func (s *Store) KeepNothing(ctx context.Context, endedBefore, changedBefore time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.all(ctx, readKeepNothing, []any{millis(endedBefore), millis(changedBefore), limit}, func(rows *sql.Rows) error {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	return ids, err
}
