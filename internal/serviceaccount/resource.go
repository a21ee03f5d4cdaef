// Package serviceaccount has the resource aurinko_service_account: an admin-
// or organisation-level connection to a mail service.
package serviceaccount

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

var (
	_ resource.ResourceWithConfigure        = (*serviceAccount)(nil)
	_ resource.ResourceWithConfigValidators = (*serviceAccount)(nil)
	_ resource.ResourceWithValidateConfig   = (*serviceAccount)(nil)
	_ resource.ResourceWithModifyPlan       = (*serviceAccount)(nil)
	_ resource.ResourceWithMoveState        = (*serviceAccount)(nil)
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

// otherService is part of the description of each nested attribute.
const otherService = "Switching to a block for a different mail service forces replacement."

func (r *serviceAccount) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A service account: an admin- or organization-level connection to a mail service, through which Aurinko reaches the mailboxes of an organization. " +
			"Exactly one of `google`, `exchange`, `office365` and `authorization` must be set. It names the mail service and where Aurinko gets its credentials.",
		Attributes: map[string]schema.Attribute{
			"id":     attribute.ID(),
			"scopes": attribute.Scopes("Aurinko scopes that the connection grants. With `authorization`, other scopes require another consent."),
			"name": schema.StringAttribute{
				MarkdownDescription: "Display name of the account. If omitted, it is the organization's domain for Google and Exchange, and Aurinko chooses one otherwise. Conflicts with `authorization`, because a consent carries no name.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"client_org_id": schema.StringAttribute{
				MarkdownDescription: "Your own ID of the organization, part of what identifies the account. If omitted, the current value is kept. With `authorization` it must be the ID that the URL of the consent had. Forces replacement.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), attribute.IgnoreCase()},
			},
			"check_connection": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko tries the connection before anything is written. Conflicts with `exchange` and `authorization`. Defaults to `false`.",
				Optional:            true,
			},
			"on_existing": attribute.OnExisting("account"),
			"deletion_protection": schema.BoolAttribute{
				MarkdownDescription: "Whether a plan or an apply that would delete or replace the account fails. The value in the state counts: to delete the account, set `false` and apply that first. Defaults to `false`.",
				Optional:            true,
			},
			"google":        googleKind.attribute(),
			"exchange":      exchangeKind.attribute(),
			"office365":     office365Kind.attribute(),
			"authorization": consentKind.attribute(),
			"service_type":  attribute.Stable("Aurinko's name of the mail service: `Google`, `EWS`, `Office365`, or the one in `authorization`."),
			"auth_org_id":   attribute.Stable("Organization at the mail service: the domain or the tenant ID."),
			"auth_user_id":  attribute.Stable("User at the mail service: for Google, the client ID of the service account."),
			"email":         attribute.Stable("Email address of the account: for Google, that of the service account."),
			"login":         attribute.Computed("Login of the account: for Google, the ID of the private key; for Exchange, the username."),
			"token_status":  attribute.Computed("Status of Aurinko's access: `active`; `invalid` if the mail service currently refuses access; or `dead` if access must be granted again."),
			"token_error":   attribute.Computed("Last error of the mail service, if any."),
			"created_at":    attribute.Stable("Time at which the account was created (RFC 3339)."),

			"credentials_revision": attribute.Revision("credential"),
		},
	}
}

func (r *serviceAccount) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema("ID of the account at Aurinko.")
}

func (r *serviceAccount) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (r *serviceAccount) ConfigValidators(context.Context) []resource.ConfigValidator {
	expressions := make([]path.Expression, len(kinds))
	for i, kind := range kinds {
		expressions[i] = path.MatchRoot(kind.name)
	}
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(expressions...)}
}

func (r *serviceAccount) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("validate the service account", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if c := config.connection(ctx, &resp.Diagnostics); c != nil && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(c.check(config)...)
		// Validation is part of every plan, also of one that changes nothing.
		if e, ok := c.(*exchange); ok {
			resp.Diagnostics.Append(e.endsAtMicrosoft()...)
		}
	}
}

