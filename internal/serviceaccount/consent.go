package serviceaccount

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

var consentKind = kind{
	name:   "authorization",
	object: func(m *model) *types.Object { return &m.Authorization },
	empty:  func() connection { return &consent{} },
	schema: schema.SingleNestedAttribute{
		MarkdownDescription: "Consent that an administrator gives in a browser, at the URL of the data source `aurinko_authorization_url`. " +
			"Its scopes are those that the administrator consented to: other scopes require another consent. `on_existing` is applied after the code was exchanged, because only then is the account known. " +
			"Requires Terraform or OpenTofu 1.11 or later; with older versions, exchange the code elsewhere and import the account. " + otherService,
		Optional: true,
		Attributes: map[string]schema.Attribute{
			"service_type": schema.StringAttribute{
				MarkdownDescription: "Aurinko's name of the mail service, such as `Office365` or `Google`. Forces replacement.",
				Required:            true,
				Validators:          []validator.String{validate.ServiceType()},
			},
			"code_wo": schema.StringAttribute{
				MarkdownDescription: "Code with which the browser returned after the consent. Write-only: neither the plan nor the state keeps this value. A code works once, for some minutes. " +
					"Required when the account is created and when `code_wo_version` changes. A change of this value alone changes nothing.",
				Optional:   true,
				Sensitive:  true,
				WriteOnly:  true,
				Validators: []validator.String{validate.ConsentCode()},
			},
			"code_wo_version": schema.Int64Attribute{
				MarkdownDescription: "Version of `code_wo`, any whole number. When it changes, the provider exchanges the new code, which must come from a consent to the same account. If omitted, the provider exchanges a code only when it creates the account.",
				Optional:            true,
			},
		},
	},
	imports: aurinko.Account.IsConsented,
}

// consent is an account that an administrator has consented to. Aurinko has its
// credentials, so that only another consent can write it.
type consent struct {
	ServiceType   types.String `tfsdk:"service_type"`
	CodeWO        types.String `tfsdk:"code_wo"`
	CodeWOVersion types.Int64  `tfsdk:"code_wo_version"`
}

func (*consent) kind() *kind                 { return &consentKind }
func (c *consent) serviceType() types.String { return c.ServiceType }
func (*consent) orgID() types.String         { return types.StringNull() }
func (*consent) identity(connection) (aurinko.AccountInput, bool) {
	return aurinko.AccountInput{}, false
}
func (*consent) replaces(connection, connection, model) (none path.Paths) { return none }
func (*consent) complete(connection, connection)                          {}
func (*consent) derive(connection, bool)                                  {}
func (*consent) toAPI(connection, *aurinko.AccountInput) error            { return nil }

// secret returns the code as a secret that is sent by its version alone: a code
// that was used is of no use again.
func (c *consent) secret() secret.Values {
	if c.CodeWOVersion.IsNull() {
		return secret.Values{}
	}
	return secret.Values{WriteOnly: c.CodeWO, Version: c.CodeWOVersion}
}

func (c *consent) check(config model) diag.Diagnostics {
	var found diag.Diagnostics
	if config.CheckConnection.ValueBool() {
		found.AddAttributeError(path.Root("check_connection"), "Aurinko cannot check a connection before its consent",
			"With `authorization` there is no credential to check.\n\nRemove `check_connection`, or set it to `false`.")
	}
	if !config.Name.IsNull() {
		found.AddAttributeError(path.Root("name"), "A consent carries no name",
			"Aurinko chooses the name of an account that an administrator consents to, and Terraform cannot change it.\n\nRemove `name`.")
	}
	return found
}

func (c *consent) fromAPI(r readback.Reader, account aurinko.Account) {
	r.Fold(&c.ServiceType, account.ServiceType)
}

// codePath is where the code of a consent stands.
var codePath = path.Root("authorization").AtName("code_wo")

// compare returns whether a plan exchanges another code. An account that was
// imported gets its version without one.
func (c *consent) compare(from connection, diagnostics *diag.Diagnostics) secret.Change {
	before := &consent{}
	if from != nil {
		before = from.(*consent)
	}
	if before.CodeWOVersion.IsNull() && c.CodeWO.IsNull() {
		return secret.Change{}
	}
	change := secret.Exact.Compare(c.secret(), before.secret(), secret.Kept{})
	if change.Another() && c.CodeWO.IsNull() {
		diagnostics.Append(missingCode("`code_wo_version` has changed, which exchanges another code, and there is none."))
	}
	return change
}

// planScopes plans the scopes of an account that was consented to: they stay,
// with those that only a later version of this provider knows, unless another
// code is exchanged.
func planScopes(planned *model, state model, exchanges bool, diagnostics *diag.Diagnostics) {
	switch {
	case planned.Scopes.IsUnknown() || state.Scopes.IsNull():
	case slices.Equal(planned.Scopes.Canonical(), aurinko.KnownScopes(state.Scopes.Canonical())):
		planned.Scopes = state.Scopes
	case !exchanges:
		diagnostics.Append(scopesNeedConsent(state.ID.ValueString()))
	}
}

