package acctest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/aurinko"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Each operation, parameter and field says how surely it is known.
func TestContractNamesItsEvidence(t *testing.T) {
	t.Parallel()

	contract, err := loadContract()
	if err != nil {
		t.Fatal(err)
	}
	check := func(what string, extensions map[string]any) {
		if evidence, _ := extensions["x-evidence"].(string); !slices.Contains([]string{"D", "S", "I"}, evidence) {
			t.Errorf("%s: x-evidence is %q, want D, S or I", what, evidence)
		}
	}
	for path, item := range contract.Paths.Map() {
		for method, operation := range item.Operations() {
			check(method+" "+path, operation.Extensions)
			for _, parameter := range slices.Concat(item.Parameters, operation.Parameters) {
				check(method+" "+path+" "+parameter.Value.Name, parameter.Value.Extensions)
			}
		}
	}
	for name, schema := range contract.Components.Schemas {
		for field, property := range schema.Value.Properties {
			check(name+"."+field, property.Value.Extensions)
		}
	}
}

// Whatever quirks the server has, it and the client keep to the contract.
func TestClientAndSimulatorKeepToTheContract(t *testing.T) {
	t.Parallel()

	tests := map[string]simulator.Quirks{
		"default":                       {},
		"small pages":                   {MaxPage: 1},
		"lower-case emails":             {LowerCaseEmails: true},
		"scopes in another order":       {ReorderScopes: true},
		"scopes by the guides' names":   {GuideScopeNames: true},
		"nulls":                         {Nulls: true},
		"unknown fields":                {UnknownFields: true},
		"201":                           {Created201: true},
		"managed accounts not listed":   {HideManaged: true},
		"service accounts listed":       {ListServiceAccounts: true},
		"service accounts not read 404": {RefuseServiceAccountGet: http.StatusNotFound},
		"service accounts not read 403": {RefuseServiceAccountGet: http.StatusForbidden},
		"service accounts not read 405": {RefuseServiceAccountGet: http.StatusMethodNotAllowed},
		"masked secrets":                {Secrets: simulator.SecretsMasked},
		"empty secrets":                 {Secrets: simulator.SecretsEmpty},
		"absent secrets":                {Secrets: simulator.SecretsAbsent},
		"parents not deleted":           {RefuseParentDelete: true},
		"no total":                      {NoTotal: true},
		"total of what remains":         {RemainingTotal: true},
		"keys to the letter":            {CaseSensitive: true},
		"no times":                      {NoTimes: true},
		"clock behind":                  {ClockBehind: time.Second},
		"OK":                            {ConnectStatus: "OK"},
		"no daemon check":               {NoDaemonCheck: true},
		"challenged":                    {ChallengeLoopback: true},
		"nulls ignored":                 {IgnoreNulls: true},
		"members together":              {MembersTogether: true},
		"booking defaults":              {FillBooking: true},
	}
	covered := map[string]bool{"RefuseOAuthWrites": true, "ChallengeFails": true} // which have tests of their own
	for name, quirks := range tests {
		for i, value := range reflect.ValueOf(quirks).Fields() {
			covered[i.Name] = covered[i.Name] || !value.IsZero()
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := NewServer(t, simulator.Options{Quirks: quirks, FirstID: 1<<53 + 1})
			callEverything(t, server)
			callAccountLevel(t, server)
			checkCoverage(t, server)
			if !server.Simulator.Empty() {
				t.Error("something was left behind")
			}
		})
	}
	for name, is := range covered {
		if !is {
			t.Errorf("no test for the quirk %s", name)
		}
	}
}

// A server that accepts OAuth settings in its portal only.
func TestRefusedOAuthWritesKeepToTheContract(t *testing.T) {
	t.Parallel()

	for _, status := range []int{http.StatusNotFound, http.StatusMethodNotAllowed} {
		server := NewServer(t, simulator.Options{Quirks: simulator.Quirks{RefuseOAuthWrites: status}})
		client := newClient(t, server)
		registration := aurinko.OAuthRegistration{ServiceType: aurinko.ServiceOffice365, ClientID: "client-id", ClientSecret: "client-secret"}
		if err := client.SaveOAuthRegistration(t.Context(), registration); !aurinko.IsUnsupportedWrite(err) {
			t.Errorf("save: %v, want an unsupported write", err)
		}
		server.Simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", ClientID: "client-id"})
		if err := client.DeleteOAuthRegistration(t.Context(), aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365}); !aurinko.IsUnsupportedWrite(err) {
			t.Errorf("delete: %v, want an unsupported write", err)
		}
	}
}

