package core

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A Workspace is a configuration and its state, with which tests do what a person
// does with the CLI.
type Workspace struct {
	T         testing.TB
	Transport http.RoundTripper
	Settings  Values  // of the provider block, besides address and credentials
	Plugin    *Plugin // configured anew for each phase, if set; otherwise each starts one

	// Levels are the resources: those of a level depend on those of the levels
	// before. Those of one level are handled ten at a time, as Terraform does.
	Levels [][]*Resource

	idle bool // the last plan was empty
}

// Resources returns the resources of all levels.
func (w *Workspace) Resources() []*Resource { return slices.Concat(w.Levels...) }

// Start starts the plugin of one phase.
func (w *Workspace) Start() *Plugin {
	if w.Plugin == nil {
		return Start(w.T, w.Transport, w.Settings)
	}
	w.Plugin.Configure(w.T, w.Settings)
	return w.Plugin
}

// Parallelism is how many resources Terraform handles at once by default.
const Parallelism = 10

// each does something for each of a level, Parallelism at a time.
func each[T any](of []T, do func(T) Problems) Problems {
	var (
		lock  sync.Mutex
		found Problems
		group sync.WaitGroup
	)
	queue := make(chan T)
	for range min(Parallelism, len(of)) {
		group.Go(func() {
			for one := range queue {
				problems := do(one)
				lock.Lock()
				found = append(found, problems...)
				lock.Unlock()
			}
		})
	}
	for _, one := range of {
		queue <- one
	}
	close(queue)
	group.Wait()
	return found
}

// Plan refreshes everything and plans what is to be done.
func (w *Workspace) Plan() ([]Plan, Problems) {
	p := w.Start()
	var (
		lock  sync.Mutex
		plans []Plan
		found Problems
	)
	for _, level := range w.Levels {
		found = append(found, each(level, func(r *Resource) Problems {
			found := p.Refresh(w.T.Context(), r)
			if found.Failed() {
				return found
			}
			plan, more := p.Plan(w.T.Context(), r)
			more = more.with(r)
			if !plan.IsEmpty() && !more.Failed() {
				lock.Lock()
				plans = append(plans, plan)
				lock.Unlock()
			}
			return append(found, more...)
		})...)
	}
	w.idle = !found.Failed() && len(plans) == 0
	return plans, found
}

// Apply is "terraform apply": refresh, plan, and carry it out with another plugin.
func (w *Workspace) Apply() Problems {
	plans, found := w.Plan()
	if found.Failed() || w.idle {
		return found
	}
	return append(found, w.CarryOut(w.Start(), plans)...)
}

// CarryOut creates and updates level by level, and destroys from the last level to
// the first. Resources that depend on a failed one are skipped.
func (w *Workspace) CarryOut(p *Plugin, plans []Plan) Problems {
	var found Problems
	of := func(level []*Resource, destroys bool) []Plan {
		var chosen []Plan
		for _, plan := range plans {
			if slices.Contains(level, plan.Resource) && destroys == (plan.Action() == "destroy") {
				chosen = append(chosen, plan)
			}
		}
		return chosen
	}
	apply := func(plan Plan) Problems { return p.Apply(w.T.Context(), plan).with(plan.Resource) }
	for _, level := range slices.Backward(w.Levels) {
		if !found.Failed() {
			found = append(found, each(of(level, true), apply)...)
		}
	}
	for _, level := range w.Levels {
		if !found.Failed() {
			found = append(found, each(of(level, false), apply)...)
		}
	}
	return found
}

// Destroy is "terraform destroy".
func (w *Workspace) Destroy() Problems {
	configs := map[*Resource]Values{}
	for _, r := range w.Resources() {
		configs[r], r.Config = r.Config, nil
	}
	defer func() {
		for r, config := range configs {
			r.Config = config
		}
	}()
	return w.Apply()
}

// Import is an import block, as far as the state goes: the next apply plans.
func (w *Workspace) Import(r *Resource, id string) Problems {
	return w.importBy(r, &tfprotov6.ImportResourceStateRequest{TypeName: r.TypeName, ID: id})
}

// ImportIdentity is an import block with an identity.
func (w *Workspace) ImportIdentity(r *Resource, identity *tfprotov6.ResourceIdentityData) Problems {
	return w.importBy(r, &tfprotov6.ImportResourceStateRequest{TypeName: r.TypeName, Identity: identity})
}

func (w *Workspace) importBy(r *Resource, request *tfprotov6.ImportResourceStateRequest) Problems {
	w.idle = false
	p := w.Start()
	answer, err := p.Server.ImportResourceState(w.T.Context(), request)
	if err != nil {
		return problems(nil, err)
	}
	found := problems(answer.Diagnostics, nil)
	if found.Failed() {
		return found
	}
	r.State = decode(Schema(r.TypeName).ValueType(), answer.ImportedResources[0].State)
	r.Private, r.Tainted = answer.ImportedResources[0].Private, false
	r.Identity = answer.ImportedResources[0].Identity
	return append(found, w.mustExist(p, r)...)
}

// Move is a moved block that leads to a resource from one of another provider, whose
// state is JSON. The next plan refreshes.
func (w *Workspace) Move(r *Resource, provider, typeName string, version int64, state string) Problems {
	w.idle = false
	answer, err := w.Start().Server.MoveResourceState(w.T.Context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: provider, SourceTypeName: typeName, SourceSchemaVersion: version,
		SourceState: &tfprotov6.RawState{JSON: []byte(state)}, TargetTypeName: r.TypeName,
	})
	if err != nil {
		return problems(nil, err)
	}
	found := problems(answer.Diagnostics, nil)
	if !found.Failed() {
		r.State, r.Private, r.Identity = decode(Schema(r.TypeName).ValueType(), answer.TargetState), answer.TargetPrivate, answer.TargetIdentity
	}
	return found
}

// mustExist refreshes what was imported.
func (w *Workspace) mustExist(p *Plugin, r *Resource) Problems {
	found := p.Refresh(w.T.Context(), r)
	if !found.Failed() && !r.HasState() {
		found = append(found, failure("Cannot import what does not exist", r.TypeName)...)
	}
	return found
}

// Must fails the test if there is an error among the problems.
func (w *Workspace) Must(found Problems) {
	w.T.Helper()
	if found.Failed() {
		w.T.Fatal(found)
	}
}

// MustPlan plans the only resource, and holds the action and what is said against what
// is wanted. The text "" is: nothing is said.
func (w *Workspace) MustPlan(action, says string) []Plan {
	w.T.Helper()
	plans, found := w.Plan()
	w.Must(found)
	got := ""
	if len(plans) > 0 {
		got = plans[0].Action()
	}
	if text := found.String(); got != action || says == "" && len(found) > 0 || !strings.Contains(text, says) {
		w.T.Errorf("planned is %q, want %q; said is %q, want %q", got, action, text, says)
	}
	return plans
}

// MustBeEmpty fails the test if a plan has anything to do. A plan that was empty is
// not made again.
func (w *Workspace) MustBeEmpty() {
	w.T.Helper()
	if w.idle {
		return
	}
	plans, found := w.Plan()
	if found.Failed() {
		w.T.Fatalf("the last plan fails:\n%s", found)
	}
	if len(plans) > 0 {
		w.T.Fatalf("the last plan is not empty: %v", plans)
	}
}
