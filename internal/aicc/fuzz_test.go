// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// canned answers every request with the same reply.
type canned struct {
	status   int
	location string
	body     []byte
}

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status,
		Header:     http.Header{"Location": {c.location}},
		Body:       io.NopCloser(strings.NewReader(string(c.body))),
	}, nil
}

func (c canned) roundTripAlone(r *http.Request) (*http.Response, error) { return c.RoundTrip(r) }

func (canned) abandon() {}

// FuzzReply has AICC answer with anything. Reading never panics and comes to the
// same each time; a case that comes out has the id that was asked for and texts
// that Terraform can hold, and came as UTF-8. A case is missing only where the table in
// DESIGN.md has the reply. No text of a failure holds the token.
func FuzzReply(f *testing.F) {
	const token = "planted-token/+=7bm63"
	f.Add(200, aicctest.Sample)
	for _, body := range []string{
		`{"resCode":"0","result":{"caseInfo":{"id":"` + aicctest.SampleID + `","suspendAccumulatedTime":"1e999999999","isUpgraded":"x"},"customerInfo":["a"],"caseTrace":{"x":[]}}}`,
		`{"resCode":"` + token + `","resMsg":"` + token + `\u0000planted-\u202etoken/+=7bm63"}`,
		`{"resCode":"0","result":[{"caseInfo":{"id":"` + token + `"}}]}`,
		`{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `"},"caseTrace":[1],"tasks":[1]}]}`,
		caseWithCollisions,
		`{"resCode":"0","result":[]}`, `{"resCode":"0","result":[{"caseInfo":null,"isFollower":false,"tasks":[]}]}`, `{"resCode":"4","result":{"caseInfo":{}}}`,
		`{"resCode":"0","success":true,"error":"","result":null}`, `{"resCode":"500","resCode":"0","result":[]}`,
		`{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `","state":"\ud83d\ude00"}}],"r\u0065sult":[]}`,
		`{"resCode":"7"}`, `{"resCode":7,"result":[]}`, `{"message":"not found"}`, `{"resCode":null}`, `[{"resCode":"7"}]`,
		`<html>` + token, `[`, `null`, ``, "\xff", `{"resCode":0,"result":[[[{}]]]}`,
	} {
		f.Add(200, []byte(body))
		f.Add(404, []byte(body))
		f.Add(410, []byte(body))
	}
	f.Add(302, []byte("https://"+token+"@h/"))
	base, err := ParseDomain("https://aicc.example.com")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		client := mustNew(t, Config{BaseURL: base, Token: token, TimeZone: time.UTC, MaxConcurrency: 1, NotFoundCodes: []string{"7"}})
		client.sender.connections = canned{status, string(body), body}
		query := Query{ID: aicctest.SampleID}
		got, err := client.FreshCase(context.Background(), query)    //nolint:usetesting // A context that lives as long as the fuzzer.
		again, err2 := client.FreshCase(context.Background(), query) //nolint:usetesting // The same.
		if !reflect.DeepEqual(got, again) || !reflect.DeepEqual(err, err2) {
			t.Errorf("HTTP %d: first %+v, %v, then %+v, %v", status, got, err, again, err2)
		}
		if err != nil {
			failure := err.(*Error) //nolint:errorlint // It is always one.
			if failure.Kind == NotReturned && !saysNoCase(status, body) {
				t.Errorf("HTTP %d counts as a missing case: %q", status, body)
			}
			for _, text := range []string{failure.Detail, failure.Message, failure.ResCode, failure.CaseID, failure.Error()} {
				if strings.Contains(text, token) || !utf8.ValidString(text) || len([]rune(text)) > 1200 {
					t.Errorf("HTTP %d: %q", status, text)
				}
			}
			return
		}
		if *got.ID != aicctest.SampleID || status != http.StatusOK || !utf8.Valid(body) || hasKeyTwice(body) {
			t.Errorf("the id is %q, of HTTP %d: %q", *got.ID, status, body)
		}
		checkTexts(t, reflect.ValueOf(*got))
		if _, err := json.Marshal(got.WithoutContact()); err != nil {
			t.Error(err)
		}
	})
}

