package aurinko

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestListOAuthRegistrations(t *testing.T) {
	topic, callback := "t", "i"
	tests := []struct {
		name     string
		replies  []reply
		want     []OAuthRegistration
		status   int
		requests []string
	}{
		{
			name: "all fields, in the server's order",
			replies: []reply{{body: pageOf(3, true,
				`{"serviceType":"Office365","daemon":true,"clientId":"d","clientSecret":"••••","clientSecret2":"****","name":"old"}`,
				`{"serviceType":"Office365","clientId":"o","scopes":["Mail.Read"],"intermediateCallbackUrl":"i"}`,
				`{"serviceType":"Google","clientId":7,"scopes":[],"topicName":"t"}`)}},
			want: []OAuthRegistration{
				{ServiceType: "Office365", Daemon: true, ClientID: "d", ClientSecret: "••••", ClientSecret2: "****"},
				{ServiceType: "Office365", ClientID: "o", Scopes: ScopeNames{"Mail.Read"}, IntermediateCallbackURL: &callback},
				{ServiceType: "Google", ClientID: "7", Scopes: ScopeNames{}, TopicName: &topic},
			},
			requests: []string{"GET /v1/am/oauth_regs"},
		},
		{
			name:     "without totals, one page is all",
			replies:  []reply{{body: `{"records":[{"serviceType":"Google"}]}`}},
			want:     []OAuthRegistration{{ServiceType: "Google"}},
			requests: []string{"GET /v1/am/oauth_regs"},
		},
		{
			name:     "with a total, there may be more",
			replies:  []reply{{body: pageOf(2, false, `{"serviceType":"Google"}`)}, {body: pageOf(2, true, `{"serviceType":"Zoho"}`)}},
			want:     []OAuthRegistration{{ServiceType: "Google"}, {ServiceType: "Zoho"}},
			requests: []string{"GET /v1/am/oauth_regs", "GET /v1/am/oauth_regs?offset=1"},
		},
		{
			name: "with a total of what remains, an empty page is the end",
			replies: []reply{
				{body: `{"totalSize":2,"records":[{"serviceType":"Google"}]}`}, {body: `{"totalSize":1,"records":[{"serviceType":"Zoho"}]}`},
				{body: `{"totalSize":0,"records":[]}`},
			},
			want:     []OAuthRegistration{{ServiceType: "Google"}, {ServiceType: "Zoho"}},
			requests: []string{"GET /v1/am/oauth_regs", "GET /v1/am/oauth_regs?offset=1", "GET /v1/am/oauth_regs?offset=2"},
		},
		{name: "none", replies: []reply{{body: pageOf(0, true)}}, requests: []string{"GET /v1/am/oauth_regs"}},
		{name: "refused", replies: []reply{{status: 404, body: `{"code":"not_found"}`}}, status: 404, requests: []string{"GET /v1/am/oauth_regs"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := answering(test.replies...)
			var got []OAuthRegistration
			var failed error
			for registration, err := range newClient(t, server).ListOAuthRegistrations(t.Context()) {
				if failed = err; err == nil {
					got = append(got, registration)
				}
			}
			if StatusOf(failed) != test.status || (failed != nil) != (test.status != 0) || IsGone(failed) {
				t.Errorf("error %v", failed)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.requests, server.asked()); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOAuthRegistration(t *testing.T) {
	server := answering(reply{body: pageOf(3, true,
		`{"serviceType":"Office365","daemon":true,"clientId":"daemon"}`,
		`{"serviceType":"Office365","clientId":"oauth","clientSecret":"****","scopes":null}`,
		`{"serviceType":"Google","daemon":false,"clientId":"google","topicName":"t","intermediateCallbackUrl":"https://example.com/cb"}`,
	)})
	c := newClient(t, server)
	for _, test := range []struct {
		key  RegistrationKey
		want string
	}{
		{key: RegistrationKey{ServiceType: "Office365"}, want: "oauth"},
		{key: RegistrationKey{ServiceType: "Office365", Daemon: true}, want: "daemon"},
		{key: RegistrationKey{ServiceType: "google"}, want: "google"},
		{key: RegistrationKey{ServiceType: "Google", Daemon: true}},
		{key: RegistrationKey{ServiceType: "Zoho"}},
	} {
		got, err := c.OAuthRegistration(t.Context(), test.key)
		if got.ClientID != test.want || errors.Is(err, ErrNoRegistration) != (test.want == "") {
			t.Errorf("%s: %+v, %v", test.key, got, err)
		}
	}
	_, err := newClient(t, answering(reply{status: 401})).OAuthRegistration(t.Context(), RegistrationKey{ServiceType: "Google"})
	if StatusOf(err) != 401 {
		t.Errorf("error is %v", err)
	}
}

func TestRegistrationKey(t *testing.T) {
	for key, want := range map[RegistrationKey]string{
		{ServiceType: "Google"}:                  "Google",
		{ServiceType: "Office365", Daemon: true}: "Office365/daemon",
	} {
		if got := key.String(); got != want {
			t.Errorf("%+v is written as %s, want %s", key, got, want)
		}
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
	calls := map[string]func(*Client) error{
		"save": func(c *Client) error {
			return c.SaveOAuthRegistration(t.Context(), OAuthRegistration{ServiceType: "Google", ClientSecret: "hunter22"})
		},
		"delete": func(c *Client) error {
			return c.DeleteOAuthRegistration(t.Context(), RegistrationKey{ServiceType: "Google"})
		},
	}
	tests := []struct {
		status      int
		unsupported bool
	}{
		{status: 404, unsupported: true}, {status: 405, unsupported: true},
		{status: 400}, {status: 401}, {status: 403}, {status: 501},
	}
	for name, call := range calls {
		for _, test := range tests {
			c := newClient(t, answering(reply{status: test.status, body: `{"code":"refused","message":"not hunter22"}`}))
			err := call(c)
			// A server without the call answers 404 as well.
			if StatusOf(err) != test.status || IsUnsupportedWrite(err) != test.unsupported || IsGone(err) {
				t.Errorf("%s: %v, unsupported %t, gone %t", name, err, IsUnsupportedWrite(err), IsGone(err))
			}
			if name == "save" && strings.Contains(errorText(err), "hunter22") {
				t.Errorf("the error repeats the secret: %v", err)
			}
		}
	}
	if IsUnsupportedWrite(nil) || IsUnsupportedWrite(ErrNoRegistration) {
		t.Error("another error is taken for an unsupported write")
	}
}

func TestDeleteOAuthRegistration(t *testing.T) {
	server := answering(reply{status: 204})
	if err := newClient(t, server).DeleteOAuthRegistration(t.Context(), RegistrationKey{ServiceType: "Office365", Daemon: true}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"DELETE /v1/am/oauth_regs?daemon=true&serviceType=Office365"}; !slices.Equal(server.asked(), want) {
		t.Errorf("asked %s, want %s", server.asked(), want)
	}
}
