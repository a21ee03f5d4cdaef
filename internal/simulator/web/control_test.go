package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// A contract holds what is said to the controls and by them against the
// description.
type contract struct {
	site
	router routers.Router
	called map[string]bool
}

func newContract(t *testing.T, a site) contract {
	t.Helper()
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, at *url.URL) ([]byte, error) {
		if filepath.Base(at.Path) != "state.schema.json" {
			return nil, fmt.Errorf("nothing at %s", at)
		}
		return bytes.ReplaceAll(stateSchema, []byte(`"$schema": "http://json-schema.org/draft-07/schema#",`), nil), nil
	}
	description, err := loader.LoadFromDataWithPath(openAPI, &url.URL{Path: "openapi.yaml"})
	if err == nil {
		err = description.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(description)
	if err != nil {
		t.Fatal(err)
	}
	return contract{a, router, map[string]bool{}}
}

func (c contract) call(method, path string, body any) result {
	c.t.Helper()
	r := c.request(method, "/_simulator"+path, body)
	r.Header.Del("Authorization")
	sent, _ := r.GetBody()
	route, parameters, err := c.router.FindRoute(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	res := c.send(r)
	c.called[method+" "+route.Path] = true
	r.Body, _ = sent, error(nil)
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: &openapi3filter.Options{
		IncludeResponseStatus: true, SkipSettingDefaults: true,
	}}
	if err := openapi3filter.ValidateRequest(c.t.Context(), input); err != nil && res.status < 300 {
		c.t.Errorf("%s %s: the request is not described: %v", method, path, err)
	}
	if err := openapi3filter.ValidateResponse(c.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Options: input.Options, Status: res.status, Header: res.header, Body: io.NopCloser(strings.NewReader(res.raw)),
	}); err != nil {
		c.t.Errorf("%s %s: the answer is not described: %v\n%s", method, path, err, res.raw)
	}
	return res
}

func (c contract) must(method, path string, body any) result {
	c.t.Helper()
	res := c.call(method, path, body)
	if res.status != http.StatusOK {
		c.t.Fatalf("%s %s: got %d %s", method, path, res.status, res.raw)
	}
	return res
}

