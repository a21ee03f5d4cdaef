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

// stringTest is a value before, what the API told, and the value after a
// refresh and after a write.
type stringTest struct {
	value               types.String
	told                string
	refreshed, afterOne types.String
}

func checkStrings(t *testing.T, take func(readback.Reader, *types.String, string), tests map[string]stringTest) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			take(readback.Refresh, &refreshed, test.told)
			if !refreshed.Equal(test.refreshed) {
				t.Errorf("refreshed to %s, want %s", refreshed, test.refreshed)
			}
			take(readback.AfterWrite, &written, test.told)
			if !written.Equal(test.afterOne) {
				t.Errorf("after a write it is %s, want %s", written, test.afterOne)
			}
		})
	}
}

func TestString(t *testing.T) {
	t.Parallel()

	checkStrings(t, readback.Reader.String, map[string]stringTest{
		"null, told":           {null, "Acme", text("Acme"), null},
		"null, not told":       {null, "", null, null},
		"unknown, told":        {unknown, "Acme", text("Acme"), text("Acme")},
		"unknown, not told":    {unknown, "", null, null},
		"empty, told":          {text(""), "Acme", text("Acme"), text("")},
		"known, told the same": {text("Acme"), "Acme", text("Acme"), text("Acme")},
		"known, told another":  {text("Acme"), "ACME", text("ACME"), text("Acme")},
		"known, nothing told":  {text("Acme"), "", text("Acme"), text("Acme")},
	})
}

func TestStringFold(t *testing.T) {
	t.Parallel()

	tests := map[string]stringTest{
		"null, told":                {null, "Acme", text("Acme"), null},
		"null, not told":            {null, "", null, null},
		"unknown, told":             {unknown, "Acme", text("Acme"), text("Acme")},
		"unknown, not told":         {unknown, "", null, null},
		"known, told in lower case": {text("Acme"), "acme", text("Acme"), text("Acme")},
		"known, told another":       {text("Acme"), "Other", text("Other"), text("Acme")},
		"known, nothing told":       {text("Acme"), "", text("Acme"), text("Acme")},
	}
	checkStrings(t, readback.Reader.StringFold, tests)
	checkStrings(t, func(r readback.Reader, value *types.String, told string) {
		email := customtype.Email{StringValue: *value}
		r.Email(&email, told)
		*value = email.StringValue
	}, tests)
}

func TestTold(t *testing.T) {
	t.Parallel()

	checkStrings(t, readback.Reader.Told, map[string]stringTest{
		"null, told":        {null, "refused", text("refused"), null},
		"null, not told":    {null, "", null, null},
		"unknown, told":     {unknown, "refused", text("refused"), text("refused")},
		"unknown, not told": {unknown, "", null, null},
		"known, told":       {text("refused"), "expired", text("expired"), text("refused")},
		"known, not told":   {text("refused"), "", null, text("refused")},
	})
}

func TestBool(t *testing.T) {
	t.Parallel()

	on, off := types.BoolValue(true), types.BoolValue(false)
	yes, no := true, false
	tests := map[string]struct {
		value              types.Bool
		told               *bool
		refreshed, written types.Bool
	}{
		"null, told on":     {types.BoolNull(), &yes, on, types.BoolNull()},
		"null, told off":    {types.BoolNull(), &no, types.BoolNull(), types.BoolNull()},
		"null, not told":    {types.BoolNull(), nil, types.BoolNull(), types.BoolNull()},
		"unknown, told on":  {types.BoolUnknown(), &yes, on, on},
		"unknown, told off": {types.BoolUnknown(), &no, off, off},
		"unknown, not told": {types.BoolUnknown(), nil, types.BoolNull(), types.BoolNull()},
		"on, told off":      {on, &no, off, on},
		"on, not told":      {on, nil, on, on},
		"off, told on":      {off, &yes, on, off},
		"off, told off":     {off, &no, off, off},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			readback.Refresh.Bool(&refreshed, test.told)
			readback.AfterWrite.Bool(&written, test.told)
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
		told               aurinko.ScopeNames
		refreshed, written customtype.Scopes
	}{
		"null, told":         {null, aurinko.ScopeNames{"Mail.Send"}, scopes("Mail.Send"), null},
		"null, not told":     {null, nil, null, null},
		"unknown, told":      {unknown, aurinko.ScopeNames{"Mail.ReadOnly"}, scopes("Mail.Read"), scopes("Mail.Read")},
		"unknown, not told":  {unknown, nil, null, null},
		"known, told":        {scopes("Mail.Send"), aurinko.ScopeNames{"Mail.Read"}, scopes("Mail.Read"), scopes("Mail.Send")},
		"known, told none":   {scopes("Mail.Send"), aurinko.ScopeNames{}, scopes(), scopes("Mail.Send")},
		"known, not told":    {scopes("Mail.Send"), nil, scopes("Mail.Send"), scopes("Mail.Send")},
		"of a later service": {scopes("Mail.Send"), aurinko.ScopeNames{"Files.Read"}, scopes("Files.Read"), scopes("Mail.Send")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refreshed, written := test.value, test.value
			readback.Refresh.Scopes(&refreshed, test.told)
			readback.AfterWrite.Scopes(&written, test.told)
			if !refreshed.Equal(test.refreshed) || !written.Equal(test.written) {
				t.Errorf("refreshed to %s and after a write %s, want %s and %s", refreshed, written, test.refreshed, test.written)
			}
		})
	}
}
