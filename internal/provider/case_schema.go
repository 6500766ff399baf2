// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
)

// This file lists all attributes of a case and says what they mean. An attribute
// that has a field in package aicc is named by the field's tfsdk tag.

// caseAttributes are the attributes of one case, arguments included.
func caseAttributes() map[string]schema.Attribute {
	attributes := taskAttributes()
	attributes["contact_phone"] = sensitiveAttribute("Phone number of the contact for this case.")
	attributes["id"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "ID of the case: 1 to 20 ASCII letters and digits, for example `c6m800000149ndrHRVNQ`. To extract it from a link, use the function `provider::aicc::parse_case_link`. Exactly one of `id` and `case_no` must be set; with `case_no`, this is the ID that was found.",
		Validators:          []validator.String{caseIDValidator},
	}
	attributes["case_no"] = schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		MarkdownDescription: "Number of the case that people see: up to 30 digits, of which leading zeros may be left out. It takes one more request, for AICC's list of cases. Fails on older releases of AICC, which cannot search by number. Exactly one of `id` and `case_no` must be set; in the result, a data source has AICC's number with all 30 digits, and an ephemeral resource the number as it is written here.",
		Validators:          []validator.String{caseNoValidator},
	}
	attributes["template_fields"] = templateFieldsAttribute()
	attributes["include_contact"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether to keep the contact's data. If `false`, these are null, so they are in neither state nor plan: `contact`, `contact_phone`, `contact_phone` in `tasks`, and in `trace` everything but `created_date`, `creator_id`, `creator_name`, `type` and `related_id`. What people typed into `title`, `description` or `custom_fields` may still name a customer: `keep` leaves those out. Defaults to `true`.",
	}
	attributes["keep"] = keepAttribute(attributeNames[aicc.Case]())
	attributes["is_follower"] = isFollowerAttribute()
	// These are sensitive as a whole: a mark in each entry makes Terraform compare
	// every value with every marked path.
	trace := nestedListAttribute(
		"History of the case, in AICC's order. Sensitive as a whole, since the sender and the text of an inbound message are the customer's; an output or a `for_each` needs `nonsensitive()`. Null if AICC sends none.",
		traceAttributes(),
	)
	trace.Sensitive = true
	attributes["trace"] = trace
	tasks := nestedListAttribute(
		"Tasks of the case, in AICC's order. AICC describes a task with the same fields as a case. Sensitive as a whole, since a task has a `contact_phone`; an output or a `for_each` needs `nonsensitive()`. Null if AICC sends none.",
		taskAttributes(),
	)
	tasks.Sensitive = true
	attributes["tasks"] = tasks
	contact := nestedObjectAttribute(
		"The customer whom the case is about. Sensitive as a whole: Terraform hides it on screen but writes it to the state. Null if the case has no contact or `include_contact` is `false`.",
		contactAttributes(),
	)
	contact.Sensitive = true
	attributes["contact"] = contact
	return attributes
}

// listedCaseAttributes are the attributes of a case in aicc_cases: nothing about
// the contact.
func listedCaseAttributes() map[string]schema.Attribute {
	attributes := infoAttributes()
	attributes["is_follower"] = isFollowerAttribute()
	return attributes
}

// taskAttributes belong to [aicc.Task].
func taskAttributes() map[string]schema.Attribute {
	attributes := infoAttributes()
	attributes["contact_phone"] = stringAttribute("Phone number of the contact for this task.")
	attributes["id"] = stringAttribute("ID of the task.")
	attributes["title"] = stringAttribute("Title of the task.")
	attributes["description"] = stringAttribute("Description of the task.")
	return attributes
}

