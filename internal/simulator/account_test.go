package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The least that each kind of account is written with.
var (
	personalIn  = object{"active": true, "serviceType": "IMAP", "email": "Ann@Example.com"}
	exchangeIn  = object{"active": true, "serviceType": "EWS", "serverUrl": "https://mail.example.com/EWS/Exchange.asmx", "loginString": "svc", "authString1": "svc", "authString2": "pass"}
	googleIn    = object{"active": true, "serviceType": "Google", "authOrgId": "example.com", "authUserId": "1234", "email": "svc@p.iam.example.com", "authString1": "a2V5", "authString2": "{}"}
	office365In = object{"active": true, "serviceType": "Office365", "authOrgId": "tenant", "loginString": "tenant"}
	mailboxIn   = object{"active": true, "serviceType": "EWS", "email": "Ann@Example.com", "authScopes": []string{"Mail.Read"}}
)

type refusalCase struct {
	name    string
	query   string
	changes object
	status  int
	message string
}

// refusedFields are refused wherever an account is written.
var refusedFields = []refusalCase{
	{"no active", "", object{"active": nil}, 400, "active must be true"},
	{"not active", "", object{"active": false}, 400, "active must be true"},
	{"no service type", "", object{"serviceType": nil}, 400, "serviceType is missing"},
	{"unknown service type", "", object{"serviceType": "Gmail"}, 400, `Unknown serviceType "Gmail"`},
	{"neither email nor login", "", object{"email": nil, "loginString": nil}, 400, "email or loginString is missing"},
	{"unknown scope", "", object{"authScopes": []string{"Mail.Read", "Mail.Everything"}}, 400, `Unknown scope "Mail.Everything"`},
	{"a guide's scope name", "", object{"authScopes": []string{"Mail.ReadOnly"}}, 400, `Unknown scope "Mail.ReadOnly"`},
	{"unknown field", "", object{"accountId": 1}, 400, `Unknown field "accountId"`},
	{"wrong type", "", object{"copyToSent": "yes"}, 400, `"copyToSent" has the wrong type`},
	{"authObtainedAt no time", "", object{"authObtainedAt": "yesterday"}, 400, "authObtainedAt"},
	{"authExpiresAt no time", "", object{"authExpiresAt": "tomorrow"}, 400, "authExpiresAt"},
	{"unknown query parameter", "?dryRun=true", nil, 400, `Unknown query parameter "dryRun"`},
	{"unknown recycle key", "?recycleKeys=email,name", nil, 400, `Unknown recycle key "name"`},
	{"empty recycle key", "?recycleKeys=", nil, 400, `Unknown recycle key ""`},
}

// refusedUsers are refused where a user can be given.
var refusedUsers = []refusalCase{
	{"userId alone", "?userId=u1", nil, 400, "needed together"},
	{"userAccount alone", "?userAccount=primary", nil, 400, "needed together"},
	{"empty userId", "?userId=&userAccount=primary", nil, 400, "userId is empty"},
	{"unknown userAccount", "?userId=u1&userAccount=third", nil, 400, "primary or secondary"},
	{"ensureAccess no flag", "?ensureAccess=1", nil, 400, "true or false"},
}

// refuses runs cases against a server on which the unchanged body is taken.
func (a api) refuses(path string, good object, cases ...refusalCase) {
	a.t.Helper()
	a.NoMailbox("nobody@example.COM")
	before := a.Accounts()
	for _, c := range cases {
		a.t.Run(c.name, func(t *testing.T) {
			one := a
			one.t = t
			one.do("POST", path+c.query, with(good, c.changes)).refused(c.status, code(c.status), c.message)
		})
	}
	if after := a.Accounts(); len(after) != len(before) {
		a.t.Errorf("a refused request has created an account: %v", after)
	}
	a.ok("POST", path, good)
}

func TestPersonalAccountRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.refuses("/v1/am/accounts", personalIn, slices.Concat(refusedFields, refusedUsers, []refusalCase{
		{"a daemon's service type", "", object{"serviceType": "SlackBot"}, 400, "Unknown serviceType"},
		{"password for Google", "", object{"serviceType": "Google", "password": "p"}, 400, "IMAP only"},
	})...)
}

func TestConnectRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	fields := slices.DeleteFunc(slices.Clone(refusedFields), func(c refusalCase) bool { return strings.Contains(c.name, "recycle") })
	a.refuses("/v1/am/accounts/connect", googleIn, slices.Concat(fields, []refusalCase{
		{"Exchange", "", object{"serviceType": "EWS"}, 400, "Unknown serviceType"},
		{"recycle keys", "?recycleKeys=email", nil, 400, "Unknown query parameter"},
		{"mailbox not found", "", object{"email": "Nobody@example.com"}, 400, "mail provider"},
	})...)
	if len(a.Accounts()) != 0 {
		t.Error("a connection check has written something")
	}
}

func TestAccountIDRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for _, method := range []string{"GET", "DELETE"} {
		a.do(method, "/v1/am/accounts/1", nil).refused(404, "not_found", "Account 1 not found")
		a.do(method, "/v1/am/accounts/one", nil).refused(400, "badRequest", "not a number")
		a.do(method, "/v1/am/accounts/1.0", nil).refused(400, "badRequest", "not a number")
		a.do(method, "/v1/am/accounts/1?force=true", nil).refused(400, "badRequest", "force")
	}
}

func TestMailboxNotFoundIsNestedInTheProvidersError(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.NoMailbox("ann@example.com")
	res := a.do("POST", "/v1/am/accounts?ensureAccess=true", personalIn)
	inner := res.body["originalError"].(object)["error"].(object)["innerError"].(object)
	if inner["message"] != "Mailbox not found" {
		t.Errorf("got %s", res.raw)
	}
	a.ok("POST", "/v1/am/accounts?ensureAccess=false", personalIn)
	a.ok("POST", "/v1/am/accounts?ensureAccess=true", with(personalIn, object{"email": "bob@example.com"}))
}

func TestWriteAndReadAnAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)
	a := start(t, Options{Now: func() time.Time { return now }, FirstID: 1<<53 + 1})
	in := object{
		"active": true, "serviceType": "IMAP", "serviceProvider": "mail.example.com",
		"authScopes": []string{"Mail.Send", "Mail.Read"}, "authOrgId": "org", "authUserId": "user",
		"clientOrgId": "client", "serverUrl": "imap://mail.example.com", "loginString": "ANN",
		"oauthClientId": "oauth", "authString1": "secret-1", "authString2": "secret-2", "password": "secret-3",
		"authObtainedAt": "2025-12-31T23:00:00+01:00", "authExpiresAt": "2027-01-01T00:00:00Z",
		"email": "Ann@Example.com", "email2": "Other@Example.com", "name": "Ann", "serverInfo": "info",
		"timezone": "Europe/Berlin", "copyToSent": false, "trustServer": true,
	}
	saved := a.ok("POST", "/v1/am/accounts?userId=u1&userAccount=secondary", in)
	if saved.body["userId"] != "u1" || saved.body["accessToken"] == "" || saved.body["userSession"] == "" || len(saved.body) != 4 {
		t.Errorf("saved: %s", saved.raw)
	}
	id := saved.id("accountId")
	if id != 1<<53+1 {
		t.Errorf("id is %d", id)
	}

	got := a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", id), nil)
	want := `{"active":true,"authExpiresAt":"2027-01-01T00:00:00.000Z","authObtainedAt":"2025-12-31T22:00:00.000Z",` +
		`"authOrgId":"org","authScopes":["Mail.Send","Mail.Read"],"authUserId":"user","clientOrgId":"client","copyToSent":false,` +
		`"createdAt":"2026-01-02T03:04:05.006Z","daemon":false,"email":"Ann@Example.com","email2":"Other@Example.com",` +
		`"id":9007199254740993,"loginString":"ANN","mailboxAddress":"ann@example.com","name":"Ann","serverUrl":"imap://mail.example.com",` +
		`"serviceProvider":"mail.example.com","serviceType":"IMAP","timezone":"Europe/Berlin","tokenIssuedAt":"2026-01-02T03:04:05.006Z",` +
		`"tokenStatus":"active","trustServer":true,"type":"personal","updatedAt":"2026-01-02T03:04:05.006Z","userId":"u1"}`
	if got.raw != want {
		t.Errorf("got  %s\nwant %s", got.raw, want)
	}
	stored, _ := a.Account(id)
	if stored.AuthString1 != "secret-1" || stored.AuthString2 != "secret-2" || stored.Password != "secret-3" ||
		stored.OAuthClientID != "oauth" || stored.ServerInfo != "info" || stored.UserAccount != "secondary" {
		t.Errorf("stored: %+v", stored)
	}
}

