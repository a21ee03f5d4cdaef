// Command demo takes a realistic company through its Aurinko set-up, with the
// real Terraform or OpenTofu, this checkout's provider and the embedded
// simulator of Aurinko.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/examples"
	"github.com/aurinko/terraform-provider-aurinko/internal/cli"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func main() {
	var o options
	flag.BoolVar(&o.keep, "keep", false, "keep the working directory")
	flag.Parse()
	if flag.NArg() > 0 {
		fmt.Fprintf(os.Stderr, "demo: unexpected argument %q\n", flag.Arg(0))
		os.Exit(2)
	}
	o.color = isTerminal(os.Stdout) && os.Getenv("NO_COLOR") == ""

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	interrupted := ctx.Err() != nil
	stop()
	if interrupted {
		fmt.Fprintln(os.Stderr, "\ndemo: interrupted")
		os.Exit(1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

type options struct {
	keep   bool // the directory is left behind
	color  bool
	parent string // where the directory is made; "" is the system's place for temporary files
	cli    string // the Terraform or OpenTofu to use; "" finds one
}

// run plays the demo. It fails when anything is not as it must be.
func run(ctx context.Context, o options, stdout io.Writer) (err error) {
	path := o.cli
	if path == "" {
		if path, err = cli.Find(); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp(o.parent, "aurinko-demo-")
	if err != nil {
		return err
	}
	defer func() {
		if o.keep {
			fmt.Fprintf(stdout, "\nThe configuration and its state are in %s\n", company(dir))
		} else {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()

	terraform, err := cli.Inspect(ctx, path, dir)
	if err != nil {
		return err
	}
	if !terraform.AtLeast(1, 11) {
		return fmt.Errorf("%s is %s %s, but the demo requires 1.11 or later, for write-only arguments. "+
			"Install a newer version, or name one with TF_ACC_TERRAFORM_PATH", path, terraform.Name, terraform.Version)
	}

	aurinko, err := simulator.New(simulator.Options{RequestsPerSecond: 250})
	if err != nil {
		return err
	}
	address, stop, err := serve(ctx, aurinko)
	if err != nil {
		return err
	}
	defer stop()

	d := &demo{
		out:       &narrator{w: stdout, color: o.color, wasEmpty: true},
		terraform: terraform,
		aurinko:   aurinko,
		address:   address,
		dir:       dir,
	}
	return d.play(ctx)
}

// company is the directory with the example's configuration.
func company(dir string) string { return filepath.Join(dir, "company") }

// serve starts a server on a free port and returns its address, and a function
// that stops it.
func serve(ctx context.Context, handler http.Handler) (string, func(), error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // returns when it is closed
	return "http://" + listener.Addr().String(), func() { _ = server.Close() }, nil
}

// copyExample writes examples/complete into a new directory.
func copyExample(to string) error {
	const from = "complete"
	files, err := examples.Files.ReadDir(from)
	if err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, file := range files {
		text, err := examples.Files.ReadFile(from + "/" + file.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, file.Name()), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
