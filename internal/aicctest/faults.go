// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// Reset closes the connection before anything is answered.
func Reset(w http.ResponseWriter, _ *http.Request) {
	conn := hijack(w)
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// ResetBody promises the sample and closes the connection in the middle of it.
func ResetBody(w http.ResponseWriter, _ *http.Request) {
	conn := hijack(w)
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(Sample), Sample[:len(Sample)/2])
	_ = conn.Close()
}

// ShortLength promises less than it sends, so that the JSON arrives cut.
func ShortLength(w http.ResponseWriter, _ *http.Request) {
	conn := hijack(w)
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n%s", Sample)
	_ = conn.Close()
}

// Garbage answers with a line that is no HTTP.
func Garbage(line string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn := hijack(w)
		_, _ = fmt.Fprintf(conn, "%s\r\n\r\n", line)
		_ = conn.Close()
	}
}

// Stall answers nothing until the client leaves.
func Stall(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// StallBody sends half of the sample and then nothing until the client leaves.
func StallBody(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(Sample)))
	_, _ = w.Write(Sample[:len(Sample)/2])
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

// StallError answers with a status, sends a piece of a body and then nothing until
// the client leaves.
func StallError(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, `{"resCode":"`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// Redirect points to another place.
func Redirect(location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(http.StatusFound)
	}
}

// RetryAfter answers with a status and asks the client to wait.
func RetryAfter(status int, wait string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", wait)
		Reply(status, `{"resCode":"429000001","resMsg":"请求过于频繁"}`)(w, r)
	}
}

// GzipBomb sends the given number of MiB as a small compressed reply.
func GzipBomb(size int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		for range size {
			_, _ = w.Write(packed())
		}
	}
}

// packed is a compressed MiB. Several behind each other are a compressed reply too.
var packed = sync.OnceValue(func() []byte {
	var whole bytes.Buffer
	packer := gzip.NewWriter(&whole)
	_, _ = io.CopyN(packer, spaces{}, 1<<20)
	_ = packer.Close()
	return whole.Bytes()
})

// Flood answers with a status and the given number of bytes, or bytes without an
// end where it is negative, and counts how many were taken.
func Flood(status int, size int64, taken *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		length := int64(math.MaxInt64)
		if size >= 0 {
			w.Header().Set("Content-Length", fmt.Sprint(size))
			length = size
		}
		w.WriteHeader(status)
		_, _ = io.CopyN(counted{w, taken}, spaces{}, length)
	}
}

// counted counts what was written.
type counted struct {
	io.Writer
	taken *atomic.Int64
}

func (c counted) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.taken.Add(int64(n))
	return n, err
}

// spaces is an length source of white space.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) { return copy(p, strings.Repeat(" ", len(p))), nil }

func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if spelled, ok := conn.(*spelledConn); ok {
		return spelled.Conn
	}
	return conn
}
