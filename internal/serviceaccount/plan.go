package serviceaccount

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/credential"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/plan"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// local names what is the provider's own business: changing it writes nothing.
// A secret that moves to its write-only form unchanged has nothing to write,
// and nothing but a new code writes an account that was consented to.
func (v variant) local(secretChanges bool) plan.Local {
	return func(name string) bool {
		switch name {
		case "on_existing", "check_connection", "credentials_revision":
			return true
		}
		switch {
		case secretChanges:
			return false
		case v.authorization != nil:
			return true
		}
		return secret.IsAttribute(name, "google.credentials") || secret.IsAttribute(name, "exchange.password")
	}
}

// A planning is a plan in the making. Each step takes out of it what it needs,
// and puts what it decides into planned and to, or into the response.
type planning struct {
	req  resource.ModifyPlanRequest
	resp *resource.ModifyPlanResponse

	config, planned model
	state           *model  // nil for a create
	configured      variant // of the configuration, which alone has what is write-only
	from, to        variant // of the state and of the plan
	key             *credential.GoogleKey
}

func (r *serviceAccount) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the service account", &resp.Diagnostics)
	if req.Plan.Raw.IsNull() { // a destroy
		var state model
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(attribute.PlanObject(r.run, state.ID, true)...)
		return
	}
	p := planning{req: req, resp: resp}
	if !p.begin(ctx) {
		return
	}
	switch {
	case p.state == nil:
		p.create()
		p.save(ctx)
		r.warnOfExisting(ctx, p)
		return
	case p.to == (variant{}): // its object is not known yet, nor is what follows from it
		p.planned.AuthOrgID, p.planned.Login = types.StringUnknown(), types.StringUnknown()
		p.planned.CredentialsRevision = types.Int64Unknown()
		if p.planned.Authorization.IsUnknown() {
			p.openConsenter()
		}
		p.save(ctx)
	case p.isAnotherService():
		p.replace()
		p.save(ctx)
	default:
		p.update(ctx)
	}
	resp.Diagnostics.Append(attribute.PlanObject(r.run, p.state.ID, len(resp.RequiresReplace) > 0 || p.isAnother())...)
}

// begin reads the request. It reports false when it cannot be planned.
func (p *planning) begin(ctx context.Context) bool {
	found := &p.resp.Diagnostics
	found.Append(p.req.Config.Get(ctx, &p.config)...)
	found.Append(p.req.Plan.Get(ctx, &p.planned)...)
	found.Append(p.req.State.Get(ctx, &p.state)...)
	if found.HasError() {
		return false
	}
	var diagnostics diag.Diagnostics
	p.configured, diagnostics = p.config.variant(ctx)
	found.Append(diagnostics...)
	p.to, diagnostics = p.planned.variant(ctx)
	found.Append(diagnostics...)
	if p.state != nil {
		p.from, diagnostics = p.state.variant(ctx)
		found.Append(diagnostics...)
	}
	p.key, diagnostics = p.configured.check(p.config.CheckConnection)
	found.Append(diagnostics...)
	if p.to.serviceType() != "" {
		p.planned.ServiceType = types.StringValue(p.to.serviceType())
	}
	return !found.HasError()
}

// save puts what was decided into the plan.
func (p *planning) save(ctx context.Context) {
	p.resp.Diagnostics.Append(p.planned.setVariant(ctx, p.to)...)
	p.resp.Diagnostics.Append(p.resp.Plan.Set(ctx, &p.planned)...)
}

// create plans a new account.
func (p *planning) create() {
	if p.configured.authorization != nil && p.configured.authorization.CodeWO.IsNull() {
		p.resp.Diagnostics.Append(missingCode(codePath, "The account is to be created by an administrator's consent, and no code says that there was one."))
	}
	p.planned.CredentialsRevision = p.to.firstRevision()
	planCreate(&p.to, p.key)
	if org := p.to.orgID(); !org.IsNull() {
		p.planned.AuthOrgID = org
	}
}

