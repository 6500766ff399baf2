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

// findCaseLinksFunction is provider::aicc::find_case_links.
type findCaseLinksFunction struct{}

var _ function.Function = findCaseLinksFunction{}

func (findCaseLinksFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "find_case_links"
}

func (findCaseLinksFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Finds the links to cases in a text",
		MarkdownDescription: "You get every link to a case in a text, with its line, its domain and its case ID.\n\n" +
			"Returns a list with an object for each link to a case in the text, in order, duplicates included. " +
			"The object has `link`, a string with the link as it is in the text; `domain` and `id`, strings with what " +
			"[`parse_case_link`](parse_case_link.md) returns for it; and `line`, the number of its line, counted from 1. " +
			"A text without such links gives an empty list, and links that `parse_case_link` refuses are left out.\n\n" +
			"The text can be Markdown, YAML, HCL, source code, a commit message or anything else. " +
			"White space, quotes, backticks, angle, square and curly brackets, `*`, `|`, `\\`, `^` and any character outside of ASCII, " +
			"such as Chinese punctuation, end a link; so does a closing parenthesis that the link has not opened. " +
			"Punctuation at the end of a link, such as a full stop or a comma, is not part of it. " +
			"The function says nothing about the host: compare `domain` with the hosts that you trust. " +
			"It reads nothing but its argument, so it works without AICC.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "text",
				MarkdownDescription: "Text to look through, for example that of a file: `file(\"README.md\")`.",
			},
		},
		Return: function.ListReturn{
			ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{
				"link":   types.StringType,
				"domain": types.StringType,
				"id":     types.StringType,
				"line":   types.Int64Type,
			}},
		},
	}
}

func (findCaseLinksFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text))
	if resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, aicc.FindCaseLinks(text))
}
