// The tests in a browser have a module of their own, so that what drives the
// browser is no dependency of the provider.
module github.com/aurinko/terraform-provider-aurinko/internal/browser

go 1.26.0

require (
	github.com/aurinko/terraform-provider-aurinko v0.0.0
	github.com/chromedp/cdproto v0.159.0
	github.com/chromedp/chromedp v0.22.1
)

require (
	github.com/go-json-experiment/json v0.0.0-20260213210345-44df1a37e875 // indirect
	go.yaml.in/yaml/v2 v2.4.2 // indirect
	sigs.k8s.io/yaml v1.6.0 // indirect
)

replace github.com/aurinko/terraform-provider-aurinko => ../..
