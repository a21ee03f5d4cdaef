// Command terraform-provider-aurinko serves the Aurinko provider to Terraform
// and OpenTofu, which start it themselves.
package main

import (
	"flag"
	"fmt"
	"log"

	"github.com/aurinko/terraform-provider-aurinko/internal/provider"
	"github.com/aurinko/terraform-provider-aurinko/internal/server"
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

	if err := server.Serve("registry.terraform.io/aurinko/aurinko", provider.New(version), *debug); err != nil {
		log.Fatal(err)
	}
}
