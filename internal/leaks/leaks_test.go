// Package leaks looks for secrets wherever a run of the provider leaves a
// trace: state, plans, logs, messages. It has tests alone.
package leaks

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An Aurinko is the simulator behind a handler that notes the tokens it hands
// out, and that can be made to repeat what it is sent.
type aurinko struct {
	simulator *simulator.Server

	lock   sync.Mutex
	tokens []string
	log    strings.Builder
	echoes []echo // the next write is answered by the first, which becomes the last; none: it does not
}

// An echo repeats what a server was sent.
type echo func(w http.ResponseWriter, body []byte, authorization string)

func (a *aurinko) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		if echo := a.nextEcho(); echo != nil {
			body, _ := io.ReadAll(r.Body)
			if len(body) == 0 {
				body = []byte(r.URL.Path) // which the code of a consent is part of
			}
			echo(w, body, r.Header.Get("Authorization"))
			return
		}
	}
	recorder := &recorder{ResponseWriter: w}
	defer func() {
		var answer struct {
			AccessToken string `json:"accessToken"`
		}
		if json.Unmarshal(recorder.body.Bytes(), &answer) == nil && answer.AccessToken != "" {
			a.lock.Lock()
			a.tokens = append(a.tokens, answer.AccessToken)
			a.lock.Unlock()
		}
	}()
	a.simulator.ServeHTTP(recorder, r)
}

type recorder struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(text []byte) (int, error) {
	r.body.Write(text)
	return r.ResponseWriter.Write(text)
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (a *aurinko) nextEcho() echo {
	a.lock.Lock()
	defer a.lock.Unlock()
	if len(a.echoes) == 0 {
		return nil
	}
	next := a.echoes[0]
	a.echoes = append(a.echoes[1:], next)
	return next
}

func (a *aurinko) echoing(echoes ...echo) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.echoes = echoes
}

// echoes are the ways in which a server repeats what it was sent.
var echoes = map[string]echo{
	"in a message": func(w http.ResponseWriter, body []byte, authorization string) {
		refuse(w, "Cannot handle "+string(body)+" of "+authorization)
	},
	"in a message, cut": func(w http.ResponseWriter, body []byte, _ string) {
		refuse(w, "Cannot handle "+string(body[:len(body)*2/3]))
	},
	"in a message, URL":    func(w http.ResponseWriter, body []byte, _ string) { refuse(w, url.QueryEscape(string(body))) },
	"each field by itself": func(w http.ResponseWriter, body []byte, _ string) { refuse(w, strings.Join(secretFields(body), " ")) },
	"each field, base64": func(w http.ResponseWriter, body []byte, _ string) {
		fields := secretFields(body)
		for i, field := range fields {
			fields[i] = base64.StdEncoding.EncodeToString([]byte(field))
		}
		refuse(w, strings.Join(fields, " "))
	},
	"on a page": func(w http.ResponseWriter, body []byte, authorization string) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprintf(w, "<html><body>%s %s</body></html>", authorization, body)
	},
	"with success": func(w http.ResponseWriter, body []byte, _ string) { fmt.Fprintf(w, "<html>%s</html>", body) },
}

// secretFields returns the secrets of a request; a body that is no JSON is one.
func secretFields(body []byte) []string {
	fields := map[string]any{}
	if json.Unmarshal(body, &fields) != nil {
		return []string{string(body)}
	}
	var found []string
	for _, name := range []string{"clientSecret", "clientSecret2", "authString1", "authString2", "password"} {
		if text, ok := fields[name].(string); ok {
			found = append(found, text)
		}
	}
	return found
}

func refuse(w http.ResponseWriter, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": "badRequest", "message": message, "requestId": message})
}

// faults are other ways in which writes fail.
var faults = map[string]simulator.Fault{
	"status 500 after the effect": {Method: "POST", Status: 500, AfterEffect: true},
	"truncated":                   {Method: "POST", Truncate: true},
	"dropped":                     {Method: "POST", DropBefore: true},
	"dropped after the effect":    {Method: "POST", DropAfter: true},
	"gateway page":                {Method: "POST", HTML: true},
	"forbidden":                   {Method: "POST", Status: 403},
	"not found":                   {Method: "POST", Status: 404},
	"conflict":                    {Method: "POST", Status: 409},
	"too many requests":           {Method: "POST", Status: 429},
}

