// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// survey is one round of questions. What one question learns, later ones use.
type survey struct {
	base             *url.URL
	token            string
	clientID, secret string
	caseID           string
	forbidden        string
	load             bool
	every            time.Duration

	any, old        *http.Transport
	client, client1 *http.Client
	last            time.Time
	// failed counts the requests without an answer since the last answer.
	failed int
	way    way
	forms  forms

	// read is the reply for the case, and element the part of it that holds the case.
	read    answer
	element map[string]any
	// rows are those of the first call for the list, and total what it counted.
	rows  []map[string]any
	total int
	limit int
	// missing, refused and denied are the answers for a case that does not exist, with
	// a token that does not, and for the forbidden case.
	missing, refused, denied answer
	settings                 settings
}

// settings are what the provider block should have.
type settings struct {
	timeZone, notFoundCode string
	requestsPerSecond      int
	// notes stand in the block as comments.
	notes []string
}

// verdict says what an answer means to the provider.
type verdict int

const (
	// assumed: it is as the provider assumes.
	assumed verdict = iota
	// handled: it is not, and the provider copes.
	handled
	// toSet: a setting is needed.
	toSet
	// toKnow: no setting helps; the provider fails with an error that says so.
	toKnow
	// unanswered: there is no answer.
	unanswered
	// skipped: it was not asked.
	skipped
)

// finding is the answer to one question.
type finding struct {
	question
	verdict verdict
	says    string
	// warning is shown below, and more stands in the report alone.
	warning string
	more    []string
}

// question is one thing to find out.
type question struct {
	topic, name, assumes string
	ask                  func(*survey, context.Context) finding
}

var questions = []question{
	{"token", "reply", "200, access_token", (*survey).askToken},
	{"token", "second one", "ends no other", (*survey).askSecondToken},
	{"token", "wrong secret", "400 or 401", (*survey).askWrongSecret},
	{"list", "reply", "caseList, count", (*survey).askList},
	{"case", "reply", "list of one object", (*survey).askCase},
	{"case", "customerInfo", "nested or flat", (*survey).askContact},
	{"case", "keys", "the documented ones", (*survey).askKeys},
	{"case", "types", "the documented ones", (*survey).askTypes},
	{"case", "times", timeForms[0].name, (*survey).askTimes},
	{"case", "asked again", "the same, once", (*survey).askTwice},
	{"case", "without a body", "not sent", (*survey).askWithoutBody},
	{"case", "header's spelling", "access-token", (*survey).askSpelling},
	{"case", "refused token", "401", (*survey).askRefusedToken},
	{"case", "forbidden", "403", (*survey).askForbidden},
	{"case", "does not exist", "404 with a code", (*survey).askMissing},
	{"case", "mistyped ID", "as if not existing", (*survey).askMistyped},
	{"clock", "zone", "Asia/Shanghai", (*survey).askClock},
	{"list", "case number", "filters", (*survey).askNumber},
	{"list", "without zeros", "not sent", (*survey).askShortNumber},
	{"list", "start", "counts rows", (*survey).askStart},
	{"list", "limit", "up to 100", (*survey).askLimit},
	{"list", "count", "exact", (*survey).askCount},
	{"list", "behind the end", "no rows", (*survey).askBehindTheEnd},
	{"list", "order", "any", (*survey).askOrder},
	{"list", "32 days", "not sent", (*survey).askLongPeriod},
	{"list", "ends of a period", "any", (*survey).askEnds},
	{"way", "40 at once", "any", (*survey).askLoad},
	{"way", "HTTP", "1.1 or 2", (*survey).askProtocols},
	{"way", "connections", "live on", (*survey).askConnections},
	{"way", "caches", "none", (*survey).askCaches},
	{"way", "pages", "none", (*survey).askPages},
}

