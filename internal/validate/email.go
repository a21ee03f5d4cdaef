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
