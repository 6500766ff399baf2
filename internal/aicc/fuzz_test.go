// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// canned answers every request with the same reply.
type canned struct {
	status int
	body   []byte
}

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: c.status,
		Header:     http.Header{"Location": {string(c.body)}},
		Body:       io.NopCloser(strings.NewReader(string(c.body))),
	}, nil
}

func (canned) CloseIdleConnections() {}

// FuzzReply has AICC answer with anything. Reading never panics, a case that comes
// out has the id that was asked for and texts that Terraform can hold, and no
// text of a failure holds the token.
func FuzzReply(f *testing.F) {
	const token = "planted-token/+=7bm63"
	f.Add(200, aicctest.Sample)
	for _, body := range []string{
		`{"resCode":"0","result":{"caseInfo":{"id":"` + aicctest.SampleID + `","suspendAccumulatedTime":"1e999999999","isUpgraded":"x"},"customerInfo":["a"],"caseTrace":{"x":[]}}}`,
		`{"resCode":"` + token + `","resMsg":"` + token + `\u0000planted-\u202etoken/+=7bm63"}`,
		`{"resCode":"0","result":[{"caseInfo":{"id":"` + token + `"}}]}`,
		`<html>` + token, `[`, `null`, ``, "\xff", `{"resCode":0,"result":[[[{}]]]}`,
	} {
		f.Add(200, []byte(body))
		f.Add(404, []byte(body))
	}
	f.Add(302, []byte("https://"+token+"@h/"))
	base, err := ParseDomain("https://aicc.example.com")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		client := New(Config{BaseURL: base, Token: token, TimeZone: time.UTC, MaxConcurrency: 1})
		client.retrier.HTTPClient.Transport.(*attempts).next = canned{status, body}
		got, err := client.FreshCase(context.Background(), Query{ID: aicctest.SampleID}) //nolint:usetesting // A context that lives as long as the fuzzer.
		if err != nil {
			failure := err.(*Error) //nolint:errorlint // It is always one.
			for _, text := range []string{failure.Detail, failure.Message, failure.ResCode, failure.CaseID, failure.Error()} {
				if strings.Contains(text, token) || !utf8.ValidString(text) || len([]rune(text)) > 1200 {
					t.Errorf("HTTP %d: %q", status, text)
				}
			}
			return
		}
		if *got.ID != aicctest.SampleID {
			t.Errorf("the id is %q", *got.ID)
		}
		checkTexts(t, reflect.ValueOf(*got))
		if _, err := json.Marshal(got.WithoutContact()); err != nil {
			t.Error(err)
		}
	})
}

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
		envelope, err := openEnvelope(aicctest.Sample)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := (decoder{time.UTC}).result(envelope.result, aicctest.SampleID); err != nil {
			b.Fatal(err)
		}
	}
}
