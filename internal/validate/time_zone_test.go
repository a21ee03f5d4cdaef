package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestTimeZone(t *testing.T) {
	t.Parallel()

	const problem = "must be a name from the IANA time zone database"
	checkStrings(t, validate.TimeZone(), map[string]string{
		"Europe/Berlin":                  valid,
		"America/New_York":               valid,
		"America/Argentina/Buenos_Aires": valid,
		"America/Port-au-Prince":         valid,
		"Etc/GMT+5":                      valid,
		"UTC":                            valid,
		"":                               problem,
		"Local":                          problem,
		"localtime":                      problem,
		"posixrules":                     problem,
		"posix/Europe/Berlin":            problem,
		"right/Europe/Berlin":            problem,
		"Europe":                         problem,
		"Europe/Bonn":                    problem,
		"../Europe/Berlin":               problem,
		"/etc/localtime":                 problem,
		"W. Europe Standard Time":        problem,
		"+01:00":                         problem,
		"america/new_york":               "Did you mean America/New_York?",
		"America/New York":               "Did you mean America/New_York?",
		"EUROPE/BERLIN":                  "Did you mean Europe/Berlin?",
	})
}

func TestTimeZoneAllocatesNothing(t *testing.T) {
	checkAllocatesNothing(t, validate.TimeZone(), "Europe/Vienna")
}
