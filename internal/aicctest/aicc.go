// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package aicctest is a stand-in for an AICC site, for tests, the demo and
// benchmarks. It answers as the API page documents, misbehaves on demand, and
// keeps a log of what it was asked.
package aicctest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// Token is the access token that the stand-in takes.
	Token = "standin-access-token-0001"
	// ClientID and ClientSecret are the credentials that it gives tokens for.
	ClientID = "standin-client"
	// ClientSecret belongs to ClientID.
	ClientSecret = "standin-client-secret-0001"

	// SampleID is the case of the API page: the vendor's own sample.
	SampleID = "c6m800000149ndrHRVNQ"
	// OpenID is a case in progress that is due in the far future, with a history, a
	// task and a contact.
	OpenID = "c6m8demo000000000001"
	// CompletedID is a case that is done.
	CompletedID = "c6m8demo000000000002"
	// OverdueID is a pending case whose due date has passed.
	OverdueID = "c6m8demo000000000003"
	// UnknownID is an id that no case has.
	UnknownID = "c6m8demo000000000404"
	// ForbiddenID is a case that no token may read.
	ForbiddenID = "c6m8demo000000000403"
	// SlowID is a copy of the open case, with a number and a type of its own, so that
	// a search for the other cases is fast, whose answer takes SlowLatency.
	SlowID = "c6m8demo000000000005"
	// SlowLatency is longer than a person expects, and shorter than the default
	// deadline of a read.
	SlowLatency = 10 * time.Second

	// CasePath is followed by the id of a case.
	CasePath = "/service/AICC__Case/1.0.0/openapi/case/"
	// ListPath lists cases.
	ListPath = CasePath + "list"
	// TokenPath gives out tokens.
	TokenPath = "/baas/auth/v1.0/oauth2/token"
)

// Sample is the reply that the API page shows, byte for byte.
//
//go:embed sample.json
var Sample []byte

//go:embed cases.json
var inventedCases []byte

// Request is one request that the stand-in received.
type Request struct {
	Method, Path string
	Header       http.Header
	Body         string
	At           time.Time
	// Names are those of the headers as the client spelled them, over HTTP/1.1 and
	// without TLS.
	Names []string
}

// AICC is the stand-in. It is an http.Handler and safe for concurrent use.
type AICC struct {
	mu    sync.Mutex
	cases map[string]json.RawMessage
	// rows are those of the cases that were listed since they changed.
	rows     map[string]row
	tokens   map[string]bool
	issued   int
	lifetime time.Duration
	latency  time.Duration
	next     []http.HandlerFunc
	always   http.HandlerFunc
	forPath  map[string]http.HandlerFunc
	requests []Request

	// What a personality changes.
	clock                    *time.Location
	noSuchCase, refusedToken http.HandlerFunc
	listFaults               []ListFault
	exactHeader, oneToken    bool
	firewall                 *firewall
}

// New returns a stand-in that knows the case of the API page and a few invented
// ones.
func New() *AICC {
	clock, err := time.LoadLocation("Asia/Shanghai")
	a := &AICC{
		clock:        clock,
		noSuchCase:   Reply(http.StatusNotFound, `{"resCode":"`+NotFoundCode+`","resMsg":"工单不存在"}`),
		refusedToken: Reply(http.StatusUnauthorized, `{"resCode":"401000001","resMsg":"token无效"}`),
		cases:        map[string]json.RawMessage{},
		rows:         map[string]row{},
		tokens:       map[string]bool{Token: true},
		lifetime:     2 * time.Hour,
		forPath:      map[string]http.HandlerFunc{},
	}
	must(err)
	maps.Copy(a.cases, firstCases())
	return a
}

// firstCases are the answers for the cases that each stand-in knows, by their IDs. Nobody
// changes one in place.
var firstCases = sync.OnceValue(func() map[string]json.RawMessage {
	var sample struct{ Result []json.RawMessage }
	must(json.Unmarshal(Sample, &sample))
	var invented []json.RawMessage
	must(json.Unmarshal(inventedCases, &invented))
	cases := map[string]json.RawMessage{}
	for _, result := range append(sample.Result, invented...) {
		var c struct{ CaseInfo struct{ ID string } }
		must(json.Unmarshal(result, &c))
		cases[c.CaseInfo.ID] = result
	}
	cases[SlowID] = changed(cases[OpenID], map[string]any{"id": SlowID, "caseNo": "000000000000000000000000040005", "type": "cvmC000DemoSlow00000"})
	return cases
})

// store makes result the answer for id.
func (a *AICC) store(id string, result json.RawMessage) {
	a.cases[id] = result
	delete(a.rows, id)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Start serves the stand-in on a loopback address until the test ends, and
// returns its URL.
func (a *AICC) Start(t testing.TB) string {
	t.Helper()
	server := httptest.NewUnstartedServer(a)
	server.Listener = Spelled(server.Config, server.Listener)
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}

// Pipe serves the stand-in without a network, so that it can stand inside a
// testing/synctest bubble. It returns the dial function that reaches it under any
// address with http, and a function that ends it.
func (a *AICC) Pipe() (dial func(context.Context, string, string) (net.Conn, error), stop func()) {
	listener := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: a, ReadHeaderTimeout: time.Hour}
	spelled := Spelled(server, listener)
	go func() { _ = server.Serve(spelled) }()
	return listener.dial, func() { _ = server.Close() }
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	select {
	case l.conns <- far:
		return near, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// SetCase makes result, an element of the reply's result, the answer for id.
func (a *AICC) SetCase(id, result string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.store(id, json.RawMessage(result))
}

// ChangeCase sets keys of a case's caseInfo.
func (a *AICC) ChangeCase(id string, change map[string]any) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.store(id, changed(a.cases[id], change))
}

func changed(result json.RawMessage, change map[string]any) json.RawMessage {
	var around map[string]any
	must(json.Unmarshal(result, &around))
	info, _ := around["caseInfo"].(map[string]any)
	maps.Copy(info, change)
	changed, err := json.Marshal(around)
	must(err)
	return changed
}

// AddCases adds n copies of the sample case under ids and numbers of their own, with
// the given keys of caseInfo changed, and returns the ids in the order of the list.
func (a *AICC) AddCases(n int, changes ...map[string]any) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	const id, number = "the id of a copy", "the number of a copy"
	model := changed(a.cases[SampleID], map[string]any{"id": id, "caseNo": number})
	for _, change := range changes {
		model = changed(model, change)
	}
	listed := rowOf(model)
	ids := make([]string, n)
	for i := range ids {
		own, ownNumber := fmt.Sprintf("c6m8many%012d", i), fmt.Sprintf("%030d", 900_000+i)
		text := strings.Replace(strings.Replace(string(model), id, own, 1), number, ownNumber, 1)
		a.store(own, json.RawMessage(text))
		a.rows[own] = maps.Clone(listed)
		a.rows[own]["id"], a.rows[own]["caseNo"] = own, ownNumber
		ids[i] = own
	}
	return ids
}

