// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxBody is how much of a reply is read, counted after decompression.
	maxBody = 8 << 20
	// maxErrorBody is how much is read of a reply whose status says that it
	// holds no case.
	maxErrorBody = 64 << 10
	// errorBodyTime is how long the body of such a reply is waited for. The status
	// counts without it.
	errorBodyTime = 2 * time.Second
)

var errTooLarge = errors.New("more than 8 MiB after decompression")

// reply is an answer of AICC, read to its end. The zero reply is none.
type reply struct {
	status int
	header http.Header
	body   []byte
	// object is what the body holds, and broken says why it holds no object. Both are
	// nil until the reply is opened.
	object jsonObject
	broken error
	// isAmbiguous says that the body is broken although it may be AICC's.
	isAmbiguous bool
	// envelope is what the object is, or nil if it is no envelope of AICC.
	envelope *envelope
	// renewed says that the token of the request had just been fetched anew.
	renewed bool
}

// readBody reads a reply to its end. Of a reply whose status is no
// success it takes what it can get, since the status alone says enough.
func readBody(ctx context.Context, resp *http.Response) ([]byte, error) {
	if !succeeded(resp.StatusCode) {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		return body, ctx.Err()
	}
	var body bytes.Buffer
	// With room for MinRead more, the end is found without growing.
	body.Grow(int(min(resp.ContentLength, maxBody)) + bytes.MinRead)
	_, err := body.ReadFrom(io.LimitReader(resp.Body, maxBody+1))
	if err == nil && body.Len() > maxBody {
		err = errTooLarge
	}
	return body.Bytes(), err
}

// open parses the body. Each reply is opened once: a success where it is decoded,
// since it may be large, and any other where it arrives.
func (r *reply) open() {
	if r.object, r.isAmbiguous, r.broken = openObject(r.body); r.broken == nil {
		r.envelope = envelopeIn(r.object)
	}
}

// says reports whether the envelope has one of the codes.
func (r reply) says(codes []string) bool {
	return r.envelope != nil && slices.Contains(codes, r.envelope.code)
}

// refuses reports whether a reply is HTTP 500 with AICC's envelope and a code of a
// failure. On AICC's pages it means "business failure", not an outage.
func (r reply) refuses() bool {
	return r.status == http.StatusInternalServerError && r.envelope != nil && r.envelope.code != resCodeOK
}

// saysAgain reports whether a reply refuses with the code of the one before. It is then
// final.
func (r reply) saysAgain(before reply) bool {
	return r.refuses() && before.refuses() && r.envelope.code == before.envelope.code
}

// gatewayWords are what a gateway says in an object that is no envelope of AICC, with
// the keys of the vendor's gateway or those of OAuth.
func gatewayWords(object jsonObject) string {
	for _, keys := range [][2]string{{"error_code", "error_msg"}, {"error", "error_description"}} {
		var words []string
		for _, key := range keys {
			if text := textOf(object[key]); text != nil && *text != "" {
				words = append(words, *text)
			}
		}
		if len(words) > 0 {
			return strings.Join(words, ": ")
		}
	}
	return ""
}

// succeeded reports whether a status is a success.
func succeeded(status int) bool { return status >= 200 && status < 300 }

// failure says what a status means that is no success. It returns nil for HTTP 200: no
// other status is documented for one.
func (r reply) failure(base *url.URL, redactor *redactor) *Error {
	const locationLimit, titleLimit = 2000, 100
	if r.status == http.StatusOK {
		return nil
	}
	failure := &Error{Kind: kindOf(r.status), Renewed: r.renewed}
	switch {
	case failure.Kind == Redirected:
		// A secret is hidden before the URL is parsed, since a / in it would tear it
		// apart.
		failure.Detail = redirectHost(base, redactor.sanitize(r.header.Get("Location"), locationLimit))
	case r.status == http.StatusProxyAuthRequired:
		failure.Detail = "the proxy answered with HTTP 407 Proxy Authentication Required"
	case isPage(r.body):
		failure.Kind, failure.Detail = ofPage(failure.Kind, redactor.sanitize(pageTitle(r.body), titleLimit))
	}
	return failure
}

