// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxRows is how many cases a search may find.
const maxRows = 10_000

// list returns the IDs of the cases that s selects: all of them, or an error.
func (c *Client) list(ctx context.Context, s Search, fresh, confirms bool) ([]string, error) {
	if err := s.check(); err != nil {
		r := request{operation: ListCases, progress: new(progress)}
		return nil, c.sender.failure(ctx, r, &Error{Kind: Invalid, Detail: err.Error()})
	}
	ids := []string{}
	seen := map[string]bool{}
	for _, p := range s.periods(time.Now(), c.config.TimeZone) {
		l := listing{caseNo: s.CaseNo, room: maxRows - len(ids), seen: map[string]bool{}}
		for !l.ended {
			r := request{operation: ListCases, body: s.body(p, l.start), fresh: fresh, confirms: confirms, progress: new(progress)}
			r.progress.waitFor("the next page of AICC's list")
			if err := c.exchange(ctx, r, func(answer reply) error { return l.take(c, answer) }); err != nil {
				return nil, err
			}
		}
		for _, id := range l.ids {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// take adds the page that a reply holds.
func (l *listing) take(c *Client, answer reply) error {
	// The codes for a case that does not exist say nothing about a list.
	result, err := answer.result(c.config.BaseURL, c.sender.redactor, nil)
	if failure := new(Error); errors.As(err, &failure) && (failure.Kind == Refused || failure.Kind == NotReturned) {
		if l.start > 0 && l.isComplete() {
			l.ended = true
			return l.check()
		}
		failure.Kind = Refused
	}
	if err != nil {
		return err
	}
	got, err := decodePage(result)
	if err != nil {
		return err
	}
	if err := l.add(got); err != nil || !l.ended {
		return err
	}
	return l.check()
}

// listing collects the rows of one list from its pages.
type listing struct {
	// caseNo is the number that one row must have and no other, nil for any rows.
	caseNo *string
	// room is how many rows there may be.
	room int

	// start is the row that the next page begins with, and overlapID the ID of the case
	// that is there as long as the list does not change: the last one of the page
	// before. A page of one row leaves none.
	start     int
	overlapID string
	// withoutOverlap means that pages do not overlap: a page that began with the last
	// row of the one before was that one again, as where AICC rounds to whole pages.
	withoutOverlap bool
	// byPages means that AICC takes start for the number of a page: at the row before the
	// end of the only page so far, it listed nothing.
	byPages bool
	// pages counts those that brought something new.
	pages int
	// count is how many rows AICC says there are: the most that any page said,
	// since a row that leaves the list moves one over the edge of the next page.
	count int64
	ids   []string
	seen  map[string]bool
	// ended means that AICC has no more rows.
	ended bool
}

func (l *listing) isComplete() bool { return int64(len(l.ids)) >= l.count }

// add takes a page. AICC's count does not end the list, because nobody knows whether it
// is exact, and neither does a page that is not full, since AICC may give fewer rows
// than it is asked for. Only a page that brings nothing new does. A number, which one
// case has, does not need it.
func (l *listing) add(p page) error {
	l.count = max(l.count, p.count)
	if l.byPages && slices.ContainsFunc(p.rows, func(r row) bool { return l.seen[r.id] }) {
		return l.end(0)
	}
	// Where the last row of the page before should be, there is none.
	empty := l.overlapID != "" && len(p.rows) == 0
	known, moved := len(l.ids), l.advance(p.rows)
	if err := l.collect(p.rows); err != nil {
		return err
	}
	switch {
	case max(l.count, int64(len(l.ids))) > int64(l.room):
		return &Error{Kind: TooMany, Detail: fmt.Sprintf("more than %d cases match", maxRows)}
	case moved:
		return &Error{Kind: Incomplete, Detail: fmt.Sprintf("it counts %d cases, and the list changed between two pages", l.count)}
	case len(l.ids) == known:
		return l.addNothing(len(p.rows), empty)
	}
	l.pages++
	l.ended = l.caseNo != nil && len(p.rows) < pageSize && l.isComplete()
	return nil
}

// addNothing takes a page that brings nothing new. It ends the list, unless that may be
// due to how AICC takes the start.
func (l *listing) addNothing(rows int, empty bool) error {
	switch {
	case rows > 1 && !l.withoutOverlap:
		l.withoutOverlap, l.start, l.overlapID = true, len(l.ids), ""
		return nil
	case l.pages == 1 && !l.byPages && (empty || rows < 2 && !l.isComplete()):
		l.byPages, l.start, l.overlapID = true, 1, ""
		return nil
	}
	return l.end(rows)
}

// end ends the list, with a page of so many rows that were there before, if it has every
// row that AICC counted.
func (l *listing) end(rows int) error {
	switch {
	case l.isComplete():
		l.ended = true
		return nil
	case rows > 1:
		return &Error{Kind: Incomplete, Detail: fmt.Sprintf("it counts %d cases, listed %d, and then the same ones again", l.count, len(l.ids))}
	default:
		return l.incomplete()
	}
}

// incomplete is the failure of a list that has fewer cases than it counts.
func (l *listing) incomplete() error {
	return &Error{Kind: Incomplete, Detail: fmt.Sprintf("it counts %d cases and listed %d", l.count, len(l.ids))}
}

// collect takes the IDs that are new.
func (l *listing) collect(rows []row) error {
	for _, row := range rows {
		if l.caseNo != nil && !sameCaseNo(row.caseNo, *l.caseNo) {
			return &Error{Kind: FilterIgnored, Detail: "it was asked for one case number and listed cases of others"}
		}
		if !l.seen[row.id] {
			l.seen[row.id] = true
			l.ids = append(l.ids, row.id)
		}
	}
	return nil
}

// advance sets where the next page begins, and reports whether the list has moved
// since the page before this one. What has moved onto a page that was read already
// is overlooked, and the count may not show it, since other cases come last.
func (l *listing) advance(rows []row) (moved bool) {
	if l.byPages {
		l.start++
		return false
	}
	moved = l.overlapID != "" && len(rows) > 0 && !slices.ContainsFunc(rows, func(r row) bool { return r.id == l.overlapID })
	l.start += len(rows)
	l.overlapID = ""
	if len(rows) > 1 && !l.withoutOverlap {
		l.start--
		l.overlapID = rows[len(rows)-1].id
	}
	return moved
}

// check holds that a case number belongs to one case.
func (l *listing) check() error {
	switch {
	case l.caseNo == nil || len(l.ids) == 1:
		return nil
	case len(l.ids) == 0:
		return &Error{Kind: NotReturned, Detail: "no case has this number"}
	default:
		const named = 10
		ids := strings.Join(l.ids[:min(named, len(l.ids))], ", ")
		return &Error{Kind: Ambiguous, Detail: fmt.Sprintf("%d cases have this number: %s", len(l.ids), ids)}
	}
}

// page is what AICC answers to one list call.
type page struct {
	rows []row
	// count is how many rows match in all.
	count int64
}

// row is what is kept of a case in the list. The list holds too little to show,
// and a customer's telephone number that nobody asked for.
type row struct{ id, caseNo string }

// decodePage reads the result of a list call: caseList, a list that may be empty, and
// count. Its error is an [*Error].
func decodePage(result any) (page, error) {
	if list, ok := result.([]any); ok && len(list) == 1 {
		result = list[0]
	}
	object, ok := result.(jsonObject)
	if !ok {
		return page{}, unreadable("JSON with an unexpected structure: result is neither an object nor an array of one")
	}
	list, there := object["caseList"]
	if !there {
		return page{}, elsewhere("caseList is missing in result", object)
	}
	rows, ok := list.([]any)
	if !ok {
		return page{}, unreadable("JSON with an unexpected structure: caseList is not a list of objects")
	}
	var p page
	for _, element := range rows {
		object, ok := element.(jsonObject)
		if !ok {
			return page{}, unreadable("JSON with an unexpected structure: caseList is not a list of objects")
		}
		id := textOf(object["id"])
		if id == nil || CheckCaseID(*id) != nil {
			return page{}, unreadable("JSON with an unexpected structure: caseList has a row without a valid ID")
		}
		r := row{id: *id}
		if number := textOf(object["caseNo"]); number != nil {
			r.caseNo = *number
		}
		p.rows = append(p.rows, r)
	}
	if p.count, ok = countOf(object["count"]); !ok {
		return page{}, unreadable("JSON with an unexpected structure: count is not a number of cases")
	}
	return p, nil
}

func countOf(raw any) (int64, bool) {
	digits := textOf(raw)
	if digits == nil {
		return 0, false
	}
	count, ok := integer(*digits)
	if !ok || count == nil || *count < 0 {
		return 0, false
	}
	return *count, true
}
