// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestInstructions asks for every case of the instructions, with the printed
// token, and compares the answer with what is said about it.
func TestInstructions(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	instructions(&text, "http://127.0.0.1:1")
	token := regexp.MustCompile(`export AICC_TOKEN=(.+)`).FindStringSubmatch(text.String())
	if token == nil || !strings.Contains(text.String(), "export AICC_DOMAIN=http://127.0.0.1:1\n") {
		t.Fatalf("there is nothing to paste in:\n%s", &text)
	}
	wants := map[string]struct {
		status int
		body   string
		after  time.Duration
	}{
		"open":      {200, `"AICC__State__CST.name": "Processing"`, 0},
		"completed": {200, `"AICC__State__CST.name": "Completed"`, 0},
		"overdue":   {200, `"dueDate": "2026-03-01 18:00:00"`, 0},
		"unknown":   {404, "", 0},
		"forbidden": {403, "", 0},
		"slow":      {200, `"AICC__State__CST.name":"Processing"`, 10 * time.Second},
	}
	said := regexp.MustCompile(`(?m)^  (\w{20})  ([\d-]+) +(\w+)`).FindAllStringSubmatch(text.String(), -1)
	if len(said) != len(wants) {
		t.Errorf("%d cases are listed, want %d:\n%s", len(said), len(wants), &text)
	}
	for _, line := range said {
		id, number, want := line[1], line[2], wants[line[3]]
		synctest.Test(t, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, aicctest.CasePath+id, strings.NewReader(fmt.Sprintf(`{"id":%q}`, id)))
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("access-token", token[1])
			start, answer := time.Now(), httptest.NewRecorder()
			aicctest.New().ServeHTTP(answer, request)
			if took := time.Since(start); answer.Code != want.status || took != want.after || !strings.Contains(answer.Body.String(), want.body) {
				t.Errorf("%s: HTTP %d after %v, want %d after %v, with %s:\n%s", line[0], answer.Code, took, want.status, want.after, want.body, answer.Body)
			}
			if number != "-" && !strings.Contains(answer.Body.String(), fmt.Sprintf(`"caseNo": "%030s"`, number)) {
				t.Errorf("%s: its number is not %s:\n%s", line[0], number, answer.Body)
			}
		})
	}
}

// TestClose closes a case with the printed command, and no case that there is not.
func TestClose(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	instructions(&text, "http://127.0.0.1:1")
	command := regexp.MustCompile(`(?m)^  curl -X POST http://127\.0\.0\.1:1(/\S+)$`).FindStringSubmatch(text.String())
	if command == nil {
		t.Fatalf("nothing says how to close a case:\n%s", &text)
	}
	handler, err := site("")
	if err != nil {
		t.Fatal(err)
	}
	call := func(method, path string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(fmt.Sprintf(`{"id":%q}`, aicctest.OpenID)))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("access-token", aicctest.Token)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer
	}
	state := func() bool {
		return strings.Contains(call(http.MethodGet, aicctest.CasePath+aicctest.OpenID).Body.String(), `"state":"Completed"`)
	}
	if answer := call(http.MethodPost, "/close/"+aicctest.UnknownID); answer.Code != http.StatusNotFound || state() {
		t.Errorf("HTTP %d: %s", answer.Code, answer.Body)
	}
	if answer := call(http.MethodPost, command[1]); answer.Code != http.StatusOK || !state() {
		t.Errorf("HTTP %d: %s", answer.Code, answer.Body)
	}
}

func TestListenOn(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "127.0.0.1", "localhost:0", "192.0.2.1:80"} {
		if listener, err := listenOn(t.Context(), address); err == nil {
			_ = listener.Close()
			t.Errorf("it listens on %s", address)
		}
	}
}
