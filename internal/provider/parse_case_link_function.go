// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// parseCaseLinkFunction is provider::aicc::parse_case_link.
type parseCaseLinkFunction struct{}

var _ function.Function = parseCaseLinkFunction{}

// caseLink is what the function returns.
type caseLink struct {
	Domain string `tfsdk:"domain"`
	ID     string `tfsdk:"id"`
}

func (parseCaseLinkFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_case_link"
}

func (parseCaseLinkFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Extracts the host and case ID from a link",
		MarkdownDescription: "Extracts the case ID from a pasted link.\n\n" +
			"Returns an object with two strings: `domain`, the host of the link in lower case, with the port if the link has one, " +
			"and `id`, the ID of the case. " +
			"The links of AICC's console are not documented, so the function looks for the one string of exactly 20 ASCII letters and digits, " +
			"with at least one letter and one digit, that is a segment of the path, a value in the query, or a part of the fragment. " +
			"It is an error if there is no such string, if there are two different ones, if the scheme is neither `https` nor `http`, or if there is no host. " +
			"It sends no request, so it works in the `validation` of a variable.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "link",
				MarkdownDescription: "Link to a case: the URL that the API uses, or that of any page that shows the case.",
			},
		},
		Return: function.ObjectReturn{
			AttributeTypes: map[string]attr.Type{"domain": types.StringType, "id": types.StringType},
		},
	}
}

func (parseCaseLinkFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var link string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &link))
	if resp.Error != nil {
		return
	}
	domain, id, err := aicc.ParseCaseLink(link)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, summaryInvalidLink+": "+err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, caseLink{domain, id})
}
