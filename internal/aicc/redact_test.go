// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestRedaction(t *testing.T) {
	t.Parallel()
	const (
		token  = "planted-token/+=7bm63"
		secret = "planted secret/+=7bm63"
		issued = "planted-issued/+=7bm63"
	)
	plants := []string{"7bm63", "pass@", "\x00", "\x1b", "\u202e", "\u2028", "\ufffd"}
	var echoes strings.Builder
	for _, plant := range []string{token, secret, issued} {
		fmt.Fprintf(&echoes, `%s %s %s %s\u0000%s https://user:%s@host/ `, plant, url.QueryEscape(plant), url.PathEscape(plant), plant[:8], plant[8:], "pass")
	}
	echo := echoes.String() + `\u202e\u2028\ud800\n\u001b[31m` + strings.Repeat("长", 600) + token
	body := `{"resCode":"` + echo + `","resMsg":"` + echo + `","error":"` + echo + `","error_description":"` + echo + `"}`
	answers := map[string]http.HandlerFunc{
		"redirect": aicctest.Redirect("https://" + url.PathEscape(token) + url.PathEscape(issued) + url.PathEscape(secret) + "/"),
		"foreign":  aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"`+echo+`"}}]}`),
	}
	for _, status := range []int{200, 400, 401, 403, 404, 405, 429, 500, 503} {
		answers[fmt.Sprint(status)] = aicctest.Reply(status, body)
	}
	for name, answer := range answers {
		for _, path := range []string{aicctest.CasePath + aicctest.SampleID, aicctest.TokenPath} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				site := aicctest.New()
				var log bytes.Buffer
				client := aicc.New(config(t, site.Start(t), noRetries, func(c *aicc.Config) {
					c.Token, c.ClientID, c.ClientSecret = "", "client", secret
					c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				}))
				// The client learns the token of the echo, which expires at once.
				site.Next(aicctest.Reply(200, `{"access_token":"`+issued+`","expires_in":1}`), noSuchCase)
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.NotReturned {
					t.Fatal(failure)
				}
				site.Next(aicctest.Reply(200, `{"access_token":"`+token+`","expires_in":1}`), noSuchCase)
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.NotReturned {
					t.Fatal(failure)
				}
				site.ForPath(aicctest.TokenPath, aicctest.Reply(200, `{"access_token":"`+token+`"}`))
				site.ForPath(path, answer)
				_, failure := read(t.Context(), client, aicctest.SampleID)
				if failure == nil {
					t.Fatal("no failure")
				}
				for _, text := range []string{failure.CaseID, failure.ResCode, failure.Message, failure.Detail, failure.Error(), failure.Reason(), log.String()} {
					for _, plant := range plants {
						if strings.Contains(text, plant) {
							t.Errorf("%q stands in %.200q", plant, text)
						}
					}
				}
				if n := len([]rune(failure.Message)); n > 501 {
					t.Errorf("the message has %d characters", n)
				}
			})
		}
	}
}

func TestQuotedSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const token = `planted"token\7bm63`
		site, client := piped(t, noRetries, func(c *aicc.Config) { c.Token = token })
		site.Always(aicctest.Garbage(token))
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Interrupted || !strings.Contains(failure.Detail, "malformed HTTP") || strings.Contains(failure.Error(), "7bm63") {
			t.Errorf("got %+v", failure)
		}
	})
}

func TestSecretAsInput(t *testing.T) {
	t.Parallel()
	const token = "planted7bm63planted1"
	for name, query := range map[string]aicc.Query{
		"as an id":         {ID: token},
		"within a bad id":  {ID: "https://host/" + token},
		"as a field's key": {ID: aicctest.SampleID, TemplateFields: map[string]*string{"id": new(token)}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				_, client := piped(t, func(c *aicc.Config) {
					c.Token = token
					c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				})
				_, err := client.Case(t.Context(), query)
				if err == nil || strings.Contains(fmt.Sprintf("%v %+v %s", err, *asError(err), log.String()), "7bm63") {
					t.Errorf("got %+v", asError(err))
				}
			})
		})
	}
}
