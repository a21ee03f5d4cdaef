// Command terraform-provider-aurinko serves the Aurinko provider to Terraform
// and OpenTofu, which start it themselves.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
)

// version is set by the release build, through the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve for a debugger: print how Terraform reaches this process, and wait")
	showVersion := flag.Bool("version", false, "print the version and leave")
	flag.Parse()

	if *showVersion {
		fmt.Println(version)
		return
	}

	if !*debug {
		if err := provider.SilenceUnreadLog(); err != nil {
			log.Fatal(err)
		}
	}
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/aurinko/aurinko",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
