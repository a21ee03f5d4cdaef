package browser

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

// shows is a script that tells whether the page shows a text.
func shows(text string) string {
	quoted, _ := json.Marshal(text) // a string
	return "document.body.innerText.includes(" + string(quoted) + ")"
}

func TestLive(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.run(chromedp.Navigate(b.url), chromedp.Focus("#q"), chromedp.Evaluate[chromedp.Void]("window.same = true"))
	b.until(shows("0 service accounts, 0 mailboxes") + "&&" + shows("How to begin"))

	service := b.simulator.AddAccount(simulator.Account{Type: simulator.Daemon, ServiceType: "Google", Name: "Acme laboratory"})
	b.until(shows("Acme laboratory") + "&&" + shows("1 service account, 0 mailboxes") + "&& !" + shows("How to begin"))
	b.simulator.AddAccount(simulator.Account{ParentID: service, ServiceType: "Google", Email: "sales@acme.example"})
	b.until(shows("sales@acme.example") + "&&" + shows("1 service account, 1 mailbox"))
	if !eval[bool](b, "window.same === true") {
		t.Error("the page was loaded again")
	}
	if got := b.focused(); got != "q" {
		t.Errorf("the focus has gone to %q", got)
	}

	other := b.again()
	other.run(chromedp.Navigate(b.url))
	b.run(chromedp.Click("#pause"))
	b.until(shows("Paused"))
	b.simulator.RemoveAccount(service)
	other.until("!" + shows("Acme laboratory"))
	if !eval[bool](b, shows("Acme laboratory")) {
		t.Error("the page went on while it was paused")
	}
	b.run(chromedp.Click("#pause"))
	b.until("!" + shows("Acme laboratory") + "&&" + shows("Live"))
}

// What somebody does on the page outlasts what comes in between.
func TestLiveKeepsWhatSomebodyDoes(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.seed("demo")
	request := func() {
		r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, b.url+"/v1/am/accounts/1002", nil)
		if err != nil {
			b.Fatal(err)
		}
		r.SetBasicAuth(simulator.DefaultClientID, simulator.DefaultClientSecret)
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		response.Body.Close()
	}
	request()
	b.visit(b.url + "/?account=1002")
	b.run(chromedp.Click("#r1 summary"), chromedp.Click("#o1 summary"))
	b.run(chromedp.SetValue(`#detail input[name="name"]`, "half a na"), chromedp.Focus(`#open-1043`))
	request()
	b.until(`document.getElementById("o2") !== null && document.getElementById("r2") !== null`)
	for what, is := range map[string]string{
		"an open request":               `document.querySelector("#r1 details").open`,
		"an open request of an account": `document.querySelector("#o1 details").open`,
		"a name being typed":            `document.querySelector("#detail input[name=name]").value === "half a na"`,
		"the focus":                     `document.activeElement.id === "open-1043"`,
	} {
		if !eval[bool](b, is) {
			t.Errorf("%s is gone", what)
		}
	}
	if got := eval[string](b, `document.querySelector("#r1 dl").innerText`); !strings.Contains(got, "GET /v1/am/accounts/{id}") || !strings.Contains(got, "Go-http-client") {
		t.Errorf("the request shows %s", got)
	}
	b.simulator.UpdateAccount(1043, func(a *simulator.Account) { a.TokenStatus = "dead" })
	b.until(`document.querySelector("#a1043 .state").innerText === "dead"`)
	if got := eval[string](b, "document.activeElement.id"); got != "open-1043" {
		t.Errorf("the focus has gone to %q", got)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := open(t, simulator.Options{})
			b.seed("large=10000")
			b.look(width, "light")
			b.visit(b.url)
			b.until(shows("20 service accounts, 10,000 mailboxes") + "&&" + shows("1–25 of 10,020"))
			found := func(text string) string {
				return fmt.Sprintf("document.getElementById(%q).innerText === %q", "found", text)
			}

			began := time.Now()
			b.run(chromedp.Click("#q"), chromedp.KeyEvent("mailbox-0777"))
			b.until(found("1–10 of 10"))
			if took := time.Since(began); took > 3*time.Second { // 0.3 s on an ordinary machine
				t.Errorf("a search took %v", took)
			}
			if n := eval[int](b, `document.querySelectorAll("*").length`); n > 1500 {
				t.Errorf("the page has %d elements", n)
			}
			b.press("#type-daemon")
			b.until(found("none match"))
			b.run(chromedp.Evaluate[chromedp.Void](`document.getElementById("q").select()`), chromedp.Focus("#q"), chromedp.KeyEvent(kb.Backspace))
			b.until(found("1–20 of 20"))
			b.press("#type-managed")
			b.until(found("1–25 of 10,000"))
			b.press("#token-dead")
			b.until(found("1–25 of 25"))
			b.press("#token-")
			b.until(found("1–25 of 10,000"))
			b.press("#next")
			b.until(found("26–50 of 10,000"))
			b.press("#previous")
			b.until(found("1–25 of 10,000"))
			b.run(chromedp.Evaluate[chromedp.Void]("history.back()"))
			b.until(found("26–50 of 10,000"))

			// The token is what a narrow screen shows first.
			if first := eval[string](b, `document.querySelector("#rows tr").innerText.trim().split(/\s/)[0]`); first != "active" {
				t.Errorf("a row begins with %q", first)
			}
			if left := eval[float64](b, `document.querySelector("#rows .state").getBoundingClientRect().right`); left > float64(width) {
				t.Errorf("the token is at %v", left)
			}
			b.press("#rows tr:nth-child(2) a")
			b.until(`document.activeElement.id === "account" && document.getElementById("account").innerText.startsWith("mailbox-")`)
			if at := eval[float64](b, `document.getElementById("account").getBoundingClientRect().top`); at < 0 || at > 844 {
				t.Errorf("the account is at %v, and not to be seen", at)
			}
			b.press("#parent")
			b.until(`document.getElementById("account").innerText.startsWith("Customer ")`)
			b.press("#mailboxes")
			b.until(found("1–25 of 500") + "&&" + shows("Only those of Customer"))
			b.press("#close")
			b.until(`document.getElementById("account") === null`)
			if at := eval[string](b, "location.search"); strings.Contains(at, "account") || !strings.Contains(at, "under=") {
				t.Errorf("the page is at %s", at)
			}
		})
	}
}

