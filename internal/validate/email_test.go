package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestEmail(t *testing.T) {
	t.Parallel()

	const (
		one    = "must be one email address"
		bare   = "must be the bare email address"
		domain = "What follows the @ must be a domain name"
	)
	checkStrings(t, validate.Email(), map[string]string{
		"sales@acme.example":                  valid,
		"Sales.EMEA+de@Mail.ACME.example":     valid,
		"o'brien_x-y@acme.example":            valid,
		"jürgen@acme.example":                 valid,
		"root@localhost":                      valid,
		"":                                    "is empty",
		"sales":                               one,
		"@acme.example":                       one,
		"sales@":                              one,
		"sales@acme.example, hr@acme.example": one,
		"sales@acme.example;hr@acme.example":  one,
		"sal es@acme.example":                 one,
		"sales@acme@example":                  one,
		".sales@acme.example":                 one,
		"Sales: sales@acme.example;":          bare,
		"Sales <sales@acme.example>":          bare,
		"<sales@acme.example>":                bare,
		"sales@acme.example (Sales)":          bare,
		`"sales team"@acme.example`:           bare,
		" sales@acme.example":                 bare,
		"sales@acme.example ":                 bare,
		"sales @acme.example":                 one,
		"sales@[10.0.0.1]":                    domain,
		"sales@-acme.example":                 domain,
		"sales@acme_mail.example":             domain,
		"sales@müller.example":                domain,
		"sales@10.0.0.1":                      domain,
	})
}
