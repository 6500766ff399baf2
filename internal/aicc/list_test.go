// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// sampleType is the case type of the sample and of its copies.
const sampleType = "cvmC00000149NzxF1ePA"

// search searches and takes the failure apart.
func search(ctx context.Context, c *aicc.Client, s aicc.Search) ([]string, *aicc.Error) {
	ids, err := c.Search(ctx, s)
	return ids, asError(err)
}

// pages are the rows that the list calls asked to start with.
func pages(t *testing.T, site *aicctest.AICC) (starts []int) {
	t.Helper()
	for _, request := range site.Requests() {
		if request.Path != aicctest.ListPath {
			continue
		}
		var body struct{ Start, Limit int }
		if err := json.Unmarshal([]byte(request.Body), &body); err != nil || body.Limit != 100 || request.Method != http.MethodPost {
			t.Errorf("%s with %s", request.Method, request.Body)
		}
		starts = append(starts, body.Start)
	}
	return starts
}

func upTo(n int) (numbers []int) {
	for i := range n {
		numbers = append(numbers, i)
	}
	return numbers
}

// list says what a search for 250 cases comes to when AICC lists in an odd way,
// and which pages it asks for.
var lists = map[string]struct {
	fault http.HandlerFunc
	lists []aicctest.ListFault
	found int
	kind  aicc.Kind
	words string
	pages []int
}{
	"as documented":                   {nil, nil, 250, success, "", []int{0, 99, 198, 249}},
	"bare result":                     {nil, []aicctest.ListFault{aicctest.BareResult}, 250, success, "", []int{0, 99, 198, 249}},
	"smaller pages":                   {nil, []aicctest.ListFault{aicctest.PageSize(70)}, 250, success, "", []int{0, 69, 138, 207, 249}},
	"pages of one row":                {nil, []aicctest.ListFault{aicctest.PageSize(1)}, 250, success, "", upTo(251)},
	"pages of two rows":               {nil, []aicctest.ListFault{aicctest.PageSize(2)}, 250, success, "", upTo(250)},
	"all in one page":                 {nil, []aicctest.ListFault{aicctest.PageSize(1000)}, 250, success, "", []int{0, 249}},
	"count as string":                 {nil, []aicctest.ListFault{aicctest.Count("250")}, 250, success, "", []int{0, 99, 198, 249}},
	"count too low":                   {nil, []aicctest.ListFault{aicctest.Count(1)}, 250, success, "", []int{0, 99, 198, 249}},
	"count of the page":               {nil, []aicctest.ListFault{aicctest.Count(100)}, 250, success, "", []int{0, 99, 198, 249}},
	"50 rows a page, and their count": {nil, []aicctest.ListFault{aicctest.PageSize(50), aicctest.CountOfPage}, 250, success, "", []int{0, 49, 98, 147, 196, 245, 249}},
	"50 rows a page, and no count":    {nil, []aicctest.ListFault{aicctest.PageSize(50), aicctest.Count(0)}, 250, success, "", []int{0, 49, 98, 147, 196, 245, 249}},
	"the same, and whole pages only":  {nil, []aicctest.ListFault{aicctest.PageSize(50), aicctest.WholePages, aicctest.CountOfPage}, 250, success, "", []int{0, 49, 50, 100, 150, 200, 250}},
	"count too high":                  {nil, []aicctest.ListFault{aicctest.Count(251)}, 0, aicc.Incomplete, "it counts 251 cases and listed 250", []int{0, 99, 198, 249}},
	"count far too high":              {nil, []aicctest.ListFault{aicctest.Count(10_001)}, 0, aicc.TooMany, "more than 10000 cases match", []int{0}},
	"no count":                        {nil, []aicctest.ListFault{aicctest.Count(nil)}, 0, aicc.Unreadable, "JSON with an unexpected structure: count is not a number of cases", []int{0}},
	"count is no number":              {nil, []aicctest.ListFault{aicctest.Count("many")}, 0, aicc.Unreadable, "JSON with an unexpected structure: count is not a number of cases", []int{0}},
	"count is negative":               {nil, []aicctest.ListFault{aicctest.Count(-1)}, 0, aicc.Unreadable, "JSON with an unexpected structure: count is not a number of cases", []int{0}},
	"start ignored":                   {nil, []aicctest.ListFault{aicctest.IgnoreStart}, 0, aicc.Incomplete, "it counts 250 cases, listed 100, and then the same ones again", []int{0, 99, 100}},
	"one page of two rows":            {nil, []aicctest.ListFault{aicctest.PageSize(2), aicctest.IgnoreStart}, 0, aicc.Incomplete, "it counts 250 cases, listed 2, and then the same ones again", []int{0, 1, 2}},
	"whole pages only":                {nil, []aicctest.ListFault{aicctest.WholePages}, 250, success, "", []int{0, 99, 100, 200, 250}},
	"whole pages, a last row, and too high a count": {
		nil, []aicctest.ListFault{aicctest.PageSize(83), aicctest.WholePages, aicctest.Count(251)}, 0, aicc.Incomplete, "it counts 251 cases and listed 250", []int{0, 82, 83, 166, 249, 250},
	},
	"row without an ID":    {nil, []aicctest.ListFault{aicctest.RowWithoutID}, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList has a row without a valid ID", []int{0}},
	"empty page in middle": {nil, []aicctest.ListFault{aicctest.EmptyFrom(99)}, 0, aicc.Incomplete, "it counts 250 cases and listed 100", []int{0, 99, 1}},
	"pages counted":        {nil, []aicctest.ListFault{aicctest.StartCountsPages}, 250, success, "", []int{0, 99, 1, 2, 3}},
	"pages counted, each with its count": {
		nil, []aicctest.ListFault{aicctest.StartCountsPages, aicctest.CountOfPage}, 250, success, "", []int{0, 99, 1, 2, 3},
	},
	"pages of 70 counted": {
		nil, []aicctest.ListFault{aicctest.PageSize(70), aicctest.StartCountsPages}, 250, success, "", []int{0, 69, 1, 2, 3, 4},
	},
	"pages of 50 counted as of 100": {
		nil, []aicctest.ListFault{aicctest.StartCountsPages, aicctest.LargestPage(50)}, 0, aicc.Incomplete, "it counts 250 cases and listed 150", []int{0, 49, 1, 2, 3},
	},
	"pages counted, and too high a count": {
		nil, []aicctest.ListFault{aicctest.StartCountsPages, aicctest.Count(251)}, 0, aicc.Incomplete, "it counts 251 cases and listed 250", []int{0, 99, 1, 2, 3},
	},
	"empty list":         {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[],"count":0}]}`), nil, 0, success, "", []int{0}},
	"empty, no count":    {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[]}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: count is not a number of cases", []int{0}},
	"empty, null count":  {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[],"count":null}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: count is not a number of cases", []int{0}},
	"empty result":       {aicctest.Reply(200, `{"resCode":"0","result":[]}`), nil, 0, aicc.Unreadable, noPage, []int{0}},
	"no result":          {aicctest.Reply(200, `{"resCode":"0"}`), nil, 0, aicc.Unreadable, "JSON that has the content in another place than documented: result is missing, there is nothing else", []int{0}},
	"renamed result":     {aicctest.Reply(200, `{"resCode":"0","results":[{"caseList":[],"count":0}]}`), nil, 0, aicc.Unreadable, "JSON that has the content in another place than documented: result is missing, there is results", []int{0}},
	"empty text":         {aicctest.Reply(200, `{"resCode":"0","result":""}`), nil, 0, aicc.Unreadable, noPage, []int{0}},
	"empty object":       {aicctest.Reply(200, `{"resCode":"0","result":{}}`), nil, 0, aicc.Unreadable, "JSON that has the content in another place than documented: caseList is missing in result, there is nothing else", []int{0}},
	"a row's key twice":  {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[{"id":"a","id":"b"}],"count":1}]}`), nil, 0, aicc.Unreadable, "JSON in which id stands twice in one object", []int{0}},
	"success: false":     {aicctest.Reply(200, `{"resCode":"0","success":false,"result":[{"caseList":[],"count":0}]}`), nil, 0, aicc.Refused, "beside a resCode of 0, it does not say success: true", []int{0}},
	"HTTP 206":           {aicctest.Reply(206, `{"resCode":"0","result":[{"caseList":[],"count":0}]}`), nil, 0, aicc.UnexpectedStatus, "", []int{0}},
	"null result":        {aicctest.Reply(200, `{"resCode":"0","result":null}`), nil, 0, aicc.Unreadable, noPage, []int{0}},
	"null in the result": {aicctest.Reply(200, `{"resCode":"0","result":[null]}`), nil, 0, aicc.Unreadable, noPage, []int{0}},
	"null list":          {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":null,"count":0}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList is not a list of objects", []int{0}},
	"null list, count":   {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":null,"count":3}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList is not a list of objects", []int{0}},
	"no list":            {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"x"}}]}`), nil, 0, aicc.Unreadable, "JSON that has the content in another place than documented: caseList is missing in result, there is caseInfo", []int{0}},
	"list of strings":    {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":["x"],"count":1}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList is not a list of objects", []int{0}},
	"list is a string":   {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":"x","count":1}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList is not a list of objects", []int{0}},
	"two results":        {aicctest.Reply(200, `{"resCode":"0","result":[{},{}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: result is neither an object nor an array of one", []int{0}},
	"ID is a link":       {aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[{"id":"../x"}],"count":1}]}`), nil, 0, aicc.Unreadable, "JSON with an unexpected structure: caseList has a row without a valid ID", []int{0}},
	"resCode":            {aicctest.Reply(200, `{"resCode":"405230009","resMsg":"m","result":[]}`), nil, 0, aicc.Refused, "m", []int{0}},
	"404 of AICC":        {aicctest.Reply(404, `{"resCode":"405230009","resMsg":"m"}`), nil, 0, aicc.Refused, "m", []int{0}},
	"403":                {aicctest.Reply(403, `{"resCode":"405230009","resMsg":"m"}`), nil, 0, aicc.Forbidden, "m", []int{0}},
	"HTML":               {aicctest.Reply(200, `<html>`), nil, 0, aicc.Unreadable, "an HTML or XML page", []int{0}},
}

// noPage is what a result is that has no page of a list.
const noPage = "JSON with an unexpected structure: result is neither an object nor an array of one"

func TestSearch(t *testing.T) {
	t.Parallel()
	for name, row := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			ids := site.AddCases(250, map[string]any{"title": "many"})
			site.ForPath(aicctest.ListPath, site.List(append([]aicctest.ListFault{aicctest.ListFilter("title", "many")}, row.lists...)...))
			if row.fault != nil {
				site.ForPath(aicctest.ListPath, row.fault)
			}
			got, failure := search(t.Context(), newClient(t, config(t, site.Start(t), noRetries)), aicc.Search{Type: new(sampleType)})
			if starts := pages(t, site); !slices.Equal(starts, row.pages) {
				t.Errorf("asked for the pages %v, want %v", starts, row.pages)
			}
			if row.kind == success {
				if failure != nil || !slices.Equal(got, ids[:row.found]) {
					t.Errorf("%d cases, %+v", len(got), failure)
				}
				return
			}
			if failure == nil || got != nil {
				t.Fatalf("%d cases, no failure", len(got))
			}
			if words := cmp.Or(failure.Detail, failure.Message); failure.Kind != row.kind || words != row.words {
				t.Errorf("%v: %q, want %v: %q", failure.Kind, words, row.kind, row.words)
			}
			if failure.CaseID != "" || failure.Operation != aicc.ListCases || failure.Attempts != 1 {
				t.Errorf("%+v", failure)
			}
		})
	}
}

// TestSearchPastTheEnd has a search whose last page is full, so that it has to
// look behind it, and a case leaves, so that there is nothing.
func TestSearchPastTheEnd(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault aicctest.ListFault
		pages []int
	}{
		"empty": {aicctest.ListFault{}, []int{0, 99, 1}}, "refused": {aicctest.RefusePastTheEnd, []int{0, 99}},
		// Whether such a page is due to the overlap, only one without it shows.
		"the last page again": {aicctest.RepeatPastTheEnd, []int{0, 99, 100}}, "the first page again": {aicctest.IgnoreStart, []int{0, 99, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			ids := site.AddCases(100, map[string]any{"type": "many"})
			list := site.List(row.fault, aicctest.ListFilter("type", "many"))
			site.ForPath(aicctest.ListPath, func(w http.ResponseWriter, r *http.Request) {
				list(w, r)
				site.ChangeCase(ids[0], map[string]any{"type": "y"})
			})
			got, failure := search(t.Context(), newClient(t, config(t, site.Start(t))), aicc.Search{Type: new("many")})
			if failure != nil || !slices.Equal(got, ids) {
				t.Errorf("%d cases, %+v", len(got), failure)
			}
			if starts := pages(t, site); !slices.Equal(starts, row.pages) {
				t.Errorf("asked for the pages %v", starts)
			}
		})
	}
}

// TestSearchMoves has the list change between two pages.
func TestSearchMoves(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		cases int
		move  func(*aicctest.AICC)
		words string
	}{
		// The case at the edge of the second page moves onto the first.
		"a case leaves": {150, func(s *aicctest.AICC) { s.ChangeCase("c6m8many000000000000", map[string]any{"type": "y"}) }, "it counts 150 cases, and the list changed between two pages"},
		"a case leaves, and the second page has one row": {101, func(s *aicctest.AICC) { s.ChangeCase("c6m8many000000000000", map[string]any{"type": "y"}) }, "it counts 101 cases, and the list changed between two pages"},
		"one leaves, another comes last": {150, func(s *aicctest.AICC) {
			s.ChangeCase("c6m8many000000000000", map[string]any{"type": "y"})
			s.SetCase("z", `{"caseInfo":{"id":"z","type":"many"}}`)
		}, "it counts 150 cases, and the list changed between two pages"},
		"a case arrives": {150, func(s *aicctest.AICC) { s.SetCase("a", `{"caseInfo":{"id":"a","type":"many"}}`) }, "it counts 151 cases and listed 150"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.AddCases(row.cases, map[string]any{"type": "many"})
			list, first := site.List(), true
			site.ForPath(aicctest.ListPath, func(w http.ResponseWriter, r *http.Request) {
				list(w, r)
				if first {
					first = false
					row.move(site)
				}
			})
			got, failure := search(t.Context(), newClient(t, config(t, site.Start(t))), aicc.Search{Type: new("many")})
			if failure == nil || failure.Kind != aicc.Incomplete || failure.Detail != row.words {
				t.Errorf("%d cases, %+v", len(got), failure)
			}
		})
	}
}

func TestSearchRequest(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	var log bytes.Buffer
	client := newClient(t, config(t, site.Start(t), func(c *aicc.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}))
	// The sample was created at 16:25:22 of AICC's clock.
	from, to := "2023-06-16T08:00:00Z", "2023-06-16T09:00:00Z"
	ids, failure := search(t.Context(), client, aicc.Search{Title: new("test"), CreatedFrom: &from, CreatedTo: &to})
	if failure != nil || !slices.Equal(ids, []string{aicctest.SampleID}) {
		t.Errorf("%v, %+v", ids, failure)
	}
	asked := site.Requests()[0]
	if asked.Method != http.MethodPost || asked.Path != "/service/AICC__Case/1.0.0/openapi/case/list" {
		t.Errorf("%s %s", asked.Method, asked.Path)
	}
	if asked.Body != `{"start":0,"limit":100,"title":"test","startTime":"2023-06-16 16:00:00","endTime":"2023-06-16 17:00:00"}` {
		t.Errorf("the body is %s", asked.Body)
	}
	for name, want := range map[string]string{"access-token": aicctest.Token, "Content-Type": "application/json", "User-Agent": "test-agent"} {
		if got := asked.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := log.String(); !strings.Contains(got, "method=POST path=/service/AICC__Case/1.0.0/openapi/case/list") {
		t.Errorf("the log is %s", got)
	}
	site.Forget()
	if _, failure := search(t.Context(), client, aicc.Search{}); failure == nil || failure.Kind != aicc.Invalid || failure.Detail != "it has no filter" {
		t.Errorf("no filter: %+v", failure)
	}
	if n := len(site.Requests()); n != 0 {
		t.Errorf("%d requests for a search that is refused", n)
	}
}

// TestSearchPeriods has cases from 100 days, in the first and the last second of
// the periods too.
func TestSearchPeriods(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(100 + 6)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, shanghai)
	for i, id := range ids {
		created := start.AddDate(0, 0, i)
		if i >= 100 {
			created = start.AddDate(0, 0, 31*(1+(i-100)/3)).Add(time.Duration((i-100)%3-1) * time.Second)
		}
		site.ChangeCase(id, map[string]any{"createdDate": created.Format(time.DateTime), "type": "many"})
	}
	from, to := start.Format(time.RFC3339), start.AddDate(0, 0, 99).Format(time.RFC3339)
	got, failure := search(t.Context(), newClient(t, config(t, site.Start(t))), aicc.Search{Type: new("many"), CreatedFrom: &from, CreatedTo: &to})
	if failure != nil {
		t.Fatal(failure)
	}
	slices.Sort(got)
	if !slices.Equal(got, ids) {
		t.Errorf("%d cases, want %d", len(got), len(ids))
	}
	if starts := pages(t, site); !slices.Equal(starts, []int{0, 33, 0, 34, 0, 33, 0, 6}) {
		t.Errorf("asked for the pages %v", starts)
	}
}

// TestSearchLimit finds 9,900 cases in the first period and 200 in the second.
func TestSearchLimit(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.ForPath(aicctest.ListPath, func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			Start     int
			StartTime string
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		period, total := "a", 9900
		if body.StartTime > "2026-01-31" {
			period, total = "b", 200
		}
		rows := []string{}
		for i := body.Start; i < min(body.Start+100, total); i++ {
			rows = append(rows, fmt.Sprintf(`{"id":"%s%d"}`, period, i))
		}
		// The count says nothing of it.
		aicctest.Reply(200, fmt.Sprintf(`{"resCode":"0","result":[{"caseList":[%s],"count":1}]}`, strings.Join(rows, ",")))(w, r)
	})
	from, to := "2026-01-01T00:00:00Z", "2026-02-15T00:00:00Z"
	_, failure := search(t.Context(), newClient(t, config(t, site.Start(t))), aicc.Search{CreatedFrom: &from, CreatedTo: &to})
	if failure == nil || failure.Kind != aicc.TooMany {
		t.Fatal(failure)
	}
	if n := len(pages(t, site)); n != 103 {
		t.Errorf("%d pages", n)
	}
}

func TestSearchThroughTheClient(t *testing.T) {
	t.Parallel()
	many := aicc.Search{Type: new(sampleType)}
	t.Run("retries and the error of a page", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t)
			ids := site.AddCases(150)
			site.Next(serverError(503), aicctest.Reset, nil, nil)
			if got, failure := search(t.Context(), client, many); failure != nil || len(got) < len(ids) {
				t.Errorf("%d cases, %+v", len(got), failure)
			}
			site.Next(nil, serverError(503), serverError(503), serverError(503), serverError(503), serverError(503))
			if got, failure := search(t.Context(), client, many); got != nil || failure.Kind != aicc.ServerFailed || failure.Attempts != 5 {
				t.Errorf("%d cases, %+v", len(got), failure)
			}
			site.Next(nil, aicctest.Reply(200, `{"resCode":"405230002","resMsg":"m","result":[]}`))
			if got, failure := search(t.Context(), client, many); got != nil || failure.Kind != aicc.Refused || failure.ResCode != "405230002" {
				t.Errorf("%d cases, %+v", len(got), failure)
			}
		})
	})
	t.Run("token, limit and deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, withCredentials, func(c *aicc.Config) { c.RequestsPerSecond = 1 })
			site.AddCases(150)
			start := time.Now()
			if _, failure := search(t.Context(), client, many); failure != nil {
				t.Fatal(failure)
			}
			// A token, two pages, and one that brings nothing new.
			if took := time.Since(start); took != 3*time.Second {
				t.Errorf("took %v", took)
			}
			site.RevokeTokens()
			if _, failure := search(t.Context(), client, many); failure != nil {
				t.Errorf("with an expired token: %+v", failure)
			}
			site.ForPath(aicctest.ListPath, aicctest.Stall)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if _, failure := search(ctx, client, many); failure.Kind != aicc.TimedOut || failure.Detail != "the reply to attempt 1" {
				t.Errorf("a silent server: %+v", failure)
			}
		})
	})
	t.Run("slots", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 1 })
			site.ForCase(aicctest.SampleID, aicctest.Stall)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			go func() { _, _ = client.FreshCase(ctx, aicc.Query{ID: aicctest.SampleID}) }()
			synctest.Wait()
			hurry, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, failure := search(hurry, client, many); failure.Kind != aicc.TimedOut || failure.Detail != "a free slot" {
				t.Errorf("%+v", failure)
			}
		})
	})
}

// TestCaseNo looks for the sample by its number.
func TestCaseNo(t *testing.T) {
	t.Parallel()
	const number = "000000000000000000000000035013"
	another := `{"caseInfo":{"id":"another0000000000001","caseNo":"` + number + `"}}`
	for name, row := range map[string]struct {
		number  string
		arrange func(*aicctest.AICC)
		kind    aicc.Kind
		words   string
		lists   int
		reads   int
	}{
		"all digits":     {number, func(*aicctest.AICC) {}, success, "", 1, 1},
		"without zeros":  {"35013", func(*aicctest.AICC) {}, success, "", 1, 1},
		"bare result":    {number, func(s *aicctest.AICC) { s.ForPath(aicctest.ListPath, s.List(aicctest.BareResult)) }, success, "", 1, 1},
		"no such number": {"404", func(*aicctest.AICC) {}, aicc.NotReturned, "no case has this number", 2, 0},
		"empty result": {number, func(s *aicctest.AICC) {
			s.ForPath(aicctest.ListPath, aicctest.Reply(200, `{"resCode":"0","result":[]}`))
		}, aicc.Unreadable, noPage, 1, 0},
		"two cases":       {number, func(s *aicctest.AICC) { s.SetCase("another0000000000001", another) }, aicc.Ambiguous, "2 cases have this number: another0000000000001, c6m800000149ndrHRVNQ", 1, 0},
		"ignored filter":  {number, func(s *aicctest.AICC) { s.ForPath(aicctest.ListPath, s.List(aicctest.IgnoreFilters)) }, aicc.FilterIgnored, "it was asked for one case number and listed cases of others", 1, 0},
		"ignored, absent": {"404", func(s *aicctest.AICC) { s.ForPath(aicctest.ListPath, s.List(aicctest.IgnoreFilters)) }, aicc.FilterIgnored, "it was asked for one case number and listed cases of others", 1, 0},
		"no number": {number, func(s *aicctest.AICC) {
			s.ForPath(aicctest.ListPath, aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[{"id":"`+aicctest.SampleID+`"}],"count":1}]}`))
		}, aicc.FilterIgnored, "it was asked for one case number and listed cases of others", 1, 0},
		"number in JSON": {number, func(s *aicctest.AICC) {
			s.ForPath(aicctest.ListPath, aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[{"id":"`+aicctest.SampleID+`","caseNo":35013}],"count":1}]}`))
		}, success, "", 1, 1},
		"list refused": {number, func(s *aicctest.AICC) {
			s.ForPath(aicctest.ListPath, aicctest.Reply(200, `{"resCode":"9","resMsg":"m"}`))
		}, aicc.Refused, "m", 1, 0},
		"no list": {number, func(s *aicctest.AICC) {
			s.ForPath(aicctest.ListPath, aicctest.Reply(404, `{"resCode":"9","resMsg":"m"}`))
		}, aicc.Refused, "m", 1, 0},
		"vanished": {number, func(s *aicctest.AICC) {
			s.ForCase(aicctest.SampleID, aicctest.Reply(404, `{"resCode":"9","resMsg":"m"}`))
		}, aicc.NotReturned, "m", 1, 2},
		"another in detail": {number, func(s *aicctest.AICC) {
			s.ForCase(aicctest.SampleID, aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"`+aicctest.SampleID+`","caseNo":"000000000000000000000000035014"}}]}`))
		}, aicc.Foreign, "case c6m800000149ndrHRVNQ with the number 000000000000000000000000035014", 1, 1},
		"none in detail": {number, func(s *aicctest.AICC) {
			s.ForCase(aicctest.SampleID, aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"`+aicctest.SampleID+`"}}]}`))
		}, aicc.Foreign, "case c6m800000149ndrHRVNQ without a number", 1, 1},
		"invalid": {"CASE-1", func(*aicctest.AICC) {}, aicc.Invalid, "it has a character that is not a digit", 0, 0},
	} {
		for way, read := range map[string]func(*aicc.Client, context.Context, aicc.Query) (*aicc.Case, error){
			"once": (*aicc.Client).Case, "fresh": (*aicc.Client).FreshCase,
		} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				site := aicctest.New()
				row.arrange(site)
				query := aicc.Query{CaseNo: row.number, TemplateFields: map[string]*string{"f": new("v")}}
				got, err := read(newClient(t, config(t, site.Start(t), noRetries)), t.Context(), query)
				failure := asError(err)
				lists, reads := len(pages(t, site)), 0
				for _, request := range site.Requests() {
					switch request.Path {
					case aicctest.ListPath:
						if row.number != "404" && request.Body != `{"start":0,"limit":100,"caseNo":"`+number+`"}` {
							t.Errorf("the list was asked for %s", request.Body)
						}
					default:
						reads++
						if request.Body != `{"f":"v","id":"`+aicctest.SampleID+`"}` {
							t.Errorf("the case was asked for with %s", request.Body)
						}
					}
				}
				if lists != row.lists || reads != row.reads {
					t.Errorf("%d list calls and %d reads", lists, reads)
				}
				if row.kind == success {
					if failure != nil || *got.ID != aicctest.SampleID || *got.CaseNo != number {
						t.Errorf("%+v", failure)
					}
					return
				}
				if failure == nil || failure.Kind != row.kind || cmp.Or(failure.Detail, failure.Message) != row.words || failure.CaseNo != row.number {
					t.Errorf("%+v", failure)
				}
			})
		}
	}
}

// TestCaseNoIsShared has many ask for the same number.
func TestCaseNoIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.SetLatency(time.Second)
		done := make(chan *aicc.Error)
		for range 20 {
			go func() {
				_, err := client.Case(t.Context(), aicc.Query{CaseNo: "35013"})
				done <- asError(err)
			}()
		}
		for range 20 {
			if failure := <-done; failure != nil {
				t.Error(failure)
			}
		}
		if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
			t.Error(failure)
		}
		if n := len(site.Requests()); n != 2 {
			t.Errorf("%d requests, want a list and a case", n)
		}
		if another, err := client.Case(t.Context(), aicc.Query{CaseNo: "40001"}); err != nil || *another.ID != aicctest.OpenID {
			t.Errorf("another number: %+v, %v", another, err)
		}
		site.Forget()
		if _, err := client.FreshCase(t.Context(), aicc.Query{CaseNo: "35013"}); err != nil {
			t.Error(err)
		}
		if n := len(site.Requests()); n != 2 {
			t.Errorf("%d requests anew, want as many", n)
		}
	})
}

// TestNumberTimesOut has either of the two requests stall of which a read by number
// is made: the failure says which.
func TestNumberTimesOut(t *testing.T) {
	t.Parallel()
	for path, waiting := range map[string]string{
		aicctest.ListPath: "AICC's list of cases", aicctest.CasePath + aicctest.SampleID: "the reply to attempt 1",
	} {
		t.Run(waiting, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t)
				site.ForPath(path, aicctest.Stall)
				for range 20 {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
					_, err := client.Case(ctx, aicc.Query{CaseNo: "35013"})
					cancel()
					if failure := asError(err); failure == nil || failure.Kind != aicc.TimedOut || failure.Detail != waiting || failure.CaseNo != "35013" {
						t.Errorf("got %+v", failure)
					}
				}
			})
		})
	}
}

// TestBetweenPages has the context end when the first of two pages is complete.
func TestBetweenPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		site, client := piped(t, func(c *aicc.Config) { c.Logger = slog.New(onRequest{aicctest.ListPath, cancel}) })
		site.AddCases(150)
		_, failure := search(ctx, client, aicc.Search{Type: new(sampleType)})
		if failure == nil || failure.Kind != aicc.Canceled || failure.Detail != "the next page of AICC's list" || failure.Status != 0 || failure.ResCode != "" {
			t.Errorf("got %+v", failure)
		}
		if n := count(site, aicctest.ListPath); n != 1 {
			t.Errorf("%d pages were asked for", n)
		}
	})
}
