package aurinko

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// anHourAgo is a createdAt before anything that a test writes.
func anHourAgo() string { return time.Now().Add(-time.Hour).UTC().Format(time.RFC3339) }

// existing is what a server keeps of an account that somebody else has made.
func existing(t Target) stored {
	account := stored{
		"serviceType": t.Input.ServiceType, "email": t.Input.Email, "loginString": t.Input.LoginString,
		"authOrgId": t.Input.AuthOrgID, "authUserId": t.Input.AuthUserID, "serverUrl": t.Input.ServerURL,
		"createdAt": anHourAgo(), "name": "somebody else's",
	}
	if t.Parent != 0 {
		account["parentId"] = int(t.Parent)
	}
	return account
}

func isWrite(r *http.Request) bool { return r.Method == http.MethodPost }

var targets = map[string]Target{
	"Google":     googleTarget("example.com"),
	"Exchange":   exchangeTarget("https://ex.example.com/EWS/Exchange.asmx", "svc"),
	"Office 365": office365Target("00000000-0000-0000-0000-000000000001"),
	"mailbox":    mailboxTarget("a@example.com"),
	"login":      {Parent: 500, ByLogin: true, Input: AccountInput{ServiceType: ServiceExchange, LoginString: "sales"}},
}

func TestCreate(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			server.put(existing(mailboxTarget("other@example.com")))
			server.put(existing(googleTarget("other.example.com")))
			c := newClient(t, server)
			w, err := c.Create(t.Context(), target, false)
			if err != nil {
				t.Fatal(err)
			}
			account, err := c.Confirm(t.Context(), w)
			if err != nil || account.ID != w.ID || server.get(w.ID) == nil || server.get(w.ID)["active"] != true {
				t.Errorf("confirmed %+v, %v", account, err)
			}
			if n := server.writes(); n != 1 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestCreateFindsWhatIsThere(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			id := server.put(existing(target))
			_, err := newClient(t, server).Create(t.Context(), target, false)
			var exists *ExistsError
			if !errors.As(err, &exists) || exists.Account.ID != id || !strings.Contains(err.Error(), id.String()) {
				t.Errorf("error is %v", err)
			}
			if n := server.writes(); n != 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

func TestCreateAdopts(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			id := server.put(existing(target))
			// A field that is not told is no part of what the server matches on.
			for field, value := range server.get(id) {
				if value == "" {
					delete(server.get(id), field)
				}
			}
			c := newClient(t, server)
			w, err := c.Create(t.Context(), target, true)
			if err != nil || w.ID != id {
				t.Fatalf("adopted %s, %v", w.ID, err)
			}
			if _, err := c.Confirm(t.Context(), w); err != nil {
				t.Errorf("confirmed with %v", err)
			}
			if server.asked("GET /v1/am/accounts") != server.asked("GET /v1/am/accounts/") || server.asked("GET /v1/am/svc_accounts") != 0 {
				t.Errorf("an adopting create listed: %v", server.journal)
			}
		})
	}
}

