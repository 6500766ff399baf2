// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// caseModel is one case in Terraform: the arguments and what AICC returned.
type caseModel struct {
	aicc.Case

	TemplateFields map[string]*string `tfsdk:"template_fields"`
	IncludeContact types.Bool         `tfsdk:"include_contact"`
	Keep           []string           `tfsdk:"keep"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
}

// fill copies a case into the model, without the contact's data if the user does
// not want them.
func (m *caseModel) fill(from *aicc.Case) {
	if !m.IncludeContact.IsNull() && !m.IncludeContact.ValueBool() {
		from = from.WithoutContact()
	}
	m.Case = *from
	if len(from.Other) > 0 {
		m.CustomFields = maps.Clone(from.Other)
		maps.Copy(m.CustomFields, from.CustomFields)
	}
	keepOnly(&m.Case, m.Keep)
}

// attributeNames lists the attributes that the fields of a struct stand for.
func attributeNames[T any]() []string {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[T]()) {
		if name := field.Tag.Get("tfsdk"); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// keepOnly empties the fields of a case that keep does not name, but for its ID.
// Without a list it keeps them all.
func keepOnly[T any](c *T, keep []string) {
	if keep == nil {
		return
	}
	value := reflect.ValueOf(c).Elem()
	for _, field := range reflect.VisibleFields(value.Type()) {
		if name := field.Tag.Get("tfsdk"); name != "" && name != "id" && !slices.Contains(keep, name) {
			value.FieldByIndex(field.Index).SetZero()
		}
	}
}

// readCase reads the case that config names. The data source and the ephemeral
// resource differ in which method of the client does it.
func readCase(
	ctx context.Context, data *providerData, config tfsdk.Config,
	read func(*aicc.Client, context.Context, aicc.Query) (*aicc.Case, error),
) (*caseModel, diag.Diagnostics) {
	var model caseModel
	diags := config.Get(ctx, &model)
	diags.Append(requireExactlyOne(ctx, config, "id", "case_no")...)
	diags.Append(data.requireKnown()...)
	limit, limitDiags := model.Timeouts.Read(ctx, defaultReadTimeout)
	diags.Append(limitDiags...)
	if diags.HasError() {
		return nil, diags
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	query, at := aicc.Query{TemplateFields: model.TemplateFields}, path.Root("id")
	if model.ID != nil {
		query.ID = *model.ID
	} else {
		query.CaseNo, at = *model.CaseNo, path.Root("case_no")
	}
	found, err := read(data.client, ctx, query)
	if err != nil {
		diags.Append(readDiagnostic(err, at))
		return nil, diags
	}
	model.fill(found)
	if query.CaseNo != "" {
		// Terraform refuses a result that differs from what the user wrote.
		model.CaseNo = &query.CaseNo
	}
	return &model, diags
}
