package aurinko

import (
	"context"
	"net/http"
	"sync"

	"golang.org/x/sync/errgroup"
)

// bulk reads accounts of one kind for a refresh, so that N of them do not cost
// N requests. The first reads are individual. The second asks for the first
// page of the listing as well, which tells how many pages there are; once
// individual reads have cost as many requests as the listing would, everything
// is listed, and the rest is served from that. However many reads come, this
// costs at most about twice what the cheaper way would have.
type bulk struct {
	client  *Client
	service bool

	mu      sync.Mutex
	reads   int           // individual reads begun
	probed  chan struct{} // closed when the first page is in; nil before it is asked for
	probe   probe
	listed  chan struct{} // closed when the listing has ended; nil before it begins
	listing *listing      // nil when it failed
}

// probe is what the first page told.
type probe struct {
	records  []Account
	total    int
	complete bool // the first page is all there is
	usable   bool // the rest can be asked for by its number of pages
	noLimit  bool // the server refuses a limit
}

func (p probe) pages() int { return (p.total + len(p.records) - 1) / len(p.records) }

// read returns the listed account, or false when it must be asked for by id:
// the account is not listed, or it is too early to list.
func (b *bulk) read(ctx context.Context, id AccountID) (Account, bool, error) {
	b.mu.Lock()
	if b.listed == nil {
		b.reads++
		if b.reads == 1 {
			b.mu.Unlock()
			return Account{}, false, nil
		}
		if b.probed == nil {
			b.probed = make(chan struct{})
			go b.askFirstPage(context.WithoutCancel(ctx))
			b.mu.Unlock()
			return Account{}, false, nil
		}
		b.mu.Unlock()
		if err := wait(ctx, b.probed); err != nil {
			return Account{}, false, err
		}
		b.mu.Lock()
		if b.listed == nil {
			if !b.probe.usable || b.reads <= b.probe.pages() {
				b.mu.Unlock()
				return Account{}, false, nil
			}
			b.listed = make(chan struct{})
			go b.listRest(context.WithoutCancel(ctx))
		}
	}
	b.mu.Unlock()
	if err := wait(ctx, b.listed); err != nil {
		return Account{}, false, err
	}
	if b.listing == nil {
		return Account{}, false, nil
	}
	account, ok := b.listing.get(id)
	return account, ok, nil
}

// wait ends with the channel or with the context. What is waited for goes on
// without a caller that gives up, since others wait for it too.
func wait(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *bulk) askFirstPage(ctx context.Context) {
	defer close(b.probed)
	var fault error // leaves the probe unusable: everything is asked for by id
	defer recovered(&fault)
	records, p, err := b.client.accountsPage(ctx, b.service, pageLimit, 0)
	if StatusOf(err) == http.StatusBadRequest { // see list
		b.probe.noLimit = true
		records, p, err = b.client.accountsPage(ctx, b.service, 0, 0)
	}
	if err != nil || len(records) == 0 {
		return
	}
	b.probe.records = records
	b.probe.complete = p.last(len(records))
	if p.TotalSize != nil {
		b.probe.total = *p.TotalSize
	}
	b.probe.usable = b.probe.complete || b.probe.total > len(records)
}

// listRest asks for the pages after the first, several at once: as large as
// the first one came, and each until its range is full or the listing ends.
// Accounts that are missed because others were deleted meanwhile do no harm,
// since what is not listed is asked for by id.
func (b *bulk) listRest(ctx context.Context) {
	defer close(b.listed)
	var fault error // leaves no listing: everything is asked for by id
	defer recovered(&fault)
	all := newListing()
	for _, account := range b.probe.records {
		all.add(account)
	}
	if !b.probe.complete {
		size := len(b.probe.records)
		limit := size
		if b.probe.noLimit {
			limit = 0
		}
		pages := make([][]Account, b.probe.pages())
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(listingsAtOnce)
		for i := 1; i < len(pages); i++ {
			group.Go(func() (err error) {
				defer recovered(&err)
				for got := 0; got < size; {
					records, _, err := b.client.accountsPage(ctx, b.service, limit, i*size+got)
					if err != nil || len(records) == 0 {
						return err
					}
					pages[i] = append(pages[i], records...)
					got += len(records)
				}
				return nil
			})
		}
		if group.Wait() != nil {
			return
		}
		for _, page := range pages {
			for _, account := range page {
				all.add(account)
			}
		}
	}
	b.probe.records = nil
	b.listing = all
}

// listingsAtOnce is how many pages are asked for at the same time.
const listingsAtOnce = 8

// accountsPage asks for one page of the service accounts, or of the other
// accounts.
func (c *Client) accountsPage(ctx context.Context, service bool, limit, offset int) ([]Account, page, error) {
	what := accountsListing(service)
	p, err := getPage(ctx, c, what, limit, offset)
	if err != nil {
		return nil, p, err
	}
	records := make([]Account, len(p.Records))
	for i, raw := range p.Records {
		if unmarshal(raw, &records[i]) != nil {
			return nil, p, &Error{Method: http.MethodGet, Route: what.route, Status: http.StatusOK, Err: errUnreadableRecord}
		}
		c.clean(&records[i])
	}
	return records, p, nil
}
