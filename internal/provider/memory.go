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
	// idleMemory is how large the heap becomes by that, in bytes, and
	// thousandMemory how much larger for each thousand cases under way. Above it,
	// the collector runs as often as necessary.
	idleMemory     = 40 << 20
	thousandMemory = 2 << 20
)

// memory follows the cases that all providers of the process are reading.
var memory struct {
	sync.Mutex
	tuned     bool
	cases     int
	thousands int
}

// TuneMemory lets the heap of this process grow with the number of cases that are
// being read. GOGC and GOMEMLIMIT, the variables of the Go runtime, win.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(idleMemory)
		memory.tuned = true
	}
}

// reserveMemory allows for the read of a number of cases until release is called.
func reserveMemory(cases int) (release func()) {
	follow(cases)
	return func() { follow(-cases) }
}

func follow(cases int) {
	memory.Lock()
	defer memory.Unlock()
	memory.cases += cases
	// Setting the limit stops the process for a moment: too often for each case.
	if thousands := memory.cases / 1000; memory.tuned && thousands != memory.thousands {
		memory.thousands = thousands
		debug.SetMemoryLimit(idleMemory + int64(thousands)*thousandMemory)
	}
}
