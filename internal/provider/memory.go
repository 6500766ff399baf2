// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"runtime/debug"
	"sync"
)

const (
	// heapGrowth is how far the heap grows between two collections, in percent:
	// a read of many cases leaves much garbage and ends within seconds.
	heapGrowth = 400
	// baseMemory is how much memory the heap may grow to by that, and
	// thousandMemory how much more for each thousand cases that are being read.
	// Beyond it, the collector runs as often as needed.
	baseMemory     = 40 << 20
	thousandMemory = 2 << 20
)

// memory follows the cases that are being read by all providers of the process.
var memory struct {
	sync.Mutex
	cases, thousands int
}

// TuneMemory makes the collector follow the cases that are being read. GOGC and
// GOMEMLIMIT, the variables of the Go runtime, take precedence.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
	reserveMemory(0)
}

// reserveMemory makes room for reading a number of cases, until the function that
// it returns is called.
func reserveMemory(cases int) (release func()) {
	addCases(cases)
	return func() { addCases(-cases) }
}

func addCases(n int) {
	memory.Lock()
	defer memory.Unlock()
	memory.cases += n
	thousands := memory.cases / 1000
	if os.Getenv("GOMEMLIMIT") != "" || thousands == memory.thousands && n != 0 {
		return
	}
	memory.thousands = thousands
	// It stops the process for a moment, so that not every case should call it.
	debug.SetMemoryLimit(baseMemory + int64(thousands)*thousandMemory)
}
