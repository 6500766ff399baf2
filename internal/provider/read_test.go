// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func texts(given map[string]any) tftypes.Value {
	elements := map[string]tftypes.Value{}
	for key, text := range given {
		elements[key] = tftypes.NewValue(tftypes.String, text)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

func timeoutOf(span string) tftypes.Value {
	return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}}, map[string]tftypes.Value{"read": str(span)})
}

// atID is the path of an element of ids.
func atID(i int64) string {
	return tftypes.NewAttributePath().WithAttributeName("ids").WithElementKeyInt(int(i)).String()
}

func TestValidateRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		source string
		given  values
		want   []problem
	}{
		"fine":                 {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ"), "timeouts": timeoutOf("90s"), "template_fields": texts(map[string]any{"a": "b", "c": nil})}, nil},
		"unknown id":           {"aicc_case", values{"id": unknown}, nil},
		"empty id":             {"aicc_case", values{"id": str("")}, []problem{{at("id"), summaryInvalidID, "it is empty"}}},
		"long id":              {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ1")}, []problem{{at("id"), summaryInvalidID, "it has 21 bytes"}}},
		"odd id":               {"aicc_case", values{"id": str("../x")}, []problem{{at("id"), summaryInvalidID, "neither an ASCII letter nor a digit"}}},
		"link":                 {"aicc_case", values{"id": str("https://aicc.example.com/case/c6m800000149ndrHRVNQ")}, []problem{{at("id"), summaryInvalidID, "it is a link; write the id that it holds, c6m800000149ndrHRVNQ, or use provider::aicc::parse_case_link"}}},
		"other link":           {"aicc_case", values{"id": str("https://aicc.example.com/")}, []problem{{at("id"), summaryInvalidID, "it is a link, and only the id inside the link is wanted"}}},
		"field id":             {"aicc_case", values{"id": str("x"), "template_fields": texts(map[string]any{"ID": "b"})}, []problem{{tftypes.NewAttributePath().WithAttributeName("template_fields").WithElementKeyString("ID").String(), summaryInvalidField, "it would take the place of the case's own id"}}},
		"no span":              {"aicc_case", values{"id": str("x"), "timeouts": timeoutOf("soon")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), "Invalid Attribute Value Time Duration", `"soon"`}}},
		"no time":              {"aicc_case", values{"id": str("x"), "timeouts": timeoutOf("-1s")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, "it leaves no time to read anything"}}},
		"long enough":          {"aicc_case", values{"id": str("c6m800000149ndrHRVNQ"), "timeouts": timeoutOf("1ns")}, nil},
		"case number":          {"aicc_case", values{"id": str("000000000000000000000000035013")}, []problem{{at("id"), summaryInvalidID, "it has 30 bytes, and an id has at most 20"}}},
		"wide digits":          {"aicc_case", values{"id": str("１２３")}, []problem{{at("id"), summaryInvalidID, "neither an ASCII letter nor a digit"}}},
		"blank":                {"aicc_case", values{"id": str(" c6m8")}, []problem{{at("id"), summaryInvalidID, "neither an ASCII letter nor a digit"}}},
		"field iD":             {"aicc_cases", values{"ids": strs("x"), "template_fields": texts(map[string]any{"iD": "b"})}, []problem{{tftypes.NewAttributePath().WithAttributeName("template_fields").WithElementKeyString("iD").String(), summaryInvalidField, "it would take the place of the case's own id"}}},
		"zero time":            {"aicc_cases", values{"ids": strs(), "timeouts": timeoutOf("0s")}, []problem{{tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName("read").String(), summaryInvalidTimeout, `Expected: a time span above zero such as "30s" or "5m".`}}},
		"a link":               {"aicc_cases", values{"ids": strs("a", "https://aicc.example.com/case/c6m800000149ndrHRVNQ")}, []problem{{atID(1), summaryInvalidID, "it is a link; write the id that it holds, c6m800000149ndrHRVNQ,"}}},
		"unknown id among ids": {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{unknown, str("b-c")})}, []problem{{atID(1), summaryInvalidID, "neither an ASCII letter nor a digit"}}},
		"unknown fields":       {"aicc_case", values{"id": unknown, "template_fields": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue), "include_contact": tftypes.NewValue(tftypes.Bool, tftypes.UnknownValue)}, nil},
		"ids":                  {"aicc_cases", values{"ids": strs("a", "a", "b")}, nil},
		"no ids":               {"aicc_cases", values{"ids": strs()}, nil},
		"one bad id":           {"aicc_cases", values{"ids": strs("a", "b-c")}, []problem{{atID(1), summaryInvalidID, "neither an ASCII letter nor a digit"}}},
		"null id":              {"aicc_case", values{}, []problem{{at("id"), "Missing Configuration for Required Attribute", "the id attribute"}}},
		"null ids":             {"aicc_cases", values{}, []problem{{at("ids"), "Missing Configuration for Required Attribute", "the ids attribute"}}},
		"unknown ids":          {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, tftypes.UnknownValue)}, nil},
		"a null id":            {"aicc_cases", values{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, nil)})}, []problem{{at("ids"), "Null List Value", ""}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := start(t, nil)
			expect(t, tf.validate(test.source, test.given), test.want...)
			if test.source == "aicc_case" {
				expect(t, tf.validateEphemeral(test.source, test.given), test.want...)
			}
		})
	}
}

