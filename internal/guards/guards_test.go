// Package guards tests what a plan warns about and refuses, so that nothing
// happens by accident: with the driver that stands in for Terraform, and with the
// real CLI.
package guards

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The service accounts that every server has.
const googleID, exchangeID = 501, 502

var mailScopes = []string{"Mail.ReadWrite", "Mail.Send"}

func seed(server *simulator.Server) {
	server.AddAccount(simulator.Account{
		ID: googleID, Type: simulator.Daemon, ServiceType: "Google", AuthOrgID: "acme.example", AuthUserID: "9001",
		Email: "svc@acme.example", AuthScopes: mailScopes, Name: "acme.example",
	})
	server.AddAccount(simulator.Account{
		ID: exchangeID, Type: simulator.Daemon, ServiceType: "EWS", AuthOrgID: "acme.example", LoginString: "svc@acme.example",
		ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", AuthScopes: mailScopes, Name: "acme.example",
	})
}

// world runs a test with a server and a workspace, in a bubble where waiting
// takes no time.
func world(t *testing.T, test func(t *testing.T, server *simulator.Server, w *core.Workspace)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		seed(server)
		test(t, server, &core.Workspace{T: t, Transport: simulator.Transport{Handler: server}})
	})
}

// exchangeService is the configuration of the service account for Exchange.
func exchangeService(changes core.Values) *core.Resource {
	return &core.Resource{Name: "service", TypeName: "aurinko_service_account", Config: core.Values{
		"scopes":   mailScopes,
		"exchange": core.Values{"server_url": "mail.acme.example", "username": "svc@acme.example", "password_wo": "secret", "password_wo_version": 1},
	}.With(changes)}
}

func mailbox(name string, service int, changes core.Values) *core.Resource {
	return &core.Resource{Name: name, TypeName: "aurinko_managed_account", Config: core.Values{
		"service_account_id": fmt.Sprint(service), "email": name + "@acme.example", "scopes": []string{"Mail.Read"},
	}.With(changes)}
}

// must checks which problems there are: each text is in one of its own.
func must(t *testing.T, found core.Problems, texts ...string) {
	t.Helper()
	if len(found) != len(texts) {
		t.Fatalf("%d problems instead of %d:\n%s", len(found), len(texts), found)
	}
	for _, text := range texts {
		if !strings.Contains(found.String(), text) {
			t.Fatalf("none of the problems says %q:\n%s", text, found)
		}
	}
}

func writes(server *simulator.Server) int {
	n := 0
	for _, request := range server.Journal() {
		if request.Method != http.MethodGet {
			n++
		}
	}
	return n
}

// installed is the CLI, and the provider as it is released.
var installed = sync.OnceValues(func() (*cli.CLI, error) {
	path, err := cli.Find()
	if err != nil {
		return nil, err
	}
	if installation, err = os.MkdirTemp("", "aurinko-guards-"); err != nil {
		return nil, err
	}
	if err := cli.Build(context.Background(), installation); err != nil {
		return nil, err
	}
	return cli.Inspect(context.Background(), path, installation)
})

var installation string // until the tests have ended

func TestMain(m *testing.M) {
	code := m.Run()
	if installation != "" {
		os.RemoveAll(installation)
	}
	os.Exit(code)
}

// A terraform is a directory in which the real CLI runs.
type terraform struct {
	t      *testing.T
	cli    *cli.CLI
	dir    string
	server *acctest.Server
}

// newTerraform has a configuration at a server with the service accounts.
func newTerraform(t *testing.T, config string) *terraform {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run the real CLI: set TF_ACC=1")
	}
	found, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	tf := &terraform{t: t, cli: found, dir: t.TempDir(), server: acctest.NewServer(t, simulator.Options{})}
	seed(tf.server.Simulator)
	tf.configure(config)
	tf.must(0, "init")
	return tf
}

func (tf *terraform) configure(config string) {
	tf.t.Helper()
	tf.write(tf.server.ProviderConfig() + config)
}

// write writes a configuration with a provider block of its own.
func (tf *terraform) write(config string) {
	tf.t.Helper()
	const required = "terraform {\n  required_providers {\n    aurinko = { source = \"aurinko/aurinko\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(tf.dir, "main.tf"), []byte(required+config), 0o600); err != nil {
		tf.t.Fatal(err)
	}
}

// must runs a command, and checks its exit code. It returns the output without its
// line breaks and frames.
func (tf *terraform) must(code int, args ...string) string {
	tf.t.Helper()
	return tf.mustIn(nil, code, args...)
}

// mustIn is must with environment variables.
func (tf *terraform) mustIn(environment []string, code int, args ...string) string {
	tf.t.Helper()
	var output bytes.Buffer
	if args[0] != "state" { // which has no colors
		args = append([]string{args[0], "-no-color"}, args[1:]...)
	}
	got, err := tf.cli.Run(tf.t.Context(), cli.Command{
		Dir: tf.dir, Args: args, Env: environment, Stdout: &output, Stderr: &output,
	})
	if err != nil {
		tf.t.Fatal(err)
	}
	if got != code {
		tf.t.Fatalf("%v ends with %d:\n%s", args, got, &output)
	}
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output.String())), " ")
}

func (tf *terraform) says(output string, texts ...string) {
	tf.t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			tf.t.Errorf("%q is not in\n%s", text, output)
		}
	}
}
