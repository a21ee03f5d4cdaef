package scopes

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
)

func TestMap(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		scopes         []string
		permissionType string
		want           Mapping
	}{
		"application": {
			[]string{"Mail.ReadOnly", "Calendar.ReadWrite", "Mail.Read"}, Application,
			Mapping{
				Canonical: []string{"Calendar.ReadWrite", "Mail.Read"},
				ByScope:   map[string][]string{"Calendar.ReadWrite": {"Calendars.ReadWrite"}, "Mail.Read": {"Mail.Read"}},
				Explicit:  []string{"Calendars.ReadWrite", "Mail.Read"},
				All:       []string{"Calendars.ReadWrite", "Mail.Read"},
				Access: []Access{
					{ID: "ef54d2bf-783f-4e0f-bca1-3210c0444d99", Type: "Role", Value: "Calendars.ReadWrite"},
					{ID: "810c84a8-4a9e-49e6-bf7d-12d183f40d01", Type: "Role", Value: "Mail.Read"},
				},
			},
		},
		"delegated, two scopes of one permission": {
			[]string{"Mail.ReadWrite", "Mail.Draft"}, Delegated,
			Mapping{
				Canonical: []string{"Mail.Drafts", "Mail.ReadWrite"},
				ByScope:   map[string][]string{"Mail.Drafts": {"Mail.ReadWrite"}, "Mail.ReadWrite": {"Mail.ReadWrite"}},
				Explicit:  []string{"Mail.ReadWrite"},
				Implicit:  []string{"MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"},
				All:       []string{"Mail.ReadWrite", "MailboxSettings.Read", "User.Read", "email", "offline_access", "openid", "profile"},
				Access: []Access{
					{ID: "024d486e-b451-40bb-833d-3e66d98c5c73", Type: "Scope", Value: "Mail.ReadWrite"},
					{ID: "87f447af-9fa4-4c32-9dfa-4a57a73d18ce", Type: "Scope", Value: "MailboxSettings.Read"},
					{ID: "e1fe6dd8-ba31-4d61-89e7-88639da4683d", Type: "Scope", Value: "User.Read"},
					{ID: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", Type: "Scope", Value: "email"},
					{ID: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", Type: "Scope", Value: "offline_access"},
					{ID: "37f7f235-527c-4136-accd-4a02d197296e", Type: "Scope", Value: "openid"},
					{ID: "14dad69e-099b-42c9-810b-d002981feec1", Type: "Scope", Value: "profile"},
				},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Map(test.scopes, test.permissionType)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Which scopes have documented permissions, of each type.
func TestMapCoversTheDocumentedScopes(t *testing.T) {
	t.Parallel()

	unmapped := map[string][]string{
		Delegated:   {"Mail.All"},
		Application: {"Mail.All", "Mail.Drafts", "Tasks.Read", "Tasks.ReadWrite"},
	}
	for permissionType, want := range unmapped {
		_, err := Map(aurinko.Scopes, permissionType)
		var got *UnmappedError
		if !errors.As(err, &got) || !slices.Equal(got.Scopes, want) || got.PermissionType != permissionType {
			t.Errorf("%s: error %v, want one that names %v", permissionType, err, want)
		}
	}
}

// The tables fit together: every permission has an id of its own, and every
// id is of a permission that some scope needs.
func TestTablesFitTogether(t *testing.T) {
	t.Parallel()

	guid := regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	owner := map[string]string{}
	for permissionType, byScope := range permissions {
		needed := slices.Concat(slices.Collect(maps.Values(byScope))...)
		if permissionType == Delegated {
			needed = append(needed, implicit...)
		}
		needed = union(needed)
		if known := slices.Sorted(maps.Keys(ids[permissionType])); !slices.Equal(known, needed) {
			t.Errorf("%s: ids of %v, want those of %v", permissionType, known, needed)
		}
		for name, id := range ids[permissionType] {
			if !guid.MatchString(id) {
				t.Errorf("%s %s: id %q is no GUID", permissionType, name, id)
			}
			if other, taken := owner[id]; taken {
				t.Errorf("%s %s has the id of %s", permissionType, name, other)
			}
			owner[id] = permissionType + " " + name
		}
	}
	if !slices.IsSorted(implicit) {
		t.Errorf("implicit permissions are not sorted: %v", implicit)
	}
}
