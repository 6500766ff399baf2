// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
	_ "time/tzdata" // The clocks, for machines that have none.
)

// NewestID is the case of a stand-in with a personality that was created a moment
// before it took it on.
const NewestID = "c6m8demo000000000006"

// Personality is one AICC site as it might be: what it does in its own way where
// the API pages are silent, or where live sites were seen to differ from them.
type Personality struct {
	// Name selects it, About says what it does.
	Name, About string
	settle      func(*AICC)
}

// NotFoundCode is the code with which a stand-in says that there is no such case.
const NotFoundCode = "405230004"

// Personalities returns all personalities. The first one is that of a stand-in
// that has none.
func Personalities() []Personality {
	noSuchCase := `{"resCode":"` + NotFoundCode + `","resMsg":"工单不存在"}`
	return []Personality{
		{"plain", "answers as the API pages say, by the clock of Asia/Shanghai", func(*AICC) {}},
		{"utc-clock", "writes its times in UTC", func(a *AICC) { a.clock = time.UTC }},
		{"business-500", "answers HTTP 500 with a code for a case that does not exist", func(a *AICC) {
			a.noSuchCase = Reply(http.StatusInternalServerError, noSuchCase)
		}},
		{"code-in-200", "answers HTTP 200 with a code for a case that does not exist", func(a *AICC) {
			a.noSuchCase = Reply(http.StatusOK, noSuchCase)
		}},
		{"one-code", "answers HTTP 200 with one code for a case that does not exist and for a refused token", func(a *AICC) {
			a.noSuchCase = Reply(http.StatusOK, `{"resCode":"1","resMsg":"失败"}`)
			a.refusedToken = a.noSuchCase
		}},
		{"list-by-pages", "takes the list's start for the number of a page", func(a *AICC) { a.listFaults = []ListFault{StartCountsPages} }},
		{"pages-of-50", "lists at most 50 cases at once", func(a *AICC) { a.listFaults = []ListFault{LargestPage(50)} }},
		{"no-number-filter", "ignores case numbers in its list", func(a *AICC) { a.listFaults = []ListFault{IgnoreFilter("caseNo")} }},
		{"flat-contact", "does not nest customerInfo in itself", (*AICC).flatten},
		{"exact-header", "takes access-token in this spelling alone", func(a *AICC) { a.exactHeader = true }},
		{"firewall", "stands behind a firewall that answers HTTP 403 and 429 to more than 20 requests a second", func(a *AICC) { a.firewall = new(firewall) }},
		{"one-token", "ends a token as soon as it gives out another", func(a *AICC) { a.oneToken = true }},
	}
}

// Named returns the personality of that name.
func Named(name string) (Personality, error) {
	var names []string
	for _, p := range Personalities() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Personality{}, fmt.Errorf("there is no personality %q; there are %q", name, names)
}

// manyCases is how many cases a personality adds to those that are there: more than
// a page of the list holds.
const manyCases = 120

// Become takes on a personality, and adds the cases that a site in use has: enough
// for a second page of the list, and one that was created a moment ago. It returns
// the IDs of the cases that are many.
func (a *AICC) Become(p Personality) []string {
	many := a.AddCases(manyCases)
	a.mu.Lock()
	defer a.mu.Unlock()
	p.settle(a)
	now := time.Now().In(a.clock).Add(-2 * time.Minute).Format(time.DateTime)
	a.store(NewestID, changed(a.cases[OpenID], map[string]any{
		"id": NewestID, "caseNo": fmt.Sprintf("%030d", 40_006), "type": "cvmC000DemoNewest000", "createdDate": now,
	}))
	return many
}

// flatten takes the inner customerInfo out of the outer one.
func (a *AICC) flatten() {
	for id, result := range a.cases {
		var around map[string]any
		must(json.Unmarshal(result, &around))
		if outer, ok := around["customerInfo"].(map[string]any); ok {
			around["customerInfo"] = outer["customerInfo"]
		}
		flat, err := json.Marshal(around)
		must(err)
		a.store(id, flat)
	}
}

// StartCountsPages takes the start of a list call for the number of a page.
var StartCountsPages = ListFault{before: func(l *listing) { l.start *= l.limit }}

// LargestPage gives at most size rows a page, and fewer where fewer are wanted.
func LargestPage(size int) ListFault {
	return ListFault{before: func(l *listing) { l.limit = min(l.limit, size) }}
}

// IgnoreFilter lists cases as if one condition were not there.
func IgnoreFilter(key string) ListFault {
	return ListFault{before: func(l *listing) { delete(l.filters, key) }}
}

// hasteLimit is how many requests a second the firewall lets through.
const hasteLimit = 20

// firewall stands in front of a site and refuses who asks too fast, by turns with a
// page and HTTP 403, and with HTTP 429.
type firewall struct {
	mu      sync.Mutex
	passed  []time.Time
	refused int
}

// refuse answers a request that comes too fast, and reports whether it did.
func (f *firewall) refuse(w http.ResponseWriter) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	f.passed = slices.DeleteFunc(f.passed, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(f.passed) < hasteLimit {
		f.passed = append(f.passed, now)
		return false
	}
	f.refused++
	w.Header().Set("Content-Type", "text/html")
	if f.refused%2 == 1 {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "<html><head><title>403 Forbidden</title></head><body>Request blocked.</body></html>")
		return true
	}
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = io.WriteString(w, "<html><head><title>429 Too Many Requests</title></head></html>")
	return true
}

// authorized reports whether a request has a token that the stand-in takes.
func (a *AICC) authorized(r *http.Request) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.exactHeader && r.ProtoMajor == 1 && !slices.Contains(namesOf(r), "access-token") {
		return false
	}
	return a.tokens[r.Header.Get("access-token")]
}

// issue gives out a token. The lock has to be held.
func (a *AICC) issue() string {
	a.issued++
	token := fmt.Sprintf("standin-issued-token-%04d", a.issued)
	if a.oneToken {
		maps.DeleteFunc(a.tokens, func(known string, _ bool) bool { return known != Token })
	}
	a.tokens[token] = true
	return token
}