// saysNoCase reads the lines "no such case" of the table in DESIGN.md once more, from the
// bytes of a reply.
func saysNoCase(status int, body []byte) bool {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	var envelope map[string]any
	parser := json.NewDecoder(bytes.NewReader(body))
	parser.UseNumber()
	if !utf8.Valid(body) || parser.Decode(&envelope) != nil || hasKeyTwice(body) {
		return false
	}
	code := envelope["resCode"]
	if number, ok := code.(json.Number); ok {
		code = number.String()
	}
	if code == "7" {
		return true
	}
	if success := envelope["success"]; success != nil && success != true {
		return false
	}
	for _, key := range []string{"error", "error_code", "errorCode"} {
		if !slices.Contains(nothings, asJSON(envelope[key])) {
			return false
		}
	}
	text, isText := code.(string)
	_, there := envelope["result"]
	switch empty := isNoCase(envelope["result"]); status {
	case 200:
		return isText && text == "0" && there && empty
	case 404, 410:
		return isText && text != "" && text != "0" && empty
	default:
		return false
	}
}

// nothings are the values that say nothing.
var nothings = []string{"null", `""`, "[]", "{}"}

func asJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// isNoCase reports whether a result is one of those that hold no case.
func isNoCase(result any) bool {
	list, isList := result.([]any)
	if isList && len(list) == 1 {
		result = list[0]
		if asJSON(result) == "{}" || result == nil {
			return false
		}
	}
	if text := asJSON(result); text == "null" || text == "[]" && len(list) == 0 || text == "{}" {
		return true
	}
	element, _ := result.(map[string]any)
	info, there := element["caseInfo"]
	delete(element, "caseInfo")
	if element["isFollower"] == false {
		delete(element, "isFollower")
	}
	for _, value := range element {
		there = there && slices.Contains(nothings, asJSON(value))
	}
	return there && (asJSON(info) == "null" || asJSON(info) == "{}")
}

// hasKeyTwice reports whether an object in a JSON text has a key twice.
func hasKeyTwice(body []byte) bool {
	parser := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	var walk func() bool
	walk = func() bool {
		token, err := parser.Token()
		if err != nil {
			return false
		}
		seen := map[string]bool{}
		for (token == json.Delim('{') || token == json.Delim('[')) && parser.More() {
			if token == json.Delim('{') {
				key, err := parser.Token()
				if err != nil || seen[key.(string)] {
					return err == nil
				}
				seen[key.(string)] = true
			}
			if walk() {
				return true
			}
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			_, _ = parser.Token()
		}
		return false
	}
	return walk()
}

// caseWithCollisions has keys that meet others once they stand for a path.
const caseWithCollisions = `{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `"},"caseTrace[0].x":1,"caseTrace":[{"x":2}],` +
	`"customerInfo":{"a":1,"customerInfo.a":2,"customerInfo":{"a":3,"organization.a":4,"organization":{"a":5},"customFied":{"a":6,"customFied.a":7}}}}]}`