// visit opens the overview and waits for its script.
func (b *tab) visit(address string) {
	b.Helper()
	b.run(chromedp.Navigate(address), chromedp.WaitVisible("#pause"))
}

// press clicks an element that the page may replace at any moment.
func (b *tab) press(selector string) {
	b.Helper()
	quoted, _ := json.Marshal(selector) // a string
	b.until(fmt.Sprintf(`(e => { e?.click(); return e !== null })(document.querySelector(%s))`, quoted))
}

// fillIn sets the fields of the form with an action, and sends it.
func (b *tab) fillIn(form, button string, fields map[string]string) {
	b.Helper()
	for name, value := range fields {
		b.run(chromedp.SetValue(fmt.Sprintf(`%s [name="%s"]`, form, name), value))
	}
	b.press(form + " button" + button)
}

func TestControls(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := open(t, simulator.Options{RequestsPerSecond: 250})
			b.look(width, "dark")
			b.visit(b.url)
			b.run(chromedp.Click(`//button[.="Load the demo company"]`))
			b.until(shows("3 service accounts, 40 mailboxes") + "&& !" + shows("How to begin"))
			b.run(chromedp.Evaluate[chromedp.Void](`for (const d of document.querySelectorAll(".more details")) d.open = true`))
			isSo := func(what string, is func() bool) {
				t.Helper()
				for range 200 {
					if is() {
						return
					}
					time.Sleep(10 * time.Millisecond)
				}
				t.Errorf("%s has no effect", what)
			}
			account := func(id int64) simulator.Account { a, _ := b.simulator.Account(id); return a }

			b.press("#open-1043")
			b.press(`#detail-token button[value="dead"]`)
			isSo("dead", func() bool { return account(1043).TokenStatus == "dead" })
			b.until(`document.querySelector('#detail-token button[value="dead"]').disabled`)
			b.press(`#detail-token button[value="active"]`)
			isSo("active", func() bool { return account(1043).TokenStatus == "active" })
			b.fillIn("#detail-name", "", map[string]string{"name": "Mensa"})
			isSo("rename", func() bool { return account(1043).Name == "Mensa" })
			b.until(`document.querySelector("#a1043 .soft").innerText === "Mensa"`)
			b.press("#detail-delete summary")
			b.press("#detail-delete button")
			isSo("delete", func() bool { return account(1043).ID == 0 })
			b.until(shows("This account is not there"))
			b.press("#close")
			b.until(`document.getElementById("account") === null`)

			b.fillIn(`form[action="/_simulator/accounts"]`, "", map[string]string{"parentId": "1001", "email": "new@acme.example", "authScopes": "Mail.Read Mail.Send"})
			b.until(shows("new@acme.example"))
			b.fillIn(`form[action="/_simulator/accounts"]`, "", map[string]string{"parentId": "7"})
			b.until(shows("parentId 7 is no service account."))

			b.fillIn(`form[action="/_simulator/oauth_regs"]`, "", map[string]string{"serviceType": "Zoho", "clientId": "zoho-client", "clientSecret": "made up"})
			b.until(`document.getElementById("s-Zoho")?.innerText.includes("zoho-client")`)
			b.press("#s-Zoho button")
			b.until(`document.getElementById("s-Zoho") === null`)

			b.fillIn(`form[action="/_simulator/faults"][data-method="POST"]`, ".first", map[string]string{"times": "2", "status": "429", "method": "GET"})
			b.until(shows("status 429 for the next 2 requests GET"))
			isSo("fail", func() bool {
				f := b.simulator.Faults()
				return len(f) == 1 && f[0].Status == 429 && f[0].Times == 2 && f[0].Method == "GET"
			})
			b.press("#f-clear button")
			b.until("!" + shows("status 429"))

			b.run(chromedp.Click(`input[name="quirks.nulls"]`))
			b.fillIn(`form[action="/_simulator/switches"]`, ".first", map[string]string{
				"latencyMilliseconds": "7", "requestsPerSecond": "99", "quirks.secrets": "masked", "quirks.refuseServiceAccountGet": "404", "quirks.refuseOAuthWrites": "405",
			})
			b.until(shows("7 ms before each answer"))
			isSo("switches", func() bool {
				return b.simulator.Rate() == 99 && b.simulator.Quirks() == simulator.Quirks{Nulls: true, Secrets: simulator.SecretsMasked, RefuseServiceAccountGet: 404, RefuseOAuthWrites: 405}
			})

			b.run(chromedp.Click(`.more form[action="/_simulator/reset"] button`))
			b.until(shows("How to begin"))
			isSo("reset", func() bool {
				return b.simulator.Empty() && b.simulator.Rate() == 250 && b.simulator.Quirks() == simulator.Quirks{} && len(b.simulator.Faults()) == 0
			})
		})
	}
}

