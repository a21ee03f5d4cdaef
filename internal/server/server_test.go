package server_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"weak"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

type key struct{}

// A logger stands for what a call's context holds.
type logger [50 << 10]byte

// callOf makes a call through reflection, with an empty request, and reads all of a
// stream. The context is not kept by the caller.
func callOf(t *testing.T, method reflect.Value) weak.Pointer[logger] {
	t.Helper()
	value := new(logger)
	ctx := context.WithValue(t.Context(), key{}, value)
	answer := method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.New(method.Type().In(1).Elem())})
	if err := answer[1]; !err.IsNil() {
		t.Error(err)
	}
	for _, name := range []string{"Results", "Events"} {
		if stream := answer[0].Elem().FieldByName(name); stream.IsValid() {
			for range stream.Seq() { // which is what ends the call
			}
		}
	}
	return weak.Make(value)
}

// Every call that the framework's server has, those of its optional interfaces too,
// is there, and lets go of its context when it returns.
func TestEveryCall(t *testing.T) {
	t.Parallel()
	p := provider.New("test")()
	framework, ours := reflect.ValueOf(providerserver.NewProtocol6(p)()), reflect.ValueOf(server.New(p))
	if framework.NumMethod() < 30 {
		t.Fatalf("the framework's server has %d methods", framework.NumMethod())
	}
	for i := range framework.NumMethod() {
		name := framework.Type().Method(i).Name
		method := ours.MethodByName(name)
		switch {
		case !method.IsValid():
			t.Errorf("%s is missing", name)
			continue
		case name == "StopProvider", strings.Contains(name, "State") && !strings.HasSuffix(name, "ResourceState"):
			continue // it registers nothing; there are no state stores
		}
		held := callOf(t, method)
		runtime.GC()
		if held.Value() != nil {
			t.Errorf("%s keeps the context of the call", name)
		}
	}
	runtime.KeepAlive(ours)
}

// The heap grows by less than a kilobyte a call, however much each context holds. It
// is not parallel, since the heap is that of all tests.
func TestMemory(t *testing.T) {
	const calls = 2000
	s := server.New(provider.New("test")())
	method := reflect.ValueOf(s).MethodByName("ReadResource")
	heap := func() uint64 {
		var stats runtime.MemStats
		runtime.GC()
		runtime.GC() // what the first one only made ready to be freed
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	callOf(t, method) // fills the framework's caches
	before := heap()
	for range calls {
		callOf(t, method)
	}
	if grown := (int64(heap()) - int64(before)) / calls; grown >= 1<<10 {
		t.Errorf("the heap grows by %d bytes a call", grown)
	}
	runtime.KeepAlive(s)
}

// unreachable is for providers that are to make no request.
type unreachable struct{ http.RoundTripper }

// A pair are two configured servers of the provider: this package's, and the
// framework's alone.
func pair(t *testing.T) (ours, framework tfprotov6.ProviderServer, planner server.UnchangedPlanner) {
	t.Helper()
	p := provider.New("test", provider.WithTransport(unreachable{}))()
	ours, framework = server.New(p), providerserver.NewProtocol6(p)()
	for _, s := range []tfprotov6.ProviderServer{framework, ours} {
		(&core.Plugin{Server: s}).Configure(t, nil)
	}
	return ours, framework, p.(server.UnchangedPlanner)
}

// A plan that changes nothing is answered with what the framework answers, to the
// byte, for every type for which the provider says so.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	ours, framework, planner := pair(t)
	schemas, err := ours.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for name := range schemas.ResourceSchemas {
		if planner.PlanUnchanged(name, "12", nil) {
			types = append(types, name)
		}
	}
	if want := []string{"aurinko_managed_account"}; !slices.Equal(types, want) {
		t.Fatalf("the plans of %q may be answered, want %q", types, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		typeName := rapid.SampledFrom(types).Draw(t, "type")
		schema := schemas.ResourceSchemas[typeName]
		state, config := map[string]tftypes.Value{}, map[string]tftypes.Value{}
		for _, attribute := range schema.Block.Attributes {
			state[attribute.Name] = value(t, attribute, false)
			config[attribute.Name] = state[attribute.Name]
			if rapid.Bool().Draw(t, attribute.Name+" is configured otherwise") {
				config[attribute.Name] = value(t, attribute, true)
			}
		}
		prior := encode(schema.ValueType(), state)
		req := &tfprotov6.PlanResourceChangeRequest{
			TypeName: typeName, PriorState: prior, ProposedNewState: encode(schema.ValueType(), state), Config: encode(schema.ValueType(), config),
			PriorPrivate: rapid.SampledFrom([][]byte{nil, []byte(`{"imported":"dHJ1ZQ=="}`), []byte(`{"application":"` + base64.StdEncoding.EncodeToString([]byte(`"`+simulator.DefaultClientID+`"`)) + `"}`)}).Draw(t, "private state"),
		}
		if rapid.Bool().Draw(t, "has an identity") {
			req.PriorIdentity = core.Identity(typeName, core.Values{"id": core.Text(state["id"]), "application_client_id": simulator.DefaultClientID})
		}
		got, err := ours.PlanResourceChange(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		if got.PlannedState != prior {
			t.Error("the framework was asked")
		}
		want, err := framework.PlanResourceChange(context.Background(), req)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("another answer than the framework's (-want +got):\n%s", diff)
		}
	})
}

