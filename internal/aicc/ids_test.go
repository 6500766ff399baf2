// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

func TestCheckCaseID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"c6m800000149ndrHRVNQ", "1", "Z", "00000000000000000000"} {
		if err := aicc.CheckCaseID(id); err != nil {
			t.Errorf("%q: %v", id, err)
		}
	}
	for id, reason := range map[string]string{
		"":                      "it is empty",
		"c6m800000149ndrHRVNQ1": "21 bytes",
		"c6m8 00000149ndrHRVN":  "neither an ASCII letter nor a digit",
		"c6m8/0000149ndrHRVN":   "neither an ASCII letter nor a digit",
		"..":                    "neither an ASCII letter nor a digit",
		"c6m8\n":                "white space around it",
		" c6m8":                 "white space around it",
		"c6\n8":                 "neither an ASCII letter nor a digit",
		"工单":                    "neither an ASCII letter nor a digit",
		"٣":                     "neither an ASCII letter nor a digit",
		"https://h/c6m8":        "a link",
	} {
		if err := aicc.CheckCaseID(id); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: got %v, want %s", id, err, reason)
		}
	}
}

func TestParseCaseLink(t *testing.T) {
	t.Parallel()
	const id = "c6m800000149ndrHRVNQ"
	for link, domain := range map[string]string{
		"https://service.besclouds.com/service/AICC__Case/1.0.0/openapi/case/" + id: "service.besclouds.com",
		"https://Service.Besclouds.com:8443/console/case/" + id + "/":               "service.besclouds.com:8443",
		"http://aicc.example.com/?tab=1&case=" + id:                                 "aicc.example.com",
		"https://aicc.example.com/#/case/detail/" + id + "?tab=1":                   "aicc.example.com",
		"https://aicc.example.com/#case=" + id:                                      "aicc.example.com",
		"https://aicc.example.com/" + id + "?id=" + id + "#" + id:                   "aicc.example.com",
		" https://aicc.example.com/" + id + "\n":                                    "aicc.example.com",
		"https://aicc.example.com/x?c=c6m800000149ndrHRVN%51":                       "aicc.example.com",
		"https://aicc.example.com/c6m800000149ndrHRVN%51":                           "aicc.example.com",
		"https://user:secret@aicc.example.com/" + id:                                "aicc.example.com",
		"https://aicc.example.com:/" + id:                                           "aicc.example.com",
		"https://[2001:DB8::1]:443/" + id:                                           "[2001:db8::1]:443",
		"HTTPS://aicc.example.com/abcdefghijklmnopqrst/" + id:                       "aicc.example.com",
	} {
		gotDomain, gotID, err := aicc.ParseCaseLink(link)
		if err != nil || gotDomain != domain || gotID != id {
			t.Errorf("%s: got %q, %q, %v", link, gotDomain, gotID, err)
		}
	}
	for link, reason := range map[string]string{
		"":                                     "does not start with",
		id:                                     "does not start with",
		"ftp://aicc.example.com/" + id:         "does not start with",
		"aicc.example.com/" + id:               "does not start with",
		"https:///" + id:                       "no host",
		"https://:443/" + id:                   "no host",
		"https://aicc.example.com/":            "no part of it looks like a case ID",
		"https://aicc.example.com/" + id + "1": "no part of it looks like a case ID",
		"https://aicc.example.com/x" + id:      "no part of it looks like a case ID",
		"https://aicc.example.com/abcdefghijklmnopqrst":               "no part of it looks like a case ID",
		"https://aicc.example.com/12345678901234567890":               "no part of it looks like a case ID",
		"https://" + id + ".example.com/":                             "no part of it looks like a case ID",
		"https://aicc.example.com/" + id + "?id=c6m800000149ndrHRVNR": "2 different parts",
		"https://aicc.example.com/" + id + "/1111111111111111111a":    "2 different parts",
		"https://aicc.example.com/%zz" + id:                           "not a valid URL",
		"https://user:secret@aicc.example.com:port/" + id:             "not a valid URL",
	} {
		if domain, got, err := aicc.ParseCaseLink(link); err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %q, %q, %v, want %s", link, domain, got, err, reason)
		}
	}
}

// FuzzCaseID holds that a valid id is always one path segment of the same host.
func FuzzCaseID(f *testing.F) {
	for _, seed := range []string{"c6m800000149ndrHRVNQ", "..", "a/b", "a%2fb", "a?b", "#", "", "http://h"} {
		f.Add(seed)
	}
	base, err := aicc.ParseDomain("https://aicc.example.com:8443")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if aicc.CheckCaseID(id) != nil {
			return
		}
		address, err := base.Parse("/case/" + id)
		if err != nil || address.Host != base.Host || address.String() != base.String()+"/case/"+id || strings.Count(address.Path, "/") != 2 || len(id) > 20 {
			t.Errorf("%q became %v, %v", id, address, err)
		}
		if joined := base.JoinPath("/case/", id); joined.String() != address.String() {
			t.Errorf("%q became %v", id, joined)
		}
	})
}

// FuzzCaseLink holds that what is found in a link is a valid id and a host.
func FuzzCaseLink(f *testing.F) {
	for _, seed := range []string{"https://h/c6m800000149ndrHRVNQ", "http://h/#/c6m800000149ndrHRVNQ?x", "https://h/?a=c6m800000149ndrHRVNQ&b", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, link string) {
		domain, id, err := aicc.ParseCaseLink(link)
		if err != nil {
			return
		}
		if aicc.CheckCaseID(id) != nil || len(id) != 20 || domain == "" || domain != strings.ToLower(domain) || strings.ContainsAny(domain, "/@?#") {
			t.Errorf("%q holds %q and %q", link, domain, id)
		}
	})
}
