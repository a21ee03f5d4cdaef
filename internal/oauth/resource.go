// Package oauth has the resources for the application's OAuth settings: its app
// registrations at the mail services, each of which it has once.
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
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

var (
	_ resource.ResourceWithConfigure      = (*registration)(nil)
	_ resource.ResourceWithValidateConfig = (*registration)(nil)
	_ resource.ResourceWithModifyPlan     = (*registration)(nil)
	_ resource.ResourceWithImportState    = (*registration)(nil)
	_ resource.ResourceWithIdentity       = (*registration)(nil)
)

// kind is what distinguishes the registrations.
type kind struct {
	resourceType string // aurinko_office365_oauth
	title        string // as in "create the …"
	description  string // of the schema, Markdown
	portalPage   string // where the Aurinko portal shows it
	key          aurinko.RegistrationKey

	secret       secret.Attribute
	rule         secret.Rule
	stored       func(aurinko.OAuthRegistration) string // the secret that the API returned
	attributes   func() map[string]schema.Attribute     // besides those that all have
	providerOnly []string                               // attributes that only the provider uses, besides those that all have
	newModel     func() model
}

// id is the resource's ID and import ID.
func (k kind) id() string { return k.key.String() }

// object names the registration in messages.
func (k kind) object() lifecycle.Object { return lifecycle.Object("the " + k.title) }

// registration is the resource for one registration of the application.
type registration struct {
	kind
	run *lifecycle.Run
	now func() time.Time
}

func newRegistration(k kind) resource.Resource { return &registration{kind: k, now: time.Now} }

func (r *registration) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.resourceType
}

func (r *registration) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := r.attributes()
	attributes["id"] = attribute.Stable(fmt.Sprintf("Always `%s`, which is also the import ID.", r.id()))
	attributes["scopes"] = attribute.OptionalScopes("Aurinko scopes that these settings request.")
	attributes["on_existing"] = attribute.OnExisting("registration")
	attributes["managed_by"] = schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Who writes the settings at Aurinko: `%s` or `%s`. With `%s`, Terraform writes nothing: "+
			"create and update compare the configuration with the settings at Aurinko, and fail if they differ; destroy only removes the resource from the state. Defaults to `%s`.",
			managedByTerraform, managedByPortal, managedByPortal, managedByTerraform),
		Optional:   true,
		Validators: []validator.String{stringvalidator.OneOf(managedByTerraform, managedByPortal)},
	}
	r.secret.AddTo(attributes)
	attributes[r.revisionName()] = attribute.Revision(r.secret.Short)
	resp.Schema = schema.Schema{MarkdownDescription: r.description, Attributes: attributes}
}

func (r *registration) revisionName() string { return r.secret.Name + "_revision" }

func (r *registration) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = attribute.IdentitySchema(fmt.Sprintf("Always `%s`: an application has these settings once.", r.id()))
}

func (r *registration) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.run = diags.Run(req.ProviderData, &resp.Diagnostics)
}

// A getter is a configuration, a plan or a state.
type getter interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}

func (r *registration) get(ctx context.Context, from getter, diagnostics *diag.Diagnostics) model {
	m := r.newModel()
	diagnostics.Append(from.Get(ctx, m)...)
	return m
}

func (r *registration) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	defer diags.Recover("validate the "+r.title, &resp.Diagnostics)
	config := r.get(ctx, req.Config, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.check()...)
	}
}

// writesNothing are the attributes whose change alone writes nothing.
func (r *registration) writesNothing() []string {
	return append(append(r.secret.Names(), "on_existing", "managed_by"), r.providerOnly...)
}

func (r *registration) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	defer diags.Recover("plan the "+r.title, &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "the "+r.title, req.Private)...)
	if !req.State.Raw.IsNull() && r.run != nil && r.run.NotePlan(r.object(), req.Plan.Raw.IsNull()) {
		resp.Diagnostics.Append(diags.KeptAndDestroyed(r.object()))
	}
	if req.Plan.Raw.IsNull() || resp.Diagnostics.HasError() { // a destroy
		return
	}
	config, planned := r.get(ctx, req.Config, &resp.Diagnostics), r.get(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(config.check()...); resp.Diagnostics.HasError() {
		return
	}
	planned.describe()
	if req.State.Raw.IsNull() { // a create
		*planned.revision() = types.Int64Value(1)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
		resp.Diagnostics.Append(planned.review(r.now(), !planned.shared().isPortal())...)
		if !resp.Diagnostics.HasError() {
			r.planCreate(ctx, planned.shared(), &resp.Diagnostics)
		}
		return
	}

	state := r.get(ctx, req.State, &resp.Diagnostics)
	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	change := r.rule.Compare(config.secret(), state.secret(), kept)
	*planned.revision() = *state.revision()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
	writes := change.Sends || attribute.Writes(resp.Plan, req.Config, req.State, r.writesNothing())
	if !writes {
		resp.Diagnostics.Append(attribute.KeepComputed(&resp.Plan, req.Config, req.State)...)
	}
	revision := change.Planned(*state.revision(), !resp.Plan.Raw.Equal(req.State.Raw))
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(r.revisionName()), revision)...)
	if change.Drifted {
		resp.Diagnostics.Append(r.driftWarning(planned.shared()))
	}
	resp.Diagnostics.Append(planned.review(r.now(), writes && !planned.shared().isPortal())...)
}

