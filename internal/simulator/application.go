package simulator

import "net/http"

// SigningSecret is the signing secret of the only application. It is a fake.
const SigningSecret = "simulator-signing-secret"

func (s *Server) getApplication(c *call) (answer, error) {
	return answer{http.StatusOK, object{
		"id":                      int64(1),
		"name":                    "Simulator",
		"syncAvailable":           true,
		"internalServicesEnabled": false,
		"createdAt":               timestamp(s.started),
		"applicationType":         "web",
		"outlookManifestId":       nil,
		"capabilities":            []string{"Calendar", "Contacts", "Mail", "Tasks"},
		"trial":                   false,
		"signingSecret":           SigningSecret,
	}}, nil
}
