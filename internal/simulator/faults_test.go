package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaultsOnTheWireAndInTheStore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault       Fault
		status      int // 0: the connection is closed
		contentType string
		body        string // a part of it
		cut         bool   // the body breaks off
		created     bool
		journal     string
	}{
		"status":           {fault: Fault{Status: 503}, status: 503, contentType: "application/json", body: `"code":"service_unavailable"`, journal: "status 503"},
		"status with body": {fault: Fault{Status: 400, Body: `{"error":{}}`}, status: 400, contentType: "application/json", body: `{"error":{}}`, journal: "status 400"},
		"status with type": {fault: Fault{Status: 200, Body: "hello", ContentType: "text/plain"}, status: 200, contentType: "text/plain", body: "hello", journal: "status 200"},
		"status after":     {fault: Fault{Status: 500, AfterEffect: true}, status: 500, contentType: "application/json", body: `"code":"internal_server_error"`, created: true, journal: "status 500 after effect"},
		"page":             {fault: Fault{HTML: true}, status: 502, contentType: "text/html", body: "<html>", journal: "status 502"},
		"page after":       {fault: Fault{HTML: true, Status: 504, AfterEffect: true}, status: 504, contentType: "text/html", body: "<html>", created: true, journal: "status 504 after effect"},
		"drop before":      {fault: Fault{DropBefore: true}, journal: "drop before"},
		"drop after":       {fault: Fault{DropAfter: true}, created: true, journal: "drop after"},
		"truncate":         {fault: Fault{Truncate: true}, status: 200, contentType: "application/json", body: `{"accessToken"`, cut: true, created: true, journal: "truncate"},
		"latency":          {fault: Fault{Latency: time.Nanosecond}, status: 200, contentType: "application/json", body: "accountId", created: true, journal: "latency 1ns"},
		"none":             {fault: Fault{Method: "GET", DropBefore: true}, status: 200, contentType: "application/json", body: "accountId", created: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, Options{})
			a.Inject(c.fault)
			response, err := http.DefaultClient.Do(a.request("POST", "/v1/am/accounts", personalIn))
			if c.status == 0 {
				if !errors.Is(err, io.EOF) {
					t.Errorf("got %v, %v", response, err)
				}
			} else {
				if err != nil {
					t.Fatal(err)
				}
				defer response.Body.Close()
				body, err := io.ReadAll(response.Body)
				if response.StatusCode != c.status || response.Header.Get("Content-Type") != c.contentType || !strings.Contains(string(body), c.body) {
					t.Errorf("got %d %s %q", response.StatusCode, response.Header, body)
				}
				if c.cut != errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("reading the body: %v", err)
				}
				if c.cut && response.Header.Get("Content-Length") == strconv.Itoa(len(body)) {
					t.Error("the announced length is that of the half")
				}
			}
			if created := !a.Empty(); created != c.created {
				t.Errorf("created: %v", created)
			}
			if got := a.Journal()[0]; got.Fault != c.journal || got.Status != c.status {
				t.Errorf("journal: %+v", got)
			}
		})
	}
}

func TestFaultHeader(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.Inject(Fault{Status: 429, Header: http.Header{"retry-after": {"7"}}})
	res := a.do("GET", "/v1/am/accounts", nil)
	res.refused(429, "too_many_requests", "Injected fault")
	if got := res.header.Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After is %q", got)
	}
}

func TestTruncateWithoutABody(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.AddAccount(Account{ID: 1})
	a.Inject(Fault{Truncate: true, Method: "DELETE", Times: 1})
	// The client may repeat a DELETE by itself; the second time it is gone.
	response, err := http.DefaultClient.Do(a.request("DELETE", "/v1/am/accounts/1", nil))
	if err == nil {
		response.Body.Close()
		if response.StatusCode != http.StatusNotFound {
			t.Errorf("got %d", response.StatusCode)
		}
	}
	if !a.Empty() || a.Journal()[0].Status != 0 {
		t.Errorf("left: %v", a.Accounts())
	}
}