// planCreate reports in the plan what a create would find. A listing that fails is
// no error here: the apply reports it.
func (r *registration) planCreate(ctx context.Context, planned *common, diagnostics *diag.Diagnostics) {
	if r.run == nil || planned.isPortal() || r.run.IsUsed(r.object()) {
		return
	}
	if found, err := r.run.Client.OAuthRegistration(ctx, r.key); err == nil && !r.run.IsRegistrationWritten(r.key) {
		diagnostics.Append(diags.PlannedExisting(r.title, r.existing(found.ClientID), r.id(), attribute.Adopts(planned.OnExisting)))
	}
}

func (r *registration) existing(clientID string) string {
	return fmt.Sprintf("The application already has these settings, with client ID %q", clientID)
}

func (r *registration) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	defer diags.Recover("create the "+r.title, &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	config, planned := r.get(ctx, req.Config, &resp.Diagnostics), r.get(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var stored aurinko.OAuthRegistration
	var diagnostics diag.Diagnostics
	if planned.shared().isPortal() {
		stored, diagnostics = r.verify(ctx, config)
	} else {
		stored, diagnostics = r.write(ctx, "create", r.input(config, planned), func(in aurinko.OAuthRegistration) error {
			return r.run.CreateRegistration(ctx, in, attribute.Adopts(planned.shared().OnExisting))
		})
	}
	if resp.Diagnostics.Append(diagnostics...); resp.Diagnostics.HasError() {
		return
	}
	r.copy(readback.AfterWrite, planned, stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, types.StringValue(r.id()), resp.Identity, resp.Private)...)
	resp.Diagnostics.Append(r.sent(ctx, resp.Private, config, stored)...)
}

