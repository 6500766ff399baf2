// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command standin serves a stand-in AICC with invented cases on a loopback
// address until it is interrupted. It prints the settings of a provider that reads
// from it, AICC_DOMAIN=… and AICC_TOKEN=…, or with -guide what a person needs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address to listen on; port 0 takes a free one")
	guide := flag.Bool("guide", false, "print what to paste into another terminal, and the cases")
	logging := flag.Bool("log", false, "print each request's method, path and User-Agent to stderr")
	as := flag.String("as", "", "personality to take on: "+names())
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	handler, err := site(*as)
	if err != nil {
		log.Fatalf("standin: %v", err)
	}
	if *logging {
		handler = logged(handler)
	}
	listener, err := listenOn(ctx, *listen)
	if err != nil {
		log.Fatalf("standin: %v", err)
	}
	printSettings := settings
	if *guide {
		printSettings = instructions
	}
	printSettings(os.Stdout, "http://"+listener.Addr().String())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(aicctest.Spelled(server, listener)); !errors.Is(err, http.ErrServerClosed) {
		log.Fatalf("standin: %v", err)
	}
}

// site is a stand-in with a personality, or with none where it is not named.
func site(personality string) (http.Handler, error) {
	stand := aicctest.New()
	if personality != "" {
		p, err := aicctest.Named(personality)
		if err != nil {
			return nil, err
		}
		stand.Become(p)
	}
	return closing(stand), nil
}

// closing adds what a person does on AICC's console: POST /close/<id> completes a
// case, so that one can see what a gate says of a case that was closed between plan
// and apply.
func closing(stand *aicctest.AICC) http.Handler {
	closable := map[string]bool{aicctest.OpenID: true, aicctest.CompletedID: true, aicctest.OverdueID: true}
	all := http.NewServeMux()
	all.Handle("/", stand)
	all.HandleFunc("POST /close/{id}", func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		if !closable[id] {
			http.Error(w, "there is no such case to close", http.StatusNotFound)
			return
		}
		stand.ChangeCase(id, map[string]any{"state": "Completed", "AICC__State__CST.name": "Completed"})
		_, _ = fmt.Fprintf(w, "Case %s is Completed.\n", id) //nolint:gosec // The ID is one of those that can be closed.
	})
	return all
}

// names are the names of all personalities.
func names() string {
	var all []string
	for _, p := range aicctest.Personalities() {
		all = append(all, p.Name)
	}
	return strings.Join(all, ", ")
}

func listenOn(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("%s is not a loopback address with a port", address)
	}
	return new(net.ListenConfig).Listen(ctx, "tcp", address)
}

func settings(w io.Writer, url string) {
	_, _ = fmt.Fprintf(w, "AICC_DOMAIN=%s\nAICC_TOKEN=%s\n", url, aicctest.Token)
}

func instructions(w io.Writer, url string) {
	_, _ = fmt.Fprintf(w, `This is a stand-in for AICC with invented cases. Paste this into another terminal:

  export AICC_DOMAIN=%[1]s
  export AICC_TOKEN=%[2]s

or, instead of the token, client credentials:

  export AICC_CLIENT_ID=%[3]s
  export AICC_CLIENT_SECRET=%[4]s

Its cases, by ID and number:

  %[5]s  40001  open: Processing, due in 2099, with a history, a task and a contact
  %[6]s  40002  completed
  %[7]s  40003  overdue: Pending, due on 2026-03-01
  %[8]s  -      unknown: "AICC returned no such case"
  %[9]s  -      forbidden: "AICC denied access to the case"
  %[10]s  -      slow: the open case, after %[11]d seconds

To close a case, for example between plan and apply:

  curl -X POST %[1]s/close/%[5]s

"make standin LISTEN=%[12]s" gets this address again, so that your exports last.
Each request is shown below. Press Ctrl-C to stop.

`, url, aicctest.Token, aicctest.ClientID, aicctest.ClientSecret,
		aicctest.OpenID, aicctest.CompletedID, aicctest.OverdueID,
		aicctest.UnknownID, aicctest.ForbiddenID, aicctest.SlowID, int(aicctest.SlowLatency.Seconds()),
		strings.TrimPrefix(url, "http://"))
}

// logged prints each request to stderr, without the headers and the body, where
// secrets are.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(os.Stderr, "%s %q %q\n", r.Method, r.URL.Path, r.UserAgent())
		next.ServeHTTP(w, r)
	})
}
