// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// findCaseMentionsFunction is provider::aicc::find_case_mentions.
type findCaseMentionsFunction struct{}

var _ function.Function = findCaseMentionsFunction{}

// linkHost is what a host of links looks like: an address, and a port if they have one.
var linkHost = regexp.MustCompile(`^(?:[0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)

// mentionAttributes are those of aicc.CaseMention.
var mentionAttributes = map[string]attr.Type{
	"line":    types.Int64Type,
	"text":    types.StringType,
	"kind":    types.StringType,
	"domain":  types.StringType,
	"id":      types.StringType,
	"case_no": types.StringType,
	"reason":  types.StringType,
}

var hostsParameter = function.ListParameter{
	Name:        "hosts",
	ElementType: types.StringType,
	MarkdownDescription: "Hosts of your AICC site, with the port if links have one: `[\"service.besclouds.com\"]`. " +
		"Links to them are found without `https://` too, and a link to one of them that should have a case ID and has none is `unlinked`.",
}

// checkHosts refuses what is no host, since a mistyped one would make every link one
// to another site. The argument is the position of the hosts.
func checkHosts(hosts []string, argument int64) *function.FuncError {
	for _, host := range hosts {
		if !linkHost.MatchString(host) {
			return function.NewArgumentFuncError(argument, fmt.Sprintf("Invalid host: %q is no host such as service.besclouds.com; leave out https:// and the path", host))
		}
	}
	return nil
}

func (findCaseMentionsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "find_case_mentions"
}

func (findCaseMentionsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Finds what names a case in a text: links, numbers and IDs",
		MarkdownDescription: "Returns a list with an object for each place in a text that names a case, or that should and does not, in order. " +
			"The object has:\n\n" +
			"* `line`, the number of its line, counted from 1;\n" +
			"* `text`, a string with the text there, on one line and cut to 200 characters. It is safe to publish: user info, the values of a query, " +
			"and control and formatting characters are left out;\n" +
			"* `kind`, a string: `link`, `number`, `id`, or `unlinked` for what should name a case and does not, such as `ticket: TODO`;\n" +
			"* `domain`, a string with the host of a link in lower case, with its port unless it is that of the scheme; null if it is no link;\n" +
			"* `id`, a string with the ID of the case, for a `link` and an `id`, and `case_no`, a string with the 30 digits of the number, for a `number`; " +
			"each is null otherwise;\n" +
			"* `reason`, a string that says why an `unlinked` place names no case, and null otherwise.\n\n" +
			"It reads nothing but its arguments, so it works without an AICC site. To find links only, use [`find_case_links`](find_case_links.md).",
		Parameters: []function.Parameter{
			function.StringParameter{
				Name:                "text",
				MarkdownDescription: "Text to look through, for example that of a file: `file(\"README.md\")`. One with more than 100,000 mentions is an error.",
			},
			hostsParameter,
		},
		Return: function.ListReturn{
			ElementType: types.ObjectType{AttrTypes: mentionAttributes},
		},
	}
}

func (findCaseMentionsFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var hosts []string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &text, &hosts))
	if resp.Error == nil {
		resp.Error = checkHosts(hosts, 1)
	}
	if resp.Error != nil {
		return
	}
	mentions, err := aicc.FindCaseMentions(text, hosts)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "Invalid text: "+err.Error())
		return
	}
	elements := make([]attr.Value, len(mentions))
	for i, mention := range mentions {
		elements[i] = types.ObjectValueMust(mentionAttributes, mentionValues(mention))
	}
	resp.Error = resp.Result.Set(ctx, types.ListValueMust(types.ObjectType{AttrTypes: mentionAttributes}, elements))
}

// mentionValues are a mention by hand: the framework, which takes structs too, compiles
// a regular expression for each field of each.
func mentionValues(mention aicc.CaseMention) map[string]attr.Value {
	return map[string]attr.Value{
		"line":    types.Int64Value(mention.Line),
		"text":    types.StringValue(mention.Text),
		"kind":    types.StringValue(mention.Kind),
		"domain":  types.StringPointerValue(mention.Domain),
		"id":      types.StringPointerValue(mention.ID),
		"case_no": types.StringPointerValue(mention.CaseNo),
		"reason":  types.StringPointerValue(mention.Reason),
	}
}
