// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// echoed stands in a body for the token that the request came with, and comes
// back in AICC's own message.
const echoed = "ECHOED"

// askedID stands in a body for the ID of the case that was asked for.
const askedID = "ASKEDID"

// echoing answers with a body in which askedID and echoed are replaced.
func echoing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		aicctest.Reply(status, fill(body, r))(w, r)
	}
}

func fill(body string, r *http.Request) string {
	body = strings.ReplaceAll(body, askedID, strings.TrimPrefix(r.URL.Path, aicctest.CasePath))
	return strings.ReplaceAll(body, echoed, r.Header.Get("access-token"))
}

// promising announces a length and then sends the whole body.
func promising(length int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", length, fill(body, r))
		_ = conn.Close()
	}
}

// leaking announces half of the body and sends all of it on a connection that it
// keeps, so that the client gets the rest with nothing to read it for.
func leaking(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		body := fill(body, r)
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body)/2, body)
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// stallingAfter sends the body, promises more of it, and waits for the client to
// leave.
func stallingAfter(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = io.WriteString(w, fill(body, r))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// withHeader answers like another handler, with one header more.
func withHeader(name, value string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, fill(value, r))
		next(w, r)
	}
}

// inTurn answers with one handler after the other, and stays with the last.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		handlers[min(int(count.Add(1)), len(handlers))-1](w, r)
	}
}

// fault is how a site misbehaves for one case, and the summary of the error that
// comes of it; none means that the read succeeds.
type fault struct {
	answer http.HandlerFunc
	want   string
}

// echoedJSON is the planted case, with the ID that was asked for.
func (p plantedCase) echoedJSON() string { return strings.ReplaceAll(p.json, p.id, askedID) }

// reply is the planted case as AICC sends it, with the token of the request.
func (p plantedCase) reply() string {
	return `{"resCode":"0","resMsg":"` + echoed + `","result":[` + p.echoedJSON() + `]}`
}