func TestControls(t *testing.T) {
	t.Parallel()
	a := start(t, simulator.Options{RequestsPerSecond: 250, Quirks: simulator.Quirks{MaxPage: 100}})
	c := newContract(t, a)
	c.must("GET", "/health", nil)

	// A seed, and its export.
	if got := c.must("POST", "/reset", object{"seed": "demo"}); got.id("serviceAccounts") != 3 || got.id("mailboxes") != 40 {
		t.Errorf("the demo has %s", got.raw)
	}
	exported := c.must("GET", "/state?secrets=true", nil)
	before := a.State()
	c.must("PUT", "/state", exported.raw)
	if !reflect.DeepEqual(before, a.State()) {
		t.Error("a state that was exported is another one when it is loaded")
	}
	if hidden := c.must("GET", "/state", nil); strings.Contains(hidden.raw, "PRIVATE KEY") || !strings.Contains(exported.raw, "PRIVATE KEY") {
		t.Error("secrets are exported where they should not be, or the other way round")
	}
	c.call("GET", "/state?secrets=maybe", nil).fails(400, "secrets must be true or false")

	// Accounts.
	added := c.must("POST", "/accounts", object{"parentId": 1001, "email": "New@acme.example", "password": "canary"})
	if added.body["serviceType"] != "Office365" || added.body["type"] != "managed" || strings.Contains(added.raw, "canary") {
		t.Errorf("added %s", added.raw)
	}
	id := added.id("id")
	byAddress := "/accounts/new@ACME.example"
	renamed := c.must("PATCH", byAddress, object{"name": "Renamed", "authScopes": []string{"Mail.Read"}})
	if got, _ := a.Account(id); got.Name != "Renamed" || !slices.Equal(got.AuthScopes, []string{"Mail.Read"}) || renamed.body["name"] != "Renamed" {
		t.Errorf("renamed to %+v", got)
	}
	for status, want := range map[string]string{"dead": "The token was revoked", "invalid": "answers 401", "active": ""} {
		c.must("PATCH", byAddress, object{"tokenStatus": status})
		if got, _ := a.Account(id); got.TokenStatus != status || !strings.Contains(got.TokenError, want) || want == "" && got.TokenError != "" {
			t.Errorf("%s: got %+v", status, got)
		}
	}
	c.must("PATCH", byAddress, object{"tokenStatus": "dead", "tokenError": "by hand"})
	if got := c.must("GET", byAddress, nil); got.body["tokenError"] != "by hand" {
		t.Errorf("got %s", got.raw)
	}
	c.must("DELETE", fmt.Sprintf("/accounts/%d", id), nil)
	c.call("GET", byAddress, nil).fails(404, `there is no account "new@ACME.example"`)
	c.must("POST", "/accounts", object{"serviceType": "IMAP", "email": "office@acme.example"})
	c.call("GET", "/accounts/office@acme.example", nil).fails(400, "2 accounts have the address")
	if got := c.must("DELETE", "/accounts/1001", nil); got.id("mailboxes") != 40+1-18 {
		t.Errorf("left are %s", got.raw)
	}
	for body, want := range map[string]string{
		`{"id":1020,"serviceType":"IMAP","email":"a@b"}`:                      "account 1020 is there already",
		`{"parentId":1,"email":"a@b"}`:                                        "parentId 1 is no service account",
		`{"serviceType":"IMAP"}`:                                              "email or loginString is missing",
		`{"serviceType":"IMAP","email":"a@b","emial":"x"}`:                    `unknown field "emial"`,
		`{"type":"daemon","serviceType":"IMAP","email":"a@b"}`:                "serviceType must be one of Google",
		`{"type":"daemon","serviceType":"EWS","email":"a@b","parentId":1020}`: "parentId is for managed accounts",
		`{"serviceType":"EWS","email":"a@b","parentId":1020}`:                 "must be that of the service account, Google",
		`{"type":"robot","serviceType":"EWS","email":"a@b"}`:                  "type must be daemon, managed or personal",
		`{"serviceType":"IMAP","email":"a@b","tokenStatus":"fine"}`:           "tokenStatus must be one of active, invalid, dead",
		`{"serviceType":"IMAP","email":"a@b","authScopes":["Mail.Raed"]}`:     `no scope "Mail.Raed"`,
		`[]`: "not the JSON object that is wanted",
	} {
		c.call("POST", "/accounts", body).fails(400, want)
	}
	c.call("PATCH", "/accounts/1020", object{"serviceType": "EWS"}).fails(400, "never change")
	c.call("PATCH", "/accounts/1020", object{"tokenStatus": "fine"}).fails(400, "tokenStatus")
	c.call("PATCH", "/accounts/1020", `{`).fails(400, "JSON object")
	c.call("PATCH", "/accounts/7", object{}).fails(404, "no account")
	c.call("DELETE", "/accounts/7", nil).fails(404, "no account")

	// Subscriptions.
	hook := a.request("POST", "/v1/subscriptions", object{"resource": "/contacts", "notificationUrl": "https://app.acme.example/hook"})
	hook.Header.Set("X-Aurinko-Account-Id", "1021")
	subscription := fmt.Sprintf("/subscriptions/%d", a.send(hook).id("id"))
	if got := c.must("PATCH", subscription, object{"active": false}); got.body["active"] != false || got.body["failSince"] == nil || got.body["failDescription"] == nil {
		t.Errorf("got %s", got.raw)
	}
	if got := c.must("PATCH", subscription, object{"disabledByBilling": true, "failDescription": "unpaid"}); got.body["active"] != false || got.body["disabledByBilling"] != true || got.body["failDescription"] != "unpaid" {
		t.Errorf("got %s", got.raw)
	}
	if got := c.must("PATCH", subscription, object{"active": true, "disabledByBilling": false}); got.body["active"] != true || got.body["failSince"] != nil || got.body["disabledByBilling"] != nil {
		t.Errorf("got %s", got.raw)
	}
	c.must("PUT", "/state", c.must("GET", "/state", nil).raw)
	if len(a.Subscriptions()) != 1 {
		t.Errorf("left are %v", a.Subscriptions())
	}
	c.call("PATCH", subscription, object{"resource": "/x"}).fails(400, "unknown field")
	c.call("PATCH", "/subscriptions/5", object{}).fails(404, `no subscription "5"`)

	// OAuth settings, also where the API does not write them.
	c.must("PATCH", "/switches", object{"quirks": object{"refuseOAuthWrites": 405}})
	settings := object{"serviceType": "Zoho", "clientId": "z", "clientSecret": "canary", "scopes": []string{"Mail.Read"}}
	a.do("POST", "/v1/am/oauth_regs", settings).fails(405, "in the portal")
	if got := c.must("PUT", "/oauth_regs", settings); strings.Contains(got.raw, "canary") {
		t.Errorf("got %s", got.raw)
	}
	if got := a.ok("GET", "/v1/am/oauth_regs", nil); !strings.Contains(got.raw, "canary") {
		t.Errorf("the API answers %s", got.raw)
	}
	c.must("DELETE", "/oauth_regs?serviceType=Zoho", nil)
	c.call("DELETE", "/oauth_regs?serviceType=Zoho", nil).fails(404, `settings of "Zoho"`)
	c.call("DELETE", "/oauth_regs?serviceType=Zoho&daemon=1", nil).fails(400, "daemon must be")
	c.call("PUT", "/oauth_regs", object{"serviceType": "Zoho"}).fails(400, "clientId is missing")
	c.call("PUT", "/oauth_regs", `{"serviceType":"Zoho","secret":"x"}`).fails(400, "unknown field")

	// Switches and faults.
	switched := c.must("PATCH", "/switches", object{"requestsPerSecond": 9, "latencyMilliseconds": 1, "quirks": object{"secrets": "masked", "nulls": true, "clockBehindMilliseconds": 1500}})
	quirks := switched.body["quirks"].(object)
	if a.Rate() != 9 || fmt.Sprint(quirks["maxPage"]) != "100" || fmt.Sprint(quirks["refuseOAuthWrites"]) != "405" || a.Quirks().Secrets != simulator.SecretsMasked ||
		!a.Quirks().Nulls || a.Quirks().ClockBehind.Seconds() != 1.5 || len(a.Faults()) != 1 {
		t.Errorf("got %s, %+v, %v", switched.raw, a.Quirks(), a.Faults())
	}
	c.must("POST", "/faults", object{"status": 429, "times": 2, "header": object{"Retry-After": []string{"1"}}})
	c.must("POST", "/faults", object{"html": true, "method": "DELETE", "route": "/v1/am/accounts/{id}", "skip": 1, "latencyMilliseconds": 5})
	if got := a.do("GET", "/v1/am/application", nil); got.status != 429 || got.header.Get("Retry-After") != "1" {
		t.Errorf("got %d %v", got.status, got.header)
	}
	if got := c.must("GET", "/switches", nil); got.id("latencyMilliseconds") != 1 || !strings.Contains(got.raw, `"times": 1`) || len(got.body["faults"].([]any)) != 2 {
		t.Errorf("got %s", got.raw)
	}
	if got := c.must("DELETE", "/faults", nil); got.id("latencyMilliseconds") != 1 || len(got.body["faults"].([]any)) != 0 {
		t.Errorf("got %s", got.raw)
	}
	if c.must("PATCH", "/switches", object{"latencyMilliseconds": 0}); len(a.Faults()) != 0 || a.Rate() != 9 {
		t.Errorf("left are %v", a.Faults())
	}
	for body, want := range map[string]string{
		`{"faults":[]}`:                        "POST /_simulator/faults",
		`{"requestsPerSecond":-1}`:             "too small",
		`{"quirks":{"refuseOAuthWrites":200}}`: "status from 400 to 599",
		`{"quirks":{"secrets":"hidden"}}`:      "secrets must be one of clear, masked, empty, absent",
		`{"quirks":{"clockBehind":1}}`:         "unknown field",
		`{"latency":1}`:                        "unknown field",
	} {
		c.call("PATCH", "/switches", body).fails(400, want)
	}
	for body, want := range map[string]string{
		`{}`:                        "does nothing",
		`{"times":1}`:               "does nothing",
		`{"status":99}`:             "too small or too large",
		`{"status":500,"times":-1}`: "too small or too large",
		`{"code":500}`:              "unknown field",
	} {
		c.call("POST", "/faults", body).fails(400, want)
	}

	// Requests.
	a.do("GET", "/v1/am/accounts/1020", nil)
	if got := c.must("GET", "/requests?accountId=1020", nil); strings.Count(got.raw, `"number"`) != 1 || !strings.Contains(got.raw, `"GET /v1/am/accounts/{id}"`) {
		t.Errorf("got %s", got.raw)
	}
	if got := c.must("GET", "/requests?limit=1", nil); strings.Count(got.raw, `"number"`) != 1 {
		t.Errorf("got %s", got.raw)
	}
	c.call("GET", "/requests?limit=0", nil).fails(400, "limit must be a number from 1 on")
	c.must("DELETE", "/requests", nil)
	if got := c.must("GET", "/requests", nil); len(got.body["requests"].([]any)) != 0 {
		t.Errorf("got %s", got.raw)
	}

	// Reset.
	c.must("POST", "/faults", object{"dropBefore": true})
	a.SetOAuthReg(simulator.OAuthReg{ServiceType: "Google"})
	if c.must("POST", "/reset", nil); !a.Empty() || len(a.Faults()) != 0 || a.Rate() != 250 || a.Quirks() != (simulator.Quirks{MaxPage: 100}) || len(a.Journal()) != 0 {
		t.Error("something is left after a reset")
	}
	c.call("POST", "/reset", object{"seed": "/etc/passwd"}).fails(400, "no such seed")
	c.call("POST", "/reset", object{"seed": "large=x"}).fails(400, "must be a number of mailboxes")
	c.call("PUT", "/state", "accounts: [{email: a@b}]").fails(400, "accounts[0]: serviceType must be one of")

	c.call("GET", "/openapi.yaml", nil)
	c.call("GET", "/state.schema.json", nil)
	c.called["GET /events"] = true // see TestEvents
	for path, item := range description(t).Paths.Map() {
		for method := range item.Operations() {
			if !c.called[method+" "+path] {
				t.Errorf("%s %s was not called", method, path)
			}
		}
	}
}

