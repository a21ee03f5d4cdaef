// Package managedaccount has the resource aurinko_managed_account: a mailbox
// reached through a service account.
package managedaccount

import (
	"cmp"
	"context"
	"errors"
	"fmt"

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
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
	"github.com/aurinko/terraform-provider-aurinko/internal/object"
	"github.com/aurinko/terraform-provider-aurinko/internal/plan"
	keep "github.com/aurinko/terraform-provider-aurinko/internal/planmodifier"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*managedAccount)(nil)
	_ resource.ResourceWithValidateConfig = (*managedAccount)(nil)
	_ resource.ResourceWithModifyPlan     = (*managedAccount)(nil)
	_ resource.ResourceWithImportState    = (*managedAccount)(nil)
	_ resource.ResourceWithIdentity       = (*managedAccount)(nil)
)

const resourceType = "aurinko_managed_account"

type managedAccount struct{ client *aurinko.Client }

// New makes the resource aurinko_managed_account.
func New() resource.Resource { return &managedAccount{} }

func (r *managedAccount) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = resourceType
}

func (r *managedAccount) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	// optional is a text that Aurinko may choose when it is left out.
	optional := func(description string, validators ...validator.String) schema.StringAttribute {
		return schema.StringAttribute{
			MarkdownDescription: description,
			Optional:            true,
			Computed:            true,
			Validators:          validators,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		}
	}
	email := optional("E-mail address of the mailbox; `email`, `login` or both must be given. Upper and lower case mean the same. Changing it replaces the account.", validate.Email())
	email.CustomType = customtype.EmailType{}
	email.PlanModifiers = []planmodifier.String{keep.KeepEquivalentString(), stringplanmodifier.UseStateForUnknown(), attribute.Replace()}

	login := optional("Login name of the mailbox, where it is not the e-mail address. Changing it replaces the account.", stringvalidator.LengthAtLeast(1))
	login.PlanModifiers = append(login.PlanModifiers, attribute.Replace())

	resp.Schema = schema.Schema{
		MarkdownDescription: "A managed account: a mailbox reached through a service account, without its owner signing in.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Stable("Id of the account at Aurinko, which is the import id too."),
			"service_account_id": schema.StringAttribute{
				MarkdownDescription: "Id of the service account. Changing it replaces the account.",
				Required:            true,
				Validators:          []validator.String{validate.AccountID()},
				PlanModifiers:       []planmodifier.String{attribute.Replace()},
			},
			"email":  email,
			"login":  login,
			"scopes": attribute.Scopes("Aurinko scopes for this mailbox, among those of the service account."),
			"name": optional("Name of the account. Left out, it is Aurinko's choice. Changing it updates in place.",
				stringvalidator.LengthAtLeast(1)),
			"timezone": optional("Time zone of the mailbox, an IANA name such as `Europe/Vienna`. Left out, it is Aurinko's choice. Changing it updates in place.",
				validate.TimeZone()),
			"client_org_id": optional("Your own id of the organisation. Left out, what Aurinko holds is kept. Changing it updates in place.",
				stringvalidator.LengthAtLeast(1)),
			"user_id": schema.StringAttribute{
				MarkdownDescription: "Id of the Aurinko user whom the account belongs to, together with `user_account`. Left out, Aurinko makes one, which the data source `aurinko_account` tells. Changing it replaces the account; set for the first time after an import, it updates in place.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1), stringvalidator.AlsoRequires(path.MatchRoot("user_account"))},
				PlanModifiers:       []planmodifier.String{attribute.Replace()},
			},
			"user_account": schema.StringAttribute{
				MarkdownDescription: "Whether the account is the user's `primary` or a `secondary` one; together with `user_id`. Aurinko does not tell it again. Changing it replaces the account.",
				Optional:            true,
				Validators: []validator.String{
					stringvalidator.OneOf("primary", "secondary"),
					stringvalidator.AlsoRequires(path.MatchRoot("user_id")),
				},
				PlanModifiers: []planmodifier.String{attribute.Replace()},
			},
			"ensure_access": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko checks its access to the mailbox when it writes the account, and refuses the write without. Changing it updates in place, which has Aurinko check. Default: `false`.",
				Optional:            true,
			},
			"copy_to_sent": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko puts a copy of what it sends into the mailbox's sent folder. Left out, it is off. Changing it updates in place.",
				Optional:            true,
			},
			"trust_server": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko accepts the mail server's certificate without checking it. Left out, it does not. Changing it updates in place.",
				Optional:            true,
			},
			"on_existing":     attribute.OnExisting("account"),
			"service_type":    attribute.Stable("Aurinko's name of the mail service, which is the service account's."),
			"mailbox_address": attribute.Stable("Address of the mailbox as the mail service gives it."),
			"token_status":    attribute.Computed("`active`; `invalid`, when the mail service refuses Aurinko for now; or `dead`, when access has to be granted again."),
			"token_error":     attribute.Computed("The mail service's last error, if any."),
			"created_at":      attribute.Stable("When the account was created (RFC 3339)."),
		},
	}
}

