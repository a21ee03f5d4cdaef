// Package scopes resolves Aurinko scopes to the permissions of Microsoft Graph
// that an app registration at Microsoft Entra needs for them.
package scopes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

// Permission types, and what each is called in the required resource access of
// an app registration.
const (
	Delegated   = "delegated"   // of a signed-in person: Scope
	Application = "application" // of the app itself: Role
)

// GraphAppID is the application id of Microsoft Graph, the same in every
// tenant.
const GraphAppID = "00000003-0000-0000-c000-000000000000"

// permissions are the Graph permissions that each scope needs, by the API's
// name of the scope, as Aurinko's guides document them [D]. A scope that is
// missing under a type has no documented permissions of that type.
var permissions = map[string]map[string][]string{
	Delegated: {
		"Calendar.Read":      {"Calendars.Read"},
		"Calendar.ReadWrite": {"Calendars.ReadWrite"},
		"Contacts.Read":      {"Contacts.Read"},
		"Contacts.ReadWrite": {"Contacts.ReadWrite"},
		"Mail.Drafts":        {"Mail.ReadWrite"},
		"Mail.Read":          {"Mail.Read"},
		"Mail.ReadWrite":     {"Mail.ReadWrite"},
		"Mail.Send":          {"Mail.Send"},
		"Tasks.Read":         {"Tasks.Read"},
		"Tasks.ReadWrite":    {"Tasks.ReadWrite"},
	},
	Application: {
		"Calendar.Read":      {"Calendars.Read"},
		"Calendar.ReadWrite": {"Calendars.ReadWrite"},
		"Contacts.Read":      {"Contacts.Read"},
		"Contacts.ReadWrite": {"Contacts.ReadWrite"},
		"Mail.Read":          {"Mail.Read"},
		"Mail.ReadWrite":     {"Mail.ReadWrite"},
		"Mail.Send":          {"Mail.Send"},
	},
}

// implicit are the delegated permissions that Aurinko asks for by itself, so
// that the app registration needs them too [D].
var implicit = []string{"MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"}

// ids are the ids of the permissions at Microsoft, from its published list of
// August 2026.
var ids = map[string]map[string]string{
	Delegated: {
		"Calendars.Read":       "465a38f9-76ea-45b9-9f34-9e8b0d4b0b42",
		"Calendars.ReadWrite":  "1ec239c2-d7c9-4623-a91a-a9775856bb36",
		"Contacts.Read":        "ff74d97f-43af-4b68-9f2a-b77ee6968c5d",
		"Contacts.ReadWrite":   "d56682ec-c09e-4743-aaf4-1a3aac4caa21",
		"Mail.Read":            "570282fd-fa5c-430d-a7fd-fc8dc98a9dca",
		"Mail.ReadWrite":       "024d486e-b451-40bb-833d-3e66d98c5c73",
		"Mail.Send":            "e383f46e-2787-4529-855e-0e479a3ffac0",
		"MailboxSettings.Read": "87f447af-9fa4-4c32-9dfa-4a57a73d18ce",
		"Tasks.Read":           "f45671fb-e0fe-4b4b-be20-3d3ce43f1bcb",
		"Tasks.ReadWrite":      "2219042f-cab5-40cc-b0d2-16b1540b4c5f",
		"User.Read":            "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
		"email":                "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
		"offline_access":       "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
		"openid":               "37f7f235-527c-4136-accd-4a02d197296e",
		"profile":              "14dad69e-099b-42c9-810b-d002981feec1",
	},
	Application: {
		"Calendars.Read":      "798ee544-9d2d-430c-a058-570e29e34338",
		"Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
		"Contacts.Read":       "089fe4d0-434a-44c5-8827-41ba8a0b17f5",
		"Contacts.ReadWrite":  "6918b873-d17a-4dc1-b314-35f528134491",
		"Mail.Read":           "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
		"Mail.ReadWrite":      "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
		"Mail.Send":           "b633e1c5-b582-4048-a93e-9f11b44c7e96",
	},
}

// accessType is the type of a permission in an app registration's required
// resource access.
func accessType(permissionType string) string {
	if permissionType == Application {
		return "Role"
	}
	return "Scope"
}

// Mapping is what a set of scopes needs at Microsoft.
type Mapping struct {
	Canonical []string            // the scopes by the API's names, sorted
	ByScope   map[string][]string // API's name of a scope → Graph permissions
	Explicit  []string            // union of these, sorted
	Implicit  []string            // what Aurinko asks for besides, sorted; empty for application permissions
	All       []string            // union of both, sorted
	Access    []Access            // All, as an app registration wants it
}

// Access is one entry of an app registration's required resource access.
type Access struct {
	ID    string // the permission's id at Microsoft, a GUID
	Type  string // Scope or Role
	Value string // the permission's name
}

// UnmappedError names scopes for which Aurinko documents no Graph permissions
// of a type.
type UnmappedError struct {
	Scopes         []string
	PermissionType string
}

func (e *UnmappedError) Error() string {
	return fmt.Sprintf("Aurinko documents no %s permission of Microsoft Graph for %s", e.PermissionType, strings.Join(e.Scopes, ", "))
}

// explain is the error with what to do about it, in full sentences.
func explain(err error) string {
	return err.Error() + ". Remove the scope, or register its permissions at Microsoft by hand."
}

// Map resolves valid scopes, in either spelling, to Graph permissions of a
// type. It fails with *UnmappedError for scopes without documented ones.
func Map(scopes []string, permissionType string) (Mapping, error) {
	m := Mapping{Canonical: aurinko.CanonicalScopes(scopes), ByScope: map[string][]string{}}
	var unmapped []string
	for _, scope := range m.Canonical {
		needed, ok := permissions[permissionType][scope]
		if !ok {
			unmapped = append(unmapped, scope)
			continue
		}
		m.ByScope[scope] = needed
		m.Explicit = append(m.Explicit, needed...)
	}
	if len(unmapped) > 0 {
		return Mapping{}, &UnmappedError{Scopes: unmapped, PermissionType: permissionType}
	}
	if permissionType == Delegated {
		m.Implicit = slices.Clone(implicit)
	}
	m.Explicit = union(m.Explicit)
	m.All = union(m.Explicit, m.Implicit)
	for _, permission := range m.All {
		m.Access = append(m.Access, Access{
			ID: ids[permissionType][permission], Type: accessType(permissionType), Value: permission,
		})
	}
	return m, nil
}

func union(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
