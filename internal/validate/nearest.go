package validate

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// nearest returns the known names closest to one that is not known, the best
// first and at most three: those equal but for case, then those with so many
// letters wrong at most.
func nearest(name string, known []string, wrong int) []string {
	type candidate struct {
		name     string
		distance int
	}
	var candidates []candidate
	for _, other := range known {
		distance := levenshtein.Distance(strings.ToLower(name), strings.ToLower(other), nil)
		if distance <= wrong {
			candidates = append(candidates, candidate{other, distance})
		}
	}
	slices.SortFunc(candidates, func(a, b candidate) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.name, b.name)
	})
	found := make([]string, 0, 3)
	for _, c := range candidates[:min(len(candidates), 3)] {
		found = append(found, c.name)
	}
	return found
}
