package aurinko

import (
	"maps"
	"slices"
	"strings"
)

// Scopes are the names that the API takes in authScopes, in the order of the
// API reference's enumeration [D].
var Scopes = []string{
	"Calendar.Read",
	"Calendar.ReadWrite",
	"Mail.Read",
	"Mail.ReadWrite",
	"Mail.Send",
	"Mail.Drafts",
	"Mail.All",
	"Contacts.Read",
	"Contacts.ReadWrite",
	"Tasks.Read",
	"Tasks.ReadWrite",
}

// scopeAliases maps the names of Aurinko's guides to the API's names where
// the two differ [D].
var scopeAliases = map[string]string{
	"Calendar.ReadOnly": "Calendar.Read",
	"Mail.ReadOnly":     "Mail.Read",
	"Mail.Draft":        "Mail.Drafts",
	"Contacts.ReadOnly": "Contacts.Read",
	"Tasks.ReadOnly":    "Tasks.Read",
}

// CanonicalScope returns the API's name for a scope given by its API name or
// by the name the guides use. It reports false for a name that is neither.
func CanonicalScope(name string) (string, bool) {
	if canonical, ok := scopeAliases[name]; ok {
		return canonical, true
	}
	return name, slices.Contains(Scopes, name)
}

// CanonicalScopes returns the API's names of the given scopes, sorted and
// without duplicates. Names that are not known are kept as they are: the
// service may know more than this list.
func CanonicalScopes(names []string) []string {
	canonical := make([]string, 0, len(names))
	for _, name := range names {
		c, _ := CanonicalScope(name)
		canonical = append(canonical, c)
	}
	slices.Sort(canonical)
	return slices.Compact(canonical)
}

// KnownScopes are those of some canonical scopes that are on this list.
func KnownScopes(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(Scopes, name) })
}

// ScopesBeyond returns the scopes that some granted ones do not include. Mail.All
// includes every mail scope, and a ReadWrite scope its Read scope [D]. It returns
// none if one of the granted scopes is not on this list, since it may include others.
func ScopesBeyond(granted, wanted []string) []string {
	var beyond []string
	if len(granted) == 0 || len(KnownScopes(granted)) < len(granted) {
		return nil
	}
	for _, scope := range KnownScopes(wanted) {
		object, access, _ := strings.Cut(scope, ".")
		switch {
		case slices.Contains(granted, scope),
			object == "Mail" && slices.Contains(granted, "Mail.All"),
			access == "Read" && slices.Contains(granted, object+".ReadWrite"):
		default:
			beyond = append(beyond, scope)
		}
	}
	return beyond
}

// apiNames returns the API's names of the given scopes, each once, in their
// order.
func apiNames(names []string) []string {
	var api []string
	for _, name := range names {
		if name, _ = CanonicalScope(name); !slices.Contains(api, name) {
			api = append(api, name)
		}
	}
	return api
}

// ScopeNamesKnown returns every name under which a scope is known: the API's and
// those of the guides.
func ScopeNamesKnown() []string {
	return slices.AppendSeq(slices.Clone(Scopes), maps.Keys(scopeAliases))
}
