// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestCases(t *testing.T) {
	t.Parallel()
	t.Run("found, missing and failed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, named("40")...)
			many := site.AddCases(20)
			missing := map[string]http.HandlerFunc{
				many[0]: noSuchCase, many[1]: aicctest.Reply(410, `{"resCode":"9"}`),
				many[2]: aicctest.Reply(200, `{"resCode":"0","result":[]}`), many[3]: aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":null,"tasks":[]}]}`),
				many[4]: aicctest.Reply(400, `{"resCode":"40","resMsg":"gone"}`),
			}
			reasons := map[string]string{
				many[0]: "HTTP 404, resCode 405230004: 工单不存在", many[1]: "HTTP 410, resCode 9", many[2]: "an empty result",
				many[3]: "a result without caseInfo", many[4]: "HTTP 400, resCode 40: gone",
			}
			failed := map[string]http.HandlerFunc{
				many[5]: aicctest.Reply(400, `{"resCode":"41","resMsg":"bad"}`), many[6]: aicctest.Reply(422, ``),
				many[7]: aicctest.Reply(403, ``), many[8]: aicctest.Reply(418, ``), many[9]: serverError(503), many[10]: aicctest.Reset,
				many[11]: aicctest.Reply(200, `<html>`), many[12]: aicctest.Reply(200, `{"resCode":"0","result":[{}]}`),
			}
			kinds := []aicc.Kind{aicc.Refused, aicc.Refused, aicc.Forbidden, aicc.UnexpectedStatus, aicc.ServerFailed, aicc.Interrupted, aicc.Unreadable, aicc.Unreadable}
			for id, answer := range missing {
				site.ForCase(id, answer)
			}
			for id, answer := range failed {
				site.ForCase(id, answer)
			}
			outcome := client.Cases(t.Context(), append([]string{many[13], many[13]}, many...), nil)
			if len(outcome.Found) != 7 || len(outcome.Missing) != len(reasons) || len(outcome.Failed) != len(kinds) {
				t.Fatalf("%d found, %d missing, %d failed", len(outcome.Found), len(outcome.Missing), len(outcome.Failed))
			}
			for id, reason := range reasons {
				if got := outcome.Missing[id].Reason(); !strings.HasPrefix(got, reason) {
					t.Errorf("%s is missing because of %q, want %q", id, got, reason)
				}
			}
			for i, failure := range outcome.Failed {
				if failure.Kind != kinds[i] || failure.Index != i+7 || failure.Key != many[i+5] {
					t.Errorf("failure %d is %v at %d, %s", i, failure.Kind, failure.Index, failure.Key)
				}
			}
			for id, found := range outcome.Found {
				if *found.ID != id {
					t.Errorf("%s stands under %s", *found.ID, id)
				}
			}
		})
	})
	for name, test := range map[string]struct {
		arrange func(*aicctest.AICC)
		kind    aicc.Kind
	}{
		"401":        {func(s *aicctest.AICC) { s.RevokeTokens() }, aicc.Unauthorized},
		"a redirect": {forever(aicctest.Redirect("/login")), aicc.Redirected},
		"429":        {forever(aicctest.Reply(429, ``)), aicc.Throttled},
		"a 404 page": {forever(aicctest.Reply(404, "<html>")), aicc.NotAICC},
	} {
		t.Run("stops after "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				site, client := piped(t, func(c *aicc.Config) { c.MaxRetries = 0 })
				ids := site.AddCases(1000)
				site.SetLatency(time.Second)
				test.arrange(site)
				outcome := client.Cases(t.Context(), ids, nil)
				if asked := len(site.Requests()); asked != aicc.DefaultMaxConcurrency || len(outcome.Failed) != asked {
					t.Errorf("%d asked, %d failed", asked, len(outcome.Failed))
				}
				if outcome.Failed[0].Kind != test.kind {
					t.Errorf("got %v", outcome.Failed[0].Kind)
				}
			})
		})
	}
	t.Run("the deadline is for all of them", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t)
			ids := site.AddCases(100)
			site.SetLatency(time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
			defer cancel()
			start := time.Now()
			outcome := client.Cases(ctx, ids, nil)
			if took := time.Since(start); took != 3500*time.Millisecond || len(outcome.Found) != 48 || len(outcome.Failed) == 0 || outcome.Failed[0].Kind != aicc.TimedOut {
				t.Errorf("took %v, %d found, %v", took, len(outcome.Found), outcome.Failed)
			}
		})
	})
	t.Run("never more side by side than allowed", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 5 })
			ids := site.AddCases(50)
			var now, most atomic.Int64
			site.Always(func(w http.ResponseWriter, r *http.Request) {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Second)
				now.Add(-1)
				noSuchCase(w, r)
			})
			start := time.Now()
			var group sync.WaitGroup
			group.Go(func() { client.Cases(t.Context(), ids[:25], nil) })
			group.Go(func() { client.Cases(t.Context(), ids[25:], nil) })
			group.Wait()
			if took := time.Since(start); most.Load() != 5 || took != 20*time.Second {
				t.Errorf("%d at a time, %v", most.Load(), took)
			}
		})
	})
	t.Run("requests_per_second holds for all of them", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.RequestsPerSecond = 2 })
			ids := site.AddCases(21)
			start := time.Now()
			client.Cases(t.Context(), ids, nil)
			if took := time.Since(start); took != 10*time.Second {
				t.Errorf("21 requests took %v, want 10s", took)
			}
		})
	})
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		ids := site.AddCases(3)
		site.ForCase(ids[1], aicctest.Reply(403, ""))
		outcome := client.Cases(t.Context(), []string{ids[0], ids[1], ids[0], ids[2], ids[1], aicctest.UnknownID, aicctest.UnknownID}, nil)
		if len(outcome.Found) != 2 || len(outcome.Missing) != 1 || len(outcome.Failed) != 1 || outcome.Failed[0].Index != 1 {
			t.Errorf("got %+v", outcome)
		}
		if n := len(site.Requests()); n != 5 {
			t.Errorf("%d requests, want 4 and one that confirms", n)
		}
		if none := client.Cases(t.Context(), nil, nil); none.Found == nil || none.Missing == nil || len(none.Failed) != 0 {
			t.Errorf("no ids: %+v", none)
		}
	})
}

