package validate_test

import (
	"strings"
	"testing"

	"github.com/aurinko/terraform-provider-aurinko/internal/validate"
)

func TestTopicName(t *testing.T) {
	t.Parallel()

	const problem = "must be the topic's full name"
	checkStrings(t, validate.TopicName(), map[string]string{
		"projects/acme-mail/topics/gmail":                       valid,
		"projects/acme-mail-1/topics/Gmail.push_1~a+b%c-d":      valid,
		"projects/acme.example:mail/topics/gmail":               valid,
		"projects/acme-mail/topics/" + strings.Repeat("t", 255): valid,
		"":                                       problem,
		"gmail":                                  problem,
		"projects/acme-mail/subscriptions/gmail": problem,
		"projects//topics/gmail":                 problem,
		"projects/acme-mail/topics/":             problem,
		"projects/acme-mail/topics/gm":           problem,
		"projects/acme-mail/topics/1gmail":       problem,
		"projects/acme-mail/topics/gmail/":       problem,
		"projects/acme-mail/topics/gmail\n":      problem,
		"projects/Acme/topics/gmail":             problem,
		"projects/acme-/topics/gmail":            problem,
		"/projects/acme-mail/topics/gmail":       problem,
		"//pubsub.googleapis.com/projects/acme-mail/topics/gmail": problem,
		"projects/acme-mail/topics/" + strings.Repeat("t", 256):   problem,
		"projects/acme-mail/topics/google-mail":                   "begins with goog",
	})
}
