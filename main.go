// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-aicc serves the provider to Terraform and OpenTofu.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime/debug"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/aicc-community/terraform-provider-aicc/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	tuneMemory()
	muteLogs()
	attach := flag.Bool("debug", false, "serve for a debugger: print the variable that makes Terraform attach to this process")
	show := flag.Bool("version", false, "print the version and exit")
	flag.Parse()
	if *show {
		fmt.Println("terraform-provider-aicc " + version)
		return
	}
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/aicc-community/aicc",
		Debug:   *attach,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// tuneMemory lets the heap grow before it is collected: a read of many cases
// leaves much garbage behind and ends within seconds. The limit keeps that from
// going on with tens of thousands of cases. The variables of the Go runtime win.
func tuneMemory() {
	const growth, limit = 400, 320 << 20
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}

// muteLogs switches the loggers of the SDK off where Terraform would parse their
// lines, some seventy for each case, only to drop them.
func muteLogs() {
	if os.Getenv("TF_LOG") != "" || os.Getenv("TF_LOG_PROVIDER") != "" {
		return
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, "OFF")
		}
	}
}
