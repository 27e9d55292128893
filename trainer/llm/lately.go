package llm

import "sync"

// lately keeps what was made of the things used of late. When it is full it begins anew.
type lately[K comparable, V any] struct {
	most int
	mu   sync.Mutex
	of   map[K]V
}

// get gives what was made of a key, and makes it where it is not there.
func (l *lately[K, V]) get(key K, make func(K) V) V {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.of[key]
	if !ok {
		if l.of == nil || len(l.of) >= l.most {
			l.of = map[K]V{}
		}
		v = make(key)
		l.of[key] = v
	}
	return v
}
