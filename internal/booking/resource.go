// Package booking has the resources aurinko_group_booking_profile and
// aurinko_booking_profile: pages on which people book appointments, with a group of
// accounts or with one account.
package booking

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var (
	_ resource.ResourceWithConfigure   = (*profile)(nil)
	_ resource.ResourceWithModifyPlan  = (*profile)(nil)
	_ resource.ResourceWithImportState = (*profile)(nil)
	_ resource.ResourceWithMoveState   = (*profile)(nil)
	_ resource.ResourceWithIdentity    = (*profile)(nil)
)

// kind is what messages call both.
const kind = "booking profile"

// profile is either resource.
type profile struct {
	isGroup bool
	run     *lifecycle.Run
}

// New makes the resource aurinko_booking_profile.
func New() resource.Resource { return &profile{} }

// NewGroup makes the resource aurinko_group_booking_profile.
func NewGroup() resource.Resource { return &profile{isGroup: true} }

func (r *profile) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "aurinko_booking_profile"
	if r.isGroup {
		resp.TypeName = "aurinko_group_booking_profile"
	}
}

func (r *profile) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	description, own := "A booking profile of one account: a page on which people book appointments with it.", accountAttributes()
	if r.isGroup {
		description, own = "A group booking profile: a page of the application on which people book appointments with several accounts.", groupAttributes()
	}
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: sharedAttributes()}
	maps.Copy(resp.Schema.Attributes, own)
}

func (r *profile) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema("ID of the account and ID of the profile, with a slash between them.")
	if r.isGroup {
		resp.IdentitySchema = attribute.IdentitySchema("ID of the profile at Aurinko.")
	}
}

func (r *profile) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

// get reads a plan or a state.
func (r *profile) get(ctx context.Context, from interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, diagnostics *diag.Diagnostics) (m model) {
	if r.isGroup {
		var of struct {
			shared
			ofGroup
		}
		diagnostics.Append(from.Get(ctx, &of)...)
		return model{shared: of.shared, ofGroup: of.ofGroup}
	}
	var of struct {
		shared
		ofAccount
	}
	diagnostics.Append(from.Get(ctx, &of)...)
	return model{shared: of.shared, ofAccount: of.ofAccount}
}

// set writes a state.
func (r *profile) set(ctx context.Context, to interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}, m model) diag.Diagnostics {
	if r.isGroup {
		return to.Set(ctx, struct {
			shared
			ofGroup
		}{m.shared, m.ofGroup})
	}
	return to.Set(ctx, struct {
		shared
		ofAccount
	}{m.shared, m.ofAccount})
}

