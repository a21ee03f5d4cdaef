// Package faults has the tests of what the provider does when Aurinko, the
// network or Terraform itself fails in the middle of something.
//
// Most of them stand in for Terraform: they call the provider's server as
// Terraform would, with a simulated Aurinko in the same process, in a bubble of
// testing/synctest where waiting takes no time. The rest runs the real CLI, or
// has a faulty network between provider and simulator.
package faults

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// attributes are what a configuration sets: texts, booleans, whole numbers,
// lists of texts, and attributes again for nested objects.
type attributes map[string]any

// A plugin is one run of the provider. Terraform starts one to plan and another
// one to apply, so that neither remembers what the other has seen.
type plugin struct {
	server tfprotov6.ProviderServer
}

// schema is what the provider tells of itself, asked for once since it is
// always the same.
var schema = sync.OnceValue(func() *tfprotov6.GetProviderSchemaResponse {
	answer, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		panic(err)
	}
	return answer
})

// identities are the identity schemas, likewise.
var identities = sync.OnceValue(func() map[string]*tfprotov6.ResourceIdentitySchema {
	answer, err := providerserver.NewProtocol6(provider.New("test")())().GetResourceIdentitySchemas(context.Background(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		panic(err)
	}
	return answer.IdentitySchemas
})

func schemaOf(typeName string) *tfprotov6.Schema { return schema().ResourceSchemas[typeName] }

// start makes a configured provider that reaches Aurinko through transport.
func start(t testing.TB, transport http.RoundTripper, settings attributes) *plugin {
	t.Helper()
	complete := attributes{
		"base_url":      "https://aurinko.example",
		"client_id":     simulator.DefaultClientID,
		"client_secret": simulator.DefaultClientSecret,
	}
	maps.Copy(complete, settings)
	p := &plugin{server: providerserver.NewProtocol6(provider.New("test", provider.WithTransport(transport))())()}
	answer, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           encode(value(schema().Provider.ValueType(), complete)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if found := newProblems(answer.Diagnostics, nil); found.failed() {
		t.Fatal(found)
	}
	return p
}

// value makes a value of a type. Attributes that are not set are null.
func value(typ tftypes.Type, given any) tftypes.Value {
	switch given := given.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case attributes:
		object := typ.(tftypes.Object)
		values := map[string]tftypes.Value{}
		for name, attribute := range object.AttributeTypes {
			values[name] = value(attribute, given[name])
		}
		for name := range given {
			if _, ok := object.AttributeTypes[name]; !ok {
				panic("no such attribute: " + name)
			}
		}
		return tftypes.NewValue(typ, values)
	case []string:
		elements := make([]tftypes.Value, len(given))
		for i, element := range given {
			elements[i] = tftypes.NewValue(tftypes.String, element)
		}
		return tftypes.NewValue(typ, elements)
	default:
		return tftypes.NewValue(typ, given)
	}
}

func encode(v tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		panic(err)
	}
	return &encoded
}

func decode(typ tftypes.Type, encoded *tfprotov6.DynamicValue) tftypes.Value {
	decoded, err := encoded.Unmarshal(typ)
	if err != nil {
		panic(err)
	}
	return decoded
}

// at returns a top-level attribute's value, or null.
func at(object tftypes.Value, name string) tftypes.Value {
	var values map[string]tftypes.Value
	if object.IsNull() || object.As(&values) != nil {
		return tftypes.Value{}
	}
	return values[name]
}

// A resource is one resource of a configuration, with what Terraform remembers
// of it.
type resource struct {
	name     string
	typeName string
	config   attributes // nil: it is not, or no longer, in the configuration

	state   tftypes.Value // the zero Value: none
	private []byte
	tainted bool // to be replaced, since its creation failed half-way

	identity *tfprotov6.ResourceIdentityData

	validated string // the configuration that was found to be valid
}

func (r *resource) hasState() bool { return r.state.Type() != nil && !r.state.IsNull() }

// id is the resource's id in the state, empty for none.
func (r *resource) id() string {
	var id string
	if v := at(r.state, "id"); v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&id)
	}
	return id
}

// identify takes in the identity that the provider gives, which has to be there
// with a state, and always the same.
func (r *resource) identify(given *tfprotov6.ResourceIdentityData) error {
	if !r.hasState() {
		r.identity = nil
		return nil
	}
	before, now := idOf(r.typeName, r.identity), idOf(r.typeName, given)
	if now != r.id() || before != "" && before != now {
		return fmt.Errorf("%s has the identity %q after %q, and the id %q", r.name, now, before, r.id())
	}
	r.identity = given
	return nil
}

// idOf is what an identity of a type says; empty for none.
func idOf(typeName string, identity *tfprotov6.ResourceIdentityData) string {
	if identity == nil || identity.IdentityData == nil {
		return ""
	}
	var id string
	if v := at(decode(identities()[typeName].ValueType(), identity.IdentityData), "id"); v.Type() != nil && v.IsKnown() && !v.IsNull() {
		_ = v.As(&id)
	}
	return id
}

