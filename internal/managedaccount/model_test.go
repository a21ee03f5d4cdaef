package managedaccount

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
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
	cmp.Comparer(func(a, b customtype.AccountID) bool { return a.Equal(b) }),
	cmp.Comparer(func(a, b customtype.Scopes) bool { return a.Equal(b) }),
}

// full is a model with everything set, and the account as the API returns it.
func full() (model, aurinko.Account) {
	yes := true
	return model{ServiceAccountID: customtype.NewAccountID(1001), ServiceType: text("EWS"), Mailbox: attribute.Mailbox{
			ID: customtype.NewAccountID(2002), Email: text("Sales@acme.example"), Login: text("ACME\\sales"),
			Scopes: customtype.NewScopesValue([]string{"Mail.Read", "Mail.Send"}),
			Name:   text("Sales"), Timezone: text("Europe/Vienna"), ClientOrgID: text("acme"),
			UserID: text("user-1"), UserAccount: text("primary"),
			EnsureAccess: on, CopyToSent: on, TrustServer: on, OnExisting: text("adopt"),
			MailboxAddress: text("sales@acme.example"),
			TokenStatus:    text("invalid"), TokenError: text("refused"), CreatedAt: text("2026-01-02T03:04:05.000Z"),
		}}, aurinko.Account{
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
	return model{ServiceType: unknown, Mailbox: attribute.Mailbox{
		ID: customtype.AccountID{StringValue: unknown}, Email: unknown, Login: unknown, Scopes: customtype.NewScopesUnknown(),
		Name: unknown, Timezone: unknown, ClientOrgID: unknown,
		MailboxAddress: unknown, TokenStatus: unknown, TokenError: unknown, CreatedAt: unknown,
	}}
}

// of is the managed account of a mailbox.
func of(mailbox attribute.Mailbox) model { return model{Mailbox: mailbox} }

func TestSpec(t *testing.T) {
	t.Parallel()

	everything, _ := full()
	yes, no := true, false
	mailbox := of(attribute.Mailbox{Email: text("sales@acme.example"), Scopes: customtype.NewScopesValue([]string{"Mail.ReadOnly"})})
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
			planned: of(attribute.Mailbox{Login: text("ACME\\sales"), Email: types.StringUnknown()}),
			want:    lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{}, LoginString: "ACME\\sales"}},
		},
		"unknowns":             {planned: unknowns(), want: lifecycle.Spec{Input: aurinko.AccountInput{AuthScopes: []string{}}}},
		"switched on":          {planned: of(attribute.Mailbox{Email: mailbox.Email, CopyToSent: on}), state: mailbox, want: switched(&yes)},
		"switched off":         {planned: of(attribute.Mailbox{Email: mailbox.Email, CopyToSent: off}), state: of(attribute.Mailbox{CopyToSent: on}), want: switched(&no)},
		"unset, was on":        {planned: of(attribute.Mailbox{Email: mailbox.Email}), state: of(attribute.Mailbox{CopyToSent: on}), want: switched(&no)},
		"unset, was off":       {planned: of(attribute.Mailbox{Email: mailbox.Email}), state: of(attribute.Mailbox{CopyToSent: off}), want: switched(&no)},
		"unset, as it was":     {planned: of(attribute.Mailbox{Email: mailbox.Email}), want: switched(nil)},
		"off in a new account": {planned: of(attribute.Mailbox{Email: mailbox.Email, CopyToSent: off}), want: switched(&no)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.Parent, test.want.Input.ServiceType = 1001, aurinko.ServiceExchange
			got := test.planned.spec(test.state.Mailbox, 1001, aurinko.ServiceExchange)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFromAPI(t *testing.T) {
	t.Parallel()

	everything, account := full()
	read := everything // what Aurinko does not return is as it was
	read.UserID, read.UserAccount, read.EnsureAccess, read.OnExisting = types.String{}, types.String{}, types.Bool{}, types.String{}
	written := read // what was planned as null stays null
	written.ServiceAccountID, written.CopyToSent, written.TrustServer = customtype.AccountID{}, types.Bool{}, types.Bool{}

	nothing := aurinko.Account{ID: 2002}
	bare := of(attribute.Mailbox{ID: customtype.NewAccountID(2002), Scopes: customtype.NewScopesNull()})

	// Another user says nothing: it may be the same one by another ID.
	lower := account
	lower.Email, lower.LoginString, lower.ServiceType, lower.UserID = "sales@acme.example", "acme\\sales", "ews", "user-2"

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
		"imported":                   {before: of(attribute.Mailbox{ID: customtype.NewAccountID(2002)}), reader: readback.Refresh, account: account, want: read},
		"created":                    {before: unknowns(), reader: readback.AfterWrite, account: account, want: written},
		"created, nothing returned":  {before: unknowns(), reader: readback.AfterWrite, account: nothing, want: bare},
		"refreshed":                  {before: everything, reader: readback.Refresh, account: account, want: everything},
		"refreshed, in lower case":   {before: everything, reader: readback.Refresh, account: lower, want: everything},
		"refreshed, switched off":    {before: everything, reader: readback.Refresh, account: switchedOff, want: turnedOff},
		"refreshed, returns nothing": {before: withoutTokenError(everything), reader: readback.Refresh, account: nothing, want: withoutTokenError(everything)},
		"written, returns another":   {before: everything, reader: readback.AfterWrite, account: aurinko.Account{ID: 2002, Name: "Other", TokenStatus: "dead"}, want: everything},
		"nothing set, none returned": {before: bare, reader: readback.Refresh, account: nothing, want: bare},
		"off is what unset means":    {before: bare, reader: readback.Refresh, account: aurinko.Account{ID: 2002, CopyToSent: &no, TrustServer: &no}, want: bare},
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

// withoutTokenError: an account without an error has none, returned or not.
func withoutTokenError(m model) model {
	m.TokenError = types.StringNull()
	return m
}

func TestReplaces(t *testing.T) {
	t.Parallel()

	state, _ := full()
	unknown := types.StringUnknown()
	tests := map[string]struct {
		plan     func(*model)
		state    func(*model)
		imported bool
		want     []string
	}{
		"nothing changes": {},
		"what is updated in place": {plan: func(m *model) {
			m.Scopes, m.Name, m.Timezone, m.ClientOrgID = customtype.NewScopesUnknown(), text("Other"), unknown, text("other")
			m.EnsureAccess, m.CopyToSent, m.TrustServer, m.OnExisting = off, off, off, text("error")
		}},
		"another mailbox":   {plan: func(m *model) { m.Email, m.Login = text("info@acme.example"), text("ACME\\info") }, want: []string{"email", "login"}},
		"an unknown one":    {plan: func(m *model) { m.Email, m.Login = unknown, unknown }, want: []string{"email", "login"}},
		"another parent":    {plan: func(m *model) { m.ServiceAccountID = customtype.NewAccountID(1002) }, want: []string{"service_account_id"}},
		"an unknown parent": {plan: func(m *model) { m.ServiceAccountID.StringValue = unknown }, want: []string{"service_account_id"}},
		"a first login":     {plan: func(m *model) { m.Login = text("ACME\\sales") }, state: func(m *model) { m.Login = types.StringNull() }},
		"another user":      {plan: func(m *model) { m.UserID, m.UserAccount = text("user-2"), text("secondary") }, want: []string{"user_id", "user_account"}},
		"an unknown user":   {plan: func(m *model) { m.UserID = unknown }, want: []string{"user_id"}},
		"no user any more":  {plan: func(m *model) { m.UserID, m.UserAccount = types.StringNull(), types.StringNull() }},
		"a first user":      {state: func(m *model) { m.UserID, m.UserAccount = types.StringNull(), types.StringNull() }, want: []string{"user_id"}},
		"a first user, imported": {
			state: func(m *model) { m.UserID, m.UserAccount = types.StringNull(), types.StringNull() }, imported: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			planned, state := state, state
			for m, change := range map[*model]func(*model){&planned: test.plan, &state: test.state} {
				if change != nil {
					change(m)
				}
			}
			var got []string
			for _, at := range planned.replaces(state, test.imported) {
				got = append(got, at.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
