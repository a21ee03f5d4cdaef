// Package oauth has the resources for the application's OAuth settings: its
// app registrations at the mail services.
package oauth

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/plan"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// kind is what tells the settings resources apart.
type kind struct {
	resourceType string // aurinko_office365_oauth
	title        string // as in "create the …"
	description  string // of the schema, Markdown
	portalPage   string // where the Aurinko portal shows it
	key          aurinko.RegistrationKey

	secret     secret.Attribute
	canonical  secret.Canonical
	attributes func() map[string]schema.Attribute // beside those that all have
	local      []string                           // attributes that matter to the provider alone
}

// id is the resource's ID and import ID.
func (k kind) id() string { return k.key.String() }

// object names the settings in messages.
func (k kind) object() lifecycle.Object { return lifecycle.Object("the " + k.title) }

// shared are the attributes that all settings resources have.
type shared struct {
	ID         types.String      `tfsdk:"id"`
	ClientID   types.String      `tfsdk:"client_id"`
	Scopes     customtype.Scopes `tfsdk:"scopes"`
	ManagedBy  types.String      `tfsdk:"managed_by"`
	OnExisting types.String      `tfsdk:"on_existing"`
}

// model is the values of one settings resource.
type model[M any] interface {
	*M
	common() *shared
	secret() secret.Values
	revision() *types.Int64
	// toAPI is what a write sends. The secret comes from the configuration,
	// which alone holds write-only values.
	toAPI(configured secret.Values, state *M) aurinko.OAuthRegistration
	fromAPI(r readback.Reader, stored aurinko.OAuthRegistration)
	// differences name what Aurinko holds otherwise than is configured, for the
	// portal mode.
	differences(stored aurinko.OAuthRegistration) []difference
	// check finds what is wrong with a configuration, as far as it is known.
	check() diag.Diagnostics
	// describe fills in what is computed from the configuration.
	describe(config *M)
	// review looks at a complete plan; uploads tells whether it writes anything.
	review(now time.Time, uploads bool) diag.Diagnostics
}

// settings is a settings resource: one registration of the application, which
// exists at most once.
type settings[M any, P model[M]] struct {
	kind
	run *lifecycle.Run
	now func() time.Time
}

func newSettings[M any, P model[M]](k kind) resource.Resource {
	return &settings[M, P]{kind: k, now: time.Now}
}

func (r *settings[M, P]) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.resourceType
}

const (
	managedByTerraform = "terraform"
	managedByPortal    = "portal"
)

func (r *settings[M, P]) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := r.attributes()
	attributes["id"] = attribute.Stable(fmt.Sprintf("Always `%s`, which is the import id too.", r.id()))
	attributes["scopes"] = attribute.OptionalScopes("Aurinko scopes that these settings ask for.")
	attributes["on_existing"] = attribute.OnExisting("registration")
	attributes["managed_by"] = schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Who writes the settings at Aurinko: `%s`, the default, or `%s`. With `%s` nothing is ever written: "+
			"create and update compare what is configured with what Aurinko holds, and fail with what to correct in the portal; destroy only forgets. Changing it alone writes nothing.",
			managedByTerraform, managedByPortal, managedByPortal),
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(managedByTerraform, managedByPortal)},
	}
	r.secret.AddTo(attributes)
	resp.Schema = schema.Schema{MarkdownDescription: r.description, Attributes: attributes}
}

func (r *settings[M, P]) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identity.Schema(fmt.Sprintf("Always `%s`: an application has these settings once.", r.id()))
}

func (r *settings[M, P]) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

func (r *settings[M, P]) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("validate the "+r.title, &resp.Diagnostics)
	var config M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(P(&config).check()...)
	}
}

// isLocal names what is the provider's own business: changing it writes
// nothing. A secret that moves to its write-only form unchanged does not
// either.
func (r *settings[M, P]) isLocal(secretSends bool) plan.Local {
	return func(name string) bool {
		switch name {
		case "on_existing", "managed_by", r.revisionName():
			return true
		}
		for _, local := range r.local {
			if name == local {
				return true
			}
		}
		return !secretSends && secret.IsAttribute(name, r.secret.Name)
	}
}

func (r *settings[M, P]) revisionName() string { return r.secret.Name + "_revision" }

