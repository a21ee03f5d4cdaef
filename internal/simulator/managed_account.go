package simulator

func (s *Server) saveManagedAccount(c *call) (answer, error) {
	parentID, err := c.accountID("accId")
	if err != nil {
		return answer{}, err
	}
	parent, ok := s.Account(parentID)
	if !ok {
		return answer{}, noAccount(parentID)
	}
	if parent.Type != Daemon {
		return answer{}, badRequest("Account %d is not a service account", parentID)
	}
	in, err := decodeBody[accountIn](c)
	if err != nil {
		return answer{}, err
	}
	a, err := in.account(DaemonServiceTypes, s.Now())
	if err != nil {
		return answer{}, err
	}
	if a.ServiceType != parent.ServiceType {
		return answer{}, badRequest("serviceType is %s, but the service account's is %s", a.ServiceType, parent.ServiceType)
	}
	a.Type, a.ParentID = Managed, parentID
	return s.save(c, a)
}
