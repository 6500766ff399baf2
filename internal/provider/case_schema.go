// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// This file is the one place that says which attributes a case has and what they
// mean. Each attribute with a field in package aicc has the field's tfsdk tag as
// its name.

// caseAttributes are the attributes of one case, arguments included.
func caseAttributes(ctx context.Context) map[string]schema.Attribute {
	attributes := taskAttributes()
	attributes["id"] = schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Id of the case: 1 to 20 ASCII letters and digits, for example `c6m800000149ndrHRVNQ`. It is not the case number. To take it out of a link, use the function `provider::aicc::parse_case_link`.",
		Validators:          []validator.String{caseIDValidator},
	}
	attributes["template_fields"] = templateFieldsAttribute()
	attributes["timeouts"] = timeoutsAttribute(ctx)
	attributes["include_contact"] = schema.BoolAttribute{
		Optional:            true,
		MarkdownDescription: "Whether to keep the customer's data. With `false`, `contact`, `contact_phone`, `to_address` in `trace` and `contact_phone` in `tasks` are null, so that they reach neither state nor plan. Defaults to `true`.",
	}
	attributes["is_follower"] = isFollowerAttribute()
	attributes["trace"] = nestedList(
		"History of the case, in AICC's order. Null if AICC sends none.",
		traceAttributes(),
	)
	attributes["tasks"] = nestedList(
		"Tasks of the case, in AICC's order. AICC describes a task with the same fields as a case. Null if AICC sends none.",
		taskAttributes(),
	)
	contact := nestedObject(
		"The customer whom the case is about. Sensitive as a whole: Terraform hides it on screen, but writes it to the state. Null if the case has no contact, and with `include_contact = false`.",
		contactAttributes(),
	)
	contact.Sensitive = true
	attributes["contact"] = contact
	return attributes
}

// listedCaseAttributes are the attributes of a case in the plural data source:
// its own fields, and nothing of the customer.
func listedCaseAttributes() map[string]schema.Attribute {
	attributes := infoAttributes()
	attributes["is_follower"] = isFollowerAttribute()
	return attributes
}

// taskAttributes belong to [aicc.Task].
func taskAttributes() map[string]schema.Attribute {
	attributes := infoAttributes()
	attributes["contact_phone"] = sensitive("Phone number of the contact for this case.")
	return attributes
}

// infoAttributes belong to [aicc.Info].
func infoAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":            text("Id of the case."),
		"case_no":       text("Number of the case as people see it: 30 digits in AICC's sample, with leading zeros that belong to it."),
		"title":         text("Title of the case."),
		"description":   text("Description of the case."),
		"attachment":    text("Attachment of the case, as AICC sends it."),
		"state":         text("State of the work on the case: `Processing`, `Pending` or `Completed`. Tenants can extend the list, so compare with a list of your own."),
		"state_name":    text("Label of `state`."),
		"status":        text("Node of the tenant's own flow that the case is at. Only `Completed` is built in."),
		"status_name":   text("Label of `status`."),
		"priority":      text("Priority: `Critical`, `High`, `Medium`, `Low` or empty. Tenants can extend the list."),
		"priority_name": text("Label of `priority`."),
		"origin":        text("Channel that the case came in by: `Voice`, `Whatsapp`, `webchat` or `Email`, in this spelling. Tenants can extend the list."),
		"origin_name":   text("Label of `origin`."),
		"reason":        text("Category of the reason for the case."),
		"reason_name":   text("Label of `reason`."),
		"type":          text("Id of the case type."),
		"type_name":     text("Label of `type`."),
		"parent_id":     text("Id of the case that this one belongs to."),
		"owner_id":      text("Id of the agent who handles the case."),
		"owner_name":    text("Name of the agent who handles the case."),
		"creator_id":    text("Id of the user who created the case."),
		"creator_name":  text("Name of the user who created the case."),
		"contact_id":    text("Id of the contact. It says nothing about the person by itself."),
		"external_no":   text("Number of the case in another system."),
		"is_upgraded":   flag("Whether the case was escalated."),
		"is_canceled":   flag("Whether the case was canceled."),
		"is_suspended":  flag("Whether the case is suspended."),
		"created_date":  date("When the case was created."),
		"due_date":      date("When the case is expected to be done."),
		"closed_date":   date("When the case was closed. Null while it is open."),
		"stay_date":     date("Date that AICC gives for the stay in the current state."),
		"suspend_date":  date("When the case was suspended."),
		"suspend_accumulated_time": schema.Int64Attribute{
			Computed:            true,
			MarkdownDescription: "Accumulated time of suspension in minutes, from 1 to 1439999. AICC's page describes it as the length of the stay.",
		},
		"custom_fields": textMap("Every other field of the case, by AICC's own name for it: texts as they are, numbers and booleans as text, lists and objects as JSON for `jsondecode`. A known field whose value does not fit its type stands here too. Null if there are none. AICC does not say which of them are personal data; they are not marked as sensitive."),
	}
}

