package readback_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/readback"
)

var (
	null    = types.StringNull()
	unknown = types.StringUnknown()
	text    = types.StringValue
)

// A stringTest has a value, what the API returned, and the value after a refresh
// and after a write.
type stringTest struct {
	value              types.String
	returned           string
	refreshed, written types.String
}

func checkStrings(t *testing.T, take func(readback.Reader, *types.String, string), tests map[string]stringTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			take(readback.Refresh, &refreshed, test.returned)
			if !refreshed.Equal(test.refreshed) {
				t.Errorf("refreshed to %s, want %s", refreshed, test.refreshed)
			}
			take(readback.AfterWrite, &written, test.returned)
			if !written.Equal(test.written) {
				t.Errorf("after a write it is %s, want %s", written, test.written)
			}
		})
	}
}

func TestString(t *testing.T) {
	t.Parallel()

	checkStrings(t, readback.Reader.String, map[string]stringTest{
		"null, returned":        {value: null, returned: "Acme", refreshed: text("Acme"), written: null},
		"null, not returned":    {value: null, refreshed: null, written: null},
		"unknown, returned":     {value: unknown, returned: "Acme", refreshed: text("Acme"), written: text("Acme")},
		"unknown, not returned": {value: unknown, refreshed: null, written: null},
		"empty, returned":       {value: text(""), returned: "Acme", refreshed: text("Acme"), written: text("")},
		"known, the same":       {value: text("Acme"), returned: "Acme", refreshed: text("Acme"), written: text("Acme")},
		"known, another":        {value: text("Acme"), returned: "ACME", refreshed: text("ACME"), written: text("Acme")},
		"known, not returned":   {value: text("Acme"), refreshed: text("Acme"), written: text("Acme")},
	})
}

func TestFold(t *testing.T) {
	t.Parallel()

	checkStrings(t, readback.Reader.Fold, map[string]stringTest{
		"null, returned":        {value: null, returned: "Acme", refreshed: text("Acme"), written: null},
		"null, not returned":    {value: null, refreshed: null, written: null},
		"unknown, returned":     {value: unknown, returned: "Acme", refreshed: text("Acme"), written: text("Acme")},
		"unknown, not returned": {value: unknown, refreshed: null, written: null},
		"empty, returned":       {value: text(""), returned: "Acme", refreshed: text("Acme"), written: text("")},
		"known, in lower case":  {value: text("Acme"), returned: "acme", refreshed: text("Acme"), written: text("Acme")},
		"known, another":        {value: text("Acme"), returned: "Other", refreshed: text("Other"), written: text("Acme")},
		"known, not returned":   {value: text("Acme"), refreshed: text("Acme"), written: text("Acme")},
	})
}

// Values are compared only where there are two: a null or unknown one is like no other.
func TestSame(t *testing.T) {
	t.Parallel()

	anything := func(string, string) bool { return true }
	checkStrings(t, func(r readback.Reader, value *types.String, returned string) { r.Same(value, returned, anything) }, map[string]stringTest{
		"null":    {value: null, returned: "Acme", refreshed: text("Acme"), written: null},
		"unknown": {value: unknown, returned: "Acme", refreshed: text("Acme"), written: text("Acme")},
		"known":   {value: text("Acme"), returned: "Other", refreshed: text("Acme"), written: text("Acme")},
	})
}

func TestExactly(t *testing.T) {
	t.Parallel()

	checkStrings(t, readback.Reader.Exactly, map[string]stringTest{
		"null, returned":        {value: null, returned: "refused", refreshed: text("refused"), written: null},
		"null, not returned":    {value: null, refreshed: null, written: null},
		"unknown, returned":     {value: unknown, returned: "refused", refreshed: text("refused"), written: text("refused")},
		"unknown, not returned": {value: unknown, refreshed: null, written: null},
		"known, returned":       {value: text("refused"), returned: "expired", refreshed: text("expired"), written: text("refused")},
		"known, not returned":   {value: text("refused"), refreshed: null, written: text("refused")},
	})
}

