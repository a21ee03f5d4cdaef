package serviceaccount_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
)

// kept is private state.
type kept map[string][]byte

func (k kept) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return k[key], nil }

func (k kept) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	k[key] = value
	return nil
}

// planned plans without a server. A create has no state.
func planned(t *testing.T, kept kept, state, config core.Values) (core.Plan, core.Problems) {
	t.Helper()
	private, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	r := &core.Resource{TypeName: "aurinko_service_account", Config: config}
	if state != nil {
		r.State, r.Private = core.Value(core.Schema(r.TypeName).ValueType(), state), private
	}
	return core.Launch(nil).Plan(t.Context(), r)
}

const (
	tenant = "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"
	other  = "9c5a7d10-2fa1-4d3b-8c5e-0123456789ab"
	ewsURL = "https://mail.acme.example/EWS/Exchange.asmx"
)

// state is what a configuration looks like once it is applied.
func state(config, computed core.Values) core.Values {
	return config.With(core.Values{
		"id": "1001", "name": "Acme", "token_status": "active", "created_at": "2026-01-02T03:04:05.000Z", "credentials_revision": 4,
	}).With(computed)
}

func TestPlan(t *testing.T) {
	t.Parallel()

	var (
		key      = acctest.GoogleKey(t, "112233", "key-1", acctest.Key())
		stranger = acctest.GoogleKey(t, "445566", "key-9", acctest.OtherKey())
		scopes   = core.Values{"scopes": []string{"Mail.Read"}}
	)
	google := scopes.With(core.Values{"google": core.Values{"domain": "acme.example", "credentials": key}})
	googleState := state(google, core.Values{
		"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "112233", "login": "key-1",
		"email":               "aurinko-112233@acme-mail.iam.gserviceaccount.com",
		"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
		"google.project_id": "acme-mail", "google.private_key_id": "key-1",
	})
	writeOnly := google.With(core.Values{"google.credentials": nil, "google.credentials_wo": key, "google.credentials_wo_version": 1})
	writeOnlyState := googleState.With(core.Values{"google.credentials": nil, "google.credentials_wo_version": 1})
	unversioned := writeOnly.With(core.Values{"google.credentials_wo_version": nil})
	unversionedState := writeOnlyState.With(core.Values{"google.credentials_wo_version": nil})

	exchange := scopes.With(core.Values{"exchange": core.Values{"server_url": "mail.acme.example", "username": "svc@acme.example", "password": "hunter2"}})
	exchangeState := state(exchange, core.Values{
		"service_type": "EWS", "auth_org_id": "acme.example", "login": "svc@acme.example", "exchange.domain": "acme.example",
	})

	office := scopes.With(core.Values{"office365": core.Values{"tenant_id": tenant}})
	officeState := state(office, core.Values{"service_type": "Office365", "auth_org_id": tenant, "login": tenant})

	consent := scopes.With(core.Values{"authorization": core.Values{"service_type": "Office365", "code_wo": "c0de"}})
	consentState := state(consent, core.Values{
		"authorization.code_wo": nil, "service_type": "Office365", "auth_org_id": tenant, "login": "admin@acme.example", "email": "admin@acme.example",
	})
	spent := consent.With(core.Values{"authorization.code_wo": nil})

	// What Aurinko alone knows about a new account.
	created := []string{"auth_user_id", "client_org_id", "created_at", "email", "id", "login", "name", "token_error", "token_status"}
	// What a write may change, unless the token is active already.
	token := []string{"token_error", "token_status"}
	and := func(names []string, more ...string) []string {
		all := slices.Concat(names, more)
		slices.Sort(all)
		return all
	}

	tests := map[string]struct {
		private       kept // of a Google key that was sent, if omitted
		state, config core.Values
		action        string
		want          core.Values // of the plan
		unknown       []string
	}{
		"create Google": {
			config: google, action: "create",
			want: core.Values{
				"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": 1,
				"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
				"google.project_id": "acme-mail", "google.private_key_id": "key-1",
			},
			unknown: created,
		},
		"create Google with an unknown key": {
			config: google.With(core.Values{"google.credentials": core.Unknown}), action: "create",
			want:    core.Values{"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": 1},
			unknown: and(created, "google.credentials", "google.client_email", "google.client_id", "google.project_id", "google.private_key_id"),
		},
		// The key may be another one when the plan is applied.
		"create Google, write-only": {
			config: unversioned, action: "create",
			want:    core.Values{"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": 1},
			unknown: and(created, "google.client_email", "google.client_id", "google.project_id", "google.private_key_id"),
		},
		"create Google, all unknown": {
			config: scopes.With(core.Values{"google": core.Unknown}), action: "create",
			unknown: and(created, "auth_org_id", "credentials_revision", "google", "service_type"),
		},
		"create Exchange": {
			config: exchange, action: "create",
			want:    core.Values{"service_type": "EWS", "auth_org_id": "acme.example", "exchange.domain": "acme.example", "credentials_revision": 1},
			unknown: created,
		},
		"create Exchange with an unknown user": {
			config: exchange.With(core.Values{"exchange.username": core.Unknown}), action: "create",
			want:    core.Values{"service_type": "EWS"},
			unknown: and(created, "auth_org_id", "exchange.domain", "exchange.username"),
		},
		"create Office 365": {
			config: office, action: "create",
			want:    core.Values{"service_type": "Office365", "auth_org_id": tenant},
			unknown: created,
		},

		"an unknown client_org_id": {state: officeState.With(core.Values{"client_org_id": "acme"}), config: office.With(core.Values{"client_org_id": core.Unknown}), action: "replace"},
		"a first client_org_id after an import": {
			private: kept{"imported": []byte("true")}, state: officeState, config: office.With(core.Values{"client_org_id": "acme"}), action: "update",
			want: core.Values{"client_org_id": "acme", "login": tenant},
		},

		"a key that is not known yet": {
			state: googleState, config: google.With(core.Values{"google.credentials": core.Unknown}), action: "update",
			want:    core.Values{"google.domain": "acme.example"},
			unknown: and(followKey, "google.credentials"),
		},
		"renamed, the write-only key is not known yet": {
			state: unversionedState, config: unversioned.With(core.Values{"google.credentials_wo": core.Unknown, "name": "Other"}), action: "update",
			want: core.Values{"name": "Other"}, unknown: followKey,
		},
		// The key may be another one when the plan is applied.
		"renamed, the write-only key is the same": {
			state: unversionedState, config: unversioned.With(core.Values{"name": "Other"}), action: "update",
			want: core.Values{"name": "Other"}, unknown: followKey,
		},
		"on_existing alone, the write-only key is the same": {
			state: unversionedState, config: unversioned.With(core.Values{"on_existing": "adopt"}), action: "update",
			want: core.Values{"on_existing": "adopt", "name": "Acme"}, unknown: followKey,
		},
		"an unknown version": {
			state: writeOnlyState, config: writeOnly.With(core.Values{"google.credentials_wo_version": core.Unknown}), action: "update",
			unknown: and(followKey, "google.credentials_wo_version"),
		},
		"renamed, the versioned key is not known yet": {
			state: writeOnlyState, config: writeOnly.With(core.Values{"google.credentials_wo": core.Unknown, "name": "Other"}), action: "update",
			want: core.Values{"name": "Other", "credentials_revision": 4}, unknown: followKey[1:],
		},
		"an unknown domain": {state: googleState, config: google.With(core.Values{"google.domain": core.Unknown}), action: "replace"},
		"another account's key after an import": {
			state:  googleState.With(core.Values{"google.credentials": nil, "google.project_id": nil, "credentials_revision": nil}),
			config: google.With(core.Values{"google.credentials": stranger}), action: "replace",
		},
		"a key of which nothing is kept": {
			private: kept{}, state: googleState, config: google, action: "update",
			want: core.Values{"credentials_revision": 5}, unknown: []string{"login"},
		},

		"a password that is JSON": {
			state: exchangeState.With(core.Values{"exchange.password": "1234"}), config: exchange.With(core.Values{"exchange.password": "1234 "}), action: "update",
			want: core.Values{"credentials_revision": 5},
		},
		"an unknown server and user": {
			state: exchangeState, config: exchange.With(core.Values{"exchange.server_url": core.Unknown, "exchange.username": core.Unknown}), action: "replace",
		},

		"a dead token":          {state: officeState.With(core.Values{"token_status": "dead"}), config: office.With(core.Values{"name": "Other"}), action: "update", unknown: token},
		"a token with an error": {state: officeState.With(core.Values{"token_error": "expired"}), config: office.With(core.Values{"name": "Other"}), action: "update", unknown: token},

		"create by consent": {
			config: consent, action: "create",
			want:    core.Values{"service_type": "Office365", "credentials_revision": 1, "authorization.code_wo": nil},
			unknown: and(created, "auth_org_id"),
		},
		"create by consent, all unknown": {
			config: consent.With(core.Values{"authorization.code_wo": core.Unknown, "authorization.service_type": core.Unknown}), action: "create",
			want:    core.Values{"credentials_revision": 1},
			unknown: and(created, "auth_org_id", "authorization.service_type", "service_type"),
		},
		"a version taken away": {
			state: consentState.With(core.Values{"authorization.code_wo_version": 1}), config: consent, action: "update",
			want: core.Values{"credentials_revision": 4},
		},
		"an unknown version of a code": {
			state: consentState, config: consent.With(core.Values{"authorization.code_wo_version": core.Unknown}), action: "update",
			unknown: []string{"auth_user_id", "authorization.code_wo_version", "credentials_revision", "email", "login"},
		},
		"an unknown service":           {state: consentState, config: consent.With(core.Values{"authorization.service_type": core.Unknown}), action: "replace"},
		"a consent to another service": {state: consentState, config: consent.With(core.Values{"authorization.service_type": "Google"}), action: "replace"},
		"a consent in place of a tenant": {
			state: officeState, config: spent, action: "update",
			want: core.Values{"authorization.service_type": "Office365", "office365": nil, "auth_org_id": tenant},
		},
		"a tenant in place of its consent": {
			state: consentState, config: office, action: "update",
			want:    core.Values{"office365.tenant_id": tenant, "authorization": nil, "auth_org_id": tenant},
			unknown: []string{"auth_user_id", "email", "login"},
		},
		"another tenant in place of a consent": {state: consentState, config: office.With(core.Values{"office365.tenant_id": other}), action: "replace"},
		// The account is the administrator's, and not that of the Google service account.
		"a key in place of a consent": {
			state: consentState.With(core.Values{
				"authorization.service_type": "Google", "service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "445566",
			}),
			config: google, action: "replace",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			private := test.private
			if private == nil {
				private = keySent
			}
			plan, found := planned(t, private, test.state, test.config)
			if found.Failed() || plan.Action() != test.action {
				t.Fatalf("planned is %q, want %q; said is %q", plan.Action(), test.action, found)
			}
			if test.action == "replace" {
				return // which is planned as a create
			}
			for _, differs := range test.want.Differ(*plan.After()) {
				t.Error(differs)
			}
			if diff := cmp.Diff(test.unknown, plan.Unknown()); diff != "" {
				t.Errorf("known after apply (-want +got):\n%s", diff)
			}
		})
	}
}

