package trainer

import (
	"context"

	"breakroom/trainer/talk"
)

// NewQuiet makes a Trainer whose sweeper runs only when Sweep is called.
func NewQuiet(o Options) *Trainer { return newTrainer(o) }

// Sweep runs the sweeper once.
func (t *Trainer) Sweep() { t.sweep() }

// Crash ends a Trainer as a crash would: answers stop where they are and nothing more is journaled by it.
func (t *Trainer) Crash() {
	t.mu.Lock()
	t.closed = true
	lives := make([]*live, 0, len(t.lives))
	for _, l := range t.lives {
		lives = append(lives, l)
	}
	t.mu.Unlock()
	for _, l := range lives {
		l.mu.lock()
		l.abandonAnswer()
		l.mu.unlock()
	}
	t.cancel()
	t.answers.Wait()
}

// Settle waits until no answer is being given.
func (t *Trainer) Settle() { t.answers.Wait() }

// InMemory counts the live conversations and those whose fold is in memory.
func (t *Trainer) InMemory() (lives, folds int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for l := range t.loaded {
		if l.fold != nil {
			folds++
		}
	}
	return len(t.lives), folds
}

// StateNow gives the bytes of the state in memory, "" where there is none.
func (t *Trainer) StateNow(id string) (string, error) {
	t.mu.Lock()
	l, ok := t.lives[id]
	t.mu.Unlock()
	if !ok {
		return "", nil
	}
	l.mu.lock()
	defer l.mu.unlock()
	if l.fold == nil {
		return "", nil
	}
	data, err := l.fold.encode()
	return string(data), err
}

// StateFolded gives the bytes of the state after the first events of a journal, by way of a snapshot taken after
// each of the sequence numbers in via.
func (t *Trainer) StateFolded(events []talk.Event, via ...int64) (string, error) {
	f := &fold{}
	find := func(id, hash string) (*script, error) { return t.script(context.Background(), id, hash) }
	for _, e := range events {
		if _, err := f.apply(e, nil, find); err != nil {
			return "", err
		}
		for _, seq := range via {
			if seq != e.Seq {
				continue
			}
			data, err := f.encode()
			if err != nil {
				return "", err
			}
			again, err := decodeFold(data)
			if err != nil {
				return "", err
			}
			again.script = f.script
			f = again
		}
	}
	data, err := f.encode()
	return string(data), err
}

// KeptFolded gives the part of the state that follows from the journal alone.
func (t *Trainer) KeptFolded(events []talk.Event) (any, error) {
	f := &fold{}
	find := func(id, hash string) (*script, error) { return t.script(context.Background(), id, hash) }
	for _, e := range events {
		if _, err := f.apply(e, nil, find); err != nil {
			return nil, err
		}
	}
	if _, err := f.theMind(); err != nil {
		return nil, err
	}
	return f.kept, nil
}

// HintTexts lists every text of the ladder.
func HintTexts() []string {
	var out []string
	for _, h := range hints {
		out = append(append(out, h.Stage, h.Kind), h.Examples...)
	}
	return out
}

// HintExamples lists the examples of each stage of the ladder.
func HintExamples() map[string][]string {
	out := map[string][]string{}
	for stage, h := range hints {
		out[stage] = h.Examples
	}
	return out
}

const (
	SnapshotEvery = snapshotEvery
	HeardRefs     = heardRefs
	HintsMost     = hintsMost
	Page          = page
)
