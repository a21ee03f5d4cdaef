package account

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var (
	_ resource.ResourceWithConfigure   = (*passwordAccount)(nil)
	_ resource.ResourceWithModifyPlan  = (*passwordAccount)(nil)
	_ resource.ResourceWithMoveState   = (*passwordAccount)(nil)
	_ resource.ResourceWithImportState = (*passwordAccount)(nil)
	_ resource.ResourceWithIdentity    = (*passwordAccount)(nil)
)

// passwordAccount is the resource aurinko_account. The data source of that name reads
// accounts of any kind.
type passwordAccount struct{ run *lifecycle.Run }

// New makes the resource aurinko_account.
func New() resource.Resource { return &passwordAccount{} }

func (r *passwordAccount) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "aurinko_account"
}

func (r *passwordAccount) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := attribute.MailboxAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"email": schema.StringAttribute{
			MarkdownDescription: "Email address of the mailbox. Case-insensitive. Forces replacement.",
			Required:            true,
			Validators:          []validator.String{validate.Email()},
			PlanModifiers:       []planmodifier.String{attribute.IgnoreCase()},
		},
		"login": attribute.OptionalText("Login of the mailbox at the mail server, if it is not the email address. Case-insensitive.",
			[]planmodifier.String{attribute.IgnoreCase()}, stringvalidator.LengthAtLeast(1)),
		"server_url": attribute.OptionalText("Address of the mail server, such as `imap.acme.example`. Case-insensitive. If omitted, Aurinko chooses the server.",
			[]planmodifier.String{attribute.IgnoreCase()}, stringvalidator.LengthAtLeast(1)),
		"scopes": attribute.Scopes("Aurinko scopes of the mailbox."),
		"client_org_id": attribute.OptionalText("Your own ID of the organization, part of what identifies the account. If omitted, the current value is kept. Case-insensitive. Forces replacement. First set, it updates in place.",
			[]planmodifier.String{attribute.IgnoreCase()}, stringvalidator.LengthAtLeast(1)),
		"ensure_access": schema.BoolAttribute{
			MarkdownDescription: "Whether Aurinko logs in to the mailbox on every write, and refuses the write if that fails. Defaults to `false`.",
			Optional:            true,
		},
		"password_revision": attribute.Revision("password"),
	})
	password.AddTo(attributes)
	resp.Schema = schema.Schema{
		MarkdownDescription: "A mailbox that Aurinko reaches by IMAP, with a login and a password of its own. " +
			"Accounts whose owners sign in, such as those at Google or Office 365, cannot be declared: their tokens come from the owners.",
		Attributes: attributes,
	}
}

func (r *passwordAccount) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema("ID of the account at Aurinko.")
}

func (r *passwordAccount) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

// writesNothing are the attributes whose change alone writes nothing.
var writesNothing = append(password.Names(), "on_existing")

func (r *passwordAccount) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var config, planned, state passwordModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	}
	if req.Plan.Raw.IsNull() { // a destroy
		resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, true)...)
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() { // a create
		planned.PasswordRevision = types.Int64Value(1)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
		r.planCreate(ctx, config, planned, &resp.Diagnostics)
		return
	}
	imported, diagnostics := req.Private.GetKey(ctx, attribute.ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	resp.RequiresReplace = planned.replaces(state, imported != nil)
	resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, len(resp.RequiresReplace) > 0)...)
	if len(resp.RequiresReplace) > 0 { // Terraform asks for the plan of a create too
		return
	}
	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	change := secret.Exact.Compare(config.secret(), state.secret(), kept)
	writes := change.Sends || attribute.Writes(resp.Plan, req.Config, req.State, writesNothing)
	if !writes {
		resp.Diagnostics.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
		if resp.Plan.Raw.Equal(req.State.Raw) {
			return
		}
		resp.Diagnostics.Append(resp.Plan.Get(ctx, &planned)...)
	}
	planned.PasswordRevision = change.Planned(state.PasswordRevision, true)
	if writes || planned.PasswordRevision.IsUnknown() {
		planned.PlanWrite(state.Mailbox)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
}

// planCreate says in the plan what a create would find, as far as everything that
// identifies the mailbox is known. A listing that fails is no error here: the
// apply reports it.
func (r *passwordAccount) planCreate(ctx context.Context, config, planned passwordModel, diagnostics *diag.Diagnostics) {
	if r.run == nil || config.Email.IsUnknown() || config.ClientOrgID.IsUnknown() {
		return
	}
	spec := planned.spec(config, attribute.Mailbox{})
	found, exists, err := r.run.Existing(ctx, spec)
	diagnostics.Append(diags.Replaced(err)...)
	switch {
	case lifecycle.Is(err, lifecycle.SignedIn):
		diagnostics.Append(writeFailed("create", spec, err))
	case err == nil && exists:
		diagnostics.Append(diags.PlannedExisting("account",
			fmt.Sprintf("Account %s is %s", found.ID, describe(spec)), found.ID.String(), attribute.Adopts(planned.OnExisting)))
	}
}

