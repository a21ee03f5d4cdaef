package aurinko

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pager serves accounts 1 to total, in pages of at most max.
type pager struct {
	total, max int
	// tell adds what a page says of itself, given the number of what follows.
	tell func(page map[string]any, following int)
	// refuseLimit answers 400 to a limit above max.
	refuseLimit bool
	// ignoreOffset gives the first page every time.
	ignoreOffset bool

	limits []string
}

func (p *pager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	p.limits = append(p.limits, query.Get("limit"))
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 50
	}
	if limit > p.max && p.refuseLimit {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	offset, _ := strconv.Atoi(query.Get("offset"))
	if p.ignoreOffset {
		offset = 0
	}
	records := []map[string]any{}
	for id := offset + 1; id <= p.total && len(records) < min(limit, p.max); id++ {
		records = append(records, map[string]any{"id": id})
	}
	page := map[string]any{"records": records}
	p.tell(page, p.total-offset-len(records))
	json.NewEncoder(w).Encode(page)
}

func TestPaging(t *testing.T) {
	truth := func(page map[string]any, following int) {
		page["done"] = following == 0
		page["totalSize"] = 7
	}
	silent := func(map[string]any, int) {}
	tests := []struct {
		name     string
		server   *pager
		requests int
		fails    bool
	}{
		{name: "one page", server: &pager{total: 7, max: 1000, tell: truth}, requests: 1},
		{name: "small cap", server: &pager{total: 7, max: 3, tell: truth}, requests: 3},
		{name: "cap of one", server: &pager{total: 7, max: 1, tell: truth}, requests: 7},
		{name: "nothing", server: &pager{total: 0, max: 3, tell: func(page map[string]any, _ int) { page["totalSize"] = 0 }}, requests: 1},
		{name: "absent totalSize and done", server: &pager{total: 7, max: 3, tell: silent}, requests: 4},
		{
			name: "null totalSize and done", requests: 4,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, _ int) { page["done"], page["totalSize"] = nil, nil }},
		},
		{
			name: "done alone", requests: 3,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, following int) { page["done"] = following == 0 }},
		},
		{
			name: "totalSize alone", requests: 3,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, _ int) { page["totalSize"] = 7 }},
		},
		{
			name: "done too early", requests: 3,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, _ int) { page["done"], page["totalSize"] = true, 7 }},
		},
		{
			name: "never done", requests: 4,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, _ int) { page["done"] = false }},
		},
		{
			name: "totalSize of the page", requests: 4,
			server: &pager{total: 7, max: 3, tell: func(page map[string]any, _ int) {
				page["done"], page["totalSize"] = false, 3
			}},
		},
		{name: "limit refused", server: &pager{total: 70, max: 50, refuseLimit: true, tell: silent}, requests: 4},
		{name: "first page again", server: &pager{total: 7, max: 3, ignoreOffset: true, tell: silent}, requests: 2, fails: true},
		{name: "limit never accepted", server: &pager{total: 7, max: 3, refuseLimit: true, tell: silent}, requests: 2, fails: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t, test.server)
			var got []AccountID
			var failed error
			for account, err := range c.Accounts(t.Context(), false) {
				if failed = err; err == nil {
					got = append(got, account.ID)
				}
			}
			if (failed != nil) != test.fails {
				t.Fatalf("error is %v", failed)
			}
			if n := len(test.server.limits); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			for i, id := range got {
				if id != AccountID(i+1) {
					t.Fatalf("accounts are %v", got)
				}
			}
			if !test.fails && len(got) != test.server.total {
				t.Errorf("%d accounts, want %d", len(got), test.server.total)
			}
		})
	}
}

