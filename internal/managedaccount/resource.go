// Package managedaccount has the resource aurinko_managed_account: a mailbox
// reached through a service account.
package managedaccount

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var (
	_ resource.ResourceWithConfigure      = (*managedAccount)(nil)
	_ resource.ResourceWithValidateConfig = (*managedAccount)(nil)
	_ resource.ResourceWithModifyPlan     = (*managedAccount)(nil)
	_ resource.ResourceWithMoveState      = (*managedAccount)(nil)
	_ resource.ResourceWithImportState    = (*managedAccount)(nil)
	_ resource.ResourceWithIdentity       = (*managedAccount)(nil)
)

const resourceType = "aurinko_managed_account"

type managedAccount struct{ run *lifecycle.Run }

// New makes the resource aurinko_managed_account.
func New() resource.Resource { return &managedAccount{} }

func (r *managedAccount) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = resourceType
}

func (r *managedAccount) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := attribute.MailboxAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"service_account_id": schema.StringAttribute{
			MarkdownDescription: "ID of the service account. Forces replacement.",
			Required:            true,
			CustomType:          customtype.AccountIDType{},
		},
		"email": attribute.OptionalText("Email address of the mailbox. At least one of `email` and `login` must be set. Case-insensitive. Forces replacement.",
			[]planmodifier.String{attribute.IgnoreCase()}, validate.Email()),
		"login": attribute.OptionalText("Login of the mailbox, if it is not the email address. At least one of `email` and `login` must be set. Case-insensitive. Forces replacement.",
			[]planmodifier.String{attribute.IgnoreCase()}, stringvalidator.LengthAtLeast(1)),
		"scopes": attribute.Scopes("Aurinko scopes of the mailbox. The service account must have them: a plan that writes others warns."),
		"client_org_id": attribute.OptionalText("Your own ID of the organization. If omitted, the current value is kept. Case-insensitive.",
			[]planmodifier.String{attribute.IgnoreCase()}, stringvalidator.LengthAtLeast(1)),
		"ensure_access": schema.BoolAttribute{
			MarkdownDescription: "Whether Aurinko checks its access to the mailbox on every write, and refuses the write without access. " +
				"Only for mailboxes under a Google or Office 365 service account. Defaults to `false`.",
			Optional: true,
		},
		"service_type": attribute.Stable("Aurinko's name of the mail service, from the service account."),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "A managed account: a mailbox that Aurinko reaches through a service account, without its owner logging in.",
		Attributes:          attributes,
	}
}

func (r *managedAccount) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema("ID of the account at Aurinko.")
}

func (r *managedAccount) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig does what resourcevalidator.AtLeastOneOf does. That one searches the
// whole configuration for its attributes, which is two fifths of a validation.
func (r *managedAccount) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("validate the managed account", &resp.Diagnostics)
	if email, login := addresses(ctx, req.Config, &resp.Diagnostics); email.IsNull() && login.IsNull() {
		resp.Diagnostics.AddError("Missing address of the mailbox", "Set `email`, `login` or both.")
	}
}

// addresses reads what identifies the mailbox, which takes a fraction of reading the
// whole configuration.
func addresses(ctx context.Context, config tfsdk.Config, diagnostics *diag.Diagnostics) (email, login types.String) {
	diagnostics.Append(config.GetAttribute(ctx, path.Root("email"), &email)...)
	diagnostics.Append(config.GetAttribute(ctx, path.Root("login"), &login)...)
	return email, login
}

// providerOnly are the attributes that only the provider uses.
var providerOnly = []string{"on_existing"}

func (r *managedAccount) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the managed account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned, state model
	switch {
	case req.Plan.Raw.IsNull(): // a destroy
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
		resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, true)...)
		return
	case !req.State.Raw.IsNull():
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !planned.ServiceAccountID.IsUnknown() {
		planned.ServiceAccountID.ID(path.Root("service_account_id"), &resp.Diagnostics)
	}
	if req.State.Raw.IsNull() { // a create
		r.planCreate(ctx, req.Config, planned, &resp.Diagnostics)
		resp.Diagnostics.Append(r.guards(ctx, planned, "")...)
		return
	}
	imported, diagnostics := req.Private.GetKey(ctx, attribute.ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	resp.RequiresReplace = planned.replaces(state, imported != nil)
	resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, len(resp.RequiresReplace) > 0)...)
	if attribute.Writes(resp.Plan, req.Config, req.State, providerOnly) {
		planned.PlanWrite(state.Mailbox)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
		if len(resp.RequiresReplace) == 0 { // else Terraform asks for the plan of a create too
			resp.Diagnostics.Append(r.guards(ctx, planned, state.ServiceType.ValueString())...)
		}
	} else {
		resp.Diagnostics.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
	}
}

// PlanUnchanged notes that the plan keeps an account that does not change. It
// returns false if ModifyPlan has something to say all the same.
func PlanUnchanged(run *lifecycle.Run, id string) bool {
	number, err := aurinko.ParseAccountID(id)
	return err == nil && run != nil && !run.NotePlan(lifecycle.AccountObject(number), false)
}

// planCreate says in the plan what a create would find, as far as everything that
// identifies the mailbox is known. A listing that fails is no error here: the
// apply reports it.
func (r *managedAccount) planCreate(ctx context.Context, config tfsdk.Config, planned model, diagnostics *diag.Diagnostics) {
	parent := planned.ServiceAccountID.ID(path.Root("service_account_id"), &diag.Diagnostics{})
	email, login := addresses(ctx, config, diagnostics)
	if r.run == nil || parent == 0 || email.IsUnknown() || login.IsUnknown() {
		return
	}
	spec := planned.spec(attribute.Mailbox{}, parent, "")
	found, exists, err := r.run.Existing(ctx, spec)
	diagnostics.Append(diags.Replaced(err)...)
	if err == nil && exists {
		diagnostics.Append(diags.PlannedExisting("managed account",
			fmt.Sprintf("Account %s is %s", found.ID, describe(spec)), found.ID.String(), attribute.Adopts(planned.OnExisting)))
	}
}

