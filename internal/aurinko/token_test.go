package aurinko

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

func TestAccountToken(t *testing.T) {
	server := &accountServer{}
	id := server.put(stored{"parentId": 500, "type": TypeManaged, "serviceType": ServiceGoogle, "email": "Sales@example.com",
		"authScopes": "Mail.Draft Mail.Drafts Mail.Send", "copyToSent": false, "createdAt": anHourAgo()})
	before := maps.Clone(server.get(id))
	token, err := newClient(t, server).AccountToken(t.Context(), id)
	if err != nil || token != "t0ken" {
		t.Fatalf("%q, %v", token, err)
	}
	after := server.get(id)
	if fmt.Sprint(after["authScopes"]) != "[Mail.Drafts Mail.Send]" {
		t.Errorf("scopes are %v", after["authScopes"])
	}
	delete(after, "authScopes")
	delete(after, "active")
	delete(before, "authScopes")
	if !maps.Equal(before, after) || len(server.accounts) != 1 {
		t.Errorf("the account is %v, it was %v", after, before)
	}
}

// Where the service type is not told, the service account's is sent.
func TestAccountTokenLooksForTheServiceType(t *testing.T) {
	server := &accountServer{}
	parent := server.put(existing(googleTarget("example.com")))
	id := server.put(stored{"parentId": int(parent), "email": "sales@example.com"})
	if token, err := newClient(t, server).AccountToken(t.Context(), id); err != nil || token != "t0ken" {
		t.Fatalf("%q, %v", token, err)
	}
	if got := server.get(id)["serviceType"]; got != ServiceGoogle {
		t.Errorf("the service type is %v", got)
	}
}

func TestAccountTokenRefuses(t *testing.T) {
	tests := map[string]struct {
		account stored
		says    string
	}{
		"a service account":            {existing(googleTarget("example.com")), "is not a managed account"},
		"a service account, as a flag": {stored{"daemon": true, "email": "a@example.com"}, "is not a managed account"},
		"a personal account":           {stored{"type": TypePersonal, "email": "a@example.com"}, "is not a managed account"},
		"an account of unknown kind":   {stored{"email": "a@example.com"}, "is not a managed account"},
		"without a service account":    {stored{"type": TypeManaged, "email": "a@example.com"}, "does not tell the service account that it is reached through"},
		"without address or login":     {stored{"type": TypeManaged, "parentId": 500}, "does not tell its e-mail address or its login"},
		"of a parent that is gone":     {stored{"parentId": 500, "email": "a@example.com"}, "does not tell its mail service"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := &accountServer{}
			id := server.put(test.account)
			token, err := newClient(t, server).AccountToken(t.Context(), id)
			if token != "" || err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%q, %v, want an error that says %q", token, err, test.says)
			}
			if server.writes() > 0 {
				t.Error("something was written")
			}
		})
	}
	server := &accountServer{}
	parent := server.put(stored{"type": TypeService})
	if _, err := newClient(t, server).AccountToken(t.Context(), server.put(stored{"parentId": int(parent), "email": "a@example.com"})); err == nil ||
		!strings.Contains(err.Error(), "does not tell its mail service") {
		t.Errorf("without a service type anywhere: %v", err)
	}
	if _, err := newClient(t, &accountServer{}).AccountToken(t.Context(), 7); !IsNotFound(err) {
		t.Errorf("of an account that is gone: %v", err)
	}
}

// An answer that is about another account hands no token out.
func TestAccountTokenOfADuplicate(t *testing.T) {
	server := &accountServer{alwaysCreate: true}
	id := server.put(existing(mailboxTarget("a@example.com")))
	token, err := newClient(t, server).AccountToken(t.Context(), id)
	var unexpected *UnexpectedIDError
	if token != "" || !errors.As(err, &unexpected) || unexpected.Meant != id || !unexpected.Removed || len(server.accounts) != 1 {
		t.Errorf("%q, %v; accounts %v", token, err, server.accounts)
	}
}

