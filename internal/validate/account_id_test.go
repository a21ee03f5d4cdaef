package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestAccountID(t *testing.T) {
	t.Parallel()

	const problem = "must be the number of an Aurinko account"
	checkStrings(t, validate.AccountID(), map[string]string{
		"1":                   valid,
		"12345":               valid,
		"9007199254740993":    valid,
		"9223372036854775807": valid,
		"":                    problem,
		"0":                   problem,
		"007":                 problem,
		"-1":                  problem,
		"+5":                  problem,
		"1.0":                 problem,
		"1e3":                 problem,
		"0x1f":                problem,
		"1_000":               problem,
		" 5":                  problem,
		"5 ":                  problem,
		"٥":                   problem,
		"9223372036854775808": problem,
		"sales@acme.example":  problem,
	})
}

func TestAccountIDAllocatesNothing(t *testing.T) {
	checkAllocatesNothing(t, validate.AccountID(), "9223372036854775807")
}
