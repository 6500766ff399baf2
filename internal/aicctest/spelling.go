// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"sync"
)

// Spelled makes a server note how its clients spell the names of headers, which
// net/http changes before a handler sees them. The server has to serve the listener
// that is returned.
func Spelled(server *http.Server, listener net.Listener) net.Listener {
	server.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, conn)
	}
	return spelledListener{listener}
}

type connKey struct{}

type spelledListener struct{ net.Listener }

func (l spelledListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &spelledConn{Conn: conn}, nil
}

// spelledConn keeps what it read since the last request that was served over it.
type spelledConn struct {
	net.Conn
	mu   sync.Mutex
	read []byte
}

// Read reads and keeps. A request of a test is small.
func (c *spelledConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = append(c.read, p[:n]...)
	return n, err
}

type namesKey struct{}

// withNames takes down the names of a request's headers. The body has to be read.
func withNames(r *http.Request) *http.Request {
	conn, ok := r.Context().Value(connKey{}).(*spelledConn)
	if !ok || r.ProtoMajor != 1 {
		return r
	}
	conn.mu.Lock()
	head, _, _ := bytes.Cut(conn.read, []byte("\r\n\r\n"))
	conn.read = nil
	conn.mu.Unlock()
	var names []string
	for _, line := range bytes.Split(head, []byte("\r\n"))[1:] {
		name, _, _ := bytes.Cut(line, []byte(":"))
		names = append(names, string(name))
	}
	return r.WithContext(context.WithValue(r.Context(), namesKey{}, names))
}

// namesOf returns the names of a request's headers as they were written, or nil
// where the server does not note them.
func namesOf(r *http.Request) []string {
	names, _ := r.Context().Value(namesKey{}).([]string)
	return names
}
