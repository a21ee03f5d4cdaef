package aurinko

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// refusing answers GET and DELETE by id of the accounts with a status.
func refusing(method string, status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		byID := r.Method == method && len(r.URL.Path) > len("/v1/am/accounts/") && r.URL.Path[:len("/v1/am/accounts/")] == "/v1/am/accounts/"
		if byID {
			w.WriteHeader(status)
		}
		return byID
	}
}

func TestReadServiceAccount(t *testing.T) {
	tests := []struct {
		get    int  // the status of GET by id
		listed bool // whether the listing has the account
		want   int  // the status of the error, 0 for none
	}{
		{get: 200, listed: true},
		{get: 404, listed: true},
		{get: 403, listed: true},
		{get: 405, listed: true},
		{get: 400, listed: true},
		{get: 410, listed: true},
		{get: 422, listed: true},
		{get: 501, listed: true},
		{get: 404, want: 404},
		{get: 405, want: 404},
		{get: 403, want: 403}, // nothing says that it is gone
		{get: 401, listed: true, want: 401},
		{get: 500, listed: true, want: 500},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d, listed %t", test.get, test.listed), func(t *testing.T) {
			server := &accountServer{}
			id := server.put(stored{"serviceType": ServiceGoogle, "name": "wanted"})
			server.put(stored{"serviceType": ServiceGoogle})
			if !test.listed {
				server.remove(id)
			}
			if test.get != http.StatusOK {
				server.intercept = refusing(http.MethodGet, test.get)
			}
			account, err := newClient(t, server, maxRetries(0)).ReadAccount(t.Context(), id, true)
			if StatusOf(err) != test.want || (err == nil) != (test.want == 0) {
				t.Fatalf("error is %v", err)
			}
			if err == nil && (account.ID != id || account.Name != "wanted") {
				t.Errorf("read %+v", account)
			}
		})
	}
}

func TestReadServiceAccountWhileTheListingFails(t *testing.T) {
	server := answering(reply{status: 404}, reply{status: 403})
	_, err := newClient(t, server).ReadAccount(t.Context(), 1, true)
	if StatusOf(err) != 403 {
		t.Errorf("error is %v", err)
	}
}

// Once GET by id has refused a service account that is there, it is not asked
// again.
func TestRefusedGetIsRemembered(t *testing.T) {
	server := &accountServer{intercept: refusing(http.MethodGet, http.StatusMethodNotAllowed)}
	id := server.put(stored{"serviceType": ServiceGoogle})
	c := newClient(t, server)
	for range 3 {
		if _, err := c.ReadAccount(t.Context(), id, true); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.asked("GET /v1/am/accounts/"); n != 1 {
		t.Errorf("asked by id %d times", n)
	}
	server.remove(id)
	if _, err := c.ReadAccount(t.Context(), id, true); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
}

func TestReadManagedAccount(t *testing.T) {
	server := &accountServer{hideManaged: true}
	id := server.put(stored{"parentId": 500, "email": "a@example.com"})
	c := newClient(t, server)
	account, err := c.ReadAccount(t.Context(), id, false)
	if err != nil || account.ID != id || account.Email != "a@example.com" {
		t.Errorf("read %+v, %v", account, err)
	}
	if _, err := c.ReadAccount(t.Context(), 999, false); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
	if n := server.asked("GET /v1/am/accounts/"); n != 2 || server.asked("GET") != 2 {
		t.Errorf("asked by id %d times, %d in all", n, server.asked("GET"))
	}
}

func TestReadAccountWithoutAnIDInTheAnswer(t *testing.T) {
	account, err := newClient(t, answering(reply{body: `{"email":"a@example.com","id":null}`})).ReadAccount(t.Context(), 7, false)
	if err != nil || account.ID != 7 {
		t.Errorf("read %+v, %v", account, err)
	}
}

func TestListingTakesAnAccountOnce(t *testing.T) {
	l := &listing{byID: map[AccountID]int{}, byAddress: map[string][]int{}}
	l.add(Account{ID: 1, Email: "a@example.com", LoginString: "A@example.com"})
	l.add(Account{ID: 1, Email: "a@example.com"})
	if len(l.accounts) != 1 || len(l.byAddress["a@example.com"]) != 1 || !l.has(1) || l.has(2) {
		t.Errorf("listing is %+v", l)
	}
	var none *listing
	if none.has(1) {
		t.Error("no listing has an account")
	}
}

// A create that is given up while the shared listing is under way takes
// nothing from the others.
func TestListingOutlivesItsFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		arrived, goOn := make(chan struct{}), make(chan struct{})
		server := &accountServer{intercept: func(_ http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/v1/am/svc_accounts" && r.Method == http.MethodGet {
				close(arrived)
				<-goOn
			}
			return false
		}}
		c := newClient(t, server)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := make(chan error), make(chan error)
		go func() { _, err := c.Create(ctx, googleTarget("a.example.com"), false); first <- err }()
		<-arrived
		go func() { _, err := c.Create(t.Context(), googleTarget("b.example.com"), false); second <- err }()
		synctest.Wait()
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first create: %v", err)
		}
		close(goOn)
		if err := <-second; err != nil {
			t.Errorf("the second create: %v", err)
		}
		if n := server.asked("GET /v1/am/svc_accounts"); n != 1 {
			t.Errorf("listed %d times", n)
		}
	})
}

