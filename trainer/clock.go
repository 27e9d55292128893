package trainer

import (
	"time"

	"breakroom/trainer/talk"
)

// longestGap is how much of a silence between two events counts as time of the talk: who goes away and comes back
// tomorrow has not used up the time box.
const longestGap = 3 * time.Minute

// clock is the time box, folded from the times of events. It begins with the first turn heard.
type clock struct {
	BoxMS   int64 `json:"box"`
	UsedMS  int64 `json:"used"`
	LastMS  int64 `json:"last"`
	Running bool  `json:"running,omitempty"`
	Paused  bool  `json:"paused,omitempty"`
}

// take takes in an event.
func (c *clock) take(e talk.Event) {
	if c.Running {
		if !c.Paused {
			c.UsedMS += c.gap(e.At)
		}
		c.LastMS = max(c.LastMS, e.At)
	}
	switch e.Body.(type) {
	case talk.Heard:
		if !c.Running {
			c.Running, c.LastMS = true, e.At
		}
		c.Paused = false
	case talk.Extend:
		c.Paused = false
	case talk.Pause:
		c.Paused = c.Running
	case talk.SteppedOut, talk.Ended:
		c.Running, c.Paused = false, false
	}
}

// gap is the time since the last event that counts, in milliseconds.
func (c *clock) gap(atMS int64) int64 {
	return min(max(atMS-c.LastMS, 0), longestGap.Milliseconds())
}

// left is what is left of the box at a time, in milliseconds; negative when the time is up.
func (c *clock) left(atMS int64) int64 {
	left := c.BoxMS - c.UsedMS
	if c.Running && !c.Paused {
		left -= c.gap(atMS)
	}
	return left
}

// upAt is when the time will be up if nothing happens, in milliseconds since 1970; 0 where it will not.
func (c *clock) upAt() int64 {
	left := c.BoxMS - c.UsedMS
	if !c.Running || c.Paused || left <= 0 || left > longestGap.Milliseconds() {
		return 0
	}
	return c.LastMS + left
}

// notice tells of the clock at a time.
func (c *clock) notice(atMS int64) NoticeClock {
	left := c.left(atMS)
	return NoticeClock{
		Box:     time.Duration(c.BoxMS) * time.Millisecond,
		Left:    time.Duration(left) * time.Millisecond,
		Running: c.Running && !c.Paused,
		Paused:  c.Paused,
		Up:      left <= 0 && c.BoxMS > 0,
	}
}
