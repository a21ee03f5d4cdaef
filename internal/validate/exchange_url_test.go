package validate_test

import (
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestExchangeURL(t *testing.T) {
	t.Parallel()

	const (
		host   = "its host is not a host name"
		user   = "it holds a user name or password"
		suffix = "its path is not /EWS/Exchange.asmx"
	)
	checkStrings(t, validate.ExchangeURL(), map[string]string{
		"mail.acme.example":                  valid,
		"":                                   "it is empty; give the host",
		"http://mail.acme.example/":          "it is an http URL, which would send the password in clear; use https.",
		"ldap://mail.acme.example/":          "its scheme is not https",
		"https://hunter2@mail.acme.example/": user,
		"https://administrator:hunter2@mail.acme.example/":     user,
		"https://administrator:hunter2@mail.acme.example:port": "neither a host nor a URL",
		"hunter2@mail.acme.example":                            user,
		"https://mail.acme.example/?token=hunter2":             "it has a query",
		"https://mail.acme.example/?":                          "it has a query",
		"https://mail.acme.example/#hunter2":                   "it has a fragment",
		"https://mail.acme.example/#":                          "it has a fragment",
		"https://mail.acme.example/owa/hunter2":                suffix,
		"https://mail.acme.example/EWS":                        suffix,
		"https://mail.acme.example/EWS/Exchange.asmx/hunter2":  suffix,
		"https:///EWS/Exchange.asmx":                           host,
		":8443":                                                host,
		" mail.acme.example":                                   "neither a host nor a URL",
		"the hunter2 server":                                   "neither a host nor a URL",
		"hunter2-.acme.example":                                host,
		"hunter2..example":                                     host,
		"hünter2.example":                                      host,
		"https://[fe80::1%25eth0]/":                            host,
		"mail.acme.example:0":                                  "its port is not a number",
		"mail.acme.example:65536":                              "its port is not a number",
	})
}

func TestEWSURL(t *testing.T) {
	t.Parallel()

	const usual = "https://mail.acme.example/EWS/Exchange.asmx"
	tests := map[string]struct{ address, want string }{
		"host":                  {address: "mail.acme.example", want: usual},
		"host in capitals":      {address: "MAIL.Acme.example", want: usual},
		"host and slash":        {address: "mail.acme.example/", want: usual},
		"host and path":         {address: "mail.acme.example/ews/exchange.asmx", want: usual},
		"https URL":             {address: "https://mail.acme.example", want: usual},
		"https URL and slash":   {address: "https://mail.acme.example/", want: usual},
		"scheme in capitals":    {address: "HTTPS://mail.acme.example/", want: usual},
		"full URL":              {address: usual, want: usual},
		"full URL and slash":    {address: usual + "/", want: usual},
		"path in lower case":    {address: "https://mail.acme.example/ews/exchange.asmx", want: usual},
		"https's own port":      {address: "mail.acme.example:443", want: usual},
		"https's port in a URL": {address: "https://mail.acme.example:443/", want: usual},
		"empty port":            {address: "mail.acme.example:", want: usual},
		"another port":          {address: "mail.acme.example:8443", want: "https://mail.acme.example:8443/EWS/Exchange.asmx"},
		"port and path":         {address: "https://mail.acme.example:08443/EWS/Exchange.asmx", want: "https://mail.acme.example:8443/EWS/Exchange.asmx"},
		"single label":          {address: "exchange", want: "https://exchange/EWS/Exchange.asmx"},
		"underscore":            {address: "ex_01.corp.example", want: "https://ex_01.corp.example/EWS/Exchange.asmx"},
		"IPv4":                  {address: "10.0.0.5", want: "https://10.0.0.5/EWS/Exchange.asmx"},
		"IPv6":                  {address: "https://[2001:DB8::1]/", want: "https://[2001:db8::1]/EWS/Exchange.asmx"},
		"IPv6 and port":         {address: "[2001:db8:0::1]:8443", want: "https://[2001:db8::1]:8443/EWS/Exchange.asmx"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, err := validate.EWSURL(test.address); err != nil || got != test.want {
				t.Errorf("EWSURL(%q) = %q, %v, want %q", test.address, got, err, test.want)
			}
		})
	}
}

func TestSameExchangeURL(t *testing.T) {
	t.Parallel()

	const full = "https://mail.acme.example/EWS/Exchange.asmx"
	for name, test := range map[string]struct {
		a, b string
		same bool
	}{
		"same":                  {a: full, b: full, same: true},
		"another form":          {a: "Mail.ACME.example:443", b: full, same: true},
		"another port":          {a: "mail.acme.example:8443", b: full},
		"another host":          {a: "mail2.acme.example", b: full},
		"invalid":               {a: "http://mail.acme.example/", b: full},
		"invalid but the same":  {a: "http://mail.acme.example/", b: "http://mail.acme.example/", same: true},
		"invalid and different": {a: "http://mail.acme.example/", b: "http://mail.acme.example"},
		"empty":                 {a: "", b: full},
		"both empty":            {a: "", b: "", same: true},
	} {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			if got := validate.SameExchangeURL(pair[0], pair[1]); got != test.same {
				t.Errorf("%s: the same is %t", name, got)
			}
		}
	}
}
