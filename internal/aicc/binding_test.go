// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// binding is the table of the API's fields: wire name, attribute, and for other
// types than text a mark: d date, b boolean, i whole number. It is written out
// here once more, apart from the code, so that a line lost or swapped there shows.
var binding = map[string]string{
	"case": `
		id id
		caseNo case_no
		status status
		AICC__Status__CST.name status_name
		title title
		description description
		attachment attachment
		priority priority
		AICC__Priority__CST.name priority_name
		origin origin
		AICC__Origin__CST.name origin_name
		state state
		AICC__State__CST.name state_name
		reason reason
		AICC__Reason__CST.name reason_name
		type type
		AICC__Type__CST.name type_name
		parentId parent_id
		ownerId owner_id
		ownerName owner_name
		creatorId creator_id
		creatorName creator_name
		contactId contact_id
		contactPhone contact_phone
		extternalNo external_no
		isUpgraded is_upgraded b
		AICC__IsCanced__CST is_canceled b
		AICC__IsSuspend__CST is_suspended b
		createdDate created_date d
		dueDate due_date d
		closedDate closed_date d
		stayDate stay_date d
		suspendDate suspend_date d
		suspendAccumulatedTime suspend_accumulated_time i`,
	"trace": `
		createdDate created_date d
		creatorId creator_id
		creatorName creator_name
		type type
		relatedId related_id
		title title
		description description
		from from
		fromName from_name
		toAddress to_address
		attachment attachment`,
	"contact": `
		id id
		name name
		customerName customer_name
		nickName nick_name
		firstName first_name
		middleName middle_name
		lastName last_name
		gender gender
		age age
		birthDay birth_day
		title title
		status status
		level level
		channel channel
		website website
		picture picture
		remark remark
		description description
		phone phone
		phone1 phone1
		phone2 phone2
		phone3 phone3
		cellphone cellphone
		cellPhone1 cell_phone1
		cellPhone2 cell_phone2
		cellPhone3 cell_phone3
		email email
		email1 email1
		email2 email2
		fax fax
		userId user_id
		organizationId organization_id
		createdDate created_date d
		lastModifiedDate last_modified_date d`,
	"organization": `
		id id
		organizationName organization_name
		description description
		email email
		fax fax
		fixedPhone fixed_phone
		industry industry
		logo logo
		scale scale
		summary summary
		website website`,
	"address": `
		id id
		subjectId subject_id
		label label
		title title
		firstName first_name
		middleName middle_name
		lastName last_name
		phoneNumber1 phone_number1
		phoneNumber2 phone_number2
		country country
		province province
		city city
		area area
		town town
		street street
		block block
		buildingNo building_no
		roomNo room_no
		zip zip
		addressLine1 address_line1
		addressLine2 address_line2
		addressLine3 address_line3
		addressLine4 address_line4
		addressLine5 address_line5
		addtionalAddress additional_address
		defaultBillingAddress default_billing_address b
		defaultShippingAddress default_shipping_address b`,
}

type boundField struct{ wire, attribute, mark string }

func bound(table string) []boundField {
	var fields []boundField
	for line := range strings.SplitSeq(strings.TrimSpace(binding[table]), "\n") {
		words := append(strings.Fields(line), "")
		fields = append(fields, boundField{words[0], words[1], words[2]})
	}
	return fields
}

// TestBinding sends every field of the table with a value of its own, one reply
// for each boolean, and finds it under its attribute's name.
func TestBinding(t *testing.T) {
	t.Parallel()
	places := map[string]struct {
		wrap func(members string) string
		find func(*aicc.Case) any
	}{
		"case": {
			func(m string) string { return caseWith(strings.ReplaceAll(m, `"id":"~id",`, ""), "") },
			func(c *aicc.Case) any { return c.Task },
		},
		"tasks": {
			func(m string) string { return caseWith("", `"tasks":[{},{`+m+`}]`) },
			func(c *aicc.Case) any { return c.Tasks[1] },
		},
		"trace": {
			func(m string) string { return caseWith("", `"caseTrace":[{},{`+m+`}]`) },
			func(c *aicc.Case) any { return c.Trace[1] },
		},
		"contact": {
			func(m string) string { return caseWith("", `"customerInfo":{"customerInfo":{`+m+`}}`) },
			func(c *aicc.Case) any { return *c.Contact },
		},
		"organization": {
			func(m string) string { return caseWith("", `"customerInfo":{"organization":{`+m+`}}`) },
			func(c *aicc.Case) any { return *c.Contact.Organization },
		},
		"address": {
			func(m string) string { return caseWith("", `"customerInfo":{"address":{`+m+`}}`) },
			func(c *aicc.Case) any { return *c.Contact.Address },
		},
	}
	for place, at := range places {
		table := place
		if place == "tasks" {
			table = "case"
		}
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			fields := bound(table)
			for _, on := range fields {
				if on.mark != "b" && on.wire != fields[0].wire {
					continue
				}
				var members []string
				want := map[string]any{}
				for i, field := range fields {
					value := fmt.Sprintf(`"~%s"`, field.wire)
					want[field.attribute] = "~" + field.wire
					switch field.mark {
					case "d":
						value = fmt.Sprintf(`"20%02d-01-15 10:00:00"`, i+1)
						want[field.attribute] = fmt.Sprintf("20%02d-01-15T10:00:00+08:00", i+1)
					case "b":
						value = fmt.Sprint(field == on)
						want[field.attribute] = field == on
					case "i":
						value = "1439999"
						want[field.attribute] = int64(1439999)
					}
					members = append(members, fmt.Sprintf("%q:%s", field.wire, value))
				}
				if place == "case" {
					want["id"] = "c6m800000149ndrHRVNQ"
				}
				compare(t, at.find(mustDecode(t, at.wrap(strings.Join(members, ",")))), want)
			}
		})
	}
}

// compare holds the scalar fields of a struct, by their tfsdk tags, against what
// is wanted, both ways.
func compare(t *testing.T, got any, want map[string]any) {
	t.Helper()
	value := reflect.ValueOf(got)
	for _, field := range reflect.VisibleFields(value.Type()) {
		name := field.Tag.Get("tfsdk")
		at := value.FieldByIndex(field.Index)
		if name == "" || name == "text" || at.Kind() != reflect.Pointer || at.Type().Elem().Kind() == reflect.Struct {
			continue
		}
		wanted, ok := want[name]
		delete(want, name)
		switch {
		case !ok:
			t.Errorf("%s is not in the table", name)
		case at.IsNil():
			t.Errorf("%s is null, want %v", name, wanted)
		case fmt.Sprint(at.Elem().Interface()) != fmt.Sprint(wanted):
			t.Errorf("%s is %v, want %v", name, at.Elem().Interface(), wanted)
		}
	}
	for name := range want {
		t.Errorf("%s has no field", name)
	}
}
