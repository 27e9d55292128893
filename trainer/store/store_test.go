package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"breakroom/trainer"
	"breakroom/trainer/store/storetest"
	"breakroom/trainer/talk"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(traceChild); path != "" {
		appendAndAcknowledge(path)
		return
	}
	goleak.VerifyTestMain(m)
}

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuite(t *testing.T) {
	storetest.Run(t, func(t testing.TB, place string) trainer.Store { return open(t, place) })
}

// begin opens a store with a conversation "one" of a person "ann".
func begin(t testing.TB) (*Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "new folder", "break room #1?.db")
	s := open(t, path)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	addPerson(t, s)
	addConversation(t, s, "one")
	return s, path
}

func addPerson(t testing.TB, s *Store) {
	t.Helper()
	if err := s.NewPerson(t.Context(), "ann", storetest.Hash("ann"), storetest.Noon); err != nil {
		t.Fatal(err)
	}
}

func addConversation(t testing.TB, s *Store, id string) {
	t.Helper()
	c, text, created := storetest.Conversation(id, "ann")
	if err := s.Create(t.Context(), c, storetest.Kept(text), created); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t testing.TB, s *Store, id string, e talk.Event) {
	t.Helper()
	if err := s.Append(t.Context(), id, e.Seq-1, e); err != nil {
		t.Fatal(err)
	}
}

func TestFileModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other rights than modes")
	}
	_, path := begin(t)
	want := map[string]os.FileMode{filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600}
	for name, mode := range want {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s has mode %o, want %o", name, got, mode)
		}
	}
}

func TestFileThatOthersCouldReadIsClosedToThem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other rights than modes")
	}
	path := filepath.Join(t.TempDir(), "b.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	defer s.Close()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
}

// TestEveryConnectionIsSafe opens as many connections as the pools hold, all at
// once, and asks each of them.
func TestEveryConnectionIsSafe(t *testing.T) {
	s, _ := begin(t)
	ask := func(t *testing.T, name string, conn *sql.Conn) {
		t.Helper()
		for _, p := range pragmas {
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+p.name).Scan(&got); err != nil {
				t.Fatal(err)
			}
			if got != p.want {
				t.Errorf("%s: %s is %s, want %s", name, p.name, got, p.want)
			}
		}
	}
	var conns []*sql.Conn
	for i := range readers {
		conn, err := s.readDB.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
		ask(t, fmt.Sprint("reader ", i), conn)
		if _, err := conn.ExecContext(t.Context(), "DELETE FROM people"); err == nil {
			t.Errorf("reader %d may write", i)
		}
	}
	if got := s.readDB.Stats().MaxOpenConnections; got != readers {
		t.Errorf("the readers' pool is bounded by %d, want %d", got, readers)
	}
	if got := s.writeDB.Stats().MaxOpenConnections; got != 1 {
		t.Errorf("there may be %d writers, want 1", got)
	}
	for _, c := range conns {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	ask(t, "writer", s.writer.conn)
}

// TestUnsafeConnectionIsRefused shows that the assertion can fail.
func TestUnsafeConnectionIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	s := open(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	keep := pragmas[2]
	pragmas[2].set = "NORMAL"
	defer func() { pragmas[2] = keep }()
	if s, err := Open(t.Context(), path); err == nil {
		s.Close()
		t.Fatal("a store with synchronous=NORMAL was opened")
	} else if !strings.Contains(err.Error(), "synchronous=1") {
		t.Errorf("the error does not name the setting: %v", err)
	}
}

func TestSecondServerIsRefused(t *testing.T) {
	s, path := begin(t)
	_, err := Open(t.Context(), path)
	if trainer.ErrorCode(err) != trainer.CodeConflict {
		t.Fatalf("a second server got %v, want a conflict", err)
	}
	if !strings.Contains(trainer.ErrorMessage(err), path) {
		t.Errorf("the message does not name the file: %s", trainer.ErrorMessage(err))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, path)
	defer again.Close()
	if _, err := again.Conversation(t.Context(), "one"); err != nil {
		t.Error(err)
	}
}

