package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// Transport is a round-tripper that calls a handler without a socket, so that
// tests reach a server in a bubble of testing/synctest. As over a socket, a
// client that stops waiting goes without the answer, a handler that panics with
// http.ErrAbortHandler drops the connection, and one that writes less than it
// announced cuts its answer short.
type Transport struct {
	Handler http.Handler
	// Swallow, when set, reports which requests are served and never answered.
	Swallow func(*http.Request) bool
}

// RoundTrip implements http.RoundTripper.
func (t Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	incoming := req.Clone(req.Context())
	incoming.RequestURI = req.URL.RequestURI()
	if incoming.Body == nil { // a server never sees that
		incoming.Body = http.NoBody
	}
	swallowed := t.Swallow != nil && t.Swallow(req)
	recorder := httptest.NewRecorder()
	served := make(chan bool, 1) // whether to the end
	go func() {
		complete := false
		defer func() {
			if cause := recover(); cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // never wrapped: it is what net/http looks for
				panic(cause)
			}
			served <- complete
		}()
		t.Handler.ServeHTTP(recorder, incoming)
		complete = true
	}()
	var complete bool
	select {
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case complete = <-served:
	}
	if swallowed {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	resp := recorder.Result()
	announced, err := strconv.Atoi(resp.Header.Get("Content-Length"))
	switch {
	case !complete && recorder.Body.Len() == 0:
		return nil, io.ErrUnexpectedEOF
	case !complete || err == nil && announced > recorder.Body.Len():
		resp.Body = io.NopCloser(io.MultiReader(resp.Body, cutOff{}))
	}
	return resp, nil
}

type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