func newClient(t *testing.T, server *Server) *aurinko.Client {
	t.Helper()
	client, err := aurinko.New(aurinko.Config{
		BaseURL: server.URL, ClientID: server.clientID, ClientSecret: server.clientSecret, UserAgent: "acctest",
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// callEverything makes every call that the client can make, with every field
// that it can send.
func callEverything(t *testing.T, server *Server) {
	t.Helper()
	ctx, client := t.Context(), newClient(t, server)
	must := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	consentToEverything(t, server, client)

	callback, scopes := "https://auth.acme.example/callback", slices.Clone(aurinko.Scopes)
	signIn := aurinko.OAuthRegistration{
		ServiceType: aurinko.ServiceOffice365, ClientID: "client-id", ClientSecret: "client-secret",
		Scopes: scopes, IntermediateCallbackURL: &callback,
	}
	must("create OAuth settings", client.SaveOAuthRegistration(ctx, signIn))
	*signIn.IntermediateCallbackURL = ""
	must("save OAuth settings", client.SaveOAuthRegistration(ctx, signIn))
	topic := "projects/acme-mail/topics/gmail"
	gmail := aurinko.OAuthRegistration{ServiceType: aurinko.ServiceGoogle, ClientID: "client-id", ClientSecret: "client-secret", TopicName: &topic}
	must("create Google's OAuth settings", client.SaveOAuthRegistration(ctx, gmail))
	topic = ""
	must("save Google's OAuth settings", client.SaveOAuthRegistration(ctx, gmail))
	zoho := aurinko.OAuthRegistration{ServiceType: aurinko.ServiceZoho, ClientID: "client-id", ClientSecret: "client-secret"}
	must("create Zoho's OAuth settings", client.SaveOAuthRegistration(ctx, zoho))
	daemon := aurinko.OAuthRegistration{ServiceType: aurinko.ServiceOffice365, Daemon: true, ClientID: "daemon-id"}
	daemon.SetDaemonSecrets(PrivateKey(t, Key()), Certificate(t, Key(), "acme", NextYear()))
	must("save the daemon registration", client.SaveOAuthRegistration(ctx, daemon))
	_, err := client.OAuthRegistration(ctx, aurinko.RegistrationKey{ServiceType: aurinko.ServiceOffice365, Daemon: true})
	must("read the daemon registration", err)
	for _, err := range client.ListOAuthRegistrations(ctx) {
		must("list the registrations", err)
	}

	on := true
	services := map[aurinko.AccountID]aurinko.AccountInput{}
	saveService := func(in aurinko.AccountInput) aurinko.AccountID {
		t.Helper()
		keys := slices.DeleteFunc(aurinko.IdentifyingKeys(aurinko.TypeService, in.ServiceType), func(key aurinko.RecycleKey) bool {
			return *key.Input(&in) == ""
		})
		saved, err := client.SaveServiceAccount(ctx, in, keys)
		must("save a service account", err)
		services[saved.AccountID] = in
		return saved.AccountID
	}
	google := aurinko.AccountInput{
		ServiceType: aurinko.ServiceGoogle, AuthScopes: scopes, AuthOrgID: "Acme.example", AuthUserID: "1001",
		ClientOrgID: "acme", Email: "Aurinko@acme.example", LoginString: "key-1", Name: "acme.example",
		ServerInfo: "acme-mail", AuthString1: "private key", AuthString2: GoogleKey(t, "1001", "key-1", Key()),
	}
	exchange := aurinko.AccountInput{
		ServiceType: aurinko.ServiceExchange, AuthScopes: scopes, AuthOrgID: "acme.example", LoginString: `ACME\aurinko`,
		ServerURL: "https://mail.acme.example/EWS/Exchange.asmx", AuthString1: `ACME\aurinko`, AuthString2: "password",
	}
	office365 := aurinko.AccountInput{
		ServiceType: aurinko.ServiceOffice365, AuthScopes: scopes, AuthOrgID: "tenant-id", OAuthClientID: "daemon-id",
		LoginString: aurinko.Office365Login("tenant-id"),
	}
	must("check the connection", client.CheckConnection(ctx, google))
	parent := saveService(google)
	saveService(exchange)
	saveService(office365)
	if again := saveService(google); again != parent || len(services) != 3 {
		t.Errorf("saving service account %s again gave %s", parent, again)
	}

	saveManaged := func(in aurinko.AccountInput, key aurinko.RecycleKey, options aurinko.SaveOptions) aurinko.AccountID {
		t.Helper()
		saved, err := client.SaveManagedAccount(ctx, parent, in, []aurinko.RecycleKey{key}, options)
		must("save a managed account", err)
		if saved.AccessToken == "" {
			t.Errorf("saving managed account %s gave no access token", saved.AccountID)
		}
		return saved.AccountID
	}
	mailbox := aurinko.AccountInput{
		ServiceType: aurinko.ServiceGoogle, AuthScopes: scopes, ClientOrgID: "acme", Email: "Sales@acme.example",
		Name: "Sales", Timezone: "Europe/Berlin", CopyToSent: &on, TrustServer: &on,
		ServiceProvider: "google", Email2: "sales-2@acme.example", AuthObtainedAt: "2025-08-01T12:00:00Z", AuthExpiresAt: "2035-08-01T12:00:00Z",
	}
	byLogin := aurinko.AccountInput{ServiceType: aurinko.ServiceGoogle, AuthScopes: scopes, LoginString: "support"}
	owned := aurinko.SaveOptions{EnsureAccess: true, UserID: "user-1", UserAccount: "primary"}
	managed := []aurinko.AccountID{saveManaged(mailbox, aurinko.KeyEmail, owned), saveManaged(byLogin, aurinko.KeyUsername, aurinko.SaveOptions{})}

	account, err := client.GetAccount(ctx, managed[0])
	must("read a managed account", err)
	unchanged := account.Unchanged()
	unchanged.Email = mailbox.Email // a server may answer it in lower case and compare to the letter
	if again := saveManaged(unchanged, aurinko.KeyEmail, aurinko.SaveOptions{}); again != managed[0] {
		t.Errorf("saving managed account %s again gave %s", managed[0], again)
	}
	if _, err := client.GetAccount(ctx, parent); err != nil && !aurinko.IsUnservedGet(err) {
		t.Errorf("read a service account: %v", err)
	}

	filter := aurinko.AccountFilter{ClientOrgID: "acme", AuthOrgID: "acme.example", ServiceType: aurinko.ServiceGoogle, Email: "a@acme.example"}
	for _, filter := range []aurinko.AccountFilter{{}, filter} {
		for _, err := range client.ListAccounts(ctx, filter) {
			must("list accounts", err)
		}
		for _, err := range client.ListServiceAccounts(ctx, filter) {
			must("list service accounts", err)
		}
	}
	for _, id := range []aurinko.AccountID{parent, managed[0]} {
		_, err = client.PingAccount(ctx, aurinko.Account{ID: id})
		must("ping", err)
	}
	must("revoke a token", client.RevokeToken(ctx, managed[1]))
	_, err = client.Application(ctx)
	must("read the application", err)

	refusedEverything(t, client, managed[0], mailbox)

	for _, id := range slices.Concat(managed, slices.Collect(maps.Keys(services))) {
		must("delete an account", client.DeleteAccount(ctx, id))
		if err := client.DeleteAccount(ctx, id); !aurinko.IsGone(err) {
			t.Errorf("delete account %s again: %v, want that it is gone", id, err)
		}
	}
	for _, key := range []aurinko.RegistrationKey{
		{ServiceType: aurinko.ServiceOffice365}, {ServiceType: aurinko.ServiceOffice365, Daemon: true},
		{ServiceType: aurinko.ServiceGoogle}, {ServiceType: aurinko.ServiceZoho},
	} {
		must("delete a registration", client.DeleteOAuthRegistration(ctx, key))
		if err := client.DeleteOAuthRegistration(ctx, key); aurinko.StatusOf(err) != http.StatusNotFound {
			t.Errorf("delete registration %s again: %v, want 404", key, err)
		}
	}
}

// consentToEverything exchanges codes, one of them twice.
func consentToEverything(t *testing.T, server *Server, client *aurinko.Client) {
	t.Helper()
	for _, isDaemon := range []bool{false, true} {
		code := server.Simulator.IssueCode(simulator.Grant{ServiceType: "Google", Scopes: aurinko.Scopes, AuthOrgID: "acme.example", Email: "a@acme.example", Daemon: isDaemon})
		saved, err := client.ExchangeCode(t.Context(), code)
		if err != nil {
			t.Fatalf("exchange a code: %v", err)
		}
		if _, err := client.ExchangeCode(t.Context(), code); !aurinko.IsCodeRefusal(err) {
			t.Errorf("exchange a code again: %v, want a refusal of the code", err)
		}
		if err := client.DeleteAccount(t.Context(), saved.AccountID); err != nil {
			t.Errorf("delete the account of a consent: %v", err)
		}
	}
}

// refusedEverything makes calls that are refused: refusals keep to the contract
// as well.
func refusedEverything(t *testing.T, client *aurinko.Client, managed aurinko.AccountID, mailbox aurinko.AccountInput) {
	t.Helper()
	for _, parent := range []aurinko.AccountID{managed, 1} {
		_, err := client.SaveManagedAccount(t.Context(), parent, mailbox, []aurinko.RecycleKey{aurinko.KeyEmail}, aurinko.SaveOptions{})
		if !aurinko.IsRefused(err) {
			t.Errorf("a mailbox under account %s: %v, want a refusal", parent, err)
		}
	}
	if _, err := client.GetAccount(t.Context(), 1); !aurinko.IsGone(err) {
		t.Errorf("read an account that is not there: %v, want that it is gone", err)
	}
}

// checkCoverage fails when an operation of the contract was not called, or a
// field of an account was not sent.
func checkCoverage(t *testing.T, server *Server) {
	t.Helper()
	placeholder := regexp.MustCompile(`\{[^}]*\}`)
	called, sent := map[string]bool{}, map[string]bool{}
	for _, request := range server.Simulator.Journal() {
		called[placeholder.ReplaceAllString(request.Route, "{}")] = true
		for field := range request.Body {
			sent[field] = true
		}
	}
	contract, err := loadContract()
	if err != nil {
		t.Fatal(err)
	}
	for path, item := range contract.Paths.Map() {
		for method := range item.Operations() {
			if operation := method + " /v1" + placeholder.ReplaceAllString(path, "{}"); !called[operation] {
				t.Errorf("%s was not called", operation)
			}
		}
	}
	for field := range reflect.TypeFor[aurinko.AccountInput]().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); !sent[name] {
			t.Errorf("%s was not sent", name)
		}
	}
}

// The validator is known to look: it finds each wrong request.
func TestValidatorFindsWrongRequests(t *testing.T) {
	t.Parallel()

	const account = `{"active":true,"serviceType":"Google","email":"a@acme.example"}`
	tests := map[string]struct {
		method, path, body string
		header             http.Header
		want               string // "" for a request that is right
	}{
		"right":                 {method: "POST", path: "/v1/am/svc_accounts?recycleKeys=userId,orgId", body: account},
		"right, escaped":        {method: "POST", path: "/v1/am/svc_accounts?recycleKeys=userId%2CorgId", body: account},
		"no such path":          {method: "GET", path: "/v1/am/secrets", want: "no matching operation"},
		"no such method":        {method: "PUT", path: "/v1/am/accounts", want: "method not allowed"},
		"undocumented query":    {method: "GET", path: "/v1/am/accounts?email=a", want: `undocumented query parameter "email"`},
		"wrong query type":      {method: "GET", path: "/v1/am/accounts?limit=all", want: "limit"},
		"out of range":          {method: "GET", path: "/v1/am/accounts?limit=0", want: "limit"},
		"unknown recycle key":   {method: "POST", path: "/v1/am/svc_accounts?recycleKeys=name", body: account, want: "recycleKeys"},
		"missing query":         {method: "DELETE", path: "/v1/am/oauth_regs?serviceType=Google", want: "daemon"},
		"id no number":          {method: "GET", path: "/v1/am/accounts/abc", want: `"id"`},
		"no credentials":        {method: "GET", path: "/v1/am/accounts", header: http.Header{}, want: "no Basic authentication"},
		"no body":               {method: "POST", path: "/v1/am/svc_accounts", want: "request body"},
		"needless body":         {method: "DELETE", path: "/v1/am/accounts/1", body: account, want: "body not allowed"},
		"undocumented field":    {method: "POST", path: "/v1/am/svc_accounts", body: `{"id":1,` + account[1:], want: `"id" is unsupported`},
		"null field":            {method: "POST", path: "/v1/am/svc_accounts", body: `{"name":null,` + account[1:], want: "name"},
		"missing field":         {method: "POST", path: "/v1/am/svc_accounts", body: `{"serviceType":"Google","email":"a"}`, want: "active"},
		"neither email nor...":  {method: "POST", path: "/v1/am/svc_accounts", body: `{"active":true,"serviceType":"Google"}`, want: "email"},
		"unknown service type":  {method: "POST", path: "/v1/am/svc_accounts", body: `{"active":true,"serviceType":"IMAP","email":"a"}`, want: "serviceType"},
		"unknown scope":         {method: "POST", path: "/v1/am/svc_accounts", body: `{"authScopes":["Mail.ReadOnly"],` + account[1:], want: "authScopes"},
		"wrong kind of content": {method: "POST", path: "/v1/am/svc_accounts", body: account, header: http.Header{"Content-Type": {"text/plain"}}, want: "Content-Type"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			saved := func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `{"code":"badRequest","message":"no"}`)
			}
			request := httptest.NewRequest(test.method, test.path, strings.NewReader(test.body))
			request.SetBasicAuth("id", "secret")
			if test.body != "" {
				request.Header.Set("Content-Type", "application/json")
			}
			if test.header != nil {
				request.Header = test.header
			}
			checkViolations(t, violations(t, saved, request, false), test.want)
		})
	}
}

