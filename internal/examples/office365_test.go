package examples_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const (
	office365 = "office365-end-to-end"
	modules   = office365 + "/modules/"
)

// The example is applied with a stand-in for what is at Microsoft, once with a
// certificate of the test's own, and once with the tls provider.
func TestAccOffice365EndToEnd(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the example uses.", terraform.Name, terraform.Version)
	}
	t.Run("with a certificate of its own", func(t *testing.T) {
		t.Parallel()
		w := newWorkspace(t, terraform, example{files: office365Files(t)})
		w.module("certificate", os.DirFS(testdata), "certificate")
		w.write("private-key.pem", acctest.PrivateKey(t, acctest.Key()))
		w.tryOffice365(func() {
			key := acctest.OtherKey()
			w.write("private-key.pem", acctest.PrivateKey(t, key))
			w.write("certificate.pem", acctest.Certificate(t, key, "Acme", acctest.NextYear()))
			w.run(0, "apply", "-auto-approve")
		})
	})
	t.Run("with the tls provider", func(t *testing.T) {
		t.Parallel()
		if err := tlsProvider(); err != nil {
			t.Skip(err)
		}
		w := newWorkspace(t, terraform, example{files: office365Files(t)})
		w.module("certificate", examples.Files, modules+"certificate")
		w.tryOffice365(func() { w.run(0, "apply", "-auto-approve", "-replace=module.certificate.tls_private_key.this") })
	})
}

func office365Files(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(examples.Files, office365+"/*.tf*")
	if err != nil || len(files) != 5 {
		t.Fatalf("%v, %v", files, err)
	}
	return files
}

// module copies a module of the example, or its stand-in.
func (w *workspace) module(name string, from fs.FS, dir string) {
	w.t.Helper()
	files, err := fs.Glob(from, dir+"/*.tf")
	if err != nil || len(files) == 0 {
		w.t.Fatalf("%s: %v, %v", dir, files, err)
	}
	to := filepath.Join("modules", name)
	if err := os.MkdirAll(filepath.Join(w.dir, to), 0o700); err != nil {
		w.t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(from, file)
		if err != nil {
			w.t.Fatal(err)
		}
		w.write(filepath.Join(to, path.Base(file)), string(text))
	}
}

func (w *workspace) tryOffice365(replaceCertificate func()) {
	w.t.Helper()
	w.module("entra", os.DirFS(testdata), "entra")
	w.run(0, "init")
	w.output(0, "apply", "-auto-approve") // it warns that the check is decided only when all is there
	w.planIsEmpty()

	registrations := w.server.Simulator.OAuthRegs()
	if len(registrations) != 2 {
		w.t.Fatalf("registrations: %v", registrations)
	}
	oauth, daemon := registrations[0], registrations[1]
	if oauth.ClientID != "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f" || oauth.ClientSecret != "client-secret-1" || len(oauth.Scopes) != 3 {
		w.t.Errorf("OAuth settings: %+v", oauth)
	}
	if daemon.ClientID != "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943" || !strings.Contains(daemon.ClientSecret, "PRIVATE KEY") || !strings.Contains(daemon.ClientSecret2, "BEGIN CERTIFICATE") {
		w.t.Errorf("daemon settings: client id %s", daemon.ClientID)
	}
	writes := w.server.Writes()
	service := slices.Index(writes, "POST /v1/am/svc_accounts")
	if service < 0 || !slices.Equal(writes[:service], []string{"POST /v1/am/oauth_regs", "POST /v1/am/oauth_regs"}) {
		w.t.Errorf("written in the order %q", writes)
	}

	// Each secret is replaced at both ends by one apply.
	w.run(0, "apply", "-auto-approve", "-var=client_secret_version=2")
	w.run(0, "plan", "-detailed-exitcode", "-var=client_secret_version=2")
	w.env = append(w.env, "TF_VAR_client_secret_version=2")
	if secret := w.server.Simulator.OAuthRegs()[0].ClientSecret; secret != "client-secret-2" {
		w.t.Errorf("the client secret is %s", secret)
	}
	replaceCertificate()
	w.planIsEmpty()
	if now := w.server.Simulator.OAuthRegs()[1]; now.ClientSecret == daemon.ClientSecret || now.ClientSecret2 == daemon.ClientSecret2 {
		w.t.Error("the certificate or its key is still the old one")
	}

	// A mailbox that Aurinko cannot reach is named.
	var sales int64
	for _, account := range w.server.Simulator.Accounts() {
		if account.Email == "sales@acme.example" {
			sales = account.ID
		}
	}
	setToken := func(status string) {
		w.t.Helper()
		if !w.server.Simulator.UpdateAccount(sales, func(a *simulator.Account) { a.TokenStatus = status }) {
			w.t.Fatal("there is no account for sales@acme.example")
		}
	}
	setToken("dead")
	plan := bars.ReplaceAllString(w.output(0, "plan"), "")
	if !acctest.Says("Aurinko cannot reach sales@acme.example.").MatchString(plan) || strings.Contains(plan, "reach the tenant") {
		w.t.Errorf("the check says:\n%s", plan)
	}
	setToken("active")
	w.planIsEmpty()
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}

