// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-aicc serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/aicc-community/terraform-provider-aicc/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	// net/http prints what a server sends unasked, and each header if GODEBUG says so:
	// customers' data and the token.
	log.SetOutput(io.Discard)
	provider.MuteLogs()
	attach := flag.Bool("debug", false, "serve for a debugger: print the variable that makes Terraform attach to this process")
	show := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *show {
		fmt.Println("terraform-provider-aicc " + version)
		return
	}
	var options []tf6server.ServeOpt
	if *attach {
		options = append(options, tf6server.WithManagedDebug())
	} else {
		go endWithParent(os.Getppid())
	}
	err := tf6server.Serve("registry.terraform.io/aicc-community/aicc", func() tfprotov6.ProviderServer { return provider.New(version) }, options...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// endWithParent ends this process once parent, which started it, is gone. Terraform asks
// its providers to end, but cannot after a SIGKILL, and package go-plugin would serve
// nobody for ever. Windows does not tell.
func endWithParent(parent int) {
	const look = 2 * time.Second
	if runtime.GOOS == "windows" {
		return
	}
	for os.Getppid() == parent {
		time.Sleep(look)
	}
	os.Exit(1)
}
