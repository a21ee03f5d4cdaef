package account

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

var yes, no = true, false

// everything is an account of which the API returns every field.
var everything = aurinko.Account{
	ID: 1<<53 + 1, ParentID: 7, Type: "managed", ServiceType: "Google", Email: "e", LoginString: "l", MailboxAddress: "m", Name: "n",
	ServerURL: "s", ClientOrgID: "c", AuthOrgID: "o", AuthUserID: "u", UserID: "i", Timezone: "z", TokenStatus: "dead", TokenError: "t",
	AuthScopes: aurinko.ScopeNames{"Mail.Send", "Mail.ReadOnly", "Mail.Read", "New.Scope"}, CopyToSent: &yes, TrustServer: &no, CreatedAt: "d",
	ServiceProvider: "p", Email2: "e2", Name2: "n2", ServerURL2: "s2", AuthNativeScopes: aurinko.ScopeNames{"b", "a", "b"},
	TokenIssuedAt: "1", AuthObtainedAt: "2", AuthExpiresAt: "3", UpdatedAt: "4",
}

func TestFromAPI(t *testing.T) {
	t.Parallel()

	text := types.StringValue
	for _, test := range []struct {
		name    string
		account aurinko.Account
		want    model
	}{
		{
			name: "everything", account: everything,
			want: model{
				ID: customtype.NewAccountID(1<<53 + 1), ParentID: text("7"), Type: text("managed"), ServiceType: text("Google"), Email: text("e"),
				Login: text("l"), MailboxAddress: text("m"), Name: text("n"), ServerURL: text("s"), ClientOrgID: text("c"), AuthOrgID: text("o"),
				AuthUserID: text("u"), UserID: text("i"), Timezone: text("z"), TokenStatus: text("dead"), TokenError: text("t"), CreatedAt: text("d"),
				Scopes: []string{"Mail.Read", "Mail.Send", "New.Scope"}, CopyToSent: types.BoolValue(true), TrustServer: types.BoolValue(false),
				ServiceProvider: text("p"), Email2: text("e2"), Name2: text("n2"), ServerURL2: text("s2"), NativeScopes: []string{"a", "b"},
				TokenIssuedAt: text("1"), AuthorizedAt: text("2"), AuthorizationExpiresAt: text("3"), UpdatedAt: text("4"),
			},
		},
		{name: "nothing", account: aurinko.Account{ID: 1}, want: model{ID: customtype.NewAccountID(1)}},
		{
			name: "no scopes", account: aurinko.Account{ID: 1, AuthScopes: aurinko.ScopeNames{}, AuthNativeScopes: aurinko.ScopeNames{}},
			want: model{ID: customtype.NewAccountID(1), Scopes: []string{}, NativeScopes: []string{}},
		},
		// The type also shows in other fields.
		{name: "a daemon", account: aurinko.Account{ID: 1, Daemon: true}, want: model{ID: customtype.NewAccountID(1), Type: text("daemon")}},
		{name: "a parent", account: aurinko.Account{ID: 1, ParentID: 7}, want: model{ID: customtype.NewAccountID(1), ParentID: text("7"), Type: text("managed")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, fromAPI(test.account)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestToTerraform(t *testing.T) {
	t.Parallel()

	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	flag := func(value bool) tftypes.Value { return tftypes.NewValue(tftypes.Bool, value) }
	record := func(known map[string]tftypes.Value) tftypes.Value {
		values := map[string]tftypes.Value{}
		for name, attributeType := range recordType.AttributeTypes {
			values[name] = tftypes.NewValue(attributeType, nil)
		}
		for name, value := range known {
			values[name] = value
		}
		return tftypes.NewValue(recordType, values)
	}
	got := toTerraform([]aurinko.Account{everything, {ID: 1, AuthScopes: aurinko.ScopeNames{}}})
	want := tftypes.NewValue(tftypes.List{ElementType: recordType}, []tftypes.Value{
		record(map[string]tftypes.Value{
			"id": text("9007199254740993"), "parent_id": text("7"), "type": text("managed"), "service_type": text("Google"), "email": text("e"),
			"login": text("l"), "name": text("n"), "client_org_id": text("c"), "auth_org_id": text("o"),
			"timezone": text("z"), "token_status": text("dead"), "copy_to_sent": flag(true), "trust_server": flag(false),
			"scopes": tftypes.NewValue(stringSet, []tftypes.Value{text("Mail.Read"), text("Mail.Send"), text("New.Scope")}),
		}),
		record(map[string]tftypes.Value{"id": text("1"), "scopes": tftypes.NewValue(stringSet, []tftypes.Value{})}),
	})
	if diffs, err := want.Diff(got); err != nil || len(diffs) > 0 {
		t.Errorf("%v, %v", diffs, err)
	}
	if none := toTerraform(nil); none.IsNull() {
		t.Error("no account is null, not an empty list")
	}
}

func TestSorted(t *testing.T) {
	t.Parallel()

	var got []aurinko.AccountID
	for _, account := range sorted([]aurinko.Account{{ID: 10}, {ID: 9}, {ID: 1<<53 + 1}, {ID: 1 << 53}}) {
		got = append(got, account.ID)
	}
	if want := []aurinko.AccountID{9, 10, 1 << 53, 1<<53 + 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// 50,000 accounts, in the form that a list data source gives to Terraform.
func TestListIsCompact(t *testing.T) {
	const count = 50_000
	accounts := make([]aurinko.Account, count)
	for i := range accounts {
		accounts[i] = everything
		accounts[i].ID, accounts[i].Email = aurinko.AccountID(i+1), fmt.Sprintf("somebody.%d@acme.example", i)
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	value := toTerraform(accounts)
	used := (heap() - before) >> 20
	if used > 120 {
		t.Errorf("%d accounts take %d MiB, more than 120", count, used)
	}
	t.Logf("%d accounts take %d MiB", count, used)
	runtime.KeepAlive(value)
	runtime.KeepAlive(accounts)
}