// TestCasesByNumber holds that each number is looked for once, however it is written,
// that a case is read once by whatever name, and where what comes of each is found.
func TestCasesByNumber(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		ids := site.AddCases(4)
		whole := func(number string) string { return strings.Repeat("0", 30-len(number)) + number }
		for i, number := range []string{"71", "72", "73", "74"} {
			site.ChangeCase(ids[i], map[string]any{"caseNo": whole(number)})
		}
		site.ForCase(ids[1], aicctest.Reply(404, `{"resCode":"405230004"}`))
		site.ForCase(ids[2], aicctest.Reply(403, ``))
		site.SetCase("twin1", `{"caseInfo":{"id":"twin1","caseNo":"`+whole("75")+`"}}`)
		site.SetCase("twin2", `{"caseInfo":{"id":"twin2","caseNo":"`+whole("75")+`"}}`)
		if _, err := client.Case(t.Context(), aicc.Query{ID: ids[0]}); err != nil {
			t.Fatal(err)
		}
		numbers := []string{"00071", "71", "9", "75", "72", whole("73"), "73", "71", "074", "0009", "x"}
		outcome := client.CasesByNumber(t.Context(), numbers, nil)

		found := map[string]string{}
		for id, listed := range outcome.Found {
			found[id] = *listed.CaseNo
		}
		if want := map[string]string{ids[0]: whole("71"), ids[3]: whole("74")}; !maps.Equal(found, want) {
			t.Errorf("found %v, want %v", found, want)
		}
		if want := map[string]string{
			"00071": ids[0], "71": ids[0], "72": ids[1], whole("73"): ids[2], "73": ids[2], "074": ids[3],
		}; !maps.Equal(outcome.IDs, want) {
			t.Errorf("the IDs are %v, want %v", outcome.IDs, want)
		}
		missing := map[string]string{}
		for key, failure := range outcome.Missing {
			missing[key] = failure.Reason()
		}
		if want := map[string]string{
			ids[1]: "HTTP 404, resCode 405230004", "9": "no case has this number: 成功", "0009": "no case has this number: 成功",
		}; !maps.Equal(missing, want) {
			t.Errorf("missing %v, want %v", missing, want)
		}
		var failed []string
		for _, f := range outcome.Failed {
			failed = append(failed, fmt.Sprintf("%d %s %v", f.Index, f.Key, f.Kind))
		}
		if want := []string{"3 75 ambiguous", "5 " + ids[2] + " forbidden", "6 " + ids[2] + " forbidden", "10 x invalid"}; !slices.Equal(failed, want) {
			t.Errorf("failed %q, want %q", failed, want)
		}
		asked := map[string]int{}
		for _, request := range site.Requests() {
			asked[request.Path]++
		}
		if lists := asked[aicctest.ListPath]; lists != 7 {
			t.Errorf("%d calls of the list, want 6 and one that confirms", lists)
		}
		for i, id := range ids {
			if n, want := asked[aicctest.CasePath+id], []int{1, 2, 1, 1}[i]; n != want {
				t.Errorf("case %d was asked for %d times, want %d", i, n, want)
			}
		}
	})
}

