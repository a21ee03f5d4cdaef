package acctest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

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

// Raises checks that a resource is updated in place, that this attribute goes
// up by one, and that of all others these alone change. Nested ones are named
// with dots.
func Raises(address, attribute string, others ...string) plancheck.PlanCheck {
	return raises{address, attribute, others}
}

type raises struct {
	address, attribute string
	others             []string
}

// CheckPlan looks through a plan.
func (r raises) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != r.address {
			continue
		}
		if !slices.Equal(change.Change.Actions, tfjson.Actions{tfjson.ActionUpdate}) {
			resp.Error = fmt.Errorf("%s: the plan is to %v, want an update", r.address, change.Change.Actions)
			return
		}
		before, after := map[string]string{}, map[string]string{}
		flatten(before, "", change.Change.Before)
		flatten(after, "", change.Change.After)
		var changed []string
		for name := range after {
			if before[name] != after[name] {
				changed = append(changed, name)
			}
		}
		for name := range before {
			if _, stays := after[name]; !stays {
				changed = append(changed, name)
			}
		}
		changed = append(changed, unknownNames("", change.Change.AfterUnknown)...)
		slices.Sort(changed)
		want := slices.Sorted(slices.Values(append([]string{r.attribute}, r.others...)))
		if diff := cmp.Diff(want, changed); diff != "" {
			resp.Error = fmt.Errorf("%s: the plan changes (-want +got):\n%s", r.address, diff)
			return
		}
		from, _ := strconv.Atoi(before[r.attribute]) // nothing counts as 0
		to, err := strconv.Atoi(after[r.attribute])
		if err != nil || to != from+1 {
			resp.Error = fmt.Errorf("%s: %s goes from %q to %q", r.address, r.attribute, before[r.attribute], after[r.attribute])
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", r.address)
}

// flatten lists the values of a tree that are set.
func flatten(values map[string]string, name string, tree any) {
	object, isObject := tree.(map[string]any)
	if !isObject {
		if tree != nil {
			values[name] = fmt.Sprint(tree)
		}
		return
	}
	for inner, branch := range object {
		full := inner
		if name != "" {
			full = name + "." + inner
		}
		flatten(values, full, branch)
	}
}
