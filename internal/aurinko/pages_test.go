package aurinko

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pageServer serves accounts 1 to total, in pages of at most max.
type pageServer struct {
	total, max int
	// add completes a page, given its offset and the number of records that
	// follow it.
	add func(page map[string]any, offset, following int)
	// refuseLimit answers 400 to a limit above max.
	refuseLimit bool
	// ignoreOffset returns the first page every time.
	ignoreOffset bool

	limits []string
}

func (p *pageServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
	if p.add != nil {
		p.add(page, offset, p.total-offset-len(records))
	}
	json.NewEncoder(w).Encode(page)
}

// walk reads all pages. It returns the IDs and the error that ended it.
func walk(ctx context.Context, pages *Pager[Account]) ([]AccountID, error) {
	var ids []AccountID
	for account, err := range pages.All(ctx) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, account.ID)
	}
	return ids, nil
}

func TestPaging(t *testing.T) {
	truth := func(page map[string]any, offset, following int) {
		page["offset"], page["done"], page["totalSize"] = offset, following == 0, 7
	}
	doneAlone := func(page map[string]any, _, following int) { page["done"] = following == 0 }
	totalAlone := func(page map[string]any, _, _ int) { page["totalSize"] = 7 }
	remaining := func(page map[string]any, offset, _ int) { page["totalSize"] = 7 - offset }
	tests := []struct {
		name     string
		server   *pageServer
		requests int
		shifted  bool
	}{
		{name: "one page", server: &pageServer{total: 7, max: 1000, add: truth}, requests: 1},
		{name: "small cap", server: &pageServer{total: 7, max: 3, add: truth}, requests: 3},
		{name: "cap of one", server: &pageServer{total: 7, max: 1, add: truth}, requests: 7},
		{name: "nothing", server: &pageServer{max: 3, add: func(page map[string]any, _, _ int) { page["totalSize"] = 0 }}, requests: 1},
		{name: "absent totalSize and done", server: &pageServer{total: 7, max: 3}, requests: 4},
		{name: "absent totalSize and done, one page", server: &pageServer{total: 7, max: 1000}, requests: 2},
		{
			name: "null totalSize and done", requests: 4,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, _, _ int) { page["done"], page["totalSize"] = nil, nil }},
		},
		{name: "done alone", requests: 3, server: &pageServer{total: 7, max: 3, add: doneAlone}},
		{name: "totalSize alone", requests: 3, server: &pageServer{total: 7, max: 3, add: totalAlone}},
		{
			name: "done too early", requests: 3,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, _, _ int) { page["done"], page["totalSize"] = true, 7 }},
		},
		{
			name: "never done", requests: 4,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, _, _ int) { page["done"] = false }},
		},
		{
			name: "totalSize of the page", requests: 4,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, _, following int) {
				page["done"], page["totalSize"] = false, 3
			}},
		},
		{name: "totalSize of what remains", requests: 4, shifted: true, server: &pageServer{total: 7, max: 3, add: remaining}},
		{
			name: "totalSize of what remains, and done", requests: 3, shifted: true,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, offset, following int) {
				page["totalSize"], page["done"] = 7-offset, following == 0
			}},
		},
		{name: "totalSize of what remains, one page", requests: 1, server: &pageServer{total: 7, max: 7, add: remaining}},
		{
			name: "offset of something else", requests: 4, shifted: true,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, offset, _ int) { page["totalSize"], page["offset"] = 7, offset/3 }},
		},
		{
			name: "fewer than totalSize", requests: 4, shifted: true,
			server: &pageServer{total: 7, max: 3, add: func(page map[string]any, _, _ int) { page["totalSize"] = 9 }},
		},
		{name: "limit refused", server: &pageServer{total: 70, max: 50, refuseLimit: true}, requests: 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pages := newClient(t, test.server).AccountPages()
			got, err := walk(t.Context(), pages)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(test.server.limits); n != test.requests {
				t.Errorf("%d requests, want %d", n, test.requests)
			}
			var want []AccountID
			for id := range test.server.total {
				want = append(want, AccountID(id+1))
			}
			if !slices.Equal(got, want) {
				t.Errorf("accounts are %v", got)
			}
			if !pages.Done() || pages.Shifted() != test.shifted {
				t.Errorf("done %t, shifted %t", pages.Done(), pages.Shifted())
			}
			// A walk that has ended asks for nothing.
			if records, err := pages.Next(t.Context()); len(records) > 0 || err != nil || len(test.server.limits) != test.requests {
				t.Errorf("after the end: %v, %v", records, err)
			}
		})
	}
}