func TestUpsert(t *testing.T) {
	t.Parallel()
	base := object{
		"active": true, "serviceType": "IMAP", "email": "ann@example.com", "authOrgId": "org", "authUserId": "user",
		"serverUrl": "imap://x", "loginString": "ann", "clientOrgId": "client",
	}
	fields := map[string]string{
		"email": "email", "orgId": "authOrgId", "userId": "authUserId",
		"serverUrl": "serverUrl", "username": "loginString", "clientOrgId": "clientOrgId",
	}
	all := "?recycleKeys=email,orgId,userId,serverUrl,username,clientOrgId"
	for key, field := range fields {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			a := start(t, Options{})
			first := a.ok("POST", "/v1/am/accounts", base).id("accountId")
			query := "?recycleKeys=" + key
			if got := a.ok("POST", "/v1/am/accounts"+query, base).id("accountId"); got != first {
				t.Error("an equal account does not match")
			}
			if got := a.ok("POST", "/v1/am/accounts"+all, base).id("accountId"); got != first {
				t.Error("an equal account does not match under all keys")
			}
			other := with(base, object{field: "other"})
			second := a.ok("POST", "/v1/am/accounts"+query, other).id("accountId")
			if second == first {
				t.Error("another account matches")
			}
			if got := a.ok("POST", "/v1/am/accounts"+all, other).id("accountId"); got != second {
				t.Error("under all keys, the wrong account matches")
			}
			// Two accounts without a value match one another.
			without := with(base, object{field: ""})
			third := a.ok("POST", "/v1/am/accounts"+query, without).id("accountId")
			if got := a.ok("POST", "/v1/am/accounts"+query, without).id("accountId"); got != third || got == first {
				t.Errorf("without a value: %d, then %d", third, got)
			}
		})
	}
}

func TestUpsertDetails(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	post := func(query string, changes object) int64 {
		t.Helper()
		return a.ok("POST", "/v1/am/accounts"+query, with(personalIn, changes)).id("accountId")
	}
	first := post("", nil)
	if post("", nil) == first {
		t.Error("without recycle keys, an account is updated")
	}
	if post("?recycleKeys=email", object{"email": "ANN@EXAMPLE.COM"}) != first {
		t.Error("e-mails are not compared without case, or not the oldest is taken")
	}
	if post("?recycleKeys=email&recycleKeys=clientOrgId", object{"clientOrgId": "x"}) == first {
		t.Error("in the repeated form, the second key is ignored")
	}
	if post("?recycleKeys=email", object{"serviceType": "Zoho"}) == first {
		t.Error("an account of another service type matches")
	}
	a.AddAccount(Account{ID: 5, Type: Daemon, ServiceType: "IMAP", Email: "new@example.com"})
	if post("?recycleKeys=email", object{"email": "new@example.com"}) == 5 {
		t.Error("a service account matches a personal one")
	}

	// What matches is what is stored now, not what once was.
	post("?recycleKeys=username", object{"email": "moved@example.com", "loginString": "m"})
	moved := post("?recycleKeys=username", object{"email": "elsewhere@example.com", "loginString": "m"})
	if post("?recycleKeys=email", object{"email": "moved@example.com"}) == moved {
		t.Error("an account matches by its former e-mail")
	}
	if post("?recycleKeys=email", object{"email": "elsewhere@example.com"}) != moved {
		t.Error("an account does not match by its present e-mail")
	}
	a.ok("DELETE", fmt.Sprintf("/v1/am/accounts/%d", moved), nil)
	if post("?recycleKeys=email", object{"email": "elsewhere@example.com"}) == moved {
		t.Error("a deleted account matches")
	}
}

func TestUpdateIsOfTheWholeAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := start(t, Options{Now: func() time.Time { return now }})
	saved := a.ok("POST", "/v1/am/accounts", with(personalIn, object{"name": "Ann", "timezone": "UTC", "copyToSent": true, "password": "p"}))
	id := saved.id("accountId")
	a.UpdateAccount(id, func(account *Account) { account.TokenStatus, account.TokenError = "dead", "refused" })
	now = now.Add(time.Hour)
	again := a.ok("POST", "/v1/am/accounts?recycleKeys=email", personalIn)

	got, _ := a.Account(id)
	if got.Name != "" || got.Timezone != "" || got.CopyToSent != nil || got.Password != "" {
		t.Errorf("fields that were not sent are left: %+v", got)
	}
	if got.TokenStatus != "active" || got.TokenError != "" {
		t.Errorf("the token is still %s %s", got.TokenStatus, got.TokenError)
	}
	if !got.UpdatedAt.Equal(now) || !got.CreatedAt.Equal(now.Add(-time.Hour)) {
		t.Errorf("created %v, updated %v", got.CreatedAt, got.UpdatedAt)
	}
	if again.body["userId"] != saved.body["userId"] || again.body["accessToken"] == saved.body["accessToken"] {
		t.Errorf("saved %s, then %s", saved.raw, again.raw)
	}
}

func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	parent := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	other := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	kept := a.AddAccount(Account{ParentID: other, ServiceType: "EWS"})
	a.AddAccount(Account{ID: 7, ParentID: parent, ServiceType: "EWS"}) // sorted before its parent
	child := a.AddAccount(Account{ParentID: parent, ServiceType: "EWS"})

	a.SetQuirks(Quirks{RefuseParentDelete: true})
	a.do("DELETE", fmt.Sprintf("/v1/am/accounts/%d", parent), nil).refused(409, "conflict", "2 managed accounts")
	a.ok("DELETE", fmt.Sprintf("/v1/am/accounts/%d", child), nil)
	a.SetQuirks(Quirks{})
	if res := a.ok("DELETE", fmt.Sprintf("/v1/am/accounts/%d", parent), nil); res.raw != "" {
		t.Errorf("body is %q", res.raw)
	}
	if got := ids(a.Accounts()); fmt.Sprint(got) != fmt.Sprint([]int64{other, kept}) {
		t.Errorf("left: %v", got)
	}
}

