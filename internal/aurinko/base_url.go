package aurinko

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// ParseBaseURL checks the address of an Aurinko server: https, or http to a
// loopback address, without user info, query or fragment. Slashes and "/v1" at
// its end are removed. The error never repeats the address, which may hold a
// password.
func ParseBaseURL(text string) (*url.URL, error) {
	base, err := url.Parse(text)
	switch {
	case err != nil || base.Hostname() == "" || base.Opaque != "":
		return nil, errors.New("it is not an absolute URL such as " + DefaultBaseURL)
	case base.User != nil:
		return nil, errors.New("it must not hold a user name or password")
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "" || strings.HasSuffix(text, "#"):
		return nil, errors.New("it must have no query and no fragment")
	case base.Scheme == "http" && !IsLoopback(base.Hostname()):
		return nil, errors.New("http is allowed to a loopback address only: use https")
	case base.Scheme != "http" && base.Scheme != "https":
		return nil, errors.New("its scheme must be https")
	}
	path, more := strings.TrimRight(base.Path, "/"), true
	for more {
		path, more = strings.CutSuffix(path, "/v1")
		path = strings.TrimRight(path, "/")
	}
	base.Path, base.RawPath = path, ""
	return base, nil
}

// IsLoopback reports whether a host, without its port, is this machine.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
