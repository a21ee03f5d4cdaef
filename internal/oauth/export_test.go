package oauth

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// NewOffice365DaemonAt is NewOffice365Daemon with a clock that stands still.
func NewOffice365DaemonAt(now time.Time) resource.Resource {
	r := NewOffice365Daemon().(*registration)
	r.now = func() time.Time { return now }
	return r
}
