// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// knownSummaries are the summaries of all diagnostics. Each test of the protocol
// sees that it meets no other.
var knownSummaries = sync.OnceValue(func() []string {
	file, err := parser.ParseFile(token.NewFileSet(), "explanations.go", nil, 0)
	if err != nil {
		panic(err)
	}
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "summary") {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				panic(err)
			}
			found = append(found, text)
		}
		return true
	})
	for kind := range aicc.Kinds() {
		found = append(found, summaryOf(kind))
	}
	return found
})

// TestGoldenKinds holds that every kind of failure has a name and a summary of its own, and
// only placeholders that are filled in. A golden file shows what each is.
func TestGoldenKinds(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	seen := map[string]aicc.Kind{}
	for kind := range aicc.Kinds() {
		for _, detail := range []string{"", "a detail"} {
			d := readDiagnostic(&aicc.Error{Kind: kind, Detail: detail}, path.Root("id"))
			if d.Summary() == summaryUnexpected || strings.ContainsAny(d.Detail(), "{}") != (kind == aicc.TimedOut) {
				t.Errorf("%v: got %q, %q", kind, d.Summary(), d.Detail())
			}
		}
		for _, name := range []string{kind.String(), summaryOf(kind)} {
			if other, taken := seen[name]; taken || name == "" {
				t.Errorf("%v and %v are both called %q", kind, other, name)
			}
			seen[name] = kind
		}
		fmt.Fprintf(&table, "%v | concerns all: %v | may pass: %v | %s\n", kind, kind.ConcernsAll(), kind.MayPass(), summaryOf(kind))
	}
	compareGolden(t, "kinds.golden", []byte(table.String()))
}

// factsOf is the end of a detail about the sample.
func factsOf(lines ...string) string {
	return "\n\n" + strings.Join(append([]string{"Case: " + aicctest.SampleID}, lines...), "\n")
}

