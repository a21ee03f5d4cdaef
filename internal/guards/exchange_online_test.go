package guards

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const ends = "Microsoft ends EWS in Exchange Online"

func TestExchangeOnline(t *testing.T) {
	t.Parallel()
	for server, warns := range map[any]bool{
		"outlook.office365.com":                           true,
		"https://Outlook.Office365.com/EWS/Exchange.asmx": true,
		"outlook.office.com":                              true,
		"outlook.office365.com:443":                       true,
		"mail.acme.example":                               false,
		"mail.notoffice365.com":                           false,
		"outlook.office365.com.evil":                      false,
		"outlook.office365.us":                            false, // a national cloud
		"outlook.acme.example/":                           false,
		core.Unknown:                                      false,
		"https://acme.example:8443/":                      false,
		"office365.com.acme.example/":                     false,
	} {
		world(t, func(t *testing.T, _ *simulator.Server, w *core.Workspace) {
			service := exchangeService(core.Values{"exchange": core.Values{"server_url": server, "username": "svc@online.example", "password_wo": "secret", "password_wo_version": 1}})
			w.Levels = [][]*core.Resource{{service}}
			_, found := w.Plan()
			if warns {
				must(t, found, ends)
				must(t, found.Warnings(), "April 1, 2027")
			} else {
				must(t, found)
			}
		})
	}
}

func TestAccExchangeOnline(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t, `
resource "aurinko_service_account" "online" {
  scopes = ["Mail.Read"]
  exchange = {
    server_url  = "outlook.office365.com"
    username    = "svc@acme.example"
    password    = "made up"
  }
}
`)
	tf.says(tf.must(0, "apply", "-auto-approve"), "Warning: "+ends)
	tf.says(tf.must(0, "plan"), "Warning: "+ends, "No changes.") // what changes nothing warns, too
}