// infoAttributes belong to [aicc.Info].
func infoAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            stringAttribute("ID of the case."),
		"case_no":       stringAttribute("Number of the case that people see: 30 digits in AICC's sample. Leading zeros are part of it."),
		"title":         stringAttribute("Title of the case."),
		"description":   stringAttribute("Description of the case."),
		"attachment":    stringAttribute("Attachment of the case, as AICC sends it."),
		"state":         stringAttribute("State of the work on the case: `Processing`, `Pending` or `Completed`. Tenants can add to these, so compare with a list of your own."),
		"state_name":    stringAttribute("Label of `state`."),
		"status":        stringAttribute("Step that the case has reached in the tenant's own workflow. Only `Completed` is built in."),
		"status_name":   stringAttribute("Label of `status`."),
		"priority":      stringAttribute("Priority: `Critical`, `High`, `Medium`, `Low` or empty. Tenants can add to these."),
		"priority_name": stringAttribute("Label of `priority`."),
		"origin":        stringAttribute("Channel through which the case arrived: `Voice`, `Whatsapp`, `webchat` or `Email`, in this spelling. Tenants can add to these."),
		"origin_name":   stringAttribute("Label of `origin`."),
		"reason":        stringAttribute("Category of the reason for the case."),
		"reason_name":   stringAttribute("Label of `reason`."),
		"type":          stringAttribute("ID of the case type."),
		"type_name":     stringAttribute("Label of `type`."),
		"parent_id":     stringAttribute("ID of the parent case."),
		"owner_id":      stringAttribute("ID of the agent who handles the case."),
		"owner_name":    stringAttribute("Name of the agent who handles the case."),
		"creator_id":    stringAttribute("ID of the user who created the case."),
		"creator_name":  stringAttribute("Name of the user who created the case."),
		"contact_id":    stringAttribute("ID of the contact. By itself it says nothing about the person."),
		"external_no":   stringAttribute("Number of the case in another system."),
		"is_upgraded":   boolAttribute("Whether the case was escalated."),
		"is_canceled":   boolAttribute("Whether the case was canceled."),
		"is_suspended":  boolAttribute("Whether the case is suspended."),
		"created_date":  dateAttribute("When the case was created."),
		"due_date":      dateAttribute("When the case is expected to be completed."),
		"closed_date":   dateAttribute("When the case was closed. Null while it is open."),
		"stay_date":     dateAttribute("AICC's `stayDate`; its meaning is not documented."),
		"suspend_date":  dateAttribute("When the case was suspended."),
		"suspend_accumulated_time": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Accumulated suspension time in minutes, from 1 to 1439999. AICC's page describes it as the length of the stay.",
		},
		"custom_fields": stringMapAttribute("All other fields of the case, by AICC's name: strings unchanged, numbers and booleans as strings, lists and objects as JSON for `jsondecode`. A known field whose value does not fit its type is here too. Null if there are none. AICC does not say which of them are personal data, and they are not marked as sensitive."),
	}
}

func isFollowerAttribute() schema.Attribute {
	return boolAttribute("Whether the user to whom the access token belongs follows the case.")
}

// traceAttributes belong to [aicc.Trace].
func traceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"created_date": dateAttribute("When the step happened."),
		"creator_id":   stringAttribute("ID of the user who took the step."),
		"creator_name": stringAttribute("Name of the user who took the step."),
		"type":         stringAttribute("Kind of step, for example `CreateCase`. The full list is not documented."),
		"related_id":   stringAttribute("ID of the record that the step refers to."),
		"title":        stringAttribute("Title of the step."),
		"description":  stringAttribute("Description of the step."),
		"from":         stringAttribute("ID of the sender of a message."),
		"from_name":    stringAttribute("Name of the sender of a message."),
		"to_address":   stringAttribute("Address that a message was sent to."),
		"attachment":   stringAttribute("Attachment of the step, as AICC sends it."),
	}
}

