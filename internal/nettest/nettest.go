// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package nettest puts a real network between a test and its stand-in: nginx,
// Apache, squid, tinyproxy and microsocks, each in the foreground on a loopback port
// of its own, a forwarder that goes silent, and addresses that drop whoever connects.
package nettest

import (
	"bytes"
	"cmp"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// server is a program that listens on a loopback address until the test ends.
type server struct {
	// program is the name of the command, and debian the package that has it.
	program, debian string
	// config is the configuration for an address, host and port.
	config func(dir string, address *net.TCPAddr) string
	// args are the arguments that run it in the foreground with that file.
	args func(file string) []string
	// signal ends it; nil means SIGTERM.
	signal os.Signal
}

// tries is how often a server is started: another process may take its port in
// the meantime.
const tries = 5

// start runs the server and returns its address, host:port.
func (s server) start(t testing.TB) string {
	t.Helper()
	path := find(t, s.program, s.debian)
	for range tries {
		if address, ok := s.startOnce(t, path); ok {
			return address
		}
	}
	t.Fatalf("%s found no free port %d times", s.program, tries)
	return ""
}

// startOnce runs the server on a free port. It returns false where another
// process was faster to take the port.
func (s server) startOnce(t testing.TB, path string) (string, bool) {
	t.Helper()
	dir := t.TempDir()
	address := freePort(t)
	file := filepath.Join(dir, s.program+".conf")
	if err := os.WriteFile(file, []byte(s.config(dir, address)), 0o600); err != nil {
		t.Fatal(err)
	}
	output, err := os.Create(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = output.Close() }()
	command := exec.Command(path, s.args(file)...) //nolint:noctx // It ends with the test's cleanup, by its signal.
	command.Dir = dir
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(ended)
	}()
	t.Cleanup(func() { end(t, command.Process, cmp.Or[os.Signal](s.signal, syscall.SIGTERM), ended) })

	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		select {
		case <-ended:
			said, _ := os.ReadFile(output.Name())
			if bytes.Contains(said, []byte("in use")) {
				return "", false
			}
			t.Fatalf("%s ended at once:\n%s", s.program, said)
		case <-time.After(20 * time.Millisecond):
		}
		if conn, err := net.DialTCP("tcp", nil, address); err == nil {
			_ = conn.Close()
			return address.String(), true
		}
	}
	said, _ := os.ReadFile(output.Name())
	t.Fatalf("%s does not listen on %s:\n%s", s.program, address, said)
	return "", false
}

// end asks a process to stop until it does, and kills it when it does not. It asks
// more than once because nginx misses a signal that arrives after it has looked
// for one and before it waits for the next event.
func end(t testing.TB, process *os.Process, signal os.Signal, ended <-chan struct{}) {
	timeout := time.After(20 * time.Second)
	for {
		_ = process.Signal(signal)
		select {
		case <-ended:
			return
		case <-time.After(200 * time.Millisecond):
		case <-timeout:
			t.Errorf("process %d does not end by itself", process.Pid)
			_ = process.Kill()
			<-ended
			return
		}
	}
}

// find returns the path of a program. Without it the test is skipped; it fails
// instead where CI or AICC_REQUIRE_SERVERS is set, so that a skip cannot look
// like a pass.
func find(t testing.TB, program, debian string) string {
	t.Helper()
	if path, err := exec.LookPath(program); err == nil {
		return path
	}
	// On Debian, other users than root do not have it in their PATH.
	if path, err := exec.LookPath("/usr/sbin/" + program); err == nil {
		return path
	}
	message := fmt.Sprintf("%s is not installed: apt-get install %s", program, debian)
	if os.Getenv("CI") != "" || os.Getenv("AICC_REQUIRE_SERVERS") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// lookedAt counts the ports that freePort looked at.
var lookedAt atomic.Int32

// freePort finds a loopback port that nobody listens on. It is none of those that the
// kernel gives to whom asks for any: a test's own server would take it before the program
// does, and answer in its place. No port is found twice.
func freePort(t testing.TB) *net.TCPAddr {
	t.Helper()
	const first, ports = 10_000, 20_000
	for range ports {
		// Packages that are tested at the same time begin at different ports.
		address := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: first + (64*os.Getpid()+int(lookedAt.Add(1)))%ports}
		if listener, err := net.ListenTCP("tcp", address); err == nil {
			_ = listener.Close()
			return address
		}
	}
	t.Fatal("there is no free port")
	return nil
}

