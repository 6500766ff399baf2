// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// fullPage is the most rows that AICC lists for one call, by its page.
const fullPage = 100

// list asks for rows. It returns nil rows where the answer is no list.
func (s *survey) list(ctx context.Context, start, limit int, filters map[string]any) (rows []map[string]any, count int, got answer) {
	body := map[string]any{"start": start, "limit": limit}
	for key, value := range filters {
		body[key] = value
	}
	got = s.ask(ctx, s.listRequest(body))
	if !got.ok() {
		return nil, 0, got
	}
	result := got.result
	if elements, isList := result.([]any); isList && len(elements) == 1 {
		result = elements[0]
	}
	object, _ := result.(map[string]any)
	listed, _ := object["caseList"].([]any)
	rows = []map[string]any{}
	for _, element := range listed {
		if row, isObject := element.(map[string]any); isObject {
			rows = append(rows, row)
		}
	}
	number, _ := object["count"].(json.Number)
	whole, err := number.Int64()
	if err != nil {
		whole = int64(len(rows))
	}
	return rows, int(whole), got
}

func idsOf(rows []map[string]any) []string {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i], _ = row["id"].(string)
	}
	return ids
}

// askList asks for a full page, which later questions use.
func (s *survey) askList(ctx context.Context) finding {
	var got answer
	for _, s.limit = range []int{fullPage, 50, 10} {
		if s.rows, s.total, got = s.list(ctx, 0, s.limit, nil); s.rows != nil || got.failure != "" {
			break
		}
	}
	if s.rows == nil {
		return silent(got)
	}
	s.forms.add("list", got.tree)
	if s.caseID == "" && len(s.rows) > 0 {
		s.caseID = idsOf(s.rows)[0]
	}
	elements, isList := got.result.([]any)
	object, _ := got.result.(map[string]any)
	if isList && len(elements) == 1 {
		object, _ = elements[0].(map[string]any)
	}
	if !hasKey(object, "caseList") || !hasKey(object, "count") {
		return found(toKnow, "other keys: see the report")
	}
	return found(assumed, fmt.Sprintf("so; it counts %d cases", s.total))
}

// aboutList answers a question about the list, if there is one with enough rows.
func (s *survey) aboutList(least int, answer func() finding) finding {
	switch {
	case s.rows == nil:
		return found(unanswered, "no list was given")
	case len(s.rows) < least:
		return found(skipped, fmt.Sprintf("it takes a list of %d cases", least))
	default:
		return answer()
	}
}

func (s *survey) caseNo() string {
	info, _ := s.element["caseInfo"].(map[string]any)
	number, _ := info["caseNo"].(string)
	return number
}

// askNumber looks for the case by its number.
func (s *survey) askNumber(ctx context.Context) finding {
	number := s.caseNo()
	if number == "" {
		return found(unanswered, "the case's number is not known")
	}
	return s.aboutList(2, func() finding {
		rows, count, got := s.list(ctx, 0, 2, map[string]any{"caseNo": number})
		others := slices.ContainsFunc(rows, func(row map[string]any) bool { return row["caseNo"] != number })
		f := found(toKnow, "")
		switch {
		case got.failure != "":
			return silent(got)
		case rows == nil:
			f.says = "refused, " + got.String()
		case others:
			f.says = fmt.Sprintf("is ignored: %d cases", count)
		case len(rows) == 0:
			f.says = "finds no case"
		default:
			return found(assumed, fmt.Sprintf("filters: %d found", len(rows)))
		}
		f.warning = "case_no cannot be used with this site: name cases by id."
		s.settings.notes = append(s.settings.notes, "Name cases by id, not by case_no.")
		return f
	})
}

func (s *survey) askShortNumber(ctx context.Context) finding {
	number := s.caseNo()
	short := strings.TrimLeft(number, "0")
	switch short {
	case "":
		return found(unanswered, "the case's number is not known")
	case number:
		return found(skipped, "the number has no zeros")
	}
	return s.aboutList(2, func() finding {
		rows, _, got := s.list(ctx, 0, 2, map[string]any{"caseNo": short})
		switch {
		case got.failure != "":
			return silent(got)
		case rows == nil:
			return found(assumed, "refused, "+got.String())
		case len(rows) == 1 && rows[0]["caseNo"] == number:
			return found(assumed, "finds the case too")
		default:
			return found(assumed, fmt.Sprintf("%d rows", len(rows)))
		}
	})
}

// askStart tells rows from pages by what lies behind the first two rows.
func (s *survey) askStart(ctx context.Context) finding {
	return s.aboutList(6, func() finding {
		ids := idsOf(s.rows)
		at := func(start int) ([]string, answer) {
			rows, _, got := s.list(ctx, start, 2, nil)
			return idsOf(rows), got
		}
		first, got := at(1)
		if got.failure != "" || !got.ok() {
			return silent(got)
		}
		second, got := at(2)
		if got.failure != "" || !got.ok() {
			return silent(got)
		}
		is := func(got []string, from int) bool { return slices.Equal(got, ids[from:from+2]) }
		switch {
		case is(first, 1) && is(second, 2):
			return found(assumed, "counts rows")
		case is(first, 2) && is(second, 4):
			return found(handled, "counts pages, from 0")
		case is(first, 0) && is(second, 2):
			return found(handled, "whole pages only")
		case is(first, 0) && is(second, 0):
			return finding{verdict: toKnow, says: "is ignored", warning: "More than 100 cases cannot be listed: narrow each search."}
		default:
			return finding{verdict: toKnow, says: "neither rows nor pages", warning: "The list may have changed meanwhile: run again."}
		}
	})
}

