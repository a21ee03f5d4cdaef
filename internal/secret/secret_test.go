package secret_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
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
		"none":               {none, types.StringNull()},
		"plain":              {plain("hunter2"), types.StringValue("hunter2")},
		"plain, empty":       {plain(""), types.StringValue("")},
		"plain, unknown":     {secret.Values{Plain: unknown}, unknown},
		"write-only":         {writeOnly("hunter2"), types.StringValue("hunter2")},
		"write-only, empty":  {writeOnly(""), types.StringValue("")},
		"write-only unknown": {secret.Values{WriteOnly: unknown}, unknown},
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

func TestIsAttribute(t *testing.T) {
	t.Parallel()

	tests := map[string]bool{
		"google.credentials":            true,
		"google.credentials_wo":         true,
		"google.credentials_wo_version": true,
		"google.credentials_revision":   false,
		"google.credentialsx":           false,
		"google.client_id":              false,
		"google":                        false,
		"credentials":                   false,
		"":                              false,
	}
	for changed, want := range tests {
		if got := secret.IsAttribute(changed, "google.credentials"); got != want {
			t.Errorf("%q: got %t", changed, got)
		}
	}
}

func TestAddTo(t *testing.T) {
	t.Parallel()

	attributes := map[string]schema.Attribute{}
	secret.Attribute{
		Parent: path.Root("google"), Name: "credentials", What: "JSON key", CustomType: customtype.JSONType{},
	}.AddTo(attributes)

	form := attributes["credentials"]
	if !form.IsOptional() || !form.IsSensitive() || form.IsWriteOnly() || !form.GetType().Equal(customtype.JSONType{}) {
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