func TestPageRequests(t *testing.T) {
	server := answering(
		reply{body: `{"offset":0,"totalSize":3,"records":[{"id":1},{"id":2}]}`},
		reply{body: `{"offset":2,"totalSize":3,"records":[{"id":3}]}`})
	pages := newClient(t, server).ServiceAccountPages()
	for _, want := range [][]Account{{{ID: 1}, {ID: 2}}, {{ID: 3}}} {
		if pages.Done() {
			t.Error("done too early")
		}
		got, err := pages.Next(t.Context())
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v, (-want +got):\n%s", err, diff)
		}
	}
	if !pages.Done() || pages.Shifted() {
		t.Errorf("done %t, shifted %t", pages.Done(), pages.Shifted())
	}
	want := []string{"GET /v1/am/svc_accounts?limit=1000", "GET /v1/am/svc_accounts?limit=1000&offset=2"}
	if diff := cmp.Diff(want, server.asked()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// What a server may answer while records come and go. The walk ends, and reports
// whether it may have missed one.
func TestShiftedPages(t *testing.T) {
	const first = `{"totalSize":4,"records":[{"id":1},{"id":2}]}`
	tests := []struct {
		name     string
		pages    []string
		want     []AccountID
		requests int
		shifted  bool
	}{
		{name: "stable", pages: []string{first, `{"totalSize":4,"records":[{"id":3},{"id":4}]}`}, want: []AccountID{1, 2, 3, 4}, requests: 2},
		{
			name: "one fewer", pages: []string{first, `{"totalSize":3,"records":[{"id":4}]}`, `{"totalSize":3,"records":[]}`},
			want: []AccountID{1, 2, 4}, requests: 3, shifted: true,
		},
		{
			name: "one more", pages: []string{first, `{"totalSize":5,"records":[{"id":2},{"id":3},{"id":4}]}`, `{"records":[]}`},
			want: []AccountID{1, 2, 2, 3, 4}, requests: 3, shifted: true,
		},
		{name: "one page changes nothing", pages: []string{`{"totalSize":2,"records":[{"id":1},{"id":2}]}`}, want: []AccountID{1, 2}, requests: 1},
		{
			name: "another offset", pages: []string{first, `{"offset":0,"totalSize":4,"records":[{"id":3},{"id":4}]}`, `{"totalSize":4}`},
			want: []AccountID{1, 2, 3, 4}, requests: 3, shifted: true,
		},
		{name: "its offset", pages: []string{first, `{"offset":2,"totalSize":4,"records":[{"id":3},{"id":4}]}`}, want: []AccountID{1, 2, 3, 4}, requests: 2},
		{name: "empty before the total", pages: []string{first, `{"totalSize":4,"records":[]}`}, want: []AccountID{1, 2}, requests: 2, shifted: true},
		{name: "empty, without a total", pages: []string{first, `{"records":[]}`}, want: []AccountID{1, 2}, requests: 2, shifted: true},
		{name: "empty at once", pages: []string{`{"totalSize":9}`}, requests: 1, shifted: true},
		{name: "the same page again", pages: []string{first, first}, want: []AccountID{1, 2, 1, 2}, requests: 2, shifted: true},
		{
			name: "the same records again, with another content", pages: []string{`{"records":[{"id":1,"name":"a"}]}`, `{"records":[{"id":1,"name":"b"}]}`},
			want: []AccountID{1, 1}, requests: 2, shifted: true,
		},
		{name: "empty", pages: []string{`{}`}, requests: 1},
		{name: "null, and not done", pages: []string{`{"records":null,"done":false}`}, requests: 1},
		{name: "a negative total", pages: []string{`{"totalSize":-1,"records":[{"id":1}]}`, `{"totalSize":-1}`}, want: []AccountID{1}, requests: 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var replies []reply
			for _, page := range test.pages {
				replies = append(replies, reply{body: page})
			}
			server := answering(replies...)
			pages := newClient(t, server).AccountPages()
			got, err := walk(t.Context(), pages)
			if err != nil || !slices.Equal(got, test.want) || len(server.requests()) != test.requests {
				t.Errorf("%v after %d requests, %v; want %v after %d", got, len(server.requests()), err, test.want, test.requests)
			}
			if !pages.Done() || pages.Shifted() != test.shifted {
				t.Errorf("done %t, shifted %t", pages.Done(), pages.Shifted())
			}
			// Forward only.
			last := -1
			for _, r := range server.requests() {
				offset, _ := strconv.Atoi(queryOf(t, r.uri).Get("offset"))
				if offset <= last {
					t.Errorf("asked %s", server.asked())
				}
				last = offset
			}
		})
	}
}

func TestServerThatIgnoresTheOffset(t *testing.T) {
	server := &pageServer{total: 7, max: 3, ignoreOffset: true}
	pages := newClient(t, server).AccountPages()
	if got, err := walk(t.Context(), pages); err != nil || len(got) != 6 || len(server.limits) != 2 || !pages.Shifted() {
		t.Errorf("%v, %v after %d requests, shifted %t", got, err, len(server.limits), pages.Shifted())
	}
}

