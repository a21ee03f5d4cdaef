// Package core stands in for Terraform in tests: it calls the provider's server as
// Terraform's core does, holds the answers against core's rules, and keeps the
// state. With a simulator in the same process it works in a bubble of
// testing/synctest, where waiting takes no time.
package core

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Values are what a configuration sets: texts, booleans, whole numbers, lists of
// them, Values again for nested objects, lists of those, and Unknown. What is not set
// is null.
type Values map[string]any

// Unknown is a value that is known after apply.
const Unknown = tftypes.UnknownValue

// With returns the values with others over them. A name with a dot leads into a nested
// object.
func (v Values) With(others Values) Values {
	merged := Values{}
	maps.Copy(merged, v)
	for name, value := range others {
		if outer, inner, nested := strings.Cut(name, "."); nested {
			object, _ := merged[outer].(Values)
			name, value = outer, object.With(Values{inner: value})
		}
		merged[name] = value
	}
	return merged
}

var schemas = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
	answer, err := server.New(provider.New("test")()).GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		panic(err)
	}
	return answer
})

var identities = sync.OnceValue(func() map[string]*tfprotov6.ResourceIdentitySchema {
	answer, err := server.New(provider.New("test")()).GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		panic(err)
	}
	return answer.IdentitySchemas
})

// ResourceTypes returns the names of all resource types.
func ResourceTypes() iter.Seq[string] { return maps.Keys(schemas().ResourceSchemas) }

// Schema returns the schema of a resource type.
func Schema(typeName string) *tfprotov6.Schema { return schemas().ResourceSchemas[typeName] }

// Value returns a value of a type. It panics when an attribute does not exist.
func Value(of tftypes.Type, given any) tftypes.Value {
	switch given := given.(type) {
	case nil:
		return tftypes.NewValue(of, nil)
	case Values:
		object := of.(tftypes.Object)
		values := map[string]tftypes.Value{}
		for name, attribute := range object.AttributeTypes {
			values[name] = Value(attribute, given[name])
		}
		for name := range given {
			if _, ok := object.AttributeTypes[name]; !ok {
				panic("no such attribute: " + name)
			}
		}
		return tftypes.NewValue(of, values)
	case []string:
		elements := make([]any, len(given))
		for i, element := range given {
			elements[i] = element
		}
		return Value(of, elements)
	case []Values:
		elements := make([]any, len(given))
		for i, element := range given {
			elements[i] = element
		}
		return Value(of, elements)
	case []any:
		elements := make([]tftypes.Value, len(given))
		for i, element := range given {
			elements[i] = Value(elementOf(of), element)
		}
		return tftypes.NewValue(of, elements)
	case int64: // converted as Terraform does
		if of.Is(tftypes.String) {
			return tftypes.NewValue(of, strconv.FormatInt(given, 10))
		}
		return tftypes.NewValue(of, given)
	default:
		return tftypes.NewValue(of, given)
	}
}

func elementOf(of tftypes.Type) tftypes.Type {
	if list, ok := of.(tftypes.List); ok {
		return list.ElementType
	}
	return of.(tftypes.Set).ElementType
}

// At returns the value at a path of attribute names, or null.
func At(object tftypes.Value, names ...string) tftypes.Value {
	for _, name := range names {
		var values map[string]tftypes.Value
		if object.Type() == nil || object.IsNull() || !object.IsKnown() || object.As(&values) != nil {
			return tftypes.Value{}
		}
		object = values[name]
	}
	return object
}

// Elements returns the elements of the list at a path of attribute names.
func Elements(object tftypes.Value, names ...string) []tftypes.Value {
	var elements []tftypes.Value
	if v := At(object, names...); v.Type() != nil {
		_ = v.As(&elements)
	}
	return elements
}

// Text returns the text at a path of attribute names, empty for none.
func Text(object tftypes.Value, names ...string) string {
	var text string
	if v := At(object, names...); v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&text)
	}
	return text
}

// Encode encodes a value for the protocol.
func Encode(v tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		panic(err)
	}
	return &encoded
}

func decode(of tftypes.Type, encoded *tfprotov6.DynamicValue) tftypes.Value {
	decoded, err := encoded.Unmarshal(of)
	if err != nil {
		panic(err)
	}
	return decoded
}

