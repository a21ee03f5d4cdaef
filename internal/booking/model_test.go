package booking

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

func TestSameJSON(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{`{"a": 1, "b": [2]}`, `{"b":[2],"a":1}`, true},
		{`{"a":1}`, `{"a":2}`, false},
		{"9007199254740993", "9007199254740992", false},
		{"{} {}", "{}", false},
		{"text", "text", false}, // equal all the same
		{"", "", false},
	} {
		if sameJSON(test.a, test.b) != test.same {
			t.Errorf("%q and %q: %t", test.a, test.b, !test.same)
		}
	}
}

// A time is read as the configuration can have it: generated configuration is valid.
func TestTimesAreValid(t *testing.T) {
	t.Parallel()
	m := model{shared: shared{StartTime: types.StringValue("2026-01-31T09:00:00+01:00")}}
	m.fromAPI(t.Context(), readback.Refresh, aurinko.BookingProfile{StartTime: "2026-01-31T08:00:00.000+0000", EndTime: "2026-02-28T08:00:00.000+0000"})
	if start, end := m.StartTime.ValueString(), m.EndTime.ValueString(); start != "2026-01-31T09:00:00+01:00" || end != "2026-02-28T08:00:00Z" {
		t.Errorf("read are %s and %s", start, end)
	}
}

// What is sent of groups is the difference.
func TestChangeGroups(t *testing.T) {
	t.Parallel()
	type groups = []aurinko.BookingGroup
	group := func(extID, required string, ids ...aurinko.AccountID) aurinko.BookingGroup {
		return aurinko.BookingGroup{ExtID: extID, Required: required, AccountIDs: ids}
	}
	for name, test := range map[string]struct{ from, to, attach, detach groups }{
		"none":               {},
		"the same":           {from: groups{group("a", "one", 1, 2)}, to: groups{group("a", "one", 2, 1)}},
		"first":              {to: groups{group("a", "one", 1)}, attach: groups{group("a", "one", 1)}},
		"another":            {from: groups{group("a", "one", 1)}, to: groups{group("b", "all", 1)}, attach: groups{group("b", "all", 1)}, detach: groups{group("a", "", 1)}},
		"one more":           {from: groups{group("a", "one", 1)}, to: groups{group("a", "one", 1, 2)}, attach: groups{group("a", "one", 2)}},
		"one less":           {from: groups{group("a", "one", 1, 2)}, to: groups{group("a", "one", 2)}, detach: groups{group("a", "", 1)}},
		"others":             {from: groups{group("a", "one", 1)}, to: groups{group("a", "one", 2)}, attach: groups{group("a", "one", 2)}, detach: groups{group("a", "", 1)}},
		"requires all":       {from: groups{group("a", "one", 1, 2)}, to: groups{group("a", "all", 1, 3)}, attach: groups{group("a", "all", 1, 3)}, detach: groups{group("a", "", 2)}},
		"was not returned":   {from: groups{group("a", "", 1)}, to: groups{group("a", "one", 1)}, attach: groups{group("a", "one", 1)}},
		"nobody is left":     {from: groups{group("a", "one", 1), group("b", "one", 2)}, detach: groups{group("a", "", 1), group("b", "", 2)}},
		"has no accounts":    {from: groups{group("a", "one")}, to: groups{group("a", "one", 1)}, attach: groups{group("a", "one", 1)}},
		"had none, and goes": {from: groups{group("a", "one")}},
	} {
		attach, detach := changeGroups(test.from, test.to)
		if diff := cmp.Diff([]groups{test.attach, test.detach}, []groups{attach, detach}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
