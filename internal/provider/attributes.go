// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	ephemeral "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func stringAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

func sensitiveAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: description}
}

func dateAttribute(description string) schema.StringAttribute {
	return stringAttribute(description + " RFC 3339 with the UTC offset of the provider's `time_zone`, for example `2023-06-16T16:25:22+08:00`.")
}

func boolAttribute(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
}

func stringMapAttribute(description string) schema.MapAttribute {
	return schema.MapAttribute{ElementType: types.StringType, Computed: true, MarkdownDescription: description}
}

// The constructors of nested attributes set the type of each in advance: the
// framework would otherwise build it again for every value, at every read.

func nestedObjectAttribute(description string, attributes map[string]schema.Attribute) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Attributes:          attributes,
		CustomType:          objectType(attributes),
		Computed:            true,
		MarkdownDescription: description,
	}
}

func nestedListAttribute(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	object := objectType(attributes)
	return schema.ListNestedAttribute{
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes, CustomType: object},
		CustomType:          types.ListType{ElemType: object},
		Computed:            true,
		MarkdownDescription: description,
	}
}

func nestedMapAttribute(description string, attributes map[string]schema.Attribute) schema.MapNestedAttribute {
	object := objectType(attributes)
	return schema.MapNestedAttribute{
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes, CustomType: object},
		CustomType:          types.MapType{ElemType: object},
		Computed:            true,
		MarkdownDescription: description,
	}
}

// objectBlock is a block that stands at most once. Of an argument it has, Terraform
// refuses a misspelt name, which it drops from an object without a word.
func objectBlock(description string, attributes map[string]schema.Attribute, validators ...validator.Object) schema.SingleNestedBlock {
	return schema.SingleNestedBlock{
		Attributes:          attributes,
		CustomType:          objectType(attributes),
		MarkdownDescription: description,
		Validators:          validators,
	}
}

func objectType(attributes map[string]schema.Attribute) types.ObjectType {
	members := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		members[name] = attribute.GetType()
	}
	return types.ObjectType{AttrTypes: members}
}

// ephemeralBlocks converts the blocks of a data source to those of an ephemeral
// resource.
func ephemeralBlocks(blocks map[string]schema.Block) map[string]ephemeral.Block {
	converted := make(map[string]ephemeral.Block, len(blocks))
	for name, block := range blocks {
		b := block.(schema.SingleNestedBlock)
		converted[name] = ephemeral.SingleNestedBlock{
			Attributes:          ephemeralAttributes(b.Attributes),
			CustomType:          b.CustomType,
			MarkdownDescription: b.MarkdownDescription,
			Validators:          b.Validators,
		}
	}
	return converted
}

// ephemeralAttributes converts the attributes of a data source to those of an
// ephemeral resource. The framework's types for the two differ only in their
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
