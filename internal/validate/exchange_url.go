package validate

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// ExchangeURL accepts what EWSURL makes an EWS URL of.
func ExchangeURL() validator.String {
	return stringRule{
		description: "must be the host or the https URL of an Exchange server",
		summary:     "Invalid Exchange server",
		problem: func(value string) string {
			if _, err := EWSURL(value); err != nil {
				return "The value cannot be used as the address of an Exchange server: " + err.Error() + "."
			}
			return ""
		},
	}
}

// SameExchangeURL reports whether two addresses lead to the same EWS URL.
func SameExchangeURL(a, b string) bool {
	urlA, errA := EWSURL(a)
	urlB, errB := EWSURL(b)
	return a == b || errA == nil && errB == nil && urlA == urlB
}

// ewsPath is where every Exchange server answers; Aurinko wants it in the URL.
const ewsPath = "/EWS/Exchange.asmx"

// hostName takes underscores too: names inside a company's network have them.
var hostName = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$`)

// EWSURL returns the URL of an Exchange server's web services,
// https://<host>/EWS/Exchange.asmx, for a host ("mail.acme.example", with or
// without a port), an https URL ("https://mail.acme.example/") or the full
// URL itself. The host comes out in lower case and the port 443 is left out.
//
// Its errors say what to write instead and never hold any of s, in which
// somebody may have put a password.
func EWSURL(s string) (string, error) {
	if s == "" {
		return "", errors.New("it is empty; give the host of the Exchange server, such as mail.acme.example")
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "", errors.New("it is neither a host nor a URL; give one such as mail.acme.example or https://mail.acme.example" + ewsPath)
	case u.Scheme == "http":
		return "", errors.New("it is an http URL, which would send the password in clear; use https")
	case u.Scheme != "https":
		return "", errors.New("its scheme is not https; give a host or an https URL")
	case u.User != nil:
		return "", errors.New("it holds a user name or password; give these in username and password, and take everything up to the @ away")
	case u.RawQuery != "" || u.ForceQuery:
		return "", errors.New("it has a query; take the question mark and what follows away")
	case strings.Contains(s, "#"):
		return "", errors.New("it has a fragment; take the # and what follows away")
	}
	if path := strings.TrimSuffix(u.Path, "/"); path != "" && !strings.EqualFold(path, ewsPath) {
		return "", errors.New("its path is not " + ewsPath + "; give only the host, or the path " + ewsPath)
	}
	host, err := canonicalHost(u)
	if err != nil {
		return "", err
	}
	return "https://" + host + ewsPath, nil
}

// canonicalHost returns host or host:port, in lower case and without https's
// own port.
func canonicalHost(u *url.URL) (string, error) {
	host := strings.ToLower(u.Hostname())
	if address, err := netip.ParseAddr(host); err == nil && address.Zone() == "" {
		host = address.String()
	} else if !hostName.MatchString(host) {
		return "", errors.New("its host is not a host name; give one such as mail.acme.example, an internationalised one in its ASCII form (xn--…)")
	}
	port := u.Port()
	if port != "" {
		number, err := strconv.ParseUint(port, 10, 16)
		if err != nil || number == 0 {
			return "", errors.New("its port is not a number from 1 to 65535")
		}
		port = strconv.FormatUint(number, 10)
	}
	if port != "" && port != "443" {
		return net.JoinHostPort(host, port), nil
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]", nil
	}
	return host, nil
}
