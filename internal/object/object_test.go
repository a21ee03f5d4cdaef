package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/object"
)

type model struct {
	Name   types.String      `tfsdk:"name"`
	Email  customtype.Email  `tfsdk:"email"`
	Scopes customtype.Scopes `tfsdk:"scopes"`
	On     types.Bool        `tfsdk:"on"`
	Days   types.Int64       `tfsdk:"days"`
}

var (
	textSet    = tftypes.Set{ElementType: tftypes.String}
	objectType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"name": tftypes.String, "email": tftypes.String, "scopes": textSet, "on": tftypes.Bool, "days": tftypes.Number,
	}}
)

func value(name, email, scopes, on, days any) tftypes.Value {
	return tftypes.NewValue(objectType, map[string]tftypes.Value{
		"name":   tftypes.NewValue(tftypes.String, name),
		"email":  tftypes.NewValue(tftypes.String, email),
		"scopes": tftypes.NewValue(textSet, scopes),
		"on":     tftypes.NewValue(tftypes.Bool, on),
		"days":   tftypes.NewValue(tftypes.Number, days),
	})
}

func TestGetAndSet(t *testing.T) {
	t.Parallel()
	unknown := tftypes.UnknownValue
	for name, test := range map[string]struct {
		object tftypes.Value
		model  model
	}{
		"null": {value(nil, nil, nil, nil, nil), model{Scopes: customtype.NewScopesNull()}},
		"unknown": {value(unknown, unknown, unknown, unknown, unknown), model{
			types.StringUnknown(), customtype.NewEmailUnknown(), customtype.NewScopesUnknown(), types.BoolUnknown(), types.Int64Unknown(),
		}},
		"empty": {value("", "", []tftypes.Value{}, false, 0), model{
			types.StringValue(""), customtype.NewEmailValue(""), customtype.NewScopesValue(nil), types.BoolValue(false), types.Int64Value(0),
		}},
		"known": {value("Sales", "sales@acme.example", []tftypes.Value{tftypes.NewValue(tftypes.String, "Mail.Read")}, true, 30), model{
			types.StringValue("Sales"), customtype.NewEmailValue("sales@acme.example"), customtype.NewScopesValue([]string{"Mail.Read"}),
			types.BoolValue(true), types.Int64Value(30),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := model{Name: types.StringValue("from before"), On: types.BoolUnknown()}
			if diags := object.Get(t.Context(), test.object, &got); diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.model, got); diff != "" {
				t.Errorf("other values than wanted (-want +got):\n%s", diff)
			}
			back := tftypes.NewValue(objectType, nil)
			if diags := object.Set(t.Context(), &back, test.model); diags.HasError() {
				t.Fatal(diags)
			}
			if !back.Equal(test.object) {
				t.Errorf("got %s, want %s", back, test.object)
			}
		})
	}
}

// An absent set of scopes, which the zero model has too, is null.
func TestSetZero(t *testing.T) {
	t.Parallel()
	got := value("from before", nil, nil, nil, nil)
	if diags := object.Set(t.Context(), &got, model{}); diags.HasError() {
		t.Fatal(diags)
	}
	if want := value(nil, nil, nil, nil, nil); !got.Equal(want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestMisfits(t *testing.T) {
	t.Parallel()
	other := tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"name": tftypes.Bool}},
		map[string]tftypes.Value{"name": tftypes.NewValue(tftypes.Bool, true)})
	type short struct {
		Name types.String `tfsdk:"name"`
	}
	for name, detail := range map[string]string{
		"another type":   object.Get(t.Context(), other, &short{}).Errors()[0].Detail(),
		"not an object":  object.Get(t.Context(), tftypes.NewValue(tftypes.Bool, true), &short{}).Errors()[0].Detail(),
		"written, wrong": object.Set(t.Context(), &other, short{types.StringValue("x")}).Errors()[0].Detail(),
	} {
		if !strings.Contains(detail, "do not fit together") {
			t.Errorf("%s: %s", name, detail)
		}
	}
}

func TestGetNull(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("a null object is read as if it were there")
		}
	}()
	object.Get(t.Context(), tftypes.NewValue(objectType, nil), &model{})
}