func TestCreatesShareOneListing(t *testing.T) {
	const creates = 40
	server := &accountServer{}
	c := newClient(t, server)
	var all sync.WaitGroup
	for i := range creates {
		all.Go(func() {
			target := mailboxTarget(fmt.Sprintf("user%d@example.com", i))
			if i%2 == 0 {
				target = googleTarget(fmt.Sprintf("d%d.example.com", i))
			}
			if _, err := c.Create(t.Context(), target, false); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	accounts, services := server.asked("GET /v1/am/accounts"), server.asked("GET /v1/am/svc_accounts")
	if accounts != 1 || services != 1 || server.writes() != creates {
		t.Errorf("listed accounts %d times and service accounts %d times for %d writes", accounts, services, server.writes())
	}
}

// A listing is as old as the run's first create: what it has may be gone.
func TestCreateAfterAStaleListing(t *testing.T) {
	server := &accountServer{}
	old := server.put(existing(mailboxTarget("a@example.com")))
	c := newClient(t, server)
	if _, err := c.Create(t.Context(), mailboxTarget("b@example.com"), false); err != nil {
		t.Fatal(err)
	}
	server.remove(old)
	w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false)
	if err != nil || w.ID == old || server.get(w.ID) == nil {
		t.Errorf("created %s, %v", w.ID, err)
	}
}

func TestCreateWhenTheLookByIDFails(t *testing.T) {
	server := &accountServer{intercept: refusing(http.MethodGet, http.StatusForbidden)}
	server.put(existing(mailboxTarget("a@example.com")))
	_, err := newClient(t, server).Create(t.Context(), mailboxTarget("a@example.com"), false)
	if StatusOf(err) != http.StatusForbidden || server.writes() != 0 {
		t.Errorf("error is %v after %d writes", err, server.writes())
	}
}

func TestCreateWithALostAnswer(t *testing.T) {
	tests := []struct {
		name        string
		hideManaged bool
		adopt       bool
		noEffect    bool
		older       bool // there before
		found       bool
	}{
		{name: "found by looking again", found: true},
		{name: "found, adopting", adopt: true, found: true},
		{name: "adopting, perhaps not written", adopt: true, older: true, noEffect: true},
		{name: "not listed", hideManaged: true},
		{name: "nothing was written", noEffect: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &accountServer{hideManaged: test.hideManaged, loseAnswer: isWrite}
				if test.noEffect {
					server.intercept = func(_ http.ResponseWriter, r *http.Request) bool {
						if isWrite(r) {
							panic(http.ErrAbortHandler)
						}
						return false
					}
				}
				server.put(existing(mailboxTarget("b@example.com")))
				if test.older {
					server.put(existing(mailboxTarget("a@example.com")))
				}
				c := newClient(t, server)
				w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), test.adopt)
				if n := server.asked("POST"); n != 1+DefaultMaxRetries {
					t.Errorf("%d writes", n)
				}
				if !test.found {
					if !isAmbiguous(err) || asError(t, err).Unsent {
						t.Errorf("error is %v", err)
					}
					// The address is free for another try.
					server.loseAnswer, server.intercept = nil, nil
					if _, err := c.Create(t.Context(), mailboxTarget("a@example.com"), test.adopt); err != nil {
						t.Errorf("the next try: %v", err)
					}
					return
				}
				if err != nil || server.get(w.ID)["email"] != "a@example.com" {
					t.Fatalf("created %s, %v", w.ID, err)
				}
				if _, err := c.Confirm(t.Context(), w); err != nil {
					t.Errorf("confirmed with %v", err)
				}
			})
		})
	}
}

// The write took effect, its answer was lost, and the repetition is refused.
func TestCreateWithALostAnswerAndARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &accountServer{loseAnswer: isWrite}
		server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
			if isWrite(r) && server.asked("POST") > 1 {
				w.WriteHeader(http.StatusConflict)
				return true
			}
			return false
		}
		w, err := newClient(t, server).Create(t.Context(), googleTarget("example.com"), false)
		if err != nil || server.get(w.ID) == nil {
			t.Errorf("created %s, %v", w.ID, err)
		}
	})
}

// What was there before is not ours, even when the answer is lost.
func TestLookingAgainTakesNothingOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &accountServer{loseAnswer: isWrite}
		old := server.put(existing(mailboxTarget("a@example.com")))
		c := newClient(t, server)
		if _, err := c.Create(t.Context(), mailboxTarget("b@example.com"), false); err != nil {
			t.Fatal(err)
		}
		// The listing has it, but by id it is not to be had for a moment.
		server.intercept = refusing(http.MethodGet, http.StatusNotFound)
		if w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false); err == nil || w.ID == old {
			t.Errorf("took over %s, %v", w.ID, err)
		}
	})
}

func TestLookingAgainFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &accountServer{loseAnswer: isWrite}
		server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
			fails := r.Method == http.MethodGet && server.asked("POST") > 0
			if fails {
				w.WriteHeader(http.StatusForbidden)
			}
			return fails
		}
		_, err := newClient(t, server, maxRetries(1)).Create(t.Context(), googleTarget("example.com"), false)
		if e := asError(t, err); e.Method != http.MethodPost || !e.Ambiguous {
			t.Errorf("error is %+v", e)
		}
	})
}

// Where the listing leaves out what the service matches on, only the answer
// shows that an account was there before.
func TestCreateAnsweredWithAListedAccount(t *testing.T) {
	server := &accountServer{}
	old := server.put(stored{"serviceType": ServiceExchange, "createdAt": anHourAgo()})
	server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if isWrite(r) {
			fmt.Fprintf(w, `{"accountId":%s}`, old)
		}
		return isWrite(r)
	}
	_, err := newClient(t, server).Create(t.Context(), targets["Exchange"], false)
	var unexpected *UnexpectedIDError
	if !errors.As(err, &unexpected) || unexpected.Got != old || unexpected.Meant != 0 || unexpected.Removed {
		t.Errorf("error is %+v", err)
	}
	if server.get(old) == nil {
		t.Error("the older account was deleted")
	}
}

// Where the service lists no managed accounts, the account's age shows it.
func TestConfirmFindsAnOlderAccount(t *testing.T) {
	target := mailboxTarget("a@example.com")
	tests := []struct {
		name      string
		createdAt any
		older     bool
	}{
		{"an hour old", anHourAgo(), true},
		{"younger than the clocks can tell", time.Now().Add(-time.Second).UTC().Format(time.RFC3339), false},
		{"age not told", nil, false},
		{"age not readable", "yesterday", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := &accountServer{hideManaged: true}
			account := existing(target)
			account["createdAt"] = test.createdAt
			delete(account, "loginString")
			old := server.put(account)
			c := newClient(t, server)
			for range 2 { // the error leaves the address free for another try
				w, err := c.Create(t.Context(), target, false)
				if err != nil || w.ID != old {
					t.Fatalf("created %s, %v", w.ID, err)
				}
				_, err = c.Confirm(t.Context(), w)
				var unexpected *UnexpectedIDError
				if errors.As(err, &unexpected) != test.older || (err != nil) != test.older {
					t.Fatalf("confirmed with %v", err)
				}
				if !test.older {
					return
				}
			}
			if server.get(old) == nil {
				t.Error("the older account was deleted")
			}
		})
	}
}

// Without the server's Date, our own clock tells at least an old account.
func TestConfirmWithoutADate(t *testing.T) {
	server := &accountServer{hideManaged: true, intercept: func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Date", "today")
		return false
	}}
	for age, older := range map[time.Duration]bool{time.Hour: true, time.Minute: false} {
		account := existing(mailboxTarget("a@example.com"))
		account["createdAt"] = time.Now().Add(-age).UTC().Format(time.RFC3339)
		id := server.put(account)
		c := newClient(t, server)
		w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Confirm(t.Context(), w)
		if unexpected := (*UnexpectedIDError)(nil); errors.As(err, &unexpected) != older || (err != nil) != older {
			t.Errorf("%s old: %v", age, err)
		}
		server.remove(id)
	}
}

func TestConfirmOfAnUnreadableAccount(t *testing.T) {
	server := &accountServer{intercept: refusing(http.MethodGet, http.StatusNotFound)}
	c := newClient(t, server)
	w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Confirm(t.Context(), w); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
}

func TestTwoCreatesOfOneAccount(t *testing.T) {
	server := &accountServer{}
	c := newClient(t, server)
	w, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, adopt := range []bool{false, true} {
		_, err := c.Create(t.Context(), mailboxTarget("A@example.com"), adopt)
		var claimed *ClaimedError
		if !errors.As(err, &claimed) || claimed.ID != w.ID || claimed.Error() == "" {
			t.Errorf("adopt %t: error is %v", adopt, err)
		}
	}
	// An update that would make another account the same is stopped as well.
	other := server.put(existing(mailboxTarget("a@example.com")))
	var claimed *ClaimedError
	if err := c.Update(t.Context(), other, mailboxTarget("a@example.com")); !errors.As(err, &claimed) {
		t.Errorf("update: error is %v", err)
	}
	if n := server.writes(); n != 1 {
		t.Errorf("%d writes", n)
	}
}

