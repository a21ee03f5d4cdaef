package aurinko

import (
	"context"
	"errors"
	"iter"
	"strings"
)

// OAuthRegistration is an app registration of the Aurinko application at a
// mail service (OAuthReg [S]).
type OAuthRegistration struct {
	ServiceType             string     `json:"serviceType"`
	Daemon                  bool       `json:"daemon"`
	Scopes                  ScopeNames `json:"scopes,omitempty"` // nil when absent
	ClientID                string     `json:"clientId,omitempty"`
	ClientSecret            string     `json:"clientSecret,omitempty"`  // secret; may come back masked
	ClientSecret2           string     `json:"clientSecret2,omitempty"` // see SetDaemonSecrets
	TopicName               *string    `json:"topicName,omitempty"`     // Google: the Pub/Sub topic of Gmail's notifications
	IntermediateCallbackURL *string    `json:"intermediateCallbackUrl,omitempty"`
}

// Clear empties what another state of the registration has and this one omits: an
// upsert keeps what it is not sent.
func (r *OAuthRegistration) Clear(before OAuthRegistration) {
	empty := ""
	if r.TopicName == nil && before.TopicName != nil {
		r.TopicName = &empty
	}
	if r.IntermediateCallbackURL == nil && before.IntermediateCallbackURL != nil {
		r.IntermediateCallbackURL = &empty
	}
}

// ErrNoRegistration reports that the application has no such OAuth registration.
var ErrNoRegistration = errors.New("the application has no such OAuth registration")

// ListOAuthRegistrations lists the registrations [S]. No limit is known for
// this call, and they are few.
func (c *Client) ListOAuthRegistrations(ctx context.Context) iter.Seq2[OAuthRegistration, error] {
	key := func(r OAuthRegistration) string {
		return RegistrationKey{ServiceType: r.ServiceType, Daemon: r.Daemon}.String()
	}
	return newPager(c, key, 0, "am", "oauth_regs").All(ctx)
}

// OAuthRegistration returns a registration [S], or ErrNoRegistration.
func (c *Client) OAuthRegistration(ctx context.Context, key RegistrationKey) (OAuthRegistration, error) {
	for registration, err := range c.ListOAuthRegistrations(ctx) {
		if err != nil {
			return OAuthRegistration{}, err
		}
		if strings.EqualFold(registration.ServiceType, key.ServiceType) && registration.Daemon == key.Daemon {
			return registration, nil
		}
	}
	return OAuthRegistration{}, ErrNoRegistration
}
