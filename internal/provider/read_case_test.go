// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestStructsAndSchema holds that each attribute is an argument or has a field, and
// each field an attribute, with types that fit.
func TestStructsAndSchema(t *testing.T) {
	t.Parallel()
	schemas := start(t, nil).schema.DataSourceSchemas
	for name, test := range map[string]struct {
		state     reflect.Type
		arguments []string
	}{
		"aicc_case":  {reflect.TypeFor[aicc.Case](), []string{"template_fields", "include_contact", "keep", "timeouts"}},
		"aicc_cases": {reflect.TypeFor[casesState](), []string{"case_nos", "on_failure", "search", "template_fields", "keep", "timeouts"}},
	} {
		object := schemas[name].ValueType().(tftypes.Object)
		for _, argument := range test.arguments {
			if _, ok := object.AttributeTypes[argument]; !ok {
				t.Errorf("%s has no argument %s", name, argument)
			}
			delete(object.AttributeTypes, argument)
		}
		agree(t, name, test.state, object)
	}
	search := schemas["aicc_cases"].ValueType().(tftypes.Object).AttributeTypes["search"]
	agree(t, "aicc_cases.search", reflect.TypeFor[aicc.Search](), search)
}

func agree(t *testing.T, path string, field reflect.Type, typ tftypes.Type) {
	t.Helper()
	for field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		if !strings.HasPrefix(field.PkgPath(), "github.com/aicc-community/") {
			return // a type of the framework
		}
		members := maps.Clone(typ.AttributeTypes)
		for _, f := range reflect.VisibleFields(field) {
			name := f.Tag.Get("tfsdk")
			if name == "" || name == "-" {
				continue
			}
			member, ok := members[name]
			if !ok {
				t.Errorf("%s.%s has a field and no attribute", path, name)
				continue
			}
			delete(members, name)
			agree(t, path+"."+name, f.Type, member)
		}
		for name := range members {
			t.Errorf("%s.%s has an attribute and no field", path, name)
		}
	case tftypes.List:
		if field.Kind() == reflect.Slice {
			agree(t, path, field.Elem(), typ.ElementType)
		}
	case tftypes.Map:
		if field.Kind() == reflect.Map {
			agree(t, path, field.Elem(), typ.ElementType)
		}
	default:
		kinds := map[string]reflect.Kind{"tftypes.String": reflect.String, "tftypes.Bool": reflect.Bool, "tftypes.Number": reflect.Int64}
		if !strings.HasPrefix(field.PkgPath(), "github.com/hashicorp/") && field.Kind() != kinds[typ.String()] {
			t.Errorf("%s is %s in Terraform and %s in Go", path, typ, field)
		}
	}
}

// sampleAttributes is all that is not null in the case of the API page, as [flat]
// lists it.
var sampleAttributes = map[string]string{
	"id": "c6m800000149ndrHRVNQ", "case_no": "000000000000000000000000035013", "title": "test", "description": "test",
	"attachment": "", "state": "Processing", "state_name": "Processing", "status": "y", "status_name": "y",
	"priority": "Critical", "priority_name": "Critical", "origin": "Email", "origin_name": "Email",
	"reason_name": "", "type": "cvmC00000149NzxF1ePA", "type_name": "",
	"owner_id": "10gg000000sGyLvwHvOK", "owner_name": "ServiceCloud", "creator_id": "10gd000000rDybBRYkuu", "creator_name": "ServiceCloud",
	"contact_id": "ciIy0000012YLAA4Dulc", "is_upgraded": "false", "is_canceled": "false", "is_suspended": "false",
	"created_date": "2023-06-16T16:25:22+08:00", "due_date": "2023-06-30T00:00:00+08:00",
	"custom_fields.AICC__Type__CST.__objectType": "AICC__CaseType__CST",
	"is_follower":          "false",
	"trace.0.created_date": "2023-06-16T16:25:22+08:00", "trace.0.creator_id": "10gd000000rDybBRYkuu",
	"trace.0.creator_name": "ServiceCloud", "trace.0.type": "CreateCase",
	"tasks": "[]", "contact.bind_account": "[]",
	"contact.id": "ciIy0000012YLAA4Dulc", "contact.customer_name": "test5", "contact.gender": "male",
	"contact.cell_phone1": "555555", "contact.email": "yh5@huawei.com", "contact.organization_id": "cBbs0000012YLAA3eiVU",
	"contact.created_date": "2023-04-17T18:13:53+08:00", "contact.last_modified_date": "2023-04-17T18:14:51+08:00",
	"contact.organization.id": "cBbs0000012YLAA3eiVU", "contact.organization.organization_name": "test",
	"contact.address.id": "cw8O0000012YLAA6D6g4", "contact.address.subject_id": "ciIy0000012YLAA4Dulc",
	"contact.address.additional_address": "test", "contact.address.default_billing_address": "false", "contact.address.default_shipping_address": "false",
}

