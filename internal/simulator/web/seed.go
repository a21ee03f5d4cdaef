package web

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/credentials"
)

//go:embed demo.yaml
var demo []byte

// maxMailboxes is how many mailboxes a seed makes up at most.
const maxMailboxes = 1_000_000

// ErrNoSeed says that no seed has a name.
var ErrNoSeed = errors.New("there is no such seed, only demo, empty and large=N")

// Seed returns a state by its name: demo, empty, or large=10000 for that many
// mailboxes.
func Seed(name string) (simulator.State, error) {
	count, isLarge := strings.CutPrefix(name, "large=")
	switch {
	case name == "demo":
		return demoState()
	case name == "empty":
		return simulator.State{}, nil
	case isLarge:
		n, err := strconv.Atoi(count)
		if err != nil || n < 0 || n > maxMailboxes {
			return simulator.State{}, fmt.Errorf("large=%s: must be a number of mailboxes from 0 to %d", count, maxMailboxes)
		}
		return largeState(n), nil
	}
	return simulator.State{}, ErrNoSeed
}

// demoState has a key and a certificate for the daemon app registration.
func demoState() (simulator.State, error) {
	state, err := ParseState(demo)
	for i, reg := range state.OAuthRegs {
		if reg.Daemon && err == nil {
			state.OAuthRegs[i].ClientSecret2, state.OAuthRegs[i].ClientSecret, err = credentials.NewCertificate("Acme Aurinko daemon")
		}
	}
	return state, err
}

// largeState has a service account for each 500 mailboxes.
func largeState(mailboxes int) simulator.State {
	var state simulator.State
	scopes := []string{"Mail.ReadWrite", "Mail.Send", "Calendar.ReadWrite"}
	parent := int64(0)
	for i := range mailboxes {
		id := int64(simulator.DefaultFirstID + len(state.Accounts))
		domain := fmt.Sprintf("customer-%d.example", i/500+1)
		if i%500 == 0 {
			parent = id
			state.Accounts = append(state.Accounts, &simulator.Account{
				ID: id, Type: simulator.Daemon, ServiceType: "Google", Name: "Customer " + strconv.Itoa(i/500+1), AuthOrgID: domain,
				AuthUserID: strconv.Itoa(100_000 + i), Email: "aurinko@" + domain, ClientOrgID: "customer-" + strconv.Itoa(i/500+1), AuthScopes: scopes,
			})
			id++
		}
		status := "active"
		if i%400 == 399 {
			status = "dead"
		}
		state.Accounts = append(state.Accounts, &simulator.Account{
			ID: id, ParentID: parent, Type: simulator.Managed, ServiceType: "Google", TokenStatus: status, AuthScopes: scopes,
			Email: fmt.Sprintf("mailbox-%05d@%s", i+1, domain), Name: fmt.Sprintf("Mailbox %05d", i+1), Timezone: "Europe/Vienna",
		})
	}
	return state
}

// ParseState reads a state, YAML or JSON, and checks it. What a managed account
// leaves out it has from its service account: service type and scopes.
func ParseState(text []byte) (simulator.State, error) {
	var state simulator.State
	if err := yaml.UnmarshalStrict(text, &state); err != nil {
		return state, err
	}
	if state.Version != 0 && state.Version != simulator.StateVersion {
		return state, fmt.Errorf("its version is %d, and this simulator reads %d", state.Version, simulator.StateVersion)
	}
	for i, reg := range state.OAuthRegs {
		if !slices.Contains(simulator.OAuthServiceTypes, reg.ServiceType) {
			return state, fmt.Errorf("oauthRegs[%d]: serviceType must be one of %s", i, strings.Join(simulator.OAuthServiceTypes, ", "))
		}
	}
	service := map[int64]*simulator.Account{}
	seen := map[int64]bool{}
	for i, a := range state.Accounts {
		switch {
		case a == nil:
			return state, fmt.Errorf("accounts[%d] is empty", i)
		case a.ID != 0 && seen[a.ID]:
			return state, fmt.Errorf("accounts[%d]: ID %d is there twice", i, a.ID)
		case a.Type == simulator.Daemon:
			service[a.ID] = a
		}
		seen[a.ID] = true
	}
	for i, a := range state.Accounts {
		if err := checkAccount(a, service[a.ParentID]); err != nil {
			return state, fmt.Errorf("accounts[%d]: %w", i, err)
		}
	}
	for i, s := range state.Subscriptions {
		if !seen[s.AccountID] || s.Resource == "" || s.NotificationURL == "" {
			return state, fmt.Errorf("subscriptions[%d] needs a resource, a notificationUrl and the accountId of an account with an ID", i)
		}
	}
	for i, p := range state.BookingProfiles {
		if p.AccountID != 0 && !seen[p.AccountID] {
			return state, fmt.Errorf("bookingProfiles[%d]: there is no account %d", i, p.AccountID)
		}
	}
	return state, nil
}

// checkAccount completes an account from its service account, and returns what
// is wrong with it.
func checkAccount(a, parent *simulator.Account) error {
	serviceTypes := simulator.DaemonServiceTypes
	switch a.Type {
	case simulator.Daemon:
	case "", simulator.Managed:
		if a.ParentID == 0 && a.Type == "" {
			a.Type = simulator.Personal
			return checkAccount(a, parent)
		}
		if parent == nil {
			return fmt.Errorf("parentId %d is no service account", a.ParentID)
		}
		a.Type = simulator.Managed
		if a.ServiceType == "" {
			a.ServiceType = parent.ServiceType
		}
		if a.AuthScopes == nil {
			a.AuthScopes = parent.AuthScopes
		}
	case simulator.Personal:
		serviceTypes = simulator.PersonalServiceTypes
	default:
		return fmt.Errorf("type must be %s, %s or %s", simulator.Daemon, simulator.Managed, simulator.Personal)
	}
	switch {
	case !slices.Contains(serviceTypes, a.ServiceType):
		return fmt.Errorf("serviceType must be one of %s", strings.Join(serviceTypes, ", "))
	case a.Type != simulator.Managed && a.ParentID != 0:
		return errors.New("parentId is for managed accounts")
	case a.Type == simulator.Managed && a.ServiceType != parent.ServiceType:
		return fmt.Errorf("serviceType must be that of the service account, %s", parent.ServiceType)
	case a.Email == "" && a.LoginString == "":
		return errors.New("email or loginString is missing")
	}
	return checkValues(a)
}

var tokenStatuses = []string{"active", "invalid", "dead"}

// checkValues returns what is wrong with what can change of an account.
func checkValues(a *simulator.Account) error {
	if a.TokenStatus != "" && !slices.Contains(tokenStatuses, a.TokenStatus) {
		return fmt.Errorf("tokenStatus must be one of %s", strings.Join(tokenStatuses, ", "))
	}
	for _, scope := range a.AuthScopes {
		if !slices.Contains(simulator.Scopes, scope) {
			return fmt.Errorf("there is no scope %q, only %s", scope, strings.Join(simulator.Scopes, ", "))
		}
	}
	return nil
}
