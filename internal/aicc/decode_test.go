// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestSample reads the reply of the API page: every value that is not null, and
// null everywhere else.
func TestSample(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, string(aicctest.Sample))
	got := map[string]any{}
	flatten(got, "", reflect.ValueOf(*c))
	want := map[string]any{
		"id": "c6m800000149ndrHRVNQ", "case_no": "000000000000000000000000035013", "title": "test", "description": "test",
		"attachment": "", "state": "Processing", "state_name": "Processing", "status": "y", "status_name": "y",
		"priority": "Critical", "priority_name": "Critical", "origin": "Email", "origin_name": "Email",
		"reason_name": "", "type": "cvmC00000149NzxF1ePA", "type_name": "",
		"owner_id": "10gg000000sGyLvwHvOK", "owner_name": "ServiceCloud", "creator_id": "10gd000000rDybBRYkuu", "creator_name": "ServiceCloud",
		"contact_id": "ciIy0000012YLAA4Dulc", "is_upgraded": false, "is_canceled": false, "is_suspended": false,
		"created_date": "2023-06-16T16:25:22+08:00", "due_date": "2023-06-30T00:00:00+08:00",
		"custom_fields.AICC__Type__CST.__objectType": "AICC__CaseType__CST", "custom_fields.AICC__test1__CST": nil,
		"is_follower":          false,
		"trace.0.created_date": "2023-06-16T16:25:22+08:00", "trace.0.creator_id": "10gd000000rDybBRYkuu",
		"trace.0.creator_name": "ServiceCloud", "trace.0.type": "CreateCase",
		"contact.id": "ciIy0000012YLAA4Dulc", "contact.customer_name": "test5", "contact.gender": "male",
		"contact.cell_phone1": "555555", "contact.email": "yh5@huawei.com", "contact.organization_id": "cBbs0000012YLAA3eiVU",
		"contact.created_date": "2023-04-17T18:13:53+08:00", "contact.last_modified_date": "2023-04-17T18:14:51+08:00",
		"contact.organization.id": "cBbs0000012YLAA3eiVU", "contact.organization.organization_name": "test",
		"contact.address.id": "cw8O0000012YLAA6D6g4", "contact.address.subject_id": "ciIy0000012YLAA4Dulc",
		"contact.address.additional_address": "test", "contact.address.default_billing_address": false, "contact.address.default_shipping_address": false,
	}
	if !maps.Equal(got, want) {
		for _, key := range slices.Sorted(maps.Keys(got)) {
			if value, ok := want[key]; !ok || value != got[key] {
				t.Errorf("%s is %v, want %v", key, got[key], value)
			}
			delete(want, key)
		}
		t.Errorf("missing: %v", want)
	}
	if c.Tasks == nil || len(c.Tasks) != 0 {
		t.Errorf("tasks are %v, want an empty list", c.Tasks)
	}
	if c.Contact.BindAccount == nil || len(c.Contact.BindAccount) != 0 {
		t.Errorf("bind_account is %v, want an empty list", c.Contact.BindAccount)
	}
	if c.Contact.CustomFields != nil {
		t.Errorf("custom_fields of the contact are %v, want null", c.Contact.CustomFields)
	}
}

// flatten collects what is not nil by the path of tfsdk tags.
func flatten(into map[string]any, path string, value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			flatten(into, path, value.Elem())
		}
	case reflect.Struct:
		for _, field := range reflect.VisibleFields(value.Type()) {
			if name := field.Tag.Get("tfsdk"); name != "" && name != "-" {
				flatten(into, strings.TrimPrefix(path+"."+name, "."), value.FieldByIndex(field.Index))
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			flatten(into, path+"."+string(rune('0'+i)), value.Index(i))
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			text := value.MapIndex(key)
			into[path+"."+key.String()] = nil
			if !text.IsNil() {
				into[path+"."+key.String()] = text.Elem().Interface()
			}
		}
	default:
		if value.Kind() == reflect.String {
			into[path] = value.String()
		} else {
			into[path] = value.Interface()
		}
	}
}

