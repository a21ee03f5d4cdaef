package diags

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// Recover turns a panic into a diagnostic. It is deferred at the top of every
// method that Terraform calls, so that a fault of the provider neither crashes
// the plugin nor loses what the response already holds.
func Recover(goal string, diagnostics *diag.Diagnostics) {
	cause := recover()
	if cause == nil {
		return
	}
	diagnostics.AddError("Unable to "+goal, paragraphs(
		fmt.Sprintf("The provider has a fault: %s, in %s. What was done before it is in the state.", described(cause), strings.Join(callers(), ", called from ")),
		"Report it with these lines at https://github.com/aurinko/terraform-provider-aurinko/issues."))
}

// described returns what is harmless of a panic: never its own value, which may
// hold a secret.
func described(cause any) string {
	if fault, ok := cause.(runtime.Error); ok { // these texts are the Go runtime's
		return fault.Error()
	}
	return fmt.Sprintf("a panic with a value of type %T", cause)
}

// callers returns the functions that a panic came through, the innermost first.
func callers() []string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var found []string
	for len(found) < 8 {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			found = append(found, fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line))
		}
		if !more {
			break
		}
	}
	return found
}
