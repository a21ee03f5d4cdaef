package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// How much the page shows at a time.
const (
	pageRows    = 25
	pageEntries = 30 // requests
)

// A view is what somebody looks at: it is in the page's URL.
type view struct {
	Query, Type, Token string
	Under, Account     int64
	Page               int // from 1 on
}

func parseView(query url.Values) view {
	number := func(name string) int64 {
		n, _ := strconv.ParseInt(query.Get(name), 10, 64) // what is no number filters nothing
		return n
	}
	return view{
		Query: strings.TrimSpace(query.Get("q")), Type: query.Get("type"), Token: query.Get("token"),
		Under: number("under"), Account: number("account"), Page: int(min(max(number("page"), 1), 1e6)),
	}
}

// With is the URL of the view with one thing changed.
func (v view) With(name string, value any) string {
	query := url.Values{}
	for key, value := range map[string]any{"q": v.Query, "type": v.Type, "token": v.Token, "under": v.Under, "account": v.Account, "page": v.Page} {
		query.Set(key, fmt.Sprint(value))
	}
	query.Set(name, fmt.Sprint(value))
	if name != "page" && name != "account" || query.Get("page") == "1" {
		query.Del("page")
	}
	for key := range query {
		if text := query.Get(key); text == "" || text == "0" {
			query.Del(key)
		}
	}
	return "/?" + query.Encode()
}

func (v view) Next() int     { return v.Page + 1 }
func (v view) Previous() int { return v.Page - 1 }

