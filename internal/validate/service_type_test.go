package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestServiceType(t *testing.T) {
	t.Parallel()

	const listed = "Valid: Google, GoogleBot, Office365, EWS,"
	checkStrings(t, validate.ServiceType(), map[string]string{
		"Google":    valid,
		"Office365": valid,
		"EWS":       valid,
		"ZoomBot":   valid,
		"":          listed,
		"IMAP":      listed,
		"google":    `Did you mean "Google"`,
		"Ofice 365": `Did you mean "Office365"?`,
	})
}

func TestAccountServiceType(t *testing.T) {
	t.Parallel()

	const problem = "is not a known service type."
	checkStrings(t, validate.AccountServiceType(), map[string]string{
		"Google":     valid,
		"EWS":        valid,
		"IMAP":       valid,
		"iCloud":     valid,
		"Zoom":       valid, // not published, but it may be one
		"imap":       `Did you mean "IMAP"`,
		"Gogle":      `Did you mean "Google"`,
		"Office 365": `Did you mean "Office365"?`,
		"Sales Org":  problem,
		"365":        problem,
		"":           problem,
	})
}

func TestConsentCode(t *testing.T) {
	t.Parallel()

	const (
		part   = "looks like a URL, or a part of one"
		spaced = "has spaces or line breaks"
	)
	checkStrings(t, validate.ConsentCode(), map[string]string{
		"0.AXoAq-x_y~z/+==":               valid,
		"%2Fescaped":                      valid,
		"":                                "is no code",
		"..":                              "is no code",
		"https://a.example/?code=hunter2": part,
		"code=hunter2":                    part,
		"hunter2&state=x":                 part,
		"?hunter2":                        part,
		"hunter2 ":                        spaced,
		"hunter2\n":                       spaced,
		"hunter2\x00":                     spaced,
	})
}

func TestReturnURL(t *testing.T) {
	t.Parallel()

	checkStrings(t, validate.ReturnURL(), map[string]string{
		"https://acme.example/back?a=b": valid,
		"http://127.0.0.1:8080/":        valid,
		"http://acme.example/":          "must be https",
		"acme.example":                  "must be an absolute https URL",
		"https://acme.example/#part":    "must not have a fragment",
	})
}
