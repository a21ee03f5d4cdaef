package simulator

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A Fault makes requests fail. Which ones is said by the first five fields,
// how by one of the others; Latency may be combined with any.
//
// One thing to know when counting with Times: Go's own HTTP client silently
// repeats a GET or DELETE that finds a kept-alive connection closed.
type Fault struct {
	Method string                   `json:"method,omitempty"` // "": any
	Route  string                   `json:"route,omitempty"`  // the path of Request.Route, such as "/v1/am/accounts/{id}"; "": any
	Skip   int                      `json:"skip,omitempty"`   // how many matching requests pass unharmed first
	Times  int                      `json:"times,omitempty"`  // how many matching requests fail after that; 0: all
	Match  func(*http.Request) bool `json:"-"`                // nil: any; may read the body, must not inject

	// Status answers this status in place of the endpoint, which has no
	// effect then. Without a Body it is an error body as Aurinko has it.
	Status      int         `json:"status,omitempty"`
	Body        string      `json:"body,omitempty"`
	ContentType string      `json:"contentType,omitempty"` // of Body; default application/json
	Header      http.Header `json:"header,omitempty"`
	// AfterEffect: the request takes effect before Status (or HTML) is answered.
	AfterEffect bool `json:"afterEffect,omitempty"`
	// HTML answers 502, or Status, with a gateway's page.
	HTML bool `json:"html,omitempty"`

	// Latency delays the request, which ends without effect if the client
	// does not wait so long.
	Latency time.Duration `json:"-"`

	DropBefore bool `json:"dropBefore,omitempty"` // the connection is closed, nothing takes effect
	DropAfter  bool `json:"dropAfter,omitempty"`  // the request takes effect, then the connection is closed
	// Truncate: the request takes effect, then the answer announces its length, sends
	// half of it and closes the connection. An empty answer is dropped.
	Truncate bool `json:"truncate,omitempty"`
}

const gatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center></body>
</html>
`

// Inject adds a fault. A request meets the first one that matches it, in the
// order in which they were injected, and that one alone.
func (s *Server) Inject(f Fault) {
	s.ChangeFaults(func(faults []Fault) []Fault { return append(faults, f) })
}

// ClearFaults takes out all faults.
func (s *Server) ClearFaults() {
	s.ChangeFaults(func([]Fault) []Fault { return nil })
}

// Faults returns the faults that requests can still meet. What requests have
// used up of Skip and Times is not in them any more.
func (s *Server) Faults() []Fault {
	s.faults.lock.Lock()
	defer s.faults.lock.Unlock()
	return s.faults.left()
}

// ChangeFaults replaces the faults that are left. The function must not call
// the server.
func (s *Server) ChangeFaults(change func([]Fault) []Fault) {
	defer s.changed.raise()
	s.faults.lock.Lock()
	defer s.faults.lock.Unlock()
	faults := change(s.faults.left())
	s.faults.injected = nil
	for _, f := range faults {
		if f.HTML {
			if f.Status == 0 {
				f.Status = http.StatusBadGateway
			}
			f.Body, f.ContentType = gatewayPage, "text/html"
		}
		s.faults.injected = append(s.faults.injected, &injected{Fault: f})
	}
}

type faults struct {
	lock     sync.Mutex
	injected []*injected
}

type injected struct {
	Fault
	seen int // matching requests so far
}

// left is what the requests so far have left of the faults.
func (fs *faults) left() []Fault {
	var left []Fault
	for _, f := range fs.injected {
		remaining := f.Fault
		if remaining.Skip = max(f.Skip-f.seen, 0); f.Times > 0 {
			if remaining.Times = f.Times - max(f.seen-f.Skip, 0); remaining.Times <= 0 {
				continue
			}
		}
		left = append(left, remaining)
	}
	return left
}

// take returns the fault that a request meets. The zero Fault has no effect.
func (fs *faults) take(c *call) Fault {
	fs.lock.Lock()
	defer fs.lock.Unlock()
	for _, f := range fs.injected {
		if f.Times > 0 && f.seen >= f.Skip+f.Times || !f.matches(c) {
			continue
		}
		f.seen++
		if f.seen > f.Skip {
			return f.Fault
		}
	}
	return Fault{}
}

func (f Fault) matches(c *call) bool {
	if f.Method != "" && f.Method != c.request.Method {
		return false
	}
	if f.Route != "" && (c.route == nil || f.Route != c.route.path) {
		return false
	}
	return f.Match == nil || f.Match(c.withBody())
}

func (f Fault) reply(q Quirks) reply {
	out := reply{status: f.Status, header: http.Header{}, body: []byte(f.Body)}
	if f.Body == "" {
		out = errorAnswer(&refusal{status: f.Status, message: "Injected fault"}).encode(q)
	} else if f.ContentType != "" {
		out.header.Set("Content-Type", f.ContentType)
	} else {
		out.header.Set("Content-Type", "application/json")
	}
	for name, values := range f.Header {
		out.header[http.CanonicalHeaderKey(name)] = values
	}
	return out
}

// Name is how the fault is called in journal and log, "" for none.
func (f Fault) Name() string {
	switch {
	case f.DropBefore:
		return "drop before"
	case f.DropAfter:
		return "drop after"
	case f.Truncate:
		return "truncate"
	case f.Status != 0 && f.AfterEffect:
		return "status " + strconv.Itoa(f.Status) + " after effect"
	case f.Status != 0:
		return "status " + strconv.Itoa(f.Status)
	case f.Latency > 0:
		return "latency " + f.Latency.String()
	}
	return ""
}