// caseFaults answer a request for a case with the planted case, each in its way.
func caseFaults(p plantedCase) map[string]fault {
	body := p.reply()
	personal := p.personal[0]
	instead := func(old, replacement string) string { return strings.Replace(body, old, replacement, 1) }
	return map[string]fault{
		"reset":              {aicctest.Reset, summaryOf(aicc.Interrupted)},
		"reset in the body":  {promising(len(body), body[:len(body)/2]), summaryOf(aicc.Interrupted)},
		"stalled header":     {aicctest.Stall, summaryOf(aicc.TimedOut)},
		"stalled body":       {stallingAfter(body), summaryOf(aicc.TimedOut)},
		"short length":       {promising(len(body)/2, body), summaryOf(aicc.Unreadable)},
		"cut JSON":           {echoing(200, body[:len(body)-200]), summaryOf(aicc.Unreadable)},
		"JSON and more":      {echoing(200, body+body), summaryOf(aicc.Unreadable)},
		"no object":          {echoing(200, `["`+personal+`", "`+echoed+`"]`), summaryOf(aicc.Unreadable)},
		"no resCode":         {echoing(200, `{"resMsg":"`+echoed+`","result":[`+p.echoedJSON()+`]}`), summaryOf(aicc.Unreadable)},
		"result is a text":   {echoing(200, `{"resCode":"0","result":"`+personal+`"}`), summaryOf(aicc.Unreadable)},
		"caseInfo is a text": {echoing(200, `{"resCode":"0","result":[{"caseInfo":"`+personal+`"}]}`), summaryOf(aicc.Unreadable)},
		"trace is a text":    {echoing(200, instead(`"caseTrace":[`, `"caseTrace":["`+personal+`",`)), summaryOf(aicc.Unreadable)},
		"no caseInfo":        {echoing(200, instead(`"caseInfo"`, `"elsewhere"`)), summaryOf(aicc.Unreadable)},
		"empty result":       {echoing(200, `{"resCode":"0","resMsg":"`+echoed+`","result":[],"left":`+p.echoedJSON()+`}`), summaryOf(aicc.NotReturned)},
		"resCode":            {echoing(200, instead(`"resCode":"0"`, `"resCode":"`+echoed+`"`)), summaryOf(aicc.Refused)},
		"HTML":               {echoing(200, "<html>"+body+"</html>"), summaryOf(aicc.Unreadable)},
		"empty":              {echoing(200, ""), summaryOf(aicc.Unreadable)},
		"gzip bomb":          {aicctest.GzipBomb(64), summaryOf(aicc.TooLarge)},
		"flood":              {aicctest.Flood(200, 512<<20, new(atomic.Int64)), summaryOf(aicc.TooLarge)},
		"429":                {echoing(429, body), summaryOf(aicc.Throttled)},
		"429 seconds":        {withHeader("Retry-After", "0", echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 date":           {withHeader("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT", echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 garbage":        {withHeader("Retry-After", echoed, echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 a year":         {withHeader("Retry-After", "31536000", echoing(429, body)), summaryOf(aicc.TimedOut)},
		"500":                {echoing(500, body), summaryOf(aicc.ServerFailed)},
		"502 with HTML":      {echoing(502, "<html>"+body), summaryOf(aicc.ServerFailed)},
		"503":                {echoing(503, body), summaryOf(aicc.ServerFailed)},
		"504":                {echoing(504, body), summaryOf(aicc.ServerFailed)},
		"500 once":           {inTurn(echoing(500, body), echoing(200, body)), ""},
		"500 twice":          {inTurn(echoing(500, body), echoing(500, body), echoing(200, body)), summaryOf(aicc.ServerFailed)},
		"redirect":           {withHeader("Location", "/"+personal+"?token="+echoed, echoing(302, body)), summaryOf(aicc.Redirected)},
		"redirect elsewhere": {withHeader("Location", "https://"+echoed+":x@other.example.com/"+personal, echoing(307, body)), summaryOf(aicc.Redirected)},
		"400":                {echoing(400, body), summaryOf(aicc.Refused)},
		"403":                {echoing(403, body), summaryOf(aicc.Forbidden)},
		"404":                {echoing(404, body), summaryOf(aicc.Unreadable)},
		"418":                {echoing(418, body), summaryOf(aicc.UnexpectedStatus)},
		"another case":       {aicctest.Reply(200, body), summaryOf(aicc.Foreign)},
		"a case without id":  {echoing(200, instead(`"id":"`+askedID+`"`, `"number":1`)), summaryOf(aicc.Foreign)},
		"an echoed id":       {echoing(200, instead(`"id":"`+askedID+`"`, `"id":"`+echoed+`"`)), summaryOf(aicc.Foreign)},
	}
}

// authFaults answer a site's every request for a case or token, each in its way.
func authFaults(p plantedCase) map[string]fault {
	body := `{"resCode":"401000001","resMsg":"` + echoed + `","result":[` + p.echoedJSON() + `]}`
	forToken := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != aicctest.TokenPath {
				echoing(http.StatusUnauthorized, body)(w, r)
				return
			}
			answer(w, r)
		}
	}
	// What the stand-in would answer, were the client's secret not echoed in it.
	const refused = `{"error":"unauthorized_client","error_description":"` + aicctest.ClientSecret + `"}`
	return map[string]fault{
		"401":                 {forToken(aicctest.Reply(200, `{"access_token":"standin-issued-token-0000","expires_in":7200}`)), summaryOf(aicc.Unauthorized)},
		"refused client":      {forToken(aicctest.Reply(400, refused)), summaryOf(aicc.TokenRefused)},
		"refused with 401":    {forToken(aicctest.Reply(401, refused)), summaryOf(aicc.TokenRefused)},
		"HTML for a token":    {forToken(aicctest.Reply(200, "<html>"+aicctest.ClientSecret)), summaryOf(aicc.Unreadable)},
		"500 for a token":     {forToken(aicctest.Reply(500, `{"resCode":"1","resMsg":"`+aicctest.ClientSecret+`"}`)), summaryOf(aicc.ServerFailed)},
		"429 for a token":     {forToken(withHeader("Retry-After", "0", aicctest.Reply(429, refused))), summaryOf(aicc.Throttled)},
		"redirected token":    {forToken(withHeader("Location", "https://other.example.com/?"+aicctest.ClientSecret, aicctest.Reply(302, refused))), summaryOf(aicc.Redirected)},
		"token of two lines":  {forToken(aicctest.Reply(200, `{"access_token":"standin-issued-token\n0000","expires_in":7200}`)), summaryOf(aicc.Unreadable)},
		"no token in a reply": {forToken(aicctest.Reply(200, `{"expires_in":7200,"secret":"`+aicctest.ClientSecret+`"}`)), summaryOf(aicc.Unreadable)},
		"stalled token":       {forToken(aicctest.Stall), summaryOf(aicc.TimedOut)},
		"reset for a token":   {forToken(aicctest.Reset), summaryOf(aicc.Interrupted)},
	}
}

// faultyReads is a configuration whose reads each meet a fault.
type faultyReads struct {
	config strings.Builder
	reads  map[string]faultyRead
}

// faultyRead is what read meets which fault, and the summary of the error that it
// comes to, if any.
type faultyRead struct{ face, fault, want string }

// provider adds a provider for the site at url, and returns its address.
func (f *faultyReads) provider(alias, url string) string {
	fmt.Fprintf(&f.config, "provider \"aicc\" {\n  alias = %q\n  domain = %q\n  max_retries = 1\n  max_concurrency = 64\n}\n", alias, url)
	return "aicc." + alias
}

// add adds a read, and returns the ID of its case.
func (f *faultyReads) add(provider, face, name, want string) string {
	id := fmt.Sprintf("c6m8fault%011d", len(f.reads))
	argument := fmt.Sprintf("id = %q", id)
	if strings.Contains(face, "cases") {
		argument = fmt.Sprintf("ids = [%q]", id)
	}
	if want == summaryOf(aicc.TimedOut) {
		argument += "\n  timeouts { read = \"2s\" }"
	}
	if strings.Contains(face, "cases") && want == summaryOf(aicc.NotReturned) {
		want = "" // It is counted among the missing ones.
	}
	f.reads[id] = faultyRead{face, name, want}
	fmt.Fprintf(&f.config, "%s %q {\n  provider = %s\n  %s\n}\n", face, id, provider, argument)
	return id
}

// TestCLICanaryFaults has every fault come with a planted case and with the caller's
// own credentials, and looks for them in all that the failing command writes. One
// command meets all faults, each for a case of its own.
func TestCLICanaryFaults(t *testing.T) {
	t.Parallel()
	for kind := range credentialsOf {
		t.Run("with a "+kind, func(t *testing.T) {
			t.Parallel()
			meetFaults(t, kind)
		})
	}
}

func meetFaults(t *testing.T, kind string) {
	t.Helper()
	cli := tftest.NewCLI(t, "")
	cli.Env = append(cli.Env, credentialsOf[kind].environment...)
	cli.Env = append(cli.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))
	faces := map[string]string{"data": `data "aicc_case"`, "cases": `data "aicc_cases"`}
	if cli.AtLeast(10, 11) {
		faces["ephemeral"] = `ephemeral "aicc_case"`
	}

	all := faultyReads{reads: map[string]faultyRead{}}
	site := aicctest.New()
	main := all.provider("main", site.Start(t))
	// Beside a reply that is another case's, no missing case is believed.
	gone := all.provider("gone", site.Start(t))
	secure := all.provider("secure", withTLS(t, site))
	closed := all.provider("closed", "http://127.0.0.1:1")
	if kind == "client" {
		for name, f := range authFaults(plantCase(t, "auth")) {
			provider := all.provider(fmt.Sprintf("auth%d", len(all.reads)), answering(t, f.answer))
			for _, face := range faces {
				all.add(provider, face, name, f.want)
			}
		}
	}
	for name, face := range faces {
		p := plantCase(t, name)
		for fault, f := range caseFaults(p) {
			provider := main
			if f.want == summaryOf(aicc.NotReturned) {
				provider = gone
			}
			site.ForCase(all.add(provider, face, fault, f.want), f.answer)
		}
		if kind == "token" {
			site.ForCase(all.add(main, face, "401", summaryOf(aicc.Unauthorized)), echoing(401, `{"resCode":"1","resMsg":"`+echoed+`"}`))
		}
		all.add(secure, face, "another authority", summaryOf(aicc.Untrusted))
		all.add(closed, face, "refused connection", summaryOf(aicc.Unreachable))
		// The next request on that connection would get the rest as its reply.
		alone := all.provider("alone_"+name, answering(t, leaking(p.reply())))
		all.add(alone, face, "short length, kept", summaryOf(aicc.Unreadable))
	}

	cli.Write(t, "main.tf", requiredProviders+all.config.String())
	result := cli.Run(t, "plan", "-parallelism=200")
	found := places{onScreen: result.Output()}
	collect(t, cli, found)
	found.check(t, standing{"credentials", credentialsOf[kind].secrets, nil})
	for place, text := range found {
		for canary := range canariesIn(text) {
			t.Errorf("%s stands in: %s", canary, place)
		}
	}
	met := summaries(result.Output())
	for id, read := range all.reads {
		t.Run(read.face+", "+read.fault, func(t *testing.T) {
			if met[id] != read.want {
				t.Errorf("the error is %q, want %q", met[id], read.want)
			}
		})
	}
}

// withTLS serves a site with a certificate that nobody trusts.
func withTLS(t *testing.T, site *aicctest.AICC) string {
	t.Helper()
	server := httptest.NewUnstartedServer(site)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL
}

// summaries returns the summary of the error about each case.
func summaries(output string) map[string]string {
	met := map[string]string{}
	for _, text := range strings.Split(output, "Error: ")[1:] {
		summary, rest, _ := strings.Cut(text, "\n")
		if id := regexp.MustCompile(`Case: (\w+)`).FindStringSubmatch(rest); id != nil {
			met[id[1]] = summary
		}
	}
	return met
}
