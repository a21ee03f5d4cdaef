package aurinko

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func mustParse(address string) *url.URL {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u
}

func TestParseAccountID(t *testing.T) {
	for text, want := range map[string]AccountID{
		"1": 1, "9007199254740993": 9007199254740993, "9223372036854775807": 9223372036854775807,
		"": 0, "0": 0, "-1": 0, "1.0": 0, "1e3": 0, "abc": 0, " 1": 0, "9223372036854775808": 0,
	} {
		got, err := ParseAccountID(text)
		if (err == nil) != (want != 0) || got != want {
			t.Errorf("%q is %d, %v", text, got, err)
		}
		if err == nil && got.String() != text {
			t.Errorf("%q is written as %s", text, got)
		}
	}
}

func TestAccountDecoding(t *testing.T) {
	yes, no := true, false
	tests := []struct {
		name string
		json string
		want Account
	}{
		{"empty", `{}`, Account{}},
		{
			"nulls",
			`{"id":null,"parentId":null,"serviceType":null,"tokenStatus":null,"type":null,"daemon":null,"email":null,
			  "name":null,"authScopes":null,"copyToSent":null,"createdAt":null,"serverUrl":null}`,
			Account{},
		},
		{"huge ids", `{"id":9007199254740993,"parentId":9223372036854775807}`, Account{ID: 9007199254740993, ParentID: 9223372036854775807}},
		{"ids in quotes", `{"id":"9007199254740993","parentId":""}`, Account{ID: 9007199254740993}},
		{"unknown fields", `{"id":1,"new":{"id":2},"list":[{}],"authNativeScopes":["x"]}`, Account{ID: 1}},
		{"switches", `{"copyToSent":true,"trustServer":false,"daemon":true}`, Account{CopyToSent: &yes, TrustServer: &no, Daemon: true}},
		{"no scopes", `{"authScopes":[]}`, Account{AuthScopes: ScopeNames{}}},
		{"scopes as a text", `{"authScopes":"Mail.Read, Mail.Send"}`, Account{AuthScopes: ScopeNames{"Mail.Read", "Mail.Send"}}},
		{
			"everything",
			`{"id":1,"parentId":2,"serviceType":"EWS","tokenStatus":"dead","tokenError":"e","type":"daemon","daemon":false,
			  "loginString":"l","email":"m","mailboxAddress":"a","name":"n","serverUrl":"s","clientOrgId":"c","authUserId":"u",
			  "authOrgId":"o","timezone":"z","authScopes":["Mail.Read"],"createdAt":"2025-08-01T12:00:00Z"}`,
			Account{
				ID: 1, ParentID: 2, ServiceType: "EWS", TokenStatus: "dead", TokenError: "e", Type: "daemon",
				LoginString: "l", Email: "m", MailboxAddress: "a", Name: "n", ServerURL: "s", ClientOrgID: "c", AuthUserID: "u",
				AuthOrgID: "o", Timezone: "z", AuthScopes: ScopeNames{"Mail.Read"}, CreatedAt: "2025-08-01T12:00:00Z",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got Account
			if err := json.Unmarshal([]byte(test.json), &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestAccountDecodingRefuses(t *testing.T) {
	for _, text := range []string{`{"id":true}`, `{"id":1.5}`, `{"id":"abc"}`, `{"id":{}}`, `{"id":9223372036854775808}`,
		`{"authScopes":[1]}`, `{"authScopes":7}`, `{"authScopes":{}}`} {
		var account Account
		if err := json.Unmarshal([]byte(text), &account); err == nil {
			t.Errorf("%s is read as %+v", text, account)
		}
	}
}

func TestKinds(t *testing.T) {
	tests := []struct {
		account          Account
		service, managed bool
	}{
		{Account{Type: TypeService}, true, false},
		{Account{Type: TypeService, ParentID: 1}, true, false},
		{Account{Daemon: true}, true, false},
		{Account{Type: TypeManaged}, false, true},
		{Account{Type: TypePersonal}, false, false},
		{Account{ParentID: 1}, false, true},
		{Account{}, true, true}, // nothing is told
	}
	for _, test := range tests {
		if test.account.IsService() != test.service || test.account.IsManaged() != test.managed {
			t.Errorf("%+v is a service account: %t, a managed one: %t", test.account, test.account.IsService(), test.account.IsManaged())
		}
	}
}

func TestCreated(t *testing.T) {
	want := time.Date(2025, 8, 1, 12, 0, 0, 0, time.UTC)
	for text, readable := range map[string]bool{
		"2025-08-01T12:00:00Z": true, "2025-08-01T14:00:00+02:00": true, "2025-08-01T12:00:00.000Z": true,
		"2025-08-01T12:00:00.000+0000": true, "2025-08-01T14:00:00+0200": true,
		"": false, "2025-08-01": false, "1754049600": false, "yesterday": false,
	} {
		got, ok := Account{CreatedAt: text}.Created()
		if ok != readable || ok && !got.Equal(want) {
			t.Errorf("%q is %v, %t", text, got, ok)
		}
	}
}

func TestScopeNames(t *testing.T) {
	tests := []struct {
		json string
		want ScopeNames
	}{
		{`null`, nil},
		{`[]`, ScopeNames{}},
		{`["Mail.Read","Mail.Send"]`, ScopeNames{"Mail.Read", "Mail.Send"}},
		{`""`, ScopeNames{}},
		{`"Mail.Read"`, ScopeNames{"Mail.Read"}},
		{`"Mail.Read Mail.Send"`, ScopeNames{"Mail.Read", "Mail.Send"}},
		{`" Mail.Read,Mail.Send , Mail.All"`, ScopeNames{"Mail.Read", "Mail.Send", "Mail.All"}},
	}
	for _, test := range tests {
		got := ScopeNames{"left over"}
		if err := json.Unmarshal([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", test.json, err)
		}
		if !slices.Equal(got, test.want) || (got == nil) != (test.want == nil) {
			t.Errorf("%s is %#v, want %#v", test.json, got, test.want)
		}
	}
}

func FuzzScopeNames(f *testing.F) {
	for _, text := range []string{`null`, `[]`, `["Mail.Read"]`, `"Mail.Read,Mail.Send"`, `"\ud800"`, `[null]`, ` "a"`, ``} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var names, again ScopeNames
		if json.Unmarshal(data, &names) != nil {
			_ = names.UnmarshalJSON(data) // on its own it gets text that may be no JSON
			return
		}
		written, err := json.Marshal(names)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !slices.Equal(names, again) || (names == nil) != (again == nil) {
			t.Errorf("%s is read as %#v, and again as %#v, %v", data, names, again, err)
		}
	})
}

func FuzzAccount(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"id":1}`, `{"id":"9007199254740993","parentId":null}`, `{"authScopes":"a b","createdAt":"2025-08-01T12:00:00Z"}`,
		`{"copyToSent":true,"daemon":null}`, `[]`, `{"id":1e3}`,
	} {
		f.Add([]byte(text))
	}
	target := mailboxTarget("a@example.com")
	f.Fuzz(func(t *testing.T, data []byte) {
		var account, again Account
		if json.Unmarshal(data, &account) != nil {
			return
		}
		account.Created()
		target.matches(account)
		written, err := json.Marshal(account)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !reflect.DeepEqual(account, again) {
			t.Errorf("%s is read as %+v, and again as %+v, %v", data, account, again, err)
		}
	})
}

func TestAccountInputLeavesOutWhatIsEmpty(t *testing.T) {
	got, err := json.Marshal(AccountInput{Active: true, ServiceType: "Google"})
	if want := `{"active":true,"serviceType":"Google"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestCheckConnection(t *testing.T) {
	tests := []struct {
		reply reply
		want  string // empty: it works
	}{
		{reply{body: `{"status":"Ok"}`}, ""},
		{reply{body: `{"status":"OK","more":1}`}, ""},
		{reply{status: 201, body: `{"status":"ok"}`}, ""},
		{reply{body: `{"status":"Failed"}`}, `Aurinko answered 200 to POST /am/accounts/connect: the connection's status is "Failed"`},
		{reply{body: `{}`}, `Aurinko answered 200 to POST /am/accounts/connect: the connection's status is ""`},
		{reply{body: `{"status":"cannot use hunter22"}`}, `Aurinko answered 200 to POST /am/accounts/connect: the connection's status is "cannot use [redacted]"`},
		{reply{status: 400, body: `{"code":"badRequest","message":"no consent"}`}, "Aurinko answered 400 badRequest to POST /am/accounts/connect: no consent"},
	}
	for _, test := range tests {
		server := answering(test.reply)
		target := googleTarget("example.com")
		target.Input.AuthString2 = "hunter22"
		err := newClient(t, server).CheckConnection(t.Context(), target.Input)
		if got := errorText(err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.reply.body, got, test.want)
		}
		r := server.requests()[0]
		if r.method != http.MethodPost || r.uri != "/v1/am/accounts/connect" || !strings.HasPrefix(r.body, `{"active":true,"serviceType":"Google",`) {
			t.Errorf("sent %s %s %s", r.method, r.uri, r.body)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestUpsertRequest(t *testing.T) {
	mailbox := mailboxTarget("a+b&c@example.com")
	mailbox.EnsureAccess, mailbox.UserID, mailbox.UserAccount = true, "u/1", "primary"
	tests := []struct {
		name   string
		target Target
		path   string
		query  url.Values
		body   string
	}{
		{
			"service account", googleTarget("example.com"), "/v1/am/svc_accounts", url.Values{"recycleKeys": {"userId,orgId"}},
			`{"active":true,"serviceType":"Google","authScopes":["Mail.Read"],"authOrgId":"example.com","authUserId":"1234567890",` +
				`"authString1":"MIIEvQIBADANBgkqhkiG9w0BAQ","email":"robot@example.com"}`,
		},
		{
			"managed account", mailbox, "/v1/am/svc_accounts/500/accounts",
			url.Values{"recycleKeys": {"email"}, "ensureAccess": {"true"}, "userId": {"u/1"}, "userAccount": {"primary"}},
			`{"active":true,"serviceType":"Google","authScopes":["Mail.Read"],"email":"a+b&c@example.com"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(reply{status: 201, body: `{"accountId":"7","accessToken":"t0ken","userId":null}`})
			id, _, err := newClient(t, server).upsert(t.Context(), test.target, &saveResult{})
			if err != nil || id != 7 {
				t.Fatalf("id %s, %v", id, err)
			}
			r := server.requests()[0]
			path, _, _ := strings.Cut(r.uri, "?")
			if path != test.path || !reflect.DeepEqual(queryOf(t, r.uri), test.query) || strings.TrimSpace(r.body) != test.body {
				t.Errorf("sent %s\n%s", r.uri, r.body)
			}
		})
	}
}

func TestUpsertWithoutAnID(t *testing.T) {
	_, _, err := newClient(t, answering(reply{body: `{"accountId":null,"accessToken":"t0ken"}`})).upsert(t.Context(), googleTarget("example.com"), &saveResult{})
	if e := asError(t, err); !e.Ambiguous || strings.Contains(e.Error(), "t0ken") {
		t.Errorf("error is %+v", e)
	}
}
