// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"net"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/nettest"
)

func TestParseDomain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"service.besclouds.com":      "https://service.besclouds.com",
		" Service.Besclouds.COM\n":   "https://service.besclouds.com",
		"aicc.example.com:8443":      "https://aicc.example.com:8443",
		"https://aicc.example.com":   "https://aicc.example.com",
		"HTTPS://aicc.example.com:1": "https://aicc.example.com:1",
		"https://aicc.example.com/":  "https://aicc.example.com",
		"aicc.example.com:8443/":     "https://aicc.example.com:8443",
		"http://localhost:8080":      "http://localhost:8080",
		"http://127.0.0.1":           "http://127.0.0.1",
		"http://127.9.9.9:65535":     "http://127.9.9.9:65535",
		"http://[::1]:8080":          "http://[::1]:8080",
		"127.0.0.1:8080":             "https://127.0.0.1:8080",
		"[2001:db8::1]":              "https://[2001:db8::1]",
		"xn--fiqs8s.example.com":     "https://xn--fiqs8s.example.com",
	} {
		if got, err := aicc.ParseDomain(text); err != nil || got.String() != want {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, want)
		}
	}
	for text, reason := range map[string]string{
		"":                                 "it is empty",
		" \n":                              "it is empty",
		"ftp://aicc.example.com":           "scheme",
		"://aicc.example.com":              "scheme",
		"https://aicc.example.com//":       "a path",
		"https://aicc.example.com/x/":      "a path",
		"\"https://aicc.example.com\"":     "it has quotes around it",
		" 'aicc.example.com' ":             "it has quotes around it",
		"https:///":                        "no valid host name",
		"aicc.example.com/service":         "a path",
		"https://aicc.example.com?x=7bm63": "a query",
		"https://aicc.example.com?":        "a query",
		"https://aicc.example.com#7bm63":   "a fragment",
		"aicc.example.com#":                "a fragment",
		"https://user:7bm63@example.com":   "a user name or password",
		"7bm63@example.com":                "a user name or password",
		"http://aicc.example.com":          "plain http is for loopback addresses only",
		"http://10.0.0.1":                  "plain http is for loopback addresses only",
		"http://localhost.example.com":     "plain http is for loopback addresses only",
		"http://127.0.0.1.example.com":     "plain http is for loopback addresses only",
		"https://":                         "no valid host name",
		"aicc example com":                 "no valid host name",
		"aicc.example.com\t.cn":            "no valid host name",
		"客服.example.com":                   "no valid host name",
		"-x.example.com":                   "no valid host name",
		"aicc.example.com:":                "port",
		"aicc.example.com:0":               "port",
		"aicc.example.com:65536":           "port",
		"aicc.example.com:https":           "no valid host name",
		"https:\\\\aicc.example.com":       "no valid host name",
		"::1":                              "no valid host name",
	} {
		got, err := aicc.ParseDomain(text)
		if err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "7bm63") {
			t.Errorf("%q: got %v, %v, want %s", text, got, err, reason)
		}
	}
}

func TestParseToken(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"7bm63KsRmEztTvyA=", " 7bm63KsRmEztTvyA=\n", "\t7bm63KsRmEztTvyA=\r\n"} {
		if got, err := aicc.ParseToken(text); err != nil || got != "7bm63KsRmEztTvyA=" {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	for text, reason := range map[string]string{
		"":               "it is empty",
		"\n ":            "it is empty",
		"7bm63\n7bm63":   "control characters",
		"7bm63\x007bm63": "control characters",
		"7bm63\x7f":      "control characters",
		"Bearer 7bm63":   "Bearer",
		"\"7bm63\"\n":    "it has quotes around it: leave them out",
		"'7bm63'":        "it has quotes around it: leave them out",
		"\"Bearer 7bm\"": "it has quotes around it: leave them out",
		"bearer  7bm63":  "Bearer",
		"7bm63 7bm63":    "spaces",
		"7bm63\u200b":    "outside ASCII",
		"7bm63é":         "outside ASCII",
	} {
		if _, err := aicc.ParseToken(text); err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "7bm63") {
			t.Errorf("%q: got %v, want %s", text, err, reason)
		}
	}
	one, two, three := nettest.NewAuthority(t).PEM, nettest.NewAuthority(t).PEM, nettest.NewAuthority(t).PEM
	end := "-----END CERTIFICATE-----\n"
	for name, test := range map[string]struct{ text, reason string }{
		"three, and words between them":   {"# one\n" + one + "two:\n" + two + "\r\n" + three + "the end\n", ""},
		"the last is cut off in its text": {one + two + three[:len(three)/2], "its certificate 3 is cut off or damaged"},
		"the last is cut off in its end":  {one + two + strings.TrimSuffix(three, "-----\n"), "its certificate 3 is cut off or damaged"},
		"the last is cut off at its mark": {one + "-----BEGIN CERT", "its certificate 2 is cut off or damaged"},
		"one in between is cut off":       {one + strings.TrimSuffix(two, end) + three, "its certificate 2 is cut off or damaged"},
		"the first is damaged":            {strings.Replace(one, "M", "*", 1) + two, "its certificate 1 is cut off or damaged"},
	} {
		reason := ""
		_, err := aicc.ParseCertificates(test.text)
		if err != nil {
			reason = err.Error()
		}
		if reason != test.reason {
			t.Errorf("%s: got %q", name, reason)
		}
		if _, err = aicc.ParseClientCertificate(test.text); (err == nil) != (test.reason == "") || err != nil && err.Error() != test.reason {
			t.Errorf("%s, of a client: got %v", name, err)
		}
	}
}

