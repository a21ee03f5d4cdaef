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
		{"https://api.aurinko.io", "https://api.aurinko.io"},
		{"https://api.aurinko.io/", "https://api.aurinko.io"},
		{"https://api.aurinko.io/v1", "https://api.aurinko.io"},
		{"https://api.aurinko.io/v1/", "https://api.aurinko.io"},
		{"https://proxy.example.com:8443/aurinko/", "https://proxy.example.com:8443/aurinko"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		{"http://[::1]:8080", "http://[::1]:8080"},
		{"http://localhost:8080", "http://localhost:8080"},
		{"http://LocalHost:8080", "http://LocalHost:8080"},
		{"", ""},
		{"api.aurinko.io", ""},
		{"https:api.aurinko.io", ""},
		{"https://", ""},
		{"https://:443", ""},
		{"https://bad host", ""},
		{"ftp://api.aurinko.io", ""},
		{"http://api.aurinko.io", ""},
		{"http://localhost.example.com", ""},
		{"http://10.0.0.1", ""},
		{"https://user:hunter22@api.aurinko.io", ""},
		{"https://user@api.aurinko.io", ""},
		{"https://api.aurinko.io?a=hunter22", ""},
		{"https://api.aurinko.io?", ""},
		{"https://api.aurinko.io#hunter22", ""},
		{"https://api.aurinko.io#", ""},
		{"https://user:hunter22@%zz", ""},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			got, err := ParseBaseURL(test.text)
			switch {
			case test.want == "" && err == nil:
				t.Errorf("taken as %s", got)
			case test.want == "" && strings.Contains(err.Error(), "hunter22"):
				t.Errorf("the error repeats the address: %v", err)
			case test.want != "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.want != "" && got.String() != test.want:
				t.Errorf("taken as %s, want %s", got, test.want)
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
