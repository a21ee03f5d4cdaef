package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestTime(t *testing.T) {
	t.Parallel()
	const want = "a time with its offset"
	checkStrings(t, validate.Time(), map[string]string{
		"2026-01-31T09:00:00Z": valid, "2026-01-31T09:00:00+01:00": valid, "2026-01-31T09:00:00.5Z": valid,
		"2026-01-31T09:00:00": want, "2026-01-31": want, "2026-02-30T09:00:00Z": want, "": want, "hunter2": want,
	})
}

func TestDate(t *testing.T) {
	t.Parallel()
	const want = "such as 2026-01-31"
	checkStrings(t, validate.Date(), map[string]string{
		"2026-01-31": valid, "2026-1-31": want, "2026-02-30": want, "31.1.2026": want, "2026-01-31T00:00:00Z": want, "": want,
	})
}

func TestTimeOfDay(t *testing.T) {
	t.Parallel()
	const want = "such as 09:00:00"
	checkStrings(t, validate.TimeOfDay(), map[string]string{
		"00:00:00": valid, "09:30:00": valid, "23:59:59": valid,
		"24:00:00": want, "9:30:00": want, "09:30": want, "09:30:00.5": want, "09:60:00": want, "": want,
	})
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	const want = "an ISO 8601 period"
	checkStrings(t, validate.Period(), map[string]string{
		"P3M": valid, "P4W": valid, "P5D": valid, "P1Y2M3W4D": valid, "P0D": valid,
		"P": want, "": want, "4W": want, "p4w": want, "P4": want, "P-1D": want, "P1D2M": want, "PT2H": want, "P1.5D": want, "P1234567D": want, "P4W ": want,
	})
}

func TestSameTimeAndPeriod(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		same func(a, b string) bool
		a, b string
		want bool
	}{
		{validate.SameTime, "2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z", true},
		{validate.SameTime, "2026-01-31T09:00:00Z", "2026-01-31T10:00:00+01:00", true},
		{validate.SameTime, "2026-01-31T09:00:00Z", "2026-01-31T09:00:00.000+0000", true},
		{validate.SameTime, "2026-01-31T09:00:00Z", "2026-01-31T09:00:00+01:00", false},
		{validate.SameTime, "", "", false},
		{validate.SamePeriod, "P4W", "P28D", true},
		{validate.SamePeriod, "P1Y", "P12M", true},
		{validate.SamePeriod, "P1M", "P30D", false},
		{validate.SamePeriod, "P1M", "", false},
		{validate.SamePeriod, "", "", false},
	} {
		if got := test.same(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %t", test.a, test.b, got)
		}
	}
}

func TestRFC3339(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-01-31T09:00:00.000+0000": "2026-01-31T09:00:00Z", "2026-01-31T09:00:00.5+0100": "2026-01-31T09:00:00.5+01:00",
		"2026-01-31T09:00:00.000Z": "2026-01-31T09:00:00.000Z", "2026-01-31T09:00:00+01:00": "2026-01-31T09:00:00+01:00", "": "", "soon": "soon",
	} {
		if got := validate.RFC3339(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