func (r *serviceAccount) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the service account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var config, planned model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	configured := config.connection(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	written := r.create(ctx, configured, &planned, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(planned.complete(ctx, written)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...) // of the account that it replaces
	resp.Diagnostics.Append(sent(ctx, resp.Private, configured, written.Account)...)
}

// create writes the planned account, or has the code of a consent exchanged for it.
func (r *serviceAccount) create(ctx context.Context, configured connection, planned *model, diagnostics *diag.Diagnostics) lifecycle.Written {
	adopt := attribute.Adopts(planned.OnExisting)
	if c, ok := configured.(*consent); ok {
		wanted := c.wanted(*planned)
		written, err := r.run.CreateByConsent(ctx, wanted, adopt)
		if err != nil {
			diagnostics.Append(consentFailed("create", 0, wanted, err))
		}
		return written
	}
	in := r.input(ctx, configured, planned, diagnostics)
	if diagnostics.HasError() {
		return lifecycle.Written{}
	}
	written, err := r.run.Create(ctx, lifecycle.Spec{Input: in}, adopt)
	if err != nil {
		diagnostics.Append(r.writeFailed(ctx, "create", in, err))
	}
	return written
}

// input returns what a write sends, after the connection was checked if that is
// asked for.
func (r *serviceAccount) input(ctx context.Context, configured connection, planned *model, diagnostics *diag.Diagnostics) aurinko.AccountInput {
	in := planned.input(ctx, configured, diagnostics)
	if diagnostics.HasError() || !planned.CheckConnection.ValueBool() {
		return in
	}
	const goal = "connect to the mail service"
	if err := r.run.Client.CheckConnection(ctx, in); err != nil {
		failure := diags.Failure(goal, err,
			"Nothing was written. Check the credential, and that the administrator has granted every scope. New grants can take some minutes to work.")
		diagnostics.Append(r.explain(ctx, goal, in, err, failure))
	}
	return in
}

func (r *serviceAccount) writeFailed(ctx context.Context, verb string, in aurinko.AccountInput, err error) diag.Diagnostic {
	return r.explain(ctx, verb+" the service account", in, err, diags.AccountFailure(diags.Account{
		Kind: "service account", Verb: verb, Described: describe(in),
		Advice: "Check the organization, the credential and the scopes, and that the administrator has consented to every scope.",
	}, err))
}

func describe(in aurinko.AccountInput) string { return "this connection to " + in.AuthOrgID }

// explain returns the failure of a call, or its cause: Aurinko refuses an Office
// 365 service account if the application has no daemon registration. That is
// looked up only after a failure.
func (r *serviceAccount) explain(ctx context.Context, goal string, in aurinko.AccountInput, err error, failure diag.Diagnostic) diag.Diagnostic {
	if in.ServiceType != aurinko.ServiceOffice365 || !aurinko.IsRefused(err) {
		return failure
	}
	daemon := aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365, Daemon: true}
	if _, lookErr := r.run.Client.OAuthRegistration(ctx, daemon); !errors.Is(lookErr, aurinko.ErrNoRegistration) {
		return failure
	}
	return missingDaemon(goal, err)
}

// complete completes a plan with what is there after the write. Other scopes than
// the planned ones, after a consent, are a warning: the account works, an error
// would have it replaced, and the next plan shows them.
func (m *model) complete(ctx context.Context, written lifecycle.Written) diag.Diagnostics {
	diagnostics := m.fromAPI(ctx, readback.AfterWrite, written.Account)
	if written.Unread != nil {
		diagnostics.Append(diags.ReadBack("the service account", written.Unread))
	}
	if isSet(m.Authorization) && written.Account.AuthScopes != nil {
		diagnostics.Append(otherScopes(written.Account, m.Scopes.Canonical())...)
	}
	return diagnostics
}

// sent keeps what a later plan compares the credential with.
func sent(ctx context.Context, private secret.Private, configured connection, account aurinko.Account) diag.Diagnostics {
	kind := configured.kind()
	if kind.secret.Name == "" {
		return nil
	}
	return kind.rule.Sent(ctx, private, configured.secret(), kind.fingerprint(account))
}

