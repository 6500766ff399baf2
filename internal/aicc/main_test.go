// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
}()

// config is a configuration for the stand-in at url, with its token.
func config(t testing.TB, url string, change ...func(*aicc.Config)) aicc.Config {
	t.Helper()
	base, err := aicc.ParseDomain(url)
	if err != nil {
		t.Fatal(err)
	}
	c := aicc.Config{
		BaseURL:        base,
		Token:          aicctest.Token,
		TimeZone:       shanghai,
		MaxRetries:     aicc.DefaultMaxRetries,
		MaxConcurrency: aicc.DefaultMaxConcurrency,
		UserAgent:      "test-agent",
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// newClient returns a client of a configuration that is right.
func newClient(t testing.TB, c aicc.Config) *aicc.Client {
	t.Helper()
	client, err := aicc.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// withCredentials makes a configuration fetch its token.
func withCredentials(c *aicc.Config) {
	c.Token, c.ClientID, c.ClientSecret = "", aicctest.ClientID, aicctest.ClientSecret
}

func noRetries(c *aicc.Config) { c.MaxRetries = 0 }

// piped starts a stand-in that needs no network, so that it works inside a
// synctest bubble, and a client for it.
func piped(t *testing.T, change ...func(*aicc.Config)) (*aicctest.AICC, *aicc.Client) {
	t.Helper()
	site := aicctest.New()
	dial, stop := site.Pipe()
	// A transport keeps its connections; their goroutines end with the server.
	t.Cleanup(stop)
	return site, newClient(t, config(t, "http://localhost", append([]func(*aicc.Config){func(c *aicc.Config) { c.DialContext = dial }}, change...)...))
}

// read reads a case and takes its failure apart.
func read(ctx context.Context, c *aicc.Client, id string) (*aicc.Case, *aicc.Error) {
	got, err := c.Case(ctx, aicc.Query{ID: id})
	return got, asError(err)
}

func asError(err error) *aicc.Error {
	var failure *aicc.Error
	if err != nil && !errors.As(err, &failure) {
		panic("a failure that is no *aicc.Error: " + err.Error())
	}
	return failure
}

// decode has the stand-in answer with an element of result, or a whole body, and
// reads it.
func decode(t testing.TB, body string) (*aicc.Case, *aicc.Error) {
	t.Helper()
	site := aicctest.New()
	site.Always(aicctest.Reply(http.StatusOK, body))
	return read(t.Context(), newClient(t, config(t, site.Start(t), noRetries)), aicctest.SampleID)
}

// reply wraps an element of result into an envelope.
func reply(element string) string {
	return `{"resCode":"0","resMsg":"成功","result":[` + element + `]}`
}

// caseWith is a reply whose caseInfo has the asked id and the given JSON members,
// and with members beside caseInfo.
func caseWith(info, around string) string {
	if info != "" {
		info = "," + info
	}
	if around != "" {
		around = "," + around
	}
	return reply(`{"caseInfo":{"id":"` + aicctest.SampleID + `"` + info + `}` + around + `}`)
}

func mustDecode(t testing.TB, body string) *aicc.Case {
	t.Helper()
	got, failure := decode(t, body)
	if failure != nil {
		t.Fatal(failure)
	}
	return got
}
