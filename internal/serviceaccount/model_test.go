package serviceaccount

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

const (
	tenant = "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"
	ewsURL = "https://mail.acme.example/EWS/Exchange.asmx"
)

var (
	text    = types.StringValue
	unknown = types.StringUnknown()
)

// googleKey is a JSON key, and its private key as it is sent: base64 alone.
var googleKey = sync.OnceValues(func() (key, body string) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err)
	}
	document, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "acme-mail", "private_key_id": "key-1",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		"client_email": "aurinko@acme-mail.iam.gserviceaccount.com", "client_id": "112233",
	})
	if err != nil {
		panic(err)
	}
	return string(document), base64.StdEncoding.EncodeToString(der)
})

// attributesOf returns the types of a nested attribute's attributes.
func attributesOf(k *kind) map[string]attr.Type {
	return k.attribute().GetType().(attr.TypeWithAttributeTypes).AttributeTypes()
}

// bare is a model in which no nested attribute is set.
func bare() model {
	var m model
	for _, k := range kinds {
		*k.object(&m) = types.ObjectNull(attributesOf(k))
	}
	return m
}

// with is the model with a connection set.
func (m model) with(t *testing.T, c connection) model {
	t.Helper()
	var diagnostics diag.Diagnostics
	m.set(t.Context(), c, &diagnostics)
	if diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return m
}

func (m model) connected(t *testing.T) connection {
	t.Helper()
	var diagnostics diag.Diagnostics
	c := m.connection(t.Context(), &diagnostics)
	if diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return c
}

