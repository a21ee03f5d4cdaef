package browser

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// The accessibility checks of axe-core (MPL-2.0), from npm.
const (
	axePackage   = "axe-core@4.14.1"
	axeIntegrity = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)

var errNoNPM = errors.New("npm is not on the PATH")

// axe is the script, fetched once for all tests.
var axe = sync.OnceValues(func() (string, error) {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errNoNPM
	}
	dir, err := os.MkdirTemp("", "aurinko-axe-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	command := exec.Command(npm, "pack", axePackage, "--silent", "--pack-destination", dir)
	command.Dir = dir
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack %s: %w\n%s", axePackage, err, output)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("npm pack left %v, %w", files, err)
	}
	archive, err := os.ReadFile(files[0])
	if err != nil {
		return "", err
	}
	if sum := sha512.Sum512(archive); "sha512-"+base64.StdEncoding.EncodeToString(sum[:]) != axeIntegrity {
		return "", fmt.Errorf("%s is not the one that this test knows", axePackage)
	}
	return unpack(archive, "package/axe.min.js")
})

func unpack(archive []byte, name string) (string, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		if header.Name == name {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
}

// violations are what axe-core finds on the present page.
func (b *tab) violations(script string) []string {
	b.Helper()
	b.run(chromedp.Evaluate[chromedp.Void](script + "; 0"))
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
		violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => id + ": " + help + ": " + html)))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.Fatal(err)
	}
	return found
}

func TestAxe(t *testing.T) {
	t.Parallel()
	script, err := axe()
	if errors.Is(err, errNoNPM) || err != nil && os.Getenv("CI") == "" && strings.Contains(err.Error(), "npm pack") {
		t.Skipf("axe-core cannot be had: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Run("finds something", func(t *testing.T) {
		t.Parallel()
		b := openWith(t, simulator.Options{})
		b.run(chromedp.Navigate(`data:text/html,<html><button></button><img src="data:,">`))
		if found := strings.Join(b.violations(script), "\n"); !strings.Contains(found, "button-name") || !strings.Contains(found, "image-alt") || !strings.Contains(found, "html-has-lang") {
			t.Errorf("found only %s", found)
		}
	})
	const open = `for (const d of document.querySelectorAll("details")) d.open = true`
	for name, test := range map[string]struct {
		path    string // "": where prepare ends
		prepare func(*tab)
	}{
		"empty": {"/", func(*tab) {}},
		"demo":  {"/", func(b *tab) { b.seed("demo") }},
		"a mailbox": {"/?account=1002", func(b *tab) {
			b.seed("demo")
			b.write("/v1/am/svc_accounts/1001/accounts?recycleKeys=email", map[string]any{"active": true, "serviceType": "Office365", "email": "office@acme.example"})
			b.simulator.Inject(simulator.Fault{Status: 503, Times: 3})
			b.simulator.Inject(simulator.Fault{Latency: time.Millisecond})
		}},
		"a service account": {"/?account=1001&under=1001&page=2", func(b *tab) { b.seed("demo") }},
		"nothing found":     {"/?q=nobody&account=5", func(b *tab) { b.seed("demo") }},
		"ten thousand":      {"/?token=dead", func(b *tab) { b.seed("large=10000") }},
		"consent":           {"/v1/auth/authorizeDaemon?clientId=simulator-client-id&serviceType=Google&scopes=Mail.Read", func(*tab) {}},
		"wrong consent":     {"/v1/auth/authorize?x=y", func(*tab) {}},
		"end of a consent": {"", func(b *tab) {
			b.run(chromedp.Navigate(b.consentURL("")), chromedp.Click(`//button[.="Take too long"]`), chromedp.WaitVisible("#code"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openWith(t, simulator.Options{})
			call(b, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}) // for the script of axe-core alone
			test.prepare(b)
			if test.path != "" {
				b.run(chromedp.Navigate(b.url + test.path))
			}
			b.run(chromedp.Evaluate[chromedp.Void](open))
			for _, width := range []int64{1280, 390} {
				for _, scheme := range []string{"light", "dark"} {
					b.look(width, scheme)
					for _, violation := range b.violations(script) {
						t.Errorf("%d pixels, %s: %s", width, scheme, violation)
					}
				}
			}
		})
	}
}
