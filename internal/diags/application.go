package diags

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// AnotherApplication returns the error for an object in the state that belongs to
// another application than the one that the provider block is for. The way out is
// said with the first of a run.
func AnotherApplication(object, its, ours string, first bool) diag.Diagnostic {
	detail := fmt.Sprintf("The state has %s of the application with Client ID %q: see the run's first error of this kind.", object, its)
	if first {
		detail = paragraphs(
			fmt.Sprintf("The state has %s of the application with Client ID %q, and the provider block is for the application with Client ID %q. Nothing was sent.", object, its, ours),
			rightApplication+" If the Client ID of the application itself changed, remove the resource from the state with `terraform state rm`, and import the object again.")
	}
	return diag.NewErrorDiagnostic("The object belongs to another Aurinko application", detail)
}

const rightApplication = "Use the credentials of that application: check `client_id` in the provider block, the environment variable AURINKO_CLIENT_ID, and `provider` in the resource if there are several provider blocks."

// ImportFromAnotherApplication returns the error for an import by the identity of
// another application's object.
func ImportFromAnotherApplication(id, its, ours string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("Import from another Aurinko application", paragraphs(
		fmt.Sprintf("By its identity, ID %q belongs to an object in the application with Client ID %q, and the provider block is for the application with Client ID %q. Nothing was sent.", id, its, ours),
		rightApplication+" If the object is in the provider block's application, correct or omit `application_client_id`."))
}

// MovedGone returns the error for an object that a moved block takes over and that is
// not there.
func MovedGone(object, ours string) diag.Diagnostic {
	return diag.NewErrorDiagnostic("The moved object does not exist", paragraphs(
		fmt.Sprintf("The application with Client ID %q has no %s, to which the `moved` block leads. Nothing was written.", ours, object),
		"Check the credentials of the provider block, and that the old resource is one of this type. "+
			"If the object is deleted, remove the old resource from the state with `terraform state rm`, and the `moved` block from the configuration."))
}