// FuzzRedaction plants a secret and a fetched token, in every form that a server
// may echo, into every text that it can send. None comes out in a failure or in
// the log.
func FuzzRedaction(f *testing.F) {
	const (
		secret = "planted secret/+=%7bm63"
		token  = "planted-token/+=%7bm63"
	)
	names := slices.Sorted(maps.Keys(aicctest.Spellings(secret)))
	for form := range names {
		f.Add(404, uint8(form), "refused: ", "\n", "\u202e")
		f.Add(200, uint8(form), "//user:", "@host/", "\x00")
		f.Add(302, uint8(form), "https://", "/", "")
		f.Add(503, uint8(form), "plante", "planted", "\xff")
		f.Add(403, uint8(form), "%", "%", "\u0301 &=\\")
	}
	base, err := ParseDomain("https://aicc.example.com")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, form uint8, before, after, inside string) {
		// Letters and digits make another text of it.
		if signature(inside) != "" {
			return
		}
		vanishes := new(redactor).sanitize("x"+inside+"x", 1000) == "xx"
		var echo strings.Builder
		var traces []string
		for _, plant := range []string{secret, token} {
			echoed := aicctest.Spellings(plant)[names[int(form)%len(names)]]
			half := len(echoed) / 2
			// What stays within an escape makes another text of it.
			if !vanishes && strings.ContainsAny(echoed[max(0, half-12):half], `%\&`) {
				return
			}
			echo.WriteString(before + echoed[:half] + inside + echoed[half:] + after)
			traces = append(traces, signature(echoed)[len(signature(echoed))-5:])
		}
		if strings.Contains(signature(before+after), traces[0]) || strings.Contains(signature(before+after), traces[1]) {
			return
		}
		words, err := json.Marshal(echo.String())
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		client := mustNew(t, Config{
			BaseURL: base, ClientID: "client", ClientSecret: secret, TimeZone: time.UTC, MaxConcurrency: 1,
			Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		})
		attempt := client.sender
		ask := func(id string, forToken, forCase canned) {
			attempt.connections = byPath{routes[FetchToken].path: forToken, casePath: forCase}
			_, err := client.FreshCase(context.Background(), Query{ID: id, TemplateFields: map[string]*string{"field": &id}}) //nolint:usetesting // A context that lives as long as the fuzzer.
			if failure := new(Error); errors.As(err, &failure) {
				for _, text := range []string{failure.CaseID, failure.ResCode, failure.Message, failure.Detail, failure.Error(), log.String()} {
					for _, trace := range traces {
						if strings.Contains(signature(text), trace) {
							t.Errorf("HTTP %d: %q holds a secret", status, text)
						}
					}
				}
			}
		}
		body := `{"resCode":%[1]s,"resMsg":%[1]s,"error":%[1]s,"error_description":%[1]s,"result":[{"caseInfo":{"id":%[1]s}}]}`
		reply := canned{status, echo.String(), fmt.Appendf(nil, body, words)}
		foreign := canned{200, "", fmt.Appendf(nil, `{"resCode":"0","result":[{"caseInfo":{"id":%s}}]}`, words)}
		issued := canned{200, "", []byte(`{"access_token":"` + token + `","expires_in":1}`)}
		// The client cannot hide a token that it does not know yet.
		ask(aicctest.SampleID, issued, canned{404, "", nil})
		ask(aicctest.SampleID, issued, reply)
		ask(aicctest.SampleID, issued, foreign)
		ask(aicctest.SampleID, reply, foreign)
		ask(echo.String(), issued, foreign)
	})
}

// FuzzList has AICC answer a list call with anything, and every further one with
// the same. A search never panics, ends, and comes to an error or to as many valid
// IDs as AICC counts, each of them once; a search by number comes to one ID or an
// error.
func FuzzList(f *testing.F) {
	f.Add(200, aicctest.SampleList)
	for _, body := range []string{
		`{"resCode":"0","result":[{"caseList":[{"id":"a","caseNo":"1"},{"id":"b","caseNo":2}],"count":2}]}`,
		`{"resCode":"0","result":{"caseList":{"id":"a","caseNo":"000000000000000000000000000007"},"count":"1"}}`,
		`{"resCode":"0","result":[{"caseList":[{"id":"a"},{"id":"a"}],"count":1e0}]}`,
		`{"resCode":"0","result":[{"caseList":[{"id":"../a"}],"count":1}]}`,
		`{"resCode":"0","result":[{"caseList":null,"count":-1}]}`,
		`{"resCode":"0","result":[{"caseList":[],"count":1e999}]}`,
		`{"resCode":"0","result":[{"count":"0"}]}`, `{"resCode":"0","result":[[{}]]}`, `{"resCode":"1"}`, `null`, ``,
	} {
		f.Add(200, []byte(body))
		f.Add(404, []byte(body))
	}
	base, err := ParseDomain("https://aicc.example.com")
	if err != nil {
		f.Fatal(err)
	}
	title, number := "t", strings.Repeat("0", caseNoLength-1)+"7"
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		client := mustNew(t, Config{BaseURL: base, Token: "t", TimeZone: time.UTC, MaxConcurrency: 1})
		client.sender.connections = canned{status, string(body), body}
		for _, search := range []Search{{Title: &title}, {CaseNo: &number}} {
			ids, err := client.Search(context.Background(), search) //nolint:usetesting // A context that lives as long as the fuzzer.
			if failure := new(Error); err != nil && (!errors.As(err, &failure) || ids != nil) {
				t.Fatalf("%v with %v", ids, err)
			}
			if err != nil {
				continue
			}
			if search.CaseNo != nil && len(ids) != 1 {
				t.Errorf("the number belongs to %v", ids)
			}
			seen := map[string]bool{}
			for _, id := range ids {
				if CheckCaseID(id) != nil || seen[id] {
					t.Errorf("%q in %v", id, ids)
				}
				seen[id] = true
			}
			var said struct{ Result []struct{ Count int } }
			if json.Unmarshal(body, &said) == nil && len(said.Result) == 1 && said.Result[0].Count > len(ids) {
				t.Errorf("%d of %d cases", len(ids), said.Result[0].Count)
			}
		}
	})
}