func TestWhichRequestsAFaultMeets(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.AddAccount(Account{ID: 1})
	a.AddAccount(Account{ID: 2})
	get := func(path string) int { return a.do("GET", path, nil).status }
	check := func(what string, got, want []int) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
		a.ClearFaults()
	}

	a.Inject(Fault{Route: "/v1/am/accounts/{id}", Skip: 1, Times: 2, Status: 500})
	check("skip and times", []int{get("/v1/am/accounts/1"), get("/v1/am/accounts"), get("/v1/am/accounts/2"), get("/v1/am/accounts/1"), get("/v1/am/accounts/1")},
		[]int{200, 200, 500, 500, 200})

	a.Inject(Fault{Times: 1, Status: 500})
	a.Inject(Fault{Status: 501})
	a.Inject(Fault{Status: 502})
	check("in order", []int{get("/v1/am/accounts"), get("/v1/am/accounts"), get("/v1/am/accounts")}, []int{500, 501, 501})

	a.Inject(Fault{Method: "DELETE", Status: 500})
	check("method", []int{get("/v1/am/accounts"), a.do("DELETE", "/v1/am/accounts/1", nil).status}, []int{200, 500})

	a.Inject(Fault{Route: "/v1/am/accounts", Status: 500})
	check("no endpoint", []int{get("/v1/elsewhere"), get("/v1/am/accounts")}, []int{404, 500})

	a.Inject(Fault{Status: 500, Match: func(r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		return strings.Contains(string(body), "bob@")
	}})
	check("match", []int{
		a.do("POST", "/v1/am/accounts", personalIn).status,
		a.do("POST", "/v1/am/accounts", with(personalIn, object{"email": "bob@example.com"})).status,
	}, []int{200, 500})
	check("cleared", []int{get("/v1/am/accounts")}, []int{200})
}

func TestLatencyEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		id := s.AddAccount(Account{})
		s.Inject(Fault{Latency: time.Minute})
		remove := func(patience time.Duration) (answered bool, took time.Duration) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			r := httptest.NewRequestWithContext(ctx, "DELETE", fmt.Sprintf("/v1/am/accounts/%d", id), nil)
			r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
			began := time.Now()
			defer func() {
				took = time.Since(began)
				if cause := recover(); cause != nil && cause != any(http.ErrAbortHandler) {
					panic(cause)
				}
			}()
			s.ServeHTTP(httptest.NewRecorder(), r)
			return true, 0
		}
		if answered, took := remove(time.Second); answered || took != time.Second || s.Empty() {
			t.Errorf("an impatient client: answered %v after %v, empty %v", answered, took, s.Empty())
		}
		if answered, took := remove(time.Hour); !answered || took != time.Minute || !s.Empty() {
			t.Errorf("a patient client: answered %v after %v, empty %v", answered, took, s.Empty())
		}
	})
}

// What is left of faults is what requests can still meet.
func TestFaultsLeft(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.Inject(Fault{Status: 503, Skip: 1, Times: 2})
	a.Inject(Fault{HTML: true})
	for _, want := range []string{"skip 1 times 2", "skip 0 times 2", "skip 0 times 1", ""} {
		got := ""
		if left := a.Faults(); len(left) == 2 {
			got = fmt.Sprintf("skip %d times %d", left[0].Skip, left[0].Times)
		}
		if got != want {
			t.Errorf("left is %q, want %q", got, want)
		}
		a.do("GET", "/v1/am/application", nil)
	}
	a.ChangeFaults(func(faults []Fault) []Fault {
		if len(faults) != 1 || !faults[0].HTML {
			t.Errorf("left are %v", faults)
		}
		return []Fault{{Status: 400}}
	})
	a.do("GET", "/v1/am/application", nil).refused(400, "badRequest", "Injected fault")
	a.ClearFaults()
	if left := a.Faults(); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}