// wanted returns the code to exchange, which the plan has found, and what the account
// must be.
func (c *consent) wanted(planned model) lifecycle.Consent {
	return lifecycle.Consent{
		Code:        c.CodeWO.ValueString(),
		ServiceType: c.ServiceType.ValueString(),
		ClientOrgID: planned.ClientOrgID.ValueString(),
	}
}

const newCode = "Get a new code: open the URL of the data source `aurinko_authorization_url` again."

// consentFailed returns the diagnostic for a code that led to no service account, or
// not to the one with the ID; 0 for a create.
func consentFailed(verb string, id aurinko.AccountID, wanted lifecycle.Consent, err error) diag.Diagnostic {
	goal := verb + " the service account"
	var (
		code    *lifecycle.CodeError
		refusal *lifecycle.Refusal
	)
	switch {
	case errors.As(err, &code) && id != 0:
		return diag.NewErrorDiagnostic("Unable to "+goal, againFailure(id, code))
	case errors.As(err, &code):
		return diag.NewErrorDiagnostic("Unable to "+goal, codeFailure(code))
	case lifecycle.Is(err, lifecycle.Exists) && errors.As(err, &refusal):
		return diag.NewErrorDiagnostic("The service account already exists", fmt.Sprintf(
			"The administrator consented to account %s, which existed before. Aurinko has authorized it again. It is not in the state.\n\n%s The code is used: adopting needs a new one.",
			refusal.AccountID, diags.HowToManage(refusal.AccountID.String())))
	case errors.As(err, &refusal):
		return diag.NewErrorDiagnostic("Unable to "+goal, consentRefused(wanted, refusal))
	}
	return diags.Failure(goal, err, newCode)
}

// answered is the answer to an exchange that failed, with its request ID.
func answered(e *lifecycle.CodeError) string {
	text := strings.TrimSuffix(e.Error(), ".") + "."
	var api *aurinko.Error
	if errors.As(e, &api) && api.RequestID != "" {
		text += " Request ID " + api.RequestID + "."
	}
	return text
}

// againFailure is about the code of another consent to an account that is in the
// state, and stays there.
func againFailure(id aurinko.AccountID, e *lifecycle.CodeError) string {
	again := fmt.Sprintf("get a new code from the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`, and set it with a new `code_wo_version`.", id)
	if e.MayHaveWorked() {
		return fmt.Sprintf("%s A code works once, so the provider did not send it again. It may have been used: Aurinko may have authorized account %s again. The account stays in the state.\n\n"+
			"Plan again. If the account then has the scopes and the `token_status` that you expect, set `code_wo_version` back to its previous value. Otherwise %s", answered(e), id, again)
	}
	return fmt.Sprintf("%s A code works once, and only for some minutes: an earlier run may have used it, it may have expired, or it may belong to another Aurinko application. "+
		"This run did not change account %s, which stays in the state.\n\nTo authorize it again, %s", answered(e), id, again)
}

func codeFailure(e *lifecycle.CodeError) string {
	text := answered(e)
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

func consentRefused(wanted lifecycle.Consent, r *lifecycle.Refusal) string {
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
		return fmt.Sprintf("%s, whose service type is %q, where %q is configured.%s\n\n%s", given, r.Detail, wanted.ServiceType, left, correct)
	case lifecycle.OtherOrg:
		return fmt.Sprintf("%s, whose client_org_id is %q, where %q is configured.%s\n\n%s", given, r.Detail, wanted.ClientOrgID, left, correct)
	}
	return r.Error()
}

// otherScopes warns if an administrator has consented to other scopes than wanted.
func otherScopes(account aurinko.Account, wanted []string) diag.Diagnostics {
	got := aurinko.CanonicalScopes(account.AuthScopes)
	var parts []string
	if missing := without(wanted, got); len(missing) > 0 {
		parts = append(parts, "it lacks "+strings.Join(missing, ", "))
	}
	if surplus := without(got, wanted); len(surplus) > 0 {
		parts = append(parts, "it also has "+strings.Join(surplus, ", "))
	}
	if len(parts) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "The consent was to other scopes", fmt.Sprintf(
		"Account %s has other scopes than are configured: %s. The account is in the state. Terraform cannot change its scopes, so plans fail until they agree.\n\n"+
			"Configure the scopes that the account has. Or have the administrator consent to the configured ones, at the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`, and set the code with a new `code_wo_version`.",
		account.ID, strings.Join(parts, "; "), account.ID))}
}

// without returns the names that are not among the others.
func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// scopesNeedConsent reports that scopes cannot be changed without a new consent.
func scopesNeedConsent(id string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "Other scopes need another consent", fmt.Sprintf(
		"The scopes of account %s are those that its administrator consented to. The configured ones differ.\n\n"+
			"Have the administrator consent to the configured scopes, at the URL of the data source `aurinko_authorization_url` with `account_id = \"%s\"`, and set the code in `code_wo` with a new `code_wo_version`. "+
			"Or configure the scopes that the account has.", id, id))
}

// missingCode reports that there is no code to exchange.
func missingCode(why string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(codePath, "Missing consent code",
		why+"\n\nHave an administrator open the URL of the data source `aurinko_authorization_url` and consent. The browser then returns to your return URL with the `code` to set here. "+
			"To manage a service account that already exists, import it instead.")
}
