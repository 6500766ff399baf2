// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

// caseDataSource is data "aicc_case".
type caseDataSource struct{ providerData }

var (
	_ datasource.DataSourceWithConfigure      = (*caseDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*caseDataSource)(nil)
)

func (d *caseDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_case"
}

func (d *caseDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one AICC case (工单) with its history, tasks and contact. " +
			"It is an error if AICC does not return the case. " +
			"An AICC case is a customer's ticket in the contact centre, not a support case that you open with Huawei Cloud.",
		Attributes: caseAttributes(),
		Blocks:     map[string]schema.Block{"timeouts": timeoutsBlock(ctx)},
	}
}

func (d *caseDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "id", "case_no")...)
}

func (d *caseDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configure(req.ProviderData)
}

func (d *caseDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(readCase(ctx, &d.providerData, req.Config, (*aicc.Client).Case, asAICCHasIt)...)
	if !resp.Diagnostics.HasError() {
		resp.State = state.EmptyState
	}
}
