// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestReadCases(t *testing.T) {
	t.Parallel()
	t.Run("found and missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		got, problems := tf.read("aicc_cases", values{"ids": strs(aicctest.OpenID, aicctest.UnknownID, aicctest.SampleID, aicctest.OpenID)})
		expect(t, problems)
		var cases, missing map[string]tftypes.Value
		if err := got["cases"].As(&cases); err != nil || len(cases) != 2 {
			t.Fatal(err, cases)
		}
		equal(t, flatAll(t, membersOf(t, cases[aicctest.SampleID])), listedSample())
		if err := got["missing"].As(&missing); err != nil || len(missing) != 1 || !missing[aicctest.UnknownID].Equal(str("HTTP 404, resCode 405230004: 工单不存在")) {
			t.Errorf("%v, %v", missing, err)
		}
		if n := len(site.Requests()); n != 4 {
			t.Errorf("%d requests, want one for each and one that confirms", n)
		}
		if strings.Contains(fmt.Sprint(flatAll(t, got)), "555") {
			t.Error("a phone number is there")
		}
	})
	t.Run("each reason to be missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		reasons := map[string]struct {
			answer http.HandlerFunc
			want   string
		}{
			"r400":   {aicctest.Reply(400, `{"resCode":"405230001","resMsg":"请求参数错误"}`), "HTTP 400, resCode 405230001: 请求参数错误"},
			"r404":   {aicctest.Reply(404, `{"resCode":"8"}`), "HTTP 404, resCode 8"},
			"r410":   {aicctest.Reply(410, `{"resCode":"7"}`), "HTTP 410, resCode 7"},
			"r500":   {aicctest.Reply(500, `{"resCode":"405230001","resMsg":""}`), "HTTP 500, resCode 405230001"},
			"code":   {aicctest.Reply(200, `{"resCode":"405230004","resMsg":"gone","result":[]}`), "resCode 405230004: gone"},
			"number": {aicctest.Reply(200, `{"resCode":405230004}`), "resCode 405230004"},
			"empty":  {aicctest.Reply(200, `{"resCode":"0","resMsg":"成功","result":[]}`), "an empty result: 成功"},
			"null":   {aicctest.Reply(200, `{"resCode":"0","result":null}`), "an empty result"},
			"noInfo": {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":null,"isFollower":false}]}`), "a result without caseInfo"},
		}
		want := map[string]string{"cases." + aicctest.SampleID + ".id": aicctest.SampleID}
		ids := []string{aicctest.SampleID}
		for id, reason := range reasons {
			site.ForCase(id, reason.answer)
			ids = append(ids, id, id)
			want["missing."+id] = reason.want
		}
		tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token, "AICC_NOT_FOUND_CODES": "405230004, 405230001"})
		expect(t, tf.configure(nil))
		state, problems := tf.read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, problems)
		got := map[string]string{}
		for name, value := range flatAll(t, state) {
			if strings.HasPrefix(name, "missing.") || strings.HasSuffix(name, ".id") {
				got[name] = value
			}
		}
		equal(t, got, want)
		if n := len(site.Requests()); n != 2*len(reasons)+1 {
			t.Errorf("%d requests for %d ids that each stand twice", n, len(reasons))
		}
	})
	t.Run("no right to read is no reason to be missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(3)
		site.ForCase(ids[0], aicctest.Reply(403, ""))
		site.ForCase(ids[2], aicctest.Reply(200, `{"resCode":"0","result":{"caseInfo":{"id":"another"}}}`))
		state, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids[0], ids[1], ids[0], ids[2])})
		expect(t, got, problem{atID(0), summaryOf(aicc.Forbidden), "Case: " + ids[0]}, problem{atID(3), summaryOf(aicc.Foreign), "Case: " + ids[2]})
		if !state["cases"].IsNull() || !state["missing"].IsNull() {
			t.Error("a state came along")
		}
	})
	t.Run("a failure is asked about again", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		site.Next(aicctest.Reply(503, ""))
		_, got := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
		expect(t, got, problem{atID(0), summaryOf(aicc.ServerFailed), "Case: " + aicctest.SampleID})
		_, got = tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got)
	})
	t.Run("no ids", func(t *testing.T) {
		t.Parallel()
		got, problems := startWith(t, "http://127.0.0.1:1").read("aicc_cases", values{"ids": strs()})
		expect(t, problems)
		if got["cases"].IsNull() || got["missing"].IsNull() {
			t.Error("null instead of empty")
		}
	})
	t.Run("one request with other readers", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		var readers sync.WaitGroup
		for i := range 41 {
			readers.Go(func() {
				if i%2 == 0 {
					tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
				} else {
					tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
				}
			})
		}
		readers.Wait()
		if n := len(site.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
	t.Run("a few failures, each at its id", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(5)
		site.ForCase(ids[1], aicctest.Reply(503, ""))
		site.ForCase(ids[3], aicctest.Reply(200, "<html>"))
		site.ForCase(ids[4], aicctest.Reply(404, `{"resCode":"405230004"}`))
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{atID(1), summaryOf(aicc.ServerFailed), "Case: " + ids[1]}, problem{atID(3), summaryOf(aicc.Unreadable), "Case: " + ids[3]})
	})
	t.Run("many failures, ten in full", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(25)
		site.Always(aicctest.Reply(503, ""))
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		var want []problem
		for i := range 10 {
			want = append(want, problem{atID(i), summaryOf(aicc.ServerFailed), "Case: " + ids[i]})
		}
		want = append(want, problem{"", summaryMoreFailed, "25 of 25 cases could not be read; the first 10 failures are reported above."})
		expect(t, got, want...)
	})
	t.Run("refusals with the same code, said once", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(25)
		site.Always(aicctest.Reply(200, `{"resCode":"500000001","resMsg":"系统繁忙"}`))
		site.ForCase(ids[3], aicctest.Reply(422, `{"resCode":"7"}`))
		site.ForCase(ids[4], aicctest.Reply(422, ``))
		tf := startWith(t, site.Start(t))
		state, got := tf.read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got,
			problem{atID(0), summaryOf(aicc.Refused), "AICC says: 系统繁忙\n\nAICC answered in the same way for 23 of 25 cases. Nothing was stored."},
			problem{atID(3), summaryOf(aicc.Refused), `add "7" to the provider's not_found_codes`},
			problem{atID(4), summaryOf(aicc.Refused), "AICC's code and message below say why, if it sent any.\n\nCase: " + ids[4]})
		if !state["missing"].IsNull() {
			t.Error("a state came along")
		}
	})
	t.Run("a web server that is not an AICC", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(100)
		site.Always(aicctest.Reply(404, "<html>Not Found"))
		state, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{"", summaryOf(aicc.NotAICC), "0 of 100 cases were read before that."})
		if !state["missing"].IsNull() {
			t.Error("a state came along")
		}
	})
	t.Run("a failure of all is said once", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(100)
		site.RevokeTokens()
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{"", summaryOf(aicc.Unauthorized), "0 of 100 cases were read before that. The failure concerns them all"})
	})
	t.Run("the deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			tf, site := startPiped(t)
			site.SetLatency(4 * time.Second)
			start := time.Now()
			_, got := tf.read("aicc_cases", values{"ids": strs(site.AddCases(100)...), "timeouts": timeoutOf("15s")})
			expect(t, got, problem{"", summaryOf(aicc.TimedOut), "48 of 100 cases were read before that."})
			if took := time.Since(start); took != 15*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	})
}

