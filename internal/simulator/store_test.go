package simulator

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// post writes through the handler, without the cost of a connection.
func post(s *Server, path, body string) int {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
	r.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, r)
	return recorder.Code
}

func TestConcurrentUpsertsMakeNoDuplicates(t *testing.T) {
	t.Parallel()
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	parent := s.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
	path := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", parent)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range 250 {
				body := fmt.Sprintf(`{"active":true,"serviceType":"EWS","email":"user%d@example.com","name":"%d"}`, i, worker)
				if status := post(s, path, body); status != 200 {
					t.Errorf("got %d", status)
				}
			}
		})
	}
	all.Wait()
	if got := len(s.Accounts()); got != 251 {
		t.Errorf("there are %d accounts", got)
	}
	s.RemoveAccount(parent)
	if !s.Empty() || len(s.store.index) != 0 {
		t.Errorf("left: %d accounts, %d entries of the index", len(s.Accounts()), len(s.store.index))
	}
}

// The time for one upsert must not grow with the number of accounts.
func BenchmarkUpsert(b *testing.B) {
	for _, accounts := range []int{100, 10_000, 100_000} {
		b.Run(fmt.Sprint(accounts), func(b *testing.B) {
			s, err := New(Options{})
			if err != nil {
				b.Fatal(err)
			}
			parent := s.AddAccount(Account{Type: Daemon, ServiceType: "EWS"})
			for i := range accounts {
				s.AddAccount(Account{ParentID: parent, ServiceType: "EWS", Email: fmt.Sprintf("user%d@example.com", i)})
			}
			path := fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email,clientOrgId", parent)
			n := 0
			for b.Loop() {
				n++
				post(s, path, fmt.Sprintf(`{"active":true,"serviceType":"EWS","email":"new%d@example.com"}`, n))
			}
		})
	}
}

func BenchmarkListAll(b *testing.B) {
	s, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	const accounts = 100_000
	for i := range accounts {
		s.AddAccount(Account{ServiceType: "IMAP", Email: fmt.Sprintf("user%d@example.com", i)})
	}
	for b.Loop() {
		for offset := 0; offset < accounts; offset += 500 {
			r := httptest.NewRequest("GET", fmt.Sprintf("/v1/am/accounts?limit=500&offset=%d", offset), nil)
			r.SetBasicAuth(DefaultClientID, DefaultClientSecret)
			s.ServeHTTP(httptest.NewRecorder(), r)
		}
	}
}
