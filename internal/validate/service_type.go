package validate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// DaemonServiceType takes the service type of a service account.
func DaemonServiceType() validator.String {
	return stringRule{
		description: "must be a service type of service accounts",
		summary:     "Unknown service type",
		problem:     daemonServiceTypeProblem,
	}
}

func daemonServiceTypeProblem(value string) string {
	if slices.Contains(aurinko.DaemonServiceTypes, value) {
		return ""
	}
	problem := "The value must be Aurinko's name of a mail service that has service accounts." +
		didYouMean(aurinko.NearestServiceType(value, aurinko.DaemonServiceTypes, min(3, len(value)/2)))
	return problem + " Valid service types: " + strings.Join(aurinko.DaemonServiceTypes, ", ") + "."
}

// AccountServiceType takes the service type of an account of any kind. Not all
// of them are published, so that it refuses only what looks like a slip.
func AccountServiceType() validator.String {
	return stringRule{
		description: "must be a service type of accounts",
		summary:     "Unknown service type",
		problem:     accountServiceTypeProblem,
	}
}

var serviceTypeForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)

func accountServiceTypeProblem(value string) string {
	known := aurinko.KnownServiceTypes
	if slices.Contains(known, value) {
		return ""
	}
	nearest := aurinko.NearestServiceType(value, known, 1)
	if nearest == "" && serviceTypeForm.MatchString(value) {
		return ""
	}
	return "The value must be Aurinko's name of a mail service." + didYouMean(nearest) +
		" Service types that are known: " + strings.Join(known, ", ") + "."
}

// didYouMean suggests a value, if there is one to suggest.
func didYouMean(nearest string) string {
	if nearest == "" {
		return ""
	}
	return " Did you mean " + quotedChoice([]string{nearest}) + "?"
}
