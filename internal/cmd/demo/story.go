package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The mailboxes of examples/complete that change outside Terraform.
const (
	renamed     = "sales@acme.example"
	renamedFrom = "Sales"
	renamedTo   = "Sales (old)"
	deleted     = "grace@labs.acme.example"
)

// demo is one run.
type demo struct {
	out       *narrator
	terraform *cli.CLI
	aurinko   *simulator.Server
	address   string // of the simulator
	dir       string // everything that is written is in here

	secrets  credentials
	versions string // the variable secret_versions
}

func (d *demo) play(ctx context.Context) error {
	for _, chapter := range []struct {
		title string
		play  func(context.Context) error
	}{
		{"Preparations", d.prepare},
		{"1. The plan: a company with three mail systems and twelve mailboxes", d.planCompany},
		{"2. The apply", d.create},
		{"3. Somebody changes two mailboxes without Terraform", d.drift},
		{"4. Somebody replaces a secret", d.rotate},
		{"5. Destroy everything", d.destroy},
	} {
		d.out.heading(chapter.title)
		if err := chapter.play(ctx); err != nil {
			return err
		}
	}
	d.out.gap()
	d.out.say("That was all: all steps succeeded.")
	return nil
}

func (d *demo) prepare(ctx context.Context) error {
	d.out.say("Building the provider from this checkout ...")
	if err := cli.Build(ctx, d.dir); err != nil {
		return err
	}
	d.out.say("Making up a certificate with its key, a Google key and two passwords ...")
	var err error
	if d.secrets, err = newCredentials(); err != nil {
		return err
	}
	if err := copyExample(company(d.dir)); err != nil {
		return err
	}
	d.versions = "{}"
	d.out.say("The configuration is a copy of examples/complete.")
	d.out.say("The simulator of Aurinko listens at %s and is empty.", d.address)
	d.out.say("%s is version %s.", d.terraform.Name, d.terraform.Version)
	if _, err := d.run(ctx, hidden, "init"); err != nil {
		return err
	}
	d.out.ok(d.name() + " init found the provider")
	return nil
}

func (d *demo) planCompany(ctx context.Context) error {
	d.out.say("The output shows the first resource of each type in full, without reads and outputs.")
	text, err := d.plan(ctx, 1)
	if err != nil {
		return err
	}
	const want = "Plan: 17 to add, 0 to change, 0 to destroy."
	if err := d.check(strings.Contains(text, want), "the plan adds 17 objects: 2 OAuth settings, 3 service accounts, 12 mailboxes"); err != nil {
		return err
	}
	return d.check(d.aurinko.Empty(), "the plan wrote nothing to Aurinko")
}

func (d *demo) create(ctx context.Context) error {
	if err := d.apply(ctx); err != nil {
		return err
	}
	accounts, registrations := len(d.aurinko.Accounts()), len(d.aurinko.OAuthRegs())
	if err := d.check(accounts == 15 && registrations == 2, "Aurinko has 15 accounts and 2 OAuth settings"); err != nil {
		return err
	}
	if err := d.checkState(); err != nil {
		return err
	}
	if _, err := d.run(ctx, 0, "output", "account_ids"); err != nil {
		return err
	}
	return d.planNothing(ctx)
}

// checkState searches the state for the secrets, by texts that JSON does not
// escape.
func (d *demo) checkState() error {
	state, err := os.ReadFile(filepath.Join(company(d.dir), "terraform.tfstate"))
	if err != nil {
		return err
	}
	holds := func(text string) bool { return bytes.Contains(state, []byte(text)) }
	for _, secret := range []string{
		d.secrets.clientSecret,
		d.secrets.exchangePassword,
		pemLine(d.secrets.privateKey),
		pemLine(d.secrets.googlePrivateKey),
	} {
		if holds(secret) {
			return errors.New("the state contains a secret")
		}
	}
	return d.check(holds(pemLine(d.secrets.certificate)), "the state contains the certificate, and none of the four secrets")
}

// pemLine is a line from the middle of a PEM text.
func pemLine(text string) string {
	lines := strings.Split(text, "\n")
	return lines[len(lines)/2]
}