// listedSample is the part of the sample that aicc_cases has.
func listedSample() map[string]string {
	listed := maps.Clone(sampleAttributes)
	maps.DeleteFunc(listed, func(name, _ string) bool {
		return strings.HasPrefix(name, "contact.") || strings.HasPrefix(name, "trace.") || name == "tasks"
	})
	return listed
}

func equal(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if found, ok := got[name]; !ok || found != value {
			t.Errorf("%s is %q (there: %v), want %q", name, found, ok, value)
		}
	}
	for name, value := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is %q, want null", name, value)
		}
	}
}

// TestReadCase reads the case of the API page as a data source and as an
// ephemeral resource.
func TestReadCase(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := startWith(t, site.Start(t))
	given := values{"id": str(aicctest.SampleID), "timeouts": timeoutOf("1m"), "template_fields": texts(map[string]any{"a": "b"})}
	want := maps.Clone(sampleAttributes)
	maps.Copy(want, map[string]string{"timeouts.read": "1m", "template_fields.a": "b"})
	for name, read := range map[string]func(string, values) (map[string]tftypes.Value, []problem){"data": tf.read, "ephemeral": tf.open} {
		got, problems := read("aicc_case", given)
		expect(t, problems)
		equal(t, flatAll(t, got), want)
		var fields map[string]tftypes.Value
		if err := got["custom_fields"].As(&fields); err != nil || len(fields) != 2 || !fields["AICC__test1__CST"].IsNull() {
			t.Errorf("%s: custom_fields are %v, %v", name, fields, err)
		}
	}
	if n := len(site.Requests()); n != 2 {
		t.Errorf("%d requests, want one for each", n)
	}
	tf.read("aicc_case", given)
	tf.open("aicc_case", given)
	if n := len(site.Requests()); n != 3 {
		t.Errorf("%d requests, want another one for the ephemeral resource alone", n)
	}
}

// TestIncludeContact looks at what is left of a case with and without its
// contact.
func TestIncludeContact(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.SetCase(aicctest.SampleID, `{"caseInfo":{"id":"`+aicctest.SampleID+`","title":"t","contactPhone":"555-0100","own":"1"},
		"caseTrace":[{"type":"Email","fromName":"n","toAddress":"a@example.com","extra":"x"}],"customerInfo":{"name":"n"},
		"tasks":[{"id":"k","contactPhone":"555-0101"}],"isFollower":true,"own":"2","mood":"calm"}`)
	tf := startWith(t, site.Start(t))
	for include, want := range map[any]map[string]string{
		false: {
			"id": aicctest.SampleID, "title": "t", "custom_fields.own": "1", "trace.0.type": "Email", "tasks.0.id": "k", "is_follower": "true", "include_contact": "false",
		},
		true: {
			"id": aicctest.SampleID, "title": "t", "custom_fields.own": "1", "trace.0.type": "Email", "tasks.0.id": "k", "is_follower": "true", "include_contact": "true",
			"contact_phone": "555-0100", "trace.0.from_name": "n", "trace.0.to_address": "a@example.com", "contact.name": "n", "tasks.0.contact_phone": "555-0101",
			"custom_fields.caseTrace[0].extra": "x", "custom_fields.mood": "calm",
		},
	} {
		for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
			got, problems := read("aicc_case", values{"id": str(aicctest.SampleID), "include_contact": tftypes.NewValue(tftypes.Bool, include)})
			expect(t, problems)
			equal(t, flatAll(t, got), want)
		}
	}
}

