// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// stringValidator applies a check to a string.
type stringValidator struct {
	// summary is that of the error, and expected a noun phrase that says what is
	// valid.
	summary, expected string
	// check returns an error that says what is wrong and does not repeat the value.
	check func(string) error
}

var _ validator.String = stringValidator{}

func (v stringValidator) Description(context.Context) string { return "value must be " + v.expected }

func (v stringValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v stringValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, v.refusal("The value", err))
	}
}

// refusal says why the value of subject is invalid.
func (v stringValidator) refusal(subject string, err error) string {
	return subject + " is refused because " + err.Error() + ". Expected: " + v.expected + "."
}

var (
	caseIDValidator = stringValidator{
		summary:  summaryInvalidID,
		expected: "a case ID, which is 1 to 20 ASCII letters and digits",
		check: func(id string) error {
			err := aicc.CheckCaseID(id)
			if _, noErr := aicc.ParseCaseNo(id); err != nil && noErr == nil {
				return errors.New("this looks like the case number: use case_no")
			}
			if _, inLink, linkErr := aicc.ParseCaseLink(id); err != nil && linkErr == nil {
				return errors.New("it is a link; use the ID in it, " + inLink + ", or extract it with provider::aicc::parse_case_link")
			}
			return err
		},
	}
	caseNoValidator = stringValidator{
		summary:  summaryInvalidNumber,
		expected: "a case number, which is 1 to 30 digits",
		check: func(number string) error {
			_, err := aicc.ParseCaseNo(number)
			return err
		},
	}
	templateFieldValidator = stringValidator{
		summary:  summaryInvalidField,
		expected: "the name of a template field",
		check:    aicc.CheckTemplateField,
	}
	durationValidator = stringValidator{
		summary:  summaryInvalidTimeout,
		expected: `a duration above zero such as "30s" or "5m"`,
		check: func(text string) error {
			// The timeouts module refuses what is not a duration.
			if limit, err := time.ParseDuration(text); err == nil && limit <= 0 {
				return errors.New("it leaves no time to read anything")
			}
			return nil
		},
	}
)

// filterValidator checks the attribute of a search that has the name.
func filterValidator(name, expected string) stringValidator {
	return stringValidator{
		summary:  summaryInvalidSearch,
		expected: expected,
		check:    func(value string) error { return aicc.CheckFilter(name, value) },
	}
}

// searchValidator checks the filters of a search against each other.
type searchValidator struct{}

var _ validator.Object = searchValidator{}

func (searchValidator) Description(context.Context) string {
	return "value must have at least one filter, and created_from before created_to"
}

func (v searchValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (searchValidator) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := false
	for _, value := range req.ConfigValue.Attributes() {
		given = given || !value.IsNull()
	}
	if !given {
		resp.Diagnostics.AddAttributeError(req.Path, summaryInvalidSearch,
			"The search has no filter, and would find every case of the tenant. Set at least one of its attributes.")
		return
	}
	from := req.ConfigValue.Attributes()["created_from"].(types.String)
	to := req.ConfigValue.Attributes()["created_to"].(types.String)
	if from.IsUnknown() || to.IsUnknown() {
		return
	}
	if err := aicc.CheckPeriod(from.ValueStringPointer(), to.ValueStringPointer()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("created_to"), summaryInvalidSearch, "The search is refused because "+err.Error()+".")
	}
}

// requireExactlyOne holds that one of two arguments is set. It leaves open what is
// unknown.
func requireExactlyOne(ctx context.Context, config tfsdk.Config, first, second string) diag.Diagnostics {
	var diags diag.Diagnostics
	var one, other attr.Value
	diags.Append(config.GetAttribute(ctx, path.Root(first), &one)...)
	diags.Append(config.GetAttribute(ctx, path.Root(second), &other)...)
	if diags.HasError() || one.IsUnknown() || other.IsUnknown() {
		return diags
	}
	switch {
	case one.IsNull() && other.IsNull():
		diags.Append(exactlyOneDiagnostic(path.Root(first), false, first, second))
	case !one.IsNull() && !other.IsNull():
		diags.Append(exactlyOneDiagnostic(path.Root(second), true, first, second))
	}
	return diags
}
