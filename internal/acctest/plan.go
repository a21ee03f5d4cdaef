package acctest

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// Updates checks that a resource is updated in place, and that exactly these
// attributes are left "known after apply". Nested ones are named with dots.
func Updates(address string, unknown ...string) plancheck.PlanCheck {
	return updates{address, unknown}
}

type updates struct {
	address string
	unknown []string
}

// CheckPlan looks through a plan.
func (u updates) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != u.address {
			continue
		}
		if !slices.Equal(change.Change.Actions, tfjson.Actions{tfjson.ActionUpdate}) {
			resp.Error = fmt.Errorf("%s: the plan is to %v, want an update", u.address, change.Change.Actions)
			return
		}
		got := unknownNames("", change.Change.AfterUnknown)
		slices.Sort(got)
		want := slices.Sorted(slices.Values(u.unknown))
		if diff := cmp.Diff(want, got); diff != "" {
			resp.Error = fmt.Errorf("%s: known after apply (-want +got):\n%s", u.address, diff)
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", u.address)
}

// unknownNames walks through a tree that has true where a value is unknown.
func unknownNames(name string, tree any) []string {
	switch tree := tree.(type) {
	case bool:
		if tree {
			return []string{name}
		}
	case map[string]any:
		var names []string
		for inner, branch := range tree {
			full := inner
			if name != "" {
				full = name + "." + inner
			}
			names = append(names, unknownNames(full, branch)...)
		}
		return names
	}
	return nil
}
