// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
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
		if n := len(site.Requests()); n != 3 {
			t.Errorf("%d requests", n)
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
		if n := len(site.Requests()); n != len(reasons)+1 {
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
		site := aicctest.New()
		ids := site.AddCases(100)
		site.SetLatency(time.Hour)
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...), "timeouts": timeoutOf("50ms")})
		expect(t, got, problem{"", summaryOf(aicc.TimedOut), "0 of 100 cases were read before that."})
	})
	t.Run("too large for one message", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(9)
		for _, id := range ids {
			site.ChangeCase(id, map[string]any{"description": strings.Repeat("x", 15<<19)})
		}
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{at("ids"), summaryTooMany, "The 9 cases that AICC returned take 67 MiB"})
	})
}
