// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// The race detector allocates on its own account.
//go:build !race

package provider

import "testing"

// TestBytesOfManyCases holds how much is allocated for 1,000 cases, in the stand-in
// as well: unlike times, it hardly varies.
func TestBytesOfManyCases(t *testing.T) {
	const most = 80_000_000
	if got := testing.Benchmark(BenchmarkRead1000Cases).AllocedBytesPerOp(); got == 0 || got > most {
		t.Errorf("%d bytes are allocated, want at most %d", got, most)
	}
}