func TestScalars(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		members string
		want    map[string]any
	}{
		"null, absent and empty differ": {
			`"title":null,"description":""`,
			map[string]any{"description": ""},
		},
		"numbers and booleans for texts": {
			`"caseNo":35013,"title":true,"ownerId":1.50,"parentId":123456789012345678901234567890`,
			map[string]any{"case_no": "35013", "title": "true", "owner_id": "1.50", "parent_id": "123456789012345678901234567890"},
		},
		"objects and arrays for texts": {
			`"title": { "b" : [ 1 , "<&>" ] }, "description": []`,
			map[string]any{"title": `{"b":[1,"<&>"]}`, "description": `[]`},
		},
		"texts and numbers for booleans": {
			`"isUpgraded":"TRUE","AICC__IsCanced__CST":0,"AICC__IsSuspend__CST":"1"`,
			map[string]any{"is_upgraded": true, "is_canceled": false, "is_suspended": true},
		},
		"no booleans": {
			`"isUpgraded":"maybe","AICC__IsCanced__CST":"","AICC__IsSuspend__CST":{"x":1}`,
			map[string]any{"custom_fields.isUpgraded": "maybe", "custom_fields.AICC__IsSuspend__CST": `{"x":1}`},
		},
		"a text for a number":        {`"suspendAccumulatedTime":"15"`, map[string]any{"suspend_accumulated_time": int64(15)}},
		"a fraction without one":     {`"suspendAccumulatedTime":1.5e1`, map[string]any{"suspend_accumulated_time": int64(15)}},
		"a number outside the range": {`"suspendAccumulatedTime":-1440000`, map[string]any{"suspend_accumulated_time": int64(-1440000)}},
		"no whole number":            {`"suspendAccumulatedTime":1.5`, map[string]any{"custom_fields.suspendAccumulatedTime": "1.5"}},
		"a number too large":         {`"suspendAccumulatedTime":1e300`, map[string]any{"custom_fields.suspendAccumulatedTime": "1e300"}},
		"no number":                  {`"suspendAccumulatedTime":"an hour"`, map[string]any{"custom_fields.suspendAccumulatedTime": "an hour"}},
		"an empty number":            {`"suspendAccumulatedTime":""`, map[string]any{}},
		"the largest number":         {`"suspendAccumulatedTime":9223372036854775807`, map[string]any{"suspend_accumulated_time": int64(9223372036854775807)}},
		"a fraction beyond accuracy": {`"suspendAccumulatedTime":9007199254740993.0`, map[string]any{"custom_fields.suspendAccumulatedTime": "9007199254740993.0"}},
		"a dot in a key is no path":  {`"AICC__Origin__CST":{"name":"x"}`, map[string]any{"custom_fields.AICC__Origin__CST": `{"name":"x"}`}},
		"every other key": {
			`"AICC__a__CST":"x","AICC__b__CST":1.0,"AICC__c__CST":false,"AICC__d__CST":{"k":null},"AICC__e__CST":null,"AICC__f__CST":""`,
			map[string]any{
				"custom_fields.AICC__a__CST": "x", "custom_fields.AICC__b__CST": "1.0", "custom_fields.AICC__c__CST": "false",
				"custom_fields.AICC__d__CST": `{"k":null}`, "custom_fields.AICC__e__CST": nil, "custom_fields.AICC__f__CST": "",
			},
		},
		"keys count in their exact spelling": {
			`"Title":"other","TITLE":"third","title":"right","externalNo":"not the wire's name"`,
			map[string]any{"title": "right", "custom_fields.Title": "other", "custom_fields.TITLE": "third", "custom_fields.externalNo": "not the wire's name"},
		},
		"control characters stay": {`"title":"a\u0000\nb"`, map[string]any{"title": "a\x00\nb"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]any{}
			flatten(got, "", reflect.ValueOf(*mustDecode(t, caseWith(test.members, ""))))
			delete(got, "id")
			if !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ zone, wire, want string }{
		"Shanghai":                       {"Asia/Shanghai", "2023-06-16 16:25:22", "2023-06-16T16:25:22+08:00"},
		"UTC":                            {"UTC", "2023-06-16 16:25:22", "2023-06-16T16:25:22Z"},
		"summer":                         {"Europe/Berlin", "2026-07-01 00:00:00", "2026-07-01T00:00:00+02:00"},
		"winter":                         {"Europe/Berlin", "2026-01-01 00:00:00", "2026-01-01T00:00:00+01:00"},
		"an hour that the clock skips":   {"Europe/Berlin", "2026-03-29 02:30:00", "2026-03-29T02:30:00+02:00"},
		"an hour that comes twice":       {"Europe/Berlin", "2026-10-25 02:30:00", "2026-10-25T02:30:00+01:00"},
		"half an hour":                   {"Asia/Kolkata", "2026-01-01 00:00:00", "2026-01-01T00:00:00+05:30"},
		"no such day":                    {"UTC", "2026-02-30 00:00:00", "2026-02-30 00:00:00"},
		"another form":                   {"UTC", "2026-02-03T00:00:00Z", "2026-02-03T00:00:00Z"},
		"a date":                         {"UTC", "2026-02-03", "2026-02-03"},
		"a fraction":                     {"UTC", "2026-02-03 00:00:00.5", "2026-02-03 00:00:00.5"},
		"no time":                        {"UTC", "soon", "soon"},
		"two spaces, an hour of a digit": {"UTC", "2026-02-03  4:05:06", "2026-02-03  4:05:06"},
		"empty":                          {"UTC", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			site := aicctest.New()
			site.ChangeCase(aicctest.SampleID, map[string]any{"dueDate": test.wire})
			got, failure := read(t.Context(), newClient(t, config(t, site.Start(t), func(c *aicc.Config) { c.TimeZone = zone })), aicctest.SampleID)
			if failure != nil {
				t.Fatal(failure)
			}
			switch {
			case test.want == "" && got.DueDate != nil:
				t.Errorf("got %q, want null", *got.DueDate)
			case test.want != "" && string(*got.DueDate) != test.want:
				t.Errorf("got %q, want %q", *got.DueDate, test.want)
			}
		})
	}
	t.Run("milliseconds since 1970", func(t *testing.T) {
		t.Parallel()
		if got := mustDecode(t, caseWith(`"dueDate":1686903922000`, "")).DueDate; *got != "1686903922000" {
			t.Errorf("got %q", *got)
		}
	})
}

