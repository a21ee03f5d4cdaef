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
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/credentials"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/web"
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

// settings are what the flags say.
type settings struct {
	addr, file, seed, readyFile, printEnv string
	clientID, clientSecret                string
	googleKey, certificate, out           string
	rate                                  int
	returnURLs                            []string
	anyAddress, health, verbose           bool
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:8787", "loopback `address` to listen on; port 0 uses a free port")
	flags.BoolVar(&s.anyAddress, "any-address", false, "allow other addresses than loopback ones: for a container whose port is published to this machine only")
	flags.StringVar(&s.file, "file", "", "`file` to keep the data in, secrets included; by default, the simulator forgets everything when it stops")
	flags.StringVar(&s.seed, "seed", "", "`data` to start with if there is none: demo, large=10000, or a file in YAML or JSON")
	flags.StringVar(&s.clientID, "client-id", simulator.DefaultClientID, "Client `ID` of the Aurinko application")
	flags.StringVar(&s.clientSecret, "client-secret", simulator.DefaultClientSecret, "Client `secret` of the Aurinko application")
	flags.IntVar(&s.rate, "rate", 250, "`requests` a second before the simulator answers 429; 0 is no limit")
	flags.Func("return-url", "`URL` that the consent flow may return the browser to; repeat it for several; without any, the flow ends on a page that shows the code",
		func(text string) error {
			s.returnURLs = append(s.returnURLs, text)
			return nil
		})
	flags.BoolVar(&s.verbose, "verbose", false, "log a line for each request")
	flags.StringVar(&s.printEnv, "print-env", "", "print only the environment, for a `shell`: sh, fish, powershell or github; if a simulator runs at -addr already, print and exit")
	flags.StringVar(&s.readyFile, "ready-file", "", "`file` to write the simulator's URL to when it answers; removed at the end")
	flags.BoolVar(&s.health, "health", false, "exit with 0 if a simulator runs at -addr, otherwise with 1")
	flags.StringVar(&s.googleKey, "google-key", "", "write a made-up JSON key of a Google service account for a `domain`, print the name of the file and exit")
	flags.StringVar(&s.certificate, "certificate", "", "write a made-up certificate and its private key for a `name`, print the names of the files and exit")
	flags.StringVar(&s.out, "out", ".", "`directory` for the files of -google-key and -certificate; - is the standard output")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case s.rate < 0:
		return s, fmt.Errorf("-rate %d: must not be negative", s.rate)
	case s.clientID == "" || s.clientSecret == "":
		return s, errors.New("-client-id and -client-secret must not be empty")
	}
	return s, nil
}

// run serves until the context ends, unless the flags ask for something else.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	switch {
	case err != nil:
		return err
	case s.googleKey != "" || s.certificate != "":
		return writeCredentials(s, stdout)
	case s.health:
		return checkHealth(ctx, s.addr)
	}
	if s.printEnv != "" { // a wrong one is found before anything is started
		if _, err := web.Environment(s.printEnv, "", s.clientID, s.clientSecret); err != nil {
			return fmt.Errorf("-print-env: %w", err)
		}
	}
	logger := log.New(stderr, "", log.LstdFlags)
	handler, err := newHandler(s, logger)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, s)
	if err != nil {
		if s.printEnv != "" && checkHealth(ctx, s.addr) == nil { // one runs there already
			return s.print("http://"+s.addr, stdout, io.Discard)
		}
		return err
	}
	url := "http://" + reachable(listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: logger}
	server.RegisterOnShutdown(handler.Close)
	if err := s.announce(url, stdout, stderr); err != nil {
		_ = listener.Close()
		return err
	}
	err = serve(ctx, listener, server)
	if s.readyFile != "" {
		err = errors.Join(err, os.Remove(s.readyFile))
	}
	return err
}

func newHandler(s settings, logger *log.Logger) (*web.Handler, error) {
	var seed simulator.State
	if s.seed != "" {
		var err error
		if seed, err = readSeed(s.seed); err != nil {
			return nil, fmt.Errorf("-seed: %w", err)
		}
	}
	options := simulator.Options{ClientID: s.clientID, ClientSecret: s.clientSecret, RequestsPerSecond: s.rate, File: s.file}
	if s.verbose {
		options.Log = func(line string) { logger.Print(line) }
	}
	server, err := simulator.New(options)
	if err != nil {
		return nil, err
	}
	if s.seed != "" && server.Empty() {
		server.SetState(seed)
	} else if s.seed != "" {
		logger.Printf("%s holds data already: -seed %s is not loaded", s.file, s.seed)
	}
	shown := web.Options{ReturnURLs: s.returnURLs, Start: server.State(), AnyAddress: s.anyAddress}
	if s.clientSecret == simulator.DefaultClientSecret {
		shown.ClientSecret = s.clientSecret // which everybody knows
	}
	return web.New(server, shown)
}

