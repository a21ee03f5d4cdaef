package simulator

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// The consent flow, as a browser sees it. Aurinko sends the browser on to the
// mail service, whose administrator or user consents there. Here one page
// stands for both, and whoever sees it is that person.

// consentPath is where the consent page sends its form. It is the simulator's
// own: between the URL and the way back, Aurinko documents nothing.
const consentPath = "/simulator/consent"

// browserPages are the routes that answer a person's browser. They read the
// query or the form themselves, and want no credentials.
var browserPages = map[string]func(*Server, *call) reply{
	"GET /v1/auth/authorizeDaemon": (*Server).authorizeDaemon,
	"GET /v1/auth/authorize":       (*Server).authorizePersonal,
	"POST " + consentPath:          (*Server).decide,
}

func browserRoutes() []route {
	var found []route
	for name := range browserPages {
		method, path, _ := strings.Cut(name, " ")
		found = append(found, route{method: method, path: path})
	}
	return found
}

// pageOfRoute returns what renders the page of a route, if it has one.
func pageOfRoute(r *route) (func(*Server, *call) reply, bool) {
	if r == nil {
		return nil, false
	}
	page, ok := browserPages[r.method+" "+r.path]
	return page, ok
}

// The limits of what an authorization URL and the form behind it may hold.
const (
	maxState    = 2048 // bytes [inferred: the reference names no limit]
	maxIdentity = 254  // bytes of an e-mail or an organisation
)

// A consent that is not given within consentLifetime has to begin again, and so
// has the oldest when more than maxConsents are open.
const (
	consentLifetime = 30 * time.Minute
	maxConsents     = 1000
)

// authorizeParameters are those of both flows.
var authorizeParameters = []string{
	"accountId", "clientId", "clientOrgId", "ensureScopes", "nativeScopes", "responseType", "returnUrl", "scopes", "serviceType", "state",
}

// personalParameters are those that the account flow has besides.
var personalParameters = []string{"authEmail", "ensureAccess", "loginHint", "recycle", "serverUrl"}

// A consent is what somebody is asked to agree to.
type consent struct {
	grant        Grant
	nativeScopes []string
	returnURL    *url.URL
	state        string
	hasState     bool
	token        bool // the browser takes back a token instead of a code

	Email, Organization string // what the form holds
}

// consents are those that wait for somebody's decision. Each has a key that
// only its page knows, and that is good for one decision: no other site can
// make one in the name of the person at the browser.
type consents struct {
	lock    sync.Mutex
	waiting []waitingConsent // oldest first
}

type waitingConsent struct {
	key     string
	expires time.Time
	consent consent
}

// ask lets a consent wait for a decision and returns its key.
func (c *consents) ask(asked consent, now time.Time) string {
	key := rand.Text()
	c.lock.Lock()
	defer c.lock.Unlock()
	c.waiting = append(c.waiting, waitingConsent{key, now.Add(consentLifetime), asked})
	if len(c.waiting) > maxConsents {
		c.waiting = slices.Delete(c.waiting, 0, 1)
	}
	return key
}

// take returns the consent of a key, once.
func (c *consents) take(key string, now time.Time) (consent, bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.waiting = slices.DeleteFunc(c.waiting, func(w waitingConsent) bool { return now.After(w.expires) })
	at := slices.IndexFunc(c.waiting, func(w waitingConsent) bool { return w.key == key })
	if at < 0 {
		return consent{}, false
	}
	found := c.waiting[at].consent
	c.waiting = slices.Delete(c.waiting, at, at+1)
	return found, true
}

func (s *Server) authorizeDaemon(c *call) reply {
	return s.authorize(c, Daemon, daemonServiceTypes, authorizeParameters)
}

func (s *Server) authorizePersonal(c *call) reply {
	return s.authorize(c, Personal, personalServiceTypes, slices.Concat(authorizeParameters, personalParameters))
}

// authorize shows the consent page, or else all that is wrong with the URL. It
// redirects nowhere: a return URL that is not known to be the application's own
// must not get anything.
func (s *Server) authorize(c *call, accountType string, serviceTypes, parameters []string) reply {
	asked, problems := s.readConsent(c, accountType, serviceTypes, parameters)
	if len(problems) > 0 {
		return refusalPage(http.StatusBadRequest, "This authorization URL cannot be used", problems,
			"Correct the URL where it is made, and open it again. Nothing was changed, and nobody was told.")
	}
	return s.consentPage(http.StatusOK, asked, nil)
}

