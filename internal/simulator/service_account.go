package simulator

// DaemonServiceTypes are those of service accounts, and so of managed ones.
var DaemonServiceTypes = []string{
	"Google", "GoogleBot", "Office365", "EWS", "MsTeamsBot", "Slack", "SlackBot", "ZoomBot", "MCTrade", "Zoho",
}

func (s *Server) listServiceAccounts(c *call) (answer, error) {
	return s.list(c, DaemonServiceTypes, func(a *Account) bool { return a.Type == Daemon })
}

func (s *Server) saveServiceAccount(c *call) (answer, error) {
	in, err := decodeBody[accountIn](c)
	if err != nil {
		return answer{}, err
	}
	a, err := in.account(DaemonServiceTypes, s.Now())
	if err != nil {
		return answer{}, err
	}
	if err := s.checkCredentials(c, in); err != nil {
		return answer{}, err
	}
	a.Type = Daemon
	return s.save(c, a)
}

// checkCredentials refuses a service account that its mail provider could not
// know or let in.
func (s *Server) checkCredentials(c *call, in accountIn) error {
	required := func(fields ...[2]string) error {
		for _, field := range fields {
			if name, value := field[0], field[1]; value == "" {
				return badRequest("%s is missing for a service account of type %s", name, in.ServiceType)
			}
		}
		return nil
	}
	switch in.ServiceType {
	case "Google":
		return required(
			[2]string{"authUserId", in.AuthUserID},
			[2]string{"authString1", in.AuthString1},
			[2]string{"authString2", in.AuthString2},
		)
	case "EWS":
		return required(
			[2]string{"serverUrl", in.ServerURL},
			[2]string{"loginString", in.LoginString},
			[2]string{"authString1", in.AuthString1},
			[2]string{"authString2", in.AuthString2},
		)
	case "Office365":
		if err := required([2]string{"authOrgId", in.AuthOrgID}); err != nil {
			return err
		}
		if !c.quirks.NoDaemonCheck && !s.hasOAuthReg("Office365", true) {
			return badRequest("No Office 365 daemon registration")
		}
	}
	return nil
}
