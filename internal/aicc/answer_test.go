// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestStatuses holds what each status makes of the envelopes that say that there is no
// case, and of one with a case.
func TestStatuses(t *testing.T) {
	t.Parallel()
	const (
		empty   = `{"resCode":"0","result":[]}`
		code    = `{"resCode":"405230004","resMsg":"m"}`
		nothing = `{"resCode":405230004,"result":[{"caseInfo":null}],"success":true}`
	)
	open := `{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `","state":"Processing"}}]}`
	type row struct {
		status int
		body   string
		kind   aicc.Kind
		detail string
	}
	rows := []row{
		{200, empty, aicc.NotReturned, "an empty result"},
		{404, code, aicc.NotReturned, ""},
		{410, code, aicc.NotReturned, ""},
		{404, nothing, aicc.NotReturned, ""},
		{404, `{"resCode":"4","result":null}`, aicc.NotReturned, ""},
		{404, `{"resCode":"4","result":[]}`, aicc.NotReturned, ""},

		{404, open, aicc.Unreadable, "JSON with a resCode of 0, which contradicts the HTTP status"},
		{404, empty, aicc.Unreadable, "JSON with a resCode of 0, which contradicts the HTTP status"},
		{410, `{"resCode":0}`, aicc.Unreadable, "JSON with a resCode of 0, which contradicts the HTTP status"},
		{404, strings.Replace(open, `"0"`, `"4"`, 1), aicc.Unreadable, "JSON with a result, which contradicts the HTTP status"},
		{404, `{"resCode":"4","result":""}`, aicc.Unreadable, "JSON with a result, which contradicts the HTTP status"},
		{404, `{"resCode":"4","success":false}`, aicc.Refused, "it does not say success: true"},
		{404, `{"resCode":"4","error":"e"}`, aicc.Refused, "it has error"},
		{404, `{"resCode":"4","errorCode":"e"}`, aicc.Refused, "it has errorCode"},
		{404, `{"resCode":"0","resCode":"4"}`, aicc.Unreadable, "JSON in which resCode stands twice in one object"},
		{404, "{\"resCode\":\"4\",\"resMsg\":\"\xb9\xa4\"}", aicc.Unreadable, "not UTF-8"},
		{404, `{"resCode":[]}`, aicc.NotAICC, ""},
		{404, `{"resCode":false}`, aicc.NotAICC, ""},
		{404, `{"resCode":""}`, aicc.NotAICC, ""},
		{404, `[]`, aicc.NotAICC, ""},
		{404, `false`, aicc.NotAICC, ""},
		{404, `""`, aicc.NotAICC, ""},
		{410, ``, aicc.NotAICC, ""},
		{500, code, aicc.Refused, ""},
		{500, empty, aicc.ServerFailed, ""},
		{400, code, aicc.Refused, ""},
		{403, code, aicc.Forbidden, ""},
	}
	for _, status := range []int{201, 202, 203, 205, 206, 207, 226, 299} {
		rows = append(rows, row{status, empty, aicc.UnexpectedStatus, ""}, row{status, open, aicc.UnexpectedStatus, ""})
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.status, " ", row.body), func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.Always(aicctest.Reply(row.status, row.body))
			_, failure := read(t.Context(), newClient(t, config(t, site.Start(t), noRetries)), aicctest.SampleID)
			if failure == nil || failure.Kind != row.kind || failure.Detail != row.detail {
				t.Errorf("got %+v, want %v, %q", failure, row.kind, row.detail)
			}
		})
	}
}

// TestDeniedCode has AICC refuse access with a code that it sends with HTTP 404 too,
// before and after.
func TestDeniedCode(t *testing.T) {
	t.Parallel()
	for _, denied := range []int{401, 403} {
		t.Run(fmt.Sprint(denied), func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			client := newClient(t, config(t, site.Start(t), noRetries))
			const refusal = `{"resCode":"1","resMsg":"m"}`
			site.ForCase(aicctest.OpenID, aicctest.Reply(404, refusal))
			site.ForCase(aicctest.SampleID, aicctest.Reply(denied, refusal))
			if _, failure := read(t.Context(), client, aicctest.OpenID); failure.Kind != aicc.NotReturned {
				t.Errorf("before: %+v", failure)
			}
			_, _ = read(t.Context(), client, aicctest.SampleID)
			_, failure := read(t.Context(), client, aicctest.OpenID)
			if failure.Kind != aicc.Refused || failure.Detail != "AICC also refuses access with this resCode" {
				t.Errorf("after: %+v", failure)
			}
			if _, failure := read(t.Context(), client, aicctest.UnknownID); failure.Kind != aicc.NotReturned {
				t.Errorf("another code: %+v", failure)
			}
		})
	}
}