// TestReadFailures has each kind of failure said in its words, at its place.
func TestReadFailures(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer http.HandlerFunc
		path   string
		want   []string
	}{
		summaryOf(aicc.NotReturned): {aicctest.Reply(404, `{"resCode":"405230004","resMsg":"工单不存在"}`), at("id"), []string{"AICC answered that there is no such case. Check the ID or number", factsOf("HTTP status: 404", "resCode: 405230004", "AICC says: 工单不存在")}},
		summaryOf(aicc.Refused): {aicctest.Reply(200, `{"resCode":"401000001","resMsg":"token无效"}`), at("id"), []string{
			"AICC answered, but refused to return the case. It is unknown whether the case exists.",
			`If this is how your AICC site answers for a case that does not exist, add "401000001" to the provider's not_found_codes (or AICC_NOT_FOUND_CODES).`,
			factsOf("HTTP status: 200", "resCode: 401000001", "AICC says: token无效"),
		}},
		summaryOf(aicc.NotAICC): {aicctest.Reply(404, `<html>`), "", []string{
			"The site has no page at the address of the case (the body is an HTML or XML page, not AICC's JSON), and its answer does not have the form of AICC's.",
			"Check the provider's domain (or AICC_DOMAIN)", factsOf("HTTP status: 404"),
		}},
		summaryOf(aicc.Foreign):          {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"another"}}]}`), at("id"), []string{"AICC was asked for one case and sent case another.", factsOf("HTTP status: 200", "resCode: 0")}},
		summaryOf(aicc.Unauthorized):     {aicctest.Reply(401, ``), "", []string{"Set the provider's token (or the environment variable AICC_TOKEN) to a valid one. AICC also answers HTTP 401 where the service was not bought or the account is not in order.", factsOf("HTTP status: 401")}},
		summaryOf(aicc.Forbidden):        {aicctest.Reply(403, ``), at("id"), []string{"AICC answered the request for the case with HTTP 403, which has three causes: the token's user may not read it; the address of this machine is not on AICC's allow list or is outside the login range of the OAuth entry; or a firewall in front of AICC was asked too often. Ask the administrator of the AICC tenant about the first two; for the third, set the provider's requests_per_second to a lower rate.", factsOf("HTTP status: 403")}},
		summaryOf(aicc.Throttled):        {aicctest.Reply(429, ``), "", []string{"requests_per_second", factsOf("HTTP status: 429")}},
		summaryOf(aicc.ServerFailed):     {aicctest.Reply(503, `<html>`), "", []string{"(the body is an HTML or XML page, not AICC's JSON)", factsOf("HTTP status: 503")}},
		summaryOf(aicc.UnexpectedStatus): {aicctest.Reply(418, ``), "", []string{"does not mention", factsOf("HTTP status: 418")}},
		summaryOf(aicc.Redirected):       {aicctest.Redirect("https://login.example.com/x"), "", []string{"redirected to the host login.example.com", factsOf("HTTP status: 302")}},
		summaryOf(aicc.Unreadable):       {aicctest.Reply(200, `<html>`), "", []string{"is an HTML or XML page.", factsOf("HTTP status: 200")}},
		summaryOf(aicc.TooLarge):         {aicctest.GzipBomb(9), "", []string{"The reply has more than 8 MiB after decompression, and the provider takes no more. No case is known to be that large", factsOf()}},
		summaryOf(aicc.Interrupted):      {aicctest.Reset, "", []string{"The connection broke before the reply for the case was complete", factsOf()}},
	}
	for summary, test := range tests {
		t.Run(summary, func(t *testing.T) {
			t.Parallel()
			tf := startWith(t, answering(t, test.answer))
			given := values{"id": str(aicctest.SampleID)}
			for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
				state, got := read("aicc_case", given)
				for _, words := range test.want {
					expect(t, got, problem{test.path, summary, words})
				}
				if len(flatAll(t, state)) > 0 && state["title"].IsKnown() && !state["title"].IsNull() {
					t.Error("a state came along")
				}
			}
		})
	}
	t.Run(summaryOf(aicc.TimedOut), func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			tf, site := startPiped(t)
			site.Always(aicctest.Stall)
			for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
				start := time.Now()
				_, got := read("aicc_case", values{"id": str(aicctest.SampleID), "timeouts": timeoutOf("50s")})
				for _, words := range []string{"while the provider was waiting for the reply to attempt 1.", `timeouts { read = "5m" }`, factsOf()} {
					expect(t, got, problem{"", summaryOf(aicc.TimedOut), words})
				}
				if took := time.Since(start); took != 50*time.Second {
					t.Errorf("it took %v", took)
				}
			}
		})
	})
	for name, test := range map[string]struct {
		answer        http.HandlerFunc
		path, summary string
		want          []string
	}{
		"500 with a code": {
			aicctest.Reply(500, `{"resCode":"405230004","resMsg":"m"}`), at("id"), summaryOf(aicc.Refused),
			[]string{`If this is how your AICC site answers for a case that does not exist, add "405230004" to the provider's not_found_codes (or AICC_NOT_FOUND_CODES).`, factsOf("HTTP status: 500", "resCode: 405230004", "AICC says: m")},
		},
		"firewall": {
			aicctest.Reply(418, `<html><title>Blocked</title>`), "", summaryOf(aicc.Blocked),
			[]string{`(the body is a page titled "Blocked", not AICC's JSON)`, factsOf("HTTP status: 418")},
		},
		"gateway": {
			aicctest.Reply(404, `{"error_code":"APIGW.0101","error_msg":"The API does not exist"}`), "", summaryOf(aicc.NotAICC),
			[]string{factsOf("HTTP status: 404", "Gateway says: APIGW.0101: The API does not exist")},
		},
		"gateway's login": {
			aicctest.Reply(401, `{"error":"invalid_token","error_description":"expired"}`), "", summaryOf(aicc.Unauthorized),
			[]string{factsOf("HTTP status: 401", "Gateway says: invalid_token: expired")},
		},
		"gateway says yes": {
			aicctest.Reply(200, `{"error_code":"APIGW.0301","error_msg":"m"}`), "", summaryOf(aicc.Unreadable),
			[]string{factsOf("HTTP status: 200", "Gateway says: APIGW.0301: m")},
		},
		"a secret in the gateway's words": {
			aicctest.Reply(403, `{"error_code":"APIGW.1","error_msg":"`+aicctest.Token+`"}`), at("id"), summaryOf(aicc.Forbidden),
			[]string{"\nGateway says: APIGW.1: (hidden)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, got := startWith(t, answering(t, test.answer)).read("aicc_case", values{"id": str(aicctest.SampleID)})
			for _, words := range test.want {
				expect(t, got, problem{test.path, test.summary, words})
			}
		})
	}
	t.Run(summaryOf(aicc.Unreachable), func(t *testing.T) {
		t.Parallel()
		_, got := startWith(t, "http://127.0.0.1:1").read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryOf(aicc.Unreachable), "connection refused. Check the provider's domain (or AICC_DOMAIN)"})
	})
	t.Run(summaryOf(aicc.Canceled), func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		arrived := make(chan struct{})
		site.Always(func(_ http.ResponseWriter, r *http.Request) {
			close(arrived)
			<-r.Context().Done()
		})
		go func() {
			<-arrived
			//nolint:usetesting // It is called from another goroutine than the test's.
			_, _ = tf.server.StopProvider(context.Background(), nil)
		}()
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryOf(aicc.Canceled), "canceled while waiting for the reply to attempt 1."})
	})
	t.Run(summaryOf(aicc.TokenRefused), func(t *testing.T) {
		t.Parallel()
		tf := start(t, map[string]string{"AICC_DOMAIN": aicctest.New().Start(t), "AICC_CLIENT_ID": "c", "AICC_CLIENT_SECRET": planted})
		expect(t, tf.configure(nil))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryOf(aicc.TokenRefused), "Check the provider's client_id and client_secret"})
		expect(t, got, problem{"", summaryOf(aicc.TokenRefused), factsOf("HTTP status: 400", "AICC says: unauthorized_client: The client is unknown or its secret is wrong.")})
	})
	t.Run("attempts", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token})
		expect(t, tf.configure(values{"max_retries": number(1)}))
		site.Always(aicctest.RetryAfter(503, "0"))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryOf(aicc.ServerFailed), "\nAttempts: 2"})
	})
}