func (d *demo) drift(ctx context.Context) error {
	if err := d.meddle(ctx); err != nil {
		return err
	}
	text, err := d.plan(ctx, all)
	if err != nil {
		return err
	}
	for _, want := range []string{
		fmt.Sprintf("aurinko_managed_account.mailbox[%q] will be updated in-place", renamed),
		fmt.Sprintf("%q -> %q", renamedTo, renamedFrom),
		fmt.Sprintf("aurinko_managed_account.mailbox[%q] will be created", deleted),
		"Plan: 1 to add, 1 to change, 0 to destroy.",
	} {
		if !strings.Contains(text, want) {
			return fmt.Errorf("the plan does not show %s", want)
		}
	}
	d.out.ok("the plan shows both changes, and nothing else")

	if err := d.apply(ctx); err != nil {
		return err
	}
	if err := d.check(d.mailbox(renamed).Name == renamedFrom, "%s has its name again", renamed); err != nil {
		return err
	}
	if err := d.check(d.mailbox(deleted).ID != 0, "%s exists again", deleted); err != nil {
		return err
	}
	return d.planNothing(ctx)
}

// mailbox is the account of a mailbox as the simulator holds it, or the zero
// account.
func (d *demo) mailbox(email string) simulator.Account {
	for _, account := range d.aurinko.Accounts() {
		if account.Type == simulator.Managed && account.Email == email {
			return account
		}
	}
	return simulator.Account{}
}

// meddle renames one mailbox and deletes another through Aurinko's API, like a
// colleague's script.
func (d *demo) meddle(ctx context.Context) error {
	type account struct {
		ID          int64    `json:"id"`
		ParentID    int64    `json:"parentId"`
		ServiceType string   `json:"serviceType"`
		Email       string   `json:"email"`
		Timezone    string   `json:"timezone"`
		AuthScopes  []string `json:"authScopes"`
	}
	var page struct {
		Records []account `json:"records"`
	}
	if err := d.request(ctx, http.MethodGet, "/v1/am/accounts?limit=100", nil, &page); err != nil {
		return err
	}
	byEmail := map[string]account{}
	for _, found := range page.Records {
		byEmail[found.Email] = found
	}

	rename := byEmail[renamed]
	path := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts", rename.ParentID)
	body := map[string]any{
		"active": true, "serviceType": rename.ServiceType, "email": rename.Email,
		"name": renamedTo, "timezone": rename.Timezone, "authScopes": rename.AuthScopes,
	}
	if err := d.request(ctx, http.MethodPost, path+"?recycleKeys=email", body, nil); err != nil {
		return err
	}
	d.out.say("POST %s: %s is now called %q.", path, renamed, renamedTo)

	path = fmt.Sprintf("/v1/am/accounts/%d", byEmail[deleted].ID)
	if err := d.request(ctx, http.MethodDelete, path, nil, nil); err != nil {
		return err
	}
	d.out.say("DELETE %s: %s is gone.", path, deleted)
	return nil
}