func (r *serviceAccount) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the service account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, ok := attribute.ReadAccount(ctx, r.run, aurinko.TypeService, "service account", state.ID, req, resp)
	if !ok {
		return
	}
	if !account.May(aurinko.TypeService) {
		resp.Diagnostics.AddError("Not a service account", fmt.Sprintf(
			"Account %s is a %s account.\n\nManage a mailbox under a service account with `aurinko_managed_account`.", state.ID.ValueString(), account.Kind()))
		return
	}
	resp.Diagnostics.Append(attribute.ReadObject(r.run, aurinko.TypeService, account)...)
	resp.Diagnostics.Append(state.fromAPI(ctx, readback.Refresh, account)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
	if c := state.connection(ctx, &resp.Diagnostics); c != nil && c.kind().returned != nil {
		resp.Diagnostics.Append(c.kind().rule.Read(ctx, resp.Private, c.kind().fingerprint(account))...)
	}
}

func (r *serviceAccount) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the service account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var config, planned, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	configured, from := config.connection(ctx, &resp.Diagnostics), state.connection(ctx, &resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	change := compare(configured, from, kept, &resp.Diagnostics)
	_, isConsent := configured.(*consent)
	writes := change.Sends || !isConsent && attribute.Writes(req.Plan, req.Config, req.State, configured.kind().writesNothing())
	if !writes {
		resp.Diagnostics.Append(attribute.KeepComputed(&req.Plan, req.Config, req.State)...)
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	planned.CredentialsRevision = change.Applied(planned.CredentialsRevision, state.CredentialsRevision)
	var account aurinko.Account
	if writes {
		account = r.update(ctx, configured, &planned, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	// A secret that moves to its other form unchanged is kept in another place.
	if writes || from != nil && configured.secret().Plain.IsNull() != from.secret().Plain.IsNull() {
		resp.Diagnostics.Append(sent(ctx, resp.Private, configured, account)...)
	}
}

// update writes the planned account, or has the code of another consent exchanged,
// and completes the plan. It returns the account.
func (r *serviceAccount) update(ctx context.Context, configured connection, planned *model, diagnostics *diag.Diagnostics) aurinko.Account {
	id := planned.ID.ID(path.Root("id"), diagnostics)
	if diagnostics.HasError() {
		return aurinko.Account{}
	}
	var written lifecycle.Written
	if c, ok := configured.(*consent); ok {
		wanted := c.wanted(*planned)
		var err error
		if written, err = r.run.UpdateByConsent(ctx, id, wanted); err != nil {
			diagnostics.Append(consentFailed("update", id, wanted, err))
		}
	} else {
		in := r.input(ctx, configured, planned, diagnostics)
		if diagnostics.HasError() {
			return aurinko.Account{}
		}
		var err error
		if written, err = r.run.Update(ctx, id, lifecycle.Spec{Input: in}); err != nil {
			diagnostics.Append(r.writeFailed(ctx, "update", in, err))
		}
	}
	if !diagnostics.HasError() {
		diagnostics.Append(planned.complete(ctx, written)...)
	}
	return written.Account
}

func (r *serviceAccount) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the service account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	id := state.ID.ID(path.Root("id"), &resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.DeletionProtection.ValueBool() {
		resp.Diagnostics.Append(protected(state))
		return
	}
	forgotten, err := r.run.Delete(ctx, aurinko.TypeService, id)
	resp.Diagnostics.Append(diags.Deleted("service account", lifecycle.AccountObject(id), forgotten, err,
		"Managed accounts under it may still exist. Delete them first, or let their `service_account_id` refer to this resource, so that Terraform deletes them first.")...)
}

func (r *serviceAccount) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attribute.ImportAccount(ctx, r.run, req, resp)
}

func (r *serviceAccount) MoveState(context.Context) []resource.StateMover {
	return attribute.MoveAccount()
}