func (r *profile) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the booking profile", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	var planned, state model
	if !req.State.Raw.IsNull() {
		state = r.get(ctx, req.State, &resp.Diagnostics)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "booking profile "+state.ID.ValueString(), req.Private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if req.Plan.Raw.IsNull() { // a destroy
		r.notePlan(state, true, &resp.Diagnostics)
		return
	}
	planned = r.get(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	planned.checkIDs(&resp.Diagnostics)
	if !r.isGroup && !planned.AccountID.IsUnknown() {
		planned.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	}
	if req.State.Raw.IsNull() { // a create
		r.planCreate(ctx, planned, &resp.Diagnostics)
		return
	}
	if attribute.Differs(planned.AccountID, state.AccountID) {
		resp.RequiresReplace.Append(path.Root("account_id"))
	} else {
		resp.Diagnostics.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
		if attribute.Writes(resp.Plan, req.Config, req.State, notInProfile) {
			planUnknown(&resp.Plan, req.Config)
		}
	}
	warnOfMembers(planned, state, &resp.Diagnostics)
	r.notePlan(state, len(resp.RequiresReplace) > 0, &resp.Diagnostics)
}

// warnOfMembers says of members that are no longer configured that they stay: the plan
// shows them as removed.
func warnOfMembers(planned, state model, diagnostics *diag.Diagnostics) {
	for name, members := range map[string][2]types.Set{"accounts": {planned.Accounts, state.Accounts}, "groups": {planned.Groups, state.Groups}} {
		if planned, state := members[0], members[1]; planned.IsNull() && len(state.Elements()) > 0 {
			diagnostics.AddAttributeWarning(path.Root(name), "The members stay attached",
				fmt.Sprintf("Without `%[1]s`, Terraform no longer manages these members of the profile, and Aurinko keeps them.\n\nTo detach them, set `%[1]s = []`.", name))
		}
	}
}

// notInProfile are the attributes whose change alone leaves the profile as it is.
var notInProfile = []string{"on_existing", "accounts", "groups"}

// planUnknown plans as unknown what Aurinko may choose with an update, since it has not
// chosen it so far.
func planUnknown(plan *tfsdk.Plan, config tfsdk.Config) {
	var planned, configured map[string]tftypes.Value
	_, _ = plan.Raw.As(&planned), config.Raw.As(&configured) // objects, which cannot fail
	for name, a := range plan.Schema.GetAttributes() {
		if a.IsComputed() && configured[name].IsNull() && planned[name].IsNull() {
			planned[name] = tftypes.NewValue(planned[name].Type(), tftypes.UnknownValue)
		}
	}
	plan.Raw = tftypes.NewValue(plan.Raw.Type(), planned)
}

// notePlan refuses a plan that destroys a profile through one resource and keeps it
// through another one.
func (r *profile) notePlan(state model, destroys bool, diagnostics *diag.Diagnostics) {
	key, err := aurinko.ParseBookingKey(state.ID.ValueString())
	if object := lifecycle.BookingObject(key); r.run != nil && err == nil && r.run.NotePlan(object, destroys) {
		diagnostics.Append(diags.KeptAndDestroyed(object))
	}
}

// planCreate says in the plan what a create would find.
func (r *profile) planCreate(ctx context.Context, planned model, diagnostics *diag.Diagnostics) {
	account, _ := aurinko.ParseAccountID(planned.AccountID.ValueString())
	if r.run == nil || planned.Name.IsUnknown() || planned.ClientOrgID.IsUnknown() || !r.isGroup && account == 0 {
		return
	}
	wanted := aurinko.BookingProfile{Name: planned.Name.ValueString(), ClientOrgID: planned.ClientOrgID.ValueString()}
	if found, exists := r.run.ExistingBookingProfile(ctx, account, wanted); exists {
		key := found.Key().String()
		diagnostics.Append(diags.PlannedExisting(kind, described(key), key, attribute.Adopts(planned.OnExisting)))
	}
}

func described(key string) string { return fmt.Sprintf("Booking profile %s has the same name", key) }

const advice = "Aurinko's message says what it refuses. Check the arguments, and that the application of the provider block has the accounts."

func (r *profile) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the booking profile", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	planned := r.get(ctx, req.Plan, &resp.Diagnostics)
	planned.checkIDs(&resp.Diagnostics)
	var account aurinko.AccountID
	if !r.isGroup {
		account = planned.AccountID.ID(path.Root("account_id"), &resp.Diagnostics)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	found, adopted, err := r.run.CreateBookingProfile(ctx, account, planned.profile(ctx), attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(createFailed(err))
		return
	}
	planned.fromAPI(ctx, readback.AfterWrite, found)
	var before model
	if adopted {
		before.ID = planned.ID
		if err := r.run.Client.UpdateBookingProfile(ctx, found.Key(), found, planned.over(ctx, found)); err != nil {
			resp.Diagnostics.Append(diags.Failure("update the booking profile", err, advice))
			return
		}
	}
	resp.Diagnostics.Append(r.set(ctx, &resp.State, planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID, resp.Identity, resp.Private)...)
	// An error beside the state would taint the profile: its replacement has another
	// public link.
	if err := r.saveMembers(ctx, found.Key(), planned, before); err != nil {
		resp.Diagnostics.Append(diags.Members(found.Key().String(), diags.Failure("attach the members", err, advice)))
	}
}

func createFailed(err error) diag.Diagnostic {
	const goal = "create the booking profile"
	var refusal *lifecycle.Refusal
	switch {
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diags.Exists(kind, described(refusal.Detail), refusal.Detail)
	case lifecycle.Is(err, lifecycle.Claimed):
		return diag.NewErrorDiagnostic("Unable to "+goal,
			"Another resource of this configuration has a booking profile with the same name. Nothing was written.\n\nGive each a name of its own.")
	}
	return diags.Failure(goal, err, advice)
}

// saveMembers attaches and detaches the difference between what is configured and what
// Aurinko has. Members that do not change are not read, and a new profile has none.
func (r *profile) saveMembers(ctx context.Context, key aurinko.BookingKey, planned, state model) error {
	if !r.isGroup {
		return nil
	}
	client := r.run.Client
	accounts, groups := planned.members(ctx)
	isNew := state.ID.IsNull()
	if !planned.Accounts.IsNull() && !planned.Accounts.Equal(state.Accounts) {
		var has []aurinko.AccountID
		var err error
		if !isNew {
			has, err = client.BookingAccounts(ctx, key)
		}
		if more := without(accounts, has); err == nil && len(more) > 0 {
			err = client.AttachBookingAccounts(ctx, key, more)
		}
		if gone := without(has, accounts); err == nil && len(gone) > 0 {
			err = client.DetachBookingAccounts(ctx, key, gone)
		}
		if err != nil {
			return err
		}
	}
	if planned.Groups.IsNull() || planned.Groups.Equal(state.Groups) {
		return nil
	}
	var has []aurinko.BookingGroup
	var err error
	if !isNew {
		has, err = client.BookingGroups(ctx, key)
	}
	attach, detach := changeGroups(has, groups)
	if err == nil && len(attach) > 0 {
		err = client.AttachBookingGroups(ctx, key, attach)
	}
	if err == nil && len(detach) > 0 {
		err = client.DetachBookingGroups(ctx, key, detach)
	}
	return err
}

func (r *profile) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the booking profile", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	state := r.get(ctx, req.State, &resp.Diagnostics)
	key := state.key(&resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "booking profile "+state.ID.ValueString(), req.Private)...)
	imported, diagnostics := req.Private.GetKey(ctx, attribute.ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, state.ID, resp.Identity, resp.Private)...)
	switch err := r.read(ctx, key, &state, imported != nil); {
	case aurinko.IsGone(err):
		attribute.Gone(ctx, r.run, "booking profile "+state.ID.ValueString(), req, resp)
		return
	case err != nil:
		resp.Diagnostics.Append(diags.Failure("read the booking profile", err, "Check that the application of the provider block has the profile."))
		return
	}
	if object := lifecycle.BookingObject(key); r.run.NoteRead(object) {
		resp.Diagnostics.Append(diags.SharedID(object))
	}
	resp.Diagnostics.Append(r.set(ctx, &resp.State, state)...)
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, nil)...)
}

