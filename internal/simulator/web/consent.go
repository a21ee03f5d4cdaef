package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The consent flow, as a browser sees it. Aurinko sends the browser on to the
// mail service, whose administrator or user consents there. Here one page
// stands for both, and whoever sees it is that person.

// consentPath is where the consent page sends its form. It is the simulator's
// own: between the URL and the way back, Aurinko documents nothing.
const consentPath = "/_simulator/consent"

// The limits of what an authorization URL and the form behind it may hold.
const (
	maxState    = 2048 // bytes [inferred: the reference names no limit]
	maxIdentity = 254  // bytes of an email address or an organization
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
	grant        simulator.Grant
	nativeScopes []string
	returnURL    *url.URL // nil: the URL has none
	state        string
	hasState     bool
	token        bool // the browser returns with a token instead of a code

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

// ask stores a consent until somebody decides, and returns its key.
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

func (h *Handler) authorizeDaemon(w http.ResponseWriter, r *http.Request) {
	h.authorize(w, r, simulator.Daemon, simulator.DaemonServiceTypes, authorizeParameters)
}

func (h *Handler) authorizePersonal(w http.ResponseWriter, r *http.Request) {
	h.authorize(w, r, simulator.Personal, simulator.PersonalServiceTypes, slices.Concat(authorizeParameters, personalParameters))
}

// authorize shows the consent page, or else all that is wrong with the URL. It
// redirects nowhere: a return URL that is not known to be the application's own
// must not get anything.
func (h *Handler) authorize(w http.ResponseWriter, r *http.Request, accountType string, serviceTypes, parameters []string) {
	asked, problems := h.readConsent(r, accountType, serviceTypes, parameters)
	if len(problems) > 0 {
		refusalPage(w, http.StatusBadRequest, "This authorization URL cannot be used", problems,
			"Correct the URL where it is made, and open it again. Nothing has changed.")
		return
	}
	h.consentPage(w, http.StatusOK, asked, nil)
}

// readConsent reads an authorization URL, or returns everything that is wrong
// with it.
func (h *Handler) readConsent(r *http.Request, accountType string, serviceTypes, parameters []string) (consent, []string) {
	var problems []string
	problem := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		problem("The query cannot be parsed: it is not encoded as a URL needs it.")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
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
	case h.server.ClientID():
	case "":
		problem("clientId is missing: it is the Client ID of the Aurinko application.")
	default:
		problem("There is no application with the clientId %s.", quoted(clientID))
	}

	asked := consent{
		grant: simulator.Grant{
			ServiceType: query.Get("serviceType"),
			Scopes:      strings.Fields(query.Get("scopes")),
			ClientOrgID: query.Get("clientOrgId"),
			Daemon:      accountType == simulator.Daemon,
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
	case service == "Office365" && asked.grant.Daemon && !h.server.Quirks().NoDaemonCheck && !h.hasDaemonReg():
		problem("The application has no settings for the Office 365 daemon app registration, which a service account of Office365 needs.")
	}

	if len(asked.grant.Scopes)+len(asked.nativeScopes) == 0 {
		problem("scopes is missing: it holds one or more of %s, with blanks in between.", strings.Join(simulator.Scopes, ", "))
	}
	for _, scope := range asked.grant.Scopes {
		if !slices.Contains(simulator.Scopes, scope) {
			problem("There is no scope %s: scopes holds one or more of %s, with blanks in between.", quoted(scope), strings.Join(simulator.Scopes, ", "))
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

	asked.returnURL, err = h.checkReturnURL(query.Get("returnUrl"))
	if err != nil {
		problem("%s.", err)
	}

	asked.prefill(query)
	if value := query.Get("accountId"); query.Has("accountId") {
		id, err := strconv.ParseInt(value, 10, 64)
		account, exists := h.server.Account(id)
		switch {
		case err != nil || id <= 0:
			problem("accountId is %s: it has to be the number of an account.", quoted(value))
		case !exists:
			problem("There is no account %d to authorize again.", id)
		case account.Type != accountType:
			problem("Account %d is of the type %s: this flow authorizes accounts of the type %s.", id, account.Type, accountType)
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

func (h *Handler) hasDaemonReg() bool {
	return slices.ContainsFunc(h.server.OAuthRegs(), func(r simulator.OAuthReg) bool { return r.ServiceType == "Office365" && r.Daemon })
}

// checkReturnURL returns a URL to which the browser may return, or
// an error in the words of the page. Where none is registered, nobody is taken
// back, and the URL may be missing.
func (h *Handler) checkReturnURL(text string) (*url.URL, error) {
	if text == "" && len(h.returnURLs) == 0 {
		return nil, nil
	}
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
	if len(h.returnURLs) == 0 {
		return u, nil
	}
	for _, registered := range h.returnURLs {
		if u.Scheme == registered.Scheme && strings.EqualFold(u.Host, registered.Host) && u.EscapedPath() == registered.EscapedPath() {
			return u, nil
		}
	}
	return nil, fmt.Errorf("returnUrl leads to %s, which is not a return URL that is registered for the application", quoted(u.Scheme+"://"+u.Host+u.EscapedPath()))
}

// parseReturnURL returns what is wrong with a URL in words that follow its name.
func parseReturnURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || !u.IsAbs() || u.Opaque != "":
		return nil, errors.New("is not an absolute URL")
	case u.Scheme != "https" && (u.Scheme != "http" || !simulator.IsLoopback(u.Host)):
		return nil, errors.New("must begin with https://, unless it leads to a loopback address")
	case u.Hostname() == "" || strings.ContainsFunc(u.Host, func(r rune) bool { return !isHostRune(r) }):
		return nil, errors.New("has no valid host")
	case u.User != nil:
		return nil, errors.New("must not have a user name or a password in it")
	case strings.Contains(text, "#"):
		return nil, errors.New("must not have a fragment")
	}
	return u, nil
}

// isHostRune excludes what has a meaning in a Content-Security-Policy.
func isHostRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:[]", r)
}

// returnParameters are those that the answer comes in.
var returnParameters = []string{"code", "state", "status", "error", "accountId", "accessToken"}

// decide handles what the consent page sends.
func (h *Handler) decide(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	if err := r.ParseForm(); err != nil {
		refusalPage(w, http.StatusBadRequest, "This form cannot be read", []string{"It is not what the consent page sends."}, "")
		return
	}
	form := r.PostForm
	asked, ok := h.consents.take(form.Get("key"), h.server.Now())
	if !ok {
		refusalPage(w, http.StatusBadRequest, "This consent is not open any more",
			[]string{"It was decided on already, or it has waited for too long."},
			"Open the authorization URL again. Nothing has changed.")
		return
	}
	switch form.Get("decision") {
	case "deny":
		// Which status, and that there is an error besides, is inferred: the
		// reference has the answer of a success alone.
		h.goBack(w, asked, url.Values{"status": {"error"}, "error": {"access_denied"}})
		return
	case "late":
		asked.grant.Expired = true
	case "approve":
	default:
		h.consentPage(w, http.StatusBadRequest, asked, []string{"Choose Approve or Deny."})
		return
	}

	asked.Email, asked.Organization = strings.TrimSpace(form.Get("email")), strings.TrimSpace(form.Get("organization"))
	if asked.grant.AccountID != 0 {
		asked.Organization = asked.grant.AuthOrgID // an account stays where it is
	}
	var problems []string
	if !isEmail(asked.Email) {
		problems = append(problems, "Enter an email address, such as admin@acme.example.")
	}
	if asked.grant.AccountID == 0 && !isName(asked.Organization) {
		problems = append(problems, "Enter the organization: a domain, or the ID of a tenant.")
	}
	if len(problems) > 0 {
		h.consentPage(w, http.StatusBadRequest, asked, problems)
		return
	}
	asked.grant.Email, asked.grant.AuthOrgID = asked.Email, asked.Organization
	code := h.server.IssueCode(asked.grant)
	if !asked.token {
		h.goBack(w, asked, url.Values{"code": {code}, "status": {"success"}})
		return
	}
	// The account is written at once, and the browser returns with what an
	// exchange of the code would have answered, under the same names. All of
	// that is inferred: the reference names the response type and no more.
	id, token, err := h.server.ExchangeCode(code)
	if err != nil { // the account has gone since, or it was too late
		refusalPage(w, http.StatusConflict, "The account cannot be authorized", []string{err.Error() + "."}, "Open the authorization URL again.")
		return
	}
	h.goBack(w, asked, url.Values{"accountId": {fmt.Sprint(id)}, "accessToken": {token}, "status": {"success"}})
}

// goBack sends the browser to the return URL, and adds to the query it has. If
// no return URL is registered, it shows what would have come with it.
func (h *Handler) goBack(w http.ResponseWriter, asked consent, result url.Values) {
	if asked.hasState {
		result.Set("state", asked.state)
	}
	location := ""
	if asked.returnURL != nil {
		to := *asked.returnURL
		if to.RawQuery != "" {
			to.RawQuery += "&"
		}
		to.RawQuery += result.Encode()
		location = to.String()
	}
	if len(h.returnURLs) == 0 {
		h.endPage(w, asked, result, location)
		return
	}
	maps.Copy(w.Header(), pageHeader("", "'none'"))
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
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

// consentPage asks for a decision. Problems are what was wrong with the form
// that was sent before.
func (h *Handler) consentPage(w http.ResponseWriter, status int, asked consent, problems []string) {
	body := struct {
		ApplicationID, Service, ClientOrgID string
		Daemon                              bool
		AccountID                           int64
		Scopes, NativeScopes                []string
		Email, Organization                 string
		ReturnTo                            string // "": the flow ends here
		Problems                            []string
		Key                                 string
	}{
		ApplicationID: h.server.ClientID(),
		Service:       cmp.Or(serviceNames[asked.grant.ServiceType], asked.grant.ServiceType),
		ClientOrgID:   asked.grant.ClientOrgID,
		Daemon:        asked.grant.Daemon,
		AccountID:     asked.grant.AccountID,
		Scopes:        asked.grant.Scopes,
		NativeScopes:  asked.nativeScopes,
		Email:         asked.Email,
		Organization:  asked.Organization,
		Problems:      problems,
		Key:           h.consents.ask(asked, h.server.Now()),
	}
	forms := "'self'"
	if len(h.returnURLs) > 0 {
		body.ReturnTo = asked.returnURL.Scheme + "://" + asked.returnURL.Host
		forms += " " + policySource(asked.returnURL)
	}
	renderPage(w, consentTemplate, status, forms, layout{Title: "Consent", Body: body})
}

// serviceNames are those that people know, where they differ.
var serviceNames = map[string]string{
	"EWS":       "Microsoft Exchange",
	"Google":    "Google Workspace",
	"Office365": "Office 365",
}

// policySource is the return URL as form-action wants it: a browser holds a
// form's redirect against it too. There is no way to write an IPv6 address.
func policySource(u *url.URL) string {
	if strings.HasPrefix(u.Host, "[") {
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

// endPage shows what the browser would have taken back to the application.
func (h *Handler) endPage(w http.ResponseWriter, asked consent, result url.Values, location string) {
	body := struct {
		Code     string
		Late     bool
		Result   url.Values // besides the code
		Location string
		Continue bool // the location is on this machine
	}{Code: result.Get("code"), Late: asked.grant.Expired, Result: result, Location: location}
	body.Continue = asked.returnURL != nil && simulator.IsLoopback(asked.returnURL.Host)
	result.Del("code")
	title := "The consent is given"
	if result.Get("error") != "" {
		title = "The consent is denied"
	}
	renderPage(w, endTemplate, http.StatusOK, "'none'", layout{Title: title, Body: body})
}
