// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"fmt"
	"iter"
	"strings"
)

// Kind says what kept a case from being read.
type Kind int

const (
	// Canceled means that the caller gave up.
	Canceled Kind = iota
	// TimedOut means that the deadline of the read passed.
	TimedOut
	// Invalid means that the ID or the template fields were refused before
	// anything was sent.
	Invalid
	// NotReturned means that AICC answered that there is no such case:
	// [Config.NotFoundCodes] and the table in DESIGN.md say when.
	NotReturned
	// Refused means that AICC refused to return the case, which leaves open whether
	// it exists: a resCode other than 0, also with HTTP 500, or HTTP 400 or 422. For a list it also means
	// what says of a case that there is none.
	Refused
	// NotAICC means HTTP 404 or 410 without AICC's envelope: whatever answers is not
	// an AICC, or has no such path.
	NotAICC
	// Foreign means that AICC returned another case than the one asked for.
	Foreign
	// Unauthorized means HTTP 401.
	Unauthorized
	// Forbidden means HTTP 403.
	Forbidden
	// Throttled means HTTP 429.
	Throttled
	// ServerFailed means HTTP 500 or above, but for HTTP 500 with a resCode.
	ServerFailed
	// UnexpectedStatus means any other HTTP status that is no success.
	UnexpectedStatus
	// Redirected means HTTP 3xx. No redirect is followed, since the token would
	// travel along.
	Redirected
	// Unreadable means that the body is not what the API page documents.
	Unreadable
	// TooLarge means that the body has more than 8 MiB after decompression, or the case
	// in it more than 3,000 entries.
	TooLarge
	// Unreachable means that no connection was made.
	Unreachable
	// Untrusted means that the certificate of the server was refused.
	Untrusted
	// Interrupted means that a connection broke before the reply was whole.
	Interrupted
	// FilterIgnored means that AICC listed cases that were not asked for: releases
	// before case numbers could be searched ignore them.
	FilterIgnored
	// Ambiguous means that several cases have the number that was asked for.
	Ambiguous
	// Incomplete means that AICC listed fewer cases than it counts.
	Incomplete
	// TooMany means that a search finds more than 10,000 cases.
	TooMany
	// TokenRefused means that AICC gave no token for the client credentials.
	TokenRefused
	// ProxyRefused means that a proxy did not connect to the site and will not, as
	// with HTTP 407 or 403.
	ProxyRefused
	// CertificateRequired means that the server demands a client certificate where
	// none is configured.
	CertificateRequired
	// CertificateRefused means that the server refused the client certificate.
	CertificateRefused
	// HandshakeFailed means that server and client agree on no TLS version or cipher.
	HandshakeFailed
	// NotTLS means that the port of the site does not speak TLS.
	NotTLS
	// Blocked means HTTP 4xx with a page that is not AICC's: a firewall or a
	// single sign-on answers in its place.
	Blocked
	// Cached means that a cache answered where AICC itself was asked for.
	Cached
)

// kinds says of each [Kind] what it is called in the log, whether it would meet every
// case alike, so that asking for more of them is of no use, and whether it may pass by
// itself, so that the request is repeated.
var kinds = [...]struct {
	name        string
	concernsAll bool
	passes      bool
}{
	Canceled:            {"canceled", true, false},
	TimedOut:            {"timed out", true, false},
	Invalid:             {"invalid", false, false},
	NotReturned:         {"not returned", false, false},
	Refused:             {"refused", false, false},
	NotAICC:             {"not AICC", true, false},
	Foreign:             {"foreign", false, false},
	Unauthorized:        {"unauthorized", true, false},
	Forbidden:           {"forbidden", false, false},
	Throttled:           {"throttled", true, true},
	ServerFailed:        {"server failed", false, true},
	UnexpectedStatus:    {"unexpected status", false, false},
	Redirected:          {"redirected", true, false},
	Unreadable:          {"unreadable", false, false},
	TooLarge:            {"too large", false, false},
	Unreachable:         {"unreachable", true, true},
	Untrusted:           {"untrusted certificate", true, false},
	Interrupted:         {"connection interrupted", false, true},
	FilterIgnored:       {"filter ignored", false, false},
	Ambiguous:           {"ambiguous", false, false},
	Incomplete:          {"incomplete", false, false},
	TooMany:             {"too many", false, false},
	TokenRefused:        {"token refused", true, false},
	ProxyRefused:        {"proxy refused", true, false},
	CertificateRequired: {"client certificate required", true, false},
	CertificateRefused:  {"client certificate refused", true, false},
	HandshakeFailed:     {"handshake failed", true, false},
	NotTLS:              {"not TLS", true, false},
	Blocked:             {"blocked", true, false},
	Cached:              {"cached", false, false},
}

