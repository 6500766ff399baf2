// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"time"
)

// SampleList is the reply that the API page of the list call shows, byte for
// byte: two rows of 284.
//
//go:embed list.json
var SampleList []byte

// rowKeys are the keys that the list call gives of a case. It has no
// description, no names of agents, and none of the tenant's own fields.
var rowKeys = []string{
	"caseNo", "closedDate", "contactId", "contactPhone", "createdDate", "creatorId", "dueDate", "extternalNo", "id",
	"isUpgraded", "origin", "ownerId", "parentId", "priority", "reason", "state", "status", "stayDate",
	"suspendAccumulatedTime", "suspendDate", "title", "type",
}

// row is a case as the list call gives it.
type row map[string]any

// rowOf takes the row out of the reply for a case. A case that is none, as some
// tests have it, is a row without keys, and is not listed.
func rowOf(result json.RawMessage) row {
	var around struct{ CaseInfo map[string]any }
	if json.Unmarshal(result, &around) != nil || around.CaseInfo["id"] == nil {
		return nil
	}
	r := row{"typeName": around.CaseInfo["AICC__Type__CST.name"], "ownerType": nil}
	for _, key := range rowKeys {
		r[key] = around.CaseInfo[key]
	}
	return r
}

// listing is one list call: what was asked, and what is answered.
type listing struct {
	start, limit int
	filters      map[string]string
	matching     []row
	rows         []row
	count        any
	bare         bool
	resCode      string
}

// ListFault is a way to misbehave in a list call. Its parts may be nil.
type ListFault struct{ before, after func(*listing) }

var (
	// IgnoreFilters lists every case, whatever was asked for.
	IgnoreFilters = ListFault{before: func(l *listing) { clear(l.filters) }}
	// IgnoreStart answers every call with the first page.
	IgnoreStart = ListFault{before: func(l *listing) { l.start = 0 }}
	// WholePages rounds the start down to a whole page.
	WholePages = ListFault{before: func(l *listing) { l.start -= l.start % l.limit }}
	// RowWithoutID leaves the id out of the last row of each page.
	RowWithoutID = ListFault{after: func(l *listing) {
		if last := len(l.rows) - 1; last >= 0 {
			l.rows[last] = maps.Clone(l.rows[last])
			delete(l.rows[last], "id")
		}
	}}
	// BareResult answers with an object in the place of an array of one object.
	BareResult = ListFault{after: func(l *listing) { l.bare = true }}
)

// ListFilter adds a condition of its own to every call.
func ListFilter(key, value string) ListFault {
	return ListFault{before: func(l *listing) { l.filters[key] = value }}
}

// Count has every page say that count rows match; nil leaves the count out.
func Count(count any) ListFault { return ListFault{after: func(l *listing) { l.count = count }} }

// CountOfPage has every page say how many rows are on it.
var CountOfPage = ListFault{after: func(l *listing) { l.count = len(l.rows) }}

// PageSize gives at most size rows a page, whatever limit was asked for.
func PageSize(size int) ListFault { return ListFault{before: func(l *listing) { l.limit = size }} }

// EmptyFrom gives no rows from the given row on, and still counts them all.
func EmptyFrom(start int) ListFault {
	return ListFault{after: func(l *listing) {
		if l.start >= start {
			l.rows = nil
		}
	}}
}

var (
	// RepeatPastTheEnd answers a call that starts behind the last row with the last
	// page.
	RepeatPastTheEnd = ListFault{after: func(l *listing) {
		if len(l.rows) == 0 && l.start > 0 {
			l.rows = l.matching[max(0, len(l.matching)-l.limit):]
		}
	}}
	// RefusePastTheEnd refuses a call that starts behind the last row.
	RefusePastTheEnd = ListFault{after: func(l *listing) {
		if len(l.rows) == 0 && l.start > 0 {
			l.resCode = "405230002"
		}
	}}
)

