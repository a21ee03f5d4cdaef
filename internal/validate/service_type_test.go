package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestDaemonServiceType(t *testing.T) {
	t.Parallel()

	const problem = "must be Aurinko's name of a mail service that has service accounts. Valid service types: Google, GoogleBot, Office365, EWS,"
	checkStrings(t, validate.DaemonServiceType(), map[string]string{
		"Google":     valid,
		"EWS":        valid,
		"MCTrade":    valid,
		"google":     `Did you mean "Google"?`,
		"Ews":        `Did you mean "EWS"?`,
		"Office 365": `Did you mean "Office365"?`,
		"Office":     `Did you mean "Office365"?`,
		"IMAP":       problem,
		"exchange":   problem,
		"abc":        problem,
		"":           problem,
		"hunter2":    problem,
	})
}

func TestAccountServiceType(t *testing.T) {
	t.Parallel()

	const problem = "must be Aurinko's name of a mail service. Service types that are known: Google,"
	checkStrings(t, validate.AccountServiceType(), map[string]string{
		"Google":     valid,
		"EWS":        valid,
		"IMAP":       valid,
		"iCloud":     valid, // not published, but it may be one
		"Zoom":       valid,
		"imap":       `Did you mean "IMAP"?`,
		"Gogle":      `Did you mean "Google"?`,
		"Office 365": `Did you mean "Office365"?`,
		"Sales Org":  problem,
		"365":        problem,
		"":           problem,
		"hunter2 ":   problem,
	})
}