func description(t *testing.T) *openapi3.T {
	t.Helper()
	var d openapi3.T
	if err := yaml.Unmarshal(openAPI, &d); err != nil {
		t.Fatal(err)
	}
	return &d
}

// What the description has of a struct is all that the struct has.
func TestDescriptionIsWhole(t *testing.T) {
	t.Parallel()
	var document struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]any }
		}
	}
	if err := yaml.Unmarshal(openAPI, &document); err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct {
			Items struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(stateSchema, &schema); err != nil {
		t.Fatal(err)
	}
	top := map[string]any{}
	for name := range schema.Properties {
		top[name] = true
	}
	for _, test := range []struct {
		value     any
		described map[string]any
	}{
		{quirks{}, document.Components.Schemas["Quirks"].Properties},
		{fault{}, document.Components.Schemas["Fault"].Properties},
		{simulator.Request{}, document.Components.Schemas["Request"].Properties},
		{simulator.State{}, top},
		{simulator.Account{}, schema.Properties["accounts"].Items.Properties},
		{simulator.OAuthReg{}, schema.Properties["oauthRegs"].Items.Properties},
		{simulator.Subscription{}, schema.Properties["subscriptions"].Items.Properties},
		{simulator.BookingProfile{}, schema.Properties["bookingProfiles"].Items.Properties},
	} {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(test.value)) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "" || name == "-" {
				continue
			}
			if _, ok := test.described[name]; !ok {
				t.Errorf("%T: %s is not described", test.value, name)
			}
			delete(test.described, name)
		}
		if len(test.described) > 0 {
			t.Errorf("%T has no %v", test.value, test.described)
		}
	}
	page := start(t, simulator.Options{}).page("/").raw
	for _, field := range reflect.VisibleFields(reflect.TypeFor[simulator.Quirks]()) {
		if name := field.Tag.Get("json"); field.Type.Kind() == reflect.Bool && !strings.Contains(page, `type="checkbox" name="quirks.`+name+`"`) {
			t.Errorf("the page has no switch for %s", name)
		}
	}
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	compiler := jsonschema.NewCompiler()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(stateSchema))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("state.schema.json", parsed); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("state.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(name string, text []byte) {
		t.Helper()
		converted, err := yaml.YAMLToJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(converted))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	check("demo.yaml", demo)
	for _, name := range []string{"demo", "large=1001", "empty"} {
		state, err := Seed(name)
		if err != nil {
			t.Fatal(err)
		}
		a := start(t, simulator.Options{})
		a.SetState(state)
		exported := a.ok("GET", "/_simulator/state", nil)
		check(name, []byte(exported.raw))
		again, err := ParseState([]byte(exported.raw))
		if err != nil || len(again.Accounts) != len(state.Accounts) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if large, _ := Seed("large=1001"); len(large.Accounts) != 1001+3 {
		t.Errorf("large has %d accounts", len(large.Accounts))
	}

	for text, want := range map[string]string{
		"accounts: [{id: 5, type: daemon, serviceType: EWS, loginString: svc}, {parentId: 5, email: a@b}]": "",
		`{"accounts": [{"serviceType": "IMAP", "email": "a@b"}]}`:                                          "",
		"":                        "",
		"accounts:\n- emial: x\n": `unknown field "emial"`,
		"accounts: [{id: 5, serviceType: IMAP, email: a}, {id: 5}]": "accounts[1]: ID 5 is there twice",
		"accounts: [~]": "accounts[0] is empty",
		"subscriptions: [{accountId: 5, resource: /x, notificationUrl: 'https://a/'}]": "subscriptions[0] needs",
		"bookingProfiles: [{accountId: 5}]":                                            "bookingProfiles[0]: there is no account 5",
		"oauthRegs: [{serviceType: IMAP}]":                                             "oauthRegs[0]: serviceType must be one of",
		"version: 2":                                                                   "version is 2",
		"version: 1\nversion: 1":                                                       "already set",
		"- a":                                                                          "cannot unmarshal array",
		"accounts: [{parentId: 7, email: a@b, serviceType: EWS}]": "parentId 7 is no service account",
	} {
		_, err := ParseState([]byte(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	if _, err := Seed("seed.yaml"); !errors.Is(err, ErrNoSeed) {
		t.Errorf("a file: %v", err)
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]string{
		"sh":         "export AURINKO_BASE_URL=http://127.0.0.1:1\nexport AURINKO_CLIENT_ID=id\nexport AURINKO_CLIENT_SECRET='it'\\''s \\ $x'\n",
		"fish":       "set -gx AURINKO_BASE_URL http://127.0.0.1:1\nset -gx AURINKO_CLIENT_ID id\nset -gx AURINKO_CLIENT_SECRET 'it\\'s \\\\ $x'\n",
		"powershell": "$env:AURINKO_BASE_URL = 'http://127.0.0.1:1'\n$env:AURINKO_CLIENT_ID = 'id'\n$env:AURINKO_CLIENT_SECRET = 'it''s \\ $x'\n",
		"github":     "AURINKO_BASE_URL=http://127.0.0.1:1\nAURINKO_CLIENT_ID=id\nAURINKO_CLIENT_SECRET=it's \\ $x\n",
	} {
		if got, err := Environment(format, "http://127.0.0.1:1", "id", `it's \ $x`); err != nil || got != want {
			t.Errorf("%s: got %s, %v", format, got, err)
		}
	}
	if _, err := Environment("cmd", "", "", ""); err == nil || !strings.Contains(err.Error(), "fish, github, powershell, sh") {
		t.Errorf("got %v", err)
	}
	if _, err := Environment("github", "", "a\nb", ""); err == nil {
		t.Error("two variables in one")
	}
}
