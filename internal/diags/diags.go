// Package diags holds the sentences about failures. A summary is the goal that
// failed; a detail is what happened, and in a paragraph of its own what to do.
package diags

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Failure returns the diagnostic for a call that failed. The goal completes
// "Unable to …". Advice, which may be empty, is what to do when Aurinko finds
// fault with the request itself (400, 403, 409, 422).
func Failure(goal string, err error, advice string) diag.Diagnostic {
	summary := "Unable to " + goal
	var unknown *aurinko.UnknownConfigError
	if errors.As(err, &unknown) {
		return diag.NewErrorDiagnostic(summary, paragraphs(
			fmt.Sprintf("This needs a call to the Aurinko API, and the provider block has values that are not known before apply: %s.", quoted(unknown.Names)),
			"Create the resources that they come from first, for example with `-target`, or pass them in as variables."))
	}
	var api *aurinko.Error
	switch {
	case errors.As(err, &api):
		return diag.NewErrorDiagnostic(summary, explain(api, advice))
	case errors.Is(err, context.Canceled):
		return diag.NewErrorDiagnostic(summary, paragraphs("The run was interrupted before anything was sent.", "Run Terraform again."))
	}
	return diag.NewErrorDiagnostic(summary, sentence(err.Error()))
}

// explain returns the answer in one line, and then what to do. A failure that
// all calls of the run share is explained once.
func explain(e *aurinko.Error, advice string) string {
	if !e.Report() {
		if aurinko.RefusesCredentials(e) {
			return "Aurinko refuses the provider's credentials: see the run's first error."
		}
		return fmt.Sprintf("Aurinko at %s is out of reach: see the run's first error.", e.Address)
	}
	return paragraphs(answer(e), nextStep(e, cmp.Or(advice, "Run Terraform again. If the answer stays the same, ask Aurinko's support about it.")))
}

// answer returns what Aurinko answered, with its request ID.
func answer(e *aurinko.Error) string {
	text := sentence(e.Error())
	if e.RequestID != "" {
		text += " Request ID " + e.RequestID + "."
	}
	return text
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
		return maybeWritten(e, "The run was interrupted. Run Terraform again.")
	case errors.As(e, &certificate):
		return "This machine does not trust the server's certificate. Check `base_url`, and the proxy and certificate store of this machine."
	case e.Unreachable:
		return maybeWritten(e, "Check `base_url` (AURINKO_BASE_URL), the network and the proxy settings of this machine.")
	case errors.As(e, &connection):
		return advice
	case e.Status == 0:
		return maybeWritten(e, "Run Terraform again.")
	case isForeign(e):
		return maybeWritten(e, "Something other than Aurinko may have answered, such as a proxy. Check `base_url` (AURINKO_BASE_URL) and the proxy settings of this machine.")
	case e.Status <= 299:
		return maybeWritten(e, "Run Terraform again.")
	}

	switch e.Status {
	case http.StatusUnauthorized:
		switch {
		case strings.HasPrefix(e.Code, "token."):
			return "The account's own token is no longer valid. Its owner or administrator must authorize it again."
		case !aurinko.RefusesCredentials(e):
			return "The mail service refuses the credential. " + advice
		}
		return credentialsAdvice
	case http.StatusTooManyRequests:
		wait := ""
		if e.RetryAfter > 0 {
			wait = fmt.Sprintf("Aurinko asks to wait %s. ", e.RetryAfter)
		}
		return wait + "Lower `requests_per_second` in the provider block, above all when several pipelines share the application."
	}
	if e.Status >= 500 || e.Status == http.StatusRequestTimeout {
		when := "later"
		if e.RetryAfter > 0 {
			when = fmt.Sprintf("in %s, as Aurinko asks", e.RetryAfter)
		}
		return maybeWritten(e, "Aurinko or the mail service behind it has a problem. Run Terraform again "+when+".")
	}
	return advice
}

// isForeign reports whether an answer is hardly Aurinko's own: a page in place of
// JSON, a redirect, or a 404 or 405 without Aurinko's error body.
func isForeign(e *aurinko.Error) bool {
	switch e.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return !e.Own
	}
	return e.Status <= 399 && (e.NotJSON || e.Status > 299) || e.Status == http.StatusUnauthorized && e.NotJSON
}

// maybeWritten adds what an unanswered write leaves behind.
func maybeWritten(e *aurinko.Error, next string) string {
	if !e.Ambiguous || e.Method != http.MethodPost {
		return next
	}
	return next + " The write may have taken effect: if Terraform then says that the object already exists, import it or set `on_existing = \"adopt\"`."
}

// Exists returns the error for an object that was to be created and already
// exists. What describes it: "Account 12345 is this mailbox".
func Exists(kind, what, id string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(existsSummary(kind), paragraphs(what+". Nothing was written.", HowToManage(id)))
}

func existsSummary(kind string) (summary string) {
	if strings.HasSuffix(kind, "settings") {
		return fmt.Sprintf("The %s already exist", kind)
	}
	return fmt.Sprintf("The %s already exists", kind)
}

// Unsupported returns the error for a call that the server does not have.
func Unsupported(goal string, err error, why, next string) diag.Diagnostic {
	happened := sentence(err.Error())
	var api *aurinko.Error
	if errors.As(err, &api) {
		happened = answer(api)
	}
	return diag.NewErrorDiagnostic("Unable to "+goal, paragraphs(happened+" "+why, next))
}

// HowToManage says how an object that exists gets into the state.
func HowToManage(id string) string {
	return fmt.Sprintf("To manage it with Terraform, import ID %s into the resource named above, or set `on_existing = \"adopt\"`.", id)
}

// ReadBack returns the warning for an object that was written and could not be
// read afterwards. It is no error: that would taint a good object, and the next
// apply would replace it.
func ReadBack(what string, err error) diag.Diagnostic {
	var api *aurinko.Error
	happened := sentence(err.Error())
	if errors.As(err, &api) {
		happened = answer(api)
	}
	return diag.NewWarningDiagnostic("Written, but not read back: "+what, paragraphs(
		happened, "The object is in the state. The next plan completes its computed values."))
}

// Members returns the warning for a booking profile that was created and does not have
// all of its members. It is no error for the same reason.
func Members(id string, failure diag.Diagnostic) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Created without all of its members", paragraphs(
		fmt.Sprintf("Booking profile %s is created and in the state. %s.", id, failure.Summary()), failure.Detail(),
		"Plan again with a refresh: the plan attaches the members that are missing."))
}

// paragraphs joins what happened and what to do.
func paragraphs(texts ...string) string { return strings.Join(texts, "\n\n") }

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
