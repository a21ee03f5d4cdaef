package validate

import (
	"regexp"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Time takes a time with its offset (RFC 3339).
func Time() validator.String {
	return stringRule{
		description: "must be an RFC 3339 time",
		summary:     "Invalid time",
		problem: func(value string) string {
			if _, err := time.Parse(time.RFC3339, value); err == nil {
				return ""
			}
			return "The value must be a time with its offset, such as 2026-01-31T09:00:00Z or 2026-01-31T09:00:00+01:00."
		},
	}
}

// Date takes a date without a time.
func Date() validator.String {
	return stringRule{
		description: "must be a date",
		summary:     "Invalid date",
		problem:     notIn(time.DateOnly, "The value must be a date, such as 2026-01-31."),
	}
}

// TimeOfDay takes a time of day with its seconds.
func TimeOfDay() validator.String {
	return stringRule{
		description: "must be a time of day",
		summary:     "Invalid time of day",
		problem: notIn(time.TimeOnly, "The value must be a time of day with two digits each for hours, minutes and seconds, such as 09:00:00. "+
			"The last one is 23:59:59."),
	}
}

// notIn returns the problem of values that are not exactly in a layout.
func notIn(layout, problem string) func(string) string {
	return func(value string) string {
		// Parse takes fractions and hours of one digit too.
		if parsed, err := time.Parse(layout, value); err == nil && parsed.Format(layout) == value {
			return ""
		}
		return problem
	}
}

// SameTime reports whether two texts are the same instant.
func SameTime(a, b string) bool {
	one, err := parseTime(a)
	other, otherErr := parseTime(b)
	return err == nil && otherErr == nil && one.Equal(other)
}

// RFC3339 returns a time of the API as Time takes it: Aurinko may leave out the colon
// of the offset. Any other text stays.
func RFC3339(text string) string {
	if _, err := time.Parse(time.RFC3339, text); err != nil {
		if parsed, err := parseTime(text); err == nil {
			return parsed.Format(time.RFC3339Nano)
		}
	}
	return text
}

func parseTime(text string) (time.Time, error) {
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Parse("2006-01-02T15:04:05Z0700", text)
	}
	return parsed, nil
}

// Period takes an ISO 8601 period.
func Period() validator.String {
	return stringRule{
		description: "must be an ISO 8601 period",
		summary:     "Invalid period",
		problem: func(value string) string {
			if _, ok := parsePeriod(value); ok {
				return ""
			}
			return "The value must be an ISO 8601 period: P3M is three months, P4W four weeks, and P5D five days."
		},
	}
}

// SamePeriod reports whether two texts are the same period: P4W is P28D.
func SamePeriod(a, b string) bool {
	one, ok := parsePeriod(a)
	other, otherOK := parsePeriod(b)
	return ok && otherOK && one == other
}

var period = regexp.MustCompile(`^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?$`)

// parsePeriod returns the months and the days of a period.
func parsePeriod(text string) (length [2]int, ok bool) {
	parts := period.FindStringSubmatch(text)
	if parts == nil || text == "P" {
		return length, false
	}
	for i, part := range parts[1:] {
		n, _ := strconv.Atoi(part) // 0 for what is left out
		length[i/2] += n * []int{12, 1, 7, 1}[i]
	}
	return length, true
}
