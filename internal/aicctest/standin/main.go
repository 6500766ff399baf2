// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command standin serves a stand-in AICC with invented cases on a loopback
// address. Its first two lines are the settings of a provider that reads from it,
// AICC_DOMAIN=… and AICC_TOKEN=….
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address to listen on; port 0 takes a free one")
	logging := flag.Bool("log", false, "print each request's method, path and User-Agent to stderr")
	flag.Parse()
	host, _, err := net.SplitHostPort(*listen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		log.Fatalf("standin: %s is not a loopback address with a port", *listen)
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("AICC_DOMAIN=http://%s\nAICC_TOKEN=%s\n", listener.Addr(), aicctest.Token)
	var handler http.Handler = aicctest.New()
	if *logging {
		handler = logged(handler)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// logged prints each request to stderr, without the headers and the body, where
// secrets are.
func logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(os.Stderr, "%s %q %q\n", r.Method, r.URL.Path, r.UserAgent())
		next.ServeHTTP(w, r)
	})
}