func TestBeside(t *testing.T) {
	s, path := begin(t)
	beside, err := OpenWith(t.Context(), Options{Path: path, Beside: true})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	appendTo(t, s, "one", storetest.Heard(2, "a", "hi"))
	if got, err := beside.Events(t.Context(), "one", 1, 5); err != nil || len(got) != 1 {
		t.Errorf("beside the server: %d events, %v", len(got), err)
	}
	if err := beside.Delete(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), "one", 2, storetest.Said(3, "x")); trainer.ErrorCode(err) != trainer.CodeNotFound {
		t.Errorf("the server after a deletion beside it: %v", err)
	}
	_, err = OpenWith(t.Context(), Options{Path: path + ".not-there", Beside: true})
	if trainer.ErrorCode(err) != trainer.CodeNotFound {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	s := open(t, path)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := openDB(path, 1, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for _, beside := range []bool{false, true} {
		_, err = OpenWith(t.Context(), Options{Path: path, Beside: beside})
		if trainer.ErrorCode(err) != trainer.CodeInvalid || !strings.Contains(trainer.ErrorMessage(err), "newer Breakroom") {
			t.Errorf("beside %v: got %v", beside, err)
		}
	}
}

func TestFileOfAnotherProgram(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.db")
	if err := os.WriteFile(path, bytes.Repeat([]byte("not a database "), 100), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path)
	if trainer.ErrorCode(err) != trainer.CodeUnavailable || !strings.Contains(trainer.ErrorMessage(err), "damaged") {
		t.Errorf("got %v", err)
	}
	if got, _ := os.ReadFile(path); !bytes.HasPrefix(got, []byte("not a database")) {
		t.Error("the file was written to")
	}
}

// bytesOf gives what stands in the store's files.
func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

func TestDeletedWordsAreGoneFromTheFiles(t *testing.T) {
	s, path := begin(t)
	addConversation(t, s, "two")
	const gone, stays = "canary-quetzal-4711", "canary-hoopoe-1147"
	// Long enough for overflow pages, many enough for several leaves.
	for i := range int64(40) {
		appendTo(t, s, "one", storetest.Heard(i+2, fmt.Sprint(gone, i), strings.Repeat(gone+" ", 200)))
		appendTo(t, s, "two", storetest.Heard(i+2, fmt.Sprint(stays, i), strings.Repeat(stays+" ", 20)))
		if i%10 == 0 {
			if err := s.SaveSnapshot(t.Context(), "one", trainer.Snapshot{Seq: i + 1, Versions: "1", State: []byte(strings.Repeat(gone, 300))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !bytes.Contains(bytesOf(t, path), []byte(gone)) {
		t.Fatal("the canary was never in the files, the test shows nothing")
	}
	if err := s.Delete(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(bytesOf(t, path), []byte(gone)); n != 0 {
		t.Errorf("the deleted words stand %d times in the files", n)
	}
	if !bytes.Contains(bytesOf(t, path), []byte(stays)) {
		t.Error("the other conversation is gone, too")
	}
}

func TestReaderDelaysTheScrubbingOnly(t *testing.T) {
	s, path := begin(t)
	const gone = "canary-quetzal-4711"
	appendTo(t, s, "one", storetest.Heard(2, "a", gone))
	conn, err := s.readDB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN DEFERRED"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := conn.QueryRowContext(t.Context(), "SELECT count(*) FROM events").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(bytesOf(t, path), []byte(gone)) {
		t.Error("the reader held nothing back, the test shows nothing")
	}
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	// The next write takes it along.
	addConversation(t, s, "two")
	if bytes.Contains(bytesOf(t, path), []byte(gone)) {
		t.Error("the deleted words still stand in the files")
	}
}

// TestFullDisk bounds the file, which SQLite reports as a full disk does: what was acknowledged stays, and with room it goes on.
func TestFullDisk(t *testing.T) {
	s, _ := begin(t)
	pages := func(most int) {
		t.Helper()
		err := s.writer.do(t.Context(), &request{run: func(ctx context.Context, w *writer) error {
			_, err := w.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", most))
			return err
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages(60)
	seq := int64(2)
	var err error
	for ; seq < 1000; seq++ {
		if err = s.Append(t.Context(), "one", seq-1, storetest.Heard(seq, fmt.Sprint(seq), strings.Repeat("long ", 500))); err != nil {
			break
		}
	}
	if trainer.ErrorCode(err) != trainer.CodeUnavailable || !strings.Contains(trainer.ErrorMessage(err), "full") {
		t.Fatalf("a full disk at event %d gives %v", seq, err)
	}
	if got, err := s.Events(t.Context(), "one", 0, 1<<20); err != nil || int64(len(got)) != seq-1 {
		t.Errorf("%d events of %d are there, %v", len(got), seq-1, err)
	}
	pages(1 << 20)
	appendTo(t, s, "one", storetest.Heard(seq, fmt.Sprint(seq), strings.Repeat("long ", 500)))
}

func TestBackup(t *testing.T) {
	s, path := begin(t)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for seq := int64(2); ; seq++ {
			if err := s.Append(context.WithoutCancel(t.Context()), "one", seq-1, storetest.Heard(seq, fmt.Sprint(seq), "hi")); err != nil {
				t.Error(err)
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	to := filepath.Join(t.TempDir(), "copy.db")
	err := s.Backup(t.Context(), to)
	close(stop)
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), to); trainer.ErrorCode(err) != trainer.CodeConflict {
		t.Errorf("a backup over a backup: %v", err)
	}
	if err := s.Backup(t.Context(), path); trainer.ErrorCode(err) != trainer.CodeConflict {
		t.Errorf("a backup over the store itself: %v", err)
	}
	if runtime.GOOS != "windows" {
		if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the copy: %v, %v", info, err)
		}
	}
	clone := open(t, to)
	defer clone.Close()
	c, err := clone.Conversation(t.Context(), "one")
	if err != nil {
		t.Fatal(err)
	}
	got, err := clone.Events(t.Context(), "one", 0, 1<<20)
	if err != nil || int64(len(got)) != c.LastSeq {
		t.Errorf("the copy is not consistent: %d events, the last %d, %v", len(got), c.LastSeq, err)
	}
}

// TestCommitsAreShared shows that conversations that write at the same time share commits.
func TestCommitsAreShared(t *testing.T) {
	s, _ := begin(t)
	const conversations, turns = 50, 8
	for i := range conversations {
		addConversation(t, s, fmt.Sprint("c", i))
	}
	before := s.writer.commits.Load()
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range conversations {
		wg.Go(func() {
			<-start
			for n := range int64(turns) {
				if err := s.Append(context.WithoutCancel(t.Context()), fmt.Sprint("c", i), n+1, storetest.Heard(n+2, fmt.Sprint(n), "hi")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	commits := s.writer.commits.Load() - before
	t.Logf("%d appends in %d commits", conversations*turns, commits)
	if commits > conversations*turns/2 {
		t.Errorf("%d appends took %d commits", conversations*turns, commits)
	}
}

// TestOneBadRequestSparesTheOthers puts a good and a bad request into one batch.
func TestOneBadRequestSparesTheOthers(t *testing.T) {
	s, _ := begin(t)
	ok := func(ctx context.Context, w *writer) error {
		_, err := w.exec(ctx, "INSERT INTO people (id, token, created) VALUES ($1, $1, 0)", "bo")
		return err
	}
	batch := []*request{
		{run: ok},
		{run: func(context.Context, *writer) error { return errors.New("no") }},
		{run: func(context.Context, *writer) error { panic("worse") }},
	}
	for _, r := range batch {
		r.answer = make(chan error, 1)
	}
	if err := s.writer.do(t.Context(), &request{run: func(ctx context.Context, w *writer) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	s.writer.stop()
	conn, err := s.writeDB.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &writer{conn: conn, stmts: map[string]*sql.Stmt{}, riders: map[string]trainer.Snapshot{}}
	w.serve(t.Context(), batch)
	w.finish(t.Context())
	for i, want := range []bool{true, false, false} {
		if err := <-batch[i].answer; (err == nil) != want {
			t.Errorf("request %d: %v", i, err)
		}
	}
	var n int
	if err := s.readDB.QueryRowContext(t.Context(), "SELECT count(*) FROM people WHERE id = 'bo'").Scan(&n); err != nil || n != 1 {
		t.Errorf("the good request left %d rows, %v", n, err)
	}
}

// TestNoQueryGoesThroughATable asks SQLite how it runs each query of a reader: by an index, so that its work does not
// grow with the number of other conversations.
func TestNoQueryGoesThroughATable(t *testing.T) {
	s, _ := begin(t)
	for query := range s.read {
		if query == readCounts {
			continue
		}
		args := make([]any, strings.Count(query, "$"))
		for i := range args {
			args[i] = 1
		}
		rows, err := s.readDB.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			// Those that keep nothing are few and go away; their index holds nobody else.
			if strings.HasPrefix(detail, "SCAN") && !strings.Contains(detail, "conversations_to_forget") {
				t.Errorf("%s\nruns as: %s", query, detail)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, conversations := range []int{1, 100} {
		b.Run(fmt.Sprint("conversations=", conversations), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "b.db"))
			defer s.Close()
			addPerson(b, s)
			for i := range conversations {
				addConversation(b, s, fmt.Sprint("c", i))
			}
			start := time.Now()
			b.ResetTimer()
			var wg sync.WaitGroup
			for i := range conversations {
				wg.Go(func() {
					for n := i; n < b.N; n += conversations {
						seq := int64(n/conversations) + 2
						if err := s.Append(context.Background(), fmt.Sprint("c", i), seq-1, storetest.Heard(seq, fmt.Sprint(seq), "How was your week at the dock?")); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "appends/s")
			b.ReportMetric(float64(b.N)/float64(s.writer.commits.Load()), "appends/commit")
		})
	}
}

// BenchmarkAppendLong shows that an append to a long journal costs what one to a short one does.
func BenchmarkAppendLong(b *testing.B) {
	for _, length := range []int64{5, 1000} {
		b.Run(fmt.Sprint("events=", length), func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "b.db"))
			defer s.Close()
			addPerson(b, s)
			addConversation(b, s, "one")
			events := make([]talk.Event, length)
			for i := range events {
				events[i] = storetest.Heard(int64(i)+2, fmt.Sprint(i), "How was your week at the dock?")
			}
			if err := s.Append(b.Context(), "one", 1, events...); err != nil {
				b.Fatal(err)
			}
			seq := length + 1
			b.ResetTimer()
			for b.Loop() {
				if err := s.Append(b.Context(), "one", seq, storetest.Heard(seq+1, fmt.Sprint(seq), "How was your week at the dock?")); err != nil {
					b.Fatal(err)
				}
				seq++
			}
		})
	}
}