// read reads a profile into a model.
func (r *profile) read(ctx context.Context, key aurinko.BookingKey, m *model, imported bool) error {
	found, err := r.run.Client.GetBookingProfile(ctx, key)
	if err != nil {
		return err
	}
	m.fromAPI(ctx, readback.Refresh, found)
	return r.readMembers(ctx, key, m, imported)
}

// readMembers reads the members that are configured. Of an import it reads those that
// there are: without any, they count as not configured.
func (r *profile) readMembers(ctx context.Context, key aurinko.BookingKey, m *model, imported bool) error {
	if !r.isGroup {
		return nil
	}
	if imported || !m.Accounts.IsNull() {
		ids, err := r.run.Client.BookingAccounts(ctx, key)
		if err != nil {
			return err
		}
		if m.Accounts = accountsFrom(ids); imported && len(ids) == 0 {
			m.Accounts = types.SetNull(accountsType.ElemType)
		}
	}
	if imported || !m.Groups.IsNull() {
		groups, err := r.run.Client.BookingGroups(ctx, key)
		if err != nil {
			return err
		}
		if m.Groups = groupsFrom(ctx, groups); imported && len(m.Groups.Elements()) == 0 {
			m.Groups = types.SetNull(groupsType.ElemType)
		}
	}
	return nil
}

// key returns the name of the profile in the state.
func (m model) key(diagnostics *diag.Diagnostics) aurinko.BookingKey {
	key, err := aurinko.ParseBookingKey(m.ID.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(path.Root("id"), "Invalid booking profile ID", "The state was edited: "+err.Error()+".")
	}
	return key
}

