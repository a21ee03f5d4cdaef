// Package state has the tests of what Terraform remembers: that it stays right
// when resources move, are forgotten or imported, and when the provider gets
// newer. They run the real CLI.
package state

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// installation is where the provider is built for all tests.
var installation string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if installation, err = os.MkdirTemp("", "aurinko-state-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(installation)
		return m.Run()
	}())
}

// installed finds the CLI and builds the provider for it, once.
var installed = sync.OnceValues(func() (*cli.CLI, error) {
	path, err := cli.Find()
	if err != nil {
		return nil, err
	}
	ctx := context.Background() // no test's: it is for all of them
	found, err := cli.Inspect(ctx, path, installation)
	if err != nil {
		return nil, err
	}
	return found, cli.Build(ctx, installation)
})

// A workspace is a directory in which the CLI runs, beside a simulated Aurinko.
type workspace struct {
	t         *testing.T
	terraform *cli.CLI
	server    *acctest.Server
	dir       string
}

func newWorkspace(t *testing.T, options simulator.Options) *workspace {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run the real CLI: set TF_ACC=1")
	}
	terraform, err := installed()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments.", terraform.Name, terraform.Version)
	}
	return (&workspace{t: t, terraform: terraform, server: acctest.NewServer(t, options)}).another()
}

// another is a second directory beside the same Aurinko.
func (w *workspace) another() *workspace {
	return &workspace{t: w.t, terraform: w.terraform, server: w.server, dir: w.t.TempDir()}
}

const requirements = `
terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}
`

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) read(name string) string {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// declare makes a text the whole configuration.
func (w *workspace) declare(hcl string) { w.write("main.tf", requirements+hcl) }

// run runs a command that has to end with this exit code, and returns what it
// says.
func (w *workspace) run(code int, args ...string) string {
	w.t.Helper()
	var output bytes.Buffer
	got, err := w.terraform.Run(w.t.Context(), cli.Command{
		Dir: w.dir, Args: append(args, "-no-color"), Stdout: &output, Stderr: &output,
		Env: []string{
			"AURINKO_BASE_URL=" + w.server.URL,
			"AURINKO_CLIENT_ID=" + simulator.DefaultClientID, "AURINKO_CLIENT_SECRET=" + simulator.DefaultClientSecret,
		},
	})
	if err != nil || got != code {
		w.t.Fatalf("%q: exit code %d, wanted %d, %v\n%s", strings.Join(args, " "), got, code, err, output.String())
	}
	return output.String()
}

// apply applies the configuration, which writes these things.
func (w *workspace) apply(writes ...string) {
	w.t.Helper()
	w.server.Simulator.ResetJournal()
	w.run(0, "apply", "-auto-approve")
	acctest.AssertWrites(w.t, w.server, writes...)
}

// mustBeEmpty fails the test unless there is nothing to do.
func (w *workspace) mustBeEmpty() {
	w.t.Helper()
	w.run(0, "plan", "-detailed-exitcode")
}
