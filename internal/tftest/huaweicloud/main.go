// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command huaweicloud stands in for the provider huaweicloud/huaweicloud in tests of
// an example. It has the resource huaweicloud_vpc with the attributes that the
// example uses, and refuses the tag values that Huawei Cloud refuses.
package main

import (
	"context"
	"log"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return cloud{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/huaweicloud/huaweicloud"})
	if err != nil {
		log.Fatal(err)
	}
}

type cloud struct{}

func (cloud) Metadata(_ context.Context, _ provider.MetadataRequest, response *provider.MetadataResponse) {
	response.TypeName = "huaweicloud"
}

func (cloud) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (cloud) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (cloud) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (cloud) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return vpc{} }}
}

// tagValue is what https://support.huaweicloud.com/api-vpc/vpc_tag_0001.html and the
// pages of the Tag Management Service allow.
var tagValue = regexp.MustCompile(`^[0-9A-Za-z\p{Han}._-]{0,43}$`)

type vpc struct{}

type vpcModel struct {
	Name types.String `tfsdk:"name"`
	CIDR types.String `tfsdk:"cidr"`
	Tags types.Map    `tfsdk:"tags"`
}

func (vpc) Metadata(_ context.Context, _ resource.MetadataRequest, response *resource.MetadataResponse) {
	response.TypeName = "huaweicloud_vpc"
}

func (vpc) Schema(_ context.Context, _ resource.SchemaRequest, response *resource.SchemaResponse) {
	response.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true},
		"cidr": schema.StringAttribute{Required: true},
		"tags": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			Validators: []validator.Map{mapvalidator.ValueStringsAre(
				stringvalidator.RegexMatches(tagValue, "a tag value has up to 43 letters, digits, Chinese characters, and . _ -"),
			)},
		},
	}}
}

func (vpc) Create(ctx context.Context, request resource.CreateRequest, response *resource.CreateResponse) {
	var model vpcModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	response.Diagnostics.Append(response.State.Set(ctx, model)...)
}

func (vpc) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (vpc) Update(ctx context.Context, request resource.UpdateRequest, response *resource.UpdateResponse) {
	var model vpcModel
	response.Diagnostics.Append(request.Plan.Get(ctx, &model)...)
	response.Diagnostics.Append(response.State.Set(ctx, model)...)
}

func (vpc) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
