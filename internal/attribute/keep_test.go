package attribute_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/attribute"
	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

func TestIgnoreCase(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct{ state, config, want types.String }{
		"create":             {state: null, config: text("A@b.example"), want: text("A@b.example")},
		"unchanged":          {state: text("a@b.example"), config: text("a@b.example"), want: text("a@b.example")},
		"another case":       {state: text("a@b.example"), config: text("A@B.example"), want: text("a@b.example")},
		"another":            {state: text("a@b.example"), config: text("c@b.example"), want: text("c@b.example")},
		"config unknown":     {state: text("a@b.example"), config: unknown, want: unknown},
		"unknown, was empty": {state: text(""), config: unknown, want: unknown},
		"config null":        {state: text(""), config: null, want: null},
		"config empty":       {state: text("a@b.example"), config: text(""), want: text("")},
		"empty, was null":    {state: null, config: text(""), want: text("")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := &planmodifier.StringResponse{PlanValue: test.config}
			attribute.IgnoreCase().PlanModifyString(t.Context(), planmodifier.StringRequest{
				StateValue: test.state, ConfigValue: test.config, PlanValue: test.config,
			}, resp)
			if !resp.PlanValue.Equal(test.want) || resp.RequiresReplace || resp.Diagnostics.HasError() {
				t.Errorf("planned %s, want %s", resp.PlanValue, test.want)
			}
		})
	}
}

func TestKeepScopes(t *testing.T) {
	t.Parallel()

	set := func(names ...string) types.Set { return customtype.NewScopesValue(names).SetValue }
	partlyUnknown := types.SetValueMust(types.StringType, []attr.Value{text("Mail.ReadOnly"), unknown})
	null, unknown := types.SetNull(types.StringType), types.SetUnknown(types.StringType)
	for name, test := range map[string]struct{ state, config, want types.Set }{
		"create":                {state: null, config: set("Mail.ReadOnly"), want: set("Mail.ReadOnly")},
		"unchanged":             {state: set("Mail.Read"), config: set("Mail.Read"), want: set("Mail.Read")},
		"by their other names":  {state: set("Mail.Read", "Mail.Send"), config: set("Mail.Send", "Mail.ReadOnly"), want: set("Mail.Read", "Mail.Send")},
		"others":                {state: set("Mail.Read"), config: set("Mail.Send"), want: set("Mail.Send")},
		"config unknown":        {state: set("Mail.Read"), config: unknown, want: unknown},
		"config partly unknown": {state: set("Mail.Read"), config: partlyUnknown, want: partlyUnknown},
		"config null":           {state: set("Mail.Read"), config: null, want: null},
		"config empty":          {state: set("Mail.Read"), config: set(), want: set()},
		"state empty":           {state: set(), config: set("Mail.Read"), want: set("Mail.Read")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := &planmodifier.SetResponse{PlanValue: test.config}
			attribute.KeepScopes().PlanModifySet(t.Context(), planmodifier.SetRequest{
				StateValue: test.state, ConfigValue: test.config, PlanValue: test.config,
			}, resp)
			if !resp.PlanValue.Equal(test.want) || resp.RequiresReplace || resp.Diagnostics.HasError() {
				t.Errorf("planned %s, want %s", resp.PlanValue, test.want)
			}
		})
	}
}

func TestDiffers(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		planned, state basetypes.StringValuable
		want           bool
	}{
		"same":           {planned: text("acme"), state: text("acme")},
		"another":        {planned: text("other"), state: text("acme"), want: true},
		"another case":   {planned: text("Acme"), state: text("acme"), want: true},
		"unknown":        {planned: unknown, state: text("acme"), want: true},
		"emptied":        {planned: text(""), state: text("acme"), want: true},
		"taken away":     {planned: null, state: text("acme")},
		"not set before": {planned: text("acme"), state: null},
		"neither set":    {planned: null, state: null},
		"same ID":        {planned: customtype.NewAccountID(1), state: customtype.NewAccountID(1)},
		"another ID":     {planned: customtype.NewAccountID(2), state: customtype.NewAccountID(1), want: true},
	} {
		if got := attribute.Differs(test.planned, test.state); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}
