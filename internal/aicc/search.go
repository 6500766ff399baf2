// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
)

// Search selects cases. A nil field selects nothing and at least one is set.
// Whether AICC compares a title whole or in part is not documented.
//
// The json tag of a field is its key in the body of the list call, the tfsdk tag
// its name in Terraform, the bytes tag the length that the API page allows, and
// the form tag what a value is that is not a word: a text with any white space, or a time.
type Search struct {
	Title          *string `json:"title,omitempty" tfsdk:"title" bytes:"128" form:"text"`
	Status         *string `json:"status,omitempty" tfsdk:"status"`
	Priority       *string `json:"priority,omitempty" tfsdk:"priority"`
	Origin         *string `json:"origin,omitempty" tfsdk:"origin"`
	OwnerID        *string `json:"ownerId,omitempty" tfsdk:"owner_id" bytes:"20"`
	CreatorID      *string `json:"creatorId,omitempty" tfsdk:"creator_id" bytes:"20"`
	ContactID      *string `json:"contactId,omitempty" tfsdk:"contact_id" bytes:"20"`
	Type           *string `json:"type,omitempty" tfsdk:"type" bytes:"20"`
	Classification *string `json:"classification,omitempty" tfsdk:"classification"`

	// CreatedFrom and CreatedTo are RFC 3339. With CreatedFrom alone the search
	// goes up to now; CreatedTo alone is refused.
	CreatedFrom *string `json:"-" tfsdk:"created_from" form:"time"`
	CreatedTo   *string `json:"-" tfsdk:"created_to" form:"time"`

	// CaseNo is a whole number, from [ParseCaseNo]. One case has it, or the search
	// fails.
	CaseNo *string `json:"caseNo,omitempty" tfsdk:"-"`
}

// CheckFilter checks the value of the field of a [Search] that has the name in its
// tfsdk tag. The error is a phrase that says what is wrong.
func CheckFilter(name, value string) error {
	for known, field := range tags.Fields(reflect.TypeFor[Search](), "tfsdk") {
		if known == name {
			return checkFilter(field.Tag, value)
		}
	}
	return errors.New("no filter has this name")
}

func checkFilter(tag reflect.StructTag, value string) error {
	form := tag.Get("form")
	limit, err := strconv.Atoi(tag.Get("bytes"))
	switch {
	case value == "":
		return errors.New("it is empty, and would select every case or none: leave it out instead")
	case form != "text" && strings.TrimSpace(value) != value:
		return errors.New("it has white space around it")
	case form == "time":
		return checkTime(value)
	case err == nil && len(value) > limit:
		return fmt.Errorf("it has %d bytes, and AICC takes at most %d", len(value), limit)
	}
	return nil
}

// checkTime refuses years that nobody means, such as 9999 for no end: AICC would be
// asked about each month in between.
func checkTime(value string) error {
	at, err := time.Parse(time.RFC3339, value)
	switch {
	case err != nil:
		return errors.New("it is not a time in RFC 3339")
	case at.Year() < 1970 || at.Year() > 2199:
		return errors.New("its year is not from 1970 to 2199")
	}
	return nil
}

// CheckPeriod checks the two times of a [Search] against each other; nil is a
// time that is not given, and what is not a time is left to [CheckFilter]. The error
// is a phrase that says what is wrong.
func CheckPeriod(from, to *string) error {
	if to == nil {
		return nil
	}
	if from == nil {
		return errors.New("it has an end and no start, and AICC takes two times that are at most 31 days apart")
	}
	start, err1 := time.Parse(time.RFC3339, *from)
	end, err2 := time.Parse(time.RFC3339, *to)
	if err1 == nil && err2 == nil && !start.Before(end) {
		return errors.New("its start is not before its end")
	}
	return nil
}

// check checks the whole of a search.
func (s Search) check() error {
	given := false
	fields := reflect.ValueOf(s)
	for name, field := range tags.Fields(fields.Type(), "tfsdk") {
		value := fields.FieldByIndex(field.Index).Interface().(*string)
		if value == nil {
			continue
		}
		given = true
		if err := checkFilter(field.Tag, *value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if !given {
		return errors.New("it has no filter")
	}
	return CheckPeriod(s.CreatedFrom, s.CreatedTo)
}

// pageSize is how many rows AICC gives at most for one call.
const pageSize = 100

// body is the JSON of the list call for the rows from start on.
func (s Search) body(p period, start int) []byte {
	// Strings and numbers always marshal.
	body, _ := json.Marshal(struct {
		Start int `json:"start"`
		Limit int `json:"limit"`
		Search
		period
	}{start, pageSize, s, p})
	return body
}

// period is a span of AICC's clock, both ends as AICC writes them. The zero
// period is no condition.
type period struct {
	From string `json:"startTime,omitempty"`
	To   string `json:"endTime,omitempty"`
}

const (
	// longestPeriod is how far apart AICC allows the two times of one call to be.
	longestPeriod = 31 * 24 * time.Hour
	// clockMargin is how far behind AICC's clock the one of this machine may be.
	clockMargin = 24 * time.Hour
)

// periods splits the time that a checked search asks for into periods that AICC
// allows, from the earliest to the latest. Each begins a second before the one
// before it ends: whether AICC counts the ends as inside is not documented.
func (s Search) periods(now time.Time, zone *time.Location) []period {
	if s.CreatedFrom == nil {
		return []period{{}}
	}
	from, _ := time.Parse(time.RFC3339, *s.CreatedFrom)
	to := now.Add(clockMargin)
	if s.CreatedTo != nil {
		to, _ = time.Parse(time.RFC3339, *s.CreatedTo)
	}
	first, last := clockReadings(from, to, zone)
	var split []period
	for start := first; ; start = start.Add(longestPeriod - time.Second) {
		end := start.Add(longestPeriod)
		if !end.Before(last) {
			return append(split, period{start.Format(wireTime), last.Format(wireTime)})
		}
		split = append(split, period{start.Format(wireTime), end.Format(wireTime)})
	}
}

// clockReadings returns the lowest and the highest reading of a zone's clock
// between two instants, in whole seconds. Where the clock is set back these are
// not the readings at the two instants.
func clockReadings(from, to time.Time, zone *time.Location) (first, last time.Time) {
	from, to = from.In(zone), to.In(zone)
	if !to.Truncate(time.Second).Equal(to) {
		to = to.Add(time.Second)
	}
	first, last = reading(from), reading(to)
	if _, change := from.ZoneBounds(); !change.IsZero() && change.Before(to) && reading(change).Before(first) {
		first = reading(change)
	}
	if change, _ := to.ZoneBounds(); !change.IsZero() && change.After(from) {
		if before := reading(change.Add(-time.Second)); before.After(last) {
			last = before
		}
	}
	return first, last
}

// reading is what a clock shows at an instant, as the same digits in UTC.
func reading(at time.Time) time.Time {
	year, month, day := at.Date()
	hour, minute, second := at.Clock()
	return time.Date(year, month, day, hour, minute, second, 0, time.UTC)
}
