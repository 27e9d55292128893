package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"breakroom/trainer"
)

const (
	// batchMost bounds how many requests one commit takes in.
	batchMost = 128
	// batchSoon is how many requests are not kept waiting for others.
	batchSoon = 4
	// ridersMost bounds the snapshots that wait for the next commit.
	ridersMost = 256
	// scrubEvery is how long the writer waits before it tries again to empty the log behind a deletion.
	scrubEvery = time.Second
	// scrubBusy is how long one such attempt waits for readers, and scrubAtEnd how often it is tried before the store closes.
	scrubBusy  = 100 * time.Millisecond
	scrubAtEnd = 20
)

// writer is the one goroutine that writes. Requests that arrive while a commit
// is on its way to the disk go into the next one together, so that a hundred
// conversations share an fdatasync. Each is answered after its own commit.
type writer struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt

	requests chan *request
	done     chan struct{}

	mu      sync.RWMutex // held for reading while a request is handed over
	stopped bool

	ridersMu sync.Mutex
	riders   map[string]trainer.Snapshot

	commits atomic.Int64 // of batches
	scrub   bool         // a deletion's traces still stand in the log
	crowd   bool         // the last batch had more than one request
}

// request is a write. run is called inside a transaction, perhaps more than once: it must not change anything outside of it.
type request struct {
	run   func(ctx context.Context, w *writer) error
	scrub bool
	// forget names a conversation whose waiting snapshot must not be written after this request.
	forget string
	answer chan error
}

var errStopped = &trainer.Error{Code: trainer.CodeUnavailable, Message: "The store is closed. Nothing that was acknowledged is lost."}

func (s *Store) startWriter(ctx context.Context, scrub bool) error {
	conn, err := s.writeDB.Conn(ctx)
	if err != nil {
		return explain(err)
	}
	s.writer.conn = conn
	s.writer.stmts = map[string]*sql.Stmt{}
	s.writer.requests = make(chan *request)
	s.writer.done = make(chan struct{})
	s.writer.riders = map[string]trainer.Snapshot{}
	// A crash may have left deleted words in the log.
	s.writer.scrub = scrub
	s.writer.tryScrub(ctx)
	go s.writer.loop()
	return nil
}

// stop answers what was handed over, writes what waits and ends the goroutine.
func (w *writer) stop() {
	w.mu.Lock()
	started := w.requests != nil
	stopped := w.stopped
	w.stopped = true
	w.mu.Unlock()
	if !started || stopped {
		return
	}
	close(w.requests)
	<-w.done
}

// do hands a request to the writer and waits for its commit. A cancelled ctx
// counts only until the request is handed over: after that the answer is the
// truth about the disk.
func (w *writer) do(ctx context.Context, r *request) error {
	r.answer = make(chan error, 1)
	w.mu.RLock()
	if w.stopped {
		w.mu.RUnlock()
		return errStopped
	}
	select {
	case w.requests <- r:
		w.mu.RUnlock()
	case <-ctx.Done():
		w.mu.RUnlock()
		return ctx.Err()
	}
	return <-r.answer
}

func (w *writer) loop() {
	defer close(w.done)
	ctx := context.Background()
	batch := make([]*request, 0, batchMost)
	for {
		var again <-chan time.Time
		var timer *time.Timer
		if w.scrub {
			timer = time.NewTimer(scrubEvery)
			again = timer.C
		}
		select {
		case r, ok := <-w.requests:
			if timer != nil {
				timer.Stop()
			}
			if !ok {
				w.finish(ctx)
				return
			}
			batch = append(batch[:0], r)
		case <-again:
			w.tryScrub(ctx)
			continue
		}
		batch, open := w.gather(batch)
		w.serve(ctx, batch)
		clear(batch)
		if !open {
			w.finish(ctx)
			return
		}
	}
}

