// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// result returns what a reply holds that says what it was asked, as a value of
// encoding/json: HTTP 200 with a resCode of 0, a result, and nothing that contradicts
// them. The reply has to be open. The error is an [*Error], and NotReturned for the few
// replies by which AICC says that there is no such case: the table in DESIGN.md has
// them all, together with [withoutCase]. notFound are the codes of
// [Config.NotFoundCodes].
func (r reply) result(base *url.URL, redactor *redactor, notFound []string) (any, error) {
	failure := r.failure(base, redactor)
	switch {
	case r.says(notFound):
		return nil, &Error{Kind: NotReturned}
	case isGone(r.status) && (r.envelope != nil || r.isAmbiguous):
		return nil, r.goneMeans()
	case r.refuses(), failure != nil && failure.Kind == UnexpectedStatus && r.envelope != nil && r.envelope.code != resCodeOK:
		return nil, &Error{Kind: Refused}
	case failure != nil:
		return nil, failure
	case r.broken != nil:
		return nil, r.broken
	case r.envelope == nil:
		return nil, unreadable("JSON with an unexpected structure: there is no resCode in it")
	case r.envelope.code != resCodeOK:
		return nil, &Error{Kind: Refused}
	case contradiction(r.object) != "":
		return nil, &Error{Kind: Refused, Detail: "beside a resCode of 0, " + contradiction(r.object)}
	}
	result, there := r.object["result"]
	if !there {
		return nil, elsewhere("result is missing", r.object, "resCode", "resMsg")
	}
	return result, nil
}

// isGone reports whether a status says that there is nothing at an address.
func isGone(status int) bool { return status == http.StatusNotFound || status == http.StatusGone }

// goneMeans says what a reply means that is of AICC and whose status says that there is
// nothing.
func (r reply) goneMeans() error {
	if r.broken != nil {
		return r.broken
	}
	switch says := contradiction(r.object); {
	case r.envelope.code == resCodeOK:
		return unreadable("JSON with a resCode of 0, which contradicts the HTTP status")
	case says != "":
		return &Error{Kind: Refused, Detail: says}
	case withoutCase(r.object["result"]) == "":
		return unreadable("JSON with a result, which contradicts the HTTP status")
	}
	return &Error{Kind: NotReturned}
}

// contradiction says what in an envelope contradicts a resCode of success, and makes
// any other one say more than that there is no such case. It returns "" for nothing.
func contradiction(object jsonObject) string {
	if success, there := object["success"]; there && success != nil && success != true {
		return "it does not say success: true"
	}
	for _, key := range []string{"error", "error_code", "errorCode"} {
		if !isVoid(object[key]) {
			return "it has " + key
		}
	}
	return ""
}

// withoutCase says in which form a result holds no case, or "" if it may hold one.
func withoutCase(result any) string {
	element, bare := result.(jsonObject)
	switch list, ok := result.([]any); {
	case result == nil, ok && len(list) == 0, bare && len(element) == 0:
		return "an empty result"
	case ok && len(list) == 1:
		element, _ = list[0].(jsonObject)
	}
	if isEmptyElement(element) {
		return "a result without caseInfo"
	}
	return ""
}

// isEmptyElement reports whether an element of a result has a caseInfo that is null or has
// nothing in it, and nothing beside it but empty values.
func isEmptyElement(element jsonObject) bool {
	info, there := element["caseInfo"]
	if object, ok := info.(jsonObject); !there || info != nil && (!ok || len(object) > 0) {
		return false
	}
	for key, value := range element {
		if key != "caseInfo" && !isVoid(value) && (key != "isFollower" || value != false) {
			return false
		}
	}
	return true
}

// isVoid reports whether a value is null, or an empty text, list or object.
func isVoid(raw any) bool {
	switch raw := raw.(type) {
	case nil:
		return true
	case string:
		return raw == ""
	case []any:
		return len(raw) == 0
	case jsonObject:
		return len(raw) == 0
	default:
		return false
	}
}

// elsewhere is the failure of a reply that has its content in another place than
// documented. It names the keys that are there, but for those that are expected.
func elsewhere(what string, in jsonObject, expected ...string) *Error {
	const most = 6
	var names []string
	for _, key := range slices.Sorted(maps.Keys(in)) {
		if name := keyName(key); !slices.Contains(expected, key) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	there := "there is nothing else"
	if len(names) > 0 {
		there = "there is " + strings.Join(names[:min(most, len(names))], ", ")
	}
	return unreadable("JSON that has the content in another place than documented: " + what + ", " + there)
}