// TestKeep looks at what is left of a case of which the user keeps some attributes.
func TestKeep(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.SetCase(aicctest.SampleID, `{"caseInfo":{"id":"`+aicctest.SampleID+`","title":"t","state":"s","contactPhone":"555-0100","own":"1"},
		"caseTrace":[{"type":"Email","fromName":"n"}],"customerInfo":{"name":"n"},"tasks":[{"id":"k"}],"isFollower":true,"mood":"calm"}`)
	tf := startWith(t, site.Start(t))
	no := tftypes.NewValue(tftypes.Bool, false)
	for name, test := range map[string]struct {
		given values
		want  map[string]string
	}{
		"nothing":          {values{"keep": strs()}, map[string]string{"keep": "[]"}},
		"the ID":           {values{"keep": strs("id")}, map[string]string{"keep.0": "id"}},
		"two":              {values{"keep": strs("state", "is_follower")}, map[string]string{"keep.0": "state", "keep.1": "is_follower", "state": "s", "is_follower": "true"}},
		"custom fields":    {values{"keep": strs("custom_fields")}, map[string]string{"keep.0": "custom_fields", "custom_fields.own": "1", "custom_fields.mood": "calm"}},
		"the contact":      {values{"keep": strs("contact", "contact_phone")}, map[string]string{"keep.0": "contact", "keep.1": "contact_phone", "contact.name": "n", "contact_phone": "555-0100"}},
		"no contact":       {values{"keep": strs("contact", "state"), "include_contact": no}, map[string]string{"keep.0": "contact", "keep.1": "state", "include_contact": "false", "state": "s"}},
		"trace, no sender": {values{"keep": strs("trace"), "include_contact": no}, map[string]string{"keep.0": "trace", "include_contact": "false", "trace.0.type": "Email"}},
	} {
		test.given["id"], test.want["id"] = str(aicctest.SampleID), aicctest.SampleID
		for _, read := range []func(string, values) (map[string]tftypes.Value, []problem){tf.read, tf.open} {
			got, problems := read("aicc_case", test.given)
			expect(t, problems)
			t.Log(name)
			equal(t, flatAll(t, got), test.want)
		}
	}
	got, problems := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID), "keep": strs("state")})
	expect(t, problems)
	in := "cases." + aicctest.SampleID + "."
	equal(t, flatAll(t, got), map[string]string{"ids.0": aicctest.SampleID, "keep.0": "state", in + "id": aicctest.SampleID, in + "state": "s"})
	// What one reader does not keep is there for the others.
	whole, problems := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	expect(t, problems)
	if !whole["title"].Equal(str("t")) || whole["contact"].IsNull() {
		t.Errorf("the case is %v", whole)
	}
}

// TestSameCase reads the case with the most in it as a data source and as an
// ephemeral resource, which differ in nothing.
func TestSameCase(t *testing.T) {
	t.Parallel()
	tf := startWith(t, aicctest.New().Start(t))
	for _, include := range []any{nil, true, false} {
		given := values{"id": str(aicctest.OpenID), "include_contact": tftypes.NewValue(tftypes.Bool, include)}
		stored, problems := tf.read("aicc_case", given)
		expect(t, problems)
		opened, problems := tf.open("aicc_case", given)
		expect(t, problems)
		for name := range stored {
			if !stored[name].Equal(opened[name]) {
				t.Errorf("%s is %s and %s", name, stored[name], opened[name])
			}
		}
		if len(stored) < 40 || len(stored) != len(opened) || stored["contact"].IsNull() != (include == false) {
			t.Errorf("%d attributes and %d; the contact is %s", len(stored), len(opened), stored["contact"])
		}
	}
}

