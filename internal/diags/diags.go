// Package diags holds the sentences in which the provider tells users about
// the API's failures. A summary names the goal that failed; a detail gives
// Aurinko's answer in one line, and then what to do.
package diags

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Failure is the diagnostic for a call that failed. The goal completes
// "Unable to …"; advice, which may be empty, is what to do when Aurinko finds
// fault with the request itself (400, 409, 422).
func Failure(goal string, err error, advice string) diag.Diagnostic {
	summary := "Unable to " + goal

	var unknown *aurinko.UnknownConfigError
	if errors.As(err, &unknown) {
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"It takes a call of the Aurinko API, and the provider block has values that are not known before apply: %s. "+
				"Create what they come from first, for example with `-target`, or pass it in as a variable.",
			quoted(unknown.Names)))
	}

	var fault *aurinko.PanicError
	if errors.As(err, &fault) {
		return diag.NewErrorDiagnostic(summary, reportPanic(fault))
	}

	var api *aurinko.Error
	if !errors.As(err, &api) {
		if errors.Is(err, context.Canceled) {
			return diag.NewErrorDiagnostic(summary, "The run was interrupted before anything was sent. Run Terraform again.")
		}
		return diag.NewErrorDiagnostic(summary, sentence(err.Error()))
	}
	if api.Repeated && api.Status == http.StatusUnauthorized {
		return diag.NewErrorDiagnostic(summary,
			"Nothing was sent, since Aurinko has refused the provider's credentials before: the run's first error says what to do.")
	}
	detail := sentence(api.Error())
	detail += " " + nextStep(api, cmp.Or(advice, "Run Terraform again; if the answer stays the same, ask Aurinko's support about it."))
	if api.RequestID != "" {
		if !strings.HasSuffix(detail, "\n") { // as advice with a block to paste does
			detail += " "
		}
		detail += "Request id " + api.RequestID + "."
	}
	return diag.NewErrorDiagnostic(summary, detail)
}

const credentialsAdvice = "Check `client_id` and `client_secret` in the provider block, or the environment variables " +
	"AURINKO_CLIENT_ID and AURINKO_CLIENT_SECRET: they are the Client ID and Client Secret of the Aurinko application."

func nextStep(e *aurinko.Error, advice string) string {
	var (
		certificate *tls.CertificateVerificationError
		connection  *aurinko.ConnectionError
	)
	switch {
	case errors.Is(e, context.Canceled):
		return maybeWritten(e, "The run was interrupted.")
	case errors.As(e, &certificate):
		return "The server's certificate is not trusted here: check `base_url`, and the proxy or certificate store of this machine."
	case e.Unsent:
		return "Check `base_url` (AURINKO_BASE_URL), the network and the proxy settings of this machine."
	case errors.As(e, &connection):
		return advice
	case e.Status == 0:
		return maybeWritten(e, "Run Terraform again.")
	case fromElsewhere(e):
		return maybeWritten(e, "Perhaps something other than Aurinko answered, such as a proxy: check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine.")
	case e.Status <= 299:
		return maybeWritten(e, "Run Terraform again.")
	}

	switch e.Status {
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity:
		return advice
	case http.StatusUnauthorized:
		if strings.HasPrefix(e.Code, "token.") {
			return "The account's own token is no longer valid: its owner or administrator has to authorise it again."
		}
		if !aurinko.RefusesCredentials(e) {
			return "The mail service refuses the credential that Aurinko gave it. " + advice
		}
		return credentialsAdvice
	case http.StatusForbidden:
		return permissionAdvice(e)
	case http.StatusTooManyRequests:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("Aurinko asks to wait %s. Lower `requests_per_second` when several pipelines share the application.", e.RetryAfter)
		}
		return "Lower `requests_per_second` in the provider block, above all when several pipelines share the application."
	}
	if e.Status >= 500 || e.Status == http.StatusRequestTimeout {
		when := "later"
		if e.RetryAfter > 0 {
			when = fmt.Sprintf("in %s, as Aurinko asks", e.RetryAfter)
		}
		return maybeWritten(e, "Aurinko or the mail service behind it has a problem: run Terraform again "+when+".")
	}
	return advice
}

// fromElsewhere reports whether an answer is hardly Aurinko's own: a page in
// place of JSON, a redirect, or no such call where there always is one.
func fromElsewhere(e *aurinko.Error) bool {
	switch {
	case e.Status <= 299, e.Status == http.StatusNotFound, e.Status == http.StatusMethodNotAllowed:
		return e.NotJSON || e.Code == "" && e.Status > 299 && e.Method == http.MethodGet && !strings.Contains(e.Route, "{")
	}
	return e.Status <= 399
}

func permissionAdvice(e *aurinko.Error) string {
	switch {
	case e.Route == "/am/svc_accounts/{id}/accounts":
		return "Probably the service account's administrator has not granted access to this mailbox, or not every scope asked for."
	case strings.HasPrefix(e.Route, "/am/svc_accounts"), e.Route == "/am/accounts/connect":
		return "Probably the administrator has not consented to every scope asked for, or the application may not use service accounts."
	case e.Route == "/am/oauth_regs":
		return "Probably these credentials may not change the application's OAuth settings: enter them in the Aurinko portal."
	}
	return "Probably the credentials belong to another Aurinko application than the account does. " + credentialsAdvice
}

// maybeWritten adds what an unanswered write leaves behind.
func maybeWritten(e *aurinko.Error, next string) string {
	if !e.Ambiguous || e.Method != http.MethodPost {
		return next
	}
	return next + " The write may have taken effect: if Terraform then says that the object exists already, import it or set `on_existing = \"adopt\"`."
}

// Exists says that what was to be created is there already, and how to go on.
// What describes the object: `Account 12345 is this mailbox`. The label names
// the resource in the import block.
func Exists(summary, what, resourceType, label, id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
		"%s. Nothing was written. To manage it with Terraform, import it:\n\n%s\n\nor set `on_existing = \"adopt\"` to take it over as configured.",
		what, ImportBlock(resourceType, label, id)))
}

// ImportBlock is an import block ready to paste.
func ImportBlock(resourceType, label, id string) string {
	return fmt.Sprintf("import {\n  to = %s.%s\n  id = %q\n}", resourceType, resourceName(label), id)
}

var notInName = regexp.MustCompile(`[^a-z0-9]+`)

// resourceName makes a resource's name of a text such as an e-mail address.
func resourceName(label string) string {
	label, _, _ = strings.Cut(strings.ToLower(label), "@")
	name := strings.Trim(notInName.ReplaceAllString(label, "_"), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		return strings.TrimSuffix("account_"+name, "_")
	}
	return name
}

// ReadBack is the warning for an object that was written, but whose computed
// values could not be read afterwards. It is no error: that would mark a good
// object as tainted, to be replaced.
func ReadBack(what string, err error) diag.Diagnostic {
	failure := Failure("read "+what+" back", err, "")
	return diag.NewWarningDiagnostic(
		"Written, but not read back: "+what,
		failure.Detail()+" It is in the state; the next plan completes its computed values.")
}

func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?…") {
		return s
	}
	return s + "."
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = "`" + name + "`"
	}
	return strings.Join(list, " and ")
}
