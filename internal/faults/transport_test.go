package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// inProcess is a round-tripper that calls a server without a socket, so that it
// works in a bubble of testing/synctest. As over a socket, a client that does
// not wait any longer has gone without the answer, a handler that panics with
// http.ErrAbortHandler drops the connection, and one that writes less than it
// announced cuts its answer short.
type inProcess struct {
	handler http.Handler
	// swallow, when set, tells which requests are served and never answered.
	swallow func(*http.Request) bool
}

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	incoming := req.Clone(req.Context())
	incoming.RequestURI = req.URL.RequestURI()
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	swallowed := p.swallow != nil && p.swallow(req)
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
		p.handler.ServeHTTP(recorder, incoming)
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
