package planmodifier_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	framework "github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
	"github.com/aurinko/terraform-provider-aurinko/internal/planmodifier"
)

var mailbox = schema.Schema{Attributes: map[string]schema.Attribute{
	"email":  schema.StringAttribute{Required: true, CustomType: customtype.EmailType{}},
	"name":   schema.StringAttribute{Optional: true},
	"scopes": schema.SetAttribute{Required: true, CustomType: customtype.ScopesType{}},
	"tags":   schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"exchange": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
		"server_url": schema.StringAttribute{Required: true, CustomType: customtype.ExchangeURLType{}},
	}},
}}

func TestKeepEquivalentString(t *testing.T) {
	t.Parallel()

	email, name := path.Root("email"), path.Root("name")
	serverURL := path.Root("exchange").AtName("server_url")
	tests := map[string]struct {
		path   path.Path
		state  types.String
		config types.String
		want   types.String
	}{
		"create":                   {email, types.StringNull(), types.StringValue("A@b.example"), types.StringValue("A@b.example")},
		"unchanged":                {email, types.StringValue("a@b.example"), types.StringValue("a@b.example"), types.StringValue("a@b.example")},
		"equivalent":               {email, types.StringValue("a@b.example"), types.StringValue("A@B.example"), types.StringValue("a@b.example")},
		"different":                {email, types.StringValue("a@b.example"), types.StringValue("c@b.example"), types.StringValue("c@b.example")},
		"config unknown":           {email, types.StringValue("a@b.example"), types.StringUnknown(), types.StringUnknown()},
		"config null":              {email, types.StringValue("a@b.example"), types.StringNull(), types.StringNull()},
		"config empty":             {email, types.StringValue("a@b.example"), types.StringValue(""), types.StringValue("")},
		"state empty":              {email, types.StringValue(""), types.StringValue("a@b.example"), types.StringValue("a@b.example")},
		"equivalent, nested":       {serverURL, types.StringValue("https://mail.acme.example/EWS/Exchange.asmx"), types.StringValue("mail.acme.example"), types.StringValue("https://mail.acme.example/EWS/Exchange.asmx")},
		"different, nested":        {serverURL, types.StringValue("https://mail.acme.example/EWS/Exchange.asmx"), types.StringValue("mail2.acme.example"), types.StringValue("mail2.acme.example")},
		"a type without a meaning": {name, types.StringValue("sales"), types.StringValue("Sales"), types.StringValue("Sales")},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			req := framework.StringRequest{
				Path:        test.path,
				Plan:        tfsdk.Plan{Schema: mailbox},
				StateValue:  test.state,
				ConfigValue: test.config,
				PlanValue:   test.config,
			}
			resp := &framework.StringResponse{PlanValue: req.PlanValue}
			planmodifier.KeepEquivalentString().PlanModifyString(t.Context(), req, resp)
			if resp.Diagnostics.HasError() {
				t.Fatalf("unexpected errors: %v", resp.Diagnostics)
			}
			if !resp.PlanValue.Equal(test.want) || resp.RequiresReplace {
				t.Errorf("planned %s (replace %t), want %s", resp.PlanValue, resp.RequiresReplace, test.want)
			}
		})
	}
}

func TestKeepEquivalentSet(t *testing.T) {
	t.Parallel()

	set := func(names ...string) types.Set {
		elements := make([]attr.Value, len(names))
		for i, name := range names {
			elements[i] = types.StringValue(name)
		}
		return types.SetValueMust(types.StringType, elements)
	}
	partlyUnknown := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("Mail.ReadOnly"), types.StringUnknown()})
	null, unknown := types.SetNull(types.StringType), types.SetUnknown(types.StringType)

	scopes, tags := path.Root("scopes"), path.Root("tags")
	tests := map[string]struct {
		path   path.Path
		state  types.Set
		config types.Set
		want   types.Set
	}{
		"create":                   {scopes, null, set("Mail.ReadOnly"), set("Mail.ReadOnly")},
		"unchanged":                {scopes, set("Mail.Read"), set("Mail.Read"), set("Mail.Read")},
		"equivalent":               {scopes, set("Mail.Read", "Mail.Send"), set("Mail.Send", "Mail.ReadOnly"), set("Mail.Read", "Mail.Send")},
		"different":                {scopes, set("Mail.Read"), set("Mail.Send"), set("Mail.Send")},
		"config unknown":           {scopes, set("Mail.Read"), unknown, unknown},
		"config partly unknown":    {scopes, set("Mail.Read"), partlyUnknown, partlyUnknown},
		"config null":              {scopes, set("Mail.Read"), null, null},
		"config empty":             {scopes, set("Mail.Read"), set(), set()},
		"state empty":              {scopes, set(), set("Mail.Read"), set("Mail.Read")},
		"a type without a meaning": {tags, set("Mail.Read"), set("Mail.ReadOnly"), set("Mail.ReadOnly")},
	}
	for label, test := range tests {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			req := framework.SetRequest{
				Path:        test.path,
				Plan:        tfsdk.Plan{Schema: mailbox},
				StateValue:  test.state,
				ConfigValue: test.config,
				PlanValue:   test.config,
			}
			resp := &framework.SetResponse{PlanValue: req.PlanValue}
			planmodifier.KeepEquivalentSet().PlanModifySet(t.Context(), req, resp)
			if resp.Diagnostics.HasError() {
				t.Fatalf("unexpected errors: %v", resp.Diagnostics)
			}
			if !resp.PlanValue.Equal(test.want) || resp.RequiresReplace {
				t.Errorf("planned %s (replace %t), want %s", resp.PlanValue, resp.RequiresReplace, test.want)
			}
		})
	}
}
