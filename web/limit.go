package web

import (
	"container/list"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rates limits how often something may come from one address. It remembers a
// bounded number of addresses, those seen last; one that was forgotten begins anew.
type rates struct {
	each  rate.Limit
	burst int
	most  int

	mu     sync.Mutex
	byAddr map[netip.Addr]*list.Element
	recent *list.List // of *rated, the one seen last in front
}

type rated struct {
	addr    netip.Addr
	limiter *rate.Limiter
}

func newRates(each rate.Limit, burst, most int) *rates {
	return &rates{each: each, burst: burst, most: most, byAddr: map[netip.Addr]*list.Element{}, recent: list.New()}
}

// allow says whether one more may come from an address now. This computer itself is not limited,
// and neither is an address that cannot be known.
func (l *rates) allow(addr netip.Addr, now time.Time) bool {
	if !addr.IsValid() || addr.IsLoopback() {
		return true
	}
	if addr.Is6() {
		// One household or phone has a whole /64.
		p, _ := addr.Prefix(64)
		addr = p.Addr()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e, known := l.byAddr[addr]
	if known {
		l.recent.MoveToFront(e)
	} else {
		if l.recent.Len() >= l.most {
			oldest := l.recent.Back()
			delete(l.byAddr, l.recent.Remove(oldest).(*rated).addr)
		}
		e = l.recent.PushFront(&rated{addr, rate.NewLimiter(l.each, l.burst)})
		l.byAddr[addr] = e
	}
	return e.Value.(*rated).limiter.AllowN(now, 1)
}

// size counts the addresses that are remembered.
func (l *rates) size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.recent.Len()
}

// peer is the address at the other end of the connection.
func peer(r *http.Request) netip.Addr {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

// trusted says whether an address is one of the proxies that the settings name.
func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.opts.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// client is the address that a request came from: the peer, or, where that is
// a trusted proxy, the last address in X-Forwarded-For that is not one.
func (s *Server) client(r *http.Request) netip.Addr {
	addr := peer(r)
	if !s.trusted(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return addr
		}
		addr = hop.Unmap().WithZone("")
		if !s.trusted(addr) {
			return addr
		}
	}
	return addr
}
