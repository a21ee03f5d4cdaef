// Package examples_test has the tests of what people copy: the examples, and the
// blocks of the documentation. They run in the directory of the examples.
package examples_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

const testdata = "../internal/examples/testdata"

// installed is where the provider is built for all tests.
var installed string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if installed, err = os.MkdirTemp("", "aurinko-examples-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(installed)
		if err := os.Chdir("../../examples"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// terraform finds the CLI and builds the provider for it, once.
var terraform = sync.OnceValues(func() (*cli.CLI, error) {
	path, err := cli.Find()
	if err != nil {
		return nil, err
	}
	ctx := context.Background() // no test's: it is for all of them
	found, err := cli.Inspect(ctx, path, installed)
	if err != nil {
		return nil, err
	}
	return found, cli.Build(ctx, installed)
})

// An example is what a reader copies as one piece.
type example struct {
	name  string
	files []string
	from  fs.FS // nil is examples.Files
	// Beside the example of a resource: how to import it, in three ways.
	importCommand, importBlock, importIdentity string
}

func all(t *testing.T, from fs.FS) []example {
	t.Helper()
	glob := func(pattern string) []string {
		files, err := fs.Glob(from, pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		return files
	}
	found := []example{
		{name: "complete", files: append(glob("complete/*.tf"), "complete/terraform.tfvars")},
		{name: "aliases", files: glob("aliases/*.tf")},
		{name: "rename", files: glob("rename/*.tf")},
	}
	for _, pattern := range []string{"provider/*.tf", "data-sources/*/data-source*.tf", "functions/*/function*.tf", "ephemeral-resources/*/*.tf", "resources/*/resource*.tf"} {
		for _, file := range glob(pattern) {
			e := example{name: strings.TrimSuffix(file, ".tf"), files: []string{file}}
			if path.Base(file) == "resource.tf" {
				e.importCommand = path.Join(path.Dir(file), "import.sh")
				e.importBlock = path.Join(path.Dir(file), "import-by-string-id.tf")
				e.importIdentity = path.Join(path.Dir(file), "import-by-identity.tf")
			}
			found = append(found, e)
		}
	}
	for i := range found {
		found[i].from = from
	}
	return found
}

// The ids in the examples' imports are those of the first accounts here: the
// service account's, and the managed account's below it.
const firstID = 12345

// There before any example: a service account with a mailbox, and the account of
// somebody who has signed in, and a service account of Google's.
const existingServiceAccount, existingMailbox, existingAccount, existingGoogle = 99, 100, 101, 102

// requirements is what an example without a terraform block leaves to its
// reader.
const requirements = `
terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}
`

func TestAccExamples(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the examples use.", terraform.Name, terraform.Version)
	}
	t.Run("portal", func(t *testing.T) {
		t.Parallel()
		newWorkspace(t, terraform, example{files: []string{"portal/main.tf", "portal/variables.tf"}}).tryPortal()
	})
	t.Run("consent-flow", func(t *testing.T) {
		t.Parallel()
		newWorkspace(t, terraform, example{files: []string{
			"consent-flow/main.tf", "consent-flow/variables.tf", "consent-flow/outputs.tf",
		}}).tryConsentFlow()
	})
	t.Run("customers", func(t *testing.T) {
		t.Parallel()
		newWorkspace(t, terraform, example{files: []string{
			"customers/main.tf", "customers/variables.tf", "customers/outputs.tf", "customers/terraform.tfvars",
		}}).tryCustomers()
	})
	for _, e := range all(t, examples.Files) {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			w := newWorkspace(t, terraform, e)
			w.run(0, "init")
			w.run(0, "apply", "-auto-approve")
			w.planIsEmpty()
			if strings.HasPrefix(e.name, "data-sources/") || strings.HasPrefix(e.name, "functions/") { // to import is not to write
				acctest.AssertNoWrites(t, w.server)
				return
			}
			if e.importCommand != "" {
				w.tryImports(e)
			}
			w.run(0, "destroy", "-auto-approve")
			w.checkEmpty()
		})
	}
}

// A workspace is a directory with an example in it, and a server.
type workspace struct {
	t         *testing.T
	terraform *cli.CLI
	server    *acctest.Server
	dir       string
	env       []string
}

