package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// journalSize is how many requests the journal remembers.
const journalSize = 200_000

const redacted = "[redacted]"

// A Request is what the journal remembers of a request. It holds no secret:
// what is not known to be harmless is replaced by "[redacted]".
type Request struct {
	Number int            `json:"number"` // counts the requests from 1 on
	Time   time.Time      `json:"time"`   // of its arrival
	Method string         `json:"method"`
	Path   string         `json:"path"`            // as it was escaped, without the query
	Route  string         `json:"route,omitempty"` // method and pattern, such as "GET /v1/am/accounts/{id}"; "" if there is no such endpoint
	Query  url.Values     `json:"query,omitempty"` // values of undocumented parameters are redacted
	Header http.Header    `json:"-"`               // without credentials
	Body   map[string]any `json:"body,omitempty"`  // numbers are json.Number; nil if the body is not a JSON object
	Status int            `json:"status"`          // 0: not answered (yet)
	Fault  string         `json:"fault,omitempty"` // the injected fault it met, "" for none

	// AccountID is the account that it read, wrote or deleted; 0 if there is not
	// exactly one.
	AccountID int64 `json:"accountId,omitempty"`
}

// Writes reports whether the request might have changed something.
func (r Request) Writes() bool {
	return r.Method != http.MethodGet && r.Method != http.MethodHead
}

// Journal returns what was asked of the server, in the order of arrival. A
// request is in it, with its status, before the client has the answer.
func (s *Server) Journal() []Request {
	s.journal.lock.Lock()
	defer s.journal.lock.Unlock()
	requests := make([]Request, len(s.journal.entries))
	for i, entry := range s.journal.entries {
		requests[i] = *entry
		requests[i].Query = url.Values(http.Header(entry.Query).Clone())
		requests[i].Header = entry.Header.Clone()
		requests[i].Body = maps.Clone(entry.Body)
	}
	return requests
}

// LastRequests returns the newest requests that match, the newest first, and
// at most n of them. Their maps must not be changed.
func (s *Server) LastRequests(n int, match func(*Request) bool) []Request {
	s.journal.lock.Lock()
	defer s.journal.lock.Unlock()
	found := []Request{}
	for _, entry := range slices.Backward(s.journal.entries) {
		if len(found) == n {
			break
		}
		if match(entry) {
			found = append(found, *entry)
		}
	}
	return found
}

// ResetJournal forgets all requests.
func (s *Server) ResetJournal() {
	defer s.changed.raise()
	s.journal.lock.Lock()
	defer s.journal.lock.Unlock()
	s.journal.entries = nil
}

type journal struct {
	size    int // how many requests it remembers
	begun   int
	lock    sync.Mutex
	entries []*Request // oldest first
}

// begin notes a request that has arrived.
func (j *journal) begin(now time.Time, c *call) *Request {
	entry := &Request{
		Time:   now,
		Method: c.request.Method,
		Path:   redactPath(c.request.URL),
		Query:  redactQuery(c.request.URL.Query()),
		Header: redactHeader(c.request.Header),
		Body:   redactBody(c.body),
	}
	if c.route != nil {
		entry.Route = c.route.name()
	}
	j.lock.Lock()
	defer j.lock.Unlock()
	j.begun++
	entry.Number = j.begun
	if len(j.entries) >= j.size {
		j.entries[0] = nil
		j.entries = j.entries[1:]
	}
	j.entries = append(j.entries, entry)
	return entry
}

func (j *journal) finish(entry *Request, account int64, status int, fault string) {
	j.lock.Lock()
	defer j.lock.Unlock()
	entry.AccountID, entry.Status, entry.Fault = account, status, fault
}

// tokenPath finds where a code may follow, in paths that are no endpoint too.
var tokenPath = regexp.MustCompile(`(?i)/token/`)

func redactPath(u *url.URL) string {
	if at := tokenPath.FindStringIndex(u.Path); at != nil {
		return (&url.URL{Path: u.Path[:at[1]]}).EscapedPath() + redacted
	}
	return u.EscapedPath()
}

func redactQuery(query url.Values) url.Values {
	for name := range query {
		if !harmlessParameters[name] {
			query[name] = []string{redacted}
		}
	}
	return query
}

func redactHeader(header http.Header) http.Header {
	header = header.Clone()
	for _, name := range []string{"Authorization", "Proxy-Authorization", "Cookie", "X-Aurinko-Session"} {
		header.Del(name)
	}
	return header
}

func redactBody(body []byte) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var fields map[string]any
	if decoder.Decode(&fields) != nil {
		return nil
	}
	redactFields(fields)
	return fields
}

func redactFields(fields map[string]any) {
	for name, value := range fields {
		if !harmlessFields[name] || holdsObject(value) {
			fields[name] = redacted
		} else if text, ok := value.(string); ok && strings.HasPrefix(text, "http") {
			if before, _, hasQuery := strings.Cut(text, "?"); hasQuery { // which may hold a key
				fields[name] = before + "?" + redacted
			}
		}
	}
}

// holdsObject reports what no documented field has: an object, or a list that
// is not of plain values.
func holdsObject(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return true
	case []any:
		return slices.ContainsFunc(value, func(element any) bool {
			switch element.(type) {
			case string, json.Number:
				return false
			}
			return true
		})
	}
	return false
}

// harmlessParameters are the parameters of all endpoints.
var harmlessParameters = func() map[string]bool {
	harmless := map[string]bool{}
	for _, r := range routes() {
		for _, name := range r.query {
			harmless[name] = true
		}
	}
	return harmless
}()

// harmlessFields are the documented fields of all bodies, without those that
// are tagged as secrets.
var harmlessFields = func() map[string]bool {
	harmless := map[string]bool{}
	for _, body := range []reflect.Type{
		reflect.TypeFor[accountIn](), reflect.TypeFor[OAuthReg](), reflect.TypeFor[subscriptionIn](), reflect.TypeFor[BookingProfile](), reflect.TypeFor[membersIn](),
	} {
		for i := range body.NumField() {
			if body.Field(i).Tag.Get("secret") == "" {
				harmless[fieldName(body.Field(i))] = true
			}
		}
	}
	return harmless
}()