// TestLargeRepliesWait holds that the replies that are parsed at the same time have
// 8 MiB together, those of lists and of tokens included, and that a read says what it
// waits for. None keeps its share.
func TestLargeRepliesWait(t *testing.T) {
	t.Parallel()
	base, err := ParseDomain("https://aicc.example.com")
	if err != nil {
		t.Fatal(err)
	}
	const others = "other large replies to be parsed"
	ok := func(body string) canned { return canned{200, "", []byte(body)} }
	for name, test := range map[string]struct {
		answer  canned
		number  string
		kind    Kind
		waiting string
	}{
		"a case":          {canned{200, "", aicctest.Sample}, "", Canceled, others},
		"another case":    {ok(`{"resCode":"0","result":[{"caseInfo":{"id":"another0000000000001"}}]}`), "", Foreign, others},
		"an unread case":  {ok(`{"resCode":"0","result":[1]}`), "", Unreadable, others},
		"a refused case":  {ok(`{"resCode":"1"}`), "", Refused, others},
		"a list":          {ok(`{"resCode":"0","result":[{"caseList":[],"count":0}]}`), "7", NotReturned, "AICC's list of cases"},
		"an unread list":  {ok(`{"resCode":"0","result":[1]}`), "7", Unreadable, "AICC's list of cases"},
		"an unread token": {ok(`{"resCode":"0"}`), "", Unreadable, "an access token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				config := Config{BaseURL: base, Token: "token", TimeZone: time.UTC, MaxConcurrency: 1}
				if test.waiting == "an access token" {
					config.Token, config.ClientID, config.ClientSecret = "", "client", "secret"
				}
				client := mustNew(t, config)
				client.sender.connections = test.answer
				ask := func(ctx context.Context) *Error {
					query := Query{ID: aicctest.SampleID}
					if test.number != "" {
						query = Query{CaseNo: test.number}
					}
					_, err := client.FreshCase(ctx, query)
					failure := &Error{Kind: Canceled}
					errors.As(err, &failure)
					return failure
				}
				if err := client.sender.parsing.Acquire(t.Context(), maxBody); err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if failure := ask(ctx); failure.Kind != TimedOut || failure.Detail != test.waiting {
					t.Errorf("%v while waiting for %q", failure.Kind, failure.Detail)
				}
				client.sender.parsing.Release(maxBody)
				for range 3 {
					if failure := ask(t.Context()); failure.Kind != test.kind {
						t.Errorf("got %v: %v", failure.Kind, failure)
					}
				}
				synctest.Wait()
				if !client.sender.parsing.TryAcquire(maxBody) {
					t.Error("a reply is still in the way")
				}
			})
		})
	}
}

// byPath answers by the start of the path.
type byPath map[string]canned

func (b byPath) RoundTrip(req *http.Request) (*http.Response, error) {
	for path, answer := range b {
		if strings.HasPrefix(req.URL.Path, path) {
			return answer.RoundTrip(req)
		}
	}
	return canned{404, "", nil}.RoundTrip(req)
}

func (b byPath) roundTripAlone(r *http.Request) (*http.Response, error) { return b.RoundTrip(r) }

func (byPath) abandon() {}

// checkTexts holds that every text below value is valid UTF-8.
func checkTexts(t *testing.T, value reflect.Value) {
	t.Helper()
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			checkTexts(t, value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			checkTexts(t, value.Field(i))
		}
	case reflect.Slice:
		for i := range value.Len() {
			checkTexts(t, value.Index(i))
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			checkTexts(t, key)
			checkTexts(t, value.MapIndex(key))
		}
	case reflect.String:
		if !utf8.ValidString(value.String()) {
			t.Errorf("%q is no UTF-8", value.String())
		}
	default:
	}
}

func BenchmarkDecode(b *testing.B) {
	b.SetBytes(int64(len(aicctest.Sample)))
	b.ReportAllocs()
	for b.Loop() {
		got := reply{status: 200, body: aicctest.Sample}
		got.open()
		if _, err := (decoder{zone: time.UTC}).result(got.object["result"], aicctest.SampleID); err != nil {
			b.Fatal(err)
		}
	}
}

// mustNew returns a client of a configuration that is right.
func mustNew(t testing.TB, config Config) *Client {
	t.Helper()
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