// contactAttributes belong to [aicc.Contact].
func contactAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                 stringAttribute("ID of the contact, the same as `contact_id` of the case."),
		"name":               stringAttribute("Name of the customer."),
		"customer_name":      stringAttribute("Name of the customer that agents see."),
		"nick_name":          stringAttribute("Nickname."),
		"first_name":         stringAttribute("First name."),
		"middle_name":        stringAttribute("Middle name."),
		"last_name":          stringAttribute("Last name."),
		"gender":             stringAttribute("Gender, `male` in AICC's sample. The full list is not documented."),
		"age":                stringAttribute("Age, as a string."),
		"birth_day":          stringAttribute("Date of birth, in the format that AICC uses."),
		"title":              stringAttribute("Title of the contact."),
		"status":             stringAttribute("Status of the contact."),
		"level":              stringAttribute("Level of the customer."),
		"channel":            stringAttribute("Channel of the contact."),
		"website":            stringAttribute("Web site."),
		"picture":            stringAttribute("Picture, as AICC sends it."),
		"remark":             stringAttribute("Remark by an agent."),
		"description":        stringAttribute("Description of the customer."),
		"phone":              stringAttribute("Phone number."),
		"phone1":             stringAttribute("First alternative phone number."),
		"phone2":             stringAttribute("Second alternative phone number."),
		"phone3":             stringAttribute("Third alternative phone number."),
		"cellphone":          stringAttribute("Mobile phone number."),
		"cell_phone1":        stringAttribute("First alternative mobile phone number."),
		"cell_phone2":        stringAttribute("Second alternative mobile phone number."),
		"cell_phone3":        stringAttribute("Third alternative mobile phone number."),
		"email":              stringAttribute("E-mail address."),
		"email1":             stringAttribute("First alternative e-mail address."),
		"email2":             stringAttribute("Second alternative e-mail address."),
		"fax":                stringAttribute("Fax number."),
		"user_id":            stringAttribute("ID of the user that the contact is linked to."),
		"organization_id":    stringAttribute("ID of the organization, the same as `organization.id`."),
		"created_date":       dateAttribute("When the contact was created."),
		"last_modified_date": dateAttribute("When the contact was last changed."),
		"bind_account": schema.ListAttribute{
			ElementType:         types.StringType,
			Computed:            true,
			MarkdownDescription: "Accounts linked to the contact. An account that AICC sends as an object is JSON.",
		},
		"custom_fields": stringMapAttribute("All other fields of the contact, in the same format as `custom_fields` of the case. A field of the organization or address that has no attribute is here as `organization.<name>` or `address.<name>`."),
		"organization": nestedObjectAttribute("Organization that the contact belongs to.", map[string]schema.Attribute{
			"id":                stringAttribute("ID of the organization."),
			"organization_name": stringAttribute("Name of the organization."),
			"description":       stringAttribute("Description of the organization."),
			"email":             stringAttribute("E-mail address of the organization."),
			"fax":               stringAttribute("Fax number of the organization."),
			"fixed_phone":       stringAttribute("Landline number of the organization."),
			"industry":          stringAttribute("Industry."),
			"logo":              stringAttribute("Logo, as AICC sends it."),
			"scale":             stringAttribute("Size of the organization."),
			"summary":           stringAttribute("Summary of the organization."),
			"website":           stringAttribute("Web site of the organization."),
		}),
		"address": nestedObjectAttribute("Address of the contact.", map[string]schema.Attribute{
			"id":                       stringAttribute("ID of the address."),
			"subject_id":               stringAttribute("ID of the contact that the address belongs to."),
			"label":                    stringAttribute("Label of the address."),
			"title":                    stringAttribute("Title of the address."),
			"first_name":               stringAttribute("First name of the recipient."),
			"middle_name":              stringAttribute("Middle name of the recipient."),
			"last_name":                stringAttribute("Last name of the recipient."),
			"phone_number1":            stringAttribute("Phone number of the recipient."),
			"phone_number2":            stringAttribute("Alternative phone number of the recipient."),
			"country":                  stringAttribute("Country."),
			"province":                 stringAttribute("Province."),
			"city":                     stringAttribute("City."),
			"area":                     stringAttribute("District."),
			"town":                     stringAttribute("Town."),
			"street":                   stringAttribute("Street."),
			"block":                    stringAttribute("Block."),
			"building_no":              stringAttribute("Building number."),
			"room_no":                  stringAttribute("Room number."),
			"zip":                      stringAttribute("Postal code."),
			"address_line1":            stringAttribute("Address, line 1."),
			"address_line2":            stringAttribute("Address, line 2."),
			"address_line3":            stringAttribute("Address, line 3."),
			"address_line4":            stringAttribute("Address, line 4."),
			"address_line5":            stringAttribute("Address, line 5."),
			"additional_address":       stringAttribute("Additional address details."),
			"default_billing_address":  boolAttribute("Whether this is the default billing address."),
			"default_shipping_address": boolAttribute("Whether this is the default shipping address."),
			"text":                     stringAttribute("The whole address, if AICC sends it as one string instead of fields."),
		}),
	}
}

