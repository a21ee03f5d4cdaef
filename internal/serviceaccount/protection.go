package serviceaccount

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// planDelete refuses a plan that deletes a protected account, and warns of the
// mailboxes that go with another one. It lists them, once a run.
func (r *serviceAccount) planDelete(ctx context.Context, state model) diag.Diagnostics {
	if state.DeletionProtection.ValueBool() {
		return diag.Diagnostics{protected(state)}
	}
	id, err := aurinko.ParseAccountID(state.ID.ValueString())
	if r.run == nil || err != nil {
		return nil
	}
	n, all := r.run.Mailboxes(ctx, id)
	count := fmt.Sprintf("%d mailboxes", n)
	if n == 1 {
		count = "1 mailbox"
	}
	if !all {
		count = "at least " + count
	}
	if n == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The plan deletes a service account with mailboxes", fmt.Sprintf(
		"Aurinko reaches %s through service account %s, managed with Terraform or not. Without it, Aurinko can no longer reach them.\n\n"+
			"Check that none of them is still needed. To delete no service account by accident, set `deletion_protection`.", count, id))}
}

// protected refuses to delete an account.
func protected(state model) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The service account is protected from deletion", fmt.Sprintf(
		"Account %s has `deletion_protection = true` in the state. It was not deleted.\n\n"+
			"To delete or replace it, set `deletion_protection = false` and apply that first. "+
			"To keep it at Aurinko and only remove it from the state, use a `removed` block with `destroy = false`, or `terraform state rm`.", state.ID.ValueString()))
}