// ofPage says what a failure means whose body is a page of the given title instead
// of AICC's JSON. Before it knows of a client's missing certificate, nginx has
// finished the handshake: it says so with a page.
func ofPage(kind Kind, title string) (Kind, string) {
	detail := "the body is an HTML or XML page, not AICC's JSON"
	if title != "" {
		detail = "the body is a page titled \"" + title + "\", not AICC's JSON"
	}
	switch {
	case title == "400 No required SSL certificate was sent":
		return CertificateRequired, detail
	case title == "400 The SSL certificate error":
		return CertificateRefused, detail
	case kind == Unauthorized, kind == Forbidden, kind == Refused, kind == UnexpectedStatus:
		return Blocked, detail
	default:
		return kind, detail
	}
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// pageTitle returns the title of a page, or "" if it has none.
func pageTitle(body []byte) string {
	found := title.FindSubmatch(body)
	if found == nil {
		return ""
	}
	return strings.Join(strings.Fields(html.UnescapeString(string(found[1]))), " ")
}

// kindOf sorts the statuses that are no success.
func kindOf(status int) Kind {
	switch {
	case status >= 300 && status < 400 && status != http.StatusNotModified:
		return Redirected
	case status == http.StatusUnauthorized:
		return Unauthorized
	case status == http.StatusForbidden:
		return Forbidden
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		return Refused
	case status == http.StatusNotFound, status == http.StatusGone:
		return NotAICC
	case status == http.StatusProxyAuthRequired:
		return ProxyRefused
	case status == http.StatusTooManyRequests:
		return Throttled
	case status == http.StatusNetworkAuthenticationRequired:
		return Blocked
	case status >= 500:
		return ServerFailed
	default:
		return UnexpectedStatus
	}
}

// mayPass reports whether a status stands for a fault that may pass.
func mayPass(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusMisdirectedRequest, http.StatusTooEarly,
		http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

// redirectHost returns the host that a Location points to, or "" if it points
// nowhere.
func redirectHost(from *url.URL, location string) string {
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return ""
	}
	return to.Host
}

// envelope is what every reply of AICC comes in, except for tokens. The message is
// empty where AICC sends none.
type envelope struct{ code, message string }

// openObject reads the outermost object of a reply. Its error is an [*Error];
// isAmbiguous says that the body is only not to be trusted.
func openObject(body []byte) (object jsonObject, isAmbiguous bool, err error) {
	body = trim(body)
	switch {
	case len(body) == 0:
		return nil, false, unreadable("an empty body")
	case isPage(body):
		return nil, false, unreadable("an HTML or XML page")
	case !isText(body):
		return nil, true, unreadable(notUTF8)
	}
	tree, err := parseJSON(body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, false, unreadable("JSON that is cut off after " + strconv.Itoa(len(body)) + " bytes")
	case err != nil:
		return nil, false, unreadable("not JSON")
	}
	if what := ambiguity(body, tree); what != "" {
		return nil, true, unreadable(what)
	}
	object, ok := tree.(jsonObject)
	if !ok {
		return nil, false, unreadable("JSON with an unexpected structure: there is no object around it")
	}
	return object, false, nil
}

// envelopeIn returns the envelope that an object is, or nil if it is none: without a
// resCode that is a text or a number.
func envelopeIn(object jsonObject) *envelope {
	opened := new(envelope)
	switch code := object["resCode"].(type) {
	case string:
		opened.code = code
	case json.Number:
		opened.code = code.String()
	}
	if opened.code == "" {
		return nil
	}
	if message := textOf(object["resMsg"]); message != nil {
		opened.message = *message
	}
	return opened
}

// trim takes a byte order mark and white space off a body.
func trim(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
}

// isPage reports whether a body is an HTML or XML page.
func isPage(body []byte) bool { return bytes.HasPrefix(trim(body), []byte("<")) }

// parseJSON parses a body that holds one JSON value and nothing else.
func parseJSON(body []byte) (tree any, err error) {
	parser := json.NewDecoder(bytes.NewReader(body))
	parser.UseNumber()
	if err := parser.Decode(&tree); err != nil {
		return nil, err
	}
	// More would take a closing bracket for the end.
	if _, err := parser.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the JSON value")
	}
	return tree, nil
}