// failedAs is an element of failed.
func failedAs(summary, reason string, status, code any) map[string]any {
	return map[string]any{"summary": summary, "reason": reason, "http_status": status, "res_code": code}
}

// TestReport has cases that cannot be read among others, and holds that each is where
// it belongs.
func TestReport(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(20)
	denied, broken, refused, odd, gone := "denied01", "broken01", "refused01", "odd01", "gone01"
	site.ForCase(denied, aicctest.Reply(403, `{"resCode":"403000001","resMsg":"`+aicctest.Token+` denied"}`))
	site.ForCase(broken, aicctest.Reply(503, ``))
	site.ForCase(refused, aicctest.Reply(200, `{"resCode":"7","resMsg":"no"}`))
	site.ForCase(odd, aicctest.Reply(200, `<html>`))
	site.ForCase(gone, aicctest.Reply(404, `{"resCode":"405230004"}`))
	tf := startWith(t, site.Start(t))
	asked := append([]string{denied, broken, refused, odd, gone}, ids...)
	failed := map[string]any{
		denied:  failedAs(summaryOf(aicc.Forbidden), "HTTP 403, resCode 403000001: (hidden) denied", 403.0, "403000001"),
		broken:  failedAs(summaryOf(aicc.ServerFailed), "HTTP 503", 503.0, nil),
		refused: failedAs(summaryOf(aicc.Refused), "resCode 7: no", 200.0, "7"),
		odd:     failedAs(summaryOf(aicc.Unreadable), "an HTML or XML page", 200.0, nil),
	}
	got, problems := tf.read("aicc_cases", values{"ids": strs(asked...), "on_failure": str(onFailureReport)})
	expect(t, problems)
	cases, missing := membersOf(t, got["cases"]), membersOf(t, got["missing"])
	if found := plain(t, got["failed"]); !reflect.DeepEqual(found, plainNumbers(failed)) {
		t.Errorf("failed is\n%v\nwant\n%v", found, failed)
	}
	if len(cases) != 20 || len(missing) != 1 || !missing[gone].Equal(str("HTTP 404, resCode 405230004")) {
		t.Errorf("%d cases; missing are %v", len(cases), missing)
	}
	for _, id := range asked {
		in := 0
		for _, where := range []string{"cases", "missing", "failed"} {
			if _, ok := membersOf(t, got[where])[id]; ok {
				in++
			}
		}
		if in != 1 {
			t.Errorf("%s is in %d maps", id, in)
		}
	}

	for _, choice := range []tftypes.Value{str(onFailureError), tftypes.NewValue(tftypes.String, nil)} {
		got, problems := tf.read("aicc_cases", values{"ids": strs(ids[0], denied), "on_failure": choice})
		expect(t, problems, problem{atID(1), summaryOf(aicc.Forbidden), "Case: " + denied})
		if !got["cases"].IsNull() {
			t.Error("a state came along")
		}
	}
	expect(t, tf.validate("aicc_cases", values{"ids": strs(), "on_failure": str("warn")}),
		problem{at("on_failure"), summaryInvalidOnFailure, `on_failure, "warn", is refused because there is no such choice. Expected: "error" or "report".`})
}