// A planned is what Terraform has planned for a resource.
type planned struct {
	resource *resource
	create   *tftypes.Value // from nothing; after the destroy when there are both
	update   *tftypes.Value
	destroy  bool
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

func (p planned) isEmpty() bool { return p.create == nil && p.update == nil && !p.destroy }

func (p planned) String() string {
	switch {
	case p.create != nil && p.destroy:
		return "replace " + p.resource.name
	case p.create != nil:
		return "create " + p.resource.name
	case p.destroy:
		return "destroy " + p.resource.name
	case p.update != nil:
		return "update " + p.resource.name
	}
	return ""
}

// refresh reads a resource into its state.
func (p *plugin) refresh(ctx context.Context, r *resource) problems {
	if !r.hasState() {
		return nil
	}
	typ := schemaOf(r.typeName).ValueType()
	answer, err := p.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: r.typeName, CurrentState: encode(r.state), Private: r.private, CurrentIdentity: r.identity,
	})
	if err != nil {
		return newProblems(nil, err)
	}
	found := newProblems(answer.Diagnostics, nil)
	if !found.failed() {
		r.state, r.private = decode(typ, answer.NewState), answer.Private
		if err := r.identify(answer.NewIdentity); err != nil {
			found = append(found, newProblems(nil, err)...)
		}
	}
	return found
}

// plan plans what makes the resource as it is configured. The state is not
// refreshed.
func (p *plugin) plan(ctx context.Context, r *resource) (planned, problems) {
	result := planned{resource: r}
	if r.config == nil {
		result.destroy = r.hasState()
		return result, nil
	}
	typ := schemaOf(r.typeName).ValueType()
	config := value(typ, r.config)
	found := p.validate(ctx, r, config)
	if found.failed() {
		return result, found
	}

	prior := tftypes.NewValue(typ, nil)
	if r.hasState() && !r.tainted {
		prior = r.state
	}
	identity := r.identity
	if prior.IsNull() {
		identity = nil
	}
	plan := func() *tfprotov6.PlanResourceChangeResponse {
		answer, err := p.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: r.typeName, PriorState: encode(prior), PriorPrivate: r.private, Config: encode(config), PriorIdentity: identity,
			ProposedNewState: encode(proposed(schemaOf(r.typeName).Block.Attributes, typ, prior, config)),
		})
		if err != nil {
			found = append(found, newProblems(nil, err)...)
			return nil
		}
		found = append(found, newProblems(answer.Diagnostics, nil)...)
		return answer
	}
	answer := plan()
	if found.failed() {
		return result, found
	}
	if !prior.IsNull() && len(answer.RequiresReplace) > 0 {
		prior, identity = tftypes.NewValue(typ, nil), nil
		if answer = plan(); found.failed() {
			return result, found
		}
	}
	after := decode(typ, answer.PlannedState)
	result.private, result.identity = answer.PlannedPrivate, answer.PlannedIdentity
	switch {
	case prior.IsNull():
		result.create, result.destroy = &after, r.hasState()
	case !after.Equal(prior):
		result.update = &after
	}
	return result, found
}

// validate asks whether a configuration is valid. Terraform asks each time; here
// once will do.
func (p *plugin) validate(ctx context.Context, r *resource, config tftypes.Value) problems {
	if r.validated == config.String() {
		return nil
	}
	answer, err := p.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: r.typeName, Config: encode(config),
		ClientCapabilities: &tfprotov6.ValidateResourceConfigClientCapabilities{WriteOnlyAttributesAllowed: true},
	})
	if err != nil {
		return newProblems(nil, err)
	}
	r.validated = config.String()
	return newProblems(answer.Diagnostics, nil)
}

// proposed is what Terraform proposes to a provider's plan: what is configured,
// and for computed attributes what there was.
func proposed(schema []*tfprotov6.SchemaAttribute, typ tftypes.Type, prior, config tftypes.Value) tftypes.Value {
	values := map[string]tftypes.Value{}
	for _, attribute := range schema {
		configured, before := at(config, attribute.Name), at(prior, attribute.Name)
		of := typ.(tftypes.Object).AttributeTypes[attribute.Name]
		if before.Type() == nil {
			before = tftypes.NewValue(of, nil)
		}
		switch {
		case attribute.WriteOnly:
			values[attribute.Name] = tftypes.NewValue(of, nil)
		case configured.IsNull() && attribute.Computed:
			values[attribute.Name] = before
		case attribute.NestedType != nil && !configured.IsNull():
			values[attribute.Name] = proposed(attribute.NestedType.Attributes, of, before, configured)
		default:
			values[attribute.Name] = configured
		}
	}
	return tftypes.NewValue(typ, values)
}

