package web

import (
	"slices"
	"sync"
	"time"
)

// pingEvery is the number of seconds between two pings to a socket, and the number of spokes of the wheel.
const pingEvery = 25

// hub knows all open sockets: it counts them, pings them from one goroutine, and tells them to come back at the end.
type hub struct {
	most, mostPerPerson int

	mu       sync.Mutex
	spokes   [pingEvery]map[*socket]struct{}
	next     int // the spoke that gets the next socket
	byPerson map[string][]*socket
	count    int // sockets, and handshakes that a place is kept for
	closed   bool
	empty    chan struct{} // closed when the last one is gone after the hub was closed
}

func newHub(most, mostPerPerson int) *hub {
	h := &hub{most: most, mostPerPerson: mostPerPerson, byPerson: map[string][]*socket{}, empty: make(chan struct{})}
	for i := range h.spokes {
		h.spokes[i] = map[*socket]struct{}{}
	}
	return h
}

// reserve keeps a place for a socket whose handshake is about to be answered; release gives it back.
func (h *hub) reserve() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errDraining
	}
	if h.count >= h.most {
		return refuse("unavailable", "The server has as many open conversations as it can hold. Come back in a moment.")
	}
	h.count++
	return nil
}

// enter takes in a socket for which a place was kept. It gives the person's
// oldest socket where that has to go, and whether the hub was closed meanwhile.
func (h *hub) enter(s *socket) (oldest *socket, closed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	own := h.byPerson[s.person]
	if len(own) >= h.mostPerPerson {
		oldest = own[0]
		own = slices.Delete(own, 0, 1)
	}
	h.byPerson[s.person] = append(own, s)
	s.spoke = uint8(h.next)
	h.next = (h.next + 1) % pingEvery
	h.spokes[s.spoke][s] = struct{}{}
	return oldest, h.closed
}

// leave forgets a socket and gives its place back.
func (h *hub) leave(s *socket) {
	h.mu.Lock()
	delete(h.spokes[s.spoke], s)
	own := slices.DeleteFunc(h.byPerson[s.person], func(o *socket) bool { return o == s })
	if len(own) == 0 {
		delete(h.byPerson, s.person)
	} else {
		h.byPerson[s.person] = own
	}
	h.mu.Unlock()
	h.release()
}

// release gives a place back.
func (h *hub) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count--
	if h.closed && h.count == 0 {
		close(h.empty)
	}
}

// all lists the open sockets.
func (h *hub) all() []*socket {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*socket, 0, h.count)
	for _, spoke := range h.spokes {
		for s := range spoke {
			list = append(list, s)
		}
	}
	return list
}

// size counts the open sockets.
func (h *hub) size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// close lets no more sockets in.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed = true
	if h.count == 0 {
		close(h.empty)
	}
}

// ping has one spoke of the wheel pinged every interval until done is closed,
// so that each socket gets a ping every pingEvery intervals and no socket needs a timer of its own.
func (h *hub) ping(interval time.Duration, done <-chan struct{}) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for spoke := 0; ; spoke = (spoke + 1) % pingEvery {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		h.mu.Lock()
		due := make([]*socket, 0, len(h.spokes[spoke]))
		for s := range h.spokes[spoke] {
			due = append(due, s)
		}
		h.mu.Unlock()
		for _, s := range due {
			s.ping()
		}
	}
}
