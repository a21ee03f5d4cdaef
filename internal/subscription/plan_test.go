package subscription_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A world is a simulated Aurinko with two accounts, and a workspace with one
// subscription, in a bubble in which waiting takes no time.
type world struct {
	*core.Workspace
	simulator *simulator.Server
	only      *core.Resource
}

func in(t *testing.T, test func(world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := simulator.New(simulator.Options{})
		if err != nil {
			t.Fatal(err)
		}
		server.AddAccount(simulator.Account{ID: 500, Type: simulator.Daemon, ServiceType: "Google"})
		for id := int64(501); id <= 502; id++ {
			server.AddAccount(simulator.Account{ID: id, ParentID: 500, ServiceType: "Google", Email: fmt.Sprint(id, "@acme.example")})
		}
		only := &core.Resource{Name: "only", TypeName: "aurinko_subscription", Config: equal}
		test(world{&core.Workspace{T: t, Transport: simulator.Transport{Handler: server}, Levels: [][]*core.Resource{{only}}}, server, only})
	})
}

var equal = core.Values{"account_id": "501", "resource": "/contacts", "notification_url": "https://hooks.acme.example/"}

func (w world) change(change func(*simulator.Subscription)) {
	w.T.Helper()
	for _, s := range w.simulator.Subscriptions() {
		w.simulator.UpdateSubscription(s.ID, change)
	}
}

func fail(s *simulator.Subscription) {
	s.Active, s.FailDescription = false, "HTTP 503 from the endpoint"
}

// An inactive subscription is a warning that says why, and a replacement only where it
// is asked for. What billing has disabled is never replaced.
func TestInactive(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		w.MustBeEmpty()
		before := w.only.ID()
		w.change(fail)
		w.MustPlan("", "Last failure: HTTP 503 from the endpoint.")

		w.only.Config = equal.With(core.Values{"recreate_when_inactive": true})
		w.MustPlan("replace", "set `recreate_when_inactive = true`")
		w.Must(w.Apply())
		if w.only.ID() == before || len(w.simulator.Subscriptions()) != 1 {
			t.Errorf("%s after %s, %v", w.only.ID(), before, w.simulator.Subscriptions())
		}
		w.MustPlan("", "")

		before = w.only.ID()
		w.change(fail)
		w.Must(w.CarryOut(w.Start(), w.MustPlan("replace", "fails unless the endpoint answers Aurinko's challenge")))
		if w.only.ID() == before {
			t.Error("it was not replaced")
		}

		w.change(func(s *simulator.Subscription) { s.Active, s.DisabledByBilling = false, true })
		for range 2 {
			w.MustPlan("", "Aurinko's billing disabled it.")
		}
	})
}

// Where an apply learns whether an inactive subscription is replaced, the plan replaces
// it: an update could not become a replacement.
func TestInactiveAndUnknown(t *testing.T) {
	t.Parallel()
	for _, turnsOut := range []any{true, false, nil} {
		in(t, func(w world) {
			w.Must(w.Apply())
			before := w.only.ID()
			w.only.Config = equal.With(core.Values{"recreate_when_inactive": core.Unknown})
			w.only.Final = equal.With(core.Values{"recreate_when_inactive": turnsOut})
			w.Must(w.CarryOut(w.Start(), w.MustPlan("update", "")))
			w.change(fail)
			w.only.Config = equal.With(core.Values{"recreate_when_inactive": core.Unknown})
			w.Must(w.CarryOut(w.Start(), w.MustPlan("replace", "is not known before the apply")))
			if w.only.ID() == before || len(w.simulator.Subscriptions()) != 1 {
				t.Errorf("%v: %s after %s, %v", turnsOut, w.only.ID(), before, w.simulator.Subscriptions())
			}
			w.only.Config, w.only.Final = w.only.Final, nil
			w.MustBeEmpty()
		})
	}
}

// The equal subscription of a resource that is replaced, tainted or not, is in no way of
// its replacement.
func TestReplacementOfAnEqualOne(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		before := w.only.ID()
		w.only.Tainted = true
		w.Must(w.CarryOut(w.Start(), w.MustPlan("replace", "")))
		if w.only.ID() == before || len(w.simulator.Subscriptions()) != 1 {
			t.Errorf("%s after %s, %v", w.only.ID(), before, w.simulator.Subscriptions())
		}
		w.MustBeEmpty()
	})
}

