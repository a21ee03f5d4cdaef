package account

import "testing"

func TestSameServer(t *testing.T) {
	t.Parallel()

	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"imap.acme.example", "IMAP.acme.example", true},
		{"imap.acme.example", "imap.acme.example:993", true},
		{"imap.acme.example", "imaps://imap.acme.example:993/", true},
		{"imap.acme.example:993", "imaps://imap.acme.example", true},
		{"imap.acme.example:143", "imap.acme.example:993", false},
		{"imap://imap.acme.example", "imaps://imap.acme.example", false},
		{"imap.acme.example", "mail.acme.example", false},
		{"imap.acme.example", "", false},
		{"a server", "a server", true},
		{"%zz", "%zz", true},
		{"%zz", "%yy", false},
	} {
		if got := sameServer(test.a, test.b); got != test.want {
			t.Errorf("%q and %q: %t", test.a, test.b, got)
		}
	}
}