func TestTwoCreatesAtOnce(t *testing.T) {
	server := &accountServer{}
	c := newClient(t, server)
	const creates = 20
	errs := make(chan error, creates)
	for range creates {
		go func() {
			_, err := c.Create(t.Context(), mailboxTarget("a@example.com"), false)
			errs <- err
		}()
	}
	refused := 0
	for range creates {
		var claimed *ClaimedError
		if err := <-errs; errors.As(err, &claimed) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if n := server.writes(); n != 1 || refused != creates-1 {
		t.Errorf("%d writes, %d refused", n, refused)
	}
}

func TestReplaceInOneRun(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			old := server.put(existing(target))
			c := newClient(t, server)
			// The listing that all creates share is older than the delete.
			other := googleTarget("other.example.com")
			if target.Parent != 0 {
				other = mailboxTarget("other@example.com")
			}
			if _, err := c.Create(t.Context(), other, false); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := c.DeleteAccount(t.Context(), old, target.Parent == 0); err != nil {
					t.Fatal(err)
				}
				w, err := c.Create(t.Context(), target, false)
				if err != nil || w.ID == old {
					t.Fatalf("created %s, %v", w.ID, err)
				}
				if _, err := c.Confirm(t.Context(), w); err != nil {
					t.Fatal(err)
				}
				old = w.ID
			}
		})
	}
}

// A service may show an account for a while after its deletion.
func TestReplaceWhileTheOldOneIsStillShown(t *testing.T) {
	server := &accountServer{}
	target := mailboxTarget("a@example.com")
	old := server.put(existing(target))
	c := newClient(t, server)
	if _, err := c.Create(t.Context(), mailboxTarget("b@example.com"), false); err != nil { // takes the listing
		t.Fatal(err)
	}
	if err := c.DeleteAccount(t.Context(), old, false); err != nil {
		t.Fatal(err)
	}
	server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
		shown := r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+old.String())
		if shown {
			fmt.Fprintf(w, `{"id":%s,"email":"a@example.com"}`, old)
		}
		return shown
	}
	if w, err := c.Create(t.Context(), target, false); err != nil || w.ID == old {
		t.Errorf("created %s, %v", w.ID, err)
	}
}

func TestUpdate(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			c := newClient(t, server)
			w, err := c.Create(t.Context(), target, false)
			if err != nil {
				t.Fatal(err)
			}
			for _, newName := range []string{"one", "two"} {
				target.Input.Name = newName
				if err := newClient(t, server).Update(t.Context(), w.ID, target); err != nil || server.get(w.ID)["name"] != newName {
					t.Errorf("updated to %v, %v", server.get(w.ID)["name"], err)
				}
			}
		})
	}
}

// An account is updated by one resource of a run alone.
func TestUpdateByTwoResources(t *testing.T) {
	server := &accountServer{}
	target := mailboxTarget("a@example.com")
	id := server.put(existing(target))
	c := newClient(t, server)
	if err := c.Update(t.Context(), id, target); err != nil {
		t.Fatal(err)
	}
	var claimed *ClaimedError
	if err := c.Update(t.Context(), id, target); !errors.As(err, &claimed) || claimed.ID != id {
		t.Errorf("the second update ends with %v", err)
	}
}

// What would make or rewrite another account is not sent.
func TestUpdateOfAnotherAccount(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			account := existing(target)
			for _, key := range []string{"email", "authOrgId", "authUserId", "serverUrl", "loginString"} {
				if _, told := account[key]; told {
					account[key] = "another.example.com"
				}
			}
			id := server.put(account)
			var other *OtherAccountError
			if err := newClient(t, server).Update(t.Context(), id, target); !errors.As(err, &other) || other.ID != id {
				t.Errorf("ends with %v", err)
			}
			if server.writes() > 0 {
				t.Error("something was written")
			}
		})
	}
}

