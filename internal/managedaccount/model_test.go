package managedaccount

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var (
	text = types.StringValue
	on   = types.BoolValue(true)
	off  = types.BoolValue(false)
)

// equal compares attribute values by their meaning to the framework.
var equal = cmp.Options{
	cmp.Comparer(func(a, b types.String) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b types.Bool) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Email) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Scopes) bool { return a.Equal(b) }),
}

// full is a model with everything set, and told the account that it is.
func full() (model, aurinko.Account) {
	yes := true
	return model{
			ID: text("2002"), ServiceAccountID: text("1001"),
			Email: customtype.NewEmailValue("Sales@acme.example"), Login: text("ACME\\sales"),
			Scopes: customtype.NewScopesValue([]string{"Mail.Read", "Mail.Send"}),
			Name:   text("Sales"), Timezone: text("Europe/Vienna"), ClientOrgID: text("acme"),
			UserID: text("user-1"), UserAccount: text("primary"),
			EnsureAccess: on, CopyToSent: on, TrustServer: on, OnExisting: text("adopt"),
			ServiceType: text("EWS"), MailboxAddress: text("sales@acme.example"),
			TokenStatus: text("invalid"), TokenError: text("refused"), CreatedAt: text("2026-01-02T03:04:05.000Z"),
		}, aurinko.Account{
			ID: 2002, ParentID: 1001, Email: "Sales@acme.example", LoginString: "ACME\\sales",
			AuthScopes: aurinko.ScopeNames{"Mail.Send", "Mail.ReadOnly"},
			Name:       "Sales", Timezone: "Europe/Vienna", ClientOrgID: "acme", UserID: "user-1",
			CopyToSent: &yes, TrustServer: &yes, Type: aurinko.TypeManaged,
			ServiceType: "EWS", MailboxAddress: "sales@acme.example",
			TokenStatus: "invalid", TokenError: "refused", CreatedAt: "2026-01-02T03:04:05.000Z",
		}
}

