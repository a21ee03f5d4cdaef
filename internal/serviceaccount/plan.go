package serviceaccount

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

func (r *serviceAccount) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the service account", &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	r.plan(ctx, req, resp)
	if r.run != nil && !resp.Plan.Raw.IsNull() && !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(r.note(ctx, resp.Plan)...)
	}
}

// note notes for the mailboxes how the account is planned.
func (r *serviceAccount) note(ctx context.Context, plan tfsdk.Plan) diag.Diagnostics {
	var planned model
	diagnostics := plan.Get(ctx, &planned)
	if id, err := aurinko.ParseAccountID(planned.ID.ValueString()); err == nil {
		service := lifecycle.ServiceAccount{ServiceType: planned.ServiceType.ValueString(), Scopes: planned.Scopes.Canonical()}
		if slices.ContainsFunc(planned.Scopes.Elements(), attr.Value.IsUnknown) {
			service.Scopes = nil
		}
		r.run.NoteService(id, service)
	}
	return diagnostics
}

func (r *serviceAccount) plan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config, planned, state model
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "account "+state.ID.ValueString(), req.Private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	if req.Plan.Raw.IsNull() { // a destroy
		resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, true)...)
		resp.Diagnostics.Append(r.planDelete(ctx, state)...)
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	configured := config.connection(ctx, &resp.Diagnostics)
	if configured != nil {
		resp.Diagnostics.Append(configured.check(config)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.planCreate(ctx, config, &planned, configured, resp)
		return
	}

	imported, diagnostics := req.Private.GetKey(ctx, attribute.ImportedKey)
	resp.Diagnostics.Append(diagnostics...)
	resp.RequiresReplace = planned.replaces(ctx, configured, state, imported != nil, &resp.Diagnostics)
	replaces := len(resp.RequiresReplace) > 0
	resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, replaces)...)
	if replaces {
		resp.Diagnostics.Append(r.planDelete(ctx, state)...)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
		return
	}
	if configured == nil { // a consent of which nothing is known yet
		unknown := types.StringUnknown()
		planned.ServiceType, planned.AuthOrgID, planned.AuthUserID, planned.Email, planned.Login = unknown, unknown, unknown, unknown, unknown
		planned.TokenStatus, planned.TokenError, planned.CredentialsRevision = unknown, unknown, types.Int64Unknown()
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
		return
	}
	planUpdate(ctx, planned, state, configured, req, resp)
}

// planCreate plans a new account.
func (r *serviceAccount) planCreate(ctx context.Context, config model, planned *model, configured connection, resp *resource.ModifyPlanResponse) {
	found := &resp.Diagnostics
	to := planned.connection(ctx, found)
	if to == nil || found.HasError() { // everything is known after apply
		return
	}
	if c, ok := configured.(*consent); ok && c.CodeWO.IsNull() {
		found.Append(missingCode("An administrator's consent creates the account, and there is no code of one."))
	}
	to.complete(configured, nil)
	to.derive(configured, !configured.secret().Plain.IsNull())
	planned.set(ctx, to, found)
	planned.ServiceType = to.serviceType()
	planned.CredentialsRevision = firstRevision(to)
	if org := to.orgID(); !org.IsNull() {
		planned.AuthOrgID = org
	}
	found.Append(resp.Plan.Set(ctx, planned)...)

	in, known := to.identity(configured)
	if r.run == nil || !known || config.ClientOrgID.IsUnknown() || found.HasError() {
		return
	}
	in.ServiceType, in.ClientOrgID = planned.ServiceType.ValueString(), planned.ClientOrgID.ValueString()
	// A listing that fails is no error here: the apply reports it.
	account, exists, err := r.run.Existing(ctx, lifecycle.Spec{Input: in})
	found.Append(diags.Replaced(err)...)
	if err == nil && exists {
		found.Append(diags.PlannedExisting("service account",
			fmt.Sprintf("Account %s is %s", account.ID, describe(in)), account.ID.String(), attribute.Adopts(planned.OnExisting)))
	}
}

// firstRevision is the revision of a new account's secret; null without a secret.
func firstRevision(c connection) types.Int64 {
	if c.kind() == &office365Kind {
		return types.Int64Null()
	}
	return types.Int64Value(1)
}

