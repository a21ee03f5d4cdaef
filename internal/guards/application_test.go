package guards

import (
	"fmt"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	notAllowed = "Not an allowed Aurinko application"
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
