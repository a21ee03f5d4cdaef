package acctest

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

func TestUpdates(t *testing.T) {
	t.Parallel()

	const address = "aurinko_service_account.this"
	plan := func(action tfjson.Action, unknown any) *tfjson.Plan {
		return &tfjson.Plan{ResourceChanges: []*tfjson.ResourceChange{
			{Address: "aurinko_service_account.other", Change: &tfjson.Change{Actions: tfjson.Actions{tfjson.ActionNoop}}},
			{Address: address, Change: &tfjson.Change{Actions: tfjson.Actions{action}, AfterUnknown: unknown}},
		}}
	}
	unknown := map[string]any{"login": true, "name": false, "google": map[string]any{"client_id": true}, "scopes": []any{false}}
	tests := map[string]struct {
		plan *tfjson.Plan
		want []string
		says string // "": the check passes
	}{
		"as wanted":        {plan(tfjson.ActionUpdate, unknown), []string{"login", "google.client_id"}, ""},
		"all known":        {plan(tfjson.ActionUpdate, map[string]any{}), nil, ""},
		"more unknown":     {plan(tfjson.ActionUpdate, unknown), []string{"login"}, `"google.client_id"`},
		"less unknown":     {plan(tfjson.ActionUpdate, unknown), []string{"login", "google.client_id", "email"}, `"email"`},
		"another action":   {plan(tfjson.ActionNoop, unknown), []string{"login", "google.client_id"}, "the plan is to [no-op]"},
		"no such resource": {&tfjson.Plan{}, nil, "is not in the plan"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := &plancheck.CheckPlanResponse{}
			Updates(address, test.want...).CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: test.plan}, resp)
			if test.says == "" && resp.Error != nil {
				t.Error(resp.Error)
			}
			if test.says != "" && (resp.Error == nil || !strings.Contains(resp.Error.Error(), test.says)) {
				t.Errorf("the error is %v, want one with %s", resp.Error, test.says)
			}
		})
	}
}
