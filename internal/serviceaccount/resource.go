// Package serviceaccount has the resource aurinko_service_account: an admin-
// or organisation-level connection to a mail service.
package serviceaccount

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/plan"
	keep "github.com/aurinko/terraform-provider-aurinko/internal/planmodifier"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var (
	_ resource.ResourceWithConfigure        = (*serviceAccount)(nil)
	_ resource.ResourceWithConfigValidators = (*serviceAccount)(nil)
	_ resource.ResourceWithValidateConfig   = (*serviceAccount)(nil)
	_ resource.ResourceWithModifyPlan       = (*serviceAccount)(nil)
	_ resource.ResourceWithImportState      = (*serviceAccount)(nil)
	_ resource.ResourceWithIdentity         = (*serviceAccount)(nil)
)

const resourceType = "aurinko_service_account"

type serviceAccount struct{ run *lifecycle.Run }

// New makes the resource aurinko_service_account.
func New() resource.Resource { return &serviceAccount{} }

func (r *serviceAccount) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = resourceType
}

func (r *serviceAccount) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A service account: an admin- or organisation-level connection to a mail service, through which Aurinko reaches the mailboxes of an organisation. " +
			"Exactly one of `google`, `exchange`, `office365` and `authorization` says to which, and how Aurinko comes to its credentials.",
		Attributes: map[string]schema.Attribute{
			"id":     attribute.ID(),
			"scopes": attribute.Scopes("Aurinko scopes that the connection grants; with `authorization`, other scopes take another consent."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the account. Left out, it is the organisation's domain for Google and Exchange, and Aurinko's own choice otherwise. Changing it updates in place. Not for `authorization`, since a consent carries no name.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"client_org_id": schema.StringAttribute{
				MarkdownDescription: "Your own id of the organisation. It is part of what identifies the account: changing it replaces the account. Left out, what Aurinko holds is kept. With `authorization` it is what the URL of the consent said, and is checked.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), attribute.ReplaceExactly()},
			},
			"check_connection": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko tries the connection before anything is written. Aurinko cannot do so for `exchange`, and there is nothing to try for `authorization`. Changing it alone writes nothing. Default: `false`.",
				Optional:            true,
			},
			"on_existing":   attribute.OnExisting("account"),
			"google":        googleAttribute(),
			"exchange":      exchangeAttribute(),
			"office365":     office365Attribute(),
			"authorization": authorizationAttribute(),
			"service_type": attribute.Stable(
				"Aurinko's name of the mail service: `Google`, `EWS`, `Office365`, or what `authorization` says."),
			"auth_org_id":  attribute.Stable("The organisation at the mail service: the domain or the tenant id."),
			"auth_user_id": attribute.Stable("The user at the mail service: for Google, the service account's client id."),
			"email": func() schema.StringAttribute {
				email := attribute.Stable("E-mail address of the account: for Google, the service account's.")
				email.CustomType = customtype.EmailType{}
				return email
			}(),
			"login":                attribute.Computed("Login of the account: for Google, the id of the private key; for Exchange, the user name."),
			"token_status":         attribute.Computed("`active`; `invalid`, when the mail service refuses Aurinko for now; or `dead`, when it has to be authorised again."),
			"token_error":          attribute.Computed("The mail service's last error, if any."),
			"created_at":           attribute.Stable("When the account was created (RFC 3339)."),
			"credentials_revision": attribute.Revision("credential"),
		},
	}
}

// otherService says what becomes of the account when the attribute that says how
// it is reached is another one.
const otherService = "An attribute for another mail service in place of this one replaces the account; another one for the same mail service updates in place."

func googleAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"domain": schema.StringAttribute{
			MarkdownDescription: "The Google Workspace domain. Changing it replaces the account.",
			Required:            true,
			Validators:          []validator.String{validate.Domain()},
			PlanModifiers:       []planmodifier.String{attribute.Replace()},
		},
		"client_email": schema.StringAttribute{
			MarkdownDescription: "E-mail address of the Google service account, from the key.", Computed: true,
		},
		"client_id": schema.StringAttribute{
			MarkdownDescription: "Client id of the Google service account, from the key. The key of another service account replaces the account.", Computed: true,
		},
		"project_id": schema.StringAttribute{
			MarkdownDescription: "Google Cloud project of the service account, from the key.", Computed: true,
		},
		"private_key_id": schema.StringAttribute{
			MarkdownDescription: "Id of the key that was sent last.", Computed: true,
		},
	}
	secret.Attribute{
		Parent: path.Root("google"), Name: "credentials", What: "JSON key of the Google service account, as text",
		CustomType: customtype.JSONType{}, Modifiers: []planmodifier.String{keep.KeepEquivalentString()},
	}.AddTo(attributes)
	return schema.SingleNestedAttribute{
		MarkdownDescription: "A Google Workspace domain, reached with the key of a Google service account that has domain-wide delegation. " + otherService,
		Optional:            true,
		Attributes:          attributes,
	}
}

func exchangeAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"server_url": schema.StringAttribute{
			MarkdownDescription: "The Exchange server: its host name, an https URL, or the full URL of EWS (`https://mail.acme.example/EWS/Exchange.asmx`). All three mean the same. Another server replaces the account.",
			CustomType:          customtype.ExchangeURLType{},
			Required:            true,
			Validators:          []validator.String{validate.ExchangeURL()},
			PlanModifiers:       []planmodifier.String{keep.KeepEquivalentString(), attribute.Replace()},
		},
		"username": schema.StringAttribute{
			MarkdownDescription: "Login name of the account that may impersonate the mailboxes, such as `ACME\\svc-aurinko` or `svc-aurinko@acme.example`. Another user replaces the account.",
			Required:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			PlanModifiers:       []planmodifier.String{attribute.Replace()},
		},
		"domain": schema.StringAttribute{
			MarkdownDescription: "The mail domain. Left out, it is taken from a `username` that is an e-mail address. Changing it updates in place.",
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{validate.Domain()},
		},
	}
	secret.Attribute{
		Parent: path.Root("exchange"), Name: "password", What: "password of the login",
	}.AddTo(attributes)
	return schema.SingleNestedAttribute{
		MarkdownDescription: "A Microsoft Exchange server, reached through EWS with a login that may impersonate the mailboxes. " + otherService,
		Optional:            true,
		Attributes:          attributes,
	}
}

func office365Attribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "A Microsoft 365 tenant whose administrator has consented to the application permissions of the daemon app registration. The application needs an `aurinko_office365_daemon` for it. " + otherService,
		Optional:            true,
		Attributes: map[string]schema.Attribute{
			"tenant_id": schema.StringAttribute{
				MarkdownDescription: "Directory (tenant) id, a GUID. Another tenant replaces the account.",
				Required:            true,
				Validators:          []validator.String{validate.GUID()},
				PlanModifiers:       []planmodifier.String{attribute.Replace()},
			},
			"oauth_client_id": schema.StringAttribute{
				MarkdownDescription: "Client id of the daemon app registration, a GUID. Aurinko does not tell it again, so that a change made outside Terraform is not seen. Changing it updates in place.",
				Optional:            true,
				Validators:          []validator.String{validate.GUID()},
				PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
			},
		},
	}
}

func authorizationAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "An account that an administrator consents to in a browser, at the URL that the data source `aurinko_authorization_url` gives. " +
			"Its scopes are what was consented to: others need another consent. Whether the account was there before, which `on_existing` decides about, shows only once the code is used. It takes Terraform or OpenTofu 1.11; with older ones, exchange the code elsewhere and import the account. " +
			otherService,
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"service_type": schema.StringAttribute{
				MarkdownDescription: "Aurinko's name of the service that was consented to, such as `Office365` or `Google`. Another service replaces the account.",
				Required:            true,
				Validators:          []validator.String{validate.ServiceType()},
			},
			"code_wo": schema.StringAttribute{
				MarkdownDescription: "The code that the browser came back with after the consent, write-only: it is never kept in the state or the plan. It works once and only for some minutes. " +
					"Needed when the account is created and when `code_wo_version` changes; leave it out, or null, otherwise. Changing it alone changes nothing.",
				Optional:   true,
				Sensitive:  true,
				WriteOnly:  true,
				Validators: []validator.String{validate.ConsentCode()},
			},
			"code_wo_version": schema.Int64Attribute{
				MarkdownDescription: "Version of `code_wo`, a number of your own: another number exchanges a new code, which must be of a consent to the same account. Left out, a code is exchanged when the account is created, and never again.",
				Optional:            true,
			},
		},
	}
}

func (r *serviceAccount) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema("Id of the account at Aurinko.")
}

func (r *serviceAccount) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (r *serviceAccount) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{
		resourcevalidator.ExactlyOneOf(path.MatchRoot("google"), path.MatchRoot("exchange"), path.MatchRoot("office365"), path.MatchRoot("authorization")),
	}
}

func (r *serviceAccount) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("validate the service account", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	v, diagnostics := config.variant(ctx)
	resp.Diagnostics.Append(diagnostics...)
	_, diagnostics = v.check(config.CheckConnection)
	resp.Diagnostics.Append(diagnostics...)
	if v.authorization != nil && !config.Name.IsNull() {
		resp.Diagnostics.AddAttributeError(path.Root("name"), "A consent carries no name",
			"Aurinko chooses the name of an account that an administrator consents to, and Terraform cannot change it. Remove `name`.")
	}
}