// tlsProvider puts the tls provider where the CLI finds it, once. It is built
// from its Go module.
var tlsProvider = sync.OnceValue(func() error {
	return mirrorProvider("hashicorp/tls", "4.2.1", "TF_ACC_TLS_PROVIDER", func(dir string) error {
		output, err := exec.CommandContext(context.Background(),
			"go", "build", "-C", testdata+"/tls", "-o", dir, "github.com/hashicorp/terraform-provider-tls").CombinedOutput()
		if err != nil {
			return fmt.Errorf("the tls provider cannot be built, and TF_ACC_TLS_PROVIDER names no executable of it: %w\n%s", err, bytes.TrimSpace(output))
		}
		return nil
	})
})

// mirrorProvider puts a provider into the mirror: the executable that a
// variable names, or else what build puts into a directory.
func mirrorProvider(source, version, variable string, build func(dir string) error) error {
	executable := os.Getenv(variable)
	if executable == "" {
		dir, err := os.MkdirTemp(installed, "build-")
		if err != nil {
			return err
		}
		if err := build(dir); err != nil {
			return err
		}
		executable = filepath.Join(dir, "terraform-provider-"+path.Base(source))
	}
	content, err := os.ReadFile(executable)
	if err != nil {
		return err
	}
	for _, dir := range cli.PackageDirs(installed, source, version) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "terraform-provider-"+path.Base(source)+"_v"+version), content, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// The azuread provider is too large to build here: its schema is held against
// the module where somebody has it.
func TestAccEntraModuleIsValid(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	const variable = "TF_ACC_AZUREAD_PROVIDER"
	if os.Getenv(variable) == "" {
		t.Skip(variable + " names no executable of the azuread provider. The module's references are checked without it.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if err := mirrorProvider("hashicorp/azuread", "3.9.0", variable, nil); err != nil {
		t.Fatal(err)
	}
	files, err := fs.Glob(examples.Files, modules+"entra/*.tf")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkspace(t, terraform, example{files: files})
	w.run(0, "init")
	w.run(0, "validate")
}

// A declared is what a module declares and what it refers to.
type declared struct {
	Variables map[string]string // their types
	Outputs   map[string]bool   // whether they are sensitive

	resources, used map[string]bool // "data.azuread_client_config.current", "var.name"
}

func declarations(t *testing.T, files fs.FS, pattern string) declared {
	t.Helper()
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", pattern, names, err)
	}
	d := declared{Variables: map[string]string{}, Outputs: map[string]bool{}, resources: map[string]bool{}, used: map[string]bool{}}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		file, diagnostics := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		if diagnostics.HasErrors() {
			t.Fatal(diagnostics)
		}
		body := file.Body.(*hclsyntax.Body)
		for _, block := range body.Blocks {
			switch block.Type {
			case "variable":
				kind := block.Body.Attributes["type"].Expr.Range().SliceBytes(text)
				d.Variables[block.Labels[0]] = strings.Join(strings.Fields(string(kind)), " ")
			case "output":
				d.Outputs[block.Labels[0]] = block.Body.Attributes["sensitive"] != nil
			case "resource":
				d.resources[strings.Join(block.Labels, ".")] = true
			case "data":
				d.resources["data."+strings.Join(block.Labels, ".")] = true
			}
		}
		d.refer(t, body)
	}
	return d
}

