// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// proxyError is the status with which a proxy answered CONNECT instead of
// connecting.
type proxyError int

func (e proxyError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the proxy answered CONNECT with HTTP %d %s", int(e), http.StatusText(int(e))))
}

// Alerts of TLS by which a server ends a handshake for good (RFC 8446, section 6).
const alertHandshakeFailure tls.AlertError = 40

var (
	// certificateAlerts are bad_certificate to certificate_unknown, unknown_ca,
	// access_denied and certificate_required.
	certificateAlerts = []tls.AlertError{42, 43, 44, 45, 46, 48, 49, 116}
	// handshakeAlerts are those on the version and the parameters of TLS.
	handshakeAlerts = []tls.AlertError{alertHandshakeFailure, 70, 71, 112, 120}
)

// alertIn returns the alert among those given by which the server ended a handshake,
// or nil. The type in which crypto/tls wraps alerts is not exported, but their texts
// are those of [tls.AlertError].
func alertIn(err error, alerts ...tls.AlertError) error {
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "remote error" &&
		slices.ContainsFunc(alerts, func(a tls.AlertError) bool { return operation.Err.Error() == a.Error() }) {
		return operation
	}
	return nil
}

// isRenegotiation reports whether a server was refused a new handshake on a connection:
// up to TLS 1.2, it asks for a client certificate in this way when it has seen the path.
func isRenegotiation(err error) bool {
	var operation *net.OpError
	return errors.As(err, &operation) && operation.Op == "local error" && operation.Err.Error() == "tls: no renegotiation"
}

// isLargeHeader reports whether a reply had more header lines than are read. The errors
// of net/http have no type.
func isLargeHeader(err error) bool {
	return strings.Contains(err.Error(), "server response headers exceeded") || strings.Contains(err.Error(), "response header list larger")
}

// networkError sorts an error of the transport into a kind and says it in words
// that hold no URL.
func networkError(err error) (Kind, string) {
	var (
		known     *Error
		wrapped   *url.Error
		dns       *net.DNSError
		operation *net.OpError
		proxy     proxyError
		verify    *tls.CertificateVerificationError
		authority x509.UnknownAuthorityError
		hostname  x509.HostnameError
		corrupt   flate.CorruptInputError
	)
	for errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	switch {
	case errors.As(err, &known):
		return known.Kind, known.Detail
	case errors.Is(err, errTooLarge):
		return TooLarge, err.Error()
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, &corrupt):
		return Unreadable, "a body that cannot be decompressed"
	case errors.As(err, &proxy) && mayPass(int(proxy)):
		return Unreachable, err.Error()
	case errors.As(err, &proxy):
		return ProxyRefused, err.Error()
	case errors.As(err, &verify):
		return Untrusted, verify.Err.Error()
	case errors.As(err, &authority), errors.As(err, &hostname):
		return Untrusted, err.Error()
	case errors.As(err, &dns):
		return Unreachable, fmt.Sprintf("looking up %s: %s", dns.Name, dns.Err)
	case errors.As(err, &operation) && (operation.Op == "dial" || operation.Op == "proxyconnect"):
		return Unreachable, err.Error()
	}
	return ruleError(err)
}

// ruleError sorts what ends a handshake for good, or breaks the rules of HTTP; everything
// else broke a connection.
func ruleError(err error) (Kind, string) {
	var record tls.RecordHeaderError
	if alert := alertIn(err, certificateAlerts...); alert != nil {
		return CertificateRefused, alert.Error()
	}
	if alert := alertIn(err, handshakeAlerts...); alert != nil {
		return HandshakeFailed, alert.Error()
	}
	switch {
	case isLargeHeader(err):
		return TooLarge, "more than 256 KiB of header lines"
	case err.Error() == "connection error: PROTOCOL_ERROR":
		return Unreadable, "HTTP/2 that breaks its rules, or has far more than 256 KiB of header lines"
	case isRenegotiation(err):
		return HandshakeFailed, "the server asks for a new handshake again and again"
	case strings.HasPrefix(err.Error(), "tls: server selected unsupported protocol version"):
		return HandshakeFailed, err.Error()
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record) && bytes.HasPrefix(record.RecordHeader[:], []byte("HTTP/")):
		return NotTLS, "it speaks plain HTTP"
	case errors.As(err, &record):
		return NotTLS, "it does not speak TLS"
	default:
		return Interrupted, brokenConnection(err)
	}
}

// knownBreaks are how errors of net/http and crypto/tls begin that quote nothing of what
// a server sent.
var knownBreaks = []string{
	"tls: ", "net/http: TLS handshake timeout", "net/http: timeout awaiting response headers", "net/http: HTTP/1.x transport connection broken: tls: ",
	"http: server closed idle connection", "http2: client connection lost", "http2: client connection force closed",
	"http2: timeout awaiting response headers", "stream error: ", "connection error: ",
}

// brokenConnection says how a connection broke. Errors of net/http that it does not know
// may quote what the server sent, which is somebody's data, so it has words of its own
// for them.
func brokenConnection(err error) string {
	var operation *net.OpError
	text := err.Error()
	has := func(part string) bool { return strings.Contains(text, part) }
	switch {
	case errors.As(err, &operation):
		// Without the addresses, of which one is new each time.
		return operation.Op + ": " + operation.Err.Error()
	case slices.ContainsFunc(knownBreaks, func(known string) bool { return strings.HasPrefix(text, known) }):
		return text
	case has("malformed HTTP"):
		return "a reply without a status line of HTTP"
	case has("malformed MIME header"):
		return "a reply with a broken header line"
	case has("Content-Length"):
		return "a reply with a broken Content-Length"
	case has("transfer encoding"):
		return "a reply with a broken Transfer-Encoding"
	case has("GOAWAY"):
		return "the server closed the HTTP/2 connection"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "unexpected EOF"
	case errors.Is(err, io.EOF):
		return "EOF"
	default:
		return "a reply that breaks the rules of HTTP"
	}
}
