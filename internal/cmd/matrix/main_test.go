package main

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const events = `{"Action":"run","Package":"p","Test":"TestAccOne"}
{"Action":"output","Package":"p","Test":"TestAccOne","Output":"    one_test.go:7: on the way\n"}
{"Action":"pass","Package":"p","Test":"TestAccOne"}
{"Action":"output","Package":"p","Test":"TestAccNew","Output":"    new_test.go:7: on the way\n"}
{"Action":"output","Package":"p","Test":"TestAccNew","Output":"    new_test.go:9: Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test\n"}
{"Action":"skip","Package":"p","Test":"TestAccNew"}
{"Action":"output","Package":"p","Test":"TestAccLong","Output":"    long_test.go:9: takes minutes: make soak\n"}
{"Action":"skip","Package":"p","Test":"TestAccLong"}
{"Action":"pass","Package":"p"}
{"Action":"skip","Package":"q"}
`

func read(t *testing.T, events string) outcome {
	t.Helper()
	o := outcome{name: "Terraform", version: "1.11.4"}
	if err := o.read(strings.NewReader(events), io.Discard); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestReport(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		events string
		want   string
		fine   bool
	}{
		"as it should be": {events, `CLI               passed  skipped  failed
Terraform 1.11.4  1       2        0

Terraform 1.11.4
  skipped 1: Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test
  skipped 1: takes minutes: make soak
`, true},
		"another reason": {events + `{"Action":"output","Package":"p","Test":"TestAccLazy","Output":"    x_test.go:9: not today\n"}
{"Action":"skip","Package":"p","Test":"TestAccLazy"}
{"Action":"skip","Package":"p","Test":"TestAccSilent"}
`, `CLI               passed  skipped  failed
Terraform 1.11.4  1       4        0

Terraform 1.11.4
  skipped 1: Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test
  UNEXPECTED skip of TestAccSilent: no reason given
  UNEXPECTED skip of TestAccLazy: not today
  skipped 1: takes minutes: make soak
`, false},
		"a failure": {`{"Action":"pass","Package":"p","Test":"TestAccOne"}
{"Action":"fail","Package":"p","Test":"TestAccTwo"}
{"Action":"fail","Package":"p"}
`, `CLI               passed  skipped  failed
Terraform 1.11.4  1       0        2

Terraform 1.11.4
  FAILED p TestAccTwo
  FAILED p
`, false},
		"nothing": {`{"Action":"pass","Package":"p"}` + "\n", `CLI               passed  skipped  failed
Terraform 1.11.4  0       0        0

Terraform 1.11.4
  NOTHING was tested
`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			fine := report(&b, []outcome{read(t, test.events)})
			if diff := cmp.Diff(test.want, b.String()); diff != "" || fine != test.fine {
				t.Errorf("fine is %t, and it tells (-want +got):\n%s", fine, diff)
			}
		})
	}
}

// A skip for the version of another CLI is none for this one's.
func TestIsExpected(t *testing.T) {
	t.Parallel()
	o := outcome{name: "OpenTofu", version: "1.12.6"}
	for reason, want := range map[string]bool{
		"Terraform CLI version 1.12.6 is below minimum version 1.14.0: skipping test": true,
		"Terraform CLI version 1.11.4 is below minimum version 1.14.0: skipping test": false,
		"OpenTofu 1.12.6 has no actions":                                              true, "Terraform 1.12.6 has no actions": false, "no reason given": false,
	} {
		if got := o.isExpected(reason); got != want {
			t.Errorf("%q: %t, want %t", reason, got, want)
		}
	}
}

func TestRunWithoutACLI(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"-unknown"}, {"-run", "x"}, {"no-such-cli"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