// TestConnectionFailures has the whole text of what only a real network brings about;
// package aicc shows when each kind occurs.
func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	for kind, want := range map[aicc.Kind]string{
		aicc.ProxyRefused: "The proxy did not let the request for the case through (what it said). HTTP 407 means that it requires a user name and a password, or refuses those in HTTPS_PROXY; HTTP 403 means that its rules forbid this host. " +
			"Correct HTTPS_PROXY, have the host allowed, or name the host in NO_PROXY if it can be reached without a proxy.",
		aicc.CertificateRequired: "The server demands a client certificate, and the provider has none (what it said). Set the provider's client_certificate and client_key (or AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY).",
		aicc.CertificateRefused:  "The server refused the client certificate (what it said). Check that the provider's client_certificate was issued for this site, that the intermediate certificates follow it, and that it is neither expired nor revoked.",
		aicc.HandshakeFailed: "The server and the provider do not agree on how to encrypt the connection: what it said. The provider speaks TLS 1.2 and 1.3. " +
			"Check the port in the provider's domain, and ask the operator of the site to support one of these versions.",
		aicc.NotTLS: "The port that the provider's domain names is not one for HTTPS: what it said. Set domain (or AICC_DOMAIN) to the port for HTTPS. " +
			"Plain http is for loopback addresses only, because the access token would cross the network unprotected.",
		aicc.Blocked: "The request for the case was answered by a firewall, a proxy or a single sign-on (what it said). This says nothing about the access token. " +
			"Check the provider's domain, and have the request allowed by whoever runs the network: the address of this machine may be missing on an allow list. " +
			"If the page comes only when many cases are read, the firewall was asked too often: set the provider's requests_per_second to a lower rate.",
		aicc.Cached: "The reply comes from a cache (what it said), so it may not be what AICC says now. An ephemeral resource does not accept it. " +
			"Ask the operator of the proxy in between not to cache AICC's replies: the provider sends Cache-Control: no-cache, no-store with each request.",
	} {
		d := readDiagnostic(&aicc.Error{Kind: kind, CaseID: aicctest.SampleID, Detail: "what it said"}, path.Root("id"))
		if _, atID := d.(diag.DiagnosticWithPath); d.Detail() != want+factsOf() || atID {
			t.Errorf("%v: got %q at the ID: %v", kind, d.Detail(), atID)
		}
	}
}

