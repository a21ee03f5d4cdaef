package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
	"github.com/aurinko/terraform-provider-aurinko/internal/simulator/web"
)

// consentURL is the URL that an application sends an administrator to.
func (b *tab) consentURL(returnURL string) string {
	return b.url + "/v1/auth/authorizeDaemon?" + url.Values{
		"clientId":    {simulator.DefaultClientID},
		"serviceType": {"Google"},
		"scopes":      {"Mail.Read Calendar.ReadWrite"},
		"clientOrgId": {"customer-7"},
		"returnUrl":   {returnURL},
		"state":       {"a state & more"},
	}.Encode()
}

// cameBack waits for the application's page and returns what came with it.
func (b *tab) cameBack() url.Values {
	b.Helper()
	b.run(chromedp.WaitVisible("#back"))
	came := b.app.came()
	if len(came) != 1 {
		b.Fatalf("came back: %v", came)
	}
	return came[0]
}

// exchange turns a code into an account.
func (b *tab) exchange(code string) simulator.Account {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), "POST", b.url+"/v1/auth/token/"+url.PathEscape(code), nil)
	if err != nil {
		b.Fatal(err)
	}
	r.SetBasicAuth(simulator.DefaultClientID, simulator.DefaultClientSecret)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	var saved struct{ AccountID int64 }
	if err := json.NewDecoder(response.Body).Decode(&saved); err != nil || response.StatusCode != http.StatusOK {
		b.Fatalf("%s: %v", response.Status, err)
	}
	account, ok := b.simulator.Account(saved.AccountID)
	if !ok {
		b.Fatalf("no account %d", saved.AccountID)
	}
	return account
}

// A watch that sees nothing would make every other test pass.
func TestWatch(t *testing.T) {
	t.Parallel()
	misbehaving := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-a'")
		fmt.Fprint(w, `<!doctype html><title>x</title><link rel="icon" href="data:,"><img src="/x">
			<script>alert("blocked")</script>
			<script nonce="a">console.error("told"); alert("dialog"); window.done = true; throw new Error("thrown")</script>`)
	}))
	defer misbehaving.Close()
	ctx, w := newTab(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(misbehaving.URL), chromedp.Poll[chromedp.Void]("window.done")); err != nil {
		t.Fatal(err)
	}
	seen := strings.Join(w.all(), "\n")
	for _, wanted := range []string{"dialog: dialog", "console: error", "thrown", "Content Security Policy"} {
		if !strings.Contains(seen, wanted) {
			t.Errorf("no %q was noticed: %s", wanted, seen)
		}
	}
	if strings.Contains(seen, "dialog: blocked") {
		t.Error("the policy is not kept to")
	}
}

func TestApprove(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.run(
		chromedp.Navigate(b.consentURL(b.app.url+"?tab=mail")),
		chromedp.SetValue("#email", "ada@acme.example"),
		chromedp.Click(`//button[.="Approve"]`),
	)
	came := b.cameBack()
	if came.Get("status") != "success" || came.Get("state") != "a state & more" || came.Get("tab") != "mail" {
		t.Errorf("came back with %v", came)
	}
	account := b.exchange(came.Get("code"))
	if account.Type != simulator.Daemon || account.Email != "ada@acme.example" || account.AuthOrgID != "acme.example" || account.ClientOrgID != "customer-7" {
		t.Errorf("got %+v", account)
	}
}

func TestDeny(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.run(
		chromedp.Navigate(b.consentURL(b.app.url)),
		chromedp.SetValue("#email", "not an address"), // which no denial needs
		chromedp.Click(`//button[.="Deny"]`),
	)
	if came := b.cameBack(); came.Get("status") == "success" || came.Has("code") || came.Get("state") != "a state & more" {
		t.Errorf("came back with %v", came)
	}
}

func TestWrongReturnURL(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.run(chromedp.Navigate(b.consentURL(b.app.url + "/else")))
	if shown := eval[string](b, "document.body.innerText"); !strings.Contains(shown, "not a return URL that is registered") {
		t.Errorf("shown: %s", shown)
	}
	if at := eval[string](b, "location.origin"); at != b.url || len(b.app.came()) != 0 {
		t.Errorf("the browser is at %s; came back: %v", at, b.app.came())
	}
	if eval[int](b, "document.forms.length") != 0 {
		t.Error("there is something to send")
	}
}