// unauthorized ends a run.
var unauthorized = simulator.Fault{Method: "POST", Status: 401}

// applies is how many applies meet what goes wrong, each of whose eight writes meets
// another echo or fault.
const applies = 3

const configuration = `
terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

provider "aurinko" {
  max_retries = 0
}

variable "plain" {
  type      = string
  sensitive = true
}
variable "plain_password" {
  type      = string
  sensitive = true
}
variable "mailbox_password" {
  type      = string
  ephemeral = true
}
variable "zoho" {
  type      = string
  ephemeral = true
}
variable "google_client" {
  type      = string
  ephemeral = true
}
variable "private_key" {
  type      = string
  ephemeral = true
}
variable "google_key" {
  type      = string
  ephemeral = true
}
variable "password" {
  type      = string
  ephemeral = true
}
variable "certificate" { type = string }
variable "name" { type = string }

resource "aurinko_office365_oauth" "this" {
  client_id     = "6a1b3c5d-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
  client_secret = var.plain
}
resource "aurinko_zoho_oauth" "this" {
  client_id        = "1000.ABC"
  client_secret_wo = var.zoho
}
resource "aurinko_google_oauth" "this" {
  client_id                = "123-abc.apps.googleusercontent.com"
  client_secret_wo         = var.google_client
  client_secret_wo_version = length(var.name)
}
resource "aurinko_office365_daemon" "this" {
  client_id      = "6a1b3c5d-0f2e-4d6c-8b7a-9e0f1a2b3c4d"
  certificate    = var.certificate
  private_key_wo = var.private_key
}
resource "aurinko_service_account" "google" {
  name             = var.name
  scopes           = ["Mail.Read"]
  check_connection = true
  google = {
    domain         = "acme.example"
    credentials_wo = var.google_key
  }
}
resource "aurinko_service_account" "exchange" {
  name   = var.name
  scopes = ["Mail.Read"]
  exchange = {
    server_url  = "mail.acme.example"
    username    = "svc@acme.example"
    password_wo = var.password
  }
}
resource "aurinko_account" "info" {
  email       = "info@acme.example"
  name        = var.name
  scopes      = ["Mail.Read"]
  password_wo = var.mailbox_password
}
resource "aurinko_account" "office" {
  email    = "office@acme.example"
  name     = var.name
  scopes   = ["Mail.Read"]
  password = var.plain_password
}
resource "aurinko_managed_account" "sales" {
  service_account_id = aurinko_service_account.exchange.id
  email              = "sales@acme.example"
  name               = var.name
  scopes             = ["Mail.Read"]
}
`

// secrets are the canaries of one apply, and the variables that hold them.
func newSecrets(t *testing.T, generation string) (variables []string, canaries []canary) {
	t.Helper()
	add := func(name, value, secret string, inState bool) {
		variables = append(variables, "TF_VAR_"+name+"="+value)
		canaries = append(canaries, canary{name + " " + generation, secret, inState})
	}
	for _, name := range []string{"plain", "plain_password", "mailbox_password", "zoho", "google_client"} {
		text := rand.Text()
		add(name, text, text, strings.HasPrefix(name, "plain"))
	}
	password := `p"a'ss <w&rd>\/%é+ ` + rand.Text()
	add("password", password, password, false)
	key, googleKey := acctest.NewKey(), acctest.NewKey()
	add("private_key", acctest.PrivateKey(t, key), secretPart(acctest.PrivateKey(t, key)), false)
	add("google_key", acctest.GoogleKey(t, "112233", "key-"+generation, googleKey), secretPart(acctest.PrivateKey(t, googleKey)), false)
	variables = append(variables, "TF_VAR_certificate="+acctest.Certificate(t, key, "Acme", acctest.NextYear()))
	return variables, canaries
}

// A journey is one life of a configuration, with all that it leaves behind.
type journey struct {
	t         *testing.T
	aurinko   *aurinko
	terraform *cli.CLI
	dir       string
	env       []string // address, credentials
	variables []string
	canaries  []canary
	step      int
}

