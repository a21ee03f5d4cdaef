package oauth_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// readRegistrations reads the data source, which must ask for nothing but the list.
func readRegistrations(t *testing.T, server *acctest.Server) (tftypes.Value, core.Problems) {
	t.Helper()
	read, found := core.Start(t, server.Transport, nil).ReadData(t.Context(), "aurinko_oauth_registrations", nil)
	if asked := server.Requests(); len(asked) != 1 || asked[0] != "GET /v1/am/oauth_regs" {
		t.Errorf("asked %v", asked)
	}
	return read, found
}

const canary = "c4nary-"

// Whatever the server does with the secrets of registrations, none is read.
func TestOAuthRegistrations(t *testing.T) {
	t.Parallel()

	all := []simulator.OAuthReg{
		{ServiceType: "Office365", Daemon: true, ClientID: "daemon-id", ClientSecret: canary + "1", ClientSecret2: canary + "2"},
		{ServiceType: "Google", ClientID: "google-id", ClientSecret: canary + "3", TopicName: "projects/acme-mail/topics/gmail"},
		{ServiceType: "Office365", ClientID: "office-id", ClientSecret: canary + "4", ClientSecret3: canary + "5",
			Scopes: []string{"Mail.Send", "Mail.Read"}, IntermediateCallbackURL: "https://auth.acme.example/callback"},
	}
	want := []values{
		{"id": "Google", "service_type": "Google", "daemon": false, "client_id": "google-id", "pubsub_topic": "projects/acme-mail/topics/gmail"},
		{"id": "Office365", "service_type": "Office365", "daemon": false, "client_id": "office-id",
			"scopes": []string{"Mail.Read", "Mail.Send"}, "intermediate_callback_url": "https://auth.acme.example/callback"},
		{"id": "Office365/daemon", "service_type": "Office365", "daemon": true, "client_id": "daemon-id"},
	}
	for name, test := range map[string]struct {
		quirks simulator.Quirks
		stored []simulator.OAuthReg
		want   []values
	}{
		"none": {want: []values{}}, "clear": {simulator.Quirks{}, all, want},
		"masked":        {simulator.Quirks{Secrets: simulator.SecretsMasked}, all, want},
		"absent":        {simulator.Quirks{Secrets: simulator.SecretsAbsent, Nulls: true}, all, want},
		"guides' names": {simulator.Quirks{GuideScopeNames: true, ReorderScopes: true, UnknownFields: true}, all, want},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := acctest.NewServer(t, simulator.Options{Quirks: test.quirks})
			for _, registration := range test.stored {
				server.Simulator.SetOAuthReg(registration)
			}
			read, found := readRegistrations(t, server)
			if wanted := core.Value(read.Type(), values{"registrations": test.want}); len(found) > 0 || !read.Equal(wanted) {
				t.Errorf("%sread is %s, want %s", found, read, wanted)
			}
			if strings.Contains(read.String(), canary) {
				t.Error("a secret is read")
			}
		})
	}
}

func TestOAuthRegistrationsFail(t *testing.T) {
	t.Parallel()

	server := acctest.NewServer(t, simulator.Options{})
	server.Simulator.Inject(simulator.Fault{Route: "/v1/am/oauth_regs", Status: http.StatusForbidden})
	if _, found := readRegistrations(t, server); !found.Fail("Unable to read the OAuth registrations: Aurinko answered 403 forbidden to GET /am/oauth_regs") {
		t.Errorf("it says %s", found)
	}
}
