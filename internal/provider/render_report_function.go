// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/report"
)

// renderReportFunction is provider::aicc::render_report.
type renderReportFunction struct{}

var _ function.Function = renderReportFunction{}

func (renderReportFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "render_report"
}

func (renderReportFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes a report on tickets as a table, Markdown and JUnit XML",
		MarkdownDescription: "Returns an object with three strings: `table` for a terminal, `markdown` for a job summary or a comment, with 200 entries at most, " +
			"and `junit` for a CI server, in which the verdict `alive` passes, `foreign` is skipped and any other fails.\n\n" +
			"What people wrote into cases and files is only text in a report: control and formatting characters are left out, JUnit is escaped, " +
			"and in Markdown each cell is code, so that nothing is markup, HTML, a link or a mention; `|` becomes `¦` there and a backtick an apostrophe, " +
			"since renderers differ on how to escape them in a table. The columns of the table align where characters are wide, as in Chinese. A cell is cut to 300 characters.",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name: "entries",
				MarkdownDescription: "What the report says of each ticket, in its order, as JSON, since handing thousands of objects to a function costs Terraform more than reading the cases: " +
					"`jsonencode` of a list of objects with `verdict`, a string; `state`, `owner`, `due`, `file`, `text` and `reason`, strings that may be null; and `line`, a number that may be null. " +
					"Other attributes are passed over. Of a time in `due`, the date is shown.",
			},
			function.ListParameter{
				Name:                "hosts",
				ElementType:         types.StringType,
				MarkdownDescription: "Hosts of your AICC site. In Markdown, a `text` that is a plain `https` link to one of them can be clicked.",
			},
		},
		VariadicParameter: function.MapParameter{
			Name:        "words",
			ElementType: types.StringType,
			MarkdownDescription: "What the report says in place of its own words, for another language: keys are names of columns (`VERDICT`, `STATE`, `OWNER`, `DUE`, `WHERE`, `TICKET`, `REASON`), " +
				"verdicts, whole reasons and `More, in the other reports`.",
		},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"table":    types.StringType,
			"markdown": types.StringType,
			"junit":    types.StringType,
		}},
	}
}

func (renderReportFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var encoded string
	var hosts []string
	var words []map[string]string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &encoded, &hosts, &words))
	if resp.Error != nil {
		return
	}
	var entries []report.Entry
	if err := json.Unmarshal([]byte(encoded), &entries); err != nil {
		resp.Error = function.NewArgumentFuncError(0, "Invalid entries: it is no list of entries in JSON: "+err.Error())
		return
	}
	all := map[string]string{}
	for _, some := range words {
		maps.Copy(all, some)
	}
	reports, err := report.New(entries, hosts, all)
	if err != nil {
		resp.Error = function.NewFuncError(err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, reports)
}
