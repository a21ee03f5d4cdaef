package account_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const revokes = "DELETE /v1/account/token"

func TestCheckAction(t *testing.T) {
	t.Parallel()

	const asking = "Asking Google whether Aurinko's access to managed account 601 (Sales@acme.example) still works."
	broken := func(texts ...string) []string { return append([]string{"The account does not work: "}, texts...) }
	tests := map[string]struct {
		id       any
		stored   string // token status before; empty for active
		finds    string // by the ping
		fault    simulator.Fault
		progress []string
		says     []string // nil: it passes
	}{
		"active": {id: "601", finds: "active", progress: []string{asking, "Managed account 601 (Sales@acme.example) works: its token is active."}},
		"invalid": {id: "601", finds: "invalid", progress: []string{asking}, says: broken(
			`The token of managed account 601 (Sales@acme.example) is "invalid" (The mail provider refuses the token). `, "Aurinko keeps trying", "check again")},
		"dead": {id: "601", finds: "dead", progress: []string{asking}, says: broken(
			`is "dead" (The mail provider refuses the token). `, "Aurinko no longer tries: grant access again. Check service account 9007199254740993")},
		"another status": {
			id: "601", fault: simulator.Fault{Route: "/v1/account", Status: http.StatusOK, Body: `{"id":601,"tokenStatus":"paused"}`},
			progress: []string{asking}, says: broken(`is "paused". Check the account in the Aurinko portal.`),
		},
		"a service account that is dead": {
			id: "9007199254740993", finds: "dead", progress: []string{"Asking Google whether Aurinko's access to service account 9007199254740993 (svc@acme.example) still works."},
			says: broken("new credential", "the managed accounts under it do not work either"),
		},
		"a personal account that is dead": {
			id: "700", finds: "dead", progress: []string{"Asking IMAP whether Aurinko's access to personal account 700 (anna@acme.example) still works."},
			says: broken("Set its present password, in its `aurinko_account` if Terraform manages it."),
		},
		"dead, as an error": {
			id: "601", fault: simulator.Fault{Route: "/v1/account", Status: http.StatusUnauthorized, Body: `{"code":"token.dead","message":"Access was withdrawn."}`},
			progress: []string{asking}, says: broken(`is "dead" (Access was withdrawn). `),
		},
		"no status": {
			id: "601", fault: simulator.Fault{Route: "/v1/account", Status: http.StatusOK, Body: `{"id":601}`},
			progress: []string{asking}, says: broken("is in a state that Aurinko does not return."),
		},
		"a service that cannot be pinged": {
			id: "602", progress: []string{
				"Aurinko cannot ping EWS. This is the token status of managed account 602 (support@other.example) that Aurinko last saw.",
				"Managed account 602 (support@other.example) works: its token is active.",
			},
		},
		"a service that cannot be pinged, dead": {
			id: "602", stored: "dead",
			progress: []string{"Aurinko cannot ping EWS. This is the token status of managed account 602 (support@other.example) that Aurinko last saw."},
			says:     broken(`The token of managed account 602 (support@other.example) is "dead". `, "Check service account 502"),
		},
		"a ping that fails": {
			id: "601", fault: simulator.Fault{Route: "/v1/account", Status: http.StatusBadRequest}, progress: []string{asking},
			says: []string{"Unable to ping the mail service of the account: Aurinko answered 400 badRequest to GET /account", "Check the account in the Aurinko portal."},
		},
		"a read that fails": {
			id: "601", fault: simulator.Fault{Route: "/v1/am/accounts/{id}", Status: http.StatusUnauthorized},
			says: []string{"Unable to check the account: Aurinko answered 401 unauthorized", "`client_secret`"},
		},
		"gone":      {id: "999", says: []string{"No such account: ", "has no account or service account 999"}},
		"no number": {id: "sales", says: []string{"Invalid account ID: The value is not an account ID."}},
		"unknown":   {id: tftypes.UnknownValue, says: []string{"Invalid account ID: The account ID is not known."}}, // Terraform does not invoke it
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			for _, id := range []int64{salesID, supportID, googleID, personalID} {
				server.Simulator.UpdateAccount(id, func(a *simulator.Account) {
					a.PingFinds = test.finds
					if test.stored != "" {
						a.TokenStatus = test.stored
					}
				})
			}
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			progress, failures := core.Connect(t, server).Invoke("aurinko_check_account", core.Values{"account_id": test.id})
			compare(t, progress, test.progress, failures, test.says)
			acctest.AssertNoWrites(t, server)
		})
	}
}

