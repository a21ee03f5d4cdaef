package guards

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// DEBUG is a line a request. The CLI adds some lines of its own for each start of
// the provider.
func TestAccDebugIsALineARequest(t *testing.T) {
	t.Parallel()
	tf := newTerraform(t, `
resource "aurinko_managed_account" "box" {
  count              = 20
  service_account_id = 501
  email              = "box${count.index}@acme.example"
  scopes             = ["Mail.Read"]
}
`)
	log := filepath.Join(tf.dir, "log.txt")
	tf.mustIn([]string{"TF_LOG_PROVIDER=DEBUG", "TF_LOG_PATH=" + log}, 0, "apply", "-auto-approve")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	var requests, others int
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.Contains(line, "request to Aurinko"):
			requests++
		case strings.Contains(line, "provider.terraform-provider-aurinko"):
			others++
			t.Log(strings.TrimSpace(line))
		}
	}
	if want := len(tf.server.Requests()); requests != want {
		t.Errorf("%d lines of requests, want %d", requests, want)
	}
	if others > 10 {
		t.Errorf("%d other lines of the provider", others)
	}
}
