// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// cacheHeaders are the headers in which a cache says that it answered, in the order in
// which they are looked at. Hit returns what of one element of the header says so, or
// "".
var cacheHeaders = []struct {
	name string
	hit  func(element string) string
}{
	// RFC 9111 and the Warning of its predecessor, RFC 7234; RFC 9211.
	{"Age", number},
	{"Warning", staleWarning},
	{"Cache-Status", cacheStatus},
	// nginx, squid, CloudFront, Fastly, Akamai, Azure, Alibaba Cloud and most others.
	{"X-Cache", hitWord},
	{"X-Cache-Status", hitWord},
	{"X-Cache-Remote", hitWord},
	{"X-Proxy-Cache", hitWord},
	{"X-FastCGI-Cache", hitWord},
	{"X-Nginx-Cache", hitWord},
	{"CDN-Cache", hitWord},
	{"CF-Cache-Status", hitWord},
	// Huawei Cloud's CDN.
	{"X-HCS-Proxy-Type", number},
	// Tencent Cloud's CDN, and Huawei's where the one above is missing. Squid's says only
	// that it had a reply, so squid's X-Cache decides.
	{"X-Cache-Lookup", hitWord},
	// Fastly and Varnish.
	{"X-Cache-Hits", number},
	{"X-Varnish", twoIDs},
}

// fromCache returns what in the header of a reply says that a cache in between
// gave it, or "".
func fromCache(header http.Header) string {
	for _, known := range cacheHeaders {
		if known.name == "X-Cache-Lookup" && header.Get("X-Cache") != "" {
			continue
		}
		for _, line := range header.Values(known.name) {
			for element := range strings.SplitSeq(quoted.ReplaceAllString(line, ""), ",") {
				if words := known.hit(strings.TrimSpace(element)); words != "" {
					return known.name + ": " + words
				}
			}
		}
	}
	return ""
}

// quoted is a string of a structured field: what is in it has no meaning here.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"?`)

// number is a hit if it is one above 0: an age, or how often a reply was used.
func number(element string) string {
	if value, err := strconv.ParseFloat(element, 64); err == nil && value > 0 {
		return element
	}
	return ""
}

// hitWords are the words for a reply that was kept: nginx and Cloudflare name the old
// ones that are given out because the site fails, is being asked, or has confirmed them.
var hitWords = []string{"HIT", "STALE", "UPDATING", "REVALIDATED", "CACHED"}

// hitWord finds such a word, also at the end of another one, as in RefreshHit. Behind
// "from" stands the name of a host.
func hitWord(element string) string {
	upper := strings.ToUpper(element)
	status, _, _ := strings.Cut(upper, " FROM ")
	for _, word := range strings.FieldsFunc(status, func(c rune) bool { return !unicode.IsLetter(c) }) {
		if slices.Contains(hitWords, word) || strings.HasSuffix(word, "HIT") {
			return word
		}
	}
	return ""
}

// cacheStatus looks for the parameters by which a cache says that the reply was made
// for another request. They follow the name of the cache.
func cacheStatus(element string) string {
	_, parameters, _ := strings.Cut(element, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		switch parameter = strings.ToLower(strings.TrimSpace(parameter)); parameter {
		case "hit", "hit=?1", "collapsed", "collapsed=?1":
			return parameter
		}
	}
	return ""
}

// staleWarning looks for the codes of a reply that may be out of date.
func staleWarning(element string) string {
	code, _, _ := strings.Cut(element, " ")
	if slices.Contains([]string{"110", "111", "112", "113"}, code) {
		return code
	}
	return ""
}

// twoIDs is a hit: the second is that of the request that the reply was made for.
func twoIDs(element string) string {
	if ids := strings.Fields(element); len(ids) > 1 {
		return "two requests"
	}
	return ""
}