func listen(t testing.TB) *net.TCPListener {
	t.Helper()
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// Site is an nginx in front of a stand-in.
type Site struct {
	// Plain makes nginx speak plain HTTP. Otherwise it speaks HTTPS with a
	// certificate of Authority for 127.0.0.1.
	Plain     bool
	Authority *Authority
	// Listen is added to the listen directive: "http2".
	Listen string
	// HTTP, Server and Location are directives of these blocks. A relative path in
	// them lies in a folder of this nginx's own, where authority.pem is.
	HTTP, Server, Location string
}

// Start runs the nginx until the test ends, and returns its URL.
func (s Site) Start(t testing.TB) string {
	t.Helper()
	address := server{
		program: "nginx",
		debian:  "nginx-light",
		args:    func(file string) []string { return []string{"-p", filepath.Dir(file), "-c", file, "-e", "stderr"} },
		config:  func(dir string, address *net.TCPAddr) string { return s.config(t, dir, address) },
	}.start(t)
	if s.Plain {
		return "http://" + address
	}
	return "https://" + address
}

func (s Site) config(t testing.TB, dir string, address *net.TCPAddr) string {
	listen := s.Listen
	encryption := ""
	if !s.Plain {
		certificate, key := s.Authority.Issue(t, "127.0.0.1", time.Now().Add(time.Hour))
		write(t, filepath.Join(dir, "server.pem"), certificate+key)
		write(t, filepath.Join(dir, "authority.pem"), s.Authority.PEM)
		listen += " ssl"
		encryption = "ssl_certificate server.pem; ssl_certificate_key server.pem;"
	}
	// One process, so that its ID is all that has to end.
	return fmt.Sprintf(`
daemon off;
master_process off;
error_log stderr;
pid %[1]s/pid;
events {}
http {
  access_log off;
  client_body_temp_path %[1]s/body;
  proxy_temp_path       %[1]s/proxy;
  fastcgi_temp_path     %[1]s/fastcgi;
  uwsgi_temp_path       %[1]s/uwsgi;
  scgi_temp_path        %[1]s/scgi;
  # The default of older versions knows no TLS 1.3.
  ssl_protocols TLSv1.2 TLSv1.3;
  %[7]s
  server {
    listen %[2]s %[3]s;
    %[4]s
    %[5]s
    location / { %[6]s }
  }
}
`, dir, address, listen, encryption, s.Server, s.Location, s.HTTP)
}

// Squid runs a squid with the given directives beside http_port, and returns its
// address. Mode is added to http_port: "accel" for a reverse proxy.
func Squid(t testing.TB, mode, directives string) string {
	t.Helper()
	return server{
		program: "squid",
		debian:  "squid",
		args:    func(file string) []string { return []string{"-N", "-f", file, "-d", "1"} },
		config: func(dir string, address *net.TCPAddr) string {
			return fmt.Sprintf(`
http_port %s %s
visible_hostname squid.example.com
pid_filename none
netdb_filename none
pinger_enable off
access_log none
cache_log /dev/null
cache_store_log none
coredump_dir %s
max_filedescriptors 1024
shutdown_lifetime 0 seconds
%s
`, address, mode, dir, directives)
		},
	}.start(t)
}

// Tinyproxy runs a tinyproxy with the given directives, and returns its address.
func Tinyproxy(t testing.TB, directives string) string {
	t.Helper()
	return server{
		program: "tinyproxy",
		debian:  "tinyproxy",
		args:    func(file string) []string { return []string{"-d", "-c", file} },
		config: func(dir string, address *net.TCPAddr) string {
			return fmt.Sprintf("Listen %s\nPort %d\nTimeout 60\nMaxClients 100\nLogLevel Critical\nLogFile %q\n%s\n",
				address.IP, address.Port, filepath.Join(dir, "log"), directives)
		},
	}.start(t)
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