// TestConfirmation holds that each missing case is asked for once more, over a connection
// of its own, and that the log counts it.
func TestConfirmation(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	var log bytes.Buffer
	var dials atomic.Int64
	client := newClient(t, config(t, site.Start(t), noRetries, func(c *aicc.Config) {
		c.Logger = slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			dials.Add(1)
			return new(net.Dialer).DialContext(ctx, network, address)
		}
	}))
	for i, id := range []string{aicctest.SampleID, "gone1", "gone2", aicctest.OpenID} {
		_, failure := read(t.Context(), client, id)
		if missing := i == 1 || i == 2; missing != (failure != nil) || missing && (failure.Kind != aicc.NotReturned || failure.Attempts != 1) {
			t.Errorf("%s: %+v", id, failure)
		}
	}
	if n := len(site.Requests()); n != 6 || dials.Load() != 3 {
		t.Errorf("%d requests over %d connections, want 4 over one and 2 over one each", n, dials.Load())
	}
	if n := strings.Count(log.String(), `"confirms":true`); n != 2 {
		t.Errorf("the log counts %d confirmations:\n%s", n, &log)
	}

	// What the confirmation says counts.
	site.Next(aicctest.Reply(200, `{"resCode":"0","result":[]}`))
	if got, failure := read(t.Context(), client, aicctest.CompletedID); failure != nil || *got.ID != aicctest.CompletedID {
		t.Errorf("a case that is there after all: %+v", failure)
	}
	site.Next(noSuchCase, serverError(503))
	if _, failure := read(t.Context(), client, aicctest.OverdueID); failure == nil || failure.Kind != aicc.ServerFailed {
		t.Errorf("a confirmation that fails: %+v", failure)
	}
	site.Next(aicctest.Reply(200, `{"resCode":"0","result":[{"caseList":[],"count":0}]}`))
	if got, err := client.Case(t.Context(), aicc.Query{CaseNo: "40003"}); err != nil || *got.ID != aicctest.OverdueID {
		t.Errorf("a number that is there after all: %v", err)
	}
}

// TestMixedReplies has one reply of many be another case's. No missing case of such a run
// is believed, whichever came first.
func TestMixedReplies(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(4)
	site.ForCase(ids[1], aicctest.Reply(200, string(aicctest.Sample)))
	client := newClient(t, config(t, site.Start(t), noRetries, func(c *aicc.Config) { c.MaxConcurrency = 1 }))
	outcome := client.Cases(t.Context(), []string{"gone1", ids[0], ids[1], "gone2"}, nil)
	if len(outcome.Found) != 1 || len(outcome.Missing) != 0 || len(outcome.Failed) != 3 {
		t.Fatalf("%d found, %d missing, %d failed", len(outcome.Found), len(outcome.Missing), len(outcome.Failed))
	}
	for i, want := range []string{
		"none, but another reply in this run was that of another case", "case " + aicctest.SampleID,
		"none, but another reply in this run was that of another case",
	} {
		if got := outcome.Failed[i]; got.Kind != aicc.Foreign || got.Detail != want {
			t.Errorf("failure %d is %v: %q", i, got.Kind, got.Detail)
		}
	}
	if _, failure := read(t.Context(), client, "gone3"); failure.Kind != aicc.Foreign {
		t.Errorf("later: %+v", failure)
	}
}

// TestUnaskedReply has a server send an empty result that nobody asked for a moment after
// a good reply, on the same connection, so that each answer there is that of the request
// before. No case is missing.
func TestUnaskedReply(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(40)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var unasked atomic.Bool
	var connections sync.WaitGroup
	serve := func(conn net.Conn) {
		defer func() { _ = conn.Close() }()
		say := func(body string) {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		}
		for requests := bufio.NewReader(conn); ; {
			request, err := http.ReadRequest(requests)
			if err != nil {
				return
			}
			recorder := &recorder{header: http.Header{}}
			site.ServeHTTP(recorder, request)
			time.Sleep(5 * time.Millisecond)
			say(recorder.String())
			if unasked.CompareAndSwap(false, true) {
				time.Sleep(3 * time.Millisecond)
				say(`{"resCode":"0","result":[]}`)
			}
		}
	}
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(t.Context(), func() { _ = conn.Close() })
			connections.Go(func() { defer stop(); serve(conn) })
		}
	})
	t.Cleanup(connections.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	client := newClient(t, config(t, "http://"+listener.Addr().String(), func(c *aicc.Config) { c.MaxConcurrency = 1 }))
	outcome := client.Cases(t.Context(), ids, nil)
	if len(outcome.Missing) > 0 {
		t.Errorf("%d of %d cases are missing", len(outcome.Missing), len(ids))
	}
	if len(outcome.Found)+len(outcome.Failed) != len(ids) {
		t.Errorf("%d found, %d failed", len(outcome.Found), len(outcome.Failed))
	}
}

// recorder keeps what a handler writes.
type recorder struct {
	bytes.Buffer

	header http.Header
}

var _ io.Writer = (*recorder)(nil)

func (r *recorder) Header() http.Header { return r.header }
func (*recorder) WriteHeader(int)       {}
