package state

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The states that generic REST providers left, as they write them: what they have in
// common with the objects here is the ID.
const (
	restapi = "mastercard/restapi"
	restful = "magodo/restful"

	restapiState = `{"api_data": {"accessToken": "t0ken", "accountId": "%[1]s", "userId": "5b7ada8f"}, "api_response": "{\"accountId\":%[1]s}",
		"create_method": null, "create_response": "{\"accessToken\":\"t0ken\",\"accountId\":%[1]s}", "data": "{\"active\":true,\"password\":\"hunter22\"}",
		"debug": null, "destroy_path": "/v1/am/accounts/{id}", "force_new": null, "id": "%[1]s", "ignore_all_server_changes": true, "object_id": null,
		"path": "/v1/am/accounts", "read_path": null, "read_search": null}`
	restfulState = `{"body": {"value": {"active": true, "authScopes": ["Mail.Read"]}, "type": ["object", {"active": "bool", "authScopes": ["tuple", ["string"]]}]},
		"create_header": null, "create_method": "POST", "delete_path": "/v1/am/accounts/$(body.id)", "header": %[2]s, "id": "%[1]s", "output": {"value": {"id": 600},
		"type": ["object", {"id": "number"}]}, "output_attrs": null, "path": "/v1/am/svc_accounts/500/accounts", "precheck_create": null,
		"read_path": "/v1/am/accounts/$(body.accountId)", "write_only_attrs": null}`
	restfulState0 = `{"body": "{\"active\":true}", "create_method": "POST", "header": %[2]s, "id": "%[1]s", "output": "{\"id\":600}", "path": "/v1/am/accounts", "retry_read": null}`
)

const onBehalf = `{"Accept": "application/json", "x-aurinko-account-id": "600"}`

// genericWorld has an object of each type that has an ID, made by whatever means.
func genericWorld(t *testing.T, test func(*core.Workspace, *simulator.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		server.AddAccount(simulator.Account{
			ID: 500, Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: "svc@acme.example",
			ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", AuthScopes: []string{"Mail.Read"}, Name: "acme.example",
		})
		server.AddAccount(simulator.Account{ID: 600, ParentID: 500, ServiceType: "EWS", Email: "office@acme.example", AuthScopes: []string{"Mail.Read"}})
		server.AddAccount(simulator.Account{ID: 603, ServiceType: "IMAP", Email: "info@acme.example", AuthScopes: []string{"Mail.Read"}, Password: "theirs"})
		state := server.State()
		state.Subscriptions = []simulator.Subscription{{ID: 700, AccountID: 600, Resource: "/contacts", NotificationURL: "https://hooks.acme.example/", Active: true}}
		state.BookingProfiles = []simulator.BookingProfile{{ID: 800, Name: "sales", AccountIDs: []int64{600}}, {ID: 801, AccountID: 600, Name: "sales"}}
		server.SetState(state)
		test(&core.Workspace{T: t, Transport: simulator.Transport{Handler: server}}, server)
	})
}

var genericConfigs = map[string]core.Values{
	"aurinko_service_account": {"scopes": []string{"Mail.Read"}, "exchange": core.Values{"server_url": "mail.acme.example", "username": "svc@acme.example", "password_wo": "p"}},
	"aurinko_managed_account": {"service_account_id": "500", "email": "office@acme.example", "scopes": []string{"Mail.Read"}},
	"aurinko_account":         {"email": "info@acme.example", "scopes": []string{"Mail.Read"}, "password_wo": "p"},
	"aurinko_subscription":    {"account_id": "600", "resource": "/contacts", "notification_url": "https://hooks.acme.example/"},

	"aurinko_group_booking_profile": {"name": "sales", "accounts": []string{"600"}},
	"aurinko_booking_profile":       {"name": "sales", "account_id": "600"},
}