func TestBool(t *testing.T) {
	t.Parallel()

	on, off := types.BoolValue(true), types.BoolValue(false)
	yes, no := true, false
	tests := map[string]struct {
		value              types.Bool
		returned           *bool
		refreshed, written types.Bool
	}{
		"null, returned on":     {value: types.BoolNull(), returned: &yes, refreshed: on, written: types.BoolNull()},
		"null, returned off":    {value: types.BoolNull(), returned: &no, refreshed: types.BoolNull(), written: types.BoolNull()},
		"null, not returned":    {value: types.BoolNull(), refreshed: types.BoolNull(), written: types.BoolNull()},
		"unknown, returned on":  {value: types.BoolUnknown(), returned: &yes, refreshed: on, written: on},
		"unknown, returned off": {value: types.BoolUnknown(), returned: &no, refreshed: off, written: off},
		"unknown, not returned": {value: types.BoolUnknown(), refreshed: types.BoolNull(), written: types.BoolNull()},
		"on, returned off":      {value: on, returned: &no, refreshed: off, written: on},
		"on, not returned":      {value: on, refreshed: on, written: on},
		"off, returned on":      {value: off, returned: &yes, refreshed: on, written: off},
		"off, returned off":     {value: off, returned: &no, refreshed: off, written: off},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			readback.Refresh.Bool(&refreshed, test.returned)
			readback.AfterWrite.Bool(&written, test.returned)
			if !refreshed.Equal(test.refreshed) || !written.Equal(test.written) {
				t.Errorf("refreshed to %s and after a write %s, want %s and %s", refreshed, written, test.refreshed, test.written)
			}
		})
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()

	scopes := func(names ...string) customtype.Scopes { return customtype.NewScopesValue(names) }
	null, unknown := customtype.NewScopesNull(), customtype.NewScopesUnknown()
	tests := map[string]struct {
		value              customtype.Scopes
		returned           aurinko.ScopeNames
		refreshed, written customtype.Scopes
	}{
		"null, returned":        {value: null, returned: aurinko.ScopeNames{"Mail.Send"}, refreshed: scopes("Mail.Send"), written: null},
		"null, not returned":    {value: null, refreshed: null, written: null},
		"unknown, returned":     {value: unknown, returned: aurinko.ScopeNames{"Mail.ReadOnly"}, refreshed: scopes("Mail.Read"), written: scopes("Mail.Read")},
		"unknown, not returned": {value: unknown, refreshed: null, written: null},
		"known, returned":       {value: scopes("Mail.Send"), returned: aurinko.ScopeNames{"Mail.Read"}, refreshed: scopes("Mail.Read"), written: scopes("Mail.Send")},
		"known, returned empty": {value: scopes("Mail.Send"), returned: aurinko.ScopeNames{}, refreshed: scopes(), written: scopes("Mail.Send")},
		"known, not returned":   {value: scopes("Mail.Send"), refreshed: scopes("Mail.Send"), written: scopes("Mail.Send")},
		"of a later service":    {value: scopes("Mail.Send"), returned: aurinko.ScopeNames{"Files.Read"}, refreshed: scopes("Files.Read"), written: scopes("Mail.Send")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			readback.Refresh.Scopes(&refreshed, test.returned)
			readback.AfterWrite.Scopes(&written, test.returned)
			if !refreshed.Equal(test.refreshed) || !written.Equal(test.written) {
				t.Errorf("refreshed to %s and after a write %s, want %s and %s", refreshed, written, test.refreshed, test.written)
			}
		})
	}
}

func TestValue(t *testing.T) {
	t.Parallel()

	take := func(r readback.Reader, value *types.String, returned string) {
		given := null
		if returned != "" {
			given = text(returned)
		}
		readback.Value(r, value, given)
	}
	checkStrings(t, take, map[string]stringTest{
		"null, returned":        {value: null, returned: "Acme", refreshed: text("Acme"), written: null},
		"unknown, returned":     {value: unknown, returned: "Acme", refreshed: text("Acme"), written: text("Acme")},
		"unknown, not returned": {value: unknown, refreshed: null, written: null},
		"known, another":        {value: text("Acme"), returned: "ACME", refreshed: text("ACME"), written: text("Acme")},
		"known, not returned":   {value: text("Acme"), refreshed: null, written: text("Acme")},
	})
}