func (s *survey) askLimit(ctx context.Context) finding {
	switch {
	case s.rows == nil:
		return found(unanswered, "no list was given")
	case s.limit < fullPage:
		return finding{
			verdict: toKnow, says: fmt.Sprintf("100 is refused, %d is not", s.limit),
			warning: "Neither case_no nor search can be used with this site.",
		}
	case s.total > len(s.rows) && len(s.rows) < fullPage:
		return found(handled, fmt.Sprintf("gives %d at most", len(s.rows)))
	}
	rows, _, got := s.list(ctx, 0, fullPage+1, nil)
	switch {
	case got.failure != "":
		return silent(got)
	case rows == nil:
		return found(assumed, "101 is refused")
	default:
		return found(assumed, fmt.Sprintf("101 gives %d", len(rows)))
	}
}

// askCount looks whether the last row stands where the count has it. With one row a
// page, rows and pages are the same.
func (s *survey) askCount(ctx context.Context) finding {
	return s.aboutList(2, func() finding {
		last, _, got := s.list(ctx, s.total-1, 1, nil)
		behind, _, gotBehind := s.list(ctx, s.total, 1, nil)
		switch {
		case got.failure != "" || gotBehind.failure != "":
			return found(unanswered, "no answer")
		case len(last) == 0:
			return finding{verdict: toKnow, says: "is higher than the rows", warning: "A search ends with an error that the list is incomplete."}
		case len(behind) > 0 && idsOf(behind)[0] != idsOf(last)[0] && len(s.rows) > 0 && idsOf(behind)[0] != idsOf(s.rows)[0]:
			return found(handled, "is lower than the rows")
		default:
			return found(assumed, "exact")
		}
	})
}

func (s *survey) askBehindTheEnd(ctx context.Context) finding {
	return s.aboutList(1, func() finding {
		rows, _, got := s.list(ctx, s.total+fullPage, 1, nil)
		switch {
		case got.failure != "":
			return silent(got)
		case rows == nil:
			return found(handled, "refused, "+got.String())
		case len(rows) > 0:
			return found(handled, "rows again")
		default:
			return found(assumed, "no rows")
		}
	})
}

func (s *survey) askOrder(context.Context) finding {
	return s.aboutList(3, func() finding {
		ids := idsOf(s.rows)
		var created []string
		for _, row := range s.rows {
			text, _ := row["createdDate"].(string)
			created = append(created, text)
		}
		falling := func(of []string) bool {
			reversed := slices.Clone(of)
			slices.Reverse(reversed)
			return slices.IsSorted(reversed)
		}
		switch {
		case falling(created) && !slices.IsSorted(created):
			return found(assumed, "newest first")
		case slices.IsSorted(created) && !falling(created):
			return found(assumed, "oldest first")
		case slices.IsSorted(ids), falling(ids):
			return found(assumed, "by ID")
		default:
			return found(assumed, "none to be seen")
		}
	})
}

func (s *survey) created() (time.Time, bool) {
	info, _ := s.element["caseInfo"].(map[string]any)
	return clockForm(info["createdDate"])
}

// between lists the cases that were created between two readings of AICC's clock.
func (s *survey) between(ctx context.Context, from, to time.Time) ([]map[string]any, answer) {
	rows, _, got := s.list(ctx, 0, s.limit, map[string]any{"startTime": from.Format(time.DateTime), "endTime": to.Format(time.DateTime)})
	return rows, got
}

func (s *survey) askLongPeriod(ctx context.Context) finding {
	return s.aboutList(0, func() finding {
		now := s.now()
		rows, got := s.between(ctx, now.AddDate(0, 0, -40), now.AddDate(0, 0, -8))
		switch {
		case got.failure != "":
			return silent(got)
		case rows == nil:
			return found(assumed, "refused, "+got.String())
		default:
			return found(assumed, "answered as well")
		}
	})
}

func (s *survey) askEnds(ctx context.Context) finding {
	created, known := s.created()
	if !known {
		return found(unanswered, "no createdDate is known")
	}
	return s.aboutList(0, func() finding {
		has := func(from, to time.Time) (bool, answer) {
			rows, got := s.between(ctx, from, to)
			return slices.Contains(idsOf(rows), s.caseID), got
		}
		first, got := has(created, created.Add(time.Second))
		if !got.ok() {
			return silent(got)
		}
		last, got := has(created.Add(-time.Second), created)
		if !got.ok() {
			return silent(got)
		}
		return found(assumed, map[[2]bool]string{
			{true, true}: "both are inside", {true, false}: "the first is inside",
			{false, true}: "the last is inside", {false, false}: "neither is inside",
		}[[2]bool{first, last}])
	})
}
