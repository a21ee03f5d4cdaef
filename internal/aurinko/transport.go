package aurinko

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

const (
	backoffBase = 500 * time.Millisecond
	backoffMax  = 16 * time.Second

	// A server that asks for a longer wait than this gets none: the user is
	// better served by an error that says so.
	longestRetryAfter = 2 * time.Minute

	// An attempt to connect takes the time-out twice at most, once for the
	// connection and once for TLS. A server that refuses connections is tried a
	// few times within five seconds, backoff included.
	connectTimeout    = 5 * time.Second
	mostConnects      = 4
	unreachableWithin = 2 * time.Second

	// All attempts together at a server that has never answered anything.
	silentWithin = 90 * time.Second
)

// call is the state of one request across its attempts. It travels in the
// context, which is all that the retry policy is given.
type call struct {
	request
	client    *Client
	wantsJSON bool
	attempts  int
	started   time.Time
	attempted time.Time // when the last attempt began
	refused   int       // attempts in a row that could not connect
	refusedAt time.Time // when the first of these began
	// ambiguous: an attempt ended so that it may have taken effect.
	ambiguous  bool
	retryAfter time.Duration // what the last answer asked for
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

func callFrom(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// newHTTPClient builds the chain, outermost first: retry, redirect policy,
// rate limit, one attempt (time-out, whole body), log, network.
func (c *Client) newHTTPClient() *retryablehttp.Client {
	network := c.config.Transport
	if network == nil {
		network = newTransport()
	}
	chain := &limitedTransport{
		limiter: newLimiter(c.config.RequestsPerSecond),
		next:    &attemptTransport{client: c, next: network},
	}
	return &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: chain, CheckRedirect: checkRedirect},
		RetryMax:     c.config.MaxRetries,
		CheckRetry:   checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
}

// mostConnections is far above the ten requests that Terraform has in flight
// unless configured otherwise; a request beyond it waits for a connection.
const mostConnections = 64

// newTransport keeps every connection that it opens for the next request. It
// speaks HTTP/2 where the server offers it, as the transport that it is cloned
// from does.
func newTransport() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext
	transport.TLSHandshakeTimeout = connectTimeout
	transport.MaxConnsPerHost = mostConnections
	transport.MaxIdleConnsPerHost = mostConnections
	return transport
}

// checkRedirect follows a redirect on the same host, and only for requests
// that write nothing: credentials go nowhere else, and a write is never
// turned into a read.
func checkRedirect(req *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) >= 5 || first.Method != http.MethodGet ||
		req.URL.Host != first.URL.Host || req.URL.Scheme != first.URL.Scheme {
		return http.ErrUseLastResponse
	}
	return nil
}

// checkRetry decides whether a request is sent again. It is not when the
// context has ended; an answer that came all the same counts.
func checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if err != nil && ctx.Err() != nil {
		return false, ctx.Err()
	}
	again := callFrom(ctx).mayRepeat(resp, err)
	return again && ctx.Err() == nil, nil
}

// mayRepeat judges the outcome of an attempt: whether another one may help and
// does no harm. It notes when this one may have taken effect.
func (c *call) mayRepeat(resp *http.Response, err error) bool {
	if err != nil {
		switch {
		case isPermanent(err):
			c.ambiguous = c.ambiguous || !isUnsent(err)
			return false
		case isUnsent(err):
			if c.refused++; c.refused == 1 {
				c.refusedAt = c.attempted
			}
			return c.refused < mostConnects && time.Since(c.refusedAt) < unreachableWithin
		}
		c.refused = 0
		c.ambiguous = true
		return c.repeatable && !(c.isSilent(err) && c.timeLeft() < connectTimeout)
	}

	c.refused = 0
	c.retryAfter = parseRetryAfter(resp.Header.Get("Retry-After"), time.Now())
	again := false
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests: // refused before any effect
		again = true
	case status == http.StatusRequestTimeout,
		status >= 500 && status != http.StatusNotImplemented, // gateways have more of them than the documented ones
		isSuccess(status) && !c.isAnswered(resp):
		c.ambiguous = true
		again = c.repeatable
	}
	return again && c.retryAfter <= longestRetryAfter
}

// isSilent reports whether an attempt timed out at a server that has never
// answered anything.
func (c *call) isSilent(err error) bool {
	return errors.Is(err, errAttemptTimeout) && !c.client.answered.Load()
}

// timeLeft returns how much longer a server that has never answered is tried.
func (c *call) timeLeft() time.Duration { return silentWithin - time.Since(c.started) }

// timeout returns the time-out of the next attempt. The first one has all that
// is configured.
func (c *call) timeout() time.Duration {
	timeout := c.client.config.RequestTimeout
	if c.attempts > 1 && !c.client.answered.Load() {
		timeout = min(timeout, max(connectTimeout, c.timeLeft()))
	}
	return timeout
}

func isSuccess(status int) bool { return status >= 200 && status <= 299 }

// isAnswered looks into the body of a success, which attemptTransport has read
// already. What is not JSON where that is wanted, or is a page where anything
// will do, comes from something between here and Aurinko.
func (c *call) isAnswered(resp *http.Response) bool {
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return false
	}
	if c.wantsJSON {
		return json.Valid(body)
	}
	return !isPage(body)
}