// replaces returns the attributes by which a plan asks for another account. What is
// not known yet may turn out to be another one.
func (m *model) replaces(ctx context.Context, configured connection, state model, imported bool, diagnostics *diag.Diagnostics) path.Paths {
	found := m.unknownKinds()
	if !m.ClientOrgID.IsNull() && !m.ClientOrgID.Equal(state.ClientOrgID) && (!state.ClientOrgID.IsNull() || !imported) {
		found.Append(path.Root("client_org_id"))
	}
	to := m.connection(ctx, diagnostics)
	if to == nil {
		return found
	}
	if isOther(state.ServiceType, to.serviceType().ValueString()) {
		m.ServiceType = to.serviceType()
		found.Append(path.Root("service_type"))
		return found
	}
	from := state.connection(ctx, diagnostics)
	if org := to.orgID(); isOther(state.AuthOrgID, org.ValueString()) && !org.IsNull() && (from == nil || from.kind() != to.kind()) {
		m.AuthOrgID = org
		found.Append(path.Root("auth_org_id"))
	}
	more := to.replaces(configured, from, state)
	if more.Contains(path.Root("auth_user_id")) {
		m.AuthUserID = types.StringUnknown()
	}
	to.derive(configured, true)
	m.set(ctx, to, diagnostics)
	return append(found, more...)
}

// isOther reports whether an ID differs from the state's. A state that lacks it, as
// after an import, says nothing.
func isOther(state types.String, id string) bool {
	return !state.IsNull() && !strings.EqualFold(state.ValueString(), id)
}

// planUpdate plans what a write to the account changes.
func planUpdate(ctx context.Context, planned, state model, configured connection, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	found, before := &resp.Diagnostics, planned
	to, from := planned.connection(ctx, found), state.connection(ctx, found)
	kept, diagnostics := secret.Load(ctx, req.Private)
	if found.Append(diagnostics...); found.HasError() {
		return
	}
	change := compare(configured, from, kept, found)
	to.complete(configured, from)
	to.derive(configured, false)
	planned.set(ctx, to, found)
	if org := to.orgID(); !org.IsNull() && !strings.EqualFold(org.ValueString(), state.AuthOrgID.ValueString()) {
		planned.AuthOrgID = org
	}
	unknown := types.StringUnknown()
	planned.Login, planned.CredentialsRevision = state.Login, state.CredentialsRevision
	c, isConsent := to.(*consent)
	if isConsent {
		planScopes(&planned, state, change.Sends, found)
	}
	if isConsent && change.Sends || from == nil || from.kind() != to.kind() {
		// Another administrator may consent, or the account gets a user of its own.
		planned.Login, planned.AuthUserID, planned.Email = unknown, unknown, unknown
	}
	found.Append(setPlan(ctx, &resp.Plan, before, planned)...)

	writes := change.Sends || c == nil && attribute.Writes(resp.Plan, req.Config, req.State, to.kind().writesNothing())
	if !writes {
		found.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
	}
	changes := writes || !resp.Plan.Raw.Equal(req.State.Raw)
	revision := change.Planned(state.CredentialsRevision, changes)
	if found.Append(resp.Plan.Get(ctx, &planned)...); found.HasError() {
		return
	}
	before, planned.CredentialsRevision = planned, revision
	if writes || revision.IsUnknown() {
		planned.TokenStatus, planned.TokenError = attribute.PlanToken(state.TokenStatus, state.TokenError)
		to.derive(configured, change.AnotherSecret())
		planned.set(ctx, to, found)
		if to.kind() == &googleKind {
			planned.Login = unknown // the ID of the key
		}
	}
	found.Append(setPlan(ctx, &resp.Plan, before, planned)...)
	if change.Drifted && to.kind() == &googleKind {
		found.Append(secret.DriftWarning(path.Root("google").AtName("private_key_id"), "Google key"))
	}
}

// setPlan sets a plan that was read as before to what has become of it. Where nothing
// has, it spares the cost.
func setPlan(ctx context.Context, plan *tfsdk.Plan, before, now model) diag.Diagnostics {
	if reflect.DeepEqual(before, now) {
		return nil
	}
	return plan.Set(ctx, &now)
}

// writesNothing are the attributes whose change alone writes nothing.
func (k *kind) writesNothing() []string {
	return append(k.secret.Names(), "on_existing", "check_connection", "deletion_protection")
}

// compare compares the configured credential with the one that Aurinko holds. An
// account of another kind so far has no credential that this one could equal.
func compare(configured, from connection, kept secret.Kept, diagnostics *diag.Diagnostics) secret.Change {
	if from != nil && from.kind() != configured.kind() {
		from, kept = nil, secret.Kept{}
	}
	if c, ok := configured.(*consent); ok {
		return c.compare(from, diagnostics)
	}
	var before secret.Values
	if from != nil {
		before = from.secret()
	}
	return configured.kind().rule.Compare(configured.secret(), before, kept)
}
