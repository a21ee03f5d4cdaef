package diags

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// UnknownInURL says that the authorization URL needs values of the provider
// block that are not known yet.
func UnknownInURL(err *aurinko.UnknownConfigError) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to build the authorization URL",
		"The URL holds values of the provider block that are not known before apply: "+quoted(err.Names)+". "+
			"Create what they come from first, for example with `-target`, or pass them in as variables.")
}

// A Consent describes the exchange of a consent's code for ConsentFailure.
type Consent struct {
	Verb        string // "create" or "update"
	ServiceType string
	ClientOrgID string
}

const serviceAccountType = "aurinko_service_account"

// ConsentFailure is the diagnostic for a service account that could not be had
// from the code of a consent.
func ConsentFailure(c Consent, err error) diag.Diagnostic {
	var (
		code      *aurinko.CodeError
		consented *aurinko.ConsentedError
	)
	goal := c.Verb + " the service account"
	switch {
	case errors.As(err, &code):
		return diag.NewErrorDiagnostic("Unable to "+goal, codeFailure(code))
	case errors.As(err, &consented) && consented.Meant == 0 && consented.Differs == "" && !consented.Claimed:
		return diag.NewErrorDiagnostic("The service account exists already", fmt.Sprintf(
			"The consent was given to account %s, which was there before. It has been authorised again, and is not in the state. To manage it with Terraform, import it:\n\n%s\n\n"+
				"or set `on_existing = \"adopt\"`, and get a new code: this one is used.", described(consented.Account), importOf(consented.Account)))
	case errors.As(err, &consented):
		return diag.NewErrorDiagnostic("Unable to "+goal, otherAccount(c, consented))
	}
	return Failure(goal, err, "Get a new code: open the URL of `aurinko_authorization_url` again.")
}

func codeFailure(e *aurinko.CodeError) string {
	text := sentence(e.Error())
	var api *aurinko.Error
	if errors.As(e, &api) && api.RequestID != "" {
		text += " Request id " + api.RequestID + "."
	}
	if e.MayHaveWorked() {
		text += " A code works once, so it was not sent again, and has probably been used."
		if len(e.Found) == 0 {
			return text + " No account has come of it that can be seen: run Terraform again, and if the code is refused then, get a new one from the URL of `aurinko_authorization_url`."
		}
		text += " What was not there before, and is probably what the administrator has consented to:"
	} else {
		text += " A code works once, and only for some minutes: perhaps an earlier run has used it, it has expired, or it belongs to another Aurinko application. " +
			"Get a new one from the URL of `aurinko_authorization_url`."
		if len(e.Found) == 0 {
			return text
		}
		text += " If an earlier run has used it, the account is there, and can be imported in place of a new consent. The newest of this service that are not in this run:"
	}
	for _, account := range e.Found {
		text += fmt.Sprintf("\n\nAccount %s\n\n%s", described(account), importOf(account))
	}
	return text + "\n\n"
}

func otherAccount(c Consent, e *aurinko.ConsentedError) string {
	other := described(e.Account)
	switch {
	case e.Claimed:
		return fmt.Sprintf("The consent was given to account %s, which another resource of this configuration has. Remove one of the two, or have the administrator of the other organisation consent.", other)
	case e.Meant != 0:
		return fmt.Sprintf("The consent was given to account %s, and not to account %s, which this resource manages and which was not changed. "+
			"Have the administrator of that account consent again, at the URL that `aurinko_authorization_url` gives with `account_id = \"%s\"`. "+
			"The other account was left alone; to manage it with Terraform, import it into a resource of its own:\n\n%s\n\n", other, e.Meant, e.Meant, importOf(e.Account))
	}
	differs := fmt.Sprintf("is a %s account, where a service account is meant", e.Account.Type)
	switch e.Differs {
	case "serviceType":
		differs = fmt.Sprintf("is of the service type %q, where %q is configured", e.Account.ServiceType, c.ServiceType)
	case "clientOrgId":
		differs = fmt.Sprintf("has the client_org_id %q, where %q is configured", e.Account.ClientOrgID, c.ClientOrgID)
	default:
		return fmt.Sprintf("The consent was given to account %s, which %s. It was left alone, and is not in the state: give the consent at the URL that `aurinko_authorization_url` gives with `flow = \"daemon\"`, "+
			"and delete the account in the Aurinko portal if nobody needs it.", other, differs)
	}
	return fmt.Sprintf("The consent was given to account %s, which %s. It was left alone, and is not in the state. Delete it in the Aurinko portal and get a code for what is configured, "+
		"or correct the configuration and import it:\n\n%s\n\n", other, differs, importOf(e.Account))
}

// described is an account with what tells it from others.
func described(a aurinko.Account) string {
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

func importOf(a aurinko.Account) string {
	return ImportBlock(serviceAccountType, cmp.Or(a.AuthOrgID, a.Email, a.ServiceType), a.ID.String())
}

// OtherScopes warns that an administrator has consented to other scopes than
// are configured.
func OtherScopes(at path.Path, id aurinko.AccountID, missing, surplus []string) diag.Diagnostic {
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "it lacks "+strings.Join(missing, ", "))
	}
	if len(surplus) > 0 {
		parts = append(parts, "it has "+strings.Join(surplus, ", ")+" besides")
	}
	return diag.NewAttributeWarningDiagnostic(at, "The consent was to other scopes", fmt.Sprintf(
		"Account %s has other scopes than are configured: %s. The account is in the state. Either configure the scopes that it has, "+
			"or get a consent to those configured, at the URL that `aurinko_authorization_url` gives with `account_id = \"%s\"`, and give its code with another `code_wo_version`. "+
			"Until then plans fail, since Terraform cannot change them.", id, strings.Join(parts, "; "), id))
}

// ScopesNeedConsent says that scopes cannot be changed without a new consent.
func ScopesNeedConsent(at path.Path, id string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Other scopes need another consent", fmt.Sprintf(
		"The scopes of account %s are what its administrator has consented to, and are not what is configured. Get a consent to the configured ones, at the URL that `aurinko_authorization_url` gives with `account_id = \"%s\"`, "+
			"and give its code in `code_wo` with another `code_wo_version`; or configure the scopes that the account has.", id, id))
}

// MissingCode says that there is no code to exchange.
func MissingCode(at path.Path, why string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Missing consent code",
		why+" Have an administrator open the URL of the data source `aurinko_authorization_url` and consent: the browser then comes back to your return URL with the `code` to set here. "+
			"A service account that is there already is imported in place of that.")
}

// MissingDaemon says that an Office 365 service account was refused because the
// application has no daemon app registration.
func MissingDaemon(goal string, err error) diag.Diagnostic {
	detail := sentence(err.Error()) + " The application has no Office 365 daemon app registration, which an `office365` service account needs. Declare it with the resource `aurinko_office365_daemon`, " +
		"and let this resource follow it with `depends_on`, so that Terraform creates it first; or enter it in the Aurinko portal."
	var api *aurinko.Error
	if errors.As(err, &api) && api.RequestID != "" {
		detail += " Request id " + api.RequestID + "."
	}
	return diag.NewErrorDiagnostic("Unable to "+goal, detail)
}

// TurnedOut says, when a plan is applied, that a value which was not known
// before means another account.
func TurnedOut(at path.Path, id string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(at, "Another service account than was planned", fmt.Sprintf(
		"This value means another account than account %s, which would have to be replaced. Only an update was planned, since the value was not known when the plan was made. "+
			"Nothing was written. Run `terraform apply` again: the plan will show the replacement. (A plan made with `-refresh=false` says this too; make it with a refresh.)", id))
}
