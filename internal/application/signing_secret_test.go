package application_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/echoprovider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func TestSigningSecret(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  string
	}{
		"":         {},
		"none":     {simulator.Fault{Status: http.StatusOK, Body: `{"id":1}`}, "Aurinko returned the application without its signing secret."},
		"refused":  {simulator.Fault{Status: http.StatusForbidden}, "Unable to read the signing secret: Aurinko answered 403 forbidden to GET /am/application"},
		"half one": {simulator.Fault{Truncate: true}, "Unable to read the signing secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			if test.says != "" {
				server.Simulator.Inject(test.fault)
			}
			result, failures := core.Connect(t, server).Open("aurinko_signing_secret", nil)
			said := strings.Join(failures, "")
			if !strings.Contains(said, test.says) || test.says == "" && said != "" || strings.Contains(said, simulator.SigningSecret) {
				t.Errorf("failures are %q", failures)
			}
			var secret string
			if test.says == "" {
				if err := result["signing_secret"].As(&secret); err != nil || secret != simulator.SigningSecret {
					t.Errorf("%q, %v", secret, err)
				}
			}
			acctest.AssertNoWrites(t, server)
		})
	}
}

// With the real CLI the secret reaches what may take it, here the configuration of
// another provider.
func TestAccSigningSecret(t *testing.T) {
	t.Parallel()
	server := acctest.NewServer(t, simulator.Options{})
	factories := maps.Clone(acctest.ProtoV6ProviderFactories)
	factories["echo"] = echoprovider.NewProviderServer()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: factories,
		TerraformVersionChecks:   acctest.EphemeralChecks(),
		Steps: []resource.TestStep{{
			Config: acctest.Config(server, `
				ephemeral "aurinko_signing_secret" "this" {}
				provider "echo" { data = sha256(ephemeral.aurinko_signing_secret.this.signing_secret) == sha256("`+simulator.SigningSecret+`") }
				resource "echo" "this" {}`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data"), knownvalue.Bool(true)),
				acctest.NotHeld{simulator.SigningSecret},
			},
		}},
	})
	acctest.AssertNoWrites(t, server)
}
