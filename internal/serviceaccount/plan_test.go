package serviceaccount_test

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// unknown is a value that is known after apply.
const unknown = tftypes.UnknownValue

// values are the attributes of a resource, those of a nested object in values
// of their own. What is left out is null.
type values map[string]any

// with is v with other values. A name with a dot leads into a nested object.
func (v values) with(changes values) values {
	changed := maps.Clone(v)
	for name, value := range changes {
		if outer, inner, nested := strings.Cut(name, "."); nested {
			object, _ := changed[outer].(values)
			changed[outer] = object.with(values{inner: value})
		} else {
			changed[name] = value
		}
	}
	return changed
}

// encode turns a value into Terraform's form.
func encode(attributeType tftypes.Type, value any) tftypes.Value {
	switch value := value.(type) {
	case values:
		object := map[string]tftypes.Value{}
		for name, nested := range attributeType.(tftypes.Object).AttributeTypes {
			object[name] = encode(nested, value[name])
		}
		return tftypes.NewValue(attributeType, object)
	case []string:
		set := make([]tftypes.Value, len(value))
		for i, element := range value {
			set[i] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(attributeType, set)
	}
	return tftypes.NewValue(attributeType, value)
}

// proposed is what Terraform proposes for an update: the configuration, with
// the state's values where a computed attribute is not configured, and without
// what is write-only.
func proposed(attributes []*tfprotov6.SchemaAttribute, state, config values) values {
	out := values{}
	for _, attribute := range attributes {
		value := config[attribute.Name]
		switch nested, isObject := value.(values); {
		case attribute.WriteOnly:
			value = nil
		case value == nil && attribute.Computed:
			if value = state[attribute.Name]; state == nil {
				value = unknown
			}
		case isObject:
			prior, _ := state[attribute.Name].(values)
			value = proposed(attribute.NestedType.Attributes, prior, nested)
		}
		out[attribute.Name] = value
	}
	return out
}

// A planned is what the provider answers to a plan. Attributes are named with
// dots; those that are null are left out.
type planned struct {
	values   map[string]string
	unknown  []string
	replaces []string
	errors   []string // summary and detail
}

// planChange asks the provider for a plan, as Terraform does. A create has no
// state.
func planChange(t *testing.T, state, config values) planned {
	t.Helper()
	return planWith(t, nil, state, config)
}

// planWith is planChange with a private state.
func planWith(t *testing.T, private map[string]string, state, config values) planned {
	t.Helper()
	kept := map[string][]byte{}
	for key, value := range private {
		kept[key] = []byte(value)
	}
	priorPrivate, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acctest.ProtoV6ProviderFactories["aurinko"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	account := schemas.ResourceSchemas["aurinko_service_account"]
	dynamic := func(v values) *tfprotov6.DynamicValue {
		value := tftypes.NewValue(account.ValueType(), nil)
		if v != nil {
			value = encode(account.ValueType(), v)
		}
		encoded, err := tfprotov6.NewDynamicValue(account.ValueType(), value)
		if err != nil {
			t.Fatal(err)
		}
		return &encoded
	}
	resp, err := server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "aurinko_service_account", PriorState: dynamic(state), Config: dynamic(config),
		ProposedNewState: dynamic(proposed(account.Block.Attributes, state, config)), PriorPrivate: priorPrivate,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out planned
	for _, diagnostic := range resp.Diagnostics {
		out.errors = append(out.errors, diagnostic.Summary+": "+diagnostic.Detail)
	}
	for _, path := range resp.RequiresReplace {
		out.replaces = append(out.replaces, dotted(path))
	}
	value, err := resp.PlannedState.Unmarshal(account.ValueType())
	if err != nil {
		t.Fatal(err)
	}
	out.values = map[string]string{}
	err = tftypes.Walk(value, func(path *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		var text string
		switch name := dotted(path); {
		case !value.IsKnown():
			out.unknown = append(out.unknown, name)
		case value.IsNull() || len(path.Steps()) == 0:
		case value.Type().Is(tftypes.Number):
			var n big.Float
			if err := value.As(&n); err != nil {
				return false, err
			}
			out.values[name] = n.String()
		case value.As(&text) == nil:
			out.values[name] = text
		}
		return true, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out.unknown)
	return out
}

// dotted names an attribute: "google.client_id".
func dotted(path *tftypes.AttributePath) string {
	var names []string
	for _, step := range path.Steps() {
		if name, ok := step.(tftypes.AttributeName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}

const (
	tenant = "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab"
	other  = "9c5a7d10-2fa1-4d3b-8c5e-0123456789ab"
	ewsURL = "https://mail.acme.example/EWS/Exchange.asmx"
)

// state is what a configuration looks like once it is applied.
func state(config, computed values) values {
	return config.with(values{
		"id": "1001", "name": "Acme", "token_status": "active", "created_at": "2026-01-02T03:04:05.000Z", "credentials_revision": 4,
	}).with(computed)
}

func TestPlan(t *testing.T) {
	t.Parallel()

	var (
		key      = acctest.GoogleKey(t, "112233", "key-1", acctest.Key())
		rotated  = acctest.GoogleKey(t, "112233", "key-2", acctest.OtherKey())
		stranger = acctest.GoogleKey(t, "445566", "key-9", acctest.OtherKey())
		scopes   = values{"scopes": []string{"Mail.Read"}}
	)
	google := scopes.with(values{"google": values{"domain": "acme.example", "credentials": key}})
	googleState := state(google, values{
		"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "112233", "login": "key-1",
		"email":               "aurinko-112233@acme-mail.iam.gserviceaccount.com",
		"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
		"google.project_id": "acme-mail", "google.private_key_id": "key-1",
	})
	writeOnly := google.with(values{"google.credentials": nil, "google.credentials_wo": key, "google.credentials_wo_version": 1})
	writeOnlyState := googleState.with(values{"google.credentials": nil, "google.credentials_wo_version": 1})
	googleImported := googleState.with(values{"google.credentials": nil, "google.project_id": nil, "credentials_revision": nil})

	exchange := scopes.with(values{"exchange": values{"server_url": "mail.acme.example", "username": "svc@acme.example", "password": "hunter2"}})
	exchangeState := state(exchange, values{
		"service_type": "EWS", "auth_org_id": "acme.example", "login": "svc@acme.example", "exchange.domain": "acme.example",
	})

	office := scopes.with(values{"office365": values{"tenant_id": tenant}})
	officeState := state(office, values{"service_type": "Office365", "auth_org_id": tenant, "login": tenant})

	consent := scopes.with(values{"authorization": values{"service_type": "Office365", "code_wo": "c0de"}})
	consentState := state(consent, values{
		"authorization.code_wo": nil, "service_type": "Office365", "auth_org_id": tenant, "login": "admin@acme.example", "email": "admin@acme.example",
	})
	spent := consent.with(values{"authorization.code_wo": nil})

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
		state, config values
		want          values // of the plan; nil: not set
		unknown       []string
		replaces      []string
	}{
		"create Google": {
			nil, google, values{
				"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": "1",
				"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
				"google.project_id": "acme-mail", "google.private_key_id": "key-1",
			}, created, nil,
		},
		"create Google with an unknown key": {
			nil, google.with(values{"google.credentials": unknown}),
			values{"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": "1"},
			and(created, "google.credentials", "google.client_email", "google.client_id", "google.project_id", "google.private_key_id"), nil,
		},
		"create Google, all unknown": {
			nil, scopes.with(values{"google": unknown}), values{"service_type": nil},
			and(created, "auth_org_id", "credentials_revision", "google", "service_type"), nil,
		},
		"create Exchange": {
			nil, exchange, values{"service_type": "EWS", "auth_org_id": "acme.example", "exchange.domain": "acme.example", "credentials_revision": "1"}, created, nil,
		},
		"create Exchange with an unknown user": {
			nil, exchange.with(values{"exchange.username": unknown}), values{"service_type": "EWS"},
			and(created, "auth_org_id", "exchange.domain", "exchange.username"), nil,
		},
		"create Office 365": {
			nil, office, values{"service_type": "Office365", "auth_org_id": tenant}, created, nil,
		},

		"nothing changes, Google":     {googleState, google, values{"credentials_revision": "4"}, nil, nil},
		"nothing changes, write-only": {writeOnlyState, writeOnly, values{"credentials_revision": "4"}, nil, nil},
		"nothing changes, Exchange":   {exchangeState, exchange, values{"credentials_revision": "4"}, nil, nil},
		"nothing changes, Office 365": {officeState, office, values{"credentials_revision": "4"}, nil, nil},

		"renamed": {
			googleState, google.with(values{"name": "Other"}),
			values{"name": "Other", "credentials_revision": "4", "login": "key-1", "google.private_key_id": "key-1", "google.client_id": "112233"}, nil, nil,
		},
		"renamed, Exchange": {
			exchangeState, exchange.with(values{"name": "Other"}),
			values{"name": "Other", "credentials_revision": "4", "login": "svc@acme.example", "exchange.domain": "acme.example"}, nil, nil,
		},
		"other scopes":            {officeState, office.with(values{"scopes": []string{"Mail.Send"}}), values{"credentials_revision": "4", "login": tenant}, nil, nil},
		"scopes by another name":  {officeState, office.with(values{"scopes": []string{"Mail.ReadOnly"}}), values{}, nil, nil},
		"on_existing alone":       {googleState, google.with(values{"on_existing": "adopt"}), values{"on_existing": "adopt", "credentials_revision": "4"}, nil, nil},
		"check_connection alone":  {googleState, google.with(values{"check_connection": true}), values{"credentials_revision": "4"}, nil, nil},
		"another client_org_id":   {officeState.with(values{"client_org_id": "acme"}), office.with(values{"client_org_id": "Acme"}), values{}, nil, []string{"client_org_id"}},
		"client_org_id taken off": {officeState.with(values{"client_org_id": "acme"}), office, values{"client_org_id": "acme"}, nil, nil},

		"a new key": {
			googleState, google.with(values{"google.credentials": rotated}),
			values{"credentials_revision": "5", "google.private_key_id": "key-2", "google.client_id": "112233"}, nil, nil,
		},
		"the key reformatted": {
			googleState, google.with(values{"google.credentials": strings.ReplaceAll(key, "\n  ", "\n\t")}),
			values{"credentials_revision": "4", "google.credentials": key}, nil, nil,
		},
		"a key that is not known yet": {
			googleState, google.with(values{"google.credentials": unknown}), values{"google.domain": "acme.example"},
			and(nil, "credentials_revision", "google.client_email", "google.client_id", "google.credentials", "google.private_key_id", "google.project_id", "login"), nil,
		},
		"the key of another service account": {
			googleState, google.with(values{"google.credentials": stranger}),
			values{"credentials_revision": "5", "google.client_id": "445566"}, nil, []string{"google.client_id"},
		},
		"a new write-only key, the version stays": {
			writeOnlyState, writeOnly.with(values{"google.credentials_wo": rotated}),
			values{"credentials_revision": "4", "google.private_key_id": "key-1"}, nil, nil,
		},
		"a new write-only key, the version goes up": {
			writeOnlyState, writeOnly.with(values{"google.credentials_wo": rotated, "google.credentials_wo_version": 2}),
			values{"credentials_revision": "5", "google.private_key_id": "key-2", "google.credentials_wo": nil}, nil, nil,
		},
		"a new write-only key without version": {
			writeOnlyState.with(values{"google.credentials_wo_version": nil}),
			writeOnly.with(values{"google.credentials_wo": rotated, "google.credentials_wo_version": nil}),
			values{"credentials_revision": "5", "google.private_key_id": "key-2"}, nil, nil,
		},
		"a write-only key that is not known yet": {
			writeOnlyState.with(values{"google.credentials_wo_version": nil}),
			writeOnly.with(values{"google.credentials_wo": unknown, "google.credentials_wo_version": nil}),
			values{"credentials_revision": "4", "google.private_key_id": "key-1"}, nil, nil,
		},
		// Whichever key it turns out to be goes along with the write.
		"renamed, the write-only key is not known yet": {
			writeOnlyState.with(values{"google.credentials_wo_version": nil}),
			writeOnly.with(values{"google.credentials_wo": unknown, "google.credentials_wo_version": nil, "name": "Other"}),
			values{"name": "Other"},
			[]string{"credentials_revision", "google.client_email", "google.client_id", "google.private_key_id", "google.project_id", "login"}, nil,
		},
		"renamed, the versioned key is not known yet": {
			writeOnlyState, writeOnly.with(values{"google.credentials_wo": unknown, "name": "Other"}),
			values{"name": "Other", "credentials_revision": "4", "google.private_key_id": "key-1", "login": "key-1"}, nil, nil,
		},
		"the key moves to write-only": {
			googleState, writeOnly, values{"credentials_revision": "4", "google.credentials": nil, "google.credentials_wo_version": "1"}, nil, nil,
		},
		"another domain": {
			googleState, google.with(values{"google.domain": "other.example"}), values{"auth_org_id": "other.example", "credentials_revision": "4"},
			nil, []string{"google.domain"},
		},
		"the domain in another case": {
			googleState, google.with(values{"google.domain": "ACME.example"}), values{"auth_org_id": "acme.example", "google.domain": "acme.example"}, nil, nil,
		},
		"another account's write-only key, the version stays": {
			googleState.with(values{"google.credentials": nil, "google.credentials_wo_version": 1}), writeOnly.with(values{"google.credentials_wo": stranger}),
			values{"google.client_id": "445566"}, nil, []string{"google.client_id"},
		},
		"plain key after an import": {
			googleImported, google, values{"credentials_revision": "1", "google.client_id": "112233", "google.project_id": "acme-mail"}, nil, nil,
		},
		"write-only key after an import": {
			googleImported, writeOnly.with(values{"google.credentials_wo_version": nil}), values{"credentials_revision": nil, "google.client_id": "112233"}, nil, nil,
		},
		"another account's key after an import": {
			googleImported, google.with(values{"google.credentials": stranger}), values{"google.client_id": "445566"}, nil, []string{"google.client_id"},
		},
		"the whole object unknown": {
			googleState, scopes.with(values{"google": unknown}), values{"service_type": "Google"},
			and(token, "auth_org_id", "credentials_revision", "google", "login"), nil,
		},

		"a new password": {
			exchangeState, exchange.with(values{"exchange.password": "hunter3"}), values{"credentials_revision": "5", "exchange.domain": "acme.example"}, nil, nil,
		},
		"a password that is JSON": {
			exchangeState.with(values{"exchange.password": "1234"}), exchange.with(values{"exchange.password": "1234 "}),
			values{"credentials_revision": "5"}, nil, nil,
		},
		"the server in another form": {exchangeState, exchange.with(values{"exchange.server_url": ewsURL}), values{"exchange.server_url": "mail.acme.example"}, nil, nil},
		"another server":             {exchangeState, exchange.with(values{"exchange.server_url": "mail2.acme.example"}), values{}, nil, []string{"exchange.server_url"}},
		"another user": {
			exchangeState, exchange.with(values{"exchange.username": "svc@other.example"}),
			values{"exchange.domain": "other.example", "auth_org_id": "other.example"}, nil, []string{"exchange.username"},
		},
		"the user in another case": {
			exchangeState, exchange.with(values{"exchange.username": "SVC@acme.example"}), values{"exchange.username": "svc@acme.example"}, nil, nil,
		},
		"another mail domain": {
			exchangeState, exchange.with(values{"exchange.domain": "other.example"}), values{"auth_org_id": "other.example"}, nil, nil,
		},

		"another tenant":           {officeState, office.with(values{"office365.tenant_id": other}), values{"auth_org_id": other}, nil, []string{"office365.tenant_id"}},
		"the tenant in upper case": {officeState, office.with(values{"office365.tenant_id": strings.ToUpper(tenant)}), values{"office365.tenant_id": tenant}, nil, nil},
		"a dead token":             {officeState.with(values{"token_status": "dead"}), office.with(values{"name": "Other"}), values{"name": "Other"}, token, nil},
		"a token with an error":    {officeState.with(values{"token_error": "expired"}), office.with(values{"name": "Other"}), values{"name": "Other"}, token, nil},
		"a client id":              {officeState, office.with(values{"office365.oauth_client_id": other}), values{"credentials_revision": "4"}, nil, nil},

		"create by consent": {
			nil, consent, values{"service_type": "Office365", "credentials_revision": "1", "authorization.code_wo": nil}, and(created, "auth_org_id"), nil,
		},
		"create by consent, all unknown": {
			nil, consent.with(values{"authorization.code_wo": unknown, "authorization.service_type": unknown}), values{"credentials_revision": "1"},
			and(created, "auth_org_id", "authorization.service_type", "service_type"), nil,
		},
		"nothing changes, consent": {consentState, consent, values{"credentials_revision": "4"}, nil, nil},
		"the code is not needed":   {consentState, spent, values{"credentials_revision": "4", "email": "admin@acme.example"}, nil, nil},
		"another code, no version": {consentState, consent.with(values{"authorization.code_wo": "another"}), values{"credentials_revision": "4"}, nil, nil},
		"another consent":          {consentState, consent.with(values{"authorization.code_wo_version": 1, "scopes": []string{"Mail.Send"}}), values{"credentials_revision": "5"}, []string{"auth_user_id", "email", "login"}, nil},
		"a version without a code": {consentState, spent.with(values{"authorization.code_wo_version": 1}), values{"credentials_revision": "4", "authorization.code_wo_version": "1"}, nil, nil},
		"a version taken away":     {consentState.with(values{"authorization.code_wo_version": 1}), consent, values{"credentials_revision": "4"}, nil, nil},
		"an unknown version":       {consentState, consent.with(values{"authorization.code_wo_version": unknown}), values{}, []string{"auth_user_id", "authorization.code_wo_version", "credentials_revision", "email", "login"}, nil},
		"an unknown service":       {consentState, consent.with(values{"authorization.service_type": unknown}), values{"service_type": "Office365"}, []string{"authorization.service_type"}, nil},
		"a consent to another service": {
			consentState, consent.with(values{"authorization.service_type": "Google"}), values{"service_type": "Google", "credentials_revision": "1"},
			and(token, "auth_org_id", "login"), []string{"service_type"},
		},
		"a consent in place of a tenant": {officeState, spent, values{"authorization.service_type": "Office365", "office365.tenant_id": nil, "auth_org_id": tenant}, nil, nil},

		"Google to Exchange": {
			googleState, exchange, values{"service_type": "EWS", "auth_org_id": "acme.example", "exchange.domain": "acme.example", "credentials_revision": "1", "google.domain": nil},
			and(token, "login"), []string{"service_type"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := planChange(t, test.state, test.config)
			if len(got.errors) > 0 {
				t.Fatal(got.errors)
			}
			for name, want := range test.want {
				planned, ok := got.values[name]
				if want == nil && ok || want != nil && planned != want {
					t.Errorf("%s is planned as %q, want %v", name, planned, want)
				}
			}
			if diff := cmp.Diff(test.unknown, got.unknown); diff != "" {
				t.Errorf("known after apply (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.replaces, got.replaces); diff != "" {
				t.Errorf("replaces for (-want +got):\n%s", diff)
			}
		})
	}
}

// Plans of a consent that say what to do instead.
func TestPlanOfConsentRefuses(t *testing.T) {
	t.Parallel()

	config := values{"scopes": []string{"Mail.Read"}, "authorization": values{"service_type": "Office365"}}
	applied := state(config, values{"service_type": "Office365", "auth_org_id": tenant, "authorization.code_wo_version": 1})
	versioned := config.with(values{"authorization.code_wo_version": 1})
	tests := map[string]struct {
		state, config values
		says          string
	}{
		"no code":                {nil, config, "Missing consent code"},
		"a version, no code":     {applied, versioned.with(values{"authorization.code_wo_version": 2}), "`code_wo_version` has changed"},
		"other scopes":           {applied, versioned.with(values{"scopes": []string{"Mail.Send"}}), "Other scopes need another consent"},
		"other scopes, old code": {applied, versioned.with(values{"scopes": []string{"Mail.Send"}, "authorization.code_wo": "c0de"}), "Other scopes need another consent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := planChange(t, test.state, test.config); len(got.errors) != 1 || !strings.Contains(got.errors[0], test.says) {
				t.Errorf("got %q, want %q", got.errors, test.says)
			}
		})
	}
}

// A key that was changed in Aurinko shows by its id, wherever that can be told
// from a server that answers something else there.
func TestPlanOfKeyChangedOutside(t *testing.T) {
	t.Parallel()

	key, rotated := acctest.GoogleKey(t, "112233", "key-1", acctest.Key()), acctest.GoogleKey(t, "112233", "key-2", acctest.OtherKey())
	config := values{"scopes": []string{"Mail.Read"}, "google": values{"domain": "acme.example", "credentials": key}}
	refreshed := state(config, values{
		"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "112233", "login": "key-9",
		"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
		"google.project_id": "acme-mail", "google.private_key_id": "key-9",
	})
	versioned := config.with(values{"google.credentials": nil, "google.credentials_wo": key, "google.credentials_wo_version": 1})
	versionedState := refreshed.with(values{"google.credentials": nil, "google.credentials_wo_version": 1})
	sent, err := json.Marshal(secret.Kept{Sent: secret.Hash(credential.CanonicalJSON(key))})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		private       map[string]string
		state, config values
		drifts        bool
	}{
		"plain":                          {map[string]string{"login": `"key-1"`}, refreshed, config, true},
		"write-only":                     {map[string]string{"login": `"key-1"`, "secret": string(sent)}, versionedState, versioned, true},
		"no key id after the last write": {map[string]string{"login": `"key-9"`}, refreshed, config, false},
		"nothing kept":                   {nil, refreshed, config, false},
		"broken":                         {map[string]string{"login": `{}`}, refreshed, config, false},
		"the configured key in another case": {
			map[string]string{"login": `"key-0"`}, refreshed.with(values{"google.private_key_id": "KEY-1"}), config, false,
		},
		"not told": {map[string]string{"login": `"key-1"`}, refreshed.with(values{"google.private_key_id": nil}), config, false},
		"another key, the version stays": {
			map[string]string{"login": `"key-1"`, "secret": string(sent)}, versionedState, versioned.with(values{"google.credentials_wo": rotated}), false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := planWith(t, test.private, test.state, test.config)
			warned := len(got.errors) == 1 && strings.HasPrefix(got.errors[0], "The Google key was changed outside Terraform: ")
			if warned != test.drifts || !warned && len(got.errors) > 0 {
				t.Errorf("diagnostics: %q", got.errors)
			}
			want := map[bool]string{true: "5", false: "4"}[test.drifts]
			if got.values["credentials_revision"] != want || test.drifts && got.values["google.private_key_id"] != "key-1" {
				t.Errorf("planned: %v", got.values)
			}
		})
	}
}
