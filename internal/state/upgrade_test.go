package state

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Whoever raises the version of a schema adds a directory beside the others: a
// main.tf of its own, and the rest by
//
//	TF_ACC=1 go test ./internal/state -run TestAccOlderStates -args -write <directory>
var write = flag.String("write", "", "the directory of testdata whose state is to be written anew")

// Each directory of testdata is what a version of the provider left behind: the
// configuration, its state, what Aurinko held, and the made-up credentials.
func olderStates(t *testing.T) []string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("%v, %v", dirs, err)
	}
	return dirs
}

const (
	stateFile   = "terraform.tfstate"
	aurinkoFile = "aurinko.json"
)

// To the provider as it is now, the state of an older one needs no change.
func TestAccOlderStates(t *testing.T) {
	t.Parallel()
	if *write != "" {
		writeState(t, filepath.Join("testdata", *write))
	}
	for _, dir := range olderStates(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), aurinkoFile)
			copyFile(t, filepath.Join(dir, aurinkoFile), data)
			w := newWorkspace(t, simulator.Options{File: data})
			w.take(dir, "main.tf", "certificate.pem", "private-key.pem", "google-key.json", stateFile)
			w.run(0, "init")
			w.mustBeEmpty()
			acctest.AssertNoWrites(t, w.server)
			w.run(0, "destroy", "-auto-approve")
			if !w.server.Simulator.Empty() {
				t.Errorf("the state did not know of all: %v, %v", w.server.Simulator.Accounts(), w.server.Simulator.OAuthRegs())
			}
		})
	}
}

// take copies files of a directory into the workspace.
func (w *workspace) take(dir string, names ...string) {
	w.t.Helper()
	for _, name := range names {
		copyFile(w.t, filepath.Join(dir, name), filepath.Join(w.dir, name))
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeState applies a directory's main.tf with the provider as it is now, and
// keeps what that leaves.
func writeState(t *testing.T, dir string) {
	t.Helper()
	far := time.Date(2126, 1, 1, 0, 0, 0, 0, time.UTC) // no test is to fail because of a date
	key := acctest.NewKey()
	for name, text := range map[string]string{
		"certificate.pem": acctest.Certificate(t, key, "Acme", far),
		"private-key.pem": acctest.PrivateKey(t, key),
		"google-key.json": acctest.GoogleKey(t, "9001", "key-1", acctest.NewKey()),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(t.TempDir(), aurinkoFile)
	w := newWorkspace(t, simulator.Options{File: data})
	w.take(dir, "main.tf", "certificate.pem", "private-key.pem", "google-key.json")
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	copyFile(t, filepath.Join(w.dir, stateFile), filepath.Join(dir, stateFile))
	copyFile(t, data, filepath.Join(dir, aurinkoFile))
}

// What an older state says of a resource is read without a loss, and every
// version that a schema ever had is among them.
func TestStatesOfEveryVersion(t *testing.T) {
	t.Parallel()
	server := server.New(provider.New("test")())
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, dir := range olderStates(t) {
		text, err := os.ReadFile(filepath.Join(dir, stateFile))
		if err != nil {
			t.Fatal(err)
		}
		var state struct {
			Resources []struct {
				Type      string
				Instances []struct {
					SchemaVersion int64 `json:"schema_version"`
					Attributes    json.RawMessage
				}
			}
		}
		if err := json.Unmarshal(text, &state); err != nil {
			t.Fatal(err)
		}
		for _, resource := range state.Resources {
			of := schemas.ResourceSchemas[resource.Type]
			for _, instance := range resource.Instances {
				found = append(found, fmt.Sprintf("%s %d", resource.Type, instance.SchemaVersion))
				upgraded, err := server.UpgradeResourceState(t.Context(), &tfprotov6.UpgradeResourceStateRequest{
					TypeName: resource.Type, Version: instance.SchemaVersion, RawState: &tfprotov6.RawState{JSON: instance.Attributes},
				})
				if err != nil || len(upgraded.Diagnostics) > 0 {
					t.Errorf("%s: %v, %v", resource.Type, err, upgraded.Diagnostics)
					continue
				}
				if of.Version > instance.SchemaVersion {
					continue // the upgrader may rename and convert: its own test knows
				}
				was, err := (tfprotov6.RawState{JSON: instance.Attributes}).UnmarshalWithOpts(of.ValueType(), tfprotov6.UnmarshalOpts{
					ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: false},
				})
				if err != nil {
					t.Errorf("%s: %v", resource.Type, err)
					continue
				}
				if is, err := upgraded.UpgradedState.Unmarshal(of.ValueType()); err != nil || !is.Equal(was) {
					t.Errorf("%s: %v\nwas %s\nis  %s", resource.Type, err, was, is)
				}
			}
		}
	}
	for name, schema := range schemas.ResourceSchemas {
		for version := range schema.Version + 1 {
			if want := fmt.Sprintf("%s %d", name, version); !slices.Contains(found, want) {
				t.Errorf("no state in testdata has %s of version %d; it has %s", name, version, strings.Join(found, ", "))
			}
		}
	}
}
