package aurinko

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// sent counts the requests of so many callers by the second in which they pass.
func sent(l *limiter, requests int) map[int]int {
	start := time.Now()
	var mu sync.Mutex
	var all sync.WaitGroup
	bySecond := map[int]int{}
	for range requests {
		all.Go(func() {
			if l.wait(context.Background()) == nil {
				mu.Lock()
				bySecond[int(time.Since(start)/time.Second)]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return bySecond
}

func TestLimiterKeepsTheRate(t *testing.T) {
	for _, rate := range []int{1, 5, 200, 1000} {
		synctest.Test(t, func(t *testing.T) {
			for second, n := range sent(newLimiter(rate), 3*rate) {
				if n > rate+max(1, rate/10) {
					t.Errorf("rate %d: %d requests in second %d", rate, n, second)
				}
			}
		})
	}
}

// An overload pauses everything, and leaves a little less than what got through.
func TestLimiterSlowsDownAndRecovers(t *testing.T) {
	for name, test := range map[string]struct{ through, after int }{
		"what got through":          {through: 80, after: 76},
		"too little to go by":       {through: 3, after: 19},
		"nothing":                   {through: 0, after: 19},
		"more than is allowed here": {through: 300, after: 200},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLimiter(200)
				sent(l, 100) // use up the burst
				for range test.through - test.through/2 {
					l.answered()
				}
				for range 50 { // one overload, many answers
					l.refused(5 * time.Second)
				}
				for range test.through / 2 { // of what was sent before
					l.answered()
				}
				counts := sent(l, 7*test.after)
				for second := range 5 {
					if counts[second] != 0 {
						t.Errorf("%d requests in second %d of the pause", counts[second], second)
					}
				}
				for second := 5; second < 10; second++ {
					if got := counts[second]; got < test.after-1 || got > test.after+test.after/20+1 {
						t.Errorf("%d requests in second %d, want about %d", got, second, test.after)
					}
				}
				time.Sleep(3 * time.Minute)
				l.answered()
				if got := l.rate.Limit(); got != 200 {
					t.Errorf("recovered to %v, want 200", got)
				}
			})
		})
	}
}

func TestLimiterNeverStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(4)
		for range 20 {
			time.Sleep(2 * time.Second)
			l.refused(time.Hour) // too long to be heeded here
		}
		start := time.Now()
		sent(l, 5)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("five requests took %s", took)
		}
	})
}

func TestLimiterEndsWithItsContext(t *testing.T) {
	for name, prepare := range map[string]func(*limiter){
		"waiting for its turn":       func(l *limiter) { sent(l, 3); l.rate.SetLimit(0.001) },
		"waiting for a pause's end":  func(l *limiter) { l.refused(time.Minute) },
		"nothing to wait for at all": func(*limiter) {},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLimiter(1)
				prepare(l)
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 7*time.Second)
				defer cancel()
				var err error
				for err == nil {
					err = l.wait(ctx)
				}
				if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 7*time.Second {
					t.Errorf("%v after %s", err, took)
				}
			})
		})
	}
}

// A 429 to one request holds back all the others of the client.
func TestOverloadSlowsTheWholeClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answering(
			reply{status: http.StatusTooManyRequests, header: map[string]string{"Retry-After": "20"}},
			reply{body: `{}`})
		c := newClient(t, server)
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Second / 2)
				if err := get(c, t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		requests := server.requests()
		if len(requests) != 31 {
			t.Fatalf("%d requests", len(requests))
		}
		if early := requests[1].at.Sub(requests[0].at); early < 20*time.Second {
			t.Errorf("another request after %s", early)
		}
	})
}
