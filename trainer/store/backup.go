package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"breakroom/trainer"
)

// Counts gives the sizes of the store.
func (s *Store) Counts(ctx context.Context) (trainer.Counts, error) {
	var c trainer.Counts
	if err := s.one(ctx, readCounts, nil, nil, &c.People, &c.Conversations, &c.Running, &c.Events, &c.Scenarios); err != nil {
		return trainer.Counts{}, err
	}
	for _, name := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return trainer.Counts{}, err
		}
		c.Bytes += info.Size()
	}
	return c, nil
}

// Backup writes a consistent copy to a new file, while others read and write. The copy is on disk when it returns;
// one that failed is removed.
func (s *Store) Backup(ctx context.Context, path string) (err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return err
	}
	// SQLite writes into an empty file, and would make one that others may read.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return trainer.Errorf(trainer.CodeConflict, "There is a file %s already. Name one that does not exist yet.", path)
	}
	if err != nil {
		return fmt.Errorf("making the backup: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	// A connection of its own: the readers' may not write, not even elsewhere.
	db, err := openDB(s.path, 1, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("making the backup: %w", explain(err))
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("making the backup: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir has the name of a new file on disk. Windows keeps names by itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