func (r *managedAccount) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema("Id of the account at Aurinko.")
}

func (r *managedAccount) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.client = diags.Client(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig does by hand what resourcevalidator.AtLeastOneOf takes as long
// for as all other checks together.
func (r *managedAccount) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("check the managed account", &resp.Diagnostics)
	var config model
	resp.Diagnostics.Append(object.Get(ctx, req.Config.Raw, &config)...)
	if !resp.Diagnostics.HasError() && config.Email.IsNull() && config.Login.IsNull() {
		resp.Diagnostics.AddError("Missing mailbox", "At least one of these attributes must be configured: [email,login]")
	}
}

// local names what is the provider's own business: changing it writes nothing.
func local(name string) bool { return name == "on_existing" }

func (r *managedAccount) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the managed account", &resp.Diagnostics)
	if req.Plan.Raw.IsNull() { // a destroy
		return
	}
	var config, planned, state model
	resp.Diagnostics.Append(object.Get(ctx, req.Config.Raw, &config)...)
	resp.Diagnostics.Append(object.Get(ctx, req.Plan.Raw, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.warnOfTwins(config, planned, &resp.Diagnostics)
	if req.State.Raw.IsNull() || req.Plan.Raw.Equal(req.State.Raw) { // a create, or nothing changes
		return
	}
	resp.Diagnostics.Append(object.Get(ctx, req.State.Raw, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if planned.TokenStatus.IsUnknown() {
		status, tokenError := attribute.PlanToken(state.TokenStatus, state.TokenError)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("token_status"), status)...)
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("token_error"), tokenError)...)
	}
	imported, diagnostics := req.Private.GetKey(ctx, attribute.ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	if state.UserID.IsNull() && !planned.UserID.IsNull() && imported == nil {
		// So far it was a user of Aurinko's own making.
		resp.RequiresReplace.Append(path.Root("user_id"))
	}
	resp.Diagnostics.Append(plan.Settle(&resp.Plan, req.Config, req.State, local)...)
}

// warnOfTwins warns when another resource of the plan means the same mailbox,
// as far as both are known.
func (r *managedAccount) warnOfTwins(config, planned model, diagnostics *diag.Diagnostics) {
	parent, err := aurinko.ParseAccountID(planned.ServiceAccountID.ValueString())
	if r.client == nil || err != nil || config.Email.IsUnknown() || config.Login.IsUnknown() {
		return
	}
	id, _ := aurinko.ParseAccountID(planned.ID.ValueString())
	target := planned.target(config, model{}, parent, "")
	twins := r.client.PlansTwice(target, id, attribute.Adopts(planned.OnExisting))
	diagnostics.Append(diags.PlannedTwice(twins, path.Root("email"), "mailbox", describe(target))...)
}

func (r *managedAccount) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the managed account", &resp.Diagnostics)
	var config, planned model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	parent, err := aurinko.ParseAccountID(planned.ServiceAccountID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("service_account_id"), "Invalid account id", err.Error())
		return
	}
	serviceType, err := r.client.ServiceTypeOf(ctx, parent)
	if err != nil {
		resp.Diagnostics.Append(parentFailed(parent, err))
		return
	}

	before := model{}
	if attribute.Adopts(planned.OnExisting) { // an account that is there may have them on
		before.CopyToSent, before.TrustServer = types.BoolValue(false), types.BoolValue(false)
	}
	target := planned.target(config, before, parent, serviceType)
	write, err := r.client.Create(ctx, target, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(writeFailed("create", target, err))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), write.ID.String())...)
	identity.Set(resp.Identity, types.StringValue(write.ID.String()))
	account, err := r.client.Confirm(ctx, write)
	if unexpected := (*aurinko.UnexpectedIDError)(nil); errors.As(err, &unexpected) {
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(writeFailed("create", target, err))
		return
	}
	if err != nil {
		account.ID = write.ID
		resp.Diagnostics.Append(diags.ReadBack("the managed account", err))
	}
	planned.fromAPI(readback.AfterWrite, completeFrom(account, target.Input))
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
}

