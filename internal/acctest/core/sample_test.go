package core_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	tfjson "github.com/hashicorp/terraform-json"
	"pgregory.net/rapid"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// TestAccPropertySample has the real CLI plan and apply one of the random cases of each
// shape, to hold the model of Terraform itself against Terraform.
func TestAccPropertySample(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	dir := t.TempDir()
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	terraform, err := cli.Inspect(t.Context(), path, dir)
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments", terraform.Name, terraform.Version)
	}
	if err := cli.Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	t.Run("of", func(t *testing.T) {
		all := shapes(t)
		for i, name := range slices.Sorted(maps.Keys(all)) {
			s := all[name]
			of := rapid.Custom(func(t *rapid.T) testCase { return drawCase(t, s, s.priors()) })
			for seed := i; ; seed++ { // which draws each shape something else
				c := of.Example(seed)
				if c.isExcluded() || c.before == nil { // creates, the tests of the types show
					continue
				}
				t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) {
					t.Parallel()
					wanted := c.inTheModel(t)
					if got := c.inTheCLI(t, terraform); got != wanted {
						t.Errorf("%s\nthe CLI plans %q, the model %q", c, got, wanted)
					}
				})
				break
			}
		}
	})
}

// inTheModel returns what the model plans.
func (c testCase) inTheModel(t *testing.T) (action string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if c.before != nil {
			c.before = &prior{choice: c.before.choice}
		}
		transport := &swap{}
		action = c.run(t, t, core.Launch(transport), transport)
	})
	return action
}

// inTheCLI returns what the CLI plans. A plan and the apply of it must succeed, and
// the plan after that be empty.
func (c testCase) inTheCLI(t *testing.T, terraform *cli.CLI) string {
	t.Helper()
	server, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(server) // some oddities are not in the OpenAPI description
	t.Cleanup(listener.Close)
	if c.seed != nil {
		c.seed(server)
	}
	dir := t.TempDir()
	run := func(wanted []int, args ...string) string {
		t.Helper()
		var output bytes.Buffer
		code, err := terraform.Run(t.Context(), cli.Command{Dir: dir, Args: args, Stdout: &output, Stderr: &output, Env: []string{
			"AURINKO_CLIENT_ID=" + simulator.DefaultClientID, "AURINKO_CLIENT_SECRET=" + simulator.DefaultClientSecret, "AURINKO_BASE_URL=" + listener.URL,
		}})
		for _, allowed := range wanted {
			if err == nil && code == allowed {
				return output.String()
			}
		}
		t.Fatalf("%s\n%q: exit code %d, %v\n%s", c, args, code, err, output.String())
		return ""
	}
	success := []int{0}
	address := c.typeName + ".this"
	declare := func(at choice, unknown map[string]bool) {
		t.Helper()
		text, err := json.Marshal(c.document(at, unknown))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "main.tf.json"), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secretOf := func(at choice) string {
		if c.secret == nil {
			return "-var=secret="
		}
		return "-var=secret=" + c.secretText(at)
	}

	begin := c.planned
	if c.before != nil {
		begin = c.before.choice
	}
	declare(begin, nil)
	run(success, "init")
	if c.before != nil {
		run(success, "apply", "-auto-approve", secretOf(begin))
		server.SetQuirks(quirks[c.server])
		if c.imported {
			id := strings.TrimSpace(run(success, "output", "-raw", "id"))
			run(success, "state", "rm", address)
			run(success, "import", secretOf(begin), address, id)
		}
		c.makeOdd(server, strings.TrimSpace(run(success, "output", "-raw", "id")))
	}
	server.SetQuirks(quirks[c.server])
	declare(c.final, c.unknown)
	run(success, "plan", "-out=plan", secretOf(c.planned))
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(run(success, "show", "-json", "plan")), &plan); err != nil {
		t.Fatal(err)
	}
	action := ""
	for _, change := range plan.ResourceChanges {
		switch actions := change.Change.Actions; {
		case change.Address != address:
		case actions.Replace():
			action = "replace"
		case actions.Create():
			action = "create"
		case actions.Update():
			action = "update"
		}
	}
	run(success, "apply", secretOf(c.final), "plan")
	if action == "" {
		return action // a secret that was replaced since is not sent yet
	}
	run(success, "plan", "-detailed-exitcode", secretOf(c.final))
	return action
}

// document returns a configuration in Terraform's JSON syntax. What is unknown
// comes from a resource that changes as well.
func (c testCase) document(at choice, unknown map[string]bool) map[string]any {
	values := c.values(at, nil)
	if c.secret != nil && at.secret.form != plain && !unknown[c.secret.name+"_wo"] {
		name := c.secret.name + "_wo"
		if parent, child, nested := strings.Cut(name, "."); nested {
			values[parent].(core.Values)[child] = "${var.secret}"
		} else {
			values[name] = "${var.secret}"
		}
	}
	later := map[string]any{"values": fmt.Sprint(at, unknown)}
	for name := range unknown {
		parent, child, nested := strings.Cut(name, ".")
		in, key := values, name
		if nested {
			if unknown[parent] { // as a whole
				continue
			}
			in, key = values[parent].(core.Values), child
		}
		later[key] = in[key]
		if object, ok := in[key].(core.Values); ok && c.secret != nil && at.secret.form != plain {
			copied := object.With(nil)
			copied[strings.TrimPrefix(c.secret.name, name+".")+"_wo"] = c.secretText(at)
			later[key] = copied
		}
		in[key] = "${terraform_data.later.output." + key + "}"
	}
	return map[string]any{
		"terraform": map[string]any{"required_providers": map[string]any{"aurinko": map[string]any{"source": "aurinko/aurinko"}}},
		"variable":  map[string]any{"secret": map[string]any{"type": "string", "ephemeral": true}},
		"resource": map[string]any{
			"terraform_data": map[string]any{"later": map[string]any{"input": later}},
			c.typeName:       map[string]any{"this": values},
		},
		"output": map[string]any{"id": map[string]any{"value": "${" + c.typeName + ".this.id}"}},
	}
}
