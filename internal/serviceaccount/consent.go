package serviceaccount

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/identity"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

// createByConsent exchanges the code of an administrator's consent.
func (r *serviceAccount) createByConsent(ctx context.Context, config, planned model, resp *resource.CreateResponse) {
	consent, diagnostics := consentOf(ctx, config, planned)
	resp.Diagnostics.Append(diagnostics...)
	if resp.Diagnostics.HasError() {
		return
	}
	written, err := r.run.CreateByConsent(ctx, consent, attribute.Adopts(planned.OnExisting))
	if err != nil {
		resp.Diagnostics.Append(consentFailed("create", consent, err))
		return
	}
	resp.Diagnostics.Append(planned.fromConsent(ctx, written)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &planned)...)
	identity.Set(resp.Identity, planned.ID.StringValue)
}

// updateByConsent exchanges the code of another consent to the same account,
// and completes the plan.
func (r *serviceAccount) updateByConsent(ctx context.Context, config model, planned *model, diagnostics *diag.Diagnostics) {
	id := planned.ID.ID(path.Root("id"), diagnostics)
	consent, more := consentOf(ctx, config, *planned)
	diagnostics.Append(more...)
	if diagnostics.HasError() {
		return
	}
	written, err := r.run.UpdateByConsent(ctx, id, consent)
	if err != nil {
		diagnostics.Append(consentFailed("update", consent, err))
		return
	}
	diagnostics.Append(planned.fromConsent(ctx, written)...)
}

// fromConsent fills the model from an account that was consented to. Scopes other
// than the planned ones are a warning: the account works, an error would have it
// replaced, and the next plan shows them anyway.
func (m *model) fromConsent(ctx context.Context, written lifecycle.Written) diag.Diagnostics {
	diagnostics := m.fromAPI(ctx, readback.AfterWrite, written.Account)
	if written.Unread != nil {
		diagnostics.Append(diags.ReadBack("the service account", written.Unread))
	}
	if written.Account.AuthScopes == nil {
		return diagnostics
	}
	wanted, got := m.Scopes.Canonical(), aurinko.CanonicalScopes(written.Account.AuthScopes)
	if !slices.Equal(wanted, got) {
		diagnostics.Append(otherScopes(written.Account.ID, without(wanted, got), without(got, wanted)))
	}
	return diagnostics
}

// without returns the names that are not among the others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// consentOf returns the code to exchange, and what the account must be.
func consentOf(ctx context.Context, config, planned model) (lifecycle.Consent, diag.Diagnostics) {
	configured, diagnostics := config.variant(ctx)
	if diagnostics.HasError() {
		return lifecycle.Consent{}, diagnostics
	}
	if configured.authorization.CodeWO.IsNull() { // it was not known before
		diagnostics.Append(missingCode(codePath, "An administrator's consent creates the account, and there is no code of one."))
	}
	return lifecycle.Consent{
		Code:        configured.authorization.CodeWO.ValueString(),
		ServiceType: configured.serviceType(),
		ClientOrgID: planned.ClientOrgID.ValueString(),
	}, diagnostics
}

const newCode = "Get a new code: open the URL of the data source `aurinko_authorization_url` again."

// consentFailed returns the diagnostic for a code that led to no service account.
func consentFailed(verb string, consent lifecycle.Consent, err error) diag.Diagnostic {
	goal := verb + " the service account"
	var (
		code    *lifecycle.CodeError
		refusal *lifecycle.Refusal
	)
	switch {
	case errors.As(err, &code):
		return diag.NewErrorDiagnostic("Unable to "+goal, codeFailure(code))
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diag.NewErrorDiagnostic("The service account already exists", fmt.Sprintf(
			"The administrator consented to account %s, which existed before. Aurinko has authorized it again. It is not in the state.\n\n%s The code is used: adopting needs a new one.",
			refusal.AccountID, diags.HowToManage(refusal.AccountID.String())))
	case errors.As(err, &refusal):
		return diag.NewErrorDiagnostic("Unable to "+goal, consentRefused(consent, refusal))
	}
	return diags.Failure(goal, err, newCode)
}

func codeFailure(e *lifecycle.CodeError) string {
	text := strings.TrimSuffix(e.Error(), ".") + "."
	var api *aurinko.Error
	if errors.As(e, &api) && api.RequestID != "" {
		text += " Request ID " + api.RequestID + "."
	}
	switch {
	case e.MayHaveWorked() && len(e.Found) == 0:
		return text + " A code works once, so the provider did not send it again. It may have been used.\n\n" +
			"Run Terraform again. If Aurinko then refuses the code, get a new one from the URL of the data source `aurinko_authorization_url`."
	case e.MayHaveWorked():
		text += " A code works once, so the provider did not send it again. It may have been used. These accounts were not there before:"
	case len(e.Found) == 0:
		return text + " A code works once, and only for some minutes: an earlier run may have used it, it may have expired, or it may belong to another Aurinko application.\n\n" + newCode
	default:
		text += " A code works once, and only for some minutes: an earlier run may have used it, it may have expired, or it may belong to another Aurinko application.\n\n" +
			newCode + " If an earlier run used it, the account exists. The newest accounts of this service that are not in this run:"
	}
	for _, account := range e.Found {
		text += "\n- account " + summary(account)
	}
	return text + "\n\nTo manage one of them with Terraform, import its ID into the resource named above."
}