// A mailbox that has only a login so far gets an address, and the other way
// round.
func TestUpdateOfWhatIdentifies(t *testing.T) {
	for name, kept := range map[string]string{"by its login": "loginString", "by its address": "email"} {
		t.Run(name, func(t *testing.T) {
			target := mailboxTarget("a@example.com")
			target.Input.LoginString, target.ByLogin = "login", kept == "email"
			server := &accountServer{}
			account := existing(target)
			delete(account, map[string]string{"loginString": "email", "email": "loginString"}[kept])
			account[kept] = map[string]string{"loginString": "login", "email": "a@example.com"}[kept]
			id := server.put(account)
			if err := newClient(t, server).Update(t.Context(), id, target); err != nil {
				t.Fatal(err)
			}
			if got := server.get(id); got["loginString"] != "login" || got["email"] != "a@example.com" {
				t.Errorf("it is %v now", got)
			}
		})
	}
}

// An account that one resource takes over is not deleted with the resource that
// had it before.
func TestDeleteOfAnAdoptedAccount(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			id := server.put(existing(target))
			c := newClient(t, server)
			if w, err := c.Create(t.Context(), target, true); err != nil || w.ID != id {
				t.Fatalf("adopted %s, %v", w.ID, err)
			}
			var kept *KeptError
			if err := c.DeleteAccount(t.Context(), id, target.Parent == 0); !errors.As(err, &kept) || kept.ID != id || server.get(id) == nil {
				t.Errorf("ends with %v, the account is %v", err, server.get(id))
			}
		})
	}
}

// One of two accounts for one mailbox is deleted in this run; the other is
// found all the same.
func TestCreateBesideASecondAccount(t *testing.T) {
	server := &accountServer{}
	target := mailboxTarget("a@example.com")
	first, second := server.put(existing(target)), server.put(existing(target))
	c := newClient(t, server)
	if _, err := c.Create(t.Context(), mailboxTarget("b@example.com"), false); err != nil { // takes the listing
		t.Fatal(err)
	}
	if err := c.DeleteAccount(t.Context(), first, false); err != nil {
		t.Fatal(err)
	}
	var exists *ExistsError
	if _, err := c.Create(t.Context(), target, false); !errors.As(err, &exists) || exists.Account.ID != second {
		t.Errorf("ends with %v", err)
	}
}

func TestUpdateOfAGoneAccount(t *testing.T) {
	for name, target := range targets {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			err := newClient(t, server).Update(t.Context(), 7, target)
			var gone *GoneError
			if !errors.As(err, &gone) || gone.ID != 7 || gone.Error() == "" || server.writes() != 0 {
				t.Errorf("error is %v after %d writes", err, server.writes())
			}
		})
	}
}

func TestUpdateFails(t *testing.T) {
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		server := &accountServer{intercept: func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == method {
				w.WriteHeader(http.StatusUnauthorized)
			}
			return r.Method == method
		}}
		id := server.put(existing(mailboxTarget("a@example.com")))
		err := newClient(t, server).Update(t.Context(), id, mailboxTarget("a@example.com"))
		if e := asError(t, err); e.Status != http.StatusUnauthorized || e.Method != method {
			t.Errorf("error is %v", err)
		}
	}
}

