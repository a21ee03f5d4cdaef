package validate_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// checkAllocatesNothing holds a rule to costing nothing for a valid value:
// the rules run for every one of thousands of mailboxes on every plan. The
// count is the whole process's, so that its callers do not run in parallel.
func checkAllocatesNothing(t *testing.T, rule validator.String, value string) {
	t.Helper()
	req := validator.StringRequest{Path: path.Root("attribute"), ConfigValue: types.StringValue(value)}
	resp := &validator.StringResponse{}
	ctx := t.Context()
	if got := testing.AllocsPerRun(100, func() { rule.ValidateString(ctx, req, resp) }); got != 0 {
		t.Errorf("checking %q allocates %v times", value, got)
	}
	if resp.Diagnostics.HasError() {
		t.Errorf("%q is refused: %v", value, resp.Diagnostics)
	}
}
