// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestRedaction has AICC echo every secret in every way, for each fault, and finds
// none of them in any text or log line.
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
	echo := echoes.String() + `\u202e\u2028\n\u001b[31m` + strings.Repeat("长", 600) + token
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
				client := newClient(t, config(t, site.Start(t), noRetries, func(c *aicc.Config) {
					c.Token, c.ClientID, c.ClientSecret = "", "client", secret
					c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
				}))
				// The client learns the token of the echo, which expires at once.
				site.Next(aicctest.Reply(200, `{"access_token":"`+issued+`","expires_in":0.0001}`), serverError(503))
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.ServerFailed {
					t.Fatal(failure)
				}
				site.Next(aicctest.Reply(200, `{"access_token":"`+token+`","expires_in":0.0001}`), serverError(503))
				if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.ServerFailed {
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

var escapedSign = regexp.MustCompile(`(?i)(%|&percnt;)(25)*(21|3d)|\\\\*u00(21|3d)|\\x(21|3d)|\\[rn]|&#(x21|x3d|33|61);`)

// TestSpellings has AICC echo a secret in each spelling that SECURITY.md promises to
// find, and other words around it that stay.
func TestSpellings(t *testing.T) {
	t.Parallel()
	for kind, secret := range map[string]string{
		"token": "Qz7-planted+token/9xKb==", "client secret": "Qz7 planted&secret=%3d\\9xKb", "header": "Qz7.planted~header_9xKb!",
	} {
		for name, spelling := range aicctest.Spellings(secret) {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					site, client := piped(t, func(c *aicc.Config) {
						c.Token = ""
						c.ClientID, c.ClientSecret, c.Headers = "client", aicctest.ClientSecret, map[string]string{"X-Key": "other"}
						switch kind {
						case "token":
							c.Token = secret
						case "client secret":
							c.ClientSecret = secret
						default:
							c.Headers["X-Key"] = secret
						}
					})
					words, err := json.Marshal("Refused %41 " + spelling + " & gone.")
					if err != nil {
						t.Fatal(err)
					}
					site.Always(aicctest.Reply(400, `{"resCode":"1","error":"e","error_description":`+string(words)+`,"resMsg":`+string(words)+`}`))
					_, failure := read(t.Context(), client, aicctest.SampleID)
					if failure == nil || !strings.Contains(failure.Message, "Refused %41 ") || !strings.Contains(failure.Message, "(hidden)") || !strings.HasSuffix(failure.Message, " & gone.") {
						t.Fatalf("got %+v", failure)
					}
					// What is left are the signs with which the secret ends.
					around := strings.NewReplacer("Refused %41 ", "", " & gone.", "", "(hidden)", "", "e: ", "").Replace(failure.Message)
					around = escapedSign.ReplaceAllString(around, "")
					if strings.ContainsFunc(around, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
						t.Errorf("%q is left in %q", around, failure.Message)
					}
				})
			})
		}
	}
}

// TestShortSecrets holds that what has fewer than six letters and digits is not looked
// for, and what has more is, but never hides a status, a code, or what was asked for.
func TestShortSecrets(t *testing.T) {
	t.Parallel()
	const text = "AB1 a-b-1! ab1! ab1%21 405230004 6 1"
	for secret, want := range map[string]string{"ab1!": text, "1": text, "пароль": text, "405230": "AB1 a-b-1! ab1! ab1%21 (hidden)004 6 1", aicctest.SampleID: text} {
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.Headers = map[string]string{"X-Key": secret} })
			site.Always(aicctest.Reply(400, `{"resCode":"405230004","resMsg":"`+text+`"}`))
			_, failure := read(t.Context(), client, aicctest.SampleID)
			if failure.Message != want || failure.ResCode != "405230004" || failure.CaseID != aicctest.SampleID || failure.Status != 400 {
				t.Errorf("%s: got %+v", secret, failure)
			}
		})
	}
}

// TestTerminalControl has AICC echo a secret with what a terminal takes for colours inside.
func TestTerminalControl(t *testing.T) {
	t.Parallel()
	for _, control := range []string{`\u001b[31m`, `\u001b[0;1m`, `\u001b]0;title\u0007`, `\u009b31m`, `\\u001b[31m`, `\\x1b[2K`, `\\033[0m`} {
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, func(c *aicc.Config) { c.Token = "planted-token-7bm63" })
			site.Always(aicctest.Reply(400, `{"resCode":"1","resMsg":"x planted-`+control+`token-7`+control+`bm63 y"}`))
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure.Message != "x (hidden) y" {
				t.Errorf("%s: got %q", control, failure.Message)
			}
		})
	}
}

// TestQuotedReply has the network's own errors quote what the server sends, which may be
// anybody's data. None of it is in the texts.
func TestQuotedReply(t *testing.T) {
	t.Parallel()
	const data = "PII-13800138000"
	for reply, want := range map[string]string{
		`{"x":"` + data + `"}`:                                             "a reply without a status line of HTTP",
		"HTTP/1.1 " + data:                                                 "a reply without a status line of HTTP",
		"HTTP/9.9.9" + data + " 200 OK":                                    "a reply without a status line of HTTP",
		"HTTP/1.1 200 OK\r\n" + data:                                       "a reply with a broken header line",
		"HTTP/1.1 200 OK\r\nContent-Length: " + data:                       "a reply with a broken Content-Length",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2" + data: "a reply with a broken Content-Length",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: " + data:                    "a reply with a broken Transfer-Encoding",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data:     "a reply that breaks the rules of HTTP",
	} {
		synctest.Test(t, func(t *testing.T) {
			site, client := piped(t, noRetries)
			site.Always(aicctest.Garbage(reply))
			_, failure := read(t.Context(), client, aicctest.SampleID)
			if failure.Kind != aicc.Interrupted || failure.Detail != want {
				t.Errorf("%q: got %v, %q, want %q", reply, failure.Kind, failure.Detail, want)
			}
		})
	}
}

// TestQuotedSecret has a reply without a status line hold the token.
func TestQuotedSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const token = `planted"token\7bm63`
		site, client := piped(t, noRetries, func(c *aicc.Config) { c.Token = token })
		site.Always(aicctest.Garbage(token))
		_, failure := read(t.Context(), client, aicctest.SampleID)
		if failure.Kind != aicc.Interrupted || failure.Detail != "a reply without a status line of HTTP" || strings.Contains(failure.Error(), "7bm63") {
			t.Errorf("got %+v", failure)
		}
	})
}

// TestSecretAsInput hands a secret in where an id or the name of a field belongs.
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
