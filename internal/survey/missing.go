// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
)

// askRefusedToken asks with a token that looks like one and is none.
func (s *survey) askRefusedToken(ctx context.Context) finding {
	if s.element == nil {
		return unread
	}
	r := s.caseRequest(s.caseID)
	r.token = randomText(26) + randomText(14)
	s.refused = s.ask(ctx, r)
	switch {
	case s.refused.failure != "" || mayPass(s.refused.status):
		return silent(s.refused)
	case s.refused.ok():
		return finding{verdict: toKnow, says: "answered with the case", warning: "THIS SITE TAKES ANY TOKEN, OR A CACHE ANSWERS IN ITS PLACE."}
	case s.refused.status == http.StatusUnauthorized:
		return found(assumed, s.refused.String())
	default:
		return finding{
			verdict: toKnow, says: s.refused.String(),
			warning: "A token that expires during a run is not replaced: only HTTP 401 tells it.",
		}
	}
}

func (s *survey) askForbidden(ctx context.Context) finding {
	if s.forbidden == "" {
		return found(skipped, "FORBIDDEN=<id> asks")
	}
	s.denied = s.ask(ctx, s.caseRequest(s.forbidden))
	switch {
	case s.denied.failure != "" || mayPass(s.denied.status):
		return silent(s.denied)
	case s.denied.ok():
		return found(toKnow, "it may be read")
	case s.denied.status == http.StatusForbidden:
		return found(assumed, s.denied.String())
	default:
		return found(handled, s.denied.String())
	}
}

// askMissing asks for a case of an ID in the form of others that no case has.
func (s *survey) askMissing(ctx context.Context) finding {
	if s.element == nil {
		return unread
	}
	s.missing = s.ask(ctx, s.caseRequest("c6m8"+randomText(16)))
	return s.meaningOf(s.missing)
}

// meaningOf says what the provider makes of the answer for a case that does not
// exist, and settles not_found_codes.
func (s *survey) meaningOf(got answer) finding {
	gone := got.status == http.StatusNotFound || got.status == http.StatusGone
	switch {
	case got.failure != "", mayPass(got.status) && got.code == nil:
		return silent(got)
	case gone && got.code != nil:
		return found(assumed, got.String())
	case got.ok() && isEmpty(got.result):
		return found(assumed, "HTTP 200, code 0, nothing in it")
	case got.code == nil || *got.code == "0" || !plainCode.MatchString(*got.code):
		return finding{
			verdict: toKnow, says: got.String(),
			warning: "A case that does not exist cannot be told from a failure: it is always an error.",
		}
	}
	if warning := s.codeWarning(got); warning != "" {
		return finding{verdict: toKnow, says: got.String(), warning: warning}
	}
	s.settings.notFoundCode = *got.code
	return found(toSet, got.String())
}

// codeWarning says why the code of a case that does not exist must not be named in
// not_found_codes: something else gets it as well, or may. A case would then count as
// missing that is there.
func (s *survey) codeWarning(got answer) string {
	switch {
	case sameCode(got, s.refused):
		return "A REFUSED TOKEN GETS THE SAME CODE: DO NOT PUT IT INTO not_found_codes."
	case sameCode(got, s.denied):
		return "A FORBIDDEN CASE GETS THE SAME CODE: DO NOT PUT IT INTO not_found_codes."
	case got.status == http.StatusUnauthorized, got.status == http.StatusForbidden, mayPass(got.status):
		return "This status means something else: do not put the code into not_found_codes."
	case s.refused.status == 0, mayPass(s.refused.status):
		return "It is unknown what a refused token gets: this code may be the same."
	default:
		return ""
	}
}

func sameCode(a, b answer) bool { return a.code != nil && b.code != nil && *a.code == *b.code }

// isEmpty reports whether a result holds no case.
func isEmpty(result any) bool {
	switch result := result.(type) {
	case nil:
		return true
	case string:
		return result == ""
	case []any:
		for _, element := range result {
			if !isEmpty(element) {
				return false
			}
		}
		return true
	case map[string]any:
		return isEmpty(result["caseInfo"]) && (len(result) == 0 || hasKey(result, "caseInfo"))
	default:
		return false
	}
}

func hasKey(object map[string]any, key string) bool {
	_, has := object[key]
	return has
}

// askMistyped asks for an ID in a form that no case has.
func (s *survey) askMistyped(ctx context.Context) finding {
	if s.element == nil {
		return unread
	}
	got := s.ask(ctx, s.caseRequest("x"+randomText(5)))
	same := got.status == s.missing.status && sameCode(got, s.missing)
	switch {
	case got.failure != "" || s.missing.status == 0:
		return silent(got)
	case same || got.status == s.missing.status && got.code == nil && s.missing.code == nil:
		return found(assumed, "the same answer")
	default:
		return found(handled, fmt.Sprint(got))
	}
}