func isFollowerAttribute() schema.Attribute {
	return flag("Whether the user of the access token follows the case.")
}

// traceAttributes belong to [aicc.Trace].
func traceAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"created_date": date("When the step happened."),
		"creator_id":   text("Id of the user who took the step."),
		"creator_name": text("Name of the user who took the step."),
		"type":         text("Kind of step, for example `CreateCase`. The full list is not documented."),
		"related_id":   text("Id of the record that the step refers to."),
		"title":        text("Title of the step."),
		"description":  text("What was done."),
		"from":         text("Id of the sender of a message."),
		"from_name":    text("Name of the sender of a message."),
		"to_address":   sensitive("Address that a message went to."),
		"attachment":   text("Attachment of the step, as AICC sends it."),
	}
}

// contactAttributes belong to [aicc.Contact].
func contactAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                 text("Id of the contact, the same as `contact_id` of the case."),
		"name":               text("Name of the customer."),
		"customer_name":      text("Name of the customer as the agent sees it."),
		"nick_name":          text("Nickname."),
		"first_name":         text("First name."),
		"middle_name":        text("Middle name."),
		"last_name":          text("Last name."),
		"gender":             text("Gender, `male` in AICC's sample. The full list is not documented."),
		"age":                text("Age, as text."),
		"birth_day":          text("Date of birth, in the form that AICC stores it."),
		"title":              text("Title of the contact."),
		"status":             text("Status of the contact."),
		"level":              text("Level of the customer."),
		"channel":            text("Channel of the contact."),
		"website":            text("Web site."),
		"picture":            text("Picture, as AICC sends it."),
		"remark":             text("Remark of an agent."),
		"description":        text("Description of the customer."),
		"phone":              text("Phone number."),
		"phone1":             text("Phone number, first alternative."),
		"phone2":             text("Phone number, second alternative."),
		"phone3":             text("Phone number, third alternative."),
		"cellphone":          text("Mobile phone number."),
		"cell_phone1":        text("Mobile phone number, first alternative."),
		"cell_phone2":        text("Mobile phone number, second alternative."),
		"cell_phone3":        text("Mobile phone number, third alternative."),
		"email":              text("E-mail address."),
		"email1":             text("E-mail address, first alternative."),
		"email2":             text("E-mail address, second alternative."),
		"fax":                text("Fax number."),
		"user_id":            text("Id of the user that the contact is tied to."),
		"organization_id":    text("Id of the organization, the same as `organization.id`."),
		"created_date":       date("When the contact was created."),
		"last_modified_date": date("When the contact was last changed."),
		"bind_account": schema.ListAttribute{
			ElementType:         types.StringType,
			Computed:            true,
			MarkdownDescription: "Accounts bound to the contact. An account that AICC sends as an object is JSON text.",
		},
		"custom_fields": textMap("Every other field of the contact, in the form of the case's `custom_fields`. A field of the organization or address that has no attribute stands here as `organization.<name>` or `address.<name>`."),
		"organization": nestedObject("Organization that the contact belongs to.", map[string]schema.Attribute{
			"id":                text("Id of the organization."),
			"organization_name": text("Name of the organization."),
			"description":       text("Description of the organization."),
			"email":             text("E-mail address of the organization."),
			"fax":               text("Fax number of the organization."),
			"fixed_phone":       text("Landline number of the organization."),
			"industry":          text("Industry."),
			"logo":              text("Logo, as AICC sends it."),
			"scale":             text("Size of the organization."),
			"summary":           text("Summary of the organization."),
			"website":           text("Web site of the organization."),
		}),
		"address": nestedObject("Address of the contact.", map[string]schema.Attribute{
			"id":                       text("Id of the address."),
			"subject_id":               text("Id of the contact that the address belongs to."),
			"label":                    text("Label of the address."),
			"title":                    text("Title of the address."),
			"first_name":               text("First name of the recipient."),
			"middle_name":              text("Middle name of the recipient."),
			"last_name":                text("Last name of the recipient."),
			"phone_number1":            text("Phone number of the recipient."),
			"phone_number2":            text("Phone number of the recipient, alternative."),
			"country":                  text("Country."),
			"province":                 text("Province."),
			"city":                     text("City."),
			"area":                     text("District."),
			"town":                     text("Town."),
			"street":                   text("Street."),
			"block":                    text("Block."),
			"building_no":              text("Number of the building."),
			"room_no":                  text("Number of the room."),
			"zip":                      text("Postal code."),
			"address_line1":            text("Address, line 1."),
			"address_line2":            text("Address, line 2."),
			"address_line3":            text("Address, line 3."),
			"address_line4":            text("Address, line 4."),
			"address_line5":            text("Address, line 5."),
			"additional_address":       text("Supplement to the address."),
			"default_billing_address":  flag("Whether this is the default address for bills."),
			"default_shipping_address": flag("Whether this is the default address for deliveries."),
			"text":                     text("The whole address, where AICC sends it as one text instead of fields."),
		}),
	}
}

