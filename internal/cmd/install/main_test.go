package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

const top = "../../.."

func TestVersionOf(t *testing.T) {
	t.Parallel()
	for changelog, want := range map[string]string{
		"## 0.1.0 (Unreleased)\n\n## 0.0.9\n": "0.1.0",
		"# Changelog\n\n## 1.20.3\n":          "1.20.3",
		"## Unreleased\n":                     "",
		"":                                    "",
	} {
		got, err := versionOf(changelog)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v", changelog, got, err)
		}
	}
}

func TestSearchedMirror(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		system      string
		environment map[string]string
		want        string
	}{
		"Linux":                   {"linux", map[string]string{"HOME": "/home/ada"}, "/home/ada/.local/share/terraform/plugins"},
		"Linux with another data": {"linux", map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "/data"}, "/data/terraform/plugins"},
		"a relative one is none":  {"linux", map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "data"}, "/home/ada/.local/share/terraform/plugins"},
		"macOS":                   {"darwin", map[string]string{"HOME": "/Users/ada"}, "/Users/ada/Library/Application Support/io.terraform/plugins"},
		"Windows":                 {"windows", map[string]string{"APPDATA": "/ada/Roaming"}, "/ada/Roaming/HashiCorp/Terraform/plugins"},
		"no home":                 {"linux", nil, ""},
	} {
		got, err := searchedMirror(test.system, func(variable string) string { return test.environment[variable] })
		if filepath.ToSlash(got) != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func requireCLI(t *testing.T, minor int, why string) string {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	path, err := cli.Find()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"bash", "git", "make", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("The commands need %s.", program)
		}
	}
	found, err := cli.Inspect(t.Context(), path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if !found.AtLeast(1, minor) {
		t.Skipf("%s %s has no way to do this: %s", found.Name, found.Version, why)
	}
	return path
}

// newcomer returns the environment of somebody who has a clone, a home with
// nothing in it, and no network. What Go has built and fetched is kept.
func newcomer(t *testing.T, home string) []string {
	t.Helper()
	environment := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		for _, prefix := range []string{"TF_", "TOFU_", "AURINKO_", "HOME=", "XDG_", "GOFLAGS=", "MAKE", "MFLAGS="} {
			if strings.HasPrefix(variable, prefix) {
				return true
			}
		}
		return false
	})
	for _, name := range []string{"GOCACHE", "GOMODCACHE"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		environment = append(environment, name+"="+strings.TrimSpace(string(value)))
	}
	return append(environment, "HOME="+home, "GOPROXY=off", "CHECKPOINT_DISABLE=1",
		"HTTP_PROXY=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1")
}

// repository copies the files of this checkout that git knows, or would add,
// into a repository that can be cloned.
func repository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	git := func(in string, args ...string) []byte {
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = in
		output, err := command.Output()
		if err != nil {
			t.Skipf("git %q: %v. The test needs a checkout of the repository.", args, err)
		}
		return output
	}
	listed := git(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimRight(string(listed), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(top, name))
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		target := filepath.Join(dir, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(target), 0o700)
		}
		if err == nil {
			err = os.WriteFile(target, text, 0o700)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	git(dir, "init", "--quiet")
	git(dir, "add", "--all", "--force")
	git(dir, "-c", "user.name=test", "-c", "user.email=test@acme.example", "commit", "--quiet", "--message=All")
	return dir
}

var (
	codeBlock   = regexp.MustCompile("(?ms)^```(sh|shell|terraform)\n(.*?)^```$")
	asksForYes  = regexp.MustCompile(`(?m)^(terraform (?:apply|destroy).*)$`)
	simulation  = regexp.MustCompile(`(?m)^make simulator$`)
	simulatorAt = "127.0.0.1:8787"
)

// A person follows a page in a fresh clone, block by block: commands are run as
// they are, and configuration is saved as main.tf. All that differs is where
// the clone comes from, the port of the simulator, that "make simulator" alone
// goes to the background in place of a second terminal, and the word "yes".
func TestAccPages(t *testing.T) {
	t.Parallel()
	path := requireCLI(t, 11, "the pages use write-only arguments.")
	origin := repository(t)
	for _, page := range []struct {
		name  string
		until string
		want  []string
	}{
		{"README.md", "\n## Next steps", []string{"successfully initialized!", "Plan: 3 to add", "Apply complete! Resources: 3 added"}},
		{"docs/guides/getting-started.md", "\n## 7.", []string{"Incomplete lock file information", "Apply complete! Resources: 2 added", "No changes.",
			`"Sales (old)" -> "Sales"`, "Destroy complete! Resources: 2 destroyed."}},
	} {
		t.Run(page.name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			text, err := os.ReadFile(filepath.Join(top, page.name))
			if err != nil {
				t.Fatal(err)
			}
			shown, _, found := strings.Cut(string(text), page.until)
			if !found {
				t.Fatalf("%s has no %q", page.name, page.until)
			}
			output := follow(t, shown, origin, path, home)
			for _, want := range page.want {
				if !strings.Contains(output, want) {
					t.Errorf("no %q in:\n%s", want, output)
				}
			}
			if _, err := os.Lstat(filepath.Join(home, ".terraformrc")); err == nil {
				t.Error("a CLI configuration was written")
			}
		})
	}
}

