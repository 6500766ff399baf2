// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The attributes of a case are a promise to everybody who has written them into a
// configuration. They stand here once more, apart from the code, so that one that
// is lost, renamed or of another type shows.
const (
	boundInfo = `id case_no status status_name title description attachment priority priority_name
		origin origin_name state state_name reason reason_name type type_name
		parent_id owner_id owner_name creator_id creator_name contact_id external_no
		is_upgraded:bool is_canceled:bool is_suspended:bool
		created_date due_date closed_date stay_date suspend_date
		suspend_accumulated_time:number custom_fields:map`
	boundTrace   = `created_date creator_id creator_name type related_id title description from from_name to_address attachment`
	boundContact = `id name customer_name nick_name first_name middle_name last_name gender age birth_day title status level channel website
		picture remark description phone phone1 phone2 phone3 cellphone cell_phone1 cell_phone2 cell_phone3
		email email1 email2 fax user_id organization_id created_date last_modified_date bind_account:list custom_fields:map`
	boundOrganization = `id organization_name description email fax fixed_phone industry logo scale summary website`
	boundAddress      = `id subject_id label title first_name middle_name last_name phone_number1 phone_number2
		country province city area town street block building_no room_no zip
		address_line1 address_line2 address_line3 address_line4 address_line5 additional_address
		default_billing_address:bool default_shipping_address:bool text`
)

// bound reads a list of attributes, each a text where nothing else stands behind
// its name, and adds others.
func bound(list string, others map[string]tftypes.Type) tftypes.Object {
	attributes := map[string]tftypes.Type{}
	for _, entry := range strings.Fields(list) {
		name, kind, _ := strings.Cut(entry, ":")
		attributes[name] = map[string]tftypes.Type{
			"":       tftypes.String,
			"bool":   tftypes.Bool,
			"number": tftypes.Number,
			"map":    tftypes.Map{ElementType: tftypes.String},
			"list":   tftypes.List{ElementType: tftypes.String},
		}[kind]
	}
	maps.Copy(attributes, others)
	return tftypes.Object{AttributeTypes: attributes}
}

// sameType reports each difference between two types by its path.
func sameType(t *testing.T, path string, got, want tftypes.Type) {
	t.Helper()
	switch want := want.(type) {
	case tftypes.Object:
		object, ok := got.(tftypes.Object)
		if !ok {
			t.Errorf("%s is %s, want an object", path, got)
			return
		}
		for name, typ := range want.AttributeTypes {
			if found, ok := object.AttributeTypes[name]; ok {
				sameType(t, path+"."+name, found, typ)
			} else {
				t.Errorf("%s.%s is not there", path, name)
			}
		}
		for name := range object.AttributeTypes {
			if _, ok := want.AttributeTypes[name]; !ok {
				t.Errorf("%s.%s is not in the table", path, name)
			}
		}
	case tftypes.List:
		if list, ok := got.(tftypes.List); ok {
			sameType(t, path+"[]", list.ElementType, want.ElementType)
			return
		}
		t.Errorf("%s is %s, want a list", path, got)
	case tftypes.Map:
		if m, ok := got.(tftypes.Map); ok {
			sameType(t, path+"{}", m.ElementType, want.ElementType)
			return
		}
		t.Errorf("%s is %s, want a map", path, got)
	default:
		if !got.Equal(want) {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
}

func TestBinding(t *testing.T) {
	t.Parallel()
	phone := map[string]tftypes.Type{"contact_phone": tftypes.String}
	arguments := map[string]tftypes.Type{
		"template_fields": tftypes.Map{ElementType: tftypes.String},
		"timeouts":        tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}},
	}
	whole := maps.Clone(arguments)
	maps.Copy(whole, phone)
	maps.Copy(whole, map[string]tftypes.Type{
		"include_contact": tftypes.Bool,
		"is_follower":     tftypes.Bool,
		"trace":           tftypes.List{ElementType: bound(boundTrace, nil)},
		"tasks":           tftypes.List{ElementType: bound(boundInfo, phone)},
		"contact": bound(boundContact, map[string]tftypes.Type{
			"organization": bound(boundOrganization, nil),
			"address":      bound(boundAddress, nil),
		}),
	})
	many := maps.Clone(arguments)
	maps.Copy(many, map[string]tftypes.Type{
		"ids":     tftypes.List{ElementType: tftypes.String},
		"cases":   tftypes.Map{ElementType: bound(boundInfo, map[string]tftypes.Type{"is_follower": tftypes.Bool})},
		"missing": tftypes.Map{ElementType: tftypes.String},
	})
	schema := start(t, nil).schema
	sameType(t, "data.aicc_case", schema.DataSourceSchemas["aicc_case"].ValueType(), bound(boundInfo, whole))
	sameType(t, "ephemeral.aicc_case", schema.EphemeralResourceSchemas["aicc_case"].ValueType(), bound(boundInfo, whole))
	sameType(t, "data.aicc_cases", schema.DataSourceSchemas["aicc_cases"].ValueType(), bound("", many))
	sameType(t, "provider", schema.Provider.ValueType(), bound(
		"domain token client_id client_secret time_zone ca_certificate max_retries:number requests_per_second:number max_concurrency:number", nil))
	if len(schema.DataSourceSchemas) != 2 || len(schema.EphemeralResourceSchemas) != 1 || len(schema.Functions) != 1 || len(schema.ResourceSchemas) != 0 {
		t.Error("there is more, or less, than the table knows")
	}
	sameType(t, "parse_case_link", schema.Functions["parse_case_link"].Return.Type, bound("domain id", nil))
}

