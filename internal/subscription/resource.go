// Package subscription has the resource aurinko_subscription: a webhook of one
// account.
package subscription

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
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
	_ resource.ResourceWithConfigure   = (*subscription)(nil)
	_ resource.ResourceWithModifyPlan  = (*subscription)(nil)
	_ resource.ResourceWithImportState = (*subscription)(nil)
	_ resource.ResourceWithMoveState   = (*subscription)(nil)
	_ resource.ResourceWithIdentity    = (*subscription)(nil)
)

// kind is what messages call it.
const kind = "subscription"

type subscription struct{ run *lifecycle.Run }

// New makes the resource aurinko_subscription.
func New() resource.Resource { return &subscription{} }

func (r *subscription) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "aurinko_subscription"
}

func (r *subscription) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	onExisting := attribute.OnExisting(kind)
	onExisting.MarkdownDescription += " The subscription exists if the account has one with the same resource, URL and filters that is not inactive."
	resp.Schema = schema.Schema{
		MarkdownDescription: "A subscription: a webhook of one account. Aurinko sends your endpoint a notification for each change in the account. " +
			"Before Aurinko creates a subscription, it sends the endpoint a challenge, so the endpoint must be up first.",
		Attributes: map[string]schema.Attribute{
			"id": attribute.Computed("ID of the account and ID of the subscription, with a slash between them. Import ID."),
			"account_id": schema.StringAttribute{
				MarkdownDescription: "ID of the account, such as that of an `aurinko_managed_account`. Forces replacement.",
				Required:            true,
				CustomType:          customtype.AccountIDType{},
			},
			"resource": schema.StringAttribute{
				MarkdownDescription: "What Aurinko notifies you of, such as `/email/messages`, `/calendars/primary/events` or `/contacts`. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			},
			"notification_url": schema.StringAttribute{
				MarkdownDescription: "URL of your endpoint. It must answer Aurinko's challenge. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{validate.NotificationURL()},
			},
			"filters": schema.SetAttribute{
				MarkdownDescription: "Filters of the notifications: `withoutDrafts`. If omitted, nothing is filtered. Forces replacement.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Set{
					setvalidator.SizeAtLeast(1), setvalidator.ValueStringsAre(stringvalidator.OneOf(aurinko.SubscriptionFilters...)),
				},
			},
			"on_existing": onExisting,
			"recreate_when_inactive": schema.BoolAttribute{
				MarkdownDescription: "Whether an inactive subscription is replaced. Set it once the endpoint works again: if the endpoint does not answer the challenge, the create fails. " +
					"A subscription that Aurinko's billing disabled is never replaced. While the value is not known before the apply, an inactive subscription is replaced. Defaults to `false`.",
				Optional: true,
			},
			"subscription_id": attribute.Computed("ID of the subscription at Aurinko, which notifications contain."),
			"active": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko sends notifications. An inactive subscription is a warning in each plan.",
				Computed:            true,
			},
			"fail_since":       attribute.Computed("Time since which the endpoint has failed (RFC 3339). Null while it works."),
			"fail_description": attribute.Computed("Last failure of the endpoint, if any."),
			"disabled_by_billing": schema.BoolAttribute{
				MarkdownDescription: "Whether Aurinko's billing disabled the subscription.",
				Computed:            true,
			},
		},
	}
}

func (r *subscription) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema("ID of the account and ID of the subscription, with a slash between them.")
}

func (r *subscription) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (r *subscription) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the subscription", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned, state model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "subscription "+state.ID.ValueString(), req.Private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if req.Plan.Raw.IsNull() { // a destroy
		r.notePlan(state, true, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !planned.AccountID.IsUnknown() {
		planned.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	}
	if req.State.Raw.IsNull() { // a create
		r.planCreate(ctx, planned, &resp.Diagnostics)
		return
	}
	resp.RequiresReplace = planned.replaces(state)
	if planned.RecreateWhenInactive.IsUnknown() && state.isDead() {
		resp.Diagnostics.AddAttributeWarning(path.Root("recreate_when_inactive"), "The plan replaces an inactive subscription", fmt.Sprintf(
			"`recreate_when_inactive` is not known before the apply, and subscription %s is inactive. The plan replaces it, whatever the value turns out to be.\n\n"+
				"To keep it, set `recreate_when_inactive` to a value that the plan knows.", state.ID.ValueString()))
	}
	r.notePlan(state, len(resp.RequiresReplace) > 0, &resp.Diagnostics)
	if len(resp.RequiresReplace) == 0 {
		resp.Diagnostics.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("active"), types.BoolUnknown())...)
}

// notePlan refuses a plan that destroys a subscription through one resource and keeps
// it through another one.
func (r *subscription) notePlan(state model, destroys bool, diagnostics *diag.Diagnostics) {
	key, err := aurinko.ParseSubscriptionKey(state.ID.ValueString())
	if object := lifecycle.SubscriptionObject(key); r.run != nil && err == nil && r.run.NotePlan(object, destroys) {
		diagnostics.Append(diags.KeptAndDestroyed(object))
	}
}

