package serviceaccount_test

import (
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// BenchmarkPlan plans 50 unchanged service accounts, ten at a time as Terraform
// does: with a version, which alone decides, and without, where each secret is
// compared with its hash.
func BenchmarkPlan(b *testing.B) {
	const accounts = 50
	for name, version := range map[string]any{"version": 1, "hash": nil} {
		b.Run(name, func(b *testing.B) {
			server, err := simulator.New(simulator.Options{})
			if err != nil {
				b.Fatal(err)
			}
			one := &core.Resource{TypeName: "aurinko_service_account", Config: core.Values{
				"scopes": []string{"Mail.Read"},
				"exchange": core.Values{
					"server_url": "mail.acme.example", "username": "svc@acme.example", "password_wo": "hunter22", "password_wo_version": version,
				},
			}}
			w := &core.Workspace{T: b, Transport: simulator.Transport{Handler: server}, Levels: [][]*core.Resource{{one}}}
			w.Must(w.Apply())
			w.MustBeEmpty()
			plugin := w.Start()
			for b.Loop() {
				var group sync.WaitGroup
				for range core.Parallelism {
					group.Go(func() {
						own := *one
						for range accounts / core.Parallelism {
							if plan, found := plugin.Plan(b.Context(), &own); !plan.IsEmpty() || len(found) > 0 {
								b.Errorf("planned: %v, %v", plan, found)
							}
						}
					})
				}
				group.Wait()
			}
		})
	}
}