func TestPageRequests(t *testing.T) {
	server := answering(
		reply{body: pageOf(3, false, `{"id":1}`, `{"id":2}`)},
		reply{body: pageOf(3, true, `{"id":3}`)})
	for _, err := range newClient(t, server).Accounts(t.Context(), true) {
		if err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, r := range server.requests() {
		got = append(got, r.method+" "+r.uri)
	}
	want := []string{"GET /v1/am/svc_accounts?limit=1000", "GET /v1/am/svc_accounts?limit=1000&offset=2"}
	if !slices.Equal(got, want) {
		t.Errorf("asked\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestSamePageError(t *testing.T) {
	c := newClient(t, &pager{total: 7, max: 3, ignoreOffset: true, tell: func(map[string]any, int) {}})
	var last error
	for _, err := range c.Accounts(t.Context(), false) {
		last = err
	}
	if !errors.Is(last, errSamePage) {
		t.Errorf("error is %v", last)
	}
}

func TestConsumerStopsEarly(t *testing.T) {
	server := answering(reply{body: pageOf(4, false, `{"id":1}`, `{"id":2}`)}, reply{body: pageOf(4, true, `{"id":3}`, `{"id":4}`)})
	for _, err := range newClient(t, server).Accounts(t.Context(), false) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if n := len(server.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// An error ends the walk, and what came before it has been told.
func TestListingFails(t *testing.T) {
	tests := []struct {
		name    string
		second  reply
		status  int
		message string
	}{
		{name: "refused", second: reply{status: 403, body: `{"message":"no"}`}, status: 403},
		{name: "refused as a bad request", second: reply{status: 400}, status: 400},
		{name: "a record of another form", second: reply{body: pageOf(9, false, `"s3cret"`)}, status: 200, message: errUnreadableRecord.Error()},
		{name: "records of another form", second: reply{body: `{"records":{}}`}, status: 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(reply{body: pageOf(9, false, `{"id":1}`)}, test.second)
			var told []string
			for account, err := range newClient(t, server).Accounts(t.Context(), false) {
				if err == nil {
					told = append(told, account.ID.String())
					continue
				}
				told = append(told, "failed")
				if StatusOf(err) != test.status || !strings.Contains(err.Error(), test.message) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("error is %v", err)
				}
			}
			if got := strings.Join(told, " "); got != "1 failed" || len(server.requests()) != 2 {
				t.Errorf("told %s with %d requests", got, len(server.requests()))
			}
		})
	}
}

func TestPageWithoutRecords(t *testing.T) {
	for _, body := range []string{`{}`, `{"records":null,"done":false}`, `{"records":[],"totalSize":9}`} {
		server := answering(reply{body: body})
		for account, err := range newClient(t, server).Accounts(t.Context(), false) {
			t.Errorf("%s tells %v, %v", body, account, err)
		}
		if n := len(server.requests()); n != 1 {
			t.Errorf("%s: %d requests", body, n)
		}
	}
}

func BenchmarkPageOfThousand(b *testing.B) {
	records := make([]string, 1000)
	for i := range records {
		records[i] = fmt.Sprintf(`{"id":%d,"parentId":500,"serviceType":"Google","active":true,"tokenStatus":"active","type":"managed",`+
			`"email":"someone%d@example.com","mailboxAddress":"someone%d@example.com","name":"Someone %d","timezone":"Europe/Berlin",`+
			`"authScopes":["Mail.Read","Calendar.ReadWrite"],"createdAt":"2025-08-01T12:00:00Z","unknown":{"a":[1,2,3]}}`, i+1, i, i, i)
	}
	body := pageOf(len(records), true, records...)
	c := configured(b, func(config *Config) {
		config.RequestsPerSecond = 1_000_000
		config.Transport = roundTrip(func(*http.Request) (*http.Response, error) {
			recorder := httptest.NewRecorder()
			_, _ = recorder.WriteString(body)
			return recorder.Result(), nil
		})
	})
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range c.Accounts(b.Context(), false) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != len(records) {
			b.Fatalf("%d accounts", n)
		}
	}
}

// Records that are deleted between two pages move the others up. None is missed.
func TestListWhileRecordsAreDeleted(t *testing.T) {
	ids := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
	deletes := map[int][]int{2: {1}, 3: {2, 3, 4}, 4: {5}} // before the n-th request
	requests := 0
	c := configured(t, func(config *Config) {
		config.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
			requests++
			ids = slices.DeleteFunc(ids, func(id int) bool { return slices.Contains(deletes[requests], id) })
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			var records []string
			for _, id := range ids[min(offset, len(ids)):min(offset+3, len(ids))] {
				records = append(records, fmt.Sprintf(`{"id":%d}`, id))
			}
			recorder := httptest.NewRecorder()
			fmt.Fprintf(recorder, `{"totalSize":%d,"records":[%s]}`, len(ids), strings.Join(records, ","))
			return recorder.Result(), nil
		})
	})
	seen := map[AccountID]bool{}
	for account, err := range c.Accounts(t.Context(), false) {
		if err != nil {
			t.Fatal(err)
		}
		seen[account.ID] = true
	}
	for _, id := range ids {
		if !seen[AccountID(id)] {
			t.Errorf("account %d is missed", id)
		}
	}
	if requests > 8 {
		t.Errorf("%d requests", requests)
	}
}