// TestReportMixedReplies has a reply be another case's. No missing case of that run is
// believed.
func TestReportMixedReplies(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(2)
	site.ForCase(ids[1], aicctest.Reply(200, string(aicctest.Sample)))
	got, problems := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(aicctest.UnknownID, ids[0], ids[1]), "on_failure": str(onFailureReport)})
	expect(t, problems)
	if len(membersOf(t, got["cases"])) != 1 || len(membersOf(t, got["missing"])) != 0 {
		t.Errorf("got %v, %v", got["cases"], got["missing"])
	}
	want := plainNumbers(map[string]any{
		ids[1]:             failedAs(summaryOf(aicc.Foreign), "case "+aicctest.SampleID+": 成功", 200.0, "0"),
		aicctest.UnknownID: failedAs(summaryOf(aicc.Foreign), "HTTP 404, resCode 405230004, none, but another reply in this run was that of another case: 工单不存在", 404.0, "405230004"),
	})
	if failed := plain(t, got["failed"]); !reflect.DeepEqual(failed, want) {
		t.Errorf("failed is\n%v\nwant\n%v", failed, want)
	}
}

// TestOddReplies reads a case from each odd reply: it never counts as one that does not
// exist, nor as one that does.
func TestOddReplies(t *testing.T) {
	t.Parallel()
	for name, answer := range aicctest.OddReplies() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.ForCase(aicctest.OpenID, answer)
			site.ForPath(aicctest.ListPath, answer)
			tf := startWith(t, site.Start(t))
			failures := map[string]bool{}
			for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
				for _, given := range []values{{"id": str(aicctest.OpenID)}, {"case_no": str("40001")}} {
					got, problems := read("aicc_case", given)
					if len(problems) != 1 || problems[0].summary == summaryOf(aicc.NotReturned) || !got["state"].IsNull() {
						t.Errorf("%v: %+v, %v", given, problems, got)
						continue
					}
					failures[problems[0].summary] = true
				}
			}
			for _, given := range []values{
				{"ids": strs(aicctest.OpenID, aicctest.SampleID)}, {"case_nos": strs("40001")}, {"search": searchFor(tf, values{"type": str("x")})},
			} {
				if got, problems := tf.read("aicc_cases", given); len(problems) != 1 || !got["missing"].IsNull() || !got["cases"].IsNull() {
					t.Errorf("%v: %+v, %v", given, problems, got)
				}
			}
			got, problems := tf.read("aicc_cases", values{"ids": strs(aicctest.OpenID, aicctest.SampleID), "on_failure": str(onFailureReport)})
			if len(problems) > 0 {
				if len(problems) != 1 || !failures[problems[0].summary] {
					t.Errorf("the report ended with %+v", problems)
				}
				return
			}
			if _, failed := membersOf(t, got["failed"])[aicctest.OpenID]; !failed || len(membersOf(t, got["cases"])) != 1 || len(membersOf(t, got["missing"])) != 0 {
				t.Errorf("failed are %v, missing %v", got["failed"], got["missing"])
			}
		})
	}
}

