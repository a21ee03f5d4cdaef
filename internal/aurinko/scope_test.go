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

func TestKnownScopes(t *testing.T) {
	t.Parallel()

	given := []string{"Files.Read", "Mail.Read", "Mail.ReadOnly", "Mail.Send"}
	if got, want := KnownScopes(given), []string{"Mail.Read", "Mail.Send"}; !slices.Equal(got, want) {
		t.Errorf("KnownScopes(%q) = %q, want %q", given, got, want)
	}
	if len(given) != 4 || given[0] != "Files.Read" {
		t.Errorf("the argument became %q", given)
	}
	if got := KnownScopes(nil); len(got) != 0 {
		t.Errorf("KnownScopes(nil) = %q", got)
	}
}

func TestScopeNamesKnown(t *testing.T) {
	t.Parallel()

	names := ScopeNamesKnown()
	if len(names) != len(Scopes)+len(scopeAliases) || !slices.Contains(names, "Mail.Read") || !slices.Contains(names, "Mail.ReadOnly") {
		t.Errorf("known names are %q", names)
	}
	names[0] = "changed"
	if Scopes[0] == "changed" {
		t.Error("a caller can change the list")
	}
}

func TestScopesBeyond(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ granted, wanted, beyond []string }{
		"the same":              {[]string{"Mail.Read"}, []string{"Mail.Read"}, nil},
		"less":                  {[]string{"Mail.Read", "Tasks.Read"}, []string{"Mail.Read"}, nil},
		"nothing":               {[]string{"Mail.Read"}, nil, nil},
		"a read beside a write": {[]string{"Contacts.ReadWrite"}, []string{"Contacts.Read"}, nil},
		"a write beside a read": {[]string{"Contacts.Read"}, []string{"Contacts.ReadWrite"}, []string{"Contacts.ReadWrite"}},
		"all mail":              {[]string{"Mail.All"}, []string{"Mail.Drafts", "Mail.Read", "Mail.ReadWrite", "Mail.Send"}, nil},
		"all mail, no more":     {[]string{"Mail.All"}, []string{"Calendar.Read", "Mail.Send"}, []string{"Calendar.Read"}},
		"mail is not all":       {[]string{"Mail.ReadWrite"}, []string{"Mail.All", "Mail.Send"}, []string{"Mail.All", "Mail.Send"}},
		"granted: unknown":      {nil, []string{"Mail.Read"}, nil},
		"granted: a new one":    {[]string{"Everything"}, []string{"Mail.Read"}, nil},
		"wanted: a new one":     {[]string{"Mail.Read"}, []string{"Everything"}, nil},
	}
	for name, test := range tests {
		if got := ScopesBeyond(test.granted, test.wanted); !slices.Equal(got, test.beyond) {
			t.Errorf("%s: %v beyond %v: got %v, want %v", name, test.wanted, test.granted, got, test.beyond)
		}
	}
}
