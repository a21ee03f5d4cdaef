package aurinko

import "slices"

// daemonServiceTypes are the service types of service accounts, in the order of
// the API reference's enumeration [D].
var daemonServiceTypes = []string{
	ServiceGoogle, "GoogleBot", ServiceOffice365, ServiceExchange, "MsTeamsBot", "Slack", "SlackBot", "ZoomBot", "MCTrade", ServiceZoho,
}

// KnownServiceTypes are the service types of accounts of any kind, as far as
// they are published. There may be more.
func KnownServiceTypes() []string {
	known := slices.Clone(daemonServiceTypes)
	for _, name := range accountServiceTypes {
		if !slices.Contains(known, name) {
			known = append(known, name)
		}
	}
	return known
}
