package aurinko

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
)

// pageLimit is the page size to ask for. The largest that a server honours is
// not documented; what counts is what arrives.
const pageLimit = 1000

// page is one page of any listing [D]. Every field can be missing.
type page struct {
	Offset    *int              `json:"offset"`
	TotalSize *int              `json:"totalSize"`
	Done      *bool             `json:"done"`
	Records   []json.RawMessage `json:"records"`
}

// listed is what is listed: where, and which records of it.
type listed struct {
	route  string
	path   []string
	filter url.Values // parameters beside those of the page; nil for none
}

// list walks a listing page by page, stepping on by the number of records
// that arrived. Where records are deleted meanwhile it steps back, so that none
// is missed; some then come twice. It ends after an error, which is yielded with
// a zero value. A zero limit leaves the size of a page to the server.
func list[T any](ctx context.Context, c *Client, what listed, limit int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		small := limit == 0       // one page is expected to hold everything
		limit, offset := limit, 0 // each walk has its own
		total := 0
		var previous []byte
		for {
			p, err := getPage(ctx, c, what, limit, offset)
			if offset == 0 && limit != 0 && StatusOf(err) == http.StatusBadRequest {
				// Perhaps the limit is too large for this server: its default
				// always works.
				limit = 0
				continue
			}
			if err != nil {
				yield(zero, err)
				return
			}
			if len(p.Records) > 0 && string(p.Records[0]) == string(previous) {
				yield(zero, &Error{Method: http.MethodGet, Route: what.route, Status: http.StatusOK, Err: errSamePage})
				return
			}
			for _, raw := range p.Records {
				var record T
				if err := unmarshal(raw, &record); err != nil {
					yield(zero, &Error{Method: http.MethodGet, Route: what.route, Status: http.StatusOK, Err: errUnreadableRecord})
					return
				}
				if account, ok := any(&record).(interface{ account() *Account }); ok {
					c.clean(account.account())
				}
				if !yield(record, nil) {
					return
				}
			}
			if p.TotalSize != nil {
				deleted := total - *p.TotalSize
				total = *p.TotalSize
				if deleted > 0 && offset > 0 {
					// What came after the deleted ones has moved up, perhaps
					// past where this page began.
					offset, previous = max(0, offset-deleted), nil
					continue
				}
			}
			offset += len(p.Records)
			if p.last(offset) || small && p.TotalSize == nil && p.Done == nil {
				return
			}
			previous = p.Records[0]
		}
	}
}

var (
	errSamePage         = errors.New("the listing gives the same page again for another offset")
	errUnreadableRecord = errors.New("a record of the listing is not in the documented form")
)

// getPage asks for one page; a zero limit leaves the size to the server.
func getPage(ctx context.Context, c *Client, what listed, limit, offset int) (page, error) {
	query := url.Values{}
	maps.Copy(query, what.filter)
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	if offset > 0 {
		query.Set("offset", strconv.Itoa(offset))
	}
	var p page
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: what.route, path: what.path, query: query, repeatable: true,
	}, &p)
	return p, err
}

// last reports whether nothing follows a page that ended before next. Where
// done and totalSize contradict each other, one more page is asked for; an
// empty page always ends.
func (p page) last(next int) bool {
	if len(p.Records) == 0 {
		return true
	}
	complete := p.TotalSize != nil && next >= *p.TotalSize
	if p.Done != nil {
		return *p.Done && (p.TotalSize == nil || complete)
	}
	return complete
}
