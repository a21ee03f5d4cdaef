package aurinko

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestRecycleKeys(t *testing.T) {
	account := Account{Email: "e", AuthOrgID: "o", AuthUserID: "u", ServerURL: "s", LoginString: "l", ClientOrgID: "c"}
	in := AccountInput{Email: "e", AuthOrgID: "o", AuthUserID: "u", ServerURL: "s", LoginString: "l", ClientOrgID: "c"}
	tests := []struct {
		key   RecycleKey
		name  string // as the API has it
		value string
	}{
		{key: KeyEmail, name: "email", value: "e"},
		{key: KeyOrgID, name: "orgId", value: "o"},
		{key: KeyUserID, name: "userId", value: "u"},
		{key: KeyServerURL, name: "serverUrl", value: "s"},
		{key: KeyUsername, name: "username", value: "l"},
		{key: KeyClientOrgID, name: "clientOrgId", value: "c"},
	}
	for _, test := range tests {
		if string(test.key) != test.name || test.key.Account(account) != test.value || *test.key.Input(&in) != test.value {
			t.Errorf("%s matches on %q and %q, want %q", test.key, test.key.Account(account), *test.key.Input(&in), test.value)
		}
		if got := test.key.Account(Account{}); got != "" {
			t.Errorf("%s of an empty account is %q", test.key, got)
		}
		changed := in
		*test.key.Input(&changed) = "new"
		if *test.key.Input(&changed) != "new" || *test.key.Input(&in) != test.value {
			t.Errorf("%s cannot be set", test.key)
		}
	}
}

func TestIdentifyingKeys(t *testing.T) {
	tests := []struct {
		kind        AccountType
		serviceType string
		want        []RecycleKey
	}{
		{kind: TypeService, serviceType: "Google", want: []RecycleKey{KeyUserID, KeyOrgID, KeyClientOrgID}},
		{kind: TypeService, serviceType: "google", want: []RecycleKey{KeyUserID, KeyOrgID, KeyClientOrgID}},
		{kind: TypeService, serviceType: "EWS", want: []RecycleKey{KeyUsername, KeyServerURL, KeyClientOrgID}},
		{kind: TypeService, serviceType: "Office365", want: []RecycleKey{KeyOrgID, KeyClientOrgID}},
		{kind: TypeService, serviceType: "Zoho", want: []RecycleKey{KeyOrgID, KeyClientOrgID}},
		{kind: TypeService, want: []RecycleKey{KeyOrgID, KeyClientOrgID}},
		{kind: TypeManaged, serviceType: "Google", want: []RecycleKey{KeyEmail, KeyUsername}},
		{kind: TypeManaged, serviceType: "EWS", want: []RecycleKey{KeyEmail, KeyUsername}},
		{kind: TypePersonal, serviceType: "IMAP", want: []RecycleKey{KeyEmail, KeyUsername}},
		{kind: TypeManaged, want: []RecycleKey{KeyEmail, KeyUsername}},
	}
	for _, test := range tests {
		if got := IdentifyingKeys(test.kind, test.serviceType); !slices.Equal(got, test.want) {
			t.Errorf("%s %s is identified by %v, want %v", test.kind, test.serviceType, got, test.want)
		}
	}
}

func TestAge(t *testing.T) {
	tests := []struct {
		name             string
		created, updated string
		want             time.Duration
		known            bool
	}{
		{name: "just created", created: "2025-08-01T12:00:00Z", updated: "2025-08-01T12:00:00Z", known: true},
		{name: "written later", created: "2025-08-01T12:00:00.250Z", updated: "2025-08-01T12:00:01.500Z", want: 1250 * time.Millisecond, known: true},
		{name: "another time zone", created: "2025-08-01T12:00:00Z", updated: "2025-08-01T15:00:00+0200", want: time.Hour, known: true},
		{name: "written before it was created", created: "2025-08-01T12:00:00Z", updated: "2025-08-01T11:59:59Z", want: -time.Second, known: true},
		{name: "never written", created: "2025-08-01T12:00:00Z"},
		{name: "created at an unknown time", updated: "2025-08-01T12:00:00Z"},
		{name: "unreadable", created: "2025-08-01", updated: "2025-08-01T12:00:00Z"},
		{name: "no times"},
	}
	for _, test := range tests {
		got, known := Account{CreatedAt: test.created, UpdatedAt: test.updated}.Age()
		if known != test.known || known && got != test.want {
			t.Errorf("%s: %s, %t", test.name, got, known)
		}
	}
}

