package server

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The log is written where somebody reads it, and only there.
func TestSilenceUnreadLog(t *testing.T) {
	t.Parallel()
	off := map[string]string{"TF_LOG_SDK": "off", "TF_LOG_SDK_FRAMEWORK": "off", "TF_LOG_SDK_PROTO": "off", "TF_LOG_PROVIDER_AURINKO": "off"}
	for name, test := range map[string]struct{ environment, want map[string]string }{
		"nobody reads it": {map[string]string{}, off},
		"only the CLI's own is read": {
			map[string]string{"TF_LOG_CORE": "TRACE", "TF_LOG_PATH": "log.txt"},
			off,
		},
		"everything is read":      {map[string]string{"TF_LOG": "trace"}, map[string]string{}},
		"as JSON":                 {map[string]string{"TF_LOG_PROVIDER": "JSON"}, map[string]string{}},
		"a line a request":        {map[string]string{"TF_LOG": "DEBUG"}, map[string]string{"TF_LOG_SDK": "WARN"}},
		"the providers' is read":  {map[string]string{"TF_LOG_PROVIDER": "INFO", "TF_LOG": "TRACE"}, map[string]string{"TF_LOG_SDK": "WARN"}},
		"the framework's is read": {map[string]string{"TF_LOG": "DEBUG", "TF_LOG_SDK": "DEBUG"}, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]string{}
			err := silenceUnreadLog(func(name string) string { return test.environment[name] },
				func(name, value string) error {
					got[name] = value
					return nil
				})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("set otherwise (-want +got):\n%s", diff)
			}
		})
	}
}
