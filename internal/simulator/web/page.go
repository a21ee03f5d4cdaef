package web

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

//go:embed pages
var pageFiles embed.FS

var (
	consentTemplate  = parsePage("consent.html")
	endTemplate      = parsePage("end.html")
	refusalTemplate  = parsePage("refusal.html")
	overviewTemplate = parsePage("overview.html")
)

func parsePage(name string) *template.Template {
	functions := template.FuncMap{
		"style":      func(name string) template.CSS { return template.CSS(pageFile(name)) }, //nolint:gosec // an embedded file
		"script":     func(name string) template.JS { return template.JS(pageFile(name)) },   //nolint:gosec // an embedded file
		"permission": func(scope string) string { return permissions[scope] },
		"service":    func(name string) string { return cmp.Or(serviceNames[name], name) },
		"short":      strings.NewReplacer("EWS", "Exchange", "Office365", "Office 365").Replace,
		"clock":      func(t time.Time) string { return t.UTC().Format("15:04:05") },
		"timestamp":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"failed":     func(status int) bool { return status == 0 || status >= http.StatusBadRequest },
		"list":       func(values ...any) []any { return values },
		"count":      count,
		"digits":     digits,
		"join":       strings.Join,
		"url":        withoutSecrets,
		"header":     shownHeader,
		"json":       indented,
	}
	return template.Must(template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "pages/layout.html", "pages/"+name))
}

func pageFile(name string) string {
	text, err := pageFiles.ReadFile("pages/" + name)
	if err != nil { // only files that are embedded are named
		panic(err)
	}
	return string(text)
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

// count writes how many there are of something.
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

// indented writes a value as JSON, no longer than a page should show.
func indented(value any) string {
	const most = 2000
	text, _ := json.MarshalIndent(value, "", "  ") // the journal holds what was JSON
	if len(text) > most {
		return strings.ToValidUTF8(string(text[:most]), "") + "…"
	}
	return string(text)
}

// shownHeader is what the page shows of a request's header.
func shownHeader(header http.Header) string {
	var lines []string
	for _, name := range []string{"Content-Type", "User-Agent", "X-Aurinko-Account-Id"} {
		if value := header.Get(name); value != "" {
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

// withoutSecrets is a URL without what may hold a secret: a user and a query.
func withoutSecrets(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "a URL that cannot be parsed"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// pageHeader isolates a page: it loads nothing, is in nobody's frame and
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

func renderPage(w http.ResponseWriter, page *template.Template, status int, forms string, l layout) {
	l.Nonce = rand.Text()
	body := render(page, "layout.html", l)
	maps.Copy(w.Header(), pageHeader(l.Nonce, forms))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone is its own affair
}

func render(page *template.Template, part string, data any) []byte {
	var text bytes.Buffer
	if err := page.ExecuteTemplate(&text, part, data); err != nil { // writing to a buffer does not fail
		panic(fmt.Sprintf("simulator: a page cannot be rendered: %v", err))
	}
	return text.Bytes()
}

// refusalPage shows what is wrong, and what to do.
func refusalPage(w http.ResponseWriter, status int, title string, problems []string, advice string) {
	renderPage(w, refusalTemplate, status, "'none'", layout{Title: title, Body: struct {
		Problems []string
		Advice   string
	}{problems, advice}})
}
