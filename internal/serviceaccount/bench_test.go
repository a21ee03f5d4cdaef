package serviceaccount_test

import (
	"encoding/json"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// BenchmarkPlan plans 50 unchanged service accounts, ten at a time as Terraform
// does: with a version, which alone decides, and without, where each secret is
// compared with its hash.
func BenchmarkPlan(b *testing.B) {
	const accounts, parallel = 50, 10
	server, err := acctest.ProtoV6ProviderFactories["aurinko"]()
	if err != nil {
		b.Fatal(err)
	}
	schemas, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	schema := schemas.ResourceSchemas["aurinko_service_account"]
	dynamic := func(v values) *tfprotov6.DynamicValue {
		encoded, err := tfprotov6.NewDynamicValue(schema.ValueType(), encode(schema.ValueType(), v))
		if err != nil {
			b.Fatal(err)
		}
		return &encoded
	}
	kept := private{}
	secret.Exact.Sent(b.Context(), kept, secret.Values{WriteOnly: types.StringValue("hunter22")}, "")
	priorPrivate, err := json.Marshal(kept)
	if err != nil {
		b.Fatal(err)
	}
	for name, version := range map[string]any{"version": 1, "hash": nil} {
		b.Run(name, func(b *testing.B) {
			config := values{
				"scopes": []string{"Mail.Read"},
				"exchange": values{
					"server_url": "mail.acme.example", "username": "svc@acme.example", "password_wo": "hunter22", "password_wo_version": version,
				},
			}
			prior := state(config, values{
				"service_type": "EWS", "auth_org_id": "acme.example", "login": "svc@acme.example", "exchange.domain": "acme.example",
				"exchange.password_wo": nil,
			})
			request := &tfprotov6.PlanResourceChangeRequest{
				TypeName: "aurinko_service_account", PriorState: dynamic(prior), Config: dynamic(config), PriorPrivate: priorPrivate,
				ProposedNewState: dynamic(proposed(schema.Block.Attributes, prior, config)),
			}
			for b.Loop() {
				var group sync.WaitGroup
				for range parallel {
					group.Go(func() {
						for range accounts / parallel {
							resp, err := server.PlanResourceChange(b.Context(), request)
							if err != nil {
								b.Error(err)
								return
							}
							if planned, err := resp.PlannedState.Unmarshal(schema.ValueType()); err != nil || !planned.Equal(encode(schema.ValueType(), prior)) {
								b.Errorf("something is planned: %v, %v", planned, err)
							}
						}
					})
				}
				group.Wait()
			}
		})
	}
}
