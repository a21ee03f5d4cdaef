package aurinko

import (
	"slices"
	"testing"
)

func TestCanonicalScope(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		name  string
		want  string
		known bool
	}{
		"API name":                {name: "Mail.Read", want: "Mail.Read", known: true},
		"guide's name":            {name: "Mail.ReadOnly", want: "Mail.Read", known: true},
		"guide's name, singular":  {name: "Mail.Draft", want: "Mail.Drafts", known: true},
		"guide's calendar name":   {name: "Calendar.ReadOnly", want: "Calendar.Read", known: true},
		"guide's contacts name":   {name: "Contacts.ReadOnly", want: "Contacts.Read", known: true},
		"guide's tasks name":      {name: "Tasks.ReadOnly", want: "Tasks.Read", known: true},
		"in no guide":             {name: "Mail.All", want: "Mail.All", known: true},
		"another case":            {name: "mail.read", want: "mail.read"},
		"a Graph permission":      {name: "Calendars.Read", want: "Calendars.Read"},
		"surrounded by a space":   {name: "Mail.Read ", want: "Mail.Read "},
		"empty":                   {name: "", want: ""},
		"alias of another family": {name: "Mail.Contacts", want: "Mail.Contacts"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, known := CanonicalScope(test.name)
			if got != test.want || known != test.known {
				t.Errorf("CanonicalScope(%q) = %q, %t, want %q, %t", test.name, got, known, test.want, test.known)
			}
		})
	}
}

func TestEveryScopeIsCanonical(t *testing.T) {
	t.Parallel()

	for _, scope := range Scopes {
		if got, known := CanonicalScope(scope); got != scope || !known {
			t.Errorf("CanonicalScope(%q) = %q, %t, want the same name, true", scope, got, known)
		}
	}
	for alias, scope := range scopeAliases {
		if slices.Contains(Scopes, alias) {
			t.Errorf("%q is an alias and an API name", alias)
		}
		if !slices.Contains(Scopes, scope) {
			t.Errorf("the alias %q leads to %q, which is no API name", alias, scope)
		}
	}
}

func TestCanonicalScopes(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		names []string
		want  []string
	}{
		"nil":                 {names: nil, want: []string{}},
		"empty":               {names: []string{}, want: []string{}},
		"sorted":              {names: []string{"Tasks.Read", "Mail.Send", "Calendar.Read"}, want: []string{"Calendar.Read", "Mail.Send", "Tasks.Read"}},
		"aliases":             {names: []string{"Mail.ReadOnly", "Mail.Draft"}, want: []string{"Mail.Drafts", "Mail.Read"}},
		"same by both names":  {names: []string{"Mail.ReadOnly", "Mail.Send", "Mail.Read"}, want: []string{"Mail.Read", "Mail.Send"}},
		"unknown name stays":  {names: []string{"Mail.Read", "Files.Read"}, want: []string{"Files.Read", "Mail.Read"}},
		"twice the same name": {names: []string{"Mail.Send", "Mail.Send"}, want: []string{"Mail.Send"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := slices.Clone(test.names)
			if got := CanonicalScopes(test.names); !slices.Equal(got, test.want) || got == nil {
				t.Errorf("CanonicalScopes(%q) = %#v, want %q", test.names, got, test.want)
			}
			if !slices.Equal(given, test.names) {
				t.Errorf("the argument became %q", test.names)
			}
		})
	}
}

func TestNearestScopes(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		name  string
		first string // the best suggestion, "" for none at all
	}{
		"letters swapped":    {name: "Mail.Raed", first: "Mail.Read"},
		"lower case":         {name: "calendar.readwrite", first: "Calendar.ReadWrite"},
		"Graph's plural":     {name: "Calendars.ReadWrite", first: "Calendar.ReadWrite"},
		"guide's name":       {name: "Mail.Readonly", first: "Mail.ReadOnly"},
		"far from all":       {name: "Files.ReadWrite.All.Something", first: ""},
		"empty":              {name: "", first: ""},
		"a space at the end": {name: "Tasks.Read ", first: "Tasks.Read"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := NearestScopes(test.name)
			if len(got) > 3 {
				t.Errorf("NearestScopes(%q) = %q, want at most three", test.name, got)
			}
			first := ""
			if len(got) > 0 {
				first = got[0]
			}
			if first != test.first {
				t.Errorf("NearestScopes(%q) = %q, want %q first", test.name, got, test.first)
			}
			for _, scope := range got {
				if _, known := CanonicalScope(scope); !known {
					t.Errorf("NearestScopes(%q) suggests %q, which is no scope", test.name, scope)
				}
			}
		})
	}
}