// readConsent reads an authorization URL, or tells everything that is wrong
// with it.
func (s *Server) readConsent(c *call, accountType string, serviceTypes, parameters []string) (consent, []string) {
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	query, err := url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		problem("The query cannot be parsed: it is not encoded as a URL needs it.")
	}
	for _, name := range sortedNames(query) {
		if !slices.Contains(parameters, name) {
			problem("There is no parameter %s.", quoted(name))
		} else if len(query[name]) > 1 {
			problem("%s is given more than once.", name)
		}
	}
	flag := func(name string) {
		if value := query.Get(name); query.Has(name) && value != "true" && value != "false" {
			problem("%s is %s: it has to be true or false.", name, quoted(value))
		}
	}
	flag("ensureScopes")
	flag("ensureAccess")
	flag("recycle")

	switch clientID := query.Get("clientId"); clientID {
	case s.options.ClientID:
	case "":
		problem("clientId is missing: it is the Client ID of the Aurinko application.")
	default:
		problem("There is no application with the clientId %s.", quoted(clientID))
	}

	asked := consent{
		grant: Grant{
			ServiceType: query.Get("serviceType"),
			Scopes:      strings.Fields(query.Get("scopes")),
			ClientOrgID: query.Get("clientOrgId"),
			Daemon:      accountType == Daemon,
		},
		nativeScopes: strings.Fields(query.Get("nativeScopes")),
		state:        query.Get("state"),
		hasState:     query.Has("state"),
	}

	service := asked.grant.ServiceType
	known := slices.Contains(serviceTypes, service)
	switch {
	case service == "":
		problem("serviceType is missing: it has to be one of %s.", strings.Join(serviceTypes, ", "))
	case !known:
		problem("The serviceType %s is not one of this flow: it has to be one of %s.", quoted(service), strings.Join(serviceTypes, ", "))
	case service == "Office365" && asked.grant.Daemon && !c.quirks.NoDaemonCheck && !s.hasOAuthReg(service, true):
		problem("The application has no settings for the Office 365 daemon app registration, which a service account of Office365 needs.")
	}

	if len(asked.grant.Scopes)+len(asked.nativeScopes) == 0 {
		problem("scopes is missing: it holds one or more of %s, with blanks in between.", strings.Join(scopes, ", "))
	}
	for _, scope := range asked.grant.Scopes {
		if !slices.Contains(scopes, scope) {
			problem("There is no scope %s: scopes holds one or more of %s, with blanks in between.", quoted(scope), strings.Join(scopes, ", "))
		}
	}

	switch responseType := query.Get("responseType"); responseType {
	case "", "code":
	case "token":
		asked.token = true
	default:
		problem("responseType is %s: it has to be code or token.", quoted(responseType))
	}

	if len(asked.state) > maxState {
		problem("state has %d bytes: %d are the most.", len(asked.state), maxState)
	}

	asked.returnURL, err = s.checkReturnURL(query.Get("returnUrl"))
	if err != nil {
		problem("%s.", err)
	}

	asked.prefill(query)
	if value := query.Get("accountId"); query.Has("accountId") {
		id, err := strconv.ParseInt(value, 10, 64)
		account, exists := s.Account(id)
		switch {
		case err != nil || id <= 0:
			problem("accountId is %s: it has to be the number of an account.", quoted(value))
		case !exists:
			problem("There is no account %d to authorise again.", id)
		case account.Type != accountType:
			problem("Account %d is of the type %s: this flow authorises accounts of the type %s.", id, account.Type, accountType)
		case known && account.ServiceType != service:
			problem("Account %d is one of %s, not of %s.", id, account.ServiceType, service)
		default:
			asked.grant.AccountID, asked.grant.AuthOrgID = id, account.AuthOrgID
			asked.Email, asked.Organization = cmp.Or(account.Email, asked.Email), account.AuthOrgID
		}
	}
	return asked, problems
}

// prefill gives the form an identity, for whoever just wants to go on.
func (c *consent) prefill(query url.Values) {
	c.Email, c.Organization = "user@acme.example", "acme.example"
	if c.grant.Daemon {
		c.Email = "admin@acme.example"
	}
	if c.grant.ServiceType == "Office365" {
		c.Organization = "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61" // a tenant
	}
	for _, name := range []string{"loginHint", "authEmail"} {
		if isEmail(query.Get(name)) {
			c.Email = query.Get(name)
		}
	}
}

// checkReturnURL returns a URL that the application takes people back to, or
// an error in the words of the page.
func (s *Server) checkReturnURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, errors.New("returnUrl is missing: the browser could not come back")
	}
	u, err := parseReturnURL(text)
	if err != nil {
		return nil, fmt.Errorf("returnUrl %w", err)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("returnUrl has a query that cannot be parsed")
	}
	for _, name := range returnParameters {
		if query.Has(name) {
			return nil, fmt.Errorf("returnUrl has a parameter %s of its own, which the answer would come in", name)
		}
	}
	if len(s.returnURLs) == 0 {
		if !isLoopbackName(u.Hostname()) {
			return nil, fmt.Errorf("returnUrl leads to %s, which is not registered. The simulator was started without return URLs and takes loopback addresses alone", quoted(u.Host))
		}
		return u, nil
	}
	for _, registered := range s.returnURLs {
		if u.Scheme == registered.Scheme && strings.EqualFold(u.Host, registered.Host) && u.EscapedPath() == registered.EscapedPath() {
			return u, nil
		}
	}
	return nil, fmt.Errorf("returnUrl leads to %s, which is not a return URL that is registered for the application", quoted(u.Scheme+"://"+u.Host+u.EscapedPath()))
}

