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

// pageLimit is the page size to ask for. The largest that a server honors is
// not documented; what counts is what arrives.
const pageLimit = 1000

// A Pager walks a listing page by page. It steps on by the number of records
// that arrive, and never back, so that a walk always ends.
type Pager[T any] struct {
	client  *Client
	route   string
	path    []string
	account AccountID  // that the listing is read on behalf of; 0 for the application
	filter  url.Values // parameters beside those of the page; nil for none
	each    func(*T)   // called with every record; nil for nothing
	limit   int        // 0 leaves the page size to the server
	key     func(T) string
	single  bool // one page is expected to hold everything

	offset  int
	total   int             // that the last page gave; -1 for none
	last    map[string]bool // the keys of the last page's records
	done    bool
	shifted bool
}

// page is one page of any listing [D]. Every field can be missing.
type page struct {
	Offset    *int              `json:"offset"`
	TotalSize *int              `json:"totalSize"`
	Done      *bool             `json:"done"`
	Records   []json.RawMessage `json:"records"`
}

func newPager[T any](c *Client, key func(T) string, limit int, path ...string) *Pager[T] {
	p := &Pager[T]{client: c, path: path, key: key, limit: limit, single: limit == 0, total: -1}
	for _, segment := range path {
		p.route += "/" + segment
	}
	return p
}

// Done reports whether the walk has ended.
func (p *Pager[T]) Done() bool { return p.done }

// Shifted reports whether records moved while the walk was under way, as far as
// the pages show it. A walk that shifted may have missed some.
func (p *Pager[T]) Shifted() bool { return p.shifted }

// Next reads the next page. After an error the same page can be asked for
// again.
func (p *Pager[T]) Next(ctx context.Context) ([]T, error) {
	if p.done {
		return nil, nil
	}
	answer, err := p.get(ctx)
	if p.offset == 0 && p.limit != 0 && StatusOf(err) == http.StatusBadRequest {
		// The limit may be too large for this server: its default always works.
		p.limit = 0
		answer, err = p.get(ctx)
	}
	if err != nil {
		return nil, err
	}
	records := make([]T, len(answer.Records))
	for i, raw := range answer.Records {
		if decode(raw, &records[i]) != nil {
			return nil, &Error{Method: http.MethodGet, Route: p.route, Status: http.StatusOK, Err: errUnreadableRecord}
		}
		if p.each != nil {
			p.each(&records[i])
		}
	}
	p.advance(answer, records)
	return records, nil
}

var errUnreadableRecord = errors.New("a record of the listing is not in the documented form")

func (p *Pager[T]) get(ctx context.Context) (page, error) {
	query := url.Values{}
	maps.Copy(query, p.filter)
	if p.limit > 0 {
		query.Set("limit", strconv.Itoa(p.limit))
	}
	if p.offset > 0 {
		query.Set("offset", strconv.Itoa(p.offset))
	}
	var answer page
	err := p.client.do(ctx, request{
		method: http.MethodGet, route: p.route, path: p.path, query: query, account: p.account, repeatable: true,
	}, &answer)
	return answer, err
}

// advance decides what an answer means for the walk. Where the server gives
// neither totalSize nor done, an empty page ends it.
func (p *Pager[T]) advance(answer page, records []T) {
	if answer.Offset != nil && *answer.Offset != p.offset {
		p.shifted = true
	}
	if answer.TotalSize != nil {
		p.shifted = p.shifted || p.total >= 0 && p.total != *answer.TotalSize
		p.total = *answer.TotalSize
	}
	if len(records) == 0 {
		p.done = true
		p.shifted = p.shifted || p.offset < p.total
		return
	}
	keys, again := map[string]bool{}, 0
	for _, record := range records {
		key := p.key(record)
		keys[key] = true
		if p.last[key] {
			again++
		}
	}
	if again == len(records) { // the server ignores the offset
		p.done, p.shifted = true, true
		return
	}
	p.last = keys
	p.offset += len(records)
	// A total that changes may count what remains, or what was deleted: from
	// then on it decides nothing.
	counts := p.total >= 0 && !p.shifted
	switch {
	case answer.Done != nil:
		p.done = *answer.Done && (!counts || p.offset >= p.total)
	case counts:
		p.done = p.offset >= p.total
	default:
		p.done = p.single && p.total < 0
	}
}

// All yields the records that are left, and ends after an error, which comes
// with a zero value. Records that move meanwhile can come twice.
func (p *Pager[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		for !p.done {
			records, err := p.Next(ctx)
			if err != nil {
				yield(zero, err)
				return
			}
			for _, record := range records {
				if !yield(record, nil) {
					return
				}
			}
		}
	}
}
