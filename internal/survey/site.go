// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	casePath  = "/service/AICC__Case/1.0.0/openapi/case/"
	listPath  = casePath + "list"
	tokenPath = "/baas/auth/v1.0/oauth2/token"

	// patience is how long an answer is waited for, and maxBody what is read of it.
	patience = 30 * time.Second
	maxBody  = 8 << 20
)

// connect makes the clients, which go through the proxy if there is one. One of them
// speaks HTTP/1.1 alone, where the spelling of a header's name arrives.
func (s *survey) connect(config *tls.Config, proxy *url.URL) {
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.any = &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: config, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: loadRequests}
	s.old = &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: config.Clone(), Protocols: new(http.Protocols)}
	s.old.Protocols.SetHTTP1(true)
	s.client = &http.Client{Transport: s.any, CheckRedirect: noRedirect}
	s.client1 = &http.Client{Transport: s.old, CheckRedirect: noRedirect}
}

// request is one question in the form in which it is sent.
type request struct {
	method, path, body string
	// name is the spelling of the access-token header, and token its value.
	name, token string
	// old sends the request over HTTP/1.1.
	old bool
}

// answer is what came back, or how nothing did.
type answer struct {
	status int
	header http.Header
	body   []byte
	// tree is the JSON of the body, and code its resCode, nil where there is none.
	tree   any
	code   *string
	result any
	// failure says in general words why there is no answer.
	failure string
}

// way is what the answers have shown of the way to the site.
type way struct {
	mu                       sync.Mutex
	asked, reused            int
	protocols, cached, pages map[string]int
	date                     time.Duration
	dated                    bool
}

func (s *survey) caseRequest(id string) request {
	return request{method: http.MethodGet, path: casePath + id, body: `{"id":` + strconv.Quote(id) + `}`, token: s.token}
}

func (s *survey) listRequest(body map[string]any) request {
	// What is a map of texts and numbers can be written as JSON.
	text, _ := json.Marshal(body)
	return request{method: http.MethodPost, path: listPath, body: string(text), token: s.token}
}

func (s *survey) tokenRequest(secret string) request {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {s.clientID}, "client_secret": {secret}}
	return request{method: http.MethodPost, path: tokenPath, body: form.Encode()}
}

// ask sends a request when its turn has come, and once more after a fault that may
// pass. Where nothing answers, it gives up.
func (s *survey) ask(ctx context.Context, r request) answer {
	// A site that is not there would cost half a minute for each question.
	const enough = 2
	if s.failed >= enough {
		return answer{failure: "the site does not answer"}
	}
	got := s.askOnce(ctx, r)
	if ctx.Err() == nil && (got.failure != "" || mayPass(got.status)) {
		s.pause(ctx, 3*s.every)
		got = s.askOnce(ctx, r)
	}
	s.failed++
	if got.failure == "" {
		s.failed = 0
	}
	return got
}

func mayPass(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusBadGateway ||
		status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout
}

func (s *survey) askOnce(ctx context.Context, r request) answer {
	s.pause(ctx, time.Until(s.last.Add(s.every)))
	s.last = time.Now()
	return s.send(ctx, r)
}

// pause waits, or less if ctx ends.
func (s *survey) pause(ctx context.Context, wait time.Duration) {
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// send sends a request at once.
func (s *survey) send(ctx context.Context, r request) answer {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	reused := false
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { reused = c.Reused }})
	req, err := http.NewRequestWithContext(traced, r.method, s.base.JoinPath(r.path).String(), strings.NewReader(r.body))
	if err != nil {
		return answer{failure: "the request cannot be written"}
	}
	req.GetBody = nil
	req.Header.Set("Content-Type", "application/json")
	if r.path == tokenPath {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "terraform-provider-aicc-survey")
	req.Header.Set("Cache-Control", "no-cache, no-store")
	if r.token != "" {
		name := r.name
		if name == "" {
			name = "access-token"
		}
		// Set would change the spelling.
		req.Header[name] = []string{r.token}
	}
	client := s.client
	if r.old {
		client = s.client1
	}
	resp, err := client.Do(req)
	if err != nil {
		return answer{failure: failureOf(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return answer{failure: failureOf(err)}
	}
	got := answer{status: resp.StatusCode, header: resp.Header, body: body}
	got.parse()
	s.way.note(resp, got, reused)
	return got
}

// failureOf sorts an error into a few words. Its own text names the host.
func failureOf(err error) string {
	var network *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in 30 s"
	case errors.As(err, &certificate):
		return "certificate not trusted"
	case errors.As(err, &network) && network.Op == "dial":
		return "cannot be reached"
	default:
		return "connection broke"
	}
}

func (a *answer) parse() {
	parser := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(a.body, []byte("\xef\xbb\xbf"))))
	parser.UseNumber()
	if parser.Decode(&a.tree) != nil {
		a.tree = nil
	}
	if _, err := parser.Token(); !errors.Is(err, io.EOF) {
		a.tree = nil
	}
	object, _ := a.tree.(map[string]any)
	a.result = object["result"]
	switch code := object["resCode"].(type) {
	case string:
		a.code = &code
	case json.Number:
		text := code.String()
		a.code = &text
	}
}

func (a answer) isPage() bool { return bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("<")) }

// ok reports whether AICC answered with a success.
func (a answer) ok() bool {
	return a.status >= 200 && a.status < 300 && a.code != nil && *a.code == "0"
}

// plainCode is a code that may be shown: nothing that a customer is called.
var plainCode = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,40}$`)

// String says what came without any value of it but a code.
func (a answer) String() string {
	if a.failure != "" {
		return a.failure
	}
	text := fmt.Sprintf("HTTP %d", a.status)
	object, _ := a.tree.(map[string]any)
	switch {
	case a.code != nil && plainCode.MatchString(*a.code):
		return text + ", code " + *a.code
	case a.code != nil:
		return text + ", code of another form"
	case a.isPage():
		return text + ", a page"
	case object["error_code"] != nil:
		return text + ", error_code"
	case object["error"] != nil:
		return text + ", error"
	case len(a.body) == 0:
		return text + ", empty"
	case a.tree != nil:
		return text + ", other JSON"
	default:
		return text + ", no JSON"
	}
}

func (w *way) note(resp *http.Response, got answer, reused bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.protocols == nil {
		w.protocols, w.cached, w.pages = map[string]int{}, map[string]int{}, map[string]int{}
	}
	w.asked++
	if reused {
		w.reused++
	}
	w.protocols[resp.Proto]++
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		w.date, w.dated = time.Until(date), true
	}
	if age, err := strconv.Atoi(resp.Header.Get("Age")); err == nil && age > 0 {
		w.cached["Age"]++
	}
	for _, name := range []string{"X-Cache", "X-Cache-Status"} {
		if strings.Contains(strings.ToUpper(resp.Header.Get(name)), "HIT") {
			w.cached[name]++
		}
	}
	if got.isPage() {
		w.pages[strconv.Itoa(got.status)]++
	}
}
