package validate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// valid marks a value that a rule takes.
const valid = ""

// checkStrings runs a rule over values. Each is given with a part of the error
// that it must get, or with valid. That null and unknown pass is checked for
// every rule by TestStringRulesPassNullAndUnknown.
func checkStrings(t *testing.T, rule validator.String, tests map[string]string) {
	t.Helper()
	for value, want := range tests {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			req := validator.StringRequest{Path: path.Root("attribute"), ConfigValue: types.StringValue(value)}
			resp := &validator.StringResponse{}
			rule.ValidateString(t.Context(), req, resp)

			if want == valid {
				if resp.Diagnostics.HasError() {
					t.Fatalf("%q is refused: %v", value, resp.Diagnostics)
				}
				return
			}
			errs := resp.Diagnostics.Errors()
			if len(errs) != 1 {
				t.Fatalf("%q gets %d errors, want one: %v", value, len(errs), errs)
			}
			if !strings.Contains(errs[0].Detail(), want) {
				t.Errorf("%q gets %q, want %q", value, errs[0].Detail(), want)
			}
			if strings.Contains(errs[0].Detail(), "hunter2") {
				t.Errorf("the error repeats the value: %q", errs[0].Detail())
			}
			withPath, ok := errs[0].(interface{ Path() path.Path })
			if !ok || !withPath.Path().Equal(path.Root("attribute")) {
				t.Errorf("%q gets an error without the attribute's path", value)
			}
		})
	}
}

func TestStringRulesPassNullAndUnknown(t *testing.T) {
	t.Parallel()

	rules := map[string]validator.String{
		"AccountServiceType": validate.AccountServiceType(),
		"CallbackURL":        validate.CallbackURL(),
		"ConsentCode":        validate.ConsentCode(),
		"Date":               validate.Date(),
		"Domain":             validate.Domain(),
		"Email":              validate.Email(),
		"ExchangeURL":        validate.ExchangeURL(),
		"GUID":               validate.GUID(),
		"Period":             validate.Period(),
		"ReturnURL":          validate.ReturnURL(),
		"ServiceType":        validate.ServiceType(),
		"Time":               validate.Time(),
		"TimeOfDay":          validate.TimeOfDay(),
		"TimeZone":           validate.TimeZone(),
		"TopicName":          validate.TopicName(),
	}
	for name, rule := range rules {
		for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
			resp := &validator.StringResponse{}
			rule.ValidateString(t.Context(), validator.StringRequest{ConfigValue: value}, resp)
			if resp.Diagnostics.HasError() {
				t.Errorf("%s refuses %s: %v", name, value, resp.Diagnostics)
			}
		}
		if rule.Description(t.Context()) == "" || rule.MarkdownDescription(t.Context()) == "" {
			t.Errorf("%s has no description", name)
		}
	}
}
