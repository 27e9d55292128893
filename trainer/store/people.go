package store

import (
	"context"
	"time"

	"breakroom/trainer"
)

// NewPerson keeps a person with the hash of their token.
func (s *Store) NewPerson(ctx context.Context, id string, token trainer.TokenHash, at time.Time) error {
	return s.writer.do(ctx, &request{run: func(ctx context.Context, w *writer) error {
		_, err := w.exec(ctx, `INSERT INTO people (id, token, created) VALUES ($1, $2, $3)`, id, token[:], millis(at))
		if isConstraint(err, constraintPrimaryKey, constraintUnique) {
			return trainer.Errorf(trainer.CodeConflict, "There is a person of this id or token already.")
		}
		return err
	}})
}

// PersonByToken finds a person.
func (s *Store) PersonByToken(ctx context.Context, token trainer.TokenHash) (string, error) {
	var id string
	err := s.one(ctx, readPerson, trainer.Errorf(trainer.CodeNotFound, "Nobody is known by this token."), []any{token[:]}, &id)
	return id, err
}

// NewToken lets the holder of a token into a conversation.
func (s *Store) NewToken(ctx context.Context, id string, token trainer.TokenHash, at time.Time) error {
	return s.writer.do(ctx, &request{run: func(ctx context.Context, w *writer) error {
		n, err := w.exec(ctx, `INSERT INTO tokens (token, conversation, created)
			SELECT $1, id, $2 FROM conversations WHERE id = $3`, token[:], millis(at), id)
		switch {
		case isConstraint(err, constraintPrimaryKey, constraintUnique):
			return trainer.Errorf(trainer.CodeConflict, "This token is taken already.")
		case err == nil && n == 0:
			return noConversation()
		}
		return err
	}})
}

// ConversationByToken finds the conversation of a token.
func (s *Store) ConversationByToken(ctx context.Context, token trainer.TokenHash) (string, error) {
	var id string
	err := s.one(ctx, readToken, trainer.Errorf(trainer.CodeNotFound, "No conversation opens with this token."), []any{token[:]}, &id)
	return id, err
}
