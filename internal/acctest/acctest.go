// Package acctest is what acceptance tests share: a simulated Aurinko that
// watches what is said to it, the provider under test, and credentials. It is
// imported by tests alone.
package acctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Settings of the person who runs the tests must not change what they test:
// their Aurinko application, or a CLI configuration that replaces providers. The
// CLIs inherit this environment.
func init() {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AURINKO_") {
			os.Unsetenv(name)
		}
	}
	os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull)
	os.Setenv("CHECKPOINT_DISABLE", "1")
	// A CLI ends before its garbage is worth collecting; a quarter of its time goes.
	os.Setenv("GOGC", "off")
	os.Setenv("GOMEMLIMIT", "1GiB")
}

// ProtoV6ProviderFactories are for resource.TestCase.
var ProtoV6ProviderFactories = map[string]func() (tfprotov6.ProviderServer, error){
	"aurinko": func() (tfprotov6.ProviderServer, error) { return server.New(provider.New("test")()), nil },
}

// A Server is a simulated Aurinko on a port of its own.
type Server struct {
	Simulator *simulator.Server
	URL       string

	// Transport reaches the server without a socket.
	Transport http.RoundTripper

	clientID, clientSecret string
}

// NewServer starts a server that is stopped when the test ends. The test fails
// when anything that is said to it or by it violates the OpenAPI description,
// apart from injected faults.
func NewServer(t testing.TB, options simulator.Options) *Server {
	t.Helper()
	if options.ClientID == "" {
		options.ClientID = simulator.DefaultClientID
	}
	if options.ClientSecret == "" {
		options.ClientSecret = simulator.DefaultClientSecret
	}
	simulated, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	validating, err := newValidator(simulated,
		func(violation string) { t.Errorf("The OpenAPI description is violated: %s", violation) },
		func(number string) bool { return metFault(simulated, number) })
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(validating)
	t.Cleanup(listener.Close)
	return &Server{
		Simulator: simulated, URL: listener.URL, Transport: simulator.Transport{Handler: validating},
		clientID: options.ClientID, clientSecret: options.ClientSecret,
	}
}

func metFault(simulated *simulator.Server, number string) bool {
	for _, request := range simulated.Journal() {
		if request.Header.Get(requestNumber) == number {
			return request.Fault != ""
		}
	}
	return false
}

// ProviderConfig is a provider block that leads to the server.
func (s *Server) ProviderConfig() string {
	return fmt.Sprintf(`
provider "aurinko" {
  base_url      = %q
  client_id     = %q
  client_secret = %q
  max_retries   = 2
}
`, s.URL, s.clientID, s.clientSecret)
}

// Config is the configuration of a test step: the provider block, and what the
// test declares.
func Config(server *Server, hcl string) string { return server.ProviderConfig() + hcl }

// Quote makes an HCL string of any text, such as a PEM file.
func Quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil { // a string always has a JSON form
		panic(err)
	}
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(quoted))
}

// Says matches an error of the CLI that holds these texts in this order. The
// CLI breaks lines wherever it likes.
func Says(texts ...string) *regexp.Regexp {
	patterns := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for j, word := range words {
			words[j] = regexp.QuoteMeta(word)
		}
		patterns[i] = strings.Join(words, `\s+`)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(patterns, `.*`))
}

// Test runs a test case with the provider. Where the CLI knows no write-only
// attributes, a case that has any is skipped.
func Test(t *testing.T, c resource.TestCase) {
	t.Helper()
	c.ProtoV6ProviderFactories = ProtoV6ProviderFactories
	for _, step := range c.Steps {
		if writeOnly.MatchString(step.Config) {
			c.TerraformVersionChecks = append(c.TerraformVersionChecks, tfversion.SkipBelow(tfversion.Version1_11_0))
			break
		}
	}
	resource.Test(t, c)
}

// EphemeralChecks are the version checks of a test case with an ephemeral resource.
// They came with Terraform 1.10 and OpenTofu 1.11, which counts opening one among the
// changes of a plan, so that the test framework finds no plan empty.
func EphemeralChecks() []tfversion.TerraformVersionCheck {
	checks := []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)}
	if os.Getenv("TF_ACC_PROVIDER_HOST") == "registry.opentofu.org" {
		checks = append(checks, tfversion.SkipBetween(tfversion.Version1_11_0, tfversion.Version1_12_0))
	}
	return checks
}

var writeOnly = regexp.MustCompile(`_wo\s*=`)

// Writes are the requests so far that might have changed something, such as
// "POST /v1/am/svc_accounts".
func (s *Server) Writes() []string {
	var writes []string
	for _, request := range s.Simulator.Journal() {
		switch {
		case !request.Writes():
		case request.Route == "": // no such endpoint
			writes = append(writes, request.Method+" "+request.Path)
		default:
			writes = append(writes, request.Route)
		}
	}
	return writes
}

// Requests are the requests so far with their queries, such as
// "GET /v1/am/accounts?limit=1000".
func (s *Server) Requests() []string {
	var requests []string
	for _, request := range s.Simulator.Journal() {
		line := request.Method + " " + request.Path
		if query, _ := url.QueryUnescape(request.Query.Encode()); query != "" {
			line += "?" + query
		}
		requests = append(requests, line)
	}
	return requests
}

// AssertWrites compares the writing requests so far with those that are wanted.
func AssertWrites(t testing.TB, server *Server, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, server.Writes()); diff != "" {
		t.Errorf("other writes than wanted (-want +got):\n%s", diff)
	}
}

// AssertNoWrites fails when anything was written so far.
func AssertNoWrites(t testing.TB, server *Server) {
	t.Helper()
	AssertWrites(t, server)
}

// CheckWrites is AssertWrites as the check of a test step. The next step
// begins with an empty journal.
func CheckWrites(server *Server, want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		defer server.Simulator.ResetJournal()
		if diff := cmp.Diff(want, server.Writes()); diff != "" {
			return fmt.Errorf("other writes than wanted (-want +got):\n%s", diff)
		}
		return nil
	}
}