// gather adds to a batch who waits to write, and where several write at the time, who is about to: it lets everybody else
// run for as long as that brings somebody, until there are enough, since a commit for each would be most of the work.
// Whoever is alone goes at once: what else there is to do for them can be done while the disk writes.
func (w *writer) gather(batch []*request) (_ []*request, open bool) {
	defer func() { w.crowd = len(batch) > 1 }()
	for n := 0; n < len(batch) && len(batch) < batchSoon; {
		n = len(batch)
		if w.crowd || n > 1 {
			runtime.Gosched()
		}
	waiting:
		for len(batch) < batchMost {
			select {
			case r, ok := <-w.requests:
				if !ok {
					return batch, false
				}
				batch = append(batch, r)
			default:
				break waiting
			}
		}
	}
	return batch, true
}

func (w *writer) finish(ctx context.Context) {
	w.ridersMu.Lock()
	waiting := len(w.riders)
	w.ridersMu.Unlock()
	if waiting > 0 {
		// Snapshots can be made again: that one was not written is no error.
		_ = w.commit(ctx, nil)
	}
	for range scrubAtEnd {
		w.tryScrub(ctx)
		if !w.scrub {
			break
		}
	}
	for _, s := range w.stmts {
		_ = s.Close()
	}
	_ = w.conn.Close()
}

// serve commits a batch in one transaction; where one request fails it starts
// over with a transaction for each, so that none suffers for another.
func (w *writer) serve(ctx context.Context, batch []*request) {
	err := w.commit(ctx, batch)
	if err == nil || len(batch) == 1 {
		w.settle(ctx, batch, err)
		return
	}
	for i := range batch {
		w.settle(ctx, batch[i:i+1], w.commit(ctx, batch[i:i+1]))
	}
}

func (w *writer) settle(ctx context.Context, batch []*request, err error) {
	for _, r := range batch {
		if err == nil && r.scrub {
			w.scrub = true
		}
	}
	w.tryScrub(ctx)
	for _, r := range batch {
		r.answer <- explain(err)
	}
}

// commit runs a batch in one transaction; when it returns nil it is on disk.
func (w *writer) commit(ctx context.Context, batch []*request) (err error) {
	if _, err := w.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("writing failed unexpectedly: %v", p)
		}
		if !committed {
			// A failed COMMIT or a full disk may have rolled back by itself; then this says so and there is nothing to do.
			_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
		}
	}()
	for _, r := range batch {
		if r.forget != "" {
			w.ridersMu.Lock()
			delete(w.riders, r.forget)
			w.ridersMu.Unlock()
		}
		if err := r.run(ctx, w); err != nil {
			return err
		}
	}
	if err := w.writeRiders(ctx); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "COMMIT"); err != nil {
		return err
	}
	committed = true
	w.commits.Add(1)
	return nil
}

// writeRiders writes the snapshots that wait, in the transaction of somebody else.
func (w *writer) writeRiders(ctx context.Context) error {
	w.ridersMu.Lock()
	if len(w.riders) == 0 {
		w.ridersMu.Unlock()
		return nil
	}
	riders := w.riders
	w.riders = map[string]trainer.Snapshot{}
	w.ridersMu.Unlock()
	for id, snap := range riders {
		_, err := w.exec(ctx, `INSERT INTO snapshots (conversation, seq, versions, state)
			SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM conversations WHERE id = $1)
			ON CONFLICT (conversation) DO UPDATE SET seq = excluded.seq, versions = excluded.versions, state = excluded.state
			WHERE excluded.seq >= snapshots.seq OR excluded.versions <> snapshots.versions`,
			id, snap.Seq, snap.Versions, snap.State)
		if err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement, prepared once.
func (w *writer) exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := w.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// row runs a query for one row, prepared once.
func (w *writer) row(ctx context.Context, query string, args, dest []any) error {
	stmt, err := w.prepare(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(dest...)
}

func (w *writer) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = stmt
	return stmt, nil
}

// tryScrub brings the log into the file and cuts it to nothing, so that what
// was deleted stands in neither. While a reader still holds an older state it
// cannot; then it is tried again.
func (w *writer) tryScrub(ctx context.Context) {
	if !w.scrub {
		return
	}
	_, err1 := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", scrubBusy.Milliseconds()))
	var busy, pages, moved int64
	err2 := w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	_, err3 := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", busyFor.Milliseconds()))
	if errors.Join(err1, err2, err3) == nil && busy == 0 {
		w.scrub = false
	}
}