// start builds the provider with the given flags of "go build", and prepares
// the journey of a configuration.
func start(t *testing.T, configuration string, flags ...string) *journey {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run the real CLI: set TF_ACC=1")
	}
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	installation := t.TempDir()
	j := &journey{t: t, aurinko: &aurinko{}, dir: t.TempDir()}
	if j.terraform, err = cli.Inspect(t.Context(), path, installation); err != nil {
		t.Fatal(err)
	}
	if !j.terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments.", j.terraform.Name, j.terraform.Version)
	}
	if err := cli.Build(t.Context(), installation, flags...); err != nil {
		t.Fatal(err)
	}

	const clientID = "acme-production"
	application := rand.Text()
	j.aurinko.simulator, err = simulator.New(simulator.Options{
		ClientID: clientID, ClientSecret: application,
		File: filepath.Join(t.TempDir(), "data.json"), // may hold secrets, and is not looked through
		Log: func(line string) {
			j.aurinko.lock.Lock()
			defer j.aurinko.lock.Unlock()
			j.aurinko.log.WriteString(line + "\n")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(j.aurinko)
	t.Cleanup(server.Close)
	j.env = []string{
		"AURINKO_BASE_URL=" + server.URL, "AURINKO_CLIENT_ID=" + clientID, "AURINKO_CLIENT_SECRET=" + application,
		"TF_LOG=TRACE", "TF_CLI_ARGS=-no-color",
	}
	j.canaries = []canary{
		{"client secret of the application", application, false},
		{"signing secret", simulator.SigningSecret, false},
	}
	j.write("main.tf", configuration)
	j.run(0, "init")
	return j
}

func (j *journey) rotate(generation string) {
	j.t.Helper()
	variables, canaries := newSecrets(j.t, generation)
	j.variables = slices.Concat(variables, []string{"TF_VAR_name=Acme " + strings.Repeat("I", len(generation))})
	j.canaries = append(j.canaries, canaries...)
}

// run runs a command with the most talkative log, and keeps what it says.
func (j *journey) run(wanted int, args ...string) {
	j.t.Helper()
	j.step++
	name := fmt.Sprintf("%02d-%s", j.step, args[0])
	var stdout, stderr bytes.Buffer
	code, err := j.terraform.Run(context.WithoutCancel(j.t.Context()), cli.Command{
		Dir: j.dir, Env: slices.Concat(j.env, j.variables, []string{"TF_LOG_PATH=" + filepath.Join(j.dir, name+".log")}),
		Args: args, Stdout: &stdout, Stderr: &stderr,
	})
	if err != nil || code != wanted {
		j.t.Fatalf("%q: exit code %d, wanted %d, %v\n%s%s", args, code, wanted, err, stdout.String(), stderr.String())
	}
	j.write(name+".stdout", stdout.String())
	j.write(name+".stderr", stderr.String())
}

func (j *journey) write(name, text string) {
	j.t.Helper()
	if err := os.WriteFile(filepath.Join(j.dir, name), []byte(text), 0o600); err != nil {
		j.t.Fatal(err)
	}
}

// apply is a plan that is saved and applied.
func (j *journey) apply(wanted int) {
	j.t.Helper()
	plan := fmt.Sprintf("%02d.tfplan", j.step)
	j.run(0, "plan", "-out="+plan)
	j.run(wanted, "apply", plan)
}

// leaks looks for the canaries in everything that the journey has left behind.
func (j *journey) leaks() []finding {
	j.t.Helper()
	journal, err := json.Marshal(j.aurinko.simulator.Journal())
	if err != nil {
		j.t.Fatal(err)
	}
	j.aurinko.lock.Lock()
	sinks := map[string]string{"simulator's journal": string(journal), "simulator's log": j.aurinko.log.String()}
	for i, token := range j.aurinko.tokens {
		j.canaries = append(j.canaries, canary{fmt.Sprintf("access token %d", i), token, false})
	}
	tokens := len(j.aurinko.tokens)
	j.aurinko.lock.Unlock()
	collect(j.t, j.dir, sinks)
	total := 0
	for _, text := range sinks {
		total += len(text)
	}
	found := search(sinks, j.canaries, func(sink string, c canary) bool {
		isTerraforms := strings.HasPrefix(sink, "terraform.tfstate") || strings.Contains(sink, ".tfplan/")
		return c.inState && isTerraforms && !strings.Contains(sink, "private")
	})
	if tokens == 0 {
		j.t.Error("no access token was handed out")
	}
	j.t.Logf("%d canaries in %d encodings looked for in %d sinks of %d KiB: %d found",
		len(j.canaries), len(forms), len(sinks), total>>10, len(found))
	return found
}

// Nothing that is secret is left anywhere by a life in which everything goes
// wrong once.
func TestAccNoLeaks(t *testing.T) {
	t.Parallel()
	j := start(t, configuration)
	j.rotate("1")
	j.apply(0)
	j.run(0, "plan", "-detailed-exitcode")

	j.rotate("22")
	j.aurinko.echoing(slices.Collect(maps.Values(echoes))...)
	for range applies {
		j.run(1, "apply", "-auto-approve")
	}
	j.aurinko.echoing()
	for range applies {
		for _, fault := range faults { // in another order each time
			fault.Times = 1
			j.aurinko.simulator.Inject(fault)
		}
		j.run(1, "apply", "-auto-approve")
		j.aurinko.simulator.ClearFaults()
	}
	j.aurinko.simulator.Inject(unauthorized)
	j.run(1, "apply", "-auto-approve")
	j.aurinko.simulator.ClearFaults()
	j.apply(0)
	j.run(0, "plan", "-detailed-exitcode")

	// Somebody changes a secret in the portal.
	for _, registration := range j.aurinko.simulator.OAuthRegs() {
		if registration.ServiceType != "Office365" {
			registration.ClientSecret = rand.Text()
			j.canaries = append(j.canaries, canary{registration.ServiceType + " in the portal", registration.ClientSecret, false})
			j.aurinko.simulator.SetOAuthReg(registration)
		}
	}
	j.apply(0)
	j.run(0, "state", "rm", "aurinko_zoho_oauth.this")
	j.run(0, "import", "aurinko_zoho_oauth.this", "Zoho")
	j.run(0, "plan", "-detailed-exitcode")
	j.run(0, "destroy", "-auto-approve")
	for _, found := range j.leaks() {
		t.Errorf("%s: %s, %s", found.sink, found.canary, found.form)
	}
}

const consentConfiguration = `
terraform {
  required_providers {
    aurinko = { source = "aurinko/aurinko" }
  }
}

provider "aurinko" {
  max_retries = 0
}

variable "code" {
  type      = string
  ephemeral = true
  default   = null
}

resource "aurinko_service_account" "slack" {
  scopes      = ["Mail.Read"]
  on_existing = "adopt"
  authorization = {
    service_type = "Slack"
    code_wo      = var.code
  }
}
`

const tokenConfiguration = `
ephemeral "aurinko_managed_account_token" "ceo" {
  account_id = 77
}

resource "aurinko_zoho_oauth" "this" {
  client_id                = "1000.ABC"
  client_secret_wo         = ephemeral.aurinko_managed_account_token.ceo.access_token
  client_secret_wo_version = 1
}
`

const signingSecretConfiguration = `
ephemeral "aurinko_signing_secret" "this" {}

resource "aurinko_google_oauth" "store" {
  client_id                = "123-abc.apps.googleusercontent.com"
  client_secret_wo         = ephemeral.aurinko_signing_secret.this.signing_secret
  client_secret_wo_version = 1
}

resource "aurinko_subscription" "messages" {
  account_id       = 77
  resource         = "/email/messages"
  notification_url = "https://hooks.acme.example/"
  depends_on       = [aurinko_google_oauth.store]
}
`

// The same of the code of a consent, and of a token and the signing secret that are
// asked for. An endpoint that repeats the signing secret is redacted.
func TestAccNoLeaksOfConsentAndToken(t *testing.T) {
	t.Parallel()
	j := start(t, consentConfiguration)
	exchange := func(wanted int) {
		code := j.aurinko.simulator.IssueCode(simulator.Grant{
			ServiceType: "Slack", Scopes: []string{"Mail.Read"}, AuthOrgID: "acme.example", Email: "admin@acme.example", Daemon: true,
		})
		j.canaries = append(j.canaries, canary{fmt.Sprintf("code %d", len(j.canaries)), code, false})
		j.variables = []string{"TF_VAR_code=" + code}
		j.run(wanted, "apply", "-auto-approve")
	}
	j.aurinko.echoing(slices.Collect(maps.Values(echoes))...)
	for range echoes {
		exchange(1)
	}
	j.aurinko.echoing()
	for _, name := range []string{"status 500 after the effect", "truncated", "not found"} { // the ways in which an exchange fails
		t.Log(name)
		j.aurinko.simulator.Inject(faults[name])
		exchange(1)
		j.aurinko.simulator.ClearFaults()
	}
	exchange(0)
	j.variables = nil
	j.run(0, "plan", "-detailed-exitcode")

	j.aurinko.simulator.AddAccount(simulator.Account{ID: 76, Type: simulator.Daemon, ServiceType: "Google"})
	j.aurinko.simulator.AddAccount(simulator.Account{ID: 77, ParentID: 76, ServiceType: "Google", Email: "ceo@acme.example", Active: true})
	j.write("token.tf", tokenConfiguration)
	j.write("webhook.tf", signingSecretConfiguration)
	j.aurinko.echoing(slices.Collect(maps.Values(echoes))...)
	for range applies {
		j.run(1, "apply", "-auto-approve")
	}
	j.aurinko.echoing()
	j.apply(0)
	j.run(0, "plan", "-detailed-exitcode")
	for _, subscription := range j.aurinko.simulator.Subscriptions() {
		j.aurinko.simulator.UpdateSubscription(subscription.ID, func(s *simulator.Subscription) {
			s.Active, s.FailDescription = false, "wrong signature, want "+simulator.SigningSecret
		})
	}
	j.run(0, "plan", "-detailed-exitcode")
	for _, found := range j.leaks() {
		t.Errorf("%s: %s, %s", found.sink, found.canary, found.form)
	}
}

// The search finds what a provider without its redaction leaves behind: secrets in the
// messages, in the log's bodies, and in private state.
func TestAccLeaksAreFound(t *testing.T) {
	t.Parallel()
	j := start(t, configuration, "-overlay", overlay(t,
		mutation{"aurinko/redact.go", "func (r *redactor) redact(text string) string {", "return text"},
		mutation{"aurinko/redact.go", "func onlyHarmless(value any, isHarmless bool) any {", "return value"},
		mutation{"secret/hash.go", "func hash(secret string) string {", "return secret"},
	))
	j.rotate("1")
	j.apply(0)
	bodies := fmt.Sprintf("%02d-apply.log", j.step)
	j.rotate("22")
	j.aurinko.echoing(echoes["in a message"])
	j.run(1, "apply", "-auto-approve")
	found := j.leaks()
	for what, sink := range map[string]string{"bodies": bodies, "messages": fmt.Sprintf("%02d-apply.stderr", j.step), "private state": "private"} {
		if !slices.ContainsFunc(found, func(f finding) bool { return strings.Contains(f.sink, sink) }) {
			t.Errorf("nothing is found in %s, only %v", what, found)
		}
	}
}

// A mutation is a function of a file that begins with another statement.
type mutation struct{ file, function, statement string }

// overlay returns an overlay for "go build" with mutations.
func overlay(t *testing.T, mutations ...mutation) string {
	t.Helper()
	dir, replaced := t.TempDir(), map[string]string{}
	for _, m := range mutations {
		original, err := filepath.Abs(filepath.Join("..", m.file))
		if err != nil {
			t.Fatal(err)
		}
		from := original
		if mutated, ok := replaced[original]; ok {
			from = mutated
		}
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), m.function) != 1 {
			t.Fatalf("%s has no %s", m.file, m.function)
		}
		replaced[original] = filepath.Join(dir, filepath.Base(m.file))
		changed := strings.Replace(string(text), m.function, m.function+"\n\t"+m.statement+"\n", 1)
		if err := os.WriteFile(replaced[original], []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	document, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