// apply carries out what is planned, and takes the outcome into the resource's
// state as Terraform does.
func (p *plugin) apply(ctx context.Context, plan planned) problems {
	var found problems
	if plan.destroy {
		found = p.change(ctx, plan, nil)
		if found.failed() {
			return found
		}
		plan.resource.tainted = false
	}
	for _, after := range []*tftypes.Value{plan.create, plan.update} {
		if after != nil {
			found = append(found, p.change(ctx, plan, after)...)
		}
	}
	return found
}

// change asks for one change of a plan; after is nil for a destroy.
func (p *plugin) change(ctx context.Context, plan planned, after *tftypes.Value) problems {
	r, private, identity := plan.resource, plan.private, plan.identity
	typ := schemaOf(r.typeName).ValueType()
	null := tftypes.NewValue(typ, nil)
	prior, config := null, null
	if r.hasState() {
		prior = r.state
	}
	if after == nil {
		after, private, identity = &null, r.private, r.identity
	} else {
		config = value(typ, r.config)
	}
	answer, err := p.server.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: r.typeName, PriorState: encode(prior), PlannedState: encode(*after),
		Config: encode(config), PlannedPrivate: private, PlannedIdentity: identity,
	})
	if err != nil {
		return newProblems(nil, err)
	}
	found := newProblems(answer.Diagnostics, nil)
	r.state, r.private = decode(typ, answer.NewState), answer.Private
	identified := r.identify(answer.NewIdentity)
	switch {
	case identified != nil:
		found = append(found, newProblems(nil, identified)...)
	case found.failed():
		r.tainted = prior.IsNull() && r.hasState()
	case !conforms(*after, r.state):
		found = append(found, problem{
			severity: tfprotov6.DiagnosticSeverityError, summary: "Provider produced inconsistent result after apply",
			detail: fmt.Sprintf("planned %s, got %s", *after, r.state),
		})
	}
	return found
}

// conforms reports whether a new state has every value that was planned, as
// Terraform demands. Only unknown values are free.
func conforms(planned, got tftypes.Value) bool {
	if !planned.IsKnown() {
		return got.IsKnown()
	}
	var plannedObject, gotObject map[string]tftypes.Value
	if planned.IsNull() || got.IsNull() || !planned.Type().Is(tftypes.Object{}) ||
		planned.As(&plannedObject) != nil || got.As(&gotObject) != nil {
		return planned.Equal(got)
	}
	for name, wanted := range plannedObject {
		if !conforms(wanted, gotObject[name]) {
			return false
		}
	}
	return true
}

// A problem is a diagnostic.
type problem struct {
	severity        tfprotov6.DiagnosticSeverity
	summary, detail string
	resource        *resource // nil when it is not a resource's
}

type problems []problem

func newProblems(diagnostics []*tfprotov6.Diagnostic, err error) problems {
	var found problems
	if err != nil {
		found = append(found, problem{severity: tfprotov6.DiagnosticSeverityError, summary: "The plugin did not answer", detail: err.Error()})
	}
	for _, d := range diagnostics {
		found = append(found, problem{severity: d.Severity, summary: d.Summary, detail: d.Detail})
	}
	return found
}

// with says whose problems they are.
func (ps problems) with(r *resource) problems {
	for i := range ps {
		ps[i].resource = r
	}
	return ps
}

func (ps problems) of(severity tfprotov6.DiagnosticSeverity) problems {
	return slices.DeleteFunc(slices.Clone(ps), func(p problem) bool { return p.severity != severity })
}

func (ps problems) errors() problems   { return ps.of(tfprotov6.DiagnosticSeverityError) }
func (ps problems) warnings() problems { return ps.of(tfprotov6.DiagnosticSeverityWarning) }
func (ps problems) failed() bool       { return len(ps.errors()) > 0 }

func (ps problems) String() string {
	var b strings.Builder
	for _, p := range ps {
		fmt.Fprintf(&b, "%s: %s: %s\n", p.severity, p.summary, p.detail)
	}
	return b.String()
}

var importID = regexp.MustCompile(`import ID (\S+) into the resource named above`)

// offeredImport is the ID whose import a problem offers, empty for none.
func (p problem) offeredImport() string {
	if found := importID.FindStringSubmatch(p.detail); found != nil {
		return found[1]
	}
	return ""
}

// offeredImport is the first one that an error offers.
func (ps problems) offeredImport() string {
	for _, p := range ps.errors() {
		if id := p.offeredImport(); id != "" {
			return id
		}
	}
	return ""
}

// A workspace is a configuration and its state, with which the tests do what a
// person does with the CLI.
type workspace struct {
	t         testing.TB
	transport http.RoundTripper
	settings  attributes // of the provider block, beside address and credentials

	// levels are the resources: those of a level depend on those of the levels
	// before. Within a level they are handled ten at a time, as Terraform does.
	levels [][]*resource

	idle bool // the last plan was empty
}

