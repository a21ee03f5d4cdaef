package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Each kind lists its own settings, which are what an import reads. Settings that the
// application does not have are not listed, and a failure says so.
func TestListSettings(t *testing.T) {
	t.Parallel()
	for name, quirks := range map[string]simulator.Quirks{"clear": {}, "masked": {Secrets: simulator.SecretsMasked}, "nulls": {Secrets: simulator.SecretsAbsent, Nulls: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{Quirks: quirks})
			for _, r := range []simulator.OAuthReg{
				{ServiceType: "Office365", ClientID: "office-id", ClientSecret: canary + "1", Scopes: []string{"Mail.Read"}, IntermediateCallbackURL: "https://auth.acme.example/callback"},
				{ServiceType: "Google", ClientID: "google-id", ClientSecret: canary + "2", TopicName: "projects/acme-mail/topics/gmail"},
				{ServiceType: "Office365", Daemon: true, ClientID: "daemon-id", ClientSecret: canary + "3",
					ClientSecret2: acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear())},
			} {
				server.Simulator.SetOAuthReg(r)
			}
			p := core.Connect(t, server)
			for typeName, want := range map[string]string{
				"aurinko_office365_oauth":  "Office365: Office 365 OAuth settings, client ID office-id",
				"aurinko_google_oauth":     "Google: Google OAuth settings, client ID google-id",
				"aurinko_office365_daemon": "Office365/daemon: Office 365 daemon settings, client ID daemon-id",
				"aurinko_zoho_oauth":       "",
			} {
				results, failures := p.List(typeName, nil, 1, true, 0)
				if len(failures) > 0 || len(results) > 1 || (len(results) == 0) != (want == "") {
					t.Errorf("%s: %v, %q", typeName, results, failures)
					continue
				}
				for _, result := range results {
					if got := result.ID + ": " + result.DisplayName; got != want {
						t.Errorf("listed is %q, want %q", got, want)
					}
					for attribute, value := range p.Import(typeName, result.ID) {
						if listed := result.Resource[attribute]; !listed.Equal(value) || strings.Contains(listed.String(), canary) {
							t.Errorf("%s: %s is listed as %s, imported as %s", typeName, attribute, listed, value)
						}
					}
				}
			}
			server.Simulator.Inject(simulator.Fault{Status: http.StatusForbidden})
			if results, failures := p.List("aurinko_zoho_oauth", nil, -1, true, 0); len(results) > 0 || len(failures) != 1 || !strings.Contains(failures[0], "Unable to list the Zoho OAuth settings") {
				t.Errorf("%v, %q", results, failures)
			}
			acctest.AssertNoWrites(t, server)
		})
	}
}
