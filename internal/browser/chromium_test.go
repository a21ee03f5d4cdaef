package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/web"
)

// chromium is the browser of all tests.
var chromium context.Context

func TestMain(m *testing.M) {
	os.Exit(func() int {
		path, err := find(os.Getenv("CHROMIUM"))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		home, err := os.MkdirTemp("", "aurinko-browser-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(home)
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path),
			chromedp.UserDataDir(home),
			// Nothing is left in the person's own home, nor in /tmp.
			chromedp.Env("HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_RUNTIME_DIR="+home, "TMPDIR="+home),
		)
		if os.Geteuid() == 0 {
			options = append(options, chromedp.NoSandbox) // which Chromium refuses to have for root
		}
		allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
		defer stop()
		var end context.CancelFunc
		chromium, end = chromedp.NewContext(allocator)
		defer end()
		if err := chromedp.Do(chromium); err != nil {
			fmt.Fprintf(os.Stderr, "%s does not start: %v\n", path, err)
			return 1
		}
		return m.Run()
	}())
}

// find returns the browser that is named, or else one on the PATH.
func find(named string) (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome-headless-shell"}
	if named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("the tests in a browser need Chromium or Chrome on the PATH, or its path in CHROMIUM; found none of " + strings.Join(names, ", "))
}

// A tab is a page in a session of its own, with a simulator.
type tab struct {
	*testing.T
	ctx       context.Context
	simulator *simulator.Server
	url       string // of the simulator
	app       *application
	watch     *watch
}

// seed loads a seed by its name.
func (b *tab) seed(name string) {
	b.Helper()
	state, err := web.Seed(name)
	if err != nil {
		b.Fatal(err)
	}
	b.simulator.SetState(state)
}

// again is another tab at the same simulator.
func (b *tab) again() *tab {
	b.Helper()
	other := *b
	other.ctx, other.watch = newTab(b.T)
	return &other
}

// open starts a simulator, at which the application's return URL is registered,
// and a tab. At the end of the test nothing may have happened that a page should
// not do.
func open(t *testing.T, options simulator.Options) *tab {
	t.Helper()
	app := newApplication(t)
	b := openWith(t, options, app.url)
	b.app = app
	return b
}

// openWith is open with other return URLs.
func openWith(t *testing.T, options simulator.Options, returnURLs ...string) *tab {
	t.Helper()
	server, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(server, web.Options{ReturnURLs: returnURLs, ClientSecret: simulator.DefaultClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	t.Cleanup(handler.Close)
	b := &tab{T: t, simulator: server, url: listening.URL, app: &application{url: "https://app.acme.example/back"}}
	b.ctx, b.watch = newTab(t)
	t.Cleanup(func() {
		for _, event := range b.watch.all() {
			t.Errorf("the browser reports: %s", event)
		}
	})
	return b
}

func newTab(t *testing.T) (context.Context, *watch) {
	t.Helper()
	ctx, end := chromedp.NewContext(chromium, chromedp.WithNewBrowserContext())
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil { // before there is a time limit, which would be the tab's
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	t.Cleanup(stop)
	w := &watch{}
	_, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{})
	if err == nil {
		_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	}
	if err == nil {
		err = chromedp.Listen(ctx, func(event any) { w.note(ctx, event) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return ctx, w
}

// A watch notes what no page of the simulator may do: open a dialog, throw,
// write to the console, break its own security policy.
type watch struct {
	lock   sync.Mutex
	events []string
}

func (w *watch) note(ctx context.Context, event any) {
	var text string
	switch event := event.(type) {
	case *page.EventJavascriptDialogOpening:
		text = "dialog: " + event.Message
		go func() {
			_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{}) // the tab may be closed by now
		}()
	case *runtime.EventExceptionThrown:
		text = "exception: " + exceptionText(event.ExceptionDetails)
	case *runtime.EventConsoleAPICalled:
		text = "console: " + string(event.Type)
	case *log.EventEntryAdded:
		// That a page came with an error status is said here too.
		if event.Entry.Source == log.EntrySourceNetwork && strings.Contains(event.Entry.Text, "status of 400") {
			return
		}
		text = fmt.Sprintf("%s: %s", event.Entry.Source, event.Entry.Text)
	default:
		return
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.events = append(w.events, text)
}

func exceptionText(details *runtime.ExceptionDetails) string {
	if details.Exception != nil {
		return details.Exception.Description
	}
	return details.Text
}

func (w *watch) all() []string {
	w.lock.Lock()
	defer w.lock.Unlock()
	return slices.Clone(w.events)
}

// run does something in the tab.
func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.Fatal(err)
	}
}

// eval returns what a script gives.
func eval[T any](b *tab, script string) T {
	b.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script))
	if err != nil {
		b.Fatalf("%s: %v", script, err)
	}
	return value
}

// until waits for a script to give true.
func (b *tab) until(script string) {
	b.Helper()
	poll := chromedp.Poll[chromedp.Void](script, chromedp.WithPollingInterval(10*time.Millisecond), chromedp.WithPollingTimeout(20*time.Second))
	if err := chromedp.Do(b.ctx, poll); err != nil {
		b.Fatalf("%s: %v", script, err)
	}
}

// An application is where the browser comes back to.
type application struct {
	url string

	lock    sync.Mutex
	arrived []url.Values
}

func newApplication(t *testing.T) *application {
	t.Helper()
	a := &application{}
	listening := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/back" { // such as /favicon.ico
			w.WriteHeader(http.StatusNoContent)
			return
		}
		a.lock.Lock()
		a.arrived = append(a.arrived, r.URL.Query())
		a.lock.Unlock()
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<!doctype html><title>Back</title><p id="back">Welcome back</p>`)
	}))
	t.Cleanup(listening.Close)
	a.url = listening.URL + "/back"
	return a
}

// came returns the queries that browsers came back with.
func (a *application) came() []url.Values {
	a.lock.Lock()
	defer a.lock.Unlock()
	return slices.Clone(a.arrived)
}