func TestInput(t *testing.T) {
	t.Parallel()

	key, body := googleKey()
	unnamed := model{Scopes: customtype.NewScopesValue([]string{"Mail.Send", "Mail.ReadOnly"})}
	scopes := []string{"Mail.Read", "Mail.Send"}
	named := unnamed
	named.Name, named.ClientOrgID = text("Acme"), text("acme")
	undecided := unnamed
	undecided.Name, undecided.ClientOrgID = unknown, unknown

	tests := map[string]struct {
		model      model
		planned    connection
		configured connection // as planned, if omitted
		want       aurinko.AccountInput
	}{
		"Google": {
			model: named, planned: &google{Domain: text("acme.example"), Credentials: text(key)},
			want: aurinko.AccountInput{
				ServiceType: "Google", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme",
				AuthOrgID: "acme.example", AuthUserID: "112233", Email: "aurinko@acme-mail.iam.gserviceaccount.com",
				LoginString: "key-1", ServerInfo: "acme-mail", AuthString1: body, AuthString2: key,
			},
		},
		"Google, no name, write-only": {
			model: unnamed, planned: &google{Domain: text("acme.example")}, configured: &google{Domain: text("ACME.example"), CredentialsWO: text(key)},
			want: aurinko.AccountInput{
				ServiceType: "Google", AuthScopes: scopes, Name: "acme.example",
				AuthOrgID: "acme.example", AuthUserID: "112233", Email: "aurinko@acme-mail.iam.gserviceaccount.com",
				LoginString: "key-1", ServerInfo: "acme-mail", AuthString1: body, AuthString2: key,
			},
		},
		"Exchange": {
			model: named,
			planned: &exchange{
				ServerURL: text("MAIL.acme.example"), Username: text("ACME\\svc"), Domain: text("acme.example"), Password: text("hunter2"),
			},
			want: aurinko.AccountInput{
				ServiceType: "EWS", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme", AuthOrgID: "acme.example",
				ServerURL: ewsURL, LoginString: "ACME\\svc", AuthString1: "ACME\\svc", AuthString2: "hunter2",
			},
		},
		"Exchange, no name, write-only": {
			model:      unnamed,
			planned:    &exchange{ServerURL: text(ewsURL), Username: text("svc@acme.example"), Domain: text("acme.example")},
			configured: &exchange{ServerURL: text("mail.acme.example"), Username: text("SVC@acme.example"), PasswordWO: text("hunter2")},
			want: aurinko.AccountInput{
				ServiceType: "EWS", AuthScopes: scopes, Name: "acme.example", AuthOrgID: "acme.example",
				ServerURL: ewsURL, LoginString: "svc@acme.example", AuthString1: "svc@acme.example", AuthString2: "hunter2",
			},
		},
		"Office 365": {
			model: named, planned: &office365{TenantID: text(tenant), OAuthClientID: text("client-id")},
			want: aurinko.AccountInput{
				ServiceType: "Office365", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme",
				AuthOrgID: tenant, LoginString: tenant, OAuthClientID: "client-id",
			},
		},
		"Office 365, no name": {
			model: unnamed, planned: &office365{TenantID: text(tenant)},
			want: aurinko.AccountInput{ServiceType: "Office365", AuthScopes: scopes, AuthOrgID: tenant, LoginString: tenant},
		},
		"unknown name": {
			model: undecided, planned: &office365{TenantID: text(tenant), OAuthClientID: unknown},
			want: aurinko.AccountInput{ServiceType: "Office365", AuthScopes: scopes, AuthOrgID: tenant, LoginString: tenant},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.configured == nil {
				test.configured = test.planned
			}
			m := test.model.with(t, test.planned)
			var diagnostics diag.Diagnostics
			got := m.input(t.Context(), test.configured, &diagnostics)
			if diagnostics.HasError() {
				t.Fatal(diagnostics)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What follows from a key that the plan did not know is completed with the write. What
// the plan has said stays.
func TestInputCompletesThePlan(t *testing.T) {
	t.Parallel()

	key, _ := googleKey()
	configured := &google{Domain: text("acme.example"), CredentialsWO: text(key)}
	open := google{Domain: text("acme.example"), ClientEmail: unknown, ClientID: unknown, ProjectID: unknown, PrivateKeyID: unknown}
	described := open
	described.ClientEmail, described.ClientID = text("aurinko@acme-mail.iam.gserviceaccount.com"), text("112233")
	described.ProjectID, described.PrivateKeyID = text("acme-mail"), text("key-1")
	kept := described
	kept.PrivateKeyID = text("key-0")

	for name, test := range map[string]struct{ planned, want google }{
		"not known": {planned: open, want: described},
		"known":     {planned: kept, want: kept},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := bare().with(t, &test.planned)
			var diagnostics diag.Diagnostics
			m.input(t.Context(), configured, &diagnostics)
			if diagnostics.HasError() {
				t.Fatal(diagnostics)
			}
			if diff := cmp.Diff(bare().with(t, &test.want), m, equal); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInputRefuses(t *testing.T) {
	t.Parallel()

	for name, key := range map[string]string{"empty": "", "broken": "{", "of a person": `{"type":"authorized_user"}`} {
		m := bare().with(t, &google{Domain: text("acme.example")})
		var diagnostics diag.Diagnostics
		if m.input(t.Context(), &google{CredentialsWO: text(key)}, &diagnostics); diagnostics.ErrorsCount() != 1 {
			t.Errorf("%s: %v", name, diagnostics)
		}
	}
}

func TestConnection(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		connection  connection
		serviceType types.String
		orgID       types.String
		secret      secret.Values
	}{
		"Google": {
			connection:  &google{Domain: text("acme.example"), Credentials: text("{}"), CredentialsWOVersion: types.Int64Value(2)},
			serviceType: text("Google"), orgID: text("acme.example"), secret: secret.Values{Plain: text("{}"), Version: types.Int64Value(2)},
		},
		"Google, unknown": {
			connection:  &google{Domain: unknown, CredentialsWO: unknown},
			serviceType: text("Google"), orgID: unknown, secret: secret.Values{WriteOnly: unknown},
		},
		"Exchange": {
			connection:  &exchange{Domain: text("acme.example"), PasswordWO: text("hunter2")},
			serviceType: text("EWS"), orgID: text("acme.example"), secret: secret.Values{WriteOnly: text("hunter2")},
		},
		"Exchange, null": {connection: &exchange{}, serviceType: text("EWS")},
		"Office 365":     {connection: &office365{TenantID: text(tenant)}, serviceType: text("Office365"), orgID: text(tenant)},
		"consent": {
			connection:  &consent{ServiceType: text("Zoho"), CodeWO: text("c0de"), CodeWOVersion: types.Int64Value(2)},
			serviceType: text("Zoho"), secret: secret.Values{WriteOnly: text("c0de"), Version: types.Int64Value(2)},
		},
		"consent, unknown":       {connection: &consent{ServiceType: unknown}, serviceType: unknown},
		"consent, not versioned": {connection: &consent{ServiceType: text("Zoho"), CodeWO: text("c0de")}, serviceType: text("Zoho")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// It goes into a model and comes out the same.
			c := bare().with(t, test.connection).connected(t)
			if got := c.kind(); got != test.connection.kind() {
				t.Errorf("the kind is %s, want %s", got.name, test.connection.kind().name)
			}
			if got := c.serviceType(); !got.Equal(test.serviceType) {
				t.Errorf("the service type is %s, want %s", got, test.serviceType)
			}
			if got := c.orgID(); !got.Equal(test.orgID) {
				t.Errorf("the organization is %s, want %s", got, test.orgID)
			}
			if got := c.secret(); got != test.secret {
				t.Errorf("the secret is %+v, want %+v", got, test.secret)
			}
		})
	}
}

// An object that is unknown as a whole is no connection yet.
func TestUnknownConnection(t *testing.T) {
	t.Parallel()

	for _, k := range kinds {
		m := bare()
		*k.object(&m) = types.ObjectUnknown(attributesOf(k))
		if c := m.connection(t.Context(), &diag.Diagnostics{}); c != nil {
			t.Errorf("%s: an unknown object is read as %s", k.name, c.kind().name)
		}
		want := path.Paths{path.Root(k.name)}
		if k == &consentKind {
			want = nil
		}
		if got := m.unknownKinds(); !slices.EqualFunc(got, want, path.Path.Equal) {
			t.Errorf("%s: what replaces is %s, want %s", k.name, got, want)
		}
	}
}

// returned is an account of a kind, as the API returns it.
func returned(serviceType string) aurinko.Account {
	account := aurinko.Account{
		ID: 1001, Type: aurinko.TypeService, Daemon: true, ServiceType: serviceType, Name: "Acme", ClientOrgID: "acme",
		AuthScopes: aurinko.ScopeNames{"Mail.ReadOnly"}, TokenStatus: "active", CreatedAt: "2026-01-02T03:04:05.000Z",
	}
	switch serviceType {
	case aurinko.ServiceGoogle:
		account.AuthOrgID, account.AuthUserID, account.LoginString = "acme.example", "112233", "key-1"
		account.Email = "aurinko@acme-mail.iam.gserviceaccount.com"
	case aurinko.ServiceExchange:
		account.AuthOrgID, account.LoginString, account.ServerURL = "acme.example", "ACME\\svc", ewsURL
	case aurinko.ServiceOffice365:
		account.AuthOrgID, account.LoginString = tenant, tenant
	}
	return account
}

func TestFromAPIAfterImport(t *testing.T) {
	t.Parallel()

	consented := returned("Zoho")
	consented.Type, consented.Daemon = "", false
	consented.AuthOrgID, consented.LoginString = "acme.example", "acme"
	tests := map[string]struct {
		account           aurinko.Account
		connection        connection
		email, authUserID types.String
		login, orgID      string
	}{
		"Google": {
			account: returned("Google"),
			connection: &google{
				Domain: text("acme.example"), ClientEmail: text("aurinko@acme-mail.iam.gserviceaccount.com"),
				ClientID: text("112233"), PrivateKeyID: text("key-1"),
			},
			email: text("aurinko@acme-mail.iam.gserviceaccount.com"), authUserID: text("112233"), login: "key-1", orgID: "acme.example",
		},
		"Exchange": {
			account:    returned("EWS"),
			connection: &exchange{ServerURL: text(ewsURL), Username: text("ACME\\svc"), Domain: text("acme.example")},
			login:      "ACME\\svc", orgID: "acme.example",
		},
		"Office 365":   {account: returned("Office365"), connection: &office365{TenantID: text(tenant)}, login: tenant, orgID: tenant},
		"consented to": {account: consented, connection: &consent{ServiceType: text("Zoho")}, login: "acme", orgID: "acme.example"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			imported := bare()
			imported.ID = customtype.NewAccountID(1001)
			want := imported.with(t, test.connection)
			want.Scopes = customtype.NewScopesValue([]string{"Mail.Read"})
			want.Name, want.ClientOrgID, want.TokenStatus, want.CreatedAt = text("Acme"), text("acme"), text("active"), text("2026-01-02T03:04:05.000Z")
			want.ServiceType, want.AuthOrgID, want.Login = text(test.account.ServiceType), text(test.orgID), text(test.login)
			want.Email, want.AuthUserID = test.email, test.authUserID

			if diagnostics := imported.fromAPI(t.Context(), readback.Refresh, test.account); diagnostics.HasError() {
				t.Fatal(diagnostics)
			}
			if diff := cmp.Diff(want, imported, equal); diff != "" {
				t.Error(diff)
			}
			// A second refresh finds nothing new, and neither does one that returns
			// next to nothing.
			for _, account := range []aurinko.Account{test.account, {ID: 1001}} {
				again := imported
				if diagnostics := again.fromAPI(t.Context(), readback.Refresh, account); diagnostics.HasError() {
					t.Fatal(diagnostics)
				}
				if diff := cmp.Diff(imported, again, equal); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestFromAPIAfterWrite(t *testing.T) {
	t.Parallel()

	planned := bare()
	planned.ID, planned.Scopes = customtype.AccountID{StringValue: unknown}, customtype.NewScopesUnknown()
	planned.Name, planned.ServiceType, planned.AuthOrgID, planned.AuthUserID = unknown, unknown, unknown, unknown
	planned.Email, planned.Login, planned.TokenStatus, planned.TokenError, planned.CreatedAt = unknown, unknown, unknown, unknown, unknown
	planned = planned.with(t, &exchange{ServerURL: text("mail.acme.example"), Username: text("acme\\svc"), Domain: unknown})

	got := planned
	if diagnostics := got.fromAPI(t.Context(), readback.AfterWrite, returned("EWS")); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	if c := got.connected(t).(*exchange); !c.Domain.Equal(text("acme.example")) ||
		!c.ServerURL.Equal(text("mail.acme.example")) || !c.Username.Equal(text("acme\\svc")) {
		t.Errorf("what was planned has changed, or what was unknown is not copied: %+v", c)
	}
	if !got.Name.Equal(text("Acme")) || !got.Login.Equal(text("ACME\\svc")) || !got.ClientOrgID.IsNull() {
		t.Errorf("got name %s, login %s and client_org_id %s", got.Name, got.Login, got.ClientOrgID)
	}

	// Terraform accepts no unknown value after an apply, however little is returned.
	got = planned
	if diagnostics := got.fromAPI(t.Context(), readback.AfterWrite, aurinko.Account{ID: 1001}); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	for name, value := range map[string]interface{ IsUnknown() bool }{
		"id": got.ID, "scopes": got.Scopes, "name": got.Name, "service_type": got.ServiceType, "auth_org_id": got.AuthOrgID,
		"auth_user_id": got.AuthUserID, "email": got.Email, "login": got.Login, "token_status": got.TokenStatus,
		"token_error": got.TokenError, "created_at": got.CreatedAt, "exchange.domain": got.connected(t).(*exchange).Domain,
	} {
		if value.IsUnknown() {
			t.Errorf("%s is still unknown", name)
		}
	}
}

// A refresh keeps a server's address in the form in which it is configured, as long as
// it leads to the same server.
func TestFromAPIKeepsTheForm(t *testing.T) {
	t.Parallel()

	account := returned("EWS")
	state := bare().with(t, &exchange{ServerURL: text("MAIL.acme.example"), Username: text("acme\\SVC"), Domain: text("ACME.example")})
	state.fromAPI(t.Context(), readback.Refresh, account)
	if c := state.connected(t).(*exchange); c.ServerURL != text("MAIL.acme.example") || c.Username != text("acme\\SVC") || c.Domain != text("ACME.example") {
		t.Errorf("the form has changed: %+v", c)
	}
	account.ServerURL = "https://mail2.acme.example/EWS/Exchange.asmx"
	state.fromAPI(t.Context(), readback.Refresh, account)
	if c := state.connected(t).(*exchange); c.ServerURL != text(account.ServerURL) {
		t.Errorf("another server is not shown: %+v", c)
	}
}

var equal = cmp.Options{
	cmp.AllowUnexported(model{}),
	cmp.Comparer(func(a, b types.String) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Bool) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Int64) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Object) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.AccountID) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Scopes) bool { return a.Equal(b) }),
}

// Scopes other than the planned ones, and an account that cannot be read, are
// warnings: an error would have the account replaced, and the code is used.
func TestCompleteAfterConsent(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		scopes  aurinko.ScopeNames
		unread  error
		summary string
	}{
		"as planned, by another name": {scopes: aurinko.ScopeNames{"Mail.Send", "Mail.Read"}},
		"not returned":                {},
		"fewer":                       {scopes: aurinko.ScopeNames{"Mail.Read"}, summary: "The consent was to other scopes"},
		"none":                        {scopes: aurinko.ScopeNames{}, summary: "The consent was to other scopes"},
		"more":                        {scopes: aurinko.ScopeNames{"Mail.Read", "Mail.Send", "Mail.All"}, summary: "The consent was to other scopes"},
		"not read": {
			unread:  &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 403},
			summary: "Written, but not read back: the service account",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := customtype.NewScopesValue([]string{"Mail.ReadOnly", "Mail.Send"})
			m := bare().with(t, &consent{ServiceType: text("Office365")})
			m.ID, m.Scopes = customtype.AccountID{StringValue: unknown}, planned
			got := m.complete(t.Context(), lifecycle.Written{Account: aurinko.Account{ID: 7, AuthScopes: test.scopes}, Unread: test.unread})
			if got.HasError() || got.WarningsCount() != min(len(test.summary), 1) || test.summary != "" && got[0].Summary() != test.summary {
				t.Errorf("got %v", got)
			}
			if m.ID.ValueString() != "7" || !m.Scopes.Equal(planned) {
				t.Errorf("the state has %s and %s", m.ID, m.Scopes)
			}
		})
	}
}