// The server may keep what identifies an account in another case, and need not
// find the account when it is sent as configured.
func TestUpdateKeepsTheServersSpelling(t *testing.T) {
	tests := map[string]struct {
		keeps  stored
		target Target
		field  string
	}{
		"e-mail": {
			stored{"parentId": 500, "serviceType": ServiceGoogle, "email": "sales@example.com"},
			mailboxTarget("Sales@Example.com"), "email",
		},
		"login": {
			stored{"parentId": 500, "serviceType": ServiceGoogle, "loginString": "ACME\\sales"},
			Target{Parent: 500, ByLogin: true, Input: AccountInput{ServiceType: ServiceGoogle, LoginString: "acme\\Sales"}}, "loginString",
		},
		"domain": {existing(googleTarget("example.com")), googleTarget("Example.com"), "authOrgId"},
		"tenant": {existing(office365Target("1b4e28ba")), office365Target("1B4E28BA"), "authOrgId"},
		"user":   {existing(exchangeTarget("https://ex/EWS", "svc")), exchangeTarget("https://ex/EWS", "SVC"), "loginString"},
		"server": {existing(exchangeTarget("https://EX/ews", "svc")), exchangeTarget("https://ex/EWS", "svc"), "serverUrl"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			kept := test.keeps[test.field]
			id := server.put(test.keeps)
			if err := newClient(t, server).Update(t.Context(), id, test.target); err != nil {
				t.Fatal(err)
			}
			if server.get(id)[test.field] != kept || len(server.accounts) != 1 {
				t.Errorf("the server keeps %v, want one account with %v", server.accounts, kept)
			}
		})
	}
}

func TestUpdateAnsweredWithAnotherAccount(t *testing.T) {
	target := mailboxTarget("a@example.com")
	tests := []struct {
		name    string
		prepare func(*accountServer)
		removed bool
		cleanup int // the status with which the deletion fails
	}{
		{name: "a fresh duplicate", prepare: func(s *accountServer) { s.alwaysCreate = true }, removed: true},
		{
			name: "a fresh duplicate that cannot be deleted", cleanup: 403,
			prepare: func(s *accountServer) {
				s.alwaysCreate = true
				s.intercept = refusing(http.MethodDelete, 403)
			},
		},
		{
			name: "an older account",
			prepare: func(s *accountServer) {
				older := s.put(existing(mailboxTarget("b@example.com")))
				s.intercept = func(w http.ResponseWriter, r *http.Request) bool {
					if isWrite(r) {
						fmt.Fprintf(w, `{"accountId":%s}`, older)
					}
					return isWrite(r)
				}
			},
		},
		{
			name: "an account of unknown age",
			prepare: func(s *accountServer) {
				unknown := s.put(stored{"parentId": 500, "email": "b@example.com"})
				s.intercept = func(w http.ResponseWriter, r *http.Request) bool {
					if isWrite(r) {
						fmt.Fprintf(w, `{"accountId":%s}`, unknown)
					}
					return isWrite(r)
				}
			},
		},
		{
			name: "an account that cannot be read",
			prepare: func(s *accountServer) {
				s.intercept = func(w http.ResponseWriter, r *http.Request) bool {
					if isWrite(r) {
						fmt.Fprint(w, `{"accountId":99}`)
					}
					return isWrite(r)
				}
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := &accountServer{}
			id := server.put(existing(target))
			test.prepare(server)
			before := len(server.accounts)
			err := newClient(t, server).Update(t.Context(), id, target)
			var unexpected *UnexpectedIDError
			if !errors.As(err, &unexpected) || unexpected.Meant != id || unexpected.Got == id || unexpected.Error() == "" {
				t.Fatalf("error is %v", err)
			}
			if unexpected.Removed != test.removed || StatusOf(unexpected.Cleanup) != test.cleanup {
				t.Errorf("error is %+v", unexpected)
			}
			if n := len(server.accounts); n != before && test.cleanup == 0 {
				t.Errorf("%d accounts are left of %d", n, before)
			}
			if test.cleanup == 0 && !test.removed && server.asked("DELETE") != 0 {
				t.Error("an account was deleted that this write has not made")
			}
		})
	}
}

// Another account that this run has written is no stray duplicate.
func TestUpdateLeavesWhatThisRunHasWritten(t *testing.T) {
	server := &accountServer{}
	c := newClient(t, server)
	written, err := c.Create(t.Context(), mailboxTarget("b@example.com"), false)
	if err != nil {
		t.Fatal(err)
	}
	id := server.put(existing(mailboxTarget("a@example.com")))
	server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if isWrite(r) {
			fmt.Fprintf(w, `{"accountId":%s}`, written.ID)
		}
		return isWrite(r)
	}
	var unexpected *UnexpectedIDError
	if err := c.Update(t.Context(), id, mailboxTarget("a@example.com")); !errors.As(err, &unexpected) || unexpected.Removed {
		t.Errorf("error is %v", err)
	}
	if server.get(written.ID) == nil {
		t.Error("the other account was deleted")
	}
}