func (r *settings[M, P]) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the "+r.title, &resp.Diagnostics)
	if !req.State.Raw.IsNull() && r.run != nil && r.run.NotePlan(r.object(), req.Plan.Raw.IsNull()) {
		resp.Diagnostics.Append(diags.KeptAndDestroyed(r.object()))
	}
	if req.Plan.Raw.IsNull() { // a destroy
		return
	}
	var config, planned M
	var state *M // nil for a create
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(P(&config).check()...)
	if resp.Diagnostics.HasError() {
		return
	}
	P(&planned).describe(&config)
	if state == nil {
		*P(&planned).revision() = types.Int64Value(secret.FirstRevision)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
		resp.Diagnostics.Append(P(&planned).review(r.now(), !isPortal(P(&planned).common()))...)
		if !resp.Diagnostics.HasError() {
			r.planCreate(ctx, P(&planned).common(), &resp.Diagnostics)
		}
		return
	}

	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	change := secret.Plan(P(&config).secret(), P(state).secret(), kept, *P(state).revision(), r.canonical)
	*P(&planned).revision() = change.Revision
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &planned)...)
	local := r.isLocal(change.Sends)
	resp.Diagnostics.Append(plan.Settle(&resp.Plan, req.Config, req.State, local)...)
	if resp.Diagnostics.HasError() {
		return
	}
	writes := change.Sends || plan.Writes(resp.Plan, req.Config, req.State, local)
	if change.Open && writes {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(r.revisionName()), types.Int64Unknown())...)
	}
	if change.Drifted {
		resp.Diagnostics.Append(r.driftWarning(P(&planned).common()))
	}
	resp.Diagnostics.Append(P(&planned).review(r.now(), writes && !isPortal(P(&planned).common()))...)
}

// planCreate says in the plan what a create would find. A listing that fails is
// no error here: the apply reports it.
func (r *settings[M, P]) planCreate(ctx context.Context, planned *shared, diagnostics *diag.Diagnostics) {
	if r.run == nil || isPortal(planned) || r.run.IsUsed(r.object()) {
		return
	}
	if found, err := r.run.Client.OAuthRegistration(ctx, r.key); err == nil {
		diagnostics.Append(diags.PlannedExisting(r.title, r.existing(found.ClientID), r.id(), attribute.Adopts(planned.OnExisting)))
	}
}

func (r *settings[M, P]) existing(clientID string) string {
	return fmt.Sprintf("The application already has these settings, with client ID %q", clientID)
}

func (r *settings[M, P]) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the "+r.title, &resp.Diagnostics)
	var config, planned, none M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	if resp.Diagnostics.HasError() {
		return
	}
	configured, common := P(&config).secret(), P(&planned).common()
	if isPortal(common) {
		resp.Diagnostics.Append(r.verify(ctx, &config, &planned)...)
	} else {
		in := P(&planned).toAPI(configured, &none)
		resp.Diagnostics.Append(r.create(ctx, in, attribute.Adopts(common.OnExisting))...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.complete(ctx, &planned)...)
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	identity.Set(resp.Identity, types.StringValue(r.id()))
	resp.Diagnostics.Append(secret.Remember(ctx, resp.Private, configured, r.canonical)...)
}

func (r *settings[M, P]) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the "+r.title, &resp.Diagnostics)
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	identity.Set(resp.Identity, types.StringValue(r.id()))
	stored, err := r.run.Client.OAuthRegistration(ctx, r.key)
	if errors.Is(err, aurinko.ErrNoRegistration) {
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		resp.Diagnostics.Append(diags.Failure("read the "+r.title, err, ""))
		return
	}
	if r.run.NoteRead(r.object()) {
		resp.Diagnostics.Append(diags.SharedID(r.object()))
	}
	if P(&state).secret().Plain.IsNull() { // the state would show a plain one
		resp.Diagnostics.Append(secret.Tell(ctx, resp.Private, stored.ClientSecret, r.canonical)...)
	}
	r.take(readback.Refresh, &state, stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

func (r *settings[M, P]) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the "+r.title, &resp.Diagnostics)
	var config, planned, state M
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	configured, before := P(&config).secret(), P(&state).secret()
	sends := !P(&planned).revision().Equal(*P(&state).revision())
	// A secret that moves to its other form is the same one, or it sends.
	remember := sends || configured.Plain.IsNull() != before.Plain.IsNull()
	switch {
	case isPortal(P(&planned).common()):
		resp.Diagnostics.Append(r.verify(ctx, &config, &planned)...)
	case sends || plan.Writes(req.Plan, req.Config, req.State, r.isLocal(sends)):
		in := P(&planned).toAPI(configured, &state)
		resp.Diagnostics.Append(r.update(ctx, in)...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.complete(ctx, &planned)...)
		}
		remember = true // every write carries the secret
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	identity.Set(resp.Identity, types.StringValue(r.id()))
	if remember {
		resp.Diagnostics.Append(secret.Remember(ctx, resp.Private, configured, r.canonical)...)
	}
}