// sampleAttributes is all that is not null in the case of the API page.
var sampleAttributes = map[string]string{
	"id": "c6m800000149ndrHRVNQ", "case_no": "000000000000000000000000035013", "title": "test", "description": "test",
	"attachment": "", "state": "Processing", "state_name": "Processing", "status": "y", "status_name": "y",
	"priority": "Critical", "priority_name": "Critical", "origin": "Email", "origin_name": "Email",
	"reason_name": "", "type": "cvmC00000149NzxF1ePA", "type_name": "",
	"owner_id": "10gg000000sGyLvwHvOK", "owner_name": "ServiceCloud", "creator_id": "10gd000000rDybBRYkuu", "creator_name": "ServiceCloud",
	"contact_id": "ciIy0000012YLAA4Dulc", "is_upgraded": "false", "is_canceled": "false", "is_suspended": "false",
	"created_date": "2023-06-16T16:25:22+08:00", "due_date": "2023-06-30T00:00:00+08:00",
	"custom_fields.AICC__Type__CST.__objectType": "AICC__CaseType__CST",
	"is_follower":          "false",
	"trace.0.created_date": "2023-06-16T16:25:22+08:00", "trace.0.creator_id": "10gd000000rDybBRYkuu",
	"trace.0.creator_name": "ServiceCloud", "trace.0.type": "CreateCase",
	"contact.id": "ciIy0000012YLAA4Dulc", "contact.customer_name": "test5", "contact.gender": "male",
	"contact.cell_phone1": "555555", "contact.email": "yh5@huawei.com", "contact.organization_id": "cBbs0000012YLAA3eiVU",
	"contact.created_date": "2023-04-17T18:13:53+08:00", "contact.last_modified_date": "2023-04-17T18:14:51+08:00",
	"contact.organization.id": "cBbs0000012YLAA3eiVU", "contact.organization.organization_name": "test",
	"contact.address.id": "cw8O0000012YLAA6D6g4", "contact.address.subject_id": "ciIy0000012YLAA4Dulc",
	"contact.address.additional_address": "test", "contact.address.default_billing_address": "false", "contact.address.default_shipping_address": "false",
}

func equal(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if found, ok := got[name]; !ok || found != value {
			t.Errorf("%s is %q (there: %v), want %q", name, found, ok, value)
		}
	}
	for name, value := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is %q, want null", name, value)
		}
	}
}

// TestReadCase reads the case of the API page as a data source and as an
// ephemeral resource.
func TestReadCase(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := startWith(t, site.Start(t))
	given := values{"id": str(aicctest.SampleID), "timeouts": timeoutOf("1m"), "template_fields": texts(map[string]any{"a": "b"})}
	want := maps.Clone(sampleAttributes)
	maps.Copy(want, map[string]string{"timeouts.read": "1m", "template_fields.a": "b"})
	for name, read := range map[string]func(string, values) (map[string]tftypes.Value, []problem){"data": tf.read, "ephemeral": tf.open} {
		got, problems := read("aicc_case", given)
		expect(t, problems)
		equal(t, flatAll(t, got), want)
		var fields map[string]tftypes.Value
		if err := got["custom_fields"].As(&fields); err != nil || len(fields) != 2 || !fields["AICC__test1__CST"].IsNull() {
			t.Errorf("%s: custom_fields are %v, %v", name, fields, err)
		}
	}
	if n := len(site.Requests()); n != 2 {
		t.Errorf("%d requests, want one for each", n)
	}
	tf.read("aicc_case", given)
	tf.open("aicc_case", given)
	if n := len(site.Requests()); n != 3 {
		t.Errorf("%d requests, want another one for the ephemeral resource alone", n)
	}
}

