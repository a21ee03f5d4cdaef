package oauth_test

import (
	"bytes"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Write-only secrets at the level of the protocol, where no CLI has to know of
// them, and where private state can be seen.
func TestWriteOnlySecretsInTheProtocol(t *testing.T) {
	t.Parallel()

	first, second := newPair(t, acctest.Key(), "same"), newPair(t, acctest.OtherKey(), "other")
	tests := map[string]struct {
		secret   string
		one, two values // configurations with one and with another secret
	}{
		"aurinko_office365_oauth": {
			secret: "client_secret",
			one:    values{"client_id": clientID, "client_secret_wo": "wo-s3cret-one"},
			two:    values{"client_id": clientID, "client_secret_wo": "wo-s3cret-two"},
		},
		"aurinko_office365_daemon": {
			secret: "private_key",
			one:    values{"client_id": clientID, "certificate": first.certificate, "private_key_wo": first.privateKey},
			two:    values{"client_id": clientID, "certificate": second.certificate, "private_key_wo": second.privateKey},
		},
	}
	for typeName, test := range tests {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			secrets := []any{test.one[test.secret+"_wo"], test.two[test.secret+"_wo"]}
			managed := &managed{typeName: typeName, aurinko: server}
			apply := func(config values, version int64, wantSent any, wantRevision int64, wantWrites ...string) {
				t.Helper()
				server.Simulator.ResetJournal()
				config[test.secret+"_wo_version"] = version
				managed.apply(t, config, secrets)
				acctest.AssertWrites(t, server, wantWrites...)
				if got := managed.number(t, test.secret+"_revision"); got != wantRevision {
					t.Errorf("the revision is %d, want %d", got, wantRevision)
				}
				if got := server.Simulator.OAuthRegs()[0].ClientSecret; got != wantSent {
					t.Errorf("version %d: stored is %q, want %q", version, got, wantSent)
				}
			}
			apply(test.one, 1, secrets[0], 1, saves)
			apply(test.one, 1, secrets[0], 1)
			apply(test.two, 2, secrets[1], 2, saves)
		})
	}
}

// values are the attributes of a configuration; others are null.
type values map[string]any

func (v values) value(attribute *tfprotov6.SchemaAttribute) tftypes.Value {
	names, isList := v[attribute.Name].([]string)
	if !isList {
		return tftypes.NewValue(attribute.Type, v[attribute.Name])
	}
	elements := make([]tftypes.Value, len(names))
	for i, name := range names {
		elements[i] = tftypes.NewValue(tftypes.String, name)
	}
	return tftypes.NewValue(attribute.Type, elements)
}

// A managed is one resource, and what a CLI keeps of it.
type managed struct {
	typeName string
	aurinko  *acctest.Server
	server   tfprotov6.ProviderServer // of the present run

	schema  *tfprotov6.Schema
	state   tftypes.Value // null before the first apply
	private []byte
}

// configured is a provider that leads to the server.
func configured(t *testing.T, server *acctest.Server) tfprotov6.ProviderServer {
	t.Helper()
	p, err := acctest.ProtoV6ProviderFactories["aurinko"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := p.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := p.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: encode(t, object(schemas.Provider, values{
			"base_url": server.URL, "client_id": simulator.DefaultClientID, "client_secret": simulator.DefaultClientSecret,
		})),
	})
	check(t, err, resp.Diagnostics)
	return p
}

// apply plans a configuration and applies the plan, in a run of its own. Neither
// may hold a secret.
func (m *managed) apply(t *testing.T, config values, secrets []any) {
	t.Helper()
	m.begin(t)
	configuration := encode(t, object(m.schema, config))
	plan, err := m.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: m.typeName, Config: configuration, PriorState: encode(t, m.state),
		ProposedNewState: encode(t, m.proposed(t, config)), PriorPrivate: m.private,
	})
	check(t, err, plan.Diagnostics)
	applied, err := m.server.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: m.typeName, Config: configuration, PriorState: encode(t, m.state),
		PlannedState: plan.PlannedState, PlannedPrivate: plan.PlannedPrivate,
	})
	check(t, err, applied.Diagnostics)
	m.private = applied.Private
	if m.state, err = applied.NewState.Unmarshal(m.schema.ValueType()); err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		for where, held := range map[string][]byte{
			"plan": plan.PlannedState.MsgPack, "planned private state": plan.PlannedPrivate,
			"state": applied.NewState.MsgPack, "private state": applied.Private,
		} {
			if bytes.Contains(held, []byte(secret.(string))) {
				t.Errorf("the %s holds a secret", where)
			}
		}
	}
}

// begin begins a run. At first, nothing is known of the resource.
func (m *managed) begin(t *testing.T) {
	t.Helper()
	m.server = configured(t, m.aurinko)
	if m.schema != nil {
		return
	}
	schemas, err := m.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	m.schema = schemas.ResourceSchemas[m.typeName]
	m.state = tftypes.NewValue(m.schema.ValueType(), nil)
}

// proposed is what a CLI proposes: the configuration, without what is only to
// be written, and with the state's computed values.
func (m *managed) proposed(t *testing.T, config values) tftypes.Value {
	t.Helper()
	prior := map[string]tftypes.Value{}
	if err := m.state.As(&prior); err != nil {
		t.Fatal(err)
	}
	proposed := map[string]tftypes.Value{}
	for _, attribute := range m.schema.Block.Attributes {
		value := config.value(attribute)
		if attribute.WriteOnly {
			value = tftypes.NewValue(attribute.Type, nil)
		} else if old, ok := prior[attribute.Name]; ok && attribute.Computed && value.IsNull() {
			value = old
		}
		proposed[attribute.Name] = value
	}
	return tftypes.NewValue(m.schema.ValueType(), proposed)
}

func (m *managed) number(t *testing.T, attribute string) int64 {
	t.Helper()
	var attributes map[string]tftypes.Value
	var number big.Float
	if err := m.state.As(&attributes); err != nil {
		t.Fatal(err)
	}
	if err := attributes[attribute].As(&number); err != nil {
		t.Fatal(err)
	}
	whole, _ := number.Int64()
	return whole
}

func object(schema *tfprotov6.Schema, set values) tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		attributes[attribute.Name] = set.value(attribute)
	}
	return tftypes.NewValue(schema.ValueType(), attributes)
}

func encode(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

func check(t *testing.T, err error, diagnostics []*tfprotov6.Diagnostic) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	for _, diagnostic := range diagnostics {
		t.Fatalf("%s: %s", diagnostic.Summary, diagnostic.Detail)
	}
}
