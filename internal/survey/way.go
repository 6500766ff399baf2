// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// loadRequests are sent at once, by as many as the provider reads side by side.
	loadRequests, loadReaders = 40, 16
	// trialRequests show whether a rate is slow enough.
	trialRequests = 10
)

// askLoad sends many requests at once and, where some are refused, looks for a rate
// at which none is.
func (s *survey) askLoad(ctx context.Context) finding {
	if !s.load {
		return found(skipped, "LOAD=yes asks")
	}
	return s.aboutCase(func() finding {
		answers, within := s.burst(ctx)
		var statuses []string
		for _, status := range slices.Sorted(maps.Keys(answers)) {
			statuses = append(statuses, fmt.Sprintf("%d × %s", answers[status], status))
		}
		says := strings.Join(statuses, ", ")
		if len(answers) == 1 && answers["200"] > 0 {
			return found(assumed, says)
		}
		rate := s.rate(ctx, max(1, within/2))
		if rate == 0 {
			return found(unanswered, says)
		}
		s.settings.requestsPerSecond = rate
		return found(toSet, says)
	})
}

// burst counts the statuses of many requests at once, and the successes within the
// first second.
func (s *survey) burst(ctx context.Context) (answers map[string]int, within int) {
	var mu sync.Mutex
	var readers sync.WaitGroup
	answers = map[string]int{}
	s.pause(ctx, 2*s.every)
	start := time.Now()
	work := make(chan struct{}, loadRequests)
	for range loadRequests {
		work <- struct{}{}
	}
	close(work)
	for range loadReaders {
		readers.Go(func() {
			for range work {
				got := s.send(ctx, s.caseRequest(s.caseID))
				mu.Lock()
				name := fmt.Sprint(got.status)
				if got.status == 0 {
					name = got.failure
				}
				answers[name]++
				if got.status == http.StatusOK && time.Since(start) < time.Second {
					within++
				}
				mu.Unlock()
			}
		})
	}
	readers.Wait()
	return answers, within
}

// rate returns a number of requests a second, at most the given one, at which none
// of a few is refused, or 0.
func (s *survey) rate(ctx context.Context, rate int) int {
	const rest = 5 * time.Second
	for ; rate > 0 && ctx.Err() == nil; rate /= 2 {
		s.pause(ctx, rest)
		refused := false
		for range trialRequests {
			refused = refused || !s.send(ctx, s.caseRequest(s.caseID)).ok()
			s.pause(ctx, time.Second/time.Duration(rate))
		}
		if !refused {
			return rate
		}
	}
	return 0
}

func (s *survey) askProtocols(context.Context) finding {
	names := slices.Sorted(maps.Keys(s.way.protocols))
	if len(names) == 0 {
		return found(unanswered, "nothing was answered")
	}
	return found(assumed, strings.Join(names, " and "))
}

func (s *survey) askConnections(context.Context) finding {
	switch {
	case s.way.asked < 2:
		return found(unanswered, "nothing was answered")
	case s.way.reused == 0:
		return found(handled, "each closes after one answer")
	default:
		return found(assumed, fmt.Sprintf("%d new for %d answers", s.way.asked-s.way.reused, s.way.asked))
	}
}

func (s *survey) askCaches(context.Context) finding {
	if names := slices.Sorted(maps.Keys(s.way.cached)); len(names) > 0 {
		return finding{
			verdict: toKnow, says: strings.Join(names, ", "),
			warning: "A CACHE ANSWERS: it may show one tenant's case to another. Tell the operator.",
		}
	}
	return found(assumed, "none to be seen")
}

func (s *survey) askPages(context.Context) finding {
	var seen []string
	for _, status := range slices.Sorted(maps.Keys(s.way.pages)) {
		seen = append(seen, fmt.Sprintf("%d × HTTP %s", s.way.pages[status], status))
	}
	if len(seen) > 0 {
		return found(handled, strings.Join(seen, ", "))
	}
	return found(assumed, "none to be seen")
}
