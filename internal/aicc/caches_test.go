// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"net/http"
	"strings"
	"testing"
)

// TestFromCache reads the headers that real caches send, for replies that they kept
// and for others.
func TestFromCache(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		words string
		lines []string
	}{
		{"Age: 7", []string{"Age: 7"}},
		{"Age: 30", []string{"Age: 30, 60"}},
		{"Age: 60", []string{"Age: 0", "Age: 60"}},
		{"Age: 3.5", []string{"Age: 3.5"}},
		{"", []string{"Age: 0"}},
		{"", []string{"Age: soon"}},
		{"Warning: 110", []string{`Warning: 110 edge "Response is Stale"`}},
		{"Warning: 112", []string{`Warning: 299 edge "a, 110 b", 112 - "cache down"`}},
		{"", []string{`Warning: 299 edge "Deprecated, 110 times"`}},
		{"Cache-Status: hit", []string{"Cache-Status: edge; hit"}},
		{"Cache-Status: hit=?1", []string{`Cache-Status: origin; fwd=miss, "a; b, c";HIT=?1;ttl=5`}},
		{"Cache-Status: collapsed", []string{"Cache-Status: edge; fwd=miss; collapsed"}},
		{"", []string{"Cache-Status: hit; fwd=uri-miss; stored", `Cache-Status: edge; fwd=stale; detail="; hit"; hit=?0`}},
		{"X-Cache: HIT", []string{"X-Cache: HIT from squid.example.com"}},
		{"X-Cache: HIT", []string{"X-Cache: MISS from a.example.com, HIT from b.example.com"}},
		{"X-Cache: HIT", []string{"X-Cache: TCP_HIT"}},
		{"X-Cache: HIT", []string{"X-Cache: HIT TCP_MEM_HIT dirn:1:2"}},
		{"X-Cache: REFRESHHIT", []string{"X-Cache: RefreshHit from cloudfront"}},
		{"", []string{"X-Cache: MISS from hit.example.com"}},
		{"", []string{"X-Cache: MISS from white-hit.example.com"}},
		{"", []string{"X-Cache: Error from cloudfront"}},
		{"", []string{"X-Cache: CONFIG_NOCACHE"}},
		{"", []string{"X-Cache: MISS TCP_MISS dirn:-2:-2"}},
		{"X-Cache-Status: HIT", []string{"X-Cache-Status: HIT"}},
		{"X-Cache-Status: STALE", []string{"X-Cache-Status: STALE"}},
		{"X-Cache-Status: UPDATING", []string{"X-Cache-Status: UPDATING"}},
		{"", []string{"X-Cache-Status: BYPASS"}},
		{"", []string{"X-Cache-Status: EXPIRED"}},
		{"", []string{"X-Cache-Status: -"}},
		{"CF-Cache-Status: HIT", []string{"CF-Cache-Status: HIT"}},
		{"CF-Cache-Status: REVALIDATED", []string{"CF-Cache-Status: REVALIDATED"}},
		{"", []string{"CF-Cache-Status: DYNAMIC"}},
		{"X-Proxy-Cache: HIT", []string{"X-Proxy-Cache: HIT"}},
		{"", []string{"X-Proxy-Cache: MISS"}},
		{"X-HCS-Proxy-Type: 1", []string{"x-hcs-proxy-type: 1"}},
		{"", []string{"x-hcs-proxy-type: 0"}},
		{"X-Cache-Lookup: HIT", []string{"X-Cache-Lookup: Hit From Disktank"}},
		{"X-Cache-Lookup: HIT", []string{"X-Cache-Lookup: Cache Miss", "X-Cache-Lookup: Hit From Inner Cluster"}},
		{"X-Cache-Lookup: HIT", []string{"X-Cache-Lookup: HIT"}},
		{"", []string{"X-Cache-Lookup: HIT from squid.example.com:3128", "X-Cache: MISS from squid.example.com"}},
		{"", []string{"X-Cache-Lookup: Cache Miss"}},
		{"X-Cache-Hits: 3", []string{"X-Cache-Hits: 0, 3"}},
		{"", []string{"X-Cache-Hits: 0"}},
		{"X-Varnish: two requests", []string{"X-Varnish: 32770 3"}},
		{"", []string{"X-Varnish: 32770"}},
		{"", []string{"X-Varnish: 32770", "X-Varnish: 5"}},
		{"", []string{"Cache-Control: public", "Content-Type: application/json"}},
	} {
		header := http.Header{}
		for _, line := range test.lines {
			name, value, _ := strings.Cut(line, ": ")
			header.Add(name, value)
		}
		if got := fromCache(header); got != test.words {
			t.Errorf("%q: got %q, want %q", test.lines, got, test.words)
		}
	}
}