// A Plugin is one run of the provider. Terraform starts one to plan and another one
// to apply, so that neither remembers what the other has seen.
type Plugin struct {
	Server  tfprotov6.ProviderServer
	stopped atomic.Bool
}

// Stop is what Terraform does when it is interrupted: it cancels the calls that are
// under way, and makes no other change.
func (p *Plugin) Stop(t testing.TB) {
	t.Helper()
	p.stopped.Store(true)
	if _, err := p.Server.StopProvider(t.Context(), &tfprotov6.StopProviderRequest{}); err != nil {
		t.Fatal(err)
	}
}

// Start returns a configured provider that reaches Aurinko through transport.
func Start(t testing.TB, transport http.RoundTripper, settings Values) *Plugin {
	t.Helper()
	p := Launch(transport)
	p.Configure(t, settings)
	return p
}

// Launch returns a provider that is not configured yet.
func Launch(transport http.RoundTripper) *Plugin {
	return &Plugin{Server: server.New(provider.New("test", provider.WithTransport(transport))())}
}

// Configure begins another run.
func (p *Plugin) Configure(t testing.TB, settings Values) {
	t.Helper()
	if found := p.TryConfigure(t, settings); found.Failed() {
		t.Fatal(found)
	}
}

// TryConfigure is Configure for settings that the provider may refuse.
func (p *Plugin) TryConfigure(t testing.TB, settings Values) Problems {
	t.Helper()
	complete := Values{
		"base_url":      "https://aurinko.example",
		"client_id":     simulator.DefaultClientID,
		"client_secret": simulator.DefaultClientSecret,
	}.With(settings)
	answer, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           Encode(Value(schemas().Provider.ValueType(), complete)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return problems(answer.Diagnostics, nil)
}

// ReadData validates the configuration of a data source, and reads it.
func (p *Plugin) ReadData(ctx context.Context, typeName string, values Values) (tftypes.Value, Problems) {
	of := schemas().DataSourceSchemas[typeName].ValueType()
	config := Encode(Value(of, values))
	valid, err := p.Server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: config})
	if err != nil {
		return tftypes.Value{}, problems(nil, err)
	}
	found := problems(valid.Diagnostics, nil)
	if found.Failed() {
		return tftypes.Value{}, found
	}
	read, err := p.Server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: config})
	if err != nil {
		return tftypes.Value{}, problems(nil, err)
	}
	if found = append(found, problems(read.Diagnostics, nil)...); found.Failed() {
		return tftypes.Value{}, found
	}
	return decode(of, read.State), found
}

// MustList reads a data source, whose list must have elements with these attributes, or
// which must fail with a text.
func (p *Plugin) MustList(t testing.TB, typeName, list string, config Values, want []Values, fails string) {
	t.Helper()
	value, found := p.ReadData(t.Context(), typeName, config)
	if fails != "" || found.Failed() {
		if fails == "" || !found.Fail(fails) {
			t.Errorf("%v: it says %q, want %q", config, found, fails)
		}
		return
	}
	got := Elements(value, list)
	if len(got) != len(want) {
		t.Fatalf("%v: %d elements, want %d", config, len(got), len(want))
	}
	for i, element := range got {
		for _, differs := range want[i].Differ(element) {
			t.Errorf("%v: of element %d %s", config, i, differs)
		}
	}
}

// A Resource is one resource of a configuration, with what Terraform remembers of
// it.
type Resource struct {
	Name     string
	TypeName string
	Config   Values // nil: it is not, or no longer, in the configuration
	// Final is the configuration at apply, when everything is known; nil: as Config.
	Final Values

	State   tftypes.Value // the zero Value: none
	Tainted bool          // to be replaced, since its creation failed half-way

	Identity *tfprotov6.ResourceIdentityData // nil: the CLI knows of none

	Private []byte

	validated string // the configuration that was found to be valid
}

// HasState reports whether the resource is in the state.
func (r *Resource) HasState() bool { return r.State.Type() != nil && !r.State.IsNull() }

// ID returns the resource's ID in the state, empty for none.
func (r *Resource) ID() string { return Text(r.State, "id") }

