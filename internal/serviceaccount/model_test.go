package serviceaccount

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
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

// with is a model that holds a variant.
func (m model) with(t *testing.T, v variant) model {
	t.Helper()
	if diagnostics := m.setVariant(t.Context(), v); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return m
}

func (m model) variantOf(t *testing.T) variant {
	t.Helper()
	v, diagnostics := m.variant(t.Context())
	if diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	return v
}

func TestToAPI(t *testing.T) {
	t.Parallel()

	key, body := googleKey()
	bare := model{Scopes: customtype.NewScopesValue([]string{"Mail.Send", "Mail.ReadOnly"})}
	scopes := []string{"Mail.Read", "Mail.Send"}
	named := bare
	named.Name, named.ClientOrgID = text("Acme"), text("acme")

	tests := map[string]struct {
		model  model
		kind   variant
		secret secret.Values
		want   aurinko.AccountInput
	}{
		"Google": {
			named, variant{google: &google{Domain: text("acme.example")}}, secret.Values{Plain: text(key)},
			aurinko.AccountInput{
				ServiceType: "Google", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme",
				AuthOrgID: "acme.example", AuthUserID: "112233", Email: "aurinko@acme-mail.iam.gserviceaccount.com",
				LoginString: "key-1", ServerInfo: "acme-mail", AuthString1: body, AuthString2: key,
			},
		},
		"Google, no name, write-only": {
			bare, variant{google: &google{Domain: text("acme.example")}}, secret.Values{WriteOnly: text(key)},
			aurinko.AccountInput{
				ServiceType: "Google", AuthScopes: scopes, Name: "acme.example",
				AuthOrgID: "acme.example", AuthUserID: "112233", Email: "aurinko@acme-mail.iam.gserviceaccount.com",
				LoginString: "key-1", ServerInfo: "acme-mail", AuthString1: body, AuthString2: key,
			},
		},
		"Exchange": {
			named, variant{exchange: &exchange{
				ServerURL: customtype.NewExchangeURLValue("MAIL.acme.example"), Username: text("ACME\\svc"), Domain: text("acme.example"),
			}}, secret.Values{Plain: text("hunter2")},
			aurinko.AccountInput{
				ServiceType: "EWS", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme", AuthOrgID: "acme.example",
				ServerURL: ewsURL, LoginString: "ACME\\svc", AuthString1: "ACME\\svc", AuthString2: "hunter2",
			},
		},
		"Exchange, no name, write-only": {
			bare, variant{exchange: &exchange{
				ServerURL: customtype.NewExchangeURLValue(ewsURL), Username: text("svc@acme.example"), Domain: text("acme.example"),
			}}, secret.Values{WriteOnly: text("hunter2")},
			aurinko.AccountInput{
				ServiceType: "EWS", AuthScopes: scopes, Name: "acme.example", AuthOrgID: "acme.example",
				ServerURL: ewsURL, LoginString: "svc@acme.example", AuthString1: "svc@acme.example", AuthString2: "hunter2",
			},
		},
		"Office 365": {
			named, variant{office365: &office365{TenantID: text(tenant), OAuthClientID: text("client-id")}}, secret.Values{},
			aurinko.AccountInput{
				ServiceType: "Office365", AuthScopes: scopes, Name: "Acme", ClientOrgID: "acme",
				AuthOrgID: tenant, LoginString: tenant, OAuthClientID: "client-id",
			},
		},
		"Office 365, no name": {
			bare, variant{office365: &office365{TenantID: text(tenant)}}, secret.Values{},
			aurinko.AccountInput{ServiceType: "Office365", AuthScopes: scopes, AuthOrgID: tenant, LoginString: tenant},
		},
		"unknown name": {
			model{Name: unknown, ClientOrgID: unknown, Scopes: bare.Scopes}, variant{office365: &office365{TenantID: text(tenant), OAuthClientID: unknown}}, secret.Values{},
			aurinko.AccountInput{ServiceType: "Office365", AuthScopes: scopes, AuthOrgID: tenant, LoginString: tenant},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := test.model.toAPI(test.kind, test.secret)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestToAPIRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		kind   variant
		secret secret.Values
	}{
		"no key":      {variant{google: &google{}}, secret.Values{}},
		"unknown key": {variant{google: &google{}}, secret.Values{Plain: unknown}},
		"empty key":   {variant{google: &google{}}, secret.Values{Plain: text("")}},
		"no server":   {variant{exchange: &exchange{}}, secret.Values{Plain: text("hunter2")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := (model{}).toAPI(test.kind, test.secret); err == nil {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestVariant(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		kind        variant
		serviceType string
		orgID       types.String
		secret      secret.Values
	}{
		"Google": {
			variant{google: &google{Domain: text("acme.example"), Credentials: customtype.NewJSONValue("{}"), CredentialsWOVersion: types.Int64Value(2)}},
			"Google", text("acme.example"), secret.Values{Plain: text("{}"), Version: types.Int64Value(2)},
		},
		"Google, unknown": {
			variant{google: &google{Domain: unknown, CredentialsWO: unknown}},
			"Google", unknown, secret.Values{WriteOnly: unknown},
		},
		"Exchange": {
			variant{exchange: &exchange{Domain: text("acme.example"), PasswordWO: text("hunter2")}},
			"EWS", text("acme.example"), secret.Values{WriteOnly: text("hunter2")},
		},
		"Exchange, null":        {variant{exchange: &exchange{}}, "EWS", types.StringNull(), secret.Values{}},
		"Office 365":            {variant{office365: &office365{TenantID: text(tenant)}}, "Office365", text(tenant), secret.Values{}},
		"none that is declared": {variant{}, "", types.StringNull(), secret.Values{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// It goes into a model and comes out the same.
			v := model{}.with(t, test.kind).variantOf(t)
			if got := v.serviceType(); got != test.serviceType {
				t.Errorf("the service type is %q, want %q", got, test.serviceType)
			}
			if got := v.orgID(); !got.Equal(test.orgID) {
				t.Errorf("the organisation is %s, want %s", got, test.orgID)
			}
			if got := v.secret(); !got.Plain.Equal(test.secret.Plain) || !got.WriteOnly.Equal(test.secret.WriteOnly) || !got.Version.Equal(test.secret.Version) {
				t.Errorf("the secret is %+v, want %+v", got, test.secret)
			}
		})
	}
}

func TestVariantOfUnknownObject(t *testing.T) {
	t.Parallel()

	m := model{Google: types.ObjectUnknown(googleType), Exchange: types.ObjectNull(exchangeType), Office365: types.ObjectNull(office365Type), Authorization: types.ObjectNull(authorizationType)}
	if v := m.variantOf(t); v != (variant{}) {
		t.Errorf("an unknown object is taken for %s", v.serviceType())
	}
}

// told is an account of each kind, as the API tells it.
func told(serviceType string) aurinko.Account {
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

	tests := map[string]struct {
		account    aurinko.Account
		kind       variant
		email      customtype.Email
		authUserID types.String
		login      string
		orgID      string
	}{
		"Google": {
			told("Google"),
			variant{google: &google{
				Domain: text("acme.example"), ClientEmail: text("aurinko@acme-mail.iam.gserviceaccount.com"),
				ClientID: text("112233"), PrivateKeyID: text("key-1"),
			}},
			customtype.NewEmailValue("aurinko@acme-mail.iam.gserviceaccount.com"), text("112233"), "key-1", "acme.example",
		},
		"Exchange": {
			told("EWS"),
			variant{exchange: &exchange{ServerURL: customtype.NewExchangeURLValue(ewsURL), Username: text("ACME\\svc"), Domain: text("acme.example")}},
			customtype.NewEmailNull(), types.StringNull(), "ACME\\svc", "acme.example",
		},
		"Office 365": {
			told("Office365"), variant{office365: &office365{TenantID: text(tenant)}},
			customtype.NewEmailNull(), types.StringNull(), tenant, tenant,
		},
		"consented to": {
			aurinko.Account{ID: 1001, ServiceType: "Zoho", AuthOrgID: "acme.example", LoginString: "acme", Name: "Acme",
				ClientOrgID: "acme", AuthScopes: aurinko.ScopeNames{"Mail.Read"}, TokenStatus: "active", CreatedAt: "2026-01-02T03:04:05.000Z"},
			variant{authorization: &authorization{ServiceType: text("Zoho")}}, customtype.NewEmailNull(), types.StringNull(), "acme", "acme.example",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			imported := model{
				ID:     customtype.NewAccountID(1001),
				Google: types.ObjectNull(googleType), Exchange: types.ObjectNull(exchangeType), Office365: types.ObjectNull(office365Type),
				Authorization: types.ObjectNull(authorizationType),
			}
			want := imported.with(t, test.kind)
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
			// A second refresh finds nothing new, and neither does one that
			// tells next to nothing.
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

	unknowns := model{
		ID: customtype.AccountID{StringValue: unknown}, Scopes: customtype.NewScopesUnknown(), Name: unknown, ServiceType: unknown, AuthOrgID: unknown, AuthUserID: unknown,
		Email: customtype.NewEmailUnknown(), Login: unknown, TokenStatus: unknown, TokenError: unknown, CreatedAt: unknown,
	}.with(t, variant{exchange: &exchange{
		ServerURL: customtype.NewExchangeURLValue("mail.acme.example"), Username: text("acme\\svc"), Domain: unknown,
	}})

	got := unknowns
	if diagnostics := got.fromAPI(t.Context(), readback.AfterWrite, told("EWS")); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	if v := got.variantOf(t).exchange; !v.Domain.Equal(text("acme.example")) ||
		!v.ServerURL.Equal(customtype.NewExchangeURLValue("mail.acme.example")) || !v.Username.Equal(text("acme\\svc")) {
		t.Errorf("what was planned has changed, or what was open is not taken: %+v", v)
	}
	if !got.Name.Equal(text("Acme")) || !got.Login.Equal(text("ACME\\svc")) || !got.ClientOrgID.IsNull() {
		t.Errorf("got name %s, login %s and client_org_id %s", got.Name, got.Login, got.ClientOrgID)
	}

	// Terraform takes no unknown value after an apply, however little was told.
	got = unknowns
	if diagnostics := got.fromAPI(t.Context(), readback.AfterWrite, aurinko.Account{ID: 1001}); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	for name, value := range map[string]interface{ IsUnknown() bool }{
		"id": got.ID, "scopes": got.Scopes, "name": got.Name, "service_type": got.ServiceType, "auth_org_id": got.AuthOrgID,
		"auth_user_id": got.AuthUserID, "email": got.Email, "login": got.Login, "token_status": got.TokenStatus,
		"token_error": got.TokenError, "created_at": got.CreatedAt, "exchange.domain": got.variantOf(t).exchange.Domain,
	} {
		if value.IsUnknown() {
			t.Errorf("%s is still unknown", name)
		}
	}
}

var equal = cmp.Options{
	cmp.Comparer(func(a, b types.String) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Bool) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Int64) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Object) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Email) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.AccountID) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Scopes) bool { return a.Equal(b) }),
}

// Scopes other than the planned ones, and an account that cannot be read, are
// warnings: an error would have the account replaced, and the code is used.
func TestFromConsent(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		told    aurinko.ScopeNames
		err     error
		summary string
	}{
		"as planned, by another name": {aurinko.ScopeNames{"Mail.Send", "Mail.Read"}, nil, ""},
		"not told":                    {nil, nil, ""},
		"fewer":                       {aurinko.ScopeNames{"Mail.Read"}, nil, "The consent was to other scopes"},
		"none":                        {aurinko.ScopeNames{}, nil, "The consent was to other scopes"},
		"more":                        {aurinko.ScopeNames{"Mail.Read", "Mail.Send", "Mail.All"}, nil, "The consent was to other scopes"},
		"not read":                    {nil, &aurinko.Error{Method: "GET", Route: "/am/accounts/{id}", Status: 403}, "Written, but not read back: the service account"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned := customtype.NewScopesValue([]string{"Mail.ReadOnly", "Mail.Send"})
			m := model{ID: customtype.AccountID{StringValue: unknown}, Scopes: planned}.with(t, variant{authorization: &authorization{ServiceType: text("Office365")}})
			got := m.fromConsent(t.Context(), lifecycle.Written{Account: aurinko.Account{ID: 7, AuthScopes: test.told}, Unread: test.err})
			if got.HasError() || got.WarningsCount() != min(len(test.summary), 1) || test.summary != "" && got[0].Summary() != test.summary {
				t.Errorf("got %v", got)
			}
			if m.ID.ValueString() != "7" || !m.Scopes.Equal(planned) {
				t.Errorf("the state has %s and %s", m.ID, m.Scopes)
			}
		})
	}
}
