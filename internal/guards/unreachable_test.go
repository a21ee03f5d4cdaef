package guards

import (
	"net"
	"strings"
	"testing"
	"time"
)

// A server that refuses connections is an error within seconds: the whole text
// once, and one line for every other resource.
func TestAccUnreachable(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	tf := newTerraform(t, "")
	tf.write(`
provider "aurinko" {
  base_url      = "http://` + address + `"
  client_id     = "id"
  client_secret = "secret"
}

resource "aurinko_managed_account" "box" {
  count              = 20
  service_account_id = 501
  email              = "box${count.index}@acme.example"
  scopes             = ["Mail.Read"]
}
`)
	started := time.Now()
	output := tf.must(1, "apply", "-auto-approve")
	if took := time.Since(started); took > 20*time.Second { // the CLI's own start is in it
		t.Errorf("it takes %s", took)
	} else {
		t.Logf("it takes %s", took)
	}
	if n := strings.Count(output, "Check `base_url`"); n != 1 {
		t.Errorf("the advice is given %d times: %s", n, output)
	}
	if n := strings.Count(output, "is out of reach: see the run's first error."); n != 19 {
		t.Errorf("%d short errors, want 19", n)
	}
}