func (r *Resource) final() Values {
	if r.Final != nil {
		return r.Final
	}
	return r.Config
}

// identify keeps the identity that the provider returned, which must come with a
// state and never change.
func (r *Resource) identify(returned *tfprotov6.ResourceIdentityData) Problems {
	if !r.HasState() {
		r.Identity = nil
		return nil
	}
	before, now := identityOf(r.TypeName, r.Identity), identityOf(r.TypeName, returned)
	if now["id"] != r.ID() || now["application_client_id"] == "" || before != nil && !maps.Equal(before, now) {
		return failure("Provider returned invalid identity", fmt.Sprintf("%s has the identity %v after %v, and the ID %q", r.Name, now, before, r.ID()))
	}
	r.Identity = returned
	return nil
}

// IdentityID returns the ID in the resource's identity, empty for none.
func (r *Resource) IdentityID() string { return identityOf(r.TypeName, r.Identity)["id"] }

// identityOf returns the attributes of an identity, nil for none.
func identityOf(typeName string, identity *tfprotov6.ResourceIdentityData) map[string]string {
	if identity == nil || identity.IdentityData == nil {
		return nil
	}
	of := identities()[typeName].ValueType().(tftypes.Object)
	object := decode(of, identity.IdentityData)
	if object.IsNull() {
		return nil
	}
	attributes := map[string]string{}
	for name := range of.AttributeTypes {
		attributes[name] = Text(object, name)
	}
	return attributes
}

// Identity returns the identity of a resource of a type.
func Identity(typeName string, attributes Values) *tfprotov6.ResourceIdentityData {
	return &tfprotov6.ResourceIdentityData{IdentityData: Encode(Value(identities()[typeName].ValueType(), attributes))}
}

// A Plan is what Terraform has planned for a resource.
type Plan struct {
	Resource *Resource
	Create   *tftypes.Value // from nothing; after the destroy if there are both
	Update   *tftypes.Value
	Destroy  bool
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// IsEmpty reports whether there is nothing to do.
func (p Plan) IsEmpty() bool { return p.Action() == "" }

// Action returns what is planned: create, replace, destroy, update, or nothing.
func (p Plan) Action() string {
	switch {
	case p.Create != nil && p.Destroy:
		return "replace"
	case p.Create != nil:
		return "create"
	case p.Destroy:
		return "destroy"
	case p.Update != nil:
		return "update"
	}
	return ""
}

// After returns what there is to be afterwards, nil if that is nothing or stays as it is.
func (p Plan) After() *tftypes.Value {
	if p.Create != nil {
		return p.Create
	}
	return p.Update
}

// Unknown returns the attributes that are known after apply, with dots into nested
// objects.
func (p Plan) Unknown() []string {
	if after := p.After(); after != nil {
		return unknownNames("", *after)
	}
	return nil
}

func (p Plan) String() string { return p.Action() + " " + p.Resource.Name }

// Refresh reads a resource into its state.
func (p *Plugin) Refresh(ctx context.Context, r *Resource) Problems {
	if !r.HasState() {
		return nil
	}
	answer, err := p.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.TypeName, CurrentState: Encode(r.State), Private: r.Private, CurrentIdentity: r.Identity,
	})
	if err != nil {
		return problems(nil, err)
	}
	found := problems(answer.Diagnostics, nil)
	if !found.Failed() {
		r.State, r.Private = decode(Schema(r.TypeName).ValueType(), answer.NewState), answer.Private
		found = append(found, r.identify(answer.NewIdentity)...)
	}
	return found
}

// Plan plans what makes the resource as it is configured. It does not refresh.
func (p *Plugin) Plan(ctx context.Context, r *Resource) (Plan, Problems) {
	return p.plan(ctx, r, r.Config)
}

