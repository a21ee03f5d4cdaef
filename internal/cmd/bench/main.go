//go:build unix

// Command bench measures what this provider costs beside the floor: what the
// same number of terraform_data costs, which needs no provider, and of
// hashicorp/random, which needs no network.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are what to measure.
type options struct {
	sizes     []int           // numbers of resources to plan
	latencies []time.Duration // of the API
	random    string          // the executable of hashicorp/random; "" leaves it out
	applied   int             // how many resources to create and destroy; 0 none
	repeat    int             // how often everything is measured
	cold      int             // and what takes no second
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	sizes := flags.String("n", "100,1000,5000", "`numbers` of resources to plan, with commas between them")
	latencies := flags.String("latency", "0s,50ms", "`durations` that the API takes to answer")
	flags.StringVar(&o.random, "random", "", "`executable` of hashicorp/random, as terraform init leaves it in .terraform; without one, terraform_data is the floor")
	flags.IntVar(&o.applied, "apply", 1000, "`number` of resources to create and to destroy; 0 for none")
	flags.IntVar(&o.repeat, "repeat", 1, "`times` to measure everything; the middle one is shown")
	flags.IntVar(&o.cold, "cold", 15, "`times` to measure what even one resource costs, likewise")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for text := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return o, fmt.Errorf("-n %s: not numbers of resources", *sizes)
		}
		o.sizes = append(o.sizes, n)
	}
	for text := range strings.SplitSeq(*latencies, ",") {
		latency, err := time.ParseDuration(text)
		if err != nil || latency < 0 {
			return o, fmt.Errorf("-latency %s: not durations such as 50ms", *latencies)
		}
		o.latencies = append(o.latencies, latency)
	}
	if flags.NArg() > 0 || o.applied < 0 || o.repeat < 1 || o.cold < 1 {
		return o, errors.New("wrong arguments; -help lists them")
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	path, err := cli.Find()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "aurinko-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	terraform, err := cli.Inspect(ctx, path, dir)
	if err != nil {
		return err
	}
	b := &bench{options: o, terraform: terraform, dir: dir, log: stderr}
	if err := b.install(ctx); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s %s\n", terraform.Name, terraform.Version)
	for _, measure := range []func(context.Context) (table, error){b.colds, b.plans, b.applies} {
		t, err := measure(ctx)
		if err != nil {
			return err
		}
		t.print(stdout)
	}
	return nil
}

// A bench is one run of this program.
type bench struct {
	options
	terraform *cli.CLI
	dir       string
	log       io.Writer
}

const module = "github.com/aurinko/terraform-provider-aurinko"

// version is what the measured providers go by; they are found in a mirror.
const version = "1.0.0"

// The meter knows both names too.
const (
	metered = "provider"    // the real executable, beside the meter
	notes   = "BENCH_NOTES" // the variable with the file that the meter writes to
)

// subjects are what is measured, the floor first.
func (b *bench) subjects() []subject {
	if b.random == "" {
		return []subject{terraformData, mailboxes}
	}
	return []subject{terraformData, random, mailboxes}
}

// install builds the provider as it is released, and puts the providers where
// the CLI finds them, each behind a meter.
func (b *bench) install(ctx context.Context) error {
	meter, provider := filepath.Join(b.dir, "meter"), b.executable(mailboxes)
	for target, source := range map[string]string{provider: "", meter: "/internal/cmd/bench/meter"} {
		command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", target, module+source)
		command.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("unable to build; the working directory must be in the checkout: %w\n%s", err, output)
		}
	}
	for _, s := range b.subjects() {
		if s.source == "" {
			continue
		}
		for _, dir := range cli.PackageDirs(b.dir, s.source, version) {
			name := "terraform-provider-" + filepath.Base(s.source) + "_v" + version
			if err := errors.Join(os.MkdirAll(dir, 0o700),
				copyFile(b.executable(s), filepath.Join(dir, metered)), copyFile(meter, filepath.Join(dir, name))); err != nil {
				return err
			}
		}
	}
	return nil
}

// executable is the real executable of a subject's provider.
func (b *bench) executable(s subject) string {
	if s.name == random.name {
		return b.random
	}
	return filepath.Join(b.dir, "terraform-provider-aurinko")
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o700)
}

// A measurement is what one command took.
type measurement struct {
	wall     time.Duration
	provider time.Duration // CPU of the provider's processes
	cli      time.Duration // CPU of the CLI
	peak     int           // KiB of the largest of the provider's processes
	requests int64
	refused  int64 // of them, because there were too many
}

// middle is the one with the median of the wall time.
func middle(all []measurement) measurement {
	all = slices.SortedFunc(slices.Values(all), func(a, b measurement) int { return int(a.wall - b.wall) })
	return all[len(all)/2]
}

// command runs the CLI in a directory and measures it.
func (b *bench) command(ctx context.Context, dir string, server *server, args ...string) (measurement, error) {
	var m measurement
	file := filepath.Join(b.dir, "notes")
	if err := os.RemoveAll(file); err != nil {
		return m, err
	}
	env := append(server.env(), notes+"="+file)
	requests, refused := server.requests.Load(), server.refused.Load()
	var output strings.Builder
	before := childrenCPU()
	started := time.Now()
	code, err := b.terraform.Run(ctx, cli.Command{Dir: dir, Env: env, Args: args, Stdout: &output, Stderr: &output})
	m.wall = time.Since(started)
	if err != nil {
		return m, err
	}
	if code != 0 {
		return m, fmt.Errorf("%s ends with exit code %d:\n%s", strings.Join(args, " "), code, output.String())
	}
	m.requests, m.refused = server.requests.Load()-requests, server.refused.Load()-refused

	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, err
	}
	for line := range strings.Lines(string(text)) {
		var microseconds, peak int
		if _, err := fmt.Sscan(line, &microseconds, &peak); err != nil {
			return m, fmt.Errorf("a note of the meter reads %q: %w", line, err)
		}
		m.provider += time.Duration(microseconds) * time.Microsecond
		m.peak = max(m.peak, peak)
	}
	m.cli = childrenCPU() - before - m.provider
	return m, nil
}

// childrenCPU is what the programs that have ended used, and what they started.
func childrenCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		panic(err) // no such thing with these arguments
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
