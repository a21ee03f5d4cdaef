package aurinko

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const oauthRoute = "/am/oauth_regs"

// OAuthRegistration is an app registration of the Aurinko application at a
// mail service (OAuthReg [S]). An application has at most one for each pair of
// ServiceType and Daemon [I].
type OAuthRegistration struct {
	ServiceType             string     `json:"serviceType"`
	Daemon                  bool       `json:"daemon"`
	Scopes                  ScopeNames `json:"scopes,omitempty"` // nil when not told
	ClientID                string     `json:"clientId,omitempty"`
	ClientSecret            string     `json:"clientSecret,omitempty"`  // secret; may come back masked
	ClientSecret2           string     `json:"clientSecret2,omitempty"` // see SetDaemonSecrets
	TopicName               *string    `json:"topicName,omitempty"`     // Google: the Pub/Sub topic of Gmail's notifications
	IntermediateCallbackURL *string    `json:"intermediateCallbackUrl,omitempty"`
}

// ErrNoRegistration says that the application has no such OAuth registration.
var ErrNoRegistration = errors.New("the application has no such OAuth registration")

// OAuthRegistration finds a registration [S], or ErrNoRegistration.
func (c *Client) OAuthRegistration(ctx context.Context, serviceType string, daemon bool) (OAuthRegistration, error) {
	for registration, err := range listRegistrations[OAuthRegistration](ctx, c) {
		if err != nil {
			return OAuthRegistration{}, err
		}
		if strings.EqualFold(registration.ServiceType, serviceType) && registration.Daemon == daemon {
			return registration, nil
		}
	}
	return OAuthRegistration{}, ErrNoRegistration
}

// listRegistrations lists the registrations [S]. No limit is known for this
// call, and they are few.
func listRegistrations[T any](ctx context.Context, c *Client) iter.Seq2[T, error] {
	return list[T](ctx, c, listed{route: oauthRoute, path: []string{"am", "oauth_regs"}}, 0)
}

// PublicRegistration is what of a registration is no secret. The secrets, which
// the API may answer too, are never decoded.
type PublicRegistration struct {
	ServiceType             string     `json:"serviceType"`
	Daemon                  bool       `json:"daemon"`
	Scopes                  ScopeNames `json:"scopes"` // nil when not told
	ClientID                string     `json:"clientId"`
	TopicName               string     `json:"topicName"`
	IntermediateCallbackURL string     `json:"intermediateCallbackUrl"`
}

// PublicRegistrations returns the application's registrations, sorted by service
// type, each before its daemon.
func (c *Client) PublicRegistrations(ctx context.Context) ([]PublicRegistration, error) {
	var registrations []PublicRegistration
	for registration, err := range listRegistrations[PublicRegistration](ctx, c) {
		if err != nil {
			return nil, err
		}
		registrations = append(registrations, registration)
	}
	slices.SortStableFunc(registrations, func(a, b PublicRegistration) int {
		switch {
		case a.ServiceType != b.ServiceType:
			return strings.Compare(a.ServiceType, b.ServiceType)
		case a.Daemon == b.Daemon:
			return 0
		case a.Daemon:
			return 1
		}
		return -1
	})
	return registrations, nil
}

// SaveOAuthRegistration creates or replaces a registration [I].
func (c *Client) SaveOAuthRegistration(ctx context.Context, r OAuthRegistration) error {
	_, err := c.do(ctx, request{
		method: http.MethodPost, route: oauthRoute, path: []string{"am", "oauth_regs"},
		body: r, secrets: []string{r.ClientSecret, r.ClientSecret2}, repeatable: true,
	}, nil)
	return err
}

// DeleteOAuthRegistration deletes a registration [I]. One that is gone already
// is a success: a 404 is believed only when the listing agrees, since a server
// that does not take the call answers 404 as well.
func (c *Client) DeleteOAuthRegistration(ctx context.Context, serviceType string, daemon bool) error {
	_, err := c.do(ctx, request{
		method: http.MethodDelete, route: oauthRoute, path: []string{"am", "oauth_regs"},
		query:      url.Values{"serviceType": {serviceType}, "daemon": {strconv.FormatBool(daemon)}},
		repeatable: true,
	}, nil)
	if IsNotFound(err) {
		if _, listErr := c.OAuthRegistration(ctx, serviceType, daemon); errors.Is(listErr, ErrNoRegistration) {
			err = nil
		}
	}
	if err == nil {
		c.registry.release(registrationIdentity(serviceType, daemon))
	}
	return err
}

// IsUnsupportedWrite reports whether err means that the server does not take
// OAuth settings through the API.
func IsUnsupportedWrite(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Route == oauthRoute && e.Method != http.MethodGet && isUnsupportedWrite(err)
}

// RegistrationExistsError says that the application has the registration that
// was to be created; nothing was written.
type RegistrationExistsError struct{ ClientID string }

func (e *RegistrationExistsError) Error() string { return "the registration is there already" }

// CreateOAuthRegistration writes a registration. Unless adopt is set it looks
// first whether there is one, and writes nothing if so
// (*RegistrationExistsError).
//
// A second create of the same registration in a run is an error too
// (*ClaimedError): the two would overwrite each other.
func (c *Client) CreateOAuthRegistration(ctx context.Context, r OAuthRegistration, adopt bool) error {
	identity := registrationIdentity(r.ServiceType, r.Daemon)
	if err := c.registry.claim(identity, 0); err != nil {
		return err
	}
	err := c.createOAuthRegistration(ctx, r, adopt)
	if err != nil {
		c.registry.release(identity)
	}
	return err
}

func registrationIdentity(serviceType string, daemon bool) string {
	return fmt.Sprintf("registration\x00%s\x00%t", strings.ToLower(serviceType), daemon)
}

func (c *Client) createOAuthRegistration(ctx context.Context, r OAuthRegistration, adopt bool) error {
	if !adopt {
		found, err := c.OAuthRegistration(ctx, r.ServiceType, r.Daemon)
		if err == nil {
			return &RegistrationExistsError{ClientID: found.ClientID}
		}
		if !errors.Is(err, ErrNoRegistration) {
			return err
		}
	}
	err := c.SaveOAuthRegistration(ctx, r)
	if isAmbiguous(err) && ctx.Err() == nil {
		// Nobody answered. What is there now has been made by this call, since
		// none was there before; an adopting call cannot know that.
		found, readErr := c.OAuthRegistration(ctx, r.ServiceType, r.Daemon)
		if readErr == nil && strings.EqualFold(found.ClientID, r.ClientID) && !adopt {
			return nil
		}
	}
	return err
}