// plainNumbers is a tree of [plain], which has numbers as Terraform prints them.
func plainNumbers(tree map[string]any) map[string]any {
	for _, element := range tree {
		element := element.(map[string]any)
		if status, ok := element["http_status"].(float64); ok {
			element["http_status"] = number(status).String()
		}
	}
	return tree
}

// TestReportFailsForAll holds that what concerns all cases is no finding about one.
func TestReportFailsForAll(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arrange func(*aicctest.AICC, string)
		given   values
		want    problem
	}{
		"a refused token": {func(s *aicctest.AICC, _ string) { s.RevokeTokens() }, nil, problem{"", summaryOf(aicc.Unauthorized), "The failure concerns them all"}},
		"throttling":      {func(s *aicctest.AICC, id string) { s.ForCase(id, aicctest.Reply(429, ``)) }, nil, problem{"", summaryOf(aicc.Throttled), "The failure concerns them all"}},
		"another host":    {func(s *aicctest.AICC, id string) { s.ForCase(id, aicctest.Redirect("https://login.example.com")) }, nil, problem{"", summaryOf(aicc.Redirected), "login.example.com"}},
		"a proxy":         {func(s *aicctest.AICC, id string) { s.ForCase(id, aicctest.Reply(407, ``)) }, nil, problem{"", summaryOf(aicc.ProxyRefused), "HTTP 407"}},
		"the deadline":    {func(s *aicctest.AICC, _ string) { s.SetLatency(time.Hour) }, values{"timeouts": timeoutOf("50ms")}, problem{"", summaryOf(aicc.TimedOut), "0 of 3 cases were read"}},
	} {
		for _, by := range []string{"ids", "case_nos"} {
			t.Run(name+" by "+by, func(t *testing.T) {
				t.Parallel()
				site := aicctest.New()
				named := site.AddCases(3)
				row.arrange(site, named[1])
				if by == "case_nos" {
					for i, id := range named {
						named[i] = fmt.Sprint(500 + i)
						site.ChangeCase(id, map[string]any{"caseNo": fmt.Sprintf("%030d", 500+i)})
					}
				}
				given := values{by: strs(named...), "on_failure": str(onFailureReport)}
				maps.Copy(given, row.given)
				got, problems := startWith(t, site.Start(t)).read("aicc_cases", given)
				expect(t, problems, row.want)
				if !got["cases"].IsNull() || !got["failed"].IsNull() {
					t.Error("a state came along")
				}
			})
		}
	}
}

