// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package nettest

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// apacheModules lie in the folder where Debian has them.
var apacheModules = []string{"mpm_event", "authz_core", "headers", "ssl", "socache_shmcb", "http2", "proxy", "proxy_http", "proxy_connect"}

// Apache is an Apache httpd.
type Apache struct {
	// Plain makes it speak plain HTTP. Otherwise it speaks HTTPS with a certificate of
	// Authority for 127.0.0.1.
	Plain     bool
	Authority *Authority
	// Server are directives. A relative path in them lies in a folder of this server's
	// own, where authority.pem is.
	Server string
}

// Start runs the Apache until the test ends, and returns its address.
func (a Apache) Start(t testing.TB) string {
	t.Helper()
	return server{
		program: "apache2",
		debian:  "apache2-bin",
		// Asked to end, it would wait for connections that are open.
		signal: os.Kill,
		args:   func(file string) []string { return []string{"-d", filepath.Dir(file), "-f", file, "-X"} },
		config: func(dir string, address *net.TCPAddr) string { return a.config(t, dir, address) },
	}.start(t)
}

func (a Apache) config(t testing.TB, dir string, address *net.TCPAddr) string {
	var modules strings.Builder
	for _, name := range apacheModules {
		fmt.Fprintf(&modules, "LoadModule %[1]s_module /usr/lib/apache2/modules/mod_%[1]s.so\n", name)
	}
	encryption := ""
	if !a.Plain {
		certificate, key := a.Authority.Issue(t, "127.0.0.1", time.Now().Add(time.Hour))
		write(t, filepath.Join(dir, "server.pem"), certificate+key)
		write(t, filepath.Join(dir, "authority.pem"), a.Authority.PEM)
		encryption = "SSLEngine on\nSSLCertificateFile server.pem\nSSLCACertificateFile authority.pem"
	}
	return fmt.Sprintf(`
%[1]s
ServerName apache.example.com
Listen %[2]s
PidFile %[3]s/pid
DefaultRuntimeDir %[3]s
ErrorLog /dev/stderr
LogLevel error
%[4]s
%[5]s
`, modules.String(), address, dir, encryption, a.Server)
}