// TestArguments holds which attributes the user writes; AICC fills all others.
func TestArguments(t *testing.T) {
	t.Parallel()
	schema := start(t, nil).schema
	for name, test := range map[string]struct {
		block *tfprotov6.SchemaBlock
		want  []string
	}{
		"provider": {schema.Provider.Block, []string{
			"ca_certificate optional", "client_id optional", "client_secret optional", "domain optional", "max_concurrency optional",
			"max_retries optional", "requests_per_second optional", "time_zone optional", "token optional",
		}},
		"data.aicc_case":      {schema.DataSourceSchemas["aicc_case"].Block, []string{"id required", "include_contact optional", "template_fields optional", "timeouts optional"}},
		"ephemeral.aicc_case": {schema.EphemeralResourceSchemas["aicc_case"].Block, []string{"id required", "include_contact optional", "template_fields optional", "timeouts optional"}},
		"data.aicc_cases":     {schema.DataSourceSchemas["aicc_cases"].Block, []string{"ids required", "template_fields optional", "timeouts optional"}},
	} {
		var got []string
		for _, a := range test.block.Attributes {
			switch {
			case a.Required && !a.Optional && !a.Computed:
				got = append(got, a.Name+" required")
			case a.Optional && !a.Required && !a.Computed:
				got = append(got, a.Name+" optional")
			case !a.Computed || a.Required || a.Optional:
				t.Errorf("%s.%s is neither written by the user nor filled by AICC", name, a.Name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("the arguments of %s are %q, want %q", name, got, test.want)
		}
		if len(test.block.BlockTypes) > 0 {
			t.Errorf("%s has blocks", name)
		}
	}
}

// personal are words in the names of attributes that hold data of a person.
var personal = []string{"contact", "phone", "email", "fax", "address", "birth", "gender", "age", "nick_name", "first_name", "last_name", "customer"}

// TestPersonal looks for attributes that by their name hold data of the customer
// and would be shown on screen. An agent's name is meant to be shown.
func TestPersonal(t *testing.T) {
	t.Parallel()
	// The id of a contact says nothing about the person, and include_contact is a
	// switch.
	shown := []string{"contact_id", "include_contact"}
	schema := start(t, nil).schema
	found := 0
	var walk func(path string, hidden bool, attributes []*tfprotov6.SchemaAttribute)
	walk = func(path string, hidden bool, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			hidden := hidden || a.Sensitive
			named := slices.ContainsFunc(personal, func(word string) bool {
				return strings.Contains("_"+a.Name+"_", "_"+word) || strings.Contains(a.Name, "phone")
			})
			if named && !slices.Contains(shown, a.Name) {
				found++
				if !hidden {
					t.Errorf("%s.%s is not sensitive", path, a.Name)
				}
			}
			if a.NestedType != nil {
				walk(path+"."+a.Name, hidden, a.NestedType.Attributes)
			}
		}
	}
	walk("data.aicc_case", false, schema.DataSourceSchemas["aicc_case"].Block.Attributes)
	walk("ephemeral.aicc_case", false, schema.EphemeralResourceSchemas["aicc_case"].Block.Attributes)
	if found < 78 {
		t.Errorf("only %d attributes were found", found)
	}
	// There is nothing to hide in the plural data source: it has no such attribute.
	found = 0
	walk("data.aicc_cases", false, schema.DataSourceSchemas["aicc_cases"].Block.Attributes)
	if found > 0 {
		t.Errorf("%d attributes of a person in data.aicc_cases", found)
	}
}

// TestDescribed holds that each description is at least one sentence, and that
// dates, lists of values and switches say what their values are.
func TestDescribed(t *testing.T) {
	t.Parallel()
	schema := start(t, nil).schema
	var walk func(path string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(path string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			at, first := path+"."+a.Name, []rune(a.Description + " ")[0]
			switch {
			case !strings.HasSuffix(a.Description, "."), first == ' ', strings.ToUpper(string(first)) != string(first):
				t.Errorf("%s is described as %q", at, a.Description)
			case strings.HasSuffix(a.Name, "_date") && !strings.Contains(a.Description, "RFC 3339"):
				t.Errorf("%s does not say its format: %q", at, a.Description)
			case strings.HasPrefix(a.Name, "is_") && !strings.HasPrefix(a.Description, "Whether "):
				t.Errorf("%s does not say what true means: %q", at, a.Description)
			case a.Optional && len(strings.Fields(a.Description)) < 5:
				t.Errorf("%s is an argument and says only %q", at, a.Description)
			}
			for _, word := range map[string][]string{
				"state":                    {"`Processing`", "`Pending`", "`Completed`"},
				"priority":                 {"`Critical`", "`High`", "`Medium`", "`Low`"},
				"origin":                   {"`Voice`", "`Whatsapp`", "`webchat`", "`Email`"},
				"suspend_accumulated_time": {"minutes", "1439999"},
				"max_retries":              {"0", "20", "4"},
				"max_concurrency":          {"1", "256", "16"},
				"time_zone":                {"IANA", "`Asia/Shanghai`", "`AICC_TIME_ZONE`"},
				"domain":                   {"`AICC_DOMAIN`"},
				"token":                    {"`AICC_TOKEN`"},
				"client_id":                {"`AICC_CLIENT_ID`"},
				"client_secret":            {"`AICC_CLIENT_SECRET`"},
				"ca_certificate":           {"PEM", "`AICC_CA_CERTIFICATE`"},
				"include_contact":          {"Defaults to `true`", "`contact`", "`contact_phone`", "`to_address`", "`tasks`"},
			}[a.Name] {
				if !strings.Contains(a.Description, word) {
					t.Errorf("%s does not mention %s: %q", at, word, a.Description)
				}
			}
			if a.NestedType != nil {
				walk(at, a.NestedType.Attributes)
			}
		}
	}
	for name, f := range schema.Functions {
		for _, described := range []string{f.Description, f.Parameters[0].Description, f.Summary + "."} {
			if !strings.HasSuffix(described, ".") || len(strings.Fields(described)) < 5 {
				t.Errorf("function.%s is described as %q", name, described)
			}
		}
	}
	walk("provider", schema.Provider.Block.Attributes)
	for name, source := range schema.DataSourceSchemas {
		if !strings.HasSuffix(source.Block.Description, ".") {
			t.Errorf("data.%s is described as %q", name, source.Block.Description)
		}
		walk("data."+name, source.Block.Attributes)
	}
	for name, resource := range schema.EphemeralResourceSchemas {
		walk("ephemeral."+name, resource.Block.Attributes)
	}
}
