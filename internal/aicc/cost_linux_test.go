// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !race

package aicc

import (
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// holdLinear has f look at a beginning with a part repeated behind it, as a whole and
// in 64 short texts. The whole may take 16 times as long as the short ones together,
// where quadratic time makes it 64 times, and a busy machine with cold caches up to
// 10. It is the time of the thread that counts, whatever else the machine does; the
// kernel counts it in steps of some milliseconds.
func holdLinear(t *testing.T, size int, beginning, part string, f func(text string)) {
	t.Helper()
	const parts, factor, steps = 64, 16, 40 * time.Millisecond
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	took := func(times int, text string) time.Duration {
		start := threadTime(t)
		for range times {
			f(text)
		}
		return threadTime(t) - start
	}
	text := beginning + strings.Repeat(part, size/len(part))
	little, whole := took(parts, text[:len(text)/parts]), took(1, text)
	if whole > factor*little+steps {
		t.Errorf("%q + %q, repeated: %s, and %s in %d parts", beginning, part, whole, little, parts)
	}
}

func threadTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// TestFindCaseLinksLinear looks through texts in which every part looks like a link.
func TestFindCaseLinksLinear(t *testing.T) {
	for _, part := range []string{
		"https://", "https://[", "https://h/?u=", "https://h/,", "://",
		linkOne, linkOne + ",x/", linkOne + "?u=", "https://h ",
	} {
		for _, beginning := range []string{"", "https://h/"} {
			holdLinear(t, 1<<17, beginning, part, func(text string) { _ = FindCaseLinks(text) })
		}
	}
}

// TestFindCaseMentionsLinear looks through texts of parts that may cost more than their
// length.
func TestFindCaseMentionsLinear(t *testing.T) {
	for _, part := range costlyMentions {
		for _, beginning := range costlyBeginnings {
			holdLinear(t, 1<<14, beginning, part, func(text string) { _, _ = FindCaseMentions(text, mentionHosts) })
		}
	}
}

// TestRedactionIsLinear looks for secrets in texts that are made to take long.
func TestRedactionIsLinear(t *testing.T) {
	secrets := new(redactor)
	secrets.add(strings.Repeat("a", 20) + "b")
	for _, part := range []string{`\`, "%25", "&amp;", "amp;", "a", "a  ", `\u0061`, "%", "&"} {
		holdLinear(t, 1<<14, strings.Repeat("a", 19)+"&%", part, func(text string) { _ = secrets.sanitize(text, 500) })
	}
}

// BenchmarkFindCaseMentions looks through 10 MB of each, and fails beyond two seconds
// of its thread in each of three tries: a busy neighbour of the core adds to one.
func BenchmarkFindCaseMentions(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var longest time.Duration
	for b.Loop() {
		for _, part := range costlyMentions {
			text := strings.Repeat(part, 10_000_000/len(part))
			for _, beginning := range costlyBeginnings {
				took := time.Hour
				for try := 0; try < 3 && took > 2*time.Second; try++ {
					start := threadTime(b)
					_, _ = FindCaseMentions(beginning+text, mentionHosts)
					took = min(took, threadTime(b)-start)
				}
				longest = max(longest, took)
				if took > 2*time.Second {
					b.Errorf("%q…: %s", beginning+part, took)
				}
			}
		}
	}
	b.ReportMetric(longest.Seconds(), "s/longest")
}
