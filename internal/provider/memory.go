// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"runtime/debug"
	"sync"
)

const (
	// heapGrowth is how far the heap grows between two collections, in percent: a
	// read of many cases makes much garbage and ends within seconds.
	heapGrowth = 400
	// baseMemory is how large the heap becomes by that, in bytes, and
	// thousandMemory how much larger for each thousand cases that are being read, but
	// leastMemory in any case. Above it, the collector runs as often as necessary.
	baseMemory     = 28 << 20
	thousandMemory = 2200 << 10
	leastMemory    = 44 << 20
)

// memory follows the cases that all providers of the process are reading.
var memory struct {
	sync.Mutex
	tuned bool
	cases int
	// thousands are the most that were ever read at once. The limit does not fall
	// below them, since what was read is sent when the read is over.
	thousands int
}

// TuneMemory lets the heap of this process grow with the number of cases that are
// being read. GOGC and GOMEMLIMIT, the variables of the Go runtime, win.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(leastMemory)
		memory.tuned = true
	}
}

// reserveMemory allows for the read of a number of cases until release is called.
func reserveMemory(cases int) (release func()) {
	memory.Lock()
	defer memory.Unlock()
	memory.cases += cases
	if thousands := memory.cases / 1000; memory.tuned && thousands > memory.thousands {
		memory.thousands = thousands
		debug.SetMemoryLimit(max(leastMemory, baseMemory+int64(thousands)*thousandMemory))
	}
	return func() {
		memory.Lock()
		defer memory.Unlock()
		memory.cases -= cases
	}
}