func writeFailed(verb string, s lifecycle.Spec, err error) diag.Diagnostic {
	return diags.AccountFailure(diags.Account{
		Kind: "account", Verb: verb, Described: describe(s), Advice: "Check `email`, `login`, the password and `server_url`.",
	}, err)
}

func describe(s lifecycle.Spec) string { return "the mailbox " + s.Input.Email }

func (r *passwordAccount) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var config, planned passwordModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	spec := planned.spec(config, planned.Adopted())
	written, err := r.run.Create(ctx, spec, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(writeFailed("create", spec, err))
		return
	}
	resp.Diagnostics.Append(planned.take(written)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...) // of the account that it replaces
	resp.Diagnostics.Append(secret.Exact.Sent(ctx, resp.Private, config.secret(), "")...)
}

// take completes a plan with what is there after the write.
func (m *passwordModel) take(written lifecycle.Written) diag.Diagnostics {
	m.fromAPI(readback.AfterWrite, written.Account)
	if written.Unread != nil {
		return diag.Diagnostics{diags.ReadBack("the account", written.Unread)}
	}
	return nil
}

func (r *passwordAccount) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state passwordModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, ok := attribute.ReadAccount(ctx, r.run, aurinko.TypePersonal, "account", state.ID, req, resp)
	if !ok {
		return
	}
	switch {
	case !account.May(aurinko.TypePersonal):
		resp.Diagnostics.AddError("Not an account with a password of its own", fmt.Sprintf(
			"Account %s is of type %q.\n\nManage a service account with `aurinko_service_account`, and a mailbox under one with `aurinko_managed_account`.", state.ID.ValueString(), account.Kind()))
		return
	case isSignedIn(account):
		resp.Diagnostics.AddError("The owner of the account signs in", fmt.Sprintf(
			"Account %s is for %s, and has no password that Terraform could manage: its token comes from its owner.\n\n"+
				"Read it with the data source `aurinko_account`. If it is in the state, remove it with `terraform state rm`.", state.ID.ValueString(), account.ServiceType))
		return
	}
	resp.Diagnostics.Append(attribute.ReadObject(r.run, aurinko.TypePersonal, account)...)
	read := state
	read.fromAPI(readback.Refresh, account)
	if !reflect.DeepEqual(read, state) { // Set costs more than all the rest
		resp.Diagnostics.Append(resp.State.Set(ctx, &read)...)
	}
}

func (r *passwordAccount) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var config, planned, state passwordModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	change := secret.Exact.Compare(config.secret(), state.secret(), kept)
	writes := change.Sends || attribute.Writes(req.Plan, req.Config, req.State, writesNothing)
	if !writes {
		resp.Diagnostics.Append(attribute.KeepComputed(&req.Plan, req.Config, req.State)...)
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	planned.PasswordRevision = change.Applied(planned.PasswordRevision, state.PasswordRevision)
	if writes {
		r.update(ctx, config, state, &planned, &resp.Diagnostics)
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID.StringValue, resp.Identity, resp.Private)...)
	// A password that moves to its other form unchanged is kept in another place.
	if writes || config.Password.IsNull() != state.Password.IsNull() {
		resp.Diagnostics.Append(secret.Exact.Sent(ctx, resp.Private, config.secret(), "")...)
	}
}

// update writes the planned account and completes the plan.
func (r *passwordAccount) update(ctx context.Context, config, state passwordModel, planned *passwordModel, diagnostics *diag.Diagnostics) {
	id := planned.ID.ID(path.Root("id"), diagnostics)
	if diagnostics.HasError() {
		return
	}
	spec := planned.spec(config, state.Mailbox)
	written, err := r.run.Update(ctx, id, spec)
	if err != nil {
		diagnostics.Append(writeFailed("update", spec, err))
		return
	}
	diagnostics.Append(planned.take(written)...)
}

func (r *passwordAccount) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state passwordModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if !resp.Diagnostics.HasError() {
		attribute.DeleteAccount(ctx, r.run, aurinko.TypePersonal, "account", state.ID, req, resp)
	}
}

func (r *passwordAccount) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	attribute.ImportAccount(ctx, r.run, req, resp)
}

func (r *passwordAccount) MoveState(context.Context) []resource.StateMover {
	return attribute.MoveAccount()
}
