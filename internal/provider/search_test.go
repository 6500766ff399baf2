// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

const sampleNumber = "000000000000000000000000035013"

// searchFor is a search with the given filters.
func searchFor(tf *terraform, filters values) tftypes.Value {
	typ := tf.schema.DataSourceSchemas["aicc_cases"].ValueType().(tftypes.Object).AttributeTypes["search"].(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
		if value, ok := filters[name]; ok {
			all[name] = value
		}
	}
	return tftypes.NewValue(typ, all)
}

// TestNumberOrID holds the choice between id and case_no, in the data source and in
// the ephemeral resource.
func TestNumberOrID(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	const both = "Both id and case_no are set, and they could mean different cases. Set exactly one of them."
	for name, row := range map[string]struct {
		given values
		want  []problem
	}{
		"an ID":             {values{"id": str(aicctest.SampleID)}, nil},
		"a number":          {values{"case_no": str("35013")}, nil},
		"neither":           {values{}, []problem{{`AttributeName("id")`, summaryExactlyOne, "Neither id nor case_no is set. Set exactly one of them."}}},
		"both":              {values{"id": str(aicctest.SampleID), "case_no": str("35013")}, []problem{{`AttributeName("case_no")`, summaryExactlyOne, both}}},
		"an unknown ID":     {values{"id": unknown}, nil},
		"unknown and null":  {values{"case_no": unknown}, nil},
		"both, one unknown": {values{"id": str(aicctest.SampleID), "case_no": unknown}, nil},
		"a number as ID": {
			values{"id": str(sampleNumber)},
			[]problem{{`AttributeName("id")`, summaryOf(aicc.Invalid), `id, "` + sampleNumber + `", is refused because this looks like a case number: use case_no of aicc_case, or case_nos of aicc_cases. Expected: a case ID`}},
		},
		"letters in a number": {
			values{"case_no": str("CASE-35013")},
			[]problem{{`AttributeName("case_no")`, summaryInvalidCaseNo, "it has a character that is not a digit. Expected: a case number, which is 1 to 30 digits."}},
		},
		"a short number as ID": {
			values{"id": str("40001")},
			[]problem{{`AttributeName("id")`, summaryOf(aicc.Invalid), "this looks like a case number: use case_no of aicc_case, or case_nos of aicc_cases."}},
		},
		"white space": {
			values{"case_no": str("35013 ")},
			[]problem{{`AttributeName("case_no")`, summaryInvalidCaseNo, "it has white space around it"}},
		},
		"31 digits": {
			values{"case_no": str(strings.Repeat("1", 31))},
			[]problem{{`AttributeName("case_no")`, summaryInvalidCaseNo, "it has 31 digits, and a case number has at most 30"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := &terraform{t: t, ctx: t.Context(), server: tf.server, schema: tf.schema}
			expect(t, tf.validate("aicc_case", row.given), row.want...)
			expect(t, tf.validateEphemeral("aicc_case", row.given), row.want...)
		})
	}
}

// TestReadByNumber holds what a user gets and reads, in the data source and in the
// ephemeral resource. A data source has the number as AICC has it, an ephemeral result
// as it was written: Terraform refuses one that differs from its configuration.
func TestReadByNumber(t *testing.T) {
	t.Parallel()
	list := func(fault aicctest.ListFault) func(*aicctest.AICC) {
		return func(s *aicctest.AICC) { s.ForPath(aicctest.ListPath, s.List(fault)) }
	}
	answer := func(path string, fault http.HandlerFunc) func(*aicctest.AICC) {
		return func(s *aicctest.AICC) { s.ForPath(path, fault) }
	}
	at := `AttributeName("case_no")`
	for name, row := range map[string]struct {
		number  string
		arrange func(*aicctest.AICC)
		want    []problem
	}{
		"all digits":     {sampleNumber, func(*aicctest.AICC) {}, nil},
		"without zeros":  {"35013", func(*aicctest.AICC) {}, nil},
		"no such number": {"404", func(*aicctest.AICC) {}, []problem{{at, summaryOf(aicc.NotReturned), "(no case has this number). Check the ID or number"}}},
		"two cases": {
			"35013", func(s *aicctest.AICC) {
				s.SetCase("another", `{"caseInfo":{"id":"another","caseNo":"`+sampleNumber+`"}}`)
			},
			[]problem{{at, summaryOf(aicc.Ambiguous), "2 cases have this number: another, c6m800000149ndrHRVNQ. Use the ID of the case instead of its number.\n\nCase number: 35013"}},
		},
		"filter ignored": {
			"35013", list(aicctest.IgnoreFilters),
			[]problem{{at, summaryOf(aicc.FilterIgnored), "AICC ignores the filter by case number: it was asked for one case number and listed cases of others. " +
				"Older releases of AICC have no such filter. No case was read, because it would be somebody else's. Use the ID of the case instead of its number."}},
		},
		"list refused": {
			"35013", answer(aicctest.ListPath, aicctest.Reply(200, `{"resCode":"405230009","resMsg":"no such service"}`)),
			[]problem{{at, summaryListRefused, "\nCase number: 35013\nHTTP status: 200\nresCode: 405230009\nAICC says: no such service"}},
		},
		"list denied": {
			"35013", answer(aicctest.ListPath, aicctest.Reply(403, `{"resCode":"405230009","resMsg":"m"}`)),
			[]problem{{at, summaryOf(aicc.Forbidden), "AICC answered the request for the list of cases with HTTP 403, which has three causes"}},
		},
		"list unreadable": {
			"35013", list(aicctest.RowWithoutID),
			[]problem{{"", summaryOf(aicc.Unreadable), "The reply to the request for the list of cases is JSON with an unexpected structure: caseList has a row without a valid ID."}},
		},
		"vanished": {
			"35013", answer(aicctest.CasePath+aicctest.SampleID, aicctest.Reply(404, `{"resCode":"405230004","resMsg":"gone"}`)),
			[]problem{{at, summaryOf(aicc.NotReturned), "\nCase: c6m800000149ndrHRVNQ\nCase number: 35013\nHTTP status: 404\nresCode: 405230004\nAICC says: gone"}},
		},
		"another number in the case": {
			"35013", answer(aicctest.CasePath+aicctest.SampleID, aicctest.Reply(200, `{"resCode":"0","result":[{"caseInfo":{"id":"`+aicctest.SampleID+`","caseNo":"1"}}]}`)),
			[]problem{{at, summaryOf(aicc.Foreign), "AICC was asked for one case and sent case c6m800000149ndrHRVNQ with the number 1."}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			row.arrange(site)
			tf := startWith(t, site.Start(t))
			for way, read := range map[string]func(string, values) (map[string]tftypes.Value, []problem){"read": tf.read, "open": tf.open} {
				got, problems := read("aicc_case", values{"case_no": str(row.number)})
				expect(t, problems, row.want...)
				number := map[string]string{"read": sampleNumber, "open": row.number}[way]
				if row.want == nil && (!got["id"].Equal(str(aicctest.SampleID)) || !got["case_no"].Equal(str(number))) {
					t.Errorf("%s: got %v and %v", way, got["id"], got["case_no"])
				}
			}
			if row.want != nil {
				return
			}
			_, problems := tf.read("aicc_case", values{"case_no": unknownAtRead})
			expect(t, problems, problem{`AttributeName("id")`, summaryExactlyOne, ""})
		})
	}
}

// unknownAtRead is what an unknown value has become at the read: null.
var unknownAtRead = tftypes.NewValue(tftypes.String, nil)

func TestValidateSearch(t *testing.T) {
	t.Parallel()
	tf := start(t, nil)
	search := func(filters values) values { return values{"search": searchFor(tf, filters)} }
	at := func(name string) string { return `AttributeName("search").AttributeName("` + name + `")` }
	for name, row := range map[string]struct {
		given values
		want  []problem
	}{
		"one filter": {search(values{"status": str("Approved")}), nil},
		"every filter": {search(values{
			"title": str("t"), "status": str("s"), "priority": str("High"), "origin": str("Voice"), "owner_id": str("o"), "creator_id": str("c"),
			"contact_id": str("c"), "type": str("t"), "classification": str("Todo"),
			"created_from": str("2020-01-01T00:00:00Z"), "created_to": str("2026-01-01T00:00:00+08:00"),
		}), nil},
		"neither": {values{}, []problem{{`AttributeName("ids")`, summaryExactlyOne, "None of ids, case_nos and search is set."}}},
		"both": {
			values{"ids": strs(aicctest.SampleID), "search": searchFor(tf, values{"status": str("s")})},
			[]problem{{`AttributeName("search")`, summaryExactlyOne, "Both ids and search are set"}},
		},
		"ids unknown": {values{
			"ids":    tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, tftypes.UnknownValue),
			"search": searchFor(tf, values{"status": str("s")}),
		}, nil},
		"no filter":         {search(nil), []problem{{`AttributeName("search")`, summaryInvalidSearch, "The search has no filter, and would find every case of the tenant. Set at least one of its attributes."}}},
		"an unknown filter": {search(values{"status": unknown}), nil},
		"empty filter":      {search(values{"status": str("")}), []problem{{at("status"), summaryInvalidSearch, "search.status, \"\", is refused because it is empty, and would select every case or none: leave it out instead."}}},
		"long title":        {search(values{"title": str(strings.Repeat("t", 129))}), []problem{{at("title"), summaryInvalidSearch, "it has 129 bytes, and AICC takes at most 128"}}},
		"long ID":           {search(values{"type": str(sampleNumber)}), []problem{{at("type"), summaryInvalidSearch, "it has 30 bytes, and AICC takes at most 20"}}},
		"no time":           {search(values{"created_from": str("2026-01-01")}), []problem{{at("created_from"), summaryInvalidSearch, "it is not a time in RFC 3339. Expected: a time in RFC 3339, such as 2026-11-01T00:00:00+08:00."}}},
		"a time and no time": {
			search(values{"created_from": str("2026-01-01T00:00:00Z"), "created_to": str("soon")}),
			[]problem{{at("created_to"), summaryInvalidSearch, "it is not a time in RFC 3339"}},
		},
		"the wrong way round": {
			search(values{"created_from": str("2026-01-02T00:00:00Z"), "created_to": str("2026-01-01T00:00:00Z")}),
			[]problem{{at("created_to"), summaryInvalidSearch, "The search is refused because its start is not before its end. Set created_from to a time before created_to, or leave created_to out."}},
		},
		"the end alone":      {search(values{"created_to": str("2026-01-01T00:00:00Z")}), []problem{{at("created_to"), summaryInvalidSearch, "The search is refused because it has an end and no start, and AICC takes two times that are at most 31 days apart. Set created_from"}}},
		"the start alone":    {search(values{"created_from": str("2026-01-01T00:00:00Z")}), nil},
		"an unknown start":   {search(values{"created_from": unknown, "created_to": str("2026-01-01T00:00:00Z")}), nil},
		"a number among IDs": {values{"ids": strs(sampleNumber)}, []problem{{`AttributeName("ids").ElementKeyInt(0)`, summaryOf(aicc.Invalid), "this looks like a case number: use case_no of aicc_case, or case_nos of aicc_cases. Expected"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, (&terraform{t: t, ctx: t.Context(), server: tf.server, schema: tf.schema}).validate("aicc_cases", row.given), row.want...)
		})
	}
}

