package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Each argument of a resource says what another value does: it updates the
// object in place, replaces it, or changes nothing at Aurinko.
func TestArgumentsSayWhatAChangeDoes(t *testing.T) {
	t.Parallel()

	says := regexp.MustCompile(`[Cc]hanging (it|them)( alone| later)? (updates in place|replaces the account|writes nothing|changes nothing)|` +
		`[Aa]nother .*?(updates in place|replaces the account|sends the secret again|exchanges a new code)`)
	checked := 0
	for name, schema := range schemas(t) {
		if !strings.HasPrefix(name, "resource ") {
			continue
		}
		attributes("", schema.Block.Attributes, func(attribute string, _ []*tfprotov6.SchemaAttribute, a *tfprotov6.SchemaAttribute) {
			if !a.Required && !a.Optional {
				return
			}
			checked++
			if !says.MatchString(a.Description) {
				t.Errorf("%s %s does not say what another value does: %q", name, attribute, a.Description)
			}
		})
	}
	if checked < 50 {
		t.Errorf("only %d arguments found", checked)
	}
}