// What is read is not older than what another resource of the run writes at
// the same time.
func TestAccountTokenAndUpdateTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &accountServer{}
		id := server.put(existing(mailboxTarget("a@example.com")))
		client := newClient(t, server)
		release, err := client.registry.hold(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var done atomic.Int32
		for _, write := range []func() error{
			func() error { _, err := client.AccountToken(t.Context(), id); return err },
			func() error { return client.Update(t.Context(), id, mailboxTarget("a@example.com")) },
		} {
			go func() {
				if err := write(); err != nil {
					t.Error(err)
				}
				done.Add(1)
			}()
		}
		synctest.Wait()
		if done.Load() > 0 || len(server.journal) > 0 {
			t.Errorf("%d do not wait", done.Load())
		}
		release()
		synctest.Wait()
		if asked := strings.Join(server.journal, ", "); done.Load() != 2 ||
			asked != "GET /v1/am/accounts/1, POST /v1/am/svc_accounts/500/accounts, GET /v1/am/accounts/1, POST /v1/am/svc_accounts/500/accounts" {
			t.Errorf("%d are done, and asked for %s", done.Load(), asked)
		}

		release, _ = client.registry.hold(t.Context(), id)
		defer release()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := client.AccountToken(ctx, id); !errors.Is(err, context.Canceled) {
			t.Errorf("an interrupted one: %v", err)
		}
		if err := client.Update(ctx, id, mailboxTarget("a@example.com")); !errors.Is(err, context.Canceled) {
			t.Errorf("an interrupted one: %v", err)
		}
	})
}

// Neither an error nor a log tells the token.
func TestAccountTokenIsNotTold(t *testing.T) {
	const secret = "t0ken-that-nobody-may-see"
	for name, answer := range map[string]string{
		"as it should be": `{"accountId":1,"accessToken":"` + secret + `","userSession":"` + secret + `"}`,
		"cut":             `{"accountId":1,"accessToken":"` + secret + `","user`,
		"no id":           `{"accessToken":"` + secret + `"}`,
		"another id":      `{"accountId":9,"accessToken":"` + secret + `"}`,
		"odd":             `{"accountId":"x","accessToken":["` + secret + `"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var log bytes.Buffer
			server := &accountServer{intercept: func(w http.ResponseWriter, r *http.Request) bool {
				if isWrite(r) {
					_, _ = io.WriteString(w, answer)
				}
				return isWrite(r)
			}}
			id := server.put(existing(mailboxTarget("a@example.com")))
			client := newClient(t, server, maxRetries(0), func(c *Config) {
				c.Log = func(_ context.Context, a Attempt) {
					mu.Lock()
					defer mu.Unlock()
					sent, _ := json.Marshal(a.Sent)
					answered, _ := json.Marshal(a.Answered)
					fmt.Fprintf(&log, "%+v %s %s %v\n", a, sent, answered, a.Err)
				}
			})
			token, err := client.AccountToken(t.Context(), id)
			if (token == secret) != (err == nil) {
				t.Errorf("%q, %v", token, err)
			}
			if err != nil && strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
				t.Errorf("the error tells it: %v", err)
			}
			if text := log.String(); strings.Contains(text, secret) || !strings.Contains(text, "/am/svc_accounts/{id}/accounts") {
				t.Errorf("logged is %s", text)
			}
		})
	}
}

func TestRevokeToken(t *testing.T) {
	for name, test := range map[string]struct {
		reply  reply
		status int
	}{
		"revoked":        {reply{body: `{}`}, 0},
		"empty":          {reply{}, 0},
		"dead already":   {reply{status: 401, body: `{"code":"token.dead","message":"Gone"}`}, 0},
		"refused":        {reply{status: 401, body: `{"code":"unauthorized"}`}, 401},
		"refresh failed": {reply{status: 401, body: `{"code":"token.refresh.failed"}`}, 401},
		"gone":           {reply{status: 404, body: `{"code":"not_found"}`}, 404},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(test.reply)
			err := newClient(t, server, maxRetries(0)).RevokeToken(t.Context(), 7)
			if StatusOf(err) != test.status || (err == nil) != (test.status == 0) {
				t.Errorf("%v, want status %d", err, test.status)
			}
			asked := server.requests()[0]
			if asked.method != http.MethodDelete || asked.uri != "/v1/account/token" || asked.header.Get("X-Aurinko-Account-Id") != "7" {
				t.Errorf("asked for %+v", asked)
			}
		})
	}
}