func TestLimitNeverAccepted(t *testing.T) {
	server := &pageServer{total: 7, max: 3, refuseLimit: true}
	if got, err := walk(t.Context(), newClient(t, server).AccountPages()); StatusOf(err) != 400 || len(got) > 0 || !slices.Equal(server.limits, []string{"1000", ""}) {
		t.Errorf("%v, %v after the limits %q", got, err, server.limits)
	}
}

// After an error the same page can be asked for again.
func TestPageAfterAnError(t *testing.T) {
	for _, failure := range []reply{{status: 503}, {status: 400}, {drop: true}, {body: `{"records":{}}`}, {body: `{"totalSize":1,"records":[{"id":5},7]}`}} {
		server := answering(
			reply{body: `{"totalSize":3,"records":[{"id":1},{"id":2}]}`}, failure, reply{body: `{"totalSize":3,"records":[{"id":3}]}`})
		pages := newClient(t, server, maxRetries(0)).AccountPages()
		if _, err := pages.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		if records, err := pages.Next(t.Context()); err == nil || len(records) > 0 || pages.Done() || pages.Shifted() {
			t.Errorf("%+v: %v, %v, done %t, shifted %t", failure, records, err, pages.Done(), pages.Shifted())
		}
		got, err := pages.Next(t.Context())
		if err != nil || len(got) != 1 || got[0].ID != 3 || !pages.Done() || pages.Shifted() {
			t.Errorf("%+v: then %v, %v, done %t, shifted %t", failure, got, err, pages.Done(), pages.Shifted())
		}
		if asked := server.asked(); asked[1] != asked[2] {
			t.Errorf("%+v: asked %s", failure, asked)
		}
	}
}

func TestConsumerStopsEarly(t *testing.T) {
	server := answering(reply{body: pageOf(4, false, `{"id":1}`, `{"id":2}`)}, reply{body: pageOf(4, true, `{"id":3}`, `{"id":4}`)})
	for _, err := range newClient(t, server).AccountPages().All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if n := len(server.requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// An error ends the walk, after the records that came before it.
func TestListingFails(t *testing.T) {
	tests := []struct {
		name    string
		second  reply
		status  int
		message string
	}{
		{name: "refused", second: reply{status: 403, body: `{"message":"no"}`}, status: 403},
		{name: "refused as a bad request", second: reply{status: 400}, status: 400},
		{name: "a record of another form", second: reply{body: pageOf(9, false, `"s3cret"`)}, status: 200, message: "a record of the listing is not in the documented form"},
		{name: "records of another form", second: reply{body: `{"records":{}}`}, status: 200},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(reply{body: pageOf(9, false, `{"id":1}`)}, test.second)
			var seen []string
			for account, err := range newClient(t, server).AccountPages().All(t.Context()) {
				if err == nil {
					seen = append(seen, account.ID.String())
					continue
				}
				seen = append(seen, "failed")
				if StatusOf(err) != test.status || !strings.Contains(err.Error(), test.message) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("error is %v", err)
				}
			}
			if got := strings.Join(seen, " "); got != "1 failed" || len(server.requests()) != 2 {
				t.Errorf("%s with %d requests", got, len(server.requests()))
			}
		})
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
		if got, err := walk(b.Context(), c.AccountPages()); err != nil || len(got) != len(records) {
			b.Fatalf("%d accounts, %v", len(got), err)
		}
	}
}

// A walk that misses a record because others were deleted meanwhile reports that
// it shifted.
func TestListWhileRecordsAreDeleted(t *testing.T) {
	tests := []struct {
		name    string
		deletes map[int][]int // before the n-th request
		shifted bool
	}{
		{name: "none"},
		{name: "at the beginning", deletes: map[int][]int{2: {1}, 3: {2, 3, 4}}, shifted: true},
		{name: "at the end", deletes: map[int][]int{2: {9}}, shifted: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ids := []int{1, 2, 3, 4, 5, 6, 7, 8, 9}
			requests := 0
			c := configured(t, func(config *Config) {
				config.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
					requests++
					ids = slices.DeleteFunc(ids, func(id int) bool { return slices.Contains(test.deletes[requests], id) })
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
			pages := c.AccountPages()
			seen, err := walk(t.Context(), pages)
			if err != nil {
				t.Fatal(err)
			}
			missed := slices.ContainsFunc(ids, func(id int) bool { return !slices.Contains(seen, AccountID(id)) })
			if pages.Shifted() != test.shifted || missed && !pages.Shifted() || requests > 5 {
				t.Errorf("seen %v of %v in %d requests, shifted %t", seen, ids, requests, pages.Shifted())
			}
		})
	}
}
