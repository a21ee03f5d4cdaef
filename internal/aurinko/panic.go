package aurinko

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// PanicError is a fault of the provider itself: a panic, as it may be shown.
type PanicError struct {
	What string   // never the panic's own value, which may hold a secret
	In   []string // the functions on the way to it, the innermost first
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("The provider has a fault: %s, in %s", e.What, strings.Join(e.In, ", called from "))
}

// NewPanicError describes what recover has returned. It is for the deferred
// function that has called recover.
func NewPanicError(cause any) *PanicError {
	e := &PanicError{What: fmt.Sprintf("a panic with a value of type %T", cause)}
	if fault, ok := cause.(runtime.Error); ok { // these texts are the Go runtime's
		e.What = fault.Error()
	}
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for len(e.In) < 8 {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, "runtime.") {
			e.In = append(e.In, fmt.Sprintf("%s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line))
		}
		if !more {
			break
		}
	}
	return e
}

// recovered is deferred in every goroutine that the client starts. A panic
// there would end the whole plugin, with all that it has not yet told
// Terraform; it becomes the error of those who wait for the goroutine.
func recovered(err *error) {
	if cause := recover(); cause != nil {
		*err = NewPanicError(cause)
	}
}