// SetLatency delays every answer.
func (a *AICC) SetLatency(latency time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.latency = latency
}

// SetTokenLifetime is the expires_in of the tokens given out from now on.
func (a *AICC) SetTokenLifetime(lifetime time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lifetime = lifetime
}

// TakeToken makes a token valid.
func (a *AICC) TakeToken(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokens[token] = true
}

// RevokeTokens makes every token invalid that was taken or given out so far.
func (a *AICC) RevokeTokens() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.tokens)
}

// Next makes the next requests misbehave, one handler each.
func (a *AICC) Next(faults ...http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next = append(a.next, faults...)
}

// Always makes every request misbehave that has no handler of its own; nil ends
// that.
func (a *AICC) Always(fault http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.always = fault
}

// ForPath makes every request for a path misbehave; nil ends that.
func (a *AICC) ForPath(path string, fault http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forPath[path] = fault
}

// ForCase makes every request for a case misbehave; nil ends that.
func (a *AICC) ForCase(id string, fault http.HandlerFunc) { a.ForPath(CasePath+id, fault) }

// Requests returns what was asked so far.
func (a *AICC) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Request(nil), a.requests...)
}

// Forget empties the log of requests.
func (a *AICC) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = nil
}

// ServeHTTP answers one request.
func (a *AICC) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r = withNames(r)
	fault, latency := a.receive(r, string(body))
	if latency > 0 {
		select {
		case <-time.After(latency):
		case <-r.Context().Done():
			return
		}
	}
	id, isCase := strings.CutPrefix(r.URL.Path, CasePath)
	switch {
	case fault != nil:
		r.Body = io.NopCloser(bytes.NewReader(body))
		fault(w, r)
	case a.firewall != nil && a.firewall.refuse(w):
	case r.URL.Path == ListPath && r.Method == http.MethodPost:
		a.serveList(w, r, body, a.listFaults...)
	case isCase:
		a.serveCase(w, r, id, body)
	case r.URL.Path == TokenPath:
		a.serveToken(w, r, string(body))
	default:
		http.NotFound(w, r)
	}
}

func (a *AICC) receive(r *http.Request, body string) (http.HandlerFunc, time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, Request{r.Method, r.URL.Path, r.Header.Clone(), body, time.Now(), namesOf(r)})
	fault := a.always
	if own := a.forPath[r.URL.Path]; own != nil {
		fault = own
	}
	if len(a.next) > 0 {
		fault, a.next = a.next[0], a.next[1:]
	}
	if r.URL.Path == CasePath+SlowID {
		return fault, a.latency + SlowLatency
	}
	return fault, a.latency
}

func (a *AICC) serveCase(w http.ResponseWriter, r *http.Request, id string, body []byte) {
	var asked struct{ ID string }
	a.mu.Lock()
	result, known := a.cases[id]
	a.mu.Unlock()
	switch {
	case !a.authorized(r):
		a.refusedToken(w, r)
	case r.Method != http.MethodGet, r.Header.Get("Content-Type") != "application/json",
		json.Unmarshal(body, &asked) != nil, asked.ID != id:
		Reply(http.StatusBadRequest, `{"resCode":"405230001","resMsg":"请求参数错误"}`)(w, r)
	case id == ForbiddenID:
		Reply(http.StatusForbidden, `{"resCode":"403000001","resMsg":"无权访问"}`)(w, r)
	case !known:
		a.noSuchCase(w, r)
	default:
		Reply(http.StatusOK, `{"resCode":"0","resMsg":"成功","result":[`+string(result)+`]}`)(w, r)
	}
}

func (a *AICC) serveToken(w http.ResponseWriter, r *http.Request, body string) {
	form, err := url.ParseQuery(body)
	if err != nil || r.Method != http.MethodPost || form.Get("grant_type") != "client_credentials" ||
		form.Get("client_id") != ClientID || form.Get("client_secret") != ClientSecret {
		Reply(http.StatusBadRequest, `{"error":"unauthorized_client","error_description":"The client is unknown or its secret is wrong."}`)(w, r)
		return
	}
	a.mu.Lock()
	token := a.issue()
	lifetime := a.lifetime
	a.mu.Unlock()
	Reply(http.StatusOK, fmt.Sprintf(`{"access_token":%q,"expires_in":%d,"token_type":"Bearer"}`, token, int(lifetime.Seconds())))(w, r)
}

// Reply answers with a status and a body, and with the Content-Type of the API
// page's sample, which is broken.
func Reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json%3Bcharset=UTF-8")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