func (r *managedAccount) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the managed account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	parent := planned.ServiceAccountID.ID(path.Root("service_account_id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	serviceType, err := r.run.ServiceType(ctx, parent)
	if err != nil {
		resp.Diagnostics.Append(parentFailed("create", parent, err))
		return
	}
	if resp.Diagnostics.Append(uncheckable(planned, serviceType)...); resp.Diagnostics.HasError() {
		return
	}
	spec := planned.spec(planned.Adopted(), parent, serviceType)
	written, err := r.run.Create(ctx, spec, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(writeFailed("create", spec, err))
		return
	}
	resp.Diagnostics.Append(planned.take(written)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...) // of the account that it replaces
}

// take completes a plan with what is there after the write.
func (m *model) take(written lifecycle.Written) diag.Diagnostics {
	m.fromAPI(readback.AfterWrite, written.Account)
	if written.Unread != nil {
		return diag.Diagnostics{diags.ReadBack("the managed account", written.Unread)}
	}
	return nil
}

// parentFailed says what is wrong with the service account of a managed one.
func parentFailed(verb string, parent aurinko.AccountID, err error) diag.Diagnostic {
	at := path.Root("service_account_id")
	summary := "Unable to " + verb + " the managed account"
	var refusal *lifecycle.Refusal
	switch {
	case lifecycle.Is(err, lifecycle.WrongKind) && errors.As(err, &refusal):
		return diag.NewAttributeErrorDiagnostic(at, summary, fmt.Sprintf(
			"Account %s is a %s account, not a service account. Nothing was written.\n\nSet `service_account_id` to the ID of an `aurinko_service_account`.", parent, refusal.Detail))
	case lifecycle.Is(err, lifecycle.Unwritable) && errors.As(err, &refusal):
		return diag.NewAttributeErrorDiagnostic(at, summary, fmt.Sprintf(
			"A mailbox is written with the mail service of its service account, and for account %s the API does not return %s. Nothing was written.\n\nLook at account %s in the Aurinko portal.", parent, refusal.Detail, parent))
	case errors.Is(err, lifecycle.ErrGone):
		return diag.NewAttributeErrorDiagnostic(at, summary, fmt.Sprintf(
			"This Aurinko application has no service account %s. Nothing was written.\n\nCheck `service_account_id`, and that the provider's credentials are those of the application that has it.", parent))
	}
	return diags.Failure("read the service account of the managed account", err, "")
}

func writeFailed(verb string, s lifecycle.Spec, err error) diag.Diagnostic {
	return diags.AccountFailure(diags.Account{
		Kind: "managed account", Verb: verb, Described: describe(s),
		Advice: "Check `email` and `login`, and that the service account's administrator has granted access to the mailbox and every scope.",
	}, err)
}

func describe(s lifecycle.Spec) string {
	return fmt.Sprintf("the mailbox %s under service account %s", cmp.Or(s.Input.Email, s.Input.LoginString), s.Parent)
}

func (r *managedAccount) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the managed account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, ok := attribute.ReadAccount(ctx, r.run, aurinko.TypeManaged, "managed account", state.ID, req, resp)
	if !ok {
		return
	}
	if !account.May(aurinko.TypeManaged) {
		resp.Diagnostics.AddError("Not a managed account", fmt.Sprintf(
			"Account %s is of type %q.\n\nManage a service account with `aurinko_service_account`, and a mailbox with a password of its own with `aurinko_account`.", state.ID.ValueString(), account.Kind()))
		return
	}
	resp.Diagnostics.Append(attribute.ReadObject(r.run, aurinko.TypeManaged, account)...)
	read := state
	read.fromAPI(readback.Refresh, account)
	if !reflect.DeepEqual(read, state) { // Set costs more than all the rest
		resp.Diagnostics.Append(resp.State.Set(ctx, &read)...)
	}
}

func (r *managedAccount) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the managed account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if attribute.Writes(req.Plan, req.Config, req.State, providerOnly) {
		r.update(ctx, state, &planned, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
		resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	}
}

// update writes the planned account and completes the plan.
func (r *managedAccount) update(ctx context.Context, state model, planned *model, diagnostics *diag.Diagnostics) {
	id := planned.ID.ID(path.Root("id"), diagnostics)
	parent := planned.ServiceAccountID.ID(path.Root("service_account_id"), diagnostics)
	if diagnostics.HasError() {
		return
	}
	serviceType := state.ServiceType.ValueString()
	if serviceType == "" {
		var err error
		if serviceType, err = r.run.ServiceType(ctx, parent); err != nil {
			diagnostics.Append(parentFailed("update", parent, err))
			return
		}
	}
	if diagnostics.Append(uncheckable(*planned, serviceType)...); diagnostics.HasError() {
		return
	}
	spec := planned.spec(state.Mailbox, parent, serviceType)
	written, err := r.run.Update(ctx, id, spec)
	if err != nil {
		diagnostics.Append(writeFailed("update", spec, err))
		return
	}
	diagnostics.Append(planned.take(written)...)
}

func (r *managedAccount) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the managed account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		attribute.DeleteAccount(ctx, r.run, aurinko.TypeManaged, "managed account", state.ID, req, resp)
	}
}

func (r *managedAccount) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attribute.ImportAccount(ctx, r.run, req, resp)
}

func (r *managedAccount) MoveState(context.Context) []resource.StateMover {
	return attribute.MoveAccount()
}
