// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// The race detector allocates on its own account, and takes very long for replies of
// many megabytes.
//go:build !race

package provider

import (
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestBytesOfManyCases holds how much is allocated for 1,000 cases, in the stand-in
// as well: unlike times, it hardly varies.
func TestBytesOfManyCases(t *testing.T) {
	const most = 80_000_000
	if got := testing.Benchmark(BenchmarkRead1000Cases).AllocedBytesPerOp(); got == 0 || got > most {
		t.Errorf("%d bytes are allocated, want at most %d", got, most)
	}
}

// TestBytesOfOneMessage has more cases than Terraform takes in one message.
func TestBytesOfOneMessage(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(9, map[string]any{"description": strings.Repeat("x", 15<<19)})
	_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
	expect(t, got, problem{at("ids"), summaryTooMany, "The 9 cases that AICC returned take 67 MiB"})
}
