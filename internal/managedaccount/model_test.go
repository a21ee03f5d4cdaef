package managedaccount

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
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
	cmp.Comparer(func(a, b customtype.AccountID) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Scopes) bool { return a.Equal(b) }),
}

// full is a model with everything set, and told the account that it is.
func full() (model, aurinko.Account) {
	yes := true
	return model{
			ID: customtype.NewAccountID(2002), ServiceAccountID: customtype.NewAccountID(1001),
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
		ID: customtype.AccountID{StringValue: unknown}, Email: customtype.NewEmailUnknown(), Login: unknown, Scopes: customtype.NewScopesUnknown(),
		Name: unknown, Timezone: unknown, ClientOrgID: unknown, UserID: unknown,
		ServiceType: unknown, MailboxAddress: unknown, TokenStatus: unknown, TokenError: unknown, CreatedAt: unknown,
	}
}

func TestSpec(t *testing.T) {
	t.Parallel()

	everything, _ := full()
	yes, no := true, false
	mailbox := model{Email: customtype.NewEmailValue("sales@acme.example"), Scopes: customtype.NewScopesValue([]string{"Mail.ReadOnly"})}
	switched := func(copyToSent *bool) lifecycle.Spec {
		return lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{}, Email: "sales@acme.example", CopyToSent: copyToSent}}
	}

	tests := map[string]struct {
		planned, state model
		want           lifecycle.Spec
	}{
		"everything": {
			planned: everything,
			want: lifecycle.Spec{
				Options: aurinko.SaveOptions{EnsureAccess: true, UserID: "user-1", UserAccount: "primary"},
				Input: aurinko.AccountInput{
					AuthScopes: []string{"Mail.Read", "Mail.Send"}, ClientOrgID: "acme", LoginString: "ACME\\sales",
					Email: "Sales@acme.example", Name: "Sales", Timezone: "Europe/Vienna", CopyToSent: &yes, TrustServer: &yes,
				},
			},
		},
		"no more than a mailbox": {
			planned: mailbox,
			want:    lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{"Mail.Read"}, Email: "sales@acme.example"}},
		},
		"no more than a login": {
			planned: model{Login: text("ACME\\sales"), Email: customtype.NewEmailUnknown()},
			want:    lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{}, LoginString: "ACME\\sales"}},
		},
		"unknowns":             {planned: unknowns(), want: lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{}}}},
		"switched on":          {planned: model{Email: mailbox.Email, CopyToSent: on}, state: mailbox, want: switched(&yes)},
		"switched off":         {planned: model{Email: mailbox.Email, CopyToSent: off}, state: model{CopyToSent: on}, want: switched(&no)},
		"unset, was on":        {planned: model{Email: mailbox.Email}, state: model{CopyToSent: on}, want: switched(&no)},
		"unset, was off":       {planned: model{Email: mailbox.Email}, state: model{CopyToSent: off}, want: switched(&no)},
		"unset, as it was":     {planned: model{Email: mailbox.Email}, want: switched(nil)},
		"off in a new account": {planned: model{Email: mailbox.Email, CopyToSent: off}, want: switched(&no)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Parent, test.want.Input.ServiceType = 1001, aurinko.ServiceExchange
			got := test.planned.spec(test.state, 1001, aurinko.ServiceExchange)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFromAPI(t *testing.T) {
	t.Parallel()

	everything, account := full()
	read := everything // what is never told is as it was
	read.UserAccount, read.EnsureAccess, read.OnExisting = types.String{}, types.Bool{}, types.String{}
	written := read // what was planned as null stays null
	written.ServiceAccountID, written.CopyToSent, written.TrustServer = customtype.AccountID{}, types.Bool{}, types.Bool{}

	imported := read // no user: Aurinko does not tell which of its accounts this is
	imported.UserID = types.StringNull()

	nothing := aurinko.Account{ID: 2002}
	bare := model{ID: customtype.NewAccountID(2002), Scopes: customtype.NewScopesNull()}

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
		"imported":                    {model{ID: customtype.NewAccountID(2002)}, readback.Refresh, account, imported},
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
