package validate

import (
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

// ExchangeURL takes what customtype.EWSURL makes an EWS URL of.
func ExchangeURL() validator.String {
	return stringRule{
		description: "must be the host or the https URL of an Exchange server",
		summary:     "Invalid Exchange server",
		problem: func(value string) string {
			if _, err := customtype.EWSURL(value); err != nil {
				return "The value cannot be used as the address of an Exchange server: " + err.Error() + "."
			}
			return ""
		},
	}
}
