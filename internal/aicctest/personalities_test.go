// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// exchange sends one request whose headers are spelled as they are given, and
// returns the status and the body of the answer.
func exchange(t *testing.T, site, method, path, body string, headers ...string) (int, string) {
	t.Helper()
	base, err := url.Parse(site)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", base.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s",
		method, path, base.Host, len(body), strings.Join(append(headers, ""), "\r\n"), body)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer)
}

// TestPersonalities asks each personality the question that it answers in its own
// way, and "plain" the same one.
func TestPersonalities(t *testing.T) {
	t.Parallel()
	token, get := "access-token: "+aicctest.Token, func(id string, headers ...string) func(*testing.T, string) string {
		return func(t *testing.T, site string) string {
			status, body := exchange(t, site, http.MethodGet, aicctest.CasePath+id, `{"id":"`+id+`"}`, headers...)
			return fmt.Sprint(status, " ", body)
		}
	}
	list := func(body string) func(*testing.T, string) string {
		return func(t *testing.T, site string) string {
			_, answer := exchange(t, site, http.MethodPost, aicctest.ListPath, body, token)
			return fmt.Sprint(strings.Count(answer, `"caseNo"`), " rows, ", regexp.MustCompile(`"count":\d+`).FindString(answer), ", ",
				regexp.MustCompile(`"id":"[^"]+`).FindString(answer))
		}
	}
	newest := func(t *testing.T, site string) string {
		_, body := exchange(t, site, http.MethodGet, aicctest.CasePath+aicctest.NewestID, `{"id":"`+aicctest.NewestID+`"}`, token)
		created := regexp.MustCompile(`"createdDate":"([^"]+)`).FindStringSubmatch(body)
		at, err := time.Parse(time.DateTime, created[1])
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(time.Until(at).Round(30 * time.Minute))
	}
	haste := func(t *testing.T, site string) string {
		var seen []string
		for range 23 {
			status, _ := exchange(t, site, http.MethodGet, aicctest.CasePath+aicctest.OpenID, `{"id":"`+aicctest.OpenID+`"}`, token)
			seen = append(seen, fmt.Sprint(status))
		}
		return strings.Join(seen, " ")
	}
	twoTokens := func(t *testing.T, site string) string {
		form := "grant_type=client_credentials&client_id=" + aicctest.ClientID + "&client_secret=" + aicctest.ClientSecret
		for range 2 {
			exchange(t, site, http.MethodPost, aicctest.TokenPath, form)
		}
		status, _ := exchange(t, site, http.MethodGet, aicctest.CasePath+aicctest.OpenID, `{"id":"`+aicctest.OpenID+`"}`, "access-token: standin-issued-token-0001")
		return fmt.Sprint(status)
	}
	noSuchCase := `{"resCode":"405230004","resMsg":"工单不存在"}`
	const all = `"start":0,"limit":100`
	personalities := map[string]struct {
		ask        func(*testing.T, string) string
		own, plain string
	}{
		"utc-clock":        {newest, "0s", "8h0m0s"},
		"business-500":     {get(aicctest.UnknownID, token), "500 " + noSuchCase, "404 " + noSuchCase},
		"code-in-200":      {get(aicctest.UnknownID, token), "200 " + noSuchCase, "404 " + noSuchCase},
		"one-code":         {get(aicctest.OpenID, "access-token: wrong"), `200 {"resCode":"1","resMsg":"失败"}`, `401 {"resCode":"401000001","resMsg":"token无效"}`},
		"list-by-pages":    {list(`{"start":1,"limit":3}`), `3 rows, "count":126, "id":"c6m8demo000000000003`, `3 rows, "count":126, "id":"c6m8demo000000000001`},
		"pages-of-50":      {list(`{` + all + `}`), `50 rows, "count":126, "id":"c6m800000149ndrHRVNQ`, `100 rows, "count":126, "id":"c6m800000149ndrHRVNQ`},
		"no-number-filter": {list(`{"caseNo":"000000000000000000000000040001",` + all + `}`), `100 rows, "count":126, "id":"c6m800000149ndrHRVNQ`, `1 rows, "count":1, "id":"c6m8demo000000000001`},
		"flat-contact": {
			func(t *testing.T, site string) string {
				return fmt.Sprint(strings.Count(get(aicctest.OpenID, token)(t, site), `"customerInfo"`))
			}, "1", "2",
		},
		"exact-header": {
			func(t *testing.T, site string) string {
				return get(aicctest.OpenID, "Access-Token: "+aicctest.Token)(t, site)[:3] + get(aicctest.OpenID, token)(t, site)[:3]
			}, "401200", "200200",
		},
		"firewall":  {haste, strings.Repeat("200 ", 20) + "403 429 403", strings.TrimSpace(strings.Repeat("200 ", 23))},
		"one-token": {twoTokens, "401", "200"},
	}
	for _, p := range aicctest.Personalities()[1:] {
		name, asked := p.Name, personalities[p.Name]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for as, want := range map[string]string{name: asked.own, "plain": asked.plain} {
				personality, err := aicctest.Named(as)
				if err != nil {
					t.Fatal(err)
				}
				site := aicctest.New()
				site.Become(personality)
				if got := asked.ask(t, site.Start(t)); got != want {
					t.Errorf("as %s: %s, want %s", as, got, want)
				}
			}
		})
	}
}
