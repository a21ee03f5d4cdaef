package aurinko

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// DaemonServiceTypes are the service types of service accounts, in the order of
// the API reference's enumeration [D].
var DaemonServiceTypes = []string{
	ServiceGoogle, "GoogleBot", ServiceOffice365, ServiceExchange, "MsTeamsBot", "Slack", "SlackBot", "ZoomBot", "MCTrade", ServiceZoho,
}

// KnownServiceTypes are the service types of accounts of any kind, as far as
// they are published: those of service accounts, which managed accounts share,
// and those that the reference mentions for others. There may be more.
var KnownServiceTypes = slices.Concat(DaemonServiceTypes, []string{"IMAP", "NetSuite", "Salesforce"})

// NearestServiceType returns the one of the names that an unknown one is a slip
// of: written in another case, or with so many letters wrong at most. It
// returns "" when there is none.
func NearestServiceType(name string, among []string, wrong int) string {
	nearest := ""
	for _, known := range among {
		if distance := levenshtein.Distance(strings.ToLower(name), strings.ToLower(known), nil); distance < wrong || distance == wrong && nearest == "" {
			nearest, wrong = known, distance
		}
	}
	return nearest
}