// The validator finds each wrong answer, but for injected faults.
func TestValidatorFindsWrongAnswers(t *testing.T) {
	t.Parallel()

	const read, list, save = "GET /v1/am/accounts/1", "GET /v1/am/svc_accounts", "DELETE /v1/am/accounts/1"
	tests := map[string]struct {
		request string
		status  int
		body    string
		html    bool
		faulty  bool
		want    string // "" for an answer that is right
	}{
		"right":                {request: read, body: `{"id":9007199254740993,"email":null,"new":1}`},
		"right, no body":       {request: save},
		"right, provider's":    {request: read, status: 500, body: `{"error":{"code":"x"}}`},
		"no id":                {request: read, body: `{"email":"a"}`, want: `"id"`},
		"id a text":            {request: read, body: `{"id":"1"}`, want: "id"},
		"id a fraction":        {request: read, body: `{"id":1.5}`, want: "id"},
		"unknown token status": {request: read, body: `{"id":1,"tokenStatus":"fine"}`, want: "tokenStatus"},
		"no time":              {request: read, body: `{"id":1,"createdAt":"yesterday"}`, want: "createdAt"},
		"unknown scope":        {request: read, body: `{"id":1,"authScopes":["Mail.None"]}`, want: "authScopes"},
		"a secret":             {request: read, body: `{"id":1,"authString1":"x"}`, want: "not"},
		"wrong in a list":      {request: list, body: `{"records":[{"id":1},{"id":null}]}`, want: "id"},
		"no records":           {request: list, body: `{"offset":0}`, want: "records"},
		"undocumented status":  {request: read, status: 202, body: `{"id":1}`, want: "code"},
		"error without words":  {request: read, status: 404, body: `{}`, want: "anyOf"},
		"a gateway's page":     {request: read, status: 502, body: "<html>", html: true, want: "Content-Type"},
		"injected":             {request: read, status: 502, body: "<html>", html: true, faulty: true},
		"not JSON":             {request: read, body: "{", want: "decode"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := func(w http.ResponseWriter, _ *http.Request) {
				if test.body != "" {
					w.Header().Set("Content-Type", map[bool]string{false: "application/json", true: "text/html"}[test.html])
				}
				w.WriteHeader(max(test.status, 200))
				fmt.Fprint(w, test.body)
			}
			method, path, _ := strings.Cut(test.request, " ")
			request := httptest.NewRequest(method, path, nil)
			request.SetBasicAuth("id", "secret")
			checkViolations(t, violations(t, handler, request, test.faulty), test.want)
		})
	}
}