// keySent is what private state keeps after a write of key-1.
var keySent = kept{"secret": []byte(`{"sent":"key-1"}`)}

// A key that was changed outside Terraform shows by its ID.
func TestPlanOfKeyChangedOutside(t *testing.T) {
	t.Parallel()

	key, rotated := acctest.GoogleKey(t, "112233", "key-1", acctest.Key()), acctest.GoogleKey(t, "112233", "key-2", acctest.OtherKey())
	config := core.Values{"scopes": []string{"Mail.Read"}, "google": core.Values{"domain": "acme.example", "credentials": key}}
	refreshed := state(config, core.Values{
		"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "112233", "login": "key-9",
		"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
		"google.project_id": "acme-mail", "google.private_key_id": "key-9",
	})
	writeOnly := config.With(core.Values{"google.credentials": nil, "google.credentials_wo": key})
	writeOnlyState := refreshed.With(core.Values{"google.credentials": nil})
	versioned := writeOnly.With(core.Values{"google.credentials_wo_version": 1})
	versionedState := writeOnlyState.With(core.Values{"google.credentials_wo_version": 1})
	const (
		drifted = `{"sent":"key-1","other":"key-9"}`
		shown   = `{"sent":"key-1","shown":"key-9"}` // as the server has returned since the write
	)
	tests := map[string]struct {
		kept          string // of the key
		state, config core.Values
		drifts        bool
	}{
		"plain":                          {kept: drifted, state: refreshed, config: config, drifts: true},
		"write-only":                     {kept: drifted, state: writeOnlyState, config: writeOnly, drifts: true},
		"versioned":                      {kept: drifted, state: versionedState, config: versioned, drifts: true},
		"versioned, another key":         {kept: drifted, state: versionedState, config: versioned.With(core.Values{"google.credentials_wo": rotated}), drifts: true},
		"configured as it was changed":   {kept: `{"sent":"key-9","other":"key-1"}`, state: refreshed.With(core.Values{"google.private_key_id": "key-1", "login": "key-1"}), config: config},
		"returned in other words":        {kept: shown, state: refreshed, config: config},
		"another key, the version stays": {kept: shown, state: versionedState, config: versioned.With(core.Values{"google.credentials_wo": rotated})},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, found := planned(t, kept{"secret": []byte(test.kept)}, test.state, test.config)
			if warned := strings.Contains(found.String(), "The Google key was changed outside Terraform: "); warned != test.drifts || found.Failed() {
				t.Errorf("diagnostics: %q", found)
			}
			var unknown []string // if the key is sent again
			if test.drifts {
				unknown = followKey
			}
			if diff := cmp.Diff(unknown, plan.Unknown()); diff != "" || plan.IsEmpty() == test.drifts {
				t.Errorf("the plan is to %q, known after apply (-want +got):\n%s", plan.Action(), diff)
			}
		})
	}
}
