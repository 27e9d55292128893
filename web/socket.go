package web

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"

	"breakroom/trainer"
)

// socket is one WebSocket on one conversation. It costs one goroutine, the
// reader; a writer runs only while something waits to be written, and what
// goes deep (the trainer, the store) runs on a goroutine of its own that ends
// with the message, so that the reader's stack stays small.
type socket struct {
	server       *Server
	ws           *websocket.Conn
	cork         *cork // ws writes to it
	person       string
	conversation string
	spoke        uint8 // the hub's

	// limiter is used by the reader only; nil until a message came that had not waited for its answer.
	limiter *rate.Limiter

	mu       sync.Mutex
	queue    []any // messages that wait to be written
	bytes    int   // about their bytes
	live     bool  // the replay is over
	answered bool  // the last say was answered in full, the next one is not counted
	writing  bool  // a writer runs
	pingDue  bool
	saying   string // the client's id of the say that the trainer has now
	told     bool   // the acknowledgement of saying has been queued
	closing  int    // the code to close with once the queue is written; 0 while open
	shut     bool   // nothing is written any more
}

var _ trainer.Sink = (*socket)(nil)

// writeBuffers are the frames' buffers, encodings those of the JSON; both are held only during a write.
var (
	writeBuffers sync.Pool
	encodings    = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// run begins with hello and what was missed, reads until the connection ends, and leaves nothing behind.
func (s *socket) run(hello *msgHello) {
	defer s.server.sockets.Done()
	defer s.server.hub.leave(s)
	defer s.drop()

	s.ws.SetReadLimit(maxFrame)
	s.extendDeadline()
	s.ws.SetPongHandler(func(string) error { s.extendDeadline(); return nil })

	s.push(hello)
	var stop func()
	s.aside(func() { stop = s.watch(hello.After) })
	if stop != nil {
		defer stop()
	}
	for {
		kind, data, err := s.ws.ReadMessage()
		if err != nil {
			return
		}
		switch {
		case !s.extendDeadline():
			// The close frame is on its way; reading goes on until the other side has closed.
		case kind != websocket.TextMessage:
			s.push(&msgError{Type: "error", Code: "binary", Message: "Send text frames; a binary frame says nothing here."})
		case !utf8.Valid(data):
			s.end(websocket.CloseInvalidFramePayloadData, nil)
		default:
			s.aside(func() { s.take(data) })
		}
	}
}

// extendDeadline gives the other side more time, unless the socket is about to close.
func (s *socket) extendDeadline() (open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut || s.closing != 0 {
		return false
	}
	_ = s.ws.SetReadDeadline(time.Now().Add(s.server.opts.times.pong))
	return true
}

// aside runs f on a goroutine of its own and waits for it.
func (s *socket) aside(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				s.server.logPanic(p, "socket")
				s.push(&msgError{Type: "error", Code: "internal", Message: trainer.ErrorMessage(errPanic)})
			}
		}()
		f()
	}()
	<-done
}

// watch has the trainer tell what came after a sequence number, and everything from now on.
func (s *socket) watch(after int64) (stop func()) {
	stop, err := s.server.opts.Trainer.Watch(s.server.ctx, s.conversation, after, s)
	if err == nil {
		return stop
	}
	r := s.server.refusalOf(err)
	switch r.code {
	case "not-found":
		s.push(&msgDeleted{"deleted"})
		s.end(closeDeleted, nil)
	case "unavailable":
		s.end(websocket.CloseServiceRestart, byeRestart(s.server.comeBack()))
	default:
		s.end(websocket.CloseInternalServerErr, &msgBye{"bye", r.code, r.message, -1})
	}
	return nil
}

// take does what a message asks for.
func (s *socket) take(data []byte) {
	m, err := decodeInbound(data)
	about := ""
	if m.ID != nil {
		about = *m.ID
	}
	if !s.allow(m.Type) {
		s.fail(refuse("too-many", "Too many messages at once: at most %d a second. Wait for the answer before the next words.", messagesEach), about)
		s.server.pause(time.Second / messagesEach)
		return
	}
	if err != nil {
		s.fail(err, about)
		return
	}
	t := s.server.opts.Trainer
	ctx, cancel := context.WithTimeout(s.server.ctx, callTimeout)
	defer cancel()
	switch *m.Type {
	case "say":
		err = s.say(ctx, *m.ID, *m.Text)
	case "help":
		_, err = t.Help(ctx, s.conversation)
	case "pause":
		err = t.Pause(ctx, s.conversation)
	case "extend":
		err = t.Extend(ctx, s.conversation, *m.Minutes)
	case "step-out":
		err = t.StepOut(ctx, s.conversation)
	case "end":
		err = t.End(ctx, s.conversation)
	case "rate":
		err = t.Rate(ctx, s.conversation, ratedOf(m.Levels, m.Note))
	case "agree":
		err = s.server.agree(ctx, s.conversation, *m.Host)
	case "ping":
		s.push(&msgPong{"pong", about})
	}
	if err != nil {
		s.fail(err, about)
	}
}

// allow says whether a message may be taken now. A say after the answer to the
// last one was heard to its end is always allowed: whoever waits cannot flood.
func (s *socket) allow(kind *string) bool {
	if kind != nil && *kind == "say" {
		s.mu.Lock()
		waited := s.answered
		s.answered = false
		s.mu.Unlock()
		if waited {
			return true
		}
	}
	if s.limiter == nil {
		s.limiter = rate.NewLimiter(messagesEach, messagesBurst)
	}
	return s.limiter.AllowN(s.server.opts.Now(), 1)
}