// TestCasesByNumberConcurrency holds that numbers are looked for side by side, and no
// more of them than allowed.
func TestCasesByNumberConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 5 })
		var numbers []string
		for i, id := range site.AddCases(25) {
			numbers = append(numbers, strconv.Itoa(100+i))
			site.ChangeCase(id, map[string]any{"caseNo": fmt.Sprintf("%030d", 100+i)})
		}
		site.SetLatency(time.Second)
		start := time.Now()
		outcome := client.CasesByNumber(t.Context(), numbers, nil)
		if took := time.Since(start); len(outcome.Found) != 25 || took != 10*time.Second {
			t.Errorf("%d found after %v, want 25 after 10s", len(outcome.Found), took)
		}
	})
}

func TestCasesShareFields(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		ids := site.AddCases(2)
		client.Cases(t.Context(), ids, map[string]*string{"field": new("value")})
		bodies := map[string]bool{}
		for _, request := range site.Requests() {
			bodies[request.Body] = true
		}
		for _, id := range ids {
			if want := `{"field":"value","id":"` + id + `"}`; !bodies[want] {
				t.Errorf("%s was not sent, but %v", want, bodies)
			}
		}
	})
}

// TestTurns has two reads of many cases at once: the first ends about as early as it
// would alone, and both together no later. A retry in the first does not keep the
// second waiting.
func TestTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t, func(c *aicc.Config) { c.MaxConcurrency = 2 })
		ids := site.AddCases(20)
		site.SetLatency(time.Second)
		start := time.Now()
		var group sync.WaitGroup
		read := func(ids []string, want time.Duration) {
			outcome := client.Cases(t.Context(), ids, nil)
			if took := time.Since(start); len(outcome.Found) != len(ids) || took > want {
				t.Errorf("%d found after %v, want %v", len(outcome.Found), took, want)
			}
		}
		group.Go(func() { read(ids[:10], 6*time.Second) })
		synctest.Wait()
		group.Go(func() { read(ids[10:], 10*time.Second) })
		group.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		site.ForCase(aicctest.SampleID, aicctest.RetryAfter(http.StatusTooManyRequests, "30"))
		group.Go(func() { client.Cases(ctx, []string{aicctest.SampleID}, nil) })
		synctest.Wait()
		start = time.Now()
		read([]string{aicctest.OpenID}, time.Second)
		group.Wait()
	})
}
