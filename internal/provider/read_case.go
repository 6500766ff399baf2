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

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
)

// keepOnly empties the fields of a case that keep does not name, but for its ID.
// Without a list it keeps them all.
func keepOnly[T any](c *T, keep []string) {
	if keep == nil {
		return
	}
	value := reflect.ValueOf(c).Elem()
	for name, field := range tags.Fields(value.Type(), "tfsdk") {
		if name != "" && name != "id" && !slices.Contains(keep, name) {
			value.FieldByIndex(field.Index).SetZero()
		}
	}
}

// numberForm says how the number of a case is given back that config names by its
// number.
type numberForm bool

const (
	// asAICCHasIt gives all 30 digits.
	asAICCHasIt numberForm = false
	// asWritten gives the number as the user wrote it: Terraform refuses an ephemeral
	// result that differs from its configuration.
	asWritten numberForm = true
)

// readCase reads the case that config names, and answers the call in ctx with it.
// The data source and the ephemeral resource differ in which method of the client
// does it, and in the form of the case number.
func readCase(
	ctx context.Context, data *providerData, config tfsdk.Config,
	read func(*aicc.Client, context.Context, aicc.Query) (*aicc.Case, error), form numberForm,
) diag.Diagnostics {
	var query aicc.Query
	var id, caseNo *string
	var includeContact *bool
	var keep []string
	var limits timeouts.Value
	diags := readArguments(ctx, config, map[string]any{
		"id": &id, "case_no": &caseNo, "template_fields": &query.TemplateFields, "include_contact": &includeContact, "keep": &keep, "timeouts": &limits,
	})
	diags.Append(exactlyOne(argument{"id", id != nil}, argument{"case_no", caseNo != nil})...)
	diags.Append(data.requireKnown()...)
	limit, limitDiags := limits.Read(ctx, defaultReadTimeout)
	diags.Append(limitDiags...)
	if diags.HasError() {
		return diags
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	at := path.Root("id")
	if caseNo != nil {
		query.CaseNo, at = *caseNo, path.Root("case_no")
	} else {
		query.ID = *id
	}
	found, err := read(data.client, readCtx, query)
	if err != nil {
		diags.Append(readDiagnostic(err, at))
		return diags
	}
	diags.Append(data.keyWarning()...)
	diags.Append(flagsWarning(map[string][]string{*found.ID: found.OddFlags}, keep)...)
	kept := caseState(found, includeContact == nil || *includeContact, keep)
	switch {
	case caseNo != nil && form == asWritten:
		kept.CaseNo = caseNo
	case caseNo != nil:
		kept.CaseNo = found.CaseNo
	}
	if err := state.Answer(ctx, config, kept); err != nil {
		diags.Append(answerDiagnostic(err, at, 1))
	}
	return diags
}

// caseState is what the state has of a case: without the contact's data if the user
// does not want them, and only what the user keeps.
func caseState(from *aicc.Case, includeContact bool, keep []string) aicc.Case {
	if !includeContact {
		from = from.WithoutContact()
	}
	kept := *from
	if len(from.Other) > 0 {
		kept.CustomFields = maps.Clone(from.Other)
		maps.Copy(kept.CustomFields, from.CustomFields)
	}
	keepOnly(&kept, keep)
	return kept
}

// readArguments reads arguments of a configuration by their names. Config.Get
// would compile a regular expression for each field of a model.
func readArguments(ctx context.Context, config tfsdk.Config, targets map[string]any) diag.Diagnostics {
	var diags diag.Diagnostics
	for name, target := range targets {
		diags.Append(config.GetAttribute(ctx, path.Root(name), target)...)
	}
	return diags
}