// Subscriptions of two accounts are refreshed with two listings, however many they are.
func TestRefreshOfMany(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		var all []*core.Resource
		for i := range 20 {
			all = append(all, &core.Resource{Name: fmt.Sprint(i), TypeName: w.only.TypeName, Config: equal.With(core.Values{
				"account_id": fmt.Sprint(501 + i%2), "notification_url": fmt.Sprintf("https://hooks.acme.example/%d", i),
			})})
		}
		w.Levels = [][]*core.Resource{all}
		w.Must(w.Apply())
		w.simulator.ResetJournal()
		w.MustBeEmpty()
		if asked := w.simulator.Journal(); len(asked) != 2 {
			t.Errorf("%d requests", len(asked))
		}
	})
}

// One that is gone, with its account or by itself, is created again.
func TestGone(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		state := w.simulator.State()
		state.Subscriptions = nil
		w.simulator.SetState(state)
		w.MustPlan("create", "")
		w.Must(w.Apply())
		w.MustBeEmpty()
		w.simulator.RemoveAccount(501)
		w.MustPlan("create", "")
		if found := w.Apply(); !strings.Contains(fmt.Sprint(found), "Check `account_id`") {
			t.Error(found)
		}
		w.Must(w.Destroy())
	})
}

func TestExisting(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		id := w.only.ID()
		*w.only = core.Resource{Name: "only", TypeName: w.only.TypeName, Config: equal}
		_, found := w.Plan()
		if text := fmt.Sprint(found); !found.Failed() || !strings.Contains(text, "Subscription "+id+" has the same account, resource, URL and filters") ||
			!strings.Contains(text, "import ID "+id) {
			t.Error(text)
		}
		w.only.Config = equal.With(core.Values{"on_existing": "adopt"})
		w.Must(w.CarryOut(w.Start(), w.MustPlan("create", "the apply adopts it")))
		if w.only.ID() != id {
			t.Errorf("%s was adopted in place of %s", w.only.ID(), id)
		}
		w.MustBeEmpty()
	})
}

// Two resources with equal subscriptions: one is created.
func TestTwoEqualOnes(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		other := &core.Resource{Name: "other", TypeName: w.only.TypeName, Config: equal}
		w.Levels = [][]*core.Resource{{w.only}, {other}}
		if found := w.Apply(); !strings.Contains(fmt.Sprint(found), "Another resource of this configuration creates a subscription") {
			t.Error(found)
		}
		if len(w.simulator.Subscriptions()) != 1 {
			t.Error(w.simulator.Subscriptions())
		}
	})
}

// One subscription in two resources is a warning where the second is read, and an error
// where one of the two is to be destroyed.
func TestOneInTwoResources(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		other := &core.Resource{Name: "other", TypeName: w.only.TypeName, Config: equal}
		w.Levels = [][]*core.Resource{{w.only}, {other}}
		w.Must(w.Import(other, w.only.ID()))
		w.MustPlan("", "Two resources manage one object")
		other.Config = equal.With(core.Values{"resource": "/email/messages"})
		if _, found := w.Plan(); !strings.Contains(fmt.Sprint(found), "The plan destroys what it keeps") {
			t.Error(found)
		}
	})
}

// The challenge that an endpoint does not answer is named, with what it must answer.
func TestRefused(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.simulator.SetQuirks(simulator.Quirks{ChallengeFails: true})
		found := fmt.Sprint(w.Apply())
		for _, text := range []string{
			"Unable to create the subscription", "Aurinko answered 400 badRequest to POST /subscriptions: The notification URL did not answer",
			"answer 200 with the value of `validationToken` as its whole body", "<notification_url>?validationToken=abc",
		} {
			if !strings.Contains(found, text) {
				t.Errorf("%q is not in %s", text, found)
			}
		}
		if strings.Contains(found, "hooks.acme.example") {
			t.Errorf("the URL, which may hold a secret, is in %s", found)
		}
		w.simulator.SetQuirks(simulator.Quirks{})
		w.simulator.Inject(simulator.Fault{Method: http.MethodPost, Status: http.StatusForbidden})
		if found := fmt.Sprint(w.Apply()); strings.Contains(found, "challenge") || !strings.Contains(found, "Check `account_id`") {
			t.Error(found)
		}
	})
}

