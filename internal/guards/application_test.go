package guards

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	notAllowed = "Not an allowed Aurinko application"
	foreign    = "The object belongs to another Aurinko application"
	twoSources = "Client ID and Client Secret from two sources"
)

func TestAllowedClientIDs(t *testing.T) {
	t.Parallel()
	world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
		allowed := func(ids ...any) core.Values { return core.Values{"allowed_client_ids": ids} }
		p := core.Launch(w.Transport)
		must(t, p.TryConfigure(t, allowed("production", simulator.DefaultClientID)))
		must(t, p.TryConfigure(t, allowed("production")), notAllowed)
		must(t, p.TryConfigure(t, allowed("production").With(core.Values{"client_id": "staging"})),
			"The Client ID staging, from `client_id` in the provider block, is not among `allowed_client_ids`. Nothing was sent.")

		// What is not known yet refuses the first request.
		for _, settings := range []core.Values{
			allowed("production", core.Unknown), {"allowed_client_ids": core.Unknown}, allowed("production").With(core.Values{"client_id": core.Unknown}),
		} {
			w.Settings, w.Levels = settings, [][]*core.Resource{{mailbox("box", googleID, nil)}}
			must(t, w.Apply(), "the provider block has values that are not known before apply")
		}
		if n := len(server.Journal()); n > 0 {
			t.Errorf("%d requests", n)
		}
	})
}

func TestAccApplication(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t, "")
	provider := func(arguments string) string {
		return fmt.Sprintf("provider \"aurinko\" {\n  base_url = %q\n%s}\ndata \"aurinko_application\" \"this\" {}\n", tf.server.URL, arguments)
	}
	secret := fmt.Sprintf("  client_secret = %q\n", simulator.DefaultClientSecret)
	environment := []string{"AURINKO_CLIENT_ID=" + simulator.DefaultClientID, "AURINKO_CLIENT_SECRET=" + simulator.DefaultClientSecret}

	tf.write(provider("  allowed_client_ids = [\"production\"]\n"))
	tf.says(tf.mustIn(environment, 1, "plan"), notAllowed, "from the environment variable AURINKO_CLIENT_ID, is not among")
	if requests := tf.server.Requests(); len(requests) > 0 {
		t.Errorf("requests: %v", requests)
	}
	tf.write(provider(secret))
	tf.says(tf.mustIn(environment, 0, "plan"), twoSources, "The provider block has `client_secret`")
}

// No resource type forgets to look at the application, in any call that has a state.
func TestEveryTypeChecksTheApplication(t *testing.T) {
	t.Parallel()
	ids := map[string]string{"aurinko_subscription": "12/34", "aurinko_booking_profile": "12/34"}
	for typeName := range core.ResourceTypes() {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			world(t, func(t *testing.T, server *simulator.Server, w *core.Workspace) {
				of := core.Schema(typeName).ValueType()
				state, null := core.Encode(core.Value(of, core.Values{"id": cmp.Or(ids[typeName], "12")})), core.Encode(tftypes.NewValue(of, nil))
				private := []byte(`{"application":"` + base64.StdEncoding.EncodeToString([]byte(`"another"`)) + `"}`)
				check := func(call string, diagnostics []*tfprotov6.Diagnostic, err error) {
					t.Helper()
					if err != nil || !slices.ContainsFunc(diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Summary == foreign }) {
						t.Errorf("%s says %v, %v", call, diagnostics, err)
					}
					if n := len(server.Journal()); n > 0 {
						t.Errorf("%s makes %d requests", call, n)
					}
				}
				s := w.Start().Server
				read, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: state, Private: private})
				check("a read", read.Diagnostics, err)
				for what, proposed := range map[string]*tfprotov6.DynamicValue{"a plan": state, "a plan of a destroy": null} {
					planned, err := s.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
						TypeName: typeName, PriorState: state, ProposedNewState: proposed, Config: proposed, PriorPrivate: private,
					})
					check(what, planned.Diagnostics, err)
				}
				for what, planned := range map[string]*tfprotov6.DynamicValue{"an update": state, "a delete": null} {
					applied, err := s.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
						TypeName: typeName, PriorState: state, PlannedState: planned, Config: planned, PlannedPrivate: private,
					})
					check(what, applied.Diagnostics, err)
				}
			})
		})
	}
}

