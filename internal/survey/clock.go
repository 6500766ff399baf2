// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"time"
)

const (
	// east and west are the widest offsets of a clock from UTC.
	east, west = 14 * time.Hour, -12 * time.Hour
	// skew is how far two clocks may be apart.
	skew = 2 * time.Minute
	// fresh is how old the newest case may be at most where it tells the zone.
	fresh = 10 * time.Minute
)

// zones name an offset in hours from UTC. A zone of Etc/GMT has no summer time.
var zones = map[time.Duration]string{
	0: "UTC", 8 * time.Hour: "Asia/Shanghai",
	5*time.Hour + 30*time.Minute: "Asia/Kolkata", 6*time.Hour + 30*time.Minute: "Asia/Yangon", 9*time.Hour + 30*time.Minute: "Australia/Darwin",
}

// now is the time on the site's clock, in UTC, as the Date of its answers has it.
func (s *survey) now() time.Time {
	s.way.mu.Lock()
	defer s.way.mu.Unlock()
	return time.Now().Add(s.way.date).UTC()
}

// askClock holds the newest time of creation against the site's Date. A clock cannot
// be behind a case that exists, so each zone further west is impossible; and where
// cases come all the time, the newest is of this moment.
func (s *survey) askClock(ctx context.Context) finding {
	newest, ignored, known := s.newest(ctx)
	if !known {
		return found(unanswered, "no createdDate is known")
	}
	least := newest.Sub(s.now()) - skew
	zone, offset := zoneFrom(least)
	switch {
	case least > east:
		return finding{verdict: toKnow, says: "the newest case is of tomorrow", warning: "The site's clock or its Date header is wrong."}
	case zone == "" || offset-least > fresh+skew:
		s.settings.notes = append(s.settings.notes, "time_zone: create a case in the console, and run again at once")
		f := finding{verdict: toKnow, says: "unknown: no new case", warning: "Create a case in the console, and run again at once: it tells the zone."}
		if ignored {
			f.more = []string{"the list ignores startTime and endTime"}
		}
		return f
	}
	s.settings.timeZone = zone
	f := found(toSet, zone+", likely")
	if zone == zones[8*time.Hour] {
		f.verdict = assumed
	}
	f.more = []string{fmt.Sprintf("possible: UTC%+.1f hours and each zone east of it", offset.Hours())}
	return f
}

// zoneFrom returns the westernmost zone whose offset is not below least.
func zoneFrom(least time.Duration) (string, time.Duration) {
	for offset := west; offset <= east; offset += 30 * time.Minute {
		name := zones[offset]
		if name == "" && offset%time.Hour == 0 {
			name = fmt.Sprintf("Etc/GMT%+d", -int(offset.Hours()))
		}
		if name != "" && offset >= least {
			return name, offset
		}
	}
	return "", 0
}

// newest returns the latest time of creation that any case has, as its digits in
// UTC: it looks for newer cases until there are none.
func (s *survey) newest(ctx context.Context) (newest time.Time, ignored, known bool) {
	newest, known = s.created()
	latest := func(rows []map[string]any) {
		for _, row := range rows {
			if at, ok := clockForm(row["createdDate"]); ok && at.After(newest) {
				newest, known = at, true
			}
		}
	}
	latest(s.rows)
	const rounds = 8
	for range rounds {
		now := s.now()
		from := now.Add(-24 * time.Hour)
		if newest.After(from) {
			from = newest.Add(time.Second)
		}
		if !now.Add(east + time.Hour).After(from) {
			break
		}
		rows, _ := s.between(ctx, from, now.Add(east+time.Hour))
		before := newest
		latest(rows)
		if !newest.After(before) {
			return newest, len(rows) > 0, known
		}
	}
	return newest, false, known
}
