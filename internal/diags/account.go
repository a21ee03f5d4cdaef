package diags

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// Account describes a write of an account for AccountFailure.
type Account struct {
	Kind      string // "managed account"
	Verb      string // "create" or "update"
	Described string // "the mailbox ceo@acme.example under service account 678"
	Advice    string // what to do when Aurinko finds fault with the request
}

// AccountFailure returns the diagnostic for a create or an update of an account
// that failed.
func AccountFailure(a Account, err error) diag.Diagnostic {
	var refusal *lifecycle.Refusal
	switch {
	case !errors.As(err, &refusal):
		return Failure(a.Verb+" the "+a.Kind, err, a.Advice)
	case refusal.Reason == lifecycle.Exists:
		return Exists(a.Kind, fmt.Sprintf("Account %s is %s", refusal.AccountID, a.Described), refusal.AccountID.String())
	}
	return diag.NewErrorDiagnostic(fmt.Sprintf("Unable to %s the %s", a.Verb, a.Kind), refused(a, refusal))
}

// keepOne says how one of two resources gives an object up without deleting it.
const keepOne = "Keep one of the two resources. To drop the other without deleting the object, replace it with a `removed` block that has `destroy = false`, or use `terraform state rm`."

func refused(a Account, r *lifecycle.Refusal) string {
	switch r.Reason {
	case lifecycle.Claimed:
		switch {
		case r.AccountID == 0:
			return paragraphs("Another resource of this configuration is creating the same account. Nothing was written.", "Keep one of the two resources.")
		case a.Verb == "create":
			return paragraphs(fmt.Sprintf("Another resource of this configuration manages the same account, %s. Nothing was written.", r.AccountID),
				"Remove this resource from the configuration: it is not in the state.")
		}
		return paragraphs(fmt.Sprintf("Another resource of this configuration manages account %s, or one that the same values identify. Nothing was written.", r.AccountID), keepOne)
	case lifecycle.Overlapping:
		return paragraphs(fmt.Sprintf("A write to account %s could also hit account %s, because the same values identify both. Nothing was written.", r.AccountID, r.Other),
			"Compare the two accounts in the Aurinko portal. They must differ in what identifies them, and each must have it: an account without a client organization ID overlaps with one that has it.")
	case lifecycle.SignedIn:
		return paragraphs(fmt.Sprintf("Account %s already has this address. Its owner signs in with %s, and a write could take that access away. Nothing was written.", r.AccountID, r.Detail),
			"If Aurinko is to reach the mailbox with its password, delete that account in the Aurinko portal first. To have both, each needs a client organization ID of its own.")
	case lifecycle.Gone:
		return paragraphs(fmt.Sprintf("Account %s was deleted after the plan was made. Nothing was written.", r.AccountID),
			"Plan again: Terraform then creates the account.")
	case lifecycle.Contradicted:
		return paragraphs(fmt.Sprintf("Account %s at Aurinko is not the account that is configured: its organization, user, server or address differs. Nothing was written.", r.AccountID),
			"Plan again with a refresh: Terraform then shows the difference, or plans a replacement.")
	case lifecycle.Overwritten:
		return paragraphs(fmt.Sprintf("Aurinko updated the existing account %s instead of creating a new one. "+
			"The account is not in the Terraform state, and its settings may have been overwritten.", r.AccountID), HowToManage(r.AccountID.String()))
	case lifecycle.Strayed:
		return paragraphs(fmt.Sprintf("Aurinko updated account %s, which is not the account that is configured: its organization, user, server or address differs, and its settings may have been overwritten. "+
			"The account is not in the Terraform state.", r.AccountID),
			"Compare the account with the configuration in the Aurinko portal, and correct it there. Do not import it here.")
	case lifecycle.Unproven:
		return paragraphs(fmt.Sprintf("Aurinko answered with account %s, and nothing shows whether this write created it: Aurinko returns no times, and its accounts changed while they were listed. "+
			"The account is not in the Terraform state.", r.AccountID), HowToManage(r.AccountID.String()))
	case lifecycle.Misdirected:
		return paragraphs(fmt.Sprintf("Terraform wrote to account %s, and Aurinko answered with account %s, which may now hold the values of this resource. Nothing was deleted.", r.AccountID, r.Other),
			"Compare the two accounts in the Aurinko portal, correct them there, and plan again.")
	}
	return sentence(r.Error())
}

// Forgotten returns the warning for an object that was to be deleted and now
// belongs to another resource.
func Forgotten(object lifecycle.Object) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Not deleted, only forgotten",
		fmt.Sprintf("A resource of this run created, adopted or updated %s, and has it in the state now. Terraform only removes this resource's entry from the state.", object))
}

// Deleted returns what is said of a delete: nothing if it succeeded.
func Deleted(name string, object lifecycle.Object, forgotten bool, err error, advice string) diag.Diagnostics {
	switch {
	case forgotten:
		return diag.Diagnostics{Forgotten(object)}
	case err != nil:
		return diag.Diagnostics{Failure("delete the "+name, err, advice)}
	}
	return nil
}

// SharedID returns the warning for an object that two resources have in their
// state.
func SharedID(object lifecycle.Object) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Two resources manage one object", paragraphs(
		fmt.Sprintf("Another resource, or a deposed object of this one, also has %s in the state. They overwrite each other, and destroying one deletes the object for both.", object), keepOne))
}

// KeptAndDestroyed returns the error for a plan that destroys an object through
// one resource and keeps it through another one.
func KeptAndDestroyed(object lifecycle.Object) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The plan destroys what it keeps", paragraphs(
		fmt.Sprintf("Two resources, or a resource and a deposed object of it, have %s in the state. This plan destroys it through one of them and keeps it through the other.", object),
		"To keep the object, replace the resource that is to go with a `removed` block that has `destroy = false`, or run `terraform state rm` for it. "+
			"For a deposed object, run `terraform state rm` for the resource and import the object again. "+
			"To delete the object, destroy both resources: `terraform destroy -refresh=false` does so for all."))
}

// Replaced returns the diagnostics for a planned create that found an account in
// the state of two resources: one of them is to be replaced.
func Replaced(err error) diag.Diagnostics {
	var refusal *lifecycle.Refusal
	if errors.As(err, &refusal) && refusal.Reason == lifecycle.Shared {
		return diag.Diagnostics{KeptAndDestroyed(lifecycle.AccountObject(refusal.AccountID))}
	}
	return nil
}

// PlannedExisting says in a plan what a create will find: an error, or a warning
// where the object is to be adopted. What describes it: "Account 12345 is this
// mailbox".
func PlannedExisting(kind, what, id string, adopts bool) diag.Diagnostic {
	if !adopts {
		return diag.NewErrorDiagnostic(existsSummary(kind), paragraphs(
			what+".", HowToManage(id)+" If it is in the state under another address, add a `moved` block from there instead."+
				" To destroy other resources in the meantime, use `terraform destroy -refresh=false`."))
	}
	return diag.NewWarningDiagnostic(existsSummary(kind),
		what+". With `on_existing = \"adopt\"`, the apply adopts it: it goes into the state, and is updated as configured.")
}

// SettingsClaimed returns the error for OAuth settings that two resources write.
func SettingsClaimed(goal string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Unable to "+goal, paragraphs(
		"Another resource of this configuration manages the same settings, which an application has once. Nothing was written.",
		"Keep one of the two resources. If this one is not in the state, remove it from the configuration. Otherwise replace it with a `removed` block that has `destroy = false`, or use `terraform state rm`."))
}
