// Command simulator starts an in-memory Aurinko on a loopback address, for
// trying out Terraform configurations without the real service.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "simulator:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var (
		addr         = flags.String("addr", "127.0.0.1:8787", "loopback `address` to listen on; port 0 takes a free one")
		file         = flags.String("file", "", "`file` to keep the data in, secrets included; default is to forget everything")
		clientID     = flags.String("client-id", simulator.DefaultClientID, "client `id` of the Aurinko application")
		clientSecret = flags.String("client-secret", simulator.DefaultClientSecret, "client `secret` of the Aurinko application")
		rate         = flags.Int("rate", 250, "`requests` a second before the simulator answers 429; 0 is no limit")
		returnURLs   []string
		verbose      = flags.Bool("verbose", false, "log a line for each request")
	)
	flags.Func("return-url", "`URL` that a consent flow may send the browser back to; repeat it for several; default is any loopback address",
		func(text string) error {
			returnURLs = append(returnURLs, text)
			return nil
		})
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *rate < 0 {
		return fmt.Errorf("-rate %d: must not be negative", *rate)
	}
	if *clientID == "" || *clientSecret == "" {
		return errors.New("-client-id and -client-secret must not be empty")
	}

	logger := log.New(stderr, "", log.LstdFlags)
	options := simulator.Options{
		ClientID:          *clientID,
		ClientSecret:      *clientSecret,
		RequestsPerSecond: *rate,
		ReturnURLs:        returnURLs,
		File:              *file,
	}
	if *verbose {
		options.Log = func(line string) { logger.Print(line) }
	}
	server, err := simulator.New(options)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, *addr)
	if err != nil {
		return err
	}
	if err := printUsage(stdout, "http://"+listener.Addr().String(), *clientID, *clientSecret); err != nil {
		_ = listener.Close()
		return err
	}
	return serve(ctx, listener, &http.Server{
		Handler:           server,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          logger,
	})
}

// listen refuses addresses that other machines can reach: what is sent to the
// simulator goes over the wire, and perhaps into a file, in clear text.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("-addr %s: %w", addr, err)
	}
	if !resolved.IP.IsLoopback() { // no host at all is every address, and not loopback either
		return nil, fmt.Errorf("-addr %s: not a loopback address such as 127.0.0.1:8787", addr)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", resolved.String())
}

// serve lets requests under way end when the context does.
func serve(ctx context.Context, listener net.Listener, server *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}

func printUsage(w io.Writer, baseURL, clientID, clientSecret string) error {
	_, err := fmt.Fprintf(w, `Aurinko simulator at %[1]s, stop it with Ctrl-C.
What it holds is shown, live, at %[1]s/

Point Terraform at it with environment variables:

  export AURINKO_BASE_URL=%[2]s
  export AURINKO_CLIENT_ID=%[3]s
  export AURINKO_CLIENT_SECRET=%[4]s

or with a provider block:

  provider "aurinko" {
    base_url      = %[5]s
    client_id     = %[6]s
    client_secret = %[7]s
  }
`, baseURL,
		shellQuote(baseURL), shellQuote(clientID), shellQuote(clientSecret),
		hclQuote(baseURL), hclQuote(clientID), hclQuote(clientSecret))
	return err
}

// shellQuote quotes a word for a POSIX shell where it needs to be.
func shellQuote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// hclQuote writes a string that HCL does not take for a template.
func hclQuote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(s))
}