// Kinds returns every kind there is.
func Kinds() iter.Seq[Kind] {
	return func(yield func(Kind) bool) {
		for k := range kinds {
			if !yield(Kind(k)) {
				return
			}
		}
	}
}

// ConcernsAll reports whether a failure of this kind would meet every case
// alike, so that asking for more of them is of no use.
func (k Kind) ConcernsAll() bool { return kinds[k].concernsAll }

// MayPass reports whether a failure of this kind may pass by itself, so that the request
// is repeated.
func (k Kind) MayPass() bool { return kinds[k].passes }

// String names the kind for the log.
func (k Kind) String() string { return kinds[k].name }

// Operation says what AICC was asked for.
type Operation int

const (
	// ReadCase asks for one case.
	ReadCase Operation = iota + 1
	// ListCases asks for a page of the list of cases.
	ListCases
	// FetchToken asks for an access token.
	FetchToken
)

// resCodeOK is the resCode of a success.
const resCodeOK = "0"

// Error is the failure to read one case or a list of cases. Each of its texts is safe to print:
// control characters are gone, lengths are limited, and neither a token nor a
// secret of the client is in it.
type Error struct {
	Kind Kind
	// CaseID is the ID that was asked for, empty for a list.
	CaseID string
	// CaseNo is the number that was asked for.
	CaseNo string
	// Operation is the request that failed: that for a token may have, in place of the
	// one for the case.
	Operation Operation
	// Renewed says that AICC refused a token that the client had just fetched.
	Renewed bool
	// Attempts counts the requests that were sent.
	Attempts int
	// Status is the HTTP status of the last reply, 0 if there was none.
	Status int
	// ResCode and Message are AICC's own words in the last reply.
	ResCode, Message string
	// Gateway is what a gateway in front of AICC said in its place.
	Gateway string
	// Detail says what exactly went wrong: what the body was instead of JSON,
	// what was being waited for, what the network said. It is a phrase without a
	// capital and a full stop, and may be empty.
	Detail string

	cause error
}

// unreadable is the failure of a reply that is what instead of what the API page
// documents. It never quotes the reply.
func unreadable(what string) *Error { return &Error{Kind: Unreadable, Detail: what} }

// Error describes the failure in one line.
func (e *Error) Error() string {
	switch {
	case e.CaseID != "":
		return fmt.Sprintf("case %s: %s", e.CaseID, e.Reason())
	case e.CaseNo != "":
		return fmt.Sprintf("case number %s: %s", e.CaseNo, e.Reason())
	default:
		return "list of cases: " + e.Reason()
	}
}

// Unwrap returns the context's error if that ended the read.
func (e *Error) Unwrap() error { return e.cause }

// Reason says in one line, without the ID, what AICC answered.
func (e *Error) Reason() string {
	var parts []string
	if e.Status != 0 && e.Status != 200 {
		parts = append(parts, fmt.Sprintf("HTTP %d", e.Status))
	}
	if e.ResCode != "" && e.ResCode != resCodeOK {
		parts = append(parts, "resCode "+e.ResCode)
	}
	if e.Detail != "" {
		parts = append(parts, e.Detail)
	}
	reason := strings.Join(parts, ", ")
	if words := cmp.Or(e.Message, e.Gateway); words != "" {
		reason += ": " + words
	}
	return reason
}