func (r *settings[M, P]) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the "+r.title, &resp.Diagnostics)
	var state M
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if isPortal(P(&state).common()) {
		resp.Diagnostics.AddWarning("The "+r.title+" stay at Aurinko",
			fmt.Sprintf("With `managed_by = \"portal\"` Terraform only forgets them. Delete them in the Aurinko portal, %s, if they are no longer needed.", r.portalPage))
		return
	}
	forgotten, err := r.run.DeleteRegistration(ctx, r.key)
	if forgotten {
		resp.Diagnostics.Append(diags.Forgotten(r.object()))
	}
	resp.Diagnostics.Append(r.writeFailed("delete", err)...)
}

func (r *settings[M, P]) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diagnostics := identity.ImportID(ctx, req)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	if id != r.id() {
		resp.Diagnostics.AddError(fmt.Sprintf("Unknown import id %q", id),
			fmt.Sprintf("An application has these settings once, and their import id is always %q.", r.id()))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	identity.Set(resp.Identity, types.StringValue(id))
}

// take takes what the API tells into a model.
func (r *settings[M, P]) take(reader readback.Reader, m *M, stored aurinko.OAuthRegistration) {
	common := P(m).common()
	common.ID = types.StringValue(r.id())
	reader.StringFold(&common.ClientID, stored.ClientID)
	reader.Scopes(&common.Scopes, stored.Scopes)
	P(m).fromAPI(reader, stored)
}

// complete reads the settings back after a write, for what the plan left open.
// That they cannot be read, or are not listed yet, is a warning, since the write
// itself succeeded.
func (r *settings[M, P]) complete(ctx context.Context, planned *M) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	stored, err := r.run.Client.OAuthRegistration(ctx, r.key)
	switch {
	case errors.Is(err, aurinko.ErrNoRegistration):
		diagnostics.AddWarning("Written, but not listed yet: the "+r.title,
			"Aurinko accepted POST /am/oauth_regs, but does not list such a registration. It is in the state; if the next plan is to create it again, look into the Aurinko portal, "+r.portalPage+".")
	case err != nil:
		diagnostics.Append(diags.ReadBack("the "+r.title, err))
	}
	r.take(readback.AfterWrite, planned, stored)
	return diagnostics
}

// create writes the settings, unless they are there already and adopt is not
// set.
func (r *settings[M, P]) create(ctx context.Context, in aurinko.OAuthRegistration, adopt bool) diag.Diagnostics {
	in.ServiceType, in.Daemon = r.key.ServiceType, r.key.Daemon
	return r.writeFailed("create", r.run.CreateRegistration(ctx, in, adopt))
}

func (r *settings[M, P]) update(ctx context.Context, in aurinko.OAuthRegistration) diag.Diagnostics {
	in.ServiceType, in.Daemon = r.key.ServiceType, r.key.Daemon
	return r.writeFailed("update", r.run.UpdateRegistration(ctx, in))
}

func (r *settings[M, P]) writeFailed(verb string, err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	goal := verb + " the " + r.title
	var refusal *lifecycle.Refusal
	switch {
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diag.Diagnostics{diags.Exists(r.title, r.existing(refusal.Detail), r.id())}
	case lifecycle.Is(err, lifecycle.Claimed):
		return diag.Diagnostics{diags.SettingsClaimed(goal)}
	case aurinko.IsUnsupportedWrite(err):
		return diag.Diagnostics{r.unsupported(goal, verb, err)}
	}
	return diag.Diagnostics{diags.Failure(goal, err,
		"Check the values of this resource, and whether these credentials may change OAuth settings. Or enter the values in the Aurinko portal, "+r.portalPage+".")}
}
