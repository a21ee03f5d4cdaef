package customtype_test

import (
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/customtype"
)

func TestEWSURL(t *testing.T) {
	t.Parallel()

	const want = "https://mail.acme.example/EWS/Exchange.asmx"
	tests := map[string]struct {
		address string
		want    string
	}{
		"host":                  {"mail.acme.example", want},
		"host in capitals":      {"MAIL.Acme.example", want},
		"host and slash":        {"mail.acme.example/", want},
		"host and path":         {"mail.acme.example/ews/exchange.asmx", want},
		"https URL":             {"https://mail.acme.example", want},
		"https URL and slash":   {"https://mail.acme.example/", want},
		"scheme in capitals":    {"HTTPS://mail.acme.example/", want},
		"full URL":              {want, want},
		"full URL and slash":    {want + "/", want},
		"path in lower case":    {"https://mail.acme.example/ews/exchange.asmx", want},
		"https's own port":      {"mail.acme.example:443", want},
		"https's port in a URL": {"https://mail.acme.example:443/", want},
		"empty port":            {"mail.acme.example:", want},
		"another port":          {"mail.acme.example:8443", "https://mail.acme.example:8443/EWS/Exchange.asmx"},
		"port and path":         {"https://mail.acme.example:08443/EWS/Exchange.asmx", "https://mail.acme.example:8443/EWS/Exchange.asmx"},
		"single label":          {"exchange", "https://exchange/EWS/Exchange.asmx"},
		"underscore":            {"ex_01.corp.example", "https://ex_01.corp.example/EWS/Exchange.asmx"},
		"IPv4":                  {"10.0.0.5", "https://10.0.0.5/EWS/Exchange.asmx"},
		"IPv6":                  {"https://[2001:DB8::1]/", "https://[2001:db8::1]/EWS/Exchange.asmx"},
		"IPv6 and port":         {"[2001:db8:0::1]:8443", "https://[2001:db8::1]:8443/EWS/Exchange.asmx"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := customtype.EWSURL(test.address)
			if err != nil || got != test.want {
				t.Errorf("EWSURL(%q) = %q, %v, want %q", test.address, got, err, test.want)
			}
		})
	}
}

func TestEWSURLRefuses(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		address string
		reason  string
	}{
		"empty":              {"", "it is empty"},
		"http":               {"http://mail.acme.example/", "it is an http URL"},
		"another scheme":     {"ldap://mail.acme.example/", "its scheme is not https"},
		"user":               {"https://hunter2@mail.acme.example/", "it holds a user name or password"},
		"password":           {"https://administrator:hunter2@mail.acme.example/", "it holds a user name or password"},
		"password, bad port": {"https://administrator:hunter2@mail.acme.example:port/", "neither a host nor a URL"},
		"e-mail address":     {"hunter2@mail.acme.example", "it holds a user name or password"},
		"query":              {"https://mail.acme.example/?token=hunter2", "it has a query"},
		"empty query":        {"https://mail.acme.example/?", "it has a query"},
		"fragment":           {"https://mail.acme.example/#hunter2", "it has a fragment"},
		"empty fragment":     {"https://mail.acme.example/#", "it has a fragment"},
		"another path":       {"https://mail.acme.example/owa/hunter2", "its path is not /EWS/Exchange.asmx"},
		"half the path":      {"https://mail.acme.example/EWS", "its path is not /EWS/Exchange.asmx"},
		"path below":         {"https://mail.acme.example/EWS/Exchange.asmx/hunter2", "its path is not /EWS/Exchange.asmx"},
		"no host":            {"https:///EWS/Exchange.asmx", "its host is not a host name"},
		"port alone":         {":8443", "its host is not a host name"},
		"spaces":             {" mail.acme.example", "neither a host nor a URL"},
		"words":              {"the hunter2 server", "neither a host nor a URL"},
		"label ends in -":    {"hunter2-.acme.example", "its host is not a host name"},
		"empty label":        {"hunter2..example", "its host is not a host name"},
		"not ASCII":          {"hünter2.example", "its host is not a host name"},
		"IPv6 with zone":     {"https://[fe80::1%25eth0]/", "its host is not a host name"},
		"port 0":             {"mail.acme.example:0", "its port is not a number"},
		"port too large":     {"mail.acme.example:65536", "its port is not a number"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := customtype.EWSURL(test.address)
			if err == nil {
				t.Fatalf("EWSURL(%q) = %q, want an error", test.address, got)
			}
			if !strings.Contains(err.Error(), test.reason) {
				t.Errorf("EWSURL(%q) fails with %q, want %q", test.address, err, test.reason)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the input: %v", err)
			}
		})
	}
}

func TestExchangeURLSemanticEquals(t *testing.T) {
	t.Parallel()

	value := customtype.NewExchangeURLValue
	full := value("https://mail.acme.example/EWS/Exchange.asmx")

	compareStrings(t, map[string]comparison[customtype.ExchangeURL]{
		"same":                  {full, full, true},
		"host":                  {value("mail.acme.example"), full, true},
		"host in another case":  {value("Mail.ACME.example"), full, true},
		"URL":                   {value("https://mail.acme.example/"), full, true},
		"path in another case":  {value("https://mail.acme.example/ews/exchange.ASMX"), full, true},
		"https's own port":      {value("mail.acme.example:443"), full, true},
		"another port":          {value("mail.acme.example:8443"), full, false},
		"another host":          {value("mail2.acme.example"), full, false},
		"another path":          {value("https://mail.acme.example/owa"), full, false},
		"http":                  {value("http://mail.acme.example/"), full, false},
		"invalid but the same":  {value("http://mail.acme.example/"), value("http://mail.acme.example/"), true},
		"invalid and different": {value("http://mail.acme.example/"), value("http://mail.acme.example"), false},
		"empty and known":       {value(""), full, false},
		"both empty":            {value(""), value(""), true},
		"empty and null":        {value(""), customtype.NewExchangeURLNull(), false},
		"both null":             {customtype.NewExchangeURLNull(), customtype.NewExchangeURLNull(), true},
		"null and unknown":      {customtype.NewExchangeURLNull(), customtype.NewExchangeURLUnknown(), false},
		"both unknown":          {customtype.NewExchangeURLUnknown(), customtype.NewExchangeURLUnknown(), false},
	})
}