func TestDeleteAccount(t *testing.T) {
	tests := []struct {
		name    string
		service bool
		there   bool
		refuse  int // the status of DELETE
		want    int
	}{
		{name: "managed", there: true},
		{name: "managed, gone already"},
		{name: "managed, 404 but there", there: true, refuse: 404, want: 404},
		{name: "managed, forbidden", there: true, refuse: 403, want: 403},
		{name: "service", service: true, there: true},
		{name: "service, gone already", service: true},
		{name: "service, 404 but listed", service: true, there: true, refuse: 404, want: 404},
		{name: "service, 403 and not listed", service: true, refuse: 403, want: 403},
		{name: "service, 405 but listed", service: true, there: true, refuse: 405, want: 405},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := &accountServer{}
			target := mailboxTarget("a@example.com")
			if test.service {
				target = googleTarget("example.com")
			}
			id := server.put(existing(target))
			if !test.there {
				server.remove(id)
			}
			if test.refuse != 0 {
				server.intercept = refusing(http.MethodDelete, test.refuse)
			}
			err := newClient(t, server).DeleteAccount(t.Context(), id, test.service)
			if StatusOf(err) != test.want || (err == nil) != (test.want == 0) {
				t.Errorf("error is %v", err)
			}
			if err == nil && server.get(id) != nil {
				t.Error("it is still there")
			}
		})
	}
}

// A service account with managed accounts is refused until they are gone.
func TestDeleteServiceAccountInUse(t *testing.T) {
	tests := []struct {
		name     string
		service  bool
		refusals int
		patience time.Duration // of the context
		took     time.Duration
		want     int
	}{
		{name: "freed meanwhile", service: true, refusals: 3, patience: time.Hour, took: 7 * time.Second},
		{name: "never freed", service: true, refusals: 99, patience: time.Hour, took: 15 * time.Second, want: 409},
		{name: "given up", service: true, refusals: 99, patience: 2 * time.Second, took: 2 * time.Second, want: 409},
		{name: "managed", refusals: 99, patience: time.Hour, want: 409},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &accountServer{}
				id := server.put(existing(googleTarget("example.com")))
				server.intercept = func(w http.ResponseWriter, r *http.Request) bool {
					inUse := r.Method == http.MethodDelete && server.asked("DELETE") <= test.refusals
					if inUse {
						w.WriteHeader(http.StatusConflict)
					}
					return inUse
				}
				start := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), test.patience)
				defer cancel()
				err := newClient(t, server).DeleteAccount(ctx, id, test.service)
				if StatusOf(err) != test.want || (err == nil) != (test.want == 0) {
					t.Errorf("error is %v", err)
				}
				if took := time.Since(start); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
			})
		})
	}
}

func TestDeleteServiceAccountWhileTheListingFails(t *testing.T) {
	server := answering(reply{status: 404}, reply{status: 403})
	if err := newClient(t, server).DeleteAccount(t.Context(), 7, true); !IsNotFound(err) {
		t.Errorf("error is %v", err)
	}
}

// A deletion whose answer was lost is repeated, and finds nothing any more.
func TestDeleteWithALostAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &accountServer{}
		id := server.put(existing(mailboxTarget("a@example.com")))
		server.loseAnswer = func(r *http.Request) bool { return r.Method == http.MethodDelete && server.asked("DELETE") == 1 }
		if err := newClient(t, server).DeleteAccount(t.Context(), id, false); err != nil || server.asked("DELETE") != 2 {
			t.Errorf("error is %v after %d requests", err, server.asked("DELETE"))
		}
	})
}