// TestOddFlags holds that a flag in a form that is neither true nor false is null and named in
// a warning, unless the user does not keep it.
func TestOddFlags(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	site.ChangeCase(aicctest.OpenID, map[string]any{"AICC__IsCanced__CST": "maybe", "isUpgraded": 7, "AICC__IsSuspend__CST": "否"})
	tf := startWith(t, site.Start(t))
	for i, row := range []struct {
		given values
		want  string
	}{
		{values{}, "Case " + aicctest.OpenID + ": is_upgraded, is_canceled"},
		{values{"keep": strs("is_canceled", "state")}, "Case " + aicctest.OpenID + ": is_canceled"},
		{values{"keep": strs("state", "is_suspended")}, ""},
	} {
		many := maps.Clone(row.given)
		row.given["id"], many["ids"] = str(aicctest.OpenID), strs(aicctest.OpenID, aicctest.SampleID)
		for name, read := range map[string]func() (map[string]tftypes.Value, []problem){
			"data":      func() (map[string]tftypes.Value, []problem) { return tf.read("aicc_case", row.given) },
			"ephemeral": func() (map[string]tftypes.Value, []problem) { return tf.open("aicc_case", row.given) },
			"cases":     func() (map[string]tftypes.Value, []problem) { return tf.read("aicc_cases", many) },
		} {
			tf.warnings = nil
			got, problems := read()
			expect(t, problems)
			if name == "cases" {
				got = membersOf(t, membersOf(t, got["cases"])[aicctest.OpenID])
			}
			if !got["is_canceled"].IsNull() || !got["is_upgraded"].IsNull() {
				t.Errorf("%s: the flags are %v, %v", name, got["is_canceled"], got["is_upgraded"])
			}
			said := strings.Join(tf.warnings, "")
			if (row.want == "") != (said == "") || !strings.HasSuffix(said, row.want) {
				t.Errorf("%d, %s: warned %q, want %q", i, name, said, row.want)
			}
		}
	}
}

// TestUnexpectedError has the client return an error that is not its own. Nobody
// has removed secrets from such an error, so its text is not repeated.
func TestUnexpectedError(t *testing.T) {
	t.Parallel()
	var schema datasource.SchemaResponse
	new(caseDataSource).Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	config := tfsdk.Config{Schema: schema.Schema, Raw: objectOf(schema.Schema.Type().TerraformType(t.Context()), values{"id": str(aicctest.SampleID)})}
	for _, unexpected := range []error{errors.New(planted), &aicc.Error{Kind: aicc.Kind(-1), Detail: planted}} {
		diags := readCase(t.Context(), new(providerData), config, func(*aicc.Client, context.Context, aicc.Query) (*aicc.Case, error) {
			return nil, unexpected
		}, asAICCHasIt)
		if len(diags) != 1 || diags[0].Summary() != summaryUnexpected ||
			!strings.Contains(diags[0].Detail(), fmt.Sprintf("(%T)", unexpected)) || strings.Contains(diags[0].Detail(), planted) {
			t.Errorf("%T: got %v", unexpected, diags)
		}
	}
}

