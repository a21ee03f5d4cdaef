package simulator

import (
	"math"
	"net/http"
	"strconv"
)

const defaultLimit = 50

// pageOf answers the part of all records that a call asks for.
func pageOf[T any](c *call, all []T, render func(T) object) (answer, error) {
	limit, err := c.number("limit", defaultLimit, 1)
	if err != nil {
		return answer{}, err
	}
	offset, err := c.number("offset", 0, 0)
	if err != nil {
		return answer{}, err
	}
	start := min(offset, len(all))
	end := min(start+min(limit, c.quirks.maxPage()), len(all))
	records := make([]object, 0, end-start)
	for _, record := range all[start:end] {
		records = append(records, render(record))
	}
	page := object{"offset": offset, "records": records}
	if !c.quirks.NoTotal {
		page["totalSize"] = len(all)
		if c.quirks.RemainingTotal {
			page["totalSize"] = len(all) - start
		}
		page["done"] = end == len(all)
	}
	return answer{http.StatusOK, page}, nil
}

// number reads a query parameter that is a whole number.
func (c *call) number(name string, otherwise, least int) (int, error) {
	if !c.query.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(c.query.Get(name), 10, 32)
	if err != nil || n < int64(least) {
		return 0, badRequest("Query parameter %q must be a whole number from %d to %d", name, least, math.MaxInt32)
	}
	return int(n), nil
}

// flag reads a query parameter that is true or false.
func (c *call) flag(name string) (bool, error) {
	if !c.query.Has(name) {
		return false, nil
	}
	switch c.query.Get(name) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, badRequest("Query parameter %q must be true or false", name)
}