// summary returns an account with what distinguishes it.
func summary(a aurinko.Account) string {
	var known []string
	for _, fact := range []string{a.ServiceType, a.AuthOrgID, a.Email} {
		if fact != "" {
			known = append(known, fact)
		}
	}
	if a.CreatedAt != "" {
		known = append(known, "created "+a.CreatedAt)
	}
	if len(known) == 0 {
		return a.ID.String()
	}
	return fmt.Sprintf("%s (%s)", a.ID, strings.Join(known, ", "))
}

func consentRefused(consent lifecycle.Consent, r *lifecycle.Refusal) string {
	given := fmt.Sprintf("The administrator consented to account %s", r.AccountID)
	const left = " The account is not in the state, and nothing was written to it."
	const correct = "Delete the account in the Aurinko portal and get a code for what is configured, or correct the configuration and import the account."
	switch r.Reason {
	case lifecycle.Claimed:
		return given + ", which another resource of this configuration manages.\n\nRemove this resource, or have the administrator of the other organization consent."
	case lifecycle.Unproven:
		return fmt.Sprintf("%s, and nothing shows whether the consent created it. The account is not in the state.\n\n%s The code is used: adopting needs a new one.", given, diags.HowToManage(r.AccountID.String()))
	case lifecycle.OtherAccount:
		return fmt.Sprintf("The administrator consented to account %s, and not to account %s, which this resource manages. Neither was changed.\n\n"+
			"Have the administrator of account %s consent again, at the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`. "+
			"To manage account %s as well, import it into a resource of its own.", r.Other, r.AccountID, r.AccountID, r.AccountID, r.Other)
	case lifecycle.WrongKind:
		return fmt.Sprintf("%s, which is a %s account and not a service account.%s\n\n"+
			"Have the administrator consent at the URL of the data source `aurinko_authorization_url` with `flow = \"daemon\"`. Delete the account in the Aurinko portal if it is not needed.", given, r.Detail, left)
	case lifecycle.OtherService:
		return fmt.Sprintf("%s, whose service type is %q, where %q is configured.%s\n\n%s", given, r.Detail, consent.ServiceType, left, correct)
	case lifecycle.OtherOrg:
		return fmt.Sprintf("%s, whose client_org_id is %q, where %q is configured.%s\n\n%s", given, r.Detail, consent.ClientOrgID, left, correct)
	}
	return r.Error()
}

// otherScopes warns that an administrator has consented to other scopes than are
// configured.
func otherScopes(id aurinko.AccountID, missing, surplus []string) diag.Diagnostic {
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "it lacks "+strings.Join(missing, ", "))
	}
	if len(surplus) > 0 {
		parts = append(parts, "it also has "+strings.Join(surplus, ", "))
	}
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "The consent was to other scopes", fmt.Sprintf(
		"Account %s has other scopes than are configured: %s. The account is in the state. Terraform cannot change its scopes, so plans fail until they agree.\n\n"+
			"Configure the scopes that the account has. Or have the administrator consent to the configured ones, at the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`, and set the code with a new `code_wo_version`.",
		id, strings.Join(parts, "; "), id))
}

// scopesNeedConsent reports that scopes cannot be changed without a new consent.
func scopesNeedConsent(at path.Path, id string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Other scopes need another consent", fmt.Sprintf(
		"The scopes of account %s are those that its administrator consented to. The configured ones differ.\n\n"+
			"Have the administrator consent to the configured scopes, at the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`, and set the code in `code_wo` with a new `code_wo_version`. "+
			"Or configure the scopes that the account has.", id, id))
}

// missingCode reports that there is no code to exchange.
func missingCode(at path.Path, why string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Missing consent code",
		why+"\n\nHave an administrator open the URL of the data source `aurinko_authorization_url` and consent. The browser then returns to your return URL with the `code` to set here. "+
			"To manage a service account that already exists, import it instead.")
}

// missingDaemon reports that Aurinko refused an Office 365 service account
// because the application has no daemon app registration.
func missingDaemon(goal string, err error) diag.Diagnostic {
	happened := err.Error()
	var api *aurinko.Error
	if errors.As(err, &api) && api.RequestID != "" {
		happened = strings.TrimSuffix(happened, ".") + ". Request ID " + api.RequestID + "."
	}
	return diag.NewErrorDiagnostic("Unable to "+goal, happened+" The application has no Office 365 daemon app registration, which an `office365` service account needs.\n\n"+
		"Declare it with the resource `aurinko_office365_daemon`, and make this resource depend on it with `depends_on`. Or enter it in the Aurinko portal.")
}