// codePath is where the code of a consent stands.
var codePath = path.Root("authorization").AtName("code_wo")

func (p *planning) isAnotherService() bool {
	wanted := p.to.serviceType()
	return wanted != "" && !p.state.ServiceType.IsNull() && !strings.EqualFold(p.state.ServiceType.ValueString(), wanted)
}

// replace plans the account of another service, which is another account.
func (p *planning) replace() {
	planCreate(&p.to, p.key)
	p.planned.CredentialsRevision = p.to.firstRevision()
	p.planned.AuthOrgID = p.to.orgID()
	if p.planned.AuthOrgID.IsNull() {
		p.planned.AuthOrgID = types.StringUnknown()
	}
	p.resp.RequiresReplace.Append(path.Root("service_type"))
}

// update plans what a write to the account changes.
func (p *planning) update(ctx context.Context) {
	var change secret.Change
	if p.configured.authorization != nil {
		change = p.updateByConsent()
	} else {
		change = p.updateByWrite(ctx)
	}
	if org := p.to.orgID(); !org.IsNull() && !strings.EqualFold(org.ValueString(), p.planned.AuthOrgID.ValueString()) {
		p.planned.AuthOrgID = org
		if p.to.attribute() != p.from.attribute() && !p.state.AuthOrgID.IsNull() {
			p.resp.RequiresReplace.Append(path.Root("auth_org_id"))
		}
	}
	if held := p.state.AuthUserID; p.key != nil && p.from.google == nil && isAnotherKey(held, p.key.ClientID) {
		// An account that was consented to is the administrator's.
		p.planned.AuthUserID = types.StringValue(p.key.ClientID)
		p.resp.RequiresReplace.Append(path.Root("auth_user_id"))
	}
	p.planned.TokenStatus, p.planned.TokenError = attribute.PlanToken(p.state.TokenStatus, p.state.TokenError)
	p.save(ctx)
	local := p.to.local
	p.resp.Diagnostics.Append(plan.Settle(&p.resp.Plan, p.req.Config, p.req.State, local(change.Sends))...)
	if change.Open && plan.Writes(p.resp.Plan, p.req.Config, p.req.State, local(false)) {
		p.resp.Diagnostics.Append(leaveOpen(ctx, &p.resp.Plan, p.to)...)
	}
}

// updateByWrite plans a write with the account's credential.
func (p *planning) updateByWrite(ctx context.Context) secret.Change {
	change, diagnostics := planSecret(ctx, p.req, p.configured, p.from, p.key, p.state.CredentialsRevision)
	p.resp.Diagnostics.Append(diagnostics...)
	if change.Drifted && p.to.google != nil {
		p.resp.Diagnostics.Append(secret.DriftWarning(path.Root("google").AtName("private_key_id"), "Google key"))
	}
	p.planned.CredentialsRevision = change.Revision
	p.planned.Login = p.state.Login
	if p.to.google != nil && p.from.google != nil {
		planGoogle(p.to.google, *p.from.google, p.key, change.Sends)
		if change.Sends {
			p.planned.Login = p.to.google.PrivateKeyID
		}
		if p.key != nil && isAnotherKey(p.from.google.ClientID, p.key.ClientID) {
			// Whatever the version says: this key cannot serve this account.
			p.to.google.describe(*p.key)
			p.resp.RequiresReplace.Append(path.Root("google").AtName("client_id"))
		}
	}
	if p.to.exchange != nil {
		planExchange(p.to.exchange, p.from.exchange)
	}
	return change
}

