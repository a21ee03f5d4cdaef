package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An estate is a provider and mailboxes that are there as they are configured,
// each in the forms in which Terraform sends them.
type estate struct {
	tb        testing.TB
	simulator *simulator.Server
	provider  tfprotov6.ProviderServer
	parent    int64        // the service account
	of        tftypes.Type // the resource's
	mailboxes []mailbox
}

type mailbox struct {
	json   []byte // of the state, as Terraform keeps it
	state  *tfprotov6.DynamicValue
	config *tfprotov6.DynamicValue
}

const resourceType = "aurinko_managed_account"

// newEstate makes n mailboxes.
func newEstate(tb testing.TB, n int) *estate {
	tb.Helper()
	ctx := tb.Context()
	simulated, err := simulator.New(simulator.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	e := &estate{
		tb:        tb,
		simulator: simulated,
		provider:  server.New(provider.New("test", provider.WithTransport(simulator.Transport{Handler: simulated}))()),
		parent:    simulated.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Office365", Active: true}),
	}
	schema, err := e.provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	e.of = schema.ResourceSchemas[resourceType].ValueType()
	configured, err := e.provider.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: core.Encode(core.Value(schema.Provider.ValueType(), core.Values{
		"client_id": simulator.DefaultClientID, "client_secret": simulator.DefaultClientSecret, "requests_per_second": 1000,
	}))})
	e.check(err, configured.Diagnostics)
	for i := range n {
		address := address(i)
		id := simulated.AddAccount(simulator.Account{
			ParentID: e.parent, Type: simulator.Managed, ServiceType: "Office365", Active: true, AuthScopes: scopeNames,
			Email: address, MailboxAddress: address, Name: "Mailbox", Timezone: "Europe/Vienna",
		})
		// What else there is comes with the read.
		text, err := json.Marshal(map[string]any{"id": fmt.Sprint(id), "email": address, "scopes": scopeNames})
		if err != nil {
			tb.Fatal(err)
		}
		upgraded, err := e.provider.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
			TypeName: resourceType, RawState: &tfprotov6.RawState{JSON: text},
		})
		e.check(err, upgraded.Diagnostics)
		read, err := e.provider.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: upgraded.UpgradedState})
		e.check(err, read.Diagnostics)
		e.mailboxes = append(e.mailboxes, mailbox{text, read.NewState, e.config(i)})
	}
	return e
}

var scopeNames = []string{"Mail.Read", "Calendar.ReadWrite"}

func address(i int) string { return fmt.Sprintf("mailbox-%06d@acme.example", i) }

// config is how a mailbox is configured.
func (e *estate) config(i int) *tfprotov6.DynamicValue {
	return core.Encode(core.Value(e.of, core.Values{
		"service_account_id": fmt.Sprint(e.parent), "email": address(i), "name": "Mailbox", "timezone": "Europe/Vienna", "scopes": scopeNames,
	}))
}

// check fails unless a call went well. It may be called by any goroutine. A warning
// is no failure: that several resources have one ID, for a mailbox that is read again.
func (e *estate) check(err error, diagnostics []*tfprotov6.Diagnostic) {
	e.tb.Helper()
	if err != nil {
		e.tb.Error(err)
	}
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityWarning {
			e.tb.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
}

func (e *estate) validate(ctx context.Context, m mailbox) {
	answer, err := e.provider.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: resourceType, Config: m.config})
	e.check(err, answer.Diagnostics)
}

func (e *estate) upgrade(ctx context.Context, m mailbox) {
	answer, err := e.provider.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: resourceType, RawState: &tfprotov6.RawState{JSON: m.json},
	})
	e.check(err, answer.Diagnostics)
}

func (e *estate) read(ctx context.Context, m mailbox) {
	answer, err := e.provider.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: resourceType, CurrentState: m.state})
	e.check(err, answer.Diagnostics)
}

func (e *estate) plan(ctx context.Context, m mailbox) {
	answer, err := e.provider.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		// Nothing is to change, so that Terraform proposes what there is.
		TypeName: resourceType, PriorState: m.state, ProposedNewState: m.state, Config: m.config,
	})
	e.check(err, answer.Diagnostics)
}

// create plans and creates a mailbox, as one that is in no state.
func (e *estate) create(ctx context.Context, config *tfprotov6.DynamicValue) {
	none := core.Encode(tftypes.NewValue(e.of, nil))
	planned, err := e.provider.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: resourceType, PriorState: none, ProposedNewState: config, Config: config,
	})
	e.check(err, planned.Diagnostics)
	applied, err := e.provider.ApplyResourceChange(ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName: resourceType, PriorState: none, PlannedState: planned.PlannedState, PlannedPrivate: planned.PlannedPrivate, Config: config,
	})
	e.check(err, applied.Diagnostics)
}

// A create costs one request that writes and one that reads; the service
// account and the listing are asked for once for all.
func TestRequestsOfManyCreates(t *testing.T) {
	t.Parallel()
	const n = 1000
	synctest.Test(t, func(t *testing.T) {
		e := newEstate(t, 0)
		var creates sync.WaitGroup
		for worker := range 10 { // as many as Terraform
			creates.Go(func() {
				for i := worker; i < n; i += 10 {
					e.create(t.Context(), e.config(i))
				}
			})
		}
		creates.Wait()
		got := map[string]int{}
		for _, request := range e.simulator.Journal() {
			got[request.Route]++
		}
		want := map[string]int{
			"POST /v1/am/svc_accounts/{accId}/accounts": n,
			"GET /v1/am/accounts/{id}":                  n + 1, // one is the service account
			"GET /v1/am/accounts":                       1,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("other requests than wanted (-want +got):\n%s", diff)
		}
	})
}

// BenchmarkMailbox is what one mailbox costs in a plan with nothing to change:
// all that Terraform asks the provider for, and each part alone. Its share of
// the listing is not in it.
func BenchmarkMailbox(b *testing.B) {
	const n = 100
	e := newEstate(b, n)
	for _, part := range []struct {
		name string
		ask  func(context.Context, mailbox)
	}{
		{"validate", e.validate},
		{"upgrade", e.upgrade},
		{"read", e.read},
		{"plan", e.plan},
		{"all", func(ctx context.Context, m mailbox) {
			e.validate(ctx, m)
			e.upgrade(ctx, m)
			e.read(ctx, m)
			e.validate(ctx, m)
			e.plan(ctx, m)
		}},
	} {
		b.Run(part.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				part.ask(b.Context(), e.mailboxes[i%n])
			}
		})
	}
}
