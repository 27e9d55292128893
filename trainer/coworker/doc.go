// Package coworker holds the coworker's mind, which decides what may be said
// and when, and the built-in actor, which says it.
package coworker