func violations(t *testing.T, handler http.HandlerFunc, request *http.Request, faulty bool) []string {
	t.Helper()
	var found []string
	validating, err := newValidator(handler,
		func(violation string) { found = append(found, violation) },
		func(string) bool { return faulty })
	if err != nil {
		t.Fatal(err)
	}
	validating.ServeHTTP(httptest.NewRecorder(), request)
	return found
}

func checkViolations(t *testing.T, got []string, want string) {
	t.Helper()
	switch {
	case want == "" && len(got) > 0:
		t.Errorf("violations of what is right: %q", got)
	case want != "" && (len(got) != 1 || !strings.Contains(got[0], want)):
		t.Errorf("violations %q, want one with %q", got, want)
	}
}

// What is validated still arrives as it was sent, dropped connections too.
func TestValidatorPassesOn(t *testing.T) {
	t.Parallel()

	server := NewServer(t, simulator.Options{})
	server.Simulator.Inject(simulator.Fault{HTML: true, Times: 1})
	server.Simulator.Inject(simulator.Fault{Truncate: true})
	get := func() (*http.Response, string, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/am/accounts", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth(server.clientID, server.clientSecret)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, "", err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		return response, string(body), err
	}
	if response, body, err := get(); err != nil || response.StatusCode != http.StatusBadGateway || !strings.HasPrefix(body, "<html>") {
		t.Errorf("got %v, %q, %v; want the gateway's page", response, body, err)
	}
	if _, body, err := get(); !errors.Is(err, io.ErrUnexpectedEOF) || body == "" {
		t.Errorf("got %q, %v; want half an answer", body, err)
	}
}
