package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const settings = `
resource "aurinko_office365_oauth" "this" {
  client_id     = "6a1b3c5d-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
  client_secret = "s3cret"
}
`

// test runs the steps of an acceptance test.
func test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories,
		Steps:                    steps,
	})
}

// needing are configurations that need a call to Aurinko, and how often a plan
// and an apply, two runs, make one.
var needing = map[string]struct {
	config string
	runs   int
}{
	"a read":   {config: "\ndata \"aurinko_application\" \"this\" {}\n", runs: 1}, // the plan fails
	"a create": {config: settings, runs: 2},
}

// Wrong credentials end in one error, after one request of each run.
func TestAccProviderWrongCredentials(t *testing.T) {
	t.Parallel()

	for name, needs := range needing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{})
			test(t, resource.TestStep{
				Config: fmt.Sprintf(`
					provider "aurinko" {
						base_url      = %q
						client_id     = %q
						client_secret = "wr0ng"
					}`, server.URL, simulator.DefaultClientID) + needs.config,
				ExpectError: acctest.Says(
					"Error: Unable to ",
					"Aurinko answered 401 unauthorized to GET /am/",
					"Request ID",
					"Check `client_id` and `client_secret` in the provider block, or the environment variables AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET"),
			})
			if asked := len(server.Simulator.Journal()); asked != needs.runs {
				t.Errorf("%d requests were sent, want %d", asked, needs.runs)
			}
		})
	}
}

// A server that cannot be reached is named, with the cause.
func TestAccProviderUnreachable(t *testing.T) {
	t.Parallel()

	for name, needs := range needing {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, resource.TestStep{
				// Nothing listens on port 1.
				Config: `
					provider "aurinko" {
						base_url      = "http://127.0.0.1:1"
						client_id     = "id"
						client_secret = "s3cret"
						max_retries   = 0
					}` + needs.config,
				ExpectError: acctest.Says(
					"Aurinko at http://127.0.0.1:1 could not be reached",
					"connection refused",
					"Check `base_url` (AURINKO_BASE_URL), the network and the proxy settings of this machine."),
			})
		})
	}
}

// A value that is not known yet hinders neither what needs no call nor a create,
// which comes when all is known. What needs a call names the value.
func TestAccProviderUnknownValues(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	config := func(attribute string, value any) string {
		values := map[string]string{
			"base_url":      fmt.Sprintf("%q", server.URL),
			"client_id":     fmt.Sprintf("%q", simulator.DefaultClientID),
			"client_secret": fmt.Sprintf("%q", simulator.DefaultClientSecret),
		}
		values[attribute] = "terraform_data.value.output"
		return fmt.Sprintf(`
			provider "aurinko" {
				base_url      = %s
				client_id     = %s
				client_secret = %s
			}
			resource "terraform_data" "value" {
				input            = %q
				triggers_replace = %q
			}
			data "aurinko_scope_mapping" "this" { scopes = ["Mail.Read"] }
		`, values["base_url"], values["client_id"], values["client_secret"], value, attribute)
	}
	test(t,
		resource.TestStep{
			Config: config("client_secret", simulator.DefaultClientSecret) + settings,
			Check:  acctest.CheckWrites(server, "POST /v1/am/oauth_regs"),
		},
		resource.TestStep{ // its replacement makes the value unknown, and there is something to read
			Config:      config("client_id", simulator.DefaultClientID) + settings,
			ExpectError: acctest.Says("values that are not known before apply: `client_id`"),
		},
		resource.TestStep{
			Config:      config("base_url", server.URL) + settings,
			ExpectError: acctest.Says("values that are not known before apply: `base_url`"),
		},
		resource.TestStep{
			Config: server.ProviderConfig() + settings,
			Check: func(*terraform.State) error {
				if server.Simulator.Empty() {
					return fmt.Errorf("the settings are gone")
				}
				return nil
			},
		},
	)
}

// Bad and missing values are errors of the provider block, before any request.
func TestAccProviderRefuses(t *testing.T) {
	t.Parallel()

	const credentials = `client_id = "id"
		client_secret = "s3cret"
		`
	for name, wrong := range map[string]struct{ attributes, want string }{
		"nothing":             {want: "Error: Missing Aurinko Client ID"},
		"no secret":           {attributes: `client_id = "id"`, want: "Set `client_secret` in the provider block, or the environment variable AURINKO_CLIENT_SECRET."},
		"http":                {attributes: credentials + `base_url = "http://api.aurinko.io"`, want: "http is allowed to a loopback address only: use https"},
		"requests per second": {attributes: credentials + `requests_per_second = 0`, want: "it must be a whole number from 1 to 1000"},
		"retries":             {attributes: credentials + `max_retries = 21`, want: "it must be a whole number from 0 to 20"},
		"timeout":             {attributes: credentials + `request_timeout = "60"`, want: "it must be a positive duration with its unit, such as 60s or 2m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, resource.TestStep{
				Config:      "provider \"aurinko\" {\n" + wrong.attributes + "\n}\n" + settings,
				PlanOnly:    true,
				ExpectError: acctest.Says(wrong.want),
			})
		})
	}
}
