// Package provider is the provider block: its schema, its configuration, and
// what it registers.
package provider

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/account"
	"github.com/aurinko/terraform-provider-aurinko/internal/application"
	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/authorization"
	"github.com/aurinko/terraform-provider-aurinko/internal/booking"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/managedaccount"
	"github.com/aurinko/terraform-provider-aurinko/internal/oauth"
	"github.com/aurinko/terraform-provider-aurinko/internal/scopes"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
	"github.com/aurinko/terraform-provider-aurinko/internal/serviceaccount"
	"github.com/aurinko/terraform-provider-aurinko/internal/subscription"
)

var (
	_ provider.ProviderWithFunctions          = (*aurinkoProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*aurinkoProvider)(nil)
	_ provider.ProviderWithListResources      = (*aurinkoProvider)(nil)
	_ provider.ProviderWithActions            = (*aurinkoProvider)(nil)
	_ server.UnchangedPlanner                 = (*aurinkoProvider)(nil)
)

type aurinkoProvider struct {
	version   string
	getenv    func(string) string
	transport http.RoundTripper // nil: the network
	run       atomic.Pointer[lifecycle.Run]
}

// An Option changes how a provider is made.
type Option func(*aurinkoProvider)

// WithTransport has the provider reach Aurinko through a round-tripper of the
// caller's in place of the network, such as a server in the same process.
func WithTransport(transport http.RoundTripper) Option {
	return func(p *aurinkoProvider) { p.transport = transport }
}

// New returns what the plugin server calls to make a provider of the given
// version.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &aurinkoProvider{version: version, getenv: os.Getenv}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

type model struct {
	ClientID          types.String `tfsdk:"client_id"`
	ClientSecret      types.String `tfsdk:"client_secret"`
	BaseURL           types.String `tfsdk:"base_url"`
	RequestsPerSecond types.Int64  `tfsdk:"requests_per_second"`
	MaxRetries        types.Int64  `tfsdk:"max_retries"`
	RequestTimeout    types.String `tfsdk:"request_timeout"`
	BulkRefresh       types.Bool   `tfsdk:"bulk_refresh"`
	AllowedClientIDs  types.Set    `tfsdk:"allowed_client_ids"`
}

func (p *aurinkoProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aurinko"
	resp.Version = p.version
}

func (p *aurinkoProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages an [Aurinko](https://aurinko.io) application: its OAuth settings, service accounts and managed accounts. " +
			"One provider block is for one Aurinko application. Use aliases for several.",
		Attributes: map[string]schema.Attribute{
			"client_id": schema.StringAttribute{
				MarkdownDescription: "Client ID of the Aurinko application. Required, here or in the environment variable `AURINKO_CLIENT_ID`.",
				Optional:            true,
			},
			"client_secret": schema.StringAttribute{
				MarkdownDescription: "Client Secret of the Aurinko application. Required, here or in the environment variable `AURINKO_CLIENT_SECRET`.",
				Optional:            true,
				Sensitive:           true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "URL of the Aurinko API: https, or http to a loopback address, without user info, query or fragment. " +
					"Environment variable: `AURINKO_BASE_URL`. Defaults to `" + aurinko.DefaultBaseURL + "`.",
				Optional: true,
			},
			"requests_per_second": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("Maximum number of requests a second, from 1 to 1000. Aurinko allows an application 250, from all senders together. "+
					"Environment variable: `AURINKO_REQUESTS_PER_SECOND`. Defaults to `%d`.", aurinko.DefaultRequestsPerSecond),
				Optional: true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: fmt.Sprintf("Number of times that a failed request is repeated, from 0 to 20. The provider repeats only what is safe to repeat: after dropped connections, time-outs, 408, 429 and 5xx. "+
					"Environment variable: `AURINKO_MAX_RETRIES`. Defaults to `%d`.", aurinko.DefaultMaxRetries),
				Optional: true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: fmt.Sprintf("Time-out of one attempt of a request, a Go duration such as `90s` or `2m`. "+
					"Environment variable: `AURINKO_REQUEST_TIMEOUT`. Defaults to `%s`.", "60s"),
				Optional: true,
			},
			"bulk_refresh": schema.BoolAttribute{
				MarkdownDescription: "Whether a refresh of many accounts reads the list page by page instead of each account. " +
					"Environment variable: `AURINKO_BULK_REFRESH`. Defaults to `true`.",
				Optional: true,
			},
			"allowed_client_ids": schema.SetAttribute{
				MarkdownDescription: "Client IDs of the applications that this provider block may be used for. With another `client_id`, such as one from a shell's environment, every plan fails before any request. " +
					"If omitted, every application is allowed.",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{setvalidator.SizeAtLeast(1)},
			},
		},
	}
}

