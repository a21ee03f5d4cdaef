package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestCallbackURL(t *testing.T) {
	t.Parallel()

	const (
		absolute = "must be an absolute https URL with a host"
		noURL    = "is not a URL"
	)
	checkStrings(t, validate.CallbackURL(), map[string]string{
		"https://auth.acme.example/callback":         valid,
		"https://auth.acme.example":                  valid,
		"HTTPS://auth.acme.example/":                 valid,
		"https://auth.acme.example:8443/cb?tenant=1": valid,
		"http://localhost:8080/callback":             valid,
		"http://127.0.0.1/callback":                  valid,
		"http://[::1]:8080/callback":                 valid,
		"":                                           absolute,
		"/callback":                                  absolute,
		"auth.acme.example/callback":                 absolute,
		"//auth.acme.example/callback":               absolute,
		"https:///callback":                          absolute,
		"https://:443/callback":                      absolute,
		"https:auth.acme.example":                    absolute,
		"ftp://auth.acme.example/":                   absolute,
		"https://auth.acme.example/a b":              noURL,
		"https://auth.acme.example/ ":                noURL,
		"https://auth.acme.example:port/":            noURL,
		"https://user:hunter2@auth.acme.example/":    "must not hold a user name or password",
		"https://user:hunter2@auth.acme.example:x/":  noURL,
		"https://auth.acme.example/#hunter2":         "must not have a fragment",
		"https://auth.acme.example/#":                "must not have a fragment",
		"http://auth.acme.example/callback":          "must be https",
		"http://localhost.acme.example/callback":     "must be https",
		"http://10.0.0.1/callback":                   "must be https",
	})
}

func TestNotificationURL(t *testing.T) {
	t.Parallel()

	const absolute = "must be an absolute URL with a host and without a fragment"
	checkStrings(t, validate.NotificationURL(), map[string]string{
		"https://hooks.acme.example/aurinko":       valid,
		"https://hooks.acme.example:8443/a?key=1":  valid,
		"http://127.0.0.1:8080/":                   valid,
		"https://user:hunter2@hooks.acme.example/": valid,
		"":                                    absolute,
		"hooks.acme.example/aurinko":          absolute,
		"/aurinko":                            absolute,
		"https:///aurinko":                    absolute,
		"ftp://hooks.acme.example/":           absolute,
		"https://hooks.acme.example/#hunter2": absolute,
		"https://hooks.acme.example/a b":      absolute,
		"https://hooks.acme.example:port/":    absolute,
	})
}
