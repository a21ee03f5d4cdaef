package serviceaccount

import (
	"context"
	"errors"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

// createByConsent exchanges the code of an administrator's consent. An account
// that is not what was meant is left alone, and does not go into the state.
func (r *serviceAccount) createByConsent(ctx context.Context, config, planned model, resp *resource.CreateResponse) {
	consent, diagnostics := consentOf(ctx, config, planned)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	id, err := r.client.CreateByConsent(ctx, consent, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(consentFailed("create", consent, err))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id.String())...)
	identity.Set(resp.Identity, types.StringValue(id.String()))
	account, err := r.client.ConfirmConsent(ctx, id, consent)
	if other := (*aurinko.ConsentedError)(nil); errors.As(err, &other) {
		resp.State.RemoveResource(ctx)
		resp.Diagnostics.Append(consentFailed("create", consent, err))
		return
	}
	resp.Diagnostics.Append(planned.fromConsent(ctx, id, account, err)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
}

// updateByConsent exchanges the code of another consent to the same account,
// and completes the plan from what is there then.
func (r *serviceAccount) updateByConsent(ctx context.Context, config model, planned *model, diagnostics *diag.Diagnostics) {
	id, err := aurinko.ParseAccountID(planned.ID.ValueString())
	if err != nil {
		diagnostics.AddAttributeError(path.Root("id"), "Invalid account id", err.Error())
		return
	}
	consent, more := consentOf(ctx, config, *planned)
	diagnostics.Append(more...)
	if diagnostics.HasError() {
		return
	}
	if err := r.client.UpdateByConsent(ctx, id, consent); err != nil {
		diagnostics.Append(consentFailed("update", consent, err))
		return
	}
	account, err := r.client.ReadAccount(ctx, id, true)
	diagnostics.Append(planned.fromConsent(ctx, id, account, err)...)
}

// fromConsent takes what the API tells about an account that was consented to,
// unless reading it failed. Scopes other than the planned ones are a warning:
// the account works, an error would have it replaced, and the next plan shows
// them anyway.
func (m *model) fromConsent(ctx context.Context, id aurinko.AccountID, account aurinko.Account, readErr error) diag.Diagnostics {
	var diagnostics diag.Diagnostics
	account.ID = id
	if readErr != nil {
		diagnostics.Append(diags.ReadBack("the service account", readErr))
	}
	diagnostics.Append(m.fromAPI(ctx, readback.AfterWrite, account)...)
	if account.AuthScopes == nil {
		return diagnostics
	}
	wanted, got := m.Scopes.Canonical(), aurinko.CanonicalScopes(account.AuthScopes)
	if !slices.Equal(wanted, got) {
		diagnostics.Append(diags.OtherScopes(path.Root("scopes"), id, without(wanted, got), without(got, wanted)))
	}
	return diagnostics
}

// without are the names that are not among the others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// consentOf is the code to exchange, and what the account must be.
func consentOf(ctx context.Context, config, planned model) (aurinko.Consent, diag.Diagnostics) {
	configured, diagnostics := config.variant(ctx)
	if diagnostics.HasError() {
		return aurinko.Consent{}, diagnostics
	}
	if configured.authorization.CodeWO.IsNull() { // it was not known before
		diagnostics.Append(diags.MissingCode(codePath, "The account takes an administrator's consent, and no code says that there was one."))
	}
	return aurinko.Consent{
		Code:        configured.authorization.CodeWO.ValueString(),
		ServiceType: configured.serviceType(),
		ClientOrgID: planned.ClientOrgID.ValueString(),
	}, diagnostics
}

func consentFailed(verb string, consent aurinko.Consent, err error) diag.Diagnostic {
	return diags.ConsentFailure(diags.Consent{Verb: verb, ServiceType: consent.ServiceType, ClientOrgID: consent.ClientOrgID}, err)
}
