// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// casesDataSource is data "aicc_cases".
type casesDataSource struct{ connection }

var _ datasource.DataSourceWithConfigure = (*casesDataSource)(nil)

// casesModel is what the user writes and what AICC answers.
type casesModel struct {
	IDs            []string              `tfsdk:"ids"`
	TemplateFields map[string]*string    `tfsdk:"template_fields"`
	Timeouts       timeouts.Value        `tfsdk:"timeouts"`
	Cases          map[string]listedCase `tfsdk:"cases"`
	Missing        map[string]string     `tfsdk:"missing"`
}

func (d *casesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cases"
}

func (d *casesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads many AICC cases (工单) in one go and says which of them AICC does not return. " +
			"It carries no contact, history or tasks: the data source `aicc_case` reads those of a single case.",
		Attributes: map[string]schema.Attribute{
			// A list, since the framework compares the elements of a set with each other.
			"ids": schema.ListAttribute{
				ElementType:         types.StringType,
				Required:            true,
				MarkdownDescription: "Ids of the cases, each 1 to 20 ASCII letters and digits. May be empty; an id that stands twice is read once.",
				Validators: []validator.List{
					listvalidator.NoNullValues(),
					listvalidator.ValueStringsAre(caseIDValidator),
				},
			},
			"template_fields": templateFieldsAttribute(),
			"timeouts":        timeoutsAttribute(ctx),
			"cases": nestedMap(
				"The cases that AICC returned, by id.",
				listedCaseAttributes(),
			),
			"missing": schema.MapAttribute{
				ElementType: types.StringType,
				Computed:    true,
				MarkdownDescription: "The cases that AICC answered about and did not return, by id, with the reason in AICC's words. " +
					"A failure that leaves open whether a case exists fails the whole read, so a case is either here or in `cases`, " +
					"and `length(…missing) == 0` means that AICC returned every one.",
			},
		},
	}
}

func (d *casesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.connect(req.ProviderData)
}

func (d *casesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model casesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	resp.Diagnostics.Append(d.ready()...)
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	outcome := d.client.Cases(readCtx, model.IDs, model.TemplateFields)
	resp.Diagnostics.Append(casesDiagnostics(outcome, len(model.IDs))...)
	if resp.Diagnostics.HasError() {
		return
	}
	model.Cases = make(map[string]listedCase, len(outcome.Found))
	for id, found := range outcome.Found {
		model.Cases[id] = listedCase{found.Info, found.IsFollower}
	}
	model.Missing = make(map[string]string, len(outcome.Missing))
	for id, failure := range outcome.Missing {
		model.Missing[id] = failure.Reason()
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
