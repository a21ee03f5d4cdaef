// Package cli runs Terraform or OpenTofu with the provider of this checkout
// and nothing of the person's own configuration. The demo and the tests of the
// examples use it; the provider does not.
package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// The provider as the directory layout of a filesystem mirror has it. The
// version is one that the examples' constraints take.
const (
	providerPackage = "github.com/aurinko/terraform-provider-aurinko"
	providerName    = "terraform-provider-aurinko"
	providerSource  = "aurinko/aurinko"
	providerVersion = "0.1.0"
)

// Where `source = "aurinko/aurinko"` leads: Terraform asks the first host,
// OpenTofu the second.
var providerHosts = []string{"registry.terraform.io", "registry.opentofu.org"}

// pathVariable names a CLI other than the one on the PATH. The test framework
// for providers has the same variable.
const pathVariable = "TF_ACC_TERRAFORM_PATH"

// ErrNotFound says that there is neither Terraform nor OpenTofu, and how to
// get one.
var ErrNotFound = errors.New(`neither "terraform" nor "tofu" is on the PATH.
Install one of them, 1.11 or later:

  Terraform  https://developer.hashicorp.com/terraform/install
  OpenTofu   https://opentofu.org/docs/intro/install

or set ` + pathVariable + ` to the full path of one`)

// Find returns the path of the CLI to use: the one that TF_ACC_TERRAFORM_PATH
// names, or else terraform or tofu on the PATH.
func Find() (string, error) { return find(os.Getenv(pathVariable), exec.LookPath) }

func find(named string, lookPath func(string) (string, error)) (string, error) {
	if named != "" {
		path, err := lookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s: %w", pathVariable, err)
		}
		return path, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotFound
}

// A CLI is a Terraform or an OpenTofu that finds the provider of this checkout
// and no other.
type CLI struct {
	Name    string // "Terraform" or "OpenTofu"
	Version string // "1.11.4"

	path       string
	configFile string
	grace      time.Duration // how long it may take to end when it is interrupted
}

// Inspect asks the CLI at a path who it is. Its working files go to dir, which
// must be there and is the caller's to remove.
func Inspect(ctx context.Context, path, dir string) (*CLI, error) {
	c := &CLI{path: path, configFile: filepath.Join(dir, "cli.tfrc"), grace: 15 * time.Second}
	if err := os.WriteFile(c.configFile, []byte(config(dir)), 0o600); err != nil {
		return nil, err
	}
	var output bytes.Buffer
	if _, err := c.Run(ctx, Command{Dir: dir, Args: []string{"version"}, Stdout: &output, Stderr: &output}); err != nil {
		return nil, err
	}
	found := firstLine.FindStringSubmatch(output.String())
	if found == nil {
		return nil, fmt.Errorf("%s is neither Terraform nor OpenTofu: \"version\" answers %q", path, output.String())
	}
	c.Name, c.Version = found[1], found[2]
	return c, nil
}

// firstLine is how both tell their version: "Terraform v1.11.4".
var firstLine = regexp.MustCompile(`^(Terraform|OpenTofu) v(\d+\.\d+\S*)`)

// config sends every search for a provider to the mirror: the network has no
// part in it.
func config(dir string) string {
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror(dir)))
}

func mirror(dir string) string { return filepath.Join(dir, "mirror") }

// AtLeast reports whether the CLI is of a version or a later one.
func (c *CLI) AtLeast(major, minor int) bool {
	var has [2]int
	if _, err := fmt.Sscanf(c.Version, "%d.%d", &has[0], &has[1]); err != nil {
		return false
	}
	return slices.Compare(has[:], []int{major, minor}) >= 0
}

// PackageDirs are the directories of dir's mirror in which Terraform and
// OpenTofu look for a provider such as "hashicorp/random". Each wants the
// provider's executable, whose name begins with terraform-provider-.
func PackageDirs(dir, source, version string) []string {
	return packageDirs(mirror(dir), source, version)
}

func packageDirs(mirror, source, version string) []string {
	var dirs []string
	for _, host := range providerHosts {
		dirs = append(dirs, filepath.Join(mirror, host, filepath.FromSlash(source), version, runtime.GOOS+"_"+runtime.GOARCH))
	}
	return dirs
}

// Addresses returns the provider's full addresses, for Terraform and for
// OpenTofu.
func Addresses() []string {
	var addresses []string
	for _, host := range providerHosts {
		addresses = append(addresses, host+"/"+providerSource)
	}
	return addresses
}

// Build builds the provider into the mirror of dir, for Terraform and for
// OpenTofu. The working directory must be in the checkout. The flags are for
// "go build".
func Build(ctx context.Context, dir string, flags ...string) error {
	return Install(ctx, mirror(dir), providerVersion, flags...)
}

// Install builds the provider into a filesystem mirror, as Build does. It
// replaces an earlier build of the version.
func Install(ctx context.Context, mirror, version string, flags ...string) error {
	name := providerName + "_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	var built string
	for _, packageDir := range packageDirs(mirror, providerSource, version) {
		if err := os.MkdirAll(packageDir, 0o700); err != nil {
			return err
		}
		target := filepath.Join(packageDir, name)
		if built != "" {
			if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			if err := os.Link(built, target); err != nil {
				return err
			}
			continue
		}
		built = target
		command := exec.CommandContext(ctx, "go", slices.Concat([]string{"build", "-o", target}, flags, []string{providerPackage})...)
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("unable to build the provider; the working directory must be in its checkout: %w\n%s", err, output)
		}
	}
	return nil
}

// A Command is one run of the CLI.
type Command struct {
	Dir            string   // the working directory
	Env            []string // what is set besides: AURINKO_CLIENT_ID, TF_VAR_…
	Args           []string
	Stdout, Stderr io.Writer
}

// Run runs a command and returns its exit code. An error means that it did not
// run to its end, because it could not start or the context ended. The CLI is
// then interrupted first, and ended with all that it started if that does not
// help.
func (c *CLI) Run(ctx context.Context, command Command) (int, error) {
	child := exec.CommandContext(ctx, c.path, command.Args...)
	child.Dir = command.Dir
	child.Env = append(c.environment(os.Environ()), command.Env...)
	child.Stdout, child.Stderr = command.Stdout, command.Stderr
	child.WaitDelay = c.grace
	separate(child)
	child.Cancel = func() error { return interrupt(child) }

	err := child.Run()
	if ctx.Err() != nil {
		endAll(child)
		return 0, ctx.Err()
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// environment is the person's, without what would have Terraform or the
// provider behave otherwise than in a fresh account.
func (c *CLI) environment(of []string) []string {
	kept := slices.DeleteFunc(slices.Clone(of), func(variable string) bool {
		name := strings.ToUpper(variable)
		return strings.HasPrefix(name, "TF_") || strings.HasPrefix(name, "TOFU_") || strings.HasPrefix(name, "AURINKO_")
	})
	return append(kept,
		"TF_CLI_CONFIG_FILE="+c.configFile,
		"TF_IN_AUTOMATION=1", // no hints at what to type next
		"TF_INPUT=0",
		"CHECKPOINT_DISABLE=1", // no question for newer versions
	)
}