func templateFieldsAttribute() schema.Attribute {
	return schema.MapAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "Extension fields of the case type's template, sent in the body of the request beside the ID. AICC's API page allows them without saying what they change; `custom_fields` does not need them. The key `id`, in upper or lower case, is refused.",
		Validators: []validator.Map{
			mapvalidator.KeysAre(templateFieldValidator),
		},
	}
}

// defaultReadTimeout applies if timeouts.read is not set.
const defaultReadTimeout = 2 * time.Minute

// searchBlock belongs to [aicc.Search].
func searchBlock() schema.Block {
	attributes := map[string]schema.Attribute{}
	for name, filter := range map[string]struct{ description, expected string }{
		"title":          {"Title of the case, at most 128 bytes. AICC does not document whether it also finds a part of a title.", "a title of 1 to 128 bytes"},
		"status":         {"Step that the case has reached in the tenant's own workflow. Only `Completed` is built in.", "a status"},
		"priority":       {"Priority, most likely `Critical`, `High`, `Medium` or `Low`. It is sent to AICC unchanged.", "a priority"},
		"origin":         {"Channel through which the case arrived, most likely `Voice`, `Whatsapp`, `webchat` or `Email`. It is sent to AICC unchanged.", "an origin"},
		"owner_id":       {"ID of the agent who handles the case, at most 20 bytes.", "an ID of 1 to 20 bytes"},
		"creator_id":     {"ID of the user who created the case, at most 20 bytes.", "an ID of 1 to 20 bytes"},
		"contact_id":     {"ID of the contact, at most 20 bytes.", "an ID of 1 to 20 bytes"},
		"type":           {"ID of the case type, at most 20 bytes: the `type` of a case.", "an ID of 1 to 20 bytes"},
		"classification": {"`Todo`, `Follow`, `Created` or `Processed`: cases to do, followed, created or processed by the token's user.", "a classification"},
		"created_from":   {"Earliest creation time, in RFC 3339, for example `2026-11-01T00:00:00+08:00`. It is converted to AICC's clock with the provider's `time_zone`.", "a time in RFC 3339, such as 2026-11-01T00:00:00+08:00"},
		"created_to":     {"Latest creation time, in RFC 3339. Needs `created_from`. Defaults to now if only `created_from` is set.", "a time in RFC 3339, such as 2026-11-01T00:00:00+08:00"},
	} {
		attributes[name] = schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: filter.description,
			Validators:          []validator.String{filterValidator(name, filter.expected)},
		}
	}
	return objectBlock(
		"Filters that AICC applies; a case must match all of them, and at least one must be set. "+
			"AICC lists the cases in pages of 100 and allows 31 days between the two times of one request; the provider asks as often as it takes, and then reads each case. "+
			"The read fails if AICC lists fewer cases than it counts, or if more than 10,000 match.",
		attributes, searchValidator{},
	)
}

// keepAttribute takes the names of the attributes of a case.
func keepAttribute(names []string) schema.Attribute {
	return schema.ListAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "Names of the attributes of a case to keep, for example `[\"case_no\", \"state\", \"due_date\"]`. All others are null, so they are in neither state nor plan. `id` is always kept. A condition such as `state != \"Completed\"` is true of a state that is not kept. Keeps everything by default.",
		Validators:          []validator.List{keepValidator(names)},
	}
}

func timeoutsBlock(ctx context.Context) schema.Block {
	block := timeouts.BlockWithOpts(ctx, timeouts.Opts{
		ReadDescription: `Maximum duration of the whole read, including all retries and pauses: a number with the unit "s", "m" or "h", for example "30s" or "5m". Defaults to "2m".`,
	}).(schema.SingleNestedBlock)
	block.MarkdownDescription = "How long operations may take."
	read := block.Attributes["read"].(schema.StringAttribute)
	read.Validators = []validator.String{durationValidator}
	block.Attributes["read"] = read
	return block
}

// attributeNames lists the attributes that the fields of a struct stand for.
func attributeNames[T any]() []string {
	var names []string
	for name := range tags.Fields(reflect.TypeFor[T](), "tfsdk") {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}
