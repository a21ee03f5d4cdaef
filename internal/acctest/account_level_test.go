package acctest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// An exchange is a request that the contract and the simulator allow, and the
// status that answers it.
func (s *Server) exchange(t *testing.T, account int64, method, path, body string, wanted ...int) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(s.clientID, s.clientSecret)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if account != 0 {
		r.Header.Set("X-Aurinko-Account-Id", fmt.Sprint(account))
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if len(wanted) == 0 {
		wanted = []int{http.StatusOK, http.StatusCreated}
	}
	for _, status := range wanted {
		if response.StatusCode == status {
			var fields map[string]any
			decoder := json.NewDecoder(strings.NewReader(string(text)))
			decoder.UseNumber()
			_ = decoder.Decode(&fields) // what has no body has no fields
			return fields
		}
	}
	t.Fatalf("%s %s: got %d %s", method, path, response.StatusCode, text)
	return nil
}

// callAccountLevel calls what other tests may not: accounts with a password of their
// own, subscriptions and booking profiles, each with all of its fields.
func callAccountLevel(t *testing.T, server *Server) {
	t.Helper()
	saved := server.exchange(t, 0, "POST", "/v1/am/accounts?recycleKeys=email&ensureAccess=true&userId=u&userAccount=primary",
		`{"active":true,"serviceType":"IMAP","serverUrl":"imap.acme.example","email":"a@acme.example","password":"made up"}`)
	id, err := saved["accountId"].(json.Number).Int64()
	if err != nil {
		t.Fatal(err)
	}

	hook := `{"resource":"/email/messages","notificationUrl":"https://app.acme.example/hook","filters":["withoutDrafts"]}`
	subscription := fmt.Sprintf("/v1/subscriptions/%s", server.exchange(t, id, "POST", "/v1/subscriptions", hook)["id"])
	server.exchange(t, id, "GET", subscription, "")
	for _, s := range server.Simulator.Subscriptions() {
		server.Simulator.UpdateSubscription(s.ID, func(s *simulator.Subscription) {
			s.Active, s.FailSince, s.FailDescription, s.DisabledByBilling = false, NextYear(), "503", true
		})
	}
	server.exchange(t, id, "GET", "/v1/subscriptions?limit=10&offset=0&includeInactive=true", "")
	server.exchange(t, id, "DELETE", subscription, "")
	server.exchange(t, id, "GET", subscription, "", http.StatusNotFound)

	const profile = `"name":"sales","subject":"s","description":"d","location":"l","context":"c","openMeetingUrl":"https://meet.acme.example/",
		"durationMinutes":30,"bufferBetweenMinutes":0,"availabilityStep":15,"startAfterMinutes":60,"timeAvailableFor":"P4W",
		"startTime":"2026-01-01T09:00:00Z","endTime":"2026-12-31T17:00:00Z","startConference":true,
		"workHours":{"timezone":"Europe/Vienna","daySchedules":[{"dayOfWeek":"monday","workingIntervals":[{"start":"09:00:00","end":"17:00:00"}]}]},
		"availabilityIntervals":{"intervals":[{"dateStartInclusive":"2026-01-01","dateEndInclusive":"2026-01-31","hours":[{"start":"09:00:00","end":"12:00:00"}]}]}`
	for _, all := range []string{"/v1/book/group/profiles", "/v1/book/account/profiles"} {
		of, body := id, "{"+profile+"}"
		if strings.Contains(all, "group") {
			of, body = 0, `{"clientOrgId":"acme",`+profile+"}"
		}
		one := fmt.Sprintf("%s/%s", all, server.exchange(t, of, "POST", all, body)["id"])
		server.exchange(t, of, "POST", all, "{}")
		server.exchange(t, of, "GET", one, "")
		server.exchange(t, of, "PATCH", one, `{"name":"support","subject":null,"workHours":null,"availabilityStep":null}`)
		server.exchange(t, of, "GET", all+"?limit=10&offset=0", "")
		if of == 0 {
			ids := fmt.Sprintf(`{"accountIds":[%d]}`, id)
			server.exchange(t, 0, "POST", one+"/attachAccounts", ids)
			server.exchange(t, 0, "GET", one+"/attachAccounts?limit=10&offset=0", "")
			server.exchange(t, 0, "POST", one+"/detachAccounts", ids)
			server.exchange(t, 0, "POST", one+"/attachGroups", fmt.Sprintf(`{"groups":[{"extId":"vienna","accountIds":[%d],"required":"one"}]}`, id))
			server.exchange(t, 0, "GET", one+"/attachGroups?limit=10&offset=0", "")
			server.exchange(t, 0, "POST", one+"/detachGroups", `{"groups":[{"extId":"vienna"}]}`)
			server.exchange(t, 0, "POST", one+"/attachAccounts", `{"accountIds":[1]}`, http.StatusBadRequest)
		}
		server.exchange(t, of, "DELETE", one, "")
		server.exchange(t, of, "GET", one, "", http.StatusNotFound)
	}
	server.exchange(t, 0, "DELETE", fmt.Sprintf("/v1/am/accounts/%d", id), "")
	for _, p := range server.Simulator.BookingProfiles() {
		server.exchange(t, 0, "DELETE", fmt.Sprintf("/v1/book/group/profiles/%d", p.ID), "")
	}
}

// A server whose challenge the endpoint of a subscription does not answer.
func TestFailedChallengeKeepsToTheContract(t *testing.T) {
	t.Parallel()
	server := NewServer(t, simulator.Options{Quirks: simulator.Quirks{ChallengeFails: true}})
	id := server.Simulator.AddAccount(simulator.Account{ServiceType: "IMAP", Email: "a@acme.example"})
	server.exchange(t, id, "POST", "/v1/subscriptions", `{"resource":"/contacts","notificationUrl":"https://app.acme.example/hook"}`, http.StatusBadRequest)
}
