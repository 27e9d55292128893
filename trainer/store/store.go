// Package store keeps conversations in one SQLite file: people, journals,
// snapshots, and the texts of scenarios. What it has acknowledged is on disk.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"breakroom/trainer"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// readers bounds the pool of reading connections; there is one writing connection beside it.
	readers = 4
	// busyFor is how long a connection waits for a lock of another process.
	busyFor = 5 * time.Second
)

// Options say which file to open and how.
type Options struct {
	// Path is the file; it and its folder are made where they are missing (0600 and 0700).
	Path string
	// Beside opens a file that must exist, beside a server that may be using it: no process lock, no migration. It
	// is for commands such as backup, export and delete.
	Beside bool
}

// Store is a SQLite file. Its methods may be called from many goroutines.
type Store struct {
	path string
	lock *flock.Flock

	writeDB *sql.DB
	readDB  *sql.DB
	read    map[string]*sql.Stmt

	writer writer
}

var _ trainer.Store = (*Store)(nil)

// Open opens a file for a server, which then has it to itself: a second server
// on the same file is refused with trainer.CodeConflict. A file of a newer
// program is refused with trainer.CodeInvalid.
func Open(ctx context.Context, path string) (*Store, error) {
	return OpenWith(ctx, Options{Path: path})
}

// OpenWith opens a file as the options say.
func OpenWith(ctx context.Context, o Options) (_ *Store, err error) {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("opening the store %s: %w", o.Path, err)
	}
	s := &Store{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.release())
			err = fmt.Errorf("opening the store %s: %w", path, err)
		}
	}()
	if o.Beside {
		_, err = os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			err = trainer.Errorf(trainer.CodeNotFound, "There is no file %s.", path)
		}
	} else {
		err = s.prepareFile()
	}
	if err != nil {
		return nil, err
	}
	if s.writeDB, err = openDB(path, 1, true); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, o.Beside); err != nil {
		return nil, err
	}
	if s.readDB, err = openDB(path, readers, false); err != nil {
		return nil, err
	}
	if err := s.prepareReads(ctx); err != nil {
		return nil, err
	}
	if err := s.startWriter(ctx, !o.Beside); err != nil {
		return nil, err
	}
	return s, nil
}

// prepareFile makes folder and file with the modes they should have, before
// SQLite would make them with others, and takes the lock of the process.
// The files that SQLite puts beside it inherit its mode.
func (s *Store) prepareFile() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return err
	}
	s.lock = flock.New(s.path+".lock", flock.SetPermissions(0o600))
	locked, err := s.lock.TryLock()
	if err != nil {
		return fmt.Errorf("locking: %w", err)
	}
	if !locked {
		s.lock = nil
		return trainer.Errorf(trainer.CodeConflict, "Another Breakroom is using the file %s already. Stop that one first, or start this one with a file of its own.", s.path)
	}
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if runtime.GOOS != "windows" {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			if err := f.Chmod(0o600); err != nil {
				return err
			}
		}
	}
	return syncDir(filepath.Dir(s.path))
}

// Close ends the store. It is safe to call it twice.
func (s *Store) Close() error {
	s.writer.stop()
	return s.release()
}

func (s *Store) release() error {
	var errs []error
	for _, db := range []*sql.DB{s.readDB, s.writeDB} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// pragmas are set on every connection, in this order: first of all to wait for
// a lock, since setting the others may need one.
var pragmas = []struct{ name, set, want string }{
	{"busy_timeout", strconv.FormatInt(busyFor.Milliseconds(), 10), strconv.FormatInt(busyFor.Milliseconds(), 10)},
	{"journal_mode", "WAL", "wal"},
	{"synchronous", "FULL", "2"},
	{"foreign_keys", "ON", "1"},
	{"secure_delete", "ON", "1"},
}

func openDB(path string, conns int, write bool) (*sql.DB, error) {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed
	}
	query := url.Values{"_txlock": {"immediate"}}
	for _, p := range pragmas {
		query.Add("_pragma", p.name+"("+p.set+")")
	}
	// Pages are in the system's memory anyway; larger copies for each connection took 3 MB.
	query.Add("_pragma", "cache_size(-256)")
	if !write {
		query.Add("_pragma", "query_only(ON)")
	}
	base, err := sqlite.NewConnector("file://" + (&url.URL{Path: slashed}).EscapedPath() + "?" + query.Encode())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(asserting{base})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// asserting hands out a connection only after it has answered that it is set as pragmas wants it.
type asserting struct{ driver.Connector }

func (a asserting) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := a.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pragmas {
		got, err := askPragma(ctx, conn, p.name)
		if err == nil && got != p.want {
			err = fmt.Errorf("a connection has %s=%s, not %s: the file would not be safe", p.name, got, p.want)
		}
		if err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

func askPragma(ctx context.Context, conn driver.Conn, name string) (string, error) {
	q, ok := conn.(driver.QueryerContext)
	if !ok {
		return "", fmt.Errorf("the driver's connection cannot be asked for %s", name)
	}
	rows, err := q.QueryContext(ctx, "PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	dest := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(dest); err != nil {
		return "", fmt.Errorf("asking for %s: %w", name, err)
	}
	return fmt.Sprint(dest[0]), nil
}

func (s *Store) migrate(ctx context.Context, beside bool) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, s.writeDB, dir, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	have, want, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("reading the form of the file: %w", explain(err))
	}
	switch {
	case have > want:
		return trainer.Errorf(trainer.CodeInvalid, "The file %s was written by a newer Breakroom (its form is %d, this program knows up to %d). "+
			"Start the newer program, or choose another file.", s.path, have, want)
	case have == want:
		return nil
	case beside:
		return trainer.Errorf(trainer.CodeInvalid, "The file %s has an older form (%d, this program needs %d). "+
			"Start the server once with it, which brings it up to date.", s.path, have, want)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bringing the file from form %d to %d: %w", have, want, explain(err))
	}
	return nil
}

// explain turns what SQLite reports into an Error where callers decide by it or people can do something about it.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	const (
		ioErr, corrupt, full, cantOpen, readOnly, busy, locked, notADB = 10, 11, 13, 14, 8, 5, 6, 26
	)
	unavailable := func(message string) error {
		return &trainer.Error{Code: trainer.CodeUnavailable, Message: message, Err: err}
	}
	switch e.Code() & 0xff {
	case full:
		return unavailable("The disk is full: make room on it, then say it again. Nothing that was acknowledged is lost.")
	case ioErr:
		return unavailable("The disk does not take or give the words: look after the disk, then say it again.")
	case readOnly:
		return unavailable("The file cannot be written to: see that it and its folder belong to who runs Breakroom.")
	case cantOpen:
		return unavailable("The file cannot be opened: see that it and its folder belong to who runs Breakroom.")
	case busy, locked:
		return unavailable("Another program holds the file: try again in a moment.")
	case corrupt, notADB:
		return unavailable("The file is damaged, or is not a file of Breakroom: put back a backup, or choose another file.")
	}
	return err
}

// Extended codes of SQLite for constraints.
const (
	constraintPrimaryKey = 1555
	constraintUnique     = 2067
	constraintForeignKey = 787
)

func isConstraint(err error, codes ...int) bool {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code() == c {
			return true
		}
	}
	return false
}