// say gives words to the trainer. The acknowledgement is queued by Notify, in its place before the answer;
// what was heard before, or is not told, gets its own here.
func (s *socket) say(ctx context.Context, id, text string) error {
	s.mu.Lock()
	s.saying, s.told = id, false
	s.mu.Unlock()
	receipt, err := s.server.opts.Trainer.Say(ctx, s.conversation, id, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.saying = ""
		return err
	}
	if !s.told {
		s.pushLocked(&msgAck{"ack", id, receipt.Seq, receipt.Turn, receipt.Resent})
		s.told = true
	}
	return nil
}

func (s *socket) fail(err error, about string) {
	r := s.server.refusalOf(err)
	s.push(&msgError{Type: "error", Code: r.code, Message: r.message, About: about})
}

// Notify queues what happened. It never blocks.
func (s *socket) Notify(n trainer.Notice) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := n.(type) {
	case trainer.NoticeHeard:
		if s.live && n.ClientID == s.saying {
			if !s.told {
				s.told = true
				s.pushLocked(&msgAck{Type: "ack", ID: n.ClientID, Seq: n.Seq, Turn: n.Turn})
			}
			return
		}
	case trainer.NoticePiece:
		if s.extendLocked(n) {
			return
		}
	case trainer.NoticeSaid:
		s.answered = true
	case trainer.NoticeCaughtUp:
		s.live = true
		s.answered = true
	}
	if m := outboundOf(n); m != nil {
		s.pushLocked(m)
	}
	if _, gone := n.(trainer.NoticeDeleted); gone {
		s.endLocked(closeDeleted)
	}
}

// push queues a message.
func (s *socket) push(m any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pushLocked(m)
}

func (s *socket) pushLocked(m any) {
	if s.shut || s.closing != 0 {
		return
	}
	if s.live && len(s.queue) >= queueMessages || s.bytes >= queueBytes && (s.live || s.bytes >= replayBytes) {
		s.endLocked(websocket.CloseTryAgainLater)
		return
	}
	s.queue = append(s.queue, m)
	s.bytes += weight(m)
	s.wake()
}

// extendLocked puts a piece behind one of the same turn that still waits, where there is one.
func (s *socket) extendLocked(n trainer.NoticePiece) bool {
	if len(s.queue) == 0 || s.shut || s.closing != 0 || s.bytes >= queueBytes {
		return false
	}
	last, ok := s.queue[len(s.queue)-1].(*msgPiece)
	if !ok || last.Turn != n.Turn {
		return false
	}
	last.more = append(last.more, n.Text...)
	last.N = n.N
	s.bytes += len(n.Text)
	return true
}

// end closes the socket with a code after what waits, and last words, have been written.
func (s *socket) end(code int, last any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last != nil {
		s.pushLocked(last)
	}
	s.endLocked(code)
}

func (s *socket) endLocked(code int) {
	if s.closing == 0 && !s.shut {
		s.closing = code
		s.wake()
	}
}

// ping has the writer send a ping.
func (s *socket) ping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.shut && s.closing == 0 {
		s.pingDue = true
		s.wake()
	}
}

// wake starts a writer where none runs.
func (s *socket) wake() {
	if !s.writing {
		s.writing = true
		s.server.sockets.Add(1)
		go s.write()
	}
}

// write writes what waits and ends.
func (s *socket) write() {
	defer s.server.sockets.Done()
	buf := encodings.Get().(*bytes.Buffer)
	defer encodings.Put(buf)
	for {
		s.mu.Lock()
		batch, ping, code := s.queue, s.pingDue, s.closing
		s.queue, s.bytes, s.pingDue = nil, 0, false
		if s.shut || len(batch) == 0 && !ping {
			s.writing = false
			if code == 0 || s.shut {
				s.mu.Unlock()
				return
			}
			s.shut = true
			s.mu.Unlock()
			s.sayGoodbye(code)
			return
		}
		s.mu.Unlock()
		if ping {
			if err := s.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.server.opts.times.write)); err != nil {
				s.drop()
				continue
			}
		}
		if s.writeAll(buf, batch) != nil {
			s.drop()
		}
	}
}

// writeAll writes messages, in one packet where they are small.
func (s *socket) writeAll(buf *bytes.Buffer, batch []any) error {
	s.cork.hold()
	for _, m := range batch {
		if err := s.writeOne(buf, m); err != nil {
			return errors.Join(err, s.cork.release())
		}
	}
	return s.cork.release()
}

func (s *socket) writeOne(buf *bytes.Buffer, m any) error {
	if p, ok := m.(*msgPiece); ok && p.more != nil {
		p.Text += string(p.more)
	}
	if err := encode(buf, m); err != nil {
		s.server.opts.Log.Error().Err(err).Msg("a message could not be encoded")
		return err
	}
	if err := s.ws.SetWriteDeadline(time.Now().Add(s.server.opts.times.write)); err != nil {
		return err
	}
	return s.ws.WriteMessage(websocket.TextMessage, buf.Bytes())
}

// sayGoodbye sends the close frame and gives the other side a moment to answer it.
func (s *socket) sayGoodbye(code int) {
	_ = s.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
	_ = s.ws.SetReadDeadline(time.Now().Add(s.server.opts.times.close))
}

// drop closes the connection at once.
func (s *socket) drop() {
	s.mu.Lock()
	s.shut = true
	s.queue, s.bytes = nil, 0
	s.mu.Unlock()
	_ = s.ws.Close()
}