// isPage reports whether a body is HTML, or XML.
func isPage(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// isPermanent reports errors that another attempt cannot mend.
func isPermanent(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		unknownCA    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
	)
	return errors.As(err, &verification) || errors.As(err, &unknownCA) || errors.As(err, &hostname) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.Is(err, errTooLarge)
}

// unsentError is an error that came before there was a connection.
type unsentError struct{ error }

func (e unsentError) Unwrap() error { return e.error }

// isUnsent reports errors that came before a byte of the request was sent.
func isUnsent(err error) bool {
	var (
		unsent unsentError
		op     *net.OpError
	)
	return errors.As(err, &unsent) || errors.As(err, &op) && op.Op == "dial"
}

// backoff is exponential with full jitter, and never less than the server
// asked for.
func backoff(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
	ceiling := min(backoffMax, backoffBase<<min(attempt, 10))
	wait := rand.N(ceiling)
	if resp != nil {
		if call := callFrom(resp.Request.Context()); call != nil {
			wait = max(wait, call.retryAfter)
		}
	}
	return wait
}

// parseRetryAfter reads both forms of the header: seconds, and an HTTP date.
// It returns zero for anything else.
func parseRetryAfter(value string, now time.Time) time.Duration {
	seconds, err := strconv.ParseUint(value, 10, 31)
	if err == nil || errors.Is(err, strconv.ErrRange) { // out of range, it is the largest value
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}

// limitedTransport holds requests back to the rate that the application is
// allowed, and slows all of them down when the server says it is too much.
type limitedTransport struct {
	limiter *limiter
	next    http.RoundTripper
}

func (t *limitedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.limiter.wait(req.Context()); err != nil {
		return nil, err
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil {
		if resp.StatusCode == http.StatusTooManyRequests {
			t.limiter.refused(parseRetryAfter(resp.Header.Get("Retry-After"), time.Now()))
		} else {
			t.limiter.answered()
		}
	}
	return resp, err
}

// Attempt is one attempt of a request, for a log. It holds no secret.
type Attempt struct {
	Method    string
	Route     string
	Number    int // from 1
	Status    int // 0 when no answer came
	Duration  time.Duration
	RequestID string
	Err       error // why no answer came; without the URL
	Sent      Body
	Answered  Body
}

// attemptTransport makes one attempt: it ends after the time-out, reads the
// whole body within a bound, so that a truncated one counts as a failed
// attempt, and writes the log.
type attemptTransport struct {
	client *Client
	next   http.RoundTripper
}

func (t *attemptTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	call := callFrom(req.Context())
	call.attempts++
	ctx := req.Context()
	if req.Method != http.MethodGet {
		var end context.CancelFunc
		ctx, end = outlive(ctx, lastWait)
		defer end()
	}
	timeout := call.timeout()
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errAttemptTimeout)
	defer cancel()

	// A connection that was wanted and never got has carried nothing.
	var connecting bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { connecting = true },
		GotConn: func(httptrace.GotConnInfo) { connecting = false },
	})

	call.attempted = time.Now()
	resp, body, err := t.attempt(req.WithContext(ctx))
	if resp != nil {
		t.client.answered.Store(true)
	}
	if err != nil && errors.Is(context.Cause(ctx), errAttemptTimeout) {
		err = fmt.Errorf("%w after %s", errAttemptTimeout, timeout.Round(time.Second))
	}
	if err != nil && connecting {
		err = unsentError{err}
	}
	t.log(req.Context(), call, resp, body, err, time.Since(call.attempted))
	if err != nil {
		return nil, err
	}
	resp.Request = req
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func (t *attemptTransport) log(ctx context.Context, call *call, resp *http.Response, body []byte, err error, took time.Duration) {
	if t.client.config.Log == nil {
		return
	}
	redactor := &t.client.redactor
	attempt := Attempt{
		Method: call.method, Route: call.route, Number: call.attempts,
		Duration: took, Err: t.client.cause(err),
		Sent: Body{call.body, redactor}, Answered: Body{body, redactor},
	}
	if resp != nil {
		attempt.Status = resp.StatusCode
		if !isSuccess(resp.StatusCode) {
			attempt.RequestID = redactor.line(parseErrorBody(body).requestID, 100)
		}
	}
	t.client.config.Log(ctx, attempt)
}

// lastWait is how long a write that is under way when its context ends is still
// waited for: its answer has the ID that belongs into the state.
const lastWait = 700 * time.Millisecond

// outlive returns a context that ends a while after ctx.
func outlive(ctx context.Context, while time.Duration) (context.Context, context.CancelFunc) {
	longer, end := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(while, end) })
	return longer, func() {
		stop()
		end()
	}
}

func (t *attemptTransport) attempt(req *http.Request) (*http.Response, []byte, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	body, err := readAll(resp.Body)
	return resp, body, err
}

var (
	errTooLarge       = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
	errAttemptTimeout = errors.New("no complete answer")
)

func readAll(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if err == nil && len(body) > maxAnswer {
		return nil, errTooLarge
	}
	return body, err
}

// withoutURL takes off the wrapper in which net/http repeats the whole URL,
// query included.
func withoutURL(err error) error {
	var wrapper *url.Error
	if errors.As(err, &wrapper) {
		return wrapper.Err
	}
	return err
}