// focused names what has the focus, and fails when that cannot be seen.
func (b *tab) focused() string {
	b.Helper()
	if !eval[bool](b, `getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
		b.Error("the focus cannot be seen")
	}
	return eval[string](b, `(e => e.id || e.getAttribute("aria-label") || e.textContent.trim())(document.activeElement)`)
}

func TestKeyboard(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.run(chromedp.Navigate(b.consentURL(b.app.url)))
	for _, want := range []string{"Skip to the content", "email", "organization", "Approve", "Deny", "Take too long"} {
		b.run(chromedp.KeyEvent(kb.Tab))
		if got := b.focused(); got != want {
			t.Fatalf("the focus is on %q, not on %q", got, want)
		}
		if want == "email" {
			b.run(chromedp.KeyEvent("eve@acme.example")) // in place of what is there, which Tab selects
		}
	}
	for _, want := range []string{"Deny", "Approve"} {
		b.run(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))) // with Shift
		if got := b.focused(); got != want {
			t.Fatalf("the focus is on %q", got)
		}
	}
	b.run(chromedp.KeyEvent(kb.Enter))
	if account := b.exchange(b.cameBack().Get("code")); account.Email != "eve@acme.example" {
		t.Errorf("got %+v", account)
	}
}

const hostile = `"'></td></table></script><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><a href="javascript:alert(4)">x</a>${alert(5)}{{.}}`

// fill adds one of everything that has a name.
func fill(s *simulator.Server, name string) {
	s.SetOAuthReg(simulator.OAuthReg{ServiceType: name, ClientID: name, TopicName: name, IntermediateCallbackURL: name, Scopes: []string{name}})
	for _, kind := range []string{simulator.Daemon, simulator.Personal} {
		s.AddAccount(simulator.Account{
			Type: kind, ServiceType: name, Name: name, Email: name, Timezone: name, AuthOrgID: name, ClientOrgID: name,
			TokenStatus: name, AuthScopes: []string{name},
		})
	}
}

func TestInjectedNames(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	fill(b.simulator, hostile)
	inert := func() {
		t.Helper()
		if n := eval[int](b, `document.querySelectorAll('img, svg, main script, a[href^="javascript"]').length`); n != 0 {
			t.Errorf("%d elements came out of a name", n)
		}
		if n := strings.Count(eval[string](b, "document.body.textContent"), "<script>alert(1)</script>"); n == 0 {
			t.Error("the name is not shown")
		}
	}
	b.run(chromedp.Navigate(b.url))
	inert()

	// By way of the script that keeps the page up to date, too.
	fill(b.simulator, "again "+hostile)
	b.until(`document.body.textContent.includes("again ")`)
	inert()

	query := url.Values{
		"clientId": {simulator.DefaultClientID}, "serviceType": {"Google"}, "scopes": {"Mail.Read"}, "nativeScopes": {hostile},
		"clientOrgId": {hostile}, "state": {hostile}, "returnUrl": {b.app.url},
	}
	b.run(chromedp.Navigate(b.url + "/v1/auth/authorize?" + query.Encode()))
	inert()
	b.run(chromedp.Click(`//button[.="Approve"]`))
	if came := b.cameBack(); came.Get("state") != hostile {
		t.Errorf("came back with %v", came)
	}
	query.Set("scopes", "x"+hostile)
	query.Set(hostile, hostile)
	b.run(chromedp.Navigate(b.url + "/v1/auth/authorize?" + query.Encode()))
	inert()
}

func TestStopped(t *testing.T) {
	t.Parallel()
	server, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(server, web.Options{})
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(handler)
	defer listening.Close()
	ctx, _ := newTab(t) // the browser reports the failing connection, as it should
	b := &tab{T: t, ctx: ctx}
	b.run(chromedp.Navigate(listening.URL))
	b.until(`document.getElementById("live").textContent === "Live"`)
	handler.Close()
	listening.CloseClientConnections()
	listening.Close()
	b.until(`document.getElementById("live").textContent === "The simulator does not answer"`)
}

func TestWithoutScript(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	fill(b.simulator, "Acme")
	call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	b.run(chromedp.Navigate(b.url))
	shown, err := chromedp.Run(b.ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shown, "1 service account, 1 mailbox") || !strings.Contains(shown, "This page loads itself again") || strings.Contains(shown, "Pause") {
		t.Errorf("shown: %s", shown)
	}
	b.run(chromedp.Click(`//a[.="Stop that"]`), chromedp.WaitVisible(`//a[.="Load this page again and again"]`))

	b.run(chromedp.Navigate(b.consentURL(b.app.url)), chromedp.Click(`//button[.="Approve"]`))
	if came := b.cameBack(); !came.Has("code") {
		t.Errorf("came back with %v", came)
	}
}

// call sends a command of the DevTools protocol.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.Helper()
	answer, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.Fatal(err)
	}
	return answer
}

// A spoken is a node as assistive technology gets it.
type spoken struct{ role, name string }

