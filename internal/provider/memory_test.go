// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"runtime/debug"
	"testing"
)

// TestTuneMemory holds that the limit follows the cases under way, unless GOGC and
// GOMEMLIMIT are set. It changes settings of the process, so it runs alone.
func TestTuneMemory(t *testing.T) {
	growth, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		memory.tuned, memory.thousands = false, 0
		debug.SetGCPercent(growth)
		debug.SetMemoryLimit(limit)
	})
	expect := func(wantGrowth int, wantLimit int64) {
		t.Helper()
		growth := debug.SetGCPercent(100)
		debug.SetGCPercent(growth)
		if limit := debug.SetMemoryLimit(-1); growth != wantGrowth || limit != wantLimit {
			t.Errorf("the growth is %d and the limit %d, want %d and %d", growth, limit, wantGrowth, wantLimit)
		}
	}
	reserveMemory(5000)()
	expect(100, limit)

	t.Setenv("GOGC", "100")
	t.Setenv("GOMEMLIMIT", "1GiB")
	TuneMemory()
	reserveMemory(5000)()
	expect(100, limit)

	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	TuneMemory()
	expect(heapGrowth, leastMemory)
	one := reserveMemory(1)
	expect(heapGrowth, leastMemory)
	ten := reserveMemory(10_000)
	expect(heapGrowth, baseMemory+10*thousandMemory)
	more := reserveMemory(1999)
	expect(heapGrowth, baseMemory+12*thousandMemory)
	ten()
	one()
	more()
	reserveMemory(12_999)()
	expect(heapGrowth, baseMemory+12*thousandMemory)
	reserveMemory(13_000)()
	expect(heapGrowth, baseMemory+13*thousandMemory)
}
