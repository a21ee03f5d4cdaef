// Command install builds the provider of this checkout into a filesystem mirror
// that Terraform and OpenTofu search by themselves, and prints how to use it and
// how to remove it. It never writes a CLI configuration.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

func main() {
	dir := flag.String("dir", "", "`directory` of the mirror; by default the one that Terraform and OpenTofu search by themselves")
	uninstall := flag.Bool("uninstall", false, "remove what was installed")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "install: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *dir, *uninstall, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir string, uninstall bool, stdout io.Writer) error {
	var err error
	searched := dir == ""
	if searched {
		dir, err = searchedMirror(runtime.GOOS, os.Getenv)
	} else {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return err
	}
	if uninstall {
		return remove(dir, stdout)
	}
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return fmt.Errorf("the working directory must be the root of the checkout: %w", err)
	}
	version, err := versionOf(string(changelog))
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Building version %s of the provider ...\n", version)
	if err := cli.Install(ctx, dir, version, "-trimpath", "-ldflags=-s -w -X main.version="+version); err != nil {
		return err
	}
	fmt.Fprint(stdout, instructions(dir, searched))
	return nil
}

// versionOf returns the version of the first heading of the changelog.
func versionOf(changelog string) (string, error) {
	found := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+)`).FindStringSubmatch(changelog)
	if found == nil {
		return "", errors.New("CHANGELOG.md has no heading with a version")
	}
	return found[1], nil
}

// searchedMirror returns the directory of this user that both Terraform and
// OpenTofu search for providers without any configuration. Both search
// ~/.terraform.d as well, but OpenTofu moves its own configuration when that
// directory exists.
func searchedMirror(system string, environment func(string) string) (string, error) {
	variable, below := "HOME", filepath.Join(".local", "share", "terraform", "plugins")
	switch {
	case system == "windows":
		variable, below = "APPDATA", filepath.Join("HashiCorp", "Terraform", "plugins")
	case system == "darwin":
		below = filepath.Join("Library", "Application Support", "io.terraform", "plugins")
	case filepath.IsAbs(environment("XDG_DATA_HOME")):
		variable, below = "XDG_DATA_HOME", filepath.Join("terraform", "plugins")
	}
	parent := environment(variable)
	if parent == "" {
		return "", fmt.Errorf("the environment variable %s is not set, so name a directory with -dir", variable)
	}
	return filepath.Join(parent, below), nil
}

func instructions(dir string, searched bool) string {
	quoted := `"` + strings.Join(cli.Addresses(), `", "`) + `"`
	configuration := fmt.Sprintf(`  provider_installation {
    filesystem_mirror {
      path    = %q
      include = [%s]
    }
    direct {
      exclude = [%s]
    }
  }
`, filepath.ToSlash(dir), quoted, quoted)
	text := fmt.Sprintf("Installed in %s\n\n", dir)
	command, argument := "make uninstall", ""
	if searched {
		text += `Terraform and OpenTofu search this directory by themselves: "terraform init" and
"tofu init" find the provider now. If your CLI configuration (~/.terraformrc or
~/.tofurc) has a provider_installation block, they do not. Add these lines to the
block then:
`
	} else {
		text += `Put these lines into your CLI configuration (~/.terraformrc or ~/.tofurc), and
"terraform init" and "tofu init" find the provider:
`
		argument = fmt.Sprintf(" DIR=%q", dir)
	}
	return text + "\n" + configuration + `
After another "make install", delete .terraform.lock.hcl where you have run init
before: it holds the checksum of the earlier build.

To undo this, run:

  ` + command + argument + "\n"
}

// remove removes every version of the provider from a mirror, and the
// directories that are empty then.
func remove(dir string, stdout io.Writer) error {
	removed := false
	for _, address := range cli.Addresses() {
		installed := filepath.Join(dir, filepath.FromSlash(address))
		if _, err := os.Stat(installed); err == nil {
			removed = true
		}
		if err := os.RemoveAll(installed); err != nil {
			return err
		}
		for parent := filepath.Dir(installed); parent != filepath.Dir(dir); parent = filepath.Dir(parent) {
			if os.Remove(parent) != nil { // it is not empty, or not there
				break
			}
		}
	}
	if !removed {
		fmt.Fprintf(stdout, "There is nothing to remove in %s\n", dir)
		return nil
	}
	fmt.Fprintf(stdout, "Removed the provider from %s\n", dir)
	return nil
}
