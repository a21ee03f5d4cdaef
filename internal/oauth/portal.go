package oauth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/diags"
	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

// difference is a field that has to be corrected in the portal.
type difference struct {
	attribute string
	has       string // what Aurinko holds; empty for nothing, and for a secret
	enter     string // what to enter; empty for a secret, and for a field to clear
}

func (d difference) String() string {
	switch {
	case d.enter == "" && d.has == "":
		return fmt.Sprintf("- `%s`: enter the configured value", d.attribute)
	case d.enter == "":
		return fmt.Sprintf("- `%s`: clear it of %s, as none is configured", d.attribute, d.has)
	case d.has == "":
		return fmt.Sprintf("- `%s`: enter %s", d.attribute, d.enter)
	}
	return fmt.Sprintf("- `%s`: enter %s, in place of %s", d.attribute, d.enter, d.has)
}

// verify compares the configuration with the settings at Aurinko, and returns
// these. It replaces the write.
func (r *registration) verify(ctx context.Context, config model) (aurinko.OAuthRegistration, diag.Diagnostics) {
	stored, err := r.run.Client.OAuthRegistration(ctx, r.key)
	missing := errors.Is(err, aurinko.ErrNoRegistration)
	if err != nil && !missing {
		return stored, diag.Diagnostics{diags.Failure("read the "+r.title, err, "")}
	}
	shared := config.shared()
	found := slices.Concat(
		differs("client_id", shared.ClientID, stored.ClientID, strings.EqualFold),
		differingScopes(shared, stored.Scopes, missing),
		config.differences(stored),
	)
	if missing || len(found) > 0 {
		lines := make([]string, len(found))
		for i, d := range found {
			lines[i] = d.String()
		}
		what := "The settings at Aurinko differ from the configured ones"
		if missing {
			what = "Aurinko does not have these settings yet"
		}
		return stored, diag.Diagnostics{diag.NewErrorDiagnostic("The "+r.title+" must be entered in the portal", fmt.Sprintf(
			"%s, and with `managed_by = %q` Terraform does not write them.\n\nIn the Aurinko portal, %s:\n\n%s\n\nThen apply again.",
			what, managedByPortal, r.portalPage, strings.Join(lines, "\n")))}
	}
	if !config.secret().Value().IsNull() && aurinko.IsMasked(r.kind.stored(stored)) {
		return stored, diag.Diagnostics{diag.NewWarningDiagnostic("The "+r.secret.Short+" could not be compared", fmt.Sprintf(
			"Aurinko does not return the %s.\n\nCompare it with the configured one in the Aurinko portal, %s.", r.secret.Short, r.portalPage))}
	}
	return stored, nil
}

// unsupported returns the diagnostic for a write that the server has no call for,
// and offers portal mode.
func (k kind) unsupported(goal, verb string, err error) diag.Diagnostic {
	next := fmt.Sprintf("Enter them in the Aurinko portal, %s. To have Terraform compare them from then on, set `managed_by` in this resource:", k.portalPage)
	if verb == "delete" {
		next = fmt.Sprintf("Delete them in the Aurinko portal, %s, and run Terraform again. To leave them at Aurinko, apply this first, and destroy afterwards:", k.portalPage)
	}
	return diags.Unsupported(goal, err, "This server does not accept OAuth settings through its API.",
		fmt.Sprintf("%s\n\n  managed_by = %q", next, managedByPortal))
}

// driftWarning says that a write-only secret was changed outside Terraform.
func (k kind) driftWarning(planned *common) diag.Diagnostic {
	at := path.Root(k.secret.Name + "_wo")
	if !planned.isPortal() {
		return secret.DriftWarning(at, k.secret.Short)
	}
	return diag.NewAttributeWarningDiagnostic(at, "The "+k.secret.Short+" at Aurinko is another one", fmt.Sprintf(
		"Aurinko holds another %s than the configured one, and with `managed_by = %q` Terraform does not send it.\n\n"+
			"Enter it in the Aurinko portal, %s, before you apply this plan.", k.secret.Short, managedByPortal, k.portalPage))
}

// differs compares a configured text with what Aurinko holds. One that is left
// out is not to be there.
func differs(attribute string, configured types.String, has string, equal func(a, b string) bool) []difference {
	if configured.IsUnknown() || equal(configured.ValueString(), has) {
		return nil
	}
	return []difference{{attribute: attribute, has: quotedIfAny(has), enter: quotedIfAny(configured.ValueString())}}
}

func quotedIfAny(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%q", text)
}

// differingScopes compares the configured scopes. Where Aurinko does not
// return its own, nothing can be said, unless there are no settings at all.
func differingScopes(shared *common, has aurinko.ScopeNames, missing bool) []difference {
	wanted := shared.Scopes.Canonical()
	if shared.Scopes.IsNull() || shared.Scopes.IsUnknown() || has == nil && !missing ||
		slices.Equal(wanted, aurinko.CanonicalScopes(has)) {
		return nil
	}
	return []difference{{attribute: "scopes", has: strings.Join(aurinko.CanonicalScopes(has), ", "), enter: strings.Join(wanted, ", ")}}
}

// differingSecret compares a secret with what Aurinko returned. A masked one says
// nothing, unless there are no settings at all.
func differingSecret(attribute string, configured secret.Values, has string, missing bool, fingerprint func(string) string) []difference {
	given := configured.Value()
	if given.IsNull() || given.IsUnknown() || aurinko.IsMasked(has) && !missing ||
		!aurinko.IsMasked(has) && fingerprint(given.ValueString()) == fingerprint(has) {
		return nil
	}
	return []difference{{attribute: attribute}}
}

// differsIfReturned compares an optional text. If Aurinko does not return it,
// nothing can be said, unless there are no settings at all.
func differsIfReturned(attribute string, configured types.String, returned *string, missing bool) []difference {
	has := ""
	switch {
	case returned == nil && !missing:
		return nil
	case returned != nil && *returned != aurinko.DefaultCallbackURL:
		has = *returned
	}
	return differs(attribute, configured, has, func(a, b string) bool { return a == b })
}
