package customtype

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// FuzzAccountID reads any text. An ID that is accepted is written as it was read,
// so that a plan is never inconsistent.
func FuzzAccountID(f *testing.F) {
	for _, text := range []string{"", "0", "1", "-1", "+1", "01", "9223372036854775807", "9223372036854775808", "1e3", " 1", "١"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var diagnostics diag.Diagnostics
		id := AccountID{StringValue: types.StringValue(text)}.ID(path.Root("id"), &diagnostics)
		if (id > 0) == diagnostics.HasError() || id < 0 {
			t.Errorf("%q is read as %s, %v", text, id, diagnostics)
		}
		if id != 0 && NewAccountID(id).ValueString() != text {
			t.Errorf("%q is read as %s, and written as %s", text, id, NewAccountID(id))
		}
	})
}
