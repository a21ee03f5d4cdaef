package simulator

import (
	"fmt"
	"net/url"
	"testing"
)

// listed are the ids of a page.
func (r result) listed() []int64 {
	var ids []int64
	for _, record := range r.body["records"].([]any) {
		ids = append(ids, result{t: r.t, body: record.(object)}.id("id"))
	}
	return ids
}

func TestPages(t *testing.T) {
	t.Parallel()
	a := start(t, Options{FirstID: 1})
	if got := a.ok("GET", "/v1/am/accounts", nil).raw; got != `{"done":true,"offset":0,"records":[],"totalSize":0}` {
		t.Errorf("nothing at all: %s", got)
	}
	for range 60 {
		a.AddAccount(Account{ServiceType: "IMAP"})
	}
	for _, c := range []struct {
		query       string
		maxPage     int
		first, size int64
		done        bool
	}{
		{"", 0, 1, 50, false},
		{"?offset=50", 0, 51, 10, true},
		{"?offset=10", 0, 11, 50, true},
		{"?offset=9", 0, 10, 50, false},
		{"?limit=1000", 0, 1, 60, true},
		{"?limit=7&offset=7", 0, 8, 7, false},
		{"?limit=1000", 20, 1, 20, false},
		{"?limit=7", 20, 1, 7, false},
		{"", 20, 1, 20, false},
		{"?limit=20&offset=40", 20, 41, 20, true},
		{"?offset=60", 0, 0, 0, true},
		{"?offset=2147483647&limit=2147483647", 0, 0, 0, true},
	} {
		a.SetQuirks(Quirks{MaxPage: c.maxPage})
		res := a.ok("GET", "/v1/am/accounts"+c.query, nil)
		listed := res.listed()
		if int64(len(listed)) != c.size || c.size > 0 && listed[0] != c.first || res.body["done"] != c.done || res.id("totalSize") != 60 {
			t.Errorf("%q with pages of %d: %d records from %v, %v done", c.query, c.maxPage, len(listed), listed, res.body["done"])
		}
		query, _ := url.ParseQuery(c.query[min(1, len(c.query)):])
		if want := query.Get("offset"); want != "" && fmt.Sprint(res.body["offset"]) != want {
			t.Errorf("%q: offset is %v", c.query, res.body["offset"])
		}
	}
	for _, path := range []string{"/v1/am/accounts", "/v1/am/svc_accounts", "/v1/am/oauth_regs"} {
		for _, query := range []string{"limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=2147483648", "offset=-1", "offset=x"} {
			a.do("GET", path+"?"+query, nil).refused(400, "badRequest", "whole number")
		}
	}
}

func TestDefaultMaxPage(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for range 501 {
		a.AddAccount(Account{ServiceType: "IMAP"})
	}
	if got := len(a.ok("GET", "/v1/am/accounts?limit=1000", nil).listed()); got != 500 {
		t.Errorf("got %d records", got)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	a := start(t, Options{FirstID: 1})
	a.AddAccount(Account{ServiceType: "IMAP", ClientOrgID: "x", AuthOrgID: "y"})            // 1
	a.AddAccount(Account{ServiceType: "EWS", ClientOrgID: "y"})                             // 2
	a.AddAccount(Account{Type: Daemon, ServiceType: "EWS", ClientOrgID: "x"})               // 3
	a.AddAccount(Account{Type: Daemon, ServiceType: "SlackBot", AuthOrgID: "y"})            // 4
	a.AddAccount(Account{ParentID: 3, ServiceType: "EWS", ClientOrgID: "x", AuthOrgID: ""}) // 5
	for _, c := range []struct {
		path   string
		quirks Quirks
		want   []int64
	}{
		{"accounts", Quirks{}, []int64{1, 2, 5}},
		{"accounts", Quirks{HideManaged: true}, []int64{1, 2}},
		{"accounts", Quirks{ListServiceAccounts: true}, []int64{1, 2, 3, 4, 5}},
		{"accounts?serviceType=EWS", Quirks{}, []int64{2, 5}},
		{"accounts?clientOrgId=x", Quirks{}, []int64{1, 5}},
		{"accounts?authOrgId=y", Quirks{}, []int64{1}},
		{"accounts?clientOrgId=x&serviceType=EWS", Quirks{}, []int64{5}},
		{"accounts?clientOrgId=X", Quirks{}, nil},
		{"accounts?subscriptionId=1", Quirks{}, nil},
		{"svc_accounts", Quirks{}, []int64{3, 4}},
		{"svc_accounts?serviceType=SlackBot", Quirks{}, []int64{4}},
		{"svc_accounts?clientOrgId=x", Quirks{}, []int64{3}},
		{"svc_accounts?authOrgId=y", Quirks{}, []int64{4}},
		{"svc_accounts?subscriptionId=1", Quirks{}, nil},
	} {
		a.SetQuirks(c.quirks)
		res := a.ok("GET", "/v1/am/"+c.path, nil)
		if got := res.listed(); fmt.Sprint(got) != fmt.Sprint(c.want) || res.id("totalSize") != int64(len(c.want)) {
			t.Errorf("%s with %+v: got %v of %v, want %v", c.path, c.quirks, got, res.body["totalSize"], c.want)
		}
	}
	for _, query := range []string{"serviceType=SlackBot", "serviceType=", "email=a", "x=1"} {
		a.do("GET", "/v1/am/accounts?"+query, nil).refused(400, "badRequest", "Unknown")
	}
	for _, query := range []string{"serviceType=IMAP", "serviceType=", "email=a"} {
		a.do("GET", "/v1/am/svc_accounts?"+query, nil).refused(400, "badRequest", "Unknown")
	}
}