func (b *tab) spoken() []spoken {
	b.Helper()
	nodes := call(b, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes
	text := func(v *accessibility.Value) string {
		var s string
		if v != nil {
			_ = json.Unmarshal(v.Value, &s) // what is no text has none
		}
		return s
	}
	var all []spoken
	for _, node := range nodes {
		if !node.Ignored {
			all = append(all, spoken{text(node.Role), strings.TrimSpace(text(node.Name))})
		}
	}
	return all
}

// look sets the width of the screen and the color scheme.
func (b *tab) look(width int64, scheme string) {
	b.Helper()
	b.run(chromedp.EmulateViewport(width, 844))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
}

func TestAccessibility(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	check := func(address string, wanted ...spoken) {
		t.Helper()
		b.run(chromedp.Navigate(address), chromedp.Evaluate[chromedp.Void](`for (const d of document.querySelectorAll("details")) d.open = true`))
		all := b.spoken()
		for _, want := range wanted {
			if !slices.Contains(all, want) {
				all := slices.DeleteFunc(slices.Clone(all), func(node spoken) bool { return node.role != want.role })
				t.Errorf("no %s %q at %s, there is %v", want.role, want.name, address, all)
			}
		}
		for _, node := range all {
			if slices.Contains([]string{"RootWebArea", "button", "checkbox", "columnheader", "combobox", "heading", "link", "navigation", "region", "rowheader", "searchbox", "table", "textbox"}, node.role) && node.name == "" {
				t.Errorf("a %s without a name at %s", node.role, address)
			}
		}
		if eval[string](b, "document.documentElement.lang") != "en" || eval[int](b, `document.querySelectorAll("h1").length`) != 1 {
			t.Errorf("language or heading at %s", address)
		}
		for _, width := range []int64{1280, 390, 320} {
			for _, scheme := range []string{"light", "dark"} {
				b.look(width, scheme)
				for text, ratio := range eval[map[string]float64](b, contrasts) {
					if ratio < 4.5 {
						t.Errorf("%q has a contrast of %.1f in the %s scheme at %s", text, ratio, scheme, address)
					}
				}
			}
			if got := eval[int64](b, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s is %d pixels wide on a screen of %d", address, got, width)
			}
		}
		if n := eval[int](b, "document.getAnimations().length"); n != 0 {
			t.Errorf("%d animations", n)
		}
	}
	check(b.url, spoken{"heading", "Nothing here yet. How to begin"}, spoken{"button", "Copy"}, spoken{"button", "Load the demo company"})

	fill(b.simulator, "Acme")
	if _, err := http.Get(b.url + "/v1/am/accounts/1001"); err != nil {
		t.Fatal(err)
	}
	pages := map[string][]spoken{
		b.url + "/?account=1001": {
			{"RootWebArea", "Aurinko simulator"}, {"link", "Skip to the content"}, {"main", ""}, {"heading", "Aurinko simulator"},
			{"button", "Pause"}, {"searchbox", "Search accounts"}, {"navigation", "Token status"}, {"link", "Service accounts 1"},
			{"table", "Accounts"}, {"columnheader", "Token"}, {"rowheader", "Acme"}, {"region", "List of requests"}, {"status", ""},
			{"heading", "Last requests"}, {"heading", "Requests of this account"}, {"button", "Rename"}, {"combobox", "Answer"},
			{"textbox", "Client ID"}, {"checkbox", "Daemon app registration (Office 365)"},
		},
		b.consentURL(b.app.url): {
			{"RootWebArea", "Consent – Aurinko simulator"}, {"heading", "Let this application in?"}, {"textbox", "Email address"},
			{"textbox", "Organization"}, {"button", "Approve"}, {"button", "Deny"}, {"button", "Take too long"}, {"list", "Permissions"},
		},
		b.url + "/v1/auth/authorize": {{"heading", "This authorization URL cannot be used"}, {"list", ""}},
	}
	for address, wanted := range pages {
		check(address, wanted...)
	}
}

// contrasts gives the contrast of each text that is shown, as WCAG counts it.
const contrasts = `(() => {
	const channels = color => color.match(/[\d.]+/g).map(Number);
	const luminance = color => {
		const [r, g, b] = channels(color).map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const behind = element => {
		const color = getComputedStyle(element).backgroundColor;
		return channels(color)[3] === 0 ? behind(element.parentElement) : color;
	};
	const found = {};
	for (const element of document.querySelectorAll("body *")) {
		const own = [...element.childNodes].filter(n => n.nodeType === Node.TEXT_NODE).map(n => n.data).join("").trim() || element.value;
		if (!own || !element.checkVisibility()) continue;
		const [a, b] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
		found[own] = Math.min(found[own] ?? 21, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
	}
	if (Object.keys(found).length < 4) throw new Error("there is hardly a text");
	return found;
})()`