// check finds what is wrong with a configuration as far as it is known. It
// returns the Google key, or nil without a known one.
func (v variant) check(checkConnection types.Bool) (*credential.GoogleKey, diag.Diagnostics) {
	var diagnostics diag.Diagnostics
	if v.exchange != nil {
		if checkConnection.ValueBool() {
			diagnostics.AddAttributeError(path.Root("check_connection"), "Aurinko cannot check an Exchange connection",
				"Aurinko's connection check covers Google and Office 365 only. Remove `check_connection`, or set it to false.")
		}
		username := v.exchange.Username
		if v.exchange.Domain.IsNull() && !username.IsNull() && !username.IsUnknown() && domainOf(username.ValueString()) == "" {
			diagnostics.AddAttributeError(path.Root("exchange").AtName("domain"), "Missing mail domain",
				"`username` is not an e-mail address, so that the mail domain cannot be taken from it. Set `domain`.")
		}
	}
	if v.authorization != nil && checkConnection.ValueBool() {
		diagnostics.AddAttributeError(path.Root("check_connection"), "Aurinko cannot check a connection before its consent",
			"With `authorization` there is no credential to try: the consent is what proves the connection. Remove `check_connection`, or set it to false.")
	}
	if v.google == nil {
		return nil, diagnostics
	}
	configured := v.google.secret()
	given := configured.Value()
	if given.IsNull() || given.IsUnknown() {
		return nil, diagnostics
	}
	key, err := credential.ParseGoogleKey(given.ValueString())
	if err != nil {
		at := path.Root("google").AtName("credentials")
		if configured.Plain.IsNull() {
			at = path.Root("google").AtName("credentials_wo")
		}
		diagnostics.AddAttributeError(at, "Invalid Google key", "The key cannot be used: "+err.Error()+".")
		return nil, diagnostics
	}
	return &key, diagnostics
}

// domainOf is the domain of a user name that is an e-mail address, or empty.
func domainOf(username string) string {
	_, domain, _ := strings.Cut(username, "@")
	return domain
}

func (r *serviceAccount) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the service account", &resp.Diagnostics)
	var config, planned model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if isSet(config.Authorization) {
		r.createByConsent(ctx, config, planned, resp)
		return
	}
	in, diagnostics := input(ctx, config, planned)
	resp.Diagnostics.Append(diagnostics...)
	resp.Diagnostics.Append(r.checkConnection(ctx, planned, in)...)
	if resp.Diagnostics.HasError() {
		return
	}

	written, err := r.run.Create(ctx, lifecycle.Spec{Input: in}, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(r.explain(ctx, "create the service account", in, err, writeFailed("create", err, in)))
		return
	}
	resp.Diagnostics.Append(planned.take(ctx, written)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	identity.Set(resp.Identity, planned.ID.StringValue)
	resp.Diagnostics.Append(remember(ctx, resp.Private, config)...)
	resp.Diagnostics.Append(rememberLogin(ctx, resp.Private, written.Account)...)
}

// take completes a plan with what is there after the write.
func (m *model) take(ctx context.Context, written lifecycle.Written) diag.Diagnostics {
	diagnostics := m.fromAPI(ctx, readback.AfterWrite, written.Account)
	if written.Unread != nil {
		diagnostics.Append(diags.ReadBack("the service account", written.Unread))
	}
	return diagnostics
}

// remember keeps what a later plan compares the credential with.
func remember(ctx context.Context, private secret.Private, config model) diag.Diagnostics {
	configured, diagnostics := config.variant(ctx)
	if configured.google != nil || configured.exchange != nil {
		diagnostics.Append(secret.Remember(ctx, private, configured.secret(), configured.canonical())...)
	}
	return diagnostics
}

// input is what a write sends.
func input(ctx context.Context, config, planned model) (aurinko.AccountInput, diag.Diagnostics) {
	configured, diagnostics := config.variant(ctx)
	to, more := planned.variant(ctx)
	diagnostics.Append(more...)
	in, err := planned.toAPI(to, configured.secret())
	if err != nil {
		diagnostics.AddError("Unable to prepare the service account", err.Error())
	}
	return in, diagnostics
}

func (r *serviceAccount) checkConnection(ctx context.Context, planned model, in aurinko.AccountInput) diag.Diagnostics {
	if !planned.CheckConnection.ValueBool() {
		return nil
	}
	const goal = "connect to the mail service"
	if err := r.run.Client.CheckConnection(ctx, in); err != nil {
		failure := diags.Failure(goal, err,
			"Nothing was written. Check the credential, and that the administrator has granted every scope asked for; new grants can take some minutes to work.")
		return diag.Diagnostics{r.explain(ctx, goal, in, err, failure)}
	}
	return nil
}

