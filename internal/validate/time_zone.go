package validate

import (
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // a runner image often has no database of its own

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// TimeZone takes the name of a time zone in the IANA database.
func TimeZone() validator.String {
	return stringRule{
		description: "must be an IANA time zone name",
		summary:     "Unknown time zone",
		problem:     timeZoneProblem,
	}
}

func timeZoneProblem(value string) string {
	if isTimeZone(value) {
		return ""
	}
	problem := "The value must be a name from the IANA time zone database, such as Europe/Berlin or America/New_York; " +
		"the names that Windows and Exchange use are not."
	if near := zoneSpelling(value); isTimeZone(near) {
		problem += " Did you mean " + near + "?"
	}
	return problem
}

// notZones are names that Go, or the database as operating systems install
// it, resolves but that name no zone or another one on each machine.
var notZones = []string{"", "Local", "localtime", "posixrules"}

// zones are the names that were found in the database. Thousands of mailboxes
// share a few, and to look for one opens files.
var zones sync.Map

func isTimeZone(name string) bool {
	if _, found := zones.Load(name); found {
		return true
	}
	if slices.Contains(notZones, name) || strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/") {
		return false
	}
	if _, err := time.LoadLocation(name); err != nil {
		return false
	}
	zones.Store(name, true)
	return true
}

// zoneSpelling writes a name the way the database does, each word beginning
// with a capital and joined by underscores: "america/new york" becomes
// "America/New_York".
func zoneSpelling(name string) string {
	letters := []byte(strings.ToLower(strings.ReplaceAll(name, " ", "_")))
	for i := range letters {
		if i == 0 || strings.IndexByte("/_-", letters[i-1]) >= 0 {
			if c := letters[i]; c >= 'a' && c <= 'z' {
				letters[i] = c - 'a' + 'A'
			}
		}
	}
	return string(letters)
}
