// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// TestProxyFromEnvironment takes what names a proxy, and refuses the rest. Passwords
// like these have made Go connect directly, or to a host called http.
func TestProxyFromEnvironment(t *testing.T) {
	t.Parallel()
	const (
		user  = "its user name or password has a character that a URL cannot hold as it is"
		noURL = "it is no URL that ends behind the host"
	)
	type environment map[string]string
	for name, test := range map[string]struct {
		set      environment
		want     string
		variable string
		err      string
	}{
		"nothing":           {environment{}, "", "", ""},
		"host and port":     {environment{"HTTPS_PROXY": "proxy.example.com:3128"}, "http://proxy.example.com:3128", "HTTPS_PROXY", ""},
		"host":              {environment{"HTTPS_PROXY": "proxy.example.com"}, "http://proxy.example.com:80", "HTTPS_PROXY", ""},
		"in small letters":  {environment{"https_proxy": "http://proxy.example.com:3128/"}, "http://proxy.example.com:3128", "https_proxy", ""},
		"in capitals":       {environment{"HTTPS_PROXY": "HTTP://Proxy.Example.COM:3128"}, "http://Proxy.Example.COM:3128", "HTTPS_PROXY", ""},
		"white space":       {environment{"HTTPS_PROXY": " http://proxy.example.com:3128\n"}, "http://proxy.example.com:3128", "HTTPS_PROXY", ""},
		"HTTPS":             {environment{"HTTPS_PROXY": "https://u:p@proxy.example.com"}, "https://u:p@proxy.example.com:443", "HTTPS_PROXY", ""},
		"SOCKS5":            {environment{"HTTPS_PROXY": "socks5://proxy.example.com"}, "socks5://proxy.example.com:1080", "HTTPS_PROXY", ""},
		"SOCKS5, resolving": {environment{"HTTPS_PROXY": "socks5h://[::1]:9"}, "socks5h://[::1]:9", "HTTPS_PROXY", ""},
		"a zone":            {environment{"HTTPS_PROXY": "http://[fe80::1%25eth0]:3128"}, "http://[fe80::1%25eth0]:3128", "HTTPS_PROXY", ""},
		"encoded password":  {environment{"HTTPS_PROXY": "http://u:7bm63%25%23%40%2F@proxy.example.com:3128"}, "http://u:7bm63%25%23%40%2F@proxy.example.com:3128", "HTTPS_PROXY", ""},
		"signs in it":       {environment{"HTTPS_PROXY": "http://u:7bm63!$&'()*+,;=:@proxy.example.com:3128"}, "http://u:7bm63%21$&%27%28%29%2A+,;=%3A@proxy.example.com:3128", "HTTPS_PROXY", ""},

		"ALL_PROXY":         {environment{"ALL_PROXY": "socks5h://proxy.example.com:1080"}, "socks5h://proxy.example.com:1080", "ALL_PROXY", ""},
		"all_proxy":         {environment{"all_proxy": "proxy.example.com:1080"}, "http://proxy.example.com:1080", "all_proxy", ""},
		"the one for HTTPS": {environment{"ALL_PROXY": "socks://proxy.example.com", "https_proxy": "proxy.example.com:1080"}, "http://proxy.example.com:1080", "https_proxy", ""},
		"HTTP_PROXY":        {environment{"HTTP_PROXY": "proxy.example.com:1080"}, "", "", ""},
		"an exception":      {environment{"HTTPS_PROXY": "7bm63 %", "NO_PROXY": "example.com"}, "", "", ""},
		"another exception": {environment{"HTTPS_PROXY": "proxy.example.com:3128", "no_proxy": "example.org,localhost"}, "http://proxy.example.com:3128", "HTTPS_PROXY", ""},

		"a bare %":      {environment{"HTTPS_PROXY": "http://u:7bm63%@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"a bare %zz":    {environment{"https_proxy": "http://u:7bm63%zz@proxy.example.com:3128"}, "", "https_proxy", user},
		"#":             {environment{"HTTPS_PROXY": "http://u:7bm63#x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"/":             {environment{"HTTPS_PROXY": "http://u:7bm63/x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"?":             {environment{"HTTPS_PROXY": "http://u:7bm63?x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"space":         {environment{"HTTPS_PROXY": "http://u:7bm63 x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"a quote":       {environment{"HTTPS_PROXY": `http://u:7bm63"x@proxy.example.com:3128`}, "", "HTTPS_PROXY", user},
		"a backslash":   {environment{"HTTPS_PROXY": `http://u:7bm63\x@proxy.example.com:3128`}, "", "HTTPS_PROXY", user},
		"^":             {environment{"HTTPS_PROXY": "http://u:7bm63^x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"{":             {environment{"HTTPS_PROXY": "http://u:7bm63{x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"[":             {environment{"HTTPS_PROXY": "http://u:7bm63[x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"@":             {environment{"HTTPS_PROXY": "http://u:7bm63@x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"not ASCII":     {environment{"HTTPS_PROXY": "http://u:7bm63é@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"no scheme, #":  {environment{"HTTPS_PROXY": "u:7bm63#x@proxy.example.com:3128"}, "", "HTTPS_PROXY", user},
		"a bare zone":   {environment{"HTTPS_PROXY": "http://[fe80::1%eth0]:3128"}, "", "HTTPS_PROXY", noURL},
		"a path":        {environment{"HTTPS_PROXY": "http://proxy.example.com:3128/7bm63"}, "", "HTTPS_PROXY", noURL},
		"a query":       {environment{"HTTPS_PROXY": "http://proxy.example.com:3128?7bm63"}, "", "HTTPS_PROXY", noURL},
		"a fragment":    {environment{"HTTPS_PROXY": "http://proxy.example.com:3128#7bm63"}, "", "HTTPS_PROXY", noURL},
		"a line break":  {environment{"HTTPS_PROXY": "http://proxy\n.example.com:3128"}, "", "HTTPS_PROXY", noURL},
		"SOCKS4":        {environment{"HTTPS_PROXY": "socks4://proxy.example.com:1080"}, "", "HTTPS_PROXY", "its scheme is none of http, https, socks5 and socks5h"},
		"of a desktop":  {environment{"all_proxy": "socks://proxy.example.com:1080/"}, "", "all_proxy", "its scheme is none of http, https, socks5 and socks5h"},
		"no host":       {environment{"HTTPS_PROXY": "http://"}, "", "HTTPS_PROXY", "it has no valid host name"},
		"a port alone":  {environment{"HTTPS_PROXY": ":3128"}, "", "HTTPS_PROXY", "it has no valid host name"},
		"no ASCII host": {environment{"HTTPS_PROXY": "http://代理.example.com"}, "", "HTTPS_PROXY", "it has no valid host name"},
		"port 0":        {environment{"HTTPS_PROXY": "http://proxy.example.com:0"}, "", "HTTPS_PROXY", "its port is not a number from 1 to 65535"},
		"a large port":  {environment{"HTTPS_PROXY": "http://proxy.example.com:65536"}, "", "HTTPS_PROXY", "its port is not a number from 1 to 65535"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy, variable, err := aicc.ProxyFromEnvironment(func(name string) string { return test.set[name] }, &url.URL{Scheme: "https", Host: "aicc.example.com"})
			got, words := "", ""
			if proxy != nil {
				got = proxy.String()
			}
			if err != nil {
				words = err.Error()
			}
			if got != test.want || variable != test.variable || (words == "") != (test.err == "") || !strings.HasPrefix(words, test.err) || strings.Contains(words, "7bm63") {
				t.Errorf("got %q from %q, %q", got, variable, words)
			}
		})
	}
}