// TestIncludeContact looks at what is left of a case with and without its
// contact.
func TestIncludeContact(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.SetCase(aicctest.SampleID, `{"caseInfo":{"id":"`+aicctest.SampleID+`","title":"t","contactPhone":"555-0100","own":"1"},
		"caseTrace":[{"type":"Email","toAddress":"a@example.com","extra":"x"}],"customerInfo":{"name":"n"},
		"tasks":[{"id":"k","contactPhone":"555-0101"}],"isFollower":true,"own":"2","mood":"calm"}`)
	tf := startWith(t, site.Start(t))
	for include, want := range map[any]map[string]string{
		false: {
			"id": aicctest.SampleID, "title": "t", "custom_fields.own": "1", "trace.0.type": "Email", "tasks.0.id": "k", "is_follower": "true", "include_contact": "false",
		},
		true: {
			"id": aicctest.SampleID, "title": "t", "custom_fields.own": "1", "trace.0.type": "Email", "tasks.0.id": "k", "is_follower": "true", "include_contact": "true",
			"contact_phone": "555-0100", "trace.0.to_address": "a@example.com", "contact.name": "n", "tasks.0.contact_phone": "555-0101",
			"custom_fields.caseTrace[0].extra": "x", "custom_fields.mood": "calm",
		},
	} {
		for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
			got, problems := read("aicc_case", values{"id": str(aicctest.SampleID), "include_contact": tftypes.NewValue(tftypes.Bool, include)})
			expect(t, problems)
			equal(t, flatAll(t, got), want)
		}
	}
}

// TestSameCase reads the case with the most in it as a data source and as an
// ephemeral resource, which differ in nothing.
func TestSameCase(t *testing.T) {
	t.Parallel()
	tf := startWith(t, aicctest.New().Start(t))
	for _, include := range []any{nil, true, false} {
		given := values{"id": str(aicctest.OpenID), "include_contact": tftypes.NewValue(tftypes.Bool, include)}
		stored, problems := tf.read("aicc_case", given)
		expect(t, problems)
		opened, problems := tf.open("aicc_case", given)
		expect(t, problems)
		for name := range stored {
			if !stored[name].Equal(opened[name]) {
				t.Errorf("%s is %s and %s", name, stored[name], opened[name])
			}
		}
		if len(stored) < 40 || len(stored) != len(opened) || stored["contact"].IsNull() != (include == false) {
			t.Errorf("%d attributes and %d; the contact is %s", len(stored), len(opened), stored["contact"])
		}
	}
}

