package aurinko

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindAccount(t *testing.T) {
	const account = `{"id":7,"type":"daemon","email":"a@acme.example","email2":"b@acme.example","name2":"n","serverUrl2":"s",
		"serviceProvider":"p","authNativeScopes":["https://mail.google.com/"],"tokenIssuedAt":"1","authObtainedAt":"2",
		"authExpiresAt":"3","updatedAt":"4","authString1":"hunter2"}`
	want := AccountDetails{
		Account: Account{ID: 7, Type: TypeService, Email: "a@acme.example"}, Email2: "b@acme.example", Name2: "n", ServerURL2: "s",
		ServiceProvider: "p", AuthNativeScopes: ScopeNames{"https://mail.google.com/"},
		TokenIssuedAt: "1", AuthObtainedAt: "2", AuthExpiresAt: "3", UpdatedAt: "4",
	}
	const byID, listing = "/v1/am/accounts/7", "/v1/am/svc_accounts?limit=1000"
	gone := reply{status: 404, body: `{"code":"not_found","message":"Account not found"}`}
	tests := map[string]struct {
		replies []reply
		want    AccountDetails
		status  int // of the error; 0 for none
		isGone  bool
		asked   []string
	}{
		"by id":                {[]reply{{body: account}}, want, 0, false, []string{byID}},
		"without an id in it":  {[]reply{{body: `{}`}}, AccountDetails{Account: Account{ID: 7}}, 0, false, []string{byID}},
		"listed, though gone":  {[]reply{gone, {body: pageOf(2, true, `{"id":6}`, account)}}, want, 0, false, []string{byID, listing}},
		"listed, though wrong": {[]reply{{status: 405}, {body: pageOf(1, true, account)}}, want, 0, false, []string{byID, listing}},
		"nowhere":              {[]reply{gone, {body: pageOf(1, true, `{"id":6}`)}}, AccountDetails{}, 404, true, []string{byID, listing}},
		"not shown":            {[]reply{{status: 403, body: `{}`}, {body: pageOf(0, true)}}, AccountDetails{}, 403, false, []string{byID, listing}},
		"a gateway's page":     {[]reply{{status: 404, body: `<h1>Not here</h1>`}, {body: pageOf(0, true)}}, AccountDetails{}, 404, false, []string{byID, listing}},
		"no listing":           {[]reply{gone, {status: 403, body: `{}`}}, AccountDetails{}, 403, false, []string{byID, listing}},
		"not implemented":      {[]reply{{status: 501, body: `{}`}, {status: 501, body: `{}`}}, AccountDetails{}, 501, false, []string{byID, listing}},
		"wrong credentials":    {[]reply{{status: 401, body: `{}`}}, AccountDetails{}, 401, false, []string{byID}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := answering(test.replies...)
			got, err := newClient(t, server).FindAccount(t.Context(), 7)
			if StatusOf(err) != test.status || (err != nil) != (test.status != 0) || IsNotFound(err) != test.isGone {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var asked []string
			for _, request := range server.requests() {
				asked = append(asked, request.uri)
			}
			if !slices.Equal(asked, test.asked) {
				t.Errorf("asked for %q, want %q", asked, test.asked)
			}
		})
	}
}

func TestPingAccount(t *testing.T) {
	stored := AccountDetails{Account: Account{ID: 7, ServiceType: ServiceGoogle, Name: "Sales", TokenStatus: "active"}, Name2: "n"}
	with := func(status, tokenError string) AccountDetails {
		fresh := stored
		fresh.TokenStatus, fresh.TokenError = status, tokenError
		return fresh
	}
	tests := map[string]struct {
		reply reply
		want  AccountDetails
		err   string
	}{
		"works":          {reply{body: `{"id":7,"name":"Other","tokenStatus":"active"}`}, with("active", ""), ""},
		"refused":        {reply{body: `{"id":7,"tokenStatus":"invalid","tokenError":"No"}`}, with("invalid", "No"), ""},
		"without an id":  {reply{body: `{"tokenStatus":"dead"}`}, with("dead", ""), ""},
		"dead":           {reply{status: 401, body: `{"code":"token.dead","message":"Gone"}`}, with("dead", "Gone"), ""},
		"not refreshed":  {reply{status: 401, body: `{"code":"token.refresh.failed","message":"No"}`}, with("invalid", "No"), ""},
		"another one":    {reply{body: `{"id":8}`}, AccountDetails{}, "another account than the one asked for"},
		"not authorised": {reply{status: 401, body: `{"code":"unauthorized"}`}, AccountDetails{}, "401 unauthorized to GET /account"},
		"not allowed":    {reply{status: 403, body: `{"code":"token.dead"}`}, AccountDetails{}, "403 token.dead to GET /account"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := answering(test.reply)
			got, err := newClient(t, server).PingAccount(t.Context(), stored)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || !strings.Contains(errorText(err), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			asked := server.requests()
			if len(asked) != 1 || asked[0].uri != "/v1/account?pingProvider=true" || asked[0].header.Get("X-Aurinko-Account-Id") != "7" ||
				!strings.HasPrefix(asked[0].header.Get("Authorization"), "Basic ") {
				t.Errorf("asked %+v", asked)
			}
		})
	}
}