func TestParseCredential(t *testing.T) {
	t.Parallel()
	if got, err := aicc.ParseCredential(" 7bm63 é\n"); err != nil || got != "7bm63 é" {
		t.Errorf("got %q, %v", got, err)
	}
	for text, reason := range map[string]string{
		" ":          "it is empty",
		"7bm63\t7bm": "control characters",
		"\"7bm63\"":  "it has quotes around it: leave them out",
		"`7bm63`":    "it has quotes around it: leave them out",
	} {
		if _, err := aicc.ParseCredential(text); err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "7bm") {
			t.Errorf("%q: got %v, want %s", text, err, reason)
		}
	}
}

func TestParseNotFoundCode(t *testing.T) {
	t.Parallel()
	if got, err := aicc.ParseNotFoundCode(" 405230004\n"); err != nil || got != "405230004" {
		t.Errorf("got %q, %v", got, err)
	}
	for text, reason := range map[string]string{"": "it is empty", "0": "the code of a success", " 0 ": "the code of a success", "1,2": "a comma", "1 2": "white space", "工": "outside ASCII"} {
		if _, err := aicc.ParseNotFoundCode(text); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), "AICC's code", "the code"), reason) {
			t.Errorf("%q: got %v, want %s", text, err, reason)
		}
	}
}

// TestCheckHeader covers the names that the client or a connection sets, however they
// are written, and values that no request can carry.
func TestCheckHeader(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"X-Gateway-Key", "authorization", "x_tenant", "Via", "!"} {
		for _, value := range []string{"7bm63", "7bm63 and more", "é", "Basic 7bm63=="} {
			if err := aicc.CheckHeader(name, value); err != nil {
				t.Errorf("%s: %q is refused: %v", name, value, err)
			}
		}
	}
	for name := range strings.FieldsSeq(`access-token accept accept-encoding cache-control pragma
		content-type content-length content-encoding host user-agent cookie
		connection proxy-connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade expect`) {
		for _, spelled := range []string{name, strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]} {
			if err := aicc.CheckHeader(spelled, "7bm63"); err == nil || err.Error() != "the provider or its connection sets this header" {
				t.Errorf("%s: got %v", spelled, err)
			}
		}
	}
	for _, name := range []string{"", " ", "X Key", "X-Key:", "X-Key\n", "Schlüssel", "X\x00"} {
		if err := aicc.CheckHeader(name, "7bm63"); err == nil || err.Error() != "its name is not that of an HTTP header" {
			t.Errorf("%q: got %v", name, err)
		}
	}
	for value, reason := range map[string]string{
		"": "is empty", " 7bm63": "white space around", "7bm63 ": "white space around", "7bm63\xff": "is not UTF-8",
		"7bm63\r\nX: y": "control characters", "7bm63\n": "control characters", "7\tbm63": "control characters", "7bm63\x00": "control characters", "7bm63\x7f": "control characters", "7bm63\u0085": "control characters",
	} {
		if err := aicc.CheckHeader("X-Key", value); err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "7bm63") {
			t.Errorf("%q: got %v, want %s", value, err, reason)
		}
	}
}

func TestParseCertificates(t *testing.T) {
	t.Parallel()
	for text, reason := range map[string]string{
		"":            "no certificate in PEM form",
		"/etc/ca.pem": "no certificate in PEM form",
		"-----BEGIN PRIVATE KEY-----\nN2JtNjM=\n-----END PRIVATE KEY-----\n": "not a certificate: give",
		"-----BEGIN CERTIFICATE-----\nN2JtNjM=\n-----END CERTIFICATE-----\n": "cannot be read",
	} {
		if _, err := aicc.ParseCertificates(text); err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "N2Jt") {
			t.Errorf("%q: got %v, want %s", text, err, reason)
		}
	}
}

// FuzzDomain holds that an accepted address has a scheme and a host and nothing else,
// and that plain http stays on this machine.
func FuzzDomain(f *testing.F) {
	for _, seed := range []string{"service.besclouds.com", "http://localhost:80", "https://[::1]:8443", "https://u:p@h/x?y#z", "//h", "h:1:2", "http://127.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := aicc.ParseDomain(text)
		if err != nil {
			return
		}
		if base.String() != base.Scheme+"://"+base.Host || base.Hostname() == "" || base.User != nil {
			t.Errorf("%q became %q", text, base)
		}
		if ip := net.ParseIP(base.Hostname()); base.Scheme != "https" && base.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q became %q", text, base)
		}
		if again, err := aicc.ParseDomain(base.String()); err != nil || again.String() != base.String() {
			t.Errorf("%q became %q, and that %q, %v", text, base, again, err)
		}
	})
}
