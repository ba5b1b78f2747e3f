package release

import "time"

// Backlog is what waits for the clock, of all publishers.
type Backlog struct {
	Pending int64      // releases in their testing period
	Overdue int64      // of them, those whose midnight has passed: the next tick applies them
	NextDue *time.Time // the earliest instant of them; nil: none is pending
}

// JobCount is how many jobs of the queue are in one state.
type JobCount struct {
	State string // in the queue's words: available, pending, scheduled, retryable, running, or discarded: failed for good
	Queue string
	Kind  string
	N     int64
}

// JobWait is how long the job of a queue has waited that could be worked on for the longest time; 0 when none waits.
type JobWait struct {
	Queue   string
	Seconds float64
}
