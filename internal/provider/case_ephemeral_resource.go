// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// caseEphemeralResource is ephemeral "aicc_case".
type caseEphemeralResource struct{ providerData }

var (
	_ ephemeral.EphemeralResourceWithConfigure      = (*caseEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*caseEphemeralResource)(nil)
)

func (e *caseEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_case"
}

func (e *caseEphemeralResource) Schema(ctx context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "You get a case (工单) of AICC to check a change against, and nothing of it is stored in state or plan.\n\n" +
			"The case is read at plan and again at apply, so a condition on it is a gate that is checked both times. " +
			"Put the condition into the resource that it guards, or have that resource depend on it: at apply, OpenTofu reads only what something else needs. " +
			"The arguments and attributes are those of the data source `aicc_case`. Requires Terraform 1.10 or OpenTofu 1.11.",
		Attributes: ephemeralAttributes(caseAttributes()),
		Blocks:     ephemeralBlocks(map[string]datasource.Block{"timeouts": timeoutsBlock(ctx)}),
	}
}

func (e *caseEphemeralResource) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "id", "case_no")...)
}

func (e *caseEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, _ *ephemeral.ConfigureResponse) {
	e.configure(req.ProviderData)
}

func (e *caseEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	resp.Diagnostics.Append(readCase(ctx, &e.providerData, req.Config, (*aicc.Client).FreshCase, asWritten)...)
}
