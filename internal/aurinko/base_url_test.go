package aurinko

import (
	"strings"
	"testing"
)

func TestParseBaseURL(t *testing.T) {
	tests := []struct {
		text string
		want string // empty: refused
	}{
		{text: "https://api.aurinko.io", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io/", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io/v1", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io/v1/", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io//v1", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io/v1/v1//", want: "https://api.aurinko.io"},
		{text: "https://api.aurinko.io/v12", want: "https://api.aurinko.io/v12"},
		{text: "https://proxy.example.com/v1/aurinko", want: "https://proxy.example.com/v1/aurinko"},
		{text: "https://proxy.example.com:8443/aurinko/", want: "https://proxy.example.com:8443/aurinko"},
		{text: "http://127.0.0.1:8080", want: "http://127.0.0.1:8080"},
		{text: "http://[::1]:8080", want: "http://[::1]:8080"},
		{text: "http://localhost:8080", want: "http://localhost:8080"},
		{text: "http://LocalHost:8080", want: "http://LocalHost:8080"},
		{text: ""},
		{text: "api.aurinko.io"},
		{text: "https:api.aurinko.io"},
		{text: "https://"},
		{text: "https://:443"},
		{text: "https://bad host"},
		{text: "ftp://api.aurinko.io"},
		{text: "http://api.aurinko.io"},
		{text: "http://localhost.example.com"},
		{text: "http://10.0.0.1"},
		{text: "https://user:hunter22@api.aurinko.io"},
		{text: "https://user@api.aurinko.io"},
		{text: "https://api.aurinko.io?a=hunter22"},
		{text: "https://api.aurinko.io?"},
		{text: "https://api.aurinko.io#hunter22"},
		{text: "https://api.aurinko.io#"},
		{text: "https://user:hunter22@%zz"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := ParseBaseURL(test.text)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("accepted as %s", got)
			case test.want == "" && strings.Contains(err.Error(), "hunter22"):
				t.Errorf("the error repeats the address: %v", err)
			case test.want != "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && got.String() != test.want:
				t.Errorf("read as %s, want %s", got, test.want)
			}
		})
	}
}

func TestNewRefusesBadBaseURL(t *testing.T) {
	if _, err := New(Config{BaseURL: "http://api.aurinko.io"}); err == nil {
		t.Error("no error")
	}
}

func TestNewDefaults(t *testing.T) {
	c, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	if c.base.String() != DefaultBaseURL || c.config.RequestsPerSecond != DefaultRequestsPerSecond ||
		c.config.RequestTimeout != DefaultRequestTimeout || c.config.MaxRetries != 0 {
		t.Errorf("defaults are %s, %+v", c.base, c.config)
	}
}