func (p *Plugin) plan(ctx context.Context, r *Resource, values Values) (Plan, Problems) {
	result := Plan{Resource: r}
	if values == nil {
		result.Destroy = r.HasState()
		if !result.Destroy {
			return result, nil
		}
		return result, p.planDestroy(ctx, r)
	}
	of := Schema(r.TypeName).ValueType()
	config := Value(of, values)
	found := p.validate(ctx, r, config)
	if found.Failed() {
		return result, found
	}
	prior, identity := tftypes.NewValue(of, nil), (*tfprotov6.ResourceIdentityData)(nil)
	if r.HasState() && !r.Tainted {
		prior, identity = r.State, r.Identity
	}
	warned := found // by the validation
	answer, found := p.change(ctx, r, prior, config, r.Private, identity)
	if found.Failed() {
		return result, append(warned, found...)
	}
	after := decode(of, answer.PlannedState)
	if !prior.IsNull() && requiresReplace(prior, after, answer.RequiresReplace) {
		prior = tftypes.NewValue(of, nil)
		first := found
		answer, found = p.change(ctx, r, prior, config, answer.PlannedPrivate, nil)
		if found = append(first, found...); found.Failed() {
			return result, append(warned, found...)
		}
		after = decode(of, answer.PlannedState)
	}
	result.private, result.identity = answer.PlannedPrivate, answer.PlannedIdentity
	switch {
	case prior.IsNull():
		result.Create, result.Destroy = &after, r.HasState()
	case !after.Equal(prior):
		result.Update = &after
	}
	return result, append(warned, found...)
}

// planDestroy asks for the plan of a destroy, which can only warn or fail.
func (p *Plugin) planDestroy(ctx context.Context, r *Resource) Problems {
	null := Encode(tftypes.NewValue(Schema(r.TypeName).ValueType(), nil))
	answer, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.TypeName, PriorState: Encode(r.State), PriorPrivate: r.Private, PriorIdentity: r.Identity, Config: null, ProposedNewState: null,
	})
	if err != nil {
		return problems(nil, err)
	}
	return problems(answer.Diagnostics, nil)
}

// change asks for one plan, and holds it against Terraform's rules.
func (p *Plugin) change(ctx context.Context, r *Resource, prior, config tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) (*tfprotov6.PlanResourceChangeResponse, Problems) {
	schema := Schema(r.TypeName)
	answer, err := p.Server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: r.TypeName, PriorState: Encode(prior), PriorPrivate: private, Config: Encode(config), PriorIdentity: identity,
		ProposedNewState: Encode(proposed(schema.Block.Attributes, schema.ValueType(), prior, config)),
	})
	if err != nil {
		return nil, problems(nil, err)
	}
	found := problems(answer.Diagnostics, nil)
	if !found.Failed() {
		for _, what := range invalid("", schema.Block.Attributes, prior, config, decode(schema.ValueType(), answer.PlannedState)) {
			found = append(found, failure("Provider produced invalid plan", what)...)
		}
	}
	return answer, found
}

// requiresReplace reports whether a value changes at one of the paths.
func requiresReplace(prior, planned tftypes.Value, paths []*tftypes.AttributePath) bool {
	return slices.ContainsFunc(paths, func(path *tftypes.AttributePath) bool {
		before, _, errBefore := tftypes.WalkAttributePath(prior, path)
		after, _, errAfter := tftypes.WalkAttributePath(planned, path)
		if errBefore != nil || errAfter != nil {
			return true
		}
		return !before.(tftypes.Value).Equal(after.(tftypes.Value))
	})
}

// validate validates a configuration. Terraform does so each time; here once is
// enough.
func (p *Plugin) validate(ctx context.Context, r *Resource, config tftypes.Value) Problems {
	if r.validated == config.String() {
		return nil
	}
	answer, err := p.Server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.TypeName, Config: Encode(config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return problems(nil, err)
	}
	r.validated = config.String()
	return problems(answer.Diagnostics, nil)
}

// Apply carries out a plan. As Terraform does, it plans again with the values that
// are known by then, and holds that plan against the first one.
func (p *Plugin) Apply(ctx context.Context, plan Plan) Problems {
	r := plan.Resource
	var destroyed Problems
	if plan.Destroy {
		if destroyed = p.apply(ctx, r, nil, r.Private, r.Identity); destroyed.Failed() {
			return destroyed
		}
		r.Tainted = false
	}
	planned := plan.After()
	if planned == nil {
		return destroyed
	}
	final, found := p.plan(ctx, r, r.final())
	found = append(destroyed, found...)
	if found.Failed() {
		return found
	}
	const summary = "Provider produced inconsistent final plan"
	after := final.Create
	switch {
	case final.IsEmpty() && plan.Update != nil:
		after = &r.State
	case final.Destroy, (final.Create == nil) != (plan.Create == nil):
		return append(found, failure(summary, fmt.Sprintf("the action changed from %s to %s", plan.Action(), final.Action()))...)
	case final.Update != nil:
		after = final.Update
	}
	for _, what := range inconsistent("", *planned, *after) {
		found = append(found, failure(summary, what)...)
	}
	if found.Failed() || final.IsEmpty() {
		return found
	}
	return append(found, p.apply(ctx, r, after, final.private, final.identity)...)
}