func TestOverviewByKeyboard(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.seed("demo")
	b.visit(b.url)
	next := func(wanted ...string) {
		t.Helper()
		for _, want := range wanted {
			b.run(chromedp.KeyEvent(kb.Tab))
			if got := b.focused(); got != want {
				t.Fatalf("the focus is on %q, not on %q", got, want)
			}
		}
	}
	next("Skip to the content", "Requests", "OAuth settings", "Portal", "Switches", "pause", "q",
		"type-", "type-daemon", "type-managed", "type-personal", "token-", "token-active", "token-invalid", "token-dead", "Table of accounts", "open-1033")
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.id === "account"`)
	next("close")
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.id === "open-1033"`)

	b.run(chromedp.Reload(), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	b.until(`document.activeElement.id === "content"`)
	next("q")
}

// The lines to paste are copied, and with them somebody begins.
func TestCopy(t *testing.T) {
	t.Parallel()
	b := open(t, simulator.Options{})
	b.visit(b.url)
	b.run(chromedp.Click(`[data-copy="begin-environment"]`))
	b.until(`document.querySelector('[data-copy="begin-environment"]').innerText === "Copied"`)
	if got := eval[string](b, `document.getElementById("begin-environment").textContent`); !strings.Contains(got, "export AURINKO_BASE_URL="+b.url+"\nexport AURINKO_CLIENT_ID=") {
		t.Errorf("the lines are %q", got)
	}
}

func TestConsentEndsOnAPage(t *testing.T) {
	t.Parallel()
	for _, width := range []int64{1280, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			t.Parallel()
			b := openWith(t, simulator.Options{})
			b.look(width, "light")
			b.run(
				chromedp.Navigate(b.consentURL("https://app.acme.example/back")),
				chromedp.SetValue("#email", "eve@globex.example"), chromedp.SetValue("#organization", "globex.example"),
				chromedp.Click(`//button[.="Approve"]`), chromedp.WaitVisible(`//button[.="Copy the code"]`), chromedp.Click(`//button[.="Copy the code"]`),
			)
			b.until(`document.querySelector("[data-copy]").innerText === "Copied"`)
			if account := b.exchange(eval[string](b, `document.getElementById("code").textContent`)); account.Email != "eve@globex.example" || account.AuthOrgID != "globex.example" {
				t.Errorf("got %+v", account)
			}
			b.run(chromedp.Navigate(b.consentURL("")), chromedp.Click(`//button[.="Deny"]`))
			b.run(chromedp.WaitVisible(`//dd[.="access_denied"]`))
			b.run(chromedp.Navigate(b.consentURL("")), chromedp.Click(`//button[.="Take too long"]`))
			b.run(chromedp.WaitVisible(`//p[starts-with(., "You took too long")]`))
		})
	}
}
