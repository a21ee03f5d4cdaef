package validate

import (
	"net/mail"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Email takes one bare email address, local@domain.
func Email() validator.String {
	return stringRule{
		description: "must be one email address",
		summary:     "Invalid email address",
		problem:     emailProblem,
	}
}

func emailProblem(value string) string {
	if isPlainAddress(value) {
		return ""
	}
	address, err := mail.ParseAddress(value)
	switch {
	case value == "":
		return "The value is empty. Give an address such as sales@acme.example, or leave the attribute out."
	case err != nil:
		return "The value must be one email address such as sales@acme.example."
	case address.Address != value:
		return "The value must be the bare email address, such as sales@acme.example: " +
			"take a display name, angle brackets, quotes and spaces away."
	}
	if !isDomain(value[strings.LastIndexByte(value, '@')+1:]) {
		return "What follows the @ must be a domain name such as acme.example; an internationalised one in its ASCII form (xn--…)."
	}
	return ""
}

// isPlainAddress reports an address that is right at first sight, as almost all
// are: the parser would find the same, and allocate.
func isPlainAddress(value string) bool {
	local, domain, _ := strings.Cut(value, "@")
	for i := range len(local) {
		c := local[i]
		switch {
		case isDigit(c), c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == '+':
		case c == '.' && i > 0 && i < len(local)-1 && local[i-1] != '.':
		default:
			return false
		}
	}
	return local != "" && isDomain(domain)
}
