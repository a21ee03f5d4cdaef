package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// environments write a variable for a shell, by the name of the shell.
var environments = map[string]func(name, value string) string{
	"sh": func(name, value string) string { return "export " + name + "=" + shellQuote(value, `'\''`) },
	"fish": func(name, value string) string {
		return "set -gx " + name + " " + shellQuote(strings.ReplaceAll(value, `\`, `\\`), `\'`)
	},
	"powershell": func(name, value string) string {
		return "$env:" + name + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
	},
	"github": func(name, value string) string { return name + "=" + value }, // for the file $GITHUB_ENV
}

// Environment returns the lines that lead the provider to a simulator, for sh,
// fish, powershell or github (the file $GITHUB_ENV).
func Environment(format, baseURL, clientID, clientSecret string) (string, error) {
	write, ok := environments[format]
	if !ok {
		return "", fmt.Errorf("there is no environment for %q, only for %s", format, strings.Join(slices.Sorted(maps.Keys(environments)), ", "))
	}
	lines := ""
	for _, variable := range [][2]string{
		{"AURINKO_BASE_URL", baseURL}, {"AURINKO_CLIENT_ID", clientID}, {"AURINKO_CLIENT_SECRET", clientSecret},
	} {
		if format == "github" && strings.ContainsAny(variable[1], "\r\n") {
			return "", fmt.Errorf("%s has a line break, which $GITHUB_ENV cannot hold in one line", variable[0])
		}
		lines += write(variable[0], variable[1]) + "\n"
	}
	return lines, nil
}

// shellQuote quotes a word where it needs to be.
func shellQuote(word, quote string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", quote) + "'"
}

// ProviderBlock returns the same as Environment, as a block of configuration.
func ProviderBlock(baseURL, clientID, clientSecret string) string {
	quote := func(text string) string { // in a way that HCL does not take for a template
		return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
	}
	return fmt.Sprintf("provider \"aurinko\" {\n  base_url      = %s\n  client_id     = %s\n  client_secret = %s\n}\n",
		quote(baseURL), quote(clientID), quote(clientSecret))
}

// CLIConfiguration is how the CLI finds a provider that was built from a
// checkout.
const CLIConfiguration = `Install the provider from a checkout of its repository, so that "terraform init"
and "tofu init" find it:

  make install

Or run "make build", write this file, and name it in TF_CLI_CONFIG_FILE. Skip
"terraform init" then:

  provider_installation {
    dev_overrides {
      "registry.terraform.io/aurinko/aurinko" = "/path/to/the/checkout"
    }
    direct {}
  }
`

// environment is what the empty page proposes to paste.
func (h *Handler) environment(baseURL string) string {
	secret := h.options.ClientSecret
	if secret == "" {
		secret = "the secret that the simulator was started with"
	}
	lines, _ := Environment("sh", baseURL, h.server.ClientID(), secret) // sh is known
	return lines
}