// What is written back is what the API both accepts and returns, by the API's
// names, in the order of the account's own scopes.
func TestUnchanged(t *testing.T) {
	no := false
	tests := []struct {
		name    string
		account Account
		want    string
	}{
		{
			name: "everything",
			account: Account{
				ID: 7, ParentID: 500, Type: TypeManaged, ServiceType: "EWS", ServiceProvider: "p", TokenStatus: "active", TokenError: "e",
				LoginString: "l", Email: "m", Email2: "m2", MailboxAddress: "a", Name: "n", Name2: "n2", ServerURL: "s", ServerURL2: "s2",
				ClientOrgID: "c", AuthUserID: "u", AuthOrgID: "o", Timezone: "z", UserID: "i",
				AuthScopes:       ScopeNames{"Mail.Send", "Mail.Draft", "Mail.Drafts", "Files.Read"},
				AuthNativeScopes: ScopeNames{"https://mail.google.com/"}, CopyToSent: &no, TrustServer: &no,
				TokenIssuedAt: "1", AuthObtainedAt: "2", AuthExpiresAt: "3", CreatedAt: "4", UpdatedAt: "5",
			},
			want: `{"active":false,"serviceType":"EWS","authScopes":["Mail.Send","Mail.Drafts","Files.Read"],"authOrgId":"o",` +
				`"authUserId":"u","clientOrgId":"c","serverUrl":"s","loginString":"l","email":"m","name":"n","timezone":"z",` +
				`"copyToSent":false,"trustServer":false,"serviceProvider":"p","email2":"m2","authObtainedAt":"2","authExpiresAt":"3"}`,
		},
		{name: "nothing", want: `{"active":false,"serviceType":""}`},
	}
	for _, test := range tests {
		got, err := json.Marshal(test.account.Unchanged())
		if err != nil || string(got) != test.want {
			t.Errorf("%s: got\n%s, %v, want\n%s", test.name, got, err, test.want)
		}
	}
}

// TestStatusKinds has the kinds of failures that each status is one of.
func TestStatusKinds(t *testing.T) {
	own := func(status int) error { return &Error{Status: status, Code: "x", Own: true} }
	credentials := &Error{Status: 401, Code: "unauthorized", BadCredential: true}
	_, empty := newClient(t, answering(reply{})).ExchangeCode(t.Context(), "")
	tests := []struct {
		err                                                  error
		refused, unservedGet, noSuchCall, codeRefusal, oauth bool
	}{
		{err: nil},
		{err: ErrNoRegistration},
		{err: &Error{}}, // no answer
		{err: own(200)},
		{err: own(302)},
		{err: own(400), refused: true, unservedGet: true, codeRefusal: true},
		{err: credentials},
		{err: own(401), refused: true, codeRefusal: true}, // such as an account's own token
		{err: own(403), refused: true, unservedGet: true},
		{err: own(404), refused: true, unservedGet: true, codeRefusal: true, oauth: true},
		{err: own(405), refused: true, unservedGet: true, noSuchCall: true, oauth: true},
		{err: own(408)},
		{err: own(409), refused: true, codeRefusal: true},
		{err: own(410), refused: true, unservedGet: true, codeRefusal: true},
		{err: own(422), refused: true, unservedGet: true, codeRefusal: true},
		{err: own(429)},
		{err: own(500)},
		{err: own(501), unservedGet: true, noSuchCall: true},
		{err: own(503)},
		{err: fmt.Errorf("wrapped: %w", own(404)), refused: true, unservedGet: true, codeRefusal: true, oauth: true},
		{err: empty, codeRefusal: true},
	}
	for _, test := range tests {
		for _, is := range []struct {
			name      string
			got, want bool
		}{
			{name: "IsRefused", got: IsRefused(test.err), want: test.refused},
			{name: "IsUnservedGet", got: IsUnservedGet(test.err), want: test.unservedGet},
			{name: "IsNoSuchCall", got: IsNoSuchCall(test.err), want: test.noSuchCall},
			{name: "IsCodeRefusal", got: IsCodeRefusal(test.err), want: test.codeRefusal},
			{name: "IsUnsupportedWrite", got: IsUnsupportedWrite(test.err), want: test.oauth},
		} {
			if is.got != is.want {
				t.Errorf("%s of %v is %t", is.name, test.err, is.got)
			}
		}
	}
}

func TestDaemonSecrets(t *testing.T) {
	var r OAuthRegistration
	r.SetDaemonSecrets("the key", "the certificate")
	if r.ClientSecret != "the key" || r.ClientSecret2 != "the certificate" {
		t.Errorf("laid out as %+v", r)
	}
	if key, certificate := r.DaemonSecrets(); key != "the key" || certificate != "the certificate" {
		t.Errorf("read as %s, %s", key, certificate)
	}
}

func TestIsMasked(t *testing.T) {
	for secret, want := range map[string]bool{
		"": true, "****": true, "••••••": true, "*•": true, "abc": false, "***abc": false, "a***": false,
	} {
		if got := IsMasked(secret); got != want {
			t.Errorf("%q is masked: %t", secret, got)
		}
	}
}

func TestIsConsented(t *testing.T) {
	tests := []struct {
		name    string
		account Account
		want    bool
	}{
		{name: "nothing known", account: Account{}},
		{name: "Exchange", account: Account{ServiceType: "EWS", LoginString: "svc@acme.example"}},
		{name: "Google key", account: Account{ServiceType: "Google", Email: "robot@acme.iam.GSERVICEACCOUNT.com"}},
		{name: "Google without an address", account: Account{ServiceType: "google"}},
		{name: "Google administrator", account: Account{ServiceType: "Google", Email: "admin@acme.example"}, want: true},
		{name: "tenant", account: Account{ServiceType: "Office365", LoginString: "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"}},
		{name: "Office 365 with nothing", account: Account{ServiceType: "Office365"}},
		{name: "Office 365 login", account: Account{ServiceType: "office365", LoginString: "admin@acme.example"}, want: true},
		{name: "Office 365 email", account: Account{ServiceType: "Office365", Email: "admin@acme.example"}, want: true},
		{name: "Slack", account: Account{ServiceType: "Slack"}, want: true},
	}
	for _, test := range tests {
		if got := test.account.IsConsented(); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}
