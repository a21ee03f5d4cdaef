package validate

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// ServiceType takes the service type of a service account, as Aurinko spells
// it.
func ServiceType() validator.String {
	known := aurinko.FlowDaemon.ServiceTypes()
	return stringRule{
		description: "must be one of " + strings.Join(known, ", "),
		summary:     "Unknown service type",
		problem: func(value string) string {
			if slices.Contains(known, value) {
				return ""
			}
			return UnknownName(value, "service type of a service account", known)
		},
	}
}

// AccountServiceType takes the service type of an account of any kind. Not all
// of them are published, so that it refuses only what looks like a slip.
func AccountServiceType() validator.String {
	known := aurinko.KnownServiceTypes()
	return stringRule{
		description: "must be a service type of accounts",
		summary:     "Unknown service type",
		problem: func(value string) string {
			isSlip := len(nearest(value, known, 1)) > 0 || !serviceTypeForm.MatchString(value)
			if slices.Contains(known, value) || !isSlip {
				return ""
			}
			return UnknownName(value, "known service type", known)
		},
	}
}

var serviceTypeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

// ConsentCode takes the code that a browser comes back with after a consent:
// the value alone, not the URL or the parameter that it stood in.
func ConsentCode() validator.String {
	return stringRule{
		description: "must be the code alone",
		summary:     "Invalid consent code",
		problem: func(value string) string {
			const alone = " Give the value of the parameter `code` alone, as it stands between `code=` and the next `&`."
			switch {
			case strings.Trim(value, ".") == "":
				return "The value is no code." + alone
			case strings.Contains(value, "://"), strings.Contains(value, "code="), strings.ContainsAny(value, "?&"):
				return "The value looks like a URL, or a part of one." + alone
			case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
				return "The value has spaces or line breaks in it." + alone
			}
			return ""
		},
	}
}
