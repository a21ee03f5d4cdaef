package aurinko

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

// Application is the Aurinko application that the client speaks for [S]. Any
// field can be absent. Its signing secret, which the API returns too, is decoded by
// SigningSecret alone.
type Application struct {
	ID                      Identifier `json:"id"`
	Name                    string     `json:"name"`
	ApplicationType         string     `json:"applicationType"`
	SyncAvailable           *bool      `json:"syncAvailable"`
	InternalServicesEnabled *bool      `json:"internalServicesEnabled"`
	Trial                   *bool      `json:"trial"`
	OutlookManifestID       Identifier `json:"outlookManifestId"`
	Capabilities            []string   `json:"capabilities"` // nil when absent
	CreatedAt               string     `json:"createdAt"`    // RFC 3339
}

// Identifier is an ID whose type is not documented: a number or a text.
type Identifier string

// UnmarshalJSON reads a number as it is written, a text, or null.
func (id *Identifier) UnmarshalJSON(data []byte) error {
	if !strings.HasPrefix(string(data), `"`) {
		var number json.Number
		err := json.Unmarshal(data, &number)
		*id = Identifier(number)
		return err
	}
	return json.Unmarshal(data, (*string)(id))
}

// Application reads the application [S].
func (c *Client) Application(ctx context.Context) (Application, error) {
	var application Application
	err := c.do(ctx, applicationRequest, &application)
	return application, err
}

// SigningSecret reads the secret that Aurinko signs the application's webhooks with
// [S]; empty when the API does not return it.
func (c *Client) SigningSecret(ctx context.Context) (string, error) {
	var application struct {
		SigningSecret string `json:"signingSecret"`
	}
	err := c.do(ctx, applicationRequest, &application)
	c.redactor.add(application.SigningSecret)
	return application.SigningSecret, err
}

var applicationRequest = request{
	method: http.MethodGet, route: "/am/application", path: []string{"am", "application"}, repeatable: true,
}
