package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestGUID(t *testing.T) {
	t.Parallel()

	const problem = "must be a GUID such as"
	checkStrings(t, validate.GUID(), map[string]string{
		"1b4e28ba-2fa1-4d3b-8c5e-0123456789ab":   valid,
		"1B4E28BA-2FA1-4D3B-8C5E-0123456789AB":   valid,
		"00000000-0000-0000-0000-000000000000":   valid,
		"":                                       problem,
		"{1b4e28ba-2fa1-4d3b-8c5e-0123456789ab}": problem,
		"1b4e28ba2fa14d3b8c5e0123456789ab":       problem,
		"1b4e28ba-2fa1-4d3b-8c5e-0123456789a":    problem,
		"1b4e28ba-2fa1-4d3b-8c5e-0123456789abc":  problem,
		"1b4e28ba-2fa1-4d3b-8c5e-0123456789ag":   problem,
		"1b4e28ba-2fa1-4d3b-8c5e_0123456789ab":   problem,
		"1b4e28b-a2fa1-4d3b-8c5e-0123456789ab":   problem,
		" b4e28ba-2fa1-4d3b-8c5e-0123456789ab":   problem,
		"acme.example":                           problem,
		"hunter2":                                problem,
	})
}

func TestGUIDAllocatesNothing(t *testing.T) {
	checkAllocatesNothing(t, validate.GUID(), "1b4e28ba-2fa1-4d3b-8c5e-0123456789ab")
}