// FuzzReadCase has AICC answer with anything. What is read is known to the last
// attribute, or there is an error that does not hold the token; and all the ways
// to read a case agree on it.
func FuzzReadCase(f *testing.F) {
	f.Add(aicctest.Sample)
	f.Add([]byte(`{"resCode":"0","result":{"caseInfo":{"id":"` + aicctest.SampleID + `","a":{"b":[1]},"isUpgraded":"?"},"caseTrace":{"x":1},"tasks":[null,{}],"customerInfo":{"address":"x","bindAccount":{},"customFied":{}}}}`))
	f.Add([]byte(`{"resCode":"` + aicctest.Token + `","resMsg":"` + aicctest.Token + `"}`))
	f.Add([]byte("{\"resCode\":\"0\",\"result\":{\"caseInfo\":{\"id\":\"" + aicctest.SampleID + "\",\"\xff\":\"\xff\u0000\"}}}"))
	f.Add([]byte(`{"resCode":"0","result":[{"caseInfo":{"id":"` + aicctest.SampleID + `","contactPhone":"1","own":"1"},"tasks":[{"contactPhone":"2","x":null}],"caseTrace":[{"toAddress":"3","own":"2"}],"own":"3","isFollower":"no"}]}`))
	f.Add([]byte(`{"resCode":0,"result":{"caseInfo":{"id":"` + aicctest.SampleID + `"}}}`))
	f.Add([]byte(`{"resCode":0,"result":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		tf := startWith(t, answering(t, aicctest.Reply(http.StatusOK, string(body))))
		id := str(aicctest.SampleID)
		state, problems := tf.read("aicc_case", values{"id": id})
		for _, p := range problems {
			if strings.Contains(p.summary+p.detail, aicctest.Token) {
				t.Errorf("the token stands in %q", p.detail)
			}
		}
		opened, openProblems := tf.open("aicc_case", values{"id": id})
		bare, bareProblems := tf.read("aicc_case", values{"id": id, "include_contact": tftypes.NewValue(tftypes.Bool, false)})
		many, manyProblems := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
		if len(problems) > 0 {
			expect(t, openProblems, problems...)
			expect(t, bareProblems, problems...)
			if problems[0].summary == summaryOf(aicc.NotReturned) {
				expect(t, manyProblems)
				if membersOf(t, many["missing"])[aicctest.SampleID].IsNull() {
					t.Errorf("it is not missing: %v", many)
				}
			} else if len(manyProblems) != 1 || manyProblems[0].summary != problems[0].summary {
				t.Errorf("got %+v, want %+v", manyProblems, problems)
			}
			return
		}
		expect(t, openProblems)
		expect(t, bareProblems)
		expect(t, manyProblems)
		if !state["id"].Equal(id) {
			t.Errorf("the id is %v", state["id"])
		}
		for name := range state {
			if !opened[name].Equal(state[name]) {
				t.Errorf("%s is %s in the data source and %s in the ephemeral resource", name, state[name], opened[name])
			}
		}
		for name, value := range membersOf(t, membersOf(t, many["cases"])[aicctest.SampleID]) {
			if name != "custom_fields" && (!value.Equal(state[name]) || !value.Equal(bare[name])) {
				t.Errorf("%s is %s alone, %s without contact and %s among many", name, state[name], bare[name], value)
			}
			if name == "custom_fields" && !value.Equal(bare[name]) {
				t.Errorf("the custom fields are %s without contact and %s among many", bare[name], value)
			}
		}
		all := membersOf(t, state["custom_fields"])
		for name, value := range membersOf(t, bare["custom_fields"]) {
			if found, ok := all[name]; !ok || !found.Equal(value) {
				t.Errorf("the custom field %s is %s with contact and %s without", name, found, value)
			}
		}
		for name := range flatAll(t, bare) {
			if strings.Contains(name, "contact_phone") || strings.HasPrefix(name, "contact.") || strings.HasPrefix(name, "trace.") && !regexp.MustCompile(`^trace\.\d+\.(created_date|creator_id|creator_name|type|related_id)$`).MatchString(name) {
				if !strings.HasPrefix(name, "custom_fields.") {
					t.Errorf("%s is there without contact", name)
				}
			}
		}
	})
}
