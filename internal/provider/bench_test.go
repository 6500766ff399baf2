// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"os"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// benchmarkRead measures reads over the protocol, without a Terraform command
// around them. Each read has a client of its own, so that every case is fetched.
func benchmarkRead(b *testing.B, dataSource string, n int, config func(ids []string) values) {
	b.Helper()
	site := aicctest.New()
	url := site.Start(b)
	given := config(site.AddCases(n))
	for b.Loop() {
		_, problems := startWith(b, url).fetch(dataSource, given)
		expect(b, problems)
	}
}

func BenchmarkReadCase(b *testing.B) {
	benchmarkRead(b, "aicc_case", 1, func(ids []string) values { return values{"id": str(ids[0])} })
}

func BenchmarkRead1000Cases(b *testing.B) {
	benchmarkRead(b, "aicc_cases", 1000, func(ids []string) values { return values{"ids": strs(ids...)} })
}

// benchmarkState is the variable that names the file with the state, where the
// test binary is a provider that has its state in memory.
const benchmarkState = "AICC_BENCH_STATE"

// fromMemory is that provider.
type fromMemory struct {
	tfprotov6.ProviderServer

	state []byte
}

func (m fromMemory) ReadDataSource(context.Context, *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: m.state}}, nil
}

func serveFromMemory(file string) error {
	state, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return tf6server.Serve("registry.terraform.io/aicc-community/aicc", func() tfprotov6.ProviderServer {
		return fromMemory{New("bench"), state}
	})
}
