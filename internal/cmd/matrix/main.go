// Command matrix runs the acceptance tests with several CLIs, and reports what
// passed, and what was skipped and why. A skip for another reason than the
// CLI's version counts as a failure.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

const usage = `usage: matrix [-run regexp] [-packages list] CLI...

CLI is the path of a Terraform or an OpenTofu.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("matrix", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, usage) }
	tests := flags.String("run", "^TestAcc", "which `tests`")
	packages := flags.String("packages", "./...", "of which `packages`, with spaces between them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return errors.New("no CLI is named")
	}
	var outcomes []outcome
	for _, path := range flags.Args() {
		c, err := inspect(ctx, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(stderr, "%s %s\n", c.Name, c.Version)
		o, err := test(ctx, c, path, *tests, strings.Fields(*packages), stderr)
		if err != nil {
			return err
		}
		outcomes = append(outcomes, o)
	}
	if report(stdout, outcomes) {
		return nil
	}
	return errors.New("not every test passed that should")
}

// inspect asks the CLI at a path who it is.
func inspect(ctx context.Context, path string) (_ *cli.CLI, err error) {
	dir, err := os.MkdirTemp("", "aurinko-matrix-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return cli.Inspect(ctx, path, dir)
}

// An outcome is what became of the tests with one CLI.
type outcome struct {
	name, version string
	passed        int
	failed        []string
	skipped       map[string][]string // tests by the reason
}

func (o outcome) skips() int {
	count := 0
	for _, tests := range o.skipped {
		count += len(tests)
	}
	return count
}

// test runs the tests with a CLI. What fails is shown as it comes.
func test(ctx context.Context, c *cli.CLI, path, tests string, packages []string, log io.Writer) (outcome, error) {
	o := outcome{name: c.Name, version: c.Version}
	args := slices.Concat([]string{"test", "-json", "-timeout", "60m", "-run", tests}, packages)
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), environment(c.Name, path)...)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.StdoutPipe()
	if err != nil {
		return o, err
	}
	if err := command.Start(); err != nil {
		return o, err
	}
	if err := o.read(output, log); err != nil {
		return o, err
	}
	err = command.Wait()
	if len(o.failed) == 0 && err != nil {
		return o, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, problems.String())
	}
	return o, nil
}

func environment(name, path string) []string {
	variables := []string{"TF_ACC=1", "TF_ACC_TERRAFORM_PATH=" + path, "TF_CLI_CONFIG_FILE=" + os.DevNull, "CHECKPOINT_DISABLE=1"}
	if name == "OpenTofu" { // which looks for the provider of a test in its own registry
		variables = append(variables, "TF_ACC_PROVIDER_HOST=registry.opentofu.org", "TF_ACC_PROVIDER_NAMESPACE=hashicorp")
	}
	return variables
}

// read takes in the output of "go test -json".
func (o *outcome) read(events io.Reader, log io.Writer) error {
	o.skipped = map[string][]string{}
	said := map[string]*strings.Builder{}
	lines := bufio.NewScanner(events)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct{ Action, Package, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			fmt.Fprintln(log, lines.Text()) // a package that does not build
			continue
		}
		name := event.Package + " " + event.Test
		if said[name] == nil {
			said[name] = &strings.Builder{}
		}
		switch event.Action {
		case "output":
			said[name].WriteString(event.Output)
		case "fail":
			o.failed = append(o.failed, strings.TrimSpace(name))
			fmt.Fprint(log, said[name].String())
		case "pass":
			if event.Test != "" {
				o.passed++
			}
		case "skip":
			if event.Test != "" {
				reason := reasonOf(said[name].String())
				o.skipped[reason] = append(o.skipped[reason], event.Test)
			}
		}
	}
	return lines.Err()
}

var logLine = regexp.MustCompile(`(?m)^ +\w+\.go:\d+: (.*)$`)

// reasonOf is the last thing that a skipped test said.
func reasonOf(said string) string {
	found := logLine.FindAllStringSubmatch(said, -1)
	if len(found) == 0 {
		return "no reason given"
	}
	return found[len(found)-1][1]
}

var noExecutable = regexp.MustCompile("^TF_ACC_[A-Z]+_PROVIDER names no executable ")

// isExpected reports whether a test may be skipped for this reason: because the
// CLI is too old for it or lacks the feature, because the test takes minutes
// and has a target of its own, because it needs a provider that is too large to
// build, or because it needs a release.
func (o outcome) isExpected(reason string) bool {
	return strings.HasPrefix(reason, "Terraform CLI version "+o.version+" is below minimum version ") ||
		strings.HasPrefix(reason, "Terraform CLI version "+o.version+" is between ") ||
		strings.HasPrefix(reason, o.name+" "+o.version+" has no ") ||
		strings.HasSuffix(reason, ": make soak") ||
		noExecutable.MatchString(reason)
}

// report prints all outcomes, and whether they are as they should be.
func report(w io.Writer, outcomes []outcome) bool {
	fine := true
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CLI\tpassed\tskipped\tfailed")
	for _, o := range outcomes {
		fmt.Fprintf(table, "%s %s\t%d\t%d\t%d\n", o.name, o.version, o.passed, o.skips(), len(o.failed))
	}
	_ = table.Flush() // whether it can be written to w shows below
	for _, o := range outcomes {
		fmt.Fprintf(w, "\n%s %s\n", o.name, o.version)
		for _, name := range o.failed {
			fmt.Fprintf(w, "  FAILED %s\n", name)
			fine = false
		}
		for _, reason := range slices.Sorted(maps.Keys(o.skipped)) {
			tests := o.skipped[reason]
			if o.isExpected(reason) {
				fmt.Fprintf(w, "  skipped %d: %s\n", len(tests), reason)
				continue
			}
			fmt.Fprintf(w, "  UNEXPECTED skip of %s: %s\n", strings.Join(tests, ", "), reason)
			fine = false
		}
		if o.passed == 0 {
			fmt.Fprintln(w, "  NOTHING was tested")
			fine = false
		}
	}
	return fine
}