// TestReadSearch holds that a search comes to the same as the IDs that it finds.
func TestReadSearch(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	ids := site.AddCases(250, map[string]any{"contactPhone": "555-0199"})
	site.ForCase(ids[7], aicctest.Reply(404, `{"resCode":"405230004","resMsg":"gone"}`))
	tf := startWith(t, site.Start(t))
	found, problems := tf.read("aicc_cases", values{"search": searchFor(tf, values{"title": str("test"), "created_from": str("2023-06-16T16:25:22+08:00"), "created_to": str("2023-06-16T16:25:23+08:00")})})
	expect(t, problems)
	named, problems := tf.read("aicc_cases", values{"ids": strs(append([]string{aicctest.SampleID}, ids...)...)})
	expect(t, problems)
	if !found["ids"].Equal(named["ids"]) {
		t.Errorf("the ids are %v", found["ids"])
	}
	if !found["cases"].Equal(named["cases"]) {
		t.Error("the cases differ")
	}
	missing := membersOf(t, found["missing"])
	if len(missing) != 1 || !missing[ids[7]].Equal(str("AICC listed it and did not return it afterwards: HTTP 404, resCode 405230004: gone")) {
		t.Errorf("missing is %v", missing)
	}
	for path, value := range flatAll(t, found) {
		if strings.Contains(value, "555-0199") {
			t.Errorf("%s holds the customer's number", path)
		}
	}
	none, problems := tf.read("aicc_cases", values{"search": searchFor(tf, values{"status": str("nowhere")})})
	expect(t, problems)
	if !none["ids"].Equal(strs()) || len(membersOf(t, none["cases"])) > 0 || none["cases"].IsNull() || none["missing"].IsNull() {
		t.Errorf("nothing found: %v", none)
	}
}

