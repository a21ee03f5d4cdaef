package validate

import (
	"fmt"
	"strings"
)

// UnknownName says that a name is none of the known ones, which are the valid
// ones, and which of them is the nearest. What completes "is not a …".
func UnknownName(name, what string, known []string) string {
	detail := fmt.Sprintf("%q is not a %s.", name, what)
	if near := nearest(name, known, 4); len(near) > 0 {
		detail += " Did you mean " + quotedChoice(near) + "?"
	}
	return detail + " Valid: " + strings.Join(known, ", ") + "."
}
