package validate

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// TopicName takes the full name of a Google Cloud Pub/Sub topic,
// projects/<project id>/topics/<topic id>.
func TopicName() validator.String {
	return stringRule{
		description: "must be the full name of a Pub/Sub topic",
		summary:     "Invalid Pub/Sub topic",
		problem: func(value string) string {
			parts := topicName().FindStringSubmatchIndex(value)
			switch {
			case parts == nil:
				return "The value must be the topic's full name, projects/<project id>/topics/<topic id>, " +
					"such as projects/acme-mail/topics/gmail: it is the id attribute of google_pubsub_topic."
			case strings.HasPrefix(value[parts[2]:], "goog"):
				return "Google takes no topic whose id begins with goog. Choose another topic."
			}
			return ""
		},
	}
}

// topicName follows Google's rules for ids. An older project's id can be
// scoped to a domain: example.com:project. To compile it takes a tenth of the
// provider's start.
var topicName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^projects/[a-z][a-z0-9.:-]*[a-z0-9]/topics/([A-Za-z][A-Za-z0-9._~+%-]{2,254})$`)
})
