package faults

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest/core"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// rewriting is a round-tripper that changes what the server returns of each account
// and registration that is read.
type rewriting struct {
	next   http.RoundTripper
	change func(object map[string]any)
}

func (r rewriting) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	if err != nil || req.Method != http.MethodGet || resp.StatusCode != http.StatusOK {
		return resp, err
	}
	decoder := json.NewDecoder(resp.Body)
	decoder.UseNumber()
	var answer map[string]any
	if err := decoder.Decode(&answer); err != nil {
		return nil, err
	}
	if records, ok := answer["records"].([]any); ok {
		for _, record := range records {
			r.change(record.(map[string]any))
		}
	} else {
		r.change(answer)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	resp.Header.Del("Content-Length")
	return resp, nil
}

func without(names ...string) func(map[string]any) {
	return func(object map[string]any) {
		for _, name := range names {
			delete(object, name)
		}
	}
}

// kindOf is one of the kinds.
func kindOf(t *testing.T, name string) kind {
	t.Helper()
	for _, k := range kinds(t) {
		if k.name == name {
			return k
		}
	}
	t.Fatalf("there is no %s", name)
	return kind{}
}

// What a server leaves out of its answers is no reason to replace what was
// imported.
func TestImportWhereLittleIsReturned(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"google", "exchange", "office365", "managed_account"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := kindOf(t, name)
				k.created = with(k.created, core.Values{"client_org_id": "customer-1"})
				w := newWorld(t, k)
				if found := w.Apply(); found.Failed() {
					t.Fatal(found)
				}
				again := &core.Resource{Name: name, TypeName: k.typeName, Config: k.created}
				other := worldOf(t, w.simulator, again, nil)
				omitted := []string{"clientOrgId", "authOrgId", "authUserId", "loginString", "userId", "serviceType"}
				if k.isMailbox() {
					omitted = omitted[:5] // it is written with its service type
				}
				other.Transport = rewriting{other.Transport, without(omitted...)}
				if found := other.Import(again, w.only.ID()); found.Failed() {
					t.Fatal(found)
				}
				plans, found := other.Plan()
				if found.Failed() || len(plans) > 1 || len(plans) == 1 && plans[0].Update == nil {
					t.Fatalf("the plan is %v: %s", plans, found)
				}
				if found := other.Apply(); found.Failed() || len(w.ours()) != 1 || again.ID() != w.only.ID() {
					t.Errorf("there is %v, the state has %q: %s", w.ours(), again.ID(), found)
				}
			})
		})
	}
}

// Without the service type, nothing is written that Aurinko would refuse.
func TestServiceTypeNotReturned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, kindOf(t, "managed_account"))
		w.Transport = rewriting{w.Transport, without("serviceType")}
		found := w.Apply()
		if !strings.Contains(found.String(), "the API does not return its mail service") || w.writes() > 0 {
			t.Errorf("%d writes: %s", w.writes(), found)
		}
	})
}

// A mail service's error may repeat the password that it was tried with.
func TestTokenErrorWithASecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, writeOnly(kindOf(t, "exchange"), "exchange", "password"))
		w.Transport = rewriting{w.Transport, func(account map[string]any) {
			account["tokenStatus"], account["tokenError"] = "invalid", "robot cannot sign in with first password"
		}}
		if found := w.CarryOut(w.Start(), must(w.Plan())); found.Failed() {
			t.Fatal(found)
		}
		state := w.only.State.String()
		if !strings.Contains(state, "cannot sign in") || strings.Contains(state, "first password") {
			t.Errorf("the state is %s", state)
		}
	})
}

func must(plans []core.Plan, found core.Problems) []core.Plan {
	if found.Failed() {
		panic(found.String())
	}
	return plans
}

// An application has its settings once: the second resource that means them
// fails before it writes.
func TestSettingsTwice(t *testing.T) {
	lives(t, func(t *testing.T, k kind) {
		if !k.isRegistration() {
			t.Skip("of these there may be several: see TestTwins")
		}
		w := newWorld(t, k)
		w.Levels[0] = append(w.Levels[0], &core.Resource{Name: "twin", TypeName: k.typeName, Config: k.updated})
		w.simulator.Inject(simulator.Fault{Method: http.MethodGet, Latency: time.Second}) // both look before either writes
		found := w.Apply()
		if errors := found.Errors(); len(errors) != 1 || !strings.Contains(errors[0].Detail, "Nothing was written") || w.writes() != 1 {
			t.Errorf("%d writes: %s", w.writes(), found)
		}
	})
}

// A server may return Aurinko's own redirect URL for one that is not set, and keep
// to itself whether there is a topic.
func TestDefaultCallbackIsReturned(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"terraform", "portal"} {
		synctest.Test(t, func(t *testing.T) {
			k := kindOf(t, "google_oauth")
			k.created = with(k.created, core.Values{"pubsub_topic": "projects/acme-mail/topics/gmail"})
			w := newWorld(t, k)
			if found := w.Apply(); found.Failed() {
				t.Fatal(found)
			}
			w.only.Config = with(k.created, core.Values{"managed_by": mode})
			w.Transport = rewriting{w.Transport, func(registration map[string]any) {
				registration["intermediateCallbackUrl"] = "https://api.aurinko.io/v1/auth/callback"
				delete(registration, "topicName")
			}}
			if found := w.Apply(); found.Failed() {
				t.Fatalf("%s: %s", mode, found)
			}
			w.MustBeEmpty()
		})
	}
}

// Scopes that a later Aurinko has cannot be configured, and do no harm.
func TestConsentWithScopesOfALaterAurinko(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := kind{name: "slack", typeName: "aurinko_service_account"}
		w := newWorld(t, k)
		code := w.simulator.IssueCode(simulator.Grant{ServiceType: "Slack", Scopes: []string{"Mail.Read"}, Email: "admin@acme.example", Daemon: true})
		w.only.Config = core.Values{"scopes": []string{"Mail.ReadOnly"}, "authorization": core.Values{"service_type": "Slack", "code_wo": code}}
		w.Transport = rewriting{w.Transport, func(account map[string]any) {
			if account["serviceType"] == "Slack" {
				account["authScopes"] = []string{"Mail.Read", "Files.Read"}
			}
		}}
		if found := w.Apply(); found.Failed() {
			t.Fatal(found)
		}
		w.only.Config = core.Values{"scopes": []string{"Mail.ReadOnly"}, "authorization": core.Values{"service_type": "Slack"}}
		w.MustBeEmpty()
	})
}
