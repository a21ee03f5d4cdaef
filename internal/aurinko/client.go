// Package aurinko is a client for the part of the Aurinko API that the provider
// uses: types, one method per call, one error type, one transport. It knows no
// Terraform and keeps nothing of what it has read or written; package lifecycle
// does.
//
// Facts about the remote API carry a mark: [D] documented by Aurinko, [S] seen
// in Aurinko's own client library, [I] inferred from the conventions of the
// rest. Everything inferred is in inferred.go, so that one edit corrects it.
package aurinko

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Defaults of Config.
const (
	DefaultBaseURL           = "https://api.aurinko.io" // [D]
	DefaultRequestsPerSecond = 200                      // Aurinko allows an application 250 [D]
	DefaultMaxRetries        = 6
	DefaultRequestTimeout    = 60 * time.Second
)

// AccountHeader names the account on whose behalf a request is made [D].
const AccountHeader = "X-Aurinko-Account-Id"

// maxAnswer is how many bytes of an answer are read. The largest answers are
// pages of accounts, at about 2 KiB each.
const maxAnswer = 16 << 20

// Config configures a client. Zero values mean the defaults, except for
// MaxRetries, where zero means none.
type Config struct {
	BaseURL           string
	ClientID          string
	ClientSecret      string
	UserAgent         string
	RequestsPerSecond int
	MaxRetries        int
	RequestTimeout    time.Duration // of one attempt

	// Unknown names the settings whose values are not known yet, as happens
	// while planning. A client with any refuses every call.
	Unknown []string

	// Log, when set, is called with every attempt.
	Log func(context.Context, Attempt)

	// OnWait, when set, is called every ten seconds while a call waits.
	OnWait func(context.Context, Wait)

	// Transport is the innermost round-tripper; nil means a new
	// http.Transport with the standard library's defaults.
	Transport http.RoundTripper
}

// Client calls the API for one Aurinko application. It is safe for concurrent
// use.
type Client struct {
	base     *url.URL
	config   Config
	http     *retryablehttp.Client
	redactor redactor
	gate     gate
	answered atomic.Bool // the server has answered anything at all
}

// New returns a client. It makes no network call.
func New(config Config) (*Client, error) {
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}
	if config.RequestsPerSecond == 0 {
		config.RequestsPerSecond = DefaultRequestsPerSecond
	}
	if config.RequestTimeout == 0 {
		config.RequestTimeout = DefaultRequestTimeout
	}
	base, err := ParseBaseURL(config.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{base: base, config: config}
	// The second is how the Authorization header has it.
	c.redactor.add(config.ClientSecret, base64.StdEncoding.EncodeToString([]byte(config.ClientID+":"+config.ClientSecret)))
	c.http = c.newHTTPClient()
	return c, nil
}

// ClientID returns the Client ID of the client's application; empty while it is not
// known.
func (c *Client) ClientID() string { return c.config.ClientID }

// request is one call of the API, before it is sent.
type request struct {
	method string
	route  string   // the path as documented, without /v1: "/am/accounts/{id}"
	path   []string // its segments, unescaped
	query  url.Values
	// account is the account that the call is made on behalf of; 0 for the
	// application.
	account AccountID
	body    any
	secrets []string // the secret values in body or path
	// repeatable: sending the request twice does what sending it once does.
	repeatable bool
	// names: the path names one object, so that a 404 means that it is gone.
	names bool
}

// do sends a request, with retries, and decodes the JSON answer into out; with
// a nil out the answer's body may be anything but a page of HTML. Failures are
// of type *Error, except for an unknown configuration (*UnknownConfigError) and
// the context's own end.
func (c *Client) do(ctx context.Context, r request, out any) error {
	if len(c.config.Unknown) > 0 {
		return &UnknownConfigError{Names: c.config.Unknown}
	}
	defer c.watch(ctx, r)()
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return err
	}
	defer func() { leave(err) }()
	err = c.send(ctx, r, out)
	return err
}

// cause returns why no answer came, as it may be shown: an answer that cannot be
// read is repeated in such errors.
func (c *Client) cause(err error) error {
	err = withoutURL(err)
	if err == nil {
		return nil
	}
	if text := c.redactor.redact(err.Error()); text != err.Error() {
		return errors.New(text)
	}
	return err
}

func (c *Client) send(ctx context.Context, r request, out any) error {
	c.redactor.add(r.secrets...)
	call := &call{request: r, client: c, wantsJSON: out != nil, started: time.Now()}
	req, err := c.newRequest(withCall(ctx, call), r)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			call.ambiguous = call.ambiguous || call.attempts > 0
		}
		return call.transportError(ctx, err)
	}
	defer resp.Body.Close()
	body, err := readAll(resp.Body)
	if err != nil {
		return call.transportError(ctx, err)
	}
	if !isSuccess(resp.StatusCode) {
		return call.statusError(resp, body)
	}
	if out != nil {
		// A null would be decoded without an error, into nothing.
		if err := decode(body, out); err != nil || string(bytes.TrimSpace(body)) == "null" {
			return call.unreadableError(resp, body)
		}
	} else if isPage(body) {
		return call.unreadableError(resp, body)
	}
	return nil
}

func (c *Client) newRequest(ctx context.Context, r request) (*retryablehttp.Request, error) {
	segments := make([]string, 0, len(r.path)+1)
	segments = append(segments, "v1")
	for _, segment := range r.path {
		segments = append(segments, url.PathEscape(segment))
	}
	target := c.base.JoinPath(segments...)
	target.RawQuery = r.query.Encode()

	var body any
	if r.body != nil {
		var buffer bytes.Buffer
		encoder := json.NewEncoder(&buffer)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(r.body); err != nil {
			return nil, fmt.Errorf("encoding the request: %w", err)
		}
		body = buffer.Bytes()
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, target.String(), body)
	if err != nil {
		return nil, errors.New("the request's URL is not valid")
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.config.UserAgent)
	req.SetBasicAuth(c.config.ClientID, c.config.ClientSecret)
	if r.account != 0 {
		req.Header.Set(AccountHeader, r.account.String())
	}
	return req, nil
}