// updateByConsent plans the exchange of another code, which the version alone
// can ask for: a code that was used is of no use again. Without one, scopes
// cannot change.
func (p *planning) updateByConsent() secret.Change {
	change := secret.Change{Revision: p.state.CredentialsRevision}
	version, before := p.configured.authorization.CodeWOVersion, types.Int64Null()
	if p.from.authorization != nil {
		before = p.from.authorization.CodeWOVersion
	}
	hasCode := !p.configured.authorization.CodeWO.IsNull()
	switch {
	case version.IsUnknown():
		change = secret.Change{Revision: types.Int64Unknown(), Sends: true}
	case version.IsNull(), version.Equal(before), before.IsNull() && !hasCode: // the last is how an imported account gets its version
	case !hasCode:
		p.resp.Diagnostics.Append(missingCode(codePath, "`code_wo_version` has changed, which exchanges another code, and there is none."))
	default:
		change = secret.Change{Revision: types.Int64Value(p.state.CredentialsRevision.ValueInt64() + secret.FirstRevision), Sends: true}
	}
	p.planned.CredentialsRevision = change.Revision
	p.planned.Login = p.state.Login
	if change.Sends {
		p.openConsenter()
		return change
	}
	scopes := p.planned.Scopes
	switch {
	case scopes.IsUnknown() || p.state.Scopes.IsNull():
	case slices.Equal(scopes.Canonical(), aurinko.KnownScopes(p.state.Scopes.Canonical())):
		p.planned.Scopes = p.state.Scopes // with those of a later Aurinko, which nobody can configure
	default:
		p.resp.Diagnostics.Append(scopesNeedConsent(path.Root("scopes"), p.state.ID.ValueString()))
	}
	return change
}

// openConsenter leaves open who has consented: that may be another
// administrator than before.
func (p *planning) openConsenter() {
	p.planned.Login, p.planned.AuthUserID = types.StringUnknown(), types.StringUnknown()
	p.planned.Email.StringValue = types.StringUnknown()
}

// isAnother reports whether a plan modifier asks for another account.
func (p *planning) isAnother() bool {
	to, from := p.to, p.from
	return attribute.Replaces(p.planned.ClientOrgID, p.state.ClientOrgID) ||
		to.google != nil && from.google != nil && attribute.Replaces(to.google.Domain, from.google.Domain) ||
		to.exchange != nil && from.exchange != nil && (attribute.Replaces(to.exchange.Username, from.exchange.Username) ||
			attribute.Replaces(to.exchange.ServerURL, from.exchange.ServerURL)) ||
		to.office365 != nil && from.office365 != nil && attribute.Replaces(to.office365.TenantID, from.office365.TenantID)
}

// leaveOpen plans a write whose credential is not known yet: that may turn out
// to be another one, and with it what is computed from it.
func leaveOpen(ctx context.Context, planned *tfsdk.Plan, to variant) diag.Diagnostics {
	diagnostics := planned.SetAttribute(ctx, path.Root("credentials_revision"), types.Int64Unknown())
	if to.google != nil {
		diagnostics.Append(planned.SetAttribute(ctx, path.Root("login"), types.StringUnknown())...)
		for _, computed := range []string{"client_email", "client_id", "project_id", "private_key_id"} {
			diagnostics.Append(planned.SetAttribute(ctx, path.Root("google").AtName(computed), types.StringUnknown())...)
		}
	}
	return diagnostics
}

