package validate

import (
	"slices"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

func TestNearest(t *testing.T) {
	t.Parallel()

	scopes := aurinko.ScopeNamesKnown()
	tests := []struct {
		name    string
		text    string
		known   []string
		wrong   int
		want    string // the best suggestion; empty for none at all
		suggest int    // how many; 0 for any number
	}{
		{name: "letters swapped", text: "Mail.Raed", known: scopes, wrong: 4, want: "Mail.Read"},
		{name: "lower case", text: "calendar.readwrite", known: scopes, wrong: 4, want: "Calendar.ReadWrite"},
		{name: "Graph's plural", text: "Calendars.ReadWrite", known: scopes, wrong: 4, want: "Calendar.ReadWrite"},
		{name: "guide's name", text: "Mail.Readonly", known: scopes, wrong: 4, want: "Mail.ReadOnly"},
		{name: "a space at the end", text: "Tasks.Read ", known: scopes, wrong: 4, want: "Tasks.Read"},
		{name: "far from all", text: "Files.ReadWrite.All.Something", known: scopes, wrong: 4},
		{name: "empty", text: "", known: scopes, wrong: 4},
		{name: "one letter wrong of one", text: "Gogle", known: []string{"Zoho", "Google"}, wrong: 1, want: "Google", suggest: 1},
		{name: "two letters wrong of one", text: "Gole", known: []string{"Zoho", "Google"}, wrong: 1},
		{name: "case costs nothing", text: "GOOGLE", known: []string{"Google"}, wrong: 0, want: "Google", suggest: 1},
		{name: "three at most, by name", text: "a", known: []string{"e", "d", "c", "b"}, wrong: 1, want: "b", suggest: 3},
		{name: "the nearest before the first by name", text: "abcd", known: []string{"abce", "ABCD"}, wrong: 1, want: "ABCD", suggest: 2},
		{name: "nothing known", text: "a", wrong: 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := nearest(test.text, test.known, test.wrong)
			first := ""
			if len(got) > 0 {
				first = got[0]
			}
			if first != test.want || len(got) > 3 || test.suggest > 0 && len(got) != test.suggest {
				t.Errorf("nearest to %q are %q, want %q first", test.text, got, test.want)
			}
			for _, name := range got {
				if !slices.Contains(test.known, name) {
					t.Errorf("%q is suggested, and not known", name)
				}
			}
		})
	}
}

func TestUnknownName(t *testing.T) {
	t.Parallel()

	known := []string{"Google", "Salesforce"}
	for name, want := range map[string]string{
		"gogle":     `"gogle" is not a mail service. Did you mean "Google"? Valid: Google, Salesforce.`,
		"Something": `"Something" is not a mail service. Valid: Google, Salesforce.`,
		"a\n\"b\"":  `"a\n\"b\"" is not a mail service. Valid: Google, Salesforce.`,
	} {
		if got := UnknownName(name, "mail service", known); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
