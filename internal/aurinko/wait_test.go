package aurinko

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Every ten seconds, a call that is under way is reported, whatever it waits for, and
// never after its end.
func TestWait(t *testing.T) {
	t.Parallel()
	unavailable := func(after string) reply {
		return reply{status: 503, header: map[string]string{"Retry-After": after}}
	}
	for name, test := range map[string]struct {
		handler *script
		options []func(*Config)
		before  int // calls that go ahead
		want    []time.Duration
	}{
		"answered":        {handler: answering(reply{body: `{}`})},
		"within patience": {handler: answering(unavailable("9"), reply{body: `{}`})},
		"repeated":        {handler: answering(unavailable("25"), reply{body: `{}`}), want: []time.Duration{10, 20}},
		"no answer":       {handler: answering(reply{hang: true}), options: []func(*Config){maxRetries(0), timeout(35 * time.Second)}, want: []time.Duration{10, 20, 30}},
		"its turn": {
			handler: answering(reply{body: `{}`}), before: 15,
			options: []func(*Config){func(c *Config) { c.RequestsPerSecond = 1 }}, want: []time.Duration{10},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var got, shown []time.Duration
				mine, begun := t.Context(), time.Now()
				c := newClient(t, test.handler, append(test.options, func(config *Config) {
					config.OnWait = func(ctx context.Context, w Wait) {
						if ctx.Value(waitKey{}) != nil {
							got = append(got, w.Waited/time.Second)
						}
						if w.Method != "GET" || w.Route == "" {
							t.Errorf("it waits for %+v", w)
						}
					}
				})...)
				mine, end := OnWait(mine, func(w Wait) { shown = append(shown, w.Waited/time.Second) })
				for range test.before {
					go func() { _ = get(c, t.Context()) }()
				}
				synctest.Wait()
				_ = get(c, mine)
				took := time.Since(begun)
				end()
				time.Sleep(time.Minute)
				if !slices.Equal(got, test.want) || !slices.Equal(shown, test.want) {
					t.Errorf("reported after %d, shown after %d seconds, want %d; it took %s", got, shown, test.want, took)
				}
			})
		})
	}
}
