// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package nettest

import (
	"net"
	"strconv"
	"testing"
)

// Socks runs a microsocks, a proxy of SOCKS5 that demands this user name and password,
// and returns its address.
func Socks(t testing.TB, user, password string) string {
	t.Helper()
	var at *net.TCPAddr
	return server{
		program: "microsocks",
		debian:  "microsocks",
		config: func(_ string, address *net.TCPAddr) string {
			at = address
			return ""
		},
		args: func(string) []string {
			return []string{"-i", at.IP.String(), "-p", strconv.Itoa(at.Port), "-u", user, "-P", password}
		},
	}.start(t)
}
