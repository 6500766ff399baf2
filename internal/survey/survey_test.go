// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// outcome is what a survey leaves behind.
type outcome struct {
	code                   int
	page, progress, report string
	took                   time.Duration
	requests               []aicctest.Request
}

// line returns the page's line of a question, without the columns before what this
// site does.
func (o outcome) line(t *testing.T, question string) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^. ` + regexp.QuoteMeta(question) + ` .*$`).FindString(o.page)
	if found == "" {
		t.Fatalf("%q was not asked:\n%s", question, o.page)
	}
	return found[:1] + " " + strings.TrimSpace(found[min(47, len(found)):])
}

// carryOut surveys the site. It has to run inside a bubble of testing/synctest, where
// a second between two requests takes no time.
func carryOut(ctx context.Context, t *testing.T, site *aicctest.AICC, report string, environment map[string]string, args ...string) outcome {
	t.Helper()
	dial, stop := site.Pipe()
	defer stop()
	if environment == nil {
		environment = map[string]string{"AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret}
	}
	environment["AICC_DOMAIN"] = "http://localhost"
	var page, progress strings.Builder
	start := time.Now()
	code := run(ctx, append([]string{"-report", report}, args...), func(name string) string { return environment[name] },
		streams{&page, &progress, false}, func(s *survey) { s.any.DialContext, s.old.DialContext = dial, dial })
	written, _ := os.ReadFile(report)
	return outcome{code: code, page: page.String(), progress: progress.String(), report: string(written), took: time.Since(start)}
}

// surveyOf surveys a site that was prepared. Inside its bubble it is a day after all
// cases of the stand-in were created.
func surveyOf(t *testing.T, prepare func(*aicctest.AICC), environment map[string]string, args ...string) (got outcome) {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.txt")
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2030, time.May, 1, 12, 0, 0, 0, time.UTC)))
		site := aicctest.New()
		prepare(site)
		got = carryOut(t.Context(), t, site, report, environment, args...)
		got.requests = site.Requests()
	})
	return got
}

// as has a site take on a personality.
func as(name string) func(*aicctest.AICC) {
	return func(site *aicctest.AICC) {
		personality, err := aicctest.Named(name)
		if err != nil {
			panic(err)
		}
		site.Become(personality)
	}
}

// TestSurvey holds for each personality what the survey finds, and what it sets.
func TestSurvey(t *testing.T) {
	t.Parallel()
	const setZone = `time_zone = "Asia/Shanghai"`
	for name, want := range map[string]struct {
		question, says string
		settings       []string
	}{
		"plain":            {"case: does not exist", "  HTTP 404, code 405230004", []string{setZone}},
		"utc-clock":        {"clock: zone", "> UTC, likely", []string{`time_zone = "UTC"`}},
		"business-500":     {"case: does not exist", "> HTTP 500, code 405230004", []string{setZone, `not_found_codes = ["405230004"]`}},
		"code-in-200":      {"case: does not exist", "> HTTP 200, code 405230004", []string{setZone, `not_found_codes = ["405230004"]`}},
		"one-code":         {"case: does not exist", "! HTTP 200, code 1", []string{setZone}},
		"list-by-pages":    {"list: start", "~ counts pages, from 0", []string{setZone}},
		"pages-of-50":      {"list: limit", "~ gives 50 at most", []string{setZone}},
		"no-number-filter": {"list: case number", "! is ignored: 126 cases", []string{setZone, "# Name cases by id, not by case_no."}},
		"flat-contact":     {"case: customerInfo", "  flat", []string{setZone}},
		"exact-header":     {"case: header's spelling", "  this one alone", []string{setZone}},
		"firewall":         {"way: 40 at once", "> 20 × 200, 10 × 403, 10 × 429", []string{setZone, "requests_per_second = 10"}},
		"one-token":        {"token: second one", "! the first one ends", []string{setZone}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := surveyOf(t, as(name), nil, "-case", aicctest.OpenID, "-forbidden", aicctest.ForbiddenID, "-load", "yes")
			if said := got.line(t, want.question); said != want.says {
				t.Errorf("%s: %q, want %q", want.question, said, want.says)
			}
			block := "provider \"aicc\" {\n  domain = \"http://localhost\"\n  " + strings.Join(want.settings, "\n  ") + "\n}\n"
			if aligned := regexp.MustCompile(` +=`).ReplaceAllString(got.page, " ="); !strings.Contains(aligned, "\n\n"+block) {
				t.Errorf("the page has not the block\n%sbut\n%s", block, got.page)
			}
			if got.code != exitAnswered || strings.Contains(got.page, "\n?") {
				t.Errorf("exit code %d:\n%s", got.code, got.page)
			}
			isOnePage(t, got.page)
		})
	}
}

// TestGuide holds that the page in the guide is one that a survey prints, cut short.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/connect-your-aicc.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(string(guide))
	if shown == nil {
		t.Fatal("the guide has no page")
	}
	got := surveyOf(t, func(site *aicctest.AICC) {
		for _, name := range []string{"business-500", "no-number-filter", "utc-clock"} {
			as(name)(site)
		}
	}, nil)
	page, last := strings.ReplaceAll(got.page, `"http://localhost"`, `"aicc.example.com"`), 0
	for line := range strings.Lines(shown[1]) {
		at := strings.Index(page[last:], line)
		if at < 0 {
			t.Fatalf("after what the guide shows, no survey says\n%sbut\n%s", line, page[last:])
		}
		last += at + len(line)
	}
	if !strings.HasPrefix(page[last:], "Report") {
		t.Errorf("the guide cuts the block short:\n%s", page[last:])
	}
}

// isOnePage holds that a page fits on a screen of 80 columns and 50 lines.
func isOnePage(t *testing.T, page string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(page, "\n"), "\n")
	if len(lines) < 24 || len(lines) > 49 {
		t.Errorf("it has %d lines", len(lines))
	}
	for _, line := range lines {
		if len([]rune(line)) > 80 && !strings.HasPrefix(line, "Report") {
			t.Errorf("more than 80 columns: %q", line)
		}
	}
}

// TestWarning holds that a code is never proposed that a refused token or a
// forbidden case gets as well.
func TestWarning(t *testing.T) {
	t.Parallel()
	refused := aicctest.Reply(http.StatusOK, `{"resCode":"405230004","resMsg":"失败"}`)
	for warning, prepare := range map[string]func(*aicctest.AICC){
		"A REFUSED TOKEN GETS THE SAME CODE: DO NOT PUT IT INTO not_found_codes.": as("one-code"),
		"A FORBIDDEN CASE GETS THE SAME CODE: DO NOT PUT IT INTO not_found_codes.": func(site *aicctest.AICC) {
			as("code-in-200")(site)
			site.ForCase(aicctest.ForbiddenID, refused)
		},
	} {
		got := surveyOf(t, prepare, nil, "-case", aicctest.OpenID, "-forbidden", aicctest.ForbiddenID, "-every", "1ms")
		if !strings.Contains(got.page, "\n    "+warning+"\n") || strings.Contains(got.page, "not_found_codes = ") {
			t.Errorf("want the warning %q, and no code:\n%s", warning, got.page)
		}
	}
}

// TestNoValue plants values everywhere, and holds that none of them is in the report
// or on the page.
func TestNoValue(t *testing.T) {
	t.Parallel()
	const id = "PLANTED0000000000001"
	planted := 0
	var plant func(value any) any
	plant = func(value any) any {
		planted++
		switch value := value.(type) {
		case map[string]any:
			for key, member := range value {
				value[key] = plant(member)
			}
			value["王小明 555-0199"] = "PLANTED"
			value["5550199555"] = "PLANTED"
			return value
		case []any:
			for i := range value {
				value[i] = plant(value[i])
			}
			return value
		case float64:
			return 777_000_000 + planted
		case string:
			if regexp.MustCompile(`^\d{4}-`).MatchString(value) {
				return fmt.Sprintf("1999-07-09 07:%02d:%02d", planted%60, planted%59)
			}
			return fmt.Sprintf("PLANTED %d", planted)
		default:
			return value
		}
	}
	var sample struct{ Result []map[string]any }
	if err := json.Unmarshal(aicctest.Sample, &sample); err != nil {
		t.Fatal(err)
	}
	element := plant(sample.Result[0]).(map[string]any)
	info := element["caseInfo"].(map[string]any)
	info["id"], info["caseNo"], info["createdDate"] = id, "000000000000000000000777000001", "2029-07-09 07:08:09"
	text, err := json.Marshal(element)
	if err != nil {
		t.Fatal(err)
	}
	got := surveyOf(t, func(site *aicctest.AICC) {
		as("plain")(site)
		site.SetCase(id, string(text))
		site.ForCase("PLANTED0000000000403", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-PLANTED", "PLANTED")
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, "<html><title>PLANTED</title></html>")
		})
	}, nil, "-case", id, "-forbidden", "PLANTED0000000000403")
	if planted < 60 || got.line(t, "case: reply") != "  a list of one object" {
		t.Fatalf("%d values were planted:\n%s", planted, got.page)
	}
	for _, value := range []string{"PLANTED", "777", "1999", "2029", "07:08", "王小明", "555"} {
		for where, text := range map[string]string{"report": got.report, "page": got.page, "progress": got.progress} {
			if strings.Contains(text, value) {
				t.Errorf("%q is in the %s:\n%s", value, where, text)
			}
		}
	}
	for _, secret := range []string{"localhost", aicctest.ClientID, "standin-issued-token", "secret-0001"} {
		if strings.Contains(got.report, secret) {
			t.Errorf("%q is in the report", secret)
		}
	}
	for _, key := range []string{"caseInfo.createdDate: time as YYYY-MM-DD hh:mm:ss", "caseInfo.(key of another form): string", "caseInfo.isUpgraded: boolean"} {
		if !strings.Contains(got.report, key) {
			t.Errorf("%q is not in the report", key)
		}
	}
}

// TestPace holds that there is a second between two requests.
func TestPace(t *testing.T) {
	t.Parallel()
	got := surveyOf(t, as("plain"), nil)
	requests := got.requests
	for i := 1; i < len(requests); i++ {
		if apart := requests[i].At.Sub(requests[i-1].At); apart < time.Second {
			t.Errorf("request %d came %v after the one before", i, apart)
		}
	}
	if len(requests) < 25 || got.took > time.Minute {
		t.Errorf("%d requests in %v", len(requests), got.took)
	}
	for _, r := range requests {
		if r.Method != http.MethodGet && r.Path != aicctest.ListPath && r.Path != aicctest.TokenPath {
			t.Errorf("%s %s is more than reading", r.Method, r.Path)
		}
	}
	if n := strings.Count(got.progress, "\n"); n != len(questions) {
		t.Errorf("%d lines of progress", n)
	}
}

// TestUnanswered holds that a question without an answer shows in the exit code, and
// that there still is one page.
func TestUnanswered(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		prepare        func(*aicctest.AICC)
		question, says string
	}{
		"refused token":  {func(site *aicctest.AICC) { site.RevokeTokens() }, "case: reply", "? HTTP 401, code 401000001"},
		"silent site":    {func(site *aicctest.AICC) { site.Always(aicctest.Stall) }, "list: reply", "? no answer in 30 s"},
		"broken site":    {func(site *aicctest.AICC) { site.Always(aicctest.Reset) }, "list: reply", "? connection broke"},
		"another server": {func(site *aicctest.AICC) { site.Always(http.NotFound) }, "list: reply", "? HTTP 404, no JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := surveyOf(t, want.prepare, map[string]string{"AICC_TOKEN": aicctest.Token}, "-case", aicctest.OpenID)
			if said := got.line(t, want.question); said != want.says || got.code != exitUnanswered {
				t.Errorf("exit code %d, %q, want %q:\n%s", got.code, said, want.says, got.page)
			}
			if got.took > 3*time.Minute {
				t.Errorf("it took %v", got.took)
			}
			if strings.Contains(got.page, "time_zone =") || strings.Contains(got.page, "not_found_codes") {
				t.Errorf("a setting without an answer:\n%s", got.page)
			}
			isOnePage(t, got.page)
		})
	}
}

// TestOldCases holds that no zone is set where no case tells it.
func TestOldCases(t *testing.T) {
	t.Parallel()
	got := surveyOf(t, func(*aicctest.AICC) {}, nil, "-case", aicctest.CompletedID)
	if said := got.line(t, "clock: zone"); said != "! unknown: no new case" || strings.Contains(got.page, "time_zone =") {
		t.Errorf("%q:\n%s", said, got.page)
	}
}

// TestZoneFrom holds which zone a clock has on which the newest case was created some
// minutes ago.
func TestZoneFrom(t *testing.T) {
	t.Parallel()
	for want, least := range map[string]time.Duration{
		"UTC": -5 * time.Minute, "Asia/Shanghai": 7*time.Hour + 55*time.Minute, "Etc/GMT+3": -3*time.Hour - 5*time.Minute,
		"Asia/Kolkata": 5*time.Hour + 25*time.Minute, "Etc/GMT-14": 14 * time.Hour, "": 15 * time.Hour,
	} {
		got, offset := zoneFrom(least)
		if got != want {
			t.Errorf("%v: %q, want %q", least, got, want)
		}
		if zone, err := time.LoadLocation(got); got != "" {
			if err != nil {
				t.Fatal(err)
			}
			if _, seconds := time.Now().In(zone).Zone(); time.Duration(seconds)*time.Second != offset {
				t.Errorf("%s is %d s from UTC, want %v", got, seconds, offset)
			}
		}
	}
}

// TestInterrupt holds that an interrupt ends a survey at once, and writes nothing.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]http.HandlerFunc{"in a request": aicctest.Stall, "between two requests": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := filepath.Join(t.TempDir(), "report.txt")
			synctest.Test(t, func(t *testing.T) {
				site := aicctest.New()
				site.Always(fault)
				ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
				defer cancel()
				got := carryOut(ctx, t, site, report, nil)
				if got.code != exitInterrupted || got.took != 2500*time.Millisecond || got.page != "" || got.report != "" {
					t.Errorf("exit code %d after %v:\n%s", got.code, got.took, got.page)
				}
			})
		})
	}
}

// TestUsage holds what is refused before anything is asked.
func TestUsage(t *testing.T) {
	t.Parallel()
	for want, given := range map[string]struct {
		args        []string
		environment map[string]string
	}{
		"AICC_DOMAIN: it is empty":                        {nil, map[string]string{"AICC_TOKEN": "token-1"}},
		"AICC_CLIENT_SECRET (or AICC_TOKEN): it is empty": {nil, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_CLIENT_ID": "i"}},
		"keep one kind of credentials":                    {nil, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_CLIENT_ID": "i", "AICC_TOKEN": "token-1"}},
		"the ID of the case: it has a character":          {[]string{"-case", "a-b"}, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_TOKEN": "token-1"}},
		"the link to a case: no part of it":               {[]string{"-case", "https://a.example.com/x"}, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_TOKEN": "token-1"}},
		"HTTPS_PROXY: its scheme is none":                 {nil, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_TOKEN": "token-1", "HTTPS_PROXY": "ftp://p.example.com"}},
		"AICC_CA_CERTIFICATE: it is neither":              {nil, map[string]string{"AICC_DOMAIN": "a.example.com", "AICC_TOKEN": "token-1", "AICC_CA_CERTIFICATE": "/nowhere"}},
	} {
		var page, progress strings.Builder
		code := run(t.Context(), given.args, func(name string) string { return given.environment[name] }, streams{&page, &progress, false})
		if code != exitUsage || !strings.Contains(progress.String(), want) || page.Len() > 0 {
			t.Errorf("exit code %d, %q, want %q", code, &progress, want)
		}
	}
}

// TestProxy holds that the variables are read as the provider reads them, which knows
// ALL_PROXY and a proxy without a scheme.
func TestProxy(t *testing.T) {
	t.Parallel()
	for exceptions, want := range map[string]string{"": "http://p.example.com:80", "a.example.com": "<nil>"} {
		environment := map[string]string{"AICC_DOMAIN": "https://a.example.com", "AICC_TOKEN": "token-1", "ALL_PROXY": "p.example.com", "NO_PROXY": exceptions}
		s := &survey{}
		if err := s.configure(func(name string) string { return environment[name] }); err != nil {
			t.Fatal(err)
		}
		for _, transport := range []*http.Transport{s.any, s.old} {
			got, err := transport.Proxy(&http.Request{URL: s.base})
			if err != nil || fmt.Sprint(got) != want {
				t.Errorf("NO_PROXY=%s: through %v (%v), want %s", exceptions, got, err, want)
			}
		}
	}
}
