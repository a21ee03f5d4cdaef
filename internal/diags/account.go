package diags

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Account describes a write of an account for AccountFailure.
type Account struct {
	Type      string // the resource type
	Kind      string // "managed account"
	Verb      string // "create" or "update"
	Label     string // names the resource in an import block
	Described string // "this mailbox under service account 678"
	Advice    string // what to do when Aurinko finds fault with the request
}

// AccountFailure is the diagnostic for a create or an update of an account
// that failed.
func AccountFailure(a Account, err error) diag.Diagnostic {
	var (
		exists     *aurinko.ExistsError
		claimed    *aurinko.ClaimedError
		unexpected *aurinko.UnexpectedIDError
		gone       *aurinko.GoneError
		other      *aurinko.OtherAccountError
	)
	summary := fmt.Sprintf("Unable to %s the %s", a.Verb, a.Kind)
	switch {
	case errors.As(err, &exists):
		return Exists(fmt.Sprintf("The %s exists already", a.Kind),
			fmt.Sprintf("Account %s is %s", exists.Account.ID, a.Described),
			a.Type, a.Label, exists.Account.ID.String())
	case errors.As(err, &claimed):
		other := "Another resource of this configuration, which is being created now, means the same account"
		if claimed.ID != 0 {
			other = fmt.Sprintf("Another resource of this configuration means the same account, %s", claimed.ID)
		}
		return diag.NewErrorDiagnostic(summary, other+". Nothing was written. Remove one of the two.")
	case errors.As(err, &gone):
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"Account %s was deleted after the plan was made. Nothing was written. Plan again: Terraform will then create it anew.", gone.ID))
	case errors.As(err, &other):
		return diag.NewErrorDiagnostic(summary, fmt.Sprintf(
			"Account %s is at Aurinko another one than the configuration means: its organisation, user, server or address differs. Nothing was written. "+
				"Replace the resource (`-replace`) for another account, or import the account that is meant.", other.ID))
	case errors.As(err, &unexpected):
		return diag.NewErrorDiagnostic(summary, unexpectedID(a, unexpected))
	}
	return Failure(a.Verb+" the "+a.Kind, err, a.Advice)
}

func unexpectedID(a Account, e *aurinko.UnexpectedIDError) string {
	if e.Meant == 0 {
		return fmt.Sprintf("Aurinko did not create an account, but updated account %s, which was there before and does not show in its list under this name. "+
			"It is not in the state, and it may now hold the values of this resource. To manage it with Terraform, import it:\n\n%s\n\n"+
			"or set `on_existing = \"adopt\"`.", e.Got, ImportBlock(a.Type, a.Label, e.Got.String()))
	}
	text := fmt.Sprintf("Aurinko answered the update of account %s with account %s.", e.Meant, e.Got)
	switch {
	case e.Removed:
		return text + " That one was a duplicate made by this write, and has been deleted again. " +
			"Probably the account was changed outside Terraform so that it is no longer found by what identifies it: plan again."
	case e.Cleanup != nil:
		return text + " That one is a duplicate made by this write, and could not be deleted: " + sentence(e.Cleanup.Error()) + " Delete it in the Aurinko portal."
	}
	return text + " That account was there before, and may now hold the values of this resource: two accounts are identified by the same values. " +
		"Look at both in the Aurinko portal, and delete one."
}

// Kept is the warning for an account that was to be deleted and now belongs to
// another resource.
func Kept(kind string, err *aurinko.KeptError) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The "+kind+" was not deleted",
		fmt.Sprintf("Account %s was taken over in this run by a resource with `on_existing = \"adopt\"`, which has it in the state now. This resource only forgets it.", err.ID))
}

// PlannedTwice warns of two resources that mean one account.
func PlannedTwice(twins aurinko.Twins, at path.Path, kind, described string) diag.Diagnostics {
	switch twins {
	case aurinko.CertainTwins:
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "Two resources mean the same "+kind,
			fmt.Sprintf("Another resource of this plan means %s as well. The second to be applied will fail: remove one of the two.", described))}
	case aurinko.PossibleTwins:
		return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, "Perhaps two resources mean the same "+kind,
			fmt.Sprintf("Unless one of the two replaces the other: a resource of this plan has %s already, and another one is to be created and takes it over, as `on_existing = \"adopt\"` says. "+
				"Both would write it from then on: remove one of the two.", described))}
	}
	return nil
}