// A moved block takes the ID over without a request. The next plan has at most a secret
// to send, and the one after it nothing.
func TestMoveFromGenericProviders(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		provider, typeName string
		version            int64
		state              string
		to, id, writes     string
	}{
		{restapi, "restapi_object", 0, fmt.Sprintf(restapiState, "500"), "aurinko_service_account", "500", "POST /v1/am/svc_accounts"},
		{restapi, "restapi_object", 0, fmt.Sprintf(restapiState, "600"), "aurinko_managed_account", "600", ""},
		{restapi, "restapi_object", 0, fmt.Sprintf(restapiState, "603"), "aurinko_account", "603", "POST /v1/am/accounts"},
		{restful, "restful_resource", 2, fmt.Sprintf(restfulState, "/v1/am/accounts/500", "null"), "aurinko_service_account", "500", "POST /v1/am/svc_accounts"},
		{restful, "restful_resource", 2, fmt.Sprintf(restfulState, "/v1/am/accounts/600/", "null"), "aurinko_managed_account", "600", ""},
		{restful, "restful_resource", 1, fmt.Sprintf(restfulState, "/v1/am/accounts/603?x=1", "{}"), "aurinko_account", "603", "POST /v1/am/accounts"},
		{restful, "restful_resource", 0, fmt.Sprintf(restfulState0, "/v1/am/accounts/600", "null"), "aurinko_managed_account", "600", ""},
		{restful, "restful_resource", 2, fmt.Sprintf(restfulState, "/v1/subscriptions/700", onBehalf), "aurinko_subscription", "600/700", ""},
		{restful, "restful_resource", 0, fmt.Sprintf(restfulState0, "/v1/subscriptions/700", onBehalf), "aurinko_subscription", "600/700", ""},
		{restapi, "restapi_object", 0, fmt.Sprintf(restapiState, "800"), "aurinko_group_booking_profile", "800", ""},
		{restful, "restful_resource", 2, fmt.Sprintf(restfulState, "/v1/book/group/profiles/800", onBehalf), "aurinko_group_booking_profile", "800", ""},
		{restful, "restful_resource", 2, fmt.Sprintf(restfulState, "/v1/book/account/profiles/801", onBehalf), "aurinko_booking_profile", "600/801", ""},
	} {
		for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
			t.Run(fmt.Sprintf("%s/%s version %d to %s", registry, test.provider, test.version, test.to), func(t *testing.T) {
				t.Parallel()
				genericWorld(t, func(w *core.Workspace, server *simulator.Server) {
					r := &core.Resource{Name: "moved", TypeName: test.to, Config: genericConfigs[test.to]}
					w.Levels = [][]*core.Resource{{r}}
					if found := w.Move(r, registry+"/"+test.provider, test.typeName, test.version, test.state); found.Failed() {
						t.Fatal(found)
					}
					if len(server.Journal()) > 0 || r.ID() != test.id || strings.Contains(r.State.String(), "hunter22") {
						t.Errorf("moved %s with %d requests", r.State, len(server.Journal()))
					}
					if found := w.Apply(); found.Failed() {
						t.Fatal(found)
					}
					var writes []string
					for _, request := range server.Journal() {
						if request.Writes() {
							writes = append(writes, request.Route)
						}
					}
					if got := strings.Join(writes, ", "); got != test.writes {
						t.Errorf("the apply writes %q, want %q", got, test.writes)
					}
					w.MustBeEmpty()
					if r.ID() != test.id || r.IdentityID() != test.id || len(server.Accounts()) != 3 || len(server.Subscriptions()) != 1 || len(server.BookingProfiles()) != 2 {
						t.Errorf("%s is another object, or there is another", r.ID())
					}
				})
			})
		}
	}
}

// What does not say which object it was moves nowhere, and the message says what to do
// instead. What is moved to the wrong type is refused where it is read.
func TestMoveRefused(t *testing.T) {
	t.Parallel()
	const terraform = "registry.terraform.io/"
	for name, test := range map[string]struct{ provider, typeName, state, to, says string }{
		"no number":         {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "acme"), "aurinko_account", "The state of restapi_object does not identify it: it is not an account ID"},
		"a list's path":     {terraform + restful, "restful_resource", fmt.Sprintf(restfulState, "/v1/am/accounts", "null"), "aurinko_account", "an `import` block for this resource"},
		"no ID":             {terraform + restapi, "restapi_object", `{"path": "/v1/am/accounts"}`, "aurinko_account", "it is not an account ID"},
		"no account":        {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "700"), "aurinko_subscription", "it has no header X-Aurinko-Account-Id"},
		"account no number": {terraform + restful, "restful_resource", fmt.Sprintf(restfulState, "/v1/subscriptions/700", `{"X-Aurinko-Account-Id": "a"}`), "aurinko_subscription", "it is not an account ID and a subscription ID"},
		"profile's account": {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "801"), "aurinko_booking_profile", "it has no header X-Aurinko-Account-Id"},
		"a group profile":   {terraform + restful, "restful_resource", fmt.Sprintf(restfulState, "/v1/book/group/profiles/800", onBehalf), "aurinko_booking_profile", "it is a booking profile of the other type"},
		"an account's":      {terraform + restapi, "restapi_object", `{"id": "801", "path": "/v1/book/account/profiles"}`, "aurinko_group_booking_profile", "it is a booking profile of the other type"},
		"a name":            {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "acme"), "aurinko_group_booking_profile", "it is neither a number"},
		"another provider":  {terraform + "other/restapi", "restapi_object", fmt.Sprintf(restapiState, "603"), "aurinko_account", "Unable to Move Resource State"},
		"another type":      {terraform + restful, "restful_operation", fmt.Sprintf(restfulState, "/v1/am/accounts/603", "null"), "aurinko_account", "Unable to Move Resource State"},
		"settings":          {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "Zoho"), "aurinko_zoho_oauth", "Unable to Move Resource State"},
		"not there":         {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "4004"), "aurinko_account", "has no account 4004, to which the `moved` block leads"},
		"profile not there": {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "4004"), "aurinko_group_booking_profile", "has no booking profile 4004"},
		"hook not there":    {terraform + restful, "restful_resource", fmt.Sprintf(restfulState, "/v1/subscriptions/4004", onBehalf), "aurinko_subscription", "has no subscription 600/4004"},
		"of another type":   {terraform + restapi, "restapi_object", fmt.Sprintf(restapiState, "600"), "aurinko_account", "with `aurinko_managed_account`"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			genericWorld(t, func(w *core.Workspace, server *simulator.Server) {
				r := &core.Resource{Name: "moved", TypeName: test.to, Config: genericConfigs[test.to]}
				w.Levels = [][]*core.Resource{{r}}
				found := w.Move(r, test.provider, test.typeName, 0, test.state)
				if !found.Failed() {
					_, found = w.Plan()
				}
				if !found.Failed() || !strings.Contains(found.String(), test.says) || strings.Contains(found.String(), "acme") {
					t.Errorf("said is %q, want %q", found, test.says)
				}
			})
		})
	}
}