func (r *profile) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the booking profile", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	planned, state := r.get(ctx, req.Plan, &resp.Diagnostics), r.get(ctx, req.State, &resp.Diagnostics)
	planned.checkIDs(&resp.Diagnostics)
	key := planned.key(&resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "booking profile "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	from := state.profile(ctx)
	err := r.run.Client.UpdateBookingProfile(ctx, key, from, planned.over(ctx, from))
	if err == nil {
		err = r.saveMembers(ctx, key, planned, state)
	}
	if err != nil {
		resp.Diagnostics.Append(diags.Failure("update the booking profile", err, advice))
		return
	}
	stored, after := planned, resp.State
	found, err := r.run.Client.GetBookingProfile(ctx, key)
	if err == nil {
		stored.fromAPI(ctx, readback.Refresh, found)
		err = r.readMembers(ctx, key, &stored, false)
	}
	found.Account, found.ID = key.Account, key.ID
	planned.fromAPI(ctx, readback.AfterWrite, found)
	if err != nil {
		resp.Diagnostics.Append(diags.ReadBack("the booking profile", err))
	} else {
		resp.Diagnostics.Append(r.set(ctx, &after, stored)...)
		if ignored := ignored(req, after); len(ignored) > 0 {
			resp.Diagnostics.AddError("Unable to update the booking profile", fmt.Sprintf("Aurinko accepted the update, and still has another value for: %s.\n\n"+
				"If you removed an argument, Aurinko cannot clear it: set it to a value. "+
				"If you set one, Aurinko chooses it by itself: set it as Aurinko has it, or omit it.", strings.Join(ignored, ", ")))
			return
		}
	}
	resp.Diagnostics.Append(r.set(ctx, &resp.State, planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, planned.ID, resp.Identity, resp.Private)...)
}

// ignored names what Aurinko has otherwise than it was planned. What Aurinko chooses, an
// update may change.
func ignored(req resource.UpdateRequest, after tfsdk.State) []string {
	var configured map[string]tftypes.Value
	_ = req.Config.Raw.As(&configured) // an object, which cannot fail
	return slices.DeleteFunc(attribute.Changes(req.Plan.Raw, req.Config.Raw, after.Raw), func(name string) bool {
		name, _, _ = strings.Cut(name, ".")
		a := req.Plan.Schema.GetAttributes()[name]
		return a != nil && a.IsComputed() && configured[name].IsNull()
	})
}

func (r *profile) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the booking profile", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	state := r.get(ctx, req.State, &resp.Diagnostics)
	key := state.key(&resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "booking profile "+state.ID.ValueString(), req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	forgotten, err := r.run.DeleteBookingProfile(ctx, key)
	resp.Diagnostics.Append(diags.Deleted("booking profile", lifecycle.BookingObject(key), forgotten, err, "")...)
}

func (r *profile) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	text, diagnostics := attribute.ImportID(ctx, r.run, req)
	if resp.Diagnostics.Append(diagnostics...); resp.Diagnostics.HasError() {
		return
	}
	key, err := aurinko.ParseBookingKey(text)
	if err != nil || (key.Account == 0) != r.isGroup {
		example := "Use the ID of the account and the ID of the profile, such as 12346/678."
		if r.isGroup {
			example = "Use the number of the profile, such as 678."
		}
		resp.Diagnostics.AddError("Invalid import ID", "The import ID is not that of a booking profile of this type.\n\n"+example)
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, attribute.ImportedKey, []byte("true"))...)
	attribute.Import(ctx, r.run, key.String(), resp)
}

func (r *profile) MoveState(context.Context) []resource.StateMover {
	return attribute.MoveState(func(from attribute.Origin) (string, error) {
		id, other := from.ID, "account"
		if !r.isGroup {
			onBehalf, err := from.OnBehalf()
			if err != nil {
				return "", err
			}
			id, other = onBehalf, "group"
		}
		if strings.Contains(from.Path, "/book/"+other+"/") {
			return "", errors.New("it is a booking profile of the other type")
		}
		key, err := aurinko.ParseBookingKey(id)
		return key.String(), err
	})
}
