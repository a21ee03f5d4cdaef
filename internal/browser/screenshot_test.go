package browser

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/aurinko/terraform-provider-aurinko/internal/simulator"
)

var screenshot = flag.String("screenshot", "", "`file` to write the picture of the simulator's page to")

// write sends what the provider would send for an object, and returns the id
// of the account that it made, if it made one.
func (b *tab) write(path string, object map[string]any) int64 {
	b.Helper()
	body, err := json.Marshal(object)
	if err != nil {
		b.Fatal(err)
	}
	r, err := http.NewRequestWithContext(b.Context(), http.MethodPost, b.url+path, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.SetBasicAuth(simulator.DefaultClientID, simulator.DefaultClientSecret)
	r.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode > 299 {
		b.Fatalf("%s: %s %s %v", path, response.Status, answer, err)
	}
	var saved struct{ AccountID int64 }
	if err := json.Unmarshal(answer, &saved); err != nil {
		b.Fatal(err)
	}
	return saved.AccountID
}

// The picture in README.md: the page with what a company has there. The clock
// is made up, so that the picture changes only when the page does.
func TestScreenshot(t *testing.T) {
	t.Parallel()
	var ticks atomic.Int64
	b := open(t, simulator.Options{Now: func() time.Time {
		return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC).Add(time.Duration(ticks.Add(1)) * 300 * time.Millisecond)
	}})

	scopes := []string{"Mail.ReadWrite", "Mail.Send"}
	b.write("/v1/am/oauth_regs", map[string]any{
		"serviceType": "Office365", "clientId": "8c2f0d1e-5a7b-4c3d-9e6f-1a2b3c4d5e6f", "clientSecret": "made up", "scopes": scopes,
	})
	b.simulator.SetOAuthReg(simulator.OAuthReg{ServiceType: "Office365", Daemon: true, ClientID: "3e7d9a54-1c2b-4f80-b6a1-0d5e8c7f2943", ClientSecret: "made up", Scopes: scopes})
	headquarters := b.write("/v1/am/svc_accounts?recycleKeys=orgId", map[string]any{
		"active": true, "serviceType": "Office365", "name": "Acme headquarters", "authScopes": scopes,
		"authOrgId": "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61", "loginString": "5b0c2f7e-3d1a-4e89-8f6b-7a9c0d2e4f61",
	})
	plant := b.write("/v1/am/svc_accounts?recycleKeys=username,serverUrl", map[string]any{
		"active": true, "serviceType": "EWS", "name": "Acme plant", "authScopes": scopes, "authOrgId": "plant.acme.example",
		"serverUrl": "https://mail.plant.acme.example/EWS/Exchange.asmx", "loginString": "svc-aurinko", "authString1": "svc-aurinko", "authString2": "made up",
	})
	for _, mailbox := range []struct {
		parent        int64
		service       string
		address, name string
		timezone      string
	}{
		{headquarters, "Office365", "office@acme.example", "Front office", "Europe/Vienna"},
		{headquarters, "Office365", "sales@acme.example", "Sales", "Europe/Vienna"},
		{headquarters, "Office365", "tokyo@acme.example", "Tokyo branch", "Asia/Tokyo"},
		{plant, "EWS", "foreman@plant.acme.example", "Foreman", "Europe/Vienna"},
	} {
		b.write(fmt.Sprintf("/v1/am/svc_accounts/%d/accounts?recycleKeys=email", mailbox.parent), map[string]any{
			"active": true, "serviceType": mailbox.service, "email": mailbox.address, "name": mailbox.name, "timezone": mailbox.timezone, "authScopes": scopes,
		})
	}

	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}},
	})
	b.simulator.UpdateAccount(headquarters+3, func(a *simulator.Account) { a.TokenStatus, a.TokenError = "dead", "The user has left the company" })
	b.run(chromedp.EmulateViewport(1200, 800), chromedp.Navigate(fmt.Sprintf("%s/?account=%d", b.url, headquarters+3)), chromedp.WaitVisible("#pause"))
	b.until(`document.body.innerText.includes("2 service accounts, 4 mailboxes")`)
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	shown, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	// Whoever looks at README.md does not wait for it, and sees the light theme.
	if size := shown.Bounds().Size(); size.X != 1200 || size.Y < 500 || size.Y > 1600 || len(picture) > 400_000 {
		t.Errorf("%v pixels in %d bytes", size, len(picture))
	}
	if red, green, blue, _ := shown.At(1, 1).RGBA(); min(red, green, blue) < 0xe000 {
		t.Errorf("the page is not light: %x %x %x", red, green, blue)
	}
	if *screenshot != "" {
		if err := os.WriteFile(*screenshot, picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