func templateFieldsAttribute() schema.Attribute {
	return schema.MapAttribute{
		ElementType:         types.StringType,
		Optional:            true,
		MarkdownDescription: "Extension fields of the case type's template, appended to the body of the request beside the id. AICC's API page allows them without saying what they change; `custom_fields` needs none. A key `id`, in whatever case, is refused.",
		Validators: []validator.Map{
			mapvalidator.KeysAre(templateFieldValidator),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	attribute := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: `How long the whole read may take, with all its retries and waits: a number with the unit "s", "m" or "h", for example "30s" or "5m". Defaults to "2m".`,
	}).(schema.SingleNestedAttribute)
	attribute.MarkdownDescription = "How long the provider keeps trying."
	read := attribute.Attributes["read"].(schema.StringAttribute)
	read.Validators = append(read.Validators, durationValidator)
	attribute.Attributes["read"] = read
	return attribute
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func sensitive(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}

func date(description string) schema.StringAttribute {
	return text(description + " RFC 3339 with the offset of the provider's `time_zone`, for example `2023-06-16T16:25:22+08:00`.")
}

func flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func textMap(description string) schema.MapAttribute {
	return schema.MapAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

// nestedObject, nestedList and nestedMap give each nested attribute its type
// ready-made: the framework would otherwise build it anew for every value it
// touches, at every read.

func nestedObject(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Attributes:          attributes,
		CustomType:          objectType(attributes),
		Computed:            true,
		MarkdownDescription: description,
	}
}

func nestedList(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	object := objectType(attributes)
	return schema.ListNestedAttribute{
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes, CustomType: object},
		CustomType:          types.ListType{ElemType: object},
		Computed:            true,
		MarkdownDescription: description,
	}
}

func nestedMap(description string, attributes map[string]schema.Attribute) schema.MapNestedAttribute {
	object := objectType(attributes)
	return schema.MapNestedAttribute{
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes, CustomType: object},
		CustomType:          types.MapType{ElemType: object},
		Computed:            true,
		MarkdownDescription: description,
	}
}

func objectType(attributes map[string]schema.Attribute) types.ObjectType {
	members := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		members[name] = attribute.GetType()
	}
	return types.ObjectType{AttrTypes: members}
}

// ephemeralAttributes turns attributes of a data source into the same attributes
// of an ephemeral resource. The framework has a type for each, alike but for the
// package.
func ephemeralAttributes(attributes map[string]schema.Attribute) map[string]ephemeral.Attribute {
	converted := make(map[string]ephemeral.Attribute, len(attributes))
	for name, attribute := range attributes {
		switch a := attribute.(type) {
		case schema.StringAttribute:
			converted[name] = ephemeral.StringAttribute(a)
		case schema.BoolAttribute:
			converted[name] = ephemeral.BoolAttribute(a)
		case schema.Int64Attribute:
			converted[name] = ephemeral.Int64Attribute(a)
		case schema.MapAttribute:
			converted[name] = ephemeral.MapAttribute(a)
		case schema.ListAttribute:
			converted[name] = ephemeral.ListAttribute(a)
		case schema.SingleNestedAttribute:
			converted[name] = ephemeral.SingleNestedAttribute{
				Attributes:          ephemeralAttributes(a.Attributes),
				CustomType:          a.CustomType,
				Required:            a.Required,
				Optional:            a.Optional,
				Computed:            a.Computed,
				Sensitive:           a.Sensitive,
				MarkdownDescription: a.MarkdownDescription,
			}
		case schema.ListNestedAttribute:
			converted[name] = ephemeral.ListNestedAttribute{
				NestedObject: ephemeral.NestedAttributeObject{
					Attributes: ephemeralAttributes(a.NestedObject.Attributes),
					CustomType: a.NestedObject.CustomType,
				},
				CustomType:          a.CustomType,
				Computed:            a.Computed,
				Sensitive:           a.Sensitive,
				MarkdownDescription: a.MarkdownDescription,
			}
		}
	}
	return converted
}

// caseModel is the whole of a case in Terraform: what the user writes and what
// AICC answers.
type caseModel struct {
	aicc.Case

	TemplateFields map[string]*string `tfsdk:"template_fields"`
	IncludeContact types.Bool         `tfsdk:"include_contact"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
}

// fill puts a case into the model as far as the user wants it.
func (m *caseModel) fill(from *aicc.Case) {
	if !m.IncludeContact.IsNull() && !m.IncludeContact.ValueBool() {
		from = from.WithoutContact()
	}
	m.Case = *from
	if len(from.Other) > 0 {
		m.CustomFields = maps.Clone(from.Other)
		maps.Copy(m.CustomFields, from.CustomFields)
	}
}
