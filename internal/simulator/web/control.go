package web

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// What describes the controls, and the form of a state.
var (
	//go:embed openapi.yaml
	openAPI []byte
	//go:embed state.schema.json
	stateSchema []byte
)

// A control is a handler that returns what it answers, or an error for whoever
// asked.
type control func(r *http.Request, body []byte) (any, error)

func (h *Handler) handleControls() {
	for pattern, do := range map[string]control{
		"GET /_simulator/health":                h.health,
		"GET /_simulator/state":                 h.getState,
		"PUT /_simulator/state":                 h.putState,
		"POST /_simulator/reset":                h.reset,
		"POST /_simulator/accounts":             h.addAccount,
		"GET /_simulator/accounts/{account}":    h.getAccount,
		"PATCH /_simulator/accounts/{account}":  h.changeAccount,
		"DELETE /_simulator/accounts/{account}": h.deleteAccount,
		"PATCH /_simulator/subscriptions/{id}":  h.changeSubscription,
		"PUT /_simulator/oauth_regs":            h.setOAuthReg,
		"DELETE /_simulator/oauth_regs":         h.deleteOAuthReg,
		"GET /_simulator/switches":              h.getSwitches,
		"PATCH /_simulator/switches":            h.changeSwitches,
		"POST /_simulator/faults":               h.addFault,
		"DELETE /_simulator/faults":             h.clearFaults,
		"GET /_simulator/requests":              h.listRequests,
		"DELETE /_simulator/requests":           h.forgetRequests,
	} {
		h.own.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { serve(w, r, do) })
	}
	for name, file := range map[string]struct {
		kind string
		text []byte
	}{"openapi.yaml": {"application/yaml", openAPI}, "state.schema.json": {"application/schema+json", stateSchema}} {
		h.own.HandleFunc("GET /_simulator/"+name, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", file.kind)
			_, _ = w.Write(file.text) // a client that has gone is its own affair
		})
	}
	h.own.HandleFunc("/_simulator/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "There is no control %s %s. See /_simulator/openapi.yaml.", r.Method, r.URL.Path)
	})
}

// notThereError is an error of what a request names and the simulator does not hold.
type notThereError struct{ error }

func serve(w http.ResponseWriter, r *http.Request, do control) {
	const maxBody = 1 << 30 // a state of a million mailboxes
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, http.StatusBadRequest, "The body cannot be read.")
		return
	}
	result, err := do(r, body)
	switch {
	case errors.As(err, &notThereError{}):
		fail(w, http.StatusNotFound, "%v.", err)
	case err != nil:
		fail(w, http.StatusBadRequest, "%v.", err)
	default:
		answer(w, http.StatusOK, result)
	}
}

// decode reads a JSON object over what there is, and refuses unknown fields.
func decode(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("the body is not the JSON object that is wanted here: %w", err)
	}
	return nil
}

type done struct {
	Status          string `json:"status"`
	ServiceAccounts int    `json:"serviceAccounts"`
	Mailboxes       int    `json:"mailboxes"`
}

func (h *Handler) health(*http.Request, []byte) (any, error) { return h.done(), nil }

func (h *Handler) done() done {
	result := done{Status: "ok"}
	for _, a := range h.server.State().Accounts {
		if a.Type == simulator.Daemon {
			result.ServiceAccounts++
		} else {
			result.Mailboxes++
		}
	}
	return result
}

