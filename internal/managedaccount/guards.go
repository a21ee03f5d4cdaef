package managedaccount

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// guards returns what a plan that writes a mailbox should say of its service
// account, as far as the run knows that account already. The service type is the
// state's.
func (r *managedAccount) guards(ctx context.Context, planned model, serviceType string) diag.Diagnostics {
	parent, err := aurinko.ParseAccountID(planned.ServiceAccountID.ValueString())
	if r.run == nil || err != nil {
		return nil
	}
	known := r.run.KnownService(ctx, parent)
	if known.ServiceType != "" {
		serviceType = known.ServiceType
	}
	found := uncheckable(planned, serviceType)
	if beyond := aurinko.ScopesBeyond(known.Scopes, planned.Scopes.Canonical()); len(beyond) > 0 {
		found.AddAttributeWarning(path.Root("scopes"), "Scopes that the service account does not have", fmt.Sprintf(
			"Service account %s does not have %s. Aurinko cannot use them for this mailbox.\n\nAdd them to `scopes` of the service account, or remove them here.",
			parent, strings.Join(beyond, ", ")))
	}
	return found
}

// uncheckable refuses ensure_access for a mail service for which Aurinko does not
// check it.
func uncheckable(planned model, serviceType string) diag.Diagnostics {
	var found diag.Diagnostics
	if planned.EnsureAccess.ValueBool() && serviceType != "" && !aurinko.IsEnsurable(serviceType) {
		found.AddAttributeError(path.Root("ensure_access"), "Aurinko cannot check this access", fmt.Sprintf(
			"Service account %s is for %s. Aurinko checks the access to a mailbox only for %s. Nothing was written.\n\nRemove `ensure_access`, or set it to `false`.",
			planned.ServiceAccountID.ValueString(), serviceType, strings.Join(aurinko.EnsurableServiceTypes, " and ")))
	}
	return found
}