func ids(accounts []Account) []int64 {
	var ids []int64
	for _, a := range accounts {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestConnect(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	if got := a.ok("POST", "/v1/am/accounts/connect", googleIn).raw; got != `{"status":"Ok"}` {
		t.Errorf("got %s", got)
	}
	a.SetQuirks(Quirks{ConnectStatus: "OK"})
	if got := a.ok("POST", "/v1/am/accounts/connect", office365In).raw; got != `{"status":"OK"}` {
		t.Errorf("got %s", got)
	}
}

func TestServiceAccountRefusals(t *testing.T) {
	t.Parallel()
	path := "/v1/am/svc_accounts"
	t.Run("exchange", func(t *testing.T) {
		t.Parallel()
		start(t, Options{}).refuses(path, exchangeIn, slices.Concat(refusedFields, []refusalCase{
			{"a personal service type", "", object{"serviceType": "IMAP"}, 400, "Unknown serviceType"},
			{"password", "", object{"password": "p"}, 400, "IMAP only"},
			{"no server", "", object{"serverUrl": nil}, 400, "serverUrl is missing"},
			{"no login", "", object{"loginString": nil, "email": "a@example.com"}, 400, "loginString is missing"},
			{"no authString1", "", object{"authString1": nil}, 400, "authString1 is missing"},
			{"no authString2", "", object{"authString2": nil}, 400, "authString2 is missing"},
			{"ensureAccess", "?ensureAccess=true", nil, 400, "Unknown query parameter"},
			{"userId", "?userId=1&userAccount=primary", nil, 400, "Unknown query parameter"},
		})...)
	})
	t.Run("google", func(t *testing.T) {
		t.Parallel()
		start(t, Options{}).refuses(path, googleIn, []refusalCase{
			{"no authUserId", "", object{"authUserId": nil}, 400, "authUserId is missing"},
			{"no authString1", "", object{"authString1": nil}, 400, "authString1 is missing"},
			{"no authString2", "", object{"authString2": nil}, 400, "authString2 is missing"},
		}...)
	})
	t.Run("office365", func(t *testing.T) {
		t.Parallel()
		a := start(t, Options{})
		a.SetOAuthReg(OAuthReg{ServiceType: "Office365"})
		a.do("POST", path, office365In).refused(400, "badRequest", "No Office 365 daemon registration")
		a.SetQuirks(Quirks{NoDaemonCheck: true})
		a.ok("POST", path, office365In)
		a.SetQuirks(Quirks{})
		a.SetOAuthReg(OAuthReg{ServiceType: "Office365", Daemon: true})
		a.refuses(path, office365In, refusalCase{"no authOrgId", "", object{"authOrgId": nil}, 400, "authOrgId is missing"})
	})
}

func TestServiceAccount(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	id := a.ok("POST", "/v1/am/svc_accounts?recycleKeys=username,serverUrl", exchangeIn).id("accountId")
	res := a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", id), nil)
	if res.body["type"] != "daemon" || res.body["daemon"] != true || res.body["mailboxAddress"] != "svc" {
		t.Errorf("got %s", res.raw)
	}
	for _, secret := range []string{"pass", "authString", "password", "serverInfo", "oauthClientId"} {
		if strings.Contains(res.raw, secret) {
			t.Errorf("%q is answered: %s", secret, res.raw)
		}
	}
	if got := a.ok("POST", "/v1/am/svc_accounts?recycleKeys=username,serverUrl", with(exchangeIn, object{"authString2": "new"})).id("accountId"); got != id {
		t.Errorf("an update has made account %d", got)
	}
	if stored, _ := a.Account(id); stored.AuthString2 != "new" {
		t.Errorf("stored: %+v", stored)
	}
	if got := a.ok("POST", "/v1/am/svc_accounts?recycleKeys=username", with(googleIn, object{"loginString": "svc"})).id("accountId"); got == id {
		t.Error("a Google account matches an Exchange account")
	}
	for _, status := range []int{403, 404, 405} {
		a.SetQuirks(Quirks{RefuseServiceAccountGet: status})
		a.do("GET", fmt.Sprintf("/v1/am/accounts/%d", id), nil).refused(status, code(status), "is a service account")
	}
	child := a.ok("POST", fmt.Sprintf("/v1/am/svc_accounts/%d/accounts", id), mailboxIn).id("accountId")
	a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", child), nil)
}

func TestManagedAccountRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	parent := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	personal := a.AddAccount(Account{Type: Personal, ServiceType: "EWS"})
	under := func(parent any) string { return fmt.Sprintf("/v1/am/svc_accounts/%v/accounts", parent) }

	a.do("POST", under(99), mailboxIn).refused(404, "not_found", "Account 99 not found")
	a.do("POST", under("x"), mailboxIn).refused(400, "badRequest", "not a number")
	a.do("POST", under(personal), mailboxIn).refused(400, "badRequest", "is not a service account")
	a.refuses(under(parent), mailboxIn, slices.Concat(refusedFields, refusedUsers, []refusalCase{
		{"another service type", "", object{"serviceType": "Google"}, 400, "the service account's is EWS"},
		{"password", "", object{"password": "p"}, 400, "IMAP only"},
		{"ensureAccess", "?ensureAccess=true", nil, 400, "not for managed accounts of type EWS, only for Google, Office365"},
	})...)
}

// Aurinko looks at the managed accounts of some services alone.
func TestEnsureAccess(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	a.NoMailbox("nobody@example.COM")
	for serviceType, can := range map[string]bool{"Google": true, "Office365": true, "EWS": false, "Zoho": false, "SlackBot": false} {
		to := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts", a.AddAccount(Account{Type: Daemon, ServiceType: serviceType}))
		mailbox := object{"active": true, "serviceType": serviceType, "email": "a@example.com"}
		if !can {
			a.do("POST", to+"?ensureAccess=true", mailbox).refused(400, "badRequest", "ensureAccess is not for managed accounts of type "+serviceType)
			a.ok("POST", to+"?ensureAccess=false", mailbox)
			continue
		}
		a.ok("POST", to+"?ensureAccess=true", mailbox)
		a.do("POST", to+"?ensureAccess=true", with(mailbox, object{"email": "Nobody@example.com"})).refused(400, "badRequest", "mail provider")
	}
	for _, serviceType := range []string{"Google", "IMAP", "EWS"} {
		a.ok("POST", "/v1/am/accounts?ensureAccess=true", object{"active": true, "serviceType": serviceType, "email": "a@example.com"})
		a.do("POST", "/v1/am/accounts?ensureAccess=true", object{"active": true, "serviceType": serviceType, "email": "nobody@example.com"}).refused(400, "badRequest", "mail provider")
	}
}

// What Aurinko's own client sends besides the reference does no harm.
func TestFieldsOfTheClient(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	service := a.ok("POST", "/v1/am/svc_accounts?recycleKeys=clientOrgId", with(exchangeIn, object{"id": 7, "daemon": true, "parentId": 8})).id("accountId")
	if got, _ := a.Account(service); got.ID == 7 || got.ParentID != 0 {
		t.Errorf("got %+v", got)
	}
	if got := a.as(service, "POST", "/v1/subscriptions", with(subscriptionIn1, object{"id": 0, "detailLevel": "full"})); got.status != 200 || got.id("id") == 0 {
		t.Errorf("got %d %s", got.status, got.raw)
	}
}

func TestManagedAccount(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	first := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	second := a.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	post := func(parent int64) int64 {
		t.Helper()
		path := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", parent)
		return a.ok("POST", path, mailboxIn).id("accountId")
	}
	id := post(first)
	if post(first) != id {
		t.Error("the second write does not match the first")
	}
	if post(second) == id {
		t.Error("the mailbox of another service account matches")
	}
	res := a.ok("GET", fmt.Sprintf("/v1/am/accounts/%d", id), nil)
	if res.id("parentId") != first || res.body["type"] != "managed" || res.body["daemon"] != false {
		t.Errorf("got %s", res.raw)
	}
}

func TestParentDeletedDuringAWrite(t *testing.T) {
	t.Parallel()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	// As it is after the parent was found, and then deleted by another request.
	_, err = s.save(&call{}, &Account{Type: Managed, ParentID: 99})
	if refused := (*refusal)(nil); !errors.As(err, &refused) || refused.status != http.StatusNotFound {
		t.Errorf("got %v", err)
	}
	if !s.Empty() {
		t.Error("there is an account without its parent")
	}
}

func TestAddAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := start(t, Options{FirstID: 10, Now: func() time.Time { return now }})
	a.AddAccount(Account{ID: 10, ServiceType: "IMAP", Email: "A@x"})
	if id := a.AddAccount(Account{ServiceType: "IMAP", ParentID: 10, CreatedAt: now.Add(time.Hour)}); id != 11 {
		t.Errorf("the id is %d, although 10 was taken", id)
	}
	first, _ := a.Account(10)
	if first.Type != Personal || !first.Active || first.TokenStatus != "active" || first.MailboxAddress != "a@x" || !first.CreatedAt.Equal(now) {
		t.Errorf("first: %+v", first)
	}
	second, _ := a.Account(11)
	if second.Type != Managed || !second.CreatedAt.Equal(now.Add(time.Hour)) {
		t.Errorf("second: %+v", second)
	}
	a.AddAccount(Account{ID: 10, ServiceType: "IMAP", Email: "B@x"})
	if first, _ = a.Account(10); first.Email != "B@x" || len(a.Accounts()) != 2 {
		t.Errorf("replaced: %+v", first)
	}
	if a.UpdateAccount(99, func(*Account) { t.Error("called") }) || a.RemoveAccount(99) {
		t.Error("a missing account is there")
	}
	if !a.UpdateAccount(10, func(account *Account) { account.ID, account.Name = 12, "n" }) {
		t.Error("account 10 is not there")
	}
	if first, _ = a.Account(10); first.Name != "n" {
		t.Errorf("updated: %+v", first)
	}
	if !a.RemoveAccount(10) || !a.Empty() {
		t.Errorf("left after the parent has gone: %v", a.Accounts())
	}
}