// value returns a random value of an attribute. An ID is a number that is known to
// the provider; what is configured may be unknown.
func value(t *rapid.T, attribute *tfprotov6.SchemaAttribute, configured bool) tftypes.Value {
	isID := attribute.Name == "id" || strings.HasSuffix(attribute.Name, "account_id")
	if configured && rapid.IntRange(0, 4).Draw(t, attribute.Name+" is unknown") == 0 {
		return tftypes.NewValue(attribute.Type, tftypes.UnknownValue)
	}
	if !isID && rapid.IntRange(0, 2).Draw(t, attribute.Name+" is null") == 0 {
		return tftypes.NewValue(attribute.Type, nil)
	}
	texts := rapid.SampledFrom([]string{"", "a", "A", "a@acme.example", "A@acme.example", "Mail.Read", "Mail.ReadOnly", "ä"})
	if isID {
		texts = rapid.SampledFrom([]string{"1", "12", "9007199254740993"})
	}
	switch of := attribute.Type; {
	case of.Is(tftypes.String):
		return tftypes.NewValue(of, texts.Draw(t, attribute.Name))
	case of.Is(tftypes.Bool):
		return tftypes.NewValue(of, rapid.Bool().Draw(t, attribute.Name))
	case of.Is(tftypes.Set{}):
		elements := []tftypes.Value{}
		for _, text := range rapid.SliceOfNDistinct(texts, 0, 4, rapid.ID).Draw(t, attribute.Name) {
			elements = append(elements, tftypes.NewValue(of.(tftypes.Set).ElementType, text))
		}
		return tftypes.NewValue(of, elements)
	}
	t.Fatalf("no values of %s are made", attribute.Type)
	return tftypes.Value{}
}

func encode(of tftypes.Type, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, attributes))
	if err != nil {
		panic(err)
	}
	return &encoded
}

// A state of another application is left to the framework, and refused there.
func TestUnchangedOfAnotherApplication(t *testing.T) {
	t.Parallel()
	ours, _, _ := pair(t)
	const typeName = "aurinko_managed_account"
	state, err := tfprotov6.NewDynamicValue(core.Schema(typeName).ValueType(),
		core.Value(core.Schema(typeName).ValueType(), core.Values{"id": "1", "service_account_id": "7", "email": "a@acme.example", "scopes": []string{"Mail.Read"}}))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second one is refused in fewer words
		answer, err := ours.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
			TypeName: typeName, PriorState: &state, ProposedNewState: &state, Config: &state,
			PriorPrivate: []byte(`{"application":"` + base64.StdEncoding.EncodeToString([]byte(`"another"`)) + `"}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(answer.Diagnostics) != 1 || answer.Diagnostics[0].Summary != "The object belongs to another Aurinko application" {
			t.Errorf("it says %v", answer.Diagnostics)
		}
	}
}

// An ID that the plan keeps, without the framework having been asked, and destroys
// through another resource is found, whichever of the two is planned first.
func TestUnchangedIsNoted(t *testing.T) {
	t.Parallel()
	const typeName = "aurinko_managed_account"
	of := core.Schema(typeName).ValueType()
	state := func(id string) *tfprotov6.DynamicValue {
		v := core.Value(of, core.Values{"id": id, "service_account_id": "7", "email": "a@acme.example", "scopes": []string{"Mail.Read"}})
		encoded, err := tfprotov6.NewDynamicValue(of, v)
		if err != nil {
			t.Fatal(err)
		}
		return &encoded
	}
	none, err := tfprotov6.NewDynamicValue(of, tftypes.NewValue(of, nil))
	if err != nil {
		t.Fatal(err)
	}
	ours, _, _ := pair(t)
	plan := func(id string, destroys bool) (errors int) {
		req := &tfprotov6.PlanResourceChangeRequest{TypeName: typeName, PriorState: state(id), ProposedNewState: state(id), Config: state(id)}
		if destroys {
			req.ProposedNewState, req.Config = &none, &none
		}
		answer, err := ours.PlanResourceChange(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		return len(answer.Diagnostics)
	}
	if got, err := ours.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeName, PriorState: &none, ProposedNewState: &none, Config: &none,
	}); err != nil || got.PlannedState == &none {
		t.Errorf("a state without an ID is not left to the framework: %v", err)
	}
	for id, first := range map[string]bool{"1": false, "2": true} {
		if plan(id, first) != 0 || plan("3"+id, !first) != 0 || plan(id, !first) != 1 {
			t.Errorf("destroyed first %t: the plan keeps and destroys one account, and does not say so", first)
		}
	}
}
