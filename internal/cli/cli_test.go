package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// fake is the variable that turns the test binary into a CLI, or into a
// provider that a CLI has started. Its value says how it behaves.
const fake = "FAKE_CLI"

func TestMain(m *testing.M) {
	switch behaviour := os.Getenv(fake); behaviour {
	case "":
		os.Exit(m.Run())
	case "fails":
		fmt.Println("to stdout")
		fmt.Fprintln(os.Stderr, "to stderr")
		os.Exit(3)
	case "interruptible":
		interrupted := make(chan os.Signal, 1)
		signal.Notify(interrupted, os.Interrupt)
		fmt.Println("ready")
		<-interrupted
		fmt.Println("interrupted")
		os.Exit(1)
	case "stubborn": // and so is the provider that it starts
		signal.Ignore(os.Interrupt)
		provider := exec.Command(os.Args[0])
		provider.Env = append(os.Environ(), fake+"=provider")
		provider.Stdout = os.Stdout
		if err := provider.Start(); err != nil {
			panic(err)
		}
		time.Sleep(time.Minute) // it is ended long before
	case "provider":
		signal.Ignore(os.Interrupt)
		fmt.Println("ready")
		time.Sleep(time.Minute)
	default: // what "version" prints
		fmt.Println(behaviour)
		os.Exit(0)
	}
}

func fakeCLI() *CLI { return &CLI{path: os.Args[0], grace: time.Minute} }

func TestFind(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		named   string
		there   []string
		want    string
		problem string
	}{
		"terraform":                  {there: []string{"terraform"}, want: "terraform"},
		"tofu":                       {there: []string{"tofu"}, want: "tofu"},
		"both":                       {there: []string{"tofu", "terraform"}, want: "terraform"},
		"neither":                    {problem: "https://opentofu.org/docs/intro/install"},
		"another is named":           {named: "/opt/tofu", there: []string{"terraform", "/opt/tofu"}, want: "/opt/tofu"},
		"what is named is not there": {named: "/opt/tofu", there: []string{"terraform"}, problem: "TF_ACC_TERRAFORM_PATH"},
	} {
		got, err := find(test.named, func(file string) (string, error) {
			if !slices.Contains(test.there, file) {
				return "", exec.ErrNotFound
			}
			return file, nil
		})
		if got != test.want || (err == nil) != (test.problem == "") || err != nil && !strings.Contains(err.Error(), test.problem) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

func TestInspect(t *testing.T) {
	for printed, want := range map[string]CLI{
		"Terraform v1.11.4\non linux_amd64":  {Name: "Terraform", Version: "1.11.4"},
		"OpenTofu v1.12.0-beta1\non a_b\n\n": {Name: "OpenTofu", Version: "1.12.0-beta1"},
		"GNU bash, version 5.2":              {},
	} {
		t.Setenv(fake, printed)
		got, err := Inspect(t.Context(), os.Args[0], t.TempDir())
		if want.Name == "" {
			if err == nil {
				t.Errorf("%q passes for %s", printed, got.Name)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", printed, err)
		} else if got.Name != want.Name || got.Version != want.Version {
			t.Errorf("%q: got %s %s", printed, got.Name, got.Version)
		}
	}
}

func TestAtLeast(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"1.9.8": false, "1.10.5": false, "1.11.0": true, "1.11.0-rc1": true, "1.14.0": true, "2.0.0": true, "0.15.5": false, "": false,
	} {
		if got := (&CLI{Version: version}).AtLeast(1, 11); got != want {
			t.Errorf("%q: got %t", version, got)
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	cli := &CLI{configFile: "/demo/cli.tfrc"}
	got := cli.environment([]string{
		"PATH=/bin", "HOME=/home/ada",
		"TF_LOG=TRACE", "TF_VAR_scopes=[]", "TF_CLI_ARGS=-x", "TF_CLI_CONFIG_FILE=/home/ada/.terraformrc", "TF_DATA_DIR=/data",
		"TF_PLUGIN_CACHE_DIR=/cache", "TF_WORKSPACE=production", "TF_REATTACH_PROVIDERS={}", "AURINKO_CLIENT_ID=real",
	})
	want := []string{
		"PATH=/bin", "HOME=/home/ada",
		"TF_CLI_CONFIG_FILE=/demo/cli.tfrc", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestRunTellsTheExitCode(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	code, err := fakeCLI().Run(t.Context(), Command{Dir: t.TempDir(), Env: []string{fake + "=fails"}, Stdout: &stdout, Stderr: &stderr})
	if code != 3 || err != nil || stdout.String() != "to stdout\n" || stderr.String() != "to stderr\n" {
		t.Errorf("got %d, %v, %q, %q", code, err, stdout.String(), stderr.String())
	}
	missing := &CLI{path: filepath.Join(t.TempDir(), "terraform")}
	if _, err := missing.Run(t.Context(), Command{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a CLI: %v", err)
	}
}

// cancelling ends a context as soon as something is written to it.
type cancelling struct {
	text   []byte
	cancel context.CancelFunc
}

func (c *cancelling) Write(text []byte) (int, error) {
	c.cancel()
	c.text = append(c.text, text...)
	return len(text), nil
}

func TestRunInterrupts(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows cannot interrupt a process.")
	}
	ctx, cancel := context.WithCancel(t.Context())
	stdout := &cancelling{cancel: cancel}
	_, err := fakeCLI().Run(ctx, Command{Dir: t.TempDir(), Env: []string{fake + "=interruptible"}, Stdout: stdout})
	if !errors.Is(err, context.Canceled) || string(stdout.text) != "ready\ninterrupted\n" {
		t.Errorf("got %v, %q", err, stdout.text)
	}
}

func TestRunEndsWhatDoesNotHeedAnInterrupt(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no process groups.")
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		lines := bufio.NewReader(reader)
		_, _ = lines.ReadString('\n')
		cancel()
		_, err := io.Copy(io.Discard, lines) // to its end: until no process can write to it any more
		ended <- err
	}()
	stubborn := fakeCLI()
	stubborn.grace = time.Millisecond
	_, err = stubborn.Run(ctx, Command{Dir: t.TempDir(), Env: []string{fake + "=stubborn"}, Stdout: writer})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	_ = writer.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
