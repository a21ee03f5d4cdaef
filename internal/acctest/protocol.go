package acctest

import (
	"errors"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A Protocol is the provider under test as a CLI talks to it. What only a new
// CLI asks of it is tested here as well, so that it is tested everywhere.
type Protocol struct {
	t       testing.TB
	server  tfprotov6.ProviderServer
	schemas *tfprotov6.GetProviderSchemaResponse
}

// Values are the attributes of a configuration, as tftypes.NewValue takes them;
// others are null.
type Values map[string]any

// NewProtocol starts a provider that leads to the server and repeats nothing.
func NewProtocol(t testing.TB, server *Server) *Protocol {
	t.Helper()
	provider, err := ProtoV6ProviderFactories["aurinko"]()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := provider.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	p := &Protocol{t: t, server: provider, schemas: schemas}
	p.none(err, schemas.Diagnostics)
	configured, err := provider.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: p.encode(schemas.Provider, Values{
		"base_url": server.URL, "client_id": server.clientID, "client_secret": server.clientSecret, "max_retries": 0,
	})})
	p.none(err, configured.Diagnostics)
	return p
}

var identityType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"id": tftypes.String, "application_client_id": tftypes.String}}

// A Listed is a result of a list resource.
type Listed struct {
	ID, DisplayName string
	Application     string                   // Client ID
	Resource        map[string]tftypes.Value // nil where it is not included
}

// List lists, and returns what failed as well. A negative limit is none. It
// stops after so many results where stop is set, as a CLI does that has enough.
func (p *Protocol) List(typeName string, config Values, limit int64, includeResource bool, stop int) (results []Listed, failures []string) {
	p.t.Helper()
	stream, err := p.server.(tfprotov6.ListResourceServer).ListResource(p.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.encode(p.schemas.ListResourceSchemas[typeName], config), Limit: limit, IncludeResource: includeResource,
	})
	p.none(err, nil)
	for result := range stream.Results {
		if len(result.Diagnostics) > 0 {
			failures = append(failures, Texts(result.Diagnostics)...)
			continue
		}
		one := Listed{DisplayName: result.DisplayName}
		var identity map[string]tftypes.Value
		p.decode(result.Identity.IdentityData, identityType, &identity)
		p.none(errors.Join(identity["id"].As(&one.ID), identity["application_client_id"].As(&one.Application)), nil)
		if includeResource {
			p.decode(result.Resource, p.schemas.ResourceSchemas[typeName].ValueType(), &one.Resource)
		}
		results = append(results, one)
		if len(results) == stop {
			break
		}
	}
	return results, failures
}

// Import imports a resource by its identity and reads it, and returns its
// attributes.
func (p *Protocol) Import(typeName, id string) map[string]tftypes.Value {
	p.t.Helper()
	identity, err := tfprotov6.NewDynamicValue(identityType, tftypes.NewValue(identityType, map[string]tftypes.Value{
		"id": tftypes.NewValue(tftypes.String, id), "application_client_id": tftypes.NewValue(tftypes.String, nil),
	}))
	p.none(err, nil)
	imported, err := p.server.ImportResourceState(p.t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, Identity: &tfprotov6.ResourceIdentityData{IdentityData: &identity},
	})
	p.none(err, imported.Diagnostics)
	one := imported.ImportedResources[0]
	read, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: typeName, CurrentState: one.State, CurrentIdentity: one.Identity, Private: one.Private,
	})
	p.none(err, slices.DeleteFunc(read.Diagnostics, func(d *tfprotov6.Diagnostic) bool {
		return d.Severity == tfprotov6.DiagnosticSeverityWarning // such as of a dead token
	}))
	var attributes map[string]tftypes.Value
	p.decode(read.NewState, p.schemas.ResourceSchemas[typeName].ValueType(), &attributes)
	return attributes
}

// ValidateList checks the configuration of a list resource.
func (p *Protocol) ValidateList(typeName string, config Values) []string {
	p.t.Helper()
	resp, err := p.server.(tfprotov6.ListResourceServer).ValidateListResourceConfig(p.t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.schemas.ListResourceSchemas[typeName], config),
	})
	p.none(err, nil)
	return Texts(resp.Diagnostics)
}

// Open checks the configuration of an ephemeral resource and opens it.
func (p *Protocol) Open(typeName string, config Values) (result map[string]tftypes.Value, failures []string) {
	p.t.Helper()
	schema := p.schemas.EphemeralResourceSchemas[typeName]
	encoded := p.encode(schema, config)
	valid, err := p.server.ValidateEphemeralResourceConfig(p.t.Context(), &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: typeName, Config: encoded})
	p.none(err, nil)
	if len(valid.Diagnostics) > 0 {
		return nil, Texts(valid.Diagnostics)
	}
	opened, err := p.server.OpenEphemeralResource(p.t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: typeName, Config: encoded})
	p.none(err, nil)
	if len(opened.Private) > 0 {
		p.t.Errorf("opening %s keeps %q in private state", typeName, opened.Private)
	}
	p.decode(opened.Result, schema.ValueType(), &result)
	return result, Texts(opened.Diagnostics)
}

// Invoke checks the configuration of an action, plans and invokes it. It
// returns the progress messages.
func (p *Protocol) Invoke(actionType string, config Values) (progress, failures []string) {
	p.t.Helper()
	server := p.server.(tfprotov6.ActionServer)
	encoded := p.encode(p.schemas.ActionSchemas[actionType].Schema, config)
	valid, err := server.ValidateActionConfig(p.t.Context(), &tfprotov6.ValidateActionConfigRequest{ActionType: actionType, Config: encoded})
	p.none(err, nil)
	if len(valid.Diagnostics) > 0 {
		return nil, Texts(valid.Diagnostics)
	}
	planned, err := server.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: actionType, Config: encoded})
	p.none(err, planned.Diagnostics)
	stream, err := server.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: actionType, Config: encoded})
	p.none(err, nil)
	completed := false
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			progress = append(progress, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			completed = true
			failures = Texts(event.Diagnostics)
		}
	}
	if !completed {
		p.t.Errorf("%s does not complete", actionType)
	}
	return progress, failures
}

// Texts are diagnostics as a person reads them.
func Texts(diagnostics []*tfprotov6.Diagnostic) []string {
	var texts []string
	for _, diagnostic := range diagnostics {
		text := diagnostic.Summary + ": " + diagnostic.Detail
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityWarning {
			text = "Warning: " + text
		}
		texts = append(texts, text)
	}
	return texts
}

func (p *Protocol) none(err error, diagnostics []*tfprotov6.Diagnostic) {
	p.t.Helper()
	for _, text := range Texts(diagnostics) {
		err = errors.Join(err, errors.New(text))
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *Protocol) encode(schema *tfprotov6.Schema, config Values) *tfprotov6.DynamicValue {
	p.t.Helper()
	attributes := map[string]tftypes.Value{}
	for _, attribute := range schema.Block.Attributes {
		attributes[attribute.Name] = tftypes.NewValue(attribute.Type, config[attribute.Name])
	}
	for name := range config {
		if _, ok := attributes[name]; !ok {
			p.t.Fatalf("there is no attribute %s", name)
		}
	}
	value := tftypes.NewValue(schema.ValueType(), attributes)
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	p.none(err, nil)
	return &encoded
}

func (p *Protocol) decode(encoded *tfprotov6.DynamicValue, as tftypes.Type, into *map[string]tftypes.Value) {
	p.t.Helper()
	value, err := encoded.Unmarshal(as)
	p.none(err, nil)
	p.none(value.As(into), nil)
}
