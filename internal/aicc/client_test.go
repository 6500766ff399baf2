// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	client := newClient(t, config(t, site.Start(t)))
	query := aicc.Query{ID: aicctest.SampleID, TemplateFields: map[string]*string{"b": new("<&>"), "a": nil}}
	if _, err := client.Case(t.Context(), query); err != nil {
		t.Fatal(err)
	}
	asked := site.Requests()[0]
	if asked.Method != http.MethodGet || asked.Path != "/service/AICC__Case/1.0.0/openapi/case/c6m800000149ndrHRVNQ" {
		t.Errorf("%s %s", asked.Method, asked.Path)
	}
	if asked.Body != `{"a":null,"b":"\u003c\u0026\u003e","id":"c6m800000149ndrHRVNQ"}` {
		t.Errorf("the body is %s", asked.Body)
	}
	for name, want := range map[string]string{"access-token": aicctest.Token, "Authorization": "", "Content-Type": "application/json", "User-Agent": "test-agent"} {
		if got := asked.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, bad := range []aicc.Query{
		{ID: ""},
		{ID: "../../x"},
		{ID: "a b"},
		{ID: "https://h/x"},
		{ID: aicctest.SampleID, TemplateFields: map[string]*string{"Id": new("x")}},
	} {
		if _, err := client.Case(t.Context(), bad); asError(err).Kind != aicc.Invalid {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if n := len(site.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// TestNew refuses a configuration that would hang or crash later, in words that hold
// none of its values.
func TestNew(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*aicc.Config){
		"there is no address of a site":                         func(c *aicc.Config) { c.BaseURL = nil },
		"there is no address of a site ":                        func(c *aicc.Config) { c.BaseURL = new(url.URL) },
		"there is no time zone":                                 func(c *aicc.Config) { c.TimeZone = nil },
		"the number of calls side by side is not positive":      func(c *aicc.Config) { c.MaxConcurrency = 0 },
		"the number of retries is negative":                     func(c *aicc.Config) { c.MaxRetries = -1 },
		"the rate of requests is not a positive number":         func(c *aicc.Config) { c.RequestsPerSecond = math.NaN() },
		"the rate of requests is not a positive number ":        func(c *aicc.Config) { c.RequestsPerSecond = -1 },
		"there is neither a token nor a client's ID and secret": func(c *aicc.Config) { c.Token, c.ClientID = "", "id" },
		"one of the headers is refused: its name is not that of an HTTP header": func(c *aicc.Config) {
			c.Headers = map[string]string{"a secret": "b"}
		},
	} {
		client, err := aicc.New(config(t, "https://aicc.example.com", change))
		if client != nil || err == nil || err.Error() != strings.TrimSpace(want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// BenchmarkCase reads a case anew each time, over a connection without a network:
// what the client itself costs.
func BenchmarkCase(b *testing.B) {
	site := aicctest.New()
	dial, stop := site.Pipe()
	defer stop()
	client := newClient(b, config(b, "http://localhost", func(c *aicc.Config) { c.DialContext = dial }))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.FreshCase(b.Context(), aicc.Query{ID: aicctest.SampleID}); err != nil {
			b.Fatal(err)
		}
		site.Forget()
	}
}
