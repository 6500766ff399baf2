// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestCheckFilter(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, value, want string }{
		{"title", strings.Repeat("t", 128), ""},
		{"title", strings.Repeat("t", 129), "it has 129 bytes, and AICC takes at most 128"},
		{"title", strings.Repeat("工", 43), "it has 129 bytes, and AICC takes at most 128"},
		{"title", "", "it is empty, and would select every case or none: leave it out instead"},
		{"type", "cvmC00000149NzxF1ePA", ""},
		{"type", "cvmC00000149NzxF1ePAx", "it has 21 bytes, and AICC takes at most 20"},
		{"owner_id", "cvmC00000149NzxF1ePAx", "it has 21 bytes, and AICC takes at most 20"},
		{"status", strings.Repeat("s", 200), ""},
		{"created_from", "2026-11-01T00:00:00+08:00", ""},
		{"created_from", "2026-11-01", "it is not a time in RFC 3339"},
		{"created_to", "2026-11-01 00:00:00", "it is not a time in RFC 3339"},
		{"created_from", "0001-01-01T00:00:00Z", "its year is not from 1970 to 2199"},
		{"created_to", "2200-01-01T00:00:00Z", "its year is not from 1970 to 2199"},
		{"created_to", "2199-12-31T00:00:00Z", ""},
		{"owner_id", " cvmC00000149NzxF1eP", "it has white space around it"},
		{"status", "Completed\n", "it has white space around it"},
		{"title", " a title ", ""},
		{"titel", "a", "no filter has this name"},
	} {
		if got := phrase(CheckFilter(row.name, row.value)); got != row.want {
			t.Errorf("%s = %.10q…: %q, want %q", row.name, row.value, got, row.want)
		}
	}
}

