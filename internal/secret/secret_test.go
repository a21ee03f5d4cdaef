package secret_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/secret"
)

var (
	none    = secret.Values{}
	unknown = types.StringUnknown()
)

func plain(text string) secret.Values { return secret.Values{Plain: types.StringValue(text)} }

func writeOnly(text string) secret.Values { return secret.Values{WriteOnly: types.StringValue(text)} }

// versioned is a write-only secret in a configuration.
func versioned(text string, version int64) secret.Values {
	return secret.Values{WriteOnly: types.StringValue(text), Version: types.Int64Value(version)}
}

// stored is a versioned write-only secret in a state, which lacks the text.
func stored(version int64) secret.Values { return secret.Values{Version: types.Int64Value(version)} }

func TestValue(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		values secret.Values
		want   types.String
	}{
		"none":               {values: none, want: types.StringNull()},
		"plain":              {values: plain("hunter2"), want: types.StringValue("hunter2")},
		"plain, empty":       {values: plain(""), want: types.StringValue("")},
		"plain, unknown":     {values: secret.Values{Plain: unknown}, want: unknown},
		"write-only":         {values: writeOnly("hunter2"), want: types.StringValue("hunter2")},
		"write-only, empty":  {values: writeOnly(""), want: types.StringValue("")},
		"write-only unknown": {values: secret.Values{WriteOnly: unknown}, want: unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := test.values.Value(); !got.Equal(test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestNames(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		attribute secret.Attribute
		want      []string
	}{
		"nested":      {attribute: secret.Attribute{Parent: path.Root("google"), Name: "key"}, want: []string{"google.key", "google.key_wo", "google.key_wo_version"}},
		"at the root": {attribute: secret.Attribute{Name: "key"}, want: []string{"key", "key_wo", "key_wo_version"}},
	} {
		if got := test.attribute.Names(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestAddTo(t *testing.T) {
	t.Parallel()

	attributes := map[string]schema.Attribute{}
	secret.Attribute{Parent: path.Root("google"), Name: "credentials", What: "JSON key"}.AddTo(attributes)

	form := attributes["credentials"]
	if !form.IsOptional() || !form.IsSensitive() || form.IsWriteOnly() || !form.GetType().Equal(types.StringType) {
		t.Errorf("the plain form is %+v", form)
	}
	form = attributes["credentials_wo"]
	if !form.IsOptional() || !form.IsSensitive() || !form.IsWriteOnly() || form.IsComputed() {
		t.Errorf("the write-only form is %+v", form)
	}
	form = attributes["credentials_wo_version"]
	if !form.IsOptional() || form.IsSensitive() || form.IsWriteOnly() || !form.GetType().Equal(types.Int64Type) {
		t.Errorf("the version is %+v", form)
	}
	if len(attributes) != 3 {
		t.Errorf("there are %d attributes, want 3", len(attributes))
	}
}

// A line break at the end, as file() reads it, is a warning where it is a slip.
func TestLineBreakAtTheEnd(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		value   types.String
		oneLine bool
		warns   bool
	}{
		"none":          {value: types.StringValue("hunter2"), oneLine: true},
		"inside":        {value: types.StringValue("hunter\n2"), oneLine: true},
		"LF":            {value: types.StringValue("hunter2\n"), oneLine: true, warns: true},
		"CRLF":          {value: types.StringValue("hunter2\r\n"), oneLine: true, warns: true},
		"several lines": {value: types.StringValue("hunter2\n")},
		"unknown":       {value: unknown, oneLine: true},
	} {
		attributes := map[string]schema.Attribute{}
		secret.Attribute{Name: "password", Short: "password", OneLine: test.oneLine}.AddTo(attributes)
		var got diag.Diagnostics
		for _, rule := range attributes["password_wo"].(schema.StringAttribute).Validators {
			resp := &validator.StringResponse{}
			rule.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("password_wo"), ConfigValue: test.value}, resp)
			got.Append(resp.Diagnostics...)
		}
		if got.HasError() || got.WarningsCount() != map[bool]int{true: 1}[test.warns] {
			t.Errorf("%s: %v", name, got)
		}
		for _, warning := range got {
			if strings.Contains(warning.Summary()+warning.Detail(), "hunter2") {
				t.Errorf("%s: the warning repeats the secret", name)
			}
		}
	}
}
