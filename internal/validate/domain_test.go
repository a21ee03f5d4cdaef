package validate_test

import (
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestDomain(t *testing.T) {
	t.Parallel()

	const problem = "must be a domain name"
	label := strings.Repeat("a", 63)
	checkStrings(t, validate.Domain(), map[string]string{
		"acme.example":                   valid,
		"ACME.Example":                   valid,
		"mail.eu-1.acme.example":         valid,
		"xn--mller-kva.example":          valid,
		"1and1.example":                  valid,
		"intranet":                       valid,
		label + ".example":               valid,
		"":                               problem,
		".":                              problem,
		"acme.example.":                  problem,
		".acme.example":                  problem,
		"acme..example":                  problem,
		"-acme.example":                  problem,
		"acme-.example":                  problem,
		"acme example":                   problem,
		"acme_mail.example":              problem,
		"müller.example":                 problem,
		"acme.example:443":               problem,
		"acme.example/":                  problem,
		"10.0.0.1":                       problem,
		label + "a.example":              problem,
		strings.Repeat("a.", 126) + "ab": problem,
		"https://acme.example":           "is a URL",
		"sales@acme.example":             "has an @",
		"@acme.example":                  "has an @",
	})
}

func TestDomainAllocatesNothing(t *testing.T) {
	checkAllocatesNothing(t, validate.Domain(), "mail.acme.example")
}