// follow runs the blocks of a page in one shell, and returns what they print.
func follow(t *testing.T, page, origin, cliPath, home string) string {
	t.Helper()
	address := freeAddress(t)
	script := "set -e\nterraform() { '" + cliPath + "' \"$@\" -no-color; }\n"
	for _, block := range codeBlock.FindAllStringSubmatch(page, -1) {
		if block[1] == "terraform" {
			script += "cat >main.tf <<'END OF MAIN'\n" + block[2] + "END OF MAIN\n"
			continue
		}
		commands := strings.ReplaceAll(block[2], "https://github.com/aurinko/terraform-provider-aurinko", "'"+origin+"' terraform-provider-aurinko")
		commands = strings.ReplaceAll(commands, simulatorAt, address)
		commands = asksForYes.ReplaceAllString(commands, "$1 <<<yes")
		commands = simulation.ReplaceAllString(commands, fmt.Sprintf(`go build -o simulator ./internal/cmd/simulator
./simulator -addr %[1]s >simulator.log 2>&1 &
trap "kill $!" EXIT
timeout 60 sh -c 'until ./simulator -health -addr %[1]s 2>/dev/null; do sleep 0.1; done'`, address))
		script += commands
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	defer cancel()
	var output bytes.Buffer
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir, shell.Env = t.TempDir(), newcomer(t, home)
	shell.Stdout, shell.Stderr = &output, &output
	if err := shell.Run(); err != nil {
		t.Fatalf("%v\n%s\nof the script\n%s", err, output.String(), script)
	}
	return output.String()
}

// freeAddress returns an address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// Installed and removed as the Makefile does it, "init" works in between: by
// either address without any configuration, and from another directory with the
// lines that are printed.
func TestAccInstall(t *testing.T) {
	t.Parallel()
	path := requireCLI(t, 8, "the provider needs 1.8.")
	home, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "a mirror")
	environment := newcomer(t, home)
	run := func(dir string, more []string, name string, args ...string) (string, error) {
		command := exec.CommandContext(t.Context(), name, args...)
		command.Dir, command.Env = dir, slices.Concat(environment, more)
		output, err := command.CombinedOutput()
		return string(output), err
	}
	must := func(output string, err error) string {
		t.Helper()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return output
	}
	initialize := func(source string, more ...string) (string, error) {
		dir := t.TempDir()
		text := fmt.Sprintf("terraform {\n  required_providers {\n    aurinko = { source = %q }\n  }\n}\nprovider \"aurinko\" {}\n", source)
		if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return run(dir, more, path, "init", "-no-color")
	}

	printed := must(run(top, nil, "make", "--no-print-directory", "install"))
	for _, want := range []string{home, "make uninstall", "provider_installation"} {
		if !strings.Contains(printed, want) {
			t.Errorf("no %q in:\n%s", want, printed)
		}
	}
	for _, source := range append(cli.Addresses(), "aurinko/aurinko") {
		if output, err := initialize(source); err != nil || !strings.Contains(output, "v0.1.0") {
			t.Errorf("%s: %v\n%s", source, err, output)
		}
	}
	must(run(top, nil, "make", "uninstall"))
	if output, err := initialize("aurinko/aurinko"); err == nil {
		t.Errorf("it is still there:\n%s", output)
	}
	err := filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.Contains(entry.Name(), "aurinko") {
			t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	printed = must(run(top, nil, "make", "--no-print-directory", "install", "DIR="+elsewhere))
	_, configuration, _ := strings.Cut(printed, "\n\n  provider_installation")
	configuration, _, found := strings.Cut(configuration, "\n\nAfter another")
	if !found {
		t.Fatalf("no configuration in:\n%s", printed)
	}
	file := filepath.Join(home, "cli.tfrc")
	if err := os.WriteFile(file, []byte("provider_installation"+configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	must(initialize("aurinko/aurinko", "TF_CLI_CONFIG_FILE="+file))
	must(run(top, nil, "make", "uninstall", "DIR="+elsewhere))
	if left, err := os.ReadDir(elsewhere); err == nil && len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