// Nothing is sent for what Aurinko cannot ping, and what is not told is tried.
func TestPingOfOtherServices(t *testing.T) {
	for serviceType, pings := range map[string]bool{
		"Google": true, "IMAP": true, "NetSuite": true, "Office365": true, "Salesforce": true, "": true,
		"EWS": false, "Zoho": false, "SlackBot": false,
	} {
		server := answering(reply{body: `{"tokenStatus":"active"}`})
		_, err := newClient(t, server).PingAccount(t.Context(), AccountDetails{Account: Account{ID: 7, ServiceType: serviceType}})
		var unpingable *UnpingableError
		if errors.As(err, &unpingable) == pings || (len(server.requests()) == 1) != pings {
			t.Errorf("%q: %d requests, %v", serviceType, len(server.requests()), err)
		}
	}
}

// The header is of the calls on behalf of an account alone.
func TestNoAccountHeader(t *testing.T) {
	server := answering(reply{body: `{}`})
	if _, err := newClient(t, server).FindAccount(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	if header := server.requests()[0].header; header.Get("X-Aurinko-Account-Id") != "" {
		t.Errorf("headers %v", header)
	}
}

func TestFilteredAccounts(t *testing.T) {
	all := []string{
		`{"id":1,"serviceType":"Google","clientOrgId":"acme","authOrgId":"acme.example","email":"Sales@acme.example"}`,
		`{"id":2,"serviceType":"EWS","clientOrgId":"ACME","authOrgId":"Acme.example","email":"sales@ACME.example"}`,
		`{"id":3,"serviceType":"google","authOrgId":"other.example"}`,
		`{"id":4}`,
	}
	tests := map[string]struct {
		filter AccountFilter
		query  string
		want   []AccountID
	}{
		"none":               {AccountFilter{}, "limit=1000", []AccountID{1, 2, 3, 4}},
		"client_org_id":      {AccountFilter{ClientOrgID: "acme"}, "clientOrgId=acme&limit=1000", []AccountID{1}},
		"auth_org_id":        {AccountFilter{AuthOrgID: "ACME.example"}, "authOrgId=ACME.example&limit=1000", []AccountID{1, 2}},
		"service_type":       {AccountFilter{ServiceType: "Google"}, "limit=1000&serviceType=Google", []AccountID{1, 3}},
		"email":              {AccountFilter{Email: "SALES@acme.example"}, "limit=1000", []AccountID{1, 2}},
		"all of them":        {AccountFilter{"acme", "acme.example", "Google", "sales@acme.example"}, "authOrgId=acme.example&clientOrgId=acme&limit=1000&serviceType=Google", []AccountID{1}},
		"nothing matches":    {AccountFilter{Email: "nobody@acme.example"}, "limit=1000", nil},
		"has to be escaped":  {AccountFilter{ClientOrgID: "a&b=c d"}, "clientOrgId=a%26b%3Dc+d&limit=1000", nil},
		"of different cases": {AccountFilter{ClientOrgID: "Acme"}, "clientOrgId=Acme&limit=1000", nil},
	}
	for name, test := range tests {
		for service, path := range map[bool]string{false: "/v1/am/accounts?", true: "/v1/am/svc_accounts?"} {
			t.Run(fmt.Sprintf("%s %t", name, service), func(t *testing.T) {
				server := answering(reply{body: pageOf(len(all), true, all...)}) // ignores every filter
				var got []AccountID
				for account, err := range newClient(t, server).FilteredAccounts(t.Context(), service, test.filter) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, account.ID)
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", got, test.want)
				}
				if asked := server.requests(); len(asked) != 1 || asked[0].uri != path+test.query {
					t.Errorf("asked %+v, want %s", asked, path+test.query)
				}
			})
		}
	}
}

