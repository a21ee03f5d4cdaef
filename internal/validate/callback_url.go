package validate

import (
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// CallbackURL takes a URL that a browser can be sent back to: absolute, https
// (http only on a loopback host, for development), without user name,
// password or fragment.
func CallbackURL() validator.String {
	return stringRule{
		description: "must be an absolute https URL",
		summary:     "Invalid callback URL",
		problem:     callbackURLProblem,
	}
}

// ReturnURL takes what CallbackURL takes, for the page of one's own to which a
// consent flow returns.
func ReturnURL() validator.String {
	return stringRule{
		description: "must be an absolute https URL",
		summary:     "Invalid return URL",
		problem:     callbackURLProblem,
	}
}

// NotificationURL takes the URL of an endpoint that Aurinko sends notifications to:
// absolute, without a fragment.
func NotificationURL() validator.String {
	return stringRule{
		description: "must be an absolute https URL",
		summary:     "Invalid notification URL",
		problem: func(value string) string {
			u, err := url.Parse(value)
			if err != nil || strings.ContainsAny(value, " #") || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
				return "The value must be an absolute URL with a host and without a fragment. Give one such as https://hooks.acme.example/aurinko."
			}
			return ""
		},
	}
}

func callbackURLProblem(value string) string {
	const example = " Give one such as https://auth.acme.example/callback."
	u, err := url.Parse(value)
	switch {
	case err != nil, strings.Contains(value, " "):
		return "The value is not a URL." + example
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return "The value must be an absolute https URL with a host." + example
	case u.User != nil:
		return "The URL must not hold a user name or password: take everything up to the @ away."
	case strings.Contains(value, "#"):
		return "The URL must not have a fragment: take the # and what follows away."
	case u.Scheme == "http" && !aurinko.IsLoopback(u.Hostname()):
		return "The URL must be https. Plain http is taken only for a loopback host such as localhost."
	}
	return ""
}
