package validate

import "github.com/hashicorp/terraform-plugin-framework/schema/validator"

// GUID takes a GUID as Microsoft Entra shows it: 8-4-4-4-12 hexadecimal
// digits, in either case, without braces.
func GUID() validator.String {
	return stringRule{
		description: "must be a GUID",
		summary:     "Invalid GUID",
		problem: func(value string) string {
			if isGUID(value) {
				return ""
			}
			return "The value must be a GUID such as 1b4e28ba-2fa1-4d3b-8c5e-0123456789ab, without braces. " +
				"Copy it from the overview of the app registration or of the tenant in the Microsoft Entra admin center."
		},
	}
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if !isDigit(c) && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return false
			}
		}
	}
	return true
}

func isDigit(c byte) bool {
	return c >= '0' && c <= '9'
}
