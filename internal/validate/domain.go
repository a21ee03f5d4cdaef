package validate

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Domain takes a DNS name, such as the mail domain of an organisation.
func Domain() validator.String {
	return stringRule{
		description: "must be a domain name",
		summary:     "Invalid domain",
		problem: func(value string) string {
			switch {
			case isDomain(value):
				return ""
			case strings.Contains(value, "://"):
				return "The value is a URL. Give the domain alone, such as acme.example."
			case strings.Contains(value, "@"):
				return "The value has an @. Give only the domain, the part after the @, such as acme.example."
			}
			return "The value must be a domain name such as acme.example; an internationalised one in its ASCII form (xn--…)."
		},
	}
}

// isDomain reports whether s is a DNS name of letters, digits and hyphens. A
// single label is one. An IP address is not: no top-level domain is a number.
func isDomain(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for rest, more := s, true; more; {
		var label string
		label, rest, more = strings.Cut(rest, ".")
		if !isLabel(label) || !more && isNumber(label) {
			return false
		}
	}
	return true
}

func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !isDigit(c) && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' {
			return false
		}
	}
	return true
}

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}