func TestAround(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		around string
		want   map[string]any
	}{
		"nothing":              {``, map[string]any{}},
		"all null":             {`"caseTrace":null,"customerInfo":null,"tasks":null,"isFollower":null`, map[string]any{}},
		"follower as text":     {`"isFollower":"true"`, map[string]any{"is_follower": true}},
		"flat contact":         {`"customerInfo":{"name":"n"}`, map[string]any{"contact.name": "n"}},
		"nested contact":       {`"customerInfo":{"customerInfo":{"name":"n"}}`, map[string]any{"contact.name": "n"}},
		"contact in a list":    {`"customerInfo":[{"name":"n"}]`, map[string]any{"contact.name": "n"}},
		"both, without loss":   {`"customerInfo":{"name":"outer","phone":"p","customerInfo":{"name":"inner"}}`, map[string]any{"contact.name": "inner", "contact.phone": "p", "contact.custom_fields.customerInfo.name": "outer"}},
		"no contact":           {`"customerInfo":{"customerInfo":null}`, map[string]any{}},
		"empty contact":        {`"customerInfo":{"customerInfo":{}}`, map[string]any{}},
		"empty list":           {`"customerInfo":[]`, map[string]any{}},
		"address as text":      {`"customerInfo":{"address":"1 Example Street"}`, map[string]any{"contact.address.text": "1 Example Street"}},
		"empty address":        {`"customerInfo":{"address":""}`, map[string]any{"contact.address.text": ""}},
		"address in a list":    {`"customerInfo":{"address":[{"city":"x"}]}`, map[string]any{"contact.address.city": "x"}},
		"two addresses":        {`"customerInfo":{"address":[{"city":"x"},{"city":"y"}]}`, map[string]any{"contact.address.text": `[{"city":"x"},{"city":"y"}]`}},
		"organization as text": {`"customerInfo":{"organization":"Example"}`, map[string]any{"contact.custom_fields.organization": "Example"}},
		"keys without a field": {
			`"customerInfo":{"organization":{"id":"o","extra":1},"address":{"zip":"z","extra":[2]},"more":"m"}`,
			map[string]any{"contact.organization.id": "o", "contact.address.zip": "z", "contact.custom_fields.organization.extra": "1", "contact.custom_fields.address.extra": "[2]", "contact.custom_fields.more": "m"},
		},
		"one account":              {`"customerInfo":{"bindAccount":"a"}`, map[string]any{"contact.bind_account.0": "a"}},
		"accounts":                 {`"customerInfo":{"bindAccount":["a",{"k":"v"},null,1]}`, map[string]any{"contact.bind_account.0": "a", "contact.bind_account.1": `{"k":"v"}`, "contact.bind_account.3": "1"}},
		"account as object":        {`"customerInfo":{"bindAccount":{"k":"v"}}`, map[string]any{"contact.bind_account.0": `{"k":"v"}`}},
		"custom fields as object":  {`"customerInfo":{"customFied":{"a":"1","b":null}}`, map[string]any{"contact.custom_fields.a": "1", "contact.custom_fields.b": nil}},
		"custom fields as text":    {`"customerInfo":{"customFied":"x"}`, map[string]any{"contact.custom_fields.customFied": "x"}},
		"custom fields as a list":  {`"customerInfo":{"customFied":[1,2]}`, map[string]any{"contact.custom_fields.customFied": "[1,2]"}},
		"custom and other collide": {`"customerInfo":{"a":"other","customFied":{"a":"own"}}`, map[string]any{"contact.custom_fields.a": "other", "contact.custom_fields.customFied.a": "own"}},
		"right spellings are not the wire's": {
			`"customerInfo":{"customField":"x","address":{"additionalAddress":"y"}}`,
			map[string]any{"contact.custom_fields.customField": "x", "contact.custom_fields.address.additionalAddress": "y"},
		},
		"a dotted key and a nested one": {
			`"customerInfo":{"organization":{"name":"nested"},"organization.name":"dotted"}`,
			map[string]any{"contact.custom_fields.organization.name": "dotted", "contact.custom_fields.organization.organization.name": "nested"},
		},
		"three names at once": {
			`"customerInfo":{"name":"outer","customerInfo.name":"dotted","customerInfo":{"name":"inner"}}`,
			map[string]any{"contact.name": "inner", "contact.custom_fields.customerInfo.name": "dotted", "contact.custom_fields.customerInfo.customerInfo.name": "outer"},
		},
		"keys beside caseInfo":       {`"mood":"calm"`, map[string]any{}},
		"one trace entry, no list":   {`"caseTrace":{"type":"Email"}`, map[string]any{"trace.0.type": "Email"}},
		"a trace entry that is null": {`"caseTrace":[null,{"type":"SMS"}]`, map[string]any{"trace.1.type": "SMS"}},
		"tasks have custom fields":   {`"tasks":[{"id":"t","x":1}]`, map[string]any{"tasks.0.id": "t", "tasks.0.custom_fields.x": "1"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := map[string]any{}
			c := mustDecode(t, caseWith("", test.around))
			c.Other = nil
			flatten(got, "", reflect.ValueOf(*c))
			delete(got, "id")
			if !maps.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	t.Run("empty custom fields are not null", func(t *testing.T) {
		t.Parallel()
		if got := mustDecode(t, caseWith("", `"customerInfo":{"customFied":{}}`)).Contact.CustomFields; got == nil || len(got) != 0 {
			t.Errorf("got %v", got)
		}
	})
	t.Run("what has no attribute is kept aside", func(t *testing.T) {
		t.Parallel()
		c := mustDecode(t, caseWith("", `"mood":"calm","caseTrace":[{"type":"x","extra":1}],"isFollower":"perhaps"`))
		want := map[string]string{"mood": "calm", "caseTrace[0].extra": "1", "isFollower": "perhaps"}
		for key, value := range want {
			if got := c.Other[key]; got == nil || *got != value {
				t.Errorf("%s is %v, want %s", key, got, value)
			}
		}
		if len(c.Other) != len(want) {
			t.Errorf("got %v", c.Other)
		}
	})
}

// TestFlags covers the forms of a documented flag, and names those that are none.
func TestFlags(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]any{
		`true`: true, `false`: false, `"true"`: true, `"False"`: false, `1`: true, `0`: false, `"1"`: true, `"0"`: false, `"Y"`: true, `"N"`: false,
		`"y"`: true, `"n"`: false, `"yes"`: true, `"NO"`: false, `"是"`: true, `"否"`: false, `null`: nil, `""`: nil,
		`"maybe"`: "odd", `2`: "odd", `"on"`: "odd", `{}`: "odd", `[true]`: "odd", `"不"`: "odd",
	} {
		for key, flag := range map[string]func(*aicc.Case) *bool{
			"isUpgraded":           func(c *aicc.Case) *bool { return c.IsUpgraded },
			"AICC__IsCanced__CST":  func(c *aicc.Case) *bool { return c.IsCanceled },
			"AICC__IsSuspend__CST": func(c *aicc.Case) *bool { return c.IsSuspended },
			"isFollower":           func(c *aicc.Case) *bool { return c.IsFollower },
		} {
			text := `"` + key + `":` + form
			body := caseWith(text, "")
			if key == "isFollower" {
				body = caseWith("", text)
			}
			c := mustDecode(t, body)
			var odd []string
			if want == "odd" {
				odd = []string{key}
			}
			got := flag(c)
			if !slices.Equal(c.OddFlags, odd) || !slices.Equal(c.Listed().OddFlags, odd) || (got != nil) != (want == true || want == false) || got != nil && *got != want {
				t.Errorf("%s: %v, odd are %v", text, got, c.OddFlags)
			}
		}
	}
}

// TestReplies covers whole bodies: which are a case, and what the others are
// called.
func TestReplies(t *testing.T) {
	t.Parallel()
	const info = `{"caseInfo":{"id":"` + aicctest.SampleID + `"}}`
	const elsewhere = "JSON that has the content in another place than documented: "
	const other = `{"caseInfo":{"id":"anotherCase000000001"}}`
	tests := map[string]struct {
		body   string
		kind   aicc.Kind
		detail string
	}{
		"array":                  {`{"resCode":"0","result":[` + info + `]}`, -1, ""},
		"object":                 {`{"resCode":"0","result":` + info + `}`, -1, ""},
		"code as number":         {`{"resCode":0,"result":[` + info + `]}`, -1, ""},
		"byte order mark":        {"\ufeff" + ` {"resCode":"0","result":[` + info + `]}` + "\n", -1, ""},
		"the right one of three": {`{"resCode":"0","result":[` + other + `,` + info + `,` + other + `]}`, -1, ""},
		"caseInfo in a list":     {`{"resCode":"0","result":[{"caseInfo":[{"id":"` + aicctest.SampleID + `"}]}]}`, -1, ""},

		"empty result":         {`{"resCode":"0","result":[]}`, aicc.NotReturned, "an empty result"},
		"null result":          {`{"resCode":"0","result":null}`, aicc.NotReturned, "an empty result"},
		"empty object":         {`{"resCode":"0","result":{}}`, aicc.NotReturned, "an empty result"},
		"null caseInfo":        {`{"resCode":"0","result":[{"caseInfo":null,"tasks":[]}]}`, aicc.NotReturned, "a result without caseInfo"},
		"all beside it empty":  {`{"resCode":"0","result":{"caseInfo":null,"tasks":null,"caseTrace":[],"customerInfo":{},"own":"","isFollower":false}}`, aicc.NotReturned, "a result without caseInfo"},
		"empty caseInfo":       {`{"resCode":"0","result":[{"caseInfo":{}}]}`, aicc.NotReturned, "a result without caseInfo"},
		"unknown keys around":  {`{"resCode":"0","traceId":"1","success":true,"error":"","errorCode":null,"result":[]}`, aicc.NotReturned, "an empty result"},
		"another code":         {`{"resCode":"405230004","resMsg":"工单不存在"}`, aicc.Refused, ""},
		"another code, result": {`{"resCode":"1","result":[` + info + `]}`, aicc.Refused, ""},

		// What must never be a case that does not exist.
		"data":                   {`{"resCode":"0","resMsg":"ok","data":[` + info + `]}`, aicc.Unreadable, elsewhere + "result is missing, there is data"},
		"no result":              {`{"resCode":"0"}`, aicc.Unreadable, elsewhere + "result is missing, there is nothing else"},
		"Result":                 {`{"resCode":"0","Result":[` + info + `]}`, aicc.Unreadable, elsewhere + "result is missing, there is Result"},
		"results":                {`{"resCode":"0","results":[]}`, aicc.Unreadable, elsewhere + "result is missing, there is results"},
		"somebody's data as key": {`{"resCode":"0","13800138000":1,"a b":2}`, aicc.Unreadable, elsewhere + "result is missing, there is another key"},
		"CaseInfo":               {`{"resCode":"0","result":[{"CaseInfo":{"id":"x"}}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is CaseInfo"},
		"caseInfo as text of []": {`{"resCode":"0","result":[{"caseInfo":"[]"}]}`, aicc.Unreadable, "JSON with an unexpected structure: caseInfo is not an object"},
		"caseInfo as empty list": {`{"resCode":"0","result":[{"caseInfo":[]}]}`, aicc.Unreadable, "JSON with an unexpected structure: caseInfo is not an object"},
		"caseInfo as empty text": {`{"resCode":"0","result":[{"caseInfo":""}]}`, aicc.Unreadable, "JSON with an unexpected structure: caseInfo is not an object"},
		"flat":                   {`{"resCode":"0","result":{"id":"` + aicctest.SampleID + `","state":"Processing"}}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is id, state"},
		"a trace and a contact":  {`{"resCode":"0","result":[{"caseTrace":[{"type":"x"}],"customerInfo":{"name":"n"}}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is caseTrace, customerInfo"},
		"a trace, null caseInfo": {`{"resCode":"0","result":[{"caseInfo":null,"caseTrace":[{"type":"x"}]}]}`, aicc.Unreadable, "JSON with an unexpected structure: caseInfo is not an object"},
		"a follower":             {`{"resCode":"0","result":[{"caseInfo":{},"isFollower":true}]}`, aicc.Unreadable, elsewhere + "caseInfo is empty, there is isFollower"},
		"an error in result":     {`{"resCode":"0","result":[{"errorCode":"E500"}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is errorCode"},
		"an envelope in result":  {`{"resCode":"0","result":[{"resCode":"500","resMsg":"m"}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is resCode, resMsg"},
		"a list":                 {`{"resCode":"0","result":[{"caseList":[],"count":0}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is caseList, count"},
		"no caseInfo":            {`{"resCode":"0","result":[{"tasks":[]}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is tasks"},
		"empty element":          {`{"resCode":"0","result":[{}]}`, aicc.Unreadable, elsewhere + "caseInfo is missing in result, there is nothing else"},
		"list of null":           {`{"resCode":"0","result":[null]}`, aicc.Unreadable, "JSON with an unexpected structure: an element of result is not an object"},
		"list in a list":         {`{"resCode":"0","result":[[]]}`, aicc.Unreadable, "JSON with an unexpected structure: an element of result is not an object"},
		"result twice":           {`{"resCode":"0","result":[` + info + `],"result":[]}`, aicc.Unreadable, "JSON in which result stands twice in one object"},
		"result twice, escaped":  {`{"resCode":"0","result":[` + info + `],"res\u0075lt":[]}`, aicc.Unreadable, "JSON in which result stands twice in one object"},
		"resCode twice":          {`{"resCode":"500","resCode":"0","result":[]}`, aicc.Unreadable, "JSON in which resCode stands twice in one object"},
		"caseInfo twice":         {`{"resCode":"0","result":[{"caseInfo":{"id":"x"},"caseInfo":{}}]}`, aicc.Unreadable, "JSON in which caseInfo stands twice in one object"},
		"state twice":            {caseWith(`"state":"Completed","state":"Processing"`, ""), aicc.Unreadable, "JSON in which state stands twice in one object"},
		"success: false":         {`{"success":false,"resCode":"0","resMsg":"m","result":[]}`, aicc.Refused, "beside a resCode of 0, it does not say success: true"},
		"success: false, a case": {`{"success":"false","resCode":"0","result":[` + info + `]}`, aicc.Refused, "beside a resCode of 0, it does not say success: true"},
		"error":                  {`{"resCode":"0","error":{"code":1},"result":[]}`, aicc.Refused, "beside a resCode of 0, it has error"},
		"error_code":             {`{"resCode":"0","error_code":"APIGW.0101","result":[]}`, aicc.Refused, "beside a resCode of 0, it has error_code"},
		"errorCode":              {`{"resCode":"0","errorCode":0,"result":[]}`, aicc.Refused, "beside a resCode of 0, it has errorCode"},
		"resCode as list":        {`{"resCode":[],"result":[]}`, aicc.Unreadable, "JSON with an unexpected structure: there is no resCode in it"},
		"resCode as false":       {`{"resCode":false,"result":[]}`, aicc.Unreadable, "JSON with an unexpected structure: there is no resCode in it"},
		"empty resCode":          {`{"resCode":"","result":[]}`, aicc.Unreadable, "JSON with an unexpected structure: there is no resCode in it"},

		"GBK":                  {caseWith("\"state\":\"\xd2\xd1\xb9\xd8\xb1\xd5\"", ""), aicc.Unreadable, "not UTF-8"},
		"a cut sequence":       {caseWith("\"state\":\"\xe5\xb7\"", ""), aicc.Unreadable, "not UTF-8"},
		"an overlong sequence": {caseWith("\"state\":\"\xc0\xaf\"", ""), aicc.Unreadable, "not UTF-8"},
		"CESU-8":               {caseWith("\"state\":\"\xed\xa0\xbd\xed\xb8\x80\"", ""), aicc.Unreadable, "not UTF-8"},
		"half a surrogate":     {caseWith(`"state":"a\ud83db"`, ""), aicc.Unreadable, "not UTF-8"},
		"the other half":       {caseWith(`"state":"\ude00"`, ""), aicc.Unreadable, "not UTF-8"},
		"halves the wrong way": {caseWith(`"state":"\ude00\ud83d"`, ""), aicc.Unreadable, "not UTF-8"},
		"half, then another":   {caseWith(`"state":"\ud83d\n"`, ""), aicc.Unreadable, "not UTF-8"},
		"UTF-16":               {"\xff\xfe{\x00}\x00", aicc.Unreadable, "not UTF-8"},
		"both halves":          {caseWith(`"state":"\ud83d\ude00","title":"\\ud83d \" \\"`, ""), -1, ""},

		"another case": {`{"resCode":"0","result":[` + other + `]}`, aicc.Foreign, "case anotherCase000000001"},
		"no id":        {`{"resCode":"0","result":[{"caseInfo":{"title":"t"}}]}`, aicc.Foreign, "a case without an ID"},
		"null id":      {`{"resCode":"0","result":[{"caseInfo":{"id":null,"title":"t"}}]}`, aicc.Foreign, "a case without an ID"},

		"empty":                          {"", aicc.Unreadable, "an empty body"},
		"white space":                    {" \n\t", aicc.Unreadable, "an empty body"},
		"HTML":                           {"\n<!DOCTYPE html><html>secret</html>", aicc.Unreadable, "an HTML or XML page"},
		"text":                           {"nothing here", aicc.Unreadable, "not JSON"},
		"cut":                            {`{"resCode":"0","result":[{"caseInfo":{"id":"c6m`, aicc.Unreadable, "JSON that is cut off after 47 bytes"},
		"two values":                     {`{"resCode":"0"} {"resCode":"0"}`, aicc.Unreadable, "not JSON"},
		"a brace too many":               {`{"resCode":"0","result":[` + info + `]}}`, aicc.Unreadable, "not JSON"},
		"a bracket after":                {`{"resCode":"0","result":[` + info + `]}]<html>`, aicc.Unreadable, "not JSON"},
		"array around":                   {`[{"resCode":"0"}]`, aicc.Unreadable, "JSON with an unexpected structure: there is no object around it"},
		"null":                           {`null`, aicc.Unreadable, "JSON with an unexpected structure: there is no object around it"},
		"no resCode":                     {`{"result":[` + info + `]}`, aicc.Unreadable, "JSON with an unexpected structure: there is no resCode in it"},
		"null resCode":                   {`{"resCode":null,"result":[` + info + `]}`, aicc.Unreadable, "JSON with an unexpected structure: there is no resCode in it"},
		"result as text":                 {`{"resCode":"0","result":"x"}`, aicc.Unreadable, "JSON with an unexpected structure: result is neither an array nor an object"},
		"element as number":              {`{"resCode":"0","result":[1]}`, aicc.Unreadable, "JSON with an unexpected structure: an element of result is not an object"},
		"caseInfo as text":               {`{"resCode":"0","result":[{"caseInfo":"x"}]}`, aicc.Unreadable, "JSON with an unexpected structure: caseInfo is not an object"},
		"trace of texts":                 {caseWith("", `"caseTrace":["to somebody"]`), aicc.Unreadable, "JSON with an unexpected structure: caseTrace is not a list of objects"},
		"trace as text":                  {caseWith("", `"caseTrace":"x"`), aicc.Unreadable, "JSON with an unexpected structure: caseTrace is not a list of objects"},
		"a trace by numbers":             {caseWith("", `"caseTrace":{"0":{"fromName":"somebody"}}`), aicc.Unreadable, "JSON with an unexpected structure: caseTrace is not a list of objects"},
		"tasks by numbers":               {caseWith("", `"tasks":{"0":{"contactPhone":"1"}}`), aicc.Unreadable, "JSON with an unexpected structure: tasks is not a list of objects"},
		"an entry by numbers":            {caseWith("", `"caseTrace":[{"type":"x","0":{"fromName":"somebody"}}]`), aicc.Unreadable, "JSON with an unexpected structure: an entry of caseTrace holds lists or objects"},
		"lists in an entry":              {caseWith("", `"caseTrace":[{"x":[{"fromName":"somebody"}]}]`), aicc.Unreadable, "JSON with an unexpected structure: an entry of caseTrace holds lists or objects"},
		"casetrace":                      {caseWith("", `"CaseTrace":[{"fromName":"somebody"}]`), aicc.Unreadable, "JSON with an unexpected structure: caseTrace is spelled CaseTrace"},
		"CustomerInfo":                   {caseWith("", `"CustomerInfo":{"name":"somebody"}`), aicc.Unreadable, "JSON with an unexpected structure: customerInfo is spelled CustomerInfo"},
		"a contact inside":               {caseWith(`"customerInfo":{"name":"somebody"}`, ""), aicc.Unreadable, "JSON with an unexpected structure: customerInfo is in caseInfo"},
		"a contact as text":              {caseWith("", `"customerInfo":"somebody"`), aicc.Unreadable, "JSON with an unexpected structure: customerInfo is not an object"},
		"two contacts":                   {caseWith("", `"customerInfo":[{"name":"a"},{"name":"b"}]`), aicc.Unreadable, "JSON with an unexpected structure: customerInfo is not an object"},
		"a contact as text in a contact": {caseWith("", `"customerInfo":{"customerInfo":"somebody","name":"n"}`), aicc.Unreadable, "JSON with an unexpected structure: customerInfo in customerInfo is not an object"},
		"somebody else's contact":        {caseWith(`"contactId":"c1"`, `"customerInfo":{"customerInfo":{"id":"c2"}}`), aicc.Foreign, "the contact of somebody else, whose ID is not the contactId of the case"},
		"their own contact":              {caseWith(`"contactId":"c1"`, `"customerInfo":{"id":"c1"}`), -1, ""},
		"a contact without ID":           {caseWith(`"contactId":"c1"`, `"customerInfo":{"name":"n"}`), -1, ""},
		"tasks as number":                {caseWith("", `"tasks":1`), aicc.Unreadable, "JSON with an unexpected structure: tasks is not a list of objects"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, failure := decode(t, test.body)
			switch {
			case test.kind < 0:
				if failure != nil || *got.ID != aicctest.SampleID {
					t.Errorf("got %v, %v", got, failure)
				}
			case failure == nil:
				t.Errorf("no failure, want %v", test.kind)
			case failure.Kind != test.kind || failure.Detail != test.detail || failure.Status != http.StatusOK || failure.CaseID != aicctest.SampleID:
				t.Errorf("got %v, %q, HTTP %d, want %v, %q", failure.Kind, failure.Detail, failure.Status, test.kind, test.detail)
			}
		})
	}
}

// TestEntries has replies with as many entries as are taken, and with one more, in
// each place that may have any number of them.
func TestEntries(t *testing.T) {
	t.Parallel()
	const most = 3000
	list := func(n int) string { return "[" + strings.Repeat("{},", n-1) + "{}]" }
	members := func(n int) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, `,"k%d":1`, i)
		}
		return s.String()[1:]
	}
	for name, with := range map[string]func(n int) string{
		"trace":                        func(n int) string { return caseWith("", `"caseTrace":`+list(n)) },
		"tasks":                        func(n int) string { return caseWith("", `"tasks":`+list(n)) },
		"both":                         func(n int) string { return caseWith("", `"caseTrace":`+list(1000)+`,"tasks":`+list(n-1000)) },
		"custom fields":                func(n int) string { return caseWith(members(n), "") },
		"custom fields of a task":      func(n int) string { return caseWith("", `"tasks":[{`+members(n-1)+`}]`) },
		"other fields":                 func(n int) string { return caseWith("", members(n)) },
		"other fields of a trace":      func(n int) string { return caseWith("", `"caseTrace":[{`+members(n-1)+`}]`) },
		"fields of the contact":        func(n int) string { return caseWith("", `"customerInfo":{`+members(n)+`}`) },
		"custom fields of the contact": func(n int) string { return caseWith("", `"customerInfo":{"customFied":{`+members(n)+`}}`) },
		"fields of an address":         func(n int) string { return caseWith("", `"customerInfo":{"address":{`+members(n)+`}}`) },
		"accounts":                     func(n int) string { return caseWith("", `"customerInfo":{"bindAccount":`+list(n)+`}`) },
		"a case behind one": func(n int) string {
			return reply(`{"caseInfo":{"id":"x"},"tasks":` + list(1000) + `},{"caseInfo":{"id":"` + aicctest.SampleID + `"},"tasks":` + list(n-1000) + `}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, failure := decode(t, with(most)); failure != nil {
				t.Errorf("%d are refused: %v", most, failure)
			}
			_, failure := decode(t, with(most+1))
			if failure == nil || failure.Kind != aicc.TooLarge || failure.Attempts != 1 ||
				failure.Detail != "more than 3000 entries: history, tasks, accounts and fields without an attribute together" {
				t.Errorf("got %+v", failure)
			}
		})
	}
}

func TestWithoutContact(t *testing.T) {
	t.Parallel()
	whole := mustDecode(t, caseWith(`"contactPhone":"555-0199","title":"t"`,
		`"customerInfo":{"name":"n"},"caseTrace":[{"createdDate":"2023-06-16 16:25:22","creatorId":"i","creatorName":"a","type":"Email","relatedId":"r","title":"7bm63","description":"7bm63","from":"7bm63","fromName":"7bm63","toAddress":"7bm63","attachment":"7bm63"}],"tasks":[{"id":"t","contactPhone":"555-0198"}],"mood":"x"`))
	before, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	bare := whole.WithoutContact()
	after, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) {
		t.Error("the shared case has changed")
	}
	got := map[string]any{}
	flatten(got, "", reflect.ValueOf(*bare))
	want := map[string]any{
		"id": aicctest.SampleID, "title": "t", "tasks.0.id": "t", "trace.0.type": "Email", "trace.0.created_date": "2023-06-16T16:25:22+08:00",
		"trace.0.creator_id": "i", "trace.0.creator_name": "a", "trace.0.related_id": "r",
	}
	if !maps.Equal(got, want) || bare.Other != nil {
		t.Errorf("got %v and %v, want %v", got, bare.Other, want)
	}
	if none := mustDecode(t, caseWith("", "")).WithoutContact(); none.Trace != nil || none.Tasks != nil {
		t.Error("absent lists are no longer null")
	}
}
