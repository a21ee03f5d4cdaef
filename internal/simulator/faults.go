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
	Method string                   // "": any
	Route  string                   // the path of Request.Route, such as "/v1/am/accounts/{id}"; "": any
	Skip   int                      // how many matching requests pass unharmed first
	Times  int                      // how many matching requests fail after that; 0: all
	Match  func(*http.Request) bool // nil: any; may read the body, must not inject

	// Status answers this status in place of the endpoint, which has no
	// effect then. Without a Body it is an error body as Aurinko has it.
	Status      int
	Body        string
	ContentType string // of Body; default application/json
	Header      http.Header
	// AfterEffect lets the request take effect before Status (or HTML) is answered.
	AfterEffect bool
	// HTML answers 502, or Status, with a gateway's page.
	HTML bool

	// Latency delays the request, which ends without effect if the client
	// does not wait so long.
	Latency time.Duration

	DropBefore bool // the connection is closed, nothing takes effect
	DropAfter  bool // the request takes effect, then the connection is closed
	// Truncate lets the request take effect, announces the whole answer, sends
	// half of it and closes the connection. An empty answer is dropped.
	Truncate bool
}

const gatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center></body>
</html>
`

// Inject adds a fault. A request meets the first one that matches it, in the
// order in which they were injected, and that one alone.
func (s *Server) Inject(f Fault) {
	if f.HTML {
		if f.Status == 0 {
			f.Status = http.StatusBadGateway
		}
		f.Body, f.ContentType = gatewayPage, "text/html"
	}
	s.faults.lock.Lock()
	defer s.faults.lock.Unlock()
	s.faults.injected = append(s.faults.injected, &injected{Fault: f})
}

// ClearFaults takes out all faults.
func (s *Server) ClearFaults() {
	s.faults.lock.Lock()
	defer s.faults.lock.Unlock()
	s.faults.injected = nil
}

type faults struct {
	lock     sync.Mutex
	injected []*injected
}

type injected struct {
	Fault
	seen int // matching requests so far
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

// name is how the fault is called in journal and log, "" for none.
func (f Fault) name() string {
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
