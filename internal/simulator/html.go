package simulator

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed pages/*.html
var pageFiles embed.FS

var (
	consentTemplate  = parsePage("consent.html")
	refusalTemplate  = parsePage("refusal.html")
	overviewTemplate = parsePage("overview.html")
)

func parsePage(name string) *template.Template {
	functions := template.FuncMap{
		"permission": func(scope string) string { return permissions[scope] },
		"clock":      func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"timestamp":  timestamp,
		"count":      count,
		"shown":      shown,
		"join":       strings.Join,
		"withoutQuery": func(text string) string {
			before, _, _ := strings.Cut(text, "?")
			return before
		},
	}
	return template.Must(template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "pages/layout.html", "pages/"+name))
}

// permissions are the scopes in the words of the consent page.
var permissions = map[string]string{
	"Calendar.Read":      "Read calendars",
	"Calendar.ReadWrite": "Read and change calendars",
	"Mail.Read":          "Read mail",
	"Mail.ReadWrite":     "Read, change and delete mail",
	"Mail.Send":          "Send mail",
	"Mail.Drafts":        "Read and write drafts",
	"Mail.All":           "Do everything with mail",
	"Contacts.Read":      "Read contacts",
	"Contacts.ReadWrite": "Read and change contacts",
	"Tasks.Read":         "Read tasks",
	"Tasks.ReadWrite":    "Read and change tasks",
}

// count says how many there are of something.
func count(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return digits(n) + " " + more
}

// digits writes a number with its thousands apart.
func digits(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// shown says how many accounts of all there are in a table.
func shown(accounts []shownAccount, all int) string {
	if len(accounts) < all {
		return fmt.Sprintf("the newest %d of %s", len(accounts), digits(all))
	}
	return digits(all)
}

// pageHeader keeps a page to itself: it loads nothing, is in nobody's frame and
// runs nothing but its own script, which has the nonce. Forms is where its form
// may lead.
func pageHeader(nonce, forms string) http.Header {
	policy := "default-src 'none'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action " + forms
	if nonce != "" {
		policy += fmt.Sprintf("; style-src 'nonce-%[1]s'; script-src 'nonce-%[1]s'; connect-src 'self'", nonce)
	}
	return http.Header{
		"Cache-Control":                {"no-store"},
		"Content-Security-Policy":      {policy},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Referrer-Policy":              {"no-referrer"},
		"X-Content-Type-Options":       {"nosniff"},
		"X-Frame-Options":              {"DENY"},
	}
}

// layout is what every page has.
type layout struct {
	Title   string
	Nonce   string
	Refresh bool // the page is loaded again and again where no script runs
	Body    any
}

func renderPage(page *template.Template, status int, forms string, l layout) reply {
	return renderPart(page, "layout.html", status, forms, l)
}

func renderPart(page *template.Template, part string, status int, forms string, l layout) reply {
	l.Nonce = rand.Text()
	var body bytes.Buffer
	if err := page.ExecuteTemplate(&body, part, l); err != nil { // writing to a buffer does not fail
		panic(fmt.Sprintf("simulator: a page cannot be rendered: %v", err))
	}
	header := pageHeader(l.Nonce, forms)
	header.Set("Content-Type", "text/html; charset=utf-8")
	return reply{status: status, header: header, body: body.Bytes()}
}

// refusalPage says what is wrong, and what to do.
func refusalPage(status int, title string, problems []string, advice string) reply {
	return renderPage(refusalTemplate, status, "'none'", layout{Title: title, Body: struct {
		Problems []string
		Advice   string
	}{problems, advice}})
}

// consentPage asks for a decision. Problems are what was wrong with the form
// that was sent before.
func (s *Server) consentPage(status int, asked consent, problems []string) reply {
	body := struct {
		ApplicationID, Service, ClientOrgID string
		Daemon                              bool
		AccountID                           int64
		Scopes, NativeScopes                []string
		Email, Organization                 string
		ReturnTo                            string
		Problems                            []string
		Key                                 string
	}{
		ApplicationID: s.options.ClientID,
		Service:       cmp.Or(serviceNames[asked.grant.ServiceType], asked.grant.ServiceType),
		ClientOrgID:   asked.grant.ClientOrgID,
		Daemon:        asked.grant.Daemon,
		AccountID:     asked.grant.AccountID,
		Scopes:        asked.grant.Scopes,
		NativeScopes:  asked.nativeScopes,
		Email:         asked.Email,
		Organization:  asked.Organization,
		ReturnTo:      asked.returnURL.Scheme + "://" + asked.returnURL.Host,
		Problems:      problems,
		Key:           s.consents.ask(asked, s.now()),
	}
	return renderPage(consentTemplate, status, "'self' "+policySource(asked.returnURL), layout{Title: "Consent", Body: body})
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

// How many accounts and requests the overview shows, the newest first.
const (
	shownAccounts = 100
	shownRequests = 30
)

// An overview is what the application holds, without any secret. It has only
// fields that the page shows, so that nothing else can get there.
type overview struct {
	ApplicationID                     string
	Settings                          []shownSettings
	ServiceAccounts, Accounts         []shownAccount
	ServiceAccountCount, AccountCount int
	Requests                          []shownRequest
}

type shownSettings struct {
	Service                   string
	ClientID                  string
	Scopes                    []string
	CallbackURL, Topic        string
	HasSecret, HasCertificate bool
}

type shownAccount struct {
	ID, ParentID                       int64
	Service, Name, Email, Organization string
	TokenStatus, ClientOrgID, Timezone string
	Personal                           bool
	Scopes                             []string
	Mailboxes                          int // of a service account
}

type shownRequest struct {
	Time         time.Time
	Method, Path string
	Status       int
	Fault        string
}

// Failed reports whether the request got no answer, or one that is an error.
func (r shownRequest) Failed() bool { return r.Status == 0 || r.Status >= http.StatusBadRequest }

func (s *Server) overview() overview {
	o := overview{ApplicationID: s.options.ClientID, Requests: s.journal.last(shownRequests)}
	s.store.lock.RLock()
	defer s.store.lock.RUnlock()
	for _, r := range s.store.sortedRegs() {
		service := cmp.Or(serviceNames[r.ServiceType], r.ServiceType)
		if r.ServiceType == "Google" {
			service = "Google"
		}
		if r.Daemon {
			service += " (daemon)"
		}
		o.Settings = append(o.Settings, shownSettings{
			Service: service, ClientID: r.ClientID, Scopes: r.Scopes, CallbackURL: r.IntermediateCallbackURL, Topic: r.TopicName,
			HasSecret: r.ClientSecret != "", HasCertificate: r.Daemon && r.ClientSecret2 != "",
		})
	}
	for _, a := range slices.Backward(s.store.accounts) {
		list, total := &o.Accounts, &o.AccountCount
		if a.Type == Daemon {
			list, total = &o.ServiceAccounts, &o.ServiceAccountCount
		}
		*total++
		if len(*list) == shownAccounts {
			continue
		}
		*list = append(*list, shownAccount{
			ID: a.ID, ParentID: a.ParentID, Service: a.ServiceType, Name: a.Name, Email: cmp.Or(a.Email, a.LoginString),
			Organization: a.AuthOrgID, TokenStatus: a.TokenStatus, ClientOrgID: a.ClientOrgID, Timezone: a.Timezone,
			Personal: a.Type == Personal, Scopes: a.AuthScopes, Mailboxes: len(s.store.children(a.ID)),
		})
	}
	return o
}

// overviewPage shows what the application holds. The page's own script asks
// for what is within the body alone: the rest would come with another nonce.
func (s *Server) overviewPage(r *http.Request) reply {
	part := "layout.html"
	if r.URL.Query().Get("part") == "live" {
		part = "page"
	}
	return renderPart(overviewTemplate, part, http.StatusOK, "'none'", layout{
		Title:   "Aurinko simulator",
		Refresh: r.URL.Query().Get("refresh") != "off",
		Body:    s.overview(),
	})
}

// last returns the newest requests, the newest first.
func (j *journal) last(n int) []shownRequest {
	j.lock.Lock()
	defer j.lock.Unlock()
	shown := make([]shownRequest, 0, n)
	for _, entry := range slices.Backward(j.entries) {
		if len(shown) == n {
			break
		}
		shown = append(shown, shownRequest{entry.Time, entry.Method, entry.Path, entry.Status, entry.Fault})
	}
	return shown
}

// misdirected reports whether a request that came over a loopback address asks
// for a host that is none. A page of another site can have its own name lead
// here; it must not read what is kept, nor write it, with the credentials that
// everybody knows.
func misdirected(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !addr.IP.IsLoopback() {
		return false
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return !isLoopbackName(strings.Trim(host, "[]"))
}

func isLoopbackName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
