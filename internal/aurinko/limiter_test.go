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

func TestLimiterSlowsDownAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(200)
		sent(l, 100) // use up the burst

		for range 50 { // one overload, many answers
			l.slowDown(5 * time.Second)
		}
		counts := sent(l, 300)
		for second := range 5 {
			if counts[second] != 0 {
				t.Errorf("%d requests in second %d of the pause", counts[second], second)
			}
		}
		if counts[6] < 90 || counts[6] > 120 {
			t.Errorf("%d requests a second after the pause, want about 100", counts[6])
		}

		for range 3 { // each a new overload
			time.Sleep(2 * time.Second)
			l.slowDown(0)
		}
		if got := l.rate.Limit(); got != 12.5 {
			t.Errorf("four overloads leave a rate of %v, want 12.5", got)
		}
		for range 1000 {
			l.speedUp()
		}
		if got := l.rate.Limit(); got != 200 {
			t.Errorf("recovered to %v, want 200", got)
		}
	})
}

func TestLimiterNeverStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(4)
		for range 20 {
			time.Sleep(2 * time.Second)
			l.slowDown(time.Hour) // too long to be heeded here
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
		"waiting for a pause's end":  func(l *limiter) { l.slowDown(time.Minute) },
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

// Every answer but a 429 wins back a little of what a 429 has cost.
func TestAnswersWinTheRateBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		transport := &limitedTransport{
			limiter: newLimiter(100),
			next:    inProcess{answering(reply{status: http.StatusTooManyRequests}, reply{status: http.StatusNotFound})},
		}
		rates := []float64{}
		for range 101 {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com", nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := transport.RoundTrip(req); err != nil {
				t.Fatal(err)
			}
			rates = append(rates, float64(transport.limiter.rate.Limit()))
		}
		if rates[0] != 50 || rates[1] != 50.5 || rates[100] != 100 {
			t.Errorf("rates went %v", rates)
		}
	})
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