// Configure makes the client. It makes no network call, and accepts values that
// are not known yet pass: the first call that needs them says so.
func (p *aurinkoProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	defer diags.Recover("configure the provider", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}

	clientConfig, bulk := p.clientConfig(config, req.TerraformVersion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var run *lifecycle.Run // no request is made before there is one
	clientConfig.Log = func(ctx context.Context, a aurinko.Attempt) {
		logAttempt(ctx, a)
		run.NoteAnswer(a.Status)
	}
	clientConfig.OnWait = logWait
	client, err := aurinko.New(clientConfig)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("base_url"), "Invalid Aurinko base_url", err.Error())
		return
	}
	run = lifecycle.New(client, bulk)
	p.run.Store(run)
	resp.ResourceData = run
	resp.DataSourceData = run
	resp.EphemeralResourceData = run
	resp.ListResourceData = run
	resp.ActionData = run
}

// clientConfig returns what the provider block and the environment say, for the
// client, and whether a refresh may read from listings.
func (p *aurinkoProvider) clientConfig(config model, terraform string, diagnostics *diag.Diagnostics) (_ aurinko.Config, bulk bool) {
	s := settings{getenv: p.getenv, diagnostics: diagnostics}
	clientConfig := aurinko.Config{
		ClientID:          s.required("client_id", "AURINKO_CLIENT_ID", "Client ID", config.ClientID),
		ClientSecret:      s.required("client_secret", "AURINKO_CLIENT_SECRET", "Client Secret", config.ClientSecret),
		BaseURL:           s.baseURL(config.BaseURL),
		RequestsPerSecond: s.number("requests_per_second", "AURINKO_REQUESTS_PER_SECOND", config.RequestsPerSecond, aurinko.DefaultRequestsPerSecond, 1, 1000),
		MaxRetries:        s.number("max_retries", "AURINKO_MAX_RETRIES", config.MaxRetries, aurinko.DefaultMaxRetries, 0, 20),
		RequestTimeout:    s.duration("request_timeout", "AURINKO_REQUEST_TIMEOUT", config.RequestTimeout, aurinko.DefaultRequestTimeout),
		UserAgent:         userAgent(p.version, terraform),
		Transport:         p.transport,
	}
	bulk = s.boolean("bulk_refresh", "AURINKO_BULK_REFRESH", config.BulkRefresh, true)
	s.allowed(config.AllowedClientIDs, config.ClientID, clientConfig.ClientID)
	if config.ClientID.IsNull() && !config.ClientSecret.IsNull() && clientConfig.ClientID != "" {
		diagnostics.AddAttributeWarning(path.Root("client_id"), "Client ID and Client Secret from two sources", fmt.Sprintf(
			"The provider block has `client_secret`, and the Client ID %s comes from the environment variable AURINKO_CLIENT_ID. It may be that of another application.\n\n"+
				"Set `client_id` in the provider block too, or set both in the environment.", clientConfig.ClientID))
	}
	clientConfig.Unknown = s.unknown // after all have been looked up
	return clientConfig, bulk
}

func userAgent(version, terraform string) string {
	agent := "terraform-provider-aurinko/" + version
	if terraform != "" {
		agent += " terraform/" + terraform
	}
	return agent
}

func (p *aurinkoProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		oauth.NewOffice365,
		oauth.NewOffice365Daemon,
		oauth.NewGoogle,
		oauth.NewZoho,
		serviceaccount.New,
		managedaccount.New,
		account.New,
		subscription.New,
		booking.NewGroup,
		booking.New,
	}
}

// PlanUnchanged notes what a plan keeps, as the resources do that are planned.
func (p *aurinkoProvider) PlanUnchanged(typeName, id string, private []byte) bool {
	keep, ok := unchanged[typeName]
	run := p.run.Load()
	return ok && !attribute.IsForeign(run, private) && keep(run, id)
}

// unchanged are the resource types whose plans that change nothing are the prior
// state. They have no write-only argument and no default, and ModifyPlan leaves such
// a plan as it is.
var unchanged = map[string]func(run *lifecycle.Run, id string) bool{
	"aurinko_managed_account": managedaccount.PlanUnchanged,
}

func (p *aurinkoProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		account.NewDataSource,
		account.NewAccountsDataSource,
		account.NewServiceAccountsDataSource,
		subscription.NewDataSource,
		booking.NewDataSource,
		booking.NewGroupDataSource,
		application.NewDataSource,
		oauth.NewRegistrationsDataSource,
		scopes.NewMappingDataSource,
		authorization.NewURLDataSource,
	}
}

// EphemeralResources are opened by Terraform and OpenTofu from 1.10 and 1.11 on.
func (p *aurinkoProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{managedaccount.NewToken, application.NewSigningSecret}
}

