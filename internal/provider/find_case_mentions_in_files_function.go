// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// findCaseMentionsInFilesFunction is provider::aicc::find_case_mentions_in_files.
type findCaseMentionsInFilesFunction struct{}

var _ function.Function = findCaseMentionsInFilesFunction{}

// fileMentionAttributes are those of aicc.FileMention.
var fileMentionAttributes = func() map[string]attr.Type {
	attributes := maps.Clone(mentionAttributes)
	attributes["file"] = types.StringType
	return attributes
}()

func (findCaseMentionsInFilesFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "find_case_mentions_in_files"
}

func (findCaseMentionsInFilesFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Finds what names a case in files: links, numbers and IDs",
		MarkdownDescription: "Returns a list with the objects that [`find_case_mentions`](find_case_mentions.md) returns for the text of each file, in the order of `files`. " +
			"Each object also has `file`, a string with the name of the file. A file that cannot be read has one object, whose `kind` is `unread`, with the `line` 0 and a `reason`.\n\n" +
			"A file can be UTF-8 or UTF-16. Binary files are passed by: those with a NUL in the first 8,000 bytes, as git sees them, and those that are not UTF-8 and have one anywhere. " +
			"So are symbolic links and what is behind one: a loop of links costs nothing, and no link leads out of the folder. A file of more than 64 MiB is `unread`.\n\n" +
			"It is for many files: the texts do not pass through Terraform, which spends more time on an argument than the search takes. " +
			"Like the function `file` of Terraform, it reads the files at plan and again at apply, and Terraform reports an error if they have changed in between.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "folder", MarkdownDescription: "Folder that the names of `files` are relative to."},
			function.ListParameter{Name: "files", ElementType: types.StringType, MarkdownDescription: "Names of files, such as those of the function `fileset` or of `git ls-files`."},
			hostsParameter,
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: fileMentionAttributes}},
	}
}

func (findCaseMentionsInFilesFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var folder string
	var files, hosts []string
	resp.Error = function.ConcatFuncErrors(resp.Error, req.Arguments.Get(ctx, &folder, &files, &hosts))
	if resp.Error == nil {
		resp.Error = checkHosts(hosts, 2)
	}
	if resp.Error != nil {
		return
	}
	mentions, err := aicc.FindCaseMentionsInFiles(folder, files, hosts)
	if err != nil {
		resp.Error = function.NewArgumentFuncError(0, "Invalid folder: "+err.Error())
		return
	}
	elements := make([]attr.Value, len(mentions))
	for i, mention := range mentions {
		values := mentionValues(mention.CaseMention)
		values["file"] = types.StringValue(mention.File)
		elements[i] = types.ObjectValueMust(fileMentionAttributes, values)
	}
	resp.Error = resp.Result.Set(ctx, types.ListValueMust(types.ObjectType{AttrTypes: fileMentionAttributes}, elements))
}