func newWorkspace(t *testing.T, terraform *cli.CLI, e example) *workspace {
	t.Helper()
	if e.from == nil {
		e.from = examples.Files
	}
	w := &workspace{
		t:         t,
		terraform: terraform,
		server:    acctest.NewServer(t, simulator.Options{FirstID: firstID}),
		dir:       t.TempDir(),
	}
	// The example that is created by an administrator's consent has its code.
	w.env = append(w.env, "TF_VAR_consent_code="+w.server.Simulator.IssueCode(simulator.Grant{
		ServiceType: "Office365", Scopes: []string{"Mail.Read", "Calendar.ReadWrite"}, AuthOrgID: "acme.example", Email: "admin@acme.example", Daemon: true,
	}))
	certificate := acctest.Certificate(t, acctest.Key(), "Acme", acctest.NextYear())
	w.env = append(w.env,
		"TF_CLI_ARGS=-no-color",
		"AURINKO_BASE_URL="+w.server.URL,
		"AURINKO_CLIENT_ID="+simulator.DefaultClientID,
		"AURINKO_CLIENT_SECRET="+simulator.DefaultClientSecret,
		"TF_VAR_production_client_id="+simulator.DefaultClientID,
		"TF_VAR_production_client_secret="+simulator.DefaultClientSecret,
		"TF_VAR_office365_client_secret=client-secret",
		"TF_VAR_google_client_secret=client-secret",
		"TF_VAR_zoho_client_secret=client-secret",
		"TF_VAR_daemon_certificate="+certificate,
		"TF_VAR_daemon_private_key="+acctest.PrivateKey(t, acctest.Key()),
		"TF_VAR_google_key="+acctest.GoogleKey(t, "1", "a", acctest.OtherKey()),
		"TF_VAR_exchange_password=password",
		"TF_VAR_mailbox_password=password",
		`TF_VAR_mailbox_passwords={"office@acme.example": "first password", "support@acme.example": "second password"}`,
		"TF_VAR_daemon_client_id=3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943",
		"TF_VAR_production_exchange_password=password",
		"TF_VAR_development_exchange_password=password",
		fmt.Sprintf("TF_VAR_service_account_id=%d", existingServiceAccount),
		fmt.Sprintf("TF_VAR_account_id=%d", existingAccount),
		fmt.Sprintf("TF_VAR_mailbox_id=%d", existingMailbox),
		fmt.Sprintf("TF_VAR_mailbox_ids=[%d]", existingMailbox),
		fmt.Sprintf("TF_VAR_google_service_account_id=%d", existingGoogle),
	)
	for _, existing := range []simulator.Account{
		{ID: existingServiceAccount, Type: simulator.Daemon, ServiceType: "EWS", LoginString: "existing", AuthOrgID: "existing.example"},
		{ID: existingMailbox, ParentID: existingServiceAccount, ServiceType: "EWS", Email: "Existing@existing.example", ClientOrgID: "acme",
			AuthScopes: []string{"Mail.Read"}},
		{ID: existingAccount, Type: simulator.Personal, ServiceType: "Google", Email: "anna@existing.example"},
		{ID: existingGoogle, Type: simulator.Daemon, ServiceType: "Google", Email: "svc@existing.iam.gserviceaccount.com", AuthOrgID: "existing.example"},
	} {
		w.server.Simulator.AddAccount(existing)
	}
	w.write("certificate.pem", certificate)
	var text string
	for _, file := range e.files {
		content := readFrom(t, e.from, file)
		w.write(path.Base(file), content)
		text += content
	}
	if !strings.Contains(text, "required_providers") {
		w.write("requirements.tf", requirements)
	}
	return w
}

func read(t *testing.T, file string) string {
	t.Helper()
	return readFrom(t, examples.Files, file)
}