// apply asks for one change; after is nil for a destroy.
func (p *Plugin) apply(ctx context.Context, r *Resource, after *tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) Problems {
	if p.stopped.Load() {
		return failure("execution halted", r.Name)
	}
	of := Schema(r.TypeName).ValueType()
	null := tftypes.NewValue(of, nil)
	prior, config := null, null
	if r.HasState() {
		prior = r.State
	}
	if after == nil {
		after = &null
	} else {
		config = Value(of, r.final())
	}
	answer, err := p.Server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.TypeName, PriorState: Encode(prior), PlannedState: Encode(*after),
		Config: Encode(config), PlannedPrivate: private, PlannedIdentity: identity,
	})
	if err != nil {
		return problems(nil, err)
	}
	found := problems(answer.Diagnostics, nil)
	failed := found.Failed()
	r.State, r.Private = decode(of, answer.NewState), answer.Private
	found = append(found, r.identify(answer.NewIdentity)...)
	if failed {
		r.Tainted = prior.IsNull() && r.HasState()
		return found
	}
	for _, what := range inconsistent("", *after, r.State) {
		found = append(found, failure("Provider produced inconsistent result after apply", what)...)
	}
	if !r.State.IsFullyKnown() {
		found = append(found, failure("Provider returned invalid result object after apply", r.State.String())...)
	}
	return found
}

// A Problem is a diagnostic.
type Problem struct {
	Severity        tfprotov6.DiagnosticSeverity
	Summary, Detail string
	Resource        *Resource // nil if it is not a resource's
}

// Problems are the diagnostics of an operation.
type Problems []Problem

func problems(diagnostics []*tfprotov6.Diagnostic, err error) Problems {
	var found Problems
	if err != nil {
		found = failure("The plugin did not answer", err.Error())
	}
	for _, d := range diagnostics {
		found = append(found, Problem{Severity: d.Severity, Summary: d.Summary, Detail: d.Detail})
	}
	return found
}

func failure(summary, detail string) Problems {
	return Problems{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail}}
}

func (ps Problems) with(r *Resource) Problems {
	for i := range ps {
		ps[i].Resource = r
	}
	return ps
}

func (ps Problems) of(severity tfprotov6.DiagnosticSeverity) Problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p Problem) bool { return p.Severity != severity })
}

// Errors returns the errors.
func (ps Problems) Errors() Problems { return ps.of(tfprotov6.DiagnosticSeverityError) }

// Warnings returns the warnings.
func (ps Problems) Warnings() Problems { return ps.of(tfprotov6.DiagnosticSeverityWarning) }

// Failed reports whether there is an error.
func (ps Problems) Failed() bool { return len(ps.Errors()) > 0 }

// Fail reports whether the errors have a text, in which line breaks are as good as
// spaces.
func (ps Problems) Fail(text string) bool {
	inLine := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	return strings.Contains(inLine(ps.Errors().String()), inLine(text))
}

func (ps Problems) String() string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "%s: %s: %s\n", p.Severity, p.Summary, p.Detail)
	}
	return b.String()
}

var importID = regexp.MustCompile(`import ID (\S+) into the resource named above`)

// OfferedImport returns the ID whose import a problem offers, empty for none.
func (p Problem) OfferedImport() string {
	if found := importID.FindStringSubmatch(p.Detail); found != nil {
		return found[1]
	}
	return ""
}

// OfferedImport returns the first ID whose import an error offers.
func (ps Problems) OfferedImport() string {
	for _, p := range ps.Errors() {
		if id := p.OfferedImport(); id != "" {
			return id
		}
	}
	return ""
}
