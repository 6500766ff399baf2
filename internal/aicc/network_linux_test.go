// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/nettest"
)

// TestNetworkDeadAddress reads from a host of which the first addresses drop whoever
// wants to connect, with a deadline that the system's own attempts would not meet. It
// does not run in parallel, since it replaces the resolver of the process.
func TestNetworkDeadAddress(t *testing.T) {
	server := httptest.NewUnstartedServer(aicctest.New())
	server.StartTLS()
	t.Cleanup(server.Close)
	port := server.Listener.Addr().(*net.TCPAddr).AddrPort().Port()
	dead := []string{"127.0.0.2", "127.0.0.3"}
	for _, address := range dead {
		nettest.Silent(t, netip.AddrPortFrom(netip.MustParseAddr(address), port))
	}
	system := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = system })
	net.DefaultResolver = nettest.Names(t, append(dead, "127.0.0.1")...)

	pool, err := aicc.ParseCertificates(certificateOf(server))
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(t, config(t, fmt.Sprintf("https://example.com:%d", port), noRetries, func(c *aicc.Config) { c.RootCAs = pool }))
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	if _, failure := read(ctx, client, aicctest.SampleID); failure != nil {
		t.Errorf("got %+v", failure)
	}

	net.DefaultResolver = nettest.Names(t, "127.0.0.4", "127.0.0.5")
	client = newClient(t, config(t, fmt.Sprintf("https://example.com:%d", port), noRetries))
	if _, failure := read(t.Context(), client, aicctest.SampleID); failure == nil || failure.Kind != aicc.Unreachable || !strings.Contains(failure.Detail, "127.0.0.4") || !strings.Contains(failure.Detail, "connection refused") {
		t.Errorf("got %+v", failure)
	}
}