func (v view) matches(a *simulator.Account, words []string) bool {
	if v.Type != "" && a.Type != v.Type || v.Token != "" && a.TokenStatus != v.Token || v.Under != 0 && a.ParentID != v.Under {
		return false
	}
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(strings.Join([]string{
		strconv.FormatInt(a.ID, 10), a.Email, a.LoginString, a.Name, a.AuthOrgID, a.ClientOrgID, a.ServiceType, a.TokenStatus,
	}, "\n"))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// An overview is what the page shows. Its accounts and settings are without
// their secrets.
type overview struct {
	View                       view
	ApplicationID              string
	Begin                      *begin // where there is nothing yet
	ServiceAccounts, Mailboxes int
	Types, Tokens              []filter
	Under                      string // the service account whose mailboxes are shown
	Rows                       []row
	First, Last, Found         int
	Detail                     *row // the account in the panel
	Own, Requests              []simulator.Request
	Settings                   []settings
	Webhooks                   newest[simulator.Subscription]
	Booking                    newest[simulator.BookingProfile]
	Switches                   switches
}

// begin is what the page proposes where there is nothing yet.
type begin struct{ Environment, Configuration, Seed string }

type filter struct {
	Label, Value string
	Count        int
}

// A row is an account in the table or in the panel.
type row struct {
	*simulator.Account
	Label, Holder string
	Mailboxes     int // of a service account
}

type settings struct {
	simulator.OAuthReg
	HasSecret bool
}

// newest is as many of what there is as the page shows.
type newest[T any] struct {
	Count int
	Shown []T
}

func newestOf[T any](all []T) newest[T] {
	shown := slices.Clone(all[max(0, len(all)-pageRows):])
	slices.Reverse(shown)
	return newest[T]{len(all), shown}
}

// label is what people call an account.
func label(a *simulator.Account) string {
	if a.Type == simulator.Daemon && a.Name != "" {
		return a.Name
	}
	return cmp.Or(a.Email, a.LoginString, strconv.FormatInt(a.ID, 10))
}

func (h *Handler) overview(v view) overview {
	state := h.server.State()
	o := overview{
		View: v, ApplicationID: h.server.ClientID(), Switches: h.switches(), Requests: h.requests(pageEntries, 0),
		Webhooks: newestOf(state.Subscriptions), Booking: newestOf(state.BookingProfiles),
	}
	for i, r := range state.WithoutSecrets().OAuthRegs {
		o.Settings = append(o.Settings, settings{r, state.OAuthRegs[i].ClientSecret != ""})
	}

	services, mailboxes := map[int64]*simulator.Account{}, map[int64]int{}
	types, tokens := map[string]int{}, map[string]int{}
	var chosen *simulator.Account
	var found, others []*simulator.Account // service accounts first, the newest first
	words := strings.Fields(strings.ToLower(v.Query))
	for _, a := range slices.Backward(state.Accounts) {
		types[a.Type]++
		tokens[a.TokenStatus]++
		mailboxes[a.ParentID]++
		if a.Type == simulator.Daemon {
			services[a.ID] = a
		}
		if a.ID == v.Account {
			chosen = a
		}
		switch {
		case !v.matches(a, words):
		case a.Type == simulator.Daemon:
			found = append(found, a)
		default:
			others = append(others, a)
		}
	}
	found = append(found, others...)
	newRow := func(a *simulator.Account) row {
		shown := row{Account: open(*a), Label: label(a), Holder: a.AuthOrgID, Mailboxes: mailboxes[a.ID]}
		if parent := services[a.ParentID]; parent != nil {
			shown.Holder = label(parent)
		}
		return shown
	}

	all := len(state.Accounts)
	o.ServiceAccounts, o.Mailboxes = types[simulator.Daemon], all-types[simulator.Daemon]
	o.Types = []filter{
		{"All", "", all}, {"Service accounts", simulator.Daemon, types[simulator.Daemon]},
		{"Mailboxes", simulator.Managed, types[simulator.Managed]}, {"Personal", simulator.Personal, types[simulator.Personal]},
	}
	o.Tokens = []filter{{"Any token", "", all}, {"Active", "active", tokens["active"]}, {"Invalid", "invalid", tokens["invalid"]}, {"Dead", "dead", tokens["dead"]}}
	if parent := services[v.Under]; parent != nil {
		o.Under = label(parent)
	}
	o.Found = len(found)
	o.View.Page = min(v.Page, max(1, (o.Found+pageRows-1)/pageRows))
	start := (o.View.Page - 1) * pageRows
	o.First, o.Last = start+1, min(start+pageRows, o.Found)
	for _, a := range found[start:o.Last] {
		o.Rows = append(o.Rows, newRow(a))
	}
	if v.Account != 0 {
		o.Own = h.requests(pageEntries, v.Account)
		o.Detail = &row{}
	}
	if chosen != nil {
		*o.Detail = newRow(chosen)
	}
	return o
}

// requests are the newest ones, of one account or of all (0).
func (h *Handler) requests(limit int, account int64) []simulator.Request {
	return h.server.LastRequests(limit, func(r *simulator.Request) bool { return account == 0 || r.AccountID == account })
}

// parts are what of the page changes: elements that have the part's name as
// their ID.
var parts = []string{"counts", "begin", "types", "tokens", "found", "rows", "pages", "detail", "own", "requests", "settings", "webhooks", "booking", "faults", "switches"}

// overviewPage shows what the application holds.
func (h *Handler) overviewPage(w http.ResponseWriter, r *http.Request) {
	renderPage(w, overviewTemplate, http.StatusOK, "'self'", layout{
		Title:   "Aurinko simulator",
		Refresh: r.URL.Query().Get("refresh") != "off",
		Body:    h.shown(r),
	})
}

func (h *Handler) shown(r *http.Request) overview {
	o := h.overview(parseView(r.URL.Query()))
	if h.server.Empty() {
		o.Begin = &begin{
			Environment:   strings.TrimSpace(h.environment("http://" + r.Host)),
			Configuration: strings.TrimSpace(pageFile("main.tf")),
			Seed:          fmt.Sprintf("curl http://%s/_simulator/reset -d '{\"seed\": \"demo\"}'", r.Host),
		}
	}
	return o
}

// events sends the parts of the page that have changed, as they change. Its
// query is that of the page.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	const atMost = 150 * time.Millisecond // a page that changes more often is hard to read
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	sent := map[string]string{}
	for {
		next := h.server.Changed()
		changed := map[string]string{}
		shown := h.shown(r)
		for _, name := range parts {
			text := string(render(overviewTemplate, name, shown))
			if before, ok := sent[name]; !ok || text != before {
				sent[name], changed[name] = text, text
			}
		}
		if len(changed) > 0 {
			text, _ := json.Marshal(changed) // a map of strings
			if _, err := fmt.Fprintf(w, "retry: 1000\ndata: %s\n\n", text); err != nil {
				return
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return
			}
		}
		for _, wait := range []<-chan struct{}{next, after(atMost)} {
			select {
			case <-wait:
			case <-r.Context().Done():
				return
			case <-h.closed:
				return
			}
		}
	}
}

func after(d time.Duration) <-chan struct{} {
	done := make(chan struct{})
	time.AfterFunc(d, func() { close(done) })
	return done
}
