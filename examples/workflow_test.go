package examples_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

// The workflow of examples/testing runs here as it does at GitHub: the
// simulator is started by it, and its tests have the module's check block
// report a token that died.
func TestAccTestingWorkflow(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the example uses.", terraform.Name, terraform.Version)
	}
	for _, program := range []string{"bash", "curl", "timeout"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("The workflow needs %s.", program)
		}
	}

	module, bin, temp := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.CopyFS(module, os.DirFS("testing")); err != nil {
		t.Fatal(err)
	}
	path, err := cli.Find()
	if err != nil {
		t.Fatal(err)
	}
	if path, err = filepath.Abs(path); err == nil {
		err = os.Symlink(path, filepath.Join(bin, "terraform"))
	}
	if err != nil {
		t.Fatal(err)
	}
	stopSimulator := installSimulator(t, bin)

	text, err := examples.Files.ReadFile("testing/.github/workflows/test.yml")
	if err != nil {
		t.Fatal(err)
	}
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Name, Run string
				Env       map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(text, &workflow); err != nil {
		t.Fatal(err)
	}
	github := map[string]string{"GITHUB_ENV": filepath.Join(temp, "env"), "RUNNER_TEMP": temp}
	ran := map[string]string{}
	for _, step := range workflow.Jobs["module"].Steps {
		if step.Run == "" || step.Name == "Install the simulator" { // from a release, which is not there yet
			continue
		}
		command := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", step.Run)
		command.Dir = module
		command.Env = slices.DeleteFunc(os.Environ(), func(variable string) bool {
			return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "AURINKO_") || strings.HasPrefix(variable, "PATH=")
		})
		command.Env = append(command.Env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
			"TF_CLI_CONFIG_FILE="+filepath.Join(installed, "cli.tfrc"), "TF_CLI_ARGS=-no-color", "CHECKPOINT_DISABLE=1")
		exported, _ := os.ReadFile(github["GITHUB_ENV"]) // not there before the simulator is
		command.Env = append(command.Env, strings.Fields(string(exported))...)
		for _, variables := range []map[string]string{github, step.Env} {
			for name, value := range variables {
				command.Env = append(command.Env, name+"="+value)
			}
		}
		var output bytes.Buffer
		command.Stdout, command.Stderr = &output, &output
		err := command.Run()
		ran[step.Name] = output.String()
		if step.Name == "Start the simulator" {
			t.Cleanup(stopSimulator)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", step.Name, err, output.String())
		}
	}
	for step, want := range map[string]string{
		"Run the tests of the module":                        "7 passed, 0 failed.",
		"Let a token die":                                    `"tokenStatus": "dead"`,
		"See that the plan reports it":                       "Warning: Check block assertion failed",
		"See that requests are repeated while Aurinko fails": "Destroy complete!",
	} {
		if !strings.Contains(ran[step], want) {
			t.Errorf("no %q in the step %q, which wrote:\n%s", want, step, ran[step])
		}
	}
	if len(ran) != 6 {
		t.Errorf("these steps ran: %q", slices.Sorted(maps.Keys(ran)))
	}
}

// installSimulator builds the simulator, and returns what ends it when it was
// started in the background.
func installSimulator(t *testing.T, bin string) (stop func()) {
	t.Helper()
	built, number := filepath.Join(bin, "built"), filepath.Join(bin, "pid")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", built, "../internal/cmd/simulator").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	script := fmt.Sprintf("#!/bin/sh\necho $$ >'%s'\nexec '%s' \"$@\"\n", number, built)
	if err := os.WriteFile(filepath.Join(bin, "aurinko-simulator"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return func() {
		text, err := os.ReadFile(number)
		if err != nil {
			return // it did not start
		}
		pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			t.Error(err)
			return
		}
		if process, err := os.FindProcess(pid); err == nil {
			_ = process.Kill() // it may have ended
		}
	}
}

// The configuration that the simulator's page proposes to somebody who begins
// applies as it is.
func TestAccFirstConfiguration(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set.")
	}
	terraform, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if !terraform.AtLeast(1, 11) {
		t.Skipf("%s %s has no write-only arguments, which the page proposes.", terraform.Name, terraform.Version)
	}
	text, err := os.ReadFile("../internal/simulator/web/pages/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkspace(t, terraform, example{})
	w.write("requirements.tf", "")
	w.write("main.tf", string(text))
	w.run(0, "init")
	w.run(0, "apply", "-auto-approve")
	w.planIsEmpty()
	w.run(0, "destroy", "-auto-approve")
	w.checkEmpty()
}