func (w *workspace) resources() []*resource { return slices.Concat(w.levels...) }

// start makes the plugin of one phase, and what ends it.
func (w *workspace) start() *plugin { return start(w.t, w.transport, w.settings) }

const parallelism = 10 // Terraform's own default

// each does something for every resource of a level, ten at a time.
func each[T any](of []T, do func(T) problems) problems {
	var (
		lock  sync.Mutex
		found problems
		group sync.WaitGroup
	)
	queue := make(chan T)
	for range min(parallelism, len(of)) {
		group.Go(func() {
			for one := range queue {
				problems := do(one)
				lock.Lock()
				found = append(found, problems...)
				lock.Unlock()
			}
		})
	}
	for _, one := range of {
		queue <- one
	}
	close(queue)
	group.Wait()
	return found
}

// plan refreshes everything and plans what is to be done.
func (w *workspace) plan() ([]planned, problems) {
	p := w.start()
	var (
		lock  sync.Mutex
		plans []planned
		found problems
	)
	for _, level := range w.levels {
		found = append(found, each(level, func(r *resource) problems {
			found := p.refresh(w.t.Context(), r)
			if found.failed() {
				return found
			}
			plan, more := p.plan(w.t.Context(), r)
			more = more.with(r)
			if !plan.isEmpty() && !more.failed() {
				lock.Lock()
				plans = append(plans, plan)
				lock.Unlock()
			}
			return append(found, more...)
		})...)
	}
	w.idle = !found.failed() && len(plans) == 0
	return plans, found
}

// apply is "terraform apply": refresh, plan, and with another plugin carry it
// out.
func (w *workspace) apply() problems {
	plans, found := w.plan()
	if found.failed() || w.idle {
		return found
	}
	return append(found, w.carryOut(w.start(), plans)...)
}

// carryOut creates and updates level by level, and destroys from the last
// level to the first. Resources that depend on a failed one are left out.
func (w *workspace) carryOut(p *plugin, plans []planned) problems {
	var found problems
	of := func(level []*resource, destroys bool) []planned {
		var chosen []planned
		for _, plan := range plans {
			if slices.Contains(level, plan.resource) && destroys == (plan.create == nil && plan.destroy) {
				chosen = append(chosen, plan)
			}
		}
		return chosen
	}
	apply := func(plan planned) problems { return p.apply(w.t.Context(), plan).with(plan.resource) }
	for _, level := range slices.Backward(w.levels) {
		if !found.failed() {
			found = append(found, each(of(level, true), apply)...)
		}
	}
	for _, level := range w.levels {
		if !found.failed() {
			found = append(found, each(of(level, false), apply)...)
		}
	}
	return found
}

// destroy is "terraform destroy".
func (w *workspace) destroy() problems {
	configs := map[*resource]attributes{}
	for _, r := range w.resources() {
		configs[r], r.config = r.config, nil
	}
	defer func() {
		for r, config := range configs {
			r.config = config
		}
	}()
	return w.apply()
}

// importID is an import block, as far as the state goes: the next apply plans.
func (w *workspace) importID(r *resource, id string) problems {
	return w.importBy(r, &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, ID: id})
}

// importIdentity is an import block that has an identity.
func (w *workspace) importIdentity(r *resource, identity *tfprotov6.ResourceIdentityData) problems {
	return w.importBy(r, &tfprotov6.ImportResourceStateRequest{TypeName: r.typeName, Identity: identity})
}

func (w *workspace) importBy(r *resource, request *tfprotov6.ImportResourceStateRequest) problems {
	w.idle = false
	p := w.start()
	answer, err := p.server.ImportResourceState(w.t.Context(), request)
	if err != nil {
		return newProblems(nil, err)
	}
	found := newProblems(answer.Diagnostics, nil)
	if found.failed() {
		return found
	}
	r.state = decode(schemaOf(r.typeName).ValueType(), answer.ImportedResources[0].State)
	r.private, r.tainted = answer.ImportedResources[0].Private, false
	r.identity = answer.ImportedResources[0].Identity
	found = append(found, p.refresh(w.t.Context(), r)...)
	if !found.failed() && !r.hasState() {
		found = append(found, newProblems(nil, errors.New("cannot import what is not there"))...)
	}
	return found
}

// mustBeEmpty fails the test when a plan has anything to do. One that had
// nothing is not made again.
func (w *workspace) mustBeEmpty() {
	w.t.Helper()
	if w.idle {
		return
	}
	plans, found := w.plan()
	if found.failed() {
		w.t.Fatalf("the last plan fails:\n%s", found)
	}
	if len(plans) > 0 {
		w.t.Fatalf("the last plan is not empty: %v", plans)
	}
}