// unknowns is what a plan leaves open when next to nothing is configured.
func unknowns() model {
	unknown := types.StringUnknown()
	return model{
		ID: unknown, Email: customtype.NewEmailUnknown(), Login: unknown, Scopes: customtype.NewScopesUnknown(),
		Name: unknown, Timezone: unknown, ClientOrgID: unknown, UserID: unknown,
		ServiceType: unknown, MailboxAddress: unknown, TokenStatus: unknown, TokenError: unknown, CreatedAt: unknown,
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()

	everything, _ := full()
	yes, no := true, false
	mailbox := model{Email: customtype.NewEmailValue("sales@acme.example"), Scopes: customtype.NewScopesValue([]string{"Mail.ReadOnly"})}
	login := model{Login: text("ACME\\sales"), Email: customtype.NewEmailUnknown()}
	known := model{Email: mailbox.Email, UserID: text("user-1")}

	tests := map[string]struct {
		planned, config, state model
		want                   aurinko.Target
	}{
		"everything": {
			everything, everything, model{},
			aurinko.Target{
				EnsureAccess: true, UserID: "user-1", UserAccount: "primary",
				Input: aurinko.AccountInput{
					AuthScopes: []string{"Mail.Read", "Mail.Send"}, ClientOrgID: "acme", LoginString: "ACME\\sales",
					Email: "Sales@acme.example", Name: "Sales", Timezone: "Europe/Vienna", CopyToSent: &yes, TrustServer: &yes,
				},
			},
		},
		"no more than a mailbox": {
			mailbox, mailbox, model{},
			aurinko.Target{Input: aurinko.AccountInput{AuthScopes: []string{"Mail.Read"}, Email: "sales@acme.example"}},
		},
		"no more than a login": {
			login, model{Login: login.Login}, model{},
			aurinko.Target{ByLogin: true, Input: aurinko.AccountInput{AuthScopes: []string{}, LoginString: "ACME\\sales"}},
		},
		"unknowns": {
			unknowns(), model{Email: customtype.NewEmailUnknown()}, model{},
			aurinko.Target{Input: aurinko.AccountInput{AuthScopes: []string{}}},
		},
		"a user that Aurinko made": {
			known, model{Email: known.Email}, known,
			aurinko.Target{Input: aurinko.AccountInput{AuthScopes: []string{}, Email: "sales@acme.example"}},
		},
		"switched on":          {model{Email: mailbox.Email, CopyToSent: on}, mailbox, mailbox, switched(&yes)},
		"switched off":         {model{Email: mailbox.Email, CopyToSent: off}, mailbox, model{CopyToSent: on}, switched(&no)},
		"unset, was on":        {model{Email: mailbox.Email}, mailbox, model{CopyToSent: on}, switched(&no)},
		"unset, was off":       {model{Email: mailbox.Email}, mailbox, model{CopyToSent: off}, switched(&no)},
		"unset, as it was":     {model{Email: mailbox.Email}, mailbox, model{}, switched(nil)},
		"off in a new account": {model{Email: mailbox.Email, CopyToSent: off}, mailbox, model{}, switched(&no)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Parent, test.want.Input.ServiceType = 1001, aurinko.ServiceExchange
			got := test.planned.target(test.config, test.state, 1001, aurinko.ServiceExchange)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func switched(copyToSent *bool) aurinko.Target {
	return aurinko.Target{Input: aurinko.AccountInput{AuthScopes: []string{}, Email: "sales@acme.example", CopyToSent: copyToSent}}
}

func TestFromAPI(t *testing.T) {
	t.Parallel()

	everything, account := full()
	read := everything // what is never told is as it was
	read.UserAccount, read.EnsureAccess, read.OnExisting = types.String{}, types.Bool{}, types.String{}
	written := read // what was planned as null stays null
	written.ServiceAccountID, written.CopyToSent, written.TrustServer = types.String{}, types.Bool{}, types.Bool{}

	imported := read // no user: Aurinko does not tell which of its accounts this is
	imported.UserID = types.StringNull()

	nothing := aurinko.Account{ID: 2002}
	bare := model{ID: text("2002"), Scopes: customtype.NewScopesNull()}

	lower := account
	lower.Email, lower.LoginString, lower.ServiceType = "sales@acme.example", "acme\\sales", "ews"

	no := false
	switchedOff := account
	switchedOff.CopyToSent, switchedOff.TrustServer, switchedOff.TokenError = &no, nil, ""
	turnedOff := everything
	turnedOff.CopyToSent, turnedOff.TokenError = off, types.StringNull()

	tests := map[string]struct {
		before  model
		reader  readback.Reader
		account aurinko.Account
		want    model
	}{
		"imported":                    {model{ID: text("2002")}, readback.Refresh, account, imported},
		"created":                     {unknowns(), readback.AfterWrite, account, written},
		"created, nothing told":       {unknowns(), readback.AfterWrite, nothing, bare},
		"refreshed":                   {everything, readback.Refresh, account, everything},
		"refreshed in lower case":     {everything, readback.Refresh, lower, everything},
		"refreshed, switched off":     {everything, readback.Refresh, switchedOff, turnedOff},
		"refreshed, nothing told":     {withoutTokenError(everything), readback.Refresh, nothing, withoutTokenError(everything)},
		"written, another told":       {everything, readback.AfterWrite, aurinko.Account{ID: 2002, Name: "Other", TokenStatus: "dead"}, everything},
		"nothing set, nothing told":   {bare, readback.Refresh, nothing, bare},
		"off is what unset means too": {bare, readback.Refresh, aurinko.Account{ID: 2002, CopyToSent: &no, TrustServer: &no}, bare},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := test.before
			got.fromAPI(test.reader, test.account)
			if diff := cmp.Diff(test.want, got, equal); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// withoutTokenError: an account without an error has none, told or not.
func withoutTokenError(m model) model {
	m.TokenError = types.StringNull()
	return m
}

func TestCompleteFrom(t *testing.T) {
	t.Parallel()

	sent := aurinko.AccountInput{ServiceType: "EWS", Email: "Sales@acme.example", LoginString: "ACME\\sales", Name: "Sales"}
	want := aurinko.Account{ServiceType: "EWS", Email: "Sales@acme.example", LoginString: "ACME\\sales"}
	if diff := cmp.Diff(want, completeFrom(aurinko.Account{}, sent)); diff != "" {
		t.Error(diff)
	}
	told := aurinko.Account{ServiceType: "ews", Email: "sales@acme.example", LoginString: "acme\\sales"}
	if diff := cmp.Diff(told, completeFrom(told, sent)); diff != "" {
		t.Errorf("what was told is overwritten: %s", diff)
	}
}
