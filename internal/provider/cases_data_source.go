// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

// casesDataSource is data "aicc_cases".
type casesDataSource struct{ providerData }

var (
	_ datasource.DataSourceWithConfigure      = (*casesDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*casesDataSource)(nil)
)

// casesState is what was read, and what AICC returned.
type casesState struct {
	IDs     []string                `tfsdk:"ids"`
	Cases   map[string]*aicc.Listed `tfsdk:"cases"`
	Missing map[string]string       `tfsdk:"missing"`
}

func (d *casesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cases"
}

func (d *casesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads many AICC cases (工单) at once, by ID or by search, and reports which of them AICC does not return. " +
			"It has no contact, history or tasks: the data source `aicc_case` reads those of a single case.",
		Attributes: map[string]schema.Attribute{
			// A list, since the framework compares all elements of a set in pairs.
			"ids": schema.ListAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "IDs of the cases, each 1 to 20 ASCII letters and digits. May be empty. A repeated ID is read once. With `search`, the IDs that AICC lists, in its order. Exactly one of `ids` and `search` must be set.",
				Validators:          []validator.List{eachString{caseIDValidator}},
			},
			"search":          searchAttribute(),
			"template_fields": templateFieldsAttribute(),
			"keep":            keepAttribute(attributeNames[aicc.Listed]()),
			"timeouts":        timeoutsAttribute(ctx),
			"cases": nestedMapAttribute(
				"The cases that AICC returned, by ID.",
				listedCaseAttributes(),
			),
			"missing": schema.MapAttribute{
				ElementType: types.StringType,
				Computed:    true,
				MarkdownDescription: "The cases for which AICC answered without returning them, by ID, with the reason that AICC gives. " +
					"The whole read fails if it remains unknown whether a case exists, so each case is either here or in `cases`, " +
					"and `length(…missing) == 0` means that AICC returned all of them. With `search`, a case that AICC lists and then does not return is here.",
			},
		},
	}
}

func (d *casesDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "ids", "search")...)
}

func (d *casesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configure(req.ProviderData)
}

func (d *casesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var ids []string
	var search *aicc.Search
	var templateFields map[string]*string
	var keep []string
	var limits timeouts.Value
	resp.Diagnostics.Append(readArguments(ctx, req.Config, map[string]any{
		"ids": &ids, "search": &search, "template_fields": &templateFields, "keep": &keep, "timeouts": &limits,
	})...)
	resp.Diagnostics.Append(exactlyOne("ids", ids != nil, "search", search != nil)...)
	resp.Diagnostics.Append(d.requireKnown()...)
	limit, diags := limits.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	root, reason := path.Root("ids"), (*aicc.Error).Reason
	at := root.AtListIndex
	if search != nil {
		root, reason = path.Root("search"), vanishedReason
		at = func(int) path.Path { return root }
		var err error
		if ids, err = d.client.Search(readCtx, *search); err != nil {
			resp.Diagnostics.Append(readDiagnostic(err, root))
			return
		}
	}
	outcome := d.client.Cases(readCtx, ids, templateFields)
	resp.Diagnostics.Append(casesDiagnostics(outcome, len(ids), at)...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, found := range outcome.Found {
		keepOnly(found, keep)
	}
	read := casesState{ids, outcome.Found, make(map[string]string, len(outcome.Missing))}
	for id, failure := range outcome.Missing {
		read.Missing[id] = reason(failure)
	}
	if err := state.Answer(ctx, req.Config, read); err != nil {
		resp.Diagnostics.Append(answerDiagnostic(err, root, len(outcome.Found)))
		return
	}
	resp.State = state.EmptyState
}
