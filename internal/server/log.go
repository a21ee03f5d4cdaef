package server

import (
	"cmp"
	"strings"
)

// silenceUnreadLog switches off the log of this process when nobody reads it.
// A CLI drops what a provider logs unless TF_LOG or TF_LOG_PROVIDER is set,
// but the framework writes every line all the same, and the CLI parses it: of
// a plan without changes that is a quarter of the provider's time, and a third
// of the CLI's own.
//
// Above TRACE, the log has no lines of the framework's below a warning: at DEBUG
// they are ten times as many as the provider's own, which is one a request. A level
// that is set for them counts.
func silenceUnreadLog(getenv func(string) string, setenv func(name, value string) error) error {
	if level := cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG")); level != "" {
		// JSON is TRACE in another form.
		if level = strings.ToUpper(level); level == "TRACE" || level == "JSON" || getenv("TF_LOG_SDK") != "" {
			return nil
		}
		return setenv("TF_LOG_SDK", "WARN")
	}
	// The levels of the framework's log and of the provider's own. Without levels of
	// their own, the framework's parts build each line before they drop it.
	for _, variable := range []string{"TF_LOG_SDK", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_SDK_PROTO", "TF_LOG_PROVIDER_AURINKO"} {
		if err := setenv(variable, "off"); err != nil {
			return err
		}
	}
	return nil
}
