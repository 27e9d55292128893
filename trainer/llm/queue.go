package llm

import (
	"context"
	"slices"
	"sync"
)

// queue hands out a server's slots. It is fair: among those who wait, whoever
// has the fewest answers under way comes first, then who came first. Guests, who can wait, come after all others and are
// asked to give way where one of those would have to wait.
type queue struct {
	mu      sync.Mutex
	free    int
	bound   int
	running map[string]int
	waiting []*waiter
	guests  []*waiter // who have a slot
}

type waiter struct {
	who   string
	yield func()   // a guest's; see enterAsGuest
	place chan int // holds the newest place only; closed when the slot is granted
	last  int
}

func newQueue(slots, bound int) *queue {
	return &queue{free: slots, bound: bound, running: map[string]int{}}
}

// enter waits for a slot for who. Each change of the place, from 1, is told;
// 0 is told once the slot is there, if there was a wait. ok is false where too many wait already. The returned
// function gives the slot back and must be called once.
func (q *queue) enter(ctx context.Context, who string, told func(place int)) (leave func(), ok bool, err error) {
	return q.wait(ctx, &waiter{who: who, place: make(chan int, 1)}, told)
}

// enterAsGuest is enter for somebody who gives the slot back soon after yield was called, once, and comes again.
func (q *queue) enterAsGuest(ctx context.Context, who string, told func(place int), yield func()) (leave func(), ok bool, err error) {
	return q.wait(ctx, &waiter{who: who, yield: yield, place: make(chan int, 1)}, told)
}

func (q *queue) wait(ctx context.Context, w *waiter, told func(place int)) (leave func(), ok bool, err error) {
	q.mu.Lock()
	if q.free > 0 && len(q.waiting) == 0 {
		q.take(w)
		q.mu.Unlock()
		return q.leaver(w), true, nil
	}
	if len(q.waiting) >= q.bound || q.crowds(w.who) {
		q.mu.Unlock()
		return nil, false, nil
	}
	q.waiting = append(q.waiting, w)
	giveWay := func() {}
	if w.yield == nil && len(q.guests) > 0 {
		giveWay = q.guests[0].yield
		q.guests = slices.Delete(q.guests, 0, 1)
	}
	q.tell()
	q.mu.Unlock()
	giveWay()
	for {
		select {
		case place, waiting := <-w.place:
			if !waiting {
				if told != nil {
					told(0)
				}
				return q.leaver(w), true, nil
			}
			if told != nil {
				told(place)
			}
		case <-ctx.Done():
			q.mu.Lock()
			if i := slices.Index(q.waiting, w); i >= 0 {
				q.waiting = slices.Delete(q.waiting, i, i+1)
				q.tell()
				q.mu.Unlock()
			} else { // granted at the same moment
				q.mu.Unlock()
				q.leaver(w)()
			}
			return nil, true, context.Cause(ctx)
		}
	}
}

// crowds reports whether half of those who may wait are waiting for one person already: the rest is for the others.
func (q *queue) crowds(who string) bool {
	n := 0
	for _, w := range q.waiting {
		if w.who == who {
			n++
		}
	}
	return who != "" && 2*n >= q.bound && n > 0
}

func (q *queue) take(w *waiter) {
	q.free--
	q.running[w.who]++
	if w.yield != nil {
		q.guests = append(q.guests, w)
	}
}

func (q *queue) leaver(w *waiter) func() {
	var once sync.Once
	return func() {
		once.Do(func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.free++
			if q.running[w.who]--; q.running[w.who] == 0 {
				delete(q.running, w.who)
			}
			if i := slices.Index(q.guests, w); i >= 0 {
				q.guests = slices.Delete(q.guests, i, i+1)
			}
			for q.free > 0 && len(q.waiting) > 0 {
				w := q.order()[0]
				q.waiting = slices.Delete(q.waiting, slices.Index(q.waiting, w), slices.Index(q.waiting, w)+1)
				q.take(w)
				close(w.place)
			}
			q.tell()
		})
	}
}

// order gives those who wait in the order in which they would get a slot now.
func (q *queue) order() []*waiter {
	rank := make(map[*waiter]int, len(q.waiting))
	ahead := map[string]int{}
	for _, w := range q.waiting {
		rank[w] = q.running[w.who] + ahead[w.who]
		if ahead[w.who]++; w.yield != nil {
			rank[w] += 1 << 20
		}
	}
	out := slices.Clone(q.waiting)
	slices.SortStableFunc(out, func(a, b *waiter) int { return rank[a] - rank[b] })
	return out
}

// tell puts each changed place where its waiter finds it.
func (q *queue) tell() {
	for i, w := range q.order() {
		if w.last == i+1 {
			continue
		}
		w.last = i + 1
		select {
		case <-w.place:
		default:
		}
		w.place <- i + 1
	}
}
