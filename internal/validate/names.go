package validate

import (
	"fmt"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// UnknownName says that a name is none of the known ones, which are the valid
// ones, and which of them is the nearest. What completes "is not a …".
func UnknownName(name, what string, known []string) string {
	detail := fmt.Sprintf("%q is not a %s.", name, what)
	if nearest := aurinko.Nearest(name, known, 4); len(nearest) > 0 {
		detail += " Did you mean " + quotedChoice(nearest) + "?"
	}
	return detail + " Valid: " + strings.Join(known, ", ") + "."
}