func TestAccountsAreCopies(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	flag := true
	id := a.AddAccount(Account{AuthScopes: []string{"Mail.Read"}, CopyToSent: &flag})
	change := func(account Account) { account.AuthScopes[0], *account.CopyToSent = "changed", false }
	flag = false
	one, _ := a.Account(id)
	change(one)
	change(a.Accounts()[0])
	if got, _ := a.Account(id); got.AuthScopes[0] != "Mail.Read" || !*got.CopyToSent {
		t.Errorf("got %+v", got)
	}
}

func TestApplicationAndOwnAccount(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	id := a.AddAccount(Account{ServiceType: "Google", Email: "a@example.com"})
	onBehalf := func(method, path string, account string) result {
		r := a.request(method, path, nil)
		if account != "" {
			r.Header.Set("X-Aurinko-Account-Id", account)
		}
		return a.send(r)
	}
	for path, method := range map[string]string{"/v1/account": "GET", "/v1/account/token": "DELETE"} {
		onBehalf(method, path, "").refused(400, "badRequest", "X-Aurinko-Account-Id")
		onBehalf(method, path, "a").refused(400, "badRequest", "X-Aurinko-Account-Id")
		onBehalf(method, path, "99").refused(404, "not_found", "Account 99")
		onBehalf(method, path+"?x=1", fmt.Sprint(id)).refused(400, "badRequest", "Unknown query parameter")
	}
	onBehalf("GET", "/v1/account?pingProvider=maybe", fmt.Sprint(id)).refused(400, "badRequest", "pingProvider")

	got := onBehalf("GET", "/v1/account?pingProvider=true&includeProviderAuth=false", fmt.Sprint(id))
	if got.status != http.StatusOK || got.id("id") != id || got.body["tokenStatus"] != "active" {
		t.Errorf("got %d %s", got.status, got.raw)
	}
	a.UpdateAccount(id, func(account *Account) { account.PingFinds = "invalid" })
	if got = onBehalf("GET", "/v1/account?pingProvider=false", fmt.Sprint(id)); got.body["tokenStatus"] != "active" {
		t.Errorf("without a ping: %s", got.raw)
	}
	if got = onBehalf("GET", "/v1/account?pingProvider=true", fmt.Sprint(id)); got.body["tokenStatus"] != "invalid" || got.body["tokenError"] == nil {
		t.Errorf("a ping that finds something: %s", got.raw)
	}
	if stored, _ := a.Account(id); stored.TokenStatus != "invalid" {
		t.Errorf("what was found is not kept: %+v", stored)
	}
	a.UpdateAccount(id, func(account *Account) { account.PingFinds = "active" })
	if got = onBehalf("GET", "/v1/account?pingProvider=true", fmt.Sprint(id)); got.body["tokenStatus"] != "active" || got.body["tokenError"] != nil {
		t.Errorf("a ping that finds nothing wrong any more: %s", got.raw)
	}
	exchange := a.AddAccount(Account{ServiceType: "EWS", Email: "b@example.com"})
	onBehalf("GET", "/v1/account?pingProvider=true", fmt.Sprint(exchange)).refused(400, "badRequest", "not for accounts of type EWS")

	if res := onBehalf("DELETE", "/v1/account/token", fmt.Sprint(id)); res.status != http.StatusOK {
		t.Errorf("got %d %s", res.status, res.raw)
	}
	if got = onBehalf("GET", "/v1/account", fmt.Sprint(id)); got.body["tokenStatus"] != "dead" {
		t.Errorf("after the token was revoked: %s", got.raw)
	}
}
