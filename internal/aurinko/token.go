package aurinko

import (
	"context"
	"fmt"
	"net/http"
)

// NotManagedError says that an account is not a managed account; nothing was
// written.
type NotManagedError struct {
	ID   AccountID
	Type string // personal or daemon
}

func (e *NotManagedError) Error() string {
	return fmt.Sprintf("account %s is not a managed account", e.ID)
}

// NoTokenError says that the answer to a write held no access token.
type NoTokenError struct{ ID AccountID }

func (e *NoTokenError) Error() string {
	return fmt.Sprintf("the answer to the write of account %s holds no access token", e.ID)
}

// UnwritableError says that too little is told of an account for it to be
// written again; nothing was written.
type UnwritableError struct {
	ID      AccountID
	Missing string // what is not told
}

func (e *UnwritableError) Error() string {
	return fmt.Sprintf("account %s cannot be written again, since Aurinko does not tell %s", e.ID, e.Missing)
}

// tokenResult is the answer to an upsert where the account's access token is
// what it is made for.
type tokenResult struct {
	saveResult
	AccessToken string `json:"accessToken"` // secret
}

// AccountToken obtains an access token of a managed account, in the only way
// there is: the account is read, and written again as it was read [D]. What
// the API does not tell of an account cannot be sent again; a managed account
// has nothing of that kind that its service account would not have (see
// rewritten).
//
// The token is in the result and nowhere else. An account of another kind is a
// *NotManagedError, one that is not there a 404, one of which too little is told
// an *UnwritableError, and see Update for the rest.
func (c *Client) AccountToken(ctx context.Context, id AccountID) (string, error) {
	release, err := c.registry.hold(ctx, id)
	if err != nil {
		return "", err
	}
	defer release()
	current, err := c.FindAccount(ctx, id)
	if err != nil {
		return "", err
	}
	switch {
	case !current.IsManaged() || current.Type == "" && current.ParentID == 0:
		kind := current.Type
		if current.Daemon {
			kind = TypeService
		}
		return "", &NotManagedError{ID: id, Type: kind}
	case current.ParentID == 0:
		return "", &UnwritableError{ID: id, Missing: "the service account that it is reached through"}
	case current.Email == "" && current.LoginString == "":
		return "", &UnwritableError{ID: id, Missing: "its e-mail address or its login"}
	}
	if current.ServiceType == "" {
		if current.ServiceType, err = c.ServiceTypeOf(ctx, current.ParentID); err != nil && !IsNotFound(err) {
			return "", err
		}
		if current.ServiceType == "" {
			return "", &UnwritableError{ID: id, Missing: "its mail service"}
		}
	}
	var result tokenResult
	if err := c.rewrite(ctx, current.Account, rewritten(current), &result); err != nil {
		return "", err
	}
	if result.AccessToken == "" {
		return "", &NoTokenError{ID: id}
	}
	return result.AccessToken, nil
}

// RevokeToken revokes an account's token, and the authorisation at the mail
// service behind it [D].
func (c *Client) RevokeToken(ctx context.Context, id AccountID) error {
	_, err := c.do(ctx, request{
		method: http.MethodDelete, route: "/account/token", path: []string{"account", "token"},
		account: id, repeatable: true,
	}, nil)
	if status, _, ok := tokenStatusOf(err); ok && status == "dead" {
		return nil // as it is to be
	}
	return err
}
