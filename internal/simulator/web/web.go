// Package web is what people and scripts use of the simulator besides the API:
// a page that shows live what it holds, the consent flow, and the controls
// under /_simulator/, which openapi.yaml describes.
package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// Options are what a Handler is made with.
type Options struct {
	// ReturnURLs are where a consent flow may send the browser back to, in any
	// query: https, or http to a loopback address. Without any, the flow ends on
	// a page that shows the code.
	ReturnURLs []string

	// Start is the state that a reset returns to.
	Start simulator.State

	// ClientSecret is shown on the empty page, in the lines to paste. Leave it
	// empty to show none.
	ClientSecret string

	// AnyAddress accepts controls from other addresses than loopback ones, for
	// a container whose port is published. The host must still be a loopback
	// name.
	AnyAddress bool
}

// A Handler serves a simulator with its page, consent flow and controls.
type Handler struct {
	server     *simulator.Server
	options    Options
	own        *http.ServeMux // the page and the controls
	quirks     simulator.Quirks
	rate       int
	returnURLs []*url.URL
	consents   consents
	close      sync.Once
	closed     chan struct{}
}

// New returns a handler around a server that nobody uses yet. It fails when a
// return URL cannot be one.
func New(server *simulator.Server, options Options) (*Handler, error) {
	h := &Handler{
		server: server, options: options, own: http.NewServeMux(),
		quirks: server.Quirks(), rate: server.Rate(), closed: make(chan struct{}),
	}
	for _, text := range options.ReturnURLs {
		u, err := parseReturnURL(text)
		if err != nil {
			return nil, fmt.Errorf("the return URL %q %w", text, err)
		}
		h.returnURLs = append(h.returnURLs, u)
	}
	server.Handle("GET", "/v1/auth/authorizeDaemon", http.HandlerFunc(h.authorizeDaemon))
	server.Handle("GET", "/v1/auth/authorize", http.HandlerFunc(h.authorizePersonal))
	h.own.HandleFunc("GET /{$}", h.overviewPage)
	h.own.HandleFunc("POST "+consentPath, h.decide)
	h.own.HandleFunc("GET /_simulator/events", h.events)
	h.handleControls()
	return h, nil
}

// Close ends the streams of events, for a server that shuts down.
func (h *Handler) Close() { h.close.Do(func() { close(h.closed) }) }

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isPage := r.URL.Path == "/" && (r.Method == http.MethodGet || r.Method == http.MethodHead)
	isControl := strings.HasPrefix(r.URL.Path, "/_simulator/")
	if !isPage && !isControl {
		h.server.ServeHTTP(w, r)
		return
	}
	if status, message := h.refuse(r, isControl); status != 0 {
		fail(w, status, "%s", message)
		return
	}
	h.own.ServeHTTP(w, r)
}

// refuse excludes other machines and the pages of other sites. A page of
// another site can have its own name lead to a loopback address, or send forms
// here; a browser names the one in Host, the other in Origin or Sec-Fetch-Site.
func (h *Handler) refuse(r *http.Request, isControl bool) (status int, message string) {
	if !simulator.IsLoopback(r.Host) {
		return http.StatusMisdirectedRequest, "The host is not a loopback name. Use localhost or 127.0.0.1."
	}
	if addr, err := netip.ParseAddrPort(r.RemoteAddr); !h.options.AnyAddress && (err != nil || !addr.Addr().Unmap().IsLoopback()) {
		return http.StatusForbidden, "The simulator's page and controls are for this machine only."
	}
	if !isControl {
		return 0, "" // a link on another site may lead to the page
	}
	site, origin := r.Header.Get("Sec-Fetch-Site"), r.Header.Get("Origin")
	isOwn := site == "same-origin" || site == "none"
	if site != "" && !isOwn || origin != "" && origin != "http://"+r.Host && !(origin == "null" && isOwn) {
		return http.StatusForbidden, "The request comes from a page of another site."
	}
	return 0, ""
}

// answer writes a JSON answer.
func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil { // the answers are structs of plain values
		panic(fmt.Sprintf("simulator: an answer cannot be encoded: %v", err))
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a client that has gone is its own affair
}

func fail(w http.ResponseWriter, status int, format string, args ...any) {
	answer(w, status, map[string]string{"message": fmt.Sprintf(format, args...)})
}