// TestNothingIsAskedEarly holds that only a read sends a request, also where the
// provider has to fetch a token.
func TestNothingIsAskedEarly(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret})
	given := values{"id": str(aicctest.SampleID)}
	expect(t, tf.validateProvider(nil))
	expect(t, tf.configure(nil))
	expect(t, tf.validate("aicc_case", given))
	expect(t, tf.validate("aicc_cases", values{"ids": strs(aicctest.SampleID)}))
	expect(t, tf.validateEphemeral("aicc_case", given))
	if asked := site.Requests(); len(asked) > 0 {
		t.Errorf("AICC was asked: %+v", asked)
	}
	_, problems := tf.read("aicc_case", given)
	expect(t, problems)
	if n := len(site.Requests()); n != 2 {
		t.Errorf("%d requests, want one for a token and one for the case", n)
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
		"refused":    {aicctest.Reply(401, `{"error":"invalid_client"}`), summaryTokenRefused, factsOf("HTTP status: 401", "AICC says: invalid_client")},
		"throttled":  {aicctest.Reply(429, ``), summaryThrottled, `AICC answered each request for an access token with "too many requests".`},
		"failed":     {aicctest.Reply(502, ``), summaryServerFailed, "AICC answered the request for an access token with a server error."},
		"redirected": {aicctest.Redirect("https://login.example.com/x"), summaryRedirected, "The request for an access token was pointed to the host login.example.com."},
		"no JSON":    {aicctest.Reply(200, `<html>`), summaryUnreadable, "The reply to the request for an access token is an HTML or XML page."},
		"no token":   {aicctest.Reply(200, `{"resCode":"0"}`), summaryUnreadable, "The reply to the request for an access token is JSON without an access_token."},
		"reset":      {aicctest.Reset, summaryInterrupted, "The connection broke before the reply for an access token was complete"},
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

// TestCertificate reads from a site with a certificate authority of its own.
func TestCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(aicctest.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	given := values{"id": str(aicctest.SampleID)}

	_, got := startWith(t, server.URL).read("aicc_case", given)
	expect(t, got, problem{"", summaryUntrusted, "certificate signed by unknown authority. If the site uses a certificate authority of its own, give that authority's certificate in the provider's ca_certificate (or AICC_CA_CERTIFICATE). Verification cannot be switched off." + factsOf()})

	certificate := certificateOf(t)
	for name, tf := range map[string]*terraform{
		"block":       start(t, nil),
		"environment": start(t, map[string]string{"AICC_CA_CERTIFICATE": certificate}),
	} {
		block := values{"domain": str(server.URL), "token": str(aicctest.Token)}
		if name == "block" {
			block["ca_certificate"] = str(certificate)
		}
		expect(t, tf.configure(block))
		_, got := tf.read("aicc_case", given)
		expect(t, got)
	}
}

// facts is the end of a detail about the sample.
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
		summaryNotReturned:      {aicctest.Reply(404, `{"resCode":"405230004","resMsg":"工单不存在"}`), at("id"), []string{"AICC answered, but not with a case. Check the id", factsOf("HTTP status: 404", "resCode: 405230004", "AICC says: 工单不存在")}},
		summaryForeign:          {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"another"}}]}`), at("id"), []string{"AICC was asked for one case and sent case another.", factsOf("HTTP status: 200", "resCode: 0")}},
		summaryUnauthorized:     {aicctest.Reply(401, ``), "", []string{"Set the provider's token (or the environment variable AICC_TOKEN)", factsOf("HTTP status: 401")}},
		summaryForbidden:        {aicctest.Reply(403, ``), at("id"), []string{"may not read this case", factsOf("HTTP status: 403")}},
		summaryThrottled:        {aicctest.Reply(429, ``), "", []string{"requests_per_second", factsOf("HTTP status: 429")}},
		summaryServerFailed:     {aicctest.Reply(503, `<html>`), "", []string{"(the body is an HTML or XML page, not AICC's JSON)", factsOf("HTTP status: 503")}},
		summaryUnexpectedStatus: {aicctest.Reply(418, ``), "", []string{"does not mention", factsOf("HTTP status: 418")}},
		summaryRedirected:       {aicctest.Redirect("https://login.example.com/x"), "", []string{"pointed to the host login.example.com", factsOf("HTTP status: 302")}},
		summaryUnreadable:       {aicctest.Reply(200, `<html>`), "", []string{"is an HTML or XML page.", factsOf("HTTP status: 200")}},
		summaryTooLarge:         {aicctest.GzipBomb(9 << 20), "", []string{"larger than 8 MiB", factsOf()}},
		summaryInterrupted:      {aicctest.Reset, "", []string{"The connection broke before the reply for the case was complete", factsOf()}},
		summaryTimedOut:         {aicctest.Stall, "", []string{"while the provider was waiting for the reply to attempt 1.", `timeouts = { read = "5m" }`, factsOf()}},
	}
	for summary, test := range tests {
		t.Run(summary, func(t *testing.T) {
			t.Parallel()
			tf := startWith(t, answering(t, test.answer))
			given := values{"id": str(aicctest.SampleID)}
			if summary == summaryTimedOut {
				given["timeouts"] = timeoutOf("50ms")
			}
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
	t.Run(summaryUnreachable, func(t *testing.T) {
		t.Parallel()
		_, got := startWith(t, "http://127.0.0.1:1").read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryUnreachable, "connection refused. Check the provider's domain (or AICC_DOMAIN)"})
	})
	t.Run(summaryCanceled, func(t *testing.T) {
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
		expect(t, got, problem{"", summaryCanceled, "while it was waiting for the reply to attempt 1."})
	})
	t.Run(summaryTokenRefused, func(t *testing.T) {
		t.Parallel()
		tf := start(t, map[string]string{"AICC_DOMAIN": aicctest.New().Start(t), "AICC_CLIENT_ID": "c", "AICC_CLIENT_SECRET": planted})
		expect(t, tf.configure(nil))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryTokenRefused, "Check the provider's client_id and client_secret"})
		expect(t, got, problem{"", summaryTokenRefused, factsOf("HTTP status: 400", "AICC says: unauthorized_client: The client is unknown or its secret is wrong.")})
	})
	t.Run("attempts", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token})
		expect(t, tf.configure(values{"max_retries": number(1)}))
		site.Always(aicctest.RetryAfter(503, "0"))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryServerFailed, "\nAttempts: 2"})
	})
}

func TestReadCases(t *testing.T) {
	t.Parallel()
	t.Run("found and missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		got, problems := tf.read("aicc_cases", values{"ids": strs(aicctest.OpenID, aicctest.UnknownID, aicctest.SampleID, aicctest.OpenID)})
		expect(t, problems)
		var cases, missing map[string]tftypes.Value
		if err := got["cases"].As(&cases); err != nil || len(cases) != 2 {
			t.Fatal(err, cases)
		}
		want := map[string]string{}
		for name, value := range sampleAttributes {
			if !strings.HasPrefix(name, "contact.") && !strings.HasPrefix(name, "trace.") {
				want[name] = value
			}
		}
		equal(t, flat(t, map[string]string{}, "", cases[aicctest.SampleID]), want)
		if err := got["missing"].As(&missing); err != nil || len(missing) != 1 || !missing[aicctest.UnknownID].Equal(str("HTTP 404, resCode 405230004: 工单不存在")) {
			t.Errorf("%v, %v", missing, err)
		}
		if n := len(site.Requests()); n != 3 {
			t.Errorf("%d requests", n)
		}
		if whole := flatAll(t, got); strings.Contains(fmt.Sprint(whole), "555") {
			t.Error("a phone number is there")
		}
	})
	t.Run("each reason to be missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		reasons := map[string]struct {
			answer http.HandlerFunc
			want   string
		}{
			"r400":   {aicctest.Reply(400, `{"resCode":"405230001","resMsg":"请求参数错误"}`), "HTTP 400, resCode 405230001: 请求参数错误"},
			"r404":   {aicctest.Reply(404, ``), "HTTP 404"},
			"r410":   {aicctest.Reply(410, `{"resCode":"7"}`), "HTTP 410, resCode 7"},
			"r422":   {aicctest.Reply(422, `{"resCode":"7","resMsg":""}`), "HTTP 422, resCode 7"},
			"code":   {aicctest.Reply(200, `{"resCode":"405230004","resMsg":"gone","result":[]}`), "resCode 405230004: gone"},
			"number": {aicctest.Reply(200, `{"resCode":405230004}`), "resCode 405230004"},
			"empty":  {aicctest.Reply(200, `{"resCode":"0","resMsg":"成功","result":[]}`), "an empty result: 成功"},
			"null":   {aicctest.Reply(200, `{"resCode":"0","result":null}`), "an empty result"},
			"noInfo": {aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":null,"isFollower":false}]}`), "a result without caseInfo"},
		}
		want := map[string]string{"cases." + aicctest.SampleID + ".id": aicctest.SampleID}
		ids := []string{aicctest.SampleID}
		for id, reason := range reasons {
			site.ForCase(id, reason.answer)
			ids = append(ids, id, id)
			want["missing."+id] = reason.want
		}
		state, problems := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, problems)
		got := map[string]string{}
		for name, value := range flatAll(t, state) {
			if strings.HasPrefix(name, "missing.") || strings.HasSuffix(name, ".id") {
				got[name] = value
			}
		}
		equal(t, got, want)
		if n := len(site.Requests()); n != len(reasons)+1 {
			t.Errorf("%d requests for %d ids that each stand twice", n, len(reasons))
		}
	})
	t.Run("no right to read is no reason to be missing", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(3)
		site.ForCase(ids[0], aicctest.Reply(403, ""))
		site.ForCase(ids[2], aicctest.Reply(200, `{"resCode":"0","result":{"caseInfo":{"id":"another"}}}`))
		state, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids[0], ids[1], ids[0], ids[2])})
		expect(t, got, problem{atID(0), summaryForbidden, "Case: " + ids[0]}, problem{atID(3), summaryForeign, "Case: " + ids[2]})
		if !state["cases"].IsNull() || !state["missing"].IsNull() {
			t.Error("a state came along")
		}
	})
	t.Run("a failure is asked about again", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		site.Next(aicctest.Reply(503, ""))
		_, got := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
		expect(t, got, problem{atID(0), summaryServerFailed, "Case: " + aicctest.SampleID})
		_, got = tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got)
	})
	t.Run("no ids", func(t *testing.T) {
		t.Parallel()
		got, problems := startWith(t, "http://127.0.0.1:1").read("aicc_cases", values{"ids": strs()})
		expect(t, problems)
		if got["cases"].IsNull() || got["missing"].IsNull() {
			t.Error("null instead of empty")
		}
	})
	t.Run("one request with other readers", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		tf := startWith(t, site.Start(t))
		var readers sync.WaitGroup
		for i := range 41 {
			readers.Go(func() {
				if i%2 == 0 {
					tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
				} else {
					tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
				}
			})
		}
		readers.Wait()
		if n := len(site.Requests()); n != 1 {
			t.Errorf("%d requests", n)
		}
	})
	t.Run("a few failures, each at its id", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(5)
		site.ForCase(ids[1], aicctest.Reply(503, ""))
		site.ForCase(ids[3], aicctest.Reply(200, "<html>"))
		site.ForCase(ids[4], aicctest.Reply(404, ""))
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{atID(1), summaryServerFailed, "Case: " + ids[1]}, problem{atID(3), summaryUnreadable, "Case: " + ids[3]})
	})
	t.Run("many failures, ten in full", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(25)
		site.Always(aicctest.Reply(503, ""))
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		var want []problem
		for i := range 10 {
			want = append(want, problem{atID(int64(i)), summaryServerFailed, "Case: " + ids[i]})
		}
		want = append(want, problem{"", summaryMoreFailed, "25 of 25 cases could not be read; the first 10 are reported above."})
		expect(t, got, want...)
	})
	t.Run("a failure of all is said once", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(100)
		site.RevokeTokens()
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{"", summaryUnauthorized, "0 of 100 cases were read before that. The failure concerns them all"})
	})
	t.Run("the deadline", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(100)
		site.SetLatency(time.Hour)
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...), "timeouts": timeoutOf("50ms")})
		expect(t, got, problem{"", summaryTimedOut, "0 of 100 cases were read before that."})
	})
	t.Run("too large for one message", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		ids := site.AddCases(9)
		for _, id := range ids {
			site.ChangeCase(id, map[string]any{"description": strings.Repeat("x", 15<<19)})
		}
		_, got := startWith(t, site.Start(t)).read("aicc_cases", values{"ids": strs(ids...)})
		expect(t, got, problem{at("ids"), summaryTooMany, "The 9 cases that AICC returned take 67 MiB"})
	})
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	tf := start(t, map[string]string{"AICC_DOMAIN": aicctest.New().Start(t), "AICC_TOKEN": aicctest.Token, "AICC_TIME_ZONE": "Europe/Berlin"})
	expect(t, tf.configure(nil))
	got, _ := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	if !got["created_date"].Equal(str("2023-06-16T16:25:22+02:00")) {
		t.Errorf("got %v", got["created_date"])
	}
}