// An import takes both numbers, and nothing else.
func TestImport(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.only.Config = equal.With(core.Values{"filters": []string{"withoutDrafts"}})
		w.Must(w.Apply())
		created := w.only.State
		for _, id := range []string{"", "501", "501/", "https://hooks.acme.example/", w.only.ID() + "/1"} {
			other := &core.Resource{Name: "other", TypeName: w.only.TypeName}
			if found := w.Import(other, id); !strings.Contains(fmt.Sprint(found), "Invalid import ID") {
				t.Errorf("%q: %v", id, found)
			}
		}
		imported := &core.Resource{Name: "imported", TypeName: w.only.TypeName}
		w.Must(w.Import(imported, w.only.ID()))
		if !imported.State.Equal(created) {
			t.Errorf("imported is %v, created %v", imported.State, created)
		}
		w.Must(w.ImportIdentity(imported, w.only.Identity))
		if !imported.State.Equal(created) {
			t.Errorf("imported is %v, created %v", imported.State, created)
		}
		elsewhere := &core.Resource{Name: "elsewhere", TypeName: w.only.TypeName}
		if found := w.Import(elsewhere, strings.Replace(w.only.ID(), "501", "502", 1)); !strings.Contains(fmt.Sprint(found), "does not exist") {
			t.Error(found)
		}
	})
}

// The provider's own switches write nothing, and every other change replaces.
func TestChanges(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]struct {
		values core.Values
		action string
	}{
		"on_existing":            {core.Values{"on_existing": "adopt"}, "update"},
		"recreate_when_inactive": {core.Values{"recreate_when_inactive": true}, "update"},
		"account_id":             {core.Values{"account_id": "502"}, "replace"},
		"unknown account_id":     {core.Values{"account_id": core.Unknown}, "replace"},
		"resource":               {core.Values{"resource": "/email/messages"}, "replace"},
		"notification_url":       {core.Values{"notification_url": "https://hooks.acme.example/other"}, "replace"},
		"filters":                {core.Values{"filters": []string{"withoutDrafts"}}, "replace"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in(t, func(w world) {
				w.Must(w.Apply())
				before := w.only.ID()
				w.simulator.ResetJournal()
				w.only.Config = equal.With(change.values)
				w.only.Final = equal.With(change.values)
				if change.values["account_id"] == core.Unknown {
					w.only.Final = equal
				}
				plans := w.MustPlan(change.action, "")
				if unknown := plans[0].Unknown(); change.action == "update" && unknown != nil {
					t.Errorf("unknown is %q", unknown)
				}
				w.Must(w.CarryOut(w.Start(), plans))
				if (w.only.ID() != before) != (change.action == "replace") {
					t.Errorf("%s after %s", w.only.ID(), before)
				}
				for _, request := range w.simulator.Journal() {
					if change.action == "update" && request.Writes() {
						t.Errorf("%s %s", request.Method, request.Path)
					}
				}
				w.only.Config, w.only.Final = w.only.Final, nil
				w.MustBeEmpty()
			})
		})
	}
}

// What is refused before anything is sent.
func TestInvalid(t *testing.T) {
	t.Parallel()
	for says, values := range map[string]core.Values{
		"Invalid notification URL": {"notification_url": "hooks.acme.example"},
		"Invalid account ID":       {"account_id": "mailbox"},
		"value must be one of":     {"filters": []string{"withDrafts"}},
		"at least 1 elements":      {"filters": []string{}},
		"string length must be":    {"resource": ""},
		`["error" "adopt"]`:        {"on_existing": "replace"},
	} {
		in(t, func(w world) {
			w.only.Config = equal.With(values)
			if found := w.Apply(); !strings.Contains(fmt.Sprint(found), says) || len(w.simulator.Journal()) > 0 {
				t.Errorf("%q is not in %v; %d requests", says, found, len(w.simulator.Journal()))
			}
		})
	}
}

// A state that somebody edited says so.
func TestEditedState(t *testing.T) {
	t.Parallel()
	in(t, func(w world) {
		w.Must(w.Apply())
		var values map[string]tftypes.Value
		if err := w.only.State.As(&values); err != nil {
			t.Fatal(err)
		}
		values["id"] = tftypes.NewValue(tftypes.String, "edited")
		w.only.State, w.only.Identity = tftypes.NewValue(w.only.State.Type(), values), nil
		if found := fmt.Sprint(w.Apply()); !strings.Contains(found, "Invalid subscription ID") {
			t.Error(found)
		}
	})
}