// TestUnauthorized speaks of the credentials that are configured, and of no others.
func TestUnauthorized(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct {
		environment map[string]string
		says, never []string
	}{
		"token":  {map[string]string{"AICC_TOKEN": "expired-token"}, []string{"Set the provider's token (or the environment variable AICC_TOKEN) to a valid one."}, []string{"client"}},
		"client": {map[string]string{"AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret}, []string{"had just fetched with client_id and client_secret. Check what the client is allowed to do."}, []string{"AICC_TOKEN", "has expired"}},
	} {
		site := aicctest.New()
		site.ForCase(aicctest.SampleID, aicctest.Reply(401, ""))
		test.environment["AICC_DOMAIN"] = site.Start(t)
		tf := start(t, test.environment)
		expect(t, tf.configure(nil))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		for _, words := range test.says {
			expect(t, got, problem{"", summaryOf(aicc.Unauthorized), words})
		}
		for _, words := range test.never {
			if strings.Contains(got[0].detail, words) {
				t.Errorf("%s: it speaks of %s: %s", kind, words, got[0].detail)
			}
		}
	}
}

// TestTokenFailures has the request for a token fail. The words are about the
// token then, not about the case.
func TestTokenFailures(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer         http.HandlerFunc
		summary, words string
	}{
		"refused":    {aicctest.Reply(401, `{"error":"invalid_client"}`), summaryOf(aicc.TokenRefused), factsOf("HTTP status: 401", "AICC says: invalid_client")},
		"throttled":  {aicctest.Reply(429, ``), summaryOf(aicc.Throttled), `AICC answered each request for an access token with "too many requests".`},
		"failed":     {aicctest.Reply(502, ``), summaryOf(aicc.ServerFailed), "AICC answered the request for an access token with a server error."},
		"redirected": {aicctest.Redirect("https://login.example.com/x"), summaryOf(aicc.Redirected), "The request for an access token was redirected to the host login.example.com."},
		"no JSON":    {aicctest.Reply(200, `<html>`), summaryOf(aicc.Unreadable), "The reply to the request for an access token is an HTML or XML page."},
		"no token":   {aicctest.Reply(200, `{"resCode":"0"}`), summaryOf(aicc.Unreadable), "The reply to the request for an access token is JSON without an access_token."},
		"no text":    {aicctest.Reply(200, `ok`), summaryOf(aicc.Unreadable), "The reply to the request for an access token is not JSON."},
		"lifetime":   {aicctest.Reply(200, `{"access_token":"a","expires_in":"soon"}`), summaryOf(aicc.Unreadable), "The reply to the request for an access token is JSON whose expires_in is not a number of seconds."},
		"firewall":   {aicctest.Reply(403, `<title>Stop</title>`), summaryOf(aicc.Blocked), `The request for an access token was answered by a firewall, a proxy or a single sign-on (the body is a page titled "Stop", not AICC's JSON). This says nothing about the access token.`},
		"reset":      {aicctest.Reset, summaryOf(aicc.Interrupted), "The connection broke before the reply for an access token was complete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.ForPath(aicctest.TokenPath, test.answer)
			tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret})
			expect(t, tf.configure(values{"max_retries": number(0)}))
			_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
			expect(t, got, problem{"", test.summary, test.words})
		})
	}
}
