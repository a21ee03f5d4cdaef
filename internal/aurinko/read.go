package aurinko

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// RefreshAccount reads an account for a refresh, in which many are read: from
// the listing, once that is cheaper (see bulk). An account that this run has
// written is read anew, and one that is not listed is asked for by id before
// it counts as gone. The error is a 404 only when it is.
func (c *Client) RefreshAccount(ctx context.Context, id AccountID, service bool) (Account, error) {
	c.registry.mu.Lock()
	c.registry.refreshed[id] = true
	c.registry.mu.Unlock()
	if c.config.BulkRefresh && !c.registry.isWritten(id) && !c.registry.isDeleted(id) {
		account, ok, err := c.registry.bulk(service).read(ctx, id)
		if ok || err != nil {
			return account, err
		}
	}
	return c.ReadAccount(ctx, id, service)
}

// WasRefreshed reports whether RefreshAccount was asked for an account.
func (c *Client) WasRefreshed(id AccountID) bool {
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	return c.registry.refreshed[id]
}

// ReadAccount reads an account by its id. The error is a 404 (see IsNotFound)
// only when the account is gone: a service account must be absent from its
// listing too.
func (c *Client) ReadAccount(ctx context.Context, id AccountID, service bool) (Account, error) {
	if !service {
		return c.getAccount(ctx, id)
	}
	c.registry.mu.Lock()
	noGet := c.registry.noServiceGet
	c.registry.mu.Unlock()
	if noGet {
		return c.listedServiceAccount(ctx, id)
	}
	account, err := c.getAccount(ctx, id)
	if !isRefusal(err) {
		return account, err
	}
	account, listErr := c.listedServiceAccount(ctx, id)
	if listErr == nil {
		c.registry.mu.Lock()
		c.registry.noServiceGet = true
		c.registry.mu.Unlock()
		return account, nil
	}
	if IsNotFound(listErr) && StatusOf(err) == http.StatusForbidden {
		// Neither call shows it, but the first did not say that it is gone.
		return Account{}, err
	}
	return Account{}, listErr
}

// listedServiceAccount finds a service account in a fresh listing.
func (c *Client) listedServiceAccount(ctx context.Context, id AccountID) (Account, error) {
	for account, err := range c.Accounts(ctx, true) {
		if err != nil {
			return Account{}, err
		}
		if account.ID == id {
			return account, nil
		}
	}
	return Account{}, &Error{
		Method: http.MethodGet, Route: "/am/svc_accounts", Status: http.StatusNotFound,
		Err: errNotListed,
	}
}

var errNotListed = errors.New("the account is not listed")

// NotServiceAccountError says that an account is not a service account.
type NotServiceAccountError struct {
	ID   AccountID
	Type string // personal or managed
}

func (e *NotServiceAccountError) Error() string {
	return fmt.Sprintf("account %s is a %s account, not a service account", e.ID, e.Type)
}

// ServiceTypeOf returns the service type of a service account, which its
// managed accounts share. Each service account is asked for once in a run.
func (c *Client) ServiceTypeOf(ctx context.Context, id AccountID) (string, error) {
	c.registry.mu.Lock()
	serviceType := c.registry.serviceTypes[id]
	c.registry.mu.Unlock()
	if serviceType != "" {
		return serviceType, nil
	}
	arrives := c.registry.flight.DoChan("service type of "+id.String(), func() (_ any, err error) {
		defer recovered(&err)
		account, err := c.ReadAccount(context.WithoutCancel(ctx), id, true)
		if err != nil {
			return "", err
		}
		if !account.IsService() {
			return "", &NotServiceAccountError{ID: id, Type: account.Type}
		}
		if account.ServiceType == "" {
			return "", &UnwritableError{ID: id, Missing: "its mail service"}
		}
		c.registry.setServiceType(id, account.ServiceType)
		return account.ServiceType, nil
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case result := <-arrives:
		if result.Err != nil {
			return "", result.Err
		}
		return result.Val.(string), nil
	}
}