// readSeed reads a seed by its name, or else from a file.
func readSeed(name string) (simulator.State, error) {
	state, err := web.Seed(name)
	if !errors.Is(err, web.ErrNoSeed) {
		return state, err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return state, err
	}
	if state, err = web.ParseState(text); err != nil {
		return state, fmt.Errorf("%s: %w", name, err)
	}
	return state, nil
}

// listen refuses addresses that other machines can reach: what is sent to the
// simulator goes over the wire, and perhaps into a file, in clear text.
func listen(ctx context.Context, s settings) (net.Listener, error) {
	resolved, err := net.ResolveTCPAddr("tcp", s.addr)
	if err != nil {
		return nil, fmt.Errorf("-addr %s: %w", s.addr, err)
	}
	if !s.anyAddress && !resolved.IP.IsLoopback() { // no host at all is every address, and not loopback either
		return nil, fmt.Errorf("-addr %s: not a loopback address such as 127.0.0.1:8787", s.addr)
	}
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", resolved.String())
}

// reachable is an address that a client on this machine can use.
func reachable(addr net.Addr) string {
	if parsed, err := netip.ParseAddrPort(addr.String()); err == nil && parsed.Addr().IsUnspecified() {
		return "127.0.0.1:" + strconv.Itoa(int(parsed.Port()))
	}
	return addr.String()
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

// checkHealth fails unless a simulator answers at an address.
func checkHealth(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if strings.HasPrefix(addr, "0.0.0.0:") || strings.HasPrefix(addr, ":") {
		addr = "127.0.0.1" + addr[strings.LastIndex(addr, ":"):]
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/_simulator/health", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("no simulator at %s: %w", addr, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("no simulator at %s: %s", addr, response.Status)
	}
	return nil
}

// announce prints how to use a simulator that listens, and writes the ready
// file.
func (s settings) announce(url string, stdout, stderr io.Writer) error {
	if err := s.print(url, stdout, stderr); err != nil || s.readyFile == "" {
		return err
	}
	// Whoever waits for the file finds the whole URL in it.
	temporary := s.readyFile + ".tmp"
	if err := os.WriteFile(temporary, []byte(url+"\n"), 0o600); err != nil {
		return fmt.Errorf("-ready-file: %w", err)
	}
	return os.Rename(temporary, s.readyFile)
}

func (s settings) print(url string, stdout, stderr io.Writer) error {
	format, introduction := s.printEnv, stderr
	if format == "" {
		format, introduction = "sh", stdout
	}
	fmt.Fprintf(introduction, "The simulator of Aurinko runs at %[1]s. Stop it with Ctrl-C.\nIts page shows live what it holds: %[1]s/\n", url)
	environment, err := web.Environment(format, url, s.clientID, s.clientSecret)
	if err != nil {
		return err
	}
	if s.printEnv == "" {
		environment = fmt.Sprintf("\nPoint Terraform at it with environment variables:\n\n%s\nOr with a provider block:\n\n%s\n%s",
			indent(environment), indent(web.ProviderBlock(url, s.clientID, s.clientSecret)), web.CLIConfiguration)
	}
	_, err = io.WriteString(stdout, environment)
	return err
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

// writeCredentials writes what the flags ask for, each to a file of its own.
func writeCredentials(s settings, stdout io.Writer) error {
	if strings.ContainsAny(s.googleKey+s.certificate, `/\`) {
		return errors.New("-google-key must be a domain such as acme.example, and -certificate a name: neither has a slash")
	}
	write := func(name, text string) error {
		if s.out == "-" {
			_, err := io.WriteString(stdout, text)
			return err
		}
		path := filepath.Join(s.out, name)
		fmt.Fprintln(stdout, path)
		return os.WriteFile(path, []byte(text), 0o600)
	}
	if s.googleKey != "" {
		key, _, err := credentials.NewGoogleKey(s.googleKey)
		if err == nil {
			err = write("google-key-"+s.googleKey+".json", key)
		}
		if err != nil || s.certificate == "" {
			return err
		}
	}
	certificate, privateKey, err := credentials.NewCertificate(s.certificate)
	if err == nil {
		err = write("certificate-"+s.certificate+".pem", certificate)
	}
	if err == nil {
		err = write("private-key-"+s.certificate+".pem", privateKey)
	}
	return err
}
