package faults

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// broken is a round-tripper with a fault: its n-th request, from 0, is served,
// and then it panics with all that it has in hand.
type broken struct {
	next http.RoundTripper
	n    int
	seen int
}

func (b *broken) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := b.next.RoundTrip(req)
	b.seen++
	if b.seen == b.n+1 {
		panic(string(body) + req.Header.Get("Authorization"))
	}
	return resp, err
}

// A panic becomes an error that asks for a report and shows no secret. The
// plugin lives on, and nothing is lost.
func TestPanic(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		for _, operation := range []string{create, read, update, remove} {
			first := newWorld(t, k)
			first.begin(k, operation)
			begin := first.moment(k)
			for n := 0; ; n++ {
				w := begin.again(t, nil)
				healthy := w.Transport
				faulty := &broken{next: healthy, n: n}
				w.Transport = faulty
				found := w.do(operation)
				if faulty.seen <= n {
					break // that was the last request
				}
				w.Transport = healthy
				text := found.String()
				reported := strings.Contains(text, "The provider has a fault: a panic with a value of type string, in github.com/aurinko/terraform-provider-aurinko/internal/faults.(*broken).RoundTrip") &&
					strings.Contains(text, "Report it with these lines")
				if !reported {
					t.Errorf("%s, request %d: the panic is not reported: %q", operation, n, text)
				}
				for _, secret := range secretsOf(k) {
					if strings.Contains(text, secret) {
						t.Errorf("%s, request %d: a secret is shown: %s", operation, n, text)
					}
				}

				time.Sleep(time.Minute)
				more := w.do(operation)
				if id := more.OfferedImport(); id != "" && operation == create {
					if found := w.Import(w.only, id); found.Failed() {
						t.Fatal(found)
					}
					more = w.do(operation)
				}
				if more.Failed() {
					t.Fatalf("%s, request %d: %s", operation, n, more)
				}
				switch operation {
				case create, read:
					w.mustHold(k, k.created)
				case update:
					w.mustHold(k, k.updated)
				case remove:
					if len(w.ours()) > 0 || w.only.HasState() {
						t.Errorf("request %d: still there: %v", n, w.ours())
					}
				}
			}
		}
	})
}

// secretsOf are the secrets that a panic has in hand, or enough of each to
// know it by.
func secretsOf(k kind) []string {
	secrets := []string{"Basic "}
	for _, config := range []core.Values{k.created, k.updated} {
		for _, nested := range []any{config, config["google"], config["exchange"]} {
			values, _ := nested.(core.Values)
			for _, name := range []string{"client_secret", "client_secret_wo", "private_key", "credentials", "credentials_wo", "password"} {
				secret, ok := values[name].(string)
				if _, key, isKey := strings.Cut(secret, "-----BEGIN PRIVATE KEY-----"); isKey {
					secret = strings.TrimLeft(key, `\n`+"\n")[:40]
				}
				if ok {
					secrets = append(secrets, secret)
				}
			}
		}
	}
	return secrets
}

// A panic in a listing that serves many resources fails the read that met it.
// All others are then asked for by their ID.
func TestPanicInBulkRefresh(t *testing.T) {
	t.Parallel()
	for _, route := range []string{"/v1/am/accounts", "/v1/am/accounts?limit=1000&offset=3"} {
		synctest.Test(t, func(t *testing.T) {
			server, w := newEstate(t, 20, simulator.Options{Quirks: simulator.Quirks{MaxPage: 3}})
			if found := w.Apply(); found.Failed() {
				t.Fatal(found)
			}
			healthy, panicked := w.Transport, atomic.Int64{}
			w.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
				if strings.HasPrefix(req.URL.RequestURI(), route) && !strings.HasPrefix(req.URL.RequestURI(), "/v1/am/accounts/") {
					panicked.Add(1)
					panic("listing")
				}
				return healthy.RoundTrip(req)
			})
			server.ResetJournal()
			_, found := w.Plan()
			if len(found.Errors()) != 1 || !strings.Contains(found.String(), "The provider has a fault") {
				t.Errorf("the plan says %s", found)
			}
			if n := panicked.Load(); n != 1 {
				t.Errorf("%s was asked for %d times", route, n)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
