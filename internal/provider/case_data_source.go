// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// caseDataSource is data "aicc_case".
type caseDataSource struct{ connection }

var _ datasource.DataSourceWithConfigure = (*caseDataSource)(nil)

func (d *caseDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_case"
}

func (d *caseDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one AICC case (工单) with its history, its tasks and its contact. " +
			"A case that AICC does not return is an error. " +
			"An AICC case is a customer's ticket in the contact centre, not a support case that you opened with Huawei Cloud.",
		Attributes: caseAttributes(ctx),
	}
}

func (d *caseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.connect(req.ProviderData)
}

func (d *caseDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	model, diags := readCase(ctx, &d.connection, req.Config, (*aicc.Client).Case)
	resp.Diagnostics.Append(diags...)
	if !diags.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// readCase reads the case that config asks for, with whichever of the client's
// ways to read one.
func readCase(
	ctx context.Context, c *connection, config tfsdk.Config,
	read func(*aicc.Client, context.Context, aicc.Query) (*aicc.Case, error),
) (*caseModel, diag.Diagnostics) {
	var model caseModel
	diags := config.Get(ctx, &model)
	diags.Append(c.ready()...)
	limit, limitDiags := model.Timeouts.Read(ctx, defaultReadTimeout)
	diags.Append(limitDiags...)
	if diags.HasError() {
		return nil, diags
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	got, err := read(c.client, ctx, aicc.Query{ID: *model.ID, TemplateFields: model.TemplateFields})
	if failure := new(aicc.Error); errors.As(err, &failure) {
		diags.Append(readDiagnostic(failure, path.Root("id")))
		return nil, diags
	}
	model.fill(got)
	return &model, diags
}