// The filter goes with every page, and with the page that is asked for again
// without a limit.
func TestFilterOfEveryPage(t *testing.T) {
	server := answering(
		reply{status: 400, body: `{}`},
		reply{body: pageOf(2, false, `{"id":1,"clientOrgId":"acme"}`)},
		reply{body: pageOf(2, true, `{"id":2,"clientOrgId":"acme"}`)},
	)
	count := 0
	for _, err := range newClient(t, server).FilteredAccounts(t.Context(), false, AccountFilter{ClientOrgID: "acme"}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	var asked []string
	for _, request := range server.requests() {
		asked = append(asked, strings.TrimPrefix(request.uri, "/v1/am/accounts?"))
	}
	want := []string{"clientOrgId=acme&limit=1000", "clientOrgId=acme", "clientOrgId=acme&offset=1"}
	if count != 2 || !slices.Equal(asked, want) {
		t.Errorf("%d accounts, asked %q", count, asked)
	}
}

func TestFilteredAccountsFails(t *testing.T) {
	server := answering(reply{body: pageOf(3, false, `{"id":1}`, `{"id":2,"email":"a@acme.example"}`)}, reply{status: 403, body: `{}`})
	var got []AccountID
	var failed []error
	for account, err := range newClient(t, server).FilteredAccounts(t.Context(), false, AccountFilter{Email: "a@acme.example"}) {
		if err != nil {
			failed = append(failed, err)
			continue
		}
		got = append(got, account.ID)
	}
	if !slices.Equal(got, []AccountID{2}) || len(failed) != 1 || StatusOf(failed[0]) != 403 {
		t.Errorf("got %v, errors %v", got, failed)
	}
}

// A caller who has seen enough causes no further page.
func TestFilteredAccountsStopsEarly(t *testing.T) {
	server := newEstate(3000, 1000)
	for account, err := range newClient(t, server).FilteredAccounts(t.Context(), false, AccountFilter{}) {
		if err != nil || account.ID == 0 {
			t.Fatal(account, err)
		}
		break
	}
	if server.requests() != 1 {
		t.Errorf("%d requests", server.requests())
	}
}

// Whatever passes a filter, the pages before it are not kept.
func TestFilteredAccountsStream(t *testing.T) {
	const accounts = 50_000
	server := newEstate(accounts, 1000)
	c := newClient(t, server)
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, count := heap(), uint64(0), 0
	for _, err := range c.FilteredAccounts(t.Context(), false, AccountFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%10_000 == 500 { // in the middle of a page
			most = max(most, heap())
		}
	}
	used := (max(most, before) - before) >> 20
	if count != accounts || server.requests() != accounts/1000 || used > 16 {
		t.Errorf("%d accounts in %d requests, %d MiB at once, more than 16", count, server.requests(), used)
	}
	t.Logf("%d accounts in %d requests, %d MiB at once", count, server.requests(), used)
}

func TestIdentifier(t *testing.T) {
	for text, want := range map[string]Identifier{
		`12`: "12", `9007199254740993`: "9007199254740993", `"a-b"`: "a-b", `"12"`: "12", `null`: "", `""`: "",
	} {
		var got Identifier
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{`{}`, `[]`, `true`} {
		var got Identifier
		if json.Unmarshal([]byte(text), &got) == nil {
			t.Errorf("%s is taken for %q", text, got)
		}
	}
}

func TestApplication(t *testing.T) {
	yes, no := true, false
	for body, want := range map[string]Application{
		`{}`: {},
		`{"id":1,"name":"n","applicationType":"web","syncAvailable":true,"internalServicesEnabled":false,"trial":true,
			"outlookManifestId":"m","capabilities":["Mail"],"createdAt":"c","signingSecret":"hunter2","more":[{}]}`: {
			ID: "1", Name: "n", ApplicationType: "web", SyncAvailable: &yes, InternalServicesEnabled: &no, Trial: &yes,
			OutlookManifestID: "m", Capabilities: []string{"Mail"}, CreatedAt: "c",
		},
		`{"id":"a","name":null,"trial":null,"capabilities":[]}`: {ID: "a", Capabilities: []string{}},
	} {
		server := answering(reply{body: body})
		got, err := newClient(t, server).Application(t.Context())
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
		if asked := server.requests(); len(asked) != 1 || asked[0].method != http.MethodGet || asked[0].uri != "/v1/am/application" {
			t.Errorf("asked %+v", asked)
		}
	}
	if got, err := newClient(t, answering(reply{status: 403, body: `{}`})).Application(t.Context()); StatusOf(err) != 403 || got.Name != "" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestPublicRegistrations(t *testing.T) {
	server := answering(reply{body: pageOf(4, true,
		`{"serviceType":"Zoho","clientId":"z","clientSecret":"hunter2"}`,
		`{"serviceType":"Office365","daemon":true,"clientId":"d","clientSecret":"hunter2","clientSecret2":"hunter3"}`,
		`{"serviceType":"Office365","clientId":"o","scopes":["Mail.Read"],"intermediateCallbackUrl":"i"}`,
		`{"serviceType":"Google","clientId":"g","scopes":[],"topicName":"t"}`,
	)})
	got, err := newClient(t, server).PublicRegistrations(t.Context())
	want := []PublicRegistration{
		{ServiceType: "Google", ClientID: "g", Scopes: ScopeNames{}, TopicName: "t"},
		{ServiceType: "Office365", ClientID: "o", Scopes: ScopeNames{"Mail.Read"}, IntermediateCallbackURL: "i"},
		{ServiceType: "Office365", Daemon: true, ClientID: "d"},
		{ServiceType: "Zoho", ClientID: "z"},
	}
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	none, err := newClient(t, answering(reply{body: pageOf(0, true)})).PublicRegistrations(t.Context())
	if err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
	if _, err := newClient(t, answering(reply{status: 404, body: `{}`})).PublicRegistrations(t.Context()); StatusOf(err) != 404 {
		t.Errorf("error %v", err)
	}
}