// parentFailed says what is wrong with the service account of a managed one.
func parentFailed(parent aurinko.AccountID, err error) diag.Diagnostic {
	at := path.Root("service_account_id")
	const summary = "Unable to create the managed account"
	var other *aurinko.NotServiceAccountError
	switch {
	case errors.As(err, &other):
		return diag.NewAttributeErrorDiagnostic(at, summary,
			fmt.Sprintf("Account %s is a %s account, not a service account. Nothing was written. Set `service_account_id` to the id of an `aurinko_service_account`.", other.ID, other.Type))
	case aurinko.IsNotFound(err):
		return diag.NewAttributeErrorDiagnostic(at, summary,
			fmt.Sprintf("There is no service account %s in this Aurinko application. Nothing was written. Check `service_account_id`, and that the provider's credentials are those of the application that holds it.", parent))
	}
	return diags.Failure("read the service account of the managed account", err, "")
}

func writeFailed(verb string, t aurinko.Target, err error) diag.Diagnostic {
	return diags.AccountFailure(diags.Account{
		Type: resourceType, Kind: "managed account", Verb: verb, Label: cmp.Or(t.Input.Email, t.Input.LoginString),
		Described: describe(t),
		Advice:    "Check `email` and `login`, and that the service account's administrator has granted access to the mailbox.",
	}, err)
}

func describe(t aurinko.Target) string {
	return fmt.Sprintf("the mailbox %s under service account %s", cmp.Or(t.Input.Email, t.Input.LoginString), t.Parent)
}

func (r *managedAccount) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the managed account", &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(object.Get(ctx, req.State.Raw, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := aurinko.ParseAccountID(state.ID.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Invalid account id", err.Error())
		return
	}
	identity.Set(resp.Identity, state.ID)
	account, err := r.client.RefreshAccount(ctx, id, false)
	if aurinko.IsNotFound(err) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diags.Failure("read the managed account", err, ""))
		return
	}
	if !account.IsManaged() {
		resp.Diagnostics.AddError("Not a managed account",
			fmt.Sprintf("Account %s is of type %q. Manage a service account with `aurinko_service_account`; personal accounts cannot be managed with Terraform.", id, account.Type))
		return
	}
	state.fromAPI(readback.Refresh, account)
	resp.Diagnostics.Append(object.Set(ctx, &resp.State.Raw, state)...)
}

func (r *managedAccount) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the managed account", &resp.Diagnostics)
	var config, planned, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.Writes(req.Plan, req.Config, req.State, local) {
		r.update(ctx, config, state, &planned, &resp.Diagnostics)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
		identity.Set(resp.Identity, planned.ID)
	}
}

// update writes the planned account and completes the plan from what is there
// then.
func (r *managedAccount) update(ctx context.Context, config, state model, planned *model, diagnostics *diag.Diagnostics) {
	id, err := aurinko.ParseAccountID(planned.ID.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(path.Root("id"), "Invalid account id", err.Error())
		return
	}
	parent, err := aurinko.ParseAccountID(planned.ServiceAccountID.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(path.Root("service_account_id"), "Invalid account id", err.Error())
		return
	}
	serviceType := state.ServiceType.ValueString()
	if serviceType == "" {
		if serviceType, err = r.client.ServiceTypeOf(ctx, parent); err != nil {
			diagnostics.Append(parentFailed(parent, err))
			return
		}
	}
	target := planned.target(config, state, parent, serviceType)
	if err := r.client.Update(ctx, id, target); err != nil {
		diagnostics.Append(writeFailed("update", target, err))
		return
	}
	account, err := r.client.ReadAccount(ctx, id, false)
	if err != nil {
		account.ID = id
		diagnostics.Append(diags.ReadBack("the managed account", err))
	}
	planned.fromAPI(readback.AfterWrite, completeFrom(account, target.Input))
}

func (r *managedAccount) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the managed account", &resp.Diagnostics)
	var text types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &text)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := aurinko.ParseAccountID(text.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "Invalid account id", err.Error())
		return
	}
	err = r.client.DeleteAccount(ctx, id, false)
	var kept *aurinko.KeptError
	switch {
	case errors.As(err, &kept):
		resp.Diagnostics.Append(diags.Kept("managed account", kept))
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("delete the managed account", err, ""))
	}
}

func (r *managedAccount) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text, diagnostics := identity.ImportID(ctx, req)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := aurinko.ParseAccountID(text)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import id", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, []byte("true"))...)
	identity.Set(resp.Identity, types.StringValue(id.String()))
}