func TestCheckPeriod(t *testing.T) {
	t.Parallel()
	at := func(value string) *string { return &value }
	for _, row := range []struct {
		from, to *string
		want     string
	}{
		{nil, nil, ""},
		{at("2026-11-01T00:00:00Z"), nil, ""},
		{nil, at("2026-11-01T00:00:00Z"), "it has an end and no start, and AICC takes two times that are at most 31 days apart"},
		{at("2026-11-01T00:00:00Z"), at("2026-11-01T00:00:01Z"), ""},
		{at("2026-11-01T00:00:00Z"), at("2026-11-01T00:00:00Z"), "its start is not before its end"},
		// The later of two readings is the earlier instant.
		{at("2026-11-01T08:30:00+08:00"), at("2026-11-01T01:00:00Z"), ""},
		{at("2026-11-01T01:00:00Z"), at("2026-11-01T08:30:00+08:00"), "its start is not before its end"},
		{at("soon"), at("2026-11-01T01:00:00Z"), ""},
		{at("2026-11-01T01:00:00Z"), at("soon"), ""},
	} {
		if got := phrase(CheckPeriod(row.from, row.to)); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

func phrase(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSearchCheck(t *testing.T) {
	t.Parallel()
	value := func(v string) *string { return &v }
	for want, search := range map[string]Search{
		"it has no filter": {},
		"title: it is empty, and would select every case or none: leave it out instead": {Title: value("")},
		"created_from: it is not a time in RFC 3339":                                    {CreatedFrom: value("x")},
		"its start is not before its end":                                               {CreatedFrom: value("2026-11-01T01:00:00Z"), CreatedTo: value("2026-11-01T01:00:00Z")},
		"":                                                                              {CaseNo: value(strings.Repeat("0", 30))},
	} {
		if got := phrase(search.check()); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSearchBody(t *testing.T) {
	t.Parallel()
	value := func(v string) *string { return &v }
	search := Search{
		Title: value("1"), Status: value("2"), Priority: value("3"), Origin: value("4"), OwnerID: value("5"), CreatorID: value("6"),
		ContactID: value("7"), Type: value("8"), Classification: value("9"), CaseNo: value("10"),
		CreatedFrom: value("2026-11-01T00:00:00Z"), CreatedTo: value("2026-11-02T00:00:00Z"),
	}
	var got map[string]any
	if err := json.Unmarshal(search.body(period{"a", "b"}, 200), &got); err != nil {
		t.Fatal(err)
	}
	// The keys are those of the API page of the list call.
	want := map[string]any{
		"start": 200.0, "limit": 100.0, "title": "1", "status": "2", "priority": "3", "origin": "4", "ownerId": "5", "creatorId": "6",
		"contactId": "7", "type": "8", "classification": "9", "caseNo": "10", "startTime": "a", "endTime": "b",
	}
	for key := range want {
		if got[key] != want[key] {
			t.Errorf("%s is %v, want %v", key, got[key], want[key])
		}
	}
	if len(got) != len(want) {
		t.Errorf("the body is %v", got)
	}
	if body := string((Search{Title: value("x")}).body(period{}, 0)); body != `{"start":0,"limit":100,"title":"x"}` {
		t.Errorf("the body is %s", body)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		zone, from, to string
		want           []period
	}{
		{"UTC", "", "", []period{{}}},
		{"Asia/Shanghai", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", []period{{"2026-11-01 08:00:00", "2026-11-02 08:00:00"}}},
		{"Asia/Shanghai", "2026-11-24T00:00:00+08:00", "", []period{{"2026-11-24 00:00:00", "2026-11-25 12:00:00"}}},
		{"UTC", "2026-01-01T00:00:00.5Z", "2026-02-01T00:00:00Z", []period{{"2026-01-01 00:00:00", "2026-02-01 00:00:00"}}},
		{"UTC", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00.1Z", []period{
			{"2026-01-01 00:00:00", "2026-02-01 00:00:00"}, {"2026-01-31 23:59:59", "2026-02-01 00:00:01"},
		}},
		{"UTC", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", []period{
			{"2026-01-01 00:00:00", "2026-02-01 00:00:00"}, {"2026-01-31 23:59:59", "2026-03-01 00:00:00"},
		}},
		// The clock is set forward on 29 March: 31 days of it are an hour less.
		{"Europe/Berlin", "2026-03-15T00:00:00+01:00", "2026-04-15T00:00:00+02:00", []period{{"2026-03-15 00:00:00", "2026-04-15 00:00:00"}}},
		// The clock is set back on 25 October from 3:00 to 2:00.
		{"Europe/Berlin", "2026-10-25T02:50:00+02:00", "2026-10-25T04:00:00+01:00", []period{{"2026-10-25 02:00:00", "2026-10-25 04:00:00"}}},
		{"Europe/Berlin", "2026-10-25T01:00:00+02:00", "2026-10-25T02:10:00+01:00", []period{{"2026-10-25 01:00:00", "2026-10-25 02:59:59"}}},
		{"Europe/Berlin", "2026-10-25T02:50:00+02:00", "2026-10-25T02:10:00+01:00", []period{{"2026-10-25 02:00:00", "2026-10-25 02:59:59"}}},
	} {
		zone, err := time.LoadLocation(row.zone)
		if err != nil {
			t.Fatal(err)
		}
		search := Search{CreatedFrom: &row.from, CreatedTo: &row.to}
		if row.from == "" {
			search.CreatedFrom = nil
		}
		if row.to == "" {
			search.CreatedTo = nil
		}
		if got := search.periods(now, zone); !slices.Equal(got, row.want) {
			t.Errorf("%s %s to %s: %v, want %v", row.zone, row.from, row.to, got, row.want)
		}
	}
}

// FuzzPeriods holds for any two times that the periods are as AICC allows, and
// leave no second of AICC's clock out.
func FuzzPeriods(f *testing.F) {
	f.Add(int64(1700000000), int64(40*24*3600), "Asia/Shanghai")
	f.Add(int64(1792889400), int64(3600), "Europe/Berlin")
	f.Add(int64(1792889400), int64(31*24*3600+1), "America/New_York")
	f.Fuzz(func(t *testing.T, start, span int64, name string) {
		zone, err := ParseTimeZone(name)
		if err != nil || start < 0 || start > 4e9 || span <= 0 || span > 4e8 {
			return
		}
		begin, end := time.Unix(start, 0), time.Unix(start+span, 0)
		from, to := begin.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339)
		periods := Search{CreatedFrom: &from, CreatedTo: &to}.periods(time.Time{}, zone)
		inside := func(at time.Time) (n int) {
			for _, p := range periods {
				if digits := at.In(zone).Format(wireTime); p.From <= digits && digits <= p.To {
					n++
				}
			}
			return n
		}
		for i := range int64(100) {
			if at := begin.Add(time.Duration(span*i/100) * time.Second); inside(at) == 0 {
				t.Errorf("%v is in none of %v", at, periods)
			}
		}
		for i, p := range periods {
			first, err1 := time.Parse(wireTime, p.From)
			last, err2 := time.Parse(wireTime, p.To)
			if err1 != nil || err2 != nil || first.After(last) || last.Sub(first) > longestPeriod {
				t.Errorf("AICC would refuse %v", p)
			}
			if i > 0 && p.From >= periods[i-1].To {
				t.Errorf("%v and %v do not overlap", periods[i-1], p)
			}
		}
	})
}

func TestParseCaseNo(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ number, want, refused string }{
		{"000000000000000000000000035013", "000000000000000000000000035013", ""},
		{"35013", "000000000000000000000000035013", ""},
		{"123456789012345678901234567890", "123456789012345678901234567890", ""},
		{"", "", "it is empty"},
		{" 35013", "", "it has white space around it"},
		{"35013\n", "", "it has white space around it"},
		{"CASE-35013", "", "it has a character that is not a digit"},
		{"35 013", "", "it has a character that is not a digit"},
		{"３５０１３", "", "it has a character that is not a digit"},
		{"1234567890123456789012345678901", "", "it has 31 digits, and a case number has at most 30"},
	} {
		got, err := ParseCaseNo(row.number)
		if got != row.want || phrase(err) != row.refused {
			t.Errorf("%q: %q, %v", row.number, got, err)
		}
	}
}