// TestReadNumbers holds what a read by numbers comes to, and where its errors stand.
func TestReadNumbers(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := startWith(t, site.Start(t))
	site.ForCase(aicctest.OverdueID, aicctest.Reply(404, `{"resCode":"405230004"}`))
	read := func(arguments values, numbers ...string) (map[string]any, []problem) {
		given := values{"case_nos": strs(numbers...), "keep": strs("case_no")}
		maps.Copy(given, arguments)
		got, problems := tf.read("aicc_cases", given)
		all := map[string]any{}
		for _, name := range []string{"ids", "cases", "ids_by_case_no", "missing", "failed"} {
			all[name] = plain(t, got[name])
		}
		return all, problems
	}
	whole := func(number string) string { return strings.Repeat("0", 30-len(number)) + number }
	got, problems := read(nil, "40001", "00040001", "404", "35013")
	expect(t, problems)
	listed := func(id, number string) map[string]any {
		c := map[string]any{}
		for name := range listedCaseAttributes() {
			c[name] = nil
		}
		c["id"], c["case_no"] = id, whole(number)
		return c
	}
	want := map[string]any{
		"ids":            []any{aicctest.OpenID, aicctest.SampleID},
		"cases":          map[string]any{aicctest.OpenID: listed(aicctest.OpenID, "40001"), aicctest.SampleID: listed(aicctest.SampleID, "35013")},
		"ids_by_case_no": map[string]any{"40001": aicctest.OpenID, "00040001": aicctest.OpenID, "35013": aicctest.SampleID},
		"missing":        map[string]any{"404": "no case has this number: 成功"},
		"failed":         map[string]any{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if n := len(site.Requests()); n != 6 {
		t.Errorf("%d requests, want 4 for the list and 2 for cases", n)
	}

	got, problems = read(nil)
	expect(t, problems)
	if !reflect.DeepEqual(got["cases"], map[string]any{}) || !reflect.DeepEqual(got["ids"], []any{}) {
		t.Errorf("no numbers are %v", got)
	}
	site.ForPath(aicctest.ListPath, site.List(aicctest.IgnoreFilters))
	_, problems = read(nil, "76", "77")
	expect(t, problems,
		problem{atElement("case_nos", 0), summaryOf(aicc.FilterIgnored), "Case number: 76"},
		problem{atElement("case_nos", 1), summaryOf(aicc.FilterIgnored), "Case number: 77"})
	got, problems = read(values{"on_failure": str(onFailureReport)}, "77")
	expect(t, problems)
	if failed := got["failed"].(map[string]any)["77"]; failed == nil || failed.(map[string]any)["summary"] != summaryOf(aicc.FilterIgnored) {
		t.Errorf("failed is %v", got["failed"])
	}
	expect(t, tf.validate("aicc_cases", values{"case_nos": strs("40001", "4x")}),
		problem{atElement("case_nos", 1), summaryInvalidCaseNo, `case_nos[1], "4x", is refused because it has a character that is not a digit.`})
	expect(t, tf.validate("aicc_cases", values{"ids": strs("40001")}),
		problem{atID(0), summaryOf(aicc.Invalid), `ids[0], "40001", is refused because this looks like a case number: use case_no of aicc_case, or case_nos of aicc_cases.`})
	all := values{"ids": strs(), "case_nos": strs(), "search": searchFor(tf, values{"status": str("s")})}
	expect(t, tf.validate("aicc_cases", all), problem{at("search"), summaryExactlyOne, "ids, case_nos and search are set, and they could mean different cases. Set exactly one of them."})
}

// TestVanishedNumber has AICC list a case by its number and not return it.
func TestVanishedNumber(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.ForCase(aicctest.SampleID, aicctest.Reply(404, `{"resCode":"405230004"}`))
	site.ForCase(aicctest.OpenID, aicctest.Reply(403, ``))
	got, problems := startWith(t, site.Start(t)).read("aicc_cases", values{"case_nos": strs("35013", "40001"), "on_failure": str(onFailureReport)})
	expect(t, problems)
	equal(t, flatAll(t, got), map[string]string{
		"case_nos.0": "35013", "case_nos.1": "40001", "on_failure": "report", "ids.0": aicctest.SampleID, "ids.1": aicctest.OpenID,
		"ids_by_case_no.35013": aicctest.SampleID, "ids_by_case_no.40001": aicctest.OpenID,
		"missing." + aicctest.SampleID:               "AICC listed it and did not return it afterwards: HTTP 404, resCode 405230004",
		"failed." + aicctest.OpenID + ".summary":     summaryOf(aicc.Forbidden),
		"failed." + aicctest.OpenID + ".reason":      "HTTP 403",
		"failed." + aicctest.OpenID + ".http_status": number(403).String(),
	})
}

// TestSameNumber holds that a number comes to the same state however its zeros are
// written.
func TestSameNumber(t *testing.T) {
	t.Parallel()
	tf := startWith(t, aicctest.New().Start(t))
	for _, keep := range []tftypes.Value{strs("state"), tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, nil)} {
		short, problems := tf.read("aicc_case", values{"case_no": str("40001"), "keep": keep})
		expect(t, problems)
		padded, problems := tf.read("aicc_case", values{"case_no": str("00040001"), "keep": keep})
		expect(t, problems)
		for name := range short {
			if !short[name].Equal(padded[name]) {
				t.Errorf("%s is %v and %v", name, short[name], padded[name])
			}
		}
		if number := strings.Repeat("0", 25) + "40001"; !short["case_no"].Equal(str(number)) {
			t.Errorf("case_no is %v", short["case_no"])
		}
	}
}