// A listing that failed is tried again by the next create.
func TestFailedListingIsNotKept(t *testing.T) {
	fail := true
	server := &accountServer{intercept: func(w http.ResponseWriter, r *http.Request) bool {
		if fail && r.Method == http.MethodGet {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	}}
	c := newClient(t, server)
	if _, err := c.Create(t.Context(), googleTarget("example.com"), false); StatusOf(err) != http.StatusForbidden || server.writes() != 0 {
		t.Fatalf("error is %v after %d writes", err, server.writes())
	}
	fail = false
	if _, err := c.Create(t.Context(), googleTarget("example.com"), false); err != nil {
		t.Error(err)
	}
}

func TestServiceTypeOf(t *testing.T) {
	server := &accountServer{}
	id := server.put(stored{"serviceType": ServiceExchange, "type": TypeService})
	mailbox := server.put(stored{"serviceType": ServiceExchange, "type": TypeManaged, "parentId": int(id)})
	c := newClient(t, server)

	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if got, err := c.ServiceTypeOf(t.Context(), id); err != nil || got != ServiceExchange {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	all.Wait()
	if n := server.asked("GET"); n != 1 {
		t.Errorf("asked %d times", n)
	}

	var notService *NotServiceAccountError
	_, err := c.ServiceTypeOf(t.Context(), mailbox)
	if !errors.As(err, &notService) || notService.ID != mailbox || notService.Type != TypeManaged ||
		err.Error() != "account 2 is a managed account, not a service account" {
		t.Errorf("error is %v", err)
	}
	if _, err := c.ServiceTypeOf(t.Context(), 999); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
}

func TestServiceTypeOfEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := &accountServer{intercept: func(http.ResponseWriter, *http.Request) bool {
			cancel()
			time.Sleep(time.Second)
			return false
		}}
		id := server.put(stored{"serviceType": ServiceExchange})
		if _, err := newClient(t, server).ServiceTypeOf(ctx, id); !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
		time.Sleep(2 * time.Second) // lets the shared read come to its end
	})
}

func TestPlansTwice(t *testing.T) {
	a, b := mailboxTarget("a@example.com"), mailboxTarget("b@example.com")
	type plan struct {
		target Target
		id     AccountID
		adopts bool
		want   Twins
	}
	tests := []struct {
		name  string
		plans []plan
	}{
		{"two creates", []plan{{a, 0, false, NoTwins}, {mailboxTarget("A@Example.com"), 0, false, CertainTwins}}},
		{"two accounts that are there", []plan{{a, 1, false, NoTwins}, {a, 2, false, CertainTwins}}},
		{"different accounts", []plan{{a, 0, true, NoTwins}, {b, 0, false, NoTwins}, {b, 2, false, NoTwins}}},
		{"one account, planned again", []plan{{a, 1, true, NoTwins}, {a, 1, true, NoTwins}}},
		{"a replacement", []plan{{a, 1, false, NoTwins}, {a, 0, false, NoTwins}}},
		{"a replacement, create first", []plan{{a, 0, false, NoTwins}, {a, 1, false, NoTwins}}},
		{"a replacement and another create", []plan{{a, 1, false, NoTwins}, {a, 0, false, NoTwins}, {a, 0, false, CertainTwins}}},
		{"one that is there, and one that adopts it", []plan{{a, 1, false, NoTwins}, {a, 0, true, PossibleTwins}}},
		{"one that adopts, and one that is there", []plan{{a, 0, true, NoTwins}, {a, 1, false, PossibleTwins}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := configured(t)
			for i, plan := range test.plans {
				if got := c.PlansTwice(plan.target, plan.id, plan.adopts); got != plan.want {
					t.Errorf("plan %d: %d", i, got)
				}
			}
		})
	}
}