func (r *registration) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	defer diags.Recover("read the "+r.title, &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	state := r.get(ctx, req.State, &resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "the "+r.title, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, types.StringValue(r.id()), resp.Identity, resp.Private)...)
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
	if state.secret().Plain.IsNull() { // the state shows a plain one
		resp.Diagnostics.Append(r.rule.Read(ctx, resp.Private, r.fingerprint(stored))...)
	}
	r.copy(readback.Refresh, state, stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func (r *registration) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	defer diags.Recover("update the "+r.title, &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	config, planned, state := r.get(ctx, req.Config, &resp.Diagnostics), r.get(ctx, req.Plan, &resp.Diagnostics), r.get(ctx, req.State, &resp.Diagnostics)
	kept, diagnostics := secret.Load(ctx, req.Private)
	resp.Diagnostics.Append(diagnostics...)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "the "+r.title, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	change := r.rule.Compare(config.secret(), state.secret(), kept)
	*planned.revision() = change.Applied(*planned.revision(), *state.revision())
	// A secret that moves to its other form unchanged is kept in another place.
	moves := config.secret().Plain.IsNull() != state.secret().Plain.IsNull()
	writes := change.Sends || attribute.Writes(req.Plan, req.Config, req.State, r.writesNothing())
	var stored aurinko.OAuthRegistration
	switch {
	case planned.shared().isPortal():
		stored, diagnostics = r.verify(ctx, config)
	case writes:
		in := r.input(config, planned)
		in.Clear(state.toAPI(""))
		stored, diagnostics = r.write(ctx, "update", in, func(in aurinko.OAuthRegistration) error { return r.run.UpdateRegistration(ctx, in) })
	}
	if resp.Diagnostics.Append(diagnostics...); resp.Diagnostics.HasError() {
		return
	}
	r.copy(readback.AfterWrite, planned, stored)
	resp.Diagnostics.Append(resp.State.Set(ctx, planned)...)
	resp.Diagnostics.Append(attribute.Identify(ctx, r.run, types.StringValue(r.id()), resp.Identity, resp.Private)...)
	if writes || moves {
		resp.Diagnostics.Append(r.sent(ctx, resp.Private, config, stored)...)
	}
}

func (r *registration) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	defer diags.Recover("delete the "+r.title, &resp.Diagnostics)
	defer diags.Throttled(r.run, &resp.Diagnostics)
	state := r.get(ctx, req.State, &resp.Diagnostics)
	resp.Diagnostics.Append(attribute.CheckApplication(ctx, r.run, "the "+r.title, req.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.shared().isPortal() {
		resp.Diagnostics.AddWarning("The "+r.title+" stay at Aurinko",
			fmt.Sprintf("With `managed_by = %q`, Terraform only removes them from the state.\n\nIf they are no longer needed, delete them in the Aurinko portal, %s.", managedByPortal, r.portalPage))
		return
	}
	forgotten, err := r.run.DeleteRegistration(ctx, r.key)
	switch {
	case forgotten:
		resp.Diagnostics.Append(diags.Forgotten(r.object()))
	case err != nil:
		resp.Diagnostics.Append(r.writeFailed("delete", err))
	}
}

func (r *registration) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	id, diagnostics := attribute.ImportID(ctx, r.run, req)
	if resp.Diagnostics.Append(diagnostics...); resp.Diagnostics.HasError() {
		return
	}
	if id != r.id() {
		resp.Diagnostics.AddError("Invalid import ID", fmt.Sprintf("%q is not the import ID of the %s.\n\nUse %q: an application has these settings once.", id, r.title, r.id()))
		return
	}
	attribute.Import(ctx, r.run, id, resp)
}

// input returns what a write sends: the planned values, and the secret from the
// configuration, which alone has the write-only ones.
func (r *registration) input(config, planned model) aurinko.OAuthRegistration {
	in := planned.toAPI(config.secret().Value().ValueString())
	in.ServiceType, in.Daemon = r.key.ServiceType, r.key.Daemon
	return in
}

// write sends the settings, and returns them as they were read back, empty if that
// failed: since the write itself succeeded, that is a warning.
func (r *registration) write(ctx context.Context, verb string, in aurinko.OAuthRegistration, send func(aurinko.OAuthRegistration) error) (aurinko.OAuthRegistration, diag.Diagnostics) {
	if err := send(in); err != nil {
		return aurinko.OAuthRegistration{}, diag.Diagnostics{r.writeFailed(verb, err)}
	}
	stored, err := r.run.Client.OAuthRegistration(ctx, r.key)
	switch {
	case errors.Is(err, aurinko.ErrNoRegistration):
		return stored, diag.Diagnostics{diag.NewWarningDiagnostic("Written, but not listed yet: the "+r.title,
			"Aurinko accepted POST /am/oauth_regs, but does not list these settings. They are in the state.\n\nIf the next plan creates them again, compare them in the Aurinko portal, "+r.portalPage+".")}
	case err != nil:
		return stored, diag.Diagnostics{diags.ReadBack("the "+r.title, err)}
	}
	return stored, nil
}

func (r *registration) writeFailed(verb string, err error) diag.Diagnostic {
	goal := verb + " the " + r.title
	var refusal *lifecycle.Refusal
	switch {
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diags.Exists(r.title, r.existing(refusal.Detail), r.id())
	case lifecycle.Is(err, lifecycle.Claimed):
		return diags.SettingsClaimed(goal)
	case aurinko.IsUnsupportedWrite(err):
		return r.unsupported(goal, verb, err)
	}
	return diags.Failure(goal, err,
		"Check the values of this resource, and whether these credentials may change OAuth settings. Or enter the values in the Aurinko portal, "+r.portalPage+".")
}

// copy copies what the API returned into a model. Nothing was returned of settings
// that could not be read back.
func (r *registration) copy(reader readback.Reader, m model, stored aurinko.OAuthRegistration) {
	shared := m.shared()
	shared.ID = types.StringValue(r.id())
	reader.Fold(&shared.ClientID, stored.ClientID)
	reader.Scopes(&shared.Scopes, stored.Scopes)
	m.fromAPI(reader, stored)
}

// sent keeps what a later plan compares the secret with. Every write carries it.
func (r *registration) sent(ctx context.Context, private secret.Private, config model, stored aurinko.OAuthRegistration) diag.Diagnostics {
	return r.rule.Sent(ctx, private, config.secret(), r.fingerprint(stored))
}

// fingerprint returns what a secret that the API returned is compared by; empty when it
// did not return it.
func (r *registration) fingerprint(stored aurinko.OAuthRegistration) string {
	returned := r.stored(stored)
	if aurinko.IsMasked(returned) {
		return ""
	}
	return r.rule.Fingerprint(returned)
}
