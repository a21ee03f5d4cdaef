package validate

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// AccountID takes the id of an Aurinko account: a positive number of at most
// 64 bits, in decimal without sign or leading zeros.
func AccountID() validator.String {
	return stringRule{
		description: "must be the id of an Aurinko account",
		summary:     "Invalid account id",
		problem: func(value string) string {
			if isAccountID(value) {
				return ""
			}
			return "The value must be the number of an Aurinko account, such as 12345. " +
				"The id attribute of aurinko_service_account and aurinko_managed_account is one."
		},
	}
}

func isAccountID(s string) bool {
	// ParseInt alone, and with it aurinko.ParseAccountID, would take "+5" and
	// "007". Comparing what it gives with s allocates.
	if s == "" || s[0] == '0' || !isNumber(s) {
		return false
	}
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}
