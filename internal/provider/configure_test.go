package provider

import (
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// unknown is a configured value that is known after apply only.
type unknown struct{}

// providerConfig is a provider block with these attributes; the others are null.
func providerConfig(t *testing.T, values map[string]any) tfsdk.Config {
	t.Helper()
	var schema provider.SchemaResponse
	(&aurinkoProvider{}).Schema(t.Context(), provider.SchemaRequest{}, &schema)
	block := schema.Schema.Type().TerraformType(t.Context()).(tftypes.Object)
	attributes := map[string]tftypes.Value{}
	for name, attributeType := range block.AttributeTypes {
		switch value := values[name].(type) {
		case unknown:
			attributes[name] = tftypes.NewValue(attributeType, tftypes.UnknownValue)
		case int:
			attributes[name] = tftypes.NewValue(attributeType, big.NewFloat(float64(value)))
		default:
			attributes[name] = tftypes.NewValue(attributeType, value)
		}
	}
	return tfsdk.Config{Schema: schema.Schema, Raw: tftypes.NewValue(block, attributes)}
}

// configured is what a provider block and an environment lead to.
type configured struct {
	Client aurinko.Config
	Bulk   bool // whether a refresh may read from listings
}

func configure(t *testing.T, block map[string]any, environment map[string]string) (configured, diag.Diagnostics) {
	t.Helper()
	var config model
	diagnostics := providerConfig(t, block).Get(t.Context(), &config)
	p := &aurinkoProvider{version: "1.2.3", getenv: func(name string) string { return environment[name] }}
	client, bulk := p.clientConfig(config, "1.11.4", &diagnostics)
	return configured{Client: client, Bulk: bulk}, diagnostics
}

func TestClientConfig(t *testing.T) {
	t.Parallel()

	credentials := map[string]any{"client_id": "id", "client_secret": "secret"}
	const userAgent = "terraform-provider-aurinko/1.2.3 terraform/1.11.4"
	defaults := configured{Bulk: true, Client: aurinko.Config{
		ClientID: "id", ClientSecret: "secret", BaseURL: "https://api.aurinko.io",
		RequestsPerSecond: 200, MaxRetries: 6, RequestTimeout: time.Minute, UserAgent: userAgent,
	}}
	everything := map[string]any{
		"client_id": "block id", "client_secret": "block secret", "base_url": "https://block.example",
		"requests_per_second": 11, "max_retries": 0, "request_timeout": "1m30s", "bulk_refresh": false,
	}
	environment := map[string]string{
		"AURINKO_CLIENT_ID": "env id", "AURINKO_CLIENT_SECRET": "env secret", "AURINKO_BASE_URL": "http://127.0.0.1:8080/",
		"AURINKO_REQUESTS_PER_SECOND": "1000", "AURINKO_MAX_RETRIES": "20", "AURINKO_REQUEST_TIMEOUT": "500ms", "AURINKO_BULK_REFRESH": "false",
	}
	fromBlock := configured{Client: aurinko.Config{
		ClientID: "block id", ClientSecret: "block secret", BaseURL: "https://block.example",
		RequestsPerSecond: 11, MaxRetries: 0, RequestTimeout: 90 * time.Second, UserAgent: userAgent,
	}}
	fromEnvironment := configured{Client: aurinko.Config{
		ClientID: "env id", ClientSecret: "env secret", BaseURL: "http://127.0.0.1:8080/",
		RequestsPerSecond: 1000, MaxRetries: 20, RequestTimeout: 500 * time.Millisecond, UserAgent: userAgent,
	}}
	emptyEnvironment, unknownBlock := map[string]string{}, map[string]any{}
	for name := range environment {
		emptyEnvironment[name] = ""
	}
	for name := range everything {
		unknownBlock[name] = unknown{}
	}
	nothingKnown := defaults
	nothingKnown.Client.ClientID, nothingKnown.Client.ClientSecret = "", ""
	nothingKnown.Client.Unknown = []string{"client_id", "client_secret", "base_url", "requests_per_second", "max_retries", "request_timeout", "bulk_refresh"}

	tests := map[string]struct {
		block       map[string]any
		environment map[string]string
		want        configured
	}{
		"defaults":                          {block: credentials, want: defaults},
		"an empty variable is none":         {block: credentials, environment: emptyEnvironment, want: defaults},
		"the block":                         {block: everything, want: fromBlock},
		"the environment":                   {environment: environment, want: fromEnvironment},
		"the block wins":                    {block: everything, environment: environment, want: fromBlock},
		"unknown values are noted":          {block: unknownBlock, want: nothingKnown},
		"the environment replaces no block": {block: unknownBlock, environment: environment, want: nothingKnown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diagnostics := configure(t, test.block, test.environment)
			if len(diagnostics) > 0 {
				t.Fatalf("diagnostics: %v", diagnostics)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(aurinko.Config{}, "Log")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A bad value is one error, whether it stands in the block or in the
// environment.
func TestClientConfigRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		attribute   string
		block       any    // nil when the block's type cannot hold it
		environment string // "" when the environment cannot hold it
		want        string
	}{
		"empty base URL":      {attribute: "base_url", block: "", want: "not an absolute URL"},
		"no URL":              {attribute: "base_url", block: "api.aurinko.io", environment: "api.aurinko.io", want: "not an absolute URL"},
		"http elsewhere":      {attribute: "base_url", block: "http://api.aurinko.io", environment: "http://api.aurinko.io", want: "use https"},
		"user info":           {attribute: "base_url", block: "https://me:pw@api.aurinko.io", environment: "https://me:pw@api.aurinko.io", want: "must not hold a user name"},
		"query":               {attribute: "base_url", block: "https://api.aurinko.io?a=b", environment: "https://api.aurinko.io?a=b", want: "no query"},
		"fragment":            {attribute: "base_url", block: "https://api.aurinko.io#a", environment: "https://api.aurinko.io#a", want: "no fragment"},
		"no request a second": {attribute: "requests_per_second", block: 0, environment: "0", want: "a whole number from 1 to 1000"},
		"too many requests":   {attribute: "requests_per_second", block: 1001, environment: "1001", want: "a whole number from 1 to 1000"},
		"requests no number":  {attribute: "requests_per_second", environment: "many", want: "a whole number from 1 to 1000"},
		"requests a fraction": {attribute: "requests_per_second", environment: "1.5", want: "a whole number from 1 to 1000"},
		"negative retries":    {attribute: "max_retries", block: -1, environment: "-1", want: "a whole number from 0 to 20"},
		"too many retries":    {attribute: "max_retries", block: 21, environment: "21", want: "a whole number from 0 to 20"},
		"empty time":          {attribute: "request_timeout", block: "", want: "a positive duration with its unit"},
		"no unit":             {attribute: "request_timeout", block: "60", environment: "60", want: "a positive duration with its unit"},
		"no time":             {attribute: "request_timeout", block: "0s", environment: "0s", want: "a positive duration with its unit"},
		"negative time":       {attribute: "request_timeout", block: "-1s", environment: "-1s", want: "a positive duration with its unit"},
		"neither yes nor no":  {attribute: "bulk_refresh", environment: "maybe", want: "true or false"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.block != nil {
				block := map[string]any{"client_id": "id", "client_secret": "secret", test.attribute: test.block}
				_, diagnostics := configure(t, block, nil)
				checkRefusal(t, diagnostics, test.attribute, test.want)
			}
			if test.environment != "" {
				block := map[string]any{"client_id": "id", "client_secret": "secret"}
				_, diagnostics := configure(t, block, map[string]string{variable(test.attribute): test.environment})
				checkRefusal(t, diagnostics, test.attribute, test.want)
			}
		})
	}
}

func TestClientConfigNeedsCredentials(t *testing.T) {
	t.Parallel()

	for attribute, want := range map[string]string{
		"client_id":     "Missing Aurinko Client ID",
		"client_secret": "Missing Aurinko Client Secret",
	} {
		for where, value := range map[string]any{"absent": nil, "empty": ""} {
			t.Run(attribute+" "+where, func(t *testing.T) {
				t.Parallel()
				block := map[string]any{"client_id": "id", "client_secret": "secret"}
				block[attribute] = value
				_, diagnostics := configure(t, block, nil)
				checkRefusal(t, diagnostics, attribute, want)
			})
		}
	}
}

func variable(attribute string) string { return "AURINKO_" + strings.ToUpper(attribute) }

// checkRefusal fails unless there is one error at the attribute, which names the
// attribute and the variable, and no password.
func checkRefusal(t *testing.T, diagnostics diag.Diagnostics, attribute, want string) {
	t.Helper()
	if len(diagnostics) != 1 {
		t.Fatalf("%d diagnostics, want one: %v", len(diagnostics), diagnostics)
	}
	got, ok := diagnostics[0].(diag.DiagnosticWithPath)
	if !ok || got.Path().String() != attribute || got.Severity() != diag.SeverityError {
		t.Errorf("not an error at %s: %v", attribute, diagnostics[0])
	}
	text := diagnostics[0].Summary() + "\n" + diagnostics[0].Detail()
	for _, part := range []string{want, "`" + attribute + "`", variable(attribute)} {
		if !strings.Contains(text, part) {
			t.Errorf("the error lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "me:pw") {
		t.Errorf("the error repeats a password:\n%s", text)
	}
}

// Configure sends nothing, whatever the address. What needs a value that is not
// known yet names it.
func TestConfigure(t *testing.T) {
	t.Parallel()

	asked := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		asked <- id + ":" + secret + " " + r.UserAgent()
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	configure := func(block map[string]any) *lifecycle.Run {
		t.Helper()
		p := &aurinkoProvider{version: "1.2.3", getenv: func(string) string { return "" }}
		var resp provider.ConfigureResponse
		p.Configure(t.Context(), provider.ConfigureRequest{Config: providerConfig(t, block), TerraformVersion: "1.11.4"}, &resp)
		if len(resp.Diagnostics) > 0 {
			t.Fatalf("diagnostics: %v", resp.Diagnostics)
		}
		run, ok := resp.ResourceData.(*lifecycle.Run)
		if !ok {
			t.Fatalf("the resource data is %T, want a run", resp.ResourceData)
		}
		for kind, data := range map[string]any{
			"data source": resp.DataSourceData, "ephemeral resource": resp.EphemeralResourceData,
			"list resource": resp.ListResourceData, "action": resp.ActionData,
		} {
			if data != resp.ResourceData {
				t.Errorf("the %s data is %v, want the run that resources have", kind, data)
			}
		}
		return run
	}

	run := configure(map[string]any{"client_id": "id", "client_secret": "secret", "base_url": server.URL})
	if len(asked) > 0 {
		t.Errorf("Configure sent a request: %s", <-asked)
	}
	if _, err := run.Client.GetAccount(t.Context(), 1); aurinko.StatusOf(err) != http.StatusUnauthorized {
		t.Errorf("the client reached another server: %v", err)
	} else if got, want := <-asked, "id:secret terraform-provider-aurinko/1.2.3 terraform/1.11.4"; got != want {
		t.Errorf("the server saw %q, want %q", got, want)
	}

	// Each Configure is a run of its own: refused credentials are not remembered.
	if again := configure(map[string]any{"client_id": "id", "client_secret": unknown{}, "base_url": server.URL}); again == run {
		t.Error("two runs are one")
	} else if _, err := again.Client.GetAccount(t.Context(), 1); err == nil || err.Error() != "not known yet: client_secret" {
		t.Errorf("a call without the secret: %v", err)
	}
	if len(asked) > 0 {
		t.Errorf("a request was sent without the secret: %s", <-asked)
	}
}

func TestConfigureRefuses(t *testing.T) {
	t.Parallel()

	p := &aurinkoProvider{getenv: func(string) string { return "" }}
	var resp provider.ConfigureResponse
	p.Configure(t.Context(), provider.ConfigureRequest{Config: providerConfig(t, nil)}, &resp)
	if resp.Diagnostics.ErrorsCount() != 2 || resp.ResourceData != nil {
		t.Errorf("diagnostics %v and data %v, want two errors and nothing", resp.Diagnostics, resp.ResourceData)
	}
}

// A secret in the block beside a Client ID of the environment may be that of
// another application. The other way round is how many keep their secrets.
func TestClientConfigFromTwoSources(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"AURINKO_CLIENT_ID": "env id", "AURINKO_CLIENT_SECRET": "env secret"}
	for name, test := range map[string]struct {
		block map[string]any
		warns bool
	}{
		"neither":           {},
		"both":              {block: map[string]any{"client_id": "id", "client_secret": "secret"}},
		"the ID":            {block: map[string]any{"client_id": "id"}},
		"an unknown ID":     {block: map[string]any{"client_id": unknown{}, "client_secret": "secret"}},
		"the secret":        {block: map[string]any{"client_secret": "secret"}, warns: true},
		"an unknown secret": {block: map[string]any{"client_secret": unknown{}}, warns: true},
	} {
		_, diagnostics := configure(t, test.block, environment)
		if diagnostics.HasError() || (diagnostics.WarningsCount() == 1) != test.warns {
			t.Errorf("%s: %v", name, diagnostics)
		}
		for _, d := range diagnostics {
			if !strings.Contains(d.Detail(), "env id comes from the environment variable AURINKO_CLIENT_ID") || strings.Contains(d.Detail(), "secret\"") {
				t.Errorf("%s: %s", name, d.Detail())
			}
		}
	}
}
