package aurinko

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseAccountID(t *testing.T) {
	for text, want := range map[string]AccountID{
		"1": 1, "9007199254740993": 9007199254740993, "9223372036854775807": 9223372036854775807,
		"": 0, "0": 0, "-1": 0, "1.0": 0, "1e3": 0, "abc": 0, " 1": 0, "9223372036854775808": 0,
	} {
		got, err := ParseAccountID(text)
		if (err == nil) != (want != 0) || got != want {
			t.Errorf("%q is read as %d, %v", text, got, err)
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
		{name: "empty", json: `{}`},
		{
			name: "nulls",
			json: `{"id":null,"parentId":null,"serviceType":null,"tokenStatus":null,"type":null,"daemon":null,"email":null,
			  "name":null,"authScopes":null,"authNativeScopes":null,"copyToSent":null,"createdAt":null,"serverUrl":null}`,
		},
		{name: "huge IDs", json: `{"id":9007199254740993,"parentId":9223372036854775807}`, want: Account{ID: 9007199254740993, ParentID: 9223372036854775807}},
		{name: "IDs in quotes", json: `{"id":"9007199254740993","parentId":""}`, want: Account{ID: 9007199254740993}},
		{name: "unknown fields", json: `{"id":1,"new":{"id":2},"list":[{}],"authString1":"hunter22"}`, want: Account{ID: 1}},
		{name: "switches", json: `{"copyToSent":true,"trustServer":false,"daemon":true}`, want: Account{CopyToSent: &yes, TrustServer: &no, Daemon: true}},
		{name: "no scopes", json: `{"authScopes":[]}`, want: Account{AuthScopes: ScopeNames{}}},
		{name: "scopes in one text", json: `{"authScopes":"Mail.Read, Mail.Send"}`, want: Account{AuthScopes: ScopeNames{"Mail.Read", "Mail.Send"}}},
		{
			name: "everything",
			json: `{"id":1,"parentId":2,"serviceType":"EWS","serviceProvider":"p","tokenStatus":"dead","tokenError":"e","type":"daemon",
			  "daemon":false,"loginString":"l","email":"m","email2":"m2","mailboxAddress":"a","name":"n","name2":"n2","serverUrl":"s",
			  "serverUrl2":"s2","clientOrgId":"c","authUserId":"u","authOrgId":"o","timezone":"z","userId":"i","authScopes":["Mail.Read"],
			  "authNativeScopes":["https://mail.google.com/"],"tokenIssuedAt":"1","authObtainedAt":"2","authExpiresAt":"3",
			  "createdAt":"2025-08-01T12:00:00Z","updatedAt":"2025-08-02T12:00:00Z"}`,
			want: Account{
				ID: 1, ParentID: 2, ServiceType: "EWS", ServiceProvider: "p", TokenStatus: "dead", TokenError: "e", Type: "daemon",
				LoginString: "l", Email: "m", Email2: "m2", MailboxAddress: "a", Name: "n", Name2: "n2", ServerURL: "s",
				ServerURL2: "s2", ClientOrgID: "c", AuthUserID: "u", AuthOrgID: "o", Timezone: "z", UserID: "i",
				AuthScopes: ScopeNames{"Mail.Read"}, AuthNativeScopes: ScopeNames{"https://mail.google.com/"},
				TokenIssuedAt: "1", AuthObtainedAt: "2", AuthExpiresAt: "3",
				CreatedAt: "2025-08-01T12:00:00Z", UpdatedAt: "2025-08-02T12:00:00Z",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got Account
			if err := json.Unmarshal([]byte(test.json), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
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

func TestKind(t *testing.T) {
	all := []AccountType{TypePersonal, TypeService, TypeManaged}
	tests := []struct {
		name    string
		account Account
		want    AccountType
		may     []AccountType
	}{
		{name: "personal", account: Account{Type: TypePersonal}, want: TypePersonal, may: []AccountType{TypePersonal}},
		{name: "service", account: Account{Type: TypeService}, want: TypeService, may: []AccountType{TypeService}},
		{name: "managed", account: Account{Type: TypeManaged}, want: TypeManaged, may: []AccountType{TypeManaged}},
		{name: "the type decides", account: Account{Type: TypePersonal, Daemon: true, ParentID: 1}, want: TypePersonal, may: []AccountType{TypePersonal}},
		{name: "a type that is not known", account: Account{Type: "shared", ParentID: 1}, want: "shared"},
		{name: "a daemon", account: Account{Daemon: true}, want: TypeService, may: []AccountType{TypeService}},
		{name: "a daemon with a parent", account: Account{Daemon: true, ParentID: 1}, want: TypeService, may: []AccountType{TypeService}},
		{name: "a parent", account: Account{ParentID: 1}, want: TypeManaged, may: []AccountType{TypeManaged}},
		{name: "unclear", account: Account{ID: 1, Email: "a@acme.example"}, want: "", may: all},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.account.Kind(); got != test.want {
				t.Errorf("the kind is %q, want %q", got, test.want)
			}
			for _, kind := range all {
				if got := test.account.May(kind); got != slices.Contains(test.may, kind) {
					t.Errorf("it may be %s: %t", kind, got)
				}
			}
		})
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
			t.Errorf("%q is read as %v, %t", text, got, ok)
		}
	}
}

func TestScopeNames(t *testing.T) {
	tests := []struct {
		json string
		want ScopeNames
	}{
		{json: `null`, want: nil},
		{json: `[]`, want: ScopeNames{}},
		{json: `["Mail.Read","Mail.Send"]`, want: ScopeNames{"Mail.Read", "Mail.Send"}},
		{json: `""`, want: ScopeNames{}},
		{json: `"Mail.Read"`, want: ScopeNames{"Mail.Read"}},
		{json: `"Mail.Read Mail.Send"`, want: ScopeNames{"Mail.Read", "Mail.Send"}},
		{json: `" Mail.Read,Mail.Send , Mail.All"`, want: ScopeNames{"Mail.Read", "Mail.Send", "Mail.All"}},
	}
	for _, test := range tests {
		got := ScopeNames{"left over"}
		if err := json.Unmarshal([]byte(test.json), &got); err != nil {
			t.Errorf("%s: %v", test.json, err)
		}
		if !slices.Equal(got, test.want) || (got == nil) != (test.want == nil) {
			t.Errorf("%s is read as %#v, want %#v", test.json, got, test.want)
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
			_ = names.UnmarshalJSON(data) // called directly, it may be given text that is not JSON
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

// FuzzAccount reads accounts of any form: no method may panic.
func FuzzAccount(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"id":1}`, `{"id":"9007199254740993","parentId":null}`, `{"authScopes":"a b","createdAt":"2025-08-01T12:00:00Z"}`,
		`{"copyToSent":true,"daemon":null}`, `[]`, `{"id":1e3}`, `{"createdAt":"2025-08-01T12:00:00Z","updatedAt":"0001-01-01T00:00:00Z"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var account, again Account
		if json.Unmarshal(data, &account) != nil {
			return
		}
		account.Created()
		account.Age()
		account.Kind()
		account.IsConsented()
		if in := account.Unchanged(); in.Email != account.Email || in.LoginString != account.LoginString {
			t.Errorf("%+v is written as %+v", account, in)
		}
		written, err := json.Marshal(account)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || !reflect.DeepEqual(account, again) {
			t.Errorf("%s is read as %+v, and again as %+v, %v", data, account, again, err)
		}
	})
}

func TestAccountInputOmitsWhatIsEmpty(t *testing.T) {
	got, err := json.Marshal(AccountInput{Active: true, ServiceType: "Google"})
	if want := `{"active":true,"serviceType":"Google"}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestGetAccount(t *testing.T) {
	tests := []struct {
		name   string
		reply  reply
		want   Account
		status int // of the error; 0 for none
		gone   bool
	}{
		{name: "found", reply: reply{body: `{"id":7,"email":"a@acme.example"}`}, want: Account{ID: 7, Email: "a@acme.example"}},
		{name: "without its ID", reply: reply{body: `{"email":"a@acme.example"}`}, want: Account{ID: 7, Email: "a@acme.example"}},
		{name: "gone", reply: reply{status: 404, body: `{"code":"not_found","message":"Account not found"}`}, status: 404, gone: true},
		{name: "not served", reply: reply{status: 405, body: `{}`}, status: 405},
		{name: "not allowed", reply: reply{status: 403, body: `{"code":"forbidden"}`}, status: 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.reply)
			got, err := newClient(t, server).GetAccount(t.Context(), 7)
			if StatusOf(err) != test.status || (err != nil) != (test.status != 0) || IsGone(err) != test.gone {
				t.Errorf("error %v, gone %t", err, IsGone(err))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{"GET /v1/am/accounts/7"}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			// The header is for calls on behalf of an account.
			if header := server.requests()[0].header; header.Get("X-Aurinko-Account-Id") != "" {
				t.Errorf("headers %v", header)
			}
		})
	}
}

func TestDeleteAccount(t *testing.T) {
	tests := []struct {
		name   string
		reply  reply
		status int
		gone   bool
	}{
		{name: "deleted", reply: reply{status: 204}},
		{name: "deleted, with an answer", reply: reply{body: `{"ok":true}`}},
		{name: "gone already", reply: reply{status: 404, body: `{"code":"not_found"}`}, status: 404, gone: true},
		{name: "a gateway's 404", reply: reply{status: 404, body: `<h1>Not here</h1>`}, status: 404},
		{name: "refused", reply: reply{status: 403, body: `{"code":"forbidden"}`}, status: 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.reply)
			err := newClient(t, server).DeleteAccount(t.Context(), 9007199254740993)
			if StatusOf(err) != test.status || (err != nil) != (test.status != 0) || IsGone(err) != test.gone {
				t.Errorf("error %v, gone %t", err, IsGone(err))
			}
			if diff := cmp.Diff([]string{"DELETE /v1/am/accounts/9007199254740993"}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A mail service may repeat in an account's last error what it was sent.
func TestTokenErrorIsRedacted(t *testing.T) {
	const account = `{"id":7,"tokenError":"cannot use hunter22\n for this"}`
	const want = "cannot use [redacted] for this"
	server := answering(
		reply{body: `{"accountId":7}`},
		reply{body: account},
		reply{body: pageOf(1, true, account)},
		reply{body: account},
		reply{status: 401, body: `{"code":"token.dead","message":"cannot use hunter22 for this"}`})
	c := newClient(t, server)
	in := googleInput("acme.example")
	in.AuthString2 = "hunter22"
	if _, err := c.SaveServiceAccount(t.Context(), in, nil); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	read := func(how string, account Account, err error) {
		if err != nil {
			t.Fatalf("%s: %v", how, err)
		}
		got[how] = account.TokenError
	}
	found, err := c.GetAccount(t.Context(), 7)
	read("by its ID", found, err)
	for account, err := range c.ListServiceAccounts(t.Context(), AccountFilter{}) {
		read("listed", account, err)
	}
	found, err = c.PingAccount(t.Context(), Account{ID: 7})
	read("pinged", found, err)
	found, err = c.PingAccount(t.Context(), Account{ID: 7})
	read("refused", found, err)
	for _, how := range []string{"by its ID", "listed", "pinged", "refused"} {
		if got[how] != want {
			t.Errorf("%s: the error is %q, want %q", how, got[how], want)
		}
	}
}

func TestCheckConnection(t *testing.T) {
	const failed = "Aurinko answered 200 to POST /am/accounts/connect: the connection's status is "
	tests := []struct {
		reply reply
		want  string // empty: it works
	}{
		{reply: reply{body: `{"status":"Ok"}`}},
		{reply: reply{body: `{"status":"OK","more":1}`}},
		{reply: reply{status: 201, body: `{"status":"ok"}`}},
		{reply: reply{body: `{"status":"Failed"}`}, want: failed + `"Failed"`},
		{reply: reply{body: `{}`}, want: failed + `""`},
		{reply: reply{body: `{"status":"cannot use hunter22"}`}, want: failed + `"cannot use [redacted]"`},
		{reply: reply{status: 400, body: `{"code":"badRequest","message":"no consent"}`}, want: "Aurinko answered 400 badRequest to POST /am/accounts/connect: no consent"},
	}
	for _, test := range tests {
		server := answering(test.reply)
		in := googleInput("example.com")
		in.AuthString2 = "hunter22"
		err := newClient(t, server).CheckConnection(t.Context(), in)
		if got := errorText(err); got != test.want {
			t.Errorf("%s: got %q, want %q", test.reply.body, got, test.want)
		}
		var connection *ConnectionError
		if errors.As(err, &connection) != strings.HasPrefix(test.want, failed) {
			t.Errorf("%s: the error is %T", test.reply.body, err)
		}
		r := server.requests()[0]
		if r.method != http.MethodPost || r.uri != "/v1/am/accounts/connect" || !strings.HasPrefix(r.body, `{"active":true,"serviceType":"Google",`) {
			t.Errorf("sent %s %s %s", r.method, r.uri, r.body)
		}
	}
}

func TestSaveRequests(t *testing.T) {
	yes := true
	mailbox := AccountInput{ServiceType: ServiceGoogle, Email: "a+b&c@example.com", AuthScopes: []string{"Mail.Read"}, CopyToSent: &yes}
	const mailboxBody = `{"active":true,"serviceType":"Google","authScopes":["Mail.Read"],"email":"a+b&c@example.com","copyToSent":true}`
	tests := []struct {
		name  string
		save  func(*Client) (SavedAccount, error)
		path  string
		query url.Values
		body  string
	}{
		{
			name: "service account",
			save: func(c *Client) (SavedAccount, error) {
				return c.SaveServiceAccount(t.Context(), googleInput("example.com"), []RecycleKey{KeyUserID, KeyOrgID})
			},
			path: "/v1/am/svc_accounts", query: url.Values{"recycleKeys": {"userId,orgId"}},
			body: `{"active":true,"serviceType":"Google","authScopes":["Mail.Read"],"authOrgId":"example.com","authUserId":"1234567890",` +
				`"authString1":"MIIEvQIBADANBgkqhkiG9w0BAQ","email":"robot@example.com"}`,
		},
		{
			name: "managed account",
			save: func(c *Client) (SavedAccount, error) {
				return c.SaveManagedAccount(t.Context(), 500, mailbox, []RecycleKey{KeyEmail}, SaveOptions{})
			},
			path: "/v1/am/svc_accounts/500/accounts", query: url.Values{"recycleKeys": {"email"}}, body: mailboxBody,
		},
		{
			name: "managed account with options",
			save: func(c *Client) (SavedAccount, error) {
				return c.SaveManagedAccount(t.Context(), 500, mailbox, []RecycleKey{KeyEmail}, SaveOptions{EnsureAccess: true, UserID: "u/1", UserAccount: "primary"})
			},
			path:  "/v1/am/svc_accounts/500/accounts",
			query: url.Values{"recycleKeys": {"email"}, "ensureAccess": {"true"}, "userId": {"u/1"}, "userAccount": {"primary"}},
			body:  mailboxBody,
		},
		{
			name: "account with a password",
			save: func(c *Client) (SavedAccount, error) {
				in := AccountInput{ServiceType: ServiceIMAP, Email: "info@example.com", ClientOrgID: "acme", Password: "hunter22"}
				return c.SavePersonalAccount(t.Context(), in, []RecycleKey{KeyEmail, KeyClientOrgID}, SaveOptions{EnsureAccess: true})
			},
			path: "/v1/am/accounts", query: url.Values{"recycleKeys": {"email,clientOrgId"}, "ensureAccess": {"true"}},
			body: `{"active":true,"serviceType":"IMAP","clientOrgId":"acme","password":"hunter22","email":"info@example.com"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(reply{status: 201, body: `{"accountId":"7","accessToken":"t0ken","userId":null}`})
			saved, err := test.save(newClient(t, server))
			if err != nil || saved != (SavedAccount{AccountID: 7, AccessToken: "t0ken"}) {
				t.Fatalf("saved %+v, %v", saved, err)
			}
			r := server.requests()[0]
			path, _, _ := strings.Cut(r.uri, "?")
			if r.method != http.MethodPost || path != test.path || !reflect.DeepEqual(queryOf(t, r.uri), test.query) || strings.TrimSpace(r.body) != test.body {
				t.Errorf("sent %s %s\n%s", r.method, r.uri, r.body)
			}
		})
	}
}

// The answer to a write may hold an access token: no error repeats it.
func TestSaveWithoutAnID(t *testing.T) {
	for _, body := range []string{`{"accountId":null,"accessToken":"s3cret-token"}`, `{"accessToken":"s3cret-token"}`, `{"accountId":0}`} {
		_, err := newClient(t, answering(reply{body: body})).SaveServiceAccount(t.Context(), googleInput("example.com"), nil)
		if e := asError(t, err); !e.Ambiguous || strings.Contains(fmt.Sprintf("%v %+v", e, *e), "s3cret") {
			t.Errorf("%s: the error is %+v", body, e)
		}
	}
}

func TestIsPingable(t *testing.T) {
	for serviceType, want := range map[string]bool{
		"Google": true, "google": true, "IMAP": true, "NetSuite": true, "Office365": true, "Salesforce": true,
		"EWS": false, "Zoho": false, "SlackBot": false, "": false,
	} {
		if got := IsPingable(serviceType); got != want {
			t.Errorf("%q is pingable: %t", serviceType, got)
		}
	}
}

func TestPingAccount(t *testing.T) {
	stored := Account{ID: 7, ServiceType: ServiceGoogle, Name: "Sales", Name2: "n", TokenStatus: "active"}
	with := func(status, tokenError string) Account {
		fresh := stored
		fresh.TokenStatus, fresh.TokenError = status, tokenError
		return fresh
	}
	tests := []struct {
		name  string
		reply reply
		want  Account
		err   string
	}{
		{name: "works", reply: reply{body: `{"id":7,"name":"Other","tokenStatus":"active"}`}, want: with("active", "")},
		{name: "invalid", reply: reply{body: `{"id":7,"tokenStatus":"invalid","tokenError":"No"}`}, want: with("invalid", "No")},
		{name: "without an ID", reply: reply{body: `{"tokenStatus":"dead"}`}, want: with("dead", "")},
		{name: "dead", reply: reply{status: 401, body: `{"code":"token.dead","message":"Gone"}`}, want: with("dead", "Gone")},
		{name: "not refreshed", reply: reply{status: 401, body: `{"code":"token.refresh.failed","message":"No"}`}, want: with("invalid", "No")},
		{name: "another account", reply: reply{body: `{"id":8}`}, err: "another account than the one asked for"},
		{name: "not authorized", reply: reply{status: 401, body: `{"code":"unauthorized"}`}, err: "401 unauthorized to GET /account"},
		{name: "not allowed", reply: reply{status: 403, body: `{"code":"token.dead"}`}, err: "403 token.dead to GET /account"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.reply)
			got, err := newClient(t, server).PingAccount(t.Context(), stored)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if (err != nil) != (test.err != "") || !strings.Contains(errorText(err), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if diff := cmp.Diff([]string{"GET /v1/account?pingProvider=true"}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			header := server.requests()[0].header
			if header.Get("X-Aurinko-Account-Id") != "7" || !strings.HasPrefix(header.Get("Authorization"), "Basic ") {
				t.Errorf("headers %v", header)
			}
		})
	}
}

func TestRevokeToken(t *testing.T) {
	tests := []struct {
		name   string
		reply  reply
		status int
		gone   bool
	}{
		{name: "revoked", reply: reply{body: `{}`}},
		{name: "empty", reply: reply{}},
		{name: "dead already", reply: reply{status: 401, body: `{"code":"token.dead","message":"Gone"}`}},
		{name: "refused", reply: reply{status: 401, body: `{"code":"unauthorized"}`}, status: 401},
		{name: "refresh failed", reply: reply{status: 401, body: `{"code":"token.refresh.failed"}`}, status: 401},
		{name: "gone", reply: reply{status: 404, body: `{"code":"not_found"}`}, status: 404, gone: true},
		{name: "a gateway's 404", reply: reply{status: 404}, status: 404},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.reply)
			err := newClient(t, server).RevokeToken(t.Context(), 7)
			if StatusOf(err) != test.status || (err == nil) != (test.status == 0) || IsGone(err) != test.gone {
				t.Errorf("error %v, want status %d, gone %t", err, test.status, test.gone)
			}
			if diff := cmp.Diff([]string{"DELETE /v1/account/token"}, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if got := server.requests()[0].header.Get("X-Aurinko-Account-Id"); got != "7" {
				t.Errorf("the account is %q", got)
			}
		})
	}
}

// A server may ignore every filter.
func TestListAccounts(t *testing.T) {
	all := []string{
		`{"id":1,"serviceType":"Google","clientOrgId":"acme","authOrgId":"acme.example","email":"Sales@acme.example"}`,
		`{"id":2,"serviceType":"EWS","clientOrgId":"ACME","authOrgId":"Acme.example","email":"sales@ACME.example"}`,
		`{"id":3,"serviceType":"google","authOrgId":"other.example"}`,
		`{"id":4}`,
		`{"id":1,"serviceType":"Google","clientOrgId":"acme","authOrgId":"acme.example","email":"Sales@acme.example"}`, // it moved
	}
	tests := []struct {
		name   string
		filter AccountFilter
		query  string
		want   []AccountID
	}{
		{name: "none", query: "limit=1000", want: []AccountID{1, 2, 3, 4}},
		{name: "client_org_id", filter: AccountFilter{ClientOrgID: "acme"}, query: "clientOrgId=acme&limit=1000", want: []AccountID{1}},
		{name: "auth_org_id", filter: AccountFilter{AuthOrgID: "ACME.example"}, query: "authOrgId=ACME.example&limit=1000", want: []AccountID{1, 2}},
		{name: "service_type", filter: AccountFilter{ServiceType: "Google"}, query: "limit=1000&serviceType=Google", want: []AccountID{1, 3}},
		{name: "email", filter: AccountFilter{Email: "SALES@acme.example"}, query: "limit=1000", want: []AccountID{1, 2}},
		{
			name:   "all of them",
			filter: AccountFilter{ClientOrgID: "acme", AuthOrgID: "acme.example", ServiceType: "Google", Email: "sales@acme.example"},
			query:  "authOrgId=acme.example&clientOrgId=acme&limit=1000&serviceType=Google", want: []AccountID{1},
		},
		{name: "nothing matches", filter: AccountFilter{Email: "nobody@acme.example"}, query: "limit=1000"},
		{name: "has to be escaped", filter: AccountFilter{ClientOrgID: "a&b=c d"}, query: "clientOrgId=a%26b%3Dc+d&limit=1000"},
		{name: "client_org_id in another case", filter: AccountFilter{ClientOrgID: "Acme"}, query: "clientOrgId=Acme&limit=1000"},
	}
	for _, test := range tests {
		for path, list := range listings {
			t.Run(test.name+" "+path, func(t *testing.T) {
				server := answering(reply{body: pageOf(len(all), true, all...)})
				var got []AccountID
				for account, err := range list(newClient(t, server), t.Context(), test.filter) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, account.ID)
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", got, test.want)
				}
				if diff := cmp.Diff([]string{"GET " + path + "?" + test.query}, server.asked()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

var listings = map[string]func(*Client, context.Context, AccountFilter) iter.Seq2[Account, error]{
	"/v1/am/accounts":     (*Client).ListAccounts,
	"/v1/am/svc_accounts": (*Client).ListServiceAccounts,
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
	for _, err := range newClient(t, server).ListAccounts(t.Context(), AccountFilter{ClientOrgID: "acme"}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	want := []string{
		"GET /v1/am/accounts?clientOrgId=acme&limit=1000",
		"GET /v1/am/accounts?clientOrgId=acme",
		"GET /v1/am/accounts?clientOrgId=acme&offset=1",
	}
	if diff := cmp.Diff(want, server.asked()); diff != "" || count != 2 {
		t.Errorf("%d accounts, requests (-want +got):\n%s", count, diff)
	}
}

func TestListAccountsFails(t *testing.T) {
	server := answering(reply{body: pageOf(3, false, `{"id":1}`, `{"id":2,"email":"a@acme.example"}`)}, reply{status: 403, body: `{}`})
	var got []AccountID
	var failed []error
	for account, err := range newClient(t, server).ListAccounts(t.Context(), AccountFilter{Email: "a@acme.example"}) {
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

// manyAccounts serves so many accounts in full pages, and counts the requests.
func manyAccounts(accounts int, requests *int) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		*requests++
		query := r.URL.Query()
		offset, _ := strconv.Atoi(query.Get("offset"))
		limit, _ := strconv.Atoi(query.Get("limit"))
		var records []string
		for id := offset + 1; id <= min(offset+limit, accounts); id++ {
			records = append(records, fmt.Sprintf(`{"id":%d,"parentId":7,"type":"managed","serviceType":"Google",`+
				`"email":"mailbox-%d@acme.example","name":"Mailbox %d","authScopes":["Calendar.ReadWrite","Mail.ReadWrite"],`+
				`"timezone":"Europe/Vienna","clientOrgId":"acme","createdAt":"2026-08-01T10:00:00.000Z"}`, id, id, id))
		}
		recorder := httptest.NewRecorder()
		fmt.Fprintf(recorder, `{"offset":%d,"totalSize":%d,"records":[%s]}`, offset, accounts, strings.Join(records, ","))
		return recorder.Result(), nil
	}
}

// A caller who has seen enough causes no further page.
func TestListAccountsStopsEarly(t *testing.T) {
	requests := 0
	c := configured(t, func(c *Config) { c.Transport = manyAccounts(3000, &requests) })
	for account, err := range c.ListAccounts(t.Context(), AccountFilter{}) {
		if err != nil || account.ID != 1 {
			t.Fatal(account, err)
		}
		break
	}
	if requests != 1 {
		t.Errorf("%d requests", requests)
	}
}

// A listing does not hold on to the pages before.
func TestListAccountsStreams(t *testing.T) {
	const accounts = 50_000
	requests := 0
	c := configured(t, func(c *Config) { c.Transport = manyAccounts(accounts, &requests) })
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, count := heap(), uint64(0), 0
	for _, err := range c.ListAccounts(t.Context(), AccountFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; count%10_000 == 500 { // in the middle of a page
			most = max(most, heap())
		}
	}
	used := (max(most, before) - before) >> 20
	if count != accounts || requests != accounts/1000 || used > 16 {
		t.Errorf("%d accounts in %d requests, %d MiB at once, more than 16", count, requests, used)
	}
	t.Logf("%d accounts in %d requests, %d MiB at once", count, requests, used)
}
