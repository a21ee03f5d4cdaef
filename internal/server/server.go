// Package server stands between Terraform's protocol and the framework. It serves
// the framework's own server, and spares two of its costs. Both were found with
// terraform-plugin-framework v1.19.0; no report upstream is known of either.
//
// # Contexts that are never released
//
// The framework registers the cancel function of every call, and drops it only when
// the provider is stopped: registerContext in internal/proto6server/serve.go and in
// internal/proto5server/serve.go, since v0.2.0 at the latest. Each function holds the
// context of its call, with the loggers in it: about 50 kB. A plan of 5,000 resources
// peaks near 700 MB, nearly all of it this, and a process in debug mode grows with
// every plan. The mend: each call takes its function out of the registry when it
// returns, and calls it. The registry could go altogether, since terraform-plugin-go
// cancels the contexts of all calls that are under way when the provider is stopped.
//
// Until then the framework gets a lent context here (lent.go). It answers from the
// call's own context while the call runs, and lets go of it at the end. What outlives
// its call finds no value in it: nothing in this provider does.
//
// # Plans that change nothing
//
// The framework plans a resource that does not change like any other, which is half of
// what such a plan costs: SchemaModifyPlan in internal/fwserver sets every attribute
// anew, changed or not; resource/schema.Schema.GetAttributes copies all attributes for
// each step of a path; and isValidFieldName in internal/reflect compiles a regular
// expression for each field of a model. The mends: set what differs, keep the copy,
// compile once.
//
// The answer is the prior state, whatever the configuration, for a type that has no
// write-only argument, no default in its schema, and no ModifyPlan with more to say. A
// provider names such types with PlanUnchanged.
//
// lent.go and calls.go go with the first mend, the rest when the others make it cheap.
package server

import (
	"bytes"
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/vmihailenco/msgpack/v5"
)

// Serve serves a provider to the CLI that has started this process, or, for a
// debugger, to one that knows how to reach it.
func Serve(address string, newProvider func() provider.Provider, debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := silenceUnreadLog(os.Getenv, os.Setenv); err != nil {
		return err
	}
	return tf6server.Serve(address, func() tfprotov6.ProviderServer { return New(newProvider()) }, options...)
}

// protocol is all that the framework's server implements.
type protocol interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

var _ protocol = (*server)(nil)

// New returns the server of a provider.
func New(p provider.Provider) tfprotov6.ProviderServer {
	framework := providerserver.NewProtocol6(p)().(protocol)
	planner, _ := p.(UnchangedPlanner)
	return &server{framework: framework, StateStoreServer: framework, planner: planner}
}

// An UnchangedPlanner is a provider with resource types whose plans that change
// nothing are the prior state.
type UnchangedPlanner interface {
	// PlanUnchanged is called in place of planning a resource that does not change.
	// It returns false if the resource must be planned all the same. The private state
	// is as the protocol has it.
	PlanUnchanged(typeName, id string, private []byte) bool
}

// A server writes out every call, so that it does not compile when the protocol gains
// one. Of state stores, which this provider has none of, it passes on the errors.
type server struct {
	framework protocol
	tfprotov6.StateStoreServer
	planner UnchangedPlanner // nil for none
}

// PlanResourceChange answers a plan that changes nothing with the prior state.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if s.planner == nil || !isUnchanged(req) || !s.planner.PlanUnchanged(req.TypeName, id(req.PriorState), req.PriorPrivate) {
		return lend(ctx, req, s.framework.PlanResourceChange)
	}
	identity := req.PriorIdentity
	if identity == nil { // from a CLI without identities; the framework returns a null one
		identity = &tfprotov6.ResourceIdentityData{IdentityData: &tfprotov6.DynamicValue{MsgPack: null}}
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: req.PriorState, PlannedPrivate: req.PriorPrivate, PlannedIdentity: identity,
	}, nil
}

var null = []byte{0xc0}

func isUnchanged(req *tfprotov6.PlanResourceChangeRequest) bool {
	prior, proposed := req.PriorState, req.ProposedNewState
	return prior != nil && proposed != nil && len(prior.MsgPack) > 0 && bytes.Equal(prior.MsgPack, proposed.MsgPack)
}

// id returns the attribute id of an object, empty for none.
func id(object *tfprotov6.DynamicValue) string {
	found, err := msgpack.NewDecoder(bytes.NewReader(object.MsgPack)).Query("id")
	if err != nil || len(found) != 1 {
		return ""
	}
	text, _ := found[0].(string)
	return text
}