// refer notes every reference within a body.
func (d declared) refer(t *testing.T, body hclsyntax.Node) {
	t.Helper()
	diagnostics := hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		expression, ok := node.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			return nil
		}
		var steps []string
		for _, step := range expression.Traversal {
			switch step := step.(type) {
			case hcl.TraverseRoot:
				steps = append(steps, step.Name)
			case hcl.TraverseAttr:
				steps = append(steps, step.Name)
			}
		}
		d.used[strings.Join(steps, ".")] = true
		return nil
	})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
}

// starting returns the references that begin with a word, without the words
// after the wanted number of them.
func (d declared) starting(word string, words int) []string {
	found := map[string]bool{}
	for reference := range d.used {
		if steps := strings.Split(reference, "."); strings.HasPrefix(steps[0], word) && len(steps) >= words {
			found[strings.Join(steps[:words], ".")] = true
		}
	}
	var sorted []string
	for reference := range found {
		sorted = append(sorted, reference)
	}
	slices.Sort(sorted)
	return sorted
}

// What can be said of the module at Microsoft without its provider: all that
// it refers to is there, and the stand-in for it is used in the same way.
func TestEntraModule(t *testing.T) {
	t.Parallel()
	module := declarations(t, examples.Files, modules+"entra/*.tf")
	for _, name := range []string{"entra", "certificate"} {
		standIn := declarations(t, os.DirFS(testdata), name+"/*.tf")
		if diff := cmp.Diff(declarations(t, examples.Files, modules+name+"/*.tf"), standIn, cmpopts.IgnoreUnexported(declared{})); diff != "" {
			t.Errorf("the module %s and its stand-in (+) differ:\n%s", name, diff)
		}
	}

	variables := module.starting("var", 2)
	for _, reference := range variables {
		if _, ok := module.Variables[strings.TrimPrefix(reference, "var.")]; !ok {
			t.Errorf("there is no %s", reference)
		}
	}
	if len(variables) != len(module.Variables) {
		t.Errorf("only %q are used of %v", variables, module.Variables)
	}
	resources := append(module.starting("azuread_", 2), module.starting("data", 3)...)
	if len(resources) < 6 {
		t.Errorf("only %q are referred to", resources)
	}
	for _, reference := range resources {
		if !module.resources[reference] {
			t.Errorf("there is no %s", reference)
		}
	}

	caller := declarations(t, examples.Files, office365+"/*.tf")
	outputs := slices.DeleteFunc(caller.starting("module", 3), func(reference string) bool { return !strings.HasPrefix(reference, "module.entra.") })
	if len(outputs) != len(module.Outputs) {
		t.Errorf("%q are used of %v", outputs, module.Outputs)
	}
	for _, reference := range outputs {
		if _, ok := module.Outputs[strings.TrimPrefix(reference, "module.entra.")]; !ok {
			t.Errorf("there is no %s", reference)
		}
	}
	known := newVocabulary(t)
	mappings := caller.starting("data", 4)
	if len(mappings) != 4 {
		t.Errorf("the scope mappings are used as %q", mappings)
	}
	for _, reference := range mappings {
		if steps := strings.Split(reference, "."); !known["data "+steps[1]+" "+steps[3]] {
			t.Errorf("there is no %s", reference)
		}
	}
}
