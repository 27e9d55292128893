package web

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// cork is a WebSocket's connection. While it is held, what is written waits,
// so that frames which belong together leave in one packet: an acknowledgement
// with the clock, the end of an answer with the meters.
type cork struct {
	net.Conn

	mu      sync.Mutex
	waiting *bytes.Buffer // nil while it is not held
}

// corkMost bounds what waits, in bytes.
const corkMost = 16 << 10

// Write writes, or keeps what is to be written for release.
func (c *cork) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		return c.Conn.Write(p)
	}
	c.waiting.Write(p)
	if c.waiting.Len() < corkMost {
		return len(p), nil
	}
	return len(p), c.pour()
}

// SetWriteDeadline waits while somebody writes: whoever answers a ping must not shorten the time of a slow write.
func (c *cork) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.Conn.SetWriteDeadline(t)
}

// pour writes what waits.
func (c *cork) pour() error {
	defer c.waiting.Reset()
	_, err := c.Conn.Write(c.waiting.Bytes())
	return err
}

// hold has what is written wait for release.
func (c *cork) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = encodings.Get().(*bytes.Buffer)
	c.waiting.Reset()
}

// release writes what waits, and everything from now on at once.
func (c *cork) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer func() {
		encodings.Put(c.waiting)
		c.waiting = nil
	}()
	if c.waiting.Len() == 0 {
		return nil
	}
	return c.pour()
}
