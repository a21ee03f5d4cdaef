package acctest

import (
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// NotHeld is known to look: it finds a secret wherever it stands.
func TestNotHeld(t *testing.T) {
	t.Parallel()

	const secret = "a <secret> & \"quotes\"\nin two lines"
	holding := map[string]any{"google": map[string]any{"credentials": []any{"{" + secret + "}"}}}
	state := func(values map[string]any) *tfjson.State {
		return &tfjson.State{Values: &tfjson.StateValues{RootModule: &tfjson.StateModule{
			Resources: []*tfjson.StateResource{{AttributeValues: values}},
		}}}
	}
	tests := map[string]struct {
		values map[string]any
		want   bool
	}{
		"held":     {holding, true},
		"not held": {map[string]any{"credentials": "another secret"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var inState statecheck.CheckStateResponse
			NotHeld{"absent", secret}.CheckState(t.Context(), statecheck.CheckStateRequest{State: state(test.values)}, &inState)
			var inPlan plancheck.CheckPlanResponse
			plan := &tfjson.Plan{
				ResourceChanges: []*tfjson.ResourceChange{{Change: &tfjson.Change{After: test.values}}},
				Config:          &tfjson.Config{RootModule: &tfjson.ConfigModule{Outputs: map[string]*tfjson.ConfigOutput{"x": {Description: secret}}}},
			}
			NotHeld{"absent", secret}.CheckPlan(t.Context(), plancheck.CheckPlanRequest{Plan: plan}, &inPlan)
			for where, err := range map[string]error{"state": inState.Error, "plan": inPlan.Error} {
				if (err != nil) != test.want {
					t.Errorf("%s: error %v, want one: %t", where, err, test.want)
				}
				if err != nil && (strings.Contains(err.Error(), "quotes") || !strings.Contains(err.Error(), "number 2")) {
					t.Errorf("%s: error %q, want one that counts the secret and does not repeat it", where, err)
				}
			}
		})
	}
}

func TestSays(t *testing.T) {
	t.Parallel()

	says := Says("it is `here` (now).", "And then.")
	for text, want := range map[string]bool{
		"Error:\nit is\n`here`   (now).\n\nWell.\nAnd\nthen.": true,
		"And then. it is `here` (now).":                       false,
		"it is here now And then.":                            false,
	} {
		if says.MatchString(text) != want {
			t.Errorf("%s matches %q: %t, want %t", says, text, !want, want)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()

	if got, want := Quote("a\n\"${b}\" %{c}"), `"a\n\"$${b}\" %%{c}"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