// planSecret compares the configured credential with the one that Aurinko
// holds.
func planSecret(ctx context.Context, req resource.ModifyPlanRequest, configured, from variant,
	key *credential.GoogleKey, revision types.Int64,
) (secret.Change, diag.Diagnostics) {
	kept, diagnostics := secret.Load(ctx, req.Private)
	change := secret.Plan(configured.secret(), from.secret(), kept, revision, configured.canonical())
	if key == nil || from.google == nil {
		return change, diagnostics
	}
	held := from.google.PrivateKeyID.ValueString() // as Aurinko tells it
	if kept == (secret.Kept{}) && held == key.PrivateKeyID &&
		configured.google.Credentials.IsNull() && from.google.CredentialsWOVersion.IsNull() {
		// Nothing is kept after an import, but Aurinko tells which key it
		// holds, and it is this one.
		change = secret.Change{Revision: revision}
	}
	if change.Sends || held == "" || strings.EqualFold(held, key.PrivateKeyID) {
		return change, diagnostics
	}
	login, more := loadLogin(ctx, req.Private)
	diagnostics.Append(more...)
	if login == "" || strings.EqualFold(held, login) { // as it was after the last write
		return change, diagnostics
	}
	sentLast := !configured.google.Credentials.IsNull()
	if !sentLast {
		sentLast, _ = secret.Matches(kept.Sent, configured.canonical()(configured.google.CredentialsWO.ValueString()))
	}
	if sentLast {
		change = secret.Change{Revision: types.Int64Value(revision.ValueInt64() + secret.FirstRevision), Sends: true, Drifted: true}
	}
	return change, diagnostics
}

// loginKey is the key of private state under which the login is kept that
// Aurinko told after the last write. For Google that should be the id of the
// key; a server that tells something else is not taken for one whose key was
// changed.
const loginKey = "login"

func rememberLogin(ctx context.Context, private secret.Private, account aurinko.Account) diag.Diagnostics {
	stored, err := json.Marshal(account.LoginString)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to keep the login", err.Error())}
	}
	return private.SetKey(ctx, loginKey, stored)
}

func loadLogin(ctx context.Context, private secret.Private) (string, diag.Diagnostics) {
	stored, diagnostics := private.GetKey(ctx, loginKey)
	var login string
	if len(stored) > 0 && json.Unmarshal(stored, &login) != nil {
		login = "" // as good as nothing
	}
	return login, diagnostics
}

// warnOfExisting says in the plan what a create would find, as far as everything
// that identifies the account is known. A listing that fails is no error here:
// the apply reports it.
func (r *serviceAccount) warnOfExisting(ctx context.Context, p planning) {
	in, known := p.to.identity()
	if r.run == nil || !known || p.config.ClientOrgID.IsUnknown() || p.resp.Diagnostics.HasError() {
		return
	}
	in.ClientOrgID = p.planned.ClientOrgID.ValueString()
	if found, exists, err := r.run.Existing(ctx, lifecycle.Spec{Input: in}); err == nil && exists {
		p.resp.Diagnostics.Append(diags.PlannedExisting("service account",
			fmt.Sprintf("Account %s is %s", found.ID, describe(in)), found.ID.String(), attribute.Adopts(p.planned.OnExisting)))
	}
}

// isAnotherKey reports whether an id of the key differs from the state's. A
// state that lacks it, as after an import, tells nothing.
func isAnotherKey(state types.String, id string) bool {
	return !state.IsNull() && !strings.EqualFold(state.ValueString(), id)
}

// planCreate plans what a new account computes from its configuration.
func planCreate(to *variant, key *credential.GoogleKey) {
	if to.google != nil && key != nil {
		to.google.describe(*key)
	}
	if to.exchange != nil {
		planExchange(to.exchange, nil)
	}
}

// planGoogle plans what is computed from the key: it changes only when the key
// is sent anew.
func planGoogle(to *google, from google, key *credential.GoogleKey, changes bool) {
	switch {
	case !changes:
		to.ClientEmail, to.ClientID, to.ProjectID, to.PrivateKeyID = from.ClientEmail, from.ClientID, from.ProjectID, from.PrivateKeyID
	case key != nil:
		to.describe(*key)
	}
}

// planExchange plans the mail domain where the configuration leaves it out.
func planExchange(to, from *exchange) {
	switch {
	case !to.Domain.IsUnknown():
	case from != nil && !from.Domain.IsNull() && strings.EqualFold(from.Username.ValueString(), to.Username.ValueString()):
		to.Domain = from.Domain
	case !to.Username.IsUnknown():
		to.Domain = types.StringValue(domainOf(to.Username.ValueString()))
	}
}
