package acctest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// A NotHeld checks that a state or a plan, sensitive values included, holds
// none of these texts anywhere.
type NotHeld []string

var (
	_ statecheck.StateCheck = NotHeld{}
	_ plancheck.PlanCheck   = NotHeld{}
)

// CheckState looks through a state.
func (n NotHeld) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	resp.Error = n.check("state", req.State)
}

// CheckPlan looks through a plan.
func (n NotHeld) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	// The configuration, which is a part of a saved plan, has them.
	plan := *req.Plan
	plan.Config = nil
	resp.Error = n.check("plan", &plan)
}

func (n NotHeld) check(where string, document any) error {
	text, err := encode(document)
	if err != nil {
		return err
	}
	for i, secret := range n {
		quoted, err := encode(secret) // as it would stand in the document
		if err != nil {
			return err
		}
		if strings.Contains(text, quoted[1:len(quoted)-1]) {
			return fmt.Errorf("the %s holds secret number %d", where, i+1)
		}
	}
	return nil
}

func encode(value any) (string, error) {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSpace(text.String()), err
}