// List answers a list call as the stand-in does, but for the given faults. It is
// made for ForPath with [ListPath].
func (a *AICC) List(faults ...ListFault) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.serveList(w, r, body, faults...)
	}
}

func (a *AICC) serveList(w http.ResponseWriter, r *http.Request, body []byte, faults ...ListFault) {
	l, ok := parseListing(body)
	switch {
	case !a.authorized(r):
		a.refusedToken(w, r)
		return
	case !ok, r.Method != http.MethodPost, r.Header.Get("Content-Type") != "application/json":
		Reply(http.StatusBadRequest, `{"resCode":"405230001","resMsg":"请求参数错误"}`)(w, r)
		return
	}
	for _, fault := range faults {
		if fault.before != nil {
			fault.before(l)
		}
	}
	l.matching = a.matching(l.filters)
	all := len(l.matching)
	l.count = all
	l.rows = slices.Clone(l.matching[min(l.start, all):min(l.start+l.limit, all)])
	for _, fault := range faults {
		if fault.after != nil {
			fault.after(l)
		}
	}
	Reply(http.StatusOK, l.reply())(w, r)
}

// parseListing reads the body of a list call. It refuses what the page does:
// no start or limit, a limit that is not 1 to 100, and times that are more than
// 31 days apart.
func parseListing(body []byte) (*listing, bool) {
	var page struct{ Start, Limit *int }
	var fields map[string]any
	if json.Unmarshal(body, &page) != nil || json.Unmarshal(body, &fields) != nil || page.Start == nil || page.Limit == nil ||
		*page.Start < 0 || *page.Limit < 1 || *page.Limit > 100 {
		return nil, false
	}
	l := &listing{start: *page.Start, limit: *page.Limit, filters: map[string]string{}, resCode: "0"}
	delete(fields, "start")
	delete(fields, "limit")
	for key, value := range fields {
		text, ok := value.(string)
		if !ok {
			return nil, false
		}
		l.filters[key] = text
	}
	return l, l.isShort()
}

// isShort reports whether the two times, if there are any, are at most 31 days
// apart and in their order.
func (l *listing) isShort() bool {
	var times [2]time.Time
	for i, key := range []string{"startTime", "endTime"} {
		if text, given := l.filters[key]; given {
			var err error
			if times[i], err = time.Parse(time.DateTime, text); err != nil {
				return false
			}
		}
	}
	const longest = 31 * 24 * time.Hour
	return !times[0].After(times[1]) && (times[0].IsZero() || times[1].Sub(times[0]) <= longest)
}

// matching returns the rows that match, in the order of their ids.
func (a *AICC) matching(filters map[string]string) []row {
	a.mu.Lock()
	defer a.mu.Unlock()
	var rows []row
	for _, id := range slices.Sorted(maps.Keys(a.cases)) {
		r, known := a.rows[id]
		if !known {
			r = rowOf(a.cases[id])
			a.rows[id] = r
		}
		if r != nil && r.matches(filters) {
			rows = append(rows, r)
		}
	}
	return rows
}

func (r row) matches(filters map[string]string) bool {
	for key, want := range filters {
		created, _ := r["createdDate"].(string)
		switch key {
		case "startTime":
			if created < want {
				return false
			}
		case "endTime":
			if created > want {
				return false
			}
		case "classification":
			// It depends on the user of the token, of whom the stand-in knows nothing.
		default:
			if r[key] != want {
				return false
			}
		}
	}
	return true
}

func (l *listing) reply() string {
	page := map[string]any{"caseList": append([]row{}, l.rows...)}
	if l.count != nil {
		page["count"] = l.count
	}
	result := any([]any{page})
	if l.bare {
		result = page
	}
	// What was parsed from JSON can be written as JSON.
	body, _ := json.Marshal(map[string]any{"resCode": l.resCode, "resMsg": "成功", "result": result})
	return string(body)
}