// flag reads a query parameter that is true or false.
func flag(r *http.Request, name string) (bool, error) {
	switch value := r.URL.Query().Get(name); value {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, fmt.Errorf("%s must be true or false", name)
}

func (h *Handler) getState(r *http.Request, _ []byte) (any, error) {
	secrets, err := flag(r, "secrets")
	state := h.server.State()
	if !secrets {
		state = state.WithoutSecrets()
	}
	return state, err
}

func (h *Handler) putState(_ *http.Request, body []byte) (any, error) {
	state, err := ParseState(body)
	if err != nil {
		return nil, err
	}
	h.server.SetState(state)
	return h.done(), nil
}

func (h *Handler) reset(_ *http.Request, body []byte) (any, error) {
	var wanted struct {
		Seed string `json:"seed"`
	}
	if len(body) > 0 {
		if err := decode(body, &wanted); err != nil {
			return nil, err
		}
	}
	state := h.options.Start
	if wanted.Seed != "" {
		var err error
		if state, err = Seed(wanted.Seed); err != nil {
			return nil, err
		}
	}
	h.server.SetState(state)
	h.server.ClearFaults()
	h.server.SetQuirks(h.quirks)
	h.server.SetRate(h.rate)
	h.server.ResetJournal()
	return h.done(), nil
}

// account is the account that a path names: by its ID, or by the address or
// login that only one account has.
func (h *Handler) account(r *http.Request) (simulator.Account, error) {
	name := r.PathValue("account")
	if id, err := strconv.ParseInt(name, 10, 64); err == nil {
		if a, ok := h.server.Account(id); ok {
			return a, nil
		}
	}
	var found []*simulator.Account
	for _, a := range h.server.State().Accounts {
		if strings.EqualFold(a.Email, name) || strings.EqualFold(a.LoginString, name) {
			found = append(found, a)
		}
	}
	if len(found) > 1 {
		return simulator.Account{}, fmt.Errorf("%d accounts have the address or login %q: name one by its ID", len(found), name)
	}
	if len(found) == 0 {
		return simulator.Account{}, notThereError{fmt.Errorf("there is no account %q", name)}
	}
	a, _ := h.server.Account(found[0].ID)
	return a, nil
}

// open is an account without its secrets.
func open(a simulator.Account) *simulator.Account {
	return simulator.State{Accounts: []*simulator.Account{&a}}.WithoutSecrets().Accounts[0]
}

func (h *Handler) getAccount(r *http.Request, _ []byte) (any, error) {
	a, err := h.account(r)
	return open(a), err
}

func (h *Handler) addAccount(_ *http.Request, body []byte) (any, error) {
	var a simulator.Account
	if err := decode(body, &a); err != nil {
		return nil, err
	}
	if _, exists := h.server.Account(a.ID); exists {
		return nil, fmt.Errorf("account %d is there already", a.ID)
	}
	parent, ok := h.server.Account(a.ParentID)
	if !ok || parent.Type != simulator.Daemon {
		if err := checkAccount(&a, nil); err != nil {
			return nil, err
		}
	} else if err := checkAccount(&a, &parent); err != nil {
		return nil, err
	}
	added, _ := h.server.Account(h.server.AddAccount(a))
	return open(added), nil
}

// changeAccount merges fields into an account, as the portal or the mail
// service would change it.
func (h *Handler) changeAccount(r *http.Request, body []byte) (any, error) {
	a, err := h.account(r)
	if err != nil {
		return nil, err
	}
	changed := a
	if err := decode(body, &changed); err != nil {
		return nil, err
	}
	if changed.ID != a.ID || changed.Type != a.Type || changed.ParentID != a.ParentID || changed.ServiceType != a.ServiceType {
		return nil, errors.New("id, type, parentId and serviceType of an account never change")
	}
	if err := checkValues(&changed); err != nil {
		return nil, err
	}
	if changed.TokenStatus != a.TokenStatus && changed.TokenError == a.TokenError {
		changed.TokenError = map[string]string{
			"invalid": "The mail provider answers 401", "dead": "The token was revoked, and its refresh failed",
		}[changed.TokenStatus]
		changed.PingFinds = ""
	}
	h.server.UpdateAccount(a.ID, func(account *simulator.Account) {
		updated := account.UpdatedAt
		*account = changed
		account.UpdatedAt = updated
	})
	a, _ = h.server.Account(a.ID)
	return open(a), nil
}

func (h *Handler) deleteAccount(r *http.Request, _ []byte) (any, error) {
	a, err := h.account(r)
	if err != nil {
		return nil, err
	}
	h.server.RemoveAccount(a.ID)
	return h.done(), nil
}

// changeSubscription has the endpoint of a subscription fail or recover, or
// billing disable it.
func (h *Handler) changeSubscription(r *http.Request, body []byte) (any, error) {
	id, _ := strconv.ParseInt(r.PathValue("id"), 10, 64) // what is no number is no subscription
	all := h.server.Subscriptions()
	at := slices.IndexFunc(all, func(s simulator.Subscription) bool { return s.ID == id })
	if at < 0 {
		return nil, notThereError{fmt.Errorf("there is no subscription %q", r.PathValue("id"))}
	}
	changed := struct {
		Active            bool   `json:"active"`
		FailDescription   string `json:"failDescription"`
		DisabledByBilling bool   `json:"disabledByBilling"`
	}{all[at].Active, all[at].FailDescription, all[at].DisabledByBilling}
	if err := decode(body, &changed); err != nil {
		return nil, err
	}
	h.server.UpdateSubscription(id, func(s *simulator.Subscription) {
		if s.Active && !changed.Active {
			s.FailSince = h.server.Now()
			changed.FailDescription = cmp.Or(changed.FailDescription, "The notification URL answers no notification")
		}
		s.Active, s.FailDescription, s.DisabledByBilling = changed.Active, changed.FailDescription, changed.DisabledByBilling
		if s.Active {
			s.FailSince, s.FailDescription = time.Time{}, ""
		}
		all[at] = *s
	})
	return all[at], nil
}

func (h *Handler) setOAuthReg(_ *http.Request, body []byte) (any, error) {
	var reg simulator.OAuthReg
	if err := decode(body, &reg); err != nil {
		return nil, err
	}
	if err := reg.Check(); err != nil {
		return nil, err
	}
	h.server.SetOAuthReg(reg)
	return simulator.State{OAuthRegs: []simulator.OAuthReg{reg}}.WithoutSecrets().OAuthRegs[0], nil
}

func (h *Handler) deleteOAuthReg(r *http.Request, _ []byte) (any, error) {
	daemon, err := flag(r, "daemon")
	if err != nil {
		return nil, err
	}
	serviceType := r.URL.Query().Get("serviceType")
	if !h.server.RemoveOAuthReg(serviceType, daemon) {
		return nil, notThereError{fmt.Errorf("there are no such OAuth settings of %q", serviceType)}
	}
	return h.done(), nil
}

// switches are what the server does otherwise than by default.
type switches struct {
	RequestsPerSecond   int     `json:"requestsPerSecond"` // 0: no limit
	LatencyMilliseconds int64   `json:"latencyMilliseconds"`
	Quirks              quirks  `json:"quirks"`
	Faults              []fault `json:"faults"`
}

type quirks struct {
	simulator.Quirks
	ClockBehindMilliseconds int64 `json:"clockBehindMilliseconds"`
}

type fault struct {
	simulator.Fault
	LatencyMilliseconds int64 `json:"latencyMilliseconds,omitempty"`
}

// isLatency reports whether a fault is the latency of all requests, and no more.
func isLatency(f simulator.Fault) bool {
	return f.Method == "" && f.Route == "" && f.Times == 0 && f.Match == nil && f.Name() == "latency "+f.Latency.String()
}

func (h *Handler) switches() switches {
	s := switches{RequestsPerSecond: h.server.Rate(), Quirks: quirks{Quirks: h.server.Quirks()}, Faults: []fault{}}
	s.Quirks.ClockBehindMilliseconds = s.Quirks.ClockBehind.Milliseconds()
	for _, f := range h.server.Faults() {
		if isLatency(f) {
			s.LatencyMilliseconds = f.Latency.Milliseconds()
		} else {
			s.Faults = append(s.Faults, fault{f, f.Latency.Milliseconds()})
		}
	}
	return s
}

func (h *Handler) getSwitches(*http.Request, []byte) (any, error) { return h.switches(), nil }

func (h *Handler) changeSwitches(_ *http.Request, body []byte) (any, error) {
	s := h.switches()
	s.Faults = nil
	if err := decode(body, &s); err != nil {
		return nil, err
	}
	q := s.Quirks.Quirks
	switch {
	case s.Faults != nil:
		return nil, errors.New("faults are added with POST /_simulator/faults")
	case s.RequestsPerSecond < 0 || s.RequestsPerSecond > 1e6 || s.LatencyMilliseconds < 0 || q.MaxPage < 0:
		return nil, errors.New("a number is too small or too large")
	case !refusal(q.RefuseServiceAccountGet) || !refusal(q.RefuseOAuthWrites):
		return nil, errors.New("a refusal is a status from 400 to 599, or 0 for none")
	}
	q.ClockBehind = time.Duration(s.Quirks.ClockBehindMilliseconds) * time.Millisecond
	if s.RequestsPerSecond != h.server.Rate() {
		h.server.SetRate(s.RequestsPerSecond)
	}
	h.server.SetQuirks(q)
	// A request meets the first fault that matches: latency comes last.
	h.server.ChangeFaults(func(faults []simulator.Fault) []simulator.Fault {
		faults = slices.DeleteFunc(faults, isLatency)
		if s.LatencyMilliseconds > 0 {
			faults = append(faults, simulator.Fault{Latency: time.Duration(s.LatencyMilliseconds) * time.Millisecond})
		}
		return faults
	})
	return h.switches(), nil
}

func refusal(status int) bool { return status == 0 || status >= 400 && status <= 599 }

func (h *Handler) addFault(_ *http.Request, body []byte) (any, error) {
	var f fault
	if err := decode(body, &f); err != nil {
		return nil, err
	}
	f.Latency = time.Duration(f.LatencyMilliseconds) * time.Millisecond
	if f.HTML && f.Status == 0 {
		f.Status = http.StatusBadGateway
	}
	switch {
	case f.Status != 0 && (f.Status < 200 || f.Status > 599), f.Times < 0, f.Skip < 0, f.Latency < 0:
		return nil, errors.New("a number is too small or too large")
	case f.Name() == "":
		return nil, errors.New("the fault does nothing: set status, html, latencyMilliseconds, dropBefore, dropAfter or truncate")
	}
	h.server.ChangeFaults(func(faults []simulator.Fault) []simulator.Fault {
		at := slices.IndexFunc(faults, isLatency)
		if at < 0 {
			at = len(faults)
		}
		return slices.Insert(faults, at, f.Fault)
	})
	return h.switches(), nil
}

// clearFaults leaves the latency of all requests, which is a switch of its own.
func (h *Handler) clearFaults(*http.Request, []byte) (any, error) {
	h.server.ChangeFaults(func(faults []simulator.Fault) []simulator.Fault {
		return slices.DeleteFunc(faults, func(f simulator.Fault) bool { return !isLatency(f) })
	})
	return h.switches(), nil
}

func (h *Handler) listRequests(r *http.Request, _ []byte) (any, error) {
	limit, account := 100, int64(0)
	for name, into := range map[string]func(int64){
		"limit":     func(n int64) { limit = int(n) },
		"accountId": func(n int64) { account = n },
	} {
		if text := r.URL.Query().Get(name); text != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("%s must be a number from 1 on", name)
			}
			into(n)
		}
	}
	return map[string]any{"requests": h.requests(limit, account)}, nil
}

func (h *Handler) forgetRequests(*http.Request, []byte) (any, error) {
	h.server.ResetJournal()
	return h.done(), nil
}
