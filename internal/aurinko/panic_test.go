package aurinko

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Of a panic the type of its value is told, and where it happened: never the
// value, nor an argument, which may hold a secret.
func TestPanicTellsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-of-the-panic"
	for name, panics := range map[string]func(secret string){
		"a text":    func(secret string) { panic(secret) },
		"an error":  func(secret string) { panic(errors.New(secret)) },
		"wrapped":   func(secret string) { panic(fmt.Errorf("doing: %w", errors.New(secret))) },
		"a value":   func(secret string) { panic(request{secrets: []string{secret}}) },
		"a fault":   func(secret string) { _ = secret[len(secret)+len(name(secret)):] },
		"a nil map": func(secret string) { note(nil, secret) },
		"a wrong type": func(secret string) {
			var value any = secret
			_ = value.(int)
		},
	} {
		err := func() (err error) {
			defer recovered(&err)
			panics(secret)
			return nil
		}()
		var fault *PanicError
		if !errors.As(err, &fault) {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if told := fmt.Sprintf("%s %+v", err, *fault); strings.Contains(told, secret) || !strings.Contains(told, "TestPanicTellsNoSecret") {
			t.Errorf("%s: it tells %s", name, told)
		}
	}
}

func name(text string) string { return text }

func note(notes map[string]string, text string) { notes[text] = text }
