package attribute_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/lifecycle"
)

// runOf is a run for an application.
func runOf(t *testing.T, clientID string) *lifecycle.Run {
	t.Helper()
	client, err := aurinko.New(aurinko.Config{ClientID: clientID})
	if err != nil {
		t.Fatal(err)
	}
	return lifecycle.New(client, true)
}

// identityOf is an identity that was set to an ID, in the application "ours".
func identityOf(t *testing.T, id types.String) *tfsdk.ResourceIdentity {
	t.Helper()
	schema := attribute.IdentitySchema("ID of the account.")
	if diagnostics := schema.ValidateImplementation(t.Context()); diagnostics.HasError() {
		t.Fatal(diagnostics)
	}
	identity := &tfsdk.ResourceIdentity{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
	attribute.SetIdentity(runOf(t, "ours"), identity, id)
	return identity
}

func TestSetIdentity(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ id, want types.String }{
		"known":   {id: text("12345"), want: text("12345")},
		"null":    {id: null, want: null},
		"unknown": {id: unknown, want: null},
		"empty":   {id: text(""), want: null},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			identity := identityOf(t, test.id)
			if identity.Raw.IsNull() {
				if !test.want.IsNull() {
					t.Error("it is not set")
				}
				return
			}
			for name, want := range map[string]types.String{"id": test.want, "application_client_id": text("ours")} {
				var got types.String
				if diagnostics := identity.GetAttribute(t.Context(), path.Root(name), &got); diagnostics.HasError() || !got.Equal(want) {
					t.Errorf("%s is %s, want %s, %v", name, got, want, diagnostics)
				}
			}
		})
	}
	attribute.SetIdentity(runOf(t, "ours"), nil, text("12345")) // from a CLI without identities
}

func TestImportID(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		req  resource.ImportStateRequest
		run  string // Client ID; empty: not known
		want string
		says string
	}{
		"by ID":                {req: resource.ImportStateRequest{ID: "678", Identity: identityOf(t, null)}, run: "ours", want: "678"},
		"by ID, no identities": {req: resource.ImportStateRequest{ID: "678"}, run: "ours", want: "678"},
		"by identity":          {req: resource.ImportStateRequest{Identity: identityOf(t, text("12345"))}, run: "ours", want: "12345"},
		"of another application": {
			req: resource.ImportStateRequest{Identity: identityOf(t, text("12345"))}, run: "theirs", want: "12345",
			says: `ID "12345" belongs to an object in the application with Client ID "ours"`,
		},
		"while the application is unknown": {req: resource.ImportStateRequest{Identity: identityOf(t, text("12345"))}, want: "12345"},
		"by neither":                       {run: "ours"},
	} {
		got, diagnostics := attribute.ImportID(t.Context(), runOf(t, test.run), test.req)
		if diagnostics.HasError() != (test.says != "") || got != test.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, diagnostics, test.want)
		}
		if test.says != "" && !strings.Contains(diagnostics[0].Detail(), test.says) {
			t.Errorf("%s: it says %s", name, diagnostics[0].Detail())
		}
	}
}

func TestIsForeign(t *testing.T) {
	t.Parallel()
	private := func(recorded string) []byte {
		return []byte(`{"application":"` + base64.StdEncoding.EncodeToString([]byte(recorded)) + `","imported":"dHJ1ZQ=="}`)
	}
	for name, test := range map[string]struct {
		private []byte
		want    bool
	}{
		"none":         {},
		"not recorded": {private: []byte(`{"imported":"dHJ1ZQ=="}`)},
		"ours":         {private: private(`"ours"`)},
		"theirs":       {private: private(`"theirs"`), want: true},
		"longer":       {private: private(`"ours too"`), want: true},
	} {
		if got := attribute.IsForeign(runOf(t, "ours"), test.private); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
	if attribute.IsForeign(nil, private(`"theirs"`)) {
		t.Error("without a run, there is no application to compare with")
	}
}
