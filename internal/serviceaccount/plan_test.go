package serviceaccount_test

import (
	"context"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
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

// private is private state as a map. Its JSON is the framework's form of it.
type private map[string][]byte

func (p private) GetKey(_ context.Context, key string) ([]byte, diag.Diagnostics) { return p[key], nil }

func (p private) SetKey(_ context.Context, key string, value []byte) diag.Diagnostics {
	p[key] = value
	return nil
}

// planChange asks the provider for a plan, as Terraform does. A create has no
// state.
func planChange(t *testing.T, private private, state, config values) planned {
	t.Helper()
	priorPrivate, err := json.Marshal(private)
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

// text is a value of a state, as planned has it.
func (v values) text(name string) string {
	outer, inner, nested := strings.Cut(name, ".")
	if object, ok := v[outer].(values); nested && ok {
		return object.text(inner)
	}
	text, _ := v[outer].(string)
	return text
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
	unversioned := writeOnly.with(values{"google.credentials_wo_version": nil})
	unversionedState := writeOnlyState.with(values{"google.credentials_wo_version": nil})
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
	// What follows from a key that is not known yet.
	keyUnknown := []string{"credentials_revision", "google.client_email", "google.client_id", "google.private_key_id", "google.project_id", "login"}
	and := func(names []string, more ...string) []string {
		all := slices.Concat(names, more)
		slices.Sort(all)
		return all
	}

	tests := map[string]struct {
		private       private // of a Google key that was sent, if omitted
		state, config values
		want          values   // of the plan; nil: not set
		unknown       []string // attributes
		replaces      []string // attributes; nothing else of such a plan counts
	}{
		"create Google": {
			config: google,
			want: values{
				"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": "1",
				"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
				"google.project_id": "acme-mail", "google.private_key_id": "key-1",
			},
			unknown: created,
		},
		"create Google with an unknown key": {
			config:  google.with(values{"google.credentials": unknown}),
			want:    values{"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": "1"},
			unknown: and(created, "google.credentials", "google.client_email", "google.client_id", "google.project_id", "google.private_key_id"),
		},
		// The key may be another one when the plan is applied.
		"create Google, write-only": {
			config:  unversioned,
			want:    values{"service_type": "Google", "auth_org_id": "acme.example", "credentials_revision": "1"},
			unknown: and(created, "google.client_email", "google.client_id", "google.project_id", "google.private_key_id"),
		},
		"create Google, all unknown": {
			config:  scopes.with(values{"google": unknown}),
			want:    values{"service_type": nil},
			unknown: and(created, "auth_org_id", "credentials_revision", "google", "service_type"),
		},
		"create Exchange": {
			config:  exchange,
			want:    values{"service_type": "EWS", "auth_org_id": "acme.example", "exchange.domain": "acme.example", "credentials_revision": "1"},
			unknown: created,
		},
		"create Exchange with an unknown user": {
			config:  exchange.with(values{"exchange.username": unknown}),
			want:    values{"service_type": "EWS"},
			unknown: and(created, "auth_org_id", "exchange.domain", "exchange.username"),
		},
		"create Office 365": {
			config:  office,
			want:    values{"service_type": "Office365", "auth_org_id": tenant},
			unknown: created,
		},

		"nothing changes, Google":     {state: googleState, config: google, want: values{"credentials_revision": "4"}},
		"nothing changes, write-only": {state: writeOnlyState, config: writeOnly, want: values{"credentials_revision": "4"}},
		"nothing changes, Exchange":   {state: exchangeState, config: exchange, want: values{"credentials_revision": "4"}},
		"nothing changes, Office 365": {state: officeState, config: office, want: values{"credentials_revision": "4"}},

		// What follows from a key is known only of another one.
		"renamed": {
			state: googleState, config: google.with(values{"name": "Other"}),
			want: values{"name": "Other", "credentials_revision": "4"}, unknown: keyUnknown[1:],
		},
		"renamed, Exchange": {
			state: exchangeState, config: exchange.with(values{"name": "Other"}),
			want: values{"name": "Other", "credentials_revision": "4", "login": "svc@acme.example", "exchange.domain": "acme.example"},
		},
		"other scopes":              {state: officeState, config: office.with(values{"scopes": []string{"Mail.Send"}}), want: values{"credentials_revision": "4", "login": tenant}},
		"scopes by another name":    {state: officeState, config: office.with(values{"scopes": []string{"Mail.ReadOnly"}})},
		"on_existing alone":         {state: googleState, config: google.with(values{"on_existing": "adopt"}), want: values{"on_existing": "adopt", "credentials_revision": "4"}},
		"check_connection alone":    {state: googleState, config: google.with(values{"check_connection": true}), want: values{"credentials_revision": "4"}},
		"another client_org_id":     {state: officeState.with(values{"client_org_id": "acme"}), config: office.with(values{"client_org_id": "other"}), replaces: []string{"client_org_id"}},
		"an unknown client_org_id":  {state: officeState.with(values{"client_org_id": "acme"}), config: office.with(values{"client_org_id": unknown}), replaces: []string{"client_org_id"}},
		"a first client_org_id":     {state: officeState, config: office.with(values{"client_org_id": "acme"}), replaces: []string{"client_org_id"}},
		"client_org_id in capitals": {state: officeState.with(values{"client_org_id": "acme"}), config: office.with(values{"client_org_id": "ACME"}), want: values{"client_org_id": "acme"}},
		"a first client_org_id after an import": {
			private: private{"imported": []byte("true")}, state: officeState, config: office.with(values{"client_org_id": "acme"}),
			want: values{"client_org_id": "acme", "login": tenant},
		},
		"client_org_id taken off": {state: officeState.with(values{"client_org_id": "acme"}), config: office, want: values{"client_org_id": "acme"}},

		"a new key": {
			state: googleState, config: google.with(values{"google.credentials": rotated}),
			want:    values{"credentials_revision": "5", "google.private_key_id": "key-2", "google.client_id": "112233"},
			unknown: []string{"login"},
		},
		"the key reformatted": {
			state: googleState, config: google.with(values{"google.credentials": strings.ReplaceAll(key, "\n  ", "\n\t")}),
			want: values{"credentials_revision": "4", "google.credentials": key},
		},
		"a key that is not known yet": {
			state: googleState, config: google.with(values{"google.credentials": unknown}),
			want:    values{"google.domain": "acme.example"},
			unknown: and(nil, "credentials_revision", "google.client_email", "google.client_id", "google.credentials", "google.private_key_id", "google.project_id", "login"),
		},
		"the key of another service account": {
			state: googleState, config: google.with(values{"google.credentials": stranger}),
			replaces: []string{"google.client_id"},
		},
		"a new write-only key, the version stays": {
			state: writeOnlyState, config: writeOnly.with(values{"google.credentials_wo": rotated}),
			want: values{"credentials_revision": "4", "google.private_key_id": "key-1"},
		},
		"a new write-only key, the version goes up": {
			state: writeOnlyState, config: writeOnly.with(values{"google.credentials_wo": rotated, "google.credentials_wo_version": 2}),
			want:    values{"credentials_revision": "5", "google.private_key_id": "key-2", "google.credentials_wo": nil},
			unknown: []string{"login"},
		},
		"a new write-only key without version": {
			state: unversionedState, config: unversioned.with(values{"google.credentials_wo": rotated}),
			want:    values{"google.private_key_id": "key-2", "google.client_id": "112233"},
			unknown: []string{"credentials_revision", "login"},
		},
		"a write-only key that is not known yet": {
			state: unversionedState, config: unversioned.with(values{"google.credentials_wo": unknown}),
			unknown: keyUnknown,
		},
		"renamed, the write-only key is not known yet": {
			state: unversionedState, config: unversioned.with(values{"google.credentials_wo": unknown, "name": "Other"}),
			want: values{"name": "Other"}, unknown: keyUnknown,
		},
		// The key may be another one when the plan is applied.
		"renamed, the write-only key is the same": {
			state: unversionedState, config: unversioned.with(values{"name": "Other"}),
			want: values{"name": "Other"}, unknown: keyUnknown,
		},
		"on_existing alone, the write-only key is the same": {
			state: unversionedState, config: unversioned.with(values{"on_existing": "adopt"}),
			want: values{"on_existing": "adopt", "name": "Acme"}, unknown: keyUnknown,
		},
		"renamed, the versioned key is the same": {
			state: writeOnlyState, config: writeOnly.with(values{"name": "Other"}),
			want: values{"name": "Other", "credentials_revision": "4"}, unknown: keyUnknown[1:],
		},
		"an unknown version": {
			state: writeOnlyState, config: writeOnly.with(values{"google.credentials_wo_version": unknown}),
			unknown: and(keyUnknown, "google.credentials_wo_version"),
		},
		"renamed, the versioned key is not known yet": {
			state: writeOnlyState, config: writeOnly.with(values{"google.credentials_wo": unknown, "name": "Other"}),
			want: values{"name": "Other", "credentials_revision": "4"}, unknown: keyUnknown[1:],
		},
		"the key moves to write-only": {
			state: googleState, config: unversioned,
			want: values{"google.credentials": nil, "google.domain": "acme.example"}, unknown: keyUnknown,
		},
		// A first version is another one.
		"the key moves to write-only with a version": {
			state: googleState, config: writeOnly,
			want:    values{"credentials_revision": "5", "google.credentials": nil, "google.credentials_wo_version": "1"},
			unknown: []string{"google.client_email", "google.client_id", "google.private_key_id", "google.project_id", "login"},
		},
		"another domain":    {state: googleState, config: google.with(values{"google.domain": "other.example"}), replaces: []string{"google.domain"}},
		"an unknown domain": {state: googleState, config: google.with(values{"google.domain": unknown}), replaces: []string{"google.domain"}},
		"the domain in another case": {
			state: googleState, config: google.with(values{"google.domain": "ACME.example"}),
			want: values{"auth_org_id": "acme.example", "google.domain": "acme.example"},
		},
		"another account's write-only key, the version stays": {
			state: writeOnlyState, config: writeOnly.with(values{"google.credentials_wo": stranger}),
			replaces: []string{"google.client_id"},
		},
		"plain key after an import": {state: googleImported, config: google, want: values{"credentials_revision": nil, "google.client_id": "112233"}},
		"write-only key after an import": {
			state: googleImported, config: writeOnly.with(values{"google.credentials_wo_version": nil}),
			want: values{"credentials_revision": nil, "google.client_id": "112233"},
		},
		"another account's key after an import": {
			state: googleImported, config: google.with(values{"google.credentials": stranger}),
			replaces: []string{"google.client_id"},
		},
		"the whole object unknown": {state: googleState, config: scopes.with(values{"google": unknown}), replaces: []string{"google"}},

		"a new password": {
			state: exchangeState, config: exchange.with(values{"exchange.password": "hunter3"}),
			want: values{"credentials_revision": "5", "exchange.domain": "acme.example"},
		},
		"a password that is JSON": {
			state: exchangeState.with(values{"exchange.password": "1234"}), config: exchange.with(values{"exchange.password": "1234 "}),
			want: values{"credentials_revision": "5"},
		},
		"the server in another form": {state: exchangeState, config: exchange.with(values{"exchange.server_url": ewsURL}), want: values{"exchange.server_url": "mail.acme.example"}},
		"another server":             {state: exchangeState, config: exchange.with(values{"exchange.server_url": "mail2.acme.example"}), replaces: []string{"exchange.server_url"}},
		"another user":               {state: exchangeState, config: exchange.with(values{"exchange.username": "svc@other.example"}), replaces: []string{"exchange.username"}},
		"an unknown server and user": {state: exchangeState, config: exchange.with(values{"exchange.server_url": unknown, "exchange.username": unknown}), replaces: []string{"exchange.server_url", "exchange.username"}},
		"the user in another case": {
			state: exchangeState, config: exchange.with(values{"exchange.username": "SVC@acme.example"}),
			want: values{"exchange.username": "svc@acme.example"},
		},
		"another mail domain": {
			state: exchangeState, config: exchange.with(values{"exchange.domain": "other.example"}),
			want: values{"auth_org_id": "other.example"},
		},

		"another tenant":           {state: officeState, config: office.with(values{"office365.tenant_id": other}), replaces: []string{"office365.tenant_id"}},
		"the tenant in upper case": {state: officeState, config: office.with(values{"office365.tenant_id": strings.ToUpper(tenant)}), want: values{"office365.tenant_id": tenant}},
		"a dead token":             {state: officeState.with(values{"token_status": "dead"}), config: office.with(values{"name": "Other"}), want: values{"name": "Other"}, unknown: token},
		"a token with an error":    {state: officeState.with(values{"token_error": "expired"}), config: office.with(values{"name": "Other"}), want: values{"name": "Other"}, unknown: token},
		"a client id":              {state: officeState, config: office.with(values{"office365.oauth_client_id": other}), want: values{"credentials_revision": "4"}},

		"create by consent": {
			config:  consent,
			want:    values{"service_type": "Office365", "credentials_revision": "1", "authorization.code_wo": nil},
			unknown: and(created, "auth_org_id"),
		},
		"create by consent, all unknown": {
			config:  consent.with(values{"authorization.code_wo": unknown, "authorization.service_type": unknown}),
			want:    values{"credentials_revision": "1"},
			unknown: and(created, "auth_org_id", "authorization.service_type", "service_type"),
		},
		"nothing changes, consent": {state: consentState, config: consent, want: values{"credentials_revision": "4"}},
		"the code is not needed":   {state: consentState, config: spent, want: values{"credentials_revision": "4", "email": "admin@acme.example"}},
		"another code, no version": {state: consentState, config: consent.with(values{"authorization.code_wo": "another"}), want: values{"credentials_revision": "4"}},
		"another consent": {
			state: consentState, config: consent.with(values{"authorization.code_wo_version": 1, "scopes": []string{"Mail.Send"}}),
			want:    values{"credentials_revision": "5"},
			unknown: []string{"auth_user_id", "email", "login"},
		},
		"a version without a code": {
			state: consentState, config: spent.with(values{"authorization.code_wo_version": 1}),
			want: values{"credentials_revision": "4", "authorization.code_wo_version": "1"},
		},
		"a version taken away": {state: consentState.with(values{"authorization.code_wo_version": 1}), config: consent, want: values{"credentials_revision": "4"}},
		"an unknown version of a code": {
			state: consentState, config: consent.with(values{"authorization.code_wo_version": unknown}),
			unknown: []string{"auth_user_id", "authorization.code_wo_version", "credentials_revision", "email", "login"},
		},
		"an unknown service":             {state: consentState, config: consent.with(values{"authorization.service_type": unknown}), replaces: []string{"service_type"}},
		"a consent to another service":   {state: consentState, config: consent.with(values{"authorization.service_type": "Google"}), replaces: []string{"service_type"}},
		"a consent in place of a tenant": {state: officeState, config: spent, want: values{"authorization.service_type": "Office365", "office365.tenant_id": nil, "auth_org_id": tenant}},

		"a tenant in place of its consent": {
			state: consentState, config: office,
			want:    values{"office365.tenant_id": tenant, "authorization.service_type": nil, "auth_org_id": tenant},
			unknown: []string{"auth_user_id", "email", "login"},
		},
		"another tenant in place of a consent": {state: consentState, config: office.with(values{"office365.tenant_id": other}), replaces: []string{"auth_org_id"}},
		// The account is the administrator's, and not that of the Google service account.
		"a key in place of a consent": {
			state: consentState.with(values{
				"authorization.service_type": "Google", "service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "445566",
			}),
			config: google, replaces: []string{"auth_user_id"},
		},
		"Google to Exchange": {state: googleState, config: exchange, replaces: []string{"service_type"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept := test.private
			if kept == nil {
				kept = keySent
			}
			got := planChange(t, kept, test.state, test.config)
			if len(got.errors) > 0 {
				t.Fatal(got.errors)
			}
			if diff := cmp.Diff(test.replaces, got.replaces); diff != "" {
				t.Errorf("replaces for (-want +got):\n%s", diff)
			}
			if test.replaces != nil { // Terraform plans it again, as a create
				for _, name := range test.replaces {
					if test.state.text(name) == got.values[name] && !slices.Contains(got.unknown, name) {
						t.Errorf("%s does not change, and Terraform replaces nothing for it", name)
					}
				}
				return
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
		"no code":                {config: config, says: "Missing consent code"},
		"a version, no code":     {state: applied, config: versioned.with(values{"authorization.code_wo_version": 2}), says: "`code_wo_version` has changed"},
		"other scopes":           {state: applied, config: versioned.with(values{"scopes": []string{"Mail.Send"}}), says: "Other scopes need another consent"},
		"other scopes, old code": {state: applied, config: versioned.with(values{"scopes": []string{"Mail.Send"}, "authorization.code_wo": "c0de"}), says: "Other scopes need another consent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := planChange(t, private{}, test.state, test.config); len(got.errors) != 1 || !strings.Contains(got.errors[0], test.says) {
				t.Errorf("got %q, want %q", got.errors, test.says)
			}
		})
	}
}

// keySent is what private state keeps after a write of key-1.
var keySent = private{"secret": []byte(`{"sent":"key-1"}`)}

// A key that was changed outside Terraform shows by its ID.
func TestPlanOfKeyChangedOutside(t *testing.T) {
	t.Parallel()

	key, rotated := acctest.GoogleKey(t, "112233", "key-1", acctest.Key()), acctest.GoogleKey(t, "112233", "key-2", acctest.OtherKey())
	config := values{"scopes": []string{"Mail.Read"}, "google": values{"domain": "acme.example", "credentials": key}}
	refreshed := state(config, values{
		"service_type": "Google", "auth_org_id": "acme.example", "auth_user_id": "112233", "login": "key-9",
		"google.client_email": "aurinko-112233@acme-mail.iam.gserviceaccount.com", "google.client_id": "112233",
		"google.project_id": "acme-mail", "google.private_key_id": "key-9",
	})
	writeOnly := config.with(values{"google.credentials": nil, "google.credentials_wo": key})
	writeOnlyState := refreshed.with(values{"google.credentials": nil})
	versioned := writeOnly.with(values{"google.credentials_wo_version": 1})
	versionedState := writeOnlyState.with(values{"google.credentials_wo_version": 1})
	const (
		drifted = `{"sent":"key-1","other":"key-9"}`
		shown   = `{"sent":"key-1","shown":"key-9"}` // as the server has returned since the write
	)
	tests := map[string]struct {
		kept          string // of the key
		state, config values
		drifts        bool
		keyID         string // that is planned; empty for unknown
	}{
		"plain":                          {kept: drifted, state: refreshed, config: config, drifts: true},
		"write-only":                     {kept: drifted, state: writeOnlyState, config: writeOnly, drifts: true},
		"versioned":                      {kept: drifted, state: versionedState, config: versioned, drifts: true},
		"versioned, another key":         {kept: drifted, state: versionedState, config: versioned.with(values{"google.credentials_wo": rotated}), drifts: true},
		"configured as it was changed":   {kept: `{"sent":"key-9","other":"key-1"}`, state: refreshed.with(values{"google.private_key_id": "key-1", "login": "key-1"}), config: config, keyID: "key-1"},
		"returned in other words":        {kept: shown, state: refreshed, config: config, keyID: "key-9"},
		"another key, the version stays": {kept: shown, state: versionedState, config: versioned.with(values{"google.credentials_wo": rotated}), keyID: "key-9"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := planChange(t, private{"secret": []byte(test.kept)}, test.state, test.config)
			warned := len(got.errors) == 1 && strings.HasPrefix(got.errors[0], "The Google key was changed outside Terraform: ")
			if warned != test.drifts || !warned && len(got.errors) > 0 {
				t.Errorf("diagnostics: %q", got.errors)
			}
			if slices.Contains(got.unknown, "credentials_revision") != test.drifts || got.values["google.private_key_id"] != test.keyID {
				t.Errorf("planned: %s, unknown %v", got.values["google.private_key_id"], got.unknown)
			}
		})
	}
}

// A key of which private state keeps nothing is sent again.
func TestPlanOfKeyWithoutPrivateState(t *testing.T) {
	t.Parallel()

	config := values{"scopes": []string{"Mail.Read"}, "google": values{"domain": "acme.example", "credentials": acctest.GoogleKey(t, "112233", "key-1", acctest.Key())}}
	applied := state(config, values{"service_type": "Google", "auth_org_id": "acme.example", "google.client_id": "112233", "google.private_key_id": "key-1"})
	if got := planChange(t, private{}, applied, config); len(got.errors) > 0 || got.values["credentials_revision"] != "5" {
		t.Errorf("revision %s, %q", got.values["credentials_revision"], got.errors)
	}
}