// ListResources are listed by Terraform from 1.14 on.
func (p *aurinkoProvider) ListResources(context.Context) []func() list.ListResource {
	return append(oauth.NewLists(),
		serviceaccount.NewList,
		managedaccount.NewList,
		account.NewList,
		subscription.NewList,
		booking.NewGroupList,
		booking.NewList,
	)
}

// Actions are invoked by Terraform from 1.14 on.
func (p *aurinkoProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{
		account.NewCheck,
		account.NewRevoke,
		managedaccount.NewReauthorize,
	}
}

// Functions are called without the provider being configured. They need
// Terraform 1.8 or OpenTofu 1.7; older ones do not ask for them.
func (p *aurinkoProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		scopes.NewGraphPermissions,
		scopes.NewCanonicalScopes,
	}
}

// settings reads the values of the provider block: from the configuration
// first, then from the environment.
type settings struct {
	getenv      func(string) string
	diagnostics *diag.Diagnostics
	unknown     []string // attributes whose values are not known yet
}

// lookup returns the text of a setting and whether there is one. An unknown
// value counts as none, and is noted.
func (s *settings) lookup(attribute, variable string, configured interface {
	IsNull() bool
	IsUnknown() bool
}, text func() string) (string, bool) {
	switch {
	case configured.IsUnknown():
		s.unknown = append(s.unknown, attribute)
		return "", false
	case !configured.IsNull():
		return text(), true
	}
	value := s.getenv(variable)
	return value, value != ""
}

func (s *settings) invalid(attribute, variable, detail string) {
	s.diagnostics.AddAttributeError(path.Root(attribute), "Invalid Aurinko "+attribute,
		fmt.Sprintf("The value of `%s` in the provider block, or of the environment variable %s, is invalid: %s.", attribute, variable, detail))
}

func (s *settings) required(attribute, variable, name string, configured types.String) string {
	value, ok := s.lookup(attribute, variable, configured, configured.ValueString)
	if value == "" && (ok || !configured.IsUnknown()) {
		s.diagnostics.AddAttributeError(path.Root(attribute), "Missing Aurinko "+name,
			fmt.Sprintf("Set `%s` in the provider block, or the environment variable %s. The application's page in the Aurinko portal shows it.", attribute, variable))
	}
	return value
}

// allowed refuses a Client ID that the provider block does not allow. While one of
// the two is unknown, the first request is refused.
func (s *settings) allowed(allowed types.Set, configured types.String, clientID string) {
	switch {
	case allowed.IsNull() || clientID == "":
		return
	case allowed.IsUnknown() || slices.ContainsFunc(allowed.Elements(), attr.Value.IsUnknown):
		s.unknown = append(s.unknown, "allowed_client_ids")
		return
	case slices.ContainsFunc(allowed.Elements(), types.StringValue(clientID).Equal):
		return
	}
	source := "`client_id` in the provider block"
	if configured.IsNull() {
		source = "the environment variable AURINKO_CLIENT_ID"
	}
	s.diagnostics.AddAttributeError(path.Root("allowed_client_ids"), "Not an allowed Aurinko application", fmt.Sprintf(
		"The Client ID %s, from %s, is not among `allowed_client_ids`. Nothing was sent.\n\n"+
			"Check that these are the credentials of the application that this configuration is for.", clientID, source))
}

func (s *settings) baseURL(configured types.String) string {
	value, ok := s.lookup("base_url", "AURINKO_BASE_URL", configured, configured.ValueString)
	if !ok {
		return aurinko.DefaultBaseURL
	}
	if _, err := aurinko.ParseBaseURL(value); err != nil {
		s.invalid("base_url", "AURINKO_BASE_URL", err.Error())
	}
	return value
}

func (s *settings) number(attribute, variable string, configured types.Int64, fallback, least, most int) int {
	text, ok := s.lookup(attribute, variable, configured, func() string { return strconv.FormatInt(configured.ValueInt64(), 10) })
	if !ok {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		s.invalid(attribute, variable, fmt.Sprintf("it must be a whole number from %d to %d", least, most))
	}
	return n
}

func (s *settings) duration(attribute, variable string, configured types.String, fallback time.Duration) time.Duration {
	text, ok := s.lookup(attribute, variable, configured, configured.ValueString)
	if !ok {
		return fallback
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		s.invalid(attribute, variable, "it must be a positive duration with its unit, such as 60s or 2m")
	}
	return d
}

func (s *settings) boolean(attribute, variable string, configured types.Bool, fallback bool) bool {
	text, ok := s.lookup(attribute, variable, configured, func() string { return strconv.FormatBool(configured.ValueBool()) })
	if !ok {
		return fallback
	}
	b, err := strconv.ParseBool(text)
	if err != nil {
		s.invalid(attribute, variable, "it must be true or false")
	}
	return b
}