// carryOut asks all questions, one after another.
func (s *survey) carryOut(ctx context.Context, out streams) []finding {
	s.forms = forms{}
	var findings []finding
	for i, q := range questions {
		if ctx.Err() != nil {
			return nil
		}
		line := fmt.Sprintf("%d of %d: %s, %s", i+1, len(questions), q.topic, q.name)
		if out.terminal {
			line = "\r\x1b[K" + line
		} else {
			line += "\n"
		}
		_, _ = fmt.Fprint(out.progress, line)
		f := q.ask(s, ctx)
		f.question = q
		findings = append(findings, f)
	}
	if out.terminal {
		_, _ = fmt.Fprint(out.progress, "\r\x1b[K")
	}
	s.any.CloseIdleConnections()
	s.old.CloseIdleConnections()
	return findings
}

func found(v verdict, says string) finding { return finding{verdict: v, says: says} }

// silent is the finding where an answer tells nothing.
func silent(a answer) finding { return found(unanswered, a.String()) }

func (s *survey) askToken(ctx context.Context) finding {
	if s.clientID == "" {
		return found(skipped, "AICC_TOKEN is used")
	}
	got := s.ask(ctx, s.tokenRequest(s.secret))
	object, _ := got.tree.(map[string]any)
	token, _ := object["access_token"].(string)
	if token == "" {
		return silent(got)
	}
	s.token = token
	s.forms.add("token", got.tree)
	return found(assumed, fmt.Sprintf("HTTP %d, expires_in %s", got.status, countOf(object["expires_in"])))
}

// countOf shows a number, and of anything else what it is.
func countOf(value any) string {
	if formOf(value) == "number" {
		return fmt.Sprint(value)
	}
	return formOf(value)
}

func (s *survey) askSecondToken(ctx context.Context) finding {
	if s.clientID == "" {
		return found(skipped, "AICC_TOKEN is used")
	}
	if s.token == "" {
		return found(unanswered, "there is no token")
	}
	first := s.token
	got := s.ask(ctx, s.tokenRequest(s.secret))
	object, _ := got.tree.(map[string]any)
	second, _ := object["access_token"].(string)
	if second == "" {
		return silent(got)
	}
	s.token = second
	if first == second {
		return found(assumed, "the same token again")
	}
	with := func(token string) answer {
		r := s.listRequest(map[string]any{"start": 0, "limit": 1})
		r.token = token
		return s.ask(ctx, r)
	}
	switch old := with(first); {
	case old.ok():
		return found(assumed, "both are valid")
	case with(second).ok():
		f := found(toKnow, "the first one ends")
		f.warning = "Runs at the same time end each other's token: give each a client of its own."
		return f
	default:
		return silent(old)
	}
}

func (s *survey) askWrongSecret(ctx context.Context) finding {
	if s.clientID == "" {
		return found(skipped, "AICC_TOKEN is used")
	}
	got := s.ask(ctx, s.tokenRequest(randomText(24)))
	switch {
	case got.failure != "" || mayPass(got.status):
		return silent(got)
	case got.status == http.StatusBadRequest, got.status == http.StatusUnauthorized:
		return found(assumed, got.String())
	default:
		return found(handled, got.String())
	}
}

// randomText is a text of letters and digits that nobody has seen.
func randomText(length int) string { return strings.ToLower(rand.Text())[:min(length, 26)] }

func (s *survey) askCase(ctx context.Context) finding {
	if s.caseID == "" {
		return found(unanswered, "no case is listed: name one with CASE")
	}
	s.read = s.ask(ctx, s.caseRequest(s.caseID))
	s.forms.add("case", s.read.tree)
	elements, isList := s.read.result.([]any)
	object, isObject := s.read.result.(map[string]any)
	if isList && len(elements) > 0 {
		object, isObject = elements[0].(map[string]any)
	}
	if info, _ := object["caseInfo"].(map[string]any); !s.read.ok() || !isObject || info == nil {
		f := silent(s.read)
		if s.read.ok() {
			f = found(toKnow, "no caseInfo in result")
		}
		if s.read.status == http.StatusForbidden {
			f.warning = "No right, an address that is not on the allow list, or a firewall: see the guide."
		}
		return f
	}
	s.element = object
	switch {
	case !isList:
		return found(handled, "one object, not in a list")
	case len(elements) > 1:
		return found(handled, fmt.Sprintf("a list of %d objects", len(elements)))
	default:
		return found(assumed, "a list of one object")
	}
}

