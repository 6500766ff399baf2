// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFindCaseLinksLinear gives it texts in which every part looks like a link. A
// text of 1 MB may take 32 times as long as 512 texts of 2 KB, where quadratic time
// makes it 512 times, and a busy machine with cold caches up to 10. It is the time
// of the thread that counts, whatever else the machine does; the kernel counts it
// in steps of some milliseconds.
func TestFindCaseLinksLinear(t *testing.T) {
	const size, parts, steps = 1 << 20, 512, 40 * time.Millisecond
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := func(times int, text string) time.Duration {
		start := threadTime(t)
		for range times {
			_ = FindCaseLinks(text)
		}
		return threadTime(t) - start
	}
	for _, part := range []string{
		"https://", "https://[", "https://h/?u=", "https://h/,", "://",
		linkOne, linkOne + ",x/", linkOne + "?u=", "https://h ",
	} {
		for _, start := range []string{"", "https://h/"} {
			text := start + strings.Repeat(part, size/len(part))
			little, whole := took(parts, text[:len(text)/parts]), took(1, text)
			if whole > 32*little+steps {
				t.Errorf("%q + %q, repeated: %s, and %s in %d parts", start, part, whole, little, parts)
			}
		}
	}
}

func threadTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
