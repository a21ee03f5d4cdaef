package lifecycle

import (
	"net/http"
	"sync/atomic"
)

// manyRefusals is how often Aurinko refuses a request of a run for its rate until
// the run says so.
const manyRefusals = 10

// A throttle counts the answers with 429.
type throttle struct {
	refused atomic.Int64
	said    atomic.Bool
}

// NoteAnswer notes the status of an answer; 0 for none.
func (r *Run) NoteAnswer(status int) {
	if status == http.StatusTooManyRequests {
		r.throttle.refused.Add(1)
	}
}

// Throttled returns how often Aurinko has refused a request of the run for its
// rate, once it is worth saying, and only to the first who asks then.
func (r *Run) Throttled() (refused int64, say bool) {
	refused = r.throttle.refused.Load()
	return refused, refused >= manyRefusals && r.throttle.said.CompareAndSwap(false, true)
}