func compare(t *testing.T, progress, wantProgress, failures, says []string) {
	t.Helper()
	if diff := cmp.Diff(wantProgress, progress); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
	if len(failures) > 1 || (len(failures) == 0) != (len(says) == 0) {
		t.Fatalf("failures %q", failures)
	}
	for _, text := range says {
		if !strings.Contains(failures[0], text) {
			t.Errorf("%q does not say %q", failures[0], text)
		}
	}
}

func TestRevokeAction(t *testing.T) {
	t.Parallel()

	const (
		revoking = "Revoking the token of managed account 601 (Sales@acme.example), and the authorization behind it: " +
			"Aurinko will no longer reach the mailbox, and requests with its token or on its behalf will fail."
		failing = "Unable to revoke the token of the account: "
	)
	tests := map[string]struct {
		id       any
		fault    simulator.Fault
		progress []string
		says     []string // nil: it passes
		writes   []string
	}{
		"managed": {id: "601", writes: []string{revokes}, progress: []string{revoking,
			"The token of managed account 601 (Sales@acme.example) is revoked; it works again once the action aurinko_reauthorize_account has written it again through service account 9007199254740993."}},
		"service": {id: "9007199254740993", writes: []string{revokes}, progress: []string{
			"Revoking the token of service account 9007199254740993 (svc@acme.example), and the authorization behind it: " +
				"Aurinko will no longer reach any mailbox through it, and requests for the managed accounts under it will fail.",
			"The token of service account 9007199254740993 (svc@acme.example) is revoked; it works again once it has a new credential or the administrator has consented again."}},
		"personal": {id: "700", writes: []string{revokes}, progress: []string{
			"Revoking the token of personal account 700 (anna@acme.example), and the authorization behind it: Aurinko will no longer reach the mailbox, and requests with its token or on its behalf will fail.",
			"The token of personal account 700 (anna@acme.example) is revoked; it works again once its owner has signed in again."}},
		"refused": {id: "601", fault: simulator.Fault{Method: "DELETE", Status: http.StatusBadRequest}, writes: []string{revokes},
			progress: []string{revoking}, says: []string{failing + "Aurinko answered 400 badRequest to DELETE /account/token", "Check the account in the Aurinko portal"}},
		"gone meanwhile": {id: "601", fault: simulator.Fault{Method: "DELETE", Status: http.StatusNotFound}, writes: []string{revokes},
			progress: []string{revoking}, says: []string{failing + "Aurinko has account 601, but found no token of it to revoke"}},
		"gone":      {id: "999", says: []string{"No such account: "}},
		"no number": {id: "sales", says: []string{"Invalid account ID: The value is not an account ID."}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newServer(t, simulator.Quirks{})
			if test.fault.Status != 0 {
				server.Simulator.Inject(test.fault)
			}
			progress, failures := core.Connect(t, server).Invoke("aurinko_revoke_account_token", core.Values{"account_id": test.id})
			compare(t, progress, test.progress, failures, test.says)
			acctest.AssertWrites(t, server, test.writes...)
			for _, account := range server.Simulator.Accounts() {
				if dead := account.TokenStatus == "dead"; dead != (strconv.FormatInt(account.ID, 10) == test.id && test.says == nil) {
					t.Errorf("the token of account %d is %s", account.ID, account.TokenStatus)
				}
			}
		})
	}
}
