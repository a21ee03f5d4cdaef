package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

// The forms of an address are tested with customtype.EWSURL.
func TestExchangeURL(t *testing.T) {
	t.Parallel()

	checkStrings(t, validate.ExchangeURL(), map[string]string{
		"mail.acme.example":                           valid,
		"https://mail.acme.example/":                  valid,
		"https://mail.acme.example/EWS/Exchange.asmx": valid,
		"":                              "it is empty; give the host",
		"http://mail.acme.example/":     "use https.",
		"https://mail.acme.example/owa": "its path is not /EWS/Exchange.asmx",
		"https://user:hunter2@mail.acme.example/": "it holds a user name or password",
	})
}
