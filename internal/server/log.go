package server

// silenceUnreadLog switches off the log of this process when nobody reads it.
// A CLI drops what a provider logs unless TF_LOG or TF_LOG_PROVIDER is set,
// but the framework writes every line all the same, and the CLI parses it: of
// a plan without changes that is a quarter of the provider's time, and a third
// of the CLI's own.
func silenceUnreadLog(getenv func(string) string, setenv func(name, value string) error) error {
	if getenv("TF_LOG") != "" || getenv("TF_LOG_PROVIDER") != "" {
		return nil
	}
	// The levels of the framework's log and of the provider's own.
	for _, variable := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_AURINKO"} {
		if err := setenv(variable, "off"); err != nil {
			return err
		}
	}
	return nil
}
