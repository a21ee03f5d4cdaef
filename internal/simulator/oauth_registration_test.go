package simulator

import (
	"fmt"
	"slices"
	"testing"
)

const (
	keyPEM         = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
	certificatePEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
)

var (
	oauthIn  = object{"serviceType": "Office365", "clientId": "id", "clientSecret": "secret", "scopes": []string{"Mail.Send", "Mail.Read"}}
	daemonIn = object{"serviceType": "Office365", "daemon": true, "clientId": "id", "clientSecret": keyPEM, "clientSecret2": certificatePEM}
)

func TestOAuthRegRefusals(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for _, c := range []struct {
		body    object
		message string
	}{
		{with(oauthIn, object{"serviceType": nil}), "serviceType is missing"},
		{with(oauthIn, object{"serviceType": "EWS"}), `Unknown serviceType "EWS"`},
		{with(oauthIn, object{"clientId": nil}), "clientId is missing"},
		{with(oauthIn, object{"clientSecret": ""}), "clientSecret is missing"},
		{with(oauthIn, object{"scopes": []string{"Mail.Draft"}}), `Unknown scope "Mail.Draft"`},
		{with(oauthIn, object{"id": 1}), `Unknown field "id"`},
		{with(daemonIn, object{"clientSecret": "secret"}), "not a private key"},
		{with(daemonIn, object{"clientSecret": certificatePEM}), "not a private key"},
		{with(daemonIn, object{"clientSecret2": nil}), "not a certificate"},
		{with(daemonIn, object{"clientSecret2": keyPEM}), "not a certificate"},
	} {
		a.do("POST", "/v1/am/oauth_regs", c.body).refused(400, "badRequest", c.message)
	}
	a.do("POST", "/v1/am/oauth_regs?x=1", oauthIn).refused(400, "badRequest", "Unknown query parameter")
	a.do("GET", "/v1/am/oauth_regs?serviceType=Google", nil).refused(400, "badRequest", "Unknown query parameter")
	if !a.Empty() {
		t.Errorf("refused, but there: %v", a.OAuthRegs())
	}

	a.SetOAuthReg(OAuthReg{ServiceType: "Google"})
	for query, message := range map[string]string{
		"":                                   "daemon",
		"?daemon=false":                      "serviceType",
		"?serviceType=Google":                "daemon",
		"?serviceType=Google&daemon=0":       "true or false",
		"?serviceType=Gmail&daemon=false":    "serviceType",
		"?serviceType=Google&daemon=false&x": "Unknown query parameter",
	} {
		a.do("DELETE", "/v1/am/oauth_regs"+query, nil).refused(400, "badRequest", message)
	}
	a.do("DELETE", "/v1/am/oauth_regs?serviceType=Google&daemon=true", nil).refused(404, "not_found", "No such")
	if len(a.OAuthRegs()) != 1 {
		t.Error("a refused request has deleted something")
	}
}

func TestOAuthRegUpsert(t *testing.T) {
	t.Parallel()
	a := start(t, Options{Quirks: Quirks{Created201: true}})
	google := object{"serviceType": "Google", "clientId": "g", "clientSecret": "gs", "topicName": "projects/p/topics/t", "intermediateCallbackUrl": "https://example.com/cb"}
	for _, c := range []struct {
		body   object
		status int
	}{
		{oauthIn, 201}, {daemonIn, 201}, {google, 201}, {with(oauthIn, object{"scopes": nil, "clientSecret": "new"}), 200},
	} {
		if res := a.do("POST", "/v1/am/oauth_regs", c.body); res.status != c.status {
			t.Errorf("%v: got %d %s", c.body, res.status, res.raw)
		}
	}
	got := a.OAuthRegs()
	want := []OAuthReg{
		{ServiceType: "Google", ClientID: "g", ClientSecret: "gs", TopicName: "projects/p/topics/t", IntermediateCallbackURL: "https://example.com/cb"},
		{ServiceType: "Office365", ClientID: "id", ClientSecret: "new"},
		{ServiceType: "Office365", Daemon: true, ClientID: "id", ClientSecret: keyPEM, ClientSecret2: certificatePEM},
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}

	a.ok("DELETE", "/v1/am/oauth_regs?serviceType=Office365&daemon=true", nil)
	if !slices.EqualFunc(a.OAuthRegs(), want[:2], func(a, b OAuthReg) bool { return a.key() == b.key() }) {
		t.Errorf("after deletion: %v", a.OAuthRegs())
	}
	if !a.RemoveOAuthReg("Google", false) || a.RemoveOAuthReg("Google", false) {
		t.Error("RemoveOAuthReg does not tell whether it was there")
	}
}

func TestOAuthRegSecrets(t *testing.T) {
	t.Parallel()
	a := start(t, Options{})
	for quirk, want := range map[SecretsQuirk]any{SecretsClear: "secret", SecretsMasked: "••••", SecretsEmpty: "", SecretsAbsent: nil} {
		a.SetQuirks(Quirks{Secrets: quirk})
		for _, res := range []object{
			a.ok("POST", "/v1/am/oauth_regs", oauthIn).body,
			a.ok("GET", "/v1/am/oauth_regs", nil).body["records"].([]any)[0].(object),
		} {
			if got := res["clientSecret"]; got != want {
				t.Errorf("quirk %d: the secret is %v, want %v", quirk, got, want)
			}
			if got, ok := res["clientSecret2"]; ok {
				t.Errorf("quirk %d: a secret that is not set is %v", quirk, got)
			}
		}
	}
	if got := a.OAuthRegs()[0].ClientSecret; got != "secret" {
		t.Errorf("stored: %q", got)
	}
}

func TestRefuseOAuthWrites(t *testing.T) {
	t.Parallel()
	for _, status := range []int{404, 405} {
		a := start(t, Options{Quirks: Quirks{RefuseOAuthWrites: status}})
		a.SetOAuthReg(OAuthReg{ServiceType: "Google"})
		a.do("POST", "/v1/am/oauth_regs", oauthIn).refused(status, code(status), "portal")
		a.do("DELETE", "/v1/am/oauth_regs?serviceType=Google&daemon=false", nil).refused(status, code(status), "portal")
		a.ok("GET", "/v1/am/oauth_regs", nil)
		if len(a.OAuthRegs()) != 1 {
			t.Errorf("registrations: %v", a.OAuthRegs())
		}
	}
}