// TestNoLeaks runs the reads of this package in a process of their own and sees
// that no goroutine is left behind.
func TestNoLeaks(t *testing.T) {
	if os.Getenv("AICC_CHECK_LEAKS") != "" {
		t.Skip("this is the process in question")
	}
	rerun(t, "^(TestReadCase|TestReadFailures|TestReadCases|TestTokenFailures|TestCertificate|TestSecrets|TestConfigure)$", "AICC_CHECK_LEAKS=1")
}

// FuzzReadCase has AICC answer with anything. What is read is known to the last
// attribute, or there is an error that does not hold the token; and all the ways
// to read a case agree on it.
func FuzzReadCase(f *testing.F) {
	f.Add(aicctest.Sample)
	f.Add([]byte(`{"resCode":"0","result":{"caseInfo":{"id":"` + aicctest.SampleID + `","a":{"b":[1]},"isUpgraded":"?"},"caseTrace":{"x":1},"tasks":[null,{}],"customerInfo":{"address":"x","bindAccount":{},"customFied":{}}}}`))
	f.Add([]byte(`{"resCode":"` + aicctest.Token + `","resMsg":"` + aicctest.Token + `"}`))
	f.Add([]byte("{\"resCode\":\"0\",\"result\":{\"caseInfo\":{\"id\":\"" + aicctest.SampleID + "\",\"\xff\":\"\xff\u0000\"}}}"))
	f.Add([]byte(`{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `","contactPhone":"1","own":"1"},"tasks":[{"contactPhone":"2","x":null}],"caseTrace":[{"toAddress":"3","own":"2"}],"own":"3","isFollower":"no"}]}`))
	f.Add([]byte(`{"resCode":0,"result":{"caseInfo":{"id":"` + aicctest.SampleID + `"}}}`))
	f.Add([]byte(`{"resCode":0,"result":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		tf := startWith(t, answering(t, aicctest.Reply(http.StatusOK, string(body))))
		id := str(aicctest.SampleID)
		state, problems := tf.read("aicc_case", values{"id": id})
		for _, p := range problems {
			if strings.Contains(p.summary+p.detail, aicctest.Token) {
				t.Errorf("the token stands in %q", p.detail)
			}
		}
		opened, openProblems := tf.open("aicc_case", values{"id": id})
		bare, bareProblems := tf.read("aicc_case", values{"id": id, "include_contact": tftypes.NewValue(tftypes.Bool, false)})
		many, manyProblems := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
		if len(problems) > 0 {
			expect(t, openProblems, problems...)
			expect(t, bareProblems, problems...)
			if problems[0].summary == summaryNotReturned {
				expect(t, manyProblems)
				if membersOf(t, many["missing"])[aicctest.SampleID].IsNull() {
					t.Errorf("it is not missing: %v", many)
				}
			} else if len(manyProblems) != 1 || manyProblems[0].summary != problems[0].summary {
				t.Errorf("got %+v, want %+v", manyProblems, problems)
			}
			return
		}
		expect(t, openProblems)
		expect(t, bareProblems)
		expect(t, manyProblems)
		if !state["id"].Equal(id) {
			t.Errorf("the id is %v", state["id"])
		}
		for name := range state {
			if !opened[name].Equal(state[name]) {
				t.Errorf("%s is %s in the data source and %s in the ephemeral resource", name, state[name], opened[name])
			}
		}
		for name, value := range membersOf(t, membersOf(t, many["cases"])[aicctest.SampleID]) {
			if name != "custom_fields" && (!value.Equal(state[name]) || !value.Equal(bare[name])) {
				t.Errorf("%s is %s alone, %s without contact and %s among many", name, state[name], bare[name], value)
			}
			if name == "custom_fields" && !value.Equal(bare[name]) {
				t.Errorf("the custom fields are %s without contact and %s among many", bare[name], value)
			}
		}
		all := membersOf(t, state["custom_fields"])
		for name, value := range membersOf(t, bare["custom_fields"]) {
			if found, ok := all[name]; !ok || !found.Equal(value) {
				t.Errorf("the custom field %s is %s with contact and %s without", name, found, value)
			}
		}
		for name := range flatAll(t, bare) {
			if strings.Contains(name, "contact_phone") || strings.HasPrefix(name, "contact.") || strings.HasSuffix(name, ".to_address") {
				if !strings.HasPrefix(name, "custom_fields.") {
					t.Errorf("%s is there without contact", name)
				}
			}
		}
	})
}

// membersOf returns the attributes of an object or the elements of a map.
func membersOf(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	members := map[string]tftypes.Value{}
	if value.Type() == nil || value.IsNull() {
		return members
	}
	if err := value.As(&members); err != nil {
		t.Fatal(err)
	}
	return members
}