// TestReadSearchFails holds the words for each way in which a search fails, and that
// nothing is stored then.
func TestReadSearchFails(t *testing.T) {
	t.Parallel()
	at := `AttributeName("search")`
	for name, row := range map[string]struct {
		faults []aicctest.ListFault
		answer http.HandlerFunc
		want   problem
	}{
		"count too high": {[]aicctest.ListFault{aicctest.Count(300)}, nil, problem{at, summaryOf(aicc.Incomplete), "AICC did not list every case that matches: it counts 300 cases and listed 251. Nothing was stored, because the others are unknown. " +
			"Cases may have been created or changed at this moment: run again, or end the search in the past with created_to."}},
		"start ignored":  {[]aicctest.ListFault{aicctest.IgnoreStart}, nil, problem{at, summaryOf(aicc.Incomplete), "it counts 251 cases, listed 100, and then the same ones again."}},
		"empty page":     {[]aicctest.ListFault{aicctest.EmptyFrom(198)}, nil, problem{at, summaryOf(aicc.Incomplete), "it counts 251 cases and listed 199."}},
		"too many":       {[]aicctest.ListFault{aicctest.Count(10_001)}, nil, problem{at, summaryOf(aicc.TooMany), "The search was stopped: more than 10000 cases match. Narrow it with more filters, or split it by created_from and created_to."}},
		"row without ID": {[]aicctest.ListFault{aicctest.RowWithoutID}, nil, problem{"", summaryOf(aicc.Unreadable), "caseList has a row without a valid ID"}},
		"resCode":        {nil, aicctest.Reply(200, `{"resCode":"405230009","resMsg":"m"}`), problem{at, summaryListRefused, "AICC answered the request for the list of cases, but not with a list. "}},
		"server error":   {nil, aicctest.Reply(500, ""), problem{"", summaryOf(aicc.ServerFailed), "AICC answered the request for the list of cases with a server error."}},
		"expired token":  {nil, aicctest.Reply(401, ""), problem{"", summaryOf(aicc.Unauthorized), ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.AddCases(250)
			site.ForPath(aicctest.ListPath, site.List(row.faults...))
			if row.answer != nil {
				site.ForPath(aicctest.ListPath, row.answer)
			}
			tf := startWith(t, site.Start(t))
			got, problems := tf.read("aicc_cases", values{"search": searchFor(tf, values{"title": str("test")})})
			expect(t, problems, row.want)
			delete(got, "search")
			if stored := flatAll(t, got); len(stored) > 0 {
				t.Errorf("stored %v", stored)
			}
		})
	}
	t.Run("a case that may exist", func(t *testing.T) {
		t.Parallel()
		site := aicctest.New()
		site.ForCase(aicctest.SampleID, aicctest.Reply(500, ""))
		tf := startWith(t, site.Start(t))
		_, problems := tf.read("aicc_cases", values{"search": searchFor(tf, values{"title": str("test")})})
		expect(t, problems, problem{at, summaryOf(aicc.ServerFailed), "\nCase: c6m800000149ndrHRVNQ"})
	})
	t.Run("an unknown configuration of the provider", func(t *testing.T) {
		t.Parallel()
		tf := start(t, map[string]string{"AICC_TOKEN": aicctest.Token})
		expect(t, tf.configure(values{"domain": unknown}))
		_, problems := tf.read("aicc_cases", values{"search": searchFor(tf, values{"title": str("test")})})
		expect(t, problems, problem{"", summaryUnknown, ""})
	})
}