// unread is the finding where the case could not be read.
var unread = found(unanswered, "the case could not be read")

// aboutCase answers a question about the case that was read, if there is one.
func (s *survey) aboutCase(answer func() finding) finding {
	if s.element == nil {
		return unread
	}
	return answer()
}

func (s *survey) askContact(context.Context) finding {
	return s.aboutCase(func() finding {
		outer, isObject := s.element["customerInfo"].(map[string]any)
		_, nested := outer["customerInfo"].(map[string]any)
		switch {
		case nested:
			return found(assumed, "nested")
		case isObject && len(outer) > 0:
			return found(assumed, "flat")
		default:
			return found(assumed, "none in this case")
		}
	})
}

func (s *survey) askKeys(context.Context) finding {
	return s.aboutCase(func() finding {
		unknown := compareCase(s.element).unknown
		if len(unknown) == 0 {
			return found(assumed, "no others")
		}
		return finding{verdict: handled, says: fmt.Sprintf("%d more, in custom_fields", len(unknown)), more: unknown}
	})
}

func (s *survey) askTypes(context.Context) finding {
	return s.aboutCase(func() finding {
		odd := compareCase(s.element).odd
		if len(odd) == 0 {
			return found(assumed, "no others")
		}
		return finding{verdict: handled, says: fmt.Sprintf("%d differ: see the report", len(odd)), more: odd}
	})
}

func (s *survey) askTimes(context.Context) finding {
	return s.aboutCase(func() finding {
		times := compareCase(s.element).times
		f := found(assumed, fmt.Sprintf("so, all %d", times[timeForms[0].name]))
		for _, name := range slices.Sorted(maps.Keys(times)) {
			if name != timeForms[0].name {
				f.verdict, f.says = handled, "others too: see the report"
				f.more = append(f.more, fmt.Sprintf("%s: %d", name, times[name]))
			}
		}
		return f
	})
}

func (s *survey) askTwice(ctx context.Context) finding {
	return s.aboutCase(func() finding {
		again := s.ask(ctx, s.caseRequest(s.caseID))
		elements, _ := again.result.([]any)
		first := forms{}
		first.add("case", s.read.tree)
		second := forms{}
		second.add("case", again.tree)
		switch {
		case !again.ok():
			return silent(again)
		case len(elements) > 1:
			return found(handled, fmt.Sprintf("%d times in one reply", len(elements)))
		case strings.Join(first.lines(), "\n") != strings.Join(second.lines(), "\n"):
			return found(handled, "other keys or types")
		default:
			return found(assumed, "the same, once")
		}
	})
}

func (s *survey) askWithoutBody(ctx context.Context) finding {
	return s.aboutCase(func() finding {
		r := s.caseRequest(s.caseID)
		r.body = ""
		switch got := s.ask(ctx, r); {
		case got.ok():
			return found(assumed, "answered as well")
		case got.failure != "":
			return silent(got)
		default:
			return found(assumed, "refused, "+got.String())
		}
	})
}

func (s *survey) askSpelling(ctx context.Context) finding {
	return s.aboutCase(func() finding {
		r := s.caseRequest(s.caseID)
		r.old, r.name = true, "Access-Token"
		other := s.ask(ctx, r)
		r.name = "access-token"
		switch own := s.ask(ctx, r); {
		case other.ok() && own.ok():
			return found(assumed, "any")
		case own.ok() && other.failure == "":
			return found(assumed, "this one alone")
		case other.ok():
			return found(toKnow, "Access-Token alone")
		default:
			return found(unanswered, "HTTP/1.1: "+own.String())
		}
	})
}
