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

	"github.com/aurinko/terraform-provider-aurinko/internal/acctest"
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
	if err := linkCLI(bin); err != nil {
		t.Fatal(err)
	}
	stopSimulator := installSimulator(t, bin)

	github := map[string]string{"GITHUB_ENV": filepath.Join(temp, "env"), "RUNNER_TEMP": temp}
	ran := map[string]string{}
	for _, step := range workflowJobs(t, "testing/.github/workflows/test.yml")["module"].Steps {
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
		"Run the tests of the module":                        "8 passed, 0 failed.",
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

// The workflow of examples/pipeline: a pull request is planned and shown, and
// what was planned after the merge is applied.
func TestAccPipelineWorkflow(t *testing.T) {
	t.Parallel()
	w := requireWriteOnly(t)
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("The workflow needs bash.")
	}
	bin, temp := t.TempDir(), t.TempDir()
	if err := linkCLI(bin); err != nil {
		t.Fatal(err)
	}
	w.write("requirements.tf", "")
	w.write("main.tf", read(t, "pipeline/main.tf"))
	jobs := workflowJobs(t, "pipeline/.github/workflows/terraform.yml")
	outputs, summary := filepath.Join(temp, "output"), filepath.Join(temp, "summary")
	run := func(job string, steps ...string) {
		t.Helper()
		for _, step := range jobs[job].Steps {
			if step.Run == "" {
				continue
			}
			if len(steps) == 0 || step.Name != steps[0] {
				t.Fatalf("the step %q of the job %s is not expected", step.Name, job)
			}
			steps = steps[1:]
			command := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", step.Run)
			command.Dir = w.dir
			command.Env = append(os.Environ(), w.env...)
			command.Env = append(command.Env, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "GITHUB_OUTPUT="+outputs, "GITHUB_STEP_SUMMARY="+summary,
				"TF_CLI_CONFIG_FILE="+filepath.Join(installed, "cli.tfrc"), "CHECKPOINT_DISABLE=1", "TF_INPUT=0", "TF_IN_AUTOMATION=1", "TF_CLI_ARGS=")
			if output, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", step.Name, err, output)
			}
		}
	}
	said := func(file, want string) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("no %q in %s, %v", want, text, err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}

	run("plan", "Initialize", "Plan", "Show the plan")
	acctest.AssertNoWrites(t, w.server)
	said(outputs, "changes=true")
	said(summary, "Plan: 3 to add, 0 to change, 0 to destroy.")
	run("apply", "Initialize", "Apply the saved plan")
	run("plan", "Initialize", "Plan", "Show the plan")
	said(outputs, "changes=false")
	said(summary, "No changes.")
}

type job struct {
	Steps []struct {
		Name, Run string
		Env       map[string]string
	}
}

// workflowJobs reads the jobs of a workflow in the examples.
func workflowJobs(t *testing.T, file string) map[string]job {
	t.Helper()
	var workflow struct{ Jobs map[string]job }
	if err := yaml.Unmarshal([]byte(read(t, file)), &workflow); err != nil {
		t.Fatal(err)
	}
	return workflow.Jobs
}

// linkCLI puts the CLI into a directory, under the name that workflows use.
func linkCLI(bin string) error {
	path, err := cli.Find()
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return err
	}
	return os.Symlink(path, filepath.Join(bin, "terraform"))
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