func readFrom(t *testing.T, from fs.FS, file string) string {
	t.Helper()
	text, err := fs.ReadFile(from, file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (w *workspace) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *workspace) run(wanted int, args ...string) {
	w.t.Helper()
	// A destroy is to say what goes with a service account.
	output := strings.ReplaceAll(w.output(wanted, args...), "Warning: The plan deletes a service account with mailboxes", "")
	if args[0] != "init" && strings.Contains(output, "Warning:") { // init tells of the mirror
		w.t.Errorf("%q warns:\n%s", args, output)
	}
}

// output runs the CLI, and returns what it says.
func (w *workspace) output(wanted int, args ...string) string {
	w.t.Helper()
	var output bytes.Buffer
	code, err := w.terraform.Run(w.t.Context(), cli.Command{Dir: w.dir, Env: w.env, Args: args, Stdout: &output, Stderr: &output})
	if err != nil || code != wanted {
		w.t.Fatalf("%q: exit code %d, wanted %d, %v\n%s", args, code, wanted, err, output.String())
	}
	return output.String()
}

// planIsEmpty relies on the exit code of an empty plan.
func (w *workspace) planIsEmpty() {
	w.t.Helper()
	w.run(0, "plan", "-detailed-exitcode")
}

// checkEmpty looks for what the example has left at Aurinko.
func (w *workspace) checkEmpty() {
	w.t.Helper()
	w.server.Simulator.RemoveAccount(existingServiceAccount)
	w.server.Simulator.RemoveAccount(existingAccount)
	w.server.Simulator.RemoveAccount(existingGoogle)
	if !w.server.Simulator.Empty() {
		w.t.Errorf("left at Aurinko: %v, %v", w.server.Simulator.Accounts(), w.server.Simulator.OAuthRegs())
	}
}

var (
	importCommand  = regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`)
	importBlock    = regexp.MustCompile(`(?m)^  to = (\S+)\n  id = "(\S+)"`)
	importIdentity = regexp.MustCompile(`(?m)^  to = (\S+)\n\n?  identity = {\n    id = "(\S+)"`)
)

// tryImports forgets the example's resource and gets it back in each of the
// documented ways. What follows an import writes once at most.
func (w *workspace) tryImports(e example) {
	w.t.Helper()
	command, block, identity := read(w.t, e.importCommand), read(w.t, e.importBlock), read(w.t, e.importIdentity)
	byCommand, byBlock, byIdentity := importCommand.FindStringSubmatch(command), importBlock.FindStringSubmatch(block), importIdentity.FindStringSubmatch(identity)
	if byCommand == nil || byBlock == nil || byIdentity == nil || !slices.Equal(byCommand[1:], byBlock[1:]) || !slices.Equal(byCommand[1:], byIdentity[1:]) {
		w.t.Fatalf("not the same import in:\n%s\n%s\n%s", command, block, identity)
	}

	w.run(0, "state", "rm", byCommand[1])
	w.server.Simulator.ResetJournal()
	w.run(0, "import", byCommand[1], byCommand[2])
	acctest.AssertNoWrites(w.t, w.server)
	w.run(0, "apply", "-auto-approve")
	w.wroteAtMostOnce()
	w.planIsEmpty()

	blocks := []string{block}
	if w.terraform.AtLeast(1, 12) { // older ones do not know identities
		blocks = append(blocks, identity)
	}
	for _, block := range blocks {
		w.run(0, "state", "rm", byBlock[1])
		w.write("import.tf", block)
		w.server.Simulator.ResetJournal()
		w.run(0, "apply", "-auto-approve")
		w.wroteAtMostOnce()
		w.planIsEmpty()
	}
}

func (w *workspace) wroteAtMostOnce() {
	w.t.Helper()
	writes := slices.DeleteFunc(w.server.Writes(), func(route string) bool {
		return route == "POST /v1/am/accounts/connect" // tries a connection, changes nothing
	})
	if len(writes) > 1 {
		w.t.Errorf("after an import: %q", writes)
	}
}

// tryPortal goes through the portal mode's guide: what has to be entered is
// said, entered and watched over, and nothing is ever written.
func (w *workspace) tryPortal() {
	w.t.Helper()
	said := func(output string, texts ...string) {
		w.t.Helper()
		for _, text := range texts {
			if !acctest.Says(text).MatchString(bars.ReplaceAllString(output, "")) {
				w.t.Errorf("%q is not said:\n%s", text, output)
			}
		}
	}
	scopes := []string{"Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"}
	office365 := simulator.OAuthReg{
		ServiceType: "Office365", ClientID: "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f", ClientSecret: "client-secret", Scopes: scopes,
	}
	google := simulator.OAuthReg{
		ServiceType: "Google", ClientID: "123456789012-abcdef.apps.googleusercontent.com", ClientSecret: "client-secret", Scopes: scopes,
		TopicName: "projects/acme-mail/topics/gmial",
	}

	w.run(0, "init")
	said(w.output(1, "apply", "-auto-approve"), "The Office 365 OAuth settings must be entered in the portal",
		"The Google OAuth settings must be entered in the portal", "Aurinko does not have these settings yet")
	w.server.Simulator.SetOAuthReg(office365)
	w.server.Simulator.SetOAuthReg(google)
	said(w.output(1, "apply", "-auto-approve"), "- `pubsub_topic`: enter \"projects/acme-mail/topics/gmail\", in place of \"projects/acme-mail/topics/gmial\"")
	google.TopicName = "projects/acme-mail/topics/gmail"
	w.server.Simulator.SetOAuthReg(google)
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	said(w.output(0, "destroy", "-auto-approve"), "Terraform only removes them from the state")
	acctest.AssertNoWrites(w.t, w.server)
	if registrations := w.server.Simulator.OAuthRegs(); len(registrations) != 2 {
		w.t.Errorf("left in the portal: %v", registrations)
	}
}

// bars are what the CLI draws beside its diagnostics.
var bars = regexp.MustCompile(`(?m)^[│╷╵] ?`)

// tryConsentFlow goes through the README of the example: the administrator
// consents, and later consents to other scopes.
func (w *workspace) tryConsentFlow() {
	w.t.Helper()
	base := slices.DeleteFunc(slices.Clone(w.env), func(variable string) bool { return strings.HasPrefix(variable, "TF_VAR_consent_code=") })
	with := func(variables ...string) { w.env = slices.Concat(base, variables) }
	// consent is what the administrator's browser does at the printed URL.
	consent := func(wanted url.Values) string {
		w.t.Helper()
		printed := strings.TrimSpace(w.output(0, "output", "-raw", "authorization_url"))
		address, err := url.Parse(printed)
		if err != nil {
			w.t.Fatal(err)
		}
		if page, _, _ := strings.Cut(printed, "?"); page != w.server.URL+"/v1/auth/authorizeDaemon" {
			w.t.Errorf("the page is %s", page)
		}
		if diff := cmp.Diff(wanted, address.Query()); diff != "" {
			w.t.Errorf("other parameters than wanted (-want +got):\n%s", diff)
		}
		id, _ := strconv.ParseInt(wanted.Get("accountId"), 10, 64)
		return w.server.Simulator.IssueCode(simulator.Grant{
			ServiceType: "Office365", Scopes: strings.Fields(wanted.Get("scopes")), ClientOrgID: wanted.Get("clientOrgId"),
			AuthOrgID: "acme.example", Email: "admin@acme.example", AccountID: id, Daemon: true,
		})
	}

	with()
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	acctest.AssertNoWrites(w.t, w.server)
	parameters := url.Values{
		"clientId": {simulator.DefaultClientID}, "serviceType": {"Office365"}, "scopes": {"Calendar.ReadWrite Mail.Read"},
		"returnUrl": {"https://connect.acme.example/aurinko"}, "clientOrgId": {"acme"},
	}
	code := consent(parameters)

	with("TF_VAR_consented=true", "TF_VAR_consent_code="+code)
	w.run(0, "apply", "-auto-approve")
	acctest.AssertWrites(w.t, w.server, "POST /v1/auth/token/{code}")
	with("TF_VAR_consented=true")
	w.planIsEmpty()

	const others = `["Mail.ReadWrite"]`
	with("TF_VAR_consented=true", "TF_VAR_scopes="+others)
	if refusal := w.output(1, "plan"); !acctest.Says("Other scopes need another consent").MatchString(refusal) {
		w.t.Errorf("other scopes are planned:\n%s", refusal)
	}
	with("TF_VAR_consented=true", "TF_VAR_scopes_to_ask_for="+others)
	w.run(0, "apply", "-auto-approve")
	parameters.Set("scopes", "Mail.ReadWrite")
	parameters.Set("accountId", strconv.Itoa(firstID))
	code = consent(parameters)

	consented := []string{"TF_VAR_consented=true", "TF_VAR_scopes=" + others, "TF_VAR_consent_version=2"}
	with(append(slices.Clone(consented), "TF_VAR_consent_code="+code)...)
	w.run(0, "apply", "-auto-approve")
	with(consented...)
	w.planIsEmpty()
	acctest.AssertWrites(w.t, w.server, "POST /v1/auth/token/{code}", "POST /v1/auth/token/{code}")
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}