// parseReturnURL says what is wrong with a URL in words that follow its name.
func parseReturnURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || !u.IsAbs() || u.Opaque != "":
		return nil, errors.New("is not an absolute URL")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopbackName(u.Hostname())):
		return nil, errors.New("does not begin with https://, as it must unless it leads to a loopback address")
	case u.Hostname() == "" || strings.ContainsFunc(u.Host, func(r rune) bool { return !isHostRune(r) }):
		return nil, errors.New("has no valid host")
	case u.User != nil:
		return nil, errors.New("must not have a user name or a password in it")
	case strings.Contains(text, "#"):
		return nil, errors.New("must not have a fragment")
	}
	return u, nil
}

// isHostRune keeps out what has a meaning in a Content-Security-Policy.
func isHostRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:[]", r)
}

// returnParameters are those that the answer comes in.
var returnParameters = []string{"code", "state", "status", "error", "accountId", "accessToken"}

// decide takes what the consent page sends.
func (s *Server) decide(c *call) reply {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || len(c.body) > maxBody {
		return refusalPage(http.StatusBadRequest, "This form cannot be read", []string{"It is not what the consent page sends."}, "")
	}
	asked, ok := s.consents.take(form.Get("key"), s.now())
	if !ok {
		return refusalPage(http.StatusBadRequest, "This consent is not open any more",
			[]string{"It was decided on already, or it has waited for too long."},
			"Open the authorization URL again. Nothing was changed.")
	}
	switch form.Get("decision") {
	case "deny":
		// Which status, and that there is an error besides, is inferred: the
		// reference has the answer of a success alone.
		return asked.redirect(url.Values{"status": {"error"}, "error": {"access_denied"}})
	case "approve":
	default:
		return s.consentPage(http.StatusBadRequest, asked, []string{"Choose Approve or Deny."})
	}

	asked.Email, asked.Organization = strings.TrimSpace(form.Get("email")), strings.TrimSpace(form.Get("organization"))
	if asked.grant.AccountID != 0 {
		asked.Organization = asked.grant.AuthOrgID // an account stays where it is
	}
	var problems []string
	if !isEmail(asked.Email) {
		problems = append(problems, "Enter an e-mail address, such as admin@acme.example.")
	}
	if asked.grant.AccountID == 0 && !isName(asked.Organization) {
		problems = append(problems, "Enter the organisation: a domain, or the id of a tenant.")
	}
	if len(problems) > 0 {
		return s.consentPage(http.StatusBadRequest, asked, problems)
	}
	asked.grant.Email, asked.grant.AuthOrgID = asked.Email, asked.Organization
	code := s.IssueCode(asked.grant)
	if !asked.token {
		return asked.redirect(url.Values{"code": {code}, "status": {"success"}})
	}
	return s.redirectWithToken(c, asked, code)
}

// redirectWithToken writes the account at once and sends the browser back with
// what an exchange of the code would have answered, under the same names. All
// of that is inferred: the reference names the response type and no more.
func (s *Server) redirectWithToken(c *call, asked consent, code string) reply {
	exchange := &call{request: c.request, quirks: c.quirks, path: map[string]string{"code": code}}
	written, err := s.exchangeCode(exchange)
	if err == nil {
		err = s.keep()
	}
	if err != nil { // the account has gone since, or the file cannot be written
		return refusalPage(http.StatusConflict, "The account cannot be authorised", []string{err.Error() + "."}, "Open the authorization URL again.")
	}
	result, _ := written.body.(object)
	return asked.redirect(url.Values{
		"accountId":   {fmt.Sprint(result["accountId"])},
		"accessToken": {fmt.Sprint(result["accessToken"])},
		"status":      {"success"},
	})
}

// redirect sends the browser back. The return URL keeps the query it has.
func (c consent) redirect(answer url.Values) reply {
	if c.hasState {
		answer.Set("state", c.state)
	}
	to := *c.returnURL
	if to.RawQuery != "" {
		to.RawQuery += "&"
	}
	to.RawQuery += answer.Encode()
	header := pageHeader("", "'none'")
	header.Set("Location", to.String())
	return reply{status: http.StatusSeeOther, header: header}
}

// isEmail is as generous as an address field of a browser.
func isEmail(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	return ok && local != "" && domain != "" && !strings.Contains(domain, "@") && isName(text) && !strings.ContainsFunc(text, unicode.IsSpace)
}

func isName(text string) bool {
	return text != "" && len(text) <= maxIdentity && utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// quoted shows what came in a URL: not at any length, and with nothing in it
// that could be mistaken for the page's own words.
func quoted(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return strconv.Quote(text)
}

func sortedNames(query url.Values) []string {
	names := make([]string, 0, len(query))
	for name := range query {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