// A state met with the credentials of another application is refused before any
// request, in every command; the way out is the right credentials.
func TestAccAnotherApplication(t *testing.T) {
	t.Parallel()
	const config = `
resource "aurinko_zoho_oauth" "this" {
  client_id     = "1000.ABC"
  client_secret = "made up"
}

resource "aurinko_managed_account" "box" {
  count              = 3
  service_account_id = 501
  email              = "box${count.index}@acme.example"
  scopes             = ["Mail.Read"]
}
`
	tf := newTerraform(t, config)
	tf.must(0, "apply", "-auto-approve")
	requests := len(tf.server.Requests())
	another := fmt.Sprintf("provider \"aurinko\" {\n  base_url      = %q\n  client_id     = \"staging\"\n  client_secret = \"valid there\"\n}\n", tf.server.URL)
	tf.write(another + config)
	for _, command := range [][]string{{"plan"}, {"plan", "-refresh=false"}, {"apply", "-auto-approve"}, {"destroy", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
		output := tf.must(1, command...)
		tf.says(output, foreign, "The state has", `and the provider block is for the application with Client ID "staging"`, "see the run's first error of this kind")
		if n := strings.Count(output, "`terraform state rm`"); n != 1 {
			t.Errorf("%v says the way out %d times: %s", command, n, output)
		}
	}
	tf.write(another) // all lines gone
	tf.says(tf.must(1, "apply", "-auto-approve"), foreign)
	if n := len(tf.server.Requests()); n != requests {
		t.Errorf("%d requests", n-requests)
	}
	tf.configure(config)
	tf.says(tf.must(0, "plan"), "No changes.")

	// The way out where the Client ID of the application itself changed.
	tf.must(0, "state", "rm", "aurinko_zoho_oauth.this")
	tf.must(0, "import", "aurinko_zoho_oauth.this", "Zoho")
	tf.must(0, "apply", "-auto-approve")
	tf.says(tf.must(0, "plan"), "No changes.")
}

// An import by identity checks the application if it is given, and completes the
// identity if it is not.
func TestAccImportFromAnotherApplication(t *testing.T) {
	t.Parallel()
	config := func(identity string) string {
		return `
import {
  to       = aurinko_zoho_oauth.this
  identity = { id = "Zoho"` + identity + ` }
}

resource "aurinko_zoho_oauth" "this" {
  client_id     = "1000.ABC"
  client_secret = "made up"
}
`
	}
	tf := newTerraform(t, "")
	if !tf.cli.AtLeast(1, 12) {
		t.Skipf("%s %s has no import by identity.", tf.cli.Name, tf.cli.Version)
	}
	tf.server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Zoho", ClientID: "1000.ABC", ClientSecret: "made up"})
	tf.configure(config(`, application_client_id = "staging"`))
	tf.says(tf.must(1, "plan"), "Import from another Aurinko application", `ID "Zoho" belongs to an object in the application with Client ID "staging"`)
	if requests := tf.server.Requests(); len(requests) > 0 {
		t.Errorf("requests: %v", requests)
	}
	for _, identity := range []string{"", fmt.Sprintf(", application_client_id = %q", simulator.DefaultClientID)} {
		tf.configure(config(identity))
		tf.must(0, "apply", "-auto-approve")
		tf.says(tf.must(0, "plan"), "No changes.")
		state, err := os.ReadFile(filepath.Join(tf.dir, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf(`"application_client_id": %q`, simulator.DefaultClientID); !strings.Contains(string(state), want) {
			t.Errorf("the identity in the state lacks the application: %s", state)
		}
		tf.must(0, "state", "rm", "aurinko_zoho_oauth.this")
	}
}