// planCreate says in the plan what a create would find. A listing that fails is no
// error here: the apply reports it.
func (r *subscription) planCreate(ctx context.Context, planned model, diagnostics *diag.Diagnostics) {
	account := planned.AccountID.ID(path.Root("account_id"), &diag.Diagnostics{})
	if r.run == nil || account == 0 || !planned.isKnown() {
		return
	}
	if found, exists := r.run.ExistingSubscription(ctx, account, planned.input(ctx)); exists {
		key := found.Key().String()
		diagnostics.Append(diags.PlannedExisting(kind, described(key), key, attribute.Adopts(planned.OnExisting)))
	}
}

func described(key string) string {
	return fmt.Sprintf("Subscription %s has the same account, resource, URL and filters", key)
}

func (r *subscription) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the subscription", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	account := planned.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	created, err := r.run.CreateSubscription(ctx, account, planned.input(ctx), attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(createFailed(err))
		return
	}
	planned.fromAPI(readback.AfterWrite, created)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID, resp.Identity, resp.Private)...)
}

func createFailed(err error) diag.Diagnostic {
	const goal = "create the subscription"
	var refusal *lifecycle.Refusal
	switch {
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diags.Exists(kind, described(refusal.Detail), refusal.Detail)
	case lifecycle.Is(err, lifecycle.Claimed):
		return diag.NewErrorDiagnostic("Unable to "+goal,
			"Another resource of this configuration creates a subscription with the same account, resource, URL and filters. Nothing was written.\n\nKeep one of the two resources.")
	case aurinko.IsRefused(err) && aurinko.StatusOf(err) == http.StatusBadRequest:
		return diag.WithPath(path.Root("notification_url"), diags.Failure(goal, err,
			"Aurinko creates a subscription only if its endpoint answers a challenge: a POST to `notification_url` with the parameter `validationToken` in its query. "+
				"Within seconds, the endpoint must answer 200 with the value of `validationToken` as its whole body, as text/plain. "+
				"Try it, and expect the answer abc:\n\n  curl -X POST -H 'Content-Type: text/plain' '<notification_url>?validationToken=abc'\n\n"+
				"The endpoint must be up before this resource: let `notification_url` refer to it, or use `depends_on`. If it answers, check `resource` and `filters`."))
	}
	return diags.Failure(goal, err, "Check `account_id`: the application of the provider block must have this account.")
}

func (r *subscription) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the subscription", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	key := state.key(&resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "subscription "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, state.ID, resp.Identity, resp.Private)...)
	found, err := r.run.RefreshSubscription(ctx, key)
	switch {
	case errors.Is(err, lifecycle.ErrGone):
		attribute.Gone(ctx, r.run, "subscription "+state.ID.ValueString(), req, resp)
		return
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("read the subscription", err, "Check that the application of the provider block has the account of the subscription."))
		return
	}
	if object := lifecycle.SubscriptionObject(key); r.run.NoteRead(object) {
		resp.Diagnostics.Append(diags.SharedID(object))
	}
	state.fromAPI(readback.Refresh, found)
	resp.Diagnostics.Append(state.warn()...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// key returns the name of the subscription in the state.
func (m model) key(diagnostics *diag.Diagnostics) aurinko.SubscriptionKey {
	key, err := aurinko.ParseSubscriptionKey(m.ID.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(path.Root("id"), "Invalid subscription ID", "The state was edited: "+err.Error()+".")
	}
	return key
}

// warn says why Aurinko sends no notifications.
func (m model) warn() diag.Diagnostics {
	next := "Repair the endpoint, and set `recreate_when_inactive = true`: the plan then replaces the subscription."
	switch {
	case m.DisabledByBilling.ValueBool():
		next = "Aurinko's billing disabled it. Settle the billing of the application in the Aurinko portal."
	case !m.isDead():
		return nil
	case m.RecreateWhenInactive.ValueBool():
		next = "The plan replaces it, which fails unless the endpoint answers Aurinko's challenge again."
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("notification_url"), "The subscription is inactive", fmt.Sprintf(
		"Aurinko sends no notifications for subscription %s. Failing since: %s. Last failure: %s.\n\n%s",
		m.ID.ValueString(), cmp.Or(m.FailSince.ValueString(), "unknown"), cmp.Or(m.FailDescription.ValueString(), "none"), next))}
}

// Update writes nothing: Aurinko cannot change a subscription.
func (r *subscription) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the subscription", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "subscription "+planned.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID, resp.Identity, resp.Private)...)
}

func (r *subscription) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the subscription", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	key := state.key(&resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "subscription "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	forgotten, err := r.run.DeleteSubscription(ctx, key)
	resp.Diagnostics.Append(diags.Deleted("subscription", lifecycle.SubscriptionObject(key), forgotten, err, "")...)
}

func (r *subscription) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text, diagnostics := attribute.ImportID(ctx, r.run, req)
	if resp.Diagnostics.Append(diagnostics...); resp.Diagnostics.HasError() {
		return
	}
	key, err := aurinko.ParseSubscriptionKey(text)
	if err != nil {
		resp.Diagnostics.AddError("Invalid import ID", "The import ID is not that of a subscription.\n\nUse the ID of the account and the ID of the subscription, such as 12346/678.")
		return
	}
	attribute.Import(ctx, r.run, key.String(), resp)
}

func (r *subscription) MoveState(context.Context) []resource.StateMover {
	return attribute.MoveState(func(from attribute.Origin) (string, error) {
		id, err := from.OnBehalf()
		if err != nil {
			return "", err
		}
		key, err := aurinko.ParseSubscriptionKey(id)
		return key.String(), err
	})
}