// request calls the simulator's API.
func (d *demo) request(ctx context.Context, method, path string, body, answer any) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	target, err := url.Parse(d.address + path)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, target.String(), sent)
	if err != nil {
		return err
	}
	request.SetBasicAuth(simulator.DefaultClientID, simulator.DefaultClientSecret)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode > 299 {
		return fmt.Errorf("%s %s: %s", method, target.Path, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

func (d *demo) rotate(ctx context.Context) error {
	d.secrets.clientSecret = rand.Text()
	d.versions = "{ office365_oauth = 2 }"
	d.out.say("The app registration at Microsoft has a new client secret, so secret_versions.office365_oauth is now 2.")
	text, err := d.plan(ctx, all)
	if err != nil {
		return err
	}
	if err := d.check(strings.Contains(text, "Plan: 0 to add, 1 to change, 0 to destroy."), "the plan updates only the OAuth settings"); err != nil {
		return err
	}
	if err := d.check(!strings.Contains(text, d.secrets.clientSecret), "the plan does not show the secret"); err != nil {
		return err
	}

	d.aurinko.ResetJournal()
	if err := d.apply(ctx); err != nil {
		return err
	}
	var writes []string
	for _, request := range d.aurinko.Journal() {
		if request.Writes() {
			writes = append(writes, request.Route)
		}
	}
	if err := d.check(strings.Join(writes, ", ") == "POST /v1/am/oauth_regs", "one request wrote to Aurinko"); err != nil {
		return err
	}
	holdsNew := false
	for _, registration := range d.aurinko.OAuthRegs() {
		holdsNew = holdsNew || registration.ClientSecret == d.secrets.clientSecret
	}
	if err := d.check(holdsNew, "Aurinko has the new secret"); err != nil {
		return err
	}
	if err := d.checkState(); err != nil {
		return err
	}
	return d.planNothing(ctx)
}

const mailboxesGo = "Warning: The plan deletes a service account with mailboxes"

func (d *demo) destroy(ctx context.Context) error {
	text, err := d.run(ctx, 0, "destroy", "-auto-approve")
	if err != nil {
		return err
	}
	if err := d.check(strings.Contains(text, mailboxesGo), "the destroy warns that the mailboxes go with their service accounts"); err != nil {
		return err
	}
	return d.check(d.aurinko.Empty(), "Aurinko is empty again")
}

const planFile = "company.tfplan"

// plan creates and prints a plan with changes.
func (d *demo) plan(ctx context.Context, whole int) (string, error) {
	return d.runWanting(ctx, 2, whole, "plan", "-detailed-exitcode", "-out="+planFile)
}

// planNothing creates a plan, which must be empty.
func (d *demo) planNothing(ctx context.Context) error {
	if _, err := d.runWanting(ctx, 0, 0, "plan", "-detailed-exitcode"); err != nil {
		return err
	}
	d.out.ok("the next plan is empty")
	return nil
}

// apply applies the last plan.
func (d *demo) apply(ctx context.Context) error {
	_, err := d.run(ctx, 0, "apply", planFile)
	return err
}

func (d *demo) run(ctx context.Context, whole int, args ...string) (string, error) {
	return d.runWanting(ctx, 0, whole, args...)
}

// How many resources of each type a command shows whole.
const (
	hidden = -1 // its output is shown only when it fails
	all    = 1000
)

// runWanting runs the CLI, prints its output and returns it without colors.
// Another exit code than the wanted one is an error.
func (d *demo) runWanting(ctx context.Context, want, whole int, args ...string) (string, error) {
	if whole != hidden {
		d.out.command(d.name() + " " + strings.Join(args, " "))
	}
	var output bytes.Buffer
	got, err := d.terraform.Run(ctx, cli.Command{
		Dir: company(d.dir), Env: d.variables(), Args: args, Stdout: &output, Stderr: &output,
	})
	if whole != hidden || got != want {
		d.out.output(output.String(), whole)
	}
	if err != nil {
		return "", err
	}
	if got != want {
		return "", fmt.Errorf("%s %s ended with exit code %d instead of %d", d.name(), args[0], got, want)
	}
	return colorCode.ReplaceAllString(output.String(), ""), nil
}

// variables returns what a company's pipeline reads from its secret store.
func (d *demo) variables() []string {
	variables := []string{
		"AURINKO_BASE_URL=" + d.address,
		"AURINKO_CLIENT_ID=" + simulator.DefaultClientID,
		"AURINKO_CLIENT_SECRET=" + simulator.DefaultClientSecret,
		"TF_VAR_office365_client_secret=" + d.secrets.clientSecret,
		"TF_VAR_daemon_certificate=" + d.secrets.certificate,
		"TF_VAR_daemon_private_key=" + d.secrets.privateKey,
		"TF_VAR_google_key=" + d.secrets.googleKey,
		"TF_VAR_exchange_password=" + d.secrets.exchangePassword,
		"TF_VAR_secret_versions=" + d.versions,
	}
	if !d.out.color {
		variables = append(variables, "TF_CLI_ARGS=-no-color")
	}
	return variables
}

// name is what a person types.
func (d *demo) name() string {
	if d.terraform.Name == "OpenTofu" {
		return "tofu"
	}
	return "terraform"
}

// check reports a condition that holds, and fails if it does not.
func (d *demo) check(isSo bool, what string, args ...any) error {
	what = fmt.Sprintf(what, args...)
	if !isSo {
		return fmt.Errorf("this check failed: %s", what)
	}
	d.out.ok(what)
	return nil
}
