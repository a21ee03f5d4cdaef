package aurinko

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestOAuthRegistration(t *testing.T) {
	server := answering(reply{body: pageOf(3, true,
		`{"serviceType":"Office365","daemon":true,"clientId":"daemon"}`,
		`{"serviceType":"Office365","clientId":"oauth","clientSecret":"****","scopes":null,"name":"old"}`,
		`{"serviceType":"Google","daemon":false,"clientId":"google","topicName":"t","intermediateCallbackUrl":"https://example.com/cb"}`,
	)})
	c := newClient(t, server)
	for _, test := range []struct {
		service string
		daemon  bool
		want    string
	}{
		{"Office365", false, "oauth"}, {"Office365", true, "daemon"}, {"google", false, "google"}, {"Google", true, ""}, {"Zoho", false, ""},
	} {
		got, err := c.OAuthRegistration(t.Context(), test.service, test.daemon)
		if got.ClientID != test.want || errors.Is(err, ErrNoRegistration) != (test.want == "") {
			t.Errorf("%s, daemon %t: %+v, %v", test.service, test.daemon, got, err)
		}
	}
	if r := server.requests()[0]; r.method != http.MethodGet || r.uri != "/v1/am/oauth_regs" {
		t.Errorf("asked %s %s", r.method, r.uri)
	}

	_, err := newClient(t, answering(reply{status: 401})).OAuthRegistration(t.Context(), "Google", false)
	if StatusOf(err) != 401 {
		t.Errorf("error is %v", err)
	}
}

func TestSaveOAuthRegistration(t *testing.T) {
	callback := "https://example.com/cb"
	r := OAuthRegistration{ServiceType: "Office365", ClientID: "id", Scopes: ScopeNames{"Mail.Read"}, IntermediateCallbackURL: &callback}
	r.SetDaemonSecrets("hunter22", "certificate")

	for _, answer := range []reply{{body: `{"clientSecret":"hunter22"}`}, {status: 201}, {body: `not JSON`}} {
		server := answering(answer)
		if err := newClient(t, server).SaveOAuthRegistration(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		const want = `{"serviceType":"Office365","daemon":false,"scopes":["Mail.Read"],"clientId":"id",` +
			`"clientSecret":"hunter22","clientSecret2":"certificate","intermediateCallbackUrl":"https://example.com/cb"}`
		if got := server.requests()[0]; got.method != http.MethodPost || got.uri != "/v1/am/oauth_regs" || strings.TrimSpace(got.body) != want {
			t.Errorf("sent %s %s %s", got.method, got.uri, got.body)
		}
	}
}

func TestRefusedOAuthWrites(t *testing.T) {
	for _, test := range []struct {
		status      int
		unsupported bool
	}{{404, true}, {405, true}, {400, false}, {401, false}, {403, false}, {501, false}} {
		c := newClient(t, answering(reply{status: test.status, body: `{"message":"not hunter22"}`}))
		err := c.SaveOAuthRegistration(t.Context(), OAuthRegistration{ServiceType: "Google", ClientSecret: "hunter22"})
		if StatusOf(err) != test.status || IsUnsupportedWrite(err) != test.unsupported || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%d: %v, unsupported %t", test.status, err, IsUnsupportedWrite(err))
		}
	}
	if IsUnsupportedWrite(nil) || IsUnsupportedWrite(&Error{Method: http.MethodGet, Route: oauthRoute, Status: 404}) ||
		IsUnsupportedWrite(&Error{Method: http.MethodPost, Route: "/am/svc_accounts", Status: 404}) {
		t.Error("another error is taken for an unsupported write")
	}
}

func TestCreateOAuthRegistration(t *testing.T) {
	wanted := OAuthRegistration{ServiceType: "Google", ClientID: "new"}
	there := reply{body: pageOf(1, true, `{"serviceType":"Google","daemon":false,"clientId":"old"}`)}
	none := reply{body: pageOf(0, true)}
	tests := []struct {
		name     string
		listing  reply
		adopt    bool
		requests string
		exists   bool
		status   int
	}{
		{name: "none there", listing: none, requests: "GET POST"},
		{name: "one there", listing: there, requests: "GET", exists: true},
		{name: "one there, adopted", listing: there, adopt: true, requests: "POST"},
		{name: "listing fails", listing: reply{status: 403}, requests: "GET", status: 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.listing, reply{})
			if test.adopt {
				server = answering(reply{})
			}
			err := newClient(t, server).CreateOAuthRegistration(t.Context(), wanted, test.adopt)
			var exists *RegistrationExistsError
			if errors.As(err, &exists) != test.exists || StatusOf(err) != test.status || (err == nil) != (!test.exists && test.status == 0) {
				t.Errorf("error is %v", err)
			}
			if test.exists && (exists.ClientID != "old" || exists.Error() == "") {
				t.Errorf("error is %+v", exists)
			}
			var asked []string
			for _, r := range server.requests() {
				asked = append(asked, r.method)
			}
			if got := strings.Join(asked, " "); got != test.requests {
				t.Errorf("asked %s, want %s", got, test.requests)
			}
		})
	}
}

func TestCreateOAuthRegistrationWithALostAnswer(t *testing.T) {
	none, lost := reply{body: pageOf(0, true)}, reply{drop: true}
	there := func(clientID string) reply {
		return reply{body: pageOf(1, true, `{"serviceType":"Google","daemon":false,"clientId":"`+clientID+`"}`)}
	}
	tests := []struct {
		name    string
		adopt   bool
		replies []reply
		made    bool
	}{
		{"found by looking again", false, []reply{none, lost, there("ID")}, true},
		{"not there", false, []reply{none, lost, none}, false},
		{"somebody else's there", false, []reply{none, lost, there("other")}, false},
		{"the look fails", false, []reply{none, lost, {status: 403}}, false},
		{"adopting", true, []reply{lost, there("id")}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := newClient(t, answering(test.replies...), maxRetries(0))
			err := c.CreateOAuthRegistration(t.Context(), OAuthRegistration{ServiceType: "Google", ClientID: "id"}, test.adopt)
			if (err == nil) != test.made || err != nil && !isAmbiguous(err) {
				t.Errorf("error is %v", err)
			}
		})
	}
}

func TestDeleteOAuthRegistration(t *testing.T) {
	there := reply{body: pageOf(1, true, `{"serviceType":"Office365","daemon":true}`)}
	tests := []struct {
		name        string
		replies     []reply
		want        int
		unsupported bool
	}{
		{"deleted", []reply{{}}, 0, false},
		{"gone already", []reply{{status: 404}, {body: pageOf(0, true)}}, 0, false},
		{"not taken: 404 but there", []reply{{status: 404}, there}, 404, true},
		{"not taken: 405", []reply{{status: 405}}, 405, true},
		{"404, and the listing fails", []reply{{status: 404}, {status: 403}}, 404, true},
		{"forbidden", []reply{{status: 403}}, 403, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.replies...)
			err := newClient(t, server).DeleteOAuthRegistration(t.Context(), "Office365", true)
			if StatusOf(err) != test.want || (err == nil) != (test.want == 0) || IsUnsupportedWrite(err) != test.unsupported {
				t.Errorf("error is %v", err)
			}
			r := server.requests()[0]
			if q := queryOf(t, r.uri); r.method != http.MethodDelete || q.Get("serviceType") != "Office365" || q.Get("daemon") != "true" {
				t.Errorf("asked %s %s", r.method, r.uri)
			}
			if len(server.requests()) != len(test.replies) {
				t.Errorf("%d requests", len(server.requests()))
			}
		})
	}
}
