// Package aurinko is a client for the part of the Aurinko API that the
// provider needs. It knows nothing of Terraform.
//
// Facts about the remote API carry a mark: [D] documented by Aurinko, [S] seen
// in Aurinko's own client library, [I] inferred from the conventions of the
// rest. Each inferred fact stands in inferred.go, so that one edit corrects it.
package aurinko

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Defaults of Config, and the limits within which its values make sense.
const (
	DefaultBaseURL           = "https://api.aurinko.io" // [D]
	DefaultRequestsPerSecond = 200                      // Aurinko allows an application 250 [D]
	DefaultMaxRetries        = 6
	DefaultRequestTimeout    = 60 * time.Second
)

// maxAnswer is how many bytes of an answer are read. The largest answers are
// pages of accounts, at about 2 KiB each.
const maxAnswer = 16 << 20

// Config is what a client is made of. Zero values mean the defaults, except
// for MaxRetries, where zero means none.
type Config struct {
	BaseURL           string
	ClientID          string
	ClientSecret      string
	UserAgent         string
	RequestsPerSecond int
	MaxRetries        int
	RequestTimeout    time.Duration // of one attempt
	BulkRefresh       bool          // see RefreshAccount

	// Unknown names the settings whose values are not known yet, as happens
	// while planning. A client with any refuses every call.
	Unknown []string

	// Log, when set, is told of every attempt.
	Log func(context.Context, Attempt)

	// Transport is the innermost round-tripper; nil means a new
	// http.Transport with the standard library's defaults.
	Transport http.RoundTripper
}

// Client speaks for one Aurinko application. It is safe for concurrent use.
type Client struct {
	base    *url.URL
	config  Config
	http    *retryablehttp.Client
	secrets []string // never to appear in an error or a log

	sentLock sync.Mutex
	sent     []string // the secrets that this run has sent

	gate     gate
	registry registry

	serverAhead atomic.Pointer[time.Duration] // see serverTime
}

// New makes a client. It does no network call.
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
	c.secrets = []string{config.ClientSecret}
	c.http = newHTTPClient(config)
	c.registry.init(c)
	return c, nil
}

// request is one call of the API, before it is sent.
type request struct {
	method string
	route  string   // the path as documented, without /v1: "/am/accounts/{id}"
	path   []string // its segments, unescaped
	query  url.Values
	// account is whom the call is made on behalf of; 0 for the application.
	account AccountID
	body    any
	// secrets are the secret values in body; do adds the client's own.
	secrets []string
	// repeatable says that sending the request twice does what sending it
	// once does.
	repeatable bool
}

// do sends a request, with retries, and decodes the JSON answer into out; with
// a nil out the answer's body may be anything but a page of HTML. Failures are
// of type *Error, except for an unknown configuration (*UnknownConfigError) and
// the context's own end.
func (c *Client) do(ctx context.Context, r request, out any) (answer, error) {
	if len(c.config.Unknown) > 0 {
		return answer{}, &UnknownConfigError{Names: c.config.Unknown}
	}
	leave, err := c.gate.enter(ctx)
	if err != nil {
		return answer{}, err
	}
	defer func() { leave(err) }()
	var a answer
	a, err = c.send(ctx, r, out)
	return a, err
}

// clean masks in an account's last error what this run has sent as a secret: a
// mail service may repeat it. What an earlier run has sent is not known here.
func (c *Client) clean(a *Account) {
	if a.TokenError == "" {
		return
	}
	c.sentLock.Lock()
	secrets := slices.Concat(c.secrets, c.sent)
	c.sentLock.Unlock()
	a.TokenError = shown(a.TokenError, secrets, 1000)
}

func (c *Client) send(ctx context.Context, r request, out any) (answer, error) {
	if len(r.secrets) > 0 {
		c.sentLock.Lock()
		c.sent = append(c.sent, r.secrets...)
		c.sentLock.Unlock()
	}
	r.secrets = slices.Concat(r.secrets, c.secrets)
	call := &call{request: r, wantsJSON: out != nil, started: time.Now()}
	req, err := c.newRequest(withCall(ctx, call), r)
	if err != nil {
		return answer{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			call.ambiguous = call.ambiguous || call.attempts > 0
		}
		return call.answer(nil), c.transportError(ctx, call, err)
	}
	defer resp.Body.Close()
	c.noteServerTime(resp)
	body, err := readAll(resp.Body)
	if err != nil {
		return call.answer(resp), c.transportError(ctx, call, err)
	}

	if !isSuccess(resp.StatusCode) {
		return call.answer(resp), c.statusError(call, resp, body)
	}
	if out != nil {
		// A null would be decoded without an error, and tell nothing.
		if err := unmarshal(body, out); err != nil || string(bytes.TrimSpace(body)) == "null" {
			return call.answer(resp), c.unreadableError(call, resp, body)
		}
	} else if isPage(body) {
		return call.answer(resp), c.unreadableError(call, resp, body)
	}
	return call.answer(resp), nil
}

// answer is what a call is known by afterwards, beside its body.
type answer struct {
	// serverStart is a lower bound, on the server's own clock, of when the
	// first attempt arrived. Zero when the server sent no usable Date.
	serverStart time.Time
	started     time.Time // on our clock; zero when nothing was answered
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
		req.Header.Set("X-Aurinko-Account-Id", r.account.String()) // [D]
	}
	return req, nil
}