// explain is the failure of a write, or what lies behind it: an Office 365
// service account is refused where the application has no daemon registration.
// That is looked up only now, so that a write that works does not pay for it.
func (r *serviceAccount) explain(ctx context.Context, goal string, in aurinko.AccountInput, err error, failure diag.Diagnostic) diag.Diagnostic {
	if in.ServiceType != aurinko.ServiceOffice365 || !aurinko.IsRefused(err) {
		return failure
	}
	if _, lookErr := r.run.Client.OAuthRegistration(ctx, aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365, Daemon: true}); !errors.Is(lookErr, aurinko.ErrNoRegistration) {
		return failure
	}
	return missingDaemon(goal, err)
}

func writeFailed(verb string, err error, in aurinko.AccountInput) diag.Diagnostic {
	return diags.AccountFailure(diags.Account{
		Kind: "service account", Verb: verb, Described: describe(in), Advice: writeAdvice,
	}, err)
}

func describe(in aurinko.AccountInput) string { return "this connection to " + in.AuthOrgID }

const writeAdvice = "Check the organization, the credential and the scopes, and that the administrator has consented to every scope."

func (r *serviceAccount) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the service account", &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.ID.ID(path.Root("id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	// Before Terraform 1.12 the framework wants it of an account that is gone too.
	identity.Set(resp.Identity, state.ID.StringValue)
	account, err := r.run.Refresh(ctx, aurinko.TypeService, id)
	switch {
	case errors.Is(err, lifecycle.ErrGone):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("read the service account", err, ""))
		return
	case !account.May(aurinko.TypeService):
		resp.Diagnostics.AddError("Not a service account", fmt.Sprintf(
			"Account %s is a %s account.\n\nManage a mailbox under a service account with `aurinko_managed_account`.", id, account.Kind()))
		return
	}
	resp.Diagnostics.Append(attribute.ReadObject(r.run, id)...)
	resp.Diagnostics.Append(state.fromAPI(ctx, readback.Refresh, account)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *serviceAccount) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the service account", &resp.Diagnostics)
	var config, planned, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	before, diagnostics := state.variant(ctx)
	resp.Diagnostics.Append(diagnostics...)
	configured, diagnostics := config.variant(ctx)
	resp.Diagnostics.Append(diagnostics...)
	sends := !planned.CredentialsRevision.Equal(state.CredentialsRevision)
	if configured.authorization != nil {
		if sends {
			r.updateByConsent(ctx, config, &planned, &resp.Diagnostics)
		}
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
			resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
			identity.Set(resp.Identity, planned.ID.StringValue)
		}
		return
	}
	// A secret that moves to its other form is the same one, or it sends.
	remembers := sends || configured.secret().Plain.IsNull() != before.secret().Plain.IsNull()
	if sends || plan.Writes(req.Plan, req.Config, req.State, configured.local(sends)) {
		account := r.update(ctx, config, &planned, &resp.Diagnostics)
		if resp.Diagnostics.HasError() {
			return
		}
		resp.Diagnostics.Append(rememberLogin(ctx, resp.Private, account)...)
		remembers = true // every write carries the secret
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
	identity.Set(resp.Identity, planned.ID.StringValue)
	if remembers {
		resp.Diagnostics.Append(remember(ctx, resp.Private, config)...)
	}
}

// update writes the planned account and completes the plan. It returns the
// account.
func (r *serviceAccount) update(ctx context.Context, config model, planned *model, diagnostics *diag.Diagnostics) aurinko.Account {
	id := planned.ID.ID(path.Root("id"), diagnostics)
	in, more := input(ctx, config, *planned)
	diagnostics.Append(more...)
	diagnostics.Append(r.checkConnection(ctx, *planned, in)...)
	if diagnostics.HasError() {
		return aurinko.Account{}
	}
	written, err := r.run.Update(ctx, id, lifecycle.Spec{Input: in})
	if err != nil {
		diagnostics.Append(r.explain(ctx, "update the service account", in, err, writeFailed("update", err, in)))
		return aurinko.Account{}
	}
	diagnostics.Append(planned.take(ctx, written)...)
	return written.Account
}

func (r *serviceAccount) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the service account", &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.ID.ID(path.Root("id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	forgotten, err := r.run.Delete(ctx, aurinko.TypeService, id)
	switch {
	case forgotten:
		resp.Diagnostics.Append(diags.Forgotten(lifecycle.AccountObject(id)))
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("delete the service account", err,
			"Managed accounts under it may still exist. Delete them first, or let their `service_account_id` refer to this resource, so that Terraform deletes them first."))
	}
}

func (r *serviceAccount) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attribute.ImportAccount(ctx, req, resp)
}
